/* drift - what a point of a device showed over its life against its tolerance, the line
 * through it, when it would leave tolerance, and what that says of the interval. */
#include "ui/screens/screens.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/calibration.h"

enum { SERIES_MAX = 20, LINES = 5 };

struct drift {
    struct ct_ui *ui;
    struct ct_equipment e;
    char series[SERIES_MAX][CT_CALT_ID_MAX + 1]; /* templates by which it was calibrated */
    size_t n_series, at_series, at_point;
    struct ct_caltemplate *t;
    struct ct_drift d;
    struct ct_interval_advice advice;
    int months; /* the site's interval; 0: no schedule */
    struct ct_point point[CT_DRIFT_MAX];
    struct ct_chart_mark mark[CT_DRIFT_MAX];
    size_t n_marks;
    int places;
};

/* ---- what is there ------------------------------------------------------------------- */

static enum ct_status series_find(struct drift *s, struct ct_error *reterr)
{
    struct ct_cal_line *v = NULL;
    size_t n;
    enum ct_status st =
        ct_calibration_list(ct_ui_app(s->ui), s->e.id, false, 1000, &v, &n, reterr);
    for (size_t i = 0; st == CT_OK && i < n; i++) {
        bool there = false;
        for (size_t k = 0; k < s->n_series; k++)
            there |= strcmp(s->series[k], v[i].template_id) == 0;
        if (!there && s->n_series < SERIES_MAX)
            ct_text_copy(s->series[s->n_series++], sizeof s->series[0], v[i].template_id);
    }
    free(v);
    return st;
}

static int months_of(const struct ct_schedule *c)
{
    return c->unit == CT_EVERY_YEAR    ? 12 * c->every
           : c->unit == CT_EVERY_MONTH ? c->every
           : c->unit == CT_EVERY_WEEK  ? (c->every * 7 + 15) / 30
                                       : (c->every + 15) / 30;
}

/* The interval that the site decided on for this template. */
static void interval_find(struct drift *s)
{
    struct ct_schedule *v = NULL;
    size_t n;
    s->months = 0;
    if (ct_schedule_list(ct_ui_app(s->ui), s->e.id, &v, &n, NULL) != CT_OK)
        return;
    for (size_t i = 0; i < n; i++) {
        bool mine = strcmp(v[i].template_id, s->t->id) == 0;
        if ((v[i].kind == CT_TASK_CALIBRATION || v[i].kind == CT_TASK_ELECTRICAL) &&
            (mine || (v[i].template_id[0] == '\0' && s->months == 0)))
            s->months = months_of(&v[i]);
    }
    free(v);
}

/* The worst point decides: an interval is the template's, not a point's. */
static void advise(struct drift *s)
{
    double share[CT_DRIFT_MAX];
    size_t n = 0;
    const struct ct_config *c = ct_app_config(ct_ui_app(s->ui));
    for (size_t i = s->d.n; i-- > 0;)
        if (!s->d.p[i].after_adjust)
            share[n++] = ct_drift_share(&s->d, &s->d.p[i]);
    ct_interval_advice(s->months > 0 ? s->months : 12, share, n, c->staircase_share / 100.0,
                       &s->advice);
}

static void points_make(struct drift *s)
{
    double width = isnan(s->d.high) ? fabs(s->d.low) : s->d.high;
    double scale = 1;
    s->places = width < 1 ? 3 : width < 10 ? 2 : 1;
    s->n_marks = 0;
    for (int i = 0; i < s->places; i++)
        scale *= 10;
    for (size_t i = 0; i < s->d.n; i++) {
        const struct ct_drift_point *p = &s->d.p[i];
        s->point[i] = (struct ct_point){.at_ms = (int64_t)p->day * CT_DAY_MS,
                                        .value = (int64_t)llround(p->error * scale),
                                        .struck = p->after_adjust};
        if (p->after_adjust)
            s->mark[s->n_marks++] =
                (struct ct_chart_mark){.at_ms = s->point[i].at_ms, .what = 'A'};
    }
}

static enum ct_status load(struct drift *s, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    enum ct_status st = CT_OK;
    if (s->n_series == 0)
        return ct_fail(reterr, CT_ENOTFOUND, "", "%s was not calibrated here yet.", s->e.asset);
    if (s->t == NULL || strcmp(s->t->id, s->series[s->at_series]) != 0) {
        ct_caltemplate_freep(&s->t);
        st = ct_caltemplate_load(ct_app_config(app), s->series[s->at_series], &s->t, reterr);
    }
    if (st != CT_OK)
        return st;
    if (s->at_point >= s->t->n_points)
        s->at_point = 0;
    st = ct_drift_of(app, s->e.id, s->t->id, s->t->point[s->at_point].id, &s->d, reterr);
    interval_find(s);
    advise(s);
    points_make(s);
    return st;
}

/* On from a point that was never measured. */
static enum ct_status load_seen(struct drift *s, struct ct_error *reterr)
{
    enum ct_status st = load(s, reterr);
    for (size_t i = 0; st == CT_OK && s->d.n == 0 && i < s->t->n_points; i++) {
        s->at_point = (s->at_point + 1) % s->t->n_points;
        st = load(s, reterr);
    }
    return st;
}

