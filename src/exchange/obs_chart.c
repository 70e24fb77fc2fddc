/* obs_chart - see obs_chart.h: the page. The rows of each parameter are the bands of
 * the score's table, as on the printed charts; a figure stands in the row of its band. */
#include "exchange/obs_chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/range.h"
#include "record/user.h"

enum {
    NAME_COLS = 10, RANGE_COLS = 9, POINTS_COLS = 3,
    LABEL_COLS = NAME_COLS + RANGE_COLS + POINTS_COLS,
    SET_COLS = 7,
    SETS_MAX = (80 - LABEL_COLS) / SET_COLS,
    ROWS_MAX = 66,
    OTHERS_MAX = 9,   /* further quantities that fit the page */
    NOTES_MAX = 5,
    WINDOW_MAX = 400, /* sets read: ten fit, and more are counted */
};

struct chart {
    struct ct_app *app;
    const struct ct_vitals_rules *rules;
    const struct ct_obs_range *range;
    struct ct_patient patient;
    struct ct_vitals *list;    /* in the range, newest first */
    size_t n, in_error;
    const struct ct_vitals *set[SETS_MAX]; /* on the page, oldest first */
    size_t n_sets;
    bool ascii;
    struct ct_buf *out;
    struct ct_report *report;  /* not NULL: it is drawn, and out is not used */
    int rows;
};
enum { CELL = 24 };

/* ---- lines -------------------------------------------------------------------- */

static void line_end(struct chart *c)
{
    while (c->out->len > 0 && c->out->data[c->out->len - 1] == ' ')
        c->out->data[--c->out->len] = '\0';
    ct_buf_str_add(c->out, "\n");
    c->rows++;
}

/* Text in a column of its own, cut or filled to it. */
static void put(struct chart *c, const char *text, int cols, bool right)
{
    CT_BUF shown = {.max = 1024};
    int used = ct_text_clean(&shown, text, cols, c->ascii);
    if (right)
        for (int i = used; i < cols; i++)
            ct_buf_str_add(c->out, " ");
    ct_buf_str_add(c->out, ct_buf_str(&shown));
    if (!right)
        for (int i = used; i < cols; i++)
            ct_buf_str_add(c->out, " ");
}

static void say(struct chart *c, const char *fmt, ...) CT_FORMAT(2, 3);

static void say(struct chart *c, const char *fmt, ...)
{
    char text[600];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (c->report != NULL)
        ct_report_para(c->report, "%s", text);
    else if (c->rows < ROWS_MAX) {
        put(c, text, 80, false);
        line_end(c);
    }
}

static void rule(struct chart *c)
{
    char dashes[81];
    memset(dashes, '-', 80);
    dashes[80] = '\0';
    if (c->report == NULL)
        say(c, "%s", dashes);
}

/* One row of the chart: what it is, then a cell a set. score: of its band. */
static void row(struct chart *c, const char *name, const char *range, int score,
                char cell[SETS_MAX][CELL])
{
    char points[8] = "";
    if (score > 0)
        snprintf(points, sizeof points, "%d", score);
    if (c->report != NULL) {
        const char *text[3 + SETS_MAX] = {name, range, points};
        for (size_t i = 0; i < c->n_sets; i++)
            text[3 + i] = cell[i];
        ct_report_row(c->report, score, text);
        return;
    }
    put(c, name, NAME_COLS, false);
    put(c, range, RANGE_COLS, false);
    put(c, points, POINTS_COLS - 1, true);
    ct_buf_str_add(c->out, " ");
    for (size_t i = 0; i < c->n_sets; i++)
        put(c, cell[i], SET_COLS, true);
    line_end(c);
}

static void cells(struct chart *c, const char *name, const char *range,
                  void (*cell)(const struct chart *c, const struct ct_vitals *v, char out[24]))
{
    char text[SETS_MAX][CELL] = {""};
    for (size_t i = 0; i < c->n_sets; i++)
        cell(c, c->set[i], text[i]);
    row(c, name, range, 0, text);
}

/* ---- what the sets say ---------------------------------------------------------- */

static void cell_day(const struct chart *c, const struct ct_vitals *v, char out[24])
{
    (void)c;
    char text[16];
    ct_date_text(ct_date_at(v->taken_ms), text); /* "22 Nov 2026" */
    snprintf(out, 24, "%.6s", text);
}

static void cell_time(const struct chart *c, const struct ct_vitals *v, char out[24])
{
    (void)c;
    char text[8];
    ct_time_text(v->taken_ms, text);
    snprintf(out, 24, "%s%s", v->replaces_id != 0 ? "*" : "", text);
}

