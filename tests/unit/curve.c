/* Curves of cycles: F0, A0, holding times and saturated steam to the digits that are
 * published, and every curve that is none, with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/curve.h"

#define C(t) ((int64_t)llround((t)*1e6))

static const struct ct_curve_bounds WHOLE = {CT_UNSET, CT_UNSET, 0};

struct point {
    double s, c;
};

static struct ct_curve *begun(void)
{
    struct ct_curve *c = NULL;
    assert_int_equal(ct_curve_new("c.csv", &c, NULL), CT_OK);
    assert_int_equal(ct_curve_temp(c, "T1", NULL), CT_OK);
    return c;
}

static struct ct_curve *curve(const struct point *p, size_t n)
{
    struct ct_curve *c = begun();
    struct ct_error e;
    for (size_t i = 0; i < n; i++) {
        int64_t v = C(p[i].c);
        if (ct_curve_add(c, i + 2, llround(p[i].s * 1000), &v, 0, &e) != CT_OK)
            fail_msg("%s", e.text);
    }
    if (ct_curve_finish(c, &WHOLE, &e) != CT_OK)
        fail_msg("%s", e.text);
    return c;
}
#define CURVE(...)                                                                             \
    curve((const struct point[]){__VA_ARGS__},                                                 \
          sizeof((const struct point[]){__VA_ARGS__}) / sizeof(struct point))

/* One temperature for so long, in two samples and in a thousand. */
static double constant(const struct ct_lethality *l, double t, double minutes, int pieces)
{
    CT_CURVE *c = begun();
    int64_t v = C(t);
    for (int i = 0; i <= pieces; i++)
        assert_int_equal(ct_curve_add(c, 1, llround(minutes * 60000 / pieces * i), &v, 0, NULL),
                         CT_OK);
    assert_int_equal(ct_curve_finish(c, &WHOLE, NULL), CT_OK);
    return ct_curve_lethality(c, 0, l);
}

static void shown(double value, int places, const char *as)
{
    char text[40];
    snprintf(text, sizeof text, "%.*f", places, value);
    assert_string_equal(text, as);
}

static void test_f0(void **state)
{
    (void)state;
    static const struct {
        double t, minutes;
        const char *f0;
    } V[] = {{121, 15, "14.66"}, {121, 30, "29.32"},  {126, 10, "30.90"},  {132, 4, "49.21"},
             {134, 3, "58.50"},  {134, 3.5, "68.24"}, {134, 18, "350.97"}, {115, 30, "7.36"}};
    shown(ct_lethal_rate(&CT_F0, 121.1), 4, "1.0000");
    shown(ct_lethal_rate(&CT_F0, 121), 4, "0.9772");
    for (size_t i = 0; i < CT_LEN(V); i++) {
        shown(constant(&CT_F0, V[i].t, V[i].minutes, 1) / 60, 2, V[i].f0);
        shown(constant(&CT_F0, V[i].t, V[i].minutes, 1000) / 60, 2, V[i].f0);
    }
}

static void test_a0(void **state)
{
    (void)state;
    static const struct {
        double t, minutes;
        const char *a0;
    } V[] = {{80, 1, "60.0"},   {80, 10, "600.0"},   {70, 100, "600.0"},  {90, 1, "600.0"},
             {90, 5, "3000.0"}, {93, 2.5, "2992.9"}, {93, 10, "11971.6"}, {85, 16, "3035.8"},
             {75, 30, "569.2"}, {65, 10, "0.0"}};
    static const struct ct_lethality UNCUT = {80, 10, -INFINITY};
    for (size_t i = 0; i < CT_LEN(V); i++)
        shown(constant(&CT_A0, V[i].t, V[i].minutes, 7), 1, V[i].a0);
    shown(constant(&UNCUT, 65, 10, 7), 1, "19.0");
}

/* A ramp has an integral in closed form; the sum of small steps comes near it, and the
 * straight line is exact however few the samples are. */
