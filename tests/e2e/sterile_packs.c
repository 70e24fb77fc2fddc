/* Sterilisation in a terminal, up to the packs: a steriliser is entered and told what it runs,
 * the morning's tests make it ready, a failed one takes it out again; a recipe is written, the
 * set counted by two people and packed, its label bears no sterile date; a difference is
 * followed to its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clinic/equipment.h"
#include "tests/support/steps.h"

/* A steriliser of the test's own, past the screens. */
static void registered(struct ct_app *app)
{
    struct ct_error e = {0};
    struct ct_equip_model m = {.elec_class = CT_ELEC_I, .class = "steriliser",
                               .maker = "Meridian", .name = "Steam 9"};
    struct ct_equipment x = {.made = CT_NO_DATE, .received = CT_NO_DATE, .warranty = CT_NO_DATE};
    enum ct_status rc = ct_model_add(app, &m, &e);
    assert_true(rc == CT_OK || rc == CT_EEXISTS);
    x.model_id = m.first_id;
    snprintf(x.asset, sizeof x.asset, "A-9"); /* before the demo's own */
    snprintf(x.location, sizeof x.location, "Sterile supply");
    if (ct_equipment_add(app, &x, NULL, &e) != CT_OK)
        fail_msg("%s", e.text);
}

static int seed(void **state)
{
    struct ct_config c;
    struct ct_app *app = NULL;
    struct ct_secret *s = NULL;
    (void)state;
    setlocale(LC_CTYPE, "C.UTF-8");
    clinic_config(&c);
    assert_int_equal(ct_app_new(clinic_dir(), &c, &CT_CLOCK_SYSTEM, &app, NULL), CT_OK);
    assert_int_equal(ct_secret_new(CT_SECRET_MAX, &s, NULL), CT_OK);
    assert_true(ct_secret_add(s, CLINIC_TECH_PASSWORD, strlen(CLINIC_TECH_PASSWORD)));
    assert_int_equal(ct_login(app, CLINIC_TECH, s, NULL), CT_OK);
    registered(app);
    ct_logout(app);
    ct_app_free(app);
    ct_secret_free(s);
    return 0;
}

static struct tty *at_home(const char *login, const char *password)
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, login, password);
    tty_expect(t, "NOW");
    return t;
}

static void mask(struct tty *t)
{
    tty_mask(t, "[0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4}");
    tty_mask(t, "([0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) )?[0-9]{2}:[0-9]{2}");
    tty_mask(t, "T-[0-9]+");
    tty_mask(t, "F-[0-9]+");
    tty_mask(t, "PK-[0-9]+");
    tty_mask(t, "S-[0-9]+");
}

/* ---- the supervisor: programmes, a recipe -------------------------------------------------- */

static void test_what_it_runs_and_a_recipe(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "e", "EQUIPMENT");
    tty_send(t, "/");
    tty_send(t, "A-9\r");
    tty_expect(t, "A-9");
    steps_key(t, "\r", "Meridian Steam 9");
    steps_key(t, "M", "It runs no programme");
    steps_key(t, "a", "Programme that it runs");
    steps_key(t, "washer-a0-3000\r", "runs no programme of the method");
    steps_key(t, "a", "Programme that it runs");
    steps_key(t, "porous-134\r", "runs porous-134");
    tty_expect(t, "no penetration test today");
    steps_key(t, KEY_ESC, "May be used");
    tty_settle(t, 150);
    steps_key(t, KEY_ESC, "EQUIPMENT");
    tty_settle(t, 150);
    steps_key(t, KEY_ESC, "NOW");
    tty_settle(t, 150);

    steps_key(t, "z", "STERILISATION");
    steps_key(t, "s", "SETS OF INSTRUMENTS");
    steps_key(t, "n", "A NEW SET");
    tty_send(t, "Hernia set\tS\tN\tY\t1\t90\t\t6 Kocher clamp, straight\tScissors, Mayo");
    steps_key(t, KEY_SAVE, "2 instruments");
    tty_expect(t, "counted by two");
    tty_settle(t, 100);
    mask(t);
    tty_golden(t, "sterile_set");
    tty_close(t);
}

/* ---- the technician's morning --------------------------------------------------------------- */

static void tested(struct tty *t, const char *kind, const char *rest, const char *expect)
{
    steps_key(t, "t", "TEST OF A-9");
    tty_send(t, kind);
    tty_send(t, rest);
    steps_key(t, KEY_SAVE, expect);
}

