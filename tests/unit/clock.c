/* Clock: civil dates and times are right across leap days and clock changes,
 * and what people type is read as they mean it or refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

static void zone(const char *name)
{
    assert_int_equal(setenv("TZ", name, 1), 0);
    tzset();
}

static int64_t utc(int year, int month, int day, int hour, int minute)
{
    return ((int64_t)ct_date_make(year, month, day) * 24 * 60 + hour * 60 + minute) *
           CT_MINUTE_MS;
}

static void test_dates_against_a_plain_count(void **state)
{
    (void)state;
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    assert_int_equal(ct_date_make(1970, 1, 1), 0);
    assert_int_equal(ct_date_make(2000, 3, 1), 11017);
    ct_date d = ct_date_make(1, 1, 1);
    for (int y = 1; y <= 9999; y++)
        for (int m = 1; m <= 12; m++) {
            bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
            int last = DAYS[m - 1] + (m == 2 && leap);
            assert_int_equal(ct_date_make(y, m, last + 1), CT_NO_DATE);
            for (int day = 1; day <= last; day++, d++) {
                int yy, mm, dd;
                assert_int_equal(ct_date_make(y, m, day), d);
                ct_date_split(d, &yy, &mm, &dd);
                assert_true(yy == y && mm == m && dd == day);
            }
        }
    assert_int_equal(ct_date_make(10000, 1, 1), CT_NO_DATE);
    assert_int_equal(ct_date_make(0, 12, 31), CT_NO_DATE);
    assert_int_equal(ct_date_make(2026, 0, 1), CT_NO_DATE);
    assert_int_equal(ct_date_make(2026, 13, 1), CT_NO_DATE);
    assert_int_equal(ct_date_make(2026, 1, 0), CT_NO_DATE);
    assert_int_equal(ct_date_make(1900, 2, 29), CT_NO_DATE);
    int y, m, day;
    ct_date_split(CT_NO_DATE, &y, &m, &day);
    assert_true(y == 0 && m == 0 && day == 0);
    ct_date_split(INT32_MAX, &y, &m, &day);
    assert_true(m >= 1 && m <= 12 && day >= 1 && day <= 31);
    ct_date_split(INT32_MIN + 1, &y, &m, &day);
    assert_true(m >= 1 && m <= 12 && day >= 1 && day <= 31);
}

static void test_civil_agrees_with_libc(void **state)
{
    (void)state;
    static const char *const ZONES[] = {"UTC",          "Europe/London",
                                        "Asia/Kolkata", "America/St_Johns",
                                        "Pacific/Apia", "Australia/Lord_Howe"};
    for (size_t z = 0; z < CT_LEN(ZONES); z++) {
        zone(ZONES[z]);
        for (int64_t ms = -62000000000123; ms < 5000000000000; ms += 98765432107) {
            int64_t s = ms / 1000 - (ms % 1000 < 0);
            time_t t = (time_t)s;
            struct tm tm;
            assert_non_null(localtime_r(&t, &tm));
            struct ct_civil c;
            ct_civil_at(ms, &c);
            assert_int_equal(c.year, tm.tm_year + 1900);
            assert_int_equal(c.month, tm.tm_mon + 1);
            assert_int_equal(c.day, tm.tm_mday);
            assert_int_equal(c.weekday, tm.tm_wday);
            assert_int_equal(c.hour, tm.tm_hour);
            assert_int_equal(c.minute, tm.tm_min);
            assert_int_equal(c.second, tm.tm_sec);
            assert_int_equal(c.ms, ms - s * 1000);
        }
        /* Every quarter hour of a year comes back, the repeated hour as its first. */
        for (int64_t ms = utc(2025, 12, 25, 0, 0); ms < utc(2027, 1, 10, 0, 0);
             ms += 15 * CT_MINUTE_MS) {
            struct ct_civil c;
            ct_civil_at(ms, &c);
            int64_t back = ct_civil_ms(&c);
            if (back != ms) {
                struct ct_civil again;
                ct_civil_at(back, &again);
                assert_memory_equal(&c, &again, sizeof c);
                assert_true(back < ms && ms - back <= CT_HOUR_MS);
            }
        }
    }
}

