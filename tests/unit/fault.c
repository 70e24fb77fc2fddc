/* Faults: the chain from report to review cannot be shortened, by whom or from where soever;
 * what other modules find joins it; restricted patients are not named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/fault_priv.h"
#include "tests/support/bench_of.h"

static struct ct_fault opened(struct ward *w, int64_t device, const char *text, bool apart)
{
    struct ct_fault f = {.equipment_id = device};
    snprintf(f.text, sizeof f.text, "%s", text);
    ok(ct_fault_open(w->tom, &f, apart, e));
    return f;
}

static struct ct_fault got(struct ward *w, int64_t id)
{
    struct ct_fault f;
    ok(ct_fault_get(w->tom, id, &f, e));
    return f;
}

static enum ct_status step(struct ct_app *app, struct ward *w, int64_t id,
                           enum ct_fault_step to, const char *text, int64_t result_id,
                           struct ct_error *e)
{
    struct ct_fault_event ev = {.step = to, .result_id = result_id};
    snprintf(ev.text, sizeof ev.text, "%s", text);
    if (to == CT_FAULT_SENT)
        snprintf(ev.told, sizeof ev.told, "Meridian service");
    w->c.now += CT_MINUTE_MS;
    return ct_fault_step(app, id, got(w, id).step, &ev, e);
}

static enum ct_equip_condition condition(struct ward *w, int64_t device)
{
    struct ct_equipment x;
    ok(ct_equipment_get(w->tom, device, &x, e));
    return x.condition;
}

/* A result past the program; its id. */
static int64_t result(struct ward *w, int64_t device, enum ct_task_kind kind,
                      enum ct_task_verdict verdict, uint32_t by)
{
    char sql[600];
    w->c.now += CT_MINUTE_MS;
    snprintf(sql, sizeof sql,
             "INSERT INTO equipment_result(equipment_id, kind, verdict, why, text, answers, "
             "done_ms, day, recorded_ms, by_user) VALUES (%lld, %d, %d, 2, '', '', %lld, %d, "
             "%lld, %u)",
             (long long)device, (int)kind, (int)verdict, (long long)w->c.now,
             (int)ct_date_at(w->c.now), (long long)w->c.now, by);
    ward_raw(w, sql);
    return app_int(w->tom, "SELECT max(id) FROM equipment_result");
}

static uint32_t uid(struct ct_app *app)
{
    return ct_app_who(app)->user_id;
}

static void sign(struct ct_app *app, const char *password)
{
    assert_int_equal(clinic_again(app, password), CT_OK);
}

/* fault_find and the device's condition are what the events say. */
static void consistent(struct ward *w)
{
    assert_int_equal(
        app_int(w->tom,
                "SELECT count(*) FROM fault f JOIN fault_event l ON l.id = (SELECT max(x.id) "
                "FROM fault_event x WHERE x.fault_id = f.id) LEFT JOIN fault_find o "
                "ON o.fault_id = f.id WHERE (l.step < 7) <> (o.fault_id IS NOT NULL) "
                "OR (o.step IS NOT NULL AND (o.step <> l.step OR o.step_ms <> l.at_ms))"),
        0);
    assert_int_equal(
        app_int(w->tom, "SELECT count(*) FROM equipment_find q JOIN equipment_event v ON v.id = "
                        "(SELECT max(z.id) FROM equipment_event z WHERE z.equipment_id = "
                        "q.equipment_id) WHERE v.condition <> q.condition"),
        0);
    assert_int_equal(
        app_int(w->tom, "SELECT count(*) FROM equipment_find q WHERE q.condition BETWEEN 1 AND 4 "
                        "AND NOT EXISTS (SELECT 1 FROM fault_find o "
                        "WHERE o.equipment_id = q.equipment_id)"),
        0);
}

/* ---- opening ------------------------------------------------------------------------- */

