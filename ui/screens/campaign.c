/* campaign - one recall or field action: its devices, ticked off one by one. */
#include "clinic/equipment.h"
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct campaign {
    struct ct_ui *ui;
    struct ct_campaign c;
    struct ct_campaign_line *line;
    size_t n;
    int64_t ticking; /* the device that is asked about, and as what */
    int as;
    struct ct_table table;
    char cell[64];
};

enum { COL_ASSET, COL_WHERE, COL_DONE, COL_TEXT };
static const struct ct_column COLUMNS[] = {
    [COL_ASSET] = {.title = "Asset", .width = 12, .frozen = true},
    [COL_WHERE] = {.title = "Location", .width = 16},
    [COL_DONE] = {.title = "Done", .width = 24},
    [COL_TEXT] = {.title = "", .width = 0},
};

static enum ct_status load(struct campaign *s, int64_t id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_campaign_line *v = NULL;
    size_t n = 0;
    enum ct_status st = ct_campaign_get(app, id, &s->c, reterr);
    if (st == CT_OK)
        st = ct_campaign_lines(app, id, &v, &n, reterr);
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
    return (int64_t)((struct campaign *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct campaign *s = arg;
    const struct ct_campaign_line *l = &s->line[row];
    char day[16];
    switch (column) {
    case COL_ASSET: return l->asset;
    case COL_WHERE: return l->location;
    case COL_DONE:
        if (l->done == 0) {
            *role = s->c.stop ? CT_R_WARN : CT_R_NOTE;
            return "open";
        }
        ct_date_text(ct_date_at(l->at_ms), day);
        snprintf(s->cell, sizeof s->cell, "%s %s", l->done == 1 ? "done" : "not concerned", day);
        return s->cell;
    default: return l->text;
    }
}

static const struct ct_campaign_line *chosen(const struct ct_view *v)
{
    const struct campaign *s = ct_view_state(v);
    return s->n > 0 ? &s->line[s->table.cursor] : NULL;
}

static enum ct_status campaign_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct campaign *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    return load(s, *(const int64_t *)arg, reterr);
}

static void campaign_refresh(struct ct_view *v)
{
    struct campaign *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, s->c.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void campaign_close(struct ct_view *v)
{
    free(((struct campaign *)ct_view_state(v))->line);
}

static void campaign_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct campaign *s = ct_view_state(v);
    const struct ct_campaign *c = &s->c;
    const struct ct_campaign_line *l = chosen(v);
    char text[700], due[16], count[48];
    ct_ui_subject(s->ui, "A-%lld  %s", (long long)c->id, c->model);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 26, CT_R_HEAD, "A-%lld %s",
                   (long long)c->id, c->title);
    snprintf(count, sizeof count, c->closed ? "closed" : "%lld of %lld open", (long long)c->open,
             (long long)c->devices);
    ct_grid_right(g, body.row, body.col + body.cols - 1,
                  !c->closed && c->open > 0 ? CT_R_WARN : CT_R_OK, count);
    ct_date_text(c->due, due);
    snprintf(text, sizeof text, "%s: %s%s%s%s%s%s", c->model, c->text,
             c->source[0] != '\0' ? "; notice " : "", c->source,
             due[0] != '\0' ? "; until " : "", due,
             c->stop ? "; NOT TO BE USED before it is done" : "");
    int used = ct_draw_wrapped(
        g, (struct ct_rect){body.row + 1, body.col + 2, 4, body.cols - 4}, CT_R_TEXT, text);
    ct_table_draw(&s->table, g, body.row + used + 1, body.col, body.rows - used - 4, body.cols,
                  true);
    ct_grid_hline(g, body.row + body.rows - 3, body.col, body.cols);
    if (l == NULL || l->at_ms == CT_UNSET)
        return;
    snprintf(text, sizeof text, "%s: %s%s%s", l->asset, l->text, l->text[0] != '\0' ? "   " : "",
             l->by);
    ct_draw_wrapped(g,
                    (struct ct_rect){body.row + body.rows - 2, body.col + 1, 2, body.cols - 2},
                    CT_R_TEXT, text);
}

static enum ct_reaction campaign_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct campaign *)ct_view_state(v))->table, e);
}

/* ---- commands ------------------------------------------------------------------------------ */

