/* consent_form - the forms of an explanation and of a consent. One frame serves both:
 * fields from a table, a draft that is kept, a save that says what is wrong at its field. */
#include "clinic/consent.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/screens/form_draft.h"

struct frame {
    struct ct_ui *ui;
    struct ct_procedure proc;
    struct ct_patient p;
    struct ct_explanation x;    /* what is corrected, or will be recorded */
    enum ct_consent_kind kind;
    bool explains;
    char draft[24];
    struct ct_form form;
};

static int64_t now_ms(const struct frame *s)
{
    return ct_app_now(ct_ui_app(s->ui));
}

/* Only what was given has a form: verbally, in writing, implied. */
static bool no_form(const struct ct_form *f, size_t i)
{
    const struct frame *s = f->arg;
    return !s->explains && i == CT_CONSENT_FIELD_FORM && s->kind != CT_CONSENT_GIVEN;
}

static enum ct_status frame_open(struct frame *s, int64_t procedure_id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    enum ct_status st = ct_procedure_get(app, procedure_id, &s->proc, reterr);
    if (st == CT_OK)
        st = ct_patient_open(app, s->proc.patient_id, &s->p, reterr);
    if (st != CT_OK)
        return st;
    const struct ct_field *fields = s->explains ? CT_EXPLANATION_FIELDS : CT_CONSENT_FIELDS;
    size_t n = s->explains ? CT_EXPLANATION_FIELDS_N : CT_CONSENT_FIELDS_N;
    if (!ct_form_init(&s->form, fields, n, 22))
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the form.");
    s->form.skip = no_form;
    s->form.arg = s;
    snprintf(s->draft, sizeof s->draft, "%s%lld",
             s->explains                    ? CT_DRAFT_EXPLAIN
             : s->kind == CT_CONSENT_LACKS ? CT_DRAFT_LACKS
                                            : CT_DRAFT_CONSENT,
             (long long)procedure_id);
    return CT_OK;
}

static void form_number(struct frame *s, const char *name, int64_t n)
{
    char text[32];
    int at = ct_form_index(&s->form, name);
    if (at < 0)
        return;
    ct_field_text(s->form.field[at], n, text, sizeof text);
    ct_form_set(&s->form, name, text);
}

/* The texts of an explanation by their field's name; NULL: not a text. */
static char *text_of(struct ct_explanation *x, const char *name, size_t *ret_size)
{
    const struct {
        const char *name;
        char *text;
        size_t size;
    } TEXTS[] = {
        {"explained", x->explained, sizeof x->explained},
        {"by_whom", x->by_whom, sizeof x->by_whom},
        {"language", x->language, sizeof x->language},
        {"interpreter", x->interpreter, sizeof x->interpreter},
        {"questions", x->questions, sizeof x->questions},
        {"teach_back", x->teach_back, sizeof x->teach_back},
        {"wishes", x->wishes, sizeof x->wishes},
    };
    for (size_t i = 0; i < CT_LEN(TEXTS); i++)
        if (strcmp(TEXTS[i].name, name) == 0) {
            *ret_size = TEXTS[i].size;
            return TEXTS[i].text;
        }
    return NULL;
}

static void explanation_fill(struct frame *s)
{
    char letters[CT_TOPICS + 1];
    size_t n = 0, size;
    for (size_t i = 0; i < CT_TOPICS; i++)
        if (s->x.topics >> i & 1)
            letters[n++] = CT_TOPIC[i].letter;
    letters[n] = '\0';
    ct_form_set(&s->form, "topics", letters);
    for (size_t i = 0; i < s->form.n; i++) {
        const char *text = text_of(&s->x, s->form.field[i]->name, &size);
        if (text != NULL)
            ct_form_set(&s->form, s->form.field[i]->name, text);
    }
    form_number(s, "understood", s->x.understood);
    form_number(s, "anxiety_before", s->x.anxiety_before);
    form_number(s, "anxiety_after", s->x.anxiety_after);
    form_number(s, "at_ms", s->x.at_ms);
}

static enum ct_status explain_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct frame *s = ct_view_state(v);
    const struct ct_explain_arg *a = arg;
    s->ui = ct_view_ui(v);
    s->explains = true;
    ct_explanation_init(&s->x);
    enum ct_status st = frame_open(s, a->procedure_id, reterr);
    if (st != CT_OK)
        return st;
    if (a->replaces != NULL) {
        s->x = *a->replaces;
        s->x.replaces_id = s->x.id;
        explanation_fill(s);
    }
    s->x.procedure_id = a->procedure_id;
    ct_form_clean(&s->form);
    if (a->replaces == NULL)
        s->form.changed = ct_form_resume(s->ui, &s->form, s->draft, s->p.id);
    return CT_OK;
}

