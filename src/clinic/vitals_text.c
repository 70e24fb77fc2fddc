/* vitals_text - a set of vitals in words: its values on one line, and its score. */
#include "clinic/rows.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static bool set(const struct ct_vitals *v, enum ct_q q)
{
    return v->v[q].n != CT_UNSET;
}

static void part(struct ct_buf *b, const char *brief, const char *text)
{
    ct_buf_printf(b, "%s%s%s%s", b->len > 0 ? "  " : "", brief, brief[0] != '\0' ? " " : "",
                  text);
}

/* How it was measured, behind the value: " (LA,SIT)". */
static void qualified(struct ct_buf *b, const struct ct_vitals *v, enum ct_q q)
{
    char how[64];
    ct_qualifier_text(q, v->ql, how, sizeof how);
    if (how[0] != '\0')
        ct_buf_printf(b, " (%s)", how);
}

static void pressure_text(int64_t sbp, int64_t dbp, char out[40])
{
    char low[16] = "-";
    if (dbp != CT_UNSET)
        snprintf(low, sizeof low, "%lld", (long long)dbp);
    if (sbp == CT_UNSET)
        snprintf(out, 40, "-/%s", low);
    else
        snprintf(out, 40, "%lld/%s", (long long)sbp, low);
}

static void line_pressure(struct ct_buf *b, const struct ct_vitals *v)
{
    char text[40];
    if (!set(v, CT_Q_SBP) && !set(v, CT_Q_DBP))
        return;
    pressure_text(v->v[CT_Q_SBP].n, v->v[CT_Q_DBP].n, text);
    part(b, CT_QUANTITY[CT_Q_SBP].brief, text);
    qualified(b, v, CT_Q_SBP);
    for (size_t i = 0; i < v->n_bp; i++) {
        const struct ct_bp *p = &v->bp[i];
        pressure_text(p->sbp, p->dbp, text);
        ct_buf_printf(b, ", %s", text);
        if (p->position != 0)
            ct_buf_printf(b, " %s", ct_qualifier_label(CT_QL_BP_POSITION, p->position));
        if (p->after_min >= 0)
            ct_buf_printf(b, " %d min", p->after_min);
    }
    int64_t fall = ct_vitals_postural_fall(v);
    if (fall != CT_UNSET)
        ct_buf_printf(b, ", %s %lld standing", fall >= 0 ? "falls" : "rises",
                      (long long)(fall >= 0 ? fall : -fall));
}

/* "GCS 14 (E4 V4 M6)"; with a part that is not testable no total: "GCS E4 VNT M6". */
static void line_gcs(struct ct_buf *b, const struct ct_vitals *v)
{
    CT_BUF parts = {.max = 64};
    int64_t total = ct_gcs_total(v->v);
    char text[80], code[8];
    for (int q = CT_Q_GCS_EYE; q <= CT_Q_GCS_MOTOR; q++) {
        if (!set(v, (enum ct_q)q))
            continue;
        ct_quantity_text((enum ct_q)q, v->v[q], false, code, sizeof code);
        ct_buf_printf(&parts, "%s%s%s", parts.len > 0 ? " " : "", CT_QUANTITY[q].brief, code);
    }
    if (parts.len == 0)
        return;
    if (total != CT_UNSET)
        snprintf(text, sizeof text, "%lld (%s)", (long long)total, ct_buf_str(&parts));
    else
        ct_text_copy(text, sizeof text, ct_buf_str(&parts));
    part(b, "GCS", text);
}

static void line_bmi(struct ct_buf *b, const struct ct_vitals *v)
{
    int64_t bmi = ct_bmi_x10(v->v);
    char text[24];
    if (bmi == CT_UNSET)
        return;
    snprintf(text, sizeof text, "%lld.%lld", (long long)(bmi / 10), (long long)(bmi % 10));
    part(b, "BMI", text);
}

