/* report_patient - what is printed of one patient. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/access.h"
#include "clinic/escalation.h"
#include "clinic/prep.h"
#include "clinic/procedure.h"
#include "exchange/obs_chart.h"
#include "exchange/report_kind.h"
#include "record/user.h"

enum { SETS = 10, PROCEDURES = 50, ESCALATIONS = 50, LOOK_PAGE = 500, LOOK_MAX = 50000 };

/* Whom the page is about, told in three ways; then what it is about. */
static void patient_and(struct ct_app *app, const struct ct_patient *p, const char *what,
                        const char *ref, struct ct_report *r)
{
    char who[1000], name[2 * CT_NAME_BYTES + 3], born[16], id[40];
    ct_patient_name(p, name, sizeof name);
    ct_number_text(p->number, id, sizeof id);
    ct_date_text(p->born, born);
    snprintf(who, sizeof who, "%s   born %s%s   %s %s%s%s", name,
             p->born != CT_NO_DATE ? born : "unknown", p->born_estimated ? " (estimated)" : "",
             ct_app_config(app)->identifier_label, id[0] != '\0' ? id : "none",
             what[0] != '\0' ? "   " : "", what);
    ct_report_subject(r, who, ref, p->id);
}

static void patient_is(struct ct_app *app, const struct ct_patient *p, struct ct_report *r)
{
    patient_and(app, p, "", "", r);
}

static enum ct_status patient_open(struct ct_app *app, const struct ct_report_ask *ask,
                                   struct ct_report *r, struct ct_patient *p,
                                   struct ct_error *reterr)
{
    int64_t patient_id = ask->patient_id;
    enum ct_status rc = patient_id != 0 ? CT_OK
                                        : ct_patient_by_number(app, ask->what, &patient_id, reterr);
    if (rc == CT_OK)
        rc = ct_patient_open(app, patient_id, p, reterr);
    if (rc == CT_OK)
        patient_is(app, p, r);
    return rc;
}

enum ct_status ct_report_chart_file(struct ct_app *app, const struct ct_vitals_rules *rules,
                                    const struct ct_obs_range *range, const char *path,
                                    struct ct_error *reterr)
{
    struct ct_patient p;
    struct ct_printed done;
    const struct ct_config *c = ct_app_config(app);
    CT_REPORT *r = ct_report_new("obs-chart", "Observation chart", c->site_name);
    if (r == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "There is no memory for the report.");
    enum ct_status rc = ct_patient_get(app, range->patient_id, &p, reterr);
    if (rc != CT_OK)
        return rc;
    patient_is(app, &p, r);
    rc = ct_obs_report(app, rules, range, r, reterr);
    return rc == CT_OK ? ct_report_file(app, r, c->report_sealed ? CT_PRINT_SEALED : CT_PRINT_PDF,
                                        c->report_page, path, &done, reterr)
                       : rc;
}

CT_REPORT_BUILD(ct_report_chart)
{
    struct ct_vitals_rules rules;
    struct ct_patient p;
    enum ct_status rc = patient_open(app, ask, r, &p, reterr);
    if (rc == CT_OK)
        rc = ct_vitals_rules_load(ct_app_config(app), &rules, reterr);
    if (rc != CT_OK)
        return rc;
    const struct ct_obs_range range = {p.id, ask->from_ms, ask->to_ms};
    rc = ct_obs_report(app, &rules, &range, r, reterr);
    ct_vitals_rules_done(&rules);
    return rc;
}

/* ---- the summary --------------------------------------------------------------------------- */

static void details(const struct ct_patient *p, struct ct_report *r)
{
    static const char *const SEX[] = {"not known", "female", "male", "other"};
    ct_report_field(r, "Sex", "%s", SEX[p->sex]);
    ct_report_field(r, "Place", "%s", p->place);
    for (size_t i = 0; i < p->n_alerts; i++)
        ct_report_field(r, CT_ALERT_NAME[p->alert[i].kind], "%s%s%s", p->alert[i].text,
                        p->alert[i].prescriber[0] != '\0' ? ", prescribed by " : "",
                        p->alert[i].prescriber);
    if (p->n_alerts == 0)
        ct_report_field(r, "Alerts", "none recorded");
}

