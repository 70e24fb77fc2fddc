/* common - what several screens draw or do; see screens.h. */
#include "ui/screens/screens.h"
#include "ui/screens/school.h"
#include "ui/screens/print.h"
#include "ui/screens/recalls.h"
#include "ui/screens/sterile.h"
#include "ui/screens/task_walk.h"

#include <stdio.h>
#include <string.h>

#include "clinic/access.h"
#include "clinic/competency.h"

const struct ct_screen *const ct_screens[] = {
    &ct_screen_login,  &ct_screen_locked,   &ct_screen_password, &ct_screen_home,
    &ct_screen_find,   &ct_screen_register, &ct_screen_patient,  &ct_screen_alerts,
    &ct_screen_vitals, &ct_screen_tap,      &ct_screen_saved,    &ct_screen_trend,
    &ct_screen_versions, &ct_screen_set,
    &ct_screen_board,   &ct_screen_round,
    &ct_screen_notes,  &ct_screen_note,     &ct_screen_shift,
    &ct_screen_evidence, &ct_screen_escalations, &ct_screen_escalation,
    &ct_screen_restricted, &ct_screen_confidential, &ct_screen_share, &ct_screen_looked,
    &ct_screen_access, &ct_screen_access_review, &ct_screen_staff_hints,
    &ct_screen_users,  &ct_screen_user_add,
    &ct_screen_consent, &ct_screen_explain, &ct_screen_consent_form,
    &ct_screen_scanned,
    &ct_screen_worklist, &ct_screen_procedure, &ct_screen_plan, &ct_screen_give,
    &ct_screen_preps,  &ct_screen_prep_start, &ct_screen_prep, &ct_screen_prep_history,
    /* equipment */
    &ct_screen_equipment, &ct_screen_device, &ct_screen_device_history,
    &ct_screen_device_form, &ct_screen_models, &ct_screen_model_form, &ct_screen_papers,
    &ct_screen_paper_form, &ct_screen_campaigns, &ct_screen_campaign,
    &ct_screen_campaign_form, &ct_screen_tasks, &ct_screen_schedules,
    &ct_screen_schedule_form, &ct_screen_task, &ct_screen_walk, &ct_screen_faults,
    &ct_screen_fault, &ct_screen_fault_form, &ct_screen_guide, &ct_screen_lookbacks,
    &ct_screen_lookback,
    &ct_screen_calibrations, &ct_screen_calibration_start, &ct_screen_calibration,
    &ct_screen_method, &ct_screen_certificate, &ct_screen_drift,
    /* sterilisation */
    &ct_screen_machines, &ct_screen_machine, &ct_screen_machine_test, &ct_screen_recipes,
    &ct_screen_recipe, &ct_screen_recipe_form, &ct_screen_count, &ct_screen_packs,
    &ct_screen_pack, &ct_screen_pack_label, &ct_screen_pack_form,
    &ct_screen_baths, &ct_screen_bath, &ct_screen_bath_form, &ct_screen_bath_strip,
    &ct_screen_bath_soak,
    &ct_screen_scopes, &ct_screen_scope, &ct_screen_scope_record, &ct_screen_scope_form,
    &ct_screen_scope_step, &ct_screen_scope_soak,
    /* training */
    &ct_screen_competencies, &ct_screen_competency, &ct_screen_assess, &ct_screen_matrix,
    &ct_screen_requirements, &ct_screen_requirement_form, &ct_screen_device_people,
    &ct_screen_sessions, &ct_screen_session, &ct_screen_session_form, &ct_screen_trainees,
    &ct_screen_trainee_form, &ct_screen_countersigns, &ct_screen_documents,
    &ct_screen_document_form,
    &ct_screen_entry, &ct_screen_people, &ct_screen_reviews, &ct_screen_review,
    &ct_screen_review_said, &ct_screen_review_filters, &ct_screen_review_text, &ct_screen_figures, &ct_screen_queries,
    &ct_screen_handovers, &ct_screen_handover, &ct_screen_handover_said,
    &ct_screen_recalls, &ct_screen_recall, &ct_screen_patient_packs,
    &ct_screen_loads, &ct_screen_load, &ct_screen_load_curve, &ct_screen_load_history, &ct_screen_load_immediate,
    &ct_screen_print,
    &ct_screen_load_values, &ct_screen_load_bi, &ct_screen_load_early,
    NULL,
};

