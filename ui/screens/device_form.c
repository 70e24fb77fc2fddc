/* device_form - the form of a device: a new one, or one that is amended. */
#include "ui/screens/device_parts.h"
#include "ui/screens/equip_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct device_form {
    struct ct_equip_form f; /* first: equip_form.h */
    struct ct_equipment old; /* id 0: a new one */
    struct ct_equipment e;
    struct ct_equip_model *model;
    size_t n_models;
    char code[122];
};

/* ---- between the form and the struct ----------------------------------------------------- */

/* "Meridian PM-3"; with its class where two of other classes are called so. */
static void model_text(const struct device_form *s, const struct ct_equip_model *m, char *out,
                       size_t size)
{
    bool twin = false;
    for (size_t i = 0; i < s->n_models; i++)
        twin = twin || (s->model[i].first_id != m->first_id &&
                        strcmp(s->model[i].maker, m->maker) == 0 &&
                        strcmp(s->model[i].name, m->name) == 0);
    if (twin)
        snprintf(out, size, "%s %s (%s)", m->maker, m->name, m->class);
    else
        snprintf(out, size, "%s %s", m->maker, m->name);
}

static void model_offers(const struct device_form *s, struct ct_buf *out)
{
    char text[240];
    for (size_t i = 0; i < s->n_models; i++) {
        model_text(s, &s->model[i], text, sizeof text);
        ct_buf_add(out, text, strlen(text) + 1);
    }
    ct_buf_char(out, '\0');
}

static void offers(struct ct_equip_form *f, const char *field, struct ct_buf *out)
{
    static const char *const NAME[CT_IN_USES] = {"location", "holder", "supplier",
                                                 "standard_of"};
    if (strcmp(field, "model_id") == 0) {
        model_offers((const struct device_form *)f, out);
        return;
    }
    for (int i = 0; i < CT_IN_USES; i++)
        if (strcmp(field, NAME[i]) == 0)
            (void)!ct_equipment_in_use(ct_ui_app(f->ui), (enum ct_equip_in_use)i, out, NULL);
}

static bool only(const struct ct_equip_form *f, const char *field)
{
    (void)f;
    return strcmp(field, "model_id") == 0;
}

static void set_day(struct ct_form *f, const char *name, ct_date d)
{
    char text[16];
    ct_date_text(d, text);
    ct_form_set(f, name, text);
}

static void set_code(struct ct_form *f, const char *name, int64_t value)
{
    const struct ct_field *field = f->field[ct_form_index(f, name)];
    char text[16];
    ct_field_text(field, value, text, sizeof text);
    ct_form_set(f, name, text);
}

static void fill_new(struct device_form *s)
{
    bool udi = s->code[0] == '(' || s->code[0] == '+' || s->code[0] == '=';
    set_code(&s->f.form, "standard", 0);
    if (s->code[0] != '\0')
        ct_form_set(&s->f.form, udi ? "udi" : "asset", s->code);
}

static void fill(struct ct_equip_form *f)
{
    struct device_form *s = (struct device_form *)f;
    const struct ct_equipment *e = &s->old;
    char text[240] = "";
    if (e->id == 0) {
        fill_new(s);
        return;
    }
    for (size_t i = 0; i < s->n_models; i++)
        if (s->model[i].first_id == e->model_id)
            model_text(s, &s->model[i], text, sizeof text);
    ct_form_set(&f->form, "model_id", text);
    ct_form_set(&f->form, "asset", e->asset);
    ct_form_set(&f->form, "serial", e->serial);
    ct_form_set(&f->form, "udi", e->udi);
    ct_form_set(&f->form, "location", e->location);
    ct_form_set(&f->form, "holder", e->holder);
    ct_form_set(&f->form, "supplier", e->supplier);
    ct_form_set(&f->form, "standard_of", e->standard_of);
    ct_form_set(&f->form, "note", e->note);
    set_code(&f->form, "standard", e->standard);
    if (e->elec_own)
        set_code(&f->form, "elec_class", e->elec_class);
    if (e->applied_own)
        set_code(&f->form, "applied", e->applied);
    set_day(&f->form, "made", e->made);
    set_day(&f->form, "received", e->received);
    set_day(&f->form, "warranty", e->warranty);
}

static int64_t value(const struct device_form *s, const char *name)
{
    return ct_form_value(&s->f.form, name, ct_app_now(ct_ui_app(s->f.ui)));
}

static ct_date day_of(const struct device_form *s, const char *name)
{
    int64_t d = value(s, name);
    return d == CT_UNSET ? CT_NO_DATE : (ct_date)d;
}

