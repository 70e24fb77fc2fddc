/* Recalls that a machine's own test opens, lists that nothing failed for, what was used on a
 * patient, a pack that a supervisor lets pass, and loads of a machine that showed too much. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/access.h"
#include "clinic/lookback.h"
#include "clinic/pack_trace.h"
#include "clinic/procedure.h"
#include "clinic/recall_priv.h"
#include "tests/support/bench_of.h"
#include "vault/secret.h"

#define PROGRAMME "prevac-textiles-132"
enum { MINUTES = CT_MINUTE_MS };

static void tested(struct ward *w, int64_t id, enum ct_machine_test_kind kind, int64_t cycle)
{
    struct ct_machine_test t = {.equipment_id = id, .kind = kind, .cycle_number = cycle,
                                .gap = "cycles of the engineer", .lot = "BD-7"};
    w->c.now += MINUTES;
    ok(ct_machine_test_record(w->tom, &t, e));
}

static int64_t steriliser(struct ward *w, const char *asset)
{
    int64_t id = bench_device(w, asset, "steriliser", CT_ELEC_UNSAID, CT_APPLIED_UNSAID);
    struct ct_machine_programme m = {.equipment_id = id, .programme = PROGRAMME};
    ok(ct_machine_programme_add(w->sue, &m, e));
    tested(w, id, CT_MT_WARM_UP, 98);
    tested(w, id, CT_MT_PENETRATION, 99);
    return id;
}

static int64_t pack(struct ward *w, const char *contents)
{
    struct ct_pack p = {.method = CT_METHOD_STEAM, .expiry_rule = CT_EXPIRY_DAYS,
                        .expiry_days = 30};
    snprintf(p.contents, sizeof p.contents, "%s", contents);
    ok(ct_pack_make(w->tom, &p, e));
    return p.id;
}

static struct ct_pack pack_of(struct ward *w, int64_t id)
{
    struct ct_pack p;
    ok(ct_pack_get(w->tom, id, &p, e));
    return p;
}

static void again(struct ct_app *app, const char *secret)
{
    assert_int_equal(clinic_again(app, secret), CT_OK);
}

static int64_t started(struct ward *w, int64_t machine, int64_t cycle, int64_t a, int64_t b)
{
    struct ct_load l = {.equipment_id = machine, .programme = PROGRAMME};
    ok(ct_load_plan(w->tom, &l, e));
    ok(ct_load_put(w->tom, l.id, a, e));
    if (b != 0)
        ok(ct_load_put(w->tom, l.id, b, e));
    w->c.now += 5 * MINUTES;
    ok(ct_load_start(w->tom, l.id, cycle, "", NULL, 0, e));
    return l.id;
}

static void read_as(struct ward *w, int64_t load, int64_t low_e6)
{
    struct ct_load_reading r = {
        .load_id = load,
        .n = 3,
        .value = {{.measure = CT_M_TEMPERATURE, .value = low_e6, .ranged = true,
                   .high = low_e6 + 1500000},
                  {.measure = CT_M_HOLD, .value = 4500000},
                  {.measure = CT_M_DRYING, .value = 12000000}}};
    ok(ct_load_read(w->tom, &r, e));
}

/* Through its cycle and released, both packs in stock. */
static int64_t released(struct ward *w, int64_t machine, int64_t cycle, int64_t a, int64_t b)
{
    int64_t l = started(w, machine, cycle, a, b);
    struct ct_load_ci c = {.load_id = l, .indicator = "external", .result = CT_CI_PASS};
    w->c.now += 30 * MINUTES;
    ok(ct_load_over(w->tom, l, 0, e));
    read_as(w, l, 132400000);
    ok(ct_load_ci(w->tom, &c, e));
    again(w->sue, SUE_PASSWORD);
    ok(ct_load_release(w->sue, l, NULL, e));
    return l;
}

