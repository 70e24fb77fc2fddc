/* An implant from yesterday's load to today's patient. Yesterday: the machine's tests, a load
 * with the implant, its cycle, and spores into the incubator. Today, in a terminal: the board
 * calls for the spores; they are negative and their control grew; another person releases; the
 * pack is scanned into a procedure, and leads back to its load. */
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

#include "clinic/load.h"
#include "clinic/procedure.h"
#include "tests/support/steps.h"

#define PROGRAMME "prevac-textiles-132"
enum { INCUBATION_H = 24 };

static char load[40], pack[40], procedure[40];

#define ok(call)                                                                           \
    do {                                                                                   \
        struct ct_error err = {0};                                                         \
        struct ct_error *e = &err;                                                         \
        if ((call) != CT_OK)                                                               \
            fail_msg("%d: %s", __LINE__, e->text);                                         \
    } while (0)

/* ---- yesterday -------------------------------------------------------------------------- */

static int64_t steriliser(struct ct_app *sup)
{
    struct ct_equip_model m = {.class = "steriliser", .maker = "Meridian (invented)",
                               .name = "Vac 60"};
    struct ct_equipment x = {.made = CT_NO_DATE, .received = CT_NO_DATE, .warranty = CT_NO_DATE,
                             .asset = "E-3300", .serial = "S-3300", .location = "Sterile store"};
    struct ct_machine_programme runs = {.programme = PROGRAMME};
    ok(ct_model_add(sup, &m, e));
    x.model_id = m.first_id != 0 ? m.first_id : m.id;
    ok(ct_equipment_add(sup, &x, NULL, e));
    runs.equipment_id = x.id;
    ok(ct_machine_programme_add(sup, &runs, e));
    return x.id;
}

static void tested(struct ct_app *tech, int64_t machine, enum ct_machine_test_kind kind,
                   int64_t cycle)
{
    struct ct_machine_test t = {.equipment_id = machine, .kind = kind, .cycle_number = cycle,
                                .lot = "BD-7"};
    ok(ct_machine_test_record(tech, &t, e));
}

static int64_t implant_load(struct ct_app *tech, int64_t machine, int64_t *now)
{
    struct ct_pack p = {.method = CT_METHOD_STEAM, .implant = true,
                        .contents = "Plate, 6 holes (invented)"};
    struct ct_load l = {.equipment_id = machine, .programme = PROGRAMME};
    struct ct_load_reading r = {
        .n = 3,
        .value = {{.measure = CT_M_TEMPERATURE, .value = 132400000, .ranged = true,
                   .high = 133900000},
                  {.measure = CT_M_HOLD, .value = 4500000},
                  {.measure = CT_M_DRYING, .value = 12000000}}};
    struct ct_load_ci c = {.indicator = "external", .result = CT_CI_PASS};
    ok(ct_pack_make(tech, &p, e));
    ct_pack_number(tech, p.id, pack);
    ok(ct_load_plan(tech, &l, e));
    ok(ct_load_put(tech, l.id, p.id, e));
    ok(ct_load_start(tech, l.id, 502, "", NULL, 0, e));
    *now += 40 * CT_MINUTE_MS;
    ok(ct_load_over(tech, l.id, 0, e));
    r.load_id = c.load_id = l.id;
    ok(ct_load_read(tech, &r, e));
    ok(ct_load_ci(tech, &c, e));
    ct_load_number(tech, l.id, load);
    return l.id;
}

static void spores_in(struct ct_app *tech, int64_t load_id)
{
    struct ct_load_bi b = {.load_id = load_id, .product = "Spore strip (invented)",
                           .lot = "SP-1", .control_lot = "SP-1", .incubator = "Incubator 1",
                           .incubation_ms = INCUBATION_H * (int64_t)CT_HOUR_MS};
    b.expires = ct_date_at(ct_app_now(tech)) + 100;
    ok(ct_load_bi_add(tech, &b, e));
}

