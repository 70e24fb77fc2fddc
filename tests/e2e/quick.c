/* The quick line, on every screen where a set can begin: understood, it opens the form of
 * that patient, filled and scored; not understood, the line stays and the cursor stands
 * on the word.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/support/steps.h"

static struct tty *technician(void)
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    return t;
}

/* `=`, a line with a mistake in it, the mistake mended; the form; not saved. */
static void try_it(struct tty *t, const char *who, const char *back)
{
    char label[64];
    int row, col;
    snprintf(label, sizeof label, "Set of %s", who);
    steps_key(t, "=", label);
    tty_send(t, "120/80 72 16 980 36.6 a air");
    steps_key(t, "\r", "not possible");
    tty_expect(t, "120/80 72 16 980 36.6 a air");
    tty_settle(t, 60);
    tty_cursor(t, &row, &col);
    const char *at = strstr(tty_row(t, row), "980");
    assert_non_null(at);
    assert_int_equal(at - tty_row(t, row), col);
    tty_send(t, "\x1b[C\x1b[C\x1b[3~"); /* behind 98, Delete */
    steps_key(t, "\r", "NEWS2 0 LOW");
    tty_expect_row(t, 0, who);
    tty_expect(t, "120/80");
    tty_expect(t, "Understood: ");
    tty_send(t, KEY_ESC);
    tty_expect(t, "not saved");
    steps_key(t, "d", back);
}

static void test_everywhere(void **state)
{
    (void)state;
    struct tty *t = technician();
    clinic_register(t, "Quickly", "Invented", "3 4 1955");
    try_it(t, "QUICKLY", "No vitals yet"); /* patient */
    steps_key(t, "t", "other chart");
    try_it(t, "QUICKLY", "other chart"); /* trend */
    tty_send(t, KEY_ESC);
    tty_expect_gone(t, "other chart");

    steps_key(t, "=", "Set of QUICKLY");
    tty_send(t, "105/70 95 21 94 38.1 A air\r");
    tty_expect(t, "NEWS2 6 MEDIUM");
    steps_save(t, "SAVED");
    steps_key(t, "=", "Set of QUICKLY"); /* saved: the next set of the same patient */
    tty_send(t, "t 36.6\r");
    tty_expect(t, "missing 6 of 7");
    tty_expect_row(t, 0, "QUICKLY");
    tty_send(t, KEY_ESC);
    tty_expect(t, "not saved");
    steps_key(t, "d", "e amend");

    tty_send(t, KEY_ESC);
    tty_expect(t, "NOW");
    steps_choose(t, "QUICKLY");
    try_it(t, "QUICKLY", "NOW"); /* home */
    steps_key(t, "/", "Find");
    steps_key(t, "quickly", "1 found");
    try_it(t, "QUICKLY", "1 found"); /* find */
    tty_send(t, KEY_ESC);
    tty_expect(t, "NOW");
    steps_key(t, "b", "BOARD");
    steps_choose(t, "QUICKLY");
    try_it(t, "QUICKLY", "BOARD"); /* board */
    tty_send(t, " ");
    tty_expect(t, "1 picked");
    steps_key(t, "r", "0 of 1 done");
    try_it(t, "QUICKLY", "0 of 1 done"); /* round */
    tty_close(t);
}

/* Nobody is chosen among several, and Esc at the line opens nothing. */
static void test_nobody_by_default(void **state)
{
    (void)state;
    struct tty *t = technician();
    clinic_register(t, "Namesakea", "Invented", "3 4 1956");
    tty_send(t, KEY_ESC);
    tty_expect(t, "NOW");
    clinic_register(t, "Namesakeb", "Invented", "4 4 1956");
    tty_send(t, KEY_ESC);
    tty_expect(t, "NOW");
    steps_key(t, "/", "Find");
    steps_key(t, "=", "Nobody is chosen yet");
    steps_key(t, "namesake", "2 found");
    steps_key(t, "=", "choose with Down, then =");
    tty_send(t, KEY_DOWN);
    tty_settle(t, 60);
    steps_key(t, "=", "Set of NAMESAKEA");
    tty_send(t, "120/80");
    tty_send(t, KEY_ESC);
    tty_expect(t, "2 found");
    tty_expect_gone(t, "Set of");
    steps_key(t, "=", "Set of NAMESAKEA");
    tty_send(t, "\r"); /* an empty line is no set */
    tty_expect_gone(t, "Set of");
    assert_false(tty_shows(t, "VITALS"));
    tty_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everywhere),
        cmocka_unit_test(test_nobody_by_default),
    };
    return cmocka_run_group_tests_name("quick", tests, NULL, NULL);
}
