/* A shift is handed over: what is open is on it, the receiver is somebody else, reads back
 * and accepts item by item; what is not accepted stays with the giver. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/access.h"
#include "clinic/handover_priv.h"
#include "tests/support/bench_of.h"

#define HOUR(n) ((int64_t)(n) * CT_HOUR_MS)

struct list {
    struct ct_handover_item *v;
    size_t n;
};

static struct list items(struct ct_app *app, int64_t id)
{
    struct list l;
    ok(ct_handover_items(app, id, &l.v, &l.n, e));
    return l;
}

static struct ct_handover_item *of_kind(const struct list *l, enum ct_handover_kind kind)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].kind == kind)
            return &l->v[i];
    fail_msg("no item of kind %d", kind);
    return NULL;
}

static struct ct_handover get(struct ct_app *app, int64_t id)
{
    struct ct_handover h;
    ok(ct_handover_get(app, id, &h, e));
    return h;
}

static void counted(struct ct_app *app, int64_t mine, int64_t to_take)
{
    int64_t m, t;
    ok(ct_handover_count(app, &m, &t, e));
    assert_int_equal(m, mine);
    assert_int_equal(t, to_take);
}

/* Two patients, one of concern and one overdue, and a device set apart. */
static int64_t begun(struct ward *w)
{
    int64_t id, ann = ward_patient(w, "Ash", "Ann", "", "1950-02-01");
    int64_t ben = ward_patient(w, "Birch", "Ben", "", "1960-02-01");
    ward_record(w, ben, "120/80 72 16 98 36.6 A air", w->c.now); /* every 12 hours */
    w->c.now += HOUR(13);
    ward_record(w, ann, "190/80 131 26 90 36.6 A air", w->c.now);
    bench_device(w, "M-1", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    ok(ct_handover_begin(w->tom, &id, e));
    return id;
}

static struct ct_handover_take take(int64_t item, const char *why)
{
    struct ct_handover_take t = {.item_id = item, .accepted = why == NULL};
    snprintf(t.why, sizeof t.why, "%s", why != NULL ? why : "");
    return t;
}

static void test_what_is_open_is_on_it(void **state)
{
    struct ward *w = *state;
    int64_t id = begun(w), again;
    struct list l = items(w->tom, id);
    const struct ct_handover_item *i = of_kind(&l, CT_HO_PATIENT);
    assert_string_equal(i->patient, "ASH, Ann");
    assert_non_null(strstr(i->text, "NEWS2 9 HIGH"));
    i = of_kind(&l, CT_HO_SET);
    assert_string_equal(i->patient, "BIRCH, Ben");
    assert_non_null(strstr(i->text, "OVERDUE"));
    assert_non_null(strstr(of_kind(&l, CT_HO_ESCALATION)->text, "E-"));
    free(l.v);
    ok(ct_handover_begin(w->tom, &again, e));
    assert_int_equal(again, id);
    struct ct_handover h = get(w->tom, id);
    assert_int_equal(h.form, CT_IPASS);
    assert_int_equal(h.given_ms, CT_UNSET);
    /* nobody else sees what is not given */
    counted(w->tom, 0, 0);
    counted(w->sue, 0, 0);
    refused(ct_handover_get(w->sue, id, &h, e), CT_EDENIED, "id", "not handed it over");
    refused(ct_handover_get(w->c.app, id, &h, e), CT_EDENIED, "", "shift.own");
}

static void test_words_and_further_items(void **state)
{
    struct ward *w = *state;
    int64_t id = begun(w);
    struct list l = items(w->tom, id);
    int64_t item = of_kind(&l, CT_HO_PATIENT)->id;
    size_t n = l.n;
    free(l.v);
    ok(ct_handover_words(w->tom, item, 2, "repeat the set at 10", e));
    ok(ct_handover_words(w->tom, item, 2, "repeat the set at 11", e));
    refused(ct_handover_words(w->tom, item, 4, "x", e), CT_EINVAL, "part", "4 parts");
    refused(ct_handover_words(w->tom, item, 0, " ", e), CT_EINVAL, "text", "");
    refused(ct_handover_words(w->sue, item, 0, "unstable", e), CT_EDENIED, "id", "gives this");
    refused(ct_handover_words(w->tom, 4711, 0, "x", e), CT_ENOTFOUND, "item", "");
    ok(ct_handover_add(w->tom, id, "key of room 3 is with the porter", e));
    l = items(w->tom, id);
    assert_int_equal(l.n, n + 1);
    assert_string_equal(of_kind(&l, CT_HO_PATIENT)->words[2], "repeat the set at 11");
    int64_t other = of_kind(&l, CT_HO_OTHER)->id;
    free(l.v);
    refused(ct_handover_withdraw(w->tom, other, "", e), CT_EINVAL, "text", "");
    ok(ct_handover_withdraw(w->tom, other, "the porter brought it", e));
    refused(ct_handover_withdraw(w->tom, other, "again", e), CT_ECONFLICT, "item", "already");
    assert_int_equal(get(w->tom, id).items, (int64_t)n);
}

static void test_taken_item_by_item(void **state)
{
    struct ward *w = *state;
    int64_t id = begun(w);
    struct ct_handover_take t[40];
    ok(ct_handover_give(w->tom, id, e));
    refused(ct_handover_give(w->tom, id, e), CT_ECONFLICT, "", "already");
    struct list l = items(w->sue, id);
    counted(w->tom, (int64_t)l.n, 0);
    counted(w->sue, 0, 1);
    int64_t first = l.v[0].id;
    for (size_t i = 0; i < l.n; i++)
        t[i] = take(l.v[i].id, i == 0 ? "I do not know this patient" : NULL);
    size_t n = l.n;
    free(l.v);
    /* a question and its answer first */
    refused(ct_handover_say(w->tom, first, "well?", e), CT_EINVAL, "item", "nothing was asked");
    ok(ct_handover_say(w->sue, first, "On oxygen since when?", e));
    ok(ct_handover_say(w->tom, first, "Since noon", e));
    refused(ct_handover_take(w->tom, id, t, n, "all of it", NULL, NULL, e), CT_EINVAL, "login",
            "another person");
    refused(ct_handover_take(w->sue, id, t, n, " ", NULL, NULL, e), CT_EINVAL, "read_back", "");
    struct ct_handover_take silent = take(first, "");
    refused(ct_handover_take(w->sue, id, &silent, 1, "", NULL, NULL, e), CT_EINVAL, "why", "say why");
    ok(ct_handover_take(w->sue, id, t, n, "Ben is late, M-1 stays out", NULL, NULL, e));
    expect_entry(&w->c, "handover.take", CT_NOTABLE, "1 not; read back: Ben is late");
    struct ct_handover h = get(w->tom, id);
    assert_int_equal(h.waiting, 1);
    assert_false(h.over);
    counted(w->tom, 1, 0); /* what was not accepted stays with the giver */
    l = items(w->tom, id);
    assert_int_equal(l.v[0].state, CT_HI_REFUSED);
    assert_string_equal(l.v[0].why, "I do not know this patient");
    assert_int_equal(l.v[0].questions, 1);
    assert_int_equal(l.v[0].unanswered, 0);
    assert_int_equal(l.v[1].state, CT_HI_ACCEPTED);
    free(l.v);
    refused(ct_handover_take(w->sue, id, &t[1], 1, "again", NULL, NULL, e), CT_ECONFLICT, "item",
            "accepted by Sue");
    refused(ct_handover_words(w->tom, t[1].item_id, 0, "late words", e), CT_ECONFLICT, "item",
            "not yours");
    /* by another receiver, later */
    struct ct_handover_take last = take(first, NULL);
    ok(ct_handover_take(w->sue, id, &last, 1, "Ann is on oxygen since noon", NULL, NULL, e));
    assert_true(get(w->tom, id).over);
    counted(w->tom, 0, 0);
    counted(w->sue, 0, 0);
    struct ct_verify_report report;
    ok(ct_verify(w->sue, NULL, NULL, &report, e));
    assert_int_equal(report.problems, 0);
}

static void test_taken_beside_the_givers_session(void **state)
{
    struct ward *w = *state;
    int64_t id = begun(w);
    struct ct_handover_take t[40];
    struct ct_secret *p = secret_of(SUE_PASSWORD), *own = secret_of(TOM_PASSWORD),
                     *bad = secret_of("not hers at all");
    ok(ct_handover_give(w->tom, id, e));
    struct list l = items(w->tom, id);
    for (size_t i = 0; i < l.n; i++)
        t[i] = take(l.v[i].id, NULL);
    refused(ct_handover_take(w->tom, id, t, l.n, "understood", "tom", own, e), CT_EINVAL, "login",
            "somebody else");
    assert_int_equal(
        ct_handover_take(w->tom, id, t, l.n, "understood", "sue", bad, NULL), CT_EPASSWORD);
    assert_int_equal(get(w->tom, id).waiting, (int64_t)l.n);
    ok(ct_handover_take(w->tom, id, t, l.n, "Ann is bad, Ben is late", "sue", p, e));
    free(l.v);
    assert_true(get(w->tom, id).over);
    struct ct_handover_event *v = NULL;
    size_t n = 0;
    ok(ct_handover_events(w->tom, id, &v, &n, e));
    assert_int_equal(v[n - 1].kind, CT_HE_READ_BACK);
    assert_int_equal(v[n - 1].by_user, ct_app_who(w->sue)->user_id);
    assert_int_equal(v[n - 1].beside, ct_app_who(w->tom)->user_id);
    free(v);
    ct_secret_free(p);
    ct_secret_free(own);
    ct_secret_free(bad);
}

static void test_a_restricted_patient_is_only_counted(void **state)
{
    struct ward *w = *state;
    int64_t id = begun(w);
    struct list l = items(w->tom, id);
    int64_t ann = of_kind(&l, CT_HO_PATIENT)->patient_id, item = of_kind(&l, CT_HO_PATIENT)->id;
    free(l.v);
    ok(ct_handover_words(w->tom, item, 1, "refuses blood", e));
    ok(ct_access_restrict(w->sue, ann, CT_RESTRICTED_SET, "asked for by the patient", e));
    ok(ct_handover_give(w->tom, id, e));
    l = items(w->sue, id);
    const struct ct_handover_item *i = of_kind(&l, CT_HO_PATIENT);
    assert_true(i->restricted);
    assert_string_equal(i->text, "restricted record");
    assert_string_equal(i->words[1], "");
    free(l.v);
    struct ct_handover_event *v = NULL;
    size_t n = 0;
    ok(ct_handover_events(w->sue, id, &v, &n, e));
    for (size_t k = 0; k < n; k++)
        assert_null(strstr(v[k].text, "blood"));
    free(v);
    refused(ct_handover_say(w->sue, item, "what blood?", e), CT_EDENIED, "restricted", "");
}

static void test_sbar_by_configuration(void **state)
{
    struct ward *w = *state;
    int64_t id;
    snprintf(w->c.config.handover_form, sizeof w->c.config.handover_form, "sbar");
    struct ct_app *tom = clinic_app(&w->c);
    ok(recorded_login(tom, "tom", TOM_PASSWORD, e));
    ok(ct_handover_begin(tom, &id, e));
    assert_int_equal(get(tom, id).form, CT_SBAR);
    refused(ct_handover_give(tom, id, e), CT_EINVAL, "item", "nothing is on it");
    ct_app_free(tom);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
        T(test_what_is_open_is_on_it),
        T(test_words_and_further_items),
        T(test_taken_item_by_item),
        T(test_taken_beside_the_givers_session),
        T(test_a_restricted_patient_is_only_counted),
        T(test_sbar_by_configuration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
