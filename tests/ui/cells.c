/* Cells: what curses holds after a grid was shown, in-process; how a terminal is
 * chosen and refused; the environment and the locale. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "ui/tk/term.h"

static int null_fd;
static struct ct_error err;

static enum ct_status open_type(const char *type, int out, const struct ct_term_options *o,
                                struct ct_term **ret)
{
    static const struct ct_term_options NONE;
    return ct_term_open_on(type, null_fd, out, o != NULL ? o : &NONE, ret, &err);
}

static void expect_row(struct ct_term *t, int row, const char *want)
{
    CT_BUF b = {0};
    ct_term_row_text(t, row, &b);
    assert_string_equal(ct_buf_str(&b), want);
}

static void test_shows_cells(void **state)
{
    (void)state;
    struct ct_term *t;
    struct ct_grid g;
    assert_int_equal(open_type("xterm-256color", null_fd, NULL, &t), CT_OK);
    assert_false(ct_term_ascii(t));
    assert_true(ct_grid_init(&g, 24, 80, false));
    ct_grid_text(&g, 0, 0, -1, CT_R_TITLE, "ŠIMŮNKOVÁ, Eva  李敏  e\xcc\x81");
    ct_grid_hline(&g, 1, 0, 10);
    ct_grid_text(&g, 23, 76, -1, CT_R_ALARM, "HIGH"); /* the last cell of all */
    ct_term_show(t, &g);
    expect_row(t, 0, "ŠIMŮNKOVÁ, Eva  李敏  e\xcc\x81");
    expect_row(t, 1, "──────────");
    ct_grid_text(&g, 0, 0, -1, CT_R_TITLE, "X");
    ct_grid_text(&g, 0, 17, -1, CT_R_TEXT, "y"); /* half of a wide one */
    ct_term_show(t, &g);
    expect_row(t, 0, "XIMŮNKOVÁ, Eva   y敏  e\xcc\x81");
    ct_grid_clear(&g);
    ct_term_show(t, &g);
    expect_row(t, 0, "");
    expect_row(t, 23, "");
    expect_row(t, 99, "");
    ct_grid_done(&g);
    ct_term_close(t);
}

static void test_any_size_of_grid(void **state)
{
    (void)state;
    struct ct_term *t;
    assert_int_equal(open_type("vt220", null_fd, NULL, &t), CT_OK);
    for (int rows = 1; rows < 50; rows += 12)
        for (int cols = 1; cols < 170; cols += 40) {
            struct ct_grid g;
            assert_true(ct_grid_init(&g, rows, cols, false));
            ct_grid_text(&g, rows - 1, 0, -1, CT_R_TEXT, "李敏李敏李敏李敏");
            ct_grid_cursor(&g, rows, cols);
            ct_term_show(t, &g);
            ct_grid_done(&g);
        }
    ct_term_close(t);
}

static size_t drain(int fd)
{
    char b[65536];
    ssize_t n;
    size_t all = 0;
    while ((n = read(fd, b, sizeof b)) > 0)
        all += (size_t)n;
    return all;
}

static void test_only_what_changed_is_sent(void **state)
{
    (void)state;
    int p[2];
    assert_int_equal(pipe2(p, O_NONBLOCK), 0);
    struct ct_term *t;
    struct ct_grid g;
    assert_int_equal(open_type("xterm-256color", p[1], NULL, &t), CT_OK);
    assert_true(ct_grid_init(&g, 24, 80, false));
    for (int r = 0; r < 24; r++)
        ct_grid_text(&g, r, 0, -1, CT_R_TEXT,
                     "a row of text that fills some columns 0000000000");
    ct_grid_cursor(&g, 5, 10);
    ct_term_show(t, &g);
    assert_true(drain(p[0]) > 1000);
    ct_term_show(t, &g);
    assert_int_equal(drain(p[0]), 0);
    ct_grid_text(&g, 5, 10, -1, CT_R_TEXT, "7");
    ct_grid_cursor(&g, 5, 11);
    ct_term_show(t, &g);
    size_t typed = drain(p[0]);
    assert_in_range(typed, 1, 3);
    ct_grid_done(&g);
    ct_term_close(t);
    close(p[0]);
    close(p[1]);
}

static void test_no_terminal_no_screen(void **state)
{
    (void)state;
    struct ct_term *t = NULL;
    assert_int_equal(open_type("dumb", null_fd, NULL, &t), CT_EINVAL);
    assert_non_null(strstr(err.text, "--help"));
    assert_non_null(strstr(err.text, "TERM=dumb"));
    /* unknown, missing or hostile names: a plain terminal is assumed */
    static const char *const ODD[] = {
        "no-such-terminal", "../../../etc/passwd", "x\033[2J", "a b", "", NULL};
    for (size_t i = 0; i < CT_LEN(ODD); i++) {
        assert_int_equal(open_type(ODD[i], null_fd, NULL, &t), CT_OK);
        assert_true(ct_term_ascii(t));
        ct_term_close(t);
    }
    int in = dup(0);
    dup2(null_fd, 0);
    static const struct ct_term_options NONE;
    assert_int_equal(ct_term_open(&NONE, &t, &err), CT_EIO);
    assert_non_null(strstr(err.text, "input is no terminal"));
    dup2(in, 0);
    close(in);
    ct_term_close(NULL);
}

