/* review - a shift for its supervisor: exceptions first, each one key from its evidence; what
 * was counted; and the way to the signature. */
#include "ui/screens/review_parts.h"
#include "ui/screens/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/user.h"

enum { REST_ROWS = 4, PEOPLE_MAX = 6 };
#define FILTER_LABEL "Filter: @who #module =device +patient"

struct review {
    struct ct_ui *ui;
    struct ct_review r;
    struct ct_review_overdue overdue;
    struct ct_review_filter filter;
    char typed[CT_FILTER_TYPED_MAX + 1]; /* the filter as it was typed */
    int64_t total, first, seen_seq;
    struct ct_review_line *line; /* the loaded window */
    size_t n;
    struct ct_review_count *count;
    size_t n_count;
    bool counting;            /* counts stand in place of the lines */
    struct ct_column column[6];
    struct ct_table table;
    char cell[40];
    int64_t seq;              /* what a prompt is about */
    enum ct_mark_kind kind;
    char because[CT_MARK_TEXT_MAX + 1];
};

enum { COL_MARK, COL_SAID, COL_AT, COL_PATIENT, COL_TEXT, COL_WHO, COLS };
static const struct ct_column COLUMNS[COLS] = {
    [COL_MARK] = {.title = "", .width = 2, .frozen = true},
    [COL_SAID] = {.title = "", .width = 2, .frozen = true},
    [COL_AT] = {.title = "At", .width = 5, .frozen = true},
    [COL_PATIENT] = {.title = "Patient", .width = 17, .frozen = true},
    [COL_TEXT] = {.title = "What", .width = 0},
    [COL_WHO] = {.title = "Who", .width = 22, .gone_below = 110},
};

/* ---- loading ------------------------------------------------------------------------------- */

static int64_t line_count(void *arg)
{
    return ((struct review *)arg)->total;
}

