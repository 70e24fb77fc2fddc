/* load_curve - what the machine recorded of a load's cycle: each temperature and the pressure
 * over time with the limits of the programme, its phases, and how far the steam was from
 * saturation while it held. */
#include "ui/screens/load_view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { POINTS = 2000, BELOW = 7, TENTHS = 1, MILLIONTHS_A_TENTH = 100000 };

struct load_curve {
    struct ct_ui *ui;
    int64_t id;
    struct ct_load l;
    char number[40];
    struct ct_programme *p;
    struct ct_load_record *record;
    size_t n, at; /* the records, and the one that is shown */
    struct ct_curve *c; /* NULL: it has none, and `why` says why */
    char why[300];
    struct ct_load_reading reading; /* what was made of it; id 0: nothing */
    size_t shown;                   /* temperature, or n_temps: the pressure */
    struct ct_hold hold;
    struct ct_point point[POINTS];
    size_t n_points;
    struct ct_chart_mark mark[CT_CURVE_PHASES_MAX];
    size_t n_marks;
};

/* ---- what is there ------------------------------------------------------------------- */

static bool is_pressure(const struct load_curve *s)
{
    return s->shown == s->c->n_temps;
}

static int64_t value(const struct load_curve *s, size_t i)
{
    return is_pressure(s) ? s->c->pressure[i] : s->c->temp[i * s->c->n_temps + s->shown];
}

/* The machine's own times, laid on the day at the start of the load: its clock may be set to
 * anything, and a logger counts from 0. */
static int64_t moment(const struct load_curve *s, int64_t t_ms)
{
    int64_t start = s->l.started_ms != CT_UNSET ? s->l.started_ms : s->l.at_ms;
    return start + t_ms - s->c->t_ms[0];
}

static void put(struct load_curve *s, size_t i)
{
    int64_t v = value(s, i), half = v < 0 ? -MILLIONTHS_A_TENTH / 2 : MILLIONTHS_A_TENTH / 2;
    s->point[s->n_points++] = (struct ct_point){.at_ms = moment(s, s->c->t_ms[i]),
                                                .value = (v + half) / MILLIONTHS_A_TENTH};
}

/* Of a long curve the lowest and the highest of each stretch: no peak is left out. */
static void points_fill(struct load_curve *s)
{
    size_t step = 2 * (s->c->n / POINTS + 1);
    s->n_points = 0;
    for (size_t i = 0; i < s->c->n; i += step) {
        size_t low = i, high = i, end = i + step < s->c->n ? i + step : s->c->n;
        if (step == 2) {
            for (size_t k = i; k < end; k++)
                put(s, k);
            continue;
        }
        for (size_t k = i; k < end; k++) {
            low = value(s, k) < value(s, low) ? k : low;
            high = value(s, k) > value(s, high) ? k : high;
        }
        put(s, low < high ? low : high);
        if (low != high)
            put(s, low < high ? high : low);
    }
}

static void phases_fill(struct load_curve *s)
{
    static const char LETTER[CT_PHASES] = {[CT_PHASE_AIR_REMOVAL] = 'A', [CT_PHASE_HEATING] = 'H',
                                           [CT_PHASE_HOLDING] = 'S', [CT_PHASE_COOLING] = 'C',
                                           [CT_PHASE_DRYING] = 'D'};
    struct ct_curve_phase phase[CT_CURVE_PHASES_MAX];
    size_t n = ct_curve_phases(s->c, &s->hold, phase);
    s->n_marks = 0;
    for (size_t i = 0; i < n; i++)
        s->mark[s->n_marks++] = (struct ct_chart_mark){.at_ms = moment(s, phase[i].from_ms),
                                                       .what = LETTER[phase[i].phase]};
}

static const struct ct_programme_limit *limit_of(const struct load_curve *s, enum ct_measure m)
{
    return s->p->has[m] ? &s->p->limit[m] : NULL;
}

static void look(struct load_curve *s)
{
    const struct ct_programme_limit *t = limit_of(s, CT_M_TEMPERATURE);
    s->hold = (struct ct_hold){.any = false};
    if (s->c == NULL)
        return;
    if (t != NULL && t->low.is == CT_BOUND_SET)
        ct_curve_hold(s->c, is_pressure(s) ? 0 : s->shown, t->low.value,
                      t->high.is == CT_BOUND_SET ? t->high.value : CT_UNSET, &s->hold);
    points_fill(s);
    phases_fill(s);
}

