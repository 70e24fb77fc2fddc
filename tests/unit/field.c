/* Fields: what is typed becomes the value that was meant, or is refused; the
 * form advances exactly when nothing more could be typed. */
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

#include "base/field.h"

static const struct ct_choice ACVPU[] = {{"A", "alert"}, {"C", "confusion"},    {"V", "voice"},
                                         {"P", "pain"},  {"U", "unresponsive"}, {NULL, NULL}};
static const struct ct_choice DEVICES[] = {
    {"N", "nasal cannula"}, {"NRB", "non-rebreather"}, {"SM", "simple mask"}, {NULL, NULL}};

static const struct ct_field SYSTOLIC = {.name = "sbp_mmhg",
                                         .label = "Systolic",
                                         .unit = "mmHg",
                                         .kind = CT_F_INT,
                                         .hard_lo = 0,
                                         .hard_hi = 300,
                                         .soft_lo = 80,
                                         .soft_hi = 220};
static const struct ct_field SPO2 = {.name = "spo2_pct",
                                     .label = "SpO2",
                                     .unit = "%",
                                     .kind = CT_F_INT,
                                     .hard_lo = 0,
                                     .hard_hi = 100,
                                     .soft_lo = 0,
                                     .soft_hi = 100};
static const struct ct_field TEMP = {.name = "temp_c10",
                                     .label = "Temperature",
                                     .unit = "degC",
                                     .kind = CT_F_DECIMAL,
                                     .places = 1,
                                     .hard_lo = 250,
                                     .hard_hi = 450,
                                     .soft_lo = 361,
                                     .soft_hi = 380};
static const struct ct_field WEIGHT = {.name = "weight_kg10",
                                       .label = "Weight",
                                       .unit = "kg",
                                       .kind = CT_F_DECIMAL,
                                       .places = 1,
                                       .hard_lo = 0,
                                       .hard_hi = 5000};
static const struct ct_field FLOW = {.name = "flow",
                                     .label = "Flow",
                                     .unit = "L/min",
                                     .kind = CT_F_DECIMAL,
                                     .places = 1,
                                     .hard_lo = 0,
                                     .hard_hi = 150};
static const struct ct_field CVP = {.name = "cvp",
                                    .label = "CVP",
                                    .unit = "cmH2O",
                                    .kind = CT_F_DECIMAL,
                                    .places = 1,
                                    .hard_lo = -136,
                                    .hard_hi = 1360};
static const struct ct_field LEVEL = {
    .name = "acvpu", .label = "Consciousness", .kind = CT_F_CODE, .choices = ACVPU};
static const struct ct_field DEVICE = {
    .name = "device", .label = "Device", .kind = CT_F_CODE, .choices = DEVICES};
static const struct ct_field BORN = {.name = "born", .label = "Born", .kind = CT_F_DATE};
static const struct ct_field TAKEN = {.name = "taken_ms", .label = "Taken", .kind = CT_F_TIME};
static const struct ct_field NOTE = {
    .name = "note", .label = "Note", .kind = CT_F_TEXT, .max_bytes = 12};
static const struct ct_field PASSWORD = {
    .name = "password", .label = "Password", .kind = CT_F_SECRET};

static int64_t now_ms;

static void is(const struct ct_field *f, const char *typed, enum ct_verdict want, int64_t value)
{
    int64_t got = 4711;
    struct ct_error err = {0};
    enum ct_verdict v = ct_field_judge(f, typed, now_ms, &got, &err);
    if (v != want || got != value)
        fail_msg("%s \"%s\": verdict %d, not %d; value %lld, not %lld; %s", f->name, typed, v,
                 want, (long long)got, (long long)value, err.text);
    if (v == CT_V_IMPOSSIBLE || v == CT_V_UNUSUAL || v == CT_V_PARTIAL) {
        assert_string_equal(err.field, f->name);
        assert_true(strlen(err.text) > strlen(f->label) + 5);
    }
}

static void full(const struct ct_field *f, const char *typed, bool want)
{
    if (ct_field_full(f, typed) != want)
        fail_msg("%s \"%s\" is %sfull", f->name, typed, want ? "not " : "");
}

