/* Tables of calibration readings: rows in, the same rows out with their verdicts, or why
 * they are refused; with and without a template. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/calibration_csv.h"

#define ADDED "verdict_as_found,verdict_as_left,tur,accept_low,accept_high,error"
#define HEAD  "nominal,tol_minus,tol_plus,as_found,as_left,U_k2,rule"

struct ends {
    const char *in;
    size_t n, at;
    struct ct_buf out;
};

/* In portions of no use to anybody, so that rows are cut anywhere. */
static enum ct_status take(void *arg, char *buf, size_t cap, size_t *ret_n,
                           struct ct_error *reterr)
{
    (void)reterr;
    struct ends *p = arg;
    size_t n = p->n - p->at < 7 ? p->n - p->at : 7;
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

static struct ct_caltemplate *template(const char *id)
{
    struct ct_config c;
    struct ct_error e;
    struct ct_caltemplate *t = NULL;
    ct_config_default(&c);
    if (ct_caltemplate_load(&c, id, &t, &e) != CT_OK)
        fail_msg("%s", e.text);
    return t;
}

static void run(struct ends *p, const struct ct_caltemplate *t, bool *seen,
                struct ct_score_csv_count *count)
{
    const struct ct_calibration_csv job = {
        .t = t, .seen = seen, .read = take, .write = give, .read_arg = p, .write_arg = p};
    struct ct_error e = {0};
    if (ct_calibration_csv_run(&job, count, &e) != CT_OK)
        fail_msg("%s", e.text);
}

static void becomes(const struct ct_caltemplate *t, const char *in, const char *out,
                    uint64_t rows, uint64_t refused)
{
    struct ends p = {.in = in, .n = strlen(in), .out = {.max = 1 << 20}};
    struct ct_score_csv_count count;
    run(&p, t, NULL, &count);
    assert_string_equal(ct_buf_str(&p.out), out);
    assert_int_equal(count.rows, rows);
    assert_int_equal(count.refused, refused);
    ct_buf_done(&p.out);
}

/* One row under HEAD: what is added to it. */
static void row(const char *in, const char *added, bool refused)
{
    CT_BUF table = {0}, want = {0};
    ct_buf_printf(&table, HEAD "\n%s\n", in);
    ct_buf_printf(&want, HEAD "," ADDED "\n%s,%s\n", in, added);
    becomes(NULL, ct_buf_str(&table), ct_buf_str(&want), 1, refused);
}

/* A row that is refused: what its error says among others. */
static void says(const struct ct_caltemplate *t, const char *head, const char *in,
                 const char *text)
{
    CT_BUF table = {0}, plain = {0};
    ct_buf_printf(&table, "%s\n%s\n", head, in);
    struct ends p = {.in = table.data, .n = table.len, .out = {.max = 1 << 20}};
    struct ct_score_csv_count count;
    run(&p, t, NULL, &count);
    assert_int_equal(count.refused, 1);
    ct_buf_printf(&plain, "%s,,,,,,", in); /* no verdict, no limit */
    if (strstr(ct_buf_str(&p.out), ct_buf_str(&plain)) == NULL ||
        strstr(ct_buf_str(&p.out), text) == NULL)
        fail_msg("%s\n  does not say \"%s\"", ct_buf_str(&p.out), text);
    ct_buf_done(&p.out);
}

static void test_verdicts(void **state)
{
    (void)state;
    row("5,0.05,0.05,5.04,5.00,0.0125,guarded", "fail,pass,4.00,4.9625,5.0375,", false);
    row("5,0.05,0.05,5.05,,0.0125,simple", "pass,,4.00,4.95,5.05,", false);
    row("100,-3,3,102.5,103.5,1,non-binary", "conditional pass,conditional fail,3.00,98,102,",
        false);
    row("-100,3,3,-104.000001,-97,1,Non-Binary", "fail,conditional pass,3.00,-102,-98,", false);
    row("0,,6,6,6.000001,,simple", "pass,fail,,,6,", false);
    row("200,5,,194,400,1,GUARDED", "fail,pass,,196,,", false);
    row("10,1,1,10,,0,guarded", "pass,,,9,11,", false);
    row("1,1,2,0.999999, ,3,simple", "pass,,0.50,0,3,", false);
    row(" 0 , 3 , 3 , 1; 2 ;3.5 , 1;1 , 1 , guarded ", "fail,pass,3.00,-2,2,", false);
    /* Nothing could pass: the verdict stands, and it is said. */
    row("0,3,3,0,,4,guarded",
        "fail,,0.75,,,\"U_k2: U is too large: more than half of the tolerance, so every value "
        "fails\"",
        true);
    row("0,3,3,0,5,4,non-binary",
        "conditional pass,conditional fail,0.75,,,\"U_k2: U is too large: more than half of "
        "the tolerance, so no value can pass unconditionally\"",
        true);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *row, *says;
    } BAD[] = {
        {"0,0,0,0,0,1,simple", "tol_minus, tol_plus: The tolerance is zero"},
        {"0,,0,0,0,1,simple", "tol_minus, tol_plus: The tolerance is zero"},
        {"0,,,0,0,1,simple", "tol_minus, tol_plus: both are missing"},
        {"0,3,-3,0,0,1,simple", "tol_plus: is how far above the nominal"},
        {",3,3,0,0,1,simple", "nominal: is missing"},
        {"x,3,3,0,0,1,simple", "nominal: \"\"x\"\" is not a number"},
        {"0,3,3,,1,1,simple", "as_found: is missing; it is taken before anything is adjusted"},
        {"0,3,3,0,high,1,simple", "as_left: \"\"high\"\" is not a number"},
        {"0,3,3,120 mmHg,,1,simple", "as_found: \"\"120 mmHg\"\" is not a number"},
        {"0,3,3,1 000,,1,simple", "as_found: \"\"1 000\"\" is not a number"},
        {"0,3,3,1e1,,1,simple", "as_found: \"\"1e1\"\" is not a number"},
        {"0,3,3,1;;2,,1,simple", "as_found: \"\"\"\" is not a number"},
        {"0,3,3,0.0000001,,1,simple", "as_found: \"\"0.0000001\"\" has too many decimals"},
        {"0,3,3,1,,,guarded", "U_k2: The rule guarded has a guard band of U"},
        {"0,3,3,1,,,non-binary", "U_k2: The rule non-binary has a guard band of U"},
        {"0,3,3,1,,-1,simple", "U_k2: The uncertainty U (k = 2) is from 0"},
        {"0,3,3,1,,1,", "rule: is missing; it is simple, guarded or non-binary"},
        {"0,3,3,1,,1,guard", "rule: \"\"guard\"\" is not one of simple, guarded, non-binary"},
        {"a,b,c,d,e,f,g", "nominal: \"\"a\"\" is not a number (digits, a point for decimals); "
                          "tol_minus: \"\"b\"\" is"},
        {"99999999,3,3,1,,1,simple", "nominal: \"\"99999999\"\" is too large"},
    };
    for (size_t i = 0; i < CT_LEN(BAD); i++)
        says(NULL, HEAD, BAD[i].row, BAD[i].says);
    says(NULL, "rule,U_k2,as_found,tol_plus,tol_minus,nominal", "simple,1,\"1,5\",3,3,0",
         "decimals stand behind a point");
}

