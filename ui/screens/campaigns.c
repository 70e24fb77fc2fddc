/* campaigns - recalls and field actions: all of them, and one with its devices. */
#include "clinic/equipment.h"
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the list -------------------------------------------------------------------------- */

struct campaigns {
    struct ct_ui *ui;
    struct ct_campaign *campaign;
    size_t n;
    bool all;
    struct ct_table table;
    char cell[64];
};

enum { COL_ID, COL_TITLE, COL_MODEL, COL_DUE, COL_OPEN };
static const struct ct_column COLUMNS[] = {
    [COL_ID] = {.title = "No.", .width = 6, .frozen = true},
    [COL_TITLE] = {.title = "Campaign", .width = 0},
    [COL_MODEL] = {.title = "Model", .width = 22},
    [COL_DUE] = {.title = "Until", .width = 11},
    [COL_OPEN] = {.title = "Open", .width = 9, .align = 1},
};

static void load(struct campaigns *s)
{
    struct ct_error err;
    struct ct_campaign *v = NULL;
    size_t n = 0;
    if (ct_campaign_list(ct_ui_app(s->ui), !s->all, &v, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->campaign);
    s->campaign = v;
    s->n = n;
    ct_table_reload(&s->table);
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct campaigns *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct campaigns *s = arg;
    const struct ct_campaign *c = &s->campaign[row];
    if (c->closed)
        *role = CT_R_DIM;
    switch (column) {
    case COL_ID: snprintf(s->cell, sizeof s->cell, "A-%lld", (long long)c->id); break;
    case COL_TITLE: return c->title;
    case COL_MODEL: return c->model;
    case COL_DUE:
        ct_date_text(c->due, s->cell);
        if (!c->closed && c->open > 0 && c->due != CT_NO_DATE &&
            c->due < ct_date_at(ct_app_now(ct_ui_app(s->ui))))
            *role = CT_R_WARN;
        break;
    default:
        if (c->closed)
            return "closed";
        if (c->stop && c->open > 0)
            *role = CT_R_WARN;
        snprintf(s->cell, sizeof s->cell, "%lld of %lld", (long long)c->open,
                 (long long)c->devices);
        break;
    }
    return s->cell;
}

static const struct ct_campaign *chosen(const struct ct_view *v)
{
    const struct campaigns *s = ct_view_state(v);
    return s->n > 0 ? &s->campaign[s->table.cursor] : NULL;
}

static enum ct_status campaigns_open(struct ct_view *v, const void *arg,
                                     struct ct_error *reterr)
{
    struct campaigns *s = ct_view_state(v);
    (void)arg, (void)reterr;
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    load(s);
    return CT_OK;
}

static void campaigns_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

static void campaigns_close(struct ct_view *v)
{
    free(((struct campaigns *)ct_view_state(v))->campaign);
}

static void campaigns_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct campaigns *s = ct_view_state(v);
    const struct ct_campaign *c = chosen(v);
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD,
                 s->all ? "CAMPAIGNS, closed ones too" : "CAMPAIGNS");
    if (s->n == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM,
                     s->all ? "There was never one." : "None is open. a shows closed ones.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 5, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - 4, body.col, body.cols);
    if (c == NULL)
        return;
    char text[700];
    snprintf(text, sizeof text, "%s%s%s%s%s", c->text, c->source[0] != '\0' ? "; notice " : "",
             c->source, c->stop ? "; NOT TO BE USED before it is done" : "",
             c->closed ? "; closed" : "");
    ct_draw_wrapped(g,
                    (struct ct_rect){body.row + body.rows - 3, body.col + 1, 3, body.cols - 2},
                    CT_R_TEXT, text);
}

static enum ct_reaction campaigns_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct campaigns *)ct_view_state(v))->table, e);
}

static bool any(const struct ct_view *v)
{
    return chosen(v) != NULL;
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_campaign, &chosen(v)->id) ? CT_HANDLED
                                                                          : CT_REFUSED;
}

static enum ct_reaction add(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_campaign_form, NULL) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction all(struct ct_view *v)
{
    struct campaigns *s = ct_view_state(v);
    s->all = !s->all;
    s->table.cursor = s->table.top = 0;
    load(s);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "campaigns.open", .keys = "Enter", .label = "open", .perm = CT_PERM_EQUIP_READ,
     .help = "Open the campaign of this line: its devices.", .run = open_chosen, .shown = any},
    {.id = "campaigns.add", .keys = "n", .label = "new", .perm = CT_PERM_EQUIP_PLAN,
     .help = "Begin a campaign over all devices of a model.", .run = add},
    {.id = "campaigns.all", .keys = "a", .label = "closed too", .perm = CT_PERM_EQUIP_READ,
     .help = "Show closed ones too; again: open ones alone.", .run = all},
    {.id = NULL},
};

const struct ct_screen ct_screen_campaigns = {
    .id = "campaigns",
    .title = "Campaigns",
    .help = "Recalls and field actions over all devices of a model, with the count of devices "
            "that are not ticked off. A supervisor begins and closes one.",
    .perm = CT_PERM_EQUIP_READ,
    .jump = true,
    .state_size = sizeof(struct campaigns),
    .commands = COMMANDS,
    .open = campaigns_open,
    .draw = campaigns_draw,
    .event = campaigns_event,
    .refresh = campaigns_refresh,
    .close = campaigns_close,
};
