/* escalations - who waits for somebody: the overdue first, then the open, then what
 * was closed in the last day. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>

#include "clinic/escalation.h"
#include "ui/tk/table.h"

enum { LIST_MAX = 100, CLOSED_MS = CT_DAY_MS };

struct escalations {
    struct ct_ui *ui;
    int64_t patient_id; /* 0: everybody's */
    struct ct_patient patient;
    struct ct_escalation *list;
    size_t n;
    int64_t open, overdue, now_ms;
    struct ct_table table;
    char cell[128];
};

enum { COL_MARK, COL_ID, COL_PATIENT, COL_PLACE, COL_SCORE, COL_ASKED, COL_BY };
static const struct ct_column COLUMNS[] = {
    [COL_MARK] = {.title = "", .width = 2, .frozen = true},
    [COL_ID] = {.title = "", .width = 7, .gone_below = 95},
    [COL_PATIENT] = {.title = "Patient", .width = 0, .frozen = true},
    [COL_PLACE] = {.title = "Where", .width = 8},
    [COL_SCORE] = {.title = "Raised by", .width = 12},
    [COL_ASKED] = {.title = "Asked now", .width = 18},
    [COL_BY] = {.title = "", .width = 15, .align = 1},
};

static int64_t list_count(void *arg)
{
    return (int64_t)((struct escalations *)arg)->n;
}

static bool list_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

/* Who has it: the level that is asked, or whoever took it on. */
static const char *asked(const struct ct_escalation *e, char out[128])
{
    const struct ct_escalation_event *on = NULL;
    for (size_t i = 0; i < e->n_events; i++)
        if (e->event[i].kind == CT_ESC_ACCEPTED || e->event[i].kind == CT_ESC_ATTENDED)
            on = &e->event[i];
    if (!e->open)
        return "closed";
    if (on == NULL)
        return ct_escalation_level(e);
    snprintf(out, 128, "%s", on->who);
    return out;
}

/* Until when, or how long since: what was closed says when. */
static const char *until(const struct escalations *s, const struct ct_escalation *e,
                         enum ct_role_ui *role, char out[128])
{
    char due[48];
    bool late;
    if (!e->open) {
        ct_datetime_text(e->event[e->n_events - 1].at_ms, out);
        return out;
    }
    if (e->deadline_ms == CT_UNSET)
        return e->attended ? "no outcome yet" : "not attended";
    ct_due_text(e->deadline_ms, s->now_ms, due, &late);
    if (late)
        *role = CT_R_ALARM;
    snprintf(out, 128, "%s", due);
    return out;
}

static const char *list_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct escalations *s = arg;
    const struct ct_escalation *e = &s->list[row];
    switch (column) {
    case COL_MARK:
        if (e->overdue)
            *role = CT_R_ALARM;
        return e->overdue ? "!!" : e->open ? "!" : "";
    case COL_ID: snprintf(s->cell, sizeof s->cell, "E-%lld", (long long)e->id); return s->cell;
    case COL_PATIENT: return e->patient;
    case COL_PLACE: return e->place;
    case COL_SCORE:
        if (e->restricted)
            return e->score_text;
        snprintf(s->cell, sizeof s->cell, "%d %s", e->score, ct_band_name(e->band));
        return s->cell;
    case COL_ASKED: return asked(e, s->cell);
    default: return until(s, e, role, s->cell);
    }
}

static enum ct_status load(struct escalations *s, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_escalation *list = NULL;
    size_t n = 0;
    int64_t chosen = s->n > 0 ? s->list[s->table.cursor].id : 0;
    s->now_ms = ct_app_now(app);
    enum ct_status st = ct_escalation_list(app, s->patient_id, s->now_ms - CLOSED_MS, LIST_MAX,
                                           &list, &n, reterr);
    if (st == CT_OK)
        st = ct_escalation_count(app, &s->open, &s->overdue, reterr);
    if (st != CT_OK) {
        free(list);
        return st;
    }
    free(s->list);
    s->list = list;
    s->n = n;
    for (size_t i = 0; i < n; i++)
        if (list[i].id == chosen)
            s->table.cursor = (int64_t)i; /* stay on the escalation, not on the row */
    ct_table_reload(&s->table);
    return CT_OK;
}

