/* Where packs went, in a terminal: from a patient to the loads, from a machine to the patients,
 * a pack that a supervisor lets pass beside the technician's session, a load opened from a
 * look-back, and the machine's own spores that recall what went through it. */
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

#include "clinic/load.h"
#include "clinic/lookback.h"
#include "clinic/procedure.h"
#include "tests/support/steps.h"

#define PROGRAMME "prevac-textiles-132"

static int64_t machine, lookback, proc_id;
static char procedure[40], family[CT_NAME_BYTES + 1], patient[2 * CT_NAME_BYTES + 3];

#define ok(call)                                                                           \
    do {                                                                                   \
        struct ct_error err = {0};                                                         \
        struct ct_error *e = &err;                                                         \
        if ((call) != CT_OK)                                                               \
            fail_msg("%d: %s", __LINE__, e->text);                                         \
    } while (0)

static int64_t packed(struct ct_app *app, const char *contents)
{
    struct ct_pack p = {.method = CT_METHOD_STEAM};
    snprintf(p.contents, sizeof p.contents, "%s", contents);
    ok(ct_pack_make(app, &p, e));
    return p.id;
}

/* Three packs through the demo's steriliser, released by the other person. */
static void load_through(struct ct_app *tech, struct ct_app *sup, const int64_t pack[3])
{
    struct ct_load l = {.equipment_id = machine, .programme = PROGRAMME};
    struct ct_load_reading r = {
        .n = 3,
        .value = {{.measure = CT_M_TEMPERATURE, .value = 132400000, .ranged = true,
                   .high = 133900000},
                  {.measure = CT_M_HOLD, .value = 4500000},
                  {.measure = CT_M_DRYING, .value = 12000000}}};
    struct ct_load_ci c = {.indicator = "external", .result = CT_CI_PASS};
    int64_t last;
    ok(ct_load_plan(tech, &l, e));
    for (int i = 0; i < 3; i++)
        ok(ct_load_put(tech, l.id, pack[i], e));
    ok(ct_load_last_cycle(tech, machine, PROGRAMME, &last, e));
    ok(ct_load_start(tech, l.id, last + 1, "", NULL, 0, e));
    ok(ct_load_over(tech, l.id, 0, e));
    r.load_id = c.load_id = l.id;
    ok(ct_load_read(tech, &r, e));
    ok(ct_load_ci(tech, &c, e));
    steps_app_again(sup, CLINIC_SUPERVISOR_PASSWORD);
    ok(ct_load_release(sup, l.id, NULL, e));
}

static char first[40], torn[40], third[40];

static int seed(void **state)
{
    struct ct_procedure *proc = NULL;
    struct ct_patient who;
    struct ct_equipment x;
    int64_t pack[3];
    size_t n = 0;
    (void)state;
    setlocale(LC_CTYPE, "C.UTF-8");
    struct ct_app *tech = steps_app(CLINIC_TECH, CLINIC_TECH_PASSWORD, &CT_CLOCK_SYSTEM);
    struct ct_app *sup = steps_app(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, &CT_CLOCK_SYSTEM);
    ok(ct_equipment_find(tech, "E-1050", &x, e));
    machine = x.id;
    pack[0] = packed(tech, "Clamp (invented)");
    pack[1] = packed(tech, "Speculum (invented)");
    pack[2] = packed(tech, "Probe (invented)");
    load_through(tech, sup, pack);
    struct ct_pack_event ev = {.step = CT_PACK_DAMAGED, .text = "the outer wrap is torn"};
    ok(ct_pack_step(tech, pack[1], CT_PACK_RELEASED, &ev, e));
    ct_pack_number(tech, pack[0], first);
    ct_pack_number(tech, pack[1], torn);
    ct_pack_number(tech, pack[2], third);
    struct ct_proc_filter f = {.from_ms = 0, .before_ms = INT64_MAX,
                               .states = CT_PROC_MASK_ALL};
    ok(ct_procedure_list(tech, &f, &proc, &n, e));
    assert_true(n > 0);
    for (size_t i = 0; i < n && proc_id == 0; i++)
        if (!proc[i].restricted) {
            proc_id = proc[i].id;
            snprintf(patient, sizeof patient, "%s", proc[i].patient);
            ok(ct_patient_get(tech, proc[i].patient_id, &who, e));
        }
    free(proc);
    snprintf(procedure, sizeof procedure, "P-%lld", (long long)proc_id);
    snprintf(family, sizeof family, "%s", who.family);
    ok(ct_lookback_open(sup, machine, ct_app_now(sup) - CT_DAY_MS, "its probe was dropped",
                        &lookback, e));
    steps_app_out(tech);
    steps_app_out(sup);
    return 0;
}

