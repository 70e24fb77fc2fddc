/* Text: nothing harmful reaches a terminal, columns agree with it, and a
 * patient is found however the name is typed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include <wchar.h>

#include "base/text.h"

static uint64_t seed = 0x9E3779B97F4A7C15u;

static uint32_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 32);
}

/* Bytes that are often nearly UTF-8, never NUL. */
static void random_text(char *out, size_t size)
{
    static const char *const PIECES[] = {"\xCC\x81",
                                         "\xE2\x80\xAE",
                                         "\xC3\xBC",
                                         "\xE6\xBC\xA2",
                                         "\xF0\x9F\x98\x80",
                                         "\x1B[2J",
                                         "\xC2\x9B",
                                         "'",
                                         " ",
                                         "O\xE2\x80\x99",
                                         "\xE2\x80",
                                         "\xED\xA0\x80",
                                         "z"};
    size_t n = 0, len = next_random() % size;
    while (n < len) {
        const char *piece = PIECES[next_random() % CT_LEN(PIECES)];
        if (next_random() % 3 == 0 && n + strlen(piece) <= len) {
            memcpy(out + n, piece, strlen(piece));
            n += strlen(piece);
        } else if (next_random() % 4 == 0) {
            char one[4];
            size_t used = ct_utf8_put(one, 1 + next_random() % 0x10FFFF);
            if (used <= len - n) {
                memcpy(out + n, one, used);
                n += used;
            }
        } else
            out[n++] = (char)(1 + next_random() % 255);
    }
    out[n] = '\0';
}

static void test_every_code_point_round_trips(void **state)
{
    (void)state;
    for (uint32_t cp = 0; cp <= 0x110010; cp++) {
        char bytes[4];
        size_t n = ct_utf8_put(bytes, cp);
        bool real = cp <= 0x10FFFF && !(cp >= 0xD800 && cp <= 0xDFFF);
        assert_int_equal(n > 0, real);
        if (!real)
            continue;
        uint32_t back;
        assert_int_equal(ct_utf8_next(bytes, bytes + n, &back), n);
        assert_int_equal(back, cp);
        assert_true(ct_utf8_valid(bytes, n));
        if (n > 1) { /* cut short: one byte at a time, never past the end */
            assert_int_equal(ct_utf8_next(bytes, bytes + n - 1, &back), 1);
            assert_int_equal(back, 0xFFFD);
            assert_false(ct_utf8_valid(bytes, n - 1));
        }
    }
}

static void test_malformed_bytes_are_refused(void **state)
{
    (void)state;
    static const char *const BAD[] = {"\x80",         "\xC0\x80",
                                      "\xC1\xBF",     "\xE0\x80\xAF",
                                      "\xED\xA0\x80", "\xF0\x80\x80\x80",
                                      "\xF5\x80\x80", "\xF4\x90\x80\x80",
                                      "\xFF",         "a\xC3",
                                      "\xC3(",        "\xE2\x82"};
    for (size_t i = 0; i < CT_LEN(BAD); i++)
        assert_false(ct_utf8_valid(BAD[i], strlen(BAD[i])));
    assert_true(ct_utf8_valid("", 0));
    assert_true(ct_utf8_valid("\xEF\xBF\xBD", 3)); /* a real U+FFFD */
    static const char NONE[] = "x";
    uint32_t cp;
    assert_int_equal(ct_utf8_next(NONE, NONE, &cp), 0);
    assert_int_equal(ct_utf8_count("a\xC3\xBC\xF0\x9F\x98\x80\xFFz"), 5);
}

/* The Unicode property tables of another library do not decide here: the
 * characters that attack a terminal are spelt out. */
static void test_unsafe_code_points(void **state)
{
    (void)state;
    static const uint32_t BAD[] = {
        0,      7,       8,        '\t',   '\n',   '\r',    0x1B,    0x7F,     0x80,
        0x85,   0x9B,    0x9D,     0x9F,   0xAD,   0x61C,   0x200B,  0x200C,   0x200D,
        0x200E, 0x200F,  0x2028,   0x2029, 0x202A, 0x202B,  0x202C,  0x202D,   0x202E,
        0x2060, 0x2063,  0x2066,   0x2067, 0x2068, 0x2069,  0x206F,  0xFEFF,   0xFFFE,
        0xFFFF, 0x1FFFE, 0x10FFFF, 0xD800, 0xDFFF, 0xE0001, 0xE0041, 0x110000, UINT32_MAX,
        0x034F, 0x115F,  0x3164,   0xFFF9};
    for (size_t i = 0; i < CT_LEN(BAD); i++)
        if (!ct_text_unsafe(BAD[i]))
            fail_msg("U+%04X is let through", BAD[i]);
    static const uint32_t GOOD[] = {' ',   '~',   0xA0,   0xFC,   0x301,   0x3A9,  0x416,
                                    0x627, 0x905, 0x6F22, 0xAC00, 0x1F600, 0xFFFD, 0xFE0F};
    for (size_t i = 0; i < CT_LEN(GOOD); i++)
        if (ct_text_unsafe(GOOD[i]))
            fail_msg("U+%04X is refused", GOOD[i]);
}

