/* lookbacks - devices that were out of tolerance, and how far the list of what they
 * measured is worked off; its section on a device's page. */
#include "clinic/lookback.h"
#include "ui/screens/device_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { LOOKBACKS_MAX = 200 };

struct lookbacks {
    struct ct_ui *ui;
    int64_t equipment_id; /* 0: of all */
    struct ct_lookback *b;
    size_t n;
    bool all;
    struct ct_table table;
    char cell[440];
};

enum { COL_ID, COL_FOUND, COL_ASSET, COL_LINES, COL_OPEN, COL_CONTACT, COL_TEXT };
static const struct ct_column COLUMNS[] = {
    [COL_ID] = {.title = "No.", .width = 6, .frozen = true},
    [COL_FOUND] = {.title = "Found out", .width = 12},
    [COL_ASSET] = {.title = "Device", .width = 11},
    [COL_LINES] = {.title = "Lines", .width = 6, .align = 1},
    [COL_OPEN] = {.title = "Open", .width = 6, .align = 1},
    [COL_CONTACT] = {.title = "Contact", .width = 7, .align = 1},
    [COL_TEXT] = {.title = "What", .width = 0},
};

static void load(struct lookbacks *s)
{
    struct ct_error err;
    struct ct_lookback *v = NULL;
    size_t n = 0;
    if (ct_lookback_list(ct_ui_app(s->ui), s->equipment_id, !s->all, LOOKBACKS_MAX, &v, &n,
                         &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->b);
    s->b = v;
    s->n = n;
    ct_table_reload(&s->table);
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct lookbacks *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct lookbacks *s = arg;
    const struct ct_lookback *b = &s->b[row];
    if (b->closed && b->open == 0)
        *role = CT_R_DIM;
    else if ((column == COL_OPEN && b->open > 0) || (column == COL_CONTACT && b->contact > 0))
        *role = CT_R_WARN;
    switch (column) {
    case COL_ID: snprintf(s->cell, sizeof s->cell, "B-%lld", (long long)b->id); return s->cell;
    case COL_FOUND: ct_date_text(ct_date_at(b->to_ms), s->cell); return s->cell;
    case COL_ASSET: return b->asset;
    case COL_LINES: snprintf(s->cell, sizeof s->cell, "%lld", (long long)b->lines); break;
    case COL_OPEN: snprintf(s->cell, sizeof s->cell, "%lld", (long long)b->open); break;
    case COL_CONTACT: snprintf(s->cell, sizeof s->cell, "%lld", (long long)b->contact); break;
    default:
        if (b->closed)
            snprintf(s->cell, sizeof s->cell, "closed: %s", b->closed_text);
        else
            return b->text;
    }
    return s->cell;
}

static const struct ct_lookback *chosen(const struct ct_view *v)
{
    const struct lookbacks *s = ct_view_state(v);
    return s->n > 0 ? &s->b[s->table.cursor] : NULL;
}

static enum ct_status lookbacks_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct lookbacks *s = ct_view_state(v);
    (void)reterr;
    s->ui = ct_view_ui(v);
    s->equipment_id = arg != NULL ? *(const int64_t *)arg : 0;
    s->all = s->equipment_id != 0; /* of one device its whole past */
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    load(s);
    return CT_OK;
}

static void lookbacks_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

static void lookbacks_close(struct ct_view *v)
{
    free(((struct lookbacks *)ct_view_state(v))->b);
}

static void foot_draw(const struct ct_lookback *b, struct ct_grid *g, struct ct_rect at)
{
    char text[1200], from[24], to[24];
    ct_datetime_text(b->from_ms, from);
    ct_datetime_text(b->to_ms, to);
    snprintf(text, sizeof text, "%s %s, in doubt from %s to %s. %s%s%s%s%s", b->asset, b->model,
             from, to, b->text, b->closed ? "; closed by " : "", b->closed_by,
             b->closed ? ": " : "", b->closed_text);
    ct_draw_wrapped(g, at, CT_R_TEXT, text);
}

static void lookbacks_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct lookbacks *s = ct_view_state(v);
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD,
                 s->equipment_id != 0 ? "LOOK-BACKS of this device"
                 : s->all             ? "LOOK-BACKS, those that are closed too"
                                      : "LOOK-BACKS that are not closed");
    if (s->n == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM,
                     s->all ? "There was never one."
                            : "None is open. a shows those that are closed.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 5, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - 4, body.col, body.cols);
    if (chosen(v) != NULL)
        foot_draw(chosen(v), g,
                  (struct ct_rect){body.row + body.rows - 3, body.col + 1, 3, body.cols - 2});
}

