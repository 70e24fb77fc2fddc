/* Table: a million rows are asked for a window at a time; the place is kept;
 * nothing is drawn where it does not belong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "tests/ui/widget.h"
#include "ui/tk/table.h"

/* A source that counts what is asked of it, and hands out nothing else. */
struct rows {
    int64_t n;
    int loads, longest;
    int64_t first, last; /* [first, last) were loaded */
    bool fails;
    int sorted; /* column + 1, negative: descending */
    char cell[80];
};

static int64_t rows_count(void *arg)
{
    return ((struct rows *)arg)->n;
}

static bool rows_load(void *arg, int64_t first, int n)
{
    struct rows *s = arg;
    s->loads++;
    assert_true(n > 0 && first >= 0 && first + n <= s->n);
    if (n > s->longest)
        s->longest = n;
    s->first = first;
    s->last = first + n;
    return !s->fails;
}

static const char *rows_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct rows *s = arg;
    assert_true(row >= s->first && row < s->last);
    *role = column == 2 ? CT_R_WARN : CT_R_TEXT;
    snprintf(s->cell, sizeof s->cell, "%c%lld", 'a' + column, (long long)row);
    return s->cell;
}

static bool rows_sort(void *arg, int column, bool descending)
{
    struct rows *s = arg;
    if (column == 3)
        return false;
    s->sorted = descending ? -(column + 1) : column + 1;
    return true;
}

static const struct ct_column COLUMNS[] = {
    {.title = "Name", .width = 8, .frozen = true},
    {.title = "Born", .width = 6},
    {.title = "Due", .width = 7, .align = 1},
    {.title = "Where", .width = 0},
};
static const struct ct_column PLAIN[] = {{.title = "", .width = 10}, {.width = 6}};

static void make(struct ct_table *t, struct rows *s, int64_t n)
{
    *s = (struct rows){.n = n};
    ct_table_init(t, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){.arg = s,
                                           .count = rows_count,
                                           .load = rows_load,
                                           .cell = rows_cell,
                                           .sort = rows_sort});
}

static enum ct_reaction press(struct ct_table *t, uint32_t key)
{
    struct ct_event e = w_key(key);
    return ct_table_event(t, &e);
}

/* Drawn in the middle of something else: the rest stays, the cursor is on the
 * row when the table has the focus. */
static void draw(struct ct_table *t, struct ct_grid *g, int rows, int cols)
{
    w_frame(g, 1, 2, rows, cols);
    g->cursor_shown = false;
    ct_table_draw(t, g, 1, 2, rows, cols, true);
    w_frame_whole(g, 1, 2, rows, cols);
    w_sound(g);
    if (rows < 1 || cols < 1)
        return;
    assert_true(g->cursor_shown);
    assert_int_equal(g->cursor_col, 2);
    assert_in_range(g->cursor_row, 1, rows);
    if (t->count > 0 && t->loaded_n > 0)
        assert_int_equal(g->cell[g->cursor_row * g->cols + 2].cp[0], '>');
}

/* ---- paging ------------------------------------------------------------------ */

