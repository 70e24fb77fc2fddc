/* lookback_priv - what the files of the module look-back share.
 *
 * Layer:  clinic; private to lookback*.c.
 */
#ifndef CT_CLINIC_LOOKBACK_PRIV_H
#define CT_CLINIC_LOOKBACK_PRIV_H

#include "clinic/equipment_rows.h"
#include "clinic/lookback.h"

/* ---- lookback_error.c: pure --------------------------------------------------------- */

/* What a device showed too much, at one point as found. */
struct ct_lb_point {
    char unit[CT_CALT_UNIT_MAX + 1];
    uint32_t quantities;
    double shown, error; /* in the unit */
};
struct ct_lb_errors {
    size_t n; /* 0: nothing is known of the error */
    struct ct_lb_point p[CT_CALT_POINTS_MAX];
};
/* The points that were measured as found against a tolerance with both sides (a leak and a
 * threshold are no error of a reading), none of a functional check. Sorted by what was
 * shown. */
void ct_lb_errors_of(const struct ct_calibration *k, struct ct_lb_errors *ret);
/* Its error when it shows `x` in that unit; NAN: no point is in it. */
double ct_lb_error_at(const struct ct_lb_errors *e, const char *unit, double x);
/* The value of a quantity less the error; by_unit: of points in a unit of the quantity
 * (through a reference), else of points that name it. False: nothing is known. */
bool ct_lb_correct(const struct ct_lb_errors *e, enum ct_q q, bool by_unit, struct ct_value v,
                   struct ct_value *ret);

/* ---- lookback_collect.c: which records ------------------------------------------------ */

struct ct_lb_key {
    enum ct_lookback_what what;
    int64_t ref_id, at_ms, patient_id; /* patient: 0 none */
    int64_t equipment_id, via;
    uint32_t quantities;  /* of vitals: in doubt; of a calibration: of its template */
    char asset[CT_ASSET_MAX + 1];
};
struct ct_lb_period {
    int64_t equipment_id;
    int64_t from_ms, to_ms; /* of the device itself */
    int64_t now_ms;         /* of what it made doubtful */
    int64_t calibration_id; /* that found it out; 0: none */
};
/* Sorted by what and ref_id, each once; free(). Inside a read transaction. */
CT_NODISCARD enum ct_status ct_lb_collect(struct ct_db *db, const struct ct_lb_period *p,
                                          struct ct_lb_key **ret, size_t *ret_n,
                                          struct ct_error *reterr);
/* The last dispositions of a look-back, sorted likewise; by_user as stored. free(). */
struct ct_lb_said {
    enum ct_lookback_what what;
    int64_t ref_id;
    enum ct_disposition d;
    char text[CT_EQUIP_TEXT_MAX + 1];
    int64_t at_ms;
    uint32_t by_user;
};
CT_NODISCARD enum ct_status ct_lb_said(struct ct_db *db, int64_t id, struct ct_lb_said **ret,
                                       size_t *ret_n, struct ct_error *reterr);
/* NULL: nothing was said of it. */
const struct ct_lb_said *ct_lb_said_of(const struct ct_lb_said *s, size_t n,
                                       enum ct_lookback_what what, int64_t ref_id);

/* ---- lookback_read.c ------------------------------------------------------------------- */

/* Without a permission check and without counts; keys and dispositions as above (may be NULL:
 * not wanted). CT_ENOTFOUND. */
struct ct_lb_all {
    struct ct_lookback b;
    struct ct_lb_key *key;
    struct ct_lb_said *said;
    size_t n, n_said;
};
void ct_lb_all_done(struct ct_lb_all *a);
CT_NODISCARD enum ct_status ct_lb_load(struct ct_app *app, struct ct_db *db, int64_t id,
                                       struct ct_lb_all *ret, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_lb_from(struct ct_db *db, int64_t equipment_id,
                                       const char *template_id, int64_t found_ms,
                                       int64_t *ret, struct ct_error *reterr);

/* ---- lookback_line.c --------------------------------------------------------------------- */

/* What each key is, in words, with what it would have been. Inside a read transaction. */
CT_NODISCARD enum ct_status ct_lb_lines(struct ct_app *app, const struct ct_vitals_rules *r,
                                        int64_t calibration_id, const struct ct_lb_key *key,
                                        size_t n, struct ct_lookback_line **ret,
                                        struct ct_error *reterr);

#endif
