/* review_mark - what is said of the lines of a review: acknowledged, commented, queried, and
 * what the author answers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/review_priv.h"
#include "record/user.h"

/* ---- reading ------------------------------------------------------------------------------ */

static void mark_row(struct ct_stmt *st, struct ct_review_mark *m)
{
    *m = (struct ct_review_mark){.id = ct_col_i64(st, 0),
                                 .review_id = ct_col_i64(st, 1),
                                 .kind = (enum ct_mark_kind)ct_col_i64(st, 2),
                                 .seq = ct_col_i64(st, 3),
                                 .at_ms = ct_col_i64(st, 7),
                                 .by_user = (uint32_t)ct_col_i64(st, 8),
                                 .answered = ct_col_i64(st, 9) == 1,
                                 .patient_id = ct_col_i64(st, 10)};
    m->query_id = ct_col_null(st, 4) ? 0 : ct_col_i64(st, 4);
    m->to_user = ct_col_null(st, 5) ? 0 : (uint32_t)ct_col_i64(st, 5);
    ct_text_copy(m->text, sizeof m->text, ct_col_text(st, 6));
}

static void names(struct ct_app *app, struct ct_review_mark *m)
{
    ct_user_name(app, m->by_user, m->by, sizeof m->by);
    if (m->to_user != 0)
        ct_user_name(app, m->to_user, m->to, sizeof m->to);
}

enum ct_status ct_review_marks_load(struct ct_app *app, struct ct_db *db, int64_t id, int64_t seq,
                                    struct ct_review_mark **ret, size_t *ret_n,
                                    struct ct_error *reterr)
{
    struct ct_review_mark *v = NULL;
    size_t n = 0, cap = 0;
    enum ct_status rc;
    *ret = NULL;
    *ret_n = 0;
    {
        CT_STMT *st = NULL;
        bool row = true;
        rc = ct_stmt_get(db, &ct_review_sql[CT_SQL_REVIEW_MARKS], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":review_id", id);
        ct_bind_opt(st, ":seq", seq);
        while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
            void *more = ct_rows_grow(v, n, &cap, sizeof *v);
            if (more == NULL) {
                rc = ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the marks");
                break;
            }
            v = more;
            mark_row(st, &v[n++]);
        }
    }
    if (rc != CT_OK) {
        free(v);
        return rc;
    }
    for (size_t i = 0; i < n; i++)
        names(app, &v[i]);
    *ret = v;
    *ret_n = n;
    return CT_OK;
}

enum ct_status ct_review_marks(struct ct_app *app, int64_t id, int64_t seq,
                               struct ct_review_mark **ret, size_t *ret_n,
                               struct ct_error *reterr)
{
    *ret = NULL;
    *ret_n = 0;
    struct ct_review_mark *v = NULL;
    size_t n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_REVIEW, reterr);
    if (rc == CT_OK)
        rc = ct_review_marks_load(app, ct_app_db(app), id, seq, &v, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        if (v[i].patient_id != CT_UNSET)
            rc = ct_access_hidden(app, v[i].patient_id, &v[i].restricted, reterr);
        if (v[i].restricted)
            ct_text_copy(v[i].text, sizeof v[i].text, "(restricted record)");
    }
    if (rc != CT_OK) {
        free(v);
        return rc;
    }
    *ret = v;
    *ret_n = n;
    return CT_OK;
}

static enum ct_status mark_get(struct ct_app *app, struct ct_db *db, int64_t id,
                               struct ct_review_mark *ret, struct ct_error *reterr)
{
    {
        CT_STMT *st = NULL;
        bool row;
        enum ct_status rc = ct_stmt_get(db, &ct_review_sql[CT_SQL_REVIEW_MARK_GET], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":id", id);
        rc = ct_stmt_step(st, &row, reterr);
        if (rc == CT_OK && !row)
            rc = ct_fail(reterr, CT_ENOTFOUND, "id", "there is no such query");
        if (rc != CT_OK)
            return rc;
        mark_row(st, ret);
    }
    names(app, ret);
    return CT_OK;
}

/* ---- saying something ---------------------------------------------------------------------- */

struct saying {
    struct ct_review r;
    struct ct_review_mark m;
    int cls;
};

/* Whose line it is and of which kind; CT_EINVAL: it is none of this review. */
static enum ct_status line_of(struct ct_app *app, struct saying *x, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_review_sql[CT_SQL_REVIEW_ENTRY], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_review_bind(st, app, &x->r);
    ct_bind_i64(st, ":seq", x->m.seq);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK && !row)
        return ct_fail(reterr, CT_EINVAL, "seq", "entry %lld is no line of this review",
                       (long long)x->m.seq);
    if (rc == CT_OK) {
        x->m.to_user = x->m.kind == CT_MARK_QUERY ? (uint32_t)ct_col_i64(st, 0) : 0;
        x->cls = (int)ct_col_i64(st, 1);
        x->m.patient_id = ct_col_i64(st, 2);
    }
    return rc;
}