/* ---- drawing ---------------------------------------------------------------------------- */

/* Of what was measured: a point in e was read in the unit of the device's division. */
static const char *unit_of(const struct drift *s, const struct ct_cal_point *p)
{
    return p->in_e ? s->t->division_unit : p->unit;
}

static void chart_draw(const struct drift *s, struct ct_grid *g, struct ct_rect at)
{
    const struct ct_config *c = ct_app_config(ct_ui_app(s->ui));
    const struct ct_cal_point *p = &s->t->point[s->at_point];
    struct ct_chart_band band[3];
    struct ct_point line[2];
    char title[200];
    double scale = 1;
    size_t n = 0;
    for (int i = 0; i < s->places; i++)
        scale *= 10;
    snprintf(title, sizeof title, "Error as found of %s, %s", p->id, unit_of(s, p));
    if (!isnan(s->d.high))
        band[n++] = (struct ct_chart_band){llround(s->d.high * scale), "upper", CT_R_ALARM};
    band[n++] = (struct ct_chart_band){0, "0", CT_R_DIM};
    if (!isnan(s->d.low))
        band[n++] = (struct ct_chart_band){llround(s->d.low * scale), "lower", CT_R_ALARM};
    int64_t first = s->point[0].at_ms, last = s->point[s->d.n - 1].at_ms;
    int64_t span = last > first ? last - first : (int64_t)365 * CT_DAY_MS;
    struct ct_chart chart = {
        .title = title,
        .places = s->places,
        .from_ms = first - span / 40,
        .to_ms = last + span / 3,
        .point = s->point,
        .n_points = s->d.n,
        .band = band,
        .n_bands = n,
        .mark = s->mark,
        .n_marks = s->n_marks,
        .reach_bands = true,
        .style = ct_ui_ascii(s->ui) || c->chart[0] == 'a' ? CT_CHART_ASCII
                 : c->chart[0] == 'b'                     ? CT_CHART_BRAILLE
                                                          : CT_CHART_PLAIN,
    };
    if (s->d.fitted) { /* from the first point of the run on to where the chart ends */
        size_t from = s->d.n - 1;
        while (from > 0 && !s->d.p[from].after_adjust)
            from--;
        double years = (double)(s->d.p[s->d.n - 1].day - s->d.p[from].day) / 365.25;
        double ahead = (double)(chart.to_ms - last) / CT_DAY_MS / 365.25;
        line[0] = (struct ct_point){
            .at_ms = s->point[from].at_ms,
            .value = llround((s->d.at_last - years * s->d.per_year) * scale)};
        line[1] = (struct ct_point){
            .at_ms = chart.to_ms, .value = llround((s->d.at_last + ahead * s->d.per_year) * scale)};
        chart.line = line;
    }
    ct_chart_draw(&chart, g, at.row, at.col, at.rows, at.cols);
}

static void line_text(const struct drift *s, char *out, size_t size)
{
    const char *unit = unit_of(s, &s->t->point[s->at_point]);
    char day[16];
    ct_date today = ct_date_at(ct_app_now(ct_ui_app(s->ui)));
    if (!s->d.fitted) {
        snprintf(out, size, "No line yet: three as found since the last adjustment are wanted.");
        return;
    }
    ct_date_text(s->d.leaves, day);
    int n = snprintf(out, size, "Drift %+.3g %s a year%s, s %.2g", s->d.per_year,
                     unit, s->n_marks > 0 ? " since the last adjustment" : "", s->d.s);
    if (n > 0 && (size_t)n < size)
        snprintf(out + n, size - (size_t)n, "%s%s%s",
                 s->d.leaves == CT_NO_DATE  ? "; it does not leave tolerance within 50 years."
                 : s->d.leaves < today      ? "; by the line it left tolerance on "
                                            : "; it would leave tolerance on ",
                 day, s->d.leaves == CT_NO_DATE ? "" : ".");
}

static void advice_draw(const struct drift *s, struct ct_grid *g, struct ct_rect at)
{
    static const char *const STEP[] = {"keep", "longer", "SHORTER"};
    CT_BUF b = {.max = 600};
    if (s->months > 0)
        ct_buf_printf(&b, "The site decides: every %d month%s. By the staircase", s->months,
                      s->months == 1 ? "" : "s");
    else
        ct_buf_str_add(&b, "No schedule asks for it. By the staircase, from 12 months on");
    ct_buf_printf(&b, ": %s, %d months (%s).", STEP[s->advice.step], s->advice.months,
                  s->advice.why);
    ct_draw_wrapped(g, at, s->advice.step == CT_STAIR_SHORTEN ? CT_R_WARN : CT_R_TEXT,
                    ct_buf_str(&b));
}

