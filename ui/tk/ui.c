/* ui - the navigation stack, who may do what, and the status line's text. */
#include "ui/tk/ui_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/access.h"
#include "record/record.h"

/* ---- views -------------------------------------------------------------- */

static void view_free(struct ct_view *v)
{
    ct_dialog_free(v->dialog);
    if (v->state != NULL) {
        ct_wipe(v->state, v->screen->state_size);
        free(v->state);
    }
    free(v);
}

struct ct_view *ct_view_open(struct ct_ui *ui, const struct ct_screen *screen, const void *arg)
{
    struct ct_error err = {0};
    struct ct_view *v = NULL;
    if (!ct_ui_may(ui, screen->perm)) {
        ct_fail(&err, CT_EDENIED, NULL, "%s is not permitted to you.", screen->title);
    } else {
        v = calloc(1, sizeof *v);
        if (v != NULL)
            v->state = calloc(1, screen->state_size > 0 ? screen->state_size : 1);
        if (v == NULL || v->state == NULL) {
            free(v);
            v = NULL;
            ct_fail(&err, CT_ENOMEM, NULL, "There is no memory to open %s.", screen->title);
        }
    }
    if (v != NULL) {
        v->ui = ui;
        v->screen = screen;
        if (screen->open == NULL || screen->open(v, arg, &err) == CT_OK)
            return v;
        view_free(v);
    }
    ct_ui_say_error(ui, &err);
    if (ui->asking && (arg == NULL || screen->arg_size > 0) &&
        screen->arg_size <= sizeof ui->ask.arg) { /* opened, once there is a reason */
        ui->ask.screen = screen;
        ui->ask.has_arg = arg != NULL;
        if (arg != NULL)
            memcpy(ui->ask.arg, arg, screen->arg_size);
    }
    return NULL;
}

void ct_view_bury(struct ct_view *v)
{
    v->next_buried = v->ui->buried;
    v->ui->buried = v;
}

static void reap(struct ct_ui *ui)
{
    while (ui->buried != NULL) {
        struct ct_view *v = ui->buried;
        ui->buried = v->next_buried;
        if (v->screen->close != NULL)
            v->screen->close(v);
        view_free(v);
    }
}

/* A view leaves the stack: what is unsaved in it is kept, a draft that has
 * become empty is dropped. */
static void leave_stack(struct ct_view *v)
{
    ct_view_keep_draft(v);
    ct_view_bury(v);
}

void *ct_view_state(const struct ct_view *v)
{
    return v->state;
}

struct ct_ui *ct_view_ui(const struct ct_view *v)
{
    return v->ui;
}

const struct ct_screen *ct_view_screen(const struct ct_view *v)
{
    return v->screen;
}

struct ct_app *ct_ui_app(const struct ct_ui *ui)
{
    return ui->o.app;
}

const struct ct_vitals_rules *ct_ui_rules(const struct ct_ui *ui)
{
    return ui->o.rules;
}

enum ct_status ct_ui_look_export(struct ct_ui *ui, const struct ct_look_filter *f,
                                 const char *path, struct ct_error *reterr)
{
    if (ui->o.look_export == NULL)
        return ct_fail(reterr, CT_EINVAL, NULL, "There is no export here.");
    return ui->o.look_export(ui->o.app, f, path, reterr);
}

enum ct_status ct_ui_obs_export(struct ct_ui *ui, const struct ct_obs_range *range, bool chart,
                                const char *to, const char *path, struct ct_error *reterr)
{
    if (ui->o.obs_export == NULL)
        return ct_fail(reterr, CT_EINVAL, NULL, "There is no export here.");
    return ui->o.obs_export(ui->o.app, ui->o.rules, range, chart, ui->o.ascii, to, path, reterr);
}

enum ct_status ct_ui_certificate_export(struct ct_ui *ui, int64_t calibration_id,
                                        const char *path, struct ct_error *reterr)
{
    if (ui->o.certificate_export == NULL)
        return ct_fail(reterr, CT_EINVAL, NULL, "There is no export here.");
    return ui->o.certificate_export(ui->o.app, calibration_id, path, reterr);
}

