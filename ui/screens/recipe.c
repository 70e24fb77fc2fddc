/* recipe - one set of instruments: its recipe, the versions before, and the differences of
 * its counts that are open. */
#include "ui/screens/sterile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct recipe {
    struct ct_ui *ui;
    struct ct_set s;
    struct ct_set_difference *d;
    size_t n;
    struct ct_set *was; /* versions, newest first */
    size_t n_was;
    enum ct_set_follow_step asked;
    struct ct_table table;
    char cell[500];
};

enum { COL_COUNT, COL_WHAT };
static const struct ct_column COLUMNS[] = {
    [COL_COUNT] = {.title = "How many", .width = 12, .frozen = true},
    [COL_WHAT] = {.title = "Instrument; what is open; versions", .width = 0},
};

static enum ct_status load(struct recipe *s, int64_t id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_set_difference *d = NULL;
    struct ct_set *was = NULL;
    size_t n = 0, n_was = 0;
    enum ct_status rc = ct_set_get(app, id, &s->s, reterr);
    if (rc == CT_OK)
        rc = ct_set_differences(app, id, &d, &n, reterr);
    if (rc == CT_OK)
        rc = ct_set_history(app, id, &was, &n_was, reterr);
    if (rc != CT_OK) {
        free(d);
        return rc;
    }
    free(s->d);
    free(s->was);
    s->d = d;
    s->n = n;
    s->was = was;
    s->n_was = n_was;
    ct_table_reload(&s->table);
    return CT_OK;
}

/* Differences first: they ask for something. Then the recipe, then the versions. */
static int64_t row_count(void *arg)
{
    const struct recipe *s = arg;
    return (int64_t)(s->n + s->s.n + s->n_was);
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *difference(struct recipe *s, const struct ct_set_difference *d)
{
    char number[40];
    ct_pack_number(ct_ui_app(s->ui), d->pack_id, number);
    snprintf(s->cell, sizeof s->cell, "%s %s, %s %s%s%s%s%s", d->instrument,
             CT_SET_AWAY_NAME[d->away], number,
             d->phase == CT_SET_ASSEMBLY ? "when packed" : "when it came back",
             d->step >= 0 ? "; " : "", d->step >= 0 ? CT_SET_FOLLOW_NAME[d->step] : "",
             d->text[0] != '\0' ? ": " : "", d->text);
    return s->cell;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct recipe *s = arg;
    size_t i = (size_t)row;
    if (i < s->n) {
        *role = CT_R_WARN;
        if (column == COL_WHAT)
            return difference(s, &s->d[i]);
        snprintf(s->cell, sizeof s->cell, "%d of %d", s->d[i].counted, s->d[i].expected);
        return s->cell;
    }
    i -= s->n;
    if (i < s->s.n) {
        if (column == COL_WHAT)
            return s->s.line[i].instrument;
        snprintf(s->cell, sizeof s->cell, "%d", s->s.line[i].count);
        return s->cell;
    }
    const struct ct_set *was = &s->was[i - s->s.n];
    char day[16];
    *role = CT_R_DIM;
    if (column == COL_COUNT)
        return was->detail_id == s->s.detail_id ? "in force" : "before";
    ct_date_text(ct_date_at(was->at_ms), day);
    snprintf(s->cell, sizeof s->cell, "since %s by %s%s%s", day, was->by,
             was->reason[0] != '\0' ? ": " : "", was->reason);
    return s->cell;
}

static const struct ct_set_difference *chosen(const struct ct_view *v)
{
    const struct recipe *s = ct_view_state(v);
    return (size_t)s->table.cursor < s->n ? &s->d[s->table.cursor] : NULL;
}

static enum ct_status recipe_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct recipe *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    return load(s, *(const int64_t *)arg, reterr);
}

