/* access_glass - opening a restricted record for a reason, and what somebody else makes
 * of it afterwards. */
#include "clinic/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/rows.h"
#include "record/user.h"

/* ---- opening ----------------------------------------------------------------- */

enum { WORDS_MAX = 64, WIDE_MIN = 6 };

/* How much a reason says: different words of two characters or more, and characters of
 * scripts that have no blanks between words. */
static void reason_measure(const char *folded, size_t *ret_words, size_t *ret_wide)
{
    const char *word[WORDS_MAX];
    size_t len[WORDS_MAX], n = 0, wide = 0;
    for (const char *p = folded; *p != '\0';) {
        p += strspn(p, " ");
        size_t bytes = strcspn(p, " "), letters = 0;
        for (const char *q = p; q < p + bytes;) {
            uint32_t cp;
            q += ct_utf8_next(q, p + bytes, &cp);
            letters += cp >= 0x80 || (cp >= 'a' && cp <= 'z');
            wide += ct_text_cp_cols(cp) == 2;
        }
        bool known = letters < 2;
        for (size_t i = 0; i < n && !known; i++)
            known = len[i] == bytes && memcmp(word[i], p, bytes) == 0;
        if (!known && n < WORDS_MAX) {
            word[n] = p;
            len[n++] = bytes;
        }
        p += bytes;
    }
    *ret_words = n;
    *ret_wide = wide;
}

static enum ct_status reason_check(char *reason, struct ct_error *reterr)
{
    CT_BUF folded = {.max = 4096};
    size_t words, wide;
    enum ct_status rc =
        ct_text_check(reason, "reason", "the reason", CT_ACCESS_TEXT, true, reterr);
    if (rc != CT_OK)
        return rc;
    ct_text_fold(&folded, reason);
    reason_measure(ct_buf_str(&folded), &words, &wide);
    if (words < CT_ACCESS_WORDS_MIN && wide < WIDE_MIN)
        return ct_fail(reterr, CT_EINVAL, "reason",
                       "the reason says too little: somebody else has to understand it; at "
                       "least %d different words",
                       CT_ACCESS_WORDS_MIN);
    return CT_OK;
}

struct breaking {
    int64_t patient_id, until_ms;
    char reason[CT_ACCESS_TEXT + 8];
};

static enum ct_status break_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct breaking *b = arg;
    struct ct_patient p;
    bool hidden;
    enum ct_status rc = ct_patient_details(ct_app_db(app), b->patient_id, &p, reterr);
    if (rc == CT_OK)
        rc = ct_access_hidden(app, b->patient_id, &hidden, reterr);
    if (rc != CT_OK)
        return rc;
    if (!hidden)
        return ct_fail(reterr, CT_EEXISTS, "reason", "this record is open to you already");
    return reason_check(b->reason, reterr);
}

