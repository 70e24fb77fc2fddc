/* news2_csv - see news2_csv.h: the batch run over a table. */
#include "exchange/news2_csv.h"

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

static const char ADDED[] = ",total,single3,band,frequency_min,error";

struct run {
    const struct ct_news2_csv *job;
    struct ct_buf out, why;
    size_t width;         /* columns of the header */
    size_t at[CT_NCS];    /* index of each column; ABSENT */
    const char *eol;      /* the header's */
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

static bool same_name(const struct ct_csv_field *f, const char *name)
{
    const char *s = f->s;
    size_t n = f->n;
    for (; n > 0 && (*s == ' ' || *s == '\t'); n--)
        s++;
    while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    return n == strlen(name) && strncasecmp(s, name, n) == 0;
}

static enum ct_status find_columns(struct run *r, const struct ct_csv_row *row,
                                   struct ct_error *reterr)
{
    CT_BUF missing = {0};
    if (row->fault != NULL)
        return ct_fail(reterr, CT_EFOREIGN, NULL, "line %" PRIu64 ": the header is no CSV: %s",
                       row->line, row->fault);
    for (size_t c = 0; c < CT_NCS; c++) {
        const char *name = CT_NEWS2_COLUMN[c];
        r->at[c] = ABSENT;
        for (size_t i = 0; i < row->n; i++) {
            if (!same_name(&row->field[i], name))
                continue;
            if (r->at[c] != ABSENT)
                return ct_fail(reterr, CT_EFOREIGN, name,
                               "line %" PRIu64 ": the column %s is there twice", row->line,
                               name);
            r->at[c] = i;
        }
        if (r->at[c] == ABSENT && c != CT_NC_SCALE)
            ct_buf_printf(&missing, "%s%s", missing.len > 0 ? ", " : "", name);
    }
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

/* One more reason why a row has no score. */
static struct ct_buf *reason(struct run *r)
{
    if (r->why.len > 0)
        ct_buf_str_add(&r->why, "; ");
    return &r->why;
}

static void check_shape(struct run *r, const struct ct_csv_row *row)
{
    if (row->fault != NULL)
        ct_buf_str_add(reason(r), row->fault);
    if (row->n == r->width)
        return;
    ct_buf_printf(reason(r), "%zu cells where the header has %zu", row->n, r->width);
    for (size_t i = r->width; i < row->n && !r->why.bad; i++) {
        ct_buf_str_add(&r->why, i == r->width ? ", left out: " : ", ");
        ct_text_clean(&r->why, row->field[i].s, 200, false);
    }
}

static void read_cells(struct run *r, const struct ct_csv_row *row, struct ct_news2_set *set)
{
    ct_news2_set_init(set);
    if (r->at[CT_NC_SCALE] == ABSENT)
        set->scale = 1;
    for (unsigned c = 0; c < CT_NCS; c++) {
        if (r->at[c] == ABSENT)
            continue;
        const struct ct_csv_field *f = &row->field[r->at[c]];
        struct ct_error e;
        if (f->n == 0 || strspn(f->s, " \t") == f->n)
            ct_buf_printf(reason(r), "%s is missing", CT_NEWS2_COLUMN[c]);
        else if (ct_news2_cell(r->job->limits, (enum ct_news2_column)c, f->s, f->n, set, &e) !=
                 CT_OK)
            ct_buf_printf(reason(r), "%s: %s", CT_NEWS2_COLUMN[c], e.text);
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

static enum ct_status do_row(struct run *r, const struct ct_csv_row *row,
                             struct ct_news2_csv_count *count, struct ct_error *reterr)
{
    const char *eol = row->eol[0] != '\0' ? row->eol : r->eol;
    if (row->raw_n == 0) { /* a blank line holds no row, but keeps its place */
        ct_buf_str_add(&r->out, eol);
        return CT_OK;
    }
    struct ct_news2_set set;
    struct ct_news2_result res;
    ct_buf_clear(&r->why);
    check_shape(r, row);
    if (r->why.len == 0) /* in a row of another shape no cell can be trusted */
        read_cells(r, row, &set);
    bool scored = r->why.len == 0 && !r->why.bad;
    if (scored) {
        enum ct_status st = ct_news2_score(r->job->table, &set, &res, reterr);
        if (st != CT_OK)
            return st;
        if (!res.complete)
            return ct_fail(reterr, CT_EINTERNAL, NULL, "line %" PRIu64 " has no score",
                           row->line);
    }
    count->rows++;
    put_input(r, row);
    if (scored) {
        ct_buf_printf(&r->out, ",%d,%d,%s,%d,", res.total, res.single3,
                      ct_band_name(res.band), res.frequency_min);
    } else {
        count->refused++;
        ct_buf_str_add(&r->out, ",,,,,");
        ct_csv_put_text(&r->out, r->why.data, r->why.len);
    }
    ct_buf_str_add(&r->out, eol);
    return CT_OK;
}

static enum ct_status run(struct run *r, struct ct_csv *csv, struct ct_news2_csv_count *count,
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
    ct_buf_str_add(&r->out, ADDED);
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

enum ct_status ct_news2_csv_run(const struct ct_news2_csv *job, struct ct_news2_csv_count *ret,
                                struct ct_error *reterr)
{
    CT_CSV *csv = NULL;
    struct run r = {.job = job, .out = {.max = OUT_MAX}, .why = {.max = ERROR_MAX}};
    *ret = (struct ct_news2_csv_count){0, 0};
    enum ct_status st = ct_csv_open(job->read, job->read_arg, &csv, reterr);
    if (st == CT_OK)
        st = run(&r, csv, ret, reterr);
    ct_buf_done(&r.out);
    ct_buf_done(&r.why);
    return st;
}
