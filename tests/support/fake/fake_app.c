/* fake_app - see fake_app.h. */
#include "tests/support/fake/fake_app.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "record/record.h"
#include "ui/tk/editor.h"

/* ---- record ------------------------------------------------------------- */

void fake_app_init(struct ct_app *app, enum ct_role role)
{
    *app = (struct ct_app){.now_ms = INT64_C(1795340520000), .mono_ms = 1000000};
    app->state = CT_IN;
    app->config.idle_lock_s = 300;
    snprintf(app->config.theme, sizeof app->config.theme, "auto");
    snprintf(app->config.charset, sizeof app->config.charset, "auto");
    snprintf(app->who.login, sizeof app->who.login, "okafor");
    snprintf(app->who.name, sizeof app->who.name, "A. Okafor");
    app->who.role = role;
}

void fake_advance(struct ct_app *app, int64_t ms)
{
    app->now_ms += ms;
    app->mono_ms += ms;
}

const struct ct_config *ct_app_config(const struct ct_app *app)
{
    return &app->config;
}

int64_t ct_app_now(const struct ct_app *app)
{
    return app->real_clock ? ct_now(&CT_CLOCK_SYSTEM) : app->now_ms;
}

int64_t ct_app_monotonic(const struct ct_app *app)
{
    return app->real_clock ? ct_monotonic(&CT_CLOCK_SYSTEM) : app->mono_ms;
}

/* The handle is never looked into: the app itself will do. */
struct ct_db *ct_app_db(struct ct_app *app)
{
    return app->state == CT_IN ? (struct ct_db *)(void *)app : NULL;
}

enum ct_session_state ct_app_state(const struct ct_app *app)
{
    return app->state;
}

const struct ct_who *ct_app_who(const struct ct_app *app)
{
    return app->state == CT_OUT ? NULL : &app->who;
}

void ct_lock(struct ct_app *app)
{
    app->locks++;
    app->state = CT_LOCKED;
}

void ct_logout(struct ct_app *app)
{
    app->logouts++;
    app->state = CT_OUT;
}

enum ct_status ct_session_check(struct ct_app *app, struct ct_error *reterr)
{
    if (app->check != CT_OK)
        return ct_fail(reterr, app->check, NULL, "This session was ended elsewhere.");
    return CT_OK;
}

enum ct_status ct_app_reopen(struct ct_app *app, struct ct_error *reterr)
{
    (void)reterr;
    app->reopens++;
    app->dead = false;
    return CT_OK;
}

bool ct_db_dead(const struct ct_db *db)
{
    return ((const struct ct_app *)(const void *)db)->dead;
}

bool ct_app_changed(struct ct_app *app)
{
    bool changed = app->changed;
    app->changed = false;
    return changed;
}

enum ct_status ct_app_sync(struct ct_app *app, struct ct_error *reterr)
{
    app->syncs++;
    app->dead = app->dead || app->sync_fails;
    return app->sync_fails ? ct_fail(reterr, CT_EIO, NULL, "The disk did not confirm it.") : CT_OK;
}

bool ct_role_may(enum ct_role role, enum ct_perm perm)
{
#define X(id, name, t, s, a) {t, s, a},
    static const bool MAY[CT_PERMS][CT_ROLES] = {CT_PERMISSION_TABLE(X)};
#undef X
    return MAY[perm][role];
}

void ct_draft_done(struct ct_draft *d)
{
    for (size_t i = 0; i < d->n; i++)
        free(d->field[i].text);
    memset(d, 0, sizeof *d);
}

bool ct_draft_put(struct ct_draft *d, const char *name, const char *text)
{
    snprintf(d->field[d->n].name, sizeof d->field[d->n].name, "%s", name);
    d->field[d->n].text = strdup(text);
    return d->field[d->n++].text != NULL;
}

enum ct_status ct_draft_keep(struct ct_app *app, const struct ct_draft *d,
                             struct ct_error *reterr)
{
    if (app->keep_fails != CT_OK)
        return ct_fail(reterr, app->keep_fails, NULL, "The disk is full.");
    app->keeps++;
    app->draft = true;
    snprintf(app->draft_kind, sizeof app->draft_kind, "%s", d->kind);
    snprintf(app->draft_text, sizeof app->draft_text, "%s", d->field[0].text);
    if (app->draft_file != NULL) {
        FILE *f = fopen(app->draft_file, "w");
        if (f != NULL) {
            fputs(app->draft_text, f);
            fclose(f);
        }
    }
    return CT_OK;
}

enum ct_status ct_draft_drop(struct ct_app *app, const char *kind, int64_t patient_id,
                             struct ct_error *reterr)
{
    (void)kind;
    (void)patient_id;
    (void)reterr;
    app->drops++;
    app->draft = false;
    return CT_OK;
}

