/* calibration_csv - a verdict for every row of a CSV table of calibration readings.
 *
 * Layer:  exchange.
 * In:     a header row as score_csv.h says, with the columns
 *           nominal            what the reference gives
 *           tol_minus, tol_plus   how far below and above it a reading may be, in the
 *                              same unit; empty: no limit on that side. A minus sign
 *                              before tol_minus changes nothing
 *           as_found, as_left  the reading before and after adjustment; several readings
 *                              of a point parted by semicolons, of which the mean is
 *                              judged. as_left may be empty, and its column missing
 *           U_k2               expanded uncertainty; empty: not known
 *           rule               simple, guarded, non-binary
 *         Numbers as in clinic/conformity.h: a point for decimals, no exponent.
 * Template: with one, the points and tolerances are its own. A row is matched by the
 *         column point (an id of the template), else by its nominal (and unit). nominal,
 *         tol_minus, tol_plus, U_k2, rule may then be missing or empty: the rule is the
 *         template's, a declared nominal or tolerance is the row's. What the row gives
 *         all the same must agree with the template. With a column unit, each row has
 *         one, and it is the point's. Without a template, point and unit are columns
 *         like any other.
 * Out:    verdict_as_found, verdict_as_left (pass, conditional pass, conditional fail,
 *         fail; empty without a reading); tur (two decimals; empty: one-sided, or U not
 *         known or 0); accept_low, accept_high (within them, themselves included, lies a
 *         pass; of the last reading of the row where the tolerance is in per cent of the
 *         reading); error. A row that is refused has its error alone. Where U leaves
 *         nothing that could pass, the verdict stands, the limits are empty, and the
 *         error says so.
 */
#ifndef CT_EXCHANGE_CALIBRATION_CSV_H
#define CT_EXCHANGE_CALIBRATION_CSV_H

#include "clinic/calibration_template.h"
#include "exchange/score_csv.h"

enum ct_calibration_column {
    CT_CC_NOMINAL, CT_CC_TOL_MINUS, CT_CC_TOL_PLUS, CT_CC_AS_FOUND, CT_CC_AS_LEFT, CT_CC_U,
    CT_CC_RULE, CT_CC_POINT, CT_CC_UNIT, CT_CCS
};
extern const char *const CT_CALIBRATION_COLUMN[CT_CCS]; /* "tol_minus" */

struct ct_calibration_csv {
    const struct ct_caltemplate *t; /* NULL: none */
    bool *seen; /* NULL, or t->n_points: set true for each point that a row was judged at */
    ct_csv_read_fn *read;
    enum ct_status (*write)(void *arg, const char *data, size_t n, struct ct_error *reterr);
    void *read_arg, *write_arg;
};
/* Errors: as ct_score_csv_run. */
CT_NODISCARD enum ct_status ct_calibration_csv_run(const struct ct_calibration_csv *job,
                                                   struct ct_score_csv_count *ret,
                                                   struct ct_error *reterr);

#endif
