/* scope - a record of reprocessing is begun, broken off, or marked as entered in error. */
#include "clinic/scope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/scope_priv.h"

const char *const CT_SCOPE_WHY_NAME[CT_SCOPE_WHYS] = {
    [CT_SCOPE_USED] = "used on a patient",
    [CT_SCOPE_STORED] = "stored too long",
    [CT_SCOPE_NEW] = "new, on loan or repaired",
    [CT_SCOPE_AGAIN] = "again, the record before failed",
};
const char *const CT_SCOPE_IS_NAME[CT_SCOPE_IS_N] = {
    [CT_SCOPE_UNDER_WAY] = "under way",     [CT_SCOPE_COMPLETE] = "complete",
    [CT_SCOPE_FAILED] = "FAILED",           [CT_SCOPE_BROKEN_OFF] = "BROKEN OFF",
    [CT_SCOPE_IN_ERROR] = "entered in error",
};

enum ct_status ct_scope_find_put(struct ct_db *db, const struct ct_scope_find *f,
                                 struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_scope_sql[CT_SQL_SCOPE_FIND_PUT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":record_id", f->record_id);
    ct_bind_i64(st, ":equipment_id", f->equipment_id);
    ct_bind_i64(st, ":from_ms", f->from_ms);
    ct_bind_i64(st, ":state", f->is);
    ct_bind_i64(st, ":step", f->step);
    ct_bind_opt(st, ":step_ms", f->step_ms);
    ct_bind_opt(st, ":until_ms", f->until_ms);
    return ct_stmt_run(st, NULL, reterr);
}

/* ---- begun ------------------------------------------------------------------------------ */

struct beginning {
    struct ct_scope_record r;
    struct ct_scope_find last;
    struct ct_equipment e;
    struct ct_programme *p;
};

static enum ct_status device(struct ct_app *app, struct beginning *x, struct ct_error *reterr)
{
    struct ct_db *db = ct_app_db(app);
    enum ct_status rc = ct_equipment_load(db, x->r.equipment_id, &x->e, reterr);
    if (rc == CT_OK && strcmp(x->e.class, CT_SCOPE_CLASS) != 0)
        rc = ct_fail(reterr, CT_EINVAL, "equipment_id", "%s is no endoscope", x->e.asset);
    if (rc == CT_OK && x->e.condition == CT_COND_RETIRED)
        rc = ct_fail(reterr, CT_EINVAL, "equipment_id", "%s is retired", x->e.asset);
    if (rc == CT_OK)
        rc = ct_scope_last(db, x->r.equipment_id, &x->last, reterr);
    if (rc == CT_OK && x->last.record_id != 0 && x->last.is == CT_SCOPE_UNDER_WAY)
        rc = ct_fail(reterr, CT_ECONFLICT, "equipment_id",
                     "RE-%lld of %s is under way: go on with it, or break it off",
                     (long long)x->last.record_id, x->e.asset);
    return rc;
}

static enum ct_status programme(struct ct_app *app, struct beginning *x,
                                struct ct_error *reterr)
{
    if (x->r.programme[0] == '\0')
        ct_text_copy(x->r.programme, sizeof x->r.programme, CT_SCOPE_PROGRAMME);
    ct_programme_free(x->p);
    x->p = NULL;
    enum ct_status rc =
        ct_programme_load(ct_app_config(app), x->r.programme, &x->p, reterr);
    if (rc == CT_ENOTFOUND || rc == CT_EINVAL)
        return ct_fail(reterr, CT_EINVAL, "programme", "there is no programme \"%.40s\"",
                       x->r.programme);
    if (rc == CT_OK && x->p->method != CT_METHOD_ENDOSCOPE)
        rc = ct_fail(reterr, CT_EINVAL, "programme", "%s is no programme of endoscopes",
                     x->r.programme);
    return rc;
}