static enum ct_status query_check(struct ct_app *app, struct saying *x, struct ct_error *reterr)
{
    if (x->m.to_user == 0)
        return ct_fail(reterr, CT_EINVAL, "seq", "that line is nobody's record: there is nobody "
                                                 "to be asked. Comment it");
    if (x->m.to_user == ct_app_who(app)->user_id)
        return ct_fail(reterr, CT_EINVAL, "seq", "that is your own record: comment it");
    ct_user_name(app, x->m.to_user, x->m.to, sizeof x->m.to);
    return CT_OK;
}

static enum ct_status say_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct saying *x = arg;
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_review_load(app, ct_app_db(app), x->r.id, &x->r, reterr);
    if (rc == CT_OK)
        rc = ct_review_unsigned(&x->r, reterr);
    if (rc == CT_OK && x->m.seq != CT_UNSET && x->m.kind != CT_MARK_REST)
        rc = line_of(app, x, reterr);
    if (rc == CT_OK && x->m.kind == CT_MARK_QUERY)
        rc = query_check(app, x, reterr);
    if (rc == CT_OK && (x->m.kind == CT_MARK_COMMENT || x->m.kind == CT_MARK_QUERY))
        rc = ct_text_check(x->m.text, "text",
                           x->m.kind == CT_MARK_QUERY ? "the question" : "the comment",
                           CT_MARK_TEXT_MAX, true, reterr);
    return rc;
}

static enum ct_status mark_insert(struct ct_app *app, struct ct_db *db, struct ct_review_mark *m,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_review_sql[CT_SQL_REVIEW_MARK_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":review_id", m->review_id);
    ct_bind_i64(st, ":kind", m->kind);
    ct_bind_opt(st, ":seq", m->seq);
    ct_bind_opt(st, ":query_id", m->query_id != 0 ? m->query_id : CT_UNSET);
    ct_bind_opt(st, ":to_user", m->to_user != 0 ? (int64_t)m->to_user : CT_UNSET);
    ct_bind_text(st, ":text", m->text);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &m->id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "review_mark", m->id);
    return rc;
}

static enum ct_status query_put(struct ct_db *db, const struct ct_review_mark *m,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_review_sql[CT_SQL_REVIEW_QUERY_PUT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":query_id", m->id);
    ct_bind_i64(st, ":review_id", m->review_id);
    ct_bind_i64(st, ":to_user", m->to_user);
    return ct_stmt_run(st, NULL, reterr);
}

static enum ct_status say_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct saying *x = arg;
    struct ct_review_mark *m = &x->m;
    char on[60] = "";
    m->patient_id = CT_UNSET;
    enum ct_status rc = say_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = mark_insert(app, db, m, entry, reterr);
    if (rc == CT_OK && m->kind == CT_MARK_QUERY)
        rc = query_put(db, m, reterr);
    if (rc != CT_OK)
        return rc;
    entry->patient_id = m->patient_id; /* so that the log hides it where it hides the record */
    if (m->seq != CT_UNSET)
        snprintf(on, sizeof on, "%s %lld", m->kind == CT_MARK_REST ? ", the rest up to entry"
                                                                   : ", entry",
                 (long long)m->seq);
    snprintf(entry->detail, sizeof entry->detail, "R-%lld%s%s%s%s%.400s", (long long)x->r.id, on,
             m->kind == CT_MARK_QUERY ? ", to " : "", m->to, m->text[0] != '\0' ? ": " : "",
             m->text);
    return CT_OK;
}

