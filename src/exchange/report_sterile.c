/* report_sterile - loads, packs and recalls on paper. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/recall.h"
#include "exchange/report_kind.h"

static enum ct_status packs(struct ct_app *app, int64_t load_id, struct ct_report *r,
                            struct ct_error *reterr)
{
    static const struct ct_report_col COLS[] = {{"Pack", 12, false}, {"Contents", 44, false},
                                                {"State", 18, false}, {"Use until", 14, false},
                                                {"Place", 18, false}};
    struct ct_pack *p = NULL;
    size_t n = 0;
    enum ct_status rc = ct_load_packs(app, load_id, &p, &n, reterr);
    if (rc != CT_OK)
        return rc;
    ct_report_heading(r, "Packs");
    ct_report_table(r, COLS, CT_LEN(COLS));
    for (size_t i = 0; i < n; i++) {
        char number[40], until[16] = "", contents[300];
        ct_pack_number(app, p[i].id, number);
        if (p[i].released != 0 && p[i].expires != CT_NO_DATE)
            ct_date_text(p[i].expires, until);
        snprintf(contents, sizeof contents, "%.200s%s%s", p[i].contents,
                 p[i].implant ? " (IMPLANT)" : "", p[i].recalled > 0 ? " RECALLED" : "");
        const char *cell[] = {number, contents, CT_PACK_STEP_NAME[p[i].step], until, p[i].place};
        ct_report_row(r, p[i].recalled > 0 ? 3 : 0, cell);
    }
    ct_report_none(r, "There is no pack in it.");
    free(p);
    return CT_OK;
}

static enum ct_status readings(struct ct_app *app, int64_t id, struct ct_report *r,
                               struct ct_error *reterr)
{
    struct ct_load_reading *v = NULL;
    size_t n = 0;
    enum ct_status rc = ct_load_readings(app, id, &v, &n, reterr);
    if (rc != CT_OK)
        return rc;
    ct_report_heading(r, "Parameters");
    for (size_t i = 0; i < n; i++) {
        char at[24];
        ct_report_when(v[i].at_ms, at);
        ct_report_para(r, "%s %s: %s%s. %s%s%s", at, v[i].by, CT_CYCLE_VERDICT_NAME[v[i].verdict],
                       v[i].unmeasured > 0 ? ", and not every limit was measured" : "", v[i].text,
                       v[i].reason[0] != '\0' ? " Read again: " : "", v[i].reason);
    }
    if (n == 0)
        ct_report_para(r, "None were read.");
    free(v);
    return CT_OK;
}

static enum ct_status events(struct ct_app *app, int64_t id, struct ct_report *r,
                             struct ct_error *reterr)
{
    static const struct ct_report_col COLS[] = {{"Time", 18, false}, {"Step", 22, false},
                                                {"By", 20, false}, {"Remarks", 40, false}};
    struct ct_load_event *v = NULL;
    size_t n = 0;
    enum ct_status rc = ct_load_events(app, id, &v, &n, reterr);
    if (rc != CT_OK)
        return rc;
    ct_report_heading(r, "Course");
    ct_report_table(r, COLS, CT_LEN(COLS));
    for (size_t i = 0; i < n; i++) {
        char at[24];
        ct_report_when(v[i].at_ms, at);
        const char *cell[] = {at, CT_LOAD_STEP_NAME[v[i].step], v[i].by, v[i].text};
        ct_report_row(r, 0, cell);
    }
    ct_report_none(r, "Nothing was done with it yet.");
    free(v);
    return CT_OK;
}

static enum ct_status indicators(struct ct_app *app, int64_t id, struct ct_report *r,
                                 struct ct_error *reterr)
{
    struct ct_load_ci *c = NULL;
    struct ct_load_bi *b = NULL;
    size_t n = 0, m = 0;
    enum ct_status rc = ct_load_cis(app, id, &c, &n, reterr);
    if (rc == CT_OK)
        rc = ct_load_bis(app, id, &b, &m, reterr);
    if (rc == CT_OK) {
        ct_report_heading(r, "Indicators");
        for (size_t i = 0; i < n; i++) {
            char at[24];
            ct_report_when(c[i].at_ms, at);
            ct_report_para(r, "%s %s: chemical indicator %s%s%s: %s%s%s", at, c[i].by,
                           c[i].indicator, c[i].lot[0] != '\0' ? ", lot " : "", c[i].lot, CT_CI_RESULT_NAME[c[i].result],
                           c[i].text[0] != '\0' ? ". " : "", c[i].text);
        }
        for (size_t i = 0; i < m; i++) {
            char at[24];
            ct_report_when(b[i].at_ms, at);
            char read[24];
            ct_report_when(b[i].read_ms, read);
            ct_report_para(r, "%s %s: biological indicator %s %s, lot %s: %s%s%s%s%s", at, b[i].by,
                           b[i].indicator, b[i].product, b[i].lot, CT_BI_MEANING_NAME[b[i].meaning],
                           read[0] != '\0' ? ", read " : "", read,
                           read[0] != '\0' ? " by " : "", read[0] != '\0' ? b[i].reader : "");
        }
        if (n + m == 0)
            ct_report_para(r, "None were read.");
    }
    free(c);
    free(b);
    return rc;
}

CT_REPORT_BUILD(ct_report_load)
{
    static const char *const BI[] = {"none", "waits to be read", "negative", "POSITIVE",
                                     "no result"};
    struct ct_load l;
    char number[40], text[200], at[24];
    enum ct_status rc = ct_load_find(app, ask->what, &l, reterr);
    if (rc != CT_OK)
        return rc;
    ct_load_number(app, l.id, number);
    ct_load_text(app, &l, text, sizeof text);
    ct_report_subject(r, text, number, 0);
    ct_report_when(l.state_ms, at);
    ct_report_field(r, "State", "%s%s%s", CT_LOAD_STATE_NAME[l.state], at[0] != '\0' ? ", " : "",
                    at);
    ct_report_field(r, "Programme", "%s", l.programme);
    ct_report_when(l.started_ms, at);
    ct_report_field(r, "Started", "%s%s%s", at, at[0] != '\0' ? " by " : "",
                    at[0] != '\0' ? l.loader : "");
    ct_report_when(l.ended_ms, at);
    ct_report_field(r, "Ended", "%s", at);
    ct_report_field(r, "Parameters", "%s",
                    l.verdict >= 0 ? CT_CYCLE_VERDICT_NAME[l.verdict] : "not read yet");
    ct_report_field(r, "Biological indicator", "%s", BI[l.bi]);
    if (l.early > 0)
        ct_report_field(r, "Released early", "%d packs", l.early);
    ct_report_field(r, "For immediate use", "%s", l.reason);
    rc = events(app, l.id, r, reterr);
    if (rc == CT_OK)
        rc = readings(app, l.id, r, reterr);
    if (rc == CT_OK)
        rc = indicators(app, l.id, r, reterr);
    return rc == CT_OK ? packs(app, l.id, r, reterr) : rc;
}

/* ---- labels ------------------------------------------------------------------------------------ */

