/* A day of six procedures, as a technician and a supervisor have it: one with a stop that
 * is let pass, one whose patient withdraws, one with an item for two people, one patient
 * who does not come, one cancelled, one that simply goes well. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/support/steps.h"

/* From the home screen: a new patient with one procedure of now, on its own screen. */
static void planned(struct tty *t, const char *family, const char *kind)
{
    static int born = 1931; /* nobody is like another */
    char date[16], fields[64];
    snprintf(date, sizeof date, "%d-06-06", born++);
    clinic_register(t, family, "Demo", date);
    steps_key(t, "p", "PLAN A PROCEDURE");
    snprintf(fields, sizeof fields, "%s\t\t\tnow\t\tRoom 9\t\t", kind);
    tty_send(t, fields);
    steps_key(t, KEY_SAVE, "Planned P-");
    steps_key(t, "w", "planned ");
}

static void home(struct tty *t)
{
    for (int i = 0; i < 6 && !tty_shows(t, "TODAY'S PROCEDURES"); i++) {
        tty_send(t, KEY_ESC);
        tty_settle(t, 200);
    }
    tty_expect(t, "TODAY'S PROCEDURES");
}

static void agrees(struct tty *t)
{
    steps_key(t, "o", "No consent is recorded yet");
    steps_key(t, "g", "CONSENT GIVEN");
    tty_send(t, "v");
    steps_key(t, KEY_SAVE, "given verbally by the patient");
    tty_send(t, KEY_ESC);
    tty_expect(t, "consent given");
}

/* The only list that it asks for, begun. */
static void list_begun(struct tty *t, const char *shows)
{
    steps_key(t, "k", "Asked for, not begun");
    steps_key(t, "n", "(asked for)");
    steps_key(t, "\r", shows);
}

/* Hands were not cleaned: it stops, and a supervisor lets it pass at this terminal. */
static void stop_let_pass(struct tty *t)
{
    planned(t, "Stopday", "ecg-12");
    steps_key(t, "a", "arrived, ");
    steps_key(t, "p", "preparing, ");
    steps_key(t, "r", "Not \"ready\" yet");
    list_begun(t, "27 open");
    steps_key(t, "n", "This answer STOPS");
    tty_send(t, "yyy1yyyn");
    tty_expect(t, "9 of 27");
    tty_send(t, KEY_ESC);
    tty_expect_gone(t, "9 of 27, ");
    tty_send(t, KEY_ESC);
    tty_expect(t, "planned ");
    steps_key(t, "r", "STOP");
    steps_key(t, "k", "12-lead");
    steps_key(t, "\r", "9 of 27");
    tty_send(t, "\x1b[H"); /* to the first item */
    tty_expect(t, "o asks for it");
    steps_key(t, "o", "It may pass, because");
    steps_key(t, "gloves are on\r", "Login of the supervisor");
    steps_key(t, CLINIC_SUPERVISOR "\r", "Password of sam");
    steps_key(t, CLINIC_SUPERVISOR_PASSWORD "\r", "let it pass. It stands in the log");
    tty_send(t, KEY_ESC);
    tty_expect_gone(t, "9 of 27, ");
    tty_send(t, KEY_ESC);
    tty_expect(t, "planned ");
    steps_key(t, "r", "ready, ");
    steps_key(t, "k", "12-lead");
    steps_key(t, "\r", "9 of 27");
    tty_expect(t, ">    V1"); /* where it was left */
    tty_send(t, "yyyyyyyyyyyy");
    tty_expect(t, "21 of 27");
    tty_send(t, "25.0\r10.0\ryyyn");
    tty_expect(t, "27 of 27");
    tty_send(t, KEY_ESC);
    tty_expect_gone(t, "27 of 27");
    tty_send(t, KEY_ESC);
    tty_expect(t, "planned ");
    steps_key(t, "s", "in progress, ");
    steps_key(t, "d", "Outcome");
    steps_key(t, "sinus rhythm\r", "outcome: sinus rhythm");
    home(t);
}

