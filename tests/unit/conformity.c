/* Verdicts of one calibration point: the published risks, every limit one step to each
 * side, bounds that must not overflow, and random points against a slow second way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "clinic/conformity.h"

/* Decimals as written, in millionths. */
static int64_t dec(const char *s)
{
    int64_t v = 0;
    struct ct_error e = {0};
    if (ct_decimal_parse("n", s, strlen(s), CT_CAL_PLACES, CT_CAL_MAX, &v, &e) != CT_OK)
        fail_msg("%s", e.text);
    return v;
}

static struct ct_cal_side side(const char *absolute)
{
    struct ct_cal_side s = CT_CAL_NO_SIDE;
    if (absolute != NULL)
        s.absolute = dec(absolute);
    return s;
}

static struct ct_conformity_in point(const char *nominal, const char *minus, const char *plus,
                                     const char *reading, const char *u, enum ct_cal_rule rule)
{
    return (struct ct_conformity_in){.nominal = dec(nominal),
                                     .tolerance = {side(minus), side(plus), CT_UNSET},
                                     .sum = dec(reading),
                                     .n = 1,
                                     .u = u != NULL ? dec(u) : CT_UNSET,
                                     .rule = rule};
}

static struct ct_conformity judge(const struct ct_conformity_in *in)
{
    struct ct_conformity c;
    struct ct_error e = {0};
    if (ct_conformity_judge(in, &c, &e) != CT_OK)
        fail_msg("%s", e.text);
    return c;
}

static void is(const struct ct_conformity_in *in, enum ct_cal_verdict want)
{
    struct ct_conformity c = judge(in);
    assert_string_equal(CT_CAL_VERDICT_NAME[c.verdict], CT_CAL_VERDICT_NAME[want]);
}

static void refused(const struct ct_conformity_in *in, const char *field, const char *text)
{
    struct ct_conformity c;
    struct ct_error e = {0};
    assert_int_equal(ct_conformity_judge(in, &c, &e), CT_EINVAL);
    assert_string_equal(e.field, field);
    if (strstr(e.text, text) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", e.text, text);
}

static void limit_is(int64_t limit, const char *want)
{
    char text[CT_DECIMAL_SIZE];
    ct_decimal_text(limit, CT_CAL_LIMIT_PLACES, text);
    assert_string_equal(text, want);
}

/* ---- decimals --------------------------------------------------------------------- */

static void test_decimals(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } GOOD[] = {{"0", "0"},
                {"-0", "0"},
                {"+3", "3"},
                {"007.50", "7.5"},
                {"-0.05", "-0.05"},
                {"9999999.999999", "9999999.999999"},
                {"-9999999.999999", "-9999999.999999"},
                {"1.1234560000000000000000000", "1.123456"},
                {"0.000001", "0.000001"},
                {"00000000000000000000000000001", "1"}};
    static const struct {
        const char *in, *why;
    } BAD[] = {{"", "is not a number"},
               {"-", "is not a number"},
               {".5", "is not a number"},
               {"5.", "is not a number"},
               {"1.2.3", "is not a number"},
               {"--1", "is not a"},
               {"1e3", "is not a number"},
               {"0x10", "is not a"},
               {"nan", "is not a"},
               {"1,5", "behind a point"},
               {"1 000", "is not a"},
               {"120 mmHg", "is not a"},
               {"10000000", "too large"},
               {"-10000000", "too large"},
               {"9999999.9999991", "too many decimals"},
               {"0.0000001", "too many decimals"},
               {"99999999999999999999999999999999", "too large"},
               {"\033[2J", "is not a"}};
    char text[CT_DECIMAL_SIZE];
    for (size_t i = 0; i < CT_LEN(GOOD); i++) {
        ct_decimal_text(dec(GOOD[i].in), CT_CAL_PLACES, text);
        assert_string_equal(text, GOOD[i].out);
    }
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        struct ct_error e = {0};
        int64_t v = 77;
        assert_int_equal(ct_decimal_parse("u", BAD[i].in, strlen(BAD[i].in), CT_CAL_PLACES,
                                          CT_CAL_MAX, &v, &e),
                         CT_EINVAL);
        assert_string_equal(e.field, "u");
        if (strstr(e.text, BAD[i].why) == NULL || strchr(e.text, '\033') != NULL)
            fail_msg("%s: %s", BAD[i].in, e.text);
        assert_int_equal(v, 77);
    }
    ct_decimal_text(INT64_C(-3999999999999999999), CT_CAL_LIMIT_PLACES, text);
    assert_string_equal(text, "-39999999.99999999999");
    ct_decimal_text(CT_UNSET, 6, text);
    assert_string_equal(text, "");
}

