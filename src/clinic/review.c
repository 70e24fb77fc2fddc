/* review - begun, read, and which of them still want a supervisor. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/competency.h"
#include "clinic/review_priv.h"
#include "clinic/schedule.h"
#include "record/user.h"

const char *const CT_MARK_NAME[CT_MARK_KINDS] = {
    [CT_MARK_ACK] = "acknowledged", [CT_MARK_REST] = "acknowledged the rest",
    [CT_MARK_COMMENT] = "comment",  [CT_MARK_QUERY] = "query",
    [CT_MARK_ANSWER] = "answer",
};
const char *const CT_REVIEW_MEANING[CT_REVIEW_MEANINGS] = {
    [CT_REVIEWED] = "reviewed", [CT_REVIEWED_COMMENTS] = "reviewed with comments"};

enum { LONGEST_MS_DAYS = CT_REVIEW_DAYS_MAX + 1 }; /* a clock change may add an hour */

/* ---- one ---------------------------------------------------------------------------------- */

static enum ct_status signs(struct ct_app *app, struct ct_db *db, struct ct_review *r,
                            struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = true, wanted = false;
    enum ct_status rc = ct_stmt_get(db, &ct_review_sql[CT_SQL_REVIEW_SIGNS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":review_id", r->id);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        struct ct_review_sign *g = &r->sign[ct_col_i64(st, 0) == 1];
        size_t n = 0;
        const void *hash = ct_col_blob(st, 3, &n);
        wanted = wanted || ct_col_i64(st, 1) == 1;
        g->meaning = ct_col_i64(st, 2) == 1 ? CT_REVIEWED_COMMENTS : CT_REVIEWED;
        if (n == sizeof g->hash)
            memcpy(g->hash, hash, n);
        g->head_seq = ct_col_i64(st, 4);
        g->at_ms = ct_col_i64(st, 5);
        g->by_user = (uint32_t)ct_col_i64(st, 6);
    }
    for (size_t i = 0; rc == CT_OK && i < 2; i++)
        if (r->sign[i].by_user != 0)
            ct_user_name(app, r->sign[i].by_user, r->sign[i].by, sizeof r->sign[i].by);
    r->state = r->sign[0].by_user == 0                ? CT_REVIEW_OPEN
               : wanted && r->sign[1].by_user == 0 ? CT_REVIEW_SECOND
                                                      : CT_REVIEW_SIGNED;
    return rc;
}

enum ct_status ct_review_load(struct ct_app *app, struct ct_db *db, int64_t id,
                              struct ct_review *ret, struct ct_error *reterr)
{
    *ret = (struct ct_review){.id = id};
    {
        CT_STMT *st = NULL;
        bool row;
        enum ct_status rc = ct_stmt_get(db, &ct_review_sql[CT_SQL_REVIEW_GET], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":id", id);
        rc = ct_stmt_step(st, &row, reterr);
        if (rc == CT_OK && !row)
            rc = ct_fail(reterr, CT_ENOTFOUND, "id", "there is no review R-%lld", (long long)id);
        if (rc != CT_OK)
            return rc;
        ret->start_ms = ct_col_i64(st, 1);
        ret->end_ms = ct_col_i64(st, 2);
        ct_text_copy(ret->name, sizeof ret->name, ct_col_text(st, 3));
        ret->addendum_to = ct_col_null(st, 4) ? 0 : ct_col_i64(st, 4);
        ret->after_seq = ct_col_i64(st, 5);
    }
    ret->running = ct_app_now(app) < ret->end_ms;
    return signs(app, db, ret, reterr);
}

void ct_review_bind(struct ct_stmt *st, struct ct_app *app, const struct ct_review *r)
{
    ct_bind_i64(st, ":start_ms", r->start_ms);
    ct_bind_i64(st, ":end_ms", r->end_ms);
    ct_bind_i64(st, ":after", r->after_seq);
    ct_bind_i64(st, ":upto", r->state == CT_REVIEW_OPEN ? INT64_MAX : r->sign[0].head_seq);
    ct_bind_i64(st, ":late_ms", CT_LATE_MS);
    ct_bind_i64(st, ":now_ms", ct_app_now(app));
    ct_bind_i64(st, ":followed_ms", CT_REVIEW_FOLLOWED_MS);
    ct_bind_i64(st, ":set_late_ms", CT_REVIEW_LATE_SET_MS);
    ct_bind_i64(st, ":review_id", r->id);
}

