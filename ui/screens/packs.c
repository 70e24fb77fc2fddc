/* packs - the stock of sterile packs, what expires first; what waits, came back, is recalled. */
#include "ui/screens/sterile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PACKS_MAX = 2000 };

struct packs {
    struct ct_ui *ui;
    enum ct_pack_which which;
    struct ct_pack *p;
    size_t n;
    int64_t total, now_ms;
    struct ct_table table;
    char cell[200];
};

static const char *const WHICH[CT_PACK_WHICHES] = {
    [CT_PACKS_STOCK] = "IN STOCK, what expires first",
    [CT_PACKS_WAITING] = "NOT RELEASED YET",
    [CT_PACKS_BACK] = "TO BE REPROCESSED",
    [CT_PACKS_RECALLED] = "RECALLED",
};

enum { COL_NUMBER, COL_STATE, COL_UNTIL, COL_WHAT, COL_PLACE };
static const struct ct_column COLUMNS[] = {
    [COL_NUMBER] = {.title = "Pack", .width = 10, .frozen = true},
    [COL_STATE] = {.title = "State", .width = 15},
    [COL_UNTIL] = {.title = "Use until", .width = 12},
    [COL_WHAT] = {.title = "Contents", .width = 0},
    [COL_PLACE] = {.title = "Place", .width = 12},
};

enum ct_role_ui ct_pack_role(const struct ct_pack *p, int64_t now_ms)
{
    if (p->recalled > 0)
        return CT_R_ALARM;
    if (p->step == CT_PACK_REJECTED || p->step == CT_PACK_DAMAGED)
        return CT_R_WARN;
    if (p->step == CT_PACK_RELEASED || p->step == CT_PACK_RELEASED_EARLY) {
        char why[160];
        return ct_pack_usable(p, now_ms, why, sizeof why) ? CT_R_OK : CT_R_WARN;
    }
    return CT_R_TEXT;
}

static void load(struct packs *s)
{
    struct ct_error err;
    struct ct_pack *p = NULL;
    size_t n = 0;
    int64_t total = 0;
    struct ct_app *app = ct_ui_app(s->ui);
    s->now_ms = ct_app_now(app);
    if (ct_pack_list(app, s->which, 0, PACKS_MAX, &p, &n, &total, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->p);
    s->p = p;
    s->n = n;
    s->total = total;
    ct_table_reload(&s->table);
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct packs *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct packs *s = arg;
    const struct ct_pack *p = &s->p[row];
    switch (column) {
    case COL_NUMBER: ct_pack_number(ct_ui_app(s->ui), p->id, s->cell); return s->cell;
    case COL_STATE:
        *role = ct_pack_role(p, s->now_ms);
        return p->recalled > 0 ? "RECALLED" : CT_PACK_STEP_NAME[p->step];
    case COL_UNTIL:
        if (p->released == 0) /* no sterile date before the release */
            return "-";
        if (p->expires == CT_NO_DATE)
            return "no date";
        *role = ct_date_at(s->now_ms) > p->expires ? CT_R_WARN : CT_R_TEXT;
        ct_date_text(p->expires, s->cell);
        return s->cell;
    case COL_WHAT: return p->contents;
    default: return p->place;
    }
}

static const struct ct_pack *chosen(const struct ct_view *v)
{
    const struct packs *s = ct_view_state(v);
    return s->n > 0 ? &s->p[s->table.cursor] : NULL;
}

static enum ct_status packs_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct packs *s = ct_view_state(v);
    (void)arg, (void)reterr;
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    load(s);
    return CT_OK;
}

static void packs_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

static void packs_close(struct ct_view *v)
{
    free(((struct packs *)ct_view_state(v))->p);
}

static void packs_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct packs *s = ct_view_state(v);
    const struct ct_pack *p = chosen(v);
    char text[300];
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 2, CT_R_HEAD, "PACKS %s: %lld%s",
                   WHICH[s->which], (long long)s->total,
                   s->total > (int64_t)s->n ? " (the first of them)" : "");
    if (s->n == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM,
                     "None. Tab shows the other lists, n packs a single item.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 4, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - 3, body.col, body.cols);
    if (p == NULL)
        return;
    ct_pack_text(ct_ui_app(s->ui), p, text, sizeof text);
    ct_draw_wrapped(g, (struct ct_rect){body.row + body.rows - 2, body.col + 1, 2, body.cols - 2},
                    CT_R_TEXT, text);
}

static enum ct_reaction packs_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct packs *)ct_view_state(v))->table, e);
}

static bool any(const struct ct_view *v)
{
    return chosen(v) != NULL;
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    const struct packs *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_pack, &chosen(v)->id) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction next(struct ct_view *v)
{
    struct packs *s = ct_view_state(v);
    s->which = s->which + 1 < CT_PACK_WHICHES ? s->which + 1 : CT_PACKS_STOCK;
    s->table.cursor = s->table.top = 0;
    load(s);
    return CT_HANDLED;
}

static enum ct_reaction make(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_pack_form, NULL) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction sets(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_recipes, NULL) ? CT_HANDLED : CT_REFUSED;
}

static void number_given(struct ct_view *v, const char *text)
{
    struct packs *s = ct_view_state(v);
    struct ct_pack p;
    struct ct_error err;
    if (text == NULL)
        return;
    if (ct_pack_find(ct_ui_app(s->ui), text, &p, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_push(s->ui, &ct_screen_pack, &p.id);
}

static enum ct_reaction find(struct ct_view *v)
{
    ct_ui_prompt(v, "Number of the pack, typed or scanned", "", number_given);
    ct_ui_prompt_scans(v);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "packs.open", .keys = "Enter", .label = "pack", .perm = CT_PERM_STERILE_READ,
     .help = "The pack of this line: its steps, what can be done with it.", .run = open_chosen,
     .shown = any},
    {.id = "packs.find", .keys = "/", .label = "number", .perm = CT_PERM_STERILE_READ,
     .help = "A pack by the number on its label.", .run = find},
    {.id = "packs.next", .keys = "Tab", .label = "other list", .perm = CT_PERM_STERILE_READ,
     .help = "In stock, not released yet, to be reprocessed, recalled.", .run = next},
    {.id = "packs.new", .keys = "n", .label = "pack one", .perm = CT_PERM_STERILE_WRITE,
     .help = "Pack a single item. Sets are packed from their recipe.", .run = make},
    {.id = "packs.sets", .keys = "s", .label = "sets", .perm = CT_PERM_STERILE_READ,
     .help = "Sets of instruments, to pack one by its recipe.", .run = sets},
    {.id = NULL},
};

const struct ct_screen ct_screen_packs = {
    .id = "packs",
    .title = "Packs",
    .help = "Sterile packs: the stock with what expires first at the top, those that are not "
            "released yet, those to be reprocessed, and those that are recalled. A pack that is "
            "not released bears no date.",
    .perm = CT_PERM_STERILE_READ,
    .jump = true,
    .state_size = sizeof(struct packs),
    .commands = COMMANDS,
    .open = packs_open,
    .draw = packs_draw,
    .event = packs_event,
    .refresh = packs_refresh,
    .close = packs_close,
};
