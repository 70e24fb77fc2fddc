/* about - which libraries the vault stands on, for `clintech doctor`.
 *
 * Layer:  vault.
 */
#ifndef CT_VAULT_ABOUT_H
#define CT_VAULT_ABOUT_H

const char *ct_sqlite_version(void); /* "3.40.1" */
const char *ct_sodium_version(void); /* "1.0.18" */

#endif
