/* Chart: whatever the values and however small the place, the axis is right and
 * nothing is drawn outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/clock.h"
#include "tests/ui/widget.h"
#include "ui/tk/chart.h"

static const int64_t DAY = INT64_C(20779) * 86400000; /* 22 Nov 2026 00:00 UTC */
#define AT(h, m) (DAY + (h) * (int64_t)CT_HOUR_MS + (m) * (int64_t)CT_MINUTE_MS)

/* ---- the axis ------------------------------------------------------------------ */

static void axis_holds(int64_t lo, int64_t hi, int most)
{
    int64_t first, step;
    int n;
    ct_chart_axis(lo, hi, most, &first, &step, &n);
    int64_t last = first + (n - 1) * step;
    assert_true(n >= 2);
    assert_true(n <= (most < 3 ? 3 : most));
    assert_true(step > 0);
    assert_true(first % step == 0);
    assert_true(first <= lo && last >= hi);
    int64_t digits = step;
    while (digits % 10 == 0)
        digits /= 10;
    assert_true(digits == 1 || digits == 2 || digits == 5);
}

static void test_axis(void **state)
{
    (void)state;
    int64_t first, step;
    int n;
    ct_chart_axis(56, 128, 5, &first, &step, &n);
    assert_int_equal(first, 50);
    assert_int_equal(step, 50); /* 40 60 80 100 120 140 would be six */
    assert_int_equal(n, 3);
    ct_chart_axis(56, 128, 6, &first, &step, &n);
    assert_int_equal(first, 40);
    assert_int_equal(step, 20);
    assert_int_equal(n, 6);
}

static void test_axis_any(void **state)
{
    (void)state;
    static const int64_t EDGES[] = {0,
                                    1,
                                    -1,
                                    7,
                                    -7,
                                    99,
                                    100,
                                    -100,
                                    368,
                                    1000000,
                                    -1000000,
                                    INT64_C(100000000000000),
                                    INT64_C(-100000000000000)};
    for (size_t a = 0; a < CT_LEN(EDGES); a++)
        for (size_t b = 0; b < CT_LEN(EDGES); b++)
            for (int most = -1; most < 40; most++)
                if (EDGES[a] <= EDGES[b])
                    axis_holds(EDGES[a], EDGES[b], most);
    struct w_random r = {5};
    for (int i = 0; i < 20000; i++) {
        int64_t lo = (int64_t)w_next(&r, 2000) - 1000, hi = lo + (int64_t)w_next(&r, 3000);
        axis_holds(lo, hi, (int)w_next(&r, 33));
    }
    /* beyond all sense: an answer all the same */
    int64_t first, step;
    int n;
    ct_chart_axis(INT64_MIN, INT64_MAX, 5, &first, &step, &n);
    assert_true(step > 0 && n >= 2 && n <= 5);
    ct_chart_axis(INT64_MAX, INT64_MAX, 2, &first, &step, &n);
    assert_true(step > 0 && n >= 2);
    ct_chart_axis(9, 3, 4, &first, &step, &n); /* upside down */
    assert_true(step > 0 && n >= 2);
}

/* ---- as drawn ------------------------------------------------------------------- */

static const struct ct_point PULSE[] = {{AT(6, 0), 71, false},
                                        {AT(8, 0), 92, true},
                                        {AT(8, 30), 95, false},
                                        {AT(10, 0), 130, false},
                                        {AT(12, 0), 88, false}};
static const struct ct_chart_band BANDS[] = {
    {111, "2", CT_R_WARN}, {131, "3", CT_R_ALARM}, {400, "never", CT_R_ALARM}};

static struct ct_chart pulse(void)
{
    return (struct ct_chart){.title = "Pulse /min",
                             .from_ms = AT(6, 0),
                             .to_ms = AT(12, 0),
                             .point = PULSE,
                             .n_points = CT_LEN(PULSE),
                             .band = BANDS,
                             .n_bands = CT_LEN(BANDS)};
}