static void test_ramp(void **state)
{
    (void)state;
    CT_CURVE *c = CURVE({0, 111.1}, {600, 131.1});
    double exact = 600 * (10 - 0.1) / (2 * log(10));
    assert_float_equal(ct_curve_lethality(c, 0, &CT_F0), exact, 1e-9);
    CT_CURVE *down = CURVE({0, 131.1}, {300, 121.1}, {600, 111.1});
    assert_float_equal(ct_curve_lethality(down, 0, &CT_F0), exact, 1e-9);
    double steps = 0;
    for (int i = 0; i < 600000; i++)
        steps += ct_lethal_rate(&CT_F0, 111.1 + 20 * (i + 0.5) / 600000) * 0.001;
    assert_float_equal(steps, exact, 1e-5);
    /* Counted above 65 degC alone, from where the line crosses it. */
    CT_CURVE *a = CURVE({0, 55}, {600, 75});
    double part = 300 * (pow(10, -0.5) - pow(10, -1.5)) / (log(10) * 1);
    assert_float_equal(ct_curve_lethality(a, 0, &CT_A0), part, 1e-9);
    /* Another reference and z. */
    static const struct ct_lethality OTHER = {121.11, 12, -INFINITY};
    CT_CURVE *flat = CURVE({0, 133.11}, {60, 133.11});
    assert_float_equal(ct_curve_lethality(flat, 0, &OTHER), 600, 1e-9);
    /* Nearly flat is flat. */
    CT_CURVE *near = CURVE({0, 121.1}, {60, 121.100001});
    assert_float_equal(ct_curve_lethality(near, 0, &CT_F0), 60, 1e-4);
}

static void test_parameters(void **state)
{
    (void)state;
    static const struct ct_lethality BAD[] = {
        {NAN, 10, 0}, {700, 10, 0}, {121.1, 0, 0}, {121.1, -10, 0}, {121.1, NAN, 0}};
    struct ct_error e;
    assert_int_equal(ct_lethality_check(&CT_F0, &e), CT_OK);
    for (size_t i = 0; i < CT_LEN(BAD); i++)
        assert_int_equal(ct_lethality_check(&BAD[i], &e), CT_EINVAL);
    assert_string_equal(e.field, "z");
}

/* ---- the holding time --------------------------------------------------------------- */

static void held(struct ct_curve *c, double low, double high, int64_t from, int64_t to)
{
    struct ct_hold h;
    ct_curve_hold(c, 0, C(low), high > 900 ? CT_UNSET : C(high), &h);
    if (!h.any || h.from_ms != from || h.to_ms != to)
        fail_msg("held %d %lld to %lld, not %lld to %lld", h.any, (long long)h.from_ms,
                 (long long)h.to_ms, (long long)from, (long long)to);
    ct_curve_free(c);
}

static void test_hold(void **state)
{
    (void)state;
    /* On the samples; the limits belong to the band. */
    held(CURVE({0, 134}, {180, 134}), 134, 137, 0, 180000);
    held(CURVE({0, 137}, {180, 137}), 134, 137, 0, 180000);
    /* Interpolated at both ends. */
    held(CURVE({0, 130}, {10, 138}, {190, 138}, {200, 130}), 134, 999, 5000, 195000);
    held(CURVE({0, 130}, {30, 136}, {210, 136}, {240, 130}), 134, 137, 20000, 220000);
    /* Thirds of a second: the same fraction at both ends, so the time is whole. */
    held(CURVE({0, 131}, {4, 137}, {184, 137}, {188, 131}), 133, 999, 1333, 186667);
    /* Below it for a moment: the longer of two. */
    held(CURVE({0, 135}, {60, 135}, {70, 133}, {80, 135}, {300, 135}), 134, 137, 75000, 300000);
    /* Above it, too. */
    held(CURVE({0, 135}, {60, 135}, {70, 139}, {80, 135}, {100, 135}), 134, 137, 0, 65000);
    /* Touching is no break. */
    held(CURVE({0, 135}, {60, 134}, {120, 135}), 134, 137, 0, 120000);
    /* Between two samples alone, right through the band. */
    held(CURVE({0, 130}, {10, 140}), 134, 137, 4000, 7000);
    held(CURVE({0, 140}, {10, 130}), 134, 137, 3000, 6000);
    /* A peak that touches. */
    held(CURVE({0, 130}, {10, 134}, {20, 130}), 134, 137, 10000, 10000);
    /* Of equally long ones the first. */
    held(CURVE({0, 135}, {10, 135}, {20, 130}, {30, 135}, {40, 135}), 135, 136, 0, 10000);
    struct ct_hold h;
    CT_CURVE *cold = CURVE({0, 20}, {60, 133.999999}, {120, 20});
    ct_curve_hold(cold, 0, C(134), C(137), &h);
    assert_false(h.any);
    CT_CURVE *c = CURVE({0, 130}, {10, 135.5}, {100, 134.5}, {190, 136}, {200, 130});
    ct_curve_hold(c, 0, C(134), C(137), &h);
    assert_true(h.any && h.min == C(134.5) && h.max == C(136) && h.line == 3);
    assert_int_equal(ct_curve_temp_at(c, 0, 5000), C(132.75));
}