static bool line_load(void *arg, int64_t first, int n)
{
    struct review *s = arg;
    struct ct_error err;
    free(s->line);
    s->line = NULL;
    s->n = 0;
    if (ct_review_lines(ct_ui_app(s->ui), s->r.id, &s->filter, first, (size_t)n, &s->line, &s->n,
                        &s->total, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return false;
    }
    s->first = first;
    return s->n == (size_t)n;
}

static const struct ct_review_line *line_at(const struct review *s, int64_t row)
{
    return row >= s->first && row < s->first + (int64_t)s->n ? &s->line[row - s->first] : NULL;
}

static void reload(struct review *s)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_review_line *none = NULL;
    struct ct_review_count *count = NULL;
    struct ct_head head = {.seq = 0};
    struct ct_error err;
    size_t n = 0;
    if (ct_chain_head(app, &head, &err) != CT_OK ||
        ct_review_get(app, s->r.id, &s->r, &err) != CT_OK ||
        ct_review_overdue(app, &s->overdue, &err) != CT_OK ||
        ct_review_counts(app, s->r.id, &count, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->count);
    s->count = count;
    s->n_count = n;
    s->seen_seq = head.seq;
    if (ct_review_lines(app, s->r.id, &s->filter, 0, 0, &none, &n, &s->total, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    free(none);
    ct_table_reload(&s->table);
}

static const char *line_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct review *s = arg;
    const struct ct_review_line *x = line_at(s, row);
    if (x == NULL)
        return "";
    (void)role; /* as in the log: a sign, and no look, so that a slow line is not filled */
    switch (column) {
    case COL_MARK: return x->cls == 2 ? "!!" : x->cls == 1 ? "!" : "";
    case COL_SAID:
        return x->unanswered > 0  ? "?"
               : x->queries > 0   ? "="
               : x->comments > 0  ? "c"
               : x->acknowledged ? "."
                                  : "";
    case COL_AT:
        if (x->due_ms != CT_UNSET) {
            ct_datetime_text(x->due_ms, s->cell);
            if (s->column[COL_AT].width <= 5)
                ct_time_text(x->due_ms, s->cell);
            return s->cell;
        }
        if (s->column[COL_AT].width > 5) /* of what came behind the end: when it was done */
            ct_datetime_text(x->after ? x->l.done_ms : x->l.at_ms, s->cell);
        else
            ct_time_text(x->after ? x->l.done_ms : x->l.at_ms, s->cell);
        return s->cell;
    case COL_PATIENT: return x->l.patient;
    case COL_TEXT: return x->l.text;
    default: return x->l.user;
    }
}

static enum ct_status review_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct review *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    enum ct_status rc = ct_review_get(ct_ui_app(s->ui), *(const int64_t *)arg, &s->r, reterr);
    if (rc != CT_OK)
        return rc;
    memcpy(s->column, COLUMNS, sizeof COLUMNS);
    if (s->r.end_ms - s->r.start_ms > CT_DAY_MS) /* which day it was */
        s->column[COL_AT].width = 17;
    ct_table_init(&s->table, s->column, COLS,
                  (struct ct_table_source){
                      .arg = s, .count = line_count, .load = line_load, .cell = line_cell});
    reload(s);
    return CT_OK;
}

static void review_refresh(struct ct_view *v)
{
    reload(ct_view_state(v));
}

static void review_close(struct ct_view *v)
{
    struct review *s = ct_view_state(v);
    free(s->line);
    free(s->count);
}

/* ---- drawing ------------------------------------------------------------------------------- */

static void state_draw(const struct review *s, struct ct_grid *g, struct ct_rect body)
{
    const struct ct_review *r = &s->r;
    char text[160];
    if (r->state == CT_REVIEW_SECOND)
        snprintf(text, sizeof text, "signed by %.40s; a second signs too", r->sign[0].by);
    else if (r->state == CT_REVIEW_SIGNED)
        snprintf(text, sizeof text, "SIGNED by %.40s%s", r->sign[0].by,
                 r->since > 0 ? "; more came since" : "");
    else if (r->running)
        snprintf(text, sizeof text, "the shift runs");
    else if (r->open_exceptions + r->open_rest > 0)
        snprintf(text, sizeof text, "%lld exceptions and %lld lines open",
                 (long long)r->open_exceptions, (long long)r->open_rest);
    else
        snprintf(text, sizeof text, "%s", r->unanswered > 0 ? "waits for answers" : "to be signed");
    ct_grid_right(g, body.row, body.col + body.cols - 1,
                  r->state == CT_REVIEW_SIGNED && r->since == 0 ? CT_R_OK : CT_R_WARN, text);
}

static void head_draw(const struct review *s, struct ct_grid *g, struct ct_rect body)
{
    const struct ct_review *r = &s->r;
    const struct ct_review_overdue *o = &s->overdue;
    char to[40] = "";
    if (r->addendum_to != 0)
        snprintf(to, sizeof to, ", addendum to R-%lld", (long long)r->addendum_to);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 40, CT_R_HEAD, "R-%lld%s   EXCEPTIONS %lld",
                   (long long)r->id, to, (long long)r->exceptions);
    state_draw(s, g, body);
    ct_grid_printf(g, body.row + 1, body.col + 1, -1,
                   o->sets + o->escalations + o->tasks + o->expired > 0 ? CT_R_WARN : CT_R_DIM,
                   "Overdue: sets %lld, escalations %lld, tasks %lld, competencies %lld. To approve: %lld.",
                   (long long)o->sets, (long long)o->escalations, (long long)o->tasks,
                   (long long)o->expired, (long long)o->approvals);
    if (s->typed[0] != '\0')
        ct_grid_printf(g, body.row + 2, body.col + 1, -1, CT_R_NOTE, "Filter: %s   (%lld of %lld)",
                       s->typed, (long long)s->total, (long long)r->lines);
    else
        ct_grid_printf(g, body.row + 2, body.col + 1, -1, CT_R_DIM,
                       "%lld lines. Questions: %lld, without answer %lld. Comments: %lld.",
                       (long long)r->lines, (long long)r->queries, (long long)r->unanswered,
                       (long long)r->comments);
}

/* By module and person: who has most stands by name, the others together. */
struct matrix {
    uint32_t user[PEOPLE_MAX];
    size_t n;
};

static void matrix_make(const struct review *s, struct matrix *m)
{
    for (size_t i = 0; i < s->n_count; i++) {
        bool there = false;
        for (size_t k = 0; k < m->n; k++)
            there = there || m->user[k] == s->count[i].user_id;
        if (!there && m->n < PEOPLE_MAX)
            m->user[m->n++] = s->count[i].user_id;
    }
}

static size_t column_of(const struct matrix *m, uint32_t user)
{
    for (size_t k = 0; k < m->n; k++)
        if (m->user[k] == user)
            return k;
    return PEOPLE_MAX;
}

