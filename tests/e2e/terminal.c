/* The toolkit on a real pseudo-terminal: what terminals do to programs. Run with
 * --child, this same program is the one being looked at: invented screens, and an
 * app without a store that writes kept drafts to a file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/fake/fake_app.c"
#include "tests/support/tty.h"
#include "ui/tk/term.h"

#define SELF       "/proc/self/exe"
#define DRAFT_TEXT "half a sentence"

static char draft_path[600];

/* ---- the program looked at ---------------------------------------------- */

static int child(const char *draft_file)
{
    static struct ct_app app;
    struct ct_error err;
    struct ct_term *t;
    fake_app_init(&app, CT_TECHNICIAN);
    app.real_clock = true;
    app.draft_file = draft_file;
    app.config.mouse = true; /* asked for, but never over SSH */
    app.config.esc_delay_ms = 100;
    ct_term_environment(&environ);
    enum ct_status st =
        ct_term_open(&(struct ct_term_options){.config = &app.config}, &t, &err);
    if (st != CT_OK) {
        fprintf(stderr, "%s\n", err.text);
        return ct_status_exit(st);
    }
    struct ct_ui *ui = ct_ui_new(&(struct ct_ui_options){.app = &app,
                                                         .first = &fake_list,
                                                         .locked = &fake_locked,
                                                         .all = fake_screens,
                                                         .ascii = ct_term_ascii(t)});
    int status = ui != NULL ? ct_term_loop(t, ui) : 70;
    ct_ui_free(ui);
    ct_term_close(t);
    return status;
}

/* ---- helpers ------------------------------------------------------------ */

static struct tty *run_with(struct tty_options o)
{
    static const char *argv[4] = {SELF, "--child", draft_path, NULL};
    snprintf(draft_path, sizeof draft_path, "%s/draft", test_dir());
    remove(draft_path);
    o.argv = argv;
    struct tty *t = tty_open(&o);
    if (o.rows == 0 || (o.rows >= 24 && o.cols >= 80))
        tty_expect(t, "? keys");
    return t;
}

static struct tty *run(void)
{
    return run_with((struct tty_options){0});
}

static int leave(struct tty *t)
{
    tty_send(t, "\033");
    tty_expect(t, "Leave clintech?");
    tty_send(t, "y");
    int status = tty_wait_exit(t);
    tty_close(t);
    return status;
}

static bool raw_has(struct tty *t, const char *bytes, size_t n)
{
    size_t len;
    const char *raw = tty_raw(t, &len);
    return memmem(raw, len, bytes, n) != NULL;
}
#define RAW_HAS(t, literal) raw_has(t, literal, sizeof(literal) - 1)

static int64_t now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void expect_draft(void)
{
    char text[100] = "";
    FILE *f = fopen(draft_path, "r");
    assert_non_null(f);
    if (fgets(text, sizeof text, f) == NULL)
        text[0] = '\0';
    fclose(f);
    assert_string_equal(text, DRAFT_TEXT);
}

/* ---- finding 1: REP ----------------------------------------------------- */

/* ESC [ digits b */
static bool repeats(struct tty *t)
{
    size_t n;
    const char *raw = tty_raw(t, &n);
    for (size_t i = 0; i + 3 < n; i++) {
        size_t k = i + 2;
        while (raw[i] == '\033' && raw[i + 1] == '[' && k < n && raw[k] >= '0' && raw[k] <= '9')
            k++;
        if (k > i + 2 && k < n && raw[k] == 'b')
            return true;
    }
    return false;
}

static void test_no_digit_is_lost_without_utf8(void **state)
{
    (void)state;
    static const char *const LANGS[] = {"C", "POSIX", "de_DE.ISO-8859-1", "C.UTF-8"};
    for (size_t i = 0; i < CT_LEN(LANGS); i++) {
        struct tty *t = run_with((struct tty_options){.lang = LANGS[i]});
        tty_expect_row(t, 4, "0000000001  INVENTED");
        tty_send(t, "\r");
        tty_expect(t, "0000000000");
        assert_false(repeats(t));
        size_t n;
        const char *raw = tty_raw(t, &n);
        for (size_t k = 0; i < 3 && k < n; k++) /* and nothing but ASCII is drawn */
            assert_true((unsigned char)raw[k] < 0x80);
        tty_send(t, "\033");
        tty_expect(t, "INVENTED");
        assert_int_equal(leave(t), 0);
    }
}

