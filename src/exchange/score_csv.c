/* score_csv - see score_csv.h: the batch run over a table. */
#include "exchange/score_csv.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum {
    FLUSH_AT = 64 * 1024,
    /* A row with every byte a quote doubles; its surplus may stand in error too. */
    OUT_MAX = 5 * CT_CSV_ROW_MAX,
    ERROR_MAX = 4096, /* bytes of one row's reasons; the rest is cut */
};

struct run {
    const struct ct_score_csv *job;
    struct ct_buf out, add, why;
    size_t width;                    /* columns of the header */
    size_t at[CT_SCORE_COLUMNS_MAX]; /* index of each column; ABSENT */
    const char *eol;                 /* the header's */
};
static const size_t ABSENT = SIZE_MAX;

static enum ct_status flush(struct run *r, size_t at_least, struct ct_error *reterr)
{
    if (r->out.bad)
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory while writing the table");
    if (r->out.len < at_least || r->out.len == 0)
        return CT_OK;
    enum ct_status st = r->job->write(r->job->write_arg, r->out.data, r->out.len, reterr);
    ct_buf_clear(&r->out);
    return st;
}

struct ct_score_cell ct_score_cell(const char *s, size_t n)
{
    for (; n > 0 && (*s == ' ' || *s == '\t'); n--)
        s++;
    while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    return (struct ct_score_cell){s, n};
}

static bool is_word(struct ct_score_cell c, const char *word)
{
    return c.n == strlen(word) && strncasecmp(c.s, word, c.n) == 0;
}

const char *ct_score_shown(struct ct_buf *out, struct ct_score_cell c)
{
    CT_BUF copy = {.max = 128};
    ct_buf_add(&copy, c.s, c.n < 100 ? c.n : 100);
    ct_text_clean(out, ct_buf_str(&copy), 24, false);
    return ct_buf_str(out);
}

enum ct_status ct_score_word(const char *column, const struct ct_score_word *w,
                             struct ct_score_cell c, const char *accepted, int64_t *ret,
                             struct ct_error *reterr)
{
    for (; w->word != NULL; w++)
        if (is_word(c, w->word)) {
            *ret = w->value;
            return CT_OK;
        }
    CT_BUF b = {0};
    return ct_fail(reterr, CT_EINVAL, column, "\"%s\" is not one of %s", ct_score_shown(&b, c),
                   accepted);
}

static enum ct_status find_columns(struct run *r, const struct ct_csv_row *row,
                                   struct ct_error *reterr)
{
    CT_BUF missing = {0};
    if (row->fault != NULL)
        return ct_fail(reterr, CT_EFOREIGN, NULL, "line %" PRIu64 ": the header is no CSV: %s",
                       row->line, row->fault);
    const struct ct_score_kind *kind = r->job->kind;
    bool there[CT_SCORE_COLUMNS_MAX] = {false};
    for (size_t c = 0; c < kind->n_columns; c++) {
        const char *name = kind->column[c];
        r->at[c] = ABSENT;
        for (size_t i = 0; i < row->n; i++) {
            const struct ct_csv_field *f = &row->field[i];
            if (!is_word(ct_score_cell(f->s, f->n), name))
                continue;
            if (r->at[c] != ABSENT)
                return ct_fail(reterr, CT_EFOREIGN, name,
                               "line %" PRIu64 ": the column %s is there twice", row->line,
                               name);
            r->at[c] = i;
        }
        there[c] = r->at[c] != ABSENT;
    }
    kind->lacks(there, &missing);
    if (missing.len == 0)
        return CT_OK;
    const char *hint = "";
    if (row->n == 1 && memchr(row->raw, ';', row->raw_n) != NULL)
        hint = "; columns must be separated by commas, not semicolons";
    else if (row->n == 1 && memchr(row->raw, '\t', row->raw_n) != NULL)
        hint = "; columns must be separated by commas, not tabs";
    else if (memchr(row->raw, '\0', row->raw_n) != NULL)
        hint = "; save the table as UTF-8";
    return ct_fail(reterr, CT_EFOREIGN, NULL, "line %" PRIu64 ": the header lacks %s%s",
                   row->line, ct_buf_str(&missing), hint);
}

struct ct_buf *ct_score_reason(struct ct_buf *why)
{
    if (why->len > 0)
        ct_buf_str_add(why, "; ");
    return why;
}

static void check_shape(struct run *r, const struct ct_csv_row *row)
{
    if (row->fault != NULL)
        ct_buf_str_add(ct_score_reason(&r->why), row->fault);
    if (row->n == r->width)
        return;
    ct_buf_printf(ct_score_reason(&r->why), "%zu cells where the header has %zu", row->n,
                  r->width);
    for (size_t i = r->width; i < row->n && !r->why.bad; i++) {
        ct_buf_str_add(&r->why, i == r->width ? ", left out: " : ", ");
        ct_text_clean(&r->why, row->field[i].s, 200, false);
    }
}

