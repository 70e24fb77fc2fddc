/* Programmes: those that are shipped, what a site may write, and every way to get one wrong,
 * each with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/programme.h"

static const char DEMO[] = "[programme]\n"                         /* 1 */
                           "id = demo\n"                           /* 2 */
                           "version = 3\n"                         /* 3 */
                           "title = Demo, 134 degC\n"              /* 4 */
                           "method = steam\n"                      /* 5 */
                           "vacuum = yes\n"                        /* 6 */
                           "source = Its manual, p. 1\n"           /* 7 */
                           "step_1 = Load it.\n"                   /* 8 */
                           "recall = repeat\n"                     /* 9 */
                           "recall_source = CDC, table 12\n"       /* 10 */
                           "return_negatives = 3\n"                /* 11 */
                           "return_source = CDC, table 12\n"       /* 12 */
                           "early_release = emergency\n"           /* 13 */
                           "early_source = CDC\n"                  /* 14 */
                           "[limit.temperature]\n"                 /* 15 */
                           "low = 134 degC\n"                      /* 16 */
                           "high = declared degC\n"                /* 17 */
                           "source = p. 2\n"                       /* 18 */
                           "note = From the manual\n"              /* 19 */
                           "[limit.hold]\n"                        /* 20 */
                           "low = 3.5 min\n"                       /* 21 */
                           "source = p. 3\n"                       /* 22 */
                           "[limit.pressure]\n"                    /* 23 */
                           "low = 2 bar gauge\n"                   /* 24 */
                           "high = 2.2 bar gauge\n"                /* 25 */
                           "low_source = p. 4\n"                   /* 26 */
                           "high_source = p. 5\n"                  /* 27 */
                           "[test.penetration]\n"                  /* 28 */
                           "text = Bowie-Dick\n"                   /* 29 */
                           "every = day\n"                         /* 30 */
                           "after = repair move\n"                 /* 31 */
                           "runs = 3\n"                            /* 32 */
                           "run_with = bowie-dick\n"               /* 33 */
                           "source = p. 6\n"                       /* 34 */
                           "[indicator.strip]\n"                   /* 35 */
                           "text = Integrator\n"                   /* 36 */
                           "kind = chemical\n"                     /* 37 */
                           "type = 5\n"                            /* 38 */
                           "place = inside\n"                      /* 39 */
                           "when = every-pack\n"                   /* 40 */
                           "source = p. 7\n"                       /* 41 */
                           "[indicator.spores]\n"                  /* 42 */
                           "text = Spores\n"                       /* 43 */
                           "kind = biological\n"                   /* 44 */
                           "place = test-pack\n"                   /* 45 */
                           "when = weekly implant\n"               /* 46 */
                           "incubation = 24 h\n"                   /* 47 */
                           "incubation_temperature = 55 60 degC\n" /* 48 */
                           "source = its leaflet\n";               /* 49 */

static void refused(const char *from, const char *to, const char *says)
{
    const char *at = strstr(DEMO, from);
    assert_non_null(at);
    size_t size = sizeof DEMO + strlen(to);
    char *s = malloc(size);
    assert_non_null(s);
    snprintf(s, size, "%.*s%s%s", (int)(at - DEMO), DEMO, to, at + strlen(from));
    struct ct_programme *p = NULL;
    struct ct_error e = {0};
    enum ct_status st = ct_programme_parse("t.ini", s, strlen(s), &p, &e);
    if (st != CT_ECONFIG || p != NULL || strstr(e.text, says) != e.text)
        fail_msg("%s\n  is not: %s", st == CT_OK ? "loaded" : e.text, says);
    free(s);
}

static struct ct_programme *load(const char *text)
{
    struct ct_programme *p = NULL;
    struct ct_error e;
    if (ct_programme_parse("t.ini", text, strlen(text), &p, &e) != CT_OK)
        fail_msg("%s", e.text);
    return p;
}

