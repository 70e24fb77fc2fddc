/* model_form - the form of a model: a new one, or one that is amended. */
#include "clinic/equipment.h"
#include "ui/screens/equip_form.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

struct model_form {
    struct ct_equip_form f; /* first: equip_form.h */
    struct ct_equip_model old, m; /* old.first_id 0: a new one */
    const struct ct_equip_classes *classes;
};

static void offers(struct ct_equip_form *f, const char *field, struct ct_buf *out)
{
    const struct model_form *s = (const struct model_form *)f;
    if (strcmp(field, "class") != 0)
        return;
    for (size_t i = 0; i < s->classes->n; i++)
        ct_buf_add(out, s->classes->class[i].id, strlen(s->classes->class[i].id) + 1);
    ct_buf_char(out, '\0');
}

static bool only(const struct ct_equip_form *f, const char *field)
{
    const struct model_form *s = (const struct model_form *)f;
    return strcmp(field, "class") == 0 &&
           strcmp(ct_form_text(&f->form, "class"), s->old.class) != 0;
}

static void set_code(struct ct_form *f, const char *name, int64_t value)
{
    char text[16];
    ct_field_text(f->field[ct_form_index(f, name)], value, text, sizeof text);
    ct_form_set(f, name, text);
}

static void fill(struct ct_equip_form *f)
{
    const struct ct_equip_model *m = &((struct model_form *)f)->old;
    if (m->first_id == 0)
        return;
    ct_form_set(&f->form, "class", m->class);
    ct_form_set(&f->form, "maker", m->maker);
    ct_form_set(&f->form, "name", m->name);
    ct_form_set(&f->form, "device_id", m->device_id);
    ct_form_set(&f->form, "note", m->note);
    set_code(&f->form, "risk", m->risk);
    set_code(&f->form, "elec_class", m->elec_class);
    set_code(&f->form, "applied", m->applied);
}

static int64_t code_of(const struct model_form *s, const char *name)
{
    int64_t v = ct_form_value(&s->f.form, name, ct_app_now(ct_ui_app(s->f.ui)));
    return v == CT_UNSET ? 0 : v;
}

static enum ct_status gather(struct model_form *s, struct ct_error *reterr)
{
    CT_BUF all = {.max = 8192};
    const struct ct_form *f = &s->f.form;
    struct ct_equip_model *m = &s->m;
    enum ct_status st = CT_OK;
    *m = s->old;
    if (only(&s->f, "class")) {
        offers(&s->f, "class", &all);
        st = ct_offer_meant("class", "class", ct_buf_str(&all), ct_form_text(f, "class"),
                            m->class, sizeof m->class, reterr);
    }
    ct_text_copy(m->maker, sizeof m->maker, ct_form_text(f, "maker"));
    ct_text_copy(m->name, sizeof m->name, ct_form_text(f, "name"));
    ct_text_copy(m->device_id, sizeof m->device_id, ct_form_text(f, "device_id"));
    ct_text_copy(m->note, sizeof m->note, ct_form_text(f, "note"));
    m->risk = (enum ct_equip_risk)code_of(s, "risk");
    m->elec_class = (enum ct_elec_class)code_of(s, "elec_class");
    m->applied = (enum ct_applied_part)code_of(s, "applied");
    return st;
}

static void saved(struct model_form *s)
{
    struct ct_ui *ui = s->f.ui;
    bool amended = s->old.first_id != 0;
    struct ct_equip_model m = s->m;
    ct_equip_form_saved(&s->f);
    ct_ui_say(ui, CT_R_OK, "%s %s %s.", amended ? "Amended" : "Added", m.maker, m.name);
}

static void amend_because(struct ct_view *v, const char *reason)
{
    struct model_form *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL)
        return;
    if (ct_model_amend(ct_ui_app(s->f.ui), &s->m, reason, &err) == CT_OK) {
        saved(s);
        return;
    }
    if (strcmp(err.field, "reason") == 0)
        ct_ui_prompt(v, "Changed for all of its devices, because", reason, amend_because);
    ct_equip_form_failed(&s->f, &err);
}

static void save(struct ct_view *v)
{
    struct model_form *s = ct_view_state(v);
    struct ct_error err;
    enum ct_status st = gather(s, &err);
    if (st == CT_OK && s->old.first_id != 0) {
        ct_ui_prompt(v, "Changed for all of its devices, because", "", amend_because);
        return;
    }
    if (st == CT_OK)
        st = ct_model_add(ct_ui_app(s->f.ui), &s->m, &err);
    if (st != CT_OK)
        ct_equip_form_failed(&s->f, &err);
    else
        saved(s);
}

static enum ct_status form_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct model_form *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(ct_view_ui(v));
    s->f.ui = ct_view_ui(v);
    s->f.offers = offers;
    s->f.only = only;
    s->f.fill = fill;
    s->f.save = save;
    enum ct_status st = ct_equip_classes_of(app, &s->classes, reterr);
    if (st == CT_OK && arg != NULL)
        st = ct_model_get(app, *(const int64_t *)arg, &s->old, reterr);
    if (st != CT_OK)
        return st;
    if (s->old.first_id != 0) {
        snprintf(s->f.kind, sizeof s->f.kind, CT_DRAFT_REMODEL "%lld",
                 (long long)s->old.first_id);
        snprintf(s->f.title, sizeof s->f.title, "AMEND %s %s, for all of its devices",
                 s->old.maker, s->old.name);
    } else {
        snprintf(s->f.kind, sizeof s->f.kind, "%s", CT_DRAFT_MODEL);
        snprintf(s->f.title, sizeof s->f.title, "ADD A MODEL");
    }
    return ct_equip_form_begin(&s->f, CT_MODEL_FIELDS, CT_MODEL_FIELDS_N, 17, reterr);
}

static const struct ct_command COMMANDS[] = {
    CT_EQUIP_FORM_COMMANDS("model_form", CT_PERM_EQUIP_WRITE),
    {.id = NULL},
};

const struct ct_screen ct_screen_model_form = {
    .id = "model_form",
    .title = "Add or amend a model",
    .help = "What devices of one make have in common: class, maker and name, the number of its "
            "UDI, how much harm its failing can do, electrical class and applied part as on "
            "its plate. The class decides which calibrations, checks and guides fit. A change "
            "asks for its reason and counts for all devices of the model.",
    .perm = CT_PERM_EQUIP_WRITE,
    .state_size = sizeof(struct model_form),
    .commands = COMMANDS,
    .open = form_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = ct_equip_form_close,
};