static void test_range(void **state)
{
    (void)state;
    CT_CURVE *c = CURVE({0, 20}, {60, 134.5}, {120, 134.5}, {180, 19.9});
    struct ct_curve_range r;
    ct_curve_range(c, 0, &r);
    assert_true(r.min == C(19.9) && r.max == C(134.5));
    assert_true(r.min_at == 3 && r.max_at == 1);
}

/* ---- steam ----------------------------------------------------------------------------- */

static void test_saturation(void **state)
{
    (void)state;
    static const struct {
        double t;
        const char *bar;
    } V[] = {{121, "2.050"}, {124, "2.252"}, {126, "2.395"},   {129, "2.623"},
             {132, "2.868"}, {134, "3.042"}, {135.3, "3.159"}, {137, "3.319"}};
    for (size_t i = 0; i < CT_LEN(V); i++) {
        shown(ct_steam_pressure(V[i].t) / 100, 3, V[i].bar);
        assert_float_equal(ct_steam_temperature(ct_steam_pressure(V[i].t)), V[i].t, 1e-6);
    }
    shown(ct_steam_pressure(226.85) / 1000, 8, "2.63889776");
    shown((ct_steam_pressure(121) - CT_ATMOSPHERE_KPA) / 100, 3, "1.037");
    shown((ct_steam_pressure(134) - CT_ATMOSPHERE_KPA) / 100, 3, "2.029");
    assert_true(isnan(ct_steam_pressure(-1)) && isnan(ct_steam_pressure(400)));
    assert_true(isnan(ct_steam_temperature(0)) && isnan(ct_steam_temperature(-5)));
    assert_true(isnan(ct_steam_temperature(NAN)));
}

static struct ct_curve *with_pressure(enum ct_pressure_unit unit, enum ct_pressure_basis basis,
                                      double p)
{
    struct ct_curve *c = begun();
    int64_t t[] = {C(134), C(134.2), C(133.9)};
    ct_curve_pressure(c, "p");
    c->unit_known = true;
    c->unit = unit;
    c->basis = basis;
    for (int i = 0; i < 3; i++)
        assert_int_equal(ct_curve_add(c, 2 + (uint64_t)i, i * 60000, &t[i], C(p), NULL), CT_OK);
    assert_int_equal(ct_curve_finish(c, &WHOLE, NULL), CT_OK);
    return c;
}

static void test_steam(void **state)
{
    (void)state;
    struct ct_steam_check s;
    static const struct {
        enum ct_pressure_unit unit;
        enum ct_pressure_basis basis;
        double p;
    } SAME[] = {{CT_P_BAR, CT_P_ABSOLUTE, 3.042},   {CT_P_BAR, CT_P_GAUGE, 2.02875},
                {CT_P_KPA, CT_P_ABSOLUTE, 304.2},   {CT_P_MPA, CT_P_GAUGE, 0.202875},
                {CT_P_MBAR, CT_P_ABSOLUTE, 3042},   {CT_P_PSI, CT_P_ABSOLUTE, 44.1205},
                {CT_P_MMHG, CT_P_ABSOLUTE, 2281.69}};
    for (size_t i = 0; i < CT_LEN(SAME); i++) {
        CT_CURVE *c = with_pressure(SAME[i].unit, SAME[i].basis, SAME[i].p);
        ct_curve_steam(c, 0, 0, 120000, CT_ATMOSPHERE_KPA, &s);
        assert_true(s.hot.any && s.hot.at == 1 && s.cold.at == 2);
        assert_float_equal(s.hot.worst, 0.2, 0.002);
        assert_float_equal(s.cold.worst, -0.1, 0.002);
    }
    CT_CURVE *c = with_pressure(CT_P_BAR, CT_P_NOT_STATED, 3.042);
    ct_curve_steam(c, 0, 0, 120000, CT_ATMOSPHERE_KPA, &s);
    assert_false(s.hot.any || s.cold.any);
    /* A thin air: the same gauge pressure is less. */
    CT_CURVE *high = with_pressure(CT_P_BAR, CT_P_GAUGE, 2.02875);
    ct_curve_steam(high, 0, 0, 0, 80, &s);
    assert_true(s.hot.worst > 2);
}

