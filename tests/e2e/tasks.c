/* Schedules and tasks in a terminal: a supervisor plans, a technician sees it due on the
 * board, walks the check item by item; a failing item makes the fault, a passed check moves
 * the due day and keeps the phase; what is due on the command line, on home, and kept when
 * the line drops. */
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

#include "clinic/schedule.h"
#include "tests/support/steps.h"

enum { EARLY = 10 }; /* days before the due day, in the window */

/* ---- a clinic with devices of the test's own ------------------------------------------- */

static struct ct_app *opened(const char *login, const char *password)
{
    struct ct_config c;
    struct ct_app *app = NULL;
    struct ct_secret *s = NULL;
    clinic_config(&c);
    assert_int_equal(ct_app_new(clinic_dir(), &c, &CT_CLOCK_SYSTEM, &app, NULL), CT_OK);
    assert_int_equal(ct_secret_new(CT_SECRET_MAX, &s, NULL), CT_OK);
    assert_true(ct_secret_add(s, password, strlen(password)));
    assert_int_equal(ct_login(app, login, s, NULL), CT_OK);
    ct_secret_free(s);
    return app;
}

static void registered(struct ct_app *app, const char *asset)
{
    struct ct_error e = {0};
    struct ct_equip_model m = {.class = "monitor", .maker = "Meridian", .name = "PM-9"};
    struct ct_equipment x = {.made = CT_NO_DATE, .received = CT_NO_DATE, .warranty = CT_NO_DATE};
    enum ct_status rc = ct_model_add(app, &m, &e);
    assert_true(rc == CT_OK || rc == CT_EEXISTS);
    x.model_id = m.first_id;
    snprintf(x.asset, sizeof x.asset, "%s", asset);
    snprintf(x.location, sizeof x.location, "Bay 9");
    if (ct_equipment_add(app, &x, NULL, &e) != CT_OK)
        fail_msg("%s", e.text);
}

static int seed(void **state)
{
    (void)state;
    setlocale(LC_CTYPE, "C.UTF-8");
    struct ct_app *app = opened(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    registered(app, "TK-1");
    registered(app, "TK-2");
    registered(app, "TK-3");
    ct_logout(app);
    ct_app_free(app);
    return 0;
}

/* Asked for each day from today on. */
static void daily(const char *asset)
{
    struct ct_app *app = opened(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    struct ct_equipment x;
    struct ct_error e = {0};
    assert_int_equal(ct_equipment_find(app, asset, &x, &e), CT_OK);
    struct ct_schedule s = {.equipment_id = x.id, .kind = CT_TASK_PRE_USE, .every = 1,
                            .unit = CT_EVERY_DAY, .amber_days = -1,
                            .starts = ct_date_at(ct_app_now(app))};
    if (ct_schedule_add(app, &s, &e) != CT_OK)
        fail_msg("%s", e.text);
    ct_logout(app);
    ct_app_free(app);
}

static ct_date today(void)
{
    return ct_date_at(ct_now(&CT_CLOCK_SYSTEM));
}

static struct tty *at_home(const char *login, const char *password)
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, login, password);
    tty_expect(t, "NOW");
    return t;
}

static struct tty *technician(void)
{
    return at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
}

static void back(struct tty *t, const char *expect)
{
    tty_send(t, KEY_ESC);
    tty_expect(t, expect);
}

/* From home to the page of that device. */
static void page(struct tty *t, const char *asset)
{
    char find[40];
    snprintf(find, sizeof find, "%s\r", asset);
    steps_key(t, "e", "EQUIPMENT");
    steps_key(t, "/", "Number, serial");
    tty_send(t, "\x15");
    tty_send(t, find);
    tty_expect(t, "only ");
    steps_key(t, "\r", "Meridian PM-9");
    tty_expect_row(t, 0, asset);
}

/* From the board's filter to the line of that device. */
static void line_of(struct tty *t, const char *asset)
{
    steps_key(t, "t", "DUE ON DEVICES");
    tty_expect(t, asset);
    steps_choose(t, asset);
}

/* ---- planned, seen, walked ---------------------------------------------------------------- */

