/* sets - the columns in which a list of sets of vitals is shown: units in the
 * headings, so that a row of 80 columns holds a whole set. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* What a set of observations has comes first; the rest only where some set has it. */
enum { COL_TAKEN, COL_SCORE, COL_BP, COL_PULSE, COL_RESP, COL_SPO2, COL_O2, COL_TEMP, COL_ACVPU,
       COL_PAIN, COL_GLUCOSE, COL_WEIGHT, COL_HEIGHT, COL_DISTRESS, COL_CRT, COL_CONCERN, COL_GCS,
       COL_HEAD, COL_WAIST, COL_MUAC, COL_NOTE, COLUMNS, ALWAYS = COL_PAIN };
_Static_assert((int)COLUMNS == (int)CT_SET_COLUMNS, "as the header says");

static const struct {
    const char *title;
    enum ct_q unit_of; /* CT_QS: none behind the title */
    enum ct_q q;       /* whose figure the cell is, CT_QS: made from several */
    struct ct_column column;
} TABLE[COLUMNS] = {
    [COL_TAKEN] = {"Taken", CT_QS, CT_QS, {.width = 13, .frozen = true}},
    [COL_SCORE] = {"NEWS2", CT_QS, CT_QS, {.width = 12}},
    [COL_BP] = {"BP", CT_Q_SBP, CT_QS, {.width = 7, .align = 1}},
    [COL_PULSE] = {"P", CT_Q_PULSE, CT_Q_PULSE, {.width = 6, .align = 1}},
    [COL_RESP] = {"RR", CT_Q_RESP, CT_Q_RESP, {.width = 7, .align = 1}},
    [COL_SPO2] = {"SpO2", CT_Q_SPO2, CT_Q_SPO2, {.width = 6, .align = 1}},
    [COL_O2] = {"O2", CT_Q_O2_FLOW, CT_QS, {.width = 8}},
    [COL_TEMP] = {"T", CT_Q_TEMP, CT_Q_TEMP, {.width = 6, .align = 1}},
    [COL_ACVPU] = {"ACVPU", CT_QS, CT_Q_ACVPU, {.width = 5}},
    [COL_PAIN] = {"Pain", CT_QS, CT_Q_PAIN, {.width = 4, .align = 1}},
    [COL_GLUCOSE] = {"Glucose", CT_Q_GLUCOSE, CT_Q_GLUCOSE, {.width = 14, .align = 1}},
    [COL_WEIGHT] = {"Weight", CT_Q_WEIGHT, CT_Q_WEIGHT, {.width = 9, .align = 1}},
    [COL_HEIGHT] = {"Height", CT_Q_HEIGHT, CT_Q_HEIGHT, {.width = 9, .align = 1}},
    [COL_DISTRESS] = {"Distress", CT_QS, CT_Q_DISTRESS, {.width = 8}},
    [COL_CRT] = {"CRT", CT_Q_CRT, CT_Q_CRT, {.width = 5, .align = 1}},
    [COL_CONCERN] = {"Carer", CT_QS, CT_Q_CONCERN, {.width = 5}},
    [COL_GCS] = {"GCS", CT_QS, CT_QS, {.width = 11}},
    [COL_HEAD] = {"Head", CT_Q_HEAD, CT_Q_HEAD, {.width = 7, .align = 1}},
    [COL_WAIST] = {"Waist", CT_Q_WAIST, CT_Q_WAIST, {.width = 8, .align = 1}},
    [COL_MUAC] = {"MUAC", CT_Q_MUAC, CT_Q_MUAC, {.width = 7, .align = 1}},
    [COL_NOTE] = {"Note", CT_QS, CT_QS, {.width = 0}},
};

static bool has(const struct ct_vitals *v, size_t column)
{
    if (column == COL_NOTE)
        return v->note[0] != '\0';
    if (column != COL_GCS)
        return v->v[TABLE[column].q].n != CT_UNSET;
    return v->v[CT_Q_GCS_EYE].n != CT_UNSET || v->v[CT_Q_GCS_VERBAL].n != CT_UNSET ||
           v->v[CT_Q_GCS_MOTOR].n != CT_UNSET;
}

static bool wanted(size_t column, const struct ct_vitals *set, size_t n)
{
    for (size_t i = 0; i < n && column >= ALWAYS; i++)
        if (has(&set[i], column))
            return true;
    return column < ALWAYS;
}