static void counts_row(const struct review *s, const struct matrix *m, const char *module,
                       struct ct_grid *g, int row, int col)
{
    int64_t n[PEOPLE_MAX + 1] = {0}, all = 0, exceptions = 0;
    for (size_t i = 0; i < s->n_count; i++)
        if (strcmp(s->count[i].module, module) == 0) {
            n[column_of(m, s->count[i].user_id)] += s->count[i].n;
            all += s->count[i].n;
            exceptions += s->count[i].exceptions;
        }
    ct_grid_text(g, row, col + 1, 13, CT_R_LABEL, module);
    for (size_t k = 0; k < m->n; k++)
        if (n[k] > 0)
            ct_grid_printf(g, row, col + 15 + 8 * (int)k, 7, CT_R_TEXT, "%5lld", (long long)n[k]);
    if (n[PEOPLE_MAX] > 0)
        ct_grid_printf(g, row, col + 15 + 8 * PEOPLE_MAX, 6, CT_R_TEXT, "%5lld",
                       (long long)n[PEOPLE_MAX]);
    ct_grid_printf(g, row, col + 69, -1, exceptions > 0 ? CT_R_WARN : CT_R_TEXT, "%4lld %s",
                   (long long)all, exceptions > 0 ? "!!" : "");
}

static void counts_draw(const struct review *s, struct ct_grid *g, struct ct_rect at)
{
    struct matrix m = {.n = 0};
    matrix_make(s, &m);
    ct_grid_text(g, at.row, at.col + 1, -1, CT_R_HEAD, "Lines of");
    for (size_t k = 0; k < m.n; k++) {
        char name[128];
        ct_user_name(ct_ui_app(s->ui), m.user[k], name, sizeof name);
        ct_grid_text(g, at.row, at.col + 15 + 8 * (int)k, 7, CT_R_HEAD,
                     m.user[k] == 0 ? "nobody" : name);
    }
    ct_grid_text(g, at.row, at.col + 69, -1, CT_R_HEAD, " all");
    int row = at.row + 1;
    for (size_t i = 0; i < s->n_count && row < at.row + at.rows; i++)
        if (i == 0 || strcmp(s->count[i].module, s->count[i - 1].module) != 0)
            counts_row(s, &m, s->count[i].module, g, row++, at.col);
    ct_grid_cursor(g, at.row, at.col + 1);
}

/* Of the chosen line what its row has no room for, and who it was. */
static void rest_draw(const struct review *s, struct ct_grid *g, struct ct_rect at)
{
    const struct ct_review_line *x = line_at(s, s->table.cursor);
    ct_grid_hline(g, at.row, at.col, at.cols);
    if (x == NULL || s->counting)
        return;
    const char *rest = ct_table_rest(&s->table, COL_TEXT, x->l.text);
    CT_BUF b = {.max = 1024};
    if (rest[0] != '\0')
        ct_buf_printf(&b, "%s%s", rest == x->l.text ? "" : "... ", rest);
    ct_draw_wrapped(g, (struct ct_rect){at.row + 1, at.col + 2, at.rows - 2, at.cols - 3},
                    CT_R_TEXT, ct_buf_str(&b));
    ct_buf_clear(&b);
    if (x->due_ms != CT_UNSET)
        ct_buf_str_add(&b, "the set before it by ");
    ct_buf_str_add(&b, x->l.user[0] != '\0' && x->l.user_id != 0 ? x->l.user : "the program");
    if (x->l.done_ms != x->l.at_ms) {
        char done[24];
        ct_datetime_text(x->l.done_ms, done);
        ct_buf_printf(&b, ", done %s", done);
    }
    if (x->after)
        ct_buf_str_add(&b, ", recorded behind the end");
    ct_buf_printf(&b, "   entry %lld%s%s", (long long)x->l.seq,
                  x->unanswered > 0 ? "   asked, no answer yet"
                  : x->queries > 0  ? "   asked and answered: i"
                                    : "",
                  x->comments > 0 ? "   commented: i" : "");
    ct_grid_text(g, at.row + at.rows - 1, at.col + 2, at.cols - 3, CT_R_TEXT, ct_buf_str(&b));
}