static void test_extreme_instants_are_bounded(void **state)
{
    (void)state;
    static const int64_t AT[] = {INT64_MIN, INT64_MIN + 1, INT64_MAX, -1, 0};
    static const char *const ZONES[] = {"Pacific/Kiritimati", "Pacific/Niue"};
    for (size_t z = 0; z < CT_LEN(ZONES); z++) {
        zone(ZONES[z]);
        for (size_t i = 0; i < CT_LEN(AT); i++) {
            char shortest[8], date[24], rfc[32], span[24];
            struct ct_civil c;
            ct_civil_at(AT[i], &c);
            assert_in_range(c.year, 1, 9999);
            ct_time_text(AT[i], shortest);
            ct_datetime_text(AT[i], date);
            ct_rfc3339(AT[i], rfc);
            ct_span_text(AT[i], span);
            assert_int_equal(strlen(shortest), 5);
            assert_int_equal(strlen(rfc), 24);
            assert_true(strlen(date) >= 11 && strlen(span) >= 5);
        }
    }
}

static void test_clock_changes_in_london(void **state)
{
    (void)state;
    zone("Europe/London");
    /* 01:30 on 29 March 2026 does not exist: 02:30 BST is 01:30 UTC. */
    struct ct_civil gap = {.year = 2026, .month = 3, .day = 29, .hour = 1, .minute = 30};
    assert_int_equal(ct_civil_ms(&gap), utc(2026, 3, 29, 1, 30));
    char text[24];
    ct_datetime_text(ct_civil_ms(&gap), text);
    assert_string_equal(text, "29 Mar 02:30");
    /* 01:30 on 25 October 2026 comes twice: the first is 00:30 UTC. */
    struct ct_civil twice = {.year = 2026, .month = 10, .day = 25, .hour = 1, .minute = 30};
    assert_int_equal(ct_civil_ms(&twice), utc(2026, 10, 25, 0, 30));
    assert_int_equal(ct_date_at(utc(2026, 6, 30, 23, 30)), ct_date_make(2026, 7, 1));
    assert_int_equal(ct_date_at(utc(2026, 12, 31, 23, 30)), ct_date_make(2026, 12, 31));
    zone("Asia/Kolkata");
    assert_int_equal(ct_date_at(utc(2026, 12, 31, 18, 30)), ct_date_make(2027, 1, 1));
}

static void test_age(void **state)
{
    (void)state;
    ct_date born = ct_date_make(2004, 2, 29);
    assert_int_equal(ct_age_years(born, ct_date_make(2022, 2, 28)), 17);
    assert_int_equal(ct_age_years(born, ct_date_make(2022, 3, 1)), 18);
    assert_int_equal(ct_age_years(born, ct_date_make(2024, 2, 29)), 20);
    assert_int_equal(ct_age_years(born, born), 0);
    assert_int_equal(ct_age_years(born, born - 1), -1);
    assert_int_equal(ct_age_years(CT_NO_DATE, born), -1);
    assert_int_equal(ct_age_years(born, CT_NO_DATE), -1);
    ct_date nov = ct_date_make(2010, 11, 22);
    assert_int_equal(ct_age_years(nov, ct_date_make(2026, 11, 21)), 15);
    assert_int_equal(ct_age_years(nov, ct_date_make(2026, 11, 22)), 16);
}

