/* cycle_result - a curve and its verdict as JSON, and as text for people; see cycle.h. The
 * keys are documented in clintech(1) and in docs/admin-guide.md. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/cycle.h"
#include "cli/data_file.h"
#include "clinic/conformity.h"

enum { MICRO = 1000000, PLATEAU_K = 3 };

/* What one temperature comes to. */
struct one {
    struct ct_curve_range range;
    struct ct_hold hold;
    double f0_min, a0_s, a0_all_s;
};

static void compute(const struct ct_cli_cycle *job, const struct ct_curve *c, size_t t,
                    const struct ct_cycle *judged, struct one *ret)
{
    static const struct ct_lethality A0_ALL = {80, 10, -INFINITY};
    const struct ct_programme *p = job->programme;
    bool band = p != NULL && p->has[CT_M_TEMPERATURE] &&
                p->limit[CT_M_TEMPERATURE].low.is == CT_BOUND_SET;
    ct_curve_range(c, t, &ret->range);
    ret->f0_min = ct_curve_lethality(c, t, &job->f) / 60;
    ret->a0_s = ct_curve_lethality(c, t, &CT_A0);
    ret->a0_all_s = ct_curve_lethality(c, t, &A0_ALL);
    if (band)
        ret->hold = judged->hold[t];
    else if (job->low != CT_UNSET || job->high != CT_UNSET)
        ct_curve_hold(c, t, job->low, job->high, &ret->hold);
    else
        ct_curve_hold(c, t, ret->range.max - PLATEAU_K * MICRO, ret->range.max, &ret->hold);
}

static bool band_given(const struct ct_cli_cycle *job)
{
    return job->low != CT_UNSET || job->high != CT_UNSET;
}

/* ---- JSON ----------------------------------------------------------------------------- */

static json_t *real(int64_t micro)
{
    return micro == CT_UNSET ? json_null() : json_real((double)micro / MICRO);
}

/* JSON has no infinity. */
static json_t *real_or_null(double v)
{
    return isfinite(v) ? json_real(v) : json_null();
}

static json_t *moment(enum ct_cycle_time time, int64_t ms)
{
    char text[40];
    ct_cycle_time_text(time, ms, text);
    return json_string(text);
}

static json_t *hold_json(const struct ct_hold *h, enum ct_cycle_time time)
{
    json_t *j = json_object();
    json_object_set_new(j, "low", real(h->low));
    json_object_set_new(j, "high", real(h->high));
    json_object_set_new(j, "s", json_real(h->any ? (double)(h->to_ms - h->from_ms) / 1000 : 0));
    if (!h->any)
        return j;
    json_object_set_new(j, "from", moment(time, h->from_ms));
    json_object_set_new(j, "to", moment(time, h->to_ms));
    json_object_set_new(j, "min", real(h->min));
    json_object_set_new(j, "max", real(h->max));
    json_object_set_new(j, "line", json_integer((json_int_t)h->line));
    return j;
}

static json_t *phases_json(const struct ct_curve *c, const struct ct_hold *h,
                           enum ct_cycle_time time)
{
    struct ct_curve_phase phase[CT_CURVE_PHASES_MAX];
    size_t n = ct_curve_phases(c, h, phase);
    json_t *all = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *j = json_object();
        json_object_set_new(j, "phase", json_string(CT_PHASE_NAME[phase[i].phase]));
        json_object_set_new(j, "from", moment(time, phase[i].from_ms));
        json_object_set_new(j, "to", moment(time, phase[i].to_ms));
        json_object_set_new(j, "s",
                            json_real((double)(phase[i].to_ms - phase[i].from_ms) / 1000));
        json_array_append_new(all, j);
    }
    return all;
}

