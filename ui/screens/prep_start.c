/* prep_start - which checklist is begun: those that the procedure asks for, then all
 * others, by title. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "clinic/competency.h"
#include "clinic/prep.h"
#include "clinic/procedure.h"

enum { LISTS_MAX = 200 };

struct choice {
    char id[CT_CHECK_ID_MAX + 1], title[CT_CHECK_TITLE_MAX + 1];
    char version[CT_CHECK_TITLE_MAX + 1], wrong[200]; /* wrong: why it cannot be begun */
    size_t items;
    bool asked; /* the procedure's kind asks for it */
};

struct prep_start {
    struct ct_ui *ui;
    struct ct_preps_arg arg;
    struct ct_patient p;
    struct choice *list;
    size_t n;
    struct ct_table table;
    int64_t begun_for; /* the procedure it is begun for, while a reason is asked */
    int64_t offered; /* a procedure of the patient's that is asked about */
    char cell[CT_CHECK_TITLE_MAX + 40];
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
    if (column == COL_TITLE && c->asked) {
        snprintf(s->cell, sizeof s->cell, "%s  (asked for)", c->title);
        return s->cell;
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
    if (a->asked != b->asked)
        return a->asked ? -1 : 1;
    CT_BUF p = {.max = 1024};
    CT_BUF q = {.max = 1024};
    ct_text_fold(&p, a->title);
    ct_text_fold(&q, b->title);
    int d = strcmp(ct_buf_str(&p), ct_buf_str(&q));
    return d != 0 ? d : strcmp(a->id, b->id);
}

static bool asks_for(struct ct_app *app, const struct ct_procedure *p, const char *id)
{
    const struct ct_proc_kinds *kinds;
    if (ct_proc_kinds_of(app, &kinds, NULL) != CT_OK)
        return false;
    const struct ct_proc_kind *kind = ct_proc_kind_find(kinds, p->kind);
    for (size_t i = 0; kind != NULL && i < kind->n_checklists; i++)
        if (strcmp(kind->checklist[i], id) == 0)
            return true;
    return false;
}

/* Which of them the procedure asks for. */
static enum ct_status asked_look(struct prep_start *s, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_procedure *p = calloc(1, sizeof *p);
    if (p == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the procedure.");
    enum ct_status st = ct_procedure_get(app, s->arg.procedure_id, p, reterr);
    for (size_t i = 0; st == CT_OK && i < s->n; i++)
        s->list[i].asked = asks_for(app, p, s->list[i].id);
    free(p);
    return st;
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
    if (s->arg.procedure_id != 0 && (st = asked_look(s, reterr)) != CT_OK) {
        free(s->list);
        s->list = NULL;
        return st;
    }
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

static enum ct_reaction begin_though(struct ct_view *v, const char *though);

/* ---- without a competency that is asked for --------------------------------------------- */

static void though_given(struct ct_view *v, const char *text)
{
    if (text != NULL)
        begin_though(v, text);
}

static void though_chosen(struct ct_view *v, int index)
{
    ct_though_chosen(v, index, though_given);
}

static enum ct_reaction begin_though(struct ct_view *v, const char *though)
{
    struct prep_start *s = ct_view_state(v);
    struct ct_ui *ui = s->ui;
    struct ct_error err = {0};
    int64_t id;
    enum ct_status st =
        ct_prep_start_though(ct_ui_app(ui), s->arg.patient_id, s->begun_for,
                             s->list[s->table.cursor].id, though, &id, &err);
    if (st != CT_OK && id == 0) {
        if (ct_though_ask(v, &err, though_chosen))
            return CT_HANDLED;
        ct_ui_say_error(ui, &err);
        return CT_REFUSED;
    }
    if (!ct_ui_replace(ui, &ct_screen_prep, &id))
        return CT_REFUSED;
    if (st == CT_ECONFLICT)
        ct_ui_say(ui, CT_R_WARN, "It was begun already and is open: this is where it was left.");
    return CT_HANDLED;
}

static enum ct_reaction begin_for(struct ct_view *v, int64_t procedure_id)
{
    ((struct prep_start *)ct_view_state(v))->begun_for = procedure_id;
    return begin_though(v, NULL);
}

static void offer_answered(struct ct_view *v, int index)
{
    struct prep_start *s = ct_view_state(v);
    if (index == 0)
        begin_for(v, s->offered);
    else if (index == 1)
        begin_for(v, 0);
}

/* The next procedure of the patient's that asks for this list: one that was begun for
 * none would not count for it. */
static bool offer(struct ct_view *v, const char *id)
{
    static const struct ct_choice CHOICES[] = {
        {"y", "for it"}, {"n", "for none"}, {"Esc", "do not begin"}, {NULL, NULL}};
    struct prep_start *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_procedure *list = NULL;
    size_t n = 0;
    struct ct_proc_filter f = {.from_ms = ct_app_now(app) - CT_DAY_MS,
                               .before_ms = ct_app_now(app) + CT_DAY_MS,
                               .states = CT_PROC_MASK_OPEN,
                               .patient_id = s->arg.patient_id,
                               .limit = 20};
    char question[240], text[160], at[32];
    s->offered = 0;
    if (ct_procedure_list(app, &f, &list, &n, NULL) != CT_OK)
        return false;
    for (size_t i = 0; i < n && s->offered == 0; i++) {
        if (!asks_for(app, &list[i], id))
            continue;
        s->offered = list[i].id;
        ct_procedure_text(&list[i], text, sizeof text);
        ct_proc_when_text(list[i].planned_ms, ct_app_now(app), at);
        snprintf(question, sizeof question, "%s, %s, asks for it: begin it for that?", text, at);
        ct_ui_ask(v, question, CHOICES, offer_answered);
    }
    free(list);
    return s->offered != 0;
}

static enum ct_reaction begin(struct ct_view *v)
{
    struct prep_start *s = ct_view_state(v);
    if (s->arg.procedure_id == 0 && offer(v, s->list[s->table.cursor].id))
        return CT_HANDLED;
    return begin_for(v, s->arg.procedure_id);
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
            "title; first those that the procedure asks for. It is answered under the words it has now, whatever becomes of its file.",
    .perm = CT_PERM_PREP_WRITE,
    .state_size = sizeof(struct prep_start),
    .commands = COMMANDS,
    .open = prep_start_open,
    .draw = prep_start_draw,
    .event = prep_start_event,
    .close = prep_start_close,
};