enum ct_status ct_draft_latest(struct ct_app *app, const char *kind, int64_t patient_id,
                               struct ct_draft *ret, struct ct_error *reterr)
{
    (void)kind;
    (void)patient_id;
    *ret = (struct ct_draft){0};
    return app->draft ? CT_OK : ct_fail(reterr, CT_ENOTFOUND, NULL, "There is no draft.");
}

/* ---- list --------------------------------------------------------------- */

struct fake_seen fake_seen = {.asked = 99};

struct list {
    int cursor, top;
};

int fake_list_cursor(const struct ct_view *v)
{
    return ((const struct list *)ct_view_state(v))->cursor;
}

static void list_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct list *s = ct_view_state(v);
    ct_ui_subject(ct_view_ui(v), "Riverside Clinic");
    ct_grid_printf(g, body.row, 1, -1, CT_R_HEAD, "NUMBER      NAME   counted %d",
                   fake_seen.counted);
    int height = body.rows - 1;
    if (s->cursor < s->top)
        s->top = s->cursor;
    if (s->cursor >= s->top + height)
        s->top = s->cursor - height + 1;
    for (int i = 0; i < height && s->top + i < FAKE_ROWS; i++) {
        int row = body.row + 1 + i, n = s->top + i;
        ct_grid_printf(g, row, 3, -1, CT_R_TEXT,
                       "%010d  INVENTED, Person %-3d  Bay %d  due %02d:%02d", n, n, n % 9,
                       n % 24, n % 60);
        if (n == s->cursor) {
            ct_grid_glyph(g, row, 1, CT_R_SELECTED, CT_GLYPH_MARK);
            ct_grid_cursor(g, row, 1);
        }
    }
}

static enum ct_reaction list_event(struct ct_view *v, const struct ct_event *e)
{
    struct list *s = ct_view_state(v);
    if (e->kind != CT_EV_KEY)
        return CT_IGNORED;
    int to = s->cursor;
    switch (e->key) {
    case CT_KEY_UP:
        to--;
        break;
    case CT_KEY_DOWN:
        to++;
        break;
    case CT_KEY_HOME:
        to = 0;
        break;
    case CT_KEY_END:
        to = FAKE_ROWS - 1;
        break;
    case CT_KEY_PAGE_DOWN:
        to += 18;
        break;
    case CT_KEY_PAGE_UP:
        to -= 18;
        break;
    default:
        return CT_IGNORED;
    }
    s->cursor = to < 0 ? 0 : to >= FAKE_ROWS ? FAKE_ROWS - 1 : to;
    return CT_HANDLED;
}

static enum ct_reaction open_edit(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &fake_edit, NULL) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction open_detail(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &fake_detail, NULL) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction count(struct ct_view *v)
{
    fake_seen.counted++;
    ct_ui_say(ct_view_ui(v), CT_R_OK, "Counted %d.", fake_seen.counted);
    return CT_HANDLED;
}

static enum ct_reaction lock(struct ct_view *v)
{
    ct_ui_lock(ct_view_ui(v));
    return CT_HANDLED;
}

static void asked(struct ct_view *v, int index)
{
    (void)v;
    fake_seen.asked = index;
}

static enum ct_reaction ask(struct ct_view *v)
{
    static const struct ct_choice CHOICES[] = {
        {"y", "yes"}, {"N", "no, never"}, {"F2", "later"}, {NULL, NULL}};
    ct_ui_ask(v, "Really?", CHOICES, asked);
    return CT_HANDLED;
}

static void secret_given(struct ct_view *v, const struct ct_secret *s)
{
    (void)v;
    fake_seen.secret_null = s == NULL;
    if (s != NULL)
        snprintf(fake_seen.secret, sizeof fake_seen.secret, "%.*s", (int)s->len,
                 (const char *)s->data);
}

static void prompted(struct ct_view *v, const char *text)
{
    fake_seen.prompted_null = text == NULL;
    if (text != NULL) {
        ct_text_copy(fake_seen.prompted, sizeof fake_seen.prompted, text);
        if (strcmp(text, "chain") == 0)
            ct_ui_prompt_secret(v, "Password", secret_given);
    }
}

static enum ct_reaction prompt(struct ct_view *v)
{
    ct_ui_prompt(v, "Reason", "was ", prompted);
    return CT_HANDLED;
}

static enum ct_reaction secret(struct ct_view *v)
{
    ct_ui_prompt_secret(v, "Password", secret_given);
    return CT_HANDLED;
}

static enum ct_reaction home_of(struct ct_view *v)
{
    ct_ui_home(ct_view_ui(v));
    return CT_HANDLED;
}

static bool hidden(const struct ct_view *v)
{
    (void)v;
    return !fake_seen.hide;
}

static void refreshed(struct ct_view *v)
{
    (void)v;
    fake_seen.refreshed++;
}

