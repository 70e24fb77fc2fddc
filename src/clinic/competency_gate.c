/* competency_gate - may whoever is logged in begin this: what is required and not held, and
 * going on with a reason. */
#include <stdio.h>
#include <string.h>

#include "clinic/competency_priv.h"

const struct ct_choice CT_COMP_REASONS[] = {{"1", "supervised by a competent colleague"},
                                            {"2", "emergency, nobody else here"},
                                            {"3", "assessed, not entered yet"},
                                            {"t", "type it"},
                                            {NULL, NULL}};

struct asking {
    struct ct_app *app;
    struct ct_db *db;
    struct ct_comp_gate *gate;
    bool any; /* something is missing */
};

static const char *rule_of(const struct ct_config *c, enum ct_subject_kind kind)
{
    switch (kind) {
    case CT_SUBJ_PROCEDURE: return c->train_gate_procedure;
    case CT_SUBJ_PROGRAMME: return c->train_gate_programme;
    case CT_SUBJ_CHECKLIST: return c->train_gate_checklist;
    case CT_SUBJ_MODEL:
    case CT_SUBJ_CLASS:
    case CT_SUBJ_KINDS: break;
    }
    return c->train_gate_device;
}

static void missing(struct asking *a, const struct ct_subject *s, const char *text)
{
    CT_BUF b = {.max = 2048};
    ct_buf_printf(&b, "%s%s%s", a->gate->text, a->any ? "; " : "", text);
    ct_text_copy(a->gate->text, sizeof a->gate->text, ct_buf_str(&b));
    if (!a->any)
        a->gate->subject = *s;
    a->any = true;
}

static void state_says(struct asking *a, const struct ct_comp_now *n)
{
    char text[300], day[16] = "";
    const char *title = n->subject.title;
    if (n->last_day != CT_NO_DATE)
        ct_date_text(n->last_day, day);
    switch (n->state) {
    case CT_COMP_EXPIRED:
        snprintf(text, sizeof text, "the competency for %.160s expired %s", title, day);
        break;
    case CT_COMP_BELOW:
        snprintf(text, sizeof text, "only %s for %.160s, %s is required",
                 CT_LEVEL_NAME[n->level], title, CT_LEVEL_NAME[n->needs]);
        break;
    case CT_COMP_WITHDRAWN:
        snprintf(text, sizeof text, "the competency for %.160s is withdrawn", title);
        break;
    case CT_COMP_FAILED:
        snprintf(text, sizeof text, "the last assessment for %.160s was not passed", title);
        break;
    case CT_COMP_MISSING:
        snprintf(text, sizeof text, "not %s for %.160s", CT_LEVEL_NAME[n->needs], title);
        break;
    case CT_COMP_SOON:
    case CT_COMP_CURRENT:
    case CT_COMP_STATES: return;
    }
    missing(a, &n->subject, text);
}

static enum ct_status unread(struct asking *a, const struct ct_subject *s,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    char text[200];
    enum ct_status rc = ct_stmt_get(a->db, &ct_competency_sql[CT_SQL_COMP_UNREAD], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":kind", s->kind);
    ct_bind_text(st, ":subject", s->id);
    ct_bind_i64(st, ":user_id", ct_app_who(a->app)->user_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK || !there)
        return rc;
    snprintf(text, sizeof text, "%s, revision %s, is not read", ct_col_text(st, 0),
             ct_col_text(st, 1));
    missing(a, s, text);
    return CT_OK;
}

/* `also`: a competency that meets it too. */
static enum ct_status ask(struct asking *a, const struct ct_subject *s,
                          const struct ct_subject *also, struct ct_error *reterr)
{
    struct ct_comp_rule rule;
    struct ct_comp_now now;
    enum ct_status rc = ct_comp_rule_load(a->db, s, &rule, reterr);
    if (rc == CT_OK && rule.id != 0) {
        rc = ct_comp_stand(a->app, a->db, ct_app_who(a->app)->user_id, s, also, &rule, &now,
                           reterr);
        if (rc == CT_OK) {
            now.subject = rule.subject;
            state_says(a, &now);
        }
    }
    return rc == CT_OK ? unread(a, s, reterr) : rc;
}