static void clean_is(const char *s, int max, bool ascii, const char *want, int cols)
{
    CT_BUF b = {0};
    ct_buf_str_add(&b, "|");
    int got = ct_text_clean(&b, s, max, ascii);
    assert_string_equal(ct_buf_str(&b) + 1, want);
    assert_int_equal(got, cols);
}

static void test_clean_replaces_what_is_harmful(void **state)
{
    (void)state;
    clean_is("Ana", -1, false, "Ana", 3);
    clean_is("", -1, false, "", 0);
    clean_is("a\x1B]0;owned\x07z", -1, false, "a\uFFFD]0;owned\uFFFDz", 12);
    clean_is("a\x1B[2Jz", -1, true, "a?[2Jz", 6);
    clean_is("x\xC2\x9Bz", -1, false, "x\uFFFDz", 3);
    clean_is("\u202Eevil", -1, false, "\uFFFDevil", 5);
    clean_is("one\ntwo\tthree", -1, true, "one?two?three", 13);
    clean_is("\xFF\xC3", -1, false, "\uFFFD\uFFFD", 2);
    clean_is("\u0301e", -1, false, "\u25CC\u0301e", 2);
    clean_is("e\u0301", -1, false, "e\u0301", 1);
    clean_is("\u0301", -1, true, "?", 1);
}

static void test_clean_in_ascii(void **state)
{
    (void)state;
    clean_is("M\u00FCller e\u0301", -1, true, "Muller e", 8);
    clean_is("\u00D8re \u0141\u00F3d\u017A \u00C6 \u00DE\u00F3r \u1E9E\u00DF", -1, true,
             "Ore Lodz Ae Thor Ssss", 21);
    clean_is("\u6F22\u5B57", -1, true, "??", 2);
    clean_is("O\u2019Brien \u2013 36.8 \u00B0C \u00BD \uFB01", -1, true,
             "O'Brien - 36.8 degC 1/2 fi", 26);
    clean_is("\u0418\u0432\u0430\u043D", -1, true, "????", 4);
}

static void test_clean_cuts_by_columns(void **state)
{
    (void)state;
    clean_is("Simunkova", 9, false, "Simunkova", 9);
    clean_is("Simunkova", 8, false, "Simunko~", 8);
    clean_is("Simunkova", 1, false, "~", 1);
    clean_is("Simunkova", 0, false, "", 0);
    clean_is("", 0, false, "", 0);
    clean_is("\u6F22\u5B57\u6F22", 6, false, "\u6F22\u5B57\u6F22", 6);
    clean_is("\u6F22\u5B57\u6F22", 5, false, "\u6F22\u5B57~", 5);
    clean_is("\u6F22\u5B57\u6F22", 4, false, "\u6F22~", 3); /* half a character is no use */
    clean_is("e\u0301e\u0301e\u0301", 2, false, "e\u0301~", 2);
    clean_is("\u00BD\u00BD", 4, true, "1/2~", 4);
}

static void test_columns(void **state)
{
    (void)state;
    assert_int_equal(ct_text_cols("Ana"), 3);
    assert_int_equal(ct_text_cols("\u6F22\u5B57"), 4);
    assert_int_equal(ct_text_cols("e\u0301"), 1);
    assert_int_equal(ct_text_cols("\u0301"), 1);
    assert_int_equal(ct_text_cols("\u0645\u062D\u0645\u062F"), 4);
    assert_int_equal(ct_text_cols("\U0001F600"), 2);
    assert_int_equal(ct_text_cols("\xFF\x1B"), 2);
    assert_int_equal(ct_text_cp_cols(0x202E), 1);
    for (uint32_t cp = 0x20; cp < 0x30000; cp++)
        if (!ct_text_unsafe(cp) && wcwidth((wchar_t)cp) >= 0)
            assert_int_equal(ct_text_cp_cols(cp), wcwidth((wchar_t)cp));
}

