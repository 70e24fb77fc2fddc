/* The paediatric score over tables: rows in, the same rows out with their score, what
 * is missing, or why they are refused; and the dates that choose the band. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "exchange/iso_time.h"
#include "exchange/pews_csv.h"

static struct ct_scorecard *card;

static int load(void **state)
{
    (void)state;
    struct ct_config c;
    struct ct_error e = {0};
    setenv("TZ", "UTC", 1);
    tzset();
    ct_config_default(&c);
    if (ct_scorecard_load(&c, "scores/pews.ini", &card, &e) == CT_OK)
        return 0;
    fprintf(stderr, "%s\n", e.text);
    return 1;
}

static int unload(void **state)
{
    (void)state;
    ct_scorecard_free(card);
    return 0;
}

struct ends {
    const char *in;
    size_t n, at;
    struct ct_buf out;
};

static enum ct_status take(void *arg, char *buf, size_t cap, size_t *ret_n,
                           struct ct_error *reterr)
{
    (void)reterr;
    struct ends *p = arg;
    size_t n = p->n - p->at < 11 ? p->n - p->at : 11;
    n = n < cap ? n : cap;
    memcpy(buf, p->in + p->at, n);
    p->at += n;
    *ret_n = n;
    return CT_OK;
}

static enum ct_status give(void *arg, const char *data, size_t n, struct ct_error *reterr)
{
    (void)reterr;
    struct ends *p = arg;
    ct_buf_add(&p->out, data, n);
    return CT_OK;
}

static enum ct_status run(struct ends *p, struct ct_score_csv_count *count, struct ct_error *e)
{
    struct ct_pews_csv job = {
        .card = card, .read = take, .write = give, .read_arg = p, .write_arg = p};
    return ct_pews_csv_run(&job, count, e);
}

static void becomes(const char *in, const char *out, uint64_t rows, uint64_t refused)
{
    struct ends p = {.in = in, .n = strlen(in), .out = {.max = 1 << 20}};
    struct ct_score_csv_count count;
    struct ct_error e = {0};
    if (run(&p, &count, &e) != CT_OK)
        fail_msg("%s", e.text);
    assert_string_equal(ct_buf_str(&p.out), out);
    assert_int_equal(count.rows, rows);
    assert_int_equal(count.refused, refused);
    ct_buf_done(&p.out);
}

#define CELLS                                                                                  \
    "respiratory_rate,respiratory_distress,spo2,oxygen_device,oxygen_value,oxygen_unit,"       \
    "heart_rate,sbp,cap_refill_s"
#define HEAD "age_band," CELLS
#define ADDED                                                                                  \
    ",total,at_least,score_respiratory_rate,score_respiratory_distress,score_spo2,"            \
    "score_oxygen,score_heart_rate,score_sbp,score_cap_refill,missing,age_band_used,version,"  \
    "error\n"

/* What is behind the cells of the one row. */
static void adds(const char *row, const char *added)
{
    CT_BUF in = {0}, out = {0};
    ct_buf_printf(&in, HEAD "\n%s\n", row);
    ct_buf_printf(&out, HEAD ADDED "%s,%s\n", row, added);
    size_t n = strlen(added);
    becomes(ct_buf_str(&in), ct_buf_str(&out), 1, n > 0 && added[n - 1] != ',');
}

static void says(const char *row, const char *error)
{
    CT_BUF b = {0};
    ct_buf_printf(&b, ",,,,,,,,,,,,");
    ct_csv_put(&b, error, strlen(error));
    adds(row, ct_buf_str(&b));
}

static void test_whole_sets(void **state)
{
    (void)state;
    adds("5-12y,22,none,98,air,,,100,100,2", "0,0,0,0,0,0,0,0,0,,5-12y,2026.1,");
    adds("0-11m,9,severe,91,BiP,,,180,110,3", "26,26,4,4,4,4,4,4,2,,0-11m,2026.1,");
    adds("13+Y,12,Moderate,94.99,np,2,l/min,65,125,0",
         "8,8,1,2,1,2,1,1,0,,13+y,2026.1,");
    adds(" 1-4y , 45 ,mild, 95 ,FM,30,%,140.0,\"130\",3",
         "11,11,1,1,0,2,1,4,2,,1-4y,2026.1,");
}

