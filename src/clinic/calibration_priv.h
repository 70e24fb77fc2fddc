/* calibration_priv - what the files of calibrations share.
 *
 * Layer:  clinic; private to calibration*.c, certificate*.c and drift*.c.
 */
#ifndef CT_CLINIC_CALIBRATION_PRIV_H
#define CT_CLINIC_CALIBRATION_PRIV_H

#include "clinic/calibration.h"
#include "clinic/equipment_rows.h"

#define CT_CALT_ELECTRICAL "electrical-safety" /* class of the templates of that kind */

/* calibration_typed.c: n bytes as a unit of the point, with the ways in which people write
 * it (degrees and micro signs). */
bool ct_cal_unit_is(const char *s, size_t n, const char *unit);
/* Judge the readings of a value anew; v->measured says that they are there. */
CT_NODISCARD enum ct_status ct_cal_judge(const struct ct_calibration *k, size_t point,
                                         struct ct_cal_value *v, struct ct_error *reterr);
/* The points that it waits for and that were measured without passing; CT_CALT_NONE. */
size_t ct_cal_after_failed(const struct ct_calibration *k, size_t point,
                           enum ct_cal_phase phase);
/* Every point that applies has readings or a reason; the `after` groups too. Points that may
 * not be measured now are left out. */
CT_NODISCARD enum ct_status ct_cal_complete(const struct ct_calibration *k,
                                            enum ct_cal_phase phase, struct ct_error *reterr);
enum ct_cal_verdict ct_cal_worst(const struct ct_calibration *k, enum ct_cal_phase phase);

/* calibration.c */
/* Fill value[phase] from the template: what applies, nominals and tolerances. */
void ct_cal_values_begin(const struct ct_calibration *k, enum ct_cal_phase phase);
CT_NODISCARD enum ct_status ct_cal_values_make(struct ct_calibration *k,
                                               struct ct_error *reterr);
bool ct_cal_point_applies(const struct ct_cal_point *p, const struct ct_equipment *e);
const char *ct_cal_reference_of(const struct ct_calibration *k, size_t point);

/* calibration_reference.c: of what is there of it on that day; *ret is filled. */
CT_NODISCARD enum ct_status ct_cal_reference_check(struct ct_app *app, struct ct_db *db,
                                                   const struct ct_equipment *e, ct_date day,
                                                   struct ct_cal_reference *ret,
                                                   struct ct_error *reterr);

/* calibration_read.c: without a permission check. CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_calibration_load(struct ct_app *app, struct ct_db *db, int64_t id,
                                                struct ct_calibration **ret,
                                                struct ct_error *reterr);

/* calibration_write.c: what of a calibration is written, in the caller's change. */
CT_NODISCARD enum ct_status ct_cal_points_insert(struct ct_db *db, const struct ct_calibration *k,
                                                 enum ct_cal_phase phase, int round,
                                                 struct ct_entry *entry,
                                                 struct ct_error *reterr);
/* verdict -1: none. */
CT_NODISCARD enum ct_status ct_cal_event_insert(struct ct_app *app, struct ct_db *db,
                                                const struct ct_calibration *k,
                                                enum ct_cal_step step, int verdict,
                                                const char *text, const char *limits,
                                                struct ct_entry *entry,
                                                struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_cal_find_put(struct ct_db *db, const struct ct_calibration *k,
                                            struct ct_error *reterr);
/* The worst point of a phase: "p100 fail, +4.2 mmHg (+-3 mmHg)". */
void ct_cal_worst_text(const struct ct_calibration *k, enum ct_cal_phase phase, char *out,
                       size_t size);
CT_NODISCARD enum ct_status ct_cal_fault_in(struct ct_app *app, struct ct_db *db,
                                            const struct ct_calibration *k,
                                            enum ct_cal_phase phase, int64_t *ret_id,
                                            struct ct_entry *entry, struct ct_error *reterr);
/* calibration_step.c: k anew from the store, after it was written. */
CT_NODISCARD enum ct_status ct_cal_reload(struct ct_app *app, struct ct_calibration *k,
                                          struct ct_error *reterr);

#endif
