/* A bath in a terminal: poured, tested, something soaked in it that cannot be taken out before
 * its time, broken off, and a strip that ends the bath. */
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

#include "clinic/machine.h"
#include "tests/support/steps.h"

static void logged_in(struct ct_app *app, const char *login, const char *password)
{
    struct ct_secret *s = NULL;
    assert_int_equal(ct_secret_new(CT_SECRET_MAX, &s, NULL), CT_OK);
    assert_true(ct_secret_add(s, password, strlen(password)));
    assert_int_equal(ct_login(app, login, s, NULL), CT_OK);
    ct_secret_free(s);
}

/* A basin of the test's own, past the screens. */
static int seed(void **state)
{
    struct ct_config c;
    struct ct_app *app = NULL;
    struct ct_error e = {0};
    (void)state;
    setlocale(LC_CTYPE, "C.UTF-8");
    clinic_config(&c);
    assert_int_equal(ct_app_new(clinic_dir(), &c, &CT_CLOCK_SYSTEM, &app, NULL), CT_OK);
    logged_in(app, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    struct ct_equip_model m = {.class = "disinfectant-bath", .maker = "Meridian", .name = "Tub 3"};
    struct ct_equipment x = {.made = CT_NO_DATE, .received = CT_NO_DATE, .warranty = CT_NO_DATE,
                             .asset = "TUB-3"};
    assert_int_equal(ct_model_add(app, &m, &e), CT_OK);
    x.model_id = m.first_id;
    assert_int_equal(ct_equipment_add(app, &x, NULL, &e), CT_OK);
    struct ct_machine_programme p = {.equipment_id = x.id, .programme = "ortho-phthalaldehyde"};
    if (ct_machine_programme_add(app, &p, &e) != CT_OK)
        fail_msg("%s", e.text);
    ct_logout(app);
    ct_app_free(app);
    return 0;
}

static void tested(struct tty *t, const char *result, const char *expect)
{
    steps_key(t, "t", "STRIP TEST of");
    tty_send(t, "ST-4\t2039-12-31\tY");
    tty_send(t, result);
    steps_key(t, KEY_SAVE, expect);
}

static void test_a_bath(void **state)
{
    (void)state;
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    steps_key(t, "z", "STERILISATION");
    steps_key(t, "b", "No bath stands");
    steps_key(t, "n", "Number of the basin");
    steps_key(t, "TUB-3\r", "A BATH IS POURED into TUB-3");
    tty_send(t, "\tOPA 0.55 % (invented)\tOP-1\t2039-12-31");
    steps_key(t, KEY_SAVE, "May be used until");
    tty_expect(t, "test it before the next soak");
    steps_key(t, "s", "SOAK in");
    tty_send(t, "Laryngoscope blade\t21.0");
    steps_key(t, KEY_SAVE, "test it first");
    steps_key(t, KEY_DISCARD, "SOAK in");
    steps_key(t, KEY_ESC, "BATH of TUB-3");
    tty_settle(t, 150);
    tested(t, "E", "Strip: enough");
    steps_key(t, "s", "SOAK in");
    tty_send(t, "Laryngoscope blade\t19.0");
    steps_key(t, KEY_SAVE, "has to be 20 degC");
    tty_send(t, "21.0");
    steps_key(t, KEY_SAVE, "In the bath until");
    tty_expect(t, "s left");
    steps_key(t, "o", "taken out and rinsed?");
    steps_key(t, "y", "stays in until");
    steps_key(t, "k", "Broken off, because");
    steps_key(t, "the lid was open\r", "has to be done again");
    tty_expect(t, "BROKEN OFF");
    tested(t, "W", "Too weak");
    tty_expect(t, "It was thrown away");
    assert_false(tty_shows(t, "s soak"));
    tty_settle(t, 100);
    tty_mask(t, "([0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) )?[0-9]{2}:[0-9]{2}");
    tty_golden(t, "bath");
    tty_close(t);
    clinic_verify(clinic_dir());
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_bath)};
    return cmocka_run_group_tests_name("bath", tests, seed, NULL);
}
