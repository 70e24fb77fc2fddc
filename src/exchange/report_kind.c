/* report_kind - see report_kind.h. */
#include "exchange/report_kind.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/field.h"

const struct ct_report_kind CT_REPORT_KINDS[] = {
    {"shift-log", "Shift log", "R-12", "a review: its lines, what was said, who signed", false,
     ct_report_shift},
    {"obs-chart", "Observation chart", "NUMBER", "a patient's sets in the bands of the score",
     true, ct_report_chart},
    {"patient-summary", "Patient summary", "NUMBER",
     "alerts, latest sets, escalations, procedures", false, ct_report_patient},
    {"checklist", "Preparation", "P-12", "the checklists of a procedure, item by item", false,
     ct_report_preparation},
    {"load", "Load record", "L-12", "a steriliser's load: cycle, indicators, packs, release",
     false, ct_report_load},
    {"pack-label", "Pack label", "PK-12", "a pack's label; again: --reason TEXT", false,
     ct_report_pack_label},
    {"certificate", "Calibration certificate", "K-12", "a calibration, or its draft", false,
     ct_report_certificate},
    {"device-label", "Status label", "ASSET", "the one status label of a device", false,
     ct_report_device_label},
    {"recall", "Recall list", "RC-1", "a recall: each pack, where it is, what was done", false,
     ct_report_recall},
    {"lookback", "Look-back list", "N", "a look-back: each record in doubt, what was decided",
     false, ct_report_lookback},
    {"impact", "Impact list", "ASSET", "what a device touched since its last good result", true,
     ct_report_impact},
    {"competency", "Competency matrix", "", "people against what is required of them", false,
     ct_report_competency},
    {"access-patient", "Access report", "NUMBER", "who opened a patient's record", true,
     ct_report_access},
    {"access-user", "Access report", "LOGIN", "what somebody opened", true, ct_report_looked},
};
const size_t CT_REPORT_KINDS_N = CT_LEN(CT_REPORT_KINDS);

const struct ct_report_kind *ct_report_kind(const char *name)
{
    for (size_t i = 0; i < CT_REPORT_KINDS_N; i++)
        if (strcmp(CT_REPORT_KINDS[i].name, name) == 0)
            return &CT_REPORT_KINDS[i];
    return NULL;
}

enum ct_status ct_report_number(const char *what, const char *prefix, int64_t *ret,
                                struct ct_error *reterr)
{
    size_t n = strlen(prefix);
    const char *s = what;
    if (n > 0 && strncasecmp(s, prefix, n) == 0) {
        s += n;
        s += s[0] == '-';
    }
    return ct_parse_int(s, 1, INT64_MAX - 1, ret)
               ? CT_OK
               : ct_fail(reterr, CT_EINVAL, "what", "Name it by its number, as %s%s12.", prefix,
                         n > 0 ? "-" : "");
}

enum ct_status ct_report_build(struct ct_app *app, const char *kind,
                               const struct ct_report_ask *ask, struct ct_report **ret,
                               struct ct_error *reterr)
{
    const struct ct_report_kind *k = ct_report_kind(kind);
    struct ct_report_ask a = *ask;
    *ret = NULL;
    if (k == NULL)
        return ct_fail(reterr, CT_EINVAL, "kind",
                       "There is no report \"%.60s\"; clintech report list names them.", kind);
    if ((k->what[0] == '\0') != (a.what[0] == '\0'))
        return ct_fail(reterr, CT_EINVAL, "what",
                       k->what[0] == '\0' ? "%s takes nothing behind it%s." : "%s of which? %s",
                       k->name, k->what);
    if (a.to_ms == CT_UNSET)
        a.to_ms = ct_app_now(app);
    enum ct_status rc = ct_require(app, CT_PERM_EXPORT, reterr);
    CT_REPORT *r = rc == CT_OK ? ct_report_new(k->name, k->title, ct_app_config(app)->site_name)
                               : NULL;
    if (rc == CT_OK && r == NULL)
        rc = ct_fail(reterr, CT_ENOMEM, "", "There is no memory for the report.");
    if (rc == CT_OK)
        rc = k->build(app, &a, r, reterr);
    if (rc != CT_OK)
        return rc;
    *ret = r;
    r = NULL;
    return CT_OK;
}

bool ct_report_is_pdf(const char *path)
{
    size_t n = strlen(path);
    return n > 4 && strcasecmp(path + n - 4, ".pdf") == 0;
}

enum ct_status ct_report_print(struct ct_app *app, const char *kind,
                               const struct ct_report_ask *ask, const char *path,
                               struct ct_error *reterr)
{
    struct ct_printed done;
    const struct ct_config *c = ct_app_config(app);
    CT_REPORT *r = NULL;
    enum ct_status rc = ct_report_build(app, kind, ask, &r, reterr);
    return rc == CT_OK ? ct_report_file(app, r, c->report_sealed ? CT_PRINT_SEALED : CT_PRINT_PDF,
                                        c->report_page, path, &done, reterr)
                       : rc;
}
