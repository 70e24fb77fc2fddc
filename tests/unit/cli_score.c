/* `clintech score`: what it prints, and its exit statuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <sys/wait.h>

/* The program's objects are in no library: the files themselves are taken in. */
#include "src/cli/score.c"
#include "src/cli/score_news2.c"
#include "src/cli/score_pews.c"
#include "src/cli/table.c"
#include "tests/support/tmp.h"

static char dir[TMP_PATH];

static int make_dir(void **state)
{
    (void)state;
    tmp_dir(dir, "score");
    return 0;
}

static const char *in_dir(const char *name)
{
    static char path[64];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static int remove_dir(void **state)
{
    (void)state;
    unlink(in_dir("out"));
    unlink(in_dir("err"));
    unlink(in_dir("in"));
    return rmdir(dir);
}

struct said {
    int status;
    char out[8192], err[4096];
};

static void slurp(const char *name, char *to, size_t size)
{
    FILE *f = fopen(in_dir(name), "rb");
    assert_non_null(f);
    size_t n = fread(to, 1, size - 1, f);
    to[n] = '\0';
    fclose(f);
}

/* Run in a child, its standard streams in files. `stdin_text` may be NULL. */
static void run(struct said *s, const char *stdin_text, const char *out_path,
                const char *const *args)
{
    char *argv[40];
    int argc = 0;
    for (; args[argc] != NULL; argc++)
        assert_non_null(argv[argc] = strdup(args[argc]));
    argv[argc] = NULL;
    FILE *f = fopen(in_dir("in"), "wb");
    assert_non_null(f);
    fputs(stdin_text != NULL ? stdin_text : "", f);
    fclose(f);
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct ct_config c;
        ct_config_default(&c);
        if (freopen(in_dir("in"), "rb", stdin) == NULL ||
            freopen(in_dir("err"), "wb", stderr) == NULL ||
            freopen(out_path != NULL ? out_path : in_dir("out"), "wb", stdout) == NULL)
            _exit(99);
        int status = ct_cli_score(argc, argv, &c);
        fflush(NULL);
        _exit(status);
    }
    int st;
    assert_int_equal(waitpid(pid, &st, 0), pid);
    assert_true(WIFEXITED(st));
    s->status = WEXITSTATUS(st);
    if (out_path == NULL)
        slurp("out", s->out, sizeof s->out);
    slurp("err", s->err, sizeof s->err);
    while (argc > 0)
        free(argv[--argc]);
}

#define ARGS(...)                                                                              \
    (const char *const[])                                                                      \
    {                                                                                          \
        "score", __VA_ARGS__, NULL                                                             \
    }
#define SICK                                                                                   \
    "news2", "--resp", "25", "--spo2", "91", "--scale", "1", "--on-oxygen", "oxygen", "--sbp", \
        "90", "--pulse", "131", "--acvpu", "U", "--temp", "35.0"
#define WELL                                                                                   \
    "news2", "--resp=16", "--spo2=97", "--on-oxygen=0", "--sbp=120", "--pulse=70", "--acvpu=a"

static void test_one_set(void **state)
{
    (void)state;
    struct said s;
    run(&s, NULL, NULL, ARGS(SICK));
    assert_int_equal(s.status, 0);
    assert_string_equal(s.err, "");
    assert_non_null(
        strstr(s.out, "NEWS2 20  high, a single 3   (SpO2 scale 1, table 2017.1)\n"));
    assert_non_null(strstr(s.out, "  on_oxygen  oxygen  2\n"));
    assert_non_null(strstr(s.out, "Monitor continuously.\n"));
    assert_non_null(strstr(s.out, "EMERGENCY"));
    run(&s, NULL, NULL, ARGS(WELL, "--temp", "38.1"));
    assert_int_equal(s.status, 0);
    assert_non_null(strstr(s.out, "NEWS2 1  low   ("));
    assert_non_null(strstr(s.out, "Next set within 240 min (the chart allows up to 360).\n"));
    run(&s, NULL, NULL, ARGS(WELL, "--temp", "37"));
    assert_non_null(strstr(s.out, "Next set within 720 min.\n"));
}

