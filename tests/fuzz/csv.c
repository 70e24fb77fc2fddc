/* Any bytes as a table: read without losing one of them, and, behind a usable
 * header, scored row by row into a table of the same rows. The first byte says
 * in which portions the rest comes. */
#include <stdlib.h>
#include <string.h>

#include "exchange/news2_csv.h"
#include "exchange/pews_csv.h"
#include "tests/fuzz/fuzz.h"

struct ends {
    struct portions in;
    struct ct_buf out;
};

static enum ct_status give(void *arg, const char *s, size_t n, struct ct_error *reterr)
{
    (void)reterr;
    struct ends *e = arg;
    ct_buf_add(&e->out, s, n);
    return CT_OK;
}

struct shape {
    uint64_t rows; /* that are not blank */
    size_t first, narrowest, widest;
};

/* Read all of it; every byte is accounted for. False: a row beyond the bounds. */
static bool read_all(const char *s, size_t n, size_t portion, struct shape *ret)
{
    struct portions e = {.s = s, .n = n, .portion = portion};
    CT_CSV *csv = NULL;
    struct ct_csv_row row;
    bool end = false;
    size_t bytes = 0;
    *ret = (struct shape){.narrowest = SIZE_MAX};
    demand(ct_csv_open(portions_take, &e, &csv, NULL) == CT_OK);
    for (;;) {
        if (ct_csv_next(csv, &row, &end, NULL) != CT_OK)
            return false;
        if (end)
            break;
        demand(row.n >= 1 && row.line >= 1);
        demand(memcmp(s + bytes, row.raw, row.raw_n) == 0);
        bytes += row.raw_n;
        demand(memcmp(s + bytes, row.eol, strlen(row.eol)) == 0);
        bytes += strlen(row.eol);
        if (row.raw_n == 0)
            continue;
        if (++ret->rows == 1)
            ret->first = row.n;
        ret->narrowest = row.n < ret->narrowest ? row.n : ret->narrowest;
        ret->widest = row.n > ret->widest ? row.n : ret->widest;
    }
    demand(bytes == n);
    return true;
}

static enum ct_status score(bool child, struct ends *e, struct ct_score_csv_count *count,
                            struct ct_error *err)
{
    static struct ct_news2 *table;
    static struct ct_scorecard *card;
    static struct ct_limits limits;
    if (table == NULL) {
        struct ct_config c;
        ct_config_default(&c);
        demand(ct_news2_load(&c, &table, NULL) == CT_OK);
        demand(ct_scorecard_load(&c, "scores/pews.ini", &card, NULL) == CT_OK);
        demand(ct_limits_load(&c, &limits, NULL) == CT_OK);
    }
    struct ct_news2_csv adult = {.table = table, .limits = &limits, .read = portions_take,
                                 .write = give, .read_arg = &e->in, .write_arg = e};
    struct ct_pews_csv pews = {.card = card, .read = portions_take, .write = give, .read_arg = &e->in,
                               .write_arg = e};
    return child ? ct_pews_csv_run(&pews, count, err) : ct_news2_csv_run(&adult, count, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    size_t portion = (size_t)data[0] + 1, n = size - 1;
    const char *text = (const char *)data + 1;
    struct shape before, after;
    bool read = read_all(text, n, portion, &before);
    for (int child = 0; child <= 1; child++) {
        struct ends e = {.in = {.s = text, .n = n, .portion = portion}, .out = {.max = 64 << 20}};
        struct ct_score_csv_count count;
        struct ct_error err = {0};
        enum ct_status st = score(child, &e, &count, &err);
        demand(st == CT_OK || st == CT_EFOREIGN);
        demand(st == CT_OK || err.text[0] != '\0');
        if (st == CT_OK) {
            demand(read && count.rows + 1 == before.rows && count.refused <= count.rows);
            demand(!e.out.bad);
            demand(read_all(e.out.data, e.out.len, 4096, &after));
            demand(after.rows == before.rows);
            demand(after.first == before.first + (child ? 13 : 5));
            demand(after.narrowest == after.first && after.widest == after.first);
        }
        ct_buf_done(&e.out);
    }
    return 0;
}
