/* training - sessions planned, given and attended; documents that have to be read again when
 * they change; trainees, and the countersign that what they record awaits.
 *
 * Layer:     clinic. Every write goes through ct_record.
 * Session:   planned, then given or cancelled with a reason; never both. People sign in once it
 *            was given: in their own session, with their own password beside another's
 *            (ct_second_person), or as the trainer confirms. Each gets the level "trained" for
 *            each subject of the session, with the material's revision (competency.h).
 * Document:  a new revision asks those concerned to confirm that they read it: who holds, or
 *            held, a competency of one of its subjects; everybody, where it is about none.
 *            `before_use`: until then the gate asks for a reason.
 * Trainee:   from one civil day to another, both included, with the person who stands by;
 *            written by competency.plan. Whatever that user records meanwhile awaits a
 *            countersign: the chain's entries themselves, by a trigger of the schema, so that
 *            no module has to think of it. Coming and going, looking and one's own training
 *            record nothing.
 * Countersign: signed. Never oneself, never another trainee; and where the trainee used what a
 *            competency is required for, only who holds it now. Awaiting ends with nothing
 *            else: neither with the days of training nor with a correction.
 * Source:    revision beside the signature: Elsmar-77173; a novice's work needs a second
 *            signature: MESS#130 (reference of the sterile field, 1.3, 2 row 27, 8).
 * Errors:    CT_EINVAL with the field, CT_ENOTFOUND, CT_ECONFLICT, and those of ct_record.
 */
#ifndef CT_CLINIC_TRAINING_H
#define CT_CLINIC_TRAINING_H

#include "clinic/competency.h"
#include "clinic/patient.h"
#include "record/user.h"

enum { CT_TRAINING_SUBJECTS_MAX = 8, CT_TRAINING_TEXT_MAX = 200, CT_COUNTERSIGN_MAX = 90,
       CT_TRAINEE_DAYS_MAX = 1100 };

/* ---- sessions ---------------------------------------------------------------------- */

enum ct_training_state { CT_TRAINING_PLANNED, CT_TRAINING_GIVEN, CT_TRAINING_CANCELLED,
                         CT_TRAINING_STATES };
extern const char *const CT_TRAINING_STATE_NAME[CT_TRAINING_STATES];
enum ct_sign_in { CT_SIGN_IN_OWN, CT_SIGN_IN_PASSWORD, CT_SIGN_IN_TRAINER, CT_SIGN_INS };
extern const char *const CT_SIGN_IN_NAME[CT_SIGN_INS]; /* "own password" */
extern const struct ct_field CT_TRAINING_FIELDS[];
extern const size_t CT_TRAINING_FIELDS_N;

struct ct_training {
    int64_t id;
    char topic[121], trainer[81];
    uint32_t trainer_id;      /* 0: from outside */
    enum ct_comp_method method;
    int64_t planned_ms;
    int minutes;
    char place[65], material[121], revision[41];
    size_t n_subjects;
    struct ct_subject subject[CT_TRAINING_SUBJECTS_MAX];
    int64_t at_ms;
    uint32_t by_user;
    char by[64];
    /* derived */
    enum ct_training_state state;
    int64_t done_ms;          /* given or cancelled; CT_UNSET */
    char text[CT_TRAINING_TEXT_MAX + 1];
    int64_t attendees;
};
struct ct_attendee {
    uint32_t user_id;
    char name[64], by[64];
    enum ct_sign_in how;
    int64_t at_ms;
};
/* trainer: a login or the name of a user here, else somebody from outside. CT_EINVAL (topic,
 * trainer, planned_ms, minutes, place, material, revision, subject: none, unknown or twice). */
CT_NODISCARD enum ct_status ct_training_plan(struct ct_app *app, struct ct_training *t,
                                             struct ct_error *reterr);
