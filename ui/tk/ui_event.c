/* ui_event - one event in: who gets it, and the keys that mean the same
 * everywhere. */
#include "ui/tk/ui_priv.h"

#include <string.h>

#include "base/text.h"
#include "ui/tk/editor.h"

/* Of the second in which a hung-up program must be gone. */
enum { HANGUP_WAIT_MS = 700 };

/* ---- leaving -------------------------------------------------------------- */

enum { LEAVE_KEEP, LEAVE_DISCARD };

static void leave_answered(struct ct_view *v, int index)
{
    if (index == LEAVE_KEEP) {
        if (ct_view_keep_draft(v)) { /* else it stays, and the status line says why */
            ct_ui_pop(v->ui);
            ct_ui_say(v->ui, CT_R_TEXT, "The draft is kept.");
        }
    } else if (index == LEAVE_DISCARD) {
        struct ct_view *top = ct_ui_top(v->ui);
        ct_view_drop_draft(v);
        if (top == v && v->ui->depth > 1) {
            /* not ct_ui_pop: that would keep the draft once more */
            v->ui->depth--;
            ct_view_bury(v);
            ct_ui_refresh(v->ui);
        }
    }
}

static void quit_answered(struct ct_view *v, int index)
{
    if (index != 0)
        return;
    struct ct_app *app = v->ui->o.app;
    ct_ui_keep_drafts(v->ui);
    if (app != NULL && ct_app_state(app) == CT_IN)
        ct_logout(app);
    ct_ui_quit(v->ui, 0);
}

static enum ct_reaction leave(struct ct_view *v)
{
    static const struct ct_choice DRAFT[] = {
        {"k", "keep draft"}, {"d", "discard"}, {"Esc", "go on"}, {NULL, NULL}};
    static const struct ct_choice QUIT[] = {{"y", "leave"}, {"Esc", "stay"}, {NULL, NULL}};
    struct ct_ui *ui = v->ui;
    if (ui->lock != NULL) {
        if (ct_ui_state(ui) == CT_LOCKED) {
            ct_ui_say(ui, CT_R_WARN, "Locked: the password opens it again.");
            return CT_REFUSED;
        }
        ct_ui_pop(ui);
        return CT_HANDLED;
    }
    if (ui->depth == 1) {
        ct_ui_ask(v, "Leave clintech?", QUIT, quit_answered);
        ct_dialog_guard(v);
        return CT_HANDLED;
    }
    struct ct_draft d;
    bool unsaved = ct_view_draft(v, &d);
    ct_draft_done(&d);
    if (!unsaved) {
        ct_ui_pop(ui);
        return CT_HANDLED;
    }
    ct_ui_ask(v, "Something here is not saved.", DRAFT, leave_answered);
    ct_dialog_guard(v);
    return CT_HANDLED;
}

static enum ct_reaction redraw(struct ct_view *v)
{
    v->ui->redraw = true;
    return CT_HANDLED;
}

static enum ct_reaction lock(struct ct_view *v)
{
    ct_ui_lock(v->ui);
    return CT_HANDLED;
}

static enum ct_reaction privacy(struct ct_view *v)
{
    ct_ui_privacy(v->ui);
    return CT_HANDLED;
}

static bool can_lock(const struct ct_view *v)
{
    return v->ui->lock == NULL && ct_ui_state(v->ui) == CT_IN;
}

const struct ct_command CT_UI_GLOBAL[] = {
    {.id = "keys",
     .keys = "? F1",
     .perm = -1,
     .run = ct_help_open,
     .help = "Show what can be done here, with its keys; Enter does it."},
    {.id = "goto",
     .keys = ":",
     .perm = -1,
     .run = ct_palette_open,
     .help = "Go to a screen or run a command by its name."},
    {.id = "back",
     .keys = "Esc",
     .perm = -1,
     .run = leave,
     .help = "Go back. What is not saved is asked about first."},
    {.id = "lock", .keys = "F9", .perm = CT_PERM_SESSION, .run = lock, .shown = can_lock,
     .help = "Lock now; the password comes back to this very screen."},
    {.id = "privacy", .keys = "^P", .perm = CT_PERM_SESSION, .run = privacy, .shown = can_lock,
     .help = "Somebody walks up: cover the screen at once. ^P or Enter shows it again, without "
             "the password; after a while it locks."},
    {.id = "redraw", .keys = "^L", .perm = -1, .run = redraw,
     .help = "Draw the whole screen again."},
    {.id = NULL},
};