static void test_demo(void **state)
{
    (void)state;
    CT_PROGRAMME *p = load(DEMO);
    CT_BUF text = {0}, open = {0};
    assert_string_equal(p->id, "demo");
    assert_true(p->method == CT_METHOD_STEAM && p->vacuum && !p->is_test);
    assert_true(p->recall == CT_RECALL_REPEAT && p->return_negatives == 3);
    assert_int_equal(p->early, CT_EARLY_EMERGENCY);
    const struct ct_programme_limit *t = &p->limit[CT_M_TEMPERATURE];
    assert_true(p->has[CT_M_TEMPERATURE] && !p->has[CT_M_F0]);
    assert_true(t->low.is == CT_BOUND_SET && t->low.value == 134000000);
    assert_true(t->high.is == CT_BOUND_DECLARED && t->high.value == CT_UNSET);
    assert_string_equal(t->low.source, "p. 2");
    assert_string_equal(t->high.source, "");
    ct_limit_text(t, &text);
    assert_string_equal(ct_buf_str(&text), "134 degC to declared degC");
    const struct ct_programme_limit *h = &p->limit[CT_M_HOLD], *pr = &p->limit[CT_M_PRESSURE];
    assert_int_equal(ct_bound_ms(h, &h->low), 210000);
    assert_int_equal(ct_bound_ms(h, &h->high), -1);
    assert_true(pr->basis == CT_P_GAUGE);
    assert_int_equal(ct_limit_scaled(pr, pr->high.value), INT64_C(220000000));
    assert_string_equal(pr->low.source, "p. 4");
    assert_string_equal(pr->high.source, "p. 5");
    const struct ct_programme_test *test = &p->test[0];
    assert_int_equal(p->n_tests, 1);
    assert_true(test->every == CT_EACH_DAY && test->runs == 3 && !test->load_before &&
                test->stops);
    assert_int_equal(test->after, 1u << CT_AFTER_REPAIR | 1u << CT_AFTER_MOVE);
    assert_string_equal(test->programme, "bowie-dick");
    const struct ct_programme_indicator *i = p->indicator;
    assert_int_equal(p->n_indicators, 2);
    assert_true(i[0].kind == CT_CHEMICAL && i[0].type == CT_CI_INTEGRATING);
    assert_int_equal(i[1].when, 1u << CT_WHEN_WEEK | 1u << CT_WHEN_IMPLANT);
    assert_true(i[1].incubation.is == CT_BOUND_SET && i[1].incubation.value == 24000000);
    assert_true(i[1].incubate_low.value == 55000000 && i[1].incubate_high.value == 60000000);
    assert_int_equal(ct_programme_declared(p, &open), 1);
    assert_string_equal(ct_buf_str(&open), "temperature high");
}

static void same_again(const struct ct_programme *p)
{
    CT_BUF kept = {.max = CT_PROGRAMME_CANONICAL_MAX}, again = {.max = 2 * 65536};
    CT_PROGRAMME *back = NULL;
    struct ct_error e;
    ct_programme_canonical(p, &kept);
    if (ct_programme_parse("kept", ct_buf_str(&kept), kept.len, &back, &e) != CT_OK)
        fail_msg("%s\n%s", e.text, ct_buf_str(&kept));
    ct_programme_canonical(back, &again);
    assert_string_equal(ct_buf_str(&kept), ct_buf_str(&again));
    for (int m = 0; m < CT_MEASURES; m++) {
        assert_int_equal(p->has[m], back->has[m]);
        if (!p->has[m])
            continue;
        assert_true(p->limit[m].low.value == back->limit[m].low.value);
        assert_true(p->limit[m].high.value == back->limit[m].high.value);
        assert_string_equal(p->limit[m].low.source, back->limit[m].low.source);
        assert_string_equal(p->limit[m].high.source, back->limit[m].high.source);
        assert_string_equal(p->limit[m].unit, back->limit[m].unit);
    }
    assert_true(p->recall == back->recall && p->return_negatives == back->return_negatives);
    assert_true(p->n_tests == back->n_tests && p->n_indicators == back->n_indicators);
}

static void test_kept(void **state)
{
    (void)state;
    CT_PROGRAMME *p = load(DEMO);
    same_again(p);
    /* Another order of sections and other blanks are the same programme. */
    CT_BUF a = {.max = 65536}, b = {.max = 65536};
    const char *hold = strstr(DEMO, "[limit.hold]"),
               *pressure = strstr(DEMO, "[limit.pressure]");
    CT_BUF other = {.max = 65536};
    ct_buf_add(&other, DEMO, (size_t)(hold - DEMO));
    ct_buf_str_add(&other, pressure);
    ct_buf_add(&other, hold, (size_t)(pressure - hold));
    CT_PROGRAMME *q = load(ct_buf_str(&other));
    ct_programme_canonical(p, &a);
    ct_programme_canonical(q, &b);
    assert_string_equal(ct_buf_str(&a), ct_buf_str(&b));
}

