/* recipe_form - the recipe of a set of instruments, a line an instrument. */
#include "ui/screens/equip_form.h"
#include "ui/screens/sterile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { HEAD = 8, LINES = CT_FORM_FIELDS_MAX - HEAD };

struct recipe_form {
    struct ct_equip_form f; /* first: equip_form.h */
    struct ct_set was;      /* the version that is changed; id 0: a new set */
    struct ct_set is;
    struct ct_field field[CT_FORM_FIELDS_MAX];
    char name[LINES][12], label[LINES][16];
};

static const struct ct_field REASON = {
    .name = "reason", .label = "Why it changes", .unit = "", .kind = CT_F_TEXT, .width = 52,
    .max_bytes = CT_SET_REASON_MAX, .help = "Asked for when a recipe is changed."};
static const char LINE_HELP[] =
    "How many, a blank, and the one name it has in every set: 6 Kocher clamp, straight. "
    "Empty: no more.";

/* The fields of the head, the reason, and a line an instrument. */
static size_t fields(struct recipe_form *s)
{
    size_t n = 0;
    for (size_t i = 0; i < CT_SET_FIELDS_N; i++)
        if (strcmp(CT_SET_FIELDS[i].name, "instrument") != 0 &&
            strcmp(CT_SET_FIELDS[i].name, "count") != 0)
            s->field[n++] = CT_SET_FIELDS[i];
    if (s->was.id != 0)
        s->field[n++] = REASON;
    for (size_t i = 0; i < LINES; i++) {
        snprintf(s->name[i], sizeof s->name[i], "line%zu", i + 1);
        snprintf(s->label[i], sizeof s->label[i], "Instrument %zu", i + 1);
        s->field[n++] = (struct ct_field){.name = s->name[i], .label = s->label[i], .unit = "",
                                          .kind = CT_F_TEXT, .width = 48,
                                          .max_bytes = CT_SET_NAME_MAX + 5, .help = LINE_HELP};
    }
    return n;
}

static void fill(struct ct_equip_form *f)
{
    const struct recipe_form *s = (const struct recipe_form *)f;
    char text[CT_SET_NAME_MAX + 12];
    const struct ct_set *w = &s->was;
    ct_form_set(&f->form, "second", w->id == 0 || w->second ? "Y" : "N");
    if (w->id == 0)
        return;
    ct_form_set(&f->form, "name", w->name);
    ct_form_set(&f->form, "note", w->note);
    ct_form_set(&f->form, "implant", w->implant ? "Y" : "N");
    for (size_t i = 0; i < CT_SET_FIELDS_N; i++)
        if (strcmp(CT_SET_FIELDS[i].name, "method") == 0 && w->method >= 0)
            ct_form_set(&f->form, "method", CT_SET_FIELDS[i].choices[w->method].code);
    snprintf(text, sizeof text, "%d", w->copies);
    ct_form_set(&f->form, "copies", text);
    snprintf(text, sizeof text, "%d", w->expiry_days);
    if (w->expiry_rule == CT_EXPIRY_DAYS)
        ct_form_set(&f->form, "expiry_days", text);
    for (size_t i = 0; i < w->n && i < LINES; i++) {
        snprintf(text, sizeof text, "%d %s", w->line[i].count, w->line[i].instrument);
        ct_form_set(&f->form, s->name[i], text);
    }
}

/* "6 Kocher clamp"; without a number it is one. */
static enum ct_status line(const char *name, const char *typed, struct ct_set *t,
                           struct ct_error *reterr)
{
    const char *p = typed + strspn(typed, " ");
    int64_t count = 1;
    size_t digits = strspn(p, "0123456789");
    char number[8];
    if (*p == '\0')
        return CT_OK;
    if (digits > 0 && p[digits] == ' ') {
        if (digits > 3)
            return ct_fail(reterr, CT_EINVAL, name, "at most 999 of an instrument");
        snprintf(number, sizeof number, "%.*s", (int)digits, p);
        if (!ct_parse_int(number, 1, 999, &count))
            return ct_fail(reterr, CT_EINVAL, name, "1 to 999 of an instrument");
        p += digits + strspn(p + digits, " ");
    }
    if (*p == '\0' || strlen(p) > CT_SET_NAME_MAX)
        return ct_fail(reterr, CT_EINVAL, name, "how many, a blank, and the instrument");
    ct_text_copy(t->line[t->n].instrument, sizeof t->line[0].instrument, p);
    t->line[t->n++].count = (int)count;
    return CT_OK;
}

