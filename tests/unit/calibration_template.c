/* Calibration templates: those that are shipped, what a site may write, and every way to
 * get one wrong, each with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/calibration_template.h"

static const char DEMO[] =
    "[calibration]\n"                                             /* 1 */
    "id = demo\n"                                                 /* 2 */
    "version = 3\n"                                               /* 3 */
    "title = Demo device\n"                                       /* 4 */
    "class = demo-device\n"                                       /* 5 */
    "source = Its manual, p. 1\n"                                 /* 6 */
    "rule = guarded\n"                                            /* 7 */
    "readings = 3\n"                                              /* 8 */
    "reference = manometer\n"                                     /* 9 */
    "temperature = 18 28 degC\n"                                  /* 10 */
    "step_1 = Switch it on.\n"                                    /* 11 */
    "points = zero high cut own\n"                                /* 12 */
    "[point.zero]\n"                                              /* 13 */
    "text = At rest\n"                                            /* 14 */
    "nominal = 0 kPa\n"                                           /* 15 */
    "tolerance = 0.4 kPa\n"                                       /* 16 */
    "source = p. 2\n"                                             /* 17 */
    "[point.high]\n"                                              /* 18 */
    "text = At 40 kPa\n"                                          /* 19 */
    "nominal = 40 kPa\n"                                          /* 20 */
    "tolerance_minus = greater of 0.4 kPa and 2.5 % of reading\n" /* 21 */
    "tolerance_plus = 1 % of full scale\n"                        /* 22 */
    "full_scale = 60 kPa\n"                                       /* 23 */
    "source = p. 3\n"                                             /* 24 */
    "reference = deadweight\n"                                    /* 25 */
    "[point.cut]\n"                                               /* 26 */
    "text = Cut-off\n"                                            /* 27 */
    "nominal = 40 kPa\n"                                          /* 28 */
    "tolerance_minus = none\n"                                    /* 29 */
    "tolerance_plus = 4 kPa\n"                                    /* 30 */
    "source = p. 4\n"                                             /* 31 */
    "after = zero high\n"                                         /* 32 */
    "applies = class-I type-BF\n"                                 /* 33 */
    "readings = 1\n"                                              /* 34 */
    "[point.own]\n"                                               /* 35 */
    "text = Set point\n"                                          /* 36 */
    "nominal = declared kPa\n"                                    /* 37 */
    "tolerance = declared\n"                                      /* 38 */
    "note = From its manual\n";                                   /* 39 */

/* DEMO with the first `from` made `to`, as one string of the caller's. */
static char *with(const char *from, const char *to)
{
    const char *at = strstr(DEMO, from);
    assert_non_null(at);
    size_t head = (size_t)(at - DEMO), size = sizeof DEMO + strlen(to);
    char *s = malloc(size);
    assert_non_null(s);
    snprintf(s, size, "%.*s%s%s", (int)head, DEMO, to, at + strlen(from));
    return s;
}

static void refused(const char *from, const char *to, const char *says)
{
    char *s = with(from, to);
    struct ct_caltemplate *t = NULL;
    struct ct_error e = {0};
    enum ct_status st = ct_caltemplate_parse("t.ini", s, strlen(s), &t, &e);
    if (st != CT_ECONFIG || t != NULL || strstr(e.text, says) != e.text)
        fail_msg("%s\n  is not: %s", st == CT_OK ? "loaded" : e.text, says);
    free(s);
}

static struct ct_caltemplate *load(const char *text)
{
    struct ct_caltemplate *t = NULL;
    struct ct_error e;
    if (ct_caltemplate_parse("t.ini", text, strlen(text), &t, &e) != CT_OK)
        fail_msg("%s", e.text);
    return t;
}

