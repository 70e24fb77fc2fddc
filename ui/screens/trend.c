/* trend - a patient's figures over time: one of them as a chart, the sets of the same
 * time as a table below, each a key away from all that is known of it. */
#include "ui/screens/trend.h"
#include "ui/screens/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* RECENT: how many of the newest sets say what can be charted at all. */
enum { CHART_ROWS = 11, RECENT = 40 };

static const struct {
    const char *name;
    int64_t ms; /* 0: from the first set on */
} SPANS[] = {
    {"6 h", (int64_t)6 * CT_HOUR_MS}, {"12 h", (int64_t)12 * CT_HOUR_MS},
    {"24 h", (int64_t)CT_DAY_MS},     {"3 d", (int64_t)3 * CT_DAY_MS},
    {"7 d", (int64_t)7 * CT_DAY_MS},  {"30 d", (int64_t)30 * CT_DAY_MS},
    {"1 y", (int64_t)365 * CT_DAY_MS}, {"all", 0},
};
enum { SPAN_FIRST = 3, SPAN_ALL = CT_LEN(SPANS) - 1 };

struct trend {
    struct ct_ui *ui;
    struct ct_patient p;
    struct ct_vitals scored, newest; /* the patient's score; the set that judges the lines */
    bool have_scored, have_newest;
    int64_t now_ms;
    bool stale;
    struct ct_trend_window w;
    size_t series, span;
    int64_t to_ms; /* where the window ends; CT_UNSET: now */
    uint32_t has;  /* series of which a figure was seen */
    struct ct_trend_chart chart;
    struct ct_table table;
    struct ct_set_columns columns;
    struct ct_quick quick;
    int64_t in_error;
    struct ct_export_arg export;
    char cell[64];
};

static int64_t row_count(void *arg)
{
    return (int64_t)((struct trend *)arg)->w.n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct trend *s = arg;
    return ct_set_cell(ct_app_config(ct_ui_app(s->ui)), &s->columns, &s->w.set[row], column, role,
                       s->cell);
}

/* ---- the window ----------------------------------------------------------- */

static int64_t window_to(const struct trend *s)
{
    if (s->to_ms != CT_UNSET)
        return s->to_ms;
    /* a clock that was ahead: what it recorded is in sight all the same */
    return s->have_newest && s->newest.taken_ms > s->now_ms ? s->newest.taken_ms : s->now_ms;
}

static int64_t window_from(const struct trend *s)
{
    if (SPANS[s->span].ms > 0)
        return window_to(s) - SPANS[s->span].ms;
    return s->w.n > 0 ? s->w.set[s->w.n - 1].taken_ms : window_to(s) - CT_DAY_MS;
}

static enum ct_status chart_make(struct trend *s, struct ct_error *reterr)
{
    ct_trend_chart_done(&s->chart);
    return ct_trend_chart(&s->w, s->series, ct_app_config(ct_ui_app(s->ui)), ct_ui_rules(s->ui),
                          s->have_newest ? &s->newest : NULL, &s->chart, reterr);
}

/* The sets in sight; the cursor stays on the set that it was on. */
static enum ct_status window_read(struct trend *s, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    int64_t chosen = s->w.n > 0 ? s->w.set[s->table.cursor].id : 0;
    int64_t from = SPANS[s->span].ms > 0 ? window_to(s) - SPANS[s->span].ms : CT_UNSET;
    ct_trend_done(&s->w);
    enum ct_status st = ct_trend_read(app, s->p.id, from, window_to(s), &s->w, reterr);
    for (size_t i = 0; i < s->w.n; i++) {
        s->has |= ct_trend_has(&s->w.set[i]);
        if (s->w.set[i].id == chosen)
            s->table.cursor = (int64_t)i;
    }
    ct_set_columns(ct_app_config(app), s->w.set, s->w.n, &s->columns);
    s->table.n_columns = s->columns.n;
    ct_table_reload(&s->table);
    return st == CT_OK ? chart_make(s, reterr) : st;
}

/* A score that grows too old while the chart is left open says so by itself. */
static void stale_look(struct trend *s)
{
    const struct ct_config *c = ct_app_config(ct_ui_app(s->ui));
    int64_t age = ct_app_now(ct_ui_app(s->ui)) - s->scored.taken_ms;
    s->stale = s->have_scored && age > (int64_t)c->stale_after_min * CT_MINUTE_MS;
}

