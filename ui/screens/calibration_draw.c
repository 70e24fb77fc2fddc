/* calibration_draw - one calibration on the screen. */
#include "ui/screens/calibration_form.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { C_ID = 2, C_NOMINAL = 17, C_LIMITS = 29, C_READING = 46, C_ERROR = 61, C_LEFT = 69,
       C_VERDICT = 75, HEAD_ROWS = 4, DETAIL_ROWS = 4 };

static const char *const SHORT[CT_CAL_VERDICTS] = {"pass", "pass*", "FAIL*", "FAIL"};

static enum ct_role_ui role_of(enum ct_cal_verdict v)
{
    return v == CT_CAL_PASS               ? CT_R_OK
           : v == CT_CAL_CONDITIONAL_PASS ? CT_R_WARN
                                          : CT_R_ALARM;
}

static void number(int64_t v, char out[CT_DECIMAL_SIZE])
{
    ct_decimal_text(v, CT_CAL_PLACES, out);
}

/* ---- above the list -------------------------------------------------------------------- */

static void step_text(const struct cal_form *s, char *out, size_t size)
{
    const struct ct_calibration *k = s->k;
    if (k->event_id == 0)
        snprintf(out, size, "AS FOUND: before anything is touched");
    else if (k->step == CT_CAL_ADJUSTED)
        snprintf(out, size, "ADJUSTED: measure it as left");
    else
        snprintf(out, size, "%s", CT_CAL_STEP_NAME[k->step]);
}

static void title_draw(const struct cal_form *s, struct ct_grid *g, struct ct_rect body)
{
    const struct ct_calibration *k = s->k;
    char what[200], name[24] = "NEW", step[80];
    ct_equipment_text(&k->e, what, sizeof what);
    ct_ui_subject(s->ui, "%s", what);
    if (k->id != 0)
        snprintf(name, sizeof name, "K-%lld", (long long)k->id);
    ct_grid_printf(g, body.row, body.col + 1, 44, CT_R_HEAD, "%s  %s", name, k->t->title);
    step_text(s, step, sizeof step);
    enum ct_role_ui role = k->step == CT_CAL_APPROVED && k->event_id != 0 ? CT_R_OK : CT_R_NOTE;
    ct_grid_right(g, body.row, body.col + body.cols - 1, role, step);
}

static void particulars_draw(const struct cal_form *s, struct ct_grid *g, int row, int col,
                             int cols)
{
    const struct ct_calibration *k = s->k;
    char when[24];
    CT_BUF b = {.max = 800};
    ct_datetime_text(k->done_ms, when);
    ct_buf_printf(&b, "%s, %s", when, k->place[0] != '\0' ? k->place : "where?");
    if (k->temp_c10 != CT_UNSET)
        ct_buf_printf(&b, ", %.1f degC", (double)k->temp_c10 / 10);
    if (k->rh_pct != CT_UNSET)
        ct_buf_printf(&b, ", %lld %% RH", (long long)k->rh_pct);
    ct_buf_printf(&b, "; %s", CT_CAL_RULE_NAME[k->rule]);
    if (k->item_state[0] != '\0')
        ct_buf_printf(&b, "; %s", k->item_state);
    ct_grid_text(g, row, col, cols, CT_R_TEXT, ct_buf_str(&b));
}

static void references_draw(const struct cal_form *s, struct ct_grid *g, int row, int col,
                            int cols)
{
    const struct ct_calibration *k = s->k;
    char lacks[200] = "";
    CT_BUF b = {.max = 1200};
    if (k->event_id == 0)
        ct_calibration_lacks(k, lacks, sizeof lacks);
    if (lacks[0] != '\0') {
        ct_grid_printf(g, row, col, cols, CT_R_WARN, "Reference MISSING: %s. Scan it, or r.",
                       lacks);
        return;
    }
    for (size_t i = 0; i < k->n_refs; i++) {
        char until[16];
        ct_date_text(k->ref[i].last_day, until);
        ct_buf_printf(&b, "%s%s %s until %s", i > 0 ? "; " : "With ", k->ref[i].asset,
                      k->ref[i].of, until);
    }
    ct_grid_text(g, row, col, cols, CT_R_TEXT, b.len > 0 ? ct_buf_str(&b) : "No reference wanted");
}

/* ---- a point ------------------------------------------------------------------------------ */

