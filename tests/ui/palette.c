/* Help and palette: everything can be found by typing, and nothing is guessed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tests/support/fake/fake_app.c"

static struct ct_app app;
static struct ct_grid grid;
static struct ct_ui *ui;
static char screen[60000];

static bool shows(const char *text)
{
    CT_BUF b = {0};
    ct_ui_draw(ui, &grid);
    ct_grid_dump(&grid, false, &b);
    ct_text_copy(screen, sizeof screen, ct_buf_str(&b));
    return strstr(screen, text) != NULL;
}

static const char *top_id(void)
{
    return ct_view_screen(ct_ui_top(ui))->id;
}

static int start(void **state)
{
    (void)state;
    fake_app_init(&app, CT_TECHNICIAN);
    ui = fake_ui(&app);
    return ct_grid_init(&grid, 24, 80, false) ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    ct_ui_free(ui);
    ct_grid_done(&grid);
    return 0;
}

static void test_help_lists_what_can_be_done_here(void **state)
{
    (void)state;
    fake_key(ui, '?');
    assert_true(shows("KEYS  List of people"));
    assert_true(shows("Everybody who is here, by number."));
    assert_true(shows("   n F5          Count one more."));
    assert_true(shows("Go back. What is not saved is asked about first."));
    assert_false(shows("Review everybody's work.")); /* not a technician's */
    assert_false(shows("Edit it."));                 /* another screen's */
    fake_key(ui, CT_KEY_ESC);
    assert_false(shows("KEYS"));
    fake_key(ui, 'e');
    fake_type(ui, "why?"); /* in a text field ? is text */
    assert_false(shows("KEYS"));
    fake_key(ui, CT_KEY_F1);
    assert_true(shows("KEYS  Edit a note"));
}

static void test_help_narrows_and_executes(void **state)
{
    (void)state;
    fake_key(ui, '?');
    fake_type(ui, "count");
    assert_true(shows("Count one more."));
    assert_false(shows("Edit the chosen line."));
    assert_int_equal(fake_seen.counted, 0);
    fake_key(ui, CT_KEY_ENTER);
    assert_int_equal(fake_seen.counted, 1);
    assert_false(shows("KEYS"));
    fake_key(ui, '?');
    fake_type(ui, "no such thing");
    assert_true(shows("nothing matches"));
    fake_key(ui, CT_KEY_ENTER);
    assert_true(ct_ui_beep_take(ui));
    assert_true(shows("KEYS"));
    fake_key(ui, CT_CTRL('u'));
    fake_key(ui, CT_KEY_DOWN);
    fake_key(ui, CT_KEY_DOWN);
    assert_true(shows(" > Enter"));
    assert_int_equal(grid.cursor_col, 1); /* the cursor is on the row chosen */
    fake_key(ui, CT_KEY_ENTER);
    assert_string_equal(top_id(), "detail");
}

/* Enter in the help takes what is chosen or alone, never the first of several. */
static void test_help_takes_nothing_unchosen(void **state)
{
    (void)state;
    const char *before = top_id();
    fake_key(ui, '?');
    fake_key(ui, CT_KEY_ENTER);
    assert_true(ct_ui_beep_take(ui));
    assert_true(shows("KEYS"));
    assert_string_equal(top_id(), before);
}

static void test_palette_jumps(void **state)
{
    (void)state;
    fake_key(ui, ':');
    assert_true(shows("GO TO"));
    assert_false(shows("users")); /* an administrator's */
    fake_type(ui, "edit");
    fake_key(ui, CT_KEY_ENTER);
    assert_string_equal(top_id(), "edit");
    fake_key(ui, CT_KEY_ESC);
    fake_key(ui, ':');
    fake_type(ui, "ed"); /* the shortest that leaves one screen */
    fake_key(ui, CT_KEY_ENTER);
    assert_string_equal(top_id(), "edit");
}

static void test_palette_runs_commands(void **state)
{
    (void)state;
    fake_key(ui, ':');
    fake_type(ui, "list.c");
    fake_key(ui, CT_KEY_ENTER);
    assert_int_equal(fake_seen.counted, 1);
    fake_key(ui, ':');
    fake_type(ui, "one more"); /* by its sentence */
    fake_key(ui, CT_KEY_ENTER);
    assert_int_equal(fake_seen.counted, 2);
    fake_key(ui, ':');
    fake_type(ui, "edit.save"); /* of a screen that can be opened: opens it, saves */
    fake_key(ui, CT_KEY_ENTER);
    assert_int_equal(fake_seen.saved, 1);
    fake_key(ui, ':');
    fake_type(ui, "detail.print"); /* needs its screen */
    fake_key(ui, CT_KEY_ENTER);
    assert_int_equal(fake_seen.counted, 2);
    assert_true(shows("belongs to the screen \"Detail\""));
    assert_true(ct_ui_beep_take(ui));
    fake_key(ui, ':');
    fake_type(ui, "redraw");
    fake_key(ui, CT_KEY_ENTER);
    assert_true(ct_ui_redraw_take(ui));
}

static void test_palette_never_takes_the_first_of_several(void **state)
{
    (void)state;
    fake_key(ui, ':');
    fake_key(ui, CT_KEY_ENTER);
    assert_true(shows("not enough to tell which"));
    fake_type(ui, "list.");
    fake_key(ui, CT_KEY_ENTER);
    assert_true(shows("not enough to tell which"));
    assert_true(shows("GO TO"));
    fake_key(ui, CT_KEY_DOWN); /* chosen by hand: the first is meant */
    fake_key(ui, CT_KEY_ENTER);
    assert_string_equal(top_id(), "edit");
}

static void test_palette_of_an_administrator(void **state)
{
    (void)state;
    app.who.role = CT_ADMINISTRATOR;
    fake_key(ui, ':');
    fake_type(ui, "us");
    fake_key(ui, CT_KEY_ENTER);
    assert_string_equal(top_id(), "users");
    app.who.role = CT_TECHNICIAN; /* lost it meanwhile */
    fake_key(ui, ':');
    fake_type(ui, "users.add");
    assert_true(shows("nothing matches"));
}

static void test_lock_closes_them(void **state)
{
    (void)state;
    fake_key(ui, ':');
    fake_type(ui, "edit");
    ct_ui_lock(ui);
    assert_false(shows("GO TO"));
    fake_key(ui, '?'); /* the locked screen's own keys may be asked for */
    assert_true(shows("KEYS  LOCKED"));
    assert_false(shows("Count one more."));
}

static size_t listed;

static void each(const struct ct_screen *s, const struct ct_command *c, void *arg)
{
    assert_ptr_equal(arg, &listed);
    assert_non_null(s->id);
    assert_non_null(c->help);
    listed++;
}

static void test_each_command(void **state)
{
    (void)state;
    ct_ui_each_command(fake_screens, each, &listed);
    assert_int_equal(listed, 9 + 2 + 2 + 2 + 1);
    for (const struct ct_command *c = CT_UI_GLOBAL; c->id != NULL; c++)
        assert_true(c->run != NULL && c->help != NULL);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    setenv("TZ", "UTC", 1);
#define T(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        T(test_help_lists_what_can_be_done_here),
        T(test_help_narrows_and_executes),
        T(test_help_takes_nothing_unchosen),
        T(test_palette_jumps),
        T(test_palette_runs_commands),
        T(test_palette_never_takes_the_first_of_several),
        T(test_palette_of_an_administrator),
        T(test_lock_closes_them),
        T(test_each_command),
    };
    return cmocka_run_group_tests_name("palette", tests, NULL, NULL);
}
