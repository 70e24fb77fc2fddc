/* review_text - the canonical text of a review, as it is signed: one fact a line, nothing that
 * depends on who reads it or on the clinic's zone but the names and what people wrote. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/review_priv.h"
#include "record/user.h"
#include "vault/secret.h"

enum { TEXT_MAX = 1000000 };

void ct_review_text_done(struct ct_review_text *t)
{
    free(t->text);
    t->text = NULL;
}

static void when_add(struct ct_buf *b, int64_t ms)
{
    char at[32];
    ct_rfc3339(ms, at);
    ct_buf_str_add(b, at);
}

static void hex_add(struct ct_buf *b, const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ct_buf_printf(b, "%02x", p[i]);
}

static void head_add(struct ct_buf *b, const struct ct_review *r)
{
    ct_buf_printf(b, "clintech review 1\nreview R-%lld\nperiod ", (long long)r->id);
    when_add(b, r->start_ms);
    ct_buf_char(b, ' ');
    when_add(b, r->end_ms);
    ct_buf_printf(b, " %s\n", r->name);
    if (r->addendum_to != 0)
        ct_buf_printf(b, "addendum R-%lld after %lld\n", (long long)r->addendum_to,
                      (long long)r->after_seq);
    ct_buf_printf(b, "lines %lld exceptions %lld\n", (long long)r->lines,
                  (long long)r->exceptions);
}

static enum ct_status lines_add(struct ct_app *app, const struct ct_review *r, struct ct_buf *b,
                                int64_t *ret_upto, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = true;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_review_sql[CT_SQL_REVIEW_EACH], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_review_bind(st, app, r);
    *ret_upto = 0;
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        size_t n = 0;
        const unsigned char *leaf = ct_col_blob(st, 1, &n);
        *ret_upto = ct_col_i64(st, 0);
        ct_buf_printf(b, "line %lld ", (long long)*ret_upto);
        hex_add(b, leaf, n);
        ct_buf_printf(b, " %lld %s by %lld\n", (long long)ct_col_i64(st, 4), ct_col_text(st, 2),
                      (long long)ct_col_i64(st, 3));
    }
    return rc;
}

void ct_review_mark_text(struct ct_buf *b, const struct ct_review_mark *m)
{
    static const char *const WORD[CT_MARK_KINDS] = {"acknowledged", "acknowledged-rest", "comment",
                                                    "query", "answer"};
    ct_buf_printf(b, "mark %lld %s", (long long)m->id, WORD[m->kind]);
    if (m->seq != CT_UNSET)
        ct_buf_printf(b, " %s %lld", m->kind == CT_MARK_REST ? "to" : "on", (long long)m->seq);
    if (m->query_id != 0)
        ct_buf_printf(b, " to-mark %lld", (long long)m->query_id);
    ct_buf_str_add(b, " at ");
    when_add(b, m->at_ms);
    ct_buf_printf(b, " by %u", m->by_user);
    if (m->to_user != 0)
        ct_buf_printf(b, " of %u", m->to_user);
    ct_buf_printf(b, "%s%s\n", m->text[0] != '\0' ? ": " : "", m->text);
}

struct people {
    uint32_t id[512];
    size_t n;
};

static void person_add(struct people *p, uint32_t id)
{
    size_t at = 0;
    while (at < p->n && p->id[at] < id)
        at++;
    if (id == 0 || p->n == CT_LEN(p->id) || (at < p->n && p->id[at] == id))
        return;
    memmove(&p->id[at + 1], &p->id[at], (p->n - at) * sizeof p->id[0]);
    p->id[at] = id;
    p->n++;
}

static enum ct_status marks_add(struct ct_app *app, const struct ct_review *r, struct ct_buf *b,
                                struct people *p, struct ct_error *reterr)
{
    struct ct_review_mark *m = NULL;
    size_t n = 0;
    enum ct_status rc =
        ct_review_marks_load(app, ct_app_db(app), r->id, CT_UNSET, &m, &n, reterr);
    for (size_t i = 0; i < n; i++) {
        ct_review_mark_text(b, &m[i]);
        person_add(p, m[i].by_user);
        person_add(p, m[i].to_user);
    }
    free(m);
    return rc;
}

static enum ct_status counts_add(struct ct_app *app, const struct ct_review *r, struct ct_buf *b,
                                 struct people *p, struct ct_error *reterr)
{
    struct ct_review_count *v = NULL;
    size_t n = 0;
    enum ct_status rc = ct_review_counts(app, r->id, &v, &n, reterr);
    for (size_t i = 0; i < n; i++) {
        ct_buf_printf(b, "count %s of %u: %lld, exceptions %lld\n", v[i].module, v[i].user_id,
                      (long long)v[i].n, (long long)v[i].exceptions);
        person_add(p, v[i].user_id);
    }
    free(v);
    return rc;
}

/* The names that the numbers above stood for when it was signed. */
static void people_add(struct ct_app *app, struct ct_buf *b, const struct people *p)
{
    char name[128];
    for (size_t i = 0; i < p->n; i++) {
        ct_user_name(app, p->id[i], name, sizeof name);
        ct_buf_printf(b, "person %u %s\n", p->id[i], name);
    }
}

