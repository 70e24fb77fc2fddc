/* interpretation - what people made of a set, newest first; and the form of one note,
 * in the four parts of SBAR. */
#include "clinic/interpretation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/screens/form_draft.h"

/* ---- the notes of a set --------------------------------------------------- */

struct notes {
    struct ct_ui *ui;
    struct ct_vitals set; /* the version that was asked for */
    struct ct_patient p;
    struct ct_interpretation *note;
    size_t n, top;
};

static enum ct_status load(struct notes *s, struct ct_error *reterr)
{
    struct ct_interpretation *note;
    size_t n;
    enum ct_status st =
        ct_interpretation_list(ct_ui_app(s->ui), s->set.id, &note, &n, reterr);
    if (st != CT_OK)
        return st;
    free(s->note);
    s->note = note;
    s->n = n;
    s->top = s->top < n ? s->top : 0;
    return CT_OK;
}

static enum ct_status notes_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct notes *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    struct ct_app *app = ct_ui_app(s->ui);
    enum ct_status st = ct_vitals_get(app, *(const int64_t *)arg, &s->set, reterr);
    if (st == CT_OK)
        st = ct_patient_get(app, s->set.patient_id, &s->p, reterr);
    return st == CT_OK ? load(s, reterr) : st;
}

static void notes_close(struct ct_view *v)
{
    struct notes *s = ct_view_state(v);
    free(s->note);
}

static void notes_refresh(struct ct_view *v)
{
    struct notes *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static const char *part(const struct ct_interpretation *n, size_t i)
{
    const char *const PARTS[] = {n->situation, n->background, n->assessment,
                                 n->recommendation};
    return PARTS[i];
}

static int note_draw(const struct ct_interpretation *n, struct ct_grid *g, struct ct_rect at)
{
    enum { LABEL = 16 };
    char when[24];
    int row = at.row, end = at.row + at.rows;
    ct_datetime_text(n->at_ms, when);
    ct_grid_printf(g, row++, at.col, -1, n->replaced ? CT_R_DIM : CT_R_OK, "%s  %s%s%s", when,
                   n->by, n->replaced ? "   replaced by a newer note" : "",
                   n->replaces_id != 0 ? "   in place of an earlier one" : "");
    for (size_t i = 0; i < CT_INTERPRETATION_FIELDS_N && row < end; i++) {
        if (part(n, i)[0] == '\0')
            continue;
        ct_grid_text(g, row, at.col + 2, LABEL, CT_R_LABEL, CT_INTERPRETATION_FIELDS[i].label);
        row += ct_draw_wrapped(g,
                               (struct ct_rect){row, at.col + 2 + LABEL, end - row,
                                                at.cols - 2 - LABEL},
                               n->replaced ? CT_R_DIM : CT_R_VALUE, part(n, i));
    }
    if (n->replaces_id != 0 && row < end)
        ct_grid_printf(g, row++, at.col + 2, -1, CT_R_NOTE, "because: %s", n->reason);
    return row + 1 - at.row;
}

static void notes_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct notes *s = ct_view_state(v);
    char taken[24], line[256];
    ct_subject_patient(s->ui, &s->p);
    ct_datetime_text(s->set.taken_ms, taken);
    int used = ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD, "INTERPRETATION");
    used += ct_grid_printf(g, body.row, body.col + 3 + used, -1, CT_R_DIM, "of the set of %s  ",
                           taken);
    ct_draw_score(g, body.row, body.col + 3 + used, &s->set);
    ct_vitals_line(&s->set, line, sizeof line);
    ct_grid_text(g, body.row + 1, body.col + 3, body.cols - 4, CT_R_VALUE, line);
    ct_grid_cursor(g, body.row + 3, body.col + 1);
    if (s->n == 0)
        ct_grid_text(g, body.row + 3, body.col + 1, -1, CT_R_DIM,
                     "Nobody has written about this set yet. n writes a note.");
    struct ct_rect at = {body.row + 3, body.col + 1, body.rows - 3, body.cols - 2};
    for (size_t i = s->top; i < s->n && at.rows > 1; i++) {
        int rows = note_draw(&s->note[i], g, at);
        at.row += rows;
        at.rows -= rows;
    }
}

static enum ct_reaction notes_event(struct ct_view *v, const struct ct_event *e)
{
    struct notes *s = ct_view_state(v);
    if (e->kind != CT_EV_KEY)
        return CT_IGNORED;
    if (e->key == CT_KEY_DOWN && s->top + 1 < s->n)
        s->top++;
    else if (e->key == CT_KEY_UP && s->top > 0)
        s->top--;
    else
        return CT_IGNORED;
    return CT_HANDLED;
}

