/* Restricted records: every reader refuses, an opening is for one person, one patient and
 * a limited time, somebody else reviews it; permission to share; who looked at what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/equipment_gate.h"
#include "clinic/fault.h"
#include "clinic/access.h"
#include "clinic/interpretation.h"
#include "clinic/rows.h"
#include "exchange/obs_chart.h"
#include "tests/support/ward.h"
#include "ui/screens/trend.h"

#define MIN(n) ((int64_t)(n) * CT_MINUTE_MS)
#define SET "90/50 140 26 90 39.1 A air" /* HIGH: it raises an escalation */
#define REASON "covering bay three for Ann"

/* A patient with a set, an escalation, a note and an alert, restricted by sue. */
struct stage {
    struct ward *w;
    int64_t id, vitals_id, escalation_id, procedure_id, other;
};

static void stage_make(struct ward *w, struct stage *s)
{
    *s = (struct stage){.w = w};
    s->id = ward_patient(w, "Secret", "Sam", "943 476 5919", "1960-01-01");
    s->other = ward_patient(w, "Other", "Olga", "", "1970-02-02");
    s->vitals_id = ward_record(w, s->id, SET, w->c.now - MIN(5));
    ward_record(w, s->other, SET, w->c.now - MIN(5));
    s->escalation_id =
        app_int(w->tom, "SELECT min(id) FROM escalation");
    ward_alert(w, s->id, CT_ALERT_ALLERGY);
    struct ct_procedure p = {.patient_id = s->id, .planned_ms = w->c.now + MIN(30)};
    snprintf(p.kind, sizeof p.kind, "ecg-12-lead");
    snprintf(p.note, sizeof p.note, "chest pain last week");
    ok(ct_procedure_add(w->tom, &p, NULL, e));
    s->procedure_id = p.id;
    ok(ct_access_restrict(w->sue, s->id, CT_RESTRICTED_SET, "in the papers", e));
}

static int64_t until_open(struct ward *w, struct ct_app *who, int64_t id)
{
    int64_t until;
    (void)w;
    ok(ct_access_break(who, id, REASON, &until, e));
    return until;
}

static void last_entry(struct ward *w, const char *verb, enum ct_severity severity,
                       const char *says)
{
    char text[512], sql[160];
    snprintf(sql, sizeof sql, "SELECT detail FROM audit WHERE verb = '%s' ORDER BY seq DESC LIMIT 1",
             verb);
    app_text(w->sue, sql, text, sizeof text);
    if (strstr(text, says) == NULL)
        fail_msg("%s does not say '%s': %s", verb, says, text);
    snprintf(sql, sizeof sql, "SELECT severity FROM audit WHERE verb = '%s' ORDER BY seq DESC LIMIT 1",
             verb);
    assert_int_equal(app_int(w->sue, sql), severity);
}

/* ---- every reader ------------------------------------------------------------- */

typedef enum ct_status reader(const struct stage *s, struct ct_app *app, struct ct_error *e);

static enum ct_status r_get(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_patient p;
    return ct_patient_get(app, s->id, &p, e);
}

static enum ct_status r_open(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_patient p;
    enum ct_status rc = ct_patient_open(app, s->id, &p, e);
    if (rc != CT_OK)
        assert_int_equal(p.id, 0);
    return rc;
}

static enum ct_status r_vitals_get(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_vitals v;
    enum ct_status rc = ct_vitals_get(app, s->vitals_id, &v, e);
    if (rc != CT_OK)
        assert_true(v.v[CT_Q_PULSE].n == CT_UNSET);
    return rc;
}

static enum ct_status r_list(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_vitals *v = NULL;
    size_t n;
    enum ct_status rc = ct_vitals_list(app, s->id, CT_UNSET, 9, &v, &n, e);
    if (rc != CT_OK)
        assert_true(v == NULL && n == 0);
    free(v);
    return rc;
}

static enum ct_status r_range(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_vitals *v = NULL;
    size_t n;
    int64_t bad;
    enum ct_status rc = ct_vitals_range(app, s->id, 0, INT64_MAX, 9, &v, &n, &bad, e);
    free(v);
    return rc;
}

static enum ct_status r_last_scored(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_vitals v;
    return ct_vitals_last_scored(app, s->id, &v, e);
}

static enum ct_status r_versions(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_vitals *v = NULL;
    size_t n;
    enum ct_status rc = ct_vitals_versions(app, s->vitals_id, &v, &n, e);
    if (rc != CT_OK)
        assert_null(v);
    free(v);
    return rc;
}

