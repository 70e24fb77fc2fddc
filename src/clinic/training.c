/* training - sessions planned, given, cancelled and attended; each through the door. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/competency_priv.h"

const char *const CT_TRAINING_STATE_NAME[CT_TRAINING_STATES] = {"planned", "given", "cancelled"};
const char *const CT_SIGN_IN_NAME[CT_SIGN_INS] = {"own session", "own password",
                                                  "confirmed by the trainer"};

static const struct ct_choice METHOD[] = {
    {"T", "theory"}, {"D", "demonstration"}, {"O", "observed use"}, {"E", "test"}, {NULL, NULL}};

#define TEXT(n, l, w, max, req, h)                                                         \
    {.name = n, .label = l, .unit = "", .kind = CT_F_TEXT, .width = w, .max_bytes = max,   \
     .required = req, .help = h}
#define SUBJECT(n, l, req)                                                                 \
    TEXT(n, l, 50, CT_SUBJECT_TITLE_MAX + 12, req,                                         \
         "A model or class of devices, a procedure, a programme, a checklist.")

const struct ct_field CT_TRAINING_FIELDS[] = {
    TEXT("topic", "Topic", 56, 120, true, "What it is about, in a few words."),
    TEXT("trainer", "Trainer", 40, 80, true, "A login or name of somebody here, or from outside."),
    {.name = "method", .label = "Method", .unit = "", .kind = CT_F_CODE, .width = 3,
     .required = true, .hard_hi = 3, .soft_hi = 3, .choices = METHOD, .help = "How it is given."},
    {.name = "planned_day", .label = "Day", .unit = "", .kind = CT_F_DATE, .width = 12,
     .required = true, .help = "The day of the session."},
    TEXT("planned_time", "At", 6, 5, true, "When it begins, as 14:30."),
    {.name = "minutes", .label = "Lasts", .unit = "min", .kind = CT_F_INT, .width = 5,
     .required = true, .hard_lo = 1, .hard_hi = 1440, .soft_lo = 5, .soft_hi = 480,
     .help = "So many minutes."},
    TEXT("place", "Place", 30, 64, false, "Where."),
    TEXT("material", "Material", 50, 120, false, "Booklet, procedure, maker's instructions."),
    TEXT("revision", "Its revision", 20, 40, false, "As printed on it; with a material."),
    SUBJECT("subject", "About", true),
    SUBJECT("subject2", "and", false),
    SUBJECT("subject3", "and", false),
    SUBJECT("subject4", "and", false),
};
const size_t CT_TRAINING_FIELDS_N = CT_LEN(CT_TRAINING_FIELDS);

/* ---- planned --------------------------------------------------------------------------------- */

static enum ct_status subjects_ok(const struct ct_training *t, struct ct_error *reterr)
{
    if (t->n_subjects == 0 || t->n_subjects > CT_TRAINING_SUBJECTS_MAX)
        return ct_fail(reterr, CT_EINVAL, "subject", "a session is about one subject to %d",
                       CT_TRAINING_SUBJECTS_MAX);
    for (size_t i = 0; i < t->n_subjects; i++)
        for (size_t j = 0; j < i; j++)
            if (ct_subject_same(&t->subject[i], &t->subject[j]))
                return ct_fail(reterr, CT_EINVAL, "subject", "%s stands there twice",
                               t->subject[i].title);
    return CT_OK;
}

