/* The batch scorer: rows in, the same rows out with their score or the reason
 * why there is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/news2_csv.h"

static struct ct_news2 *table;
static struct ct_limits limits;

static int load(void **state)
{
    (void)state;
    struct ct_config c;
    struct ct_error e = {0};
    ct_config_default(&c);
    if (ct_news2_load(&c, &table, &e) == CT_OK && ct_limits_load(&c, &limits, &e) == CT_OK)
        return 0;
    fprintf(stderr, "%s\n", e.text);
    return 1;
}

static int unload(void **state)
{
    (void)state;
    ct_news2_free(table);
    return 0;
}

struct pipe_ends {
    const char *in;
    size_t n, at;
    struct ct_buf out;
    bool full; /* the other side takes no more */
};

static enum ct_status take(void *arg, char *buf, size_t cap, size_t *ret_n,
                           struct ct_error *reterr)
{
    (void)reterr;
    struct pipe_ends *p = arg;
    size_t n = p->n - p->at < 7 ? p->n - p->at : 7;
    n = n < cap ? n : cap;
    memcpy(buf, p->in + p->at, n);
    p->at += n;
    *ret_n = n;
    return CT_OK;
}

static enum ct_status give(void *arg, const char *data, size_t n, struct ct_error *reterr)
{
    struct pipe_ends *p = arg;
    if (p->full)
        return ct_fail(reterr, CT_EFULL, NULL, "no room");
    ct_buf_add(&p->out, data, n);
    return CT_OK;
}

static enum ct_status run(struct pipe_ends *p, struct ct_score_csv_count *count,
                          struct ct_error *e)
{
    struct ct_news2_csv job = {.table = table,
                               .limits = &limits,
                               .read = take,
                               .write = give,
                               .read_arg = p,
                               .write_arg = p};
    return ct_news2_csv_run(&job, count, e);
}

static void becomes(const char *in, const char *out, uint64_t rows, uint64_t refused)
{
    struct pipe_ends p = {.in = in, .n = strlen(in), .out = {.max = 8 << 20}};
    struct ct_score_csv_count count;
    struct ct_error e = {0};
    if (run(&p, &count, &e) != CT_OK)
        fail_msg("%s", e.text);
    assert_string_equal(ct_buf_str(&p.out), out);
    assert_int_equal(count.rows, rows);
    assert_int_equal(count.refused, refused);
    ct_buf_done(&p.out);
}

#define HEAD  "resp,spo2,scale,on_oxygen,sbp,pulse,acvpu,temp"
#define ADDED ",total,single3,band,frequency_min,error\n"

static void test_scores(void **state)
{
    (void)state;
    becomes(HEAD "\n"
                 "16,97,1,0,120,70,A,37.0\n"
                 "25,91,1,1,90,131,U,35.0\n"
                 "25,97,1,0,120,70,A,37\n"
                 "22,94,1,no,120,70,a,36.6\n"
                 "21,97,1,air,105,111,A,36.6\n"
                 "16,97,2,yes,120,70,A,36.6\n",
            HEAD ADDED "16,97,1,0,120,70,A,37.0,0,0,low,720,\n"
                       "25,91,1,1,90,131,U,35.0,20,1,high,0,\n"
                       "25,97,1,0,120,70,A,37,3,1,low-medium,60,\n"
                       "22,94,1,no,120,70,a,36.6,3,0,low,240,\n"
                       "21,97,1,air,105,111,A,36.6,5,0,medium,60,\n"
                       "16,97,2,yes,120,70,A,36.6,5,1,medium,60,\n",
            6, 0);
}

