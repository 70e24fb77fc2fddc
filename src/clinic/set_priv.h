/* set_priv - the SQL of the module set and what its files share. Internal to set*.c.
 *
 * Layer:  clinic.
 */
#ifndef CT_CLINIC_SET_PRIV_H
#define CT_CLINIC_SET_PRIV_H

#include "clinic/sterile_rows.h"

/* A version with its lines, without a permission check and without what is derived. */
CT_NODISCARD enum ct_status ct_set_version_load(struct ct_db *db, int64_t detail_id,
                                                struct ct_set *ret, struct ct_error *reterr);
/* The version in force of a set. CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_set_load(struct ct_db *db, int64_t id, struct ct_set *ret,
                                        struct ct_error *reterr);

#endif