static enum ct_status run(struct ct_app *app, enum ct_verb verb, struct saying *x,
                          enum ct_status (*check)(struct ct_app *, void *, struct ct_error *),
                          enum ct_status (*write)(struct ct_app *, struct ct_db *, void *,
                                                  struct ct_entry *, struct ct_error *),
                          const char *text, struct ct_error *reterr)
{
    if (strlen(text) > CT_MARK_TEXT_MAX)
        return ct_fail(reterr, CT_EINVAL, "text", "that is longer than %d bytes",
                       CT_MARK_TEXT_MAX);
    ct_text_copy(x->m.text, sizeof x->m.text, text);
    const struct ct_change change = {.verb = verb,
                                     .check = check,
                                     .write = write,
                                     .arg = x,
                                     .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_review_say(struct ct_app *app, int64_t id, int64_t seq, enum ct_mark_kind kind,
                             const char *text, struct ct_error *reterr)
{
    struct saying x = {.r = {.id = id}, .m = {.review_id = id, .seq = seq, .kind = kind}};
    enum ct_verb verb = kind == CT_MARK_QUERY     ? CT_VERB_REVIEW_QUERY
                        : kind == CT_MARK_COMMENT ? CT_VERB_REVIEW_COMMENT
                                                  : CT_VERB_REVIEW_ACK;
    if (kind != CT_MARK_ACK && kind != CT_MARK_COMMENT && kind != CT_MARK_QUERY)
        return ct_fail(reterr, CT_EINVAL, "kind", "a line is acknowledged, commented or queried");
    if (kind != CT_MARK_COMMENT && seq == CT_UNSET)
        return ct_fail(reterr, CT_EINVAL, "seq", "choose a line");
    return run(app, verb, &x, say_check, say_write, kind == CT_MARK_ACK ? "" : text, reterr);
}

enum ct_status ct_review_rest(struct ct_app *app, int64_t id, int64_t seen_seq,
                              struct ct_error *reterr)
{
    struct saying x = {.r = {.id = id},
                       .m = {.review_id = id, .seq = seen_seq, .kind = CT_MARK_REST}};
    return run(app, CT_VERB_REVIEW_ACK, &x, say_check, say_write, "", reterr);
}

/* ---- answers ---------------------------------------------------------------------------------- */

enum ct_status ct_review_entry_line(struct ct_app *app, int64_t seq, struct ct_log_line *ret,
                                    struct ct_error *reterr)
{
    {
        CT_STMT *st = NULL;
        bool row;
        enum ct_status rc =
            ct_stmt_get(ct_app_db(app), &ct_review_sql[CT_SQL_REVIEW_LINE], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":seq", seq);
        rc = ct_stmt_step(st, &row, reterr);
        if (rc == CT_OK && !row)
            rc = ct_fail(reterr, CT_ENOTFOUND, "seq", "entry %lld is not in the chain",
                         (long long)seq);
        if (rc != CT_OK)
            return rc;
        ct_shift_line_row(st, ret);
    }
    return ct_shift_line_complete(app, ret, reterr);
}

static enum ct_status mine_ids(struct ct_app *app, struct ct_review_query **v, size_t *n,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = true;
    size_t cap = 0;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_review_sql[CT_SQL_REVIEW_MINE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":user_id", ct_app_who(app)->user_id);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        void *more = ct_rows_grow(*v, *n, &cap, sizeof **v);
        if (more == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the queries");
        *v = more;
        (*v)[(*n)++] = (struct ct_review_query){.m = {.id = ct_col_i64(st, 0)}};
    }
    return rc;
}

enum ct_status ct_review_mine(struct ct_app *app, struct ct_review_query **ret, size_t *ret_n,
                              struct ct_error *reterr)
{
    struct ct_review_query *v = NULL;
    size_t n = 0;
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_SHIFT_OWN, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = mine_ids(app, &v, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        rc = mark_get(app, ct_app_db(app), v[i].m.id, &v[i].m, reterr);
        if (rc == CT_OK)
            rc = ct_review_entry_line(app, v[i].m.seq, &v[i].l, reterr);
    }
    if (rc != CT_OK) {
        free(v);
        return rc;
    }
    *ret = v;
    *ret_n = n;
    return CT_OK;
}

enum ct_status ct_review_mine_count(struct ct_app *app, int64_t *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    *ret = 0;
    enum ct_status rc = ct_require(app, CT_PERM_SHIFT_OWN, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_review_sql[CT_SQL_REVIEW_MINE_COUNT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":user_id", ct_app_who(app)->user_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK)
        *ret = ct_col_i64(st, 0);
    return rc;
}

static enum ct_status answer_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct saying *x = arg;
    struct ct_review_mark q;
    enum ct_status rc = mark_get(app, ct_app_db(app), x->m.query_id, &q, reterr);
    if (rc == CT_OK && q.kind != CT_MARK_QUERY)
        rc = ct_fail(reterr, CT_ENOTFOUND, "id", "there is no such query");
    if (rc == CT_OK && q.to_user != ct_app_who(app)->user_id)
        rc = ct_fail(reterr, CT_EDENIED, "id", "%s is asked, and answers", q.to);
    if (rc == CT_OK && q.answered)
        rc = ct_fail(reterr, CT_ECONFLICT, "", "it is answered already");
    if (rc != CT_OK)
        return rc;
    x->m.review_id = x->r.id = q.review_id;
    x->m.seq = q.seq;
    x->m.patient_id = q.patient_id;
    ct_text_copy(x->m.to, sizeof x->m.to, q.by);
    return ct_text_check(x->m.text, "text", "the answer", CT_MARK_TEXT_MAX, true, reterr);
}

/* Late, too: behind a signature that was given without it, it stands beside the signed text. */
static enum ct_status answer_write(struct ct_app *app, struct ct_db *db, void *arg,
                                   struct ct_entry *entry, struct ct_error *reterr)
{
    struct saying *x = arg;
    CT_STMT *st = NULL;
    enum ct_status rc = answer_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = mark_insert(app, db, &x->m, entry, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_review_sql[CT_SQL_REVIEW_QUERY_DELETE], &st, reterr);
    if (rc == CT_OK) {
        ct_bind_i64(st, ":query_id", x->m.query_id);
        rc = ct_stmt_run(st, NULL, reterr);
    }
    entry->patient_id = x->m.patient_id;
    if (rc == CT_OK)
        snprintf(entry->detail, sizeof entry->detail, "R-%lld, entry %lld, to %s: %.400s",
                 (long long)x->r.id, (long long)x->m.seq, x->m.to, x->m.text);
    return rc;
}

enum ct_status ct_review_answer(struct ct_app *app, int64_t query_id, const char *text,
                                struct ct_error *reterr)
{
    struct saying x = {.m = {.kind = CT_MARK_ANSWER, .query_id = query_id}};
    return run(app, CT_VERB_REVIEW_ANSWER, &x, answer_check, answer_write, text, reterr);
}