/* The patient's score and newest set, wherever the window stands. */
static enum ct_status patient_read(struct trend *s, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_vitals *recent = NULL;
    size_t n = 0;
    s->now_ms = ct_app_now(app);
    enum ct_status st = ct_vitals_last_scored(app, s->p.id, &s->scored, reterr);
    s->have_scored = st == CT_OK;
    stale_look(s);
    if (st != CT_OK && st != CT_ENOTFOUND)
        return st;
    st = ct_vitals_list(app, s->p.id, CT_UNSET, RECENT, &recent, &n, reterr);
    s->have_newest = n > 0;
    s->has = 0;
    if (n > 0)
        s->newest = recent[0];
    for (size_t i = 0; i < n; i++)
        s->has |= ct_trend_has(&recent[i]);
    free(recent);
    return st;
}

static bool load(struct trend *s)
{
    struct ct_error err;
    bool ok = patient_read(s, &err) == CT_OK && window_read(s, &err) == CT_OK;
    if (!ok)
        ct_ui_say_error(s->ui, &err);
    return ok;
}

/* Three days, or as much more as it takes to see the newest set. */
static void span_choose(struct trend *s)
{
    s->span = SPAN_FIRST;
    while (s->have_newest && s->span < SPAN_ALL &&
           s->newest.taken_ms < s->now_ms - SPANS[s->span].ms)
        s->span++;
}

static enum ct_status trend_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct trend *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->to_ms = CT_UNSET;
    ct_table_init(&s->table, s->columns.column, 0,
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    enum ct_status st =
        ct_patient_get(ct_ui_app(s->ui), *(const int64_t *)arg, &s->p, reterr);
    if (st == CT_OK)
        st = patient_read(s, reterr);
    span_choose(s);
    if (st == CT_OK)
        st = window_read(s, reterr);
    if (st != CT_OK) { /* close is not called then */
        ct_trend_done(&s->w);
        ct_trend_chart_done(&s->chart);
    }
    return st;
}

static void trend_close(struct ct_view *v)
{
    struct trend *s = ct_view_state(v);
    ct_trend_done(&s->w);
    ct_trend_chart_done(&s->chart);
}

static void trend_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

static void trend_tick(struct ct_view *v)
{
    stale_look(ct_view_state(v));
}

/* ---- drawing ---------------------------------------------------------------- */

/* The score never without its time; one that is too old says so in a word. */
static void score_draw(const struct trend *s, struct ct_grid *g, int row, int col)
{
    char taken[48], at[24], text[160];
    int used = 0;
    if (s->have_scored) {
        ct_at_text(s->scored.taken_ms, s->now_ms, taken);
        used = ct_draw_score(g, row, col, &s->scored);
        used += ct_grid_printf(g, row, col + used, -1, CT_R_TEXT, "   %s", taken);
        if (s->stale)
            used += ct_grid_printf(g, row, col + used, -1, CT_R_WARN, "   STALE");
    } else {
        used = ct_grid_text(g, row, col, -1, CT_R_DIM,
                            s->have_newest ? "No complete score yet." : "No vitals yet.");
    }
    if (!s->have_newest || (s->have_scored && s->newest.id == s->scored.id) ||
        (s->have_scored && s->newest.taken_ms < s->scored.taken_ms))
        return;
    ct_vitals_score_text(&s->newest, text, sizeof text);
    ct_datetime_text(s->newest.taken_ms, at);
    ct_grid_printf(g, row, col + used, g->cols - col - used - 1, CT_R_NOTE, "   then %s: %s", at,
                   text);
}

/* "Pulse /min, 3 d to 23 Nov 09:42": with the year where that is not clear. */
static void title_text(const struct trend *s, char *out, size_t size)
{
    char to[24], from[24], day[16];
    int64_t end = window_to(s);
    ct_datetime_text(end, to);
    if (SPANS[s->span].ms > 0 && SPANS[s->span].ms <= (int64_t)30 * CT_DAY_MS &&
        s->now_ms - end < (int64_t)180 * CT_DAY_MS) {
        snprintf(out, size, "%s, %s to %s", s->chart.title, SPANS[s->span].name, to);
        return;
    }
    ct_date_text(ct_date_at(window_from(s)), day);
    snprintf(from, sizeof from, "%s", day);
    ct_date_text(ct_date_at(end), day);
    snprintf(out, size, "%s, %s: %s to %s", s->chart.title, SPANS[s->span].name, from, day);
}

