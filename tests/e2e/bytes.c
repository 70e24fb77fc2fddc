/* What a thin wire carries: bytes a key, a move and a screen, and nothing at rest,
 * of the real program on the screens that are used all day. DESIGN 5.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include "base/status.h"
#include "tests/support/steps.h"

enum {
    CHARACTER = 16,
    MOVE = 200, /* with a row that comes into sight */
    STEP = 100,
    SCREEN = 2200,
    TREND = 2000,
    QUIET_MS = 150 * (STEPS_SLOW > 1 ? 4 : 1),
    IDLE_MS = 3000
};

static struct tty *at_home(const char *term)
{
    struct tty *t = clinic_open(&(struct tty_options){.term = term});
    clinic_enter(t, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    tty_expect(t, "NOW");
    tty_settle(t, QUIET_MS);
    return t;
}

static void assert_cost(struct tty *t, const char *what, size_t bytes, size_t limit)
{
    if (getenv("CT_TELL") != NULL)
        fprintf(stderr, "%-28s %5zu bytes (limit %zu)\n", what, bytes, limit);
    if (bytes > limit)
        fail_msg("%s costs %zu bytes, more than %zu:\n%s", what, bytes, limit, tty_screen(t));
}

/* A key, and when the screen has answered with `shows`, what that cost. Nothing is on its
 * way before, and nothing afterwards. */
static size_t cost(struct tty *t, const char *key, const char *shows)
{
    tty_bytes_reset(t);
    tty_send(t, key);
    tty_expect(t, shows);
    tty_settle(t, QUIET_MS);
    return tty_bytes(t);
}

/* Each character of a text on its own; the dearest of them but two: on a slow machine
 * the note that a draft is kept comes with one and goes with another. */
static size_t dearest(struct tty *t, const char *text)
{
    size_t most[3] = {0};
    for (const char *p = text; *p != '\0'; p++) {
        char key[2] = {*p, '\0'};
        tty_bytes_reset(t);
        tty_send(t, key);
        if (!tty_wait_bytes(t, 1, 2000))
            fail_msg("'%c' was not answered", *p);
        tty_settle(t, QUIET_MS / 3);
        size_t n = tty_bytes(t);
        for (size_t i = 0; i < CT_LEN(most); i++)
            if (n > most[i]) {
                size_t less = most[i];
                most[i] = n;
                n = less;
            }
    }
    return most[CT_LEN(most) - 1];
}

static void test_screens(void **state)
{
    (void)state;
    static const char *const TERMS[] = {"xterm-256color", "linux"};
    for (size_t i = 0; i < CT_LEN(TERMS); i++) {
        struct tty *t = tty_open(&(struct tty_options){
            .argv = (const char *const[]){test_program(), "--dir", clinic_dir(), NULL},
            .term = TERMS[i]});
        tty_expect(t, "Login");
        tty_settle(t, QUIET_MS);
        assert_cost(t, "login screen", tty_bytes(t), SCREEN);
        tty_bytes_reset(t);
        clinic_enter(t, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
        tty_expect(t, "NOW");
        tty_settle(t, QUIET_MS);
        assert_cost(t, "login and home", tty_bytes(t), SCREEN + 400);
        assert_cost(t, "shift log", cost(t, "l", "SHIFT LOG"), SCREEN);
        assert_cost(t, "shift before", cost(t, "<", "evidence"), SCREEN);
        tty_settle(t, QUIET_MS); /* a shift that has just begun may be empty */
        assert_cost(t, "evidence", cost(t, "\r", "EVIDENCE"), SCREEN);
        assert_cost(t, "back to the log", cost(t, KEY_ESC, "SHIFT LOG"), SCREEN);
        assert_cost(t, "back to home", cost(t, KEY_ESC, "NOW"), SCREEN);
        assert_cost(t, "users", cost(t, "u", "USERS"), SCREEN);
        assert_cost(t, "back to home", cost(t, KEY_ESC, "NOW"), SCREEN);
        assert_cost(t, "board", cost(t, "b", "BOARD"), SCREEN);
        assert_cost(t, "round", cost(t, "r", "ROUND"), SCREEN);
        assert_cost(t, "who is next in it", cost(t, "\r", "Is this the patient"), SCREEN);
        assert_cost(t, "to the form", cost(t, "y", "VITALS"), SCREEN);
        assert_cost(t, "back to the round", cost(t, KEY_ESC, "ROUND"), SCREEN);
        assert_cost(t, "the end of it", cost(t, "x", "End the round"), SCREEN);
        assert_cost(t, "back to the board", cost(t, "y", "BOARD"), SCREEN);
        assert_cost(t, "back to home", cost(t, KEY_ESC, "NOW"), SCREEN);
        assert_cost(t, "patient", cost(t, "\r", "e amend"), SCREEN);
        assert_cost(t, "vitals", cost(t, "v", "VITALS"), SCREEN);
        assert_cost(t, "back to the patient", cost(t, KEY_ESC, "e amend"), SCREEN);
        assert_cost(t, "trend", cost(t, "t", "other chart"), TREND);
        assert_cost(t, "another series", cost(t, "\t", "other chart"), TREND);
        assert_cost(t, "a longer time", cost(t, "-", "7 d"), TREND);
        assert_cost(t, "earlier", cost(t, "<", "other chart"), TREND);
        assert_cost(t, "later", cost(t, ">", "other chart"), TREND);
        assert_cost(t, "a move in the trend", cost(t, KEY_DOWN, "other chart"), MOVE);
        assert_cost(t, "a set in full", cost(t, "\r", "Scored by"), SCREEN);
        assert_cost(t, "back to the trend", cost(t, KEY_ESC, "other chart"), TREND);
        assert_cost(t, "help", cost(t, "?", "KEYS"), SCREEN);
        assert_cost(t, "back to the trend", cost(t, KEY_ESC, "other chart"), SCREEN);
        assert_cost(t, "the whole screen again", cost(t, "\x0c", "other chart"), SCREEN);
        tty_close(t);
    }
}

/* Beside the Tab path of the form: a question, its answer, the counter and a tap. */
static void test_form_questions(void **state)
{
    (void)state;
    enum { TAP = 60 };
    struct tty *t = at_home(NULL);
    steps_new_form(t, "Byteasked");
    tty_settle(t, QUIET_MS);
    assert_cost(t, "why not taken", cost(t, "-", "not taken:"), SCREEN / 4);
    assert_cost(t, "the reason", cost(t, "r", "not taken: refused"), SCREEN / 4);
    assert_cost(t, "how", cost(t, KEY_UP KEY_UP "12276" KEY_UP "*", "cuff"), SCREEN / 2);
    assert_cost(t, "which posture", cost(t, "p", "lying"), SCREEN / 4);
    assert_cost(t, "the posture", cost(t, "3", "LIE"), SCREEN / 4);
    assert_cost(t, "a further pressure", cost(t, "+2", "standing"), SCREEN);
    tty_send(t, "-" KEY_DOWN KEY_DOWN);
    tty_settle(t, QUIET_MS);
    assert_cost(t, "tap counter", cost(t, "t", "COUNT THE PULSE"), SCREEN);
    assert_cost(t, "the first tap", cost(t, " ", "beats      1"), TAP);
    assert_cost(t, "a tap", cost(t, " ", "beats      2"), TAP);
    assert_cost(t, "back to the form", cost(t, KEY_ESC, "VITALS"), SCREEN);
    tty_close(t);
}

/* On the form every digit may change the score line too; within a text field
 * nothing but the character moves. */
static void test_typed_characters(void **state)
{
    (void)state;
    struct tty *t = at_home(NULL);
    steps_new_form(t, "Byteful");
    tty_settle(t, 1500); /* the first draft's note on the status line */
    tty_send(t, "12276711697a368a\r\r\r\r\r");
    tty_expect(t, "36.8");
    tty_settle(t, 1500 + QUIET_MS);
    assert_cost(t, "a character of the note", dearest(t, "walked back from the garden"),
                CHARACTER);
    steps_key(t, KEY_DISCARD, "missing 7 of 7");
    tty_send(t, KEY_ESC);
    tty_expect_gone(t, "VITALS");
    steps_key(t, KEY_ESC, "NOW");
    steps_key(t, "n", "NEW PATIENT");
    tty_settle(t, QUIET_MS);
    assert_cost(t, "a character of a name", dearest(t, "Longnamed"), CHARACTER);
    tty_close(t);

    t = clinic_open(NULL);
    tty_settle(t, QUIET_MS);
    assert_cost(t, "a character of the login", dearest(t, "somebody"), CHARACTER);
    steps_key(t, "\r", "Not shown");
    tty_settle(t, QUIET_MS);
    tty_bytes_reset(t);
    tty_send(t, "a hidden password");
    tty_settle(t, QUIET_MS * 2);
    assert_cost(t, "a hidden password", tty_bytes(t), 17 * CHARACTER);
    tty_close(t);
}

static size_t dearest_move(struct tty *t)
{
    size_t most = 0;
    tty_settle(t, QUIET_MS);
    for (int i = 0; i < 8; i++) {
        tty_bytes_reset(t);
        tty_send(t, i % 4 == 3 ? KEY_UP : KEY_DOWN);
        if (!tty_wait_bytes(t, 1, 2000))
            break;
        tty_settle(t, QUIET_MS / 3);
        most = tty_bytes(t) > most ? tty_bytes(t) : most;
    }
    assert_true(most > 0);
    return most;
}

static void test_moves(void **state)
{
    (void)state;
    struct tty *t = at_home(NULL);
    steps_key(t, "l", "SHIFT LOG");
    steps_key(t, "a", "shown too");
    tty_settle(t, QUIET_MS);
    tty_send(t, KEY_DOWN); /* takes the message away */
    tty_settle(t, QUIET_MS);
    assert_cost(t, "a move in the log", dearest_move(t), MOVE);
    steps_key(t, KEY_ESC, "NOW");
    steps_key(t, "b", "BOARD");
    assert_cost(t, "a move on the board", dearest_move(t), STEP);
    steps_key(t, "   ", "3 picked");
    steps_key(t, "r", "ROUND");
    assert_cost(t, "a move in a round", dearest_move(t), STEP);
    tty_close(t);
}

/* Nothing at rest, wherever somebody may stop to think; what the clock of a full
 * minute costs is let pass once. */
static void assert_still(struct tty *t, const char *where)
{
    enum { CLOCK = 40 };
    tty_settle(t, 1600); /* the draft, and what it says */
    tty_bytes_reset(t);
    if (!tty_wait_bytes(t, 1, IDLE_MS))
        return;
    tty_settle(t, 300);
    size_t first = tty_bytes(t);
    tty_bytes_reset(t);
    if (first > CLOCK || tty_wait_bytes(t, 1, IDLE_MS))
        fail_msg("%s: %zu bytes without a key:\n%s", where, first, tty_screen(t));
}

static void test_idle(void **state)
{
    (void)state;
    struct tty *t = clinic_open(NULL);
    assert_still(t, "login");
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    assert_still(t, "home");
    steps_new_form(t, "Restful");
    tty_send(t, "12276");
    tty_expect(t, "122/76");
    assert_still(t, "form");
    steps_key(t, "\x1b[20~", "LOCKED");
    assert_still(t, "locked");
    tty_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_screens),
        cmocka_unit_test(test_form_questions),
        cmocka_unit_test(test_typed_characters),
        cmocka_unit_test(test_moves),
        cmocka_unit_test(test_idle),
    };
    return cmocka_run_group_tests_name("bytes", tests, NULL, NULL);
}
