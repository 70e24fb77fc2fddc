/* recipes - the sets of instruments of the site. */
#include "ui/screens/sterile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct recipes {
    struct ct_ui *ui;
    struct ct_set *s;
    size_t n;
    int64_t open; /* differences of all */
    struct ct_table table;
    char cell[200];
};

enum { COL_NAME, COL_STOCK, COL_USED, COL_OPEN };
static const struct ct_column COLUMNS[] = {
    [COL_NAME] = {.title = "Set", .width = 0, .frozen = true},
    [COL_STOCK] = {.title = "In stock", .width = 10},
    [COL_USED] = {.title = "Sterilised, used", .width = 18},
    [COL_OPEN] = {.title = "Differences", .width = 13},
};

static void load(struct recipes *s)
{
    struct ct_error err;
    struct ct_set *list = NULL;
    size_t n = 0;
    if (ct_set_list(ct_ui_app(s->ui), &list, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->s);
    s->s = list;
    s->n = n;
    s->open = 0;
    for (size_t i = 0; i < n; i++)
        s->open += list[i].differences;
    ct_table_reload(&s->table);
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct recipes *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct recipes *s = arg;
    const struct ct_set *t = &s->s[row];
    switch (column) {
    case COL_NAME: return t->name;
    case COL_STOCK:
        if (t->stock == 0)
            *role = CT_R_NOTE;
        snprintf(s->cell, sizeof s->cell, "%lld of %d", (long long)t->stock, t->copies);
        return s->cell;
    case COL_USED:
        snprintf(s->cell, sizeof s->cell, "%lld, %lld", (long long)t->sterilised,
                 (long long)t->used);
        return s->cell;
    default:
        if (t->differences == 0)
            return "-";
        *role = CT_R_WARN;
        snprintf(s->cell, sizeof s->cell, "%lld open", (long long)t->differences);
        return s->cell;
    }
}

static const struct ct_set *chosen(const struct ct_view *v)
{
    const struct recipes *s = ct_view_state(v);
    return s->n > 0 ? &s->s[s->table.cursor] : NULL;
}

static enum ct_status recipes_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct recipes *s = ct_view_state(v);
    (void)arg, (void)reterr;
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    load(s);
    return CT_OK;
}

static void recipes_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

static void recipes_close(struct ct_view *v)
{
    free(((struct recipes *)ct_view_state(v))->s);
}

static void recipes_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct recipes *s = ct_view_state(v);
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 2, CT_R_HEAD,
                   "SETS OF INSTRUMENTS: %zu, %lld differences open", s->n,
                   (long long)s->open);
    if (s->n == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM,
                     "There is no recipe yet. A supervisor writes one with n.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 1, body.cols, true);
}

static enum ct_reaction recipes_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct recipes *)ct_view_state(v))->table, e);
}

static bool any(const struct ct_view *v)
{
    return chosen(v) != NULL;
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_recipe, &chosen(v)->id) ? CT_HANDLED
                                                                        : CT_REFUSED;
}

static enum ct_reaction pack_chosen(struct ct_view *v)
{
    const struct ct_count_arg arg = {.set_id = chosen(v)->id};
    return ct_ui_push(ct_view_ui(v), &ct_screen_count, &arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction add(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_recipe_form, NULL) ? CT_HANDLED : CT_REFUSED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "recipes.open", .keys = "Enter", .label = "set", .perm = CT_PERM_STERILE_READ,
     .help = "The set of this line: its recipe and what is open.", .run = open_chosen,
     .shown = any},
    {.id = "recipes.pack", .keys = "k", .label = "pack it", .perm = CT_PERM_STERILE_WRITE,
     .help = "Count the set by its recipe, and pack it.", .run = pack_chosen, .shown = any},
    {.id = "recipes.add", .keys = "n", .label = "new", .perm = CT_PERM_STERILE_PLAN,
     .help = "Write the recipe of another set.", .run = add},
    {.id = NULL},
};

const struct ct_screen ct_screen_recipes = {
    .id = "sets",
    .title = "Sets of instruments",
    .help = "Every set with how many of it lie sterile in stock, how often it was sterilised and "
            "used, and how many differences of its counts are open.",
    .perm = CT_PERM_STERILE_READ,
    .jump = true,
    .state_size = sizeof(struct recipes),
    .commands = COMMANDS,
    .open = recipes_open,
    .draw = recipes_draw,
    .event = recipes_event,
    .refresh = recipes_refresh,
    .close = recipes_close,
};
