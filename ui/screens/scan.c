/* scan - a code that was scanned goes to what it names, from whatever screen is open. */
#include "ui/screens/sterile.h"

#include <stdlib.h>
#include <string.h>

#include "clinic/load.h"
#include "clinic/scan_find.h"
#include "ui/screens/device_parts.h"

int64_t ct_scan_here(const struct ct_view *v)
{
    const struct ct_screen *s = ct_view_screen(v);
    return s->patient != NULL ? s->patient(v) : 0;
}

struct ct_scan_named *ct_scan_look(struct ct_ui *ui, const struct ct_event *e)
{
    struct ct_error err;
    struct ct_scan_named *s = calloc(1, sizeof *s);
    if (s == NULL) {
        ct_ui_say(ui, CT_R_ERROR, "There is no memory to look the code up.");
        return NULL;
    }
    if (ct_scan_find_named(ct_ui_app(ui), e->text, e->text_len, s, &err) == CT_OK)
        return s;
    ct_ui_say_error(ui, &err);
    ct_scan_drop(s);
    return NULL;
}

void ct_scan_drop(struct ct_scan_named *s)
{
    if (s == NULL)
        return;
    ct_wipe(s, sizeof *s);
    free(s);
}

/* Whoever stands there: said, never acted on. */
static enum ct_reaction badge(struct ct_ui *ui, const char *login)
{
    const struct ct_who *who = ct_app_who(ct_ui_app(ui));
    if (who != NULL && strcmp(who->login, login) == 0)
        ct_ui_say(ui, CT_R_OK, "This is your own badge, %s.", login);
    else
        ct_ui_say(ui, CT_R_NOTE,
                  "The badge of %s. A second person is asked for where two must confirm; F9 "
                  "locks, and then somebody else can log in.",
                  login);
    return CT_HANDLED;
}

static enum ct_reaction same_patient(struct ct_ui *ui, const struct ct_scan_named *s)
{
    if (s->band)
        ct_ui_say(ui, CT_R_OK, "Wristband checked: %s.", s->match[0].name);
    else
        ct_ui_say(ui, CT_R_NOTE, "The number of %s, but not as on a wristband of this site.",
                  s->match[0].name);
    return CT_HANDLED;
}

/* On top of what is open, and what that was said, once it stands there. */
static enum ct_reaction to(struct ct_ui *ui, const struct ct_screen *screen, const int64_t *id,
                           const struct ct_scan_match *m)
{
    char what[sizeof m->name + sizeof m->more];
    if (!ct_ui_push(ui, screen, id))
        return CT_REFUSED;
    if (ct_view_screen(ct_ui_top(ui)) != screen) /* a reason is asked for first */
        return CT_HANDLED;
    ct_scan_match_text(ui, m, what, sizeof what);
    ct_ui_say(ui, CT_R_NOTE, "Scanned: %s.", what);
    return CT_HANDLED;
}

/* On the screens of sterilisation an endoscope is meant as one: its page there. */
static bool endoscope(struct ct_view *v, const struct ct_scan_match *m)
{
    const struct ct_screen *on = ct_view_screen(v);
    struct ct_scope s;
    return (on == &ct_screen_machines || on == &ct_screen_scopes || on == &ct_screen_scope ||
            on == &ct_screen_scope_record) &&
           ct_scope_of(ct_ui_app(ct_view_ui(v)), m->equipment_id, &s, NULL) == CT_OK;
}

/* Its page, from whatever screen; what is open below stays. */
static enum ct_reaction device(struct ct_view *v, const struct ct_scan_match *m)
{
    struct ct_ui *ui = ct_view_ui(v);
    if (ct_view_screen(v) == &ct_screen_device) {
        if (ct_device_of(v)->id == m->equipment_id) {
            ct_ui_say(ui, CT_R_OK, "This is %s.", m->number);
            return CT_HANDLED;
        }
        return ct_ui_replace(ui, &ct_screen_device, &m->equipment_id) ? CT_HANDLED : CT_REFUSED;
    }
    if (ct_view_screen(v) == &ct_screen_scope && ct_scope_shown(v) == m->equipment_id) {
        ct_ui_say(ui, CT_R_OK, "This is %s.", m->number);
        return CT_HANDLED;
    }
    return to(ui, endoscope(v, m) ? &ct_screen_scope : &ct_screen_device, &m->equipment_id, m);
}