static void test_texts(void **state)
{
    (void)state;
    char s[32];
    ct_date_text(ct_date_make(1961, 3, 14), s);
    assert_string_equal(s, "14 Mar 1961");
    ct_date_iso(ct_date_make(1961, 3, 4), s);
    assert_string_equal(s, "1961-03-04");
    ct_date_text(CT_NO_DATE, s);
    assert_string_equal(s, "");
    ct_date_iso(CT_NO_DATE, s);
    assert_string_equal(s, "");
    zone("Europe/London");
    ct_time_text(utc(2026, 7, 1, 8, 42), s);
    assert_string_equal(s, "09:42");
    ct_datetime_text(utc(2026, 11, 22, 9, 42), s);
    assert_string_equal(s, "22 Nov 09:42");
    ct_rfc3339(utc(2026, 7, 1, 8, 42) + 7, s);
    assert_string_equal(s, "2026-07-01T08:42:00.007Z");
    ct_rfc3339(-1, s);
    assert_string_equal(s, "1969-12-31T23:59:59.999Z");

    static const struct {
        int64_t min;
        const char *want;
    } SPANS[] = {{0, "0 min"},         {14, "14 min"},       {59, "59 min"},
                 {60, "1 h 00 min"},   {185, "3 h 05 min"},  {1439, "23 h 59 min"},
                 {1440, "1 d 0 h"},    {52 * 60, "2 d 4 h"}, {-14, "-14 min"},
                 {-185, "-3 h 05 min"}};
    for (size_t i = 0; i < CT_LEN(SPANS); i++) {
        ct_span_text(SPANS[i].min * CT_MINUTE_MS, s);
        assert_string_equal(s, SPANS[i].want);
    }
    ct_span_text(-1, s);
    assert_string_equal(s, "0 min");
}

static void test_dates_as_typed(void **state)
{
    (void)state;
    static const struct {
        const char *typed;
        int year, month, day;
    } ROWS[] = {
        {"1961-03-14", 1961, 3, 14}, {"14/3/1961", 1961, 3, 14},
        {"14.3.61", 1961, 3, 14},    {"14 3 1961", 1961, 3, 14},
        {"14031961", 1961, 3, 14},   {"14 mar 1961", 1961, 3, 14},
        {"14mar1961", 1961, 3, 14},  {"14 MARCH 61", 1961, 3, 14},
        {" 4-3-61 ", 1961, 3, 4},    {"14 / 3 / 1961", 1961, 3, 14},
        {"1961/3/4", 1961, 3, 4},    {"29 2 2024", 2024, 2, 29},
        {"29/2/00", 2000, 2, 29},    {"22/11/26", 2026, 11, 22},
        {"23/11/26", 1926, 11, 23},  {"1/1/27", 1927, 1, 1},
        {"1 sept 2030", 2030, 9, 1},
    };
    ct_date today = ct_date_make(2026, 11, 22);
    for (size_t i = 0; i < CT_LEN(ROWS); i++) {
        ct_date got = CT_NO_DATE;
        struct ct_error err = {0};
        if (ct_date_parse(ROWS[i].typed, today, &got, &err) != CT_OK)
            fail_msg("%s: %s", ROWS[i].typed, err.text);
        char s[16];
        ct_date_iso(got, s);
        if (got != ct_date_make(ROWS[i].year, ROWS[i].month, ROWS[i].day))
            fail_msg("%s was read as %s", ROWS[i].typed, s);
    }
    static const char *const BAD[] = {
        "",
        " ",
        "14",
        "14/3",
        "140361",
        "14/3/196",
        "32/1/1961",
        "30/2/1961",
        "29/2/1900",
        "29/2/2026",
        "29 2 25",
        "3/14/1961",
        "0/1/1961",
        "1/0/1961",
        "1961-3-0",
        "14//3/1961",
        "14/3/1961/",
        "/14/3/1961",
        "14 ma 1961",
        "14 mrz 61",
        "march 1961",
        "1-2-3-4",
        "14:3:1961",
        "14 3 1961 x",
        "1/1/0001",
        "1/1/1799",
        "1/1/2200",
        "19610314",
        "14 mar --61",
        "1e1 3 1961",
        "\u0661\u0664 3 1961",
        "14\t3\t1961\n",
        "today",
        "99999999999999999999",
    };
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        ct_date got = 4711;
        struct ct_error err = {0};
        if (ct_date_parse(BAD[i], today, &got, &err) != CT_EINVAL)
            fail_msg("\"%s\" is accepted", BAD[i]);
        assert_int_equal(got, 4711);
        assert_true(strlen(err.text) > 10);
    }
    ct_date got;
    assert_int_equal(ct_date_parse("14/3/61", CT_NO_DATE, &got, NULL), CT_EINVAL);
    assert_int_equal(ct_date_parse("14/3/1961", CT_NO_DATE, &got, NULL), CT_OK);
}

