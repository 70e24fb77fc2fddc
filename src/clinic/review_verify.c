/* review_verify - what was signed, said by name; and what is not as it was signed any more.
 *
 * The chain says that a row or an entry was changed. Here it is said whose signature that
 * touches: the text against the hash in the signed row, each line of the text against the
 * chain, each mark of the text against its row. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/review_priv.h"
#include "record/user.h"
#include "vault/secret.h"

struct check {
    struct ct_app *app;
    struct ct_review r;
    char title[120];
    const int64_t *bad;
    size_t n_bad;
    void (*say)(const char *sentence, void *arg);
    void (*problem)(const char *sentence, void *arg);
    void *arg;
    int64_t problems;
    struct ct_review_mark *mark; /* as they stand in the store */
    size_t n_marks;
};

static void tell(struct check *c, const char *fmt, ...) CT_FORMAT(2, 3);

static void tell(struct check *c, const char *fmt, ...)
{
    char text[900];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    c->problems++;
    if (c->problem != NULL)
        c->problem(text, c->arg);
}

/* "R-3 (early 22 Nov 2026 07:00-15:00), signed 22 Nov 2026 15:04 by Sue Demo" */
static void which(const struct check *c, char *out, size_t size)
{
    char at[24];
    ct_datetime_text(c->r.sign[0].at_ms, at);
    snprintf(out, size, "R-%lld (%s), signed %s by %s", (long long)c->r.id, c->title, at,
             c->r.sign[0].by);
}

static bool is_bad(const struct check *c, int64_t seq)
{
    for (size_t i = 0; i < c->n_bad; i++)
        if (c->bad[i] == seq)
            return true;
    return false;
}

/* ---- lines ------------------------------------------------------------------------------- */

struct entry {
    bool there, same; /* same: its leaf */
    int64_t at_ms;
    char verb[48], by[128];
};

static enum ct_status entry_get(struct check *c, int64_t seq, const char *leaf_hex,
                                struct entry *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    uint32_t user = 0;
    char hex[2 * CT_HASH_LEN + 1] = "";
    *ret = (struct entry){.there = false};
    {
        enum ct_status rc =
            ct_stmt_get(ct_app_db(c->app), &ct_review_sql[CT_SQL_REVIEW_LEAF], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":seq", seq);
        rc = ct_stmt_step(st, &ret->there, reterr);
        if (rc != CT_OK || !ret->there)
            return rc;
    }
    size_t n = 0;
    const unsigned char *leaf = ct_col_blob(st, 0, &n);
    for (size_t i = 0; i < n && i < CT_HASH_LEN; i++)
        snprintf(hex + 2 * i, 3, "%02x", leaf[i]);
    ret->same = strncmp(hex, leaf_hex, 2 * (size_t)CT_HASH_LEN) == 0;
    ct_text_copy(ret->verb, sizeof ret->verb, ct_col_text(st, 1));
    user = (uint32_t)ct_col_i64(st, 2);
    ret->at_ms = ct_col_i64(st, 3);
    ct_user_name(c->app, user, ret->by, sizeof ret->by);
    return CT_OK;
}

/* "812 <leaf> 2 vitals.record by 4" */
static enum ct_status line_check(struct check *c, const char *line, struct ct_error *reterr)
{
    char *rest = NULL, in[400], at[24];
    struct entry x;
    int64_t seq = strtoll(line, &rest, 10);
    if (*rest != ' ')
        return CT_OK; /* the hash of the whole says that the text was changed */
    enum ct_status rc = entry_get(c, seq, rest + 1, &x, reterr);
    if (rc != CT_OK)
        return rc;
    bool bad = is_bad(c, seq);
    if (x.there && x.same && !bad)
        return CT_OK;
    which(c, in, sizeof in);
    if (!x.there) {
        tell(c, "Entry %lld, a line of the review %s, is gone.", (long long)seq, in);
        return CT_OK;
    }
    ct_datetime_text(x.at_ms, at);
    tell(c, "Entry %lld (%s, %s, %s), a line of the review %s, is not what was signed: it, or a "
            "row it wrote, was changed.", (long long)seq, x.verb, x.by, at, in);
    return CT_OK;
}

/* ---- marks --------------------------------------------------------------------------------- */

/* "9 comment on 812 at 2026-...Z by 2: text": against the row as it is now. What it said is
 * for those alone who may review: it may be about a patient. */
static void mark_check(struct check *c, const char *line, size_t n)
{
    char *rest = NULL, in[400];
    int64_t id = strtoll(line, &rest, 10);
    const struct ct_review_mark *m = NULL;
    for (size_t i = 0; i < c->n_marks && m == NULL; i++)
        if (c->mark[i].id == id)
            m = &c->mark[i];
    which(c, in, sizeof in);
    if (m == NULL) {
        tell(c, "A mark (%lld) that the review %s has in its signed text is gone.",
             (long long)id, in);
        return;
    }
    CT_BUF b = {.max = 4096};
    ct_review_mark_text(&b, m);
    const char *now = ct_buf_str(&b) + strlen("mark ");
    if (b.len == n + strlen("mark ") + 1 && strncmp(now, line, n) == 0)
        return;
    bool may = ct_role_may(ct_app_who(c->app)->role, CT_PERM_REVIEW);
    const char *signed_is = may ? line : "see the signed text";
    tell(c, "The %s of %s in the review %s is not what was signed: it was changed. Signed: \"%.*s\".",
         CT_MARK_NAME[m->kind], m->by, in, may && n < 300 ? (int)n : may ? 300 : 19, signed_is);
}

