/* look_csv - who looked at what, as a table.
 *
 * Layer:  exchange.
 */
#ifndef CT_EXCHANGE_LOOK_CSV_H
#define CT_EXCHANGE_LOOK_CSV_H

#include "base/buf.h"
#include "clinic/access.h"

/* All lines of the filter, newest first: time (UTC), user, patient, number, severity, what,
 * detail. Read page by page, so that nothing is held for long. */
CT_NODISCARD enum ct_status ct_look_csv(struct ct_app *app, const struct ct_look_filter *f,
                                        struct ct_buf *out, struct ct_error *reterr);
/* The same into a new file; it stands in the chain. */
CT_NODISCARD enum ct_status ct_look_export(struct ct_app *app, const struct ct_look_filter *f,
                                           const char *path, struct ct_error *reterr);

#endif
