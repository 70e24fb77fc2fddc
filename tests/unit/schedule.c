/* Schedules: when a task is due again, held against a second computation day by day; what
 * is refused; results that move the due day and results that do not; the board. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/fault.h"
#include "tests/support/recorded.h"
#include "tests/support/ward.h"

#define D(y, m, d) ct_date_make(y, m, d)

static struct ct_schedule rule(int every, enum ct_interval_unit unit, int window)
{
    return (struct ct_schedule){.every = every, .unit = unit, .window_days = window,
                                .amber_days = -1, .starts = D(2026, 1, 31)};
}

/* ---- pure ------------------------------------------------------------------------- */

static void test_interval(void **state)
{
    (void)state;
    static const struct {
        int y, m, d, every;
        enum ct_interval_unit unit;
        int ty, tm, td;
    } V[] = {
        {2026, 1, 31, 1, CT_EVERY_MONTH, 2026, 2, 28}, {2024, 1, 31, 1, CT_EVERY_MONTH, 2024, 2, 29},
        {2024, 2, 29, 1, CT_EVERY_YEAR, 2025, 2, 28},  {2024, 2, 29, 4, CT_EVERY_YEAR, 2028, 2, 29},
        {2026, 12, 15, 1, CT_EVERY_MONTH, 2027, 1, 15}, {2026, 8, 31, 6, CT_EVERY_MONTH, 2027, 2, 28},
        {2026, 12, 31, 1, CT_EVERY_DAY, 2027, 1, 1},   {2026, 12, 28, 2, CT_EVERY_WEEK, 2027, 1, 11},
        {2096, 2, 29, 4, CT_EVERY_YEAR, 2100, 2, 28},  {2026, 5, 31, 13, CT_EVERY_MONTH, 2027, 6, 30},
    };
    for (size_t i = 0; i < CT_LEN(V); i++)
        assert_int_equal(ct_interval_after(D(V[i].y, V[i].m, V[i].d), V[i].every, V[i].unit),
                         D(V[i].ty, V[i].tm, V[i].td));
}

static void test_last_day(void **state)
{
    (void)state;
    struct ct_schedule s = rule(12, CT_EVERY_MONTH, 0);
    assert_int_equal(ct_last_day(&s, D(2028, 2, 3)), D(2028, 2, 3));
    s.rule = CT_DUE_MONTH_END;
    assert_int_equal(ct_last_day(&s, D(2028, 2, 3)), D(2028, 2, 29));
    assert_int_equal(ct_last_day(&s, D(2026, 12, 31)), D(2026, 12, 31));
    s.rule = CT_DUE_GRACE;
    s.grace_days = 10;
    assert_int_equal(ct_last_day(&s, D(2026, 12, 25)), D(2027, 1, 4));
}

static void test_phase(void **state)
{
    (void)state;
    struct ct_schedule s = rule(12, CT_EVERY_MONTH, 14);
    ct_date last;
    assert_int_equal(ct_schedule_due(&s, NULL, 0, &last), D(2026, 1, 31));
    ct_date in[] = {D(2026, 1, 20)};      /* within the window: the phase is kept */
    assert_int_equal(ct_schedule_due(&s, in, 1, &last), D(2027, 1, 31));
    ct_date edge[] = {D(2026, 1, 17)};    /* its first day */
    assert_int_equal(ct_schedule_due(&s, edge, 1, &last), D(2027, 1, 31));
    ct_date early[] = {D(2026, 1, 16)};   /* a day earlier: from that day */
    assert_int_equal(ct_schedule_due(&s, early, 1, &last), D(2027, 1, 16));
    ct_date late[] = {D(2026, 2, 1)};     /* late: from that day */
    assert_int_equal(ct_schedule_due(&s, late, 1, &last), D(2027, 2, 1));
    ct_date twice[] = {D(2026, 1, 20), D(2026, 1, 20)}; /* a day counts once */
    assert_int_equal(ct_schedule_due(&s, twice, 2, &last), D(2027, 1, 31));
}

