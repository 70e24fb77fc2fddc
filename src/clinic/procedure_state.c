/* procedure_state - from scheduled to done: which step follows which, and writing it
 * down. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/competency.h"
#include "clinic/procedure_gate.h"
#include "clinic/rows.h"
#include "record/user.h"

#define S CT_PROC_STEP
#define R CT_PROC_REASON
#define O CT_PROC_REOPEN
/* From (row) to (column). A start that passes over "ready" says why; what is started is
 * done, stopped, or taken back; an end is left by a supervisor alone. */
static const unsigned char STEP[CT_PROC_STATES][CT_PROC_STATES] = {
    /*                        sch arr prp rdy run don can dna */
    [CT_PROC_SCHEDULED] =   {0,  S,  S,  S,  R,  0,  R,  R},
    [CT_PROC_ARRIVED] =     {R,  0,  S,  S,  R,  0,  R,  0},
    [CT_PROC_PREPARING] =   {R,  R,  0,  S,  R,  0,  R,  0},
    [CT_PROC_READY] =       {R,  R,  R,  0,  S,  0,  R,  0},
    [CT_PROC_IN_PROGRESS] = {0,  R,  R,  R,  0,  S,  R,  0},
    [CT_PROC_DONE] =        {0,  0,  0,  0,  O,  0,  0,  0},
    [CT_PROC_CANCELLED] =   {O,  0,  0,  0,  0,  0,  0,  0},
    [CT_PROC_NO_SHOW] =     {O,  0,  0,  0,  0,  0,  0,  0},
};
#undef S
#undef R
#undef O

enum ct_proc_step ct_proc_step(enum ct_proc_state from, enum ct_proc_state to)
{
    if ((unsigned)from >= CT_PROC_STATES || (unsigned)to >= CT_PROC_STATES)
        return CT_PROC_NEVER;
    return (enum ct_proc_step)STEP[from][to];
}

bool ct_proc_ended(enum ct_proc_state s)
{
    return s >= CT_PROC_DONE;
}

struct moving {
    int64_t id;
    enum ct_proc_state seen;
    struct ct_proc_event e;
    struct ct_procedure p; /* as it stands before */
};

static enum ct_status moved_meanwhile(struct ct_app *app, const struct moving *x,
                                      struct ct_error *reterr)
{
    struct ct_proc_event *e = NULL;
    size_t n = 0;
    char by[128] = "somebody", at[24] = "";
    enum ct_status rc = ct_procedure_events_load(app, x->id, &e, &n, reterr);
    if (rc == CT_OK && n > 0) {
        ct_user_name(app, e[n - 1].by_user, by, sizeof by);
        ct_datetime_text(e[n - 1].recorded_ms, at);
    }
    free(e);
    if (rc != CT_OK)
        return rc;
    return ct_fail(reterr, CT_ECONFLICT, "state",
                   "%s set P-%lld to \"%s\" at %s; nothing of yours was saved", by,
                   (long long)x->id, ct_proc_state_name(x->p.state), at);
}

static enum ct_status step_ok(const struct moving *x, struct ct_error *reterr)
{
    const char *from = ct_proc_state_name(x->p.state), *to = ct_proc_state_name(x->e.state);
    enum ct_proc_step step = ct_proc_step(x->p.state, x->e.state);
    if (x->p.state == x->e.state)
        return ct_fail(reterr, CT_EINVAL, "state", "P-%lld is \"%s\" already",
                       (long long)x->id, to);
    if (step == CT_PROC_NEVER && ct_proc_ended(x->p.state))
        return ct_fail(reterr, CT_EINVAL, "state",
                       "P-%lld is \"%s\": a supervisor can reopen it", (long long)x->id, from);
    if (step == CT_PROC_NEVER)
        return ct_fail(reterr, CT_EINVAL, "state", "from \"%s\" there is no step to \"%s\"",
                       from, to);
    if (step != CT_PROC_STEP && x->e.text[0] == '\0')
        return ct_fail(reterr, CT_EINVAL, "text", "from \"%s\" to \"%s\" needs a reason", from,
                       to);
    return CT_OK;
}

static enum ct_status time_ok(struct ct_app *app, const struct moving *x,
                              struct ct_error *reterr)
{
    char at[24];
    if (x->e.at_ms > ct_app_now(app) + CT_AHEAD_MS)
        return ct_fail(reterr, CT_EINVAL, "at_ms", "this is said to happen in the future");
    if (x->p.state_ms != CT_UNSET && x->e.at_ms < x->p.state_ms) {
        ct_datetime_text(x->p.state_ms, at);
        return ct_fail(reterr, CT_EINVAL, "at_ms", "it was \"%s\" from %s on: not before that",
                       ct_proc_state_name(x->p.state), at);
    }
    if (x->e.state == CT_PROC_NO_SHOW && x->e.at_ms < x->p.planned_ms) {
        ct_datetime_text(x->p.planned_ms, at);
        return ct_fail(reterr, CT_EINVAL, "state",
                       "it is planned for %s: until then it can be cancelled, not missed", at);
    }
    return CT_OK;
}

static enum ct_status move_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct moving *x = arg;
    CT_TX tx = {.db = NULL};
    if ((unsigned)x->e.state >= CT_PROC_STATES)
        return ct_fail(reterr, CT_EINVAL, "state", "there is no such state");
    enum ct_status rc = ct_text_check(x->e.text, "text",
                                      x->e.state == CT_PROC_DONE ? "The outcome" : "The reason",
                                      CT_PROC_TEXT_MAX, false, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_procedure_load(app, x->id, &x->p, reterr);
    if (rc == CT_OK)
        rc = ct_access_check(app, x->p.patient_id, reterr);
    if (rc == CT_OK && x->p.state != x->seen)
        return moved_meanwhile(app, x, reterr);
    if (rc == CT_OK)
        rc = step_ok(x, reterr);
    if (rc == CT_OK)
        rc = time_ok(app, x, reterr);
    if (rc == CT_OK)
        rc = ct_proc_gates_ask(app, &x->p, x->e.state, x->e.at_ms, reterr);
    return rc;
}