static void test_json(void **state)
{
    (void)state;
    struct said s;
    run(&s, NULL, NULL, ARGS(SICK, "--json"));
    assert_int_equal(s.status, 0);
    json_t *j = json_loads(s.out, 0, NULL), *parts = json_object_get(j, "parts");
    assert_non_null(j);
    assert_int_equal(json_integer_value(json_object_get(j, "total")), 20);
    assert_true(json_is_true(json_object_get(j, "single3")));
    assert_string_equal(json_string_value(json_object_get(j, "band")), "high");
    assert_int_equal(json_integer_value(json_object_get(j, "frequency_min")), 0);
    assert_int_equal(json_integer_value(json_object_get(parts, "on_oxygen")), 2);
    assert_int_equal(json_integer_value(json_object_get(parts, "temp")), 3);
    assert_int_equal(json_object_size(parts), 7);
    json_decref(j);
    run(&s, NULL, NULL, ARGS("news2", "--resp", "25", "--json"));
    assert_int_equal(s.status, 1);
    j = json_loads(s.out, 0, NULL);
    assert_non_null(j);
    assert_true(json_is_null(json_object_get(j, "total")));
    assert_true(json_is_null(json_object_get(j, "band")));
    assert_int_equal(json_integer_value(json_object_get(j, "at_least")), 3);
    assert_int_equal(json_array_size(json_object_get(j, "missing")), 6);
    json_decref(j);
}

static void test_wanting_and_refused_values(void **state)
{
    (void)state;
    struct said s;
    run(&s, NULL, NULL, ARGS(WELL));
    assert_int_equal(s.status, 1);
    assert_string_equal(s.out, "");
    assert_non_null(strstr(s.err, "temperature missing"));
    run(&s, NULL, NULL, ARGS(WELL, "--temp", ""));
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.err, "temperature missing"));
    run(&s, NULL, NULL, ARGS("news2", "--resp", "x", "--spo2", "97", "--temp", "98.6"));
    assert_int_equal(s.status, 1);
    assert_string_equal(s.out, "");
    assert_non_null(strstr(s.err, "resp: \"x\" is not a whole number"));
    assert_non_null(strstr(s.err, "temp: 98.6 is not possible: 25.0 to 45.0 degC"));
    run(&s, NULL, NULL, ARGS(WELL, "--temp", "37", "--scale", "3"));
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.err, "scale"));
    run(&s, NULL, NULL, ARGS(WELL, "--temp", "37", "--scale", ""));
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.err, "scale"));
}

static void test_usage(void **state)
{
    (void)state;
    const char *const *const BAD[] = {
        ARGS("news2"),
        ARGS("gcs"),
        ARGS("news2", "--resp"),
        ARGS("news2", "16"),
        ARGS("news2", "--respi", "16"),
        ARGS("news2", "--resp", "16", "--resp", "17"),
        ARGS("news2", "--csv", "-", "--json"),
        ARGS("news2", "--csv", "-", "--resp", "16"),
        ARGS("news2", "--on_oxygen", "1"),
        (const char *const[]){"score", NULL},
    };
    struct said s;
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        run(&s, NULL, NULL, BAD[i]);
        assert_int_equal(s.status, 2);
        assert_string_equal(s.out, "");
        assert_non_null(strstr(s.err, "usage: clintech score news2"));
    }
    run(&s, NULL, NULL, ARGS("news2", "--help"));
    assert_int_equal(s.status, 0);
    assert_non_null(strstr(s.out, "--on-oxygen"));
    run(&s, NULL, NULL, ARGS("--help"));
    assert_int_equal(s.status, 0);
}

#define HEAD  "id,resp,spo2,scale,on_oxygen,sbp,pulse,acvpu,temp"
#define ADDED ",total,single3,band,frequency_min,error\n"

