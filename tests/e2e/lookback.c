/* A monitor's walk in a terminal: registered, scheduled, tested, used for vitals, found out
 * of tolerance, looked back on (the list is the one that plain SQL counts), adjusted,
 * approved by a second person, back in service, and the look-back signed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clinic/equipment.h"
#include "tests/support/recorded.h"
#include "tests/support/steps.h"

/* ---- past the screens ------------------------------------------------------------------- */

static struct ct_app *at_the_store(void)
{
    static struct ct_config c;
    struct ct_app *app = NULL;
    struct ct_secret *s = NULL;
    clinic_config(&c);
    assert_int_equal(ct_app_new(clinic_dir(), &c, &CT_CLOCK_SYSTEM, &app, NULL), CT_OK);
    assert_int_equal(ct_secret_new(CT_SECRET_MAX, &s, NULL), CT_OK);
    assert_true(ct_secret_add(s, CLINIC_TECH_PASSWORD, strlen(CLINIC_TECH_PASSWORD)));
    assert_int_equal(ct_login(app, CLINIC_TECH, s, NULL), CT_OK);
    ct_secret_free(s);
    return app;
}

static void certified(struct ct_app *app, int64_t id)
{
    struct ct_error e = {0};
    struct ct_equip_paper p = {.equipment_id = id, .kind = CT_PAPER_CERTIFICATE,
                               .title = "Certificate 2026-114", .place = "folder 3",
                               .issuer = "Metrolab",
                               .valid_from = ct_date_at(ct_app_now(app)) - 30,
                               .valid_until = ct_date_at(ct_app_now(app)) + 300};
    assert_int_equal(ct_equipment_paper_add(app, &p, &e), CT_OK);
}

/* The electrical test was made by somebody from elsewhere. */
static void with_its_certificate(void)
{
    struct ct_equipment e;
    struct ct_app *app = at_the_store();
    assert_int_equal(ct_equipment_find(app, "LB-1", &e, NULL), CT_OK);
    certified(app, e.id);
    ct_logout(app);
    ct_app_free(app);
}

/* A reference standard with its certificate. */
static int seed(void **state)
{
    struct ct_error e = {0};
    (void)state;
    setlocale(LC_CTYPE, "C.UTF-8");
    struct ct_app *app = at_the_store();
    struct ct_equip_model m = {.class = "reference", .maker = "Meridian", .name = "PG-9"};
    assert_int_equal(ct_model_add(app, &m, &e), CT_OK);
    struct ct_equipment x = {.model_id = m.first_id, .asset = "RS-81", .standard = true,
                             .standard_of = "manometer", .made = CT_NO_DATE,
                             .received = CT_NO_DATE, .warranty = CT_NO_DATE};
    assert_int_equal(ct_equipment_add(app, &x, NULL, &e), CT_OK);
    certified(app, x.id);
    ct_logout(app);
    ct_app_free(app);
    return 0;
}

static int64_t plain_count(void)
{
    struct ct_app *app = at_the_store();
    int64_t n = app_int(
        app, "SELECT count(DISTINCT v.id) FROM vitals v, vitals_device d "
             "WHERE d.vitals_id = v.id AND lower(d.device) = 'lb-1' AND d.quantities & 3 "
             "AND v.voided = 0 AND NOT EXISTS (SELECT 1 FROM vitals r "
             "WHERE r.replaces_id = v.id)");
    ct_logout(app);
    ct_app_free(app);
    return n;
}

/* ---- in the terminal --------------------------------------------------------------------- */

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

static void page(struct tty *t)
{
    steps_key(t, "e", "EQUIPMENT");
    steps_key(t, "/", "Number, serial");
    tty_send(t, "LB-1\r");
    tty_expect(t, "LB-1");
    tty_settle(t, 150);
    steps_key(t, "\r", "Patient monitor");
}

static void mask(struct tty *t)
{
    tty_mask(t, "[0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4}");
    tty_mask(t, "([0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) )?[0-9]{2}:[0-9]{2}");
    tty_mask(t, "[KB]-[0-9]+");
}

