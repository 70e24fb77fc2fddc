/* A scanner at a terminal: its codes go to what they name from whatever screen is open;
 * another patient's wristband never switches silently; no letter of a code runs a
 * command, whatever the line does to the burst; and a code is no password.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/support/steps.h"

#define STX "\002"
#define PATEL "9434765919"
#define LEE "4010232137"

/* A slow machine must not break codes off: the rest may take three seconds. */
static const char *site(void)
{
    static char dir[128];
    if (dir[0] != '\0')
        return dir;
    char path[256];
    snprintf(dir, sizeof dir, "%s/site", test_dir());
    clinic_demo(dir, "4", "1");
    snprintf(path, sizeof path, "%s/config.ini", dir);
    FILE *f = fopen(path, "a");
    assert_non_null(f);
    fprintf(f, "[scanner]\nwait_ms = 3000\n");
    assert_int_equal(fclose(f), 0);
    return dir;
}

static struct tty *technician(void)
{
    struct tty *t = clinic_open_dir(site(), NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    return t;
}

static void scan(struct tty *t, const char *code, const char *text)
{
    char burst[256];
    snprintf(burst, sizeof burst, STX "%s\r", code);
    tty_send(t, burst);
    tty_expect(t, text);
}

static void home(struct tty *t)
{
    for (int i = 0; i < 8 && !tty_shows(t, "NOW"); i++) {
        tty_send(t, KEY_ESC);
        tty_settle(t, 150);
        if (tty_shows(t, "not saved"))
            tty_send(t, "d");
        tty_settle(t, 50);
    }
    tty_expect(t, "NOW");
}

/* The number is scanned into its field; the code is a wristband or not. */
static void registered(struct tty *t, const char *family, const char *given,
                       const char *code, const char *number, const char *born)
{
    char text[64];
    tty_send(t, "n");
    tty_expect(t, "NEW PATIENT");
    tty_send(t, family);
    tty_send(t, "\r");
    tty_send(t, given);
    tty_send(t, "\r");
    snprintf(text, sizeof text, "Read: %s", number);
    scan(t, code, text);
    tty_send(t, "\r");
    tty_send(t, born);
    tty_send(t, "\rnfBay 9\r");
    tty_expect(t, "No vitals yet");
    home(t);
}

static int two_patients(void **state)
{
    (void)state;
    struct tty *t = technician();
    registered(t, "Patel", "Rohan", "943 476 5919", PATEL, "14 3 1961");
    registered(t, "Lee", "Min", "]C0" LEE, LEE, "2 11 1984");
    tty_close(t);
    return 0;
}

static void test_a_wristband_opens_the_record(void **state)
{
    (void)state;
    struct tty *t = technician();
    scan(t, PATEL, "No vitals yet");
    tty_expect_row(t, 0, "PATEL, Rohan");
    scan(t, PATEL, "Wristband checked: PATEL, Rohan");
    home(t);
    tty_send(t, "/"); /* from where text is typed too */
    tty_expect(t, "FIND A PATIENT");
    scan(t, LEE, "No vitals yet");
    tty_expect_row(t, 0, "LEE, Min");
    home(t);
    tty_send(t, STX "943476"); /* two reads, and a pause between them */
    tty_settle(t, 300);
    assert_true(tty_shows(t, "NOW"));
    tty_send(t, "5919\r");
    tty_expect_row(t, 0, "PATEL, Rohan");
    home(t);
    tty_send(t, "\x1b[200~" PATEL "\x1b[201~"); /* a paste is no scan */
    tty_expect(t, "taken by a field for text only");
    tty_close(t);
}

static void test_letters_run_no_command(void **state)
{
    (void)state;
    struct tty *t = technician();
    scan(t, "nvE/rx0wq", "Nobody and nothing here is known by it");
    tty_expect(t, "Read: the text nvE/rx0wq");
    tty_expect_row(t, 0, "SCANNED");
    scan(t, "PK-88121", "This is an instrument set (PK-88121): nothing is kept about it yet");
    scan(t, "L-7", "a steriliser load (L-7): nothing is kept");
    scan(t, "]d201050123456789001727033110A1", "2027-03-31");
    tty_expect(t, "A1");
    scan(t, "]d20105012345678901", "check digit");
    scan(t, "9434765918", "The check digit of this NHS number is wrong");
    scan(t, "8888888888", "Nobody and nothing");
    steps_key(t, "f", "FIND A PATIENT");
    tty_expect(t, "8888888888");
    home(t);
    tty_send(t, STX "nnnn"); /* and none of half a code */
    tty_expect(t, "broke off after 4 characters");
    assert_true(tty_shows(t, "NOW"));
    tty_send(t, ":");
    tty_expect(t, "GO TO");
    tty_send(t, STX "register\r"); /* the palette narrows; the suffix runs nothing */
    tty_expect(t, "register");
    tty_settle(t, 100);
    assert_true(tty_shows(t, "GO TO"));
    tty_send(t, KEY_ESC);
    tty_expect_gone(t, "GO TO");
    tty_send(t, "]"); /* it could begin a code: given back, and answered */
    tty_expect(t, "] does nothing here");
    tty_close(t);
}

static void test_in_a_form(void **state)
{
    (void)state;
    struct tty *t = technician();
    scan(t, LEE, "No vitals yet");
    steps_key(t, "v", "missing 7 of 7");
    tty_send(t, "122");
    scan(t, PATEL, "ANOTHER PATIENT");
    tty_expect(t, "This wristband is PATEL, Rohan");
    tty_expect(t, "You are on LEE, Min");
    tty_send(t, "76"); /* typed on: it goes nowhere */
    tty_expect(t, "does nothing here");
    tty_send(t, "s");
    tty_expect(t, "VITALS");
    tty_expect_row(t, 0, "LEE, Min");
    tty_expect(t, "122");
    tty_expect_row(t, 2, "WRISTBAND OF PATEL, Rohan"); /* and it goes on saying so */
    scan(t, LEE, "Wristband checked: LEE, Min");
    tty_expect_row(t, 2, "wristband");
    tty_expect_gone(t, "PATEL");
    scan(t, "E-1042", "Measured with device E-1042");
    tty_expect_row(t, 2, "E-1042");
    tty_send(t, "@");
    tty_expect(t, "Number of the device");
    tty_send(t, STX "(8004)ABC-7742\r");
    tty_expect_row(t, 2, "ABC-7742");
    tty_expect_gone(t, "Number of the device");
    scan(t, "]C18004MON-1042", "It can mean each of these"); /* or lot 42 of MON- */
    tty_settle(t, 100);
    tty_send(t, "1");
    tty_expect_row(t, 2, "MON-1042");
    tty_send(t, STX "12345"); /* half a code types no figures */
    tty_expect(t, "broke off");
    tty_expect(t, "missing 6 of 7"); /* the pressure alone */

    tty_send(t, KEY_ESC);
    tty_expect(t, "not saved");
    scan(t, PATEL, "Answer the question first");
    tty_expect(t, "not saved");
    tty_send(t, KEY_ESC);
    tty_expect_gone(t, "not saved");

    scan(t, PATEL, "ANOTHER PATIENT");
    tty_settle(t, 100);
    tty_send(t, "g");
    tty_expect_row(t, 0, "PATEL, Rohan");
    tty_expect(t, "No vitals yet");
    tty_send(t, KEY_ESC);
    tty_expect(t, "Draft of");
    tty_expect(t, "LEE, Min");
    steps_key(t, "D", "VITALS");
    tty_expect_row(t, 0, "LEE, Min");
    home(t);
    tty_close(t);
}

/* A code that names a procedure opens it; nothing of another patient, and nothing that is
 * being typed, makes way for it before a key says so. */
static void test_a_procedure(void **state)
{
    (void)state;
    char code[16] = "P-";
    struct tty *t = technician();
    scan(t, LEE, "Scanned: LEE, Min");
    steps_key(t, "p", "PLAN A PROCEDURE");
    tty_send(t, "wound\t\tleft foot\tnow\t");
    steps_key(t, KEY_SAVE, "Planned P-");
    const char *number = strstr(tty_screen(t), "Planned P-") + strlen("Planned P-");
    size_t n = strspn(number, "0123456789");
    assert_true(n > 0 && n < 8);
    snprintf(code + 2, sizeof code - 2, "%.*s", (int)n, number);
    home(t);

    tty_close(t);

    char dir[256], path[300]; /* a site where packs are numbered so as well */
    snprintf(dir, sizeof dir, "%s/begins", test_dir());
    steps_copy_dir(site(), dir);
    snprintf(path, sizeof path, "%s/config.ini", dir);
    FILE *f = fopen(path, "a");
    assert_non_null(f);
    fprintf(f, "[identifiers]\nset = P-\n");
    assert_int_equal(fclose(f), 0);
    t = clinic_open_dir(dir, NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    scan(t, code, "It can mean each of these");
    tty_expect(t, "an instrument set");
    tty_settle(t, 100);
    steps_key(t, "1", "left foot");
    tty_expect_row(t, 0, "LEE, Min");
    tty_close(t);

    t = clinic_open_dir(site(), NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    char says[40];
    snprintf(says, sizeof says, "Scanned: %s   LEE, Min", code);
    scan(t, code, says);
    tty_expect_row(t, 0, "LEE, Min");
    tty_expect(t, "left foot");
    snprintf(says, sizeof says, "This is %s.", code);
    scan(t, code, says);
    tty_send(t, KEY_ESC);
    tty_expect(t, "NOW");
    scan(t, "P-4711", "Nobody and nothing here is known by it");
    home(t);

    scan(t, PATEL, "Scanned: PATEL, Rohan");
    scan(t, code, "ANOTHER PATIENT");
    snprintf(says, sizeof says, "This code is %s, of LEE, Min", code);
    tty_expect(t, says);
    tty_expect(t, "You are on PATEL, Rohan");
    steps_key(t, "s", "No vitals yet");
    tty_expect_row(t, 0, "PATEL, Rohan");
    home(t);

    scan(t, LEE, "No vitals yet");
    steps_key(t, "v", "missing 7 of 7");
    tty_send(t, "131");
    scan(t, code, "SOMETHING IS BEING TYPED"); /* of the same patient, over a form */
    steps_key(t, "s", "VITALS");
    tty_expect(t, "131");
    scan(t, code, "SOMETHING IS BEING TYPED");
    tty_settle(t, 100);
    steps_key(t, "g", "left foot");
    tty_send(t, KEY_ESC);
    tty_expect(t, "Draft of");
    steps_key(t, "D", "VITALS");
    tty_expect(t, "131");
    home(t);
    tty_close(t);
}

/* A code in a text is its text; the suffix saves nothing. */
static void test_in_a_text(void **state)
{
    (void)state;
    struct tty *t = technician();
    scan(t, LEE, "No vitals yet");
    steps_key(t, "v", "missing 7 of 7");
    tty_send(t, "122" KEY_UP KEY_UP KEY_UP);
    for (int i = 0; i < 40 && !tty_shows(t, "F1 keys"); i++) {
        tty_send(t, KEY_DOWN);
        tty_settle(t, 40);
    }
    tty_expect(t, "F1 keys"); /* the note */
    tty_send(t, "lot ");
    scan(t, "]d210A\03517", "lot ]d210A17");
    tty_settle(t, 100);
    assert_true(tty_shows(t, "VITALS"));
    home(t);
    tty_close(t);
}

static void test_login_and_lock(void **state)
{
    (void)state;
    struct tty *t = clinic_open_dir(site(), NULL);
    scan(t, PATEL, "Log in first");
    assert_false(tty_shows(t, "PATEL"));
    assert_false(tty_shows(t, PATEL));
    scan(t, "U-tech1", "The badge of tech1: now the password");
    scan(t, PATEL, "Log in first"); /* nothing of it becomes a password */
    tty_send(t, CLINIC_TECH_PASSWORD "\r");
    tty_expect(t, "NOW");
    scan(t, "u-TECH1", "your own badge");
    scan(t, "U-sam", "The badge of sam");
    scan(t, LEE, "No vitals yet");
    tty_send(t, "\x1b[20~"); /* F9 */
    tty_expect(t, "LOCKED");
    scan(t, PATEL, "Locked: a code is looked up when it is unlocked");
    assert_false(tty_shows(t, "PATEL"));
    assert_false(tty_shows(t, "LEE"));
    scan(t, "U-sam", "the badge of somebody else");
    scan(t, "U-tech1", "Your badge: now the password");
    tty_send(t, CLINIC_TECH_PASSWORD "\r");
    tty_expect_row(t, 0, "LEE, Min");
    tty_close(t);

    t = clinic_open_dir(site(), NULL);
    clinic_enter(t, CLINIC_ADMIN, CLINIC_ADMIN_PASSWORD);
    tty_expect(t, "ADMINISTRATION");
    scan(t, PATEL, "Patients are not shown to you");
    assert_false(tty_shows(t, "Rohan"));
    tty_close(t);
}

/* A scanner without a prefix, at a site that wants it known by its speed. */
static void test_by_time(void **state)
{
    (void)state;
    char dir[256], path[300];
    snprintf(dir, sizeof dir, "%s/timed", test_dir());
    steps_copy_dir(site(), dir);
    snprintf(path, sizeof path, "%s/config.ini", dir);
    FILE *f = fopen(path, "a");
    assert_non_null(f);
    fprintf(f, "gap_ms = 60\nprefix =\n");
    assert_int_equal(fclose(f), 0);
    struct tty *t = clinic_open_dir(dir, NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    tty_send(t, PATEL "\r");
    tty_expect_row(t, 0, "PATEL, Rohan");
    steps_key(t, "v", "missing 7 of 7");
    tty_send(t, "12276711697a368a"); /* bunched by the line: figures of a person */
    tty_expect(t, "NEWS2 0");
    home(t);
    tty_send(t, "n");
    tty_expect(t, "NEW PATIENT");
    tty_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_wristband_opens_the_record),
        cmocka_unit_test(test_letters_run_no_command),
        cmocka_unit_test(test_in_a_form),
        cmocka_unit_test(test_a_procedure),
        cmocka_unit_test(test_in_a_text),
        cmocka_unit_test(test_login_and_lock),
        cmocka_unit_test(test_by_time),
    };
    return cmocka_run_group_tests_name("scan", tests, two_patients, NULL);
}