static void shows(struct ct_chart *c, int rows, int cols, bool ascii, const char *want)
{
    struct ct_grid g;
    assert_true(ct_grid_init(&g, rows, cols, ascii));
    ct_chart_draw(c, &g, 0, 0, rows, cols);
    w_sound(&g);
    w_shows(&g, false, want);
    ct_grid_done(&g);
}

static void test_plain(void **state)
{
    (void)state;
    struct ct_chart c = pulse();
    shows(&c, 10, 40, false,
          "Pulse /min\n"
          "\n"
          " 130 \xe2\x94\xa4                    \xe2\x97\x8f\n"
          " 120 \xe2\x94\xa4\n"
          " 110 \xe2\x94\xa4- - - - - - - - - - - - - - - -  2\n"
          " 100 \xe2\x94\xa4            \xe2\x97\x8f\n"
          "  90 \xe2\x94\xa4          x                    \xe2\x97\x8f\n"
          "  80 \xe2\x94\xa4\n"
          "  70 \xe2\x94\xa4\xe2\x97\x8f\n"
          "      06:00    07:44    09:29    11:13\n");
}

static void test_ascii(void **state)
{
    (void)state;
    struct ct_chart c = pulse();
    c.style = CT_CHART_ASCII;
    shows(&c, 10, 40, false,
          "Pulse /min\n"
          "\n"
          " 130 +                    *\n"
          " 120 +\n"
          " 110 +- - - - - - - - - - - - - - - -  2\n"
          " 100 +            *\n"
          "  90 +          x                    *\n"
          "  80 +\n"
          "  70 +*\n"
          "      06:00    07:44    09:29    11:13\n");
}

static void test_braille(void **state)
{
    (void)state;
    struct ct_chart c = pulse();
    c.style = CT_CHART_BRAILLE;
    shows(&c, 6, 40, false,
          "Pulse /min\n"
          "\n"
          " 150 \xe2\x94\xa4- - - - - - - - - - -\xe2\xa0\x84- - - - -  3\n"
          " 100 \xe2\x94\xa4- - - - - x -\xe2\xa0\x84- - - - - - - - -\xe2\xa2\x80 2\n"
          "  50 \xe2\x94\xa4\xe2\xa0\x82\n"
          "      06:00    07:44    09:29    11:13\n");
    shows(&c, 6, 40, true,
          "Pulse /min\n"
          "\n"
          " 150 +- - - - - - - - - - * - - - - -  3\n"
          " 100 +- - - - - x * - - - - - - - - -* 2\n"
          "  50 +*\n"
          "      06:00    07:44    09:29    11:13\n");
}

/* Decimals, below zero, one value, values all alike. */
static void test_values(void **state)
{
    (void)state;
    static const struct ct_point TEMP[] = {{AT(7, 0), 368, false}, {AT(9, 0), 391, false}};
    struct ct_chart c = pulse();
    c.title = "T degC";
    c.places = 1;
    c.point = TEMP;
    c.n_points = 2;
    c.n_bands = 0;
    shows(&c, 7, 30, true,
          "T degC\n"
          "40.0 +\n"
          "     |           *\n"
          "38.0 +\n"
          "     |   *\n"
          "36.0 +\n"
          "      06:00    08:20    10:41\n");
    static const struct ct_point BELOW[] = {{AT(7, 0), -125, false}, {AT(9, 0), 10, false}};
    c.point = BELOW;
    shows(&c, 7, 30, true,
          "T degC\n"
          "  5.0 +\n"
          "  0.0 +           *\n"
          " -5.0 +\n"
          "-10.0 +   *\n"
          "-15.0 +\n"
          "       06:00    08:27    10:54\n");
    static const struct ct_point SAME[] = {{AT(7, 0), 72, false}, {AT(9, 0), 72, false}};
    c.places = 0;
    c.point = SAME;
    shows(&c, 7, 30, true,
          "T degC\n"
          "  73 +\n"
          "     |\n"
          "  72 +   *       *\n"
          "     |\n"
          "  71 +\n"
          "      06:00    08:20    10:41\n");
    c.n_points = 1;
    shows(&c, 4, 30, true,
          "T degC\n"
          "  73 +\n"
          "  72 +   *\n"
          "      06:00    08:20    10:41\n");
    static const struct ct_point NONE[] = {{AT(7, 0), 0, false}, {AT(9, 0), 0, false}};
    c.n_points = 2;
    c.point = NONE; /* a score of 0 has nothing below it */
    shows(&c, 5, 30, true,
          "T degC\n"
          "   1 +\n"
          "     |\n"
          "   0 +   *       *\n"
          "      06:00    08:20    10:41\n");
    static const struct ct_point LARGE[] = {{AT(7, 0), 1234567, false},
                                            {AT(9, 0), 7654321, false}};
    c.point = LARGE;
    c.n_points = 2;
    shows(&c, 7, 40, true,
          "T degC\n"
          "8000000 +               *\n"
          "6000000 +\n"
          "4000000 +\n"
          "2000000 +     *\n"
          "      0 +\n"
          "         06:00    07:48    09:36\n");
}

