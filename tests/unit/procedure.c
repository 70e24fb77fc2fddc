/* Procedures: planned, moved, taken over, stepped from scheduled to done, cancelled,
 * missed, reopened; who was faster is told; nothing is lost on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/procedure_gate.h"
#include "clinic/rows.h"
#include "record/user.h"
#include "tests/support/ward.h"

#define MIN(n) ((n) * (int64_t)CT_MINUTE_MS)
#define HOUR(n) ((n) * (int64_t)CT_HOUR_MS)

static int64_t adult(struct ward *w, const char *name)
{
    return ward_patient(w, name, "Demo", "", "1960-01-01");
}

static struct ct_procedure plan(struct ward *w, int64_t patient_id, const char *kind,
                                int64_t in_ms)
{
    struct ct_procedure p = {.patient_id = patient_id, .planned_ms = w->c.now + in_ms};
    snprintf(p.kind, sizeof p.kind, "%s", kind);
    return p;
}

static struct ct_procedure added(struct ward *w, const char *name, const char *kind)
{
    struct ct_procedure p = plan(w, adult(w, name), kind, MIN(30));
    ok(ct_procedure_add(w->tom, &p, NULL, e));
    return p;
}

static struct ct_procedure got(struct ward *w, int64_t id)
{
    struct ct_procedure p;
    ok(ct_procedure_get(w->sue, id, &p, e));
    return p;
}

static enum ct_status step(struct ct_app *app, int64_t id, enum ct_proc_state seen,
                           enum ct_proc_state to, int64_t at_ms, const char *text,
                           struct ct_error *reterr)
{
    struct ct_proc_event x = {.state = to, .at_ms = at_ms};
    snprintf(x.text, sizeof x.text, "%s", text);
    return ct_procedure_state(app, id, seen, &x, reterr);
}

/* The derived table agrees with what it is derived from. */
static void consistent(struct ward *w)
{
    assert_int_equal(
        app_int(w->sue,
                "SELECT count(*) FROM procedure p LEFT JOIN procedure_find f "
                "ON f.procedure_id = p.id JOIN procedure_detail d ON d.id = (SELECT max(x.id) "
                "FROM procedure_detail x WHERE x.procedure_id = p.id) WHERE f.detail_id IS NOT "
                "d.id OR f.planned_ms IS NOT d.planned_ms OR f.room IS NOT d.room OR f.assigned "
                "IS NOT d.assigned OR f.patient_id IS NOT p.patient_id OR f.state IS NOT "
                "ifnull((SELECT y.state FROM procedure_event y WHERE y.procedure_id = p.id "
                "ORDER BY y.id DESC LIMIT 1), 0)"),
        0);
}

/* ---- planning -------------------------------------------------------------- */

static void test_a_plan_is_completed_and_read_back(void **state)
{
    struct ward *w = *state;
    struct ct_procedure p = plan(w, adult(w, "Patel"), "ECG-12-Lead", MIN(30));
    snprintf(p.site, sizeof p.site, "  left   chest ");
    snprintf(p.room, sizeof p.room, "Room 2");
    p.assigned = ct_app_who(w->tom)->user_id;
    ok(ct_procedure_add(w->tom, &p, NULL, e));
    struct ct_procedure q = got(w, p.id);
    assert_string_equal(q.kind, "ecg-12-lead");
    assert_string_equal(q.title, "ECG 12-lead");
    assert_string_equal(q.site, "left chest");
    assert_int_equal(q.minutes, 20);
    assert_string_equal(q.patient, "PATEL, Demo");
    assert_string_equal(q.assigned_name, ct_app_who(w->tom)->name);
    assert_int_equal(q.state, CT_PROC_SCHEDULED);
    assert_true(q.state_ms == CT_UNSET && q.started_ms == CT_UNSET && q.ended_ms == CT_UNSET);
    expect_entry(&w->c, "procedure.add", CT_ROUTINE, "ECG 12-lead, left chest");
    consistent(w);
}