static enum ct_status read_lines(struct recipe_form *s, struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    s->is.n = 0;
    for (size_t i = 0; rc == CT_OK && i < LINES; i++) {
        const char *typed = ct_form_text(&s->f.form, s->name[i]);
        if (typed != NULL)
            rc = line(s->name[i], typed, &s->is, reterr);
    }
    return rc;
}

static void save(struct ct_view *v)
{
    struct recipe_form *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    struct ct_app *app = ct_ui_app(ui);
    const struct ct_form *f = &s->f.form;
    int64_t now = ct_app_now(app), days = ct_form_value(f, "expiry_days", now),
            method = ct_form_value(f, "method", now), copies = ct_form_value(f, "copies", now);
    struct ct_error err = {0};
    struct ct_set *t = &s->is;
    memset(t, 0, sizeof *t);
    t->id = s->was.id;
    t->detail_id = s->was.detail_id;
    t->method = method == CT_UNSET ? -1 : (int)method;
    t->implant = ct_form_value(f, "implant", now) == 1;
    t->second = ct_form_value(f, "second", now) == 1;
    t->copies = copies == CT_UNSET ? 1 : (int)copies;
    t->expiry_rule = days == CT_UNSET ? CT_EXPIRY_EVENT : CT_EXPIRY_DAYS;
    t->expiry_days = days == CT_UNSET ? 0 : (int)days;
    ct_text_copy(t->name, sizeof t->name, ct_form_text(f, "name"));
    ct_text_copy(t->note, sizeof t->note, ct_form_text(f, "note"));
    enum ct_status rc = read_lines(s, &err);
    if (rc == CT_OK)
        rc = t->id == 0 ? ct_set_add(app, t, &err)
                        : ct_set_amend(app, t, ct_form_text(f, "reason"), &err);
    if (rc != CT_OK) {
        if (strcmp(err.field, "instrument") == 0 || strcmp(err.field, "count") == 0)
            snprintf(err.field, sizeof err.field, "%s", s->name[0]);
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    int64_t id = t->id;
    bool added = s->was.id == 0;
    char name[CT_SET_NAME_MAX + 1];
    snprintf(name, sizeof name, "%s", t->name);
    size_t n = t->n;
    ct_equip_form_saved(&s->f);
    if (added)
        ct_ui_push(ui, &ct_screen_recipe, &id);
    ct_ui_say(ui, CT_R_OK, "S-%lld %s: %zu instruments.", (long long)id, name, n);
}

static enum ct_status form_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct recipe_form *s = ct_view_state(v);
    s->f.ui = ct_view_ui(v);
    if (arg != NULL) {
        enum ct_status rc =
            ct_set_get(ct_ui_app(s->f.ui), *(const int64_t *)arg, &s->was, reterr);
        if (rc != CT_OK)
            return rc;
        if (s->was.n > LINES)
            return ct_fail(reterr, CT_EINVAL, "", "this recipe has more lines than fit here");
    }
    s->f.fill = fill;
    s->f.save = save;
    if (s->was.id != 0) {
        snprintf(s->f.kind, sizeof s->f.kind, CT_DRAFT_RERECIPE "%lld", (long long)s->was.id);
        snprintf(s->f.title, sizeof s->f.title, "CHANGE THE RECIPE of %s", s->was.name);
    } else {
        snprintf(s->f.kind, sizeof s->f.kind, "%s", CT_DRAFT_RECIPE);
        snprintf(s->f.title, sizeof s->f.title, "A NEW SET OF INSTRUMENTS");
    }
    return ct_equip_form_begin(&s->f, s->field, fields(s), 18, reterr);
}

static const struct ct_command COMMANDS[] = {
    CT_EQUIP_FORM_COMMANDS("set_form", CT_PERM_STERILE_PLAN),
    {.id = NULL},
};

const struct ct_screen ct_screen_recipe_form = {
    .id = "set_form",
    .title = "Recipe of a set",
    .help = "What belongs to the set, a line an instrument: how many, a blank, its name. A change "
            "is a new version with a reason: packs keep the version they were packed by.",
    .perm = CT_PERM_STERILE_PLAN,
    .state_size = sizeof(struct recipe_form),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = form_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = ct_equip_form_close,
};
