/* users - who may log in: the list, a new one, disable, reset. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/user.h"
#include "ui/tk/form.h"
#include "ui/tk/table.h"

static const char SIGN[] = "Sign with your own password";

struct users {
    struct ct_ui *ui;
    struct ct_user *user;
    size_t n;
    struct ct_table table;
    uint32_t target;
    bool disabling;
    char question[96];
    char reason[208];
    struct ct_secret *shown; /* a temporary password, on the screen until the next key */
    char shown_for[64];
    char cell[32];
};

enum { COL_NAME, COL_LOGIN, COL_ROLE, COL_STATE, COL_SINCE };
static const struct ct_column COLUMNS[] = {
    [COL_NAME] = {.title = "Name", .width = 0, .frozen = true},
    [COL_LOGIN] = {.title = "Login", .width = 16},
    [COL_ROLE] = {.title = "Role", .width = 13},
    [COL_STATE] = {.title = "State", .width = 18},
    [COL_SINCE] = {.title = "Since", .width = 12, .gone_below = 100},
};

static int64_t user_count(void *arg)
{
    return (int64_t)((struct users *)arg)->n;
}

static bool user_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *user_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct users *s = arg;
    const struct ct_user *u = &s->user[row];
    if (!u->active)
        *role = CT_R_DIM;
    switch (column) {
    case COL_NAME: return u->name;
    case COL_LOGIN: return u->login;
    case COL_ROLE: return ct_role_name(u->role);
    case COL_STATE:
        return !u->active ? "disabled" : u->must_change ? "temporary password" : "active";
    default: ct_datetime_text(u->at_ms, s->cell); return s->cell;
    }
}

static void users_refresh(struct ct_view *v)
{
    struct users *s = ct_view_state(v);
    struct ct_error err;
    uint32_t chosen = s->n > 0 ? s->user[s->table.cursor].user_id : 0;
    free(s->user);
    s->user = NULL;
    s->n = 0;
    if (ct_user_list(ct_ui_app(s->ui), &s->user, &s->n, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    for (size_t i = 0; i < s->n; i++)
        if (s->user[i].user_id == chosen)
            s->table.cursor = (int64_t)i;
    ct_table_reload(&s->table);
}

static enum ct_status users_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    (void)arg;
    struct users *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = user_count, .load = user_load, .cell = user_cell});
    users_refresh(v);
    return ct_secret_new(CT_SECRET_MAX, &s->shown, reterr);
}

static void users_close(struct ct_view *v)
{
    struct users *s = ct_view_state(v);
    free(s->user);
    ct_secret_free(s->shown);
}

static void shown_draw(const struct users *s, struct ct_grid *g, struct ct_rect body)
{
    char text[CT_SECRET_MAX + 1];
    if (s->shown->len == 0)
        return;
    memcpy(text, s->shown->data, s->shown->len);
    text[s->shown->len] = '\0';
    int row = body.row + body.rows - 4;
    ct_grid_printf(g, row, body.col + 1, -1, CT_R_TEXT, "Temporary password of %s:", s->shown_for);
    ct_grid_text(g, row + 1, body.col + 3, -1, CT_R_FOCUS, text);
    ct_grid_text(g, row + 2, body.col + 1, -1, CT_R_WARN,
                 "Shown once. Hand it over now; it must be changed at the first login.");
    ct_wipe(text, sizeof text);
}

static void users_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct users *s = ct_view_state(v);
    ct_ui_subject(s->ui, "USERS");
    ct_table_draw(&s->table, g, body.row, body.col, body.rows - 5, body.cols, true);
    shown_draw(s, g, body);
}

static enum ct_reaction users_event(struct ct_view *v, const struct ct_event *e)
{
    struct users *s = ct_view_state(v);
    if (e->kind == CT_EV_KEY && s->shown->len > 0)
        ct_secret_wipe(s->shown);
    return ct_table_event(&s->table, e);
}

/* ---- disable and reset: reason, then the password again ---------------------- */