/* Most sites ask nothing of most people: one look-up, then no more. */
static enum ct_status off(struct asking *a, enum ct_subject_kind kind, bool *ret,
                          struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    *a->gate = (struct ct_comp_gate){.answer = CT_GATE_FREE};
    *ret = true;
    if (strcmp(rule_of(ct_app_config(a->app), kind), "off") == 0)
        return CT_OK;
    if (ct_app_who(a->app) == NULL)
        return ct_require(a->app, CT_PERM_SESSION, reterr);
    enum ct_status rc =
        ct_stmt_get(a->db, &ct_competency_sql[CT_SQL_COMP_RULE_ANY], &st, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_step(st, &there, reterr);
    *ret = rc != CT_OK || ct_col_i64(st, 0) == 0;
    return rc;
}

enum ct_status ct_trainee_is(struct ct_db *db, uint32_t user_id, int64_t at_ms, bool *ret,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    *ret = false;
    enum ct_status rc = ct_stmt_get(db, &ct_competency_sql[CT_SQL_COMP_TRAINEE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":user_id", user_id);
    ct_bind_i64(st, ":at_ms", at_ms);
    return ct_stmt_step(st, ret, reterr);
}

static enum ct_status answered(struct asking *a, enum ct_subject_kind kind,
                               struct ct_error *reterr)
{
    struct ct_comp_gate *g = a->gate;
    if (!a->any)
        return CT_OK;
    enum ct_status rc = ct_trainee_is(a->db, ct_app_who(a->app)->user_id, ct_app_now(a->app),
                                      &g->trainee, reterr);
    bool stops = strcmp(rule_of(ct_app_config(a->app), kind), "stop") == 0;
    g->answer = g->trainee ? CT_GATE_NOTE : stops ? CT_GATE_STOP : CT_GATE_REASON;
    return rc;
}

static enum ct_status judge(struct ct_app *app, struct ct_db *db, const struct ct_subject *s,
                            struct ct_comp_gate *ret, struct ct_error *reterr)
{
    struct asking a = {.app = app, .db = db, .gate = ret};
    bool is_off;
    enum ct_status rc = off(&a, s->kind, &is_off, reterr);
    if (rc == CT_OK && !is_off)
        rc = ask(&a, s, NULL, reterr);
    return rc == CT_OK ? answered(&a, s->kind, reterr) : rc;
}

static enum ct_status judge_model(struct ct_app *app, struct ct_db *db, int64_t model_id,
                                  struct ct_comp_gate *ret, struct ct_error *reterr)
{
    struct asking a = {.app = app, .db = db, .gate = ret};
    struct ct_subject model = {.kind = CT_SUBJ_MODEL}, class;
    enum ct_equip_risk risk;
    bool is_off;
    enum ct_status rc = off(&a, CT_SUBJ_MODEL, &is_off, reterr);
    if (rc != CT_OK || is_off)
        return rc;
    snprintf(model.id, sizeof model.id, "%lld", (long long)model_id);
    rc = ct_subject_class(app, &model, &class, &risk, reterr);
    if (rc == CT_OK)
        rc = ask(&a, &model, NULL, reterr);
    if (rc == CT_OK)
        rc = ask(&a, &class, &model, reterr);
    return rc == CT_OK ? answered(&a, CT_SUBJ_MODEL, reterr) : rc;
}

enum ct_status ct_competency_gate(struct ct_app *app, const struct ct_subject *s,
                                  struct ct_comp_gate *ret, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_require(app, CT_PERM_SESSION, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    return rc == CT_OK ? judge(app, ct_app_db(app), s, ret, reterr) : rc;
}

enum ct_status ct_competency_gate_model(struct ct_app *app, int64_t model_id,
                                        struct ct_comp_gate *ret, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_require(app, CT_PERM_SESSION, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    return rc == CT_OK ? judge_model(app, ct_app_db(app), model_id, ret, reterr) : rc;
}

/* ---- going on ------------------------------------------------------------------------------- */

static enum ct_status insert(struct ct_app *app, struct ct_db *db, const struct ct_comp_gate *g,
                             enum ct_comp_use use, int64_t ref_id, const char *reason,
                             struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc =
        ct_stmt_get(db, &ct_competency_sql[CT_SQL_COMP_OVERRIDE_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":kind", g->subject.kind);
    ct_bind_text(st, ":subject", g->subject.id);
    ct_bind_i64(st, ":for_what", use);
    ct_bind_i64(st, ":ref_id", ref_id);
    ct_bind_text(st, ":state", g->text);
    ct_bind_text(st, ":reason", reason);
    ct_bind_i64(st, ":trainee", g->trainee);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "competency_override", id);
    return rc;
}

static enum ct_status go_on(struct ct_app *app, struct ct_db *db, const struct ct_comp_gate *g,
                            enum ct_comp_use use, int64_t ref_id, const char *reason,
                            struct ct_entry *entry, struct ct_error *reterr)
{
    char why[CT_COMP_REASON_MAX * 4];
    if (g->answer == CT_GATE_FREE)
        return CT_OK;
    if (g->answer == CT_GATE_STOP)
        return ct_fail(reterr, CT_EDENIED, "competency",
                       "%s. The site lets nobody go on without", g->text);
    ct_text_copy(why, sizeof why, reason != NULL && !g->trainee ? reason : "");
    ct_text_trim(why);
    if (!g->trainee && why[0] == '\0')
        return ct_fail(reterr, CT_EINVAL, "competency", "%s. To go on, say why", g->text);
    enum ct_status rc = ct_text_check(why, "competency", "the reason", CT_COMP_REASON_MAX,
                                      !g->trainee, reterr);
    if (rc == CT_OK)
        rc = insert(app, db, g, use, ref_id, why, entry, reterr);
    if (rc != CT_OK)
        return rc;
    CT_BUF b = {.max = 4096};
    ct_buf_printf(&b, "%s%s", entry->detail, entry->detail[0] != '\0' ? "; " : "");
    if (g->trainee) {
        ct_buf_printf(&b, "as a trainee: %s", g->text);
        entry->severity = entry->severity < CT_NOTABLE ? CT_NOTABLE : entry->severity;
    } else {
        ct_buf_printf(&b, "went on though %s; because %s", g->text, why);
        entry->severity = CT_EXCEPTION;
    }
    ct_text_copy(entry->detail, sizeof entry->detail, ct_buf_str(&b));
    return CT_OK;
}

enum ct_status ct_competency_gate_in(struct ct_app *app, struct ct_db *db,
                                     const struct ct_subject *s, enum ct_comp_use use,
                                     int64_t ref_id, const char *reason, struct ct_entry *entry,
                                     struct ct_error *reterr)
{
    struct ct_comp_gate g;
    enum ct_status rc = judge(app, db, s, &g, reterr);
    return rc == CT_OK ? go_on(app, db, &g, use, ref_id, reason, entry, reterr) : rc;
}

enum ct_status ct_competency_gate_model_in(struct ct_app *app, struct ct_db *db,
                                           int64_t model_id, enum ct_comp_use use,
                                           int64_t ref_id, const char *reason,
                                           struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_comp_gate g;
    enum ct_status rc = judge_model(app, db, model_id, &g, reterr);
    return rc == CT_OK ? go_on(app, db, &g, use, ref_id, reason, entry, reterr) : rc;
}
