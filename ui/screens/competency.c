/* competency - one person and one subject: what was assessed, attended, declared, withdrawn;
 * and the form of an assessment. */
#include "ui/screens/school.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct competency {
    struct ct_ui *ui;
    struct ct_competency_arg arg;
    char name[128];
    struct ct_competency *c;
    size_t n;
    struct ct_table table;
    char cell[300];
};

enum { COL_DAY, COL_WHAT, COL_BY };
static const struct ct_column COLUMNS[] = {
    [COL_DAY] = {.title = "On", .width = 12, .frozen = true},
    [COL_WHAT] = {.title = "What", .width = 0},
    [COL_BY] = {.title = "By", .width = 18},
};

static int64_t row_count(void *arg)
{
    return (int64_t)((struct competency *)arg)->n;
}

static void what_text(const struct ct_competency *c, char *out, size_t size)
{
    char until[16] = "";
    if (c->act >= 0) {
        snprintf(out, size, "%s: %s",
                 c->act == CT_ACT_WITHDRAWN ? "WITHDRAWN" : "reinstated", c->evidence);
        return;
    }
    if (c->last_day != CT_NO_DATE)
        ct_date_text(c->last_day, until);
    snprintf(out, size, "%s%s%s, %s", c->passed ? CT_LEVEL_NAME[c->level] : "NOT YET competent",
             c->passed && until[0] != '\0' ? " until " : "", c->passed ? until : "",
             CT_COMP_METHOD_NAME[c->method]);
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct competency *s = arg;
    const struct ct_competency *c = &s->c[row];
    if (c->act == CT_ACT_WITHDRAWN || (c->act < 0 && !c->passed))
        *role = CT_R_WARN;
    switch (column) {
    case COL_DAY: ct_date_text(c->act < 0 ? c->done_day : ct_date_at(c->at_ms), s->cell); break;
    case COL_WHAT: what_text(c, s->cell, sizeof s->cell); break;
    default: return c->by;
    }
    return s->cell;
}

static enum ct_status load(struct competency *s, struct ct_error *reterr)
{
    struct ct_competency *c = NULL;
    size_t n = 0;
    enum ct_status rc = ct_competency_history(ct_ui_app(s->ui), s->arg.user_id, &s->arg.subject,
                                              &c, &n, reterr);
    if (rc != CT_OK)
        return rc;
    free(s->c);
    s->c = c;
    s->n = n;
    ct_table_reload(&s->table);
    return CT_OK;
}

static enum ct_status competency_open(struct ct_view *v, const void *arg,
                                      struct ct_error *reterr)
{
    struct competency *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->arg = *(const struct ct_competency_arg *)arg;
    ct_user_name(ct_ui_app(s->ui), s->arg.user_id, s->name, sizeof s->name);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = ct_rows_there, .cell = row_cell});
    return load(s, reterr);
}

static void competency_refresh(struct ct_view *v)
{
    struct competency *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void competency_close(struct ct_view *v)
{
    free(((struct competency *)ct_view_state(v))->c);
}

/* All of the chosen row: evidence, what it does not cover, revision, by which rule. */
static void row_text(const struct ct_competency *c, struct ct_buf *b)
{
    ct_buf_str_add(b, c->evidence);
    if (c->act >= 0)
        return;
    if (c->score != CT_UNSET)
        ct_buf_printf(b, "; score %lld %%", (long long)c->score);
    if (c->restriction[0] != '\0')
        ct_buf_printf(b, "; not for %s", c->restriction);
    if (c->revision[0] != '\0')
        ct_buf_printf(b, "; on %s", c->revision);
    ct_buf_printf(b, "; valid: %s", c->validity);
    if (c->method != CT_METHOD_BY_SELF && c->training_id == 0)
        ct_buf_str_add(b, c->confirmed ? "; confirmed by the person"
                                       : "; NOT yet confirmed by the person");
}

static void competency_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct competency *s = ct_view_state(v);
    char subject[CT_SUBJECT_TITLE_MAX + 20];
    int end = body.row + body.rows;
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    ct_subject_text(&s->arg.subject, subject, sizeof subject);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 2, CT_R_HEAD, "%.40s  %.140s", s->name,
                   subject);
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 6, body.cols, true);
    if (s->n == 0) {
        ct_grid_text(g, body.row + 3, body.col + 2, -1, CT_R_DIM, "Nothing is held.");
        return;
    }
    CT_BUF b = {.max = 4096};
    row_text(&s->c[s->table.cursor], &b);
    ct_grid_hline(g, end - 5, body.col, body.cols);
    ct_draw_wrapped(g, (struct ct_rect){end - 4, body.col + 1, 4, body.cols - 2}, CT_R_TEXT,
                    ct_buf_str(&b));
}

