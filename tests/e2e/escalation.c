/* A patient gets worse: entered, escalated, told, accepted, attended and closed by two
 * people, each seeing what the other did; and what nobody looks after is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/steps.h"

#define TECH2 "tech2"
#define TECH2_PASSWORD "demo walnut lantern 2"
#define MEDIUM "v1057095219" "4a381a" /* 105/70 95 21 94 air 38.1 A: NEWS2 6 */

static struct tty *at_home(const char *login, const char *password)
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, login, password);
    tty_expect(t, "NOW");
    return t;
}

/* The set of a patient who gets worse, saved; jumps and unusual values said yes to. */
static void get_worse(struct tty *t, const char *family)
{
    steps_new_form(t, family);
    tty_send(t, MEDIUM + 1);
    steps_save(t, "SAVED");
    tty_expect(t, "NEWS2 6 MEDIUM");
}

/* "E-12" of the line on the saved screen. */
static void number_of(struct tty *t, char out[16])
{
    const char *at = strstr(tty_screen(t), "Escalation E-");
    assert_non_null(at);
    snprintf(out, 16, "%.*s", (int)strcspn(at + 11, " "), at + 11);
}

static void test_told_accepted_attended_closed(void **state)
{
    (void)state;
    char id[16], text[64];
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    struct tty *u = at_home(TECH2, TECH2_PASSWORD);
    get_worse(t, "Deteriorating");
    tty_expect(t, "is open: medical team to");
    tty_expect(t, "monitored."); /* to its last word */
    number_of(t, id);
    steps_key(t, "E", "ESCALATION E-");
    tty_expect(t, "URGENT");
    tty_expect(t, "To accept: > medical team by");
    tty_expect(t, "With the patient by");
    tty_expect(t, "BP 105/70  P 95  RR 21  SpO2 94 air");

    /* told: three keys, and the level that is asked */
    steps_key(t, "t", "Told (Enter: medical team)");
    steps_key(t, "\r", "told medical team");

    /* the other sees it at once, and takes it on */
    steps_key(u, "E", "ESCALATIONS");
    steps_choose(u, "DETERIORATING");
    steps_key(u, "\r", "ESCALATION E-");
    tty_expect(u, "told medical team");
    steps_key(u, "a", "Accepted by (Enter: Tara");
    steps_key(u, "\r", "accepted by Tara");

    tty_expect(t, "accepted by Tara"); /* within a second or two, without a key */
    tty_expect(t, "to be attended by");
    steps_key(t, "d", "Attended by (Enter: Tara");
    steps_key(t, "Dr Demo Ash\r", "attended by Dr Demo Ash");
    tty_expect(u, "attended by Dr Demo Ash");
    tty_expect(u, "outcome not recorded");
    tty_mask(u, "E-[0-9]+");
    tty_mask(u, "([0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) )?"
                "[0-9]{2}:[0-9]{2}");
    tty_mask(u, "[FM] [0-9]+\\>");
    tty_golden(u, "escalation");

    steps_key(u, "o", "Outcome: what was done");
    steps_key(u, "oxygen and fluids, next set in 30 min\r", "It is closed");
    tty_expect(u, "outcome: oxygen and fluids");
    tty_expect(t, "closed");
    steps_key(t, "t", "t does nothing here"); /* nothing follows */
    steps_key(t, KEY_ESC, "SAVED");
    snprintf(text, sizeof text, "Escalation %s", id);
    tty_expect_gone(t, text);
    tty_close(t);
    tty_close(u);
    clinic_verify(clinic_dir());
}

/* Two have the question open; the second answer is told who was faster. */
static void test_two_accept(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    struct tty *u = at_home(TECH2, TECH2_PASSWORD);
    get_worse(t, "Wanted");
    steps_key(t, "E", "ESCALATION E-");
    steps_key(u, "E", "ESCALATIONS");
    steps_choose(u, "WANTED");
    steps_key(u, "\r", "ESCALATION E-");
    steps_key(t, "a", "Accepted by (Enter");
    steps_key(u, "a", "Accepted by (Enter");
    steps_key(u, "\r", "accepted by Tara");
    steps_key(t, "\r", "Tara Technician (demo) accepted E-");
    tty_expect(t, "already");
    steps_key(t, "w", "because");
    steps_key(t, "end of life care\r", "It is closed");
    tty_expect(u, "withheld: end of life care");
    tty_close(t);
    tty_close(u);
}

/* The typing mistake is mended; the people who were called still come. */
static void test_corrected(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    get_worse(t, "Mistyped");
    steps_key(t, "c", "CORRECT");
    tty_send(t, "120\r80\r72\r16\r97\ra\r368\ra");
    steps_save(t, "Why");
    steps_key(t, "2", "SAVED");
    tty_expect(t, "is still open");
    steps_key(t, KEY_ESC, "e amend"); /* from the patient's own page too */
    steps_key(t, "E", "ESCALATIONS OF THIS PATIENT");
    tty_expect(t, "6 medium");
    steps_key(t, "\r", "The set was corrected: now NEWS2 0 LOW");
    tty_expect(t, "NEWS2 6 MEDIUM");
    tty_close(t);
}

/* A clinic with one that waits too long: on home, in the list, first in the log. */
static void test_overdue_is_shown(void **state)
{
    (void)state;
    char dir[160];
    snprintf(dir, sizeof dir, "%s/overdue", test_dir());
    clinic_demo(dir, "60", "14");
    struct tty *t = clinic_open_dir(dir, NULL);
    clinic_enter(t, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    tty_expect(t, "Escalations: ");
    tty_expect(t, " overdue. E shows them");
    assert_int_equal(tty_shows(t, " 0 overdue"), 0);
    steps_key(t, "l", "SHIFT LOG");
    tty_expect(t, "Overdue: ");
    tty_expect(t, "In all by now: ");
    tty_expect(t, "OVERDUE, not accepted");
    int row = steps_row_of(t, "OVERDUE, not accepted");
    assert_true(row >= 0 && strstr(tty_row(t, row - 1), "What") != NULL); /* the first line */
    assert_non_null(strstr(tty_row(t, row), "!!"));
    steps_key(t, "\r", "EVIDENCE");
    steps_key(t, "E", "OVERDUE");
    tty_expect(t, "nobody accepted by");
    tty_expect(t, "told "); /* and telling was not enough */
    steps_key(t, "a", "Accepted by (Enter: Sam");
    steps_key(t, "\r", "accepted by Sam");
    steps_key(t, "d", "Attended by (Enter: Sam");
    steps_key(t, "-5\r", "attended by Sam");
    tty_send(t, KEY_ESC KEY_ESC KEY_ESC);
    tty_expect(t, "NOW");
    steps_key(t, "E", "ESCALATIONS");
    tty_expect(t, "Sam Supervisor");
    tty_close(t);
    clinic_verify(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_told_accepted_attended_closed),
        cmocka_unit_test(test_two_accept),
        cmocka_unit_test(test_corrected),
        cmocka_unit_test(test_overdue_is_shown),
    };
    return cmocka_run_group_tests_name("escalation", tests, NULL, NULL);
}