/* Negative spores with a control that grew. */
static void proven(struct ward *w, int64_t load)
{
    struct ct_load_bi b = {.load_id = load, .expires = ct_date_at(w->c.now) + 100,
                           .incubation_ms = CT_HOUR_MS / 4, .product = "Invented spores",
                           .lot = "SP-1", .control_lot = "SP-1", .incubator = "INC-1"};
    int64_t recall;
    ok(ct_load_bi_add(w->tom, &b, e));
    w->c.now += CT_HOUR_MS;
    ok(ct_load_bi_read(w->tom, b.id, CT_BI_NEGATIVE, CT_BI_POSITIVE, 0, "", &recall, e));
    assert_int_equal(recall, 0);
}

static int64_t procedure_of(struct ward *w, int64_t patient)
{
    struct ct_procedure p = {.planned_ms = w->c.now + CT_HOUR_MS, .patient_id = patient,
                             .kind = "other"};
    ok(ct_procedure_add(w->tom, &p, NULL, e));
    return p.id;
}

static int64_t procedure(struct ward *w)
{
    return procedure_of(w, ward_patient(w, "BIRCH", "Ann", "9434765919", "1961-03-14"));
}

static enum ct_status used(struct ct_app *app, int64_t procedure_id, const char *what,
                           const char *though, struct ct_error *reterr)
{
    struct ct_proc_use u = {.kind = CT_PROC_SET, .though = though};
    snprintf(u.what, sizeof u.what, "%s", what);
    return ct_procedure_use_add(app, procedure_id, &u, reterr);
}

static enum ct_status used_pack(struct ward *w, int64_t procedure_id, int64_t pack_id,
                                struct ct_error *reterr)
{
    char what[24];
    snprintf(what, sizeof what, "PK-%lld", (long long)pack_id);
    return used(w->tom, procedure_id, what, NULL, reterr);
}

/* ---- a machine's own biological test ---------------------------------------------------- */

static int64_t failed_spores(struct ward *w, int64_t machine, int64_t cycle)
{
    struct ct_machine_test t = {.equipment_id = machine, .kind = CT_MT_BIOLOGICAL,
                                .result = CT_MT_FAILED, .cycle_number = cycle, .lot = "SP-1",
                                .remark = "growth after a day"};
    w->c.now += MINUTES;
    ok(ct_machine_test_record(w->tom, &t, e));
    assert_int_equal(t.recall_id, 1);
    return t.id;
}

static void test_a_failed_biological_test_recalls(void **state)
{
    struct ward *w = *state;
    int64_t m = steriliser(w, "ST-1"), other = steriliser(w, "ST-2"), p = procedure(w);
    int64_t pk[4], first, id;
    struct ct_recall_row *r = NULL;
    struct ct_recall_pack *list = NULL;
    struct ct_error no = {0};
    size_t n = 0;
    for (int i = 0; i < 4; i++)
        pk[i] = pack(w, "Set");
    first = released(w, m, 100, pk[0], 0);
    proven(w, first);
    released(w, m, 101, pk[1], pk[2]);
    released(w, other, 100, pk[3], 0);
    ok(used_pack(w, p, pk[1], e));
    id = failed_spores(w, m, 102);
    ok(ct_recalls(w->tom, true, 10, &r, &n, e));
    assert_int_equal(n, 1);
    assert_int_equal(r[0].cause, CT_RECALL_TEST);
    assert_int_equal(r[0].test_id, id);
    assert_int_equal(r[0].equipment_id, m);
    assert_int_equal(r[0].after_id, first);
    assert_int_equal(r[0].packs, 2);
    assert_int_equal(r[0].loads, 1);
    assert_int_equal(r[0].wanted, 3);
    assert_non_null(strstr(r[0].text, "of ST-1 FAILED"));
    assert_int_equal(pack_of(w, pk[0]).recalled, 0);
    assert_int_equal(pack_of(w, pk[3]).recalled, 0); /* of another machine */
    assert_int_equal(pack_of(w, pk[2]).recalled, 1);
    expect_entry(&w->c, "recall.open", CT_EXCEPTION, "RC-1 ST-1");
    refused(used_pack(w, p, pk[2], e), CT_EINVAL, "what", "RECALLED");
    assert_int_equal(ct_machine_ready(w->tom, m, PROGRAMME, w->c.now, &no), CT_EINVAL);
    assert_non_null(strstr(no.text, "0 of 3 empty-chamber tests"));
    ok(ct_machine_ready(w->tom, other, PROGRAMME, w->c.now, e));
    ok(ct_recall_packs(w->tom, r[0].id, &list, &n, e));
    assert_int_equal(n, 2);
    assert_int_equal(list[0].procedure_id, p);
    assert_int_equal(list[1].procedure_id, 0);
    free(list);
    id = r[0].id;
    free(r);
    failed_spores(w, m, 103); /* a second one adds to it, and opens none */
    ok(ct_recalls(w->tom, true, 10, &r, &n, e));
    assert_int_equal(n, 1);
    assert_int_equal(r[0].packs, 2);
    free(r);
    ok(ct_recall_dispose(w->tom, id, &pk[1], 1, CT_RECALL_PATIENT, "told", e));
    ok(ct_recall_dispose(w->tom, id, &pk[2], 1, CT_RECALL_REPROCESSED, "", e));
    for (int i = 0; i < 3; i++)
        tested(w, m, CT_MT_CHALLENGE_RETURN, 110 + i);
    again(w->sue, SUE_PASSWORD);
    ok(ct_recall_close(w->sue, id, "a gasket; three cycles negative", e));
}