enum ct_role_ui ct_band_role(enum ct_band band)
{
    switch (band) {
    case CT_BAND_LOW: return CT_R_OK;
    case CT_BAND_LOW_MEDIUM: return CT_R_NOTE;
    case CT_BAND_MEDIUM: return CT_R_WARN;
    case CT_BAND_HIGH: return CT_R_ALARM;
    case CT_BAND_NONE:
    case CT_BANDS: break;
    }
    return CT_R_TEXT;
}

size_t ct_total_bands(const struct ct_vitals_rules *rules, const struct ct_vitals *v,
                      struct ct_chart_band ret[CT_BANDS])
{
    struct ct_score_band_edge edge[CT_BANDS];
    size_t n = ct_vitals_band_edges(rules, v, edge);
    for (size_t i = 0; i < n; i++)
        ret[i] = (struct ct_chart_band){edge[i].total, ct_band_name(edge[i].band),
                                        edge[i].band == CT_BAND_HIGH ? CT_R_ALARM : CT_R_WARN};
    return n;
}

int ct_draw_score(struct ct_grid *g, int row, int col, const struct ct_vitals *v)
{
    char text[160];
    ct_vitals_score_text(v, text, sizeof text);
    return ct_grid_text(g, row, col, -1, ct_band_role(v->band), text);
}

void ct_subject_patient(struct ct_ui *ui, const struct ct_patient *p)
{
    char line[512];
    ct_patient_line(ct_ui_app(ui), p, line, sizeof line);
    ct_ui_subject(ui, "%s", line);
    struct ct_access a;
    if (ct_app_state(ct_ui_app(ui)) != CT_IN ||
        ct_access_get(ct_ui_app(ui), p->id, &a, NULL) != CT_OK || !a.restricted)
        return;
    char until[24], note[80];
    ct_datetime_text(a.until_ms != CT_UNSET ? a.until_ms : 0, until);
    if (a.until_ms != CT_UNSET && ct_date_at(a.until_ms) == ct_date_at(ct_app_now(ct_ui_app(ui))))
        ct_time_text(a.until_ms, until);
    snprintf(note, sizeof note, a.team ? "restricted: open to you (care team) until %s"
                                       : "restricted: opened by you until %s", until);
    ct_ui_subject_until(ui, p->id, a.until_ms != CT_UNSET ? a.until_ms : 0, note);
}

void ct_draw_alerts(struct ct_grid *g, int row, int col, int cols, const struct ct_patient *p)
{
    int at = col, end = col + cols;
    for (size_t i = 0; i < p->n_alerts && at < end - 4; i++) {
        const struct ct_alert *a = &p->alert[i];
        char text[320];
        bool named = a->kind == CT_ALERT_SPO2_SCALE2 || a->kind == CT_ALERT_PREGNANT;
        if (named && a->text[0] == '\0')
            snprintf(text, sizeof text, "! %s", CT_ALERT_NAME[a->kind]);
        else
            snprintf(text, sizeof text, "! %s: %s", CT_ALERT_NAME[a->kind], a->text);
        at += ct_grid_text(g, row, at, end - at, CT_R_WARN, text) + 3;
    }
}

void ct_ago_text(int64_t at_ms, int64_t now_ms, char out[40])
{
    char span[24];
    ct_span_text(now_ms > at_ms ? now_ms - at_ms : 0, span);
    snprintf(out, 40, "%s ago", span);
}

void ct_at_text(int64_t at_ms, int64_t now_ms, char out[48])
{
    char clock[8], when[24];
    ct_date on = ct_date_at(at_ms), today = ct_date_at(now_ms);
    ct_time_text(at_ms, clock);
    ct_datetime_text(at_ms, when);
    if (on == today)
        snprintf(out, 48, "at %s", clock);
    else if (on == today - 1)
        snprintf(out, 48, "yesterday %s", clock);
    else if (on < today)
        snprintf(out, 48, "%s, %d d ago", when, (int)(today - on));
    else
        snprintf(out, 48, "%s", when);
}

