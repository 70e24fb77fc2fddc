/* load_curve - see load_curve.h. */
#include "exchange/load_curve.h"

#include "clinic/load.h"
#include "exchange/cycle_print.h"

enum ct_status ct_load_curve(struct ct_app *app, int64_t record_id, size_t cycle,
                             const char *name, struct ct_curve **ret, struct ct_error *reterr)
{
    CT_BUF bytes = {.max = CT_LOAD_RECORD_MAX};
    CT_BUF kept = {.max = 128 * 1024};
    CT_PROFILE *profile = NULL;
    CT_PRINT *print = NULL;
    enum ct_status rc = ct_load_record_bytes(app, record_id, &bytes, &kept, reterr);
    if (rc == CT_OK && kept.len == 0)
        return ct_fail(reterr, CT_EINVAL, "record",
                       "%.120s: no import profile knew it, so it shows no curve.", name);
    if (rc == CT_OK)
        rc = ct_profile_parse("the profile kept with the record", ct_buf_str(&kept), kept.len,
                              &profile, reterr);
    if (rc == CT_OK)
        rc = ct_print_read(profile, name, ct_buf_str(&bytes), bytes.len, &print, reterr);
    if (rc == CT_OK && cycle >= print->n)
        rc = ct_fail(reterr, CT_EDAMAGED, "record", "%.120s has no cycle %zu.", name, cycle + 1);
    return rc == CT_OK ? ct_print_curve(print, cycle, name, ret, reterr) : rc;
}