static enum ct_status model_read(struct device_form *s, int64_t *ret, struct ct_error *reterr)
{
    CT_BUF all = {.max = 256 * 1024};
    char meant[240], text[240];
    const char *typed = ct_form_text(&s->f.form, "model_id");
    model_offers(s, &all);
    enum ct_status st = ct_offer_meant("model_id", "model", ct_buf_str(&all), typed, meant,
                                       sizeof meant, reterr);
    *ret = 0;
    for (size_t i = 0; st == CT_OK && i < s->n_models; i++) {
        model_text(s, &s->model[i], text, sizeof text);
        if (strcmp(text, meant) == 0)
            *ret = s->model[i].first_id;
    }
    return st;
}

static enum ct_status gather(struct device_form *s, struct ct_error *reterr)
{
    struct ct_equipment *e = &s->e;
    const struct ct_form *f = &s->f.form;
    *e = s->old;
    enum ct_status st = model_read(s, &e->model_id, reterr);
    if (st != CT_OK)
        return st;
    ct_text_copy(e->asset, sizeof e->asset, ct_form_text(f, "asset"));
    ct_text_copy(e->serial, sizeof e->serial, ct_form_text(f, "serial"));
    ct_text_copy(e->udi, sizeof e->udi, ct_form_text(f, "udi"));
    ct_text_copy(e->location, sizeof e->location, ct_form_text(f, "location"));
    ct_text_copy(e->holder, sizeof e->holder, ct_form_text(f, "holder"));
    ct_text_copy(e->supplier, sizeof e->supplier, ct_form_text(f, "supplier"));
    ct_text_copy(e->standard_of, sizeof e->standard_of, ct_form_text(f, "standard_of"));
    ct_text_copy(e->note, sizeof e->note, ct_form_text(f, "note"));
    e->standard = value(s, "standard") == 1;
    int64_t elec = value(s, "elec_class"), applied = value(s, "applied");
    e->elec_own = elec > 0;
    e->elec_class = elec > 0 ? (enum ct_elec_class)elec : CT_ELEC_UNSAID;
    e->applied_own = applied > 0;
    e->applied = applied > 0 ? (enum ct_applied_part)applied : CT_APPLIED_UNSAID;
    e->made = day_of(s, "made");
    e->received = day_of(s, "received");
    e->warranty = day_of(s, "warranty");
    return CT_OK;
}

/* ---- saving -------------------------------------------------------------------------------- */

static void saved(struct device_form *s)
{
    struct ct_ui *ui = s->f.ui;
    struct ct_error err;
    struct ct_equipment e;
    char text[400];
    bool amended = s->old.id != 0;
    if (ct_equipment_get(ct_ui_app(ui), s->e.id, &e, &err) != CT_OK) { /* read back */
        ct_ui_say_error(ui, &err);
        return;
    }
    ct_equip_form_saved(&s->f);
    if (!amended)
        ct_ui_push(ui, &ct_screen_device, &e.id);
    ct_equipment_text(&e, text, sizeof text);
    ct_ui_say(ui, CT_R_OK, "%s %s.", amended ? "Amended" : "Registered", text);
}

static void amend_because(struct ct_view *v, const char *reason)
{
    struct device_form *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL)
        return;
    if (reason[strspn(reason, " ")] == '\0') {
        ct_ui_prompt(v, "Changed, because", "", amend_because);
        ct_ui_say(s->f.ui, CT_R_WARN,
                  "A reason is needed: it stands in the record. Esc gives up.");
        return;
    }
    if (ct_equipment_amend(ct_ui_app(s->f.ui), &s->e, reason, &err) != CT_OK)
        ct_equip_form_failed(&s->f, &err);
    else
        saved(s);
}

static void save(struct ct_view *v)
{
    struct device_form *s = ct_view_state(v);
    struct ct_error err;
    enum ct_status st = gather(s, &err);
    if (st == CT_OK && s->old.id != 0) {
        ct_ui_prompt(v, "Changed, because", "", amend_because);
        return;
    }
    if (st == CT_OK)
        st = ct_equipment_add(ct_ui_app(s->f.ui), &s->e, NULL, &err);
    if (st != CT_OK)
        ct_equip_form_failed(&s->f, &err);
    else
        saved(s);
}

/* ---- the screen ---------------------------------------------------------------------------- */

static enum ct_status models_load(struct device_form *s, struct ct_error *reterr)
{
    free(s->model);
    s->model = NULL;
    return ct_model_list(ct_ui_app(s->f.ui), "", &s->model, &s->n_models, reterr);
}

/* The draft that came back is of another device than the one scanned now: it stays kept,
 * out of sight, until something is typed here. */
