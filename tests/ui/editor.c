/* Editor: what is typed stays what it is, whatever the script; the cursor
 * stands where the next character goes; nothing typed is lost without a sound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "tests/ui/widget.h"
#include "ui/tk/editor.h"

/* No memory for a copy, when a test says so. */
static bool no_memory;
char *strdup(const char *s)
{
    size_t n = strlen(s) + 1;
    char *copy = no_memory ? NULL : malloc(n);
    if (copy != NULL)
        memcpy(copy, s, n);
    return copy;
}

static enum ct_reaction press(struct ct_editor *e, uint32_t key)
{
    struct ct_event ev = w_key(key);
    enum ct_reaction r = ct_editor_event(e, &ev);
    if (e->secret == NULL) {
        assert_true(e->cursor <= e->len && e->len <= e->max_bytes);
        assert_int_equal(strlen(e->text), e->len);
        assert_true(ct_utf8_valid(e->text, e->len));
    }
    return r;
}

static void type(struct ct_editor *e, const char *s)
{
    const char *end = s + strlen(s);
    for (uint32_t cp; s < end;) {
        s += ct_utf8_next(s, end, &cp);
        assert_int_equal(press(e, cp), CT_HANDLED);
    }
}

static enum ct_reaction paste(struct ct_editor *e, const char *s)
{
    struct ct_event ev = w_paste(s);
    return ct_editor_event(e, &ev);
}

/* One row of `cols`, the editor at column 1 of it: marks tell role and cursor. */
static void shows(struct ct_editor *e, int cols, bool ascii, const char *row, int cursor)
{
    struct ct_grid g;
    assert_true(ct_grid_init(&g, 1, cols + 3, ascii));
    ct_editor_draw(e, &g, 0, 1, cols, true);
    w_sound(&g);
    CT_BUF out = {0};
    ct_grid_dump(&g, false, &out);
    assert_string_equal(ct_buf_str(&out), row);
    assert_int_equal(g.cursor_col, 1 + cursor);
    ct_grid_done(&g);
}

/* ---- typing --------------------------------------------------------------- */

static void test_scripts(void **state)
{
    (void)state;
    struct ct_editor e;
    assert_true(ct_editor_init(&e, 0));
    type(&e, "O'Brien \xc5\xa0im\xc5\xaf \xe6\x9d\x8e\xe6\x95\x8f e\xcc\x81");
    assert_string_equal(e.text,
                        "O'Brien \xc5\xa0im\xc5\xaf \xe6\x9d\x8e\xe6\x95\x8f e\xcc\x81");
    press(&e, CT_KEY_BACKSPACE); /* the letter with its accent */
    assert_string_equal(e.text, "O'Brien \xc5\xa0im\xc5\xaf \xe6\x9d\x8e\xe6\x95\x8f ");
    press(&e, CT_CTRL('w'));
    press(&e, CT_CTRL('w'));
    assert_string_equal(e.text, "O'Brien ");
    press(&e, CT_KEY_HOME);
    press(&e, CT_KEY_DELETE);
    assert_string_equal(e.text, "'Brien ");
    press(&e, CT_KEY_RIGHT);
    press(&e, CT_CTRL('k'));
    assert_string_equal(e.text, "'");
    press(&e, CT_CTRL('u'));
    assert_string_equal(e.text, "");
    ct_editor_done(&e);
}

static void test_words(void **state)
{
    (void)state;
    struct ct_editor e;
    assert_true(ct_editor_init(&e, 0));
    type(&e, "one  two three");
    press(&e, CT_KEY_WORD_LEFT);
    assert_int_equal(e.cursor, 9);
    press(&e, CT_KEY_WORD_LEFT);
    assert_int_equal(e.cursor, 5);
    press(&e, CT_KEY_WORD_RIGHT);
    assert_int_equal(e.cursor, 8);
    press(&e, CT_CTRL('a'));
    assert_int_equal(e.cursor, 0);
    press(&e, CT_KEY_WORD_LEFT);
    assert_int_equal(e.cursor, 0);
    press(&e, CT_CTRL('e'));
    press(&e, CT_KEY_WORD_RIGHT);
    assert_int_equal(e.cursor, e.len);
    ct_editor_done(&e);
}

