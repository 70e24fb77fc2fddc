/* What belongs to a set beside its figures: how and with what it was measured, further
 * pressures, what was not taken and why, a refusal and when the next set is due then.
 */
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

#define FULL "120/80 72 16 98 36.6 A air"
#define MIN(n) ((int64_t)(n) * CT_MINUTE_MS)
#define HOUR(n) ((int64_t)(n) * CT_HOUR_MS)

static int64_t adult(struct ward *w)
{
    return ward_patient(w, "Demo", "Di", "", "1970-01-01");
}

static struct ct_vitals read_back(struct ward *w, int64_t id)
{
    struct ct_vitals v;
    ok(ct_vitals_get(w->sue, id, &v, e));
    return v;
}

static void expect_refused(struct ward *w, struct ct_vitals v, const char *field,
                           const char *says)
{
    int64_t before = app_int(w->tom, "SELECT count(*) FROM vitals");
    refused(ct_vitals_record(w->tom, &w->rules, &v, e), CT_EINVAL, field, says);
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM vitals"), before);
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM vitals_bp"), 0);
}

/* ---- qualifiers -------------------------------------------------------- */

/* The statements hold the columns of the table, in its order, and none is missing. */
static void test_qualifier_columns(void **state)
{
    (void)state;
    char expected[400] = "";
    for (int i = 0; i < CT_QLS; i++) {
        size_t n = strlen(expected);
        snprintf(expected + n, sizeof expected - n, "%s%s", n > 0 ? ", " : "",
                 CT_QUALIFIER[i].name);
    }
    assert_non_null(strstr(ct_vitals_sql[CT_SQL_VITALS_INSERT].text, expected));
    assert_non_null(strstr(ct_vitals_sql[CT_SQL_VITALS_GET].text, expected));
}

static void test_qualifiers_return(void **state)
{
    struct ward *w = *state;
    int64_t id = adult(w);
    char line[256];
    /* every choice of every category, one set each */
    for (int i = 0; i < CT_QLS; i++)
        for (int k = 1; ct_qualifier_valid((enum ct_qualifier)i, k); k++) {
            struct ct_vitals v = ward_set(w, id, FULL " bm 5.5 wt 70 ht 175", w->c.now);
            v.ql[i] = (uint8_t)k;
            ok(ct_vitals_record(w->tom, &w->rules, &v, e));
            struct ct_vitals back = read_back(w, v.id);
            assert_memory_equal(back.ql, v.ql, sizeof v.ql);
            ct_vitals_line(&back, line, sizeof line);
            assert_non_null(strstr(line, ct_qualifier_code((enum ct_qualifier)i, k)));
        }
    struct ct_vitals v = ward_set(w, id, FULL, w->c.now);
    v.ql[CT_QL_BP_SITE] = 1;
    v.ql[CT_QL_BP_POSITION] = CT_POSITION_SITTING;
    ct_vitals_line(&v, line, sizeof line);
    assert_non_null(strstr(line, "BP 120/80 (LA,SIT)  P 72"));
    /* of what has no value nothing is said */
    v.ql[CT_QL_WEIGHT_QUALITY] = 2;
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    assert_int_equal(read_back(w, v.id).ql[CT_QL_WEIGHT_QUALITY], 0);
    v = ward_set(w, id, FULL, w->c.now);
    v.ql[CT_QL_BP_CUFF] = 200;
    expect_refused(w, v, "sbp", "no such cuff");
}

static void test_qualifier_defaults(void **state)
{
    (void)state;
    uint8_t ql[CT_QLS] = {0}, none[CT_QLS] = {0};
    struct ct_error err;
    assert_int_equal(ct_qualifier_defaults("", ql, &err), CT_OK);
    assert_memory_equal(ql, none, sizeof ql);
    assert_int_equal(ct_qualifier_defaults(" bp_site:LA  temp_site:ty ", ql, &err), CT_OK);
    assert_string_equal(ct_qualifier_label(CT_QL_BP_SITE, ql[CT_QL_BP_SITE]), "left arm");
    assert_string_equal(ct_qualifier_label(CT_QL_TEMP_SITE, ql[CT_QL_TEMP_SITE]), "tympanic");
    static const char *const BAD[] = {"bp_site", "bp_site:", "bp_site:ZZ", "site:LA", ":",
                                      "bp_site:LA bp_cuff:LA"};
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        memcpy(ql, none, sizeof ql);
        assert_int_equal(ct_qualifier_defaults(BAD[i], ql, &err), CT_ECONFIG);
        assert_non_null(strstr(err.text, "is not understood"));
        assert_memory_equal(ql, none, sizeof ql); /* not even the first word */
    }
}