static void test_planned_walked_and_in_phase(void **state)
{
    char day[16], text[80], next[16];
    (void)state;
    ct_date due = today() + EARLY;
    struct tty *t = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    page(t, "TK-1");
    steps_key(t, "s", "SCHEDULES of TK-1");
    tty_expect(t, "Nothing is scheduled");
    steps_key(t, "n", "SCHEDULE A TASK on TK-1");
    tty_send(t, "M\tgeneral\t1\t\t14\t\t\t\t");
    ct_date_text(due, day);
    tty_send(t, day);
    tty_send(t, "\t");
    snprintf(text, sizeof text, "Due %s (in time until %s)", day, day);
    tty_expect(t, text);
    snprintf(text, sizeof text, "preventive maintenance: next due %s.", day);
    steps_key(t, KEY_SAVE, text);
    tty_expect(t, "by general: every month, window 14 days, late the day");
    steps_key(t, "n", "SCHEDULE A TASK"); /* a window as long as the interval is refused */
    tty_send(t, "L\t\t1\tW\t7\t\t\t\t");
    tty_send(t, day);
    steps_key(t, KEY_SAVE, "as long as the interval");
    steps_key(t, KEY_DISCARD, "Draft discarded");
    tty_close(t);

    t = technician();
    line_of(t, "TK-1");
    tty_expect(t, "in time until");
    tty_expect(t, "never done here");
    steps_key(t, "k", "CHECK OF TK-1: Device, general: before use");
    tty_expect(t, "The maker's manual goes before this list");
    tty_expect(t, "not answered yet: By its labels");
    tty_send(t, "yyyyy");
    tty_expect(t, "not answered yet: Cleaned");
    tty_send(t, "y");
    tty_expect(t, "All answered: passed. Enter records it.");
    steps_key(t, "\r", "TK-1 passed.");
    tty_expect(t, "DUE ON DEVICES");
    tty_expect_gone(t, "TK-1  "); /* nothing more is due on it */
    ct_date_text(ct_interval_after(due, 1, CT_EVERY_MONTH), next); /* not a month from today */
    back(t, "NOW");
    page(t, "TK-1");
    steps_key(t, "s", "SCHEDULES of TK-1");
    tty_expect(t, next);
    tty_close(t);
}

static void test_a_failing_item_makes_the_fault(void **state)
{
    (void)state;
    daily("TK-2");
    struct tty *t = technician();
    tty_expect(t, " overdue: t");
    tty_expect(t, "1 calibration to approve: K");
    steps_key(t, "K", "NIBP: static");
    tty_expect(t, "E-1002");
    back(t, "NOW");
    line_of(t, "TK-2");
    tty_expect(t, "pre-use check");
    steps_key(t, "k", "CHECK OF TK-2: Patient monitor: before use");
    tty_send(t, "yy");
    steps_key(t, "n", "It fails already; not answered yet: Cuffs");
    tty_expect(t, "NO !");
    tty_send(t, "yy");
    tty_expect(t, "Runs on its battery");
    steps_key(t, "n", "What it is not to be used for");
    tty_send(t, "transport\r");
    tty_expect(t, "not answered yet: The settings");
    tty_settle(t, 100);
    tty_mask(t, "[0-9]{2}:[0-9]{2}");
    tty_golden(t, "check");
    steps_key(t, "y", "All answered: FAILED.");
    steps_key(t, "\r", "TK-2 FAILED. It is set apart, and a fault is open.");
    tty_expect(t, "quarantined"); /* still due, and shown so */
    back(t, "NOW");
    page(t, "TK-2");
    tty_expect(t, "set apart");
    steps_key(t, "s", "SCHEDULES of TK-2");
    tty_expect(t, "FAILED by Toni");
    steps_choose(t, "FAILED by Toni");
    steps_key(t, "\r", "R-");
    tty_expect(t, "NO !");
    tty_expect(t, "transport"); /* what was answered stays */
    tty_send(t, "y");
    tty_settle(t, 200);
    tty_expect(t, "NO !"); /* and is not answered again */
    back(t, "SCHEDULES of TK-2");
    back(t, "Patient monitor");
    steps_key(t, "h", "HISTORY OF TK-2"); /* from there, too */
    tty_expect(t, "pre-use check added: every day");
    steps_choose(t, "pre-use check FAILED");
    steps_key(t, "\r", "CHECK OF TK-2");
    tty_expect(t, "NO !");
    back(t, "HISTORY OF TK-2");
    back(t, "Patient monitor");
    steps_key(t, "f", "F-");
    tty_expect(t, "pre-use check failed: Self-test");
    tty_close(t);
}

