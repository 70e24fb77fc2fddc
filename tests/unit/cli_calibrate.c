/* `clintech calibrate`: verdicts over a table, the check of templates, and their exit
 * statuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The program's objects are in no library: the files themselves are taken in. */
#include "src/cli/calibrate.c"
#include "src/cli/calibrate_certificate.c"
#include "src/cli/cli_util.c"
#include "src/cli/data_file.c"
#include "src/cli/table.c"
#include "tests/support/tmp.h"

static char dir[TMP_PATH];
static const char *const FILES[] = {"t.csv",     "demo.ini", "bad.ini", "odd\033.ini",
                                    "-dash.ini", "out",      "err"};

static const char DEMO[] = "[calibration]\nid = demo\nversion = 1\ntitle = Demo\n"
                           "class = demo\nsource = its manual\nrule = simple\npoints = one\n"
                           "[point.one]\ntext = One\nnominal = 1 V\ntolerance = 0.1 V\n"
                           "source = p. 1\n";

/* Good for the next four calls. */
static const char *in_dir(const char *name)
{
    static char path[4][80];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", dir, name);
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
    setlocale(LC_CTYPE, "C.UTF-8");
    tmp_dir(dir, "cli-calibrate");
    return mkdir(in_dir("calibrations"), 0700) == 0 ? 0 : 1;
}

static int remove_dir(void **state)
{
    (void)state;
    for (size_t i = 0; i < CT_LEN(FILES); i++)
        unlink(in_dir(FILES[i]));
    unlink(in_dir("calibrations/demo.ini"));
    unlink(in_dir("calibrations/ecg.ini"));
    return rmdir(in_dir("calibrations")) != 0 || rmdir(dir) != 0;
}

struct said {
    int status;
    char out[65536], err[8192];
};

static void slurp(const char *name, char *to, size_t size)
{
    FILE *f = fopen(in_dir(name), "rb");
    assert_non_null(f);
    size_t n = fread(to, 1, size - 1, f);
    to[n] = '\0';
    fclose(f);
}

/* Run in a child, its standard streams in files; in the folder of the test. */
static void run(struct said *s, bool json, const char *data_dir, const char *const *args)
{
    char *argv[16];
    int argc = 0;
    for (; args[argc] != NULL; argc++)
        assert_non_null(argv[argc] = strdup(args[argc]));
    argv[argc] = NULL;
    char *taken[16]; /* the program takes options out of argv */
    memcpy(taken, argv, sizeof taken);
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        static struct ct_cli cli;
        ct_config_default(&cli.config);
        cli.json = json;
        snprintf(cli.config.data_dir, sizeof cli.config.data_dir, "%s", data_dir);
        if (freopen(in_dir("t.csv"), "rb", stdin) == NULL ||
            freopen(in_dir("err"), "wb", stderr) == NULL ||
            freopen(in_dir("out"), "wb", stdout) == NULL || chdir(dir) != 0)
            _exit(99);
        int status = ct_cli_calibrate(&cli, argc, argv);
        fflush(NULL);
        _exit(status);
    }
    int st;
    assert_int_equal(waitpid(pid, &st, 0), pid);
    assert_true(WIFEXITED(st));
    s->status = WEXITSTATUS(st);
    slurp("out", s->out, sizeof s->out);
    slurp("err", s->err, sizeof s->err);
    while (argc > 0)
        free(taken[--argc]);
}

#define ARGS(...)                                                                              \
    (const char *const[])                                                                      \
    {                                                                                          \
        "calibrate", __VA_ARGS__, NULL                                                         \
    }

#define HEAD  "asset,U_k2,nominal,tol_minus,tol_plus,as_found,as_left,rule"
#define ADDED ",verdict_as_found,verdict_as_left,tur,accept_low,accept_high,error"

static void test_table(void **state)
{
    (void)state;
    struct said s;
    write_file("t.csv", HEAD "\nM1,0.5,100,3,3,103,100.5,guarded\n");
    run(&s, false, "", ARGS("check", "--csv", "t.csv"));
    assert_int_equal(s.status, 0);
    assert_string_equal(s.out, HEAD ADDED
                        "\nM1,0.5,100,3,3,103,100.5,guarded,fail,pass,6.00,97.5,102.5,\n");
    assert_string_equal(s.err, "");
    run(&s, false, "", ARGS("check", "--csv=-"));
    assert_int_equal(s.status, 0);
    assert_non_null(strstr(s.out, ",fail,pass,6.00,97.5,102.5,\n"));
    /* A bad row has its reason; the others their verdicts. */
    write_file("t.csv", HEAD "\nM1,,100,3,3,103,,guarded\nM2,,100,3,3,103,,simple\n");
    run(&s, false, "", ARGS("check", "--csv", "t.csv"));
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.out, "\nM1,,100,3,3,103,,guarded,,,,,,U_k2: The rule guarded"));
    assert_non_null(strstr(s.out, "\nM2,,100,3,3,103,,simple,pass,,,97,103,\n"));
    assert_string_equal(s.err,
                        "clintech calibrate: 1 of 2 rows have no verdict to rely on; the "
                        "column error says why\n");
}