static enum ct_status totals(struct ct_app *app, struct ct_db *db, struct ct_review *r,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_review_sql[CT_SQL_REVIEW_TOTALS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_review_bind(st, app, r);
    ct_bind_i64(st, ":user_id", 0);
    ct_bind_text(st, ":module", "");
    ct_bind_i64(st, ":kind", CT_RF_ALL);
    ct_bind_i64(st, ":patient_id", 0);
    rc = ct_stmt_step(st, &row, reterr);
    int64_t *const field[] = {&r->lines, &r->exceptions, &r->open_exceptions, &r->open_rest};
    for (int i = 0; rc == CT_OK && i < (int)CT_LEN(field); i++)
        *field[i] = ct_col_null(st, i) ? 0 : ct_col_i64(st, i);
    return rc;
}

/* What came behind the signature: a number for the list, by the index alone. */
static enum ct_status since(struct ct_db *db, struct ct_review *r, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    if (r->state == CT_REVIEW_OPEN)
        return CT_OK;
    enum ct_status rc = ct_stmt_get(db, &ct_review_sql[CT_SQL_REVIEW_SINCE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":start_ms", r->start_ms);
    ct_bind_i64(st, ":end_ms", r->end_ms);
    ct_bind_i64(st, ":after", r->sign[0].head_seq);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK)
        r->since = ct_col_i64(st, 0);
    return rc;
}

static enum ct_status said(struct ct_app *app, struct ct_db *db, struct ct_review *r,
                           struct ct_error *reterr)
{
    struct ct_review_mark *m = NULL;
    size_t n = 0;
    enum ct_status rc = ct_review_marks_load(app, db, r->id, CT_UNSET, &m, &n, reterr);
    for (size_t i = 0; i < n; i++) {
        r->comments += m[i].kind == CT_MARK_COMMENT;
        r->queries += m[i].kind == CT_MARK_QUERY;
        r->unanswered += m[i].kind == CT_MARK_QUERY && !m[i].answered;
    }
    free(m);
    return rc;
}

static enum ct_status worked(struct ct_app *app, struct ct_db *db, struct ct_review *r,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_review_sql[CT_SQL_REVIEW_WORKED], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":start_ms", r->start_ms);
    ct_bind_i64(st, ":end_ms", r->end_ms);
    ct_bind_i64(st, ":after", r->after_seq);
    ct_bind_i64(st, ":upto", INT64_MAX);
    ct_bind_i64(st, ":user_id", ct_app_who(app)->user_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK)
        r->worked = ct_col_i64(st, 0) == 1;
    return rc;
}

enum ct_status ct_review_count(struct ct_app *app, struct ct_db *db, struct ct_review *r,
                               struct ct_error *reterr)
{
    enum ct_status rc = totals(app, db, r, reterr);
    if (rc == CT_OK)
        rc = said(app, db, r, reterr);
    if (rc == CT_OK)
        rc = worked(app, db, r, reterr);
    return rc == CT_OK ? since(db, r, reterr) : rc;
}

