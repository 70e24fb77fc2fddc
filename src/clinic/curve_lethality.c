/* curve_lethality - F0, A0 and their kind: exact integrals over straight lines; the
 * contract is curve.h. */
#include <math.h>

#include "clinic/curve.h"

#define LN10 2.302585092994045684

enum { MICRO = 1000000 };

const struct ct_lethality CT_F0 = {121.1, 10, -INFINITY};
const struct ct_lethality CT_A0 = {80, 10, 65};

enum ct_status ct_lethality_check(const struct ct_lethality *l, struct ct_error *reterr)
{
    if (!(l->tref_c >= -100 && l->tref_c <= 600))
        return ct_fail(reterr, CT_EINVAL, "tref",
                       "The reference temperature is between -100 and 600 degC.");
    if (!(l->z_k >= 1 && l->z_k <= 100))
        return ct_fail(reterr, CT_EINVAL, "z", "z is between 1 and 100 K.");
    return CT_OK;
}

double ct_lethal_rate(const struct ct_lethality *l, double t_c)
{
    return pow(10, (t_c - l->tref_c) / l->z_k);
}

/* Over `s` seconds in which the temperature runs from a to b. The rate is exponential in
 * time, so its mean is (R(b) - R(a)) / ln(R(b) / R(a)). */
static double piece(const struct ct_lethality *l, double a, double b, double s)
{
    double low = a < b ? a : b, high = a < b ? b : a;
    if (low < l->above_c) {
        if (high <= l->above_c)
            return 0;
        s *= (high - l->above_c) / (high - low);
        low = l->above_c;
    } else if (high <= l->above_c) {
        return 0; /* at it all the time: not above */
    }
    double x = (high - low) / l->z_k * LN10, rate = ct_lethal_rate(l, low);
    return rate * s * (x > 1e-9 ? expm1(x) / x : 1 + x / 2);
}

double ct_curve_lethality(const struct ct_curve *c, size_t temp, const struct ct_lethality *l)
{
    long double sum = 0;
    for (size_t i = 0; i + 1 < c->n; i++) {
        double a = (double)c->temp[i * c->n_temps + temp] / MICRO;
        double b = (double)c->temp[(i + 1) * c->n_temps + temp] / MICRO;
        sum += (long double)piece(l, a, b, (double)(c->t_ms[i + 1] - c->t_ms[i]) / 1000);
    }
    return (double)sum;
}
