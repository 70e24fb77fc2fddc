/* Machines: no load before today's tests have passed, a failure takes the machine out of
 * service, and it comes back only after the row of tests that its programme asks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/sterile_rows.h"
#include "clinic/task_check.h"
#include "tests/support/bench_of.h"

#define LOAD "porous-134"

static int64_t steriliser(struct ward *w)
{
    int64_t id = bench_device(w, "ST-1", "steriliser", CT_ELEC_UNSAID, CT_APPLIED_UNSAID);
    struct ct_machine_programme m = {.equipment_id = id, .programme = LOAD};
    ok(ct_machine_programme_add(w->sue, &m, e));
    return id;
}

static struct ct_machine_test test_of(int64_t id, enum ct_machine_test_kind kind,
                                      enum ct_machine_test_result result)
{
    struct ct_machine_test t = {
        .equipment_id = id, .kind = kind, .result = result, .cycle_number = CT_UNSET};
    if (kind == CT_MT_PENETRATION || kind == CT_MT_CHALLENGE_RETURN)
        snprintf(t.lot, sizeof t.lot, "BD-7");
    if (result != CT_MT_PASSED)
        snprintf(t.remark, sizeof t.remark, "sheet uneven in the middle");
    return t;
}

static struct ct_machine_test tested(struct ward *w, int64_t id, enum ct_machine_test_kind kind,
                                     enum ct_machine_test_result result)
{
    struct ct_machine_test t = test_of(id, kind, result);
    w->c.now += CT_MINUTE_MS;
    ok(ct_machine_test_record(w->tom, &t, e));
    return t;
}

static void morning(struct ward *w, int64_t id)
{
    tested(w, id, CT_MT_WARM_UP, CT_MT_PASSED);
    tested(w, id, CT_MT_CONTROL, CT_MT_PASSED);
    tested(w, id, CT_MT_PENETRATION, CT_MT_PASSED);
}

#define READY(w, id) ct_machine_ready((w)->tom, id, LOAD, (w)->c.now, e)

static void test_no_load_before_todays_test(void **state)
{
    struct ward *w = *state;
    int64_t id = steriliser(w);
    refused(READY(w, id), CT_EINVAL, "equipment_id", "no penetration test today");
    tested(w, id, CT_MT_WARM_UP, CT_MT_PASSED);
    tested(w, id, CT_MT_CONTROL, CT_MT_PASSED);
    refused(READY(w, id), CT_EINVAL, "equipment_id", "no penetration test today");
    tested(w, id, CT_MT_PENETRATION, CT_MT_INVALID);
    refused(READY(w, id), CT_EINVAL, "equipment_id", "no penetration test today");
    tested(w, id, CT_MT_PENETRATION, CT_MT_PASSED);
    ok(READY(w, id));
    w->c.now += CT_DAY_MS; /* another day asks again */
    refused(READY(w, id), CT_EINVAL, "equipment_id", "no penetration test today");
    ok(ct_machine_ready(w->tom, id, LOAD, w->c.now - CT_DAY_MS, e)); /* yesterday's load may */
}

static void test_a_failure_takes_it_out(void **state)
{
    struct ward *w = *state;
    int64_t id = steriliser(w);
    morning(w, id);
    ok(READY(w, id));
    struct ct_machine_test t = tested(w, id, CT_MT_PENETRATION, CT_MT_FAILED);
    assert_true(t.fault_id > 0);
    struct ct_fault f;
    ok(ct_fault_get(w->tom, t.fault_id, &f, e));
    assert_int_equal(f.condition, CT_COND_QUARANTINED);
    refused(READY(w, id), CT_EINVAL, "equipment_id", "quarantined");
    tested(w, id, CT_MT_PENETRATION, CT_MT_PASSED); /* a lucky second try does not undo it */
    refused(READY(w, id), CT_EINVAL, "equipment_id", "quarantined");
    /* nor does a failed leak test open a second fault */
    struct ct_machine_test leak = test_of(id, CT_MT_LEAK, CT_MT_FAILED);
    leak.value[0] = (struct ct_cycle_typed){.measure = CT_M_LEAK_RATE, .value = 2000000};
    leak.n_values = 1;
    ok(ct_machine_test_record(w->tom, &leak, e));
    assert_int_equal(leak.fault_id, t.fault_id);
}