/* ---- rules ------------------------------------------------------------------------- */

/* At 100 +-3 with U 0.5, each limit of each rule and one step of the last digit to each
 * side of it; the lower side is the mirror image. */
static void test_every_limit(void **state)
{
    (void)state;
    static const struct {
        const char *off;
        enum ct_cal_verdict of[CT_CAL_RULES];
    } AT[] = {
        {"0", {CT_CAL_PASS, CT_CAL_PASS, CT_CAL_PASS}},
        {"2.499999", {CT_CAL_PASS, CT_CAL_PASS, CT_CAL_PASS}},
        {"2.5", {CT_CAL_PASS, CT_CAL_PASS, CT_CAL_PASS}},
        {"2.500001", {CT_CAL_PASS, CT_CAL_FAIL, CT_CAL_CONDITIONAL_PASS}},
        {"2.999999", {CT_CAL_PASS, CT_CAL_FAIL, CT_CAL_CONDITIONAL_PASS}},
        {"3", {CT_CAL_PASS, CT_CAL_FAIL, CT_CAL_CONDITIONAL_PASS}},
        {"3.000001", {CT_CAL_FAIL, CT_CAL_FAIL, CT_CAL_CONDITIONAL_FAIL}},
        {"3.499999", {CT_CAL_FAIL, CT_CAL_FAIL, CT_CAL_CONDITIONAL_FAIL}},
        {"3.5", {CT_CAL_FAIL, CT_CAL_FAIL, CT_CAL_CONDITIONAL_FAIL}},
        {"3.500001", {CT_CAL_FAIL, CT_CAL_FAIL, CT_CAL_FAIL}},
        {"9000", {CT_CAL_FAIL, CT_CAL_FAIL, CT_CAL_FAIL}},
    };
    static const char *const NOMINAL[] = {"100", "0", "-100", "-2", "9999"};
    for (size_t k = 0; k < CT_LEN(NOMINAL); k++)
        for (size_t i = 0; i < CT_LEN(AT); i++)
            for (int r = 0; r < CT_CAL_RULES; r++) {
                struct ct_conformity_in in =
                    point(NOMINAL[k], "3", "3", "0", "0.5", (enum ct_cal_rule)r);
                in.sum = in.nominal + dec(AT[i].off);
                is(&in, AT[i].of[r]);
                in.sum = in.nominal - dec(AT[i].off);
                is(&in, AT[i].of[r]);
            }
}

static void test_limits_and_ratio(void **state)
{
    (void)state;
    struct ct_conformity_in in = point("5", "0.05", "0.05", "5", "0.0125", CT_CAL_GUARDED);
    struct ct_conformity c = judge(&in);
    assert_true(fabs(c.tur - 4) < 1e-12); /* the published example: 4:1 */
    limit_is(c.tolerance_low, "4.95");
    limit_is(c.tolerance_high, "5.05");
    limit_is(c.accept_low, "4.9625");
    limit_is(c.accept_high, "5.0375");
    in.rule = CT_CAL_SIMPLE;
    c = judge(&in);
    limit_is(c.accept_low, "4.95");
    in.u = CT_UNSET; /* the simple rule does without */
    c = judge(&in);
    assert_true(isnan(c.tur) && isnan(c.false_accept) && isnan(c.false_reject));
    /* Not symmetrical; the ratio is of the whole width. */
    in = point("20", "1", "3", "22.5", "0.5", CT_CAL_NON_BINARY);
    c = judge(&in);
    assert_int_equal(c.verdict, CT_CAL_PASS);
    assert_true(fabs(c.tur - 4) < 1e-12);
    limit_is(c.accept_low, "19.5");
    limit_is(c.accept_high, "22.5");
    in = point("20", "0", "3", "19.999999", "0.5", CT_CAL_SIMPLE);
    is(&in, CT_CAL_FAIL);
}

