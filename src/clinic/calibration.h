/* calibration - a device measured against a reference: as found, adjusted, as left; judged,
 * approved by a second person, certified.
 *
 * Layer:  clinic. Template: calibration_template.h; verdicts: conformity.h.
 * Steps:  as found (readings of every point that applies; nothing touched before) ->
 *         [adjusted -> as left]... -> handed in -> approved with a signature, or sent back
 *         (adjusted again, handed in again, or entered in error). Without adjustment what
 *         was found is what is left. An adjustment without as-found readings cannot be
 *         entered. After each adjustment all points are measured again: a round.
 * Typed:  readings with or without the point's unit; another unit is refused. A bare number
 *         is in the point's unit. "- above capacity" leaves a point out, with the reason.
 * Kept:   the template's canonical text, tolerances in force, readings as typed, rule, U and
 *         verdict a point: an edit of the template or of the device never changes them.
 * Refs:   each reference standard must be registered, be of the kind that the point asks
 *         for, in service, in date on the day (its own schedules) and have a certificate;
 *         else refused with a sentence. The device never gates its own calibration.
 *         Without a schedule of its own the certificate must say until when it counts.
 * Then:   as found not in tolerance (fail; conditional fail too) opens, in the same
 *         transaction, a fault (quarantined) and, of a calibration, the look-back
 *        : a leakage current makes no figure of a patient wrong. Approval
 *         writes the result (schedule.h) from which the next due date follows.
 * Source: ISO/IEC 17025:2017 7.8 (content), ILAC-G8:09/2019 (rules); see conformity.h.
 * Units:  as conformity.h: millionths of the template's unit.
 */
#ifndef CT_CLINIC_CALIBRATION_H
#define CT_CLINIC_CALIBRATION_H

#include "clinic/calibration_template.h"
#include "clinic/schedule.h"

enum ct_cal_step { CT_CAL_FOUND, CT_CAL_ADJUSTED, CT_CAL_LEFT, CT_CAL_HANDED_IN,
                   CT_CAL_SENT_BACK, CT_CAL_APPROVED, CT_CAL_IN_ERROR, CT_CAL_STEPS };
enum ct_cal_phase { CT_CAL_AS_FOUND, CT_CAL_AS_LEFT, CT_CAL_PHASES };
extern const char *const CT_CAL_STEP_NAME[CT_CAL_STEPS];
enum { CT_CAL_REFS_MAX = 6 };

struct ct_cal_reference {
    int64_t equipment_id, detail_id;
    char asset[CT_ASSET_MAX + 1], of[80]; /* "manometer" */
    ct_date last_day;
    char certificate[201];
};
struct ct_cal_value {          /* one point in one phase */
    bool applies;              /* to the device, by its electrical class and applied part */
    bool measured;             /* there are readings, and c is their verdict */
    char left_out[121];        /* applies and is not measured: why; "" not said (yet) */
    int64_t nominal;           /* of the template, else the device's own; CT_UNSET not given */
    struct ct_tolerance tolerance;
    bool limited;              /* there is a tolerance: the template's, or a declared one */
    char limits[121];          /* it in words, as it is kept: "+-3 mmHg", "<= 100 uA" */
    char declared[121];        /* where a declared limit was taken from */
    char readings[1201];       /* as typed: numbers with or without the unit, blanks between */
    struct ct_repeat repeat;
    int64_t u;                 /* CT_UNSET not known */
    struct ct_conformity c;
};
struct ct_calibration {
    int64_t id, equipment_id, detail_id, schedule_id, fault_id; /* the last two 0: none */
    enum ct_task_kind kind;
    enum ct_task_why why;
    enum ct_cal_rule rule;
    char rule_source[121], place[65], item_state[201];
    int64_t temp_c10, rh_pct, press_hpa; /* CT_UNSET not measured */
    int64_t done_ms, at_ms;
    uint32_t by_user;
    char by[64];
    struct ct_equipment e;     /* the device: as it was registered then (as it is now, of a new one) */
    struct ct_caltemplate *t;  /* owned; with the device's division, once it is given */
    struct ct_caltemplate *undivided; /* owned; NULL: its limits are in no device's divisions */
    struct ct_cal_reference ref[CT_CAL_REFS_MAX];
    size_t n_refs;
    struct ct_cal_value *value[CT_CAL_PHASES]; /* one a point; owned; as left: the last round */
    /* derived */
    int64_t event_id;          /* the last event, as it was seen; 0: nothing is written yet */
    enum ct_cal_step step;
    enum ct_cal_verdict found, left; /* the worst of its points */
    bool has_left;
    int rounds;                /* measured so far besides as found */
    int64_t left_ms;           /* of the last one; CT_UNSET none */
    char adjusted[CT_EQUIP_TEXT_MAX + 1]; /* the last adjustment; the others: ct_calibration_events */
    uint32_t left_by;
    char left_name[64];
    char remarks[CT_EQUIP_TEXT_MAX + 1], limits[201], sent_back[CT_EQUIP_TEXT_MAX + 1];
    uint32_t approved_by;
    char approved_name[64];
    int64_t approved_ms;
};
void ct_calibration_free(struct ct_calibration *k);
void ct_calibration_freep(struct ct_calibration **k);
#define CT_CALIBRATION CT_CLEANUP(ct_calibration_freep) struct ct_calibration