/* Something is typed there that another screen over it could make forgotten. */
static bool is_form(const struct ct_view *v)
{
    return ct_view_screen(v)->draft != NULL;
}

/* Its page, where nothing of another patient is open and nothing is being typed; true: it
 * was dealt with. */
static bool procedure(struct ct_view *v, const struct ct_scan_match *m, enum ct_reaction *ret)
{
    struct ct_ui *ui = ct_view_ui(v);
    int64_t here = ct_scan_here(v);
    *ret = CT_HANDLED;
    if (ct_view_screen(v) == &ct_screen_procedure && ct_procedure_of(v) == m->procedure_id) {
        ct_ui_say(ui, CT_R_OK, "This is %s.", m->number);
        return true;
    }
    if (is_form(v) || (here != 0 && here != m->patient_id))
        return false;
    *ret = to(ui, &ct_screen_procedure, &m->procedure_id, m);
    return true;
}

/* The label of a pack of this site opens its page; false: it is none, or not for this user. */
static bool pack(struct ct_ui *ui, const char *number)
{
    struct ct_app *app = ct_ui_app(ui);
    struct ct_pack p;
    return ct_role_may(ct_app_who(app)->role, CT_PERM_STERILE_READ) &&
           ct_pack_find(app, number, &p, NULL) == CT_OK &&
           ct_ui_push(ui, &ct_screen_pack, &p.id);
}

/* The same of a load. */
static bool load(struct ct_ui *ui, const char *number)
{
    struct ct_app *app = ct_ui_app(ui);
    struct ct_load l;
    return ct_role_may(ct_app_who(app)->role, CT_PERM_STERILE_READ) &&
           ct_load_find(app, number, &l, NULL) == CT_OK && ct_ui_push(ui, &ct_screen_load, &l.id);
}

static enum ct_reaction go(struct ct_view *v, const struct ct_scan_named *s,
                           const struct ct_event *e)
{
    struct ct_ui *ui = ct_view_ui(v);
    int64_t here = ct_scan_here(v);
    const struct ct_scan_match *only = s->n == 1 && !s->several ? &s->match[0] : NULL;
    if (only != NULL && only->kind == CT_NAMED_STAFF)
        return badge(ui, only->number);
    if (only != NULL && only->kind == CT_NAMED_DEVICE && only->equipment_id != 0)
        return device(v, only);
    enum ct_reaction r;
    if (only != NULL && only->kind == CT_NAMED_PROCEDURE && procedure(v, only, &r))
        return r;
    if (only != NULL && only->kind == CT_NAMED_SET && pack(ui, only->number))
        return CT_HANDLED;
    if (only != NULL && only->kind == CT_NAMED_LOAD && load(ui, only->number))
        return CT_HANDLED;
    if (only != NULL && only->kind == CT_NAMED_PATIENT) {
        if (here == only->patient_id)
            return same_patient(ui, s);
        if (here == 0)
            return to(ui, &ct_screen_patient, &only->patient_id, only);
    }
    const struct ct_scanned_arg arg = {s, e->text, e->text_len, here};
    if (!ct_ui_push(ui, &ct_screen_scanned, &arg))
        return CT_REFUSED;
    /* heard, too: eyes are on the patient when a band is scanned */
    return only != NULL && only->patient_id == 0 ? CT_HANDLED : CT_REFUSED;
}

enum ct_reaction ct_scan_anywhere(struct ct_view *v, const struct ct_event *e)
{
    struct ct_ui *ui = ct_view_ui(v);
    if (ct_app_state(ct_ui_app(ui)) != CT_IN) {
        ct_ui_say(ui, CT_R_WARN, "Log in first: a code is looked up only then.");
        return CT_REFUSED;
    }
    struct ct_scan_named *s = ct_scan_look(ui, e);
    enum ct_reaction r = s != NULL ? go(v, s, e) : CT_REFUSED;
    ct_scan_drop(s);
    return r;
}
