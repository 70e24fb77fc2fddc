/* Competency: what is required and by whom it is met, who may assess, how long it is valid, and
 * that nobody is asked where nothing is required. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/machine.h"
#include "clinic/review.h"
#include "tests/support/school.h"

static struct ct_subject pump(void)
{
    return school_class("infusion-pump", "Infusion pump");
}

static struct ct_subject monitor(void)
{
    return school_class("monitor", "Patient monitor");
}

static void test_validity_by_risk(void **state)
{
    struct school *s = *state;
    struct ct_config *c = &s->w.c.config;
    struct ct_comp_rule r = {.level = CT_LEVEL_ASSESSED, .risk = CT_RISK_HIGH, .months = -1};
    char why[120];
    assert_int_equal(ct_comp_months(c, &r, CT_LEVEL_ASSESSED, why, sizeof why), 36);
    assert_string_equal(why, "36 months, high risk");
    r.risk = CT_RISK_MEDIUM;
    assert_int_equal(ct_comp_months(c, &r, CT_LEVEL_TRAINED, why, sizeof why), 60);
    r.months = 12; /* glucose meters: yearly */
    assert_int_equal(ct_comp_months(c, &r, CT_LEVEL_ASSESSED, why, sizeof why), 12);
    r.months = 0;
    assert_int_equal(ct_comp_months(c, &r, CT_LEVEL_ASSESSED, why, sizeof why), 0);
    assert_int_equal(ct_comp_months(c, &r, CT_LEVEL_SELF, why, sizeof why), 12);
    assert_int_equal(ct_comp_months(c, NULL, CT_LEVEL_ASSESSED, why, sizeof why), 12);
    r.months = -1;
    assert_int_equal(ct_comp_months(c, &r, CT_LEVEL_ASSESSOR, why, sizeof why), 60);
    struct ct_config no = *c;
    no.train_assessor_expires = false;
    assert_int_equal(ct_comp_months(&no, &r, CT_LEVEL_ASSESSOR, why, sizeof why), 0);
    assert_int_equal(ct_comp_last_day(ct_date_make(2026, 1, 31), 1), ct_date_make(2026, 2, 28));
    assert_int_equal(ct_comp_last_day(ct_date_make(2026, 1, 31), 0), CT_NO_DATE);
}

static void test_requirements(void **state)
{
    struct school *s = *state;
    struct ct_comp_rule r = {.subject = pump(), .level = CT_LEVEL_ASSESSED,
                             .risk = CT_RISK_HIGH, .months = -1};
    refused(ct_comp_rule_put(s->w.sue, &r, e), CT_EINVAL, "source", "");
    snprintf(r.source, sizeof r.source, "policy D-4");
    refused(ct_comp_rule_put(s->w.tom, &r, e), CT_EDENIED, "", "competency.plan");
    r.level = CT_LEVEL_ASSESSOR;
    refused(ct_comp_rule_put(s->w.sue, &r, e), CT_EINVAL, "level", "required");
    r.level = CT_LEVEL_ASSESSED;
    ok(ct_comp_rule_put(s->w.sue, &r, e));
    r.months = 12;
    refused(ct_comp_rule_put(s->w.sue, &r, e), CT_EINVAL, "reason", "");
    snprintf(r.reason, sizeof r.reason, "new policy");
    ok(ct_comp_rule_put(s->w.sue, &r, e));
    refused(ct_comp_rule_put(s->w.sue, &r, e), CT_EINVAL, "", "nothing is changed");
    struct ct_comp_rule *list;
    size_t n;
    ok(ct_comp_rules(s->w.tom, &list, &n, e));
    assert_int_equal(n, 1);
    assert_int_equal(list[0].months, 12);
    free(list);
    struct ct_subject is = pump();
    ok(ct_comp_rule_end(s->w.sue, &is, "nobody uses them any more", e));
    refused(ct_comp_rule_end(s->w.sue, &is, "again", e), CT_ECONFLICT, "subject", "nothing");
    ok(ct_comp_rules(s->w.tom, &list, &n, e));
    assert_int_equal(n, 0);
    free(list);
}

