/* access_break - a restricted record: who it is, and the reason for which it opens, for
 * this patient, this user and a limited time. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "clinic/access.h"
#include "ui/tk/form.h"

static const struct ct_field REASON[] = {
    {.name = "reason", .label = "Reason", .unit = "", .kind = CT_F_TEXT, .width = 60,
     .max_bytes = CT_ACCESS_TEXT, .required = true,
     .help = "Why you need this record now, in words that somebody else understands later."},
};

struct restricted {
    struct ct_ui *ui;
    struct ct_restricted_arg arg;
    struct ct_patient p; /* name, number, birth date, sex */
    struct ct_access access;
    struct ct_form form;
    bool opened, told;
};

static void draft_restore(struct restricted *s)
{
    struct ct_draft d = {0};
    if (ct_draft_latest(ct_ui_app(s->ui), CT_DRAFT_RESTRICTED, s->p.id, &d, NULL) != CT_OK)
        return;
    const char *text = ct_draft_get(&d, "reason");
    ct_form_set(&s->form, "reason", text != NULL ? text : "");
    s->form.changed = true;
    ct_draft_done(&d);
}

static enum ct_status restricted_open(struct ct_view *v, const void *arg,
                                      struct ct_error *reterr)
{
    struct restricted *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->arg = *(const struct ct_restricted_arg *)arg;
    struct ct_app *app = ct_ui_app(s->ui);
    enum ct_status st = ct_access_identity(app, s->arg.patient_id, &s->p, reterr);
    if (st == CT_OK)
        st = ct_access_get(app, s->arg.patient_id, &s->access, reterr);
    if (st != CT_OK)
        return st;
    if (!ct_form_init(&s->form, REASON, CT_LEN(REASON), 10))
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the form.");
    ct_form_clean(&s->form);
    draft_restore(s);
    return CT_OK;
}

/* Asked, and gone without a reason: the refusal is written down. A hang-up, a lock or a
 * log-out leaves the draft, and the question is asked again. */
