/* `clintech checklist`: what check, list and show print, and their exit statuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/wait.h>

/* The program's objects are in no library: the files themselves are taken in. */
#include "src/cli/checklist.c"
#include "src/cli/cli_util.c"
#include "src/cli/data_file.c"

#include "tests/support/demo_checklist.h"
#include "tests/support/tmp.h"

static char dir[TMP_PATH];
static const char *const FILES[] = {"demo.ini",  "bad.ini", "odd\033.ini",
                                    "-dash.ini", "out",     "err"};

/* Good for the next four calls. */
static const char *in_dir(const char *name)
{
    static char path[4][80];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", dir, name);
    return path[turn];
}

static void write_file(const char *name, const char *from, const char *to)
{
    FILE *f = fopen(in_dir(name), "wb");
    assert_non_null(f);
    const char *at = from != NULL ? strstr(DEMO_CHECKLIST, from) : DEMO_CHECKLIST;
    assert_non_null(at);
    fwrite(DEMO_CHECKLIST, 1, (size_t)(at - DEMO_CHECKLIST), f);
    fprintf(f, "%s%s", to, at + (from != NULL ? strlen(from) : 0));
    fclose(f);
}

static int make_dir(void **state)
{
    (void)state;
    setlocale(LC_CTYPE, "C.UTF-8");
    tmp_dir(dir, "cli-checklist");
    return mkdir(in_dir("checklists"), 0700) == 0 ? 0 : 1;
}

static int remove_dir(void **state)
{
    (void)state;
    for (size_t i = 0; i < CT_LEN(FILES); i++)
        unlink(in_dir(FILES[i]));
    unlink(in_dir("checklists/demo.ini"));
    unlink(in_dir("checklists/x-ray.ini"));
    return rmdir(in_dir("checklists")) != 0 || rmdir(dir) != 0;
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
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        static struct ct_cli cli;
        ct_config_default(&cli.config);
        cli.json = json;
        snprintf(cli.config.data_dir, sizeof cli.config.data_dir, "%s", data_dir);
        if (freopen(in_dir("err"), "wb", stderr) == NULL ||
            freopen(in_dir("out"), "wb", stdout) == NULL || chdir(dir) != 0)
            _exit(99);
        int status = ct_cli_checklist(&cli, argc, argv);
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
        free(argv[--argc]);
}

#define ARGS(...)                                                                              \
    (const char *const[])                                                                      \
    {                                                                                          \
        "checklist", __VA_ARGS__, NULL                                                         \
    }

static void test_check(void **state)
{
    (void)state;
    struct said s;
    write_file("demo.ini", NULL, "");
    write_file("bad.ini", "stop_on = no\n[item.marked]", "stop_on = maybe\n[item.marked]");
    run(&s, false, "", ARGS("check", "demo.ini"));
    assert_int_equal(s.status, 0);
    assert_string_equal(s.out, "demo.ini: OK, demo version 7, 13 items in 3 sections\n");
    assert_string_equal(s.err, "");
    /* One that is wrong does not hide the others. */
    run(&s, false, "", ARGS("check", "bad.ini", "none.ini", "demo.ini"));
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.out, "bad.ini:14: [item.identity] stop_on: \"maybe\" is no answer "
                                  "of this item; there is: yes, no\n"));
    assert_non_null(strstr(s.out, "none.ini: No such file or directory\n"));
    assert_non_null(strstr(s.out, "demo.ini: OK"));
    assert_string_equal(s.err, "");
    /* A file is found by its name, so it must be its id. */
    write_file("bad.ini", NULL, "");
    run(&s, false, "", ARGS("check", "./bad.ini"));
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.out, "./bad.ini:2: [checklist] id: is demo, but the file is named "
                                  "bad.ini"));
    run(&s, false, "", ARGS("check", "."));
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.out, "not a regular file"));
}

static void test_odd_names(void **state)
{
    (void)state;
    struct said s;
    write_file("odd\033.ini", NULL, "");
    write_file("-dash.ini", NULL, "");
    run(&s, false, "", ARGS("check", "odd\033.ini"));
    assert_int_equal(s.status, 1);
    assert_null(strchr(s.out, '\033'));
    run(&s, false, "", ARGS("check", "-dash.ini"));
    assert_int_equal(s.status, 2);
    run(&s, false, "", ARGS("check", "--", "-dash.ini"));
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.out, "-dash.ini:2: "));
}

