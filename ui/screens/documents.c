/* documents - what has to be read: confirmed by each who is concerned, put in force, ended. */
#include "ui/screens/school.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct documents {
    struct ct_ui *ui;
    struct ct_document *d;
    size_t n;
    struct ct_table table;
    char cell[200];
};

enum { COL_REF, COL_TITLE, COL_REVISION, COL_READ };
static const struct ct_column COLUMNS[] = {
    [COL_REF] = {.title = "Number", .width = 12, .frozen = true},
    [COL_TITLE] = {.title = "Title", .width = 0},
    [COL_REVISION] = {.title = "Revision", .width = 10},
    [COL_READ] = {.title = "You", .width = 12},
};

static int64_t row_count(void *arg)
{
    return (int64_t)((struct documents *)arg)->n;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct documents *s = arg;
    const struct ct_document *d = &s->d[row];
    switch (column) {
    case COL_REF: return d->ref;
    case COL_TITLE:
        snprintf(s->cell, sizeof s->cell, "%s%s", d->title,
                 d->before_use ? " (before use)" : "");
        return s->cell;
    case COL_REVISION: return d->revision;
    default:
        if (d->mine)
            *role = CT_R_WARN;
        return d->mine ? "TO READ" : "";
    }
}

static void load(struct documents *s)
{
    struct ct_document *d = NULL;
    struct ct_error err;
    size_t n = 0;
    if (ct_document_list(ct_ui_app(s->ui), false, &d, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->d);
    s->d = d;
    s->n = n;
    ct_table_reload(&s->table);
}

static enum ct_status documents_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct documents *s = ct_view_state(v);
    (void)arg, (void)reterr;
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = ct_rows_there, .cell = row_cell});
    load(s);
    return CT_OK;
}

static void documents_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

static void documents_close(struct ct_view *v)
{
    free(((struct documents *)ct_view_state(v))->d);
}

static const struct ct_document *chosen(const struct ct_view *v)
{
    const struct documents *s = ct_view_state(v);
    return s->n > 0 ? &s->d[s->table.cursor] : NULL;
}

/* What is new, where it is, who has not read it yet. */
static void about(const struct documents *s, const struct ct_document *d, struct ct_buf *b)
{
    struct ct_person *p = NULL;
    size_t n = 0;
    ct_buf_printf(b, "%s%s%s%s", d->changes, d->changes[0] != '\0' ? "; " : "",
                  d->place[0] != '\0' ? "in " : "", d->place);
    if (ct_document_unread(ct_ui_app(s->ui), d->id, &p, &n, NULL) != CT_OK)
        return;
    ct_buf_printf(b, "%s%lld read it, %zu have not%s", b->len > 0 ? "; " : "",
                  (long long)d->readers, n, n > 0 ? ": " : "");
    for (size_t i = 0; i < n; i++)
        ct_buf_printf(b, "%s%s", i > 0 ? ", " : "", p[i].name);
    free(p);
}

static void documents_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct documents *s = ct_view_state(v);
    int end = body.row + body.rows;
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    ct_grid_printf(g, body.row, body.col + 1, -1, CT_R_HEAD, "DOCUMENTS TO BE READ: %zu", s->n);
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 5, body.cols, true);
    if (s->n == 0) {
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM,
                     "None is in force. A supervisor puts one in force with n.");
        return;
    }
    CT_BUF b = {.max = 8192};
    about(s, chosen(v), &b);
    ct_grid_hline(g, end - 4, body.col, body.cols);
    ct_draw_wrapped(g, (struct ct_rect){end - 3, body.col + 1, 3, body.cols - 2}, CT_R_TEXT,
                    ct_buf_str(&b));
}

static enum ct_reaction documents_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct documents *)ct_view_state(v))->table, e);
}

static bool any(const struct ct_view *v)
{
    return chosen(v) != NULL;
}

static bool to_read(const struct ct_view *v)
{
    return chosen(v) != NULL && chosen(v)->mine;
}

static enum ct_reaction was_read(struct ct_view *v)
{
    struct documents *s = ct_view_state(v);
    struct ct_error err;
    if (ct_document_read(ct_ui_app(s->ui), chosen(v)->id, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return CT_REFUSED;
    }
    load(s);
    ct_ui_say(s->ui, CT_R_OK, "Confirmed: you have read it.");
    return CT_HANDLED;
}

static enum ct_reaction add(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_document_form, NULL) ? CT_HANDLED : CT_REFUSED;
}