static void test_demo(void **state)
{
    (void)state;
    CT_CALTEMPLATE *t = load(DEMO);
    assert_string_equal(t->id, "demo");
    assert_string_equal(t->device_class, "demo-device");
    assert_int_equal(t->rule, CT_CAL_GUARDED);
    assert_int_equal(t->n_points, 4);
    assert_int_equal(t->n_steps, 1);
    assert_true(t->temperature.set && !t->humidity.set);
    assert_int_equal(t->temperature.high, 28000000);
    const struct ct_cal_point *p = t->point;
    assert_int_equal(p[0].tolerance.minus.absolute, 400000);
    assert_int_equal(p[0].tolerance.plus.absolute, 400000);
    assert_true(p[0].tolerance.plus.percent == CT_UNSET);
    assert_int_equal(p[0].readings, 3);
    assert_string_equal(p[0].reference, "manometer");
    assert_int_equal(p[1].tolerance.minus.percent, 2500);
    assert_int_equal(p[1].tolerance.minus.of, CT_CAL_OF_READING);
    assert_int_equal(p[1].tolerance.plus.of, CT_CAL_OF_FULL_SCALE);
    assert_int_equal(p[1].tolerance.full_scale, 60000000);
    assert_string_equal(p[1].reference, "deadweight");
    assert_true(p[2].tolerance.minus.absolute == CT_UNSET);
    assert_int_equal(p[2].after, 3);
    assert_int_equal(p[2].applies, 1u << CT_CALT_CLASS_I | 1u << CT_CALT_TYPE_BF);
    assert_int_equal(p[2].readings, 1);
    assert_true(p[3].declared && p[3].nominal == CT_UNSET);
    assert_string_equal(p[3].unit, "kPa");
    assert_int_equal(ct_caltemplate_declared(t), 1);
    assert_int_equal(ct_caltemplate_find(t, "HIGH", 4), 1);
    assert_true(ct_caltemplate_find(t, "hig", 3) == CT_CALT_NONE);
}

/* Kept bytes load to the same template, and again to the same bytes. */
static void round_trip(const struct ct_caltemplate *t)
{
    CT_BUF one = {.max = CT_CALT_CANONICAL_MAX}, two = {.max = CT_CALT_CANONICAL_MAX};
    ct_caltemplate_canonical(t, &one);
    CT_CALTEMPLATE *back = load(ct_buf_str(&one));
    ct_caltemplate_canonical(back, &two);
    assert_string_equal(ct_buf_str(&one), ct_buf_str(&two));
    assert_int_equal(back->n_points, t->n_points);
    for (size_t i = 0; i < t->n_points; i++) {
        const struct ct_cal_point *a = &t->point[i], *b = &back->point[i];
        assert_string_equal(a->text, b->text);
        assert_string_equal(a->unit, b->unit);
        assert_string_equal(a->reference, b->reference);
        assert_true(a->nominal == b->nominal && a->declared == b->declared &&
                    a->after == b->after && a->applies == b->applies &&
                    a->readings == b->readings);
        assert_memory_equal(&a->tolerance, &b->tolerance, sizeof a->tolerance);
    }
}

static void test_kept(void **state)
{
    (void)state;
    CT_CALTEMPLATE *t = load(DEMO);
    round_trip(t);
    /* A per cent that is not of something is the unit; "2 % of nominal" is not. */
    char *s = with("nominal = 0 kPa\ntolerance = 0.4 kPa",
                   "nominal = 96 %\ntolerance = greater of 2 % and 1.5 % of nominal");
    CT_CALTEMPLATE *percent = load(s);
    free(s);
    assert_int_equal(percent->point[0].tolerance.plus.absolute, 2000000);
    assert_int_equal(percent->point[0].tolerance.plus.percent, 1500);
    round_trip(percent);
}

static void test_page(void **state)
{
    (void)state;
    CT_CALTEMPLATE *t = load(DEMO);
    CT_BUF page = {0};
    ct_caltemplate_text(t, 80, &page);
    const char *s = ct_buf_str(&page);
    assert_non_null(strstr(s, "below: greater of 0.4 kPa and 2.5 % of reading; above: 1"));
    assert_non_null(strstr(s, "Limits: 39 to 40.6 kPa\n"));
    assert_non_null(strstr(s, "Limits: at most 44 kPa\n"));
    assert_non_null(strstr(s, "Tolerance: the device's own; without it there is no verdict"));
    assert_non_null(strstr(s, "Only after these passed: zero high"));
    assert_non_null(strstr(s, "Temperature: 18 to 28 degC"));
}

/* ---- what is shipped ------------------------------------------------------------------ */

static const char *const SHIPPED[] = {
    "defibrillator-energy",
    "ecg",
    "electrical-safety-62353",
    "infusion-pump",
    "monitor-temperature",
    "nibp-leak",
    "nibp-static",
    "pulse-oximeter",
    "scales",
    "steriliser",
    "thermometer",
};

