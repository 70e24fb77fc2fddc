/* tasks - the board of what is due on devices, the most overdue first; its section on a
 * device's page; and what the keys for tasks there do. */
#include "clinic/schedule.h"
#include "ui/screens/device_parts.h"
#include "ui/screens/task_walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { TASKS_MAX = 2000 };

struct tasks {
    struct ct_ui *ui;
    struct ct_task_due *task;
    size_t n;
    struct ct_task_counts counts;
    int kind; /* -1 all */
    bool standards;
    ct_date day;
    struct ct_table table;
    char cell[200];
};

enum { COL_DUE, COL_STATE, COL_ASSET, COL_TASK, COL_MODEL, COL_PLACE };
static const struct ct_column COLUMNS[] = {
    [COL_DUE] = {.title = "Due", .width = 11, .frozen = true},
    [COL_STATE] = {.title = "State", .width = 13},
    [COL_ASSET] = {.title = "Device", .width = 11},
    [COL_TASK] = {.title = "Task", .width = 22},
    [COL_MODEL] = {.title = "Model", .width = 0},
    [COL_PLACE] = {.title = "Location", .width = 10},
};

static void load(struct tasks *s)
{
    struct ct_error err;
    struct ct_task_due *v = NULL;
    size_t n = 0;
    const struct ct_task_filter f = {
        .kind = s->kind, .ahead_days = -1, .standards = s->standards};
    if (ct_task_board(ct_ui_app(s->ui), &f, TASKS_MAX, &v, &n, &s->counts, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->task);
    s->task = v;
    s->n = n;
    s->day = ct_date_at(ct_app_now(ct_ui_app(s->ui)));
    ct_table_reload(&s->table);
}

/* "overdue", "due", "soon", and what the device is in when it is not in service. */
static const char *state_text(const struct ct_task_due *t, enum ct_role_ui *role)
{
    *role = t->state == CT_TASK_OVERDUE ? CT_R_WARN
            : t->state == CT_TASK_DUE   ? CT_R_NOTE
                                        : CT_R_TEXT;
    switch (t->condition) {
    case CT_COND_QUARANTINED: return "quarantined";
    case CT_COND_REPAIR: return "in repair";
    default: break;
    }
    return t->state == CT_TASK_OVERDUE ? "OVERDUE"
           : t->state == CT_TASK_DUE   ? "due"
           : t->state == CT_TASK_SOON  ? "due soon"
                                       : "later";
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct tasks *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct tasks *s = arg;
    const struct ct_task_due *t = &s->task[row];
    switch (column) {
    case COL_DUE: ct_date_text(t->s.due, s->cell); return s->cell;
    case COL_STATE: return state_text(t, role);
    case COL_ASSET: return t->asset;
    case COL_TASK: return CT_TASK_NAME[t->s.kind];
    case COL_MODEL: return t->model;
    default: return t->location;
    }
}

static const struct ct_task_due *chosen(const struct ct_view *v)
{
    const struct tasks *s = ct_view_state(v);
    return s->n > 0 ? &s->task[s->table.cursor] : NULL;
}

static enum ct_status tasks_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct tasks *s = ct_view_state(v);
    (void)arg, (void)reterr;
    s->ui = ct_view_ui(v);
    s->kind = -1;
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    load(s);
    return CT_OK;
}

static void tasks_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

static void tasks_tick(struct ct_view *v)
{
    struct tasks *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    if (ct_app_state(app) == CT_IN && ct_date_at(ct_app_now(app)) != s->day)
        load(s);
}

static void tasks_close(struct ct_view *v)
{
    free(((struct tasks *)ct_view_state(v))->task);
}

static void tasks_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct tasks *s = ct_view_state(v);
    const struct ct_task_due *t = chosen(v);
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 2, CT_R_HEAD,
                   "DUE ON DEVICES: %lld overdue, %lld due, %lld soon%s%s%s",
                   (long long)s->counts.overdue, (long long)s->counts.due,
                   (long long)s->counts.soon, s->kind >= 0 ? "; " : "",
                   s->kind >= 0 ? CT_TASK_NAME[s->kind] : "",
                   s->standards ? "; reference standards" : "");
    if (s->n == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM,
                     "Nothing is due, and nothing soon.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 4, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - 3, body.col, body.cols);
    if (t == NULL)
        return;
    char text[400], rule[200], last[16], until[16];
    ct_schedule_text(&t->s, rule, sizeof rule);
    ct_date_text(t->s.last_day, until);
    ct_date_text(t->s.result_day, last);
    snprintf(text, sizeof text, "%s: %s; in time until %s; %s%s", t->asset, rule, until,
             last[0] != '\0' ? "last done " : "never done here", last);
    ct_draw_wrapped(g,
                    (struct ct_rect){body.row + body.rows - 2, body.col + 1, 2, body.cols - 2},
                    CT_R_TEXT, text);
}

static enum ct_reaction tasks_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct tasks *)ct_view_state(v))->table, e);
}

static bool any(const struct ct_view *v)
{
    return chosen(v) != NULL;
}

