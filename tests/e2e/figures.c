/* Figures over weeks in a terminal and on the command line: a supervisor's alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/recorded.h"
#include "tests/support/steps.h"

static void test_on_the_screen(void **state)
{
    (void)state;
    char path[512];
    size_t n;
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    tty_expect(t, "NOW");
    steps_key(t, "f", "Sets on time, the last 12 weeks  (1 of 7)");
    tty_expect(t, "Of the sets that were due in the week");
    steps_key(t, "\t", "Sets with a whole score");
    steps_key(t, "w", "the last 26 weeks");
    steps_key(t, "\x1b[D", "Sets on time, the last 26 weeks");
    steps_key(t, "\x1b[D", "Work by the hour");
    tty_expect(t, "1 of 24");
    steps_key(t, "x", "Into which file");
    snprintf(path, sizeof path, "%s/hours.csv", test_dir());
    tty_send(t, "\x15");
    tty_send(t, path);
    steps_key(t, "\r", "not encrypted");
    char *text = file_read(path, &n);
    assert_non_null(text);
    assert_true(strncmp(text, "hour,sets,procedures\r\n00,", 24) == 0);
    free(text);
    tty_close(t);
    t = clinic_open(NULL); /* not a technician's */
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    tty_send(t, "f");
    tty_settle(t, 150);
    assert_false(tty_shows(t, "Sets on time, the last"));
    tty_close(t);
    clinic_verify(clinic_dir());
}

static void test_on_the_command_line(void **state)
{
    (void)state;
    static char out[65536];
    const char *as_json[] = {"--as", CLINIC_SUPERVISOR, "figures", "scored", "--weeks", "3",
                             "--json", NULL};
    assert_int_equal(clinic_run(CLINIC_SUPERVISOR_PASSWORD "\n", out, sizeof out, as_json), 0);
    json_t *j = json_loads(out, 0, NULL);
    assert_non_null(j);
    assert_int_equal(json_array_size(json_object_get(j, "rows")), 3);
    json_t *week = json_array_get(json_object_get(j, "rows"), 2);
    assert_true(json_integer_value(json_object_get(week, "whole")) > 0);
    assert_true(json_integer_value(json_object_get(week, "part")) <=
                json_integer_value(json_object_get(week, "whole")));
    json_decref(j);
    const char *csv[] = {"--as", CLINIC_SUPERVISOR, "figures", "escalation", "--csv", NULL};
    assert_int_equal(clinic_run(CLINIC_SUPERVISOR_PASSWORD "\n", out, sizeof out, csv), 0);
    assert_true(strncmp(out, "week_of,accepted,raised,per_cent,min_to_accept,min_to_come\r\n",
                        59) == 0);
    const char *text[] = {"--as", CLINIC_SUPERVISOR, "figures", NULL};
    assert_int_equal(clinic_run(CLINIC_SUPERVISOR_PASSWORD "\n", out, sizeof out, text), 0);
    assert_non_null(strstr(out, "Sets on time"));
    const char *none[] = {"--as", CLINIC_SUPERVISOR, "figures", "tea", NULL};
    assert_int_equal(clinic_run(CLINIC_SUPERVISOR_PASSWORD "\n", out, sizeof out, none), 2);
    assert_non_null(strstr(out, "there are on-time, scored"));
    const char *weeks[] = {"--as", CLINIC_SUPERVISOR, "figures", "--weeks", "0", NULL};
    assert_int_equal(clinic_run(CLINIC_SUPERVISOR_PASSWORD "\n", out, sizeof out, weeks), 2);
    const char *tech[] = {"--as", CLINIC_TECH, "figures", NULL};
    assert_int_not_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", out, sizeof out, tech), 0);
    assert_non_null(strstr(out, "review"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_on_the_screen),
        cmocka_unit_test(test_on_the_command_line),
    };
    return cmocka_run_group_tests_name("figures", tests, NULL, NULL);
}