/* Any order, any capitals, other columns as they came; mark, quotes, line ends kept. */
static void test_table(void **state)
{
    (void)state;
    becomes(NULL,
            "\xef\xbb\xbf\"asset, "
            "no\",RULE,u_K2,Nominal,tol_plus,tol_minus,as_left,as_found,point\r\n"
            "\"A \"\"1\"\", left\",simple,1,10,1,1,,11,=SUM(1)\r\n"
            "\r\n"
            "A2,simple,1,10,1,1,,11.1,",
            "\xef\xbb\xbf\"asset, "
            "no\",RULE,u_K2,Nominal,tol_plus,tol_minus,as_left,as_found,point," ADDED "\r\n"
            "\"A \"\"1\"\", left\",simple,1,10,1,1,,11,=SUM(1),pass,,1.00,9,11,\r\n"
            "\r\n"
            "A2,simple,1,10,1,1,,11.1,,fail,,1.00,9,11,\r\n",
            2, 0);
    /* as_left need not be there; a short row has no verdict. */
    becomes(NULL, "nominal,tol_minus,tol_plus,as_found,U_k2,rule\n0,1,1,0,1,simple\n0,1,1\n",
            "nominal,tol_minus,tol_plus,as_found,U_k2,rule," ADDED "\n"
            "0,1,1,0,1,simple,pass,,1.00,-1,1,\n"
            "0,1,1,,,,,,,,,3 cells where the header has 6\n",
            2, 1);
    becomes(NULL, HEAD "\n", HEAD "," ADDED "\n", 0, 0);
}