static void test_who_may_assess(void **state)
{
    struct school *s = *state;
    struct ct_subject is = pump(), other = monitor();
    school_require(s, &is, CT_LEVEL_ASSESSED, CT_RISK_HIGH, -1);
    refused(school_assess(s, s->w.tom, TOM_PASSWORD, s->kim_id, &is, CT_LEVEL_ASSESSED, true, 0,
                          e),
            CT_EDENIED, "level", "has to be an assessor of class: Infusion pump");
    refused(school_assess(s, s->w.tom, TOM_PASSWORD, s->kim_id, &is, CT_LEVEL_ASSESSOR, true, 0,
                          e),
            CT_EDENIED, "level", "named by a supervisor");
    refused(school_assess(s, s->w.sue, SUE_PASSWORD, s->kim_id, &is, CT_LEVEL_ASSESSED, true, 0,
                          e),
            CT_EDENIED, "level", "assessor");
    refused(school_assess(s, s->w.sue, SUE_PASSWORD, s->sue_id, &is, CT_LEVEL_ASSESSOR, true, 0,
                          e),
            CT_EINVAL, "user_id", "Nobody assesses themselves");
    school_assessor(s, &is);
    ok(school_assess(s, s->w.tom, TOM_PASSWORD, s->kim_id, &is, CT_LEVEL_ASSESSED, true, 0, e));
    refused(school_assess(s, s->w.tom, TOM_PASSWORD, s->kim_id, &other, CT_LEVEL_ASSESSED, true,
                          0, e),
            CT_EDENIED, "level", "assessor");
    /* the assessor's own level runs out */
    s->w.c.now += (int64_t)37 * 31 * CT_DAY_MS;
    ct_logout(s->w.tom);
    ok(recorded_login(s->w.tom, "tom", TOM_PASSWORD, e));
    refused(school_assess(s, s->w.tom, TOM_PASSWORD, s->kim_id, &is, CT_LEVEL_ASSESSED, true, 0,
                          e),
            CT_EDENIED, "level", "assessor");
    struct ct_competency c = {.user_id = s->kim_id, .subject = is, .level = CT_LEVEL_TRAINED,
                              .passed = true, .score = CT_UNSET, .evidence = "x"};
    ct_logout(s->w.tom);
    ok(recorded_login(s->w.tom, "tom", TOM_PASSWORD, e));
    refused(ct_competency_assess(s->w.tom, &c, e), CT_EDENIED, "level", "assessor");
}

static void test_it_is_signed(void **state)
{
    struct school *s = *state;
    struct ct_subject is = pump();
    school_assessor(s, &is);
    s->w.c.now += (int64_t)3 * CT_MINUTE_MS;
    struct ct_competency c = {.user_id = s->kim_id, .subject = is, .level = CT_LEVEL_ASSESSED,
                              .method = CT_METHOD_BY_TEST, .passed = true, .score = 90,
                              .evidence = "18 of 20", .done_day = CT_NO_DATE};
    refused(ct_competency_assess(s->w.tom, &c, e), CT_EDENIED, "password", "password again");
    assert_int_equal(clinic_again(s->w.tom, TOM_PASSWORD), CT_OK);
    c.evidence[0] = '\0';
    refused(ct_competency_assess(s->w.tom, &c, e), CT_EINVAL, "evidence", "");
    snprintf(c.evidence, sizeof c.evidence, "18 of 20");
    c.done_day = ct_date_at(s->w.c.now) + 1;
    refused(ct_competency_assess(s->w.tom, &c, e), CT_EINVAL, "done_day", "today");
    c.done_day = CT_NO_DATE;
    c.score = 101;
    refused(ct_competency_assess(s->w.tom, &c, e), CT_EINVAL, "score", "");
    c.score = 90;
    c.user_id = ct_app_who(s->w.c.app)->user_id; /* the administrator treats nobody */
    refused(ct_competency_assess(s->w.tom, &c, e), CT_EINVAL, "user_id", "no such");
    c.user_id = s->kim_id;
    ok(ct_competency_assess(s->w.tom, &c, e));
    /* and by the person as well */
    assert_true(school_stand(s, s->kim_id, &is).confirm);
    refused(ct_competency_confirm(s->w.tom, c.id, e), CT_EINVAL, "competency_id", "oneself");
    ok(ct_competency_confirm(s->kim, c.id, e));
    refused(ct_competency_confirm(s->kim, c.id, e), CT_ECONFLICT, "", "already");
    assert_false(school_stand(s, s->kim_id, &is).confirm);
    struct ct_competency *list;
    size_t n;
    ok(ct_competency_history(s->kim, s->kim_id, &is, &list, &n, e));
    assert_int_equal(n, 1);
    assert_true(list[0].confirmed);
    assert_int_equal(list[0].score, 90);
    assert_string_equal(list[0].by, ct_app_who(s->w.tom)->name);
    free(list);
}