static void fold_is(const char *s, const char *want)
{
    CT_BUF b = {0};
    ct_text_fold(&b, s);
    assert_string_equal(ct_buf_str(&b), want);
}

static void test_fold(void **state)
{
    (void)state;
    fold_is("O'Brien", "obrien");
    fold_is("O\u2019BRIEN", "obrien");
    fold_is("o\u02BCbrien", "obrien");
    fold_is("\u0160imunkov\u00E1", "simunkova");
    fold_is("S\u030Cimunkova\u0301", "simunkova");
    fold_is("  Anna -- Maria\t(n\u00E9e Lee)  ", "anna maria nee lee");
    fold_is("\u00D8stergaard \u00C5se \u00C6gir", "ostergaard ase aegir");
    fold_is("Wei\u00DF GRO\u1E9E", "weiss gross");
    fold_is("\u0141\u00F3d\u017A \u0110or\u0111e \u00DEorger\u00F0ur \u00DEorsteinn",
            "lodz dorde thorgerdur thorsteinn");
    fold_is("I\u015F\u0131k \u0130smail", "isik ismail");
    fold_is("\u03A3\u03AF\u03C3\u03C5\u03C6\u03BF\u03C2",
            "\u03C3\u03B9\u03C3\u03C5\u03C6\u03BF\u03C3");
    fold_is("\u0410\u043B\u0451\u043D\u0430", "\u0430\u043B\u0435\u043D\u0430");
    fold_is("\u0623\u064E\u062D\u0645\u062F", "\u0627\u062D\u0645\u062F");
    fold_is("\u0639\u0644\u06CC\u200C\u0631\u0636\u0627",
            "\u0639\u0644\u064A\u0631\u0636\u0627");
    fold_is("\u6F22\u5B57\u3000\u592A\u90CE", "\u6F22\u5B57 \u592A\u90CE");
    fold_is("\uFF21\uFF4E\uFF4E\uFF41 \uFF11\uFF12", "anna 12");
    fold_is("\u0661\u0662\u0663 \u06F4 \u0967", "123 4 1");
    fold_is("\U0001F600 Ana \U0001F468\u200D\u2695\uFE0F", "ana");
    fold_is("\U0001F600", "");
    fold_is("", "");
    fold_is("   ' -- ", "");
    fold_is("ab\xFF\xC3z", "ab z");
    fold_is("943 476 5919", "943 476 5919");
}

static void test_fold_holds_long_names(void **state)
{
    (void)state;
    char name[201];
    for (size_t i = 0; i + 2 <= 200; i += 2)
        memcpy(name + i, "\u00DC", 3);
    CT_BUF b = {0};
    ct_text_fold(&b, name);
    assert_int_equal(b.len, 100);
    assert_int_equal(strspn(b.data, "u"), 100);
    CT_BUF small = {.max = 10};
    ct_text_fold(&small, name);
    assert_true(small.bad);
}

static void nfc_is(const char *s, const char *want)
{
    char out[64];
    size_t n = ct_text_nfc(out, sizeof out, s, strlen(s));
    assert_int_equal(n, strlen(want));
    assert_memory_equal(out, want, n);
    /* Exactly fits, and does not fit by one. */
    assert_int_equal(ct_text_nfc(out, n, s, strlen(s)), n);
    assert_int_equal(ct_text_nfc(out, n - 1, s, strlen(s)), 0);
}

static void test_nfc(void **state)
{
    (void)state;
    nfc_is("plain Passw0rd", "plain Passw0rd");
    nfc_is("u\u0308ber", "\u00FCber");
    nfc_is("\u00FCber", "\u00FCber");
    nfc_is("\u1100\u1161\u11A8", "\uAC01");
    nfc_is("q\u0307\u0323", "q\u0323\u0307");
    nfc_is("\u212B", "\u00C5");
    nfc_is("\uFB01 \u00BD", "\uFB01 \u00BD");     /* compatibility forms stay */
    nfc_is("\U0001D15E", "\U0001D157\U0001D165"); /* longer than it was */
    char out[16];
    assert_int_equal(ct_text_nfc(out, sizeof out, "a\xFFz", 3), 0);
    assert_int_equal(ct_text_nfc(out, sizeof out, "", 0), 0);
    assert_int_equal(ct_text_nfc(out, sizeof out, "a\0\xC3\xBC", 4), 4); /* NUL is a byte */
}