/* Two lines in one row share the label; none is written over the other. The axis
 * reaches what it is told to, so that the lines are in sight at all. */
static void test_bands_in_one_row(void **state)
{
    (void)state;
    static const struct ct_chart_band CLOSE[] = {{5, "medium", CT_R_WARN},
                                                 {7, "high", CT_R_ALARM}};
    static const struct ct_point SCORE[] = {{AT(7, 0), 1, false}, {AT(9, 0), 16, false}};
    struct ct_chart c = pulse();
    c.title = "NEWS2";
    c.point = SCORE;
    c.n_points = 2;
    c.band = CLOSE;
    c.n_bands = 2;
    CT_BUF out = {0};
    struct ct_grid g;
    assert_true(ct_grid_init(&g, 6, 60, true));
    ct_chart_draw(&c, &g, 0, 0, 6, 60);
    ct_grid_dump(&g, false, &out);
    assert_non_null(strstr(ct_buf_str(&out), " medium, high\n"));
    c.n_points = 1;
    c.reach = 8;
    ct_grid_clear(&g);
    CT_BUF all = {0};
    ct_chart_draw(&c, &g, 0, 0, 6, 60);
    ct_grid_dump(&g, false, &all);
    assert_non_null(strstr(ct_buf_str(&all), "medium"));
    assert_non_null(strstr(ct_buf_str(&all), "high"));
    ct_grid_done(&g);
}

/* Points before and after are not there; none at all is said. */
static void test_outside_the_time(void **state)
{
    (void)state;
    static const struct ct_point OUT[] = {
        {AT(5, 59), 10, false}, {AT(7, 0), 72, false}, {AT(12, 1), 300, false}};
    struct ct_chart c = pulse();
    c.point = OUT;
    c.n_points = 3;
    shows(&c, 6, 30, true,
          "Pulse /min\n"
          "\n"
          "  73 +\n"
          "  72 +   *\n"
          "  71 +\n"
          "      06:00    08:20    10:41\n");
    c.from_ms = AT(1, 0);
    c.to_ms = AT(2, 0);
    shows(&c, 6, 36, true,
          "Pulse /min\n"
          "  nothing measured in this time\n"
          "\n"
          "\n"
          "\n"
          "\n");
    c.from_ms = AT(3, 0); /* turned around */
    shows(&c, 6, 36, true,
          "Pulse /min\n"
          "  nothing measured in this time\n"
          "\n"
          "\n"
          "\n"
          "\n");
}

