/* review_filters - the filters of reviews that a supervisor keeps by name. */
#include "ui/screens/review_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct filters {
    struct ct_ui *ui;
    void (*chosen)(struct ct_view *v, const char *typed);
    char typed[CT_FILTER_TYPED_MAX + 1]; /* the one that is on */
    struct ct_review_saved *f;
    size_t n;
    struct ct_table table;
};

enum { COL_NAME, COL_TYPED };
static const struct ct_column COLUMNS[] = {
    [COL_NAME] = {.title = "Name", .width = 30, .frozen = true},
    [COL_TYPED] = {.title = "Filter", .width = 0},
};

static void load(struct filters *s)
{
    struct ct_error err;
    struct ct_review_saved *f = NULL;
    size_t n = 0;
    if (ct_review_filters(ct_ui_app(s->ui), &f, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->f);
    s->f = f;
    s->n = n;
    ct_table_reload(&s->table);
}

static int64_t filter_count(void *arg)
{
    return (int64_t)((struct filters *)arg)->n;
}

static bool all_loaded(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *filter_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    const struct filters *s = arg;
    (void)role;
    return column == COL_NAME ? s->f[row].name : s->f[row].typed;
}

static enum ct_status filters_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    (void)reterr;
    struct filters *s = ct_view_state(v);
    const struct ct_filters_arg *a = arg;
    s->ui = ct_view_ui(v);
    s->chosen = a->chosen;
    ct_text_copy(s->typed, sizeof s->typed, a->typed);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = filter_count, .load = all_loaded, .cell = filter_cell});
    load(s);
    return CT_OK;
}

static void filters_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

static void filters_close(struct ct_view *v)
{
    free(((struct filters *)ct_view_state(v))->f);
}

static void filters_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct filters *s = ct_view_state(v);
    ct_ui_subject(s->ui, "FILTERS OF REVIEWS");
    if (s->typed[0] != '\0')
        ct_grid_printf(g, body.row, body.col + 1, -1, CT_R_NOTE, "On now: %s", s->typed);
    else
        ct_grid_text(g, body.row, body.col + 1, -1, CT_R_DIM,
                     "No filter is on. Set one in the review (f), then keep it here.");
    if (s->n == 0)
        ct_grid_text(g, body.row + 3, body.col + 2, -1, CT_R_DIM,
                     "None is kept yet. They are yours alone.");
    ct_table_draw(&s->table, g, body.row + 2, body.col, body.rows - 2, body.cols, true);
}

static enum ct_reaction filters_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct filters *)ct_view_state(v))->table, e);
}

static const struct ct_review_saved *at_cursor(const struct filters *s)
{
    return s->n > 0 ? &s->f[s->table.cursor] : NULL;
}

static enum ct_reaction take(struct ct_view *v)
{
    struct filters *s = ct_view_state(v);
    struct ct_view *below = ct_ui_below(v);
    const struct ct_review_saved *f = at_cursor(s);
    char typed[CT_FILTER_TYPED_MAX + 1];
    if (f == NULL || below == NULL) {
        ct_ui_say(s->ui, CT_R_TEXT, "None is kept yet: set one in the review (f), then n here.");
        return CT_REFUSED;
    }
    void (*chosen)(struct ct_view *, const char *) = s->chosen;
    ct_text_copy(typed, sizeof typed, f->typed);
    ct_ui_pop(s->ui);
    chosen(below, typed);
    return CT_HANDLED;
}

static void named(struct ct_view *v, const char *name)
{
    struct filters *s = ct_view_state(v);
    struct ct_error err;
    bool known = false;
    char plain[CT_FILTER_NAME_MAX + 1] = "";
    if (name == NULL)
        return;
    ct_text_copy(plain, sizeof plain, name);
    ct_text_trim(plain);
    for (size_t i = 0; i < s->n; i++)
        known = known || strcmp(s->f[i].name, plain) == 0;
    if (ct_review_filter_save(ct_ui_app(s->ui), name, s->typed, &err) != CT_OK) {
        ct_ui_prompt(v, "Keep it as", name, named);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    load(s);
    ct_ui_say(s->ui, CT_R_OK, known ? "%s now stands for: %s" : "%s is kept: %s", plain, s->typed);
}

static enum ct_reaction keep(struct ct_view *v)
{
    struct filters *s = ct_view_state(v);
    if (s->typed[0] == '\0') {
        ct_ui_say(s->ui, CT_R_ERROR, "No filter is on: set one in the review (f), then keep it.");
        return CT_REFUSED;
    }
    ct_ui_prompt(v, "Keep it as", "", named);
    return CT_HANDLED;
}

static void removed(struct ct_view *v, int index)
{
    struct filters *s = ct_view_state(v);
    const struct ct_review_saved *f = at_cursor(s);
    struct ct_error err;
    if (index != 0 || f == NULL)
        return;
    if (ct_review_filter_save(ct_ui_app(s->ui), f->name, "", &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    load(s);
}

static enum ct_reaction drop(struct ct_view *v)
{
    static const struct ct_choice CHOICES[] = {
        {"y", "remove it"}, {"Esc", "leave it"}, {NULL, NULL}};
    struct filters *s = ct_view_state(v);
    char question[100];
    if (s->n == 0)
        return CT_IGNORED;
    snprintf(question, sizeof question, "Remove the filter %s?", at_cursor(s)->name);
    ct_ui_ask(v, question, CHOICES, removed);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "review_filters.take", .keys = "Enter", .label = "use it", .perm = CT_PERM_REVIEW,
     .help = "The review's lines by this filter.", .run = take},
    {.id = "review_filters.keep", .keys = "n", .label = "keep the one that is on",
     .perm = CT_PERM_REVIEW,
     .help = "Give the filter that is on a name; a name that is there already stands for it "
             "from then on.", .run = keep},
    {.id = "review_filters.remove", .keys = "d", .label = "remove", .perm = CT_PERM_REVIEW,
     .help = "Take the chosen one off the list.", .run = drop},
    {.id = NULL},
};

const struct ct_screen ct_screen_review_filters = {
    .id = "review_filters",
    .title = "Filters of reviews",
    .help = "Your own filters by name. Each is applied as if it were typed anew: a person who "
            "has no line in a review, or a device that is not there, is said then.",
    .perm = CT_PERM_REVIEW,
    .state_size = sizeof(struct filters),
    .commands = COMMANDS,
    .open = filters_open,
    .draw = filters_draw,
    .event = filters_event,
    .refresh = filters_refresh,
    .close = filters_close,
};