static struct ct_caltemplate *shipped(const char *id)
{
    struct ct_config c;
    struct ct_error e;
    struct ct_caltemplate *t = NULL;
    ct_config_default(&c);
    if (ct_caltemplate_load(&c, id, &t, &e) != CT_OK)
        fail_msg("%s", e.text);
    return t;
}

static void test_shipped(void **state)
{
    (void)state;
    CT_BUF ids = {0};
    struct ct_error e;
    assert_int_equal(ct_caltemplate_ids(NULL, &ids, &e), CT_OK);
    const char *id = ct_buf_str(&ids);
    for (size_t i = 0; i < CT_LEN(SHIPPED); i++, id += strlen(id) + 1) {
        assert_string_equal(id, SHIPPED[i]);
        CT_CALTEMPLATE *t = shipped(id);
        round_trip(t);
        CT_BUF page = {0};
        ct_caltemplate_text(t, 80, &page);
        for (const char *line = ct_buf_str(&page); *line != '\0';) {
            size_t n = strcspn(line, "\n");
            assert_true(n <= 80);
            line += n + 1;
        }
        for (size_t p = 0; p < t->n_points; p++)
            assert_true(t->point[p].declared || t->point[p].source[0] != '\0');
    }
    assert_string_equal(id, "");
}

struct shipped_limit {
    const char *id, *point, *low, *high;
};

/* Each limit that is given, as the reference for it says. */
static void test_shipped_limits(void **state)
{
    (void)state;
    static const struct shipped_limit AT[] = {
        {"nibp-static", "p0", "-3", "3"},
        {"nibp-static", "p10", "7", "13"},
        {"nibp-static", "p250", "247", "253"},
        {"nibp-leak", "fall", "", "6"},
        {"thermometer", "t37", "36.7", "37.3"},
        {"monitor-temperature", "t40", "39.8", "40.2"},
        {"pulse-oximeter", "spo2-96", "94", "98"},
        {"pulse-oximeter", "pulse-80", "77", "83"},
        {"ecg", "rate-100", "98", "102"},
        {"ecg", "gain-1mv", "0.95", "1.05"},
        {"ecg", "sweep-25", "23.75", "26.25"},
        {"scales", "load-100", "99", "101"},
        {"scales", "load-500", "499", "501"},
        {"scales", "load-2000", "1998", "2002"},
        {"scales", "load-3000", "2997", "3003"},
        {"defibrillator-energy", "e10", "7", "13"},
        {"defibrillator-energy", "e20", "17", "23"},
        {"defibrillator-energy", "e50", "42.5", "57.5"},
        {"defibrillator-energy", "e200", "170", "230"},
        {"steriliser", "air-leak", "", "0.13"},
        {"electrical-safety-62353", "pe-fixed", "", "300"},
        {"electrical-safety-62353", "pe-inlet", "", "200"},
        {"electrical-safety-62353", "pe-cord", "", "100"},
        {"electrical-safety-62353", "pe-both", "", "300"},
        {"electrical-safety-62353", "equipment-direct", "", "500"},
        {"electrical-safety-62353", "applied-b", "", "5000"},
    };
    for (size_t i = 0; i < CT_LEN(AT); i++) {
        CT_CALTEMPLATE *t = shipped(AT[i].id);
        size_t at = ct_caltemplate_find(t, AT[i].point, strlen(AT[i].point));
        assert_true(at != CT_CALT_NONE);
        int64_t low, high;
        char text[CT_DECIMAL_SIZE];
        struct ct_error e;
        assert_int_equal(
            ct_tolerance_limits(&t->point[at].tolerance, t->point[at].nominal, &low, &high, &e),
            CT_OK);
        ct_decimal_text(low, CT_CAL_LIMIT_PLACES, text);
        assert_string_equal(text, AT[i].low);
        ct_decimal_text(high, CT_CAL_LIMIT_PLACES, text);
        assert_string_equal(text, AT[i].high);
    }
}

