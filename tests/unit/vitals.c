/* Vitals: what is stored is what was typed; what is impossible is refused at its
 * field; the score applies to whom it may; corrections lose nothing. */
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
#define FULL "120/80 72 16 98 36.6 A air"

/* ---- the table and the columns ---------------------------------------- */

static void test_columns_agree(void **state)
{
    struct ward *w = *state;
    char expected[600] = "", sql[256];
    for (int q = 0; q < CT_QS; q++)
        for (size_t u = 0; u < CT_QUANTITY[q].n_units; u++) {
            const char *column = CT_QUANTITY[q].unit[u].column;
            size_t n = strlen(expected);
            snprintf(expected + n, sizeof expected - n, "%s%s", n > 0 ? ", " : "", column);
            snprintf(sql, sizeof sql,
                     "SELECT count(*) FROM pragma_table_info('vitals') WHERE name = '%s'",
                     column);
            struct raw r;
            raw_open(&r, &w->c, ct_app_keys(w->tom));
            assert_int_equal(raw_int(&r, sql), 1);
            raw_close(&r);
        }
    /* the same columns, in the same order, in what reads and what writes them */
    assert_non_null(strstr(ct_vitals_sql[CT_SQL_VITALS_INSERT].text, expected));
    assert_non_null(strstr(ct_vitals_sql[CT_SQL_VITALS_GET].text, expected));
    assert_non_null(strstr(ct_vitals_sql[CT_SQL_VITALS_LIST].text, expected));
}

static void test_each_value_returns_as_typed(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Di", "", "1970-01-01");
    for (int q = 0; q < CT_QS; q++)
        for (size_t u = 0; u < CT_QUANTITY[q].n_units; u++) {
            struct ct_vitals v, back;
            struct ct_field f;
            ct_vitals_init(&v);
            ct_quantity_field((enum ct_q)q, (uint8_t)u, &w->rules.limits, &f);
            int64_t ends[] = {f.hard_lo, f.hard_hi, f.hard_lo + (f.hard_hi - f.hard_lo) / 3};
            for (size_t i = 0; i < CT_LEN(ends); i++) {
                ct_vitals_init(&v);
                v.patient_id = id;
                v.taken_ms = w->c.now;
                v.v[q] = (struct ct_value){.n = ends[i], .unit = (uint8_t)u};
                if (q == CT_Q_O2_FLOW)
                    v.v[CT_Q_O2].n = CT_O2_MASK;
                v.partial = ward_why(w, &v);
                ok(ct_vitals_record(w->tom, &w->rules, &v, e));
                ok(ct_vitals_get(w->sue, v.id, &back, e));
                for (int other = 0; other < CT_QS; other++) {
                    assert_int_equal(back.v[other].n, v.v[other].n);
                    if (v.v[other].n != CT_UNSET)
                        assert_int_equal(back.v[other].unit, v.v[other].unit);
                }
            }
        }
}

static void test_zero_is_not_nothing(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Di", "", "1970-01-01");
    struct ct_vitals v, back;
    ct_vitals_init(&v);
    v.patient_id = id;
    v.taken_ms = w->c.now;
    v.v[CT_Q_PAIN].n = 0;
    v.v[CT_Q_ACVPU].n = CT_ALERT;
    snprintf(v.note, sizeof v.note, " said “no pain” ");
    v.partial = CT_WHY_UNAVAILABLE;
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    ok(ct_vitals_get(w->sue, v.id, &back, e));
    assert_int_equal(back.v[CT_Q_PAIN].n, 0);
    assert_int_equal(back.v[CT_Q_ACVPU].n, CT_ALERT);
    assert_int_equal(back.v[CT_Q_PULSE].n, CT_UNSET);
    assert_string_equal(back.note, "said “no pain”");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM vitals WHERE pulse_bpm IS NULL "
                                     "AND pain = 0"), 1);
}

/* ---- refusals ---------------------------------------------------------- */

static void expect(struct ward *w, struct ct_vitals v, const char *field, const char *says)
{
    int64_t before = chain_end(w->tom);
    refused(ct_vitals_record(w->tom, &w->rules, &v, e), CT_EINVAL, field, says);
    assert_int_equal(chain_end(w->tom), before);
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM vitals"), 0);
}

