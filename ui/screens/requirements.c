/* requirements - what the site requires of people, and the form of one. */
#include "ui/screens/school.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct requirements {
    struct ct_ui *ui;
    struct ct_comp_rule *r;
    size_t n;
    struct ct_table table;
    char cell[240];
};

enum { COL_SUBJECT, COL_RULE, COL_SOURCE };
static const struct ct_column COLUMNS[] = {
    [COL_SUBJECT] = {.title = "Required for", .width = 0, .frozen = true},
    [COL_RULE] = {.title = "Level, valid", .width = 30},
    [COL_SOURCE] = {.title = "Asked for by", .width = 18},
};

static int64_t row_count(void *arg)
{
    return (int64_t)((struct requirements *)arg)->n;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct requirements *s = arg;
    const struct ct_comp_rule *r = &s->r[row];
    (void)role;
    switch (column) {
    case COL_SUBJECT: ct_subject_text(&r->subject, s->cell, sizeof s->cell); return s->cell;
    case COL_RULE:
        ct_comp_rule_text(ct_app_config(ct_ui_app(s->ui)), r, s->cell, sizeof s->cell);
        return s->cell;
    default: return r->source;
    }
}

static void load(struct requirements *s)
{
    struct ct_comp_rule *r = NULL;
    struct ct_error err;
    size_t n = 0;
    if (ct_comp_rules(ct_ui_app(s->ui), &r, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->r);
    s->r = r;
    s->n = n;
    ct_table_reload(&s->table);
}

static enum ct_status requirements_open(struct ct_view *v, const void *arg,
                                        struct ct_error *reterr)
{
    struct requirements *s = ct_view_state(v);
    (void)arg, (void)reterr;
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = ct_rows_there, .cell = row_cell});
    load(s);
    return CT_OK;
}

static void requirements_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

static void requirements_close(struct ct_view *v)
{
    free(((struct requirements *)ct_view_state(v))->r);
}

static void requirements_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct requirements *s = ct_view_state(v);
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    ct_grid_printf(g, body.row, body.col + 1, -1, CT_R_HEAD, "REQUIRED OF PEOPLE: %zu", s->n);
    if (s->n == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM,
                     "Nothing is required: nobody is asked. A supervisor adds with n.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 1, body.cols, true);
}

static enum ct_reaction requirements_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct requirements *)ct_view_state(v))->table, e);
}

static bool any(const struct ct_view *v)
{
    return ((const struct requirements *)ct_view_state(v))->n > 0;
}

static const struct ct_comp_rule *chosen(const struct ct_view *v)
{
    const struct requirements *s = ct_view_state(v);
    return &s->r[s->table.cursor];
}

static enum ct_reaction add(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_requirement_form, NULL) ? CT_HANDLED
                                                                        : CT_REFUSED;
}

static enum ct_reaction change(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_requirement_form, &chosen(v)->subject)
               ? CT_HANDLED
               : CT_REFUSED;
}

static void end_because(struct ct_view *v, const char *reason)
{
    struct requirements *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL || s->n == 0)
        return;
    if (ct_comp_rule_end(ct_ui_app(s->ui), &chosen(v)->subject, reason, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_OK, "Nothing is required for it any more.");
    load(s);
}

static enum ct_reaction end(struct ct_view *v)
{
    ct_ui_prompt(v, "Not required any more, because", "", end_because);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "requirements.change", .keys = "Enter", .label = "change", .perm = CT_PERM_COMP_PLAN,
     .help = "Change the level, risk or validity; a reason is asked.", .run = change,
     .shown = any},
    {.id = "requirements.add", .keys = "n", .label = "new", .perm = CT_PERM_COMP_PLAN,
     .help = "Require a competency.", .run = add},
    {.id = "requirements.end", .keys = "x", .label = "end", .perm = CT_PERM_COMP_PLAN,
     .help = "Require it no more; a reason is asked.", .run = end, .shown = any},
    {.id = NULL},
};

const struct ct_screen ct_screen_requirements = {
    .id = "requirements",
    .title = "What is required of people",
    .help = "For which devices, procedures, programmes and checklists a competency is required, "
            "at which level, and how long it is valid. What is not listed asks nobody for "
            "anything.",
    .perm = CT_PERM_TRAIN_READ,
    .jump = true,
    .state_size = sizeof(struct requirements),
    .commands = COMMANDS,
    .open = requirements_open,
    .draw = requirements_draw,
    .event = requirements_event,
    .refresh = requirements_refresh,
    .close = requirements_close,
};

