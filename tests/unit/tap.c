/* Counting a pulse or breaths by tapping: rate, confidence, what is irregular or
 * was missed; a bouncing key, a slip taken back, a clock that stands still. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "clinic/tap.h"

static struct ct_tap t;

static struct ct_tap_rate rate(void)
{
    struct ct_tap_rate r;
    ct_tap_rate(&t, &r);
    return r;
}

/* n taps in even distance, from a monotonic clock that began long ago. */
static int64_t even(int n, int64_t distance_ms)
{
    int64_t at = 86400000123;
    ct_tap_start(&t);
    for (int i = 0; i < n; i++, at += distance_ms)
        ct_tap_add(&t, at);
    return at - distance_ms;
}

static void test_regular_72(void **state)
{
    (void)state;
    /* 18 beats, 15 s: 833.3 ms */
    ct_tap_start(&t);
    for (int i = 0; i <= 18; i++)
        ct_tap_add(&t, 5000 + (int64_t)i * 15000 / 18);
    struct ct_tap_rate r = rate();
    assert_true(r.known);
    assert_int_equal(r.rate, 72);
    assert_int_equal(r.seconds, 15);
    assert_int_equal(r.half_width, 4); /* a tap more or less in 15 s */
    assert_false(r.irregular);
    assert_false(r.missed);
    /* Longer is surer: 30 s and 60 s. */
    for (int i = 19; i <= 36; i++)
        ct_tap_add(&t, 5000 + (int64_t)i * 15000 / 18);
    assert_int_equal(rate().half_width, 2);
    for (int i = 37; i <= 72; i++)
        ct_tap_add(&t, 5000 + (int64_t)i * 15000 / 18);
    assert_int_equal(rate().half_width, 1);
    assert_int_equal(rate().rate, 72);
    assert_int_equal(rate().seconds, 60);
}

static void test_rates_of_breaths_and_beats(void **state)
{
    (void)state;
    static const struct {
        int ms, rate;
    } V[] = {{15000, 4}, {5000, 12}, {3750, 16}, {1000, 60}, {400, 150}, {240, 250}, {150, 400}};
    for (size_t i = 0; i < CT_LEN(V); i++) {
        even(12, V[i].ms);
        struct ct_tap_rate r = rate();
        assert_int_equal(t.n, 12);
        assert_int_equal(r.rate, V[i].rate);
        assert_false(r.irregular);
        assert_false(r.missed);
        assert_true(r.half_width >= 1);
    }
}

/* A hand is not a machine: some jitter is neither irregular nor missed. */
static void test_a_human_hand(void **state)
{
    (void)state;
    static const int JITTER[] = {0, 40, -30, 60, -50, 10, -20, 50, -60, 30};
    ct_tap_start(&t);
    for (int i = 0; i <= 30; i++)
        ct_tap_add(&t, 1000 + i * 833 + JITTER[i % 10]);
    struct ct_tap_rate r = rate();
    assert_true(r.rate >= 71 && r.rate <= 73);
    assert_in_range(r.half_width, 2, 4);
    assert_false(r.irregular);
    assert_false(r.missed);
}

/* Intervals as of atrial fibrillation: the confidence is wide and says so. */
static void test_irregular(void **state)
{
    (void)state;
    static const int RR[] = {620, 910, 480, 1050, 700, 560, 990, 450, 830, 610, 1100, 520,
                             760, 940, 500, 680};
    int64_t at = 1000, sum = 0;
    ct_tap_start(&t);
    ct_tap_add(&t, at);
    for (size_t i = 0; i < CT_LEN(RR); i++) {
        at += RR[i];
        sum += RR[i];
        ct_tap_add(&t, at);
    }
    struct ct_tap_rate r = rate();
    int64_t want = (60000 * (int64_t)CT_LEN(RR) + sum / 2) / sum;
    assert_int_equal(r.rate, want); /* 82 */
    assert_true(r.irregular);
    assert_false(r.missed);
    /* By hand: mean 731.25 ms, sd 214.6, a quarter of it times t(15) 2.131 is 114.3 ms. */
    assert_int_equal(r.half_width, 13);
}

static void test_a_missed_tap(void **state)
{
    (void)state;
    int64_t at = even(10, 800);
    at += 1600; /* one beat went by */
    ct_tap_add(&t, at);
    for (int i = 0; i < 8; i++)
        ct_tap_add(&t, at += 800);
    struct ct_tap_rate r = rate();
    assert_true(r.missed);
    /* 75 a minute in truth, 71 tapped: within the width. */
    assert_int_equal(r.rate, 71);
    assert_true(r.rate + r.half_width >= 75);
    even(19, 800);
    assert_false(rate().missed);
    assert_int_equal(rate().rate, 75);
}

