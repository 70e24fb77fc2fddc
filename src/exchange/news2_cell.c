/* news2_cell - one written value of a NEWS2 set, as tables and the command line
 * give them; see news2_csv.h. */
#include "exchange/news2_csv.h"

#include "clinic/range.h"

const char *const CT_NEWS2_COLUMN[CT_NCS] = {
    [CT_NC_RESP] = "resp",       [CT_NC_SPO2] = "spo2", [CT_NC_SCALE] = "scale",
    [CT_NC_ON_OXYGEN] = "on_oxygen", [CT_NC_SBP] = "sbp",   [CT_NC_PULSE] = "pulse",
    [CT_NC_ACVPU] = "acvpu",     [CT_NC_TEMP] = "temp",
};

void ct_news2_set_init(struct ct_news2_set *set)
{
    *set = (struct ct_news2_set){CT_UNSET, CT_UNSET, CT_UNSET, CT_UNSET,
                                 CT_UNSET, CT_UNSET, CT_UNSET, 0};
}

static const struct ct_score_word SCALE_WORDS[] = {{"1", 1}, {"2", 2}, {NULL, 0}};
static const struct ct_score_word OXYGEN_WORDS[] = {
    {"0", 0},     {"1", 1},    {"n", 0},   {"y", 1},      {"no", 0}, {"yes", 1},
    {"false", 0}, {"true", 1}, {"air", 0}, {"oxygen", 1}, {NULL, 0},
};
static const struct ct_score_word ACVPU_LETTERS[] = {
    {"A", CT_ALERT}, {"C", CT_CONFUSION},    {"V", CT_VOICE},
    {"P", CT_PAIN},  {"U", CT_UNRESPONSIVE}, {NULL, 0},
};

static enum ct_status read_number(enum ct_news2_column c, enum ct_q q,
                                  const struct ct_limits *l, struct ct_score_cell cell,
                                  int64_t *ret, struct ct_error *reterr)
{
    int places = CT_QUANTITY[q].unit[0].places;
    CT_BUF b = {0};
    int64_t v;
    if (!ct_scaled_parse(cell.s, cell.n, places, &v))
        return ct_fail(reterr, CT_EINVAL, CT_NEWS2_COLUMN[c], "\"%s\" is not a %s",
                       ct_score_shown(&b, cell),
                       places == 0 ? "whole number" : "number with at most one decimal");
    const struct ct_limit *m = &l->q[q];
    if (v < m->hard_lo || v > m->hard_hi) {
        char lo[32], hi[32];
        ct_quantity_text(q, (struct ct_value){m->hard_lo, 0}, false, lo, sizeof lo);
        ct_quantity_text(q, (struct ct_value){m->hard_hi, 0}, true, hi, sizeof hi);
        return ct_fail(reterr, CT_EINVAL, CT_NEWS2_COLUMN[c], "%s is not possible: %s to %s",
                       ct_score_shown(&b, cell), lo, hi);
    }
    *ret = v;
    return CT_OK;
}

enum ct_status ct_news2_cell(const struct ct_limits *l, enum ct_news2_column c, const char *s,
                             size_t n, struct ct_news2_set *set, struct ct_error *reterr)
{
    struct ct_score_cell cell = ct_score_cell(s, n);
    const char *column = CT_NEWS2_COLUMN[c];
    if (cell.n == 0)
        return CT_OK;
    int64_t scale;
    enum ct_status st;
    switch (c) {
    case CT_NC_RESP:
        return read_number(c, CT_Q_RESP, l, cell, &set->resp, reterr);
    case CT_NC_SPO2:
        return read_number(c, CT_Q_SPO2, l, cell, &set->spo2, reterr);
    case CT_NC_SBP:
        return read_number(c, CT_Q_SBP, l, cell, &set->sbp, reterr);
    case CT_NC_PULSE:
        return read_number(c, CT_Q_PULSE, l, cell, &set->pulse, reterr);
    case CT_NC_TEMP:
        return read_number(c, CT_Q_TEMP, l, cell, &set->temp_c10, reterr);
    case CT_NC_ON_OXYGEN:
        return ct_score_word(column, OXYGEN_WORDS, cell, "0, 1, no, yes, air, oxygen",
                             &set->on_oxygen, reterr);
    case CT_NC_ACVPU:
        return ct_score_word(column, ACVPU_LETTERS, cell, "A, C, V, P, U",
                             &set->acvpu, reterr);
    case CT_NC_SCALE:
        st = ct_score_word(column, SCALE_WORDS, cell, "1, 2", &scale, reterr);
        if (st == CT_OK)
            set->scale = (int)scale;
        return st;
    case CT_NCS:
        break;
    }
    return ct_fail(reterr, CT_EINTERNAL, NULL, "no such column");
}
