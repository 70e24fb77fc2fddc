/* A fault in a terminal, from its report to the day the device is back: set apart,
 * troubleshooting, repaired, an electrical test failed, repaired again, passed, reviewed by
 * another person; used meanwhile with a reason that the supervisor sees. */
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

/* ---- devices of the test's own, past the screens -------------------------------------- */

static void registered(struct ct_app *app, const char *asset)
{
    struct ct_error e = {0};
    struct ct_equip_model m = {.elec_class = CT_ELEC_I, .applied = CT_APPLIED_BF,
                               .class = "monitor", .maker = "Meridian", .name = "PM-9"};
    struct ct_equipment x = {.made = CT_NO_DATE, .received = CT_NO_DATE, .warranty = CT_NO_DATE};
    enum ct_status rc = ct_model_add(app, &m, &e);
    assert_true(rc == CT_OK || rc == CT_EEXISTS);
    x.model_id = m.first_id;
    snprintf(x.asset, sizeof x.asset, "%s", asset);
    snprintf(x.location, sizeof x.location, "Bay 9");
    if (ct_equipment_add(app, &x, NULL, &e) != CT_OK)
        fail_msg("%s", e.text);
    struct ct_equip_paper p = {.equipment_id = x.id, .kind = CT_PAPER_CERTIFICATE,
                               .title = "Electrical test 2026", .place = "folder 3",
                               .valid_from = ct_date_at(ct_app_now(app)) - 1,
                               .valid_until = ct_date_at(ct_app_now(app)) + 300};
    if (ct_equipment_paper_add(app, &p, &e) != CT_OK)
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
    registered(app, "FT-1");
    registered(app, "FT-2");
    registered(app, "FT-3");
    ct_logout(app);
    ct_app_free(app);
    ct_secret_free(s);
    return 0;
}

/* ---- in the terminal --------------------------------------------------------------------- */

static struct tty *at_home(const char *login, const char *password)
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, login, password);
    tty_expect(t, "NOW");
    return t;
}

/* From home to the page of that device. */
static void page(struct tty *t, const char *asset)
{
    char find[40];
    snprintf(find, sizeof find, "%s\r", asset);
    steps_key(t, "e", "EQUIPMENT");
    tty_send(t, "/");
    tty_send(t, find);
    tty_expect(t, asset);
    tty_send(t, "\r");
    tty_expect(t, "Meridian PM-9");
}

static void mask(struct tty *t)
{
    tty_mask(t, "[0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4}");
    tty_mask(t, "([0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) )?[0-9]{2}:[0-9]{2}");
    tty_mask(t, "F-[0-9]+");
    tty_mask(t, "R-[0-9]+");
}

/* A return-to-service test, recorded on the fault's page. */
static void electrical(struct tty *t, const char *verdict, const char *expect)
{
    steps_key(t, "k", "DONE ON FT-1");
    tty_send(t, "E");
    tty_send(t, verdict);
    tty_send(t, "\t\t\ttested by Meridian");
    tty_send(t, KEY_SAVE);
    tty_expect(t, expect);
}

static void reported(struct tty *t)
{
    page(t, "FT-1");
    tty_expect(t, "May be used");
    steps_key(t, "f", "REPORT A FAULT of FT-1");
    steps_key(t, KEY_SAVE, "What is wrong");
    tty_send(t, "alarm stays silent\t\t\t\t\tDr Demo\tN");
    tty_settle(t, 100);
    mask(t);
    tty_golden(t, "fault_form");
    steps_key(t, KEY_SAVE, "is reported");
    steps_key(t, "q", "Set apart, because");
    steps_key(t, "taken from the ward\r", "set apart.");
    assert_false(tty_shows(t, "B back in service"));
}

static void troubleshot(struct tty *t)
{
    steps_key(t, "g", "General first steps");
    tty_expect(t, "Smoke, a burnt smell");
    steps_key(t, "n", "mains lead");
    steps_key(t, "y", "screen readable");
    steps_key(t, "b", "mains lead");
    steps_key(t, "y", "screen readable");
    steps_key(t, "n", "switch it off");
    steps_key(t, "n", "IT IS A FAULT");
    tty_settle(t, 100);
    mask(t);
    tty_golden(t, "guide");
    steps_key(t, "\r", "kept in the fault");
    tty_expect(t, "troubleshooting by");
}

