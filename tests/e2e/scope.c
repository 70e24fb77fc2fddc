/* Endoscopes in a terminal: used on a patient, cleaned late with a reason, walked to the
 * cabinet through a bath, used again; a leak sets one apart; one that hangs too long makes
 * the procedure ask; a line that drops keeps what was typed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clinic/procedure.h"
#include "clinic/scope.h"
#include "tests/support/steps.h"

static char config_path[200], site[200];
static int64_t proc_used; /* a procedure of the test's own */

#define ok(call)                                                                           \
    do {                                                                                   \
        struct ct_error ok_e = {0};                                                        \
        struct ct_error *e = &ok_e;                                                        \
        if ((call) != CT_OK)                                                               \
            fail_msg("%s:%d: %s", __FILE__, __LINE__, e->text);                            \
    } while (0)

static void logged_in(struct ct_app *app, const char *login, const char *password)
{
    struct ct_secret *s = NULL;
    assert_int_equal(ct_secret_new(CT_SECRET_MAX, &s, NULL), CT_OK);
    assert_true(ct_secret_add(s, password, strlen(password)));
    assert_int_equal(ct_login(app, login, s, NULL), CT_OK);
    ct_secret_free(s);
}

static void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    chmod(path, 0600);
}

/* The site's own limits: cleaning within half an hour, seven days of hang time. */
static void site_make(void)
{
    static const char PROGRAMME[] =
        "[programme]\nid = endoscope\nversion = site 1\ntitle = Endoscopes of this site\n"
        "method = endoscope\nsource = site policy\n"
        "step_1 = \"Clean at the point of use, at once.\"\nstep_2 = Leak test.\n"
        "step_3 = Clean by hand: brush every channel.\nstep_4 = High-level disinfection.\n"
        "step_5 = \"Dry, with an alcohol flush.\"\nstep_6 = Store hanging.\n"
        "steps = pre-clean leak-test clean disinfect dry store\nreturn_negatives = 0\n"
        "[limit.delay]\ntext = From the end of the procedure to cleaning\nhigh = 30 min\n"
        "source = site policy\n[limit.storage]\ntext = Hang time\nhigh = 7 d\n"
        "source = site policy\n";
    char path[300], text[400];
    snprintf(site, sizeof site, "%s/site", test_dir());
    snprintf(path, sizeof path, "%s/programmes", site);
    assert_int_equal(mkdir(site, 0700) | mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/programmes/endoscope.ini", site);
    put(path, PROGRAMME);
    snprintf(config_path, sizeof config_path, "%s/site.ini", test_dir());
    snprintf(text, sizeof text, "[site]\nname = Demo site\ndata_dir = %s\n"
             "[scanner]\nwait_ms = 3000\n", site);
    put(config_path, text);
}

static int64_t device(struct ct_app *app, const char *asset, const char *class)
{
    struct ct_equip_model m = {.maker = "Meridian"};
    struct ct_equipment x = {
        .made = CT_NO_DATE, .received = CT_NO_DATE, .warranty = CT_NO_DATE};
    snprintf(m.class, sizeof m.class, "%s", class);
    snprintf(m.name, sizeof m.name, "%.60s 1", class);
    snprintf(x.asset, sizeof x.asset, "%s", asset);
    snprintf(x.serial, sizeof x.serial, "S-%s", asset);
    enum ct_status rc = ct_model_add(app, &m, NULL);
    assert_true(rc == CT_OK || rc == CT_EEXISTS);
    x.model_id = m.first_id != 0 ? m.first_id : m.id;
    ok(ct_equipment_add(app, &x, NULL, e));
    return x.id;
}

static void runs(struct ct_app *app, int64_t id, const char *programme)
{
    struct ct_machine_programme p = {.equipment_id = id};
    snprintf(p.programme, sizeof p.programme, "%s", programme);
    ok(ct_machine_programme_add(app, &p, e));
}

/* A whole record, its last step so long ago. */
static void reprocessed(struct ct_app *app, int64_t scope, const char *machine, int64_t ago_ms,
                        int64_t cycle)
{
    struct ct_scope_record r = {.equipment_id = scope, .why = CT_SCOPE_NEW};
    ok(ct_scope_begin(app, &r, e));
    for (int i = 1; i <= r.steps; i++) {
        struct ct_scope_step s = {.record_id = r.id, .step = i, .cycle_number = CT_UNSET,
                                  .done_ms = ct_app_now(app) - ago_ms};
        if (i == 4) {
            snprintf(s.machine, sizeof s.machine, "%s", machine);
            s.cycle_number = cycle;
        }
        if (i == 6)
            snprintf(s.place, sizeof s.place, "Cabinet 1");
        ok(ct_scope_step(app, &s, e));
    }
}

/* A consultation that began now minus `ago`; over after ten minutes when `over`. */
static int64_t procedure(struct ct_app *app, const char *family, int64_t ago_ms, bool over)
{
    struct ct_patient who = {.family = "", .given = "Demo"};
    snprintf(who.family, sizeof who.family, "%s", family);
    ok(ct_date_parse("1960-01-01", 0, &who.born, e));
    ok(ct_patient_register(app, &who, e));
    struct ct_procedure p = {.patient_id = who.id, .kind = "consultation",
                             .planned_ms = ct_app_now(app) - ago_ms};
    ok(ct_procedure_add(app, &p, NULL, e));
    struct ct_proc_event x = {.state = CT_PROC_IN_PROGRESS, .text = "at once",
                              .at_ms = ct_app_now(app) - ago_ms};
    ok(ct_procedure_state(app, p.id, CT_PROC_SCHEDULED, &x, e));
    if (over) {
        x = (struct ct_proc_event){.state = CT_PROC_DONE, .text = "done",
                                   .at_ms = ct_app_now(app) - ago_ms + 10 * CT_MINUTE_MS};
        ok(ct_procedure_state(app, p.id, CT_PROC_IN_PROGRESS, &x, e));
    }
    return p.id;
}

/* Machines, and an endoscope that was cleaned and put into a bath 20 minutes ago. */
static void soaking(const struct ct_config *c)
{
    struct ct_app *app = NULL;
    int64_t then = ct_now(&CT_CLOCK_SYSTEM) - 20 * CT_MINUTE_MS;
    struct ct_clock clock = ct_clock_fixed(&then);
    assert_int_equal(ct_app_new(clinic_dir(), c, &clock, &app, NULL), CT_OK);
    logged_in(app, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    runs(app, device(app, "AER-9", "endoscope-reprocessor"), "ortho-phthalaldehyde-aer");
    int64_t tub = device(app, "TUB-9", "disinfectant-bath");
    runs(app, tub, "ortho-phthalaldehyde");
    struct ct_bath b = {.equipment_id = tub, .expires = ct_date_at(then) + 90,
                        .product = "OPA (invented)", .lot = "OP-1"};
    ok(ct_bath_pour(app, &b, e));
    struct ct_scope_record r = {.equipment_id = device(app, "FS-5", "endoscope"),
                                .why = CT_SCOPE_NEW};
    ok(ct_scope_begin(app, &r, e));
    for (int i = 1; i <= 3; i++) {
        struct ct_scope_step s = {.record_id = r.id, .step = i};
        ok(ct_scope_step(app, &s, e));
    }
    struct ct_bath_strip t = {.bath_id = b.id, .lot = "ST-4", .expires = ct_date_at(then) + 9,
                              .control = true};
    ok(ct_bath_test(app, &t, e));
    struct ct_bath_soak k = {.bath_id = b.id, .temp_c10 = 210, .item = "FS-5"};
    ok(ct_bath_soak(app, &k, e));
    ct_logout(app);
    ct_app_free(app);
}

static int seed(void **state)
{
    struct ct_config c;
    struct ct_app *app = NULL;
    (void)state;
    setlocale(LC_CTYPE, "C.UTF-8");
    site_make();
    ct_config_default(&c);
    snprintf(c.data_dir, sizeof c.data_dir, "%s", site);
    soaking(&c);
    assert_int_equal(ct_app_new(clinic_dir(), &c, &CT_CLOCK_SYSTEM, &app, NULL), CT_OK);
    logged_in(app, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    int64_t day = device(app, "FS-1", "endoscope");
    (void)device(app, "FS-2", "endoscope");
    int64_t old = device(app, "FS-3", "endoscope");
    reprocessed(app, day, "AER-9", 2 * (int64_t)CT_HOUR_MS, 11);
    reprocessed(app, device(app, "FS-4", "endoscope"), "AER-9", 2 * (int64_t)CT_HOUR_MS, 13);
    reprocessed(app, old, "AER-9", 8 * (int64_t)CT_DAY_MS, 12);
    proc_used = procedure(app, "Scopeone", CT_HOUR_MS, true);
    struct ct_proc_use u = {.kind = CT_PROC_EQUIPMENT, .what = "FS-1"};
    ok(ct_procedure_use_add(app, proc_used, &u, e));
    (void)procedure(app, "Scopetwo", CT_MINUTE_MS, false);
    ct_logout(app);
    ct_app_free(app);
    return 0;
}

static struct tty *entered(void)
{
    const char *argv[] = {test_program(), "--config", config_path, "--dir", clinic_dir(), NULL};
    struct tty *t = tty_open(&(struct tty_options){.argv = argv});
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    return t;
}

static struct tty *at_scopes(void)
{
    struct tty *t = entered();
    steps_key(t, "z", "STERILISATION");
    steps_key(t, "e", "ENDOSCOPES:");
    return t;
}

/* The times that differ, but not what is said of them. */
static void shot(struct tty *t, const char *name)
{
    tty_settle(t, 100);
    tty_mask(t, " +[?] keys"); /* as far behind a sentence as the date in it is short */
    tty_mask(
        t, "([0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) )?[0-9]{2}:[0-9]{2}");
    tty_mask(t, "[0-9]+ min( [0-9]{2} s)?");
    tty_mask(t, "next: [A-Za-z: ]*~"); /* cut where the date before it ends */
    tty_mask(t, "(RE|P|BA|F)-[0-9]+");
    tty_golden(t, name);
}

/* ---- a day ------------------------------------------------------------------------------ */

static void test_a_day(void **state)
{
    (void)state;
    char number[40];
    struct tty *t = at_scopes();
    tty_expect(t, "FS-1         REPROCESS");
    tty_expect(t, "FS-3         REPROCESS   hang time over since");
    shot(t, "scopes");
    steps_choose(t, "FS-1");
    steps_key(t, "\r", "ENDOSCOPE FS-1");
    tty_expect(t, "SCOPEONE");
    steps_key(t, "n", "REPROCESSING of FS-1");
    snprintf(number, sizeof number, "P-%lld", (long long)proc_used);
    tty_expect(t, number); /* what is known stands there already */
    steps_key(t, KEY_SAVE, "is begun. Next: Clean at the point of use");
    tty_expect(t, "0 of 6 steps done");
    tty_expect(t, "LATE");
    steps_key(t, "\r", "done now");
    steps_key(t, "y", "Next: Leak test");
    steps_key(t, "\r", "it LEAKS");
    steps_key(t, "y", "Next: Clean by hand");
    steps_key(t, "n", "begun now");
    steps_key(t, "y", "Cleaning is late, because");
    steps_key(t, "emergency in room 2\r", "Next: High-level disinfection");
    steps_key(t, KEY_UP, "emergency in room 2");
    /* a bath that is not tested takes nothing */
    steps_key(t, "n", "Disinfected in");
    steps_key(t, "b", "FS-1 into a bath");
    tty_send(t, "\t21.0");
    steps_key(t, KEY_SAVE, "test it first");
    steps_key(t, KEY_DISCARD, "Draft discarded");
    steps_key(t, KEY_ESC, "3 of 6 steps done");
    tty_settle(t, 150);
    steps_key(t, "n", "Disinfected in");
    steps_key(t, "m", "step 4: High-level");
    tty_send(t, "AER-1\t\t77\tD");
    steps_key(t, KEY_SAVE, "no machine");
    tty_send(t, "\x15" "AER-9\t\t11");
    steps_key(t, KEY_SAVE, "is that of RE-");
    tty_send(t, "\x15" "77");
    steps_key(t, KEY_SAVE, "Next: Dry");
    tty_expect(t, "in AER-9, cycle 77");
    steps_key(t, "n", "done now");
    steps_key(t, "y", "Next: Store hanging");
    steps_key(t, "n", "Stored in which cabinet");
    steps_key(t, "\r", "is missing");
    steps_key(t, "n", "Stored in which cabinet");
    steps_key(t, "Cabinet 2\r", "FS-1 is ready until");
    tty_expect(t, "Complete. Hang time until");
    assert_false(tty_shows(t, "next step"));
    shot(t, "scope_record");
    steps_key(t, "s", "ENDOSCOPE FS-1");
    tty_expect(t, "ready: until");
    tty_expect(t, "complete: Cabinet 2");
    shot(t, "scope");
    tty_close(t);
}

/* ---- out of the bath -------------------------------------------------------------------- */

static void test_out_of_the_bath(void **state)
{
    (void)state;
    struct tty *t = at_scopes();
    steps_choose(t, "FS-5");
    tty_expect(t, "its time is over");
    steps_key(t, "n", "3 of 6 steps done");
    steps_key(t, "\r", "and rinsed?");
    steps_key(t, "y", "Next: Dry");
    tty_expect(t, "in BA-");
    steps_key(t, "k", "Broken off, because");
    steps_key(t, "no alcohol left\r", "must be reprocessed");
    tty_expect(t, "BROKEN OFF");
    tty_close(t);
}

/* ---- a leak, and a draft ---------------------------------------------------------------- */

static void test_a_leak_and_a_dropped_line(void **state)
{
    (void)state;
    struct tty *t = at_scopes();
    steps_choose(t, "FS-2");
    steps_key(t, "n", "REPROCESSING of FS-2");
    tty_send(t, "\x15" "U\t\t\tTheatre 2, before this program");
    tty_settle(t, 100);
    tty_hangup(t); /* the line drops in the form */
    (void)tty_wait_exit(t);
    tty_close(t);
    t = at_scopes();
    steps_choose(t, "FS-2");
    steps_key(t, "n", "Theatre 2, before this program");
    steps_key(t, KEY_SAVE, "is begun");
    steps_key(t, "n", "done now");
    steps_key(t, "y", "Next: Leak test");
    steps_key(t, "n", "it LEAKS");
    steps_key(t, "f", "It leaks: where, how");
    steps_key(t, "bubbles at the tip\r", "is set apart, and F-");
    tty_expect(t, "FAILED at step 2");
    steps_key(t, "s", "SET APART");
    tty_expect(t, "leak test failed in RE-");
    /* again, now said to be of a procedure that does not name it */
    steps_key(t, "n", "REPROCESSING of FS-2");
    steps_key(t, KEY_SAVE, "is begun. Next");
    tty_expect(t, "again, the record before failed");
    steps_key(t, "x", "Entered in error, because");
    steps_key(t, "it was used on a procedure here\r", "must be reprocessed");
    steps_key(t, "s", "SET APART");
    steps_key(t, "n", "REPROCESSING of FS-2");
    char line[80];
    snprintf(line, sizeof line, "\x15" "UP-%lld\t", (long long)proc_used);
    tty_send(t, line);
    steps_key(t, KEY_SAVE, "does not name FS-2");
    steps_key(t, "s", "SET APART");
    steps_key(t, "v", "FS-2"); /* its page in the registry */
    tty_expect(t, "quarantined");
    tty_close(t);
}

/* ---- the procedure asks ----------------------------------------------------------------- */

static void test_hang_time_over_makes_the_procedure_ask(void **state)
{
    (void)state;
    struct tty *t = entered();
    steps_key(t, "/", "Find");
    tty_send(t, "scopetwo");
    tty_expect(t, "SCOPETWO");
    steps_key(t, "\r", "e amend");
    tty_send(t, KEY_ESC);
    tty_expect(t, "NOW");
    steps_key(t, "w", "WORKLIST");
    steps_choose(t, "SCOPETWO");
    steps_key(t, "\r", "planned");
    steps_key(t, "u", "Enter what?");
    steps_key(t, "e", "Equipment: its number");
    steps_key(t, "FS-4\r", "equipment: FS-4"); /* ready: nothing is asked */
    tty_expect(t, "from RE-");
    steps_key(t, "u", "Enter what?");
    steps_key(t, "e", "Equipment: its number");
    steps_key(t, "FS-3\r", "hang time over since");
    tty_expect(t, "Used because?");
    steps_key(t, "1", "equipment: FS-3");
    tty_close(t);
    t = entered();
    steps_key(t, "z", "STERILISATION");
    steps_key(t, "\002FS-4\r", "ENDOSCOPE FS-4"); /* scanned: its page as an endoscope */
    tty_expect(t, "SCOPETWO");
    steps_key(t, "\002fs-4\r", "This is FS-4");
    steps_key(t, KEY_ESC, "STERILISATION");
    steps_key(t, "e", "ENDOSCOPES:");
    tty_expect(t, "FS-4         REPROCESS   used on P-");
    tty_close(t);
    clinic_verify(clinic_dir());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_out_of_the_bath),
        cmocka_unit_test(test_a_day),
        cmocka_unit_test(test_a_leak_and_a_dropped_line),
        cmocka_unit_test(test_hang_time_over_makes_the_procedure_ask),
    };
    return cmocka_run_group_tests_name("scope", tests, seed, NULL);
}
