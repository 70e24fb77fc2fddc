/* Training: sessions and who signed in, trainees and what of theirs awaits a countersign,
 * documents that have to be read again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/prep.h"
#include "tests/support/school.h"

static struct ct_subject pump(void)
{
    return school_class("infusion-pump", "Infusion pump");
}

static struct ct_training session(struct school *s)
{
    struct ct_training t = {.topic = "New pumps", .trainer = "tom",
                            .method = CT_METHOD_BY_DEMONSTRATION,
                            .planned_ms = s->w.c.now + CT_HOUR_MS, .minutes = 45,
                            .place = "Room 2", .material = "SOP-12", .revision = "4",
                            .n_subjects = 1};
    t.subject[0] = pump();
    return t;
}

static void test_a_session(void **state)
{
    struct school *s = *state;
    struct ct_subject is = pump();
    struct ct_training t = session(s);
    CT_SECRET *wrong = secret_of("not the password at all"), *right = secret_of(KIM_PASSWORD);
    school_require(s, &is, CT_LEVEL_TRAINED, CT_RISK_HIGH, -1);
    t.revision[0] = '\0';
    refused(ct_training_plan(s->w.sue, &t, e), CT_EINVAL, "revision", "");
    t = session(s);
    t.n_subjects = 0;
    refused(ct_training_plan(s->w.sue, &t, e), CT_EINVAL, "subject", "one subject");
    t = session(s);
    t.subject[1] = t.subject[0];
    t.n_subjects = 2;
    refused(ct_training_plan(s->w.sue, &t, e), CT_EINVAL, "subject", "twice");
    t = session(s);
    ok(ct_training_plan(s->w.sue, &t, e));
    assert_int_equal(t.trainer_id, s->tom_id);
    refused(ct_training_sign_in(s->kim, t.id, NULL, NULL, e), CT_EINVAL, "", "is planned");
    refused(ct_training_given(s->w.tom, t.id, s->w.c.now + CT_HOUR_MS, "", e), CT_EINVAL,
            "done_ms", "");
    s->w.c.now += 2 * (int64_t)CT_MINUTE_MS;
    ok(ct_training_given(s->w.tom, t.id, 0, "", e));
    refused(ct_training_cancel(s->w.tom, t.id, "nobody came", e), CT_ECONFLICT, "", "given");
    refused(ct_training_sign_in(s->w.tom, t.id, NULL, NULL, e), CT_EINVAL, "login", "gave it");
    refused(ct_training_sign_in(s->w.tom, t.id, "kim", wrong, e), CT_EPASSWORD, "password", "");
    assert_int_equal(school_stand(s, s->kim_id, &is).state, CT_COMP_MISSING);
    s->w.c.now += CT_HOUR_MS;
    ok(ct_training_sign_in(s->w.tom, t.id, "kim", right, e));
    refused(ct_training_sign_in(s->kim, t.id, NULL, NULL, e), CT_EEXISTS, "login", "already");
    refused(ct_training_sign_in(s->kim, t.id, "sue", NULL, e), CT_EDENIED, "login",
            "trainer confirms");
    ok(ct_training_sign_in(s->w.tom, t.id, "sue", NULL, e));
    struct ct_comp_now now = school_stand(s, s->kim_id, &is);
    assert_int_equal(now.state, CT_COMP_CURRENT);
    assert_int_equal(now.level, CT_LEVEL_TRAINED);
    struct ct_competency *rows;
    size_t n;
    ok(ct_competency_history(s->kim, s->kim_id, &is, &rows, &n, e));
    assert_int_equal(n, 1);
    assert_string_equal(rows[0].revision, "SOP-12 4");
    assert_int_equal(rows[0].training_id, t.id);
    free(rows);
    struct ct_attendee *a;
    ok(ct_training_attendees(s->w.tom, t.id, &a, &n, e));
    assert_int_equal(n, 2);
    assert_int_equal(a[0].how, CT_SIGN_IN_PASSWORD);
    assert_int_equal(a[1].how, CT_SIGN_IN_TRAINER);
    free(a);
}

static void test_cancelled(void **state)
{
    struct school *s = *state;
    struct ct_training t = session(s), *list;
    size_t n;
    ok(ct_training_plan(s->w.tom, &t, e));
    refused(ct_training_cancel(s->w.tom, t.id, "", e), CT_EINVAL, "text", "");
    ok(ct_training_list(s->w.tom, false, 10, &list, &n, e));
    assert_int_equal(n, 1);
    free(list);
    ok(ct_training_cancel(s->w.tom, t.id, "the trainer is ill", e));
    refused(ct_training_given(s->w.tom, t.id, 0, "", e), CT_ECONFLICT, "", "cancelled");
    refused(ct_training_sign_in(s->kim, t.id, NULL, NULL, e), CT_EINVAL, "", "cancelled");
    ok(ct_training_list(s->w.tom, false, 10, &list, &n, e));
    assert_int_equal(n, 0);
    free(list);
    ok(ct_training_list(s->w.tom, true, 10, &list, &n, e));
    assert_int_equal(n, 1);
    assert_string_equal(list[0].text, "the trainer is ill");
    free(list);
}

/* ---- trainees ------------------------------------------------------------------------------- */