static void test_bad_plans_are_refused_at_their_field(void **state)
{
    struct ward *w = *state;
    int64_t id = adult(w, "Lee");
    static const struct {
        const char *field, *says, *kind, *title, *site;
        int64_t in_ms;
        int minutes;
        uint32_t who;
    } BAD[] = {
        {"kind", "missing", "", "", "", 0, 0, 0},
        {"kind", "bloodletting", "bloodletting", "", "", 0, 0, 0},
        {"site", "left in full", "x-ray", "", "L wrist", 0, 0, 0},
        {"site", "right in full", "x-ray", "", "wrist (r)", 0, 0, 0},
        {"site", "right in full", "x-ray", "", "rt. knee", 0, 0, 0},
        {"title", "left in full", "x-ray", "X-ray wrist L", "", 0, 0, 0},
        {"planned_ms", "days ago", "x-ray", "", "", -40 * HOUR(24), 0, 0},
        {"planned_ms", "two years", "x-ray", "", "", 800 * HOUR(24), 0, 0},
        {"minutes", "1440", "x-ray", "", "", 0, 1441, 0},
        {"assigned", "not active", "x-ray", "", "", 0, 0, 99},
        {"assigned", "not active", "x-ray", "", "", 0, 0, 1}, /* an administrator */
        {"site", "control", "x-ray", "", "left\x1b wrist", 0, 0, 0},
    };
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        struct ct_procedure p = plan(w, id, BAD[i].kind, BAD[i].in_ms);
        snprintf(p.title, sizeof p.title, "%s", BAD[i].title);
        snprintf(p.site, sizeof p.site, "%s", BAD[i].site);
        p.minutes = BAD[i].minutes;
        p.assigned = BAD[i].who;
        refused(ct_procedure_add(w->tom, &p, NULL, e), CT_EINVAL, BAD[i].field, BAD[i].says);
    }
    struct ct_procedure p = plan(w, 4711, "x-ray", 0);
    refused(ct_procedure_add(w->tom, &p, NULL, e), CT_ENOTFOUND, "", "4711");
    p = plan(w, id, "x-ray", 0);
    refused(ct_procedure_add(w->c.app, &p, NULL, e), CT_EDENIED, "", "");
    assert_int_equal(app_int(w->sue, "SELECT count(*) FROM procedure"), 0);
    snprintf(p.site, sizeof p.site, "vertebra 5L, right knee, Rippe"); /* no side cut short */
    ok(ct_procedure_add(w->tom, &p, NULL, e));
}

static void test_an_import_key_counts_once(void **state)
{
    struct ward *w = *state;
    int64_t id = adult(w, "Haas"), found;
    struct ct_procedure p = plan(w, id, "x-ray", MIN(5)), again = p;
    ok(ct_procedure_add(w->tom, &p, "ris:17", e));
    refused(ct_procedure_add(w->tom, &again, "ris:17", e), CT_EEXISTS, "import_key", "P-");
    ok(ct_procedure_imported(w->tom, "ris:17", &found, e));
    assert_int_equal(found, p.id);
    ok(ct_procedure_imported(w->tom, "ris:18", &found, e));
    assert_int_equal(found, 0);
}

/* ---- changing what is planned ---------------------------------------------------- */

static void test_moving_needs_a_reason_and_keeps_its_history(void **state)
{
    struct ward *w = *state;
    struct ct_procedure p = added(w, "Okoro", "spirometry"), q = got(w, p.id);
    q.planned_ms += HOUR(1);
    refused(ct_procedure_amend(w->tom, &q, "  ", e), CT_EINVAL, "reason", "missing");
    ok(ct_procedure_amend(w->tom, &q, "patient is late", e));
    snprintf(q.room, sizeof q.room, "Room 1"); /* its first room needs none */
    ok(ct_procedure_amend(w->sue, &q, NULL, e));
    snprintf(q.room, sizeof q.room, "Room 2");
    refused(ct_procedure_amend(w->sue, &q, NULL, e), CT_EINVAL, "reason", "missing");
    ok(ct_procedure_amend(w->sue, &q, "room 1 is being cleaned", e));
    q.assigned = ct_app_who(w->sue)->user_id; /* nor does somebody who does it */
    ok(ct_procedure_amend(w->sue, &q, "", e));
    refused(ct_procedure_amend(w->sue, &q, "", e), CT_EINVAL, "", "nothing is changed");
    struct ct_proc_version *v;
    size_t n;
    ok(ct_procedure_versions(w->tom, p.id, &v, &n, e));
    assert_int_equal(n, 5);
    assert_int_equal(v[0].p.planned_ms, p.planned_ms);
    assert_string_equal(v[1].reason, "patient is late");
    assert_string_equal(v[1].by, ct_app_who(w->tom)->name);
    assert_string_equal(v[3].p.room, "Room 2");
    assert_string_equal(v[4].p.assigned_name, ct_app_who(w->sue)->name);
    free(v);
    consistent(w);
}

static void test_two_who_change_a_plan_at_once(void **state)
{
    struct ward *w = *state;
    struct ct_procedure p = added(w, "Mensah", "x-ray"), tom = got(w, p.id), sue = tom;
    tom.assigned = ct_app_who(w->tom)->user_id;
    sue.assigned = ct_app_who(w->sue)->user_id;
    ok(ct_procedure_amend(w->tom, &tom, NULL, e));
    refused(ct_procedure_amend(w->sue, &sue, NULL, e), CT_ECONFLICT, "",
            ct_app_who(w->tom)->name);
    assert_int_equal(got(w, p.id).assigned, ct_app_who(w->tom)->user_id);
    sue = got(w, p.id); /* taken over, knowingly */
    sue.assigned = ct_app_who(w->sue)->user_id;
    ok(ct_procedure_amend(w->sue, &sue, NULL, e));
    expect_entry(&w->c, "procedure.amend", CT_ROUTINE, " instead of ");
    consistent(w);
}