/* ---- further pressures -------------------------------------------------- */

static void test_pressures(void **state)
{
    struct ward *w = *state;
    int64_t id = adult(w);
    struct ct_vitals v = ward_set(w, id, "132/84 72 16 98 36.6 A air", w->c.now);
    v.ql[CT_QL_BP_POSITION] = CT_POSITION_LYING;
    assert_true(ct_vitals_postural_fall(&v) == CT_UNSET);
    v.bp[0] = (struct ct_bp){112, 70, CT_POSITION_STANDING, 1};
    v.bp[1] = (struct ct_bp){108, CT_UNSET, CT_POSITION_STANDING, 3};
    v.bp[2] = (struct ct_bp){120, 80, CT_POSITION_SITTING, -1};
    v.bp[3] = (struct ct_bp){121, 81, 0, -1};
    v.bp[4] = (struct ct_bp){122, 82, 0, 0};
    v.n_bp = 5;
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    struct ct_vitals back = read_back(w, v.id);
    assert_int_equal(back.n_bp, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(back.bp[i].sbp, v.bp[i].sbp);
        assert_true(back.bp[i].dbp == v.bp[i].dbp);
        assert_int_equal(back.bp[i].position, v.bp[i].position);
        assert_int_equal(back.bp[i].after_min, v.bp[i].after_min);
    }
    assert_int_equal(ct_vitals_postural_fall(&back), 24); /* to the lowest standing one */
    char line[300];
    ct_vitals_line(&back, line, sizeof line);
    assert_non_null(strstr(line, "BP 132/84 (LIE), 112/70 standing 1 min, 108/- standing 3 min"));
    assert_non_null(strstr(line, "falls 24 standing"));
    /* from sitting where nobody lay; a rise */
    v.ql[CT_QL_BP_POSITION] = CT_POSITION_SITTING;
    v.bp[0].sbp = 150, v.n_bp = 1;
    assert_int_equal(ct_vitals_postural_fall(&v), -18);
    /* in a list too, and a correction has its own */
    struct ct_vitals *list;
    size_t n;
    ok(ct_vitals_list(w->sue, id, CT_UNSET, 10, &list, &n, e));
    assert_int_equal(list[0].n_bp, 5);
    free(list);
    back.replaces_id = back.id;
    back.n_bp = 1;
    snprintf(back.reason, sizeof back.reason, "wrong reading");
    ok(ct_vitals_correct(w->tom, &w->rules, &back, e));
    assert_int_equal(read_back(w, back.id).n_bp, 1);
    assert_int_equal(read_back(w, v.id).n_bp, 5);
}

static void test_bad_pressures(void **state)
{
    struct ward *w = *state;
    struct ct_vitals good = ward_set(w, adult(w), FULL, w->c.now), v;
    good.n_bp = 1;
    v = good, v.bp[0] = (struct ct_bp){301, 80, 0, -1};
    expect_refused(w, v, "sbp", "not possible");
    v = good, v.bp[0] = (struct ct_bp){100, 100, 0, -1};
    expect_refused(w, v, "dbp", "pressure 2");
    v = good, v.bp[0] = (struct ct_bp){CT_UNSET, 60, 0, -1};
    expect_refused(w, v, "sbp", "no systolic");
    v = good, v.bp[0] = (struct ct_bp){100, 60, 77, -1};
    expect_refused(w, v, "sbp", "no such posture");
    v = good, v.n_bp = CT_BP_MAX;
    expect_refused(w, v, "sbp", "at most 6");
    v = good, v.v[CT_Q_SBP].n = v.v[CT_Q_DBP].n = CT_UNSET, v.partial = CT_WHY_REFUSED;
    v.bp[0] = (struct ct_bp){100, 60, 0, -1};
    expect_refused(w, v, "sbp", "first of the pressures");
}

/* ---- devices ------------------------------------------------------------ */

