/* figures_csv - a figure of the supervisor's as a table.
 *
 * Layer:  exchange.
 */
#ifndef CT_EXCHANGE_FIGURES_CSV_H
#define CT_EXCHANGE_FIGURES_CSV_H

#include "base/buf.h"
#include "clinic/figures.h"

/* A line of headings and one of each row; appended. */
void ct_figures_csv(enum ct_figure which, const struct ct_figure_row *r, size_t n,
                    struct ct_buf *out);
/* The weeks up to `until` into a new file; it stands in the chain (figures.export). */
CT_NODISCARD enum ct_status ct_figures_export(struct ct_app *app, enum ct_figure which,
                                              ct_date until, int weeks, const char *path,
                                              struct ct_error *reterr);

#endif
