/* patient - one record: who it is, what to beware of, the last sets. */
#include "ui/screens/proc_act.h"
#include "ui/screens/print.h"
#include "ui/screens/sterile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/training.h"
#include "clinic/access.h"
#include "ui/tk/table.h"

enum { SETS_MAX = 500, PROCEDURES_MAX = 9, PROCEDURES_SHOWN = 3 };

struct patient {
    struct ct_ui *ui;
    struct ct_patient p;
    struct ct_vitals *set; /* current ones, newest first */
    size_t n;
    struct ct_table table;
    int64_t now_ms;
    bool entering;    /* a new set is being typed from here: it will be the chosen one */
    int64_t in_error; /* the set that is being asked about */
    struct ct_procedure *procedure; /* of today and later */
    size_t n_procedures;
    struct ct_set_columns columns;
    struct ct_quick quick;
    char cell[64];
};

static int64_t set_count(void *arg)
{
    return (int64_t)((struct patient *)arg)->n;
}

static bool set_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *set_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct patient *s = arg;
    char name[64];
    struct ct_app *app = ct_ui_app(s->ui);
    const char *text =
        ct_set_cell(ct_app_config(app), &s->columns, &s->set[row], column, role, s->cell);
    if (column == 0 && text == s->cell && ct_app_state(app) == CT_IN &&
        ct_awaits(app, "vitals", s->set[row].id, name, NULL) == CT_OK && name[0] != '\0')
        snprintf(s->cell + strlen(s->cell), sizeof s->cell - strlen(s->cell), "T");
    return text;
}

static enum ct_status procedures_load(struct patient *s, struct ct_error *reterr)
{
    struct ct_proc_filter f = {.patient_id = s->p.id, .limit = PROCEDURES_MAX};
    int64_t tomorrow;
    free(s->procedure);
    s->procedure = NULL;
    ct_proc_day(s->now_ms, 0, &f.from_ms, &tomorrow);
    f.before_ms = INT64_MAX;
    return ct_procedure_list(ct_ui_app(s->ui), &f, &s->procedure, &s->n_procedures, reterr);
}

static enum ct_status load(struct patient *s, int64_t id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    int64_t chosen = s->n > 0 ? s->set[s->table.cursor].id : 0;
    enum ct_status st = ct_patient_get(app, id, &s->p, reterr);
    if (st != CT_OK)
        return st;
    free(s->set);
    s->set = NULL;
    s->n = 0;
    s->now_ms = ct_app_now(app);
    st = ct_vitals_list(app, id, CT_UNSET, SETS_MAX, &s->set, &s->n, reterr);
    if (st == CT_OK)
        st = procedures_load(s, reterr);
    for (size_t i = 0; i < s->n; i++)
        if (s->set[i].id == chosen)
            s->table.cursor = (int64_t)i;
    ct_set_columns(ct_app_config(app), s->set, s->n, &s->columns);
    s->table.n_columns = s->columns.n;
    ct_table_reload(&s->table);
    return st;
}

static enum ct_status patient_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct patient *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_set_columns(ct_app_config(ct_ui_app(s->ui)), NULL, 0, &s->columns);
    ct_table_init(&s->table, s->columns.column, s->columns.n,
                  (struct ct_table_source){
                      .arg = s, .count = set_count, .load = set_load, .cell = set_cell});
    int64_t id = *(const int64_t *)arg;
    enum ct_status st = ct_access_check(ct_ui_app(s->ui), id, reterr); /* asked, not refused yet */
    if (st == CT_OK)
        st = ct_patient_open(ct_ui_app(s->ui), id, &s->p, reterr);
    return st == CT_OK ? load(s, id, reterr) : st;
}

static void patient_close(struct ct_view *v)
{
    struct patient *s = ct_view_state(v);
    free(s->set);
    free(s->procedure);
}

