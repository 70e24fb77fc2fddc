/* scanned - a code that does not simply lead somewhere: another patient's wristband,
 * several things of one number, something unknown. Nothing is done before it is chosen. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/equipment.h"
#include "clinic/scan_find.h"

struct scanned {
    struct ct_ui *ui;
    struct ct_scan_named *named;
    struct ct_patient here;   /* id 0: nobody's record is open below */
    size_t other;             /* the match that is another patient; n: none is */
    bool seen;                /* keys typed before it stood there choose nothing */
    char words[800];
    char find[CT_SCAN_VALUE_MAX + 1]; /* what to look for as a name or number */
    char code[122];           /* asset number or UDI of a device to register; "" none */
};

/* What the form of a new device would begin with. */
static void code_keep(struct scanned *s, const struct ct_scanned_arg *a)
{
    char text[512];
    if (a->n >= sizeof text || memchr(a->code, '\0', a->n) != NULL)
        return;
    memcpy(text, a->code, a->n);
    text[a->n] = '\0';
    if (s->named->scan.kind == CT_SCAN_LOCAL)
        ct_text_copy(s->code, sizeof s->code, text + s->named->scan.body_at);
    else if (ct_udi_text(text, ct_date_at(ct_app_now(ct_ui_app(s->ui))), s->code, NULL) != CT_OK)
        s->code[0] = '\0';
}

static enum ct_status scanned_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    const struct ct_scanned_arg *a = arg;
    struct scanned *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    if (a->here != 0) {
        enum ct_status st = ct_patient_get(ct_ui_app(s->ui), a->here, &s->here, reterr);
        if (st != CT_OK)
            return st;
    }
    s->named = malloc(sizeof *s->named);
    if (s->named == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory to show the code.");
    *s->named = *a->named;
    s->other = s->named->n;
    ct_scan_words(s->named, a->code, a->n, s->words, sizeof s->words);
    if (s->named->n_numbers > 0)
        ct_text_copy(s->find, sizeof s->find, s->named->number[0]);
    if (s->named->n == 1 && s->named->match[0].patient_id != 0 && s->here.id != 0)
        s->other = 0;
    code_keep(s, a);
    return CT_OK;
}

static void scanned_close(struct ct_view *v)
{
    struct scanned *s = ct_view_state(v);
    ct_scan_drop(s->named);
}

static int64_t scanned_patient(const struct ct_view *v)
{
    return ((const struct scanned *)ct_view_state(v))->here.id;
}

/* ---- drawing ---------------------------------------------------------------- */

void ct_scan_match_text(const struct ct_ui *ui, const struct ct_scan_match *m, char *out,
                        size_t size)
{
    char number[sizeof m->number];
    if (m->kind == CT_NAMED_DEVICE && m->equipment_id != 0) {
        snprintf(out, size, "device %s   %s   %s", m->number, m->name, m->more);
        return;
    }
    if (m->kind == CT_NAMED_PROCEDURE) {
        snprintf(out, size, "%s   %s   %s", m->number, m->name, m->more);
        return;
    }
    if (m->kind != CT_NAMED_PATIENT) {
        snprintf(out, size, "%s (%s)", ct_named_text(m->kind), m->number);
        return;
    }
    ct_number_text(m->number, number, sizeof number);
    snprintf(out, size, "%s   %s%s%s %s", m->name, m->more, m->more[0] != '\0' ? "   " : "",
             ct_app_config(ct_ui_app(ui))->identifier_label, number);
}

/* Whose it is, or whom it names, is not whose record is open; or it is a procedure of the
 * same patient, over something that is being typed. */