static enum ct_reaction lookbacks_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct lookbacks *)ct_view_state(v))->table, e);
}

static bool any(const struct ct_view *v)
{
    return chosen(v) != NULL;
}

static bool of_all(const struct ct_view *v)
{
    return ((const struct lookbacks *)ct_view_state(v))->equipment_id == 0;
}

static enum ct_reaction push(struct ct_view *v, const struct ct_screen *screen, const void *arg)
{
    return ct_ui_push(ct_view_ui(v), screen, arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    return push(v, &ct_screen_lookback, &chosen(v)->id);
}

static enum ct_reaction device(struct ct_view *v)
{
    return push(v, &ct_screen_device, &chosen(v)->equipment_id);
}

static enum ct_reaction all(struct ct_view *v)
{
    struct lookbacks *s = ct_view_state(v);
    s->all = !s->all;
    s->table.cursor = s->table.top = 0;
    load(s);
    return CT_HANDLED;
}

static void begun(struct ct_view *v, const char *why)
{
    struct lookbacks *s = ct_view_state(v);
    struct ct_error err;
    int64_t id;
    if (why == NULL)
        return;
    if (ct_lookback_open(ct_ui_app(s->ui), s->equipment_id, CT_UNSET, why, &id, &err) != CT_OK) {
        if (strcmp(err.field, "text") == 0)
            ct_ui_prompt(v, "Looked back, because", why, begun);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    load(s);
    push(v, &ct_screen_lookback, &id);
}

static enum ct_reaction begin(struct ct_view *v)
{
    ct_ui_prompt(v, "Looked back, because", "", begun);
    return CT_HANDLED;
}

static bool of_one(const struct ct_view *v)
{
    return !of_all(v);
}

static const struct ct_command COMMANDS[] = {
    {.id = "lookbacks.open", .keys = "Enter", .label = "open", .perm = CT_PERM_EQUIP_READ,
     .help = "Open the look-back of this line: all that is in doubt.", .run = open_chosen,
     .shown = any},
    {.id = "lookbacks.begin", .keys = "n", .label = "look back", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Look back on this device since its last good result, though nothing failed; asks "
             "why.",
     .run = begin, .shown = of_one},
    {.id = "lookbacks.all", .keys = "a", .label = "closed too", .perm = CT_PERM_EQUIP_READ,
     .help = "Show those that are closed too; again: open ones alone.", .run = all,
     .shown = of_all},
    {.id = "lookbacks.device", .keys = "d", .label = "device", .perm = CT_PERM_EQUIP_READ,
     .help = "Open the device of this line.", .run = device, .shown = any},
    {.id = NULL},
};

const struct ct_screen ct_screen_lookbacks = {
    .id = "lookbacks",
    .title = "Look-backs",
    .help = "A device that was found out of tolerance may have given wrong values since it was "
            "last known to be good. Each look-back lists them; every line needs a disposition, "
            "and a supervisor signs the list.",
    .perm = CT_PERM_EQUIP_READ,
    .jump = true,
    .state_size = sizeof(struct lookbacks),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = lookbacks_open,
    .draw = lookbacks_draw,
    .event = lookbacks_event,
    .refresh = lookbacks_refresh,
    .close = lookbacks_close,
};

/* ---- on a device's page ---------------------------------------------------------------- */

int ct_device_lookback_draw(struct ct_ui *ui, struct ct_grid *g, struct ct_rect at,
                            const struct ct_equipment *e)
{
    struct ct_lookback *b = NULL;
    size_t n = 0;
    if (at.rows < 1 ||
        ct_lookback_list(ct_ui_app(ui), e->id, true, 1, &b, &n, NULL) != CT_OK || n == 0) {
        free(b);
        return 0;
    }
    ct_grid_printf(g, at.row, at.col, at.cols, CT_R_WARN,
                   "look-back B-%lld: %lld of %lld lines are not disposed of", (long long)b->id,
                   (long long)b->open, (long long)b->lines);
    free(b);
    return 1;
}

enum ct_reaction ct_device_lookbacks(struct ct_view *v)
{
    return push(v, &ct_screen_lookbacks, &ct_device_of(v)->id);
}

enum ct_reaction ct_equip_lookbacks(struct ct_view *v)
{
    return push(v, &ct_screen_lookbacks, NULL);
}

enum ct_reaction ct_device_lookback_line(struct ct_view *v, const struct ct_equip_line *line)
{
    return push(v, &ct_screen_lookback, &line->ref_id);
}