static void with_locale(const char *lang, const char *charset, bool want_ascii)
{
    struct ct_term *t;
    struct ct_config c;
    memset(&c, 0, sizeof c);
    snprintf(c.charset, sizeof c.charset, "%s", charset);
    snprintf(c.theme, sizeof c.theme, "dark");
    setenv("LC_ALL", lang, 1);
    assert_int_equal(open_type("xterm", null_fd, &(struct ct_term_options){.config = &c}, &t),
                     CT_OK);
    assert_int_equal(ct_term_ascii(t), want_ascii);
    assert_string_equal(setlocale(LC_NUMERIC, NULL), "C"); /* a comma never comes in */
    ct_term_close(t);
    unsetenv("LC_ALL");
    setlocale(LC_CTYPE, "C.UTF-8");
}

static void test_locale_is_always_utf8(void **state)
{
    (void)state;
    with_locale("C", "auto", true);
    with_locale("no_SUCH.locale", "auto", true);
    with_locale("C.UTF-8", "auto", false);
    with_locale("C.UTF-8", "ascii", true);
    with_locale("C", "utf-8", false);
}

/* ---- environment -------------------------------------------------------- */

static const char *value(char **env, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; env[i] != NULL; i++)
        if (strncmp(env[i], name, n) == 0 && env[i][n] == '=')
            return env[i] + n + 1;
    return NULL;
}

static void test_environment_is_an_allow_list(void **state)
{
    (void)state;
    char kept[] = "LC_TIME=de_DE.UTF-8", term[] = "TERM=xterm-256color",
         home[] = "HOME=/home/x",
         color[] = "NO_COLOR=", ssh[] = "SSH_CONNECTION=10.0.0.1 50000 10.0.0.2 22",
         zone[] = "TZ=Europe/London", twice[] = "HOME=/other", path[] = "PATH=/tmp/evil",
         preload[] = "LD_PRELOAD=/tmp/x.so", info[] = "TERMINFO=/tmp/ti", cap[] = "TERMCAP=x",
         lines[] = "LINES=1", cols[] = "COLUMNS=1", loc[] = "LOCPATH=/tmp",
         bad_lang[] = "LANG=../../tmp/x", nothing[] = "NOVALUE", empty[] = "=x",
         delay[] = "ESCDELAY=12x", langs[] = "LANGUAGE=de", dirs[] = "TERMINFO_DIRS=/tmp",
         state_home[] = "XDG_STATE_HOME=relative/path";
    char *env[] = {preload, kept,  term,  home,  color,      ssh,      zone, twice,
                   path,    info,  cap,   lines, cols,       bad_lang, loc,  nothing,
                   empty,   delay, langs, dirs,  state_home, NULL};
    char **now = env;
    ct_term_environment(&now);
    assert_ptr_not_equal(now, env);
    assert_string_equal(value(now, "TERM"), "xterm-256color");
    assert_string_equal(value(now, "LC_TIME"), "de_DE.UTF-8");
    assert_string_equal(value(now, "HOME"), "/home/x");
    assert_string_equal(value(now, "NO_COLOR"), "");
    assert_string_equal(value(now, "TZ"), "Europe/London");
    assert_string_equal(value(now, "PATH"), "/usr/local/bin:/usr/bin:/bin");
    assert_non_null(value(now, "SSH_CONNECTION"));
    static const char *const GONE[] = {
        "LD_PRELOAD", "TERMINFO", "TERMCAP",  "LINES",    "COLUMNS",       "LOCPATH",
        "LANG",       "NOVALUE",  "ESCDELAY", "LANGUAGE", "TERMINFO_DIRS", "XDG_STATE_HOME"};
    for (size_t i = 0; i < CT_LEN(GONE); i++)
        assert_null(value(now, GONE[i]));
    free(now);
}

static void test_terms_that_are_no_words(void **state)
{
    (void)state;
    static const char *const BAD[] = {"TERM=",    "TERM=../x",   "TERM=/etc/x",
                                      "TERM=a b", "TERM=x\033c", "TERM=%s%s"};
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        char term[40];
        snprintf(term, sizeof term, "%s", BAD[i]);
        char *env[] = {term, NULL}, **now = env;
        ct_term_environment(&now);
        assert_string_equal(value(now, "TERM"), "vt100");
        free(now);
    }
    char longest[200] = "TERM=";
    memset(longest + 5, 'x', 100);
    longest[105] = '\0';
    char *env[] = {longest, NULL}, **now = env;
    ct_term_environment(&now);
    assert_string_equal(value(now, "TERM"), "vt100");
    free(now);
    char *none[] = {NULL};
    now = none;
    ct_term_environment(&now);
    assert_null(value(now, "TERM"));
    free(now);
}

int main(void)
{
    setenv("LINES", "24", 1); /* of a terminal that has no size of its own */
    setenv("COLUMNS", "80", 1);
    setenv("LANG", "C.UTF-8", 1);
    setlocale(LC_CTYPE, "C.UTF-8");
    null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shows_cells),
        cmocka_unit_test(test_any_size_of_grid),
        cmocka_unit_test(test_only_what_changed_is_sent),
        cmocka_unit_test(test_no_terminal_no_screen),
        cmocka_unit_test(test_locale_is_always_utf8),
        cmocka_unit_test(test_environment_is_an_allow_list),
        cmocka_unit_test(test_terms_that_are_no_words),
    };
    return cmocka_run_group_tests_name("cells", tests, NULL, NULL);
}