/* "T, pain not taken: refused"; "not taken: asleep" of a set with nothing in it. */
static void line_not_taken(struct ct_buf *b, const struct ct_vitals *v)
{
    char names[160], text[240];
    bool any = b->len > 0;
    for (int why = 1; why < CT_WHYS; why++) {
        uint32_t bits = 0;
        for (unsigned q = 0; q < CT_QS; q++)
            if (v->not_taken[q] == why)
                bits |= UINT32_C(1) << q;
        if (bits == 0)
            continue;
        ct_quantities_text(bits, names, sizeof names);
        snprintf(text, sizeof text, "%s not taken: %s", names, ct_why_text((enum ct_why)why));
        part(b, "", text);
    }
    if (v->partial == CT_WHY_NONE)
        return;
    snprintf(text, sizeof text, "%s: %s", any ? "partial" : "not taken", ct_why_text(v->partial));
    part(b, "", text);
}

static void line_oxygen(struct ct_buf *b, const struct ct_vitals *v)
{
    char text[40];
    if (set(v, CT_Q_SPO2)) {
        ct_quantity_text(CT_Q_SPO2, v->v[CT_Q_SPO2], false, text, sizeof text);
        part(b, CT_QUANTITY[CT_Q_SPO2].brief, text);
        qualified(b, v, CT_Q_SPO2);
    }
    if (!set(v, CT_Q_O2))
        return;
    if (!set(v, CT_Q_SPO2))
        part(b, "", CT_QUANTITY[CT_Q_O2].brief);
    int64_t n = v->v[CT_Q_O2].n;
    if (n >= 0 && n <= CT_O2_OTHER)
        ct_buf_printf(b, " %s",
                      n == CT_O2_AIR ? "air" : CT_QUANTITY[CT_Q_O2].choices[n].code);
    if (set(v, CT_Q_O2_FLOW)) {
        ct_quantity_text(CT_Q_O2_FLOW, v->v[CT_Q_O2_FLOW], true, text, sizeof text);
        ct_buf_printf(b, " %s", text);
    }
}

void ct_vitals_line(const struct ct_vitals *v, char *out, size_t size)
{
    CT_BUF b = {.max = 1024};
    line_pressure(&b, v);
    for (int i = CT_Q_PULSE; i < CT_QS; i++) {
        enum ct_q q = (enum ct_q)i;
        char text[40];
        if (q == CT_Q_SPO2)
            line_oxygen(&b, v);
        if (!set(v, q) || q == CT_Q_SPO2 || q == CT_Q_O2 || q == CT_Q_O2_FLOW ||
            (q >= CT_Q_GCS_EYE && q <= CT_Q_GCS_MOTOR))
            continue;
        /* The unit is said wherever it is not the one everybody reads into it. */
        bool with_unit = q >= CT_Q_GLUCOSE || v->v[q].unit != 0;
        ct_quantity_text(q, v->v[q], with_unit, text, sizeof text);
        part(&b, q == CT_Q_ACVPU ? "" : CT_QUANTITY[q].brief, text);
        qualified(&b, v, q);
    }
    line_gcs(&b, v);
    line_bmi(&b, v);
    line_not_taken(&b, v);
    ct_text_copy(out, size, ct_buf_str(&b));
}

void ct_quantities_text(uint32_t bits, char *out, size_t size)
{
    CT_BUF b = {.max = 512};
    for (unsigned q = 0; q < CT_QS; q++) {
        if ((bits >> q & 1) == 0)
            continue;
        const char *label = q == CT_Q_O2 ? "air or oxygen" : CT_QUANTITY[q].label;
        bool proper = q == CT_Q_SPO2 || (q >= CT_Q_GCS_EYE && q <= CT_Q_GCS_MOTOR);
        ct_buf_str_add(&b, b.len > 0 ? ", " : "");
        char first = proper ? label[0] : (char)tolower((unsigned char)label[0]);
        ct_buf_printf(&b, "%c%s", first, label + 1);
    }
    ct_text_copy(out, size, ct_buf_str(&b));
}

