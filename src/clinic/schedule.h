/* schedule - what is due on a device and when: calibration, electrical safety, preventive
 * maintenance, pre-use check, cleaning; and the results from which that follows.
 *
 * Layer:  clinic. ct_schedule_due is pure.
 * Due:    a civil date, from the latest accepted result (passed, or passed with limits of
 *         use; not entered in error; of calibration and electrical safety one that rests on
 *         an approved calibration, or an outside one with its certificate). A failed result
 *         moves nothing. Done early within the window, the phase is kept: the next is the
 *         interval after the due date, not after the day it was done; earlier than that,
 *         and late, it is the interval after the day it was done (QATrack+ keeps the phase
 *         within its window too). Months are civil: the 31st becomes the last day.
 * Late:   `last_day` is the last day on which it is not overdue: the due day, the end of
 *         its month, or grace days after, as the schedule's rule says, always shown with it.
 *         A due day is the last usable day: overdue is day > last_day, one function.
 * Units:  ct_date; days.
 */
#ifndef CT_CLINIC_SCHEDULE_H
#define CT_CLINIC_SCHEDULE_H

#include "clinic/checklist.h"
#include "clinic/equipment.h"

enum ct_task_kind { CT_TASK_CALIBRATION, CT_TASK_ELECTRICAL, CT_TASK_MAINTENANCE,
                    CT_TASK_PRE_USE, CT_TASK_CLEANING, CT_TASKS };
extern const char *const CT_TASK_NAME[CT_TASKS]; /* "preventive maintenance" */
enum ct_interval_unit { CT_EVERY_DAY, CT_EVERY_WEEK, CT_EVERY_MONTH, CT_EVERY_YEAR,
                        CT_EVERY_UNITS };
enum ct_due_rule { CT_DUE_DAY, CT_DUE_MONTH_END, CT_DUE_GRACE, CT_DUE_RULES };
enum ct_task_verdict { CT_TASK_PASSED, CT_TASK_FAILED, CT_TASK_LIMITED, CT_TASK_VERDICTS };
enum ct_task_why { CT_TASK_SCHEDULED, CT_TASK_OUT_OF_TURN, CT_TASK_AFTER_REPAIR,
                   CT_TASK_AFTER_DAMAGE, CT_TASK_ON_ACCEPTANCE, CT_TASK_WHYS };
extern const char *const CT_TASK_WHY_NAME[CT_TASK_WHYS];
/* Where a day stands against a schedule. */
enum ct_task_state { CT_TASK_NOT_YET, CT_TASK_SOON, CT_TASK_DUE, CT_TASK_OVERDUE };

enum { CT_SCHEDULE_DAYS_MAX = 400 }; /* of a window, of grace, of amber */
struct ct_schedule {
    int64_t id, first_id, equipment_id;
    enum ct_task_kind kind;
    char template_id[41];
    int every;
    enum ct_interval_unit unit;
    int window_days;
    enum ct_due_rule rule;
    int grace_days;
    int amber_days; /* -1: the site's ([devices] due_soon_days) */
    ct_date starts;
    bool ended;
    int64_t at_ms;
    uint32_t by_user;
    /* derived */
    ct_date due, last_day;
    int64_t result_id; /* 0: none yet */
    ct_date result_day; /* CT_NO_DATE: none yet */
};
/* "every 12 months, window 14 days, late after the end of the month" */
void ct_schedule_text(const struct ct_schedule *s, char *out, size_t size);
ct_date ct_interval_after(ct_date day, int every, enum ct_interval_unit unit);
ct_date ct_last_day(const struct ct_schedule *s, ct_date due);
/* The due day from the civil days of the accepted results in order of day: *ret_last_day
 * as well. Pure. n 0: `starts`. */
ct_date ct_schedule_due(const struct ct_schedule *s, const ct_date *done, size_t n,
                        ct_date *ret_last_day);
enum ct_task_state ct_task_state(const struct ct_schedule *s, int site_amber_days, ct_date today);

/* CT_EINVAL (kind, template, every, window_days: not shorter than the interval, grace_days,
 * starts: before 1970 or after 2199); CT_EEXISTS: one of that kind and template is there. */