static void test_refusals(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Di", "", "1970-01-01"), now = w->c.now;
    struct ct_vitals good = ward_set(w, id, FULL, now), v;
    ct_vitals_init(&v);
    v.patient_id = id;
    v.taken_ms = now;
    expect(w, v, "partial", "nothing was measured");
    v = good, v.v[CT_Q_PULSE].n = w->rules.limits.q[CT_Q_PULSE].hard_hi + 1;
    expect(w, v, "pulse", "not possible");
    v = good, v.v[CT_Q_PULSE].n = -1;
    expect(w, v, "pulse", "not possible");
    v = good, v.v[CT_Q_TEMP].n = INT64_MAX;
    expect(w, v, "temp", "not possible");
    v = good, v.v[CT_Q_TEMP] = (struct ct_value){.n = 366, .unit = 1}; /* 36.6 degF */
    expect(w, v, "temp", "not possible");
    v = good, v.v[CT_Q_TEMP].unit = 7;
    expect(w, v, "temp", "no such unit");
    v = good, v.v[CT_Q_ACVPU].n = 5;
    expect(w, v, "acvpu", "not possible");
    v = good, v.v[CT_Q_DBP].n = 120;
    expect(w, v, "dbp", "not below");
    v = good, v.v[CT_Q_O2_FLOW].n = 20;
    expect(w, v, "o2_flow", "breathes air");
    v = good, v.v[CT_Q_O2].n = CT_UNSET, v.v[CT_Q_O2_FLOW].n = 20;
    expect(w, v, "o2_flow", "no device");
    v = good, v.taken_ms = now + MIN(3);
    expect(w, v, "taken_ms", "future");
    v = good, v.taken_ms = CT_UNSET;
    expect(w, v, "taken_ms", "missing");
    v = good, v.taken_ms = -CT_DAY_MS + 5;
    expect(w, v, "taken_ms", "missing");
    v = good, snprintf(v.note, sizeof v.note, "a\033]0;b");
    expect(w, v, "note", "control");
    struct ct_vitals nobody = good;
    nobody.patient_id = 77;
    refused(ct_vitals_record(w->tom, &w->rules, &nobody, e), CT_ENOTFOUND, "", "77");
    refused(ct_vitals_record(w->c.app, &w->rules, &good, e), CT_EDENIED, "", "");
    int64_t baby = ward_patient(w, "Demo", "Baby", "", "2026-11-10");
    v = ward_set(w, baby, "p 120 rr 30",
                 ct_civil_ms(&(struct ct_civil){2026, 11, 9, 9, 0, 0, 0, 0}));
    expect(w, v, "taken_ms", "before the patient's date of birth");
    v = good, v.taken_ms = now + MIN(1); /* a clock a little ahead is nobody's fault */
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
}

/* ---- the score --------------------------------------------------------- */

static struct ct_vitals assessed(struct ward *w, int64_t id, const char *line, int64_t taken_ms)
{
    struct ct_patient p;
    struct ct_vitals v = ward_set(w, id, line, taken_ms);
    ok(ct_patient_get(w->tom, id, &p, e));
    ct_vitals_assess(&w->rules, &p, &v, NULL);
    return v;
}

static void scores(struct ward *w, int64_t id, const char *line, int64_t taken_ms,
                   const char *text)
{
    char out[160];
    struct ct_vitals v = assessed(w, id, line, taken_ms);
    ct_vitals_score_text(&v, out, sizeof out);
    assert_string_equal(out, text);
}

