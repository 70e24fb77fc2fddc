/* `clintech scan`: what it prints, and its exit statuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <sys/wait.h>

/* The program's objects are in no library: the files themselves are taken in. */
#include "src/cli/cli_util.c"
#include "src/cli/scan.c"
#include "tests/support/tmp.h"

#define FDA "01510222222333361114123117150707" "10A213B1"

static char dir[TMP_PATH];

static int make_dir(void **state)
{
    (void)state;
    tmp_dir(dir, "scan");
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

static struct said {
    int status;
    char out[1 << 16], err[4096];
} said;

static void slurp(const char *name, char *to, size_t size)
{
    FILE *f = fopen(in_dir(name), "rb");
    assert_non_null(f);
    size_t n = fread(to, 1, size - 1, f);
    to[n] = '\0';
    fclose(f);
}

static const char *input = "";
static size_t input_n;

static void give(const char *s, size_t n)
{
    input = s;
    input_n = n;
}

/* Run in a child, its standard streams in files. */
static void run_to(const char *out_path, bool json, const char *const *args)
{
    char *argv[8];
    int argc = 0;
    for (; args[argc] != NULL; argc++)
        assert_non_null(argv[argc] = strdup(args[argc]));
    argv[argc] = NULL;
    FILE *f = fopen(in_dir("in"), "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(input, 1, input_n, f), input_n);
    fclose(f);
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct ct_cli cli = {.json = json};
        if (freopen(in_dir("in"), "rb", stdin) == NULL ||
            freopen(in_dir("err"), "wb", stderr) == NULL ||
            freopen(out_path != NULL ? out_path : in_dir("out"), "wb", stdout) == NULL)
            _exit(99);
        int status = ct_cli_scan(&cli, argc, argv);
        fflush(NULL);
        _exit(status);
    }
    int st;
    assert_int_equal(waitpid(pid, &st, 0), pid);
    assert_true(WIFEXITED(st));
    said.status = WEXITSTATUS(st);
    if (out_path == NULL)
        slurp("out", said.out, sizeof said.out);
    slurp("err", said.err, sizeof said.err);
    while (argc > 0)
        free(argv[--argc]);
}

#define RUN(json, ...) run_to(NULL, json, (const char *const[]){"scan", __VA_ARGS__, NULL})

static json_t *parsed(const char *text)
{
    json_error_t e;
    json_t *j = json_loads(text, JSON_REJECT_DUPLICATES, &e);
    if (j == NULL)
        fail_msg("%s: %s", e.text, text);
    return j;
}

static const char *text_of(const json_t *j, const char *of, const char *key)
{
    const char *s = json_string_value(json_object_get(json_object_get(j, of), key));
    return s != NULL ? s : "";
}

static const char *kind_of(const json_t *j)
{
    return json_string_value(json_object_get(j, "kind"));
}

static void test_one_code(void **state)
{
    (void)state;
    RUN(true, "(01)51022222233336(17)150700(10)A213B1(21)1234");
    assert_int_equal(said.status, 0);
    assert_string_equal(said.err, "");
    json_t *j = parsed(said.out);
    assert_string_equal(kind_of(j), "gs1");
    assert_int_equal(json_object_size(json_object_get(j, "elements")), 4);
    assert_string_equal(text_of(j, "elements", "01"), "51022222233336");
    assert_string_equal(text_of(j, "elements", "17"), "150700");
    assert_string_equal(text_of(j, "dates", "17"), "2015-07-31");
    assert_string_equal(text_of(j, "elements", "10"), "A213B1");
    assert_string_equal(text_of(j, "titles", "21"), "Serial number");
    assert_int_equal(json_array_size(json_object_get(j, "warnings")), 0);
    assert_null(json_object_get(j, "error"));
    assert_null(json_object_get(j, "readings"));
    json_decref(j);
    RUN(true, "=>020177=}014183&,1230000000012345678");
    j = parsed(said.out);
    assert_string_equal(kind_of(j), "isbt128");
    assert_string_equal(text_of(j, "dates", "=>"), "2020-06-25");
    assert_string_equal(text_of(j, "dates", "=}"), "2014-07-02");
    assert_string_equal(text_of(j, "elements", "&,1"), "230000000012345678");
    json_decref(j);
    RUN(true, "+A123BJC5D6E71G1/$$73C001/S0001/16D20160101/14D20200101Y");
    j = parsed(said.out);
    assert_string_equal(kind_of(j), "hibc");
    assert_string_equal(text_of(j, "elements", "pcn"), "BJC5D6E71G");
    assert_string_equal(text_of(j, "dates", "expiry"), "2020-01-01");
    json_decref(j);
}

static void test_local_text(void **state)
{
    (void)state;
    RUN(true, "]C0Zo\xC3\xAB\xFF\\7\x1d");
    assert_int_equal(said.status, 0);
    json_t *j = parsed(said.out);
    assert_string_equal(kind_of(j), "local");
    assert_string_equal(json_string_value(json_object_get(j, "text")),
                        "Zo\xC3\xAB\\xFF\\x5C7\\x1D");
    assert_string_equal(json_string_value(json_object_get(j, "prefix")), "]C0");
    assert_int_equal(json_array_size(json_object_get(j, "warnings")), 1);
    json_decref(j);
}

static void test_an_error(void **state)
{
    (void)state;
    RUN(true, "(01)51022222233335");
    assert_int_equal(said.status, 1);
    json_t *j = parsed(said.out), *e = json_object_get(j, "error");
    assert_string_equal(kind_of(j), "gs1");
    assert_int_equal(json_integer_value(json_object_get(e, "position")), 17);
    assert_non_null(strstr(json_string_value(json_object_get(e, "text")), "check digit"));
    assert_null(json_object_get(j, "elements"));
    json_decref(j);
    RUN(true, "");
    assert_int_equal(said.status, 1);
    RUN(false, "(01)51022222233335");
    assert_int_equal(said.status, 1);
    assert_string_equal(said.out, "");
    assert_non_null(strstr(said.err, "gs1, byte 17: (01)"));
}

static void test_ambiguous(void **state)
{
    (void)state;
    RUN(true, FDA "211234");
    assert_int_equal(said.status, 0);
    json_t *j = parsed(said.out), *readings = json_object_get(j, "readings");
    assert_true(json_is_true(json_object_get(j, "ambiguous")));
    assert_int_equal(json_array_size(json_object_get(j, "warnings")), 1);
    assert_int_equal(json_object_size(json_object_get(j, "elements")), 3);
    assert_int_equal(json_array_size(readings), 2);
    assert_string_equal(text_of(json_array_get(readings, 0), "elements", "10"), "A213B1211234");
    assert_string_equal(text_of(json_array_get(readings, 1), "elements", "21"), "1234");
    json_decref(j);
    RUN(false, FDA "211234");
    assert_non_null(strstr(said.out, "  reading 2\n"));
    assert_non_null(strstr(said.out, "note: A separator may be missing"));
}

static void test_for_people(void **state)
{
    (void)state;
    RUN(false, "(01)51022222233336(17)150700");
    assert_int_equal(said.status, 0);
    assert_string_equal(said.out,
                        "gs1\n"
                        "  01        Product (GTIN)                51022222233336\n"
                        "  17        Expires                       150700  2015-07-31\n");
    RUN(false, "--", "--7");
    assert_int_equal(said.status, 0);
    assert_string_equal(said.out, "local\n");
}

/* The n-th line of what was printed, parsed. */
static json_t *line_of(size_t n)
{
    static char line[8192];
    const char *s = said.out;
    for (; n > 0 && s != NULL; n--) {
        s = strchr(s, '\n');
        s = s != NULL ? s + 1 : NULL;
    }
    assert_true(s != NULL && *s != '\0');
    snprintf(line, sizeof line, "%.*s", (int)strcspn(s, "\n"), s);
    return parsed(line);
}

static size_t lines_said(void)
{
    size_t n = 0;
    for (const char *s = said.out; *s != '\0'; s++)
        n += *s == '\n';
    return n;
}

static void expect_line(size_t n, const char *kind, int position)
{
    json_t *j = line_of(n), *e = json_object_get(j, "error");
    assert_string_equal(kind_of(j), kind);
    if (position >= 0)
        assert_int_equal(json_integer_value(json_object_get(e, "position")), position);
    else
        assert_null(e);
    json_decref(j);
}

#define LINES(text) give(text, sizeof(text) - 1)

static void test_lines(void **state)
{
    (void)state;
    LINES("]d2" FDA "\\x1D211234\n"
          "WB-7\r\n"
          "\n"
          "WB\\x007\n"
          "]d2" FDA "\x1d" "21\0a\n"
          "WB\\x0g7\n"
          "A\\B\\\n"
          "\\x5cx41\\xff\\XFF\n"
          "(01)51022222233335");
    RUN(false, "--lines", "-");
    assert_int_equal(said.status, 1);
    assert_string_equal(said.err, "");
    assert_int_equal(lines_said(), 9);
    expect_line(0, "gs1", -1);
    json_t *j = line_of(0);
    assert_string_equal(text_of(j, "elements", "21"), "1234");
    json_decref(j);
    expect_line(1, "local", -1);
    expect_line(2, "local", 0);
    expect_line(3, "local", -1);
    expect_line(4, "gs1", 46);
    expect_line(5, "local", 2);
    expect_line(6, "local", -1);
    j = line_of(7);
    assert_string_equal(json_string_value(json_object_get(j, "text")), "\\x5Cx41\\xFF\\x5CXFF");
    json_decref(j);
    expect_line(8, "gs1", 17);
    /* all good, from a file, the JSON option beside it */
    LINES("]d2" FDA "\\x1d211234\nWB-7\n");
    RUN(true, "--lines", in_dir("in"));
    assert_int_equal(said.status, 0);
    assert_int_equal(lines_said(), 2);
    LINES("");
    RUN(false, "--lines=-");
    assert_int_equal(said.status, 0);
    assert_string_equal(said.out, "");
}

static void test_a_line_of_100_kb(void **state)
{
    (void)state;
    enum { LONG = 100 * 1024 };
    char *text = malloc(LONG + 8);
    assert_non_null(text);
    memset(text, 'A', LONG);
    memcpy(text + LONG, "\nWB-7\n", 6);
    give(text, LONG + 6);
    RUN(false, "--lines", "-");
    assert_int_equal(said.status, 1);
    assert_int_equal(lines_said(), 2);
    expect_line(0, "local", CT_SCAN_MAX);
    expect_line(1, "local", -1);
    /* the longest code, spelt in the longest way, still fits; a byte more does not */
    for (size_t i = 0; i < CT_SCAN_MAX + 1; i++)
        memcpy(text + 4 * i, "\\x41", 4);
    memcpy(text + 4 * CT_SCAN_MAX, "\n", 1);
    give(text, 4 * CT_SCAN_MAX + 1);
    RUN(false, "--lines", "-");
    assert_int_equal(said.status, 0);
    memcpy(text + 4 * CT_SCAN_MAX, "\\x41", 4);
    give(text, 4 * CT_SCAN_MAX + 4);
    RUN(false, "--lines", "-");
    assert_int_equal(said.status, 1);
    expect_line(0, "local", CT_SCAN_MAX);
    free(text);
    LINES("");
}

static void test_usage(void **state)
{
    (void)state;
    const char *const *const BAD[] = {
        (const char *const[]){"scan", NULL},
        (const char *const[]){"scan", "a", "b", NULL},
        (const char *const[]){"scan", "--lines", NULL},
        (const char *const[]){"scan", "--lines", "-", "a", NULL},
        (const char *const[]){"scan", "--line", NULL},
        (const char *const[]){"scan", "--", NULL},
    };
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        run_to(NULL, true, BAD[i]);
        assert_int_equal(said.status, 2);
        assert_string_equal(said.out, "");
        assert_non_null(strstr(said.err, "clintech: scan"));
    }
    RUN(true, "--lines", in_dir("absent"));
    assert_int_equal(said.status, 66);
    assert_non_null(strstr(said.err, "No such file"));
    RUN(true, "--lines", dir);
    assert_int_equal(said.status, 66);
    run_to("/dev/full", true, (const char *const[]){"scan", "WB-7", NULL});
    assert_int_equal(said.status, 74);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_code),
        cmocka_unit_test(test_local_text),
        cmocka_unit_test(test_an_error),
        cmocka_unit_test(test_ambiguous),
        cmocka_unit_test(test_for_people),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_a_line_of_100_kb),
        cmocka_unit_test(test_usage),
    };
    return cmocka_run_group_tests_name("cli_scan", tests, make_dir, remove_dir);
}