/* The cursor never stands between a letter and its accent. */
static void test_cursor_on_graphemes(void **state)
{
    (void)state;
    struct ct_editor e;
    assert_true(ct_editor_init(&e, 0));
    type(&e, "\xcc\x81z");
    press(&e, CT_KEY_HOME);
    type(&e, "e"); /* the lone accent joins it */
    assert_int_equal(e.cursor, 3);
    press(&e, CT_CTRL('u'));
    type(&e, "a \xcc\x81");
    type(&e, "b");
    press(&e, CT_KEY_WORD_LEFT); /* the blank bears an accent here */
    assert_true(e.cursor != 2);
    ct_editor_done(&e);
}

/* Joiners are spelling in some scripts; other invisible characters go. */
static void test_invisible(void **state)
{
    (void)state;
    struct ct_editor e;
    assert_true(ct_editor_init(&e, 0));
    const char *name = "\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae"; /* with U+200C */
    ct_editor_set(&e, name);
    assert_string_equal(e.text, name);
    ct_editor_set(&e, "");
    type(&e, name);
    assert_string_equal(e.text, name);
    assert_int_equal(press(&e, 0x202e), CT_IGNORED); /* right-to-left override */
    assert_int_equal(press(&e, 0x85), CT_IGNORED);
    assert_string_equal(e.text, name);
    ct_editor_set(&e, "");
    assert_int_equal(paste(&e, "a\xe2\x80\xae"
                               "b\x1b[31mc\x07\xff"
                               "d"),
                     CT_HANDLED);
    assert_string_equal(e.text, "ab[31mcd");
    ct_editor_done(&e);
}

static void test_not_its_own(void **state)
{
    (void)state;
    static const uint32_t OTHERS[] = {
        CT_KEY_ENTER, CT_KEY_TAB,     CT_KEY_ESC,     CT_KEY_UP,    CT_KEY_DOWN,   CT_KEY_F1,
        CT_KEY_F12,   CT_KEY_PAGE_UP, CT_KEY_BACKTAB, CT_CTRL('s'), CT_KEY_UNKNOWN};
    struct ct_editor e, s;
    assert_true(ct_editor_init(&e, 0));
    assert_true(ct_editor_init_secret(&s));
    for (size_t i = 0; i < CT_LEN(OTHERS); i++) {
        assert_int_equal(press(&e, OTHERS[i]), CT_IGNORED);
        assert_int_equal(press(&s, OTHERS[i]), CT_IGNORED);
    }
    for (int k = CT_EV_RESIZE; k <= CT_EV_HANGUP; k++) {
        struct ct_event ev = {.kind = (enum ct_event_kind)k};
        assert_int_equal(ct_editor_event(&e, &ev), CT_IGNORED);
        assert_int_equal(ct_editor_event(&s, &ev), CT_IGNORED);
    }
    ct_editor_done(&e);
    ct_editor_done(&s);
}

/* The manual names the keys that the editor takes, and no others. */
static void test_keys_listed(void **state)
{
    (void)state;
    for (uint32_t key = 1; key != 0; key = w_special(key)) {
        struct ct_editor e;
        assert_true(ct_editor_init(&e, 0));
        type(&e, "one two");
        press(&e, CT_KEY_LEFT);
        bool taken = press(&e, key) != CT_IGNORED;
        assert_int_equal(taken, w_listed(CT_EDITOR_KEYS, key));
        ct_editor_done(&e);
    }
}

static void test_max_bytes(void **state)
{
    (void)state;
    struct ct_editor e;
    assert_true(ct_editor_init(&e, 5));
    type(&e, "ab\xe6\x9d\x8e");
    assert_int_equal(press(&e, 'c'), CT_REFUSED);
    assert_string_equal(e.text, "ab\xe6\x9d\x8e");
    press(&e, CT_KEY_BACKSPACE);
    type(&e, "c\xc3\xa9");
    assert_int_equal(press(&e, 0xe9), CT_REFUSED); /* two bytes, none left */
    ct_editor_set(&e, "abcd\xc3\xa9");             /* never half a character */
    assert_string_equal(e.text, "abcd");
    ct_editor_done(&e);
    assert_true(ct_editor_init(&e, 5000));
    assert_int_equal(e.max_bytes, CT_EDITOR_BYTES);
    for (int i = 0; i < CT_EDITOR_BYTES; i++)
        assert_int_equal(press(&e, 'x'), CT_HANDLED);
    assert_int_equal(press(&e, 'x'), CT_REFUSED);
    assert_int_equal(e.len, CT_EDITOR_BYTES);
    ct_editor_done(&e);
}

