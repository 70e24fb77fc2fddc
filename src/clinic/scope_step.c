/* scope_step - the next step of a record is recorded: in order, in time, and what that step
 * has to say of itself. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/scope_priv.h"

struct stepping {
    struct ct_scope_step s;
    struct ct_scope_record r;
    struct ct_programme *p;
    bool late;         /* cleaning began after its limit */
    int64_t delay_ms;
};

/* ---- any step --------------------------------------------------------------------------- */

/* The first step is not before the record before this one was over. */
static enum ct_status after_last(struct ct_db *db, const struct stepping *x,
                                 struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    char at[24];
    enum ct_status rc = ct_stmt_get(db, &ct_scope_sql[CT_SQL_SCOPE_BEFORE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", x->r.equipment_id);
    ct_bind_i64(st, ":record_id", x->r.id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK || !there || !ct_scope_is_before(x->s.done_ms, ct_col_i64(st, 1)))
        return rc;
    ct_datetime_text(ct_col_i64(st, 1), at);
    return ct_fail(reterr, CT_EINVAL, "done_ms", "RE-%lld of it was under way until %s",
                   (long long)ct_col_i64(st, 0), at);
}

static enum ct_status when(struct ct_app *app, struct stepping *x, struct ct_error *reterr)
{
    const struct ct_scope_record *r = &x->r;
    struct ct_scope_step *s = &x->s;
    int64_t after = r->step > 0 ? r->step_ms : r->used_ms;
    char at[24];
    if (s->done_ms > ct_app_now(app) + CT_AHEAD_MS)
        return ct_fail(reterr, CT_EINVAL, "done_ms", "this is said to happen in the future");
    if (r->step > 0 && ct_scope_is_before(s->done_ms, after)) {
        ct_datetime_text(r->step_ms, at);
        return ct_fail(reterr, CT_EINVAL, "done_ms", "the step before it was at %s", at);
    }
    if (r->step == 0 && ct_scope_is_before(s->done_ms, after)) {
        ct_datetime_text(r->used_ms, at);
        return ct_fail(reterr, CT_EINVAL, "done_ms", "%s was in use until %s", r->asset, at);
    }
    if (after != CT_UNSET && s->done_ms < after)
        s->done_ms = after; /* typed, in the same minute */
    return r->step == 0 ? after_last(ct_app_db(app), x, reterr) : CT_OK;
}

/* Cleaning begun after its limit is said why. */
static enum ct_status in_time(struct stepping *x, struct ct_error *reterr)
{
    char delay[24], most[24];
    int64_t limit = ct_scope_delay_most(x->p);
    if (x->r.used_ms == CT_UNSET)
        return CT_OK;
    x->delay_ms = x->s.done_ms - x->r.used_ms;
    x->late = limit != CT_UNSET && x->delay_ms > limit;
    if (!x->late || x->s.reason[0] != '\0')
        return CT_OK;
    ct_span_text(x->delay_ms, delay);
    ct_span_text(limit, most);
    return ct_fail(reterr, CT_EINVAL, "reason",
                   "cleaning began %s after its use, and the limit is %s: say why", delay,
                   most);
}

static enum ct_status next_is(struct stepping *x, struct ct_error *reterr)
{
    const struct ct_scope_record *r = &x->r;
    if (r->is != CT_SCOPE_UNDER_WAY)
        return ct_fail(reterr, CT_ECONFLICT, "step", "RE-%lld is %s: it has no further step",
                       (long long)r->id, CT_SCOPE_IS_NAME[r->is]);
    if (x->s.step >= 1 && x->s.step <= r->step)
        return ct_fail(reterr, CT_ECONFLICT, "step", "step %d of RE-%lld is recorded already",
                       x->s.step, (long long)r->id);
    if (x->s.step != r->step + 1)
        return ct_fail(reterr, CT_EINVAL, "step", "the next step is %d: %s", r->step + 1,
                       r->next_text);
    return CT_OK;
}

static enum ct_status texts(struct stepping *x, struct ct_error *reterr)
{
    struct ct_scope_step *s = &x->s;
    enum ct_status rc =
        ct_text_check(s->text, "text", s->failed ? "what was wrong" : "the remark",
                      CT_SCOPE_TEXT_MAX, s->failed, reterr);
    if (s->kind != CT_STEP_STORE)
        s->place[0] = '\0';
    if (s->kind != CT_STEP_CLEAN)
        s->reason[0] = '\0';
    if (rc == CT_OK)
        rc = ct_text_check(s->place, "place", "where it is stored", CT_SCOPE_PLACE_MAX,
                           s->kind == CT_STEP_STORE && !s->failed, reterr);
    return rc == CT_OK ? ct_text_check(s->reason, "reason", "why it is late", CT_SCOPE_TEXT_MAX,
                                       false, reterr)
                       : rc;
}

static enum ct_status step_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct stepping *x = arg;
    struct ct_scope_step *s = &x->s;
    ct_programme_free(x->p);
    x->p = NULL;
    enum ct_status rc = ct_scope_load(ct_app_db(app), s->record_id, &x->r, &x->p, reterr);
    if (rc == CT_OK)
        rc = next_is(x, reterr);
    if (rc != CT_OK)
        return rc;
    s->kind = x->r.next;
    if (s->done_ms == 0 || s->done_ms == CT_UNSET)
        s->done_ms = ct_app_now(app);
    rc = texts(x, reterr);
    if (rc == CT_OK && s->kind == CT_STEP_DISINFECT)
        rc = ct_scope_disinfection(app, &x->r, s, reterr);
    if (rc == CT_OK)
        rc = when(app, x, reterr);
    return rc == CT_OK && s->kind == CT_STEP_CLEAN ? in_time(x, reterr) : rc;
}

/* It leaks: set apart, by a fault of its own or the one that is open. */
static enum ct_status leaks(struct ct_app *app, struct ct_db *db, struct stepping *x,
                            struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_fault f = {.equipment_id = x->r.equipment_id,
                         .cause = CT_FAULT_CHECK,
                         .happened_ms = x->s.done_ms};
    snprintf(f.text, sizeof f.text, "leak test failed in RE-%lld: %.300s", (long long)x->r.id,
             x->s.text);
    enum ct_status rc = ct_fault_open_in(app, db, &f, true, entry, reterr);
    if (rc == CT_OK)
        x->s.fault_id = f.id;
    return rc;
}

static enum ct_status insert(struct ct_app *app, struct ct_db *db, const struct stepping *x,
                             struct ct_entry *entry, struct ct_error *reterr)
{
    const struct ct_scope_step *s = &x->s;
    CT_STMT *st = NULL;
    int64_t id;
    bool here = s->kind == CT_STEP_DISINFECT;
    enum ct_status rc = ct_stmt_get(db, &ct_scope_sql[CT_SQL_SCOPE_STEP_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":record_id", s->record_id);
    ct_bind_i64(st, ":step", s->step);
    ct_bind_i64(st, ":failed", s->failed);
    ct_bind_i64(st, ":done_ms", s->done_ms);
    ct_bind_opt(st, ":soak_id", here && s->soak_id != 0 ? s->soak_id : CT_UNSET);
    ct_bind_opt(st, ":machine_id", here && s->machine_id != 0 ? s->machine_id : CT_UNSET);
    ct_bind_text(st, ":programme", here && s->machine_id != 0 ? s->programme : "");
    ct_bind_opt(st, ":cycle_number", here && s->machine_id != 0 ? s->cycle_number : CT_UNSET);
    ct_bind_text(st, ":place", s->place);
    ct_bind_text(st, ":reason", s->reason);
    ct_bind_text(st, ":text", s->text);
    ct_bind_opt(st, ":fault_id", s->fault_id != 0 ? s->fault_id : CT_UNSET);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "scope_step", id);
    return rc;
}

/* "BA-3", "AER-1 cycle 12": how it was disinfected. */
static void how(const struct ct_scope_step *s, char *out, size_t size)
{
    out[0] = '\0';
    if (s->kind == CT_STEP_DISINFECT && s->soak_id != 0)
        snprintf(out, size, " in BA-%lld", (long long)s->bath_id);
    else if (s->kind == CT_STEP_DISINFECT && s->machine_id != 0 && s->cycle_number != CT_UNSET)
        snprintf(out, size, " in %s, cycle %lld", s->machine, (long long)s->cycle_number);
    else if (s->kind == CT_STEP_DISINFECT && s->machine_id != 0)
        snprintf(out, size, " in %s", s->machine);
    else if (s->kind == CT_STEP_STORE)
        snprintf(out, size, " in %s", s->place);
}

static void says(const struct stepping *x, struct ct_entry *entry)
{
    const struct ct_scope_step *s = &x->s;
    char where[160], delay[24], late[64] = "";
    how(s, where, sizeof where);
    if (x->late) {
        ct_span_text(x->delay_ms, delay);
        snprintf(late, sizeof late, ", %s after its use", delay);
    }
    snprintf(entry->detail, sizeof entry->detail, "RE-%lld %s step %d %s%s%s%s%s%s%s%s",
             (long long)s->record_id, x->r.asset, s->step, CT_STEP_NAME[s->kind],
             s->failed ? " FAILED" : "", where, late, s->reason[0] != '\0' ? "; because " : "",
             s->reason, s->text[0] != '\0' ? ": " : "", s->text);
    if (s->failed || x->late)
        entry->severity = CT_EXCEPTION;
    entry->done_ms = s->done_ms;
    if (x->r.patient_id != 0)
        entry->patient_id = x->r.patient_id;
}

static enum ct_status derive(struct ct_db *db, const struct stepping *x,
                             struct ct_error *reterr)
{
    const struct ct_scope_record *r = &x->r;
    struct ct_scope_find f = {.record_id = r->id,
                              .equipment_id = r->equipment_id,
                              .from_ms = r->from_ms,
                              .is = CT_SCOPE_UNDER_WAY,
                              .step = x->s.step,
                              .step_ms = x->s.done_ms,
                              .until_ms = CT_UNSET};
    int64_t hang = -1;
    if (r->used_ms == CT_UNSET && x->s.done_ms < f.from_ms) /* entered late */
        f.from_ms = x->s.done_ms;
    if (x->p->has[CT_M_STORAGE])
        hang = ct_bound_ms(&x->p->limit[CT_M_STORAGE], &x->p->limit[CT_M_STORAGE].high);
    if (x->s.failed)
        f.is = CT_SCOPE_FAILED;
    else if (x->s.step == r->steps)
        f.is = CT_SCOPE_COMPLETE;
    if (f.is == CT_SCOPE_COMPLETE && hang >= 0)
        f.until_ms = x->s.done_ms + hang;
    return ct_scope_find_put(db, &f, reterr);
}

static enum ct_status step_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct stepping *x = arg;
    enum ct_status rc = step_check(app, arg, reterr);
    if (rc == CT_OK && x->s.failed && x->s.kind == CT_STEP_LEAK_TEST)
        rc = leaks(app, db, x, entry, reterr);
    if (rc == CT_OK)
        rc = insert(app, db, x, entry, reterr);
    if (rc == CT_OK)
        rc = derive(db, x, reterr);
    if (rc == CT_OK)
        says(x, entry);
    return rc;
}

enum ct_status ct_scope_step(struct ct_app *app, struct ct_scope_step *s,
                             struct ct_error *reterr)
{
    struct stepping x = {.s = *s};
    struct ct_error own;
    struct ct_change change = {.verb = CT_VERB_SCOPE_STEP,
                               .write = step_write,
                               .arg = &x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    if (s->machine_id == 0 && s->machine[0] == '\0')
        x.s.cycle_number = CT_UNSET;
    x.s.soak_id = x.s.fault_id = 0;
    enum ct_status rc = ct_record(app, &change, NULL, reterr != NULL ? reterr : &own);
    ct_programme_free(x.p);
    if (rc != CT_OK)
        return rc;
    *s = x.s;
    s->done = true;
    s->by_user = ct_app_who(app)->user_id;
    s->at_ms = ct_app_now(app);
    return CT_OK;
}
