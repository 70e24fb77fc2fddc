/* load - what goes through a steriliser together: packs, cycle, readings, indicators, and
 * its release by a second person.
 *
 * Layer:   clinic.
 * States:  planned, running, then what it waits for (parameters, chemical indicators,
 *          biological indicator, release), until it is released or rejected. Whatever went
 *          wrong can only be rejected: its packs are reprocessed.
 * Judged:  by the programme as it was when the load was planned. A programme with a limit
 *          that nobody filled in takes no load. Values are typed (lowest and highest), or come
 *          from the machine's record; both stand side by side, and the worst of them counts.
 * Numbers: a machine's cycles, loads and tests, follow each other. A gap has to be explained,
 *          and a number within it is never recorded afterwards.
 * Release: not by who started the load, with a password and a signature; only when every
 *          limit was measured and kept, every chemical indicator that the programme asks for
 *          passed, no biological one is positive, and, with an implant or where the programme
 *          asks for one with each load, a biological one is negative with a control of the
 *          same lot that grew (CDC, Monitoring of Sterilizers; CDC oral health FAQ).
 * Early:   before the biological result only in an emergency: pack by pack, for one
 *          procedure, authorised by a supervisor's password, after an integrating chemical
 *          indicator (type 5) passed. The load stays open until its indicator is read.
 * Errors:  CT_EINVAL with the field, CT_ECONFLICT, CT_ENOTFOUND, and those of ct_record.
 */
#ifndef CT_CLINIC_LOAD_H
#define CT_CLINIC_LOAD_H

#include "clinic/machine.h"
#include "clinic/pack.h"

enum { CT_LOAD_TEXT_MAX = 400, CT_LOAD_PACKS_MAX = 200, CT_LOAD_LOT_MAX = 40,
       CT_LOAD_RECORD_MAX = 1024 * 1024 };

enum ct_load_step { /* stored */
    CT_LOAD_PLANNED, CT_LOAD_STARTED, CT_LOAD_OVER, CT_LOAD_ABORTED, CT_LOAD_RELEASED,
    CT_LOAD_REJECTED, CT_LOAD_GIVEN_UP, CT_LOAD_STEPS
};
extern const char *const CT_LOAD_STEP_NAME[CT_LOAD_STEPS]; /* "started" */

enum ct_load_state { /* derived, and kept in load_find */
    CT_LOAD_IS_PLANNED,
    CT_LOAD_IS_RUNNING,
    CT_LOAD_WANTS_READING, /* its parameters are not entered, or not all of them */
    CT_LOAD_FAILED,        /* a limit was broken, an indicator failed: to be rejected */
    CT_LOAD_WANTS_CI,
    CT_LOAD_WANTS_BI,
    CT_LOAD_IS_READY,      /* to be released */
    CT_LOAD_IS_RELEASED,   /* this and the following: it is over */
    CT_LOAD_IS_REJECTED,
    CT_LOAD_IS_ABORTED,
    CT_LOAD_IS_GIVEN_UP,
    CT_LOAD_STATES
};
extern const char *const CT_LOAD_STATE_NAME[CT_LOAD_STATES]; /* "waits for biological" */
enum ct_load_bi_state { CT_LOAD_BI_NONE, CT_LOAD_BI_WAITS, CT_LOAD_BI_NEGATIVE,
                        CT_LOAD_BI_POSITIVE, CT_LOAD_BI_NO_RESULT };

struct ct_load {
    int64_t id, equipment_id;
    char programme[CT_PROGRAMME_ID_MAX + 1];
    bool immediate;         /* for immediate use: */
    int64_t procedure_id;   /* for which; 0 none */
    char reason[CT_LOAD_TEXT_MAX + 1], prevent[CT_LOAD_TEXT_MAX + 1];
    int64_t at_ms;
    uint32_t by_user;
    char by[64];
    /* derived */
    char asset[CT_ASSET_MAX + 1];
    enum ct_load_state state;
    int64_t state_ms, started_ms, ended_ms, cycle_number; /* CT_UNSET: not yet, none */
    uint32_t started_by;    /* 0 nobody yet */
    char loader[64];
    bool implant;
    int packs;
    int verdict;            /* enum ct_cycle_verdict; -1: nothing read yet */
    enum ct_load_bi_state bi;
    int64_t bi_due_ms;      /* CT_UNSET none */
    int early;              /* packs released before the biological result */
};
extern const struct ct_field CT_LOAD_IMMEDIATE_FIELDS[];
extern const size_t CT_LOAD_IMMEDIATE_FIELDS_N;