/* Day by day, as a person with a calendar would: no arithmetic on intervals but months
 * counted one at a time. */
static ct_date slow_after(ct_date day, int every, enum ct_interval_unit unit)
{
    int y, m, d;
    if (unit == CT_EVERY_DAY || unit == CT_EVERY_WEEK) {
        for (int i = 0; i < every * (unit == CT_EVERY_WEEK ? 7 : 1); i++)
            day++;
        return day;
    }
    ct_date_split(day, &y, &m, &d);
    for (int i = 0; i < every * (unit == CT_EVERY_YEAR ? 12 : 1); i++)
        if (++m > 12) {
            m = 1;
            y++;
        }
    while (ct_date_make(y, m, d) == CT_NO_DATE)
        d--;
    return ct_date_make(y, m, d);
}

static void test_against_a_calendar(void **state)
{
    (void)state;
    uint64_t x = 1;
    for (int round = 0; round < 20000; round++) {
        x = x * UINT64_C(6364136223846793005) + 1442695040888963407u;
        struct ct_schedule s = rule(1 + (int)(x >> 33) % 24, (enum ct_interval_unit)(x >> 60 & 3),
                                    (int)(x >> 20) % 40);
        s.starts = (ct_date)(x >> 13) % 60000;
        s.starts = s.starts < 0 ? -s.starts : s.starts;
        ct_date done[6], due = s.starts, at = s.starts - 30, last;
        for (size_t n = 0; n < CT_LEN(done); n++) {
            x = x * UINT64_C(6364136223846793005) + 1442695040888963407u;
            at += 1 + (int)(x >> 40) % 500;
            done[n] = at;
            due = slow_after(at <= due && due - at <= s.window_days ? due : at, s.every, s.unit);
        }
        assert_int_equal(ct_schedule_due(&s, done, CT_LEN(done), &last), due);
        assert_true(due > done[CT_LEN(done) - 1]); /* never due before it was done */
    }
}

static void test_states(void **state)
{
    (void)state;
    struct ct_schedule s = rule(12, CT_EVERY_MONTH, 0);
    s.due = D(2026, 6, 15);
    s.last_day = D(2026, 6, 30);
    assert_int_equal(ct_task_state(&s, 30, D(2026, 5, 15)), CT_TASK_NOT_YET);
    assert_int_equal(ct_task_state(&s, 30, D(2026, 5, 16)), CT_TASK_SOON);
    assert_int_equal(ct_task_state(&s, 30, D(2026, 6, 14)), CT_TASK_SOON);
    assert_int_equal(ct_task_state(&s, 30, D(2026, 6, 15)), CT_TASK_DUE);
    assert_int_equal(ct_task_state(&s, 30, D(2026, 6, 30)), CT_TASK_DUE); /* the last usable day */
    assert_int_equal(ct_task_state(&s, 30, D(2026, 7, 1)), CT_TASK_OVERDUE);
    s.amber_days = 5; /* its own */
    assert_int_equal(ct_task_state(&s, 30, D(2026, 6, 9)), CT_TASK_NOT_YET);
    s = rule(1, CT_EVERY_DAY, 0); /* what is due every day is not amber for ever */
    s.due = s.last_day = D(2026, 6, 15);
    assert_int_equal(ct_task_state(&s, 30, D(2026, 6, 14)), CT_TASK_NOT_YET);
}

/* ---- in the store ------------------------------------------------------------------ */

static int64_t device(struct ward *w, const char *asset)
{
    struct ct_equip_model m = {.class = "monitor", .maker = "Demo", .name = "One"};
    struct ct_error err = {0};
    enum ct_status rc = ct_model_add(w->tom, &m, &err);
    assert_true(rc == CT_OK || rc == CT_EEXISTS);
    struct ct_equipment d = {.model_id = m.first_id != 0 ? m.first_id : m.id,
                             .made = CT_NO_DATE, .received = CT_NO_DATE,
                             .warranty = CT_NO_DATE};
    snprintf(d.asset, sizeof d.asset, "%s", asset);
    ok(ct_equipment_add(w->tom, &d, NULL, e));
    return d.id;
}

