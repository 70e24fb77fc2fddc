/* What a session remembers for its screens, and how it is forgotten; where the cursor
 * of a prompt stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tests/support/fake/fake_app.c"

static struct ct_app app;

static int start(void **state)
{
    fake_app_init(&app, CT_TECHNICIAN);
    *state = NULL;
    return 0;
}

static void test_notes(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    assert_string_equal(ct_ui_session_get(ui, "vitals.device"), "");
    assert_true(ct_ui_session_set(ui, "vitals.device", "MON-0031"));
    assert_true(ct_ui_session_set(ui, "vitals.device.temp", "THERM-2"));
    assert_true(ct_ui_session_set(ui, "vitals.device", "MON-0007"));
    assert_string_equal(ct_ui_session_get(ui, "vitals.device"), "MON-0007");
    assert_string_equal(ct_ui_session_get(ui, "vitals.device.temp"), "THERM-2");
    assert_true(ct_ui_session_set(ui, "vitals.device", ""));
    assert_string_equal(ct_ui_session_get(ui, "vitals.device"), "");
    assert_true(ct_ui_session_set(ui, "never.set", ""));
    assert_string_equal(ct_ui_session_get(ui, "vitals.device.temp"), "THERM-2");
    ct_ui_free(ui);
}

/* Full, or too long: said so, and nothing that was there is lost. */
static void test_notes_are_bounded(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    char name[80], text[80];
    memset(text, 'x', sizeof text);
    text[CT_UI_NOTE_TEXT] = '\0';
    assert_false(ct_ui_session_set(ui, "long", text));
    text[CT_UI_NOTE_TEXT - 1] = '\0';
    assert_true(ct_ui_session_set(ui, "long", text));
    assert_string_equal(ct_ui_session_get(ui, "long"), text);
    memset(name, 'n', sizeof name);
    name[CT_UI_NOTE_NAME] = '\0';
    assert_false(ct_ui_session_set(ui, name, "a"));
    assert_false(ct_ui_session_set(ui, "", "a"));
    assert_string_equal(ct_ui_session_get(ui, ""), "");
    for (int i = 1; i < CT_UI_NOTES; i++) {
        snprintf(name, sizeof name, "n%d", i);
        assert_true(ct_ui_session_set(ui, name, "a"));
    }
    assert_false(ct_ui_session_set(ui, "one more", "a"));
    assert_true(ct_ui_session_set(ui, "n7", "b"));
    assert_string_equal(ct_ui_session_get(ui, "n7"), "b");
    assert_true(ct_ui_session_set(ui, "n3", ""));
    assert_true(ct_ui_session_set(ui, "one more", "a"));
    ct_ui_free(ui);
}

/* A lock keeps them; logging out, and somebody else at the lock, do not. */
static void test_forgotten_with_the_session(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    assert_true(ct_ui_session_set(ui, "vitals.device", "MON-0031"));
    ct_ui_lock(ui);
    fake_key(ui, 'u');
    assert_string_equal(ct_ui_session_get(ui, "vitals.device"), "MON-0031");
    app.state = CT_OUT;
    fake_key(ui, CT_KEY_LEFT);
    assert_string_equal(ct_ui_session_get(ui, "vitals.device"), "");
    ct_ui_free(ui);

    fake_app_init(&app, CT_TECHNICIAN);
    ui = fake_ui(&app);
    assert_true(ct_ui_session_set(ui, "vitals.device", "MON-0031"));
    ct_ui_lock(ui);
    fake_key(ui, 'o');
    assert_string_equal(ct_ui_session_get(ui, "vitals.device"), "");
    ct_ui_free(ui);
}

static void taken(struct ct_view *v, const char *text)
{
    (void)v;
    ct_text_copy(fake_seen.prompted, sizeof fake_seen.prompted, text != NULL ? text : "");
}

/* On the byte given, never within a character or behind the text; nothing happens
 * without a prompt. */
static void test_prompt_cursor(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    struct ct_view *v = ct_ui_top(ui);
    ct_ui_prompt_cursor(v, 3);
    ct_ui_prompt(v, "Line", "p 72 zz 16", taken);
    ct_ui_prompt_cursor(v, 5);
    fake_type(ui, "!");
    fake_key(ui, CT_KEY_ENTER);
    assert_string_equal(fake_seen.prompted, "p 72 !zz 16");
    ct_ui_prompt(v, "Line", "\xc3\xb1x", taken);
    ct_ui_prompt_cursor(v, 1);
    fake_type(ui, "!");
    ct_ui_prompt_cursor(v, 1000);
    fake_type(ui, "?");
    fake_key(ui, CT_KEY_ENTER);
    assert_string_equal(fake_seen.prompted, "!\xc3\xb1x?");
    ct_ui_free(ui);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    setenv("TZ", "UTC", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_notes, start),
        cmocka_unit_test_setup(test_notes_are_bounded, start),
        cmocka_unit_test_setup(test_forgotten_with_the_session, start),
        cmocka_unit_test_setup(test_prompt_cursor, start),
    };
    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