/* ---- findings 2 and 4: lines as characters ------------------------------ */

static void test_lines_are_utf8_and_never_shifted(void **state)
{
    (void)state;
    static const char *const TERMS[] = {"xterm-256color", "linux", "screen-256color"};
    for (size_t i = 0; i < CT_LEN(TERMS); i++) {
        struct tty *t = run_with((struct tty_options){.term = TERMS[i]});
        tty_expect_row(t, 1, "────────────────────");
        assert_true(RAW_HAS(t, "\xe2\x94\x80"));
        assert_false(RAW_HAS(t, "\033(0"));
        assert_false(RAW_HAS(t, "\016"));
        assert_int_equal(leave(t), 0);
    }
}

static void test_glyphs_are_in_the_console_fonts(void **state)
{
    (void)state;
    static const uint32_t FONT[] = {0x2500, 0x2502, 0x2524, 0x2514, 0x25cf,
                                    0x2588, 0x2191, 0x2193, 0x2026, '>'};
    for (int g = 0; g < CT_GLYPHS; g++) {
        bool there = false;
        for (size_t i = 0; i < CT_LEN(FONT); i++)
            there = there || ct_glyph_cp((enum ct_glyph)g, 0) == FONT[i];
        assert_true(there);
    }
}

/* ---- finding 3: keys of PuTTY, rxvt, the console ------------------------ */

static void test_function_keys_of_every_terminal(void **state)
{
    (void)state;
    static const char *const F1[] = {"\033OP", "\033[11~", "\033[[A", "\0331"};
    static const char *const F4[] = {"\033OS", "\033[14~", "\033[[D", "\0334"};
    static const char *const F5[] = {"\033[15~", "\033[[E", "\0335"};
    struct tty *t = run();
    char want[40];
    for (size_t i = 0; i < CT_LEN(F1); i++) {
        tty_send(t, F1[i]);
        tty_expect(t, "KEYS  List of people");
        tty_send(t, "\033");
        tty_expect_gone(t, "KEYS");
    }
    for (size_t i = 0; i < CT_LEN(F4); i++) {
        tty_send(t, F4[i]);
        tty_expect_row(t, 3, "Note");
        tty_send(t, "\033");
        tty_expect_row(t, 3, " > 0000000000");
        tty_settle(t, 20);
    }
    for (size_t i = 0; i < CT_LEN(F5); i++) {
        tty_send(t, F5[i]);
        snprintf(want, sizeof want, "Counted %d.", (int)i + 1);
        tty_expect(t, want);
    }
    assert_int_equal(leave(t), 0);
}

static void expect_at(struct tty *t, int row)
{
    tty_expect_row(t, row, " > ");
    int at_row, at_col; /* finding 7: the hardware cursor is on the mark */
    tty_settle(t, 20);
    tty_cursor(t, &at_row, &at_col);
    assert_int_equal(at_row, row);
    assert_int_equal(at_col, 1);
}

static void test_moving_keys_of_every_terminal(void **state)
{
    (void)state;
    static const char *const HOME[] = {"\033[H", "\033OH", "\033[1~", "\033[7~"};
    static const char *const END[] = {"\033[F", "\033OF", "\033[4~", "\033[8~"};
    struct tty *t = run();
    for (size_t i = 0; i < CT_LEN(HOME); i++) {
        tty_send(t, END[i]);
        expect_at(t, 20);
        tty_send(t, HOME[i]);
        expect_at(t, 3);
    }
    tty_send(t, "\033[B\033OB\033[B");
    expect_at(t, 6);
    tty_send(t, "\033OA\033[A");
    expect_at(t, 4);
    tty_send(t, "\033[6~");
    tty_expect(t, "0000000019");
    tty_send(t, "\033[5~");
    expect_at(t, 3);
    tty_send(t, "\033[99~\033[1;9Z"); /* known to nobody: does nothing */
    tty_expect(t, "does nothing here");
    expect_at(t, 3);
    assert_int_equal(leave(t), 0);
}