enum ct_status ct_review_get(struct ct_app *app, int64_t id, struct ct_review *ret,
                             struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_require(app, CT_PERM_REVIEW, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_review_load(app, ct_app_db(app), id, ret, reterr);
    return rc == CT_OK ? ct_review_count(app, ct_app_db(app), ret, reterr) : rc;
}

void ct_review_title(const struct ct_review *r, char *out, size_t size)
{
    char day[16], last[16], from[8], to[8];
    ct_date first = ct_date_at(r->start_ms), end = ct_date_at(r->end_ms - 1);
    ct_date_text(first, day);
    ct_date_text(end, last);
    ct_time_text(r->start_ms, from);
    ct_time_text(r->end_ms, to);
    if (end - first > 1)
        snprintf(out, size, "%s, %s to %s", r->name, day, last);
    else
        snprintf(out, size, "%s %s %s-%s", r->name, day, from, to);
}

enum ct_status ct_review_unsigned(const struct ct_review *r, struct ct_error *reterr)
{
    char at[24];
    if (r->state == CT_REVIEW_OPEN)
        return CT_OK;
    ct_datetime_text(r->sign[0].at_ms, at);
    return ct_fail(reterr, CT_ECONFLICT, "", "R-%lld was signed by %s on %s: it stays as it is",
                   (long long)r->id, r->sign[0].by, at);
}

/* ---- beginning ------------------------------------------------------------------------------- */

struct beginning {
    struct ct_review r; /* id: the last one of the period, 0 none */
    int64_t new_id;
};

static enum ct_status last_id(struct ct_db *db, int64_t start_ms, int64_t end_ms, int64_t *ret,
                              struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    *ret = 0;
    enum ct_status rc = ct_stmt_get(db, &ct_review_sql[CT_SQL_REVIEW_LAST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":start_ms", start_ms);
    ct_bind_i64(st, ":end_ms", end_ms);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK && row)
        *ret = ct_col_i64(st, 0);
    return rc;
}

enum ct_status ct_review_of(struct ct_app *app, int64_t start_ms, int64_t end_ms, int64_t *ret_id,
                            struct ct_error *reterr)
{
    *ret_id = 0;
    enum ct_status rc = ct_require(app, CT_PERM_REVIEW, reterr);
    return rc == CT_OK ? last_id(ct_app_db(app), start_ms, end_ms, ret_id, reterr) : rc;
}

static enum ct_status last_of(struct ct_app *app, struct ct_db *db, struct ct_review *r,
                              struct ct_error *reterr)
{
    int64_t id;
    enum ct_status rc = last_id(db, r->start_ms, r->end_ms, &id, reterr);
    return rc != CT_OK || id == 0 ? rc : ct_review_load(app, db, id, r, reterr);
}

/* Lines, not entries, that came behind the signature: the same rule as of every line. */
static enum ct_status wants_addendum(struct ct_app *app, struct ct_db *db,
                                     const struct ct_review *last, bool *ret,
                                     struct ct_error *reterr)
{
    struct ct_review next = {.id = -1, .start_ms = last->start_ms, .end_ms = last->end_ms,
                             .after_seq = last->sign[0].head_seq};
    *ret = false;
    if (last->state == CT_REVIEW_OPEN)
        return CT_OK;
    enum ct_status rc = totals(app, db, &next, reterr);
    *ret = rc == CT_OK && next.lines > 0;
    return rc;
}

static enum ct_status begin_write(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct beginning *x = arg;
    struct ct_review last = x->r;
    char title[120];
    enum ct_status rc = last_of(app, db, &last, reterr);
    if (rc == CT_OK && last.id != 0 && last.state == CT_REVIEW_OPEN)
        rc = ct_fail(reterr, CT_ECONFLICT, "id", "somebody else has begun R-%lld",
                     (long long)last.id);
    if (rc != CT_OK)
        return rc;
    {
        CT_STMT *st = NULL;
        rc = ct_stmt_get(db, &ct_review_sql[CT_SQL_REVIEW_INSERT], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":start_ms", x->r.start_ms);
        ct_bind_i64(st, ":end_ms", x->r.end_ms);
        ct_bind_text(st, ":name", x->r.name);
        ct_bind_opt(st, ":addendum_to", last.id != 0 ? last.id : CT_UNSET);
        ct_bind_i64(st, ":after_seq", last.id != 0 ? last.sign[0].head_seq : 0);
        ct_bind_i64(st, ":at_ms", ct_app_now(app));
        ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
        rc = ct_stmt_run(st, &x->new_id, reterr);
    }
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "review", x->new_id);
    ct_review_title(&x->r, title, sizeof title);
    snprintf(entry->detail, sizeof entry->detail, "R-%lld %s", (long long)x->new_id, title);
    if (last.id != 0)
        snprintf(entry->detail, sizeof entry->detail, "R-%lld %s, addendum to R-%lld",
                 (long long)x->new_id, title, (long long)last.id);
    return CT_OK;
}

static enum ct_status period_check(struct ct_app *app, const struct ct_review *r,
                                   struct ct_error *reterr)
{
    if (r->end_ms <= r->start_ms)
        return ct_fail(reterr, CT_EINVAL, "end_ms", "the period ends before it begins");
    if (r->start_ms > ct_app_now(app))
        return ct_fail(reterr, CT_EINVAL, "end_ms", "the period has not begun yet");
    if (r->start_ms < 0 ||
        r->end_ms - r->start_ms > CT_REVIEW_DAYS_MAX * (int64_t)CT_DAY_MS + 2 * CT_HOUR_MS)
        return ct_fail(reterr, CT_EINVAL, "end_ms", "a review covers at most %d days",
                       CT_REVIEW_DAYS_MAX);
    return CT_OK;
}