static void test_levels_and_days(void **state)
{
    struct school *s = *state;
    struct ct_subject is = pump();
    school_require(s, &is, CT_LEVEL_ASSESSED, CT_RISK_HIGH, -1);
    assert_int_equal(school_stand(s, s->kim_id, &is).state, CT_COMP_MISSING);
    ok(ct_competency_declare(s->kim, &is, "used daily since 2024", e));
    assert_int_equal(school_stand(s, s->kim_id, &is).state, CT_COMP_BELOW);
    refused(ct_competency_declare(s->kim, &is, " ", e), CT_EINVAL, "evidence", "");
    school_assessor(s, &is);
    /* the last day is usable: three years to the day */
    ct_date today = ct_date_at(s->w.c.now);
    int y, m, d;
    ct_date_split(today, &y, &m, &d);
    ct_date then = ct_date_make(y - 3, m, d);
    assert_int_not_equal(then, CT_NO_DATE);
    ok(school_assess(s, s->w.tom, TOM_PASSWORD, s->kim_id, &is, CT_LEVEL_ASSESSED, true,
                     today - then, e));
    struct ct_comp_now now = school_stand(s, s->kim_id, &is);
    assert_int_equal(now.state, CT_COMP_SOON);
    assert_int_equal(now.last_day, today);
    ok(school_assess(s, s->w.tom, TOM_PASSWORD, s->sue_id, &is, CT_LEVEL_ASSESSED, true,
                     today - then + 1, e));
    now = school_stand(s, s->sue_id, &is);
    assert_int_equal(now.state, CT_COMP_EXPIRED);
    struct ct_comp_now *list;
    size_t n;
    ok(ct_comp_expiring(s->w.tom, -1, &list, &n, e));
    assert_int_equal(n, 2);
    assert_int_equal(list[0].user_id, s->sue_id);
    assert_int_equal(list[1].user_id, s->kim_id);
    free(list);
    /* one has run out, the other will: the supervisor's review counts the first */
    struct ct_review_overdue overdue;
    ok(ct_review_overdue(s->w.sue, &overdue, e));
    assert_int_equal(overdue.expired, 1);
    /* the requirement becomes stricter: what was given for three years is cut */
    ok(school_assess(s, s->w.tom, TOM_PASSWORD, s->kim_id, &is, CT_LEVEL_ASSESSED, true, 400,
                     e));
    assert_int_equal(school_stand(s, s->kim_id, &is).state, CT_COMP_CURRENT);
    struct ct_comp_rule r = {.subject = is, .level = CT_LEVEL_ASSESSED, .risk = CT_RISK_HIGH,
                             .months = 12, .source = "D-4", .reason = "yearly from now on"};
    ok(ct_comp_rule_put(s->w.sue, &r, e));
    assert_int_equal(school_stand(s, s->kim_id, &is).state, CT_COMP_EXPIRED);
    ok(ct_review_overdue(s->w.sue, &overdue, e));
    assert_int_equal(overdue.expired, 2);
}

