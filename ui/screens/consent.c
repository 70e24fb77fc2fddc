/* consent - what was explained before one procedure, and whether the patient agrees:
 * both in one list by time, the newest first. */
#include "clinic/consent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/screens/screens.h"

enum { DETAIL_ROWS = 8 };

/* One line: an explanation or an event of consent. */
struct line {
    int64_t at_ms;
    const struct ct_explanation *x;
    const struct ct_consent_event *e;
};

struct consent {
    struct ct_ui *ui;
    struct ct_procedure proc;
    struct ct_patient p;
    struct ct_explanation *x;
    struct ct_consent_event *e;
    struct line *line;
    size_t n_x, n_e, n;
    enum ct_consent_state state;
    int64_t in_error; /* the event that is asked about */
    struct ct_table table;
    char cell[600];
};

enum { COL_WHEN, COL_WHAT, COL_BY };
static const struct ct_column COLUMNS[] = {
    [COL_WHEN] = {.title = "When", .width = 12, .frozen = true},
    [COL_WHAT] = {.title = "What", .width = 0},
    [COL_BY] = {.title = "Entered by", .width = 18},
};

static int64_t list_count(void *arg)
{
    return (int64_t)((struct consent *)arg)->n;
}

static bool list_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static void explained_text(const struct ct_explanation *x, char *out, size_t size)
{
    static const char *const UNDERSTOOD[] = {", not understood", ", understood in part",
                                             ", understood"};
    char topics[200];
    ct_topics_text(x->topics, topics, sizeof topics);
    snprintf(out, size, "%s%s%s%s", x->replaced ? "(corrected) " : "",
             x->topics != 0 || x->explained[0] != '\0' ? "explained" : "patient said",
             x->understood != CT_UNSET ? UNDERSTOOD[x->understood] : "",
             topics[0] != '\0' ? ": " : "");
    size_t used = strlen(out);
    snprintf(out + used, size - used, "%s", topics);
}

static const char *list_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct consent *s = arg;
    const struct line *l = &s->line[row];
    bool gone = l->x != NULL ? l->x->replaced : l->e->voided;
    if (gone)
        *role = CT_R_DIM;
    if (column == COL_WHEN) {
        ct_datetime_text(l->at_ms, s->cell);
        return s->cell;
    }
    if (column == COL_BY)
        return l->x != NULL ? l->x->by : l->e->by;
    if (l->x != NULL) {
        explained_text(l->x, s->cell, sizeof s->cell);
        if (!gone && l->x->understood != CT_UNSET && l->x->understood < 2)
            *role = CT_R_WARN;
        return s->cell;
    }
    if (!gone && (l->e->kind == CT_CONSENT_WITHDRAWN || l->e->kind == CT_CONSENT_REFUSED))
        *role = CT_R_ALARM;
    int used = snprintf(s->cell, sizeof s->cell, "%s",
                        gone ? "(in error) CONSENT " : "CONSENT ");
    ct_consent_event_text(l->e, s->cell + used, sizeof s->cell - (size_t)used);
    return s->cell;
}

static int newest_first(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    if (x->at_ms != y->at_ms)
        return x->at_ms < y->at_ms ? 1 : -1;
    int64_t i = x->x != NULL ? x->x->id : x->e->id, k = y->x != NULL ? y->x->id : y->e->id;
    return i < k ? 1 : i > k ? -1 : 0;
}

static enum ct_status load(struct consent *s, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_explanation *x = NULL;
    struct ct_consent_event *e = NULL;
    size_t n_x = 0, n_e = 0;
    enum ct_status st = ct_procedure_get(app, s->proc.id, &s->proc, reterr);
    if (st == CT_OK)
        st = ct_explanation_list(app, s->proc.id, &x, &n_x, reterr);
    if (st == CT_OK)
        st = ct_consent_list(app, s->proc.id, &e, &n_e, &s->state, reterr);
    struct line *line = st == CT_OK ? calloc(n_x + n_e + 1, sizeof *line) : NULL;
    if (st == CT_OK && line == NULL)
        st = ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the list.");
    if (st != CT_OK) {
        free(x);
        free(e);
        return st;
    }
    free(s->x);
    free(s->e);
    free(s->line);
    s->x = x;
    s->e = e;
    s->line = line;
    s->n_x = n_x;
    s->n_e = n_e;
    s->n = 0;
    for (size_t i = 0; i < n_x; i++)
        line[s->n++] = (struct line){x[i].at_ms, &x[i], NULL};
    for (size_t i = 0; i < n_e; i++)
        if (e[i].kind != CT_CONSENT_IN_ERROR) /* it stands with what it voids */
            line[s->n++] = (struct line){e[i].at_ms, NULL, &e[i]};
    qsort(line, s->n, sizeof *line, newest_first);
    ct_table_reload(&s->table);
    return CT_OK;
}