static enum ct_status glass_insert(struct ct_app *app, struct ct_db *db, struct breaking *b,
                                   int64_t *ret_id, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t now = ct_app_now(app);
    b->until_ms = now + ct_app_config(app)->break_glass_min * (int64_t)CT_MINUTE_MS;
    enum ct_status rc = ct_stmt_get(db, &ct_access_sql[CT_SQL_GLASS_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", b->patient_id);
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    ct_bind_i64(st, ":at_ms", now);
    ct_bind_i64(st, ":until_ms", b->until_ms);
    ct_bind_text(st, ":reason", b->reason);
    return ct_stmt_run(st, ret_id, reterr);
}

/* One more or one fewer of those that wait for a review. */
static enum ct_status waits(struct ct_db *db, unsigned sql, int64_t id, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_access_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    return ct_stmt_run(st, NULL, reterr);
}

static enum ct_status break_write(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct breaking *b = arg;
    int64_t id;
    char until[24];
    enum ct_status rc = break_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = glass_insert(app, db, b, &id, reterr);
    if (rc == CT_OK)
        rc = waits(db, CT_SQL_GLASS_WAITS, id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_datetime_text(b->until_ms, until);
    ct_entry_row(entry, "break_glass", id);
    snprintf(entry->detail, sizeof entry->detail, "until %s: %s", until, b->reason);
    return CT_OK;
}

enum ct_status ct_access_break(struct ct_app *app, int64_t patient_id, const char *reason,
                               int64_t *ret_until_ms, struct ct_error *reterr)
{
    struct breaking b = {.patient_id = patient_id};
    struct ct_change change = {.verb = CT_VERB_BREAK_GLASS,
                               .write = break_write,
                               .arg = &b,
                               .entry = {.severity = CT_EXCEPTION,
                                         .patient_id = patient_id,
                                         .done_ms = CT_UNSET}};
    ct_text_copy(b.reason, sizeof b.reason, reason != NULL ? reason : "");
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    if (rc == CT_OK)
        *ret_until_ms = b.until_ms;
    return rc;
}

enum ct_status ct_access_turned_away(struct ct_app *app, int64_t patient_id,
                                     struct ct_error *reterr)
{
    return ct_record_event(app, CT_VERB_DENIED, patient_id, CT_NOTABLE,
                           "a restricted record: asked for a reason, none was given", reterr);
}

/* ---- reading them ---------------------------------------------------------------- */

const char *ct_glass_verdict_name(enum ct_glass_verdict v)
{
    static const char *const NAME[CT_GLASS_VERDICTS] = {
        [CT_GLASS_JUSTIFIED] = "justified",
        [CT_GLASS_NOT_JUSTIFIED] = "not justified",
        [CT_GLASS_QUERY] = "query",
    };
    return (unsigned)v < CT_GLASS_VERDICTS ? NAME[v] : "";
}

static enum ct_status load(struct ct_app *app, int64_t id, struct ct_glass *ret,
                           struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    struct ct_patient p;
    *ret = (struct ct_glass){.id = id};
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_access_sql[CT_SQL_GLASS_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    if (!row)
        return ct_fail(reterr, CT_ENOTFOUND, "", "there is no opening %lld", (long long)id);
    ret->patient_id = ct_col_i64(st, 1);
    ret->user_id = (uint32_t)ct_col_i64(st, 2);
    ret->at_ms = ct_col_i64(st, 3);
    ret->until_ms = ct_col_i64(st, 4);
    ct_text_copy(ret->reason, sizeof ret->reason, ct_col_text(st, 5));
    if (!ct_col_null(st, 6)) {
        ret->verdict = (enum ct_glass_verdict)ct_col_i64(st, 6);
        ret->queried = ret->verdict == CT_GLASS_QUERY;
        ret->reviewed = !ret->queried;
        ct_text_copy(ret->said, sizeof ret->said, ct_col_text(st, 7));
        ct_user_name(app, (uint32_t)ct_col_i64(st, 8), ret->said_by, sizeof ret->said_by);
        ret->said_ms = ct_col_i64(st, 9);
    }
    ct_user_name(app, ret->user_id, ret->user, sizeof ret->user);
    rc = ct_patient_details(ct_app_db(app), ret->patient_id, &p, reterr);
    if (rc == CT_OK)
        ct_patient_name(&p, ret->patient, sizeof ret->patient);
    return rc;
}

enum ct_status ct_glass_get(struct ct_app *app, int64_t id, struct ct_glass *ret,
                            struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_require(app, CT_PERM_ACCESS_REVIEW, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    return rc == CT_OK ? load(app, id, ret, reterr) : rc;
}

/* Their ids first: a statement is borrowed once at a time. */
static enum ct_status ids(struct ct_db *db, unsigned sql, int64_t *id, size_t *n, size_t limit,
                          struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = true;
    enum ct_status rc = ct_stmt_get(db, &ct_access_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":limit", (int64_t)(limit - *n));
    while (*n < limit && (rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row)
        id[(*n)++] = ct_col_i64(st, 0);
    return rc;
}

static enum ct_status list(struct ct_app *app, bool with_closed, int64_t *id, size_t limit,
                           struct ct_glass **ret, size_t *ret_n, struct ct_error *reterr)
{
    size_t n = 0;
    enum ct_status rc =
        ids(ct_app_db(app), CT_SQL_GLASS_OPEN_LIST, id, &n, limit, reterr);
    if (rc == CT_OK && with_closed && n < limit)
        rc = ids(ct_app_db(app), CT_SQL_GLASS_CLOSED_LIST, id, &n, limit, reterr);
    if (rc != CT_OK)
        return rc;
    *ret = calloc(n > 0 ? n : 1, sizeof **ret);
    if (*ret == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for %zu openings", n);
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        rc = load(app, id[i], &(*ret)[i], reterr);
    *ret_n = n;
    return rc;
}

enum ct_status ct_glass_list(struct ct_app *app, bool with_closed, size_t limit,
                             struct ct_glass **ret, size_t *ret_n, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_ACCESS_REVIEW, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc != CT_OK)
        return rc;
    int64_t *id = calloc(limit > 0 ? limit : 1, sizeof *id);
    if (id == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for %zu openings", limit);
    rc = list(app, with_closed, id, limit, ret, ret_n, reterr);
    free(id);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

enum ct_status ct_glass_count(struct ct_app *app, int64_t *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    *ret = 0;
    enum ct_status rc = ct_require(app, CT_PERM_ACCESS_REVIEW, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_access_sql[CT_SQL_GLASS_COUNT], &st, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK && row)
        *ret = ct_col_i64(st, 0);
    return rc;
}

/* ---- reviewing -------------------------------------------------------------------- */

struct reviewing {
    int64_t id;
    enum ct_glass_verdict verdict;
    char text[CT_ACCESS_TEXT + 8];
    struct ct_glass glass;
};

static enum ct_status review_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct reviewing *r = arg;
    if ((unsigned)r->verdict >= CT_GLASS_VERDICTS)
        return ct_fail(reterr, CT_EINVAL, "verdict", "there is no such verdict");
    enum ct_status rc = load(app, r->id, &r->glass, reterr);
    if (rc != CT_OK)
        return rc;
    if (r->glass.user_id == ct_app_who(app)->user_id)
        return ct_fail(reterr, CT_EDENIED, "by_user",
                       "you opened this record yourself: somebody else reviews it");
    if (r->glass.reviewed) {
        char at[24];
        ct_datetime_text(r->glass.said_ms, at);
        return ct_fail(reterr, CT_ECONFLICT, "", "%s reviewed this at %s already: %s",
                       r->glass.said_by, at, ct_glass_verdict_name(r->glass.verdict));
    }
    return ct_text_check(r->text, "text",
                         r->verdict == CT_GLASS_QUERY ? "what is asked" : "what was found",
                         CT_ACCESS_TEXT, r->verdict != CT_GLASS_JUSTIFIED, reterr);
}

static enum ct_status review_write(struct ct_app *app, struct ct_db *db, void *arg,
                                   struct ct_entry *entry, struct ct_error *reterr)
{
    struct reviewing *r = arg;
    CT_STMT *st = NULL;
    int64_t id;
    char at[24];
    enum ct_status rc = review_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_access_sql[CT_SQL_GLASS_REVIEW], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":break_glass_id", r->id);
    ct_bind_i64(st, ":verdict", r->verdict);
    ct_bind_text(st, ":text", r->text);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc == CT_OK && r->verdict != CT_GLASS_QUERY)
        rc = waits(db, CT_SQL_GLASS_CLOSED, r->id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_datetime_text(r->glass.at_ms, at);
    ct_entry_row(entry, "break_glass_review", id);
    entry->patient_id = r->glass.patient_id;
    entry->severity = r->verdict == CT_GLASS_NOT_JUSTIFIED ? CT_EXCEPTION
                      : r->verdict == CT_GLASS_QUERY       ? CT_NOTABLE
                                                           : CT_ROUTINE;
    snprintf(entry->detail, sizeof entry->detail, "%s, %s's of %s%s%s",
             ct_glass_verdict_name(r->verdict), r->glass.user, at,
             r->text[0] != '\0' ? ": " : "", r->text);
    return CT_OK;
}

enum ct_status ct_glass_review(struct ct_app *app, int64_t id, enum ct_glass_verdict verdict,
                               const char *text, struct ct_error *reterr)
{
    struct reviewing r = {.id = id, .verdict = verdict};
    struct ct_change change = {
        .verb = CT_VERB_GLASS_REVIEW,
        .write = review_write,
        .arg = &r,
        .entry = {.severity = CT_ROUTINE, .patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    ct_text_copy(r.text, sizeof r.text, text != NULL ? text : "");
    return ct_record(app, &change, NULL, reterr);
}