static void test_what_was_begun_and_is_another_site_is_noticed(void **state)
{
    struct ward *w = *state;
    struct ct_procedure p = added(w, "Diaz", "x-ray");
    ok(step(w->tom, p.id, CT_PROC_SCHEDULED, CT_PROC_ARRIVED, 0, "", e));
    struct ct_procedure q = got(w, p.id);
    snprintf(q.site, sizeof q.site, "right wrist");
    ok(ct_procedure_amend(w->tom, &q, "the form said right", e));
    expect_entry(&w->c, "procedure.amend", CT_NOTABLE, "site was not given");
}

/* ---- states ------------------------------------------------------------------------ */

static void test_the_usual_way(void **state)
{
    struct ward *w = *state;
    struct ct_procedure p = added(w, "Novak", "consultation");
    static const enum ct_proc_state WAY[] = {CT_PROC_SCHEDULED,   CT_PROC_ARRIVED,
                                             CT_PROC_PREPARING,   CT_PROC_READY,
                                             CT_PROC_IN_PROGRESS, CT_PROC_DONE};
    int64_t began = 0;
    for (size_t i = 1; i < CT_LEN(WAY); i++) {
        w->c.now += MIN(7);
        if (WAY[i] == CT_PROC_IN_PROGRESS)
            began = w->c.now;
        ok(step(w->tom, p.id, WAY[i - 1], WAY[i], 0, WAY[i] == CT_PROC_DONE ? "sinus" : "", e));
        consistent(w);
    }
    struct ct_procedure q = got(w, p.id);
    assert_int_equal(q.started_ms, began);
    assert_int_equal(q.ended_ms, w->c.now);
    assert_string_equal(q.outcome, "sinus");
    struct ct_proc_event *v;
    size_t n;
    ok(ct_procedure_events(w->sue, p.id, &v, &n, e));
    assert_int_equal(n, 5);
    assert_int_equal(v[4].from, CT_PROC_IN_PROGRESS);
    assert_string_equal(v[4].by, ct_app_who(w->tom)->name);
    free(v);
    refused(step(w->tom, p.id, CT_PROC_DONE, CT_PROC_ARRIVED, 0, "no", e), CT_EINVAL, "state",
            "supervisor");
}

static void test_every_step_is_as_the_table_says(void **state)
{
    struct ward *w = *state;
    static const enum ct_proc_state TO[] = {CT_PROC_SCHEDULED, CT_PROC_ARRIVED,
                                            CT_PROC_PREPARING, CT_PROC_READY};
    for (int from = CT_PROC_SCHEDULED; from <= CT_PROC_READY; from++) {
        char name[32];
        snprintf(name, sizeof name, "Step %d", from);
        struct ct_procedure p = added(w, name, "consultation");
        if (from > 0)
            ok(step(w->tom, p.id, CT_PROC_SCHEDULED, TO[from], 0, "", e));
        enum ct_proc_state f = TO[from];
        refused(step(w->tom, p.id, f, CT_PROC_DONE, 0, "x", e), CT_EINVAL, "state", "no step");
        refused(step(w->tom, p.id, f, f, 0, "x", e), CT_EINVAL, "state", "already");
        refused(step(w->tom, p.id, f, CT_PROC_CANCELLED, 0, " ", e), CT_EINVAL, "text",
                "needs a reason");
        for (int to = 0; to < from; to++)
            refused(step(w->tom, p.id, f, TO[to], 0, "", e), CT_EINVAL, "text", "needs a reason");
        if (f < CT_PROC_READY)
            refused(step(w->tom, p.id, f, CT_PROC_IN_PROGRESS, 0, "", e), CT_EINVAL, "text",
                    "needs a reason");
    }
    for (int to = 0; to < CT_PROC_STATES; to++) { /* out of an end by one way each */
        assert_int_equal(ct_proc_step(CT_PROC_DONE, (enum ct_proc_state)to),
                         to == CT_PROC_IN_PROGRESS ? CT_PROC_REOPEN : CT_PROC_NEVER);
        assert_int_equal(ct_proc_step(CT_PROC_NO_SHOW, (enum ct_proc_state)to),
                         to == CT_PROC_SCHEDULED ? CT_PROC_REOPEN : CT_PROC_NEVER);
    }
}

