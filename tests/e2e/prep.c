/* Checklists on a terminal: answered by keys that are counted, stopped and let pass,
 * confirmed by a second person, left in every way and gone on with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/support/recorded.h"
#include "tests/support/steps.h"

static struct tty *at_home(const char *login, const char *password)
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, login, password);
    tty_expect(t, "NOW");
    return t;
}

/* Nobody is born on the same day as another: that would be asked about. */
static const char *born(void)
{
    static char text[16];
    static int year = 1930;
    snprintf(text, sizeof text, "14 3 %d", year++);
    return text;
}

/* A new patient's checklist of that title, begun. */
static struct tty *begun(const char *family, const char *title)
{
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    clinic_register(t, family, "Demo", born());
    steps_key(t, "k", "None was begun");
    steps_key(t, "n", "BEGIN A CHECKLIST");
    steps_choose(t, title);
    steps_key(t, "\r", " open");
    return t;
}


static size_t keys; /* typed into the checklist so far */

static void type(struct tty *t, const char *text, const char *shows)
{
    keys += strlen(text);
    tty_send(t, text);
    tty_expect(t, shows);
}

/* ---- answered by keys --------------------------------------------------------- */

static void mask(struct tty *t)
{
    tty_mask(t, "([0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) )?"
                "[0-9]{2}:[0-9]{2}");
    tty_mask(t, "[FM] [0-9]+\\>");
    tty_mask(t, "C-[0-9]+");
    tty_mask(t, "Bay [0-9]+");
}

/* Twenty-seven items: a key an item, and the figures of the two that are figures. */
static void test_ecg_by_keys(void **state)
{
    (void)state;
    struct tty *t = begun("Traced", "12-lead");
    tty_expect(t, "0 of 27, 27 open");
    tty_expect(t, "not asked");
    assert_false(tty_shows(t, "yes              ")); /* nothing is answered beforehand */
    mask(t);
    tty_golden(t, "prep_begun");
    keys = 0;
    type(t, "yyyy1yyyn", "9 of 27");
    type(t, "yyyyyyyyyyyy", "21 of 27");
    tty_expect(t, "type the figure, 1.0 to 200.0 mm/s");
    type(t, "25.0\r", "22 of 27");
    type(t, "10.0\r", "23 of 27");
    type(t, "yyyn", "27 of 27");
    tty_expect(t, "Complete and clear. F finishes it.");
    assert_int_equal(keys, 25 + 5 + 5);
    type(t, "F", "finish it?");
    type(t, "y", "FINISHED");
    assert_int_equal(keys, 25 + 10 + 2);
    steps_key(t, "y", "y does nothing here");
    steps_key(t, KEY_ESC, "CHECKLISTS OF THIS PATIENT");
    tty_expect(t, "finished");
    tty_expect(t, "27/27");
    tty_close(t);
    clinic_verify(clinic_dir());
}

static void test_what_is_wrong_is_said(void **state)
{
    (void)state;
    struct tty *t = begun("Mistaken", "12-lead");
    steps_key(t, "a", "cannot be answered with not applicable");
    steps_key(t, "\r", "y or n answers this");
    steps_key(t, "c", "Answer it first");
    steps_key(t, "o", "This answer stops nothing");
    steps_key(t, "s", "needs no second person");
    steps_key(t, "t", "has no timer");
    steps_key(t, "b", "not answered by a code");
    steps_key(t, "u", "no answer to take back");
    steps_key(t, "1", "No figure is asked here");
    tty_expect(t, "0 of 27, 27 open"); /* and none of it was an answer */
    tty_send(t, "yyyy");
    steps_key(t, "9", "1 to 3 answers this");
    steps_key(t, "y", "not answered by yes or no");
    /* a figure out of its limits: said, and what was typed stands there again */
    tty_send(t, "\x1b[F"); /* End */
    steps_key(t, KEY_UP KEY_UP KEY_UP KEY_UP, "0.5 to 80.0 mm/mV");
    steps_key(t, "999", "0.5 to 80.0 mm/mV");
    steps_key(t, "\r", "not possible");
    tty_expect(t, "999");
    steps_key(t, "\x15" "10.0\r", "10.0 mm/mV");
    /* a comment that an answer wants is asked for at once; too long is said */
    steps_key(t, "f", "not answered: Chaperone");
    steps_key(t, "3", "Comment:");
    steps_key(t, KEY_ESC, "want a comment");
    steps_key(t, "c", "Comment:");
    steps_key(t, "nobody was free\r", ">    The patient agrees");
    steps_key(t, KEY_UP, "Comment: nobody was free");
    /* F says that it is not complete, and Esc leaves it open */
    steps_key(t, "F", "Leave it incomplete, because");
    steps_key(t, "\r", "Without a reason it stays open");
    tty_close(t);
}