static void test_devices(void **state)
{
    struct ward *w = *state;
    int64_t id = adult(w);
    struct ct_vitals v = ward_set(w, id, FULL, w->c.now);
    v.n_devices = 3;
    snprintf(v.device[0].device, sizeof v.device[0].device, " MON-0031 ");
    v.device[0].quantities = 1u << CT_Q_SBP | 1u << CT_Q_DBP | 1u << CT_Q_GLUCOSE;
    snprintf(v.device[1].device, sizeof v.device[1].device, "THERM-7");
    v.device[1].quantities = 1u << CT_Q_TEMP;
    snprintf(v.device[2].device, sizeof v.device[2].device, "SCALE-1");
    v.device[2].quantities = 1u << CT_Q_WEIGHT; /* nobody was weighed */
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    struct ct_vitals back = read_back(w, v.id);
    assert_int_equal(back.n_devices, 2);
    assert_string_equal(back.device[0].device, "MON-0031");
    assert_int_equal(back.device[0].quantities, 1u << CT_Q_SBP | 1u << CT_Q_DBP);
    assert_string_equal(back.device[1].device, "THERM-7");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM vitals_device d JOIN vitals_now v "
                                     "ON v.id = d.vitals_id WHERE device = 'THERM-7'"), 1);
    v = ward_set(w, id, FULL, w->c.now - MIN(5));
    v.n_devices = 1;
    snprintf(v.device[0].device, sizeof v.device[0].device, "a\033[31mb");
    v.device[0].quantities = 1u << CT_Q_SBP;
    refused(ct_vitals_record(w->tom, &w->rules, &v, e), CT_EINVAL, "device", "control");
}

/* ---- the paediatric card -------------------------------------------------- */

static struct ct_vitals childs_set(struct ward *w, int64_t id, int64_t at_ms)
{
    struct ct_vitals v = ward_set(w, id, "95/60 110 25 97 36.6 A air", at_ms);
    v.v[CT_Q_DISTRESS].n = CT_DISTRESS_NONE;
    v.v[CT_Q_CRT].n = 2;
    return v;
}

/* By the age on the day of the set, not of today: a set from the day before the fifth
 * birthday belongs to the band below. */
static void test_pews_by_age_at_the_set(void **state)
{
    struct ward *w = *state;
    int64_t noon = ct_civil_ms(&(struct ct_civil){2026, 11, 20, 12, 0, 0, 0, 0});
    w->c.now = noon + HOUR(3);
    int64_t id = ward_patient(w, "Demo", "Kid", "", "2021-11-20");
    struct ct_vitals v = childs_set(w, id, noon);
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    v = read_back(w, v.id);
    assert_int_equal(v.card, CT_CARD_PEWS);
    assert_string_equal(v.card_band, "5-12y");
    assert_string_equal(v.score_version, "2026.1");
    assert_int_equal(v.score, 1); /* respiration of 25: 1 from five years on */
    assert_int_equal(v.band, CT_BAND_NONE); /* the site has set no totals */
    assert_int_equal(v.next_due_ms, noon + HOUR(4));
    char text[80];
    ct_vitals_score_text(&v, text, sizeof text);
    assert_string_equal(text, "PEWS 1");
    v = childs_set(w, id, noon - HOUR(24));
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    v = read_back(w, v.id);
    assert_string_equal(v.card_band, "1-4y");
    assert_int_equal(v.score, 0);
    /* the pregnant alert of an adult is another card, and an empty one */
    int64_t mother = ward_patient(w, "Demo", "Mum", "", "1996-01-01");
    ward_alert(w, mother, CT_ALERT_PREGNANT);
    v = ward_set(w, mother, FULL, noon);
    struct ct_patient p;
    struct ct_assessment a;
    ok(ct_patient_get(w->tom, mother, &p, e));
    ct_vitals_assess(&w->rules, &p, &v, &a);
    assert_int_equal(v.card, CT_CARD_MATERNITY);
    assert_int_equal(v.not_applied, CT_PREGNANT);
    assert_non_null(strstr(a.response, "Fill it from the chart"));
}

/* What is missing is asked for, by the card's own list; the carer is heard. */
static void test_pews_partial_and_worse(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Kid", "", "2022-01-01");
    struct ct_vitals v = childs_set(w, id, w->c.now);
    v.v[CT_Q_CRT].n = CT_UNSET;
    expect_refused(w, v, "partial", "cap. refill missing");
    v.partial = CT_WHY_REFUSED;
    v.v[CT_Q_SPO2].n = 88;
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    v = read_back(w, v.id);
    assert_int_equal(v.score, -1);
    assert_int_equal(v.score_at_least, 4);
    assert_true(v.single3); /* a 4 is a trigger by itself */
    v = childs_set(w, id, w->c.now - MIN(9));
    v.v[CT_Q_CONCERN].n = CT_CONCERN_WORSE;
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    assert_int_equal(app_int(w->tom, "SELECT severity FROM audit WHERE verb = 'vitals.record' "
                                     "ORDER BY seq DESC LIMIT 1"), CT_NOTABLE);
    struct ct_vitals_rules older = w->rules;
    older.pews_below = 18; /* a ward that keeps the chart to the eighteenth birthday */
    int64_t teen = ward_patient(w, "Demo", "Teen", "", "2009-06-01");
    v = childs_set(w, teen, w->c.now);
    ok(ct_vitals_record(w->tom, &older, &v, e));
    assert_string_equal(read_back(w, v.id).card_band, "13+y");
    v = ward_set(w, teen, FULL, w->c.now - MIN(20));
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    assert_int_equal(read_back(w, v.id).card, CT_CARD_NEWS2);
}