static void test_phases(void **state)
{
    (void)state;
    static const double T[] = {20, 60, 134.5, 134.5, 100, 80, 70},
                        P[] = {1, 0.2, 3.1, 3.1, 1, 0.1, 0.1};
    CT_CURVE *c = begun();
    struct ct_hold h;
    struct ct_curve_phase p[CT_CURVE_PHASES_MAX];
    ct_curve_pressure(c, "p");
    c->unit_known = true;
    c->unit = CT_P_BAR;
    c->basis = CT_P_ABSOLUTE;
    for (int i = 0; i < 7; i++) {
        int64_t v = C(T[i]);
        assert_int_equal(ct_curve_add(c, 1, i * 100000, &v, C(P[i]), NULL), CT_OK);
    }
    assert_int_equal(ct_curve_finish(c, &WHOLE, NULL), CT_OK);
    ct_curve_hold(c, 0, C(134), CT_UNSET, &h);
    assert_int_equal(ct_curve_phases(c, &h, p), 5);
    for (int i = 0; i < CT_PHASES; i++)
        assert_int_equal(p[i].phase, i);
    assert_true(p[0].to_ms == 100000 && p[2].from_ms == h.from_ms && p[4].to_ms == 600000);
    CT_CURVE *bare = CURVE({0, 20}, {60, 134}, {120, 134}, {180, 20});
    ct_curve_hold(bare, 0, C(134), CT_UNSET, &h);
    assert_int_equal(ct_curve_phases(bare, &h, p), 3);
}

static void test_spread(void **state)
{
    (void)state;
    CT_CURVE *c = begun();
    struct ct_curve_worst w;
    int64_t a[] = {C(134), C(135)}, b[] = {C(134.5), C(134.25)};
    assert_int_equal(ct_curve_temp(c, "T2", NULL), CT_OK);
    assert_int_equal(ct_curve_add(c, 1, 0, a, 0, NULL), CT_OK);
    assert_int_equal(ct_curve_add(c, 2, 1000, b, 0, NULL), CT_OK);
    assert_int_equal(ct_curve_finish(c, &WHOLE, NULL), CT_OK);
    ct_curve_spread(c, 0, 1000, &w);
    assert_true(w.any && w.at == 0);
    assert_float_equal(w.worst, 1, 1e-9);
    ct_curve_spread(c, 500, 1000, &w);
    assert_float_equal(w.worst, 0.25, 1e-9);
}

/* ---- what is no curve ---------------------------------------------------------------------
 */

static void refused(const struct point *p, size_t n, int64_t gap_ms, const char *says)
{
    CT_CURVE *c = begun();
    struct ct_error e = {0};
    struct ct_curve_bounds b = {CT_UNSET, CT_UNSET, gap_ms};
    enum ct_status st = CT_OK;
    for (size_t i = 0; st == CT_OK && i < n; i++) {
        int64_t v = isnan(p[i].c) ? CT_UNSET : C(p[i].c);
        st = ct_curve_add(c, i + 2, llround(p[i].s * 1000), &v, 0, &e);
    }
    if (st == CT_OK)
        st = ct_curve_finish(c, &b, &e);
    if (st != CT_EINVAL || strstr(e.text, says) != e.text)
        fail_msg("%s\n  is not: %s", st == CT_OK ? "taken" : e.text, says);
}
#define REFUSED(gap, says, ...)                                                                \
    refused((const struct point[]){__VA_ARGS__},                                               \
            sizeof((const struct point[]){__VA_ARGS__}) / sizeof(struct point), gap, says)

static void test_refused(void **state)
{
    (void)state;
    refused(NULL, 0, 0, "c.csv: has no samples; a curve has two at least");
    REFUSED(0, "c.csv:2: is the only sample", {0, 134});
    REFUSED(0, "c.csv:3: time: runs back: it is not after that of line 2", {5, 134}, {4, 134});
    REFUSED(0, "c.csv:4: time: stands still", {0, 134}, {5, 134}, {5, 134});
    REFUSED(0, "c.csv:3: T1: is missing", {0, 134}, {5, NAN}, {6, 134});
    REFUSED(0, "c.csv:3: T1: 850 degC is not possible", {0, 134}, {5, 850});
    REFUSED(0, "c.csv:2: T1: -273 degC is not possible", {0, -273}, {5, 20});
    REFUSED(60000, "c.csv:3: time: a gap of 61.000 s since line 2", {0, 134}, {61, 134});
    REFUSED(0,
            "c.csv:5: time: a gap of 200.000 s since line 4, where samples are at most "
            "100.000 s apart",
            {0, 134}, {10, 134}, {20, 134}, {220, 134}, {230, 134});
    REFUSED(0, "c.csv:3: time: is more than a year after", {0, 134}, {40000000, 134});
}