static void test_a_reported_fault_makes_the_device_faulty(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "M-1", "monitor", CT_ELEC_I, CT_APPLIED_BF);
    struct ct_fault f = {.equipment_id = d, .happened_ms = w->c.now - CT_HOUR_MS};
    refused(ct_fault_open(w->tom, &f, false, e), CT_EINVAL, "text", "what is wrong");
    snprintf(f.text, sizeof f.text, "  cuff bursts ");
    f.harm = CT_HARM_DONE;
    refused(ct_fault_open(w->tom, &f, false, e), CT_EINVAL, "told", "whom you told");
    snprintf(f.told, sizeof f.told, "Dr Demo");
    f.happened_ms = w->c.now + CT_HOUR_MS;
    refused(ct_fault_open(w->tom, &f, false, e), CT_EINVAL, "happened_ms", "future");
    f.happened_ms = w->c.now - CT_HOUR_MS;
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM fault"), 0);
    ok(ct_fault_open(w->tom, &f, false, e));
    assert_string_equal(f.text, "cuff bursts");
    assert_string_equal(f.asset, "M-1");
    assert_string_equal(f.by, ct_app_who(w->tom)->name);
    assert_int_equal(f.step, CT_FAULT_OPENED);
    assert_int_equal(condition(w, d), CT_COND_FAULTY);
    expect_entry(&w->c, "fault.open", CT_EXCEPTION, "HARM DONE: cuff bursts");
    struct ct_fault again = {.equipment_id = d, .text = "again"};
    refused(ct_fault_open(w->sue, &again, false, e), CT_ECONFLICT, "", "add to that one");
    assert_int_equal(again.id, f.id);
    consistent(w);
}

static void test_one_key_sets_apart_with_a_reason(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "M-1", "monitor", CT_ELEC_I, CT_APPLIED_BF), id = 0;
    refused(ct_equipment_quarantine(w->tom, d, "  ", &id, e), CT_EINVAL, "reason", "missing");
    ok(ct_equipment_quarantine(w->tom, d, "dropped", &id, e));
    assert_string_equal(got(w, id).text, "quarantined: dropped");
    assert_int_equal(got(w, id).step, CT_FAULT_APART);
    assert_int_equal(condition(w, d), CT_COND_QUARANTINED);
    expect_entry(&w->c, "fault.open", CT_NOTABLE, "quarantined: quarantined: dropped");
    int64_t d2 = bench_device(w, "M-2", "monitor", CT_ELEC_I, CT_APPLIED_BF), id2 = 0;
    struct ct_fault f = opened(w, d2, "beeps", false);
    ok(ct_equipment_quarantine(w->sue, d2, "smells burnt", &id2, e));
    assert_int_equal(id2, f.id); /* the same fault, one step on */
    assert_int_equal(condition(w, d2), CT_COND_QUARANTINED);
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM fault"), 2);
    consistent(w);
}

static void test_on_whom_and_in_what(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "M-1", "monitor", CT_ELEC_I, CT_APPLIED_BF);
    int64_t ann = ward_patient(w, "Ash", "Ann", "", ""), bob = ward_patient(w, "Birch", "Bob", "", "");
    struct ct_procedure p = {.patient_id = ann, .kind = "ecg-12-lead", .planned_ms = w->c.now};
    ok(ct_procedure_add(w->tom, &p, NULL, e));
    struct ct_fault f = {.equipment_id = d, .text = "no trace", .procedure_id = p.id};
    refused(ct_fault_open(w->tom, &f, false, e), CT_EINVAL, "harm", "patient was concerned");
    f.harm = CT_HARM_NONE;
    f.patient_id = bob;
    refused(ct_fault_open(w->tom, &f, false, e), CT_EINVAL, "procedure_id", "another patient");
    f.patient_id = 0;
    f.procedure_id = 99;
    refused(ct_fault_open(w->tom, &f, false, e), CT_EINVAL, "procedure_id", "no procedure P-99");
    f.procedure_id = p.id;
    ok(ct_fault_open(w->tom, &f, false, e));
    assert_int_equal(f.patient_id, ann);
    assert_string_equal(f.patient, "ASH, Ann");
    assert_int_equal(app_int(w->tom, "SELECT patient_id FROM audit WHERE verb = 'fault.open' "
                                     "ORDER BY seq DESC LIMIT 1"),
                     ann);
    ok(ct_access_restrict(w->sue, ann, CT_RESTRICTED_SET, "asked for it in writing", e));
    struct ct_fault seen = got(w, f.id), *list = NULL;
    size_t n = 0;
    assert_true(seen.restricted && seen.patient_id == 0 && seen.procedure_id == 0);
    assert_string_equal(seen.patient, "");
    assert_string_equal(seen.text, "no trace");
    ok(ct_fault_list(w->tom, 0, true, false, 0, &list, &n, e));
    assert_true(n == 1 && list[0].restricted && list[0].patient[0] == '\0');
    free(list);
    int64_t d2 = bench_device(w, "M-2", "monitor", CT_ELEC_I, CT_APPLIED_BF);
    struct ct_fault g = {.equipment_id = d2, .text = "x", .patient_id = ann, .harm = CT_HARM_NONE};
    refused(ct_fault_open(w->tom, &g, false, e), CT_EDENIED, CT_RESTRICTED, "");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM fault"), 1);
}