static void test_one_sided(void **state)
{
    (void)state;
    struct ct_conformity_in in = point("0", NULL, "6", "5", "1", CT_CAL_GUARDED);
    struct ct_conformity c = judge(&in);
    assert_int_equal(c.verdict, CT_CAL_PASS);
    assert_true(c.tolerance_low == CT_UNSET && c.accept_low == CT_UNSET && isnan(c.tur));
    limit_is(c.accept_high, "5");
    in.sum = dec("5.000001");
    is(&in, CT_CAL_FAIL);
    in.sum = dec("-9999999.999999"); /* nothing is too low */
    is(&in, CT_CAL_PASS);
    in = point("0", NULL, "6", "8", "20", CT_CAL_NON_BINARY); /* U larger than the limit */
    c = judge(&in);
    assert_false(c.no_zone);
    assert_int_equal(c.verdict, CT_CAL_CONDITIONAL_FAIL);
    in = point("200", "5", NULL, "194.999999", NULL, CT_CAL_SIMPLE);
    is(&in, CT_CAL_FAIL);
    in.sum = dec("195");
    is(&in, CT_CAL_PASS);
    c = judge(&in);
    assert_true(c.accept_high == CT_UNSET);
}

static void test_no_zone(void **state)
{
    (void)state;
    struct ct_conformity_in in = point("10", "3", "3", "10", "3", CT_CAL_GUARDED);
    struct ct_conformity c = judge(&in);
    assert_false(c.no_zone); /* one value is left: the nominal */
    assert_int_equal(c.verdict, CT_CAL_PASS);
    assert_true(c.accept_low == c.accept_high);
    assert_string_equal(ct_conformity_note(&c, in.rule), "");
    in.sum++;
    is(&in, CT_CAL_FAIL);
    in = point("10", "3", "3", "10", "3.000001", CT_CAL_GUARDED);
    c = judge(&in);
    assert_true(c.no_zone && c.accept_low == CT_UNSET && c.accept_high == CT_UNSET);
    assert_int_equal(c.verdict, CT_CAL_FAIL);
    assert_non_null(strstr(ct_conformity_note(&c, in.rule), "U is too large"));
    limit_is(c.tolerance_low, "7");
    in.rule = CT_CAL_NON_BINARY;
    c = judge(&in);
    assert_int_equal(c.verdict, CT_CAL_CONDITIONAL_PASS);
    assert_non_null(strstr(ct_conformity_note(&c, in.rule), "unconditionally"));
    in.rule = CT_CAL_SIMPLE;
    c = judge(&in);
    assert_int_equal(c.verdict, CT_CAL_PASS);
    assert_false(c.no_zone);
}

static void test_no_uncertainty(void **state)
{
    (void)state;
    for (int r = 0; r < CT_CAL_RULES; r++) {
        struct ct_conformity_in in = point("1", "1", "1", "2", "0", (enum ct_cal_rule)r);
        struct ct_conformity c = judge(&in);
        assert_int_equal(c.verdict, CT_CAL_PASS);
        assert_true(isnan(c.tur) && c.false_accept == 0 && isnan(c.false_reject));
        in.sum++;
        is(&in, CT_CAL_FAIL);
        in.u = CT_UNSET;
        if (r != CT_CAL_SIMPLE)
            refused(&in, "u", "give the uncertainty");
    }
}

/* ---- tolerances ------------------------------------------------------------------- */

