/* Restricted records at the terminal: opened for a reason, reviewed by somebody else; a
 * hang-up while the reason is typed; the privacy screen in a form, a question and a list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/steps.h"

#define KEY_PRIVACY "\x10" /* ^P */

static struct tty *at_home(const char *login, const char *password)
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, login, password);
    tty_expect(t, "NOW");
    return t;
}

/* From the home screen to the patient, or to what stands before. */
static void find(struct tty *t, const char *family, const char *text)
{
    steps_key(t, "/", "Find");
    tty_send(t, family);
    tty_expect(t, "1 found");
    steps_key(t, "\r", text);
}

/* Registered, and said to be a member of staff: from then on restricted. */
static void staff_patient(struct tty *t, const char *family, const char *born)
{
    clinic_register(t, family, "Invented", born);
    steps_key(t, "P", "Not restricted");
    steps_key(t, "m", "only a supervisor lifts it");
    steps_key(t, "works in theatre 2\r", "! RESTRICTED since");
    steps_key(t, KEY_ESC, "Esc back");
    tty_send(t, KEY_ESC);
    tty_expect(t, "NOW");
}

static void test_opened_and_reviewed_by_another(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    staff_patient(t, "Glassman", "02031950");
    steps_key(t, "/", "Find");
    tty_send(t, "glassman");
    tty_expect(t, "restricted"); /* in place of the bay */
    assert_false(tty_shows(t, "Bay 9"));
    steps_key(t, "\r", "! RESTRICTED RECORD");
    tty_expect(t, "GLASSMAN, Invented");
    tty_expect(t, "for 3 h");
    assert_false(tty_shows(t, "No vitals yet"));
    steps_key(t, "need it\r", "The reason says too little");
    tty_send(t, " for the round in bay nine");
    steps_key(t, "\r", "No vitals yet");
    tty_expect(t, "restricted: opened by you until");
    tty_send(t, "v");
    tty_expect(t, "restricted: opened by you until"); /* on the form as well */
    tty_send(t, "1208072169" "8a368a");
    steps_save(t, "SAVED");

    struct tty *s = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    tty_expect(s, "Openings of restricted records to review: 1");
    steps_key(s, ":access\r", "OPENINGS OF RESTRICTED RECORDS");
    tty_expect(s, "to review");
    tty_expect(s, "need it for the round in bay nine");
    steps_key(s, "\r", "REVIEW OF AN OPENING");
    tty_expect(s, "recorded vitals"); /* what was done meanwhile */
    tty_expect(s, "opened a record");
    assert_false(tty_shows(s, "120/80"));
    tty_mask(s, "([0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) )?"
                "[0-9]{2}:[0-9]{2}");
    tty_golden(s, "access_review");
    steps_key(s, "n", "NOT justified, because");
    steps_key(s, "\r", "is missing"); /* without words it is no verdict */
    steps_key(s, "n", "NOT justified, because");
    steps_key(s, "no round was planned\r", "Recorded: not justified");
    tty_expect(s, "NOT JUSTIFIED by");
    steps_key(s, KEY_ESC, "None waits for its review");
    steps_key(s, KEY_ESC, "NOW");
    tty_expect_gone(s, "Openings of restricted records to review");
    steps_key(s, "l", "not justified"); /* an exception in the shift log, and its reason */
    tty_expect(s, "opened a RESTRICTED record");
    tty_close(s);
    tty_close(t);
    clinic_verify(clinic_dir());
}

static void test_own_review_is_refused(void **state)
{
    (void)state;
    struct tty *s = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    staff_patient(s, "Mirrorman", "03041951");
    find(s, "mirrorman", "! RESTRICTED RECORD");
    steps_key(s, "looking after this person today\r", "No vitals yet");
    steps_key(s, KEY_ESC, "NOW");
    steps_key(s, "O", "MIRRORMAN");
    steps_choose(s, "MIRRORMAN");
    steps_key(s, "\r", "looking after this person today");
    steps_key(s, "j", "You opened this record yourself: somebody else reviews it.");
    steps_key(s, "q", "You opened this record yourself");
    tty_close(s);
    clinic_verify(clinic_dir());
}

