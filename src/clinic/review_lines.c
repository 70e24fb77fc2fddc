/* review_lines - the lines of a review, filtered and counted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/review_priv.h"

struct asked {
    struct ct_app *app;
    const struct ct_review *r;
    const struct ct_review_filter *f;
};

static void bind(struct ct_stmt *st, const struct asked *x)
{
    ct_review_bind(st, x->app, x->r);
    ct_bind_i64(st, ":user_id", x->f->user_id);
    ct_bind_text(st, ":module", x->f->module);
    ct_bind_i64(st, ":kind", x->f->kind);
    ct_bind_i64(st, ":patient_id", x->f->patient_id);
}

static void line_row(struct ct_stmt *st, struct ct_review_line *x)
{
    *x = (struct ct_review_line){.l.seq = ct_col_i64(st, 0),
                                 .cls = (int)ct_col_i64(st, 1),
                                 .acknowledged = ct_col_i64(st, 2) == 1,
                                 .after = ct_col_i64(st, 3) == 1,
                                 .late_set = ct_col_i64(st, 4) == 1,
                                 .due_ms = ct_col_i64(st, 5),
                                 .next_ms = ct_col_i64(st, 6),
                                 .comments = ct_col_i64(st, 7),
                                 .queries = ct_col_i64(st, 8),
                                 .unanswered = ct_col_i64(st, 9)};
}

static enum ct_status rows(const struct asked *x, int64_t offset, size_t limit,
                           struct ct_review_line *line, size_t *n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = true;
    *n = 0;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(x->app), &ct_review_sql[CT_SQL_REVIEW_LINES], &st, reterr);
    if (rc != CT_OK)
        return rc;
    bind(st, x);
    ct_bind_i64(st, ":limit", (int64_t)limit);
    ct_bind_i64(st, ":offset", offset);
    while (*n < limit && (rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row)
        line_row(st, &line[(*n)++]);
    return rc;
}

static enum ct_status total(const struct asked *x, int64_t *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(x->app), &ct_review_sql[CT_SQL_REVIEW_TOTALS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    bind(st, x);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK)
        *ret = ct_col_i64(st, 0);
    return rc;
}

/* Of a set that was not there by the end, the time that tells: minutes, by the set that came
 * at last. */
static void missed(const struct ct_review_line *x, char *out, size_t size)
{
    char due[8], next[24];
    ct_time_text(x->due_ms, due);
    ct_datetime_text(x->next_ms, next);
    if (x->next_ms == CT_UNSET)
        snprintf(out, size, "[MISSED, due %s] ", due);
    else
        snprintf(out, size, "[MISSED, due %s, taken %s, %lld min late] ", due, next,
                 (long long)((x->next_ms - x->due_ms) / CT_MINUTE_MS));
}

/* What the line says beyond the log's: why it stands among the exceptions. */
static void why(struct ct_review_line *x)
{
    char gone[80] = "";
    if (x->due_ms != CT_UNSET)
        missed(x, gone, sizeof gone);
    const char *said = gone[0] != '\0'             ? gone
                       : x->late_set && x->l.late ? "[taken late, entered late] "
                       : x->late_set              ? "[taken late] "
                       : x->l.done_ms < x->l.at_ms - CT_LATE_MS ? "[entered late] "
                                                                : "";
    if (said[0] == '\0')
        return;
    CT_BUF b = {.max = 2048};
    ct_buf_printf(&b, "%s%s", said, x->l.text);
    ct_text_copy(x->l.text, sizeof x->l.text, ct_buf_str(&b));
}

static enum ct_status complete(struct ct_app *app, struct ct_review_line *x,
                               struct ct_error *reterr)
{
    enum ct_status rc = ct_review_entry_line(app, x->l.seq, &x->l, reterr);
    if (rc == CT_OK)
        why(x);
    return rc;
}

/* In what is shown of it, so that nothing hidden is found. */
static bool holds(const struct ct_review_line *x, const char *folded)
{
    CT_BUF b = {.max = 4096};
    CT_BUF line = {.max = 4096};
    ct_buf_printf(&b, "%s %s %s", x->l.patient, x->l.text, x->l.user);
    ct_text_fold(&line, ct_buf_str(&b));
    return strstr(ct_buf_str(&line), folded) != NULL;
}

