/* trainees - who learns and who stands by, the form of it, and what of theirs awaits a
 * countersign. */
#include "ui/screens/school.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/scan_find.h"

struct trainees {
    struct ct_ui *ui;
    struct ct_trainee *t;
    size_t n;
    struct ct_table table;
    char cell[64];
};

enum { COL_NAME, COL_BY, COL_FROM, COL_UNTIL, COL_AWAITS };
static const struct ct_column COLUMNS[] = {
    [COL_NAME] = {.title = "Trainee", .width = 0, .frozen = true},
    [COL_BY] = {.title = "Stands by", .width = 20},
    [COL_FROM] = {.title = "From", .width = 12},
    [COL_UNTIL] = {.title = "Until", .width = 12},
    [COL_AWAITS] = {.title = "Awaits", .width = 7, .align = 1},
};

static int64_t row_count(void *arg)
{
    return (int64_t)((struct trainees *)arg)->n;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct trainees *s = arg;
    const struct ct_trainee *t = &s->t[row];
    s->cell[0] = '\0';
    switch (column) {
    case COL_NAME: return t->name;
    case COL_BY: return t->id != 0 ? t->supervisor : "(none any more)";
    case COL_FROM: ct_date_text(t->from, s->cell); return s->cell;
    case COL_UNTIL: ct_date_text(t->until, s->cell); return s->cell;
    default:
        if (t->awaits > 0)
            *role = CT_R_NOTE;
        snprintf(s->cell, sizeof s->cell, "%lld", (long long)t->awaits);
        return s->cell;
    }
}

static void load(struct trainees *s)
{
    struct ct_trainee *t = NULL;
    struct ct_error err;
    size_t n = 0;
    if (ct_trainee_list(ct_ui_app(s->ui), &t, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->t);
    s->t = t;
    s->n = n;
    ct_table_reload(&s->table);
}

static enum ct_status trainees_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct trainees *s = ct_view_state(v);
    (void)arg, (void)reterr;
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = ct_rows_there, .cell = row_cell});
    load(s);
    return CT_OK;
}

static void trainees_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

static void trainees_close(struct ct_view *v)
{
    free(((struct trainees *)ct_view_state(v))->t);
}

static void trainees_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct trainees *s = ct_view_state(v);
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    ct_grid_printf(g, body.row, body.col + 1, -1, CT_R_HEAD, "TRAINEES: %zu", s->n);
    if (s->n == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM,
                     "Nobody is a trainee. A supervisor marks somebody with n.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 1, body.cols, true);
}

static enum ct_reaction trainees_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct trainees *)ct_view_state(v))->table, e);
}

static bool any(const struct ct_view *v)
{
    return ((const struct trainees *)ct_view_state(v))->n > 0;
}

static const struct ct_trainee *chosen(const struct ct_view *v)
{
    const struct trainees *s = ct_view_state(v);
    return s->n > 0 ? &s->t[s->table.cursor] : NULL;
}

static bool is_one(const struct ct_view *v)
{
    return chosen(v) != NULL && chosen(v)->id != 0;
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    struct ct_person_arg arg = {.user_id = chosen(v)->user_id};
    return ct_ui_push(ct_view_ui(v), &ct_screen_countersigns, &arg) ? CT_HANDLED : CT_REFUSED;
}

