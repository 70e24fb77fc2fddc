/* competency_priv - the SQL of the module competency and what its files share, and training's.
 * Internal to src/clinic/.
 *
 * Layer:  clinic. The functions named _in are called by another module's write: they ask for
 *         no permission, begin and commit nothing, and add their rows to the entry.
 */
#ifndef CT_CLINIC_COMPETENCY_PRIV_H
#define CT_CLINIC_COMPETENCY_PRIV_H

#include "clinic/rows.h"
#include "clinic/training.h"

enum {
    CT_SQL_COMP_RULE_INSERT,
    CT_SQL_COMP_RULE_PUT,
    CT_SQL_COMP_RULE_DELETE,
    CT_SQL_COMP_RULE_GET,
    CT_SQL_COMP_RULES,
    CT_SQL_COMP_RULE_ANY,  /* is anything required at all */
    CT_SQL_COMP_INSERT,
    CT_SQL_COMP_PUT,       /* it stands; or as the others of that person and subject stand */
    CT_SQL_COMP_PUT_SAME,
    CT_SQL_COMP_FAIL_PUT,  /* a level not held before */
    CT_SQL_COMP_LOWER,     /* what is not above it stands again */
    CT_SQL_COMP_STANDS,    /* all of that person and subject */
    CT_SQL_COMP_LIFT,
    CT_SQL_COMP_EVENT_INSERT,
    CT_SQL_COMP_OVERRIDE_INSERT,
    CT_SQL_COMP_GET,
    CT_SQL_COMP_CONFIRMED,
    CT_SQL_COMP_HELD,      /* of a person and a subject */
    CT_SQL_COMP_HELD_USER,
    CT_SQL_COMP_HELD_SUBJECT,
    CT_SQL_COMP_HELD_ALL,
    CT_SQL_COMP_HISTORY,
    CT_SQL_COMP_UNREAD,    /* a document before use, not read by that user */
    CT_SQL_COMP_TRAINEE,   /* is that user one at a moment */
    CT_COMPETENCY_SQL_N
};
extern const struct ct_sql ct_competency_sql[CT_COMPETENCY_SQL_N];

/* What somebody holds of a subject at one level. */
struct ct_held {
    uint32_t user_id;
    struct ct_subject subject;
    enum ct_level level;
    enum ct_comp_stands stands;
    int64_t competency_id;
    ct_date done_day, last_day; /* CT_NO_DATE: does not run out */
    bool confirm;
};
/* A row of a CT_SQL_COMP_HELD_*. */
void ct_held_row(struct ct_stmt *st, struct ct_held *h);
/* Takes one more row into account: n starts as a state CT_COMP_MISSING. Pure. */
void ct_held_judge(const struct ct_config *c, const struct ct_comp_rule *rule,
                   const struct ct_held *h, ct_date today, int soon_days,
                   struct ct_comp_now *n);
/* Where that user stands with a subject; `also` counts for it too, or NULL. */
CT_NODISCARD enum ct_status ct_comp_stand(struct ct_app *app, struct ct_db *db,
                                          uint32_t user_id, const struct ct_subject *s,
                                          const struct ct_subject *also,
                                          const struct ct_comp_rule *rule,
                                          struct ct_comp_now *ret, struct ct_error *reterr);
/* The requirement in force; r->id 0: none. Without `by`. */
CT_NODISCARD enum ct_status ct_comp_rule_load(struct ct_db *db, const struct ct_subject *s,
                                              struct ct_comp_rule *r, struct ct_error *reterr);
/* Of a model: its class, and the risk that is said of it. */
CT_NODISCARD enum ct_status ct_subject_class(struct ct_app *app, const struct ct_subject *model,
                                             struct ct_subject *ret, enum ct_equip_risk *ret_risk,
                                             struct ct_error *reterr);
/* A row "trained" of a session, inside its transaction: c is filled but for its validity. */
CT_NODISCARD enum ct_status ct_competency_write_in(struct ct_app *app, struct ct_db *db,
                                                   struct ct_competency *c,
                                                   struct ct_entry *entry,
                                                   struct ct_error *reterr);
/* Is that user a trainee at that moment? */
CT_NODISCARD enum ct_status ct_trainee_is(struct ct_db *db, uint32_t user_id, int64_t at_ms,
                                          bool *ret, struct ct_error *reterr);
/* The active user who bears that login or that name, without case; user_id 0: nobody. */
CT_NODISCARD enum ct_status ct_person_typed(struct ct_app *app, const char *text,
                                            struct ct_person *ret, struct ct_error *reterr);

enum {
    CT_SQL_TRAINING_INSERT,
    CT_SQL_TRAINING_SUBJECT_INSERT,
    CT_SQL_TRAINING_EVENT_INSERT,
    CT_SQL_TRAINING_ATTENDEE_INSERT,
    CT_SQL_TRAINING_FIND_PUT,
    CT_SQL_TRAINING_GET,
    CT_SQL_TRAINING_PLANNED,
    CT_SQL_TRAINING_OVER,
    CT_SQL_TRAINING_SUBJECTS,
    CT_SQL_TRAINING_ATTENDEES,
    CT_SQL_TRAINING_ATTENDED,
    CT_SQL_DOCUMENT_INSERT,
    CT_SQL_DOCUMENT_SUBJECT_INSERT,
    CT_SQL_DOCUMENT_READ_INSERT,
    CT_SQL_DOCUMENT_FIND_DELETE,
    CT_SQL_DOCUMENT_FIND_PUT,
    CT_SQL_DOCUMENT_GET,
    CT_SQL_DOCUMENT_REF,   /* the revision in force that bears a number */
    CT_SQL_DOCUMENT_LIST,
    CT_SQL_DOCUMENT_SUBJECTS,
    CT_SQL_DOCUMENT_WAITS, /* for that user, of that revision */
    CT_SQL_TRAINEE_INSERT,
    CT_SQL_TRAINEE_PUT,
    CT_SQL_TRAINEE_DELETE,
    CT_SQL_TRAINEE_LIST,
    CT_SQL_TRAINEE_LEFT,   /* of whom something awaits who are none any more */
    CT_SQL_TRAINEE_AWAITS,
    CT_SQL_SIGN_INSERT,
    CT_SQL_SIGN_DELETE,
    CT_SQL_SIGN_GET,
    CT_SQL_SIGN_LIST,
    CT_SQL_SIGN_LIST_USER,
    CT_SQL_SIGN_COUNT,
    CT_SQL_SIGN_COUNT_USER,
    CT_SQL_SIGN_ROW,       /* whose entry that awaits wrote a row */
    CT_SQL_SIGN_NEEDS,     /* what an entry was let go on without */
    CT_TRAINING_SQL_N
};
extern const struct ct_sql ct_training_sql[CT_TRAINING_SQL_N];

#endif
