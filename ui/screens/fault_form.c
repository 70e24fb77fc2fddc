/* fault_form - a fault of a device is reported: what, when, on whom, who was told. */
#include "clinic/fault.h"
#include "ui/screens/equip_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct fault_form {
    struct ct_equip_form f; /* first: equip_form.h */
    struct ct_equipment e;
    struct ct_guide_done done; /* troubleshooting that came before */
};

static void fill(struct ct_equip_form *f)
{
    ct_form_set(&f->form, "harm", "O");
    ct_form_set(&f->form, "quarantine", "Y");
}

/* The one patient that is meant: never the first of several. */
static enum ct_status patient(struct ct_app *app, const char *typed, int64_t *ret,
                              struct ct_error *reterr)
{
    struct ct_patient_hits hits;
    if (typed[strspn(typed, " ")] == '\0')
        return CT_OK;
    enum ct_status st = ct_patient_find(app, typed, 2, &hits, reterr);
    if (st != CT_OK)
        return st;
    if (hits.n == 1)
        *ret = hits.hit[0].id;
    else
        st = ct_fail(reterr, CT_EINVAL, "patient",
                     hits.n == 0 ? "nobody is found by that"
                                 : "several patients are found by that: type the number");
    ct_patient_hits_done(&hits);
    return st;
}

static enum ct_status procedure(const char *typed, int64_t *ret, struct ct_error *reterr)
{
    const char *s = typed + strspn(typed, " ");
    if (*s == '\0')
        return CT_OK;
    s += (s[0] == 'P' || s[0] == 'p') && s[1] == '-' ? 2 : 0;
    return ct_parse_int(s, 1, INT64_MAX, ret)
               ? CT_OK
               : ct_fail(reterr, CT_EINVAL, "procedure_id", "a procedure is P- and its number");
}

/* What was tried before, into the fault that is there now. */
static enum ct_status tried(const struct fault_form *s, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->f.ui);
    struct ct_guide *g = NULL;
    if (!s->done.given)
        return CT_OK;
    enum ct_status st = ct_guide_load(ct_app_config(app), s->done.guide, &g, reterr);
    if (st == CT_OK)
        st = ct_guide_keep(app, s->e.id, g, &s->done.walk, reterr);
    free(g);
    return st;
}

static void save(struct ct_view *v)
{
    struct fault_form *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    const struct ct_form *f = &s->f.form;
    int64_t now = ct_app_now(ct_ui_app(ui)), when = ct_form_value(f, "happened_ms", now),
            harm = ct_form_value(f, "harm", now);
    struct ct_error err;
    struct ct_fault x = {.equipment_id = s->e.id, .cause = CT_FAULT_REPORTED,
                         .happened_ms = when == CT_UNSET ? now : when,
                         .harm = harm == CT_UNSET ? CT_HARM_NOBODY : (enum ct_fault_harm)harm};
    ct_text_copy(x.text, sizeof x.text, ct_form_text(f, "text"));
    ct_text_copy(x.told, sizeof x.told, ct_form_text(f, "told"));
    enum ct_status st =
        patient(ct_ui_app(ui), ct_form_text(f, "patient"), &x.patient_id, &err);
    if (st == CT_OK)
        st = procedure(ct_form_text(f, "procedure_id"), &x.procedure_id, &err);
    if (st == CT_OK)
        st = ct_fault_open(ct_ui_app(ui), &x, ct_form_value(f, "quarantine", now) == 1, &err);
    if (st != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    st = tried(s, &err);
    ct_equip_form_saved(&s->f);
    ct_ui_push(ui, &ct_screen_fault, &x.id);
    if (st == CT_OK)
        ct_ui_say(ui, CT_R_OK, "F-%lld is reported.", (long long)x.id);
    else
        ct_ui_say(ui, CT_R_ERROR, "F-%lld is reported, without the steps of troubleshooting: %s",
                  (long long)x.id, err.text);
}

static enum ct_status form_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct fault_form *s = ct_view_state(v);
    const struct ct_fault_arg *a = arg;
    s->f.ui = ct_view_ui(v);
    if (a->done != NULL)
        s->done = *a->done;
    enum ct_status st = ct_equipment_get(ct_ui_app(s->f.ui), a->equipment_id, &s->e, reterr);
    if (st != CT_OK)
        return st;
    s->f.fill = fill;
    s->f.save = save;
    snprintf(s->f.kind, sizeof s->f.kind, CT_DRAFT_FAULT "%lld", (long long)s->e.id);
    snprintf(s->f.title, sizeof s->f.title, "REPORT A FAULT of %s  %s %s", s->e.asset,
             s->e.maker, s->e.model);
    return ct_equip_form_begin(&s->f, CT_FAULT_FIELDS, CT_FAULT_FIELDS_N, 15, reterr);
}

static enum ct_reaction guide(struct ct_view *v)
{
    struct fault_form *s = ct_view_state(v);
    const struct ct_guide_arg arg = {.equipment_id = s->e.id, .ret = &s->done};
    return ct_ui_push(s->f.ui, &ct_screen_guide, &arg) ? CT_HANDLED : CT_REFUSED;
}

static void form_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    const struct fault_form *s = ct_view_state(v);
    ct_equip_form_draw(v, g, body);
    if (s->done.given)
        ct_grid_printf(g, body.row + body.rows - 1, body.col + 2, body.cols - 4, CT_R_NOTE,
                       "%zu steps of troubleshooting go into this fault.", s->done.walk.n);
}

static const struct ct_command COMMANDS[] = {
    {.id = "fault_form.guide", .keys = "F7", .label = "guide", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Troubleshooting first: its steps are kept in this fault.", .run = guide},
    CT_EQUIP_FORM_COMMANDS("fault_form", CT_PERM_EQUIP_WRITE),
    {.id = NULL},
};

const struct ct_screen ct_screen_fault_form = {
    .id = "fault_form",
    .title = "Report a fault",
    .help = "What is wrong with the device, when it happened, on whom it was used then, and who "
            "was told. Set apart: it is quarantined in the same step, and not to be used.",
    .perm = CT_PERM_EQUIP_WRITE,
    .state_size = sizeof(struct fault_form),
    .arg_size = sizeof(struct ct_fault_arg),
    .commands = COMMANDS,
    .open = form_open,
    .draw = form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = ct_equip_form_close,
};
