/* faults - what was wrong with devices: the list, and one with its chain of steps until the
 * device is back in service; its section on a device's page. */
#include "clinic/equipment_gate.h"
#include "clinic/fault.h"
#include "ui/screens/device_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { FAULTS_MAX = 500, RECENT_DAYS = 30 };

/* ---- the list -------------------------------------------------------------------------- */

struct faults {
    struct ct_ui *ui;
    struct ct_fault *fault;
    size_t n;
    bool all, no_standards;
    struct ct_table table;
    char cell[440];
};

enum { COL_ID, COL_WHEN, COL_ASSET, COL_STEP, COL_TEXT };
static const struct ct_column COLUMNS[] = {
    [COL_ID] = {.title = "No.", .width = 6, .frozen = true},
    [COL_WHEN] = {.title = "Happened", .width = 12},
    [COL_ASSET] = {.title = "Device", .width = 11},
    [COL_STEP] = {.title = "Step", .width = 17},
    [COL_TEXT] = {.title = "What", .width = 0},
};

static void load(struct faults *s)
{
    struct ct_error err;
    struct ct_fault *v = NULL;
    size_t n = 0;
    if (ct_fault_list(ct_ui_app(s->ui), 0, !s->all, s->no_standards, FAULTS_MAX, &v, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->fault);
    s->fault = v;
    s->n = n;
    ct_table_reload(&s->table);
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct faults *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct faults *s = arg;
    const struct ct_fault *f = &s->fault[row];
    if (f->over)
        *role = CT_R_DIM;
    else if (column == COL_STEP && f->condition == CT_COND_FAULTY)
        *role = CT_R_WARN; /* it may still stand where it is used */
    switch (column) {
    case COL_ID: snprintf(s->cell, sizeof s->cell, "F-%lld", (long long)f->id); return s->cell;
    case COL_WHEN: ct_date_text(ct_date_at(f->happened_ms), s->cell); return s->cell;
    case COL_ASSET: return f->asset;
    case COL_STEP: return CT_FAULT_STEP_NAME[f->step];
    default: return f->text;
    }
}

static const struct ct_fault *chosen(const struct ct_view *v)
{
    const struct faults *s = ct_view_state(v);
    return s->n > 0 ? &s->fault[s->table.cursor] : NULL;
}

static enum ct_status faults_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct faults *s = ct_view_state(v);
    (void)arg, (void)reterr;
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    load(s);
    return CT_OK;
}

static void faults_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

static void faults_close(struct ct_view *v)
{
    free(((struct faults *)ct_view_state(v))->fault);
}

static void faults_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct faults *s = ct_view_state(v);
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    ct_grid_printf(g, body.row, body.col + 1, -1, CT_R_HEAD, "%s%s",
                   s->all ? "FAULTS, those that are over too" : "FAULTS that are not over",
                   s->no_standards ? "; without reference standards" : "");
    if (s->n == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM,
                     s->all ? "There was never one." : "None is open. a shows those that are over.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 4, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - 3, body.col, body.cols);
    if (chosen(v) == NULL)
        return;
    char text[1000];
    ct_fault_line_text(chosen(v), text, sizeof text);
    ct_draw_wrapped(g,
                    (struct ct_rect){body.row + body.rows - 2, body.col + 1, 2, body.cols - 2},
                    CT_R_TEXT, text);
}

static enum ct_reaction faults_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct faults *)ct_view_state(v))->table, e);
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
    return push(v, &ct_screen_fault, &chosen(v)->id);
}

static enum ct_reaction standards(struct ct_view *v)
{
    struct faults *s = ct_view_state(v);
    s->no_standards = !s->no_standards;
    s->table.cursor = s->table.top = 0;
    load(s);
    return CT_HANDLED;
}

static enum ct_reaction device(struct ct_view *v)
{
    return push(v, &ct_screen_device, &chosen(v)->equipment_id);
}

static enum ct_reaction all(struct ct_view *v)
{
    struct faults *s = ct_view_state(v);
    s->all = !s->all;
    s->table.cursor = s->table.top = 0;
    load(s);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "faults.open", .keys = "Enter", .label = "open", .perm = CT_PERM_EQUIP_READ,
     .help = "Open the fault of this line: its steps, and the next one.", .run = open_chosen,
     .shown = any},
    {.id = "faults.all", .keys = "a", .label = "over too", .perm = CT_PERM_EQUIP_READ,
     .help = "Show those that are over too; again: open ones alone.", .run = all},
    {.id = "faults.standards", .keys = "r", .label = "references", .perm = CT_PERM_EQUIP_READ,
     .help = "Leave reference standards out; again: with them.", .run = standards},
    {.id = "faults.device", .keys = "d", .label = "device", .perm = CT_PERM_EQUIP_READ,
     .help = "Open the device of this line.", .run = device, .shown = any},
    {.id = NULL},
};

