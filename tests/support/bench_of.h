/* bench_of - a small workshop for tests of calibrations: devices, reference standards with
 * their certificates, and readings typed into a calibration. Needs a ward (ward.h). */
#ifndef CT_TESTS_BENCH_OF_H
#define CT_TESTS_BENCH_OF_H

#include "clinic/equipment_rows.h"
#include "tests/support/ward.h"

/* A device of a class, registered by tom; its id. elec, applied: of the model. */
int64_t bench_device(struct ward *w, const char *asset, const char *class,
                     enum ct_elec_class elec, enum ct_applied_part applied);
/* A reference standard for that, with a certificate that counts from and until those days
 * after today (CT_NO_DATE none). */
int64_t bench_standard(struct ward *w, const char *asset, const char *of, int from, int until);
/* A further certificate of it. */
void bench_certificate(struct ward *w, int64_t id, const char *title, ct_date from,
                       ct_date until);
/* A calibration of it, with that reference (NULL none); the caller frees it. */
struct ct_calibration *bench_begin(struct ct_app *app, int64_t device, const char *template_id,
                                   const char *reference);
/* "p0=0.2 p10=10.1": each read into its point of that phase; "p0=-out" leaves it out for the
 * reason "out"; '_' stands for a blank. */
void bench_read(const struct ct_calibration *k, enum ct_cal_phase phase, const char *line);
/* nibp-static, all points exact but p200, which shows that. */
void bench_nibp(const struct ct_calibration *k, enum ct_cal_phase phase, const char *p200);

#endif
