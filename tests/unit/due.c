/* What is due: the list comes from the current full sets alone, and from the
 * index alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/rows.h"
#include "tests/support/ward.h"

#define MIN(n) ((n) * (int64_t)CT_MINUTE_MS)
#define HOUR(n) ((n) * (int64_t)CT_HOUR_MS)
#define LOW "120/80 72 16 98 36.6 A air"      /* 0: twelve-hourly */
#define MEDIUM "105/70 95 21 94 38.1 A air"   /* 6: hourly */
#define HIGH "88/50 132 25 91 35.0 U o2 2 np" /* 20: continuously */

/* "Name in minutes": who is due within the horizon, in order. */
static const char *due(struct ward *w, int64_t horizon_ms, size_t limit)
{
    static char out[1024];
    struct ct_due *d;
    size_t n;
    ok(ct_due_list(w->tom, horizon_ms, limit, &d, &n, e));
    out[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        size_t at = strlen(out);
        snprintf(out + at, sizeof out - at, "%s%s %+lld", i > 0 ? ", " : "", d[i].name,
                 (long long)((d[i].due_ms - w->c.now) / CT_MINUTE_MS));
    }
    free(d);
    return out;
}

static int64_t adult(struct ward *w, const char *name)
{
    return ward_patient(w, name, "", "", "1960-01-01");
}

static void test_soonest_first(void **state)
{
    struct ward *w = *state;
    int64_t now = w->c.now;
    assert_string_equal(due(w, HOUR(4), 10), "");
    ward_record(w, adult(w, "Low"), LOW, now - HOUR(11));
    ward_record(w, adult(w, "Medium"), MEDIUM, now - MIN(90));
    ward_record(w, adult(w, "High"), HIGH, now - MIN(10));
    ward_record(w, adult(w, "Later"), LOW, now);
    assert_string_equal(due(w, HOUR(4), 10), "MEDIUM -30, HIGH -10, LOW +60");
    assert_string_equal(due(w, 0, 10), "MEDIUM -30, HIGH -10"); /* overdue only */
    assert_string_equal(due(w, MIN(60), 10), "MEDIUM -30, HIGH -10"); /* not yet: at 60 */
    assert_string_equal(due(w, HOUR(13), 10), "MEDIUM -30, HIGH -10, LOW +60, LATER +720");
    assert_string_equal(due(w, HOUR(13), 2), "MEDIUM -30, HIGH -10");
    struct ct_due *d;
    size_t n;
    ok(ct_due_list(w->tom, 0, 10, &d, &n, e));
    assert_int_equal(d[0].score, 6);
    assert_int_equal(d[0].band, CT_BAND_MEDIUM);
    assert_int_equal(d[1].due_ms, d[1].taken_ms); /* continuous */
    free(d);
    refused(ct_due_list(w->c.app, 0, 10, &d, &n, e), CT_EDENIED, "", "");
    assert_null(d);
}

static void test_the_latest_full_set_counts(void **state)
{
    struct ward *w = *state;
    int64_t now = w->c.now, id = adult(w, "Demo");
    ward_record(w, id, MEDIUM, now - MIN(90));
    ward_record(w, id, LOW, now - MIN(30)); /* better since */
    assert_string_equal(due(w, HOUR(24), 10), "DEMO +690");
    ward_record(w, id, "p 131 rr 25", now - MIN(5)); /* partial: replaces nothing */
    assert_string_equal(due(w, HOUR(24), 10), "DEMO +690");
    ward_record(w, id, MEDIUM, now - HOUR(5)); /* entered late: an older one */
    assert_string_equal(due(w, HOUR(24), 10), "DEMO +690");
    ward_record(w, id, MEDIUM, now - MIN(30)); /* the same minute: the one entered last */
    assert_string_equal(due(w, HOUR(24), 10), "DEMO +30");
    struct ct_due d;
    ok(ct_due_patient(w->tom, id, &d, e));
    assert_int_equal(d.due_ms, now + MIN(30));
    assert_int_equal(d.score, 6);
    refused(ct_due_patient(w->tom, adult(w, "New"), &d, e), CT_ENOTFOUND, "", "nothing is due");
}

/* The clock was a month ahead when a set was recorded, and was put right: the set
 * before it says what is due, not one whose time has not come. */
static void test_a_set_from_the_future(void **state)
{
    struct ward *w = *state;
    int64_t id = adult(w, "Early"), first, later;
    struct ct_due d;
    first = ward_record(w, id, MEDIUM, w->c.now - MIN(20));
    w->c.now += HOUR(24 * 30);
    later = ward_record(w, id, LOW, w->c.now);
    ok(ct_due_patient(w->tom, id, &d, e));
    assert_int_equal(d.vitals_id, later);
    w->c.now -= HOUR(24 * 30);
    assert_string_equal(due(w, HOUR(4), 10), "EARLY +40");
    ok(ct_due_patient(w->tom, id, &d, e));
    assert_int_equal(d.vitals_id, first);
    later = ward_record(w, id, LOW, w->c.now + MIN(1)); /* clocks that differ a little */
    ok(ct_due_patient(w->tom, id, &d, e));
    assert_int_equal(d.vitals_id, later);
}