static bool begin_again(const struct beginning *x)
{
    return x->last.record_id != 0 &&
           (x->last.is == CT_SCOPE_FAILED || x->last.is == CT_SCOPE_BROKEN_OFF);
}

/* The use is that of the record which failed. */
static enum ct_status again(struct ct_app *app, struct beginning *x, struct ct_error *reterr)
{
    struct ct_scope_record was;
    if (!begin_again(x))
        return ct_fail(reterr, CT_EINVAL, "why", "the last record of %s did not fail",
                       x->e.asset);
    enum ct_status rc =
        ct_scope_load(ct_app_db(app), x->last.record_id, &was, NULL, reterr);
    if (rc != CT_OK)
        return rc;
    x->r.again_id = was.id;
    x->r.procedure_id = was.procedure_id;
    x->r.patient_id = was.patient_id;
    x->r.used_ms = was.used_ms;
    if (x->r.text[0] == '\0')
        ct_text_copy(x->r.text, sizeof x->r.text, was.text);
    return CT_OK;
}

/* It is said not to have been used: no procedure says otherwise. */
static enum ct_status unused(struct ct_app *app, struct beginning *x, struct ct_error *reterr)
{
    struct ct_scope_find f = x->last;
    int64_t id = 0, ms;
    char at[24];
    x->r.procedure_id = x->r.patient_id = 0;
    x->r.used_ms = CT_UNSET;
    if (begin_again(x))
        return ct_fail(reterr, CT_EINVAL, "why", "RE-%lld %s: begin again after it",
                       (long long)f.record_id,
                       f.is == CT_SCOPE_FAILED ? "failed" : "was broken off");
    enum ct_status rc = ct_scope_used_since(ct_app_db(app), x->r.equipment_id, &f,
                                            ct_app_now(app) + 1, &id, &ms, reterr);
    if (rc != CT_OK || id == 0)
        return rc;
    ct_datetime_text(ms, at);
    return ct_fail(reterr, CT_EINVAL, "why", "%s was used on P-%lld, %s: say so", x->e.asset,
                   (long long)id, at);
}

/* *ret_end_ms: when the procedure was over; CT_UNSET: it is not yet. */
static enum ct_status procedure(struct ct_app *app, struct beginning *x, int64_t *ret_began_ms,
                                int64_t *ret_end_ms, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    *ret_began_ms = *ret_end_ms = CT_UNSET;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_scope_sql[CT_SQL_SCOPE_BEGAN], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", x->r.procedure_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK)
        return rc;
    if (!there)
        return ct_fail(reterr, CT_EINVAL, "procedure_id", "there is no procedure P-%lld",
                       (long long)x->r.procedure_id);
    x->r.patient_id = ct_col_i64(st, 0);
    if (!ct_col_null(st, 1))
        *ret_began_ms = ct_col_i64(st, 1);
    bool over = ct_proc_ended((enum ct_proc_state)ct_col_i64(st, 3));
    if (over && !ct_col_null(st, 2))
        *ret_end_ms = ct_col_i64(st, 2);
    if (*ret_began_ms == CT_UNSET && ct_col_i64(st, 3) != CT_PROC_DONE)
        return ct_fail(reterr, CT_EINVAL, "procedure_id", "P-%lld did not begin",
                       (long long)x->r.procedure_id);
    return CT_OK;
}

