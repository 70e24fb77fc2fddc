/* equipment_rows - the SQL of the modules about equipment, and what they do for each other
 * inside one transaction. Internal to src/clinic/.
 *
 * Layer:  clinic. The functions named _in are called by another module's write: they ask for
 *         no permission, begin and commit nothing, and add their rows to the entry.
 */
#ifndef CT_CLINIC_EQUIPMENT_ROWS_H
#define CT_CLINIC_EQUIPMENT_ROWS_H

#include "clinic/equipment_gate.h"
#include "clinic/fault.h"
#include "clinic/calibration.h"
#include "clinic/rows.h"

/* ---- equipment*.c ---------------------------------------------------------- */

enum {
    CT_SQL_MODEL_INSERT,
    CT_SQL_MODEL_GET,   /* the version in force of a first one */
    CT_SQL_MODEL_LIST,
    CT_SQL_MODEL_DEVICES,
    CT_SQL_EQUIP_INSERT,
    CT_SQL_EQUIP_DETAIL_INSERT,
    CT_SQL_EQUIP_EVENT_INSERT,
    CT_SQL_EQUIP_FIND_PUT,
    CT_SQL_EQUIP_FIND_CONDITION,
    CT_SQL_EQUIP_GET,
    CT_SQL_EQUIP_VERSION,
    CT_SQL_EQUIP_STATE,
    CT_SQL_EQUIP_BY_ASSET,
    CT_SQL_EQUIP_BY_UDI,
    CT_SQL_EQUIP_BY_SERIAL,
    CT_SQL_EQUIP_IMPORTED,
    CT_SQL_EQUIP_LIST,
    CT_SQL_EQUIP_IN_USE, /* one for each enum ct_equip_in_use */
    CT_EQUIPMENT_SQL_N = CT_SQL_EQUIP_IN_USE + CT_IN_USES
};
extern const struct ct_sql ct_equipment_sql[CT_EQUIPMENT_SQL_N];
enum {
    CT_SQL_EQUIP_HISTORY,
    CT_SQL_PAPER_INSERT,
    CT_SQL_PAPER_GET,
    CT_SQL_PAPERS,
    CT_SQL_CAMPAIGN_INSERT,
    CT_SQL_CAMPAIGN_GET,
    CT_SQL_CAMPAIGNS,
    CT_SQL_CAMPAIGN_LINE_INSERT,
    CT_SQL_CAMPAIGN_LINES,
    CT_SQL_CAMPAIGN_LINE_LAST,
    CT_SQL_CAMPAIGNS_OF,
    CT_EQUIPMENT_MORE_SQL_N
};
extern const struct ct_sql ct_equipment_more_sql[CT_EQUIPMENT_MORE_SQL_N];

/* Without a permission check and without `state` (which stays CT_STATE_OK). CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_equipment_load(struct ct_db *db, int64_t id,
                                              struct ct_equipment *ret,
                                              struct ct_error *reterr);
/* The device is in that condition from at_ms on: an event and equipment_find. The same
 * condition again writes nothing. */
CT_NODISCARD enum ct_status ct_equipment_condition_in(struct ct_app *app, struct ct_db *db,
                                                      int64_t id, enum ct_equip_condition to,
                                                      int64_t at_ms, const char *text,
                                                      struct ct_entry *entry,
                                                      struct ct_error *reterr);

/* A version of a device, as it was. CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_equipment_version_load(struct ct_db *db, int64_t detail_id,
                                                      struct ct_equipment *ret,
                                                      struct ct_error *reterr);
/* " location Bay 4 instead of Bay 3; serial SN-2": appended; nothing when nothing is. */
void ct_equipment_changes(const struct ct_equipment *was, const struct ct_equipment *is,
                          struct ct_buf *out);
/* equipment_find of e, all of it; e is as ct_equipment_load gives it. */
CT_NODISCARD enum ct_status ct_equipment_find_put(struct ct_db *db,
                                                  const struct ct_equipment *e,
                                                  struct ct_error *reterr);
