/* May this device be used: what speaks against it at the moment of use; going on needs a
 * reason, which the supervisor sees; what would lift the block is never asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/equipment_rows.h"
#include "clinic/patient.h"
#include "tests/support/bench_of.h"

#define LINE "120/80 72 16 98 36.6 A air"

static struct ct_gate gate_at(struct ward *w, const char *asset, int64_t at_ms)
{
    struct ct_gate g;
    ok(ct_equipment_gate(w->tom, asset, CT_GATE_VITALS, at_ms, &g, e));
    return g;
}

static void expect(struct ward *w, const char *asset, enum ct_gate_answer answer,
                   const char *says)
{
    struct ct_gate g = gate_at(w, asset, 0);
    if (g.answer != answer || strstr(g.text, says) == NULL)
        fail_msg("%s: answer %d: %s", asset, (int)g.answer, g.text);
    if (answer == CT_GATE_FREE)
        assert_string_equal(g.text, "");
}

static struct ct_vitals set_with(struct ward *w, int64_t patient, const char *line,
                                 const char *device, const char *reason)
{
    struct ct_vitals v = ward_set(w, patient, line, w->c.now);
    snprintf(v.device[0].device, sizeof v.device[0].device, "%s", device);
    v.device[0].quantities = 1U << CT_Q_PULSE;
    v.device[0].reason = reason;
    v.n_devices = 1;
    return v;
}

static int64_t scheduled(struct ward *w, int64_t device, enum ct_task_kind kind, int every,
                         enum ct_interval_unit unit, int starts)
{
    struct ct_schedule x = {.equipment_id = device, .kind = kind, .every = every, .unit = unit,
                            .amber_days = -1, .starts = ct_date_at(w->c.now) + starts};
    if (kind == CT_TASK_CALIBRATION)
        snprintf(x.template_id, sizeof x.template_id, "scales");
    ok(ct_schedule_add(w->sue, &x, e));
    return x.first_id;
}

static void apart(struct ward *w, int64_t device)
{
    int64_t id;
    ok(ct_equipment_quarantine(w->tom, device, "dropped", &id, e));
}

/* ---- what speaks against ------------------------------------------------------------- */

static void test_without_a_registry_nothing_is_asked(void **state)
{
    struct ward *w = *state;
    int64_t ann = ward_patient(w, "Ash", "Ann", "", "1980-01-01");
    expect(w, "M-9", CT_GATE_FREE, "");
    struct ct_vitals v = set_with(w, ann, LINE, "M-9", NULL);
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    bench_device(w, "M-1", "monitor", CT_ELEC_I, CT_APPLIED_BF);
    expect(w, "M-9", CT_GATE_REASON, "M-9: not in the registry");
    expect(w, "m-1", CT_GATE_FREE, "");
}

static void test_each_condition_speaks_against_use(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "M-1", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    struct ct_fault f = {.equipment_id = d, .text = "cuff bursts"};
    ok(ct_fault_open(w->tom, &f, false, e));
    expect(w, "M-1", CT_GATE_REASON, "M-1: faulty since");
    expect(w, "M-1", CT_GATE_REASON, "(F-1: cuff bursts)");
    struct ct_fault_event ev = {.step = CT_FAULT_APART};
    w->c.now += CT_MINUTE_MS;
    ok(ct_fault_step(w->tom, f.id, CT_FAULT_OPENED, &ev, e));
    expect(w, "M-1", CT_GATE_REASON, "quarantined since");
    ev = (struct ct_fault_event){.step = CT_FAULT_SENT, .told = "Meridian"};
    w->c.now += CT_MINUTE_MS;
    ok(ct_fault_step(w->tom, f.id, CT_FAULT_APART, &ev, e));
    expect(w, "M-1", CT_GATE_REASON, "out for repair");
    ev = (struct ct_fault_event){.step = CT_FAULT_REPAIRED, .text = "part"};
    w->c.now += CT_MINUTE_MS;
    ok(ct_fault_step(w->tom, f.id, CT_FAULT_SENT, &ev, e));
    expect(w, "M-1", CT_GATE_REASON, "not yet tested");
    w->c.now += CT_MINUTE_MS;
    ok(ct_equipment_retire(w->sue, d, "old", e));
    expect(w, "M-1", CT_GATE_STOP, "retired since");
}

