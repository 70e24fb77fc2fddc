/* Troubleshooting guides: those shipped lead to an end from every step; a wrong one is
 * refused with file and line; what was gone through is kept where it belongs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/fault_priv.h"
#include "tests/support/bench_of.h"

#define HEAD "[guide]\nid = g\nversion = 1\ntitle = T\nsource = S\n"
#define STEP(id, yes, no) "[step." id "]\ntext = Is " id "?\nyes = " yes "\nno = " no "\n"

static enum ct_status parse(const char *text, struct ct_guide **ret, struct ct_error *e)
{
    CT_INI *ini = NULL;
    *ret = NULL;
    enum ct_status rc = ct_ini_parse("g.ini", text, strlen(text), &ini, e);
    return rc == CT_OK ? ct_guide_parse(ini, "g.ini", ret, e) : rc;
}

static void wrong(const char *text, const char *says)
{
    struct ct_guide *g;
    struct ct_error e = {0};
    assert_int_equal(parse(text, &g, &e), CT_ECONFIG);
    assert_null(g);
    if (strstr(e.text, says) == NULL || strstr(e.text, "g.ini") == NULL)
        fail_msg("%s\n=> %s", text, e.text);
}

static void test_a_wrong_guide_is_refused_with_its_line(void **state)
{
    (void)state;
    wrong(HEAD, "no step");
    wrong("[step.a]\ntext = x\nyes = fault\nno = fault\n", "begins with [guide]");
    wrong("[guide]\nid = g\nversion = 1\ntitle = T\n" STEP("a", "fault", "resolved"), "source");
    wrong("[guide]\nid = other\nversion = 1\ntitle = T\nsource = S\n" STEP("a", "fault", "fault"),
          "g.ini:2");
    wrong(HEAD STEP("a", "b", "resolved"), "g.ini:8: [step.a] yes: it leads nowhere");
    wrong(HEAD STEP("a", "fault", "resolved") STEP("b", "fault", "resolved"),
          "nothing leads to this step");
    wrong(HEAD STEP("a", "b", "b") STEP("b", "a", "a"), "circle");
    wrong(HEAD STEP("a", "b", "fault") STEP("b", "b", "b"), "[step.b]");
    wrong(HEAD "[step.a]\ntext = x\nyes = fault\n", "\"no\" is missing");
    wrong(HEAD "[step.a]\nyes = fault\nno = fault\n", "\"text\" is missing");
    wrong(HEAD "[step.fault]\ntext = x\nyes = fault\nno = fault\n", "a step is");
    wrong(HEAD "[stop.a]\ntext = x\nyes = fault\nno = fault\n", "a step is");
    wrong(HEAD "[step.a]\ntext = x\nyes = fault\nno = fault\nmaybe = fault\n", "no such key");
    CT_BUF many = {.max = 64 * 1024};
    ct_buf_str_add(&many, HEAD);
    for (int i = 0; i <= CT_GUIDE_STEPS_MAX; i++)
        ct_buf_printf(&many, "[step.s%d]\ntext = x\nyes = s%d\nno = fault\n", i, i + 1);
    wrong(ct_buf_str(&many), "at most 40 steps");
}

static void test_every_shipped_guide_ends_whatever_is_answered(void **state)
{
    struct ward *w = *state;
    CT_BUF ids = {.max = 4096};
    size_t n = 0;
    ok(ct_data_ids(&w->c.config, "guides/", &ids, e));
    for (const char *id = ct_buf_str(&ids); *id != '\0'; id += strlen(id) + 1, n++) {
        struct ct_guide *g = NULL;
        bool resolved = false, fault = false;
        uint32_t seed = 1;
        ok(ct_guide_load(&w->c.config, id, &g, e));
        assert_string_equal(g->id, id);
        if (strstr(g->source, "adapt") == NULL)
            fail_msg("%s does not say that it is general", id);
        for (int k = 0; k < 3000; k++) {
            struct ct_guide_walk walk = {.n = 0};
            size_t at;
            while (ct_guide_at(g, &walk, &at) == CT_GUIDE_ASKS) {
                seed = seed * 1103515245 + 12345;
                walk.yes[walk.n++] = (seed >> 16 & 1) != 0;
            }
            assert_true(walk.n < CT_GUIDE_STEPS_MAX);
            resolved = resolved || ct_guide_at(g, &walk, &at) == CT_GUIDE_RESOLVED;
            fault = fault || ct_guide_at(g, &walk, &at) == CT_GUIDE_FAULT;
        }
        assert_true(resolved && fault);
        free(g);
    }
    assert_int_equal(n, 8);
}

static void test_the_text_of_a_walk_and_its_room(void **state)
{
    struct ct_guide *g;
    char text[200], small[60];
    (void)state;
    ok(parse(HEAD STEP("a", "b", "fault") STEP("b", "resolved", "a"), &g, e));
    struct ct_guide_walk walk = {.n = 2, .yes = {true, true}};
    ct_guide_text(g, &walk, text, sizeof text);
    assert_string_equal(text, "Is a? yes\nIs b? yes\n-> resolved");
    struct ct_guide_walk round = {.n = 0}; /* a, b, a, b ...: ends for want of room */
    size_t at;
    while (ct_guide_at(g, &round, &at) == CT_GUIDE_ASKS) {
        round.yes[round.n] = round.n % 2 == 0;
        round.n++;
    }
    assert_int_equal(round.n, CT_GUIDE_STEPS_MAX);
    assert_int_equal(ct_guide_at(g, &round, &at), CT_GUIDE_FAULT);
    ct_guide_text(g, &round, small, sizeof small);
    assert_non_null(strstr(small, "earlier steps left out"));
    assert_non_null(strstr(small, "-> fault"));
    free(g);
}

