/* conformity - see conformity.h: verdicts, risks, and statistics of readings. */
#include "clinic/conformity.h"

#include <math.h>

/* A value (millionths) in the places of a limit: 10^(11 - 6). */
static const int64_t FINER = 100000;

const char *const CT_CAL_BASIS_NAME[CT_CAL_BASES] = {"nominal", "reading", "full scale"};
const char *const CT_CAL_RULE_NAME[CT_CAL_RULES] = {"simple", "guarded", "non-binary"};
const char *const CT_CAL_VERDICT_NAME[CT_CAL_VERDICTS] = {"pass", "conditional pass",
                                                          "conditional fail", "fail"};

/* The mean of the readings: `floor` in 10^-11, and whether there is less than one more. */
struct mean {
    int64_t floor;
    bool more;
};

static bool in_bounds(int64_t value)
{
    return value >= -CT_CAL_MAX && value <= CT_CAL_MAX;
}

static int64_t size_of(int64_t value)
{
    return value < 0 ? -value : value;
}

/* Rounded down, also below zero; n is above zero. */
static int64_t floor_div(int64_t a, int64_t n)
{
    return a / n - (a % n < 0);
}

static struct mean mean_of(int64_t sum, int n)
{
    int64_t whole = floor_div(sum, n), rest = sum - whole * n; /* 0 to n - 1 */
    return (struct mean){whole * FINER + rest * FINER / n, rest * FINER % n != 0};
}

static bool at_least(struct mean x, int64_t limit)
{
    return x.floor >= limit;
}

static bool at_most(struct mean x, int64_t limit)
{
    return x.floor + x.more <= limit;
}

static bool limited(const struct ct_cal_side *s)
{
    return s->absolute != CT_UNSET || s->percent != CT_UNSET;
}

static enum ct_status check_side(const struct ct_cal_side *s, int64_t full_scale,
                                 struct ct_error *reterr)
{
    if (s->absolute != CT_UNSET && (s->absolute < 0 || s->absolute > CT_CAL_MAX))
        return ct_fail(reterr, CT_EINVAL, "tolerance",
                       "A tolerance is from 0 to 9999999.999999, in the unit of the point.");
    if (s->percent != CT_UNSET && (s->percent < 0 || s->percent > CT_CAL_PERCENT_MAX))
        return ct_fail(reterr, CT_EINVAL, "tolerance",
                       "A tolerance in per cent is from 0 to 100.");
    if (s->percent != CT_UNSET && s->of == CT_CAL_OF_FULL_SCALE &&
        (full_scale == CT_UNSET || full_scale == 0 || !in_bounds(full_scale)))
        return ct_fail(reterr, CT_EINVAL, "tolerance",
                       "A tolerance in per cent of full scale needs the full scale.");
    return CT_OK;
}

/* `percent` of |sum / n| in 10^-11, rounded down. */
static int64_t part_of(int64_t percent, int64_t sum, int n)
{
    int64_t of = size_of(sum);
    return percent * (of / n) + percent * (of % n) / n;
}

static int64_t distance(const struct ct_tolerance *t, const struct ct_cal_side *s,
                        const struct ct_conformity_in *in)
{
    int64_t d = s->absolute != CT_UNSET ? s->absolute * FINER : 0, p = 0;
    if (s->percent != CT_UNSET && s->of == CT_CAL_OF_READING)
        p = part_of(s->percent, in->sum, in->n);
    else if (s->percent != CT_UNSET)
        p = part_of(s->percent, s->of == CT_CAL_OF_NOMINAL ? in->nominal : t->full_scale, 1);
    return d > p ? d : p;
}

static bool of_reading(const struct ct_cal_side *s)
{
    return s->percent != CT_UNSET && s->percent > 0 && s->of == CT_CAL_OF_READING;
}

