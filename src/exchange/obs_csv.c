/* obs_csv - see obs_chart.h: a patient's sets as a table for programs and spreadsheets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "exchange/csv.h"
#include "exchange/obs_chart.h"
#include "record/user.h"

enum { SETS_MAX = 20000 };

static void comma(struct ct_buf *out)
{
    if (out->len > 0 && out->data[out->len - 1] != '\n')
        ct_buf_char(out, ',');
}

static void field(struct ct_buf *out, const char *s)
{
    comma(out);
    ct_csv_put(out, s, strlen(s));
}

static void number(struct ct_buf *out, int64_t n)
{
    char text[24] = "";
    if (n != CT_UNSET)
        snprintf(text, sizeof text, "%lld", (long long)n);
    field(out, text);
}

static void head(struct ct_buf *out)
{
    static const char *const FIRST[] = {"taken", "recorded", "by",   "score",   "score_name",
                                        "score_band", "at_least", "band", "spo2_scale",
                                        "score_version"};
    static const char *const LAST[] = {"qualifiers", "further_pressures", "devices",
                                       "not_taken",  "partial", "corrected", "note"};
    for (size_t i = 0; i < CT_LEN(FIRST); i++)
        field(out, FIRST[i]);
    for (int q = 0; q < CT_QS; q++)
        for (size_t u = 0; u < CT_QUANTITY[q].n_units; u++) {
            char name[64];
            const char *unit = CT_QUANTITY[q].unit[u].name;
            snprintf(name, sizeof name, "%s%s%s", CT_QUANTITY[q].name,
                     unit[0] != '\0' ? " " : "", unit);
            field(out, name);
        }
    for (size_t i = 0; i < CT_LEN(LAST); i++)
        field(out, LAST[i]);
    ct_buf_str_add(out, "\r\n");
}

static void qualifiers(struct ct_buf *out, const struct ct_vitals *v)
{
    CT_BUF b = {.max = 1024};
    for (int i = 0; i < CT_QLS; i++)
        if (v->ql[i] != 0)
            ct_buf_printf(&b, "%s%s:%s", b.len > 0 ? " " : "", CT_QUALIFIER[i].name,
                          ct_qualifier_code((enum ct_qualifier)i, v->ql[i]));
    field(out, ct_buf_str(&b));
}

static void pressures(struct ct_buf *out, const struct ct_vitals *v)
{
    CT_BUF b = {.max = 1024};
    for (size_t i = 0; i < v->n_bp; i++) {
        const struct ct_bp *p = &v->bp[i];
        ct_buf_printf(&b, "%s%lld/", i > 0 ? " " : "", (long long)p->sbp);
        if (p->dbp != CT_UNSET)
            ct_buf_printf(&b, "%lld", (long long)p->dbp);
        if (p->position != 0)
            ct_buf_printf(&b, ":%s", ct_qualifier_code(CT_QL_BP_POSITION, p->position));
        if (p->after_min >= 0)
            ct_buf_printf(&b, ":%dmin", p->after_min);
    }
    field(out, ct_buf_str(&b));
}

static void names_of(struct ct_buf *b, uint32_t bits)
{
    bool first = true;
    for (unsigned q = 0; q < CT_QS; q++)
        if ((bits >> q & 1) != 0) {
            ct_buf_printf(b, "%s%s", first ? "" : "+", CT_QUANTITY[q].name);
            first = false;
        }
}

static void devices(struct ct_buf *out, const struct ct_vitals *v)
{
    CT_BUF b = {.max = 2048};
    for (size_t i = 0; i < v->n_devices; i++) {
        ct_buf_printf(&b, "%s%s:", i > 0 ? "; " : "", v->device[i].device);
        names_of(&b, v->device[i].quantities);
    }
    comma(out);
    ct_csv_put_text(out, ct_buf_str(&b), b.len);
}

static void not_taken(struct ct_buf *out, const struct ct_vitals *v)
{
    CT_BUF b = {.max = 2048};
    for (int q = 0; q < CT_QS; q++)
        if (v->not_taken[q] != CT_WHY_NONE)
            ct_buf_printf(&b, "%s%s:%s", b.len > 0 ? "; " : "", CT_QUANTITY[q].name,
                          ct_why_text((enum ct_why)v->not_taken[q]));
    field(out, ct_buf_str(&b));
}

static void row(struct ct_app *app, struct ct_buf *out, const struct ct_vitals *v)
{
    char text[80], who[128];
    ct_rfc3339(v->taken_ms, text);
    field(out, text);
    ct_rfc3339(v->recorded_ms, text);
    field(out, text);
    ct_user_name(app, v->recorded_by, who, sizeof who);
    comma(out);
    ct_csv_put_text(out, who, strlen(who));
    number(out, v->score >= 0 ? v->score : CT_UNSET);
    field(out, v->not_applied == CT_APPLIED ? ct_card_title(v->card) : "");
    field(out, v->card_band);
    number(out, v->score < 0 && v->score_at_least >= 0 ? v->score_at_least : CT_UNSET);
    field(out, v->band != CT_BAND_NONE ? ct_band_name(v->band) : "");
    number(out, v->scale);
    field(out, v->score_version);
    for (int q = 0; q < CT_QS; q++)
        for (uint8_t u = 0; u < CT_QUANTITY[q].n_units; u++) {
            text[0] = '\0';
            if (v->v[q].unit == u)
                ct_quantity_text((enum ct_q)q, v->v[q], false, text, sizeof text);
            field(out, text);
        }
    qualifiers(out, v);
    pressures(out, v);
    devices(out, v);
    not_taken(out, v);
    field(out, ct_why_text(v->partial));
    field(out, v->replaces_id != 0 ? "yes" : "no");
    comma(out);
    ct_csv_put_text(out, v->note, strlen(v->note));
    ct_buf_str_add(out, "\r\n");
}

enum ct_status ct_obs_csv(struct ct_app *app, const struct ct_vitals_rules *r,
                          const struct ct_obs_range *range, struct ct_buf *out,
                          struct ct_error *reterr)
{
    struct ct_vitals *list = NULL;
    size_t n = 0;
    int64_t in_error;
    (void)r;
    enum ct_status rc = ct_require(app, CT_PERM_EXPORT, reterr);
    if (rc == CT_OK)
        rc = ct_vitals_range(app, range->patient_id, range->from_ms, range->to_ms, SETS_MAX,
                             &list, &n, &in_error, reterr);
    if (rc != CT_OK)
        return rc;
    head(out);
    for (size_t i = n; i-- > 0;)
        row(app, out, &list[i]);
    free(list);
    return out->bad ? ct_fail(reterr, CT_ENOMEM, "", "not enough memory for %zu sets", n)
                    : CT_OK;
}
