/* Theme: colour never alone, never blue on black, nothing that costs a byte a key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/status.h"
#include "ui/tk/theme.h"

static const char *const NAMES[] = {"dark", "light", "auto", "mono"};

static void test_mono_has_no_colour(void **state)
{
    (void)state;
    for (int r = 0; r < CT_ROLES_UI; r++) {
        for (size_t n = 0; n < CT_LEN(NAMES); n++) {
            struct ct_look look = ct_theme_look(NAMES[n], CT_PALETTE_MONO, (enum ct_role_ui)r);
            assert_int_equal(look.fg, CT_C_DEFAULT);
            assert_int_equal(look.bg, CT_C_DEFAULT);
        }
        struct ct_look mono = ct_theme_look("mono", CT_PALETTE_256, (enum ct_role_ui)r);
        assert_int_equal(mono.fg, CT_C_DEFAULT);
    }
}

/* What must be told apart at a glance is so without colours too. */
static void test_severity_differs_without_colour(void **state)
{
    (void)state;
    static const enum ct_role_ui APART[] = {CT_R_TEXT, CT_R_NOTE, CT_R_WARN, CT_R_ALARM};
    for (size_t i = 0; i < CT_LEN(APART); i++)
        for (size_t k = i + 1; k < CT_LEN(APART); k++)
            assert_int_not_equal(ct_theme_look("dark", CT_PALETTE_MONO, APART[i]).attrs,
                                 ct_theme_look("dark", CT_PALETTE_MONO, APART[k]).attrs);
    /* attributes stay the same when colours come in */
    for (int r = 0; r < CT_ROLES_UI; r++)
        assert_int_equal(ct_theme_look("dark", CT_PALETTE_MONO, (enum ct_role_ui)r).attrs,
                         ct_theme_look("light", CT_PALETTE_256, (enum ct_role_ui)r).attrs);
}

static void test_colours_are_the_terminals_own_or_readable(void **state)
{
    (void)state;
    for (int r = 0; r < CT_ROLES_UI; r++) {
        for (size_t n = 0; n < CT_LEN(NAMES); n++) {
            struct ct_look eight = ct_theme_look(NAMES[n], CT_PALETTE_8, (enum ct_role_ui)r);
            struct ct_look many = ct_theme_look(NAMES[n], CT_PALETTE_256, (enum ct_role_ui)r);
            assert_int_not_equal(eight.fg, CT_C_BLUE);
            assert_in_range(eight.fg + 1, 0, 8);
            assert_int_not_equal(many.fg, CT_C_BLUE);
            assert_int_equal(eight.bg, CT_C_DEFAULT);
            assert_int_equal(many.bg, CT_C_DEFAULT);
        }
    }
}

static void test_typing_and_moving_change_no_attribute(void **state)
{
    (void)state;
    static const enum ct_role_ui PLAIN[] = {CT_R_TEXT, CT_R_FOCUS, CT_R_SELECTED};
    for (size_t i = 0; i < CT_LEN(PLAIN); i++) {
        struct ct_look look = ct_theme_look("dark", CT_PALETTE_256, PLAIN[i]);
        assert_int_equal(look.fg, CT_C_DEFAULT);
        assert_int_equal(look.attrs, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mono_has_no_colour),
        cmocka_unit_test(test_severity_differs_without_colour),
        cmocka_unit_test(test_colours_are_the_terminals_own_or_readable),
        cmocka_unit_test(test_typing_and_moving_change_no_attribute),
    };
    return cmocka_run_group_tests_name("theme", tests, NULL, NULL);
}
