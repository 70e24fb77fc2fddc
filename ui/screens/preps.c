/* preps - the checklists of a patient or of a procedure: where each stands. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "clinic/prep.h"
#include "clinic/procedure.h"

enum { LIST_MAX = 500 };

struct preps {
    struct ct_ui *ui;
    struct ct_preps_arg arg;
    struct ct_patient p;
    struct ct_prep *list;
    size_t n;
    struct ct_table table;
    int64_t in_error; /* the one that is being asked about */
    char not_begun[400]; /* titles of those that the procedure asks for */
    char cell[128];
};

enum { COL_MARK, COL_TITLE, COL_STATE, COL_DONE, COL_BEGUN };
static const struct ct_column COLUMNS[] = {
    [COL_MARK] = {.title = "", .width = 2, .frozen = true},
    [COL_TITLE] = {.title = "Checklist", .width = 0, .frozen = true},
    [COL_STATE] = {.title = "", .width = 22},
    [COL_DONE] = {.title = "Answered", .width = 8, .align = 1},
    [COL_BEGUN] = {.title = "Begun", .width = 12},
};

static int64_t list_count(void *arg)
{
    return (int64_t)((struct preps *)arg)->n;
}

static bool list_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

/* "2 stop, 5 open". */
static const char *state_cell(struct preps *s, const struct ct_prep *p, enum ct_role_ui *role)
{
    if (p->state != CT_PREP_OPEN)
        return CT_PREP_STATE_NAME[p->state];
    if (p->stops > 0)
        *role = CT_R_ALARM;
    if (p->stops > 0)
        snprintf(s->cell, sizeof s->cell, "%lld stop%s, %lld open", (long long)p->stops,
                 p->stops == 1 ? "s" : "", (long long)p->wants);
    else if (p->wants > 0)
        snprintf(s->cell, sizeof s->cell, "%lld open", (long long)p->wants);
    else
        snprintf(s->cell, sizeof s->cell, "complete");
    return s->cell;
}

static const char *list_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct preps *s = arg;
    const struct ct_prep *p = &s->list[row];
    switch (column) {
    case COL_MARK:
        return p->state != CT_PREP_OPEN ? "" : p->stops > 0 ? "!!" : p->wants > 0 ? "!" : "";
    case COL_TITLE:
        return p->title;
    case COL_STATE:
        return state_cell(s, p, role);
    case COL_DONE:
        snprintf(s->cell, sizeof s->cell, "%lld/%lld", (long long)p->answered,
                 (long long)p->shown);
        return s->cell;
    default:
        ct_datetime_text(p->at_ms, s->cell);
        return s->cell;
    }
}

static bool begun(const struct preps *s, const char *id)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->list[i].state != CT_PREP_IN_ERROR && strcmp(s->list[i].template_id, id) == 0)
            return true;
    return false;
}

static void not_begun_look(struct preps *s)
{
    struct ct_app *app = ct_ui_app(s->ui);
    const struct ct_proc_kinds *kinds;
    CT_BUF b = {.max = sizeof s->not_begun};
    struct ct_procedure *p = s->arg.procedure_id != 0 ? calloc(1, sizeof *p) : NULL;
    s->not_begun[0] = '\0';
    if (p != NULL && ct_procedure_get(app, s->arg.procedure_id, p, NULL) == CT_OK &&
        ct_proc_kinds_of(app, &kinds, NULL) == CT_OK) {
        const struct ct_proc_kind *kind = ct_proc_kind_find(kinds, p->kind);
        for (size_t i = 0; kind != NULL && i < kind->n_checklists; i++) {
            CT_CHECKLIST *t = NULL;
            if (begun(s, kind->checklist[i]))
                continue;
            bool named = ct_checklist_load(ct_app_config(app), kind->checklist[i], &t, NULL) ==
                         CT_OK;
            ct_buf_printf(&b, "%s%s", b.len > 0 ? ", " : "",
                          named ? t->title : kind->checklist[i]);
        }
    }
    free(p);
    ct_text_copy(s->not_begun, sizeof s->not_begun, ct_buf_str(&b));
}

static enum ct_status load(struct preps *s, struct ct_error *reterr)
{
    struct ct_prep *list = NULL;
    size_t n = 0;
    int64_t chosen = s->n > 0 ? s->list[s->table.cursor].id : 0;
    struct ct_prep_filter f = {.patient_id = s->arg.patient_id,
                               .procedure_id = s->arg.procedure_id};
    enum ct_status st =
        ct_prep_list(ct_ui_app(s->ui), &f, LIST_MAX, &list, &n, reterr);
    if (st != CT_OK)
        return st;
    free(s->list);
    s->list = list;
    s->n = n;
    for (size_t i = 0; i < n; i++)
        if (list[i].id == chosen)
            s->table.cursor = (int64_t)i;
    ct_table_reload(&s->table);
    not_begun_look(s);
    return CT_OK;
}

static enum ct_status preps_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct preps *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->arg = *(const struct ct_preps_arg *)arg;
    enum ct_status st =
        ct_patient_get(ct_ui_app(s->ui), s->arg.patient_id, &s->p, reterr);
    if (st != CT_OK)
        return st;
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = list_count, .load = list_load, .cell = list_cell});
    return load(s, reterr);
}

static void preps_close(struct ct_view *v)
{
    free(((struct preps *)ct_view_state(v))->list);
}