/* ---- with no failure --------------------------------------------------------------------- */

static size_t listed(struct ward *w, const struct ct_recall_ask *ask)
{
    struct ct_recall_pack *list = NULL;
    size_t n = 0;
    ok(ct_recall_list(w->tom, ask, &list, &n, e));
    for (size_t i = 1; i < n; i++)
        assert_true(list[i - 1].p.id != list[i].p.id);
    free(list);
    return n;
}

static void test_a_machine_and_a_period(void **state)
{
    struct ward *w = *state;
    int64_t m = steriliser(w, "ST-1"), other = steriliser(w, "ST-2"), first, recall, at;
    struct ct_recall_ask ask = {.load_id = 0};
    char text[160], day[16], before[16];
    first = released(w, m, 100, pack(w, "A"), 0);
    proven(w, first);
    released(w, m, 101, pack(w, "B"), pack(w, "C"));
    released(w, other, 100, pack(w, "D"), 0);
    ct_date_iso(ct_date_at(w->c.now), day);
    ct_date_iso(ct_date_at(w->c.now) - 1, before);
    ok(ct_recall_unproven(w->tom, m, &ask, &at, e));
    assert_int_equal(at, first);
    assert_int_equal(listed(w, &ask), 2); /* after the negative one */
    ok(ct_recall_unproven(w->tom, other, &ask, &at, e));
    assert_int_equal(at, 0);
    assert_int_equal(listed(w, &ask), 1);
    ask.equipment_id = m;
    ok(ct_recall_days(w->tom, "", "", &ask, e));
    assert_int_equal(listed(w, &ask), 3);
    ok(ct_recall_days(w->tom, day, "", &ask, e));
    assert_int_equal(listed(w, &ask), 3);
    ok(ct_recall_days(w->tom, "", before, &ask, e));
    assert_int_equal(listed(w, &ask), 0);
    refused(ct_recall_days(w->tom, day, before, &ask, e), CT_EINVAL, "from", "after the last");
    refused(ct_recall_days(w->tom, "soon", "", &ask, e), CT_EINVAL, "from", "Not a date");
    refused(ct_recall_days(w->tom, "", "31 feb 2026", &ask, e), CT_EINVAL, "to", "");
    ask = (struct ct_recall_ask){.equipment_id = 0};
    ok(ct_recall_days(w->tom, day, day, &ask, e));
    assert_int_equal(listed(w, &ask), 4); /* all machines, as plain SQL counts them */
    assert_int_equal(listed(w, &ask),
                     app_int(w->tom, "SELECT count(DISTINCT p.pack_id) FROM pack_event p, "
                                     "load_event s WHERE p.step = 1 AND p.ref_kind = 1 "
                                     "AND s.load_id = p.ref_id AND s.step = 1"));
    ct_recall_ask_text(w->tom, &ask, text, sizeof text);
    assert_non_null(strstr(text, "all machines, "));
    struct ct_recall_pack *few = NULL;
    size_t n_few = 0;
    ok(ct_recall_list_of(w->tom, &ask, 4, &few, &n_few, e));
    free(few);
    refused(ct_recall_list_of(w->tom, &ask, 3, &few, &n_few, e), CT_EINVAL, "from",
            "more than 3 packs");
    assert_null(few);
    at = app_int(w->tom, "SELECT count(*) FROM audit");
    assert_int_equal(listed(w, &ask), 4);
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM audit"), at); /* a question alone */
    ask = (struct ct_recall_ask){.load_id = 999};
    struct ct_recall_pack *list = NULL;
    size_t n = 0;
    refused(ct_recall_list(w->tom, &ask, &list, &n, e), CT_ENOTFOUND, "load_id", "L-999");
    ask = (struct ct_recall_ask){.pack_id = pack(w, "new")};
    refused(ct_recall_list(w->tom, &ask, &list, &n, e), CT_EINVAL, "pack_id", "was in no load yet");
    ask = (struct ct_recall_ask){.equipment_id = 0};
    ok(ct_recall_days(w->tom, day, day, &ask, e));
    refused(ct_recall_open(w->tom, &ask, "wrong water", &recall, e), CT_EDENIED, "", "");
    ok(ct_recall_open(w->sue, &ask, "wrong water", &recall, e));
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM pack_find WHERE recalled > 0"), 4);
}