static void foot_add(struct ct_buf *b, const struct ct_review *r, const struct ct_review_text *t)
{
    const struct ct_review_overdue *o = &t->overdue;
    ct_buf_str_add(b, "overdue at ");
    when_add(b, o->at_ms);
    ct_buf_printf(b, ": sets %lld, escalations %lld, tasks %lld, calibrations to approve %lld, "
                  "competencies expired %lld\n",
                  (long long)o->sets, (long long)o->escalations, (long long)o->tasks,
                  (long long)o->approvals, (long long)o->expired);
    if (r->unanswered > 0)
        ct_buf_printf(b, "without answer %lld, because: %s\n", (long long)r->unanswered,
                      t->because);
    ct_buf_printf(b, "second reviewer %s\n", t->wanted ? "wanted" : "not wanted");
    ct_buf_printf(b, "meaning %s\n", CT_REVIEW_MEANING[t->meaning]);
}

/* All that keeps it from being signed. */
static enum ct_status refused(const struct ct_review *r, const struct ct_review_text *t,
                              bool first_of_two, struct ct_error *reterr)
{
    char end[24];
    if (r->running) {
        ct_datetime_text(r->end_ms, end);
        return ct_fail(reterr, CT_EINVAL, "end_ms", "it runs until %s: it can be signed then", end);
    }
    if (r->lines > CT_REVIEW_LINES_MAX)
        return ct_fail(reterr, CT_EINVAL, "line",
                       "it has %lld lines; at most %d are signed at once: review shorter periods",
                       (long long)r->lines, CT_REVIEW_LINES_MAX);
    if (r->open_exceptions > 0)
        return ct_fail(reterr, CT_EINVAL, "line",
                       "%lld of %lld exceptions are not acknowledged, commented or queried",
                       (long long)r->open_exceptions, (long long)r->exceptions);
    if (r->open_rest > 0)
        return ct_fail(reterr, CT_EINVAL, "line", "%lld lines are not acknowledged",
                       (long long)r->open_rest);
    if (r->unanswered > 0 && t->because[0] == '\0')
        return ct_fail(reterr, CT_EINVAL, "because",
                       "%lld quer%s no answer yet: wait, or say why it is signed without",
                       (long long)r->unanswered, r->unanswered == 1 ? "y has" : "ies have");
    if (r->worked && !first_of_two)
        return ct_fail(reterr, CT_EDENIED, "second",
                       "you worked then yourself: another supervisor has to sign it too");
    return CT_OK;
}

static enum ct_status build(struct ct_app *app, const struct ct_review *r,
                            struct ct_review_text *t, struct ct_error *reterr)
{
    CT_BUF b = {.max = TEXT_MAX};
    struct people p = {.n = 0};
    head_add(&b, r);
    enum ct_status rc = lines_add(app, r, &b, &t->upto_seq, reterr);
    if (rc == CT_OK)
        rc = marks_add(app, r, &b, &p, reterr);
    if (rc == CT_OK)
        rc = counts_add(app, r, &b, &p, reterr);
    if (rc != CT_OK)
        return rc;
    people_add(app, &b, &p);
    foot_add(&b, r, t);
    if (b.bad)
        return ct_fail(reterr, CT_EINVAL, "line",
                       "what is to be signed is longer than a million bytes: review shorter "
                       "periods");
    t->text = strdup(ct_buf_str(&b));
    if (t->text == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the text");
    t->len = b.len;
    ct_hash(t->hash, t->text, t->len);
    return CT_OK;
}

/* Used again inside the transaction that signs: t has what is not read from the store. */
enum ct_status ct_review_text_make(struct ct_app *app, struct ct_review_text *t,
                                   struct ct_review *r, struct ct_error *reterr)
{
    enum ct_status rc = ct_review_load(app, ct_app_db(app), t->review_id, r, reterr);
    if (rc == CT_OK)
        rc = ct_review_unsigned(r, reterr);
    if (rc == CT_OK)
        rc = ct_review_count(app, ct_app_db(app), r, reterr);
    if (rc == CT_OK)
        rc = refused(r, t, t->wanted, reterr);
    if (rc != CT_OK)
        return rc;
    t->meaning = r->comments + r->queries > 0 ? CT_REVIEWED_COMMENTS : CT_REVIEWED;
    return build(app, r, t, reterr);
}

enum ct_status ct_review_text(struct ct_app *app, int64_t id, const char *because,
                              bool first_of_two, struct ct_review_text *ret,
                              struct ct_error *reterr)
{
    struct ct_review r;
    CT_TX tx = {.db = NULL};
    *ret = (struct ct_review_text){.review_id = id, .wanted = first_of_two};
    if (strlen(because) > CT_MARK_TEXT_MAX)
        return ct_fail(reterr, CT_EINVAL, "because", "that is longer than %d bytes",
                       CT_MARK_TEXT_MAX);
    ct_text_copy(ret->because, sizeof ret->because, because);
    enum ct_status rc = ct_require(app, CT_PERM_REVIEW, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(ret->because, "because", "the reason", CT_MARK_TEXT_MAX, false, reterr);
    if (rc == CT_OK)
        rc = ct_review_overdue(app, &ret->overdue, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    return rc == CT_OK ? ct_review_text_make(app, ret, &r, reterr) : rc;
}

enum ct_status ct_review_signed_text(struct ct_app *app, int64_t id, char **ret,
                                     struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    *ret = NULL;
    enum ct_status rc = ct_require(app, CT_PERM_REVIEW, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_review_sql[CT_SQL_REVIEW_TEXT_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":review_id", id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK && !row)
        rc = ct_fail(reterr, CT_ENOTFOUND, "id", "R-%lld is not signed", (long long)id);
    if (rc == CT_OK && (*ret = strdup(ct_col_text(st, 0))) == NULL)
        rc = ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the text");
    return rc;
}