static void test_whole_numbers(void **state)
{
    (void)state;
    is(&SYSTOLIC, "", CT_V_EMPTY, CT_UNSET);
    is(&SYSTOLIC, "  \t", CT_V_EMPTY, CT_UNSET);
    is(&SYSTOLIC, "0", CT_V_UNUSUAL, 0); /* zero is a value, not an empty field */
    is(&SYSTOLIC, "120", CT_V_OK, 120);
    is(&SYSTOLIC, " 120 ", CT_V_OK, 120);
    is(&SYSTOLIC, "080", CT_V_OK, 80);
    is(&SYSTOLIC, "300", CT_V_UNUSUAL, 300);
    is(&SYSTOLIC, "221", CT_V_UNUSUAL, 221);
    is(&SYSTOLIC, "301", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&SYSTOLIC, "0120", CT_V_IMPOSSIBLE, CT_UNSET);
    static const char *const BAD[] = {"+12",
                                      "-12",
                                      "1e2",
                                      "12.0",
                                      "12,5",
                                      "0x1F",
                                      "1 2",
                                      "12a",
                                      "\u0661\u0662",
                                      "\uFF11",
                                      "NaN",
                                      "inf",
                                      "--",
                                      "-",
                                      ".",
                                      "12\n",
                                      "\xFF",
                                      "9223372036854775808",
                                      "18446744073709551736",
                                      "99999999999999999999999"};
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        is(&SYSTOLIC, BAD[i], CT_V_IMPOSSIBLE, CT_UNSET);
        full(&SYSTOLIC, BAD[i], false);
    }
}

static void test_five_thousand_digits(void **state)
{
    (void)state;
    char digits[5001];
    memset(digits, '1', sizeof digits - 1);
    digits[sizeof digits - 1] = '\0';
    static const struct ct_field *const ALL[] = {&SYSTOLIC, &TEMP,  &CVP, &LEVEL,
                                                 &BORN,     &TAKEN, &NOTE};
    for (size_t i = 0; i < CT_LEN(ALL); i++) {
        is(ALL[i], digits, CT_V_IMPOSSIBLE, CT_UNSET);
        full(ALL[i], digits, false);
    }
    memset(digits, '0', sizeof digits - 1);
    is(&SYSTOLIC, digits, CT_V_IMPOSSIBLE, CT_UNSET);
    memset(digits, ' ', sizeof digits - 1);
    is(&SYSTOLIC, digits, CT_V_EMPTY, CT_UNSET);
}

static void test_full_as_the_hand_expects(void **state)
{
    (void)state;
    full(&SYSTOLIC, "", false);
    full(&SYSTOLIC, "1", false);
    full(&SYSTOLIC, "9", false);
    full(&SYSTOLIC, "12", false);
    full(&SYSTOLIC, "30", false);
    full(&SYSTOLIC, "31", true);
    full(&SYSTOLIC, "32", true);
    full(&SYSTOLIC, "90", true);
    full(&SYSTOLIC, "122", true);
    full(&SYSTOLIC, "999", false); /* not a value: stay */
    full(&SPO2, "97", true);
    full(&SPO2, "10", false);
    full(&SPO2, "100", true);
    full(&SPO2, "9", false);
    full(&TEMP, "3", false);
    full(&TEMP, "36", false);
    full(&TEMP, "36.", false);
    full(&TEMP, "368", true);
    full(&TEMP, "36.8", true);
    full(&TEMP, "36,8", true);
    full(&TEMP, "45", false); /* 450 */
    full(&TEMP, "46", false); /* impossible */
    full(&LEVEL, "a", true);
    full(&LEVEL, "x", false);
    full(&DEVICE, "N", false); /* NRB */
    full(&DEVICE, "nrb", true);
    full(&DEVICE, "S", false);
    full(&NOTE, "twelve bytes", false);
    full(&PASSWORD, "secret", false);
}