/* The templates that fit a device: those of its class, those that its class names, and
 * electrical safety; ids as ct_caltemplate_ids gives them. */
CT_NODISCARD enum ct_status ct_calibration_templates(struct ct_app *app,
                                                     const struct ct_equipment *e,
                                                     struct ct_buf *ret,
                                                     struct ct_error *reterr);
/* A new one of that device by that template, with the points that apply to it (electrical
 * class, applied part). Of its last calibration by that template come the references that
 * are in date, U, and limits that the device declares. Writes nothing. CT_ECONFLICT: one by
 * that template is open, its number is in *ret_open (may be NULL). CT_EINVAL: the template is
 * for another class; the electrical class or applied part is not said and points depend on it. */
CT_NODISCARD enum ct_status ct_calibration_new(struct ct_app *app, int64_t equipment_id,
                                               const char *template_id,
                                               struct ct_calibration **ret, int64_t *ret_open,
                                               struct ct_error *reterr);
/* A reading line of a point as typed ("120.1 120.3 mmHg"): repeat and verdict of its value.
 * "" takes them back; "- reason" leaves the point out. CT_EINVAL with the point's id as
 * field: no number, another unit than the point's, a unit with only some of them, too few or
 * too many, a tolerance of zero, no limit or nominal of a declared one, no U where the rule
 * wants it, a point whose `after` did not pass. It is not measured then. */
CT_NODISCARD enum ct_status ct_calibration_read(const struct ct_calibration *k, size_t point,
                                                enum ct_cal_phase phase, const char *typed,
                                                struct ct_error *reterr);
/* The device's own nominal and limits of a declared point, of both phases: nominal ("" where
 * the template has it), limit "+-5 %", "+-3 mmHg", "<= 100", ">= 30", "134 to 137", and where
 * it was taken from. Judged again. CT_EINVAL with the point's id: a limit without where it
 * comes from, of zero, a point whose limits the template gives. */
CT_NODISCARD enum ct_status ct_calibration_declare(const struct ct_calibration *k, size_t point,
                                                   const char *nominal, const char *limit,
                                                   const char *from, struct ct_error *reterr);
/* The device's verification scale interval e as typed, with or without unit, and where it is
 * written, of a template that leaves it to the device: limits in e are then in that unit.
 * Until then no reading, U or limit is taken. Only before as-found is recorded; what was
 * read is judged again. CT_EINVAL, field "division". */
CT_NODISCARD enum ct_status ct_calibration_division(struct ct_calibration *k, const char *typed,
                                                    const char *from, struct ct_error *reterr);
/* A template whose limits wait for that. */
bool ct_calibration_lacks_division(const struct ct_calibration *k);
/* U (k = 2) of a point in one phase as typed, with or without unit; "" not known. Judged
 * again. */
CT_NODISCARD enum ct_status ct_calibration_u(const struct ct_calibration *k, size_t point,
                                             enum ct_cal_phase phase, const char *typed,
                                             struct ct_error *reterr);