/* ---- of a procedure ------------------------------------------------------------- */

static void test_a_procedure_waits_for_it(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    clinic_register(t, "Planned", "Demo", born());
    steps_key(t, "p", "PLAN A PROCEDURE");
    tty_send(t, "ecg 12\r\r\rnow\r" KEY_SAVE);
    tty_expect(t, "P-");
    tty_expect(t, "scheduled");
    steps_key(t, "w", "a arrived");
    steps_key(t, "a", "arrived");
    steps_key(t, "p", "preparing");
    steps_key(t, "r", "Not \"ready\" yet. 12-lead electrocardiogram: not begun");
    steps_key(t, "k", "Asked for, not begun: 12-lead electrocardiogram");
    steps_key(t, "n", "12-lead electrocardiogram  (asked for)");
    steps_key(t, "\r", "27 open");
    tty_send(t, "yyyy1yyyn"); /* what is asked before "ready" */
    tty_expect(t, "9 of 27");
    tty_send(t, KEY_ESC);
    tty_expect_gone(t, "Asked for, not begun");
    steps_key(t, KEY_ESC, "preparing");
    tty_send(t, "r");
    tty_expect(t, "ready");
    steps_key(t, "s", "Not \"in progress\" yet. 12-lead electrocardiogram: not answered: V1");
    tty_close(t);
}

/* ---- other people ---------------------------------------------------------------- */

static void test_stop_let_pass_by_a_supervisor(void **state)
{
    (void)state;
    struct tty *t = begun("Stopped", "12-lead");
    steps_key(t, "n", "This answer STOPS: the patient is not ready with it");
    tty_expect(t, "supervisor may let it pass");
    tty_expect(t, "STOP: Hands cleaned");
    steps_key(t, KEY_UP, "o asks for it");
    /* at the technician's terminal, with the supervisor's own password */
    steps_key(t, "o", "It may pass, because");
    steps_key(t, "gloves are on\r", "Login of the supervisor");
    steps_key(t, "tech2\r", "Password of tech2");
    steps_key(t, "demo walnut lantern 2\r", "prep.override"); /* no supervisor */
    tty_expect(t, "!!");
    steps_key(t, "o", "It may pass, because");
    steps_key(t, "gloves are on\r", "Login of the supervisor");
    steps_key(t, CLINIC_SUPERVISOR "\r", "Password of sam");
    steps_key(t, CLINIC_SUPERVISOR_PASSWORD "\r", "let it pass. It stands in the log");
    tty_expect(t, "1 passed");
    tty_expect(t, "Let pass by Sam");
    tty_expect(t, "Toni Technician"); /* whose session goes on */
    mask(t);
    tty_golden(t, "prep_passed");
    steps_key(t, "i", "let pass, because gloves are on (Sam");
    tty_close(t);

    struct tty *u = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(u, "l", "SHIFT LOG"); /* the exception comes before what is routine */
    tty_expect(u, "a supervisor let a stop pass here");
    steps_choose(u, "a supervisor let a stop");
    tty_expect(u, "because gloves are on");
    tty_close(u);
    clinic_verify(clinic_dir());
}