static void restricted_close(struct ct_view *v)
{
    struct restricted *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_error err;
    if (!s->opened && !s->told && !ct_ui_done(s->ui, NULL) && app != NULL && ct_app_state(app) == CT_IN &&
        ct_access_turned_away(app, s->p.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    ct_form_done(&s->form);
}

static void restricted_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct restricted *s = ct_view_state(v);
    const struct ct_config *c = ct_app_config(ct_ui_app(s->ui));
    char line[512], hint[400], text[400], span[24], born[16];
    int row = body.row, col = body.col + 1;
    ct_patient_line(ct_ui_app(s->ui), &s->p, line, sizeof line);
    ct_ui_subject(s->ui, "%s", line);
    ct_grid_text(g, row, col, -1, CT_R_WARN, "! RESTRICTED RECORD");
    ct_date_text(s->p.born, born);
    ct_grid_printf(g, row + 1, col + 2, -1, CT_R_TEXT, "Born %s", born[0] != '\0' ? born : "unknown");
    ct_span_text(c->break_glass_min * (int64_t)CT_MINUTE_MS, span);
    snprintf(text, sizeof text,
             "It opens to you alone, for %s, when you say why you need it now. Your reason and "
             "what you open stand in the audit chain and in the shift log, and somebody else "
             "reviews them.", span);
    row += 3;
    row += ct_draw_wrapped(g, (struct ct_rect){row, col + 2, 4, body.cols - 5}, CT_R_TEXT, text);
    ct_form_draw(&s->form, g, (struct ct_rect){row + 1, body.col, 1, body.cols});
    ct_form_hint(&s->form, hint, sizeof hint);
    ct_draw_wrapped(g, (struct ct_rect){row + 3, col + 2, 2, body.cols - 5}, CT_R_DIM, hint);
}

static bool restricted_draft(struct ct_view *v, struct ct_draft *d)
{
    struct restricted *s = ct_view_state(v);
    const char *text = ct_form_text(&s->form, "reason");
    if (s->opened || !s->form.changed || text[0] == '\0')
        return false;
    snprintf(d->kind, sizeof d->kind, CT_DRAFT_RESTRICTED);
    d->patient_id = s->p.id;
    ct_draft_put(d, "reason", text);
    return true;
}

static enum ct_reaction open_it(struct ct_view *v)
{
    struct restricted *s = ct_view_state(v);
    struct ct_ui *ui = s->ui;
    struct ct_app *app = ct_ui_app(ui);
    struct ct_error err;
    int64_t until;
    if (ct_access_break(app, s->p.id, ct_form_text(&s->form, "reason"), &until, &err) != CT_OK) {
        ct_form_fail(&s->form, &err);
        ct_ui_say_error(ui, &err);
        return CT_REFUSED;
    }
    s->opened = true;
    ct_form_clean(&s->form);
    if (ct_draft_drop(app, CT_DRAFT_RESTRICTED, s->p.id, &err) != CT_OK)
        ct_ui_say_error(ui, &err);
    char at[24];
    ct_datetime_text(until, at);
    const struct ct_restricted_arg to = s->arg;
    const struct ct_screen *next = to.screen;
    const void *arg = to.has_arg ? to.arg : NULL;
    if (next == NULL || to.replace)
        ct_ui_pop(ui);
    if (next != NULL && !ct_ui_replace(ui, next, arg) && !to.replace)
        ct_ui_pop(ui);
    ct_ui_say(ui, CT_R_NOTE, "Open to you until %s.%s", at,
              next == NULL ? " Press the key again." : "");
    return CT_HANDLED;
}

static enum ct_reaction discard(struct ct_view *v)
{
    struct restricted *s = ct_view_state(v);
    struct ct_error err;
    ct_form_set(&s->form, "reason", "");
    ct_form_clean(&s->form);
    if (ct_draft_drop(ct_ui_app(s->ui), CT_DRAFT_RESTRICTED, s->p.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    return CT_HANDLED;
}

/* A supervisor need not open a record to say who may. */
static enum ct_reaction confidentiality(struct ct_view *v)
{
    struct restricted *s = ct_view_state(v);
    if (!ct_ui_replace(s->ui, &ct_screen_confidential, &s->p.id))
        return CT_REFUSED;
    s->told = true; /* not turned away */
    return CT_HANDLED;
}

static enum ct_reaction restricted_event(struct ct_view *v, const struct ct_event *e)
{
    struct restricted *s = ct_view_state(v);
    switch (ct_form_event(&s->form, e, 0)) {
    case CT_FORM_IGNORED: return CT_IGNORED;
    case CT_FORM_END: return open_it(v);
    case CT_FORM_REFUSED:
    case CT_FORM_ASKS: ct_ui_say_error(s->ui, &s->form.message); return CT_REFUSED;
    case CT_FORM_MOVED: break;
    }
    return CT_HANDLED;
}

static bool restricted_typing(const struct ct_view *v)
{
    (void)v;
    return true;
}

static const struct ct_command COMMANDS[] = {
    {.id = "restricted.open", .keys = "Enter ^S F10", .label = "open", .perm = CT_PERM_PATIENT_READ,
     .help = "Open this record for the reason given; it is reviewed afterwards.", .run = open_it},
    {.id = "restricted.discard", .keys = "^X", .perm = CT_PERM_PATIENT_READ,
     .help = "Empty the reason and drop its draft.", .run = discard},
    {.id = "restricted.confidential", .keys = "F6", .label = "who may",
     .perm = CT_PERM_ACCESS_RESTRICT,
     .help = "The restriction itself, who may open the record, and who did; without opening it.",
     .run = confidentiality},
    {.id = NULL},
};

const struct ct_screen ct_screen_restricted = {
    .id = "restricted",
    .title = "Restricted record",
    .help = "This record is restricted: a supervisor said so, or the patient works here. It opens "
            "for a reason, to you alone and for a limited time; somebody else reviews it. At "
            "least three different words. What you type is kept as a draft.",
    .perm = CT_PERM_PATIENT_READ,
    .state_size = sizeof(struct restricted),
    .commands = COMMANDS,
    .open = restricted_open,
    .draw = restricted_draw,
    .event = restricted_event,
    .draft = restricted_draft,
    .typing = restricted_typing,
    .close = restricted_close,
};
