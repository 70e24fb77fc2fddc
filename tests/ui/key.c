/* Keys: their names, and how bytes become keys, pastes and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "ui/tk/decode.h"

static uint32_t parse(const char *word)
{
    return ct_key_parse(word, strlen(word));
}

static void test_names(void **state)
{
    (void)state;
    assert_int_equal(parse("Enter"), CT_KEY_ENTER);
    assert_int_equal(parse("esc"), CT_KEY_ESC);
    assert_int_equal(parse("^S"), 19);
    assert_int_equal(parse("^s"), 19);
    assert_int_equal(parse("F1"), CT_KEY_F1);
    assert_int_equal(parse("F12"), CT_KEY_F12);
    assert_int_equal(parse("a"), 'a');
    assert_int_equal(parse("A"), 'A');
    assert_int_equal(parse("^"), '^');
    assert_int_equal(parse("F"), 'F');
    assert_int_equal(parse("ü"), 0xfc);
    assert_int_equal(parse("PgUp"), CT_KEY_PAGE_UP);
    assert_int_equal(parse("Shift-Tab"), CT_KEY_BACKTAB);
    static const char *const NOT[] = {"",   "F0",   "F13",  "F1x", "F01", "^1",
                                      "ab", "\x01", "\xff", "^^^", "Entr"};
    for (size_t i = 0; i < CT_LEN(NOT); i++)
        assert_int_equal(parse(NOT[i]), 0);
}

static void test_names_go_round(void **state)
{
    (void)state;
    char name[40];
    for (uint32_t k = 1; k < CT_KEY_UNKNOWN; k++) {
        if (k == 0x250)
            k = CT_KEY_BACKSPACE;
        if (k == 0x7f || (k >= 0x80 && k < 0xa0) || k == 0xad)
            continue;
        ct_key_name(k, name, sizeof name);
        assert_int_equal(parse(name), k);
    }
    ct_key_name(CT_KEY_UNKNOWN, name, sizeof name);
    assert_string_equal(name, "this key");
    ct_key_name(CT_KEY_PAGE_DOWN, name, 5);
    assert_string_equal(name, "Page");
}

/* ---- bytes to events ---------------------------------------------------- */

static struct ct_decode d;
static struct ct_event got[4000];
static size_t n_got;
static char texts[400000];

static void take(const struct ct_event *e)
{
    assert_true(n_got < CT_LEN(got));
    got[n_got] = *e;
    if (e->kind == CT_EV_PASTE) {
        assert_int_equal(strlen(e->text), e->text_len);
        memcpy(texts, e->text, e->text_len + 1);
        got[n_got].text = texts;
    }
    n_got++;
}

static void feed(const char *bytes, size_t n)
{
    struct ct_event e;
    for (size_t i = 0; i < n; i++)
        if (ct_decode_feed(&d, (unsigned char)bytes[i], 1000, &e))
            take(&e);
}

static void pause_at(int64_t ms)
{
    struct ct_event e;
    if (ct_decode_pause(&d, ms, 100, &e))
        take(&e);
}

static void token(uint32_t t)
{
    struct ct_event e;
    if (ct_decode_feed(&d, t, 1000, &e))
        take(&e);
}

static int start(void **state)
{
    (void)state;
    ct_decode_init(&d);
    n_got = 0;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    ct_decode_done(&d);
    return 0;
}

static void expect_keys(const uint32_t *keys, size_t n)
{
    assert_int_equal(n_got, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(got[i].kind, CT_EV_KEY);
        assert_int_equal(got[i].key, keys[i]);
    }
    n_got = 0;
}
#define KEYS(...)                                                                              \
    expect_keys((const uint32_t[]){__VA_ARGS__}, CT_LEN(((const uint32_t[]){__VA_ARGS__})))

static void test_characters(void **state)
{
    (void)state;
    feed("a\xc3\xbc\xe6\x9d\x8e\xf0\x9f\x98\x80", 10);
    KEYS('a', 0xfc, 0x674e, 0x1f600);
    feed("\xe6", 1); /* split over three reads */
    pause_at(1010);
    feed("\x9d", 1);
    pause_at(1020);
    feed("\x8e", 1);
    KEYS(0x674e);
    feed("\xe6\x9d"
         "1",
         3); /* broken off: the digit is not lost */
    KEYS('1');
    feed("\xff\xc0\x80", 3);
    KEYS(CT_KEY_UNKNOWN, CT_KEY_UNKNOWN, CT_KEY_UNKNOWN);
    feed("\xe2\x80\xae", 3); /* a bidi override is no text */
    KEYS(CT_KEY_UNKNOWN);
}

static void test_enter_and_backspace(void **state)
{
    (void)state;
    feed("\r", 1);
    KEYS(CT_KEY_ENTER);
    feed("\n", 1); /* the second half of a scanner's CR LF */
    assert_int_equal(n_got, 0);
    feed("\n", 1);
    KEYS(CT_KEY_ENTER);
    feed("\x08\x7f\t", 3);
    KEYS(CT_KEY_BACKSPACE, CT_KEY_BACKSPACE, CT_KEY_TAB);
    feed("\0", 1);
    KEYS(CT_KEY_UNKNOWN);
}