static void test_failed_and_withdrawn(void **state)
{
    struct school *s = *state;
    struct ct_subject is = pump();
    school_require(s, &is, CT_LEVEL_TRAINED, CT_RISK_HIGH, -1);
    school_assessor(s, &is);
    refused(ct_competency_withdraw(s->w.sue, s->kim_id, &is, "why not", e), CT_EINVAL, "subject",
            "nothing is held");
    ok(school_assess(s, s->w.tom, TOM_PASSWORD, s->kim_id, &is, CT_LEVEL_ASSESSED, true, 1, e));
    ok(school_assess(s, s->w.tom, TOM_PASSWORD, s->kim_id, &is, CT_LEVEL_ASSESSED, false, 0, e));
    assert_int_equal(school_stand(s, s->kim_id, &is).state, CT_COMP_FAILED);
    ok(ct_competency_declare(s->kim, &is, "I can do it", e)); /* one's own word mends nothing */
    assert_int_equal(school_stand(s, s->kim_id, &is).state, CT_COMP_FAILED);
    ok(school_assess(s, s->w.tom, TOM_PASSWORD, s->kim_id, &is, CT_LEVEL_TRAINED, true, 0, e));
    struct ct_comp_now now = school_stand(s, s->kim_id, &is);
    assert_int_equal(now.state, CT_COMP_CURRENT);
    assert_int_equal(now.level, CT_LEVEL_TRAINED); /* and not what was not passed */
    refused(ct_competency_withdraw(s->w.tom, s->kim_id, &is, "why", e), CT_EDENIED, "",
            "competency.plan");
    refused(ct_competency_withdraw(s->w.sue, s->kim_id, &is, " ", e), CT_EINVAL, "reason", "");
    ok(ct_competency_withdraw(s->w.sue, s->kim_id, &is, "near miss of 3 Nov", e));
    assert_int_equal(school_stand(s, s->kim_id, &is).state, CT_COMP_WITHDRAWN);
    refused(ct_competency_withdraw(s->w.sue, s->kim_id, &is, "again", e), CT_EINVAL, "subject",
            "already");
    ok(ct_competency_reinstate(s->w.sue, s->kim_id, &is, "looked into", e));
    assert_int_equal(school_stand(s, s->kim_id, &is).state, CT_COMP_CURRENT);
    refused(ct_competency_reinstate(s->w.sue, s->kim_id, &is, "x", e), CT_EINVAL, "subject",
            "not withdrawn");
    struct ct_competency *list;
    size_t n;
    ok(ct_competency_history(s->w.sue, s->kim_id, &is, &list, &n, e));
    assert_int_equal(n, 6);
    free(list);
}

/* ---- the gate ------------------------------------------------------------------------------ */

static struct ct_vitals taken(struct school *s, int64_t who, const char *device,
                              const char *reason)
{
    struct ct_vitals v = ward_set(&s->w, who, "120/80 72 16 98 36.6 A air", s->w.c.now);
    v.n_devices = 1;
    v.device[0] = (struct ct_vitals_device){.quantities = UINT32_C(1) << CT_Q_PULSE,
                                            .reason = reason};
    snprintf(v.device[0].device, sizeof v.device[0].device, "%s", device);
    v.partial = ward_why(&s->w, &v);
    return v;
}

static void test_nothing_required_nothing_asked(void **state)
{
    struct school *s = *state;
    int64_t who = ward_patient(&s->w, "Demo", "Ann", "", "1960-01-01");
    bench_device(&s->w, "M-1", "monitor", CT_ELEC_UNSAID, CT_APPLIED_UNSAID);
    struct ct_subject is = pump();
    school_require(s, &is, CT_LEVEL_ASSESSED, CT_RISK_HIGH, -1); /* of something else */
    struct ct_gate g;
    ok(ct_equipment_gate(s->w.tom, "M-1", CT_GATE_VITALS, 0, &g, e));
    assert_int_equal(g.answer, CT_GATE_FREE);
    struct ct_vitals v = taken(s, who, "M-1", NULL);
    ok(ct_vitals_record(s->w.tom, &s->w.rules, &v, e));
    expect_entry(&s->w.c, "vitals.record", CT_ROUTINE, "");
}

