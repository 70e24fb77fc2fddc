/* procedure_read - reading procedures back, and what is derived from their events. */
#include <stdlib.h>
#include <string.h>

#include "clinic/rows.h"
#include "record/user.h"

/* ---- rows ---------------------------------------------------------------- */

/* The columns of a plan. */
static void plan_row(struct ct_stmt *st, struct ct_procedure *p)
{
    p->detail_id = ct_col_i64(st, 0);
    ct_text_copy(p->kind, sizeof p->kind, ct_col_text(st, 1));
    ct_text_copy(p->title, sizeof p->title, ct_col_text(st, 2));
    ct_text_copy(p->site, sizeof p->site, ct_col_text(st, 3));
    p->planned_ms = ct_col_i64(st, 4);
    p->minutes = (int)ct_col_i64(st, 5);
    ct_text_copy(p->room, sizeof p->room, ct_col_text(st, 6));
    p->assigned = ct_col_null(st, 7) ? 0 : (uint32_t)ct_col_i64(st, 7);
    ct_text_copy(p->note, sizeof p->note, ct_col_text(st, 8));
    p->changed_ms = ct_col_i64(st, 9);
    p->changed_by = (uint32_t)ct_col_i64(st, 10);
    p->state_ms = p->started_ms = p->ended_ms = CT_UNSET;
}

static void row(struct ct_stmt *st, struct ct_procedure *p)
{
    struct ct_patient who = {.id = 0};
    memset(p, 0, sizeof *p);
    plan_row(st, p);
    p->id = ct_col_i64(st, 11);
    p->patient_id = ct_col_i64(st, 12);
    p->state = (enum ct_proc_state)ct_col_i64(st, 13);
    p->state_ms = ct_col_i64(st, 14);
    p->added_ms = ct_col_i64(st, 15);
    p->added_by = (uint32_t)ct_col_i64(st, 16);
    ct_text_copy(who.family, sizeof who.family, ct_col_text(st, 17));
    ct_text_copy(who.given, sizeof who.given, ct_col_text(st, 18));
    ct_patient_name(&who, p->patient, sizeof p->patient);
    p->born = ct_col_null(st, 19) ? CT_NO_DATE : (ct_date)ct_col_i64(st, 19);
    p->sex = (enum ct_sex)ct_col_i64(st, 20);
    p->consent = (enum ct_consent_state)ct_col_i64(st, 21);
}

static void assigned_name(struct ct_app *app, struct ct_procedure *p)
{
    p->assigned_name[0] = '\0';
    if (p->assigned != 0)
        ct_user_name(app, p->assigned, p->assigned_name, sizeof p->assigned_name);
}

/* ---- what the events come to ---------------------------------------------- */

/* One more step of the way: a start that was taken back is none, and a procedure that was
 * reopened began when it began. */
static void moved(struct ct_procedure *p, enum ct_proc_state from,
                  const struct ct_proc_event *e)
{
    if (e->state == CT_PROC_IN_PROGRESS && from != CT_PROC_DONE)
        p->started_ms = e->at_ms;
    if (e->state < CT_PROC_IN_PROGRESS)
        p->started_ms = CT_UNSET;
    bool stopped = e->state == CT_PROC_CANCELLED && from == CT_PROC_IN_PROGRESS;
    p->ended_ms = e->state == CT_PROC_DONE || stopped ? e->at_ms : CT_UNSET;
    ct_text_copy(p->why, sizeof p->why, e->text);
    ct_text_copy(p->outcome, sizeof p->outcome, e->state == CT_PROC_DONE ? e->text : "");
}

static enum ct_status times_load(struct ct_app *app, struct ct_procedure *p,
                                 struct ct_error *reterr)
{
    struct ct_proc_event *e = NULL;
    size_t n = 0;
    enum ct_status rc = ct_procedure_events_load(app, p->id, &e, &n, reterr);
    for (size_t i = 0; i < n; i++)
        moved(p, e[i].from, &e[i]);
    free(e);
    return rc;
}