static void test_million(void **state)
{
    (void)state;
    struct ct_table t;
    struct rows s;
    struct ct_grid g;
    assert_true(ct_grid_init(&g, 24, 84, false));
    make(&t, &s, 1000000);
    draw(&t, &g, 21, 80);
    assert_int_equal(s.loads, 1);
    draw(&t, &g, 21, 80); /* drawing again asks for nothing */
    for (int i = 0; i < 19; i++) {
        press(&t, CT_KEY_DOWN); /* nor does moving in the window */
        draw(&t, &g, 21, 80);
    }
    assert_int_equal(s.loads, 1);
    press(&t, CT_KEY_DOWN);
    draw(&t, &g, 21, 80);
    assert_int_equal(s.loads, 2);
    press(&t, CT_KEY_END);
    draw(&t, &g, 21, 80);
    assert_int_equal(t.cursor, 999999);
    assert_int_equal(t.top, 999980);
    assert_int_equal(s.loads, 3);
    press(&t, CT_KEY_HOME);
    draw(&t, &g, 21, 80);
    assert_int_equal(t.cursor, 0);
    assert_int_equal(s.loads, 4);
    press(&t, CT_KEY_PAGE_DOWN);
    draw(&t, &g, 21, 80);
    assert_int_equal(t.cursor, 19); /* one row stays for orientation */
    assert_int_equal(s.longest, 20);
    struct w_random r = {3};
    static const uint32_t KEYS[] = {CT_KEY_UP,        CT_KEY_DOWN, CT_KEY_PAGE_UP,
                                    CT_KEY_PAGE_DOWN, CT_KEY_HOME, CT_KEY_END};
    for (int i = 0; i < 2000; i++) {
        int before = s.loads;
        press(&t, KEYS[w_next(&r, CT_LEN(KEYS))]);
        draw(&t, &g, 21, 80);
        assert_true(s.loads <= before + 1);
        assert_true(t.cursor >= 0 && t.cursor < t.count);
    }
    assert_int_equal(s.longest, 20);
    ct_grid_done(&g);
}

static void test_place_kept(void **state)
{
    (void)state;
    struct ct_table t;
    struct rows s;
    struct ct_grid g;
    assert_true(ct_grid_init(&g, 24, 84, false));
    make(&t, &s, 100);
    draw(&t, &g, 11, 40);
    for (int i = 0; i < 50; i++)
        press(&t, CT_KEY_DOWN);
    ct_table_reload(&t);
    draw(&t, &g, 11, 40);
    assert_int_equal(t.cursor, 50);
    assert_int_equal(t.top, 41);
    s.n = 45; /* rows went: the nearest that is left */
    ct_table_reload(&t);
    draw(&t, &g, 11, 40);
    assert_int_equal(t.cursor, 44);
    assert_int_equal(t.top, 35);
    s.n = 0;
    ct_table_reload(&t);
    draw(&t, &g, 11, 40);
    assert_int_equal(t.cursor, 0);
    s.n = 3;
    ct_table_reload(&t);
    draw(&t, &g, 11, 40);
    draw(&t, &g, 3, 40); /* smaller, then larger: the cursor stays in sight */
    press(&t, CT_KEY_END);
    draw(&t, &g, 2, 40);
    assert_int_equal(t.top, 2);
    draw(&t, &g, 11, 40);
    assert_int_equal(t.top, 0);
    assert_int_equal(t.cursor, 2);
    ct_grid_done(&g);
}

static void test_empty(void **state)
{
    (void)state;
    struct ct_table t;
    struct rows s;
    struct ct_grid g;
    assert_true(ct_grid_init(&g, 5, 40, false));
    make(&t, &s, 0);
    static const uint32_t KEYS[] = {CT_KEY_UP,        CT_KEY_DOWN, CT_KEY_PAGE_UP,
                                    CT_KEY_PAGE_DOWN, CT_KEY_HOME, CT_KEY_END};
    for (size_t i = 0; i < CT_LEN(KEYS); i++) {
        press(&t, KEYS[i]);
        assert_int_equal(t.cursor, 0);
        assert_int_equal(t.top, 0);
    }
    ct_table_draw(&t, &g, 0, 0, 5, 40, true);
    w_shows(&g, true,
            "  Name     Born       Due Where\n\n\n\n\n"
            "== marks\n  hhhh     hhhh       hhh hhhhh\n^\n\n\n\n");
    assert_int_equal(s.loads, 0);
    s.n = -1; /* the source could not count, and says so itself */
    ct_table_reload(&t);
    draw(&t, &g, 3, 30);
    assert_int_equal(press(&t, CT_KEY_ENTER), CT_IGNORED);
    assert_int_equal(press(&t, 'x'), CT_IGNORED);
    struct ct_event e = w_paste("x");
    assert_int_equal(ct_table_event(&t, &e), CT_IGNORED);
    ct_grid_done(&g);
}

