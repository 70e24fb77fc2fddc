/* news2_csv - see news2_csv.h: the rows of a table. */
#include "exchange/news2_csv.h"

#include "exchange/score_csv.h"

static void lacks(const bool *there, struct ct_buf *missing)
{
    for (size_t c = 0; c < CT_NCS; c++)
        if (!there[c] && c != CT_NC_SCALE)
            ct_buf_printf(missing, "%s%s", missing->len > 0 ? ", " : "", CT_NEWS2_COLUMN[c]);
}

static void read_cells(const struct ct_news2_csv *job, const struct ct_score_cell *cell,
                       struct ct_news2_set *set, struct ct_buf *why)
{
    ct_news2_set_init(set);
    if (cell[CT_NC_SCALE].s == NULL)
        set->scale = 1;
    for (unsigned c = 0; c < CT_NCS; c++) {
        struct ct_error e;
        if (cell[c].s == NULL)
            continue;
        if (cell[c].n == 0)
            ct_buf_printf(ct_score_reason(why), "%s is missing", CT_NEWS2_COLUMN[c]);
        else if (ct_news2_cell(job->limits, (enum ct_news2_column)c, cell[c].s, cell[c].n, set,
                               &e) != CT_OK)
            ct_buf_printf(ct_score_reason(why), "%s: %s", CT_NEWS2_COLUMN[c], e.text);
    }
}

static enum ct_status score_row(const void *arg, const struct ct_score_cell *cell,
                                struct ct_buf *out, struct ct_buf *why,
                                struct ct_error *reterr)
{
    const struct ct_news2_csv *job = arg;
    struct ct_news2_set set;
    struct ct_news2_result r;
    read_cells(job, cell, &set, why);
    if (why->len > 0 || why->bad)
        return CT_OK;
    enum ct_status st = ct_news2_score(job->table, &set, &r, reterr);
    if (st != CT_OK)
        return st;
    if (!r.complete)
        return ct_fail(reterr, CT_EINTERNAL, NULL, "a row has no score and no reason");
    ct_buf_printf(out, ",%d,%d,%s,%d", r.total, r.single3, ct_band_name(r.band),
                  r.frequency_min);
    return CT_OK;
}

static const struct ct_score_kind KIND = {
    .column = CT_NEWS2_COLUMN, .n_columns = CT_NCS, .lacks = lacks, .row = score_row,
    .added = ",total,single3,band,frequency_min,error", .n_added = 5,
};

enum ct_status ct_news2_csv_run(const struct ct_news2_csv *job, struct ct_score_csv_count *ret,
                                struct ct_error *reterr)
{
    const struct ct_score_csv run = {
        .kind = &KIND, .arg = job, .read = job->read, .read_arg = job->read_arg,
        .write = job->write, .write_arg = job->write_arg,
    };
    return ct_score_csv_run(&run, ret, reterr);
}