static struct ct_schedule yearly(const struct ward *w, int64_t id, int in_days)
{
    return (struct ct_schedule){.equipment_id = id, .kind = CT_TASK_MAINTENANCE, .every = 12,
                                .unit = CT_EVERY_MONTH, .window_days = 14, .amber_days = -1,
                                .starts = ct_date_at(w->c.now) + in_days};
}

static ct_date due_of(struct ward *w, int64_t first_id)
{
    struct ct_schedule s;
    ok(ct_schedule_get(w->sue, first_id, &s, e));
    return s.due;
}

static void test_refusals(void **state)
{
    struct ward *w = *state;
    int64_t id = device(w, "M-1");
    struct ct_schedule s = yearly(w, id, 10);
    refused(ct_schedule_add(w->tom, &s, e), CT_EDENIED, "", "equipment.plan");
    s.starts = -1;
    refused(ct_schedule_add(w->sue, &s, e), CT_EINVAL, "starts", "before 1970");
    s = yearly(w, id, 10);
    s.every = 0;
    refused(ct_schedule_add(w->sue, &s, e), CT_EINVAL, "every", "interval");
    s = yearly(w, id, 10);
    s.every = 1;
    s.unit = CT_EVERY_WEEK;
    s.window_days = 7;
    refused(ct_schedule_add(w->sue, &s, e), CT_EINVAL, "window_days", "as long as the interval");
    s = yearly(w, id, 10);
    s.rule = CT_DUE_GRACE;
    refused(ct_schedule_add(w->sue, &s, e), CT_EINVAL, "grace_days", "how many");
    s = yearly(w, id, 10);
    s.kind = CT_TASK_CALIBRATION;
    snprintf(s.template_id, sizeof s.template_id, "no-such");
    refused(ct_schedule_add(w->sue, &s, e), CT_EINVAL, "template", "no-such");
    s = yearly(w, 999, 10);
    refused(ct_schedule_add(w->sue, &s, e), CT_ENOTFOUND, "", "");
    s = yearly(w, id, 10);
    ok(ct_schedule_add(w->sue, &s, e));
    struct ct_schedule again = yearly(w, id, 20);
    refused(ct_schedule_add(w->sue, &again, e), CT_EEXISTS, "kind", "already");
    struct ct_schedule *all;
    size_t n;
    ok(ct_schedule_list(w->sue, id, &all, &n, e)); /* nothing was half-saved */
    assert_int_equal(n, 1);
    free(all);
}