static enum ct_status used(struct ct_app *app, struct beginning *x, struct ct_error *reterr)
{
    struct ct_scope_record *r = &x->r;
    int64_t began = CT_UNSET, end = CT_UNSET, now = ct_app_now(app);
    char at[24];
    enum ct_status rc = CT_OK;
    if (r->procedure_id == 0 && r->text[0] == '\0')
        return ct_fail(reterr, CT_EINVAL, "procedure_id",
                       "say on which procedure it was used, or write where");
    if (r->procedure_id != 0)
        rc = procedure(app, x, &began, &end, reterr);
    if (rc != CT_OK)
        return rc;
    if (r->used_ms == 0 || r->used_ms == CT_UNSET)
        r->used_ms = end != CT_UNSET ? end : now;
    if (r->used_ms > now + CT_AHEAD_MS)
        return ct_fail(reterr, CT_EINVAL, "used_ms", "this is said to happen in the future");
    if (ct_scope_is_before(r->used_ms, began)) {
        ct_datetime_text(began, at);
        return ct_fail(reterr, CT_EINVAL, "used_ms", "P-%lld began at %s",
                       (long long)r->procedure_id, at);
    }
    if (x->last.record_id != 0 && x->last.is == CT_SCOPE_COMPLETE &&
        ct_scope_is_before(r->used_ms, x->last.step_ms)) {
        ct_datetime_text(x->last.step_ms, at);
        return ct_fail(reterr, CT_EINVAL, "used_ms", "RE-%lld was complete after that, %s",
                       (long long)x->last.record_id, at);
    }
    return CT_OK;
}

static enum ct_status begin_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct beginning *x = arg;
    struct ct_scope_record *r = &x->r;
    if ((unsigned)r->why >= CT_SCOPE_WHYS)
        return ct_fail(reterr, CT_EINVAL, "why", "there is no such reason");
    enum ct_status rc =
        ct_text_check(r->text, "text", "the remark", CT_SCOPE_TEXT_MAX, false, reterr);
    if (rc == CT_OK)
        rc = device(app, x, reterr);
    if (rc == CT_OK)
        rc = programme(app, x, reterr);
    if (rc != CT_OK)
        return rc;
    r->again_id = 0;
    if (r->why == CT_SCOPE_AGAIN)
        return again(app, x, reterr);
    return r->why == CT_SCOPE_USED ? used(app, x, reterr) : unused(app, x, reterr);
}

static void begin_says(const struct beginning *x, char *out, size_t size)
{
    const struct ct_scope_record *r = &x->r;
    char on[40] = "";
    if (r->procedure_id != 0)
        snprintf(on, sizeof on, ", P-%lld", (long long)r->procedure_id);
    snprintf(out, size, "RE-%lld %s begun: %s%s%s%s", (long long)r->id, x->e.asset,
             CT_SCOPE_WHY_NAME[r->why], on, r->text[0] != '\0' ? "; " : "", r->text);
}

static enum ct_status begin_write(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct beginning *x = arg;
    struct ct_scope_record *r = &x->r;
    CT_STMT *st = NULL;
    CT_BUF text = {.max = CT_PROGRAMME_CANONICAL_MAX};
    enum ct_status rc = begin_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_scope_sql[CT_SQL_SCOPE_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    int64_t now = ct_app_now(app);
    ct_programme_canonical(x->p, &text);
    ct_bind_i64(st, ":equipment_id", r->equipment_id);
    ct_bind_text(st, ":programme", r->programme);
    ct_bind_text(st, ":canonical", ct_buf_str(&text));
    ct_bind_i64(st, ":why", r->why);
    ct_bind_opt(st, ":again_id", r->again_id != 0 ? r->again_id : CT_UNSET);
    ct_bind_opt(st, ":procedure_id", r->procedure_id != 0 ? r->procedure_id : CT_UNSET);
    ct_bind_opt(st, ":used_ms", r->used_ms);
    ct_bind_text(st, ":text", r->text);
    ct_bind_i64(st, ":at_ms", now);
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &r->id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "scope_record", r->id);
    if (r->patient_id != 0)
        entry->patient_id = r->patient_id;
    begin_says(x, entry->detail, sizeof entry->detail);
    return ct_scope_find_put(db,
                             &(struct ct_scope_find){
                                 .record_id = r->id,
                                 .equipment_id = r->equipment_id,
                                 .from_ms = r->used_ms != CT_UNSET ? r->used_ms : now,
                                 .is = CT_SCOPE_UNDER_WAY,
                                 .step_ms = CT_UNSET,
                                 .until_ms = CT_UNSET},
                             reterr);
}

