/* `clintech cycle` and `clintech programme`: results as text and JSON, and their exit
 * statuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/status.h"
#include "tests/support/tty.h"

/* Good for the next four calls. */
static const char *in_dir(const char *name)
{
    static char path[4][256];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", test_dir(), name);
    return path[turn];
}

static void write_file(const char *name, const char *text)
{
    FILE *f = fopen(in_dir(name), "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static int make_dir(void **state)
{
    (void)state;
    char config[300];
    snprintf(config, sizeof config, "[site]\ndata_dir = %s\n", test_dir());
    write_file("config.ini", config);
    write_file("t.csv", "");
    return mkdir(in_dir("programmes"), 0700);
}

struct said {
    int status;
    char out[262144], err[8192];
};
static struct said s;

static void slurp(const char *name, char *to, size_t size)
{
    FILE *f = fopen(in_dir(name), "rb");
    assert_non_null(f);
    size_t n = fread(to, 1, size - 1, f);
    to[n] = '\0';
    fclose(f);
}

/* The program, its standard streams in files, in the folder of the test. */
static void run(bool json, const char *const *args)
{
    const char *argv[24] = {test_program(), "--config", in_dir("config.ini")};
    int argc = 3;
    for (; *args != NULL; args++)
        argv[argc++] = *args;
    if (json)
        argv[argc++] = "--json";
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (freopen(in_dir("t.csv"), "rb", stdin) == NULL ||
            freopen(in_dir("err"), "wb", stderr) == NULL ||
            freopen(in_dir("out"), "wb", stdout) == NULL || chdir(test_dir()) != 0)
            _exit(99);
        execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(98);
    }
    int st;
    assert_int_equal(waitpid(pid, &st, 0), pid);
    assert_true(WIFEXITED(st));
    s.status = WEXITSTATUS(st);
    slurp("out", s.out, sizeof s.out);
    slurp("err", s.err, sizeof s.err);
}
#define RUN(...)  run(false, (const char *const[]){__VA_ARGS__, NULL})
#define JSON(...) run(true, (const char *const[]){__VA_ARGS__, NULL})
#define CHECK     "cycle", "check", "--csv", "t.csv"

static json_t *said_json(void)
{
    json_t *j = json_loads(s.out, 0, NULL);
    assert_non_null(j);
    return j;
}

static double real_of(const json_t *j, const char *key)
{
    const json_t *v = json_object_get(j, key);
    assert_true(json_is_number(v));
    return json_number_value(v);
}

static const char CURVE[] = "Time (s),Temp 1,P (bar abs)\n0,20,1.0\n60,130,2.7\n"
                            "75,134.5,3.09\n255,134.5,3.09\n300,90,1.0\n";

static void test_json(void **state)
{
    (void)state;
    write_file("t.csv", CURVE);
    JSON(CHECK, "--pressure", "p", "--low", "134");
    assert_int_equal(s.status, 0);
    json_t *j = said_json(), *t = json_array_get(json_object_get(j, "temperatures"), 0);
    assert_true(json_is_true(json_object_get(j, "ok")));
    assert_string_equal(json_string_value(json_object_get(t, "column")), "Temp 1");
    assert_float_equal(real_of(t, "min"), 20, 1e-9);
    assert_float_equal(real_of(t, "max"), 134.5, 1e-9);
    assert_float_equal(real_of(t, "hold_s"), 182.173, 1e-9);
    assert_true(real_of(t, "f0") > 60 && real_of(t, "a0") > 1e7);
    assert_float_equal(real_of(j, "duration_s"), 300, 1e-9);
    json_t *p = json_object_get(j, "pressure");
    assert_string_equal(json_string_value(json_object_get(p, "basis")), "absolute");
    assert_true(real_of(json_object_get(p, "above_saturation"), "k") < 0);
    assert_int_equal(json_array_size(json_object_get(t, "phases")), 3);
    json_decref(j);
    /* The published values, through the whole of it. */
    write_file("t.csv", "t,a,b\n0,121,90\n900,121,90\n");
    JSON("cycle", "check", "--csv", "-", "--temp", "B", "--temp", "a");
    j = said_json();
    t = json_array_get(json_object_get(j, "temperatures"), 0);
    assert_float_equal(real_of(t, "a0"), 9000, 1e-6);
    t = json_array_get(json_object_get(j, "temperatures"), 1);
    assert_float_equal(real_of(t, "f0"), 14.66, 0.005);
    assert_float_equal(real_of(t, "hold_s"), 900, 1e-9);
    json_decref(j);
    JSON("cycle", "check", "--csv", "-", "--temp", "a", "--tref", "121", "--z", "12", "--from",
         "300", "--to", "600.5");
    j = said_json();
    t = json_array_get(json_object_get(j, "temperatures"), 0);
    assert_float_equal(real_of(t, "f0"), 300.5 / 60, 1e-9);
    json_decref(j);
}

static void test_verdict(void **state)
{
    (void)state;
    write_file("t.csv", "time,temp\n0,132\n240,132\n");
    JSON(CHECK, "--programme", "prevac-instruments-132");
    assert_int_equal(s.status, 0);
    json_t *j = said_json();
    assert_string_equal(json_string_value(json_object_get(j, "verdict")), "pass");
    assert_int_equal(json_array_size(json_object_get(j, "limits")), 3);
    assert_int_equal(json_integer_value(json_object_get(j, "unmeasured")), 1);
    json_t *hold = json_array_get(json_object_get(j, "limits"), 1);
    assert_string_equal(json_string_value(json_object_get(hold, "measure")), "hold");
    assert_non_null(strstr(json_string_value(json_object_get(hold, "low_source")), "table 7"));
    json_decref(j);
    write_file("t.csv", "time,temp\n0,132\n239.999,132\n");
    RUN(CHECK, "--programme", "prevac-instruments-132");
    assert_int_equal(s.status, 1);
    assert_non_null(
        strstr(s.out, "fail         hold of temp: 3.999983 min; limit 4 min or more"));
    RUN(CHECK, "--programme", "porous-134"); /* too cold: a fail, and a sentence */
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.err, "clintech cycle: t.csv:2: temp: there is no holding time"));
    write_file("t.csv", "time,temp\n0,134.5\n240,134.5\n");
    RUN(CHECK, "--programme", "porous-134"); /* its upper limit is not filled in */
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.out, "porous-134, version 2026.1: undecided"));
    /* The site's copy decides. */
    write_file("programmes/site.ini",
               "[programme]\nid = site\nversion = 1\ntitle = Site\nmethod = steam\nsource = s\n"
               "recall = all\nrecall_source = s\nreturn_negatives = 3\nreturn_source = s\n"
               "[limit.temperature]\nlow = 134 degC\nhigh = 137 degC\nsource = s\n"
               "[limit.hold]\nlow = 3 min\nsource = s\n");
    RUN(CHECK, "--programme", "site");
    assert_int_equal(s.status, 0);
}

