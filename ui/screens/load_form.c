/* load_form - forms of a load: for immediate use, a biological indicator is put in, a pack is
 * released early. */
#include "ui/screens/equip_form.h"
#include "ui/screens/load_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/scan_find.h"

enum { IMMEDIATE_FIELDS = 8, TENTH_HOUR_MS = 360000 };

struct load_form {
    struct ct_equip_form f; /* first: equip_form.h */
    struct ct_load l;
    struct ct_equipment e;                        /* of a load for immediate use */
    struct ct_field field[IMMEDIATE_FIELDS];
    char taker[CT_LOAD_TAKERS_MAX][CT_PROGRAMME_ID_MAX + 1];
    size_t n_takers;
    struct ct_load_early early;                   /* while login and password are asked for */
    char login[64];
};

/* A procedure by its number, typed or scanned. */
static enum ct_status procedure_of(struct ct_app *app, const char *text, int64_t *ret,
                                   struct ct_error *reterr)
{
    struct ct_scan_named *s = calloc(1, sizeof *s);
    if (s == NULL)
        return ct_fail(reterr, CT_ENOMEM, "procedure", "There is no memory to look it up.");
    text += strspn(text, " ");
    enum ct_status rc = CT_OK;
    if (!ct_parse_int(text, 1, INT64_MAX, ret)) {
        rc = ct_scan_find_named(app, text, strlen(text), s, reterr);
        const struct ct_scan_match *m = rc == CT_OK ? ct_scan_only(s, CT_NAMED_PROCEDURE) : NULL;
        *ret = m != NULL ? m->procedure_id : 0;
        if (rc == CT_OK && *ret == 0)
            rc = ct_fail(reterr, CT_EINVAL, "procedure",
                         "\"%.30s\" is no number of a procedure that you may see", text);
    }
    ct_wipe(s, sizeof *s);
    free(s);
    return rc;
}

/* ---- for immediate use ---------------------------------------------------------------------- */