/* ---- paste ---------------------------------------------------------------- */

static void test_paste(void **state)
{
    (void)state;
    struct ct_editor e;
    assert_true(ct_editor_init(&e, 40));
    type(&e, "<>");
    press(&e, CT_KEY_LEFT);
    assert_int_equal(paste(&e, "one\r\ntwo\nthree\tfour"), CT_HANDLED);
    assert_string_equal(e.text, "<one two three four>");
    assert_int_equal(e.cursor, e.len - 1);
    press(&e, CT_CTRL('z'));
    assert_string_equal(e.text, "<>");
    assert_int_equal(paste(&e, "\x01\x02"), CT_REFUSED);
    assert_int_equal(paste(&e, ""), CT_REFUSED);
    assert_string_equal(e.text, "<>");
    ct_editor_done(&e);
}

/* What does not fit is refused whole: half a note may say the opposite. */
static void test_paste_too_long(void **state)
{
    (void)state;
    struct ct_editor e;
    assert_true(ct_editor_init(&e, 20));
    type(&e, "allergy: ");
    assert_int_equal(paste(&e, "not to penicillin"), CT_REFUSED);
    assert_string_equal(e.text, "allergy: ");
    assert_int_equal(paste(&e, "penicillin\n"), CT_HANDLED);
    assert_int_equal(e.len, 20);
    ct_editor_done(&e);

    assert_true(ct_editor_init(&e, 0));
    enum { HUGE_BYTES = 100 * 1000 };
    char *huge = malloc(HUGE_BYTES + 1);
    assert_non_null(huge);
    memset(huge, 'x', HUGE_BYTES);
    huge[HUGE_BYTES] = '\0';
    assert_int_equal(paste(&e, huge), CT_REFUSED);
    assert_int_equal(e.len, 0);
    memset(huge, 1, HUGE_BYTES); /* nothing but controls, and one letter */
    huge[HUGE_BYTES - 1] = 'y';
    assert_int_equal(paste(&e, huge), CT_HANDLED);
    assert_string_equal(e.text, "y");
    free(huge);
    ct_editor_done(&e);
}

/* ---- undo ----------------------------------------------------------------- */

static void test_undo(void **state)
{
    (void)state;
    struct ct_editor e;
    assert_true(ct_editor_init(&e, 0));
    assert_int_equal(press(&e, CT_CTRL('z')), CT_REFUSED);
    assert_int_equal(press(&e, CT_CTRL('y')), CT_REFUSED);
    type(&e, "one two");
    press(&e, CT_CTRL('u'));
    press(&e, CT_CTRL('z'));
    assert_string_equal(e.text, "one two");
    assert_int_equal(e.cursor, 7);
    press(&e, CT_CTRL('z')); /* typing in one go is one step */
    assert_string_equal(e.text, "");
    press(&e, CT_CTRL('y'));
    assert_string_equal(e.text, "one two");
    press(&e, CT_CTRL('y'));
    assert_string_equal(e.text, "");
    assert_int_equal(press(&e, CT_CTRL('y')), CT_REFUSED);
    press(&e, CT_CTRL('z'));
    type(&e, "!"); /* a new edit: nothing is left to do again */
    assert_int_equal(press(&e, CT_CTRL('y')), CT_REFUSED);
    assert_string_equal(e.text, "one two!");
    ct_editor_done(&e);
}

/* To the limit and back: every one of the 32 steps, both ways. */
static void test_undo_limit(void **state)
{
    (void)state;
    struct ct_editor e;
    char want[16];
    assert_true(ct_editor_init(&e, 0));
    for (int i = 0; i < 40; i++) {
        snprintf(want, sizeof want, "step %d", i);
        ct_editor_set(&e, want);
    }
    for (int i = 38; i >= 40 - 1 - CT_EDITOR_UNDO; i--) {
        assert_int_equal(press(&e, CT_CTRL('z')), CT_HANDLED);
        snprintf(want, sizeof want, "step %d", i);
        assert_string_equal(e.text, want);
    }
    assert_int_equal(press(&e, CT_CTRL('z')), CT_REFUSED);
    for (int i = 40 - CT_EDITOR_UNDO; i <= 39; i++) {
        assert_int_equal(press(&e, CT_CTRL('y')), CT_HANDLED);
        snprintf(want, sizeof want, "step %d", i);
        assert_string_equal(e.text, want);
    }
    assert_int_equal(press(&e, CT_CTRL('y')), CT_REFUSED);
    assert_int_equal(press(&e, CT_CTRL('z')), CT_HANDLED);
    assert_string_equal(e.text, "step 38");
    ct_editor_done(&e);
}

