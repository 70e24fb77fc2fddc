/* A shift of two technicians is reviewed in a terminal: a line is queried and answered by its
 * author, a running shift and a wrong password sign nothing, what is signed stays, what comes
 * later is an addendum; and `clintech verify` names what somebody changed in a copy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clinic/review.h"
#include "tests/support/recorded.h"
#include "tests/support/steps.h"

#define TECH2 "tech2"
#define TECH2_PASSWORD "demo walnut lantern 2"

/* ---- past the screens --------------------------------------------------------------------- */

/* The shift before the one that runs, in the middle; what was done in it is written as if
 * it were then. */
static int64_t then_ms;
static int64_t clock_ms;

static struct ct_app *at_the_store(const char *dir, const char *login, const char *password,
                                   bool then)
{
    static struct ct_config c;
    const struct ct_clock fixed = ct_clock_fixed(&clock_ms);
    struct ct_app *app = NULL;
    struct ct_secret *s = secret_of(password);
    ct_config_default(&c);
    clock_ms = then_ms;
    assert_int_equal(ct_app_new(dir, &c, then ? &fixed : &CT_CLOCK_SYSTEM, &app, NULL), CT_OK);
    assert_int_equal(ct_login(app, login, s, NULL), CT_OK);
    ct_secret_free(s);
    return app;
}

static void leave(struct ct_app *app)
{
    ct_logout(app);
    ct_app_free(app);
}

static int64_t patient_of(struct ct_app *app, const char *family)
{
    struct ct_patient p = {.born = ct_date_make(1951, 3, 14), .sex = CT_SEX_FEMALE};
    struct ct_patient_hits h;
    struct ct_error e = {0};
    snprintf(p.family, sizeof p.family, "%s", family);
    snprintf(p.given, sizeof p.given, "Demo");
    assert_int_equal(ct_patient_find(app, family, 2, &h, &e), CT_OK);
    int64_t id = h.n > 0 ? h.hit[0].id : 0;
    ct_patient_hits_done(&h);
    if (id != 0)
        return id;
    if (ct_patient_register(app, &p, &e) != CT_OK)
        fail_msg("%s", e.text);
    return p.id;
}

static void recorded_set(struct ct_app *app, const char *family, const char *line,
                         int64_t taken_ms)
{
    struct ct_vitals_rules rules;
    struct ct_error e = {0};
    struct ct_vitals v;
    ct_vitals_init(&v);
    v.patient_id = patient_of(app, family);
    v.taken_ms = taken_ms;
    assert_int_equal(ct_vitals_rules_load(ct_app_config(app), &rules, &e), CT_OK);
    size_t at;
    if (ct_quick_parse(line, ct_app_config(app), &rules.limits, &v, &at, &e) != CT_OK ||
        ct_vitals_record(app, &rules, &v, &e) != CT_OK)
        fail_msg("%s: %s", e.field, e.text);
    ct_vitals_rules_done(&rules);
}

static void incident(struct ct_app *app, const char *text)
{
    struct ct_shift_entry x = {.kind = CT_ENTRY_INCIDENT, .grade = CT_ENTRY_SERIOUS};
    struct ct_error e = {0};
    snprintf(x.text, sizeof x.text, "%s", text);
    if (ct_shift_entry_add(app, &x, &e) != CT_OK)
        fail_msg("%s", e.text);
}

/* What two technicians did in the shift before. */
static int seed(void **state)
{
    (void)state;
    setlocale(LC_CTYPE, "C.UTF-8");
    then_ms = ct_now(&CT_CLOCK_SYSTEM) - 12 * (int64_t)CT_HOUR_MS;
    struct ct_app *app = at_the_store(clinic_dir(), CLINIC_TECH, CLINIC_TECH_PASSWORD, true);
    recorded_set(app, "Reviewone", "190/80 131 26 90 36.6 A air", then_ms);
    leave(app);
    app = at_the_store(clinic_dir(), TECH2, TECH2_PASSWORD, true);
    recorded_set(app, "Reviewtwo", "120/80 72 16 98 36.6 A air", then_ms);
    incident(app, "A visitor fell at the door");
    leave(app);
    return 0;
}