static enum ct_status consent_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct consent *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->proc.id = *(const int64_t *)arg;
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = list_count, .load = list_load, .cell = list_cell});
    enum ct_status st = load(s, reterr);
    return st == CT_OK ? ct_patient_get(ct_ui_app(s->ui), s->proc.patient_id, &s->p, reterr)
                       : st;
}

static void consent_close(struct ct_view *v)
{
    struct consent *s = ct_view_state(v);
    free(s->x);
    free(s->e);
    free(s->line);
}

static void consent_refresh(struct ct_view *v)
{
    struct consent *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

/* ---- drawing --------------------------------------------------------------------- */

/* The event that says how consent stands. */
static const struct ct_consent_event *standing(const struct consent *s)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->line[i].e != NULL && !s->line[i].e->voided)
            return s->line[i].e;
    return NULL;
}

static void state_draw(const struct consent *s, struct ct_grid *g, int row, struct ct_rect body)
{
    const struct ct_consent_event *e = standing(s);
    char text[600], at[24];
    if (e == NULL) {
        bool wanted = ct_consent_wanted(ct_ui_app(s->ui), &s->proc);
        ct_grid_text(g, row, body.col + 1, -1, wanted ? CT_R_WARN : CT_R_DIM,
                     wanted ? "No consent is recorded yet: it cannot begin without."
                            : "No consent is recorded; this kind of procedure asks for none.");
        return;
    }
    bool stops = s->state == CT_CONSENT_IS_REFUSED || s->state == CT_CONSENT_IS_WITHDRAWN;
    ct_datetime_text(e->at_ms, at);
    ct_consent_event_text(e, text, sizeof text);
    int used = ct_grid_text(g, row, body.col + 1, -1, stops ? CT_R_ALARM : CT_R_OK,
                            stops ? ct_consent_state_text(s->state) : "Consent");
    ct_grid_printf(g, row, body.col + 2 + used, body.cols - used - 3, CT_R_TEXT, "%s  %s", at,
                   text);
}

static void part(struct ct_buf *b, const char *label, const char *text)
{
    if (text[0] != '\0')
        ct_buf_printf(b, "%s%s: %s", b->len > 0 ? "   " : "", label, text);
}

static void number(struct ct_buf *b, const char *label, int64_t n)
{
    char text[24];
    if (n == CT_UNSET)
        return;
    snprintf(text, sizeof text, "%lld of 10", (long long)n);
    part(b, label, text);
}

/* The whole of the chosen line in words. */
static void detail_text(const struct consent *s, struct ct_buf *b)
{
    const struct line *l = &s->line[s->table.cursor];
    char text[600], at[24];
    if (l->e != NULL) {
        ct_consent_event_text(l->e, text, sizeof text);
        part(b, "Consent", text);
        for (size_t i = 0; i < s->n_e; i++)
            if (s->e[i].voids_id == l->e->id)
                part(b, "In error, because", s->e[i].text);
        ct_datetime_text(l->e->recorded_ms, at);
    } else {
        const struct ct_explanation *x = l->x;
        explained_text(x, text, sizeof text);
        ct_buf_str_add(b, text);
        part(b, "in words", x->explained);
        part(b, "by", x->by_whom);
        part(b, "in", x->language);
        part(b, "interpreter", x->interpreter);
        part(b, "asked", x->questions);
        part(b, "in the patient's own words", x->teach_back);
        number(b, "anxiety before", x->anxiety_before);
        number(b, "anxiety after", x->anxiety_after);
        part(b, "wishes", x->wishes);
        part(b, "corrected because", x->reason);
        ct_datetime_text(x->recorded_ms, at);
    }
    part(b, "entered", at);
}