/* The rule agreed before measuring; another than the template's says who asks for it
 * (field rule_source). Only before as-found is recorded; judged again. */
CT_NODISCARD enum ct_status ct_calibration_rule(struct ct_calibration *k, enum ct_cal_rule rule,
                                                const char *source, struct ct_error *reterr);
/* Takes back all that was read in a phase. */
void ct_calibration_clear(const struct ct_calibration *k, enum ct_cal_phase phase);
/* The limit of a point in words of a declared limit; "<= 100 uA". */
void ct_cal_limits_text(const struct ct_tolerance *t, int64_t nominal, const char *unit,
                        char *out, size_t size);
/* "134 to 137 degC" -> a tolerance about the nominal; the contract of ct_calibration_declare. */
CT_NODISCARD enum ct_status ct_cal_limits_parse(const char *field, const char *s,
                                                int64_t nominal, const char *unit,
                                                struct ct_tolerance *ret,
                                                struct ct_error *reterr);
/* What is left to the nearest acceptance limit, in per cent of the distance from the nominal
 * to it: "62 %", below zero beyond it; "" without a zone. And the error of the mean. */
void ct_cal_margin_text(const struct ct_cal_value *v, char *out, size_t size);
void ct_cal_error_text(const struct ct_cal_value *v, char *out, size_t size);
/* |error| over the tolerance on that side; NAN without one. */
double ct_cal_share(const struct ct_cal_value *v);
/* May that device be reference for it on that day? CT_EINVAL (field "reference") with the
 * sentence: overdue since, quarantined, no certificate, another kind of reference. */
CT_NODISCARD enum ct_status ct_calibration_reference(struct ct_app *app, struct ct_calibration *k,
                                                     const char *asset, struct ct_error *reterr);
/* The kinds of reference that points to be measured ask for and none is there, ", " between;
 * "" all are there. */
void ct_calibration_lacks(const struct ct_calibration *k, char *out, size_t size);
/* The as-found readings, complete: CT_EINVAL with the point that is missing, a reference
 * that is, ambient conditions that are or are outside the template's. Opens fault and
 * look-back when out of tolerance; their ids in *ret_fault, *ret_lookback (0 none). */
CT_NODISCARD enum ct_status ct_calibration_found(struct ct_app *app, struct ct_calibration *k,
                                                 int64_t *ret_fault, int64_t *ret_lookback,
                                                 struct ct_error *reterr);
/* Further steps, in order; each asks that the step seen is the step now (CT_ECONFLICT), and
 * reads k anew. limits: limits of use; "" none. */