/* Taken all the same, by name and with a reason; what was typed stays while it is asked. */
static void used_all_the_same(struct tty *t)
{
    steps_key(t, KEY_ESC, "NOT TO BE USED without a reason"); /* fault, device, list, home */
    tty_settle(t, 150);
    steps_key(t, KEY_ESC, "EQUIPMENT");
    tty_settle(t, 150);
    steps_key(t, KEY_ESC, "NOW");
    tty_settle(t, 150);
    steps_new_form(t, "Faultmeets");
    steps_key(t, "@", "Number of the device");
    steps_key(t, "FT-1\r", "quarantined since");
    tty_expect(t, "! device FT-1");
    tty_send(t, "12276711697a368a");
    steps_key(t, KEY_SAVE, "Used because?");
    steps_key(t, KEY_ESC, "Not saved yet");
    tty_expect(t, "122/76");
    steps_key(t, KEY_SAVE, "Used because?");
    steps_key(t, "t", "FT-1 is used because");
    steps_key(t, "\r", "A reason of 1 to");
    tty_send(t, "only one on the ward\r");
    tty_expect(t, "SAVED");
    steps_key(t, "h", "NOW");
}

static void test_from_report_to_service(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    reported(t);
    troubleshot(t);
    used_all_the_same(t);
    steps_key(t, "e", "EQUIPMENT");
    steps_key(t, "F", "FAULTS that are not over");
    steps_choose(t, "FT-1");
    steps_key(t, "\r", "alarm stays silent. reported");
    steps_key(t, "o", "Sent out for repair, to");
    steps_key(t, "Meridian service\r", "sent for repair.");
    steps_key(t, "r", "what was done");
    steps_key(t, "speaker changed\r", "Repaired by");
    steps_key(t, "Meridian service\r", "repaired.");
    tty_expect(t, "test electrical safety: MISSING");
    electrical(t, "F", "FAILED"); /* back to where it was set apart */
    tty_expect(t, "a return-to-service test");
    tty_expect_row(t, 2, "set apart");
    steps_key(t, "r", "what was done");
    steps_key(t, "earth wire fixed\r", "Repaired by");
    steps_key(t, "\r", "repaired.");
    electrical(t, "P", "passed");
    tty_expect(t, "test electrical safety: R-");
    tty_settle(t, 100);
    mask(t);
    tty_golden(t, "fault");
    steps_key(t, "B", "your own password");
    tty_send(t, CLINIC_TECH_PASSWORD);
    steps_key(t, "\r", "another person reviews it");
    tty_close(t);

    t = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    page(t, "FT-1");
    tty_expect(t, "not yet tested after its fault");
    tty_expect(t, "used all the same by");
    steps_key(t, "f", "alarm stays silent");
    steps_key(t, "B", "your own password");
    tty_send(t, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "\r", "back in service.");
    steps_key(t, "d", "May be used");
    steps_key(t, "h", "HISTORY OF FT-1");
    tty_send(t, "\x1b[F");
    tty_expect(t, "used for vitals all the same");
    tty_close(t);
    clinic_verify(clinic_dir());
}

/* The exceptions of the shift begin with it, and the set itself tells it. */
static void test_the_supervisor_sees_the_override(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "l", "SHIFT LOG");
    steps_choose(t, "used though FT-1");
    steps_key(t, "\r", "only one on the ward");
    tty_close(t);
}

/* Quarantine is one key and a reason, and the registry shows it at once. */
static void test_one_key_sets_apart(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    page(t, "FT-2");
    steps_key(t, "q", "Set apart, because");
    steps_key(t, "dropped\r", "Set apart, not to be used");
    tty_expect_row(t, 2, "quarantined");
    tty_expect(t, "NOT TO BE USED without a reason");
    tty_close(t);
}