/* ---- not taken, partial, refused ----------------------------------------- */

static void test_not_taken(void **state)
{
    struct ward *w = *state;
    int64_t id = adult(w);
    char text[300];
    struct ct_vitals v = ward_set(w, id, "120/80 72 16 98 A air", w->c.now);
    expect_refused(w, v, "partial", "temperature missing");
    v.not_taken[CT_Q_TEMP] = CT_WHY_REFUSED;
    v.not_taken[CT_Q_PAIN] = CT_WHY_UNABLE;
    ok(ct_vitals_record(w->tom, &w->rules, &v, e)); /* a reason for each will do */
    struct ct_vitals back = read_back(w, v.id);
    assert_int_equal(back.not_taken[CT_Q_TEMP], CT_WHY_REFUSED);
    assert_int_equal(back.not_taken[CT_Q_PAIN], CT_WHY_UNABLE);
    assert_int_equal(back.not_taken[CT_Q_SBP], CT_WHY_NONE);
    ct_vitals_line(&back, text, sizeof text);
    assert_non_null(strstr(text, "temperature not taken: refused  pain not taken: cannot take part"));
    ct_vitals_score_text(&back, text, sizeof text);
    assert_string_equal(text, "NEWS2 at least 0 (temperature missing)");
    v = ward_set(w, id, FULL, w->c.now);
    v.not_taken[CT_Q_TEMP] = CT_WHY_REFUSED;
    refused(ct_vitals_record(w->tom, &w->rules, &v, e), CT_EINVAL, "temp",
            "has a value and is said not to have been taken");
    v.not_taken[CT_Q_TEMP] = 99;
    refused(ct_vitals_record(w->tom, &w->rules, &v, e), CT_EINVAL, "temp", "no such reason");
    v.not_taken[CT_Q_TEMP] = 0, v.partial = (enum ct_why)99;
    refused(ct_vitals_record(w->tom, &w->rules, &v, e), CT_EINVAL, "partial", "no such reason");
    v.partial = CT_WHY_ASLEEP; /* and then all of it was taken after all */
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    assert_int_equal(read_back(w, v.id).partial, CT_WHY_NONE);
}

/* A weight alone is no attempt at a set of observations: nobody is asked why. */
static void test_what_asks_for_a_reason(void **state)
{
    struct ward *w = *state;
    int64_t id = adult(w);
    struct ct_vitals v = ward_set(w, id, "wt 70 bm 6.1", w->c.now);
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    assert_true(read_back(w, v.id).next_due_ms == CT_UNSET);
    int64_t child = ward_patient(w, "Demo", "Kid", "", "");
    v = ward_set(w, child, "p 100", w->c.now); /* age unknown: no score, so never partial */
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
}

static int64_t refuse(struct ward *w, int64_t id, int64_t at_ms)
{
    struct ct_vitals v;
    ct_vitals_init(&v);
    v.patient_id = id;
    v.taken_ms = at_ms;
    v.partial = CT_WHY_REFUSED;
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    return v.id;
}