/* ---- the chain ------------------------------------------------------------------------ */

static void test_the_whole_chain_and_nothing_skipped(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "M-1", "monitor", CT_ELEC_I, CT_APPLIED_BF);
    struct ct_fault f = opened(w, d, "alarm silent", false);
    refused(step(w->tom, w, f.id, CT_FAULT_REPAIRED, "speaker", 0, e), CT_EINVAL, "step",
            "set it apart first");
    refused(step(w->tom, w, f.id, CT_FAULT_SENT, "", 0, e), CT_EINVAL, "step", "set it apart");
    ok(step(w->tom, w, f.id, CT_FAULT_TRIED, "Is it on? yes", 0, e));
    refused(step(w->tom, w, f.id, CT_FAULT_NOTHING, "works", 0, e), CT_EINVAL, "step", "apart");
    ok(step(w->tom, w, f.id, CT_FAULT_APART, "", 0, e));
    assert_int_equal(condition(w, d), CT_COND_QUARANTINED);
    refused(step(w->tom, w, f.id, CT_FAULT_TESTED, "", 1, e), CT_EINVAL, "step",
            "say first what was repaired");
    ok(step(w->tom, w, f.id, CT_FAULT_SENT, "", 0, e));
    assert_int_equal(condition(w, d), CT_COND_REPAIR);
    refused(step(w->tom, w, f.id, CT_FAULT_REPAIRED, " ", 0, e), CT_EINVAL, "text", "repaired");
    int64_t early = result(w, d, CT_TASK_ELECTRICAL, CT_TASK_PASSED, uid(w->tom));
    ok(step(w->tom, w, f.id, CT_FAULT_REPAIRED, "speaker changed", 0, e));
    assert_int_equal(condition(w, d), CT_COND_TESTING);
    refused(step(w->sue, w, f.id, CT_FAULT_REVIEWED, "", 0, e), CT_EINVAL, "step", "tests");
    refused(step(w->tom, w, f.id, CT_FAULT_TESTED, "", early, e), CT_EINVAL, "result_id",
            "test it again");
    refused(step(w->tom, w, f.id, CT_FAULT_TESTED, "", 999, e), CT_EINVAL, "result_id",
            "no result of M-1");
    struct ct_fault_test t[CT_TASKS * 4];
    size_t n = 0;
    ok(ct_fault_tests(w->tom, f.id, t, &n, e));
    assert_true(n == 1 && t[0].kind == CT_TASK_ELECTRICAL && t[0].result_id == 0);
    int64_t bad = result(w, d, CT_TASK_ELECTRICAL, CT_TASK_FAILED, uid(w->tom));
    ok(step(w->tom, w, f.id, CT_FAULT_TESTED, "", bad, e));
    assert_int_equal(got(w, f.id).step, CT_FAULT_APART); /* failed: back */
    assert_int_equal(condition(w, d), CT_COND_QUARANTINED);
    expect_entry(&w->c, "fault.step", CT_NOTABLE, "tested, FAILED");
    ok(step(w->tom, w, f.id, CT_FAULT_REPAIRED, "earth wire", 0, e));
    int64_t good = result(w, d, CT_TASK_ELECTRICAL, CT_TASK_PASSED, uid(w->tom));
    int64_t loose[4];
    ok(ct_fault_unlinked(w->tom, f.id, loose, 4, &n, e));
    assert_true(n == 1 && loose[0] == good);
    ok(step(w->tom, w, f.id, CT_FAULT_TESTED, "", good, e));
    ok(ct_fault_unlinked(w->tom, f.id, loose, 4, &n, e));
    assert_int_equal(n, 0);
    assert_int_equal(condition(w, d), CT_COND_TESTING);
    sign(w->tom, TOM_PASSWORD);
    refused(step(w->tom, w, f.id, CT_FAULT_REVIEWED, "", 0, e), CT_EDENIED, "step",
            "another person");
    refused(step(w->sue, w, f.id, CT_FAULT_REVIEWED, "", 0, e), CT_EDENIED, "password",
            "signature");
    assert_int_equal(condition(w, d), CT_COND_TESTING);
    sign(w->sue, SUE_PASSWORD);
    ok(step(w->sue, w, f.id, CT_FAULT_REVIEWED, "seen", 0, e));
    assert_int_equal(condition(w, d), CT_COND_IN_SERVICE);
    assert_true(got(w, f.id).over);
    refused(step(w->tom, w, f.id, CT_FAULT_APART, "x", 0, e), CT_EINVAL, "step", "is over");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM audit a JOIN audit_signature s "
                                     "ON s.seq = a.seq WHERE a.verb = 'fault.review'"),
                     1);
    consistent(w);
}

