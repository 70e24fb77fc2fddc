/* vitals - one set of observations on one patient: record, correct, read.
 *
 * Layer:  clinic. Append-only: a correction is a new set with a reason that
 * replaces the old one; "entered in error" is a version too. Every reader goes
 * through the view vitals_now, history aside.
 */
#ifndef CT_CLINIC_VITALS_H
#define CT_CLINIC_VITALS_H

#include "clinic/patient.h"
#include "clinic/score.h"

struct ct_vitals {
    int64_t id;               /* 0 until recorded */
    int64_t patient_id;
    int64_t taken_ms, recorded_ms;
    uint32_t recorded_by;
    struct ct_value v[CT_QS];
    char note[208];
    /* computed when recorded, stored with the set */
    int scale;                /* SpO2 scale in force, 1 or 2 */
    int score;                /* total, -1 undefined */
    int score_at_least;       /* sum so far when undefined, else -1 */
    bool single3;
    enum ct_band band;
    enum ct_not_applied not_applied;
    char score_version[16];
    int64_t next_due_ms;      /* CT_UNSET: undefined; continuous: taken_ms */
    /* versions */
    int64_t replaces_id;      /* 0: none */
    bool voided;              /* this version says: entered in error */
    char reason[208];
    bool replaced;            /* a later version exists */
};
void ct_vitals_init(struct ct_vitals *v); /* everything unset */

/* What the program knows at start: limits and score tables. Owned by the caller. */
struct ct_vitals_rules {
    struct ct_limits limits;
    struct ct_news2 *news2;
};
CT_NODISCARD enum ct_status ct_vitals_rules_load(const struct ct_config *c,
                                                 struct ct_vitals_rules *ret,
                                                 struct ct_error *reterr);
void ct_vitals_rules_done(struct ct_vitals_rules *r);

/* Score and due time into *v from its values, the patient's age at taken_ms, and
 * the alerts (scale 2, pregnant) that were not ended before taken_ms. An alert
 * entered after v->recorded_ms does not reach back to it (recorded_ms 0: still
 * being typed, every alert counts), so a corrected set is judged as the first
 * one was. Not applied: under 16, in pregnancy, or at an unknown age. A partial
 * set has no due time of its own: the patient stays due as the last full set
 * said (ct_due_patient). Pure; used live while typing, and by record. */
void ct_vitals_assess(const struct ct_vitals_rules *r, const struct ct_patient *p,
                      struct ct_vitals *v, struct ct_news2_result *ret_parts);
/* CT_EINVAL naming the field: nothing measured, an impossible value, diastolic
 * not below systolic, oxygen device without SpO2 is fine, flow without device,
 * taken in the future or before birth. */
CT_NODISCARD enum ct_status ct_vitals_check(const struct ct_vitals_rules *r,
                                            const struct ct_patient *p,
                                            const struct ct_vitals *v, int64_t now_ms,
                                            struct ct_error *reterr);
/* v is completed (id, recorded_*, score); read back from the store. A set that
 * was taken more than CT_LATE_MS ago, or scores 5 and over or a single 3, is
 * notable in the chain; 7 and over is an exception. The sum of a partial set
 * counts so too: it is at least that. */
enum { CT_LATE_MS = 15 * CT_MINUTE_MS };
/* CT_EEXISTS: this user recorded the very same values of this patient within the
 * last ten minutes, taken within two minutes of these: a form that is saved again
 * after a save whose outcome was not known (db.h). */
enum { CT_TWIN_TAKEN_MS = 2 * CT_MINUTE_MS, CT_TWIN_RECORDED_MS = 10 * CT_MINUTE_MS };
CT_NODISCARD enum ct_status ct_vitals_record(struct ct_app *app,
                                             const struct ct_vitals_rules *r,
                                             struct ct_vitals *v, struct ct_error *reterr);
/* v->replaces_id and v->reason are required. The replaced set must be current
 * (CT_ECONFLICT: somebody corrected it meanwhile). Everything is taken from v,
 * the patient and an unset (0 or CT_UNSET) taken_ms from the replaced set. */
CT_NODISCARD enum ct_status ct_vitals_correct(struct ct_app *app,
                                              const struct ct_vitals_rules *r,
                                              struct ct_vitals *v, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_vitals_void(struct ct_app *app, int64_t id, const char *reason,
                                           struct ct_error *reterr);
/* Reasons offered for a correction (VistA file 120.5: four). */
extern const struct ct_choice CT_VITALS_REASONS[];

CT_NODISCARD enum ct_status ct_vitals_get(struct ct_app *app, int64_t id,
                                          struct ct_vitals *ret, struct ct_error *reterr);
/* Current sets of a patient, newest first, at most `limit`, taken before
 * before_ms (CT_UNSET: all). One allocation, free(). */
CT_NODISCARD enum ct_status ct_vitals_list(struct ct_app *app, int64_t patient_id,
                                           int64_t before_ms, size_t limit,
                                           struct ct_vitals **ret, size_t *ret_n,
                                           struct ct_error *reterr);
/* All versions of one set, newest first. */
CT_NODISCARD enum ct_status ct_vitals_versions(struct ct_app *app, int64_t id,
                                               struct ct_vitals **ret, size_t *ret_n,
                                               struct ct_error *reterr);

/* "BP 122/76  P 71  RR 16  SpO2 97 air  T 36.8  A  pain 0" */
void ct_vitals_line(const struct ct_vitals *v, char *out, size_t size);
/* "NEWS2 6 HIGH", "NEWS2 at least 3 (SpO2, temperature missing)",
 * "NEWS2 not applied: under 16" */
void ct_vitals_score_text(const struct ct_vitals *v, char *out, size_t size);

/* ---- what is due ------------------------------------------------------ */

struct ct_due {
    int64_t patient_id, vitals_id, taken_ms;
    int64_t due_ms; /* taken_ms: continuous monitoring */
    char name[2 * CT_NAME_BYTES + 3], place[65];
    int score;
    enum ct_band band;
};
/* Patients whose latest full set, taken within the last 48 h, says that the next
 * is due before now + horizon_ms; soonest due first. Sets from the future, of a
 * clock that was wrong, do not count. Derived from the current
 * sets each time: a corrected or voided set counts no longer. */
CT_NODISCARD enum ct_status ct_due_list(struct ct_app *app, int64_t horizon_ms, size_t limit,
                                        struct ct_due **ret, size_t *ret_n,
                                        struct ct_error *reterr);

/* One patient's: by the latest full set however old. CT_ENOTFOUND: none. */
CT_NODISCARD enum ct_status ct_due_patient(struct ct_app *app, int64_t patient_id,
                                           struct ct_due *ret, struct ct_error *reterr);

/* ---- the quick line --------------------------------------------------- */

/* "120/80 72 16 98 36.6 A": in the order BP, pulse, respiration, SpO2,
 * temperature, ACVPU; or with names ("bp 120/80 p 72 rr 16 s 98 o2 2 nc t 36.6
 * a", "air"), any order. Fills what it names and leaves the rest. What is not
 * understood is pointed at (*ret_at is its byte offset), never guessed, and
 * nothing is filled then. CT_EINVAL. */
CT_NODISCARD enum ct_status ct_quick_parse(const char *line, const struct ct_config *c,
                                           const struct ct_limits *l, struct ct_vitals *v,
                                           size_t *ret_at, struct ct_error *reterr);

#endif