static void other_draw(const struct scanned *s, struct ct_grid *g, struct ct_rect body)
{
    const struct ct_scan_match *m = &s->named->match[s->other];
    char is[600], line[512], text[1200];
    int col = body.col + 2, row = body.row + 1;
    ct_scan_match_text(s->ui, m, is, sizeof is);
    ct_patient_line(ct_ui_app(s->ui), &s->here, line, sizeof line);
    bool proc = m->kind == CT_NAMED_PROCEDURE, same = m->patient_id == s->here.id;
    const char *to = proc ? m->number : m->name;
    ct_grid_text(g, row, col, -1, same ? CT_R_WARN : CT_R_ALARM,
                 same ? " SOMETHING IS BEING TYPED " : " ANOTHER PATIENT ");
    if (proc)
        ct_grid_printf(g, row + 2, col, -1, CT_R_TITLE, "This code is %s, of %s", m->number,
                       m->name);
    else
        ct_grid_printf(g, row + 2, col, -1, CT_R_TITLE, "This %s is %s",
                       s->named->band ? "wristband" : "code", m->name);
    ct_grid_text(g, row + 3, col + 2, body.cols - 5, CT_R_TEXT, is);
    char name[2 * CT_NAME_BYTES + 3];
    ct_patient_name(&s->here, name, sizeof name);
    ct_grid_printf(g, row + 5, col, -1, CT_R_TITLE, "You are on %s", name);
    ct_grid_text(g, row + 6, col + 2, body.cols - 5, CT_R_TEXT, line);
    snprintf(text, sizeof text,
             "Nothing was switched. s stays with %s. g goes to %s: the screens of %s are closed, "
             "and what is typed there is kept as a draft.",
             name, to, name);
    ct_draw_wrapped(g, (struct ct_rect){row + 8, col, 4, body.cols - 4}, CT_R_TEXT, text);
    ct_grid_cursor(g, row, col);
}

/* What is wrong with it, or not known about it. */
static void nothing_text(const struct scanned *s, char *out, size_t size)
{
    const struct ct_scan_named *k = s->named;
    if (k->fault.status != CT_OK)
        snprintf(out, size, "%s", k->fault.text);
    else if (k->bad_number)
        snprintf(out, size, "The check digit of this %s number is wrong: scan again, or type it.",
                 ct_app_config(ct_ui_app(s->ui))->identifier_label);
    else if (k->denied && k->n_numbers > 0)
        snprintf(out, size, "Patients are not shown to you.");
    else
        snprintf(out, size, "Nobody and nothing here is known by it.");
}

static int warnings_draw(const struct scanned *s, struct ct_grid *g, struct ct_rect at)
{
    const struct ct_scan *k = &s->named->scan;
    int used = 0;
    for (size_t i = 0; i < k->n_warnings && used < at.rows; i++)
        used += ct_draw_wrapped(
            g, (struct ct_rect){at.row + used, at.col, at.rows - used, at.cols}, CT_R_NOTE,
            k->warning[i]);
    return used;
}

static bool may(const struct scanned *s, enum ct_perm perm)
{
    const struct ct_who *who = ct_app_who(ct_ui_app(s->ui));
    return who != NULL && ct_role_may(who->role, perm);
}

static bool sees_devices(const struct scanned *s)
{
    return may(s, CT_PERM_EQUIP_READ);
}

/* The code has a device in it that nobody registered, or a UDI. */
static bool may_register(const struct scanned *s)
{
    const struct ct_scan_named *k = s->named;
    bool device = k->n == 1 && k->match[0].kind == CT_NAMED_DEVICE &&
                  k->match[0].equipment_id == 0;
    bool udi = k->n == 0 && k->fault.status == CT_OK && k->scan.kind != CT_SCAN_LOCAL &&
               ct_scan_find(&k->scan, CT_SCAN_SERIAL) != NULL;
    return (device || udi) && s->here.id == 0 && s->code[0] != '\0' &&
           may(s, CT_PERM_EQUIP_WRITE);
}

