/* A round of five patients, as it is walked: a normal set, a refusal, a partial one, one
 * who is away, one left; and what must not happen to it: a key that lands in the next
 * patient's form, a round lost with the line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/support/steps.h"

#define KEY_F3 "\x1bOR"
#define KEY_F9 "\x1b[20~"
#define MEDIUM "105/70 95 21 94 38.1 A air"
enum { WALKERS = 5, HANGUP_STATUS = 129 };

static struct tty *technician(void)
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    /* times, and what depends on them */
    tty_mask(t, "[0-9]{2}:[0-9]{2}");
    tty_mask(t, "[0-9]+ min ago");
    tty_mask(t, "[FM] [0-9]+\\>");
    tty_mask(t, "(  draft kept)?  store ok");
    return t;
}

/* Five people with a set that calls for the next one within the hour. */
static void register_walkers(struct tty *t, const char *family)
{
    for (int i = 0; i < WALKERS; i++) {
        char name[32], born[16], upper[40];
        snprintf(name, sizeof name, "%s%c", family, 'a' + i);
        snprintf(upper, sizeof upper, "%c, Invented", 'A' + i);
        snprintf(born, sizeof born, "%d %d 1950", i + 1, (int)strlen(family));
        clinic_register(t, name, "Invented", born);
        steps_key(t, "=", "Set of");
        tty_expect(t, upper);
        tty_send(t, MEDIUM "\r");
        tty_expect(t, "NEWS2 6 MEDIUM");
        steps_save(t, "SAVED");
        steps_key(t, "h", "NOW");
    }
}

/* From the home screen: pick them on the board, and stand on the list of the round. */
static void begin(struct tty *t, const char *family)
{
    steps_key(t, "b", "BOARD");
    steps_key(t, "/", "Part of a name");
    tty_send(t, family);
    tty_send(t, "\r");
    tty_expect(t, ": 5");
    tty_send(t, "     ");
    steps_key(t, "r", "0 of 5 done");
}

/* The row of a patient says so. */
static void expect_state(struct tty *t, const char *who, const char *state)
{
    tty_expect(t, who);
    for (int i = 0; i < 100; i++) {
        int row = steps_row_of(t, who);
        if (row >= 0 && strstr(tty_row(t, row), state) != NULL)
            return;
        tty_settle(t, 50);
    }
    fail_msg("%s is not \"%s\":\n%s", who, state, tty_screen(t));
}

/* The row of a patient has that time as due, or a minute less: of the first keys. */
static void expect_due(struct tty *t, const char *who, time_t at)
{
    for (int i = 0; i < 3; i++) {
        struct tm tm;
        char due[8];
        time_t then = at - 60 * i;
        localtime_r(&then, &tm);
        snprintf(due, sizeof due, "%02d:%02d", tm.tm_hour, tm.tm_min);
        if (strstr(tty_row(t, steps_row_of(t, who)), due) != NULL)
            return;
    }
    fail_msg("%s is not due an hour later:\n%s", who, tty_screen(t));
}

static void enter_line(struct tty *t, const char *line, const char *shows)
{
    steps_key(t, "=", "BP pulse resp");
    tty_send(t, line);
    steps_key(t, "\r", shows);
}

static void test_five_patients(void **state)
{
    (void)state;
    struct tty *t = technician();
    register_walkers(t, "Walk");
    begin(t, "walk");
    tty_expect(t, "to do");

    /* who it is, before the form; nothing but y goes on */
    steps_key(t, "\r", "1 of 5: WALKA, Invented, Bay 9");
    tty_expect_row(t, 0, "WALKA, Invented");
    tty_golden(t, "round-who");
    steps_key(t, "1", "One of the keys shown");
    steps_key(t, "\r", "One of the keys shown");
    assert_false(tty_shows(t, "VITALS"));
    steps_key(t, "y", "VITALS");
    tty_expect(t, "F3 skip");
    enter_line(t, "120/80 72 16 98 36.6 a air", "NEWS2 0 LOW");
    steps_save(t, "SAVED");
    tty_expect(t, "next in round: WALKB, Invented, Bay 9 (2 of 5)");

    /* a habit of two Enters and figures typed ahead reach nobody's form */
    tty_send(t, "\r\r12080\r72");
    tty_expect(t, "2 of 5: WALKB");
    tty_expect(t, "One of the keys shown");
    tty_expect_row(t, 0, "WALKB, Invented");
    steps_key(t, "y", "VITALS");
    tty_expect(t, "___/___");
    tty_expect_row(t, 0, "WALKB, Invented");

    /* refused, by one key in the form and the reason's */
    steps_key(t, KEY_F3, "Nothing taken from WALKB");
    steps_key(t, "r", "3 of 5: WALKC");

    /* a partial set needs a reason and shows a lower bound */
    steps_key(t, "y", "VITALS");
    enter_line(t, "bp 110/70 p 80", "missing 5 of 7");
    tty_send(t, KEY_F3); /* something is typed: it is not thrown away */
    tty_expect(t, "Something is typed here");
    steps_key(t, KEY_SAVE, "Not complete");
    steps_key(t, "u", "SAVED");
    tty_expect(t, "at least");
    steps_key(t, "n", "4 of 5: WALKD");

    /* away: skipped before the form is opened */
    steps_key(t, "s", "Nothing taken from WALKD");
    steps_key(t, "a", "5 of 5: WALKE");
    tty_send(t, KEY_ESC);
    tty_expect(t, "2 of 5 done, 2 skipped");
    expect_state(t, "WALKA", "done");
    expect_state(t, "WALKB", "skipped: refused");
    expect_state(t, "WALKC", " part");
    expect_state(t, "WALKD", "skipped: away");
    expect_state(t, "WALKE", "to do");
    expect_due(t, "WALKB", time(NULL) + 3600); /* an hour from the refusal */
    tty_golden(t, "round");

    steps_key(t, "x", "1 of it is not done");
    steps_key(t, "y", "BOARD");
    tty_expect(t, "The round is ended: 2 done, 2 skipped, 1 not done");
    tty_expect(t, " ref");
    tty_send(t, KEY_ESC);
    tty_expect(t, "NOW");
    assert_false(tty_shows(t, "Round of")); /* nothing is kept of it */
    tty_close(t);
    clinic_verify(clinic_dir());
}

