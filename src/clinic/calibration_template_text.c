/* calibration_template_text - a template as bytes that load to it again, and as a page
 * for people; the contract is calibration_template.h. */
#include "clinic/calibration_template_priv.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* ---- tolerances -------------------------------------------------------------- */

static void add_number(struct ct_buf *b, int64_t v, int places)
{
    char text[CT_DECIMAL_SIZE];
    ct_decimal_text(v, places, text);
    ct_buf_str_add(b, text);
}

static void add_value(struct ct_buf *b, int64_t v, const char *unit)
{
    if (v == CT_UNSET)
        ct_buf_str_add(b, "declared");
    else
        add_number(b, v, CT_CAL_PLACES);
    ct_buf_printf(b, " %s", unit);
}

void ct_cal_side_text(const struct ct_cal_side *s, const char *unit, struct ct_buf *out)
{
    bool absolute = s->absolute != CT_UNSET, percent = s->percent != CT_UNSET;
    if (!absolute && !percent) {
        ct_buf_str_add(out, "none");
        return;
    }
    ct_buf_str_add(out, absolute && percent ? "greater of " : "");
    if (absolute)
        add_value(out, s->absolute, unit);
    ct_buf_str_add(out, absolute && percent ? " and " : "");
    if (percent) {
        add_number(out, s->percent, CT_CAL_PERCENT_PLACES);
        ct_buf_printf(out, " %% of %s", CT_CAL_BASIS_NAME[s->of]);
    }
}

/* The device's own, and not in e of it. */
static bool own(const struct ct_cal_point *p)
{
    const struct ct_tolerance *t = &p->tolerance;
    return p->declared && t->minus.absolute == CT_UNSET && t->minus.percent == CT_UNSET &&
           t->plus.absolute == CT_UNSET && t->plus.percent == CT_UNSET;
}

static const char *unit_of_limits(const struct ct_cal_point *p)
{
    return p->in_e ? CT_CALT_E : p->unit;
}

static bool same_sides(const struct ct_tolerance *t)
{
    return t->minus.absolute == t->plus.absolute && t->minus.percent == t->plus.percent &&
           (t->minus.percent == CT_UNSET || t->minus.of == t->plus.of);
}

/* ---- as a file ----------------------------------------------------------------- */

/* Quoted, so that ';', '#' and blanks may be in it. What holds a '"' was read from a
 * line without quotes, and can be written so again. */
static void put_value(struct ct_buf *b, const char *key, int64_t v, const char *unit)
{
    ct_buf_printf(b, "%s = ", key);
    add_value(b, v, unit);
    ct_buf_char(b, '\n');
}

static void put_ambient(struct ct_buf *b, const char *key, const struct ct_cal_ambient *a)
{
    if (!a->set)
        return;
    ct_buf_printf(b, "%s = ", key);
    add_number(b, a->low, CT_CAL_PLACES);
    ct_buf_char(b, ' ');
    add_value(b, a->high, a->unit);
    ct_buf_char(b, '\n');
}

static void put_side(struct ct_buf *b, const char *key, const struct ct_cal_side *s,
                     const char *unit)
{
    ct_buf_printf(b, "%s = ", key);
    ct_cal_side_text(s, unit, b);
    ct_buf_char(b, '\n');
}

/* The ids of the points that come before, each behind `gap`. */
static void add_after(struct ct_buf *b, const struct ct_caltemplate *t,
                      const struct ct_cal_point *p, const char *gap)
{
    for (size_t i = 0; i < t->n_points; i++)
        if ((p->after & UINT64_C(1) << i) != 0)
            ct_buf_printf(b, "%s%s", gap, t->point[i].id);
}

static void put_quantities(struct ct_buf *b, uint32_t quantities)
{
    ct_buf_str_add(b, quantities == 0 ? "quantity = none" : "quantity =");
    for (int q = 0; q < CT_QS; q++)
        if ((quantities & UINT32_C(1) << q) != 0)
            ct_buf_printf(b, " %s", CT_QUANTITY[q].name);
    ct_buf_char(b, '\n');
}