static enum ct_status r_due(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_due d;
    return ct_due_patient(app, s->id, &d, e);
}

static enum ct_status r_notes(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_interpretation *n = NULL;
    size_t count;
    enum ct_status rc = ct_interpretation_list(app, s->vitals_id, &n, &count, e);
    free(n);
    return rc;
}

static enum ct_status r_escalation(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_escalation x;
    enum ct_status rc = ct_escalation_get(app, s->escalation_id, &x, e);
    if (rc != CT_OK)
        assert_string_equal(x.patient, "");
    return rc;
}

static enum ct_status r_escalations(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_escalation *x = NULL;
    size_t n;
    enum ct_status rc = ct_escalation_list(app, s->id, 0, 9, &x, &n, e);
    free(x);
    return rc;
}

static enum ct_status r_trend(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_trend_window t;
    enum ct_status rc = ct_trend_read(app, s->id, CT_UNSET, s->w->c.now, &t, e);
    if (rc == CT_OK)
        ct_trend_done(&t);
    return rc;
}

static struct ct_obs_range all_of(const struct stage *s)
{
    return (struct ct_obs_range){s->id, 0, s->w->c.now};
}

static enum ct_status r_chart(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_obs_range r = all_of(s);
    CT_BUF out = {.max = 1 << 20};
    enum ct_status rc = ct_obs_chart(app, &s->w->rules, &r, true, &out, e);
    if (rc != CT_OK)
        assert_int_equal(out.len, 0);
    return rc;
}

static enum ct_status r_csv(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_obs_range r = all_of(s);
    CT_BUF out = {.max = 1 << 20};
    return ct_obs_csv(app, &s->w->rules, &r, &out, e);
}

static enum ct_status r_evidence(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_log_line l = {.vitals_id = s->vitals_id, .patient_id = s->id};
    struct ct_vitals *v = NULL;
    size_t n;
    enum ct_status rc = ct_shift_evidence(app, &l, &v, &n, e);
    if (rc != CT_OK)
        assert_null(v);
    free(v);
    return rc;
}

static enum ct_status r_procedure(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_procedure p;
    enum ct_status rc = ct_procedure_get(app, s->procedure_id, &p, e);
    if (rc != CT_OK)
        assert_string_equal(p.note, "");
    return rc;
}

static enum ct_status r_proc_events(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_proc_event *x = NULL;
    size_t n;
    enum ct_status rc = ct_procedure_events(app, s->procedure_id, &x, &n, e);
    free(x);
    return rc;
}

static enum ct_status r_proc_versions(const struct stage *s, struct ct_app *app,
                                      struct ct_error *e)
{
    struct ct_proc_version *x = NULL;
    size_t n;
    enum ct_status rc = ct_procedure_versions(app, s->procedure_id, &x, &n, e);
    free(x);
    return rc;
}

static enum ct_status r_proc_uses(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_proc_use *x = NULL;
    size_t n;
    enum ct_status rc = ct_procedure_uses(app, s->procedure_id, &x, &n, e);
    free(x);
    return rc;
}

static enum ct_status r_consent(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_consent_event *x = NULL;
    enum ct_consent_state now;
    size_t n;
    enum ct_status rc = ct_consent_list(app, s->procedure_id, &x, &n, &now, e);
    free(x);
    return rc;
}

static enum ct_status r_explained(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_explanation *x = NULL;
    size_t n;
    enum ct_status rc = ct_explanation_list(app, s->procedure_id, &x, &n, e);
    free(x);
    return rc;
}

static enum ct_status r_preps(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_prep_filter f = {.procedure_id = s->procedure_id};
    struct ct_prep *x = NULL;
    size_t n;
    enum ct_status rc = ct_prep_list(app, &f, 9, &x, &n, e);
    free(x);
    return rc;
}

static enum ct_status r_sharing(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_sharing *x = NULL;
    size_t n;
    enum ct_status rc = ct_sharing_list(app, s->id, &x, &n, e);
    free(x);
    return rc;
}

/* What writes about a patient reads first. */
static enum ct_status w_record(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    static int pulse = 60;
    struct ct_vitals v = ward_set(s->w, s->other, "120/80 70 16 98 36.6 A air", s->w->c.now);
    v.patient_id = s->id;
    v.v[CT_Q_PULSE].n = pulse++;
    return ct_vitals_record(app, &s->w->rules, &v, e);
}

