/* equipment_gate - may this device be used: what its condition, its schedules and campaigns
 * say of a moment, and going on with a reason. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/scope_priv.h"
#include "clinic/competency.h"
#include "clinic/equipment_rows.h"
#include "record/user.h"

enum { DONE_MAX = 4000 }; /* a check a day for ten years */

const struct ct_choice CT_OVERRIDE_REASONS[] = {
    {"1", "no other here"},         {"2", "emergency"},
    {"3", "checked against another"}, {"4", "the right device, not entered yet"},
    {"t", "type it"},               {NULL, NULL}};

struct asking {
    struct ct_app *app;
    struct ct_db *db;
    enum ct_gate_use use;
    int64_t id, model_id;
    bool scope; /* an endoscope */
    char asset[CT_ASSET_MAX + 1];
    int64_t at_ms;
    ct_date day, today;
    enum ct_gate_answer answer;
    struct ct_buf *text;
};

static void says(struct asking *a, enum ct_gate_answer answer)
{
    if (a->answer < answer)
        a->answer = answer;
    ct_buf_str_add(a->text, a->text->len > 0 ? "; " : "");
}

/* ---- which device ---------------------------------------------------------------------- */

static enum ct_status registry(struct ct_db *db, bool *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_gate_sql[CT_SQL_GATE_ANY], &st, reterr);
    bool row = false;
    if (rc == CT_OK)
        rc = ct_stmt_step(st, &row, reterr);
    *ret = rc == CT_OK && row && ct_col_i64(st, 0) != 0;
    return rc;
}