static enum ct_status escalations_open(struct ct_view *v, const void *arg,
                                       struct ct_error *reterr)
{
    struct escalations *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->patient_id = arg != NULL ? *(const int64_t *)arg : 0;
    if (s->patient_id != 0) {
        enum ct_status st = ct_patient_get(ct_ui_app(s->ui), s->patient_id, &s->patient, reterr);
        if (st != CT_OK)
            return st;
    }
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = list_count, .load = list_load, .cell = list_cell});
    return load(s, reterr);
}

static void escalations_close(struct ct_view *v)
{
    struct escalations *s = ct_view_state(v);
    free(s->list);
}

static void escalations_refresh(struct ct_view *v)
{
    struct escalations *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

/* A deadline passes without anybody changing the store. */
static void escalations_tick(struct ct_view *v)
{
    struct escalations *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    if (ct_app_state(app) == CT_IN &&
        ct_app_now(app) / CT_MINUTE_MS != s->now_ms / CT_MINUTE_MS)
        escalations_refresh(v);
}

static void escalations_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct escalations *s = ct_view_state(v);
    int row = body.row, end = body.row + body.rows;
    if (s->patient_id != 0) {
        ct_subject_patient(s->ui, &s->patient);
        ct_grid_text(g, row, body.col + 1, -1, CT_R_HEAD, "ESCALATIONS OF THIS PATIENT");
    } else {
        ct_ui_subject(s->ui, "ESCALATIONS");
        ct_grid_printf(g, row, body.col + 1, -1, s->overdue > 0 ? CT_R_ALARM : CT_R_TEXT,
                       "%lld open, %lld overdue%s", (long long)s->open, (long long)s->overdue,
                       s->open > LIST_MAX ? "; the most urgent are shown" : "");
    }
    if (s->n == 0)
        ct_grid_text(g, row + 3, body.col + 2, -1, CT_R_DIM,
                     "None is open, and none was closed in the last 24 hours.");
    ct_table_draw(&s->table, g, row + 1, body.col, body.rows - 4, body.cols, true);
    if (s->n == 0)
        return;
    char text[2048]; /* where the chosen one stands; what went before lies behind Enter */
    struct ct_escalation last = s->list[s->table.cursor];
    if (last.n_events > 1) {
        last.event[0] = last.event[last.n_events - 1];
        last.n_events = 1;
    }
    ct_escalation_text(&last, s->now_ms, text, sizeof text);
    ct_grid_hline(g, end - 3, body.col, body.cols);
    ct_draw_wrapped(g, (struct ct_rect){end - 2, body.col + 2, 2, body.cols - 3}, CT_R_TEXT,
                    text);
}

static enum ct_reaction escalations_event(struct ct_view *v, const struct ct_event *e)
{
    struct escalations *s = ct_view_state(v);
    return ct_table_event(&s->table, e);
}

static bool any(const struct ct_view *v)
{
    return ((const struct escalations *)ct_view_state(v))->n > 0;
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    struct escalations *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_escalation, &s->list[s->table.cursor].id) ? CT_HANDLED
                                                                                 : CT_REFUSED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "escalations.open", .keys = "Enter", .label = "open", .perm = CT_PERM_VITALS_READ,
     .help = "What raised this one, what was done, and what is to do.", .run = open_chosen,
     .shown = any},
    {.id = NULL},
};

static int64_t escalations_patient(const struct ct_view *v)
{
    return ((const struct escalations *)ct_view_state(v))->patient_id;
}

const struct ct_screen ct_screen_escalations = {
    .id = "escalations",
    .title = "Escalations",
    .help = "Sets of vitals whose score asked for somebody. !! is overdue: nobody accepted, or "
            "nobody came, in time. Who is asked rises by itself while nobody accepts. Open ones "
            "stay here until their outcome is recorded.",
    .perm = CT_PERM_VITALS_READ,
    .jump = true,
    .state_size = sizeof(struct escalations),
    .arg_size = sizeof(int64_t),
    .patient = escalations_patient,
    .commands = COMMANDS,
    .open = escalations_open,
    .draw = escalations_draw,
    .event = escalations_event,
    .refresh = escalations_refresh,
    .tick = escalations_tick,
    .close = escalations_close,
};