static void as_scanned(struct device_form *s)
{
    struct ct_form *f = &s->f.form;
    char other[64];
    const char *asset = ct_form_text(f, "asset");
    if (s->code[0] == '\0' || strcmp(asset, s->code) == 0 ||
        strcmp(ct_form_text(f, "udi"), s->code) == 0)
        return;
    ct_text_copy(other, sizeof other, asset[0] != '\0' ? asset : "another device");
    ct_form_empty(f);
    fill(&s->f);
    ct_form_clean(f);
    ct_ui_say(s->f.ui, CT_R_NOTE, "The draft of %s gives way when something is typed here.",
              other);
}

static enum ct_status form_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct device_form *s = ct_view_state(v);
    const struct ct_device_arg *a = arg;
    s->f.ui = ct_view_ui(v);
    s->f.offers = offers;
    s->f.only = only;
    s->f.fill = fill;
    s->f.save = save;
    s->old.made = s->old.received = s->old.warranty = CT_NO_DATE;
    if (a != NULL)
        ct_text_copy(s->code, sizeof s->code, a->code);
    enum ct_status st = models_load(s, reterr);
    if (st == CT_OK && a != NULL && a->id != 0)
        st = ct_equipment_get(ct_ui_app(s->f.ui), a->id, &s->old, reterr);
    if (st == CT_OK && s->old.id != 0) {
        snprintf(s->f.kind, sizeof s->f.kind, CT_DRAFT_REDEVICE "%lld", (long long)s->old.id);
        snprintf(s->f.title, sizeof s->f.title, "AMEND %s", s->old.asset);
    } else {
        snprintf(s->f.kind, sizeof s->f.kind, "%s",
                 a != NULL && a->scanned ? CT_DRAFT_SCANNED : CT_DRAFT_DEVICE);
        snprintf(s->f.title, sizeof s->f.title, "REGISTER A DEVICE");
    }
    if (st == CT_OK)
        st = ct_equip_form_begin(&s->f, CT_EQUIP_FIELDS, CT_EQUIP_FIELDS_N, 17, reterr);
    if (st == CT_OK)
        as_scanned(s);
    else
        free(s->model);
    return st;
}

static void form_close(struct ct_view *v)
{
    free(((struct device_form *)ct_view_state(v))->model);
    ct_equip_form_close(v);
}

/* A model was added above. */
static void form_refresh(struct ct_view *v)
{
    struct device_form *s = ct_view_state(v);
    struct ct_error err;
    if (models_load(s, &err) != CT_OK)
        ct_ui_say_error(s->f.ui, &err);
}

/* A code fills the field it belongs in, whatever field is focused. */
static enum ct_reaction form_scan(struct ct_view *v, const struct ct_event *e)
{
    struct device_form *s = ct_view_state(v);
    struct ct_error err;
    char code[512], udi[121];
    if (e->text_len >= sizeof code || memchr(e->text, '\0', e->text_len) != NULL)
        return CT_IGNORED;
    memcpy(code, e->text, e->text_len);
    code[e->text_len] = '\0';
    if (ct_udi_text(code, ct_date_at(ct_app_now(ct_ui_app(s->f.ui))), udi, &err) != CT_OK) {
        ct_ui_say_error(s->f.ui, &err);
        return CT_REFUSED;
    }
    if (udi[0] != '(' && udi[0] != '+' && udi[0] != '=')
        return CT_IGNORED; /* text, where the cursor is */
    ct_form_set(&s->f.form, "udi", udi);
    s->f.form.changed = true;
    ct_ui_say(s->f.ui, CT_R_OK, "UDI taken: %s", udi);
    return CT_HANDLED;
}

static enum ct_reaction model_add(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_model_form, NULL) ? CT_HANDLED : CT_REFUSED;
}

static const struct ct_command COMMANDS[] = {
    CT_EQUIP_FORM_COMMANDS("device_form", CT_PERM_EQUIP_WRITE),
    {.id = "device_form.model", .keys = "F6", .label = "new model",
     .perm = CT_PERM_EQUIP_WRITE, .help = "Add a model that is not there yet.",
     .run = model_add},
    {.id = NULL},
};

const struct ct_screen ct_screen_device_form = {
    .id = "device_form",
    .title = "Register or amend a device",
    .help = "The asset number is the one on the label here. The model is typed by the first "
            "letters of its words; F6 adds one. A scanned UDI goes to its field from wherever "
            "the cursor is, and gives the serial number. ^N takes what is in use already, so "
            "that a place has one name. An amendment asks for its reason.",
    .perm = CT_PERM_EQUIP_WRITE,
    .state_size = sizeof(struct device_form),
    .arg_size = sizeof(struct ct_device_arg),
    .commands = COMMANDS,
    .open = form_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .scan = form_scan,
    .draft = ct_equip_form_draft,
    .refresh = form_refresh,
    .typing = ct_equip_form_typing,
    .close = form_close,
};