static void scanned_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct scanned *s = ct_view_state(v);
    const struct ct_scan_named *k = s->named;
    char text[900];
    int row = body.row + 1, col = body.col + 2, cols = body.cols - 4;
    s->seen = true;
    ct_ui_subject(s->ui, "SCANNED");
    if (s->other < k->n) {
        other_draw(s, g, body);
        return;
    }
    snprintf(text, sizeof text, "Read: %s", s->words);
    row += ct_draw_wrapped(g, (struct ct_rect){row, col, 5, cols}, CT_R_TITLE, text) + 1;
    row += warnings_draw(s, g, (struct ct_rect){row, col, 4, cols});
    if (k->n == 0) {
        nothing_text(s, text, sizeof text);
        ct_draw_wrapped(g, (struct ct_rect){row, col, 3, cols}, CT_R_WARN, text);
        return;
    }
    if (k->n == 1 && k->match[0].patient_id == 0) {
        ct_scan_match_text(s->ui, &k->match[0], text, sizeof text);
        if (k->match[0].kind == CT_NAMED_DEVICE && sees_devices(s))
            ct_grid_printf(g, row, col, cols, CT_R_WARN,
                           "This is %s: it is not in the registry.%s", text,
                           may_register(s) ? " n registers it." : "");
        else
            ct_grid_printf(g, row, col, cols, CT_R_NOTE,
                           "This is %s: nothing is kept about it yet.", text);
        return;
    }
    ct_grid_text(g, row++, col, cols, CT_R_WARN,
                 k->several ? "It names more than these. Its figure chooses one:"
                            : "It can mean each of these. Its figure chooses one:");
    for (size_t i = 0; i < k->n && row < body.row + body.rows; i++, row++) {
        ct_scan_match_text(s->ui, &k->match[i], text, sizeof text);
        ct_grid_printf(g, row, col, 2, CT_R_KEY, "%zu", i + 1);
        ct_grid_text(g, row, col + 3, cols - 3, CT_R_TEXT, text);
    }
    if (s->named->scan.ambiguous)
        ct_grid_text(g, row, col, cols, CT_R_DIM, "Compare them with the label.");
}

/* ---- keys ------------------------------------------------------------------- */

/* From here to the record or the procedure, whatever lies between: drafts are kept on the
 * way, and where one cannot be, nothing is closed. */
static enum ct_reaction go_to(struct ct_ui *ui, const struct ct_scan_match *m)
{
    bool proc = m->kind == CT_NAMED_PROCEDURE;
    int64_t id = proc ? m->procedure_id : m->patient_id;
    if (!ct_ui_home_kept(ui))
        return CT_REFUSED;
    return ct_ui_push(ui, proc ? &ct_screen_procedure : &ct_screen_patient, &id) ? CT_HANDLED
                                                                                : CT_REFUSED;
}

/* A patient, or what is a patient's. */
static enum ct_reaction choose_patient(struct ct_view *v, size_t i)
{
    struct scanned *s = ct_view_state(v);
    const struct ct_scan_match *m = &s->named->match[i];
    const struct ct_view *below = ct_ui_below(v);
    bool proc = m->kind == CT_NAMED_PROCEDURE;
    bool typing = proc && below != NULL && ct_view_screen(below)->draft != NULL;
    int64_t id = proc ? m->procedure_id : m->patient_id;
    if (s->here.id != 0 && (typing || s->here.id != m->patient_id)) {
        s->other = i;
        s->seen = false;
        return CT_REFUSED; /* heard */
    }
    if (proc || s->here.id == 0)
        return ct_ui_replace(s->ui, proc ? &ct_screen_procedure : &ct_screen_patient, &id)
                   ? CT_HANDLED
                   : CT_REFUSED;
    ct_ui_pop(s->ui);
    ct_ui_say(s->ui, CT_R_NOTE, "You are on %s.", m->name);
    return CT_HANDLED;
}

static enum ct_reaction choose(struct ct_view *v, size_t i)
{
    struct scanned *s = ct_view_state(v);
    const struct ct_scan_match *m = &s->named->match[i];
    struct ct_view *below = ct_ui_below(v);
    if (m->patient_id != 0)
        return choose_patient(v, i);
    struct ct_ui *ui = s->ui;
    char number[sizeof m->number];
    ct_text_copy(number, sizeof number, m->number);
    if (m->kind == CT_NAMED_DEVICE && below != NULL &&
        ct_view_screen(below) == &ct_screen_vitals) {
        ct_ui_pop(ui);
        return ct_vitals_device(below, number);
    }
    int64_t id = m->equipment_id;
    if (m->kind == CT_NAMED_DEVICE && id != 0)
        return ct_ui_replace(ui, &ct_screen_device, &id) ? CT_HANDLED : CT_REFUSED;
    if (m->kind == CT_NAMED_STAFF)
        ct_ui_say(ui, CT_R_NOTE, "The badge of %s.", number);
    else if (m->kind == CT_NAMED_DEVICE && sees_devices(s))
        ct_ui_say(ui, CT_R_WARN, "%s is not in the registry.", number);
    else
        ct_ui_say(ui, CT_R_NOTE, "This is %s (%s): nothing is kept about it yet.",
                  ct_named_text(m->kind), number);
    return CT_HANDLED;
}