static enum ct_status w_correct(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_vitals v = ward_set(s->w, s->other, SET, s->w->c.now);
    v.patient_id = s->id;
    v.replaces_id = s->vitals_id;
    snprintf(v.reason, sizeof v.reason, "wrong reading");
    enum ct_status rc = ct_vitals_correct(app, &s->w->rules, &v, e);
    return rc == CT_ECONFLICT ? CT_OK : rc; /* corrected by the one before */
}

static enum ct_status w_void(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    enum ct_status rc = ct_vitals_void(app, s->vitals_id, "wrong patient", e);
    return rc == CT_ECONFLICT ? CT_OK : rc;
}

static enum ct_status w_note(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_interpretation n = {.vitals_id = s->vitals_id, .situation = "unwell"};
    return ct_interpretation_record(app, &n, e);
}

static enum ct_status w_alert(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    static int many;
    struct ct_alert a = {.kind = CT_ALERT_OTHER};
    snprintf(a.text, sizeof a.text, "note %d", many++);
    return ct_patient_alert_set(app, s->id, &a, e);
}

static enum ct_status w_amend(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_patient p = {.id = s->id, .family = "Secret"};
    enum ct_status rc = ct_patient_amend(app, &p, "a test of the door", e);
    return rc == CT_ECONFLICT ? CT_OK : rc; /* its version is not the current one */
}

static enum ct_status w_escalation(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_escalation_event x = {.kind = CT_ESC_TOLD, .who = "Dr Demo"};
    return ct_escalation_add(app, s->escalation_id, &x, e);
}

static enum ct_status w_sharing(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_sharing x = {.patient_id = s->id, .until_day = CT_NO_DATE, .whom = "Dr Demo",
                           .told_by = "the patient"};
    return ct_sharing_add(app, &x, e);
}

static enum ct_status r_overrides(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_override *o = NULL;
    size_t n;
    enum ct_status rc = ct_overrides_of(app, CT_GATE_VITALS, s->vitals_id, &o, &n, e);
    free(o);
    return rc;
}

/* Refused before the device is looked for: there is none. */
static enum ct_status w_fault(const struct stage *s, struct ct_app *app, struct ct_error *e)
{
    struct ct_fault f = {.equipment_id = 1, .patient_id = s->id, .harm = CT_HARM_NONE,
                         .text = "a test of the door"};
    enum ct_status rc = ct_fault_open(app, &f, false, e);
    return rc == CT_ENOTFOUND ? CT_OK : rc;
}

static const struct {
    const char *name;
    reader *read;
} READERS[] = {
    {"ct_patient_get", r_get},           {"ct_patient_open", r_open},
    {"ct_vitals_get", r_vitals_get},     {"ct_vitals_list", r_list},
    {"ct_vitals_range", r_range},        {"ct_vitals_last_scored", r_last_scored},
    {"ct_vitals_versions", r_versions},  {"ct_due_patient", r_due},
    {"ct_interpretation_list", r_notes}, {"ct_escalation_get", r_escalation},
    {"ct_escalation_list", r_escalations}, {"trend", r_trend},
    {"chart", r_chart},                  {"csv", r_csv},
    {"ct_shift_evidence", r_evidence},   {"ct_sharing_list", r_sharing},
    {"ct_procedure_get", r_procedure},   {"ct_procedure_events", r_proc_events},
    {"ct_procedure_versions", r_proc_versions}, {"ct_procedure_uses", r_proc_uses},
    {"ct_consent_list", r_consent},      {"ct_explanation_list", r_explained},
    {"ct_prep_list", r_preps},           {"ct_overrides_of", r_overrides},
    {"ct_vitals_record", w_record},      {"ct_vitals_correct", w_correct},
    {"ct_vitals_void", w_void},          {"ct_interpretation_record", w_note},
    {"ct_patient_alert_set", w_alert},   {"ct_patient_amend", w_amend},
    {"ct_escalation_add", w_escalation}, {"ct_sharing_add", w_sharing},
    {"ct_fault_open", w_fault},
};

/* All of them, and a refusal names the record that it is about. */
static void all_answer(const struct stage *s, struct ct_app *app, bool refused)
{
    for (size_t i = 0; i < CT_LEN(READERS); i++) {
        struct ct_error err = {0};
        enum ct_status rc = READERS[i].read(s, app, &err);
        if (!refused && rc == CT_OK)
            continue;
        if (!refused || rc != CT_EDENIED || strcmp(err.field, CT_RESTRICTED) != 0 ||
            err.about != s->id)
            fail_msg("%s %s: %s %s", READERS[i].name, refused ? "lets in" : "refuses",
                     ct_status_name(rc), rc != CT_OK ? err.text : "");
    }
}

