/* prep_draw - a checklist on the screen: what is missing or stops, an item a line, and
 * below all of the chosen one. */
#include "ui/screens/prep_form.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { COL_MARK, COL_QUESTION, COL_ANSWER, COL_BY, COL_AT };
const struct ct_column PF_COLUMNS[] = {
    [COL_MARK] = {.title = "", .width = 2, .frozen = true},
    [COL_QUESTION] = {.title = "", .width = 0, .frozen = true},
    [COL_ANSWER] = {.title = "", .width = 16},
    [COL_BY] = {.title = "", .width = 3},
    [COL_AT] = {.title = "", .width = 5},
};
const size_t PF_COLUMNS_N = CT_LEN(PF_COLUMNS);
enum { LOWER_ROWS = 7, HEAD_ROWS = 2 };

/* "TV" of "Tom Vale": who it was in full stands below. */
static void initials(const char *name, char out[8])
{
    size_t n = 0;
    bool begins = true;
    for (const char *p = name; *p != '\0' && n < 3; p++) {
        if (begins && ((*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z')))
            out[n++] = *p;
        begins = *p == ' ' || *p == '-';
    }
    out[n] = '\0';
}

static const char *answer_cell(struct prep_form *s, size_t i, enum ct_role_ui *role)
{
    const struct ct_prep_sheet *p = s->sheet;
    const struct ct_check_state *is = &p->state[i];
    if (p->answer[i].given == CT_CHECK_NOT_ASKED)
        return p->t->item[i].mandatory ? "not asked" : "(not asked)";
    ct_check_answer_text(&p->t->item[i], &p->answer[i], &p->at, s->cell, sizeof s->cell);
    if (is->stop)
        *role = CT_R_ALARM;
    else if (is->overridden || ct_check_wants(is)[0] != '\0')
        *role = CT_R_WARN;
    return s->cell;
}

const char *pf_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct prep_form *s = arg;
    size_t i = pf_at(s, row);
    if (i == CT_CHECK_NONE)
        return ""; /* headings are wider than a column: headings_draw */
    const struct ct_prep_sheet *p = s->sheet;
    bool given = p->mark[i].answer_id != 0 && p->answer[i].given != CT_CHECK_NOT_ASKED;
    switch (column) {
    case COL_MARK:
        if (p->state[i].stop)
            *role = CT_R_ALARM;
        return p->state[i].stop                                   ? "!!"
               : given && ct_check_wants(&p->state[i])[0] != '\0' ? "!"
                                                                  : "";
    case COL_QUESTION:
        return p->t->item[i].text;
    case COL_ANSWER:
        return answer_cell(s, i, role);
    case COL_BY:
        if (!given)
            return "";
        initials(p->mark[i].by, s->cell);
        return s->cell;
    default:
        if (!given)
            return "";
        ct_time_text(p->answer[i].at_ms, s->cell);
        return s->cell;
    }
}

/* "The patient (technician): 7 of 9" over the whole width. */
static void headings_draw(const struct prep_form *s, struct ct_grid *g, int row, int col,
                          int cols)
{
    const struct ct_prep_sheet *p = s->sheet;
    const struct ct_table *t = &s->table;
    for (int64_t i = t->top; i < t->top + t->height && i < (int64_t)s->n_rows; i++) {
        struct ct_check_sum sum;
        char done[48];
        if (s->row[i] < PF_HEADING)
            continue;
        const struct ct_check_section *section = &p->t->section[s->row[i] - PF_HEADING];
        ct_checklist_sum_section(p->t, p->state, s->row[i] - PF_HEADING, &sum);
        snprintf(done, sizeof done, "%zu of %zu%s", sum.answered, sum.shown,
                 sum.clear ? ", clear" : "");
        int at = row + (int)(i - t->top);
        ct_grid_printf(g, at, col, cols - 20, CT_R_HEAD, "%s (%s)", section->title, section->by);
        ct_grid_right(g, at, col + cols, CT_R_HEAD, done);
    }
}

/* ---- the head ----------------------------------------------------------------- */

static void count(struct ct_buf *b, size_t n, const char *what)
{
    if (n > 0)
        ct_buf_printf(b, ", %zu %s", n, what);
}

static void head_draw(const struct prep_form *s, struct ct_grid *g, struct ct_rect body)
{
    const struct ct_prep_sheet *p = s->sheet;
    struct ct_check_sum sum;
    char missing[CT_PREP_LINE];
    CT_BUF b = {.max = 200};
    ct_prep_sum(p, &sum);
    ct_buf_printf(&b, "%zu of %zu", sum.answered, sum.shown);
    count(&b, sum.missing, "open");
    count(&b, sum.comments, "want a comment");
    count(&b, sum.seconds, "want a second person");
    count(&b, sum.overridden, "passed");
    int end = body.col + body.cols - 1;
    int right = ct_text_cols(ct_buf_str(&b));
    ct_grid_printf(g, body.row, body.col + 1, end - right - 4, CT_R_HEAD, "%s", p->t->title);
    ct_grid_right(g, body.row, end, CT_R_TEXT, ct_buf_str(&b));
    if (p->prep.state != CT_PREP_OPEN) {
        char at[24];
        ct_datetime_text(p->prep.ended_ms, at);
        ct_grid_printf(g, body.row + 1, body.col + 1, body.cols - 2,
                       p->prep.state == CT_PREP_FINISHED ? CT_R_OK : CT_R_WARN, "%s %s, %s%s%s",
                       p->prep.state == CT_PREP_IN_ERROR ? "ENTERED IN ERROR" :
                       p->prep.state == CT_PREP_FINISHED ? "FINISHED" : "LEFT INCOMPLETE",
                       at, p->prep.ended_name, p->prep.reason[0] != '\0' ? ": " : "",
                       p->prep.reason);
        return;
    }
    ct_prep_missing_text(p, CT_CHECK_DONE, missing, sizeof missing);
    /* without the title, which stands above, and "stops", which is said louder */
    const char *text = missing[0] != '\0' ? missing + strlen(p->t->title) + 2 : "";
    if (sum.stops > 0 && strncmp(text, "stops: ", 7) == 0)
        text += 7;
    if (missing[0] == '\0')
        ct_grid_text(g, body.row + 1, body.col + 1, -1, CT_R_OK,
                     "Complete and clear. F finishes it.");
    else
        ct_grid_printf(g, body.row + 1, body.col + 1, body.cols - 2,
                       sum.stops > 0 ? CT_R_ALARM : CT_R_TEXT, "%s%s",
                       sum.stops > 0 ? "STOP: " : "First: ", text);
}

/* ---- below: all of the chosen one ----------------------------------------------- */

/* What answers it. */
static void keys_text(const struct ct_check_item *i, struct ct_buf *b)
{
    struct ct_field f;
    switch (i->kind) {
    case CT_CHECK_YES_NO:
        ct_buf_str_add(b, "y yes   n no");
        break;
    case CT_CHECK_CHOICE:
        for (size_t k = 0; k < i->n_choices; k++)
            ct_buf_printf(b, "%s%zu %s", k > 0 ? "   " : "", k + 1, i->choices[k].label);
        break;
    case CT_CHECK_TIMER:
        ct_buf_str_add(b, "t starts and stops the timer");
        break;
    case CT_CHECK_SCAN:
        ct_buf_str_add(b, "b scan it   Enter what is read by eye");
        break;
    case CT_CHECK_NUMBER:
        ct_check_field(i, &f);
        ct_buf_str_add(b, "type the figure");
        if (f.hard_lo != f.hard_hi) {
            char lo[32], hi[32];
            ct_field_text(&f, f.hard_lo, lo, sizeof lo);
            ct_field_text(&f, f.hard_hi, hi, sizeof hi);
            ct_buf_printf(b, ", %s to %s%s%s", lo, hi, i->unit[0] != '\0' ? " " : "", i->unit);
        }
        break;
    case CT_CHECK_DATE:
        ct_buf_str_add(b, "type the day: 31 12 2026");
        break;
    case CT_CHECK_TIME:
    case CT_CHECK_SINCE:
        ct_buf_str_add(b, "type the time: 8:30, -10 (minutes ago), yesterday 22:30");
        break;
    case CT_CHECK_DURATION:
        ct_buf_str_add(b, "type minutes:seconds, as 2:00");
        break;
    case CT_CHECK_TEXT:
    case CT_CHECK_KINDS:
        ct_buf_str_add(b, "Enter to type");
        break;
    }
    if (i->na)
        ct_buf_str_add(b, "   a not applicable");
}

/* "yes, Tom Vale 08:12; confirmed by Sue Okoro. 2 answers before: i." */
static void who_text(const struct ct_prep_sheet *p, size_t i, struct ct_buf *b)
{
    char given[CT_CHECK_ANSWER_MAX + 64], at[24];
    const struct ct_check_answer *a = &p->answer[i];
    const struct ct_prep_mark *m = &p->mark[i];
    if (m->answer_id == 0)
        return;
    ct_datetime_text(a->at_ms, at);
    ct_check_answer_text(&p->t->item[i], a, &p->at, given, sizeof given);
    ct_buf_printf(b, "%s: %s, %s", a->given == CT_CHECK_NOT_ASKED ? "taken back" : given, m->by,
                  at);
    if (a->second != 0)
        ct_buf_printf(b, "; confirmed by %s", m->second);
    else if (p->state[i].second_missing)
        ct_buf_str_add(b, "; a second person must confirm it: s");
    if (m->answers > 1)
        ct_buf_printf(b, ". %lld before: i", (long long)m->answers - 1);
}

static void wants_text(const struct ct_prep_sheet *p, size_t i, struct ct_buf *b)
{
    const struct ct_check_state *is = &p->state[i];
    char stop[CT_PREP_LINE], span[24];
    ct_prep_stop_text(p, i, stop, sizeof stop);
    if (stop[0] != '\0')
        ct_buf_printf(b, "%s o asks for it.", stop);
    if (is->short_ms > 0) {
        ct_span_text(is->short_ms, span);
        ct_buf_printf(b, "%sToo short by %s.", b->len > 0 ? " " : "", span);
    }
    if (is->comment_missing)
        ct_buf_printf(b, "%sA comment is wanted: c.", b->len > 0 ? " " : "");
    if (is->overridden)
        ct_buf_printf(b, "Let pass by %s: %s", p->mark[i].supervisor, p->mark[i].reason);
}

static int line(struct ct_grid *g, struct ct_rect at, enum ct_role_ui role, const char *text)
{
    if (text[0] == '\0' || at.rows < 1)
        return 0;
    return ct_draw_wrapped(g, at, role, text);
}

static void say(struct ct_grid *g, struct ct_rect *at, enum ct_role_ui role, const char *text)
{
    int used = line(g, *at, role, text);
    at->row += used;
    at->rows -= used;
}

static void lower_draw(struct prep_form *s, struct ct_grid *g, struct ct_rect at)
{
    const struct ct_prep_sheet *p = s->sheet;
    size_t i = pf_item(s);
    CT_BUF keys = {.max = 1200};
    CT_BUF who = {.max = 600};
    CT_BUF wants = {.max = 800};
    if (i == CT_CHECK_NONE)
        return;
    const struct ct_check_item *item = &p->t->item[i];
    const struct ct_check_section *section = &p->t->section[item->section];
    if (p->prep.state == CT_PREP_OPEN) {
        keys_text(item, &keys);
        say(g, &at, CT_R_TEXT, ct_buf_str(&keys));
    }
    /* the question whole, when its line had no room for all of it */
    if (ct_table_rest(&s->table, COL_QUESTION, item->text)[0] != '\0')
        say(g, &at, CT_R_TEXT, item->text);
    who_text(p, i, &who);
    wants_text(p, i, &wants);
    say(g, &at, p->state[i].stop ? CT_R_ALARM : CT_R_WARN, ct_buf_str(&wants));
    say(g, &at, CT_R_TEXT, ct_buf_str(&who));
    if (p->answer[i].comment[0] != '\0') {
        char comment[CT_CHECK_COMMENT_MAX + 16];
        snprintf(comment, sizeof comment, "Comment: %s", p->answer[i].comment);
        say(g, &at, CT_R_VALUE, comment);
    }
    if (p->state[i].note)
        say(g, &at, CT_R_NOTE, item->note);
    say(g, &at, CT_R_TEXT, item->help); /* a colour of its own is dear on a thin wire */
    if (i == 0)
        say(g, &at, CT_R_DIM, p->t->note);
    if (i == section->first)
        say(g, &at, CT_R_DIM, section->note);
}

void pf_draw(struct prep_form *s, struct ct_grid *g, struct ct_rect body)
{
    int end = body.row + body.rows;
    ct_subject_patient(s->ui, &s->p);
    head_draw(s, g, body);
    if (s->n_rows == 0)
        ct_grid_text(g, body.row + 3, body.col + 2, -1, CT_R_DIM,
                     "Nothing is open. h shows all items again.");
    ct_table_draw(&s->table, g, body.row + HEAD_ROWS, body.col, body.rows - HEAD_ROWS - LOWER_ROWS,
                  body.cols, true);
    headings_draw(s, g, body.row + HEAD_ROWS, body.col + 1, body.cols - 2);
    ct_grid_hline(g, end - LOWER_ROWS, body.col, body.cols);
    lower_draw(s, g, (struct ct_rect){end - LOWER_ROWS + 1, body.col + 1, LOWER_ROWS - 1,
                                      body.cols - 2});
}
