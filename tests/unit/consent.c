/* What was explained and whether the patient agrees: kept as said, corrected and never
 * changed; what is withdrawn stops the procedure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/consent.h"
#include "clinic/rows.h"
#include "tests/support/ward.h"

static int64_t planned(struct ward *w, const char *kind)
{
    struct ct_procedure p = {
        .patient_id = ward_patient(w, "Consentia", "Demo", "", "1970-01-01"),
        .planned_ms = w->c.now + CT_HOUR_MS};
    snprintf(p.kind, sizeof p.kind, "%s", kind);
    ok(ct_procedure_add(w->tom, &p, NULL, e));
    return p.id;
}

static void step(struct ward *w, int64_t id, enum ct_proc_state to, const char *text)
{
    struct ct_procedure p;
    struct ct_proc_event v = {.state = to};
    snprintf(v.text, sizeof v.text, "%s", text);
    ok(ct_procedure_get(w->tom, id, &p, e));
    ok(ct_procedure_state(w->tom, id, p.state, &v, e));
}

static enum ct_proc_state state_of(struct ward *w, int64_t id)
{
    struct ct_procedure p;
    ok(ct_procedure_get(w->tom, id, &p, e));
    return p.state;
}

static struct ct_consent_event say(struct ward *w, int64_t id, enum ct_consent_kind kind,
                                   const char *who, const char *text)
{
    struct ct_consent_event c = {.procedure_id = id, .kind = kind};
    snprintf(c.who, sizeof c.who, "%s", who);
    snprintf(c.text, sizeof c.text, "%s", text);
    ok(ct_consent_record(w->tom, &c, e));
    return c;
}

static enum ct_consent_state stands(struct ward *w, int64_t id)
{
    struct ct_consent_event *l;
    enum ct_consent_state s;
    size_t n;
    ok(ct_consent_list(w->sue, id, &l, &n, &s, e));
    free(l);
    return s;
}

static struct ct_explanation explained(int64_t id)
{
    struct ct_explanation x;
    ct_explanation_init(&x);
    x.procedure_id = id;
    ok(ct_topics_parse("s r", &x.topics, e));
    snprintf(x.language, sizeof x.language, "English");
    return x;
}

/* ---- explanations --------------------------------------------------------------- */

static void test_explained_as_said(void **state)
{
    struct ward *w = *state;
    int64_t id = planned(w, "endoscopy");
    struct ct_explanation x = explained(id);
    snprintf(x.interpreter, sizeof x.interpreter, " Demo Interpreters ");
    snprintf(x.questions, sizeof x.questions, "Will it hurt? A little.");
    snprintf(x.teach_back, sizeof x.teach_back, "“they look down with a tube”");
    snprintf(x.wishes, sizeof x.wishes, "my daughter stays");
    x.understood = 2;
    x.anxiety_before = 0; /* calm is not "not asked" */
    x.at_ms = w->c.now - 5 * (int64_t)CT_MINUTE_MS;
    ok(ct_explanation_record(w->tom, &x, e));
    struct ct_explanation *l;
    size_t n;
    ok(ct_explanation_list(w->sue, id, &l, &n, e));
    assert_int_equal(n, 1);
    assert_int_equal(l[0].topics, x.topics);
    assert_string_equal(l[0].interpreter, "Demo Interpreters");
    assert_string_equal(l[0].teach_back, "“they look down with a tube”");
    assert_int_equal(l[0].understood, 2);
    assert_int_equal(l[0].anxiety_before, 0);
    assert_int_equal(l[0].anxiety_after, CT_UNSET);
    assert_int_equal(l[0].at_ms, w->c.now - 5 * (int64_t)CT_MINUTE_MS);
    assert_int_equal(l[0].recorded_ms, w->c.now);
    assert_string_equal(l[0].by, "Tom Demo-Vale");
    free(l);
    char text[128];
    ct_topics_text(x.topics, text, sizeof text);
    assert_string_equal(text, "steps, risks");
}