static void when_is(const char *typed, int64_t now, int64_t want)
{
    int64_t got = 0;
    struct ct_error err = {0};
    if (ct_when_parse(typed, now, &got, &err) != CT_OK)
        fail_msg("%s: %s", typed, err.text);
    if (got != want) {
        char a[32], b[32];
        ct_rfc3339(got, a);
        ct_rfc3339(want, b);
        fail_msg("%s: %s, not %s", typed, a, b);
    }
}

static void when_refused(const char *typed, int64_t now)
{
    int64_t got = 4711;
    struct ct_error err = {0};
    if (ct_when_parse(typed, now, &got, &err) != CT_EINVAL)
        fail_msg("\"%s\" is accepted", typed);
    assert_int_equal(got, 4711);
    assert_true(strlen(err.text) > 10);
}

static void test_when_as_typed(void **state)
{
    (void)state;
    zone("UTC");
    int64_t now = utc(2026, 11, 22, 9, 50) + 12345;
    when_is("now", now, now);
    when_is(" NOW ", now, now);
    when_is("-10", now, now - 10 * CT_MINUTE_MS);
    when_is("- 0", now, now);
    when_is("-10080", now, now - 7 * CT_DAY_MS);
    when_is("9:42", now, utc(2026, 11, 22, 9, 42));
    when_is("09:42", now, utc(2026, 11, 22, 9, 42));
    when_is("0942", now, utc(2026, 11, 22, 9, 42));
    when_is("942", now, utc(2026, 11, 22, 9, 42));
    when_is("0000", now, utc(2026, 11, 22, 0, 0));
    when_is("9:52", now, utc(2026, 11, 22, 9, 52)); /* clocks differ a little */
    when_is("9:53", now, utc(2026, 11, 21, 9, 53));
    when_is("23:50", now, utc(2026, 11, 21, 23, 50));
    when_is("yesterday 9:42", now, utc(2026, 11, 21, 9, 42));
    when_is("y 942", now, utc(2026, 11, 21, 9, 42));
    when_is("today 8:00", now, utc(2026, 11, 22, 8, 0));
    when_is("21 nov 9:42", now, utc(2026, 11, 21, 9, 42));
    when_is("21/11 9:42", now, utc(2026, 11, 21, 9, 42));
    when_is("24 dec 9:42", now, utc(2025, 12, 24, 9, 42));
    when_is("21 nov 25 9:42", now, utc(2025, 11, 21, 9, 42));
    when_is("2026-11-21 09:42", now, utc(2026, 11, 21, 9, 42));
    when_is("2026-11-21T09:42", now, utc(2026, 11, 21, 9, 42));
    static const char *const BAD[] = {
        "",
        "-",
        "9",
        "9:4",
        "9:60",
        "24:00",
        "2400",
        "0960",
        "99999",
        "-10081",
        "-99999999999999999999",
        "--5",
        "-5 min",
        "today 9:53",
        "23 nov 2026 9:42",
        "21 nov 2025",
        "21 nov",
        "9:42:30",
        "tomorrow 9:42",
        "later",
        "29 feb 9:42",
        "now now",
        "2027-01-01 00:00",
        "31 nov 9:42",
        ":42",
        "9:",
        "9.42 x",
        "-9:42",
        "nov 9:42",
        "\u0669:42",
    };
    for (size_t i = 0; i < CT_LEN(BAD); i++)
        when_refused(BAD[i], now);
    when_is("23:58", utc(2026, 1, 1, 0, 1), utc(2025, 12, 31, 23, 58));
}