static void test_every_reader_refuses(void **state)
{
    struct stage s;
    stage_make(*state, &s);
    all_answer(&s, s.w->tom, true);
    all_answer(&s, s.w->sue, true); /* who restricted it is asked as well */
    last_entry(s.w, "session.denied", CT_NOTABLE, "restricted");
    until_open(s.w, s.w->tom, s.id);
    all_answer(&s, s.w->tom, false);
    all_answer(&s, s.w->sue, true); /* it is his opening, not hers */
    struct ct_patient p;
    refused(ct_patient_open(s.w->c.app, s.other, &p, e), CT_EDENIED, "", "patient.read");
}

static void test_opening_ends(void **state)
{
    struct stage s;
    stage_make(*state, &s);
    struct ward *w = s.w;
    int64_t until = until_open(w, w->tom, s.id);
    assert_int_equal(until, w->c.now + MIN(180));
    last_entry(w, "access.break_glass", CT_EXCEPTION, REASON);
    struct ct_access a;
    ok(ct_access_get(w->tom, s.id, &a, e));
    assert_true(a.restricted && !a.team && a.until_ms == until);
    refused(ct_access_break(w->tom, s.id, REASON, &until, e), CT_EEXISTS, "reason", "open to you");
    w->c.now = until - 1;
    ok(ct_access_check(w->tom, s.id, e));
    w->c.now = until;
    refused(ct_access_check(w->tom, s.id, e), CT_EDENIED, CT_RESTRICTED, "restricted");
    until_open(w, w->tom, s.id); /* asked anew */
    ok(ct_access_check(w->tom, s.id, e));
    w->c.now -= MIN(24 * 60); /* a clock that went back opens nothing */
    refused(ct_access_check(w->tom, s.id, e), CT_EDENIED, CT_RESTRICTED, "restricted");
    w->c.now += MIN(24 * 60);
    ok(ct_access_lift(w->sue, s.id, "moved out of the papers", e));
    last_entry(w, "access.lift", CT_EXCEPTION, "moved out");
    ok(ct_access_check(w->sue, s.id, e));
    refused(ct_access_lift(w->sue, s.id, "again", e), CT_ENOTFOUND, "", "not restricted");
    refused(ct_access_break(w->sue, s.id, REASON, &until, e), CT_EEXISTS, "reason", "open");
}

static void test_reasons(void **state)
{
    struct stage s;
    stage_make(*state, &s);
    static const char *const NO[] = {"", "   ", "x", "asdf", "a b c d e", "need need need",
                                     "for care", "1 2 3 4"};
    int64_t until;
    for (size_t i = 0; i < CT_LEN(NO); i++)
        refused(ct_access_break(s.w->tom, s.id, NO[i], &until, e), CT_EINVAL, "reason", "");
    refused(ct_access_break(s.w->tom, s.id, "too\x01 many words here", &until, e), CT_EINVAL,
            "reason", "control");
    assert_int_equal(app_int(s.w->tom, "SELECT count(*) FROM break_glass"), 0);
    ok(ct_access_break(s.w->tom, s.id, "\xe5\x80\xa4\xe7\x8f\xad\xe6\x8a\xa2\xe6\x95\x91\xe7\x97\x85\xe4\xba\xba",
                       &until, e));
    refused(ct_access_break(s.w->tom, 99999, REASON, &until, e), CT_ENOTFOUND, "", "no patient");
    ok(ct_access_turned_away(s.w->sue, s.id, e));
    last_entry(s.w, "session.denied", CT_NOTABLE, "none was given");
}

static void test_staff_restrict_themselves(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo-Okoro", "Sue Ann", "", "1980-01-01");
    int64_t not_her = ward_patient(w, "Demo-Okoros", "Suez", "", "1980-01-01");
    struct ct_patient_hits h;
    refused(ct_access_hints(w->tom, &h, e), CT_EDENIED, "", "access.restrict");
    ok(ct_access_hints(w->sue, &h, e));
    bool there = false;
    for (size_t i = 0; i < h.n; i++) {
        assert_true(h.hit[i].id != not_her);
        there = there || h.hit[i].id == id;
    }
    ct_patient_hits_done(&h);
    assert_true(there);
    refused(ct_access_restrict(w->tom, id, CT_RESTRICTED_SET, "said so", e), CT_EDENIED, "",
            "access.restrict");
    refused(ct_access_restrict(w->tom, id, CT_RESTRICTED_STAFF, "", e), CT_EINVAL, "reason", "");
    ok(ct_access_restrict(w->tom, id, CT_RESTRICTED_STAFF, "works in theatre", e));
    refused(ct_access_check(w->tom, id, e), CT_EDENIED, CT_RESTRICTED, "");
    refused(ct_access_restrict(w->sue, id, CT_RESTRICTED_SET, "once more", e), CT_EEXISTS, "",
            "member of staff");
    refused(ct_access_lift(w->tom, id, "want to look", e), CT_EDENIED, "", "access.restrict");
    ok(ct_access_hints(w->sue, &h, e));
    for (size_t i = 0; i < h.n; i++)
        assert_true(h.hit[i].id != id);
    ct_patient_hits_done(&h);
}