/* ---- in the terminal --------------------------------------------------------------------- */

static struct tty *at_home(const char *login, const char *password)
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, login, password);
    tty_expect(t, "NOW");
    return t;
}

static void back(struct tty *t, const char *expect)
{
    tty_settle(t, 150);
    steps_key(t, KEY_ESC, expect);
}

/* The review of the shift before, from the home screen. */
static void to_review(struct tty *t)
{
    steps_key(t, "R", "REVIEWS of the shifts");
    tty_settle(t, 150);
    tty_send(t, KEY_DOWN);
    steps_key(t, "\r", "EXCEPTIONS");
}

static void filtered(struct tty *t, const char *words, const char *expect)
{
    steps_key(t, "f", "Filter: @who");
    tty_send(t, "\x15"); /* what stood there */
    tty_send(t, words);
    steps_key(t, "\r", expect);
    tty_settle(t, 100);
}

/* Exceptions one after another, then all the rest. */
static void all_looked_at(struct tty *t)
{
    filtered(t, "!", "Filter: !");
    for (int i = 0; i < 60 && !tty_shows(t, " 0 exceptions and"); i++) {
        tty_send(t, "a");
        tty_settle(t, 60);
    }
    tty_expect(t, " 0 exceptions and");
    steps_key(t, "A", "take the filter off");
    filtered(t, "", "Comments:");
    steps_key(t, "A", "lines are acknowledged");
}

static void signed_in_the_text(struct tty *t, const char *meaning)
{
    tty_expect(t, meaning);
    steps_key(t, "S", "Signed: your own password");
    tty_send(t, "not the password at all");
    steps_key(t, "\r", "That is not your password");
    tty_send(t, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "\r", "is signed.");
    tty_expect(t, "SIGNED by Sam");
}

static void a_running_shift_is_not_signed(struct tty *t)
{
    steps_key(t, "R", "REVIEWS of the shifts");
    steps_key(t, "\r", "the shift runs");
    steps_key(t, "S", "It runs until");
    back(t, "REVIEWS");
    back(t, "NOW");
}

static void queried(struct tty *t)
{
    filtered(t, "reviewone #vitals", "REVIEWONE, Demo");
    tty_expect(t, "!!");
    steps_key(t, "\r", "EVIDENCE");
    tty_expect(t, "Version 1");
    back(t, "EXCEPTIONS");
    steps_key(t, "k", "Ask");
    steps_key(t, "\r", "missing"); /* nothing asked */
    steps_key(t, "Who was told of this one?\r", "stands at the author's home");
    filtered(t, "visitor fell", "A visitor fell");
    steps_key(t, "c", "Comment");
    steps_key(t, "The mat is replaced\r", "The comment is written");
    steps_key(t, "i", "The mat is replaced");
    back(t, "EXCEPTIONS");
    filtered(t, "@nobody", "Nobody in this review is called nobody");
    tty_send(t, KEY_ESC);
    tty_expect_gone(t, "Filter: @who");
    steps_key(t, "t", "Lines of");
    tty_expect(t, "vitals");
    steps_key(t, "t", "At");
}

