/* news2_csv - NEWS2 for every row of a CSV table.
 *
 * Layer:  exchange.
 * In:     a header row with the columns resp, spo2, scale, on_oxygen, sbp, pulse,
 *         acvpu, temp, in any order, matched without regard to letter case and
 *         blanks around; other columns are none of its business.
 *           resp, spo2, sbp, pulse   whole numbers ("16", "16.0")
 *           temp                     degrees Celsius with at most one decimal,
 *                                    "36.6", "37" (a comma will do for the
 *                                    point); decimals are never implied
 *           acvpu                    A C V P U
 *           on_oxygen                0 1, n y, no yes, false true, air oxygen
 *           scale                    1 or 2; the column may be left out of the
 *                                    table, all rows are scale 1 then, but a
 *                                    cell may not be empty
 * Out:    total, single3 (0, 1), band, frequency_min (0: continuous) and error behind
 *         each row, as score_csv.h says. A row that cannot be scored has its reason in
 *         error and nothing in the other four: a value missing, unreadable or outside
 *         the possible limits.
 */
#ifndef CT_EXCHANGE_NEWS2_CSV_H
#define CT_EXCHANGE_NEWS2_CSV_H

#include "clinic/score.h"
#include "exchange/score_csv.h"

enum ct_news2_column {
    CT_NC_RESP, CT_NC_SPO2, CT_NC_SCALE, CT_NC_ON_OXYGEN, CT_NC_SBP, CT_NC_PULSE, CT_NC_ACVPU,
    CT_NC_TEMP, CT_NCS
};
extern const char *const CT_NEWS2_COLUMN[CT_NCS]; /* "on_oxygen" */

/* Everything missing: CT_UNSET, scale 0. */
void ct_news2_set_init(struct ct_news2_set *set);
/* One cell into the set, by the rules above; an empty one leaves it missing.
 * CT_EINVAL: the column is in reterr->field, the text does not repeat it. */
CT_NODISCARD enum ct_status ct_news2_cell(const struct ct_limits *l, enum ct_news2_column c,
                                          const char *s, size_t n, struct ct_news2_set *set,
                                          struct ct_error *reterr);

struct ct_news2_csv {
    const struct ct_news2 *table;
    const struct ct_limits *limits;
    ct_csv_read_fn *read;
    enum ct_status (*write)(void *arg, const char *data, size_t n, struct ct_error *reterr);
    void *read_arg, *write_arg;
};
/* Errors: as ct_score_csv_run. */
CT_NODISCARD enum ct_status ct_news2_csv_run(const struct ct_news2_csv *job,
                                             struct ct_score_csv_count *ret,
                                             struct ct_error *reterr);

#endif
