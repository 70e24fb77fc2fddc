/* trend - a patient's sets as numbers, and one quantity at a time as a chart. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>

#include "ui/tk/chart.h"
#include "ui/tk/table.h"

enum { SETS_MAX = 1000 };

/* What can be charted; the score first. */
static const struct {
    enum ct_q q; /* CT_QS: NEWS2 */
    const char *title;
} SERIES[] = {
    {CT_QS, "NEWS2"},
    {CT_Q_PULSE, "Pulse /min"},
    {CT_Q_SBP, "Systolic pressure mmHg"},
    {CT_Q_RESP, "Respiration /min"},
    {CT_Q_SPO2, "SpO2 %"},
    {CT_Q_TEMP, "Temperature"},
};
static const struct {
    const char *name;
    int64_t ms;
} SPANS[] = {
    {"24 h", (int64_t)24 * CT_HOUR_MS},
    {"3 days", (int64_t)3 * CT_DAY_MS},
    {"2 weeks", (int64_t)14 * CT_DAY_MS},
    {"1 year", (int64_t)365 * CT_DAY_MS},
};

struct trend {
    struct ct_ui *ui;
    struct ct_patient p;
    struct ct_vitals *set;
    size_t n, series, span;
    struct ct_point *point;
    size_t n_points;
    struct ct_table table;
    char cell[64];
};

enum { COL_TAKEN, COL_SCORE, COL_BP, COL_PULSE, COL_RESP, COL_SPO2, COL_O2, COL_TEMP, COL_ACVPU,
       COL_PAIN, COL_GLUCOSE, COL_WEIGHT };
static const struct ct_column COLUMNS[] = {
    [COL_TAKEN] = {.title = "Taken", .width = 13, .frozen = true},
    [COL_SCORE] = {.title = "NEWS2", .width = 5, .align = 1},
    [COL_BP] = {.title = "BP mmHg", .width = 7, .align = 1},
    [COL_PULSE] = {.title = "P /min", .width = 6, .align = 1},
    [COL_RESP] = {.title = "RR /min", .width = 7, .align = 1},
    [COL_SPO2] = {.title = "SpO2 %", .width = 6, .align = 1},
    [COL_O2] = {.title = "O2", .width = 9},
    [COL_TEMP] = {.title = "T", .width = 9, .align = 1},
    [COL_ACVPU] = {.title = "ACVPU", .width = 5},
    [COL_PAIN] = {.title = "Pain", .width = 4, .align = 1, .gone_below = 90},
    [COL_GLUCOSE] = {.title = "Glucose", .width = 12, .align = 1, .gone_below = 104},
    [COL_WEIGHT] = {.title = "Weight", .width = 9, .align = 1, .gone_below = 116},
};