/* Every second beat is long: a rhythm, not carelessness. */
static void test_bigeminy_is_not_missed_taps(void **state)
{
    (void)state;
    int64_t at = 0;
    ct_tap_start(&t);
    for (int i = 0; i < 20; i++)
        ct_tap_add(&t, at += i % 2 == 0 ? 500 : 1000);
    assert_true(rate().irregular);
    assert_false(rate().missed);
}

static void test_a_bouncing_key(void **state)
{
    (void)state;
    ct_tap_start(&t);
    for (int i = 0; i < 10; i++) {
        ct_tap_add(&t, i * 1000);
        ct_tap_add(&t, i * 1000 + 40);
        ct_tap_add(&t, i * 1000 + 149);
    }
    assert_int_equal(t.n, 10);
    assert_int_equal(rate().rate, 60);
    assert_false(rate().irregular);
    ct_tap_add(&t, 9000 + 150); /* 400 a minute is a pulse */
    assert_int_equal(t.n, 11);
}

static void test_too_few_taps_say_nothing(void **state)
{
    (void)state;
    ct_tap_start(&t);
    assert_false(rate().known);
    assert_int_equal(rate().seconds, 0);
    ct_tap_add(&t, 1000);
    assert_false(rate().known);
    ct_tap_add(&t, 3500);
    assert_false(rate().known);
    assert_int_equal(rate().rate, 0);
    assert_int_equal(rate().seconds, 2);
    ct_tap_add(&t, 6000);
    assert_true(rate().known);
    assert_int_equal(rate().rate, 24);
    assert_int_equal(rate().half_width, 12);
    /* Three uneven ones: hardly anything is known, in three digits. */
    ct_tap_start(&t);
    ct_tap_add(&t, 0);
    ct_tap_add(&t, 200);
    ct_tap_add(&t, 2000);
    assert_int_equal(rate().rate, 60);
    assert_in_range(rate().half_width, 400, 999);
}

static void test_undo(void **state)
{
    (void)state;
    int64_t at = even(6, 1000);
    ct_tap_add(&t, at + 300); /* a slip */
    assert_true(rate().rate != 60);
    ct_tap_undo(&t);
    assert_int_equal(rate().rate, 60);
    ct_tap_add(&t, at + 1000);
    assert_int_equal(t.n, 7);
    assert_int_equal(rate().rate, 60);
    for (int i = 0; i < 20; i++)
        ct_tap_undo(&t);
    assert_int_equal(t.n, 0);
    assert_false(rate().known);
}

static void test_no_more_than_the_room(void **state)
{
    (void)state;
    even(CT_TAPS_MAX + 100, 500);
    assert_int_equal(t.n, CT_TAPS_MAX);
    assert_int_equal(rate().rate, 120);
    assert_int_equal(rate().seconds, 255);
    ct_tap_undo(&t);
    assert_int_equal(t.n, CT_TAPS_MAX - 1);
}

static void test_a_clock_that_stands_still(void **state)
{
    (void)state;
    ct_tap_start(&t);
    for (int i = 0; i < 10; i++)
        ct_tap_add(&t, 7000);
    assert_int_equal(t.n, 1);
    assert_false(rate().known);
    ct_tap_add(&t, 6000); /* nor backwards */
    ct_tap_add(&t, INT64_MIN);
    assert_int_equal(t.n, 1);
    assert_int_equal(rate().seconds, 0);
}

static void test_start_forgets(void **state)
{
    (void)state;
    even(20, 400);
    ct_tap_start(&t);
    assert_int_equal(t.n, 0);
    assert_false(rate().known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_regular_72),
        cmocka_unit_test(test_rates_of_breaths_and_beats),
        cmocka_unit_test(test_a_human_hand),
        cmocka_unit_test(test_irregular),
        cmocka_unit_test(test_a_missed_tap),
        cmocka_unit_test(test_bigeminy_is_not_missed_taps),
        cmocka_unit_test(test_a_bouncing_key),
        cmocka_unit_test(test_too_few_taps_say_nothing),
        cmocka_unit_test(test_undo),
        cmocka_unit_test(test_no_more_than_the_room),
        cmocka_unit_test(test_a_clock_that_stands_still),
        cmocka_unit_test(test_start_forgets),
    };
    return cmocka_run_group_tests_name("tap", tests, NULL, NULL);
}
