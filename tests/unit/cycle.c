/* The verdict of a cycle: each limit of its programme, what was found, and when nothing can
 * be said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "clinic/cycle.h"

#define C(t) ((int64_t)llround((t)*1e6))
#define HEAD                                                                                   \
    "[programme]\nid = t\nversion = 1\ntitle = T\nmethod = steam\nsource = s\n"                \
    "recall = all\nrecall_source = s\nreturn_negatives = 3\nreturn_source = s\n"
#define BAND  "[limit.temperature]\nlow = 134 degC\nhigh = 137 degC\nsource = s\n"
#define HOLD3 "[limit.hold]\nlow = 3 min\nsource = s\n"

static struct ct_cycle found;

static struct ct_programme *programme(const char *text)
{
    struct ct_programme *p = NULL;
    struct ct_error e;
    if (ct_programme_parse("t.ini", text, strlen(text), &p, &e) != CT_OK)
        fail_msg("%s", e.text);
    return p;
}

struct sample {
    double s, t1, t2, p;
};

/* Temperatures that are NAN, and pressures, have no column. */
static struct ct_curve *curve(const struct sample *s, size_t n, enum ct_pressure_basis basis)
{
    static const struct ct_curve_bounds WHOLE = {CT_UNSET, CT_UNSET, 0};
    struct ct_curve *c = NULL;
    struct ct_error e;
    assert_int_equal(ct_curve_new("c.csv", &c, NULL), CT_OK);
    assert_int_equal(ct_curve_temp(c, "T1", NULL), CT_OK);
    if (!isnan(s[0].t2))
        assert_int_equal(ct_curve_temp(c, "T2", NULL), CT_OK);
    if (!isnan(s[0].p)) {
        ct_curve_pressure(c, "p");
        c->unit = CT_P_BAR;
        c->basis = basis;
        c->unit_known = true;
    }
    for (size_t i = 0; i < n; i++) {
        int64_t t[] = {C(s[i].t1), isnan(s[i].t2) ? 0 : C(s[i].t2)};
        if (ct_curve_add(c, i + 2, llround(s[i].s * 1000), t,
                         isnan(s[i].p) ? CT_UNSET : C(s[i].p), &e) != CT_OK)
            fail_msg("%s", e.text);
    }
    assert_int_equal(ct_curve_finish(c, &WHOLE, NULL), CT_OK);
    return c;
}

static const struct ct_cycle_found *of(enum ct_measure m, size_t temp)
{
    for (size_t i = 0; i < found.n; i++)
        if (found.found[i].limit->measure == m && found.found[i].temp == temp)
            return &found.found[i];
    fail_msg("nothing was found of %s", CT_MEASURE_NAME[m]);
    return NULL;
}

static enum ct_cycle_verdict judge(const char *text, const struct ct_curve *c)
{
    static struct ct_programme *p; /* found points into it */
    ct_programme_free(p);
    p = programme(text);
    const struct ct_cycle_in in = {.programme = p, .curve = c};
    struct ct_error e;
    if (ct_cycle_judge(&in, &found, &e) != CT_OK)
        fail_msg("%s", e.text);
    return found.verdict;
}

static struct ct_curve *plateau(double t, double seconds)
{
    const struct sample s[] = {{0, t, NAN, NAN}, {seconds, t, NAN, NAN}};
    return curve(s, 2, 0);
}

