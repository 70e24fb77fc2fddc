/* procedure - what is done for a patient on a day: an ECG, an X-ray of the left wrist.
 *
 * Layer:  clinic. Append-only: what is planned is kept in versions (ct_proc_version),
 *         what happened in events, what was used in rows that may be struck out. Where
 *         one stands, when it began and when it ended are derived from them.
 * Units:  UTC ms; minutes where the name says so.
 * Errors: CT_EINVAL with the field, CT_ECONFLICT with who changed it meanwhile,
 *         CT_ENOTFOUND, CT_EEXISTS, and those of ct_record.
 */
#ifndef CT_CLINIC_PROCEDURE_H
#define CT_CLINIC_PROCEDURE_H

#include "clinic/patient.h"

/* ---- kinds: data/procedures/procedures.ini ------------------------------ */

enum { CT_PROC_KINDS_MAX = 100, CT_PROC_LISTS_MAX = 8, CT_PROC_ID_MAX = 40 };
enum ct_proc_consent { CT_PROC_CONSENT_NONE, CT_PROC_CONSENT_VERBAL, CT_PROC_CONSENT_WRITTEN };
extern const char *const CT_PROC_CONSENT_NAME[]; /* "none", "verbal", "written" */

struct ct_proc_kind {
    char id[CT_PROC_ID_MAX + 1]; /* "ecg-12-lead" */
    char title[80];
    int minutes;
    enum ct_proc_consent consent;
    size_t n_checklists;
    char checklist[CT_PROC_LISTS_MAX][CT_PROC_ID_MAX + 1]; /* ids of data/checklists, in order */
};
struct ct_proc_kinds {
    size_t n;
    struct ct_proc_kind kind[CT_PROC_KINDS_MAX]; /* in the order of the file */
};
/* The site's copy or the shipped one. CT_ECONFIG with file and line: an unknown key, a
 * missing one, a checklist that there is not. One allocation, free(). */