static void test_columns_in_any_order_and_others_untouched(void **state)
{
    (void)state;
    becomes("\"id\",Temp, PULSE ,note,acvpu,sbp,On_Oxygen,scale,spo2,resp,x\r\n"
            "1,36.6,70,\"say \"\"a, b\"\"\",A,120,0,1,97,16,\"\"\r\n"
            "2, 36.6 ,70,\"two\nlines\",A,120,0,1,97,16, kept \r\n"
            "=3,36.60,070,\xFF,A,120,TRUE,1,97,16.0,\r\n",
            "\"id\",Temp, PULSE ,note,acvpu,sbp,On_Oxygen,scale,spo2,resp,x"
            ",total,single3,band,frequency_min,error\r\n"
            "1,36.6,70,\"say \"\"a, b\"\"\",A,120,0,1,97,16,\"\",0,0,low,720,\r\n"
            "2, 36.6 ,70,\"two\nlines\",A,120,0,1,97,16, kept ,0,0,low,720,\r\n"
            "=3,36.60,070,\xFF,A,120,TRUE,1,97,16.0,,2,0,low,240,\r\n",
            3, 0);
}

static void test_byte_order_mark_and_last_line(void **state)
{
    (void)state;
    becomes("\xEF\xBB\xBF" HEAD "\n16,97,1,0,120,70,A,37.0",
            "\xEF\xBB\xBF" HEAD ADDED "16,97,1,0,120,70,A,37.0,0,0,low,720,\n", 1, 0);
    becomes(HEAD "\r\n16,97,1,0,120,70,A,37.0",
            HEAD ",total,single3,band,frequency_min,error\r\n"
                 "16,97,1,0,120,70,A,37.0,0,0,low,720,\r\n",
            1, 0);
    becomes(HEAD, HEAD ADDED, 0, 0);
    becomes(HEAD "\n\n16,97,1,0,120,70,A,37.0\n\n",
            HEAD ADDED "\n16,97,1,0,120,70,A,37.0,0,0,low,720,\n\n", 1, 0);
}

static void test_without_a_scale_column_it_is_scale_1(void **state)
{
    (void)state;
    becomes("resp,spo2,on_oxygen,sbp,pulse,acvpu,temp\n16,92,0,120,70,A,37.0\n",
            "resp,spo2,on_oxygen,sbp,pulse,acvpu,temp" ADDED
            "16,92,0,120,70,A,37.0,2,0,low,240,\n",
            1, 0);
    /* but a cell left empty is a value left out */
    becomes(HEAD "\n16,92,,0,120,70,A,37.0\n",
            HEAD ADDED "16,92,,0,120,70,A,37.0,,,,,scale is missing\n", 1, 1);
}