static void test_hold(void **state)
{
    (void)state;
    CT_CURVE *good = plateau(134.5, 180), *brief = plateau(134.5, 179.999);
    CT_CURVE *on = plateau(134, 180), *top = plateau(137, 180),
             *over = plateau(137.000001, 180);
    CT_CURVE *cold = plateau(133.999999, 600);
    assert_int_equal(judge(HEAD BAND HOLD3, good), CT_CYCLE_PASS);
    assert_int_equal(found.n, 2);
    assert_true(of(CT_M_HOLD, 0)->low == 3000000 && of(CT_M_TEMPERATURE, 0)->low == C(134.5));
    assert_int_equal(judge(HEAD BAND HOLD3, brief), CT_CYCLE_FAIL);
    assert_string_equal(of(CT_M_HOLD, 0)->why, "it is below the limit");
    assert_int_equal(of(CT_M_TEMPERATURE, 0)->verdict, CT_CYCLE_PASS);
    assert_int_equal(judge(HEAD BAND HOLD3, on), CT_CYCLE_PASS);
    assert_int_equal(judge(HEAD BAND HOLD3, top), CT_CYCLE_PASS);
    assert_int_equal(judge(HEAD BAND HOLD3, over), CT_CYCLE_FAIL);
    assert_int_equal(judge(HEAD BAND HOLD3, cold), CT_CYCLE_FAIL);
    assert_non_null(strstr(of(CT_M_HOLD, 0)->why, "there is no holding time"));
    assert_true(of(CT_M_TEMPERATURE, 0)->low == C(133.999999));
}

/* A peak above the band fails, though enough time is left within it. */
static void test_peak(void **state)
{
    (void)state;
    static const struct sample S[] = {
        {0, 135, NAN, NAN}, {30, 138, NAN, NAN}, {60, 135, NAN, NAN}, {400, 135, NAN, NAN}};
    CT_CURVE *c = curve(S, 4, 0);
    assert_int_equal(judge(HEAD BAND HOLD3, c), CT_CYCLE_FAIL);
    assert_int_equal(of(CT_M_HOLD, 0)->verdict, CT_CYCLE_PASS);
    assert_int_equal(of(CT_M_TEMPERATURE, 0)->verdict, CT_CYCLE_FAIL);
    assert_true(of(CT_M_TEMPERATURE, 0)->high == C(138));
    assert_string_equal(of(CT_M_TEMPERATURE, 0)->why, "it is above the limit");
}

/* What nobody filled in is never a pass; what is broken all the same is a fail. */
static void test_declared(void **state)
{
    (void)state;
#define OPEN_TOP                                                                               \
    "[limit.temperature]\nlow = 134 degC\nhigh = declared degC\nsource = s\nnote = n\n"
#define OPEN_BAND "[limit.temperature]\nlow = declared degC\nnote = n\n"
#define OPEN_HOLD "[limit.hold]\nlow = declared min\nnote = n\n"
    CT_CURVE *good = plateau(134.5, 600), *cold = plateau(120, 600);
    assert_int_equal(judge(HEAD OPEN_TOP HOLD3, good), CT_CYCLE_UNDECIDED);
    assert_int_equal(of(CT_M_HOLD, 0)->verdict, CT_CYCLE_PASS);
    assert_non_null(strstr(of(CT_M_TEMPERATURE, 0)->why, "declared"));
    assert_int_equal(judge(HEAD OPEN_TOP HOLD3, cold), CT_CYCLE_FAIL);
    assert_int_equal(judge(HEAD OPEN_BAND HOLD3, good), CT_CYCLE_UNDECIDED);
    assert_false(found.hold[0].any);
    assert_int_equal(judge(HEAD BAND OPEN_HOLD, good), CT_CYCLE_UNDECIDED);
    assert_true(of(CT_M_HOLD, 0)->low == 10000000);
}