static void end_because(struct ct_view *v, const char *reason)
{
    struct documents *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL || chosen(v) == NULL)
        return;
    if (ct_document_end(ct_ui_app(s->ui), chosen(v)->id, reason, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    load(s);
}

static enum ct_reaction end(struct ct_view *v)
{
    ct_ui_prompt(v, "Not in force any more, because", "", end_because);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "documents.read", .keys = "c", .label = "I have read it",
     .perm = CT_PERM_TRAIN_WRITE, .help = "Confirm that you have read this revision.",
     .run = was_read, .shown = to_read},
    {.id = "documents.add", .keys = "n", .label = "new revision", .perm = CT_PERM_COMP_PLAN,
     .help = "Put a document, or a new revision of one, in force.", .run = add},
    {.id = "documents.end", .keys = "x", .label = "end", .perm = CT_PERM_COMP_PLAN,
     .help = "It is not in force any more; a reason is asked.", .run = end, .shown = any},
    {.id = NULL},
};

const struct ct_screen ct_screen_documents = {
    .id = "documents",
    .title = "Documents to be read",
    .help = "Procedures and instructions in force. A new revision waits for all who hold a "
            "competency it is about, or for everybody. Before use: until it is read, going on "
            "asks for a reason.",
    .perm = CT_PERM_TRAIN_READ,
    .jump = true,
    .state_size = sizeof(struct documents),
    .commands = COMMANDS,
    .open = documents_open,
    .draw = documents_draw,
    .event = documents_event,
    .refresh = documents_refresh,
    .close = documents_close,
};

/* ---- the form ------------------------------------------------------------------------------- */

struct form {
    struct ct_equip_form f; /* first: equip_form.h */
    struct ct_subject_offers offers;
};

static void offers(struct ct_equip_form *f, const char *field, struct ct_buf *out)
{
    if (ct_subject_field(f, field))
        ct_subject_offer(&((struct form *)f)->offers, out);
}

static void save(struct ct_view *v)
{
    struct form *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    const struct ct_form *f = &s->f.form;
    struct ct_error err;
    int64_t now = ct_app_now(ct_ui_app(ui));
    struct ct_document d = {.before_use = ct_form_value(f, "before_use", now) == 1};
    ct_text_copy(d.ref, sizeof d.ref, ct_form_text(f, "ref"));
    ct_text_copy(d.title, sizeof d.title, ct_form_text(f, "title"));
    ct_text_copy(d.revision, sizeof d.revision, ct_form_text(f, "revision"));
    ct_text_copy(d.changes, sizeof d.changes, ct_form_text(f, "changes"));
    ct_text_copy(d.place, sizeof d.place, ct_form_text(f, "place"));
    enum ct_status rc = ct_subjects_meant(&s->offers, f, d.subject, 4, &d.n_subjects, &err);
    if (rc == CT_OK)
        rc = ct_document_put(ct_ui_app(ui), &d, &err);
    if (rc != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    ct_equip_form_saved(&s->f);
    ct_ui_say(ui, CT_R_OK, "%s, revision %s, is in force.", d.ref, d.revision);
}

static enum ct_status form_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct form *s = ct_view_state(v);
    (void)arg;
    s->f.ui = ct_view_ui(v);
    s->f.offers = offers;
    s->f.only = ct_subject_field;
    s->f.save = save;
    snprintf(s->f.kind, sizeof s->f.kind, "%s", CT_DRAFT_DOCUMENT);
    snprintf(s->f.title, sizeof s->f.title, "A DOCUMENT IS PUT IN FORCE");
    enum ct_status rc =
        ct_subject_list(ct_ui_app(s->f.ui), &s->offers.s, &s->offers.n, reterr);
    if (rc == CT_OK)
        rc = ct_equip_form_begin(&s->f, CT_DOCUMENT_FIELDS, CT_DOCUMENT_FIELDS_N, 14, reterr);
    if (rc != CT_OK)
        free(s->offers.s);
    return rc;
}

static void form_close(struct ct_view *v)
{
    free(((struct form *)ct_view_state(v))->offers.s);
    ct_equip_form_close(v);
}

static const struct ct_command FORM[] = {
    CT_EQUIP_FORM_COMMANDS("document_form", CT_PERM_COMP_PLAN),
    {.id = NULL},
};

const struct ct_screen ct_screen_document_form = {
    .id = "document_form",
    .title = "A document is put in force",
    .help = "Its number, revision and what is new in it. A number that is there already gets a "
            "new revision, which everybody concerned has to read.",
    .perm = CT_PERM_COMP_PLAN,
    .state_size = sizeof(struct form),
    .commands = FORM,
    .open = form_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = form_close,
};
