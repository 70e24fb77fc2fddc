/* obs_export - a patient's observations into a file outside of the store. */
#include <stdio.h>

#include "clinic/access.h"
#include "exchange/export_file.h"
#include "exchange/obs_chart.h"
#include "exchange/report_kind.h"

enum ct_status ct_obs_told(struct ct_app *app, const struct ct_obs_range *range, bool chart,
                           bool all, const char *to, const char *where, struct ct_error *reterr)
{
    char from[24], until[24], detail[480];
    bool covered = false;
    enum ct_status rc = to[0] == '\0' ? CT_OK
                                      : ct_sharing_covers(app, range->patient_id, CT_SHARE_VITALS,
                                                          to, &covered, reterr);
    if (rc != CT_OK)
        return rc;
    ct_datetime_text(range->from_ms, from);
    ct_datetime_text(range->to_ms, until);
    snprintf(detail, sizeof detail, "%s, %s to %s, %.200s, %s%.120s%s",
             chart ? "observation chart" : "table", all ? "the first" : from, until, where,
             to[0] != '\0' ? "for " : "nobody outside named", to,
             to[0] == '\0' ? "" : covered ? " (permission recorded)" : " (NO permission recorded)");
    return ct_record_event(app, CT_VERB_VITALS_EXPORT, range->patient_id, CT_NOTABLE, detail,
                           reterr);
}

struct leaving {
    const struct ct_obs_range *range;
    bool chart;
    const char *to, *path;
};

static enum ct_status told(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    const struct leaving *x = arg;
    char where[400];
    snprintf(where, sizeof where, "into %s", x->path);
    return ct_obs_told(app, x->range, x->chart, false, x->to, where, reterr);
}

enum ct_status ct_obs_export(struct ct_app *app, const struct ct_vitals_rules *r,
                             const struct ct_obs_range *range, bool chart, bool ascii,
                             const char *to, const char *path, struct ct_error *reterr)
{
    CT_BUF out = {.max = 64 << 20};
    struct leaving x = {.range = range, .chart = chart, .to = to, .path = path};
    if (chart && ct_report_is_pdf(path)) { /* for whom it is, then the printing's own record */
        enum ct_status st = ct_require(app, CT_PERM_EXPORT, reterr);
        if (st == CT_OK)
            st = told(app, &x, reterr);
        return st == CT_OK ? ct_report_chart_file(app, r, range, path, reterr) : st;
    }
    enum ct_status rc = chart ? ct_obs_chart(app, r, range, ascii, &out, reterr)
                              : ct_obs_csv(app, r, range, &out, reterr);
    return rc == CT_OK ? ct_export_file(app, path, &out, told, &x, reterr) : rc;
}