void ct_when_text(int64_t at_ms, int64_t now_ms, char out[24])
{
    ct_datetime_text(at_ms, out);
    char *clock = strrchr(out, ' '); /* "23 Nov 09:42" */
    if (clock == NULL)
        return;
    if (ct_date_at(at_ms) == ct_date_at(now_ms))
        memmove(out, clock + 1, strlen(clock + 1) + 1);
    else
        *clock = '\0';
}

void ct_due_text(int64_t due_ms, int64_t now_ms, char out[48], bool *ret_late)
{
    char when[24];
    bool today = ct_date_at(due_ms) == ct_date_at(now_ms);
    *ret_late = due_ms < now_ms;
    if (*ret_late || today)
        ct_when_text(due_ms, now_ms, when);
    else
        ct_datetime_text(due_ms, when);
    snprintf(out, 48, "by %s%s", when, *ret_late ? " LATE" : "");
}

const char *ct_due_score(const struct ct_due *d, enum ct_role_ui *role, char cell[64])
{
    if (d->band != CT_BAND_LOW) /* most are: a colour a row is dear on a thin wire */
        *role = ct_band_role(d->band);
    if (d->card == CT_CARD_NEWS2 && d->score >= 0)
        snprintf(cell, 64, "%d %s", d->score, ct_band_name(d->band));
    else if (d->score >= 0 || d->vitals_id == 0)
        snprintf(cell, 64, "%s", d->score_text);
    else
        snprintf(cell, 64, "not scored");
    return cell;
}

int ct_draw_wrapped(struct ct_grid *g, struct ct_rect at, enum ct_role_ui role, const char *text)
{
    struct ct_grid part = *g; /* the same cells, cut off below the place */
    if (part.rows > at.row + at.rows)
        part.rows = at.row + at.rows;
    int rows = ct_flow(&part, at.row, at.col, at.cols, role, text);
    return rows < at.rows ? rows : at.rows;
}

void ct_after_login(struct ct_ui *ui)
{
    const struct ct_who *who = ct_app_who(ct_ui_app(ui));
    if (who == NULL)
        return;
    if (who->must_change)
        ct_ui_replace(ui, &ct_screen_password, NULL);
    else
        ct_ui_replace(ui, &ct_screen_home, NULL);
}

bool ct_password_good(struct ct_view *v, const struct ct_secret *password,
                      const char *label, void (*again)(struct ct_view *v, const struct ct_secret *s))
{
    struct ct_ui *ui = ct_view_ui(v);
    struct ct_error err;
    if (password == NULL)
        return false;
    ct_ui_busy(ui, "Checking the password ...");
    enum ct_status rc = ct_reauthenticate(ct_ui_app(ui), password, &err);
    if (rc == CT_OK)
        return true;
    if (rc == CT_EPASSWORD && ct_app_state(ct_ui_app(ui)) == CT_IN) {
        ct_ui_prompt_secret(v, label, again);
        ct_ui_say(ui, CT_R_ERROR, "That is not your password. Type it again, or Esc.");
    } else {
        ct_ui_say_error(ui, &err);
    }
    return false;
}

bool ct_though_ask(struct ct_view *v, const struct ct_error *e,
                   void (*chosen)(struct ct_view *v, int index))
{
    char question[240];
    if (e->status != CT_EINVAL || strcmp(e->field, "competency") != 0)
        return false;
    snprintf(question, sizeof question, "%.*s. Going on because?",
             (int)strcspn(e->text, "."), e->text);
    ct_ui_ask(v, question, CT_COMP_REASONS, chosen);
    return true;
}

void ct_though_chosen(struct ct_view *v, int index,
                      void (*given)(struct ct_view *v, const char *text))
{
    if (index < 0)
        return;
    if (CT_COMP_REASONS[index + 1].code != NULL) /* the last is "type it" */
        given(v, CT_COMP_REASONS[index].label);
    else
        ct_ui_prompt(v, "Gone on because", "", given);
}
