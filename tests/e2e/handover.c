/* A shift is handed over in a terminal: one item is not accepted and stays with the giver,
 * first beside the giver's session, then in the receiver's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/support/steps.h"

#define TECH2 "tech2"
#define TECH2_PASSWORD "demo walnut lantern 2"

static struct tty *at_home(const char *login, const char *password)
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, login, password);
    tty_expect(t, "NOW");
    return t;
}

static void back(struct tty *t, const char *expect)
{
    tty_settle(t, 150);
    steps_key(t, KEY_ESC, expect);
}

/* Every item that still waits: the first `refuse` not accepted, the rest accepted. */
static void gone_through(struct tty *t, const char *refuse)
{
    char key[40];
    tty_send(t, "\x1b[H"); /* to the first */
    tty_settle(t, 100);
    if (refuse != NULL) {
        steps_key(t, "x", "Not accepted, because");
        steps_key(t, "\r", "Say why");
        snprintf(key, sizeof key, "%s\r", refuse);
        tty_send(t, key);
        tty_expect_gone(t, "Not accepted, because");
        tty_settle(t, 100);
    }
    for (int i = 0; i < 80; i++) {
        tty_send(t, "a");
        tty_settle(t, 30);
    }
}

static void test_an_item_is_not_accepted_and_stays(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_key(t, "H", "HANDOVERS that are not over");
    tty_expect(t, "None.");
    steps_key(t, "n", "prepared: G hands over");
    tty_expect(t, "I-PASS");
    tty_expect(t, "patient");
    steps_key(t, "3", "Action list");
    steps_key(t, "look every hour\r", "Written.");
    tty_expect(t, "Action list: look every hour");
    steps_key(t, "n", "One more item");
    steps_key(t, "key of room 3 is with the porter\r", "It is on the handover.");
    steps_key(t, "w", "Taken off, because");
    steps_key(t, "\r", "missing");
    steps_key(t, "the porter brought it\r", "It is taken off.");
    steps_key(t, "G", "Handed over:");
    tty_expect(t, "not accepted");
    gone_through(t, "unknown to me");
    steps_key(t, "T", "Read back, in the receiver's words");
    steps_key(t, "\r", "Login of who takes it");
    tty_send(t, KEY_ESC);
    tty_expect_gone(t, "Login of who takes it");
    steps_key(t, "T", "Read back, in the receiver's words");
    steps_key(t, "all but the first\r", "Login of who takes it");
    steps_key(t, CLINIC_TECH "\r", "Password of tech1");
    steps_key(t, CLINIC_TECH_PASSWORD "\r", "That is you");
    steps_key(t, "T", "Read back, in the receiver's words");
    steps_key(t, "all but the first\r", "Login of who takes it");
    steps_key(t, TECH2 "\r", "Password of tech2");
    steps_key(t, TECH2_PASSWORD "\r", "stays with who handed it over");
    tty_expect(t, ", 1 not accepted");
    tty_send(t, "\x1b[H");
    tty_expect(t, "NOT accepted by Tara");
    back(t, "1 of ");
    back(t, "1 item of your handover not accepted. H shows them.");
    tty_close(t);
}

static void test_who_takes_it_does_so_at_home(void **state)
{
    (void)state;
    struct tty *t = at_home(TECH2, TECH2_PASSWORD);
    tty_expect(t, "Handovers to be taken: 1. H shows them.");
    steps_key(t, "H", "Toni Technician");
    steps_key(t, "\r", ", 1 not accepted");
    tty_send(t, "\x1b[H");
    tty_settle(t, 100);
    steps_key(t, "k", "Ask");
    steps_key(t, "Who is it?\r", "Written.");
    steps_key(t, "i", "Who is it?");
    tty_expect(t, "read back");
    back(t, ", 1 not accepted");
    gone_through(t, NULL);
    tty_hangup(t); /* what is marked outlives the connection */
    tty_close(t);
    t = at_home(TECH2, TECH2_PASSWORD);
    tty_expect(t, "taking a handover");
    steps_key(t, "D", "Marks that were not written yet are here again");
    steps_key(t, "T", "Read back, in the receiver's words");
    steps_key(t, "\r", "missing");
    steps_key(t, "I know now\r", "Taken:");
    tty_expect(t, ", 0 not accepted");
    back(t, "NOW");
    assert_false(tty_shows(t, "Handovers to be taken"));
    assert_false(tty_shows(t, "taking a handover"));
    tty_close(t);
    t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    assert_false(tty_shows(t, "of your handover"));
    tty_close(t);
    clinic_verify(clinic_dir());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_item_is_not_accepted_and_stays),
        cmocka_unit_test(test_who_takes_it_does_so_at_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