static void test_several(void **state)
{
    (void)state;
    static const struct sample S[] = {
        {0, 130, 120, NAN}, {10, 135, 130, NAN}, {20, 135, 134, NAN}, {210, 135.5, 134.5, NAN}};
#define SPREAD "[limit.spread]\nhigh = 1.5 K\nsource = s\n"
#define EQUIL  "[limit.equilibration]\nhigh = 15 s\nsource = s\n"
    CT_CURVE *c = curve(S, 4, 0);
    assert_int_equal(judge(HEAD BAND HOLD3 SPREAD EQUIL, c), CT_CYCLE_PASS);
    assert_true(of(CT_M_SPREAD, CT_CYCLE_ALL)->high == C(1));
    assert_true(of(CT_M_EQUILIBRATION, CT_CYCLE_ALL)->low == C(12));
    assert_true(found.common.any && found.common.from_ms == 20000 &&
                found.common.to_ms == 210000);
    assert_int_equal(judge(HEAD BAND "[limit.hold]\nlow = 191 s\nsource = s\n", c),
                     CT_CYCLE_FAIL);
    assert_int_equal(of(CT_M_HOLD, 0)->verdict, CT_CYCLE_PASS);
    assert_int_equal(of(CT_M_HOLD, 1)->verdict, CT_CYCLE_FAIL);
    assert_int_equal(judge(HEAD BAND HOLD3 "[limit.spread]\nhigh = 0.9 K\nsource = s\n", c),
                     CT_CYCLE_FAIL);
    /* One probe has no spread: that is no pass. */
    CT_CURVE *one = plateau(134.5, 300);
    assert_int_equal(judge(HEAD BAND HOLD3 SPREAD, one), CT_CYCLE_UNDECIDED);
}

static void test_pressure(void **state)
{
    (void)state;
    static const struct sample S[] = {{0, 134.5, NAN, 3.09}, {300, 134.5, NAN, 3.08}};
#define GAUGE "[limit.pressure]\nlow = 2.0 bar gauge\nhigh = 2.1 bar gauge\nsource = s\n"
#define SUPER "[limit.superheat]\nlow = -0.5 K\nhigh = 0.5 K\nsource = s\n"
    CT_CURVE *c = curve(S, 2, CT_P_ABSOLUTE);
    assert_int_equal(judge(HEAD BAND HOLD3 GAUGE SUPER, c), CT_CYCLE_PASS);
    assert_true(of(CT_M_PRESSURE, CT_CYCLE_ALL)->high == C(2.07675));
    CT_CURVE *gauge = curve(S, 2, CT_P_GAUGE); /* 4.1 bar: it would be 144 degC */
    assert_int_equal(judge(HEAD BAND HOLD3 GAUGE, gauge), CT_CYCLE_FAIL);
    assert_int_equal(judge(HEAD BAND HOLD3 SUPER, gauge), CT_CYCLE_FAIL);
    assert_true(of(CT_M_SUPERHEAT, CT_CYCLE_ALL)->low < C(-9));
    CT_CURVE *unsaid = curve(S, 2, CT_P_NOT_STATED);
    assert_int_equal(judge(HEAD BAND HOLD3 GAUGE, unsaid), CT_CYCLE_UNDECIDED);
    assert_int_equal(judge(HEAD BAND HOLD3 SUPER, unsaid), CT_CYCLE_UNDECIDED);
    CT_CURVE *none = plateau(134.5, 300);
    assert_int_equal(judge(HEAD BAND HOLD3 GAUGE, none), CT_CYCLE_UNDECIDED);
    assert_false(of(CT_M_PRESSURE, CT_CYCLE_ALL)->measured);
}

static void test_lethality(void **state)
{
    (void)state;
    static const char WASHER[] = "[programme]\nid = w\nversion = 1\ntitle = W\n"
                                 "method = washer-disinfection\nsource = s\n"
                                 "[limit.a0]\nlow = 3000 s\nsource = s\n";
    CT_CURVE *five = plateau(90, 300), *less = plateau(93, 150), *more = plateau(85, 960);
    assert_int_equal(judge(WASHER, five), CT_CYCLE_PASS);
    assert_int_equal(judge(WASHER, less), CT_CYCLE_FAIL);
    assert_int_equal(judge(WASHER, more), CT_CYCLE_PASS);
    CT_CURVE *f0 = plateau(121, 15 * 60);
    assert_int_equal(judge(HEAD BAND HOLD3 "[limit.f0]\nlow = 15 min\nsource = s\n", f0),
                     CT_CYCLE_FAIL);
    assert_true(of(CT_M_F0, 0)->low > C(14.65) && of(CT_M_F0, 0)->low < C(14.66));
}

