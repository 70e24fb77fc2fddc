/* bath_priv - the SQL of the module bath and what its files share. Internal to bath*.c.
 *
 * Layer:  clinic.
 */
#ifndef CT_CLINIC_BATH_PRIV_H
#define CT_CLINIC_BATH_PRIV_H

#include "clinic/bath.h"
#include "clinic/sterile_rows.h"

enum {
    CT_SQL_BATH_INSERT,
    CT_SQL_BATH_STRIP_INSERT,
    CT_SQL_BATH_SOAK_INSERT,
    CT_SQL_BATH_SOAK_END_INSERT,
    CT_SQL_BATH_END_INSERT,
    CT_SQL_BATH_FIND_PUT,
    CT_SQL_BATH_FIND_DELETE,
    CT_SQL_BATH_IN,
    CT_SQL_BATH_GET,
    CT_SQL_BATH_OPEN,
    CT_SQL_BATH_ALL,
    CT_SQL_BATH_CANONICAL,
    CT_SQL_BATH_SOAKS,
    CT_BATH_SQL_N
};
extern const struct ct_sql ct_bath_sql[CT_BATH_SQL_N];

/* Without a permission check and without names. CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_bath_load(struct ct_db *db, int64_t id, struct ct_bath *ret,
                                         struct ct_error *reterr);
/* The programme as it was when the bath was poured; ct_programme_free. */
CT_NODISCARD enum ct_status ct_bath_programme(struct ct_db *db, int64_t id,
                                              struct ct_programme **ret,
                                              struct ct_error *reterr);
/* Thrown away, in another change. */
CT_NODISCARD enum ct_status ct_bath_end_in(struct ct_app *app, struct ct_db *db, int64_t id,
                                           enum ct_bath_why why, const char *text,
                                           struct ct_entry *entry, struct ct_error *reterr);

#endif
