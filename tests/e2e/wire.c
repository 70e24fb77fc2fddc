/* What a key costs on a thin link: bytes, of which there is a budget, and never
 * time. And what the budgets were met by: a score of whole values only, a search
 * that fetches a screen of hits first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/steps.h"

enum { QUIET_MS = 150, TRIES = 3, TYPED = 16, MOVED = 60, SCREEN = 2000, FIELD = 160, SET = 1000 };
#define DOWN "\033OB"
#define UP "\033OA"
#define END "\033OF"
#define BACKSPACE "\x7f"

static struct tty *enter(const char *dir)
{
    struct tty *t = clinic_open_dir(dir, NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    tty_settle(t, QUIET_MS);
    return t;
}

/* Bytes that answer `keys`; `back` undoes them. The least of a few tries: at the
 * turn of a minute the clock is drawn as well. */
static size_t cost(struct tty *t, const char *keys, const char *expect, const char *back,
                   const char *expect_back)
{
    size_t least = SIZE_MAX;
    for (int i = 0; i < TRIES; i++) {
        tty_bytes_reset(t);
        tty_send(t, keys);
        tty_expect(t, expect);
        tty_settle(t, QUIET_MS);
        if (tty_bytes(t) < least)
            least = tty_bytes(t);
        tty_send(t, back);
        tty_expect(t, expect_back);
        tty_settle(t, QUIET_MS);
    }
    return least;
}

static void at_most(const char *what, size_t bytes, size_t budget)
{
    if (getenv("CT_TELL") != NULL)
        fprintf(stderr, "%-28s %5zu bytes (limit %zu)\n", what, bytes, budget);
    if (bytes == 0 || bytes > budget)
        fail_msg("%s: %zu bytes of at most %zu", what, bytes, budget);
}

static void test_bytes(void **state)
{
    (void)state;
    struct tty *t = enter(clinic_dir());
    at_most("find", cost(t, "/", "FIND A PATIENT", "\033", "NOW"), SCREEN);
    at_most("shift log", cost(t, "l", "SHIFT LOG", "\033", "NOW"), SCREEN);
    tty_send(t, "/999");
    tty_expect(t, "found");
    tty_send(t, DOWN);
    tty_settle(t, QUIET_MS);
    at_most("down", cost(t, DOWN, "FIND", UP, "FIND"), MOVED);
    tty_send(t, "\r");
    tty_expect(t, "e amend");
    at_most("trend", cost(t, "t", "other chart", "\033", "e amend"), SCREEN);
    at_most("help", cost(t, "?", "Esc", "\033", "e amend"), SCREEN);
    at_most("vitals form", cost(t, "v", "VITALS", "\033", "e amend"), SCREEN);
    tty_send(t, "v");
    tty_expect(t, "VITALS");
    tty_settle(t, QUIET_MS);
    at_most("a digit", cost(t, "1", "VITALS", BACKSPACE, "VITALS"), TYPED);
    tty_send(t, "1");
    tty_settle(t, QUIET_MS);
    at_most("a second digit", cost(t, "0", "VITALS", BACKSPACE, "VITALS"), TYPED);
    tty_send(t, BACKSPACE);
    tty_settle(t, QUIET_MS);
    size_t set = 0;
    for (const char *c = "12276711697a368a"; *c != '\0'; c++) {
        char what[32];
        tty_bytes_reset(t);
        tty_send_n(t, c, 1); /* one by one, so that each field's hint is drawn */
        tty_settle(t, QUIET_MS);
        snprintf(what, sizeof what, "digit %c of a set", *c);
        at_most(what, tty_bytes(t), FIELD);
        set += tty_bytes(t);
    }
    at_most("a whole set", set, SET);
    tty_close(t);
}

/* The dearest of a few moves in a list: up and down within what is in sight, so that no
 * row comes into it. */
static size_t dearest(struct tty *t)
{
    size_t most = 0;
    tty_send(t, DOWN UP); /* a message goes with the first key */
    tty_settle(t, QUIET_MS);
    for (int i = 0; i < 6; i++) {
        tty_bytes_reset(t);
        tty_send(t, i % 4 < 2 ? DOWN : UP);
        tty_settle(t, QUIET_MS);
        most = tty_bytes(t) > most ? tty_bytes(t) : most;
    }
    return most;
}