static void test_score(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Di", "", "1970-01-01"), now = w->c.now;
    struct ct_vitals v = assessed(w, id, FULL, now);
    assert_int_equal(v.score, 0);
    assert_int_equal(v.score_at_least, -1);
    assert_int_equal(v.next_due_ms, now + MIN(720));
    assert_true(v.score_version[0] != '\0');
    scores(w, id, FULL, now, "NEWS2 0 LOW");
    scores(w, id, "88/50 132 25 91 35.0 U o2 2 np", now, "NEWS2 20 HIGH");
    v = assessed(w, id, "88/50 132 25 91 35.0 U o2 2 np", now);
    assert_int_equal(v.next_due_ms, now); /* continuous: due at once */
    scores(w, id, "120/80 72 25 98 36.6 A air", now, "NEWS2 3 LOW-MEDIUM");
    v = assessed(w, id, "120/80 72 25 98 36.6 A air", now);
    assert_true(v.single3);
    assert_int_equal(v.next_due_ms, now + MIN(60));
    /* partial: never zero, never a total, no due time of its own */
    v = assessed(w, id, "120/80 132 25", now);
    assert_int_equal(v.score, -1);
    assert_int_equal(v.score_at_least, 6);
    assert_int_equal(v.next_due_ms, CT_UNSET);
    assert_int_equal(v.band, CT_BAND_NONE);
    char out[160];
    ct_vitals_score_text(&v, out, sizeof out);
    assert_non_null(strstr(out, "NEWS2 at least 6 ("));
    assert_non_null(strstr(out, "missing)"));
    scores(w, id, "pain 3", now, "NEWS2 undefined (none of its inputs was taken)");
    /* Fahrenheit is scored by what it is: 102.4 degF is 39.1 degC */
    v = ward_set(w, id, FULL, now);
    v.v[CT_Q_TEMP] = (struct ct_value){.n = 1024, .unit = 1};
    struct ct_patient p;
    ok(ct_patient_get(w->tom, id, &p, e));
    ct_vitals_assess(&w->rules, &p, &v, NULL);
    assert_int_equal(v.score, 2);
}

static void test_to_whom_it_applies(void **state)
{
    struct ward *w = *state;
    int64_t noon = ct_civil_ms(&(struct ct_civil){2026, 11, 15, 12, 0, 0, 0, 0});
    int64_t child = ward_patient(w, "Demo", "Child", "", "2010-11-16");
    int64_t adult = ward_patient(w, "Demo", "Just", "", "2010-11-15");
    int64_t unknown = ward_patient(w, "Demo", "Unknown", "", "");
    int64_t mother = ward_patient(w, "Demo", "Mother", "", "1996-01-01");
    ward_alert(w, mother, CT_ALERT_PREGNANT);
    scores(w, child, FULL, noon, "PEWS at least 1");             /* sixteen tomorrow */
    scores(w, adult, FULL, noon, "NEWS2 0 LOW");                 /* sixteen today */
    scores(w, mother, FULL, noon, "NEWS2 not applied: pregnant");
    scores(w, unknown, FULL, noon,
           "NEWS2 not applied: age unknown (enter an estimated date of birth)");
    struct ct_vitals v = assessed(w, mother, "88/50 132 25 91 35.0 U o2 2 np", noon);
    assert_int_equal(v.card, CT_CARD_MATERNITY);
    assert_int_equal(v.score, -1);
    assert_int_equal(v.score_at_least, -1); /* not even "at least" */
    assert_int_equal(v.next_due_ms, noon + MIN(240)); /* as the site has it */
    assert_false(v.single3);
    /* an estimate is enough */
    struct ct_patient p;
    ok(ct_patient_get(w->tom, unknown, &p, e));
    p.born = ct_date_make(1980, 1, 1);
    p.born_estimated = true;
    ok(ct_patient_amend(w->tom, &p, "looks about 45", e));
    scores(w, unknown, FULL, noon, "NEWS2 0 LOW");
}

static void test_scale_2(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Copd", "", "1950-01-01"), now = w->c.now;
    scores(w, id, "120/80 72 16 90 36.6 A air", now, "NEWS2 3 LOW-MEDIUM");
    ward_alert(w, id, CT_ALERT_SPO2_SCALE2);
    struct ct_vitals v = assessed(w, id, "120/80 72 16 90 36.6 A air", now);
    assert_int_equal(v.score, 0);
    assert_int_equal(v.scale, 2);
    scores(w, id, "120/80 72 16 97 36.6 A o2 2 np", now, "NEWS2 5 MEDIUM"); /* too much */
    scores(w, id, "120/80 72 16 97 36.6 A air", now, "NEWS2 0 LOW");
}