static void patient_refresh(struct ct_view *v)
{
    struct patient *s = ct_view_state(v);
    struct ct_error err;
    int64_t newest = s->n > 0 ? s->set[0].id : 0;
    if (load(s, s->p.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    if (s->entering && s->n > 0 && s->set[0].id != newest)
        s->table.cursor = 0;
    s->entering = false;
}

/* What becomes late while the record is left open says so by itself. */
static void patient_tick(struct ct_view *v)
{
    struct patient *s = ct_view_state(v);
    int64_t now = ct_app_now(ct_ui_app(s->ui));
    if (now / CT_MINUTE_MS != s->now_ms / CT_MINUTE_MS)
        s->now_ms = now;
}

/* The latest complete score, when it was taken, and what is due. */
static void state_draw(const struct patient *s, struct ct_grid *g, int row, int col)
{
    const struct ct_vitals *scored = NULL;
    for (size_t i = 0; i < s->n && scored == NULL; i++)
        if (s->set[i].score >= 0)
            scored = &s->set[i];
    if (scored == NULL) {
        ct_grid_text(g, row, col, -1, CT_R_DIM,
                     s->n == 0 ? "No vitals yet. v enters the first set."
                               : "No complete score yet.");
        return;
    }
    char at[48], due[48];
    ct_at_text(scored->taken_ms, s->now_ms, at);
    int used = ct_draw_score(g, row, col, scored);
    used += ct_grid_printf(g, row, col + used, -1, CT_R_DIM, "   %s", at);
    bool late = false;
    int64_t stale = (int64_t)ct_app_config(ct_ui_app(s->ui))->stale_after_min * CT_MINUTE_MS;
    if (s->now_ms - scored->taken_ms > stale)
        used += ct_grid_text(g, row, col + used + 3, -1, CT_R_WARN, "STALE") + 3;
    if (scored->next_due_ms == CT_UNSET)
        return;
    if (scored->band == CT_BAND_HIGH) {
        ct_grid_text(g, row, col + used + 3, -1, CT_R_ALARM, "monitor continuously");
        return;
    }
    ct_due_text(scored->next_due_ms, s->now_ms, due, &late);
    ct_grid_printf(g, row, col + used + 3, -1, late ? CT_R_WARN : CT_R_TEXT, "next set %s", due);
}

/* A later set without a complete score does not replace the score above: said. */
static void partial_draw(const struct patient *s, struct ct_grid *g, int row, int col)
{
    if (s->n == 0 || s->set[0].score >= 0)
        return;
    char text[160], at[24];
    ct_vitals_score_text(&s->set[0], text, sizeof text);
    ct_datetime_text(s->set[0].taken_ms, at);
    char line[240];
    snprintf(line, sizeof line, "Newest set, %s: %s", at, text);
    ct_draw_wrapped(g, (struct ct_rect){row, col, 2, g->cols - col - 1}, CT_R_NOTE, line);
}

/* The chosen set as it was typed, with what has no column. */
static void chosen_draw(const struct patient *s, struct ct_grid *g, struct ct_rect at)
{
    if (s->n == 0)
        return;
    const struct ct_vitals *v = &s->set[s->table.cursor];
    char line[256], text[560];
    ct_vitals_line(v, line, sizeof line);
    snprintf(text, sizeof text, "%s%s%s%s", line, v->note[0] != '\0' ? "   note: " : "", v->note,
             v->replaces_id != 0 ? "   * corrected, i shows how" : "");
    char name[64];
    if (ct_awaits(ct_ui_app(s->ui), "vitals", v->id, name, NULL) == CT_OK && name[0] != '\0')
        snprintf(text + strlen(text), sizeof text - strlen(text),
                 "   T AWAITS A COUNTERSIGN (%s)", name);
    ct_grid_hline(g, at.row, at.col, at.cols);
    ct_draw_wrapped(g, (struct ct_rect){at.row + 1, at.col + 2, 2, at.cols - 3}, CT_R_TEXT, text);
}

static void procedure_line(const struct patient *s, const struct ct_procedure *p, char *out,
                           size_t size)
{
    char when[32], what[170];
    ct_proc_when_text(p->planned_ms, s->now_ms, when);
    ct_proc_what(p, what, sizeof what);
    snprintf(out, size, "%s  %s%s%s, %s%s", when, what, p->room[0] != '\0' ? ", " : "", p->room,
             ct_proc_state_name(p->state), ct_procedure_late(p, s->now_ms) ? " LATE" : "");
}

/* The rows that the patient's procedures take; none where there is none. */
static int procedures_rows(const struct patient *s)
{
    return s->n_procedures < PROCEDURES_SHOWN ? (int)s->n_procedures : PROCEDURES_SHOWN;
}

static void procedures_draw(const struct patient *s, struct ct_grid *g, int row,
                            struct ct_rect body)
{
    char line[320];
    for (int i = 0; i < procedures_rows(s); i++) {
        procedure_line(s, &s->procedure[i], line, sizeof line);
        if (i == 0)
            ct_grid_text(g, row, body.col + 1, -1, CT_R_LABEL, "Procedures");
        ct_grid_text(g, row + i, body.col + 13, body.cols - 23, CT_R_TEXT, line);
    }
    if (s->n_procedures > 0)
        ct_grid_right(g, row, body.col + body.cols - 1, CT_R_DIM,
                      s->n_procedures > PROCEDURES_SHOWN ? "w all" : "w opens");
}

static void patient_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct patient *s = ct_view_state(v);
    char born[16];
    ct_subject_patient(s->ui, &s->p);
    ct_date_text(s->p.born, born);
    int row = body.row;
    ct_grid_printf(g, row, body.col + 1, -1, CT_R_TEXT, "Born %s%s", born[0] != '\0' ? born : "unknown",
                   s->p.born_estimated ? " (estimated)" : "");
    if (s->p.n_alerts > 0)
        ct_draw_alerts(g, row + 1, body.col + 1, body.cols - 2, &s->p);
    else
        ct_grid_text(g, row + 1, body.col + 1, -1, CT_R_DIM, "No alerts recorded.");
    state_draw(s, g, row + 2, body.col + 1);
    partial_draw(s, g, row + 3, body.col + 1);
    chosen_draw(s, g, (struct ct_rect){body.row + body.rows - 3, body.col, 3, body.cols});
    int used = procedures_rows(s);
    procedures_draw(s, g, body.row + body.rows - 3 - used, body);
    ct_table_draw(&s->table, g, row + 5, body.col, body.rows - 9 - used, body.cols, true);
}

static enum ct_reaction patient_event(struct ct_view *v, const struct ct_event *e)
{
    struct patient *s = ct_view_state(v);
    return ct_table_event(&s->table, e);
}

/* ---- commands ------------------------------------------------------------- */

static enum ct_reaction push_vitals(struct ct_view *v, int64_t correct_id)
{
    struct patient *s = ct_view_state(v);
    struct ct_vitals_arg arg = {.patient_id = s->p.id, .correct_id = correct_id};
    s->entering = correct_id == 0 || s->table.cursor == 0;
    return ct_ui_push(s->ui, &ct_screen_vitals, &arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction enter_vitals(struct ct_view *v)
{
    return push_vitals(v, 0);
}

static void quick_given(struct ct_view *v, const char *text)
{
    struct patient *s = ct_view_state(v);
    s->entering = ct_quick_given(v, &s->quick, text);
}

static enum ct_reaction quick(struct ct_view *v)
{
    struct patient *s = ct_view_state(v);
    return ct_quick_ask(v, &s->quick, s->p.id, quick_given);
}

static bool has_sets(const struct ct_view *v)
{
    return ((const struct patient *)ct_view_state(v))->n > 0;
}

static enum ct_reaction correct(struct ct_view *v)
{
    struct patient *s = ct_view_state(v);
    return push_vitals(v, s->set[s->table.cursor].id);
}

static enum ct_reaction versions(struct ct_view *v)
{
    struct patient *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_versions, &s->set[s->table.cursor].id) ? CT_HANDLED
                                                                               : CT_REFUSED;
}

static void error_reason(struct ct_view *v, int index)
{
    struct patient *s = ct_view_state(v);
    if (ct_set_error_done(s->ui, s->in_error, index))
        patient_refresh(v);
}

static enum ct_reaction in_error(struct ct_view *v)
{
    struct patient *s = ct_view_state(v);
    return ct_set_error_ask(v, &s->set[s->table.cursor], &s->in_error, error_reason);
}

static enum ct_reaction full(struct ct_view *v)
{
    struct patient *s = ct_view_state(v);
    return ct_set_full(s->ui, &s->set[s->table.cursor]);
}

static enum ct_reaction push_id(struct ct_view *v, const struct ct_screen *screen)
{
    struct patient *s = ct_view_state(v);
    return ct_ui_push(s->ui, screen, &s->p.id) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction trend(struct ct_view *v)
{
    return push_id(v, &ct_screen_trend);
}

static enum ct_reaction alerts(struct ct_view *v)
{
    return push_id(v, &ct_screen_alerts);
}

static enum ct_reaction escalations(struct ct_view *v)
{
    return push_id(v, &ct_screen_escalations);
}

static enum ct_reaction checklists(struct ct_view *v)
{
    struct patient *s = ct_view_state(v);
    struct ct_preps_arg arg = {.patient_id = s->p.id};
    return ct_ui_push(s->ui, &ct_screen_preps, &arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction plan(struct ct_view *v)
{
    struct patient *s = ct_view_state(v);
    struct ct_plan_arg arg = {.patient_id = s->p.id};
    return ct_ui_push(s->ui, &ct_screen_plan, &arg) ? CT_HANDLED : CT_REFUSED;
}

static void procedure_chosen(struct ct_view *v, int index)
{
    struct patient *s = ct_view_state(v);
    if (index >= 0 && (size_t)index < s->n_procedures)
        ct_ui_push(s->ui, &ct_screen_procedure, &s->procedure[index].id);
}

static bool has_procedures(const struct ct_view *v)
{
    return ((const struct patient *)ct_view_state(v))->n_procedures > 0;
}

/* The only one, or which of them. */
static enum ct_reaction procedures(struct ct_view *v)
{
    struct patient *s = ct_view_state(v);
    struct ct_choice choice[PROCEDURES_MAX + 1] = {{NULL, NULL}};
    char code[PROCEDURES_MAX][4], line[PROCEDURES_MAX][64];
    if (s->n_procedures == 1) {
        procedure_chosen(v, 0);
        return CT_HANDLED;
    }
    for (size_t i = 0; i < s->n_procedures && i < PROCEDURES_MAX; i++) {
        char when[32];
        ct_proc_when_text(s->procedure[i].planned_ms, s->now_ms, when);
        snprintf(code[i], sizeof code[i], "%zu", i + 1);
        snprintf(line[i], sizeof line[i], "%s %.36s", when, s->procedure[i].title);
        choice[i] = (struct ct_choice){code[i], line[i]};
    }
    ct_ui_ask(v, "Which procedure?", choice, procedure_chosen);
    return CT_HANDLED;
}

static enum ct_reaction instruments(struct ct_view *v)
{
    return push_id(v, &ct_screen_patient_packs);
}

static enum ct_reaction amend(struct ct_view *v)
{
    return push_id(v, &ct_screen_register);
}

static enum ct_reaction confidential(struct ct_view *v)
{
    return push_id(v, &ct_screen_confidential);
}

static enum ct_reaction print(struct ct_view *v)
{
    const struct patient *s = ct_view_state(v);
    struct ct_print_arg arg = {.patient_id = s->p.id, .n = 3,
                               .paper = {{.kind = "patient-summary", .title = "Patient summary"},
                                         {.kind = "obs-chart", .title = "Observation chart",
                                          .from_ms = s->now_ms - 3 * CT_DAY_MS,
                                          .period = "the last 3 days (the trend prints others)"},
                                         {.kind = "access-patient", .title = "Access report"}}};
    return ct_print_open(v, &arg);
}

static const struct ct_command COMMANDS[] = {
    {.id = "patient.vitals", .keys = "v F4", .label = "vitals", .perm = CT_PERM_VITALS_WRITE,
     .help = "Enter a set of vitals.", .run = enter_vitals},
    {.id = "patient.quick", .keys = "= F8", .perm = CT_PERM_VITALS_WRITE,
     .help = CT_QUICK_HELP, .run = quick},
    {.id = "patient.trend", .keys = "t", .label = "trend", .perm = CT_PERM_VITALS_READ,
     .help = "The trend as numbers and as a chart.", .run = trend},
    {.id = "patient.correct", .keys = "c", .label = "correct", .perm = CT_PERM_VITALS_WRITE,
     .help = "Correct the set of this line; a reason is asked.", .run = correct,
     .shown = has_sets},
    {.id = "patient.error", .keys = "x d", .perm = CT_PERM_VITALS_WRITE,
     .help = "Mark this line's set as entered in error; a reason is asked.",
     .run = in_error, .shown = has_sets},
    {.id = "patient.set", .keys = "Enter", .perm = CT_PERM_VITALS_READ,
     .help = "Everything about the set of this line.", .run = full, .shown = has_sets},
    {.id = "patient.versions", .keys = "i",
     .perm = CT_PERM_VITALS_READ, .help = "All versions of the set of this line.",
     .run = versions, .shown = has_sets},
    {.id = "patient.alerts", .keys = "a", .label = "alerts", .perm = CT_PERM_PATIENT_READ,
     .help = "Allergies, infections, SpO2 scale 2 ...: see, set, end.",
     .run = alerts},
    {.id = "patient.checklists", .keys = "k", .label = "lists", .perm = CT_PERM_PREP_READ,
     .help = "The preparation checklists of this patient: go on with one, begin one.",
     .run = checklists},
    {.id = "patient.escalations", .keys = "E", .perm = CT_PERM_VITALS_READ,
     .help = "Escalations of this patient: who was asked, and what was done.",
     .run = escalations},
    {.id = "patient.plan", .keys = "p", .label = "plan", .perm = CT_PERM_PROCEDURE_WRITE,
     .help = "Plan a procedure for this patient.", .run = plan},
    {.id = "patient.procedures", .keys = "w", .perm = CT_PERM_PROCEDURE_READ,
     .help = "Open one of the patient's procedures of today and later.", .run = procedures,
     .shown = has_procedures},
    {.id = "patient.instruments", .keys = "S", .perm = CT_PERM_STERILE_READ,
     .help = "The sets and packs that were used on this patient, and their loads.",
     .run = instruments},
    {.id = "patient.amend", .keys = "e", .label = "amend", .perm = CT_PERM_PATIENT_WRITE,
     .help = "Amend name, birth date, number or place; a reason is asked.", .run = amend},
    {.id = "patient.confidential", .keys = "P", .perm = CT_PERM_PATIENT_READ,
     .help = "Who may see this record, with whom it may be shared, and who looked at it.",
     .run = confidential},
    CT_PRINT_COMMAND("patient.print", "Summary, observation chart, or who looked at this record, "
                     "on paper.", print, NULL),
    {.id = NULL},
};

static int64_t record_patient(const struct ct_view *v)
{
    return ((const struct patient *)ct_view_state(v))->p.id;
}

const struct ct_screen ct_screen_patient = {
    .id = "patient",
    .title = "Patient",
    .help = "The record of one patient. Opening it is written into the audit chain. The latest "
            "complete score is shown with its age; a partial set never replaces it. Units stand in "
            "the headings; * marks a corrected set. Below, the chosen set as it was typed.",
    .perm = CT_PERM_PATIENT_READ,
    .state_size = sizeof(struct patient),
    .arg_size = sizeof(int64_t),
    .patient = record_patient,
    .commands = COMMANDS,
    .open = patient_open,
    .draw = patient_draw,
    .event = patient_event,
    .refresh = patient_refresh,
    .tick = patient_tick,
    .close = patient_close,
};
