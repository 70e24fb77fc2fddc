/* calibration_template_priv - what the files of the loader share.
 *
 * Layer:  clinic; private to calibration_template*.c.
 */
#ifndef CT_CLINIC_CALIBRATION_TEMPLATE_PRIV_H
#define CT_CLINIC_CALIBRATION_TEMPLATE_PRIV_H

#include "clinic/calibration_template.h"

#define CT_CALT_HEAD  "calibration"
#define CT_CALT_POINT "point."
#define CT_CALT_E     "e" /* the unit of what counts in divisions */
enum { CT_CALT_DIVISION_MAX = 1000 * 1000 }; /* whole units */

/* A file being read; the pool has room for all text of it. */
struct ct_calt_load {
    const struct ct_ini *ini;
    struct ct_caltemplate *t;
    char *free; /* the rest of the pool */
    struct ct_error *reterr;
};

/* The value of a key, trimmed, in the pool; "" when there is none, which is an error if
 * it is required; longer than max bytes is one, too. */
CT_NODISCARD enum ct_status ct_calt_text(struct ct_calt_load *l, const char *section,
                                         const char *key, bool required, size_t max,
                                         const char **ret);
/* A whole number from 1 to CT_CAL_READINGS_MAX. */
CT_NODISCARD enum ct_status ct_calt_readings(const struct ct_calt_load *l, const char *section,
                                             int fallback, int *ret);
/* "sbp dbp": bits of the quantities; `fallback` when the key is not there. */
CT_NODISCARD enum ct_status ct_calt_quantities(const struct ct_calt_load *l,
                                               const char *section, uint32_t fallback,
                                               uint32_t *ret);
CT_NODISCARD enum ct_status ct_calt_keys(const struct ct_calt_load *l, const char *section,
                                         const char *const *allowed, const char *what);
/* "134 degC": the number, and the unit into the pool; "declared degC": CT_UNSET, where that
 * is allowed. */
CT_NODISCARD enum ct_status ct_calt_value(struct ct_calt_load *l, const char *section,
                                          const char *key, bool may_be_declared, int64_t *ret,
                                          const char **ret_unit);
/* v divisions, exactly. False: finer than a millionth, or too large. */
bool ct_calt_times_e(const struct ct_caltemplate *t, int64_t v, int64_t *ret);
/* Read [section] into the next point, whose id is set; t->n_points is not yet raised. */
CT_NODISCARD enum ct_status ct_calt_load_point(struct ct_calt_load *l, const char *section);

#endif