/* A line from point to point, none across a gap, none to what was struck. */
static void test_gaps(void **state)
{
    (void)state;
    static const struct ct_point P[] = {{AT(6, 0), 70, false},
                                        {AT(7, 0), 80, false},
                                        {AT(7, 30), 90, true},
                                        {AT(8, 0), 80, false},
                                        {AT(11, 0), 70, false},
                                        {AT(12, 0), 70, false}};
    struct ct_chart c = {.title = "P", .from_ms = AT(6, 0), .to_ms = AT(12, 0), .point = P,
                         .n_points = CT_LEN(P), .gap_ms = CT_HOUR_MS};
    shows(&c, 5, 43, true,
          "P\n"
          "  90 +         x\n"
          "  80 +   ...*.....*\n"
          "  70 +*..                           *.....*\n"
          "      06:00    07:30    09:00    10:30\n");
    c.style = CT_CHART_BRAILLE;
    struct ct_grid g;
    CT_BUF joined = {0};
    CT_BUF apart = {0};
    assert_true(ct_grid_init(&g, 5, 43, false));
    ct_chart_draw(&c, &g, 0, 0, 5, 43);
    ct_grid_dump(&g, false, &joined);
    ct_grid_clear(&g);
    c.gap_ms = 0;
    ct_chart_draw(&c, &g, 0, 0, 5, 43);
    ct_grid_dump(&g, false, &apart);
    assert_true(joined.len > apart.len + 20); /* three bytes a cell that a line runs through */
    ct_grid_done(&g);
}

/* Both figures of a pressure in one chart; a half of one is drawn too. */
static void test_pairs(void **state)
{
    (void)state;
    static const struct ct_point UP[] = {
        {AT(6, 0), 120, false}, {AT(8, 0), 100, false}, {AT(10, 0), 140, true}};
    static const struct ct_point LOW[] = {
        {AT(6, 0), 80, false}, {AT(10, 0), 90, true}, {AT(12, 0), 80, false}};
    struct ct_chart c = {.title = "BP", .from_ms = AT(6, 0), .to_ms = AT(12, 0), .point = UP,
                         .n_points = 3, .low = LOW, .n_low = 3, .gap_ms = CT_DAY_MS};
    shows(&c, 9, 37, true,
          "BP\n"
          " 140 +                    x\n"
          "     |\n"
          " 120 +v\n"
          "     ||\n"
          " 100 +|         v\n"
          "     ||                   x\n"
          "  80 +^                             ^\n"
          "      06:00    07:48    09:36\n");
}

/* When a set was refused stands below, whether or not there is a figure. */
static void test_marks(void **state)
{
    (void)state;
    static const struct ct_chart_mark M[] = {
        {AT(5, 0), 'p'}, {AT(7, 0), 'r'}, {AT(9, 0), 'p'}, {AT(13, 0), 'r'}};
    struct ct_chart c = pulse();
    c.n_bands = 0;
    c.point = PULSE;
    c.n_points = 1;
    c.mark = M;
    c.n_marks = CT_LEN(M);
    shows(&c, 6, 37, true,
          "Pulse /min\n"
          "  72 +\n"
          "  71 +*\n"
          "  70 +\n"
          "           r         p\n"
          "      06:00    07:48    09:36\n");
}

/* How far it is to the next band is seen, and no further. */
static void test_axis_reaches_the_next_bands(void **state)
{
    (void)state;
    static const struct ct_chart_band EDGES[] = {
        {40, "3", CT_R_TEXT}, {50, "1", CT_R_TEXT}, {91, "1", CT_R_TEXT}, {111, "2", CT_R_TEXT}};
    static const struct ct_point P[] = {{AT(7, 0), 72, false}, {AT(9, 0), 75, false}};
    struct ct_chart c = {.title = "P", .from_ms = AT(6, 0), .to_ms = AT(12, 0), .point = P,
                         .n_points = 2, .band = EDGES, .n_bands = 4, .reach_bands = true};
    shows(&c, 8, 40, true,
          "P\n"
          " 100 +\n"
          "     |- - - - - - - - - - - - - - - -  1\n"
          "     |               *\n"
          "     |     *\n"
          "     |\n"
          "  50 +- - - - - - - - - - - - - - - -  1\n"
          "      06:00    07:44    09:29    11:13\n");
}