static void test_typing_keys_of_every_terminal(void **state)
{
    (void)state;
    struct tty *t = run();
    tty_send(t, "e");
    tty_expect_row(t, 3, "Note");
    tty_send(t, "\033Op\033Oq\033Oy\033On\033Or\033OM"); /* numeric pad in application mode */
    tty_expect_row(t, 3, "019.2");
    tty_send(t, "\x7f\x08"); /* Backspace, both */
    tty_expect_row(t, 3, "019");
    tty_send(t, "\033[D\033[3~");
    tty_expect_row(t, 3, "01");
    tty_send(t, "\xc3\xbc\xe6\x9d\x8e");
    tty_expect_row(t, 3, "01ü李");
    tty_expect_gone(t, "019");
    tty_close(t);
}

static void test_split_sequences_are_one_key(void **state)
{
    (void)state;
    static const char *const SPLIT[] = {"\033[B", "\033[14~", "\xe6\x9d\x8e", "\033[D",
                                        "\xc3\xbc"};
    struct tty *t = run();
    for (size_t i = 0; i < CT_LEN(SPLIT); i++) {
        for (const char *p = SPLIT[i]; *p != '\0'; p++) {
            tty_send_n(t, p, 1);
            tty_settle(t, 15); /* each byte is read alone */
        }
        if (i == 0)
            expect_at(t, 4);
        if (i == 1)
            tty_expect_row(t, 3, "Note");
    }
    tty_expect_row(t, 3, "ü李");
    tty_close(t);
}

static void test_esc_alone_is_a_key_soon(void **state)
{
    (void)state;
    struct tty *t = run();
    int64_t from = now_ms();
    tty_send(t, "\033");
    tty_expect(t, "Leave clintech?");
    assert_true(now_ms() - from < 900); /* curses alone would wait a second */
    tty_close(t);
}

/* ---- findings 5 and 6: bytes -------------------------------------------- */

/* Each of these keys changes something: an answer that is late is waited for. */
static size_t cost(struct tty *t, const char *keys)
{
    tty_settle(t, 60);
    tty_bytes_reset(t);
    tty_send(t, keys);
    assert_true(tty_wait_bytes(t, 1, 5000));
    tty_settle(t, 150);
    return tty_bytes(t);
}

static void test_bytes_a_key(void **state)
{
    (void)state;
    struct tty *t = run();
    tty_settle(t, 100);
    size_t first = tty_bytes(t);
    size_t down = 0, most = 0, typed = 0;
    for (int i = 0; i < 10; i++) {
        size_t n = cost(t, "\033[B");
        down = n > down ? n : down;
    }
    size_t screen = cost(t, "\r");
    size_t back = cost(t, "\033");
    size_t redraw = cost(t, "\f");
    cost(t, "e");
    for (int i = 0; i < 10; i++) {
        size_t n = cost(t, "x");
        assert_true(n > 0);
        if (n > most) {
            typed = most; /* but the dearest: on a slow machine "draft kept" comes with one */
            most = n;
        } else if (n > typed) {
            typed = n;
        }
    }
    print_message("bytes: first screen %zu, list move %zu, new screen %zu, back %zu, "
                  "typed character %zu, redraw %zu\n",
                  first, down, screen, back, typed, redraw);
    assert_true(typed <= 16);
    assert_true(down > 0 && down <= 60);
    assert_true(screen > 0 && screen <= 2500);
    assert_true(back > 0 && back <= 2500);
    assert_true(redraw > 1000 && redraw <= 2500); /* ^L does send everything */
    tty_close(t);
}