static void put_point(struct ct_buf *b, const struct ct_caltemplate *t,
                      const struct ct_cal_point *p)
{
    ct_buf_printf(b, "\n[" CT_CALT_POINT "%s]\n", p->id);
    ct_ini_put(b, "text", p->text);
    put_value(b, "nominal", p->nominal, p->unit);
    if (own(p)) {
        ct_ini_put(b, "tolerance", "declared");
    } else if (same_sides(&p->tolerance)) {
        put_side(b, "tolerance", &p->tolerance.plus, unit_of_limits(p));
    } else {
        put_side(b, "tolerance_minus", &p->tolerance.minus, unit_of_limits(p));
        put_side(b, "tolerance_plus", &p->tolerance.plus, unit_of_limits(p));
    }
    if (p->tolerance.full_scale != CT_UNSET)
        put_value(b, "full_scale", p->tolerance.full_scale, p->unit);
    ct_ini_put(b, "source", p->source);
    ct_ini_put(b, "note", p->note);
    if (strcmp(p->reference, t->reference) != 0)
        ct_ini_put(b, "reference", p->reference);
    if (p->readings != t->readings)
        ct_buf_printf(b, "readings = %d\n", p->readings);
    if (p->quantities != t->quantities)
        put_quantities(b, p->quantities);
    if (p->applies != 0) {
        ct_buf_str_add(b, "applies =");
        for (int v = 0; v < CT_CALT_APPLIES; v++)
            if ((p->applies & 1u << v) != 0)
                ct_buf_printf(b, " %s", CT_CALT_APPLIES_NAME[v]);
        ct_buf_char(b, '\n');
    }
    if (p->after != 0) {
        ct_buf_str_add(b, "after =");
        add_after(b, t, p, " ");
        ct_buf_char(b, '\n');
    }
}

void ct_caltemplate_canonical(const struct ct_caltemplate *t, struct ct_buf *out)
{
    ct_buf_str_add(out, "[" CT_CALT_HEAD "]\n");
    ct_ini_put(out, "id", t->id);
    ct_ini_put(out, "version", t->version);
    ct_ini_put(out, "title", t->title);
    ct_ini_put(out, "class", t->device_class);
    ct_ini_put(out, "note", t->note);
    if (t->check)
        ct_ini_put(out, "kind", "check");
    for (size_t s = 0; s < t->n_sources; s++) {
        char key[32] = "source";
        if (s > 0)
            snprintf(key, sizeof key, "source_%zu", s + 1);
        ct_ini_put(out, key, t->source[s]);
    }
    for (size_t s = 0; s < t->n_steps; s++) {
        char key[32];
        snprintf(key, sizeof key, "step_%zu", s + 1);
        ct_ini_put(out, key, t->step[s]);
    }
    ct_ini_put(out, "rule", CT_CAL_RULE_NAME[t->rule]);
    ct_buf_printf(out, "readings = %d\n", t->readings);
    ct_ini_put(out, "reference", t->reference);
    if (t->quantities != 0)
        put_quantities(out, t->quantities);
    put_ambient(out, "temperature", &t->temperature);
    put_ambient(out, "humidity", &t->humidity);
    if (t->division_unit[0] != '\0')
        put_value(out, "division", t->division, t->division_unit);
    ct_ini_put(out, "division_source", t->division_source);
    ct_buf_str_add(out, "points =");
    for (size_t i = 0; i < t->n_points; i++)
        ct_buf_printf(out, " %s", t->point[i].id);
    ct_buf_char(out, '\n');
    for (size_t i = 0; i < t->n_points; i++)
        put_point(out, t, &t->point[i]);
}

/* ---- for people ---------------------------------------------------------------- */

enum { INDENT = 6 };

static void line(struct ct_buf *b, int cols, const char *label, const char *text)
{
    CT_BUF whole = {.max = 8192};
    if (text[0] == '\0')
        return;
    ct_buf_printf(&whole, "%s%s", label, text);
    ct_buf_printf(b, "%*s", INDENT, "");
    ct_text_wrap(b, ct_buf_str(&whole), INDENT, INDENT + 2, cols);
}

static void limits_line(struct ct_buf *b, int cols, const struct ct_cal_point *p)
{
    CT_BUF s = {.max = 1024};
    if (own(p)) {
        line(b, cols, "Tolerance: ", "the device's own; without it there is no verdict");
        return;
    }
    if (same_sides(&p->tolerance)) {
        ct_buf_str_add(&s, "+-");
        ct_cal_side_text(&p->tolerance.plus, unit_of_limits(p), &s);
    } else {
        ct_buf_str_add(&s, "below: ");
        ct_cal_side_text(&p->tolerance.minus, unit_of_limits(p), &s);
        ct_buf_str_add(&s, "; above: ");
        ct_cal_side_text(&p->tolerance.plus, unit_of_limits(p), &s);
    }
    line(b, cols, "Tolerance: ", ct_buf_str(&s));
    int64_t low, high;
    if (p->declared || p->nominal == CT_UNSET ||
        ct_tolerance_limits(&p->tolerance, p->nominal, &low, &high, NULL) != CT_OK)
        return;
    ct_buf_clear(&s);
    if (low != CT_UNSET)
        add_number(&s, low, CT_CAL_LIMIT_PLACES);
    ct_buf_str_add(&s, low == CT_UNSET ? "at most " : high == CT_UNSET ? " or more" : " to ");
    if (high != CT_UNSET)
        add_number(&s, high, CT_CAL_LIMIT_PLACES);
    ct_buf_printf(&s, " %s", p->unit);
    line(b, cols, "Limits: ", ct_buf_str(&s));
}