/* With a dozen samples three times the median is a gap; two corners of a drawn curve far
 * apart are none. */
static void test_gap_rule(void **state)
{
    (void)state;
    struct point p[20];
    for (int i = 0; i < 20; i++)
        p[i] = (struct point){i * 10 + (i > 9 ? 20 : 0), 134};
    ct_curve_free(curve(p, 20)); /* 30 s where 10 s are usual */
    for (int i = 10; i < 20; i++)
        p[i].s += 0.001;
    refused(p, 20, 0, "c.csv:12: time: a gap of 30.001 s");
    ct_curve_free(CURVE({0, 20}, {60, 121}, {960, 121}, {1020, 20}));
    ct_curve_free(CURVE({0, 20}, {300, 121}, {1200, 121}, {1500, 60}, {1800, 20}));
}

static void test_window(void **state)
{
    (void)state;
    static const struct point P[] = {{0, 100}, {100, 120}, {200, 120}, {300, 100}};
    static const struct {
        int64_t from, to;
        double f;
    } CASE[] = {{CT_UNSET, CT_UNSET, 0}, {100000, 200000, 0}, {50000, 250000, 0},
                {120000, 180000, 0},     {-5, 999000, 0},     {110000, CT_UNSET, 0}};
    for (size_t i = 0; i < CT_LEN(CASE); i++) {
        CT_CURVE *c = begun();
        struct ct_curve_bounds b = {CASE[i].from, CASE[i].to, 0};
        for (size_t k = 0; k < 4; k++) {
            int64_t v = C(P[k].c);
            assert_int_equal(ct_curve_add(c, k + 2, (int64_t)P[k].s * 1000, &v, 0, NULL),
                             CT_OK);
        }
        assert_int_equal(ct_curve_finish(c, &b, NULL), CT_OK);
        int64_t from = CASE[i].from == CT_UNSET || CASE[i].from < 0 ? 0 : CASE[i].from;
        int64_t to = CASE[i].to == CT_UNSET || CASE[i].to > 300000 ? 300000 : CASE[i].to;
        assert_true(c->t_ms[0] == from && c->t_ms[c->n - 1] == to);
        if (i == 2) {
            assert_int_equal(c->n, 4);
            assert_true(c->temp[0] == C(110) && c->temp[3] == C(110));
        }
        if (i == 3)
            assert_true(c->n == 2 && c->temp[0] == C(120) && c->temp[1] == C(120));
    }
    static const int64_t BAD[][2] = {{200, 100}, {100, 100}, {300000, 400000}, {-10, 0}};
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        CT_CURVE *c = begun();
        struct ct_curve_bounds b = {BAD[i][0], BAD[i][1], 0};
        int64_t v = C(100);
        struct ct_error e;
        assert_int_equal(ct_curve_add(c, 2, 0, &v, 0, NULL), CT_OK);
        assert_int_equal(ct_curve_add(c, 3, 300000, &v, 0, NULL), CT_OK);
        assert_int_equal(ct_curve_finish(c, &b, &e), CT_EINVAL);
    }
    /* A gap outside is none of the window's business; one that it cuts into is. */
    CT_CURVE *c = begun();
    int64_t v = C(121);
    for (int i = 0; i < 20; i++)
        assert_int_equal(ct_curve_add(c, 2, i * 10000 + (i > 15 ? 1000000 : 0), &v, 0, NULL),
                         CT_OK);
    assert_int_equal(ct_curve_finish(c, &(struct ct_curve_bounds){10000, 150000, 0}, NULL),
                     CT_OK);
    CT_CURVE *cut = begun();
    for (int i = 0; i < 20; i++)
        assert_int_equal(ct_curve_add(cut, 2, i * 10000 + (i > 15 ? 1000000 : 0), &v, 0, NULL),
                         CT_OK);
    assert_int_equal(ct_curve_finish(cut, &(struct ct_curve_bounds){10000, 150001, 0}, NULL),
                     CT_EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_f0),         cmocka_unit_test(test_a0),
        cmocka_unit_test(test_ramp),       cmocka_unit_test(test_parameters),
        cmocka_unit_test(test_hold),       cmocka_unit_test(test_range),
        cmocka_unit_test(test_saturation), cmocka_unit_test(test_steam),
        cmocka_unit_test(test_phases),     cmocka_unit_test(test_spread),
        cmocka_unit_test(test_refused),    cmocka_unit_test(test_gap_rule),
        cmocka_unit_test(test_window),
    };
    return cmocka_run_group_tests_name("curve", tests, NULL, NULL);
}