static void test_care_team(void **state)
{
    struct stage s;
    stage_make(*state, &s);
    struct ward *w = s.w;
    uint32_t tom = ct_app_who(w->tom)->user_id, sue = ct_app_who(w->sue)->user_id;
    ct_date today = ct_date_at(w->c.now);
    refused(ct_access_team_add(w->tom, s.id, sue, today, "treats her", e), CT_EDENIED, "",
            "access.restrict");
    refused(ct_access_team_add(w->sue, s.id, sue, today, "myself", e), CT_EDENIED, "user_id",
            "nobody names themselves");
    refused(ct_access_team_add(w->sue, s.id, 4711, today, "nobody", e), CT_EINVAL, "user_id", "");
    refused(ct_access_team_add(w->sue, s.id, tom, today - 1, "late", e), CT_EINVAL, "until_day",
            "in the past");
    refused(ct_access_team_add(w->sue, s.id, tom, today + 400, "for ever", e), CT_EINVAL,
            "until_day", "more than a year");
    refused(ct_access_team_add(w->sue, s.id, tom, CT_NO_DATE, "when", e), CT_EINVAL, "until_day",
            "until which day");
    ok(ct_access_team_add(w->sue, s.id, tom, today + 1, "treats her by the hour", e));
    all_answer(&s, w->tom, false);
    struct ct_team_member *m;
    size_t n;
    ok(ct_access_team(w->tom, s.id, &m, &n, e));
    assert_int_equal(n, 1);
    int64_t member = m[0].id;
    assert_int_equal(m[0].until_day, today + 1);
    free(m);
    struct ct_access a;
    ok(ct_access_get(w->tom, s.id, &a, e));
    assert_true(a.team && ct_date_at(a.until_ms - 1) == today + 1 &&
                ct_date_at(a.until_ms) == today + 2);
    int64_t at = w->c.now;
    w->c.now = a.until_ms; /* the day after */
    refused(ct_access_check(w->tom, s.id, e), CT_EDENIED, CT_RESTRICTED, "");
    w->c.now = at;
    ok(ct_access_team_end(w->sue, member, "moved to another ward", e));
    refused(ct_access_check(w->tom, s.id, e), CT_EDENIED, CT_RESTRICTED, "");
    refused(ct_access_team_end(w->sue, member, "again", e), CT_ECONFLICT, "", "ended already");
}

/* ---- review ---------------------------------------------------------------------- */

