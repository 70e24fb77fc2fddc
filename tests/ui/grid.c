/* Grid: columns, not bytes; clean text; nothing outside, no half characters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/tk/grid.h"

static char dumped[20000];

static const char *dump(const struct ct_grid *g, bool marks)
{
    CT_BUF b = {0};
    ct_grid_dump(g, marks, &b);
    ct_text_copy(dumped, sizeof dumped, ct_buf_str(&b));
    return dumped;
}

static void test_text_is_clipped_by_columns(void **state)
{
    (void)state;
    struct ct_grid g;
    assert_true(ct_grid_init(&g, 3, 10, false));
    assert_int_equal(ct_grid_text(&g, 0, 0, -1, CT_R_TEXT, "Jürgen Müller"), 10);
    assert_int_equal(ct_grid_text(&g, 1, 2, 4, CT_R_TEXT, "ŠIMŮNKOVÁ"), 4);
    assert_int_equal(ct_grid_text(&g, 2, 7, -1, CT_R_TEXT, "abc"), 3);
    assert_string_equal(dump(&g, false), "Jürgen Mü~\n  ŠIM~\n       abc\n");
    ct_grid_done(&g);
}

static void test_wide_and_combining(void **state)
{
    (void)state;
    struct ct_grid g;
    assert_true(ct_grid_init(&g, 3, 8, false));
    assert_int_equal(ct_grid_text(&g, 0, 0, -1, CT_R_TEXT, "李敏 e\xcc\x81"), 6);
    assert_int_equal(g.cell[0].flags, CT_CELL_WIDE);
    assert_int_equal(g.cell[1].flags, CT_CELL_RIGHT_HALF);
    assert_int_equal(g.cell[5].cp[0], 'e');
    assert_int_equal(g.cell[5].cp[1], 0x301);
    /* half a wide character has no room: it is left out, never cut */
    assert_int_equal(ct_grid_text(&g, 1, 0, 3, CT_R_TEXT, "李敏"), 3);
    assert_string_equal(dump(&g, false), "李敏 e\xcc\x81\n李~\n\n");
    ct_grid_done(&g);
}

static void test_overwriting_half_a_wide_one_removes_the_other(void **state)
{
    (void)state;
    struct ct_grid g;
    assert_true(ct_grid_init(&g, 1, 8, false));
    ct_grid_text(&g, 0, 0, -1, CT_R_TEXT, "李敏李敏");
    ct_grid_text(&g, 0, 1, -1, CT_R_TEXT, "x");
    ct_grid_text(&g, 0, 4, -1, CT_R_TEXT, "y");
    assert_string_equal(dump(&g, false), " x敏y 敏\n");
    for (int c = 0; c < 8; c++)
        if ((g.cell[c].flags & CT_CELL_RIGHT_HALF) != 0)
            assert_true(c > 0 && (g.cell[c - 1].flags & CT_CELL_WIDE) != 0);
    ct_grid_done(&g);
}

static void test_unsafe_text_never_gets_in(void **state)
{
    (void)state;
    struct ct_grid g;
    assert_true(ct_grid_init(&g, 4, 30, false));
    ct_grid_text(&g, 0, 0, -1, CT_R_TEXT, "a\033[2Jb\x07");
    ct_grid_text(&g, 1, 0, -1, CT_R_TEXT, "x\xe2\x80\xaey\xc2\x9bz");
    ct_grid_text(&g, 2, 0, -1, CT_R_TEXT, "bad \xff\xc3 utf");
    for (int i = 0; i < g.rows * g.cols; i++)
        for (int k = 0; k < CT_CELL_CPS && g.cell[i].cp[k] != 0; k++)
            assert_false(ct_text_unsafe(g.cell[i].cp[k]));
    g.ascii = true;
    ct_grid_text(&g, 3, 0, -1, CT_R_TEXT, "Müller 李 ok");
    for (int c = 0; c < g.cols; c++)
        assert_true(g.cell[3 * g.cols + c].cp[0] < 0x7f);
    assert_non_null(strstr(dump(&g, false), "Muller"));
    ct_grid_done(&g);
}

static void test_outside_is_harmless(void **state)
{
    (void)state;
    struct ct_grid g;
    assert_true(ct_grid_init(&g, 3, 5, false));
    const int far[] = {-2000000000, -1, 0, 2, 3, 4, 5, 2000000000};
    for (size_t i = 0; i < CT_LEN(far); i++) {
        for (size_t k = 0; k < CT_LEN(far); k++) {
            ct_grid_text(&g, far[i], far[k], far[i], CT_R_TEXT, "李text");
            ct_grid_right(&g, far[i], far[k], CT_R_TEXT, "李text");
            ct_grid_glyph(&g, far[i], far[k], CT_R_TEXT, CT_GLYPH_POINT);
            ct_grid_fill(&g, far[i], far[k], far[k], far[i], CT_R_DIM);
            ct_grid_mark(&g, far[i], far[k], far[k], CT_R_DIM, CT_CELL_REVERSE);
            ct_grid_cursor(&g, far[i], far[k]);
            assert_in_range(g.cursor_row, 0, 2);
            assert_in_range(g.cursor_col, 0, 4);
        }
    }
    ct_grid_hline(&g, 1, -3, 20);
    ct_grid_hline(&g, 1, 3, 2000000000);
    assert_true(ct_grid_resize(&g, 0, -4));
    assert_int_equal(g.rows, 1);
    assert_int_equal(g.cols, 1);
    ct_grid_text(&g, 0, 0, -1, CT_R_TEXT, "李");
    ct_grid_done(&g);
}

static void test_dump_shows_roles_and_cursor(void **state)
{
    (void)state;
    struct ct_grid g;
    assert_true(ct_grid_init(&g, 2, 12, true));
    ct_grid_text(&g, 0, 0, -1, CT_R_KEY, "^S");
    ct_grid_text(&g, 0, 3, -1, CT_R_LABEL, "save");
    ct_grid_right(&g, 1, 12, CT_R_ALARM, "HIGH");
    ct_grid_mark(&g, 1, 8, 2, CT_R_ALARM, CT_CELL_REVERSE);
    ct_grid_cursor(&g, 0, 2);
    assert_string_equal(dump(&g, true), "^S save\n        HIGH\n"
                                        "== marks\nkk^llll\n        AAaa\n");
    ct_grid_clear(&g);
    assert_string_equal(dump(&g, true), "\n\n== marks\n\n\n");
    ct_grid_done(&g);
}

static void test_glyphs_have_ascii_forms(void **state)
{
    (void)state;
    for (int i = 0; i < CT_GLYPHS; i++) {
        assert_true(ct_glyph_cp((enum ct_glyph)i, 1) < 0x7f);
        assert_int_equal(ct_text_cp_cols(ct_glyph_cp((enum ct_glyph)i, 0)), 1);
    }
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_clipped_by_columns),
        cmocka_unit_test(test_wide_and_combining),
        cmocka_unit_test(test_overwriting_half_a_wide_one_removes_the_other),
        cmocka_unit_test(test_unsafe_text_never_gets_in),
        cmocka_unit_test(test_outside_is_harmless),
        cmocka_unit_test(test_dump_shows_roles_and_cursor),
        cmocka_unit_test(test_glyphs_have_ascii_forms),
    };
    return cmocka_run_group_tests_name("grid", tests, NULL, NULL);
}
