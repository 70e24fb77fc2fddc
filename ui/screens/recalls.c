/* recalls - the recalls of sterile packs: which are open, and how far each is. */
#include "ui/screens/recalls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/scan_find.h"

enum { RECALLS_MAX = 500 };

struct recalls {
    struct ct_ui *ui;
    struct ct_recall_row *r;
    size_t n;
    bool all;
    struct ct_table table;
    char cell[500];
};

enum { COL_NUMBER, COL_SINCE, COL_STATE, COL_WHY };
static const struct ct_column COLUMNS[] = {
    [COL_NUMBER] = {.title = "Recall", .width = 7, .frozen = true},
    [COL_SINCE] = {.title = "Since", .width = 17},
    [COL_STATE] = {.title = "", .width = 18},
    [COL_WHY] = {.title = "Why", .width = 0},
};

static void load(struct recalls *s)
{
    struct ct_error err;
    struct ct_recall_row *r = NULL;
    size_t n = 0;
    if (ct_recalls(ct_ui_app(s->ui), !s->all, RECALLS_MAX, &r, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->r);
    s->r = r;
    s->n = n;
    ct_table_reload(&s->table);
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct recalls *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct recalls *s = arg;
    const struct ct_recall_row *r = &s->r[row];
    *role = r->closed_ms != CT_UNSET ? CT_R_DIM : CT_R_WARN;
    switch (column) {
    case COL_NUMBER: snprintf(s->cell, sizeof s->cell, "RC-%lld", (long long)r->id); break;
    case COL_SINCE: ct_datetime_text(r->at_ms, s->cell); break;
    case COL_STATE:
        if (r->closed_ms != CT_UNSET)
            return "closed";
        snprintf(s->cell, sizeof s->cell, "OPEN, %lld of %lld", (long long)r->undone,
                 (long long)r->packs);
        break;
    default:
        snprintf(s->cell, sizeof s->cell, "%s%s%s", r->asset, r->asset[0] != '\0' ? ": " : "",
                 r->text);
        break;
    }
    return s->cell;
}

static const struct ct_recall_row *chosen(const struct ct_view *v)
{
    const struct recalls *s = ct_view_state(v);
    return s->n > 0 ? &s->r[s->table.cursor] : NULL;
}

static enum ct_status recalls_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct recalls *s = ct_view_state(v);
    (void)arg, (void)reterr;
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    load(s);
    return CT_OK;
}

static void recalls_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

static void recalls_close(struct ct_view *v)
{
    free(((struct recalls *)ct_view_state(v))->r);
}

static void recalls_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct recalls *s = ct_view_state(v);
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 2, CT_R_HEAD, "RECALLS%s: %zu",
                   s->all ? ", closed ones too" : " that are open", s->n);
    if (s->n == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM,
                     "None. A positive biological indicator opens one by itself.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 1, body.cols, true);
}

static enum ct_reaction recalls_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct recalls *)ct_view_state(v))->table, e);
}

static bool any(const struct ct_view *v)
{
    return chosen(v) != NULL;
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    const struct ct_recall_arg arg = {.id = chosen(v)->id};
    return ct_ui_push(ct_view_ui(v), &ct_screen_recall, &arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction all(struct ct_view *v)
{
    struct recalls *s = ct_view_state(v);
    s->all = !s->all;
    s->table.cursor = s->table.top = 0;
    load(s);
    return CT_HANDLED;
}

/* ---- a period, with no failure ------------------------------------------------------------- */

static void period_of(struct ct_view *v, struct ct_recall_ask *ask, bool today)
{
    struct recalls *s = ct_view_state(v);
    struct ct_recall_arg arg = {.ask = *ask};
    struct ct_error err;
    char day[16];
    ct_date_iso(ct_date_at(ct_app_now(ct_ui_app(s->ui))), day);
    if (today && ct_recall_days(ct_ui_app(s->ui), day, "", &arg.ask, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    ct_ui_push(s->ui, &ct_screen_recall, &arg);
}

static void machine_given(struct ct_view *v, const char *text)
{
    struct recalls *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_recall_ask ask = {.equipment_id = 0};
    char number[CT_ASSET_MAX + 1];
    struct ct_equipment e;
    struct ct_error err;
    if (text == NULL)
        return;
    if (text[strspn(text, " ")] == '\0') {
        period_of(v, &ask, true);
        return;
    }
    ct_scan_device(ct_app_config(app), text, number, sizeof number);
    enum ct_status rc = ct_equipment_find(app, number, &e, &err);
    if (rc == CT_OK)
        rc = ct_recall_unproven(app, e.id, &ask, NULL, &err);
    if (rc == CT_OK)
        period_of(v, &ask, false);
    else
        ct_ui_say_error(s->ui, &err);
}

static enum ct_reaction went(struct ct_view *v)
{
    ct_ui_prompt(v, "Packs of which machine (Enter: of all, today)", "", machine_given);
    ct_ui_prompt_scans(v);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "recalls.open", .keys = "Enter", .label = "recall", .perm = CT_PERM_STERILE_READ,
     .help = "The recall of this line: its packs, and what was done about each.",
     .run = open_chosen, .shown = any},
    {.id = "recalls.all", .keys = "a", .label = "all", .perm = CT_PERM_STERILE_READ,
     .help = "Closed ones as well; again: those that are open.", .run = all},
    {.id = "recalls.went", .keys = "T", .label = "packs of", .perm = CT_PERM_STERILE_READ,
     .help = "Where the packs of a machine went, or of all machines, with no failure; there d "
             "asks for the days.",
     .run = went},
    {.id = NULL},
};

const struct ct_screen ct_screen_recalls = {
    .id = "recalls",
    .title = "Recalls",
    .help = "Recalls of sterile packs: why each was opened, and of how many packs it is not said "
            "yet what was done about them.",
    .perm = CT_PERM_STERILE_READ,
    .jump = true,
    .state_size = sizeof(struct recalls),
    .commands = COMMANDS,
    .open = recalls_open,
    .draw = recalls_draw,
    .event = recalls_event,
    .refresh = recalls_refresh,
    .close = recalls_close,
};