/* ---- from a patient ------------------------------------------------------------------------ */

static void test_what_was_used_on_a_patient(void **state)
{
    struct ward *w = *state;
    int64_t m = steriliser(w, "ST-1"), a = pack(w, "A"), b = pack(w, "B"), c = pack(w, "C");
    int64_t ann = ward_patient(w, "BIRCH", "Ann", "9434765919", "1961-03-14");
    int64_t ben = ward_patient(w, "CEDAR", "Ben", "9876543210", "1970-01-02");
    int64_t l = released(w, m, 100, a, b), p = procedure_of(w, ann), q = procedure_of(w, ben);
    int64_t l2 = released(w, m, 101, c, 0);
    struct ct_pack_used *u = NULL;
    struct ct_proc_use *use = NULL;
    size_t n = 0;
    ok(used_pack(w, p, a, e));
    w->c.now += MINUTES;
    ok(used_pack(w, p, c, e));
    w->c.now += MINUTES;
    ok(used(w->tom, p, "LOAN-17", NULL, e));
    ok(used_pack(w, q, b, e));
    ok(ct_patient_packs(w->tom, ann, &u, &n, e));
    assert_int_equal(n, 3);
    assert_string_equal(u[0].what, "LOAN-17");
    assert_int_equal(u[0].p.id, 0);
    assert_int_equal(u[1].p.id, c);
    assert_int_equal(u[1].load_id, l2);
    assert_int_equal(u[2].load_id, l);
    assert_int_equal(u[2].procedure_id, p);
    assert_int_equal(u[2].state, CT_LOAD_IS_RELEASED);
    assert_int_equal(u[2].cycle_number, 100);
    assert_string_equal(u[2].asset, "ST-1");
    free(u);
    /* struck out: the pack touched the patient all the same, the foreign number did not */
    ok(ct_procedure_uses(w->tom, p, &use, &n, e));
    for (size_t i = 0; i < n; i++)
        ok(ct_procedure_use_end(w->tom, p, use[i].id, "the wrong line", e));
    free(use);
    ok(ct_patient_packs(w->tom, ann, &u, &n, e));
    assert_int_equal(n, 2);
    free(u);
    ok(ct_access_restrict(w->sue, ann, CT_RESTRICTED_SET, "asked for it", e));
    assert_int_equal(ct_patient_packs(w->tom, ann, &u, &n, NULL), CT_EDENIED);
    ok(ct_patient_packs(w->tom, ben, &u, &n, e));
    assert_int_equal(n, 1);
    assert_int_equal(u[0].p.id, b);
    free(u);
}