static enum ct_status insert_event(struct ct_db *db, struct moving *x, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc =
        ct_stmt_get(db, &ct_procedure_sql[CT_SQL_PROC_EVENT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":procedure_id", x->id);
    ct_bind_i64(st, ":state", x->e.state);
    ct_bind_i64(st, ":at_ms", x->e.at_ms);
    ct_bind_i64(st, ":recorded_ms", x->e.recorded_ms);
    ct_bind_i64(st, ":by_user", x->e.by_user);
    ct_bind_text(st, ":text", x->e.text);
    return ct_stmt_run(st, &x->e.id, reterr);
}

static enum ct_status find_move(struct ct_db *db, const struct moving *x,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_procedure_sql[CT_SQL_PROC_FIND_STATE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":procedure_id", x->id);
    ct_bind_i64(st, ":state", x->e.state);
    ct_bind_i64(st, ":state_ms", x->e.at_ms);
    return ct_stmt_run(st, NULL, reterr);
}

static void entry_fill(const struct moving *x, struct ct_entry *entry)
{
    const struct ct_proc_event *e = &x->e;
    bool late = e->recorded_ms - e->at_ms > CT_LATE_MS;
    bool skipped = e->state == CT_PROC_IN_PROGRESS && x->p.state < CT_PROC_READY;
    char text[200];
    ct_procedure_text(&x->p, text, sizeof text);
    entry->patient_id = x->p.patient_id;
    entry->done_ms = e->at_ms;
    entry->severity = late || skipped || e->state >= CT_PROC_CANCELLED ||
                              ct_proc_ended(x->p.state)
                          ? CT_NOTABLE
                          : CT_ROUTINE;
    CT_BUF b = {.max = 1024};
    ct_buf_printf(&b, "%s: %s%s%s%s", text, ct_proc_state_name(e->state),
                  skipped ? " without being called ready" : "", late ? " (late entry)" : "",
                  e->text[0] != '\0' ? ": " : "");
    ct_buf_str_add(&b, e->text);
    ct_text_copy(entry->detail, sizeof entry->detail, ct_buf_str(&b));
    ct_entry_row(entry, "procedure_event", e->id);
}

/* The check again: two may be at it at once, and what the gates asked may have changed. */
static enum ct_status move_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct moving *x = arg;
    enum ct_status rc = move_check(app, arg, reterr);
    if (rc != CT_OK)
        return rc;
    x->e.from = x->p.state;
    x->e.recorded_ms = ct_app_now(app);
    x->e.by_user = ct_app_who(app)->user_id;
    rc = insert_event(db, x, reterr);
    if (rc == CT_OK)
        rc = find_move(db, x, reterr);
    if (rc == CT_OK)
        entry_fill(x, entry);
    if (rc != CT_OK || x->e.state != CT_PROC_IN_PROGRESS)
        return rc;
    struct ct_subject kind = {.kind = CT_SUBJ_PROCEDURE};
    ct_text_copy(kind.id, sizeof kind.id, x->p.kind);
    return ct_competency_gate_in(app, db, &kind, CT_COMP_FOR_PROCEDURE, x->id, x->e.though, entry,
                                 reterr);
}

/* What is ready is being prepared again, what is in progress is cancelled; the rest stays
 * where it is. */
enum ct_status ct_procedure_stop(struct ct_app *app, struct ct_db *db,
                                 const struct ct_procedure *p, int64_t at_ms, const char *why,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct moving x = {.id = p->id, .p = *p};
    if (p->state != CT_PROC_READY && p->state != CT_PROC_IN_PROGRESS)
        return CT_OK;
    x.e.state = p->state == CT_PROC_READY ? CT_PROC_PREPARING : CT_PROC_CANCELLED;
    x.e.at_ms = p->state_ms != CT_UNSET && p->state_ms > at_ms ? p->state_ms : at_ms;
    x.e.recorded_ms = ct_app_now(app);
    x.e.by_user = ct_app_who(app)->user_id;
    ct_text_copy(x.e.text, sizeof x.e.text, why);
    enum ct_status rc = insert_event(db, &x, reterr);
    if (rc == CT_OK)
        rc = find_move(db, &x, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "procedure_event", x.e.id);
    return rc;
}

enum ct_status ct_procedure_state(struct ct_app *app, int64_t id, enum ct_proc_state seen,
                                  struct ct_proc_event *e, struct ct_error *reterr)
{
    struct moving x = {.id = id, .seen = seen, .e = *e};
    if (x.e.at_ms == 0 || x.e.at_ms == CT_UNSET)
        x.e.at_ms = ct_app_now(app);
    bool reopens = ct_proc_step(seen, e->state) == CT_PROC_REOPEN;
    struct ct_change change = {
        .verb = reopens ? CT_VERB_PROCEDURE_REOPEN : CT_VERB_PROCEDURE_STATE,
        .write = move_write,
        .arg = &x,
        .entry = {.severity = CT_ROUTINE, .patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    if (rc != CT_OK)
        return rc;
    *e = x.e;
    e->though = NULL;
    ct_text_copy(e->by, sizeof e->by, ct_app_who(app)->name);
    return CT_OK;
}