static void test_cancelled_missed_skipped_and_late_are_notable(void **state)
{
    struct ward *w = *state;
    struct ct_procedure p = added(w, "Silva", "ultrasound");
    ok(step(w->tom, p.id, CT_PROC_SCHEDULED, CT_PROC_CANCELLED, 0, "patient unwell", e));
    expect_entry(&w->c, "procedure.state", CT_NOTABLE, "cancelled: patient unwell");
    assert_string_equal(got(w, p.id).why, "patient unwell");

    p = added(w, "Berg", "ultrasound");
    refused(step(w->tom, p.id, CT_PROC_SCHEDULED, CT_PROC_NO_SHOW, 0, "not here", e), CT_EINVAL,
            "state", "until then");
    w->c.now += HOUR(1);
    ok(step(w->tom, p.id, CT_PROC_SCHEDULED, CT_PROC_NO_SHOW, 0, "not here", e));
    expect_entry(&w->c, "procedure.state", CT_NOTABLE, "did not attend: not here");

    p = added(w, "Rossi", "consultation");
    ok(step(w->tom, p.id, CT_PROC_SCHEDULED, CT_PROC_IN_PROGRESS, 0, "emergency", e));
    expect_entry(&w->c, "procedure.state", CT_NOTABLE, "without being called ready");

    p = added(w, "Weber", "ultrasound");
    w->c.now += HOUR(2);
    ok(step(w->tom, p.id, CT_PROC_SCHEDULED, CT_PROC_ARRIVED, w->c.now - MIN(10), "", e));
    expect_entry(&w->c, "procedure.state", CT_ROUTINE, "arrived");
    p = added(w, "Weber two", "ultrasound");
    w->c.now += HOUR(2);
    ok(step(w->tom, p.id, CT_PROC_SCHEDULED, CT_PROC_ARRIVED, w->c.now - MIN(40), "", e));
    expect_entry(&w->c, "procedure.state", CT_NOTABLE, "late entry");
    assert_int_equal(got(w, p.id).state_ms, w->c.now - MIN(40));
    consistent(w);
}

static void test_times_stay_in_order(void **state)
{
    struct ward *w = *state;
    struct ct_procedure p = added(w, "Kim", "consultation");
    refused(step(w->tom, p.id, CT_PROC_SCHEDULED, CT_PROC_ARRIVED, w->c.now + MIN(3), "", e),
            CT_EINVAL, "at_ms", "future");
    ok(step(w->tom, p.id, CT_PROC_SCHEDULED, CT_PROC_ARRIVED, w->c.now - MIN(20), "", e));
    refused(step(w->tom, p.id, CT_PROC_ARRIVED, CT_PROC_READY, w->c.now - MIN(21), "", e),
            CT_EINVAL, "at_ms", "arrived");
    ok(step(w->tom, p.id, CT_PROC_ARRIVED, CT_PROC_READY, w->c.now - MIN(20), "", e));
    assert_int_equal(app_int(w->sue, "SELECT count(*) FROM procedure_event"), 2);
}

static void test_two_who_step_at_once(void **state)
{
    struct ward *w = *state;
    struct ct_procedure p = added(w, "Popov", "ultrasound");
    ok(step(w->sue, p.id, CT_PROC_SCHEDULED, CT_PROC_ARRIVED, 0, "", e));
    refused(step(w->tom, p.id, CT_PROC_SCHEDULED, CT_PROC_CANCELLED, 0, "not seen", e),
            CT_ECONFLICT, "state", ct_app_who(w->sue)->name);
    assert_int_equal(got(w, p.id).state, CT_PROC_ARRIVED);
}

static void test_an_end_is_reopened_by_a_supervisor(void **state)
{
    struct ward *w = *state;
    struct ct_procedure p = added(w, "Ito", "consultation");
    int64_t began = w->c.now;
    ok(step(w->tom, p.id, CT_PROC_SCHEDULED, CT_PROC_READY, 0, "", e));
    ok(step(w->tom, p.id, CT_PROC_READY, CT_PROC_IN_PROGRESS, 0, "", e));
    w->c.now += MIN(10);
    ok(step(w->tom, p.id, CT_PROC_IN_PROGRESS, CT_PROC_DONE, 0, "two views", e));
    refused(step(w->tom, p.id, CT_PROC_DONE, CT_PROC_IN_PROGRESS, 0, "a third view", e),
            CT_EDENIED, "", "");
    refused(step(w->sue, p.id, CT_PROC_DONE, CT_PROC_IN_PROGRESS, 0, "", e), CT_EINVAL, "text",
            "reason");
    w->c.now += MIN(5);
    ok(step(w->sue, p.id, CT_PROC_DONE, CT_PROC_IN_PROGRESS, 0, "a third view", e));
    expect_entry(&w->c, "procedure.reopen", CT_NOTABLE, "a third view");
    struct ct_procedure q = got(w, p.id);
    assert_int_equal(q.started_ms, began); /* it began when it began */
    assert_true(q.ended_ms == CT_UNSET);
    assert_string_equal(q.outcome, "");
    ok(step(w->sue, p.id, CT_PROC_IN_PROGRESS, CT_PROC_READY, 0, "wrong patient called", e));
    assert_true(got(w, p.id).started_ms == CT_UNSET); /* a start that was taken back is none */
    consistent(w);
}

