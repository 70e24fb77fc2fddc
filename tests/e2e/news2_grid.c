/* NEWS2 through the program itself, against the chart of the Royal College of
 * Physicians written down once more: every combination of band edges, on both SpO2
 * scales (921,600 rows), as `clintech score news2 --csv -` scores them, and every edge
 * alone with its part by --json. The part scores of all combinations are compared in
 * the library that the program is made of, since a table shows totals.
 *
 * Takes some seconds. Under the sanitizers every seventh row is piped through the
 * program; seven divides no number of edges, so the choice falls in step with none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clinic/score.h"
#include "tests/support/steps.h"

/* ---- the edges: both sides of each step of the chart ------------------------ */

static const int RESP[] = {8, 9, 11, 12, 20, 21, 24, 25};
static const int SPO2_1[] = {91, 92, 93, 94, 95, 96};
static const int SPO2_2[] = {83, 84, 85, 86, 87, 88, 92, 93, 94, 95, 96, 97};
static const int SBP[] = {90, 91, 100, 101, 110, 111, 219, 220};
static const int PULSE[] = {40, 41, 50, 51, 90, 91, 110, 111, 130, 131};
static const char ACVPU[] = "ACVPU";
static const int TEMP10[] = {350, 351, 360, 361, 380, 381, 390, 391};

struct set {
    int scale, resp, spo2, oxygen, sbp, pulse, temp10;
    char acvpu;
};

static int pick(size_t *i, const int *from, size_t n)
{
    int v = from[*i % n];
    *i /= n;
    return v;
}

/* The i-th combination of a scale; false: there are no more. */
static bool combination(int scale, size_t i, struct set *s)
{
    s->scale = scale;
    s->temp10 = pick(&i, TEMP10, CT_LEN(TEMP10));
    s->acvpu = ACVPU[i % 5];
    i /= 5;
    s->pulse = pick(&i, PULSE, CT_LEN(PULSE));
    s->sbp = pick(&i, SBP, CT_LEN(SBP));
    s->oxygen = (int)(i % 2);
    i /= 2;
    s->resp = pick(&i, RESP, CT_LEN(RESP));
    s->spo2 = scale == 1 ? pick(&i, SPO2_1, CT_LEN(SPO2_1)) : pick(&i, SPO2_2, CT_LEN(SPO2_2));
    return i == 0;
}

/* ---- the chart --------------------------------------------------------------- */

static int chart_resp(int v)
{
    if (v <= 8)
        return 3;
    if (v >= 9 && v <= 11)
        return 1;
    if (v >= 12 && v <= 20)
        return 0;
    if (v >= 21 && v <= 24)
        return 2;
    return 3;
}

static int chart_spo2_1(int v)
{
    if (v <= 91)
        return 3;
    if (v == 92 || v == 93)
        return 2;
    if (v == 94 || v == 95)
        return 1;
    return 0;
}

static int chart_spo2_2(int v, int oxygen)
{
    if (v <= 83)
        return 3;
    if (v == 84 || v == 85)
        return 2;
    if (v == 86 || v == 87)
        return 1;
    if (v >= 88 && v <= 92)
        return 0;
    if (!oxygen)
        return 0;
    if (v == 93 || v == 94)
        return 1;
    if (v == 95 || v == 96)
        return 2;
    return 3;
}

static int chart_sbp(int v)
{
    if (v <= 90)
        return 3;
    if (v >= 91 && v <= 100)
        return 2;
    if (v >= 101 && v <= 110)
        return 1;
    if (v >= 111 && v <= 219)
        return 0;
    return 3;
}

static int chart_pulse(int v)
{
    if (v <= 40)
        return 3;
    if (v >= 41 && v <= 50)
        return 1;
    if (v >= 51 && v <= 90)
        return 0;
    if (v >= 91 && v <= 110)
        return 1;
    if (v >= 111 && v <= 130)
        return 2;
    return 3;
}

static int chart_temp(int tenths)
{
    if (tenths <= 350)
        return 3;
    if (tenths >= 351 && tenths <= 360)
        return 1;
    if (tenths >= 361 && tenths <= 380)
        return 0;
    if (tenths >= 381 && tenths <= 390)
        return 1;
    return 2;
}

struct score {
    int part[CT_N_INPUTS], total, single3, every_min;
    const char *band;
};