static void consent_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct consent *s = ct_view_state(v);
    int row = body.row, end = body.row + body.rows;
    char at[24];
    ct_subject_patient(s->ui, &s->p);
    ct_datetime_text(s->proc.planned_ms, at);
    int used = ct_grid_text(g, row, body.col + 1, -1, CT_R_HEAD, "CONSENT");
    ct_grid_printf(g, row, body.col + 3 + used, body.cols - used - 4, CT_R_TEXT, "%s%s%s   %s",
                   s->proc.title, s->proc.site[0] != '\0' ? ", " : "", s->proc.site, at);
    state_draw(s, g, row + 1, body);
    if (s->n == 0)
        ct_grid_text(g, row + 4, body.col + 2, -1, CT_R_DIM,
                     "Nothing was explained yet. e records what was, g that consent is given.");
    ct_table_draw(&s->table, g, row + 2, body.col, body.rows - 3 - DETAIL_ROWS, body.cols, true);
    if (s->n == 0)
        return;
    CT_BUF b = {.max = 4096};
    detail_text(s, &b);
    ct_grid_hline(g, end - DETAIL_ROWS - 1, body.col, body.cols);
    ct_draw_wrapped(g, (struct ct_rect){end - DETAIL_ROWS, body.col + 2, DETAIL_ROWS,
                                        body.cols - 3},
                    CT_R_TEXT, ct_buf_str(&b));
}

static enum ct_reaction consent_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct consent *)ct_view_state(v))->table, e);
}

static int64_t consent_patient(const struct ct_view *v)
{
    return ((const struct consent *)ct_view_state(v))->p.id;
}

/* ---- commands ---------------------------------------------------------------------- */

static enum ct_reaction explain(struct ct_view *v)
{
    struct consent *s = ct_view_state(v);
    struct ct_explain_arg arg = {.procedure_id = s->proc.id};
    return ct_ui_push(s->ui, &ct_screen_explain, &arg) ? CT_HANDLED : CT_REFUSED;
}

static const struct line *chosen(const struct ct_view *v)
{
    const struct consent *s = ct_view_state(v);
    return s->n > 0 ? &s->line[s->table.cursor] : NULL;
}

static bool on_explanation(const struct ct_view *v)
{
    const struct line *l = chosen(v);
    return l != NULL && l->x != NULL && !l->x->replaced;
}

static bool on_event(const struct ct_view *v)
{
    const struct line *l = chosen(v);
    return l != NULL && l->e != NULL && !l->e->voided;
}