static void test_what_ended_keeps_its_time(void **state)
{
    struct ward *w = *state;
    struct ct_procedure p = added(w, "Sato", "x-ray");
    ok(step(w->tom, p.id, CT_PROC_SCHEDULED, CT_PROC_CANCELLED, 0, "twice on the list", e));
    struct ct_procedure q = got(w, p.id);
    q.planned_ms += HOUR(24);
    refused(ct_procedure_amend(w->tom, &q, "tomorrow", e), CT_EINVAL, "planned_ms", "new one");
}

/* ---- people, equipment, remarks ------------------------------------------------------- */

static enum ct_status use(struct ct_app *app, int64_t id, enum ct_proc_use_kind kind,
                          const char *what, struct ct_proc_use *ret, struct ct_error *reterr)
{
    *ret = (struct ct_proc_use){.kind = kind};
    snprintf(ret->what, sizeof ret->what, "%s", what);
    return ct_procedure_use_add(app, id, ret, reterr);
}

static void test_what_was_used_is_struck_out_not_deleted(void **state)
{
    struct ward *w = *state;
    struct ct_procedure p = added(w, "Cruz", "minor-surgery");
    struct ct_proc_use u, me = {.kind = CT_PROC_PERSON, .user_id = 2};
    me.user_id = ct_app_who(w->sue)->user_id;
    snprintf(me.role, sizeof me.role, "assistant");
    ok(ct_procedure_use_add(w->tom, p.id, &me, e));
    assert_string_equal(me.what, ct_app_who(w->sue)->name);
    ok(use(w->tom, p.id, CT_PROC_EQUIPMENT, "MON-0031", &u, e));
    struct ct_proc_use again;
    refused(use(w->tom, p.id, CT_PROC_EQUIPMENT, "mon-0031", &again, e), CT_EEXISTS, "what",
            "already");
    refused(use(w->tom, p.id, CT_PROC_SET, "   ", &again, e), CT_EINVAL, "what", "missing");
    refused(use(w->tom, p.id, CT_PROC_OUTCOME, "fine", &again, e), CT_EINVAL, "what",
            "not done");
    refused(ct_procedure_use_end(w->tom, p.id, u.id, "", e), CT_EINVAL, "reason", "missing");
    ok(ct_procedure_use_end(w->sue, p.id, u.id, "it was MON-0032", e));
    expect_entry(&w->c, "procedure.use", CT_NOTABLE, "MON-0031; because it was MON-0032");
    refused(ct_procedure_use_end(w->tom, p.id, u.id, "again", e), CT_ECONFLICT, "", "already");
    refused(ct_procedure_use_end(w->tom, p.id, 4711, "again", e), CT_ENOTFOUND, "", "");
    ok(use(w->tom, p.id, CT_PROC_EQUIPMENT, "MON-0031", &again, e)); /* it was used after all */
    struct ct_proc_use *v;
    size_t n;
    ok(ct_procedure_uses(w->tom, p.id, &v, &n, e));
    assert_int_equal(n, 3);
    assert_true(v[1].ended && !v[2].ended && !v[0].ended);
    assert_string_equal(v[1].ended_name, ct_app_who(w->sue)->name);
    assert_string_equal(v[1].reason, "it was MON-0032");
    assert_string_equal(v[0].role, "assistant");
    free(v);
}

static void test_outcome_and_complications_as_they_stand(void **state)
{
    struct ward *w = *state;
    struct ct_procedure p = added(w, "Gomez", "consultation");
    struct ct_proc_use bleed, u;
    ok(step(w->tom, p.id, CT_PROC_SCHEDULED, CT_PROC_READY, 0, "", e));
    ok(step(w->tom, p.id, CT_PROC_READY, CT_PROC_IN_PROGRESS, 0, "", e));
    ok(use(w->tom, p.id, CT_PROC_COMPLICATION, "haematoma", &bleed, e));
    expect_entry(&w->c, "procedure.use", CT_NOTABLE, "haematoma");
    ok(use(w->tom, p.id, CT_PROC_COMPLICATION, "fainted", &u, e));
    ok(step(w->tom, p.id, CT_PROC_IN_PROGRESS, CT_PROC_DONE, 0, "3 tubes", e));
    assert_string_equal(got(w, p.id).complications, "haematoma; fainted");
    assert_string_equal(got(w, p.id).outcome, "3 tubes");
    ok(use(w->tom, p.id, CT_PROC_OUTCOME, "4 tubes", &u, e));
    assert_string_equal(got(w, p.id).outcome, "4 tubes");
    ok(ct_procedure_use_end(w->tom, p.id, u.id, "it was 3", e));
    ok(ct_procedure_use_end(w->tom, p.id, bleed.id, "other patient", e));
    assert_string_equal(got(w, p.id).outcome, "3 tubes");
    assert_string_equal(got(w, p.id).complications, "fainted");
}

/* ---- lists ------------------------------------------------------------------------------ */