static void test_a_device(void **state)
{
    struct school *s = *state;
    int64_t who = ward_patient(&s->w, "Demo", "Ann", "", "1960-01-01");
    bench_device(&s->w, "M-1", "monitor", CT_ELEC_UNSAID, CT_APPLIED_UNSAID);
    struct ct_subject is = monitor();
    school_require(s, &is, CT_LEVEL_TRAINED, CT_RISK_MEDIUM, -1);
    struct ct_gate g;
    ok(ct_equipment_gate(s->w.tom, "M-1", CT_GATE_VITALS, 0, &g, e));
    assert_int_equal(g.answer, CT_GATE_REASON);
    assert_string_equal(g.text, "M-1: not trained for Patient monitor");
    ok(ct_equipment_gate(s->w.tom, "M-1", CT_GATE_LOAD, 0, &g, e));
    assert_int_equal(g.answer, CT_GATE_FREE);
    struct ct_vitals v = taken(s, who, "M-1", NULL);
    refused(ct_vitals_record(s->w.tom, &s->w.rules, &v, e), CT_EINVAL, "competency", "say why");
    v = taken(s, who, "M-1", "emergency");
    ok(ct_vitals_record(s->w.tom, &s->w.rules, &v, e));
    expect_entry(&s->w.c, "vitals.record", CT_EXCEPTION, "not trained for Patient monitor");
    struct ct_override *o;
    size_t n;
    ok(ct_overrides_of(s->w.tom, CT_GATE_VITALS, v.id, &o, &n, e));
    assert_int_equal(n, 1);
    assert_string_equal(o[0].reason, "emergency");
    free(o);
    /* a competency of the very model meets what the class asks for */
    struct ct_equipment x;
    struct ct_subject model = {.kind = CT_SUBJ_MODEL, .title = "Meridian monitor"};
    ok(ct_equipment_find(s->w.tom, "M-1", &x, e));
    snprintf(model.id, sizeof model.id, "%lld", (long long)x.model_id);
    ok(school_assess(s, s->w.sue, SUE_PASSWORD, s->tom_id, &model, CT_LEVEL_ASSESSOR, true, 0,
                     e));
    ok(ct_equipment_gate(s->w.tom, "M-1", CT_GATE_VITALS, 0, &g, e));
    assert_int_equal(g.answer, CT_GATE_FREE);
    struct ct_comp_now *list;
    ok(ct_comp_device(s->kim, "M-1", &list, &n, e));
    assert_int_equal(n, 3);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(list[i].state,
                         list[i].user_id == s->tom_id ? CT_COMP_CURRENT : CT_COMP_MISSING);
    free(list);
}

static void test_stop_and_off(void **state)
{
    struct school *s = *state;
    int64_t who = ward_patient(&s->w, "Demo", "Ann", "", "1960-01-01");
    bench_device(&s->w, "M-1", "monitor", CT_ELEC_UNSAID, CT_APPLIED_UNSAID);
    struct ct_subject is = monitor();
    school_require(s, &is, CT_LEVEL_TRAINED, CT_RISK_MEDIUM, -1);
    snprintf(s->w.c.config.train_gate_device, 8, "stop");
    struct ct_app *app = clinic_app(&s->w.c);
    ok(recorded_login(app, "tom", TOM_PASSWORD, e));
    struct ct_vitals v = taken(s, who, "M-1", "emergency");
    refused(ct_vitals_record(app, &s->w.rules, &v, e), CT_EDENIED, "competency", "without");
    ct_app_free(app);
    snprintf(s->w.c.config.train_gate_device, 8, "off");
    app = clinic_app(&s->w.c);
    ok(recorded_login(app, "tom", TOM_PASSWORD, e));
    v = taken(s, who, "M-1", NULL);
    ok(ct_vitals_record(app, &s->w.rules, &v, e));
    ct_app_free(app);
}