static void show_point(struct ct_buf *b, const struct ct_caltemplate *t, size_t n, int cols)
{
    const struct ct_cal_point *p = &t->point[n];
    CT_BUF s = {.max = 1024};
    ct_buf_printf(b, "\n%3zu.  ", n + 1);
    ct_text_wrap(b, p->text, INDENT, INDENT, cols);
    line(b, cols, "Name: ", p->id);
    if (p->nominal == CT_UNSET)
        ct_buf_printf(&s, "the device's own, in %s", p->unit);
    else
        add_value(&s, p->nominal, p->unit);
    line(b, cols, "Nominal: ", ct_buf_str(&s));
    limits_line(b, cols, p);
    line(b, cols, "Source: ", p->source);
    if (strcmp(p->reference, t->reference) != 0)
        line(b, cols, "Reference: ", p->reference);
    if (p->readings > 1) {
        ct_buf_clear(&s);
        ct_buf_printf(&s, "%d, of which the mean is judged", p->readings);
        line(b, cols, "Readings: ", ct_buf_str(&s));
    }
    ct_buf_clear(&s);
    for (int q = 0; q < CT_QS; q++)
        if ((p->quantities & UINT32_C(1) << q) != 0)
            ct_buf_printf(&s, "%s%s", s.len > 0 ? ", " : "", CT_QUANTITY[q].label);
    line(b, cols, "Of vitals: ", ct_buf_str(&s));
    ct_buf_clear(&s);
    for (int v = 0; v < CT_CALT_APPLIES; v++)
        if ((p->applies & 1u << v) != 0)
            ct_buf_printf(&s, "%s%s", s.len > 0 ? ", " : "", CT_CALT_APPLIES_NAME[v]);
    line(b, cols, "Applies to: ", ct_buf_str(&s));
    ct_buf_clear(&s);
    add_after(&s, t, p, " ");
    line(b, cols, "Only after these passed:", ct_buf_str(&s));
    line(b, cols, "Note: ", p->note);
}

static void ambient_line(struct ct_buf *b, const char *label, const struct ct_cal_ambient *a)
{
    if (!a->set)
        return;
    ct_buf_str_add(b, label);
    add_number(b, a->low, CT_CAL_PLACES);
    ct_buf_str_add(b, " to ");
    add_value(b, a->high, a->unit);
    ct_buf_char(b, '\n');
}

void ct_caltemplate_text(const struct ct_caltemplate *t, int cols, struct ct_buf *out)
{
    cols = cols < 40 ? 40 : cols;
    ct_text_wrap(out, t->title, 0, 0, cols);
    ct_buf_printf(out, "%s, version %s, %zu point%s\nDevices of class %s\n", t->id, t->version,
                  t->n_points, t->n_points == 1 ? "" : "s", t->device_class);
    if (t->note[0] != '\0') {
        ct_buf_char(out, '\n');
        ct_text_wrap(out, t->note, 0, 0, cols);
    }
    ct_buf_printf(out, "\n%sDecision rule: %s, unless the device's record says otherwise\n",
                  t->check ? "A functional check: a pass is no calibration\n" : "",
                  CT_CAL_RULE_NAME[t->rule]);
    if (t->reference[0] != '\0') {
        ct_buf_str_add(out, "Reference: ");
        ct_text_wrap(out, t->reference, 11, 2, cols);
    }
    if (t->division_unit[0] != '\0' && t->division == CT_UNSET) {
        ct_buf_printf(out, "Division e: the device's own, in %s\n", t->division_unit);
    } else if (t->division_unit[0] != '\0') {
        ct_buf_str_add(out, "Division e: ");
        add_value(out, t->division, t->division_unit);
        ct_buf_printf(out, " (%s)\n", t->division_source);
    }
    ambient_line(out, "Temperature: ", &t->temperature);
    ambient_line(out, "Humidity: ", &t->humidity);
    for (size_t s = 0; s < t->n_sources; s++) {
        ct_buf_str_add(out, "Source: ");
        ct_text_wrap(out, t->source[s], 8, 2, cols);
    }
    for (size_t s = 0; s < t->n_steps; s++) {
        ct_buf_printf(out, "%s%2zu. ", s == 0 ? "\n" : "", s + 1);
        ct_text_wrap(out, t->step[s], 4, 4, cols);
    }
    for (size_t i = 0; i < t->n_points; i++)
        show_point(out, t, i, cols);
}
