/* report_device - certificates and labels of devices, and what a device in doubt has touched. */
#include <stdio.h>
#include <stdlib.h>

#include "clinic/calibration.h"
#include "clinic/lookback.h"
#include "exchange/certificate_file.h"
#include "exchange/report_kind.h"

/* Lines a page of the certificate: its own pages are then those of the paper, A4 or Letter. */
enum { PAGE_LINES = 50 };

CT_REPORT_BUILD(ct_report_certificate)
{
    CT_CALIBRATION *k = NULL;
    CT_BUF text = {.max = 4 << 20};
    char ref[40];
    int64_t id = 0;
    enum ct_status rc = ct_report_number(ask->what, "K", &id, reterr);
    if (rc == CT_OK)
        rc = ct_calibration_get(app, id, &k, reterr);
    if (rc == CT_OK)
        rc = ct_certificate_text(app, k, CT_CERTIFICATE_COLS, PAGE_LINES, &text, reterr);
    if (rc != CT_OK)
        return rc;
    snprintf(ref, sizeof ref, "K-%lld", (long long)id);
    ct_report_about(r, ref, k->step == CT_CAL_APPROVED ? "" : "DRAFT, not a certificate");
    ct_report_pre(r, ct_buf_str(&text));
    return CT_OK;
}

CT_REPORT_BUILD(ct_report_device_label)
{
    CT_BUF text = {.max = 4096};
    struct ct_equipment e;
    enum ct_status rc = ct_equipment_find(app, ask->what, &e, reterr);
    if (rc == CT_OK)
        rc = ct_equipment_label(app, e.id, &text, NULL, reterr);
    if (rc != CT_OK)
        return rc;
    ct_report_subject(r, e.asset, e.asset, 0);
    ct_report_label(r, ct_buf_str(&text));
    return CT_OK;
}

/* ---- in doubt ------------------------------------------------------------------------------- */

/* decided_too: somebody goes through them one by one, and what was decided stands beside each. */
static void in_doubt(const struct ct_lookback_line *l, size_t n, bool decided_too,
                     struct ct_report *r)
{
    static const struct ct_report_col COLS[] = {{"Time", 15, false}, {"What", 10, false},
                                                {"Device", 10, false}, {"Patient", 21, false},
                                                {"Value", 14, false}, {"Would be", 26, false},
                                                {"Decided", 22, false}};
    ct_report_table(r, COLS, CT_LEN(COLS) - !decided_too);
    for (size_t i = 0; i < n; i++) {
        char at[24], decided[700] = "";
        ct_datetime_text(l[i].at_ms, at);
        if (l[i].disposition >= 0)
            ct_report_decided(CT_DISP_NAME[l[i].disposition], l[i].by, l[i].decided_ms, l[i].text,
                              decided);
        const char *cell[] = {at,
                              CT_LB_WHAT_NAME[l[i].what],
                              l[i].asset,
                              l[i].restricted ? "(not open to you)" : l[i].patient,
                              l[i].value,
                              l[i].would,
                              decided};
        ct_report_row(r, l[i].changes ? 2 : 0, cell);
    }
    ct_report_none(r, "It touched nothing in this time.");
}

CT_REPORT_BUILD(ct_report_lookback)
{
    struct ct_vitals_rules rules;
    struct ct_lookback b;
    struct ct_lookback_line *l = NULL;
    char ref[40], subject[340], from[24], to[24];
    int64_t id = 0;
    size_t n = 0;
    enum ct_status rc = ct_report_number(ask->what, "", &id, reterr);
    if (rc == CT_OK)
        rc = ct_lookback_get(app, id, &b, reterr);
    if (rc == CT_OK)
        rc = ct_vitals_rules_load(ct_app_config(app), &rules, reterr);
    if (rc != CT_OK)
        return rc;
    rc = ct_lookback_lines(app, &rules, id, &l, &n, reterr);
    ct_vitals_rules_done(&rules);
    if (rc != CT_OK)
        return rc;
    snprintf(ref, sizeof ref, "%lld", (long long)id);
    snprintf(subject, sizeof subject, "Look-back %s   %s %s", ref, b.asset, b.model);
    ct_report_subject(r, subject, ref, 0);
    ct_datetime_text(b.from_ms, from);
    ct_datetime_text(b.to_ms, to);
    ct_report_field(r, "Period", "%s to %s", from, to);
    ct_report_field(r, "Why", "%s", b.text);
    ct_report_field(r, "Period changed", "%s", b.shortened);
    ct_report_field(r, "Lines", "%lld, of them %lld not decided; %lld patients to contact",
                    (long long)b.lines, (long long)b.open, (long long)b.contact);
    if (b.closed)
        ct_report_closed(r, b.closed_ms, b.closed_by, b.closed_text);
    in_doubt(l, n, true, r);
    free(l);
    return CT_OK;
}

CT_REPORT_BUILD(ct_report_impact)
{
    struct ct_vitals_rules rules;
    struct ct_equipment e;
    struct ct_impact x = {.line = NULL};
    char subject[200], from[24], to[24];
    enum ct_status rc = ct_equipment_find(app, ask->what, &e, reterr);
    if (rc == CT_OK)
        rc = ct_vitals_rules_load(ct_app_config(app), &rules, reterr);
    if (rc != CT_OK)
        return rc;
    rc = ct_impact(app, &rules, e.id, ask->from_ms > 0 ? ask->from_ms : CT_UNSET, ask->to_ms, &x,
                   reterr);
    ct_vitals_rules_done(&rules);
    if (rc != CT_OK)
        return rc;
    snprintf(subject, sizeof subject, "What %s touched", e.asset);
    ct_report_subject(r, subject, e.asset, 0);
    ct_datetime_text(x.from_ms, from);
    ct_datetime_text(x.to_ms, to);
    ct_report_field(r, "Period", "%s to %s", from, to);
    if (x.calibration_id != 0)
        ct_report_field(r, "Found out of tolerance", "K-%lld", (long long)x.calibration_id);
    in_doubt(x.line, x.n, false, r);
    free(x.line);
    return CT_OK;
}