static void test_percent(void **state)
{
    (void)state;
    struct ct_cal_side fifteen = {CT_UNSET, 15000, CT_CAL_OF_NOMINAL};
    struct ct_conformity_in in = point("200", NULL, NULL, "230", "4", CT_CAL_SIMPLE);
    in.tolerance.minus = in.tolerance.plus = fifteen;
    struct ct_conformity c = judge(&in);
    limit_is(c.tolerance_low, "170");
    limit_is(c.tolerance_high, "230");
    assert_int_equal(c.verdict, CT_CAL_PASS);
    in.nominal = -in.nominal; /* a percentage is of the size */
    c = judge(&in);
    limit_is(c.tolerance_low, "-230");
    limit_is(c.tolerance_high, "-170");
    /* The greater of 3 J and 15 %. */
    in = point("10", "3", "3", "13", "0.5", CT_CAL_SIMPLE);
    in.tolerance.minus.percent = in.tolerance.plus.percent = 15000;
    c = judge(&in);
    limit_is(c.tolerance_high, "13");
    in.nominal = dec("20");
    limit_is(judge(&in).tolerance_high, "23");
    in.nominal = dec("20.000001");
    limit_is(judge(&in).tolerance_high, "23.00000115");
    /* Of the reading: 2 % of 102 is more than 2. */
    in = point("100", NULL, NULL, "102", NULL, CT_CAL_SIMPLE);
    in.tolerance.plus = (struct ct_cal_side){CT_UNSET, 2000, CT_CAL_OF_READING};
    in.tolerance.minus = in.tolerance.plus;
    limit_is(judge(&in).tolerance_high, "102.04");
    in.sum = dec("98"); /* and 2 % of 98 less */
    limit_is(judge(&in).tolerance_low, "98.04");
    is(&in, CT_CAL_FAIL);
    in.sum = dec("-3"); /* of its size */
    limit_is(judge(&in).tolerance_low, "99.94");
    in.sum = 0; /* a dead display fails: that 2 % of it is nothing is no fault of the limit */
    is(&in, CT_CAL_FAIL);
    limit_is(judge(&in).tolerance_low, "100");
    /* Of full scale. */
    in.tolerance.plus.of = in.tolerance.minus.of = CT_CAL_OF_FULL_SCALE;
    refused(&in, "tolerance", "full scale");
    in.tolerance.full_scale = dec("300");
    limit_is(judge(&in).tolerance_low, "94");
    /* The finest and the greatest there are. */
    in = point("0.000001", NULL, NULL, "0", NULL, CT_CAL_SIMPLE);
    in.tolerance.plus = (struct ct_cal_side){CT_UNSET, 1, CT_CAL_OF_NOMINAL};
    limit_is(judge(&in).tolerance_high, "0.00000100001");
    int64_t low, high;
    struct ct_error e;
    in.tolerance.plus = (struct ct_cal_side){CT_UNSET, 2000, CT_CAL_OF_READING};
    assert_int_equal(ct_tolerance_limits(&in.tolerance, dec("50"), &low, &high, &e), CT_OK);
    limit_is(high, "51");
    assert_true(low == CT_UNSET);
}

static void test_refused(void **state)
{
    (void)state;
    struct ct_conformity_in in = point("1", "0", "0", "1", "1", CT_CAL_SIMPLE);
    refused(&in, "tolerance", "zero");
    in = point("1", NULL, "0", "1", "1", CT_CAL_SIMPLE);
    refused(&in, "tolerance", "zero");
    in = point("1", NULL, NULL, "1", "1", CT_CAL_SIMPLE);
    refused(&in, "tolerance", "either side");
    in.tolerance.plus = (struct ct_cal_side){CT_UNSET, 5000, CT_CAL_OF_NOMINAL};
    in.nominal = 0;
    refused(&in, "tolerance", "zero"); /* 5 % of nothing */
    in.tolerance.plus.percent = CT_CAL_PERCENT_MAX + 1;
    refused(&in, "tolerance", "0 to 100");
    in.tolerance.plus.percent = -1;
    refused(&in, "tolerance", "0 to 100");
    in = point("1", "1", "1", "1", "1", CT_CAL_SIMPLE);
    in.tolerance.minus.absolute = -1;
    refused(&in, "tolerance", "0 to 9999999");
    in.tolerance.minus.absolute = INT64_MAX;
    refused(&in, "tolerance", "0 to 9999999");
    in = point("1", "1", "1", "1", "1", CT_CAL_SIMPLE);
    in.u = -1;
    refused(&in, "u", "from 0");
    in.u = INT64_MAX;
    refused(&in, "u", "from 0");
    in = point("1", "1", "1", "1", "1", CT_CAL_SIMPLE);
    in.nominal = CT_UNSET;
    refused(&in, "nominal", "7 digits");
    in = point("1", "1", "1", "1", "1", CT_CAL_SIMPLE);
    in.sum = CT_UNSET;
    refused(&in, "reading", "1 to 100");
    in.sum = CT_CAL_MAX + 1;
    refused(&in, "reading", "7 digits");
    in.sum = 0;
    in.n = 0;
    refused(&in, "reading", "1 to 100");
    in.n = CT_CAL_READINGS_MAX + 1;
    refused(&in, "reading", "1 to 100");
    in.n = 1;
    in.rule = CT_CAL_RULES;
    refused(&in, "rule", "no such");
}

