/* vitals - one set of observations on one patient: record, correct, read.
 *
 * Layer:  clinic. Append-only: a correction is a new set with a reason that
 * replaces the old one; "entered in error" is a version too. Every reader goes
 * through the view vitals_now, history aside.
 */
#ifndef CT_CLINIC_VITALS_H
#define CT_CLINIC_VITALS_H

#include "clinic/patient.h"
#include "clinic/qualifier.h"
#include "clinic/scorecard.h"

/* Why a value, or the rest of a set, was not taken. Stored: new ones at the end.
 * (VistA: refused, unavailable, pass; Open eObs: refused, away, emergency, doctor's
 * request; FHIR data-absent-reason: asked-declined, not-performed, error.) */
enum ct_why {
    CT_WHY_NONE,
    CT_WHY_REFUSED,
    CT_WHY_AWAY,
    CT_WHY_ASLEEP,
    CT_WHY_UNAVAILABLE, /* no device, or it gives no reading */
    CT_WHY_UNABLE,      /* the patient cannot answer or take part */
    CT_WHY_EMERGENCY,
    CT_WHY_REQUEST,     /* at a clinician's request */
    CT_WHY_NOT_NEEDED,
    CT_WHYS
};
/* Index is enum ct_why - 1: the choices of a question. */
extern const struct ct_choice CT_WHY_CHOICES[];
const char *ct_why_text(enum ct_why why); /* "refused"; "" for none */

/* A further pressure of the set: lying, standing after a minute ... */
struct ct_bp {
    int64_t sbp, dbp;   /* mmHg; dbp may be CT_UNSET */
    uint8_t position;   /* choice of CT_QL_BP_POSITION, 0 not said */
    int after_min;      /* minutes in that posture, -1 not said */
};
enum { CT_BP_MAX = 6, CT_VITALS_DEVICES_MAX = 4, CT_DEVICE_BYTES = 32 };
struct ct_vitals_device {
    char device[CT_DEVICE_BYTES + 1]; /* asset number */
    uint32_t quantities;              /* bit a quantity: what it measured */
    const char *reason; /* borrowed when recording: why it was used though its state speaks
                         * against it (equipment_gate.h); never read back, NULL none */
};

struct ct_vitals {
    int64_t id;               /* 0 until recorded */
    int64_t patient_id;
    int64_t taken_ms, recorded_ms;
    uint32_t recorded_by;
    struct ct_value v[CT_QS];
    uint8_t ql[CT_QLS];           /* qualifiers; only of what has a value */
    uint8_t not_taken[CT_QS];     /* enum ct_why of what was meant to be taken and was not */
    enum ct_why partial;          /* why the set is not complete; refused: due from then on */
    struct ct_bp bp[CT_BP_MAX - 1]; /* beyond v[CT_Q_SBP], v[CT_Q_DBP] */
    size_t n_bp;
    struct ct_vitals_device device[CT_VITALS_DEVICES_MAX];
    size_t n_devices;
    char note[208];
    /* computed when recorded, stored with the set */
    enum ct_card_kind card;   /* which score judges it */
    char card_band[12];       /* its age band, "" for NEWS2 */
    int scale;                /* SpO2 scale in force, 1 or 2 */
    char prescriber[128];     /* who prescribed scale 2, "" on scale 1 */
    int score;                /* total, -1 undefined */
    int score_at_least;       /* sum so far when undefined, else -1 */
    bool single3;             /* one parameter alone is a trigger: 3 of NEWS2, 4 of PEWS */
    enum ct_band band;
    enum ct_not_applied not_applied;
    char score_version[16];
    int64_t next_due_ms;      /* CT_UNSET: undefined; continuous: taken_ms */
    /* versions */
    int64_t replaces_id;      /* 0: none */
    bool voided;              /* this version says: entered in error */
    char reason[208];
    bool replaced;            /* a later version exists */
    uint8_t more;             /* rows.h: which tables hold more of it */
};
void ct_vitals_init(struct ct_vitals *v); /* everything unset */

/* Where the groups of the board of due patients end: due_board.h. */
enum { CT_BUCKETS_MAX = 8 };
struct ct_due_buckets {
    size_t n;
    int at[CT_BUCKETS_MAX]; /* minutes left, falling; below 0 late; 0 is among them */
};

/* What the program knows at start: limits, score tables and what the site set.
 * Owned by the caller. */
struct ct_vitals_rules {
    struct ct_limits limits;
    struct ct_news2 *news2;
    struct ct_scorecard *pews, *maternity;
    int pews_below;           /* years; younger ones are scored by PEWS */
    int unscored_every_min;   /* due after a set that no score says it for; 0: none */
    enum ct_q order[2][CT_QS]; /* fields of the form: [0] adults, [1] where PEWS judges */
    size_t n_order[2];
    uint8_t ql[CT_QLS];       /* default qualifiers */
    uint32_t device_q;        /* what the session's device measures */
    struct ct_due_buckets buckets; /* of the board */
};