/* `read`: in->sum is a reading, and no stand-in for one. */
static enum ct_status limits(const struct ct_conformity_in *in, bool read, int64_t *low,
                             int64_t *high, struct ct_error *reterr)
{
    const struct ct_tolerance *t = &in->tolerance;
    if (!in_bounds(in->nominal))
        return ct_fail(reterr, CT_EINVAL, "nominal",
                       "A nominal value has at most 7 digits before and 6 behind the point.");
    enum ct_status st = check_side(&t->minus, t->full_scale, reterr);
    if (st == CT_OK)
        st = check_side(&t->plus, t->full_scale, reterr);
    if (st != CT_OK)
        return st;
    bool lower = limited(&t->minus), upper = limited(&t->plus);
    if (!lower && !upper)
        return ct_fail(reterr, CT_EINVAL, "tolerance",
                       "There is no tolerance on either side: nothing can be judged.");
    int64_t minus = lower ? distance(t, &t->minus, in) : 0;
    int64_t plus = upper ? distance(t, &t->plus, in) : 0;
    /* A dead display reads 0, and 2 % of that is none: a fail, not a faulty tolerance. */
    if (minus + plus == 0 && !(read && (of_reading(&t->minus) || of_reading(&t->plus))))
        return ct_fail(reterr, CT_EINVAL, "tolerance",
                       "The tolerance is zero: no reading is exact, so none could pass.");
    *low = lower ? in->nominal * FINER - minus : CT_UNSET;
    *high = upper ? in->nominal * FINER + plus : CT_UNSET;
    return CT_OK;
}

enum ct_status ct_tolerance_limits(const struct ct_tolerance *t, int64_t nominal,
                                   int64_t *ret_low, int64_t *ret_high, struct ct_error *reterr)
{
    const struct ct_conformity_in in = {
        .nominal = nominal, .tolerance = *t, .sum = nominal, .n = 1};
    return limits(&in, false, ret_low, ret_high, reterr);
}

/* Within the tolerance less `w` on each limit. */
static bool within(const struct ct_conformity *c, struct mean x, int64_t w)
{
    return (c->tolerance_low == CT_UNSET || at_least(x, c->tolerance_low + w)) &&
           (c->tolerance_high == CT_UNSET || at_most(x, c->tolerance_high - w));
}

static enum ct_cal_verdict verdict(const struct ct_conformity *c, struct mean x, int64_t w,
                                   enum ct_cal_rule rule)
{
    if (within(c, x, w))
        return CT_CAL_PASS;
    if (rule == CT_CAL_NON_BINARY && within(c, x, 0))
        return CT_CAL_CONDITIONAL_PASS;
    if (rule == CT_CAL_NON_BINARY && within(c, x, -w))
        return CT_CAL_CONDITIONAL_FAIL;
    return CT_CAL_FAIL;
}

/* The chance that the true value lies beyond a limit that is `d` away, U as `u`. */
static double beyond(double d, double u)
{
    return 0.5 * erfc(d / (u / 2 * sqrt(2)));
}

static void set_risk(struct ct_conformity *c, const struct ct_conformity_in *in)
{
    bool accepted = c->verdict == CT_CAL_PASS || c->verdict == CT_CAL_CONDITIONAL_PASS;
    double x = (double)in->sum / in->n * (double)FINER, out = 0;
    if (in->u == CT_UNSET)
        return;
    double u = (double)in->u * (double)FINER;
    if (in->u == 0) {
        out = accepted ? 0 : 1;
    } else {
        if (c->tolerance_high != CT_UNSET)
            out += beyond((double)c->tolerance_high - x, u);
        if (c->tolerance_low != CT_UNSET)
            out += beyond(x - (double)c->tolerance_low, u);
    }
    if (accepted)
        c->false_accept = out;
    else
        c->false_reject = out < 1 ? 1 - out : 0;
    if (in->u != 0 && c->tolerance_low != CT_UNSET && c->tolerance_high != CT_UNSET)
        c->tur = (double)(c->tolerance_high - c->tolerance_low) / (2 * u);
}

static enum ct_status check_reading(const struct ct_conformity_in *in, struct ct_error *reterr)
{
    if (in->n < 1 || in->n > CT_CAL_READINGS_MAX || in->sum < -CT_CAL_MAX * in->n ||
        in->sum > CT_CAL_MAX * in->n)
        return ct_fail(reterr, CT_EINVAL, "reading",
                       "A point has 1 to %d readings of at most 7 digits before and 6 behind "
                       "the point.",
                       CT_CAL_READINGS_MAX);
    if ((unsigned)in->rule >= CT_CAL_RULES)
        return ct_fail(reterr, CT_EINVAL, "rule", "There is no such decision rule.");
    if (in->u != CT_UNSET && (in->u < 0 || in->u > CT_CAL_MAX))
        return ct_fail(reterr, CT_EINVAL, "u",
                       "The uncertainty U (k = 2) is from 0 to 9999999.999999.");
    if (in->u == CT_UNSET && in->rule != CT_CAL_SIMPLE)
        return ct_fail(reterr, CT_EINVAL, "u",
                       "The rule %s has a guard band of U: give the uncertainty U (k = 2).",
                       CT_CAL_RULE_NAME[in->rule]);
    return CT_OK;
}