static void back_in_service(struct ward *w, int64_t fault_id)
{
    struct ct_fault f;
    ok(ct_fault_get(w->tom, fault_id, &f, e));
    struct ct_fault_event ev = {.step = CT_FAULT_REPAIRED};
    snprintf(ev.text, sizeof ev.text, "new door gasket");
    snprintf(ev.told, sizeof ev.told, "Meridian service");
    w->c.now += CT_MINUTE_MS;
    ok(ct_fault_step(w->tom, fault_id, f.step, &ev, e));
    struct ct_task_result r = {.equipment_id = f.equipment_id, .kind = CT_TASK_PRE_USE,
                               .why = CT_TASK_AFTER_REPAIR, .fault_id = fault_id};
    CT_CHECKLIST *check = NULL;
    struct ct_check_answer answer[CT_TASK_CHECK_ITEMS_MAX] = {0};
    w->c.now += CT_MINUTE_MS;
    ok(ct_task_check_load(w->tom, "steriliser", &check, e));
    for (size_t i = 0; i < check->n_items; i++)
        answer[i] = (struct ct_check_answer){.given = CT_CHECK_GIVEN, .n = CT_CHECK_YES};
    ok(ct_task_check_record(w->tom, &r, check, answer, e));
    ok(ct_fault_get(w->tom, fault_id, &f, e));
    struct ct_fault_event review = {.step = CT_FAULT_REVIEWED};
    ok(clinic_again(w->sue, SUE_PASSWORD));
    ok(ct_fault_step(w->sue, fault_id, f.step, &review, e));
}

static void test_back_after_a_row_of_three(void **state)
{
    struct ward *w = *state;
    int64_t id = steriliser(w);
    struct ct_machine_test t = tested(w, id, CT_MT_PENETRATION, CT_MT_FAILED);
    back_in_service(w, t.fault_id);
    morning(w, id);
    refused(READY(w, id), CT_EINVAL, "equipment_id",
            "penetration test since its repair: 1 of 3 passed in a row");
    tested(w, id, CT_MT_PENETRATION, CT_MT_PASSED);
    tested(w, id, CT_MT_PENETRATION, CT_MT_INVALID); /* neither counts nor breaks the row */
    tested(w, id, CT_MT_PENETRATION, CT_MT_PASSED);
    refused(READY(w, id), CT_EINVAL, "equipment_id", "empty-chamber test since its repair: 0 of 3");
    for (int i = 0; i < 3; i++)
        tested(w, id, CT_MT_CHALLENGE_RETURN, CT_MT_PASSED);
    ok(READY(w, id));
    t = tested(w, id, CT_MT_CHALLENGE_RETURN, CT_MT_FAILED);
    back_in_service(w, t.fault_id);
    tested(w, id, CT_MT_CHALLENGE_RETURN, CT_MT_PASSED);
    refused(READY(w, id), CT_EINVAL, "equipment_id", "1 of 3");
}

/* In another room it is tried anew; a place that was only written down for the first time, or
 * in capitals, is no move. */
static void test_moved_it_is_tried_anew(void **state)
{
    struct ward *w = *state;
    int64_t id = steriliser(w);
    struct ct_equipment x;
    morning(w, id);
    ok(READY(w, id));
    w->c.now += CT_MINUTE_MS;
    ok(ct_equipment_get(w->tom, id, &x, e));
    snprintf(x.location, sizeof x.location, "WORKSHOP"); /* "Workshop" until now */
    ok(ct_equipment_amend(w->tom, &x, "as the sign has it", e));
    ok(READY(w, id));
    ok(ct_equipment_get(w->tom, id, &x, e));
    snprintf(x.location, sizeof x.location, "Basement 2");
    ok(ct_equipment_amend(w->tom, &x, "the workshop is rebuilt", e));
    refused(READY(w, id), CT_EINVAL, "equipment_id", "empty-chamber test since its move: 0 of 3");
    w->c.now += CT_MINUTE_MS;
    for (int i = 0; i < 3; i++)
        tested(w, id, CT_MT_CHALLENGE_RETURN, CT_MT_PASSED);
    ok(READY(w, id));
}

