/* A scanner among the keys: codes are found, whatever the line does to their timing;
 * what a person types comes out as it went in, and soon. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/tk/wedge.h"

#define WAIT 500
#define BAND "9434765919"

static struct ct_wedge w;
static int64_t now;
static char out[16384]; /* what came out: keys as they are, <code>, {broken} */

static void start(const char *prefix, int gap_ms)
{
    struct ct_wedge_rules r = {.gap_ms = gap_ms, .wait_ms = WAIT};
    r.n_prefix = ct_wedge_keys(prefix, r.prefix, CT_WEDGE_PREFIX_MAX);
    ct_wedge_init(&w, &r);
    now = 1000;
    out[0] = '\0';
}

static void add(const char *text)
{
    size_t n = strlen(out);
    assert_true(n + strlen(text) < sizeof out);
    memcpy(out + n, text, strlen(text) + 1);
}

static void take(void)
{
    struct ct_event e;
    while (ct_wedge_next(&w, &e)) {
        char text[64];
        if (e.kind == CT_EV_SCAN && e.text != NULL) {
            assert_int_equal(strlen(e.text), e.text_len);
            add("<");
            add(e.text);
            add(">");
            continue;
        }
        if (e.kind == CT_EV_SCAN)
            snprintf(text, sizeof text, "{%zu}", e.text_len);
        else if (e.kind == CT_EV_PASTE)
            snprintf(text, sizeof text, "[%s]", e.text);
        else if (e.kind != CT_EV_KEY)
            snprintf(text, sizeof text, "(%d)", (int)e.kind);
        else
            ct_key_name(e.key, text, sizeof text);
        add(text);
    }
}

static void key(uint32_t k, enum ct_wedge_place place)
{
    ct_wedge_feed(&w, &(struct ct_event){.kind = CT_EV_KEY, .key = k}, now, place);
    take();
}

/* Each byte is a key, gap_ms after the one before. */
static void keys(const char *text, int gap_ms, enum ct_wedge_place place)
{
    for (; *text != '\0'; text++) {
        now += gap_ms;
        key((unsigned char)*text, place);
    }
}

/* Time passes as in the loop: it asks when its timer says so, and looks once more. */
static void pass(int64_t ms)
{
    int64_t until = now + ms;
    for (;;) {
        int left = ct_wedge_timeout(&w, now);
        if (left < 0 || now + left > until)
            break;
        now += left;
        ct_wedge_pause(&w, now);
        take();
    }
    now = until;
}

static void is(const char *want)
{
    assert_string_equal(out, want);
    out[0] = '\0';
}

/* ---- codes ------------------------------------------------------------------ */

static void test_prefix_and_suffix(void **state)
{
    (void)state;
    start("^B", 0);
    for (int place = CT_WEDGE_LIST; place <= CT_WEDGE_TEXT; place++) {
        keys("\002" BAND "\r", 3, (enum ct_wedge_place)place);
        is("<" BAND ">");
        keys("\002" BAND "\t", 0, (enum ct_wedge_place)place); /* in one read */
        is("<" BAND ">");
        keys("\002" BAND, 20, (enum ct_wedge_place)place); /* a serial one */
        is("");
        keys("\r", 20, (enum ct_wedge_place)place);
        is("<" BAND ">");
    }
    keys("vj\002" BAND "\rkx", 1, CT_WEDGE_LIST); /* between keys */
    is("vj<" BAND ">kx");
    keys("\002A-1 2\r\002B-3\r", 1, CT_WEDGE_LIST); /* one behind the other */
    is("<A-1 2><B-3>");
    keys("\002\r", 1, CT_WEDGE_LIST); /* no code */
    is("^BEnter");
}

