/* obs_sets - the sets that leave the store; between obs_*.c only.
 *
 * Layer:  exchange, private.
 */
#ifndef CT_EXCHANGE_OBS_SETS_H
#define CT_EXCHANGE_OBS_SETS_H

#include "exchange/obs_chart.h"

/* More than this many at a time are refused: choose a shorter time. */
enum { CT_OBS_SETS_MAX = 20000 };
/* Current sets of the range, newest first; free(). Needs the permission to export. */
CT_NODISCARD enum ct_status ct_obs_sets(struct ct_app *app, const struct ct_obs_range *range,
                                        struct ct_vitals **ret, size_t *ret_n,
                                        int64_t *ret_in_error, struct ct_error *reterr);
/* "NEWS2", "PEWS"; "" of a set that no score applied to. */
const char *ct_obs_card(const struct ct_vitals *v);

#endif