static void test_leak_rate_is_judged(void **state)
{
    struct ward *w = *state;
    int64_t id = steriliser(w);
    struct ct_machine_test t = test_of(id, CT_MT_LEAK, CT_MT_PASSED);
    refused(ct_machine_test_record(w->tom, &t, e), CT_EINVAL, "leak_from", "two pressures");
    t.value[0] = (struct ct_cycle_typed){.measure = CT_M_LEAK_RATE, .value = 1300001};
    t.n_values = 1;
    refused(ct_machine_test_record(w->tom, &t, e), CT_EINVAL, "result", "has failed");
    t.value[0].value = 1300000; /* the limit itself is kept */
    ok(ct_machine_test_record(w->tom, &t, e));
    assert_string_equal(t.programme, "vacuum-leak");
    t.value[0].measure = CT_M_HUMIDITY;
    refused(ct_machine_test_record(w->tom, &t, e), CT_EINVAL, "humidity", "no limit");
}

static void test_bad_input(void **state)
{
    struct ward *w = *state;
    int64_t id = steriliser(w);
    struct ct_machine_test t = test_of(id, CT_MT_PENETRATION, CT_MT_PASSED);
    t.lot[0] = '\0';
    refused(ct_machine_test_record(w->tom, &t, e), CT_EINVAL, "lot", "lot");
    t = test_of(id, CT_MT_PENETRATION, CT_MT_FAILED);
    t.remark[0] = '\0';
    refused(ct_machine_test_record(w->tom, &t, e), CT_EINVAL, "remark", "seen");
    t = test_of(id, CT_MT_PENETRATION, CT_MT_PASSED);
    t.done_ms = w->c.now + CT_HOUR_MS;
    refused(ct_machine_test_record(w->tom, &t, e), CT_EINVAL, "done_ms", "future");
    t.done_ms = 0;
    t.cycle_number = 1042;
    ok(ct_machine_test_record(w->tom, &t, e));
    t.done_ms = 0;
    refused(ct_machine_test_record(w->tom, &t, e), CT_EINVAL, "cycle_number", "T-1");
    int64_t monitor = bench_device(w, "M-1", "monitor", CT_ELEC_UNSAID, CT_APPLIED_UNSAID);
    t = test_of(monitor, CT_MT_PENETRATION, CT_MT_PASSED);
    refused(ct_machine_test_record(w->tom, &t, e), CT_EINVAL, "equipment_id", "no programme");
    t = test_of(999, CT_MT_PENETRATION, CT_MT_PASSED);
    refused(ct_machine_test_record(w->tom, &t, e), CT_ENOTFOUND, e->field, "");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM machine_test"), 1);
}