static void test_second_person_confirms(void **state)
{
    (void)state;
    struct tty *t = begun("Twofold", "Pre-operative");
    steps_key(t, "y", "1 want a second person");
    steps_key(t, KEY_UP, "a second person must confirm it: s");
    steps_key(t, "s", "Login of the second person");
    steps_key(t, CLINIC_TECH "\r", "Password of tech1");
    steps_key(t, CLINIC_TECH_PASSWORD "\r", "somebody else");
    steps_key(t, "s", "Login of the second person");
    steps_key(t, "tech2\r", "Password of tech2");
    steps_key(t, "not this password\r", "wrong");
    steps_key(t, "s", "Login of the second person");
    steps_key(t, "tech2\r", "Password of tech2");
    steps_key(t, "demo walnut lantern 2\r", "Confirmed by Tara");
    tty_expect_gone(t, "want a second person");
    tty_expect(t, "; confirmed by Tara");
    tty_expect_row(t, 0, "Toni Technician"); /* whose session was never left */
    steps_key(t, KEY_DOWN "b", "Scan it now");
    tty_close(t);
    clinic_verify(clinic_dir());
}

/* Another session's answers come without a key, and are not overwritten unseen. */
static void test_two_answer_at_once(void **state)
{
    (void)state;
    struct tty *t = begun("Shared", "Pre-operative");
    struct tty *u = at_home("tech2", "demo walnut lantern 2");
    steps_key(u, "/", "Find");
    tty_send(u, "shared");
    tty_expect(u, "SHARED");
    steps_key(u, "\r", "e amend");
    steps_key(u, "k", "Pre-operative");
    steps_key(u, "\r", " open");
    steps_key(t, "y", "1 of ");
    tty_expect(u, "yes              TT");
    steps_key(u, "s", "do you confirm it as Tara"); /* logged in: no password is asked */
    steps_key(u, "y", "Confirmed by Tara");
    tty_expect_gone(t, "want a second person");
    tty_close(t);
    tty_close(u);
}

/* ---- left, and gone on with --------------------------------------------------------- */

static void test_hangup_and_kill(void **state)
{
    (void)state;
    struct tty *t = begun("Dropped", "12-lead");
    tty_send(t, "yyy");
    tty_expect(t, "3 of 27");
    tty_hangup(t);
    tty_wait_exit(t);
    tty_close(t);

    t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "DROPPED");
    tty_expect(t, "24 open. D goes on with it.");
    steps_key(t, "D", "3 of 27");
    tty_expect(t, ">    The recording has been");
    tty_send(t, "y1");
    tty_expect(t, "5 of 27");
    tty_kill(t, 9);
    tty_wait_exit(t);
    tty_close(t);

    t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_key(t, "D", "5 of 27");
    tty_expect(t, ">    The patient agrees");
    /* half a comment is a draft */
    steps_key(t, KEY_UP KEY_UP, "TT");
    steps_key(t, "c", "Comment:");
    tty_send(t, "half a sen");
    tty_expect(t, "half a sen");
    tty_hangup(t);
    tty_wait_exit(t);
    tty_close(t);
    t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "checklist for DROPPED");
    steps_key(t, "D", "half a sen");
    steps_key(t, "tence", "half a sentence");
    steps_key(t, "\r", ">    Chaperone");
    steps_key(t, KEY_UP, "Comment: half a sentence");
    tty_send(t, KEY_ESC);
    tty_expect(t, "NOW");
    tty_expect(t, "22 open. D goes on"); /* the checklist, no draft any more */
    tty_close(t);
    clinic_verify(clinic_dir());
}