static struct tty *at_home(const char *login, const char *password)
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, login, password);
    tty_expect(t, "NOW");
    return t;
}

/* The procedure's label, scanned at home; u, i: a set is entered. */
static void at_the_scan(struct tty *t, const char *pack)
{
    char line[60];
    steps_key(t, "u", "Enter what?");
    tty_settle(t, 100);
    steps_key(t, "i", "Instrument set");
    snprintf(line, sizeof line, "%s\r", pack);
    tty_send(t, line);
}

static void test_a_torn_pack_and_the_supervisor(void **state)
{
    char line[60];
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    snprintf(line, sizeof line, "\x02%s\r", procedure);
    tty_send(t, line);
    tty_expect(t, procedure);
    tty_expect(t, "used");
    at_the_scan(t, first);
    tty_expect(t, "instruments: ");
    at_the_scan(t, torn);
    tty_expect(t, "A supervisor lets it pass, because");
    tty_expect(t, "damaged");
    steps_key(t, "\r", "Say why it is used all the same");
    steps_key(t, "the inner wrap is whole\r", "Supervisor's login");
    tty_expect(t, "Your own session stays open");
    steps_key(t, CLINIC_TECH "\r", "Password of");
    tty_send(t, CLINIC_TECH_PASSWORD);
    steps_key(t, "\r", "That is you"); /* the same person */
    tty_expect(t, "Supervisor's login");
    steps_key(t, CLINIC_ADMIN "\r", "Password of");
    tty_send(t, CLINIC_ADMIN_PASSWORD);
    steps_key(t, "\r", "may not do this"); /* no supervisor */
    steps_key(t, CLINIC_SUPERVISOR "\r", "Password of");
    steps_key(t, "no such words\r", "wrong");
    tty_expect(t, "Password of");
    tty_send(t, CLINIC_SUPERVISOR_PASSWORD);
    snprintf(line, sizeof line, "instruments: %s", torn);
    steps_key(t, "\r", line);
    steps_key(t, KEY_ESC, "NOW"); /* whose session it was goes on */
    tty_close(t);
    clinic_verify(clinic_dir());
}

static void test_from_the_patient_to_the_load(void **state)
{
    char line[60];
    (void)state;
    struct tty *t = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "/", "Find");
    tty_settle(t, 100);
    tty_send(t, family);
    tty_expect(t, patient);
    steps_choose(t, patient);
    steps_key(t, "\r", "Born");
    steps_key(t, "S", "INSTRUMENTS USED: 2 packs");
    tty_expect(t, torn);
    tty_expect(t, procedure);
    steps_key(t, "\r", "It is released already"); /* one key to the load, and its release */
    tty_settle(t, 150);
    steps_key(t, KEY_ESC, "INSTRUMENTS USED");
    tty_expect(t, "LET PASS, released");
    steps_choose(t, torn);
    snprintf(line, sizeof line, "%s Speculum", torn);
    steps_key(t, "p", line);
    tty_expect(t, "no longer sterile: used since");
    tty_close(t);
    /* among the exceptions of the shift, with both names */
    t = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "l", "SHIFT LOG");
    steps_choose(t, torn);
    tty_expect(t, "THOUGH");
    tty_expect(t, "Sam Supervisor");
    tty_close(t);
}