static void test_typed(void **state)
{
    (void)state;
    CT_PROGRAMME *p = programme(HEAD BAND HOLD3 "[limit.drying]\nlow = 15 min\nhigh = 30 min\n"
                                                "source = s\n");
    CT_CURVE *c = plateau(134.5, 300);
    struct ct_cycle_typed v = {.measure = CT_M_DRYING, .value = C(20)};
    struct ct_cycle_in in = {.programme = p, .curve = c};
    struct ct_error e;
    assert_int_equal(ct_cycle_judge(&in, &found, &e), CT_OK);
    assert_true(found.verdict == CT_CYCLE_PASS && found.unmeasured == 1);
    in.typed = &v;
    in.n_typed = 1;
    assert_int_equal(ct_cycle_judge(&in, &found, &e), CT_OK);
    assert_true(found.verdict == CT_CYCLE_PASS && found.unmeasured == 0);
    v.value = C(14);
    assert_int_equal(ct_cycle_judge(&in, &found, &e), CT_OK);
    assert_int_equal(found.verdict, CT_CYCLE_FAIL);
    v.measure = CT_M_HUMIDITY;
    assert_int_equal(ct_cycle_judge(&in, &found, &e), CT_EINVAL);
    assert_string_equal(e.field, "humidity");
    v.measure = CT_M_HOLD;
    assert_int_equal(ct_cycle_judge(&in, &found, &e), CT_EINVAL);
    /* Without a curve all of it is typed; what is not is not passed over. */
    in.curve = NULL;
    v.value = C(4);
    assert_int_equal(ct_cycle_judge(&in, &found, &e), CT_OK);
    assert_int_equal(found.verdict, CT_CYCLE_UNDECIDED);
    struct ct_cycle_typed both[] = {
        {.measure = CT_M_HOLD, .value = C(4)},
        {.measure = CT_M_TEMPERATURE, .value = C(134.5), .ranged = true, .high = C(136)}};
    in.typed = both;
    in.n_typed = 2;
    assert_int_equal(ct_cycle_judge(&in, &found, &e), CT_OK);
    assert_int_equal(found.verdict, CT_CYCLE_PASS);
    both[1].value = C(133.9); /* the lowest of what was read */
    assert_int_equal(ct_cycle_judge(&in, &found, &e), CT_OK);
    assert_int_equal(found.verdict, CT_CYCLE_FAIL);
    both[1].value = C(140); /* above the highest */
    assert_int_equal(ct_cycle_judge(&in, &found, &e), CT_EINVAL);
    in.n_typed = 0;
    assert_int_equal(ct_cycle_judge(&in, &found, &e), CT_OK);
    assert_int_equal(found.verdict, CT_CYCLE_UNDECIDED);
}

static void test_numbers(void **state)
{
    (void)state;
    int64_t missing;
    assert_int_equal(ct_cycle_step(41, 42, &missing), CT_STEP_FOLLOWS);
    assert_int_equal(ct_cycle_step(41, 45, &missing), CT_STEP_GAP);
    assert_int_equal(missing, 3);
    assert_int_equal(ct_cycle_step(41, 41, &missing), CT_STEP_SAME);
    assert_int_equal(ct_cycle_step(41, 2, &missing), CT_STEP_BACK);
    assert_int_equal(missing, 0);
    assert_int_equal(ct_cycle_step(INT64_MIN, INT64_MAX, &missing), CT_STEP_GAP);
    assert_true(missing == INT64_MAX);
    assert_int_equal(judge(HEAD BAND HOLD3, NULL), CT_CYCLE_UNDECIDED); /* frees the last one */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hold),     cmocka_unit_test(test_peak),
        cmocka_unit_test(test_declared), cmocka_unit_test(test_several),
        cmocka_unit_test(test_pressure), cmocka_unit_test(test_lethality),
        cmocka_unit_test(test_typed),    cmocka_unit_test(test_numbers),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests_name("cycle", tests, NULL, NULL);
}
