/* Rows of a form: those that are not there take no room, parts of one row have their
 * own joints, and a long form scrolls seldom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/ui/widget.h"
#include "ui/tk/form.h"

static const int64_t NOW = INT64_C(1795340520000);
static const struct ct_choice EYE[] = {{"NT", "not testable"}, {"1", "none"}, {NULL, NULL}};
static const struct ct_field COMA[] = {
    {.name = "first", .label = "First", .kind = CT_F_TEXT, .width = 4},
    {.name = "one", .label = "  one", .kind = CT_F_INT, .width = 3, .hard_hi = 300, .soft_hi = 300},
    {.name = "two", .label = "Two", .kind = CT_F_INT, .width = 3, .joined = true, .hard_hi = 300,
     .soft_hi = 300},
    {.name = "min", .label = "Minutes", .unit = "min", .kind = CT_F_INT, .width = 2,
     .joined = true, .joint = " after ", .hard_hi = 99, .soft_hi = 99},
    {.name = "eye", .label = "Eye", .kind = CT_F_CODE, .width = 2, .choices = EYE},
    {.name = "verbal", .label = "Verbal", .kind = CT_F_CODE, .width = 2, .joined = true,
     .joint = " V ", .choices = EYE},
    {.name = "last", .label = "Last", .kind = CT_F_TEXT, .width = 4},
};

static bool hidden(const struct ct_form *f, size_t i)
{
    return i >= 1 && i <= 3 && *(bool *)f->arg;
}

static void make(struct ct_form *f, bool *hide)
{
    assert_true(ct_form_init(f, COMA, CT_LEN(COMA), 8));
    f->skip = hidden;
    f->arg = hide;
}

static void press(struct ct_form *f, uint32_t key)
{
    struct ct_event e = w_key(key);
    ct_form_event(f, &e, NOW);
}

static void test_hidden_rows_take_no_room(void **state)
{
    (void)state;
    struct ct_form f;
    struct ct_grid g;
    bool hide = true;
    struct ct_rect at = {0, 0, 4, 50};
    make(&f, &hide);
    assert_true(ct_grid_init(&g, 4, 50, true));
    ct_form_draw(&f, &g, at);
    w_shows(&g, false, "> First    ____\n"
                       "  Eye      __ V __\n"
                       "  Last     ____\n\n");
    assert_int_equal(ct_form_row_of(&f, 1, at), -1);
    assert_int_equal(ct_form_row_of(&f, 5, at), 1);
    press(&f, CT_KEY_DOWN);
    assert_string_equal(f.field[f.focus]->name, "eye");
    hide = false;
    ct_grid_clear(&g);
    ct_form_draw(&f, &g, at);
    w_shows(&g, false, "  First    ____\n"
                       "    one    ___/___ after __ min\n"
                       "> Eye      __ V __\n"
                       "  Last     ____\n");
    assert_int_equal(ct_form_row_of(&f, 1, at), 1);
    press(&f, CT_KEY_UP);
    assert_string_equal(f.field[f.focus]->name, "min");
    hide = true; /* never on a field that is not there */
    ct_form_draw(&f, &g, at);
    assert_string_equal(f.field[f.focus]->name, "eye");
    ct_grid_done(&g);
    ct_form_done(&f);
}

/* What is typed in a part goes on to the next by itself, over any joint. */
static void test_parts_go_on(void **state)
{
    (void)state;
    struct ct_form f;
    bool hide = false;
    make(&f, &hide);
    f.focus = 1;
    for (const char *p = "98645nt1"; *p != '\0'; p++) {
        press(&f, (uint32_t)*p);
        if (*p == '5')
            press(&f, CT_KEY_ENTER);
    }
    assert_int_equal(ct_form_value(&f, "one", NOW), 98);
    assert_int_equal(ct_form_value(&f, "two", NOW), 64);
    assert_int_equal(ct_form_value(&f, "min", NOW), 5);
    assert_int_equal(ct_form_value(&f, "eye", NOW), 0); /* NT: a value, not nothing */
    assert_int_equal(ct_form_value(&f, "verbal", NOW), 1);
    assert_string_equal(f.field[f.focus]->name, "last");
    ct_form_done(&f);
}

/* Down a form of 24 rows in a place of 8: the rows move a few times, not at each key. */
static void test_scrolls_seldom(void **state)
{
    (void)state;
    enum { ROWS = 24, PLACE = 8 };
    struct ct_field field[ROWS];
    struct ct_form f;
    struct ct_grid g;
    struct ct_rect at = {0, 0, PLACE, 40};
    for (int i = 0; i < ROWS; i++)
        field[i] = (struct ct_field){.name = "f", .label = "F", .kind = CT_F_TEXT, .width = 4};
    assert_true(ct_form_init(&f, field, ROWS, 8));
    assert_true(ct_grid_init(&g, PLACE, 40, true));
    int moved = 0, top = 0;
    for (int i = 0; i < 2 * ROWS; i++) {
        ct_form_draw(&f, &g, at);
        assert_int_equal(g.cursor_row, ct_form_row_of(&f, f.focus, at));
        moved += f.top != top;
        top = f.top;
        press(&f, i < ROWS ? CT_KEY_DOWN : CT_KEY_UP);
    }
    assert_true(moved >= 4 && moved <= 10);
    ct_grid_done(&g);
    ct_form_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hidden_rows_take_no_room),
        cmocka_unit_test(test_parts_go_on),
        cmocka_unit_test(test_scrolls_seldom),
    };
    return cmocka_run_group_tests_name("rows", tests, w_locale, NULL);
}
