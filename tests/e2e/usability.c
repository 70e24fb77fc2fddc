/* What hurried people do to the screens: nothing typed is lost, nobody is taken
 * for somebody else, and what is said helps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/support/steps.h"

static struct tty *at_home(const char *login, const char *password)
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, login, password);
    return t;
}

/* Two of one name: neither is marked, and Enter typed twice opens neither. */
static void test_nobody_is_picked_by_default(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    clinic_register(t, "Twinname", "Aaron", "1 5 1970");
    steps_key(t, KEY_ESC, "NOW");
    clinic_register(t, "Twinname", "Bella", "2 6 1980");
    steps_key(t, KEY_ESC, "NOW");
    steps_key(t, "/twinname", "2 found");
    assert_null(strchr(tty_screen(t), '>'));
    steps_key(t, "\r\r", "Several are found");
    tty_expect(t, "FIND A PATIENT");
    tty_send(t, KEY_DOWN KEY_DOWN "\r");
    tty_expect_row(t, 0, "TWINNAME, Bella");
    tty_close(t);
}

/* A quick line that is not understood is there to be mended; a unit of its own is
 * kept, in the form and in its draft. */
static void test_quick_line_loses_nothing(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_new_form(t, "Quickline");
    steps_key(t, "=", "BP pulse");
    steps_key(t, "o2 28% vm s 90 t 98.6f zz\r", "not understood");
    tty_expect(t, "o2 28% vm s 90 t 98.6f zz");
    int row, col;
    tty_cursor(t, &row, &col); /* on what was not understood */
    assert_int_equal(strncmp(tty_row(t, row) + col, "zz", 2), 0);
    steps_key(t, "\x1b[3~\x1b[3~\r", "Understood: SpO2 90");
    tty_expect(t, "98.6  degF");
    steps_key(t, KEY_ESC, "not saved");
    steps_key(t, "k", "The draft is kept");
    steps_key(t, "v", "is here again");
    tty_expect(t, "98.6  degF");
    steps_save(t, "SAVED");
    tty_expect(t, "VM 28");
    tty_expect(t, "T 98.6 degF");
    tty_close(t);
}

/* What to beware of stands on the form that scores by it. */
static void test_form_shows_alerts_and_scale(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    clinic_register(t, "Bewareful", "Invented", "1 5 1950");
    steps_key(t, "v", "scale 1");
    steps_key(t, KEY_ESC, "No alerts");
    steps_key(t, "a", "ALERTS");
    steps_key(t, "n2", "prescribed by");
    steps_key(t, "Dr Haas\r", "Alert set");
    steps_key(t, "na", "To what");
    steps_key(t, "penicillin\r", "penicillin");
    steps_key(t, KEY_ESC, "e amend");
    steps_key(t, "v", "scale 2");
    tty_expect(t, "! allergy: penicillin");
    tty_close(t);
}

/* What a whole set calls for is read before it is saved, to the end of the sentence. */
static void test_response_is_not_cut(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_new_form(t, "Responsive");
    tty_send(t, "12276712197a368a"); /* respiration 21 scores 2 */
    tty_expect(t, "NEWS2 2 LOW");
    tty_expect(t, "Tell the registered nurse");
    tty_expect(t, "more often or escalate.");
    tty_send(t, KEY_UP KEY_UP KEY_UP KEY_UP KEY_UP);
    tty_send(t, "26\r"); /* scores 3, alone; all of it stands on the next screen */
    tty_expect(t, "tells the medical team: one parameter alone scores 3.");
    steps_save(t, "SAVED");
    tty_expect(t, "decide on escalation.");
    tty_close(t);
}

/* The question names the set; a partial set newer than the score is told. */
static void test_error_names_its_set(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_new_form(t, "Erroneous");
    tty_send(t, "12276711697a368a");
    steps_save(t, "SAVED");
    tty_send(t, "\r");
    tty_expect(t, "e amend");
    tty_send(t, "v122767");
    steps_save(t, "SAVED");
    steps_key(t, "\r", "Newest set,");
    tty_expect(t, "missing)"); /* to the end of the sentence */
    tty_expect_gone(t, "Pulse /min, 24 h"); /* the whole of the patient's screen is there */
    tty_expect(t, "at least 3  ");
    assert_int_equal(tty_row(t, steps_row_of(t, "at least 3  "))[0], '>'); /* the one just saved */
    steps_key(t, "x", "The set of");
    tty_expect(t, "was entered in error, because?");
    steps_key(t, "2", "Marked as entered in error");
    tty_expect_gone(t, "Newest set,");
    tty_close(t);
}

/* The reason and the signature are asked for again, not the whole action. */
static void test_signing_again(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "u", "USERS");
    steps_choose(t, "tech2");
    steps_key(t, "r", "because");
    steps_key(t, "  \r", "A reason is needed");
    steps_key(t, "forgotten\r", "Sign with");
    steps_key(t, "not the password\r", "That is not your password");
    steps_key(t, CLINIC_SUPERVISOR_PASSWORD "\r", "The password of tech2 was reset");
    tty_close(t);
}

/* The new password was refused: the old one need not be typed a second time. */
static void test_refused_password(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_ADMIN, CLINIC_ADMIN_PASSWORD);
    tty_expect(t, "active");
    tty_expect(t, "entries in the audit chain");
    steps_key(t, "p", "CHANGE YOUR PASSWORD");
    steps_key(t, CLINIC_ADMIN_PASSWORD "\rshort\rshort\r", "This password is too short");
    steps_key(t, "five quiet copper kettles\rfive quiet copper kettle\r", "differ");
    steps_key(t, "five quiet copper kettles\rfive quiet copper kettles\r", "is changed");
    tty_close(t);
}

/* A line of the log is told by its score; what its row has no room for, and who it
 * was, stand below the list. */
static void test_shift_line_begins_with_its_score(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_new_form(t, "Scoreline");
    tty_send(t, "12276711697a368a");
    steps_save(t, "SAVED");
    tty_send(t, "h");
    steps_key(t, "l", "SHIFT LOG");
    tty_send(t, "\x1b[F"); /* End: what was just done is the last of the plain ones */
    tty_expect(t, "NEWS2 0 LOW");
    assert_false(tty_shows(t, "recorded vitals"));
    tty_expect(t, "  ... SpO2 97 air  T 36.8  A");
    tty_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nobody_is_picked_by_default),
        cmocka_unit_test(test_quick_line_loses_nothing),
        cmocka_unit_test(test_form_shows_alerts_and_scale),
        cmocka_unit_test(test_response_is_not_cut),
        cmocka_unit_test(test_error_names_its_set),
        cmocka_unit_test(test_signing_again),
        cmocka_unit_test(test_refused_password),
        cmocka_unit_test(test_shift_line_begins_with_its_score),
    };
    return cmocka_run_group_tests_name("usability", tests, NULL, NULL);
}