static void test_tables(void **state)
{
    (void)state;
    struct said s;
    run(&s, HEAD "\n7,16,97,1,0,120,70,A,37.0\n", NULL, ARGS("news2", "--csv", "-"));
    assert_int_equal(s.status, 0);
    assert_string_equal(s.out, HEAD ADDED "7,16,97,1,0,120,70,A,37.0,0,0,low,720,\n");
    assert_string_equal(s.err, "");
    /* A bad row: the rest is scored, the status says that there was one. */
    run(&s, HEAD "\n7,,97,1,0,120,70,A,37.0\n8,16,97,1,0,120,70,A,37.0\n", NULL,
        ARGS("news2", "--csv", in_dir("in")));
    assert_int_equal(s.status, 1);
    assert_string_equal(s.out, HEAD ADDED "7,,97,1,0,120,70,A,37.0,,,,,resp is missing\n"
                                          "8,16,97,1,0,120,70,A,37.0,0,0,low,720,\n");
    assert_non_null(strstr(s.err, "1 of 2 rows have no score"));
    run(&s, "id,resp\n1,16\n", NULL, ARGS("news2", "--csv=-"));
    assert_int_equal(s.status, 65);
    assert_string_equal(s.out, "");
    assert_non_null(strstr(s.err, "lacks spo2"));
    run(&s, NULL, NULL, ARGS("news2", "--csv", in_dir("absent")));
    assert_int_equal(s.status, 66);
    assert_non_null(strstr(s.err, "No such file"));
    run(&s, NULL, NULL, ARGS("news2", "--csv", dir));
    assert_int_equal(s.status, 66);
    run(&s, HEAD "\n7,16,97,1,0,120,70,A,37.0\n", "/dev/full", ARGS("news2", "--csv", "-"));
    assert_int_equal(s.status, 74);
    run(&s, NULL, "/dev/full", ARGS(SICK));
    assert_int_equal(s.status, 74);
}

/* ---- pews ------------------------------------------------------------------ */

#define CHILD                                                                                  \
    "pews", "--respiratory-rate", "60", "--respiratory-distress=severe", "--spo2", "90",       \
        "--oxygen-device", "FM", "--oxygen-value", "2", "--oxygen-unit", "L/min",              \
        "--heart-rate", "100", "--cap-refill-s", "3"

static void test_pews_one_set(void **state)
{
    (void)state;
    struct said s;
    run(&s, NULL, NULL, ARGS(CHILD, "--sbp", "100", "--age-band", "5-12y"));
    assert_int_equal(s.status, 0);
    assert_string_equal(s.err, "");
    assert_non_null(strstr(s.out, "PEWS 16   (5-12y, table 2026.1)\n"));
    assert_non_null(strstr(s.out, "oxygen                2  FM 2 L/min\n"));
    assert_non_null(strstr(s.out, "The site has set no call for this total.\n"));
    run(&s, NULL, NULL,
        ARGS(CHILD, "--sbp", "100", "--dob", "2020-06-15", "--at", "2021-06-15", "--json"));
    assert_int_equal(s.status, 0);
    json_t *j = json_loads(s.out, 0, NULL), *parts = json_object_get(j, "parts");
    assert_non_null(j);
    assert_string_equal(json_string_value(json_object_get(j, "age_band")), "1-4y");
    assert_string_equal(json_string_value(json_object_get(j, "version")), "2026.1");
    assert_int_equal(json_integer_value(json_object_get(j, "total")), 17);
    assert_int_equal(json_integer_value(json_object_get(parts, "oxygen")), 2);
    assert_int_equal(json_integer_value(json_object_get(parts, "sbp")), 1);
    assert_int_equal(json_object_size(parts), 7);
    assert_int_equal(json_array_size(json_object_get(j, "missing")), 0);
    assert_true(json_is_null(json_object_get(j, "band")));
    json_decref(j);
}