/* The row as it came, brought to the header's width. */
static void put_input(struct run *r, const struct ct_csv_row *row)
{
    if (row->n > r->width) {
        for (size_t i = 0; i < r->width; i++) {
            if (i > 0)
                ct_buf_char(&r->out, ',');
            ct_csv_put(&r->out, row->field[i].s, row->field[i].n);
        }
        return;
    }
    ct_buf_add(&r->out, row->raw, row->raw_n);
    if (row->open_quote)
        ct_buf_char(&r->out, '"');
    for (size_t i = row->n; i < r->width; i++)
        ct_buf_char(&r->out, ',');
}

static enum ct_status score_row(struct run *r, const struct ct_csv_row *row,
                                struct ct_error *reterr)
{
    struct ct_score_cell cell[CT_SCORE_COLUMNS_MAX] = {{NULL, 0}};
    for (size_t c = 0; c < r->job->kind->n_columns; c++)
        if (r->at[c] != ABSENT)
            cell[c] = ct_score_cell(row->field[r->at[c]].s, row->field[r->at[c]].n);
    return r->job->kind->row(r->job->arg, cell, &r->add, &r->why, reterr);
}

static enum ct_status do_row(struct run *r, const struct ct_csv_row *row,
                             struct ct_score_csv_count *count, struct ct_error *reterr)
{
    const char *eol = row->eol[0] != '\0' ? row->eol : r->eol;
    if (row->raw_n == 0) { /* a blank line holds no row, but keeps its place */
        ct_buf_str_add(&r->out, eol);
        return CT_OK;
    }
    enum ct_status st = CT_OK;
    ct_buf_clear(&r->why);
    ct_buf_clear(&r->add);
    check_shape(r, row);
    if (r->why.len == 0) /* in a row of another shape no cell can be trusted */
        st = score_row(r, row, reterr);
    if (st != CT_OK)
        return st;
    count->rows++;
    put_input(r, row);
    ct_buf_add(&r->out, r->add.data, r->add.len);
    for (size_t i = 1; r->add.len == 0 && i < r->job->kind->n_added; i++)
        ct_buf_char(&r->out, ',');
    ct_buf_char(&r->out, ',');
    if (r->why.len > 0 || r->why.bad) {
        count->refused++;
        ct_csv_put_text(&r->out, r->why.data, r->why.len);
    }
    ct_buf_str_add(&r->out, eol);
    return CT_OK;
}

static enum ct_status run(struct run *r, struct ct_csv *csv, struct ct_score_csv_count *count,
                          struct ct_error *reterr)
{
    struct ct_csv_row row;
    bool end;
    enum ct_status st = ct_csv_next(csv, &row, &end, reterr);
    if (st != CT_OK)
        return st;
    if (end)
        return ct_fail(reterr, CT_EFOREIGN, NULL, "the table is empty: it needs a header row");
    st = find_columns(r, &row, reterr);
    if (st != CT_OK)
        return st;
    r->width = row.n;
    r->eol = row.eol[0] != '\0' ? row.eol : "\n";
    ct_buf_add(&r->out, row.raw, row.raw_n);
    ct_buf_str_add(&r->out, r->job->kind->added);
    ct_buf_str_add(&r->out, r->eol);
    while ((st = ct_csv_next(csv, &row, &end, reterr)) == CT_OK && !end) {
        st = do_row(r, &row, count, reterr);
        if (st == CT_OK)
            st = flush(r, FLUSH_AT, reterr);
        if (st != CT_OK)
            return st;
    }
    /* What was scored before a failure is still handed over. */
    enum ct_status last = flush(r, 0, st == CT_OK ? reterr : NULL);
    return st != CT_OK ? st : last;
}

enum ct_status ct_score_csv_run(const struct ct_score_csv *job, struct ct_score_csv_count *ret,
                                struct ct_error *reterr)
{
    CT_CSV *csv = NULL;
    struct run r = {.job = job, .out = {.max = OUT_MAX}, .add = {.max = ERROR_MAX},
                    .why = {.max = ERROR_MAX}};
    *ret = (struct ct_score_csv_count){0, 0};
    enum ct_status st = ct_csv_open(job->read, job->read_arg, &csv, reterr);
    if (st == CT_OK)
        st = run(&r, csv, ret, reterr);
    ct_buf_done(&r.out);
    ct_buf_done(&r.add);
    ct_buf_done(&r.why);
    return st;
}
