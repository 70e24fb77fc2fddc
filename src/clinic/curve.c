/* curve - see curve.h: takes the samples and refuses what is no curve. What is computed
 * is in curve_hold.c and curve_lethality.c. */
#include "clinic/curve.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/conformity.h"

enum { GAP_FACTOR = 3, GAP_FACTOR_FEW = 10, FEW_INTERVALS = 12, NO_RULE = 4 };

enum ct_status ct_curve_new(const char *name, struct ct_curve **ret, struct ct_error *reterr)
{
    struct ct_curve *c = calloc(1, sizeof *c);
    if (c != NULL)
        c->name = strdup(name);
    if (c == NULL || c->name == NULL) {
        free(c);
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory while reading a curve");
    }
    *ret = c;
    return CT_OK;
}

void ct_curve_free(struct ct_curve *c)
{
    if (c == NULL)
        return;
    free(c->name);
    free(c->t_ms);
    free(c->line);
    free(c->temp);
    free(c->pressure);
    free(c);
}

void ct_curve_freep(struct ct_curve **c)
{
    ct_curve_free(*c);
    *c = NULL;
}

enum ct_status ct_curve_fail(const struct ct_curve *c, uint64_t line, const char *column,
                             struct ct_error *reterr, const char *fmt, ...)
{
    char text[sizeof reterr->text], where[96] = "";
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (line > 0)
        snprintf(where, sizeof where, "%s%" PRIu64 ": ", c->name[0] != '\0' ? ":" : "line ",
                 line);
    else if (c->name[0] != '\0')
        snprintf(where, sizeof where, ": ");
    return ct_fail(reterr, CT_EINVAL, column, "%s%s%s%s%s", c->name, where,
                   column != NULL ? column : "", column != NULL ? ": " : "", text);
}

enum ct_status ct_curve_temp(struct ct_curve *c, const char *name, struct ct_error *reterr)
{
    if (c->n_temps == CT_CURVE_TEMPS_MAX)
        return ct_curve_fail(c, 0, NULL, reterr, "has more than %d temperatures",
                             CT_CURVE_TEMPS_MAX);
    ct_text_copy(c->temp_name[c->n_temps++], CT_CURVE_NAME_MAX + 1, name);
    return CT_OK;
}

void ct_curve_pressure(struct ct_curve *c, const char *name)
{
    ct_text_copy(c->pressure_name, sizeof c->pressure_name, name);
    c->has_pressure = true;
}

static bool grow(void **p, size_t n, size_t size)
{
    void *more = reallocarray(*p, n, size);
    *p = more != NULL ? more : *p;
    return more != NULL;
}

static bool make_room(struct ct_curve *c)
{
    size_t cap = c->cap == 0 ? 256 : 2 * c->cap;
    if (c->n < c->cap)
        return true;
    if (!grow((void **)&c->t_ms, cap, sizeof *c->t_ms) ||
        !grow((void **)&c->line, cap, sizeof *c->line) ||
        (c->n_temps > 0 && !grow((void **)&c->temp, cap * c->n_temps, sizeof *c->temp)) ||
        (c->has_pressure && !grow((void **)&c->pressure, cap, sizeof *c->pressure)))
        return false;
    c->cap = cap;
    return true;
}

enum ct_status ct_curve_add(struct ct_curve *c, uint64_t line, int64_t t_ms,
                            const int64_t *temp, int64_t pressure, struct ct_error *reterr)
{
    char shown[CT_DECIMAL_SIZE];
    if (c->n == CT_CURVE_SAMPLES_MAX)
        return ct_curve_fail(c, line, NULL, reterr, "more than %d samples",
                             CT_CURVE_SAMPLES_MAX);
    if (c->n > 0 && t_ms <= c->t_ms[c->n - 1])
        return ct_curve_fail(
            c, line, "time", reterr, "%s: it is not after that of line %" PRIu64,
            t_ms == c->t_ms[c->n - 1] ? "stands still" : "runs back", c->line[c->n - 1]);
    if (c->n > 0 && t_ms - c->t_ms[0] > CT_CURVE_SPAN_MAX)
        return ct_curve_fail(c, line, "time", reterr,
                             "is more than a year after the first sample");
    for (size_t i = 0; i < c->n_temps; i++) {
        if (temp[i] == CT_UNSET)
            return ct_curve_fail(c, line, c->temp_name[i], reterr, "is missing");
        ct_decimal_text(temp[i], CT_CAL_PLACES, shown);
        if (temp[i] < CT_CURVE_TEMP_MIN || temp[i] > CT_CURVE_TEMP_MAX)
            return ct_curve_fail(c, line, c->temp_name[i], reterr,
                                 "%s degC is not possible: a broken sensor?", shown);
    }
    if (c->has_pressure && pressure == CT_UNSET)
        return ct_curve_fail(c, line, c->pressure_name, reterr, "is missing");
    if (!make_room(c))
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory while reading a curve");
    c->t_ms[c->n] = t_ms;
    c->line[c->n] = line;
    for (size_t i = 0; i < c->n_temps; i++)
        c->temp[c->n * c->n_temps + i] = temp[i];
    if (c->has_pressure)
        c->pressure[c->n] = pressure;
    c->n++;
    return CT_OK;
}