static void test_a_machine_and_its_days(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_key(t, "z", "STERILISATION");
    steps_choose(t, "E-1050");
    steps_key(t, "\r", "TESTS of E-1050");
    steps_key(t, "T", "WHERE IT WENT: E-1050, the first load to");
    tty_expect(t, "3 packs of 1 load, used in 1 procedure.");
    assert_false(tty_shows(t, "recall them")); /* a supervisor's */
    steps_key(t, "d", "From which day");
    steps_key(t, "soon\r", "Up to which day");
    steps_key(t, "\r", "Not a date");
    steps_key(t, "\x15" "1 1 2020\r", "Up to which day");
    steps_key(t, "31 1 2020\r", "0 packs of 0 loads");
    steps_key(t, "d", "From which day");
    steps_key(t, "1 1 2020\r", "Up to which day");
    steps_key(t, "\r", "3 packs of 1 load,");
    steps_choose(t, third);
    steps_key(t, "l", "It is released already");
    tty_settle(t, 150);
    steps_key(t, "T", "WHERE IT WENT: L-1");
    steps_key(t, "d", "From which day"); /* of the load's list: its machine */
    steps_key(t, "\r", "Up to which day");
    steps_key(t, "\r", "WHERE IT WENT: E-1050, the first load to");
    tty_close(t);
    t = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "z", "STERILISATION");
    steps_key(t, "r", "RECALLS that are open: 0");
    steps_key(t, "T", "Packs of which machine");
    steps_key(t, "\r", "WHERE IT WENT: all machines");
    tty_expect(t, "3 packs of 1 load,");
    tty_expect(t, "recall them");
    tty_close(t);
}

static void test_a_load_opened_from_its_look_back(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_key(t, "e", "EQUIPMENT");
    steps_key(t, "B", "LOOK-BACKS that are not closed");
    steps_choose(t, "E-1050");
    steps_key(t, "\r", "L-1 cycle");
    steps_choose(t, "L-1 cycle");
    steps_key(t, "\r", "It is released already");
    tty_close(t);
}

/* The machine's own spores fail: what went through it is stopped, and cannot be let pass. */
static void test_the_machines_own_spores(void **state)
{
    char line[60];
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_key(t, "z", "STERILISATION");
    steps_choose(t, "E-1050");
    steps_key(t, "\r", "TESTS of E-1050");
    steps_key(t, "t", "Indicator lot");
    tty_send(t, "B\t\t\tSP-1\tF\tgrowth after a day");
    steps_key(t, KEY_SAVE, "biological");
    tty_expect(t, "recall RC-1 is open");
    steps_key(t, KEY_ESC, "1 OPEN RECALL: r");
    steps_key(t, "r", "RECALLS that are open: 1");
    steps_key(t, "\r", "RECALL RC-1");
    tty_expect(t, "the biological test T-");
    tty_expect(t, procedure); /* on whom */
    tty_close(t);
    t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    snprintf(line, sizeof line, "\x02%s\r", procedure);
    tty_send(t, line);
    tty_expect(t, procedure);
    at_the_scan(t, third);
    tty_expect(t, "is RECALLED since");
    assert_false(tty_shows(t, "A supervisor lets it pass"));
    tty_close(t);
    clinic_verify(clinic_dir());
}

static json_t *as_json(const char *const *args)
{
    static char text[60000];
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", text, sizeof text, args), 0);
    json_t *o = json_loads(strchr(text, '{'), JSON_DISABLE_EOF_CHECK, NULL);
    assert_non_null(o);
    return o;
}

static size_t lines_of(const char *const *args)
{
    json_t *o = as_json(args);
    size_t n = json_array_size(json_object_get(o, "lines"));
    json_decref(o);
    return n;
}