static void immediate(struct ct_view *v)
{
    struct load_form *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    const struct ct_form *f = &s->f.form;
    struct ct_error err;
    struct ct_load l = {.equipment_id = s->e.id, .immediate = true};
    char number[40];
    ct_text_copy(l.programme, sizeof l.programme, ct_form_text(f, "programme"));
    ct_text_copy(l.reason, sizeof l.reason, ct_form_text(f, "reason"));
    ct_text_copy(l.prevent, sizeof l.prevent, ct_form_text(f, "prevent"));
    enum ct_status rc =
        procedure_of(ct_ui_app(ui), ct_form_text(f, "procedure"), &l.procedure_id, &err);
    if (rc == CT_OK)
        rc = ct_load_plan(ct_ui_app(ui), &l, &err);
    if (rc != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    ct_equip_form_saved(&s->f);
    ct_load_number(ct_ui_app(ui), l.id, number);
    ct_ui_push(ui, &ct_screen_load, &l.id);
    ct_ui_say(ui, CT_R_OK, "%s is planned for immediate use. p scans its packs in.", number);
}

static void takers(struct ct_equip_form *f, const char *field, struct ct_buf *out)
{
    const struct load_form *s = (const struct load_form *)(const void *)f;
    for (size_t i = 0; strcmp(field, "programme") == 0 && i < s->n_takers; i++) {
        ct_buf_str_add(out, s->taker[i]);
        ct_buf_char(out, '\0');
    }
}

static bool only_takers(const struct ct_equip_form *f, const char *field)
{
    (void)f;
    return strcmp(field, "programme") == 0;
}

static void immediate_fill(struct ct_equip_form *f)
{
    const struct load_form *s = (const struct load_form *)(const void *)f;
    if (s->n_takers == 1)
        ct_form_set(&f->form, "programme", s->taker[0]);
}

static enum ct_status immediate_open(struct ct_view *v, const void *arg,
                                     struct ct_error *reterr)
{
    struct load_form *s = ct_view_state(v);
    size_t n = 0;
    s->f.ui = ct_view_ui(v);
    struct ct_app *app = ct_ui_app(s->f.ui);
    enum ct_status rc = ct_equipment_get(app, *(const int64_t *)arg, &s->e, reterr);
    if (rc == CT_OK)
        rc = ct_load_takers(app, s->e.id, s->taker, &s->n_takers, reterr);
    if (rc == CT_OK && s->n_takers == 0)
        rc = ct_fail(reterr, CT_EINVAL, "programme", "%s runs no programme that takes a load.",
                     s->e.asset);
    if (rc != CT_OK)
        return rc;
    s->field[n++] = (struct ct_field){.name = "programme", .label = "Programme", .unit = "",
                                      .kind = CT_F_TEXT, .width = 40,
                                      .max_bytes = CT_PROGRAMME_ID_MAX, .required = true,
                                      .help = "One of those that the machine runs."};
    for (size_t i = 0; i < CT_LOAD_IMMEDIATE_FIELDS_N && n < IMMEDIATE_FIELDS; i++)
        s->field[n++] = CT_LOAD_IMMEDIATE_FIELDS[i];
    s->f.save = immediate;
    s->f.offers = takers;
    s->f.only = only_takers;
    s->f.fill = immediate_fill;
    snprintf(s->f.kind, sizeof s->f.kind, CT_DRAFT_IMMEDIATE "%lld", (long long)s->e.id);
    snprintf(s->f.title, sizeof s->f.title, "A LOAD FOR IMMEDIATE USE in %s  %s %s", s->e.asset,
             s->e.maker, s->e.model);
    return ct_equip_form_begin(&s->f, s->field, n, 16, reterr);
}

/* ---- a biological indicator is put in -------------------------------------------------------- */

/* Tenths of an hour to ms; not said: 0. */
static int64_t hours_ms(const struct ct_form *f, const char *name)
{
    int64_t value = ct_form_value(f, name, 0);
    return value == CT_UNSET ? 0 : value * TENTH_HOUR_MS;
}

static void put_in(struct ct_view *v)
{
    struct load_form *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    const struct ct_form *f = &s->f.form;
    int64_t now = ct_app_now(ct_ui_app(ui)), day = ct_form_value(f, "expires", now),
            started = ct_form_value(f, "started_ms", now);
    struct ct_error err;
    char at[24];
    struct ct_load_bi b = {.load_id = s->l.id,
                           .expires = day == CT_UNSET ? CT_NO_DATE : (ct_date)day,
                           .incubation_ms = hours_ms(f, "incubation_h"),
                           .latest_ms = hours_ms(f, "latest_h"),
                           .started_ms = started == CT_UNSET ? 0 : started};
    ct_text_copy(b.product, sizeof b.product, ct_form_text(f, "product"));
    ct_text_copy(b.lot, sizeof b.lot, ct_form_text(f, "lot"));
    ct_text_copy(b.control_lot, sizeof b.control_lot, ct_form_text(f, "control_lot"));
    ct_text_copy(b.incubator, sizeof b.incubator, ct_form_text(f, "incubator"));
    if (ct_load_bi_add(ct_ui_app(ui), &b, &err) != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    ct_equip_form_saved(&s->f);
    ct_datetime_text(b.ready_ms, at);
    ct_ui_say(ui, CT_R_OK, "BI-%lld is in. A negative may be read from %s.", (long long)b.id, at);
}

/* ---- released early ----------------------------------------------------------------------------- */

static void authorised(struct ct_view *v, const struct ct_secret *password)
{
    struct load_form *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    struct ct_load_early e = s->early;
    struct ct_error err;
    char number[40];
    if (password == NULL)
        return;
    ct_ui_busy(ui, "Checking the password ...");
    if (ct_load_release_early(ct_ui_app(ui), &e, s->login, password, &err) != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    ct_equip_form_saved(&s->f);
    ct_pack_number(ct_ui_app(ui), e.pack_id, number);
    ct_ui_say(ui, CT_R_WARN, "%s is released EARLY, authorised by %s. The load stays open.",
              number, e.authorised);
}

static void login_given(struct ct_view *v, const char *login)
{
    struct load_form *s = ct_view_state(v);
    char label[96];
    if (login == NULL || login[strspn(login, " ")] == '\0')
        return;
    ct_scan_login(ct_app_config(ct_ui_app(s->f.ui)), login, s->login, sizeof s->login);
    snprintf(label, sizeof label, "Password of %.60s", s->login);
    ct_ui_prompt_secret(v, label, authorised);
}

static void early(struct ct_view *v)
{
    struct load_form *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->f.ui);
    const struct ct_form *f = &s->f.form;
    struct ct_error err;
    struct ct_pack p;
    s->early = (struct ct_load_early){.load_id = s->l.id};
    ct_text_copy(s->early.reason, sizeof s->early.reason, ct_form_text(f, "reason"));
    ct_text_copy(s->early.prevent, sizeof s->early.prevent, ct_form_text(f, "prevent"));
    enum ct_status rc = ct_pack_find(app, ct_form_text(f, "pack"), &p, &err);
    if (rc != CT_OK)
        ct_text_copy(err.field, sizeof err.field, "pack");
    else
        rc = procedure_of(app, ct_form_text(f, "procedure"), &s->early.procedure_id, &err);
    if (rc != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    s->early.pack_id = p.id;
    ct_ui_say(s->f.ui, CT_R_TEXT, "Your own session stays open.");
    ct_ui_prompt(v, "Who authorises it? Supervisor's login", "", login_given);
    ct_ui_prompt_scans(v);
}

/* ---- the screens ---------------------------------------------------------------------------------- */

static enum ct_status of_load(struct ct_view *v, const void *arg, bool is_bi,
                              struct ct_error *reterr)
{
    struct load_form *s = ct_view_state(v);
    char number[40];
    s->f.ui = ct_view_ui(v);
    enum ct_status rc = ct_load_get(ct_ui_app(s->f.ui), *(const int64_t *)arg, &s->l, reterr);
    if (rc != CT_OK)
        return rc;
    ct_load_number(ct_ui_app(s->f.ui), s->l.id, number);
    s->f.save = is_bi ? put_in : early;
    snprintf(s->f.kind, sizeof s->f.kind, "%s%lld", is_bi ? CT_DRAFT_BI : CT_DRAFT_EARLY,
             (long long)s->l.id);
    snprintf(s->f.title, sizeof s->f.title, "%s of %s in %s",
             is_bi ? "BIOLOGICAL INDICATOR" : "EARLY RELEASE of one pack", number, s->l.asset);
    return ct_equip_form_begin(&s->f, is_bi ? CT_LOAD_BI_FIELDS : CT_LOAD_EARLY_FIELDS,
                               is_bi ? CT_LOAD_BI_FIELDS_N : CT_LOAD_EARLY_FIELDS_N, 16, reterr);
}

static enum ct_status bi_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    return of_load(v, arg, true, reterr);
}

static enum ct_status early_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    return of_load(v, arg, false, reterr);
}

static const struct ct_command IMMEDIATE[] = {
    CT_EQUIP_FORM_COMMANDS("load_immediate", CT_PERM_STERILE_WRITE),
    {.id = NULL},
};
static const struct ct_command BI[] = {
    CT_EQUIP_FORM_COMMANDS("load_bi", CT_PERM_STERILE_WRITE),
    {.id = NULL},
};
static const struct ct_command EARLY[] = {
    CT_EQUIP_FORM_COMMANDS("load_early", CT_PERM_STERILE_WRITE),
    {.id = NULL},
};

const struct ct_screen ct_screen_load_immediate = {
    .id = "load_immediate",
    .title = "Load for immediate use",
    .help = "A load whose instruments are used at once: by which programme, for which procedure, "
            "why, and what would have made it needless. It is released like any other.",
    .perm = CT_PERM_STERILE_WRITE,
    .state_size = sizeof(struct load_form),
    .arg_size = sizeof(int64_t),
    .commands = IMMEDIATE,
    .open = immediate_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = ct_equip_form_close,
};

const struct ct_screen ct_screen_load_bi = {
    .id = "load_bi",
    .title = "Biological indicator",
    .help = "What was in the load goes into the incubator with a control of the same lot that "
            "was in no cycle. The hours until a negative may be read are the product's. A "
            "negative counts only with a control that grew.",
    .perm = CT_PERM_STERILE_WRITE,
    .state_size = sizeof(struct load_form),
    .arg_size = sizeof(int64_t),
    .commands = BI,
    .open = bi_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = ct_equip_form_close,
};

const struct ct_screen ct_screen_load_early = {
    .id = "load_early",
    .title = "Early release",
    .help = "In an emergency alone: one pack for one procedure before the biological result, "
            "after an integrating chemical indicator (type 5) passed. A supervisor authorises it "
            "with login and password. The load stays open until its indicator is read.",
    .perm = CT_PERM_STERILE_WRITE,
    .state_size = sizeof(struct load_form),
    .arg_size = sizeof(int64_t),
    .commands = EARLY,
    .open = early_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = ct_equip_form_close,
};
