/* Drift and intervals: the line through what was found since the last adjustment, against
 * figures that were worked out by hand, and the staircase. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/bench_of.h"

static void add(struct ct_drift *d, int day, double error, bool after)
{
    d->p[d->n++] = (struct ct_drift_point){.day = day, .error = error, .after_adjust = after};
}

#define near(a, b) assert_true(fabs((a) - (b)) < 1e-9)

static struct ct_drift *empty(void)
{
    static struct ct_drift d;
    d = (struct ct_drift){.low = -3, .high = 3};
    return &d;
}

/* 0, 1461, 2922 days are 0, 4 and 8 years of 365.25: errors 0, 1, 2 rise by 0.25 a year, and
 * reach 3 four years (1461 days) after the last. */
static void test_a_straight_rise_leaves_tolerance_where_it_must(void **state)
{
    (void)state;
    struct ct_drift *d = empty();
    add(d, 0, 0, false);
    add(d, 1461, 1, false);
    ct_drift_fit(d);
    assert_false(d->fitted); /* two say nothing of a line */
    add(d, 2922, 2, false);
    ct_drift_fit(d);
    assert_true(d->fitted);
    near(d->per_year, 0.25);
    near(d->at_last, 2);
    near(d->s, 0);
    assert_int_equal(d->leaves, 2922 + 1461);
}

/* x = 0, 4, 8, 12 years, y = 0, 2, 1, 3: mean x 6, mean y 1.5, Sxx 80, Sxy 16, slope 0.2,
 * at x = 12: 2.7; residuals -0.3, 0.9, -0.9, 0.3, sum of squares 1.8, s = sqrt(1.8 / 2). */
static void test_scatter_about_the_line(void **state)
{
    (void)state;
    struct ct_drift *d = empty();
    static const double Y[] = {0, 2, 1, 3};
    for (int i = 0; i < 4; i++)
        add(d, 1461 * i, Y[i], false);
    ct_drift_fit(d);
    near(d->per_year, 0.2);
    near(d->at_last, 2.7);
    near(d->s, sqrt(0.9));
    assert_int_equal(d->leaves, 1461 * 3 + (int)floor(1.5 * 365.25 + 1e-6));
}

/* What was before an adjustment says nothing of the present run. */
static void test_an_adjustment_begins_anew(void **state)
{
    (void)state;
    struct ct_drift *d = empty();
    add(d, 0, 5, false);
    add(d, 0, 0, true);
    add(d, 1461, -1, false);
    add(d, 2922, -2, false);
    ct_drift_fit(d);
    assert_false(d->fitted); /* two as found since then */
    add(d, 4383, -3.5, false);
    ct_drift_fit(d);
    assert_true(d->fitted);
    /* x 0 4 8 12, y 0 -1 -2 -3.5: mean -1.625, Sxy = -23, slope -0.2875; at 12: -3.35 */
    near(d->per_year, -0.2875);
    near(d->at_last, -3.35);
    assert_true(d->leaves < 4383); /* it has left already */
}

static void test_a_line_that_never_leaves(void **state)
{
    (void)state;
    struct ct_drift *d = empty();
    for (int i = 0; i < 4; i++)
        add(d, 365 * i, 1, false);
    ct_drift_fit(d);
    assert_true(d->fitted);
    near(d->per_year, 0);
    assert_int_equal(d->leaves, CT_NO_DATE);
    d->n = 0; /* a thousandth in four years: beyond 50 years */
    for (int i = 0; i < 3; i++)
        add(d, 1461 * i, 0.001 * i, false);
    ct_drift_fit(d);
    assert_int_equal(d->leaves, CT_NO_DATE);
    d->n = 0; /* all on one day: no line, and no division by zero */
    for (int i = 0; i < 3; i++)
        add(d, 7, i, false);
    ct_drift_fit(d);
    assert_false(d->fitted);
    *d = (struct ct_drift){.low = NAN, .high = 6}; /* falling, without a lower limit */
    for (int i = 0; i < 3; i++)
        add(d, 365 * i, 5 - i, false);
    ct_drift_fit(d);
    assert_int_equal(d->leaves, CT_NO_DATE);
    d->n = 0;
    ct_drift_fit(d);
    assert_false(d->fitted);
}

static void advice(int months, const double *share, size_t n, enum ct_stair step, int want)
{
    struct ct_interval_advice a;
    ct_interval_advice(months, share, n, 0.8, &a);
    assert_int_equal(a.step, step);
    assert_int_equal(a.months, want);
    assert_true(a.why[0] != '\0');
}