static void test_bad_rows_have_a_reason_and_no_score(void **state)
{
    (void)state;
    static const struct {
        const char *row, *reason;
    } V[] = {
        {"abc,97,1,0,120,70,A,37.0", "resp: \"\"abc\"\" is not a whole number"},
        {"16.5,97,1,0,120,70,A,37.0", "resp: \"\"16.5\"\" is not a whole number"},
        {"-5,97,1,0,120,70,A,37.0", "resp: \"\"-5\"\" is not a whole number"},
        {"1e1,97,1,0,120,70,A,37.0", "resp: \"\"1e1\"\" is not a whole number"},
        {"0x10,97,1,0,120,70,A,37.0", "resp: \"\"0x10\"\" is not a whole number"},
        {"99999999999999999999,97,1,0,120,70,A,37.0",
         "resp: \"\"99999999999999999999\"\" is not a "
         "whole number"},
        {"101,97,1,0,120,70,A,37.0", "resp: 101 is not possible: 0 to 100 /min"},
        {"16,101,1,0,120,70,A,37.0", "spo2: 101 is not possible: 0 to 100 %"},
        {"16,97,3,0,120,70,A,37.0", "scale: \"\"3\"\" is not one of 1, 2"},
        {"16,97,1,maybe,120,70,A,37.0",
         "on_oxygen: \"\"maybe\"\" is not one of 0, 1, no, yes, air, "
         "oxygen"},
        {"16,97,1,2,120,70,A,37.0",
         "on_oxygen: \"\"2\"\" is not one of 0, 1, no, yes, air, oxygen"},
        {"16,97,1,0,301,70,A,37.0", "sbp: 301 is not possible: 0 to 300 mmHg"},
        {"16,97,1,0,120,70,X,37.0", "acvpu: \"\"X\"\" is not one of A, C, V, P, U"},
        {"16,97,1,0,120,70,AV,37.0", "acvpu: \"\"AV\"\" is not one of A, C, V, P, U"},
        {"16,97,1,0,120,70,A,366", "temp: 366 is not possible: 25.0 to 45.0 degC"},
        {"16,97,1,0,120,70,A,98.6", "temp: 98.6 is not possible: 25.0 to 45.0 degC"},
        {"16,97,1,0,120,70,A,36.65",
         "temp: \"\"36.65\"\" is not a number with at most one decimal"},
        {"16,97,1,0,120,70,A,36.",
         "temp: \"\"36.\"\" is not a number with at most one decimal"},
        {"16,,1,0,120,70,A,", "spo2 is missing; temp is missing"},
        {"16,  ,1,0,120,70,A,37", "spo2 is missing"},
        {"x,97,1,0,120,70,,37.0", "resp: \"\"x\"\" is not a whole number; acvpu is missing"},
        {",,,,,,,",
         "resp is missing; spo2 is missing; scale is missing; on_oxygen is missing; sbp "
         "is missing; pulse is missing; acvpu is missing; temp is missing"},
        {"1\x1b[2J6,97,1,0,120,70,A,37.0",
         "resp: \"\"1\xEF\xBF\xBD[2J6\"\" is not a whole number"},
    };
    for (size_t i = 0; i < CT_LEN(V); i++) {
        char in[400], out[1200];
        bool quoted = strpbrk(V[i].reason, ",\"") != NULL;
        const char *q = quoted ? "\"" : "";
        snprintf(in, sizeof in, HEAD "\n%s\n16,97,1,0,120,70,A,37\n", V[i].row);
        snprintf(out, sizeof out,
                 HEAD ADDED "%s,,,,,%s%s%s\n16,97,1,0,120,70,A,37,0,0,low,720,\n", V[i].row, q,
                 V[i].reason, q);
        becomes(in, out, 2, 1);
    }
}

/* Whatever is wrong with a row, the added cells stand under their names. */
static void test_rows_of_a_wrong_shape(void **state)
{
    (void)state;
    becomes(HEAD ",id\n16,97,1,0,120,70,A,37.0\n16\n",
            HEAD ",id" ADDED "16,97,1,0,120,70,A,37.0,,,,,,8 cells where the header has 9\n"
                 "16,,,,,,,,,,,,,1 cells where the header has 9\n",
            2, 2);
    /* An unquoted comma in a name shifts the rest: never scored. */
    becomes("id," HEAD ",z\nHAAS, Jo,16,97,1,0,120,70,A,37.0,\n",
            "id," HEAD ",z" ADDED
            "HAAS,\" Jo\",16,97,1,0,120,70,A,37.0,,,,,\"11 cells where the header has 10, left "
            "out: \"\n",
            1, 1);
    becomes(
        HEAD "\n16,97,1,0,120,70,A,37.0,5,\"6,7\"\n",
        HEAD ADDED
        "16,97,1,0,120,70,A,37.0,,,,,\"10 cells where the header has 8, left out: 5, 6,7\"\n",
        1, 1);
    becomes(HEAD ",n\n16,97,1,0,120,70,A,37.0,\"a\"b\n",
            HEAD ",n" ADDED "16,97,1,0,120,70,A,37.0,\"a\"b,,,,,text follows a closing quote\n",
            1, 1);
    becomes(HEAD ",n\n16,97,1,0,120,70,A,37.0,\"a\nb",
            HEAD ",n" ADDED "16,97,1,0,120,70,A,37.0,\"a\nb\",,,,,a quote is not closed\n", 1,
            1);
}