/* What stands on its label of where it was sterilised; "" before that is known. */
static enum ct_status sterilised(struct ct_app *app, const struct ct_pack *p, char *out,
                                 size_t size, struct ct_error *reterr)
{
    struct ct_load l;
    out[0] = '\0';
    if (p->load_id == 0 || p->released == 0)
        return CT_OK;
    enum ct_status rc = ct_load_get(app, p->load_id, &l, reterr);
    if (rc == CT_OK)
        ct_load_text(app, &l, out, size);
    return rc;
}

static enum ct_status label(struct ct_app *app, const struct ct_pack *p, const char *reason,
                            struct ct_report *r, struct ct_error *reterr)
{
    CT_BUF text = {.max = 4096};
    char where[160];
    enum ct_status rc = sterilised(app, p, where, sizeof where, reterr);
    if (rc != CT_OK)
        return rc;
    ct_report_is_label(r, p->id, reason);
    ct_pack_label_text(app, p, where, &text);
    ct_report_label(r, ct_buf_str(&text));
    return CT_OK;
}

CT_REPORT_BUILD(ct_report_pack_label)
{
    struct ct_pack p;
    char number[40];
    enum ct_status rc = ct_pack_find(app, ask->what, &p, reterr);
    if (rc != CT_OK)
        return rc;
    ct_pack_number(app, p.id, number);
    ct_report_subject(r, number, number, 0);
    return label(app, &p, ask->reason, r, reterr);
}

/* A pack that is still wrapped as the load left it, and may bear a label. */
static bool wears_label(const struct ct_pack *p)
{
    return p->recalled == 0 && (p->step == CT_PACK_PACKED || p->step == CT_PACK_IN_LOAD ||
                                p->step == CT_PACK_STERILISED || p->step == CT_PACK_RELEASED ||
                                p->step == CT_PACK_RELEASED_EARLY);
}

