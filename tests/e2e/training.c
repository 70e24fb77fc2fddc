/* Training in a terminal: the matrix, a requirement that asks for a reason, an assessor who is
 * named, a session that is signed in to, a trainee whose entries a colleague countersigns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "tests/support/steps.h"

#define TECH3 "tech3"
#define TECH3_PASSWORD "demo walnut lantern 3"
#define TECH4 "tech4"
#define TECH4_PASSWORD "demo walnut lantern 4"
#define DATES "[0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)( [0-9]{2,4})?"

static void enter(struct tty *t, const char *login, const char *password)
{
    clinic_enter(t, login, password);
    tty_expect(t, "NOW");
}

static void test_the_matrix(void **state)
{
    (void)state;
    struct tty *t = clinic_open(NULL);
    enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_key(t, "T", "MY COMPETENCIES: Toni");
    tty_expect(t, "class: Infusion pump");
    steps_key(t, "m", "MATRIX: 5 people, 2 subjects, 1 gap");
    steps_choose(t, "Theo");
    tty_expect(t, "EXPIRED"); /* in full, below */
    tty_settle(t, 150);
    tty_mask(t, DATES "|[0-9]{2}:[0-9]{2}");
    tty_golden(t, "matrix");
    steps_key(t, "\r", "COMPETENCIES of Theo");
    tty_expect(t, "1 required and not current");
    steps_key(t, KEY_ESC, "MATRIX");
    steps_key(t, KEY_ESC, "MY COMPETENCIES");
    steps_key(t, "r", "REQUIRED OF PEOPLE: 2");
    steps_key(t, KEY_ESC, "MY COMPETENCIES");
    steps_key(t, "s", "TRAINING SESSIONS");
    tty_expect(t, "Refresher: infusion pumps");
    tty_close(t);
}

static void test_a_requirement_and_an_assessor(void **state)
{
    (void)state;
    struct tty *t = clinic_open(NULL);
    enter(t, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "T", "MY COMPETENCIES");
    steps_key(t, "r", "REQUIRED OF PEOPLE");
    steps_key(t, "n", "A COMPETENCY IS REQUIRED");
    tty_send(t, "checklist phleb\tAM\t\tPolicy D-9 (invented)");
    steps_key(t, KEY_SAVE, "Required from now on");
    steps_key(t, KEY_ESC, "MY COMPETENCIES");
    steps_key(t, "m", "MATRIX: 5 people, 3 subjects");
    steps_choose(t, "Tara");
    steps_key(t, "\r", "COMPETENCIES of Tara");
    steps_key(t, "a", "ASSESSMENT of Tara");
    tty_send(t, "\tROY\t\ttaught it for years");
    steps_key(t, KEY_SAVE, "Your signature");
    tty_send(t, "not the password\r");
    tty_expect(t, "That is not your password");
    tty_settle(t, 200);
    tty_send(t, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "\r", "assessor until");
    tty_close(t);
    /* whoever is not assessed is asked why */
    t = clinic_open(NULL);
    enter(t, TECH3, TECH3_PASSWORD);
    clinic_register(t, "Asked", "Ann", "1960-01-01");
    steps_key(t, "k", "CHECKLISTS");
    steps_key(t, "n", "BEGIN A CHECKLIST");
    steps_choose(t, "Phlebotomy");
    steps_key(t, "\r", "Going on because?");
    tty_expect(t, "not assessed for");
    steps_key(t, "2", "Before the draw");
    tty_close(t);
}

