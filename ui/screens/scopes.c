/* scopes - the endoscopes and how each stands; one of them with its records and the
 * procedures it was used on. */
#include "ui/screens/sterile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAST_MAX = 200 };

static const char *state_text(const struct ct_scope *s, enum ct_role_ui *role)
{
    *role = s->now == CT_SCOPE_IS_READY ? CT_R_OK
            : s->now == CT_SCOPE_REPROCESSING ? CT_R_NOTE : CT_R_WARN;
    switch (s->now) {
    case CT_SCOPE_IS_READY: return "ready";
    case CT_SCOPE_REPROCESSING: return "under way";
    case CT_SCOPE_MUST: return "REPROCESS";
    default: return s->condition == CT_COND_QUARANTINED ? "SET APART" : "OUT OF USE";
    }
}

/* "until 30 Nov 10:05", "in BA-3, 4 min left; next: ...", what speaks against it. */
static void says(const struct ct_scope *s, int64_t now_ms, char *out, size_t size)
{
    char at[24];
    int64_t left = s->soak_ready_ms - now_ms;
    if (s->now == CT_SCOPE_IS_READY && s->until_ms != CT_UNSET) {
        ct_datetime_text(s->until_ms, at);
        snprintf(out, size, "until %s", at);
    } else if (s->soak_id != 0 && left > 0) {
        snprintf(out, size, "in BA-%lld, %lld min %02lld s left", (long long)s->soak_bath,
                 (long long)(left / CT_MINUTE_MS), (long long)(left % CT_MINUTE_MS / 1000));
    } else if (s->soak_id != 0) {
        snprintf(out, size, "in BA-%lld, its time is over: take it out",
                 (long long)s->soak_bath);
    } else {
        snprintf(out, size, "%s", s->why);
    }
}

/* The record that is under way, else a new one. */
static enum ct_reaction go_on(struct ct_ui *ui, const struct ct_scope *s)
{
    bool open = s->record_id != 0 && s->is == CT_SCOPE_UNDER_WAY;
    return ct_ui_push(ui, open ? &ct_screen_scope_record : &ct_screen_scope_form,
                      open ? &s->record_id : &s->equipment_id)
               ? CT_HANDLED
               : CT_REFUSED;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

/* ---- the list --------------------------------------------------------------------------- */

struct scopes {
    struct ct_ui *ui;
    struct ct_scope *s;
    size_t n;
    int64_t now_ms;
    struct ct_table table;
    char cell[400];
};

enum { COL_ASSET, COL_STATE, COL_WHY };
static const struct ct_column COLUMNS[] = {
    [COL_ASSET] = {.title = "Endoscope", .width = 12, .frozen = true},
    [COL_STATE] = {.title = "State", .width = 11},
    [COL_WHY] = {.title = "Until when, what is next, why", .width = 0},
};

static void load(struct scopes *s)
{
    struct ct_error err;
    struct ct_scope *list = NULL;
    size_t n = 0;
    s->now_ms = ct_app_now(ct_ui_app(s->ui));
    if (ct_scope_list(ct_ui_app(s->ui), &list, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->s);
    s->s = list;
    s->n = n;
    ct_table_reload(&s->table);
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct scopes *)arg)->n;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct scopes *s = arg;
    enum ct_role_ui none;
    switch (column) {
    case COL_ASSET: return s->s[row].asset;
    case COL_STATE: return state_text(&s->s[row], role);
    default:
        (void)state_text(&s->s[row], &none);
        says(&s->s[row], s->now_ms, s->cell, sizeof s->cell);
        return s->cell;
    }
}

static const struct ct_scope *chosen(const struct ct_view *v)
{
    const struct scopes *s = ct_view_state(v);
    return s->n > 0 ? &s->s[s->table.cursor] : NULL;
}

static enum ct_status scopes_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct scopes *s = ct_view_state(v);
    (void)arg, (void)reterr;
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    load(s);
    return CT_OK;
}

static void scopes_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

/* Hang times end, and a soak's minutes run: drawn anew when a minute is over. */
static void scopes_tick(struct ct_view *v)
{
    struct scopes *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    if (ct_app_state(app) == CT_IN &&
        ct_app_now(app) / CT_MINUTE_MS != s->now_ms / CT_MINUTE_MS)
        load(s);
}

static void scopes_close(struct ct_view *v)
{
    free(((struct scopes *)ct_view_state(v))->s);
}

