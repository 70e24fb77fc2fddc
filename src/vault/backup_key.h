/* backup_key - the offline key pair that backups can be sealed to as well.
 *
 * Layer:  vault.
 * Pair:   X25519. The public half is a line of text, FILE.pub, for the machine that makes
 *         the backups; the secret half, FILE, is boxed under a passphrase and belongs on
 *         a medium in a safe. docs/format.md gives both byte by byte.
 * Power:  whoever has FILE and its passphrase opens every backup sealed to it, whatever
 *         became of all passwords, and can set anybody's password in what is restored.
 */
#ifndef CT_VAULT_BACKUP_KEY_H
#define CT_VAULT_BACKUP_KEY_H

#include "vault/backup.h"

/* Make a pair: FILE and FILE.pub, both new (0600, 0644). CT_EEXISTS, CT_EINVAL (the
 * passphrase's rules are a password's), CT_EFULL, CT_EIO: nothing is left. */
CT_NODISCARD enum ct_status
ct_backup_key_new(const char *path, const struct ct_secret *passphrase, struct ct_kdf_cost cost,
                  unsigned char pk[CT_BACKUP_KEY_LEN], struct ct_error *reterr);
/* The public half. CT_ENOTFOUND, CT_EFOREIGN (also the secret half given by mistake),
 * CT_EDAMAGED. */
CT_NODISCARD enum ct_status ct_backup_key_public(const char *path,
                                                 unsigned char pk[CT_BACKUP_KEY_LEN],
                                                 struct ct_error *reterr);
/* The secret half: *ret holds 32 bytes. CT_EPASSWORD, CT_ENOTFOUND, CT_EFOREIGN,
 * CT_ENEWER, CT_EDAMAGED. */
CT_NODISCARD enum ct_status
ct_backup_key_open(const char *path, const struct ct_secret *passphrase, struct ct_secret **ret,
                   unsigned char pk[CT_BACKUP_KEY_LEN], struct ct_error *reterr);
/* The keys in a backup that was sealed to this pair, as the recovery code's slot would
 * hold them (no signature key). The keyring's MAC is checked with them. CT_EFOREIGN: not
 * sealed to this pair. CT_EDAMAGED. */
CT_NODISCARD enum ct_status ct_backup_key_unlock(const struct ct_backup_in *in,
                                                 const struct ct_secret *sk,
                                                 const unsigned char pk[CT_BACKUP_KEY_LEN],
                                                 struct ct_unlocked **ret,
                                                 struct ct_error *reterr);

#endif