static void test_split_on_a_slow_line(void **state)
{
    (void)state;
    const char *code = "\002" BAND "\r";
    for (size_t cut = 1; cut <= strlen(code) - 1; cut++) {
        char first[32];
        start("^B", 0);
        snprintf(first, sizeof first, "%.*s", (int)cut, code);
        keys(first, 0, CT_WEDGE_LIST);
        pass(300);
        is("");
        keys(code + cut, 0, CT_WEDGE_LIST);
        is("<" BAND ">");
    }
}

/* The loop was busy: time is over, but the rest lies unread. */
static void test_a_busy_loop(void **state)
{
    (void)state;
    start("^B", 0);
    keys("\0029434", 0, CT_WEDGE_LIST);
    now += WAIT + 50;
    assert_int_equal(ct_wedge_timeout(&w, now), 0);
    ct_wedge_pause(&w, now);
    take();
    is("");
    assert_int_equal(ct_wedge_timeout(&w, now), 0);
    w.last_ms = now; /* the rest was there */
    keys("765919\r", 0, CT_WEDGE_LIST);
    is("<" BAND ">");
}

static void test_symbology(void **state)
{
    (void)state;
    start("", 0);
    keys("]C10105012345678900\r", 2, CT_WEDGE_LIST);
    is("<]C10105012345678900>");
    keys("]d2010501234567890010A1\03517270331\r", 2, CT_WEDGE_FORM);
    is("<]d2010501234567890010A1\03517270331>");
    keys("]C1A\r", 2, CT_WEDGE_TEXT); /* it can be typed: text is text */
    is("]C1AEnter");
    keys("]x", 80, CT_WEDGE_LIST); /* the beginning of none after all */
    pass(WAIT + 1);
    is("]x");
    keys("]", 80, CT_WEDGE_LIST);
    key(CT_KEY_DOWN, CT_WEDGE_LIST);
    is("]Down");
    keys("]]C1X1234\r", 1, CT_WEDGE_LIST);
    is("]<]C1X1234>");
    start("^B", 0);
    keys("\002]C1X1\r", 1, CT_WEDGE_LIST); /* both */
    is("<]C1X1>");
}

static void test_gs(void **state)
{
    (void)state;
    start("^B", 0);
    keys("\00210A1\03517270331\r", 1, CT_WEDGE_LIST);
    is("<10A1\03517270331>");
    keys("\00210A1", 1, CT_WEDGE_LIST); /* Alt+0 2 9, as the decoder has it */
    key(CT_KEY_F1 + 9, CT_WEDGE_LIST);
    keys("2917\r", 1, CT_WEDGE_LIST);
    is("<10A1\03517>");
    keys("\00210A1", 1, CT_WEDGE_LIST);
    key(CT_KEY_F1 + 9, CT_WEDGE_LIST);
    key(CT_KEY_F1 + 1, CT_WEDGE_LIST);
    key(CT_KEY_F1 + 8, CT_WEDGE_LIST);
    keys("17\r", 1, CT_WEDGE_LIST);
    is("<10A1\03517>");
    w.rules.gs = '|';
    keys("\00210A1|17|\r", 1, CT_WEDGE_LIST);
    is("<10A1\03517\035>");
    w.rules.gs = CT_KEY_F1 + 6;
    keys("\00210A1", 1, CT_WEDGE_LIST);
    key(CT_KEY_F1 + 6, CT_WEDGE_LIST);
    keys("17\r", 1, CT_WEDGE_LIST);
    is("<10A1\03517>");
    keys("\0021", 100, CT_WEDGE_LIST); /* a function key that is none, typed by a person */
    key(CT_KEY_F1 + 9, CT_WEDGE_LIST);
    keys("\r", 100, CT_WEDGE_LIST);
    is("^B1F10Enter");
}