/* ---- the form ------------------------------------------------------------------------------- */

struct form {
    struct ct_equip_form f; /* first: equip_form.h */
    struct ct_comp_rule was; /* id 0: a new one */
    struct ct_subject_offers offers;
};

static void offers(struct ct_equip_form *f, const char *field, struct ct_buf *out)
{
    if (ct_subject_field(f, field))
        ct_subject_offer(&((struct form *)f)->offers, out);
}

static void fill(struct ct_equip_form *f)
{
    static const char *const LEVEL[CT_LEVELS] = {"", "S", "T", "A", ""};
    static const char *const RISK[CT_RISKS] = {"N", "L", "M", "H"};
    const struct ct_comp_rule *r = &((const struct form *)f)->was;
    char text[CT_SUBJECT_TITLE_MAX + 20];
    if (r->id == 0)
        return;
    ct_subject_text(&r->subject, text, sizeof text);
    ct_form_set(&f->form, "subject", text);
    ct_form_set(&f->form, "level", LEVEL[r->level]);
    ct_form_set(&f->form, "risk", RISK[r->risk]);
    snprintf(text, sizeof text, "%d", r->months);
    ct_form_set(&f->form, "months", r->months >= 0 ? text : "");
    ct_form_set(&f->form, "source", r->source);
}

static void save(struct ct_view *v)
{
    struct form *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    const struct ct_form *f = &s->f.form;
    struct ct_error err;
    int64_t now = ct_app_now(ct_ui_app(ui)), months = ct_form_value(f, "months", now);
    struct ct_comp_rule r = {
        .level = (enum ct_level)(ct_form_value(f, "level", now) + CT_LEVEL_SELF),
        .risk = (enum ct_equip_risk)ct_form_value(f, "risk", now),
        .months = months == CT_UNSET ? -1 : (int)months};
    ct_text_copy(r.source, sizeof r.source, ct_form_text(f, "source"));
    ct_text_copy(r.reason, sizeof r.reason, ct_form_text(f, "reason"));
    enum ct_status rc = ct_subject_meant(&s->offers, f, "subject", &r.subject, &err);
    if (rc == CT_OK)
        rc = ct_comp_rule_put(ct_ui_app(ui), &r, &err);
    if (rc != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    ct_equip_form_saved(&s->f);
    ct_ui_say(ui, CT_R_OK, "Required from now on: %s.", r.subject.title);
}

static enum ct_status form_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct form *s = ct_view_state(v);
    const struct ct_subject *of = arg;
    struct ct_comp_rule *r = NULL;
    size_t n = 0;
    s->f.ui = ct_view_ui(v);
    s->f.offers = offers;
    s->f.only = ct_subject_field;
    s->f.fill = fill;
    s->f.save = save;
    struct ct_app *app = ct_ui_app(s->f.ui);
    snprintf(s->f.kind, sizeof s->f.kind, "%s", CT_DRAFT_REQUIRE);
    snprintf(s->f.title, sizeof s->f.title, "A COMPETENCY IS REQUIRED");
    enum ct_status rc = ct_subject_list(app, &s->offers.s, &s->offers.n, reterr);
    if (rc == CT_OK && of != NULL)
        rc = ct_comp_rules(app, &r, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        if (ct_subject_same(&r[i].subject, of))
            s->was = r[i];
    free(r);
    if (rc == CT_OK)
        rc = ct_equip_form_begin(&s->f, CT_COMP_RULE_FIELDS, CT_COMP_RULE_FIELDS_N, 17, reterr);
    if (rc != CT_OK)
        free(s->offers.s);
    return rc;
}

static void form_close(struct ct_view *v)
{
    free(((struct form *)ct_view_state(v))->offers.s);
    ct_equip_form_close(v);
}

static const struct ct_command FORM[] = {
    CT_EQUIP_FORM_COMMANDS("requirement_form", CT_PERM_COMP_PLAN),
    {.id = NULL},
};

const struct ct_screen ct_screen_requirement_form = {
    .id = "requirement_form",
    .title = "Require a competency",
    .help = "From the moment it is saved whoever begins it without a current competency of that "
            "level is asked why, or stopped, as config.ini [training] says.",
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