CT_NODISCARD enum ct_status ct_schedule_add(struct ct_app *app, struct ct_schedule *s,
                                            struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_schedule_amend(struct ct_app *app, struct ct_schedule *s,
                                              const char *reason, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_schedule_end(struct ct_app *app, int64_t first_id,
                                            const char *reason, struct ct_error *reterr);
/* By its first version. CT_ENOTFOUND: there is none, or it ended. */
CT_NODISCARD enum ct_status ct_schedule_get(struct ct_app *app, int64_t first_id,
                                            struct ct_schedule *ret, struct ct_error *reterr);
/* Those in force of a device, by kind; one allocation, free(). */
CT_NODISCARD enum ct_status ct_schedule_list(struct ct_app *app, int64_t equipment_id,
                                             struct ct_schedule **ret, size_t *ret_n,
                                             struct ct_error *reterr);

/* ---- results ----------------------------------------------------------------- */

struct ct_task_result {
    int64_t id, equipment_id;
    int64_t schedule_id;   /* first version; 0: out of turn */
    enum ct_task_kind kind;
    enum ct_task_verdict verdict;
    enum ct_task_why why;
    int64_t calibration_id, fault_id; /* 0 none */
    char text[CT_EQUIP_TEXT_MAX + 1];
    const char *answers;   /* borrowed when writing, of task_check.h; NULL: none was walked */
    int64_t done_ms, recorded_ms;
    uint32_t by_user;
    char by[64];
    bool voided;
    bool walked;           /* a check with answers: ct_task_check_kept; set by the lists */
    char reason[CT_EQUIP_REASON_MAX + 1];
};
/* By hand: a check, maintenance, cleaning, or an outside calibration, of which the paper
 * that is its certificate must be there already (field "certificate"). Calibrations made
 * here come through calibration.h. A failed one opens a fault in the same transaction
 * (ct_fault_open_in of rows.h). done_ms in the future or before the device was there, or a
 * verdict typed where a check is laid down (field "verdict", task_check.h): CT_EINVAL. */
CT_NODISCARD enum ct_status ct_result_record(struct ct_app *app, struct ct_task_result *r,
                                             struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_result_void(struct ct_app *app, int64_t id, const char *reason,
                                           struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_result_list(struct ct_app *app, int64_t equipment_id, int kind,
                                           size_t limit, struct ct_task_result **ret,
                                           size_t *ret_n, struct ct_error *reterr); /* kind -1: all */

/* ---- the board ---------------------------------------------------------------- */

struct ct_task_due {
    struct ct_schedule s;
    char asset[CT_ASSET_MAX + 1], model[164], location[65], class[CT_EQUIP_CLASS_MAX + 1];
    enum ct_equip_condition condition; /* one that is out for repair is due all the same, and shown so */
    enum ct_task_state state;
    bool standard;
};
struct ct_task_filter {
    int kind;         /* -1 all */
    char class[CT_EQUIP_CLASS_MAX + 1], location[65]; /* "" all */
    int ahead_days;   /* due until so many days ahead; -1: as amber says */
    bool standards;   /* reference standards alone */
    int64_t equipment_id; /* 0 all */
};
struct ct_task_counts { int64_t overdue, due, soon; };
/* The most overdue first, then by due day, then asset; retired devices and ended schedules
 * aside. Counts and list come from one query. One allocation, free(). */
CT_NODISCARD enum ct_status ct_task_board(struct ct_app *app, const struct ct_task_filter *f,
                                          size_t limit, struct ct_task_due **ret, size_t *ret_n,
                                          struct ct_task_counts *counts, struct ct_error *reterr);

/* For the home screen: what the board has as overdue, and calibrations that were handed in
 * and are not approved. */
CT_NODISCARD enum ct_status ct_task_waiting(struct ct_app *app, int64_t *ret_overdue,
                                            int64_t *ret_approvals, struct ct_error *reterr);

/* ---- checks: data/checks ------------------------------------------------------ */

/* The short check before use, cleaning and maintenance lists: clinic/task_check.h. */
CT_NODISCARD enum ct_status ct_task_check_load(struct ct_app *app, const char *id,
                                               struct ct_checklist **ret, struct ct_error *reterr);

#endif
