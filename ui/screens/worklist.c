/* worklist - a day's procedures by time: room, what, for whom, where it stands, who. */
#include "ui/screens/proc_act.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { EARLIER_DAYS = 31, DAYS_AWAY = 400 };
enum state_filter { ALL, TO_DO, DONE, NOT_DONE, STATE_FILTERS };
static const char *const STATE_WORDS[] = {"", "to do", "done", "cancelled or missed"};
static const unsigned STATE_MASK[] = {
    CT_PROC_MASK_ALL, CT_PROC_MASK_OPEN, 1u << CT_PROC_DONE,
    1u << CT_PROC_CANCELLED | 1u << CT_PROC_NO_SHOW};

struct worklist {
    struct ct_proc_act act; /* first: proc_act.h */
    struct ct_ui *ui;
    struct ct_procedure *list; /* the whole day: counts and rows are of one query */
    size_t n;
    size_t *row; /* those that pass the filter */
    size_t n_rows;
    int days;     /* from today */
    bool earlier; /* not a day: what was left of the days before today */
    char room[65];
    bool by_room, mine; /* by_room and room "": those without a room */
    enum state_filter state;
    int64_t now_ms, left;
    struct ct_table table;
    char cell[256];
};

enum { COL_TIME, COL_ROOM, COL_WHAT, COL_PATIENT, COL_STATE, COL_WHO };
static const struct ct_column COLUMNS[] = {
    [COL_TIME] = {.title = "Time", .width = 5, .frozen = true},
    [COL_ROOM] = {.title = "Room", .width = 8},
    [COL_WHAT] = {.title = "Procedure", .width = 18},
    [COL_PATIENT] = {.title = "Patient", .width = 0},
    [COL_STATE] = {.title = "State", .width = 17},
    [COL_WHO] = {.title = "Who", .width = 8},
};

/* ---- the rows ----------------------------------------------------------------- */

static const struct ct_procedure *at(const struct worklist *s, int64_t row)
{
    return row >= 0 && (size_t)row < s->n_rows ? &s->list[s->row[row]] : NULL;
}

static uint32_t me(const struct worklist *s)
{
    const struct ct_who *who = ct_app_who(ct_ui_app(s->ui));
    return who != NULL ? who->user_id : 0;
}

static void rows_make(struct worklist *s)
{
    s->n_rows = 0;
    for (size_t i = 0; s->row != NULL && i < s->n; i++) {
        const struct ct_procedure *p = &s->list[i];
        if ((s->by_room && strcmp(p->room, s->room) != 0) || (s->mine && p->assigned != me(s)) ||
            (STATE_MASK[s->state] >> p->state & 1) == 0)
            continue;
        s->row[s->n_rows++] = i;
    }
}

static void load(struct worklist *s)
{
    struct ct_app *app = ct_ui_app(s->ui);
    const struct ct_procedure *chosen = at(s, s->table.cursor);
    int64_t id = chosen != NULL ? chosen->id : 0, today, tomorrow, long_ago, unused;
    struct ct_error err;
    struct ct_proc_filter f = {.states = s->earlier ? CT_PROC_MASK_OPEN : CT_PROC_MASK_ALL};
    s->now_ms = ct_app_now(app);
    ct_proc_day(s->now_ms, 0, &today, &tomorrow);
    ct_proc_day(s->now_ms, -EARLIER_DAYS, &long_ago, &unused);
    ct_proc_day(s->now_ms, s->days, &f.from_ms, &f.before_ms);
    if (s->earlier) {
        f.from_ms = long_ago;
        f.before_ms = today;
    }
    free(s->list);
    free(s->row);
    s->list = NULL;
    s->row = NULL;
    s->n = 0;
    if (ct_procedure_list(app, &f, &s->list, &s->n, &err) != CT_OK ||
        ct_procedure_left(app, long_ago, today, &s->left, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    s->row = calloc(s->n > 0 ? s->n : 1, sizeof *s->row);
    if (s->row == NULL)
        ct_ui_say(s->ui, CT_R_ERROR, "There is no memory for the worklist.");
    rows_make(s);
    for (size_t i = 0; i < s->n_rows; i++)
        if (s->list[s->row[i]].id == id)
            s->table.cursor = (int64_t)i; /* stay on the procedure, not on the row */
    ct_table_reload(&s->table);
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct worklist *)arg)->n_rows;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct worklist *s = arg;
    const struct ct_procedure *p = at(s, row);
    if (p == NULL)
        return "";
    switch (column) {
    case COL_TIME:
        ct_time_text(p->planned_ms, s->cell);
        return s->cell;
    case COL_ROOM: return p->room[0] != '\0' ? p->room : "-";
    case COL_WHAT:
        ct_proc_what(p, s->cell, sizeof s->cell);
        return s->cell;
    case COL_PATIENT: return p->patient;
    case COL_STATE: return ct_proc_state_cell(p, s->now_ms, role, s->cell);
    default: return ct_proc_who(s->ui, p);
    }
}

