/* Reports from the command line of a clinic: each kind that the demo has something for becomes
 * a PDF that an independent reader opens; a code is asked back; usage, files and kinds that
 * are wrong are refused with the exit status that the manual names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/clinic.h"
#include "tests/support/tmp.h"

static char top[TMP_PATH], out[512 * 1024];

#define RUN(...)                                                                           \
    clinic_run(CLINIC_SUPERVISOR_PASSWORD, out, sizeof out,                                \
               (const char *const[]){__VA_ARGS__, "--as", CLINIC_SUPERVISOR, NULL})

static int begin(void **state)
{
    (void)state;
    tmp_dir(top, "report");
    return 0;
}

static int end(void **state)
{
    (void)state;
    char command[200];
    snprintf(command, sizeof command, "rm -rf '%s'", top);
    return system(command);
}

static void has(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("\"%s\" is not in:\n%.3000s", words, text);
}

static void path_of(const char *name, char path[128])
{
    snprintf(path, 128, "%s/%s.pdf", top, name);
}

/* The text of a PDF as pdftotext has it. */
static char *read_pdf(const char *path)
{
    static char text[512 * 1024];
    char command[200];
    snprintf(command, sizeof command, "pdftotext '%s' -", path);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    assert_int_equal(pclose(f), 0);
    return text;
}

/* Of a patient of today's list. */
static void number_of(char number[24])
{
    char *at;
    assert_int_equal(RUN("worklist", "list", "--csv"), 0);
    for (at = out; *at != '\0' && strspn(at, "0123456789") != 10; at++)
        ;
    assert_true(*at != '\0');
    snprintf(number, 24, "%.10s", at);
}

static void test_kinds(void **state)
{
    (void)state;
    char number[24], path[128];
    number_of(number);
    const struct {
        const char *kind, *what, *says;
    } KINDS[] = {
        {"certificate", "K-1", "Calibration certificate K-1"},
        {"device-label", "E-1001", "E-1001"},
        {"impact", "E-1005", "touched"},
        {"lookback", "1", "Look-back 1"},
        {"checklist", "P-1", "P-1"},
        {"competency", "", "Sam Supervisor (demo)"},
        {"pack-label", "PK-1", "NOT STERILE"},
        {"obs-chart", number, "Points"},
        {"patient-summary", number, "Latest observations"},
        {"access-patient", number, "opened a record"},
        {"access-user", CLINIC_SUPERVISOR, "Records opened by Sam Supervisor (demo) (sam)"},
    };
    for (size_t i = 0; i < CT_LEN(KINDS); i++) {
        path_of(KINDS[i].kind, path);
        int status = KINDS[i].what[0] != '\0'
                         ? RUN("report", KINDS[i].kind, KINDS[i].what, "--pdf", path)
                         : RUN("report", KINDS[i].kind, "--pdf", path);
        if (status != 0)
            fail_msg("%s: %d, %s", KINDS[i].kind, status, out);
        char *code = strstr(out, "code ");
        assert_non_null(code);
        code[5 + 23] = '\0';
        const char *text = read_pdf(path);
        has(text, KINDS[i].says);
        has(text, "Printed by Sam Supervisor (demo)");
        has(text, "Page 1 of ");
        has(text, code + 5);
    }
}

static void test_code(void **state)
{
    (void)state;
    char path[128], code[32];
    path_of("asked", path);
    assert_int_equal(RUN("report", "competency", "--pdf", path), 0);
    snprintf(code, sizeof code, "%.23s", strstr(out, "code ") + 5);
    assert_int_equal(RUN("verify", "--code", code, "--file", path), 0);
    has(out, "Printed by Sam Supervisor (demo)");
    has(out, "The content hash matches");
    has(out, "byte for byte");
    FILE *f = fopen(path, "a");
    assert_non_null(f);
    fputs("%", f);
    fclose(f);
    assert_int_equal(RUN("verify", "--code", code, "--file", path), 1);
    has(out, "PROBLEM  The file is not");
    assert_int_equal(RUN("verify", "--code", code, "--json"), 0);
    has(out, "\"ok\": true");
    code[22] = code[22] == 'Z' ? 'Y' : 'Z';
    assert_int_equal(RUN("verify", "--code", code), 1);
    assert_int_not_equal(RUN("verify", "--code", "nonsense"), 0);
    clinic_verify(clinic_dir());
}

static void test_forms_and_usage(void **state)
{
    (void)state;
    char path[128];
    assert_int_equal(RUN("report", "competency", "--csv"), 0);
    has(out, "Person,Subject,Required,State\r\n");
    assert_int_equal(RUN("report", "competency", "--json"), 0);
    has(out, "clintech report 1");
    assert_int_equal(RUN("report", "competency"), 0);
    has(out, "Code ");
    assert_int_equal(RUN("report", "list"), 0);
    has(out, "obs-chart");
    assert_int_equal(RUN("report", "novel"), 2);
    assert_int_equal(RUN("report", "competency", "--csv", "--pdf", "x"), 2);
    assert_int_equal(RUN("report", "competency", "--from", "today"), 2);
    assert_int_equal(RUN("report", "shift-log", "R-99"), 1);
    assert_int_equal(RUN("report", "obs-chart", "0000000000"), 1);
    assert_int_not_equal(RUN("report", "certificate", "--csv"), 0);
    assert_int_not_equal(RUN("report", "competency", "--pdf", "/nonexistent/x.pdf"), 0);
    path_of("twice", path);
    assert_int_equal(RUN("report", "competency", "--pdf", path), 0);
    assert_int_not_equal(RUN("report", "competency", "--pdf", path), 0);
    has(read_pdf(path), "Competency matrix"); /* the first one is whole */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_code),
        cmocka_unit_test(test_forms_and_usage),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
