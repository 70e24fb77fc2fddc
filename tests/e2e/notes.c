/* A note in the parts of SBAR: written beside the set it is about, kept through a lost
 * connection, replaced with a reason, seen by the supervisor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/steps.h"

static struct tty *at_home(const char *login, const char *password)
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, login, password);
    tty_expect(t, "NOW");
    return t;
}

static void test_written_lost_resumed_replaced(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_new_form(t, "Sbarson");
    tty_send(t, "12276711697a368a");
    steps_save(t, "SAVED");
    steps_key(t, "s", "Nobody has written");
    steps_key(t, "n", "NEW NOTE");
    tty_expect_row(t, 0, "SBARSON, Invented");
    tty_send(t, "?"); /* text, no help */
    tty_send(t, KEY_SAVE);
    tty_expect(t, "is kept with the set");
    tty_expect(t, "Situation       ?");
    steps_key(t, "n", "NEW NOTE");
    tty_send(t, KEY_SAVE);
    tty_expect(t, "Nothing is written");
    tty_send(t, "dizzy on standing\rthree days of diarrhoea\r");
    tty_expect(t, "diarrhoea");
    tty_settle(t, 1500);
    tty_hangup(t);
    tty_wait_exit(t);
    tty_close(t);

    t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "note for SBARSON");
    steps_key(t, "D", "NEW NOTE");
    tty_expect(t, "dizzy on standing");
    tty_send(t, "dry\r" "fluids, and lying and standing pressure in an hour");
    tty_send(t, KEY_SAVE);
    tty_expect(t, "is kept with the set");
    tty_expect_gone(t, "Draft of");
    tty_close(t);

    /* the supervisor finds it beside the evidence, and writes it anew */
    t = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "l", "SHIFT LOG");
    tty_send(t, "\x1b[F"); /* End: the newest of the plain ones */
    tty_expect(t, "wrote an interpretation");
    steps_key(t, KEY_ESC, "NOW");
    steps_key(t, "/", "Find");
    tty_send(t, "sbarson\r");
    tty_expect(t, "e amend");
    steps_key(t, "i", "VERSIONS");
    steps_key(t, "n", "INTERPRETATION");
    tty_expect(t, "fluids, and lying");
    steps_key(t, "c", "REPLACE A NOTE");
    tty_send(t, KEY_SAVE);
    tty_expect(t, "Replaced because");
    tty_send(t, "said more plainly\r");
    tty_expect(t, "in place of an earlier one");
    tty_expect(t, "because: said more plainly");
    tty_close(t);
    clinic_verify(clinic_dir());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written_lost_resumed_replaced),
    };
    return cmocka_run_group_tests_name("notes", tests, NULL, NULL);
}