void ct_load_number(const struct ct_app *app, int64_t id, char out[40]); /* "L-12" */
/* "L-12 E-1050 cycle 4426, 23 Nov 2026 09:10": as labels and lists have it. */
void ct_load_text(const struct ct_app *app, const struct ct_load *l, char *out, size_t size);
/* Of a state that waits, or is over. */
bool ct_load_is_over(enum ct_load_state s);

/* Planned: equipment_id, programme ("" where the machine runs one alone that takes loads);
 * for immediate use procedure_id, reason, prevent. CT_EINVAL (programme): a test, or a limit
 * of it is declared and not filled in. Packs are scanned in afterwards. */
CT_NODISCARD enum ct_status ct_load_plan(struct ct_app *app, struct ct_load *l,
                                         struct ct_error *reterr);
/* A pack into it, or out of it again, before it starts. CT_EINVAL (pack_id): it may not (it
 * is in another load, packed for another method, to be reprocessed ...), or the load is full. */
CT_NODISCARD enum ct_status ct_load_put(struct ct_app *app, int64_t id, int64_t pack_id,
                                        struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_load_take(struct ct_app *app, int64_t id, int64_t pack_id,
                                         struct ct_error *reterr);
/* at_ms 0: now. cycle_number CT_UNSET: the machine has no counter. gap: why numbers are
 * missing before this one; "" none. CT_EINVAL (pack_id): there is no pack in it;
 * (equipment_id): what ct_machine_ready says; another load of it runs; (cycle_number): it is
 * missing, borne by another cycle, or within a gap that was explained; (gap): it does not
 * follow the last one, and nothing says why. though: why it goes on without a competency for
 * the programme or the machine, NULL none; (competency), CT_EINVAL or CT_EDENIED, as
 * ct_competency_gate_in. */
CT_NODISCARD enum ct_status ct_load_start(struct ct_app *app, int64_t id, int64_t cycle_number,
                                          const char *gap, const char *though, int64_t at_ms,
                                          struct ct_error *reterr);
/* The cycle is over: its packs are in quarantine. */
CT_NODISCARD enum ct_status ct_load_over(struct ct_app *app, int64_t id, int64_t at_ms,
                                         struct ct_error *reterr);
/* The cycle was aborted: its packs are to be reprocessed, its number stays. Before the start
 * the load is given up, and its packs are free. text: why. */
CT_NODISCARD enum ct_status ct_load_abort(struct ct_app *app, int64_t id, const char *text,
                                          struct ct_error *reterr);
/* A pack of it is wet, torn or open as it comes out: that pack alone is to be reprocessed. */
CT_NODISCARD enum ct_status ct_load_pack_out(struct ct_app *app, int64_t id, int64_t pack_id,
                                             const char *text, struct ct_error *reterr);

/* ---- numbers of cycles ---------------------------------------------------------- */

/* The last one of that machine (of the programme, where it counts so), loads and tests;
 * CT_UNSET none. */
CT_NODISCARD enum ct_status ct_load_last_cycle(struct ct_app *app, int64_t equipment_id,
                                               const char *programme, int64_t *ret,
                                               struct ct_error *reterr);
struct ct_cycle_gap {
    int64_t id, equipment_id, before, number;
    char programme[CT_PROGRAMME_ID_MAX + 1], text[CT_LOAD_TEXT_MAX + 1];
    int64_t at_ms;
    uint32_t by_user;
    char by[64];
};
/* Newest first; one allocation, free(). */
CT_NODISCARD enum ct_status ct_cycle_gaps(struct ct_app *app, int64_t equipment_id,
                                          struct ct_cycle_gap **ret, size_t *ret_n,
                                          struct ct_error *reterr);

/* ---- readings ------------------------------------------------------------------- */

struct ct_load_reading {
    int64_t id, load_id, record_id; /* record_id 0: typed */
    enum ct_cycle_verdict verdict;
    int unmeasured;
    char text[2001];                /* "temperature 134.2 to 135.1 degC (134 degC or more): pass; ..." */
    char reason[201];
    size_t n;
    struct ct_cycle_typed value[CT_MEASURES];
    int64_t at_ms;
    uint32_t by_user;
    char by[64];
};
/* r->load_id, value, n; typed a second time with a reason. *r is completed with the verdict.
 * CT_EINVAL with the name of the measure, or (reason). */
CT_NODISCARD enum ct_status ct_load_read(struct ct_app *app, struct ct_load_reading *r,
                                         struct ct_error *reterr);

struct ct_load_record {
    int64_t id, load_id;
    const char *name, *profile; /* of the file; "" profile: unknown, kept all the same */
    size_t cycle;               /* which of the file's cycles */
    int64_t number;             /* CT_UNSET none */
    int state, verdict;         /* enum ct_print_state, ct_print_verdict of cycle_print.h */
    const void *bytes;
    size_t n;
    const struct ct_curve *curve; /* what it shows; NULL nothing */
    size_t n_value;               /* and what it printed besides */
    const struct ct_cycle_typed *value;
    unsigned char hash[32];       /* completed */
    int64_t at_ms;
    uint32_t by_user;
    char by[64];
};
/* The machine's record of the load: the bytes are kept, and, where it shows anything, judged
 * as a reading. CT_EINVAL (number): it is that of another cycle; (record): these bytes are
 * kept with another load, or more than CT_LOAD_RECORD_MAX. ret: the reading, id 0 none. */
CT_NODISCARD enum ct_status ct_load_keep(struct ct_app *app, struct ct_load_record *rec,
                                         struct ct_load_reading *ret, struct ct_error *reterr);
/* Without bytes (NULL); name and profile belong to the allocation: ct_load_records_free. */
CT_NODISCARD enum ct_status ct_load_records(struct ct_app *app, int64_t load_id,
                                            struct ct_load_record **ret, size_t *ret_n,
                                            struct ct_error *reterr);
void ct_load_records_free(struct ct_load_record *r, size_t n);
/* The bytes of one, and its profile as it was; appended. */
CT_NODISCARD enum ct_status ct_load_record_bytes(struct ct_app *app, int64_t record_id,
                                                 struct ct_buf *bytes, struct ct_buf *profile,
                                                 struct ct_error *reterr);
/* Oldest first; one allocation, free(). */
CT_NODISCARD enum ct_status ct_load_readings(struct ct_app *app, int64_t load_id,
                                             struct ct_load_reading **ret, size_t *ret_n,
                                             struct ct_error *reterr);
/* The programme as it was when the load was planned; ct_programme_free. */
CT_NODISCARD enum ct_status ct_load_programme(struct ct_app *app, int64_t load_id,
                                              struct ct_programme **ret,
                                              struct ct_error *reterr);

/* ---- indicators ----------------------------------------------------------------- */

struct ct_load_ci {
    int64_t id, load_id;
    char indicator[41]; /* of the programme */
    enum ct_ci_type type;
    enum ct_place place; /* derived from the programme */
    int64_t pack_id;    /* 0: of all packs, or of the load */
    enum ct_ci_result result;
    char lot[CT_LOAD_LOT_MAX + 1], text[CT_LOAD_TEXT_MAX + 1];
    int64_t at_ms;
    uint32_t by_user;
    char by[64];
};
/* A failed or unclear one of a pack takes that pack out, one of the load rejects nothing by
 * itself: the load cannot be released. Read again with a text that says why. */
CT_NODISCARD enum ct_status ct_load_ci(struct ct_app *app, struct ct_load_ci *c,
                                       struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_load_cis(struct ct_app *app, int64_t load_id,
                                        struct ct_load_ci **ret, size_t *ret_n,
                                        struct ct_error *reterr);

struct ct_load_bi {
    int64_t id, load_id;
    char indicator[41], product[81], lot[CT_LOAD_LOT_MAX + 1], control_lot[CT_LOAD_LOT_MAX + 1];
    ct_date expires;
    char incubator[65];
    int64_t incubation_ms, latest_ms;       /* the product's; latest_ms 0 none */
    int64_t started_ms, control_started_ms; /* 0: now */
    int64_t at_ms;
    uint32_t by_user;
    char by[64];
    /* of the last reading; test CT_BI_NOT_READ: none */
    enum ct_bi_result test, control;
    int64_t read_ms;                        /* CT_UNSET */
    char reader[64], text[CT_LOAD_TEXT_MAX + 1];
    enum ct_bi_meaning meaning;             /* derived, as of now where it was not read */
    int64_t ready_ms;                       /* when a negative can be read */
};
extern const struct ct_field CT_LOAD_BI_FIELDS[];
extern const size_t CT_LOAD_BI_FIELDS_N;
/* Put into the incubator. CT_EINVAL: (control_lot) a control of another lot; (expires) out
 * of date; (incubation_h) less than the programme asks for; (started_ms) before the cycle
 * was over. */
CT_NODISCARD enum ct_status ct_load_bi_add(struct ct_app *app, struct ct_load_bi *b,
                                           struct ct_error *reterr);
/* CT_EINVAL (test): a negative before the time is over; (control): a control that shows
 * growth or none has to be said with a negative. A positive one is growth whatever its time
 * and control: it opens a recall at once (recall.h), *ret_recall is its number, 0 none. */
CT_NODISCARD enum ct_status ct_load_bi_read(struct ct_app *app, int64_t bi_id,
                                            enum ct_bi_result test, enum ct_bi_result control,
                                            int64_t read_ms, const char *text,
                                            int64_t *ret_recall, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_load_bis(struct ct_app *app, int64_t load_id,
                                        struct ct_load_bi **ret, size_t *ret_n,
                                        struct ct_error *reterr);

/* ---- release -------------------------------------------------------------------- */

/* Everything that still stands against a release, a sentence each on a line of its own;
 * nothing appended: it may be released by another person. */
CT_NODISCARD enum ct_status ct_load_missing(struct ct_app *app, int64_t id, struct ct_buf *out,
                                            struct ct_error *reterr);
/* Signed (ct_reauthenticate). CT_EINVAL (state) with what is missing; CT_EDENIED: by who
 * started it; (competency): as of a start. */
CT_NODISCARD enum ct_status ct_load_release(struct ct_app *app, int64_t id, const char *though,
                                            struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_load_reject(struct ct_app *app, int64_t id, const char *text,
                                           struct ct_error *reterr);

struct ct_load_early {
    int64_t id, load_id, pack_id, procedure_id, ci_id;
    char reason[CT_LOAD_TEXT_MAX + 1], prevent[CT_LOAD_TEXT_MAX + 1];
    uint32_t authoriser;
    char authorised[64];
    int64_t at_ms;
    uint32_t by_user;
    char by[64];
    enum ct_load_bi_state bi; /* derived: what came of it */
};
extern const struct ct_field CT_LOAD_EARLY_FIELDS[];
extern const size_t CT_LOAD_EARLY_FIELDS_N;
/* e->load_id, pack_id, procedure_id, reason, prevent. login, password: of the supervisor who
 * authorises it. CT_EINVAL (state): something else than the biological result is missing,
 * or the programme never allows it; (indicator): no integrating indicator of the load passed. */
CT_NODISCARD enum ct_status ct_load_release_early(struct ct_app *app, struct ct_load_early *e,
                                                  const char *login,
                                                  const struct ct_secret *password,
                                                  struct ct_error *reterr);
/* load_id 0: of all loads whose biological result is still open. One allocation, free(). */
CT_NODISCARD enum ct_status ct_load_earlies(struct ct_app *app, int64_t load_id,
                                            struct ct_load_early **ret, size_t *ret_n,
                                            struct ct_error *reterr);

/* ---- reading back --------------------------------------------------------------- */

CT_NODISCARD enum ct_status ct_load_get(struct ct_app *app, int64_t id, struct ct_load *ret,
                                        struct ct_error *reterr);
/* By number as typed or scanned: "L-12", "12". */
CT_NODISCARD enum ct_status ct_load_find(struct ct_app *app, const char *text,
                                         struct ct_load *ret, struct ct_error *reterr);
enum ct_load_which { CT_LOADS_OPEN, CT_LOADS_ALL, CT_LOADS_OF_MACHINE, CT_LOAD_WHICHES };
/* Newest first; equipment_id of CT_LOADS_OF_MACHINE. At most limit. One allocation, free(). */
CT_NODISCARD enum ct_status ct_load_list(struct ct_app *app, enum ct_load_which which,
                                         int64_t equipment_id, size_t limit,
                                         struct ct_load **ret, size_t *ret_n,
                                         struct ct_error *reterr);
/* Its packs by number, wherever they are now; one allocation, free(). */
CT_NODISCARD enum ct_status ct_load_packs(struct ct_app *app, int64_t id, struct ct_pack **ret,
                                          size_t *ret_n, struct ct_error *reterr);
struct ct_load_event {
    int64_t id;
    enum ct_load_step step;
    int64_t cycle_number;
    char text[CT_LOAD_TEXT_MAX + 1];
    int64_t at_ms, recorded_ms;
    uint32_t by_user;
    char by[64];
};
CT_NODISCARD enum ct_status ct_load_events(struct ct_app *app, int64_t id,
                                           struct ct_load_event **ret, size_t *ret_n,
                                           struct ct_error *reterr);

#endif
