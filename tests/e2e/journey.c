/* A technician's and a supervisor's working day, as they see it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/support/steps.h"

enum { KEYS_MAX = 26 };

/* Times, dates and ages differ from run to run. */
static void mask_times(struct tty *t)
{
    tty_mask(t, "[0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4}");
    tty_mask(
        t, "([0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) )?[0-9]{2}:[0-9]{2}");
    tty_mask(t, "[0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\\>");
    tty_mask(t, "[0-9]+ (min|h)( [0-9]+ min)?( ago)?\\>");
    tty_mask(t, "#( #)+"); /* under a chart, as many as the hour brings */
    tty_mask(t, "[FM] [0-9]+\\>");
    tty_mask(t, " +● *"); /* a column further when the minute turns before it is drawn */
    tty_mask(t, "(  draft kept)?  store ok"); /* kept a second after the last key */
}

static struct tty *at_home(const char *login, const char *password)
{
    struct tty *t = clinic_open(NULL);
    mask_times(t);
    clinic_enter(t, login, password);
    tty_expect(t, "NOW");
    return t;
}

static struct tty *technician(void)
{
    return at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
}

static struct tty *supervisor(void)
{
    return at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
}

/* Register, open, record a set in at most 26 keys; score, what it calls for, when
 * the next is due; trend; a correction with its reason, both versions in sight. */
static void test_technician_records_a_set(void **state)
{
    (void)state;
    struct tty *t = clinic_open(NULL);
    mask_times(t);
    tty_golden(t, "login");
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    clinic_register(t, "Testperson", "Invented", "14 3 1961");
    tty_expect_row(t, 0, "TESTPERSON, Invented");
    tty_golden(t, "patient-new");

    /* Every byte sent is one key: v, the values, save. */
    const char keys[] = "v12276711697a368a" KEY_SAVE;
    assert_true(strlen(keys) <= KEYS_MAX);
    steps_key(t, "v", "VITALS");
    tty_golden(t, "vitals-empty");
    tty_send(t, keys + 1);
    tty_expect(t, "SAVED");
    tty_expect(t, "BP 122/76  P 71  RR 16  SpO2 97 air  T 36.8  A");
    tty_expect(t, "NEWS2 0 LOW");
    tty_expect(t, "Go on with routine observations");
    tty_expect(t, "next set by");
    tty_golden(t, "saved");

    steps_key(t, "\r", "e amend");
    tty_expect(t, "NEWS2 0");
    steps_key(t, "t", "other chart");
    tty_expect(t, "NEWS2, 3 d to");
    tty_golden(t, "trend");
    steps_key(t, "\t", "Blood pressure mmHg");
    steps_key(t, KEY_ESC, "e amend");

    steps_key(t, "c", "CORRECT");
    tty_send(t, "\r\r96"); /* over the pressures */
    tty_send(t, KEY_SAVE);
    tty_expect(t, "Why");
    tty_golden(t, "correct-why");
    steps_key(t, "2", "SAVED");
    tty_expect(t, "P 96");
    steps_key(t, "i", "replaced");
    tty_expect(t, "because: wrong reading");
    tty_expect(t, "P 71");
    tty_expect(t, "P 96");
    tty_golden(t, "versions");
    tty_close(t);
    clinic_verify(clinic_dir());
}

/* Every key counted, the habits too: Enter behind each field, the slash. */
static void test_habits_cost_no_more_than_26_keys(void **state)
{
    (void)state;
    struct tty *t = technician();
    clinic_register(t, "Habitual", "Invented", "1 5 1970");
    const char keys[] = "v122/76\r71\r16\r97\ra\r368\ra" KEY_SAVE;
    assert_true(strlen(keys) <= KEYS_MAX);
    tty_send(t, keys);
    tty_expect(t, "SAVED");
    tty_expect(t, "BP 122/76  P 71  RR 16  SpO2 97 air  T 36.8  A");
    tty_close(t);
}

/* Finds by part of a name without its accents, by date of birth. */
static void test_find(void **state)
{
    (void)state;
    struct tty *t = technician();
    clinic_register(t, "\xc5\xa0im\xc5\xafnkov\xc3\xa1", "Eva", "2 1 1980");
    steps_key(t, KEY_ESC, "NOW");
    steps_key(t, "/simunk", "Eva");
    tty_send(t, "\x15"
                "2 1 1980");
    tty_expect(t, "1 found");
    tty_expect(t, "Eva");
    steps_key(t, "\r", "No vitals yet");
    tty_close(t);
}

