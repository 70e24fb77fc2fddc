/* competency - what is written of a person: assessed, declared, confirmed, withdrawn,
 * reinstated; each through the door. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/competency_priv.h"

const char *const CT_COMP_METHOD_NAME[CT_COMP_METHODS] = {
    "theory", "demonstration", "observed use", "test", "own word"};

static const struct ct_choice LEVEL[] = {
    {"T", "trained"}, {"A", "assessed"}, {"R", "assessor"}, {NULL, NULL}};
static const struct ct_choice METHOD[] = {
    {"T", "theory"}, {"D", "demonstration"}, {"O", "observed use"}, {"E", "test"}, {NULL, NULL}};
static const struct ct_choice RESULT[] = {{"Y", "competent"}, {"N", "NOT YET"}, {NULL, NULL}};

const struct ct_field CT_ASSESS_FIELDS[] = {
    {.name = "subject", .label = "For", .unit = "", .kind = CT_F_TEXT, .width = 50,
     .max_bytes = CT_SUBJECT_TITLE_MAX + 12, .required = true,
     .help = "A model or class of devices, a procedure, a programme, a checklist."},
    {.name = "level", .label = "Level", .unit = "", .kind = CT_F_CODE, .width = 3,
     .required = true, .hard_hi = 2, .soft_hi = 2, .choices = LEVEL,
     .help = "An assessor is named by a supervisor; the others by an assessor of this subject."},
    {.name = "method", .label = "Method", .unit = "", .kind = CT_F_CODE, .width = 3,
     .required = true, .hard_hi = 3, .soft_hi = 3, .choices = METHOD,
     .help = "How it was seen."},
    {.name = "passed", .label = "Result", .unit = "", .kind = CT_F_CODE, .width = 3,
     .required = true, .hard_hi = 1, .soft_hi = 1, .choices = RESULT,
     .help = "Not yet ends what was held of this subject until an assessment is passed."},
    {.name = "score", .label = "Score", .unit = "%", .kind = CT_F_INT, .width = 4,
     .hard_hi = 100, .soft_hi = 100, .help = "Of a test; else empty."},
    {.name = "evidence", .label = "Evidence", .unit = "", .kind = CT_F_TEXT, .width = 56,
     .max_bytes = CT_COMP_TEXT_MAX, .required = true,
     .help = "What was seen or asked, how often; a certificate's number."},
    {.name = "restriction", .label = "Not for", .unit = "", .kind = CT_F_TEXT, .width = 50,
     .max_bytes = CT_COMP_REASON_MAX, .help = "What it does not cover; empty: all of it."},
    {.name = "revision", .label = "On revision", .unit = "", .kind = CT_F_TEXT, .width = 40,
     .max_bytes = CT_COMP_REVISION_MAX,
     .help = "Of the procedure or the maker's instructions, as SOP-12 rev 4."},
    {.name = "done_day", .label = "Done on", .unit = "", .kind = CT_F_DATE, .width = 12,
     .help = "Empty is today."},
};
const size_t CT_ASSESS_FIELDS_N = CT_LEN(CT_ASSESS_FIELDS);

/* ---- a row -------------------------------------------------------------------------------- */

/* The requirement of the subject, of its class, else the risk that is said of a model. */
static enum ct_status validity(struct ct_app *app, struct ct_db *db, struct ct_competency *c,
                               struct ct_error *reterr)
{
    struct ct_comp_rule r;
    struct ct_subject class;
    enum ct_equip_risk risk = CT_RISK_UNSAID;
    char why[120];
    enum ct_status rc = ct_comp_rule_load(db, &c->subject, &r, reterr);
    if (rc == CT_OK && r.id == 0 && c->subject.kind == CT_SUBJ_MODEL) {
        rc = ct_subject_class(app, &c->subject, &class, &risk, reterr);
        if (rc == CT_OK)
            rc = ct_comp_rule_load(db, &class, &r, reterr);
        if (rc == CT_OK && r.id == 0)
            r.risk = risk;
    }
    if (rc != CT_OK)
        return rc;
    int months = ct_comp_months(ct_app_config(app), &r, c->level, why, sizeof why);
    c->last_day = ct_comp_last_day(c->done_day, months);
    ct_text_copy(c->validity, sizeof c->validity, why);
    return CT_OK;
}