/* The bounds that lie between whole figures. */
static void test_fractions(void **state)
{
    (void)state;
    adds("5-12y,9.99,none,91,air,,,159.99,129.99,2", "12,12,4,0,4,0,2,2,0,,5-12y,2026.1,");
    adds("5-12y,10.0,none,91.01,air,,,160,130,2", "11,11,2,0,1,0,4,4,0,,5-12y,2026.1,");
    static const struct {
        const char *figure, *unit, *score;
    } O2[] = {
        {"0", "L/min", "0"},     {"0.009", "L/min", "0"}, {"0.01", "L/min", "1"},
        {"1.99", "L/min", "1"},  {"1.995", "L/min", "1"}, {"2", "L/min", "2"},
        {"5.99", "L/min", "2"},  {"6", "L/min", "4"},     {"20", "L/min", "4"},
        {"0", "%", "0"},         {"15.99", "%", "0"},     {"16", "%", "1"},
        {"21", "%", "1"},        {"29.99", "%", "1"},     {"30", "%", "2"},
        {"49.99", "%", "2"},     {"50", "%", "4"},        {"100", "%", "4"},
    };
    for (size_t i = 0; i < CT_LEN(O2); i++) {
        char row[128], added[128];
        snprintf(row, sizeof row, "5-12y,22,none,98,FM,%s,%s,100,100,2", O2[i].figure,
                 O2[i].unit);
        snprintf(added, sizeof added, "%s,%s,0,0,0,%s,0,0,0,,5-12y,2026.1,", O2[i].score,
                 O2[i].score, O2[i].score);
        adds(row, added);
    }
    says("5-12y,9.995,none,98,air,,,100,100,2",
         "respiratory_rate: \"9.995\" is not a number with at most 2 decimals, as the table "
         "has");
    says("5-12y,22,none,98,FM,0.0095,L/min,100,100,2",
         "oxygen_value: \"0.0095\" is not a number with at most 3 decimals, as the table has");
    says("5-12y,22,none,98,air,,,100,100,2.5", "cap_refill_s: \"2.5\" is not a whole number");
}

static void test_oxygen(void **state)
{
    (void)state;
    /* These score by themselves, whatever the figure. */
    static const char *const ALONE[] = {"HF", "cp", "BIP", "NI"};
    for (size_t i = 0; i < CT_LEN(ALONE); i++) {
        char row[128];
        snprintf(row, sizeof row, "5-12y,22,none,98,%s,60,L/min,100,100,2", ALONE[i]);
        adds(row, "4,4,0,0,0,4,0,0,0,,5-12y,2026.1,");
    }
    adds("5-12y,22,none,98,air,21,%,100,100,2", "0,0,0,0,0,0,0,0,0,,5-12y,2026.1,");
    adds("5-12y,22,none,98,air,0,L/min,100,100,2", "0,0,0,0,0,0,0,0,0,,5-12y,2026.1,");
    /* A figure, and the device is not stated. */
    adds("5-12y,22,none,98,,40,%,100,100,2", "2,2,0,0,0,2,0,0,0,,5-12y,2026.1,");
    /* Not known whether there is any; known, and not how much. */
    adds("5-12y,22,none,98,,,,100,100,2",
         ",0,0,0,0,,0,0,0,oxygen_device,5-12y,2026.1,oxygen_device is missing");
    adds("5-12y,22,none,98,NP,,L/min,100,100,2",
         ",0,0,0,0,,0,0,0,oxygen_value,5-12y,2026.1,oxygen_value is missing");
    says("5-12y,22,none,98,NP,2,,100,100,2", "oxygen_unit is missing: % or L/min");
    says("5-12y,22,none,98,NP,2,gal,100,100,2",
         "oxygen_unit: \"gal\" is not one of %, L/min");
    says("5-12y,22,none,98,tube,2,L/min,100,100,2",
         "oxygen_device: \"tube\" is not one of air, NP, FM, HF, CP, BiP, VM, RM, NI, OT");
    says("5-12y,22,none,98,air,2,L/min,100,100,2",
         "oxygen_value: \"2\" L/min, and the device says air");
    says("5-12y,22,none,98,air,28,%,100,100,2",
         "oxygen_value: \"28\" % is more than air has");
    says("5-12y,22,none,98,NP,20.001,L/min,100,100,2",
         "oxygen_value: Oxygen flow 20.001 l/min has no score: the table ends at 20");
    says("5-12y,22,none,98,FM,100.01,%,100,100,2",
         "oxygen_value: Oxygen flow 100.01 % has no score: the table ends at 100");
}