static void test_refused(void **state)
{
    (void)state;
    write_file("t.csv", "time,temp\n0,121\n10,nan\n");
    JSON(CHECK);
    assert_int_equal(s.status, 1);
    assert_string_equal(s.err,
                        "clintech cycle: t.csv:3: temp: \"nan\" is not a finite number\n");
    json_t *j = said_json();
    assert_true(json_is_false(json_object_get(j, "ok")));
    assert_non_null(json_object_get(j, "error"));
    json_decref(j);
    write_file("t.csv", "a,b\n1,2\n");
    RUN(CHECK);
    assert_int_equal(s.status, 65);
    RUN("cycle", "check", "--csv", "none.csv");
    assert_int_equal(s.status, 66);
    assert_non_null(strstr(s.err, "clintech cycle: cannot open none.csv"));
    RUN(CHECK, "--programme", "none");
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.err, "There is no programme none."));
    write_file("t.csv", "time,temp\n0,121\n10,121\n");
    RUN(CHECK, "--low", "130");
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.err, "there is no holding time"));
}

static void test_print(void **state)
{
    (void)state;
    write_file("r.txt", "DAC Universal   \nSerien Nr:  900017\nZyklus:     7\n"
                        "Dat.(T-M-J) 16-03-2026\nZeit(H-M-S) 09:00:00\n"
                        "09:01:00           135.0    3.13\n09:04:00           135.0    3.13\n"
                        "Zyklusende         09:10:00 Ok  \n");
    JSON("cycle", "print", "r.txt");
    assert_int_equal(s.status, 0);
    json_t *j = said_json(), *c = json_array_get(json_object_get(j, "cycles"), 0);
    assert_string_equal(json_string_value(json_object_get(c, "state")), "complete");
    assert_string_equal(json_string_value(json_object_get(c, "printed")), "passed");
    assert_string_equal(json_string_value(json_object_get(c, "date")), "2026-03-16");
    assert_int_equal(json_integer_value(json_object_get(c, "number")), 7);
    assert_int_equal(json_integer_value(json_object_get(c, "samples")), 2);
    json_decref(j);
    RUN("cycle", "print", "r.txt", "--programme", "site");
    assert_int_equal(s.status, 0);
    assert_non_null(strstr(s.out,
                           "lines 1 to 8: cycle 7, 2026-03-16 09:00:00, complete, passed "
                           "by the machine"));
    assert_non_null(strstr(s.out, "site, version 1: pass"));
    RUN("cycle", "print", "r.txt", "--profile", "statclave");
    assert_int_equal(s.status, 65);
    write_file("r.txt", "what is this?\n");
    JSON("cycle", "print", "r.txt");
    assert_int_equal(s.status, 65);
    assert_non_null(strstr(s.err, "r.txt: no import profile knows this record"));
    RUN("cycle", "profile", "list");
    assert_int_equal(s.status, 0);
    assert_non_null(strstr(s.out, "dac-universal"));
    RUN("cycle", "profile", "show", "statclave", "--ini");
    assert_int_equal(s.status, 0);
    assert_non_null(strstr(s.out, "[field.cycle]\n"));
}