/* a->id 0: not registered. */
static enum ct_status which(struct asking *a, const char *asset,
                            enum ct_equip_condition *ret_now, int64_t *ret_ms,
                            struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = false;
    enum ct_status rc = ct_stmt_get(a->db, &ct_gate_sql[CT_SQL_GATE_DEVICE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_text(st, ":asset", asset);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK || !row)
        return rc;
    a->id = ct_col_i64(st, 0);
    ct_text_copy(a->asset, sizeof a->asset, ct_col_text(st, 1));
    a->model_id = ct_col_i64(st, 2);
    a->scope = strcmp(ct_col_text(st, 5), CT_SCOPE_CLASS) == 0;
    *ret_now = (enum ct_equip_condition)ct_col_i64(st, 3);
    *ret_ms = ct_col_i64(st, 4);
    return CT_OK;
}

/* ---- condition --------------------------------------------------------------------------- */

static void condition_says(struct asking *a, enum ct_equip_condition c, int64_t since_ms,
                           const char *why)
{
    static const char *const WORD[CT_CONDITIONS] = {
        [CT_COND_FAULTY] = "faulty",
        [CT_COND_QUARANTINED] = "quarantined",
        [CT_COND_REPAIR] = "out for repair",
        [CT_COND_TESTING] = "not yet tested after its fault",
        [CT_COND_RETIRED] = "retired",
    };
    bool stops = strcmp(ct_app_config(a->app)->equipment_gate, "stop") == 0;
    char since[24];
    if ((unsigned)c >= CT_CONDITIONS || WORD[c] == NULL)
        return;
    says(a, c == CT_COND_RETIRED || (stops && c >= CT_COND_QUARANTINED) ? CT_GATE_STOP
                                                                        : CT_GATE_REASON);
    ct_datetime_text(since_ms, since);
    ct_buf_printf(a->text, "%s since %s%s%.120s%s", WORD[c], since,
                  why[0] != '\0' ? " (" : "", why, why[0] != '\0' ? ")" : "");
}

/* As it was at that moment; as it is now of a moment before it was registered. */
static enum ct_status condition(struct asking *a, enum ct_equip_condition now, int64_t now_ms,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = false;
    enum ct_status rc = ct_stmt_get(a->db, &ct_gate_sql[CT_SQL_GATE_CONDITION], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", a->id);
    ct_bind_i64(st, ":at_ms", a->at_ms);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    if (row)
        condition_says(a, (enum ct_equip_condition)ct_col_i64(st, 0), ct_col_i64(st, 1),
                       ct_col_text(st, 2));
    else
        condition_says(a, now, now_ms, "");
    return CT_OK;
}

static enum ct_status campaign(struct asking *a, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = false;
    enum ct_status rc = ct_stmt_get(a->db, &ct_gate_sql[CT_SQL_GATE_CAMPAIGN], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":model_id", a->model_id);
    ct_bind_i64(st, ":equipment_id", a->id);
    ct_bind_i64(st, ":at_ms", a->at_ms);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK || !row)
        return rc;
    says(a, CT_GATE_REASON);
    ct_buf_printf(a->text, "not to be used before campaign A-%lld (%s) is done",
                  (long long)ct_col_i64(st, 0), ct_col_text(st, 1));
    return CT_OK;
}

/* ---- schedules --------------------------------------------------------------------------- */

static enum ct_status due_then(struct asking *a, int64_t schedule_id, struct ct_schedule *s,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    size_t n = 0;
    enum ct_status rc = ct_stmt_get(a->db, &ct_gate_sql[CT_SQL_GATE_DONE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_date *done = calloc(DONE_MAX, sizeof *done);
    if (done == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the results of a device");
    ct_bind_i64(st, ":schedule_id", schedule_id);
    ct_bind_i64(st, ":day", a->day);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        if (n == DONE_MAX) /* the latest count */
            memmove(done, done + 1, --n * sizeof *done);
        done[n++] = (ct_date)ct_col_i64(st, 0);
    }
    if (rc == CT_OK)
        s->due = ct_schedule_due(s, done, n, &s->last_day);
    free(done);
    return rc;
}

static int amber_days(const struct asking *a, const struct ct_schedule *s)
{
    static const int DAYS[CT_EVERY_UNITS] = {1, 7, 30, 365};
    int amber = s->amber_days >= 0 ? s->amber_days : ct_app_config(a->app)->due_soon_days;
    int half = s->every * DAYS[s->unit] / 2; /* what is due every day is not amber for ever */
    return amber < half ? amber : half;
}

/* The check before use is asked for on the day it is due; all else after its last day. */
static void schedule_says(struct asking *a, const struct ct_schedule *s)
{
    bool check = s->kind == CT_TASK_PRE_USE;
    ct_date last = check && s->rule == CT_DUE_DAY ? s->due - 1 : s->last_day;
    char day[16];
    if (a->day > last) {
        says(a, CT_GATE_REASON);
        if (check && s->every == 1 && s->unit == CT_EVERY_DAY) {
            ct_buf_printf(a->text, "no pre-use check %s", a->day == a->today ? "today" : "that day");
            return;
        }
        ct_date_text(check ? s->due : last, day); /* a check is missing from its day on */
        ct_buf_printf(a->text, "%s %s since %s", CT_TASK_NAME[s->kind],
                      check ? "due" : "overdue", day);
    } else if (!check && a->day == a->today && s->due <= a->day + amber_days(a, s)) {
        says(a, CT_GATE_NOTE);
        ct_date_text(s->due, day);
        ct_buf_printf(a->text, "%s due %s", CT_TASK_NAME[s->kind], day);
    }
}

static enum ct_status schedules(struct asking *a, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(a->db, &ct_gate_sql[CT_SQL_GATE_SCHEDULES], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", a->id);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        struct ct_schedule s = {
            .first_id = ct_col_i64(st, 0),
            .equipment_id = a->id,
            .kind = (enum ct_task_kind)ct_col_i64(st, 1),
            .every = (int)ct_col_i64(st, 2),
            .unit = (enum ct_interval_unit)ct_col_i64(st, 3),
            .window_days = (int)ct_col_i64(st, 4),
            .rule = (enum ct_due_rule)ct_col_i64(st, 5),
            .grace_days = (int)ct_col_i64(st, 6),
            .amber_days = ct_col_null(st, 7) ? -1 : (int)ct_col_i64(st, 7),
            .starts = (ct_date)ct_col_i64(st, 8),
            .due = (ct_date)ct_col_i64(st, 9),
            .last_day = (ct_date)ct_col_i64(st, 10)};
        if (a->day < a->today && ct_date_at(ct_col_i64(st, 11)) > a->day)
            continue; /* was not asked for then */
        if (a->day < a->today)
            rc = due_then(a, s.first_id, &s, reterr);
        if (rc != CT_OK)
            return rc;
        schedule_says(a, &s);
    }
    return rc;
}

static enum ct_status limits(struct asking *a, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(a->db, &ct_gate_sql[CT_SQL_GATE_LIMITS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", a->id);
    ct_bind_i64(st, ":at_ms", a->at_ms);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        says(a, CT_GATE_NOTE);
        ct_buf_printf(a->text, "limits of use: %.120s", ct_col_text(st, 1));
    }
    return rc;
}

/* What goes into a patient comes from a complete record, within its hang time. */
static enum ct_status reprocessed(struct asking *a, struct ct_error *reterr)
{
    CT_BUF text = {.max = 2000};
    bool note;
    if (!a->scope || a->use != CT_GATE_PROCEDURE)
        return CT_OK;
    enum ct_status rc = ct_scope_says_in(a->db, a->id, a->at_ms, &text, &note, reterr);
    if (rc != CT_OK || text.len == 0)
        return rc;
    says(a, note ? CT_GATE_NOTE : CT_GATE_REASON);
    ct_buf_str_add(a->text, ct_buf_str(&text));
    return CT_OK;
}

/* ---- the question -------------------------------------------------------------------------- */

static enum ct_status ask(struct asking *a, const char *asset, struct ct_error *reterr)
{
    enum ct_equip_condition now = CT_COND_IN_SERVICE;
    int64_t now_ms = 0;
    bool any = false;
    enum ct_status rc = registry(a->db, &any, reterr);
    if (rc != CT_OK || !any)
        return rc;
    rc = which(a, asset, &now, &now_ms, reterr);
    if (rc != CT_OK)
        return rc;
    if (a->id == 0) {
        says(a, CT_GATE_REASON);
        ct_buf_str_add(a->text, "not in the registry of devices");
        return CT_OK;
    }
    rc = condition(a, now, now_ms, reterr);
    if (rc == CT_OK)
        rc = reprocessed(a, reterr);
    if (rc == CT_OK)
        rc = campaign(a, reterr);
    if (rc == CT_OK && a->answer != CT_GATE_STOP) /* what is retired is due for nothing */
        rc = schedules(a, reterr);
    return rc == CT_OK ? limits(a, reterr) : rc;
}

static enum ct_status judge(struct ct_app *app, struct ct_db *db, const char *asset,
                            enum ct_gate_use use, int64_t at_ms, struct ct_gate *ret,
                            struct ct_error *reterr)
{
    CT_BUF text = {.max = 4096};
    int64_t now = ct_app_now(app);
    struct asking a = {.app = app, .db = db, .use = use, .text = &text};
    *ret = (struct ct_gate){.answer = CT_GATE_FREE};
    if ((unsigned)use >= CT_GATE_USES)
        return ct_fail(reterr, CT_EINTERNAL, "", "there is no such use of a device");
    a.at_ms = at_ms == 0 || at_ms == CT_UNSET || at_ms > now ? now : at_ms;
    a.day = ct_date_at(a.at_ms);
    a.today = ct_date_at(now);
    enum ct_status rc = ask(&a, asset, reterr);
    if (rc == CT_OK && text.bad)
        rc = ct_fail(reterr, CT_ENOMEM, "", "there is no memory for a device's state");
    if (rc != CT_OK)
        return rc;
    ret->answer = a.answer;
    ret->equipment_id = a.id;
    ret->model_id = a.model_id;
    if (a.answer == CT_GATE_FREE)
        return CT_OK;
    CT_BUF whole = {.max = 8192};
    ct_buf_printf(&whole, "%s: %s", a.id != 0 ? a.asset : asset, ct_buf_str(&text));
    ct_text_copy(ret->text, sizeof ret->text, ct_buf_str(&whole));
    return CT_OK;
}

/* Whoever uses it on a patient has to be competent for it, too. */
static bool wants_competency(const struct ct_gate *g, enum ct_gate_use use)
{
    return g->equipment_id != 0 && g->answer != CT_GATE_STOP &&
           (use == CT_GATE_VITALS || use == CT_GATE_PROCEDURE);
}

static enum ct_status competency(struct ct_app *app, struct ct_gate *g, const char *asset,
                                 struct ct_error *reterr)
{
    struct ct_comp_gate c;
    enum ct_status rc = ct_competency_gate_model(app, g->model_id, &c, reterr);
    if (rc != CT_OK || c.answer == CT_GATE_FREE)
        return rc;
    CT_BUF whole = {.max = 8192};
    if (g->text[0] == '\0')
        ct_buf_printf(&whole, "%s: ", asset);
    else
        ct_buf_printf(&whole, "%s; ", g->text);
    ct_buf_printf(&whole, "%s%s", c.trainee ? "as a trainee: " : "", c.text);
    ct_text_copy(g->text, sizeof g->text, ct_buf_str(&whole));
    if (g->answer < c.answer)
        g->answer = c.answer;
    return CT_OK;
}

enum ct_status ct_equipment_gate(struct ct_app *app, const char *asset, enum ct_gate_use use,
                                 int64_t at_ms, struct ct_gate *ret, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = judge(app, ct_app_db(app), asset, use, at_ms, ret, reterr);
    return rc == CT_OK && wants_competency(ret, use) ? competency(app, ret, asset, reterr) : rc;
}

/* ---- going on ------------------------------------------------------------------------------ */

static enum ct_status insert(struct ct_app *app, struct ct_db *db, const char *asset,
                             enum ct_gate_use use, int64_t ref_id, const struct ct_gate *g,
                             const char *reason, int64_t *ret_id, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_gate_sql[CT_SQL_OVERRIDE_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_opt(st, ":equipment_id", g->equipment_id != 0 ? g->equipment_id : CT_UNSET);
    ct_bind_text(st, ":asset", asset);
    ct_bind_i64(st, ":for_what", use);
    ct_bind_i64(st, ":ref_id", ref_id);
    ct_bind_text(st, ":state", g->text);
    ct_bind_text(st, ":reason", reason);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    return ct_stmt_run(st, ret_id, reterr);
}

static enum ct_status go_on(struct ct_app *app, struct ct_db *db, const char *asset,
                            enum ct_gate_use use, int64_t ref_id, const struct ct_gate *g,
                            const char *reason, struct ct_entry *entry, struct ct_error *reterr)
{
    char why[CT_EQUIP_REASON_MAX * 4];
    int64_t id;
    if (g->answer <= CT_GATE_NOTE)
        return CT_OK;
    if (g->answer == CT_GATE_STOP)
        return ct_fail(reterr, CT_EINVAL, "device", "%s. It cannot be used: take another",
                       g->text);
    ct_text_copy(why, sizeof why, reason != NULL ? reason : "");
    ct_text_trim(why);
    if (why[0] == '\0')
        return ct_fail(reterr, CT_EINVAL, "device", "%s. To go on, say why", g->text);
    enum ct_status rc =
        ct_text_check(why, "device", "the reason", CT_EQUIP_REASON_MAX, true, reterr);
    if (rc == CT_OK)
        rc = insert(app, db, asset, use, ref_id, g, why, &id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "equipment_override", id);
    entry->severity = CT_EXCEPTION;
    CT_BUF b = {.max = 4096};
    ct_buf_printf(&b, "%s%sused though %s; because %s", entry->detail,
                  entry->detail[0] != '\0' ? "; " : "", g->text, why);
    ct_text_copy(entry->detail, sizeof entry->detail, ct_buf_str(&b));
    return CT_OK;
}

enum ct_status ct_equipment_gate_in(struct ct_app *app, struct ct_db *db, const char *asset,
                                    enum ct_gate_use use, int64_t ref_id, int64_t at_ms,
                                    const char *reason, struct ct_entry *entry,
                                    struct ct_error *reterr)
{
    struct ct_gate g;
    enum ct_status rc = judge(app, db, asset, use, at_ms, &g, reterr);
    if (rc == CT_OK)
        rc = go_on(app, db, asset, use, ref_id, &g, reason, entry, reterr);
    if (rc != CT_OK || !wants_competency(&g, use))
        return rc;
    return ct_competency_gate_model_in(app, db, g.model_id,
                                       use == CT_GATE_VITALS ? CT_COMP_FOR_VITALS
                                                             : CT_COMP_FOR_PROCEDURE,
                                       ref_id, reason, entry, reterr);
}

/* ---- reading ------------------------------------------------------------------------------- */

void ct_override_text(const struct ct_override *o, char *out, size_t size)
{
    snprintf(out, size, "used though %s; because %s", o->state, o->reason);
}

static void row(struct ct_app *app, struct ct_stmt *st, struct ct_override *o)
{
    char by[128];
    *o = (struct ct_override){.id = ct_col_i64(st, 0),
                              .equipment_id = ct_col_null(st, 1) ? 0 : ct_col_i64(st, 1),
                              .use = (enum ct_gate_use)ct_col_i64(st, 3),
                              .ref_id = ct_col_i64(st, 4),
                              .at_ms = ct_col_i64(st, 7),
                              .by_user = (uint32_t)ct_col_i64(st, 8)};
    ct_text_copy(o->asset, sizeof o->asset, ct_col_text(st, 2));
    ct_text_copy(o->state, sizeof o->state, ct_col_text(st, 5));
    ct_text_copy(o->reason, sizeof o->reason, ct_col_text(st, 6));
    ct_user_name(app, o->by_user, by, sizeof by);
    ct_text_copy(o->by, sizeof o->by, by);
}

static enum ct_status all(struct ct_app *app, struct ct_stmt *st, struct ct_override **ret,
                          size_t *ret_n, struct ct_error *reterr)
{
    size_t cap = 0;
    bool there;
    enum ct_status rc;
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_override *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL) {
            rc = ct_fail(reterr, CT_ENOMEM, "", "there is no memory for a list of devices");
            break;
        }
        *ret = more;
        row(app, st, &more[(*ret_n)++]);
    }
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

/* What was used on a patient is of the patient's record. */
static enum ct_status readable(struct ct_app *app, enum ct_gate_use use, int64_t ref_id,
                               struct ct_error *reterr)
{
    struct ct_vitals v;
    struct ct_procedure p;
    enum ct_status rc = CT_OK;
    if (use == CT_GATE_VITALS)
        rc = ct_vitals_load(ct_app_db(app), ref_id, &v, reterr);
    else if (use == CT_GATE_PROCEDURE)
        rc = ct_procedure_load(app, ref_id, &p, reterr);
    if (rc != CT_OK || use == CT_GATE_LOAD)
        return rc;
    return ct_access_check(app, use == CT_GATE_VITALS ? v.patient_id : p.patient_id, reterr);
}

enum ct_status ct_overrides_of(struct ct_app *app, enum ct_gate_use use, int64_t ref_id,
                               struct ct_override **ret, size_t *ret_n,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    unsigned sql = use == CT_GATE_VITALS ? CT_SQL_OVERRIDE_SET : CT_SQL_OVERRIDE_REF;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc == CT_OK)
        rc = readable(app, use, ref_id, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_gate_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":ref_id", ref_id);
    if (use != CT_GATE_VITALS)
        ct_bind_i64(st, ":for_what", use);
    return all(app, st, ret, ret_n, reterr);
}

enum ct_status ct_overrides_on(struct ct_app *app, int64_t equipment_id, size_t limit,
                               struct ct_override **ret, size_t *ret_n,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_gate_sql[CT_SQL_OVERRIDE_ON], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    ct_bind_i64(st, ":limit", limit > 0 ? (int64_t)limit : -1);
    return all(app, st, ret, ret_n, reterr);
}