static void test_a_programme(void **state)
{
    struct school *s = *state;
    int64_t id = bench_device(&s->w, "ST-1", "steriliser", CT_ELEC_UNSAID, CT_APPLIED_UNSAID);
    struct ct_machine_programme m = {.equipment_id = id, .programme = "porous-134"};
    ok(ct_machine_programme_add(s->w.sue, &m, e));
    struct ct_subject is = {.kind = CT_SUBJ_PROGRAMME, .id = "bowie-dick",
                            .title = "Bowie-Dick"};
    school_require(s, &is, CT_LEVEL_TRAINED, CT_RISK_HIGH, -1);
    struct ct_machine_test t = {.equipment_id = id, .kind = CT_MT_PENETRATION,
                                .result = CT_MT_PASSED, .cycle_number = 7, .lot = "BD-1",
                                .programme = "bowie-dick"};
    refused(ct_machine_test_record(s->w.tom, &t, e), CT_EINVAL, "competency",
            "not trained for Bowie-Dick");
    t.though = "supervised";
    ok(ct_machine_test_record(s->w.tom, &t, e));
    assert_null(t.though);
    expect_entry(&s->w.c, "steriliser.test", CT_EXCEPTION, "because supervised");
}

static void test_subjects_and_matrix(void **state)
{
    struct school *s = *state;
    struct ct_subject is, *list;
    size_t n;
    ok(ct_subject_list(s->w.tom, &list, &n, e));
    assert_true(n > 60);
    for (size_t i = 0; i < n; i++) {
        assert_true(list[i].title[0] != '\0');
        assert_true(i == 0 || list[i - 1].kind <= list[i].kind);
    }
    free(list);
    ok(ct_subject_typed(s->w.tom, "Class:Infusion-Pump", &is, e));
    assert_string_equal(is.id, "infusion-pump");
    refused(ct_subject_typed(s->w.tom, "class:tea-pot", &is, e), CT_EINVAL, "subject", "tea-pot");
    school_require(s, &is, CT_LEVEL_TRAINED, CT_RISK_HIGH, -1);
    struct ct_subject held = monitor();
    ok(ct_competency_declare(s->kim, &held, "used daily", e));
    struct ct_comp_matrix m;
    ok(ct_comp_matrix(s->w.tom, &m, e));
    assert_int_equal(m.n_people, 3);
    assert_int_equal(m.n_subjects, 2);
    for (size_t i = 0; i < 6; i++) {
        const struct ct_comp_now *c = &m.cell[i];
        bool kims = c->user_id == s->kim_id && strcmp(c->subject.id, "monitor") == 0;
        assert_int_equal(c->state, kims ? CT_COMP_CURRENT : CT_COMP_MISSING);
        assert_int_equal(c->required, strcmp(c->subject.id, "infusion-pump") == 0);
    }
    ct_comp_matrix_done(&m);
    refused(ct_comp_matrix(s->w.c.app, &m, e), CT_EDENIED, "", "training.read");
    struct ct_comp_now *own;
    ok(ct_comp_person(s->kim, s->kim_id, &own, &n, e));
    assert_int_equal(n, 2);
    assert_true(own[0].required && own[0].state == CT_COMP_MISSING); /* first */
    free(own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, school_setup, school_teardown)
        T(test_validity_by_risk),
        T(test_requirements),
        T(test_who_may_assess),
        T(test_it_is_signed),
        T(test_levels_and_days),
        T(test_failed_and_withdrawn),
        T(test_nothing_required_nothing_asked),
        T(test_a_device),
        T(test_stop_and_off),
        T(test_a_programme),
        T(test_subjects_and_matrix),
    };
    return cmocka_run_group_tests_name("competency", tests, NULL, NULL);
}
