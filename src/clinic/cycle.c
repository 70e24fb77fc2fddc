/* cycle - see cycle.h. */
#include "clinic/cycle.h"

#include <math.h>
#include <string.h>

enum { MICRO = 1000000 };

const char *const CT_CYCLE_VERDICT_NAME[CT_CYCLE_VERDICTS] = {"pass", "undecided", "fail"};

static const char DECLARED[] = "the limit is declared: fill it in, in the site's copy of the "
                               "programme";
static const char NOT_RECORDED[] = "the record does not show it";
static const char NOT_HELD[] = "there is no holding time: the temperature was never within the "
                               "band";

struct judging {
    const struct ct_cycle_in *in;
    struct ct_cycle *ret;
    double air_kpa;
    struct ct_lethality f0;
};

static const struct ct_programme_limit *limit_of(const struct judging *j, enum ct_measure m)
{
    return j->in->programme->has[m] ? &j->in->programme->limit[m] : NULL;
}

/* ---- one limit ---------------------------------------------------------------------- */

static struct ct_cycle_found *add(struct judging *j, enum ct_measure m, size_t temp)
{
    struct ct_cycle_found *f = &j->ret->found[j->ret->n++];
    *f = (struct ct_cycle_found){.limit = limit_of(j, m),
                                 .temp = temp,
                                 .low = CT_UNSET,
                                 .high = CT_UNSET,
                                 .verdict = CT_CYCLE_UNDECIDED,
                                 .why = NOT_RECORDED};
    return f;
}

/* Compared in the scale of the measure: low_value with the lower side, high_value with the
 * upper one. A side that is broken decides before one that is open. */
static void compare(struct ct_cycle_found *f, int64_t low_value, int64_t high_value)
{
    const struct ct_programme_limit *l = f->limit;
    bool open = l->low.is == CT_BOUND_DECLARED || l->high.is == CT_BOUND_DECLARED;
    f->measured = true;
    f->why = "";
    f->verdict = CT_CYCLE_PASS;
    if (l->low.is == CT_BOUND_SET && low_value < ct_limit_scaled(l, l->low.value)) {
        f->verdict = CT_CYCLE_FAIL;
        f->why = "it is below the limit";
    } else if (l->high.is == CT_BOUND_SET && high_value > ct_limit_scaled(l, l->high.value)) {
        f->verdict = CT_CYCLE_FAIL;
        f->why = "it is above the limit";
    } else if (open) {
        f->verdict = CT_CYCLE_UNDECIDED;
        f->why = DECLARED;
    }
}

/* A scaled value back into the limit's unit, for showing; the nearest millionth. */
static int64_t unscaled(const struct ct_programme_limit *l, int64_t scaled)
{
    double one = (double)ct_limit_scaled(l, MICRO);
    return (int64_t)llround((double)scaled / one * MICRO);
}

static void judge(struct judging *j, enum ct_measure m, size_t temp, int64_t low_value,
                  int64_t high_value)
{
    struct ct_cycle_found *f = add(j, m, temp);
    compare(f, low_value, high_value);
    f->low = unscaled(f->limit, low_value);
    f->high = unscaled(f->limit, high_value);
}

static int64_t micro(double v)
{
    double most = 9e12; /* far beyond any limit, and within int64 once scaled */
    v = v > most ? most : v < -most ? -most : v;
    return (int64_t)llround(v * MICRO);
}

/* ---- of one temperature --------------------------------------------------------------- */

static void no_hold(struct judging *j, enum ct_measure m, size_t temp,
                    const struct ct_curve_range *range)
{
    struct ct_cycle_found *f = add(j, m, temp);
    f->verdict = CT_CYCLE_FAIL;
    f->why = NOT_HELD;
    f->measured = true;
    f->low = f->high = m == CT_M_TEMPERATURE ? range->max : 0;
}

/* The band, and the stretch at or above its lower side that the holding time is part of. */
static void judge_band(struct judging *j, size_t temp)
{
    const struct ct_curve *c = j->in->curve;
    const struct ct_programme_limit *band = limit_of(j, CT_M_TEMPERATURE);
    struct ct_hold *h = &j->ret->hold[temp], above;
    struct ct_curve_range range;
    bool holds = limit_of(j, CT_M_HOLD) != NULL;
    ct_curve_range(c, temp, &range);
    if (band->low.is != CT_BOUND_SET) { /* nothing to hold it in */
        struct ct_cycle_found *f = add(j, CT_M_TEMPERATURE, temp);
        compare(f, range.max, range.max);
        f->low = f->high = range.max;
        if (holds)
            add(j, CT_M_HOLD, temp)->why =
                "the band that it is held in is declared: fill it in";
        return;
    }
    int64_t high = band->high.is == CT_BOUND_SET ? band->high.value : CT_UNSET;
    ct_curve_hold(c, temp, band->low.value, high, h);
    ct_curve_hold(c, temp, band->low.value, CT_UNSET, &above);
    if (!above.any) {
        no_hold(j, CT_M_TEMPERATURE, temp, &range);
        if (holds)
            no_hold(j, CT_M_HOLD, temp, &range);
        return;
    }
    judge(j, CT_M_TEMPERATURE, temp, above.min, above.max);
    if (holds && h->any)
        judge(j, CT_M_HOLD, temp, h->to_ms - h->from_ms, h->to_ms - h->from_ms);
    else if (holds)
        no_hold(j, CT_M_HOLD, temp, &range);
}