/* done_ms 0: now. CT_EINVAL (done_ms): in the future; CT_ECONFLICT: given or cancelled. */
CT_NODISCARD enum ct_status ct_training_given(struct ct_app *app, int64_t id, int64_t done_ms,
                                              const char *text, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_training_cancel(struct ct_app *app, int64_t id,
                                               const char *reason, struct ct_error *reterr);
/* login NULL: whoever is logged in. password NULL with a login: the trainer of the session, or
 * whoever has competency.plan, confirms it. CT_EINVAL: not given yet, the trainer; CT_EEXISTS
 * (login): signed in already; errors of ct_second_person. */
CT_NODISCARD enum ct_status ct_training_sign_in(struct ct_app *app, int64_t id,
                                                const char *login,
                                                const struct ct_secret *password,
                                                struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_training_get(struct ct_app *app, int64_t id,
                                            struct ct_training *ret, struct ct_error *reterr);
/* Those planned by day, then (all) the others, newest first. One allocation, free(). */
CT_NODISCARD enum ct_status ct_training_list(struct ct_app *app, bool all, size_t limit,
                                             struct ct_training **ret, size_t *ret_n,
                                             struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_training_attendees(struct ct_app *app, int64_t id,
                                                  struct ct_attendee **ret, size_t *ret_n,
                                                  struct ct_error *reterr);

/* ---- documents ------------------------------------------------------------------------ */

extern const struct ct_field CT_DOCUMENT_FIELDS[];
extern const size_t CT_DOCUMENT_FIELDS_N;
struct ct_document {
    int64_t id, first_id;     /* this revision; the first of the document */
    char ref[41], title[121], revision[41], changes[CT_COMP_TEXT_MAX + 1], place[201];
    bool before_use, ended;
    size_t n_subjects;
    struct ct_subject subject[CT_TRAINING_SUBJECTS_MAX];
    int64_t at_ms;
    uint32_t by_user;
    char by[64];
    /* derived */
    int64_t readers;          /* who confirmed this revision */
    bool mine;                /* it waits for whoever is logged in */
};
/* A new document, or (a ref that is there) a new revision of it. CT_EINVAL (ref, title,
 * revision: the one in force, changes: of a new revision, subject). */
CT_NODISCARD enum ct_status ct_document_put(struct ct_app *app, struct ct_document *d,
                                            struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_document_end(struct ct_app *app, int64_t id, const char *reason,
                                            struct ct_error *reterr);
/* CT_ECONFLICT: read already, or a newer revision is there. */
CT_NODISCARD enum ct_status ct_document_read(struct ct_app *app, int64_t id,
                                             struct ct_error *reterr);
/* In force; mine: those that wait for whoever is logged in. One allocation, free(). */
CT_NODISCARD enum ct_status ct_document_list(struct ct_app *app, bool mine,
                                             struct ct_document **ret, size_t *ret_n,
                                             struct ct_error *reterr);
/* Who is concerned and has not confirmed it yet, by name. */
CT_NODISCARD enum ct_status ct_document_unread(struct ct_app *app, int64_t id,
                                               struct ct_person **ret, size_t *ret_n,
                                               struct ct_error *reterr);

/* ---- trainees ---------------------------------------------------------------------------- */

extern const struct ct_field CT_TRAINEE_FIELDS[];
extern const size_t CT_TRAINEE_FIELDS_N;
struct ct_trainee {
    int64_t id;
    uint32_t user_id, supervisor_id;
    char name[64], supervisor[64];
    ct_date from, until;      /* both included */
    char reason[CT_TRAINING_TEXT_MAX + 1];
    int64_t awaits;           /* entries that await a countersign */
    bool now;                 /* today is one of the days */
};
/* From today or later; again: with other days or another person. CT_EINVAL (user_id:
 * oneself, no technician or supervisor; supervisor_id: the trainee, or a trainee; from,
 * until; reason). */
CT_NODISCARD enum ct_status ct_trainee_put(struct ct_app *app, const struct ct_trainee *t,
                                           struct ct_error *reterr);
/* From now on; what was recorded still awaits its countersign. */
CT_NODISCARD enum ct_status ct_trainee_end(struct ct_app *app, uint32_t user_id,
                                           const char *reason, struct ct_error *reterr);
/* Those who are, or of whom something awaits, by name. */
CT_NODISCARD enum ct_status ct_trainee_list(struct ct_app *app, struct ct_trainee **ret,
                                            size_t *ret_n, struct ct_error *reterr);

/* ---- countersigns -------------------------------------------------------------------------- */

struct ct_awaiting {
    int64_t seq, at_ms;
    uint32_t user_id;
    char name[64];
    enum ct_verb verb;
    int64_t patient_id;       /* CT_UNSET none */
    char patient[2 * CT_NAME_BYTES + 3]; /* "" none, or not open to whoever reads */
    char text[256];
};
/* Of one trainee, 0: of all; oldest first. Of a restricted record without what was found.
 * Needs training.read. One allocation, free(). */
CT_NODISCARD enum ct_status ct_countersign_list(struct ct_app *app, uint32_t user_id,
                                                size_t limit, struct ct_awaiting **ret,
                                                size_t *ret_n, struct ct_error *reterr);
/* For the home screen: what whoever is logged in may countersign, and what awaits of one's
 * own. */
CT_NODISCARD enum ct_status ct_countersign_count(struct ct_app *app, int64_t *ret_others,
                                                 int64_t *ret_own, struct ct_error *reterr);
/* Signed: ct_reauthenticate before. 1 to CT_COUNTERSIGN_MAX entries, all of them or none;
 * text: a remark or "". CT_ECONFLICT (seq): one does not await any more; CT_EDENIED: one's
 * own, as a trainee, or without the competency that it was let go on without. */
CT_NODISCARD enum ct_status ct_countersign(struct ct_app *app, const int64_t *seq, size_t n,
                                           const char *text, struct ct_error *reterr);
/* Does the entry that wrote that row await a countersign, and whose is it ("" no)? One
 * look-up. Asks for no permission. */
CT_NODISCARD enum ct_status ct_awaits(struct ct_app *app, const char *tbl, int64_t row_id,
                                      char name[64], struct ct_error *reterr);
/* The same of an entry. */
CT_NODISCARD enum ct_status ct_awaits_seq(struct ct_app *app, int64_t seq, bool *ret,
                                          struct ct_error *reterr);

#endif
