/* report_kind - see report_kind.h. */
#include "exchange/report_kind.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/field.h"
#include "base/text.h"
#include "clinic/access.h"

enum { WHOM_MAX = 120 }; /* as a permission to share has it */

const struct ct_report_kind CT_REPORT_KINDS[] = {
    {"shift-log", "Shift log", "R-12", -1,
     "a review, its lines, what was said, who signed; or a shift, as 2026-11-23/early", false,
     ct_report_shift},
    {"obs-chart", "Observation chart", "NUMBER", CT_SHARE_VITALS,
     "a patient's sets in the bands of the score", true, ct_report_chart},
    {"patient-summary", "Patient summary", "NUMBER", CT_SHARE_ALL,
     "alerts, latest sets, escalations, procedures", false, ct_report_patient},
    {"checklist", "Preparation", "P-12", CT_SHARE_PROCEDURES,
     "the checklists of a procedure, item by item; one alone: C-12", false,
     ct_report_preparation},
    {"load", "Load record", "L-12", -1, "a steriliser's load: cycle, indicators, packs, release",
     false, ct_report_load},
    {"load-labels", "Pack labels", "L-12", -1,
     "the labels of a load's packs; again: --reason TEXT", false, ct_report_load_labels},
    {"pack-label", "Pack label", "PK-12", -1, "a pack's label; again: --reason TEXT", false,
     ct_report_pack_label},
    {"certificate", "Calibration certificate", "K-12", -1, "a calibration, or its draft", false,
     ct_report_certificate},
    {"device-label", "Status label", "ASSET", -1, "the one status label of a device", false,
     ct_report_device_label},
    {"recall", "Recall list", "RC-1", -1, "a recall: each pack, where it is, what was done",
     false, ct_report_recall},
    {"lookback", "Look-back list", "N", -1,
     "a look-back: each record in doubt, what was decided", false, ct_report_lookback},
    {"impact", "Impact list", "ASSET", -1, "what a device touched since its last good result",
     true, ct_report_impact},
    {"competency", "Competency matrix", "", -1, "people against what is required of them", false,
     ct_report_competency},
    {"access-patient", "Access report", "NUMBER", CT_SHARE_ALL, "who opened a patient's record",
     true, ct_report_access},
    {"access-user", "Access report", "LOGIN", -1, "what somebody opened", true,
     ct_report_looked},
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
    if ((k->what[0] == '\0') != (a.what[0] == '\0' && a.patient_id == 0))
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

/* A PDF as the settings say; what else it is, is in the clear. */
static enum ct_print_form form_of(const struct ct_app *app, enum ct_print_form form)
{
    bool pdf = form == CT_PRINT_PDF || form == CT_PRINT_SEALED;
    return !pdf ? form : ct_app_config(app)->report_sealed ? CT_PRINT_SEALED : CT_PRINT_PDF;
}

enum ct_status ct_report_print(struct ct_app *app, const char *kind,
                               const struct ct_report_ask *ask, const char *path,
                               struct ct_error *reterr)
{
    struct ct_printed done;
    const struct ct_config *c = ct_app_config(app);
    CT_REPORT *r = NULL;
    enum ct_status rc = ct_report_build(app, kind, ask, &r, reterr);
    return rc == CT_OK ? ct_report_file(app, r, form_of(app, CT_PRINT_PDF), c->report_page, path,
                                        &done, reterr)
                       : rc;
}

/* For whom a patient's report is, and whether the patient allowed it: before it leaves. */
static enum ct_status for_whom(struct ct_app *app, const struct ct_report_kind *k,
                               int64_t patient_id, const char *whom, struct ct_error *reterr)
{
    char detail[400];
    bool covered = false;
    if (patient_id == 0 || k->share < 0 || whom[0] == '\0')
        return CT_OK;
    if (strlen(whom) > WHOM_MAX)
        return ct_fail(reterr, CT_EINVAL, "whom", "Say for whom in at most %d bytes.", WHOM_MAX);
    enum ct_status rc = ct_sharing_covers(app, patient_id, (enum ct_share_what)k->share, whom,
                                          &covered, reterr);
    if (rc != CT_OK)
        return rc;
    snprintf(detail, sizeof detail, "%s for %s (%s permission recorded)", k->name, whom,
             covered ? "a" : "NO");
    return ct_record_event(app, CT_VERB_PRINT, patient_id, CT_NOTABLE, detail, reterr);
}

enum ct_status ct_report_job(struct ct_app *app, const struct ct_print_job *job,
                             struct ct_printed *ret, struct ct_error *reterr)
{
    const struct ct_report_ask ask = {.what = job->what, .patient_id = job->patient_id,
                                      .from_ms = job->from_ms, .to_ms = job->to_ms,
                                      .reason = job->reason};
    enum ct_print_form form = form_of(app, job->form);
    const char *page = ct_app_config(app)->report_page;
    CT_REPORT *r = NULL;
    enum ct_status rc = ct_report_build(app, job->kind, &ask, &r, reterr);
    if (rc == CT_OK)
        rc = for_whom(app, ct_report_kind(job->kind), ct_report_patient_of(r), job->whom, reterr);
    if (rc != CT_OK)
        return rc;
    return job->path[0] != '\0' ? ct_report_file(app, r, form, page, job->path, ret, reterr)
                                : ct_report_new_file(app, r, form, page, ret, reterr);
}