static enum ct_status run_of(struct ct_db *db, unsigned sql, const struct ct_competency *c,
                             bool level, bool id, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_competency_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":user_id", c->user_id);
    ct_bind_i64(st, ":kind", c->subject.kind);
    ct_bind_text(st, ":subject", c->subject.id);
    if (level)
        ct_bind_i64(st, ":level", c->level);
    if (id)
        ct_bind_i64(st, ":competency_id", c->id);
    if (sql == CT_SQL_COMP_STANDS)
        ct_bind_i64(st, ":stands", CT_COMP_NOT_PASSED);
    return ct_stmt_run(st, NULL, reterr);
}

/* An assessment decides how the others stand; a session or one's own word does not. */
static enum ct_status find_put(struct ct_db *db, const struct ct_competency *c,
                               struct ct_error *reterr)
{
    bool assessed = c->training_id == 0 && c->method != CT_METHOD_BY_SELF;
    if (!assessed)
        return run_of(db, CT_SQL_COMP_PUT_SAME, c, true, true, reterr);
    enum ct_status rc = c->passed ? run_of(db, CT_SQL_COMP_LOWER, c, true, false, reterr)
                                  : run_of(db, CT_SQL_COMP_STANDS, c, false, false, reterr);
    if (rc != CT_OK)
        return rc;
    return run_of(db, c->passed ? CT_SQL_COMP_PUT : CT_SQL_COMP_FAIL_PUT, c, true, true, reterr);
}