/* The manual names the keys that the table takes, and no others. */
static void test_keys_listed(void **state)
{
    (void)state;
    struct ct_grid g;
    assert_true(ct_grid_init(&g, 4, 44, false));
    for (uint32_t key = 1; key != 0; key = w_special(key)) {
        struct ct_table t;
        struct rows s;
        make(&t, &s, 10);
        ct_table_draw(&t, &g, 0, 0, 4, 14, true);
        press(&t, CT_KEY_RIGHT); /* columns on both sides are hidden */
        ct_table_draw(&t, &g, 0, 0, 4, 14, true);
        assert_int_equal(press(&t, key) != CT_IGNORED, w_listed(CT_TABLE_KEYS, key));
    }
    ct_grid_done(&g);
}

/* While nobody has chosen, no row looks chosen. */
static void test_unmarked(void **state)
{
    (void)state;
    struct ct_table t;
    struct rows s;
    struct ct_grid g;
    CT_BUF with = {0}, without = {0};
    assert_true(ct_grid_init(&g, 6, 44, true));
    make(&t, &s, 3);
    ct_table_draw(&t, &g, 0, 0, 6, 44, true);
    ct_grid_dump(&g, false, &with);
    assert_non_null(strchr(ct_buf_str(&with), '>'));
    ct_grid_clear(&g);
    t.unmarked = true;
    ct_table_draw(&t, &g, 0, 0, 6, 44, true);
    ct_grid_dump(&g, false, &without);
    assert_null(strchr(ct_buf_str(&without), '>'));
    ct_grid_done(&g);
}

/* A single row shows a row, not its titles; no row at all is harmless. */
static void test_low(void **state)
{
    (void)state;
    struct ct_table t;
    struct rows s;
    struct ct_grid g;
    assert_true(ct_grid_init(&g, 4, 44, false));
    make(&t, &s, 10);
    draw(&t, &g, 1, 40);
    assert_int_equal(t.height, 1);
    press(&t, CT_KEY_DOWN);
    press(&t, CT_KEY_PAGE_DOWN);
    draw(&t, &g, 1, 40);
    assert_int_equal(t.cursor, 2);
    ct_grid_clear(&g);
    ct_table_draw(&t, &g, 0, 0, 1, 40, true);
    w_shows(&g, false, "> a2       b2          c2 d2\n\n\n\n");
    draw(&t, &g, 2, 40);
    assert_int_equal(t.height, 1);
    draw(&t, &g, 0, 40);
    draw(&t, &g, -1, 40);
    draw(&t, &g, 2, 0);
    press(&t, CT_KEY_END);
    press(&t, CT_KEY_PAGE_UP);
    draw(&t, &g, 2, 40);
    assert_int_equal(t.cursor, 8);
    ct_grid_done(&g);
}

/* A source that fails draws nothing and is asked again, never about a row that
 * it does not have. */
static void test_failing_source(void **state)
{
    (void)state;
    struct ct_table t;
    struct rows s;
    struct ct_grid g;
    assert_true(ct_grid_init(&g, 8, 44, false));
    make(&t, &s, 10);
    s.fails = true;
    draw(&t, &g, 5, 40);
    assert_int_equal(t.loaded_n, 0);
    s.fails = false;
    draw(&t, &g, 5, 40);
    assert_int_equal(t.loaded_n, 4);
    ct_grid_done(&g);
}

/* ---- sorting ------------------------------------------------------------------ */

static int64_t kept = 40;

static int64_t kept_count(void *arg)
{
    (void)arg;
    return kept;
}

static bool keep_some(void *arg, const char *text)
{
    (void)arg;
    if (strcmp(text, "refused") == 0)
        return false;
    kept = text[0] != '\0' ? 3 : 40;
    return true;
}