static void test_missing_is_never_zero(void **state)
{
    (void)state;
    adds("5-12y,,,,,,,,,",
         ",0,,,,,,,,respiratory_rate;respiratory_distress;spo2;oxygen_device;heart_rate;sbp;"
         "cap_refill_s,5-12y,2026.1,respiratory_rate is missing; respiratory_distress is "
         "missing; spo2 is missing; oxygen_device is missing; heart_rate is missing; sbp is "
         "missing; cap_refill_s is missing");
    adds("5-12y,60,severe,98,air,,,100,,2",
         ",8,4,4,0,0,0,,0,sbp,5-12y,2026.1,sbp is missing");
    adds("5-12y,0,none,0,air,,,0,0,0", "16,16,4,0,4,0,4,4,0,,5-12y,2026.1,");
}

static void test_refused_rows(void **state)
{
    (void)state;
    says("5-12y,22,none,100.01,air,,,100,100,2",
         "spo2: SpO2 100.01 % has no score: the table ends at 100");
    says("5-12y,1000,none,98,air,,,100,100,2", "respiratory_rate: \"1000\" is not possible: "
                                               "no reading has more than three digits");
    says("5-12y,-3,none,98,air,,,1e2,100,2",
         "respiratory_rate: \"-3\" is not a number with at most 2 decimals, as the table has; "
         "heart_rate: \"1e2\" is not a number with at most 2 decimals, as the table has");
    says("5-12y,22,bad,98,air,,,100,100,2",
         "respiratory_distress: \"bad\" is not one of none, mild, moderate, severe");
    says("6-12y,22,none,98,air,,,100,100,2",
         "age_band: \"6-12y\" is not one of 0-11m, 1-4y, 5-12y, 13+y");
    says(",22,none,98,air,,,100,100,2", "age_band is missing, or dob and at");
}

#define DATED "dob,at," CELLS
#define WELL  "22,none,98,air,,,100,100,2"

/* The band by age: the fourth cell from the end. */
static void chooses(const char *dob, const char *at, const char *band, const char *error)
{
    CT_BUF in = {0};
    ct_buf_printf(&in, DATED "\n%s,%s," WELL "\n", dob, at);
    struct ends p = {.in = ct_buf_str(&in), .n = in.len};
    struct ct_score_csv_count count;
    struct ct_error e = {0};
    if (run(&p, &count, &e) != CT_OK)
        fail_msg("%s", e.text);
    const char *row = strstr(ct_buf_str(&p.out), WELL);
    char want[200];
    if (band != NULL)
        snprintf(want, sizeof want, ",%s,2026.1,", band);
    else
        snprintf(want, sizeof want, ",,,,,,,,,,,,,%s\n", error);
    assert_non_null(row);
    if (strstr(row, want) == NULL)
        fail_msg("%s %s: %s, not %s", dob, at, row, want);
    ct_buf_done(&p.out);
}