static void test_check_json(void **state)
{
    (void)state;
    struct said s;
    write_file("demo.ini", NULL, "");
    run(&s, true, "", ARGS("check", "demo.ini", "none.ini"));
    assert_int_equal(s.status, 1);
    json_t *j = json_loads(s.out, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_array_size(j), 2);
    json_t *good = json_array_get(j, 0), *bad = json_array_get(j, 1);
    assert_true(json_is_true(json_object_get(good, "ok")));
    assert_int_equal(json_integer_value(json_object_get(good, "items")), 13);
    assert_string_equal(json_string_value(json_object_get(good, "version")), "7");
    assert_true(json_is_false(json_object_get(bad, "ok")));
    assert_non_null(strstr(json_string_value(json_object_get(bad, "error")), "No such file"));
    json_decref(j);
}

static void test_list(void **state)
{
    (void)state;
    struct said s;
    run(&s, false, "", ARGS("list"));
    assert_int_equal(s.status, 0);
    assert_non_null(strstr(s.out, "who-surgical-safety    2026.1      19 items  WHO surgical"));
    assert_non_null(strstr(s.out, "    World Health Organization, Surgical Safety Checklist"));
    run(&s, true, "", ARGS("list"));
    assert_int_equal(s.status, 0);
    json_t *j = json_loads(s.out, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_array_size(j), 10);
    for (size_t i = 0; i < json_array_size(j); i++)
        assert_true(json_array_size(json_object_get(json_array_get(j, i), "sources")) > 0);
    json_decref(j);
    /* The site's own stands among them; one that is wrong is said, and the rest listed. */
    write_file("checklists/demo.ini", NULL, "");
    run(&s, false, dir, ARGS("list"));
    assert_int_equal(s.status, 0);
    assert_non_null(
        strstr(s.out, "\ndemo                   7           13 items  Demo list\n"));
    write_file("checklists/x-ray.ini", NULL, "");
    run(&s, false, dir, ARGS("list"));
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.err, "checklists/x-ray.ini:2: "));
    assert_non_null(strstr(s.out, "who-surgical-safety"));
    unlink(in_dir("checklists/x-ray.ini"));
}

static void test_show(void **state)
{
    (void)state;
    struct said s;
    run(&s, false, "", ARGS("show", "skin-antisepsis"));
    assert_int_equal(s.status, 0);
    assert_non_null(strstr(s.out, "At least: what was answered to label-contact\n"));
    assert_non_null(strstr(s.out, "STOPS on: short\n"));
    for (const char *line = s.out; *line != '\0'; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 80);
    /* What --ini prints is a template. */
    run(&s, false, "", ARGS("show", "x-ray", "--ini"));
    assert_int_equal(s.status, 0);
    CT_CHECKLIST *t = NULL;
    struct ct_error e;
    assert_int_equal(ct_checklist_parse("x", s.out, strlen(s.out), &t, &e), CT_OK);
    assert_string_equal(t->id, "x-ray");
    run(&s, false, "", ARGS("show", "nothing"));
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.err, "There is no checklist nothing."));
    run(&s, false, "", ARGS("show", "../x-ray"));
    assert_int_equal(s.status, 1);
}

static void test_usage(void **state)
{
    (void)state;
    const char *const *const BAD[] = {
        (const char *const[]){"checklist", NULL},
        (const char *const[]){"checklist", "check", NULL},
        (const char *const[]){"checklist", "chekc", "demo.ini", NULL},
        (const char *const[]){"checklist", "check", "--all", NULL},
        (const char *const[]){"checklist", "check", "--ini", "demo.ini", NULL},
        (const char *const[]){"checklist", "list", "x-ray", NULL},
        (const char *const[]){"checklist", "show", NULL},
        (const char *const[]){"checklist", "show", "x-ray", "endoscopy", NULL},
    };
    struct said s;
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        run(&s, false, "", BAD[i]);
        assert_int_equal(s.status, 2);
        assert_string_equal(s.out, "");
        assert_non_null(strstr(s.err, "usage: clintech checklist check FILE..."));
    }
    run(&s, true, "", ARGS("show", "x-ray"));
    assert_int_equal(s.status, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check),      cmocka_unit_test(test_odd_names),
        cmocka_unit_test(test_check_json), cmocka_unit_test(test_list),
        cmocka_unit_test(test_show),       cmocka_unit_test(test_usage),
    };
    return cmocka_run_group_tests_name("cli_checklist", tests, make_dir, remove_dir);
}