static enum ct_reaction correct(struct ct_view *v)
{
    struct consent *s = ct_view_state(v);
    struct ct_explain_arg arg = {.procedure_id = s->proc.id, .replaces = chosen(v)->x};
    return ct_ui_push(s->ui, &ct_screen_explain, &arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction form_of(struct ct_view *v, enum ct_consent_kind kind)
{
    struct consent *s = ct_view_state(v);
    struct ct_consent_arg arg = {.procedure_id = s->proc.id, .kind = kind};
    return ct_ui_push(s->ui, &ct_screen_consent_form, &arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction given(struct ct_view *v)
{
    return form_of(v, CT_CONSENT_GIVEN);
}

static enum ct_reaction lacks(struct ct_view *v)
{
    return form_of(v, CT_CONSENT_LACKS);
}

static void put(struct ct_view *v, enum ct_consent_kind kind, int64_t voids_id, const char *text)
{
    struct consent *s = ct_view_state(v);
    struct ct_error err;
    struct ct_consent_event e = {
        .procedure_id = s->proc.id, .kind = kind, .voids_id = voids_id};
    ct_text_copy(e.text, sizeof e.text, text);
    if (ct_consent_record(ct_ui_app(s->ui), &e, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    s->table.cursor = 0;
    consent_refresh(v);
    if (kind == CT_CONSENT_WITHDRAWN || kind == CT_CONSENT_REFUSED)
        ct_ui_say(s->ui, CT_R_ALARM, "%s. The procedure is %s.", ct_consent_state_text(s->state),
                  ct_proc_state_name(s->proc.state));
}

static void withdrawn(struct ct_view *v, const char *text)
{
    if (text != NULL)
        put(v, CT_CONSENT_WITHDRAWN, 0, text);
}

static void refused(struct ct_view *v, const char *text)
{
    if (text != NULL)
        put(v, CT_CONSENT_REFUSED, 0, text);
}

static enum ct_reaction withdraw(struct ct_view *v)
{
    ct_ui_prompt(v, "Consent is WITHDRAWN; the patient's words (may be empty)", "", withdrawn);
    return CT_HANDLED;
}

static enum ct_reaction refuse(struct ct_view *v)
{
    ct_ui_prompt(v, "Consent is REFUSED; the patient's words (may be empty)", "", refused);
    return CT_HANDLED;
}

static void error_because(struct ct_view *v, const char *text)
{
    struct consent *s = ct_view_state(v);
    if (text != NULL)
        put(v, CT_CONSENT_IN_ERROR, s->in_error, text);
}

static enum ct_reaction in_error(struct ct_view *v)
{
    struct consent *s = ct_view_state(v);
    s->in_error = chosen(v)->e->id;
    ct_ui_prompt(v, "This entry was an error, because", "", error_because);
    return CT_HANDLED;
}

static bool may_withdraw(const struct ct_view *v)
{
    const struct consent *s = ct_view_state(v);
    return s->state == CT_CONSENT_IS_GIVEN || s->state == CT_CONSENT_IS_LACKS;
}

static bool may_refuse(const struct ct_view *v)
{
    const struct consent *s = ct_view_state(v);
    return s->state == CT_CONSENT_NONE;
}

static const struct ct_command COMMANDS[] = {
    {.id = "consent.explain", .keys = "e", .label = "explained", .perm = CT_PERM_CONSENT,
     .help = "What was explained, how it was understood, anxiety, the patient's wishes.",
     .run = explain},
    {.id = "consent.given", .keys = "g", .label = "given", .perm = CT_PERM_CONSENT,
     .help = "The patient agrees: verbally, in writing or by what is implied.", .run = given},
    {.id = "consent.withdraw", .keys = "w", .label = "WITHDRAWN", .perm = CT_PERM_CONSENT,
     .help = "The patient agrees no longer: the procedure stops at once.", .run = withdraw,
     .shown = may_withdraw},
    {.id = "consent.refuse", .keys = "r", .label = "refused", .perm = CT_PERM_CONSENT,
     .help = "The patient does not agree.", .run = refuse, .shown = may_refuse},
    {.id = "consent.lacks", .keys = "l", .label = "lacks capacity", .perm = CT_PERM_CONSENT,
     .help = "The patient cannot decide this: with whom it was decided, on what grounds.",
     .run = lacks},
    {.id = "consent.correct", .keys = "c", .label = "correct", .perm = CT_PERM_CONSENT,
     .help = "Write this explanation anew, with a reason; the earlier one stays readable.",
     .run = correct, .shown = on_explanation},
    {.id = "consent.error", .keys = "d", .label = "in error", .perm = CT_PERM_CONSENT,
     .help = "This entry of consent never was so: say why; it stays readable.",
     .run = in_error, .shown = on_event},
    {.id = NULL},
};

const struct ct_screen ct_screen_consent = {
    .id = "consent",
    .title = "Explanation and consent",
    .help = "What was explained before this procedure, by whom and in which language, how it was "
            "understood, and whether the patient agrees. A patient may withdraw at any time and "
            "needs no reason; the procedure then stops. Nothing is changed or deleted here: a "
            "correction is a new entry with a reason.",
    .perm = CT_PERM_PROCEDURE_READ,
    .state_size = sizeof(struct consent),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = consent_open,
    .draw = consent_draw,
    .event = consent_event,
    .refresh = consent_refresh,
    .patient = consent_patient,
    .close = consent_close,
};
