/* competency - what the site requires of people, what each may do and until when, and the
 * gate before a device, a procedure, a programme or a checklist is begun without it.
 *
 * Layer:   clinic. Every write goes through ct_record.
 * Subject: what a competency is about: a device model, a class of devices, a procedure, a
 *          programme of a steriliser, a checklist.
 * Levels:  self-declared < trained < assessed < assessor. A self-declaration is one's own
 *          word. Trained: attended a session or read and was shown. Assessed: seen or tested
 *          by somebody who is an assessor of that subject now and has competency.assess. An
 *          assessor is named by whoever has competency.plan; never oneself.
 * Valid:   until the last usable civil day: the months of its requirement, else of its risk
 *          ([training] valid_*_months), else a year for a self-declaration. What was given
 *          stands in the row; where the requirement has become stricter since, the stricter
 *          counts. Expired is day > last_day. An assessment that was not passed ends what was
 *          held of that subject until one is; so does a withdrawal until it is lifted.
 * Asked:   only where a requirement is recorded. One of a class of devices is met by a
 *          competency of the class or of the model in hand; one of a model by that alone.
 * Gate:    [training] gate_* = warn (a reason, an exception in the log), stop, off. A trainee
 *          is under supervision: a note, and the record awaits a countersign (training.h).
 *          Training, assessment, calibration and repair never ask: what lifts the block can
 *          always be entered. A document that has to be read before use is asked for too.
 * Units:   ct_date; months.
 * Source:  high risk every 3 years, medium every 5, yearly for some: RCHT training policy;
 *          yearly self-declaration: UHB; yearly where no rule exists: ACHC; two signatures
 *          and the revision beside it: Elsmar-77173 (reference of the sterile field, 1.3, 5).
 * Errors:  CT_EINVAL with the field, CT_ENOTFOUND, CT_ECONFLICT, and those of ct_record.
 */
#ifndef CT_CLINIC_COMPETENCY_H
#define CT_CLINIC_COMPETENCY_H

#include "clinic/equipment_gate.h"

enum { CT_SUBJECT_ID_MAX = 40, CT_SUBJECT_TITLE_MAX = 160, CT_COMP_TEXT_MAX = 400,
       CT_COMP_REASON_MAX = 200, CT_COMP_REVISION_MAX = 80 };

/* ---- subjects ------------------------------------------------------------------ */

enum ct_subject_kind { /* stored */
    CT_SUBJ_MODEL,     /* id: the number of its first version */
    CT_SUBJ_CLASS,     /* data/equipment/classes.ini */
    CT_SUBJ_PROCEDURE, /* data/procedures */
    CT_SUBJ_PROGRAMME, /* data/programmes */
    CT_SUBJ_CHECKLIST, /* data/checklists */
    CT_SUBJ_KINDS
};
extern const char *const CT_SUBJECT_KIND[CT_SUBJ_KINDS]; /* "model", "class" */
struct ct_subject {
    enum ct_subject_kind kind;
    char id[CT_SUBJECT_ID_MAX + 1];
    char title[CT_SUBJECT_TITLE_MAX + 1]; /* "Meridian PM-3" */
};
/* "model: Meridian PM-3" */
void ct_subject_text(const struct ct_subject *s, char *out, size_t size);
bool ct_subject_same(const struct ct_subject *a, const struct ct_subject *b);
/* All there are now, by kind and title; one allocation, free(). */
CT_NODISCARD enum ct_status ct_subject_list(struct ct_app *app, struct ct_subject **ret,
                                            size_t *ret_n, struct ct_error *reterr);
/* As ct_subject_text writes it, or "class:infusion-pump" with an id; without case. CT_EINVAL
 * (subject): there is none. */
CT_NODISCARD enum ct_status ct_subject_typed(struct ct_app *app, const char *text,
                                             struct ct_subject *ret, struct ct_error *reterr);

/* ---- requirements ---------------------------------------------------------------- */

enum ct_level { CT_LEVEL_NONE, CT_LEVEL_SELF, CT_LEVEL_TRAINED, CT_LEVEL_ASSESSED,
                CT_LEVEL_ASSESSOR, CT_LEVELS };
extern const char *const CT_LEVEL_NAME[CT_LEVELS]; /* "none", "self-declared", "trained" */

struct ct_comp_rule {
    int64_t id;
    struct ct_subject subject;
    enum ct_level level;  /* SELF to ASSESSED */
    enum ct_equip_risk risk;
    int months;           /* -1: by its risk; 0: does not run out */
    char source[121];     /* who asks for it */
    char reason[CT_COMP_REASON_MAX + 1];
    int64_t at_ms;
    uint32_t by_user;
    char by[64];
};
extern const struct ct_field CT_COMP_RULE_FIELDS[];
extern const size_t CT_COMP_RULE_FIELDS_N;
/* "assessed, 36 months (high risk)" */
void ct_comp_rule_text(const struct ct_config *c, const struct ct_comp_rule *r, char *out,
                       size_t size);