static void test_the_staircase(void **state)
{
    (void)state;
    advice(12, (double[]){0.5, 0.8, 0.1}, 3, CT_STAIR_EXTEND, 18);
    advice(12, (double[]){0.5, 0.8}, 2, CT_STAIR_KEEP, 12);
    advice(12, (double[]){0.5, 0.81, 0.1}, 3, CT_STAIR_KEEP, 12);
    advice(12, (double[]){0.9, 0.1, 0.1}, 3, CT_STAIR_KEEP, 12);
    advice(12, (double[]){1.0, 0.1, 0.1}, 3, CT_STAIR_KEEP, 12);
    advice(12, (double[]){1.01, 0.1, 0.1}, 3, CT_STAIR_SHORTEN, 9);
    advice(12, (double[]){INFINITY}, 1, CT_STAIR_SHORTEN, 9);
    advice(7, (double[]){2}, 1, CT_STAIR_SHORTEN, 6);
    advice(1, (double[]){2}, 1, CT_STAIR_KEEP, 1);
    advice(60, (double[]){0, 0, 0}, 3, CT_STAIR_KEEP, 60);
    advice(24, (double[]){0, 0, 0}, 3, CT_STAIR_EXTEND, 36);
    advice(12, NULL, 0, CT_STAIR_KEEP, 12);
    advice(12, (double[]){NAN, 0, 0}, 3, CT_STAIR_KEEP, 12);
}

/* ---- from calibrations that were made ------------------------------------------------ */

static void year(struct ward *w, int64_t id, const char *p200, const char *left)
{
    int64_t fault, lookback;
    CT_CALIBRATION *k = bench_begin(w->tom, id, "nibp-static", "R-1");
    bench_nibp(k, CT_CAL_AS_FOUND, p200);
    ok(ct_calibration_found(w->tom, k, &fault, &lookback, e));
    if (left != NULL) {
        ok(ct_calibration_adjusted(w->tom, k, "gain", e));
        bench_nibp(k, CT_CAL_AS_LEFT, "201");
        ok(ct_calibration_left(w->tom, k, e));
        ok(ct_calibration_adjusted(w->tom, k, "gain again", e));
        bench_nibp(k, CT_CAL_AS_LEFT, left);
        ok(ct_calibration_left(w->tom, k, e));
    }
    ok(ct_calibration_void(w->tom, k->id, "so that the next may begin", e));
    w->c.now += 365 * (int64_t)CT_DAY_MS;
}

static void test_of_a_device_all_its_calibrations_but_those_in_error(void **state)
{
    struct ward *w = *state;
    struct ct_drift *d = empty();
    int64_t id = bench_device(w, "M-1", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    bench_standard(w, "R-1", "manometer", -1, 4000);
    year(w, id, "201", NULL);
    ok(ct_drift_of(w->sue, id, "nibp-static", "p200", d, e));
    assert_int_equal(d->n, 0); /* entered in error */
    year(w, id, "203.5", "200.5");
    ward_raw(w, "UPDATE calibration_find SET step = 5");
    ok(ct_drift_of(w->sue, id, "nibp-static", "p200", d, e));
    assert_int_equal(d->n, 3);
    near(d->p[0].error, 1);
    near(d->p[1].error, 3.5);
    assert_true(d->p[2].after_adjust);
    near(d->p[2].error, 0.5); /* the last round of two */
    near(d->low, -3);
    near(d->high, 3);
    near(ct_drift_share(d, &d->p[1]), 3.5 / 3);
    assert_int_equal(d->p[1].day - d->p[0].day, 365);
    ok(ct_drift_of(w->sue, id, "nibp-static", "p10", d, e));
    assert_int_equal(d->n, 3);
    ok(ct_drift_of(w->sue, id, "nibp-leak", "fall", d, e));
    assert_int_equal(d->n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_straight_rise_leaves_tolerance_where_it_must),
        cmocka_unit_test(test_scatter_about_the_line),
        cmocka_unit_test(test_an_adjustment_begins_anew),
        cmocka_unit_test(test_a_line_that_never_leaves),
        cmocka_unit_test(test_the_staircase),
        cmocka_unit_test_setup_teardown(
            test_of_a_device_all_its_calibrations_but_those_in_error, ward_setup, ward_teardown),
    };
    return cmocka_run_group_tests_name("drift", tests, NULL, NULL);
}
