/* The board of due patients: its groups, their borders and names, and the order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "clinic/due_board.h"

enum { NOW_MIN = 1000000 };
#define NOW ((int64_t)NOW_MIN * CT_MINUTE_MS)

static struct ct_due_buckets buckets(const char *text)
{
    struct ct_due_buckets b;
    struct ct_error e = {0};
    if (ct_due_buckets_parse(text, &b, &e) != CT_OK)
        fail_msg("%s", e.text);
    return b;
}

static struct ct_due due_in(int64_t left_ms, enum ct_band band, const char *name)
{
    struct ct_due d = {.due_ms = NOW + left_ms,
                       .taken_ms = NOW - CT_HOUR_MS,
                       .band = band,
                       .refused_ms = CT_UNSET,
                       .score = 1};
    snprintf(d.name, sizeof d.name, "%s", name);
    return d;
}

static const char *title_at(const struct ct_due_buckets *b, int64_t left_ms)
{
    static char out[64];
    struct ct_due d = due_in(left_ms, CT_BAND_LOW, "");
    ct_due_group_title(b, ct_due_group(b, &d, NOW), out, sizeof out);
    return out;
}

#define MIN(n) ((n) * (int64_t)CT_MINUTE_MS)

static void test_borders(void **state)
{
    (void)state;
    static const struct {
        int64_t left_ms;
        const char *title;
    } V[] = {
        {MIN(600), "46 min and more left"},
        {MIN(46), "46 min and more left"},
        {MIN(46) - 1, "31-45 min left"},
        {MIN(45), "31-45 min left"},
        {MIN(31), "31-45 min left"},
        {MIN(31) - 1, "16-30 min left"},
        {MIN(16), "16-30 min left"},
        {MIN(16) - 1, "0-15 min left"},
        {0, "0-15 min left"},
        {-1, "1-15 min late"},
        {MIN(-1), "1-15 min late"},
        {MIN(-15), "1-15 min late"},
        {MIN(-16) + 1, "1-15 min late"},
        {MIN(-16), "16 min and more late"},
        {MIN(-3000), "16 min and more late"},
    };
    struct ct_due_buckets b = buckets("45 30 15 0 -15");
    for (size_t i = 0; i < CT_LEN(V); i++)
        if (strcmp(title_at(&b, V[i].left_ms), V[i].title) != 0)
            fail_msg("%lld ms left: %s", (long long)V[i].left_ms, title_at(&b, V[i].left_ms));
    b = buckets(" 360  240 120 0 -120 "); /* the mental-health board */
    assert_string_equal(title_at(&b, MIN(361)), "361 min and more left");
    assert_string_equal(title_at(&b, MIN(360)), "241-360 min left");
    assert_string_equal(title_at(&b, MIN(-120)), "1-120 min late");
    assert_string_equal(title_at(&b, MIN(-121)), "121 min and more late");
    b = buckets("0");
    assert_string_equal(title_at(&b, 0), "0 min and more left");
    assert_string_equal(title_at(&b, -1), "1 min and more late");
    b = buckets("0 -15 -60");
    assert_string_equal(title_at(&b, MIN(-16)), "16-60 min late");
}

static void test_what_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } V[] = {
        {"", "lacks 0"},
        {"45 30", "lacks 0"},
        {"45 x 0", "\"x\" is no number"},
        {"30 45 0", "not below"},
        {"30 30 0", "not below"},
        {"99999 0", "a week"},
        {"45.5 0", "no number"},
        {"-15 0", "not below"},
        {"8 7 6 5 4 3 2 1 0", "one too many"},
        {"45 99999999999999999999 0", "no number"},
    };
    for (size_t i = 0; i < CT_LEN(V); i++) {
        struct ct_due_buckets b = {.n = 77};
        struct ct_error e = {0};
        assert_int_equal(ct_due_buckets_parse(V[i].text, &b, &e), CT_ECONFIG);
        if (strstr(e.text, V[i].says) == NULL || strcmp(e.field, "due_buckets") != 0)
            fail_msg("\"%s\": %s", V[i].text, e.text);
        assert_int_equal(b.n, 77);
    }
    /* and at the start of the program, not when the board is opened */
    struct ct_config c;
    struct ct_vitals_rules r;
    struct ct_error e = {0};
    ct_config_default(&c);
    snprintf(c.due_buckets, sizeof c.due_buckets, "45 30 15");
    assert_int_equal(ct_vitals_rules_load(&c, &r, &e), CT_ECONFIG);
    assert_non_null(strstr(e.text, "lacks 0"));
    ct_vitals_rules_done(&r);
    ct_config_default(&c);
    assert_int_equal(ct_vitals_rules_load(&c, &r, &e), CT_OK);
    assert_int_equal(r.buckets.n, 5);
    ct_vitals_rules_done(&r);
}