static void test_the_tester_does_not_review_and_neither_does_the_linker(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "M-1", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    struct ct_fault f = opened(w, d, "reads low", true);
    ok(step(w->tom, w, f.id, CT_FAULT_NOTHING, "on a soft floor", 0, e));
    int64_t r = result(w, d, CT_TASK_PRE_USE, CT_TASK_LIMITED, uid(w->sue));
    ok(step(w->tom, w, f.id, CT_FAULT_TESTED, "", r, e));
    sign(w->sue, SUE_PASSWORD);
    refused(step(w->sue, w, f.id, CT_FAULT_REVIEWED, "", 0, e), CT_EDENIED, "step",
            "tested it yourself");
    sign(w->tom, TOM_PASSWORD);
    refused(step(w->tom, w, f.id, CT_FAULT_REVIEWED, "", 0, e), CT_EDENIED, "step", "yourself");
    assert_int_equal(condition(w, d), CT_COND_TESTING);
}

static void test_a_result_marked_in_error_counts_no_more(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "M-1", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    struct ct_fault f = opened(w, d, "reads low", true);
    ok(step(w->tom, w, f.id, CT_FAULT_NOTHING, "on a soft floor", 0, e));
    int64_t r = result(w, d, CT_TASK_PRE_USE, CT_TASK_PASSED, uid(w->tom));
    ok(step(w->tom, w, f.id, CT_FAULT_TESTED, "", r, e));
    char sql[300];
    snprintf(sql, sizeof sql,
             "INSERT INTO equipment_result(equipment_id, kind, verdict, why, text, answers, "
             "done_ms, day, recorded_ms, voids_id, reason, by_user) VALUES (%lld, 3, 0, 2, '', "
             "'', 1, 1, 1, %lld, 'wrong device', 2)",
             (long long)d, (long long)r);
    ward_raw(w, sql);
    sign(w->sue, SUE_PASSWORD);
    refused(step(w->sue, w, f.id, CT_FAULT_REVIEWED, "", 0, e), CT_EINVAL, "step",
            "test is missing");
    refused(step(w->tom, w, f.id, CT_FAULT_TESTED, "", r, e), CT_EINVAL, "result_id", "in error");
}

static void schedule(struct ward *w, int64_t device, enum ct_task_kind kind, const char *template)
{
    struct ct_schedule x = {.equipment_id = device, .kind = kind, .every = 12,
                            .unit = CT_EVERY_MONTH, .amber_days = -1,
                            .starts = ct_date_at(w->c.now) + 300};
    snprintf(x.template_id, sizeof x.template_id, "%s", template);
    ok(ct_schedule_add(w->sue, &x, e));
}