static void judge_lethality(struct judging *j, enum ct_measure m, size_t temp)
{
    const struct ct_curve *c = j->in->curve;
    double s = ct_curve_lethality(c, temp, m == CT_M_F0 ? &j->f0 : &CT_A0);
    int64_t v = micro(m == CT_M_F0 ? s / 60 : s);
    judge(j, m, temp, v, v);
}

/* ---- of all of them ------------------------------------------------------------------- */

static void find_common(struct judging *j)
{
    const struct ct_curve *c = j->in->curve;
    struct ct_hold all = {.any = c->n_temps > 0, .from_ms = INT64_MIN, .to_ms = INT64_MAX};
    for (size_t t = 0; t < c->n_temps; t++) {
        const struct ct_hold *h = &j->ret->hold[t];
        all.any = all.any && h->any;
        all.from_ms = h->from_ms > all.from_ms ? h->from_ms : all.from_ms;
        all.to_ms = h->to_ms < all.to_ms ? h->to_ms : all.to_ms;
        all.low = h->low;
        all.high = h->high;
        all.line = h->line;
    }
    all.any = all.any && all.from_ms <= all.to_ms;
    j->ret->common = all.any ? all : (struct ct_hold){.low = CT_UNSET, .high = CT_UNSET};
}

static void judge_pressure(struct judging *j)
{
    const struct ct_curve *c = j->in->curve;
    const struct ct_programme_limit *l = limit_of(j, CT_M_PRESSURE);
    const struct ct_hold *h = &j->ret->common;
    struct ct_cycle_found *f = add(j, CT_M_PRESSURE, CT_CYCLE_ALL);
    double low = INFINITY, high = -INFINITY, shift = 0;
    if (!c->has_pressure || !h->any)
        return;
    if (!c->unit_known) {
        f->why = "the unit of the recorded pressure is not known";
        return;
    }
    if (c->basis != l->basis) {
        if (c->basis == CT_P_NOT_STATED || l->basis == CT_P_NOT_STATED) {
            f->why = "of the recorded pressure or of the limit it is not known whether it is "
                     "absolute or gauge";
            return;
        }
        shift = c->basis == CT_P_ABSOLUTE ? -j->air_kpa : j->air_kpa;
    }
    for (size_t i = 0; i < c->n; i++)
        if (c->t_ms[i] >= h->from_ms && c->t_ms[i] <= h->to_ms) {
            double p = ct_pressure_kpa(c->pressure[i], c->unit) + shift;
            low = p < low ? p : low;
            high = p > high ? p : high;
        }
    if (low > high)
        return;
    compare(f, micro(low), micro(high));
    f->low = unscaled(l, micro(low));
    f->high = unscaled(l, micro(high));
}

static void judge_steam(struct judging *j)
{
    const struct ct_curve *c = j->in->curve;
    const struct ct_hold *h = &j->ret->common;
    struct ct_cycle_found *f = add(j, CT_M_SUPERHEAT, CT_CYCLE_ALL);
    double low = INFINITY, high = -INFINITY;
    for (size_t t = 0; h->any && t < c->n_temps; t++) {
        struct ct_steam_check s;
        ct_curve_steam(c, t, h->from_ms, h->to_ms, j->air_kpa, &s);
        if (!s.hot.any)
            continue;
        low = s.cold.worst < low ? s.cold.worst : low;
        high = s.hot.worst > high ? s.hot.worst : high;
    }
    if (low > high)
        return;
    compare(f, micro(low), micro(high));
    f->low = micro(low);
    f->high = micro(high);
}

static void judge_spread(struct judging *j)
{
    const struct ct_hold *h = &j->ret->common;
    struct ct_cycle_found *f = add(j, CT_M_SPREAD, CT_CYCLE_ALL);
    struct ct_curve_worst w = {0};
    if (h->any)
        ct_curve_spread(j->in->curve, h->from_ms, h->to_ms, &w);
    if (!w.any)
        return;
    compare(f, micro(w.worst), micro(w.worst));
    f->low = f->high = micro(w.worst);
}

static void judge_equilibration(struct judging *j)
{
    const struct ct_curve *c = j->in->curve;
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (size_t t = 0; t < c->n_temps; t++) {
        const struct ct_hold *h = &j->ret->hold[t];
        if (!h->any || c->n_temps < 2) {
            (void)add(j, CT_M_EQUILIBRATION, CT_CYCLE_ALL);
            return;
        }
        first = h->from_ms < first ? h->from_ms : first;
        last = h->from_ms > last ? h->from_ms : last;
    }
    judge(j, CT_M_EQUILIBRATION, CT_CYCLE_ALL, last - first, last - first);
}

