/* paper_form - a paper of a device: where it lies, until when it holds. */
#include "clinic/equipment.h"
#include "ui/screens/equip_form.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

struct paper_form {
    struct ct_equip_form f; /* first: equip_form.h */
    int64_t equipment_id;
};

static ct_date day_of(const struct paper_form *s, const char *name)
{
    int64_t d = ct_form_value(&s->f.form, name, ct_app_now(ct_ui_app(s->f.ui)));
    return d == CT_UNSET ? CT_NO_DATE : (ct_date)d;
}

static void save(struct ct_view *v)
{
    struct paper_form *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    const struct ct_form *f = &s->f.form;
    struct ct_error err;
    struct ct_equip_paper p = {.equipment_id = s->equipment_id};
    p.kind = (enum ct_paper_kind)ct_form_value(f, "kind", ct_app_now(ct_ui_app(ui)));
    ct_text_copy(p.title, sizeof p.title, ct_form_text(f, "title"));
    ct_text_copy(p.place, sizeof p.place, ct_form_text(f, "place"));
    ct_text_copy(p.issuer, sizeof p.issuer, ct_form_text(f, "issuer"));
    p.valid_from = day_of(s, "valid_from");
    p.valid_until = day_of(s, "valid_until");
    if (p.place[0] == '/')
        ct_ui_busy(ui, "Reading the file ...");
    if (ct_equipment_paper_add(ct_ui_app(ui), &p, &err) != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    ct_equip_form_saved(&s->f);
    if (p.hashed)
        ct_ui_say(ui, CT_R_OK, "Added %s, with the hash of its %lld bytes.", p.title,
                  (long long)p.size);
    else if (p.place[0] == '/')
        ct_ui_say(ui, CT_R_WARN, "Added %s without a hash: there is no such file to be read here.",
                  p.title);
    else
        ct_ui_say(ui, CT_R_OK, "Added %s, as a reference.", p.title);
}

static enum ct_status form_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct paper_form *s = ct_view_state(v);
    struct ct_equipment e;
    s->f.ui = ct_view_ui(v);
    s->f.save = save;
    s->equipment_id = *(const int64_t *)arg;
    enum ct_status st = ct_equipment_get(ct_ui_app(s->f.ui), s->equipment_id, &e, reterr);
    if (st != CT_OK)
        return st;
    snprintf(s->f.kind, sizeof s->f.kind, CT_DRAFT_PAPER "%lld", (long long)e.id);
    snprintf(s->f.title, sizeof s->f.title, "A PAPER OF %s %s %s", e.asset, e.maker, e.model);
    return ct_equip_form_begin(&s->f, CT_PAPER_FIELDS, CT_PAPER_FIELDS_N, 12, reterr);
}

static const struct ct_command COMMANDS[] = {
    {.id = "paper_form.save", .keys = "^S F10", .label = "save", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Save.", .run = ct_equip_form_save},
    {.id = "paper_form.discard", .keys = "^X", .label = "discard",
     .perm = CT_PERM_EQUIP_WRITE, .help = "Empty the form and drop its draft.",
     .run = ct_equip_form_discard},
    {.id = NULL},
};

const struct ct_screen ct_screen_paper_form = {
    .id = "paper_form",
    .title = "Add a paper of a device",
    .help = "A certificate, manual or report is kept where it is; here stand its place and, "
            "when that is the whole path of a file that can be read here, the hash of its "
            "bytes, so that it is known again later.",
    .perm = CT_PERM_EQUIP_WRITE,
    .state_size = sizeof(struct paper_form),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = form_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = ct_equip_form_close,
};
