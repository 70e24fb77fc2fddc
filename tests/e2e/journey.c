/* A technician's and a supervisor's working day, as they see it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/support/clinic.h"

/* Times, dates and ages differ from run to run. */
static void mask_times(struct tty *t)
{
    tty_mask(t, "[0-9]{2}:[0-9]{2}(-[0-9]{2}:[0-9]{2})?");
    tty_mask(t, "[0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)( [0-9]{4})?");
    tty_mask(t, "(early|late|night) +#");
    tty_mask(t, "[0-9]+ (min|h|d)( [0-9]+ (min|h))?( ago| LATE)?");
}

/* Register, open, record a set in at most 26 keys, see score and due time. */
static void test_technician_records_a_set(void **state)
{
    (void)state;
    struct tty *t = clinic_open(NULL);
    mask_times(t);
    tty_golden(t, "login");
    clinic_login(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    clinic_register(t, "Testperson", "Invented", "14 3 1961");
    tty_expect_row(t, 0, "TESTPERSON, Invented");
    tty_golden(t, "patient-new");

    const char keys[] = "v12276711697a368a\x13";
    assert_true(strlen(keys) <= 26);
    tty_send(t, "v");
    tty_expect(t, "VITALS");
    tty_golden(t, "vitals-empty");
    tty_send(t, keys + 1);
    tty_expect(t, "SAVED");
    tty_expect(t, "BP 122/76");
    tty_expect(t, "SpO2 97 air");
    tty_expect(t, "36.8");
    tty_expect(t, "NEWS2 0");
    tty_expect(t, "next set by");
    tty_golden(t, "saved");

    tty_send(t, "\r");
    tty_expect(t, "Values");
    tty_expect(t, "NEWS2 0 low");
    tty_send(t, "t");
    tty_expect(t, "P /min");
    tty_golden(t, "trend");
    tty_send(t, "\x1b");
    tty_expect(t, "Values");

    tty_send(t, "c");
    tty_expect(t, "CORRECT");
    tty_send(t, "\r\r"); /* over the pressures */
    tty_send(t, "96");
    tty_send(t, "\x13");
    tty_expect(t, "Why");
    tty_golden(t, "correct-why");
    tty_send(t, "2");
    tty_expect(t, "SAVED");
    tty_expect(t, "P 96");
    tty_send(t, "i");
    tty_expect(t, "replaced");
    tty_expect(t, "P 71");
    tty_expect(t, "P 96");
    tty_golden(t, "versions");
    tty_close(t);
    clinic_verify(clinic_dir());
}

/* Finds by part of a name without its accents, by date of birth, by number. */
static void test_find(void **state)
{
    (void)state;
    struct tty *t = clinic_open(NULL);
    clinic_login(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    clinic_register(t, "\xc5\xa0im\xc5\xafnkov\xc3\xa1", "Eva", "2 1 1980");
    tty_send(t, "\x1b");
    tty_expect(t, "NOW");
    tty_send(t, "/simunk");
    tty_expect(t, "Eva");
    tty_send(t, "\x15" "2 1 1980");
    tty_expect(t, "Eva");
    tty_send(t, "\r");
    tty_expect(t, "No vitals yet");
    tty_close(t);
}

/* Lock wipes the session and comes back to the same form. */
static void test_lock_returns_to_the_form(void **state)
{
    (void)state;
    struct tty *t = clinic_open(NULL);
    clinic_login(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    tty_send(t, "L");
    tty_expect(t, "LOCKED");
    tty_send(t, "wrong password here\r");
    tty_expect(t, "password");
    tty_expect(t, "LOCKED");
    tty_send(t, CLINIC_TECH_PASSWORD "\r");
    tty_expect(t, "NOW");
    tty_send(t, "Q");
    tty_expect(t, "Log out?");
    tty_send(t, "y");
    tty_expect(t, "Login");
    tty_send(t, "\x1b");
    tty_expect(t, "Leave");
    tty_send(t, "y");
    assert_int_equal(tty_wait_exit(t), 0);
    tty_close(t);
}

/* The supervisor sees the shift, abnormal and corrected first, and the evidence;
 * adds a user, resets, disables. */
static void test_supervisor(void **state)
{
    (void)state;
    struct tty *t = clinic_open(NULL);
    mask_times(t);
    clinic_login(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    clinic_register(t, "Highscore", "Invented", "1 1 1950");
    tty_send(t, "v");
    tty_expect(t, "VITALS");
    tty_send(t, "=");
    tty_send(t, "85/50 135 26 90 39.4 V\r");
    tty_expect(t, "Understood");
    tty_send(t, "\x13");
    for (int i = 0; i < 12 && !tty_shows(t, "SAVED"); i++) {
        tty_settle(t, 100);
        tty_send(t, "\r"); /* unusual ones are asked about once each */
        tty_settle(t, 100);
        tty_send(t, "\x13");
    }
    tty_close(t);

    t = clinic_open(NULL);
    clinic_login(t, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    tty_expect(t, "NOW");
    tty_send(t, "l");
    tty_expect(t, "SHIFT LOG");
    tty_expect(t, "everybody");
    tty_expect(t, "!!");
    tty_expect(t, "HIGHSCORE");
    tty_send(t, "\r");
    tty_expect(t, "EVIDENCE");
    tty_expect(t, "HIGHSCORE, Invented");
    tty_send(t, "\x1b");
    tty_expect(t, "SHIFT LOG");
    tty_send(t, "\x1b");
    tty_expect(t, "NOW");

    tty_send(t, "u");
    tty_expect(t, "USERS");
    tty_send(t, "n");
    tty_expect(t, "NEW USER");
    tty_send(t, "newtech\rNew Person\rt\r");
    tty_expect(t, "Sign with");
    tty_send(t, CLINIC_SUPERVISOR_PASSWORD "\r");
    tty_expect(t, "Temporary password");
    tty_send(t, "\r");
    tty_expect(t, "newtech");
    tty_expect(t, "temporary password");
    tty_close(t);
    clinic_verify(clinic_dir());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_technician_records_a_set),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_lock_returns_to_the_form),
        cmocka_unit_test(test_supervisor),
    };
    return cmocka_run_group_tests_name("journey", tests, NULL, NULL);
}