static void procedure_find(struct ct_app *tech)
{
    struct ct_procedure *proc = NULL;
    struct ct_proc_filter f = {.from_ms = 0, .before_ms = INT64_MAX,
                               .states = CT_PROC_MASK_ALL};
    size_t n = 0;
    ok(ct_procedure_list(tech, &f, &proc, &n, e));
    for (size_t i = 0; i < n && procedure[0] == '\0'; i++)
        if (!proc[i].restricted)
            snprintf(procedure, sizeof procedure, "P-%lld", (long long)proc[i].id);
    free(proc);
    assert_true(procedure[0] != '\0');
}

static int yesterday(void **state)
{
    (void)state;
    setlocale(LC_CTYPE, "C.UTF-8");
    int64_t now = ct_now(&CT_CLOCK_SYSTEM) - (INCUBATION_H + 3) * (int64_t)CT_HOUR_MS;
    struct ct_clock clock = ct_clock_fixed(&now);
    struct ct_app *sup = steps_app(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, &clock);
    struct ct_app *tech = steps_app(CLINIC_TECH, CLINIC_TECH_PASSWORD, &clock);
    int64_t machine = steriliser(sup);
    tested(tech, machine, CT_MT_WARM_UP, 500);
    now += 30 * CT_MINUTE_MS;
    tested(tech, machine, CT_MT_PENETRATION, 501);
    now += 10 * CT_MINUTE_MS;
    spores_in(tech, implant_load(tech, machine, &now));
    steps_app_out(tech);
    steps_app_out(sup);
    tech = steps_app(CLINIC_TECH, CLINIC_TECH_PASSWORD, &CT_CLOCK_SYSTEM);
    procedure_find(tech);
    steps_app_out(tech);
    return 0;
}

/* ---- today ------------------------------------------------------------------------------- */

static struct tty *at_home(const char *login, const char *password)
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, login, password);
    tty_expect(t, "NOW");
    return t;
}

static void scan(struct tty *t, const char *code)
{
    char line[60];
    snprintf(line, sizeof line, "\x02%s\r", code);
    tty_send(t, line);
}

static void use(struct tty *t, const char *answer)
{
    char line[60];
    scan(t, procedure);
    tty_expect(t, procedure);
    tty_expect(t, "used");
    steps_key(t, "u", "Enter what?");
    tty_settle(t, 100);
    steps_key(t, "i", "Instrument set");
    snprintf(line, sizeof line, "%s\r", pack);
    steps_key(t, line, answer);
}

static void test_the_spores_are_read(void **state)
{
    char says[80];
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    use(t, "not released"); /* not before */
    tty_close(t);
    t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_key(t, "z", "STERILISATION");
    snprintf(says, sizeof says, "spores of %s", load);
    tty_expect(t, says); /* the board calls for it */
    scan(t, load);
    tty_expect(t, "to be read from");
    assert_false(tty_shows(t, "s release"));
    steps_key(t, "r", "lot SP-1");
    tty_settle(t, 100);
    steps_key(t, "n", "Its control");
    tty_settle(t, 100);
    steps_key(t, "g", "s release"); /* the control grew: nothing is missing */
    steps_key(t, "s", "another person releases it");
    tty_close(t);
}

static void test_another_person_releases(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    scan(t, load);
    steps_key(t, "s", "your own password");
    tty_send(t, "not the password");
    steps_key(t, "\r", "That is not your password");
    tty_send(t, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "\r", "is released and signed: 1 pack.");
    tty_close(t);
}

static void test_it_is_used_and_found_again(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    char says[80];
    snprintf(says, sizeof says, "instruments: %s.", pack);
    use(t, says);
    tty_close(t);
    t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    scan(t, load);
    tty_expect(t, "It is released already");
    steps_key(t, "T", procedure); /* from the load to whom it was used on */
    tty_expect(t, pack);
    tty_close(t);
    clinic_verify(clinic_dir());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_spores_are_read),
        cmocka_unit_test(test_another_person_releases),
        cmocka_unit_test(test_it_is_used_and_found_again),
    };
    return cmocka_run_group_tests_name("implant", tests, yesterday, NULL);
}
