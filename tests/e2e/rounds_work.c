/* The work of a round, as one piece: five patients one after another, of whom one
 * refuses, one gives a partial set, one has got worse and is escalated, accepted and
 * closed by two people, and one whose set is corrected; and what the supervisor finds
 * of it afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "tests/support/steps.h"

#define TECH2 "tech2"
#define TECH2_PASSWORD "demo walnut lantern 2"
#define KEY_F3 "\x1bOR"

static const char *const WHO[] = {"Fivea", "Fiveb", "Fivec", "Fived", "Fivee"};

static struct tty *at_home(const char *login, const char *password)
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, login, password);
    tty_expect(t, "NOW");
    return t;
}

static void line(struct tty *t, const char *text, const char *shows)
{
    steps_key(t, "=", "BP pulse resp");
    tty_send(t, text);
    steps_key(t, "\r", shows);
}

/* A set whose score of 6 calls for the next one within the hour. */
static void seen_before(struct tty *t, const char *family)
{
    steps_new_form(t, family);
    line(t, "105/70 95 21 94 38.1 a air", "NEWS2 6 MEDIUM");
    steps_save(t, "SAVED");
    steps_key(t, "h", "NOW");
}

static void begin(struct tty *t)
{
    steps_key(t, "b", "BOARD");
    steps_key(t, "/", "Part of a name");
    tty_send(t, "five\r");
    tty_expect(t, ": 5");
    tty_send(t, "     ");
    steps_key(t, "r", "0 of 5 done");
    steps_key(t, "\r", "1 of 5: FIVEA");
}

static void close_escalation(struct tty *t)
{
    struct tty *u = at_home(TECH2, TECH2_PASSWORD);
    steps_key(t, "E", "ESCALATION E-");
    steps_key(t, "t", "Told (Enter");
    steps_key(t, "Dr Demo Birch\r", "told Dr Demo Birch");
    steps_key(u, "E", "ESCALATIONS");
    steps_choose(u, "FIVEC");
    steps_key(u, "\r", "ESCALATION E-");
    steps_key(u, "a", "Accepted by (Enter");
    steps_key(u, "\r", "accepted by Tara");
    tty_expect(t, "accepted by Tara");
    steps_key(u, "d", "Attended by (Enter");
    steps_key(u, "\r", "attended by Tara");
    steps_key(u, "o", "Outcome: what was done");
    steps_key(u, "reviewed, antibiotics begun\r", "It is closed");
    tty_expect(t, "closed");
    steps_key(t, KEY_ESC, "SAVED");
    tty_close(u);
}

static void test_a_round_of_five(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    for (size_t i = 0; i < CT_LEN(WHO); i++)
        seen_before(t, WHO[i]);
    begin(t);
    /* the first is well again */
    steps_key(t, "y", "VITALS");
    line(t, "120/80 72 16 98 36.6 a air", "NEWS2 0 LOW");
    steps_save(t, "SAVED");
    tty_expect(t, "next in round: FIVEB");

    /* the second refuses: due again an hour from now, and the score keeps its age */
    steps_key(t, "n", "2 of 5: FIVEB");
    steps_key(t, "y", "VITALS");
    steps_key(t, KEY_F3, "Nothing taken from FIVEB");
    steps_key(t, "r", "3 of 5: FIVEC");

    /* the third has got worse */
    steps_key(t, "y", "VITALS");
    line(t, "92/60 128 25 91 39.4 c o2 2 np", "EMERGENCY");
    steps_save(t, "SAVED");
    tty_expect(t, "HIGH");
    close_escalation(t);

    /* of the fourth only a part could be taken */
    steps_key(t, "n", "4 of 5: FIVED");
    steps_key(t, "y", "VITALS");
    line(t, "bp 118/76 p 81", "missing 5 of 7");
    steps_key(t, KEY_SAVE, "Not complete");
    steps_key(t, "e", "SAVED");
    tty_expect(t, "NEWS2 at least 0");

    /* the fifth was mistyped, seen when it was read back, and corrected */
    steps_key(t, "n", "5 of 5: FIVEE");
    steps_key(t, "y", "VITALS");
    line(t, "119/79 37 16 97 36.7 a air", "NEWS2 3 LOW-MEDIUM");
    steps_save(t, "SAVED");
    steps_key(t, "c", "CORRECT");
    tty_send(t, "\r\r73");
    steps_save(t, "Why");
    steps_key(t, "2", "SAVED");
    tty_expect(t, "NEWS2 0 LOW");
    tty_send(t, "h");
    tty_expect(t, "NOW");
    tty_close(t);

    /* what the supervisor finds of it */
    t = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "l", "SHIFT LOG");
    steps_choose(t, "FIVEC");
    steps_key(t, "\r", "EVIDENCE");
    tty_expect(t, "FIVEC");
    steps_key(t, "E", "outcome: reviewed, antibiotics begun");
    steps_key(t, KEY_ESC, "EVIDENCE");
    steps_key(t, KEY_ESC, "SHIFT LOG");
    steps_choose(t, "corrected vitals: wrong reading; now NEWS2 0");
    tty_send(t, KEY_ESC);
    tty_expect(t, "NOW");
    steps_key(t, "b", "BOARD");
    steps_key(t, "/", "Part of a name");
    tty_send(t, "five\r");
    tty_expect(t, "FIVEA"); /* nobody is forgotten */
    for (size_t i = 0; i < CT_LEN(WHO); i++) {
        char family[16];
        snprintf(family, sizeof family, "FIVE%c", 'A' + (char)i);
        tty_expect(t, family);
    }
    tty_close(t);
    clinic_verify(clinic_dir());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_round_of_five),
    };
    return cmocka_run_group_tests_name("rounds_work", tests, NULL, NULL);
}