static enum ct_status sets(struct ct_app *app, const struct ct_patient *p, struct ct_report *r,
                           struct ct_error *reterr)
{
    static const struct ct_report_col COLS[] = {{"Taken", 17, false}, {"Values", 48, false},
                                                {"Score", 35, false}};
    struct ct_vitals *v = NULL;
    size_t n = 0;
    enum ct_status rc = ct_vitals_list(app, p->id, INT64_MAX, SETS, &v, &n, reterr);
    if (rc != CT_OK)
        return rc;
    ct_report_heading(r, "Latest observations");
    ct_report_table(r, COLS, CT_LEN(COLS));
    for (size_t i = 0; i < n; i++) {
        char at[24], line[400], score[120];
        ct_datetime_text(v[i].taken_ms, at);
        ct_vitals_line(&v[i], line, sizeof line);
        ct_vitals_score_text(&v[i], score, sizeof score);
        const char *cell[] = {at, line, score};
        ct_report_row(r, v[i].band == CT_BAND_HIGH ? 3 : v[i].band == CT_BAND_MEDIUM ? 2 : 0,
                      cell);
    }
    ct_report_none(r, "No set is recorded.");
    free(v);
    return CT_OK;
}

static enum ct_status escalations(struct ct_app *app, const struct ct_patient *p,
                                  struct ct_report *r, struct ct_error *reterr)
{
    static const struct ct_report_col COLS[] = {{"Raised", 17, false}, {"By", 33, false},
                                                {"What came of it", 50, false}};
    struct ct_escalation *v = NULL;
    size_t n = 0;
    enum ct_status rc = ct_escalation_list(app, p->id, 0, ESCALATIONS, &v, &n, reterr);
    if (rc != CT_OK)
        return rc;
    ct_report_heading(r, "Escalations");
    ct_report_table(r, COLS, CT_LEN(COLS));
    for (size_t i = 0; i < n; i++) {
        char at[24], text[600];
        ct_datetime_text(v[i].at_ms, at);
        ct_escalation_text(&v[i], ct_app_now(app), text, sizeof text);
        const char *cell[] = {at, v[i].score_text, text};
        ct_report_row(r, 0, cell);
    }
    ct_report_none(r, "None.");
    free(v);
    return CT_OK;
}

static enum ct_status procedures(struct ct_app *app, const struct ct_patient *p,
                                 struct ct_report *r, struct ct_error *reterr)
{
    static const struct ct_report_col COLS[] = {{"Planned", 17, false}, {"Procedure", 40, false},
                                                {"State", 15, false}, {"Room", 10, false},
                                                {"Assigned to", 18, false}};
    const struct ct_proc_filter f = {.before_ms = INT64_MAX, .patient_id = p->id,
                                     .limit = PROCEDURES};
    struct ct_procedure *v = NULL;
    size_t n = 0;
    enum ct_status rc = ct_procedure_list(app, &f, &v, &n, reterr);
    if (rc != CT_OK)
        return rc;
    ct_report_heading(r, "Procedures");
    ct_report_table(r, COLS, CT_LEN(COLS));
    for (size_t i = 0; i < n; i++) {
        char at[24], text[300];
        ct_datetime_text(v[i].planned_ms, at);
        ct_procedure_text(&v[i], text, sizeof text);
        const char *cell[] = {at, text, ct_proc_state_name(v[i].state), v[i].room,
                              v[i].assigned_name};
        ct_report_row(r, 0, cell);
    }
    ct_report_none(r, "None.");
    free(v);
    return CT_OK;
}

CT_REPORT_BUILD(ct_report_patient)
{
    struct ct_patient p;
    enum ct_status rc = patient_open(app, ask, r, &p, reterr);
    if (rc != CT_OK)
        return rc;
    details(&p, r);
    rc = sets(app, &p, r, reterr);
    if (rc == CT_OK)
        rc = escalations(app, &p, r, reterr);
    return rc == CT_OK ? procedures(app, &p, r, reterr) : rc;
}

/* ---- a procedure's checklists ---------------------------------------------------------------- */

/* What stands beside an answer, a sentence each. */
static void remarks(const struct ct_prep_sheet *s, size_t i, struct ct_buf *out)
{
    const struct ct_prep_mark *m = &s->mark[i];
    if (s->state[i].missing)
        ct_buf_str_add(out, "MISSING. ");
    if (s->state[i].stop)
        ct_buf_str_add(out, "STOPS the procedure. ");
    if (s->answer[i].comment[0] != '\0')
        ct_buf_printf(out, "\"%s\" ", s->answer[i].comment);
    if (m->answers > 1)
        ct_buf_printf(out, "Changed: answer %lld of it. ", (long long)m->answers);
    if (m->second[0] != '\0')
        ct_buf_printf(out, "Confirmed by %s. ", m->second);
    if (m->supervisor[0] != '\0')
        ct_buf_printf(out, "Let pass by %s: %s. ", m->supervisor, m->reason);
    ct_buf_char(out, '\0');
    ct_text_trim(out->data);
}