static enum ct_reaction write_new(struct ct_view *v)
{
    struct notes *s = ct_view_state(v);
    struct ct_note_arg arg = {.vitals_id = s->set.id};
    return ct_ui_push(s->ui, &ct_screen_note, &arg) ? CT_HANDLED : CT_REFUSED;
}

/* The newest of those in sight that still stands. */
static const struct ct_interpretation *standing(const struct notes *s)
{
    for (size_t i = s->top; i < s->n; i++)
        if (!s->note[i].replaced)
            return &s->note[i];
    return NULL;
}

static bool any_standing(const struct ct_view *v)
{
    return standing(ct_view_state(v)) != NULL;
}

static enum ct_reaction write_again(struct ct_view *v)
{
    struct notes *s = ct_view_state(v);
    struct ct_note_arg arg = {.vitals_id = s->set.id, .replaces = standing(s)};
    return ct_ui_push(s->ui, &ct_screen_note, &arg) ? CT_HANDLED : CT_REFUSED;
}

static const struct ct_command NOTES_COMMANDS[] = {
    {.id = "notes.new", .keys = "n", .label = "new note", .perm = CT_PERM_VITALS_WRITE,
     .help = "Write what you make of this set.", .run = write_new},
    {.id = "notes.replace", .keys = "c", .label = "replace", .perm = CT_PERM_VITALS_WRITE,
     .help = "Write the uppermost note anew, with a reason; the earlier one stays readable.",
     .run = write_again, .shown = any_standing},
    {.id = NULL},
};

static int64_t notes_patient(const struct ct_view *v)
{
    return ((const struct notes *)ct_view_state(v))->p.id;
}

const struct ct_screen ct_screen_notes = {
    .id = "notes",
    .title = "Interpretation of a set",
    .help = "What people made of this set: situation, background, assessment, recommendation. "
            "A note stays with the set through its corrections. It is never changed: a newer "
            "one takes its place, with a reason, and both stay.",
    .perm = CT_PERM_VITALS_READ,
    .state_size = sizeof(struct notes),
    .arg_size = sizeof(int64_t),
    .patient = notes_patient,
    .commands = NOTES_COMMANDS,
    .open = notes_open,
    .draw = notes_draw,
    .event = notes_event,
    .refresh = notes_refresh,
    .close = notes_close,
};

/* ---- the form --------------------------------------------------------------- */

struct note {
    struct ct_ui *ui;
    struct ct_vitals set;
    struct ct_patient p;
    struct ct_interpretation now; /* what is written; replaces_id from the beginning */
    char kind[24];                /* of the draft */
    struct ct_form form;
};

static enum ct_status note_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct note *s = ct_view_state(v);
    const struct ct_note_arg *a = arg;
    s->ui = ct_view_ui(v);
    struct ct_app *app = ct_ui_app(s->ui);
    enum ct_status st = ct_vitals_get(app, a->vitals_id, &s->set, reterr);
    if (st == CT_OK)
        st = ct_patient_open(app, s->set.patient_id, &s->p, reterr);
    if (st != CT_OK)
        return st;
    s->now.vitals_id = s->set.id;
    if (!ct_form_init(&s->form, CT_INTERPRETATION_FIELDS, CT_INTERPRETATION_FIELDS_N, 16))
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the form.");
    if (a->replaces != NULL) {
        s->now.replaces_id = a->replaces->id;
        for (size_t i = 0; i < s->form.n; i++)
            ct_form_set(&s->form, s->form.field[i]->name, part(a->replaces, i));
    }
    snprintf(s->kind, sizeof s->kind, CT_DRAFT_NOTE "%lld", (long long)s->set.id);
    ct_form_clean(&s->form);
    if (a->replaces == NULL)
        s->form.changed = ct_form_resume(s->ui, &s->form, s->kind, s->p.id);
    return CT_OK;
}

static void note_close(struct ct_view *v)
{
    struct note *s = ct_view_state(v);
    ct_form_done(&s->form);
}