/* What is usual stands there already: the kind's form of consent. Nothing is recorded
 * before it is saved. */
static enum ct_status consent_form_open(struct ct_view *v, const void *arg,
                                        struct ct_error *reterr)
{
    struct frame *s = ct_view_state(v);
    const struct ct_consent_arg *a = arg;
    s->ui = ct_view_ui(v);
    s->kind = a->kind;
    enum ct_status st = frame_open(s, a->procedure_id, reterr);
    if (st != CT_OK)
        return st;
    if (s->kind == CT_CONSENT_LACKS)
        s->form.focus = CT_CONSENT_FIELD_WHO;
    ct_form_clean(&s->form);
    s->form.changed = ct_form_resume(s->ui, &s->form, s->draft, s->p.id);
    return CT_OK;
}

static void frame_close(struct ct_view *v)
{
    struct frame *s = ct_view_state(v);
    ct_form_done(&s->form);
}

static void frame_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct frame *s = ct_view_state(v);
    char hint[500];
    ct_subject_patient(s->ui, &s->p);
    const char *head = !s->explains ? s->kind == CT_CONSENT_GIVEN ? "CONSENT GIVEN"
                                                                  : "LACKS CAPACITY"
                       : s->x.replaces_id != 0 ? "CORRECT AN EXPLANATION"
                                               : "EXPLAINED";
    int used = ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD, head);
    ct_grid_printf(g, body.row, body.col + 3 + used, body.cols - used - 4, CT_R_TEXT, "%s%s%s",
                   s->proc.title, s->proc.site[0] != '\0' ? ", " : "", s->proc.site);
    if (!s->explains && s->kind == CT_CONSENT_LACKS)
        ct_grid_text(g, body.row + 1, body.col + 1, -1, CT_R_DIM,
                     "By: with whom it was decided.   In words: on what grounds.");
    int rows = s->form.rows < body.rows - 7 ? s->form.rows : body.rows - 7;
    ct_form_draw(&s->form, g, (struct ct_rect){body.row + 2, body.col, rows, body.cols});
    ct_form_hint(&s->form, hint, sizeof hint);
    int row = body.row + 3 + rows;
    row += ct_draw_wrapped(g, (struct ct_rect){row, body.col + 2, 3, body.cols - 4}, CT_R_DIM,
                           hint);
    const char *whole = s->form.editor[s->form.focus].text; /* what does not fit its row */
    if (ct_text_cols(whole) > s->form.field[s->form.focus]->width)
        ct_draw_wrapped(g, (struct ct_rect){row, body.col + 2, body.row + body.rows - row,
                                            body.cols - 4},
                        CT_R_VALUE, whole);
}

static bool frame_draft(struct ct_view *v, struct ct_draft *d)
{
    struct frame *s = ct_view_state(v);
    return s->form.changed && s->x.replaces_id == 0 &&
           ct_form_keep(&s->form, d, s->draft, s->p.id);
}

/* ---- saving --------------------------------------------------------------------------- */

static enum ct_status explanation_store(struct frame *s, struct ct_error *reterr)
{
    struct ct_explanation x = s->x;
    size_t size;
    for (size_t i = 0; i < s->form.n; i++) {
        char *text = text_of(&x, s->form.field[i]->name, &size);
        if (text != NULL)
            ct_text_copy(text, size, s->form.editor[i].text);
    }
    x.understood = ct_form_value(&s->form, "understood", now_ms(s));
    x.anxiety_before = ct_form_value(&s->form, "anxiety_before", now_ms(s));
    x.anxiety_after = ct_form_value(&s->form, "anxiety_after", now_ms(s));
    int64_t at = ct_form_value(&s->form, "at_ms", now_ms(s));
    if (s->x.replaces_id == 0 || at == CT_UNSET || at / CT_MINUTE_MS != x.at_ms / CT_MINUTE_MS)
        x.at_ms = at; /* else it is the moment it was: the field shows minutes */
    enum ct_status st = ct_topics_parse(ct_form_text(&s->form, "topics"), &x.topics, reterr);
    return st == CT_OK ? ct_explanation_record(ct_ui_app(s->ui), &x, reterr) : st;
}

static enum ct_status consent_store(struct frame *s, struct ct_error *reterr)
{
    struct ct_consent_event e = {.procedure_id = s->proc.id, .kind = s->kind};
    if (s->kind == CT_CONSENT_GIVEN)
        e.form = (enum ct_consent_form)ct_form_value(&s->form, "form", now_ms(s));
    ct_text_copy(e.who, sizeof e.who, ct_form_text(&s->form, "who"));
    ct_text_copy(e.text, sizeof e.text, ct_form_text(&s->form, "text"));
    e.at_ms = ct_form_value(&s->form, "at_ms", now_ms(s));
    return ct_consent_record(ct_ui_app(s->ui), &e, reterr);
}

