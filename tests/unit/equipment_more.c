/* What hangs on a device: due dates seen in its state, its history over all modules, papers
 * whose files are known again, campaigns ticked off, and many devices listed fast. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clinic/equipment_rows.h"
#include "tests/support/ward.h"

static int64_t model(struct ward *w, const char *name)
{
    struct ct_equip_model m = {.id = 0};
    snprintf(m.class, sizeof m.class, "monitor");
    snprintf(m.maker, sizeof m.maker, "Meridian");
    snprintf(m.name, sizeof m.name, "%s", name);
    enum ct_status rc = ct_model_add(w->tom, &m, NULL);
    assert_true(rc == CT_OK || rc == CT_EEXISTS);
    return m.first_id;
}

static int64_t device(struct ward *w, const char *asset, const char *of)
{
    struct ct_equipment x = {.model_id = model(w, of), .made = CT_NO_DATE,
                             .received = CT_NO_DATE, .warranty = CT_NO_DATE};
    snprintf(x.asset, sizeof x.asset, "%s", asset);
    ok(ct_equipment_add(w->tom, &x, NULL, e));
    return x.id;
}

static struct ct_equipment got(struct ward *w, int64_t id)
{
    struct ct_equipment x;
    ok(ct_equipment_get(w->sue, id, &x, e));
    return x;
}

/* A schedule as its module keeps it: amber "NULL" is the site's. */
static void scheduled(struct ward *w, int64_t n, int64_t id, int every, int unit,
                      const char *amber, ct_date due, ct_date last_day)
{
    char sql[900];
    snprintf(sql, sizeof sql,
             "INSERT INTO schedule(id, equipment_id, kind, template, every, unit, window_days, "
             "rule, grace_days, amber_days, starts, ended, at_ms, by_user) VALUES (%lld, %lld, "
             "0, '', %d, %d, 0, 0, 0, %s, 0, 0, 0, 1); INSERT INTO schedule_find("
             "schedule_id, current_id, equipment_id, kind, due, last_day) VALUES (%lld, "
             "%lld, %lld, 0, %d, %d)",
             (long long)n, (long long)id, every, unit, amber, (long long)n, (long long)n,
             (long long)id, due, last_day);
    ward_raw(w, sql);
}

static enum ct_equip_state state_with(struct ward *w, const char *amber, int every, int unit,
                                      int due_in, int late_in)
{
    static int64_t n = 100;
    char asset[16];
    snprintf(asset, sizeof asset, "S-%lld", (long long)++n);
    int64_t id = device(w, asset, "PM-3");
    ct_date today = ct_date_at(w->c.now);
    scheduled(w, n, id, every, unit, amber, today + due_in, today + late_in);
    return got(w, id).state;
}

static void test_the_state_is_seen_with_what_is_due(void **state)
{
    struct ward *w = *state;
    w->c.config.due_soon_days = 30;
    assert_int_equal(state_with(w, "NULL", 12, 2, 31, 31), CT_STATE_OK);
    assert_int_equal(state_with(w, "NULL", 12, 2, 30, 30), CT_STATE_DUE_SOON);
    assert_int_equal(state_with(w, "10", 12, 2, 30, 30), CT_STATE_OK);
    assert_int_equal(state_with(w, "NULL", 12, 2, 0, 0), CT_STATE_DUE_SOON); /* usable yet */
    assert_int_equal(state_with(w, "NULL", 12, 2, -1, -1), CT_STATE_OVERDUE);
    assert_int_equal(state_with(w, "NULL", 12, 2, -9, 5), CT_STATE_DUE_SOON); /* grace */
    assert_int_equal(state_with(w, "NULL", 1, 0, 1, 1), CT_STATE_OK); /* a daily check */
    assert_int_equal(state_with(w, "NULL", 1, 0, 0, 0), CT_STATE_DUE_SOON);
    struct ct_equipment *v = NULL;
    size_t n = 0;
    int64_t total = 0;
    const struct ct_equip_filter f = {.states = 1U << CT_STATE_OVERDUE};
    ok(ct_equipment_list(w->tom, &f, 0, 10, &v, &n, &total, e));
    assert_int_equal(n, 1);
    assert_int_equal(total, 1);
    assert_int_equal(v[0].state, CT_STATE_OVERDUE);
    free(v);
}