/* ---- let pass -------------------------------------------------------------------------------- */

static enum ct_status passed(struct ward *w, int64_t procedure_id, const char *what,
                             const char *why, const char *login, const char *password,
                             struct ct_error *reterr)
{
    struct ct_proc_use u = {.kind = CT_PROC_SET, .though = why};
    CT_SECRET *s = secret_of(password);
    snprintf(u.what, sizeof u.what, "%s", what);
    return ct_procedure_use_pass(w->tom, procedure_id, &u, login, s, reterr);
}

static void test_a_supervisor_lets_a_pack_pass(void **state)
{
    struct ward *w = *state;
    int64_t m = steriliser(w, "ST-1"), a = pack(w, "A"), b = pack(w, "B"), c = pack(w, "C");
    int64_t p = procedure(w), recall;
    struct ct_pack_event *ev = NULL;
    size_t n = 0;
    char long_why[260];
    released(w, m, 100, a, b);
    released(w, m, 101, c, 0);
    const struct ct_recall_ask ask = {.pack_id = c};
    refused(passed(w, p, "PK-1", "why not", "sue", SUE_PASSWORD, e), CT_EINVAL, "what",
            "nothing speaks against");
    w->c.now += 31 * (int64_t)CT_DAY_MS;
    refused(used_pack(w, p, a, e), CT_EINVAL, "what", "only a supervisor");
    refused(passed(w, p, "PK-1", "", "sue", SUE_PASSWORD, e), CT_EINVAL, "though", "");
    memset(long_why, 'x', sizeof long_why - 1);
    long_why[sizeof long_why - 1] = '\0';
    refused(passed(w, p, "PK-1", long_why, "sue", SUE_PASSWORD, e), CT_EINVAL, "though", "200");
    refused(passed(w, p, "PK-1", "no other", "sue", "no such words", e), CT_EPASSWORD, "password",
            "wrong");
    refused(passed(w, p, "PK-1", "no other", "tom", TOM_PASSWORD, e), CT_EINVAL, "login",
            "That is you");
    refused(passed(w, p, "PK-1", "no other", "ada", ADA_PASSWORD, e), CT_EDENIED, "login",
            "may not do this"); /* an administrator is no supervisor */
    assert_int_equal(pack_of(w, a).step, CT_PACK_RELEASED);
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM procedure_use"), 0);
    ok(passed(w, p, "PK-1", "no other plate in the house", "sue", SUE_PASSWORD, e));
    assert_int_equal(pack_of(w, a).step, CT_PACK_USED);
    expect_entry(&w->c, "procedure.use", CT_EXCEPTION, "let pass by Sue Demo-Okoro");
    expect_entry(&w->c, "procedure.use", CT_EXCEPTION, "no other plate in the house");
    assert_int_equal(ct_app_state(w->tom), CT_IN); /* tom's session goes on */
    assert_string_equal(ct_app_who(w->tom)->login, "tom");
    ok(ct_pack_events(w->tom, a, &ev, &n, e));
    assert_non_null(strstr(ev[n - 1].text, "let pass by Sue Demo-Okoro: no other plate"));
    free(ev);
    ok(ct_recall_open(w->sue, &ask, "wrong wrap", &recall, e));
    refused(passed(w, p, "PK-3", "it must be", "sue", SUE_PASSWORD, e), CT_EINVAL, "what",
            "RECALLED");
    refused(passed(w, p, "PK-99", "it must be", "sue", SUE_PASSWORD, e), CT_ENOTFOUND, "pack_id",
            "no pack");
    assert_int_equal(pack_of(w, c).step, CT_PACK_RELEASED);
}

/* ---- a machine that showed too much ------------------------------------------------------------ */