static enum ct_status remarks_load(struct ct_app *app, struct ct_procedure *p,
                                   struct ct_error *reterr)
{
    struct ct_proc_use *u = NULL;
    size_t n = 0;
    CT_BUF b = {.max = 64 * 1024};
    enum ct_status rc = ct_procedure_uses_load(app, p->id, &u, &n, reterr);
    for (size_t i = 0; i < n; i++) {
        if (u[i].ended)
            continue;
        if (u[i].kind == CT_PROC_OUTCOME)
            ct_text_copy(p->outcome, sizeof p->outcome, u[i].what);
        if (u[i].kind == CT_PROC_COMPLICATION)
            ct_buf_printf(&b, "%s%s", b.len > 0 ? "; " : "", u[i].what);
    }
    ct_text_copy(p->complications, sizeof p->complications, ct_buf_str(&b));
    free(u);
    return rc;
}

/* ---- one ------------------------------------------------------------------- */

static enum ct_status bare(struct ct_db *db, int64_t id, struct ct_procedure *ret,
                           struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_procedure_sql[CT_SQL_PROC_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK)
        return rc;
    if (!there)
        return ct_fail(reterr, CT_ENOTFOUND, "", "there is no procedure P-%lld", (long long)id);
    row(st, ret);
    return CT_OK;
}

enum ct_status ct_procedure_load(struct ct_app *app, int64_t id, struct ct_procedure *ret,
                                 struct ct_error *reterr)
{
    enum ct_status rc = bare(ct_app_db(app), id, ret, reterr);
    if (rc == CT_OK)
        rc = times_load(app, ret, reterr);
    if (rc == CT_OK)
        rc = remarks_load(app, ret, reterr);
    if (rc == CT_OK)
        assigned_name(app, ret);
    return rc;
}

static enum ct_status begin(struct ct_app *app, struct ct_tx *tx, struct ct_error *reterr)
{
    enum ct_status rc = ct_require(app, CT_PERM_PROCEDURE_READ, reterr);
    return rc == CT_OK ? ct_tx_read(ct_app_db(app), tx, reterr) : rc;
}

enum ct_status ct_procedure_get(struct ct_app *app, int64_t id, struct ct_procedure *ret,
                                struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL}; /* plan and events of one moment */
    enum ct_status rc = begin(app, &tx, reterr);
    if (rc == CT_OK)
        rc = ct_procedure_load(app, id, ret, reterr);
    if (rc == CT_OK)
        rc = ct_access_check(app, ret->patient_id, reterr);
    if (rc != CT_OK)
        memset(ret, 0, sizeof *ret); /* nothing of it leaves */
    return rc;
}

/* May what belongs to this procedure be read? In the transaction of the reading. */
static enum ct_status readable(struct ct_app *app, int64_t id, struct ct_error *reterr)
{
    struct ct_procedure p;
    enum ct_status rc = bare(ct_app_db(app), id, &p, reterr);
    if (rc == CT_ENOTFOUND) /* of none there is nothing */
        return CT_OK;
    return rc == CT_OK ? ct_access_check(app, p.patient_id, reterr) : rc;
}

/* Who comes when, where and for what is the task of a list; the rest is not. */
static enum ct_status mask(struct ct_app *app, struct ct_procedure *p, struct ct_error *reterr)
{
    enum ct_status rc = ct_access_hidden(app, p->patient_id, &p->restricted, reterr);
    if (rc != CT_OK || !p->restricted)
        return rc;
    memset(p->site, 0, sizeof p->site);
    memset(p->note, 0, sizeof p->note);
    memset(p->why, 0, sizeof p->why);
    memset(p->outcome, 0, sizeof p->outcome);
    memset(p->complications, 0, sizeof p->complications);
    return CT_OK;
}

enum ct_status ct_procedure_glance(struct ct_app *app, int64_t id, struct ct_procedure *ret,
                                   struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    enum ct_status rc = begin(app, &tx, reterr);
    if (rc == CT_OK)
        rc = bare(ct_app_db(app), id, ret, reterr);
    if (rc == CT_OK)
        rc = mask(app, ret, reterr);
    if (rc == CT_OK)
        assigned_name(app, ret);
    else
        memset(ret, 0, sizeof *ret);
    return rc;
}

