/* register - a new patient, or the amended details of one. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/scan_find.h"
#include "ui/screens/form_draft.h"

enum { LIKE_MAX = 4 };

struct registering {
    struct ct_ui *ui;
    int64_t patient_id; /* 0: new */
    struct ct_patient old, p;
    struct ct_patient_hits like;
    struct ct_form form;
};

static int64_t now_ms(const struct registering *s)
{
    return ct_app_now(ct_ui_app(s->ui));
}

static void gather(struct registering *s)
{
    struct ct_patient *p = &s->p;
    *p = s->old;
    ct_text_copy(p->family, sizeof p->family, ct_form_text(&s->form, "family"));
    ct_text_copy(p->given, sizeof p->given, ct_form_text(&s->form, "given"));
    ct_text_copy(p->number, sizeof p->number, ct_form_text(&s->form, "number"));
    ct_text_copy(p->place, sizeof p->place, ct_form_text(&s->form, "place"));
    int64_t born = ct_form_value(&s->form, "born", now_ms(s));
    p->born = born == CT_UNSET ? CT_NO_DATE : (ct_date)born;
    p->born_estimated = ct_form_value(&s->form, "born_estimated", now_ms(s)) == 1;
    int64_t sex = ct_form_value(&s->form, "sex", now_ms(s));
    p->sex = sex == CT_UNSET ? CT_SEX_UNKNOWN : (enum ct_sex)sex;
    ct_text_trim(p->family);
    ct_text_trim(p->given);
}

static void fill(struct registering *s, const struct ct_patient *p)
{
    static const char *const FIELDS[] = {"born", "born_estimated", "sex"};
    const int64_t values[] = {p->born == CT_NO_DATE ? CT_UNSET : p->born, p->born_estimated,
                              p->sex};
    ct_form_set(&s->form, "family", p->family);
    ct_form_set(&s->form, "given", p->given);
    ct_form_set(&s->form, "number", p->number);
    ct_form_set(&s->form, "place", p->place);
    for (size_t i = 0; i < CT_LEN(FIELDS); i++) {
        int at = ct_form_index(&s->form, FIELDS[i]);
        char text[32];
        if (at < 0)
            continue;
        ct_field_text(s->form.field[at], values[i], text, sizeof text);
        ct_form_set(&s->form, FIELDS[i], text);
    }
}

static int64_t draft_of(const struct registering *s)
{
    return s->patient_id != 0 ? s->patient_id : CT_UNSET;
}

static enum ct_status register_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct registering *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->old.born = CT_NO_DATE;
    if (!ct_form_init(&s->form, CT_PATIENT_FIELDS, CT_PATIENT_FIELDS_N, 22))
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the form.");
    if (arg != NULL) {
        s->patient_id = *(const int64_t *)arg;
        enum ct_status st = ct_patient_get(ct_ui_app(s->ui), s->patient_id, &s->old, reterr);
        if (st != CT_OK)
            return st;
        fill(s, &s->old);
    }
    ct_form_clean(&s->form);
    ct_form_resume(s->ui, &s->form, "patient", draft_of(s));
    return CT_OK;
}

static void register_close(struct ct_view *v)
{
    struct registering *s = ct_view_state(v);
    ct_form_done(&s->form);
    ct_patient_hits_done(&s->like);
}

static bool register_draft(struct ct_view *v, struct ct_draft *d)
{
    struct registering *s = ct_view_state(v);
    return s->form.changed && ct_form_keep(&s->form, d, "patient", draft_of(s));
}

/* Who this may already be: looked up as the form is filled in. */
static void look(struct registering *s)
{
    struct ct_error err;
    ct_patient_hits_done(&s->like);
    gather(s);
    if (s->patient_id != 0 || s->p.family[0] == '\0')
        return;
    if (ct_patient_like(ct_ui_app(s->ui), &s->p, LIKE_MAX, &s->like, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void like_draw(const struct registering *s, struct ct_grid *g, struct ct_rect at)
{
    if (s->like.n == 0)
        return;
    ct_grid_text(g, at.row, at.col, -1, CT_R_WARN, "Already here? Compare before you save:");
    for (size_t i = 0; i < s->like.n && (int)i + 1 < at.rows; i++) {
        const struct ct_patient_hit *h = &s->like.hit[i];
        char born[16], number[40];
        ct_date_text(h->born, born);
        ct_number_text(h->number, number, sizeof number);
        ct_grid_printf(g, at.row + 1 + (int)i, at.col + 2, at.cols - 2, CT_R_TEXT,
                       "%s   born %s   %s   %s", h->name, born[0] != '\0' ? born : "unknown", number,
                       h->place);
    }
}

static void register_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct registering *s = ct_view_state(v);
    if (s->patient_id != 0)
        ct_subject_patient(s->ui, &s->old);
    else
        ct_ui_subject(s->ui, "REGISTER A PATIENT");
    ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD,
                 s->patient_id != 0 ? "AMEND" : "NEW PATIENT");
    struct ct_rect at = {body.row + 2, body.col, (int)CT_PATIENT_FIELDS_N, body.cols};
    if (at.rows > body.rows - 9)
        at.rows = body.rows - 9;
    ct_form_draw(&s->form, g, at);
    char hint[400];
    ct_form_hint(&s->form, hint, sizeof hint);
    int row = at.row + at.rows + 1;
    row += ct_draw_wrapped(g, (struct ct_rect){row, body.col + 2, 2, body.cols - 4}, CT_R_DIM, hint);
    like_draw(s, g, (struct ct_rect){row + 1, body.col + 2,
                                     body.row + body.rows - row - 1, body.cols - 4});
}

static void saved(struct registering *s, int64_t id)
{
    ct_form_drop(s->ui, &s->form, "patient", draft_of(s));
    struct ct_ui *ui = s->ui;
    if (s->patient_id != 0) {
        ct_ui_pop(ui);
        ct_ui_say(ui, CT_R_OK, "Amended. The earlier details stay in the record.");
    } else if (ct_ui_replace(ui, &ct_screen_patient, &id)) {
        ct_ui_say(ui, CT_R_OK, "Registered. v enters the first set of vitals.");
    }
}

static void failed(struct registering *s, const struct ct_error *err)
{
    ct_form_fail(&s->form, err);
    ct_ui_say_error(s->ui, err);
}

static void amend_because(struct ct_view *v, const char *reason)
{
    struct registering *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL)
        return;
    if (reason[strspn(reason, " ")] == '\0') {
        ct_ui_prompt(v, "Amended, because", "", amend_because);
        ct_ui_say(s->ui, CT_R_WARN, "A reason is needed: it stands in the record. Esc gives up.");
        return;
    }
    gather(s);
    if (ct_patient_amend(ct_ui_app(s->ui), &s->p, reason, &err) != CT_OK)
        failed(s, &err);
    else
        saved(s, s->patient_id);
}