/* Every one that is shipped loads, is found by its name, is kept, and can be read. What has
 * no checked source is declared; these are those the reference marks as such. */
static void test_shipped(void **state)
{
    (void)state;
    struct ct_config c;
    CT_BUF ids = {0};
    struct ct_error e;
    int methods[CT_METHODS] = {0}, n = 0;
    ct_config_default(&c);
    assert_int_equal(ct_programme_ids(&c, &ids, &e), CT_OK);
    for (const char *id = ct_buf_str(&ids); *id != '\0'; id += strlen(id) + 1, n++) {
        CT_PROGRAMME *p = NULL;
        CT_BUF page = {.max = 1024 * 1024};
        if (ct_programme_load(&c, id, &p, &e) != CT_OK)
            fail_msg("%s", e.text);
        same_again(p);
        ct_programme_text(p, 80, &page);
        assert_false(page.bad);
        assert_non_null(strstr(ct_buf_str(&page), id));
        methods[p->method]++;
        /* A failed steriliser is never put back without a rule. */
        assert_true(!ct_method_sterilises(p->method) || p->is_test || p->return_negatives != 0);
        for (size_t t = 0; t < p->n_tests; t++) { /* what it is run with is there */
            CT_PROGRAMME *with = NULL;
            if (p->test[t].programme[0] != '\0')
                assert_int_equal(ct_programme_load(&c, p->test[t].programme, &with, &e), CT_OK);
        }
    }
    assert_true(n >= 40);
    for (int m = 0; m < CT_METHODS; m++)
        assert_true(methods[m] > 0);
}

static void shipped_value(const char *id, enum ct_measure m, int64_t low, int64_t high,
                          const char *unit)
{
    struct ct_config c;
    CT_PROGRAMME *p = NULL;
    struct ct_error e;
    ct_config_default(&c);
    if (ct_programme_load(&c, id, &p, &e) != CT_OK)
        fail_msg("%s", e.text);
    const struct ct_programme_limit *l = &p->limit[m];
    if (!p->has[m] || l->low.value != low || l->high.value != high ||
        strcmp(l->unit, unit) != 0)
        fail_msg("%s %s: %lld %lld %s", id, CT_MEASURE_NAME[m], (long long)l->low.value,
                 (long long)l->high.value, l->unit);
}

static void test_shipped_values(void **state)
{
    (void)state;
    const int64_t M = 1000000, NO = CT_UNSET;
    shipped_value("gravity-instruments-121", CT_M_HOLD, 30 * M, NO, "min");
    shipped_value("gravity-textiles-132", CT_M_HOLD, 25 * M, NO, "min");
    shipped_value("prevac-instruments-132", CT_M_TEMPERATURE, 132 * M, NO, "degC");
    shipped_value("prevac-instruments-132", CT_M_HOLD, 4 * M, NO, "min");
    shipped_value("prevac-textiles-132", CT_M_DRYING, 5 * M, 20 * M, "min");
    shipped_value("porous-134", CT_M_HOLD, 3 * M, NO, "min");
    shipped_value("prion-134", CT_M_HOLD, 18 * M, NO, "min");
    shipped_value("bowie-dick", CT_M_HOLD, 3 * M + M / 2, NO, "min");
    shipped_value("vacuum-leak", CT_M_LEAK_RATE, NO, 1300000, "mbar/min");
    shipped_value("ethylene-oxide-ambient", CT_M_CONCENTRATION, 450 * M, 1200 * M, "mg/l");
    shipped_value("ethylene-oxide-ambient", CT_M_HUMIDITY, 40 * M, 80 * M, "%");
    shipped_value("ethylene-oxide-ambient", CT_M_AERATION, 7 * M, NO, "d");
    shipped_value("ethylene-oxide-aerator", CT_M_AERATION, NO, NO, "h");
    shipped_value("dry-heat-121", CT_M_HOLD, 12 * M, NO, "h");
    shipped_value("rapid-heat-packaged", CT_M_HOLD, 12 * M, NO, "min");
    shipped_value("chemical-vapour-132", CT_M_PRESSURE, 20 * M, 40 * M, "psi");
    shipped_value("washer-a0-3000", CT_M_A0, 3000 * M, NO, "s");
    shipped_value("washer-site", CT_M_A0, NO, NO, "s");
    shipped_value("ortho-phthalaldehyde", CT_M_CONCENTRATION, 300000, NO, "%");
    shipped_value("hydrogen-peroxide-7-5", CT_M_REUSE, NO, 21 * M, "d");
    shipped_value("peracetic-acid-0-2", CT_M_TEMPERATURE, 50 * M, 56 * M, "degC");
    shipped_value("steam-band-site", CT_M_TEMPERATURE, NO, NO, "degC");
}