static void note_form_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct note *s = ct_view_state(v);
    char taken[24], line[256], hint[400];
    ct_subject_patient(s->ui, &s->p);
    ct_datetime_text(s->set.taken_ms, taken);
    int used = ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD,
                            s->now.replaces_id != 0 ? "REPLACE A NOTE" : "NEW NOTE");
    used += ct_grid_printf(g, body.row, body.col + 3 + used, -1, CT_R_DIM, "on the set of %s  ",
                           taken);
    ct_draw_score(g, body.row, body.col + 3 + used, &s->set);
    ct_vitals_line(&s->set, line, sizeof line);
    ct_grid_text(g, body.row + 1, body.col + 3, body.cols - 4, CT_R_VALUE, line);
    ct_form_draw(&s->form, g, (struct ct_rect){body.row + 3, body.col, 4, body.cols});
    ct_form_hint(&s->form, hint, sizeof hint);
    ct_draw_wrapped(g, (struct ct_rect){body.row + 8, body.col + 2, 2, body.cols - 4}, CT_R_DIM,
                    hint);
    /* a long text does not fit its row: the whole of it below */
    const char *whole = s->form.editor[s->form.focus].text;
    if (ct_text_cols(whole) > CT_INTERPRETATION_FIELDS[0].width)
        ct_draw_wrapped(g, (struct ct_rect){body.row + 11, body.col + 2, 6, body.cols - 4},
                        CT_R_VALUE, whole);
}

static bool note_draft(struct ct_view *v, struct ct_draft *d)
{
    struct note *s = ct_view_state(v);
    return s->form.changed && s->now.replaces_id == 0 &&
           ct_form_keep(&s->form, d, s->kind, s->p.id);
}

static void store(struct ct_view *v)
{
    struct note *s = ct_view_state(v);
    struct ct_error err;
    char *const PARTS[] = {s->now.situation, s->now.background, s->now.assessment,
                           s->now.recommendation};
    for (size_t i = 0; i < s->form.n; i++)
        ct_text_copy(PARTS[i], CT_SBAR_BYTES + 1, s->form.editor[i].text);
    if (ct_interpretation_record(ct_ui_app(s->ui), &s->now, &err) != CT_OK) {
        ct_form_fail(&s->form, &err);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    struct ct_ui *ui = s->ui;
    ct_form_drop(ui, &s->form, s->kind, s->p.id);
    ct_ui_pop(ui);
    ct_ui_say(ui, CT_R_OK, "The note is kept with the set.");
}

static void because(struct ct_view *v, const char *text)
{
    struct note *s = ct_view_state(v);
    if (text == NULL)
        return;
    ct_text_copy(s->now.reason, sizeof s->now.reason, text);
    store(v);
}

static enum ct_reaction save(struct ct_view *v)
{
    struct note *s = ct_view_state(v);
    if (!ct_form_check(&s->form, 0)) {
        ct_ui_say_error(s->ui, &s->form.message);
        return CT_REFUSED;
    }
    if (s->now.replaces_id != 0)
        ct_ui_prompt(v, "Replaced because", "", because);
    else
        store(v);
    return CT_HANDLED;
}

static enum ct_reaction discard(struct ct_view *v)
{
    struct note *s = ct_view_state(v);
    ct_form_empty(&s->form);
    ct_form_drop(s->ui, &s->form, s->kind, s->p.id);
    return CT_HANDLED;
}

static enum ct_reaction note_event(struct ct_view *v, const struct ct_event *e)
{
    struct note *s = ct_view_state(v);
    switch (ct_form_event(&s->form, e, 0)) {
    case CT_FORM_IGNORED: return CT_IGNORED;
    case CT_FORM_END: return save(v);
    case CT_FORM_REFUSED:
    case CT_FORM_ASKS: ct_ui_say_error(s->ui, &s->form.message); return CT_REFUSED;
    case CT_FORM_MOVED: break;
    }
    return CT_HANDLED;
}

static bool note_typing(const struct ct_view *v)
{
    (void)v;
    return true;
}

static const struct ct_command NOTE_COMMANDS[] = {
    {.id = "note.save", .keys = "^S F10", .label = "save", .perm = CT_PERM_VITALS_WRITE,
     .help = "Keep the note with the set.", .run = save},
    {.id = "note.discard", .keys = "^X", .label = "discard", .perm = CT_PERM_VITALS_WRITE,
     .help = "Empty the form and drop its draft.", .run = discard},
    {.id = NULL},
};

static int64_t note_patient(const struct ct_view *v)
{
    return ((const struct note *)ct_view_state(v))->p.id;
}

const struct ct_screen ct_screen_note = {
    .id = "note",
    .title = "Write an interpretation",
    .help = "Free text in the four parts of SBAR; leave empty what there is nothing to say to. "
            "What you type is kept as a draft.",
    .perm = CT_PERM_VITALS_WRITE,
    .state_size = sizeof(struct note),
    .patient = note_patient,
    .commands = NOTE_COMMANDS,
    .open = note_open,
    .draw = note_form_draw,
    .event = note_event,
    .draft = note_draft,
    .typing = note_typing,
    .close = note_close,
};