static void test_review_by_somebody_else(void **state)
{
    struct stage s;
    stage_make(*state, &s);
    struct ward *w = s.w;
    struct ct_glass *g;
    size_t n;
    int64_t count, until;
    until_open(w, w->tom, s.id);
    until_open(w, w->sue, s.id);
    struct ct_patient p;
    ok(ct_patient_open(w->tom, s.id, &p, e));
    refused(ct_glass_count(w->tom, &count, e), CT_EDENIED, "", "access.review");
    refused(ct_glass_list(w->tom, false, 9, &g, &n, e), CT_EDENIED, "", "access.review");
    ok(ct_glass_count(w->sue, &count, e));
    assert_int_equal(count, 2);
    ok(ct_glass_list(w->sue, true, 9, &g, &n, e));
    assert_int_equal(n, 2);
    int64_t toms = g[0].id, sues = g[1].id;
    assert_string_equal(g[0].reason, REASON);
    assert_int_equal(g[0].patient_id, s.id);
    free(g);
    refused(ct_glass_review(w->tom, sues, CT_GLASS_JUSTIFIED, "", e), CT_EDENIED, "",
            "access.review");
    refused(ct_glass_review(w->sue, sues, CT_GLASS_JUSTIFIED, "", e), CT_EDENIED, "by_user",
            "yourself");
    last_entry(w, "session.denied", CT_NOTABLE, "yourself"); /* and it is written down */
    refused(ct_glass_review(w->sue, toms, CT_GLASS_NOT_JUSTIFIED, " ", e), CT_EINVAL, "text",
            "found");
    refused(ct_glass_review(w->sue, toms, CT_GLASS_QUERY, "", e), CT_EINVAL, "text", "asked");
    ok(ct_glass_review(w->sue, toms, CT_GLASS_QUERY, "who asked you to cover?", e));
    ok(ct_glass_count(w->sue, &count, e));
    assert_int_equal(count, 2); /* a query closes nothing */
    ok(ct_glass_review(w->sue, toms, CT_GLASS_NOT_JUSTIFIED, "nobody knew of it", e));
    last_entry(w, "access.review", CT_EXCEPTION, "nobody knew");
    refused(ct_glass_review(w->sue, toms, CT_GLASS_JUSTIFIED, "", e), CT_ECONFLICT, "",
            "not justified");
    ok(ct_glass_count(w->sue, &count, e));
    assert_int_equal(count, 1);
    struct ct_glass one;
    ok(ct_glass_get(w->sue, toms, &one, e));
    assert_true(one.reviewed && one.verdict == CT_GLASS_NOT_JUSTIFIED);
    ok(ct_glass_list(w->sue, false, 9, &g, &n, e));
    assert_int_equal(n, 1);
    free(g);

    /* what was done meanwhile */
    struct ct_look_filter f = {.patient_id = s.id, .user_id = ct_app_who(w->tom)->user_id,
                               .from_ms = one.at_ms, .to_ms = one.until_ms};
    struct ct_looked *l;
    ok(ct_look_list(w->sue, &f, 50, &l, &n, e));
    bool opened = false;
    for (size_t i = 0; i < n; i++)
        opened = opened || strcmp(l[i].what, "opened a record") == 0;
    assert_true(opened);
    free(l);
    w->c.now += MIN(300);
    ok(ct_access_break(w->tom, s.id, REASON, &until, e));
    struct ct_verify_report report;
    ok(ct_verify(w->c.app, NULL, NULL, &report, e));
    assert_int_equal(report.problems, 0);
}

/* Past the program: the store itself refuses the opener's own review. */
static void test_the_store_refuses_too(void **state)
{
    struct stage s;
    stage_make(*state, &s);
    until_open(s.w, s.w->tom, s.id);
    struct raw r;
    raw_open(&r, &s.w->c, ct_app_keys(s.w->tom));
    char sql[200];
    snprintf(sql, sizeof sql,
             "INSERT INTO break_glass_review(break_glass_id, verdict, text, at_ms, by_user) "
             "VALUES (1, 0, '', 1, %u)", ct_app_who(s.w->tom)->user_id);
    assert_int_not_equal(raw_try(&r, sql), 0);
    assert_int_not_equal(raw_try(&r, "DELETE FROM break_glass"), 0);
    assert_int_not_equal(raw_try(&r, "UPDATE restriction SET reason = 'x'"), 0);
    raw_close(&r);
}

/* ---- lists ------------------------------------------------------------------------ */