static void test_head(void **state)
{
    (void)state;
    refused("[programme]\n", "[cycle]\n", "t.ini:1: [cycle]: a programme begins with");
    refused("id = demo\n", "id = De mo\n", "t.ini:2: [programme] id: an id has");
    refused("id = demo\n", "\n", "t.ini:1: [programme] id: is missing");
    refused("version = 3\n", "\n", "t.ini:1: [programme] version: is missing");
    refused("source = Its manual, p. 1\n", "\n", "t.ini:1: [programme] source: is missing");
    refused("method = steam\n", "\n", "t.ini:1: [programme] method: is missing: it is steam, ");
    refused("method = steam\n", "method = boiling\n",
            "t.ini:5: [programme] method: must be steam, dry-heat");
    refused("method = steam\n", "method = steam\nstrip = yes\n",
            "t.ini:6: [programme] strip: is for baths, and this is steam");
    refused("vacuum = yes\n", "vacuum = ja\n",
            "t.ini:6: [programme] vacuum: must be no or yes");
    refused("vacuum = yes\n", "speed = 3\n",
            "t.ini:6: [programme] speed: [programme] has no such key");
    refused("recall = repeat\n", "recall = none\n", "t.ini:9: [programme] recall: what is not");
    refused("recall = repeat\n", "\n", "t.ini:1: [programme] recall: is missing");
    refused("recall_source = CDC, table 12\n", "\n",
            "t.ini:1: [programme] recall_source: is missing");
    refused("method = steam\n", "method = dry-heat\n",
            "t.ini:9: [programme] recall: repeat is for steam alone");
    refused("return_negatives = 3\n", "return_negatives = many\n",
            "t.ini:11: [programme] return_negatives: must be a whole number");
    refused("return_source = CDC, table 12\n", "\n",
            "t.ini:1: [programme] return_source: is missing");
    refused("early_source = CDC\n", "\n", "t.ini:1: [programme] early_source: is missing");
    refused("[limit.hold]\nlow = 3.5 min\nsource = p. 3\n", "",
            "t.ini:5: [programme] method: a programme of steam needs [limit.hold]");
    refused("[limit.pressure]", "[notes]", "t.ini:23: [notes]: is no part of a programme");
}

static void test_limits(void **state)
{
    (void)state;
    refused("[limit.pressure]", "[limit.speed]",
            "t.ini:23: [limit.speed]: there is no such measure");
    refused("low = 134 degC\n", "low = 134\n",
            "t.ini:16: [limit.temperature] low: has no unit");
    refused("low = 134 degC\n", "low = 273 degF\n",
            "t.ini:16: [limit.temperature] low: \"degF\" is no unit of it: degC");
    refused("low = 134 degC\n", "low = 134,5 degC\n",
            "t.ini:16: [limit.temperature] low: \"134,5\" is not a number");
    refused("low = 134 degC\n", "low = 134 degC or so\n",
            "t.ini:16: [limit.temperature] low: \"or so\" stands behind the value");
    refused("low = 134 degC\n", "low = none\n",
            "t.ini:16: [limit.temperature] low: a process has a lowest temperature");
    refused("low = 134 degC\n", "", "t.ini:15: [limit.temperature] low: a process has");
    refused("source = p. 2\n", "\n",
            "t.ini:15: [limit.temperature] source: is missing: no limit without its source");
    refused("note = From the manual\n", "\n", "t.ini:15: [limit.temperature] note: is missing");
    refused("low = 3.5 min\n", "low = -3.5 min\n",
            "t.ini:21: [limit.hold] low: a time is not below zero");
    refused("low = 3.5 min\n", "high = 5 min\n",
            "t.ini:20: [limit.hold] low: a holding time has a shortest");
    refused("low = 3.5 min\n", "low = none\nhigh = none\n",
            "t.ini:21: [limit.hold] low: neither low nor high");
    refused("low = 2 bar gauge\n", "low = 2 bar\n",
            "t.ini:24: [limit.pressure] low: say behind the unit which pressure it is");
    refused("high = 2.2 bar gauge\n", "high = 3.2 bar absolute\n",
            "t.ini:25: [limit.pressure] high: is in another unit or basis");
    refused("high = 2.2 bar gauge\n", "high = 220 kPa gauge\n",
            "t.ini:25: [limit.pressure] high: is in another unit or basis");
    refused("high = 2.2 bar gauge\n", "high = 1.9 bar gauge\n",
            "t.ini:25: [limit.pressure] high: is below low");
    refused("high = 2.2 bar gauge\n", "\n",
            "t.ini:27: [limit.pressure] high_source: is the source of a limit that is not set");
}

