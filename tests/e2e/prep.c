/* Checklists on a terminal: answered by keys that are counted, stopped and let pass,
 * confirmed by a second person, left in every way and gone on with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/steps.h"

static struct tty *at_home(const char *login, const char *password)
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, login, password);
    tty_expect(t, "NOW");
    return t;
}

/* A new patient's checklist of that title, begun. */
static struct tty *begun(const char *family, const char *title)
{
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    clinic_register(t, family, "Demo", "14 3 1961");
    steps_key(t, "k", "None was begun");
    steps_key(t, "n", "BEGIN A CHECKLIST");
    steps_choose(t, title);
    steps_key(t, "\r", " open");
    return t;
}

static void test_ecg_by_keys(void **state)
{
    (void)state;
    struct tty *t = begun("Traced", "12-lead");
    tty_expect(t, "not asked");
    fprintf(stderr, "%s\n", tty_screen(t));
    tty_send(t, "yyyy");
    tty_expect(t, "4 of ");
    fprintf(stderr, "%s\n", tty_screen(t));
    tty_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ecg_by_keys),
    };
    return cmocka_run_group_tests_name("prep", tests, NULL, NULL);
}
