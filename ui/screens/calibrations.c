/* calibrations - lists: those of a device, those that wait for approval; and by which
 * template a device is calibrated. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/calibration.h"
#include "clinic/scan_find.h"

enum { LIMIT = 1000 };

struct calibrations {
    struct ct_ui *ui;
    int64_t device; /* 0: all */
    bool waiting;
    struct ct_equipment e;
    struct ct_cal_line *list;
    size_t n;
    struct ct_table table;
    struct ct_column column[8]; /* of a device: without its number in each row */
    int what[8];
    char cell[200];
};

enum { COL_ID, COL_ASSET, COL_TITLE, COL_DAY, COL_FOUND, COL_LEFT, COL_STEP, COL_BY };
static const struct ct_column COLUMNS[] = {
    [COL_ID] = {.title = "No.", .width = 7, .frozen = true},
    [COL_ASSET] = {.title = "Device", .width = 9},
    [COL_TITLE] = {.title = "Calibration", .width = 0},
    [COL_DAY] = {.title = "Measured", .width = 11},
    [COL_FOUND] = {.title = "Found", .width = 5},
    [COL_LEFT] = {.title = "Left", .width = 5},
    [COL_STEP] = {.title = "State", .width = 10},
    [COL_BY] = {.title = "By", .width = 8},
};
static const char *const SHORT[CT_CAL_VERDICTS] = {"pass", "pass*", "FAIL*", "FAIL"};

