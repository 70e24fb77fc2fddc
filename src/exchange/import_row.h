/* import_row - a table that is imported: which column is which, and the text of a cell.
 *
 * Layer:  exchange.
 * Header: names of columns in any order and case; those that nobody knows are passed over and
 *         named.
 */
#ifndef CT_EXCHANGE_IMPORT_ROW_H
#define CT_EXCHANGE_IMPORT_ROW_H

#include "exchange/csv.h"

struct ct_import_columns {
    const char *const *name; /* borrowed */
    size_t n;
    size_t *at;              /* n of them, the caller's: which field; SIZE_MAX: not there */
    size_t width;            /* fields of the header */
};

/* The first row. ignored: names that are none, "a, b". CT_EINVAL (field: the name): one is
 * there twice, or one of `needed` (indices) is not; `these` names those for people. */
CT_NODISCARD enum ct_status ct_import_header(struct ct_import_columns *c,
                                             const struct ct_csv_row *row, const size_t *needed,
                                             size_t n_needed, const char *these, char *ignored,
                                             size_t size, struct ct_error *reterr);
/* "" for a column that is not there or empty; trimmed. CT_EINVAL (field: the name): longer than
 * size - 1 bytes, no UTF-8. */
CT_NODISCARD enum ct_status ct_import_cell(const struct ct_import_columns *c,
                                           const struct ct_csv_row *row, size_t column, char *out,
                                           size_t size, struct ct_error *reterr);
/* CT_EINVAL: what RFC 4180 does not allow, or more fields than the header names. */
CT_NODISCARD enum ct_status ct_import_row(const struct ct_import_columns *c,
                                          const struct ct_csv_row *row, struct ct_error *reterr);

#endif