static void test_escape_alone_and_alt(void **state)
{
    (void)state;
    feed("\033", 1);
    assert_int_equal(n_got, 0);
    pause_at(1000);
    KEYS(CT_KEY_ESC);
    feed("\0331\0330\033b\033f", 8);
    KEYS(CT_KEY_F1, CT_KEY_F1 + 9, CT_KEY_WORD_LEFT, CT_KEY_WORD_RIGHT);
    feed("\033y", 2); /* Alt-y is not the answer y */
    KEYS(CT_KEY_UNKNOWN);
    feed("\033\033", 2);
    pause_at(1000);
    KEYS(CT_KEY_ESC, CT_KEY_ESC);
    feed("\033", 1);
    token(CT_KEY_LEFT);
    KEYS(CT_KEY_WORD_LEFT);
    feed("\033", 1); /* Esc, then F5, in one packet */
    token(CT_KEY_F1 + 4);
    struct ct_event e;
    assert_true(ct_decode_pending(&d, &e));
    take(&e);
    assert_false(ct_decode_pending(&d, &e));
    KEYS(CT_KEY_ESC, CT_KEY_F1 + 4);
}

static void test_unknown_sequences_type_nothing(void **state)
{
    (void)state;
    feed("\033[99;5~\033[1;2X\033OZ\033[[Qa", 21);
    KEYS(CT_KEY_UNKNOWN, CT_KEY_UNKNOWN, CT_KEY_UNKNOWN, CT_KEY_UNKNOWN, 'a');
    feed("\033[12", 4); /* split, its rest comes in time */
    pause_at(1050);
    assert_int_equal(n_got, 0);
    feed("3~", 2);
    KEYS(CT_KEY_UNKNOWN);
    feed("\033[12", 4); /* its rest never comes */
    pause_at(1100);
    KEYS(CT_KEY_UNKNOWN);
    feed("\033[", 2);
    for (int i = 0; i < 100; i++)
        feed("1", 1); /* bounded: does not swallow keys for ever */
    assert_true(n_got > 0);
}

static void paste_is(const char *want)
{
    assert_int_equal(n_got, 1);
    assert_int_equal(got[0].kind, CT_EV_PASTE);
    assert_string_equal(got[0].text, want);
    n_got = 0;
}

static void test_paste_is_cleaned(void **state)
{
    (void)state;
    token(CT_TOKEN_PASTE_BEGIN);
    feed("one\r\ntwo\nthree\tx\033[2J\x07 \xe2\x80\xae\xff\xc3\xbc\r\n", 29);
    token(CT_KEY_F1);
    token(CT_KEY_UNKNOWN);
    assert_int_equal(n_got, 0);
    token(CT_TOKEN_PASTE_END);
    paste_is("one two three x[2J ü");
    token(CT_TOKEN_PASTE_END); /* one too many */
    assert_int_equal(n_got, 0);
    feed("y", 1);
    KEYS('y');
}

static void test_paste_marks_may_be_split(void **state)
{
    (void)state;
    feed("\033[20", 4);
    pause_at(1050);
    feed("0~text with \033[201", 17);
    pause_at(1500);
    assert_int_equal(n_got, 0);
    feed("~", 1);
    paste_is("text with ");
}

static void test_paste_that_never_ends(void **state)
{
    (void)state;
    token(CT_TOKEN_PASTE_BEGIN);
    feed("half", 4);
    assert_int_equal(ct_decode_timeout(&d, 1000, 100), CT_PASTE_SILENCE_MS);
    pause_at(1000 + CT_PASTE_SILENCE_MS - 1);
    assert_int_equal(n_got, 0);
    pause_at(1000 + CT_PASTE_SILENCE_MS);
    paste_is("half");
    assert_int_equal(ct_decode_timeout(&d, 1000, 100), -1);
}

static void test_huge_paste_is_bounded(void **state)
{
    (void)state;
    token(CT_TOKEN_PASTE_BEGIN);
    for (int i = 0; i < 3 * CT_PASTE_BYTES_MAX; i++)
        feed("x", 1);
    token(CT_TOKEN_PASTE_END);
    assert_int_equal(n_got, 1);
    assert_int_equal(got[0].text_len, CT_PASTE_BYTES_MAX);
}

static void test_random_bytes(void **state)
{
    (void)state;
    uint64_t seed = 42;
    for (int i = 0; i < 300000; i++) {
        struct ct_event e;
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        uint32_t r = (uint32_t)(seed >> 40);
        uint32_t t = r % 16 == 0 ? CT_KEY_BACKSPACE + r / 16 % 29 : r / 16 % 256;
        bool event = r % 7 == 0 ? ct_decode_pause(&d, i * 10 + 3000 * (r % 77 == 0), 100, &e)
                                : ct_decode_feed(&d, t, i * 10, &e);
        if (event && e.kind == CT_EV_KEY)
            assert_true(e.key != 0 && e.key <= CT_KEY_UNKNOWN);
    }
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
#define T(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_names_go_round),
        T(test_characters),
        T(test_enter_and_backspace),
        T(test_escape_alone_and_alt),
        T(test_unknown_sequences_type_nothing),
        T(test_paste_is_cleaned),
        T(test_paste_marks_may_be_split),
        T(test_paste_that_never_ends),
        T(test_huge_paste_is_bounded),
        T(test_random_bytes),
    };
    return cmocka_run_group_tests_name("key", tests, NULL, NULL);
}