static void test_checks(void **state)
{
    (void)state;
    refused("every = day\n", "\n",
            "t.ini:28: [test.penetration] every: is missing: it is load");
    refused("every = day\n", "every = monday\n", "t.ini:30: [test.penetration] every: must be");
    refused("every = day\nafter = repair move\n", "every = never\n",
            "t.ini:30: [test.penetration] every: is never, and nothing makes it due");
    refused("after = repair move\n", "after = lunch\n",
            "t.ini:31: [test.penetration] after: \"lunch\" is none of installation");
    refused("runs = 3\n", "runs = 0\n", "t.ini:32: [test.penetration] runs: must be");
    refused("source = p. 6\n", "\n", "t.ini:28: [test.penetration] source: is missing");
    refused("run_with = bowie-dick\n", "run_with = Bowie\n",
            "t.ini:33: [test.penetration] run_with: is not the id");
    refused("[test.penetration]", "[test.a.b]", "t.ini:28: [test.a.b]: an id has");
    refused("type = 5\n", "type = 7\n",
            "t.ini:38: [indicator.strip] type: must be a type of ISO");
    refused("place = inside\n", "place = under\n",
            "t.ini:39: [indicator.strip] place: must be outside");
    refused("when = every-pack\n", "\n", "t.ini:35: [indicator.strip] when: is missing");
    refused("type = 5\n", "incubation = 24 h\n",
            "t.ini:35: [indicator.strip]: a chemical indicator is not incubated");
    refused("incubation = 24 h\n", "\n", "t.ini:42: [indicator.spores] incubation: is missing");
    refused("incubation = 24 h\n", "incubation = 24\n",
            "t.ini:47: [indicator.spores] incubation: is in hours");
    refused("incubation = 24 h\n", "incubation = 0 h\n",
            "t.ini:47: [indicator.spores] incubation: is in hours");
    refused("incubation = 24 h\n", "incubation = declared\n",
            "t.ini:42: [indicator.spores] note: is missing");
    refused("incubation_temperature = 55 60 degC\n", "incubation_temperature = 60 55 degC\n",
            "t.ini:48: [indicator.spores] incubation_temperature: is the wrong way round");
    refused("incubation_temperature = 55 60 degC\n", "incubation_temperature = 55 degC\n",
            "t.ini:48: [indicator.spores] incubation_temperature: \"degC\" is not a number");
}

static void test_names(void **state)
{
    (void)state;
    struct ct_config c;
    CT_PROGRAMME *p = NULL;
    struct ct_error e;
    ct_config_default(&c);
    assert_int_equal(ct_programme_load(&c, "no-such", &p, &e), CT_ENOTFOUND);
    assert_string_equal(e.text, "There is no programme no-such.");
    assert_int_equal(ct_programme_load(&c, "../x", &p, &e), CT_EINVAL);
    assert_int_equal(ct_programme_load_file("/nowhere/x.ini", &p, &e), CT_ENOTFOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_demo),    cmocka_unit_test(test_kept),
        cmocka_unit_test(test_shipped), cmocka_unit_test(test_shipped_values),
        cmocka_unit_test(test_head),    cmocka_unit_test(test_limits),
        cmocka_unit_test(test_checks),  cmocka_unit_test(test_names),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests_name("programme", tests, NULL, NULL);
}