static json_t *temp_json(const struct ct_curve *c, size_t t, const struct one *o,
                         enum ct_cycle_time time)
{
    json_t *j = json_object();
    double s = o->hold.any ? (double)(o->hold.to_ms - o->hold.from_ms) / 1000 : 0;
    json_object_set_new(j, "column", ct_cli_json_text(c->temp_name[t]));
    json_object_set_new(j, "min", real(o->range.min));
    json_object_set_new(j, "min_at", moment(time, c->t_ms[o->range.min_at]));
    json_object_set_new(j, "max", real(o->range.max));
    json_object_set_new(j, "max_at", moment(time, c->t_ms[o->range.max_at]));
    json_object_set_new(j, "hold_s", json_real(s));
    json_object_set_new(j, "hold", hold_json(&o->hold, time));
    json_object_set_new(j, "f0", real_or_null(o->f0_min));
    json_object_set_new(j, "a0", real_or_null(o->a0_s));
    json_object_set_new(j, "a0_uncut", real_or_null(o->a0_all_s));
    json_object_set_new(j, "phases", phases_json(c, &o->hold, time));
    return j;
}

static json_t *worst_json(const struct ct_curve *c, const struct ct_curve_worst *w,
                          enum ct_cycle_time time)
{
    json_t *j = json_object();
    json_object_set_new(j, "k", json_real(w->worst));
    json_object_set_new(j, "at", moment(time, c->t_ms[w->at]));
    json_object_set_new(j, "line", json_integer((json_int_t)c->line[w->at]));
    return j;
}

static json_t *pressure_json(const struct ct_cli_cycle *job, const struct ct_curve *c,
                             const struct ct_hold *h, enum ct_cycle_time time)
{
    struct ct_curve_range range;
    struct ct_steam_check s = {{0}, {0}};
    json_t *j = json_object();
    ct_curve_pressure_range(c, &range);
    if (h->any)
        ct_curve_steam(c, 0, h->from_ms, h->to_ms, job->air_kpa, &s);
    json_object_set_new(j, "column", ct_cli_json_text(c->pressure_name));
    json_object_set_new(
        j, "unit", c->unit_known ? json_string(CT_PRESSURE_UNIT_NAME[c->unit]) : json_null());
    json_object_set_new(j, "basis", json_string(CT_PRESSURE_BASIS_NAME[c->basis]));
    json_object_set_new(j, "min", real(range.min));
    json_object_set_new(j, "max", real(range.max));
    json_object_set_new(j, "above_saturation",
                        s.hot.any ? worst_json(c, &s.hot, time) : json_null());
    json_object_set_new(j, "below_saturation",
                        s.cold.any ? worst_json(c, &s.cold, time) : json_null());
    return j;
}

static json_t *bound_json(const struct ct_bound *b)
{
    return b->is == CT_BOUND_SET        ? real(b->value)
           : b->is == CT_BOUND_DECLARED ? json_string("declared")
                                        : json_null();
}

static json_t *found_json(const struct ct_curve *c, const struct ct_cycle_found *f)
{
    const struct ct_programme_limit *l = f->limit;
    bool typed = !f->measured && l->measure >= CT_M_FROM_CURVE;
    CT_BUF text = {.max = 512};
    json_t *j = json_object();
    ct_limit_text(l, &text);
    json_object_set_new(j, "measure", json_string(CT_MEASURE_NAME[l->measure]));
    json_object_set_new(j, "column",
                        f->temp == CT_CYCLE_ALL ? json_null()
                                                : ct_cli_json_text(c->temp_name[f->temp]));
    json_object_set_new(j, "limit", ct_cli_json_text(ct_buf_str(&text)));
    json_object_set_new(j, "unit", ct_cli_json_text(l->unit));
    json_object_set_new(j, "low", bound_json(&l->low));
    json_object_set_new(j, "high", bound_json(&l->high));
    json_object_set_new(j, "low_source", ct_cli_json_text(l->low.source));
    json_object_set_new(j, "high_source", ct_cli_json_text(l->high.source));
    json_object_set_new(j, "lowest", real(f->measured ? f->low : CT_UNSET));
    json_object_set_new(j, "highest", real(f->measured ? f->high : CT_UNSET));
    json_object_set_new(
        j, "verdict", json_string(typed ? "not measured" : CT_CYCLE_VERDICT_NAME[f->verdict]));
    json_object_set_new(j, "why", json_string(f->why));
    return j;
}