/* ---- dispatch ----------------------------------------------------------- */

enum ct_reaction ct_command_run(struct ct_view *v, const struct ct_command *c)
{
    return c->run != NULL ? c->run(v) : CT_HANDLED;
}

static enum ct_reaction run_key(struct ct_view *v, const struct ct_command *table, uint32_t key)
{
    for (const struct ct_command *c = table; c != NULL && c->id != NULL; c++)
        if (ct_command_has_key(c, key) && ct_command_visible(v, c))
            return ct_command_run(v, c);
    return CT_IGNORED;
}

static enum ct_reaction dispatch(struct ct_ui *ui, struct ct_view *v, const struct ct_event *e)
{
    if (ui->pick != NULL)
        return ct_pick_event(ui, e);
    if (v->dialog != NULL)
        return ct_dialog_event(v, e);
    enum ct_reaction r = CT_IGNORED;
    if (v->screen->event != NULL)
        r = v->screen->event(v, e);
    if (r != CT_IGNORED)
        return r;
    if (e->kind == CT_EV_PASTE) {
        ct_ui_say(ui, CT_R_WARN, "A paste is taken by a field for text only.");
        return CT_REFUSED;
    }
    r = run_key(v, v->screen->commands, e->key);
    if (r == CT_IGNORED)
        r = run_key(v, CT_UI_GLOBAL, e->key);
    if (r == CT_IGNORED) {
        char name[32];
        ct_key_name(e->key, name, sizeof name);
        if (strncmp(name, "this", 4) == 0) /* one without a name begins the sentence */
            name[0] = 'T';
        ct_ui_say(ui, CT_R_WARN, "%s does nothing here. ? shows the keys.", name);
        return CT_REFUSED;
    }
    return r;
}

/* Where the next key goes: what a scanner's prefix may be there. */
static enum ct_wedge_place place(const struct ct_ui *ui)
{
    const struct ct_view *v = ct_ui_top(ui);
    if (ui->pick != NULL)
        return CT_WEDGE_TEXT;
    if (v->dialog != NULL)
        return ct_dialog_typing(v) ? CT_WEDGE_TEXT : CT_WEDGE_FORM;
    if (v->screen->typing == NULL)
        return CT_WEDGE_LIST;
    return v->screen->typing(v) ? CT_WEDGE_TEXT : CT_WEDGE_FORM;
}

/* A code as a field of text takes it: without what is no text, GS among it. */
static void code_text(const struct ct_event *e, struct ct_buf *b)
{
    uint32_t cp;
    const char *p = e->text, *end = e->text + e->text_len;
    for (size_t n; (n = ct_utf8_next(p, end, &cp)) > 0; p += n)
        if (!ct_text_unsafe(cp))
            ct_buf_add(b, p, n);
}

/* Its text alone: the suffix that ended it is no Enter of a person, and would save the
 * form, or run the first command that the palette finds. */
static enum ct_reaction as_text(struct ct_ui *ui, struct ct_view *v, const struct ct_event *e)
{
    CT_BUF b = {.max = CT_EDITOR_BYTES};
    code_text(e, &b);
    const struct ct_event paste = {
        .kind = CT_EV_PASTE, .text = ct_buf_str(&b), .text_len = b.len};
    enum ct_reaction r = CT_REFUSED;
    if (!b.bad)
        r = ui->pick == NULL && v->dialog != NULL ? ct_dialog_scan(v, &paste)
                                                  : dispatch(ui, v, &paste);
    if (r == CT_REFUSED && ui->say[0] == '\0')
        ct_ui_say(ui, CT_R_WARN, "The code does not fit here: nothing of it was taken.");
    return r;
}