/* What could not be checked in a source gives no limit. */
static void test_unverified_is_declared(void **state)
{
    (void)state;
    static const struct shipped_limit OPEN[] = {
        {"electrical-safety-62353", "equipment-direct-ii", "", ""},
        {"electrical-safety-62353", "equipment-alternative", "", ""},
        {"electrical-safety-62353", "equipment-alternative-ii", "", ""},
        {"electrical-safety-62353", "applied-bf", "", ""},
        {"electrical-safety-62353", "applied-cf", "", ""},
        {"steriliser", "temperature", "", ""},
        {"steriliser", "pressure", "", ""},
        {"infusion-pump", "rate-low", "", ""},
        {"infusion-pump", "occlusion-pressure", "", ""},
    };
    for (size_t i = 0; i < CT_LEN(OPEN); i++) {
        CT_CALTEMPLATE *t = shipped(OPEN[i].id);
        size_t at = ct_caltemplate_find(t, OPEN[i].point, strlen(OPEN[i].point));
        assert_true(at != CT_CALT_NONE && t->point[at].declared);
    }
    CT_CALTEMPLATE *spo2 = shipped("pulse-oximeter");
    assert_non_null(strstr(spo2->note, "A SIMULATOR CANNOT VERIFY ACCURACY"));
    /* Protective earth comes before each leakage. */
    CT_CALTEMPLATE *es = shipped("electrical-safety-62353");
    size_t leak = ct_caltemplate_find(es, "equipment-direct", 16);
    assert_int_equal(es->point[leak].after, 0xf);
    assert_int_equal(es->point[leak].applies, 1u << CT_CALT_CLASS_I);
}

/* ---- what is wrong ----------------------------------------------------------------------- */

static void test_values(void **state)
{
    (void)state;
    refused("nominal = 0 kPa", "nominal = 0",
            "t.ini:15: [point.zero] nominal: has no unit; it stands behind the value");
    refused("nominal = 0 kPa", "x = 1", "t.ini:15: [point.zero] x: a point has no such key");
    refused("nominal = 0 kPa\n", "", "t.ini:13: [point.zero] nominal: is missing");
    refused("nominal = 0 kPa", "nominal = o kPa",
            "t.ini:15: [point.zero] nominal: \"o\" is not");
    refused("nominal = 0 kPa", "nominal = 0,5 kPa", "t.ini:15: [point.zero] nominal: \"0,5\"");
    refused("nominal = 0 kPa", "nominal = 0 5 kPa",
            "t.ini:15: [point.zero] nominal: \"5 kPa\" is "
            "no unit");
    refused("nominal = 0 kPa", "nominal = 0 k Pa",
            "t.ini:15: [point.zero] nominal: \"k Pa\" is");
    refused("nominal = 0 kPa", "nominal = 99999999 kPa",
            "t.ini:15: [point.zero] nominal: \"99999999\" is too large");
    refused("nominal = 0 kPa", "nominal = 0.0000001 kPa",
            "t.ini:15: [point.zero] nominal: \"0.0000001\" has too many decimals");
    refused("full_scale = 60 kPa", "full_scale = 60 mmHg",
            "t.ini:23: [point.high] full_scale: is in mmHg, the nominal in kPa");
    refused("full_scale = 60 kPa", "full_scale = declared kPa",
            "t.ini:23: [point.high] full_scale: \"declared\" is not a number");
    refused("full_scale = 60 kPa\n", "",
            "t.ini:22: [point.high] tolerance_plus: is in per cent "
            "of full scale: give full_scale");
    refused("full_scale = 60 kPa", "full_scale = 0 kPa",
            "t.ini:22: [point.high] tolerance_plus: "
            "A tolerance in per cent of full");
    refused("1 % of full scale", "1 kPa",
            "t.ini:23: [point.high] full_scale: no tolerance is in");
}