/* ---- history ------------------------------------------------------------------------- */

static void test_the_history_has_what_every_module_wrote(void **state)
{
    struct ward *w = *state;
    int64_t id = device(w, "M-1", "PM-3"), other = device(w, "M-2", "PM-3");
    struct ct_equipment x = got(w, id);
    struct ct_equip_line *v = NULL;
    size_t n = 0;
    w->c.now += 1000;
    snprintf(x.location, sizeof x.location, "Bay 4");
    ok(ct_equipment_amend(w->tom, &x, "moved", e));
    char sql[1600];
    snprintf(sql, sizeof sql,
             "INSERT INTO equipment_result(id, equipment_id, kind, verdict, why, text, answers, "
             "done_ms, day, recorded_ms, by_user) VALUES (7, %lld, 3, 1, 0, 'no alarm', '', "
             "%lld, 0, 0, 1); INSERT INTO fault(id, equipment_id, cause, happened_ms, text, "
             "harm, told, at_ms, by_user) VALUES (3, %lld, 1, 0, 'no alarm tone', 0, '', 0, 1); "
             "INSERT INTO fault_event(fault_id, step, at_ms, recorded_ms, told, text, by_user) "
             "VALUES (3, 0, %lld, 0, '', '', 1); INSERT INTO equipment_override(equipment_id, "
             "asset, for_what, ref_id, state, reason, at_ms, by_user) VALUES (%lld, 'M-1', 0, "
             "5, 'M-1: faulty', 'no other', %lld, 1); INSERT INTO equipment_result("
             "equipment_id, kind, verdict, why, text, answers, done_ms, day, recorded_ms, "
             "by_user) VALUES (%lld, 0, 0, 0, 'not of M-1', '', 1, 0, 0, 1)",
             (long long)id, (long long)w->c.now + 1000, (long long)id,
             (long long)w->c.now + 2000, (long long)id, (long long)w->c.now + 3000,
             (long long)other);
    ward_raw(w, sql);
    ok(ct_equipment_history(w->sue, id, 0, &v, &n, e));
    assert_int_equal(n, 5);
    assert_string_equal(v[0].kind, "override");
    assert_non_null(strstr(v[0].text, "M-1: faulty, because no other"));
    assert_string_equal(v[1].ref, "F-3");
    assert_int_equal(v[1].ref_id, 3);
    assert_string_equal(v[1].text, "reported: no alarm tone");
    assert_string_equal(v[2].ref, "R-7");
    assert_string_equal(v[2].text, "pre-use check FAILED: no alarm");
    assert_string_equal(v[3].text, "changed location Bay 4: moved");
    assert_string_equal(v[3].by, "Tom Demo-Vale");
    assert_string_equal(v[4].text, "registered");
    free(v);
    ok(ct_equipment_history(w->sue, id, 2, &v, &n, e));
    assert_int_equal(n, 2);
    free(v);
}

/* ---- papers --------------------------------------------------------------------------- */