/* The most that one parameter of PEWS scores: such a set is notable by itself. */
enum { CT_CARD_HIGHEST = 4 };
const char *ct_card_title(enum ct_card_kind card); /* "NEWS2", "PEWS", "MEWS" */

/* What a set is worth, whichever card judged it. */
struct ct_assessment {
    bool complete;
    int total;                /* complete: the score; else the sum so far ("at least") */
    bool single3;
    enum ct_band band;
    int frequency_min;        /* 0: continuously; -1: undefined */
    uint32_t inputs, missing; /* bit a quantity; missing 0 when not applied */
    char response[400];       /* what it calls for, "" for nothing */
    int call;                 /* of the card's calls: see escalation.h; -1: none */
};
CT_NODISCARD enum ct_status ct_vitals_rules_load(const struct ct_config *c,
                                                 struct ct_vitals_rules *ret,
                                                 struct ct_error *reterr);
void ct_vitals_rules_done(struct ct_vitals_rules *r);

/* Which score: under pews_below years PEWS, in its age band on the civil day of the
 * set; pregnant: maternity; else NEWS2. Score and due time into *v from its values,
 * the patient's age at taken_ms, and the alerts (scale 2, pregnant) that were not ended before taken_ms. An alert
 * entered after v->recorded_ms does not reach back to it (recorded_ms 0: still
 * being typed, every alert counts), so a corrected set is judged as the first
 * one was. Not applied: in pregnancy while the maternity table is empty, or at an
 * unknown age; the site's interval says then when the next is due. A partial set has
 * no due time of its own: the patient stays due as the last full set said
 * (ct_due_patient); a refused one is given one when it is recorded. Pure; used live
 * while typing, and by record. */
void ct_vitals_assess(const struct ct_vitals_rules *r, const struct ct_patient *p,
                      struct ct_vitals *v, struct ct_assessment *ret);
/* The rows of one parameter of the card that judges v, for charts; 0: not scored. */
size_t ct_vitals_bands(const struct ct_vitals_rules *r, const struct ct_vitals *v, enum ct_q q,
                       struct ct_score_band out[CT_SCORE_BANDS_MAX]);
/* Where the points of a figure change, and where the bands of the total begin, by the
 * card that judges v: the lines of charts. None of what is no figure, and of a card
 * whose totals call for nothing. */
size_t ct_vitals_edges(const struct ct_vitals_rules *r, const struct ct_vitals *v, enum ct_q q,
                       struct ct_score_edge ret[CT_SCORE_BANDS_MAX]);
size_t ct_vitals_band_edges(const struct ct_vitals_rules *r, const struct ct_vitals *v,
                            struct ct_score_band_edge ret[CT_BANDS]);
/* What each value of a recorded set scored, -1 where it is not scored. False: it was
 * judged by another score, or another version of the table, than is loaded. */
bool ct_vitals_points(const struct ct_vitals_rules *r, const struct ct_vitals *v,
                      int8_t ret[CT_QS]);
/* "SpO2, temperature": names of quantities, for people. */
void ct_quantities_text(uint32_t bits, char *out, size_t size);
/* A set that holds some of what its score asks for and not all, or nothing at all
 * (a refusal), needs a reason: v->partial, or one in not_taken for each thing that
 * is missing. */
bool ct_vitals_needs_why(const struct ct_vitals *v, const struct ct_assessment *a);
/* The fall of the systolic pressure from lying (or sitting) to standing, the largest
 * of the set, mmHg; CT_UNSET without both. A fall of 20 or more, or below 90
 * standing, is postural hypotension in the usual definition (systolic). */
int64_t ct_vitals_postural_fall(const struct ct_vitals *v);
/* What is entered is checked, and what can stand is judged as ct_vitals_assess does, with
 * the alerts that held when v says it was recorded.
 * CT_EINVAL naming the field: nothing measured and no reason ("partial"), an
 * impossible value, a partial set without a reason ("partial"), a value that is also
 * said not to be taken, diastolic
 * not below systolic, oxygen device without SpO2 is fine, flow without device,
 * taken in the future or before birth. */
CT_NODISCARD enum ct_status ct_vitals_check(const struct ct_vitals_rules *r,
                                            const struct ct_patient *p, struct ct_vitals *v,
                                            int64_t now_ms, struct ct_assessment *ret,
                                            struct ct_error *reterr);
/* v is completed (id, recorded_*, score); read back from the store. Each device is asked
 * about (equipment_gate.h): CT_EINVAL, field "device", when its state needs a reason and
 * v->device[i].reason has none; nothing is saved then. A correction asks only about devices
 * that the replaced set did not have. A set that
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
/* The same taken from from_ms to to_ms, both included; *ret_in_error counts those of
 * the range that were entered in error, which are left out. */
CT_NODISCARD enum ct_status ct_vitals_range(struct ct_app *app, int64_t patient_id,
                                            int64_t from_ms, int64_t to_ms, size_t limit,
                                            struct ct_vitals **ret, size_t *ret_n,
                                            int64_t *ret_in_error, struct ct_error *reterr);