static void test_the_temperature_of_a_load_is_corrected(void **state)
{
    struct ward *w = *state;
    int64_t m, near, far, both, fault, lookback;
    struct ct_lookback_line *line = NULL;
    size_t n = 0, k_below = 0, i;
    bench_standard(w, "RS-1", "test thermometer and gauge", -100, 200);
    m = steriliser(w, "ST-1");
    near = started(w, m, 100, pack(w, "A"), 0);
    w->c.now += 30 * MINUTES;
    ok(ct_load_over(w->tom, near, 0, e));
    read_as(w, near, 132400000);
    far = started(w, m, 101, pack(w, "B"), 0);
    w->c.now += 30 * MINUTES;
    ok(ct_load_over(w->tom, far, 0, e));
    read_as(w, far, 134600000);
    both = started(w, m, 102, pack(w, "C"), 0);
    w->c.now += 30 * MINUTES;
    ok(ct_load_over(w->tom, both, 0, e));
    /* what the machine wrote was colder than what was typed after it */
    ward_raw(w, "INSERT INTO load_record(id, load_id, name, profile, cycle, state, verdict, hash, "
                "bytes, at_ms, by_user) VALUES (1, 3, 'a.txt', '', 0, 0, 0, zeroblob(32), x'00', 1, 1)");
    ward_raw(w, "INSERT INTO load_reading(id, load_id, record_id, verdict, unmeasured, text, "
                "reason, at_ms, by_user) VALUES (90, 3, 1, 0, 0, '', '', 1, 1)");
    ward_raw(w, "INSERT INTO load_value(reading_id, measure, low, high) "
                "VALUES (90, 0, 132200000, 133000000)");
    read_as(w, both, 134600000);
    w->c.now += MINUTES;
    CT_CALIBRATION *k = bench_begin(w->tom, m, "steriliser", "RS-1");
    size_t t = ct_caltemplate_find(k->t, "temperature", strlen("temperature"));
    size_t pressure = ct_caltemplate_find(k->t, "pressure", strlen("pressure"));
    ok(ct_calibration_declare(k, t, "134", "+-0.5", "invented manual, p. 3", e));
    ok(ct_calibration_declare(k, pressure, "304", "+-10", "invented manual, p. 3", e));
    bench_read(k, CT_CAL_AS_FOUND, "temperature=135.0 pressure=304 air-leak=0");
    k->done_ms = w->c.now;
    ok(ct_calibration_found(w->tom, k, &fault, &lookback, e));
    assert_true(lookback != 0);
    ok(ct_lookback_lines(w->tom, &w->rules, lookback, &line, &n, e));
    assert_int_equal(n, 3);
    assert_int_equal(both, 3); /* the load of the rows above */
    for (i = 0; i < n; i++) {
        assert_int_equal(line[i].what, CT_LB_LOAD);
        assert_true(line[i].corrected);
        if (line[i].ref_id == near) {
            assert_true(line[i].changes); /* 132 degC is its limit */
            assert_string_equal(line[i].would, "lowest 132.4 -> 131.4 degC: BELOW the limit");
            k_below++;
        } else if (line[i].ref_id == both) {
            assert_true(line[i].changes);
            assert_string_equal(line[i].would, "lowest 132.2 -> 131.2 degC: BELOW the limit");
            k_below++;
        } else {
            assert_int_equal(line[i].ref_id, far);
            assert_false(line[i].changes);
            assert_string_equal(line[i].would, "lowest 134.6 -> 133.6 degC, within the limit");
        }
    }
    assert_int_equal(k_below, 2);
    assert_int_equal(line[2].ref_id, far); /* what would change stands first */
    free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
        T(test_a_failed_biological_test_recalls),
        T(test_a_machine_and_a_period),
        T(test_what_was_used_on_a_patient),
        T(test_a_supervisor_lets_a_pack_pass),
        T(test_the_temperature_of_a_load_is_corrected),
    };
    return cmocka_run_group_tests_name("recall", tests, NULL, NULL);
}