static void test_a_paper_that_is_a_file_is_known_again(void **state)
{
    struct ward *w = *state;
    struct ct_equip_paper p = {.equipment_id = device(w, "R-1", "PG-1"),
                               .valid_from = ct_date_make(2026, 1, 10),
                               .valid_until = ct_date_make(2027, 1, 9)},
                          *v = NULL;
    size_t n = 0;
    snprintf(p.title, sizeof p.title, "Certificate 2026-114");
    snprintf(p.issuer, sizeof p.issuer, "Aurora Metrology");
    snprintf(p.place, sizeof p.place, "%.80s/paper.pdf", w->c.top);
    file_write(p.place, "the paper", 9);
    ok(ct_equipment_paper_add(w->tom, &p, e));
    assert_true(p.hashed);
    assert_int_equal(p.size, 9);
    expect_entry(&w->c, "equipment.paper", CT_ROUTINE, "with its hash");
    ok(ct_equipment_papers(w->sue, p.equipment_id, &v, &n, e));
    assert_int_equal(n, 1);
    assert_string_equal(v[0].issuer, "Aurora Metrology");
    assert_int_equal(v[0].valid_until, ct_date_make(2027, 1, 9));
    ok(ct_equipment_paper_check(w->sue, &v[0], e));
    file_write(p.place, "the Paper", 9);
    refused(ct_equipment_paper_check(w->sue, &v[0], e), CT_EDAMAGED, "place",
            "another content");
    assert_int_equal(unlink(p.place), 0);
    refused(ct_equipment_paper_check(w->sue, &v[0], e), CT_ENOTFOUND, "", "paper.pdf");
    assert_int_equal(mkfifo(p.place, 0600), 0); /* never waited for */
    refused(ct_equipment_paper_check(w->sue, &v[0], e), CT_ENOTFOUND, "", "not a file");
    assert_int_equal(unlink(p.place), 0);
    free(v);
}

static void test_a_paper_elsewhere_is_a_reference_and_taken_off_with_a_reason(void **state)
{
    struct ward *w = *state;
    struct ct_equip_paper p = {.equipment_id = device(w, "M-1", "PM-3"),
                               .kind = CT_PAPER_MANUAL,
                               .valid_from = CT_NO_DATE,
                               .valid_until = CT_NO_DATE},
                          *v = NULL;
    size_t n = 0;
    refused(ct_equipment_paper_add(w->tom, &p, e), CT_EINVAL, "title", "missing");
    snprintf(p.title, sizeof p.title, "Service manual");
    refused(ct_equipment_paper_add(w->tom, &p, e), CT_EINVAL, "place", "missing");
    snprintf(p.place, sizeof p.place, "/nowhere/manual.pdf");
    p.valid_from = 10;
    p.valid_until = 9;
    refused(ct_equipment_paper_add(w->tom, &p, e), CT_EINVAL, "valid_until", "before it begins");
    p.valid_until = CT_NO_DATE;
    p.valid_from = -5;
    refused(ct_equipment_paper_add(w->tom, &p, e), CT_EINVAL, "valid_from", "1970");
    p.valid_from = CT_NO_DATE;
    ok(ct_equipment_paper_add(w->tom, &p, e));
    assert_false(p.hashed);
    refused(ct_equipment_paper_check(w->tom, &p, e), CT_EINVAL, "place", "no hash");
    refused(ct_equipment_paper_end(w->tom, p.id, "", e), CT_EINVAL, "reason", "missing");
    ok(ct_equipment_paper_end(w->tom, p.id, "of another model", e));
    refused(ct_equipment_paper_end(w->tom, p.id, "again", e), CT_EINVAL, "", "already");
    ok(ct_equipment_papers(w->sue, p.equipment_id, &v, &n, e));
    assert_int_equal(n, 1);
    assert_true(v[0].ended);
    assert_string_equal(v[0].reason, "of another model");
    free(v);
    p.equipment_id = 999;
    refused(ct_equipment_paper_add(w->tom, &p, e), CT_ENOTFOUND, "", "no device");
}

/* ---- campaigns ------------------------------------------------------------------------- */

static struct ct_campaign campaign(struct ward *w, bool stop)
{
    struct ct_campaign c = {.model_id = model(w, "PM-3"), .stop = stop, .due = CT_NO_DATE};
    snprintf(c.title, sizeof c.title, "Replace battery");
    snprintf(c.source, sizeof c.source, "FSN 2026-17, Meridian");
    snprintf(c.text, sizeof c.text, "Fit battery kit B2.");
    ok(ct_campaign_add(w->sue, &c, e));
    return c;
}

static size_t open_for(struct ward *w, int64_t id, bool *stop)
{
    struct ct_campaign *v = NULL;
    size_t n = 0;
    ok(ct_campaign_open(w->tom, id, &v, &n, stop, e));
    free(v);
    return n;
}

