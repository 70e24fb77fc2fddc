/* competencies - what one person may do: required of everybody or held, with where it stands. */
#include "ui/screens/school.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct competencies {
    struct ct_ui *ui;
    uint32_t user_id;
    char name[128];
    bool own;
    struct ct_comp_now *c;
    size_t n, missing;
    int64_t sign_others, sign_own;
    struct ct_table table;
    char cell[240];
};

enum { COL_SUBJECT, COL_NEEDS, COL_NOW };
static const struct ct_column COLUMNS[] = {
    [COL_SUBJECT] = {.title = "For", .width = 0, .frozen = true},
    [COL_NEEDS] = {.title = "Required", .width = 14},
    [COL_NOW] = {.title = "Held", .width = 30},
};

static int64_t row_count(void *arg)
{
    return (int64_t)((struct competencies *)arg)->n;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct competencies *s = arg;
    const struct ct_comp_now *c = &s->c[row];
    switch (column) {
    case COL_SUBJECT: ct_subject_text(&c->subject, s->cell, sizeof s->cell); return s->cell;
    case COL_NEEDS: return c->required ? CT_LEVEL_NAME[c->needs] : "-";
    default:
        *role = ct_comp_role(c);
        ct_comp_now_text(c, s->cell, sizeof s->cell);
        if (c->confirm)
            snprintf(s->cell + strlen(s->cell), sizeof s->cell - strlen(s->cell), " (confirm)");
        return s->cell;
    }
}

static void load(struct competencies *s)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_comp_now *c = NULL;
    struct ct_error err;
    size_t n = 0;
    if (ct_comp_person(app, s->user_id, &c, &n, &err) != CT_OK ||
        ct_countersign_count(app, &s->sign_others, &s->sign_own, &err) != CT_OK) {
        free(c);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->c);
    s->c = c;
    s->n = n;
    s->missing = 0;
    for (size_t i = 0; i < n; i++)
        s->missing += c[i].required && c[i].state < CT_COMP_SOON;
    ct_table_reload(&s->table);
}

static enum ct_status competencies_open(struct ct_view *v, const void *arg,
                                        struct ct_error *reterr)
{
    struct competencies *s = ct_view_state(v);
    const struct ct_person_arg *whose = arg;
    (void)reterr;
    s->ui = ct_view_ui(v);
    uint32_t me = ct_app_who(ct_ui_app(s->ui))->user_id;
    s->user_id = whose != NULL && whose->user_id != 0 ? whose->user_id : me;
    s->own = s->user_id == me;
    ct_user_name(ct_ui_app(s->ui), s->user_id, s->name, sizeof s->name);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = ct_rows_there, .cell = row_cell});
    load(s);
    return CT_OK;
}

static void competencies_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

static void competencies_close(struct ct_view *v)
{
    free(((struct competencies *)ct_view_state(v))->c);
}

static void competencies_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct competencies *s = ct_view_state(v);
    int row = body.row;
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    int used = ct_grid_printf(g, row, body.col + 1, body.cols - 2, CT_R_HEAD, "%s%.60s",
                              s->own ? "MY COMPETENCIES: " : "COMPETENCIES of ", s->name);
    ct_grid_printf(g, row++, body.col + 3 + used, -1, s->missing > 0 ? CT_R_WARN : CT_R_OK,
                   "%zu required and not current", s->missing);
    if (s->own && s->sign_others > 0)
        ct_grid_printf(g, row++, body.col + 1, -1, CT_R_NOTE,
                       "%lld of trainees await a countersign: k", (long long)s->sign_others);
    if (s->own && s->sign_own > 0)
        ct_grid_printf(g, row++, body.col + 1, -1, CT_R_NOTE,
                       "%lld of your own await a countersign", (long long)s->sign_own);
    if (s->n == 0)
        ct_grid_text(g, row + 2, body.col + 2, -1, CT_R_DIM,
                     "Nothing is required, and nothing is held. r says what is required.");
    ct_table_draw(&s->table, g, row, body.col, body.rows - (row - body.row), body.cols, true);
}

static enum ct_reaction competencies_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct competencies *)ct_view_state(v))->table, e);
}

static const struct ct_comp_now *chosen(const struct ct_view *v)
{
    const struct competencies *s = ct_view_state(v);
    return s->n > 0 ? &s->c[s->table.cursor] : NULL;
}

static bool any(const struct ct_view *v)
{
    return chosen(v) != NULL;
}

static bool own_any(const struct ct_view *v)
{
    return any(v) && ((const struct competencies *)ct_view_state(v))->own;
}