static void test_the_site_may_stop_what_is_set_apart(void **state)
{
    struct ward *w = *state;
    ct_app_free(w->tom); /* a handle under the stricter setting */
    snprintf(w->c.config.equipment_gate, sizeof w->c.config.equipment_gate, "stop");
    w->tom = clinic_app(&w->c);
    assert_int_equal(recorded_login(w->tom, "tom", TOM_PASSWORD, NULL), CT_OK);
    int64_t d = bench_device(w, "M-1", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    int64_t ann = ward_patient(w, "Ash", "Ann", "", "1980-01-01");
    struct ct_fault f = {.equipment_id = d, .text = "beeps"};
    ok(ct_fault_open(w->tom, &f, false, e));
    expect(w, "M-1", CT_GATE_REASON, "faulty"); /* reported, and may still stand in use */
    apart(w, d);
    expect(w, "M-1", CT_GATE_STOP, "quarantined");
    struct ct_vitals v = set_with(w, ann, LINE, "M-1", "no other here");
    refused(ct_vitals_record(w->tom, &w->rules, &v, e), CT_EINVAL, "device", "take another");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM vitals"), 0);
}

static void test_overdue_soon_and_the_check_of_today(void **state)
{
    struct ward *w = *state;
    int64_t a = bench_device(w, "M-1", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    scheduled(w, a, CT_TASK_CALIBRATION, 12, CT_EVERY_MONTH, 0);
    expect(w, "M-1", CT_GATE_NOTE, "calibration due"); /* the due day is the last usable one */
    w->c.now += CT_DAY_MS;
    expect(w, "M-1", CT_GATE_REASON, "M-1: calibration overdue since");
    int64_t b = bench_device(w, "M-2", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    int64_t check = scheduled(w, b, CT_TASK_PRE_USE, 1, CT_EVERY_DAY, 0);
    scheduled(w, b, CT_TASK_MAINTENANCE, 12, CT_EVERY_MONTH, 200);
    expect(w, "M-2", CT_GATE_REASON, "M-2: no pre-use check today");
    struct ct_task_result r = {.equipment_id = b, .schedule_id = check, .kind = CT_TASK_PRE_USE,
                               .done_ms = w->c.now};
    ok(ct_result_record(w->tom, &r, e));
    expect(w, "M-2", CT_GATE_FREE, "");
    w->c.now += CT_DAY_MS;
    expect(w, "M-2", CT_GATE_REASON, "no pre-use check today");
    int64_t c = bench_device(w, "M-3", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    scheduled(w, c, CT_TASK_CLEANING, 1, CT_EVERY_WEEK, -3);
    scheduled(w, c, CT_TASK_PRE_USE, 1, CT_EVERY_WEEK, 2);
    expect(w, "M-3", CT_GATE_REASON, "M-3: cleaning overdue since");
    if (strstr(gate_at(w, "M-3", 0).text, "pre-use") != NULL)
        fail_msg("a check that is due in two days was asked for");
}

static void test_several_reasons_stand_in_one_sentence(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "M-1", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    scheduled(w, d, CT_TASK_CALIBRATION, 12, CT_EVERY_MONTH, -1);
    scheduled(w, d, CT_TASK_PRE_USE, 1, CT_EVERY_DAY, 0);
    apart(w, d);
    struct ct_gate g = gate_at(w, "M-1", 0);
    assert_non_null(strstr(g.text, "quarantined"));
    assert_non_null(strstr(g.text, "; calibration overdue since"));
    assert_non_null(strstr(g.text, "; no pre-use check today"));
}

static void test_limits_of_use_are_a_note(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "M-1", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    struct ct_task_result r = {.equipment_id = d, .kind = CT_TASK_MAINTENANCE,
                               .verdict = CT_TASK_LIMITED, .why = CT_TASK_OUT_OF_TURN,
                               .text = "only below 100 kg", .done_ms = w->c.now};
    ok(ct_result_record(w->tom, &r, e));
    expect(w, "M-1", CT_GATE_NOTE, "limits of use: only below 100 kg");
    w->c.now += CT_HOUR_MS;
    struct ct_task_result better = {.equipment_id = d, .kind = CT_TASK_MAINTENANCE,
                                    .why = CT_TASK_OUT_OF_TURN, .done_ms = w->c.now};
    ok(ct_result_record(w->tom, &better, e));
    expect(w, "M-1", CT_GATE_FREE, "");
}

static void test_a_campaign_that_stops_until_its_tick(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "M-1", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    bench_device(w, "M-2", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    struct ct_equipment x;
    ok(ct_equipment_get(w->tom, d, &x, e));
    struct ct_campaign c = {.model_id = x.model_id, .title = "Replace battery",
                            .text = "swap it", .due = CT_NO_DATE, .stop = true};
    ok(ct_campaign_add(w->sue, &c, e));
    expect(w, "M-1", CT_GATE_REASON, "not to be used before campaign A-1 (Replace battery)");
    ok(ct_campaign_tick(w->tom, c.id, d, 1, "done", e));
    expect(w, "M-1", CT_GATE_FREE, "");
    expect(w, "M-2", CT_GATE_REASON, "campaign");
    ok(ct_campaign_close(w->sue, c.id, "withdrawn by the maker", e));
    expect(w, "M-2", CT_GATE_FREE, "");
}

/* ---- vitals -------------------------------------------------------------------------- */

static void test_vitals_need_a_reason_and_nothing_is_lost(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "M-1", "monitor", CT_ELEC_I, CT_APPLIED_BF);
    int64_t ann = ward_patient(w, "Ash", "Ann", "", "1980-01-01");
    apart(w, d);
    struct ct_vitals v = set_with(w, ann, LINE, "m-1", NULL);
    refused(ct_vitals_record(w->tom, &w->rules, &v, e), CT_EINVAL, "device",
            "M-1: quarantined since");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM vitals"), 0);
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM equipment_override"), 0);
    v.device[0].reason = "   ";
    refused(ct_vitals_record(w->tom, &w->rules, &v, e), CT_EINVAL, "device", "say why");
    v.device[0].reason = "no other here";
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    expect_entry(&w->c, "vitals.record", CT_EXCEPTION, "used though M-1: quarantined since");
    expect_entry(&w->c, "vitals.record", CT_EXCEPTION, "because no other here");
    struct ct_override *o = NULL;
    size_t n = 0;
    ok(ct_overrides_of(w->sue, CT_GATE_VITALS, v.id, &o, &n, e));
    assert_true(n == 1 && o[0].equipment_id == d);
    assert_string_equal(o[0].reason, "no other here");
    free(o);
    ok(ct_overrides_on(w->sue, d, 9, &o, &n, e));
    assert_true(n == 1 && o[0].ref_id == v.id);
    free(o);
    /* the supervisor's list begins with it, and says so */
    struct ct_shift s = {.start_ms = w->c.now - CT_DAY_MS, .end_ms = w->c.now + CT_DAY_MS};
    struct ct_log_line *line = NULL;
    int64_t total;
    ok(ct_shift_log(w->sue, &s, 0, false, 0, 5, &line, &n, &total, e));
    assert_int_equal(line[0].severity, CT_EXCEPTION);
    assert_non_null(strstr(line[0].text, "used though M-1: quarantined"));
    assert_int_equal(line[0].vitals_id, v.id);
    free(line);
}

static void test_a_correction_asks_only_about_what_is_new(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "M-1", "monitor", CT_ELEC_I, CT_APPLIED_BF);
    int64_t d2 = bench_device(w, "M-2", "monitor", CT_ELEC_I, CT_APPLIED_BF);
    int64_t ann = ward_patient(w, "Ash", "Ann", "", "1980-01-01");
    apart(w, d);
    struct ct_vitals v = set_with(w, ann, LINE, "M-1", "emergency");
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    struct ct_vitals fix = set_with(w, ann, "120/80 74 16 98 36.6 A air", "M-1", NULL);
    fix.replaces_id = v.id;
    snprintf(fix.reason, sizeof fix.reason, "typed wrongly");
    ok(ct_vitals_correct(w->tom, &w->rules, &fix, e));
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM equipment_override"), 1);
    struct ct_override *o = NULL;
    size_t n = 0;
    ok(ct_overrides_of(w->sue, CT_GATE_VITALS, fix.id, &o, &n, e)); /* the newest tells it too */
    assert_int_equal(n, 1);
    free(o);
    w->c.now += CT_MINUTE_MS;
    apart(w, d2);
    struct ct_vitals again = set_with(w, ann, "120/80 75 16 98 36.6 A air", "M-2", NULL);
    again.replaces_id = fix.id;
    snprintf(again.reason, sizeof again.reason, "the other monitor");
    refused(ct_vitals_correct(w->tom, &w->rules, &again, e), CT_EINVAL, "device", "M-2");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM vitals"), 2);
    again.device[0].reason = "read before it was set apart";
    ok(ct_vitals_correct(w->tom, &w->rules, &again, e));
    ok(ct_vitals_void(w->tom, again.id, "wrong patient", e)); /* asks nobody */
}

static void test_a_late_entry_is_judged_by_the_time_of_use(void **state)
{
    struct ward *w = *state;
    int64_t ann = ward_patient(w, "Ash", "Ann", "", "1980-01-01");
    int64_t d = bench_device(w, "M-1", "monitor", CT_ELEC_I, CT_APPLIED_BF);
    int64_t before = w->c.now, id;
    w->c.now += CT_HOUR_MS;
    apart(w, d);
    int64_t during = w->c.now;
    w->c.now += CT_HOUR_MS;
    assert_int_equal(gate_at(w, "M-1", before).answer, CT_GATE_FREE);
    assert_int_equal(gate_at(w, "M-1", during).answer, CT_GATE_REASON);
    assert_int_equal(gate_at(w, "M-1", before - CT_DAY_MS).answer, CT_GATE_REASON); /* not known */
    struct ct_vitals v = set_with(w, ann, LINE, "M-1", NULL);
    v.taken_ms = before;
    ok(ct_vitals_record(w->tom, &w->rules, &v, e)); /* it was good then */
    /* schedules too: the check of that day */
    int64_t d2 = bench_device(w, "M-2", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    id = scheduled(w, d2, CT_TASK_PRE_USE, 1, CT_EVERY_DAY, 0);
    struct ct_task_result r = {.equipment_id = d2, .schedule_id = id, .kind = CT_TASK_PRE_USE,
                               .done_ms = w->c.now};
    ok(ct_result_record(w->tom, &r, e));
    int64_t checked = w->c.now;
    w->c.now += CT_DAY_MS;
    int64_t missed = w->c.now;
    w->c.now += CT_DAY_MS;
    r = (struct ct_task_result){.equipment_id = d2, .schedule_id = id, .kind = CT_TASK_PRE_USE,
                                .done_ms = w->c.now};
    ok(ct_result_record(w->tom, &r, e));
    assert_int_equal(gate_at(w, "M-2", 0).answer, CT_GATE_FREE);
    assert_int_equal(gate_at(w, "M-2", checked).answer, CT_GATE_FREE);
    struct ct_gate g = gate_at(w, "M-2", missed);
    assert_int_equal(g.answer, CT_GATE_REASON);
    assert_string_equal(g.text, "M-2: no pre-use check that day");
}

static void test_each_device_of_a_set_is_asked_about(void **state)
{
    struct ward *w = *state;
    int64_t a = bench_device(w, "M-1", "monitor", CT_ELEC_I, CT_APPLIED_BF);
    int64_t b = bench_device(w, "T-1", "thermometer", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    int64_t ann = ward_patient(w, "Ash", "Ann", "", "1980-01-01");
    apart(w, a);
    apart(w, b);
    struct ct_vitals v = set_with(w, ann, LINE, "M-1", "no other here");
    snprintf(v.device[1].device, sizeof v.device[1].device, "T-1");
    v.device[1].quantities = 1U << CT_Q_TEMP;
    v.n_devices = 2;
    refused(ct_vitals_record(w->tom, &w->rules, &v, e), CT_EINVAL, "device", "T-1");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM equipment_override"), 0);
    v.device[1].reason = "checked against another";
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM equipment_override"), 2);
}

/* ---- procedures ------------------------------------------------------------------------ */

static void test_equipment_of_a_procedure_is_asked_about(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "E-1", "ecg", CT_ELEC_I, CT_APPLIED_CF);
    int64_t ann = ward_patient(w, "Ash", "Ann", "", "1980-01-01");
    struct ct_procedure p = {.patient_id = ann, .kind = "ecg-12-lead", .planned_ms = w->c.now};
    ok(ct_procedure_add(w->tom, &p, NULL, e));
    apart(w, d);
    struct ct_proc_use u = {.kind = CT_PROC_EQUIPMENT, .what = "e-1"};
    refused(ct_procedure_use_add(w->tom, p.id, &u, e), CT_EINVAL, "device", "E-1: quarantined");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM procedure_use"), 0);
    u.though = "emergency";
    ok(ct_procedure_use_add(w->tom, p.id, &u, e));
    expect_entry(&w->c, "procedure.use", CT_EXCEPTION, "used though E-1: quarantined");
    struct ct_override *o = NULL;
    size_t n = 0;
    ok(ct_overrides_of(w->tom, CT_GATE_PROCEDURE, p.id, &o, &n, e));
    assert_true(n == 1 && strcmp(o[0].asset, "e-1") == 0);
    free(o);
    struct ct_proc_use pack = {.kind = CT_PROC_SET, .what = "E-1"}; /* a pack is no device */
    ok(ct_procedure_use_add(w->tom, p.id, &pack, e));
    ok(ct_procedure_use_end(w->tom, p.id, u.id, "another was used", e));
}

static void test_equipment_is_judged_by_when_the_procedure_began(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "E-1", "ecg", CT_ELEC_I, CT_APPLIED_CF);
    int64_t ann = ward_patient(w, "Ash", "Ann", "", "1980-01-01");
    struct ct_procedure p = {.patient_id = ann, .kind = "consultation", .planned_ms = w->c.now};
    ok(ct_procedure_add(w->tom, &p, NULL, e));
    struct ct_proc_event ev = {.state = CT_PROC_IN_PROGRESS, .text = "at once"};
    ok(ct_procedure_state(w->tom, p.id, CT_PROC_SCHEDULED, &ev, e));
    w->c.now += CT_HOUR_MS;
    apart(w, d);
    struct ct_proc_use u = {.kind = CT_PROC_EQUIPMENT, .what = "E-1"};
    ok(ct_procedure_use_add(w->tom, p.id, &u, e));
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM equipment_override"), 0);
}

/* ---- exemptions -------------------------------------------------------------------------- */

/* What would lift the block is never blocked: bika.lims.legacy#1630. */
static void test_checks_repairs_and_tests_never_ask(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "M-1", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    int64_t cal = scheduled(w, d, CT_TASK_CALIBRATION, 12, CT_EVERY_MONTH, -100);
    int64_t check = scheduled(w, d, CT_TASK_PRE_USE, 1, CT_EVERY_DAY, -100);
    int64_t clean = scheduled(w, d, CT_TASK_CLEANING, 1, CT_EVERY_WEEK, -100);
    int64_t care = scheduled(w, d, CT_TASK_MAINTENANCE, 12, CT_EVERY_MONTH, -100);
    struct ct_fault f = {.equipment_id = d, .text = "reads low"};
    ok(ct_fault_open(w->tom, &f, true, e));
    const struct {
        int64_t id;
        enum ct_task_kind kind;
    } TASK[] = {{check, CT_TASK_PRE_USE}, {clean, CT_TASK_CLEANING}, {care, CT_TASK_MAINTENANCE}};
    for (size_t i = 0; i < CT_LEN(TASK); i++) {
        struct ct_task_result r = {.equipment_id = d, .schedule_id = TASK[i].id,
                                   .kind = TASK[i].kind, .done_ms = w->c.now};
        ok(ct_result_record(w->tom, &r, e));
    }
    bench_standard(w, "S-1", "weights", -10, 300);
    (void)cal;
    struct ct_calibration *k = bench_begin(w->tom, d, "scales", "S-1");
    assert_non_null(k); /* a calibration of a quarantined, overdue device begins */
    ct_calibration_free(k);
    struct ct_fault_event ev = {.step = CT_FAULT_REPAIRED, .text = "load cell"};
    w->c.now += CT_MINUTE_MS;
    ok(ct_fault_step(w->tom, f.id, CT_FAULT_APART, &ev, e));
    w->c.now += CT_MINUTE_MS;
    struct ct_task_result r = {.equipment_id = d, .schedule_id = check, .kind = CT_TASK_PRE_USE,
                               .why = CT_TASK_AFTER_REPAIR, .fault_id = f.id,
                               .done_ms = w->c.now};
    ok(ct_result_record(w->tom, &r, e));
    ok(ct_fault_get(w->tom, f.id, &f, e));
    assert_int_equal(f.step, CT_FAULT_TESTED);
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM equipment_override"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
        T(test_without_a_registry_nothing_is_asked),
        T(test_each_condition_speaks_against_use),
        T(test_the_site_may_stop_what_is_set_apart),
        T(test_overdue_soon_and_the_check_of_today),
        T(test_several_reasons_stand_in_one_sentence),
        T(test_limits_of_use_are_a_note),
        T(test_a_campaign_that_stops_until_its_tick),
        T(test_vitals_need_a_reason_and_nothing_is_lost),
        T(test_a_correction_asks_only_about_what_is_new),
        T(test_a_late_entry_is_judged_by_the_time_of_use),
        T(test_each_device_of_a_set_is_asked_about),
        T(test_equipment_of_a_procedure_is_asked_about),
        T(test_equipment_is_judged_by_when_the_procedure_began),
        T(test_checks_repairs_and_tests_never_ask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
