/* entry - what no record says, written into the log of a shift; and its correction. */
#include "clinic/shift_entry.h"
#include "ui/screens/equip_form.h"
#include "ui/screens/review_parts.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

struct entry_form {
    struct ct_equip_form f; /* first: equip_form.h */
    struct ct_shift_entry was; /* id 0: a new one */
};

static void save(struct ct_view *v)
{
    struct entry_form *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    const struct ct_form *f = &s->f.form;
    int64_t now = ct_app_now(ct_ui_app(ui));
    struct ct_error err;
    struct ct_shift_entry e = {.replaces_id = s->was.id,
                               .kind = (enum ct_entry_kind)ct_form_value(f, "kind", now),
                               .grade = (enum ct_entry_grade)ct_form_value(f, "grade", now),
                               .done_ms = ct_form_value(f, "done_ms", now)};
    ct_text_copy(e.text, sizeof e.text, ct_form_text(f, "text"));
    if (s->was.id != 0)
        ct_text_copy(e.reason, sizeof e.reason, ct_form_text(f, "reason"));
    enum ct_status rc = s->was.id != 0 ? ct_shift_entry_correct(ct_ui_app(ui), &e, &err)
                                       : ct_shift_entry_add(ct_ui_app(ui), &e, &err);
    if (rc != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    if (ct_equip_form_saved(&s->f))
        ct_ui_say(ui, CT_R_OK, "%s: %s, %s.", s->was.id != 0 ? "Corrected" : "Written down",
                  CT_ENTRY_KIND_NAME[e.kind], CT_ENTRY_GRADE_NAME[e.grade]);
}

static void fill(struct ct_equip_form *f)
{
    const struct entry_form *s = (const struct entry_form *)f;
    char when[24], code[2] = "";
    static const char KIND[] = "INSVE", GRADE[] = "NMS";
    if (s->was.id == 0)
        return;
    ct_datetime_text(s->was.done_ms, when);
    code[0] = KIND[s->was.kind];
    ct_form_set(&f->form, "kind", code);
    code[0] = GRADE[s->was.grade];
    ct_form_set(&f->form, "grade", code);
    ct_form_set(&f->form, "done_ms", when);
    ct_form_set(&f->form, "text", s->was.text);
}

static enum ct_status entry_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct entry_form *s = ct_view_state(v);
    s->f.ui = ct_view_ui(v);
    s->f.save = save;
    s->f.fill = fill;
    snprintf(s->f.kind, sizeof s->f.kind, CT_DRAFT_ENTRY);
    snprintf(s->f.title, sizeof s->f.title, "WRITE DOWN in the log of the shift");
    if (arg != NULL) {
        enum ct_status rc = ct_shift_entry_get(ct_ui_app(s->f.ui), *(const int64_t *)arg, &s->was,
                                               reterr);
        if (rc == CT_OK && (s->was.replaced || s->was.voided))
            rc = ct_fail(reterr, CT_ECONFLICT, "", "another version of it stands by now");
        if (rc != CT_OK)
            return rc;
        snprintf(s->f.kind, sizeof s->f.kind, CT_DRAFT_REENTRY "%lld", (long long)s->was.id);
        snprintf(s->f.title, sizeof s->f.title, "CORRECT what %s wrote down", s->was.by);
    }
    return ct_equip_form_begin(&s->f, CT_ENTRY_FIELDS, CT_ENTRY_FIELDS_N - (arg == NULL), 20,
                               reterr);
}

static const struct ct_command COMMANDS[] = {
    CT_EQUIP_FORM_COMMANDS("entry", CT_PERM_SHIFT_WRITE),
    {.id = NULL},
};

const struct ct_screen ct_screen_entry = {
    .id = "entry",
    .title = "Write into the log",
    .help = "What no record says: incidents, near misses, staffing, visitors, the building. "
            "Serious ones are exceptions of the shift.",
    .perm = CT_PERM_SHIFT_WRITE,
    .jump = true,
    .state_size = sizeof(struct entry_form),
    .commands = COMMANDS,
    .open = entry_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = ct_equip_form_close,
};