static void used(struct tty *t, const char *family, const char *values)
{
    steps_new_form(t, family);
    steps_key(t, "@", "Number of the device");
    steps_key(t, "lb-1\r", "device lb-1");
    tty_send(t, values);
    steps_save(t, "SAVED");
    steps_key(t, "h", "NOW");
}

static void registered_scheduled_and_used(void)
{
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_key(t, "e", "EQUIPMENT");
    steps_key(t, "n", "REGISTER A DEVICE");
    tty_send(t, "LB-1\tfict pm-3\t\t\tBay 9\t");
    steps_key(t, KEY_SAVE, "Registered LB-1");
    tty_close(t);
    with_its_certificate();

    t = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    page(t);
    steps_key(t, "s", "SCHEDULES");
    steps_key(t, "n", "First due");
    tty_send(t, "C\tnibp-static\t12\tM\t30\tD");
    steps_key(t, KEY_SAVE, "calibration");
    tty_close(t);

    t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    page(t);
    steps_key(t, "k", "DONE ON LB-1");
    tty_send(t, "EP");
    steps_key(t, KEY_SAVE, "passed");
    back(t, "EQUIPMENT");
    back(t, "NOW");
    used(t, "Lookone", "11776711697a368a");
    used(t, "Looktwo", "13480711697a368a");
    tty_close(t);
}

static void found_and_adjusted(struct tty *t)
{
    page(t);
    steps_key(t, "c", "What is measured");
    steps_choose(t, "nibp-static");
    steps_key(t, "\r", "AS FOUND: before anything is touched");
    tty_expect(t, "Temperature");
    steps_key(t, KEY_ESC, "Reference MISSING: manometer");
    tty_send(t, "0\r18\r58\r108\r158\r208\r258\r");
    tty_expect(t, "FAIL");
    steps_key(t, "rRS-81\r", "in date until");
    steps_key(t, KEY_SAVE, "set apart, look-back B-");
    steps_key(t, "a", "what was done");
    steps_key(t, "zero of the transducer\r", "measure every point again");
    tty_send(t, "0\r10\r50\r100\r150\r200\r250\r");
    steps_key(t, KEY_SAVE, "as left: pass");
    steps_key(t, "h", "Remarks");
    steps_key(t, "\r", "Limits of use");
    steps_key(t, "\r", "another person approves it");
    back(t, "Patient monitor");
    tty_expect(t, "2 of 2 lines are not disposed of");
}

/* What would change stands first; each line is disposed of; only a supervisor signs. */
static void looked_back(struct tty *t)
{
    steps_key(t, "i", "LOOK-BACKS of this device");
    steps_key(t, "\r", "2 of 2 lines open");
    tty_expect(t, "NEWS2 0 LOW -> 1 LOW");
    tty_expect(t, "109/68. By lb-1");
    tty_settle(t, 100);
    mask(t);
    tty_golden(t, "lookback");
    steps_key(t, "e", "No effect, because");
    steps_key(t, "\r", "is missing");
    tty_send(t, KEY_ESC);
    tty_expect_gone(t, "No effect, because");
    tty_settle(t, 100);
    steps_key(t, "c", "To be contacted: by whom");
    steps_key(t, "Dr Demo rings\r", "1 of 2 lines open");
    tty_settle(t, 100);
    steps_choose(t, "LOOKTWO");
    steps_key(t, "\r", "134/80"); /* the set itself */
    back(t, "1 of 2 lines open");
    steps_key(t, "S", "does nothing here"); /* a supervisor signs */
    steps_key(t, "*", "1 lines are picked");
    steps_key(t, "e", "to be signed");
}

static void electrical_after_the_adjustment(struct tty *t)
{
    back(t, "LOOK-BACKS of this device");
    back(t, "Patient monitor");
    steps_key(t, "f", "electrical safety: MISSING");
    tty_settle(t, 150);
    steps_key(t, "k", "DONE ON LB-1");
    tty_send(t, "EP");
    steps_key(t, KEY_SAVE, "test electrical safety: R-");
}