enum ct_status ct_review_begin(struct ct_app *app, int64_t start_ms, int64_t end_ms,
                               const char *name, int64_t *ret_id, struct ct_error *reterr)
{
    struct beginning x = {.r = {.start_ms = start_ms, .end_ms = end_ms}};
    struct ct_error e = {0};
    struct ct_review last;
    bool addendum = false;
    reterr = reterr != NULL ? reterr : &e;
    *ret_id = 0;
    ct_text_copy(x.r.name, sizeof x.r.name, name != NULL ? name : "days");
    enum ct_status rc = ct_require(app, CT_PERM_REVIEW, reterr);
    if (rc == CT_OK)
        rc = period_check(app, &x.r, reterr);
    {
        CT_TX tx = {.db = NULL};
        last = x.r;
        if (rc == CT_OK)
            rc = ct_tx_read(ct_app_db(app), &tx, reterr);
        if (rc == CT_OK)
            rc = last_of(app, ct_app_db(app), &last, reterr);
        if (rc == CT_OK && last.id != 0)
            rc = wants_addendum(app, ct_app_db(app), &last, &addendum, reterr);
    }
    if (rc != CT_OK)
        return rc;
    *ret_id = last.id;
    if (last.id != 0 && !addendum)
        return CT_OK;
    const struct ct_change change = {
        .verb = CT_VERB_REVIEW_BEGIN,
        .write = begin_write,
        .arg = &x,
        .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    rc = ct_record(app, &change, NULL, reterr);
    if (rc == CT_ECONFLICT) /* somebody else began it in this moment: go on with that one */
        return ct_review_begin(app, start_ms, end_ms, name, ret_id, reterr);
    *ret_id = x.new_id;
    return rc;
}

/* ---- lists ------------------------------------------------------------------------------------ */

enum ct_status ct_review_before(struct ct_db *db, int64_t done_ms, int64_t seq, int64_t *ret_id,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    *ret_id = 0;
    enum ct_status rc = ct_stmt_get(db, &ct_review_sql[CT_SQL_REVIEW_BEFORE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":done_ms", done_ms);
    ct_bind_i64(st, ":seq", seq);
    ct_bind_i64(st, ":longest_ms", LONGEST_MS_DAYS * (int64_t)CT_DAY_MS);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK && row)
        *ret_id = ct_col_i64(st, 0);
    return rc;
}

static enum ct_status recent(struct ct_app *app, int days, struct ct_review **v, size_t *n,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = true;
    size_t cap = 0;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_review_sql[CT_SQL_REVIEW_RECENT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":since_ms", ct_app_now(app) - days * (int64_t)CT_DAY_MS);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        void *more = ct_rows_grow(*v, *n, &cap, sizeof **v);
        if (more == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list");
        *v = more;
        (*v)[(*n)++] = (struct ct_review){.id = ct_col_i64(st, 0)};
    }
    return rc;
}

static bool has_addendum(const struct ct_review *v, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].addendum_to == id)
            return true;
    return false;
}

enum ct_status ct_review_list(struct ct_app *app, int days, bool waiting,
                              struct ct_review **ret, size_t *ret_n, struct ct_error *reterr)
{
    struct ct_review *v = NULL;
    size_t n = 0, kept = 0;
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_REVIEW, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = recent(app, days, &v, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        rc = ct_review_load(app, ct_app_db(app), v[i].id, &v[i], reterr);
        if (rc == CT_OK)
            rc = since(ct_app_db(app), &v[i], reterr);
    }
    if (rc != CT_OK) {
        free(v);
        return rc;
    }
    for (size_t i = 0; i < n; i++) /* what came since is the addendum's, once it is begun */
        if (has_addendum(v, n, v[i].id))
            v[i].since = 0;
    for (size_t i = 0; i < n; i++)
        if (!waiting || v[i].state != CT_REVIEW_SIGNED || v[i].since > 0)
            v[kept++] = v[i];
    *ret = v;
    *ret_n = kept;
    return CT_OK;
}

enum ct_status ct_review_overdue(struct ct_app *app, struct ct_review_overdue *ret,
                                 struct ct_error *reterr)
{
    struct ct_due *due = NULL;
    size_t n = 0;
    int64_t open;
    *ret = (struct ct_review_overdue){.at_ms = ct_app_now(app)};
    enum ct_status rc = ct_due_list(app, 0, 1000, &due, &n, reterr);
    for (size_t i = 0; i < n; i++)
        ret->sets += due[i].due_ms < ret->at_ms && !due[i].continuous;
    free(due);
    if (rc == CT_OK)
        rc = ct_escalation_count(app, &open, &ret->escalations, reterr);
    if (rc == CT_OK)
        rc = ct_task_waiting(app, &ret->tasks, &ret->approvals, reterr);
    struct ct_comp_now *comp = NULL;
    if (rc == CT_OK)
        rc = ct_comp_expiring(app, 0, &comp, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        ret->expired += comp[i].state == CT_COMP_EXPIRED;
    free(comp);
    return rc;
}