const char *ct_card_title(enum ct_card_kind card)
{
    switch (card) {
    case CT_CARD_PEWS: return "PEWS";
    case CT_CARD_MATERNITY: return "MEWS";
    case CT_CARD_NEWS2:
    case CT_CARDS: break;
    }
    return "NEWS2";
}

static uint32_t news2_bits(void)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < CT_N_INPUTS; i++)
        bits |= UINT32_C(1) << CT_NEWS2_INPUT[i];
    return bits;
}

/* The inputs of NEWS2 that are not there. */
static uint32_t news2_missing(const struct ct_vitals *v)
{
    uint32_t there = 0;
    for (unsigned q = 0; q < CT_QS; q++)
        if (set(v, (enum ct_q)q))
            there |= UINT32_C(1) << q;
    return news2_bits() & ~there;
}

/* A partial set: what is missing stands in it, except for a card whose table only the
 * rules know. */
static void partial_text(const struct ct_vitals *v, const char *title, struct ct_buf *b)
{
    char text[160];
    uint32_t bits = v->card == CT_CARD_NEWS2 ? news2_missing(v) : 0;
    bool nothing = true;
    for (int q = 0; q < CT_QS; q++)
        nothing = nothing && (!set(v, (enum ct_q)q) ||
                              (v->card == CT_CARD_NEWS2 && (news2_bits() >> q & 1) == 0));
    if (nothing) {
        if (v->partial != CT_WHY_NONE)
            ct_buf_printf(b, "not taken: %s", ct_why_text(v->partial));
        else
            ct_buf_printf(b, "%s undefined (none of its inputs was taken)", title);
        return;
    }
    ct_quantities_text(bits, text, sizeof text);
    ct_buf_printf(b, "%s at least %d", title, v->score_at_least > 0 ? v->score_at_least : 0);
    if (text[0] != '\0')
        ct_buf_printf(b, " (%s missing)", text);
}

void ct_vitals_score_text(const struct ct_vitals *v, char *out, size_t size)
{
    static const char *const WHY[] = {
        [CT_UNDER_16] = "under 16",
        [CT_PREGNANT] = "pregnant",
        [CT_AGE_UNKNOWN] = "age unknown (enter an estimated date of birth)",
    };
    CT_BUF b = {.max = 512};
    const char *title = ct_card_title(v->card);
    if (v->voided) {
        ct_buf_str_add(&b, "entered in error");
    } else if (v->not_applied != CT_APPLIED) {
        ct_buf_printf(&b, "%s not applied: %s", v->card == CT_CARD_PEWS ? title : "NEWS2",
                      (unsigned)v->not_applied < CT_LEN(WHY) ? WHY[v->not_applied] : "?");
    } else if (v->score >= 0) {
        char band[24];
        ct_text_copy(band, sizeof band, v->band != CT_BAND_NONE ? ct_band_name(v->band) : "");
        for (char *p = band; *p != '\0'; p++)
            *p = (char)toupper((unsigned char)*p);
        ct_buf_printf(&b, "%s %d%s%s", title, v->score, band[0] != '\0' ? " " : "", band);
    } else {
        partial_text(v, title, &b);
    }
    ct_text_copy(out, size, ct_buf_str(&b));
}

void ct_vitals_judged_text(const struct ct_vitals *v, char *out, size_t size)
{
    CT_BUF b = {.max = 256};
    ct_buf_printf(&b, "table %s", v->score_version);
    if (v->card_band[0] != '\0')
        ct_buf_printf(&b, ", band %s", v->card_band);
    if (v->card == CT_CARD_NEWS2)
        ct_buf_printf(&b, ", SpO2 scale %d", v->scale);
    if (v->prescriber[0] != '\0')
        ct_buf_printf(&b, ", prescribed by %s", v->prescriber);
    ct_text_copy(out, size, ct_buf_str(&b));
}