static void test_programmes(void **state)
{
    (void)state;
    RUN("programme", "list");
    assert_int_equal(s.status, 0);
    assert_non_null(
        strstr(s.out, "vacuum-leak              2026.1   Vacuum leak test, 10 min\n"));
    assert_non_null(strstr(s.out, "(to fill in: temperature high, superheat low"));
    JSON("programme", "list");
    json_t *j = said_json();
    assert_true(json_array_size(j) >= 40);
    json_decref(j);
    RUN("programme", "show", "washer-a0-3000");
    assert_int_equal(s.status, 0);
    assert_non_null(strstr(s.out, "a0: 3000 s or more"));
    RUN("programme", "show", "porous-134", "--ini");
    assert_int_equal(s.status, 0);
    char ini[16384];
    snprintf(ini, sizeof ini, "%s", s.out);
    char *id = strstr(ini, "id = \"porous-134\"");
    assert_non_null(id);
    memcpy(id, "id = \"demo\"      ", 17);
    write_file("demo.ini", ini);
    RUN("programme", "check", "demo.ini");
    assert_int_equal(s.status, 0);
    assert_non_null(strstr(s.out, "demo.ini: OK, demo version 2026.1, steam, 3 limits, 4 to "
                                  "fill in: temperature high"));
    write_file("demo.ini", "[programme]\nid = demo\n");
    JSON("programme", "check", "demo.ini");
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.out, "demo.ini:1: [programme] version: is missing"));
}

static void test_usage(void **state)
{
    (void)state;
    static const char *const WRONG[][8] = {
        {"cycle"},
        {"cycle", "chekc"},
        {"cycle", "check"},
        {"cycle", "check", "t.csv"},
        {"cycle", "check", "--csv"},
        {"cycle", "check", "--csv", "t.csv", "more"},
        {"cycle", "check", "--csv", "t.csv", "--z", "0"},
        {"cycle", "check", "--csv", "t.csv", "--tref", "hot"},
        {"cycle", "check", "--csv", "t.csv", "--speed", "3"},
        {"cycle", "check", "--csv", "t.csv", "--low", "5", "--high"},
        {"cycle", "check", "--csv", "t.csv", "--pressure-unit", "bar"},
        {"cycle", "print"},
        {"cycle", "print", "a", "b"},
        {"cycle", "profile"},
        {"cycle", "profile", "show"},
        {"programme"},
        {"programme", "check"},
        {"programme", "show"},
        {"programme", "list", "porous-134"},
        {"programme", "list", "--ini"},
    };
    for (size_t i = 0; i < CT_LEN(WRONG); i++) {
        run(false, WRONG[i]);
        if (s.status != 2 || strstr(s.err, "usage: clintech ") == NULL || s.out[0] != '\0')
            fail_msg("%zu: %d %s", i, s.status, s.err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json),       cmocka_unit_test(test_verdict),
        cmocka_unit_test(test_refused),    cmocka_unit_test(test_print),
        cmocka_unit_test(test_programmes), cmocka_unit_test(test_usage),
    };
    return cmocka_run_group_tests_name("cycle", tests, make_dir, NULL);
}