/* Everything at its bound at once: the sanitizer would notice. */
static void test_no_overflow(void **state)
{
    (void)state;
    for (int sign = 0; sign < 4; sign++) {
        struct ct_conformity_in in = {
            .nominal = sign & 1 ? CT_CAL_MAX : -CT_CAL_MAX,
            .n = CT_CAL_READINGS_MAX,
            .u = CT_CAL_MAX,
            .rule = CT_CAL_NON_BINARY,
            .tolerance = {{CT_CAL_MAX, CT_CAL_PERCENT_MAX, CT_CAL_OF_READING},
                          {CT_CAL_MAX, CT_CAL_PERCENT_MAX, CT_CAL_OF_READING},
                          CT_UNSET}};
        in.sum = (sign & 2 ? CT_CAL_MAX : -CT_CAL_MAX) * in.n;
        struct ct_conformity c = judge(&in);
        assert_true(c.tolerance_low < c.tolerance_high);
        assert_int_equal(c.verdict,
                         (sign == 0 || sign == 3) ? CT_CAL_PASS : CT_CAL_CONDITIONAL_FAIL);
    }
}

/* ---- risks -------------------------------------------------------------------------- */

/* One-sided risk of a reading at TL - d, standard uncertainty U / 2. */
static void test_risk(void **state)
{
    (void)state;
    static const struct {
        const char *d;
        double percent;
    } AT[] = {{"0", 50.00},   {"0.25", 30.85}, {"0.5", 15.87}, {"0.75", 6.68},
              {"0.83", 4.85}, {"1", 2.28},     {"1.25", 0.62}};
    for (size_t i = 0; i < CT_LEN(AT); i++) {
        struct ct_conformity_in in = point("0", NULL, "10", "0", "1", CT_CAL_NON_BINARY);
        in.sum = dec("10") - dec(AT[i].d);
        struct ct_conformity c = judge(&in);
        assert_true(fabs(c.false_accept * 100 - AT[i].percent) < 0.005);
        assert_true(isnan(c.false_reject));
        /* As far beyond the limit, the same for rejecting; both sides are alike. */
        in.sum = dec("10") + dec(AT[i].d) + (i == 0);
        c = judge(&in);
        assert_true(fabs(c.false_reject * 100 - AT[i].percent) < 0.005);
        assert_true(isnan(c.false_accept));
        in = point("0", "10", NULL, "0", "1", CT_CAL_SIMPLE);
        in.sum = dec(AT[i].d) - dec("10");
        assert_true(fabs(judge(&in).false_accept * 100 - AT[i].percent) < 0.005);
    }
    /* Two-sided, U as wide as the tolerance: both tails count. */
    struct ct_conformity_in in = point("0", "1", "1", "0", "1", CT_CAL_SIMPLE);
    assert_true(fabs(judge(&in).false_accept * 100 - 2 * 2.275) < 0.005);
    /* Within an acceptance zone the risk stays below 2.5 %. */
    in = point("0", "3", "3", "2", "1", CT_CAL_GUARDED);
    struct ct_conformity c = judge(&in);
    assert_int_equal(c.verdict, CT_CAL_PASS);
    assert_true(c.false_accept < 0.025);
}

/* ---- repeated readings ---------------------------------------------------------------- */

static void test_repeat(void **state)
{
    (void)state;
    const int64_t five[] = {dec("2"), dec("4"), dec("4"), dec("4"), dec("6")};
    struct ct_repeat r;
    struct ct_error e;
    assert_int_equal(ct_repeat(five, 5, &r, &e), CT_OK);
    assert_int_equal(r.mean, dec("4"));
    assert_true(fabs(r.s - sqrt(2)) < 1e-12 && fabs(r.u_a - sqrt(2.0 / 5)) < 1e-12);
    const int64_t same[] = {dec("36.812345"), dec("36.812345"), dec("36.812345")};
    assert_int_equal(ct_repeat(same, 3, &r, &e), CT_OK);
    assert_true(r.s == 0 && r.u_a == 0 && r.mean == same[0]);
    assert_int_equal(ct_repeat(same, 1, &r, &e), CT_OK);
    assert_true(isnan(r.s) && isnan(r.u_a));
    /* A small spread on a large figure. */
    const int64_t high[] = {dec("9999999.000001"), dec("9999999.000003")};
    assert_int_equal(ct_repeat(high, 2, &r, &e), CT_OK);
    assert_true(fabs(r.s - sqrt(2) * 1e-6) < 1e-15);
    const int64_t thirds[] = {0, 0, -1, -1, -1, 0, -1, -1}; /* -5/8 of the last digit */
    assert_int_equal(ct_repeat(thirds, 8, &r, &e), CT_OK);
    assert_int_equal(r.mean, -1);
    assert_int_equal(ct_repeat(thirds, 3, &r, &e), CT_OK);
    assert_int_equal(r.mean, 0);
    assert_int_equal(ct_repeat(thirds, 0, &r, &e), CT_EINVAL);
    const int64_t bad[] = {0, CT_UNSET};
    assert_int_equal(ct_repeat(bad, 2, &r, &e), CT_EINVAL);
    assert_non_null(strstr(e.text, "Reading 2"));
}