static enum ct_status reading_find(struct load_curve *s, struct ct_error *reterr)
{
    struct ct_load_reading *r = NULL;
    size_t n = 0;
    s->reading.id = 0;
    enum ct_status rc = ct_load_readings(ct_ui_app(s->ui), s->id, &r, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        if (r[i].record_id == s->record[s->at].id)
            s->reading = r[i];
    free(r);
    return rc;
}

static enum ct_status show(struct load_curve *s, size_t at, struct ct_error *reterr)
{
    struct ct_error why;
    const struct ct_load_record *r = &s->record[at];
    ct_curve_freep(&s->c);
    s->at = at;
    s->shown = 0;
    enum ct_status rc =
        ct_ui_load_curve(s->ui, r->id, r->cycle, r->name, &s->c, &why);
    if (rc != CT_OK && rc != CT_EINVAL) {
        *reterr = why;
        return rc;
    }
    s->why[0] = '\0';
    if (rc == CT_EINVAL)
        ct_text_copy(s->why, sizeof s->why, why.text);
    look(s);
    return reading_find(s, reterr);
}

/* ---- drawing -------------------------------------------------------------------------- */

static size_t bands(const struct load_curve *s, struct ct_chart_band out[2])
{
    const struct ct_programme_limit *l =
        limit_of(s, is_pressure(s) ? CT_M_PRESSURE : CT_M_TEMPERATURE);
    size_t n = 0;
    if (l == NULL || (is_pressure(s) &&
                      (!s->c->unit_known || l->basis != s->c->basis ||
                       strcmp(l->unit, CT_PRESSURE_UNIT_NAME[s->c->unit]) != 0)))
        return 0;
    if (l->high.is == CT_BOUND_SET)
        out[n++] = (struct ct_chart_band){l->high.value / MILLIONTHS_A_TENTH, "highest",
                                          CT_R_ALARM};
    if (l->low.is == CT_BOUND_SET)
        out[n++] = (struct ct_chart_band){l->low.value / MILLIONTHS_A_TENTH, "lowest",
                                          CT_R_ALARM};
    return n;
}

static void chart_draw(const struct load_curve *s, struct ct_grid *g, struct ct_rect at)
{
    const struct ct_config *c = ct_app_config(ct_ui_app(s->ui));
    struct ct_chart_band band[2];
    char title[CT_CURVE_NAME_MAX + 40];
    if (!is_pressure(s))
        snprintf(title, sizeof title, "%s, degC", s->c->temp_name[s->shown]);
    else if (s->c->unit_known)
        snprintf(title, sizeof title, "%s, %s %s", s->c->pressure_name,
                 CT_PRESSURE_UNIT_NAME[s->c->unit], CT_PRESSURE_BASIS_NAME[s->c->basis]);
    else
        snprintf(title, sizeof title, "%s, unit not stated", s->c->pressure_name);
    const struct ct_chart chart = {
        .title = title,
        .places = TENTHS,
        .from_ms = s->point[0].at_ms,
        .to_ms = s->point[s->n_points - 1].at_ms,
        .point = s->point,
        .n_points = s->n_points,
        .band = band,
        .n_bands = bands(s, band),
        .mark = s->mark,
        .n_marks = s->n_marks,
        .gap_ms = INT64_MAX,
        .reach_bands = true,
        .style = ct_ui_ascii(s->ui) || c->chart[0] == 'a' ? CT_CHART_ASCII
                 : c->chart[0] == 'b'                     ? CT_CHART_BRAILLE
                                                          : CT_CHART_PLAIN,
    };
    ct_chart_draw(&chart, g, at.row, at.col, at.rows, at.cols);
}

/* "Held 4 min 5 s at 134.0 to 135.2 degC (S to C)." */
static void hold_text(const struct load_curve *s, struct ct_buf *out)
{
    char a[CT_DECIMAL_SIZE], b[CT_DECIMAL_SIZE];
    if (!s->hold.any) {
        ct_buf_str_add(out, limit_of(s, CT_M_TEMPERATURE) != NULL
                                ? "The band of the programme was never held."
                                : "The programme has no band of temperature.");
        return;
    }
    int64_t held = (s->hold.to_ms - s->hold.from_ms + 500) / 1000;
    ct_decimal_text(s->hold.min, 6, a);
    ct_decimal_text(s->hold.max, 6, b);
    ct_buf_printf(out, "Held %lld min %02lld s at %s to %s degC.", (long long)(held / 60),
                  (long long)(held % 60), a, b);
}

static void kelvin(double k, struct ct_buf *out)
{
    double tenths = round(10 * k);
    if (tenths == 0)
        ct_buf_str_add(out, "0.0");
    else
        ct_buf_printf(out, "%+.1f", tenths / 10);
}

static void steam_text(const struct load_curve *s, struct ct_buf *out)
{
    struct ct_steam_check k;
    if (!s->hold.any || !s->c->has_pressure || s->p->method != CT_METHOD_STEAM)
        return;
    ct_curve_steam(s->c, is_pressure(s) ? 0 : s->shown, s->hold.from_ms, s->hold.to_ms,
                   CT_ATMOSPHERE_KPA, &k);
    if (!k.hot.any)
        ct_buf_str_add(out, " Steam: not known, the unit or basis of its pressure is not stated.");
    else
        ct_buf_str_add(out, " Against saturated steam of its pressure: ");
    if (k.hot.any) {
        kelvin(k.cold.worst, out);
        ct_buf_str_add(out, " to ");
        kelvin(k.hot.worst, out);
        ct_buf_str_add(out, " K.");
    }
}

static void text_draw(const struct load_curve *s, struct ct_grid *g, struct ct_rect at)
{
    CT_BUF b = {.max = 4096};
    hold_text(s, &b);
    steam_text(s, &b);
    int used = ct_draw_wrapped(g, (struct ct_rect){at.row, at.col, 2, at.cols},
                               s->hold.any ? CT_R_TEXT : CT_R_WARN, ct_buf_str(&b));
    bool more = s->c->n_temps + s->c->has_pressure > 1;
    ct_grid_printf(g, at.row + used, at.col, at.cols, CT_R_DIM,
                   "A air removal, H heating, S held, C cooling, D drying.%s%s",
                   more ? " Up, Down: others." : "", s->n > 1 ? " <- ->: records." : "");
    if (s->reading.id == 0)
        return;
    ct_buf_clear(&b);
    ct_buf_printf(&b, "%s: %s", CT_CYCLE_VERDICT_NAME[s->reading.verdict], s->reading.text);
    ct_draw_wrapped(g, (struct ct_rect){at.row + used + 1, at.col, at.rows - used - 1, at.cols},
                    s->reading.verdict == CT_CYCLE_PASS   ? CT_R_OK
                    : s->reading.verdict == CT_CYCLE_FAIL ? CT_R_ALARM
                                                          : CT_R_WARN,
                    ct_buf_str(&b));
}

static void curve_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct load_curve *s = ct_view_state(v);
    int row = body.row + body.rows - BELOW;
    ct_ui_subject(s->ui, "CURVE  %s", s->number);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 2, CT_R_HEAD,
                   "%s  %s  record %zu of %zu: %s", s->l.asset, s->p->title, s->at + 1, s->n,
                   s->record[s->at].name);
    ct_grid_cursor(g, body.row, body.col + 1);
    if (s->c == NULL) {
        ct_draw_wrapped(g, (struct ct_rect){body.row + 2, body.col + 2, 4, body.cols - 4},
                        CT_R_NOTE, s->why);
        return;
    }
    chart_draw(s, g, (struct ct_rect){body.row + 1, body.col + 1, row - body.row - 1,
                                      body.cols - 2});
    text_draw(s, g, (struct ct_rect){row, body.col + 1, BELOW, body.cols - 2});
}