static void test_filter(void **state)
{
    (void)state;
    struct ct_table t;
    struct rows s;
    make(&t, &s, 40);
    assert_false(ct_table_filter(&t, "a")); /* this source cannot */
    t.source.count = kept_count;
    t.source.filter = keep_some;
    ct_table_reload(&t);
    press(&t, CT_KEY_END);
    assert_true(ct_table_filter(&t, "a"));
    assert_int_equal(t.count, 3);
    assert_int_equal(t.cursor, 0); /* at the beginning of what is left */
    assert_false(ct_table_filter(&t, "refused"));
    assert_int_equal(t.count, 3);
    assert_true(ct_table_filter(&t, ""));
    assert_int_equal(t.count, 40);
}

static void test_sort(void **state)
{
    (void)state;
    struct ct_table t;
    struct rows s;
    struct ct_grid g;
    assert_true(ct_grid_init(&g, 2, 50, false));
    make(&t, &s, 2);
    press(&t, CT_KEY_END);
    assert_true(ct_table_sort(&t, 1));
    assert_int_equal(s.sorted, 2);
    assert_int_equal(t.cursor, 0); /* the beginning of the new order */
    ct_table_draw(&t, &g, 0, 0, 2, 50, false);
    assert_int_equal(s.loads, 1);
    w_shows(&g, false,
            "  Name     Born\xe2\x86\x91      Due Where             1 of 2\n"
            "> a0       b0          c0 d0\n");
    assert_true(ct_table_sort(&t, 1));
    assert_int_equal(s.sorted, -2);
    assert_true(ct_table_sort(&t, 1));
    assert_int_equal(s.sorted, 2);
    assert_true(ct_table_sort(&t, 2)); /* a column to the right has its sign too */
    assert_true(ct_table_sort(&t, 2));
    ct_grid_clear(&g);
    ct_table_draw(&t, &g, 0, 0, 2, 50, false);
    assert_int_equal(s.loads, 2); /* loaded anew, once */
    w_shows(&g, false,
            "  Name     Born      \xe2\x86\x93"
            "Due Where             1 of 2\n"
            "> a0       b0          c0 d0\n");
    assert_false(ct_table_sort(&t, 3)); /* refused: as it was */
    assert_int_equal(t.sort_column, 2);
    assert_true(t.descending);
    assert_false(ct_table_sort(&t, -1));
    assert_false(ct_table_sort(&t, 4));
    t.source.sort = NULL;
    assert_false(ct_table_sort(&t, 0));
    ct_grid_done(&g);
}

/* ---- columns ------------------------------------------------------------------- */

/* Sideways only where there is something, and back when there is room. */
static void test_sideways(void **state)
{
    (void)state;
    struct ct_table t;
    struct rows s;
    struct ct_grid g;
    assert_true(ct_grid_init(&g, 3, 60, false));
    make(&t, &s, 2);
    ct_table_draw(&t, &g, 0, 0, 3, 60, true);
    assert_int_equal(press(&t, CT_KEY_RIGHT), CT_IGNORED); /* all of it is in sight */
    assert_int_equal(press(&t, CT_KEY_LEFT), CT_IGNORED);
    ct_grid_clear(&g);
    ct_table_draw(&t, &g, 0, 0, 3, 24, true); /* the frozen name, and what fits */
    w_shows(&g, false,
            "  Name     Born      Due\n> a0       b0         c0\n  a1       b1         c1\n");
    assert_int_equal(press(&t, CT_KEY_RIGHT), CT_HANDLED);
    ct_grid_clear(&g);
    ct_table_draw(&t, &g, 0, 0, 3, 24, true);
    w_shows(&g, false,
            "  Name         Due Where\n> a0            c0 d0\n  a1            c1 d1\n");
    assert_int_equal(press(&t, CT_KEY_RIGHT), CT_HANDLED);
    ct_table_draw(&t, &g, 0, 0, 3, 24, true);
    assert_int_equal(press(&t, CT_KEY_RIGHT), CT_IGNORED); /* the last is in sight */
    assert_int_equal(press(&t, CT_KEY_LEFT), CT_HANDLED);
    assert_int_equal(t.scroll_column, 1);
    ct_grid_clear(&g);
    ct_table_draw(&t, &g, 0, 0, 3, 60, true); /* room for all: nothing stays hidden */
    assert_int_equal(t.scroll_column, 0);
    ct_grid_done(&g);
}

