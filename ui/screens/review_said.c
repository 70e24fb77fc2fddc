/* review_said - what was said of a line of a review, or of all; and the queries that wait
 * for this user's answer. */
#include "ui/screens/review_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* ---- said ----------------------------------------------------------------------------------- */

struct said {
    struct ct_ui *ui;
    struct ct_said_arg arg;
    struct ct_review_mark *m;
    size_t n;
    struct ct_table table;
    char cell[500];
};

enum { COL_AT, COL_LINE, COL_WHAT, COL_BY, COL_TEXT };
static const struct ct_column COLUMNS[] = {
    [COL_AT] = {.title = "When", .width = 18, .frozen = true},
    [COL_LINE] = {.title = "Entry", .width = 8, .align = 1},
    [COL_WHAT] = {.title = "What", .width = 13},
    [COL_BY] = {.title = "Who", .width = 16},
    [COL_TEXT] = {.title = "", .width = 0},
};

static void said_load(struct said *s)
{
    struct ct_error err;
    struct ct_review_mark *m = NULL;
    size_t n = 0;
    if (ct_review_marks(ct_ui_app(s->ui), s->arg.review_id, s->arg.seq, &m, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->m);
    s->m = m;
    s->n = n;
    ct_table_reload(&s->table);
}

static int64_t said_count(void *arg)
{
    return (int64_t)((struct said *)arg)->n;
}

static bool all_loaded(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *said_text(struct said *s, const struct ct_review_mark *m)
{
    if (m->kind != CT_MARK_QUERY)
        return m->text;
    snprintf(s->cell, sizeof s->cell, "%sto %s: %s", m->answered ? "" : "NO ANSWER YET; ", m->to,
             m->text);
    return s->cell;
}

static const char *said_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct said *s = arg;
    const struct ct_review_mark *m = &s->m[row];
    if (m->kind == CT_MARK_QUERY && !m->answered)
        *role = CT_R_WARN;
    switch (column) {
    case COL_AT: ct_datetime_text(m->at_ms, s->cell); return s->cell;
    case COL_LINE:
        if (m->seq == CT_UNSET)
            return "";
        snprintf(s->cell, sizeof s->cell, "%s%lld", m->kind == CT_MARK_REST ? "to " : "",
                 (long long)m->seq);
        return s->cell;
    case COL_WHAT: return m->kind == CT_MARK_REST ? "the rest" : CT_MARK_NAME[m->kind];
    case COL_BY: return m->by;
    default: return said_text(s, m);
    }
}

static enum ct_status said_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    (void)reterr;
    struct said *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->arg = *(const struct ct_said_arg *)arg;
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = said_count, .load = all_loaded, .cell = said_cell});
    said_load(s);
    return CT_OK;
}

static void said_refresh(struct ct_view *v)
{
    said_load(ct_view_state(v));
}

static void said_close(struct ct_view *v)
{
    free(((struct said *)ct_view_state(v))->m);
}

static void said_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct said *s = ct_view_state(v);
    ct_ui_subject(s->ui, "REVIEW R-%lld", (long long)s->arg.review_id);
    ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD, "WHAT WAS SAID");
    if (s->n == 0)
        ct_grid_text(g, body.row + 3, body.col + 2, -1, CT_R_DIM, "Nothing yet.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 6, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - 5, body.col, body.cols);
    if (s->n > 0)
        ct_draw_wrapped(g, (struct ct_rect){body.row + body.rows - 4, body.col + 1, 4,
                                            body.cols - 2}, CT_R_TEXT,
                        said_text(s, &s->m[s->table.cursor]));
}

static enum ct_reaction said_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct said *)ct_view_state(v))->table, e);
}

static const struct ct_command SAID_COMMANDS[] = {{.id = NULL}};

const struct ct_screen ct_screen_review_said = {
    .id = "review_said",
    .title = "Said in a review",
    .help = "Who acknowledged, commented and asked what, and what was answered.",
    .perm = CT_PERM_REVIEW,
    .state_size = sizeof(struct said),
    .commands = SAID_COMMANDS,
    .open = said_open,
    .draw = said_draw,
    .event = said_event,
    .refresh = said_refresh,
    .close = said_close,
};

/* ---- queries to this user ----------------------------------------------------------------------- */

struct queries {
    struct ct_ui *ui;
    struct ct_review_query *q;
    size_t n;
    struct ct_table table;
    char cell[24];
    int64_t asked; /* which one the prompt answers */
};

enum { Q_AT, Q_BY, Q_TEXT };
static const struct ct_column Q_COLUMNS[] = {
    [Q_AT] = {.title = "Asked", .width = 18, .frozen = true},
    [Q_BY] = {.title = "By", .width = 16},
    [Q_TEXT] = {.title = "Question", .width = 0},
};