/* Where a check is laid down, the form asks for no verdict. */
static void test_no_verdict_is_typed(void **state)
{
    (void)state;
    struct tty *t = technician();
    page(t, "TK-3");
    steps_key(t, "k", "DONE ON TK-3");
    tty_expect(t, "Verdict");
    tty_send(t, "P");
    tty_expect_gone(t, "Verdict");
    steps_key(t, KEY_SAVE, "CHECK OF TK-3: Patient monitor");
    tty_send(t, "yyy");
    steps_key(t, "r", "Remark");
    tty_send(t, "cuff S frayed");
    tty_expect(t, "cuff S frayed");
    tty_hangup(t); /* the line drops in the middle of a remark */
    tty_close(t);

    t = technician();
    tty_expect(t, "Draft of");
    tty_expect(t, "check of a device");
    steps_key(t, "D", "CHECK OF TK-3");
    tty_expect(t, "cuff S frayed");
    tty_expect(t, "not answered yet: Cuffs");
    tty_send(t, "yyyy");
    tty_expect(t, "All answered: passed.");
    steps_key(t, KEY_SAVE, "TK-3 passed.");
    tty_close(t);
}

/* ---- the command line ------------------------------------------------------------------------ */

static void run(const char *const *args, int status, const char *has)
{
    char out[65536];
    int got = clinic_run(CLINIC_TECH_PASSWORD "\n", out, sizeof out, args);
    if (got != status || strstr(out, has) == NULL)
        fail_msg("exit %d, no \"%s\" in: %s", got, has, out);
}
#define DUE(...) \
    (const char *const[]) { "equipment", "due", __VA_ARGS__ __VA_OPT__(, ) "--as", CLINIC_TECH, NULL }

static void test_due_on_the_command_line(void **state)
{
    (void)state;
    daily("TK-1");
    run(DUE(), 0, "due      TK-1         pre-use check          Bay 9          Meridian PM-9\n");
    run(DUE("--csv"), 0, ",overdue,E-1005,electrical safety,electrical-safety-62353,");
    run(DUE("--within", "40", "--json"), 0, "\"asset\": \"TK-1\"");
    run(DUE("--within", "0", "--class", "monitor"), 0, "1 overdue, 2 due, 0 later\n");
    run(DUE("--within", "soon"), 2, "--within takes a number of days from today, 0 to 3650");
    run(DUE("--within", "-1"), 2, "0 to 3650");
    run(DUE("--within", "99999"), 2, "0 to 3650");
    run(DUE("--within"), 2, "equipment due [--within DAYS]");
    run(DUE("--class", "toaster"), 1, "There is no class \"toaster\"");
    run(DUE("--csv", "--json"), 2, "equipment due");
    run(DUE("TK-1"), 2, "equipment due");
}

static void test_a_file_is_checked(void **state)
{
    (void)state;
    char path[256], out[4096], bad[300];
    static const char LIST[] =
        "[checklist]\nid = mine\nversion = 1\ntitle = Mine\nsource = site\n[section.s]\n"
        "title = S\nby = technician\nbefore = ready\n[item.lamp]\ntext = Lamp?\n"
        "kind = yes-no\n";
    snprintf(path, sizeof path, "%s/mine.ini", test_dir());
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    fputs(LIST, f);
    fclose(f);
    const char *const CHECK[] = {test_program(), "checklist", "check", "--device", path, NULL};
    assert_int_equal(test_run(CHECK, NULL, out, sizeof out), 1);
    snprintf(bad, sizeof bad, "%s:1: [checklist]: nothing can fail this check", path);
    assert_non_null(strstr(out, bad));
    f = fopen(path, "ae");
    assert_non_null(f);
    fputs("stop_on = no\n", f);
    fclose(f);
    assert_int_equal(test_run(CHECK, NULL, out, sizeof out), 0);
    assert_non_null(strstr(out, "OK, mine version 1, 1 items"));
    const char *const BUILT_IN[] = {test_program(), "checklist", "list", "--device", NULL};
    assert_int_equal(test_run(BUILT_IN, NULL, out, sizeof out), 0);
    assert_non_null(strstr(out, "defibrillator"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_planned_walked_and_in_phase),
        cmocka_unit_test(test_a_failing_item_makes_the_fault),
        cmocka_unit_test(test_no_verdict_is_typed),
        cmocka_unit_test(test_due_on_the_command_line),
        cmocka_unit_test(test_a_file_is_checked),
    };
    return cmocka_run_group_tests_name("tasks", tests, seed, NULL);
}