static void test_headers_that_will_not_do(void **state)
{
    (void)state;
    static const struct {
        const char *in, *says;
    } V[] = {
        {"", "empty"},
        {"\n16\n", "lacks resp, spo2, on_oxygen"},
        {"resp,spo2,scale,on_oxygen,sbp,acvpu\n", "lacks pulse, temp"},
        {"resp,spo2,scale,on_oxygen,sbp,pulse,acvpu,tempe\n", "lacks temp"},
        {HEAD ",Pulse\n", "pulse is there twice"},
        {"resp;spo2;scale;on_oxygen;sbp;pulse;acvpu;temp\n", "semicolons"},
        {"resp\tspo2\n", "tabs"},
        {HEAD ",\"x\n", "no CSV"},
        {"16,97,1,0,120,70,A,37.0\n", "lacks resp"},
    };
    for (size_t i = 0; i < CT_LEN(V); i++) {
        struct pipe_ends p = {.in = V[i].in, .n = strlen(V[i].in)};
        struct ct_score_csv_count count;
        struct ct_error e = {0};
        assert_int_equal(run(&p, &count, &e), CT_EFOREIGN);
        if (strstr(e.text, V[i].says) == NULL)
            fail_msg("\"%s\" for %s", e.text, V[i].in);
        assert_int_equal(p.out.len, 0);
        ct_buf_done(&p.out);
    }
}

static void test_a_full_disk_is_reported(void **state)
{
    (void)state;
    static const char IN[] = HEAD "\n16,97,1,0,120,70,A,37.0\n";
    struct pipe_ends p = {.in = IN, .n = sizeof IN - 1, .full = true};
    struct ct_score_csv_count count;
    struct ct_error e = {0};
    assert_int_equal(run(&p, &count, &e), CT_EFULL);
    assert_string_equal(e.text, "no room");
    ct_buf_done(&p.out);
}

/* Every row is answered in order however many there are, and the rows that came
 * before a row without end are handed over. */
static void test_many_rows(void **state)
{
    (void)state;
    enum { ROWS = 20000 };
    CT_BUF in = {.max = 8 << 20}, want = {.max = 8 << 20};
    ct_buf_str_add(&in, "n," HEAD "\n");
    ct_buf_str_add(&want, "n," HEAD ADDED);
    for (int i = 0; i < ROWS; i++) {
        if (i % 3 == 0) {
            ct_buf_printf(&in, "%d,16,97,1,0,120,%d,A,37.0\n", i, 60 + i % 30);
            ct_buf_printf(&want, "%d,16,97,1,0,120,%d,A,37.0,0,0,low,720,\n", i, 60 + i % 30);
        } else {
            ct_buf_printf(&in, "%d,16,97,1,0,,70,A,37.0\n", i);
            ct_buf_printf(&want, "%d,16,97,1,0,,70,A,37.0,,,,,sbp is missing\n", i);
        }
    }
    assert_false(in.bad || want.bad);
    becomes(in.data, want.data, ROWS, ROWS - (ROWS + 2) / 3);
    ct_buf_char(&in, '"');
    for (int i = 0; i < CT_CSV_ROW_MAX / 16 + 1; i++)
        ct_buf_str_add(&in, "0123456789abcde\n");
    struct pipe_ends p = {.in = in.data, .n = in.len, .out = {.max = 8 << 20}};
    struct ct_score_csv_count count;
    struct ct_error e = {0};
    assert_int_equal(run(&p, &count, &e), CT_EFOREIGN);
    assert_non_null(strstr(e.text, "line 20002"));
    assert_string_equal(p.out.data, want.data);
    ct_buf_done(&p.out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scores),
        cmocka_unit_test(test_columns_in_any_order_and_others_untouched),
        cmocka_unit_test(test_byte_order_mark_and_last_line),
        cmocka_unit_test(test_without_a_scale_column_it_is_scale_1),
        cmocka_unit_test(test_bad_rows_have_a_reason_and_no_score),
        cmocka_unit_test(test_rows_of_a_wrong_shape),
        cmocka_unit_test(test_headers_that_will_not_do),
        cmocka_unit_test(test_a_full_disk_is_reported),
        cmocka_unit_test(test_many_rows),
    };
    return cmocka_run_group_tests_name("news2_csv", tests, load, unload);
}