static enum ct_status of_device(struct ct_app *app, int64_t seq, int64_t equipment_id, bool *ret,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_review_sql[CT_SQL_REVIEW_OF_DEVICE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":seq", seq);
    ct_bind_i64(st, ":equipment_id", equipment_id);
    return ct_stmt_step(st, ret, reterr);
}

/* All lines are looked through, by what their rows are about and by what they say; those that
 * are of the device and hold the text are kept. */
static enum ct_status search(const struct asked *x, struct ct_review_line *line, size_t *n,
                             struct ct_error *reterr)
{
    CT_BUF want = {.max = 1024};
    size_t kept = 0;
    enum ct_status rc = CT_OK;
    ct_text_fold(&want, x->f->text);
    for (size_t i = 0; rc == CT_OK && i < *n; i++) {
        bool fits = true;
        if (x->f->equipment_id != 0)
            rc = of_device(x->app, line[i].l.seq, x->f->equipment_id, &fits, reterr);
        if (rc == CT_OK && fits)
            rc = complete(x->app, &line[i], reterr);
        if (rc == CT_OK && fits && holds(&line[i], ct_buf_str(&want)))
            line[kept++] = line[i];
    }
    *n = kept;
    return rc;
}

static enum ct_status fill(const struct asked *x, int64_t offset, size_t limit,
                           struct ct_review_line *line, size_t *n, int64_t *ret_total,
                           struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    if (x->f->text[0] == '\0' && x->f->equipment_id == 0) {
        rc = total(x, ret_total, reterr);
        if (rc == CT_OK && limit > 0)
            rc = rows(x, offset, limit, line, n, reterr);
        for (size_t i = 0; rc == CT_OK && i < *n; i++)
            rc = complete(x->app, &line[i], reterr);
        return rc;
    }
    size_t found = 0;
    rc = rows(x, 0, CT_REVIEW_LINES_MAX, line, &found, reterr);
    if (rc == CT_OK)
        rc = search(x, line, &found, reterr);
    if (rc != CT_OK)
        return rc;
    *ret_total = (int64_t)found;
    size_t from = offset < *ret_total ? (size_t)offset : found;
    *n = found - from < limit ? found - from : limit;
    memmove(line, line + from, *n * sizeof *line);
    return CT_OK;
}

enum ct_status ct_review_lines(struct ct_app *app, int64_t id, const struct ct_review_filter *f,
                               int64_t offset, size_t limit, struct ct_review_line **ret,
                               size_t *ret_n, int64_t *ret_total, struct ct_error *reterr)
{
    struct ct_review r;
    const struct asked x = {.app = app, .r = &r, .f = f};
    CT_TX tx = {.db = NULL};
    const bool all = f->text[0] != '\0' || f->equipment_id != 0;
    size_t room = all ? CT_REVIEW_LINES_MAX : limit > 0 ? limit : 1;
    *ret = NULL;
    *ret_n = 0;
    *ret_total = 0;
    enum ct_status rc = ct_require(app, CT_PERM_REVIEW, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_review_load(app, ct_app_db(app), id, &r, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_review_line *line = calloc(room, sizeof *line);
    if (line == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for %zu lines", room);
    rc = fill(&x, offset, limit, line, ret_n, ret_total, reterr);
    if (rc != CT_OK) {
        free(line);
        *ret_n = 0;
        return rc;
    }
    *ret = line;
    return CT_OK;
}

enum ct_status ct_review_counts(struct ct_app *app, int64_t id, struct ct_review_count **ret,
                                size_t *ret_n, struct ct_error *reterr)
{
    struct ct_review r;
    struct ct_review_count *v = NULL;
    size_t n = 0, cap = 0;
    bool row = true;
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_REVIEW, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_review_load(app, ct_app_db(app), id, &r, reterr);
    CT_STMT *st = NULL;
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_review_sql[CT_SQL_REVIEW_COUNTS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_review_bind(st, app, &r);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        void *more = ct_rows_grow(v, n, &cap, sizeof *v);
        if (more == NULL) {
            rc = ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the counts");
            break;
        }
        v = more;
        v[n] = (struct ct_review_count){.user_id = (uint32_t)ct_col_i64(st, 1),
                                        .n = ct_col_i64(st, 2),
                                        .exceptions = ct_col_i64(st, 3)};
        ct_text_copy(v[n].module, sizeof v[n].module, ct_col_text(st, 0));
        n++;
    }
    if (rc != CT_OK) {
        free(v);
        return rc;
    }
    *ret = v;
    *ret_n = n;
    return CT_OK;
}
