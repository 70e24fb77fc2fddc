/* Curves from CSV: every kind of time, names in any letters, and each bad cell with its
 * line and column. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "exchange/cycle_csv.h"

struct input {
    const char *s;
    size_t n, at, portion;
};

static enum ct_status take(void *arg, char *buf, size_t cap, size_t *ret_n,
                           struct ct_error *reterr)
{
    (void)reterr;
    struct input *in = arg;
    size_t n = in->n - in->at < in->portion ? in->n - in->at : in->portion;
    *ret_n = n < cap ? n : cap;
    memcpy(buf, in->s + in->at, *ret_n);
    in->at += *ret_n;
    return CT_OK;
}

static enum ct_status read_with(struct ct_cycle_csv job, const char *csv, size_t portion,
                                struct ct_curve **ret, enum ct_cycle_time *time,
                                struct ct_error *e)
{
    struct input in = {csv, strlen(csv), 0, portion};
    job.name = "c.csv";
    job.read = take;
    job.read_arg = &in;
    return ct_cycle_csv_read(&job, ret, time, e);
}

static struct ct_curve *good_with(struct ct_cycle_csv job, const char *csv,
                                  enum ct_cycle_time kind)
{
    struct ct_curve *c = NULL;
    struct ct_error e;
    enum ct_cycle_time time;
    for (size_t portion = 1; portion < 60; portion += 29) {
        ct_curve_free(c);
        c = NULL;
        if (read_with(job, csv, portion, &c, &time, &e) != CT_OK)
            fail_msg("%s", e.text);
        assert_int_equal(time, kind);
    }
    return c;
}
#define GOOD(csv, kind) good_with((struct ct_cycle_csv){0}, csv, kind)

static void refused_with(struct ct_cycle_csv job, const char *csv, enum ct_status status,
                         const char *says)
{
    struct ct_curve *c = NULL;
    struct ct_error e = {0};
    enum ct_cycle_time time;
    enum ct_status st = read_with(job, csv, 4096, &c, &time, &e);
    if (st != status || c != NULL || strstr(e.text, says) != e.text)
        fail_msg("%d %s\n  is not: %s", st, st == CT_OK ? "taken" : e.text, says);
}
#define BAD(csv, says)    refused_with((struct ct_cycle_csv){0}, csv, CT_EINVAL, says)
#define HEADER(csv, says) refused_with((struct ct_cycle_csv){0}, csv, CT_EFOREIGN, says)

static void spans(struct ct_curve *c, int64_t ms, int64_t first, size_t n)
{
    assert_int_equal(c->n, n);
    assert_true(c->t_ms[n - 1] - c->t_ms[0] == ms);
    assert_true(c->temp[0] == first);
    ct_curve_free(c);
}

static void test_times(void **state)
{
    (void)state;
    spans(GOOD("time,temp\n0,121\n0.5,122\n", CT_TIME_SECONDS), 500, 121000000, 2);
    spans(GOOD("epoch,temp\n1700000000,121\n1700000060.25,122\n", CT_TIME_SECONDS), 60250,
          121000000, 2);
    spans(GOOD("t,temp\n1700000000000,121\n1700000060000,122\n", CT_TIME_MS), 60000, 121000000,
          2);
    spans(GOOD("time (min),temp\n0,121\n1.5,122\n", CT_TIME_MINUTES), 90000, 121000000, 2);
    spans(GOOD("time_ms,temp\n0,121\n1500,122\n", CT_TIME_MS), 1500, 121000000, 2);
    spans(GOOD("Time [h],temp\n0,121\n0.5,122\n", CT_TIME_HOURS), 1800000, 121000000, 2);
    spans(GOOD("timestamp,temp\n2026-03-14T09:42:00Z,121\n2026-03-14T11:43:00.5+02:00,122\n",
               CT_TIME_ISO),
          60500, 121000000, 2);
    spans(GOOD("date time,temp\n2026-03-14 23:59:30,121\n2026-03-15 00:00:30,122\n",
               CT_TIME_ISO_LOCAL),
          60000, 121000000, 2);
    spans(GOOD("time,temp\n9:42:00,121\n09:43:00.250,122\n", CT_TIME_CLOCK), 60250, 121000000,
          2);
}

/* What programs write: quotes, CRLF, a byte order mark, blanks, many decimals. */
static void test_tolerance(void **state)
{
    (void)state;
    spans(GOOD("\xEF\xBB\xBF\" TIME (s) \",\"TEMPERATURE  1 (\xC2\xB0"
               "C)\"\r\n0, 121.5 \r\n\"60\",122\r\n\r\n",
               CT_TIME_SECONDS),
          60000, 121500000, 2);
    spans(GOOD("# logger 7\n\nTime;Temp\n0;120.99999999999999\n60;122\n;\n", CT_TIME_SECONDS),
          60000, 121000000, 2);
    spans(GOOD("elapsed,drain_C,jacket_set_C\n0,121,1\n1,122,1\n", CT_TIME_SECONDS), 1000,
          121000000, 2);
    spans(GOOD("t\tT1\n0\t121.0000005\n1\t122\n", CT_TIME_SECONDS), 1000, 121000001, 2);
    spans(GOOD("time,temp,temp set,note\n0,-0.5,1,\"a, b\"\n1,2,3,\n", CT_TIME_SECONDS), 1000,
          -500000, 2);
    struct ct_cycle_csv job = {.time = "ELAPSED  s",
                               .temp = {"chamber", "Load Probe (degc)"},
                               .n_temps = 2,
                               .pressure = "P"};
    CT_CURVE *c = good_with(job,
                            "Load probe (degC),elapsed s, Chamber,p (bar abs)\n"
                            "120,0,121,2.05\n121,60,122,2.06\n",
                            CT_TIME_SECONDS);
    assert_int_equal(c->n_temps, 2);
    assert_string_equal(c->temp_name[0], "Chamber");
    assert_string_equal(c->temp_name[1], "Load probe (degC)");
    assert_true(c->temp[0] == 121000000 && c->temp[1] == 120000000);
    assert_true(c->unit_known && c->unit == CT_P_BAR && c->basis == CT_P_ABSOLUTE);
    assert_true(c->pressure[1] == 2060000);
}