/* A patient may change their mind when it has begun: it stops at once, everywhere. */
static void withdrawn(struct tty *t)
{
    planned(t, "Withday", "wound");
    steps_key(t, "r", "ready, ");
    agrees(t);
    steps_key(t, "s", "in progress, ");
    steps_key(t, "o", "CONSENT");
    steps_key(t, "w", "Consent is WITHDRAWN");
    steps_key(t, "\r", "CONSENT WITHDRAWN. The procedure is cancelled."); /* no reason needed */
    tty_send(t, KEY_ESC);
    tty_expect(t, "cancelled: consent withdrawn");
    tty_expect(t, "CONSENT WITHDRAWN");
    home(t);
    /* before it begins it is a state that stands in every list and lets nothing on */
    planned(t, "Secondthought", "wound");
    steps_key(t, "r", "ready, ");
    agrees(t);
    steps_key(t, "o", "CONSENT");
    steps_key(t, "w", "Consent is WITHDRAWN");
    steps_key(t, "feels faint\r", "The procedure is preparing.");
    tty_send(t, KEY_ESC);
    tty_expect(t, "planned ");
    steps_key(t, "r", "unless the patient agrees");
    tty_send(t, KEY_ESC);
    tty_expect(t, "CONSENT WITHDRAWN"); /* on the patient's screen */
    home(t);
    steps_key(t, "w", "WORKLIST");
    tty_expect(t, "CONSENT WITHDRAWN");
    steps_choose(t, "SECONDTHOUGHT");
    steps_key(t, "x", "because?");
    steps_key(t, "2", "cancelled");
    home(t);
}

/* Who the patient is is said before two people, the second with a password of their own. */
static void two_people(struct tty *t)
{
    planned(t, "Twoday", "pre-op");
    steps_key(t, "p", "preparing, ");
    list_begun(t, " open");
    steps_key(t, "y", "1 want a second person");
    steps_key(t, KEY_UP, "a second person must confirm it: s");
    steps_key(t, "s", "Login of the second person");
    steps_key(t, CLINIC_TECH "\r", "Password of tech1");
    steps_key(t, CLINIC_TECH_PASSWORD "\r", "somebody else");
    steps_key(t, "s", "Login of the second person");
    steps_key(t, "tech2\r", "Password of tech2");
    steps_key(t, "demo walnut lantern 2\r", "Confirmed by Tara");
    tty_expect_row(t, 0, "Toni Technician"); /* whose session was never left */
    home(t);
}

static void the_rest(struct tty *t)
{
    planned(t, "Missday", "wound");
    steps_key(t, "N", "did not attend, because?");
    steps_key(t, "t", "Because");
    steps_key(t, "telephoned, no answer\r", "did not attend, ");
    home(t);
    planned(t, "Callday", "wound");
    steps_key(t, "x", "because?");
    steps_key(t, "3", "cancelled");
    home(t);
    planned(t, "Goodday", "consult");
    steps_key(t, "a", "arrived, ");
    steps_key(t, "p", "preparing, ");
    steps_key(t, "r", "ready, ");
    steps_key(t, "s", "in progress, ");
    steps_key(t, "u", "Enter what?");
    steps_key(t, "e", "Equipment");
    steps_key(t, "E-15\r", "E-15");
    steps_key(t, "d", "Outcome");
    steps_key(t, "advised\r", "outcome: advised");
    home(t);
}

static void test_a_day(void **state)
{
    (void)state;
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    stop_let_pass(t);
    withdrawn(t);
    two_people(t);
    the_rest(t);
    tty_close(t);

    /* what deserves a look comes first to the supervisor, and each leads to its evidence */
    t = clinic_open(NULL);
    clinic_enter(t, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "l", "SHIFT LOG");
    tty_expect(t, "a supervisor let a stop pass here");
    tty_expect(t, "withdrawn by the patient");
    steps_choose(t, "let a stop pass here");
    tty_expect(t, "gloves are on");
    tty_close(t);
    clinic_verify(clinic_dir());
}

/* What was corrected stands below what is true now: of the same moment, to the second. */
static void test_a_corrected_explanation(void **state)
{
    (void)state;
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    planned(t, "Toldagain", "consult");
    steps_key(t, "o", "CONSENT");
    steps_key(t, "e", "EXPLAINED");
    tty_send(t, "wr\t\t\tPolish");
    steps_key(t, KEY_SAVE, "explained: why it is needed, risks");
    steps_key(t, "c", "CORRECT AN EXPLANATION");
    steps_key(t, KEY_SAVE, "Corrected, because");
    steps_key(t, "it was Czech\r", "(corrected)");
    int now = steps_row_of(t, " explained: why"), was = steps_row_of(t, "(corrected)");
    assert_true(now < was);
    assert_null(strstr(tty_row(t, now), "(corrected)"));
    tty_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_day),
                                       cmocka_unit_test(test_a_corrected_explanation)};
    return cmocka_run_group_tests_name("day", tests, NULL, NULL);
}