static void verdict_draw(const struct ct_cal_value *v, struct ct_grid *g, int row, int col)
{
    char text[40];
    if (!v->measured)
        return;
    ct_cal_error_text(v, text, sizeof text);
    ct_grid_right(g, row, col + C_LEFT - 1, CT_R_TEXT, text);
    ct_cal_margin_text(v, text, sizeof text);
    ct_grid_right(g, row, col + C_VERDICT - 1, CT_R_TEXT, text);
    ct_grid_text(g, row, col + C_VERDICT, 5, role_of(v->c.verdict), SHORT[v->c.verdict]);
}

/* As found, where as left is typed or read: "104.1 FAIL". */
static void found_cell(const struct ct_cal_value *v, char *out, size_t size)
{
    char mean[CT_DECIMAL_SIZE];
    number(v->repeat.mean, mean);
    snprintf(out, size, "%s%s%s", v->measured ? mean : "-", v->measured ? " " : "",
             v->measured ? SHORT[v->c.verdict] : "");
}

static void point_draw(struct cal_form *s, struct ct_grid *g, int row, struct ct_rect body,
                       size_t at, bool here)
{
    const struct ct_cal_point *p = &s->k->t->point[at];
    bool second = s->k->event_id != 0;
    const struct ct_cal_value *found = cf_value(s, at, CT_CAL_AS_FOUND);
    const struct ct_cal_value *v = second ? cf_value(s, at, CT_CAL_AS_LEFT) : found;
    char text[160], nominal[CT_DECIMAL_SIZE];
    int col = body.col;
    number(found->nominal, nominal);
    ct_grid_text(g, row, col, 1, CT_R_SELECTED, here ? ">" : "");
    ct_grid_text(g, row, col + C_ID, C_NOMINAL - C_ID - 1, CT_R_TEXT, p->id);
    ct_grid_printf(g, row, col + C_NOMINAL, C_LIMITS - C_NOMINAL - 1, CT_R_TEXT, "%s %s",
                   found->nominal != CT_UNSET ? nominal : "own?", p->unit);
    if (second) {
        found_cell(found, text, sizeof text);
        ct_grid_text(g, row, col + C_LIMITS, C_READING - C_LIMITS - 1,
                     found->measured ? role_of(found->c.verdict) : CT_R_DIM, text);
    } else {
        ct_grid_text(g, row, col + C_LIMITS, C_READING - C_LIMITS - 1,
                     v->limited ? CT_R_TEXT : CT_R_WARN, v->limited ? v->limits : "limit? (l)");
    }
    if (here && s->editing)
        ct_editor_draw(&s->editor, g, row, col + C_READING, C_ERROR - C_READING - 1, true);
    else
        ct_grid_text(g, row, col + C_READING, C_ERROR - C_READING - 1,
                     v->measured || v->left_out[0] != '\0' ? CT_R_VALUE : CT_R_ALARM,
                     v->readings);
    if (!here || !s->editing)
        verdict_draw(v, g, row, col);
    if (here && !s->editing)
        ct_grid_cursor(g, row, col + C_READING);
}

/* What stands below the list of the point that is chosen. */
static void detail_draw(const struct cal_form *s, struct ct_grid *g, struct ct_rect at)
{
    size_t point = cf_point(s);
    if (point == CT_CALT_NONE)
        return;
    const struct ct_cal_point *p = &s->k->t->point[point];
    const struct ct_cal_value *v =
        cf_value(s, point, s->typed ? s->phase : s->k->has_left ? CT_CAL_AS_LEFT : CT_CAL_AS_FOUND);
    char u[CT_DECIMAL_SIZE];
    CT_BUF b = {.max = 2000};
    number(v->u, u);
    ct_buf_printf(&b, "%s: %s", p->id, p->text);
    if (v->limited)
        ct_buf_printf(&b, "; %s", v->limits);
    if (v->declared[0] != '\0')
        ct_buf_printf(&b, " (declared: %s)", v->declared);
    if (v->u != CT_UNSET)
        ct_buf_printf(&b, "; U %s %s", u, p->unit);
    if (v->measured && !isnan(v->c.tur))
        ct_buf_printf(&b, "; TUR %.1f", v->c.tur);
    if (v->measured && v->repeat.n > 1)
        ct_buf_printf(&b, "; mean of %d, s %.3g", v->repeat.n, v->repeat.s);
    if (v->measured)
        ct_buf_printf(&b, "; %s", CT_CAL_VERDICT_NAME[v->c.verdict]);
    if (p->readings > 1 && !v->measured)
        ct_buf_printf(&b, "; %d readings are wanted", p->readings);
    if (v->measured && ct_conformity_note(&v->c, s->k->rule)[0] != '\0')
        ct_buf_printf(&b, ". %s", ct_conformity_note(&v->c, s->k->rule));
    else if (p->note[0] != '\0')
        ct_buf_printf(&b, ". %s", p->note);
    ct_draw_wrapped(g, at, CT_R_DIM, ct_buf_str(&b));
}