CT_NODISCARD enum ct_status ct_proc_kinds_load(const struct ct_config *c,
                                               struct ct_proc_kinds **ret,
                                               struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_proc_kinds_parse(const struct ct_config *c,
                                                const struct ct_ini *ini,
                                                struct ct_proc_kinds *ret,
                                                struct ct_error *reterr);
/* Those of this app: loaded once, borrowed for as long as the app is there. */
CT_NODISCARD enum ct_status ct_proc_kinds_of(struct ct_app *app,
                                             const struct ct_proc_kinds **ret,
                                             struct ct_error *reterr);
/* Without case; NULL: none. */
const struct ct_proc_kind *ct_proc_kind_find(const struct ct_proc_kinds *kinds, const char *id);

/* ---- states -------------------------------------------------------------- */

enum ct_proc_state { /* stored */
    CT_PROC_SCHEDULED,
    CT_PROC_ARRIVED,
    CT_PROC_PREPARING,
    CT_PROC_READY,
    CT_PROC_IN_PROGRESS,
    CT_PROC_DONE,
    CT_PROC_CANCELLED,
    CT_PROC_NO_SHOW,
    CT_PROC_STATES
};
enum { CT_PROC_MASK_ALL = (1 << CT_PROC_STATES) - 1,
       CT_PROC_MASK_OPEN = (1 << CT_PROC_DONE) - 1 }; /* those that have not ended */
enum ct_proc_step {
    CT_PROC_NEVER,  /* no such step */
    CT_PROC_STEP,   /* a step as usual */
    CT_PROC_REASON, /* back, or over "ready", or to an end: needs a reason */
    CT_PROC_REOPEN, /* out of an end: a supervisor, with a reason */
};
const char *ct_proc_state_name(enum ct_proc_state s); /* "in progress" */
enum ct_proc_step ct_proc_step(enum ct_proc_state from, enum ct_proc_state to);
bool ct_proc_ended(enum ct_proc_state s); /* done, cancelled, did not attend */

/* How the patient's consent to one stands (clinic/consent.h). */
enum ct_consent_state { CT_CONSENT_NONE, CT_CONSENT_IS_GIVEN, CT_CONSENT_IS_REFUSED,
                        CT_CONSENT_IS_WITHDRAWN, CT_CONSENT_IS_LACKS };

/* ---- one procedure ------------------------------------------------------- */

enum { CT_PROC_TEXT_MAX = 400, CT_PROC_REASON_MAX = 200 };

struct ct_procedure {
    int64_t id, detail_id, patient_id;
    char patient[2 * CT_NAME_BYTES + 3]; /* "PATEL, Rohan" */
    ct_date born;
    enum ct_sex sex;
    /* what is planned: the current version */
    char kind[CT_PROC_ID_MAX + 1];
    char title[80];
    char site[80];                      /* left and right in full; "" none */
    int64_t planned_ms;
    int minutes;
    char room[65];                      /* "" none yet */
    uint32_t assigned;                  /* 0: nobody yet */
    char assigned_name[128];            /* "" for nobody */
    char note[CT_PROC_TEXT_MAX + 1];
    int64_t changed_ms;                 /* when that version was made, and by whom */
    uint32_t changed_by;
    int64_t added_ms;
    uint32_t added_by;
    /* derived from the events */
    enum ct_proc_state state;
    int64_t state_ms;                   /* CT_UNSET: nothing happened yet */
    int64_t started_ms, ended_ms;       /* CT_UNSET: not yet; a stopped one ended too */
    char why[CT_PROC_TEXT_MAX + 1];     /* text of the last event: why it was cancelled */
    char outcome[CT_PROC_TEXT_MAX + 1]; /* as it stands: written at the end, or later */
    enum ct_consent_state consent;
    char complications[CT_PROC_TEXT_MAX + 1]; /* those that stand, "; " between */
    bool restricted; /* in a list only: not open to this user, without site, note and outcome */
};
/* The fields of a plan in the form: names as in struct, SQL and error. kind, planned_ms and
 * assigned are typed as people say them, and read by the functions below. */
extern const struct ct_field CT_PROC_FIELDS[];
extern const size_t CT_PROC_FIELDS_N;
/* "14:30" (today), "tomorrow 9:00",
 * "24 nov 9:00", "24/11/2026 9:00", "2026-11-24 09:00", "+30" (minutes from now), "now".
 * A day without its year is the nearest one, before or after. CT_EINVAL, planned_ms. */
CT_NODISCARD enum ct_status ct_proc_when_parse(const char *s, int64_t now_ms, int64_t *ret,
                                               struct ct_error *reterr);
/* "14:30" of today, else "24 Nov 2026 14:30": what ct_proc_when_parse reads back. */
void ct_proc_when_text(int64_t ms, int64_t now_ms, char out[32]);
/* What is typed for a kind: its name, or the start of words of its name or title
 * ("ecg 12"). CT_EINVAL, kind: none, or several, which are named. */
CT_NODISCARD enum ct_status ct_proc_kind_typed(const struct ct_proc_kinds *kinds,
                                               const char *s, const struct ct_proc_kind **ret,
                                               struct ct_error *reterr);

/* "P-12 ECG 12-lead left wrist" */
void ct_procedure_text(const struct ct_procedure *p, char *out, size_t size);
/* Scheduled, and its time has passed; or ready or less when it should be over. */
bool ct_procedure_late(const struct ct_procedure *p, int64_t now_ms);

struct ct_proc_event {
    int64_t id;
    enum ct_proc_state from, state; /* from: derived */
    int64_t at_ms, recorded_ms;     /* when it happened, when it was entered */
    uint32_t by_user;
    char by[128];
    char text[CT_PROC_TEXT_MAX + 1]; /* reason; of done the outcome */
    const char *though; /* borrowed when it begins: why without a competency that its kind asks
                         * for (competency.h); never read back, NULL none */
};
struct ct_proc_version {
    struct ct_procedure p; /* the plan as it was; the rest is empty */
    char reason[CT_PROC_REASON_MAX + 1];
    int64_t at_ms;
    uint32_t by_user;
    char by[128];
};
enum ct_proc_use_kind { /* stored */
    CT_PROC_PERSON,       /* who took part: what = name; user_id when a user here */
    CT_PROC_EQUIPMENT,    /* what = asset number */
    CT_PROC_SET,          /* what = number of the pack of instruments */
    CT_PROC_OUTCOME,      /* the outcome, written again after it was done */
    CT_PROC_COMPLICATION,
    CT_PROC_NOTE,
    CT_PROC_USE_KINDS
};
const char *ct_proc_use_name(enum ct_proc_use_kind k); /* "equipment" */
struct ct_proc_use {
    int64_t id;
    enum ct_proc_use_kind kind;
    char what[CT_PROC_TEXT_MAX + 1];
    char role[41];    /* of a person; "" none */
    uint32_t user_id; /* 0: none */
    int64_t at_ms;
    uint32_t by_user;
    char by[128];
    bool ended;       /* struck out, and by whom, when, why */
    int64_t ended_ms;
    uint32_t ended_by;
    char ended_name[128];
    char reason[CT_PROC_REASON_MAX + 1];
    const char *though; /* borrowed when adding: why equipment is used though its state speaks
                         * against it (equipment_gate.h), or a pack (pack.h, a supervisor's);
                         * never read back, NULL none */
};

/* ---- writing ------------------------------------------------------------- */

/* p->patient_id and the plan (title "": the kind's, minutes 0: the kind's); import_key
 * NULL: by hand. *p is completed. CT_EINVAL (kind, title, site, planned_ms, minutes,
 * room, assigned, note: site and title say left and right in full), CT_EEXISTS
 * ("import_key": imported already). */
CT_NODISCARD enum ct_status ct_procedure_add(struct ct_app *app, struct ct_procedure *p,
                                             const char *import_key, struct ct_error *reterr);
/* What add asks first, without the store: for forms and imports. Trims in place. */
CT_NODISCARD enum ct_status ct_procedure_check(struct ct_app *app, struct ct_procedure *p,
                                               struct ct_error *reterr);
/* p as got, with the plan changed: moved, assigned, taken over, amended. p->detail_id is
 * the version that was seen (CT_ECONFLICT when it is no more the current one). reason
 * may be "" or NULL unless ct_procedure_needs_reason. Ended ones keep their time.
 * CT_EINVAL also "" when nothing is changed. *p is completed. */
CT_NODISCARD enum ct_status ct_procedure_amend(struct ct_app *app, struct ct_procedure *p,
                                               const char *reason, struct ct_error *reterr);
/* Kind, title, site, time, or a room that was said. */
bool ct_procedure_needs_reason(const struct ct_procedure *was, const struct ct_procedure *is);
/* A change of state: e->state, e->at_ms (0 or CT_UNSET: now; earlier: a late entry, never
 * before the last one, never in the future), e->text (reason or outcome); `seen` is the
 * state it was in when the user decided (CT_ECONFLICT). Asks the gates. CT_EINVAL
 * (state, at_ms, text; competency: when it begins, and e->though has no reason), CT_EDENIED
 * (reopening is a supervisor's). *e is completed. */
CT_NODISCARD enum ct_status ct_procedure_state(struct ct_app *app, int64_t id,
                                               enum ct_proc_state seen,
                                               struct ct_proc_event *e,
                                               struct ct_error *reterr);
/* u->kind, what, role, user_id; *u is completed. CT_EINVAL (what, role, kind), CT_EEXISTS
 * (stands there already). Equipment is asked about as it stood when the procedure began,
 * or stands now: CT_EINVAL, field "device", when it needs a reason and u->though has none. */
CT_NODISCARD enum ct_status ct_procedure_use_add(struct ct_app *app, int64_t id,
                                                 struct ct_proc_use *u,
                                                 struct ct_error *reterr);
/* A pack (CT_PROC_SET) that the scan refuses and a supervisor can let pass (pack.h): the
 * supervisor gives login and password beside the session that is open, and the reason stands
 * in u->though. The entry is an exception that names both. CT_EINVAL (what): nobody can let
 * it pass (recalled, for one), or nothing speaks against it; (though): no reason; errors of
 * ct_second_person (sterile.override). */
CT_NODISCARD enum ct_status ct_procedure_use_pass(struct ct_app *app, int64_t id,
                                                  struct ct_proc_use *u, const char *login,
                                                  const struct ct_secret *password,
                                                  struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_procedure_use_end(struct ct_app *app, int64_t id,
                                                 int64_t use_id, const char *reason,
                                                 struct ct_error *reterr);

/* ---- reading ------------------------------------------------------------- */

CT_NODISCARD enum ct_status ct_procedure_get(struct ct_app *app, int64_t id,
                                             struct ct_procedure *ret,
                                             struct ct_error *reterr);
/* The same as it stands in a list, and no more: of a record that is not open to this user
 * without site, note, why, outcome and complications (`restricted`). Nothing is audited. */
CT_NODISCARD enum ct_status ct_procedure_glance(struct ct_app *app, int64_t id,
                                                struct ct_procedure *ret,
                                                struct ct_error *reterr);
/* CT_OK with *ret_id 0: none was imported under that key. */
CT_NODISCARD enum ct_status ct_procedure_imported(struct ct_app *app, const char *import_key,
                                                  int64_t *ret_id, struct ct_error *reterr);

struct ct_proc_filter {
    int64_t from_ms, before_ms; /* planned in [from, before) */
    char room[65];              /* "": all */
    uint32_t mine;              /* assigned to that user; 0: all */
    unsigned states;            /* 1 << state each; 0: all */
    int64_t patient_id;         /* 0: all */
    size_t limit;               /* 0: CT_PROC_LIST_MAX */
};
enum { CT_PROC_LIST_MAX = 2000 };
/* By time. Without `why`, `outcome` and `complications`, which one procedure has. One
 * allocation, free(). */
CT_NODISCARD enum ct_status ct_procedure_list(struct ct_app *app,
                                              const struct ct_proc_filter *f,
                                              struct ct_procedure **ret, size_t *ret_n,
                                              struct ct_error *reterr);
/* How many that were planned in [from, before) have not ended: forgotten, or not
 * entered. */
CT_NODISCARD enum ct_status ct_procedure_left(struct ct_app *app, int64_t from_ms,
                                              int64_t before_ms, int64_t *ret_n,
                                              struct ct_error *reterr);
/* Oldest first; one allocation each, free(). */
CT_NODISCARD enum ct_status ct_procedure_events(struct ct_app *app, int64_t id,
                                                struct ct_proc_event **ret, size_t *ret_n,
                                                struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_procedure_versions(struct ct_app *app, int64_t id,
                                                  struct ct_proc_version **ret,
                                                  size_t *ret_n, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_procedure_uses(struct ct_app *app, int64_t id,
                                              struct ct_proc_use **ret, size_t *ret_n,
                                              struct ct_error *reterr);

#endif