static void test_tests_follow_from_cause_repair_and_schedules(void **state)
{
    struct ward *w = *state;
    struct ct_fault_test t[CT_TASKS * 4];
    size_t n = 0;
    int64_t d = bench_device(w, "M-1", "monitor", CT_ELEC_INTERNAL, CT_APPLIED_BF);
    schedule(w, d, CT_TASK_CALIBRATION, "nibp-static");
    schedule(w, d, CT_TASK_CALIBRATION, "nibp-leak");
    schedule(w, d, CT_TASK_ELECTRICAL, "electrical-safety-62353");
    schedule(w, d, CT_TASK_MAINTENANCE, "");
    struct ct_fault f = opened(w, d, "silent", true);
    ok(step(w->tom, w, f.id, CT_FAULT_NOTHING, "was muted", 0, e));
    ok(ct_fault_tests(w->tom, f.id, t, &n, e));
    assert_true(n == 1 && t[0].kind == CT_TASK_PRE_USE); /* nothing was touched */
    ok(step(w->tom, w, f.id, CT_FAULT_REPAIRED, "speaker changed after all", 0, e));
    ok(ct_fault_tests(w->tom, f.id, t, &n, e));
    assert_int_equal(n, 3);
    assert_string_equal(t[0].template_id, "nibp-leak");
    assert_string_equal(t[1].template_id, "nibp-static");
    assert_string_equal(t[2].template_id, "electrical-safety-62353");
    /* one of class II is tested electrically without any schedule */
    int64_t d2 = bench_device(w, "M-2", "suction", CT_ELEC_II, CT_APPLIED_BF);
    struct ct_fault g = opened(w, d2, "weak", true);
    ok(step(w->tom, w, g.id, CT_FAULT_REPAIRED, "membrane", 0, e));
    ok(ct_fault_tests(w->tom, g.id, t, &n, e));
    assert_true(n == 1 && t[0].kind == CT_TASK_ELECTRICAL && t[0].template_id[0] == '\0');
}

/* ---- what other modules find ------------------------------------------------------------- */

struct found {
    struct ct_fault f;
    int64_t result_id;
    enum ct_task_verdict verdict;
    const char *adjusted;
};

static enum ct_status find_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *e)
{
    struct found *x = arg;
    snprintf(entry->detail, sizeof entry->detail, "test");
    if (x->adjusted != NULL)
        return ct_fault_adjusted_in(app, db, x->f.equipment_id, x->adjusted, entry, e);
    if (x->result_id != 0)
        return ct_fault_tested_in(app, db, x->f.id, x->result_id, x->verdict, entry, e);
    return ct_fault_open_in(app, db, &x->f, false, entry, e);
}

static enum ct_status find(struct ward *w, struct found *x, struct ct_error *e)
{
    const struct ct_change change = {.verb = CT_VERB_RESULT, .write = find_write, .arg = x};
    w->c.now += CT_MINUTE_MS;
    return ct_record(w->tom, &change, NULL, e);
}

static void test_a_failed_calibration_is_set_apart_and_adjusting_repairs_it(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "M-1", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    struct found x = {.f = {.equipment_id = d, .cause = CT_FAULT_OUT_OF_TOLERANCE,
                            .text = "K-1: 2 kg high"}};
    ok(find(w, &x, e));
    assert_int_equal(condition(w, d), CT_COND_QUARANTINED); /* though nobody asked for it */
    expect_entry(&w->c, "equipment.result", CT_EXCEPTION, "test");
    int64_t id = x.f.id;
    struct found adjust = {.f = {.equipment_id = d}, .adjusted = "span"};
    ok(find(w, &adjust, e));
    assert_int_equal(got(w, id).step, CT_FAULT_REPAIRED);
    int64_t r = result(w, d, CT_TASK_CALIBRATION, CT_TASK_PASSED, uid(w->tom));
    struct found test = {.f = {.id = id}, .result_id = r, .verdict = CT_TASK_PASSED};
    ok(find(w, &test, e));
    sign(w->sue, SUE_PASSWORD);
    ok(step(w->sue, w, id, CT_FAULT_REVIEWED, "", 0, e));
    assert_int_equal(condition(w, d), CT_COND_IN_SERVICE);
    consistent(w);
}