/* Without memory typing goes on, and what can be undone still is right. */
static void test_undo_without_memory(void **state)
{
    (void)state;
    struct ct_editor e;
    assert_true(ct_editor_init(&e, 0));
    ct_editor_set(&e, "one");
    ct_editor_set(&e, "two");
    no_memory = true;
    ct_editor_set(&e, "three");
    type(&e, "!");
    press(&e, CT_KEY_LEFT);
    no_memory = false;
    assert_string_equal(e.text, "three!");
    type(&e, "?");
    press(&e, CT_CTRL('z'));
    assert_string_equal(e.text, "three!");
    press(&e, CT_CTRL('z'));
    assert_string_equal(e.text, "one"); /* the steps between could not be kept */
    no_memory = true;
    press(&e, CT_CTRL('y'));
    press(&e, CT_CTRL('y'));
    assert_string_equal(e.text, "three?!");
    press(&e, CT_CTRL('u'));
    press(&e, CT_CTRL('z'));
    no_memory = false;
    ct_editor_done(&e);
}

/* ---- passwords ------------------------------------------------------------ */

static void test_secret(void **state)
{
    (void)state;
    struct ct_editor e;
    assert_true(ct_editor_init_secret(&e));
    type(&e, "Tr\xc3\xb6mso-7");
    assert_int_equal(paste(&e, "-pasted\n"), CT_HANDLED);
    assert_int_equal(e.secret->len, 16);
    assert_memory_equal(e.secret->data, "Tr\xc3\xb6mso-7-pasted", 16);
    /* nothing of it in the ordinary memory of the editor, nor to undo */
    assert_int_equal(e.len, 0);
    for (size_t i = 0; i < sizeof e.text; i++)
        assert_int_equal(e.text[i], 0);
    assert_null(e.undo);
    assert_int_equal(press(&e, CT_CTRL('z')), CT_IGNORED);
    ct_editor_set(&e, "not by this way");
    assert_int_equal(e.text[0], 0);
    for (int i = 0; i < 13; i++)
        press(&e, CT_KEY_BACKSPACE);
    assert_int_equal(e.secret->len, 2); /* the two bytes of a letter went together */
    assert_memory_equal(e.secret->data, "Tr\0\0\0\0", 6); /* and are wiped */
    press(&e, CT_CTRL('u'));
    assert_int_equal(e.secret->len, 0);
    assert_int_equal(press(&e, CT_KEY_BACKSPACE), CT_HANDLED);
    ct_editor_done(&e);
}

static void test_secret_limit(void **state)
{
    (void)state;
    struct ct_editor e;
    char much[CT_SECRET_MAX + 8];
    assert_true(ct_editor_init_secret(&e));
    type(&e, "ab");
    memset(much, 'p', sizeof much - 1);
    much[sizeof much - 1] = '\0';
    assert_int_equal(paste(&e, much), CT_REFUSED);
    assert_int_equal(e.secret->len, 2); /* whole or not at all: never half a password */
    assert_memory_equal(e.secret->data, "ab\0", 3);
    much[CT_SECRET_MAX - 2] = '\0';
    assert_int_equal(paste(&e, much), CT_HANDLED);
    assert_int_equal(press(&e, 'x'), CT_REFUSED);
    assert_int_equal(e.secret->len, CT_SECRET_MAX);
    assert_int_equal(press(&e, 0x85), CT_IGNORED);
    ct_editor_done(&e);
}

static void test_secret_draw(void **state)
{
    (void)state;
    struct ct_editor e;
    assert_true(ct_editor_init_secret(&e));
    shows(&e, 6, false, "\n", 0);
    type(&e, "\xc3\xb6"
             "bc");
    shows(&e, 6, false, " ***\n", 3);
    type(&e, "defgh");
    shows(&e, 6, false, " *****\n", 5);
    shows(&e, 1, false, "\n", 0);
    ct_editor_done(&e);
}

/* ---- drawing -------------------------------------------------------------- */