static void test_explanation_bad_input(void **state)
{
    struct ward *w = *state;
    int64_t id = planned(w, "endoscopy"), before = chain_end(w->tom);
    struct ct_explanation x;
    ct_explanation_init(&x);
    x.procedure_id = id;
    refused(ct_explanation_record(w->tom, &x, e), CT_EINVAL, "topics", "nothing is said");
    x = explained(id);
    x.language[0] = '\0';
    refused(ct_explanation_record(w->tom, &x, e), CT_EINVAL, "language", "which language");
    x = explained(id);
    x.understood = 2;
    refused(ct_explanation_record(w->tom, &x, e), CT_EINVAL, "teach_back", "own words");
    x = explained(id);
    x.anxiety_after = 11;
    refused(ct_explanation_record(w->tom, &x, e), CT_EINVAL, "anxiety_after", "0 to 10");
    x = explained(id);
    x.at_ms = w->c.now + CT_HOUR_MS;
    refused(ct_explanation_record(w->tom, &x, e), CT_EINVAL, "at_ms", "future");
    x = explained(4711);
    refused(ct_explanation_record(w->tom, &x, e), CT_ENOTFOUND, "", "");
    x = explained(id);
    snprintf(x.wishes, sizeof x.wishes, "a\033[2Jb");
    refused(ct_explanation_record(w->tom, &x, e), CT_EINVAL, "wishes", "control");
    uint32_t topics;
    refused(ct_topics_parse("s q", &topics, e), CT_EINVAL, "topics", "'q' is no topic");
    assert_int_equal(chain_end(w->tom), before);
}

static void test_explanation_corrected(void **state)
{
    struct ward *w = *state;
    struct ct_explanation x = explained(planned(w, "endoscopy"));
    ok(ct_explanation_record(w->tom, &x, e));
    struct ct_explanation y = x;
    y.replaces_id = x.id;
    y.reason[0] = '\0';
    refused(ct_explanation_record(w->tom, &y, e), CT_EINVAL, "reason", "");
    snprintf(y.reason, sizeof y.reason, "the language was Polish");
    snprintf(y.language, sizeof y.language, "Polish");
    ok(ct_explanation_record(w->sue, &y, e));
    struct ct_explanation z = y;
    z.replaces_id = x.id; /* written while the other was saved */
    refused(ct_explanation_record(w->tom, &z, e), CT_ECONFLICT, "", "corrected meanwhile");
    struct ct_explanation other = explained(planned(w, "endoscopy"));
    other.replaces_id = y.id;
    snprintf(other.reason, sizeof other.reason, "because");
    refused(ct_explanation_record(w->tom, &other, e), CT_ENOTFOUND, "", "no such explanation");
    struct ct_explanation *l;
    size_t n;
    ok(ct_explanation_list(w->sue, x.procedure_id, &l, &n, e));
    assert_int_equal(n, 2);
    assert_string_equal(l[0].language, "Polish");
    assert_false(l[0].replaced);
    assert_true(l[1].replaced);
    assert_string_equal(l[1].language, "English");
    free(l);
}

/* ---- consent --------------------------------------------------------------------- */

static void test_no_beginning_without_consent(void **state)
{
    struct ward *w = *state;
    int64_t id = planned(w, "endoscopy");
    struct ct_proc_event v = {.state = CT_PROC_IN_PROGRESS};
    struct ct_procedure p = {.id = id};
    ok(ct_procedure_get(w->tom, id, &p, e));
    refused(ct_consent_gate(w->tom, &p, CT_PROC_IN_PROGRESS, w->c.now, e), CT_EINVAL, "state",
            "no consent is recorded");
    ok(ct_consent_gate(w->tom, &p, CT_PROC_READY, w->c.now, e));
    ok(ct_consent_gate(w->tom, &p, CT_PROC_CANCELLED, w->c.now, e));
    say(w, id, CT_CONSENT_GIVEN, "", "");
    ok(ct_consent_gate(w->tom, &p, CT_PROC_IN_PROGRESS, w->c.now, e));
    assert_int_equal(stands(w, id), CT_CONSENT_IS_GIVEN);
    (void)v;
}