static void test_decimals(void **state)
{
    (void)state;
    is(&TEMP, "368", CT_V_OK, 368);
    is(&TEMP, "36.8", CT_V_OK, 368);
    is(&TEMP, "36,8", CT_V_OK, 368);
    is(&TEMP, "37", CT_V_OK, 370);
    is(&TEMP, "36.", CT_V_PARTIAL, CT_UNSET);
    is(&TEMP, "3", CT_V_PARTIAL, CT_UNSET);
    is(&TEMP, "45", CT_V_UNUSUAL, 450);
    is(&TEMP, "45.1", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&TEMP, "451", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&TEMP, "24", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&TEMP, "9", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&TEMP, "98.6", CT_V_IMPOSSIBLE, CT_UNSET); /* Fahrenheit */
    is(&TEMP, "36.80", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&TEMP, "36.8.1", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&TEMP, "36..8", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&TEMP, "-36.8", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&TEMP, "3.68e1", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&WEIGHT, "72", CT_V_OK, 720);  /* both fit: as written */
    is(&WEIGHT, "705", CT_V_OK, 705); /* only 70.5 fits */
    is(&WEIGHT, "120", CT_V_OK, 1200);
    is(&WEIGHT, "1205", CT_V_OK, 1205);
    is(&WEIGHT, "7.2", CT_V_OK, 72);
    is(&FLOW, "0.5", CT_V_OK, 5);
    is(&FLOW, ".5", CT_V_OK, 5);
    is(&FLOW, "0", CT_V_OK, 0);
    is(&FLOW, "05", CT_V_PARTIAL, CT_UNSET); /* 0.5 or 5.0? */
    is(&FLOW, "050", CT_V_OK, 50);
    is(&FLOW, ".", CT_V_PARTIAL, CT_UNSET);
    is(&CVP, "-13.6", CT_V_OK, -136);
    is(&CVP, "-13.7", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&CVP, "-136", CT_V_OK, -136);
    is(&CVP, "-2", CT_V_OK, -20);
    is(&CVP, "-", CT_V_PARTIAL, CT_UNSET);
    is(&CVP, "--1", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&CVP, "136", CT_V_OK, 1360);
}

static void test_locale_does_not_matter(void **state)
{
    (void)state;
    /* A locale whose decimal sign is a comma, where the machine has one. */
    (void)setlocale(LC_ALL, "de_DE.UTF-8");
    is(&TEMP, "36.8", CT_V_OK, 368);
    is(&TEMP, "36,8", CT_V_OK, 368);
    char s[16];
    ct_field_text(&TEMP, 368, s, sizeof s);
    assert_string_equal(s, "36.8");
    (void)setlocale(LC_ALL, "C");
    (void)setlocale(LC_CTYPE, "C.UTF-8");
}

/* Whether t, or anything that begins with it and is at most `more` longer, is a
 * value: found by trying everything, without the library's arithmetic. */
static bool leads_to_value(const struct ct_field *f, const char *t, int more)
{
    int64_t v;
    enum ct_verdict is_now = ct_field_judge(f, t, 0, &v, NULL);
    if (is_now == CT_V_OK || is_now == CT_V_UNUSUAL)
        return true;
    size_t n = strlen(t);
    char longer[24];
    for (const char *c = "0123456789."; more > 0 && *c != '\0'; c++) {
        snprintf(longer, sizeof longer, "%s%c", t, *c);
        if (n < 20 && leads_to_value(f, longer, more - 1))
            return true;
    }
    return false;
}

/* Prefixes come back by the hundred: each is checked once a range. */
enum { SEEN = 16384 };
static char seen[SEEN][24];

static bool first_time(const char *t)
{
    size_t at = 5381;
    for (const char *c = t; *c != '\0'; c++)
        at = at * 33 + (unsigned char)*c;
    for (at %= SEEN; seen[at][0] != '\0'; at = (at + 1) % SEEN)
        if (strcmp(seen[at], t) == 0)
            return false;
    snprintf(seen[at], sizeof seen[at], "%s", t);
    return true;
}

static void check_prefix(const struct ct_field *f, const char *t)
{
    if (!first_time(t))
        return;
    int64_t v;
    enum ct_verdict is_now = ct_field_judge(f, t, 0, &v, NULL);
    if (is_now == CT_V_IMPOSSIBLE)
        fail_msg("%s: \"%s\" is called impossible", f->name, t);
    bool grows = false;
    for (const char *c = "0123456789."; *c != '\0'; c++) {
        char longer[24];
        snprintf(longer, sizeof longer, "%s%c", t, *c);
        grows = grows || leads_to_value(f, longer, 2);
    }
    if (is_now == CT_V_PARTIAL && !grows)
        fail_msg("%s: \"%s\" can become nothing", f->name, t);
    bool value = is_now == CT_V_OK || is_now == CT_V_UNUSUAL;
    if (ct_field_full(f, t) != (value && !grows))
        fail_msg("%s: \"%s\" full is wrong", f->name, t);
}