static void test_on_the_command_line(void **state)
{
    static char text[60000];
    (void)state;
#define AS "--as", CLINIC_TECH, "recall"
    const char *const LIST[] = {AS, "list", "--json", NULL};
    const char *const SHOW[] = {AS, "show", "RC-1", "--json", NULL};
    const char *const LOAD[] = {AS, "ask", "--load", "L-1", "--json", NULL};
    const char *const PACK[] = {AS, "ask", "--pack", third, "--json", NULL};
    const char *const MACHINE[] = {AS, "ask", "--machine", "e-1050", "--json", NULL};
    const char *const DAYS[] = {AS, "ask", "--from", "1 1 2020", "--to", "31 1 2020", "--json",
                                NULL};
    const char *const CSV[] = {AS, "ask", "--machine", "E-1050", "--from", "1 1 2020", "--csv",
                               NULL};
    const char *const TEXT[] = {AS, "show", "1", NULL};
    const char *const LISTED[] = {AS, "list", "--all", "--csv", NULL};
    const char *const NONE[] = {AS, "show", "RC-9", NULL};
    const char *const ODD[] = {AS, "show", "nine", NULL};
    const char *const BOTH[] = {AS, "ask", "--load", "1", "--machine", "E-1050", NULL};
    const char *const NOTHING[] = {AS, "ask", NULL};
    const char *const ADMIN[] = {"--as", CLINIC_ADMIN, "recall", "list", NULL};
    json_t *o = as_json(LIST);
    assert_int_equal(json_array_size(json_object_get(o, "recalls")), 1);
    json_decref(o);
    o = as_json(SHOW);
    assert_string_equal(json_string_value(json_object_get(o, "asset")), "E-1050");
    assert_string_equal(json_string_value(json_object_get(o, "cause")), "failed biological test");
    assert_int_equal(json_integer_value(json_object_get(o, "undone")), 3);
    json_t *line = json_array_get(json_object_get(o, "lines"), 0);
    assert_true(json_is_true(json_object_get(line, "recalled")));
    assert_int_equal(json_integer_value(json_object_get(line, "procedure")), proc_id);
    assert_string_equal(json_string_value(json_object_get(line, "patient")), patient);
    json_decref(o);
    assert_int_equal(lines_of(SHOW), 3);
    assert_int_equal(lines_of(LOAD), 3);
    assert_int_equal(lines_of(PACK), 3);
    assert_int_equal(lines_of(MACHINE), 3);
    assert_int_equal(lines_of(DAYS), 0);
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", text, sizeof text, CSV), 0);
    assert_non_null(strstr(text, "pack,contents,implant,load,started,state,place,procedure"));
    assert_non_null(strstr(text, "Speculum (invented)"));
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", text, sizeof text, LISTED), 0);
    assert_non_null(strstr(text, "1,failed biological test,"));
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", text, sizeof text, TEXT), 0);
    assert_non_null(strstr(text, "RC-1  "));
    assert_non_null(strstr(text, "RECALLED  Probe (invented)"));
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", text, sizeof text, NONE), 1);
    assert_non_null(strstr(text, "no recall RC-9"));
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", text, sizeof text, ODD), 1);
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", text, sizeof text, BOTH), 2);
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", text, sizeof text, NOTHING), 2);
    assert_int_equal(clinic_run(CLINIC_ADMIN_PASSWORD "\n", text, sizeof text, ADMIN), 77);
    clinic_verify(clinic_dir());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_torn_pack_and_the_supervisor),
        cmocka_unit_test(test_from_the_patient_to_the_load),
        cmocka_unit_test(test_a_machine_and_its_days),
        cmocka_unit_test(test_a_load_opened_from_its_look_back),
        cmocka_unit_test(test_the_machines_own_spores),
        cmocka_unit_test(test_on_the_command_line),
    };
    return cmocka_run_group_tests_name("recall", tests, seed, NULL);
}