static void test_no_table(void **state)
{
    (void)state;
    struct said s;
    write_file("t.csv", "");
    run(&s, false, "", ARGS("check", "--csv", "t.csv"));
    assert_int_equal(s.status, 65);
    assert_non_null(strstr(s.err, "clintech calibrate: the table is empty"));
    write_file("t.csv", "nominal,as_found\n1,1\n");
    run(&s, false, "", ARGS("check", "--csv", "t.csv"));
    assert_int_equal(s.status, 65);
    assert_non_null(strstr(s.err, "lacks tol_minus, tol_plus, U_k2, rule"));
    assert_string_equal(s.out, "");
    run(&s, false, "", ARGS("check", "--csv", "none.csv"));
    assert_int_equal(s.status, 66);
    run(&s, false, "", ARGS("check", "--csv", "."));
    assert_int_equal(s.status, 66);
}

static void test_with_template(void **state)
{
    (void)state;
    struct said s;
    write_file("t.csv", "point,as_found\np100,103.000001\np150,152\n");
    run(&s, false, "", ARGS("check", "--csv", "t.csv", "--template", "nibp-static"));
    assert_int_equal(s.status, 0);
    assert_non_null(
        strstr(s.out, "\np100,103.000001,fail,,,97,103,\np150,152,pass,,,147,153,\n"));
    assert_string_equal(s.err, "clintech calibrate: no verdict for the points p0, p10, p50, "
                               "p200, p250 of nibp-static\n");
    /* The site's own. */
    write_file("calibrations/demo.ini", DEMO);
    write_file("t.csv", "nominal,as_found\n1,1.1\n");
    run(&s, false, dir, ARGS("check", "--csv", "t.csv", "--template=demo"));
    assert_int_equal(s.status, 0);
    assert_non_null(strstr(s.out, "\n1,1.1,pass,,,0.9,1.1,\n"));
    assert_string_equal(s.err, "");
    run(&s, false, "", ARGS("check", "--csv", "t.csv", "--template", "demo"));
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.err, "There is no calibration template demo."));
    assert_string_equal(s.out, "");
    run(&s, false, "", ARGS("check", "--csv", "t.csv", "--template", "../demo"));
    assert_int_equal(s.status, 1);
    unlink(in_dir("calibrations/demo.ini"));
}

static void test_template_check(void **state)
{
    (void)state;
    struct said s;
    write_file("demo.ini", DEMO);
    write_file("bad.ini", "[calibration]\nid = bad\nversion = 1\ntitle = Demo\nclass = demo\n"
                          "source = its manual\nrule = simple\npoints = one\n[point.one]\n"
                          "text = One\nnominal = 1\n");
    run(&s, false, "", ARGS("template", "check", "demo.ini"));
    assert_int_equal(s.status, 0);
    assert_string_equal(s.out,
                        "demo.ini: OK, demo version 1, 1 point, 0 with declared limits\n");
    run(&s, false, "", ARGS("template", "check", "bad.ini", "none.ini", "demo.ini"));
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.out, "bad.ini:11: [point.one] nominal: has no unit"));
    assert_non_null(strstr(s.out, "none.ini: No such file or directory\n"));
    assert_non_null(strstr(s.out, "demo.ini: OK"));
    assert_string_equal(s.err, "");
    write_file("bad.ini", DEMO);
    run(&s, false, "", ARGS("template", "check", "./bad.ini"));
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.out,
                           "./bad.ini:2: [calibration] id: is demo, but the file is named "
                           "bad.ini"));
    write_file("odd\033.ini", DEMO);
    run(&s, false, "", ARGS("template", "check", "odd\033.ini"));
    assert_int_equal(s.status, 1);
    assert_null(strchr(s.out, '\033'));
    write_file("-dash.ini", DEMO);
    run(&s, false, "", ARGS("template", "check", "-dash.ini"));
    assert_int_equal(s.status, 2);
    run(&s, false, "", ARGS("template", "check", "--", "-dash.ini"));
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.out, "-dash.ini:2: "));
    run(&s, true, "", ARGS("template", "check", "demo.ini", "bad.ini"));
    assert_int_equal(s.status, 1);
    json_t *j = json_loads(s.out, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_array_size(j), 2);
    assert_true(json_is_true(json_object_get(json_array_get(j, 0), "ok")));
    assert_int_equal(json_integer_value(json_object_get(json_array_get(j, 0), "points")), 1);
    assert_true(json_is_false(json_object_get(json_array_get(j, 1), "ok")));
    json_decref(j);
}

