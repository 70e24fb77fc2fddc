/* schedules - what is asked for of one device and by what rules, and what was done. */
#include "clinic/schedule.h"
#include "ui/screens/task_walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { RESULTS_MAX = 200 };

struct schedules {
    struct ct_ui *ui;
    struct ct_equipment e;
    struct ct_schedule *s;
    struct ct_task_result *r;
    size_t n, n_results;
    struct ct_table table; /* the schedules, then the results */
    char cell[240];
};

enum { COL_WHAT, COL_DAY, COL_TEXT };
static const struct ct_column COLUMNS[] = {
    [COL_WHAT] = {.title = "Task", .width = 23, .frozen = true},
    [COL_DAY] = {.title = "Due / done", .width = 12},
    [COL_TEXT] = {.title = "Rule / result", .width = 0},
};

static enum ct_status load(struct schedules *s, int64_t id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_schedule *v = NULL;
    struct ct_task_result *r = NULL;
    size_t n = 0, n_results = 0;
    enum ct_status st = ct_equipment_get(app, id, &s->e, reterr);
    if (st == CT_OK)
        st = ct_schedule_list(app, id, &v, &n, reterr);
    if (st == CT_OK)
        st = ct_result_list(app, id, -1, RESULTS_MAX, &r, &n_results, reterr);
    if (st != CT_OK) {
        free(v);
        return st;
    }
    free(s->s);
    free(s->r);
    s->s = v;
    s->n = n;
    s->r = r;
    s->n_results = n_results;
    ct_table_reload(&s->table);
    return CT_OK;
}

static int64_t row_count(void *arg)
{
    const struct schedules *s = arg;
    return (int64_t)(s->n + s->n_results);
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *result_text(struct schedules *s, const struct ct_task_result *r,
                               enum ct_role_ui *role)
{
    static const char *const VERDICT[CT_TASK_VERDICTS] = {"passed", "FAILED", "passed, limited"};
    if (r->voided)
        *role = CT_R_DIM;
    else if (r->verdict == CT_TASK_FAILED)
        *role = CT_R_WARN;
    snprintf(s->cell, sizeof s->cell, "R-%lld %s%s by %s%s%.120s", (long long)r->id,
             r->voided ? "IN ERROR, was " : "", VERDICT[r->verdict], r->by,
             r->text[0] != '\0' ? "; " : "", r->text);
    return s->cell;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct schedules *s = arg;
    bool result = (size_t)row >= s->n;
    const struct ct_schedule *p = result ? NULL : &s->s[row];
    const struct ct_task_result *r = result ? &s->r[(size_t)row - s->n] : NULL;
    if (!result)
        *role = CT_R_TITLE;
    switch (column) {
    case COL_WHAT: return CT_TASK_NAME[result ? r->kind : p->kind];
    case COL_DAY:
        ct_date_text(result ? ct_date_at(r->done_ms) : p->due, s->cell);
        return s->cell;
    default:
        if (result)
            return result_text(s, r, role);
        ct_schedule_text(p, s->cell, sizeof s->cell);
        return s->cell;
    }
}

static const struct ct_schedule *chosen(const struct ct_view *v)
{
    const struct schedules *s = ct_view_state(v);
    return (size_t)s->table.cursor < s->n ? &s->s[s->table.cursor] : NULL;
}

static const struct ct_task_result *chosen_result(const struct ct_view *v)
{
    const struct schedules *s = ct_view_state(v);
    size_t i = (size_t)s->table.cursor;
    return i >= s->n && i < s->n + s->n_results ? &s->r[i - s->n] : NULL;
}

static enum ct_status schedules_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct schedules *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    return load(s, *(const int64_t *)arg, reterr);
}

static void schedules_refresh(struct ct_view *v)
{
    struct schedules *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, s->e.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void schedules_close(struct ct_view *v)
{
    struct schedules *s = ct_view_state(v);
    free(s->s);
    free(s->r);
}

/* The line of the cursor, of which the list cuts the end: the rule is always to be seen. */
static void whole_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect at)
{
    const struct ct_schedule *p = chosen(v);
    const struct ct_task_result *r = chosen_result(v);
    char text[CT_EQUIP_TEXT_MAX + CT_EQUIP_REASON_MAX + 200], rule[200], due[16], last[16];
    if (p != NULL) {
        ct_schedule_text(p, rule, sizeof rule);
        ct_date_text(p->due, due);
        ct_date_text(p->last_day, last);
        snprintf(text, sizeof text, "%s%s%s: %s. Due %s, in time until %s.",
                 CT_TASK_NAME[p->kind], p->template_id[0] != '\0' ? " by " : "", p->template_id,
                 rule, due, last);
    } else if (r != NULL) {
        snprintf(text, sizeof text, "R-%lld, %s: %s%s%s", (long long)r->id,
                 CT_TASK_WHY_NAME[r->why], r->text, r->voided ? "; in error: " : "", r->reason);
    } else {
        return;
    }
    ct_draw_wrapped(g, at, CT_R_TEXT, text);
}