static void test_adjusting_does_not_repair_what_is_broken_otherwise(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "M-1", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    struct ct_fault f = opened(w, d, "display cracked", true);
    struct found adjust = {.f = {.equipment_id = d}, .adjusted = "span"};
    ok(find(w, &adjust, e));
    assert_int_equal(got(w, f.id).step, CT_FAULT_APART);
    int64_t d2 = bench_device(w, "M-2", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    struct found none = {.f = {.equipment_id = d2}, .adjusted = "span"};
    ok(find(w, &none, e));
    assert_int_equal(condition(w, d2), CT_COND_IN_SERVICE);
}

static void test_a_second_finding_joins_the_fault_that_is_open(void **state)
{
    struct ward *w = *state;
    struct ct_fault_event *ev = NULL;
    size_t n = 0;
    int64_t d = bench_device(w, "M-1", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    struct ct_fault f = opened(w, d, "reads low", true);
    ok(step(w->tom, w, f.id, CT_FAULT_REPAIRED, "cell", 0, e));
    struct found x = {.f = {.equipment_id = d, .cause = CT_FAULT_OUT_OF_TOLERANCE,
                            .calibration_id = 7, .text = "K-7 2 kg high"}};
    ok(find(w, &x, e));
    assert_int_equal(x.f.id, f.id);
    assert_int_equal(got(w, f.id).step, CT_FAULT_APART);
    ok(ct_fault_events(w->sue, f.id, &ev, &n, e));
    assert_int_equal(n, 4);
    assert_int_equal(ev[3].cause, CT_FAULT_OUT_OF_TOLERANCE);
    assert_int_equal(ev[3].calibration_id, 7);
    assert_string_equal(ev[3].text, "out of tolerance: K-7 2 kg high");
    free(ev);
    /* and a failed check of one that only was reported leaves it where it stands */
    int64_t d2 = bench_device(w, "M-2", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    struct ct_fault g = opened(w, d2, "beeps", false);
    struct found y = {.f = {.equipment_id = d2, .cause = CT_FAULT_CHECK, .text = "feet"}};
    ok(find(w, &y, e));
    assert_int_equal(y.f.id, g.id);
    assert_int_equal(condition(w, d2), CT_COND_FAULTY);
    consistent(w);
}

static void test_a_test_out_of_its_place_is_refused(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "M-1", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    struct ct_fault f = opened(w, d, "reads low", true);
    int64_t r = result(w, d, CT_TASK_CALIBRATION, CT_TASK_PASSED, uid(w->tom));
    struct found test = {.f = {.id = f.id}, .result_id = r, .verdict = CT_TASK_PASSED};
    refused(find(w, &test, e), CT_EINVAL, "fault_id", "say first what was repaired");
    ok(step(w->tom, w, f.id, CT_FAULT_REPAIRED, "cell", 0, e));
    ok(find(w, &test, e)); /* measured before the repair: no test, and no obstacle */
    assert_int_equal(got(w, f.id).step, CT_FAULT_REPAIRED);
    int64_t bad = result(w, d, CT_TASK_CALIBRATION, CT_TASK_FAILED, uid(w->tom));
    struct found fails = {.f = {.id = f.id}, .result_id = bad, .verdict = CT_TASK_FAILED};
    ok(find(w, &fails, e));
    assert_int_equal(got(w, f.id).step, CT_FAULT_APART);
    struct ct_fault_test t[CT_TASKS * 4];
    size_t n = 0;
    ok(ct_fault_tests(w->tom, f.id, t, &n, e)); /* what failed is asked for from now on */
    assert_true(n == 1 && t[0].kind == CT_TASK_CALIBRATION && t[0].result_id == 0);
}

static void test_retiring_ends_the_fault(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "M-1", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    struct ct_fault f = opened(w, d, "reads low", true);
    refused(step(w->tom, w, f.id, CT_FAULT_WITH_DEVICE, "", 0, e), CT_EINVAL, "step", "retire");
    ok(ct_equipment_retire(w->sue, d, "not worth it", e));
    assert_int_equal(got(w, f.id).step, CT_FAULT_WITH_DEVICE);
    assert_true(got(w, f.id).over);
    struct ct_fault again = {.equipment_id = d, .text = "x"};
    refused(ct_fault_open(w->tom, &again, false, e), CT_EINVAL, "", "retired");
    consistent(w);
}

static void test_two_at_once_and_time_that_goes_back(void **state)
{
    struct ward *w = *state;
    int64_t d = bench_device(w, "M-1", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    struct ct_fault f = opened(w, d, "reads low", false);
    ok(step(w->sue, w, f.id, CT_FAULT_APART, "", 0, e));
    struct ct_fault_event ev = {.step = CT_FAULT_APART};
    refused(ct_fault_step(w->tom, f.id, CT_FAULT_OPENED, &ev, e), CT_ECONFLICT, "step",
            "set apart");
    ev = (struct ct_fault_event){.step = CT_FAULT_REPAIRED, .text = "cell",
                                 .at_ms = w->c.now - CT_HOUR_MS};
    refused(ct_fault_step(w->tom, f.id, CT_FAULT_APART, &ev, e), CT_EINVAL, "at_ms",
            "not before that");
    ev.at_ms = w->c.now + CT_HOUR_MS;
    refused(ct_fault_step(w->tom, f.id, CT_FAULT_APART, &ev, e), CT_EINVAL, "at_ms", "future");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM fault_event"), 2);
}

static void test_lists_leave_standards_out_and_count_what_is_open(void **state)
{
    struct ward *w = *state;
    struct ct_fault *v = NULL;
    size_t n = 0;
    int64_t d = bench_device(w, "M-1", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    int64_t s = bench_standard(w, "S-1", "weights", -10, 300);
    opened(w, d, "reads low", false);
    opened(w, s, "rusty", true);
    ok(ct_fault_list(w->tom, 0, true, false, 0, &v, &n, e));
    assert_true(n == 2 && strcmp(v[0].asset, "S-1") == 0);
    free(v);
    ok(ct_fault_list(w->tom, 0, true, true, 0, &v, &n, e));
    assert_true(n == 1 && strcmp(v[0].asset, "M-1") == 0);
    free(v);
    ok(ct_equipment_retire(w->sue, d, "old", e));
    ok(ct_fault_list(w->tom, 0, true, true, 0, &v, &n, e));
    assert_int_equal(n, 0);
    free(v);
    ok(ct_fault_list(w->tom, d, false, false, 0, &v, &n, e));
    assert_true(n == 1 && v[0].over);
    free(v);
    ok(ct_fault_list(w->tom, d, true, false, 0, &v, &n, e));
    assert_int_equal(n, 0);
    free(v);
}

/* ---- random walks --------------------------------------------------------------------------- */

static uint32_t rnd(uint32_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 17;
    *x ^= *x << 5;
    return *x;
}

/* Has the chain, as it is stored, all that a return needs, in order? */
static bool complete(struct ward *w, int64_t id)
{
    struct ct_fault_event *ev = NULL;
    size_t n = 0;
    bool apart = false, mended = false, tested = false, legal = true;
    ok(ct_fault_events(w->tom, id, &ev, &n, e));
    for (size_t i = 0; i < n; i++) {
        if (ev[i].step == CT_FAULT_APART) {
            apart = true;
            mended = tested = false;
        } else if (ev[i].step == CT_FAULT_REPAIRED || ev[i].step == CT_FAULT_NOTHING) {
            legal = legal && apart;
            mended = true;
            tested = false;
        } else if (ev[i].step == CT_FAULT_SENT) {
            legal = legal && apart;
            mended = tested = false;
        } else if (ev[i].step == CT_FAULT_TESTED) {
            legal = legal && mended;
            tested = true;
        } else if (ev[i].step == CT_FAULT_REVIEWED) {
            legal = legal && apart && mended && tested && i + 1 == n;
        }
    }
    free(ev);
    return legal;
}

static void test_no_walk_of_steps_leads_past_anything(void **state)
{
    struct ward *w = *state;
    uint32_t seed = 20261123;
    int back = 0;
    int64_t d = bench_device(w, "M-1", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    for (int walk = 0; walk < 25; walk++) {
        struct ct_fault f = opened(w, d, "odd", rnd(&seed) % 2 == 0);
        for (int i = 0; i < 40 && !got(w, f.id).over; i++) {
            struct ct_app *app = rnd(&seed) % 12 == 0 ? w->sue : w->tom;
            enum ct_fault_step to = (enum ct_fault_step)(rnd(&seed) % CT_FAULT_STEPS);
            enum ct_fault_step from = got(w, f.id).step;
            for (int k = 0; k < 9 && rnd(&seed) % 8 != 0 && !ct_fault_may(from, to); k++)
                to = (enum ct_fault_step)(rnd(&seed) % CT_FAULT_STEPS); /* mostly what may be */
            enum ct_task_verdict v = rnd(&seed) % 4 == 0 ? CT_TASK_FAILED : CT_TASK_PASSED;
            int64_t r = to == CT_FAULT_TESTED
                            ? result(w, d, CT_TASK_PRE_USE, v, uid(w->tom))
                            : 0;
            struct ct_error err;
            if (to == CT_FAULT_REVIEWED)
                app = rnd(&seed) % 3 == 0 ? w->tom : w->sue;
            if (to == CT_FAULT_REVIEWED)
                sign(app, app == w->sue ? SUE_PASSWORD : TOM_PASSWORD);
            enum ct_status rc = step(app, w, f.id, to, "words", r, &err);
            if (rc == CT_OK)
                assert_true(ct_fault_may(from, to));
            else
                assert_int_equal(got(w, f.id).step, from);
            struct ct_fault is = got(w, f.id);
            assert_int_equal(is.over, condition(w, d) == CT_COND_IN_SERVICE);
            assert_true(complete(w, f.id));
        }
        back += got(w, f.id).over;
        if (!got(w, f.id).over) { /* the straight way leads out from anywhere */
            ok(step(w->tom, w, f.id, CT_FAULT_APART, "again", 0, e));
            ok(step(w->tom, w, f.id, CT_FAULT_REPAIRED, "part", 0, e));
            ok(step(w->tom, w, f.id, CT_FAULT_TESTED, "",
                    result(w, d, CT_TASK_PRE_USE, CT_TASK_PASSED, uid(w->tom)), e));
            struct ct_error err;
            sign(w->sue, SUE_PASSWORD);
            if (step(w->sue, w, f.id, CT_FAULT_REVIEWED, "", 0, &err) != CT_OK) {
                assert_int_equal(err.status, CT_EDENIED); /* sue had a hand in it */
                ok(ct_equipment_retire(w->sue, d, "end of the walk", e));
                char asset[16];
                snprintf(asset, sizeof asset, "W-%d", walk);
                d = bench_device(w, asset, "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
            }
        }
        consistent(w);
    }
    assert_true(back > 0); /* some walks came through */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
        T(test_a_reported_fault_makes_the_device_faulty),
        T(test_one_key_sets_apart_with_a_reason),
        T(test_on_whom_and_in_what),
        T(test_the_whole_chain_and_nothing_skipped),
        T(test_the_tester_does_not_review_and_neither_does_the_linker),
        T(test_a_result_marked_in_error_counts_no_more),
        T(test_tests_follow_from_cause_repair_and_schedules),
        T(test_a_failed_calibration_is_set_apart_and_adjusting_repairs_it),
        T(test_adjusting_does_not_repair_what_is_broken_otherwise),
        T(test_a_second_finding_joins_the_fault_that_is_open),
        T(test_a_test_out_of_its_place_is_refused),
        T(test_retiring_ends_the_fault),
        T(test_two_at_once_and_time_that_goes_back),
        T(test_lists_leave_standards_out_and_count_what_is_open),
        T(test_no_walk_of_steps_leads_past_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