/* Columns give way below their widths. */
static void test_gone_below(void **state)
{
    (void)state;
    static const struct ct_column COLS[] = {{.title = "Name", .width = 0, .frozen = true},
                                            {.title = "Sex", .width = 3, .gone_below = 30},
                                            {.title = "Born", .width = 11}};
    struct ct_table t;
    struct rows s = {.n = 1};
    struct ct_grid g;
    assert_true(ct_grid_init(&g, 2, 40, false));
    ct_table_init(&t, COLS, CT_LEN(COLS),
                  (struct ct_table_source){
                      .arg = &s, .count = rows_count, .load = rows_load, .cell = rows_cell});
    ct_table_draw(&t, &g, 0, 0, 2, 30, false);
    w_shows(&g, false, "  Name         Sex Born\n> a0           b0  c0\n");
    ct_grid_clear(&g);
    ct_table_draw(&t, &g, 0, 0, 2, 29, false);
    w_shows(&g, false, "  Name            Born\n> a0              c0\n");
    ct_grid_clear(&g); /* the name itself never shrinks to nothing */
    ct_table_draw(&t, &g, 0, 0, 2, 14, false);
    w_shows(&g, false, "  Name     Bo~\n> a0       c0\n");
    ct_grid_done(&g);
}

/* ---- text ---------------------------------------------------------------------- */

static const char *text_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    (void)arg, (void)role;
    static const char *const CELLS[][2] = {
        {"\xe6\x9d\x8e\xe6\x95\x8f\xe9\x83\x8e", "12"},
        {"\xc3\x9f\xc3\x9f\xc3\x9f\xc3\x9f\xc3\x9f\xc3\x9f",
         "\xc3\x9f\xc3\x9f\xc3\x9f\xc3\x9f"},
        {"ab\x1b[31m", "1234567"},
    };
    return CELLS[row][column];
}

static void test_text(void **state)
{
    (void)state;
    static const struct ct_column COLS[] = {{.title = "\xe6\x9d\x8e", .width = 5},
                                            {.title = NULL, .width = 5, .align = 1}};
    struct ct_table t;
    struct rows s = {.n = 3};
    struct ct_grid g;
    assert_true(ct_grid_init(&g, 4, 14, false));
    ct_table_init(&t, COLS, 2,
                  (struct ct_table_source){
                      .arg = &s, .count = rows_count, .load = rows_load, .cell = text_cell});
    ct_table_draw(&t, &g, 0, 0, 4, 14, false);
    w_sound(&g);
    w_shows(&g, false,
            "  \xe6\x9d\x8e\n"
            "> \xe6\x9d\x8e\xe6\x95\x8f~    12\n"
            "  \xc3\x9f\xc3\x9f\xc3\x9f\xc3\x9f~  \xc3\x9f\xc3\x9f\xc3\x9f\xc3\x9f\n"
            "  ab\xef\xbf\xbd[~ 1234~\n");
    g.ascii = true; /* wider there: still in its own column */
    ct_grid_clear(&g);
    ct_table_draw(&t, &g, 0, 0, 4, 14, false);
    w_sound(&g);
    w_shows(&g, false, "  ?\n> ???      12\n  ssss~ ssss~\n  ab?[~ 1234~\n");
    ct_grid_done(&g);
}