static void act(struct ct_view *v)
{
    struct users *s = ct_view_state(v);
    struct ct_error err;
    enum ct_status st;
    const struct ct_user *u = NULL;
    for (size_t i = 0; i < s->n; i++)
        if (s->user[i].user_id == s->target)
            u = &s->user[i];
    if (u == NULL)
        return;
    ct_text_copy(s->shown_for, sizeof s->shown_for, u->login);
    ct_secret_wipe(s->shown);
    if (s->disabling)
        st = ct_user_disable(ct_ui_app(s->ui), s->target, s->reason, &err);
    else
        st = ct_user_reset(ct_ui_app(s->ui), s->target, s->reason, s->shown, &err);
    if (st != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    users_refresh(v);
    ct_ui_say(s->ui, CT_R_OK, s->disabling ? "Disabled: %s cannot log in any more."
                                           : "The password of %s was reset.",
              s->shown_for);
}

/* A mistyped signature costs no more than typing it again. */
static void password_given(struct ct_view *v, const struct ct_secret *password)
{
    if (ct_password_good(v, password, SIGN, password_given))
        act(v);
}

static void reason_ask(struct ct_view *v);

static void reason_given(struct ct_view *v, const char *reason)
{
    struct users *s = ct_view_state(v);
    if (reason == NULL)
        return;
    ct_text_copy(s->reason, sizeof s->reason, reason);
    ct_text_trim(s->reason);
    if (s->reason[0] == '\0') {
        reason_ask(v);
        ct_ui_say(s->ui, CT_R_WARN, "A reason is needed: it stands in the log. Esc gives up.");
        return;
    }
    ct_ui_prompt_secret(v, SIGN, password_given);
}

static void reason_ask(struct ct_view *v)
{
    ct_ui_prompt(v, ((const struct users *)ct_view_state(v))->question, "", reason_given);
}

static enum ct_reaction change(struct ct_view *v, bool disabling)
{
    struct users *s = ct_view_state(v);
    if (s->n == 0)
        return CT_IGNORED;
    const struct ct_user *u = &s->user[s->table.cursor];
    s->target = u->user_id;
    s->disabling = disabling;
    snprintf(s->question, sizeof s->question, "%s %s, because",
             disabling ? "Disable" : "Reset password of", u->login);
    reason_ask(v);
    return CT_HANDLED;
}

static enum ct_reaction disable(struct ct_view *v)
{
    return change(v, true);
}

static enum ct_reaction reset(struct ct_view *v)
{
    return change(v, false);
}

static enum ct_reaction add(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_user_add, NULL) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction looked(struct ct_view *v)
{
    struct users *s = ct_view_state(v);
    if (s->n == 0)
        return CT_IGNORED;
    struct ct_looked_arg arg = {.user_id = s->user[s->table.cursor].user_id};
    return ct_ui_push(s->ui, &ct_screen_looked, &arg) ? CT_HANDLED : CT_REFUSED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "users.add", .keys = "n", .label = "new user", .perm = CT_PERM_USER_WRITE,
     .help = "Add a user; the program makes a temporary password.", .run = add},
    {.id = "users.disable", .keys = "x", .label = "disable", .perm = CT_PERM_USER_WRITE,
     .help = "Disable this line's user, open sessions too; asks a reason.",
     .run = disable},
    {.id = "users.reset", .keys = "r", .label = "reset password", .perm = CT_PERM_USER_WRITE,
     .help = "A new temporary password; ends \"disabled\" too; asks a reason.",
     .run = reset},
    {.id = "users.looked", .keys = "l", .perm = CT_PERM_ACCESS_REVIEW,
     .help = "What this line's user looked at.", .run = looked},
    {.id = NULL},
};

const struct ct_screen ct_screen_users = {
    .id = "users",
    .title = "Users",
    .help = "Who may log in. Nobody can see or choose another's password: the program makes a "
            "temporary one that must be changed at the first login. Each change is signed with "
            "your password and stands in the audit chain.",
    .perm = CT_PERM_USER_READ,
    .jump = true,
    .state_size = sizeof(struct users),
    .commands = COMMANDS,
    .open = users_open,
    .draw = users_draw,
    .event = users_event,
    .refresh = users_refresh,
    .close = users_close,
};

/* ---- a new user -------------------------------------------------------------- */

static const struct ct_choice ROLES[] = {
    {"t", "technician"}, {"s", "supervisor"}, {"a", "administrator"}, {NULL, NULL}};
static const struct ct_field ADD_FIELDS[] = {
    {.name = "login", .label = "Login", .kind = CT_F_TEXT, .width = 32, .max_bytes = 32,
     .required = true, .help = "2 to 32 of a-z 0-9 . - _, begins with a letter; never used before."},
    {.name = "name", .label = "Name", .kind = CT_F_TEXT, .width = 40, .max_bytes = 120,
     .required = true, .help = "As it is printed beside what this person records."},
    {.name = "role", .label = "Role", .kind = CT_F_CODE, .width = 1, .choices = ROLES,
     .required = true, .help = "What this person may do."},
};

struct add {
    struct ct_ui *ui;
    struct ct_form form;
    struct ct_secret *made;
    bool done;
};

