/* login - who is there; and the same screen's sibling over a locked session. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/scan_find.h"
#include "ui/tk/form.h"

static const struct ct_field LOGIN_FIELDS[] = {
    {.name = "login", .label = "Login", .kind = CT_F_TEXT, .width = 32, .max_bytes = 63,
     .required = true, .help = "Your own login; ask a supervisor if you have none."},
    {.name = "password", .label = "Password", .kind = CT_F_SECRET, .width = 32,
     .required = true, .help = "Not shown as you type. ^U clears it."},
};

struct login {
    struct ct_form form;
};

static enum ct_status login_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    (void)arg;
    struct login *s = ct_view_state(v);
    if (!ct_form_init(&s->form, LOGIN_FIELDS, CT_LEN(LOGIN_FIELDS), 10))
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the login form.");
    return CT_OK;
}

static void login_close(struct ct_view *v)
{
    struct login *s = ct_view_state(v);
    ct_form_done(&s->form);
}

static void login_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct login *s = ct_view_state(v);
    struct ct_ui *ui = ct_view_ui(v);
    const struct ct_config *c = ct_app_config(ct_ui_app(ui));
    ct_ui_subject(ui, "%s", c->site_name);
    ct_grid_text(g, body.row + 2, body.col + 4, -1, CT_R_TITLE, "clintech");
    ct_grid_text(g, body.row + 3, body.col + 4, -1, CT_R_DIM,
                 "workstation for clinical technicians");
    struct ct_rect at = {body.row + 6, body.col + 4, 4, body.cols - 8};
    ct_form_draw(&s->form, g, at);
    char hint[300];
    ct_form_hint(&s->form, hint, sizeof hint);
    ct_grid_text(g, body.row + 10, body.col + 6, body.cols - 8, CT_R_DIM, hint);
    if (strstr(c->site_name, "Demo") != NULL)
        ct_draw_wrapped(g, (struct ct_rect){body.row + 13, body.col + 6, 3, body.cols - 12},
                        CT_R_NOTE,
                        "A demo clinic: all people in it are invented. Its logins and passwords "
                        "stand in README.md and were printed when it was made.");
}

static void warning_read(struct ct_view *v, int index)
{
    (void)v, (void)index;
}

/* A store that was rolled back, a witness that is gone: nobody can miss it. */
static void show_warning(struct ct_ui *ui)
{
    static const struct ct_choice READ[] = {{"r", "read, go on"}, {NULL, NULL}};
    const char *warning = ct_app_warning(ct_ui_app(ui));
    char text[600];
    if (warning[0] == '\0')
        return;
    snprintf(text, sizeof text, "%s Tell the administrator.", warning);
    ct_ui_ask(ct_ui_top(ui), text, READ, warning_read);
}

static void try_login(struct ct_view *v)
{
    struct login *s = ct_view_state(v);
    struct ct_ui *ui = ct_view_ui(v);
    struct ct_error err;
    ct_ui_busy(ui, "Checking the password ...");
    enum ct_status st = ct_login(ct_ui_app(ui), ct_form_text(&s->form, "login"),
                                 s->form.editor[1].secret, &err);
    ct_secret_wipe(s->form.editor[1].secret);
    if (st != CT_OK) {
        ct_ui_say_error(ui, &err);
        return;
    }
    ct_after_login(ui);
    show_warning(ui);
}

static enum ct_reaction login_event(struct ct_view *v, const struct ct_event *e)
{
    struct login *s = ct_view_state(v);
    struct ct_ui *ui = ct_view_ui(v);
    switch (ct_form_event(&s->form, e, ct_app_now(ct_ui_app(ui)))) {
    case CT_FORM_IGNORED: return CT_IGNORED;
    case CT_FORM_MOVED: return CT_HANDLED;
    case CT_FORM_REFUSED:
    case CT_FORM_ASKS: ct_ui_say_error(ui, &s->form.message); return CT_REFUSED;
    case CT_FORM_END: try_login(v); return CT_HANDLED;
    }
    return CT_HANDLED;
}