static void test_a_timer_runs_on(void **state)
{
    (void)state;
    struct tty *t = begun("Drying", "Skin preparation");
    for (int i = 0; i < 40 && !tty_shows(t, "t starts and stops"); i++) {
        tty_send(t, KEY_DOWN);
        tty_settle(t, 30);
    }
    steps_key(t, "t", "still running");
    tty_kill(t, 9);
    tty_wait_exit(t);
    tty_close(t);
    t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_key(t, "D", "still running");
    tty_expect(t, "0:03, still running"); /* it is drawn by the second */
    tty_send(t, "t");
    tty_expect_gone(t, "still running");
    steps_key(t, "i", "started (Toni");
    tty_close(t);
}

static void test_lock_comes_back_to_it(void **state)
{
    (void)state;
    struct tty *t = begun("Locked", "12-lead");
    tty_send(t, "yy");
    tty_expect(t, "2 of 27");
    steps_key(t, "\x1b[20~", "Password"); /* F9 */
    steps_key(t, CLINIC_TECH_PASSWORD "\r", "2 of 27");
    tty_expect(t, ">    The patient has said");
    tty_close(t);
}

/* ---- the wrong patient's --------------------------------------------------------------- */

static void test_entered_in_error(void **state)
{
    (void)state;
    struct tty *t = begun("Wronged", "12-lead");
    tty_send(t, "yy");
    tty_expect(t, "2 of 27");
    steps_key(t, "x", "All of this checklist was entered in error, because?");
    steps_key(t, "1", "ENTERED IN ERROR");
    tty_expect(t, "wrong patient");
    steps_key(t, "y", "y does nothing here");
    steps_key(t, KEY_ESC, "CHECKLISTS OF THIS PATIENT");
    tty_expect(t, "entered in error");
    tty_expect(t, "wrong patient");
    steps_key(t, "x", "is marked as entered in error");
    tty_close(t);
}

/* ---- a template edited between two patients ------------------------------------------- */

static void test_template_edited(void **state)
{
    (void)state;
    char config[160], site[200], list[240], text[400];
    static const char LIST[] = "[checklist]\nid = site-list\nversion = %d\ntitle = Site list\n"
                               "source = nobody\n[section.one]\ntitle = One\nby = ward\n"
                               "before = ready\n[item.asked]\ntext = %s\nkind = yes-no\n"
                               "stop_on = no\n";
    snprintf(site, sizeof site, "%s/site", test_dir());
    assert_int_equal(mkdir(site, 0700), 0);
    snprintf(list, sizeof list, "%s/checklists", site);
    assert_int_equal(mkdir(list, 0700), 0);
    snprintf(list, sizeof list, "%s/checklists/site-list.ini", site);
    snprintf(config, sizeof config, "%s/site.ini", test_dir());
    snprintf(text, sizeof text,
             "[site]\nname = Demo site\ndata_dir = %s\n"
             "[security]\npublic_passwords = yes\n",
             site);
    file_write(config, text, strlen(text));
    chmod(config, 0600);
    snprintf(text, sizeof text, LIST, 1, "The words of the first day");
    file_write(list, text, strlen(text));
    const char *argv[] = {test_program(), "--config", config, "--dir", clinic_dir(), NULL};

    struct tty *t = tty_open(&(struct tty_options){.argv = argv});
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    clinic_register(t, "Before", "Demo", born());
    steps_key(t, "k", "None was begun");
    steps_key(t, "n", "Site list");
    steps_choose(t, "Site list");
    steps_key(t, "\r", "The words of the first day");
    tty_send(t, "y");
    tty_expect(t, "1 of 1");

    snprintf(text, sizeof text, LIST, 2, "Other words");
    file_write(list, text, strlen(text));
    tty_send(t, KEY_ESC);
    tty_expect(t, "CHECKLISTS OF THIS PATIENT");
    tty_send(t, KEY_ESC);
    tty_expect(t, "e amend");
    tty_send(t, KEY_ESC);
    tty_expect(t, "NOW");
    clinic_register(t, "After", "Demo", born());
    steps_key(t, "k", "None was begun");
    steps_key(t, "n", "Site list");
    steps_choose(t, "Site list");
    steps_key(t, "\r", "Other words");
    tty_close(t);

    t = tty_open(&(struct tty_options){.argv = argv}); /* another day */
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_key(t, "/", "Find");
    tty_send(t, "before");
    tty_expect(t, "BEFORE");
    steps_key(t, "\r", "e amend");
    steps_key(t, "k", "Site list");
    tty_expect(t, "version 1");
    steps_key(t, "\r", "The words of the first day");
    assert_false(tty_shows(t, "Other words"));
    tty_expect(t, "1 of 1");
    tty_close(t);
    clinic_verify(clinic_dir());
}