/* ---- the screen ------------------------------------------------------------------------- */

static void curve_close(struct ct_view *v)
{
    struct load_curve *s = ct_view_state(v);
    ct_curve_freep(&s->c);
    ct_programme_free(s->p);
    ct_load_records_free(s->record, s->n);
}

static enum ct_status curve_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct load_curve *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->id = *(const int64_t *)arg;
    struct ct_app *app = ct_ui_app(s->ui);
    ct_load_number(app, s->id, s->number);
    enum ct_status rc = ct_load_get(app, s->id, &s->l, reterr);
    if (rc == CT_OK)
        rc = ct_load_programme(app, s->id, &s->p, reterr);
    if (rc == CT_OK)
        rc = ct_load_records(app, s->id, &s->record, &s->n, reterr);
    if (rc == CT_OK && s->n == 0)
        rc = ct_fail(reterr, CT_ENOTFOUND, "",
                     "The machine's record of %s is not kept. `clintech load record %s FILE` "
                     "takes it in.",
                     s->number, s->number);
    if (rc == CT_OK)
        rc = show(s, s->n - 1, reterr);
    if (rc != CT_OK)
        curve_close(v); /* it is not called then */
    return rc;
}

static enum ct_reaction to(struct load_curve *s, size_t at)
{
    struct ct_error err;
    if (show(s, at, &err) == CT_OK)
        return CT_HANDLED;
    ct_ui_say_error(s->ui, &err);
    return CT_REFUSED;
}

static enum ct_reaction turn(struct load_curve *s, int by)
{
    if (s->c == NULL)
        return CT_REFUSED;
    size_t n = s->c->n_temps + s->c->has_pressure;
    s->shown = (s->shown + (by > 0 ? 1 : n - 1)) % n;
    look(s);
    return CT_HANDLED;
}

static enum ct_reaction curve_event(struct ct_view *v, const struct ct_event *e)
{
    struct load_curve *s = ct_view_state(v);
    if (e->kind != CT_EV_KEY)
        return CT_IGNORED;
    switch (e->key) {
    case CT_KEY_UP: return turn(s, -1);
    case CT_KEY_DOWN: return turn(s, 1);
    case CT_KEY_LEFT: return to(s, (s->at + s->n - 1) % s->n);
    case CT_KEY_RIGHT: return to(s, (s->at + 1) % s->n);
    default: return CT_IGNORED;
    }
}

static const struct ct_command COMMANDS[] = {{.id = NULL}};

const struct ct_screen ct_screen_load_curve = {
    .id = "load_curve",
    .title = "Curve of a load",
    .help = "What the machine recorded of the cycle, over time, between the limits of the "
            "programme as it was when the load was planned. Up and Down: the other "
            "temperatures and the pressure; Left and Right: other records of the load. The "
            "machine's own times are laid at the start of the load.",
    .perm = CT_PERM_STERILE_READ,
    .state_size = sizeof(struct load_curve),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = curve_open,
    .draw = curve_draw,
    .event = curve_event,
    .close = curve_close,
};