/* On the first that is late or to come: what is over is above. */
static void cursor_to_now(struct worklist *s)
{
    s->table.cursor = s->table.top = 0;
    for (size_t i = 0; i < s->n_rows; i++)
        if (!ct_proc_ended(s->list[s->row[i]].state)) {
            s->table.cursor = (int64_t)i;
            break;
        }
    ct_table_reload(&s->table);
}

/* ---- the screen ------------------------------------------------------------------ */

static const struct ct_procedure *chosen(const struct ct_view *v)
{
    const struct worklist *s = ct_view_state(v);
    return at(s, s->table.cursor);
}

static void worklist_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

static enum ct_status worklist_open(struct ct_view *v, const void *arg,
                                    struct ct_error *reterr)
{
    (void)arg, (void)reterr;
    struct worklist *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->act.chosen = chosen;
    s->act.reload = worklist_refresh;
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    load(s);
    cursor_to_now(s);
    return CT_OK;
}

static void worklist_close(struct ct_view *v)
{
    struct worklist *s = ct_view_state(v);
    free(s->list);
    free(s->row);
}

static void worklist_tick(struct ct_view *v)
{
    struct worklist *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    if (ct_app_state(app) == CT_IN &&
        ct_app_now(app) / CT_MINUTE_MS != s->now_ms / CT_MINUTE_MS)
        load(s);
}

static void head_draw(const struct worklist *s, struct ct_grid *g, struct ct_rect body)
{
    static const char *const WEEKDAY[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    struct ct_proc_counts c;
    struct ct_civil day;
    int64_t from, before;
    char date[16], counts[96];
    ct_proc_day(s->now_ms, s->days, &from, &before);
    ct_civil_at(from, &day);
    ct_date_text(ct_date_at(from), date);
    if (s->days > -180 && s->days < 180) /* the nearest such day */
        date[strlen(date) - 5] = '\0';
    int row = body.row, col = body.col + 1;
    ct_grid_text(g, row, col, -1, CT_R_HEAD, "WORKLIST");
    if (s->earlier)
        ct_grid_text(g, row, col + 10, -1, CT_R_WARN, "not ended, of earlier days");
    else
        ct_grid_printf(g, row, col + 10, -1, CT_R_TEXT, "%s %s%s", WEEKDAY[day.weekday], date,
                       s->days == 0    ? " today"
                       : s->days == 1  ? " tomorrow"
                       : s->days == -1 ? " yesterday"
                                       : "");
    ct_proc_count(s->list, s->n, me(s), s->now_ms, &c);
    ct_proc_counts_text(&c, counts);
    CT_BUF b = {.max = 200};
    ct_buf_str_add(&b, counts);
    if (c.cancelled > 0)
        ct_buf_printf(&b, ", %zu cancelled", c.cancelled);
    if (c.missed > 0)
        ct_buf_printf(&b, ", %zu missed", c.missed);
    if (c.late > 0)
        ct_buf_printf(&b, ", %zu LATE", c.late);
    ct_grid_right(g, row, body.col + body.cols - 1, c.late > 0 ? CT_R_WARN : CT_R_TEXT,
                  ct_buf_str(&b));
}

/* What is filtered, and what lies before this day. */
static void filter_draw(const struct worklist *s, struct ct_grid *g, int row, int col)
{
    CT_BUF b = {.max = 300};
    if (s->by_room)
        ct_buf_printf(&b, ", %s", s->room[0] != '\0' ? s->room : "no room yet");
    if (s->mine)
        ct_buf_str_add(&b, ", mine");
    if (s->state != ALL)
        ct_buf_printf(&b, ", %s", STATE_WORDS[s->state]);
    if (b.len > 0)
        ct_grid_printf(g, row, col, -1, CT_R_NOTE, "only%s: %zu of %zu. A shows all.",
                       ct_buf_str(&b) + 1, s->n_rows, s->n);
    else if (s->left > 0 && !s->earlier)
        ct_grid_printf(g, row, col, -1, CT_R_WARN,
                       "%lld of earlier days %s not ended. b shows %s.", (long long)s->left,
                       s->left == 1 ? "has" : "have", s->left == 1 ? "it" : "them");
}

/* "arrived 10:32 (by taxi)   note: walks with a frame" */
static void happened_text(const struct ct_procedure *p, char *out, size_t size)
{
    CT_BUF b = {.max = 1024};
    char at[8];
    if (p->state_ms != CT_UNSET) {
        ct_time_text(p->state_ms, at);
        ct_buf_printf(&b, "%s %s%s%s%s", ct_proc_state_name(p->state), at,
                      p->why[0] != '\0' ? " (" : "", p->why, p->why[0] != '\0' ? ")" : "");
    }
    if (p->note[0] != '\0')
        ct_buf_printf(&b, "%snote: %s", b.len > 0 ? "   " : "", p->note);
    ct_text_copy(out, size, ct_buf_str(&b));
}

/* What a row had no room for, and nothing of what it shows: what is short in columns of
 * its own, so that a move changes little of it. Who has it is told by Enter. */
static void chosen_draw(const struct worklist *s, struct ct_grid *g, struct ct_rect r)
{
    static const char *const SEX[] = {"", "F", "M", "X"};
    const struct ct_procedure *p = at(s, s->table.cursor);
    const struct ct_table *t = &s->table;
    char what[170], until[8], day[24] = "", who[16] = "age ?", id[24], happened[1024];
    if (p == NULL)
        return;
    ct_proc_what(p, what, sizeof what);
    ct_time_text(p->planned_ms + p->minutes * (int64_t)CT_MINUTE_MS, until);
    int age = ct_age_years(p->born, ct_date_at(s->now_ms));
    if (age >= 0)
        snprintf(who, sizeof who, "%s %d", SEX[p->sex], age);
    snprintf(id, sizeof id, "P-%lld", (long long)p->id);
    if (s->earlier) /* the rows are of several days */
        ct_when_text(p->planned_ms, s->now_ms, day);
    const char *patient = ct_table_rest(t, COL_PATIENT, p->patient)[0] != '\0' ? p->patient : "";
    const char *whole = ct_table_rest(t, COL_WHAT, what)[0] != '\0' ? what : "";
    const char *room = ct_table_rest(t, COL_ROOM, p->room)[0] != '\0' ? p->room : "";
    int used = ct_grid_printf(g, r.row, r.col, r.cols, CT_R_TEXT, "%s%suntil %s  %-5s  %-6s  %s",
                              day, day[0] != '\0' ? " " : "", until, who, id, patient);
    ct_grid_printf(g, r.row, r.col + used, r.cols - used, CT_R_TEXT, "%s%s%s%s",
                   patient[0] != '\0' && whole[0] != '\0' ? "  " : "", whole,
                   room[0] != '\0' ? "  " : "", room);
    happened_text(p, happened, sizeof happened);
    ct_grid_text(g, r.row + 1, r.col, r.cols, CT_R_TEXT, happened);
}

static void worklist_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct worklist *s = ct_view_state(v);
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    head_draw(s, g, body);
    filter_draw(s, g, body.row + 1, body.col + 1);
    if (s->n_rows == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM,
                     s->n > 0    ? "Nothing passes the filter. A shows all again."
                     : s->earlier ? "Everything of the last 31 days has ended."
                                  : "Nothing is planned. n plans a procedure.");
    ct_table_draw(&s->table, g, body.row + 2, body.col, body.rows - 5, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - 3, body.col, body.cols);
    chosen_draw(s, g,
                (struct ct_rect){body.row + body.rows - 2, body.col + 1, 2, body.cols - 2});
}

