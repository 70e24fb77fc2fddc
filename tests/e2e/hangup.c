/* The line drops, or the program is told to end, in the middle of everything: it
 * ends within a second, and what was typed is offered at the next login. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <fcntl.h>
#include <unistd.h>

#include "tests/support/steps.h"

enum { END_MS = 1000 * STEPS_SLOW, HANGUP_STATUS = 129 };

static struct tty *technician(const struct tty_options *o)
{
    struct tty *t = clinic_open(o);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    return t;
}

/* How a session can be taken away. */
enum way { CUT, CUT_IGNORED, TERMINATED, HUNG_UP, WAYS };
static const char *const WAY[WAYS] = {"cut", "cut, SIGHUP ignored", "SIGTERM", "SIGHUP"};

static struct tty *start(enum way way)
{
    return technician(&(struct tty_options){.ignore_sighup = way == CUT_IGNORED});
}

static void take_away(struct tty *t, enum way way)
{
    int status;
    int64_t since = steps_now_ms();
    if (way == CUT || way == CUT_IGNORED)
        tty_hangup(t);
    else
        tty_kill(t, way == TERMINATED ? SIGTERM : SIGHUP);
    int64_t took = steps_end_ms(t, since, &status);
    if (took > END_MS)
        fail_msg("%s: ended after %lld ms", WAY[way], (long long)took);
    if (status != HANGUP_STATUS)
        fail_msg("%s: ended with %d", WAY[way], status);
    tty_close(t);
}

/* ---- the two forms -------------------------------------------------------- */

static const char *const VITALS[] = {
    "122/76", "71", "16", "97", "A", "36.8", "unsaved note, with \"quotes\" & \xc3\xbc"};

static void type_vitals(struct tty *t, const char *family)
{
    steps_new_form(t, family);
    tty_send(t, "12276711697a368");
    tty_expect(t, "36.8");
    tty_send(t, "\r\r\r\r\r\r"); /* swallowed, consciousness, pain, glucose, weight, height */
    tty_send(t, VITALS[6]);
    tty_expect(t, "quotes");
}

static void assert_vitals(struct tty *t, const char *family)
{
    char subject[64];
    snprintf(subject, sizeof subject, "%s, Invented", family);
    tty_expect_row(t, 0, subject);
    tty_expect(t, "Your draft of");
    for (size_t i = 0; i < sizeof VITALS / sizeof VITALS[0]; i++)
        if (!tty_shows(t, VITALS[i]))
            fail_msg("%s is lost:\n%s", VITALS[i], tty_screen(t));
}

static void test_vitals_come_back(void **state)
{
    (void)state;
    static const char *const NAME[] = {"CUTTING", "IGNORING", "TERMINATING", "HANGING"};
    for (int way = 0; way < WAYS; way++) {
        struct tty *t = start((enum way)way);
        type_vitals(t, NAME[way]);
        take_away(t, (enum way)way);
        t = technician(NULL);
        tty_expect(t, "Draft of");
        tty_expect(t, NAME[way]);
        tty_expect(t, "D goes on");
        steps_key(t, "D", "VITALS");
        assert_vitals(t, NAME[way]);
        steps_save(t, "SAVED"); /* and it can be saved; the draft is gone then */
        tty_expect(t, "BP 122/76  P 71  RR 16  SpO2 97 air  T 36.8");
        steps_key(t, "h", "NOW");
        tty_expect_gone(t, "Draft kept");
        tty_close(t);
    }
    clinic_verify(clinic_dir());
}

static void test_registration_comes_back(void **state)
{
    (void)state;
    for (int way = 0; way < WAYS; way++) {
        struct tty *t = start((enum way)way);
        steps_key(t, "n", "NEW PATIENT");
        tty_send(t, "O'Halfway\rNi\xc3\xb1o\r\r14 3 1961\ryx");
        tty_expect(t, "14 Mar 1961");
        tty_send(t, "Bay 4");
        tty_expect(t, "Bay 4");
        take_away(t, (enum way)way);
        t = technician(NULL);
        tty_expect(t, "Draft of");
        steps_key(t, "D", "NEW PATIENT");
        static const char *const FIELDS[] = {"O'Halfway", "Ni\xc3\xb1o", "14 Mar 1961",
                                             "Bay 4"};
        for (size_t i = 0; i < sizeof FIELDS / sizeof FIELDS[0]; i++)
            tty_expect(t, FIELDS[i]);
        tty_expect_row(t, 8, "Y"); /* estimated */
        tty_expect_row(t, 9, "X"); /* sex */
        steps_key(t, KEY_DISCARD, "Family name            ____");
        steps_key(t, KEY_ESC, "NOW");
        tty_expect_gone(t, "Draft kept");
        tty_close(t);
    }
    clinic_verify(clinic_dir());
}