static size_t listed(struct ward *w, const struct ct_proc_filter *f, int64_t *ret_first)
{
    struct ct_procedure *v;
    size_t n;
    ok(ct_procedure_list(w->tom, f, &v, &n, e));
    for (size_t i = 1; i < n; i++)
        assert_true(v[i - 1].planned_ms <= v[i].planned_ms);
    if (ret_first != NULL)
        *ret_first = n > 0 ? v[0].id : 0;
    free(v);
    return n;
}

static void test_the_list_and_its_filters(void **state)
{
    struct ward *w = *state;
    int64_t a = adult(w, "Anders"), b = adult(w, "Brandt"), first;
    struct ct_procedure late = plan(w, a, "x-ray", MIN(90)), soon = plan(w, b, "x-ray", MIN(10)),
                        other = plan(w, a, "x-ray", HOUR(30));
    snprintf(late.room, sizeof late.room, "Room 2");
    late.assigned = ct_app_who(w->tom)->user_id;
    ok(ct_procedure_add(w->tom, &late, NULL, e));
    ok(ct_procedure_add(w->tom, &soon, NULL, e));
    ok(ct_procedure_add(w->tom, &other, NULL, e));
    struct ct_proc_filter f = {.from_ms = w->c.now, .before_ms = w->c.now + HOUR(24)};
    assert_int_equal(listed(w, &f, &first), 2);
    assert_int_equal(first, soon.id);
    snprintf(f.room, sizeof f.room, "Room 2");
    assert_int_equal(listed(w, &f, &first), 1);
    assert_int_equal(first, late.id);
    f.room[0] = '\0';
    f.mine = ct_app_who(w->tom)->user_id;
    assert_int_equal(listed(w, &f, NULL), 1);
    f.mine = 0;
    f.patient_id = a;
    assert_int_equal(listed(w, &f, &first), 1);
    f.before_ms += HOUR(24);
    assert_int_equal(listed(w, &f, NULL), 2);
    f.patient_id = 0;
    ok(step(w->tom, soon.id, CT_PROC_SCHEDULED, CT_PROC_CANCELLED, 0, "unwell", e));
    f.states = CT_PROC_MASK_OPEN;
    assert_int_equal(listed(w, &f, NULL), 2);
    f.states = 1u << CT_PROC_CANCELLED;
    assert_int_equal(listed(w, &f, &first), 1);
    assert_int_equal(first, soon.id);
    f.states = 0;
    f.limit = 1;
    assert_int_equal(listed(w, &f, NULL), 1);
    int64_t left;
    ok(ct_procedure_left(w->tom, 0, w->c.now + HOUR(24), &left, e));
    assert_int_equal(left, 1); /* late, not the cancelled one */
    struct ct_procedure *v;
    size_t n;
    refused(ct_procedure_list(w->c.app, &f, &v, &n, e), CT_EDENIED, "", "");
}

/* What is planned is read in five places; none may tell the plan as it was. */
static void test_every_reader_follows_a_change(void **state)
{
    struct ward *w = *state;
    struct ct_procedure p = added(w, "Reader", "x-ray"), q = got(w, p.id), *v;
    struct ct_proc_version *old;
    size_t n;
    snprintf(q.site, sizeof q.site, "left hand");
    snprintf(q.room, sizeof q.room, "Room 7");
    q.planned_ms += HOUR(48);
    q.assigned = ct_app_who(w->sue)->user_id;
    ok(ct_procedure_amend(w->tom, &q, "booked wrongly", e));
    struct ct_proc_filter by_day = {.from_ms = w->c.now, .before_ms = w->c.now + HOUR(24)},
                          then = {.from_ms = w->c.now + HOUR(24), .before_ms = INT64_MAX},
                          patient = {.patient_id = p.patient_id, .before_ms = INT64_MAX},
                          room = then, mine = then;
    snprintf(room.room, sizeof room.room, "Room 7");
    mine.mine = q.assigned;
    assert_int_equal(listed(w, &by_day, NULL), 0); /* it has left this day */
    const struct ct_proc_filter *const ALL[] = {&then, &patient, &room, &mine};
    for (size_t i = 0; i < CT_LEN(ALL); i++) {
        ok(ct_procedure_list(w->tom, ALL[i], &v, &n, e));
        assert_int_equal(n, 1);
        assert_string_equal(v[0].site, "left hand");
        assert_string_equal(v[0].assigned_name, ct_app_who(w->sue)->name);
        assert_int_equal(v[0].planned_ms, q.planned_ms);
        free(v);
    }
    assert_string_equal(got(w, p.id).site, "left hand");
    ok(ct_procedure_versions(w->tom, p.id, &old, &n, e));
    assert_string_equal(old[0].p.site, ""); /* the history alone still has it */
    assert_string_equal(old[n - 1].p.site, "left hand");
    free(old);
    int64_t left;
    ok(ct_procedure_left(w->tom, 0, w->c.now + HOUR(24), &left, e));
    assert_int_equal(left, 0);
}