static void kim_learns(struct school *s, int days)
{
    struct ct_trainee t = {.user_id = s->kim_id, .supervisor_id = s->tom_id, .from = CT_NO_DATE,
                           .until = ct_date_at(s->w.c.now) + days, .reason = "induction"};
    ok(ct_trainee_put(s->w.sue, &t, e));
}

static void test_who_is_a_trainee(void **state)
{
    struct school *s = *state;
    ct_date today = ct_date_at(s->w.c.now);
    struct ct_trainee t = {.user_id = s->kim_id, .supervisor_id = s->tom_id, .from = CT_NO_DATE,
                           .until = today + 30, .reason = "induction"};
    refused(ct_trainee_put(s->w.tom, &t, e), CT_EDENIED, "", "competency.plan");
    t.supervisor_id = s->kim_id;
    refused(ct_trainee_put(s->w.sue, &t, e), CT_EINVAL, "supervisor_id", "somebody else");
    t.supervisor_id = s->tom_id;
    t.until = today - 1;
    refused(ct_trainee_put(s->w.sue, &t, e), CT_EINVAL, "until", "");
    t.until = today + 30;
    t.from = today - 1;
    refused(ct_trainee_put(s->w.sue, &t, e), CT_EINVAL, "from", "today or later");
    t.from = today;
    t.user_id = s->sue_id;
    refused(ct_trainee_put(s->w.sue, &t, e), CT_EINVAL, "user_id", "you");
    t.user_id = s->kim_id;
    ok(ct_trainee_put(s->w.sue, &t, e));
    struct ct_trainee *list;
    size_t n;
    ok(ct_trainee_list(s->w.tom, &list, &n, e));
    assert_int_equal(n, 1);
    assert_true(list[0].now);
    assert_string_equal(list[0].supervisor, ct_app_who(s->w.tom)->name);
    free(list);
    refused(ct_trainee_end(s->w.sue, s->tom_id, "x", e), CT_ECONFLICT, "user_id", "no trainee");
    ok(ct_trainee_end(s->w.sue, s->kim_id, "assessed today", e));
    ok(ct_trainee_list(s->w.tom, &list, &n, e));
    assert_int_equal(n, 0);
    free(list);
}

static int64_t kims_set(struct school *s, int64_t who)
{
    s->w.c.now += 20 * (int64_t)CT_MINUTE_MS;
    struct ct_vitals v = ward_set(&s->w, who, "120/80 72 16 98 36.6 A air", s->w.c.now);
    v.partial = ward_why(&s->w, &v);
    ok(ct_vitals_record(s->kim, &s->w.rules, &v, e));
    return v.id;
}

static size_t waiting(struct school *s, int64_t *first)
{
    struct ct_awaiting *list;
    size_t n;
    ok(ct_countersign_list(s->w.tom, 0, 100, &list, &n, e));
    *first = n > 0 ? list[0].seq : 0;
    free(list);
    return n;
}