static void test_band_by_age(void **state)
{
    (void)state;
    chooses("2020-06-15", "2021-06-14", "0-11m", NULL);
    chooses("2020-06-15", "2021-06-15", "1-4y", NULL);
    chooses("2020-06-15", "2025-06-14", "1-4y", NULL);
    chooses("2020-06-15", "2025-06-15", "5-12y", NULL);
    chooses("2020-06-15", "2033-06-14T23:59:59.999Z", "5-12y", NULL);
    chooses("2020-06-15", "2033-06-15T00:00:00Z", "13+y", NULL);
    chooses("2020-06-15", "2033-06-15 00:30:00+01:00", "5-12y", NULL);
    chooses("2020-02-29", "2021-02-28", "0-11m", NULL);
    chooses("2020-02-29", "2021-03-01", "1-4y", NULL);
    chooses("2020-06-15", "2020-06-14", NULL, "\"dob: \"\"2020-06-15\"\" is after the set\"");
    chooses("15/06/2020", "2021-06-14", NULL,
            "\"dob: \"\"15/06/2020\"\" is not a date such as 2026-03-14\"");
    chooses("2020-06-15", "2021-06-31", NULL,
            "\"at: \"\"2021-06-31\"\" is neither a date such as 2026-03-14 nor a time with its "
            "offset such as 2026-03-14T09:42:00Z\"");
    chooses("2020-06-15", "", NULL, "\"age_band is missing, or dob and at\"");
    /* The day is the clinic's. */
    setenv("TZ", "Pacific/Auckland", 1);
    tzset();
    chooses("2020-06-15", "2025-06-14T11:59:59Z", "1-4y", NULL);
    chooses("2020-06-15", "2025-06-14T12:00:00Z", "5-12y", NULL);
    chooses("2020-06-15", "2025-06-14", "1-4y", NULL);
    setenv("TZ", "UTC", 1);
    tzset();
}

static void test_band_and_age_must_agree(void **state)
{
    (void)state;
#define BOTH "age_band,dob,at," CELLS
    becomes(BOTH "\n5-12y,2020-06-15,2026-01-01," WELL "\n,2020-06-15,2026-01-01," WELL
                 "\n5-12y,,2026-01-01," WELL "\n1-4y,2020-06-15,2026-01-01," WELL "\n",
            BOTH ADDED "5-12y,2020-06-15,2026-01-01," WELL
                       ",0,0,0,0,0,0,0,0,0,,5-12y,2026.1,\n"
                       ",2020-06-15,2026-01-01," WELL ",0,0,0,0,0,0,0,0,0,,5-12y,2026.1,\n"
                       "5-12y,,2026-01-01," WELL ",0,0,0,0,0,0,0,0,0,,5-12y,2026.1,\n"
                       "1-4y,2020-06-15,2026-01-01," WELL
                       ",,,,,,,,,,,,,\"age_band: \"\"1-4y\"\" is not the band of dob and at, "
                       "which is 5-12y\"\n",
            4, 1);
}

static void test_columns(void **state)
{
    (void)state;
    static const char *const PART[] = {"age_band", "dob", "at"};
    /* In any order, in any letter case, others kept. */
    becomes("id,CAP_refill_s,sbp,heart_rate,oxygen_unit,oxygen_value,Oxygen_Device,spo2,"
            "respiratory_distress,\"respiratory_rate\",age_band,note\r\n"
            "=7,2,100,100,,,air,98,none,22,5-12y,\"a, b\"\r\n",
            "id,CAP_refill_s,sbp,heart_rate,oxygen_unit,oxygen_value,Oxygen_Device,spo2,"
            "respiratory_distress,\"respiratory_rate\",age_band,note,total,at_least,"
            "score_respiratory_rate,score_respiratory_distress,score_spo2,score_oxygen,"
            "score_heart_rate,score_sbp,score_cap_refill,missing,age_band_used,version,error"
            "\r\n=7,2,100,100,,,air,98,none,22,5-12y,\"a, b\",0,0,0,0,0,0,0,0,0,,5-12y,2026.1,"
            "\r\n",
            1, 0);
    for (size_t i = 0; i < CT_LEN(PART); i++) { /* each alone; only the band will do */
        CT_BUF in = {0};
        ct_buf_printf(&in, "%s," CELLS "\n", PART[i]);
        struct ends p = {.in = ct_buf_str(&in), .n = in.len};
        struct ct_score_csv_count count;
        struct ct_error e = {0};
        assert_int_equal(run(&p, &count, &e), i == 0 ? CT_OK : CT_EFOREIGN);
        if (i > 0)
            assert_non_null(strstr(e.text, "lacks age_band (or dob and at)"));
        ct_buf_done(&p.out);
    }
    struct ends p = {.in = "age_band,spo2\n", .n = 14};
    struct ct_score_csv_count count;
    struct ct_error e = {0};
    assert_int_equal(run(&p, &count, &e), CT_EFOREIGN);
    assert_non_null(strstr(e.text, "lacks respiratory_rate, respiratory_distress, oxygen_"));
}

