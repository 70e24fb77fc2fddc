/* trend - a patient's sets as numbers, and one quantity at a time as a chart. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>

#include "ui/tk/chart.h"

enum { SETS_MAX = 1000 };

/* What can be charted; the score first. */
static const struct {
    enum ct_q q; /* CT_QS: NEWS2 */
    const char *title;
} SERIES[] = {
    {CT_QS, "NEWS2"},
    {CT_Q_PULSE, "Pulse"},
    {CT_Q_SBP, "Systolic pressure"},
    {CT_Q_DBP, "Diastolic pressure"},
    {CT_Q_RESP, "Respiration"},
    {CT_Q_SPO2, "SpO2"},
    {CT_Q_TEMP, "Temperature"},
    {CT_Q_PAIN, "Pain"},
    {CT_Q_GLUCOSE, "Blood glucose"},
    {CT_Q_WEIGHT, "Weight"},
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
    struct ct_set_columns columns;
    struct ct_quick quick;
    char cell[64];
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

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct trend *s = arg;
    return ct_set_cell(ct_app_config(ct_ui_app(s->ui)), &s->set[row], column, role, s->cell);
}

/* The unit a series is drawn in: the site's. */
static uint8_t series_unit(const struct trend *s)
{
    enum ct_q q = SERIES[s->series].q;
    return q == CT_QS ? 0 : ct_quantity_site_unit(q, ct_app_config(ct_ui_app(s->ui)));
}

/* The chosen series in time order. */
static void points_take(struct trend *s)
{
    enum ct_q q = SERIES[s->series].q;
    s->n_points = 0;
    for (size_t i = s->n; i-- > 0;) {
        const struct ct_vitals *v = &s->set[i];
        int64_t value = q == CT_QS ? (v->score >= 0 ? v->score : CT_UNSET)
                                   : ct_quantity_convert(q, v->v[q], series_unit(s));
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
    ct_set_columns(ct_app_config(ct_ui_app(s->ui)), &s->columns);
    ct_table_init(&s->table, s->columns.column, CT_SET_COLUMNS,
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
    const char *unit = q == CT_QS ? "" : CT_QUANTITY[q].unit[series_unit(s)].name;
    snprintf(title, sizeof title, "%s%s%s, %s", SERIES[s->series].title,
             unit[0] != '\0' ? " " : "", unit, SPANS[s->span].name);
    struct ct_chart chart = {
        .title = title,
        .places = q == CT_QS ? 0 : CT_QUANTITY[q].unit[series_unit(s)].places,
        .from_ms = now - SPANS[s->span].ms,
        .to_ms = now,
        .point = s->point,
        .n_points = s->n_points,
        .band = q == CT_QS ? BANDS : NULL,
        .n_bands = q == CT_QS ? CT_LEN(BANDS) : 0,
        .reach = q == CT_QS ? CT_NEWS2_AXIS : 0,
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

/* The next series, or the one before, of which there is any figure. */
static enum ct_reaction turn(struct ct_view *v, size_t by)
{
    struct trend *s = ct_view_state(v);
    for (size_t i = 0; i < CT_LEN(SERIES); i++) {
        s->series = (s->series + by) % CT_LEN(SERIES);
        points_take(s);
        if (s->n_points > 0)
            break;
    }
    return CT_HANDLED;
}

static enum ct_reaction next_series(struct ct_view *v)
{
    return turn(v, 1);
}

static enum ct_reaction series_before(struct ct_view *v)
{
    return turn(v, CT_LEN(SERIES) - 1);
}

static enum ct_reaction wider(struct ct_view *v)
{
    struct trend *s = ct_view_state(v);
    s->span = (s->span + 1) % CT_LEN(SPANS);
    return CT_HANDLED;
}

static void quick_given(struct ct_view *v, const char *text)
{
    ct_quick_given(v, &((struct trend *)ct_view_state(v))->quick, text);
}

static enum ct_reaction quick(struct ct_view *v)
{
    struct trend *s = ct_view_state(v);
    return ct_quick_ask(v, &s->quick, s->p.id, quick_given);
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
    {.id = "trend.before", .keys = "Shift-Tab", .perm = CT_PERM_VITALS_READ,
     .help = "Chart the quantity before.", .run = series_before},
    {.id = "trend.span", .keys = "w", .label = "time span", .perm = CT_PERM_VITALS_READ,
     .help = "24 hours, three days, two weeks, a year.", .run = wider},
    {.id = "trend.quick", .keys = "= F8", .perm = CT_PERM_VITALS_WRITE, .help = CT_QUICK_HELP,
     .run = quick},
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
