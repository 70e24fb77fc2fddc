/* load_curve - the curve that a machine's record of a load shows, from the bytes and the
 * import profile that are kept with it.
 *
 * Layer:  exchange.
 */
#ifndef CT_EXCHANGE_LOAD_CURVE_H
#define CT_EXCHANGE_LOAD_CURVE_H

#include "clinic/curve.h"
#include "record/record.h"

/* Of that record of a load, whose `cycle` is which of its cycles. Read by the profile as it
 * was when the record was kept. CT_EINVAL with the cause: no profile knew it, or it has no
 * samples; CT_EDENIED, CT_ENOTFOUND. ct_curve_free. */
CT_NODISCARD enum ct_status ct_load_curve(struct ct_app *app, int64_t record_id, size_t cycle,
                                          const char *name, struct ct_curve **ret,
                                          struct ct_error *reterr);

#endif
