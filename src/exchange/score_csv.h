/* score_csv - any score for every row of a CSV table: what news2_csv and pews_csv
 * have in common.
 *
 * Layer:  exchange.
 * In:     a header row with the score's columns in any order, matched without regard
 *         to letter case and blanks around; other columns are none of its business.
 * Out:    each input row as it came, byte for byte, with the score's cells and error
 *         behind it; same order, same line ends, blank lines kept. A row that has no
 *         score has its reason in error: among those that any score has are fewer or
 *         more cells than the header and quotes that are wrong. A short row is filled
 *         up with empty cells; of a long one the surplus is named in error (each cell
 *         cut at 200 columns), so that the added columns always stand under their
 *         names.
 * Memory: constant, whatever the number of rows.
 */
#ifndef CT_EXCHANGE_SCORE_CSV_H
#define CT_EXCHANGE_SCORE_CSV_H

#include "exchange/csv.h"

enum { CT_SCORE_COLUMNS_MAX = 16 };

/* A cell or an option without the blanks around; s NULL: no such column. */
struct ct_score_cell {
    const char *s;
    size_t n;
};
struct ct_score_cell ct_score_cell(const char *s, size_t n); /* takes the blanks off */

struct ct_score_kind {
    const char *const *column; /* their names */
    size_t n_columns;
    const char *added;         /* ",total,error": what the header gets */
    size_t n_added;
    /* Append to `missing` what a table may not lack, parted by ", ". */
    void (*lacks)(const bool *there, struct ct_buf *missing);
    /* One row: append to `out` the added cells but error, each behind a comma (nothing:
     * they stay empty), and to `why` (ct_score_reason) what it lacks for a score. */
    enum ct_status (*row)(const void *arg, const struct ct_score_cell *cell,
                          struct ct_buf *out, struct ct_buf *why, struct ct_error *reterr);
};

struct ct_score_csv {
    const struct ct_score_kind *kind;
    const void *arg; /* of kind->row */
    ct_csv_read_fn *read;
    enum ct_status (*write)(void *arg, const char *data, size_t n, struct ct_error *reterr);
    void *read_arg, *write_arg;
};
struct ct_score_csv_count {
    uint64_t rows, refused; /* data rows; of them those with an error */
};
/* Refused rows are no failure: see *ret. CT_EFOREIGN, before anything is written:
 * no header, or not such a one (what is missing or there twice is named); and,
 * with the line, a row beyond the bounds of csv.h. What the callbacks return.
 * In the last two cases the rows before have been written. */
CT_NODISCARD enum ct_status ct_score_csv_run(const struct ct_score_csv *job,
                                             struct ct_score_csv_count *ret,
                                             struct ct_error *reterr);

/* ---- for the cells of a score --------------------------------------------- */

/* `why`, parted from the reason before; returns it. */
struct ct_buf *ct_score_reason(struct ct_buf *why);
/* What was written, for a message: short, and safe to show. */
const char *ct_score_shown(struct ct_buf *out, struct ct_score_cell c);

struct ct_score_word {
    const char *word; /* NULL ends the list */
    int64_t value;
};
/* One of the words, in any letter case; CT_EINVAL says what is accepted. */
CT_NODISCARD enum ct_status ct_score_word(const char *column, const struct ct_score_word *w,
                                          struct ct_score_cell c, const char *accepted,
                                          int64_t *ret, struct ct_error *reterr);

#endif