/* "n of m" goes where it covers no title, or not at all. */
static void test_position(void **state)
{
    (void)state;
    struct ct_table t;
    struct rows s;
    struct ct_grid g;
    assert_true(ct_grid_init(&g, 2, 60, false));
    make(&t, &s, 20000);
    press(&t, CT_KEY_END);
    ct_table_draw(&t, &g, 0, 0, 2, 60, false);
    w_shows(&g, false,
            "  Name     Born       Due Where               20000 of 20000\n"
            "> a19999   b19999  c19999 d19999\n");
    /* no room behind the last title: in a gap before it */
    static const struct ct_column FULL[] = {{.title = "Name", .width = 0},
                                            {.title = "Born", .width = 4}};
    t.columns = FULL;
    t.n_columns = 2;
    ct_grid_clear(&g);
    ct_table_draw(&t, &g, 0, 0, 2, 40, false);
    w_shows(&g, false,
            "  Name              20000 of 20000  Born\n"
            "> a19999                            b19~\n");
    ct_grid_clear(&g);
    ct_table_draw(&t, &g, 0, 0, 2, 22, false);
    w_shows(&g, false, "  Name            Born\n> a19999          b19~\n");
    /* all rows in sight: nothing to say; no titles: no head */
    t.columns = PLAIN;
    s.n = 2;
    ct_table_reload(&t);
    ct_grid_clear(&g);
    ct_table_draw(&t, &g, 0, 0, 2, 40, false);
    w_shows(&g, false, "  a0         b0\n> a1         b1\n");
    ct_grid_done(&g);
}

/* What a row had no room for, for a line below the list. */
static void test_rest(void **state)
{
    (void)state;
    struct ct_table t;
    struct rows s;
    struct ct_grid g;
    static const struct ct_column TWO[] = {{.title = "Name", .width = 4}, {.title = "What"}};
    assert_true(ct_grid_init(&g, 3, 27, false)); /* a mark of 2, 4, a gap, 20 */
    make(&t, &s, 2);
    t.columns = TWO;
    t.n_columns = 2;
    ct_table_draw(&t, &g, 0, 0, 3, 27, false);
    assert_string_equal(ct_table_rest(&t, 0, "four"), "");
    assert_string_equal(ct_table_rest(&t, 0, "fourth"), "fourth"); /* one word: all of it */
    assert_string_equal(ct_table_rest(&t, 1, "short enough"), "");
    assert_string_equal(ct_table_rest(&t, 1, "one two three four five six"), "five six");
    assert_string_equal(ct_table_rest(&t, 1, "RR 16  P 71  SpO2 97  T 36.8"), "SpO2 97  T 36.8");
    assert_string_equal(ct_table_rest(&t, 7, "no such column"), "no such column");
    ct_grid_done(&g);
}

/* Any size, any key: the cursor in the grid, the drawing in its place. */
static void test_random(void **state)
{
    (void)state;
    struct ct_table t;
    struct rows s;
    struct ct_grid g;
    struct w_random r = {11};
    assert_true(ct_grid_init(&g, 24, 84, false));
    make(&t, &s, 100);
    for (int i = 0; i < 5000; i++) {
        press(&t, CT_KEY_UP + w_next(&r, 8));
        if (w_next(&r, 20) == 0) {
            s.n = w_next(&r, 3) == 0 ? 0 : (int64_t)w_next(&r, 200);
            ct_table_reload(&t);
        }
        if (w_next(&r, 20) == 0)
            ct_table_sort(&t, (int)w_next(&r, 6) - 1);
        g.ascii = w_next(&r, 2) == 0;
        draw(&t, &g, (int)w_next(&r, 22), (int)w_next(&r, 80));
    }
    ct_grid_done(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_million),    cmocka_unit_test(test_place_kept),
        cmocka_unit_test(test_empty),      cmocka_unit_test(test_keys_listed),
        cmocka_unit_test(test_low),        cmocka_unit_test(test_unmarked),
               cmocka_unit_test(test_failing_source),
        cmocka_unit_test(test_filter),
        cmocka_unit_test(test_sort),       cmocka_unit_test(test_sideways),
        cmocka_unit_test(test_gone_below), cmocka_unit_test(test_text),
        cmocka_unit_test(test_position),   cmocka_unit_test(test_rest),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests_name("table", tests, w_locale, NULL);
}