static void closed(struct ct_view *v)
{
    (void)v;
    fake_seen.closed++;
}

static const struct ct_command LIST_COMMANDS[] = {
    {.id = "list.edit",
     .keys = "e F4",
     .label = "edit",
     .perm = -1,
     .run = open_edit,
     .help = "Edit the chosen line."},
    {.id = "list.detail",
     .keys = "Enter",
     .label = "open",
     .perm = -1,
     .run = open_detail,
     .help = "Open the chosen line."},
    {.id = "list.count",
     .keys = "n F5",
     .label = "count",
     .perm = -1,
     .run = count,
     .help = "Count one more."},
    {.id = "list.ask",
     .keys = "a",
     .label = "ask",
     .perm = -1,
     .run = ask,
     .help = "Ask a question."},
    {.id = "list.prompt", .keys = "r", .perm = -1, .run = prompt, .help = "Ask for a reason."},
    {.id = "list.secret",
     .keys = "w",
     .perm = -1,
     .run = secret,
     .help = "Ask for a password."},
    {.id = "list.lock",
     .keys = "L",
     .label = "lock",
     .perm = -1,
     .run = lock,
     .help = "Lock the screen."},
    {.id = "list.review",
     .keys = "v",
     .label = "review",
     .perm = CT_PERM_SHIFT_ALL,
     .run = count,
     .help = "Review everybody's work."},
    {.id = "list.hidden",
     .keys = "h",
     .label = "hide",
     .perm = -1,
     .run = count,
     .shown = hidden,
     .help = "Only there at times."},
    {.id = NULL},
};

const struct ct_screen fake_list = {
    .id = "list",
    .title = "List of people",
    .help = "Everybody who is here, by number.",
    .perm = -1,
    .jump = true,
    .state_size = sizeof(struct list),
    .commands = LIST_COMMANDS,
    .draw = list_draw,
    .event = list_event,
    .refresh = refreshed,
    .close = closed,
};

/* ---- edit --------------------------------------------------------------- */

struct edit {
    struct ct_editor editor;
    bool changed;
};

const char *fake_edit_text(const struct ct_view *v)
{
    return ((const struct edit *)ct_view_state(v))->editor.text;
}

static enum ct_status edit_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    (void)arg;
    struct edit *s = ct_view_state(v);
    if (fake_seen.refuse_open)
        return ct_fail(reterr, CT_EBUSY, NULL, "Others are saving just now.");
    return ct_editor_init(&s->editor, 200) ? CT_OK
                                           : ct_fail(reterr, CT_ENOMEM, NULL, "Memory.");
}

static void edit_close(struct ct_view *v)
{
    ct_editor_done(&((struct edit *)ct_view_state(v))->editor);
    fake_seen.closed++;
}

static void edit_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct edit *s = ct_view_state(v);
    ct_ui_subject(ct_view_ui(v), "PATEL, Rohan   M 61");
    ct_grid_text(g, body.row + 1, 3, -1, CT_R_LABEL, "Note");
    ct_editor_draw(&s->editor, g, body.row + 1, 10, 60, true);
}

static enum ct_reaction edit_event(struct ct_view *v, const struct ct_event *e)
{
    struct edit *s = ct_view_state(v);
    enum ct_reaction r = ct_editor_event(&s->editor, e);
    if (r == CT_HANDLED)
        s->changed = true;
    return r;
}

static bool edit_draft(struct ct_view *v, struct ct_draft *d)
{
    struct edit *s = ct_view_state(v);
    if (!s->changed || s->editor.len == 0)
        return false;
    snprintf(d->kind, sizeof d->kind, "note");
    return ct_draft_put(d, "note", s->editor.text);
}

static enum ct_reaction edit_save(struct ct_view *v)
{
    struct edit *s = ct_view_state(v);
    s->changed = false;
    fake_seen.saved++;
    ct_ui_pop(ct_view_ui(v));
    ct_ui_say(ct_view_ui(v), CT_R_OK, "Saved.");
    s->editor.len = 0; /* the view is still there until the event is over */
    return CT_HANDLED;
}

static const struct ct_command EDIT_COMMANDS[] = {
    {.id = "edit.save",
     .keys = "^S F10",
     .label = "save",
     .perm = -1,
     .run = edit_save,
     .help = "Save the note."},
    {.id = "edit.home",
     .keys = "^G",
     .perm = -1,
     .run = home_of,
     .help = "Down to the lowest screen."},
    {.id = NULL},
};

static bool edit_typing(const struct ct_view *v)
{
    (void)v;
    return true;
}

const struct ct_screen fake_edit = {
    .id = "edit",
    .title = "Edit a note",
    .help = "One line of text.",
    .perm = -1,
    .jump = true,
    .state_size = sizeof(struct edit),
    .commands = EDIT_COMMANDS,
    .open = edit_open,
    .draw = edit_draw,
    .event = edit_event,
    .draft = edit_draft,
    .typing = edit_typing,
    .close = edit_close,
};