static void register_new(struct registering *s)
{
    struct ct_error err;
    gather(s);
    if (ct_patient_register(ct_ui_app(s->ui), &s->p, &err) != CT_OK)
        failed(s, &err);
    else
        saved(s, s->p.id);
}

static void other_person(struct ct_view *v, int index)
{
    if (index == 0)
        register_new(ct_view_state(v));
}

static enum ct_reaction save(struct ct_view *v)
{
    static const struct ct_choice CHOICES[] = {
        {"y", "register all the same"}, {"n", "go back"}, {NULL, NULL}};
    struct registering *s = ct_view_state(v);
    if (!ct_form_check(&s->form, now_ms(s))) {
        ct_ui_say_error(s->ui, &s->form.message);
        return CT_REFUSED;
    }
    look(s);
    if (s->patient_id != 0)
        ct_ui_prompt(v, "Amended, because", "", amend_because);
    else if (s->like.n > 0)
        ct_ui_ask(v, "Somebody like this is here already. Another person?", CHOICES,
                  other_person);
    else
        register_new(s);
    return CT_HANDLED;
}

static enum ct_reaction register_event(struct ct_view *v, const struct ct_event *e)
{
    struct registering *s = ct_view_state(v);
    size_t focus = s->form.focus;
    switch (ct_form_event(&s->form, e, now_ms(s))) {
    case CT_FORM_IGNORED: return CT_IGNORED;
    case CT_FORM_END: return save(v);
    case CT_FORM_ASKS: ct_ui_say(s->ui, CT_R_WARN, "%s", s->form.message.text); return CT_REFUSED;
    case CT_FORM_REFUSED: ct_ui_say_error(s->ui, &s->form.message); return CT_REFUSED;
    case CT_FORM_MOVED: break;
    }
    if (s->form.focus != focus)
        look(s);
    return CT_HANDLED;
}

static enum ct_reaction discard(struct ct_view *v)
{
    struct registering *s = ct_view_state(v);
    ct_form_empty(&s->form);
    if (s->patient_id != 0)
        fill(s, &s->old);
    s->form.focus = 0;
    ct_patient_hits_done(&s->like);
    if (ct_form_drop(s->ui, &s->form, "patient", draft_of(s)))
        ct_ui_say(s->ui, CT_R_TEXT, "Draft discarded. ^Z in a field brings its text back.");
    return CT_HANDLED;
}

static bool register_typing(const struct ct_view *v)
{
    return ct_form_takes_text(&((const struct registering *)ct_view_state(v))->form);
}

static const struct ct_command COMMANDS[] = {
    {.id = "register.save", .keys = "^S F10", .label = "save", .perm = CT_PERM_PATIENT_WRITE,
     .help = "Save; asks once more when somebody like this is here already.", .run = save},
    {.id = "register.discard", .keys = "^X", .label = "discard", .perm = CT_PERM_PATIENT_WRITE,
     .help = "Empty the form and drop its draft.", .run = discard},
    {.id = NULL},
};

/* In the field of the number: the number alone, of whatever the code says besides. */
static enum ct_reaction register_scan(struct ct_view *v, const struct ct_event *e)
{
    struct registering *s = ct_view_state(v);
    if (strcmp(s->form.field[s->form.focus]->name, "number") != 0)
        return CT_IGNORED;
    struct ct_scan_named *named = ct_scan_look(s->ui, e);
    bool taken = named != NULL && named->n_numbers == 1;
    if (taken) {
        ct_form_set(&s->form, "number", named->number[0]);
        ct_ui_say(s->ui, CT_R_OK, "Read: %s.", named->number[0]);
    } else {
        ct_ui_say(s->ui, CT_R_WARN, "This code says no patient's number.");
    }
    ct_scan_drop(named);
    return taken ? CT_HANDLED : CT_REFUSED;
}

static int64_t register_patient(const struct ct_view *v)
{
    return ((const struct registering *)ct_view_state(v))->patient_id;
}

const struct ct_screen ct_screen_register = {
    .id = "register",
    .title = "Register or amend a patient",
    .help = "One name is enough, in any script. An unknown birth date may be estimated, and "
            "says so. People who may be the same are shown while you type.",
    .perm = CT_PERM_PATIENT_WRITE,
    .jump = true,
    .state_size = sizeof(struct registering),
    .arg_size = sizeof(int64_t),
    .patient = register_patient,
    .commands = COMMANDS,
    .open = register_open,
    .draw = register_draw,
    .event = register_event,
    .draft = register_draft,
    .typing = register_typing,
    .scan = register_scan,
    .close = register_close,
};
