/* curve_hold - extremes, the holding time within a band, steam and phases of a curve; the
 * contract is curve.h. */
#include "clinic/curve.h"

#include <math.h>
#include <string.h>

enum { MICRO = 1000000 };

const char *const CT_PHASE_NAME[CT_PHASES] = {"air removal", "heating", "holding", "cooling",
                                              "drying"};

static int64_t at(const struct ct_curve *c, size_t temp, size_t sample)
{
    return c->temp[sample * c->n_temps + temp];
}

void ct_curve_range(const struct ct_curve *c, size_t temp, struct ct_curve_range *ret)
{
    *ret = (struct ct_curve_range){.min = at(c, temp, 0), .max = at(c, temp, 0)};
    for (size_t i = 1; i < c->n; i++) {
        int64_t v = at(c, temp, i);
        if (v < ret->min) {
            ret->min = v;
            ret->min_at = i;
        }
        if (v > ret->max) {
            ret->max = v;
            ret->max_at = i;
        }
    }
}

void ct_curve_pressure_range(const struct ct_curve *c, struct ct_curve_range *ret)
{
    *ret = (struct ct_curve_range){.min = c->pressure[0], .max = c->pressure[0]};
    for (size_t i = 1; i < c->n; i++) {
        if (c->pressure[i] < ret->min) {
            ret->min = c->pressure[i];
            ret->min_at = i;
        }
        if (c->pressure[i] > ret->max) {
            ret->max = c->pressure[i];
            ret->max_at = i;
        }
    }
}

/* ---- the holding time ------------------------------------------------------------- */

/* When the line from (t0, v0) to (t1, v1) is at `limit`, which is between: the nearest
 * millisecond. */
static int64_t crossing(int64_t t0, int64_t t1, int64_t v0, int64_t v1, int64_t limit)
{
    __extension__ typedef __int128 wide;
    wide part = (wide)(limit - v0) * (t1 - t0), whole = v1 - v0;
    if (whole < 0) {
        part = -part;
        whole = -whole;
    }
    return t0 + (int64_t)((part + whole / 2) / whole);
}

/* Where the line between two samples is within the band; false: nowhere. */
static bool within(const struct ct_hold *h, int64_t t0, int64_t t1, int64_t v0, int64_t v1,
                   int64_t *ret_a, int64_t *ret_b)
{
    int64_t lowest = v0 < v1 ? v0 : v1, highest = v0 < v1 ? v1 : v0;
    *ret_a = t0;
    *ret_b = t1;
    if ((h->low != CT_UNSET && highest < h->low) || (h->high != CT_UNSET && lowest > h->high))
        return false;
    if (h->low != CT_UNSET && v0 < h->low)
        *ret_a = crossing(t0, t1, v0, v1, h->low);
    if (h->low != CT_UNSET && v1 < h->low)
        *ret_b = crossing(t0, t1, v0, v1, h->low);
    if (h->high != CT_UNSET && v0 > h->high)
        *ret_a = crossing(t0, t1, v0, v1, h->high);
    if (h->high != CT_UNSET && v1 > h->high)
        *ret_b = crossing(t0, t1, v0, v1, h->high);
    return *ret_a <= *ret_b;
}

static bool inside(const struct ct_hold *h, int64_t v)
{
    return (h->low == CT_UNSET || v >= h->low) && (h->high == CT_UNSET || v <= h->high);
}

/* What the samples in the stretch show. */
static void look_in(const struct ct_curve *c, size_t temp, struct ct_hold *h)
{
    bool any = false;
    for (size_t i = 0; i < c->n; i++) {
        int64_t v = at(c, temp, i);
        if (c->t_ms[i] < h->from_ms) {
            h->line = c->line[i];
            continue;
        }
        if (c->t_ms[i] > h->to_ms)
            break;
        if (!inside(h, v)) /* it ends within half a millisecond of a sample beyond */
            continue;
        if (!any) {
            h->min = h->max = v;
            h->line = c->line[i];
        }
        any = true;
        h->min = v < h->min ? v : h->min;
        h->max = v > h->max ? v : h->max;
    }
    if (any)
        return;
    int64_t a = ct_curve_temp_at(c, temp, h->from_ms), b = ct_curve_temp_at(c, temp, h->to_ms);
    h->min = a < b ? a : b;
    h->max = a < b ? b : a;
}

void ct_curve_hold(const struct ct_curve *c, size_t temp, int64_t low, int64_t high,
                   struct ct_hold *ret)
{
    struct ct_hold h = {.low = low, .high = high};
    int64_t from = 0, to = 0, a, b;
    bool open = false; /* from..to is a stretch that ends at sample i */
    for (size_t i = 0; i + 1 < c->n; i++) {
        int64_t v0 = at(c, temp, i);
        if (!within(&h, c->t_ms[i], c->t_ms[i + 1], v0, at(c, temp, i + 1), &a, &b)) {
            open = false;
            continue;
        }
        if (!open || !inside(&h, v0))
            from = a;
        to = b;
        open = true;
        if (!h.any || to - from > h.to_ms - h.from_ms) {
            h.any = true;
            h.from_ms = from;
            h.to_ms = to;
        }
    }
    if (h.any)
        look_in(c, temp, &h);
    *ret = h;
}