/* A device that is not there is said; a filter is kept, used again with two keys, removed. */
static void kept_by_name(struct tty *t)
{
    filtered(t, "=NOPE-1", "There is no device NOPE-1");
    tty_send(t, KEY_ESC);
    tty_expect_gone(t, "Filter: @who");
    filtered(t, "", "Comments:");
    steps_key(t, "F", "No filter is on");
    steps_key(t, "n", "set one in the review");
    back(t, "EXCEPTIONS");
    filtered(t, "visitor fell", "A visitor fell");
    steps_key(t, "F", "On now: visitor fell");
    steps_key(t, "n", "Keep it as");
    steps_key(t, "\r", "missing"); /* no name */
    steps_key(t, "falls\r", "falls is kept: visitor fell");
    back(t, "EXCEPTIONS");
    filtered(t, "", "Comments:");
    steps_key(t, "F", "falls");
    steps_key(t, "\r", "Filter: visitor fell");
    tty_expect(t, "A visitor fell");
    steps_key(t, "F", "On now: visitor fell");
    steps_key(t, "d", "Remove the filter falls?");
    steps_key(t, "y", "None is kept yet");
    back(t, "EXCEPTIONS");
    filtered(t, "", "Comments:");
}

static void answered(void)
{
    struct tty *t = at_home(TECH2, TECH2_PASSWORD);
    assert_false(tty_shows(t, "Questions on your records"));
    tty_close(t);
    t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "Questions on your records: 1. q answers them.");
    steps_key(t, "q", "Who was told of this one?");
    tty_expect(t, "REVIEWONE, Demo");
    steps_key(t, "e", "EVIDENCE");
    back(t, "QUESTIONS");
    steps_key(t, "\r", "Answer");
    steps_key(t, "Dr Demo, by telephone\r", "The answer is written. 0 more wait.");
    back(t, "NOW");
    assert_false(tty_shows(t, "Questions on your records"));
    tty_close(t);
}

static void test_a_shift_is_reviewed_and_signed(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    a_running_shift_is_not_signed(t);
    to_review(t);
    tty_expect(t, "exceptions and");
    queried(t);
    kept_by_name(t);
    steps_key(t, "S", "are not acknowledged");
    all_looked_at(t);
    tty_expect(t, "waits for answers");
    steps_key(t, "S", "Signed without an answer, because");
    steps_key(t, "\r", "why it is signed without");
    answered();
    tty_expect(t, "to be signed"); /* it shows within a second */
    steps_key(t, "S", "TO BE SIGNED as 'reviewed with comments'");
    tty_expect(t, "clintech review 1");
    signed_in_the_text(t, "reviewed with comments");
    steps_key(t, "a", "does nothing here");
    steps_key(t, "T", "SIGNED");
    back(t, "SIGNED by Sam");
    back(t, "REVIEWS");
    tty_expect(t, "signed by Sam");
    tty_close(t);
    clinic_verify(clinic_dir());
}

static void test_what_comes_later_is_an_addendum(void **state)
{
    (void)state;
    struct ct_app *app = at_the_store(clinic_dir(), TECH2, TECH2_PASSWORD, false);
    recorded_set(app, "Reviewtwo", "121/81 70 15 99 36.7 A air", then_ms + CT_MINUTE_MS);
    leave(app);
    struct tty *t = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    tty_expect(t, "Changed after sign-off: 1. R shows them.");
    steps_key(t, "l", "SHIFT LOG");
    steps_page_to(t, "[after sign-off of R-");
    back(t, "NOW");
    steps_key(t, "R", "1 recorded AFTER SIGN-OFF");
    tty_settle(t, 150);
    tty_send(t, KEY_DOWN);
    steps_key(t, "\r", "addendum to R-");
    tty_expect(t, "REVIEWTWO, Demo");
    steps_key(t, "a", "to be signed");
    steps_key(t, "S", "TO BE SIGNED as 'reviewed'");
    signed_in_the_text(t, "1 lines, 1 exceptions");
    back(t, "addendum signed by Sam");
    back(t, "NOW");
    assert_false(tty_shows(t, "Changed after sign-off"));
    tty_close(t);
    clinic_verify(clinic_dir());
}

/* ---- changed in a copy ---------------------------------------------------------------------- */