enum ct_status ct_procedure_imported(struct ct_app *app, const char *import_key,
                                     int64_t *ret_id, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    *ret_id = 0;
    enum ct_status rc = ct_require(app, CT_PERM_PROCEDURE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_procedure_sql[CT_SQL_PROC_IMPORTED], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_text(st, ":import_key", import_key);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there)
        *ret_id = ct_col_i64(st, 0);
    return rc;
}

/* ---- lists ----------------------------------------------------------------- */

static enum ct_status no_memory(struct ct_error *reterr)
{
    return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list of procedures");
}

static enum ct_status rows_load(struct ct_app *app, const struct ct_proc_filter *f,
                                struct ct_procedure **ret, size_t *ret_n,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    size_t n = 0, cap = 0;
    unsigned sql = f->patient_id != 0 ? CT_SQL_PROC_PATIENT : CT_SQL_PROC_DAY;
    enum ct_status rc = ct_stmt_get(ct_app_db(app), &ct_procedure_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    if (f->patient_id != 0)
        ct_bind_i64(st, ":patient_id", f->patient_id);
    ct_bind_i64(st, ":from_ms", f->from_ms);
    ct_bind_i64(st, ":before_ms", f->before_ms);
    ct_bind_text(st, ":room", f->room);
    ct_bind_i64(st, ":mine", f->mine);
    ct_bind_i64(st, ":states", f->states != 0 ? f->states : CT_PROC_MASK_ALL);
    ct_bind_i64(st, ":limit", f->limit > 0 ? (int64_t)f->limit : CT_PROC_LIST_MAX);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_procedure *more = ct_rows_grow(*ret, n, &cap, sizeof **ret);
        if (more == NULL)
            return no_memory(reterr);
        *ret = more;
        row(st, &more[n]);
        *ret_n = ++n;
    }
    return rc;
}

enum ct_status ct_procedure_list(struct ct_app *app, const struct ct_proc_filter *f,
                                 struct ct_procedure **ret, size_t *ret_n,
                                 struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = begin(app, &tx, reterr);
    if (rc != CT_OK)
        return rc;
    rc = rows_load(app, f, ret, ret_n, reterr);
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++) {
        struct ct_procedure *p = &(*ret)[i];
        assigned_name(app, p);
        if (p->state >= CT_PROC_IN_PROGRESS) /* only these began */
            rc = times_load(app, p, reterr);
        if (rc == CT_OK)
            rc = mask(app, p, reterr);
    }
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

enum ct_status ct_procedure_left(struct ct_app *app, int64_t from_ms, int64_t before_ms,
                                 int64_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_PROCEDURE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_procedure_sql[CT_SQL_PROC_LEFT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":from_ms", from_ms);
    ct_bind_i64(st, ":before_ms", before_ms);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there)
        *ret_n = ct_col_i64(st, 0);
    return rc;
}

/* ---- the rows of one -------------------------------------------------------- */

static enum ct_status rows_of(struct ct_app *app, unsigned sql, int64_t id,
                              struct ct_stmt **ret, struct ct_error *reterr)
{
    enum ct_status rc = ct_stmt_get(ct_app_db(app), &ct_procedure_sql[sql], ret, reterr);
    if (rc == CT_OK)
        ct_bind_i64(*ret, ":id", id);
    return rc;
}

enum ct_status ct_procedure_events_load(struct ct_app *app, int64_t id,
                                        struct ct_proc_event **ret, size_t *ret_n,
                                        struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    size_t n = 0, cap = 0;
    enum ct_proc_state from = CT_PROC_SCHEDULED;
    enum ct_status rc = rows_of(app, CT_SQL_PROC_EVENTS, id, &st, reterr);
    if (rc != CT_OK)
        return rc;
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_proc_event *more = ct_rows_grow(*ret, n, &cap, sizeof **ret);
        if (more == NULL)
            return no_memory(reterr);
        *ret = more;
        struct ct_proc_event *e = &more[n];
        *e = (struct ct_proc_event){.id = ct_col_i64(st, 0),
                                    .from = from,
                                    .state = (enum ct_proc_state)ct_col_i64(st, 1),
                                    .at_ms = ct_col_i64(st, 2),
                                    .recorded_ms = ct_col_i64(st, 3),
                                    .by_user = (uint32_t)ct_col_i64(st, 4)};
        ct_text_copy(e->text, sizeof e->text, ct_col_text(st, 5));
        from = e->state;
        *ret_n = ++n;
    }
    return rc;
}