static void test_it_awaits_a_countersign(void **state)
{
    struct school *s = *state;
    int64_t who = ward_patient(&s->w, "Demo", "Ann", "", "1960-01-01"), seq, others, own;
    char name[64];
    int64_t before = kims_set(s, who);
    assert_int_equal(waiting(s, &seq), 0);
    kim_learns(s, 10);
    s->w.c.now += CT_MINUTE_MS;
    int64_t id = kims_set(s, who);
    assert_int_equal(waiting(s, &seq), 1); /* the set; opening the record is none */
    ok(ct_awaits(s->w.tom, "vitals", id, name, e));
    assert_string_equal(name, "Kim Demo");
    ok(ct_awaits(s->w.tom, "vitals", before, name, e));
    assert_string_equal(name, "");
    ok(ct_countersign_count(s->w.tom, &others, &own, e));
    assert_int_equal(others, 1);
    assert_int_equal(own, 0);
    ok(ct_countersign_count(s->kim, &others, &own, e));
    assert_int_equal(others, 0);
    assert_int_equal(own, 1);
    /* it is signed, and by nobody who learns */
    assert_int_equal(clinic_again(s->kim, KIM_PASSWORD), CT_OK);
    refused(ct_countersign(s->kim, &seq, 1, "", e), CT_EDENIED, "seq", "trainee");
    refused(ct_countersign(s->w.tom, &seq, 1, "", e), CT_EDENIED, "password", "password again");
    assert_int_equal(clinic_again(s->w.tom, TOM_PASSWORD), CT_OK);
    int64_t none = seq - 1, both[2] = {seq, none};
    refused(ct_countersign(s->w.tom, both, 2, "", e), CT_ECONFLICT, "seq", "does not await");
    assert_int_equal(waiting(s, &none), 1); /* all or none */
    ok(ct_countersign(s->w.tom, &seq, 1, "seen beside her", e));
    ok(ct_awaits(s->w.tom, "vitals", id, name, e));
    assert_string_equal(name, "");
    refused(ct_countersign(s->w.tom, &seq, 1, "", e), CT_ECONFLICT, "seq", "does not await");
    expect_entry(&s->w.c, "training.countersign", CT_ROUTINE, "seen beside her");
}

static void test_the_days_end_and_it_still_awaits(void **state)
{
    struct school *s = *state;
    int64_t who = ward_patient(&s->w, "Demo", "Ann", "", "1960-01-01"), seq;
    kim_learns(s, 1);
    s->w.c.now += CT_MINUTE_MS;
    kims_set(s, who);
    s->w.c.now += (int64_t)2 * CT_DAY_MS;
    ct_logout(s->kim);
    ok(recorded_login(s->kim, "kim", KIM_PASSWORD, e));
    kims_set(s, who); /* not a trainee any more */
    assert_int_equal(waiting(s, &seq), 1);
    ct_logout(s->w.tom);
    ok(recorded_login(s->w.tom, "tom", TOM_PASSWORD, e));
    struct ct_trainee *list;
    size_t n;
    ok(ct_trainee_list(s->w.tom, &list, &n, e));
    assert_int_equal(n, 1);
    assert_int_equal(list[0].awaits, 1);
    assert_false(list[0].now);
    free(list);
    assert_int_equal(clinic_again(s->kim, KIM_PASSWORD), CT_OK);
    refused(ct_countersign(s->kim, &seq, 1, "", e), CT_EDENIED, "seq", "your own");
}