static void test_idle_sends_nothing(void **state)
{
    (void)state;
    struct tty *t = run();
    tty_send(t, "e" DRAFT_TEXT);
    tty_expect(t, "draft kept");
    tty_settle(t, 100);
    tty_bytes_reset(t);
    tty_settle(t, 2500); /* the once-a-second work runs meanwhile */
    assert_int_equal(tty_bytes(t), 0);
    assert_true(tty_running(t));
    tty_close(t);
}

/* ---- finding 11 and colours --------------------------------------------- */

static void test_mouse_and_colours(void **state)
{
    (void)state;
    static const char *const SSH[] = {"SSH_CONNECTION=10.0.0.1 5 10.0.0.2 22", NULL};
    struct tty *t = run_with((struct tty_options){.env = SSH});
    assert_false(RAW_HAS(t, "\033[?1000"));
    assert_false(RAW_HAS(t, "\033[?1002"));
    assert_false(RAW_HAS(t, "\033[?1006"));
    assert_true(RAW_HAS(t, "38;5;"));
    assert_int_equal(leave(t), 0);
    static const char *const MONO[] = {"NO_COLOR=1", NULL};
    t = run_with((struct tty_options){.env = MONO});
    assert_false(RAW_HAS(t, "38;5;"));
    assert_false(RAW_HAS(t, "\033[36m"));
    assert_false(RAW_HAS(t, "\033[39"));
    assert_int_equal(leave(t), 0);
    static const char *const EMPTY[] = {"NO_COLOR=", NULL}; /* set but empty: not asked for */
    t = run_with((struct tty_options){.env = EMPTY});
    assert_true(RAW_HAS(t, "38;5;"));
    assert_int_equal(leave(t), 0);
    t = run_with((struct tty_options){.term = "xterm"}); /* eight colours */
    assert_true(RAW_HAS(t, "\033[36m"));
    assert_false(RAW_HAS(t, "38;5;"));
    assert_int_equal(leave(t), 0);
}

/* ---- terminals ---------------------------------------------------------- */

static void test_every_terminal_draws(void **state)
{
    (void)state;
    static const char *const TERMS[] = {"xterm-256color", "linux",           "screen-256color",
                                        "tmux-256color",  "vt220",           "vt100",
                                        "rxvt",           "no-such-terminal"};
    for (size_t i = 0; i < CT_LEN(TERMS); i++) {
        struct tty *t = run_with((struct tty_options){.term = TERMS[i]});
        tty_expect_row(t, 3, " > 0000000000  INVENTED");
        tty_send(t, "\033[B");
        expect_at(t, 4);
        assert_int_equal(leave(t), 0);
    }
}

static void test_refusals_say_what_to_do(void **state)
{
    (void)state;
    char out[4000];
    const char *argv[] = {SELF, "--child", NULL};
    char self[600];
    ssize_t n = readlink(SELF, self, sizeof self - 1);
    assert_true(n > 0);
    self[n] = '\0';
    argv[0] = self;
    assert_int_equal(test_run(argv, "", out, sizeof out), ct_status_exit(CT_EIO));
    assert_non_null(strstr(out, "is no terminal"));
    assert_non_null(strstr(out, "--help"));
    assert_null(strchr(out, '\033'));
    const char *tty_argv[] = {SELF, "--child", NULL};
    struct tty *t = tty_open(&(struct tty_options){.argv = tty_argv, .term = "dumb"});
    assert_int_equal(tty_wait_exit(t), ct_status_exit(CT_EINVAL));
    assert_true(tty_shows(t, "--help"));
    assert_false(RAW_HAS(t, "\033"));
    tty_close(t);
}

/* ---- size --------------------------------------------------------------- */