static void test_results_move_it(void **state)
{
    struct ward *w = *state;
    int64_t id = device(w, "M-2");
    struct ct_schedule s = yearly(w, id, 10);
    ct_date today = ct_date_at(w->c.now), first = today + 10;
    ok(ct_schedule_add(w->sue, &s, e));
    assert_int_equal(due_of(w, s.first_id), first);

    struct ct_task_result r = {.equipment_id = id, .schedule_id = s.first_id,
                               .kind = CT_TASK_MAINTENANCE,
                               .done_ms = w->c.now + CT_HOUR_MS};
    refused(ct_result_record(w->tom, &r, e), CT_EINVAL, "done_ms", "future");
    r.done_ms = w->c.now;
    r.verdict = CT_TASK_LIMITED; /* limits are said */
    refused(ct_result_record(w->tom, &r, e), CT_EINVAL, "text", "");
    r.verdict = CT_TASK_PASSED;
    ok(ct_result_record(w->tom, &r, e));
    ct_date next = ct_interval_after(first, 12, CT_EVERY_MONTH); /* in the window */
    assert_int_equal(due_of(w, s.first_id), next);

    refused(ct_result_void(w->tom, r.id, "", e), CT_EINVAL, "reason", "");
    ok(ct_result_void(w->tom, r.id, "another device", e));
    assert_int_equal(due_of(w, s.first_id), first); /* it goes back */
    refused(ct_result_void(w->tom, r.id, "again", e), CT_ECONFLICT, "", "already");

    struct ct_task_result bad = {.equipment_id = id, .schedule_id = s.first_id,
                                 .kind = CT_TASK_MAINTENANCE, .verdict = CT_TASK_FAILED,
                                 .text = "cracked housing"};
    ok(ct_result_record(w->tom, &bad, e));
    assert_int_equal(due_of(w, s.first_id), first); /* a failed one moves nothing */
    struct ct_fault *f;
    size_t n;
    ok(ct_fault_list(w->tom, id, true, false, 10, &f, &n, e));
    assert_int_equal(n, 1); /* and opened a fault in the same step */
    assert_int_equal(f[0].result_id, bad.id);
    free(f);
    struct ct_equipment d;
    ok(ct_equipment_get(w->tom, id, &d, e));
    assert_int_equal(d.condition, CT_COND_QUARANTINED);
}

static void test_outside_calibration(void **state)
{
    struct ward *w = *state;
    int64_t id = device(w, "M-3");
    struct ct_schedule s = yearly(w, id, -5);
    s.kind = CT_TASK_CALIBRATION;
    ok(ct_schedule_add(w->sue, &s, e));
    struct ct_task_result r = {.equipment_id = id, .schedule_id = s.first_id,
                               .kind = CT_TASK_CALIBRATION};
    refused(ct_result_record(w->tom, &r, e), CT_EINVAL, "certificate", "papers");
    struct ct_equip_paper p = {.equipment_id = id, .kind = CT_PAPER_CERTIFICATE,
                               .valid_from = CT_NO_DATE,
                               .valid_until = ct_date_at(w->c.now) - 1};
    snprintf(p.title, sizeof p.title, "Certificate 1");
    snprintf(p.place, sizeof p.place, "binder 4");
    ok(ct_equipment_paper_add(w->tom, &p, e));
    refused(ct_result_record(w->tom, &r, e), CT_EINVAL, "certificate", "covers");
    p.valid_until = ct_date_at(w->c.now) + 300;
    ok(ct_equipment_paper_add(w->tom, &p, e));
    ok(ct_result_record(w->tom, &r, e));
    assert_int_equal(due_of(w, s.first_id),
                     ct_interval_after(ct_date_at(w->c.now), 12, CT_EVERY_MONTH));
}

static void test_change_and_end(void **state)
{
    struct ward *w = *state;
    int64_t id = device(w, "M-4");
    struct ct_schedule s = yearly(w, id, 10), seen;
    ok(ct_schedule_add(w->sue, &s, e));
    ok(ct_schedule_get(w->sue, s.first_id, &seen, e));
    s = seen;
    s.every = 6;
    refused(ct_schedule_amend(w->sue, &s, "", e), CT_EINVAL, "reason", "");
    ok(ct_schedule_amend(w->sue, &s, "the maker asks for it", e));
    seen.every = 3; /* somebody else's, seen before */
    refused(ct_schedule_amend(w->sue, &seen, "late", e), CT_ECONFLICT, "", "meanwhile");
    struct ct_task_result r = {.equipment_id = id, .schedule_id = s.first_id,
                               .kind = CT_TASK_MAINTENANCE};
    ok(ct_result_record(w->tom, &r, e));
    assert_int_equal(due_of(w, s.first_id),
                     ct_interval_after(ct_date_at(w->c.now) + 10, 6, CT_EVERY_MONTH));
    ok(ct_schedule_end(w->sue, s.first_id, "sold the module", e));
    refused(ct_schedule_get(w->sue, s.first_id, &seen, e), CT_ENOTFOUND, "schedule_id", "ended");
    refused(ct_schedule_end(w->sue, s.first_id, "again", e), CT_ENOTFOUND, "schedule_id", "");
}

