/* The board of due patients: its groups, its filters, and that what a colleague saves is
 * there at once, without the cursor being taken off its patient.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/support/steps.h"

#define MEDIUM "105/70 95 21 94 38.1 A air"
#define LOW    "120/80 72 16 98 36.6 A air"

/* "Within a second or two", on a machine that has other things to do. */
enum { LIVE_MS = 4000 * STEPS_SLOW };

static struct tty *enter(const struct tty_options *o, const char *login, const char *password)
{
    struct tty *t = clinic_open(o);
    clinic_enter(t, login, password);
    tty_expect(t, "NOW");
    return t;
}

static struct tty *technician(void)
{
    return enter(NULL, CLINIC_TECH, CLINIC_TECH_PASSWORD);
}

/* To the field with that label, by Tab. */
static void go_to(struct tty *t, const char *label)
{
    for (int i = 0; i < 20; i++) {
        int row, col;
        tty_cursor(t, &row, &col);
        if (strncmp(tty_row(t, row), label, strlen(label)) == 0)
            return;
        tty_send(t, "\t");
        tty_settle(t, 60);
    }
    fail_msg("the cursor never came to \"%s\":\n%s", label, tty_screen(t));
}

/* From the home screen and back to it: a person with one set, taken so long ago. */
static void person(struct tty *t, const char *family, int day, const char *line,
                   const char *taken)
{
    char born[16];
    snprintf(born, sizeof born, "%d 6 1961", day);
    clinic_register(t, family, "Invented", born);
    steps_key(t, "=", "Set of");
    tty_send(t, line);
    tty_send(t, "\r");
    tty_expect(t, "Understood:");
    if (taken != NULL) {
        go_to(t, "> Taken");
        tty_send(t, taken);
        tty_send(t, "\x1b[Z"); /* back: the time is written out */
        tty_settle(t, 60);
    }
    steps_save(t, "SAVED");
    steps_key(t, "h", "NOW");
}

static void filter(struct tty *t, const char *text)
{
    steps_key(t, "/", "Part of a name");
    tty_send(t, "\x15"); /* ^U: the one before */
    tty_send(t, text);
    tty_send(t, "\r");
    tty_expect_gone(t, "Part of a name");
}

/* The first row below the heading is this patient's. */
static void expect_under(struct tty *t, const char *heading, const char *who)
{
    tty_expect(t, heading);
    tty_expect(t, who);
    int row = steps_row_of(t, heading);
    if (row < 0 || strstr(tty_row(t, row + 1), who) == NULL)
        fail_msg("\"%s\" is not under \"%s\":\n%s", who, heading, tty_screen(t));
}

static void expect_chosen(struct tty *t, const char *who)
{
    char row[80];
    snprintf(row, sizeof row, "> %s", who);
    tty_expect(t, row);
}

static void test_groups(void **state)
{
    (void)state;
    struct tty *t = technician();
    person(t, "Grouplate", 1, MEDIUM, "-180");
    person(t, "Groupjust", 2, MEDIUM, "-65");
    person(t, "Groupsoon", 3, MEDIUM, "-40");
    person(t, "Grouplater", 4, LOW, NULL);
    person(t, "Groupwatch", 5, "88/50 132 25 91 35.0 U o2 2 np", NULL);
    steps_key(t, "b", "BOARD");
    filter(t, "group");
    expect_under(t, "watch continuously: 1", "GROUPWATCH");
    expect_under(t, "16 min and more late: 1", "GROUPLATE,");
    expect_under(t, "1-15 min late: 1", "GROUPJUST");
    expect_under(t, "16-30 min left: 1", "GROUPSOON");
    expect_under(t, "46 min and more left: 1", "GROUPLATER,");
    /* in this order, the first row chosen, and what a row has no room for below */
    assert_true(steps_row_of(t, "GROUPWATCH") < steps_row_of(t, "GROUPLATE,"));
    assert_true(steps_row_of(t, "GROUPLATE,") < steps_row_of(t, "GROUPJUST"));
    assert_int_equal(tty_row(t, steps_row_of(t, "GROUPWATCH, Invented  "))[0], '>');
    tty_expect(t, " HIGH at ");
    steps_key(t, KEY_DOWN, "NEWS2 6 MEDIUM "); /* over the heading */
    expect_chosen(t, "GROUPLATE, Invented  ");
    steps_key(t, KEY_UP, "HIGH at ");
    steps_key(t, KEY_UP, "HIGH at ");
    expect_chosen(t, "GROUPWATCH, Invented  ");
    tty_close(t);
}