static void test_site_keys(void **state)
{
    (void)state;
    uint32_t k[CT_WEDGE_PREFIX_MAX];
    assert_int_equal(ct_wedge_keys("^B", k, 8), 1);
    assert_int_equal(k[0], 2);
    assert_int_equal(ct_wedge_keys("F12", k, 8), 1);
    assert_int_equal(k[0], CT_KEY_F12);
    assert_int_equal(ct_wedge_keys("~~", k, 8), 2);
    assert_int_equal(ct_wedge_keys("", k, 8), 0);
    assert_int_equal(ct_wedge_keys("~~", k, 1), 0);
    start("F12", 0);
    w.rules.suffix = CT_CTRL('c');
    key(CT_KEY_F12, CT_WEDGE_LIST);
    keys("A1\003", 1, CT_WEDGE_LIST);
    is("<A1>");
    start("~~", 0);
    keys("~~A1\r", 1, CT_WEDGE_FORM);
    is("<A1>");
    keys("~v", 100, CT_WEDGE_LIST);
    is("~v");
    keys("a~~b\r", 1, CT_WEDGE_TEXT); /* a prefix within a text, at any speed */
    is("a~~bEnter");
}

/* ---- by time ---------------------------------------------------------------- */

static void test_by_time(void **state)
{
    (void)state;
    start("", 20);
    keys(BAND "\r", 4, CT_WEDGE_LIST);
    is("<" BAND ">");
    keys("94347", 0, CT_WEDGE_LIST); /* too short for one */
    keys("\r", 0, CT_WEDGE_LIST);
    is("94347Enter");
    keys("jjjjjjjj\r", 0, CT_WEDGE_LIST); /* bunched by the line: no digit in it */
    is("jjjjjjjjEnter");
    keys(BAND "\r", 4, CT_WEDGE_FORM); /* figures of a form, typed ahead */
    is(BAND "Enter");
    keys(BAND "\r", 4, CT_WEDGE_TEXT);
    is(BAND "Enter");
    keys("943476", 0, CT_WEDGE_LIST); /* split */
    pass(300);
    is("");
    keys("5919\r", 0, CT_WEDGE_LIST);
    is("<" BAND ">");
}

/* A person: each key is there within the gap, in order. */
static void test_typing_with_time_on(void **state)
{
    (void)state;
    start("", 20);
    keys("v", 50, CT_WEDGE_LIST);
    is("");
    pass(21);
    is("v");
    keys("120 80 72\r", 60, CT_WEDGE_LIST);
    is("120Space80Space72Enter");
    keys("v12080", 0, CT_WEDGE_LIST); /* typed ahead, then a key that ends no code */
    keys("\023", 0, CT_WEDGE_LIST);
    is("v12080^S");
    keys("943476", 0, CT_WEDGE_LIST); /* a burst without an end is given back */
    pass(WAIT + 1);
    is("943476");
    key('j', CT_WEDGE_LIST);
    key(CT_KEY_UP, CT_WEDGE_LIST);
    is("jUp");
}

/* ---- what breaks off ---------------------------------------------------------- */

static void test_broken(void **state)
{
    (void)state;
    start("^B", 0);
    keys("\0029434", 3, CT_WEDGE_LIST);
    pass(WAIT + 1);
    is("{4}"); /* no half number, and no command of its letters */
    assert_int_equal(ct_wedge_timeout(&w, now), -1);
    keys("\0029434", 3, CT_WEDGE_FORM); /* somebody presses a key meanwhile */
    key(CT_KEY_DOWN, CT_WEDGE_FORM);
    is("");
    keys("765919\r", 3, CT_WEDGE_FORM);
    is("{10}Down");
    keys("\0029434", 3, CT_WEDGE_LIST); /* the next one is whole */
    keys("\002" BAND "\r", 3, CT_WEDGE_LIST);
    is("{4}<" BAND ">");
    keys("\0029434", 3, CT_WEDGE_TEXT); /* in a text it is text */
    pass(WAIT + 1);
    is("^B9434");
}