/* A procedure asks as the vitals do, and says it afterwards. */
static void test_equipment_of_a_procedure(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_key(t, "w", "WORKLIST");
    tty_settle(t, 150);
    steps_key(t, "\r", "planned ");
    steps_key(t, "ue", "Equipment: its number");
    steps_key(t, "FT-2\r", "Used because?");
    tty_expect(t, "quarantined since");
    steps_key(t, KEY_ESC, "planned ");
    assert_false(tty_shows(t, "equipment: FT-2"));
    tty_settle(t, 150);
    steps_key(t, "ue", "Equipment: its number");
    steps_key(t, "FT-2\r", "Used because?");
    steps_key(t, "2", "equipment: FT-2");
    tty_expect(t, "used though");
    tty_close(t);
}

/* Troubleshooting that helps is a note; one that ends as a fault goes into the report. */
static void test_a_guide_from_the_device(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    page(t, "FT-3");
    steps_key(t, "G", "General first steps");
    tty_send(t, "nyyy"); /* the cuff */
    tty_expect(t, "Is the cuff of the right size");
    steps_key(t, "n", "Change the cuff");
    steps_key(t, "y", "RESOLVED");
    steps_key(t, "\r", "kept on the device");
    steps_key(t, "h", "troubleshooting, resolved");
    tty_settle(t, 150); /* all of it is there: nothing of the page below is taken for it */
    steps_key(t, KEY_ESC, "May be used");
    steps_key(t, "G", "General first steps");
    steps_key(t, "y", "IT IS A FAULT");
    steps_key(t, "\r", "REPORT A FAULT of FT-3");
    tty_expect(t, "1 steps of troubleshooting go into this fault");
    tty_send(t, "smells burnt");
    steps_key(t, KEY_SAVE, "is reported");
    tty_expect(t, "troubleshooting by");
    tty_close(t);
}

/* The line drops while a fault is written: it is there again. */
static void test_a_dropped_line_loses_no_report(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    page(t, "FT-1");
    steps_key(t, "f", "REPORT A FAULT of FT-1");
    tty_send(t, "display flick");
    tty_expect(t, "display flick");
    tty_hangup(t);
    (void)tty_wait_exit(t);
    tty_close(t);
    t = clinic_open(NULL);
    clinic_enter(t, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    tty_expect(t, "fault of a device");
    page(t, "FT-1");
    steps_key(t, "f", "display flick");
    steps_key(t, KEY_DISCARD, "discarded");
    tty_close(t);
}

static void test_guides_on_the_command_line(void **state)
{
    static char out[20000];
    char path[300];
    (void)state;
    snprintf(path, sizeof path, "%s/scales.ini", test_dir());
    const char *const LIST[] = {"guide", "list", "--json", NULL};
    const char *const SHOW[] = {"guide", "show", "scales", "--ini", NULL};
    const char *const CHECK[] = {"guide", "check", path, NULL};
    const char *const NONE[] = {"guide", "show", "teapot", NULL};
    assert_int_equal(clinic_run(NULL, out, sizeof out, LIST), 0);
    assert_non_null(strstr(out, "\"id\": \"infusion-pump\""));
    assert_int_equal(clinic_run(NULL, out, sizeof out, NONE), 1);
    assert_int_equal(clinic_run(NULL, out, sizeof out, SHOW), 0);
    FILE *f = fopen(path, "w"); /* what is shown loads again */
    assert_non_null(f);
    fputs(strstr(out, "[guide]"), f);
    fclose(f);
    assert_int_equal(clinic_run(NULL, out, sizeof out, CHECK), 0);
    assert_non_null(strstr(out, "OK, scales version 1, 10 steps"));
    f = fopen(path, "a");
    assert_non_null(f);
    fputs("\n[step.lost]\ntext = Is it lost?\nyes = resolved\nno = fault\n", f);
    fclose(f);
    assert_int_equal(clinic_run(NULL, out, sizeof out, CHECK), 1);
    assert_non_null(strstr(out, "nothing leads to this step"));
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_from_report_to_service),
        cmocka_unit_test(test_the_supervisor_sees_the_override),
        cmocka_unit_test(test_one_key_sets_apart),
        cmocka_unit_test(test_equipment_of_a_procedure),
        cmocka_unit_test(test_a_guide_from_the_device),
        cmocka_unit_test(test_a_dropped_line_loses_no_report),
        cmocka_unit_test(test_guides_on_the_command_line),
    };
    return cmocka_run_group_tests_name("fault", tests, seed, NULL);
}