static int64_t row_count(void *arg)
{
    return (int64_t)((struct trend *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *quantity(struct trend *s, const struct ct_vitals *v, enum ct_q q, bool unit)
{
    ct_quantity_text(q, v->v[q], unit, s->cell, sizeof s->cell);
    return s->cell;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct trend *s = arg;
    const struct ct_vitals *v = &s->set[row];
    char more[32];
    switch (column) {
    case COL_TAKEN: {
        char at[24];
        ct_datetime_text(v->taken_ms, at);
        snprintf(s->cell, sizeof s->cell, "%s%s", at, v->replaces_id != 0 ? "*" : "");
        return s->cell;
    }
    case COL_SCORE:
        *role = ct_band_role(v->band);
        snprintf(s->cell, sizeof s->cell, v->score >= 0 ? "%d" : "-", v->score);
        return s->cell;
    case COL_BP:
        ct_quantity_text(CT_Q_DBP, v->v[CT_Q_DBP], false, more, sizeof more);
        ct_quantity_text(CT_Q_SBP, v->v[CT_Q_SBP], false, s->cell, 16);
        if (v->v[CT_Q_DBP].n != CT_UNSET) {
            char sys[16];
            snprintf(sys, sizeof sys, "%.15s", s->cell);
            snprintf(s->cell, sizeof s->cell, "%s/%s", sys, more);
        }
        return s->cell;
    case COL_PULSE: return quantity(s, v, CT_Q_PULSE, false);
    case COL_RESP: return quantity(s, v, CT_Q_RESP, false);
    case COL_SPO2: return quantity(s, v, CT_Q_SPO2, false);
    case COL_O2:
        ct_quantity_text(CT_Q_O2_FLOW, v->v[CT_Q_O2_FLOW], true, more, sizeof more);
        ct_quantity_text(CT_Q_O2, v->v[CT_Q_O2], false, s->cell, 16);
        if (more[0] != '\0') {
            char device[16];
            snprintf(device, sizeof device, "%.15s", s->cell);
            snprintf(s->cell, sizeof s->cell, "%s %s", device, more);
        }
        return s->cell;
    case COL_TEMP: return quantity(s, v, CT_Q_TEMP, true);
    case COL_ACVPU: return quantity(s, v, CT_Q_ACVPU, false);
    case COL_PAIN: return quantity(s, v, CT_Q_PAIN, false);
    case COL_GLUCOSE: return quantity(s, v, CT_Q_GLUCOSE, true);
    default: return quantity(s, v, CT_Q_WEIGHT, true);
    }
}

/* The chosen series in time order, in its first unit. */
static void points_take(struct trend *s)
{
    enum ct_q q = SERIES[s->series].q;
    s->n_points = 0;
    for (size_t i = s->n; i-- > 0;) {
        const struct ct_vitals *v = &s->set[i];
        int64_t value = q == CT_QS ? (v->score >= 0 ? v->score : CT_UNSET)
                                   : ct_quantity_convert(q, v->v[q], 0);
        if (value != CT_UNSET)
            s->point[s->n_points++] = (struct ct_point){.at_ms = v->taken_ms, .value = value};
    }
}

static enum ct_status load(struct trend *s, int64_t id, struct ct_error *reterr)
{
    free(s->set);
    free(s->point);
    s->set = NULL;
    s->n = s->n_points = 0;
    enum ct_status st = ct_vitals_list(ct_ui_app(s->ui), id, CT_UNSET, SETS_MAX, &s->set, &s->n,
                                       reterr);
    s->point = calloc(s->n + 1, sizeof *s->point);
    if (s->point == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the chart.");
    points_take(s);
    ct_table_reload(&s->table);
    return st;
}

static enum ct_status trend_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct trend *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->span = 1;
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    int64_t id = *(const int64_t *)arg;
    enum ct_status st = ct_patient_get(ct_ui_app(s->ui), id, &s->p, reterr);
    return st == CT_OK ? load(s, id, reterr) : st;
}

static void trend_close(struct ct_view *v)
{
    struct trend *s = ct_view_state(v);
    free(s->set);
    free(s->point);
}

static void trend_refresh(struct ct_view *v)
{
    struct trend *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, s->p.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void trend_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    static const struct ct_chart_band BANDS[] = {{5, "medium", CT_R_WARN}, {7, "high", CT_R_ALARM}};
    struct trend *s = ct_view_state(v);
    const struct ct_config *c = ct_app_config(ct_ui_app(s->ui));
    ct_subject_patient(s->ui, &s->p);
    int64_t now = ct_app_now(ct_ui_app(s->ui));
    enum ct_q q = SERIES[s->series].q;
    char title[80];
    snprintf(title, sizeof title, "%s, %s", SERIES[s->series].title, SPANS[s->span].name);
    struct ct_chart chart = {
        .title = title,
        .places = q == CT_QS ? 0 : CT_QUANTITY[q].unit[0].places,
        .from_ms = now - SPANS[s->span].ms,
        .to_ms = now,
        .point = s->point,
        .n_points = s->n_points,
        .band = q == CT_QS ? BANDS : NULL,
        .n_bands = q == CT_QS ? CT_LEN(BANDS) : 0,
        .style = ct_ui_ascii(s->ui) || c->chart[0] == 'a' ? CT_CHART_ASCII
                 : c->chart[0] == 'b'                     ? CT_CHART_BRAILLE
                                                          : CT_CHART_PLAIN,
    };
    int high = body.rows / 2;
    ct_chart_draw(&chart, g, body.row, body.col + 1, high, body.cols - 2);
    if (s->n == 0)
        ct_grid_text(g, body.row + high + 1, body.col + 2, -1, CT_R_DIM, "No vitals yet.");
    ct_table_draw(&s->table, g, body.row + high + 1, body.col, body.rows - high - 1, body.cols,
                  true);
}

static enum ct_reaction trend_event(struct ct_view *v, const struct ct_event *e)
{
    struct trend *s = ct_view_state(v);
    return ct_table_event(&s->table, e);
}

static enum ct_reaction next_series(struct ct_view *v)
{
    struct trend *s = ct_view_state(v);
    s->series = (s->series + 1) % CT_LEN(SERIES);
    points_take(s);
    return CT_HANDLED;
}

static enum ct_reaction wider(struct ct_view *v)
{
    struct trend *s = ct_view_state(v);
    s->span = (s->span + 1) % CT_LEN(SPANS);
    return CT_HANDLED;
}

static enum ct_reaction versions(struct ct_view *v)
{
    struct trend *s = ct_view_state(v);
    if (s->n == 0)
        return CT_IGNORED;
    return ct_ui_push(s->ui, &ct_screen_versions, &s->set[s->table.cursor].id) ? CT_HANDLED
                                                                               : CT_REFUSED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "trend.series", .keys = "Tab s", .label = "other chart", .perm = CT_PERM_VITALS_READ,
     .help = "Chart the next quantity.", .run = next_series},
    {.id = "trend.span", .keys = "w", .label = "time span", .perm = CT_PERM_VITALS_READ,
     .help = "24 hours, three days, two weeks, a year.", .run = wider},
    {.id = "trend.versions", .keys = "i Enter", .label = "versions",
     .perm = CT_PERM_VITALS_READ, .help = "All versions of the set of this line.",
     .run = versions},
    {.id = NULL},
};

const struct ct_screen ct_screen_trend = {
    .id = "trend",
    .title = "Trend",
    .help = "The sets as numbers below, newest first, with units in every heading; one of them "
            "as a chart above. A set marked * replaces an earlier version.",
    .perm = CT_PERM_VITALS_READ,
    .state_size = sizeof(struct trend),
    .commands = COMMANDS,
    .open = trend_open,
    .draw = trend_draw,
    .event = trend_event,
    .refresh = trend_refresh,
    .close = trend_close,
};