static void preps_refresh(struct ct_view *v)
{
    struct preps *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void chosen_draw(const struct preps *s, struct ct_grid *g, struct ct_rect at)
{
    const struct ct_prep *p = &s->list[s->table.cursor];
    char last[24], line[600], ended[24];
    ct_datetime_text(p->last_ms, last);
    int used = snprintf(line, sizeof line, "C-%lld, version %s, begun by %s, last entry %s",
                        (long long)p->id, p->version, p->by, last);
    if (p->state != CT_PREP_OPEN && used > 0 && (size_t)used < sizeof line) {
        ct_datetime_text(p->ended_ms, ended);
        snprintf(line + used, sizeof line - (size_t)used, ". %s by %s, %s%s%s",
                 p->state == CT_PREP_IN_ERROR ? "Entered in error" :
                 p->state == CT_PREP_FINISHED ? "Finished" : "Left incomplete",
                 p->ended_name, ended, p->reason[0] != '\0' ? ": " : "", p->reason);
    }
    ct_draw_wrapped(g, at, CT_R_TEXT, line);
}

static void preps_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct preps *s = ct_view_state(v);
    int end = body.row + body.rows;
    ct_subject_patient(s->ui, &s->p);
    ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD,
                 s->arg.procedure_id != 0 ? "CHECKLISTS OF THIS PROCEDURE"
                                          : "CHECKLISTS OF THIS PATIENT");
    if (s->n == 0)
        ct_grid_text(g, body.row + 5, body.col + 2, -1, CT_R_DIM,
                     "None was begun. n begins one.");
    int said = 0;
    if (s->not_begun[0] != '\0') {
        char line[460];
        snprintf(line, sizeof line, "Asked for, not begun: %s", s->not_begun);
        said = ct_draw_wrapped(g, (struct ct_rect){body.row + 1, body.col + 1, 3, body.cols - 2},
                               CT_R_WARN, line);
    }
    ct_table_draw(&s->table, g, body.row + 1 + said, body.col, body.rows - 5 - said, body.cols,
                  true);
    if (s->n == 0)
        return;
    ct_grid_hline(g, end - 4, body.col, body.cols);
    chosen_draw(s, g, (struct ct_rect){end - 3, body.col + 1, 3, body.cols - 2});
}

static enum ct_reaction preps_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct preps *)ct_view_state(v))->table, e);
}

static bool any(const struct ct_view *v)
{
    return ((const struct preps *)ct_view_state(v))->n > 0;
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    struct preps *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_prep, &s->list[s->table.cursor].id) ? CT_HANDLED
                                                                           : CT_REFUSED;
}

static enum ct_reaction start(struct ct_view *v)
{
    struct preps *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_prep_start, &s->arg) ? CT_HANDLED : CT_REFUSED;
}

static void error_answered(struct ct_view *v, int index)
{
    struct preps *s = ct_view_state(v);
    struct ct_error err;
    if (index < 0)
        return;
    enum ct_status st =
        ct_prep_void(ct_ui_app(s->ui), s->in_error, CT_PREP_REASONS[index].label, &err);
    preps_refresh(v);
    if (st != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_OK, "Marked as entered in error. The shift log shows it.");
}

static enum ct_reaction in_error(struct ct_view *v)
{
    struct preps *s = ct_view_state(v);
    const struct ct_prep *p = &s->list[s->table.cursor];
    char question[160];
    if (p->state == CT_PREP_IN_ERROR) {
        ct_ui_say(s->ui, CT_R_WARN, "This one is marked as entered in error.");
        return CT_REFUSED;
    }
    s->in_error = p->id; /* this one, wherever the line stands by then */
    snprintf(question, sizeof question, "\"%s\" was entered in error, because?", p->title);
    ct_ui_ask(v, question, CT_PREP_REASONS, error_answered);
    return CT_HANDLED;
}

static int64_t preps_patient(const struct ct_view *v)
{
    return ((const struct preps *)ct_view_state(v))->p.id;
}

static const struct ct_command COMMANDS[] = {
    {.id = "preps.open", .keys = "Enter", .label = "open", .perm = CT_PERM_PREP_READ,
     .help = "Go on with this checklist, or read it.", .run = open_chosen, .shown = any},
    {.id = "preps.start", .keys = "n", .label = "begin one", .perm = CT_PERM_PREP_WRITE,
     .help = "Begin a checklist.", .run = start},
    {.id = "preps.error", .keys = "x d", .label = "in error", .perm = CT_PERM_PREP_WRITE,
     .help = "Mark this line's checklist as entered in error; a reason is asked.",
     .run = in_error, .shown = any},
    {.id = NULL},
};

const struct ct_screen ct_screen_preps = {
    .id = "preps",
    .title = "Checklists",
    .help = "The preparation checklists of a patient, the newest first, as each stood at its last "
            "entry. !! has an answer that stops the procedure. Each is shown under the words it was "
            "begun under.",
    .perm = CT_PERM_PREP_READ,
    .state_size = sizeof(struct preps),
    .arg_size = sizeof(struct ct_preps_arg),
    .commands = COMMANDS,
    .open = preps_open,
    .draw = preps_draw,
    .event = preps_event,
    .refresh = preps_refresh,
    .patient = preps_patient,
    .close = preps_close,
};