static void schedules_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct schedules *s = ct_view_state(v);
    ct_ui_subject(s->ui, "%s  %s %s", s->e.asset, s->e.maker, s->e.model);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 2, CT_R_HEAD,
                   "SCHEDULES of %s, and below what was done", s->e.asset);
    if (s->n == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_WARN,
                     "Nothing is scheduled: nobody will be told that anything is due.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 5, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - 4, body.col, body.cols);
    whole_draw(v, g, (struct ct_rect){body.row + body.rows - 3, body.col + 1, 3, body.cols - 2});
}

static enum ct_reaction schedules_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct schedules *)ct_view_state(v))->table, e);
}

static bool is_schedule(const struct ct_view *v)
{
    return chosen(v) != NULL;
}

static bool is_result(const struct ct_view *v)
{
    const struct ct_task_result *r = chosen_result(v);
    return r != NULL && !r->voided && r->calibration_id == 0;
}

static enum ct_reaction form(struct ct_view *v, int64_t schedule_id)
{
    const struct schedules *s = ct_view_state(v);
    const struct ct_task_arg arg = {.equipment_id = s->e.id, .schedule_id = schedule_id};
    return ct_ui_push(s->ui, &ct_screen_schedule_form, &arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction add(struct ct_view *v)
{
    return form(v, 0);
}

static enum ct_reaction amend(struct ct_view *v)
{
    return form(v, chosen(v)->first_id);
}

static enum ct_reaction record(struct ct_view *v)
{
    const struct schedules *s = ct_view_state(v);
    int64_t schedule = chosen(v) != NULL ? chosen(v)->first_id : 0;
    return ct_task_begin(s->ui, s->e.id, schedule) ? CT_HANDLED : CT_REFUSED;
}

static bool is_check(const struct ct_view *v)
{
    const struct ct_task_result *r = chosen_result(v);
    return r != NULL && r->walked;
}

static enum ct_reaction look(struct ct_view *v)
{
    const struct schedules *s = ct_view_state(v);
    const struct ct_walk_arg arg = {.equipment_id = s->e.id, .result_id = chosen_result(v)->id};
    return ct_ui_push(s->ui, &ct_screen_walk, &arg) ? CT_HANDLED : CT_REFUSED;
}

static void end_because(struct ct_view *v, const char *reason)
{
    struct schedules *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL || chosen(v) == NULL)
        return;
    if (ct_schedule_end(ct_ui_app(s->ui), chosen(v)->first_id, reason, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_OK, "It is no longer asked for.");
    schedules_refresh(v);
}

static enum ct_reaction end(struct ct_view *v)
{
    ct_ui_prompt(v, "No longer asked for, because", "", end_because);
    return CT_HANDLED;
}

static void void_because(struct ct_view *v, const char *reason)
{
    struct schedules *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL || chosen_result(v) == NULL)
        return;
    if (ct_result_void(ct_ui_app(s->ui), chosen_result(v)->id, reason, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_OK, "Marked as entered in error: due dates follow.");
    schedules_refresh(v);
}

static enum ct_reaction in_error(struct ct_view *v)
{
    ct_ui_prompt(v, "Entered in error, because", "", void_because);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "schedules.amend", .keys = "Enter a", .label = "change", .perm = CT_PERM_EQUIP_PLAN,
     .help = "Change the schedule of this line; asks for the reason.", .run = amend,
     .shown = is_schedule},
    {.id = "schedules.look", .keys = "Enter", .label = "answers", .perm = CT_PERM_EQUIP_READ,
     .help = "The items of this check and what was answered.", .run = look, .shown = is_check},
    {.id = "schedules.add", .keys = "n", .label = "new", .perm = CT_PERM_EQUIP_PLAN,
     .help = "Schedule another task on this device.", .run = add},
    {.id = "schedules.record", .keys = "k", .label = "record", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Record that it was done.", .run = record},
    {.id = "schedules.end", .keys = "x", .label = "end", .perm = CT_PERM_EQUIP_PLAN,
     .help = "No longer ask for it; asks for the reason.", .run = end, .shown = is_schedule},
    {.id = "schedules.in_error", .keys = "d", .label = "in error", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Mark the result of this line as entered in error.", .run = in_error,
     .shown = is_result},
    {.id = NULL},
};

const struct ct_screen ct_screen_schedules = {
    .id = "schedules",
    .title = "Schedules of a device",
    .help = "Each task by its interval, window and rule, with the due day that follows from "
            "what was done; below, every result, the newest first. A result entered in error "
            "counts no longer, and the due day goes back.",
    .perm = CT_PERM_EQUIP_READ,
    .state_size = sizeof(struct schedules),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = schedules_open,
    .draw = schedules_draw,
    .event = schedules_event,
    .refresh = schedules_refresh,
    .close = schedules_close,
};