static void test_every_value_can_be_typed(void **state)
{
    (void)state;
    static const struct {
        int places, step;
        int64_t lo, hi;
    } RANGES[] = {{0, 1, 0, 300},   {0, 1, 0, 100},    {0, 1, 0, 10},     {0, 1, 30, 70},
                  {0, 1, 7, 7},     {0, 1, -20, 40},   {0, 1, -40, -3},   {0, 7, 95, 1005},
                  {1, 1, 250, 450}, {1, 11, 0, 1500},  {1, 3, 770, 1130}, {1, 1, 0, 9},
                  {2, 1, 680, 780}, {1, 3, -136, 200}, {2, 37, 5, 2500}};
    for (size_t r = 0; r < CT_LEN(RANGES); r++) {
        struct ct_field f = {.name = "x",
                             .label = "X",
                             .kind = RANGES[r].places > 0 ? CT_F_DECIMAL : CT_F_INT,
                             .places = RANGES[r].places,
                             .hard_lo = RANGES[r].lo,
                             .hard_hi = RANGES[r].hi};
        memset(seen, 0, sizeof seen);
        for (int64_t v = f.hard_lo; v <= f.hard_hi; v += RANGES[r].step) {
            char text[24], prefix[24] = "";
            ct_field_text(&f, v, text, sizeof text);
            for (size_t n = 0; text[n] != '\0'; n++) {
                if (n > 0)
                    check_prefix(&f, prefix);
                prefix[n] = text[n];
                prefix[n + 1] = '\0';
            }
            check_prefix(&f, text);
            int64_t got;
            assert_int_equal(ct_field_judge(&f, text, 0, &got, NULL), CT_V_OK);
            assert_int_equal(got, v);
        }
        /* Nothing outside gets in. */
        for (int64_t v = f.hard_lo - 300; v <= f.hard_hi + 300; v++) {
            if (v >= f.hard_lo && v <= f.hard_hi)
                continue;
            char text[24];
            ct_field_text(&f, v, text, sizeof text);
            int64_t got;
            enum ct_verdict is_now = ct_field_judge(&f, text, 0, &got, NULL);
            assert_true(is_now == CT_V_IMPOSSIBLE || is_now == CT_V_PARTIAL);
            assert_true(got == CT_UNSET);
        }
    }
}

static void test_widest_limits_do_not_overflow(void **state)
{
    (void)state;
    struct ct_field f = {.name = "x",
                         .label = "X",
                         .kind = CT_F_INT,
                         .hard_lo = INT64_MIN + 1,
                         .hard_hi = INT64_MAX};
    is(&f, "999999999999999999", CT_V_OK, 999999999999999999);
    is(&f, "-999999999999999999", CT_V_OK, -999999999999999999);
    is(&f, "9999999999999999999", CT_V_IMPOSSIBLE, CT_UNSET);
    f.kind = CT_F_DECIMAL;
    f.places = 9;
    is(&f, "999999999.999999999", CT_V_OK, 999999999999999999);
    is(&f, "1", CT_V_OK, 1000000000);
    full(&f, "999999999999999999", true);
    full(&f, "12", false);
}

static void test_codes(void **state)
{
    (void)state;
    is(&LEVEL, "A", CT_V_OK, 0);
    is(&LEVEL, " u ", CT_V_OK, 4);
    is(&LEVEL, "X", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&LEVEL, "AA", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&LEVEL, "1", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&LEVEL, "alert", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&DEVICE, "n", CT_V_OK, 0);
    is(&DEVICE, "nr", CT_V_PARTIAL, CT_UNSET);
    is(&DEVICE, "Nrb", CT_V_OK, 1);
    is(&DEVICE, "nrbx", CT_V_IMPOSSIBLE, CT_UNSET);
    struct ct_field none = {.name = "x", .label = "X", .kind = CT_F_CODE};
    is(&none, "a", CT_V_IMPOSSIBLE, CT_UNSET);
}

static void test_text_and_secrets(void **state)
{
    (void)state;
    is(&NOTE, "left arm", CT_V_OK, 8);
    is(&NOTE, "twelve bytes", CT_V_OK, 12);
    is(&NOTE, "thirteen byte", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&NOTE, "   ", CT_V_EMPTY, CT_UNSET);
    is(&NOTE, "a\x1B[2J", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&NOTE, "a\u202Eb", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&NOTE, "a\nb", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&NOTE, "\xC3", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&NOTE, "\u0639\u06CC\u200C\u0631", CT_V_OK, 9);
    is(&PASSWORD, "", CT_V_EMPTY, CT_UNSET);
    is(&PASSWORD, "  ", CT_V_OK, 2); /* blanks are part of a password */
    is(&PASSWORD, "p\x01\xFF", CT_V_OK, 3);
}