static enum ct_status plan_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct ct_training *t = arg;
    struct ct_person p;
    enum ct_status rc = ct_text_check(t->topic, "topic", "the topic", 120, true, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(t->trainer, "trainer", "the trainer", 80, true, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(t->place, "place", "the place", 64, false, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(t->material, "material", "the material", 120, false, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(t->revision, "revision", "its revision", 40, t->material[0] != '\0',
                           reterr);
    if (rc != CT_OK)
        return rc;
    if ((unsigned)t->method >= CT_METHOD_BY_SELF)
        return ct_fail(reterr, CT_EINVAL, "method", "there is no such method");
    if (t->minutes < 1 || t->minutes > 1440)
        return ct_fail(reterr, CT_EINVAL, "minutes", "a session lasts 1 to 1440 minutes");
    if (t->planned_ms < 0)
        return ct_fail(reterr, CT_EINVAL, "planned_ms", "this is not a time it can begin at");
    rc = subjects_ok(t, reterr);
    if (rc == CT_OK)
        rc = ct_person_typed(app, t->trainer, &p, reterr);
    if (rc == CT_OK && p.user_id != 0) {
        t->trainer_id = p.user_id;
        ct_text_copy(t->trainer, sizeof t->trainer, p.name);
    }
    return rc;
}

static enum ct_status subjects_insert(struct ct_db *db, const struct ct_training *t,
                                      struct ct_entry *entry, struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    for (size_t i = 0; rc == CT_OK && i < t->n_subjects; i++) {
        CT_STMT *st = NULL;
        int64_t id;
        rc = ct_stmt_get(db, &ct_training_sql[CT_SQL_TRAINING_SUBJECT_INSERT], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":of", t->id);
        ct_bind_i64(st, ":kind", t->subject[i].kind);
        ct_bind_text(st, ":subject", t->subject[i].id);
        ct_bind_text(st, ":title", t->subject[i].title);
        rc = ct_stmt_run(st, &id, reterr);
        if (rc == CT_OK)
            ct_entry_row(entry, "training_subject", id);
    }
    return rc;
}

static enum ct_status find_put(struct ct_db *db, int64_t id, enum ct_training_state state,
                               int64_t planned_ms, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc =
        ct_stmt_get(db, &ct_training_sql[CT_SQL_TRAINING_FIND_PUT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":training_id", id);
    ct_bind_i64(st, ":state", state);
    ct_bind_i64(st, ":planned_ms", planned_ms);
    return ct_stmt_run(st, NULL, reterr);
}

static enum ct_status plan_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_training *t = arg;
    CT_STMT *st = NULL;
    char at[24];
    enum ct_status rc = plan_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_training_sql[CT_SQL_TRAINING_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_text(st, ":topic", t->topic);
    ct_bind_opt(st, ":trainer_id", t->trainer_id != 0 ? t->trainer_id : CT_UNSET);
    ct_bind_text(st, ":trainer", t->trainer);
    ct_bind_i64(st, ":method", t->method);
    ct_bind_i64(st, ":planned_ms", t->planned_ms);
    ct_bind_i64(st, ":minutes", t->minutes);
    ct_bind_text(st, ":place", t->place);
    ct_bind_text(st, ":material", t->material);
    ct_bind_text(st, ":revision", t->revision);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &t->id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "training", t->id);
    ct_datetime_text(t->planned_ms, at);
    snprintf(entry->detail, sizeof entry->detail, "TR-%lld %s, %s, %s", (long long)t->id,
             t->topic, t->trainer, at);
    rc = subjects_insert(db, t, entry, reterr);
    return rc == CT_OK ? find_put(db, t->id, CT_TRAINING_PLANNED, t->planned_ms, reterr) : rc;
}

enum ct_status ct_training_plan(struct ct_app *app, struct ct_training *t,
                                struct ct_error *reterr)
{
    struct ct_training x = *t;
    struct ct_change change = {.verb = CT_VERB_TRAIN_PLAN,
                               .write = plan_write,
                               .arg = &x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    x.trainer_id = 0;
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    return rc == CT_OK ? ct_training_get(app, x.id, t, reterr) : rc;
}

/* ---- given, cancelled ------------------------------------------------------------------------- */

struct ending {
    int64_t id, done_ms;
    enum ct_training_state to;
    char text[CT_TRAINING_TEXT_MAX + 1];
    struct ct_training t;
};

static enum ct_status end_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct ending *x = arg;
    bool cancelled = x->to == CT_TRAINING_CANCELLED;
    enum ct_status rc = ct_text_check(x->text, "text", "why it is cancelled",
                                      CT_TRAINING_TEXT_MAX, cancelled, reterr);
    if (rc == CT_OK)
        rc = ct_training_get(app, x->id, &x->t, reterr);
    if (rc == CT_OK && x->t.state != CT_TRAINING_PLANNED)
        rc = ct_fail(reterr, CT_ECONFLICT, "", "TR-%lld is %s already", (long long)x->id,
                     CT_TRAINING_STATE_NAME[x->t.state]);
    if (rc != CT_OK)
        return rc;
    if (x->done_ms == 0 || x->done_ms == CT_UNSET)
        x->done_ms = ct_app_now(app);
    if (x->done_ms > ct_app_now(app) + CT_AHEAD_MS || x->done_ms < 0)
        return ct_fail(reterr, CT_EINVAL, "done_ms", "this is not a time it was given at");
    return CT_OK;
}

static enum ct_status end_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct ending *x = arg;
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc = end_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_training_sql[CT_SQL_TRAINING_EVENT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":training_id", x->id);
    ct_bind_i64(st, ":state", x->to);
    ct_bind_text(st, ":text", x->text);
    ct_bind_i64(st, ":done_ms", x->done_ms);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "training_event", id);
    entry->done_ms = x->done_ms;
    snprintf(entry->detail, sizeof entry->detail, "TR-%lld %s%s%s", (long long)x->id, x->t.topic,
             x->text[0] != '\0' ? ": " : "", x->text);
    return find_put(db, x->id, x->to, x->t.planned_ms, reterr);
}

static enum ct_status end(struct ct_app *app, enum ct_verb verb, struct ending *x,
                          const char *text, struct ct_error *reterr)
{
    struct ct_change change = {.verb = verb,
                               .check = end_check,
                               .write = end_write,
                               .arg = x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    if (strlen(text) > CT_TRAINING_TEXT_MAX)
        return ct_fail(reterr, CT_EINVAL, "text", "at most %d bytes fit", CT_TRAINING_TEXT_MAX);
    ct_text_copy(x->text, sizeof x->text, text);
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_training_given(struct ct_app *app, int64_t id, int64_t done_ms,
                                 const char *text, struct ct_error *reterr)
{
    struct ending x = {.id = id, .done_ms = done_ms, .to = CT_TRAINING_GIVEN};
    return end(app, CT_VERB_TRAIN_GIVEN, &x, text, reterr);
}

enum ct_status ct_training_cancel(struct ct_app *app, int64_t id, const char *reason,
                                  struct ct_error *reterr)
{
    struct ending x = {.id = id, .to = CT_TRAINING_CANCELLED};
    return end(app, CT_VERB_TRAIN_CANCEL, &x, reason, reterr);
}

/* ---- signed in ---------------------------------------------------------------------------------- */

struct signing {
    int64_t id;
    uint32_t user_id;
    enum ct_sign_in how;
    struct ct_training t;
};

static enum ct_status attended(struct ct_db *db, const struct signing *x, bool *ret,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc =
        ct_stmt_get(db, &ct_training_sql[CT_SQL_TRAINING_ATTENDED], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":user_id", x->user_id);
    ct_bind_i64(st, ":training_id", x->id);
    return ct_stmt_step(st, ret, reterr);
}

static enum ct_status sign_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct signing *x = arg;
    bool there = false;
    const struct ct_who *me = ct_app_who(app);
    enum ct_status rc = ct_training_get(app, x->id, &x->t, reterr);
    if (rc != CT_OK)
        return rc;
    if (x->t.state != CT_TRAINING_GIVEN)
        return ct_fail(reterr, CT_EINVAL, "", "TR-%lld is %s: who was there signs in once it was "
                       "given", (long long)x->id, CT_TRAINING_STATE_NAME[x->t.state]);
    if (x->user_id == x->t.trainer_id)
        return ct_fail(reterr, CT_EINVAL, "login", "%s gave it", x->t.trainer);
    if (x->how == CT_SIGN_IN_TRAINER && me->user_id != x->t.trainer_id &&
        !ct_role_may(me->role, CT_PERM_COMP_PLAN))
        return ct_fail(reterr, CT_EDENIED, "login",
                       "The trainer confirms who was there, or a supervisor; or they give their "
                       "own password.");
    rc = attended(ct_app_db(app), x, &there, reterr);
    if (rc == CT_OK && there)
        rc = ct_fail(reterr, CT_EEXISTS, "login", "has signed in already");
    return rc;
}

/* "trained" for each subject, on that revision. */
static enum ct_status trained(struct ct_app *app, struct ct_db *db, const struct signing *x,
                              struct ct_entry *entry, struct ct_error *reterr)
{
    const struct ct_training *t = &x->t;
    enum ct_status rc = CT_OK;
    for (size_t i = 0; rc == CT_OK && i < t->n_subjects; i++) {
        struct ct_competency c = {.user_id = x->user_id,
                                  .subject = t->subject[i],
                                  .level = CT_LEVEL_TRAINED,
                                  .method = t->method,
                                  .passed = true,
                                  .score = CT_UNSET,
                                  .training_id = t->id,
                                  .done_day = ct_date_at(t->done_ms)};
        snprintf(c.evidence, sizeof c.evidence, "TR-%lld %s, %s; %s", (long long)t->id, t->topic,
                 t->trainer, CT_SIGN_IN_NAME[x->how]);
        if (t->material[0] != '\0')
            snprintf(c.revision, sizeof c.revision, "%.36s %.40s", t->material, t->revision);
        ct_text_trim(c.revision);
        rc = ct_competency_write_in(app, db, &c, entry, reterr);
    }
    return rc;
}

static enum ct_status sign_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct signing *x = arg;
    CT_STMT *st = NULL;
    int64_t id;
    char name[128];
    enum ct_status rc = sign_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_training_sql[CT_SQL_TRAINING_ATTENDEE_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":training_id", x->id);
    ct_bind_i64(st, ":user_id", x->user_id);
    ct_bind_i64(st, ":how", x->how);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "training_attendee", id);
    entry->done_ms = x->t.done_ms;
    ct_user_name(app, x->user_id, name, sizeof name);
    snprintf(entry->detail, sizeof entry->detail, "TR-%lld %s: %s, %s", (long long)x->id,
             x->t.topic, name, CT_SIGN_IN_NAME[x->how]);
    return trained(app, db, x, entry, reterr);
}