static void test_the_model_s_own_guide_goes_before_that_of_its_class(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "M-1", "monitor", CT_ELEC_I, CT_APPLIED_BF);
    int64_t r = bench_device(w, "X-1", "couch", CT_ELEC_I, CT_APPLIED_NONE);
    struct ct_equipment x;
    struct ct_guide *g = NULL;
    ok(ct_equipment_get(w->tom, d, &x, e));
    ok(ct_guide_for(w->tom, &x, &g, e));
    assert_string_equal(g->id, "monitor");
    free(g);
    ok(ct_equipment_get(w->tom, r, &x, e));
    refused(ct_guide_for(w->tom, &x, &g, e), CT_ENOTFOUND, "", "maker's manual");
    assert_null(g);
}

static void walk_to(const struct ct_guide *g, enum ct_guide_end end, struct ct_guide_walk *ret)
{
    uint32_t seed = 7;
    size_t at;
    do {
        ret->n = 0;
        while (ct_guide_at(g, ret, &at) == CT_GUIDE_ASKS) {
            seed = seed * 1103515245 + 12345;
            ret->yes[ret->n++] = (seed >> 16 & 1) != 0;
        }
    } while (ct_guide_at(g, ret, &at) != end);
}

static void test_what_was_gone_through_is_kept(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "M-1", "monitor", CT_ELEC_I, CT_APPLIED_BF);
    struct ct_guide *g = NULL;
    struct ct_guide_walk half = {.n = 1}, good, bad;
    struct ct_fault_event *ev = NULL;
    size_t n = 0;
    ok(ct_guide_load(&w->c.config, "scales", &g, e));
    walk_to(g, CT_GUIDE_RESOLVED, &good);
    walk_to(g, CT_GUIDE_FAULT, &bad);
    refused(ct_guide_keep(w->tom, d, g, &half, e), CT_EINVAL, "", "not at its end");
    refused(ct_guide_keep(w->tom, d, g, &bad, e), CT_EINVAL, "fault", "report it first");
    ok(ct_guide_keep(w->tom, d, g, &good, e));
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM guide_walk"), 1);
    expect_entry(&w->c, "fault.guide", CT_ROUTINE, "scales 1: resolved");
    struct ct_fault f = {.equipment_id = d, .text = "odd"};
    ok(ct_fault_open(w->tom, &f, false, e));
    ok(ct_guide_keep(w->tom, d, g, &bad, e));
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM guide_walk"), 1);
    ok(ct_fault_events(w->sue, f.id, &ev, &n, e));
    assert_true(n == 2 && ev[1].step == CT_FAULT_TRIED);
    assert_non_null(strstr(ev[1].text, "Weighing scales, version 1"));
    assert_non_null(strstr(ev[1].text, "-> fault"));
    free(ev);
    ok(ct_fault_get(w->tom, f.id, &f, e));
    assert_int_equal(f.condition, CT_COND_FAULTY); /* trying changes nothing by itself */
    free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
        cmocka_unit_test(test_a_wrong_guide_is_refused_with_its_line),
        T(test_every_shipped_guide_ends_whatever_is_answered),
        cmocka_unit_test(test_the_text_of_a_walk_and_its_room),
        T(test_the_model_s_own_guide_goes_before_that_of_its_class),
        T(test_what_was_gone_through_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