static void cell_scored(const struct chart *c, const struct ct_vitals *v, char out[24])
{
    (void)c;
    if (v->not_applied != CT_APPLIED)
        snprintf(out, 24, "none");
    else if (v->score >= 0)
        snprintf(out, 24, "%d", v->score);
    else if (v->score_at_least > 0 || v->partial == CT_WHY_NONE)
        snprintf(out, 24, ">=%d", v->score_at_least > 0 ? v->score_at_least : 0);
    else
        snprintf(out, 24, "-");
}

static void cell_band(const struct chart *c, const struct ct_vitals *v, char out[24])
{
    (void)c;
    static const char *const SHORT[CT_BANDS] = {"", "low", "l-med", "MED", "HIGH"};
    snprintf(out, 24, "%s", SHORT[v->band]);
}

static void cell_partial(const struct chart *c, const struct ct_vitals *v, char out[24])
{
    (void)c;
    snprintf(out, 24, "%.5s", ct_why_text(v->partial));
}

static void cell_oxygen(const struct chart *c, const struct ct_vitals *v, char out[24])
{
    (void)c;
    char flow[16];
    if (v->v[CT_Q_O2].n == CT_UNSET)
        return;
    if (v->v[CT_Q_O2].n == CT_O2_AIR) {
        snprintf(out, 24, "air");
        return;
    }
    ct_quantity_text(CT_Q_O2, v->v[CT_Q_O2], false, out, 24);
    ct_quantity_text(CT_Q_O2_FLOW, v->v[CT_Q_O2_FLOW], false, flow, sizeof flow);
    size_t n = strlen(out);
    snprintf(out + n, 24 - n, "%s", flow);
}

static void cell_who(const struct chart *c, const struct ct_vitals *v, char out[24])
{
    char name[64], initials[8] = "";
    ct_user_name(c->app, v->recorded_by, name, sizeof name);
    CT_BUF folded = {.max = 128};
    ct_text_fold(&folded, name);
    const char *s = ct_buf_str(&folded);
    size_t n = 0;
    for (const char *p = s; *p != '\0' && n < 4; p++)
        if ((p == s || p[-1] == ' ') && *p >= 'a' && *p <= 'z')
            initials[n++] = (char)(*p - 'a' + 'A');
    snprintf(out, 24, "%s", initials);
}

/* ---- one parameter ---------------------------------------------------------------- */

static void range_text(enum ct_q q, const struct ct_score_band *b, char out[32])
{
    char lo[16] = "", hi[16] = "";
    if (CT_QUANTITY[q].kind == CT_F_CODE) { /* consecutive choices: "C-U" */
        ct_quantity_text(q, (struct ct_value){b->lo, 0}, false, lo, sizeof lo);
        ct_quantity_text(q, (struct ct_value){b->hi, 0}, false, hi, sizeof hi);
        snprintf(out, 32, b->lo == b->hi ? "%s" : "%s-%s", lo, hi);
        return;
    }
    bool from = b->lo != CT_OPEN_LO && b->lo != 0, to = b->hi != CT_OPEN_HI;
    ct_quantity_text(q, (struct ct_value){from ? b->lo : 0, 0}, false, lo, sizeof lo);
    ct_quantity_text(q, (struct ct_value){to ? b->hi : 0, 0}, false, hi, sizeof hi);
    if (from && to)
        snprintf(out, 32, b->lo == b->hi ? "%s" : "%s-%s", lo, hi);
    else
        snprintf(out, 32, "%s%s", from ? ">=" : "<=", from ? lo : hi);
}

/* A row a band, the highest at the top; the figure stands in its row. */
static void parameter(struct chart *c, enum ct_q q, const struct ct_vitals *like)
{
    struct ct_score_band band[CT_SCORE_BANDS_MAX];
    size_t n = ct_vitals_bands(c->rules, like, q, band);
    char name[32];
    snprintf(name, sizeof name, "%s %s",
             q == CT_Q_ACVPU ? "ACVPU" : CT_QUANTITY[q].brief, CT_QUANTITY[q].unit[0].name);
    for (size_t i = n; i-- > 0 && c->rows < ROWS_MAX;) {
        char range[32], text[SETS_MAX][CELL] = {""};
        range_text(q, &band[i], range);
        for (size_t k = 0; k < c->n_sets; k++) {
            struct ct_value v = {ct_quantity_convert(q, c->set[k]->v[q], 0), 0};
            if (v.n != CT_UNSET && v.n >= band[i].lo && v.n <= band[i].hi)
                ct_quantity_text(q, v, false, text[k], CELL);
        }
        /* each row of a drawn table says by itself what it is of */
        row(c, i + 1 == n || c->report != NULL ? name : "", range, band[i].score, text);
    }
}

