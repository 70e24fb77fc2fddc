/* obs_csv - a patient's sets as a table, one a row: see obs_chart.h. */
#include "exchange/obs_chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "exchange/csv.h"
#include "exchange/obs_sets.h"
#include "record/user.h"

static void cell(struct ct_buf *out, const char *text)
{
    ct_buf_char(out, ',');
    ct_csv_put(out, text, strlen(text));
}

/* What people wrote, and names: never a formula. */
static void text_cell(struct ct_buf *out, const char *text)
{
    ct_buf_char(out, ',');
    ct_csv_put_text(out, text, strlen(text));
}

static void number_cell(struct ct_buf *out, int n)
{
    char text[16] = "";
    if (n >= 0)
        snprintf(text, sizeof text, "%d", n);
    cell(out, text);
}

static void head(struct ct_buf *out)
{
    ct_buf_str_add(out, "taken,recorded,by,score,band,at_least,card,scale");
    for (int q = 0; q < CT_QS; q++)
        for (size_t u = 0; u < CT_QUANTITY[q].n_units; u++) {
            const char *unit = CT_QUANTITY[q].unit[u].name;
            char name[64];
            snprintf(name, sizeof name, "%s%s%s", CT_QUANTITY[q].name, unit[0] != '\0' ? " " : "",
                     unit);
            cell(out, name);
        }
    ct_buf_str_add(out, ",further_bp,qualifiers,devices,not_taken,partial,corrected,note\r\n");
}

static void pressures(const struct ct_vitals *v, struct ct_buf *b)
{
    for (size_t i = 0; i < v->n_bp; i++) {
        const struct ct_bp *p = &v->bp[i];
        ct_buf_printf(b, "%s%lld/", i > 0 ? "; " : "", (long long)p->sbp);
        if (p->dbp != CT_UNSET)
            ct_buf_printf(b, "%lld", (long long)p->dbp);
        if (p->position != 0)
            ct_buf_printf(b, " %s", ct_qualifier_label(CT_QL_BP_POSITION, p->position));
        if (p->after_min >= 0)
            ct_buf_printf(b, " %d min", p->after_min);
    }
}

static void qualifiers(const struct ct_vitals *v, struct ct_buf *b)
{
    for (int i = 0; i < CT_QLS; i++) {
        const char *code = ct_qualifier_code((enum ct_qualifier)i, v->ql[i]);
        if (code[0] != '\0')
            ct_buf_printf(b, "%s%s:%s", b->len > 0 ? " " : "", CT_QUALIFIER[i].name, code);
    }
}

static void devices(const struct ct_vitals *v, struct ct_buf *b)
{
    for (size_t i = 0; i < v->n_devices; i++) {
        ct_buf_printf(b, "%s%s:", b->len > 0 ? "; " : "", v->device[i].device);
        for (int q = 0; q < CT_QS; q++)
            if ((v->device[i].quantities >> q & 1) != 0)
                ct_buf_printf(b, " %s", CT_QUANTITY[q].name);
    }
}

static void not_taken(const struct ct_vitals *v, struct ct_buf *b)
{
    for (int q = 0; q < CT_QS; q++)
        if (v->not_taken[q] != CT_WHY_NONE)
            ct_buf_printf(b, "%s%s: %s", b->len > 0 ? "; " : "", CT_QUANTITY[q].name,
                          ct_why_text((enum ct_why)v->not_taken[q]));
}

static void made_cell(struct ct_buf *out, const struct ct_vitals *v,
                      void (*make)(const struct ct_vitals *v, struct ct_buf *b))
{
    CT_BUF b = {.max = 2048};
    make(v, &b);
    text_cell(out, ct_buf_str(&b));
}

static void row(struct ct_app *app, const struct ct_vitals *v, struct ct_buf *out)
{
    char text[128];
    ct_rfc3339(v->taken_ms, text);
    ct_buf_str_add(out, text);
    ct_rfc3339(v->recorded_ms, text);
    cell(out, text);
    ct_user_name(app, v->recorded_by, text, sizeof text);
    text_cell(out, text);
    number_cell(out, v->score);
    cell(out, v->band != CT_BAND_NONE ? ct_band_name(v->band) : "");
    number_cell(out, v->score_at_least);
    cell(out, ct_obs_card(v));
    number_cell(out, v->scale);
    for (int q = 0; q < CT_QS; q++)
        for (size_t u = 0; u < CT_QUANTITY[q].n_units; u++) {
            text[0] = '\0';
            if (v->v[q].n != CT_UNSET && v->v[q].unit == u)
                ct_quantity_text((enum ct_q)q, v->v[q], false, text, sizeof text);
            cell(out, text);
        }
    made_cell(out, v, pressures);
    made_cell(out, v, qualifiers);
    made_cell(out, v, devices);
    made_cell(out, v, not_taken);
    cell(out, ct_why_text(v->partial));
    cell(out, v->replaces_id != 0 ? "yes" : "no");
    text_cell(out, v->note);
    ct_buf_str_add(out, "\r\n");
}

enum ct_status ct_obs_csv(struct ct_app *app, const struct ct_vitals_rules *r,
                          const struct ct_obs_range *range, struct ct_buf *out,
                          struct ct_error *reterr)
{
    struct ct_vitals *set = NULL;
    size_t n = 0;
    int64_t in_error;
    (void)r; /* the scores are those that were stored */
    enum ct_status st = ct_obs_sets(app, range, &set, &n, &in_error, reterr);
    if (st != CT_OK)
        return st;
    head(out);
    for (size_t i = n; i-- > 0;)
        row(app, &set[i], out);
    free(set);
    return out->bad ? ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the table.") : CT_OK;
}