static void store(struct ct_view *v)
{
    struct frame *s = ct_view_state(v);
    struct ct_error err;
    enum ct_status st = s->explains ? explanation_store(s, &err) : consent_store(s, &err);
    if (st != CT_OK) {
        ct_form_fail(&s->form, &err);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    struct ct_ui *ui = s->ui;
    ct_form_drop(ui, &s->form, s->draft, s->p.id);
    ct_ui_pop(ui);
    ct_ui_say(ui, CT_R_OK, "Recorded.");
}

static void because(struct ct_view *v, const char *text)
{
    struct frame *s = ct_view_state(v);
    if (text == NULL)
        return;
    ct_text_copy(s->x.reason, sizeof s->x.reason, text);
    store(v);
}

static enum ct_reaction save(struct ct_view *v)
{
    struct frame *s = ct_view_state(v);
    if (!ct_form_check(&s->form, now_ms(s))) {
        ct_ui_say_error(s->ui, &s->form.message);
        return CT_REFUSED;
    }
    if (s->x.replaces_id != 0)
        ct_ui_prompt(v, "Corrected, because", "", because);
    else
        store(v);
    return CT_HANDLED;
}

static enum ct_reaction discard(struct ct_view *v)
{
    struct frame *s = ct_view_state(v);
    ct_form_empty(&s->form);
    ct_form_drop(s->ui, &s->form, s->draft, s->p.id);
    return CT_HANDLED;
}

static enum ct_reaction frame_event(struct ct_view *v, const struct ct_event *e)
{
    struct frame *s = ct_view_state(v);
    switch (ct_form_event(&s->form, e, now_ms(s))) {
    case CT_FORM_IGNORED: return CT_IGNORED;
    case CT_FORM_END: return save(v);
    case CT_FORM_REFUSED:
    case CT_FORM_ASKS: ct_ui_say_error(s->ui, &s->form.message); return CT_REFUSED;
    case CT_FORM_MOVED: break;
    }
    return CT_HANDLED;
}

static bool frame_typing(const struct ct_view *v)
{
    return ct_form_takes_text(&((const struct frame *)ct_view_state(v))->form);
}

static int64_t frame_patient(const struct ct_view *v)
{
    return ((const struct frame *)ct_view_state(v))->p.id;
}

static const struct ct_command EXPLAIN_COMMANDS[] = {
    {.id = "explain.save", .keys = "^S F10", .label = "save", .perm = CT_PERM_CONSENT,
     .help = "Record what was explained.", .run = save},
    {.id = "explain.discard", .keys = "^X", .label = "discard", .perm = CT_PERM_CONSENT,
     .help = "Empty the form and drop its draft.", .run = discard},
    {.id = NULL},
};

const struct ct_screen ct_screen_explain = {
    .id = "explain",
    .title = "Record an explanation",
    .help = "Leave empty what was not asked. Understood is judged by what the patient says in own "
            "words, so yes needs those words. Anxiety afterwards is a record of its own, later.",
    .perm = CT_PERM_CONSENT,
    .state_size = sizeof(struct frame),
    .commands = EXPLAIN_COMMANDS,
    .open = explain_open,
    .draw = frame_draw,
    .event = frame_event,
    .draft = frame_draft,
    .typing = frame_typing,
    .patient = frame_patient,
    .close = frame_close,
};

static const struct ct_command CONSENT_COMMANDS[] = {
    {.id = "consent_form.save", .keys = "^S F10", .label = "save", .perm = CT_PERM_CONSENT,
     .help = "Record it.", .run = save},
    {.id = "consent_form.discard", .keys = "^X", .label = "discard", .perm = CT_PERM_CONSENT,
     .help = "Empty the form and drop its draft.", .run = discard},
    {.id = NULL},
};

const struct ct_screen ct_screen_consent_form = {
    .id = "consent_form",
    .title = "Record a consent",
    .help = "Who agrees and how; or, where the patient cannot decide this, with whom it was "
            "decided and on what grounds.",
    .perm = CT_PERM_CONSENT,
    .state_size = sizeof(struct frame),
    .arg_size = sizeof(struct ct_consent_arg),
    .commands = CONSENT_COMMANDS,
    .open = consent_form_open,
    .draw = frame_draw,
    .event = frame_event,
    .draft = frame_draft,
    .typing = frame_typing,
    .patient = frame_patient,
    .close = frame_close,
};