static void leave_answered(struct ct_view *v, int index)
{
    if (index == 0)
        ct_ui_quit(ct_view_ui(v), 0);
}

static enum ct_reaction leave(struct ct_view *v)
{
    static const struct ct_choice CHOICES[] = {{"y", "leave"}, {"Esc", "stay"}, {NULL, NULL}};
    ct_ui_ask(v, "Leave clintech?", CHOICES, leave_answered);
    return CT_HANDLED;
}

static bool login_typing(const struct ct_view *v)
{
    (void)v;
    return true;
}

/* The login of a badge; "" for any other code. No patient is looked up here. */
static void badge_login(struct ct_view *v, const struct ct_event *e, char out[64])
{
    const struct ct_app *app = ct_ui_app(ct_view_ui(v));
    struct ct_scan_named *s = calloc(1, sizeof *s);
    const struct ct_scan_match *m = NULL;
    if (s != NULL) {
        ct_scan_name(ct_app_config(app), ct_date_at(ct_app_now(app)), e->text, e->text_len, s);
        m = ct_scan_only(s, CT_NAMED_STAFF);
    }
    ct_text_copy(out, 64, m != NULL ? m->number : "");
    ct_scan_drop(s);
}

static enum ct_reaction login_scan(struct ct_view *v, const struct ct_event *e)
{
    struct login *s = ct_view_state(v);
    char login[64];
    badge_login(v, e, login);
    if (login[0] == '\0') {
        ct_ui_say(ct_view_ui(v), CT_R_WARN,
                  "Log in first: a wristband or any other code is looked up only then.");
        return CT_REFUSED;
    }
    ct_form_set(&s->form, "login", login);
    ct_secret_wipe(s->form.editor[1].secret);
    s->form.focus = 1;
    ct_ui_say(ct_view_ui(v), CT_R_TEXT, "The badge of %s: now the password.", login);
    return CT_HANDLED;
}

static const struct ct_command LOGIN_COMMANDS[] = {
    {.id = "login.leave", .keys = "Esc ^Q", .label = "leave", .perm = -1,
     .help = "Leave the program.", .run = leave},
    {.id = NULL},
};

const struct ct_screen ct_screen_login = {
    .id = "login",
    .title = "Log in",
    .help = "Type your login and your password; Enter goes on. Several wrong passwords in a row "
            "make the next try wait; nobody is locked out for ever.",
    .perm = -1,
    .state_size = sizeof(struct login),
    .commands = LOGIN_COMMANDS,
    .open = login_open,
    .draw = login_draw,
    .event = login_event,
    .scan = login_scan,
    .typing = login_typing,
    .close = login_close,
};

/* ---- locked --------------------------------------------------------------- */

static const struct ct_field LOCKED_FIELDS[] = {
    {.name = "password", .label = "Password", .kind = CT_F_SECRET, .width = 32,
     .required = true, .help = "Enter unlocks. What you were typing is kept."},
};

static enum ct_status locked_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    (void)arg;
    struct login *s = ct_view_state(v);
    if (!ct_form_init(&s->form, LOCKED_FIELDS, CT_LEN(LOCKED_FIELDS), 10))
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the password field.");
    return CT_OK;
}

static void locked_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct login *s = ct_view_state(v);
    struct ct_ui *ui = ct_view_ui(v);
    const struct ct_who *who = ct_app_who(ct_ui_app(ui));
    ct_ui_subject(ui, "%s", ct_app_config(ct_ui_app(ui))->site_name);
    ct_grid_text(g, body.row + 2, body.col + 4, -1, CT_R_TITLE, "LOCKED");
    char text[240];
    snprintf(text, sizeof text, "%s is logged in here. The store is closed while this shows.",
             who != NULL ? who->name : "Somebody");
    ct_draw_wrapped(g, (struct ct_rect){body.row + 3, body.col + 4, 2, body.cols - 8}, CT_R_TEXT,
                    text);
    struct ct_rect at = {body.row + 6, body.col + 4, 2, body.cols - 8};
    ct_form_draw(&s->form, g, at);
    ct_grid_text(g, body.row + 8, body.col + 6, -1, CT_R_DIM, LOCKED_FIELDS[0].help);
}