static void scopes_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct scopes *s = ct_view_state(v);
    const struct ct_scope *one = chosen(v);
    char text[600], state[300];
    size_t ready = 0;
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    for (size_t i = 0; i < s->n; i++)
        ready += s->s[i].now == CT_SCOPE_IS_READY;
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 2, CT_R_HEAD,
                   "ENDOSCOPES: %zu, %zu ready", s->n, ready);
    if (s->n == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM,
                     "No device of the class \"endoscope\" is in the registry.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 5, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - 4, body.col, body.cols);
    if (one == NULL)
        return;
    says(one, s->now_ms, state, sizeof state);
    snprintf(text, sizeof text, "%s %s, %s%s%s: %s", one->asset, one->model, one->serial,
             one->location[0] != '\0' ? ", " : "", one->location, state);
    ct_draw_wrapped(g,
                    (struct ct_rect){body.row + body.rows - 3, body.col + 1, 3, body.cols - 2},
                    CT_R_TEXT, text);
}

static enum ct_reaction scopes_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct scopes *)ct_view_state(v))->table, e);
}

static bool any(const struct ct_view *v)
{
    return chosen(v) != NULL;
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_scope, &chosen(v)->equipment_id) ? CT_HANDLED
                                                                                : CT_REFUSED;
}

static enum ct_reaction next_chosen(struct ct_view *v)
{
    return go_on(ct_view_ui(v), chosen(v));
}

static const struct ct_command COMMANDS[] = {
    {.id = "scopes.open", .keys = "Enter", .label = "endoscope", .perm = CT_PERM_STERILE_READ,
     .help = "The endoscope of this line: its records, and on whom it was used.",
     .run = open_chosen, .shown = any},
    {.id = "scopes.next", .keys = "n", .label = "reprocess", .perm = CT_PERM_STERILE_WRITE,
     .help = "Go on with its record, or begin one.", .run = next_chosen, .shown = any},
    {.id = NULL},
};

const struct ct_screen ct_screen_scopes = {
    .id = "scopes",
    .title = "Endoscopes",
    .help =
        "Endoscopes and how each stands: ready until when, under way with the step that is "
        "next, to be reprocessed and why, or out of use. A scanned endoscope opens its page.",
    .perm = CT_PERM_STERILE_READ,
    .jump = true,
    .state_size = sizeof(struct scopes),
    .commands = COMMANDS,
    .open = scopes_open,
    .draw = scopes_draw,
    .event = scopes_event,
    .refresh = scopes_refresh,
    .tick = scopes_tick,
    .close = scopes_close,
};

/* ---- one endoscope ---------------------------------------------------------------------- */

struct scope {
    struct ct_ui *ui;
    struct ct_scope s;
    struct ct_scope_line *l;
    size_t n;
    int64_t now_ms;
    struct ct_table table;
    char cell[300];
};

enum { PAST_AT, PAST_TEXT };
static const struct ct_column PAST[] = {
    [PAST_AT] = {.title = "When", .width = 17, .frozen = true},
    [PAST_TEXT] = {.title = "Record, or the procedure it was used on", .width = 0},
};

static enum ct_status scope_load(struct scope *s, int64_t id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_scope_line *list = NULL;
    size_t n = 0;
    s->now_ms = ct_app_now(app);
    enum ct_status rc = ct_scope_of(app, id, &s->s, reterr);
    if (rc == CT_OK)
        rc = ct_scope_past(app, id, PAST_MAX, &list, &n, reterr);
    if (rc != CT_OK)
        return rc;
    free(s->l);
    s->l = list;
    s->n = n;
    ct_table_reload(&s->table);
    return CT_OK;
}

static int64_t past_count(void *arg)
{
    return (int64_t)((struct scope *)arg)->n;
}

static const char *past_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct scope *s = arg;
    const struct ct_scope_line *l = &s->l[row];
    if (l->record_id != 0 && (l->is == CT_SCOPE_FAILED || l->is == CT_SCOPE_BROKEN_OFF))
        *role = CT_R_WARN;
    if (l->record_id != 0 && l->is == CT_SCOPE_IN_ERROR)
        *role = CT_R_DIM;
    if (column != PAST_AT)
        return l->text;
    ct_datetime_text(l->at_ms, s->cell);
    return s->cell;
}