static void item(const struct ct_prep_sheet *s, size_t i, struct ct_report *r)
{
    char answer[CT_CHECK_ANSWER_MAX + 80], by[100] = "", at[24];
    CT_BUF said = {.max = 8192};
    ct_check_answer_text(&s->t->item[i], &s->answer[i], &s->at, answer, sizeof answer);
    if (s->mark[i].answer_id != 0 && s->answer[i].given != CT_CHECK_NOT_ASKED) {
        ct_datetime_text(s->answer[i].at_ms, at);
        snprintf(by, sizeof by, "%s, %s", s->mark[i].by, at);
    }
    remarks(s, i, &said);
    const char *cell[] = {s->t->item[i].text, answer, by, ct_buf_str(&said)};
    ct_report_row(r, s->state[i].stop ? 3 : s->state[i].missing ? 1 : 0, cell);
}

/* A table a section, as the list is walked. */
static void items(const struct ct_prep_sheet *s, struct ct_report *r)
{
    static const struct ct_report_col COLS[] = {{"Item", 38, false}, {"Answer", 20, false},
                                                {"By", 18, false}, {"Remarks", 30, false}};
    for (size_t k = 0; k < s->t->n_sections; k++) {
        ct_report_heading(r, s->t->section[k].title);
        ct_report_table(r, COLS, CT_LEN(COLS));
        for (size_t i = 0; i < s->t->n_items; i++)
            if (s->t->item[i].section == k && s->state[i].shown)
                item(s, i, r);
        ct_report_none(r, "Nothing of this is asked.");
    }
}

static void sheet(const struct ct_prep_sheet *s, struct ct_report *r)
{
    char at[24], ended[24] = "";
    ct_datetime_text(s->prep.at_ms, at);
    if (s->prep.ended_ms != CT_UNSET)
        ct_datetime_text(s->prep.ended_ms, ended);
    ct_report_heading(r, s->prep.title);
    ct_report_field(r, "Template", "%s %s", s->prep.template_id, s->prep.version);
    ct_report_field(r, "Begun", "%s by %s", at, s->prep.by);
    ct_report_field(r, "State", "%s%s%s%s%s%s%s", CT_PREP_STATE_NAME[s->prep.state],
                    ended[0] != '\0' ? ", " : "", ended, ended[0] != '\0' ? " by " : "",
                    s->prep.ended_name, s->prep.reason[0] != '\0' ? ": " : "", s->prep.reason);
    items(s, r);
}

/* One checklist alone, with no procedure or with one. */
static enum ct_status one_checklist(struct ct_app *app, int64_t id, struct ct_report *r,
                                    struct ct_error *reterr)
{
    struct ct_patient who;
    char ref[40];
    CT_PREP_SHEET *s = NULL;
    enum ct_status rc = ct_prep_load(app, id, &s, reterr);
    if (rc == CT_OK)
        rc = ct_patient_open(app, s->prep.patient_id, &who, reterr);
    if (rc != CT_OK)
        return rc;
    snprintf(ref, sizeof ref, "C-%lld", (long long)id);
    patient_and(app, &who, "", ref, r);
    sheet(s, r);
    return CT_OK;
}

static enum ct_status of_procedure(struct ct_app *app, int64_t id, struct ct_report *r,
                                   struct ct_error *reterr)
{
    struct ct_procedure p;
    struct ct_patient who;
    struct ct_prep *v = NULL;
    char text[300], ref[40], at[24];
    size_t n = 0;
    enum ct_status rc = ct_procedure_get(app, id, &p, reterr);
    if (rc == CT_OK)
        rc = ct_patient_open(app, p.patient_id, &who, reterr);
    const struct ct_prep_filter f = {.procedure_id = id};
    if (rc == CT_OK)
        rc = ct_prep_list(app, &f, 100, &v, &n, reterr);
    if (rc != CT_OK)
        return rc;
    ct_procedure_text(&p, text, sizeof text);
    snprintf(ref, sizeof ref, "P-%lld", (long long)id);
    patient_and(app, &who, text, ref, r);
    ct_datetime_text(p.planned_ms, at);
    ct_report_field(r, "Planned", "%s%s%s", at, p.room[0] != '\0' ? ", " : "", p.room);
    ct_report_field(r, "State", "%s", ct_proc_state_name(p.state));
    if (n == 0)
        ct_report_para(r, "No checklist was begun for it.");
    for (size_t i = n; i-- > 0 && rc == CT_OK;) {
        CT_PREP_SHEET *s = NULL;
        rc = ct_prep_load(app, v[i].id, &s, reterr);
        if (rc == CT_OK)
            sheet(s, r);
    }
    free(v);
    return rc;
}