static void legend_text(const struct trend *s, char out[80])
{
    snprintf(out, 80, "%s%s%s%s", s->w.more ? "newest 1000 only   " : "",
             s->chart.corrected ? "x corrected   " : "", s->chart.refused ? "r refused   " : "",
             s->chart.partial ? "p partial" : "");
    ct_text_trim(out);
}

static void chart_draw(const struct trend *s, struct ct_grid *g, struct ct_rect at)
{
    const struct ct_config *c = ct_app_config(ct_ui_app(s->ui));
    const struct ct_trend_chart *t = &s->chart;
    char title[120], legend[80];
    title_text(s, title, sizeof title);
    legend_text(s, legend);
    struct ct_chart chart = {
        .title = title,
        .places = t->places,
        .from_ms = window_from(s),
        .to_ms = window_to(s),
        .point = t->point,
        .n_points = t->n_points,
        .low = t->low,
        .n_low = t->n_low,
        .band = t->band,
        .n_bands = t->n_bands,
        .mark = t->mark,
        .n_marks = t->n_marks,
        .gap_ms = t->gap_ms,
        .reach = t->score ? CT_NEWS2_AXIS : 0,
        .reach_bands = !t->score,
        .style = ct_ui_ascii(s->ui) || c->chart[0] == 'a' ? CT_CHART_ASCII
                 : c->chart[0] == 'b'                     ? CT_CHART_BRAILLE
                                                          : CT_CHART_PLAIN,
    };
    ct_chart_draw(&chart, g, at.row, at.col, at.rows, at.cols);
    ct_grid_right(g, at.row, at.col + at.cols, CT_R_TEXT, legend);
}

static void trend_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct trend *s = ct_view_state(v);
    ct_subject_patient(s->ui, &s->p);
    score_draw(s, g, body.row, body.col + 1);
    int high = body.rows > 24 ? body.rows / 2 : CHART_ROWS;
    chart_draw(s, g, (struct ct_rect){body.row + 1, body.col + 1, high, body.cols - 2});
    int row = body.row + 1 + high;
    if (s->have_newest && s->w.n == 0)
        ct_grid_text(g, row + 1, body.col + 2, -1, CT_R_DIM,
                     "No set in this time. - shows more of it, < what was before.");
    ct_table_draw(&s->table, g, row, body.col, body.row + body.rows - row, body.cols, true);
}

static enum ct_reaction trend_event(struct ct_view *v, const struct ct_event *e)
{
    struct trend *s = ct_view_state(v);
    return ct_table_event(&s->table, e);
}

/* ---- what is charted, and of which time ------------------------------------- */