static enum ct_status add_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    (void)arg;
    struct add *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    if (!ct_form_init(&s->form, ADD_FIELDS, CT_LEN(ADD_FIELDS), 8))
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the form.");
    return ct_secret_new(CT_SECRET_MAX, &s->made, reterr);
}

static void add_close(struct ct_view *v)
{
    struct add *s = ct_view_state(v);
    ct_form_done(&s->form);
    ct_secret_free(s->made);
}

static void add_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct add *s = ct_view_state(v);
    ct_ui_subject(s->ui, "NEW USER");
    if (s->done) {
        char text[CT_SECRET_MAX + 1];
        memcpy(text, s->made->data, s->made->len);
        text[s->made->len] = '\0';
        ct_grid_printf(g, body.row + 1, body.col + 2, -1, CT_R_TEXT,
                       "Added: %s, login %s. Temporary password:", ct_form_text(&s->form, "name"),
                       ct_form_text(&s->form, "login"));
        ct_grid_text(g, body.row + 2, body.col + 4, -1, CT_R_FOCUS, text);
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_WARN,
                     "Shown once. Hand it over now; it must be changed at the first login.");
        ct_grid_cursor(g, body.row + 2, body.col + 4);
        ct_wipe(text, sizeof text);
        return;
    }
    struct ct_rect at = {body.row + 1, body.col, 3, body.cols};
    ct_form_draw(&s->form, g, at);
    char hint[300];
    ct_form_hint(&s->form, hint, sizeof hint);
    ct_draw_wrapped(g, (struct ct_rect){body.row + 6, body.col + 2, 2, body.cols - 4}, CT_R_DIM,
                    hint);
}

static void add_signed(struct ct_view *v, const struct ct_secret *password)
{
    struct add *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_error err;
    int64_t role = ct_form_value(&s->form, "role", 0);
    if (!ct_password_good(v, password, SIGN, add_signed))
        return;
    if (ct_user_add(app, ct_form_text(&s->form, "login"), ct_form_text(&s->form, "name"),
                    (enum ct_role)role, s->made, &err) != CT_OK) {
        ct_form_fail(&s->form, &err);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    s->done = true;
    ct_form_clean(&s->form);
    ct_ui_say(s->ui, CT_R_OK, "Added.");
}

static enum ct_reaction add_save(struct ct_view *v)
{
    struct add *s = ct_view_state(v);
    if (!ct_form_check(&s->form, 0)) {
        ct_ui_say_error(s->ui, &s->form.message);
        return CT_REFUSED;
    }
    ct_ui_prompt_secret(v, SIGN, add_signed);
    return CT_HANDLED;
}

static enum ct_reaction add_event(struct ct_view *v, const struct ct_event *e)
{
    struct add *s = ct_view_state(v);
    if (s->done)
        return CT_IGNORED;
    switch (ct_form_event(&s->form, e, 0)) {
    case CT_FORM_IGNORED: return CT_IGNORED;
    case CT_FORM_END: return add_save(v);
    case CT_FORM_REFUSED:
    case CT_FORM_ASKS: ct_ui_say_error(s->ui, &s->form.message); return CT_REFUSED;
    case CT_FORM_MOVED: break;
    }
    return CT_HANDLED;
}

static enum ct_reaction add_done(struct ct_view *v)
{
    ct_ui_pop(ct_view_ui(v));
    return CT_HANDLED;
}

static bool add_is_done(const struct ct_view *v)
{
    return ((const struct add *)ct_view_state(v))->done;
}

static bool add_is_open(const struct ct_view *v)
{
    return !add_is_done(v);
}

static bool add_typing(const struct ct_view *v)
{
    const struct add *s = ct_view_state(v);
    return !s->done && ct_form_takes_text(&s->form);
}

static const struct ct_command ADD_COMMANDS[] = {
    {.id = "user.save", .keys = "^S F10", .label = "save", .perm = CT_PERM_USER_WRITE,
     .help = "Add the user; asks for your own password as the signature.", .run = add_save,
     .shown = add_is_open},
    {.id = "user.done", .keys = "Enter", .label = "handed over", .perm = CT_PERM_USER_WRITE,
     .help = "Back to the list; the temporary password is not shown again.", .run = add_done,
     .shown = add_is_done},
    {.id = NULL},
};

const struct ct_screen ct_screen_user_add = {
    .id = "user-add",
    .title = "New user",
    .help = "A login is used once and never given to another person. Only an administrator can "
            "add an administrator.",
    .perm = CT_PERM_USER_WRITE,
    .state_size = sizeof(struct add),
    .commands = ADD_COMMANDS,
    .open = add_open,
    .draw = add_draw,
    .event = add_event,
    .typing = add_typing,
    .close = add_close,
};