static enum ct_reaction competency_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct competency *)ct_view_state(v))->table, e);
}

static bool own(const struct ct_view *v)
{
    const struct competency *s = ct_view_state(v);
    const struct ct_who *who = ct_app_who(ct_ui_app(s->ui));
    return who != NULL && who->user_id == s->arg.user_id;
}

static bool others(const struct ct_view *v)
{
    return !own(v);
}

static bool can_confirm(const struct ct_view *v)
{
    const struct competency *s = ct_view_state(v);
    const struct ct_competency *c = s->n > 0 ? &s->c[s->table.cursor] : NULL;
    return own(v) && c != NULL && c->act < 0 && !c->confirmed && c->training_id == 0 &&
           c->method != CT_METHOD_BY_SELF;
}

static enum ct_reaction confirm(struct ct_view *v)
{
    struct competency *s = ct_view_state(v);
    struct ct_error err;
    if (ct_competency_confirm(ct_ui_app(s->ui), s->c[s->table.cursor].id, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return CT_REFUSED;
    }
    competency_refresh(v);
    ct_ui_say(s->ui, CT_R_OK, "Confirmed.");
    return CT_HANDLED;
}

static enum ct_reaction assess(struct ct_view *v)
{
    const struct competency *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_assess, &s->arg) ? CT_HANDLED : CT_REFUSED;
}

static void withdraw_because(struct ct_view *v, const char *reason)
{
    struct competency *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL)
        return;
    if (ct_competency_withdraw(ct_ui_app(s->ui), s->arg.user_id, &s->arg.subject, reason,
                               &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_WARN, "Withdrawn, until it is reinstated or assessed again.");
    competency_refresh(v);
}

static enum ct_reaction withdraw(struct ct_view *v)
{
    ct_ui_prompt(v, "Withdrawn, because", "", withdraw_because);
    return CT_HANDLED;
}

static void reinstate_because(struct ct_view *v, const char *reason)
{
    struct competency *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL)
        return;
    if (ct_competency_reinstate(ct_ui_app(s->ui), s->arg.user_id, &s->arg.subject, reason,
                                &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_OK, "Reinstated.");
    competency_refresh(v);
}

static enum ct_reaction reinstate(struct ct_view *v)
{
    ct_ui_prompt(v, "Reinstated, because", "", reinstate_because);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "competency.confirm", .keys = "c", .label = "confirm", .perm = CT_PERM_TRAIN_WRITE,
     .help = "Confirm the assessment of this line: it is as it was done.", .run = confirm,
     .shown = can_confirm},
    {.id = "competency.assess", .keys = "a", .label = "assess", .perm = CT_PERM_COMP_ASSESS,
     .help = "Assess this person; it is signed with your password.", .run = assess,
     .shown = others},
    {.id = "competency.withdraw", .keys = "w", .label = "withdraw", .perm = CT_PERM_COMP_PLAN,
     .help = "Withdraw all levels of it; a reason is asked.", .run = withdraw, .shown = others},
    {.id = "competency.reinstate", .keys = "r", .label = "reinstate", .perm = CT_PERM_COMP_PLAN,
     .help = "Lift a withdrawal; a reason is asked.", .run = reinstate, .shown = others},
    {.id = NULL},
};

const struct ct_screen ct_screen_competency = {
    .id = "competency",
    .title = "A competency",
    .help = "All rows of one person for one subject, newest first; below stands the evidence of "
            "the line. An assessment has two signatures: the assessor's, and that the person "
            "confirms it. Not yet competent, and withdrawn, end what was held.",
    .perm = CT_PERM_TRAIN_READ,
    .state_size = sizeof(struct competency),
    .commands = COMMANDS,
    .open = competency_open,
    .draw = competency_draw,
    .event = competency_event,
    .refresh = competency_refresh,
    .close = competency_close,
};

/* ---- the form of an assessment ---------------------------------------------------------------- */

struct assess {
    struct ct_equip_form f; /* first: equip_form.h */
    struct ct_competency_arg arg;
    char name[128];
    struct ct_subject_offers offers;
};

static void offers(struct ct_equip_form *f, const char *field, struct ct_buf *out)
{
    if (ct_subject_field(f, field))
        ct_subject_offer(&((struct assess *)f)->offers, out);
}