/* From the moment of the refusal: the interval of the last score, 24 h at most. */
static void test_refusal(void **state)
{
    struct ward *w = *state;
    int64_t id = adult(w), now = w->c.now;
    struct ct_due d;
    char text[200];
    struct ct_vitals v = read_back(w, refuse(w, id, now - HOUR(40)));
    assert_int_equal(v.next_due_ms, now - HOUR(36)); /* unknown risk: 4 h */
    ct_vitals_line(&v, text, sizeof text);
    assert_string_equal(text, "not taken: refused");
    ct_vitals_score_text(&v, text, sizeof text);
    assert_string_equal(text, "not taken: refused");
    ok(ct_due_patient(w->tom, id, &d, e));
    assert_int_equal(d.vitals_id, 0);
    assert_string_equal(d.score_text, "never scored");
    assert_int_equal(d.refused_ms, now - HOUR(40));

    int64_t full = ward_record(w, id, "120/80 92 16 98 36.6 A air", now - HOUR(30)); /* 1: 4 h */
    v = read_back(w, refuse(w, id, now - HOUR(2)));
    assert_int_equal(v.next_due_ms, now + HOUR(2));
    ok(ct_due_patient(w->tom, id, &d, e));
    assert_int_equal(d.due_ms, now + HOUR(2));
    assert_int_equal(d.vitals_id, full);
    assert_int_equal(d.score, 1); /* the score stays the last full one, with its age */
    assert_int_equal(d.taken_ms, now - HOUR(30));
    assert_int_equal(d.refused_ms, now - HOUR(2));
    /* refused again: from then on, not from the due time */
    v = read_back(w, refuse(w, id, now - HOUR(1)));
    assert_int_equal(v.next_due_ms, now + HOUR(3));
    /* the refusal was another patient's: the due time is the full set's again */
    ok(ct_vitals_void(w->tom, v.id, "wrong patient", e));
    ok(ct_due_patient(w->tom, id, &d, e));
    assert_int_equal(d.due_ms, now + HOUR(2));

    int64_t ill = ward_patient(w, "Demo", "Ill", "", "1950-01-01");
    ward_record(w, ill, "88/50 132 26 90 35.0 V o2 2 np", now - MIN(20)); /* continuously */
    v = read_back(w, refuse(w, ill, now - MIN(10)));
    assert_int_equal(v.next_due_ms, now + MIN(20)); /* half an hour */
    /* away or asleep: still due when it was */
    struct ct_vitals away;
    ct_vitals_init(&away);
    away.patient_id = id, away.taken_ms = now, away.partial = CT_WHY_ASLEEP;
    ok(ct_vitals_record(w->tom, &w->rules, &away, e));
    assert_true(away.next_due_ms == CT_UNSET);
    ok(ct_due_patient(w->tom, id, &d, e));
    assert_int_equal(d.due_ms, now + HOUR(2));
}

static void test_refusal_is_capped(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Un", "", ""), now = w->c.now;
    w->rules.unscored_every_min = 3 * 24 * 60; /* a site that looks every three days */
    ward_record(w, id, FULL, now - HOUR(30));
    assert_int_equal(read_back(w, refuse(w, id, now)).next_due_ms, now + HOUR(24));
}

/* Each row that belongs to a set is in the chain: change one behind the program's back,
 * and verify says so. */
static void test_verify_sees_each(void **state)
{
    struct ward *w = *state;
    struct ct_vitals v = ward_set(w, adult(w), "120/80 72 16 98 A air", w->c.now);
    v.not_taken[CT_Q_TEMP] = CT_WHY_REFUSED;
    v.bp[0] = (struct ct_bp){100, 60, CT_POSITION_STANDING, 1};
    v.n_bp = 1;
    v.n_devices = 1;
    snprintf(v.device[0].device, sizeof v.device[0].device, "MON-1");
    v.device[0].quantities = 1u << CT_Q_SBP;
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    static const struct {
        const char *tbl, *change;
    } ROW[] = {{"vitals_bp", "sbp_mmhg = sbp_mmhg + 1"},
               {"vitals_not_taken", "why = 2"},
               {"vitals_device", "device = 'MON-2'"},
               {"vitals", "bp_site = 2"}};
    struct ct_verify_report report;
    ok(ct_verify(w->sue, NULL, NULL, &report, e));
    assert_int_equal(report.problems, 0);
    int64_t guards = 0;
    for (size_t i = 0; i < CT_LEN(ROW); i++) {
        char sql[160];
        snprintf(sql, sizeof sql, "DROP TRIGGER %s_no_update; UPDATE %s SET %s", ROW[i].tbl,
                 ROW[i].tbl, ROW[i].change);
        ward_raw(w, sql);
        guards++;
        ok(ct_verify(w->sue, NULL, NULL, &report, e));
        assert_int_equal(report.problems, 2 * guards); /* the row, and the guard that went */
    }
}

#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_qualifier_columns), T(test_qualifiers_return),      T(test_qualifier_defaults),
        T(test_pressures),         T(test_bad_pressures),          T(test_devices),
        T(test_pews_by_age_at_the_set), T(test_pews_partial_and_worse),
        T(test_not_taken),         T(test_what_asks_for_a_reason), T(test_refusal),
        T(test_refusal_is_capped), T(test_verify_sees_each),
    };
    return cmocka_run_group_tests_name("vitals_more", tests, NULL, NULL);
}