static void drift_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct drift *s = ct_view_state(v);
    char text[300];
    ct_equipment_text(&s->e, text, sizeof text);
    ct_ui_subject(s->ui, "DRIFT  %s", text);
    int row = body.row + body.rows - LINES;
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 2, CT_R_HEAD, "%s  (point %zu of %zu)",
                   s->t->title, s->at_point + 1, s->t->n_points);
    if (s->d.n == 0)
        ct_grid_text(g, body.row + 2, body.col + 2, -1, CT_R_DIM, "This point was never measured.");
    else
        chart_draw(s, g, (struct ct_rect){body.row + 1, body.col + 1, row - body.row - 1,
                                          body.cols - 2});
    ct_grid_text(g, row, body.col + 1, body.cols - 2, CT_R_DIM,
                 s->n_marks > 0 ? "x as left, A adjusted; dots: the fitted line. Left and right: "
                                  "other points."
                                : "dots: the fitted line. Left and right: other points.");
    line_text(s, text, sizeof text);
    int used = ct_draw_wrapped(g, (struct ct_rect){row + 1, body.col + 1, 2, body.cols - 2},
                               s->d.fitted && s->d.leaves != CT_NO_DATE ? CT_R_NOTE : CT_R_TEXT,
                               text);
    advice_draw(s, g, (struct ct_rect){row + 1 + used, body.col + 1, LINES - 1 - used,
                                       body.cols - 2});
    ct_grid_cursor(g, body.row, body.col + 1);
}

/* ---- the screen ---------------------------------------------------------------------------- */

static enum ct_status drift_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct drift *s = ct_view_state(v);
    const struct ct_drift_arg *a = arg;
    s->ui = ct_view_ui(v);
    enum ct_status st = ct_equipment_get(ct_ui_app(s->ui), a->equipment_id, &s->e, reterr);
    if (st == CT_OK)
        st = series_find(s, reterr);
    for (size_t i = 0; i < s->n_series; i++)
        if (strcmp(s->series[i], a->template_id) == 0)
            s->at_series = i;
    if (st == CT_OK)
        st = load(s, reterr);
    if (st == CT_OK && a->point[0] != '\0') {
        size_t at = ct_caltemplate_find(s->t, a->point, strlen(a->point));
        s->at_point = at != CT_CALT_NONE ? at : 0;
    }
    if (st == CT_OK)
        st = a->point[0] != '\0' ? load(s, reterr) : load_seen(s, reterr);
    if (st != CT_OK)
        ct_caltemplate_freep(&s->t);
    return st;
}

static void drift_close(struct ct_view *v)
{
    ct_caltemplate_freep(&((struct drift *)ct_view_state(v))->t);
}

static void drift_refresh(struct ct_view *v)
{
    struct ct_error err;
    if (load(ct_view_state(v), &err) != CT_OK)
        ct_ui_say_error(ct_view_ui(v), &err);
}

static enum ct_reaction turn(struct drift *s, size_t by)
{
    struct ct_error err;
    for (size_t i = 0; i < s->t->n_points; i++) { /* on to one that was measured */
        s->at_point = (s->at_point + by) % s->t->n_points;
        if (load(s, &err) != CT_OK) {
            ct_ui_say_error(s->ui, &err);
            return CT_REFUSED;
        }
        if (s->d.n > 0)
            break;
    }
    return CT_HANDLED;
}

static enum ct_reaction drift_event(struct ct_view *v, const struct ct_event *e)
{
    struct drift *s = ct_view_state(v);
    if (e->kind == CT_EV_KEY && (e->key == CT_KEY_RIGHT || e->key == CT_KEY_DOWN))
        return turn(s, 1);
    if (e->kind == CT_EV_KEY && (e->key == CT_KEY_LEFT || e->key == CT_KEY_UP))
        return turn(s, s->t->n_points - 1);
    return CT_IGNORED;
}

static enum ct_reaction template(struct ct_view *v)
{
    struct drift *s = ct_view_state(v);
    struct ct_error err;
    s->at_series = (s->at_series + 1) % s->n_series;
    s->at_point = 0;
    if (load_seen(s, &err) == CT_OK)
        return CT_HANDLED;
    ct_ui_say_error(s->ui, &err);
    return CT_REFUSED;
}

static bool several(const struct ct_view *v)
{
    return ((const struct drift *)ct_view_state(v))->n_series > 1;
}

static const struct ct_command COMMANDS[] = {
    {.id = "drift.template", .keys = "n", .label = "next calibration", .perm = CT_PERM_EQUIP_READ,
     .help = "The same of the next template by which the device is calibrated.",
     .run = template, .shown = several},
    {.id = NULL},
};

const struct ct_screen ct_screen_drift = {
    .id = "drift",
    .title = "Drift of a device",
    .help = "The error as found of one point over the device's life, with its tolerance. The line "
            "is fitted to what was found since the last adjustment; it says when the point would "
            "leave tolerance if it went on so. The staircase makes the interval longer when the "
            "last three were found well within tolerance, and shorter when the last was not; what "
            "is done is for the site to decide.",
    .perm = CT_PERM_EQUIP_READ,
    .state_size = sizeof(struct drift),
    .arg_size = sizeof(struct ct_drift_arg),
    .commands = COMMANDS,
    .open = drift_open,
    .draw = drift_draw,
    .event = drift_event,
    .refresh = drift_refresh,
    .close = drift_close,
};