/* What is entered later does not reach back; what ended since was in force. */
static void test_alerts_in_time(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Copd", "", "1950-01-01");
    const char *line = "120/80 72 16 90 36.6 A air";
    int64_t first = ward_record(w, id, line, w->c.now), t0 = w->c.now;
    w->c.now += MIN(30);
    ward_alert(w, id, CT_ALERT_SPO2_SCALE2);
    struct ct_vitals v;
    ok(ct_vitals_get(w->tom, first, &v, e));
    v.replaces_id = first;
    v.v[CT_Q_PAIN].n = 2;
    snprintf(v.reason, sizeof v.reason, "wrong reading");
    ok(ct_vitals_correct(w->tom, &w->rules, &v, e));
    assert_int_equal(v.scale, 1); /* the scale that was in force then */
    assert_int_equal(v.score, 3);
    /* a second correction is judged by the first version as well */
    v.replaces_id = v.id;
    v.v[CT_Q_PAIN].n = 1;
    ok(ct_vitals_correct(w->tom, &w->rules, &v, e));
    assert_int_equal(v.scale, 1);
    /* a late entry of a new set knows the alert */
    v = ward_set(w, id, line, t0);
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    assert_int_equal(v.scale, 2);
    /* ended: a set taken before the end still counts it, one taken after does not */
    struct ct_patient p;
    w->c.now += MIN(30);
    ok(ct_patient_get(w->tom, id, &p, e));
    ok(ct_patient_alert_end(w->tom, id, p.alert[0].id, "reviewed", e));
    int64_t ended = w->c.now;
    w->c.now += MIN(30);
    v = ward_set(w, id, line, ended - MIN(3));
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    assert_int_equal(v.scale, 2);
    v = ward_set(w, id, line, ended + MIN(1));
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    assert_int_equal(v.scale, 1);
}

/* Nor does a later alert excuse a gap: a correction is asked for what the score of its
 * first version asks for. */
static void test_a_later_alert_excuses_no_gap(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Mother", "", "1996-01-01");
    int64_t first = ward_record(w, id, "120/80 72 16 97 36.6 A air", w->c.now);
    w->c.now += MIN(30);
    ward_alert(w, id, CT_ALERT_PREGNANT);
    w->c.now += MIN(30);
    struct ct_vitals v;
    ok(ct_vitals_get(w->tom, first, &v, e));
    v.replaces_id = first;
    v.v[CT_Q_PULSE].n = 74;
    snprintf(v.reason, sizeof v.reason, "wrong reading");
    ok(ct_vitals_correct(w->tom, &w->rules, &v, e));
    assert_int_equal(v.card, CT_CARD_NEWS2);
    v.replaces_id = v.id; /* recorded after the alert, as the set that it replaces was not */
    v.v[CT_Q_SPO2].n = CT_UNSET;
    refused(ct_vitals_correct(w->tom, &w->rules, &v, e), CT_EINVAL, "partial", "SpO2");
    v.partial = CT_WHY_UNAVAILABLE;
    ok(ct_vitals_correct(w->tom, &w->rules, &v, e));
    assert_int_equal(v.card, CT_CARD_NEWS2);
    assert_int_equal(v.score, -1);
}

/* A clock that lets somebody else act the first time it is read. */
struct race {
    struct ward *w;
    int64_t patient_id;
    bool armed;
};

static int64_t racing_ms(void *arg)
{
    struct race *r = arg;
    if (r->armed) {
        r->armed = false;
        struct ct_alert a = {.kind = CT_ALERT_SPO2_SCALE2, .prescriber = "Dr Demo"};
        ok(ct_patient_alert_set(r->w->sue, r->patient_id, &a, e));
    }
    return r->w->c.now;
}

/* An alert is set by another desk after this one asked to save and before its turn to
 * write: the set is scored by what is in force when it is written. (What reads the clock
 * before the turn is the limit to a session's age.) */
static void test_alert_set_while_waiting(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Di", "", "1950-01-01");
    struct race r = {.w = w, .patient_id = id};
    const struct ct_clock clock = {racing_ms, racing_ms, &r};
    struct ct_app *app = NULL;
    struct ct_config config = w->c.config;
    config.absolute_limit_min = 600;
    ok(ct_app_new(w->c.dir, &config, &clock, &app, e));
    ok(recorded_login(app, "tom", TOM_PASSWORD, e));
    struct ct_vitals v = ward_set(w, id, "120/80 72 16 90 36.6 A air", w->c.now);
    r.armed = true;
    ok(ct_vitals_record(app, &w->rules, &v, e));
    assert_false(r.armed);
    assert_int_equal(v.scale, 2);
    assert_int_equal(v.score, 0); /* 90 % is in the target range; scale 1 gives 3 */
    ct_app_free(app);
}

/* Saved again because the first answer was an error: the second is told, and not
 * kept. What differs, or comes later, is another set. */