static enum ct_reaction push(struct ct_view *v, const struct ct_screen *screen, const void *arg)
{
    return ct_ui_push(ct_view_ui(v), screen, arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    return push(v, &ct_screen_device, &chosen(v)->s.equipment_id);
}

/* Calibrations are measured, all else is recorded as done. */
static enum ct_reaction record_chosen(struct ct_view *v)
{
    const struct ct_task_due *t = chosen(v);
    if (t->s.kind == CT_TASK_CALIBRATION || t->s.kind == CT_TASK_ELECTRICAL)
        return push(v, &ct_screen_device, &t->s.equipment_id);
    return ct_task_begin(ct_view_ui(v), t->s.equipment_id, t->s.first_id) ? CT_HANDLED
                                                                          : CT_REFUSED;
}

static enum ct_reaction next_kind(struct ct_view *v)
{
    struct tasks *s = ct_view_state(v);
    s->kind = s->kind + 1 < CT_TASKS ? s->kind + 1 : -1;
    s->table.cursor = s->table.top = 0;
    load(s);
    return CT_HANDLED;
}

static enum ct_reaction standards(struct ct_view *v)
{
    struct tasks *s = ct_view_state(v);
    s->standards = !s->standards;
    s->table.cursor = s->table.top = 0;
    load(s);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "tasks.open", .keys = "Enter", .label = "device", .perm = CT_PERM_EQUIP_READ,
     .help = "Open the device of this line.", .run = open_chosen, .shown = any},
    {.id = "tasks.record", .keys = "k", .label = "record", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Record this task: its check item by item, or a form; of a calibration, its "
             "device opens.",
     .run = record_chosen, .shown = any},
    {.id = "tasks.kind", .keys = "t", .label = "kind", .perm = CT_PERM_EQUIP_READ,
     .help = "One kind of task after another, then all.", .run = next_kind},
    {.id = "tasks.standards", .keys = "r", .label = "references", .perm = CT_PERM_EQUIP_READ,
     .help = "Reference standards alone; again: all devices.", .run = standards},
    {.id = NULL},
};

const struct ct_screen ct_screen_tasks = {
    .id = "tasks",
    .title = "Due on devices",
    .help = "Calibrations, electrical safety, maintenance, checks and cleaning that are overdue, "
            "due or due soon, by the results that count. A due date is derived, never typed: "
            "the line below the list says by what rule, and until when it is in time.",
    .perm = CT_PERM_EQUIP_READ,
    .jump = true,
    .state_size = sizeof(struct tasks),
    .commands = COMMANDS,
    .open = tasks_open,
    .draw = tasks_draw,
    .event = tasks_event,
    .refresh = tasks_refresh,
    .tick = tasks_tick,
    .close = tasks_close,
};

/* ---- on a device's page -------------------------------------------------------------- */

int ct_device_tasks_draw(struct ct_ui *ui, struct ct_grid *g, struct ct_rect at,
                         const struct ct_equipment *e)
{
    struct ct_app *app = ct_ui_app(ui);
    struct ct_schedule *s = NULL;
    struct ct_error err;
    size_t n = 0;
    ct_date today = ct_date_at(ct_app_now(app));
    int rows = 0;
    if (ct_schedule_list(app, e->id, &s, &n, &err) != CT_OK)
        return ct_draw_wrapped(g, at, CT_R_WARN, err.text);
    for (size_t i = 0; i < n && rows < at.rows; i++, rows++) {
        struct ct_task_due t = {.s = s[i], .state = ct_task_state(
                                               &s[i], ct_app_config(app)->due_soon_days, today)};
        enum ct_role_ui role;
        char due[16], last[16];
        const char *state = state_text(&t, &role);
        ct_date_text(s[i].due, due);
        ct_date_text(s[i].result_day, last);
        ct_grid_printf(g, at.row + rows, at.col, 24, CT_R_TEXT, "%s", CT_TASK_NAME[s[i].kind]);
        ct_grid_printf(g, at.row + rows, at.col + 24, at.cols - 24, role, "due %s%s%s%s%s", due,
                       t.state == CT_TASK_NOT_YET ? "" : "  ",
                       t.state == CT_TASK_NOT_YET ? "" : state,
                       last[0] != '\0' ? "  last " : "", last);
    }
    free(s);
    return rows;
}

enum ct_reaction ct_device_schedules(struct ct_view *v)
{
    return push(v, &ct_screen_schedules, &ct_device_of(v)->id);
}

enum ct_reaction ct_device_task(struct ct_view *v)
{
    const struct ct_task_arg arg = {.equipment_id = ct_device_of(v)->id};
    return push(v, &ct_screen_task, &arg);
}

enum ct_reaction ct_equip_tasks(struct ct_view *v)
{
    return push(v, &ct_screen_tasks, NULL);
}

enum ct_reaction ct_device_task_line(struct ct_view *v, const struct ct_equip_line *line)
{
    struct ct_checklist *t = NULL;
    struct ct_check_answer *a = NULL;
    const struct ct_walk_arg walk = {.equipment_id = ct_device_of(v)->id,
                                     .result_id = line->ref_id};
    if (line->ref_id == 0 ||
        ct_task_check_kept(ct_ui_app(ct_view_ui(v)), line->ref_id, &t, &a, NULL) != CT_OK)
        return push(v, &ct_screen_schedules, &ct_device_of(v)->id);
    ct_checklist_free(t);
    free(a);
    return push(v, &ct_screen_walk, &walk);
}