static void test_programmes_of_a_machine(void **state)
{
    struct ward *w = *state;
    int64_t id = steriliser(w);
    struct ct_machine_programme m = {.equipment_id = id, .programme = LOAD}, *list;
    size_t n;
    refused(ct_machine_programme_add(w->tom, &m, e), CT_EDENIED, "", "");
    refused(ct_machine_programme_add(w->sue, &m, e), CT_EEXISTS, "programme", "already");
    snprintf(m.programme, sizeof m.programme, "no-such");
    refused(ct_machine_programme_add(w->sue, &m, e), CT_EINVAL, "programme", "no programme");
    snprintf(m.programme, sizeof m.programme, "washer-a0-3000");
    refused(ct_machine_programme_add(w->sue, &m, e), CT_EINVAL, "programme",
            "washer-disinfection");
    snprintf(m.programme, sizeof m.programme, "bowie-dick");
    ok(ct_machine_programme_add(w->sue, &m, e));
    refused(ct_machine_ready(w->tom, id, "bowie-dick", w->c.now, e), CT_EINVAL, "programme",
            "takes no load");
    refused(ct_machine_ready(w->tom, id, "porous-121", w->c.now, e), CT_EINVAL, "programme",
            "does not run");
    refused(ct_machine_programme_end(w->sue, id, LOAD, "", e), CT_EINVAL, "reason", "");
    ok(ct_machine_programme_end(w->sue, id, LOAD, "taken out by the maker", e));
    refused(READY(w, id), CT_EINVAL, "programme", "does not run");
    ok(ct_machine_programmes(w->tom, id, &list, &n, e));
    assert_int_equal(n, 1);
    assert_string_equal(list[0].programme, "bowie-dick");
    free(list);
    snprintf(m.programme, sizeof m.programme, LOAD);
    refused(ct_machine_programme_add(w->sue, &m, e), CT_EINVAL, "reason", "");
}

static void test_entered_in_error_counts_for_nothing(void **state)
{
    struct ward *w = *state;
    int64_t id = steriliser(w);
    morning(w, id);
    struct ct_machine_test *list;
    size_t n;
    ok(ct_machine_test_list(w->tom, id, CT_MT_PENETRATION, 10, &list, &n, e));
    assert_int_equal(n, 1);
    refused(ct_machine_test_void(w->tom, list[0].id, " ", e), CT_EINVAL, "reason", "");
    ok(ct_machine_test_void(w->tom, list[0].id, "was the other machine's sheet", e));
    refused(ct_machine_test_void(w->tom, list[0].id, "again", e), CT_ECONFLICT, "", "already");
    free(list);
    refused(READY(w, id), CT_EINVAL, "equipment_id", "no penetration test today");
    ok(ct_machine_test_list(w->tom, id, -1, 10, &list, &n, e));
    assert_int_equal(n, 3); /* still there, and marked */
    assert_true(list[0].voided);
    free(list);
    struct ct_equip_line *lines; /* and it stands in the history of the device */
    ok(ct_equipment_history(w->tom, id, 10, &lines, &n, e));
    assert_string_equal(lines[0].kind, "machine test");
    assert_non_null(strstr(lines[0].text, "penetration test entered in error: was the other"));
    free(lines);
}

static void test_board(void **state)
{
    struct ward *w = *state;
    int64_t id = steriliser(w);
    struct ct_machine_due *board;
    size_t n;
    ok(ct_machine_board(w->tom, w->c.now, &board, &n, e));
    assert_int_equal(n, 1);
    assert_int_equal(board[0].equipment_id, id);
    assert_int_equal(board[0].n_programmes, 1);
    assert_false(board[0].ready[0]);
    assert_non_null(strstr(board[0].missing, "no penetration test today"));
    assert_non_null(strstr(board[0].missing, "leak test due (every week)"));
    free(board);
    morning(w, id);
    ok(ct_machine_board(w->tom, w->c.now, &board, &n, e));
    assert_true(board[0].ready[0]);
    assert_null(strstr(board[0].missing, "penetration"));
    assert_non_null(strstr(board[0].missing, "validation due"));
    free(board);
    ok(ct_equipment_retire(w->sue, id, "worn out", e));
    ok(ct_machine_board(w->tom, w->c.now, &board, &n, e));
    assert_int_equal(n, 0);
    free(board);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
        T(test_no_load_before_todays_test),
        T(test_a_failure_takes_it_out),
        T(test_back_after_a_row_of_three),
        T(test_moved_it_is_tried_anew),
        T(test_leak_rate_is_judged),
        T(test_bad_input),
        T(test_programmes_of_a_machine),
        T(test_entered_in_error_counts_for_nothing),
        T(test_board),
    };
    return cmocka_run_group_tests_name("machine", tests, NULL, NULL);
}