static void test_rows_of_another_shape(void **state)
{
    (void)state;
    becomes(HEAD "\n5-12y,22,none\n\n5-12y," WELL ",extra\n",
            HEAD ADDED "5-12y,22,none,,,,,,,,,,,,,,,,,,,,3 cells where the header has 10\n\n"
                       "5-12y," WELL ",,,,,,,,,,,,,\"11 cells where the header has 10, left "
                       "out: extra\"\n",
            2, 2);
}

static void test_iso_times(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms; /* -1: refused */
    } V[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01t00:00:01.5z", 1500},
        {"1970-01-01T00:00Z", 0},
        {"1970-01-01 01:00:00+01:00", 0},
        {"1969-12-31T23:30:00-00:30", 0},
        {"2026-03-14T09:42:00Z", 1773481320000},
        {"2016-12-31T23:59:60Z", 1483228799000},
        {"1970-01-01T00:00:00.1234Z", 123},
        {"1970-01-01T00:00:00", -1},
        {"1970-01-01T24:00:00Z", -1},
        {"1970-01-01T00:60:00Z", -1},
        {"1970-01-01T00:00:61Z", -1},
        {"1970-02-29T00:00:00Z", -1},
        {"1970-01-01T00:00:00.Z", -1},
        {"1970-01-01T00:00:00+1:00", -1},
        {"1970-01-01T00:00:00+24:00", -1},
        {"1970-01-01T00:00:00Z ", -1},
        {"1970-01-01T0000Z", -1},
        {"1970-1-1T00:00:00Z", -1},
        {"1970-01-01", -1},
        {"", -1},
    };
    for (size_t i = 0; i < CT_LEN(V); i++) {
        int64_t ms = -1;
        bool ok = ct_iso_time(V[i].text, strlen(V[i].text), &ms);
        if (ok != (V[i].ms >= 0) || (ok && ms != V[i].ms))
            fail_msg("%s: %lld", V[i].text, (long long)ms);
    }
    ct_date d;
    assert_true(ct_iso_date("2024-02-29", 10, &d));
    assert_int_equal(d, ct_date_make(2024, 2, 29));
    static const char *const BAD[] = {"2023-02-29", "2024-2-29", "2024-02-290", "24-02-29",
                                      "2024/02/29", "1799-01-01", "2200-01-01", ""};
    for (size_t i = 0; i < CT_LEN(BAD); i++)
        assert_false(ct_iso_date(BAD[i], strlen(BAD[i]), &d));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_sets),
        cmocka_unit_test(test_fractions),
        cmocka_unit_test(test_oxygen),
        cmocka_unit_test(test_missing_is_never_zero),
        cmocka_unit_test(test_refused_rows),
        cmocka_unit_test(test_band_by_age),
        cmocka_unit_test(test_band_and_age_must_agree),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_rows_of_another_shape),
        cmocka_unit_test(test_iso_times),
    };
    return cmocka_run_group_tests_name("pews_csv", tests, load, unload);
}