static void test_withdrawn_at_any_time(void **state)
{
    struct ward *w = *state;
    int64_t id = planned(w, "ecg-24-hour"); /* of a kind without checklists */
    say(w, id, CT_CONSENT_GIVEN, "", "");
    step(w, id, CT_PROC_ARRIVED, "");
    step(w, id, CT_PROC_PREPARING, "");
    step(w, id, CT_PROC_READY, "");
    w->c.now += CT_MINUTE_MS;
    say(w, id, CT_CONSENT_WITHDRAWN, "", ""); /* no reason is needed */
    assert_int_equal(state_of(w, id), CT_PROC_PREPARING);
    struct ct_proc_event v = {.state = CT_PROC_READY};
    refused(ct_procedure_state(w->tom, id, CT_PROC_PREPARING, &v, e), CT_EINVAL, "state",
            "CONSENT WITHDRAWN");
    struct ct_consent_event again = {.procedure_id = id, .kind = CT_CONSENT_WITHDRAWN};
    refused(ct_consent_record(w->tom, &again, e), CT_ECONFLICT, "", "already");
    w->c.now += CT_MINUTE_MS;
    say(w, id, CT_CONSENT_GIVEN, "", "has thought it over");
    step(w, id, CT_PROC_READY, "");
    step(w, id, CT_PROC_IN_PROGRESS, "");
    w->c.now += CT_MINUTE_MS;
    int64_t before = chain_end(w->tom);
    say(w, id, CT_CONSENT_WITHDRAWN, "", "stop");
    assert_int_equal(chain_end(w->tom), before + 1); /* one entry, both rows */
    assert_int_equal(state_of(w, id), CT_PROC_CANCELLED);
    struct ct_procedure p;
    ok(ct_procedure_get(w->tom, id, &p, e));
    assert_non_null(strstr(p.why, "consent withdrawn"));
    assert_int_equal(app_int(w->tom, "SELECT severity FROM audit ORDER BY seq DESC LIMIT 1"),
                     CT_EXCEPTION);
}

static void test_refused_and_lacking(void **state)
{
    struct ward *w = *state;
    int64_t id = planned(w, "endoscopy");
    struct ct_consent_event c = {.procedure_id = id, .kind = CT_CONSENT_LACKS};
    refused(ct_consent_record(w->tom, &c, e), CT_EINVAL, "who", "with whom");
    snprintf(c.who, sizeof c.who, "Demo Daughter, attorney");
    refused(ct_consent_record(w->tom, &c, e), CT_EINVAL, "text", "grounds");
    snprintf(c.text, sizeof c.text, "delirium; best interests");
    ok(ct_consent_record(w->tom, &c, e));
    assert_int_equal(stands(w, id), CT_CONSENT_IS_LACKS);
    char text[600];
    ct_consent_event_text(&c, text, sizeof text);
    assert_string_equal(text, "lacks capacity, decided with Demo Daughter, attorney: delirium; "
                              "best interests");
    w->c.now += CT_MINUTE_MS;
    say(w, id, CT_CONSENT_REFUSED, "", "not today");
    assert_int_equal(stands(w, id), CT_CONSENT_IS_REFUSED);
    struct ct_procedure p;
    ok(ct_procedure_get(w->tom, id, &p, e));
    refused(ct_consent_gate(w->tom, &p, CT_PROC_READY, w->c.now, e), CT_EINVAL, "state",
            "CONSENT REFUSED");
}