static void test_the_morning(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_key(t, "z", "STERILISATION");
    tty_expect(t, "NOT READY");
    steps_choose(t, "A-9");
    tty_settle(t, 100);
    mask(t);
    tty_golden(t, "sterile_board");
    tested(t, "W", "\t\t101\tP", "warm-up cycle passed");
    tested(t, "C", "\t\t102\tP", "automatic control test passed");
    tested(t, "P", "\t\t103\t\tP", "lot"); /* without the lot of the sheet it is no proof */
    tty_send(t, "BD-7");
    steps_key(t, KEY_SAVE, "penetration test passed");
    tty_expect(t, "ready");
    /* 1.4 mbar a minute: typed as passed, and refused */
    tested(t, "L", "\t\t104\t50.0\t64.0\t10\tP", "outside its limit");
    tty_send(t, "F\tdoor gasket worn");
    steps_key(t, KEY_SAVE, "is set apart");
    tty_expect(t, "SET APART");
    steps_key(t, "\r", "TESTS of A-9");
    tty_expect(t, "quarantined since");
    tty_settle(t, 100);
    mask(t);
    tty_golden(t, "sterile_machine");
    tty_close(t);
}

/* ---- counting and packing ------------------------------------------------------------------- */

static void test_counted_by_two_and_packed(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_key(t, "z", "STERILISATION");
    steps_key(t, "s", "SETS OF INSTRUMENTS");
    steps_choose(t, "Hernia set");
    steps_key(t, "k", "COUNT AND PACK: 2 lines, 2 to count");
    steps_key(t, "7\r", "put aside");
    steps_key(t, "5\r", "5 of 6. The others are");
    steps_key(t, "m", "1 to count");
    tty_expect(t, "missing");
    steps_key(t, KEY_SAVE, "1 lines are not counted yet");
    steps_key(t, "\r", "All is counted");
    tty_settle(t, 100);
    mask(t);
    tty_golden(t, "sterile_count");
    steps_key(t, KEY_SAVE, "Who counted with you");
    steps_key(t, CLINIC_TECH "\r", "Password of");
    tty_send(t, CLINIC_TECH_PASSWORD);
    steps_key(t, "\r", "All is counted"); /* oneself is no second person */
    steps_key(t, KEY_SAVE, "Who counted with you");
    steps_key(t, CLINIC_SUPERVISOR "\r", "Password of");
    tty_send(t, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "\r", "is packed");
    tty_expect(t, "Not to be used: it is not released");
    steps_key(t, "l", "NOT STERILE: not released");
    assert_false(tty_shows(t, "Use until"));
    tty_settle(t, 100);
    mask(t);
    tty_golden(t, "sterile_label");
    steps_key(t, KEY_ESC, "label printed");
    tty_settle(t, 150);
    steps_key(t, "l", "Another label, because");
    steps_key(t, "\r", "Why another label");
    steps_key(t, "l", "Another label, because");
    steps_key(t, "the first one tore\r", "NOT STERILE");
    steps_key(t, KEY_ESC, "Labels: 2");
    tty_settle(t, 150);
    steps_key(t, "s", "missing");
    steps_key(t, "f", "This difference:");
    steps_key(t, "f", "What was done");
    steps_key(t, "in the other theatre\r", "Written down: found");
    assert_false(tty_shows(t, "5 of 6"));
    tty_close(t);
}

/* The label of a pack is scanned at home, where nothing asks for one. */
static void test_a_label_opens_its_pack(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_send(t, "\x02" "PK-1\r");
    tty_expect(t, "PK-1 Suture set, basic, packed");
    tty_expect(t, "Not to be used: it is not released");
    tty_settle(t, 100);
    mask(t);
    tty_golden(t, "sterile_pack");
    steps_key(t, KEY_ESC, "NOW");
    tty_settle(t, 150);
    steps_key(t, "z", "STERILISATION");
    steps_key(t, "p", "PACKS IN STOCK");
    steps_key(t, "\t", "PACKS NOT RELEASED YET: 5");
    tty_expect(t, "Hernia set");
    tty_settle(t, 100);
    mask(t);
    tty_golden(t, "sterile_packs");
    steps_key(t, "/", "Number of the pack");
    steps_key(t, "L-3\r", "no number of a pack");
    steps_key(t, "/", "Number of the pack");
    steps_key(t, "pk-2\r", "Suture set, basic, packed");
    steps_key(t, "m", "Where it is from now on");
    steps_key(t, "Store 2\r", "Place: Store 2");
    steps_key(t, "x", "what is wrong");
    steps_key(t, "seal broken\r", "damaged since");
    tty_close(t);
}

/* A count is not lost with the line. */
static void test_a_count_is_kept(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_key(t, "z", "STERILISATION");
    steps_key(t, "s", "SETS OF INSTRUMENTS");
    steps_choose(t, "Suture set, basic");
    steps_key(t, "k", "COUNT AND PACK");
    tty_expect(t, "4 to count");
    steps_key(t, "\r", "3 to count");
    tty_close(t);
    t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "count of a set");
    steps_key(t, "D", "3 to count");
    tty_close(t);
    clinic_verify(clinic_dir());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_it_runs_and_a_recipe),
        cmocka_unit_test(test_the_morning),
        cmocka_unit_test(test_counted_by_two_and_packed),
        cmocka_unit_test(test_a_label_opens_its_pack),
        cmocka_unit_test(test_a_count_is_kept),
    };
    return cmocka_run_group_tests_name("sterile_packs", tests, seed, NULL);
}