/* The day is told where it changes, and once. */
static void test_times(void **state)
{
    (void)state;
    static const struct ct_point P[] = {{AT(6, 0), 70, false}};
    struct ct_chart c = {
        .title = "P", .from_ms = AT(-16, 0), .to_ms = AT(8, 0), .point = P, .n_points = 1};
    shows(&c, 4, 60, true,
          "P\n"
          "  71 +\n"
          "  70 +                                                *\n"
          "      08:00    12:04    16:09    20:13    22 Nov   04:22\n");
    c.from_ms = AT(-24 * 3, -1);
    shows(&c, 4, 60, true,
          "P\n"
          "  71 +\n"
          "  70 +                                                   *\n"
          "      18 Nov  19 Nov  20 Nov          21 Nov          22 Nov\n");
    c.from_ms = AT(-24 * 800, 0);
    shows(&c, 4, 60, true,
          "P\n"
          "  71 +\n"
          "  70 +                                                    *\n"
          "      2024-09 2025-01 2025-05 2025-09 2026-01 2026-05\n");
    c.from_ms = c.to_ms = AT(6, 0);
    shows(&c, 4, 60, true,
          "P\n"
          "  71 +\n"
          "  70 +*\n"
          "      06:00\n");
}

/* Any size down to nothing, any value: inside its place. */
static void test_any_size(void **state)
{
    (void)state;
    static const struct ct_chart_band LONG[] = {
        {72, "a label much longer than any chart of this size can show", CT_R_WARN},
        {80, "\xe6\x9d\x8e\xe6\x95\x8f", CT_R_WARN},
        {90, NULL, CT_R_WARN}};
    static const struct ct_point WILD[] = {{INT64_MIN, 3, false},
                                           {AT(7, 0), INT64_MIN, false},
                                           {AT(8, 0), INT64_MAX, true},
                                           {INT64_MAX, 3, false}};
    static const struct ct_point LARGE[] = {{AT(7, 0), -123456789, false},
                                            {AT(9, 0), 1234567890123, false}};
    struct ct_grid g;
    assert_true(ct_grid_init(&g, 30, 90, false));
    for (int rows = -1; rows <= 24; rows += rows < 10 ? 1 : 7)
        for (int cols = -1; cols <= 80; cols += cols < 40 ? 1 : 13)
            for (int k = 0; k < 12; k++) {
                struct ct_chart c = pulse();
                c.style = (enum ct_chart_style)(k % 3);
                c.band = LONG;
                if (k / 3 == 1) {
                    c.point = WILD;
                    c.n_points = CT_LEN(WILD);
                    c.from_ms = INT64_MIN;
                    c.to_ms = INT64_MAX;
                } else if (k / 3 == 2) {
                    c.point = LARGE;
                    c.n_points = CT_LEN(LARGE);
                    c.places = 1;
                } else if (k / 3 == 3) {
                    c.n_points = 0;
                    c.n_bands = 0;
                }
                static const struct ct_chart_mark M[] = {{INT64_MIN, 'r'}, {AT(7, 0), 'p'}};
                c.gap_ms = k % 2 == 0 ? INT64_MAX : CT_DAY_MS;
                c.reach_bands = k % 2 == 0;
                c.mark = M;
                c.n_marks = CT_LEN(M);
                if (k % 4 == 3) {
                    c.low = c.point;
                    c.n_low = c.n_points;
                }
                w_frame(&g, 2, 3, rows, cols);
                ct_chart_draw(&c, &g, 2, 3, rows, cols);
                w_frame_whole(&g, 2, 3, rows, cols);
                w_sound(&g);
            }
    ct_grid_done(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_axis),
        cmocka_unit_test(test_axis_any),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_ascii),
        cmocka_unit_test(test_braille),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_bands_in_one_row),
        cmocka_unit_test(test_outside_the_time),
        cmocka_unit_test(test_gaps),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_axis_reaches_the_next_bands),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_any_size),
    };
    return cmocka_run_group_tests_name("chart", tests, w_locale, NULL);
}