/* What never was so stays readable and no longer counts. */
static void test_in_error(void **state)
{
    struct ward *w = *state;
    int64_t id = planned(w, "endoscopy");
    say(w, id, CT_CONSENT_GIVEN, "", "");
    w->c.now += CT_MINUTE_MS;
    struct ct_consent_event wrong = say(w, id, CT_CONSENT_REFUSED, "", "");
    struct ct_consent_event v = {
        .procedure_id = id, .kind = CT_CONSENT_IN_ERROR, .voids_id = wrong.id};
    refused(ct_consent_record(w->tom, &v, e), CT_EINVAL, "text", "why");
    snprintf(v.text, sizeof v.text, "meant for another patient");
    struct ct_consent_event other = v;
    other.procedure_id = planned(w, "endoscopy");
    refused(ct_consent_record(w->tom, &other, e), CT_ENOTFOUND, "", "no such entry");
    ok(ct_consent_record(w->tom, &v, e));
    refused(ct_consent_record(w->tom, &v, e), CT_ECONFLICT, "", "already");
    assert_int_equal(stands(w, id), CT_CONSENT_IS_GIVEN);
    struct ct_consent_event *l;
    enum ct_consent_state s;
    size_t n, voided = 0;
    ok(ct_consent_list(w->sue, id, &l, &n, &s, e));
    assert_int_equal(n, 3);
    for (size_t i = 0; i < n; i++)
        voided += l[i].voided;
    assert_int_equal(voided, 1);
    free(l);
}

/* A consent that was said earlier and entered later does not undo a withdrawal. */
static void test_order_of_saying_counts(void **state)
{
    struct ward *w = *state;
    int64_t id = planned(w, "endoscopy");
    say(w, id, CT_CONSENT_GIVEN, "", "");
    w->c.now += 10 * (int64_t)CT_MINUTE_MS;
    say(w, id, CT_CONSENT_WITHDRAWN, "", "");
    struct ct_consent_event late = {.procedure_id = id,
                                    .kind = CT_CONSENT_GIVEN,
                                    .form = CT_CONSENT_WRITTEN,
                                    .at_ms = w->c.now - 5 * (int64_t)CT_MINUTE_MS};
    ok(ct_consent_record(w->tom, &late, e));
    assert_int_equal(stands(w, id), CT_CONSENT_IS_WITHDRAWN);
    late = (struct ct_consent_event){
        .procedure_id = id, .kind = CT_CONSENT_GIVEN, .at_ms = w->c.now + CT_HOUR_MS};
    refused(ct_consent_record(w->tom, &late, e), CT_EINVAL, "at_ms", "future");
}

static void test_administrators_do_not(void **state)
{
    struct ward *w = *state;
    int64_t id = planned(w, "endoscopy");
    struct ct_consent_event c = {.procedure_id = id, .kind = CT_CONSENT_GIVEN};
    refused(ct_consent_record(w->c.app, &c, e), CT_EDENIED, "", "");
    struct ct_consent_event *l;
    enum ct_consent_state s;
    size_t n;
    refused(ct_consent_list(w->c.app, id, &l, &n, &s, e), CT_EDENIED, "", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_explained_as_said, ward_setup, ward_teardown),
        cmocka_unit_test_setup_teardown(test_explanation_bad_input, ward_setup, ward_teardown),
        cmocka_unit_test_setup_teardown(test_explanation_corrected, ward_setup, ward_teardown),
        cmocka_unit_test_setup_teardown(test_no_beginning_without_consent, ward_setup,
                                        ward_teardown),
        cmocka_unit_test_setup_teardown(test_withdrawn_at_any_time, ward_setup, ward_teardown),
        cmocka_unit_test_setup_teardown(test_refused_and_lacking, ward_setup, ward_teardown),
        cmocka_unit_test_setup_teardown(test_in_error, ward_setup, ward_teardown),
        cmocka_unit_test_setup_teardown(test_order_of_saying_counts, ward_setup, ward_teardown),
        cmocka_unit_test_setup_teardown(test_administrators_do_not, ward_setup, ward_teardown),
    };
    return cmocka_run_group_tests_name("consent", tests, NULL, NULL);
}