/* ---- the others --------------------------------------------------------- */

static void plain_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    ct_ui_subject(ct_view_ui(v), "%s", ct_view_screen(v)->title);
    for (int r = 0; r < body.rows; r++)
        ct_grid_printf(g, body.row + r, 0, -1, CT_R_TEXT, "%s line %d %s",
                       ct_view_screen(v)->title, r,
                       "of some length, so that a screen is well filled with it  0000000000");
}

static void ticked(struct ct_view *v)
{
    (void)v;
    fake_seen.ticks++;
}

static const struct ct_command DETAIL_COMMANDS[] = {
    {.id = "detail.print",
     .keys = "p",
     .label = "print",
     .perm = -1,
     .run = count,
     .help = "Print it."},
    {.id = "detail.edit",
     .keys = "e",
     .label = "edit",
     .perm = -1,
     .run = open_edit,
     .help = "Edit it."},
    {.id = NULL},
};
const struct ct_screen fake_detail = {
    .id = "detail",
    .title = "Detail",
    .help = "One of them.",
    .perm = -1,
    .commands = DETAIL_COMMANDS,
    .draw = plain_draw,
    .refresh = refreshed,
    .tick = ticked,
    .close = closed,
};

static enum ct_reaction unlock(struct ct_view *v)
{
    struct ct_app *app = ct_ui_app(ct_view_ui(v));
    if (app != NULL)
        app->state = CT_IN;
    else
        ct_ui_pop(ct_view_ui(v));
    return CT_HANDLED;
}

static enum ct_reaction somebody_else(struct ct_view *v)
{
    if (ct_ui_app(ct_view_ui(v)) != NULL)
        ct_logout(ct_ui_app(ct_view_ui(v)));
    return CT_HANDLED;
}

static const struct ct_command LOCKED_COMMANDS[] = {
    {.id = "locked.unlock",
     .keys = "u",
     .label = "unlock",
     .perm = -1,
     .run = unlock,
     .help = "Open it again."},
    {.id = "locked.other",
     .keys = "o",
     .label = "other",
     .perm = -1,
     .run = somebody_else,
     .help = "Log in as somebody else."},
    {.id = NULL},
};
const struct ct_screen fake_locked = {
    .id = "locked",
    .title = "LOCKED",
    .help = "Locked.",
    .perm = -1,
    .commands = LOCKED_COMMANDS,
    .draw = plain_draw,
    .close = closed,
};
static const struct ct_command ADMIN_COMMANDS[] = {
    {.id = "users.add",
     .keys = "n",
     .label = "add",
     .perm = CT_PERM_USER_ADMIN,
     .run = count,
     .help = "Add an administrator."},
    {.id = NULL},
};
const struct ct_screen fake_admin = {
    .id = "users",
    .title = "Users",
    .help = "Who may log in.",
    .perm = CT_PERM_USER_ADMIN,
    .jump = true,
    .commands = ADMIN_COMMANDS,
    .draw = plain_draw,
    .close = closed,
};

const struct ct_screen *const fake_screens[] = {&fake_list,   &fake_edit,  &fake_detail,
                                                &fake_locked, &fake_admin, NULL};

/* ---- driving ------------------------------------------------------------ */

struct ct_ui *fake_ui(struct ct_app *app)
{
    fake_seen = (struct fake_seen){.asked = 99};
    struct ct_ui *ui = ct_ui_new(&(struct ct_ui_options){
        .app = app, .first = &fake_list, .locked = &fake_locked, .all = fake_screens});
    assert_non_null(ui);
    return ui;
}

void fake_key(struct ct_ui *ui, uint32_t key)
{
    ct_ui_event(ui, &(struct ct_event){.kind = CT_EV_KEY, .key = key});
}

void fake_type(struct ct_ui *ui, const char *ascii)
{
    for (; *ascii != '\0'; ascii++)
        fake_key(ui, (unsigned char)*ascii);
}

void fake_paste(struct ct_ui *ui, const char *text)
{
    ct_ui_event(
        ui, &(struct ct_event){.kind = CT_EV_PASTE, .text = text, .text_len = strlen(text)});
}

/* ---- what a hang-up asks for --------------------------------------------- */

void ct_app_hurry(struct ct_app *app, int limit_ms)
{
    (void)app, (void)limit_ms;
}

enum ct_status ct_record_event(struct ct_app *app, enum ct_verb verb, int64_t patient_id,
                               enum ct_severity severity, const char *detail,
                               struct ct_error *reterr)
{
    (void)verb, (void)patient_id, (void)severity, (void)detail, (void)reterr;
    return app->state == CT_IN ? CT_OK : CT_ELOCKED;
}