static void no_table(const struct ct_caltemplate *t, const char *in, const char *text)
{
    struct ends p = {.in = in, .n = strlen(in), .out = {.max = 1 << 20}};
    const struct ct_calibration_csv job = {
        .t = t, .read = take, .write = give, .read_arg = &p, .write_arg = &p};
    struct ct_score_csv_count count;
    struct ct_error e = {0};
    assert_int_equal(ct_calibration_csv_run(&job, &count, &e), CT_EFOREIGN);
    if (strstr(e.text, text) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", e.text, text);
    assert_int_equal(p.out.len, 0);
    ct_buf_done(&p.out);
}

static void test_no_table(void **state)
{
    (void)state;
    CT_CALTEMPLATE *t = template("nibp-static");
    no_table(NULL, "", "empty");
    no_table(NULL, "nominal,as_found\n", "the header lacks tol_minus, tol_plus, U_k2, rule");
    no_table(NULL, "nominal;tol_minus;tol_plus\n", "not semicolons");
    no_table(NULL, HEAD ",NOMINAL\n", "nominal is there twice");
    no_table(t, "asset,rule\n", "the header lacks point (or nominal), as_found");
}

/* ---- templates -------------------------------------------------------------------------- */

static void test_template(void **state)
{
    (void)state;
    CT_CALTEMPLATE *t = template("nibp-static");
    becomes(t,
            "who,nominal,as_found,as_left\n"
            "me,100.0,103,102\n"
            "me,150,146.999999,\n",
            "who,nominal,as_found,as_left," ADDED "\n"
            "me,100.0,103,102,pass,pass,,97,103,\n"
            "me,150,146.999999,,fail,,,147,153,\n",
            2, 0);
    /* The row's rule and U; its tolerance where it is the same. */
    becomes(t,
            "point,nominal,tol_minus,tol_plus,as_found,U_k2,rule,unit\n"
            "P50,50,3,3.0,52.5,1,guarded,mmHg\n"
            "p50,,,3,52.5,1,,mmHg\n",
            "point,nominal,tol_minus,tol_plus,as_found,U_k2,rule,unit," ADDED "\n"
            "P50,50,3,3.0,52.5,1,guarded,mmHg,fail,,3.00,48,52,\n"
            "p50,,,3,52.5,1,,mmHg,pass,,3.00,47,53,\n",
            2, 0);
    const char *head = "point,nominal,tol_minus,tol_plus,as_found,unit";
    says(t, head, "p50,50,,5,51,mmHg",
         "tol_plus: the template has another tolerance for the point p50: -(3 mmHg) +(3 mmHg)");
    says(t, head, "p50,50,2,3,51,mmHg", "another tolerance for the point p50");
    says(t, head, "p50,50,0,0,51,mmHg", "the template has another tolerance");
    says(t, head, "p50,51,,,51,mmHg", "nominal: the point p50 is at 50 mmHg");
    says(t, head, "p60,,,,51,mmHg", "point: the template nibp-static has no point \"\"p60\"\"");
    says(t, head, ",60,,,51,mmHg", "nominal: the template nibp-static has no point at 60");
    says(t, head, ",,,,51,mmHg", "point: is missing, and nominal, too");
    says(t, head, "p50,50,,,51,kPa", "unit: is kPa, the point p50 is in mmHg");
    says(t, head, "p50,50,,,51,", "unit: is missing; the point p50 is in mmHg");
}

static void test_declared(void **state)
{
    (void)state;
    CT_CALTEMPLATE *t = template("steriliser");
    const char *head = "point,nominal,tol_minus,tol_plus,as_found";
    becomes(t,
            "point,nominal,tol_minus,tol_plus,as_found\n"
            "temperature,134,0,3,135.2\n"
            "air-leak,,,,0.130001\n",
            "point,nominal,tol_minus,tol_plus,as_found," ADDED "\n"
            "temperature,134,0,3,135.2,pass,,,134,137,\n"
            "air-leak,,,,0.130001,fail,,,,0.13,\n",
            2, 0);
    says(t, head, "temperature,134,,,135",
         "the tolerance of the point temperature is the device's own, and without it there is "
         "no verdict");
    says(t, head, "temperature,,0,3,135",
         "nominal: is missing; that of the point temperature is the device's own");
    CT_CALTEMPLATE *es = template("electrical-safety-62353");
    says(es, "nominal,as_found", "0,120", "points at 0; name one in a column point");
    says(es, "point,as_found", "applied-cf,12", "is the device's own");
    CT_CALTEMPLATE *spo2 = template("pulse-oximeter");
    becomes(spo2, "nominal,as_found,unit\n96,98,%\n80,84,bpm\n",
            "nominal,as_found,unit," ADDED "\n96,98,%,pass,,,94,98,\n80,84,bpm,fail,,,77,83,\n",
            2, 0);
    CT_CALTEMPLATE *defib = template("defibrillator-energy");
    becomes(defib, "point,nominal,as_found\ne-max,360,414\ne10,10,13.1\n",
            "point,nominal,as_found," ADDED "\ne-max,360,414,pass,,,306,414,\n"
            "e10,10,13.1,fail,,,7,13,\n",
            2, 0);
}

static void test_seen(void **state)
{
    (void)state;
    CT_CALTEMPLATE *t = template("nibp-static");
    bool seen[CT_CALT_POINTS_MAX] = {false};
    const char in[] = "nominal,as_found\n0,0\n10,x\n250,240\n";
    struct ends p = {.in = in, .n = strlen(in), .out = {.max = 1 << 20}};
    struct ct_score_csv_count count;
    run(&p, t, seen, &count);
    assert_true(seen[0] && !seen[1] && seen[6]); /* a refused row is no reading */
    ct_buf_done(&p.out);
}

/* The worked example of the administrator's guide is what the program says. */
static void test_guide(void **state)
{
    (void)state;
    static char guide[256 * 1024];
    FILE *f = fopen("docs/admin-guide.md", "rb");
    assert_non_null(f);
    guide[fread(guide, 1, sizeof guide - 1, f)] = '\0';
    fclose(f);
    char *ini = strstr(guide, "```ini\n[calibration]\n"),
         *csv = strstr(guide, "$ cat readings.csv");
    assert_true(ini != NULL && csv != NULL);
    ini += strlen("```ini\n");
    csv = strchr(csv, '\n') + 1;
    char *out = strstr(csv, "$ clintech calibrate check --csv"), *end = strstr(out, "```");
    assert_true(out != NULL && end != NULL);
    *strstr(ini, "```") = *out = *end = '\0';
    CT_CALTEMPLATE *t = NULL;
    struct ct_error e;
    if (ct_caltemplate_parse("docs/admin-guide.md", ini, strlen(ini), &t, &e) != CT_OK)
        fail_msg("%s", e.text);
    becomes(t, csv, strchr(out + 1, '\n') + 1, 4, 1);
}

/* ---- many rows ----------------------------------------------------------------------------
 */

enum { ROWS = 100000 };

struct many {
    char pending[96];
    size_t have, at;
    int made;
    uint64_t bytes, lines, passes, greatest;
    char tail[8];
};

static enum ct_status make(void *arg, char *buf, size_t cap, size_t *ret_n,
                           struct ct_error *reterr)
{
    (void)reterr;
    struct many *m = arg;
    if (m->at == m->have) {
        m->at = m->have = 0;
        if (m->made == 0)
            m->have = (size_t)snprintf(m->pending, sizeof m->pending, HEAD ",n\n");
        else if (m->made <= ROWS)
            m->have =
                (size_t)snprintf(m->pending, sizeof m->pending, "100,3,3,%d.5,,1,simple,%d\n",
                                 95 + m->made % 10, m->made);
        m->made++;
    }
    size_t n = m->have - m->at < cap ? m->have - m->at : cap;
    memcpy(buf, m->pending + m->at, n);
    m->at += n;
    *ret_n = n;
    return CT_OK;
}

static enum ct_status swallow(void *arg, const char *data, size_t n, struct ct_error *reterr)
{
    (void)reterr;
    struct many *m = arg;
    m->greatest = n > m->greatest ? n : m->greatest;
    m->bytes += n;
    for (size_t i = 0; i < n; i++) {
        m->lines += data[i] == '\n';
        m->passes += data[i] == 'p' && i + 4 < n && memcmp(data + i, "pass,", 5) == 0;
    }
    return CT_OK;
}

/* Rows are handed on as they come: what is held does not grow with the table. */
static void test_many(void **state)
{
    (void)state;
    struct many m = {.made = 0};
    const struct ct_calibration_csv job = {
        .read = make, .write = swallow, .read_arg = &m, .write_arg = &m};
    struct ct_score_csv_count count;
    struct ct_error e;
    assert_int_equal(ct_calibration_csv_run(&job, &count, &e), CT_OK);
    assert_int_equal(count.rows, ROWS);
    assert_int_equal(count.refused, 0);
    assert_int_equal(m.lines, ROWS + 1);
    assert_int_equal(m.passes, ROWS * 6 / 10); /* 97.5 to 102.5 of 95.5 to 104.5 */
    assert_true(m.greatest < 128 * 1024);
}

static int set_locale(void **state)
{
    (void)state;
    return setlocale(LC_CTYPE, "C.UTF-8") == NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_table),    cmocka_unit_test(test_no_table),
        cmocka_unit_test(test_template), cmocka_unit_test(test_declared),
        cmocka_unit_test(test_seen),     cmocka_unit_test(test_guide),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests_name("calibration_csv", tests, set_locale, NULL);
}