CT_REPORT_BUILD(ct_report_preparation)
{
    bool one = ask->what[0] == 'C' || ask->what[0] == 'c';
    int64_t id = 0;
    enum ct_status rc = ct_report_number(ask->what, one ? "C" : "P", &id, reterr);
    if (rc != CT_OK)
        return rc;
    return one ? one_checklist(app, id, r, reterr) : of_procedure(app, id, r, reterr);
}

/* ---- who looked ------------------------------------------------------------------------------- */

static enum ct_status looked(struct ct_app *app, struct ct_look_filter *f, bool patient,
                             struct ct_report *r, struct ct_error *reterr)
{
    const struct ct_report_col cols[] = {{"Time", 17, false},
                                         {patient ? "Who" : "Whose record", 28, false},
                                         {"What", 25, false},
                                         {"Detail", 30, false}};
    size_t all = 0;
    char from[24], to[24];
    ct_report_when(f->from_ms, from);
    ct_report_when(f->to_ms, to);
    ct_report_field(r, "Period", "%s to %s",
                    from[0] != '\0' ? from : "from the first entry on", to);
    ct_report_table(r, cols, CT_LEN(cols));
    for (size_t n = LOOK_PAGE; n == LOOK_PAGE && all < LOOK_MAX;) {
        struct ct_looked *l = NULL;
        enum ct_status rc = ct_look_list(app, f, LOOK_PAGE, &l, &n, reterr);
        if (rc != CT_OK)
            return rc;
        for (size_t i = 0; i < n; i++) {
            char at[24];
            ct_datetime_text(l[i].at_ms, at);
            const char *cell[] = {at, patient ? l[i].user : l[i].patient, l[i].what, l[i].detail};
            ct_report_row(r, 0, cell);
        }
        if (n > 0) {
            f->after_seq = l[n - 1].seq;
            f->after_ms = l[n - 1].at_ms;
        }
        all += n;
        free(l);
    }
    ct_report_none(r, "Nobody did, in this time.");
    if (all >= LOOK_MAX)
        ct_report_para(r, "There are more than %d lines: the older ones are not here. Name a "
                          "shorter time.", LOOK_MAX);
    return CT_OK;
}

/* From the first on, where no beginning is named. */
static struct ct_look_filter look_time(const struct ct_report_ask *ask)
{
    return (struct ct_look_filter){.from_ms = ask->from_ms > 0 ? ask->from_ms : CT_UNSET,
                                   .to_ms = ask->to_ms};
}

CT_REPORT_BUILD(ct_report_access)
{
    struct ct_patient p;
    struct ct_look_filter f = look_time(ask);
    enum ct_status rc = patient_open(app, ask, r, &p, reterr);
    f.patient_id = rc == CT_OK ? p.id : 0;
    if (rc == CT_OK)
        rc = looked(app, &f, true, r, reterr);
    return rc == CT_OK ? ct_look_told(app, &f, "a report", reterr) : rc;
}

CT_REPORT_BUILD(ct_report_looked)
{
    char subject[200], name[128];
    struct ct_look_filter f = look_time(ask);
    int64_t id = 0;
    bool numbered = ask->what[0] == '#'; /* the screens know the user, not the login */
    enum ct_status rc = numbered ? ct_report_number(ask->what, "#", &id, reterr)
                                 : ct_look_user(app, ask->what, &f.user_id, reterr);
    if (rc == CT_OK && numbered)
        rc = ct_require(app, CT_PERM_ACCESS_REVIEW, reterr);
    if (rc != CT_OK)
        return rc;
    if (numbered)
        f.user_id = (uint32_t)id;
    ct_user_name(app, f.user_id, name, sizeof name);
    snprintf(subject, sizeof subject, "Records opened by %s%s%.64s%s", name,
             numbered ? "" : " (", numbered ? "" : ask->what, numbered ? "" : ")");
    ct_report_subject(r, subject, numbered ? "" : ask->what, 0);
    rc = looked(app, &f, false, r, reterr);
    return rc == CT_OK ? ct_look_told(app, &f, "a report", reterr) : rc;
}