static void test_a_trainee_uses_what_asks_for_competency(void **state)
{
    struct school *s = *state;
    int64_t who = ward_patient(&s->w, "Demo", "Ann", "", "1960-01-01"), seq, id;
    struct ct_subject is = {.kind = CT_SUBJ_CHECKLIST, .id = "phlebotomy", .title = "Phlebotomy"};
    school_require(s, &is, CT_LEVEL_ASSESSED, CT_RISK_MEDIUM, -1);
    refused(ct_prep_start(s->kim, who, 0, "phlebotomy", &id, e), CT_EINVAL, "competency",
            "not assessed for Phlebotomy");
    kim_learns(s, 10);
    struct ct_comp_gate g;
    ok(ct_competency_gate(s->kim, &is, &g, e));
    assert_int_equal(g.answer, CT_GATE_NOTE);
    assert_true(g.trainee);
    ok(ct_prep_start(s->kim, who, 0, "phlebotomy", &id, e));
    expect_entry(&s->w.c, "prep.start", CT_NOTABLE, "as a trainee: not assessed for Phlebotomy");
    assert_int_equal(waiting(s, &seq), 1);
    assert_int_equal(clinic_again(s->w.tom, TOM_PASSWORD), CT_OK);
    refused(ct_countersign(s->w.tom, &seq, 1, "", e), CT_EDENIED, "competency", "Phlebotomy");
    ok(school_assess(s, s->w.sue, SUE_PASSWORD, s->tom_id, &is, CT_LEVEL_ASSESSOR, true, 0, e));
    assert_int_equal(clinic_again(s->w.tom, TOM_PASSWORD), CT_OK);
    ok(ct_countersign(s->w.tom, &seq, 1, "", e));
    /* whoever is none gives a reason */
    who = ward_patient(&s->w, "Demo", "Ben", "", "1961-01-01");
    ok(ct_prep_start_though(s->w.sue, who, 0, "phlebotomy", "emergency", &id, e));
}

/* ---- documents ------------------------------------------------------------------------------ */

static void test_a_revision_is_read_again(void **state)
{
    struct school *s = *state;
    struct ct_subject is = {.kind = CT_SUBJ_CHECKLIST, .id = "phlebotomy", .title = "Phlebotomy"};
    struct ct_document d = {.ref = "SOP-3", .title = "Blood samples", .revision = "1",
                            .before_use = true, .n_subjects = 1}, *list;
    struct ct_comp_gate g;
    size_t n;
    d.subject[0] = is;
    refused(ct_document_put(s->w.tom, &d, e), CT_EDENIED, "", "competency.plan");
    ok(ct_document_put(s->w.sue, &d, e));
    ok(ct_document_list(s->kim, true, &list, &n, e)); /* she has nothing to do with it */
    assert_int_equal(n, 0);
    free(list);
    ok(ct_competency_declare(s->kim, &is, "done daily", e));
    ok(ct_document_list(s->kim, true, &list, &n, e));
    assert_int_equal(n, 1);
    free(list);
    ok(ct_competency_gate(s->kim, &is, &g, e));
    assert_int_equal(g.answer, CT_GATE_REASON);
    assert_string_equal(g.text, "SOP-3, revision 1, is not read");
    ok(ct_document_read(s->kim, d.id, e));
    ok(ct_competency_gate(s->kim, &is, &g, e));
    assert_int_equal(g.answer, CT_GATE_FREE);
    refused(ct_document_read(s->kim, d.id, e), CT_ECONFLICT, "document_id", "already");
    int64_t old = d.id;
    refused(ct_document_put(s->w.sue, &d, e), CT_EINVAL, "changes", "");
    snprintf(d.changes, sizeof d.changes, "order of draw");
    refused(ct_document_put(s->w.sue, &d, e), CT_EINVAL, "revision", "in force already");
    snprintf(d.revision, sizeof d.revision, "2");
    ok(ct_document_put(s->w.sue, &d, e));
    refused(ct_document_read(s->kim, old, e), CT_ECONFLICT, "document_id", "not in force");
    struct ct_person *p;
    ok(ct_document_unread(s->w.sue, d.id, &p, &n, e));
    assert_int_equal(n, 1);
    assert_int_equal(p[0].user_id, s->kim_id);
    free(p);
    ok(ct_document_end(s->w.sue, d.id, "part of SOP-4 now", e));
    ok(ct_competency_gate(s->kim, &is, &g, e));
    assert_int_equal(g.answer, CT_GATE_FREE);
    ok(ct_document_list(s->kim, false, &list, &n, e));
    assert_int_equal(n, 0);
    free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, school_setup, school_teardown)
        T(test_a_session),
        T(test_cancelled),
        T(test_who_is_a_trainee),
        T(test_it_awaits_a_countersign),
        T(test_the_days_end_and_it_still_awaits),
        T(test_a_revision_is_read_again),
        T(test_a_trainee_uses_what_asks_for_competency),
    };
    return cmocka_run_group_tests_name("training", tests, NULL, NULL);
}