/* ---- the end ----------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The longest interval that is no gap; INT64_MAX where none can be told, -1 without
 * memory. */
static int64_t longest_allowed(const struct ct_curve *c)
{
    size_t n = c->n - 1;
    if (n < NO_RULE)
        return INT64_MAX;
    int64_t *interval = calloc(n, sizeof *interval);
    if (interval == NULL)
        return -1;
    for (size_t i = 0; i < n; i++)
        interval[i] = c->t_ms[i + 1] - c->t_ms[i];
    qsort(interval, n, sizeof *interval, compare);
    int64_t median = interval[n / 2];
    free(interval);
    return median * (n < FEW_INTERVALS ? GAP_FACTOR_FEW : GAP_FACTOR);
}

static enum ct_status check_gaps(const struct ct_curve *c, int64_t gap_ms,
                                 struct ct_error *reterr)
{
    int64_t longest = gap_ms > 0 ? gap_ms : longest_allowed(c);
    if (longest < 0)
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory while reading a curve");
    for (size_t i = 1; i < c->n; i++) {
        int64_t ms = c->t_ms[i] - c->t_ms[i - 1];
        if (ms > longest)
            return ct_curve_fail(c, c->line[i], "time", reterr,
                                 "a gap of %.3f s since line %" PRIu64
                                 ", where samples are at most %.3f s apart: what happened in "
                                 "it is not known",
                                 (double)ms / 1000, c->line[i - 1], (double)longest / 1000);
    }
    return CT_OK;
}

/* The nearest whole number of a + (b - a) * part / whole. */
static int64_t between(int64_t a, int64_t b, int64_t part, int64_t whole)
{
    __extension__ typedef __int128 wide;
    wide d = (wide)(b - a) * part, half = whole / 2;
    return a + (int64_t)((d >= 0 ? d + half : d - half) / whole);
}

/* Samples first..last alone are left. */
static void keep(struct ct_curve *c, size_t first, size_t last)
{
    size_t n = last - first + 1;
    memmove(c->t_ms, c->t_ms + first, n * sizeof *c->t_ms);
    memmove(c->line, c->line + first, n * sizeof *c->line);
    if (c->n_temps > 0)
        memmove(c->temp, c->temp + first * c->n_temps, n * c->n_temps * sizeof *c->temp);
    if (c->has_pressure)
        memmove(c->pressure, c->pressure + first, n * sizeof *c->pressure);
    c->n = n;
}

/* Sample `at` moves along the line to `other`, to t_ms. */
static void move(struct ct_curve *c, size_t at, size_t other, int64_t t_ms)
{
    int64_t part = t_ms - c->t_ms[at], whole = c->t_ms[other] - c->t_ms[at];
    if (whole < 0) {
        part = -part;
        whole = -whole;
    }
    for (size_t i = 0; i < c->n_temps; i++) {
        int64_t *v = &c->temp[at * c->n_temps + i];
        *v = between(*v, c->temp[other * c->n_temps + i], part, whole);
    }
    if (c->has_pressure)
        c->pressure[at] = between(c->pressure[at], c->pressure[other], part, whole);
    c->t_ms[at] = t_ms;
}

static enum ct_status few(const struct ct_curve *c, struct ct_error *reterr)
{
    return ct_curve_fail(c, c->n > 0 ? c->line[0] : 0, NULL, reterr,
                         c->n == 0 ? "has no samples; a curve has two at least"
                                   : "is the only sample; a curve has two at least");
}

enum ct_status ct_curve_finish(struct ct_curve *c, const struct ct_curve_bounds *b,
                               struct ct_error *reterr)
{
    if (c->n < 2)
        return few(c, reterr);
    int64_t from = b->from_ms == CT_UNSET ? c->t_ms[0] : b->from_ms;
    int64_t to = b->to_ms == CT_UNSET ? c->t_ms[c->n - 1] : b->to_ms;
    if (from >= c->t_ms[c->n - 1] || to <= c->t_ms[0])
        return ct_curve_fail(c, 0, NULL, reterr,
                             "no sample is between the times asked for; the curve is from line "
                             "%" PRIu64 " to line %" PRIu64,
                             c->line[0], c->line[c->n - 1]);
    if (from >= to)
        return ct_curve_fail(c, 0, NULL, reterr,
                             "nothing is between the times asked for: the "
                             "first is not before the second");
    size_t first = 0, last = c->n - 1;
    while (c->t_ms[first + 1] <= from)
        first++;
    while (c->t_ms[last - 1] >= to)
        last--;
    keep(c, first, last);
    enum ct_status st = check_gaps(c, b->gap_ms, reterr);
    if (st != CT_OK)
        return st;
    bool head = from > c->t_ms[0], tail = to < c->t_ms[c->n - 1];
    if (head)
        move(c, 0, 1, from);
    if (tail)
        move(c, c->n - 1, c->n - 2, to);
    return CT_OK;
}