static void test_pressure_units(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool known;
        enum ct_pressure_unit unit;
        enum ct_pressure_basis basis;
    } V[] = {{"p", false, 0, CT_P_NOT_STATED},
             {"p [kPa]", true, CT_P_KPA, CT_P_NOT_STATED},
             {"p (barg)", true, CT_P_BAR, CT_P_GAUGE},
             {"p (bara)", true, CT_P_BAR, CT_P_ABSOLUTE},
             {"p (bar a)", true, CT_P_BAR, CT_P_ABSOLUTE},
             {"p (mbar gauge)", true, CT_P_MBAR, CT_P_GAUGE},
             {"p (psig)", true, CT_P_PSI, CT_P_GAUGE},
             {"p (mmHg)", true, CT_P_MMHG, CT_P_NOT_STATED}};
    for (size_t i = 0; i < CT_LEN(V); i++) {
        char csv[120];
        struct ct_cycle_csv job = {.pressure = V[i].name};
        snprintf(csv, sizeof csv, "time,temp,%s\n0,121,2\n1,121,2\n", V[i].name);
        CT_CURVE *c = good_with(job, csv, CT_TIME_SECONDS);
        assert_int_equal(c->unit_known, V[i].known);
        assert_true(!V[i].known || c->unit == V[i].unit);
        assert_int_equal(c->basis, V[i].basis);
    }
    struct ct_cycle_csv job = {
        .pressure = "p", .unit_given = true, .unit = CT_P_PSI, .basis = CT_P_GAUGE};
    CT_CURVE *c = good_with(job, "time,temp,p (bar)\n0,121,2\n1,121,2\n", CT_TIME_SECONDS);
    assert_true(c->unit == CT_P_PSI && c->basis == CT_P_GAUGE);
}

static void test_window(void **state)
{
    (void)state;
    static const char SECONDS[] = "time,temp\n100,100\n200,120\n300,120\n";
    static const char ISO[] = "time,temp\n2026-03-14T09:00:00Z,100\n2026-03-14T09:01:40Z,120\n";
    struct ct_cycle_csv job = {.from = "150", .to = " 250 "};
    CT_CURVE *c = good_with(job, SECONDS, CT_TIME_SECONDS);
    assert_true(c->t_ms[0] == 150000 && c->temp[0] == 110000000 && c->t_ms[c->n - 1] == 250000);
    job = (struct ct_cycle_csv){.from = "2026-03-14T09:00:50Z"};
    CT_CURVE *iso = good_with(job, ISO, CT_TIME_ISO);
    assert_true(iso->temp[0] == 110000000);
    job = (struct ct_cycle_csv){.from = "25", .to = "75"}; /* seconds from the first sample */
    CT_CURVE *cut = good_with(job, ISO, CT_TIME_ISO);
    assert_true(cut->t_ms[1] - cut->t_ms[0] == 50000);
    job = (struct ct_cycle_csv){.from = "noon"};
    refused_with(job, SECONDS, CT_EINVAL, "--from: \"noon\" is no time as the column time");
    job = (struct ct_cycle_csv){.from = "250", .to = "150"};
    refused_with(job, SECONDS, CT_EINVAL, "c.csv: nothing is between");
    job = (struct ct_cycle_csv){.from = "900"};
    refused_with(job, SECONDS, CT_EINVAL, "c.csv: no sample is between the times");
}