static void test_late(void **state)
{
    (void)state;
    struct ct_procedure p = {.planned_ms = HOUR(10), .minutes = 20, .started_ms = CT_UNSET};
    assert_false(ct_procedure_late(&p, HOUR(10)));
    assert_true(ct_procedure_late(&p, HOUR(10) + MIN(1)));
    p.state = CT_PROC_ARRIVED;
    assert_false(ct_procedure_late(&p, HOUR(10) + MIN(19)));
    assert_true(ct_procedure_late(&p, HOUR(10) + MIN(20)));
    p.state = CT_PROC_IN_PROGRESS;
    p.started_ms = HOUR(10) + MIN(15);
    assert_false(ct_procedure_late(&p, HOUR(10) + MIN(30)));
    assert_true(ct_procedure_late(&p, HOUR(10) + MIN(35)));
    p.state = CT_PROC_DONE;
    assert_false(ct_procedure_late(&p, HOUR(20)));
}

/* ---- as it is typed ------------------------------------------------------------------------ */

static void test_times_as_they_are_typed(void **state)
{
    (void)state;
    const struct ct_civil NOW = {.year = 2026, .month = 11, .day = 23, .hour = 9, .minute = 42,
                                 .second = 30};
    static const struct {
        const char *typed;
        int y, m, d, hour, minute;
    } GOOD[] = {
        {"14:30", 2026, 11, 23, 14, 30},          {" 0905 ", 2026, 11, 23, 9, 5},
        {"905", 2026, 11, 23, 9, 5},              {"now", 2026, 11, 23, 9, 42},
        {"+30", 2026, 11, 23, 10, 12},            {"tomorrow 9:00", 2026, 11, 24, 9, 0},
        {"Yesterday 23:50", 2026, 11, 22, 23, 50}, {"24 nov 9:00", 2026, 11, 24, 9, 0},
        {"3 jan 8:15", 2027, 1, 3, 8, 15},        {"24/11 9:00", 2026, 11, 24, 9, 0},
        {"2.12. 9.05", 2026, 12, 2, 9, 5},
        {"2026-12-01 07:00", 2026, 12, 1, 7, 0},  {"24 Nov 2026 14:30", 2026, 11, 24, 14, 30},
        {"24/11/27 9:00", 2027, 11, 24, 9, 0},    {"20 nov 9:00", 2026, 11, 20, 9, 0},
    };
    static const char *const BAD[] = {"", "9", "25:00", "12:60", "soon", "30 feb 9:00", "+", "-5",
                                      "14:3", "tomorrow", "1234567", "+99999", "::"};
    int64_t now = ct_civil_ms(&NOW), ms;
    for (size_t i = 0; i < CT_LEN(GOOD); i++) {
        struct ct_civil c;
        struct ct_error err = {0};
        if (ct_proc_when_parse(GOOD[i].typed, now, &ms, &err) != CT_OK)
            fail_msg("%s: %s", GOOD[i].typed, err.text);
        ct_civil_at(ms, &c);
        if (c.year != GOOD[i].y || c.month != GOOD[i].m || c.day != GOOD[i].d ||
            c.hour != GOOD[i].hour || c.minute != GOOD[i].minute || c.second != 0)
            fail_msg("%s: %d-%d-%d %d:%d:%d", GOOD[i].typed, c.year, c.month, c.day, c.hour,
                     c.minute, c.second);
        char text[32]; /* what is shown reads back as the same */
        int64_t back;
        ct_proc_when_text(ms, now, text);
        ok(ct_proc_when_parse(text, now, &back, e));
        assert_int_equal(back, ms);
    }
    for (size_t i = 0; i < CT_LEN(BAD); i++)
        refused(ct_proc_when_parse(BAD[i], now, &ms, e), CT_EINVAL, "planned_ms", "is no time");
}

/* ---- the gates ------------------------------------------------------------------------------ */

static void test_the_gates_are_a_list_with_an_end(void **state)
{
    struct ward *w = *state;
    struct ct_procedure p = added(w, "Gate", "x-ray");
    size_t n = 0;
    while (ct_proc_gates[n] != NULL)
        n++;
    ok(ct_proc_gates_ask(w->tom, &p, CT_PROC_ARRIVED, w->c.now, e));
}

/* ---- kinds ------------------------------------------------------------------------------------ */

static enum ct_status parsed(const char *text, struct ct_proc_kinds *k, struct ct_error *reterr)
{
    CT_INI *ini = NULL;
    enum ct_status rc = ct_ini_parse("p.ini", text, strlen(text), &ini, reterr);
    return rc == CT_OK ? ct_proc_kinds_parse(NULL, ini, k, reterr) : rc;
}