static enum ct_reaction worklist_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct worklist *)ct_view_state(v))->table, e);
}

/* ---- commands ---------------------------------------------------------------------- */

static enum ct_reaction open_chosen(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_procedure, &chosen(v)->id) ? CT_HANDLED
                                                                           : CT_REFUSED;
}

static enum ct_reaction vitals(struct ct_view *v)
{
    struct ct_vitals_arg arg = {.patient_id = chosen(v)->patient_id};
    return ct_ui_push(ct_view_ui(v), &ct_screen_vitals, &arg) ? CT_HANDLED : CT_REFUSED;
}

static bool plan_for(struct ct_ui *ui, int64_t patient_id)
{
    struct ct_plan_arg arg = {.patient_id = patient_id};
    return ct_ui_replace(ui, &ct_screen_plan, &arg);
}

static enum ct_reaction add(struct ct_view *v)
{
    struct ct_find_arg arg = {.found = plan_for, .title = "PLAN A PROCEDURE: FOR WHOM?"};
    return ct_ui_push(ct_view_ui(v), &ct_screen_find, &arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction filtered(struct worklist *s)
{
    rows_make(s);
    s->table.cursor = s->table.top = 0;
    ct_table_reload(&s->table);
    return CT_HANDLED;
}

static enum ct_reaction only_mine(struct ct_view *v)
{
    struct worklist *s = ct_view_state(v);
    s->mine = !s->mine;
    return filtered(s);
}

static enum ct_reaction only_state(struct ct_view *v)
{
    struct worklist *s = ct_view_state(v);
    s->state = (enum state_filter)((s->state + 1) % STATE_FILTERS);
    return filtered(s);
}

/* Room after room by name, those without one first; behind the last all again. */
static enum ct_reaction only_room(struct ct_view *v)
{
    struct worklist *s = ct_view_state(v);
    const char *next = NULL;
    for (size_t i = 0; i < s->n; i++) {
        const char *r = s->list[i].room;
        bool behind = !s->by_room || strcmp(r, s->room) > 0;
        if (behind && (next == NULL || strcmp(r, next) < 0))
            next = r;
    }
    s->by_room = next != NULL;
    ct_text_copy(s->room, sizeof s->room, next != NULL ? next : "");
    return filtered(s);
}

static enum ct_reaction all(struct ct_view *v)
{
    struct worklist *s = ct_view_state(v);
    s->by_room = s->mine = false;
    s->room[0] = '\0';
    s->state = ALL;
    rows_make(s);
    cursor_to_now(s);
    return CT_HANDLED;
}

static enum ct_reaction to_day(struct worklist *s, int days, bool earlier)
{
    s->days = days < -DAYS_AWAY ? -DAYS_AWAY : days > DAYS_AWAY ? DAYS_AWAY : days;
    s->earlier = earlier;
    load(s);
    cursor_to_now(s);
    return CT_HANDLED;
}

static enum ct_reaction day_before(struct ct_view *v)
{
    struct worklist *s = ct_view_state(v);
    return to_day(s, s->earlier ? -1 : s->days - 1, false);
}

static enum ct_reaction day_after(struct ct_view *v)
{
    struct worklist *s = ct_view_state(v);
    return to_day(s, s->earlier ? 0 : s->days + 1, false);
}

static enum ct_reaction today(struct ct_view *v)
{
    return to_day(ct_view_state(v), 0, false);
}

static enum ct_reaction earlier_days(struct ct_view *v)
{
    struct worklist *s = ct_view_state(v);
    return to_day(s, 0, !s->earlier);
}

static const struct ct_command COMMANDS[] = {
    {.id = "worklist.open", .keys = "Enter", .label = "open", .perm = CT_PERM_PROCEDURE_READ,
     .help = "Open the procedure of this line.", .run = open_chosen, .shown = ct_act_any},
    {.id = "worklist.add", .keys = "n", .label = "new", .perm = CT_PERM_PROCEDURE_WRITE,
     .help = "Plan a procedure; the patient is looked for first.", .run = add},
    CT_PROC_ACT_COMMANDS("worklist"),
    {.id = "worklist.mine_only", .keys = "m", .perm = CT_PERM_PROCEDURE_READ,
     .help = "Show only mine; again: all.", .run = only_mine},
    {.id = "worklist.room_only", .keys = "w", .perm = CT_PERM_PROCEDURE_READ,
     .help = "Show one room after the other; behind the last, all again.", .run = only_room},
    {.id = "worklist.state_only", .keys = "f", .perm = CT_PERM_PROCEDURE_READ,
     .help = "Show only those to do, then those done, then those cancelled or missed.",
     .run = only_state},
    {.id = "worklist.all", .keys = "A", .perm = CT_PERM_PROCEDURE_READ,
     .help = "Show all again.", .run = all},
    {.id = "worklist.before", .keys = "< [", .perm = CT_PERM_PROCEDURE_READ,
     .help = "The day before.", .run = day_before},
    {.id = "worklist.after", .keys = "> ]", .perm = CT_PERM_PROCEDURE_READ,
     .help = "The day after.", .run = day_after},
    {.id = "worklist.today", .keys = "0", .perm = CT_PERM_PROCEDURE_READ, .help = "Today.",
     .run = today},
    {.id = "worklist.left", .keys = "b", .perm = CT_PERM_PROCEDURE_READ,
     .help = "What was planned in the last 31 days and has not ended; again: today.",
     .run = earlier_days},
    {.id = "worklist.consent", .keys = "o", .perm = CT_PERM_PROCEDURE_READ,
     .help = "What was explained, and whether the patient agrees.", .run = ct_act_consent,
     .shown = ct_act_any},
    {.id = "worklist.vitals", .keys = "v F4", .perm = CT_PERM_VITALS_WRITE,
     .help = "Enter vitals for the patient of this line.", .run = vitals, .shown = ct_act_any},
    {.id = NULL},
};

const struct ct_screen ct_screen_worklist = {
    .id = "worklist",
    .title = "Worklist",
    .help = "The procedures of a day by time. One key is one step: a arrived, p preparing, r "
            "ready, s start, d done. LATE: the patient has not arrived by the planned time, or "
            "it should be over by now. m shows only mine, w one room, f a state; < and > go to "
            "another day, 0 back to today. What others do is here within a second or two.",
    .perm = CT_PERM_PROCEDURE_READ,
    .jump = true,
    .state_size = sizeof(struct worklist),
    .commands = COMMANDS,
    .open = worklist_open,
    .draw = worklist_draw,
    .event = worklist_event,
    .refresh = worklist_refresh,
    .tick = worklist_tick,
    .close = worklist_close,
};