static void figures(struct chart *c, enum ct_q q)
{
    bool any = false;
    for (size_t k = 0; k < c->n_sets; k++)
        any = any || c->set[k]->v[q].n != CT_UNSET;
    if (!any || c->rows >= ROWS_MAX)
        return;
    char text[SETS_MAX][CELL];
    for (size_t k = 0; k < c->n_sets; k++) {
        struct ct_value v = {ct_quantity_convert(q, c->set[k]->v[q], 0), 0};
        ct_quantity_text(q, v, false, text[k], CELL);
    }
    row(c, CT_QUANTITY[q].brief, CT_QUANTITY[q].unit[0].name, 0, text);
}

/* ---- the page ----------------------------------------------------------------------- */

static void head(struct chart *c)
{
    char who[512], now[24], from[24], to[24], by[64];
    const struct ct_config *cfg = ct_app_config(c->app);
    ct_patient_line(c->app, &c->patient, who, sizeof who);
    ct_datetime_text(ct_app_now(c->app), now);
    ct_datetime_text(c->range->from_ms, from);
    ct_datetime_text(c->range->to_ms, to);
    ct_user_name(c->app, ct_app_who(c->app)->user_id, by, sizeof by);
    say(c, "OBSERVATION CHART   %s", cfg->site_name);
    say(c, "%s", who);
    for (size_t i = 0; i < c->patient.n_alerts && i < 3; i++)
        say(c, "! %s: %s%s", CT_ALERT_NAME[c->patient.alert[i].kind], c->patient.alert[i].text,
            c->patient.alert[i].prescriber);
    say(c, "%s to %s, printed %s by %s", from, to, now, by);
    if (c->n > c->n_sets)
        say(c, "The newest %zu of %zu sets in this time; %zu earlier ones are not on this page.",
            c->n_sets, c->n, c->n - c->n_sets);
    rule(c);
}

static void foot(struct chart *c, const struct ct_vitals *like)
{
    int notes = 0;
    rule(c);
    bool all = c->report != NULL;
    for (size_t k = 0; k < c->n_sets && (all || (notes < NOTES_MAX && c->rows < ROWS_MAX - 4));
         k++) {
        char at[24];
        if (c->set[k]->note[0] == '\0')
            continue;
        ct_datetime_text(c->set[k]->taken_ms, at);
        say(c, "%s: %s", at, c->set[k]->note);
        notes++;
    }
    if (like->card == CT_CARD_NEWS2)
        say(c, "NEWS2 %s, SpO2 scale %d. 0-4 low, a 3 low-medium, 5-6 medium, 7 and more high",
            like->score_version, like->scale);
    else
        say(c, "%s %s %s. What a total calls for is the site's to say.",
            ct_card_title(like->card), like->score_version, like->card_band);
    say(c, "* corrected   >= at least, the set is partial   - nothing was taken");
    if (c->in_error > 0)
        say(c, "%zu set%s entered in error left out.", c->in_error, c->in_error > 1 ? "s" : "");
    else
        say(c, "None entered in error.");
}

static void page_of(struct chart *c, const struct ct_vitals *like)
{
    static const enum ct_q SCORED[] = {CT_Q_RESP,  CT_Q_DISTRESS, CT_Q_SPO2, CT_Q_SBP,
                                       CT_Q_PULSE, CT_Q_CRT,      CT_Q_ACVPU, CT_Q_TEMP};
    bool shown[CT_QS] = {[CT_Q_O2] = true, [CT_Q_O2_FLOW] = true};
    struct ct_score_band band[CT_SCORE_BANDS_MAX];
    for (size_t i = 0; i < CT_LEN(SCORED); i++) {
        shown[SCORED[i]] = ct_vitals_bands(c->rules, like, SCORED[i], band) > 0;
        parameter(c, SCORED[i], like);
        if (SCORED[i] == CT_Q_SPO2)
            cells(c, "O2", "l/min", cell_oxygen);
        if (SCORED[i] == CT_Q_SBP && shown[CT_Q_SBP]) {
            figures(c, CT_Q_DBP);
            shown[CT_Q_DBP] = true;
        }
    }
    rule(c);
    cells(c, ct_card_title(like->card), "score", cell_scored);
    cells(c, "", "band", cell_band);
    cells(c, "Not taken", "", cell_partial);
    int others = 0;
    for (int q = 0; q < CT_QS && (others < OTHERS_MAX || c->report != NULL); q++)
        if (!shown[q]) {
            int before = c->rows;
            figures(c, (enum ct_q)q);
            others += c->rows - before;
        }
    cells(c, "By", "", cell_who);
}

/* The set whose card and table the rows are of; *plain where there is none. */
static const struct ct_vitals *like_of(const struct chart *c, struct ct_vitals *plain)
{
    ct_vitals_init(plain);
    ct_text_copy(plain->score_version, sizeof plain->score_version,
                 ct_news2_version(c->rules->news2));
    return c->n_sets > 0 ? c->set[c->n_sets - 1] : plain;
}

