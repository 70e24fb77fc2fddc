/* lookback_error - what a device showed too much, point by point as found, and a value
 * without it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/lookback_priv.h"

static double unit_of_e6(double e6)
{
    return e6 / 1e6;
}

static int by_shown(const void *a, const void *b)
{
    const struct ct_lb_point *x = a, *y = b;
    return (x->shown > y->shown) - (x->shown < y->shown);
}

void ct_lb_errors_of(const struct ct_calibration *k, struct ct_lb_errors *ret)
{
    ret->n = 0;
    for (size_t i = 0; !k->t->check && i < k->t->n_points; i++) {
        const struct ct_cal_point *p = &k->t->point[i];
        const struct ct_cal_value *v = &k->value[CT_CAL_AS_FOUND][i];
        if (!v->measured || v->nominal == CT_UNSET || v->c.tolerance_low == CT_UNSET ||
            v->c.tolerance_high == CT_UNSET || v->repeat.n < 1)
            continue;
        struct ct_lb_point *to = &ret->p[ret->n++];
        ct_text_copy(to->unit, sizeof to->unit, p->unit);
        to->quantities = p->quantities;
        to->shown = unit_of_e6((double)v->repeat.sum / v->repeat.n);
        to->error = unit_of_e6((double)(v->repeat.sum - v->repeat.n * v->nominal) / v->repeat.n);
    }
    qsort(ret->p, ret->n, sizeof *ret->p, by_shown);
}

/* Linear between the points that `is` takes, beyond them the nearest. */
static double between(const struct ct_lb_point *p, size_t n, double x)
{
    if (n == 0)
        return NAN;
    size_t at = 0;
    while (at < n && p[at].shown < x)
        at++;
    if (at == 0)
        return p[0].error;
    if (at == n)
        return p[n - 1].error;
    const struct ct_lb_point *a = &p[at - 1], *b = &p[at];
    return a->error + (b->error - a->error) * (x - a->shown) / (b->shown - a->shown);
}

double ct_lb_error_at(const struct ct_lb_errors *e, const char *unit, double x)
{
    struct ct_lb_point p[CT_CALT_POINTS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < e->n; i++)
        if (strcmp(e->p[i].unit, unit) == 0)
            p[n++] = e->p[i];
    return between(p, n, x);
}

static double power_of_ten(int places)
{
    return places == 0 ? 1 : 10 * power_of_ten(places - 1);
}

/* From a figure as it stands in one of the quantity's units to unit 0 in its scale, and
 * back (quantity.h). */
static double to_0(const struct ct_unit *u, double n)
{
    return (n * u->num + u->add) / u->den;
}
static double from_0(const struct ct_unit *u, double n)
{
    return (n * u->den - u->add) / u->num;
}

bool ct_lb_correct(const struct ct_lb_errors *e, enum ct_q q, bool by_unit, struct ct_value v,
                   struct ct_value *ret)
{
    const struct ct_quantity *row = &CT_QUANTITY[q];
    struct ct_lb_point p[CT_CALT_POINTS_MAX];
    size_t n = 0;
    if (v.n == CT_UNSET || v.unit >= row->n_units || row->unit[v.unit].num == 0)
        return false;
    for (size_t i = 0; i < e->n; i++) {
        size_t unit = ct_cal_unit_of(q, e->p[i].unit);
        if (unit >= row->n_units || row->unit[unit].num == 0 ||
            (!by_unit && (e->p[i].quantities & UINT32_C(1) << q) == 0))
            continue;
        const struct ct_unit *u = &row->unit[unit];
        double scale = power_of_ten(u->places);
        p[n] = e->p[i];
        p[n].shown = to_0(u, e->p[i].shown * scale);
        p[n].error = e->p[i].error * scale * u->num / u->den;
        n++;
    }
    if (n == 0)
        return false;
    qsort(p, n, sizeof *p, by_shown);
    const struct ct_unit *u = &row->unit[v.unit];
    double shown = to_0(u, (double)v.n);
    *ret = v;
    ret->n = (int64_t)llround(from_0(u, shown - between(p, n, shown)));
    return true;
}