/* A correction that was not finished is a correction again, with its values. */
static void test_correction_comes_back(void **state)
{
    (void)state;
    struct tty *t = technician(NULL);
    steps_new_form(t, "Correctable");
    tty_send(t, "12276711697a368a" KEY_SAVE);
    tty_expect(t, "SAVED");
    steps_key(t, "c", "CORRECT THE VITALS");
    tty_send(t, "\r\r99");
    tty_expect(t, "99");
    steps_key(t, KEY_SAVE, "Why is it corrected?");
    take_away(t, CUT);
    t = technician(NULL);
    tty_expect(t, "correction for CORRECTABLE");
    steps_key(t, "D", "CORRECT THE VITALS");
    tty_expect_row(t, 4, "99");
    steps_key(t, KEY_ESC, "not saved");
    steps_key(t, "k", "NOW");
    /* A new set of the same patient is another form: it does not take the draft. */
    steps_key(t, "/correctable", "1 found");
    steps_key(t, "\r", "e amend");
    steps_key(t, "v", "missing 7 of 7");
    tty_send(t, "13181");
    tty_expect(t, "131/81");
    take_away(t, TERMINATED);
    t = technician(NULL);
    tty_expect(t, "vitals for CORRECTABLE");
    steps_key(t, "D", "131/81");
    steps_save(t, "SAVED");
    steps_key(t, "h", "correction for CORRECTABLE");
    steps_key(t, "D", "CORRECT THE VITALS");
    tty_expect_row(t, 4, "99");
    steps_save(t, "Why");
    steps_key(t, "2", "SAVED");
    tty_expect(t, "P 99");
    steps_key(t, "i", "because: wrong reading");
    tty_close(t);
}

/* ---- every other place ------------------------------------------------------- */

/* From the home screen: keys, and what shows that they arrived. */
static const struct {
    const char *keys, *shows;
} PLACES[] = {
    {"", "NOW"},
    {"?", "KEYS"},
    {":", "GO TO"},
    {"/test", "found"},
    {"n", "NEW PATIENT"},
    {"\r", "e amend"},
    {"\rt", "other chart"},
    {"\ra", "ALERTS"},
    {"\re", "AMEND"},
    {"v=120", "BP pulse"},
    {"l", "SHIFT LOG"},
    {"la\r", "EVIDENCE"},
    {"p", "CHANGE YOUR PASSWORD"},
    {"pdemo walnut", "CHANGE YOUR PASSWORD"},
    {"L", "LOCKED"},
    {"Ldemo", "LOCKED"},
    {"Q", "Log out?"},
};

static void test_ends_everywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof PLACES / sizeof PLACES[0]; i++) {
        enum way way = (enum way)(i % WAYS);
        struct tty *t = start(way);
        steps_key(t, PLACES[i].keys, PLACES[i].shows);
        take_away(t, way);
    }
    clinic_verify(clinic_dir());
}

static void test_ends_before_login(void **state)
{
    (void)state;
    for (int way = 0; way < WAYS; way++) {
        struct tty *t = clinic_open(&(struct tty_options){.ignore_sighup = way == CUT_IGNORED});
        tty_send(t, CLINIC_TECH "\rdemo wal");
        tty_expect_row(t, 8, "> ");
        take_away(t, (enum way)way);
    }
}

/* Below 80x24 the form is hidden; it is kept all the same. */
static void test_too_small_is_kept_too(void **state)
{
    (void)state;
    struct tty *t = technician(NULL);
    type_vitals(t, "SHRUNKEN");
    tty_resize(t, 10, 40);
    tty_expect_gone(t, "VITALS");
    take_away(t, CUT);
    t = technician(NULL);
    tty_expect(t, "SHRUNKEN");
    steps_key(t, "D", "VITALS");
    assert_vitals(t, "SHRUNKEN");
    tty_close(t);
}

/* The locked terminal is switched off: the form is there at the next login. */
static void test_locked_form_comes_back(void **state)
{
    (void)state;
    struct tty *t = technician(NULL);
    type_vitals(t, "LOCKEDAWAY");
    steps_key(t, "\x1b[20~", "LOCKED"); /* F9 */
    take_away(t, CUT);
    t = technician(NULL);
    tty_expect(t, "LOCKEDAWAY");
    steps_key(t, "D", "VITALS");
    assert_vitals(t, "LOCKEDAWAY");
    tty_close(t);
}

/* Killed outright, with no time to say anything: what the status line called
 * kept is kept. */