static void test_the_same_set_twice(void **state)
{
    struct ward *w = *state;
    static const char LINE[] = "120/80 72 16 98 36.6 A air";
    int64_t id = ward_patient(w, "Demo", "Di", "", "1950-01-01");
    int64_t other = ward_patient(w, "Demo", "Do", "", "1951-01-01");
    ward_record(w, id, LINE, w->c.now);
    int64_t before = chain_end(w->tom);
    w->c.now += MIN(1); /* the form says "now" again */
    struct ct_vitals v = ward_set(w, id, LINE, w->c.now);
    refused(ct_vitals_record(w->tom, &w->rules, &v, e), CT_EEXISTS, "", "there already");
    assert_int_equal(v.id, 0);
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM vitals"), 1);
    assert_int_equal(chain_end(w->tom), before);
    snprintf(v.note, sizeof v.note, "second reading");
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    v = ward_set(w, id, LINE, w->c.now);
    ok(ct_vitals_record(w->sue, &w->rules, &v, e)); /* somebody else's eyes */
    ward_record(w, other, LINE, w->c.now);
    ward_record(w, id, LINE, w->c.now - MIN(4)); /* taken at another time */
    ward_record(w, id, "120/80 73 16 98 36.6 A air", w->c.now);
    w->c.now += MIN(11);
    ward_record(w, id, LINE, w->c.now - MIN(12)); /* meant, after all this time */
}

static void test_severity(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Di", "", "1970-01-01");
    int64_t child = ward_patient(w, "Demo", "Child", "", "2020-01-01");
    static const struct {
        const char *line;
        int late_min, severity;
    } CASE[] = {
        {FULL, 0, CT_ROUTINE},
        {FULL, 15, CT_ROUTINE},
        {FULL, 16, CT_NOTABLE},                                  /* late */
        {"105/70 95 21 94 38.1 A air", 0, CT_NOTABLE},           /* 6 */
        {"120/80 72 25 98 36.6 A air", 0, CT_NOTABLE},           /* a single 3 */
        {"105/70 112 21 94 38.1 A air", 0, CT_EXCEPTION},        /* 7 */
        {"90/60 p 131 rr 25", 0, CT_EXCEPTION},                  /* at least 9 */
        {"p 131", 0, CT_NOTABLE},                                /* at least 3 */
        {"p 72", 0, CT_ROUTINE},
    };
    for (size_t i = 0; i < CT_LEN(CASE); i++) {
        ward_record(w, id, CASE[i].line, w->c.now - MIN(CASE[i].late_min));
        int64_t got = app_int(w->tom, "SELECT severity FROM audit WHERE verb='vitals.record' "
                                      "ORDER BY seq DESC LIMIT 1");
        if (got != CASE[i].severity)
            fail_msg("%s: severity %lld", CASE[i].line, (long long)got);
        w->c.now += MIN(30); /* not the same set twice */
    }
    ward_record(w, child, "90/60 131 25 91 36.6 A air", w->c.now); /* a 4 of PEWS */
    assert_int_equal(app_int(w->tom, "SELECT severity FROM audit WHERE verb='vitals.record' "
                                     "ORDER BY seq DESC LIMIT 1"), CT_NOTABLE);
    w->c.now += MIN(30);
    ward_record(w, child, "110/60 102 21 97 36.6 A air", w->c.now); /* 3 for an adult's RR */
    assert_int_equal(app_int(w->tom, "SELECT severity FROM audit WHERE verb='vitals.record' "
                                     "ORDER BY seq DESC LIMIT 1"), CT_ROUTINE);
}

/* ---- corrections ------------------------------------------------------- */