static void verdict_json(json_t *j, const struct ct_cli_cycle *job, const struct ct_curve *c,
                         const struct ct_cycle *judged)
{
    const struct ct_programme *p = job->programme;
    CT_BUF open = {.max = 4096};
    json_t *limits = json_array(), *named = json_object();
    for (size_t i = 0; i < judged->n; i++)
        json_array_append_new(limits, found_json(c, &judged->found[i]));
    (void)ct_programme_declared(p, &open);
    json_object_set_new(named, "id", ct_cli_json_text(p->id));
    json_object_set_new(named, "version", ct_cli_json_text(p->version));
    json_object_set_new(named, "title", ct_cli_json_text(p->title));
    json_object_set_new(named, "to_fill_in", ct_cli_json_text(ct_buf_str(&open)));
    json_object_set_new(j, "programme", named);
    json_object_set_new(j, "verdict", json_string(CT_CYCLE_VERDICT_NAME[judged->verdict]));
    json_object_set_new(j, "limits", limits);
    json_object_set_new(j, "unmeasured", json_integer((json_int_t)judged->unmeasured));
}

json_t *ct_cli_cycle_json(const struct ct_cli_cycle *job, const struct ct_curve *c,
                          enum ct_cycle_time time, const struct ct_cycle *judged,
                          bool *ret_wanting)
{
    json_t *j = json_object(), *temps = json_array();
    struct one o = {0}, first = {0};
    *ret_wanting = judged != NULL && judged->verdict != CT_CYCLE_PASS;
    for (size_t t = 0; t < c->n_temps; t++) {
        compute(job, c, t, judged, &o);
        *ret_wanting |= band_given(job) && !o.hold.any;
        first = t == 0 ? o : first;
        json_array_append_new(temps, temp_json(c, t, &o, time));
    }
    json_object_set_new(j, "ok", json_true());
    json_object_set_new(j, "samples", json_integer((json_int_t)c->n));
    json_object_set_new(j, "time", json_string(CT_CYCLE_TIME_NAME[time]));
    json_object_set_new(j, "from", moment(time, c->t_ms[0]));
    json_object_set_new(j, "to", moment(time, c->t_ms[c->n - 1]));
    json_object_set_new(j, "duration_s",
                        json_real((double)(c->t_ms[c->n - 1] - c->t_ms[0]) / 1000));
    json_object_set_new(j, "tref", json_real(job->f.tref_c));
    json_object_set_new(j, "z", json_real(job->f.z_k));
    json_object_set_new(j, "temperatures", temps);
    json_object_set_new(j, "pressure",
                        c->has_pressure ? pressure_json(job, c, &first.hold, time)
                                        : json_null());
    if (judged != NULL)
        verdict_json(j, job, c, judged);
    return j;
}

/* ---- text ------------------------------------------------------------------------------- */

static void put(struct ct_buf *out, int64_t micro, int places)
{
    ct_buf_printf(out, "%.*f", places, (double)micro / MICRO);
}

static void temp_text(struct ct_buf *out, const struct ct_cli_cycle *job,
                      const struct ct_curve *c, size_t t, const struct one *o,
                      enum ct_cycle_time time)
{
    char from[40], to[40], low[CT_DECIMAL_SIZE], high[CT_DECIMAL_SIZE];
    const struct ct_hold *h = &o->hold;
    ct_buf_printf(out, "%s\n  lowest    ", c->temp_name[t]);
    put(out, o->range.min, 2);
    ct_cycle_time_text(time, c->t_ms[o->range.min_at], from);
    ct_buf_printf(out, " degC at %s\n  highest   ", from);
    put(out, o->range.max, 2);
    ct_cycle_time_text(time, c->t_ms[o->range.max_at], from);
    ct_buf_printf(out, " degC at %s\n", from);
    ct_decimal_text(h->low, CT_CAL_PLACES, low);
    ct_decimal_text(h->high, CT_CAL_PLACES, high);
    ct_cycle_time_text(time, h->from_ms, from);
    ct_cycle_time_text(time, h->to_ms, to);
    if (h->any)
        ct_buf_printf(out, "  held      %.3f s (%.2f min), %s to %s, from %s%s%s degC\n",
                      (double)(h->to_ms - h->from_ms) / 1000,
                      (double)(h->to_ms - h->from_ms) / 60000, from, to, low,
                      high[0] != '\0' ? " to " : "", high);
    else
        ct_buf_str_add(out, "  held      never\n");
    ct_buf_printf(out, "  F0        %.2f min (%g degC, z %g K)\n", o->f0_min, job->f.tref_c,
                  job->f.z_k);
    ct_buf_printf(out, "  A0        %.1f s (80 degC, z 10 K, above 65 degC)\n", o->a0_s);
}