static void recipe_refresh(struct ct_view *v)
{
    struct recipe *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, s->s.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void recipe_close(struct ct_view *v)
{
    struct recipe *s = ct_view_state(v);
    free(s->d);
    free(s->was);
}

static void recipe_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct recipe *s = ct_view_state(v);
    const struct ct_set *t = &s->s;
    char text[900], keeps[40] = "until it is opened";
    if (t->expiry_rule == CT_EXPIRY_DAYS)
        snprintf(keeps, sizeof keeps, "%d days", t->expiry_days);
    ct_ui_subject(s->ui, "S-%lld  %s", (long long)t->id, t->name);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 2, CT_R_HEAD, "SET %s%s", t->name,
                   t->ended ? " (not packed any more)" : "");
    snprintf(text, sizeof text,
             "%d of it, %s%s; keeps %s; counted by %s; sterilised %lld times, used %lld.%s%s",
             t->copies, t->method >= 0 ? CT_METHOD_NAME[t->method] : "any method",
             t->implant ? ", with an implant" : "", keeps, t->second ? "two" : "one",
             (long long)t->sterilised, (long long)t->used, t->note[0] != '\0' ? " " : "", t->note);
    int rows = ct_draw_wrapped(
        g, (struct ct_rect){body.row + 1, body.col + 1, 4, body.cols - 2}, CT_R_TEXT, text);
    ct_table_draw(&s->table, g, body.row + 1 + rows, body.col, body.rows - 1 - rows, body.cols,
                  true);
}

static enum ct_reaction recipe_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct recipe *)ct_view_state(v))->table, e);
}

static enum ct_reaction pack(struct ct_view *v)
{
    const struct recipe *s = ct_view_state(v);
    const struct ct_count_arg arg = {.set_id = s->s.id};
    return ct_ui_push(s->ui, &ct_screen_count, &arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction amend(struct ct_view *v)
{
    const struct recipe *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_recipe_form, &s->s.id) ? CT_HANDLED : CT_REFUSED;
}

/* ---- differences ---------------------------------------------------------------------------- */

static void follow_text(struct ct_view *v, const char *text)
{
    struct recipe *s = ct_view_state(v);
    struct ct_error err;
    if (text == NULL || chosen(v) == NULL)
        return;
    if (ct_set_follow(ct_ui_app(s->ui), chosen(v)->line_id, s->asked, text, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_OK, "Written down: %s.", CT_SET_FOLLOW_NAME[s->asked]);
    recipe_refresh(v);
}

static void follow_which(struct ct_view *v, int index)
{
    struct recipe *s = ct_view_state(v);
    if (index < 0 || index >= CT_FOLLOWS)
        return;
    s->asked = (enum ct_set_follow_step)index;
    ct_ui_prompt(v, "What was done", "", follow_text);
}

static enum ct_reaction follow(struct ct_view *v)
{
    static const struct ct_choice CHOICES[] = {{"l", "looked for"}, {"s", "sent for repair"},
                                               {"f", "found"},      {"r", "replaced"},
                                               {"g", "given up"},   {NULL, NULL}};
    ct_ui_ask(v, "This difference:", CHOICES, follow_which);
    return CT_HANDLED;
}

static bool is_difference(const struct ct_view *v)
{
    return chosen(v) != NULL;
}

static const struct ct_command COMMANDS[] = {
    {.id = "set.pack", .keys = "k", .label = "pack it", .perm = CT_PERM_STERILE_WRITE,
     .help = "Count the set by its recipe, and pack it.", .run = pack},
    {.id = "set.follow", .keys = "Enter f", .label = "follow up", .perm = CT_PERM_STERILE_WRITE,
     .help = "What became of the difference of this line; given up is a supervisor's.",
     .run = follow, .shown = is_difference},
    {.id = "set.amend", .keys = "a", .label = "change", .perm = CT_PERM_STERILE_PLAN,
     .help = "A new version of the recipe; asks for the reason.", .run = amend},
    {.id = NULL},
};

const struct ct_screen ct_screen_recipe = {
    .id = "set",
    .title = "Set of instruments",
    .help = "Differences of its counts that are open come first, then the recipe that is packed "
            "by now, then the versions of it. A pack keeps the version it was packed by, and is "
            "counted by that one when it comes back.",
    .perm = CT_PERM_STERILE_READ,
    .state_size = sizeof(struct recipe),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = recipe_open,
    .draw = recipe_draw,
    .event = recipe_event,
    .refresh = recipe_refresh,
    .close = recipe_close,
};