static void test_lists_show_what_the_task_needs(void **state)
{
    struct stage s;
    stage_make(*state, &s);
    struct ward *w = s.w;
    struct ct_patient_hits h;
    ok(ct_patient_find(w->tom, "secret", 9, &h, e));
    assert_int_equal(h.n, 1); /* found, told apart, and no more */
    assert_true(h.hit[0].restricted && h.hit[0].place[0] == '\0');
    assert_string_equal(h.hit[0].name, "SECRET, Sam");
    ct_patient_hits_done(&h);

    struct ct_due *d;
    size_t n, seen = 0;
    ok(ct_due_list(w->tom, CT_DAY_MS, 50, &d, &n, e));
    assert_int_equal(n, 2);
    for (size_t i = 0; i < n; i++) {
        bool secret = d[i].patient_id == s.id;
        assert_int_equal(d[i].restricted, secret);
        assert_int_equal(d[i].score == -1 && d[i].vitals_id == 0, secret);
        assert_int_equal(strcmp(d[i].score_text, "restricted") == 0, secret);
        assert_true(d[i].due_ms != 0); /* whom to see, and when */
        seen += secret;
    }
    assert_int_equal(seen, 1);
    free(d);

    struct ct_due line;
    ok(ct_due_line(w->tom, s.id, &line, e)); /* a round */
    assert_true(line.restricted && line.score == -1 && line.vitals_id == 0);
    assert_string_equal(line.name, "SECRET, Sam");
    ok(ct_due_line(w->tom, s.other, &line, e));
    assert_false(line.restricted);

    struct ct_escalation *x;
    ok(ct_escalation_list(w->tom, 0, 0, 9, &x, &n, e));
    assert_int_equal(n, 2);
    for (size_t i = 0; i < n; i++) {
        bool secret = x[i].patient_id == s.id;
        assert_int_equal(x[i].restricted, secret);
        assert_int_equal(x[i].score < 0, secret);
        assert_true(x[i].open && x[i].rule.n_levels > 0); /* somebody is still asked */
    }
    free(x);

    struct ct_proc_filter today = {.from_ms = w->c.now - MIN(600), .before_ms = w->c.now + MIN(600)};
    struct ct_procedure *p;
    ok(ct_procedure_list(w->tom, &today, &p, &n, e));
    assert_int_equal(n, 1);
    assert_true(p[0].restricted && p[0].note[0] == '\0' && p[0].title[0] != '\0');
    free(p);

    struct ct_shift day = {"day", w->c.now - MIN(600), w->c.now + MIN(600)};
    struct ct_log_line *l;
    int64_t total;
    ok(ct_shift_log(w->sue, &day, 0, true, 0, 50, &l, &n, &total, e));
    for (size_t i = 0; i < n; i++)
        if (l[i].patient_id == s.id &&
            (strstr(l[i].text, "140") != NULL || strstr(l[i].text, "said by a test") != NULL))
            fail_msg("the shift log says %s", l[i].text);
    free(l);
    until_open(w, w->sue, s.id);
    ok(ct_shift_log(w->sue, &day, 0, true, 0, 50, &l, &n, &total, e));
    bool said = false, why = false;
    for (size_t i = 0; i < n; i++) {
        said = said || (l[i].patient_id == s.id && strstr(l[i].text, "140") != NULL);
        why = why || strstr(l[i].text, REASON) != NULL;
    }
    assert_true(said && why);
    free(l);
}

/* ---- permission to share ------------------------------------------------------------- */

static void test_sharing(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Share", "Sheila", "", "1960-01-01");
    ct_date today = ct_date_at(w->c.now);
    struct ct_sharing s = {.patient_id = id, .what = CT_SHARE_VITALS, .whom = "Dr Practice",
                           .told_by = "the patient", .until_day = today - 1};
    refused(ct_sharing_add(w->tom, &s, e), CT_EINVAL, "until_day", "in the past");
    s.until_day = today + 1;
    s.whom[0] = '\0';
    refused(ct_sharing_add(w->tom, &s, e), CT_EINVAL, "whom", "missing");
    snprintf(s.whom, sizeof s.whom, "Dr Practice");
    s.told_by[0] = '\0';
    refused(ct_sharing_add(w->tom, &s, e), CT_EINVAL, "told_by", "missing");
    snprintf(s.told_by, sizeof s.told_by, "the patient");
    ok(ct_sharing_add(w->tom, &s, e));
    struct ct_sharing all = {.patient_id = id, .what = CT_SHARE_ALL, .whom = "Daughter Ann",
                             .told_by = "the patient", .until_day = CT_NO_DATE};
    ok(ct_sharing_add(w->tom, &all, e));
    char text[400];
    ok(ct_sharing_text(w->tom, id, text, sizeof text, e));
    assert_non_null(strstr(text, "Daughter Ann (all)"));
    assert_non_null(strstr(text, "Dr Practice (vitals, until "));
    bool covers;
    ok(ct_sharing_covers(w->tom, id, CT_SHARE_VITALS, "dr practice", &covers, e));
    assert_true(covers);
    ok(ct_sharing_covers(w->tom, id, CT_SHARE_PROCEDURES, "Dr Practice", &covers, e));
    assert_false(covers);
    ok(ct_sharing_covers(w->tom, id, CT_SHARE_PROCEDURES, "Daughter Ann", &covers, e));
    assert_true(covers);
    refused(ct_sharing_withdraw(w->tom, all.id, "", "quarrel", e), CT_EINVAL, "told_by", "");
    refused(ct_sharing_withdraw(w->tom, all.id, "the patient", "", e), CT_EINVAL, "reason", "");
    ok(ct_sharing_withdraw(w->tom, all.id, "the patient", "quarrel", e));
    refused(ct_sharing_withdraw(w->tom, all.id, "the patient", "twice", e), CT_ECONFLICT, "",
            "already");
    ok(ct_sharing_covers(w->tom, id, CT_SHARE_ALL, "Daughter Ann", &covers, e));
    assert_false(covers);
    w->c.now += 2 * (int64_t)CT_DAY_MS;
    ok(ct_sharing_text(w->tom, id, text, sizeof text, e));
    assert_string_equal(text, "");
    struct ct_sharing *list;
    size_t n;
    ok(ct_sharing_list(w->tom, id, &list, &n, e));
    assert_int_equal(n, 2);
    assert_true(list[0].ended && list[1].ended);
    assert_non_null(strstr(list[0].ended_why, "quarrel"));
    free(list);
}

