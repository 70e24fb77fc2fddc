/* device_history - all that happened to a device, the newest first. */
#include "ui/screens/device_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct history {
    struct ct_ui *ui;
    struct ct_equipment e;
    struct ct_equip_line *line;
    size_t n;
    struct ct_table table;
    char cell[300];
};

enum { LINES_MAX = 2000 };
enum { COL_WHEN, COL_WHAT, COL_TEXT };
static const struct ct_column COLUMNS[] = {
    [COL_WHEN] = {.title = "When", .width = 18, .frozen = true},
    [COL_WHAT] = {.title = "What", .width = 18},
    [COL_TEXT] = {.title = "", .width = 0},
};

static enum ct_status load(struct history *s, int64_t id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_equip_line *v = NULL;
    size_t n = 0;
    enum ct_status st = ct_equipment_get(app, id, &s->e, reterr);
    if (st == CT_OK)
        st = ct_equipment_history(app, id, LINES_MAX, &v, &n, reterr);
    if (st != CT_OK)
        return st;
    free(s->line);
    s->line = v;
    s->n = n;
    ct_table_reload(&s->table);
    return CT_OK;
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct history *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct history *s = arg;
    const struct ct_equip_line *l = &s->line[row];
    char day[16], time[8];
    (void)role;
    switch (column) {
    case COL_WHEN:
        ct_date_text(ct_date_at(l->at_ms), day);
        ct_time_text(l->at_ms, time);
        snprintf(s->cell, sizeof s->cell, "%s %s", day, time);
        return s->cell;
    case COL_WHAT:
        snprintf(s->cell, sizeof s->cell, "%s%s%s", l->kind, l->ref[0] != '\0' ? " " : "",
                 l->ref);
        return s->cell;
    default: return l->text;
    }
}

static enum ct_status history_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct history *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    return load(s, *(const int64_t *)arg, reterr);
}

static void history_refresh(struct ct_view *v)
{
    struct history *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, s->e.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void history_close(struct ct_view *v)
{
    free(((struct history *)ct_view_state(v))->line);
}

static const struct ct_equip_line *chosen(const struct ct_view *v)
{
    const struct history *s = ct_view_state(v);
    return s->n > 0 ? &s->line[s->table.cursor] : NULL;
}

static void history_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct history *s = ct_view_state(v);
    const struct ct_equip_line *l = chosen(v);
    ct_ui_subject(s->ui, "%s  %s %s", s->e.asset, s->e.maker, s->e.model);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 2, CT_R_HEAD, "HISTORY OF %s",
                   s->e.asset);
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 5, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - 4, body.col, body.cols);
    if (l == NULL)
        return;
    char text[400];
    snprintf(text, sizeof text, "%s   %s", l->text, l->by);
    ct_draw_wrapped(g, (struct ct_rect){body.row + body.rows - 3, body.col + 1, 3,
                                        body.cols - 2},
                    CT_R_TEXT, text);
}

static enum ct_reaction history_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct history *)ct_view_state(v))->table, e);
}

/* To the calibration, fault, task, look-back or campaign of the line. */
static enum ct_reaction open_chosen(struct ct_view *v)
{
    const struct ct_equip_line *l = chosen(v);
    const struct history *s = ct_view_state(v);
    enum ct_reaction r = CT_IGNORED;
    if (l == NULL)
        return CT_IGNORED;
    if (strcmp(l->kind, "calibration") == 0)
        r = ct_device_cal_line(v, l);
    else if (strcmp(l->kind, "fault") == 0)
        r = ct_device_fault_line(v, l);
    else if (strcmp(l->kind, "look-back") == 0)
        r = ct_device_lookback_line(v, l);
    else if (strcmp(l->kind, "task") == 0)
        r = ct_device_task_line(v, l);
    else if (strcmp(l->kind, "machine test") == 0)
        r = ct_ui_push(s->ui, &ct_screen_machine, &s->e.id) ? CT_HANDLED : CT_REFUSED;
    else if (strcmp(l->kind, "campaign") == 0)
        r = ct_ui_push(s->ui, &ct_screen_campaign, &l->ref_id) ? CT_HANDLED : CT_REFUSED;
    else if (strcmp(l->kind, "paper") == 0)
        r = ct_ui_push(s->ui, &ct_screen_papers, &s->e.id) ? CT_HANDLED : CT_REFUSED;
    if (r == CT_IGNORED) {
        ct_ui_say(s->ui, CT_R_NOTE, "All of this line is shown below.");
        r = CT_HANDLED;
    }
    return r;
}

static const struct ct_command COMMANDS[] = {
    {.id = "device_history.open", .keys = "Enter", .label = "open", .perm = CT_PERM_EQUIP_READ,
     .help = "Open what the line is about.", .run = open_chosen},
    {.id = NULL},
};

const struct ct_screen ct_screen_device_history = {
    .id = "device_history",
    .title = "History of a device",
    .help = "All that happened to a device, whoever wrote it down: what was known of it, how it "
            "stood, tasks, calibrations, faults, papers, campaigns, look-backs, and when it was "
            "used though something spoke against it. Nothing is ever taken out.",
    .perm = CT_PERM_EQUIP_READ,
    .state_size = sizeof(struct history),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = history_open,
    .draw = history_draw,
    .event = history_event,
    .refresh = history_refresh,
    .close = history_close,
};