CT_NODISCARD enum ct_status ct_calibration_adjusted(struct ct_app *app, struct ct_calibration *k,
                                                    const char *what, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_calibration_left(struct ct_app *app, struct ct_calibration *k,
                                                struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_calibration_hand_in(struct ct_app *app, struct ct_calibration *k,
                                                   const char *remarks, const char *limits,
                                                   struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_calibration_send_back(struct ct_app *app, struct ct_calibration *k,
                                                     const char *why, struct ct_error *reterr);
/* By another person than who measured or adjusted (CT_EDENIED), signed. Writes the result:
 * passed, failed, or limited when conditional or with limits of use in the remarks. */
CT_NODISCARD enum ct_status ct_calibration_approve(struct ct_app *app, struct ct_calibration *k,
                                                   struct ct_error *reterr);
/* Entered in error: for whoever measured, and supervisors; an approved one for supervisors
 * alone, and its result with it. The fault and look-back that it opened stay. */
CT_NODISCARD enum ct_status ct_calibration_void(struct ct_app *app, int64_t id, const char *why,
                                                struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_calibration_get(struct ct_app *app, int64_t id,
                                               struct ct_calibration **ret,
                                               struct ct_error *reterr);
/* What was done with it, oldest first; one allocation, free(). */
struct ct_cal_event {
    enum ct_cal_step step;
    int verdict; /* enum ct_cal_verdict; -1 none */
    char text[CT_EQUIP_TEXT_MAX + 1], limits[201];
    int64_t at_ms;
    uint32_t by_user;
    char by[64];
};
CT_NODISCARD enum ct_status ct_calibration_events(struct ct_app *app, int64_t id,
                                                  struct ct_cal_event **ret, size_t *ret_n,
                                                  struct ct_error *reterr);
/* Lists: without points and text. equipment_id 0 all; waiting: handed in, not approved. */
struct ct_cal_line {
    int64_t id, equipment_id, done_ms;
    uint32_t by_user;
    char asset[CT_ASSET_MAX + 1], title[CT_CALT_TITLE_MAX + 1], by[64];
    char template_id[CT_CALT_ID_MAX + 1];
    enum ct_cal_step step;
    enum ct_cal_verdict found, left;
    bool has_left;
};
CT_NODISCARD enum ct_status ct_calibration_list(struct ct_app *app, int64_t equipment_id,
                                                bool waiting, size_t limit,
                                                struct ct_cal_line **ret, size_t *ret_n,
                                                struct ct_error *reterr);

/* ---- papers -------------------------------------------------------------------- */

/* The certificate: every item of 7.8.2 and 7.8.4 that applies, its number K-n and "page n
 * of m" on every page, an end mark, results before and after adjustment, U and k, rule and
 * TUR, references with their certificates, environment, who authorised it and the signature
 * of the chain. Not approved: "DRAFT, not a certificate" on every page. Never an interval,
 * unless the site asks for it. `lines` a page (0: one page), parted by form feeds; cols 60 or
 * more. Appended. */
CT_NODISCARD enum ct_status ct_certificate_text(struct ct_app *app, const struct ct_calibration *k,
                                                int cols, int lines, struct ct_buf *out,
                                                struct ct_error *reterr);
/* The one status label of a device as it is now: calibrated (asset, date, due, K-n, by), out
 * of service, limited use, indicative only. Four lines of at most 36 columns. Appended;
 * *ret_use (may be NULL): may it be used? 1, with limits or notes 0, not to be used -1. */
CT_NODISCARD enum ct_status ct_equipment_label(struct ct_app *app, int64_t equipment_id,
                                               struct ct_buf *out, int *ret_use,
                                             struct ct_error *reterr);

/* ---- drift and intervals: pure -------------------------------------------------- */

enum { CT_DRIFT_MAX = 400 };
struct ct_drift_point { ct_date day; double error; bool after_adjust; /* as left: a new beginning */
                        int64_t calibration_id; };
struct ct_drift {
    size_t n;
    struct ct_drift_point p[CT_DRIFT_MAX]; /* as found and, where adjusted, as left; oldest first */
    double low, high;       /* tolerance about the nominal now; NAN none */
    bool fitted;            /* three as-found since the last adjustment or more */
    double per_year;        /* least squares since the last adjustment, what it was left at among them; NAN not fitted */
    double at_last;         /* the line on the last day; the same */
    double s;               /* standard deviation about the line */
    ct_date leaves;         /* when the line leaves tolerance, in the past if it has; CT_NO_DATE: never, or beyond 50 years */
};
CT_NODISCARD enum ct_status ct_drift_of(struct ct_app *app, int64_t equipment_id,
                                        const char *template_id, const char *point,
                                        struct ct_drift *ret, struct ct_error *reterr);
void ct_drift_fit(struct ct_drift *d); /* from p, n, low, high */
/* |error| of a point over the tolerance on its side, as it is now; NAN without one. */
double ct_drift_share(const struct ct_drift *d, const struct ct_drift_point *p);
/* Staircase on 1, 2, 3, 6, 9, 12, 18, 24, 36, 48, 60 months: a step up when the last three
 * as-found lie within `within` (0.8: 80 %) of the tolerance, a step down when the last one
 * lay outside of it, else as it is. Beside what the site decides. */
enum ct_stair { CT_STAIR_KEEP, CT_STAIR_EXTEND, CT_STAIR_SHORTEN };
struct ct_interval_advice { enum ct_stair step; int months_now, months; char why[200]; };
void ct_interval_advice(int months_now, const double *share, size_t n, double within,
                        struct ct_interval_advice *ret); /* share: |error| / tolerance, newest first */

#endif