/* A number whose check digit is wrong is refused, and nothing typed is lost. */
static void test_registration_refuses_a_wrong_number(void **state)
{
    (void)state;
    struct tty *t = technician();
    steps_key(t, "n", "NEW PATIENT");
    tty_send(t, "Numbered\rInvented\r9990001236\r" KEY_SAVE);
    tty_expect(t, "check digit");
    tty_expect(t, "9990001236"); /* still there, to be mended */
    tty_send(t, KEY_DISCARD KEY_ESC);
    tty_expect(t, "NOW");
    tty_close(t);
}

/* Lock wipes the session and comes back to the same form; log out; leave. */
static void test_lock_returns_to_the_form(void **state)
{
    (void)state;
    struct tty *t = technician();
    steps_new_form(t, "Lockable");
    tty_send(t, "12276711");
    tty_expect(t, "122/76");
    tty_send(t, KEY_ESC);
    tty_expect(t, "not saved");
    tty_send(t, "k");
    tty_expect(t, "The draft is kept");
    steps_key(t, "v", "122/76");
    steps_key(t, ":lock\r", "LOCKED");
    tty_expect_gone(t, "LOCKABLE");
    tty_expect_gone(t, "122");
    tty_send(t, "wrong password here\r");
    tty_expect(t, "assword");
    tty_expect(t, "LOCKED");
    tty_send(t, CLINIC_TECH_PASSWORD "\r");
    tty_expect(t, "VITALS");
    tty_expect(t, "122/76");
    steps_key(t, "\x1b[20~", "LOCKED"); /* F9 */
    tty_close(t);
}

static void test_log_out_and_leave(void **state)
{
    (void)state;
    struct tty *t = technician();
    steps_key(t, "L", "LOCKED");
    tty_send(t, CLINIC_TECH_PASSWORD "\r");
    tty_expect(t, "NOW");
    steps_key(t, "Q", "Log out?");
    steps_key(t, "y", "Login");
    steps_key(t, KEY_ESC, "Leave");
    tty_send(t, "y");
    assert_int_equal(tty_wait_exit(t), 0);
    tty_close(t);
}

/* "!!" before "!" before nothing, down the list. */
static void assert_worst_first(struct tty *t)
{
    int worst = 2, lines = 0;
    for (int row = 6; row < 20; row++) {
        const char *s = tty_row(t, row);
        if (strlen(s) < 10 || strchr(s, ':') == NULL)
            continue;
        int now = strncmp(s + 1, " !!", 3) == 0 || strncmp(s + 1, "!!", 2) == 0 ? 2
                  : strncmp(s + 1, " !", 2) == 0 || s[1] == '!'                 ? 1
                                                                                : 0;
        if (now > worst)
            fail_msg("a worse line after a better one:\n%s", tty_screen(t));
        worst = now;
        lines++;
    }
    assert_true(lines > 3);
}

/* The supervisor sees everybody's shift, the worst first, and the evidence behind
 * a line, corrected ones with both versions. */
static void test_supervisor_reads_the_shift(void **state)
{
    (void)state;
    struct tty *t = technician();
    steps_new_form(t, "Highscore");
    steps_key(t, "=", "BP pulse");
    steps_key(t, "bp 85/50 p 135 rr 26 s 90 air t 39.4 v\r", "Understood");
    steps_save(t, "SAVED");
    tty_expect(t, "NEWS2 17 HIGH");
    tty_expect(t, "monitor continuously");
    steps_key(t, "c", "CORRECT");
    tty_send(t, "\r\r125");
    steps_save(t, "Why");
    steps_key(t, "2", "P 125");
    tty_close(t);

    t = supervisor();
    steps_key(t, "l", "SHIFT LOG");
    tty_expect(t, "everybody");
    tty_expect(t, "!!");
    assert_worst_first(t);
    steps_choose(t, "HIGHSCORE");
    steps_key(t, "\r", "EVIDENCE");
    tty_expect(t, "HIGHSCORE, Invented");
    tty_expect(t, "P 125");
    tty_expect(t, "P 135");
    tty_expect(t, "because: wrong reading");
    steps_key(t, KEY_ESC, "SHIFT LOG");
    steps_key(t, KEY_ESC, "NOW");
    tty_close(t);
}

