/* fault_priv - what the files of the module fault share. Internal to fault*.c and guide.c.
 *
 * Layer:  clinic.
 */
#ifndef CT_CLINIC_FAULT_PRIV_H
#define CT_CLINIC_FAULT_PRIV_H

#include "clinic/equipment_rows.h"

enum { CT_FAULT_STEP_TEXT_MAX = 2000 };

/* When it happened: now where it is not said; CT_EINVAL in the future, or before 1970. */
CT_NODISCARD enum ct_status ct_fault_when(struct ct_app *app, int64_t *ms, const char *field,
                                          struct ct_error *reterr);
/* The fault without names and without a permission check; f->restricted stays false. */
CT_NODISCARD enum ct_status ct_fault_bare(struct ct_db *db, int64_t id, struct ct_fault *ret,
                                          struct ct_error *reterr);
/* The open fault of a device: CT_OK with *ret_id 0: there is none. */
CT_NODISCARD enum ct_status ct_fault_open_id(struct ct_db *db, int64_t equipment_id,
                                             int64_t *ret_id, struct ct_error *reterr);
/* One step is written: event, condition of the device, fault_find; ev->id, recorded_ms and
 * by_user are set. f is the fault as it stood; text of the condition is the fault's. */
CT_NODISCARD enum ct_status ct_fault_event_in(struct ct_app *app, struct ct_db *db,
                                              const struct ct_fault *f,
                                              struct ct_fault_event *ev,
                                              struct ct_entry *entry,
                                              struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_fault_tests_load(struct ct_db *db, const struct ct_fault *f,
                                                struct ct_fault_test ret[CT_TASKS * 4],
                                                size_t *ret_n, struct ct_error *reterr);
/* May this user review it: neither repaired nor tested. CT_EDENIED says who did. */
CT_NODISCARD enum ct_status ct_fault_second(struct ct_app *app, struct ct_db *db, int64_t id,
                                            struct ct_error *reterr);
/* The result is one of the device, done after it was repaired, that stands. */
CT_NODISCARD enum ct_status ct_fault_result_fits(struct ct_db *db, const struct ct_fault *f,
                                                 int64_t result_id,
                                                 enum ct_task_verdict *ret_verdict,
                                                 struct ct_error *reterr);
/* When the device was last mended (INT64_MAX: not yet) and when the result was done. */
CT_NODISCARD enum ct_status ct_fault_result_times(struct ct_db *db, const struct ct_fault *f,
                                                  int64_t result_id, int64_t *ret_mended_ms,
                                                  int64_t *ret_done_ms,
                                                  struct ct_error *reterr);

#endif