void ct_set_columns(const struct ct_config *c, const struct ct_vitals *set, size_t n,
                    struct ct_set_columns *ret)
{
    ret->n = 0;
    ret->several = false;
    for (size_t i = 0; i < n; i++)
        ret->several = ret->several || set[i].card != CT_CARD_NEWS2;
    for (size_t i = 0; i < COLUMNS; i++) {
        if (!wanted(i, set, n))
            continue;
        enum ct_q q = TABLE[i].unit_of;
        const char *unit = q == CT_QS ? "" : CT_QUANTITY[q].unit[ct_quantity_site_unit(q, c)].name;
        const char *title = i == COL_SCORE && ret->several ? "Score" : TABLE[i].title;
        size_t k = ret->n++;
        snprintf(ret->title[k], sizeof ret->title[k], "%s%s%s", title,
                 unit[0] != '\0' ? " " : "", unit);
        ret->what[k] = (uint8_t)i;
        ret->column[k] = TABLE[i].column;
        ret->column[k].title = ret->title[k];
    }
}

/* In the site's unit, which stands in the heading. */
static void figure(const struct ct_config *c, const struct ct_vitals *v, enum ct_q q, char *out,
                   size_t size)
{
    uint8_t unit = ct_quantity_site_unit(q, c);
    struct ct_value shown = {ct_quantity_convert(q, v->v[q], unit), unit};
    ct_quantity_text(q, shown, false, out, size);
}

/* Per cent inspired is no flow in another unit: it keeps its own beside it. */
static void flow(const struct ct_config *c, const struct ct_value *v, char *out, size_t size)
{
    bool other = v->unit != ct_quantity_site_unit(CT_Q_O2_FLOW, c);
    ct_quantity_text(CT_Q_O2_FLOW, *v, other, out, size);
}

static void two(char cell[64], const char *first, const char *between, const char *second)
{
    if (second[0] == '\0')
        between = "";
    snprintf(cell, 64, "%.30s%s%.30s", first, between, second);
}

/* "14 E4V4M6"; without a total "E4VNTM6". */
static void gcs_cell(const struct ct_vitals *v, char cell[64])
{
    int64_t total = ct_gcs_total(v->v);
    CT_BUF b = {.max = 60};
    if (total != CT_UNSET)
        ct_buf_printf(&b, "%lld ", (long long)total);
    for (int q = CT_Q_GCS_EYE; q <= CT_Q_GCS_MOTOR; q++) {
        char code[8];
        ct_quantity_text((enum ct_q)q, v->v[q], false, code, sizeof code);
        if (code[0] != '\0')
            ct_buf_printf(&b, "%s%s", CT_QUANTITY[q].brief, code);
    }
    ct_text_copy(cell, 64, ct_buf_str(&b));
}

/* Which score it is, where a list has more than one. */
static void score_cell(const struct ct_vitals *v, bool several, char cell[64])
{
    const char *band = v->band != CT_BAND_NONE ? ct_band_name(v->band) : "";
    if (several && v->score >= 0)
        snprintf(cell, 64, "%s %d", ct_card_title(v->card), v->score);
    else if (v->score >= 0)
        snprintf(cell, 64, "%d %s", v->score, band);
    else if (v->not_applied != CT_APPLIED)
        snprintf(cell, 64, "not applied");
    else
        snprintf(cell, 64, "at least %d", v->score_at_least);
}

const char *ct_set_cell(const struct ct_config *c, const struct ct_set_columns *columns,
                        const struct ct_vitals *v, int column, enum ct_role_ui *role,
                        char cell[64])
{
    char first[32], second[32];
    int what = columns->what[column];
    switch (what) {
    case COL_TAKEN:
        ct_datetime_text(v->taken_ms, first);
        snprintf(cell, 64, "%s%s", first, v->replaces_id != 0 ? "*" : "");
        return cell;
    case COL_SCORE:
        if (v->band != CT_BAND_LOW) /* what is as it should be needs no colour: it costs bytes */
            *role = ct_band_role(v->band);
        score_cell(v, columns->several, cell);
        return cell;
    case COL_BP:
        figure(c, v, CT_Q_SBP, first, sizeof first);
        figure(c, v, CT_Q_DBP, second, sizeof second);
        if (first[0] == '\0' && second[0] != '\0')
            snprintf(first, sizeof first, "-");
        two(cell, first, "/", second);
        return cell;
    case COL_O2:
        if (v->v[CT_Q_O2].n == CT_O2_AIR)
            return "air";
        ct_quantity_text(CT_Q_O2, v->v[CT_Q_O2], false, first, sizeof first);
        flow(c, &v->v[CT_Q_O2_FLOW], second, sizeof second);
        two(cell, first, " ", second);
        return cell;
    case COL_GCS: gcs_cell(v, cell); return cell;
    case COL_NOTE: return v->note;
    default: figure(c, v, TABLE[what].q, cell, 64); return cell;
    }
}