static const char *const ASKS[] = {"Taken back, because", "What was done (may stay empty)",
                                   "Does not apply, because"};

static void tick_because(struct ct_view *v, const char *text)
{
    struct campaign *s = ct_view_state(v);
    struct ct_error err;
    if (text == NULL)
        return;
    if (ct_campaign_tick(ct_ui_app(s->ui), s->c.id, s->ticking, s->as, text, &err) != CT_OK) {
        if (strcmp(err.field, "text") == 0)
            ct_ui_prompt(v, ASKS[s->as], text, tick_because);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    campaign_refresh(v);
    ct_ui_say(s->ui, CT_R_OK, "%lld of %lld are open.", (long long)s->c.open,
              (long long)s->c.devices);
}

static enum ct_reaction tick(struct ct_view *v, int as)
{
    struct campaign *s = ct_view_state(v);
    s->ticking = chosen(v)->equipment_id;
    s->as = as;
    ct_ui_prompt(v, ASKS[as], "", tick_because);
    return CT_HANDLED;
}

static enum ct_reaction done(struct ct_view *v)
{
    return tick(v, 1);
}

static enum ct_reaction not_concerned(struct ct_view *v)
{
    return tick(v, 2);
}

static enum ct_reaction back(struct ct_view *v)
{
    return tick(v, 0);
}

static bool any(const struct ct_view *v)
{
    return chosen(v) != NULL;
}

static bool is_open(const struct ct_view *v)
{
    const struct campaign *s = ct_view_state(v);
    return !s->c.closed && any(v) && chosen(v)->done == 0;
}

static bool is_done(const struct ct_view *v)
{
    const struct campaign *s = ct_view_state(v);
    return !s->c.closed && any(v) && chosen(v)->done != 0;
}

static bool not_closed(const struct ct_view *v)
{
    return !((const struct campaign *)ct_view_state(v))->c.closed;
}

static enum ct_reaction device(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_device, &chosen(v)->equipment_id) ? CT_HANDLED
                                                                                  : CT_REFUSED;
}

static void close_because(struct ct_view *v, const char *reason)
{
    struct campaign *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL)
        return;
    if (ct_campaign_close(ct_ui_app(s->ui), s->c.id, reason, &err) != CT_OK) {
        if (strcmp(err.field, "reason") == 0)
            ct_ui_prompt(v, "Closed all the same, because", reason, close_because);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    campaign_refresh(v);
    ct_ui_say(s->ui, CT_R_OK, "A-%lld is closed.", (long long)s->c.id);
}

static enum ct_reaction close_it(struct ct_view *v)
{
    const struct campaign *s = ct_view_state(v);
    ct_ui_prompt(v, s->c.open > 0 ? "Closed all the same, because" : "Closed; remark", "",
                 close_because);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "campaign.done", .keys = "d", .label = "done", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Tick the device of this line off; what was done may be said.", .run = done,
     .shown = is_open},
    {.id = "campaign.not", .keys = "x", .label = "not concerned", .perm = CT_PERM_EQUIP_WRITE,
     .help = "It does not apply to the device of this line; asks why.", .run = not_concerned,
     .shown = is_open},
    {.id = "campaign.back", .keys = "u", .label = "take back", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Take back what was ticked off; asks why.", .run = back, .shown = is_done},
    {.id = "campaign.device", .keys = "Enter", .label = "device", .perm = CT_PERM_EQUIP_READ,
     .help = "Open the device of this line.", .run = device, .shown = any},
    {.id = "campaign.close", .keys = "C", .label = "close", .perm = CT_PERM_EQUIP_PLAN,
     .help = "Close the campaign; with devices open it asks why.", .run = close_it,
     .shown = not_closed},
    {.id = NULL},
};

const struct ct_screen ct_screen_campaign = {
    .id = "campaign",
    .title = "A campaign",
    .help = "The devices of the model, retired ones aside, and which are done. Ticking off "
            "asks what was done, taking back and \"not concerned\" ask why. A device that is "
            "registered later is open here too.",
    .perm = CT_PERM_EQUIP_READ,
    .state_size = sizeof(struct campaign),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = campaign_open,
    .draw = campaign_draw,
    .event = campaign_event,
    .refresh = campaign_refresh,
    .close = campaign_close,
};