/* ---- who looked ----------------------------------------------------------------------- */

static void test_looks_page_by_page(void **state)
{
    struct stage s;
    stage_make(*state, &s);
    struct ward *w = s.w;
    struct ct_patient p;
    for (int i = 0; i < 7; i++) {
        w->c.now += MIN(1);
        ok(ct_patient_open(w->tom, s.other, &p, e));
    }
    struct ct_look_filter f = {.patient_id = s.other, .from_ms = CT_UNSET, .to_ms = CT_UNSET};
    struct ct_looked *l;
    size_t n, seen = 0;
    int64_t last = INT64_MAX;
    for (;;) {
        ok(ct_look_list(w->tom, &f, 3, &l, &n, e));
        for (size_t i = 0; i < n; i++) {
            assert_true(l[i].seq < last);
            assert_int_equal(l[i].patient_id, s.other);
            last = f.after_seq = l[i].seq;
            f.after_ms = l[i].at_ms;
            seen++;
        }
        free(l);
        if (n < 3)
            break;
    }
    char sql[120];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM audit WHERE patient_id = %lld",
             (long long)s.other);
    assert_int_equal(seen, app_int(w->tom, sql));

    struct ct_look_filter u = {.user_id = 0, .from_ms = CT_UNSET, .to_ms = CT_UNSET};
    refused(ct_look_list(w->sue, &u, 3, &l, &n, e), CT_EINVAL, "user", "whose");
    ok(ct_look_user(w->sue, "tom", &u.user_id, e));
    refused(ct_look_user(w->sue, "nobody", &u.user_id, e), CT_ENOTFOUND, "login", "nobody");
    ok(ct_look_user(w->sue, "tom", &u.user_id, e));
    refused(ct_look_list(w->tom, &u, 3, &l, &n, e), CT_EDENIED, "", "access.review");
    seen = 0;
    for (;;) {
        ok(ct_look_list(w->sue, &u, 4, &l, &n, e));
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(l[i].user_id, u.user_id);
            u.after_seq = l[i].seq;
            u.after_ms = l[i].at_ms;
            /* nothing that was found is said here */
            assert_null(strstr(l[i].detail, "140"));
            assert_null(strstr(l[i].detail, "said by a test"));
            seen++;
        }
        free(l);
        if (n < 4)
            break;
    }
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM audit WHERE user_id = %u AND patient_id IS NOT NULL",
             u.user_id);
    assert_int_equal(seen, app_int(w->tom, sql));
    u.after_seq = u.after_ms = 0;
    u.from_ms = w->c.now - MIN(2);
    ok(ct_look_list(w->sue, &u, 50, &l, &n, e));
    assert_int_equal(n, 3);
    free(l);

    struct ct_look_filter own = {.patient_id = s.id, .from_ms = CT_UNSET, .to_ms = CT_UNSET};
    refused(ct_look_list(w->tom, &own, 3, &l, &n, e), CT_EDENIED, CT_RESTRICTED, "");
    ok(ct_look_list(w->sue, &own, 3, &l, &n, e)); /* a reviewer need not open it */
    free(l);
    refused(ct_look_told(w->tom, &u, "", e), CT_EDENIED, "", "access.review");
    ok(ct_look_told(w->sue, &u, "/tmp/x.csv", e));
    last_entry(w, "access.log", CT_NOTABLE, "/tmp/x.csv");
}

#define T(name) cmocka_unit_test_setup_teardown(name, ward_setup, ward_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_every_reader_refuses), T(test_opening_ends), T(test_reasons),
        T(test_staff_restrict_themselves), T(test_care_team), T(test_review_by_somebody_else),
        T(test_the_store_refuses_too), T(test_lists_show_what_the_task_needs), T(test_sharing),
        T(test_looks_page_by_page),
    };
    return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