static void test_when_across_clock_changes(void **state)
{
    (void)state;
    zone("Europe/London");
    int64_t spring = utc(2026, 3, 29, 11, 0); /* 12:00 BST */
    when_refused("1:30", spring);             /* never was */
    when_is("0:59", spring, utc(2026, 3, 29, 0, 59));
    when_is("2:00", spring, utc(2026, 3, 29, 1, 0));
    when_is("yesterday 1:30", spring, utc(2026, 3, 28, 1, 30));
    when_is("1:30", utc(2026, 3, 29, 0, 30), utc(2026, 3, 28, 1, 30));
    /* At 01:40, the second time round, 01:35 is five minutes ago. */
    int64_t autumn = utc(2026, 10, 25, 1, 40);
    when_is("1:35", autumn, utc(2026, 10, 25, 1, 35));
    when_is("1:45", autumn, utc(2026, 10, 25, 0, 45));
    when_is("1:35", utc(2026, 10, 25, 0, 40), utc(2026, 10, 25, 0, 35));
    zone("Asia/Kolkata");
    when_is("0:10", utc(2026, 11, 22, 18, 45), utc(2026, 11, 22, 18, 40));
    when_is("23:59", utc(2026, 11, 22, 18, 45), utc(2026, 11, 22, 18, 29));
}

static void test_any_bytes_are_read_or_refused(void **state)
{
    (void)state;
    static const char ALPHABET[] = "0123456789 -/.:tnowyesmarch\t\xC3\xFF";
    uint64_t x = 88172645463325252u;
    zone("Europe/London");
    int64_t now = utc(2026, 11, 22, 9, 50);
    for (int round = 0; round < 200000; round++) {
        char s[24];
        size_t n = 0;
        do {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            s[n++] = ALPHABET[(x >> 33) % (sizeof ALPHABET - 1)];
        } while (n < sizeof s - 1 && (x >> 20) % 12 != 0);
        s[n] = '\0';
        ct_date d;
        if (ct_date_parse(s, ct_date_at(now), &d, NULL) == CT_OK) {
            int y, m, day;
            ct_date_split(d, &y, &m, &day);
            assert_in_range(y, 1800, 2199);
        }
        int64_t at;
        if (ct_when_parse(s, now, &at, NULL) == CT_OK)
            assert_true(at <= now + 2 * CT_MINUTE_MS);
    }
}

static void test_clocks(void **state)
{
    (void)state;
    int64_t now = 1000;
    struct ct_clock fixed = ct_clock_fixed(&now);
    assert_int_equal(ct_now(&fixed), 1000);
    now += CT_DAY_MS;
    assert_int_equal(ct_now(&fixed), 86401000);
    assert_int_equal(ct_monotonic(&fixed), 86401000);
    int64_t real = (int64_t)time(NULL) * 1000;
    assert_true(ct_now(&CT_CLOCK_SYSTEM) >= real - CT_MINUTE_MS);
    assert_true(ct_now(&CT_CLOCK_SYSTEM) <= real + CT_MINUTE_MS);
    int64_t before = ct_monotonic(&CT_CLOCK_SYSTEM);
    assert_true(ct_monotonic(&CT_CLOCK_SYSTEM) >= before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates_against_a_plain_count),
        cmocka_unit_test(test_civil_agrees_with_libc),
        cmocka_unit_test(test_extreme_instants_are_bounded),
        cmocka_unit_test(test_clock_changes_in_london),
        cmocka_unit_test(test_age),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_dates_as_typed),
        cmocka_unit_test(test_when_as_typed),
        cmocka_unit_test(test_when_across_clock_changes),
        cmocka_unit_test(test_any_bytes_are_read_or_refused),
        cmocka_unit_test(test_clocks),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
