/* Figures over weeks, against what was recorded here by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/escalation.h"
#include "clinic/figures.h"
#include "clinic/prep.h"
#include "exchange/figures_csv.h"
#include "tests/support/bench_of.h"

static struct ct_figure_row last_week(struct ward *w, enum ct_figure which)
{
    struct ct_figure_row *r, out;
    size_t n;
    ok(ct_figures(w->sue, which, ct_date_at(w->c.now), 2, &r, &n, e));
    assert_int_equal(n, 2);
    out = r[1];
    assert_int_equal(r[0].whole, 0);
    free(r);
    return out;
}

/* NEWS2 0 is due in 12 h, a 5 in 1 h: the first next set is late, the second in time. */
static void test_sets_on_time(void **state)
{
    struct ward *w = *state;
    int64_t a = ward_patient(w, "Demo", "Ann", "", "1960-01-01");
    int64_t b = ward_patient(w, "Demo", "Ben", "", "1961-01-01");
    assert_int_equal(last_week(w, CT_FIG_ON_TIME).whole, 0);
    ward_record(w, a, "120/80 72 16 98 36.6 A air", w->c.now);
    w->c.now += 13 * (int64_t)CT_HOUR_MS;
    int64_t second = ward_record(w, a, "120/80 72 16 98 36.6 A air", w->c.now); /* late */
    ward_record(w, b, "120/80 72 16 98 36.6 A air", w->c.now);
    w->c.now += 11 * (int64_t)CT_HOUR_MS;
    ward_record(w, b, "121/80 72 16 98 36.6 A air", w->c.now); /* in time */
    struct ct_figure_row r = last_week(w, CT_FIG_ON_TIME);
    assert_int_equal(r.whole, 2); /* the last of each is followed by none yet */
    assert_int_equal(r.part, 1);
    assert_int_equal(ct_figure_value(CT_FIG_ON_TIME, &r), 500);
    /* entered in error: it never was */
    ok(ct_vitals_void(w->tom, second, "wrong patient", e));
    r = last_week(w, CT_FIG_ON_TIME);
    assert_int_equal(r.whole, 1);
    assert_int_equal(r.part, 1);
    /* whoever is not followed for 48 h more is left out */
    w->c.now += 80 * (int64_t)CT_HOUR_MS;
    ward_record(w, a, "120/80 72 16 98 36.6 A air", w->c.now);
    struct ct_figure_row *all;
    size_t n;
    int64_t due = 0;
    ok(ct_figures(w->sue, CT_FIG_ON_TIME, ct_date_at(w->c.now), 2, &all, &n, e));
    for (size_t i = 0; i < n; i++)
        due += all[i].whole;
    assert_int_equal(due, 1);
    free(all);
}

static void test_whole_scores(void **state)
{
    struct ward *w = *state;
    int64_t a = ward_patient(w, "Demo", "Ann", "", "1960-01-01");
    ward_record(w, a, "120/80 72 16 98 36.6 A air", w->c.now);
    w->c.now += CT_HOUR_MS;
    ward_record(w, a, "120/80 72", w->c.now);
    struct ct_figure_row r = last_week(w, CT_FIG_SCORED);
    assert_int_equal(r.whole, 2);
    assert_int_equal(r.part, 1);
    /* a week later it is of the week before */
    w->c.now += 7 * (int64_t)CT_DAY_MS;
    struct ct_figure_row *all;
    size_t n;
    ok(ct_figures(w->sue, CT_FIG_SCORED, ct_date_at(w->c.now), 2, &all, &n, e));
    assert_int_equal(all[0].whole, 2);
    assert_int_equal(all[1].whole, 0);
    assert_int_equal(ct_figure_value(CT_FIG_SCORED, &all[1]), CT_UNSET);
    free(all);
}

static void said(struct ward *w, int64_t id, enum ct_escalation_event_kind kind, int minutes)
{
    struct ct_escalation_event v = {.kind = kind, .who = "ward nurse",
                                    .at_ms = w->c.now + minutes * (int64_t)CT_MINUTE_MS};
    int64_t was = w->c.now;
    w->c.now = v.at_ms;
    ok(ct_escalation_add(w->tom, id, &v, e));
    w->c.now = was;
}

static void test_escalations(void **state)
{
    struct ward *w = *state;
    static const int ACCEPTED[] = {4, 10};
    for (int i = 0; i < 3; i++) {
        char family[16];
        snprintf(family, sizeof family, "Demo%c", 'A' + i);
        int64_t p = ward_patient(w, family, "Ann", "", "1960-01-01");
        ward_record(w, p, "85/50 132 26 90 39.4 A air", w->c.now);
        int64_t id = app_int(w->tom, "SELECT max(id) FROM escalation");
        if (i < 2)
            said(w, id, CT_ESC_ACCEPTED, ACCEPTED[i]);
        if (i == 0)
            said(w, id, CT_ESC_ATTENDED, 9);
        w->c.now += CT_HOUR_MS;
    }
    struct ct_figure_row r = last_week(w, CT_FIG_ESCALATION);
    assert_int_equal(r.whole, 3);
    assert_int_equal(r.part, 2);
    assert_int_equal(r.more, 7); /* between 4 and 10 */
    assert_int_equal(r.more2, 9);
}