static enum ct_reaction scanned(struct ct_ui *ui, struct ct_view *v, const struct ct_event *e)
{
    enum ct_reaction r = CT_IGNORED;
    const struct ct_screen *s = v->screen;
    if (e->text == NULL) {
        ct_ui_say(ui, CT_R_WARN,
                  "A scan broke off after %zu characters: nothing of it was taken. Scan again.",
                  e->text_len);
        return CT_REFUSED;
    }
    if (ui->pick == NULL && v->dialog != NULL && !ct_dialog_typing(v)) {
        ct_ui_say(ui, CT_R_WARN, "A code was scanned. Answer the question first, or Esc; then "
                                 "scan again.");
        return CT_REFUSED;
    }
    if (ui->pick == NULL && v->dialog == NULL && s->scan != NULL)
        r = s->scan(v, e);
    if (r != CT_IGNORED)
        return r;
    if (place(ui) == CT_WEDGE_TEXT)
        return as_text(ui, v, e);
    if (ui->o.scan != NULL)
        return ui->o.scan(v, e);
    ct_ui_say(ui, CT_R_WARN, "A code was scanned, and nothing here takes it.");
    return CT_REFUSED;
}

static bool is_open(const struct ct_ui *ui, const struct ct_view *v)
{
    for (size_t i = 0; i < ui->depth; i++)
        if (ui->stack[i] == v)
            return true;
    return false;
}

static void handle(struct ct_ui *ui, const struct ct_event *e)
{
    ui->say[0] = '\0';
    struct ct_view *v = ct_ui_top(ui);
    if (ct_restricted_key(ui, e))
        return;
    ui->handling = true;
    enum ct_reaction r = e->kind == CT_EV_SCAN ? scanned(ui, v, e) : dispatch(ui, v, e);
    ui->handling = false;
    if (r == CT_REFUSED) {
        ui->beep = true;
        if (e->kind == CT_EV_PASTE && ui->say[0] == '\0')
            ct_ui_say(ui, CT_R_WARN, "The paste does not fit here: nothing of it was taken.");
    }
    if (is_open(ui, v)) {
        ct_view_look_draft(v);
        ct_view_schedule_draft(v);
    }
}

static void handle_all(struct ct_ui *ui)
{
    struct ct_event e;
    while (ct_wedge_next(&ui->wedge, &e) && !ui->done) {
        handle(ui, &e);
        ct_ui_settle(ui);
    }
}

bool ct_ui_wedge_pause(struct ct_ui *ui)
{
    ct_wedge_pause(&ui->wedge, ct_ui_monotonic(ui));
    bool any = ui->wedge.out_n > 0;
    handle_all(ui);
    return any;
}

static void input(struct ct_ui *ui, const struct ct_event *e)
{
    if (ct_ui_idle_over(ui)) { /* asleep since: this key sees nothing but the lock */
        ct_ui_lock(ui);
        ui->beep = true;
        return;
    }
    if (ui->privacy) {
        ct_privacy_event(ui, e);
        return;
    }
    ui->key_ms = ct_ui_monotonic(ui);
    ui->key_wall_ms = ui->shown_ms = ct_ui_wall(ui);
    if (e->kind == CT_EV_KEY && e->key == CT_CTRL('p') && can_lock(ct_ui_top(ui))) {
        ct_ui_privacy(ui); /* before any form, list or question sees it */
        return;
    }
    if (ui->too_small) { /* nobody sees what a key would do */
        ui->redraw = ui->redraw || (e->kind == CT_EV_KEY && e->key == CT_CTRL('l'));
        ui->beep = true;
        return;
    }
    ct_wedge_feed(&ui->wedge, e, ui->key_ms, place(ui));
    handle_all(ui);
}

/* Drafts first: they are what would be lost. */
static void hangup(struct ct_ui *ui)
{
    struct ct_app *app = ui->o.app;
    bool in = app != NULL && ct_app_state(app) == CT_IN;
    if (in)
        ct_app_hurry(app, HANGUP_WAIT_MS);
    ct_ui_keep_drafts(ui);
    if (in && ct_record_event(app, CT_VERB_LOST, CT_UNSET, CT_ROUTINE, "", NULL) != CT_OK)
        ui->beep = true; /* nobody is there to be told; the drafts count */
    ct_ui_quit(ui, 128 + 1); /* as the shell counts a hang-up */
}

void ct_ui_event(struct ct_ui *ui, const struct ct_event *e)
{
    if (ui->done)
        return;
    switch (e->kind) {
    case CT_EV_KEY:
    case CT_EV_PASTE:
    case CT_EV_SCAN:
        input(ui, e);
        break;
    case CT_EV_RESIZE:
        ui->shown_ms = ct_ui_wall(ui);
        break;
    case CT_EV_TICK:
        ct_ui_timers(ui);
        break;
    case CT_EV_HANGUP:
        hangup(ui);
        break;
    }
    ct_ui_settle(ui);
}