static void test_dates(void **state)
{
    (void)state;
    is(&BORN, "14 3 1961", CT_V_OK, ct_date_make(1961, 3, 14));
    is(&BORN, "30/2/1961", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&BORN, "14/13/1961", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&BORN, "hello", CT_V_IMPOSSIBLE, CT_UNSET);
    static const char *const WHOLE[] = {"14031961",   "14/3/1961",       "14 mar 1961",
                                        "1961-03-14", "14 september 61", "29/2/1904",
                                        "1 1 2100"};
    for (size_t i = 0; i < CT_LEN(WHOLE); i++) {
        char s[24] = "";
        int64_t v;
        for (size_t n = 0; WHOLE[i][n] != '\0'; n++) {
            s[n] = WHOLE[i][n];
            if (ct_field_judge(&BORN, s, now_ms, &v, NULL) == CT_V_IMPOSSIBLE)
                fail_msg("\"%s\" is called impossible", s);
            bool last = WHOLE[i][n + 1] == '\0';
            if (ct_field_full(&BORN, s) != last)
                fail_msg("\"%s\": full is wrong", s);
        }
        assert_int_equal(ct_field_judge(&BORN, s, now_ms, &v, NULL), CT_V_OK);
    }
    full(&BORN, "14/3/19", false); /* 1961 */
    full(&BORN, "14/3/61", true);
    full(&BORN, "1961-3-1", false);
    full(&BORN, "1961-3-4", true);
    struct ct_field due = BORN;
    due.hard_lo = ct_date_make(2020, 1, 1);
    due.hard_hi = ct_date_make(2030, 1, 1);
    is(&due, "1/1/2020", CT_V_OK, due.hard_lo);
    is(&due, "31/12/2019", CT_V_IMPOSSIBLE, CT_UNSET);
}

static void test_times(void **state)
{
    (void)state;
    is(&TAKEN, "now", CT_V_OK, now_ms);
    is(&TAKEN, "-10", CT_V_OK, now_ms - 10 * CT_MINUTE_MS);
    is(&TAKEN, "9:60", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&TAKEN, "2500", CT_V_IMPOSSIBLE, CT_UNSET);
    is(&TAKEN, "today 23:00", CT_V_IMPOSSIBLE, CT_UNSET); /* it is 09:50 */
    static const char *const WHOLE[] = {"now",
                                        "9:42",
                                        "0942",
                                        "23:59",
                                        "1842",
                                        "yesterday 9:42",
                                        "y 0942",
                                        "21 nov 9:42",
                                        "2026-11-21 09:42",
                                        "2026-11-21T09:42",
                                        "-10",
                                        "21/11 9:42"};
    for (size_t i = 0; i < CT_LEN(WHOLE); i++) {
        char s[24] = "";
        int64_t v;
        for (size_t n = 0; WHOLE[i][n] != '\0'; n++) {
            s[n] = WHOLE[i][n];
            if (ct_field_judge(&TAKEN, s, now_ms, &v, NULL) == CT_V_IMPOSSIBLE)
                fail_msg("\"%s\" is called impossible", s);
            bool want = WHOLE[i][n + 1] == '\0' && s[0] != '-';
            if (ct_field_full(&TAKEN, s) != want)
                fail_msg("\"%s\": full is wrong", s);
        }
        assert_int_equal(ct_field_judge(&TAKEN, s, now_ms, &v, NULL), CT_V_OK);
    }
    full(&TAKEN, "942", true);  /* 942x is no time */
    full(&TAKEN, "123", false); /* 12:3x */
    full(&TAKEN, "2026", false);
}