enum ct_status ct_training_sign_in(struct ct_app *app, int64_t id, const char *login,
                                   const struct ct_secret *password, struct ct_error *reterr)
{
    struct signing x = {.id = id, .how = CT_SIGN_IN_OWN};
    struct ct_person p = {.user_id = 0};
    struct ct_change change = {.verb = CT_VERB_TRAIN_SIGN_IN,
                               .write = sign_write,
                               .arg = &x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    enum ct_status rc = ct_require(app, CT_PERM_TRAIN_WRITE, reterr);
    if (rc != CT_OK)
        return rc;
    x.user_id = ct_app_who(app)->user_id;
    if (login != NULL && password != NULL) {
        char why[64];
        snprintf(why, sizeof why, "signs in to TR-%lld", (long long)id);
        x.how = CT_SIGN_IN_PASSWORD;
        rc = ct_second_person(app, login, password, CT_PERM_TRAIN_WRITE, why, &x.user_id, NULL,
                              reterr);
    } else if (login != NULL) {
        x.how = CT_SIGN_IN_TRAINER;
        rc = ct_person_typed(app, login, &p, reterr);
        if (rc == CT_OK && p.user_id == 0)
            rc = ct_fail(reterr, CT_EINVAL, "login", "There is nobody here called \"%.40s\".",
                         login);
        x.user_id = p.user_id;
    }
    return rc == CT_OK ? ct_record(app, &change, NULL, reterr) : rc;
}