/* ---- the wire ------------------------------------------------------------------------- */

enum { QUIET_MS = 150 * (STEPS_SLOW > 1 ? 4 : 1) };

/* Nothing is on its way before, and nothing afterwards. */
static size_t cost(struct tty *t, const char *key, const char *shows)
{
    tty_bytes_reset(t);
    tty_send(t, key);
    tty_expect(t, shows);
    tty_settle(t, QUIET_MS);
    return tty_bytes(t);
}

static void assert_cost(struct tty *t, const char *what, size_t bytes, size_t limit)
{
    if (getenv("CT_TELL") != NULL)
        fprintf(stderr, "%-28s %5zu bytes (limit %zu)\n", what, bytes, limit);
    if (bytes > limit)
        fail_msg("%s costs %zu bytes, more than %zu:\n%s", what, bytes, limit, tty_screen(t));
}

static void test_bytes(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    clinic_register(t, "Wired", "Demo", born());
    tty_settle(t, QUIET_MS);
    assert_cost(t, "list of checklists", cost(t, "k", "None was begun"), 2500);
    assert_cost(t, "which to begin", cost(t, "n", "BEGIN A CHECKLIST"), 2500);
    steps_choose(t, "Pre-operative");
    tty_settle(t, QUIET_MS);
    assert_cost(t, "checklist", cost(t, "\r", " open"), 2500);
    size_t most = 0, all = 0, n = 8, scrolled = 0;
    for (size_t i = 0; i < n; i++) { /* in sight */
        size_t bytes = cost(t, KEY_DOWN, " open");
        most = bytes > most ? bytes : most;
        if (getenv("CT_TELL") != NULL)
            fprintf(stderr, "%zu ", bytes);
        all += bytes;
    }
    for (size_t i = 0; i < 20; i++) /* every one of them scrolls the list */
        scrolled += cost(t, KEY_DOWN, " open");
    if (getenv("CT_TELL") != NULL)
        fprintf(stderr, "a move: %zu on average, one that scrolls %zu\n", all / n, scrolled / 20);
    assert_cost(t, "the dearest move in sight", most, 200);
    assert_cost(t, "moves that scroll, on average", scrolled / 20, 400);
    cost(t, "\x1b[H", ">    The patient has said");
    assert_cost(t, "an answer and the next item", cost(t, "y", "1 of "), 400);
    tty_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ecg_by_keys),
        cmocka_unit_test(test_what_is_wrong_is_said),
        cmocka_unit_test(test_a_procedure_waits_for_it),
        cmocka_unit_test(test_stop_let_pass_by_a_supervisor),
        cmocka_unit_test(test_second_person_confirms),
        cmocka_unit_test(test_two_answer_at_once),
        cmocka_unit_test(test_hangup_and_kill),
        cmocka_unit_test(test_a_timer_runs_on),
        cmocka_unit_test(test_lock_comes_back_to_it),
        cmocka_unit_test(test_entered_in_error),
        cmocka_unit_test(test_template_edited),
        cmocka_unit_test(test_bytes),
    };
    if (getenv("CT_ONLY") != NULL)
        cmocka_set_test_filter(getenv("CT_ONLY"));
    return cmocka_run_group_tests_name("prep", tests, NULL, NULL);
}