static void test_texts(void **state)
{
    (void)state;
    static const struct {
        const struct ct_field *f;
        int64_t value;
        const char *want;
    } ROWS[] = {
        {&TEMP, 368, "36.8"},
        {&TEMP, 5, "0.5"},
        {&CVP, -136, "-13.6"},
        {&CVP, -5, "-0.5"},
        {&SYSTOLIC, 0, "0"},
        {&SYSTOLIC, CT_UNSET, ""},
        {&LEVEL, 1, "C"},
        {&LEVEL, 5, ""},
        {&LEVEL, -1, ""},
        {&BORN, -3215, "14 Mar 1961"},
        {&BORN, INT64_MAX, ""},
        {&NOTE, 5, ""},
        {&SYSTOLIC, INT64_MAX, "9223372036854775807"},
        {&TEMP, CT_UNSET, ""},
    };
    char s[64];
    for (size_t i = 0; i < CT_LEN(ROWS); i++) {
        ct_field_text(ROWS[i].f, ROWS[i].value, s, sizeof s);
        assert_string_equal(s, ROWS[i].want);
    }
    ct_field_text(&TEMP, 368, s, 3);
    assert_string_equal(s, "36");
    ct_field_text(&TEMP, 368, s, 0);
    ct_field_limits_text(&TEMP, s, sizeof s);
    assert_string_equal(s, "usual 36.1-38.0, possible 25.0-45.0 degC");
    ct_field_limits_text(&SPO2, s, sizeof s);
    assert_string_equal(s, "0-100 %");
    ct_field_limits_text(&CVP, s, sizeof s);
    assert_string_equal(s, "-13.6 to 136.0 cmH2O");
    ct_field_limits_text(&DEVICE, s, sizeof s);
    assert_string_equal(s, "N nasal cannula, NRB non-rebreather, SM simple mask");
    ct_field_limits_text(&NOTE, s, sizeof s);
    assert_string_equal(s, "up to 12 bytes");
    struct ct_error err;
    int64_t v;
    ct_field_judge(&TEMP, "98.6", 0, &v, &err);
    assert_string_equal(err.text, "Temperature is not possible: usual 36.1-38.0, possible "
                                  "25.0-45.0 degC.");
}

static void test_parse_int(void **state)
{
    (void)state;
    int64_t v = 4711;
    assert_true(ct_parse_int("0", 0, 9, &v) && v == 0);
    assert_true(ct_parse_int("007", 0, 9, &v) && v == 7);
    assert_true(ct_parse_int("-9223372036854775808", INT64_MIN, 0, &v) && v == INT64_MIN);
    assert_true(ct_parse_int("9223372036854775807", 0, INT64_MAX, &v) && v == INT64_MAX);
    v = 4711;
    static const char *const BAD[] = {"",
                                      "-",
                                      "+1",
                                      "-1",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "0x1",
                                      "1e1",
                                      "10",
                                      "9223372036854775808",
                                      "18446744073709551616",
                                      "\u0661",
                                      "1\n"};
    for (size_t i = 0; i < CT_LEN(BAD); i++)
        assert_false(ct_parse_int(BAD[i], 0, 9, &v));
    assert_false(ct_parse_int("-9223372036854775809", INT64_MIN, 0, &v));
    assert_int_equal(v, 4711);
}

static void test_random_bytes(void **state)
{
    (void)state;
    static const struct ct_field *const ALL[] = {&SYSTOLIC, &TEMP,  &CVP,  &LEVEL,    &DEVICE,
                                                 &BORN,     &TAKEN, &NOTE, &PASSWORD, &FLOW};
    static const char ALPHABET[] = "0123456789.,-+ :/eanowy\xC3\x80\x1B";
    uint64_t x = 2463534242u;
    for (int round = 0; round < 60000; round++) {
        char s[20];
        size_t n = 0;
        do {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            s[n++] = ALPHABET[(x >> 33) % (sizeof ALPHABET - 1)];
        } while (n < sizeof s - 1 && (x >> 20) % 8 != 0);
        s[n] = '\0';
        const struct ct_field *f = ALL[(x >> 40) % CT_LEN(ALL)];
        int64_t v;
        enum ct_verdict is_now = ct_field_judge(f, s, now_ms, &v, NULL);
        bool value = is_now == CT_V_OK || is_now == CT_V_UNUSUAL;
        assert_int_equal(value, v != CT_UNSET);
        assert_true(value || f->kind == CT_F_TIME || !ct_field_full(f, s));
        if (value && (f->kind == CT_F_INT || f->kind == CT_F_DECIMAL))
            assert_in_range(v - f->hard_lo, 0, f->hard_hi - f->hard_lo);
    }
}

int main(void)
{
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL || setenv("TZ", "UTC", 1) != 0)
        return 1;
    tzset();
    now_ms = ((int64_t)ct_date_make(2026, 11, 22) * 24 * 60 + 9 * 60 + 50) * CT_MINUTE_MS;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_numbers),
        cmocka_unit_test(test_five_thousand_digits),
        cmocka_unit_test(test_full_as_the_hand_expects),
        cmocka_unit_test(test_decimals),
        cmocka_unit_test(test_locale_does_not_matter),
        cmocka_unit_test(test_every_value_can_be_typed),
        cmocka_unit_test(test_widest_limits_do_not_overflow),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_text_and_secrets),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_parse_int),
        cmocka_unit_test(test_random_bytes),
    };
    return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