static void test_tolerances(void **state)
{
    (void)state;
    const char *const was = "tolerance = 0.4 kPa";
    refused(was, "tolerance = 0.4",
            "t.ini:16: [point.zero] tolerance: has no unit; write it behind the number, as 0.4 "
            "kPa");
    refused(was, "tolerance = 0 kPa",
            "t.ini:16: [point.zero] tolerance: The tolerance is zero");
    refused(was, "tolerance = 5 % of nominal",
            "t.ini:16: [point.zero] tolerance: The tolerance is zero"); /* of zero */
    refused(was, "tolerance = 3 mmHg",
            "t.ini:16: [point.zero] tolerance: is in mmHg, the nominal in kPa");
    refused(was, "tolerance = -0.4 kPa",
            "t.ini:16: [point.zero] tolerance: is how far off a "
            "reading may be, without a sign");
    refused(was, "tolerance = 5 %", "t.ini:16: [point.zero] tolerance: the per cent of what?");
    refused(was, "tolerance = 5 % of it", "t.ini:16: [point.zero] tolerance: the per cent of");
    refused(was, "tolerance = 101 % of nominal",
            "t.ini:16: [point.zero] tolerance: \"101\" is");
    refused(was, "tolerance =", "t.ini:16: [point.zero] tolerance: says nothing");
    refused(was, "tolerance = none", "t.ini:16: [point.zero] tolerance: ");
    refused(was, "tolerance = 0.4 kPa or so",
            "t.ini:16: [point.zero] tolerance: \"or so\" is too "
            "much");
    refused(was, "tolerance = greater of 1 kPa",
            "t.ini:16: [point.zero] tolerance: greater of "
            "what?");
    refused(was, "tolerance = greater of 1 kPa and 2 kPa",
            "t.ini:16: [point.zero] tolerance: has two parts in kPa");
    refused(was, "tolerance = greater of 1 % of nominal and 2 % of reading",
            "t.ini:16: [point.zero] tolerance: has two parts in per cent");
    refused(was, "tolerance = greater of 1 and 5 % of nominal",
            "t.ini:16: [point.zero] tolerance: has no unit");
    refused("tolerance = 0.4 kPa\n", "", "t.ini:13: [point.zero] tolerance: is missing");
    refused(was, "tolerance_plus = 0.4 kPa",
            "t.ini:13: [point.zero] tolerance_minus: is missing; write none");
    refused("tolerance_minus = none", "tolerance = 1 kPa",
            "t.ini:29: [point.cut] tolerance: stands for both sides");
    refused("tolerance_plus = 4 kPa", "tolerance_plus = none",
            "t.ini:30: [point.cut] tolerance_plus: There is no tolerance on either side");
    refused("tolerance_plus = 4 kPa", "tolerance_plus = 0 kPa",
            "t.ini:30: [point.cut] tolerance_plus: The tolerance is zero");
    refused("tolerance_plus = 4 kPa", "tolerance_plus = declared",
            "t.ini:30: [point.cut] tolerance_plus: a device declares both sides or none");
    refused("source = p. 2\n", "",
            "t.ini:13: [point.zero] source: is missing: where the limit");
    refused("note = From its manual\n", "",
            "t.ini:35: [point.own] note: is missing: where the "
            "declared value is to be taken from");
}

static void test_points(void **state)
{
    (void)state;
    const char *const was = "points = zero high cut own";
    refused(was, "points = zero high extra cut own",
            "t.ini:12: [calibration] points: the point extra is missing: there is no "
            "[point.extra]");
    refused(was, "points = zero high cut", "t.ini:35: [point.own]: the point is not among");
    refused(was, "points = zero high zero cut own",
            "t.ini:12: [calibration] points: the point zero is listed twice");
    refused(was, "points = high zero cut own",
            "t.ini:13: [point.zero]: [point.high] should stand");
    refused(was, "points = ", "t.ini:13: [point.zero]: the point is not among");
    refused("points = zero high cut own\n", "", "t.ini:1: [calibration] points: is missing");
    refused(was, "points = zero, high, cut, own",
            "t.ini:12: [calibration] points: \"zero,\" is no "
            "id");
    refused("[point.own]", "[point.zero]", "t.ini:35: ");
    refused("[point.own]", "[other]",
            "t.ini:12: [calibration] points: the point own is missing");
    refused("text = At 40 kPa", "text = AT REST",
            "t.ini:19: [point.high] text: the point zero has the same text");
    refused("after = zero high", "after = zero own",
            "t.ini:32: [point.cut] after: there is no point \"own\" before this one");
    refused("after = zero high", "after = cut",
            "t.ini:32: [point.cut] after: there is no point");
    refused("after = zero high", "after = ", "t.ini:32: [point.cut] after: names no point");
    refused("class-I type-BF", "class-III",
            "t.ini:33: [point.cut] applies: \"class-III\" is none");
    refused("readings = 1", "readings = 0", "t.ini:34: [point.cut] readings: must be a whole");
    refused("readings = 1", "readings = 101",
            "t.ini:34: [point.cut] readings: must be a whole");
    char many[900] = "points =";
    size_t n = strlen(many);
    for (int i = 0; i <= CT_CALT_POINTS_MAX; i++)
        n += (size_t)snprintf(many + n, sizeof many - n, " p%d", i);
    refused(was, many, "t.ini:12: [calibration] points: the point p0 is missing");
}