static void test_given_back(void **state)
{
    (void)state;
    start("^B", 0);
    keys("\002", 3, CT_WEDGE_LIST);
    pass(WAIT + 1);
    is("^B");
    keys("\002vit", 120, CT_WEDGE_LIST); /* by hand */
    pass(WAIT + 1);
    is("^Bvit");
    keys("\002v", 120, CT_WEDGE_LIST);
    key(CT_KEY_ESC, CT_WEDGE_LIST);
    is("^BvEsc");
    keys("\00212", 0, CT_WEDGE_LIST);
    ct_wedge_feed(&w, &(struct ct_event){.kind = CT_EV_PASTE, .text = "a b"}, now,
                  CT_WEDGE_LIST);
    take();
    is("^B12[a b]");
    keys("\00212", 0, CT_WEDGE_LIST);
    ct_wedge_feed(&w, &(struct ct_event){.kind = CT_EV_RESIZE}, now, CT_WEDGE_LIST);
    take();
    keys("3\r", 0, CT_WEDGE_LIST);
    is("(3)<123>");
    keys("\00212", 0, CT_WEDGE_LIST);
    ct_wedge_reset(&w);
    pass(2 * WAIT);
    keys("3\r", 0, CT_WEDGE_LIST);
    is("3Enter");
}

/* Who is used to ^B as a key of an editor sees what is typed behind it. */
static void test_habit_in_a_text(void **state)
{
    (void)state;
    start("^B", 0);
    keys("\002", 100, CT_WEDGE_TEXT);
    pass(CT_WEDGE_SOON_MS + 1);
    is("^B");
    keys("\002", 100, CT_WEDGE_TEXT);
    keys("a", 150, CT_WEDGE_TEXT);
    is("^Ba");
    keys("b\r", 80, CT_WEDGE_TEXT);
    is("bEnter");
}

static void test_too_long(void **state)
{
    (void)state;
    static char text[CT_WEDGE_HELD_MAX + 100];
    start("^B", 0);
    memset(text, '7', sizeof text);
    text[sizeof text - 1] = '\0';
    keys("\002", 1, CT_WEDGE_LIST);
    keys(text, 1, CT_WEDGE_LIST);
    keys("\r", 1, CT_WEDGE_LIST);
    char want[16];
    snprintf(want, sizeof want, "{%zu}", sizeof text - 1);
    is(want);
    text[CT_WEDGE_HELD_MAX - 1] = '\0'; /* as many as fit, with the prefix */
    keys("\002", 1, CT_WEDGE_LIST);
    keys(text, 1, CT_WEDGE_LIST);
    keys("\r", 1, CT_WEDGE_LIST);
    assert_int_equal(strlen(out), CT_WEDGE_HELD_MAX - 1 + 2);
}

/* ---- any sequence ------------------------------------------------------------- */

enum { SEQUENCES = 10000, LONGEST = 60 };
static uint32_t in[LONGEST], left[LONGEST]; /* left: keys that follow a broken code */
static size_t n_in, at, n_left, left_at;
static bool swallowed; /* the suffix of a broken code may be missing */