static void test_a_campaign_is_ticked_off_device_by_device(void **state)
{
    struct ward *w = *state;
    int64_t a = device(w, "M-10", "PM-3"), b = device(w, "M-9", "PM-3"),
            other = device(w, "M-3", "PM-5"), old = device(w, "M-4", "PM-3");
    bool stop;
    ok(ct_equipment_retire(w->sue, old, "worn out", e));
    struct ct_campaign c = campaign(w, true);
    assert_int_equal(c.devices, 2);
    assert_int_equal(c.open, 2);
    assert_string_equal(c.model, "Meridian PM-3");
    expect_entry(&w->c, "equipment.campaign", CT_EXCEPTION, "not to be used before");
    assert_int_equal(open_for(w, a, &stop), 1);
    assert_true(stop);
    assert_int_equal(open_for(w, other, &stop), 0);
    assert_false(stop);
    assert_int_equal(open_for(w, old, &stop), 0);
    refused(ct_campaign_tick(w->tom, c.id, other, 1, "", e), CT_EINVAL, "", "not a Meridian");
    refused(ct_campaign_tick(w->tom, c.id, old, 1, "", e), CT_EINVAL, "", "retired");
    refused(ct_campaign_tick(w->tom, c.id, a, 0, "x", e), CT_EINVAL, "", "not ticked off");
    ok(ct_campaign_tick(w->tom, c.id, a, 1, "kit fitted", e));
    refused(ct_campaign_tick(w->tom, c.id, a, 1, "", e), CT_EINVAL, "", "already");
    assert_int_equal(open_for(w, a, &stop), 0);
    refused(ct_campaign_close(w->sue, c.id, "", e), CT_EINVAL, "reason", "1 of 2");
    refused(ct_campaign_tick(w->tom, c.id, b, 2, " ", e), CT_EINVAL, "text", "missing");
    ok(ct_campaign_tick(w->tom, c.id, b, 2, "has kit B3", e));
    refused(ct_campaign_tick(w->tom, c.id, a, 0, "", e), CT_EINVAL, "text", "missing");
    ok(ct_campaign_tick(w->tom, c.id, a, 0, "wrong device", e));
    assert_int_equal(open_for(w, a, &stop), 1);
    struct ct_campaign_line *v = NULL;
    size_t n = 0;
    ok(ct_campaign_lines(w->tom, c.id, &v, &n, e));
    assert_int_equal(n, 2);
    assert_string_equal(v[0].asset, "M-9");
    assert_int_equal(v[0].done, 2);
    assert_string_equal(v[0].text, "has kit B3");
    assert_string_equal(v[1].asset, "M-10");
    assert_int_equal(v[1].done, 0);
    free(v);
    ok(ct_campaign_tick(w->tom, c.id, a, 1, "", e));
    refused(ct_campaign_close(w->tom, c.id, "", e), CT_EDENIED, "", "");
    ok(ct_campaign_close(w->sue, c.id, "", e));
    refused(ct_campaign_tick(w->tom, c.id, a, 0, "x", e), CT_EINVAL, "", "closed");
    struct ct_campaign *list = NULL;
    ok(ct_campaign_list(w->tom, true, &list, &n, e));
    assert_int_equal(n, 0);
    ok(ct_campaign_list(w->tom, false, &list, &n, e));
    assert_int_equal(n, 1);
    assert_true(list[0].closed);
    assert_int_equal(list[0].open, 0);
    free(list);
}

