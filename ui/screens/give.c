/* give - the list of those who may do a procedure: Enter assigns it. */
#include "clinic/procedure.h"
#include "record/user.h"
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct give {
    struct ct_ui *ui;
    struct ct_procedure p; /* as it was seen */
    struct ct_person *person;
    size_t n;              /* and one row more: nobody */
    size_t *busy;          /* how much each has to do that day */
    struct ct_table table;
    char cell[64];
};

enum { COL_NAME, COL_LOGIN, COL_ROLE, COL_BUSY };
static const struct ct_column COLUMNS[] = {
    [COL_NAME] = {.title = "Who", .width = 0, .frozen = true},
    [COL_LOGIN] = {.title = "Login", .width = 16},
    [COL_ROLE] = {.title = "", .width = 12},
    [COL_BUSY] = {.title = "To do that day", .width = 14, .align = 1},
};

static int64_t row_count(void *arg)
{
    return (int64_t)((struct give *)arg)->n + 1;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct give *s = arg;
    (void)role;
    if ((size_t)row >= s->n)
        return column == COL_NAME ? "(nobody yet)" : "";
    const struct ct_person *p = &s->person[row];
    switch (column) {
    case COL_NAME: return p->name;
    case COL_LOGIN: return p->login;
    case COL_ROLE: return ct_role_name(p->role);
    default:
        snprintf(s->cell, sizeof s->cell, "%zu", s->busy[row]);
        return s->cell;
    }
}

static enum ct_status count_busy(struct give *s, struct ct_error *reterr)
{
    struct ct_civil day;
    struct ct_procedure *list = NULL;
    size_t n = 0;
    ct_civil_at(s->p.planned_ms, &day);
    day.hour = day.minute = day.second = day.ms = 0;
    struct ct_proc_filter f = {.from_ms = ct_civil_ms(&day), .states = CT_PROC_MASK_OPEN};
    f.before_ms = f.from_ms + CT_DAY_MS;
    enum ct_status st = ct_procedure_list(ct_ui_app(s->ui), &f, &list, &n, reterr);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < s->n; k++)
            s->busy[k] += s->person[k].user_id == list[i].assigned;
    free(list);
    return st;
}

static enum ct_status give_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct give *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->p = *(const struct ct_procedure *)arg;
    enum ct_status st = ct_user_people(ct_ui_app(s->ui), CT_PERM_PROCEDURE_WRITE, &s->person,
                                       &s->n, reterr);
    if (st == CT_OK && (s->busy = calloc(s->n + 1, sizeof *s->busy)) == NULL)
        st = ct_fail(reterr, CT_ENOMEM, "", "There is no memory for the list.");
    if (st == CT_OK)
        st = count_busy(s, reterr);
    if (st != CT_OK) {
        free(s->person);
        free(s->busy);
        return st;
    }
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    ct_table_reload(&s->table);
    for (size_t i = 0; i < s->n; i++)
        if (s->person[i].user_id == s->p.assigned)
            s->table.cursor = (int64_t)i;
    return CT_OK;
}

static void give_close(struct ct_view *v)
{
    struct give *s = ct_view_state(v);
    free(s->person);
    free(s->busy);
}

static void give_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct give *s = ct_view_state(v);
    char text[200], at[24];
    ct_procedure_text(&s->p, text, sizeof text);
    ct_datetime_text(s->p.planned_ms, at);
    ct_ui_subject(s->ui, "%s", s->p.patient);
    ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD, "ASSIGN");
    ct_grid_printf(g, body.row, body.col + 8, -1, CT_R_TEXT, "%s, %s", text, at);
    ct_table_draw(&s->table, g, body.row + 2, body.col, body.rows - 2, body.cols, true);
}

static enum ct_reaction give_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct give *)ct_view_state(v))->table, e);
}

static enum ct_reaction assign(struct ct_view *v)
{
    struct give *s = ct_view_state(v);
    struct ct_ui *ui = s->ui;
    struct ct_error err;
    size_t row = (size_t)s->table.cursor;
    struct ct_procedure p = s->p;
    char who[128] = "nobody yet";
    p.assigned = row < s->n ? s->person[row].user_id : 0;
    if (row < s->n)
        memcpy(who, s->person[row].name, sizeof who);
    if (p.assigned == s->p.assigned) {
        ct_ui_pop(ui);
        return CT_HANDLED;
    }
    enum ct_status st = ct_procedure_amend(ct_ui_app(ui), &p, NULL, &err);
    ct_ui_pop(ui); /* a conflict too: what it has become is to be seen first */
    if (st != CT_OK)
        ct_ui_say_error(ui, &err);
    else
        ct_ui_say(ui, CT_R_OK, "P-%lld %s: %s.", (long long)p.id, p.patient, who);
    return st == CT_OK ? CT_HANDLED : CT_REFUSED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "give.assign", .keys = "Enter", .label = "assign", .perm = CT_PERM_PROCEDURE_WRITE,
     .help = "Assign the procedure to the person of this line.", .run = assign},
    {.id = NULL},
};

const struct ct_screen ct_screen_give = {
    .id = "give",
    .title = "Assign a procedure",
    .help = "Those who may do procedures and can log in, with what each has to do that day.",
    .perm = CT_PERM_PROCEDURE_WRITE,
    .state_size = sizeof(struct give),
    .commands = COMMANDS,
    .open = give_open,
    .draw = give_draw,
    .event = give_event,
    .close = give_close,
};
