/* campaign_form - a campaign over all devices of a model is begun. */
#include "clinic/equipment.h"
#include "ui/screens/equip_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct campaign_form {
    struct ct_equip_form f; /* first: equip_form.h */
    struct ct_equip_model *model;
    size_t n;
};

static void model_text(const struct ct_equip_model *m, char *out, size_t size)
{
    snprintf(out, size, "%s %s (%s)", m->maker, m->name, m->class);
}

static void offers(struct ct_equip_form *f, const char *field, struct ct_buf *out)
{
    const struct campaign_form *s = (const struct campaign_form *)f;
    char text[240];
    if (strcmp(field, "model_id") != 0)
        return;
    for (size_t i = 0; i < s->n; i++) {
        model_text(&s->model[i], text, sizeof text);
        ct_buf_add(out, text, strlen(text) + 1);
    }
    ct_buf_char(out, '\0');
}

static bool only(const struct ct_equip_form *f, const char *field)
{
    (void)f;
    return strcmp(field, "model_id") == 0;
}

static void fill(struct ct_equip_form *f)
{
    ct_form_set(&f->form, "stop", "N");
}

static enum ct_status gather(struct campaign_form *s, struct ct_campaign *c,
                             struct ct_error *reterr)
{
    CT_BUF all = {.max = 256 * 1024};
    char meant[240], text[240];
    const struct ct_form *f = &s->f.form;
    int64_t now = ct_app_now(ct_ui_app(s->f.ui));
    *c = (struct ct_campaign){.due = CT_NO_DATE};
    offers(&s->f, "model_id", &all);
    enum ct_status st = ct_offer_meant("model_id", "model", ct_buf_str(&all),
                                       ct_form_text(f, "model_id"), meant, sizeof meant, reterr);
    for (size_t i = 0; st == CT_OK && i < s->n; i++) {
        model_text(&s->model[i], text, sizeof text);
        if (strcmp(text, meant) == 0)
            c->model_id = s->model[i].first_id;
    }
    ct_text_copy(c->title, sizeof c->title, ct_form_text(f, "title"));
    ct_text_copy(c->source, sizeof c->source, ct_form_text(f, "source"));
    ct_text_copy(c->text, sizeof c->text, ct_form_text(f, "text"));
    c->stop = ct_form_value(f, "stop", now) == 1;
    int64_t due = ct_form_value(f, "due", now);
    if (due != CT_UNSET)
        c->due = (ct_date)due;
    return st;
}

static void save(struct ct_view *v)
{
    struct campaign_form *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    struct ct_campaign c;
    struct ct_error err;
    enum ct_status st = gather(s, &c, &err);
    if (st == CT_OK)
        st = ct_campaign_add(ct_ui_app(ui), &c, &err);
    if (st != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    ct_equip_form_saved(&s->f);
    ct_ui_push(ui, &ct_screen_campaign, &c.id);
    ct_ui_say(ui, CT_R_OK, "A-%lld is begun: %lld device%s%s.", (long long)c.id,
              (long long)c.devices, c.devices == 1 ? "" : "s", c.stop ? ", not to be used before it is done" : "");
}

static enum ct_status form_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct campaign_form *s = ct_view_state(v);
    (void)arg;
    s->f.ui = ct_view_ui(v);
    s->f.offers = offers;
    s->f.only = only;
    s->f.fill = fill;
    s->f.save = save;
    snprintf(s->f.kind, sizeof s->f.kind, "%s", CT_DRAFT_CAMPAIGN);
    snprintf(s->f.title, sizeof s->f.title, "BEGIN A CAMPAIGN: recall or field action");
    enum ct_status st = ct_model_list(ct_ui_app(s->f.ui), "", &s->model, &s->n, reterr);
    if (st == CT_OK)
        st = ct_equip_form_begin(&s->f, CT_CAMPAIGN_FIELDS, CT_CAMPAIGN_FIELDS_N, 12, reterr);
    if (st != CT_OK)
        free(s->model);
    return st;
}

static void form_close(struct ct_view *v)
{
    free(((struct campaign_form *)ct_view_state(v))->model);
    ct_equip_form_close(v);
}

static const struct ct_command COMMANDS[] = {
    CT_EQUIP_FORM_COMMANDS("campaign_form", CT_PERM_EQUIP_PLAN),
    {.id = NULL},
};

const struct ct_screen ct_screen_campaign_form = {
    .id = "campaign_form",
    .title = "Begin a campaign",
    .help = "A recall or field action on all devices of a model: what is to be done, by whose "
            "notice, until when, and whether a device may be used before. Each device is "
            "ticked off; a device's own page shows what is open for it.",
    .perm = CT_PERM_EQUIP_PLAN,
    .state_size = sizeof(struct campaign_form),
    .commands = COMMANDS,
    .open = form_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = form_close,
};