enum ct_status ct_ui_figures_export(struct ct_ui *ui, enum ct_figure which, ct_date until,
                                    int weeks, const char *path, struct ct_error *reterr)
{
    if (ui->o.figures_export == NULL)
        return ct_fail(reterr, CT_EINVAL, NULL, "There is no export here.");
    return ui->o.figures_export(ui->o.app, which, until, weeks, path, reterr);
}

enum ct_status ct_ui_print(struct ct_ui *ui, const struct ct_print_job *job,
                           struct ct_printed *ret, struct ct_error *reterr)
{
    if (ui->o.print == NULL)
        return ct_fail(reterr, CT_EINVAL, NULL, "Nothing is printed here.");
    return ui->o.print(ui->o.app, job, ret, reterr);
}

enum ct_status ct_ui_load_curve(struct ct_ui *ui, int64_t record_id, size_t cycle,
                                const char *name, struct ct_curve **ret, struct ct_error *reterr)
{
    if (ui->o.load_curve == NULL)
        return ct_fail(reterr, CT_EINVAL, NULL, "No record is read here.");
    return ui->o.load_curve(ui->o.app, record_id, cycle, name, ret, reterr);
}

bool ct_ui_ascii(const struct ct_ui *ui)
{
    return ui->o.ascii;
}

/* ---- the stack ---------------------------------------------------------- */

struct ct_view *ct_ui_top(const struct ct_ui *ui)
{
    return ui->lock != NULL ? ui->lock : ui->stack[ui->depth - 1];
}

struct ct_view *ct_ui_below(const struct ct_view *v)
{
    for (size_t i = v->ui->depth; i-- > 1;)
        if (v->ui->stack[i] == v)
            return v->ui->stack[i - 1];
    return NULL;
}

void ct_ui_refresh(struct ct_ui *ui)
{
    struct ct_view *v = ct_ui_top(ui);
    bool handling = ui->handling;
    ui->handling = false; /* nobody asked for this reading: a refusal is only said */
    if (v->screen->refresh != NULL)
        v->screen->refresh(v);
    ui->handling = handling;
}

bool ct_ui_push(struct ct_ui *ui, const struct ct_screen *screen, const void *arg)
{
    if (ui->lock != NULL)
        return false;
    if (ui->depth == CT_STACK_MAX) {
        ct_ui_say(ui, CT_R_ERROR, "Too many screens are open. Esc closes this one.");
        return false;
    }
    struct ct_view *v = ct_view_open(ui, screen, arg);
    if (v == NULL)
        return false;
    ui->stack[ui->depth++] = v;
    return true;
}

void ct_ui_pop(struct ct_ui *ui)
{
    if (ui->lock != NULL) {
        if (ui->o.app != NULL && ct_app_state(ui->o.app) == CT_LOCKED)
            return; /* only the password opens it */
        ct_view_bury(ui->lock);
        ui->lock = NULL;
    } else if (ui->depth > 1) {
        leave_stack(ui->stack[--ui->depth]);
    } else {
        return;
    }
    ct_ui_refresh(ui);
}

bool ct_ui_replace(struct ct_ui *ui, const struct ct_screen *screen, const void *arg)
{
    if (ui->lock != NULL)
        return false;
    struct ct_view *old = ui->stack[ui->depth - 1];
    struct ct_view *v = ct_view_open(ui, screen, arg);
    if (v == NULL) {
        ui->ask.replace = true;
        return false;
    }
    ui->stack[ui->depth - 1] = v;
    leave_stack(old);
    return true;
}

void ct_ui_home(struct ct_ui *ui)
{
    if (ui->lock != NULL || ui->depth == 1)
        return;
    while (ui->depth > 1)
        leave_stack(ui->stack[--ui->depth]);
    ct_ui_refresh(ui);
}

bool ct_ui_home_kept(struct ct_ui *ui)
{
    for (size_t i = 1; i < ui->depth; i++)
        if (!ct_view_keep_draft(ui->stack[i]))
            return false;
    ct_ui_home(ui);
    return true;
}

void ct_ui_reset(struct ct_ui *ui)
{
    ct_pick_close(ui);
    ct_wedge_reset(&ui->wedge);
    memset(ui->note, 0, sizeof ui->note);
    ui->privacy = false;
    if (ui->lock != NULL)
        ct_view_bury(ui->lock);
    ui->lock = NULL;
    struct ct_view *v = ct_view_open(ui, ui->o.first, NULL);
    if (v == NULL) { /* nothing could be shown: better to end than to show the old one */
        ct_ui_quit(ui, ct_status_exit(CT_EINTERNAL));
        return;
    }
    while (ui->depth > 0)
        ct_view_bury(ui->stack[--ui->depth]);
    ui->stack[ui->depth++] = v;
}