/* The password that stands in the row below `label`. */
static void read_password(struct tty *t, const char *label, char *out, size_t size)
{
    tty_expect(t, label);
    tty_expect(t, "Shown once");
    int row = steps_row_of(t, label);
    const char *s = tty_row(t, row + 1);
    s += strspn(s, " ");
    snprintf(out, size, "%s", s);
    assert_true(strlen(out) >= 15);
}

/* First login with a password that somebody else set: it must be changed. */
static void first_login(struct tty *t, const char *login, const char *given, const char *own)
{
    char keys[256];
    snprintf(keys, sizeof keys, "%s\r%s\r", login, given);
    tty_send(t, keys);
    tty_expect(t, "Choose your own to go on");
    tty_send(t, "\x1bOP"); /* F1: the keys of this screen; none leads past it */
    tty_settle(t, 200);
    tty_send(t, KEY_ESC);
    tty_expect(t, "Choose your own to go on");
    snprintf(keys, sizeof keys, "%s\r%s\r%s\r", given, own, own);
    tty_send(t, keys);
    tty_expect(t, "NOW");
}

static void sign(struct tty *t)
{
    tty_expect(t, "Sign with");
    tty_send(t, CLINIC_SUPERVISOR_PASSWORD "\r");
}

/* Add a user, who logs in and must change the password; disabling ends that open
 * session; a reset lets the user in again, with a new password only. */
static void test_supervisor_keeps_users(void **state)
{
    (void)state;
    static const char OWN[] = "seven green kettles sing", LATER[] = "nine brown teapots hum";
    char given[128], again[128];
    struct tty *t = supervisor();
    steps_key(t, "u", "USERS");
    steps_key(t, "n", "NEW USER");
    tty_send(t, "newtech\rNew Person\rt\r");
    sign(t);
    read_password(t, "Temporary password:", given, sizeof given);
    steps_key(t, "\r", "temporary password");
    tty_expect_gone(t, given);

    struct tty *u = clinic_open(NULL);
    first_login(u, "newtech", given, OWN);
    tty_expect(u, "New Person");

    steps_choose(t, "newtech");
    steps_key(t, "x", "because");
    tty_send(t, "left the clinic\r");
    sign(t);
    tty_expect(t, "Disabled");
    tty_expect(u, "Login"); /* the open session has ended by itself */
    tty_expect_gone(u, "New Person");
    tty_send(u, "newtech\r");
    tty_send(u, OWN);
    tty_send(u, "\r");
    tty_expect(u, "password is wrong");

    steps_key(t, "r", "because");
    tty_send(t, "came back\r");
    sign(t);
    read_password(t, "emporary password of", again, sizeof again);
    assert_string_not_equal(given, again);
    tty_close(u);

    u = clinic_open(NULL);
    first_login(u, "newtech", again, LATER);
    tty_close(u);
    tty_close(t);
    clinic_verify(clinic_dir());
}

/* A technician has no users screen, an administrator no patients. */
static void test_roles(void **state)
{
    (void)state;
    struct tty *t = technician();
    tty_send(t, "u");
    tty_expect(t, "does nothing here");
    tty_send(t, ":users\r");
    tty_settle(t, 200);
    assert_false(tty_shows(t, "State"));
    tty_close(t);
    t = clinic_open(NULL);
    clinic_enter(t, CLINIC_ADMIN, CLINIC_ADMIN_PASSWORD);
    tty_expect(t, "ADMINISTRATION");
    tty_send(t, "/");
    tty_expect(t, "does nothing here");
    tty_send(t, "n");
    tty_settle(t, 200);
    assert_false(tty_shows(t, "NEW PATIENT"));
    tty_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_technician_records_a_set),
        cmocka_unit_test(test_habits_cost_no_more_than_26_keys),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_registration_refuses_a_wrong_number),
        cmocka_unit_test(test_lock_returns_to_the_form),
        cmocka_unit_test(test_log_out_and_leave),
        cmocka_unit_test(test_supervisor_reads_the_shift),
        cmocka_unit_test(test_supervisor_keeps_users),
        cmocka_unit_test(test_roles),
    };
    return cmocka_run_group_tests_name("journey", tests, NULL, NULL);
}