static void judge_curve(struct judging *j)
{
    const struct ct_curve *c = j->in->curve;
    for (size_t t = 0; t < c->n_temps; t++) {
        if (limit_of(j, CT_M_TEMPERATURE) != NULL)
            judge_band(j, t);
        if (limit_of(j, CT_M_F0) != NULL)
            judge_lethality(j, CT_M_F0, t);
        if (limit_of(j, CT_M_A0) != NULL)
            judge_lethality(j, CT_M_A0, t);
    }
    find_common(j);
    if (limit_of(j, CT_M_PRESSURE) != NULL)
        judge_pressure(j);
    if (limit_of(j, CT_M_SUPERHEAT) != NULL)
        judge_steam(j);
    if (limit_of(j, CT_M_SPREAD) != NULL)
        judge_spread(j);
    if (limit_of(j, CT_M_EQUILIBRATION) != NULL)
        judge_equilibration(j);
}

/* ---- the whole ------------------------------------------------------------------------ */

static const struct ct_cycle_typed *typed(const struct ct_cycle_in *in, enum ct_measure m)
{
    for (size_t i = 0; i < in->n_typed; i++)
        if (in->typed[i].measure == m)
            return &in->typed[i];
    return NULL;
}

static enum ct_status check_typed(const struct ct_cycle_in *in, struct ct_error *reterr)
{
    for (size_t i = 0; i < in->n_typed; i++) {
        enum ct_measure m = in->typed[i].measure;
        if (!in->programme->has[m])
            return ct_fail(reterr, CT_EINVAL, CT_MEASURE_NAME[m],
                           "The programme %s has no limit for this.", in->programme->id);
        if (in->curve != NULL && m < CT_M_FROM_CURVE)
            return ct_fail(reterr, CT_EINVAL, CT_MEASURE_NAME[m],
                           "The recorded curve shows this; it is not typed.");
        if (in->typed[i].value == CT_UNSET)
            return ct_fail(reterr, CT_EINVAL, CT_MEASURE_NAME[m], "The value is missing.");
        if (in->typed[i].ranged && in->typed[i].high < in->typed[i].value)
            return ct_fail(reterr, CT_EINVAL, CT_MEASURE_NAME[m],
                           "The highest value is below the lowest.");
    }
    return CT_OK;
}

/* What a curve does not show; without a curve, all of it. */
static void judge_typed(struct judging *j)
{
    const struct ct_cycle_in *in = j->in;
    for (int m = in->curve != NULL ? CT_M_FROM_CURVE : 0; m < CT_MEASURES; m++) {
        const struct ct_cycle_typed *t = typed(in, (enum ct_measure)m);
        const struct ct_programme_limit *l = limit_of(j, (enum ct_measure)m);
        if (l == NULL)
            continue;
        if (t != NULL) {
            int64_t v = ct_limit_scaled(l, t->value);
            int64_t high = t->ranged ? ct_limit_scaled(l, t->high) : v;
            judge(j, (enum ct_measure)m, CT_CYCLE_ALL, v, high);
            continue;
        }
        (void)add(j, (enum ct_measure)m, CT_CYCLE_ALL);
        j->ret->unmeasured += m >= CT_M_FROM_CURVE;
    }
}

enum ct_status ct_cycle_judge(const struct ct_cycle_in *in, struct ct_cycle *ret,
                              struct ct_error *reterr)
{
    struct judging j = {.in = in, .ret = ret, .air_kpa = in->air_kpa, .f0 = in->f0};
    enum ct_status st = check_typed(in, reterr);
    *ret = (struct ct_cycle){.verdict = CT_CYCLE_PASS};
    if (st != CT_OK)
        return st;
    if (!(j.air_kpa > 0))
        j.air_kpa = CT_ATMOSPHERE_KPA;
    if (!(j.f0.z_k > 0))
        j.f0 = CT_F0;
    if (in->curve != NULL)
        judge_curve(&j);
    judge_typed(&j);
    bool any = false;
    for (size_t i = 0; i < ret->n; i++) {
        const struct ct_cycle_found *f = &ret->found[i];
        if (!f->measured && f->limit->measure >= CT_M_FROM_CURVE)
            continue;
        any = true;
        ret->verdict = f->verdict > ret->verdict ? f->verdict : ret->verdict;
    }
    if (!any)
        ret->verdict = CT_CYCLE_UNDECIDED; /* it rests on nothing */
    return CT_OK;
}

/* ---- numbers ---------------------------------------------------------------------------- */

enum ct_cycle_step ct_cycle_step(int64_t before, int64_t number, int64_t *ret_missing)
{
    *ret_missing = 0;
    if (number == before)
        return CT_STEP_SAME;
    if (number < before)
        return CT_STEP_BACK;
    uint64_t missing = (uint64_t)number - (uint64_t)before - 1;
    *ret_missing = missing > INT64_MAX ? INT64_MAX : (int64_t)missing;
    return missing == 0 ? CT_STEP_FOLLOWS : CT_STEP_GAP;
}