static uint32_t seed = 20260101;
static uint32_t random_below(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static bool code_key(uint32_t k)
{
    return (k >= ' ' && k < 0x7f) || k == 29 || k == CT_KEY_F1 + 9 || k == CT_KEY_F1 + 8 ||
           k == CT_KEY_F1 + 1;
}

static bool skip_prefix(void)
{
    if (at < n_in && in[at] == 2) {
        at++;
        return true;
    }
    return false;
}

static void check_code(const struct ct_event *e)
{
    skip_prefix();
    for (size_t i = 0; i < e->text_len; i++) {
        assert_true(at < n_in);
        if (e->text[i] == 29 && in[at] == CT_KEY_F1 + 9)
            at += 3;
        else
            assert_int_equal((unsigned char)e->text[i], in[at++]);
    }
    assert_true(at < n_in);
    assert_int_equal(e->key, in[at++]);
}

static void check_broken(const struct ct_event *e)
{
    if (at + 3 < n_in && in[at] != ']')
        assert_true(skip_prefix());
    assert_true(e->text_len >= CT_WEDGE_FAST);
    for (size_t i = 0; i < e->text_len;) {
        assert_true(at < n_in);
        if (code_key(in[at]))
            i++;
        else
            left[n_left++] = in[at];
        at++;
    }
    swallowed = true;
}

static void check_out(void)
{
    struct ct_event e;
    while (ct_wedge_next(&w, &e)) {
        if (e.kind == CT_EV_KEY && left_at < n_left) {
            assert_int_equal(e.key, left[left_at++]);
            continue;
        }
        if (e.kind == CT_EV_KEY && swallowed && at < n_in && e.key == in[at]) {
            at++; /* keys behind the last of a broken code: they are in order too */
            continue;
        }
        if (swallowed && at < n_in && (in[at] == '\r' || in[at] == '\t'))
            at++;
        swallowed = false;
        if (e.kind == CT_EV_SCAN && e.text != NULL)
            check_code(&e);
        else if (e.kind == CT_EV_SCAN)
            check_broken(&e);
        else
            assert_int_equal(e.key, in[at++]);
    }
}

static void any_sequence(void)
{
    static const uint32_t KEYS[] = {2,   2,   ']', 'C', '1', '1', '2', '9', 'v',
                                    'a', ' ', 29,  '7', '7', '\r', '\r', '\t', CT_KEY_UP,
                                    CT_KEY_ESC, CT_KEY_F1 + 9, CT_KEY_F1 + 8};
    static const int STEPS[] = {0, 0, 0, 1, 5, 25, 40, 300, 490, 1500};
    start(random_below(3) != 0 ? "^B" : "", random_below(2) != 0 ? 20 : 0);
    enum ct_wedge_place place = (enum ct_wedge_place)random_below(3);
    uint32_t quick = random_below(2); /* half of them as a machine types */
    n_in = at = n_left = left_at = 0;
    swallowed = false;
    for (uint32_t n = 1 + random_below(LONGEST - 1); n > 0; n--) {
        uint32_t k = KEYS[random_below((uint32_t)(sizeof KEYS / sizeof *KEYS))];
        if (random_below(12) == 0)
            place = (enum ct_wedge_place)random_below(3);
        in[n_in++] = k;
        uint32_t steps = quick != 0 ? 5 : (uint32_t)(sizeof STEPS / sizeof *STEPS);
        int step = STEPS[random_below(steps)];
        now += step;
        if (random_below(3) == 0) {
            ct_wedge_pause(&w, now);
            check_out();
        }
        ct_wedge_feed(&w, &(struct ct_event){.kind = CT_EV_KEY, .key = k}, now, place);
        check_out();
    }
    for (int i = 0; i < 2; i++) { /* within a bounded time nothing is held any more */
        now += WAIT + 1;
        ct_wedge_pause(&w, now);
        check_out();
        ct_wedge_pause(&w, now);
        check_out();
    }
    assert_int_equal(ct_wedge_timeout(&w, now), -1);
    assert_int_equal(left_at, n_left);
    if (swallowed && at + 1 == n_in && (in[at] == '\r' || in[at] == '\t'))
        at++;
    assert_int_equal(at, n_in);
}

static void test_any_sequence(void **state)
{
    (void)state;
    for (int i = 0; i < SEQUENCES; i++)
        any_sequence();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prefix_and_suffix),
        cmocka_unit_test(test_split_on_a_slow_line),
        cmocka_unit_test(test_a_busy_loop),
        cmocka_unit_test(test_symbology),
        cmocka_unit_test(test_gs),
        cmocka_unit_test(test_site_keys),
        cmocka_unit_test(test_by_time),
        cmocka_unit_test(test_typing_with_time_on),
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_given_back),
        cmocka_unit_test(test_habit_in_a_text),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_any_sequence),
    };
    return cmocka_run_group_tests_name("wedge", tests, NULL, NULL);
}