static void test_pews_wanting_and_refused_values(void **state)
{
    (void)state;
    struct said s;
    run(&s, NULL, NULL, ARGS(CHILD, "--age-band", "5-12y"));
    assert_int_equal(s.status, 1);
    assert_string_equal(s.out, "");
    assert_non_null(strstr(s.err, "undefined, sbp missing; what is there scores 16"));
    run(&s, NULL, NULL, ARGS(CHILD, "--age-band", "5-12y", "--json"));
    assert_int_equal(s.status, 1);
    json_t *j = json_loads(s.out, 0, NULL);
    assert_true(json_is_null(json_object_get(j, "total")));
    assert_int_equal(json_integer_value(json_object_get(j, "at_least")), 16);
    assert_int_equal(json_array_size(json_object_get(j, "missing")), 1);
    json_decref(j);
    run(&s, NULL, NULL, ARGS(CHILD, "--sbp", "100"));
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.err, "age_band is missing, or dob and at"));
    run(&s, NULL, NULL, ARGS(CHILD, "--sbp", "low", "--age-band", "13+y"));
    assert_int_equal(s.status, 1);
    assert_string_equal(s.out, "");
    assert_non_null(strstr(s.err, "sbp: \"low\" is not a number"));
    run(&s, NULL, NULL, ARGS("pews"));
    assert_int_equal(s.status, 2);
    assert_non_null(strstr(s.err, "usage: clintech score pews"));
    assert_null(strstr(s.err, "usage: clintech score news2"));
    run(&s, NULL, NULL, ARGS("pews", "--resp", "20"));
    assert_int_equal(s.status, 2);
    run(&s, NULL, NULL, ARGS("pews", "--help"));
    assert_int_equal(s.status, 0);
    assert_non_null(strstr(s.out, "--cap-refill-s"));
}

#define PEWS_HEAD                                                                              \
    "age_band,respiratory_rate,respiratory_distress,spo2,oxygen_device,oxygen_value,"          \
    "oxygen_unit,heart_rate,sbp,cap_refill_s"
#define PEWS_ADDED                                                                             \
    ",total,at_least,score_respiratory_rate,score_respiratory_distress,score_spo2,"            \
    "score_oxygen,score_heart_rate,score_sbp,score_cap_refill,missing,age_band_used,version,"  \
    "error\n"

static void test_pews_tables(void **state)
{
    (void)state;
    struct said s;
    run(&s, PEWS_HEAD "\n5-12y,22,none,98,air,,,100,100,2\n", NULL, ARGS("pews", "--csv", "-"));
    assert_int_equal(s.status, 0);
    assert_string_equal(s.err, "");
    assert_string_equal(s.out, PEWS_HEAD PEWS_ADDED "5-12y,22,none,98,air,,,100,100,2,"
                                                    "0,0,0,0,0,0,0,0,0,,5-12y,2026.1,\n");
    run(&s, PEWS_HEAD "\n5-12y,22,none,98,,,,100,100,2\n", NULL,
        ARGS("pews", "--csv", in_dir("in")));
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.out, ",,0,0,0,0,,0,0,0,oxygen_device,5-12y,2026.1,"));
    assert_non_null(strstr(s.err, "1 of 1 rows have no score"));
    run(&s, "age_band\n", NULL, ARGS("pews", "--csv=-"));
    assert_int_equal(s.status, 65);
    run(&s, NULL, NULL, ARGS("pews", "--csv", in_dir("absent")));
    assert_int_equal(s.status, 66);
    run(&s, PEWS_HEAD "\n5-12y,22,none,98,air,,,100,100,2\n", "/dev/full",
        ARGS("pews", "--csv", "-"));
    assert_int_equal(s.status, 74);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_set),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_wanting_and_refused_values),
        cmocka_unit_test(test_usage),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_pews_one_set),
        cmocka_unit_test(test_pews_wanting_and_refused_values),
        cmocka_unit_test(test_pews_tables),
    };
    return cmocka_run_group_tests_name("cli_score", tests, make_dir, remove_dir);
}