static void test_corrections_move_it(void **state)
{
    struct ward *w = *state;
    int64_t now = w->c.now, id = adult(w, "Demo");
    int64_t before = ward_record(w, id, LOW, now - HOUR(3));
    int64_t wrong = ward_record(w, id, MEDIUM, now - MIN(30));
    assert_string_equal(due(w, HOUR(24), 10), "DEMO +30");
    struct ct_vitals v = ward_set(w, id, LOW, now - MIN(30));
    v.replaces_id = wrong;
    snprintf(v.reason, sizeof v.reason, "wrong reading");
    ok(ct_vitals_correct(w->tom, &w->rules, &v, e));
    assert_string_equal(due(w, HOUR(24), 10), "DEMO +690");
    ok(ct_vitals_void(w->tom, v.id, "wrong patient", e)); /* back to the set before */
    assert_string_equal(due(w, HOUR(24), 10), "DEMO +540");
    ok(ct_vitals_void(w->tom, before, "wrong patient", e));
    assert_string_equal(due(w, HOUR(24), 10), "");
}

static void test_two_days(void **state)
{
    struct ward *w = *state;
    int64_t now = w->c.now, id = adult(w, "Demo");
    ward_record(w, id, LOW, now - HOUR(47));
    assert_string_equal(due(w, HOUR(4), 10), "DEMO -2100");
    w->c.now += HOUR(2);
    assert_string_equal(due(w, HOUR(4), 10), ""); /* nobody waits for this one any more */
    struct ct_due d;
    ok(ct_due_patient(w->tom, id, &d, e)); /* on the patient's own page it still stands */
}

/* What no score says it for is due by the site's interval; a partial set never moves
 * the due time. */
static void test_not_scored(void **state)
{
    struct ward *w = *state;
    int64_t child = ward_patient(w, "Child", "", "", "2020-01-01");
    struct ct_vitals v = ward_set(w, child, HIGH, w->c.now);
    v.v[CT_Q_DISTRESS].n = CT_DISTRESS_MILD;
    v.v[CT_Q_CRT].n = 2;
    ok(ct_vitals_record(w->tom, &w->rules, &v, e)); /* PEWS, but the site has no totals */
    ward_record(w, ward_patient(w, "Unknown", "", "", ""), HIGH, w->c.now);
    ward_record(w, adult(w, "Partial"), "120/80", w->c.now);
    assert_string_equal(due(w, HOUR(24), 10), "CHILD +240, UNKNOWN +240");
    w->rules.unscored_every_min = 0;
    ward_record(w, ward_patient(w, "Never", "", "", ""), HIGH, w->c.now);
    assert_string_equal(due(w, HOUR(24), 10), "CHILD +240, UNKNOWN +240");
}

static int64_t refuse(struct ward *w, int64_t id, enum ct_why why)
{
    struct ct_vitals v;
    ct_vitals_init(&v);
    v.patient_id = id;
    v.taken_ms = w->c.now;
    v.partial = why;
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    return v.id;
}

static struct ct_due of(struct ward *w, int64_t id)
{
    struct ct_due d;
    ok(ct_due_patient(w->tom, id, &d, e));
    return d;
}

/* A refusal moves the next set from its own moment, by the interval that the last
 * score asks for; the score stays the last one, with its age. */
static void test_a_refusal_moves_it(void **state)
{
    struct ward *w = *state;
    int64_t now = w->c.now, id = adult(w, "Medium"), new = adult(w, "New");
    int64_t high = adult(w, "High"), away = adult(w, "Away"), long_ = adult(w, "Long");
    ward_record(w, id, MEDIUM, now - MIN(90));
    refuse(w, id, CT_WHY_REFUSED);
    struct ct_due d = of(w, id);
    assert_int_equal(d.due_ms, now + MIN(60));
    assert_int_equal(d.refused_ms, now);
    assert_int_equal(d.taken_ms, now - MIN(90));
    assert_string_equal(d.score_text, "NEWS2 6 MEDIUM");
    assert_false(d.continuous);

    refuse(w, new, CT_WHY_REFUSED); /* nothing is known of this one */
    d = of(w, new);
    assert_int_equal(d.due_ms, now + HOUR(4));
    assert_int_equal(d.vitals_id, 0);
    assert_false(d.continuous);

    ward_record(w, high, HIGH, now - MIN(10));
    assert_true(of(w, high).continuous);
    refuse(w, high, CT_WHY_REFUSED);
    d = of(w, high);
    assert_int_equal(d.due_ms, now + MIN(30));
    assert_true(d.continuous);
    assert_int_equal(d.band, CT_BAND_HIGH);

    ward_record(w, away, MEDIUM, now - MIN(90)); /* not refused: still late */
    refuse(w, away, CT_WHY_AWAY);
    d = of(w, away);
    assert_int_equal(d.due_ms, now - MIN(30));
    assert_true(d.refused_ms == CT_UNSET);

    w->rules.unscored_every_min = 48 * 60; /* a refusal waits for a day, no longer */
    long_ = ward_patient(w, "Unscored", "", "", "");
    ward_record(w, long_, LOW, now - HOUR(3));
    assert_int_equal(of(w, long_).due_ms, now + HOUR(45));
    refuse(w, long_, CT_WHY_REFUSED);
    assert_int_equal(of(w, long_).due_ms, now + HOUR(24));
}

