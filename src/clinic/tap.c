/* tap - see tap.h. */
#include "clinic/tap.h"

#include <math.h>
#include <stdlib.h>

enum {
    BOUNCE_MS = 150,
    MINUTE_MS = 60 * 1000,
    WIDTH_MAX = 999, /* of three uneven taps nothing is known: no more digits than that */
};

void ct_tap_start(struct ct_tap *t)
{
    t->n = 0;
}

void ct_tap_add(struct ct_tap *t, int64_t at_ms)
{
    if (t->n == CT_TAPS_MAX)
        return;
    if (t->n > 0 && (at_ms < t->at_ms[t->n - 1] || at_ms - t->at_ms[t->n - 1] < BOUNCE_MS))
        return;
    t->at_ms[t->n++] = at_ms;
}

void ct_tap_undo(struct ct_tap *t)
{
    if (t->n > 0)
        t->n--;
}

/* Student's t, two-sided 95 %, by degrees of freedom: the published table to 30, then
 * the value of the lower end of each stretch, which is the wider one. */
static double student(size_t df)
{
    static const double T[] = {
        0,     12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
        2.201, 2.179,  2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080,
        2.074, 2.069,  2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    };
    if (df < CT_LEN(T))
        return T[df];
    if (df < 40)
        return 2.042;
    if (df < 60)
        return 2.021;
    return df < 120 ? 2.000 : 1.980;
}

/* Mean and standard deviation of n intervals. */
static void spread(const double *v, size_t n, double *mean, double *sd)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += v[i];
    *mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (v[i] - *mean) * (v[i] - *mean);
    *sd = n > 1 ? sqrt(squares / (double)(n - 1)) : 0;
}

static bool uneven(double mean, double sd)
{
    return sd > mean / 5;
}

static int by_length(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Few intervals near twice the median, among others that are even: taps were missed
 * rather than the rhythm irregular. v is sorted by it. */
static bool likely_missed(double *v, size_t n)
{
    enum { FEWEST = 3 };
    if (n < FEWEST)
        return false;
    qsort(v, n, sizeof *v, by_length);
    double median = n % 2 == 1 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
    size_t even = n; /* the doubled ones are the longest */
    while (even > 0 && v[even - 1] >= 1.75 * median && v[even - 1] <= 2.25 * median)
        even--;
    double mean, sd;
    if (even == n || even < 2 || (n - even) * 3 > n)
        return false;
    spread(v, even, &mean, &sd);
    return !uneven(mean, sd);
}

void ct_tap_rate(const struct ct_tap *t, struct ct_tap_rate *ret)
{
    *ret = (struct ct_tap_rate){0};
    if (t->n < 2)
        return;
    int64_t whole = t->at_ms[t->n - 1] - t->at_ms[0];
    ret->seconds = (int)(whole / 1000);
    if (t->n < 3)
        return;
    double v[CT_TAPS_MAX] = {0}, mean, sd;
    size_t n = t->n - 1;
    for (size_t i = 0; i < n; i++)
        v[i] = (double)(t->at_ms[i + 1] - t->at_ms[i]);
    spread(v, n, &mean, &sd);
    double rate = MINUTE_MS / mean;
    /* A relative error of the mean interval is one of the rate; one tap more or less
     * is one interval in the whole time. */
    double width = rate * student(n - 1) * sd / sqrt((double)n) / mean;
    double one = MINUTE_MS / (double)whole;
    width = ceil((width > one ? width : one) - 1e-9);
    ret->known = true;
    ret->rate = (int)lround(rate);
    ret->half_width = width > WIDTH_MAX ? WIDTH_MAX : (int)width;
    ret->irregular = uneven(mean, sd);
    ret->missed = likely_missed(v, n);
}