static void test_a_trainee(void **state)
{
    (void)state;
    char until[16];
    struct tty *t = clinic_open(NULL);
    ct_date_iso((ct_date)(time(NULL) / 86400 + 30), until);
    enter(t, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "T", "MY COMPETENCIES");
    steps_key(t, "t", "TRAINEES: 0");
    steps_key(t, "n", "Login or name of the trainee");
    steps_key(t, "tech4\r", "A TRAINEE: Tess");
    tty_send(t, "Tara\t\t");
    tty_send(t, until);
    tty_send(t, "\tinduction");
    steps_key(t, KEY_SAVE, "is a trainee until");
    tty_close(t);
    t = clinic_open(NULL);
    enter(t, TECH4, TECH4_PASSWORD);
    clinic_register(t, "Learnt", "Lea", "1970-01-01");
    steps_key(t, KEY_ESC, "of your entries await a countersign");
    steps_key(t, "T", "1 of your own await a countersign");
    tty_close(t);
    t = clinic_open(NULL);
    enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "Trainees: 1 entry awaits a countersign");
    steps_key(t, "T", "1 of trainees await a countersign");
    steps_key(t, "k", "AWAIT A COUNTERSIGN: 1");
    tty_expect(t, "LEARNT, Lea");
    steps_key(t, " ", "1 marked");
    tty_settle(t, 150);
    tty_mask(t, DATES "( [0-9]{2}:[0-9]{2})?|[0-9]{2}:[0-9]{2}");
    tty_golden(t, "countersigns");
    steps_key(t, "s", "A remark");
    steps_key(t, "seen\r", "You stand for it");
    tty_send(t, CLINIC_TECH_PASSWORD);
    steps_key(t, "\r", "1 entry is countersigned");
    tty_expect(t, "Nothing awaits one");
    tty_close(t);
    clinic_verify(clinic_dir());
}

static void test_a_session(void **state)
{
    (void)state;
    char day[16];
    struct tty *t = clinic_open(NULL);
    ct_date_iso((ct_date)(time(NULL) / 86400), day);
    enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_key(t, "T", "MY COMPETENCIES");
    steps_key(t, "s", "TRAINING SESSIONS");
    steps_key(t, "n", "PLAN A TRAINING SESSION");
    tty_send(t, "Electrodes\ttech1\tD");
    tty_send(t, day);
    tty_send(t, "\t00:01\t30\tRoom 2\tSOP-7\t2\tprocedure ecg 12");
    steps_key(t, KEY_SAVE, "is planned");
    tty_expect(t, "By SOP-7, revision 2");
    steps_key(t, "g", "It was given");
    steps_key(t, "p", "Login of who was there");
    steps_key(t, "tech3\r", "Password of tech3");
    tty_send(t, TECH3_PASSWORD);
    steps_key(t, "\r", "signed in: trained");
    tty_expect(t, "own password");
    steps_key(t, "p", "Login of who was there");
    steps_key(t, "tech3\r", "Password of tech3");
    tty_send(t, TECH3_PASSWORD);
    steps_key(t, "\r", "signed in already");
    tty_close(t);
    clinic_verify(clinic_dir());
}

static void test_the_command_line(void **state)
{
    (void)state;
    char out[16384];
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD, out, sizeof out,
                                (const char *const[]){"--as", CLINIC_TECH, "training",
                                                      "expiring", "--json", NULL}),
                     0);
    assert_non_null(strstr(out, "\"state\": \"expired\""));
    assert_non_null(strstr(out, "Theo"));
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD, out, sizeof out,
                                (const char *const[]){"--as", CLINIC_TECH, "training", "matrix",
                                                      "--csv", NULL}),
                     0);
    assert_non_null(strstr(out, "person,class: Infusion pump,class: Patient monitor"));
    assert_non_null(strstr(out, "EXPIRED"));
    assert_int_equal(clinic_run(NULL, out, sizeof out,
                                (const char *const[]){"training", "expiring", "--days", "x",
                                                      NULL}),
                     2);
    assert_int_equal(clinic_run(CLINIC_ADMIN_PASSWORD, out, sizeof out,
                                (const char *const[]){"--as", CLINIC_ADMIN, "training", "matrix",
                                                      NULL}),
                     77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_matrix),
        cmocka_unit_test(test_the_command_line),
        cmocka_unit_test(test_a_requirement_and_an_assessor),
        cmocka_unit_test(test_a_trainee),
        cmocka_unit_test(test_a_session),
    };
    return cmocka_run_group_tests_name("training", tests, NULL, NULL);
}
