/* certificate_file - see certificate_file.h. */
#include "exchange/certificate_file.h"

#include <stdio.h>

#include "exchange/export_file.h"
#include "exchange/report_kind.h"

struct leaving {
    int64_t id;
    bool approved;
    const char *where;
};

static enum ct_status told(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    const struct leaving *x = arg;
    char detail[480];
    snprintf(detail, sizeof detail, "%s K-%lld, %.400s", x->approved ? "certificate" : "draft",
             (long long)x->id, x->where);
    return ct_record_event(app, CT_VERB_EQUIP_EXPORT, CT_UNSET, CT_ROUTINE, detail, reterr);
}

static enum ct_status text_of(struct ct_app *app, int64_t id, bool *approved,
                              struct ct_buf *out, struct ct_error *reterr)
{
    CT_CALIBRATION *k = NULL;
    enum ct_status rc = ct_calibration_get(app, id, &k, reterr);
    if (rc != CT_OK)
        return rc;
    *approved = k->step == CT_CAL_APPROVED;
    return ct_certificate_text(app, k, CT_CERTIFICATE_COLS, CT_CERTIFICATE_LINES, out, reterr);
}

enum ct_status ct_certificate_file(struct ct_app *app, int64_t calibration_id, const char *path,
                                   struct ct_error *reterr)
{
    CT_BUF out = {.max = 4 << 20};
    char where[440];
    snprintf(where, sizeof where, "into %s", path);
    struct leaving x = {.id = calibration_id, .where = where};
    if (ct_report_is_pdf(path)) {
        char number[32];
        snprintf(number, sizeof number, "K-%lld", (long long)calibration_id);
        const struct ct_report_ask ask = {.what = number, .to_ms = CT_UNSET, .reason = ""};
        return ct_report_print(app, "certificate", &ask, path, reterr);
    }
    enum ct_status rc = text_of(app, calibration_id, &x.approved, &out, reterr);
    return rc == CT_OK ? ct_export_file(app, path, &out, told, &x, reterr) : rc;
}

enum ct_status ct_certificate_pages(struct ct_app *app, int64_t calibration_id,
                                    const char *where, struct ct_buf *out,
                                    struct ct_error *reterr)
{
    struct leaving x = {.id = calibration_id, .where = where};
    enum ct_status rc = text_of(app, calibration_id, &x.approved, out, reterr);
    return rc == CT_OK ? told(app, &x, reterr) : rc;
}