/* Three readings whose mean is a third of the last digit beyond the limit: rounded
 * first, it would pass. */
static void test_mean_is_not_rounded(void **state)
{
    (void)state;
    struct ct_conformity_in in = point("0", "3", "3", "0", "1", CT_CAL_NON_BINARY);
    in.n = 3;
    in.sum = dec("9");
    is(&in, CT_CAL_CONDITIONAL_PASS);
    in.sum = dec("9.000001");
    is(&in, CT_CAL_CONDITIONAL_FAIL);
    in.sum = -dec("9.000001");
    is(&in, CT_CAL_CONDITIONAL_FAIL);
    in.sum = dec("6");
    is(&in, CT_CAL_PASS);
    in.sum = dec("6.000001");
    is(&in, CT_CAL_CONDITIONAL_PASS);
    in.sum = -dec("6.000001");
    is(&in, CT_CAL_CONDITIONAL_PASS);
    in.sum = -dec("12");
    is(&in, CT_CAL_CONDITIONAL_FAIL);
    in.sum = -dec("12.000001");
    is(&in, CT_CAL_FAIL);
}

/* A mean beyond a limit by a third of 10^-11, on either side of zero. */
static void test_mean_beyond_the_last_place(void **state)
{
    (void)state;
    const struct ct_cal_side per_cent = {CT_UNSET, 7, CT_CAL_OF_NOMINAL};
    struct ct_conformity_in in = point("0.047619", NULL, NULL, "0.142867", NULL, CT_CAL_SIMPLE);
    in.n = 3;
    in.tolerance.plus = per_cent;
    limit_is(judge(&in).tolerance_high, "0.04762233333");
    is(&in, CT_CAL_FAIL);
    in.sum--;
    is(&in, CT_CAL_PASS);
    in = point("-0.047619", NULL, NULL, "-0.142867", NULL, CT_CAL_SIMPLE);
    in.n = 3;
    in.tolerance.minus = per_cent;
    is(&in, CT_CAL_FAIL);
    in.sum++;
    is(&in, CT_CAL_PASS);
    /* A tolerance in per cent of the mean itself takes in all of it. */
    in = point("100", NULL, NULL, "200.000001", NULL, CT_CAL_SIMPLE);
    in.n = 2;
    in.tolerance.plus = (struct ct_cal_side){CT_UNSET, 2000, CT_CAL_OF_READING};
    limit_is(judge(&in).tolerance_high, "102.00000001");
}

/* ---- a slow second way ------------------------------------------------------------------ */

/* Everything over the common denominator n * 10^11, from the distance to the nearer
 * limit: no limit is formed and nothing divided. */
__extension__ typedef __int128 wide;

static wide slow_side(const struct ct_conformity_in *in, const struct ct_cal_side *s)
{
    wide a = 0, p = 0, of = 0;
    if (s->absolute != CT_UNSET)
        a = (wide)s->absolute * 100000 * in->n;
    switch (s->of) {
    case CT_CAL_OF_NOMINAL:
        of = (wide)in->nominal * in->n;
        break;
    case CT_CAL_OF_READING:
        of = in->sum;
        break;
    case CT_CAL_OF_FULL_SCALE:
    case CT_CAL_BASES:
        of = (wide)in->tolerance.full_scale * in->n;
        break;
    }
    if (s->percent != CT_UNSET)
        p = (of < 0 ? -of : of) * s->percent;
    return a > p ? a : p;
}

static bool open_side(const struct ct_cal_side *s)
{
    return s->absolute == CT_UNSET && s->percent == CT_UNSET;
}