static void chart(const struct set *s, struct score *r)
{
    r->part[CT_N_RESP] = chart_resp(s->resp);
    r->part[CT_N_SPO2] = s->scale == 1 ? chart_spo2_1(s->spo2)
                                       : chart_spo2_2(s->spo2, s->oxygen);
    r->part[CT_N_O2] = s->oxygen ? 2 : 0;
    r->part[CT_N_SBP] = chart_sbp(s->sbp);
    r->part[CT_N_PULSE] = chart_pulse(s->pulse);
    r->part[CT_N_ACVPU] = s->acvpu == 'A' ? 0 : 3;
    r->part[CT_N_TEMP] = chart_temp(s->temp10);
    r->total = r->single3 = 0;
    for (int i = 0; i < CT_N_INPUTS; i++) {
        r->total += r->part[i];
        r->single3 |= r->part[i] == 3;
    }
    r->band = "low";
    r->every_min = r->total == 0 ? 720 : 240;
    if (r->total >= 7) {
        r->band = "high";
        r->every_min = 0;
    } else if (r->total >= 5) {
        r->band = "medium";
        r->every_min = 60;
    } else if (r->single3) {
        r->band = "low-medium";
        r->every_min = 60;
    }
}

/* ---- through the program ------------------------------------------------------ */

enum { STRIDE = STEPS_SANITIZED ? 7 : 1 };

static int put_row(char *out, size_t size, const struct set *s)
{
    return snprintf(out, size, "%d,%d,%d,%d,%d,%d,%c,%d.%d", s->resp, s->spo2, s->scale,
                    s->oxygen, s->sbp, s->pulse, s->acvpu, s->temp10 / 10, s->temp10 % 10);
}

/* In a child of its own: the whole table into the pipe. */
static void write_table(int fd)
{
    FILE *f = fdopen(fd, "w");
    if (f == NULL)
        _exit(1);
    fputs("resp,spo2,scale,on_oxygen,sbp,pulse,acvpu,temp\n", f);
    struct set s;
    for (int scale = 1; scale <= 2; scale++)
        for (size_t i = 0; combination(scale, i, &s); i += STRIDE) {
            char row[80];
            put_row(row, sizeof row, &s);
            fprintf(f, "%s\n", row);
        }
    _exit(fclose(f) == 0 ? 0 : 1);
}