static void test_header(void **state)
{
    (void)state;
    HEADER("", "c.csv: the table is empty");
    HEADER("\n \n", "c.csv: the table is empty");
    HEADER("a,b\n1,2\n",
           "c.csv:1: no column says that it is the time; name it; the header has a, b");
    HEADER("time,elapsed,temp\n", "c.csv:1: several columns may be the time; name it");
    HEADER("time,b\n1,2\n", "c.csv:1: no column says that it is a temperature");
    HEADER("time,temp (\xC2\xB0"
           "F)\n1,2\n",
           "c.csv:1: temp (\xC2\xB0"
           "F): is not in degC");
    HEADER("time,temp_f\n1,2\n", "c.csv:1: temp_f: is not in degC");
    struct ct_cycle_csv job = {.temp = {"T9"}, .n_temps = 1};
    refused_with(job, "time,temp\n", CT_EFOREIGN,
                 "c.csv:1: T9: there is no such column; the "
                 "header has time, temp");
    refused_with(job, "time,T9,t9\n", CT_EFOREIGN,
                 "c.csv:1: T9: several columns bear this name");
    job = (struct ct_cycle_csv){.time = "t", .temp = {"t"}, .n_temps = 1};
    refused_with(job, "t,u\n", CT_EFOREIGN, "c.csv:1: t: cannot be the time and a temperature");
    job = (struct ct_cycle_csv){.temp = {"a", "A"}, .n_temps = 2};
    refused_with(job, "t,a\n", CT_EFOREIGN, "c.csv:1: a: is named twice");
    job = (struct ct_cycle_csv){.pressure = "t"};
    refused_with(job, "t,temp\n", CT_EFOREIGN,
                 "c.csv:1: t: cannot be the time and the pressure");
}

static void test_cells(void **state)
{
    (void)state;
    BAD("time,temp\n", "c.csv: has no samples");
    BAD("time,temp\n0,121\n", "c.csv:2: is the only sample");
    BAD("time,temp\n0,121\n1,nan\n", "c.csv:3: temp: \"nan\" is not a finite number");
    BAD("time,temp\n0,121\n1,-Infinity\n", "c.csv:3: temp: \"-Infinity\" is not a finite");
    BAD("time,temp\n0,121\n1,\n", "c.csv:3: temp: is missing");
    BAD("time,temp\n0,121\n1,12 1\n", "c.csv:3: temp: \"12 1\" is not a number");
    BAD("time;temp\n0;121,5\n1;122\n",
        "c.csv:2: temp: \"121,5\" is not a number: decimals stand");
    BAD("time,temp\n0,1e2\n1,122\n", "c.csv:2: temp: \"1e2\" is not a number");
    BAD("time,temp\n0,121\n1,.5\n", "c.csv:3: temp: \".5\" is not a number");
    BAD("time,temp\n0,121\n1,99999999999999999999\n",
        "c.csv:3: temp: \"99999999999999999999\" is too large");
    BAD("time,temp\n0,121\n1,1500\n", "c.csv:3: temp: 1500 degC is not possible");
    BAD("time,temp\n0,121\nnan,121\n", "c.csv:3: time: \"nan\" is no time");
    BAD("time,temp\n5,121\n4,121\n", "c.csv:3: time: runs back");
    BAD("time,temp\n5,121\n5.0001,121\n", "c.csv:3: time: stands still");
    BAD("time,temp\n2026-03-14T09:42:00Z,121\n60,121\n",
        "c.csv:3: time: \"60\" is no time as those before");
    BAD("time,temp\n2026-02-30T09:42:00Z,121\n",
        "c.csv:2: time: \"2026-02-30T09:42:00Z\" is no time");
    BAD("time,temp\n0,121\n1,121,9\n", "c.csv:3: 3 cells, and the header has 2");
    BAD("time,temp\n0,121\n1\n", "c.csv:3: 1 cells, and the header has 2");
    BAD("time,temp\n0,121\n1,\"12\"1\n", "c.csv:3: text follows a closing quote");
    BAD("time,temp\n0,20\n10,20\n20,20\n30,20\n400,20\n",
        "c.csv:6: time: a gap of 370.000 s since line 5");
    struct ct_cycle_csv job = {.pressure = "p"};
    refused_with(job, "time,temp,p\n0,121,\n", CT_EINVAL, "c.csv:2: p: is missing");
    job = (struct ct_cycle_csv){.gap_ms = 30000};
    refused_with(job, "time,temp\n0,121\n31,121\n", CT_EINVAL, "c.csv:3: time: a gap of 31");
}

static void test_time_text(void **state)
{
    (void)state;
    static const struct {
        enum ct_cycle_time kind;
        int64_t ms;
        const char *text;
    } V[] = {{CT_TIME_SECONDS, 1500, "1.5"},
             {CT_TIME_MINUTES, 90000, "1.5"},
             {CT_TIME_MINUTES, 600000, "10"},
             {CT_TIME_MS, 12, "12"},
             {CT_TIME_ISO, 60000, "1970-01-01T00:01:00.000Z"},
             {CT_TIME_ISO_LOCAL, 60000, "1970-01-01T00:01:00.000"},
             {CT_TIME_CLOCK, 34920500, "09:42:00.500"}};
    for (size_t i = 0; i < CT_LEN(V); i++) {
        char text[40];
        ct_cycle_time_text(V[i].kind, V[i].ms, text);
        assert_string_equal(text, V[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),          cmocka_unit_test(test_tolerance),
        cmocka_unit_test(test_pressure_units), cmocka_unit_test(test_window),
        cmocka_unit_test(test_header),         cmocka_unit_test(test_cells),
        cmocka_unit_test(test_time_text),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests_name("cycle_csv", tests, NULL, NULL);
}