static void test_head(void **state)
{
    (void)state;
    refused("[calibration]\nid = demo\n", "[checklist]\nid = demo\n",
            "t.ini:1: [checklist]: a calibration template begins with [calibration]");
    refused("id = demo", "id = De mo", "t.ini:2: [calibration] id: an id has 1 to 40");
    refused("version = 3\n", "", "t.ini:1: [calibration] version: is missing");
    refused("title = Demo device\n", "", "t.ini:1: [calibration] title: is missing");
    refused("class = demo-device", "class = Demo", "t.ini:5: [calibration] class: a class of");
    refused("source = Its manual, p. 1\n", "", "t.ini:1: [calibration] source: is missing");
    refused("rule = guarded", "rule = lenient", "t.ini:7: [calibration] rule: must be the");
    refused("rule = guarded\n", "", "t.ini:1: [calibration] rule: must be the decision rule");
    refused("rule = guarded", "rules = guarded",
            "t.ini:7: [calibration] rules: [calibration] has "
            "no such key");
    refused("18 28 degC", "28 18 degC",
            "t.ini:10: [calibration] temperature: is the wrong way");
    refused("18 28 degC", "18 28", "t.ini:10: [calibration] temperature: has no unit");
    refused("18 28 degC", "18..28 degC",
            "t.ini:10: [calibration] temperature: \"18..28\" is not");
    char *s = malloc(900);
    assert_non_null(s);
    snprintf(s, 900, "title = %0*d", CT_CALT_TITLE_MAX + 1, 1);
    refused("title = Demo device", s,
            "t.ini:4: [calibration] title: has 80 bytes, more than 79");
    free(s);
    struct ct_caltemplate *t = NULL;
    struct ct_error e;
    assert_int_equal(ct_caltemplate_parse("t.ini", "", 0, &t, &e), CT_ECONFIG);
    assert_int_equal(ct_caltemplate_parse("t.ini", "[calibration", 12, &t, &e), CT_ECONFIG);
    assert_null(t);
}

/* ---- divisions ----------------------------------------------------------------------- */

#define SCALES(division, points)                                                           \
    "[calibration]\nid = demo\nversion = 1\ntitle = Demo scales\nclass = scales\n"          \
    "source = site\nrule = simple\n" division "points = full part\n" points
#define IN_E                                                                               \
    "[point.full]\ntext = Full\nnominal = 500 e\ntolerance = 1 e\nsource = p. 1\n"          \
    "[point.part]\ntext = Part\nnominal = 20 kg\ntolerance_minus = 0.5 e\n"                 \
    "tolerance_plus = greater of 1.5 e and 1 % of nominal\nsource = p. 2\n"

static void no_division(const char *text, const char *says)
{
    struct ct_caltemplate *t = NULL;
    struct ct_error e;
    assert_int_equal(ct_caltemplate_parse("demo.ini", text, strlen(text), &t, &e), CT_ECONFIG);
    if (strstr(e.text, says) == NULL)
        fail_msg("%s", e.text);
}