const struct ct_screen ct_screen_faults = {
    .id = "faults",
    .title = "Faults",
    .help = "Faults of devices, the newest first. Each is one chain: reported, set apart, "
            "repaired or nothing found, tested, reviewed by a second person, back in service. "
            "A device's own page reports a new one.",
    .perm = CT_PERM_EQUIP_READ,
    .jump = true,
    .state_size = sizeof(struct faults),
    .commands = COMMANDS,
    .open = faults_open,
    .draw = faults_draw,
    .event = faults_event,
    .refresh = faults_refresh,
    .close = faults_close,
};

/* ---- on a device's page -------------------------------------------------------------- */

int ct_device_fault_draw(struct ct_ui *ui, struct ct_grid *g, struct ct_rect at,
                         const struct ct_equipment *e)
{
    struct ct_fault f;
    struct ct_override *o = NULL;
    size_t n = 0;
    char text[700], since[24];
    int rows = 0;
    if (ct_fault_of(ct_ui_app(ui), e->id, &f, NULL) == CT_OK) {
        ct_datetime_text(f.step_ms, since);
        snprintf(text, sizeof text, "F-%lld %s since %s: %s", (long long)f.id,
                 CT_FAULT_STEP_NAME[f.step], since, f.text);
        rows = ct_draw_wrapped(
            g, (struct ct_rect){at.row, at.col, at.rows < 2 ? at.rows : 2, at.cols}, CT_R_WARN,
            text);
    }
    if (rows < at.rows && ct_overrides_on(ct_ui_app(ui), e->id, 1, &o, &n, NULL) == CT_OK &&
        n > 0 && o[0].at_ms > ct_app_now(ct_ui_app(ui)) - (int64_t)RECENT_DAYS * CT_DAY_MS) {
        ct_datetime_text(o[0].at_ms, since);
        snprintf(text, sizeof text, "%s used all the same by %s: %s", since, o[0].by,
                 o[0].reason);
        ct_grid_text(g, at.row + rows++, at.col, at.cols, CT_R_NOTE, text);
    }
    free(o);
    return rows;
}

enum ct_reaction ct_device_fault(struct ct_view *v)
{
    struct ct_fault f;
    const struct ct_equipment *e = ct_device_of(v);
    if (ct_fault_of(ct_ui_app(ct_view_ui(v)), e->id, &f, NULL) == CT_OK)
        return push(v, &ct_screen_fault, &f.id);
    return push(v, &ct_screen_fault_form, &(struct ct_fault_arg){.equipment_id = e->id});
}

enum ct_reaction ct_device_guide(struct ct_view *v)
{
    return push(v, &ct_screen_guide, &(struct ct_guide_arg){.equipment_id = ct_device_of(v)->id});
}

static void apart_because(struct ct_view *v, const char *reason)
{
    struct ct_ui *ui = ct_view_ui(v);
    struct ct_error err;
    int64_t id;
    if (reason == NULL)
        return;
    if (ct_equipment_quarantine(ct_ui_app(ui), ct_device_of(v)->id, reason, &id, &err) != CT_OK) {
        if (strcmp(err.field, "reason") == 0 || strcmp(err.field, "text") == 0)
            ct_ui_prompt(v, "Set apart, because", reason, apart_because);
        ct_ui_say_error(ui, &err);
        return;
    }
    ct_view_screen(v)->refresh(v);
    ct_ui_say(ui, CT_R_WARN, "Set apart, not to be used: F-%lld. Label it, and put it away.",
              (long long)id);
}

enum ct_reaction ct_device_quarantine(struct ct_view *v)
{
    ct_ui_prompt(v, "Set apart, because", "", apart_because);
    return CT_HANDLED;
}

enum ct_reaction ct_equip_faults(struct ct_view *v)
{
    return push(v, &ct_screen_faults, NULL);
}

enum ct_reaction ct_device_fault_line(struct ct_view *v, const struct ct_equip_line *line)
{
    return line->ref_id != 0 ? push(v, &ct_screen_fault, &line->ref_id) : CT_IGNORED;
}
