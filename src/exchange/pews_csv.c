/* pews_csv - see pews_csv.h: the rows of a table. */
#include "exchange/pews_csv.h"

#include <string.h>

static void lacks(const bool *have, struct ct_buf *missing)
{
    if (!have[CT_PC_AGE_BAND] && !(have[CT_PC_DOB] && have[CT_PC_AT]))
        ct_buf_str_add(missing, "age_band (or dob and at)");
    for (size_t c = CT_PC_AT + 1; c < CT_PCS; c++)
        if (!have[c])
            ct_buf_printf(missing, "%s%s", missing->len > 0 ? ", " : "", CT_PEWS_COLUMN[c]);
}

static void put_text(struct ct_buf *out, const char *s)
{
    ct_buf_char(out, ',');
    ct_csv_put_text(out, s, strlen(s));
}

static enum ct_status score_row(const void *arg, const struct ct_score_cell *cell,
                                struct ct_buf *out, struct ct_buf *why,
                                struct ct_error *reterr)
{
    const struct ct_pews_csv *job = arg;
    struct ct_card_result r;
    int band;
    (void)reterr;
    if (!ct_pews_read(job->card, cell, &band, &r, why))
        return CT_OK;
    if (r.complete)
        ct_buf_printf(out, ",%d,%d", r.total, r.total);
    else
        ct_buf_printf(out, ",,%d", r.total);
    for (size_t i = 0; i < CT_PEWS_PARTS; i++) {
        int part = r.part[CT_PEWS_PART[i].q];
        ct_buf_char(out, ',');
        if (part >= 0)
            ct_buf_printf(out, "%d", part);
    }
    CT_BUF missing = {0};
    ct_pews_missing(&r, ";", &missing);
    put_text(out, ct_buf_str(&missing));
    put_text(out, ct_scorecard_band_name(job->card, band));
    put_text(out, ct_scorecard_version(job->card));
    if (!r.complete) {
        ct_buf_clear(&missing);
        ct_pews_missing(&r, " is missing; ", &missing);
        ct_buf_printf(ct_score_reason(why), "%s is missing", ct_buf_str(&missing));
    }
    return CT_OK;
}

static const struct ct_score_kind KIND = {
    .column = CT_PEWS_COLUMN, .n_columns = CT_PCS, .lacks = lacks, .row = score_row,
    .added = ",total,at_least,score_respiratory_rate,score_respiratory_distress,score_spo2,"
             "score_oxygen,score_heart_rate,score_sbp,score_cap_refill,missing,age_band_used,"
             "version,error",
    .n_added = 2 + CT_PEWS_PARTS + 4,
};

enum ct_status ct_pews_csv_run(const struct ct_pews_csv *job, struct ct_score_csv_count *ret,
                               struct ct_error *reterr)
{
    const struct ct_score_csv run = {
        .kind = &KIND, .arg = job, .read = job->read, .read_arg = job->read_arg,
        .write = job->write, .write_arg = job->write_arg,
    };
    return ct_score_csv_run(&run, ret, reterr);
}