/* A figure as wide as its field is shown whole, with and without the focus. */
static void test_draw_full(void **state)
{
    (void)state;
    struct ct_editor e;
    struct ct_grid g;
    assert_true(ct_editor_init(&e, 0));
    type(&e, "120");
    assert_true(ct_grid_init(&g, 1, 8, false));
    ct_editor_draw(&e, &g, 0, 1, 3, false);
    w_shows(&g, true, " 120\n== marks\n fff\n");
    ct_grid_clear(&g);
    ct_editor_draw(&e, &g, 0, 1, 3, true);
    w_shows(&g, true, " 120\n== marks\n fff^\n"); /* the cursor behind the last digit */
    ct_grid_done(&g);
    shows(&e, 3, false, " 120\n", 3);
    press(&e, CT_KEY_HOME);
    shows(&e, 3, false, " 120\n", 0);
    ct_editor_done(&e);
}

/* What is cut says so at the end where it is cut, and never under the cursor. */
static void test_draw_scrolled(void **state)
{
    (void)state;
    struct ct_editor e;
    assert_true(ct_editor_init(&e, 0));
    type(&e, "abcdefghij");
    shows(&e, 6, false, " ~ghij\n", 5);
    press(&e, CT_KEY_HOME);
    shows(&e, 6, false, " abcde~\n", 0);
    for (int i = 0; i < 4; i++)
        press(&e, CT_KEY_RIGHT);
    shows(&e, 6, false, " abcde~\n", 4);
    press(&e, CT_KEY_RIGHT);
    shows(&e, 6, false, " ~cdef~\n", 4);
    press(&e, CT_KEY_END);
    shows(&e, 6, false, " ~ghij\n", 5);
    press(&e, CT_KEY_LEFT);
    shows(&e, 6, false, " ~ghij\n", 4);
    for (int i = 0; i < 4; i++)
        press(&e, CT_KEY_LEFT);
    shows(&e, 6, false, " ~fghij\n", 1);
    shows(&e, 10, false, " abcdefghij\n", 5);
    shows(&e, 1, false, " f\n", 0);
    shows(&e, 2, false, " fg\n", 0);
    ct_editor_done(&e);
    /* without the focus a long text shows its beginning */
    struct ct_grid g;
    assert_true(ct_editor_init(&e, 0));
    type(&e, "abcdefghij");
    assert_true(ct_grid_init(&g, 1, 8, false));
    ct_editor_draw(&e, &g, 0, 1, 6, false);
    w_shows(&g, false, " abcde~\n");
    ct_grid_done(&g);
    ct_editor_done(&e);
}

/* Wide characters at either edge: never half of one, the cursor by column. */
static void test_draw_wide(void **state)
{
    (void)state;
    struct ct_editor e;
    assert_true(ct_editor_init(&e, 0));
    type(&e, "\xe6\x9d\x8e\xe6\x95\x8f\xe9\x83\x8e"); /* six columns */
    shows(&e, 8, false, " \xe6\x9d\x8e\xe6\x95\x8f\xe9\x83\x8e\n", 6);
    shows(&e, 6, false, " \xe6\x9d\x8e\xe6\x95\x8f\xe9\x83\x8e\n", 6);
    shows(&e, 5, false, " ~ \xe9\x83\x8e\n", 4);
    press(&e, CT_KEY_LEFT);
    shows(&e, 5, false, " ~ \xe9\x83\x8e\n", 2);
    press(&e, CT_KEY_HOME);
    shows(&e, 5, false, " \xe6\x9d\x8e\xe6\x95\x8f~\n", 0);
    shows(&e, 4, false, " \xe6\x9d\x8e ~\n", 0);
    press(&e, CT_KEY_RIGHT);
    shows(&e, 5, false, " \xe6\x9d\x8e\xe6\x95\x8f~\n", 2);
    /* places too narrow for the character: the cursor stays inside */
    for (int cols = 1; cols < 10; cols++) {
        struct ct_grid g;
        assert_true(ct_grid_init(&g, 3, cols + 2, false));
        for (int k = 0; k < 4; k++) {
            w_frame(&g, 1, 1, 1, cols);
            g.cursor_shown = false;
            ct_editor_draw(&e, &g, 1, 1, cols, true);
            w_frame_whole(&g, 1, 1, 1, cols);
            assert_true(g.cursor_shown);
            assert_int_equal(g.cursor_row, 1);
            assert_in_range(g.cursor_col, 1, 1 + cols);
            press(&e, k < 2 ? CT_KEY_RIGHT : CT_KEY_LEFT);
        }
        ct_grid_done(&g);
    }
    ct_editor_done(&e);
}