static void ended_well(pid_t pid)
{
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void expect_line(FILE *f, const char *wanted)
{
    static char line[256];
    if (fgets(line, sizeof line, f) == NULL)
        fail_msg("the table ends before %s", wanted);
    line[strcspn(line, "\n")] = '\0';
    if (strcmp(line, wanted) != 0)
        fail_msg("%s, and the chart says %s", line, wanted);
}

static void test_every_combination_of_edges(void **state)
{
    (void)state;
    int in[2], out[2];
    fflush(NULL);
    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(out), 0);
    pid_t writer = fork();
    assert_true(writer >= 0);
    if (writer == 0) {
        close(in[0]);
        close(out[0]);
        close(out[1]);
        write_table(in[1]);
    }
    pid_t program = fork();
    assert_true(program >= 0);
    if (program == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        close(in[0]);
        close(in[1]);
        close(out[0]);
        close(out[1]);
        execl(test_program(), "clintech", "score", "news2", "--csv", "-", (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(in[1]);
    close(out[1]);
    FILE *f = fdopen(out[0], "r");
    assert_non_null(f);
    expect_line(f, "resp,spo2,scale,on_oxygen,sbp,pulse,acvpu,temp,total,single3,band,"
                   "frequency_min,error");
    size_t rows[3] = {0};
    struct set s;
    for (int scale = 1; scale <= 2; scale++)
        for (size_t i = 0; combination(scale, i, &s); i += STRIDE) {
            struct score r;
            char row[160];
            chart(&s, &r);
            size_t n = (size_t)put_row(row, sizeof row, &s);
            snprintf(row + n, sizeof row - n, ",%d,%d,%s,%d,", r.total, r.single3, r.band,
                     r.every_min);
            expect_line(f, row);
            rows[scale]++;
        }
    assert_int_equal(fgetc(f), EOF);
    fclose(f);
    ended_well(writer);
    ended_well(program);
    print_message("%zu rows compared: %zu of scale 1, %zu of scale 2\n", rows[1] + rows[2],
                  rows[1], rows[2]);
    assert_int_equal(rows[1], (307200 + STRIDE - 1) / STRIDE);
    assert_int_equal(rows[2], (614400 + STRIDE - 1) / STRIDE);
}

static const struct set WELL = {.scale = 1, .resp = 16, .spo2 = 97, .oxygen = 0, .sbp = 120,
                                .pulse = 70, .temp10 = 370, .acvpu = 'A'};

/* One set through the program: total, band and each part. */
static void compare_alone(const struct set *s)
{
    static const char *const NAME[CT_N_INPUTS] = {"resp", "spo2",  "on_oxygen", "sbp",
                                                  "pulse", "acvpu", "temp"};
    char v[7][16], json[4096];
    struct score r;
    snprintf(v[0], 16, "%d", s->resp);
    snprintf(v[1], 16, "%d", s->spo2);
    snprintf(v[2], 16, "%d", s->oxygen);
    snprintf(v[3], 16, "%d", s->sbp);
    snprintf(v[4], 16, "%d", s->pulse);
    snprintf(v[5], 16, "%c", s->acvpu);
    snprintf(v[6], 16, "%d.%d", s->temp10 / 10, s->temp10 % 10);
    const char *const argv[] = {
        test_program(), "score", "news2", "--json", "--scale", s->scale == 1 ? "1" : "2",
        "--resp", v[0], "--spo2", v[1], "--on-oxygen", v[2], "--sbp", v[3],
        "--pulse", v[4], "--acvpu", v[5], "--temp", v[6], NULL};
    assert_int_equal(test_run(argv, NULL, json, sizeof json), 0);
    json_t *j = json_loads(json, 0, NULL);
    assert_non_null(j);
    chart(s, &r);
    json_t *parts = json_object_get(j, "parts");
    for (size_t i = 0; i < CT_N_INPUTS; i++)
        if (json_integer_value(json_object_get(parts, NAME[i])) != r.part[i])
            fail_msg("%s of scale %d: the chart says %d: %s", NAME[i], s->scale, r.part[i],
                     json);
    assert_int_equal(json_integer_value(json_object_get(j, "total")), r.total);
    assert_int_equal(json_integer_value(json_object_get(j, "frequency_min")), r.every_min);
    assert_int_equal(json_is_true(json_object_get(j, "single3")), r.single3);
    assert_string_equal(json_string_value(json_object_get(j, "band")), r.band);
    json_decref(j);
}

static void test_every_edge_alone(void **state)
{
    (void)state;
    size_t n = 0;
    struct set s;
#define EACH(member, edges, from)                                                              \
    for (size_t i = 0; i < CT_LEN(edges); i++, n++) {                                          \
        s = from;                                                                              \
        s.member = edges[i];                                                                   \
        compare_alone(&s);                                                                     \
    }
    EACH(resp, RESP, WELL)
    EACH(spo2, SPO2_1, WELL)
    EACH(sbp, SBP, WELL)
    EACH(pulse, PULSE, WELL)
    EACH(temp10, TEMP10, WELL)
    struct set scale2 = WELL;
    scale2.scale = 2;
    for (scale2.oxygen = 0; scale2.oxygen <= 1; scale2.oxygen++)
        EACH(spo2, SPO2_2, scale2)
    for (const char *a = ACVPU; *a != '\0'; a++, n++) {
        s = WELL;
        s.acvpu = *a;
        compare_alone(&s);
    }
    s = WELL;
    s.oxygen = 1;
    compare_alone(&s);
    print_message("%zu edges compared one by one, each part\n", n + 1);
    assert_int_equal(n + 1, 8 + 6 + 8 + 10 + 8 + 2 * 12 + 5 + 1);
}

/* ---- each part of every combination ------------------------------------------- */

static void test_every_part_of_every_combination(void **state)
{
    (void)state;
    struct ct_config c;
    struct ct_news2 *t = NULL;
    struct ct_error e = {0};
    size_t n = 0;
    ct_config_default(&c);
    if (ct_news2_load(&c, &t, &e) != CT_OK)
        fail_msg("%s", e.text);
    struct set s;
    for (int scale = 1; scale <= 2; scale++)
        for (size_t i = 0; combination(scale, i, &s); i++, n++) {
            struct ct_news2_set in = {
                .resp = s.resp, .spo2 = s.spo2, .sbp = s.sbp, .pulse = s.pulse,
                .temp_c10 = s.temp10, .on_oxygen = s.oxygen, .scale = scale,
                .acvpu = strchr(ACVPU, s.acvpu) - ACVPU};
            struct ct_news2_result got;
            struct score r;
            chart(&s, &r);
            if (ct_news2_score(t, &in, &got, &e) != CT_OK)
                fail_msg("%s", e.text);
            bool same = got.complete && got.total == r.total &&
                        got.single3 == (r.single3 != 0) &&
                        strcmp(ct_band_name(got.band), r.band) == 0;
            for (size_t p = 0; p < CT_N_INPUTS; p++)
                same = same && got.part[p] == r.part[p];
            if (!same) {
                char row[80];
                put_row(row, sizeof row, &s);
                fail_msg("%s: %d, and the chart says %d", row, got.total, r.total);
            }
        }
    ct_news2_free(t);
    print_message("%zu combinations compared, each part\n", n);
    assert_int_equal(n, 921600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_combination_of_edges),
        cmocka_unit_test(test_every_edge_alone),
        cmocka_unit_test(test_every_part_of_every_combination),
    };
    return cmocka_run_group_tests_name("news2_grid", tests, NULL, NULL);
}