static void pressure_text(struct ct_buf *out, const struct ct_cli_cycle *job,
                          const struct ct_curve *c, const struct ct_hold *h)
{
    struct ct_curve_range range;
    struct ct_steam_check s = {{0}, {0}};
    ct_curve_pressure_range(c, &range);
    if (h->any)
        ct_curve_steam(c, 0, h->from_ms, h->to_ms, job->air_kpa, &s);
    ct_buf_printf(out, "%s\n  lowest    ", c->pressure_name);
    put(out, range.min, 3);
    ct_buf_str_add(out, ", highest ");
    put(out, range.max, 3);
    ct_buf_printf(out, " %s %s\n", c->unit_known ? CT_PRESSURE_UNIT_NAME[c->unit] : "(no unit)",
                  CT_PRESSURE_BASIS_NAME[c->basis]);
    if (s.hot.any)
        ct_buf_printf(out, "  steam     %+.2f to %+.2f K from saturation while it was held\n",
                      s.cold.worst, s.hot.worst);
    else
        ct_buf_str_add(out, "  steam     not compared: unit and basis of the pressure, or a "
                            "holding time, are not known\n");
}

static void found_text(struct ct_buf *out, const struct ct_curve *c,
                       const struct ct_cycle_found *f)
{
    const struct ct_programme_limit *l = f->limit;
    bool typed = !f->measured && l->measure >= CT_M_FROM_CURVE;
    char low[CT_DECIMAL_SIZE], high[CT_DECIMAL_SIZE];
    ct_buf_printf(out, "  %-12s %s", typed ? "not measured" : CT_CYCLE_VERDICT_NAME[f->verdict],
                  CT_MEASURE_NAME[l->measure]);
    if (f->temp != CT_CYCLE_ALL)
        ct_buf_printf(out, " of %s", c->temp_name[f->temp]);
    ct_decimal_text(f->low, CT_CAL_PLACES, low);
    ct_decimal_text(f->high, CT_CAL_PLACES, high);
    if (f->measured)
        ct_buf_printf(out, ": %s%s%s %s", low, f->low != f->high ? " to " : "",
                      f->low != f->high ? high : "", l->unit);
    ct_buf_str_add(out, "; limit ");
    ct_limit_text(l, out);
    if (f->why[0] != '\0')
        ct_buf_printf(out, "; %s", f->why);
    ct_buf_char(out, '\n');
    const char *source = l->low.source[0] != '\0' ? l->low.source : l->high.source;
    if (source[0] != '\0')
        ct_buf_printf(out, "               %s\n", source);
}

void ct_cli_cycle_text(const struct ct_cli_cycle *job, const struct ct_curve *c,
                       enum ct_cycle_time time, const struct ct_cycle *judged,
                       struct ct_buf *out, bool *ret_wanting)
{
    struct one o = {0}, first = {0};
    char from[40], to[40];
    *ret_wanting = judged != NULL && judged->verdict != CT_CYCLE_PASS;
    ct_cycle_time_text(time, c->t_ms[0], from);
    ct_cycle_time_text(time, c->t_ms[c->n - 1], to);
    ct_buf_printf(out, "%zu samples, %s to %s (%.3f s)\n", c->n, from, to,
                  (double)(c->t_ms[c->n - 1] - c->t_ms[0]) / 1000);
    for (size_t t = 0; t < c->n_temps; t++) {
        compute(job, c, t, judged, &o);
        *ret_wanting |= band_given(job) && !o.hold.any;
        first = t == 0 ? o : first;
        temp_text(out, job, c, t, &o, time);
    }
    if (c->has_pressure)
        pressure_text(out, job, c, &first.hold);
    if (judged == NULL)
        return;
    ct_buf_printf(out, "%s, version %s: %s\n", job->programme->id, job->programme->version,
                  CT_CYCLE_VERDICT_NAME[judged->verdict]);
    for (size_t i = 0; i < judged->n; i++)
        found_text(out, c, &judged->found[i]);
}