static enum ct_cal_verdict slow(const struct ct_conformity_in *in, bool *no_zone)
{
    const struct ct_tolerance *t = &in->tolerance;
    wide error = (wide)in->sum * 100000 - (wide)in->nominal * in->n * 100000;
    wide far = (wide)1 << 120, room = far, width = 0;
    wide band = in->rule == CT_CAL_SIMPLE ? 0 : (wide)in->u * in->n * 100000;
    if (!open_side(&t->plus) && slow_side(in, &t->plus) - error < room)
        room = slow_side(in, &t->plus) - error;
    if (!open_side(&t->minus) && slow_side(in, &t->minus) + error < room)
        room = slow_side(in, &t->minus) + error;
    width = slow_side(in, &t->plus) + slow_side(in, &t->minus);
    *no_zone = !open_side(&t->plus) && !open_side(&t->minus) && 2 * band > width;
    if (room >= band)
        return CT_CAL_PASS;
    if (in->rule != CT_CAL_NON_BINARY)
        return CT_CAL_FAIL;
    return room >= 0       ? CT_CAL_CONDITIONAL_PASS
           : room >= -band ? CT_CAL_CONDITIONAL_FAIL
                           : CT_CAL_FAIL;
}

static uint64_t seed = 20261123;
static int64_t below(int64_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((seed >> 33) % (uint64_t)n);
}

static struct ct_cal_side any_side(int64_t unit)
{
    struct ct_cal_side s = CT_CAL_NO_SIDE;
    int64_t how = below(8);
    if (how != 0 && how < 6)
        s.absolute = below(8) * unit;
    if (how >= 4) {
        s.percent = below(4) * 500;
        s.of = (enum ct_cal_basis)below(CT_CAL_BASES);
    }
    return s;
}

/* Small whole steps, so that readings often fall on the limits. */
static void test_generated(void **state)
{
    (void)state;
    int judged = 0, seen[CT_CAL_VERDICTS] = {0}, on_limit = 0;
    static const int64_t UNIT[] = {1, 100, 100000, 1000000, 300000000};
    for (int i = 0; judged < 10000; i++) {
        assert_true(i < 100000);
        int64_t unit = UNIT[below(CT_LEN(UNIT))];
        struct ct_conformity_in in = {
            .nominal = (below(401) - 200) * unit,
            .n = (int)below(5) + 1,
            .u = below(5) * unit,
            .rule = (enum ct_cal_rule)below(CT_CAL_RULES),
            .tolerance = {any_side(unit), any_side(unit), below(300) * unit + 1}};
        in.sum = in.nominal * in.n + (below(17) - 8) * unit * (below(4) ? in.n : 1) +
                 (below(4) ? 0 : below(3) - 1);
        if (in.n != 1 && (in.tolerance.minus.of == CT_CAL_OF_READING ||
                          in.tolerance.plus.of == CT_CAL_OF_READING))
            continue; /* the one place where the program rounds */
        struct ct_conformity c;
        struct ct_error e = {0};
        if (ct_conformity_judge(&in, &c, &e) != CT_OK) {
            assert_true(
                slow_side(&in, &in.tolerance.minus) + slow_side(&in, &in.tolerance.plus) == 0);
            continue;
        }
        bool no_zone;
        enum ct_cal_verdict want = slow(&in, &no_zone);
        if (c.verdict != want || c.no_zone != no_zone)
            fail_msg("case %d: %s, not %s", i, CT_CAL_VERDICT_NAME[c.verdict],
                     CT_CAL_VERDICT_NAME[want]);
        seen[want]++;
        judged++;
        on_limit += (c.accept_high != CT_UNSET && in.sum * 100000 == c.accept_high * in.n) ||
                    (c.accept_low != CT_UNSET && in.sum * 100000 == c.accept_low * in.n);
    }
    for (int v = 0; v < CT_CAL_VERDICTS; v++)
        assert_true(seen[v] > 300);
    assert_true(on_limit > 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decimals),
        cmocka_unit_test(test_every_limit),
        cmocka_unit_test(test_limits_and_ratio),
        cmocka_unit_test(test_one_sided),
        cmocka_unit_test(test_no_zone),
        cmocka_unit_test(test_no_uncertainty),
        cmocka_unit_test(test_percent),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_no_overflow),
        cmocka_unit_test(test_risk),
        cmocka_unit_test(test_repeat),
        cmocka_unit_test(test_mean_is_not_rounded),
        cmocka_unit_test(test_mean_beyond_the_last_place),
        cmocka_unit_test(test_generated),
    };
    return cmocka_run_group_tests_name("conformity", tests, NULL, NULL);
}