static void test_filters(void **state)
{
    (void)state;
    struct tty *t = technician();
    person(t, "Filtered", 6, MEDIUM, NULL);
    steps_key(t, "b", "BOARD");
    filter(t, "nobody is called so");
    tty_expect(t, "Nobody here passes the filter");
    tty_send(t, "\rv=r "); /* nothing to do it with */
    tty_expect(t, "Nobody here passes the filter");
    steps_key(t, "a", "FILTERED");
    filter(t, "FILT\xc3\xa9R"); /* accents and capitals do not matter */
    tty_expect(t, "only filter: 1");
    steps_key(t, "a", "to come");
    for (int i = 0; i < 40 && !tty_shows(t, "only Bay 9:"); i++) {
        tty_send(t, "p");
        tty_settle(t, 60);
    }
    tty_expect(t, "only Bay 9:");
    assert_false(tty_shows(t, "Chair"));
    steps_key(t, "a", "to come");
    tty_expect_gone(t, "only Bay 9");
    tty_close(t);
}

static void test_live(void **state)
{
    (void)state;
    struct tty *t = technician();
    person(t, "Livelya", 7, MEDIUM, NULL);
    person(t, "Livelyb", 8, MEDIUM, "-180");
    steps_key(t, "b", "BOARD");
    filter(t, "lively");
    expect_under(t, "16 min and more late: 1", "LIVELYB");
    steps_choose(t, "LIVELYA");

    struct tty *other = enter(NULL, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(other, "/", "Find");
    steps_key(other, "livelyb", "1 found");
    steps_key(other, "=", "Set of LIVELYB");
    tty_send(other, LOW "\r");
    tty_expect(other, "Understood");
    steps_save(other, "SAVED");
    int64_t since = steps_now_ms();
    tty_expect_gone(t, "and more late"); /* nobody touches this terminal */
    int64_t took = steps_now_ms() - since;
    if (took > LIVE_MS)
        fail_msg("it took %lld ms", (long long)took);
    tty_expect(t, "46 min and more left: 2"); /* there, and the cursor where it was */
    assert_int_equal(tty_row(t, steps_row_of(t, "LIVELYA, Invented  "))[0], '>');

    /* picked ones make a round, whatever is shown */
    steps_key(t, " ", "1 picked");
    filter(t, "no such");
    tty_expect(t, "1 picked");
    steps_key(t, "a", "to come");
    steps_key(t, "r", "0 of 1 done");
    tty_expect(t, "LIVELYA");
    tty_close(other);
    tty_close(t);
}

/* The site's own groups; and a mistake in them is told at the start. */
static void test_site_groups(void **state)
{
    (void)state;
    char path[256], out[2048];
    snprintf(path, sizeof path, "%s/board.ini", test_dir());
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("[security]\npublic_passwords = yes\n[vitals]\ndue_buckets = 1440 0\n", f);
    fclose(f);
    const char *argv[] = {test_program(), "--config", path, "--dir", clinic_dir(), NULL};
    struct tty *t = tty_open(&(struct tty_options){.argv = argv});
    tty_expect(t, "Login");
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    tty_send(t, ":board\r");
    tty_expect(t, "0-1440 min left");
    tty_close(t);

    f = fopen(path, "w");
    assert_non_null(f);
    fputs("[vitals]\ndue_buckets = 45 60 0\n", f);
    fclose(f);
    assert_int_not_equal(test_run(argv, NULL, out, sizeof out), 0);
    assert_non_null(strstr(out, "due_buckets: \"60\" is not below the one before it"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_filters),
        cmocka_unit_test(test_live),
        cmocka_unit_test(test_site_groups),
    };
    return cmocka_run_group_tests_name("board", tests, NULL, NULL);
}