static void queries_load(struct queries *s)
{
    struct ct_error err;
    struct ct_review_query *q = NULL;
    size_t n = 0;
    if (ct_review_mine(ct_ui_app(s->ui), &q, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->q);
    s->q = q;
    s->n = n;
    ct_table_reload(&s->table);
}

static int64_t queries_count(void *arg)
{
    return (int64_t)((struct queries *)arg)->n;
}

static const char *queries_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct queries *s = arg;
    const struct ct_review_query *q = &s->q[row];
    (void)role;
    switch (column) {
    case Q_AT: ct_datetime_text(q->m.at_ms, s->cell); return s->cell;
    case Q_BY: return q->m.by;
    default: return q->m.text;
    }
}

static enum ct_status queries_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    (void)arg, (void)reterr;
    struct queries *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, Q_COLUMNS, CT_LEN(Q_COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = queries_count, .load = all_loaded, .cell = queries_cell});
    queries_load(s);
    return CT_OK;
}

static void queries_refresh(struct ct_view *v)
{
    queries_load(ct_view_state(v));
}

static void queries_close(struct ct_view *v)
{
    free(((struct queries *)ct_view_state(v))->q);
}

static void queries_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct queries *s = ct_view_state(v);
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD, "QUESTIONS on your records");
    if (s->n == 0)
        ct_grid_text(g, body.row + 3, body.col + 2, -1, CT_R_DIM, "None waits for an answer.");
    int foot = body.row + body.rows - 8;
    ct_table_draw(&s->table, g, body.row + 1, body.col, foot - body.row - 1, body.cols, true);
    ct_grid_hline(g, foot, body.col, body.cols);
    if (s->n == 0)
        return;
    const struct ct_review_query *q = &s->q[s->table.cursor];
    char at[24];
    CT_BUF b = {.max = 2048};
    int row = foot + 1;
    row += ct_draw_wrapped(g, (struct ct_rect){row, body.col + 1, 3, body.cols - 2}, CT_R_VALUE,
                           q->m.text);
    ct_datetime_text(q->l.at_ms, at);
    ct_buf_printf(&b, "Your record of %s: %s%s%s", at, q->l.patient,
                  q->l.patient[0] != '\0' ? ": " : "", q->l.text);
    ct_draw_wrapped(g, (struct ct_rect){row, body.col + 1, foot + 8 - row, body.cols - 2}, CT_R_TEXT,
                    ct_buf_str(&b));
}

static enum ct_reaction queries_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct queries *)ct_view_state(v))->table, e);
}

static void answered(struct ct_view *v, const char *text)
{
    struct queries *s = ct_view_state(v);
    struct ct_error err;
    if (text == NULL)
        return;
    if (ct_review_answer(ct_ui_app(s->ui), s->asked, text, &err) != CT_OK) {
        if (strcmp(err.field, "text") == 0)
            ct_ui_prompt(v, "Answer", text, answered);
        else
            queries_load(s);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    queries_load(s);
    ct_ui_say(s->ui, CT_R_OK, "The answer is written. %zu more wait.", s->n);
}

static enum ct_reaction answer(struct ct_view *v)
{
    struct queries *s = ct_view_state(v);
    if (s->n == 0)
        return CT_IGNORED;
    s->asked = s->q[s->table.cursor].m.id;
    ct_ui_prompt(v, "Answer", "", answered);
    return CT_HANDLED;
}

static enum ct_reaction evidence(struct ct_view *v)
{
    struct queries *s = ct_view_state(v);
    if (s->n == 0)
        return CT_IGNORED;
    return ct_ui_push(s->ui, &ct_screen_evidence, &s->q[s->table.cursor].l) ? CT_HANDLED
                                                                          : CT_REFUSED;
}

static const struct ct_command QUERIES_COMMANDS[] = {
    {.id = "queries.answer", .keys = "Enter", .label = "answer", .perm = CT_PERM_SHIFT_WRITE,
     .help = "Answer this question; it stands in the review, and cannot be changed.",
     .run = answer},
    {.id = "queries.evidence", .keys = "e", .label = "the record", .perm = CT_PERM_SHIFT_OWN,
     .help = "What stands behind the line that is asked about.", .run = evidence},
    {.id = NULL},
};

const struct ct_screen ct_screen_queries = {
    .id = "queries",
    .title = "Questions on your records",
    .help = "A supervisor who reviews a shift asks about a record of yours. The question stays "
            "here until you answer.",
    .perm = CT_PERM_SHIFT_OWN,
    .jump = true,
    .state_size = sizeof(struct queries),
    .commands = QUERIES_COMMANDS,
    .open = queries_open,
    .draw = queries_draw,
    .event = queries_event,
    .refresh = queries_refresh,
    .close = queries_close,
};
