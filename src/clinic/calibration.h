/* calibration - a device measured against a reference: as found, adjusted, as left; judged,
 * approved by a second person, certified.
 *
 * Layer:  clinic. Template: calibration_template.h; verdicts: conformity.h.
 * Steps:  as found (readings of every point that applies; nothing touched before) ->
 *         [adjusted -> as left] -> handed in -> approved with a signature, or sent back
 *         (another as-left, or entered in error). Without adjustment what was found is what
 *         is left. An adjustment without as-found readings cannot be entered.
 * Kept:   the template's canonical text, tolerances in force, readings as typed, rule, U and
 *         verdict a point: an edit of the template or of the device never changes them.
 * Refs:   each reference standard must be registered, be of the kind that the point asks
 *         for, in service, in date on the day (its own schedules) and have a certificate;
 *         else refused with a sentence. The device never gates its own calibration.
 * Then:   as found not in tolerance (fail; conditional fail too) opens, in the same
 *         transaction, a fault (quarantined) and the look-back (lookback.h). Approval writes
 *         the result (schedule.h) from which the next due date follows.
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
    bool measured;             /* false: does not apply to the device, or was left out with `after` */
    int64_t nominal;           /* of the template, else the device's own as typed */
    struct ct_tolerance tolerance;
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
    struct ct_caltemplate *t;  /* owned */
    struct ct_cal_reference ref[CT_CAL_REFS_MAX];
    size_t n_refs;
    struct ct_cal_value *value[CT_CAL_PHASES]; /* one a point; owned; [CT_CAL_AS_LEFT] NULL: not measured */
    /* derived */
    enum ct_cal_step step;
    enum ct_cal_verdict found, left; /* the worst of its points */
    bool has_left;
    char adjusted[CT_EQUIP_TEXT_MAX + 1], remarks[CT_EQUIP_TEXT_MAX + 1], sent_back[CT_EQUIP_TEXT_MAX + 1];
    uint32_t approved_by;
    char approved_name[64];
    int64_t approved_ms;
};
void ct_calibration_free(struct ct_calibration *k);
void ct_calibration_freep(struct ct_calibration **k);
#define CT_CALIBRATION CT_CLEANUP(ct_calibration_freep) struct ct_calibration

/* A new one of that device by that template, with the points that apply to it (electrical
 * class, applied part), its references of last time if they are in date. Writes nothing. */
CT_NODISCARD enum ct_status ct_calibration_new(struct ct_app *app, int64_t equipment_id,
                                               const char *template_id,
                                               struct ct_calibration **ret,
                                               struct ct_error *reterr);
/* A reading line of a point as typed ("120.1 120.3 mmHg"): repeat and verdict of v. CT_EINVAL
 * with the point's id as field: no number, another unit than the point's, a unit with only
 * some of them, a tolerance of zero, a declared limit that is missing, too many. */
CT_NODISCARD enum ct_status ct_calibration_read(const struct ct_calibration *k, size_t point,
                                                enum ct_cal_phase phase, const char *typed,
                                                struct ct_error *reterr);
/* May that device be reference for it on that day? CT_EINVAL (field "reference") with the
 * sentence: overdue since, quarantined, no certificate, another kind of reference. */
CT_NODISCARD enum ct_status ct_calibration_reference(struct ct_app *app, struct ct_calibration *k,
                                                     const char *asset, struct ct_error *reterr);
/* The as-found readings, complete: CT_EINVAL with the point that is missing, a reference
 * that is, ambient conditions that are or are outside the template's. Opens fault and
 * look-back when out of tolerance; their ids in *ret_fault, *ret_lookback (0 none). */
CT_NODISCARD enum ct_status ct_calibration_found(struct ct_app *app, struct ct_calibration *k,
                                                 int64_t *ret_fault, int64_t *ret_lookback,
                                                 struct ct_error *reterr);
/* Further steps, in order; each asks that the step seen is the step now (CT_ECONFLICT). */
CT_NODISCARD enum ct_status ct_calibration_adjusted(struct ct_app *app, struct ct_calibration *k,
                                                    const char *what, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_calibration_left(struct ct_app *app, struct ct_calibration *k,
                                                struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_calibration_hand_in(struct ct_app *app, struct ct_calibration *k,
                                                   const char *remarks, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_calibration_send_back(struct ct_app *app, struct ct_calibration *k,
                                                     const char *why, struct ct_error *reterr);
/* By another person than who measured or adjusted (CT_EDENIED), signed. Writes the result:
 * passed, failed, or limited when conditional or with limits of use in the remarks. */
CT_NODISCARD enum ct_status ct_calibration_approve(struct ct_app *app, struct ct_calibration *k,
                                                   struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_calibration_void(struct ct_app *app, int64_t id, const char *why,
                                                struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_calibration_get(struct ct_app *app, int64_t id,
                                               struct ct_calibration **ret,
                                               struct ct_error *reterr);
/* Lists: without points and text. equipment_id 0 all; waiting: handed in, not approved. */
struct ct_cal_line {
    int64_t id, equipment_id, done_ms;
    char asset[CT_ASSET_MAX + 1], title[CT_CALT_TITLE_MAX + 1], by[64];
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
 * unless the site asks for it. `lines` a page (0: one page). Appended. */
CT_NODISCARD enum ct_status ct_certificate_text(struct ct_app *app, const struct ct_calibration *k,
                                                int cols, int lines, struct ct_buf *out,
                                                struct ct_error *reterr);
/* The one status label of a device as it is now: calibrated (asset, date, due, K-n, by), out
 * of service, limited use, indicative only. Four short lines. Appended. */
CT_NODISCARD enum ct_status ct_equipment_label(struct ct_app *app, int64_t equipment_id,
                                               struct ct_buf *out, struct ct_error *reterr);

/* ---- drift and intervals: pure -------------------------------------------------- */

enum { CT_DRIFT_MAX = 400 };
struct ct_drift_point { ct_date day; double error; bool after_adjust; /* as left: a new beginning */
                        int64_t calibration_id; };
struct ct_drift {
    size_t n;
    struct ct_drift_point p[CT_DRIFT_MAX]; /* as found and, where adjusted, as left; oldest first */
    double low, high;       /* tolerance about the nominal now; NAN none */
    bool fitted;            /* three as-found since the last adjustment or more */
    double per_year, at_last, s; /* least squares since the last adjustment */
    ct_date leaves;         /* when the line leaves tolerance; CT_NO_DATE: never, or beyond 50 years */
};
CT_NODISCARD enum ct_status ct_drift_of(struct ct_app *app, int64_t equipment_id,
                                        const char *template_id, const char *point,
                                        struct ct_drift *ret, struct ct_error *reterr);
void ct_drift_fit(struct ct_drift *d); /* from p, n, low, high */
/* Staircase: extend when the last as-found (three, for safety) lies within 80 % of the
 * tolerance, shorten when outside it, else keep. Months; beside what the site decides. */
enum ct_stair { CT_STAIR_KEEP, CT_STAIR_EXTEND, CT_STAIR_SHORTEN };
struct ct_interval_advice { enum ct_stair step; int months_now, months; char why[200]; };
void ct_interval_advice(int months_now, const double *share, size_t n,
                        struct ct_interval_advice *ret); /* share: |error| / tolerance, newest first */

#endif