/* The patient's score: of the latest current set that has a whole one, however old,
 * and not of the future. CT_ENOTFOUND: there is none. */
CT_NODISCARD enum ct_status ct_vitals_last_scored(struct ct_app *app, int64_t patient_id,
                                                  struct ct_vitals *ret,
                                                  struct ct_error *reterr);
/* All versions of one set, newest first. */
CT_NODISCARD enum ct_status ct_vitals_versions(struct ct_app *app, int64_t id,
                                               struct ct_vitals **ret, size_t *ret_n,
                                               struct ct_error *reterr);

/* Of whom and of which time observations are shown, printed or exported. */
struct ct_obs_range {
    int64_t patient_id, from_ms, to_ms; /* both ends included */
};

/* "BP 122/76  P 71  RR 16  SpO2 97 air  T 36.8  A  pain 0" */
void ct_vitals_line(const struct ct_vitals *v, char *out, size_t size);
/* "NEWS2 6 HIGH", "NEWS2 at least 3 (SpO2, temperature missing)",
 * "NEWS2 not applied: under 16" */
void ct_vitals_score_text(const struct ct_vitals *v, char *out, size_t size);
/* What judged it: "table 2017.2, SpO2 scale 2, prescribed by Dr Demo", "table 2026.1, band
 * 5-12y". */
void ct_vitals_judged_text(const struct ct_vitals *v, char *out, size_t size);

/* ---- what is due ------------------------------------------------------ */

struct ct_due {
    int64_t patient_id;
    int64_t vitals_id, taken_ms; /* the last set that was scored, or was to be (0: none) */
    int64_t due_ms;              /* continuous monitoring: taken_ms, unless refused since */
    bool continuous;             /* that last set asks for continuous monitoring */
    int64_t refused_ms;          /* a refusal since then, which due_ms counts from; CT_UNSET */
    char name[2 * CT_NAME_BYTES + 3], place[65];
    char score_text[96];         /* "NEWS2 6 MEDIUM", as ct_vitals_score_text */
    int score;                   /* -1 none */
    enum ct_band band;
    enum ct_card_kind card;
    bool restricted;             /* in the list only: not open to this user, without score and set */
};
/* Patients whose latest set with a due time, taken within the last 48 h, says that
 * the next is due before now + horizon_ms; soonest due first. Sets from the future,
 * of a clock that was wrong, do not count. Derived from the current sets each time:
 * a corrected or voided set counts no longer.
 * A refusal: due again after the interval of the last scored set (as it stands now,
 * corrected or not), from the moment of the refusal, 24 h at most; 4 h when no score is known, 30 min where monitoring is
 * continuous (Open eObs: unknown risk 240 min, high risk 30 min). */
enum { CT_REFUSED_UNKNOWN_MIN = 240, CT_REFUSED_CONTINUOUS_MIN = 30,
       CT_REFUSED_MOST_MIN = 24 * 60 };
CT_NODISCARD enum ct_status ct_due_list(struct ct_app *app, int64_t horizon_ms, size_t limit,
                                        struct ct_due **ret, size_t *ret_n,
                                        struct ct_error *reterr);

/* One patient's: by the latest such set however old. CT_ENOTFOUND: none. */
CT_NODISCARD enum ct_status ct_due_patient(struct ct_app *app, int64_t patient_id,
                                           struct ct_due *ret, struct ct_error *reterr);
/* The same as a line of a list: of a restricted one as ct_due_list gives it. */
CT_NODISCARD enum ct_status ct_due_line(struct ct_app *app, int64_t patient_id,
                                        struct ct_due *ret, struct ct_error *reterr);

/* ---- the quick line --------------------------------------------------- */

/* "120/80 72 16 98 36.6 A": in the order BP, pulse, respiration, SpO2, temperature,
 * ACVPU; or with names ("bp 120/80 p 72 rr 16 s 98 o2 2 nc t 36.6 a", "air"), any
 * order: bp p hr rr s o2 t acvpu pain glu wt ht crt distress carer gcs head waist muac.
 * "gcs 4 5 6" or "e4 v5 m6", nt not testable. Units where they hang on the figure
 * ("38.2c", "101f", "70kg"). Qualifiers by their codes directly behind the value
 * ("bp 120/80 ra sit", "t 36.6 or"); behind a pressure, further ones with their posture
 * and the minutes in it ("bp 120/80 lie 98/60 sta 1"). Not taken: "t -r", "t - refused".
 * Fills what it names and leaves the rest; a pressure replaces all pressures, a value
 * the reason why it was not taken, and the other way round. What is not understood, or
 * has two readings, is pointed at (*ret_at is its byte offset), never guessed, and
 * nothing is filled then. CT_EINVAL. */
CT_NODISCARD enum ct_status ct_quick_parse(const char *line, const struct ct_config *c,
                                           const struct ct_limits *l, struct ct_vitals *v,
                                           size_t *ret_at, struct ct_error *reterr);

#endif