/* Esc without a reason goes back and is written down; lifting shows it to everybody. */
static void test_turned_away_and_lifted(void **state)
{
    (void)state;
    char out[16384];
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    staff_patient(t, "Turnaway", "04051952");
    find(t, "turnaway", "! RESTRICTED RECORD");
    steps_key(t, KEY_ESC, "1 found");
    tty_expect_gone(t, "! RESTRICTED RECORD");
    tty_close(t);
    struct tty *s = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    find(s, "turnaway", "! RESTRICTED RECORD");
    steps_key(s, "\x1bOQ", "! RESTRICTED RECORD"); /* F2 is nothing here */
    steps_key(s, "\x1b[17~", "member of staff"); /* F6: who may, without opening */
    tty_expect(s, "not open to you");
    steps_key(s, "t", "Who: the login");
    steps_key(s, CLINIC_TECH "\r", "Until which day");
    steps_key(s, "1 1 2020\r", "Because");
    steps_key(s, "\r", "in the past");
    steps_key(s, "u", "lifted, because");
    steps_key(s, "left the clinic long ago\r", "Not restricted");
    steps_key(s, "l", "WHO LOOKED AT TURNAWAY");
    tty_expect(s, "lifted a restriction");
    steps_choose(s, "a restricted record: aske");
    tty_expect(s, "none was given");
    tty_close(s);
    int status = clinic_run(CLINIC_SUPERVISOR_PASSWORD, out, sizeof out,
                            (const char *[]){"--as", CLINIC_SUPERVISOR, "access", "user",
                                             CLINIC_TECH, "--csv", NULL});
    assert_int_equal(status, 0);
    assert_non_null(strstr(out, "time,user,patient,number,severity,what,detail"));
    assert_non_null(strstr(out, "TURNAWAY"));
    status = clinic_run(CLINIC_SUPERVISOR_PASSWORD, out, sizeof out,
                        (const char *[]){"--as", CLINIC_SUPERVISOR, "--json", "access", "user",
                                         CLINIC_SUPERVISOR, NULL});
    assert_int_equal(status, 0);
    assert_non_null(strstr(out, "\"what\":\"lifted a restriction\""));
    status = clinic_run(CLINIC_TECH_PASSWORD, out, sizeof out,
                        (const char *[]){"--as", CLINIC_TECH, "access", "user", CLINIC_SUPERVISOR,
                                         NULL});
    assert_int_equal(status, 77);
    status = clinic_run(CLINIC_TECH_PASSWORD, out, sizeof out,
                        (const char *[]){"--as", CLINIC_TECH, "access", "patient", NULL});
    assert_int_equal(status, 2);
    clinic_verify(clinic_dir());
}

static void test_hangup_while_the_reason_is_typed(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    staff_patient(t, "Hangman", "05061953");
    find(t, "hangman", "! RESTRICTED RECORD");
    tty_send(t, "covering for a coll");
    tty_expect(t, "covering for a coll");
    tty_hangup(t);
    tty_wait_exit(t);
    tty_close(t);
    t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "D goes on with it");
    steps_key(t, "D", "! RESTRICTED RECORD"); /* nothing was opened */
    tty_expect(t, "covering for a coll");
    steps_key(t, "eague\r", "No vitals yet");
    tty_expect(t, "restricted: opened by you");
    steps_key(t, KEY_ESC, "NOW");
    tty_expect_gone(t, "D goes on with it");
    tty_close(t);
    clinic_verify(clinic_dir());
}

/* ---- the privacy screen ------------------------------------------------------------ */

static void covered(struct tty *t, const char *secret)
{
    tty_settle(t, 300); /* what was drawn before is not counted */
    tty_bytes_reset(t);
    tty_send(t, KEY_PRIVACY);
    tty_expect(t, "Covered. Enter goes on.");
    tty_expect_gone(t, secret);
    if (tty_bytes(t) >= 400) /* at once, on a thin wire too */
        fail_msg("%zu bytes to cover the screen", tty_bytes(t));
    tty_send(t, "123x");
    tty_settle(t, 100);
    assert_false(tty_shows(t, secret));
    assert_false(tty_shows(t, "123x"));
}