static void try_unlock(struct ct_view *v)
{
    struct login *s = ct_view_state(v);
    struct ct_ui *ui = ct_view_ui(v);
    struct ct_error err;
    struct ct_secret *password = s->form.editor[0].secret;
    ct_ui_busy(ui, "Checking the password ...");
    enum ct_status st = ct_unlock(ct_ui_app(ui), password, &err);
    ct_secret_wipe(password);
    if (st != CT_OK)
        ct_ui_say_error(ui, &err);
    else
        ct_ui_say(ui, CT_R_OK, "Unlocked.");
}

static enum ct_reaction locked_event(struct ct_view *v, const struct ct_event *e)
{
    struct login *s = ct_view_state(v);
    struct ct_ui *ui = ct_view_ui(v);
    switch (ct_form_event(&s->form, e, ct_app_now(ct_ui_app(ui)))) {
    case CT_FORM_IGNORED: return CT_IGNORED;
    case CT_FORM_END: try_unlock(v); return CT_HANDLED;
    case CT_FORM_REFUSED:
    case CT_FORM_ASKS: ct_ui_say_error(ui, &s->form.message); return CT_REFUSED;
    case CT_FORM_MOVED: break;
    }
    return CT_HANDLED;
}

static enum ct_reaction locked_scan(struct ct_view *v, const struct ct_event *e)
{
    struct ct_ui *ui = ct_view_ui(v);
    const struct ct_who *who = ct_app_who(ct_ui_app(ui));
    struct login *s = ct_view_state(v);
    char login[64];
    badge_login(v, e, login);
    s->form.focus = 0;
    if (login[0] != '\0' && who != NULL && strcmp(who->login, login) == 0) {
        ct_ui_say(ui, CT_R_TEXT, "Your badge: now the password.");
        return CT_HANDLED;
    }
    if (login[0] != '\0')
        ct_ui_say(ui, CT_R_WARN, "This is the badge of somebody else. ^O ends the locked "
                                 "session, and they can log in.");
    else
        ct_ui_say(ui, CT_R_WARN, "Locked: a code is looked up when it is unlocked.");
    return CT_REFUSED;
}

static void other_answered(struct ct_view *v, int index)
{
    if (index == 0) {
        ct_logout(ct_ui_app(ct_view_ui(v)));
        ct_ui_home(ct_view_ui(v));
    }
}

static enum ct_reaction other_person(struct ct_view *v)
{
    static const struct ct_choice CHOICES[] = {
        {"y", "end that session; its draft is kept for its owner"}, {"n", "no"}, {NULL, NULL}};
    ct_ui_ask(v, "Log in as somebody else?", CHOICES, other_answered);
    return CT_HANDLED;
}

static const struct ct_command LOCKED_COMMANDS[] = {
    {.id = "locked.other", .keys = "^O F2", .label = "somebody else", .perm = -1,
     .help = "End the locked session and log in as somebody else.", .run = other_person},
    {.id = NULL},
};

const struct ct_screen ct_screen_locked = {
    .id = "locked",
    .title = "Locked",
    .help = "The store is closed and its key is gone from memory. The password of the person "
            "named here opens it again, on the same screen as before.",
    .perm = -1,
    .state_size = sizeof(struct login),
    .commands = LOCKED_COMMANDS,
    .open = locked_open,
    .draw = locked_draw,
    .event = locked_event,
    .scan = locked_scan,
    .typing = login_typing,
    .close = login_close,
};