static void test_the_kinds_that_are_shipped(void **state)
{
    (void)state;
    struct ct_proc_kinds *k = NULL;
    const struct ct_proc_kind *x;
    struct ct_config c;
    ct_config_default(&c);
    ok(ct_proc_kinds_load(&c, &k, e));
    static const char *const PACK[] = {
        "ecg-12-lead", "x-ray", "phlebotomy", "spirometry", "endoscopy", "mri-safety",
        "pre-operative-ward", "who-surgical-safety", "skin-antisepsis", "day-case-discharge"};
    for (size_t i = 0; i < CT_LEN(PACK); i++) {
        bool used = false;
        for (size_t j = 0; j < k->n; j++)
            for (size_t l = 0; l < k->kind[j].n_checklists; l++)
                used |= strcmp(k->kind[j].checklist[l], PACK[i]) == 0;
        if (!used)
            fail_msg("no kind of procedure asks for %s", PACK[i]);
    }
    ok(ct_proc_kind_typed(k, "ecg 12", &x, e));
    assert_string_equal(x->id, "ecg-12-lead");
    ok(ct_proc_kind_typed(k, "SPI", &x, e));
    assert_string_equal(x->title, "Spirometry");
    refused(ct_proc_kind_typed(k, "ecg", &x, e), CT_EINVAL, "kind", "ecg-12-lead, ecg-24-hour");
    refused(ct_proc_kind_typed(k, "zz", &x, e), CT_EINVAL, "kind", "no procedure");
    refused(ct_proc_kind_typed(k, " - ", &x, e), CT_EINVAL, "kind", "missing");
    x = ct_proc_kind_find(k, "Surgery");
    assert_int_equal(x->consent, CT_PROC_CONSENT_WRITTEN);
    assert_string_equal(x->checklist[2], "who-surgical-safety");
    free(k);
}

static void test_a_wrong_kind_is_named_by_file_and_line(void **state)
{
    (void)state;
#define GOOD_KEYS "title = A\nminutes = 5\nchecklists =\nconsent = none\n"
    static const struct {
        const char *text, *says;
    } BAD[] = {
        {"[a]\n" GOOD_KEYS "colour = red\n", "p.ini:6: [a] colour"},
        {"[a]\ntitle = A\nminutes = 5\nconsent = none\n", "p.ini:1: [a]: the key checklists"},
        {"[a]\ntitle =\nminutes = 5\nchecklists =\nconsent = none\n", "p.ini:2: [a] title"},
        {"[a]\ntitle = A\nminutes = 0\nchecklists =\nconsent = none\n", "p.ini:3: [a] minutes"},
        {"[a]\ntitle = A\nminutes = 5\nchecklists = tea\nconsent = none\n", "\"tea\""},
        {"[a]\ntitle = A\nminutes = 5\nchecklists = x-ray x-ray\nconsent = none\n", "twice"},
        {"[a]\ntitle = A\nminutes = 5\nchecklists =\nconsent = maybe\n", "p.ini:5: [a] consent"},
        {"[a.b]\n" GOOD_KEYS, "p.ini:1: [a.b]"},
        {"# nothing\n", "no kind"},
    };
    struct ct_proc_kinds *k = malloc(sizeof *k);
    assert_non_null(k);
    ok(parsed("[a]\n" GOOD_KEYS, k, e));
    for (size_t i = 0; i < CT_LEN(BAD); i++)
        refused(parsed(BAD[i].text, k, e), CT_ECONFIG, e->field, BAD[i].says);
    free(k);
}

static void test_colleagues(void **state)
{
    struct ward *w = *state;
    struct ct_person *v;
    size_t n;
    ok(ct_user_people(w->tom, CT_PERM_PROCEDURE_WRITE, &v, &n, e));
    assert_int_equal(n, 2); /* sue and tom; the administrator does no procedures */
    for (size_t i = 0; i < n; i++)
        assert_true(v[i].role != CT_ADMINISTRATOR);
    free(v);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
    const struct CMUnitTest tests[] = {
        T(test_a_plan_is_completed_and_read_back),
        T(test_bad_plans_are_refused_at_their_field),
        T(test_an_import_key_counts_once),
        T(test_moving_needs_a_reason_and_keeps_its_history),
        T(test_two_who_change_a_plan_at_once),
        T(test_what_was_begun_and_is_another_site_is_noticed),
        T(test_the_usual_way),
        T(test_every_step_is_as_the_table_says),
        T(test_cancelled_missed_skipped_and_late_are_notable),
        T(test_times_stay_in_order),
        T(test_two_who_step_at_once),
        T(test_an_end_is_reopened_by_a_supervisor),
        T(test_what_ended_keeps_its_time),
        T(test_what_was_used_is_struck_out_not_deleted),
        T(test_outcome_and_complications_as_they_stand),
        T(test_the_list_and_its_filters),
        T(test_every_reader_follows_a_change),
        T(test_late),
        T(test_times_as_they_are_typed),
        T(test_the_gates_are_a_list_with_an_end),
        T(test_the_kinds_that_are_shipped),
        T(test_a_wrong_kind_is_named_by_file_and_line),
        T(test_colleagues),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