static void review_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct review *s = ct_view_state(v);
    char title[120];
    ct_review_title(&s->r, title, sizeof title);
    ct_ui_subject(s->ui, "REVIEW   %s", title);
    head_draw(s, g, body);
    struct ct_rect list = {body.row + 3, body.col, body.rows - 3 - REST_ROWS, body.cols};
    if (s->counting) {
        counts_draw(s, g, list);
    } else {
        if (s->total == 0)
            ct_grid_text(g, list.row + 2, list.col + 2, -1, CT_R_DIM,
                         s->typed[0] != '\0' ? "No line is like that. f and Enter shows all."
                                             : "Nothing was recorded.");
        ct_table_draw(&s->table, g, list.row, list.col, list.rows, list.cols, true);
    }
    rest_draw(s, g, (struct ct_rect){body.row + body.rows - REST_ROWS, body.col, REST_ROWS,
                                      body.cols});
}

static enum ct_reaction review_event(struct ct_view *v, const struct ct_event *e)
{
    struct review *s = ct_view_state(v);
    return s->counting ? CT_IGNORED : ct_table_event(&s->table, e);
}

/* ---- the line ------------------------------------------------------------------------------- */

/* The chosen one, though typed ahead of the drawing. */
static const struct ct_review_line *chosen(struct review *s)
{
    const struct ct_review_line *x = line_at(s, s->table.cursor);
    if (x == NULL && s->table.cursor < s->total) {
        line_load(s, s->table.cursor, 1);
        ct_table_reload(&s->table);
        x = line_at(s, s->table.cursor);
    }
    return s->counting ? NULL : x;
}

static enum ct_reaction evidence(struct ct_view *v)
{
    struct review *s = ct_view_state(v);
    const struct ct_review_line *x = chosen(s);
    if (x == NULL)
        return CT_IGNORED;
    if (x->l.escalation_id != CT_UNSET && !x->l.raised)
        return ct_ui_push(s->ui, &ct_screen_escalation, &x->l.escalation_id) ? CT_HANDLED
                                                                             : CT_REFUSED;
    return ct_ui_push(s->ui, &ct_screen_evidence, &x->l) ? CT_HANDLED : CT_REFUSED;
}

static bool is_open(const struct ct_view *v)
{
    return ((const struct review *)ct_view_state(v))->r.state == CT_REVIEW_OPEN;
}