enum ct_status ct_procedure_events(struct ct_app *app, int64_t id, struct ct_proc_event **ret,
                                   size_t *ret_n, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = begin(app, &tx, reterr);
    if (rc == CT_OK)
        rc = readable(app, id, reterr);
    if (rc == CT_OK)
        rc = ct_procedure_events_load(app, id, ret, ret_n, reterr);
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++)
        ct_user_name(app, (*ret)[i].by_user, (*ret)[i].by, sizeof (*ret)[i].by);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

static enum ct_status versions_load(struct ct_app *app, int64_t id,
                                    struct ct_proc_version **ret, size_t *ret_n,
                                    struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    size_t n = 0, cap = 0;
    enum ct_status rc = rows_of(app, CT_SQL_PROC_VERSIONS, id, &st, reterr);
    if (rc != CT_OK)
        return rc;
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_proc_version *more = ct_rows_grow(*ret, n, &cap, sizeof **ret);
        if (more == NULL)
            return no_memory(reterr);
        *ret = more;
        struct ct_proc_version *v = &more[n];
        memset(v, 0, sizeof *v);
        plan_row(st, &v->p);
        v->p.id = id;
        v->at_ms = v->p.changed_ms;
        v->by_user = v->p.changed_by;
        ct_text_copy(v->reason, sizeof v->reason, ct_col_text(st, 11));
        *ret_n = ++n;
    }
    return rc;
}

enum ct_status ct_procedure_versions(struct ct_app *app, int64_t id,
                                     struct ct_proc_version **ret, size_t *ret_n,
                                     struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = begin(app, &tx, reterr);
    if (rc == CT_OK)
        rc = readable(app, id, reterr);
    if (rc == CT_OK)
        rc = versions_load(app, id, ret, ret_n, reterr);
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++) {
        struct ct_proc_version *v = &(*ret)[i];
        assigned_name(app, &v->p);
        ct_user_name(app, v->by_user, v->by, sizeof v->by);
    }
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

static void use_row(struct ct_stmt *st, struct ct_proc_use *u)
{
    *u = (struct ct_proc_use){.id = ct_col_i64(st, 0),
                              .kind = (enum ct_proc_use_kind)ct_col_i64(st, 1),
                              .at_ms = ct_col_i64(st, 5),
                              .by_user = (uint32_t)ct_col_i64(st, 6),
                              .ended = !ct_col_null(st, 7),
                              .ended_ms = ct_col_i64(st, 7)};
    ct_text_copy(u->what, sizeof u->what, ct_col_text(st, 2));
    ct_text_copy(u->role, sizeof u->role, ct_col_text(st, 3));
    u->user_id = ct_col_null(st, 4) ? 0 : (uint32_t)ct_col_i64(st, 4);
    if (u->ended)
        u->ended_by = (uint32_t)ct_col_i64(st, 8);
    ct_text_copy(u->reason, sizeof u->reason, ct_col_text(st, 9));
}

enum ct_status ct_procedure_uses_load(struct ct_app *app, int64_t id, struct ct_proc_use **ret,
                                      size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    size_t n = 0, cap = 0;
    enum ct_status rc = rows_of(app, CT_SQL_PROC_USES, id, &st, reterr);
    if (rc != CT_OK)
        return rc;
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_proc_use *more = ct_rows_grow(*ret, n, &cap, sizeof **ret);
        if (more == NULL)
            return no_memory(reterr);
        *ret = more;
        use_row(st, &more[n]);
        *ret_n = ++n;
    }
    return rc;
}

enum ct_status ct_procedure_uses(struct ct_app *app, int64_t id, struct ct_proc_use **ret,
                                 size_t *ret_n, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = begin(app, &tx, reterr);
    if (rc == CT_OK)
        rc = readable(app, id, reterr);
    if (rc == CT_OK)
        rc = ct_procedure_uses_load(app, id, ret, ret_n, reterr);
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++) {
        struct ct_proc_use *u = &(*ret)[i];
        ct_user_name(app, u->by_user, u->by, sizeof u->by);
        if (u->ended)
            ct_user_name(app, u->ended_by, u->ended_name, sizeof u->ended_name);
    }
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}
