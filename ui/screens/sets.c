/* sets - the columns in which a list of sets of vitals is shown: units in the
 * headings, so that a row of 80 columns holds a whole set. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { COL_TAKEN, COL_SCORE, COL_BP, COL_PULSE, COL_RESP, COL_SPO2, COL_O2, COL_TEMP, COL_ACVPU,
       COL_PAIN, COL_GLUCOSE, COL_WEIGHT, COL_NOTE, COLUMNS };
_Static_assert((int)COLUMNS == (int)CT_SET_COLUMNS, "as the header says");

static const struct {
    const char *title;
    enum ct_q unit_of; /* CT_QS: none behind the title */
    struct ct_column column;
} TABLE[COLUMNS] = {
    [COL_TAKEN] = {"Taken", CT_QS, {.width = 13, .frozen = true}},
    [COL_SCORE] = {"NEWS2", CT_QS, {.width = 12}},
    [COL_BP] = {"BP", CT_Q_SBP, {.width = 7, .align = 1}},
    [COL_PULSE] = {"P", CT_Q_PULSE, {.width = 6, .align = 1}},
    [COL_RESP] = {"RR", CT_Q_RESP, {.width = 7, .align = 1}},
    [COL_SPO2] = {"SpO2", CT_Q_SPO2, {.width = 6, .align = 1}},
    [COL_O2] = {"O2", CT_Q_O2_FLOW, {.width = 8}},
    [COL_TEMP] = {"T", CT_Q_TEMP, {.width = 6, .align = 1}},
    [COL_ACVPU] = {"ACVPU", CT_QS, {.width = 5}},
    [COL_PAIN] = {"Pain", CT_QS, {.width = 4, .align = 1, .gone_below = 85}},
    [COL_GLUCOSE] = {"Glucose", CT_Q_GLUCOSE, {.width = 14, .align = 1, .gone_below = 100}},
    [COL_WEIGHT] = {"Weight", CT_Q_WEIGHT, {.width = 9, .align = 1, .gone_below = 110}},
    [COL_NOTE] = {"Note", CT_QS, {.width = 0, .gone_below = 125}},
};

void ct_set_columns(const struct ct_config *c, struct ct_set_columns *ret)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        enum ct_q q = TABLE[i].unit_of;
        const char *unit = q == CT_QS ? "" : CT_QUANTITY[q].unit[ct_quantity_site_unit(q, c)].name;
        snprintf(ret->title[i], sizeof ret->title[i], "%s%s%s", TABLE[i].title,
                 unit[0] != '\0' ? " " : "", unit);
        ret->column[i] = TABLE[i].column;
        ret->column[i].title = ret->title[i];
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

static void score_cell(const struct ct_vitals *v, char cell[64])
{
    if (v->score >= 0)
        snprintf(cell, 64, "%d %s", v->score, ct_band_name(v->band));
    else if (v->not_applied != CT_APPLIED)
        snprintf(cell, 64, "not applied");
    else
        snprintf(cell, 64, "at least %d", v->score_at_least);
}

const char *ct_set_cell(const struct ct_config *c, const struct ct_vitals *v, int column,
                        enum ct_role_ui *role, char cell[64])
{
    char first[32], second[32];
    switch (column) {
    case COL_TAKEN:
        ct_datetime_text(v->taken_ms, first);
        snprintf(cell, 64, "%s%s", first, v->replaces_id != 0 ? "*" : "");
        return cell;
    case COL_SCORE:
        if (v->band != CT_BAND_LOW) /* what is as it should be needs no colour: it costs bytes */
            *role = ct_band_role(v->band);
        score_cell(v, cell);
        return cell;
    case COL_BP:
        figure(c, v, CT_Q_SBP, first, sizeof first);
        figure(c, v, CT_Q_DBP, second, sizeof second);
        two(cell, first, "/", second);
        return cell;
    case COL_O2:
        if (v->v[CT_Q_O2].n == CT_O2_AIR)
            return "air";
        ct_quantity_text(CT_Q_O2, v->v[CT_Q_O2], false, first, sizeof first);
        flow(c, &v->v[CT_Q_O2_FLOW], second, sizeof second);
        two(cell, first, " ", second);
        return cell;
    case COL_NOTE: return v->note;
    default: break;
    }
    static const enum ct_q Q[COLUMNS] = {
        [COL_PULSE] = CT_Q_PULSE, [COL_RESP] = CT_Q_RESP,       [COL_SPO2] = CT_Q_SPO2,
        [COL_TEMP] = CT_Q_TEMP,   [COL_ACVPU] = CT_Q_ACVPU,     [COL_PAIN] = CT_Q_PAIN,
        [COL_GLUCOSE] = CT_Q_GLUCOSE, [COL_WEIGHT] = CT_Q_WEIGHT};
    figure(c, v, Q[column], cell, 64);
    return cell;
}