static void test_template_list(void **state)
{
    (void)state;
    struct said s;
    run(&s, false, "", ARGS("template", "list"));
    assert_int_equal(s.status, 0);
    assert_non_null(
        strstr(s.out, "nibp-static              2026.1    7 points  NIBP: static "));
    run(&s, true, "", ARGS("template", "list"));
    json_t *j = json_loads(s.out, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_array_size(j), 11);
    for (size_t i = 0; i < json_array_size(j); i++)
        assert_true(json_array_size(json_object_get(json_array_get(j, i), "sources")) > 0);
    json_decref(j);
    /* One of the site's that is wrong is said, and the rest listed. */
    write_file("calibrations/demo.ini", DEMO);
    write_file("calibrations/ecg.ini", DEMO);
    run(&s, false, dir, ARGS("template", "list"));
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.err, "calibrations/ecg.ini:2: "));
    assert_non_null(strstr(s.out, "\ndemo                     1         1 point   Demo\n"));
    assert_non_null(strstr(s.out, "thermometer"));
    unlink(in_dir("calibrations/ecg.ini"));
    unlink(in_dir("calibrations/demo.ini"));
}

static void test_template_show(void **state)
{
    (void)state;
    struct said s;
    run(&s, false, "", ARGS("template", "show", "pulse-oximeter"));
    assert_int_equal(s.status, 0);
    assert_non_null(strstr(s.out, "A SIMULATOR CANNOT VERIFY ACCURACY"));
    /* What --ini prints is a template. */
    run(&s, false, "", ARGS("template", "show", "ecg", "--ini"));
    assert_int_equal(s.status, 0);
    CT_CALTEMPLATE *t = NULL;
    struct ct_error e;
    assert_int_equal(ct_caltemplate_parse("x", s.out, strlen(s.out), &t, &e), CT_OK);
    assert_string_equal(t->id, "ecg");
    run(&s, false, "", ARGS("template", "show", "nothing"));
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.err, "There is no calibration template nothing."));
}

static void test_usage(void **state)
{
    (void)state;
    const char *const *const BAD[] = {
        (const char *const[]){"calibrate", NULL},
        (const char *const[]){"calibrate", "chekc", NULL},
        (const char *const[]){"calibrate", "check", NULL},
        (const char *const[]){"calibrate", "check", "t.csv", NULL},
        (const char *const[]){"calibrate", "check", "--csv", NULL},
        (const char *const[]){"calibrate", "check", "--csv", "t.csv", "more", NULL},
        (const char *const[]){"calibrate", "check", "--csv", "t.csv", "--ini", NULL},
        (const char *const[]){"calibrate", "check", "--csv", "t.csv", "--rule", NULL},
        (const char *const[]){"calibrate", "check", "--template", "ecg", NULL},
        (const char *const[]){"calibrate", "template", NULL},
        (const char *const[]){"calibrate", "template", "check", NULL},
        (const char *const[]){"calibrate", "template", "list", "ecg", NULL},
        (const char *const[]){"calibrate", "template", "show", NULL},
        (const char *const[]){"calibrate", "template", "show", "ecg", "scales", NULL},
        (const char *const[]){"calibrate", "template", "check", "--ini", "demo.ini", NULL},
        (const char *const[]){"calibrate", "template", "list", "--csv", "t.csv", NULL},
    };
    struct said s;
    write_file("t.csv", "");
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        run(&s, false, "", BAD[i]);
        assert_int_equal(s.status, 2);
        assert_string_equal(s.out, "");
        assert_non_null(strstr(s.err, "usage: clintech calibrate check --csv FILE|-"));
    }
    run(&s, true, "", ARGS("template", "show", "ecg"));
    assert_int_equal(s.status, 2);
    run(&s, true, "", ARGS("check", "--csv", "t.csv"));
    assert_int_equal(s.status, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),         cmocka_unit_test(test_no_table),
        cmocka_unit_test(test_with_template), cmocka_unit_test(test_template_check),
        cmocka_unit_test(test_template_list), cmocka_unit_test(test_template_show),
        cmocka_unit_test(test_usage),
    };
    return cmocka_run_group_tests_name("cli_calibrate", tests, make_dir, remove_dir);
}