/* The model in force of a first version. CT_ENOTFOUND (field "model_id"). */
CT_NODISCARD enum ct_status ct_model_load(struct ct_db *db, int64_t first_id,
                                          struct ct_equip_model *ret, struct ct_error *reterr);
/* What is accepted; `was` NULL: a new one. Texts are trimmed, what follows from the UDI is
 * filled in. Neither looks at other devices. */
CT_NODISCARD enum ct_status ct_equipment_check(struct ct_app *app,
                                               const struct ct_equipment *was,
                                               struct ct_equipment *e, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_model_check(struct ct_app *app, const struct ct_equip_model *was,
                                           struct ct_equip_model *m, struct ct_error *reterr);
/* A reason that is given or refused (field "reason"), at most CT_EQUIP_REASON_MAX. */
CT_NODISCARD enum ct_status ct_equip_reason(const char *reason, char out[CT_EQUIP_REASON_MAX + 1],
                                            struct ct_error *reterr);
/* Folded and with figures that sort by their value. */
void ct_asset_sort_key(const char *asset, char out[3 * CT_ASSET_MAX + 1]);

/* ---- schedule*.c, result.c -------------------------------------------------- */

enum {
    CT_SQL_SCHED_INSERT,
    CT_SQL_SCHED_FIND_PUT,
    CT_SQL_SCHED_FIND_DELETE,
    CT_SQL_SCHED_GET,
    CT_SQL_SCHED_OF,
    CT_SQL_SCHED_DONE,
    CT_SQL_SCHED_LATE,
    CT_SQL_SCHED_AMBER, /* the longest that a schedule says */
    CT_SQL_SCHED_BOARD,
    CT_SQL_SCHED_OVERDUE,  /* how many of the board's are */
    CT_SQL_SCHED_APPROVALS,
    CT_SQL_RESULT_INSERT,
    CT_SQL_RESULT_GET,
    CT_SQL_RESULT_LIST,
    CT_SQL_RESULT_ANSWERS, /* of a check that was walked */
    CT_SCHEDULE_SQL_N
};
extern const struct ct_sql ct_schedule_sql[CT_SCHEDULE_SQL_N];

/* Row of CT_SQL_SCHED_GET, _OF or _BOARD. */
void ct_schedule_row(struct ct_stmt *st, struct ct_schedule *ret);
/* By its first version, without a permission check. CT_ENOTFOUND: there is none, or it
 * ended. */
CT_NODISCARD enum ct_status ct_schedule_load(struct ct_db *db, int64_t first_id,
                                             struct ct_schedule *ret, struct ct_error *reterr);
/* schedule_find of s (its current version), from the results that count. s->due, last_day,
 * result_id follow. */
CT_NODISCARD enum ct_status ct_schedule_derive(struct ct_db *db, struct ct_schedule *s,
                                               struct ct_error *reterr);

/* Checked already. r->id, recorded_ms, by_user are set; schedule_find follows. A failed one
 * opens a fault unless r->fault_id or r->calibration_id says that there is one. With
 * r->fault_id it is that fault's return-to-service test (ct_fault_tested_in). */
CT_NODISCARD enum ct_status ct_result_write_in(struct ct_app *app, struct ct_db *db,
                                               struct ct_task_result *r, struct ct_entry *entry,
                                               struct ct_error *reterr);
/* ct_result_record of a check that was walked, by its id (NULL: none was); r->answers is
 * kept with it. */
CT_NODISCARD enum ct_status ct_result_checked(struct ct_app *app, struct ct_task_result *r,
                                              const char *check, struct ct_error *reterr);
/* That result is marked entered in error because what it rests on was: CT_OK also when it is
 * already. The due date follows. */
CT_NODISCARD enum ct_status ct_result_void_in(struct ct_app *app, struct ct_db *db, int64_t id,
                                              const char *reason, struct ct_entry *entry,
                                              struct ct_error *reterr);
/* Is every calibration (and, for a device on the mains, electrical safety) that is scheduled
 * for it in date on that day? CT_OK with the last day of the soonest to lapse; CT_EINVAL
 * with "calibration overdue since 12 Nov 2026"; CT_ENOTFOUND: nothing is scheduled. */
CT_NODISCARD enum ct_status ct_equipment_in_date(struct ct_db *db, int64_t equipment_id,
                                                 ct_date day, ct_date *ret_last_day,
                                                 struct ct_error *reterr);

/* ---- fault*.c, guide.c -------------------------------------------------------- */

enum {
    CT_SQL_FAULT_INSERT,
    CT_SQL_FAULT_EVENT_INSERT,
    CT_SQL_FAULT_FIND_PUT,
    CT_SQL_FAULT_FIND_DELETE,
    CT_SQL_FAULT_OF,
    CT_SQL_FAULT_GET,
    CT_SQL_FAULT_LIST,
    CT_SQL_FAULT_OPEN,
    CT_SQL_FAULT_DEVICE,
    CT_SQL_FAULT_EVENTS,
    CT_SQL_FAULT_LAST,      /* the last event that says repaired or nothing found */
    CT_SQL_FAULT_FAILED,    /* what failed: a row a finding */
    CT_SQL_FAULT_SCHEDULED,
    CT_SQL_FAULT_PASSED,
    CT_SQL_FAULT_RESULT,
    CT_SQL_FAULT_UNLINKED,  /* results since the repair that the fault does not name yet */
    CT_SQL_FAULT_DOERS,
    CT_SQL_GUIDE_WALK_INSERT,
    CT_FAULT_SQL_N
};
extern const struct ct_sql ct_fault_sql[CT_FAULT_SQL_N];

/* ---- equipment_gate.c --------------------------------------------------------- */

enum {
    CT_SQL_GATE_ANY,
    CT_SQL_GATE_DEVICE,
    CT_SQL_GATE_CONDITION,  /* at a moment */
    CT_SQL_GATE_CAMPAIGN,
    CT_SQL_GATE_SCHEDULES,
    CT_SQL_GATE_DONE,       /* accepted days of a schedule, up to a day */
    CT_SQL_GATE_LIMITS,
    CT_SQL_OVERRIDE_INSERT,
    CT_SQL_OVERRIDE_SET,    /* of a set of vitals, whichever version asked */
    CT_SQL_OVERRIDE_REF,
    CT_SQL_OVERRIDE_ON,
    CT_GATE_SQL_N
};
extern const struct ct_sql ct_gate_sql[CT_GATE_SQL_N];

/* f as in ct_fault_open; an open fault of the device takes it up as a further step
 * (f->id is then that one's) instead of a second one. */
CT_NODISCARD enum ct_status ct_fault_open_in(struct ct_app *app, struct ct_db *db,
                                             struct ct_fault *f, bool quarantine,
                                             struct ct_entry *entry, struct ct_error *reterr);
/* A return-to-service test was done: step CT_FAULT_TESTED, or, failed, set apart again.
 * CT_EINVAL: the fault is not at a step where tests are done. A result that was measured
 * before the repair is no test of it: CT_OK, and no step. */
CT_NODISCARD enum ct_status ct_fault_tested_in(struct ct_app *app, struct ct_db *db,
                                               int64_t fault_id, int64_t result_id,
                                               enum ct_task_verdict verdict,
                                               struct ct_entry *entry,
                                               struct ct_error *reterr);
/* The device was adjusted in a calibration: step CT_FAULT_REPAIRED of its open fault, when
 * there is one that waits for it. CT_OK without one. */
CT_NODISCARD enum ct_status ct_fault_adjusted_in(struct ct_app *app, struct ct_db *db,
                                                 int64_t equipment_id, const char *what,
                                                 struct ct_entry *entry,
                                                 struct ct_error *reterr);
/* The device is retired: its open fault ends with it. */
CT_NODISCARD enum ct_status ct_fault_retired_in(struct ct_app *app, struct ct_db *db,
                                                int64_t equipment_id, struct ct_entry *entry,
                                                struct ct_error *reterr);

/* ---- calibration*.c, certificate.c, drift.c ------------------------------------ */

enum {
    CT_SQL_CAL_TEXT_FIND,
    CT_SQL_CAL_TEXT_INSERT,
    CT_SQL_CAL_INSERT,
    CT_SQL_CAL_REFERENCE_INSERT,
    CT_SQL_CAL_POINT_INSERT,
    CT_SQL_CAL_LEFT_OUT_INSERT,
    CT_SQL_CAL_EVENT_INSERT,
    CT_SQL_CAL_FIND_PUT,
    CT_SQL_CAL_GET,
    CT_SQL_CAL_DETAIL,
    CT_SQL_CAL_REFERENCES,
    CT_SQL_CAL_POINTS,
    CT_SQL_CAL_LEFT_OUT,
    CT_SQL_CAL_EVENTS,
    CT_SQL_CAL_OPEN,
    CT_SQL_CAL_LAST,
    CT_SQL_CAL_SCHEDULE,
    CT_SQL_CAL_FAULT,
    CT_SQL_CAL_CERTIFICATES,
    CT_SQL_CAL_OWN,
    CT_SQL_CAL_RESULT,
    CT_SQL_CAL_LIST,
    CT_SQL_CAL_LIST_OF,
    CT_SQL_CAL_LIST_WAITING,
    CT_SQL_CAL_SIGNATURE,
    CT_SQL_CAL_LABEL,
    CT_SQL_CAL_DUE,
    CT_SQL_CAL_DRIFT,
    CT_CALIBRATION_SQL_N
};
extern const struct ct_sql ct_calibration_sql[CT_CALIBRATION_SQL_N];

/* ---- lookback*.c --------------------------------------------------------------- */

enum {
    CT_SQL_LOOKBACK_FROM,
    CT_SQL_LOOKBACK_INSERT,
    CT_SQL_LOOKBACK_EVENT_INSERT,
    CT_SQL_LOOKBACK_FIND_PUT,
    CT_SQL_LOOKBACK_FIND_DELETE,
    CT_SQL_LOOKBACK_COUNT,
    CT_SQL_LOOKBACK_GET,
    CT_SQL_LOOKBACK_IDS,
    CT_SQL_LOOKBACK_IDS_OPEN,
    CT_SQL_LOOKBACK_IDS_OF,
    CT_SQL_LOOKBACK_EVENTS,
    CT_SQL_LOOKBACK_SAID,
    CT_SQL_LOOKBACK_TEXT,
    CT_SQL_LOOKBACK_VITALS,
    CT_SQL_LOOKBACK_RECORDED, /* the set of that number or the next */
    CT_SQL_LOOKBACK_PROCEDURES,
    CT_SQL_LOOKBACK_LOADS,       /* of a machine */
    CT_SQL_LOOKBACK_LOAD,        /* one of them, as it stands */
    CT_SQL_LOOKBACK_COLDEST,     /* its temperatures */
    CT_SQL_LOOKBACK_CALIBRATIONS,
    CT_SQL_LOOKBACK_NEXT,
    CT_SQL_LOOKBACK_FAILED,
    CT_LOOKBACK_SQL_N
};
extern const struct ct_sql ct_lookback_sql[CT_LOOKBACK_SQL_N];

/* Opened by a calibration whose as-found verdict was out of tolerance. */
CT_NODISCARD enum ct_status ct_lookback_open_in(struct ct_app *app, struct ct_db *db,
                                                int64_t equipment_id, int64_t calibration_id,
                                                const char *template_id, int64_t found_ms,
                                                struct ct_entry *entry,
                                                int64_t *ret_id, struct ct_error *reterr);

#endif