static void test_killed_in_the_form(void **state)
{
    (void)state;
    struct tty *t = technician(NULL);
    type_vitals(t, "KILLED");
    tty_expect(t, "draft kept");
    tty_settle(t, 1500); /* the last letters too: a second after the last key */
    tty_kill(t, SIGKILL);
    assert_int_equal(tty_wait_exit(t), 128 + SIGKILL);
    tty_close(t);
    clinic_verify(clinic_dir());
    t = technician(NULL);
    tty_expect(t, "KILLED");
    steps_key(t, "D", "VITALS");
    assert_vitals(t, "KILLED");
    tty_close(t);
}

/* Amended details that were emptied stay emptied in the draft. */
static void test_amendment_comes_back(void **state)
{
    (void)state;
    struct tty *t = technician(NULL);
    clinic_register(t, "Amendable", "Invented", "4 4 1944");
    steps_key(t, "e", "AMEND");
    tty_send(t, "\r\x15\r\r\r\r\r"); /* no given name; on to the place */
    tty_send(t, "\x15Hall 7");
    tty_expect(t, "Hall 7");
    take_away(t, CUT);
    t = technician(NULL);
    tty_expect(t, "details for AMENDABLE");
    steps_key(t, "D", "AMEND");
    tty_expect(t, "Hall 7");
    tty_expect_row(t, 5, "Given names            ____");
    steps_key(t, KEY_DISCARD, "Bay 9");
    tty_close(t);
}

/* Another process sits on the gate while the line drops: the end does not wait
 * for it, the terminal is gone for good. */
static void test_ends_while_the_store_is_held(void **state)
{
    (void)state;
    char path[256];
    struct tty *t = technician(NULL);
    type_vitals(t, "HELD");
    tty_expect(t, "draft kept");
    snprintf(path, sizeof path, "%s/gate", clinic_dir());
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    take_away(t, CUT);
    close(fd);
    t = technician(NULL);
    tty_expect(t, "HELD");
    steps_key(t, "D", "122/76");
    tty_close(t);
}

/* Two forms, two drafts: one after the other, the newest first. */
static void test_two_drafts(void **state)
{
    (void)state;
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, "tech2", "demo walnut lantern 2");
    steps_new_form(t, "Firstform");
    tty_send(t, "12276");
    tty_expect(t, "122/76");
    steps_key(t, KEY_ESC, "not saved");
    steps_key(t, "k", "The draft is kept");
    steps_key(t, KEY_ESC, "NOW");
    steps_new_form(t, "Secondform");
    tty_send(t, "13181");
    tty_expect(t, "131/81");
    take_away(t, CUT);
    t = clinic_open(NULL);
    clinic_enter(t, "tech2", "demo walnut lantern 2");
    tty_expect(t, "SECONDFORM");
    steps_key(t, "D", "131/81");
    steps_save(t, "SAVED");
    steps_key(t, "h", "NOW");
    tty_expect(t, "FIRSTFORM");
    steps_key(t, "D", "122/76");
    tty_close(t);
}

/* The log says that the connection was lost, and whose. */
static void test_the_log_says_so(void **state)
{
    (void)state;
    take_away(technician(NULL), CUT);
    struct tty *t = technician(NULL);
    steps_key(t, "l", "SHIFT LOG");
    steps_key(t, "a", "shown too");
    tty_send(t, "\x1b[F"); /* to the end: the newest of what is not notable */
    tty_expect(t, "lost the connection");
    tty_close(t);
}

/* A draft is its owner's: the next person at the desk is not shown it. */
static void test_draft_is_private(void **state)
{
    (void)state;
    struct tty *t = technician(NULL);
    type_vitals(t, "PRIVATE");
    take_away(t, CUT);
    t = clinic_open(NULL);
    clinic_enter(t, "tech3", "demo walnut lantern 3");
    tty_expect(t, "NOW");
    tty_settle(t, 200);
    assert_false(tty_shows(t, "Draft kept"));
    assert_false(tty_shows(t, "PRIVATE"));
    tty_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vitals_come_back),
        cmocka_unit_test(test_registration_comes_back),
        cmocka_unit_test(test_correction_comes_back),
        cmocka_unit_test(test_ends_everywhere),
        cmocka_unit_test(test_ends_before_login),
        cmocka_unit_test(test_too_small_is_kept_too),
        cmocka_unit_test(test_locked_form_comes_back),
        cmocka_unit_test(test_killed_in_the_form),
        cmocka_unit_test(test_amendment_comes_back),
        cmocka_unit_test(test_ends_while_the_store_is_held),
        cmocka_unit_test(test_two_drafts),
        cmocka_unit_test(test_the_log_says_so),
        cmocka_unit_test(test_draft_is_private),
    };
    return cmocka_run_group_tests_name("hangup", tests, NULL, NULL);
}