static void page(struct chart *c)
{
    struct ct_vitals plain;
    const struct ct_vitals *like = like_of(c, &plain);
    head(c);
    cells(c, "Day", "", cell_day);
    cells(c, "Time", "", cell_time);
    page_of(c, like);
    foot(c, like);
    ct_buf_str_add(c->out, "\f");
}

/* ---- drawn -------------------------------------------------------------------------------- */

/* The columns' names are the times: they stand on each page again. */
static void columns(struct chart *c, const char *card)
{
    struct ct_report_col col[3 + SETS_MAX] = {{card, 15, false}, {"", 13, false},
                                              {"Points", 11, true}};
    char name[SETS_MAX][2 * CELL];
    for (size_t i = 0; i < c->n_sets; i++) {
        char day[CELL], at[CELL];
        cell_day(c, c->set[i], day);
        cell_time(c, c->set[i], at);
        snprintf(name[i], sizeof name[i], "%s %s", day, at);
        col[3 + i] = (struct ct_report_col){name[i], 10, true};
    }
    ct_report_table(c->report, col, 3 + c->n_sets);
}

static void drawn_head(struct chart *c)
{
    char from[24] = "the first", to[24];
    if (c->n > 0)
        ct_date_text(ct_date_at(c->list[c->n - 1].taken_ms), from);
    ct_date_text(ct_date_at(c->n > 0 ? c->list[0].taken_ms : c->range->to_ms), to);
    for (size_t i = 0; i < c->patient.n_alerts; i++)
        ct_report_field(c->report, CT_ALERT_NAME[c->patient.alert[i].kind], "%s%s%s",
                        c->patient.alert[i].text, c->patient.alert[i].prescriber[0] != '\0' ? " " : "",
                        c->patient.alert[i].prescriber);
    ct_report_field(c->report, "Taken", "%s to %s, %zu set%s", from, to, c->n,
                    c->n == 1 ? "" : "s");
    if (c->n == WINDOW_MAX)
        ct_report_para(c->report, "These are the newest %d sets of this time; earlier ones are "
                                  "not here: name a shorter time for them.", WINDOW_MAX);
}

/* All sets of the range, so many at a time, the oldest first. */
static void drawn(struct chart *c)
{
    struct ct_vitals plain;
    drawn_head(c);
    for (size_t done = 0; done < c->n || done == 0;) {
        c->n_sets = c->n - done < SETS_MAX ? c->n - done : SETS_MAX;
        for (size_t i = 0; i < c->n_sets; i++)
            c->set[i] = &c->list[c->n - 1 - done - i];
        const struct ct_vitals *like = like_of(c, &plain);
        columns(c, ct_card_title(like->card));
        page_of(c, like);
        foot(c, like);
        done += c->n_sets > 0 ? c->n_sets : 1;
    }
}

/* ---- reading -------------------------------------------------------------------------- */

static enum ct_status chart_read(struct chart *c, struct ct_error *reterr)
{
    const struct ct_obs_range *range = c->range;
    int64_t in_error = 0;
    enum ct_status rc = ct_require(c->app, CT_PERM_EXPORT, reterr);
    if (rc == CT_OK)
        rc = ct_patient_get(c->app, range->patient_id, &c->patient, reterr);
    if (rc == CT_OK)
        rc = ct_vitals_range(c->app, range->patient_id, range->from_ms, range->to_ms, WINDOW_MAX,
                             &c->list, &c->n, &in_error, reterr);
    c->in_error = (size_t)in_error;
    return rc;
}

enum ct_status ct_obs_report(struct ct_app *app, const struct ct_vitals_rules *r,
                             const struct ct_obs_range *range, struct ct_report *out,
                             struct ct_error *reterr)
{
    struct chart c = {.app = app, .rules = r, .range = range, .report = out};
    enum ct_status rc = chart_read(&c, reterr);
    if (rc != CT_OK)
        return rc;
    drawn(&c);
    free(c.list);
    return CT_OK;
}

enum ct_status ct_obs_chart(struct ct_app *app, const struct ct_vitals_rules *r,
                            const struct ct_obs_range *range, bool ascii, struct ct_buf *out,
                            struct ct_error *reterr)
{
    struct chart c = {.app = app, .rules = r, .range = range, .ascii = ascii, .out = out};
    enum ct_status rc = chart_read(&c, reterr);
    if (rc != CT_OK)
        return rc;
    c.n_sets = c.n < SETS_MAX ? c.n : SETS_MAX;
    for (size_t i = 0; i < c.n_sets; i++)
        c.set[i] = &c.list[c.n_sets - 1 - i];
    page(&c);
    free(c.list);
    return CT_OK;
}