/* How long a level is valid under a requirement (NULL: none is recorded): months, 0 for ever.
 * why: "36 months, high risk". Pure. */
int ct_comp_months(const struct ct_config *c, const struct ct_comp_rule *r, enum ct_level level,
                   char *why, size_t size);
/* The last usable day of something done that day; CT_NO_DATE: it does not run out. */
ct_date ct_comp_last_day(ct_date done, int months);
/* Newly required, or changed, which needs a reason. CT_EINVAL (level, risk, months, source,
 * reason), "" when nothing is changed. r->id is set. */
CT_NODISCARD enum ct_status ct_comp_rule_put(struct ct_app *app, struct ct_comp_rule *r,
                                             struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_comp_rule_end(struct ct_app *app, const struct ct_subject *s,
                                             const char *reason, struct ct_error *reterr);
/* Those in force, by kind and title; one allocation, free(). Needs training.read. */
CT_NODISCARD enum ct_status ct_comp_rules(struct ct_app *app, struct ct_comp_rule **ret,
                                          size_t *ret_n, struct ct_error *reterr);

/* ---- what people may do ----------------------------------------------------------- */

enum ct_comp_method { CT_METHOD_BY_THEORY, CT_METHOD_BY_DEMONSTRATION, CT_METHOD_BY_OBSERVATION,
                      CT_METHOD_BY_TEST, CT_METHOD_BY_SELF, CT_COMP_METHODS };
extern const char *const CT_COMP_METHOD_NAME[CT_COMP_METHODS]; /* "observed use" */
enum ct_comp_stands { CT_COMP_STANDS, CT_COMP_IS_WITHDRAWN, CT_COMP_NOT_PASSED,
                      CT_COMP_STANDINGS };

enum ct_comp_act { CT_ACT_WITHDRAWN, CT_ACT_REINSTATED, CT_ACT_CONFIRMED, CT_COMP_ACTS }; /* stored */
struct ct_competency { /* one row: an assessment, a session attended, a declaration */
    int64_t id;
    int act;              /* in a history: -1 as above, else enum ct_comp_act: text in evidence */
    uint32_t user_id;
    struct ct_subject subject;
    enum ct_level level;
    enum ct_comp_method method;
    bool passed;
    int64_t score;        /* per cent; CT_UNSET none */
    char evidence[CT_COMP_TEXT_MAX + 1], restriction[CT_COMP_REASON_MAX + 1];
    char revision[CT_COMP_REVISION_MAX + 1];
    int64_t training_id;  /* 0 none */
    ct_date done_day;     /* CT_NO_DATE: today */
    ct_date last_day;     /* CT_NO_DATE: does not run out */
    char validity[161];   /* the rule that gave it */
    int64_t at_ms;
    uint32_t by_user;
    char by[64];
    bool confirmed;       /* by the person, of an assessment */
};
extern const struct ct_field CT_ASSESS_FIELDS[];
extern const size_t CT_ASSESS_FIELDS_N;

/* Signed: ct_reauthenticate before. c->user_id, subject, level (TRAINED, ASSESSED, ASSESSOR),
 * method, passed, score, evidence, restriction, revision, done_day; completed. CT_EINVAL:
 * oneself (user_id); no evidence; in the future or before 1970 (done_day). CT_EDENIED
 * (level): the assessor is none of that subject now; an assessor is named by a supervisor. */
CT_NODISCARD enum ct_status ct_competency_assess(struct ct_app *app, struct ct_competency *c,
                                                 struct ct_error *reterr);
/* One's own word, with what it rests on. CT_EINVAL (evidence). */
CT_NODISCARD enum ct_status ct_competency_declare(struct ct_app *app,
                                                  const struct ct_subject *s,
                                                  const char *evidence,
                                                  struct ct_error *reterr);
/* The person confirms what was assessed: the second signature. CT_EINVAL: it is not one's
 * own, or nobody else's word; CT_ECONFLICT: confirmed already. */
CT_NODISCARD enum ct_status ct_competency_confirm(struct ct_app *app, int64_t id,
                                                  struct ct_error *reterr);
/* All levels of it. CT_EINVAL: nothing is held, so already, no reason, oneself. */
CT_NODISCARD enum ct_status ct_competency_withdraw(struct ct_app *app, uint32_t user_id,
                                                   const struct ct_subject *s,
                                                   const char *reason, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_competency_reinstate(struct ct_app *app, uint32_t user_id,
                                                    const struct ct_subject *s,
                                                    const char *reason,
                                                    struct ct_error *reterr);

/* ---- where people stand -------------------------------------------------------------- */

enum ct_comp_state { /* by weight: what comes first is worst */
    CT_COMP_MISSING,   /* nothing is held */
    CT_COMP_WITHDRAWN,
    CT_COMP_FAILED,
    CT_COMP_BELOW,     /* held at a lower level than is required */
    CT_COMP_EXPIRED,
    CT_COMP_SOON,
    CT_COMP_CURRENT,
    CT_COMP_STATES
};
extern const char *const CT_COMP_STATE_NAME[CT_COMP_STATES]; /* "not held", "expired" */

struct ct_comp_now {
    uint32_t user_id;
    char name[64];
    struct ct_subject subject;
    bool required;
    enum ct_level needs;      /* where required */
    enum ct_comp_state state;
    enum ct_level level;      /* held; of what is expired, the level it had */
    ct_date last_day;         /* CT_NO_DATE: none, or does not run out */
    int64_t competency_id;    /* 0 none */
    bool confirm;             /* it waits for the person's confirmation */
};
/* "trained until 12 Nov 2027", "expired 3 Nov 2026", "not held" */
void ct_comp_now_text(const struct ct_comp_now *n, char *out, size_t size);
/* One person: all that is required of anybody, and all that was ever held; by state, then
 * subject. One's own needs a session alone. One allocation, free(). */
CT_NODISCARD enum ct_status ct_comp_person(struct ct_app *app, uint32_t user_id,
                                           struct ct_comp_now **ret, size_t *ret_n,
                                           struct ct_error *reterr);
/* Everybody for one subject, by name. */
CT_NODISCARD enum ct_status ct_comp_subject(struct ct_app *app, const struct ct_subject *s,
                                            struct ct_comp_now **ret, size_t *ret_n,
                                            struct ct_error *reterr);
/* What a device needs, by its model and class: the requirements in force, and for each
 * everybody who meets it now, by name. */
CT_NODISCARD enum ct_status ct_comp_device(struct ct_app *app, const char *asset,
                                           struct ct_comp_now **ret, size_t *ret_n,
                                           struct ct_error *reterr);
/* Required and held, of all people: expired or running out within so many days (-1: the
 * site's), first day first. */
CT_NODISCARD enum ct_status ct_comp_expiring(struct ct_app *app, int days,
                                             struct ct_comp_now **ret, size_t *ret_n,
                                             struct ct_error *reterr);
/* People against the subjects that are required or held: cell[p * n_subjects + s]. */
struct ct_comp_matrix {
    struct ct_person *person;
    struct ct_subject *subject;
    struct ct_comp_now *cell;
    size_t n_people, n_subjects;
};
CT_NODISCARD enum ct_status ct_comp_matrix(struct ct_app *app, struct ct_comp_matrix *ret,
                                           struct ct_error *reterr);
void ct_comp_matrix_done(struct ct_comp_matrix *m);
/* Rows of a person and a subject, newest first; one allocation, free(). */
CT_NODISCARD enum ct_status ct_competency_history(struct ct_app *app, uint32_t user_id,
                                                  const struct ct_subject *s,
                                                  struct ct_competency **ret, size_t *ret_n,
                                                  struct ct_error *reterr);

/* ---- the gate ---------------------------------------------------------------------------- */

enum ct_comp_use { /* stored */
    CT_COMP_FOR_VITALS, CT_COMP_FOR_PROCEDURE, CT_COMP_FOR_PROGRAMME, CT_COMP_FOR_CHECKLIST,
    CT_COMP_FOR_OTHER, CT_COMP_USES
};
struct ct_comp_gate {
    enum ct_gate_answer answer;
    bool trainee;             /* under supervision: a note */
    struct ct_subject subject; /* the first that is missing */
    char text[301];           /* "the competency for Infusion pump expired 3 Nov 2026" */
};
/* Whoever is logged in, for a subject or a registered device's model and class, now. Free
 * where nothing is required, or the site's rule is off. Only reads, asks for no permission. */
CT_NODISCARD enum ct_status ct_competency_gate(struct ct_app *app, const struct ct_subject *s,
                                               struct ct_comp_gate *ret,
                                               struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_competency_gate_model(struct ct_app *app, int64_t model_id,
                                                     struct ct_comp_gate *ret,
                                                     struct ct_error *reterr);
/* Inside the transaction that begins it: asks again. CT_EDENIED when it is stopped,
 * CT_EINVAL when a reason is needed and `reason` is NULL or "", both with field "competency".
 * Else the override is written and the entry becomes an exception; of a trainee it is a row
 * that says what somebody competent has to stand for. */
CT_NODISCARD enum ct_status ct_competency_gate_in(struct ct_app *app, struct ct_db *db,
                                                  const struct ct_subject *s,
                                                  enum ct_comp_use use, int64_t ref_id,
                                                  const char *reason, struct ct_entry *entry,
                                                  struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_competency_gate_model_in(struct ct_app *app, struct ct_db *db,
                                                        int64_t model_id, enum ct_comp_use use,
                                                        int64_t ref_id, const char *reason,
                                                        struct ct_entry *entry,
                                                        struct ct_error *reterr);
/* Reasons offered, by one key each; the last is "type it". */
extern const struct ct_choice CT_COMP_REASONS[];

#endif