static void test_correct(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Di", "", "1970-01-01");
    int64_t taken = w->c.now - MIN(5), first = ward_record(w, id, "120/80 27 16 98 36.6 A air",
                                                           taken);
    struct ct_vitals v, old, *all;
    size_t n;
    w->c.now += MIN(10);
    ok(ct_vitals_get(w->sue, first, &v, e));
    v.v[CT_Q_PULSE].n = 72;
    v.replaces_id = first;
    v.reason[0] = '\0';
    refused(ct_vitals_correct(w->sue, &w->rules, &v, e), CT_EINVAL, "reason", "missing");
    snprintf(v.reason, sizeof v.reason, "wrong reading");
    struct ct_vitals bad = v;
    bad.v[CT_Q_DBP].n = 130;
    refused(ct_vitals_correct(w->sue, &w->rules, &bad, e), CT_EINVAL, "dbp", "not below");
    int64_t other = ward_patient(w, "Demo", "Ed", "", "1970-01-01");
    bad = v;
    bad.patient_id = other;
    refused(ct_vitals_correct(w->sue, &w->rules, &bad, e), CT_ECONFLICT, "", "another patient");
    v.taken_ms = 0;
    ok(ct_vitals_correct(w->sue, &w->rules, &v, e));
    assert_int_equal(v.taken_ms, taken); /* kept */
    assert_int_equal(v.recorded_ms, w->c.now);
    assert_int_equal(v.score, 0);
    ok(ct_vitals_get(w->tom, first, &old, e)); /* the first stays as it was */
    assert_int_equal(old.v[CT_Q_PULSE].n, 27);
    assert_int_equal(old.score, 3);
    assert_true(old.replaced);
    ok(ct_vitals_list(w->tom, id, CT_UNSET, 10, &all, &n, e));
    assert_int_equal(n, 1);
    assert_int_equal(all[0].id, v.id);
    free(all);
    /* tom, who still sees the first, comes too late */
    old.replaces_id = first;
    snprintf(old.reason, sizeof old.reason, "wrong time");
    refused(ct_vitals_correct(w->tom, &w->rules, &old, e), CT_ECONFLICT, "", "meanwhile");
    refused(ct_vitals_void(w->tom, first, "not a valid set", e), CT_ECONFLICT, "", "meanwhile");
    /* with a time of its own */
    v.replaces_id = v.id;
    v.taken_ms = taken - MIN(20);
    snprintf(v.reason, sizeof v.reason, "wrong time");
    ok(ct_vitals_correct(w->tom, &w->rules, &v, e));
    assert_int_equal(v.taken_ms, taken - MIN(20));
    ok(ct_vitals_versions(w->tom, first, &all, &n, e));
    assert_int_equal(n, 3); /* newest first, whichever was asked for */
    assert_int_equal(all[0].id, v.id);
    assert_string_equal(all[0].reason, "wrong time");
    assert_string_equal(all[1].reason, "wrong reading");
    assert_int_equal(all[2].id, first);
    free(all);
    assert_int_equal(app_int(w->tom, "SELECT min(severity) FROM audit "
                                     "WHERE verb='vitals.correct'"), CT_NOTABLE);
}

static void test_void(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Di", "", "1970-01-01");
    int64_t wrong = ward_record(w, id, FULL, w->c.now);
    struct ct_vitals *all, v;
    size_t n;
    refused(ct_vitals_void(w->tom, wrong, "", e), CT_EINVAL, "reason", "missing");
    refused(ct_vitals_void(w->tom, 99, "x", e), CT_ENOTFOUND, "", "99");
    refused(ct_vitals_void(w->c.app, wrong, "x", e), CT_EDENIED, "", "");
    ok(ct_vitals_void(w->tom, wrong, "wrong patient", e));
    ok(ct_vitals_list(w->tom, id, CT_UNSET, 10, &all, &n, e));
    assert_int_equal(n, 0);
    free(all);
    ok(ct_vitals_versions(w->tom, wrong, &all, &n, e));
    assert_int_equal(n, 2);
    assert_true(all[0].voided);
    assert_string_equal(all[0].reason, "wrong patient");
    assert_int_equal(all[0].v[CT_Q_PULSE].n, CT_UNSET);
    assert_int_equal(all[1].v[CT_Q_PULSE].n, 72); /* what was there is still to be seen */
    int64_t tomb = all[0].id;
    free(all);
    refused(ct_vitals_void(w->tom, tomb, "again", e), CT_ECONFLICT, "", "entered in error");
    v = ward_set(w, id, FULL, w->c.now);
    v.replaces_id = tomb;
    snprintf(v.reason, sizeof v.reason, "it was right after all");
    refused(ct_vitals_correct(w->tom, &w->rules, &v, e), CT_ECONFLICT, "", "record a new one");
}