static void conclude(const struct ct_conformity_in *in, int64_t low, int64_t high,
                     struct ct_conformity *ret)
{
    struct ct_conformity c = {.tolerance_low = low,
                              .tolerance_high = high,
                              .accept_low = CT_UNSET,
                              .accept_high = CT_UNSET,
                              .tur = NAN,
                              .false_accept = NAN,
                              .false_reject = NAN};
    int64_t w = in->rule == CT_CAL_SIMPLE ? 0 : in->u * FINER;
    bool lower = low != CT_UNSET, upper = high != CT_UNSET;
    c.no_zone = lower && upper && low + w > high - w;
    if (lower && !c.no_zone)
        c.accept_low = low + w;
    if (upper && !c.no_zone)
        c.accept_high = high - w;
    c.verdict = verdict(&c, mean_of(in->sum, in->n), w, in->rule);
    set_risk(&c, in);
    *ret = c;
}

enum ct_status ct_conformity_judge(const struct ct_conformity_in *in, struct ct_conformity *ret,
                                   struct ct_error *reterr)
{
    int64_t low, high;
    enum ct_status st = check_reading(in, reterr);
    if (st == CT_OK)
        st = limits(in, true, &low, &high, reterr);
    if (st == CT_OK)
        conclude(in, low, high, ret);
    return st;
}

enum ct_status ct_conformity_within(const struct ct_conformity_in *in, int64_t low,
                                    int64_t high, struct ct_conformity *ret,
                                    struct ct_error *reterr)
{
    const int64_t most = 2 * CT_CAL_MAX * FINER; /* nominal and tolerance together */
    enum ct_status st = check_reading(in, reterr);
    if (st == CT_OK && ((low == CT_UNSET && high == CT_UNSET) ||
                        (low != CT_UNSET && (low < -most || low > most)) ||
                        (high != CT_UNSET && (high < -most || high > most)) ||
                        (low != CT_UNSET && high != CT_UNSET && low > high)))
        return ct_fail(reterr, CT_EINVAL, "tolerance", "These cannot be limits of a point.");
    if (st == CT_OK)
        conclude(in, low, high, ret);
    return st;
}

const char *ct_conformity_note(const struct ct_conformity *c, enum ct_cal_rule rule)
{
    if (!c->no_zone)
        return "";
    return rule == CT_CAL_GUARDED
               ? "U is too large: more than half of the tolerance, so every value fails"
               : "U is too large: more than half of the tolerance, so no value can pass "
                 "unconditionally";
}

enum ct_status ct_repeat(const int64_t *reading, int n, struct ct_repeat *ret,
                         struct ct_error *reterr)
{
    struct ct_repeat r = {.n = n, .s = NAN, .u_a = NAN};
    if (n < 1 || n > CT_CAL_READINGS_MAX)
        return ct_fail(reterr, CT_EINVAL, "reading", "A point has 1 to %d readings.",
                       CT_CAL_READINGS_MAX);
    for (int i = 0; i < n; i++) {
        if (!in_bounds(reading[i]))
            return ct_fail(reterr, CT_EINVAL, "reading",
                           "Reading %d has more than 7 digits before the point.", i + 1);
        r.sum += reading[i];
    }
    int64_t half = 2 * size_of(r.sum) + n; /* nearest of |sum| / n */
    r.mean = half / (2 * n) * (r.sum < 0 ? -1 : 1);
    if (n > 1) {
        double squares = 0; /* of n times the deviation, which is exact */
        for (int i = 0; i < n; i++) {
            double d = (double)(reading[i] * n - r.sum) / n / 1e6;
            squares += d * d;
        }
        r.s = sqrt(squares / (n - 1));
        r.u_a = r.s / sqrt(n);
    }
    *ret = r;
    return CT_OK;
}