enum ct_status ct_competency_write_in(struct ct_app *app, struct ct_db *db,
                                      struct ct_competency *c, struct ct_entry *entry,
                                      struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = validity(app, db, c, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_competency_sql[CT_SQL_COMP_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    c->at_ms = ct_app_now(app);
    c->by_user = ct_app_who(app)->user_id;
    ct_bind_i64(st, ":user_id", c->user_id);
    ct_bind_i64(st, ":kind", c->subject.kind);
    ct_bind_text(st, ":subject", c->subject.id);
    ct_bind_text(st, ":title", c->subject.title);
    ct_bind_i64(st, ":level", c->level);
    ct_bind_i64(st, ":method", c->method);
    ct_bind_i64(st, ":passed", c->passed);
    ct_bind_opt(st, ":score", c->score);
    ct_bind_text(st, ":evidence", c->evidence);
    ct_bind_text(st, ":restriction", c->restriction);
    ct_bind_text(st, ":revision", c->revision);
    ct_bind_opt(st, ":training_id", c->training_id != 0 ? c->training_id : CT_UNSET);
    ct_bind_i64(st, ":done_day", c->done_day);
    ct_bind_opt(st, ":last_day", c->last_day != CT_NO_DATE ? c->last_day : CT_UNSET);
    ct_bind_text(st, ":validity", c->validity);
    ct_bind_i64(st, ":at_ms", c->at_ms);
    ct_bind_i64(st, ":by_user", c->by_user);
    rc = ct_stmt_run(st, &c->id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "competency", c->id);
    return find_put(db, c, reterr);
}

/* ---- assessed ------------------------------------------------------------------------------ */

static enum ct_status person(struct ct_app *app, uint32_t user_id, struct ct_error *reterr)
{
    struct ct_person *p = NULL;
    size_t n = 0;
    bool is = false;
    enum ct_status rc = ct_user_people(app, CT_PERM_TRAIN_READ, &p, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        is = is || p[i].user_id == user_id;
    free(p);
    if (rc == CT_OK && !is)
        rc = ct_fail(reterr, CT_EINVAL, "user_id", "there is no such technician or supervisor");
    return rc;
}

/* As an assessor of that subject, or of a model's class, now. */
static enum ct_status assessor(struct ct_app *app, struct ct_db *db,
                               const struct ct_competency *c, struct ct_error *reterr)
{
    struct ct_comp_rule needs, r;
    struct ct_comp_now now;
    struct ct_subject class;
    enum ct_equip_risk risk;
    bool model = c->subject.kind == CT_SUBJ_MODEL, planner = ct_role_may(
        ct_app_who(app)->role, CT_PERM_COMP_PLAN);
    char subject[CT_SUBJECT_TITLE_MAX + 20];
    if (c->level == CT_LEVEL_ASSESSOR && !planner)
        return ct_fail(reterr, CT_EDENIED, "level",
                       "An assessor is named by a supervisor (%s).",
                       ct_perm_name(CT_PERM_COMP_PLAN));
    if (c->level == CT_LEVEL_ASSESSOR)
        return CT_OK;
    enum ct_status rc = ct_comp_rule_load(db, &c->subject, &r, reterr);
    if (rc == CT_OK && model)
        rc = ct_subject_class(app, &c->subject, &class, &risk, reterr);
    if (rc != CT_OK)
        return rc;
    needs = r;
    needs.level = CT_LEVEL_ASSESSOR;
    if (r.id == 0) { /* what was given stands in the row */
        needs.months = 240;
        needs.risk = CT_RISK_UNSAID;
    }
    rc = ct_comp_stand(app, db, ct_app_who(app)->user_id, &c->subject, model ? &class : NULL,
                       &needs, &now, reterr);
    if (rc != CT_OK || now.state >= CT_COMP_SOON)
        return rc;
    ct_subject_text(&c->subject, subject, sizeof subject);
    return ct_fail(reterr, CT_EDENIED, "level",
                   "Whoever assesses has to be an assessor of %s now: a supervisor names one.",
                   subject);
}

static enum ct_status assess_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct ct_competency *c = arg;
    if (c->user_id == ct_app_who(app)->user_id)
        return ct_fail(reterr, CT_EINVAL, "user_id", "Nobody assesses themselves.");
    if (c->level < CT_LEVEL_TRAINED || c->level > CT_LEVEL_ASSESSOR)
        return ct_fail(reterr, CT_EINVAL, "level",
                       "what is given is trained, assessed or assessor");
    if ((unsigned)c->method >= CT_METHOD_BY_SELF)
        return ct_fail(reterr, CT_EINVAL, "method", "there is no such method");
    if (c->score != CT_UNSET && (c->score < 0 || c->score > 100))
        return ct_fail(reterr, CT_EINVAL, "score", "a score is 0 to 100 per cent");
    enum ct_status rc = person(app, c->user_id, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(c->evidence, "evidence", "the evidence", CT_COMP_TEXT_MAX, true,
                           reterr);
    if (rc == CT_OK)
        rc = ct_text_check(c->restriction, "restriction", "what it does not cover",
                           CT_COMP_REASON_MAX, false, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(c->revision, "revision", "the revision", CT_COMP_REVISION_MAX, false,
                           reterr);
    if (rc != CT_OK)
        return rc;
    if (c->done_day == CT_NO_DATE)
        c->done_day = ct_date_at(ct_app_now(app));
    if (c->done_day > ct_date_at(ct_app_now(app)) || c->done_day < 0)
        return ct_fail(reterr, CT_EINVAL, "done_day", "it is done on a day from 1970 to today");
    return assessor(app, ct_app_db(app), c, reterr);
}

static enum ct_status assess_write(struct ct_app *app, struct ct_db *db, void *arg,
                                   struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_competency *c = arg;
    char subject[CT_SUBJECT_TITLE_MAX + 20], name[128], until[24] = "";
    enum ct_status rc = assess_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_competency_write_in(app, db, c, entry, reterr);
    if (rc != CT_OK)
        return rc;
    ct_subject_text(&c->subject, subject, sizeof subject);
    ct_user_name(app, c->user_id, name, sizeof name);
    if (c->last_day != CT_NO_DATE)
        ct_date_text(c->last_day, until);
    if (!c->passed)
        entry->severity = CT_NOTABLE;
    snprintf(entry->detail, sizeof entry->detail, "%.80s, %.120s: %s%s%s; %.160s", name, subject,
             c->passed ? CT_LEVEL_NAME[c->level] : "NOT YET competent",
             c->passed && until[0] != '\0' ? " until " : "", c->passed ? until : "",
             c->evidence);
    return CT_OK;
}

enum ct_status ct_competency_assess(struct ct_app *app, struct ct_competency *c,
                                    struct ct_error *reterr)
{
    struct ct_competency x = *c;
    struct ct_change change = {.verb = CT_VERB_COMP_ASSESS,
                               .check = assess_check,
                               .write = assess_write,
                               .arg = &x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    x.training_id = 0;
    x.act = -1;
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    if (rc != CT_OK)
        return rc;
    *c = x;
    ct_text_copy(c->by, sizeof c->by, ct_app_who(app)->name);
    return CT_OK;
}

/* ---- declared -------------------------------------------------------------------------------- */

static enum ct_status declare_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct ct_competency *c = arg;
    (void)app;
    return ct_text_check(c->evidence, "evidence", "what it rests on", CT_COMP_TEXT_MAX, true,
                         reterr);
}

static enum ct_status declare_write(struct ct_app *app, struct ct_db *db, void *arg,
                                    struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_competency *c = arg;
    char subject[CT_SUBJECT_TITLE_MAX + 20];
    enum ct_status rc = declare_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_competency_write_in(app, db, c, entry, reterr);
    ct_subject_text(&c->subject, subject, sizeof subject);
    snprintf(entry->detail, sizeof entry->detail, "%.160s: %.300s", subject, c->evidence);
    return rc;
}

enum ct_status ct_competency_declare(struct ct_app *app, const struct ct_subject *s,
                                     const char *evidence, struct ct_error *reterr)
{
    if (ct_app_who(app) == NULL)
        return ct_require(app, CT_PERM_TRAIN_WRITE, reterr);
    struct ct_competency c = {.user_id = ct_app_who(app)->user_id,
                              .subject = *s,
                              .level = CT_LEVEL_SELF,
                              .method = CT_METHOD_BY_SELF,
                              .passed = true,
                              .score = CT_UNSET,
                              .done_day = ct_date_at(ct_app_now(app))};
    struct ct_change change = {.verb = CT_VERB_COMP_DECLARE,
                               .write = declare_write,
                               .arg = &c,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    if (strlen(evidence) > CT_COMP_TEXT_MAX)
        return ct_fail(reterr, CT_EINVAL, "evidence", "at most %d bytes fit", CT_COMP_TEXT_MAX);
    ct_text_copy(c.evidence, sizeof c.evidence, evidence);
    return ct_record(app, &change, NULL, reterr);
}

/* ---- confirmed, withdrawn, reinstated ---------------------------------------------------------- */

struct acting {
    uint32_t user_id;
    struct ct_subject subject;
    enum ct_comp_act act;
    int64_t competency_id; /* of a confirmation */
    char text[CT_COMP_REASON_MAX + 1];
    enum ct_level level;   /* of what is confirmed */
};

static enum ct_status confirm_check(struct ct_app *app, struct acting *x,
                                    struct ct_error *reterr)
{
    CT_STMT *st = NULL, *done = NULL;
    bool there = false;
    uint32_t me = ct_app_who(app)->user_id;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_competency_sql[CT_SQL_COMP_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", x->competency_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK)
        return rc;
    if (!there)
        return ct_fail(reterr, CT_ENOTFOUND, "competency_id", "there is no such assessment");
    if ((uint32_t)ct_col_i64(st, 0) != me || (uint32_t)ct_col_i64(st, 7) == me ||
        !ct_col_null(st, 6))
        return ct_fail(reterr, CT_EINVAL, "competency_id",
                       "one confirms what somebody else assessed of oneself");
    x->user_id = me;
    x->subject.kind = (enum ct_subject_kind)ct_col_i64(st, 1);
    ct_text_copy(x->subject.id, sizeof x->subject.id, ct_col_text(st, 2));
    ct_text_copy(x->subject.title, sizeof x->subject.title, ct_col_text(st, 3));
    x->level = (enum ct_level)ct_col_i64(st, 4);
    rc = ct_stmt_get(ct_app_db(app), &ct_competency_sql[CT_SQL_COMP_CONFIRMED], &done, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(done, ":id", x->competency_id);
    rc = ct_stmt_step(done, &there, reterr);
    if (rc == CT_OK && there)
        rc = ct_fail(reterr, CT_ECONFLICT, "", "this is confirmed already");
    return rc;
}

static enum ct_status stand_check(struct ct_app *app, struct acting *x, struct ct_error *reterr)
{
    struct ct_comp_now now;
    bool withdraws = x->act == CT_ACT_WITHDRAWN;
    enum ct_status rc = ct_text_check(x->text, "reason", "the reason", CT_COMP_REASON_MAX, true,
                                      reterr);
    if (rc == CT_OK && x->user_id == ct_app_who(app)->user_id)
        rc = ct_fail(reterr, CT_EINVAL, "user_id", "That is your own: somebody else decides.");
    if (rc == CT_OK)
        rc = ct_comp_stand(app, ct_app_db(app), x->user_id, &x->subject, NULL, NULL, &now,
                           reterr);
    if (rc != CT_OK)
        return rc;
    if (now.state == CT_COMP_MISSING)
        return ct_fail(reterr, CT_EINVAL, "subject", "nothing is held for %s",
                       x->subject.title);
    if (withdraws == (now.state == CT_COMP_WITHDRAWN))
        return ct_fail(reterr, CT_EINVAL, "subject", "the competency for %s is %s withdrawn",
                       x->subject.title, withdraws ? "already" : "not");
    return CT_OK;
}

static enum ct_status act_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct acting *x = arg;
    return x->act == CT_ACT_CONFIRMED ? confirm_check(app, x, reterr)
                                      : stand_check(app, x, reterr);
}

static enum ct_status event_insert(struct ct_app *app, struct ct_db *db, const struct acting *x,
                                   struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc =
        ct_stmt_get(db, &ct_competency_sql[CT_SQL_COMP_EVENT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":user_id", x->user_id);
    ct_bind_i64(st, ":kind", x->subject.kind);
    ct_bind_text(st, ":subject", x->subject.id);
    ct_bind_i64(st, ":act", x->act);
    ct_bind_opt(st, ":competency_id", x->competency_id != 0 ? x->competency_id : CT_UNSET);
    ct_bind_text(st, ":text", x->text);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "competency_event", id);
    return rc;
}

static enum ct_status act_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct acting *x = arg;
    CT_STMT *st = NULL;
    char subject[CT_SUBJECT_TITLE_MAX + 20], name[128];
    enum ct_status rc = act_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = event_insert(app, db, x, entry, reterr);
    if (rc != CT_OK)
        return rc;
    ct_subject_text(&x->subject, subject, sizeof subject);
    ct_user_name(app, x->user_id, name, sizeof name);
    if (x->act == CT_ACT_CONFIRMED) {
        snprintf(entry->detail, sizeof entry->detail, "%.160s: %s", subject,
                 CT_LEVEL_NAME[x->level]);
        return CT_OK;
    }
    entry->severity = CT_NOTABLE;
    snprintf(entry->detail, sizeof entry->detail, "%.80s, %.160s; because %.200s", name, subject,
             x->text);
    unsigned sql = x->act == CT_ACT_WITHDRAWN ? CT_SQL_COMP_STANDS : CT_SQL_COMP_LIFT;
    rc = ct_stmt_get(db, &ct_competency_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":user_id", x->user_id);
    ct_bind_i64(st, ":kind", x->subject.kind);
    ct_bind_text(st, ":subject", x->subject.id);
    if (x->act == CT_ACT_WITHDRAWN)
        ct_bind_i64(st, ":stands", CT_COMP_IS_WITHDRAWN);
    return ct_stmt_run(st, NULL, reterr);
}

static enum ct_status act_record(struct ct_app *app, enum ct_verb verb, struct acting *x,
                                 struct ct_error *reterr)
{
    struct ct_change change = {.verb = verb,
                               .check = act_check,
                               .write = act_write,
                               .arg = x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_competency_confirm(struct ct_app *app, int64_t id, struct ct_error *reterr)
{
    struct acting x = {.act = CT_ACT_CONFIRMED, .competency_id = id};
    return act_record(app, CT_VERB_COMP_CONFIRM, &x, reterr);
}

static enum ct_status because(struct ct_app *app, enum ct_verb verb, enum ct_comp_act act,
                              uint32_t user_id, const struct ct_subject *s, const char *reason,
                              struct ct_error *reterr)
{
    struct acting x = {.act = act, .user_id = user_id, .subject = *s};
    if (strlen(reason) > CT_COMP_REASON_MAX)
        return ct_fail(reterr, CT_EINVAL, "reason", "a reason has at most %d bytes",
                       CT_COMP_REASON_MAX);
    ct_text_copy(x.text, sizeof x.text, reason);
    return act_record(app, verb, &x, reterr);
}

enum ct_status ct_competency_withdraw(struct ct_app *app, uint32_t user_id,
                                      const struct ct_subject *s, const char *reason,
                                      struct ct_error *reterr)
{
    return because(app, CT_VERB_COMP_WITHDRAW, CT_ACT_WITHDRAWN, user_id, s, reason, reterr);
}

enum ct_status ct_competency_reinstate(struct ct_app *app, uint32_t user_id,
                                       const struct ct_subject *s, const char *reason,
                                       struct ct_error *reterr)
{
    return because(app, CT_VERB_COMP_REINSTATE, CT_ACT_REINSTATED, user_id, s, reason, reterr);
}
