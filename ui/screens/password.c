/* password - change one's own; after a reset this comes before anything else. */
#include "ui/screens/screens.h"

#include "record/user.h"
#include "ui/tk/form.h"

static const struct ct_field FIELDS[] = {
    {.name = "old", .label = "Password now", .kind = CT_F_SECRET, .width = 40, .required = true,
     .help = "The one you logged in with."},
    {.name = "new", .label = "New password", .kind = CT_F_SECRET, .width = 40, .required = true,
     .help = "At least 15 characters, any you like: several words are easiest. It is compared "
             "with a list of common ones; nothing else is asked of it, and it never expires."},
    {.name = "again", .label = "Once more", .kind = CT_F_SECRET, .width = 40, .required = true,
     .help = "The new password again."},
};

struct password {
    struct ct_ui *ui;
    struct ct_form form;
    bool forced;
};

static enum ct_status password_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    (void)arg;
    struct password *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    const struct ct_who *who = ct_app_who(ct_ui_app(s->ui));
    s->forced = who != NULL && who->must_change;
    if (!ct_form_init(&s->form, FIELDS, CT_LEN(FIELDS), 14))
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the form.");
    return CT_OK;
}

static void password_close(struct ct_view *v)
{
    struct password *s = ct_view_state(v);
    ct_form_done(&s->form);
}

static void password_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct password *s = ct_view_state(v);
    ct_ui_subject(s->ui, "CHANGE YOUR PASSWORD");
    if (s->forced)
        ct_grid_text(g, body.row, body.col + 2, -1, CT_R_WARN,
                     "Your password was set by somebody else. Choose your own to go on.");
    struct ct_rect at = {body.row + 2, body.col, 3, body.cols};
    ct_form_draw(&s->form, g, at);
    char hint[400];
    ct_form_hint(&s->form, hint, sizeof hint);
    ct_draw_wrapped(g, (struct ct_rect){body.row + 6, body.col + 2, 3, body.cols - 4}, CT_R_DIM,
                    hint);
}

static void change(struct password *s)
{
    struct ct_secret *old = s->form.editor[0].secret, *fresh = s->form.editor[1].secret,
                     *again = s->form.editor[2].secret;
    struct ct_error err;
    if (fresh->len != again->len || !ct_equal(fresh->data, again->data, fresh->len)) {
        ct_secret_wipe(fresh);
        ct_secret_wipe(again);
        s->form.focus = 1;
        ct_ui_say(s->ui, CT_R_ERROR,
                  "The two new passwords differ: type the new one, and once more.");
        return;
    }
    ct_ui_busy(s->ui, "Changing the password ...");
    enum ct_status st = ct_user_change_password(ct_ui_app(s->ui), old, fresh, &err);
    size_t keep = st == CT_EINVAL ? 1 : 0; /* the new one is refused: the old one need not be
                                            * typed again */
    for (size_t i = keep; i < s->form.n; i++)
        ct_secret_wipe(s->form.editor[i].secret);
    s->form.focus = keep;
    if (st != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    struct ct_ui *ui = s->ui;
    if (s->forced)
        ct_after_login(ui);
    else
        ct_ui_pop(ui);
    ct_ui_say(ui, CT_R_OK, "Your password is changed.");
}

static enum ct_reaction password_event(struct ct_view *v, const struct ct_event *e)
{
    struct password *s = ct_view_state(v);
    switch (ct_form_event(&s->form, e, 0)) {
    case CT_FORM_IGNORED: return CT_IGNORED;
    case CT_FORM_END: change(s); return CT_HANDLED;
    case CT_FORM_REFUSED:
    case CT_FORM_ASKS: ct_ui_say_error(s->ui, &s->form.message); return CT_REFUSED;
    case CT_FORM_MOVED: break;
    }
    return CT_HANDLED;
}

static enum ct_reaction save(struct ct_view *v)
{
    struct password *s = ct_view_state(v);
    if (!ct_form_check(&s->form, 0)) {
        ct_ui_say_error(s->ui, &s->form.message);
        return CT_REFUSED;
    }
    change(s);
    return CT_HANDLED;
}

static enum ct_reaction logout(struct ct_view *v)
{
    ct_logout(ct_ui_app(ct_view_ui(v)));
    return CT_HANDLED;
}

static bool forced(const struct ct_view *v)
{
    return ((const struct password *)ct_view_state(v))->forced;
}

static bool password_typing(const struct ct_view *v)
{
    (void)v;
    return true;
}

static const struct ct_command COMMANDS[] = {
    {.id = "password.save", .keys = "^S F10", .label = "save", .perm = CT_PERM_SESSION,
     .help = "Change the password.", .run = save},
    {.id = "password.logout", .keys = "^Q Esc", .label = "log out", .perm = CT_PERM_SESSION,
     .help = "Log out without changing it.", .run = logout, .shown = forced},
    {.id = NULL},
};

static enum ct_reaction password_scan(struct ct_view *v, const struct ct_event *e)
{
    (void)e;
    ct_ui_say(ct_view_ui(v), CT_R_WARN, "A code is no password: nothing of it was taken.");
    return CT_REFUSED;
}

const struct ct_screen ct_screen_password = {
    .id = "password",
    .title = "Change your password",
    .help = "A long password of several words is strong and easy to type. It opens your slot of "
            "the keyring and nobody else's; nobody can read it back.",
    .perm = CT_PERM_SESSION,
    .jump = true,
    .state_size = sizeof(struct password),
    .commands = COMMANDS,
    .open = password_open,
    .draw = password_draw,
    .event = password_event,
    .typing = password_typing,
    .scan = password_scan,
    .close = password_close,
};