static bool others(const struct ct_view *v)
{
    return !((const struct competencies *)ct_view_state(v))->own;
}

static enum ct_reaction push(struct ct_view *v, const struct ct_screen *screen, const void *arg)
{
    return ct_ui_push(ct_view_ui(v), screen, arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    struct ct_competency_arg arg = {
        .user_id = ((struct competencies *)ct_view_state(v))->user_id,
        .subject = chosen(v)->subject};
    return push(v, &ct_screen_competency, &arg);
}

static void declared(struct ct_view *v, const char *text)
{
    struct competencies *s = ct_view_state(v);
    struct ct_error err;
    if (text == NULL || chosen(v) == NULL)
        return;
    if (ct_competency_declare(ct_ui_app(s->ui), &chosen(v)->subject, text, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_OK, "Declared: your own word, and so it is shown.");
    load(s);
}

static enum ct_reaction declare(struct ct_view *v)
{
    ct_ui_prompt(v, "I am competent in it; it rests on", "", declared);
    return CT_HANDLED;
}

static enum ct_reaction assess(struct ct_view *v)
{
    const struct competencies *s = ct_view_state(v);
    struct ct_competency_arg arg = {.user_id = s->user_id};
    if (chosen(v) != NULL)
        arg.subject = chosen(v)->subject;
    return push(v, &ct_screen_assess, &arg);
}

static enum ct_reaction matrix(struct ct_view *v)
{
    return push(v, &ct_screen_matrix, NULL);
}

static enum ct_reaction requirements(struct ct_view *v)
{
    return push(v, &ct_screen_requirements, NULL);
}

static enum ct_reaction sessions(struct ct_view *v)
{
    return push(v, &ct_screen_sessions, NULL);
}

static enum ct_reaction trainees(struct ct_view *v)
{
    return push(v, &ct_screen_trainees, NULL);
}

static enum ct_reaction countersigns(struct ct_view *v)
{
    return push(v, &ct_screen_countersigns, NULL);
}

static enum ct_reaction documents(struct ct_view *v)
{
    return push(v, &ct_screen_documents, NULL);
}

static const struct ct_command COMMANDS[] = {
    {.id = "competencies.open", .keys = "Enter", .label = "history", .perm = CT_PERM_SESSION,
     .help = "What was assessed, attended and declared for this line; confirm an assessment.",
     .run = open_chosen, .shown = any},
    {.id = "competencies.declare", .keys = "d", .label = "declare",
     .perm = CT_PERM_TRAIN_WRITE,
     .help = "Declare that you are competent in it, and what that rests on.", .run = declare,
     .shown = own_any},
    {.id = "competencies.assess", .keys = "a", .label = "assess", .perm = CT_PERM_COMP_ASSESS,
     .help = "Assess this person; it is signed with your password.", .run = assess,
     .shown = others},
    {.id = "competencies.matrix", .keys = "m", .label = "matrix", .perm = CT_PERM_TRAIN_READ,
     .help = "Everybody against all that is required or held.", .run = matrix},
    {.id = "competencies.sessions", .keys = "s", .label = "sessions", .perm = CT_PERM_TRAIN_READ,
     .help = "Training: planned, given, who attended.", .run = sessions},
    {.id = "competencies.requirements", .keys = "r", .label = "required",
     .perm = CT_PERM_TRAIN_READ, .help = "What the site requires of people.",
     .run = requirements},
    {.id = "competencies.countersigns", .keys = "k", .label = "countersign",
     .perm = CT_PERM_TRAIN_READ, .help = "What trainees recorded and somebody stands for.",
     .run = countersigns},
    {.id = "competencies.trainees", .keys = "t", .label = "trainees",
     .perm = CT_PERM_TRAIN_READ, .help = "Who learns, until when, and who stands by.",
     .run = trainees},
    {.id = "competencies.documents", .keys = "b", .label = "documents",
     .perm = CT_PERM_TRAIN_READ, .help = "Documents that have to be read.", .run = documents},
    {.id = NULL},
};

const struct ct_screen ct_screen_competencies = {
    .id = "competencies",
    .title = "Competencies of a person",
    .help = "All that is required of anybody, and all that this person ever held: what is "
            "missing stands first. A competency is valid until the day shown, that day "
            "included. \"confirm\" asks the person to confirm an assessment.",
    .perm = CT_PERM_TRAIN_READ,
    .jump = true,
    .state_size = sizeof(struct competencies),
    .commands = COMMANDS,
    .open = competencies_open,
    .draw = competencies_draw,
    .event = competencies_event,
    .refresh = competencies_refresh,
    .close = competencies_close,
};