static void test_draw_combining(void **state)
{
    (void)state;
    struct ct_editor e;
    assert_true(ct_editor_init(&e, 0));
    type(&e, "ae\xcc\x81i");
    shows(&e, 5, false, " ae\xcc\x81i\n", 3);
    press(&e, CT_KEY_LEFT);
    shows(&e, 5, false, " ae\xcc\x81i\n", 2);
    press(&e, CT_KEY_LEFT);
    shows(&e, 5, false, " ae\xcc\x81i\n", 1);
    ct_editor_set(&e, "\xcc\x81"); /* alone it stands on a dotted circle */
    shows(&e, 5, false, " \xe2\x97\x8c\xcc\x81\n", 1);
    ct_editor_done(&e);
}

/* On a terminal without UTF-8 the cursor follows what is drawn there. */
static void test_draw_ascii(void **state)
{
    (void)state;
    struct ct_editor e;
    assert_true(ct_editor_init(&e, 0));
    type(&e, "\xc5\xa0im\xc5\xaf \xe6\x9d\x8e \xc3\x9f.");
    shows(&e, 20, true, " Simu ? ss.\n", 10);
    press(&e, CT_KEY_LEFT);
    press(&e, CT_KEY_LEFT);
    shows(&e, 20, true, " Simu ? ss.\n", 7);
    shows(&e, 20, false, " \xc5\xa0im\xc5\xaf \xe6\x9d\x8e \xc3\x9f.\n", 8);
    ct_editor_done(&e);
}

/* Anything may be typed and drawn at any width. */
static void test_random(void **state)
{
    (void)state;
    static const uint32_t KEYS[] = {'a',
                                    ' ',
                                    '9',
                                    0xe9,
                                    0x301,
                                    0x674e,
                                    0x1f600,
                                    0x200d,
                                    0x202e,
                                    0xfe0f,
                                    0x85,
                                    0xffff,
                                    CT_KEY_LEFT,
                                    CT_KEY_RIGHT,
                                    CT_KEY_HOME,
                                    CT_KEY_END,
                                    CT_KEY_WORD_LEFT,
                                    CT_KEY_WORD_RIGHT,
                                    CT_KEY_BACKSPACE,
                                    CT_KEY_DELETE,
                                    CT_CTRL('w'),
                                    CT_CTRL('k'),
                                    CT_CTRL('z'),
                                    CT_CTRL('y')};
    struct w_random r = {7};
    struct ct_editor e;
    struct ct_grid g;
    assert_true(ct_editor_init(&e, 60));
    assert_true(ct_grid_init(&g, 1, 30, false));
    for (int i = 0; i < 20000; i++) {
        g.ascii = w_next(&r, 2) == 1;
        if (w_next(&r, 50) == 0)
            paste(&e, "p\xcc\x81\xe6\x9d\x8e\n");
        else
            press(&e, KEYS[w_next(&r, CT_LEN(KEYS))]);
        int cols = 1 + (int)w_next(&r, 26);
        w_frame(&g, 0, 2, 1, cols);
        ct_editor_draw(&e, &g, 0, 2, cols, true);
        w_frame_whole(&g, 0, 2, 1, cols);
        w_sound(&g);
        assert_in_range(g.cursor_col, 2, 2 + cols);
    }
    ct_grid_done(&g);
    ct_editor_done(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scripts),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_cursor_on_graphemes),
        cmocka_unit_test(test_invisible),
        cmocka_unit_test(test_not_its_own),
        cmocka_unit_test(test_keys_listed),
        cmocka_unit_test(test_max_bytes),
        cmocka_unit_test(test_paste),
        cmocka_unit_test(test_paste_too_long),
        cmocka_unit_test(test_undo),
        cmocka_unit_test(test_undo_limit),
        cmocka_unit_test(test_undo_without_memory),
        cmocka_unit_test(test_secret),
        cmocka_unit_test(test_secret_limit),
        cmocka_unit_test(test_secret_draw),
        cmocka_unit_test(test_draw_full),
        cmocka_unit_test(test_draw_scrolled),
        cmocka_unit_test(test_draw_wide),
        cmocka_unit_test(test_draw_combining),
        cmocka_unit_test(test_draw_ascii),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests_name("editor", tests, w_locale, NULL);
}