static enum ct_status labels(struct ct_app *app, const struct ct_pack *v, size_t n,
                             const char *reason, struct ct_report *r, struct ct_error *reterr)
{
    size_t left_out = 0, again = 0;
    for (size_t i = 0; i < n; i++)
        again += wears_label(&v[i]) && v[i].labels > 0;
    if (again > 0 && reason[0] == '\0') /* before the first one is recorded */
        return ct_fail(reterr, CT_EINVAL, "reason",
                       "%zu of the packs had a label before: say why another is printed", again);
    for (size_t i = 0; i < n; i++) {
        if (!wears_label(&v[i])) {
            left_out++;
            continue;
        }
        enum ct_status rc = label(app, &v[i], v[i].labels > 0 ? reason : "", r, reterr);
        if (rc != CT_OK)
            return rc;
    }
    if (n == 0)
        ct_report_para(r, "There is no pack in it.");
    if (left_out > 0)
        ct_report_para(r, "%zu of its packs bear no label any more: opened, used, damaged, rejected "
                          "or recalled.", left_out);
    return CT_OK;
}

CT_REPORT_BUILD(ct_report_load_labels)
{
    struct ct_load l;
    struct ct_pack *v = NULL;
    char number[40], text[200];
    size_t n = 0;
    enum ct_status rc = ct_load_find(app, ask->what, &l, reterr);
    if (rc == CT_OK)
        rc = ct_load_packs(app, l.id, &v, &n, reterr);
    if (rc != CT_OK)
        return rc;
    ct_load_number(app, l.id, number);
    ct_load_text(app, &l, text, sizeof text);
    ct_report_subject(r, text, number, 0);
    rc = labels(app, v, n, ask->reason, r, reterr);
    free(v);
    return rc;
}

/* ---- recall ---------------------------------------------------------------------------------- */

static void recalled(struct ct_app *app, const struct ct_recall_pack *v, size_t n,
                     struct ct_report *r)
{
    static const struct ct_report_col COLS[] = {{"Pack", 10, false}, {"Contents", 28, false},
                                                {"Load", 8, false}, {"Now", 24, false},
                                                {"Used in", 9, false}, {"Done about it", 32, false}};
    ct_report_table(r, COLS, CT_LEN(COLS));
    for (size_t i = 0; i < n; i++) {
        char number[40], load[40], used[40] = "", now[160], done[700] = "";
        ct_pack_number(app, v[i].p.id, number);
        ct_load_number(app, v[i].load_id, load);
        if (v[i].procedure_id != 0)
            snprintf(used, sizeof used, "P-%lld", (long long)v[i].procedure_id);
        snprintf(now, sizeof now, "%s%s%s%.100s", v[i].p.recalled > 0 ? "RECALLED, was " : "",
                 CT_PACK_STEP_NAME[v[i].p.step], v[i].p.place[0] != '\0' ? ", " : "", v[i].p.place);
        if (v[i].disposition >= 0)
            ct_report_decided(CT_RECALL_DISPOSITION_NAME[v[i].disposition], v[i].by, v[i].at_ms,
                              v[i].text, done);
        const char *cell[] = {number, v[i].p.contents, load, now, used, done};
        ct_report_row(r, v[i].disposition < 0 ? 2 : 0, cell);
    }
    ct_report_none(r, "No pack is on the list.");
}

CT_REPORT_BUILD(ct_report_recall)
{
    struct ct_recall_row c;
    struct ct_recall_pack *v = NULL;
    char ref[40], at[24];
    int64_t id = 0;
    size_t n = 0;
    enum ct_status rc = ct_report_number(ask->what, "RC", &id, reterr);
    if (rc == CT_OK)
        rc = ct_recall_get(app, id, &c, reterr);
    if (rc == CT_OK)
        rc = ct_recall_packs(app, id, &v, &n, reterr);
    if (rc != CT_OK)
        return rc;
    snprintf(ref, sizeof ref, "RC-%lld", (long long)id);
    ct_report_about(r, ref, c.asset);
    ct_report_when(c.at_ms, at);
    ct_report_field(r, "Opened", "%s by %s: %s", at, c.by, CT_RECALL_CAUSE_NAME[c.cause]);
    ct_report_field(r, "Why", "%s", c.text);
    ct_report_field(r, "Packs", "%lld of %lld load%s; nothing done yet about %lld",
                    (long long)c.packs, (long long)c.loads, c.loads == 1 ? "" : "s",
                    (long long)c.undone);
    if (c.closed_ms != CT_UNSET)
        ct_report_closed(r, c.closed_ms, c.closed_by, c.closed_text);
    recalled(app, v, n, r);
    free(v);
    return CT_OK;
}