/* Every list there is: a mark moves, and what is said of the row is what it cut off. */
static void test_moves_in_lists(void **state)
{
    (void)state;
    enum { MARK = 60, SAID = 140 };
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    tty_expect(t, "NOW");
    at_most("home", dearest(t), MARK);
    steps_key(t, "b", "BOARD");
    at_most("board", dearest(t), MARK);
    steps_key(t, "   ", "3 picked");
    steps_key(t, "r", "ROUND");
    at_most("round", dearest(t), SAID);
    steps_key(t, "x", "The round is ended");
    steps_key(t, "\033", "NOW");
    steps_key(t, "w", "WORKLIST");
    at_most("worklist", dearest(t), SAID);
    steps_key(t, "\033", "NOW");
    steps_key(t, "l", "SHIFT LOG");
    steps_key(t, "<", "SHIFT LOG");
    at_most("shift log", dearest(t), SAID);
    steps_key(t, "\033", "NOW");
    steps_key(t, "E", "ESCALATIONS");
    at_most("escalations", dearest(t), SAID);
    steps_key(t, "\033", "NOW");
    steps_key(t, "u", "USERS");
    at_most("users", dearest(t), MARK);
    steps_key(t, "\033", "NOW");
    tty_send(t, "/999");
    tty_expect(t, "found");
    at_most("find", dearest(t), MARK);
    steps_key(t, "\033", "NOW");
    tty_send(t, "\r");
    tty_expect(t, "e amend");
    at_most("sets of a patient", dearest(t), 100);
    steps_key(t, "t", "other chart");
    at_most("trend", dearest(t), MARK);
    steps_key(t, "?", "KEYS");
    at_most("help", dearest(t), 110);
    steps_key(t, "\033", "other chart");
    steps_key(t, ":", "GO TO");
    at_most("palette", dearest(t), MARK);
    tty_close(t);
}

/* A pressure of 1 on the way to 122 is no pressure of 1. */
static void test_half_a_number_is_no_value(void **state)
{
    (void)state;
    struct tty *t = enter(clinic_dir());
    clinic_register(t, "Halfway", "Invented", "14 3 1961");
    tty_send(t, "v");
    tty_expect(t, "so far 0   missing 7 of 7");
    tty_send(t, "12"); /* 12 mmHg would score 3 */
    tty_settle(t, QUIET_MS);
    assert_true(tty_shows(t, "so far 0   missing 7 of 7"));
    tty_send(t, "2"); /* whole: the cursor has gone on */
    tty_expect(t, "so far 0   missing 6 of 7");
    tty_send(t, "76" UP); /* back on it: what stands there still counts */
    tty_settle(t, QUIET_MS);
    assert_true(tty_shows(t, "so far 0   missing 6 of 7"));
    tty_close(t);
}

/* Saved with the cursor still behind a number: that counts as well. */
static void test_save_takes_the_field_under_the_cursor(void **state)
{
    (void)state;
    struct tty *t = enter(clinic_dir());
    clinic_register(t, "Lastfield", "Invented", "5 6 1972");
    tty_send(t, "v");
    tty_expect(t, "VITALS");
    tty_send(t, "122\r\r10"); /* the systolic pressure; a pulse of 10 could be 105 */
    tty_settle(t, QUIET_MS);
    tty_send(t, "0\x13");
    tty_expect(t, "Not complete");
    steps_key(t, "u", "SAVED");
    tty_expect(t, "P 100");
    tty_close(t);
}

/* Forty are looked up for the screen; the others when the cursor comes near. */
static void test_find_fetches_further(void **state)
{
    (void)state;
    char dir[160];
    snprintf(dir, sizeof dir, "%s/larger", test_dir());
    clinic_demo(dir, "120", "3");
    struct tty *t = enter(dir);
    tty_send(t, "/999");
    tty_expect(t, "1 of 40");
    tty_send(t, DOWN END);
    tty_expect_gone(t, "of 40");
    tty_send(t, END);
    tty_settle(t, QUIET_MS);
    int at = 0, of = 0;
    const char *mark = strstr(tty_row(t, 4), " of ");
    assert_non_null(mark);
    while (mark > tty_row(t, 4) && mark[-1] >= '0' && mark[-1] <= '9')
        mark--;
    assert_int_equal(sscanf(mark, "%d of %d", &at, &of), 2);
    assert_true(of > 90 && of <= 120);
    assert_int_equal(at, of);
    assert_false(tty_shows(t, "and more"));
    tty_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_moves_in_lists),
        cmocka_unit_test(test_half_a_number_is_no_value),
        cmocka_unit_test(test_save_takes_the_field_under_the_cursor),
        cmocka_unit_test(test_find_fetches_further),
    };
    return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
