/* What somebody makes of a set: kept with it through corrections, replaced and never
 * changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/interpretation.h"
#include "clinic/rows.h"
#include "tests/support/ward.h"

#define FULL "120/80 72 16 98 36.6 A air"

static int64_t a_set(struct ward *w)
{
    return ward_record(w, ward_patient(w, "Demo", "Di", "", "1970-01-01"), FULL, w->c.now);
}

static struct ct_interpretation note(int64_t set, const char *situation)
{
    struct ct_interpretation n = {.vitals_id = set};
    snprintf(n.situation, sizeof n.situation, "%s", situation);
    return n;
}

static struct ct_interpretation *list(struct ward *w, int64_t set, size_t *ret_n)
{
    struct ct_interpretation *l;
    ok(ct_interpretation_list(w->sue, set, &l, ret_n, e));
    return l;
}

static void test_returns_as_written(void **state)
{
    struct ward *w = *state;
    int64_t set = a_set(w), before = chain_end(w->tom);
    struct ct_interpretation n = note(set, " breathless since noon ");
    snprintf(n.background, sizeof n.background, "COPD, Zoë’s words: “worse”");
    snprintf(n.recommendation, sizeof n.recommendation, "review within the hour");
    ok(ct_interpretation_record(w->tom, &n, e));
    assert_string_equal(n.by, "Tom Demo-Vale");
    assert_int_equal(chain_end(w->tom), before + 1);
    size_t count;
    struct ct_interpretation *l = list(w, set, &count);
    assert_int_equal(count, 1);
    assert_string_equal(l[0].situation, "breathless since noon");
    assert_string_equal(l[0].background, "COPD, Zoë’s words: “worse”");
    assert_string_equal(l[0].assessment, "");
    assert_string_equal(l[0].recommendation, "review within the hour");
    assert_string_equal(l[0].by, n.by);
    assert_int_equal(l[0].at_ms, w->c.now);
    free(l);
    assert_int_equal(app_int(w->tom, "SELECT patient_id IS NOT NULL FROM audit WHERE verb = "
                                     "'vitals.interpret'"), 1);
}

/* The longest text that is allowed, in characters of several bytes. */
static void test_bounds(void **state)
{
    struct ward *w = *state;
    struct ct_interpretation n = note(a_set(w), "");
    for (int i = 0; i < CT_SBAR_BYTES / 2; i++)
        strcat(n.assessment, "é");
    ok(ct_interpretation_record(w->tom, &n, e));
    size_t count;
    struct ct_interpretation *l = list(w, n.vitals_id, &count);
    assert_int_equal(strlen(l[0].assessment), CT_SBAR_BYTES);
    free(l);
}

static void refuse(struct ward *w, struct ct_interpretation n, enum ct_status status,
                   const char *field, const char *says)
{
    int64_t before = chain_end(w->tom);
    refused(ct_interpretation_record(w->tom, &n, e), status, field, says);
    assert_int_equal(chain_end(w->tom), before);
}

static void test_bad_input(void **state)
{
    struct ward *w = *state;
    int64_t set = a_set(w);
    refuse(w, note(set, "  "), CT_EINVAL, "situation", "nothing is written");
    refuse(w, note(set, "a\033[2Jb"), CT_EINVAL, "situation", "control");
    refuse(w, note(4711, "who is it"), CT_ENOTFOUND, "", "no set of vitals");
    struct ct_interpretation n = note(set, "first");
    ok(ct_interpretation_record(w->tom, &n, e));
    struct ct_interpretation m = note(set, "second");
    m.replaces_id = n.id;
    refuse(w, m, CT_EINVAL, "reason", "");
    snprintf(m.reason, sizeof m.reason, "because");
    m.replaces_id = 99;
    refuse(w, m, CT_ENOTFOUND, "", "no such note");
    struct ct_interpretation other = note(a_set(w), "on another set");
    other.replaces_id = n.id;
    snprintf(other.reason, sizeof other.reason, "because");
    refuse(w, other, CT_ENOTFOUND, "", "no such note");
}

static void test_replaced_and_both_stay(void **state)
{
    struct ward *w = *state;
    struct ct_interpretation n = note(a_set(w), "first");
    ok(ct_interpretation_record(w->tom, &n, e));
    struct ct_interpretation m = note(n.vitals_id, "second");
    m.replaces_id = n.id;
    snprintf(m.reason, sizeof m.reason, "the history was another patient's");
    ok(ct_interpretation_record(w->sue, &m, e));
    struct ct_interpretation late = note(n.vitals_id, "third");
    late.replaces_id = n.id; /* written while the second was saved */
    snprintf(late.reason, sizeof late.reason, "typing error");
    refuse(w, late, CT_ECONFLICT, "", "replaced meanwhile");
    size_t count;
    struct ct_interpretation *l = list(w, n.vitals_id, &count);
    assert_int_equal(count, 2);
    assert_string_equal(l[0].situation, "second");
    assert_false(l[0].replaced);
    assert_true(l[1].replaced);
    free(l);
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM audit WHERE verb = "
                                     "'vitals.interpret' AND detail LIKE 'the history%'"), 1);
}

/* It stays with the set, whichever version is asked for. */
static void test_stays_through_corrections(void **state)
{
    struct ward *w = *state;
    struct ct_interpretation n = note(a_set(w), "before the correction");
    ok(ct_interpretation_record(w->tom, &n, e));
    struct ct_vitals v;
    ok(ct_vitals_get(w->tom, n.vitals_id, &v, e));
    v.replaces_id = v.id;
    v.v[CT_Q_PULSE].n = 80;
    snprintf(v.reason, sizeof v.reason, "wrong reading");
    ok(ct_vitals_correct(w->tom, &w->rules, &v, e));
    struct ct_interpretation m = note(v.id, "after it");
    ok(ct_interpretation_record(w->tom, &m, e));
    assert_int_equal(m.vitals_id, n.vitals_id);
    size_t count;
    struct ct_interpretation *l = list(w, v.id, &count);
    assert_int_equal(count, 2);
    free(l);
    l = list(w, n.vitals_id, &count);
    assert_int_equal(count, 2);
    assert_string_equal(l[1].situation, "before the correction");
    free(l);
}

static void test_verify(void **state)
{
    struct ward *w = *state;
    struct ct_interpretation n = note(a_set(w), "well");
    ok(ct_interpretation_record(w->tom, &n, e));
    struct ct_verify_report report;
    ok(ct_verify(w->sue, NULL, NULL, &report, e));
    assert_int_equal(report.problems, 0);
    ward_raw(w, "DROP TRIGGER interpretation_no_update; "
                "UPDATE interpretation SET situation = 'ill'");
    ok(ct_verify(w->sue, NULL, NULL, &report, e));
    assert_int_equal(report.problems, 2); /* the row, and the guard */
}

#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_returns_as_written),     T(test_bounds),
        T(test_bad_input),              T(test_replaced_and_both_stay),
        T(test_stays_through_corrections), T(test_verify),
    };
    return cmocka_run_group_tests_name("interpretation", tests, NULL, NULL);
}