/* Again refused: from the later one. A full set after it: by its score. Taken back as
 * an error: as if it had not been. */
static void test_a_refusal_is_corrected(void **state)
{
    struct ward *w = *state;
    int64_t start = w->c.now, id = adult(w, "Demo");
    ward_record(w, id, MEDIUM, start - MIN(90));
    refuse(w, id, CT_WHY_REFUSED);
    w->c.now += MIN(20);
    int64_t again = refuse(w, id, CT_WHY_REFUSED);
    assert_int_equal(of(w, id).due_ms, start + MIN(80));
    ok(ct_vitals_void(w->tom, again, "wrong patient", e));
    assert_int_equal(of(w, id).due_ms, start + MIN(60));
    assert_int_equal(of(w, id).refused_ms, start);

    w->c.now += MIN(1);
    again = refuse(w, id, CT_WHY_REFUSED);
    struct ct_vitals v;
    ct_vitals_init(&v);
    v.patient_id = id; /* not refused: the patient was away; then it moves nothing */
    v.partial = CT_WHY_AWAY;
    v.replaces_id = again;
    snprintf(v.reason, sizeof v.reason, "wrong reading");
    ok(ct_vitals_correct(w->tom, &w->rules, &v, e));
    assert_int_equal(of(w, id).due_ms, start + MIN(60));

    w->c.now += MIN(5);
    ward_record(w, id, LOW, w->c.now);
    assert_int_equal(of(w, id).due_ms, w->c.now + HOUR(12));
    assert_true(of(w, id).refused_ms == CT_UNSET);
}

/* The score that the refused interval hangs on is corrected afterwards: the due time of
 * the refusal stands as it was recorded, the score shown is the new one. */
static void test_the_score_behind_a_refusal(void **state)
{
    struct ward *w = *state;
    int64_t now = w->c.now, id = adult(w, "Demo");
    int64_t wrong = ward_record(w, id, LOW, now - MIN(90));
    refuse(w, id, CT_WHY_REFUSED);
    assert_int_equal(of(w, id).due_ms, now + HOUR(12));
    struct ct_vitals v = ward_set(w, id, MEDIUM, now - MIN(90));
    v.replaces_id = wrong;
    snprintf(v.reason, sizeof v.reason, "wrong reading");
    ok(ct_vitals_correct(w->tom, &w->rules, &v, e));
    struct ct_due d = of(w, id);
    assert_string_equal(d.score_text, "NEWS2 6 MEDIUM");
    assert_int_equal(d.due_ms, now + MIN(60));
}

static void plan(const char *detail, void *arg)
{
    char *out = arg;
    strncat(out, detail, 2000 - strlen(out) - 1);
    strncat(out, "\n", 2000 - strlen(out) - 1);
}

static void test_by_index(void **state)
{
    struct ward *w = *state;
    for (int i = 0; i < CT_VITALS_SQL_N; i++) {
        char out[2000] = "";
        if (strncmp(ct_vitals_sql[i].name, "verify.", 7) == 0)
            continue;
        ok(ct_db_plan(ct_app_db(w->tom), &ct_vitals_sql[i], plan, out, e));
        if (strstr(out, "SCAN") != NULL)
            fail_msg("%s: %s", ct_vitals_sql[i].name, out);
        if (i == CT_SQL_DUE_LIST && (strstr(out, "vitals_scored") == NULL ||
                                     strstr(out, "vitals_patient") == NULL))
            fail_msg("%s", out);
        if (i == CT_SQL_VITALS_LIST && strstr(out, "TEMP B-TREE") != NULL)
            fail_msg("%s", out); /* the index gives the order */
    }
}

#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_soonest_first),  T(test_the_latest_full_set_counts), T(test_corrections_move_it),
        T(test_a_set_from_the_future),
        T(test_a_refusal_moves_it), T(test_a_refusal_is_corrected),
        T(test_the_score_behind_a_refusal),
        T(test_two_days),       T(test_not_scored),         T(test_by_index),
    };
    return cmocka_run_group_tests_name("due", tests, NULL, NULL);
}
