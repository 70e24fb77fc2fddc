/* prep_start - which checklist is begun: all there are, by title. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "clinic/prep.h"

enum { LISTS_MAX = 200 };

struct choice {
    char id[CT_CHECK_ID_MAX + 1], title[CT_CHECK_TITLE_MAX + 1];
    char version[CT_CHECK_TITLE_MAX + 1], wrong[200]; /* wrong: why it cannot be begun */
    size_t items;
};

struct prep_start {
    struct ct_ui *ui;
    struct ct_preps_arg arg;
    struct ct_patient p;
    struct choice *list;
    size_t n;
    struct ct_table table;
    char cell[32];
};

enum { COL_TITLE, COL_ITEMS, COL_VERSION };
static const struct ct_column COLUMNS[] = {
    [COL_TITLE] = {.title = "Checklist", .width = 0, .frozen = true},
    [COL_ITEMS] = {.title = "Items", .width = 6, .align = 1},
    [COL_VERSION] = {.title = "Version", .width = 12},
};

static int64_t list_count(void *arg)
{
    return (int64_t)((struct prep_start *)arg)->n;
}

static bool list_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *list_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct prep_start *s = arg;
    const struct choice *c = &s->list[row];
    if (c->wrong[0] != '\0') {
        *role = CT_R_WARN;
        return column == COL_TITLE ? c->title : "";
    }
    if (column == COL_TITLE)
        return c->title;
    if (column == COL_VERSION)
        return c->version;
    snprintf(s->cell, sizeof s->cell, "%zu", c->items);
    return s->cell;
}

/* One that a site wrote wrongly is shown with what is wrong, not left out. */
static void look(const struct ct_config *c, const char *id, struct choice *ret)
{
    CT_CHECKLIST *t = NULL;
    struct ct_error err = {0};
    ct_text_copy(ret->id, sizeof ret->id, id);
    if (ct_checklist_load(c, id, &t, &err) != CT_OK) {
        ct_text_copy(ret->title, sizeof ret->title, id);
        ct_text_copy(ret->wrong, sizeof ret->wrong, err.text);
        return;
    }
    ct_text_copy(ret->title, sizeof ret->title, t->title);
    ct_text_copy(ret->version, sizeof ret->version, t->version);
    ret->items = t->n_items;
}

static int by_title(const void *x, const void *y)
{
    const struct choice *a = x, *b = y;
    CT_BUF p = {.max = 1024};
    CT_BUF q = {.max = 1024};
    ct_text_fold(&p, a->title);
    ct_text_fold(&q, b->title);
    int d = strcmp(ct_buf_str(&p), ct_buf_str(&q));
    return d != 0 ? d : strcmp(a->id, b->id);
}

static enum ct_status prep_start_open(struct ct_view *v, const void *arg,
                                      struct ct_error *reterr)
{
    struct prep_start *s = ct_view_state(v);
    CT_BUF ids = {.max = 64 * 1024};
    s->ui = ct_view_ui(v);
    s->arg = *(const struct ct_preps_arg *)arg;
    struct ct_app *app = ct_ui_app(s->ui);
    const struct ct_config *c = ct_app_config(app);
    enum ct_status st = ct_patient_get(app, s->arg.patient_id, &s->p, reterr);
    if (st == CT_OK)
        st = ct_checklist_ids(c, &ids, reterr);
    if (st != CT_OK)
        return st;
    s->list = calloc(LISTS_MAX, sizeof *s->list);
    if (s->list == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "There is no memory for the list.");
    for (const char *id = ct_buf_str(&ids); id[0] != '\0' && s->n < LISTS_MAX;
         id += strlen(id) + 1)
        look(c, id, &s->list[s->n++]);
    qsort(s->list, s->n, sizeof *s->list, by_title);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = list_count, .load = list_load, .cell = list_cell});
    return CT_OK;
}

static void prep_start_close(struct ct_view *v)
{
    free(((struct prep_start *)ct_view_state(v))->list);
}

static void prep_start_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct prep_start *s = ct_view_state(v);
    int end = body.row + body.rows;
    ct_subject_patient(s->ui, &s->p);
    ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD, "BEGIN A CHECKLIST");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 4, body.cols, true);
    if (s->n == 0)
        return;
    const struct choice *c = &s->list[s->table.cursor];
    ct_grid_hline(g, end - 3, body.col, body.cols);
    ct_draw_wrapped(g, (struct ct_rect){end - 2, body.col + 1, 2, body.cols - 2},
                    c->wrong[0] != '\0' ? CT_R_WARN : CT_R_DIM,
                    c->wrong[0] != '\0' ? c->wrong : c->id);
}

static enum ct_reaction prep_start_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct prep_start *)ct_view_state(v))->table, e);
}

static bool any(const struct ct_view *v)
{
    return ((const struct prep_start *)ct_view_state(v))->n > 0;
}

static enum ct_reaction begin(struct ct_view *v)
{
    struct prep_start *s = ct_view_state(v);
    struct ct_ui *ui = s->ui;
    struct ct_error err = {0};
    int64_t id;
    enum ct_status st =
        ct_prep_start(ct_ui_app(ui), s->arg.patient_id, s->arg.procedure_id,
                      s->list[s->table.cursor].id, &id, &err);
    if (st != CT_OK && id == 0) {
        ct_ui_say_error(ui, &err);
        return CT_REFUSED;
    }
    if (!ct_ui_replace(ui, &ct_screen_prep, &id))
        return CT_REFUSED;
    if (st == CT_ECONFLICT)
        ct_ui_say(ui, CT_R_WARN, "It was begun already and is open: this is where it was left.");
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "prep_start.begin", .keys = "Enter", .label = "begin", .perm = CT_PERM_PREP_WRITE,
     .help = "Begin this checklist; one that is open already is gone on with.", .run = begin,
     .shown = any},
    {.id = NULL},
};

const struct ct_screen ct_screen_prep_start = {
    .id = "prep_start",
    .title = "Begin a checklist",
    .help = "All checklists that there are, the site's and those that come with the program, by "
            "title. It is answered under the words it has now, whatever becomes of its file.",
    .perm = CT_PERM_PREP_WRITE,
    .state_size = sizeof(struct prep_start),
    .commands = COMMANDS,
    .open = prep_start_open,
    .draw = prep_start_draw,
    .event = prep_start_event,
    .close = prep_start_close,
};