static void test_resize_storm_keeps_everything(void **state)
{
    (void)state;
    struct tty *t = run();
    tty_send(t, "e" DRAFT_TEXT);
    tty_expect_row(t, 3, DRAFT_TEXT);
    for (int i = 0; i < 40; i++) {
        static const int ROWS[] = {1, 60, 2, 24, 5, 43}, COLS[] = {1, 200, 80, 3, 132};
        tty_resize(t, ROWS[i % 6], COLS[i % 5]);
        if (i % 4 == 0)
            tty_settle(t, 10);
    }
    tty_resize(t, 10, 60);
    tty_expect(t, "needs 80 by");
    tty_send(t, "\023unseen"); /* ^S: refused while nobody sees it */
    tty_resize(t, 30, 100);
    tty_expect_row(t, 3, DRAFT_TEXT);
    tty_expect_row(t, 29, "F1 keys");
    tty_expect_gone(t, "unseen");
    tty_resize(t, 24, 80);
    tty_expect_row(t, 23, "F1 keys");
    tty_send(t, "!");
    tty_expect_row(t, 3, DRAFT_TEXT "!");
    tty_close(t);
}

static void test_small_from_the_start(void **state)
{
    (void)state;
    struct tty *t = run_with((struct tty_options){.rows = 8, .cols = 30});
    tty_expect(t, "needs 80");
    tty_resize(t, 24, 80);
    tty_expect_row(t, 3, " > 0000000000");
    assert_int_equal(leave(t), 0);
}

/* ---- paste -------------------------------------------------------------- */

static void test_paste(void **state)
{
    (void)state;
    struct tty *t = run();
    assert_true(RAW_HAS(t, "\033[?2004h"));
    tty_send(t, "\033[200~nnn\r\033[201~");
    tty_expect(t, "A paste is taken");
    tty_send(t, "n");
    tty_expect(t, "Counted 1."); /* the paste counted nothing */
    tty_send(t, "e");
    tty_expect_row(t, 3, "Note");
    tty_send(t, "\033[200~two\r\nlines\tand\033[2Jmore\033[201~");
    tty_expect_row(t, 3, "two lines and");
    tty_send(t, "\033");
    tty_expect(t, "d discard");
    tty_send(t, "d");
    tty_expect(t, "INVENTED");
    assert_int_equal(leave(t), 0);
}

static void test_huge_and_endless_pastes(void **state)
{
    (void)state;
    enum { BIG = 100000 };
    char *big = malloc(BIG);
    assert_non_null(big);
    memset(big, 'y', BIG);
    struct tty *t = run();
    tty_send(t, "e");
    tty_expect_row(t, 3, "Note");
    tty_send(t, "\033[200~");
    tty_send_n(t, big, BIG);
    tty_send(t, "\033[201~");
    tty_expect(t, "The paste does not fit here");
    tty_send(t, "short"); /* and it goes on */
    tty_expect_row(t, 3, "short");
    tty_send(t, "\033[200~ with no end"); /* given up after two seconds of silence */
    tty_expect_row(t, 3, "short with no end");
    tty_send(t, "!");
    tty_expect_row(t, 3, "short with no end!");
    tty_send(t, "\033");
    tty_expect(t, "d discard");
    tty_send(t, "d");
    tty_expect(t, "INVENTED");
    assert_int_equal(leave(t), 0);
    free(big);
}

/* ---- signals and hang-up ------------------------------------------------ */

static void test_control_keys_are_no_signals(void **state)
{
    (void)state;
    struct tty *t = run();
    static const char *const KEYS[] = {"\003", "\032", "\034", "\021", "\023"};
    static const char *const NAMES[] = {"^C does nothing", "^Z does nothing",
                                        "^\\ does nothing", "^Q does nothing",
                                        "^S does nothing"};
    for (size_t i = 0; i < CT_LEN(KEYS); i++) {
        tty_send(t, KEYS[i]);
        tty_expect(t, NAMES[i]);
    }
    tty_kill(t, SIGTSTP);
    tty_kill(t, SIGQUIT);
    tty_kill(t, SIGPIPE);
    tty_send(t, "n");
    tty_expect(t, "Counted 1.");
    assert_int_equal(leave(t), 0);
}

static void typed_half(struct tty *t)
{
    tty_send(t, "e" DRAFT_TEXT);
    tty_expect_row(t, 3, DRAFT_TEXT);
}

static void expect_restored(struct tty *t)
{
    tty_settle(t, 20); /* its last bytes */
    assert_true(RAW_HAS(t, "\033[?2004l"));
    assert_true(RAW_HAS(t, "\033[?1049l"));
}

