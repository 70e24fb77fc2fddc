/* clintech vitals export: figures on standard output, for those who may, and in the chain. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "tests/support/steps.h"

static char out[262144];

#define RUN(login, password, ...)                                                          \
    clinic_run(password, out, sizeof out,                                                  \
               (const char *const[]){__VA_ARGS__, "--as", login, NULL})
#define AS_TECH(...) RUN(CLINIC_TECH, CLINIC_TECH_PASSWORD, __VA_ARGS__)

static void expect(int status, int wanted, const char *says)
{
    if (status != wanted || strstr(out, says) == NULL)
        fail_msg("ended with %d, wanted %d and \"%s\": %.600s", status, wanted, says, out);
}

/* The number of the patient on top of the list, as the screen has it: "999 123 4567". */
static void number_of_somebody(char number[16])
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_key(t, "\r", "e amend");
    const char *at = strstr(tty_row(t, 0), "NHS ");
    assert_non_null(at);
    snprintf(number, 16, "%.12s", at + 4);
    tty_close(t);
}

static void test_export(void **state)
{
    (void)state;
    char number[16];
    number_of_somebody(number);
    expect(AS_TECH("vitals", "export", "--patient", number), 0, "taken,recorded,by,score,score_name,");
    assert_non_null(strstr(out, "\r\n20")); /* a set, by its year */
    expect(AS_TECH("vitals", "export", "--patient", number, "--chart"), 0, "OBSERVATION CHART");
    assert_non_null(strstr(out, number));
    int rows = 0;
    for (const char *p = out; *p != '\0'; p++)
        rows += *p == '\n';
    assert_true(rows <= 66);
    expect(AS_TECH("vitals", "export", "--patient", number, "--to", "1 1 2001"), 0, "note\r\n");
    assert_null(strstr(out, "\r\n20")); /* nobody was measured then */
    /* who may not, and what is no request */
    expect(RUN(CLINIC_ADMIN, CLINIC_ADMIN_PASSWORD, "vitals", "export", "--patient", number), 77,
           "may not do this (export)");
    assert_null(strstr(out, "taken,"));
    expect(AS_TECH("vitals", "export", "--patient", "999 000 0000"), 1, "no patient");
    expect(AS_TECH("vitals", "export", "--patient", number, "--from", "soon"), 1, "clintech: ");
    expect(AS_TECH("vitals", "export", "--patient", number, "--from", "2 1 2001", "--to",
                   "1 1 2001"), 1, "after");
    expect(AS_TECH("vitals", "export"), 2, "--patient");
    expect(AS_TECH("vitals", "export", "--patient", number, "--csv", "--chart"), 2, "Try:");
    expect(AS_TECH("vitals"), 2, "Try:");
    /* three went out, and the supervisor sees it */
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    tty_expect(t, "NOW");
    steps_key(t, "l", "SHIFT LOG");
    steps_page_to(t, "exported vitals");
    tty_close(t);
    clinic_verify(clinic_dir());
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_export)};
    return cmocka_run_group_tests_name("export", tests, NULL, NULL);
}