static void test_a_campaign_closed_too_early_is_an_exception(void **state)
{
    struct ward *w = *state;
    (void)device(w, "M-1", "PM-3");
    struct ct_campaign c = campaign(w, false), bad = {.model_id = 99, .due = CT_NO_DATE};
    refused(ct_campaign_add(w->sue, &bad, e), CT_ENOTFOUND, "model_id", "no such model");
    bad.model_id = c.model_id;
    refused(ct_campaign_add(w->sue, &bad, e), CT_EINVAL, "title", "missing");
    snprintf(bad.title, sizeof bad.title, "T");
    snprintf(bad.text, sizeof bad.text, "X");
    bad.due = ct_date_at(w->c.now) - 1;
    refused(ct_campaign_add(w->sue, &bad, e), CT_EINVAL, "due", "past");
    refused(ct_campaign_add(w->tom, &bad, e), CT_EDENIED, "", "");
    ok(ct_campaign_close(w->sue, c.id, "withdrawn by the maker", e));
    expect_entry(&w->c, "equipment.campaign", CT_EXCEPTION, "1 of 1 open: withdrawn");
    refused(ct_campaign_close(w->sue, c.id, "x", e), CT_EINVAL, "", "closed already");
}

/* ---- many -------------------------------------------------------------------------------- */

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Two thousand devices with four schedules each: far from what a key may take, whatever
 * else this machine does. */
static void test_two_thousand_devices_are_listed_at_once(void **state)
{
    struct ward *w = *state;
    int64_t m = model(w, "PM-3");
    char sql[2400];
    snprintf(
        sql, sizeof sql,
        "WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 2999) "
        "INSERT INTO equipment SELECT i, 0, 1, NULL FROM n; "
        "INSERT INTO equipment_detail SELECT id, id, NULL, %lld, 'M-' || id, '', 'S' || id, "
        "'Bay ' || (id %% 40), '', '', 0, '', 0, 0, NULL, NULL, NULL, '', NULL, 0, 1 "
        "FROM equipment WHERE id >= 1000; "
        "INSERT INTO equipment_event SELECT id, id, 0, 0, 0, 1, '' FROM equipment WHERE id >= "
        "1000; INSERT INTO equipment_find SELECT equipment_id, id, model_id, asset, 'm-04' || "
        "id, '', serial, location, 'monitor', ' m ' || id || ' meridian pm 3', 0, 0 "
        "FROM equipment_detail WHERE id >= 1000; "
        "WITH RECURSIVE k(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM k WHERE j < 3) "
        "INSERT INTO schedule(id, equipment_id, kind, template, every, unit, window_days, "
        "rule, grace_days, starts, ended, at_ms, by_user) SELECT e.id * 4 + j, e.id, j, '', "
        "12, 2, 0, 0, 0, 0, 0, 0, 1 FROM equipment e, k WHERE e.id >= 1000; "
        "INSERT INTO schedule_find(schedule_id, current_id, equipment_id, kind, "
        "due, last_day) SELECT id, id, equipment_id, kind, 30000, 30000 "
        "FROM schedule WHERE id >= 4000;",
        (long long)m);
    ward_raw(w, sql);
    const struct ct_equip_filter ALL[] = {{.words = ""},
                                          {.words = "meri 29"},
                                          {.location = "bay 7"},
                                          {.states = 1U << CT_STATE_OVERDUE}};
    static const int64_t WANT[] = {2000, 100, 50, 0};
    double best = 1e9;
    for (size_t i = 0; i < CT_LEN(ALL); i++)
        for (int round = 0; round < 3; round++) {
            struct ct_equipment *v = NULL;
            size_t n = 0;
            int64_t total = 0;
            double begin = seconds();
            ok(ct_equipment_list(w->tom, &ALL[i], 0, 20, &v, &n, &total, e));
            double took = seconds() - begin;
            best = took < best || round == 0 ? took : best;
            if (round == 2)
                print_message("list %zu: %.1f ms\n", i, best * 1e3);
            assert_int_equal(total, WANT[i]);
            free(v);
        }
    assert_true(best < 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define WARD(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
        WARD(test_the_state_is_seen_with_what_is_due),
        WARD(test_the_history_has_what_every_module_wrote),
        WARD(test_a_paper_that_is_a_file_is_known_again),
        WARD(test_a_paper_elsewhere_is_a_reference_and_taken_off_with_a_reason),
        WARD(test_a_campaign_is_ticked_off_device_by_device),
        WARD(test_a_campaign_closed_too_early_is_an_exception),
        WARD(test_two_thousand_devices_are_listed_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