static void state_draw(const struct cal_form *s, struct ct_grid *g, int row, int col, int cols)
{
    const struct ct_calibration *k = s->k;
    CT_BUF b = {.max = 1600};
    if (k->event_id == 0)
        return;
    ct_buf_printf(&b, "As found %s", CT_CAL_VERDICT_NAME[k->found]);
    if (k->has_left)
        ct_buf_printf(&b, ", as left %s", CT_CAL_VERDICT_NAME[k->left]);
    if (k->step == CT_CAL_SENT_BACK)
        ct_buf_printf(&b, ". Sent back: %s", k->sent_back);
    else if (k->step == CT_CAL_APPROVED)
        ct_buf_printf(&b, ". Approved by %s", k->approved_name);
    else if (k->adjusted[0] != '\0')
        ct_buf_printf(&b, ". Adjusted: %s", k->adjusted);
    if (k->limits[0] != '\0')
        ct_buf_printf(&b, ". Limits: %s", k->limits);
    enum ct_cal_verdict now = k->has_left ? k->left : k->found;
    ct_grid_text(g, row, col, cols, now == CT_CAL_PASS ? CT_R_TEXT : role_of(now),
                 ct_buf_str(&b));
}

static void list_draw(struct cal_form *s, struct ct_grid *g, struct ct_rect body)
{
    int first = body.row + HEAD_ROWS, col = body.col;
    bool second = s->k->event_id != 0;
    s->height = body.rows - HEAD_ROWS - DETAIL_ROWS;
    ct_grid_text(g, first - 1, col + C_ID, -1, CT_R_HEAD, "Point");
    ct_grid_text(g, first - 1, col + C_NOMINAL, -1, CT_R_HEAD, "Nominal");
    ct_grid_text(g, first - 1, col + C_LIMITS, -1, CT_R_HEAD, second ? "As found" : "Limits");
    ct_grid_text(g, first - 1, col + C_READING, -1, CT_R_HEAD, second ? "As left" : "As found");
    ct_grid_right(g, first - 1, col + C_LEFT - 1, CT_R_HEAD, "Error");
    ct_grid_right(g, first - 1, col + C_VERDICT - 1, CT_R_HEAD, "Left");
    if (s->height < 1)
        return;
    if (s->cursor < s->top)
        s->top = s->cursor;
    if (s->cursor >= s->top + (size_t)s->height)
        s->top = s->cursor - (size_t)s->height + 1;
    for (int i = 0; i < s->height && s->top + (size_t)i < s->n_rows; i++)
        point_draw(s, g, first + i, body, s->row[s->top + (size_t)i],
                   s->top + (size_t)i == s->cursor);
    if (s->n_rows > (size_t)s->height)
        ct_grid_printf(g, first - 1, col, 2, CT_R_DIM, "%s",
                       s->top + (size_t)s->height < s->n_rows ? "v" : "^");
}

void cf_draw(struct cal_form *s, struct ct_grid *g, struct ct_rect body)
{
    int last = body.row + body.rows;
    title_draw(s, g, body);
    if (s->in_head) {
        char hint[400];
        struct ct_rect at = {body.row + 2, body.col, (int)s->head.n, body.cols};
        ct_form_draw(&s->head, g, at);
        ct_form_hint(&s->head, hint, sizeof hint);
        ct_draw_wrapped(g, (struct ct_rect){at.row + at.rows + 1, body.col + 2, 3, body.cols - 4},
                        CT_R_DIM, hint);
        return;
    }
    particulars_draw(s, g, body.row + 1, body.col + 1, body.cols - 2);
    references_draw(s, g, body.row + 2, body.col + 1, body.cols - 2);
    list_draw(s, g, body);
    state_draw(s, g, last - DETAIL_ROWS, body.col + 1, body.cols - 2);
    detail_draw(s, g, (struct ct_rect){last - DETAIL_ROWS + 1, body.col + 1, DETAIL_ROWS - 1,
                                       body.cols - 2});
}