static enum ct_status scope_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct scope *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, PAST, CT_LEN(PAST),
                  (struct ct_table_source){
                      .arg = s, .count = past_count, .load = row_load, .cell = past_cell});
    return scope_load(s, *(const int64_t *)arg, reterr);
}

static void scope_refresh(struct ct_view *v)
{
    struct scope *s = ct_view_state(v);
    struct ct_error err;
    if (scope_load(s, s->s.equipment_id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void scope_tick(struct ct_view *v)
{
    struct scope *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    if (ct_app_state(app) == CT_IN &&
        ct_app_now(app) / CT_MINUTE_MS != s->now_ms / CT_MINUTE_MS)
        scope_refresh(v);
}

static void scope_close(struct ct_view *v)
{
    free(((struct scope *)ct_view_state(v))->l);
}

static void scope_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct scope *s = ct_view_state(v);
    char text[400], line[500];
    enum ct_role_ui role;
    const char *state = state_text(&s->s, &role);
    ct_ui_subject(s->ui, "%s  %s", s->s.asset, s->s.model);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 2, CT_R_HEAD,
                   "ENDOSCOPE %s  %s, %s%s%s", s->s.asset, s->s.model, s->s.serial,
                   s->s.location[0] != '\0' ? ", " : "", s->s.location);
    says(&s->s, s->now_ms, text, sizeof text);
    snprintf(line, sizeof line, "%s: %s", state, text);
    ct_draw_wrapped(g, (struct ct_rect){body.row + 1, body.col + 1, 2, body.cols - 2}, role,
                    line);
    if (s->n == 0)
        ct_grid_text(g, body.row + 6, body.col + 2, -1, CT_R_DIM,
                     "No record yet, and no procedure names it. n begins its first record.");
    ct_table_draw(&s->table, g, body.row + 3, body.col, body.rows - 3, body.cols, true);
}

static enum ct_reaction scope_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct scope *)ct_view_state(v))->table, e);
}

static bool any_past(const struct ct_view *v)
{
    return ((const struct scope *)ct_view_state(v))->n > 0;
}

static enum ct_reaction open_past(struct ct_view *v)
{
    const struct scope *s = ct_view_state(v);
    const struct ct_scope_line *l = &s->l[s->table.cursor];
    if (l->record_id == 0 && l->procedure_id == 0) {
        ct_ui_say(s->ui, CT_R_NOTE, "That record is restricted: open the patient first.");
        return CT_REFUSED;
    }
    return ct_ui_push(s->ui, l->record_id != 0 ? &ct_screen_scope_record : &ct_screen_procedure,
                      l->record_id != 0 ? &l->record_id : &l->procedure_id)
               ? CT_HANDLED
               : CT_REFUSED;
}

static enum ct_reaction next_of(struct ct_view *v)
{
    const struct scope *s = ct_view_state(v);
    return go_on(s->ui, &s->s);
}

int64_t ct_scope_shown(const struct ct_view *v)
{
    return ((const struct scope *)ct_view_state(v))->s.equipment_id;
}

static enum ct_reaction device_of(struct ct_view *v)
{
    const struct scope *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_device, &s->s.equipment_id) ? CT_HANDLED : CT_REFUSED;
}

static const struct ct_command SCOPE_COMMANDS[] = {
    {.id = "scope.open", .keys = "Enter", .label = "open", .perm = CT_PERM_STERILE_READ,
     .help = "The record, or the procedure, of this line.", .run = open_past,
     .shown = any_past},
    {.id = "scope.next", .keys = "n", .label = "reprocess", .perm = CT_PERM_STERILE_WRITE,
     .help = "Go on with its record, or begin one.", .run = next_of},
    {.id = "scope.device", .keys = "v", .label = "device", .perm = CT_PERM_EQUIP_READ,
     .help = "Its page in the registry: faults, calibration, papers.", .run = device_of},
    {.id = NULL},
};

const struct ct_screen ct_screen_scope = {
    .id = "scope",
    .title = "Endoscope",
    .help =
        "One endoscope: whether it may be used, its records, and the procedures it was used "
        "on, newest first.",
    .perm = CT_PERM_STERILE_READ,
    .state_size = sizeof(struct scope),
    .arg_size = sizeof(int64_t),
    .commands = SCOPE_COMMANDS,
    .open = scope_open,
    .draw = scope_draw,
    .event = scope_event,
    .refresh = scope_refresh,
    .tick = scope_tick,
    .close = scope_close,
};