static void test_privacy_screen(void **state)
{
    const char *lang = *state;
    struct tty *t = clinic_open(&(struct tty_options){.lang = lang});
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    clinic_register(t, lang != NULL ? "Asciicover" : "Coverman", lang != NULL ? "Anna" : "Carla",
                    lang != NULL ? "07081961" : "08091962");
    const char *name = lang != NULL ? "ASCIICOVER" : "COVERMAN";
    covered(t, name); /* in a list */
    steps_key(t, "\r", name);
    steps_key(t, "v", "BP");
    tty_send(t, "12080" "72");
    tty_expect(t, "72");
    covered(t, name); /* in the middle of a form */
    steps_key(t, KEY_PRIVACY, name);
    tty_expect(t, "72");
    tty_send(t, "169" "8a368a"); /* on from the same field */
    tty_expect(t, "36.8");
    steps_key(t, "=", "or named:");
    tty_send(t, "p 6");
    covered(t, "p 6"); /* in a question */
    steps_key(t, "\r", "p 6");
    tty_send(t, KEY_ESC);
    tty_expect_gone(t, "or named:");
    steps_save(t, "SAVED");
    covered(t, "SAVED");
    steps_key(t, "\x1b[20~", "Password"); /* F9 locks from there */
    tty_send(t, CLINIC_TECH_PASSWORD "\r");
    tty_expect(t, "SAVED"); /* and what comes back is not covered */
    tty_close(t);
}

static void test_privacy_locks(void **state)
{
    (void)state;
    char path[300];
    snprintf(path, sizeof path, "%s/privacy.ini", test_dir());
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("[access]\nprivacy_s = 10\n[security]\npublic_passwords = yes\n", f);
    fclose(f);
    const char *argv[] = {test_program(), "--dir", clinic_dir(), "--config", path, NULL};
    struct tty *t = clinic_open_dir(clinic_dir(), &(struct tty_options){.argv = argv});
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    tty_send(t, KEY_PRIVACY);
    tty_expect(t, "Covered");
    tty_expect(t, "Password"); /* ten seconds later, without a key */
    tty_close(t);
}

/* ---- permission to share ------------------------------------------------------------- */

static void test_sharing_at_export(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    clinic_register(t, "Sharewoman", "Sheila", "03041963");
    steps_key(t, "P", "Not restricted");
    steps_key(t, "s", "PERMISSION TO SHARE");
    tty_send(t, "v");
    steps_key(t, "Demo Practice\r1 1 2020\rthe patient\r\r", "in the past");
    tty_settle(t, 100);
    tty_send(t, "\x15" "1 1 2199\r");
    tty_send(t, "\x13");
    tty_expect(t, "Recorded: vitals may be told to Demo Practice");
    tty_expect(t, "1 Jan 2199");
    steps_key(t, KEY_ESC, "No vitals yet");
    steps_key(t, "v", "BP");
    tty_send(t, "1208072169" "8a368a");
    steps_save(t, "SAVED");
    steps_key(t, "t", "p page");
    steps_key(t, "x", "For whom is it");
    tty_expect(t, "May be shared with: Demo Practice (vitals, until 1 Jan 2199)");
    steps_key(t, "demo practice\r", "to file");
    steps_key(t, "\r", "Written to");
    steps_key(t, KEY_ESC, "Esc back");
    tty_close(t);
    char out[16384];
    int status = clinic_run(CLINIC_SUPERVISOR_PASSWORD, out, sizeof out,
                            (const char *[]){"--as", CLINIC_SUPERVISOR, "access", "user",
                                             CLINIC_TECH, NULL});
    assert_int_equal(status, 0);
    assert_non_null(strstr(out, "for demo practice (permission recorded)"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_opened_and_reviewed_by_another),
        cmocka_unit_test(test_own_review_is_refused),
        cmocka_unit_test(test_turned_away_and_lifted),
        cmocka_unit_test(test_hangup_while_the_reason_is_typed),
        cmocka_unit_test_prestate(test_privacy_screen, NULL),
        cmocka_unit_test_prestate(test_privacy_screen, (void *)(uintptr_t) "C"),
        cmocka_unit_test(test_privacy_locks),
        cmocka_unit_test(test_sharing_at_export),
    };
    return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