/* Screens log in, unlock and log out by the app; the stack follows here. */
void ct_ui_settle(struct ct_ui *ui)
{
    if (ui->o.app != NULL && !ui->done) {
        enum ct_session_state state = ct_app_state(ui->o.app);
        if (state == CT_OUT && ui->was_in) {
            ui->was_in = false;
            ct_ui_reset(ui);
        } else if (state == CT_IN && ui->lock != NULL) {
            ct_ui_pop(ui);
        } else if (state == CT_LOCKED && ui->lock == NULL) {
            ct_ui_lock(ui);
        }
        ui->was_in = ct_app_state(ui->o.app) != CT_OUT;
    }
    ct_restricted_ask(ui);
    reap(ui);
}

/* ---- what a session remembers --------------------------------------------- */

const char *ct_ui_session_get(const struct ct_ui *ui, const char *name)
{
    for (size_t i = 0; i < CT_LEN(ui->note); i++)
        if (name[0] != '\0' && strcmp(ui->note[i].name, name) == 0)
            return ui->note[i].text;
    return "";
}

bool ct_ui_session_set(struct ct_ui *ui, const char *name, const char *text)
{
    size_t at = CT_LEN(ui->note);
    for (size_t i = CT_LEN(ui->note); i-- > 0;)
        if (ui->note[i].name[0] == '\0' && at == CT_LEN(ui->note))
            at = i;
    for (size_t i = 0; i < CT_LEN(ui->note); i++)
        if (strcmp(ui->note[i].name, name) == 0)
            at = i;
    if (name[0] == '\0' || strlen(name) >= CT_UI_NOTE_NAME || strlen(text) >= CT_UI_NOTE_TEXT ||
        (at == CT_LEN(ui->note) && text[0] != '\0'))
        return false;
    if (at == CT_LEN(ui->note))
        return true; /* nothing to forget */
    memset(&ui->note[at], 0, sizeof ui->note[at]);
    if (text[0] != '\0') {
        ct_text_copy(ui->note[at].name, sizeof ui->note[at].name, name);
        ct_text_copy(ui->note[at].text, sizeof ui->note[at].text, text);
    }
    return true;
}

/* ---- permissions and keys ----------------------------------------------- */

enum ct_session_state ct_ui_state(const struct ct_ui *ui)
{
    return ui->o.app != NULL ? ct_app_state(ui->o.app) : CT_IN;
}

bool ct_ui_may(const struct ct_ui *ui, int perm)
{
    if (perm < 0 || ui->o.app == NULL)
        return true;
    const struct ct_who *who = ct_app_who(ui->o.app);
    return who != NULL && ct_role_may(who->role, (enum ct_perm)perm);
}

bool ct_command_visible(const struct ct_view *v, const struct ct_command *c)
{
    return ct_ui_may(v->ui, c->perm) && (c->shown == NULL || c->shown(v));
}

bool ct_command_has_key(const struct ct_command *c, uint32_t key)
{
    const char *p = c->keys;
    while (p != NULL && *p != '\0') {
        p += strspn(p, " ");
        size_t n = strcspn(p, " ");
        if (n > 0 && ct_key_parse(p, n) == key)
            return true;
        p += n;
    }
    return false;
}

void ct_command_key(const struct ct_command *c, char *out, size_t size)
{
    const char *p = c->keys != NULL ? c->keys : "";
    p += strspn(p, " ");
    snprintf(out, size, "%.*s", (int)strcspn(p, " "), p);
}

void ct_ui_each_command(const struct ct_screen *const *all,
                        void (*fn)(const struct ct_screen *s, const struct ct_command *c,
                                   void *arg),
                        void *arg)
{
    for (size_t i = 0; all != NULL && all[i] != NULL; i++)
        for (const struct ct_command *c = all[i]->commands; c != NULL && c->id != NULL; c++)
            fn(all[i], c, arg);
}

/* ---- what is said ------------------------------------------------------- */