static void who_given(struct ct_view *v, const char *text)
{
    struct trainees *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_person *p = NULL;
    struct ct_person_arg arg = {.user_id = 0};
    struct ct_error err;
    char login[64];
    size_t n = 0;
    if (text == NULL || text[strspn(text, " ")] == '\0')
        return;
    ct_scan_login(ct_app_config(app), text, login, sizeof login);
    if (ct_user_people(app, CT_PERM_TRAIN_READ, &p, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (strcmp(p[i].login, login) == 0 || strcmp(p[i].name, text) == 0)
            arg.user_id = p[i].user_id;
    free(p);
    if (arg.user_id == 0)
        ct_ui_say(s->ui, CT_R_WARN, "There is no technician or supervisor \"%.40s\".", text);
    else
        ct_ui_push(s->ui, &ct_screen_trainee_form, &arg);
}

static enum ct_reaction add(struct ct_view *v)
{
    ct_ui_prompt(v, "Login or name of the trainee", "", who_given);
    ct_ui_prompt_scans(v);
    return CT_HANDLED;
}

static void end_because(struct ct_view *v, const char *reason)
{
    struct trainees *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL || chosen(v) == NULL)
        return;
    if (ct_trainee_end(ct_ui_app(s->ui), chosen(v)->user_id, reason, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_OK, "No trainee any more. What awaits a countersign still does.");
    load(s);
}

static enum ct_reaction end(struct ct_view *v)
{
    ct_ui_prompt(v, "No trainee any more, because", "", end_because);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "trainees.open", .keys = "Enter", .label = "what awaits", .perm = CT_PERM_TRAIN_READ,
     .help = "What this trainee recorded and somebody has to stand for.", .run = open_chosen,
     .shown = any},
    {.id = "trainees.add", .keys = "n", .label = "mark one", .perm = CT_PERM_COMP_PLAN,
     .help = "Mark somebody as a trainee, or change the days.", .run = add},
    {.id = "trainees.end", .keys = "x", .label = "end", .perm = CT_PERM_COMP_PLAN,
     .help = "No trainee any more; a reason is asked.", .run = end, .shown = is_one},
    {.id = NULL},
};

const struct ct_screen ct_screen_trainees = {
    .id = "trainees",
    .title = "Trainees",
    .help = "Who learns, from when until when, who stands by, and how many of their entries "
            "await a countersign. These stay here when the days are over.",
    .perm = CT_PERM_TRAIN_READ,
    .jump = true,
    .state_size = sizeof(struct trainees),
    .commands = COMMANDS,
    .open = trainees_open,
    .draw = trainees_draw,
    .event = trainees_event,
    .refresh = trainees_refresh,
    .close = trainees_close,
};

/* ---- the form ------------------------------------------------------------------------------- */

struct form {
    struct ct_equip_form f; /* first: equip_form.h */
    uint32_t user_id;
    char name[128];
    struct ct_person *p;
    size_t n;
};

static void offers(struct ct_equip_form *f, const char *field, struct ct_buf *out)
{
    const struct form *s = (const struct form *)f;
    if (strcmp(field, "supervisor_id") != 0)
        return;
    for (size_t i = 0; i < s->n; i++)
        if (s->p[i].user_id != s->user_id)
            ct_buf_add(out, s->p[i].name, strlen(s->p[i].name) + 1);
    ct_buf_char(out, '\0');
}

static bool only(const struct ct_equip_form *f, const char *field)
{
    (void)f;
    return strcmp(field, "supervisor_id") == 0;
}

static void save(struct ct_view *v)
{
    struct form *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    const struct ct_form *f = &s->f.form;
    struct ct_error err;
    CT_BUF all = {.max = 64 * 1024};
    char meant[128], until[16];
    int64_t now = ct_app_now(ct_ui_app(ui)), from = ct_form_value(f, "from", now);
    struct ct_trainee t = {.user_id = s->user_id,
                           .from = from == CT_UNSET ? CT_NO_DATE : (ct_date)from,
                           .until = (ct_date)ct_form_value(f, "until", now)};
    ct_text_copy(t.reason, sizeof t.reason, ct_form_text(f, "reason"));
    offers(&s->f, "supervisor_id", &all);
    enum ct_status rc =
        ct_offer_meant("supervisor_id", "person", ct_buf_str(&all),
                       ct_form_text(f, "supervisor_id"), meant, sizeof meant, &err);
    for (size_t i = 0; rc == CT_OK && i < s->n; i++)
        if (strcmp(s->p[i].name, meant) == 0)
            t.supervisor_id = s->p[i].user_id;
    if (rc == CT_OK)
        rc = ct_trainee_put(ct_ui_app(ui), &t, &err);
    if (rc != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    ct_equip_form_saved(&s->f);
    ct_date_text(t.until, until);
    ct_ui_say(ui, CT_R_OK, "%s is a trainee until %s.",
              s->name, until);
}

static enum ct_status form_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct form *s = ct_view_state(v);
    s->f.ui = ct_view_ui(v);
    s->user_id = ((const struct ct_person_arg *)arg)->user_id;
    s->f.offers = offers;
    s->f.only = only;
    s->f.save = save;
    ct_user_name(ct_ui_app(s->f.ui), s->user_id, s->name, sizeof s->name);
    snprintf(s->f.kind, sizeof s->f.kind, CT_DRAFT_TRAINEE "%u", s->user_id);
    snprintf(s->f.title, sizeof s->f.title, "A TRAINEE: %.100s", s->name);
    enum ct_status rc =
        ct_user_people(ct_ui_app(s->f.ui), CT_PERM_TRAIN_READ, &s->p, &s->n, reterr);
    if (rc == CT_OK)
        rc = ct_equip_form_begin(&s->f, CT_TRAINEE_FIELDS, CT_TRAINEE_FIELDS_N, 12, reterr);
    if (rc != CT_OK)
        free(s->p);
    return rc;
}

static void form_close(struct ct_view *v)
{
    free(((struct form *)ct_view_state(v))->p);
    ct_equip_form_close(v);
}

static const struct ct_command FORM[] = {
    CT_EQUIP_FORM_COMMANDS("trainee_form", CT_PERM_COMP_PLAN),
    {.id = NULL},
};

const struct ct_screen ct_screen_trainee_form = {
    .id = "trainee_form",
    .title = "Mark a trainee",
    .help = "Until the last day everything this person records awaits a countersign, and no "
            "competency is asked for: somebody stands by.",
    .perm = CT_PERM_COMP_PLAN,
    .state_size = sizeof(struct form),
    .commands = FORM,
    .open = form_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = form_close,
};