static bool is_list(const struct scanned *s)
{
    return s->other == s->named->n &&
           (s->named->n > 1 || (s->named->n == 1 && s->named->match[0].patient_id != 0));
}

static enum ct_reaction scanned_event(struct ct_view *v, const struct ct_event *e)
{
    struct scanned *s = ct_view_state(v);
    if (e->kind != CT_EV_KEY || !is_list(s) || e->key < '1' || e->key >= '1' + s->named->n)
        return CT_IGNORED;
    if (!s->seen) {
        ct_ui_say(s->ui, CT_R_WARN, "That was typed before this was shown: choose again.");
        return CT_REFUSED;
    }
    return choose(v, e->key - '1');
}

/* The next code takes this one's place. */
static enum ct_reaction scanned_scan(struct ct_view *v, const struct ct_event *e)
{
    struct ct_ui *ui = ct_view_ui(v);
    ct_ui_pop(ui);
    struct ct_view *top = ct_ui_top(ui);
    enum ct_reaction r = CT_IGNORED;
    if (ct_view_screen(top)->scan != NULL)
        r = ct_view_screen(top)->scan(top, e);
    return r != CT_IGNORED ? r : ct_scan_anywhere(top, e);
}

static bool is_other(const struct ct_view *v)
{
    const struct scanned *s = ct_view_state(v);
    return s->other < s->named->n;
}

static bool can_find(const struct ct_view *v)
{
    const struct scanned *s = ct_view_state(v);
    return s->named->n == 0 && s->here.id == 0 && s->find[0] != '\0' && !s->named->denied;
}

static bool can_register(const struct ct_view *v)
{
    return may_register(ct_view_state(v));
}

static enum ct_reaction registering(struct ct_view *v)
{
    struct scanned *s = ct_view_state(v);
    struct ct_device_arg arg = {.scanned = true};
    memcpy(arg.code, s->code, sizeof arg.code);
    return ct_ui_replace(s->ui, &ct_screen_device_form, &arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction go(struct ct_view *v)
{
    struct scanned *s = ct_view_state(v);
    if (!s->seen)
        return CT_REFUSED;
    return go_to(s->ui, &s->named->match[s->other]);
}

static enum ct_reaction stay(struct ct_view *v)
{
    ct_ui_pop(ct_view_ui(v));
    return CT_HANDLED;
}

static enum ct_reaction find(struct ct_view *v)
{
    struct scanned *s = ct_view_state(v);
    struct ct_ui *ui = s->ui;
    char text[sizeof s->find];
    ct_text_copy(text, sizeof text, s->find);
    if (!ct_ui_replace(ui, &ct_screen_find, NULL))
        return CT_REFUSED;
    const struct ct_event paste = {
        .kind = CT_EV_PASTE, .text = text, .text_len = strlen(text)};
    return ct_screen_find.event(ct_ui_top(ui), &paste);
}

static const struct ct_command COMMANDS[] = {
    {.id = "scanned.stay", .keys = "s", .label = "stay", .perm = -1, .shown = is_other,
     .help = "Stay with the patient whose record is open.", .run = stay},
    {.id = "scanned.go", .keys = "g", .label = "go", .perm = CT_PERM_PATIENT_READ,
     .shown = is_other,
     .help = "Go to what the code names; what is typed here is kept as a draft.",
     .run = go},
    {.id = "scanned.register", .keys = "n", .label = "register", .perm = CT_PERM_EQUIP_WRITE,
     .shown = can_register, .help = "Register a device with this number or UDI.",
     .run = registering},
    {.id = "scanned.find", .keys = "f /", .label = "find", .perm = CT_PERM_PATIENT_READ,
     .shown = can_find, .help = "Look for a patient with it, as if it had been typed.",
     .run = find},
    {.id = NULL},
};

const struct ct_screen ct_screen_scanned = {
    .id = "scanned",
    .title = "A scanned code",
    .help = "What a code says, and whom or what it may mean. Another patient's wristband is "
            "shown here before anything is switched; of several that it can mean none is "
            "preferred: the figure before it chooses. The next scan takes this one's place.",
    .perm = -1,
    .state_size = sizeof(struct scanned),
    .commands = COMMANDS,
    .open = scanned_open,
    .draw = scanned_draw,
    .event = scanned_event,
    .scan = scanned_scan,
    .patient = scanned_patient,
    .close = scanned_close,
};