static void test_limits_in_divisions(void **state)
{
    (void)state;
    static const char OWN[] = SCALES("division = declared kg\n", IN_E);
    CT_CALTEMPLATE *t = load(OWN), *with = NULL, *none = NULL;
    struct ct_error e;
    assert_string_equal(t->division_unit, "kg");
    assert_true(t->division == CT_UNSET && t->point[0].in_e && t->point[1].in_e);
    assert_false(t->point[0].declared); /* all of it is in e: a table in e can be judged */
    assert_true(t->point[1].declared);
    round_trip(t);
    assert_int_equal(ct_caltemplate_divide(t, 100000, "plate", &with, &e), CT_OK);
    assert_int_equal(with->division, 100000); /* 0.1 kg */
    assert_string_equal(with->point[0].unit, "kg");
    assert_int_equal(with->point[0].nominal, 50000000);
    assert_int_equal(with->point[0].tolerance.plus.absolute, 100000);
    assert_false(with->point[1].declared || with->point[1].in_e);
    assert_int_equal(with->point[1].nominal, 20000000);
    assert_int_equal(with->point[1].tolerance.minus.absolute, 50000);
    assert_int_equal(with->point[1].tolerance.plus.absolute, 150000);
    assert_int_equal(with->point[1].tolerance.plus.percent, t->point[1].tolerance.plus.percent);
    round_trip(with); /* as it is kept with a calibration */
    CT_CALTEMPLATE *site = load(SCALES("division = 0.1 kg\ndivision_source = plate\n", IN_E));
    CT_BUF a = {.max = 65536}, b = {.max = 65536};
    ct_caltemplate_canonical(with, &a);
    ct_caltemplate_canonical(site, &b);
    assert_string_equal(ct_buf_str(&a), ct_buf_str(&b)); /* the file may say it as well */
    assert_int_equal(ct_caltemplate_divide(with, 100000, "plate", &none, &e), CT_EINVAL);
    assert_int_equal(ct_caltemplate_divide(t, 0, "plate", &none, &e), CT_EINVAL);
    assert_int_equal(ct_caltemplate_divide(t, 1, "plate", &none, &e), CT_EINVAL);
    assert_non_null(strstr(e.text, "finer than a millionth")); /* 0.5 e */
    assert_int_equal(ct_caltemplate_divide(t, INT64_C(1000001000000), "plate", &none, &e),
                     CT_EINVAL);
    assert_int_equal(ct_caltemplate_divide(t, 100000, "", &none, &e), CT_EINVAL);
    assert_null(none);
}

static void test_bad_divisions(void **state)
{
    (void)state;
    no_division(SCALES("division = declared e\n", IN_E), ":8: [calibration] division: is how much");
    no_division(SCALES("division = 0 kg\ndivision_source = plate\n", IN_E), "above 0");
    no_division(SCALES("division = -1 kg\ndivision_source = plate\n", IN_E), "above 0");
    no_division(SCALES("division = 0.1 kg\n", IN_E), "division_source: is missing");
    no_division(SCALES("division = 0.1\n", IN_E), "no unit");
    no_division(SCALES("division_source = plate\n", IN_E), "there is no division");
    no_division(SCALES("division = declared g\n", IN_E), "is in e, which is in g, the nominal in kg");
    no_division(SCALES("", IN_E), "is in e, the nominal in kg");
    no_division(SCALES("division = declared kg\n",
                       "[point.full]\ntext = Full\nnominal = 50 kg\ntolerance_minus = 1 e\n"
                       "tolerance_plus = 0.1 kg\nsource = p. 1\n"),
                "in e on one side and in kg on the other");
    no_division(SCALES("division = declared kg\n",
                       "[point.full]\ntext = Full\nnominal = 50 kg\ntolerance = 0 e\n"
                       "source = p. 1\n"),
                "tolerance");
}

static void test_not_there(void **state)
{
    (void)state;
    struct ct_config c;
    struct ct_error e;
    struct ct_caltemplate *t = NULL;
    ct_config_default(&c);
    assert_int_equal(ct_caltemplate_load(&c, "nothing", &t, &e), CT_ENOTFOUND);
    assert_int_equal(ct_caltemplate_load(&c, "../ecg", &t, &e), CT_EINVAL);
    assert_int_equal(ct_caltemplate_load(&c, "", &t, &e), CT_EINVAL);
    assert_null(t);
}

static int set_locale(void **state)
{
    (void)state;
    return setlocale(LC_CTYPE, "C.UTF-8") == NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_demo),           cmocka_unit_test(test_kept),
        cmocka_unit_test(test_page),           cmocka_unit_test(test_shipped),
        cmocka_unit_test(test_shipped_limits), cmocka_unit_test(test_unverified_is_declared),
        cmocka_unit_test(test_values),         cmocka_unit_test(test_tolerances),
        cmocka_unit_test(test_points),         cmocka_unit_test(test_head),
        cmocka_unit_test(test_limits_in_divisions),
        cmocka_unit_test(test_bad_divisions),
        cmocka_unit_test(test_not_there),
    };
    return cmocka_run_group_tests_name("calibration_template", tests, set_locale, NULL);
}