/* ---- one review ------------------------------------------------------------------------------- */

static enum ct_status text_check(struct check *c, const char *text, struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    for (const char *p = text; rc == CT_OK && *p != '\0';) {
        size_t n = strcspn(p, "\n");
        if (strncmp(p, "line ", 5) == 0)
            rc = line_check(c, p + 5, reterr);
        else if (strncmp(p, "mark ", 5) == 0 && n > 5)
            mark_check(c, p + 5, n - 5);
        p += n + (p[n] == '\n');
    }
    return rc;
}

static enum ct_status text_load(struct check *c, char **ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    *ret = NULL;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(c->app), &ct_review_sql[CT_SQL_REVIEW_TEXT_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":review_id", c->r.id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK && row && (*ret = strdup(ct_col_text(st, 0))) == NULL)
        rc = ct_fail(reterr, CT_ENOMEM, "", "there is no memory for a review's text");
    return rc;
}

/* What was signed, of the text itself: "lines 120 exceptions 6". */
static void counted(const char *text, char *out, size_t size)
{
    const char *p = strstr(text, "\nlines ");
    snprintf(out, size, "%.*s", p != NULL ? (int)strcspn(p + 1, "\n") : 0, p != NULL ? p + 1 : "");
}

static void signed_say(struct check *c, const char *text)
{
    char lines[80], at[24], hex[17] = "", sentence[700];
    counted(text, lines, sizeof lines);
    for (size_t i = 0; i < 2; i++) {
        const struct ct_review_sign *g = &c->r.sign[i];
        if (g->by_user == 0 || c->say == NULL)
            continue;
        ct_datetime_text(g->at_ms, at);
        for (size_t k = 0; k < 8; k++)
            snprintf(hex + 2 * k, 3, "%02x", g->hash[k]);
        snprintf(sentence, sizeof sentence,
                 "R-%lld %s: '%s', %s, signed %s by %s%s, behind entry %lld; text %s...",
                 (long long)c->r.id, c->title, CT_REVIEW_MEANING[g->meaning], lines, at, g->by,
                 i == 1 ? " as second reviewer" : "", (long long)g->head_seq, hex);
        c->say(sentence, c->arg);
    }
}

static enum ct_status one(struct check *c, struct ct_error *reterr)
{
    struct ct_db *db = ct_app_db(c->app);
    unsigned char hash[CT_HASH_LEN];
    char *text = NULL, in[400];
    enum ct_status rc = ct_review_load(c->app, db, c->r.id, &c->r, reterr);
    if (rc == CT_OK)
        rc = text_load(c, &text, reterr);
    if (rc != CT_OK)
        return rc;
    ct_review_title(&c->r, c->title, sizeof c->title);
    which(c, in, sizeof in);
    if (text == NULL) {
        tell(c, "The text of the review %s is gone.", in);
        return CT_OK;
    }
    ct_hash(hash, text, strlen(text));
    for (size_t i = 0; i < 2; i++)
        if (c->r.sign[i].by_user != 0 && memcmp(hash, c->r.sign[i].hash, sizeof hash) != 0)
            tell(c, "The text of the review %s is not what %s signed: it was changed.", in,
                 c->r.sign[i].by);
    rc = ct_review_marks_load(c->app, db, c->r.id, CT_UNSET, &c->mark, &c->n_marks, reterr);
    if (rc == CT_OK)
        rc = text_check(c, text, reterr);
    if (rc == CT_OK)
        signed_say(c, text);
    free(c->mark);
    free(text);
    c->mark = NULL;
    c->n_marks = 0;
    return rc;
}

static enum ct_status next(struct check *c, int64_t *id, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(c->app), &ct_review_sql[CT_SQL_REVIEW_SIGNED_NEXT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":review_id", *id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK)
        *id = row ? ct_col_i64(st, 0) : 0;
    return rc;
}

enum ct_status ct_review_verify(struct ct_app *app, const int64_t *bad_seq, size_t n_bad,
                                void (*say)(const char *sentence, void *arg),
                                void (*problem)(const char *sentence, void *arg), void *arg,
                                int64_t *ret_problems, struct ct_error *reterr)
{
    struct check c = {.app = app, .bad = bad_seq, .n_bad = n_bad, .say = say, .problem = problem,
                      .arg = arg};
    int64_t id = INT64_MIN;
    CT_TX tx = {.db = NULL};
    *ret_problems = 0;
    enum ct_status rc = ct_require(app, CT_PERM_VERIFY, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    while (rc == CT_OK && (rc = next(&c, &id, reterr)) == CT_OK && id != 0) {
        c.r = (struct ct_review){.id = id};
        struct ct_error e = {0};
        rc = one(&c, &e);
        if (rc == CT_ENOTFOUND || rc == CT_EDAMAGED) { /* named, and on with the rest */
            tell(&c, "A signature belongs to the review R-%lld, which cannot be read: %s.",
                 (long long)id, e.text);
            rc = CT_OK;
        } else if (rc != CT_OK) {
            rc = ct_fail(reterr, rc, e.field, "%s", e.text);
        }
    }
    *ret_problems = c.problems;
    return rc;
}