enum ct_status ct_scope_begin(struct ct_app *app, struct ct_scope_record *r,
                              struct ct_error *reterr)
{
    struct beginning x = {.r = *r};
    struct ct_change change = {.verb = CT_VERB_SCOPE_BEGIN,
                               .write = begin_write,
                               .arg = &x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    ct_programme_free(x.p);
    return rc == CT_OK ? ct_scope_get(app, x.r.id, r, reterr) : rc;
}

/* ---- it counts no more ------------------------------------------------------------------ */

struct ending {
    int64_t id;
    bool in_error;
    char text[CT_SCOPE_TEXT_MAX + 1];
    struct ct_scope_record r;
};

static enum ct_status end_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct ending *x = arg;
    enum ct_status rc = ct_text_check(x->text, "text",
                                      x->in_error ? "why it was entered in error"
                                                  : "why it is broken off",
                                      CT_SCOPE_TEXT_MAX, true, reterr);
    if (rc == CT_OK)
        rc = ct_scope_load(ct_app_db(app), x->id, &x->r, NULL, reterr);
    if (rc != CT_OK)
        return rc;
    bool may = x->in_error ? x->r.is < CT_SCOPE_BROKEN_OFF : x->r.is == CT_SCOPE_UNDER_WAY;
    return may ? CT_OK
               : ct_fail(reterr, CT_ECONFLICT, "", "RE-%lld is %s", (long long)x->id,
                         CT_SCOPE_IS_NAME[x->r.is]);
}

static enum ct_status end_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct ending *x = arg;
    const struct ct_scope_record *r = &x->r;
    CT_STMT *st = NULL;
    int64_t row;
    enum ct_status rc = end_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_scope_sql[CT_SQL_SCOPE_END_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":record_id", x->id);
    ct_bind_i64(st, ":in_error", x->in_error);
    ct_bind_text(st, ":text", x->text);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "scope_end", row);
    if (r->patient_id != 0)
        entry->patient_id = r->patient_id;
    entry->severity = r->is == CT_SCOPE_COMPLETE ? CT_EXCEPTION : CT_NOTABLE;
    snprintf(entry->detail, sizeof entry->detail, "RE-%lld %s (%s) %s: %s", (long long)x->id,
             r->asset, CT_SCOPE_IS_NAME[r->is],
             x->in_error ? "was entered in error" : "BROKEN OFF", x->text);
    return ct_scope_find_put(
        db,
        &(struct ct_scope_find){.record_id = x->id,
                                .equipment_id = r->equipment_id,
                                .from_ms = r->from_ms,
                                .is = x->in_error ? CT_SCOPE_IN_ERROR : CT_SCOPE_BROKEN_OFF,
                                .step = r->step,
                                .step_ms = r->step_ms,
                                .until_ms = CT_UNSET},
        reterr);
}

static enum ct_status end(struct ct_app *app, int64_t id, bool in_error, const char *reason,
                          struct ct_error *reterr)
{
    struct ending x = {.id = id, .in_error = in_error};
    struct ct_change change = {.verb = in_error ? CT_VERB_SCOPE_VOID : CT_VERB_SCOPE_END,
                               .write = end_write,
                               .arg = &x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    if (strlen(reason) > CT_SCOPE_TEXT_MAX)
        return ct_fail(reterr, CT_EINVAL, "text", "at most %d bytes fit", CT_SCOPE_TEXT_MAX);
    ct_text_copy(x.text, sizeof x.text, reason);
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_scope_break_off(struct ct_app *app, int64_t id, const char *reason,
                                  struct ct_error *reterr)
{
    return end(app, id, false, reason, reterr);
}

enum ct_status ct_scope_void(struct ct_app *app, int64_t id, const char *reason,
                             struct ct_error *reterr)
{
    return end(app, id, true, reason, reterr);
}