static void tampered(const char *name, const char *sql, const char *const *expect)
{
    static struct clinic copy;
    char out[16384];
    snprintf(copy.dir, sizeof copy.dir, "%s/%s", test_dir(), name);
    steps_copy_dir(clinic_dir(), copy.dir);
    struct ct_app *app =
        at_the_store(copy.dir, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, false);
    struct raw r;
    raw_open(&r, &copy, ct_app_keys(app));
    raw_force(&r, sql);
    raw_close(&r);
    leave(app);
    const char *argv[] = {test_program(), "--dir", copy.dir, "--as", CLINIC_SUPERVISOR,
                          "--password-file", "-", "verify", NULL};
    assert_int_equal(test_run(argv, CLINIC_SUPERVISOR_PASSWORD "\n", out, sizeof out), 1);
    for (size_t i = 0; expect[i] != NULL; i++)
        if (strstr(out, expect[i]) == NULL)
            fail_msg("verify never said \"%s\" but: %s", expect[i], out);
}

static void test_verify_names_what_was_changed(void **state)
{
    (void)state;
    char out[16384];
    const char *const verify[] = {"--as", CLINIC_SUPERVISOR, "verify", NULL};
    assert_int_equal(clinic_run(CLINIC_SUPERVISOR_PASSWORD, out, sizeof out, verify), 0);
    assert_non_null(strstr(out, "SIGNED   R-"));
    assert_non_null(strstr(out, "'reviewed with comments', lines "));
    assert_non_null(strstr(out, " by Sam"));
    tampered("text", "UPDATE review_text SET text = replace(text, 'comments', 'pleasure')",
             (const char *const[]){"PROBLEM  The text of the review R-", "is not what Sam", NULL});
    tampered("line",
             "UPDATE vitals SET pulse_bpm = 81 WHERE id = (SELECT max(id) FROM vitals "
             "WHERE pulse_bpm = 131)",
             (const char *const[]){"(vitals.record, Toni", "a line of the review R-",
                                   "is not what was signed", NULL});
    tampered("comment", "UPDATE review_mark SET text = 'No mat was there' WHERE kind = 2",
             (const char *const[]){"PROBLEM  The comment of Sam", "The mat is replaced", NULL});
}

/* ---- what a person writes into the log ---------------------------------------------------------- */

static void test_an_incident_is_written_down(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_key(t, "l", "SHIFT LOG");
    steps_key(t, "n", "WRITE DOWN in the log");
    tty_settle(t, 150);
    tty_mask(t, "[0-9]{2}:[0-9]{2}");
    tty_golden(t, "entry");
    tty_send(t, "NS\t\tlift stuck between floors");
    steps_key(t, KEY_SAVE, "Written down: near miss, serious.");
    tty_expect(t, "lift stuck");
    steps_choose(t, "lift stuck");
    steps_key(t, "\r", "Version 1");
    steps_key(t, "c", "CORRECT what Toni");
    tty_settle(t, 150);
    tty_send(t, "\x15I\t\t\t\t\tsomebody was in it");
    steps_key(t, KEY_SAVE, "Corrected: incident, serious.");
    tty_expect(t, "because: somebody was in it");
    steps_key(t, "d", "In error, because");
    steps_key(t, "another house\r", "marked as entered in error");
    back(t, "SHIFT LOG");
    tty_expect(t, "[in error since]");
    steps_key(t, "w", "WHO WAS THERE");
    tty_expect(t, "by the log-in");
    steps_key(t, "h", "There from");
    steps_key(t, "\r", "Until (empty");
    steps_key(t, "\r", "Because");
    steps_key(t, "began before the log-in\r", "The hours are corrected");
    tty_expect(t, "still there");
    tty_close(t);
    clinic_verify(clinic_dir());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_shift_is_reviewed_and_signed),
        cmocka_unit_test(test_what_comes_later_is_an_addendum),
        cmocka_unit_test(test_verify_names_what_was_changed),
        cmocka_unit_test(test_an_incident_is_written_down),
    };
    return cmocka_run_group_tests(tests, seed, NULL);
}
