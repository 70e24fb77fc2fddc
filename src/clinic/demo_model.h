/* demo_model - the people of a demo clinic and how they fare. Internal to demo.
 *
 * Layer:  clinic.
 */
#ifndef CT_CLINIC_DEMO_MODEL_H
#define CT_CLINIC_DEMO_MODEL_H

#include "clinic/demo.h"
#include "clinic/procedure.h"

/* A small generator that gives the same numbers everywhere. NOT for security:
 * keys, salts and nonces come from the vault alone. */
struct ct_demo_rng {
    uint64_t state;
};
uint64_t ct_demo_next(struct ct_demo_rng *r);
int ct_demo_below(struct ct_demo_rng *r, int n);           /* 0 .. n-1 */
double ct_demo_unit(struct ct_demo_rng *r);                /* [0, 1) */
bool ct_demo_chance(struct ct_demo_rng *r, double p);
double ct_demo_normal(struct ct_demo_rng *r, double sd);   /* around 0, bounded */

/* Invented names in several scripts; male picks a given name only. */
void ct_demo_name(struct ct_demo_rng *r, bool male, char *family, size_t family_size,
                  char *given, size_t given_size);

enum ct_demo_event {
    CT_DEMO_ARRIVE,  /* registered, or back for another stay */
    CT_DEMO_SET,     /* a set is recorded */
    CT_DEMO_CORRECT, /* the set just recorded was mistyped */
    CT_DEMO_VOID,    /* it was another patient's */
    CT_DEMO_ESCALATION, /* something comes of an escalation */
    CT_DEMO_GONE,    /* nothing more */
};

enum { CT_DEMO_OPEN_MAX = 3 };
struct ct_demo_person {
    struct ct_demo_rng rng;
    int64_t at_ms;       /* of the next event */
    enum ct_demo_event event;
    int64_t id;          /* patient.id once registered */
    int64_t last_id;     /* the set recorded last */
    int64_t taken_ms;    /* of the next set, or of the one to correct */
    int64_t stay_end_ms, sick_from_ms, sick_to_ms;
    int stays_left;
    bool first_set;      /* of this stay: weight and height too */
    bool inhouse;        /* still here at the end */
    bool straggler;      /* whose last set is late at the end */
    /* who they are */
    int age_days;
    bool male, copd, diabetic, pregnant, child, born_unknown, fever;
    double level;        /* of illness in this stay, 0-1 */
    double peak;         /* where it rises to while sick_from .. sick_to */
    double drift;        /* what wanders between sets */
    double sbp, pulse, resp, spo2; /* when well */
    uint8_t o2, flow10;  /* what they breathe now */
    struct ct_value right[CT_QS]; /* a mistyped set as it should be */
    /* what is being done about a score, and what comes after that */
    int64_t escalation[CT_DEMO_OPEN_MAX], last_escalation;
    size_t n_escalations;
    unsigned next_step, last_step; /* enum ct_escalation_event_kind */
    bool neglected;      /* left open for whoever tries the program */
    enum ct_demo_event then_event;
    int64_t then_ms;
};

/* Who person `index` is; needs nothing but the seed. start_ms .. now_ms is the
 * time the clinic covers. */
void ct_demo_person_make(struct ct_demo_person *p, uint64_t seed, int index, bool inhouse,
                         int64_t start_ms, int64_t now_ms);
/* Identity for registering; index makes the number unique. */
void ct_demo_person_identity(struct ct_demo_person *p, int index, struct ct_patient *ret);
/* When the stay of somebody who is still here began: at most five days ago, after
 * after_ms. */
int64_t ct_demo_person_last_stay(struct ct_demo_person *p, int64_t after_ms, int64_t now_ms);
/* A stay begins at p->at_ms. */
void ct_demo_person_stay(struct ct_demo_person *p, int64_t now_ms);
/* The values of a set at p->taken_ms. */
void ct_demo_person_set(struct ct_demo_person *p, const struct ct_config *c,
                        struct ct_vitals *v);

/* Which of those that are left open there are already. */
struct ct_demo_left {
    bool overdue, outcome;
};
/* After a set (its first version) was recorded and the next event planned: if it was
 * escalated, what comes of that is put before the next event. *count is raised. */
CT_NODISCARD enum ct_status ct_demo_escalated(struct ct_app *app, struct ct_demo_person *p,
                                              int64_t set_id, int64_t raised_ms,
                                              int64_t now_ms, struct ct_demo_left *left,
                                              int64_t *count, struct ct_error *reterr);
/* The event CT_DEMO_ESCALATION. */
CT_NODISCARD enum ct_status ct_demo_escalation_step(struct ct_app *app,
                                                    struct ct_demo_person *p,
                                                    struct ct_error *reterr);

/* ---- demo_procedure.c ---------------------------------------------------- */

enum { CT_DEMO_PROCEDURES = 30, CT_DEMO_ACTS = 200 };
struct ct_demo_day {
    struct ct_demo_rng rng;
    int64_t now_ms;
    size_t n, next;
    struct {
        int64_t at_ms;
        size_t story;
        int step;
    } act[CT_DEMO_ACTS]; /* by time */
    int64_t planned_ms[CT_DEMO_PROCEDURES], id[CT_DEMO_PROCEDURES];
    int64_t patient[CT_DEMO_PROCEDURES];
    enum ct_proc_state state[CT_DEMO_PROCEDURES];
};
/* What happens when, from the seed alone: some of yesterday, today in every state, some
 * of tomorrow. */
void ct_demo_day_plan(struct ct_demo_day *d, uint64_t seed, int64_t start_ms, int64_t now_ms);
int64_t ct_demo_day_next(const struct ct_demo_day *d); /* when; INT64_MAX: no more */
/* The next one happens: app's clock stands there. */
CT_NODISCARD enum ct_status ct_demo_day_act(struct ct_app *app, struct ct_demo_day *d,
                                            const struct ct_demo_person *person, size_t n,
                                            const uint32_t *technician, size_t technicians,
                                            struct ct_error *reterr);

/* ---- demo_past.c --------------------------------------------------------- */

/* Those of earlier days, up to two days ago: the stories above follow. */
enum { CT_DEMO_A_DAY_MAX = 200 };
struct ct_demo_past {
    struct ct_demo_rng rng;
    int a_day;
    ct_date day, last; /* whose acts these are; the last such day */
    size_t n, next;
    struct ct_demo_past_act {
        int64_t at_ms;
        int which, step;
    } act[7 * CT_DEMO_A_DAY_MAX]; /* by time */
    struct {
        int64_t planned_ms, id;
        enum ct_proc_state state;
    } one[CT_DEMO_A_DAY_MAX];
};
void ct_demo_past_plan(struct ct_demo_past *p, uint64_t seed, int a_day, int64_t start_ms,
                       int64_t now_ms);
int64_t ct_demo_past_next(const struct ct_demo_past *p); /* when; INT64_MAX: no more */
CT_NODISCARD enum ct_status ct_demo_past_act(struct ct_app *app, struct ct_demo_past *p,
                                             const struct ct_demo_person *person, size_t n,
                                             const uint32_t *technician, size_t technicians,
                                             struct ct_error *reterr);

#endif