/* The next series, or the one before, of which the patient has a figure. */
static enum ct_reaction turn(struct ct_view *v, size_t by)
{
    struct trend *s = ct_view_state(v);
    struct ct_error err;
    for (size_t i = 0; i < CT_TREND_SERIES; i++) {
        s->series = (s->series + by) % CT_TREND_SERIES;
        if ((s->has >> s->series & 1) != 0)
            break;
    }
    if (chart_make(s, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    return CT_HANDLED;
}

static enum ct_reaction next_series(struct ct_view *v)
{
    return turn(v, 1);
}

static enum ct_reaction series_before(struct ct_view *v)
{
    return turn(v, CT_TREND_SERIES - 1);
}

static enum ct_reaction reread(struct trend *s)
{
    struct ct_error err;
    s->now_ms = ct_app_now(ct_ui_app(s->ui));
    if (window_read(s, &err) == CT_OK)
        return CT_HANDLED;
    ct_ui_say_error(s->ui, &err);
    return CT_REFUSED;
}

static enum ct_reaction zoom_in(struct ct_view *v)
{
    struct trend *s = ct_view_state(v);
    if (s->span == 0) {
        ct_ui_say(s->ui, CT_R_TEXT, "Closer than 6 hours it does not go.");
        return CT_REFUSED;
    }
    s->span--;
    return reread(s);
}

static enum ct_reaction zoom_out(struct ct_view *v)
{
    struct trend *s = ct_view_state(v);
    if (s->span == SPAN_ALL) {
        ct_ui_say(s->ui, CT_R_TEXT, "That is all there is.");
        return CT_REFUSED;
    }
    if (++s->span == SPAN_ALL)
        s->to_ms = CT_UNSET;
    return reread(s);
}

/* By half of what is seen, so that nothing is passed over. */
static enum ct_reaction earlier(struct ct_view *v)
{
    struct trend *s = ct_view_state(v);
    if (s->span == SPAN_ALL) {
        ct_ui_say(s->ui, CT_R_TEXT, "All of it is in sight; + shows a part.");
        return CT_REFUSED;
    }
    s->to_ms = window_to(s) - SPANS[s->span].ms / 2;
    return reread(s);
}

static enum ct_reaction later(struct ct_view *v)
{
    struct trend *s = ct_view_state(v);
    if (s->to_ms == CT_UNSET) {
        ct_ui_say(s->ui, CT_R_TEXT, "It ends now already.");
        return CT_REFUSED;
    }
    s->to_ms += SPANS[s->span].ms / 2;
    /* now has gone on since: what is nearly it is it */
    if (s->to_ms >= ct_app_now(ct_ui_app(s->ui)) - SPANS[s->span].ms / 8)
        s->to_ms = CT_UNSET;
    return reread(s);
}

/* ---- the set of the line ------------------------------------------------------ */

static const struct ct_vitals *chosen(const struct ct_view *v)
{
    const struct trend *s = ct_view_state(v);
    return s->w.n > 0 ? &s->w.set[s->table.cursor] : NULL;
}

static bool has_sets(const struct ct_view *v)
{
    return chosen(v) != NULL;
}

static enum ct_reaction full(struct ct_view *v)
{
    return ct_set_full(ct_view_ui(v), chosen(v));
}

static enum ct_reaction correct(struct ct_view *v)
{
    return ct_set_correct(ct_view_ui(v), chosen(v));
}

static void quick_given(struct ct_view *v, const char *text)
{
    ct_quick_given(v, &((struct trend *)ct_view_state(v))->quick, text);
}

static enum ct_reaction quick(struct ct_view *v)
{
    struct trend *s = ct_view_state(v);
    return ct_quick_ask(v, &s->quick, s->p.id, quick_given);
}

static enum ct_reaction versions(struct ct_view *v)
{
    return ct_set_versions(ct_view_ui(v), chosen(v));
}

static void error_answered(struct ct_view *v, int index)
{
    struct trend *s = ct_view_state(v);
    if (ct_set_error_done(s->ui, s->in_error, index))
        load(s);
}

static enum ct_reaction in_error(struct ct_view *v)
{
    struct trend *s = ct_view_state(v);
    return ct_set_error_ask(v, chosen(v), &s->in_error, error_answered);
}

static enum ct_reaction notes(struct ct_view *v)
{
    return ct_set_notes(ct_view_ui(v), chosen(v));
}

/* ---- out of the store --------------------------------------------------------- */

static void file_given(struct ct_view *v, const char *name)
{
    struct trend *s = ct_view_state(v);
    if (name != NULL)
        ct_export_write(v, &s->export, name);
}

static void whom_given(struct ct_view *v, const char *to)
{
    struct trend *s = ct_view_state(v);
    if (to != NULL)
        ct_export_ask_file(v, &s->export, to, file_given);
}

static enum ct_reaction export_ask(struct ct_view *v, bool page)
{
    struct trend *s = ct_view_state(v);
    s->export =
        (struct ct_export_arg){page, {s->p.id, window_from(s), window_to(s)}, ""};
    return ct_export_ask(v, &s->export, whom_given);
}

static enum ct_reaction as_csv(struct ct_view *v)
{
    return export_ask(v, false);
}

static enum ct_reaction as_page(struct ct_view *v)
{
    return export_ask(v, true);
}

static enum ct_reaction print(struct ct_view *v)
{
    const struct trend *s = ct_view_state(v);
    struct ct_print_arg arg = {.patient_id = s->p.id, .n = 1,
                               .paper = {{.kind = "obs-chart", .title = "Observation chart",
                                          .from_ms = window_from(s), .to_ms = window_to(s)}}};
    char from[24], to[24];
    ct_datetime_text(window_from(s), from);
    ct_datetime_text(window_to(s), to);
    snprintf(arg.paper[0].period, sizeof arg.paper[0].period, "%s to %s", from, to);
    return ct_print_open(v, &arg);
}

static const struct ct_command COMMANDS[] = {
    {.id = "trend.series", .keys = "Tab s", .label = "other chart", .perm = CT_PERM_VITALS_READ,
     .help = "Chart the next figure that this patient has.", .run = next_series},
    {.id = "trend.before", .keys = "Shift-Tab", .perm = CT_PERM_VITALS_READ,
     .help = "Chart the figure before.", .run = series_before},
    {.id = "trend.quick", .keys = "= F8", .perm = CT_PERM_VITALS_WRITE, .help = CT_QUICK_HELP,
     .run = quick},
    {.id = "trend.in", .keys = "+", .label = "zoom", .perm = CT_PERM_VITALS_READ,
     .help = "A shorter time: down to 6 hours.", .run = zoom_in},
    {.id = "trend.out", .keys = "-", .perm = CT_PERM_VITALS_READ,
     .help = "A longer time: 24 hours, 3, 7, 30 days, a year, all.", .run = zoom_out},
    {.id = "trend.earlier", .keys = "<", .label = "scroll", .perm = CT_PERM_VITALS_READ,
     .help = "Half of this time earlier.", .run = earlier},
    {.id = "trend.later", .keys = ">", .perm = CT_PERM_VITALS_READ,
     .help = "Half of this time later, up to now.", .run = later},
    {.id = "trend.set", .keys = "Enter", .label = "open", .perm = CT_PERM_VITALS_READ,
     .help = "Everything about the set of this line.", .run = full, .shown = has_sets},
    {.id = "trend.correct", .keys = "c", .label = "correct", .perm = CT_PERM_VITALS_WRITE,
     .help = "Correct the set of this line; a reason is asked.", .run = correct,
     .shown = has_sets},
    {.id = "trend.error", .keys = "d", .perm = CT_PERM_VITALS_WRITE,
     .help = "Mark this line's set as entered in error; a reason is asked.", .run = in_error,
     .shown = has_sets},
    {.id = "trend.versions", .keys = "i", .perm = CT_PERM_VITALS_READ,
     .help = "All versions of the set of this line.", .run = versions, .shown = has_sets},
    {.id = "trend.notes", .keys = "n", .perm = CT_PERM_VITALS_READ,
     .help = "What people made of this line's set; write a note.", .run = notes,
     .shown = has_sets},
    {.id = "trend.csv", .keys = "x", .perm = CT_PERM_EXPORT,
     .help = "The sets of this time as a table (CSV) in a file.", .run = as_csv},
    {.id = "trend.page", .keys = "p", .label = "page", .perm = CT_PERM_EXPORT,
     .help = "The observation chart of this time as one page of text in a file.",
     .run = as_page},
    CT_PRINT_COMMAND("trend.print", "The observation chart of this time on paper.", print, NULL),
    {.id = NULL},
};

static int64_t trend_patient(const struct ct_view *v)
{
    return ((const struct trend *)ct_view_state(v))->p.id;
}

const struct ct_screen ct_screen_trend = {
    .id = "trend",
    .title = "Trend",
    .help = "One figure over time, and the sets of that time below, newest first. Lines in the "
            "chart are where the score's points change; 1, 2, 3 behind a line are the points "
            "from there on. Dots join figures unless there is a gap of more than twice the usual "
            "time. x is a figure that was corrected, v and ^ are a pressure, r and p below are "
            "sets that were refused or not complete. * marks a corrected set.",
    .perm = CT_PERM_VITALS_READ,
    .state_size = sizeof(struct trend),
    .arg_size = sizeof(int64_t),
    .patient = trend_patient,
    .commands = COMMANDS,
    .open = trend_open,
    .draw = trend_draw,
    .event = trend_event,
    .refresh = trend_refresh,
    .tick = trend_tick,
    .close = trend_close,
};
