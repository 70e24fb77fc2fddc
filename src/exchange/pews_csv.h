/* pews_csv - the paediatric score for one written set, or every row of a CSV table.
 *
 * Layer:  exchange.
 * In:     a header row as score_csv.h says, with the columns
 *           age_band               a band of the card: 0-11m, 1-4y, 5-12y, 13+y
 *           dob, at                instead, or as well (they must agree): date of birth
 *                                  and time of the set, as ISO dates (2026-03-14); `at`
 *                                  may be an RFC 3339 time (2026-03-14T09:42:00Z), whose
 *                                  civil day at the clinic counts
 *           respiratory_rate, heart_rate, sbp, spo2
 *                                  figures with no more decimals than the card's table
 *                                  has (9.99); decimals are never implied
 *           cap_refill_s           whole seconds
 *           respiratory_distress   none, mild, moderate, severe
 *           oxygen_device          air, NP, FM, HF, CP, BiP, and the other codes of the
 *                                  form (VM, RM, NI, OT)
 *           oxygen_value, oxygen_unit   the oxygen's figure, and % or L/min. With a
 *                                  figure and no device: a device that is not stated
 * Missing: an empty cell, and a device that scores by its figure without one. Air is
 *         never assumed.
 * Out:    total; at_least (the sum of what is there); a score for each part; missing
 *         (columns, parted by semicolons); age_band_used; version; error. A row with
 *         something missing has no total, the rest, and what is missing as its error; one
 *         that is refused (unreadable, impossible, no row in the table, no band) has its
 *         error alone.
 */
#ifndef CT_EXCHANGE_PEWS_CSV_H
#define CT_EXCHANGE_PEWS_CSV_H

#include "clinic/scorecard.h"
#include "exchange/score_csv.h"

enum ct_pews_column {
    CT_PC_AGE_BAND, CT_PC_DOB, CT_PC_AT, CT_PC_RESP, CT_PC_DISTRESS, CT_PC_SPO2,
    CT_PC_O2_DEVICE, CT_PC_O2_VALUE, CT_PC_O2_UNIT, CT_PC_PULSE, CT_PC_SBP, CT_PC_CRT, CT_PCS
};
extern const char *const CT_PEWS_COLUMN[CT_PCS]; /* "respiratory_rate" */

/* The scored parts in the order of output. */
struct ct_pews_part {
    const char *name; /* "oxygen" */
    enum ct_q q;
    enum ct_pews_column column;
};
enum { CT_PEWS_PARTS = 7 };
extern const struct ct_pews_part CT_PEWS_PART[CT_PEWS_PARTS];

/* Read and score one set. True: *ret holds its score, complete or not, and *ret_band
 * the band used. False: refused, and `why` says why. A cell with s NULL or n 0 is
 * missing. */
bool ct_pews_read(const struct ct_scorecard *card, const struct ct_score_cell cell[CT_PCS],
                  int *ret_band, struct ct_card_result *ret, struct ct_buf *why);
/* The columns of what is missing, parted by `gap`. */
void ct_pews_missing(const struct ct_card_result *r, const char *gap, struct ct_buf *out);

struct ct_pews_csv {
    const struct ct_scorecard *card;
    ct_csv_read_fn *read;
    enum ct_status (*write)(void *arg, const char *data, size_t n, struct ct_error *reterr);
    void *read_arg, *write_arg;
};
/* Errors: as ct_score_csv_run. A row with something missing counts as refused. */
CT_NODISCARD enum ct_status ct_pews_csv_run(const struct ct_pews_csv *job,
                                            struct ct_score_csv_count *ret,
                                            struct ct_error *reterr);

#endif