void ct_ui_say(struct ct_ui *ui, enum ct_role_ui role, const char *fmt, ...)
{
    char text[CT_SAY_BYTES];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    memcpy(ui->say, text, sizeof text);
    ui->say_role = role;
}

void ct_ui_say_error(struct ct_ui *ui, const struct ct_error *e)
{
    /* the library's sentences begin small, for the command line's "clintech: ..." */
    char text[CT_SAY_BYTES];
    ct_text_copy(text, sizeof text - 1, e->text);
    size_t n = strlen(text);
    if (text[0] >= 'a' && text[0] <= 'z' && (text[1] == ' ' || (text[1] >= 'a' && text[1] <= 'z')))
        text[0] = (char)(text[0] - 'a' + 'A');
    if (n > 0 && strchr(".?!:", text[n - 1]) == NULL)
        memcpy(text + n, ".", 2);
    ct_ui_say(ui, CT_R_ERROR, "%s", text);
    ui->beep = true;
    if (ui->handling && e->status == CT_EDENIED && e->about != 0 &&
        strcmp(e->field, CT_RESTRICTED) == 0) {
        ui->ask = (struct ct_restricted_arg){.patient_id = e->about};
        ui->asking = true;
    }
}

void ct_ui_on_show(struct ct_ui *ui, void (*show)(void *arg), void *arg)
{
    ui->show = show;
    ui->show_arg = arg;
}

void ct_ui_busy(struct ct_ui *ui, const char *text)
{
    ct_ui_say(ui, CT_R_TEXT, "%s", text);
    if (ui->show != NULL)
        ui->show(ui->show_arg);
    ui->say[0] = '\0';
}

void ct_ui_subject(struct ct_ui *ui, const char *fmt, ...)
{
    char text[CT_SUBJECT_BYTES];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    memcpy(ui->subject, text, sizeof text);
}

/* ---- the ui itself ------------------------------------------------------ */

int64_t ct_ui_monotonic(const struct ct_ui *ui)
{
    return ui->o.app != NULL ? ct_app_monotonic(ui->o.app) : ct_monotonic(&CT_CLOCK_SYSTEM);
}

int64_t ct_ui_wall(const struct ct_ui *ui)
{
    return ui->o.app != NULL ? ct_app_now(ui->o.app) : ct_now(&CT_CLOCK_SYSTEM);
}

struct ct_ui *ct_ui_new(const struct ct_ui_options *o)
{
    struct ct_ui *ui = calloc(1, sizeof *ui);
    if (ui == NULL)
        return NULL;
    ui->o = *o;
    struct ct_config standard;
    struct ct_wedge_rules rules;
    if (o->app == NULL)
        ct_config_default(&standard);
    ct_wedge_rules(o->app != NULL ? ct_app_config(o->app) : &standard, &rules);
    ct_wedge_init(&ui->wedge, &rules);
    ui->key_ms = ui->second_ms = ct_ui_monotonic(ui);
    ui->key_wall_ms = ui->shown_ms = ct_ui_wall(ui);
    ui->was_in = o->app != NULL && ct_app_state(o->app) != CT_OUT;
    struct ct_view *v = ct_view_open(ui, o->first, NULL);
    if (v == NULL) {
        free(ui);
        return NULL;
    }
    ui->stack[ui->depth++] = v;
    return ui;
}

void ct_ui_free(struct ct_ui *ui)
{
    if (ui == NULL)
        return;
    ct_pick_close(ui);
    if (ui->lock != NULL)
        ct_view_bury(ui->lock);
    while (ui->depth > 0)
        ct_view_bury(ui->stack[--ui->depth]);
    reap(ui);
    ct_wipe(ui, sizeof *ui);
    free(ui);
}

void ct_ui_quit(struct ct_ui *ui, int exit_status)
{
    ui->done = true;
    ui->exit_status = exit_status;
}

bool ct_ui_done(const struct ct_ui *ui, int *ret_exit_status)
{
    if (ui->done && ret_exit_status != NULL)
        *ret_exit_status = ui->exit_status;
    return ui->done;
}

bool ct_ui_beep_take(struct ct_ui *ui)
{
    bool beep = ui->beep;
    ui->beep = false;
    return beep;
}

bool ct_ui_redraw_take(struct ct_ui *ui)
{
    bool redraw = ui->redraw;
    ui->redraw = false;
    return redraw;
}