static enum ct_reaction acknowledge(struct ct_view *v)
{
    struct review *s = ct_view_state(v);
    const struct ct_review_line *x = chosen(s);
    struct ct_error err;
    if (x == NULL)
        return CT_IGNORED;
    if (!x->acknowledged &&
        ct_review_say(ct_ui_app(s->ui), s->r.id, x->l.seq, CT_MARK_ACK, "", &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return CT_REFUSED;
    }
    if (s->filter.kind != CT_RF_OPEN && s->table.cursor + 1 < s->total)
        s->table.cursor++;
    reload(s);
    return CT_HANDLED;
}

static enum ct_reaction acknowledge_rest(struct ct_view *v)
{
    struct review *s = ct_view_state(v);
    struct ct_error err;
    if (s->typed[0] != '\0') {
        ct_ui_say(s->ui, CT_R_ERROR, "Not all lines are shown: take the filter off first (f).");
        return CT_REFUSED;
    }
    if (s->r.open_rest == 0) {
        ct_ui_say(s->ui, CT_R_TEXT, "Every line that is no exception is acknowledged already.");
        return CT_REFUSED;
    }
    int64_t n = s->r.open_rest;
    if (ct_review_rest(ct_ui_app(s->ui), s->r.id, s->seen_seq, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return CT_REFUSED;
    }
    reload(s);
    ct_ui_say(s->ui, CT_R_OK, "%lld lines are acknowledged; exceptions are looked at one by one: %lld open.",
              (long long)n, (long long)s->r.open_exceptions);
    return CT_HANDLED;
}

static void said(struct ct_view *v, const char *text)
{
    struct review *s = ct_view_state(v);
    struct ct_error err;
    if (text == NULL)
        return;
    if (ct_review_say(ct_ui_app(s->ui), s->r.id, s->seq, s->kind, text, &err) != CT_OK) {
        if (strcmp(err.field, "text") == 0)
            ct_ui_prompt(v, s->kind == CT_MARK_QUERY ? "Ask" : "Comment", text, said);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    reload(s);
    ct_ui_say(s->ui, CT_R_OK, s->kind == CT_MARK_QUERY
                                  ? "The question stands at the author's home until it is answered."
                                  : "The comment is written.");
}

static enum ct_reaction ask(struct ct_view *v, enum ct_mark_kind kind, const char *label)
{
    struct review *s = ct_view_state(v);
    const struct ct_review_line *x = chosen(s);
    if (x == NULL)
        return CT_IGNORED;
    s->seq = x->l.seq;
    s->kind = kind;
    ct_ui_prompt(v, label, "", said);
    return CT_HANDLED;
}

static enum ct_reaction query(struct ct_view *v)
{
    return ask(v, CT_MARK_QUERY, "Ask");
}

static enum ct_reaction comment(struct ct_view *v)
{
    return ask(v, CT_MARK_COMMENT, "Comment");
}

static enum ct_reaction comment_whole(struct ct_view *v)
{
    struct review *s = ct_view_state(v);
    s->seq = CT_UNSET;
    s->kind = CT_MARK_COMMENT;
    ct_ui_prompt(v, "Comment on the whole", "", said);
    return CT_HANDLED;
}

static enum ct_reaction said_of(struct ct_view *v)
{
    struct review *s = ct_view_state(v);
    const struct ct_review_line *x = chosen(s);
    const struct ct_said_arg arg = {.review_id = s->r.id, .seq = x != NULL ? x->l.seq : CT_UNSET};
    return ct_ui_push(s->ui, &ct_screen_review_said, &arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction said_all(struct ct_view *v)
{
    struct review *s = ct_view_state(v);
    const struct ct_said_arg arg = {.review_id = s->r.id, .seq = CT_UNSET};
    return ct_ui_push(s->ui, &ct_screen_review_said, &arg) ? CT_HANDLED : CT_REFUSED;
}

/* ---- filter, counts ------------------------------------------------------------------------------ */

static void filter_given(struct ct_view *v, const char *text)
{
    struct review *s = ct_view_state(v);
    struct ct_review_filter f;
    struct ct_error err;
    if (text == NULL)
        return;
    if (ct_review_filter_parse(ct_ui_app(s->ui), s->r.id, text, &f, &err) != CT_OK) {
        ct_ui_prompt(v, FILTER_LABEL, text, filter_given);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    s->filter = f;
    ct_text_copy(s->typed, sizeof s->typed, text);
    ct_text_trim(s->typed);
    s->table.cursor = 0;
    reload(s);
}

static enum ct_reaction filter(struct ct_view *v)
{
    struct review *s = ct_view_state(v);
    ct_ui_prompt(v, FILTER_LABEL, s->typed, filter_given);
    return CT_HANDLED;
}

static enum ct_reaction filters(struct ct_view *v)
{
    struct review *s = ct_view_state(v);
    const struct ct_filters_arg arg = {.typed = s->typed, .chosen = filter_given};
    return ct_ui_push(s->ui, &ct_screen_review_filters, &arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction toggle_counts(struct ct_view *v)
{
    struct review *s = ct_view_state(v);
    s->counting = !s->counting;
    return CT_HANDLED;
}

/* ---- signing ----------------------------------------------------------------------------------- */

static void to_text(struct review *s, bool is_signed, bool first_of_two)
{
    const struct ct_review_text_arg arg = {.review_id = s->r.id, .is_signed = is_signed,
                                           .first_of_two = first_of_two, .because = s->because};
    ct_ui_push(s->ui, &ct_screen_review_text, &arg);
}

static void worked_answered(struct ct_view *v, int index)
{
    if (index == 0)
        to_text(ct_view_state(v), false, true);
}

static void sign_on(struct ct_view *v)
{
    static const struct ct_choice CHOICES[] = {
        {"y", "sign as the first of two"}, {"Esc", "leave it"}, {NULL, NULL}};
    struct review *s = ct_view_state(v);
    if (s->r.worked && s->r.open_exceptions + s->r.open_rest == 0 && !s->r.running)
        ct_ui_ask(v, "You worked then yourself: another supervisor has to sign too.", CHOICES,
                  worked_answered);
    else
        to_text(s, false, false);
}

static void because_given(struct ct_view *v, const char *text)
{
    struct review *s = ct_view_state(v);
    if (text == NULL)
        return;
    ct_text_copy(s->because, sizeof s->because, text);
    sign_on(v);
}

static enum ct_reaction sign(struct ct_view *v)
{
    struct review *s = ct_view_state(v);
    reload(s);
    s->because[0] = '\0';
    if (s->r.state != CT_REVIEW_OPEN) {
        to_text(s, true, false);
        return CT_HANDLED;
    }
    if (s->r.unanswered > 0 && !s->r.running && s->r.open_exceptions + s->r.open_rest == 0)
        ct_ui_prompt(v, "Signed without an answer, because", "", because_given);
    else
        sign_on(v);
    return CT_HANDLED;
}

static bool is_signed(const struct ct_view *v)
{
    return !is_open(v);
}

static enum ct_reaction signed_text(struct ct_view *v)
{
    to_text(ct_view_state(v), true, false);
    return CT_HANDLED;
}

static enum ct_reaction print(struct ct_view *v)
{
    char what[32];
    snprintf(what, sizeof what, "R-%lld", (long long)((struct review *)ct_view_state(v))->r.id);
    return ct_print_one(v, "shift-log", "Shift log", what);
}

static const struct ct_command COMMANDS[] = {
    {.id = "review.evidence", .keys = "Enter", .label = "evidence", .perm = CT_PERM_REVIEW,
     .help = "What stands behind this line.", .run = evidence},
    {.id = "review.acknowledge", .keys = "a Space", .label = "acknowledge", .perm = CT_PERM_REVIEW,
     .help = "You have looked at this line.", .run = acknowledge, .shown = is_open},
    {.id = "review.rest", .keys = "A", .label = "rest", .perm = CT_PERM_REVIEW,
     .help = "Acknowledge all lines that are no exception.", .run = acknowledge_rest,
     .shown = is_open},
    {.id = "review.query", .keys = "k", .label = "ask", .perm = CT_PERM_REVIEW,
     .help = "Ask the author of this line; the question waits at the author's home.",
     .run = query, .shown = is_open},
    {.id = "review.comment", .keys = "c", .label = "comment", .perm = CT_PERM_REVIEW,
     .help = "Say something about this line; it is signed with it.", .run = comment,
     .shown = is_open},
    {.id = "review.comment_whole", .keys = "C", .perm = CT_PERM_REVIEW,
     .help = "Say something about the whole shift.", .run = comment_whole, .shown = is_open},
    {.id = "review.said", .keys = "i", .perm = CT_PERM_REVIEW,
     .help = "What was said of this line.", .run = said_of},
    {.id = "review.said_all", .keys = "I", .perm = CT_PERM_REVIEW,
     .help = "All that was said in this review.", .run = said_all},
    {.id = "review.filter", .keys = "f", .label = "filter", .perm = CT_PERM_REVIEW,
     .help = "A part of the lines: @person, #module, =device (its number, typed or scanned), "
             "+patient (the number), ! exceptions, . open, ? asked or commented, or words in the "
             "line. Empty: all.", .run = filter},
    {.id = "review.filters", .keys = "F", .perm = CT_PERM_REVIEW,
     .help = "Filters that you keep by name: use one, or keep the one that is on.",
     .run = filters},
    CT_PRINT_COMMAND("review.print", "The shift's log on paper: how it stands, every line, what "
                     "was said, who signed.", print, NULL),
    {.id = "review.counts", .keys = "t", .label = "counts", .perm = CT_PERM_REVIEW,
     .help = "Lines by module and person, or the lines again.", .run = toggle_counts},
    {.id = "review.sign", .keys = "S", .label = "sign", .perm = CT_PERM_REVIEW,
     .help = "To the text that is signed, and sign it there.", .run = sign},
    {.id = "review.text", .keys = "T", .perm = CT_PERM_REVIEW, .help = "The text that was signed.",
     .run = signed_text, .shown = is_signed},
    {.id = NULL},
};

const struct ct_screen ct_screen_review = {
    .id = "review",
    .title = "Review of a shift",
    .help = "Exceptions (!!) come first, then notable lines (!), then the rest by time. Behind "
            "the mark stands what was said: . acknowledged, c commented, ? asked, = answered. "
            "Each exception is looked at by itself; A acknowledges the rest. S signs.",
    .perm = CT_PERM_REVIEW,
    .state_size = sizeof(struct review),
    .commands = COMMANDS,
    .open = review_open,
    .draw = review_draw,
    .event = review_event,
    .refresh = review_refresh,
    .close = review_close,
};