int64_t ct_curve_temp_at(const struct ct_curve *c, size_t temp, int64_t t_ms)
{
    size_t lo = 0, hi = c->n - 1; /* the last sample not after t_ms */
    while (lo < hi) {
        size_t mid = (lo + hi + 1) / 2;
        if (c->t_ms[mid] <= t_ms)
            lo = mid;
        else
            hi = mid - 1;
    }
    if (lo + 1 >= c->n || c->t_ms[lo] >= t_ms)
        return at(c, temp, lo);
    double part = (double)(t_ms - c->t_ms[lo]) / (double)(c->t_ms[lo + 1] - c->t_ms[lo]);
    int64_t v0 = at(c, temp, lo), v1 = at(c, temp, lo + 1);
    return v0 + (int64_t)llround((double)(v1 - v0) * part);
}

/* ---- several at once ----------------------------------------------------------------- */

void ct_curve_spread(const struct ct_curve *c, int64_t from_ms, int64_t to_ms,
                     struct ct_curve_worst *ret)
{
    *ret = (struct ct_curve_worst){0};
    for (size_t i = 0; c->n_temps > 1 && i < c->n; i++) {
        if (c->t_ms[i] < from_ms || c->t_ms[i] > to_ms)
            continue;
        int64_t low = at(c, 0, i), high = low;
        for (size_t k = 1; k < c->n_temps; k++) {
            int64_t v = at(c, k, i);
            low = v < low ? v : low;
            high = v > high ? v : high;
        }
        double spread = (double)(high - low) / MICRO;
        if (!ret->any || spread > ret->worst)
            *ret = (struct ct_curve_worst){true, spread, i};
    }
}

void ct_curve_steam(const struct ct_curve *c, size_t temp, int64_t from_ms, int64_t to_ms,
                    double air_kpa, struct ct_steam_check *ret)
{
    *ret = (struct ct_steam_check){{0}, {0}};
    for (size_t i = 0; c->has_pressure && c->unit_known && i < c->n; i++) {
        if (c->t_ms[i] < from_ms || c->t_ms[i] > to_ms)
            continue;
        double sat = ct_steam_temperature(
            ct_pressure_absolute(c->pressure[i], c->unit, c->basis, air_kpa));
        double d = (double)at(c, temp, i) / MICRO - sat;
        if (isnan(d))
            continue;
        if (!ret->hot.any || d > ret->hot.worst)
            ret->hot = (struct ct_curve_worst){true, d, i};
        if (!ret->cold.any || d < ret->cold.worst)
            ret->cold = (struct ct_curve_worst){true, d, i};
    }
}

/* ---- phases --------------------------------------------------------------------------- */

#define VACUUM_KPA 10.1325 /* a tenth of an atmosphere */

/* The first and the last sample of those within whose pressure is well below that of the
 * first sample of all. */
static bool evacuated(const struct ct_curve *c, int64_t from_ms, int64_t to_ms,
                      int64_t *ret_from, int64_t *ret_to)
{
    bool any = false;
    double start =
        c->has_pressure && c->unit_known ? ct_pressure_kpa(c->pressure[0], c->unit) : 0;
    for (size_t i = 0; c->has_pressure && c->unit_known && i < c->n; i++) {
        if (c->t_ms[i] < from_ms || c->t_ms[i] > to_ms ||
            ct_pressure_kpa(c->pressure[i], c->unit) > start - VACUUM_KPA)
            continue;
        if (!any)
            *ret_from = c->t_ms[i];
        *ret_to = c->t_ms[i];
        any = true;
    }
    return any;
}

size_t ct_curve_phases(const struct ct_curve *c, const struct ct_hold *h,
                       struct ct_curve_phase out[CT_CURVE_PHASES_MAX])
{
    size_t n = 0;
    int64_t first = c->t_ms[0], last = c->t_ms[c->n - 1], a, b;
    if (!h->any)
        return 0;
    int64_t heat = first;
    if (evacuated(c, first, h->from_ms, &a, &b) && b > first) {
        out[n++] = (struct ct_curve_phase){CT_PHASE_AIR_REMOVAL, first, b};
        heat = b;
    }
    if (heat < h->from_ms)
        out[n++] = (struct ct_curve_phase){CT_PHASE_HEATING, heat, h->from_ms};
    out[n++] = (struct ct_curve_phase){CT_PHASE_HOLDING, h->from_ms, h->to_ms};
    bool dried = evacuated(c, h->to_ms, last, &a, &b) && a < last;
    int64_t cooled = dried ? a : last;
    if (h->to_ms < cooled)
        out[n++] = (struct ct_curve_phase){CT_PHASE_COOLING, h->to_ms, cooled};
    if (dried)
        out[n++] = (struct ct_curve_phase){CT_PHASE_DRYING, a, last};
    return n;
}