static void test_checklists(void **state)
{
    struct ward *w = *state;
    int64_t p = ward_patient(w, "Demo", "Ann", "", "1960-01-01"), id;
    ok(ct_prep_start(w->tom, p, 0, "phlebotomy", &id, e));
    struct ct_figure_row r = last_week(w, CT_FIG_CHECKLISTS);
    assert_int_equal(r.whole, 1);
    assert_int_equal(r.part, 0);
}

static void test_hours(void **state)
{
    struct ward *w = *state;
    struct ct_civil c;
    struct ct_figure_row *r;
    size_t n;
    int64_t p = ward_patient(w, "Demo", "Ann", "", "1960-01-01"), sets = 0;
    ward_record(w, p, "120/80 72 16 98 36.6 A air", w->c.now);
    ct_civil_at(w->c.now, &c);
    ok(ct_figures(w->sue, CT_FIG_HOURS, ct_date_at(w->c.now), 1, &r, &n, e));
    assert_int_equal(n, 24);
    assert_int_equal(r[c.hour].part, 1);
    for (size_t i = 0; i < n; i++)
        sets += r[i].part + r[i].whole;
    assert_int_equal(sets, 1);
    free(r);
}

static void test_machines_and_models(void **state)
{
    struct ward *w = *state;
    struct ct_figure_row *r;
    size_t n;
    int64_t m = bench_device(w, "ST-1", "steriliser", CT_ELEC_UNSAID, CT_APPLIED_UNSAID);
    char sql[600];
    ok(ct_figures(w->sue, CT_FIG_CYCLES, ct_date_at(w->c.now), 1, &r, &n, e));
    assert_int_equal(n, 0);
    free(r);
    snprintf(sql, sizeof sql,
             "INSERT INTO machine_programme(equipment_id, programme, counter, ended, reason, "
             "at_ms, by_user) VALUES (%lld, 'porous-134', 0, 0, '', 1, 1);",
             (long long)m);
    ward_raw(w, sql);
    for (int i = 0; i < 4; i++) { /* released, rejected, aborted, and one that only runs */
        static const int STATE[] = {7, 8, 9, 1};
        snprintf(sql, sizeof sql,
                 "PRAGMA foreign_keys=OFF; INSERT INTO load_find VALUES (%d, %lld, 'porous-134', "
                 "%d, 1, %lld, NULL, 1, NULL, 0, 1, NULL, 0, NULL, 0);",
                 i + 1, (long long)m, STATE[i], (long long)w->c.now);
        ward_raw(w, sql);
    }
    ok(ct_figures(w->sue, CT_FIG_CYCLES, ct_date_at(w->c.now), 1, &r, &n, e));
    assert_int_equal(n, 1);
    assert_int_equal(r[0].whole, 3);
    assert_int_equal(r[0].part, 2);
    assert_non_null(strstr(r[0].label, "ST-1"));
    free(r);
    for (int i = 0; i < 4; i++) { /* pass, conditional pass, conditional fail, fail */
        snprintf(sql, sizeof sql,
                 "PRAGMA foreign_keys=OFF; INSERT INTO calibration_find VALUES (%d, %lld, %lld, "
                 "5, %d, NULL);",
                 i + 1, (long long)m, (long long)w->c.now, i);
        ward_raw(w, sql);
    }
    ok(ct_figures(w->sue, CT_FIG_TOLERANCE, ct_date_at(w->c.now), 1, &r, &n, e));
    assert_int_equal(n, 1);
    assert_int_equal(r[0].whole, 4);
    assert_int_equal(r[0].part, 2);
    CT_BUF csv = {.max = 4096};
    snprintf(r[0].label, sizeof r[0].label, "=cmd, \"x\"");
    ct_figures_csv(CT_FIG_TOLERANCE, r, n, &csv);
    assert_string_equal(ct_buf_str(&csv), "model,out,calibrations,per_cent\r\n"
                                          "\"'=cmd, \"\"x\"\"\",2,4,50.0\r\n");
    free(r);
}

static void test_who_and_how_long(void **state)
{
    struct ward *w = *state;
    struct ct_figure_row *r;
    size_t n;
    refused(ct_figures(w->tom, CT_FIG_HOURS, ct_date_at(w->c.now), 1, &r, &n, e), CT_EDENIED, "",
            "review");
    refused(ct_figures(w->sue, CT_FIG_HOURS, ct_date_at(w->c.now), 0, &r, &n, e), CT_EINVAL,
            "weeks", "");
    refused(ct_figures(w->sue, CT_FIG_HOURS, ct_date_at(w->c.now), 54, &r, &n, e), CT_EINVAL,
            "weeks", "");
    assert_int_equal(ct_figure_find("cycles"), CT_FIG_CYCLES);
    assert_int_equal(ct_figure_find("tea"), CT_FIGURES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
        T(test_sets_on_time),        T(test_whole_scores), T(test_escalations),
        T(test_checklists),          T(test_hours),        T(test_machines_and_models),
        T(test_who_and_how_long),
    };
    return cmocka_run_group_tests_name("figures", tests, NULL, NULL);
}