static void test_nothing_is_rewritten(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Di", "", "1970-01-01");
    ward_record(w, id, FULL, w->c.now);
    ward_alert(w, id, CT_ALERT_OTHER);
    struct raw r;
    raw_open(&r, &w->c, ct_app_keys(w->tom));
    assert_int_not_equal(raw_try(&r, "UPDATE vitals SET pulse_bpm = 60"), SQLITE_OK);
    assert_int_not_equal(raw_try(&r, "DELETE FROM vitals"), SQLITE_OK);
    assert_int_not_equal(raw_try(&r, "UPDATE patient_version SET family = 'x'"), SQLITE_OK);
    assert_int_not_equal(raw_try(&r, "DELETE FROM patient_alert"), SQLITE_OK);
    /* a correction without a reason, a second replacement, two units: not by SQL either */
    const char *head = "INSERT INTO vitals(patient_id, taken_ms, recorded_ms, recorded_by, "
                       "note, scale, single3, band, not_applied, score_version, voided, "
                       "replaces_id, reason, temp_c10, temp_f10) VALUES "
                       "(1, 1, 1, 1, '', 1, 0, 0, 0, '', ";
    static const char *const TAIL[] = {"0, 1, NULL, 366, NULL)", "1, NULL, NULL, 366, NULL)",
                                       "0, NULL, NULL, 366, 980)"};
    for (size_t i = 0; i < CT_LEN(TAIL); i++) {
        char sql[512];
        snprintf(sql, sizeof sql, "%s%s", head, TAIL[i]);
        assert_int_equal(raw_try(&r, sql), SQLITE_CONSTRAINT);
    }
    raw_close(&r);
}

/* ---- lists and words --------------------------------------------------- */

static void test_list_pages(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Di", "", "1970-01-01"), now = w->c.now;
    int64_t other = ward_patient(w, "Demo", "Ed", "", "1970-01-01");
    for (int i = 0; i < 20; i++) /* entered in any order */
        ward_record(w, id, FULL, now - MIN(60 * ((i * 7) % 20)));
    ward_record(w, other, FULL, now);
    struct ct_vitals *v;
    size_t n;
    ok(ct_vitals_list(w->tom, id, CT_UNSET, 100, &v, &n, e));
    assert_int_equal(n, 20);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(v[i].taken_ms, now - MIN(60 * (int64_t)i)); /* newest first */
    free(v);
    ok(ct_vitals_list(w->tom, id, now - MIN(60 * 5), 4, &v, &n, e));
    assert_int_equal(n, 4);
    assert_int_equal(v[0].taken_ms, now - MIN(60 * 6));
    free(v);
    ok(ct_vitals_list(w->tom, 4711, CT_UNSET, 4, &v, &n, e));
    assert_int_equal(n, 0);
    free(v);
}

static void test_line(void **state)
{
    struct ward *w = *state;
    char out[256];
    struct ct_vitals v = ward_set(w, 1, "122/76 71 16 97 36.8 A air pain 0", w->c.now);
    ct_vitals_line(&v, out, sizeof out);
    assert_string_equal(out, "BP 122/76  P 71  RR 16  SpO2 97 air  T 36.8  A  pain 0");
    ct_vitals_init(&v);
    ct_vitals_line(&v, out, sizeof out);
    assert_string_equal(out, "");
    v.v[CT_Q_SBP].n = 90;
    v.v[CT_Q_O2].n = CT_O2_NASAL;
    v.v[CT_Q_O2_FLOW].n = 20;
    v.v[CT_Q_TEMP] = (struct ct_value){.n = 986, .unit = 1};
    v.v[CT_Q_WEIGHT].n = 705;
    ct_vitals_line(&v, out, sizeof out);
    assert_string_equal(out, "BP 90/-  O2 NP 2.0 l/min  T 98.6 degF  wt 70.5 kg");
    char tiny[8];
    ct_vitals_line(&v, tiny, sizeof tiny);
    assert_string_equal(tiny, "BP 90/-");
}

#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_columns_agree),
        T(test_each_value_returns_as_typed),
        T(test_zero_is_not_nothing),
        T(test_refusals),
        T(test_score),
        T(test_to_whom_it_applies),
        T(test_scale_2),
        T(test_alerts_in_time), T(test_a_later_alert_excuses_no_gap),
        T(test_alert_set_while_waiting),
        T(test_the_same_set_twice),
        T(test_severity),
        T(test_correct),
        T(test_void),
        T(test_nothing_is_rewritten),
        T(test_list_pages),
        T(test_line),
    };
    return cmocka_run_group_tests_name("vitals", tests, NULL, NULL);
}