static void test_copy_and_trim(void **state)
{
    (void)state;
    char out[6];
    ct_text_copy(out, sizeof out, "abcdefg");
    assert_string_equal(out, "abcde");
    ct_text_copy(out, sizeof out, "abc\u6F22");
    assert_string_equal(out, "abc");
    ct_text_copy(out, sizeof out, "ab\u6F22");
    assert_string_equal(out, "ab\u6F22");
    ct_text_copy(out, 1, "ab");
    assert_string_equal(out, "");
    ct_text_copy(out, 0, "zz");
    assert_string_equal(out, "");

    char s[] = " \t\u00A0Ana \u3000  Maria\r\n ";
    ct_text_trim(s);
    assert_string_equal(s, "Ana Maria");
    char blank[] = " \t ";
    ct_text_trim(blank);
    assert_string_equal(blank, "");
    char none[] = "Ana\xFF";
    ct_text_trim(none);
    assert_string_equal(none, "Ana\xFF");
}

static void test_random_bytes(void **state)
{
    (void)state;
    char s[96];
    for (int round = 0; round < 40000; round++) {
        random_text(s, sizeof s);
        int max = (int)(next_random() % 24) - 1;
        bool ascii = next_random() % 2;
        CT_BUF clean = {0};
        int cols = ct_text_clean(&clean, s, max, ascii);
        const char *p = ct_buf_str(&clean), *end = p + clean.len;
        assert_true(ct_utf8_valid(p, clean.len));
        assert_true(max < 0 || cols <= max);
        int sum = 0;
        while (p < end) {
            uint32_t cp;
            p += ct_utf8_next(p, end, &cp);
            assert_true(cp == 0xFFFD || !ct_text_unsafe(cp));
            assert_true(!ascii || (cp >= 0x20 && cp < 0x7F));
            sum += ct_text_cp_cols(cp);
        }
        assert_int_equal(sum, cols);
        if (!ascii && max < 0)
            assert_int_equal(ct_text_cols(s), cols);

        CT_BUF once = {0}, twice = {0};
        ct_text_fold(&once, s);
        ct_text_fold(&twice, ct_buf_str(&once));
        assert_true(ct_utf8_valid(ct_buf_str(&once), once.len));
        assert_string_equal(ct_buf_str(&once), ct_buf_str(&twice));

        char nfc[512], again[512];
        size_t n = ct_text_nfc(nfc, sizeof nfc, s, strlen(s));
        assert_true(n == 0 || ct_utf8_valid(s, strlen(s)));
        assert_int_equal(ct_text_nfc(again, sizeof again, nfc, n), n);
        assert_memory_equal(nfc, again, n);
        ct_text_trim(s);
        ct_text_copy(again, next_random() % 40, s);
    }
}

/* The same key whether a name came composed, decomposed or in capitals. */
static void test_fold_does_not_depend_on_the_form(void **state)
{
    (void)state;
    for (uint32_t cp = 0xC0; cp < 0x2FFFF; cp++) {
        char s[5] = {0};
        if (ct_utf8_put(s, cp) == 0 || ct_text_unsafe(cp))
            continue;
        utf8proc_uint8_t *nfd = utf8proc_NFD((const utf8proc_uint8_t *)s);
        assert_non_null(nfd);
        CT_BUF a = {0}, b = {0}, again = {0};
        ct_text_fold(&a, s);
        ct_text_fold(&b, (const char *)nfd);
        ct_text_fold(&again, ct_buf_str(&a));
        if (strcmp(ct_buf_str(&a), ct_buf_str(&b)) != 0 ||
            strcmp(ct_buf_str(&a), ct_buf_str(&again)) != 0)
            fail_msg("U+%04X: \"%s\", \"%s\", \"%s\"", cp, ct_buf_str(&a), ct_buf_str(&b),
                     ct_buf_str(&again));
        free(nfd);
    }
}

int main(void)
{
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_code_point_round_trips),
        cmocka_unit_test(test_malformed_bytes_are_refused),
        cmocka_unit_test(test_unsafe_code_points),
        cmocka_unit_test(test_clean_replaces_what_is_harmful),
        cmocka_unit_test(test_clean_in_ascii),
        cmocka_unit_test(test_clean_cuts_by_columns),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_fold),
        cmocka_unit_test(test_fold_holds_long_names),
        cmocka_unit_test(test_nfc),
        cmocka_unit_test(test_copy_and_trim),
        cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_fold_does_not_depend_on_the_form),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