static void approved_reviewed_and_signed(void)
{
    struct tty *t = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "e", "EQUIPMENT");
    steps_key(t, "K", "wait for approval");
    steps_choose(t, "LB-1");
    steps_key(t, "\r", "waits for approval");
    steps_key(t, "v", "Sign with your own password");
    tty_send(t, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "\r", "approved and signed");
    back(t, "wait for approval");
    back(t, "EQUIPMENT");
    back(t, "NOW");
    page(t);
    steps_key(t, "f", "set apart");
    steps_key(t, "B", "your own password");
    tty_send(t, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "\r", "back in service.");
    back(t, "May be used");
    back(t, "EQUIPMENT");
    steps_key(t, "B", "LOOK-BACKS that are not closed");
    steps_choose(t, "LB-1");
    steps_key(t, "\r", "to be signed");
    steps_key(t, "p", "In doubt only from");
    steps_key(t, "\x15" "2 jan 2020\r", "Because"); /* a day, years ago */
    steps_key(t, "a guess\r", "within the period");
    tty_settle(t, 100);
    steps_key(t, "S", "Cause, corrective action");
    steps_key(t, "\r", "Write what the cause was");
    steps_key(t, "zero drifted; checked monthly from now on\r", "Signed: your own password");
    steps_key(t, "wrong one\r", "That is not your password");
    tty_send(t, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "\r", "is closed and signed: 2 lines");
    tty_expect(t, "Closed");
    back(t, "LOOK-BACKS that are not closed");
    assert_false(tty_shows(t, "LB-1"));
    tty_close(t);
}

static void test_a_monitor_from_registration_to_the_signed_look_back(void **state)
{
    (void)state;
    registered_scheduled_and_used();
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    found_and_adjusted(t);
    assert_int_equal(plain_count(), 2);
    looked_back(t);
    electrical_after_the_adjustment(t);
    tty_close(t);
    approved_reviewed_and_signed();
    clinic_verify(clinic_dir());
}

/* The same list for other programs. */
static void test_impact_on_the_command_line(void **state)
{
    static char out[60000];
    (void)state;
    const char *const JSON[] = {"--as", CLINIC_TECH, "equipment", "impact", "lb-1", "--json", NULL};
    const char *const CSV[] = {"--as", CLINIC_TECH, "equipment", "impact", "LB-1", "--csv",
                               "--from", "2 1 2020", NULL};
    const char *const NONE[] = {"--as", CLINIC_TECH, "equipment", "impact", "LB-9", NULL};
    const char *const ADMIN[] = {"--as", CLINIC_ADMIN, "equipment", "impact", "LB-1", NULL};
    const char *const BAD[] = {"--as", CLINIC_TECH, "equipment", "impact", NULL};
    const char *const ORDER[] = {"--as", CLINIC_TECH, "equipment", "impact", "LB-1", "--from",
                                 "2 1 2030", NULL};
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", out, sizeof out, CSV), 0);
    assert_non_null(strstr(out, "what,id,at,asset,via_calibration,patient,value,would_be"));
    assert_non_null(strstr(out, "\"LOOKONE, "));
    assert_non_null(strstr(out, "NEWS2 0 LOW -> 1 LOW"));
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", out, sizeof out, JSON), 0);
    json_t *o = json_loads(strchr(out, '{'), JSON_DISABLE_EOF_CHECK, NULL);
    assert_non_null(o); /* since the approved adjustment: nothing */
    assert_string_equal(json_string_value(json_object_get(o, "asset")), "LB-1");
    assert_int_equal(json_array_size(json_object_get(o, "lines")), 0);
    json_decref(o);
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", out, sizeof out, NONE), 1);
    assert_non_null(strstr(out, "LB-9"));
    assert_int_equal(clinic_run(CLINIC_ADMIN_PASSWORD "\n", out, sizeof out, ADMIN), 77);
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", out, sizeof out, BAD), 2);
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", out, sizeof out, ORDER), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_monitor_from_registration_to_the_signed_look_back),
        cmocka_unit_test(test_impact_on_the_command_line),
    };
    return cmocka_run_group_tests_name("lookback", tests, seed, NULL);
}
