/* obs_sets - see obs_sets.h. */
#include "exchange/obs_sets.h"

#include <stdlib.h>

enum ct_status ct_obs_sets(struct ct_app *app, const struct ct_obs_range *range,
                           struct ct_vitals **ret, size_t *ret_n, int64_t *ret_in_error,
                           struct ct_error *reterr)
{
    *ret = NULL;
    *ret_n = 0;
    enum ct_status st = ct_require(app, CT_PERM_EXPORT, reterr);
    if (st == CT_OK)
        st = ct_vitals_range(app, range->patient_id, range->from_ms, range->to_ms,
                             CT_OBS_SETS_MAX + 1, ret, ret_n, ret_in_error, reterr);
    if (st != CT_OK || *ret_n <= CT_OBS_SETS_MAX)
        return st;
    free(*ret);
    *ret = NULL;
    *ret_n = 0;
    return ct_fail(reterr, CT_EINVAL, "from",
                   "There are more than %d sets in this time; choose a shorter one.",
                   CT_OBS_SETS_MAX);
}

const char *ct_obs_card(const struct ct_vitals *v)
{
    static const char *const NAME[CT_CARDS] = {"NEWS2", "PEWS", "MEWS"};
    if (v->not_applied != CT_APPLIED && v->score < 0)
        return "";
    return (unsigned)v->card < CT_CARDS ? NAME[v->card] : "";
}