static void fill(struct ct_equip_form *f)
{
    const struct assess *s = (const struct assess *)f;
    char text[CT_SUBJECT_TITLE_MAX + 20];
    if (s->arg.subject.id[0] == '\0')
        return;
    ct_subject_text(&s->arg.subject, text, sizeof text);
    ct_form_set(&f->form, "subject", text);
}

static enum ct_status gather(struct assess *s, struct ct_competency *c, struct ct_error *reterr)
{
    static const enum ct_level LEVEL[] = {CT_LEVEL_TRAINED, CT_LEVEL_ASSESSED,
                                          CT_LEVEL_ASSESSOR};
    const struct ct_form *f = &s->f.form;
    int64_t now = ct_app_now(ct_ui_app(s->f.ui)), day = ct_form_value(f, "done_day", now);
    *c = (struct ct_competency){.user_id = s->arg.user_id,
                                .level = LEVEL[ct_form_value(f, "level", now)],
                                .method = (enum ct_comp_method)ct_form_value(f, "method", now),
                                .passed = ct_form_value(f, "passed", now) == 0,
                                .score = ct_form_value(f, "score", now),
                                .done_day = day == CT_UNSET ? CT_NO_DATE : (ct_date)day};
    ct_text_copy(c->evidence, sizeof c->evidence, ct_form_text(f, "evidence"));
    ct_text_copy(c->restriction, sizeof c->restriction, ct_form_text(f, "restriction"));
    ct_text_copy(c->revision, sizeof c->revision, ct_form_text(f, "revision"));
    return ct_subject_meant(&s->offers, f, "subject", &c->subject, reterr);
}

static void save(struct ct_view *v);

static void password_given(struct ct_view *v, const struct ct_secret *password)
{
    if (!ct_password_good(v, password, "Your signature: your own password", password_given))
        return;
    save(v);
}

static void save(struct ct_view *v)
{
    struct assess *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    struct ct_competency c;
    struct ct_error err;
    char until[16] = "";
    enum ct_status rc = gather(s, &c, &err);
    if (rc == CT_OK)
        rc = ct_competency_assess(ct_ui_app(ui), &c, &err);
    if (rc == CT_EDENIED && strcmp(err.field, "password") == 0) {
        ct_ui_prompt_secret(v, "Your signature: your own password", password_given);
        return;
    }
    if (rc != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    ct_equip_form_saved(&s->f);
    if (c.last_day != CT_NO_DATE)
        ct_date_text(c.last_day, until);
    ct_ui_say(ui, c.passed ? CT_R_OK : CT_R_WARN, "%s: %s%s%s. It waits for confirmation.",
              s->name, c.passed ? CT_LEVEL_NAME[c.level] : "NOT YET competent",
              c.passed && until[0] != '\0' ? " until " : "", c.passed ? until : "");
}

static enum ct_status assess_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct assess *s = ct_view_state(v);
    s->f.ui = ct_view_ui(v);
    s->arg = *(const struct ct_competency_arg *)arg;
    s->f.offers = offers;
    s->f.only = ct_subject_field;
    s->f.fill = fill;
    s->f.save = save;
    struct ct_app *app = ct_ui_app(s->f.ui);
    ct_user_name(app, s->arg.user_id, s->name, sizeof s->name);
    snprintf(s->f.kind, sizeof s->f.kind, CT_DRAFT_ASSESS "%u", s->arg.user_id);
    snprintf(s->f.title, sizeof s->f.title, "ASSESSMENT of %.100s", s->name);
    enum ct_status rc = ct_subject_list(app, &s->offers.s, &s->offers.n, reterr);
    if (rc == CT_OK)
        rc = ct_equip_form_begin(&s->f, CT_ASSESS_FIELDS, CT_ASSESS_FIELDS_N, 14, reterr);
    if (rc != CT_OK)
        free(s->offers.s);
    return rc;
}

static void assess_close(struct ct_view *v)
{
    free(((struct assess *)ct_view_state(v))->offers.s);
    ct_equip_form_close(v);
}

static const struct ct_command ASSESS[] = {
    CT_EQUIP_FORM_COMMANDS("assess", CT_PERM_COMP_ASSESS),
    {.id = NULL},
};

const struct ct_screen ct_screen_assess = {
    .id = "assess",
    .title = "Assess a person",
    .help = "What was seen of this person, how, and the result; until when it is valid follows "
            "from the requirement or its risk. Whoever assesses is an assessor of the subject "
            "now. Saving asks for your password: it is signed. The person confirms it.",
    .perm = CT_PERM_COMP_ASSESS,
    .state_size = sizeof(struct assess),
    .commands = ASSESS,
    .open = assess_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = assess_close,
};
