/* pack_form - a single item is packed. */
#include "ui/screens/equip_form.h"
#include "ui/screens/sterile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct pack_form {
    struct ct_equip_form f; /* first: equip_form.h */
};

static void save(struct ct_view *v)
{
    struct pack_form *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    const struct ct_form *f = &s->f.form;
    int64_t now = ct_app_now(ct_ui_app(ui)), days = ct_form_value(f, "expiry_days", now),
            method = ct_form_value(f, "method", now);
    struct ct_error err;
    char number[40];
    struct ct_pack p = {.method = method == CT_UNSET ? -1 : (int)method,
                        .implant = ct_form_value(f, "implant", now) == 1,
                        .expiry_rule = days == CT_UNSET ? CT_EXPIRY_EVENT : CT_EXPIRY_DAYS,
                        .expiry_days = days == CT_UNSET ? 0 : (int)days};
    ct_text_copy(p.contents, sizeof p.contents, ct_form_text(f, "contents"));
    ct_text_copy(p.place, sizeof p.place, ct_form_text(f, "place"));
    if (ct_pack_make(ct_ui_app(ui), &p, &err) != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    ct_equip_form_saved(&s->f);
    ct_pack_number(ct_ui_app(ui), p.id, number);
    ct_ui_push(ui, &ct_screen_pack, &p.id);
    ct_ui_say(ui, CT_R_OK, "%s is packed. l shows its label.", number);
}

static enum ct_status form_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct pack_form *s = ct_view_state(v);
    (void)arg;
    s->f.ui = ct_view_ui(v);
    s->f.save = save;
    snprintf(s->f.kind, sizeof s->f.kind, "%s", CT_DRAFT_PACK);
    snprintf(s->f.title, sizeof s->f.title, "PACK A SINGLE ITEM");
    return ct_equip_form_begin(&s->f, CT_PACK_FIELDS, CT_PACK_FIELDS_N, 12, reterr);
}

static const struct ct_command COMMANDS[] = {
    CT_EQUIP_FORM_COMMANDS("pack_form", CT_PERM_STERILE_WRITE),
    {.id = NULL},
};

const struct ct_screen ct_screen_pack_form = {
    .id = "pack_form",
    .title = "Pack a single item",
    .help = "One item in a pouch or wrap. It gets the next number. Sets of instruments are "
            "packed from their recipe, where every instrument is counted.",
    .perm = CT_PERM_STERILE_WRITE,
    .state_size = sizeof(struct pack_form),
    .commands = COMMANDS,
    .open = form_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = ct_equip_form_close,
};