/* The line drops in the third form: the next login goes on, with what was typed; a
 * colleague has done one meanwhile. A lock comes back to the same form of it. */
static void test_hang_up_and_go_on(void **state)
{
    (void)state;
    struct tty *t = technician(), *other;
    int status;
    register_walkers(t, "Dropped");
    begin(t, "dropped");
    steps_key(t, "\r", "1 of 5: DROPPEDA");
    steps_key(t, "y", "VITALS");
    enter_line(t, "120/80 72 16 98 36.6 a air", "NEWS2 0 LOW");
    steps_save(t, "SAVED");
    steps_key(t, "n", "2 of 5: DROPPEDB");
    steps_key(t, "y", "VITALS");
    tty_send(t, "11571");
    tty_expect(t, "115/71");
    steps_key(t, KEY_F9, "LOCKED");
    tty_send(t, CLINIC_TECH_PASSWORD "\r");
    tty_expect_row(t, 0, "DROPPEDB");
    tty_expect(t, "F3 skip"); /* it is the round's form as before */
    tty_expect(t, "115/71");
    tty_hangup(t);
    steps_end_ms(t, steps_now_ms(), &status);
    assert_int_equal(status, HANGUP_STATUS);
    tty_close(t);

    other = clinic_open(NULL);
    clinic_enter(other, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(other, "/", "Find");
    steps_key(other, "droppedc", "1 found");
    steps_key(other, "=", "Set of DROPPEDC");
    tty_send(other, "120/80 72 16 98 36.6 a air\r");
    tty_expect(other, "NEWS2 0 LOW");
    steps_save(other, "SAVED");
    tty_close(other);

    t = technician();
    tty_expect(t, "Round of 5 patients, left at");
    steps_key(t, "D", "2 of 5 done");
    expect_state(t, "DROPPEDA", "done");
    expect_state(t, "DROPPEDC", "done");
    assert_int_equal(tty_row(t, steps_row_of(t, "DROPPEDB"))[0], '>');
    steps_key(t, "\r", "2 of 5: DROPPEDB");
    steps_key(t, "y", "Your draft of");
    tty_expect(t, "115/71");
    enter_line(t, "p 72 rr 16 s 98 t 36.6 a air", "NEWS2 0 LOW");
    steps_save(t, "SAVED");
    tty_expect(t, "next in round: DROPPEDD, Invented, Bay 9 (4 of 5)");
    steps_key(t, "\r", "4 of 5: DROPPEDD");
    steps_key(t, "s", "Nothing taken from DROPPEDD");
    steps_key(t, "s", "5 of 5: DROPPEDE");
    steps_key(t, "s", "Nothing taken from DROPPEDE");
    steps_key(t, "r", "The round is complete: 3 done, 2 skipped");
    tty_send(t, KEY_ESC);
    tty_expect(t, "NOW");
    tty_settle(t, 100);
    assert_false(tty_shows(t, "Round of"));
    assert_false(tty_shows(t, "Draft of"));
    tty_close(t);
}

/* From the home screen: whom it is of is chosen by when they are due and by place; who is
 * left out is passed over; Esc keeps it. */
static void test_from_home(void **state)
{
    (void)state;
    struct tty *t = technician();
    register_walkers(t, "Homely");
    steps_key(t, "r", "late, or due within 30 min");
    steps_key(t, "w", "late, or due within 60 min");
    tty_expect(t, "HOMELYA");
    for (int i = 0; i < 30 && !tty_shows(t, "60 min, Bay 9"); i++) {
        tty_send(t, "p");
        tty_settle(t, 60);
    }
    tty_expect(t, "60 min, Bay 9");
    tty_expect(t, "HOMELYE");
    steps_choose(t, "HOMELYA");
    steps_key(t, " ", "left out");
    expect_state(t, "HOMELYA", "left out");
    steps_key(t, "\r", "HOMELYB, Invented, Bay 9. Is this");
    tty_send(t, KEY_ESC);
    tty_expect_gone(t, "Is this");
    tty_send(t, KEY_ESC);
    tty_expect(t, "not saved");
    steps_key(t, "k", "NOW");
    tty_expect(t, "Round of");
    steps_key(t, "r", "is kept: D");
    tty_send(t, KEY_ESC);
    tty_expect(t, "NOW");
    tty_expect(t, "Round of");
    steps_key(t, "D", "left out");
    steps_key(t, "x", "End the round?");
    steps_key(t, "y", "NOW");
    tty_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_five_patients),
        cmocka_unit_test(test_hang_up_and_go_on),
        cmocka_unit_test(test_from_home),
    };
    return cmocka_run_group_tests_name("round", tests, NULL, NULL);
}