static int64_t row_count(void *arg)
{
    return (int64_t)((struct calibrations *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *verdict(enum ct_cal_verdict v, enum ct_role_ui *role)
{
    if (v >= CT_CAL_CONDITIONAL_FAIL)
        *role = CT_R_ALARM;
    return SHORT[v];
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct calibrations *s = arg;
    const struct ct_cal_line *l = &s->list[row];
    char day[16];
    switch (s->what[column]) {
    case COL_ID: snprintf(s->cell, sizeof s->cell, "K-%lld", (long long)l->id); return s->cell;
    case COL_ASSET: return l->asset;
    case COL_TITLE: return l->title;
    case COL_DAY:
        ct_date_text(ct_date_at(l->done_ms), day);
        snprintf(s->cell, sizeof s->cell, "%s", day);
        return s->cell;
    case COL_FOUND: return verdict(l->found, role);
    case COL_LEFT: return l->has_left ? verdict(l->left, role) : "";
    case COL_STEP:
        if (l->step < CT_CAL_APPROVED)
            *role = CT_R_NOTE;
        return l->step == CT_CAL_HANDED_IN ? "to approve"
               : l->step == CT_CAL_IN_ERROR ? "in error"
                                            : CT_CAL_STEP_NAME[l->step];
    default: return l->by;
    }
}

static void load(struct calibrations *s)
{
    struct ct_error err;
    int64_t chosen = s->n > 0 ? s->list[s->table.cursor].id : 0;
    free(s->list);
    s->list = NULL;
    s->n = 0;
    if (ct_calibration_list(ct_ui_app(s->ui), s->device, s->waiting, LIMIT, &s->list, &s->n,
                            &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    for (size_t i = 0; i < s->n; i++)
        if (s->list[i].id == chosen)
            s->table.cursor = (int64_t)i;
    ct_table_reload(&s->table);
}

static enum ct_status calibrations_open(struct ct_view *v, const void *arg,
                                        struct ct_error *reterr)
{
    struct calibrations *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->device = arg != NULL ? *(const int64_t *)arg : 0;
    s->waiting = s->device == 0;
    if (s->device != 0) {
        enum ct_status st = ct_equipment_get(ct_ui_app(s->ui), s->device, &s->e, reterr);
        if (st != CT_OK)
            return st;
    }
    size_t n = 0;
    for (int i = 0; i < (int)CT_LEN(COLUMNS); i++)
        if (i != COL_ASSET || s->device == 0) {
            s->column[n] = COLUMNS[i];
            s->what[n++] = i;
        }
    ct_table_init(&s->table, s->column, n,
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    load(s);
    return CT_OK;
}

static void calibrations_close(struct ct_view *v)
{
    free(((struct calibrations *)ct_view_state(v))->list);
}

static void calibrations_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

static void calibrations_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct calibrations *s = ct_view_state(v);
    char what[200];
    if (s->device != 0) {
        ct_equipment_text(&s->e, what, sizeof what);
        ct_ui_subject(s->ui, "CALIBRATIONS  %s", what);
    } else {
        ct_ui_subject(s->ui, s->waiting ? "CALIBRATIONS that wait for approval" : "CALIBRATIONS");
    }
    if (s->n == 0)
        ct_grid_text(g, body.row + 2, body.col + 2, -1, CT_R_DIM,
                     s->waiting ? "None waits. A shows all." : "None yet. c begins one.");
    ct_table_draw(&s->table, g, body.row, body.col, body.rows, body.cols, true);
}

static enum ct_reaction open_one(struct ct_view *v)
{
    struct calibrations *s = ct_view_state(v);
    if (s->n == 0)
        return CT_REFUSED;
    struct ct_cal_arg a = {.calibration_id = s->list[s->table.cursor].id};
    return ct_ui_push(s->ui, &ct_screen_calibration, &a) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction calibrations_event(struct ct_view *v, const struct ct_event *e)
{
    struct calibrations *s = ct_view_state(v);
    if (e->kind == CT_EV_KEY && e->key == CT_KEY_ENTER)
        return open_one(v);
    return ct_table_event(&s->table, e);
}

static enum ct_reaction paper(struct ct_view *v)
{
    struct calibrations *s = ct_view_state(v);
    if (s->n == 0)
        return CT_REFUSED;
    return ct_ui_push(s->ui, &ct_screen_certificate, &s->list[s->table.cursor].id) ? CT_HANDLED
                                                                                 : CT_REFUSED;
}

static enum ct_reaction all(struct ct_view *v)
{
    struct calibrations *s = ct_view_state(v);
    s->waiting = !s->waiting;
    load(s);
    return CT_HANDLED;
}

static void device_given(struct ct_view *v, const char *asset)
{
    struct ct_ui *ui = ct_view_ui(v);
    struct ct_error err;
    struct ct_equipment e;
    char text[80];
    if (asset == NULL)
        return;
    ct_text_copy(text, sizeof text, asset);
    ct_text_trim(text);
    if (ct_equipment_find(ct_ui_app(ui), text, &e, &err) != CT_OK)
        ct_ui_say_error(ui, &err);
    else
        (void)ct_calibrate(ui, e.id);
}

static enum ct_reaction begin(struct ct_view *v)
{
    struct calibrations *s = ct_view_state(v);
    if (s->device != 0)
        return ct_calibrate(s->ui, s->device);
    ct_ui_prompt(v, "Calibrate which device (asset number)", "", device_given);
    ct_ui_prompt_scans(v);
    return CT_HANDLED;
}

static enum ct_reaction drift(struct ct_view *v)
{
    struct calibrations *s = ct_view_state(v);
    struct ct_drift_arg a = {.equipment_id = s->device};
    if (s->n > 0)
        a.equipment_id = s->list[s->table.cursor].equipment_id;
    if (a.equipment_id == 0)
        return CT_REFUSED;
    return ct_ui_push(s->ui, &ct_screen_drift, &a) ? CT_HANDLED : CT_REFUSED;
}

static bool of_all(const struct ct_view *v)
{
    return ((const struct calibrations *)ct_view_state(v))->device == 0;
}

static const struct ct_command COMMANDS[] = {
    {.id = "calibrations.begin", .keys = "c n", .label = "calibrate",
     .perm = CT_PERM_EQUIP_WRITE, .help = "Begin a calibration, of this device or of another.",
     .run = begin},
    {.id = "calibrations.paper", .keys = "p", .label = "paper", .perm = CT_PERM_EQUIP_READ,
     .help = "The certificate of this line.", .run = paper},
    {.id = "calibrations.drift", .keys = "g", .label = "drift", .perm = CT_PERM_EQUIP_READ,
     .help = "What the device of this line showed over its life.", .run = drift},
    {.id = "calibrations.all", .keys = "A", .label = "all or waiting",
     .perm = CT_PERM_EQUIP_READ, .help = "Those that wait for approval, or all.", .run = all,
     .shown = of_all},
    {.id = NULL},
};

const struct ct_screen ct_screen_calibrations = {
    .id = "calibrations",
    .title = "Calibrations",
    .help = "Of a device all of them, the newest first; without a device those that wait for "
            "approval. Enter opens one, where another person than who measured approves it. "
            "pass* and FAIL* are conditional: within U of the limit.",
    .perm = CT_PERM_EQUIP_READ,
    .jump = true,
    .state_size = sizeof(struct calibrations),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = calibrations_open,
    .draw = calibrations_draw,
    .event = calibrations_event,
    .refresh = calibrations_refresh,
    .close = calibrations_close,
};

/* ---- by which template -------------------------------------------------------------- */

struct start {
    struct ct_ui *ui;
    struct ct_equipment e;
    struct ct_buf ids;
    struct {
        const char *id;
        char title[CT_CALT_TITLE_MAX + 1];
        size_t points;
    } row[60];
    size_t n;
    struct ct_table table;
    char cell[100];
};

static const struct ct_column START_COLUMNS[] = {
    {.title = "Template", .width = 26, .frozen = true},
    {.title = "What is measured", .width = 0},
    {.title = "Points", .width = 6, .align = 1},
};

static int64_t start_count(void *arg)
{
    return (int64_t)((struct start *)arg)->n;
}

static const char *start_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct start *s = arg;
    (void)role;
    if (column == 0)
        return s->row[row].id;
    if (column == 1)
        return s->row[row].title;
    snprintf(s->cell, sizeof s->cell, "%zu", s->row[row].points);
    return s->cell;
}

static enum ct_status start_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct start *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(ct_view_ui(v));
    s->ui = ct_view_ui(v);
    enum ct_status st = ct_equipment_get(app, *(const int64_t *)arg, &s->e, reterr);
    if (st == CT_OK)
        st = ct_calibration_templates(app, &s->e, &s->ids, reterr);
    if (st != CT_OK) {
        ct_buf_done(&s->ids);
        return st;
    }
    for (const char *id = ct_buf_str(&s->ids); *id != '\0' && s->n < CT_LEN(s->row);
         id += strlen(id) + 1) {
        CT_CALTEMPLATE *t = NULL;
        if (ct_caltemplate_load(ct_app_config(app), id, &t, NULL) != CT_OK)
            continue;
        s->row[s->n].id = id;
        s->row[s->n].points = t->n_points;
        ct_text_copy(s->row[s->n++].title, sizeof s->row[0].title, t->title);
    }
    ct_table_init(&s->table, START_COLUMNS, CT_LEN(START_COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = start_count, .load = row_load, .cell = start_cell});
    ct_table_reload(&s->table);
    return CT_OK;
}

static void start_close(struct ct_view *v)
{
    ct_buf_done(&((struct start *)ct_view_state(v))->ids);
}

static void start_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct start *s = ct_view_state(v);
    char what[200];
    ct_equipment_text(&s->e, what, sizeof what);
    ct_ui_subject(s->ui, "CALIBRATE  %s", what);
    if (s->n == 0)
        ct_grid_printf(g, body.row + 2, body.col + 2, -1, CT_R_DIM,
                       "No template is for devices of class %s.", s->e.class);
    ct_table_draw(&s->table, g, body.row, body.col, body.rows, body.cols, true);
}

static enum ct_reaction start_event(struct ct_view *v, const struct ct_event *e)
{
    struct start *s = ct_view_state(v);
    if (e->kind != CT_EV_KEY || e->key != CT_KEY_ENTER || s->n == 0)
        return ct_table_event(&s->table, e);
    struct ct_cal_arg a = {.equipment_id = s->e.id};
    ct_text_copy(a.template_id, sizeof a.template_id, s->row[s->table.cursor].id);
    return ct_ui_replace(s->ui, &ct_screen_calibration, &a) ? CT_HANDLED : CT_REFUSED;
}

static const struct ct_command START_COMMANDS[] = {{.id = NULL}};

const struct ct_screen ct_screen_calibration_start = {
    .id = "calibration_start",
    .title = "Calibrate a device",
    .help = "The templates that fit a device of this class, and electrical safety. Enter begins.",
    .perm = CT_PERM_EQUIP_WRITE,
    .state_size = sizeof(struct start),
    .arg_size = sizeof(int64_t),
    .commands = START_COMMANDS,
    .open = start_open,
    .draw = start_draw,
    .event = start_event,
    .close = start_close,
};

enum ct_reaction ct_calibrate(struct ct_ui *ui, int64_t equipment_id)
{
    struct ct_equipment e;
    struct ct_error err;
    CT_BUF ids = {.max = 4096};
    enum ct_status st = ct_equipment_get(ct_ui_app(ui), equipment_id, &e, &err);
    if (st == CT_OK)
        st = ct_calibration_templates(ct_ui_app(ui), &e, &ids, &err);
    if (st != CT_OK) {
        ct_ui_say_error(ui, &err);
        return CT_REFUSED;
    }
    const char *first = ct_buf_str(&ids);
    if (*first == '\0' || first[strlen(first) + 1] != '\0')
        return ct_ui_push(ui, &ct_screen_calibration_start, &equipment_id) ? CT_HANDLED
                                                                          : CT_REFUSED;
    struct ct_cal_arg a = {.equipment_id = equipment_id};
    ct_text_copy(a.template_id, sizeof a.template_id, first);
    return ct_ui_push(ui, &ct_screen_calibration, &a) ? CT_HANDLED : CT_REFUSED;
}