static void test_board(void **state)
{
    struct ward *w = *state;
    static const struct {
        const char *asset;
        int in_days;
        enum ct_task_state want;
    } V[] = {{"M-10", 29, CT_TASK_SOON}, {"M-11", -40, CT_TASK_OVERDUE}, {"M-12", 0, CT_TASK_DUE},
             {"M-13", 31, CT_TASK_NOT_YET}, {"M-14", -2, CT_TASK_OVERDUE}};
    static const char *const ORDER[] = {"M-11", "M-14", "M-12", "M-10"};
    int64_t id[CT_LEN(V)];
    for (size_t i = 0; i < CT_LEN(V); i++) {
        id[i] = device(w, V[i].asset);
        struct ct_schedule s = yearly(w, id[i], V[i].in_days);
        ok(ct_schedule_add(w->sue, &s, e));
    }
    struct ct_task_filter f = {.kind = -1, .ahead_days = -1};
    struct ct_task_counts counts;
    struct ct_task_due *t;
    size_t n;
    ok(ct_task_board(w->tom, &f, 100, &t, &n, &counts, e));
    assert_int_equal(n, CT_LEN(ORDER)); /* what is later than amber is not there */
    for (size_t i = 0; i < n; i++)
        assert_string_equal(t[i].asset, ORDER[i]);
    assert_int_equal(counts.overdue, 2);
    assert_int_equal(counts.due, 1);
    assert_int_equal(counts.soon, 1);
    free(t);
    int64_t overdue, approvals;
    ok(ct_task_waiting(w->tom, &overdue, &approvals, e));
    assert_int_equal(overdue, counts.overdue); /* home and board agree */
    assert_int_equal(approvals, 0);
    f.ahead_days = 60;
    ok(ct_task_board(w->tom, &f, 100, &t, &n, &counts, e));
    assert_int_equal(n, CT_LEN(V));
    free(t);
    f.kind = CT_TASK_CLEANING;
    ok(ct_task_board(w->tom, &f, 100, &t, &n, &counts, e));
    assert_int_equal(n + (size_t)counts.overdue, 0); /* list and counts are of one query */
    free(t);
    ok(ct_equipment_retire(w->sue, id[1], "scrapped", e));
    f = (struct ct_task_filter){.kind = -1, .ahead_days = -1};
    ok(ct_task_board(w->tom, &f, 100, &t, &n, &counts, e));
    assert_int_equal(counts.overdue, 1);
    free(t);
    ok(ct_task_waiting(w->tom, &overdue, &approvals, e));
    assert_int_equal(overdue, 1); /* what is retired waits for nobody */
    struct ct_schedule own = yearly(w, id[3], 90); /* a longer amber of its own is seen */
    own.kind = CT_TASK_CLEANING;
    own.amber_days = 100;
    ok(ct_schedule_add(w->sue, &own, e));
    ok(ct_task_board(w->tom, &f, 100, &t, &n, &counts, e));
    assert_int_equal(counts.soon, 2);
    free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interval),
        cmocka_unit_test(test_last_day),
        cmocka_unit_test(test_phase),
        cmocka_unit_test(test_against_a_calendar),
        cmocka_unit_test(test_states),
        cmocka_unit_test_setup_teardown(test_refusals, ward_setup, ward_teardown),
        cmocka_unit_test_setup_teardown(test_results_move_it, ward_setup, ward_teardown),
        cmocka_unit_test_setup_teardown(test_outside_calibration, ward_setup, ward_teardown),
        cmocka_unit_test_setup_teardown(test_change_and_end, ward_setup, ward_teardown),
        cmocka_unit_test_setup_teardown(test_board, ward_setup, ward_teardown),
    };
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