static void test_signals_keep_the_draft_and_restore(void **state)
{
    (void)state;
    static const int SIGNALS[] = {SIGTERM, SIGHUP, SIGINT};
    for (size_t i = 0; i < CT_LEN(SIGNALS); i++) {
        struct tty *t = run();
        typed_half(t);
        tty_kill(t, SIGNALS[i]);
        assert_int_equal(tty_wait_exit(t), 129);
        expect_restored(t);
        expect_draft();
        tty_close(t);
    }
}

static void hang_up(bool ignore)
{
    struct tty *t = run_with((struct tty_options){.ignore_sighup = ignore});
    typed_half(t);
    int64_t from = now_ms();
    tty_hangup(t);
    assert_int_equal(tty_wait_exit(t), 129);
    assert_true(now_ms() - from < 1000);
    expect_draft();
    tty_close(t);
}

static void test_hangup_ends_within_a_second(void **state)
{
    (void)state;
    hang_up(false);
    hang_up(true); /* under nohup: only the poll tells */
}

static void test_exit_restores(void **state)
{
    (void)state;
    struct tty *t = run();
    tty_send(t, "\033");
    tty_expect(t, "Leave clintech?");
    tty_send(t, "y");
    assert_int_equal(tty_wait_exit(t), 0);
    expect_restored(t);
    tty_close(t);
}

static void test_a_crash_restores(void **state)
{
    (void)state;
    struct tty *t = run();
    tty_kill(t, SIGSEGV);
    assert_int_not_equal(tty_wait_exit(t), 0);
    expect_restored(t);
    tty_close(t);
}

static void test_random_bytes_at_the_terminal(void **state)
{
    (void)state;
    struct tty *t = run();
    uint64_t seed = 11;
    for (int i = 0; i < 200; i++) {
        unsigned char bytes[64];
        for (size_t k = 0; k < sizeof bytes; k++) {
            seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            bytes[k] = (unsigned char)(seed >> 40);
            if (bytes[k] == 'y' || bytes[k] == 'Y') /* the answer that leaves */
                bytes[k] = '?';
        }
        tty_send_n(t, bytes, sizeof bytes);
    }
    tty_settle(t, 300);
    assert_true(tty_running(t));
    tty_kill(t, SIGTERM);
    assert_int_equal(tty_wait_exit(t), 129);
    tty_close(t);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--child") == 0)
        return child(argc > 2 ? argv[2] : NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_digit_is_lost_without_utf8),
        cmocka_unit_test(test_lines_are_utf8_and_never_shifted),
        cmocka_unit_test(test_glyphs_are_in_the_console_fonts),
        cmocka_unit_test(test_function_keys_of_every_terminal),
        cmocka_unit_test(test_moving_keys_of_every_terminal),
        cmocka_unit_test(test_typing_keys_of_every_terminal),
        cmocka_unit_test(test_split_sequences_are_one_key),
        cmocka_unit_test(test_esc_alone_is_a_key_soon),
        cmocka_unit_test(test_bytes_a_key),
        cmocka_unit_test(test_idle_sends_nothing),
        cmocka_unit_test(test_mouse_and_colours),
        cmocka_unit_test(test_every_terminal_draws),
        cmocka_unit_test(test_refusals_say_what_to_do),
        cmocka_unit_test(test_resize_storm_keeps_everything),
        cmocka_unit_test(test_small_from_the_start),
        cmocka_unit_test(test_paste),
        cmocka_unit_test(test_huge_and_endless_pastes),
        cmocka_unit_test(test_control_keys_are_no_signals),
        cmocka_unit_test(test_signals_keep_the_draft_and_restore),
        cmocka_unit_test(test_hangup_ends_within_a_second),
        cmocka_unit_test(test_exit_restores),
        cmocka_unit_test(test_a_crash_restores),
        cmocka_unit_test(test_random_bytes_at_the_terminal),
    };
    return cmocka_run_group_tests_name("terminal", tests, NULL, NULL);
}