static const char *names(const struct ct_due *d, size_t n)
{
    static char out[200];
    out[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        strncat(out, i > 0 ? " " : "", 2);
        strncat(out, d[i].name, 30);
    }
    return out;
}

static void test_order(void **state)
{
    (void)state;
    struct ct_due d[] = {
        due_in(MIN(300), CT_BAND_LOW, "later"),
        due_in(MIN(-40), CT_BAND_LOW, "low40"),
        due_in(MIN(-20), CT_BAND_MEDIUM, "medium20"),
        due_in(MIN(10), CT_BAND_MEDIUM, "soon-medium"),
        due_in(MIN(5), CT_BAND_LOW, "soon"),
        due_in(MIN(-3), CT_BAND_MEDIUM, "medium3"),
        due_in(MIN(-60), CT_BAND_HIGH, "watched"),
        due_in(MIN(20), CT_BAND_HIGH, "watched-refused"),
    };
    d[6].continuous = d[7].continuous = true;
    d[7].refused_ms = NOW - MIN(10);
    struct ct_due_buckets b = buckets("45 30 15 0 -15");
    ct_due_sort_board(&b, d, CT_LEN(d), NOW);
    assert_string_equal(names(d, CT_LEN(d)), "watched watched-refused medium20 low40 medium3 "
                                             "soon-medium soon later");
    ct_due_sort_urgent(d, CT_LEN(d), NOW);
    assert_string_equal(names(d, CT_LEN(d)), "watched watched-refused medium20 medium3 low40 "
                                             "soon soon-medium later");
    ct_due_sort_urgent(d, 0, NOW);
    ct_due_sort_board(&b, d, 1, NOW);
}

static void test_late_text(void **state)
{
    (void)state;
    static const struct {
        int64_t left_ms;
        const char *text;
    } V[] = {
        {0, "in 0 min"},           {MIN(8) + 59000, "in 8 min"},   {-1, "1 min late"},
        {MIN(-14), "14 min late"}, {MIN(-100) + 1, "99 min late"}, {MIN(-100), "1 h 40 late"},
        {MIN(185), "in 3 h 05"},   {MIN(-48 * 60), "2 d late"},
    };
    char out[32];
    for (size_t i = 0; i < CT_LEN(V); i++) {
        struct ct_due d = due_in(V[i].left_ms, CT_BAND_LOW, "");
        ct_due_late_text(&d, NOW, out);
        assert_string_equal(out, V[i].text);
    }
    struct ct_due d = due_in(MIN(-30), CT_BAND_HIGH, "");
    d.continuous = true;
    ct_due_late_text(&d, NOW, out);
    assert_string_equal(out, "continuous");
    d.refused_ms = NOW - MIN(60); /* then it has a time again */
    ct_due_late_text(&d, NOW, out);
    assert_string_equal(out, "30 min late");
}

static void test_places(void **state)
{
    (void)state;
    static const char *const IN_ORDER[] = {"3 West",  "Bay 2",   "Bay 03", "Bay 3",  "Bay 10",
                                           "bay 11a", "Bay 11b", "Chair",  "Room 1", ""};
    for (size_t i = 0; i < CT_LEN(IN_ORDER); i++)
        for (size_t k = 0; k < CT_LEN(IN_ORDER); k++) {
            int c = ct_place_order(IN_ORDER[i], IN_ORDER[k]);
            if ((c < 0) != (i < k) || (c > 0) != (i > k))
                fail_msg("\"%s\" and \"%s\": %d", IN_ORDER[i], IN_ORDER[k], c);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_borders), cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_order),   cmocka_unit_test(test_late_text),
        cmocka_unit_test(test_places),
    };
    return cmocka_run_group_tests_name("due_board", tests, NULL, NULL);
}
