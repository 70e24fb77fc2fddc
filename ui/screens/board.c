/* board - everybody whose next set is due, in groups, the latest first. */
#include "clinic/due_board.h"
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Every interval of a score is shorter than a day, and so is a refusal's. */
enum { HORIZON_MS = 24 * CT_HOUR_MS + CT_HOUR_MS, DUE_MAX = 2000, FILTER_BYTES = 80 };

struct row {
    int due;      /* index; -1: a heading */
    size_t group; /* of a heading, with how many there are */
    size_t n;
};

struct board {
    struct ct_ui *ui;
    struct ct_due *due; /* all, in the board's order */
    size_t n;
    struct row *row; /* those shown, with headings */
    size_t n_rows, shown;
    int64_t now_ms;
    struct ct_table table;
    char text[FILTER_BYTES]; /* folded; "": all */
    char place[65];          /* "": all */
    int64_t picked[CT_ROUND_MAX];
    size_t n_picked;
    struct ct_quick quick;
    char cell[160];
};

enum { COL_WHO, COL_PLACE, COL_SCORE, COL_TAKEN, COL_DUE };
static const struct ct_column COLUMNS[] = {
    [COL_WHO] = {.title = "Patient", .width = 0, .frozen = true},
    [COL_PLACE] = {.title = "Where", .width = 9},
    [COL_SCORE] = {.title = "Score", .width = 12},
    [COL_TAKEN] = {.title = "Taken", .width = 12},
    [COL_DUE] = {.title = "Due", .width = 10},
};

/* ---- the rows ------------------------------------------------------------- */

static const struct ct_due *at(const struct board *s, int64_t row)
{
    return row >= 0 && (size_t)row < s->n_rows && s->row[row].due >= 0
               ? &s->due[s->row[row].due]
               : NULL;
}

static bool picked(const struct board *s, int64_t patient_id)
{
    for (size_t i = 0; i < s->n_picked; i++)
        if (s->picked[i] == patient_id)
            return true;
    return false;
}

static bool matches(const struct board *s, const struct ct_due *d)
{
    if (s->place[0] != '\0' && strcmp(s->place, d->place) != 0)
        return false;
    if (s->text[0] == '\0')
        return true;
    CT_BUF key = {.max = 1024};
    ct_text_fold(&key, d->name);
    ct_buf_char(&key, ' ');
    ct_text_fold(&key, d->place);
    return strstr(ct_buf_str(&key), s->text) != NULL;
}

/* Headings between the groups, over the rows that pass the filter. */
static void rows_make(struct board *s)
{
    const struct ct_due_buckets *b = &ct_ui_rules(s->ui)->buckets;
    size_t heading = 0;
    s->n_rows = s->shown = 0;
    for (size_t i = 0; s->row != NULL && i < s->n; i++) {
        if (!matches(s, &s->due[i]))
            continue;
        size_t group = ct_due_group(b, &s->due[i], s->now_ms);
        if (s->shown == 0 || s->row[heading].group != group) {
            heading = s->n_rows;
            s->row[s->n_rows++] = (struct row){.due = -1, .group = group};
        }
        s->row[heading].n++;
        s->row[s->n_rows++] = (struct row){.due = (int)i, .group = group};
        s->shown++;
    }
}

/* No cursor stands on a heading. */
static void off_heading(struct board *s, bool up)
{
    struct ct_table *t = &s->table;
    if (s->n_rows == 0 || at(s, t->cursor) != NULL)
        return;
    if (up && t->cursor > 0)
        t->cursor--;
    else
        t->cursor++;
    if (t->cursor <= 1)
        t->top = 0; /* the first heading comes into sight with its first row */
}

static void load(struct board *s)
{
    struct ct_app *app = ct_ui_app(s->ui);
    const struct ct_due *d = at(s, s->table.cursor);
    int64_t chosen = d != NULL ? d->patient_id : 0;
    struct ct_error err;
    free(s->due);
    free(s->row);
    s->due = NULL;
    s->n = 0;
    s->now_ms = ct_app_now(app);
    if (ct_due_list(app, HORIZON_MS, DUE_MAX, &s->due, &s->n, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    const struct ct_due_buckets *b = &ct_ui_rules(s->ui)->buckets;
    ct_due_sort_board(b, s->due, s->n, s->now_ms);
    s->row = calloc(s->n + ct_due_groups(b), sizeof *s->row);
    if (s->row == NULL)
        ct_ui_say(s->ui, CT_R_ERROR, "There is no memory for the board.");
    rows_make(s);
    for (size_t i = 0; i < s->n_rows; i++)
        if (s->row[i].due >= 0 && s->due[s->row[i].due].patient_id == chosen)
            s->table.cursor = (int64_t)i; /* stay on the patient, not on the row */
    ct_table_reload(&s->table);
    off_heading(s, false);
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct board *)arg)->n_rows;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

/* "08:37", "22 Nov"; marked when it is too old to rely on. An age would be sent again
 * with each minute of each patient. */
static const char *taken_cell(struct board *s, const struct ct_due *d, enum ct_role_ui *role)
{
    char when[24];
    int64_t min = (s->now_ms - d->taken_ms) / CT_MINUTE_MS;
    if (d->vitals_id == 0)
        return "";
    bool stale = min > ct_app_config(ct_ui_app(s->ui))->stale_after_min;
    if (stale) /* else as the text around it: a colour a row is dear on a thin wire */
        *role = CT_R_WARN;
    ct_when_text(d->taken_ms, s->now_ms, when);
    snprintf(s->cell, sizeof s->cell, "%s%s", when, stale ? " stale" : "");
    return s->cell;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct board *s = arg;
    const struct ct_due *d = at(s, row);
    if (d == NULL)
        return ""; /* headings are wider than a column: headings_draw */
    switch (column) {
    case COL_WHO:
        snprintf(s->cell, sizeof s->cell, "%s%s", picked(s, d->patient_id) ? "* " : "",
                 d->name);
        return s->cell;
    case COL_PLACE:
        return d->place;
    case COL_SCORE:
        ct_due_score(d, role, s->cell);
        if (d->continuous)
            *role = CT_R_TEXT; /* the heading bears the colour */
        return s->cell;
    case COL_TAKEN:
        return taken_cell(s, d, role);
    default: /* the heading says how late or how soon */
        if (d->continuous && d->refused_ms == CT_UNSET)
            return "";
        if (d->due_ms < s->now_ms)
            ct_when_text(d->due_ms, s->now_ms, s->cell);
        else
            ct_time_text(d->due_ms, s->cell); /* within a day: which one is clear */
        if (d->refused_ms != CT_UNSET)
            strncat(s->cell, " ref", 5);
        return s->cell;
    }
}

/* ---- the screen ----------------------------------------------------------- */

static enum ct_status board_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    (void)arg, (void)reterr;
    struct board *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    s->table.unnumbered = true;
    load(s);
    return CT_OK;
}

static void board_close(struct ct_view *v)
{
    struct board *s = ct_view_state(v);
    free(s->due);
    free(s->row);
}

static void board_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

/* Time passes without anybody's doing: once a minute, as nothing is told in less. */
static void board_tick(struct ct_view *v)
{
    struct board *s = ct_view_state(v);
    int64_t now = ct_app_now(ct_ui_app(s->ui));
    if (ct_app_state(ct_ui_app(s->ui)) == CT_IN &&
        now / CT_MINUTE_MS != s->now_ms / CT_MINUTE_MS)
        load(s);
}

static void head_draw(const struct board *s, struct ct_grid *g, int row, int col)
{
    size_t watched = 0, late = 0, left = 0;
    for (size_t i = 0; i < s->n; i++) {
        watched += s->due[i].continuous;
        late += !s->due[i].continuous && s->due[i].due_ms < s->now_ms;
        left += !s->due[i].continuous && s->due[i].due_ms >= s->now_ms;
    }
    ct_grid_text(g, row, col, -1, CT_R_HEAD, "BOARD");
    int used = ct_grid_printf(g, row, col + 7, -1, watched > 0 ? CT_R_ALARM : CT_R_TEXT,
                              "%zu watched", watched);
    used += ct_grid_printf(g, row, col + 10 + used, -1, late > 0 ? CT_R_WARN : CT_R_OK,
                           "%zu late", late);
    ct_grid_printf(g, row, col + 13 + used, -1, CT_R_TEXT, "%zu to come", left);
}

static void filter_draw(const struct board *s, struct ct_grid *g, int row, int col_end)
{
    CT_BUF what = {.max = 200};
    const char *comma = s->place[0] != '\0' && s->text[0] != '\0' ? ", " : "";
    if (s->place[0] != '\0' || s->text[0] != '\0')
        ct_buf_printf(&what, "only %s%s%s: %zu", s->place, comma, s->text, s->shown);
    if (s->n_picked > 0)
        ct_buf_printf(&what, "%s%zu picked", what.len > 0 ? ", " : "", s->n_picked);
    ct_grid_right(g, row, col_end, CT_R_NOTE, ct_buf_str(&what));
}

/* The groups behind the first that are late: as many as ends at and below 0. */
static size_t late_groups(const struct ct_due_buckets *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++)
        n += b->at[i] <= 0;
    return n;
}

/* Over the whole width, which no cell has. `row` is the table's first one. */
static void headings_draw(const struct board *s, struct ct_grid *g, int row, int col)
{
    const struct ct_due_buckets *b = &ct_ui_rules(s->ui)->buckets;
    const struct ct_table *t = &s->table;
    for (int64_t i = t->top; i < t->top + t->height && i < (int64_t)s->n_rows; i++) {
        const struct row *r = &s->row[i];
        char title[64];
        if (r->due >= 0)
            continue;
        ct_due_group_title(b, r->group, title, sizeof title);
        /* the colour of the whole group: one a row would be dear on a thin wire */
        enum ct_role_ui role = r->group == 0 ? CT_R_ALARM : CT_R_HEAD;
        if (r->group > 0 && r->group <= late_groups(b))
            role = CT_R_WARN;
        ct_grid_printf(g, row + (int)(i - t->top), col, -1, role, "%s: %zu", title, r->n);
    }
}

/* What a row had no room for: each in its place, so that little of it changes. */
static void chosen_draw(const struct board *s, struct ct_grid *g, struct ct_rect r)
{
    const struct ct_due *d = at(s, s->table.cursor);
    char when[48] = "";
    if (d == NULL)
        return;
    CT_BUF b = {.max = 400};
    if (d->vitals_id != 0)
        ct_at_text(d->taken_ms, s->now_ms, when);
    ct_buf_printf(&b, "%s %s", d->score_text, when);
    if (d->refused_ms != CT_UNSET) {
        ct_datetime_text(d->refused_ms, when);
        ct_buf_printf(&b, "; refused at %s", when);
    }
    const char *name = ct_table_rest(&s->table, COL_WHO, d->name);
    const char *place = ct_table_rest(&s->table, COL_PLACE, d->place);
    if (name[0] != '\0' || place[0] != '\0')
        ct_buf_printf(&b, "   %s%s%s", name[0] != '\0' ? d->name : "",
                      name[0] != '\0' && place[0] != '\0' ? ", " : "",
                      place[0] != '\0' ? d->place : "");
    ct_draw_wrapped(g, r, CT_R_TEXT, ct_buf_str(&b));
}

static void board_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct board *s = ct_view_state(v);
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    head_draw(s, g, body.row, body.col + 1);
    filter_draw(s, g, body.row, body.col + body.cols - 1);
    if (s->n_rows == 0)
        ct_grid_text(g, body.row + 3, body.col + 2, -1, CT_R_DIM,
                     s->n == 0 ? "Nobody is due. Only sets of the last 48 hours are followed."
                               : "Nobody here passes the filter. a shows all again.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 4, body.cols, true);
    headings_draw(s, g, body.row + 2, body.col + 1);
    ct_grid_hline(g, body.row + body.rows - 3, body.col, body.cols);
    chosen_draw(s, g,
                (struct ct_rect){body.row + body.rows - 2, body.col + 1, 2, body.cols - 2});
}

static enum ct_reaction board_event(struct ct_view *v, const struct ct_event *e)
{
    struct board *s = ct_view_state(v);
    int64_t before = s->table.cursor;
    enum ct_reaction r = ct_table_event(&s->table, e);
    if (r == CT_HANDLED)
        off_heading(s, s->table.cursor < before && s->table.cursor > 0);
    return r;
}

/* ---- commands ------------------------------------------------------------- */

static const struct ct_due *chosen(struct ct_view *v)
{
    struct board *s = ct_view_state(v);
    return at(s, s->table.cursor);
}

static bool has_rows(const struct ct_view *v)
{
    return ((const struct board *)ct_view_state(v))->shown > 0;
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_patient, &chosen(v)->patient_id) ? CT_HANDLED
                                                                                 : CT_REFUSED;
}

static enum ct_reaction vitals_chosen(struct ct_view *v)
{
    struct ct_vitals_arg arg = {.patient_id = chosen(v)->patient_id};
    return ct_ui_push(ct_view_ui(v), &ct_screen_vitals, &arg) ? CT_HANDLED : CT_REFUSED;
}

static void quick_given(struct ct_view *v, const char *text)
{
    ct_quick_given(v, &((struct board *)ct_view_state(v))->quick, text);
}

static enum ct_reaction quick(struct ct_view *v)
{
    struct board *s = ct_view_state(v);
    return ct_quick_ask(v, &s->quick, chosen(v)->patient_id, quick_given);
}

static enum ct_reaction pick(struct ct_view *v)
{
    struct board *s = ct_view_state(v);
    int64_t id = chosen(v)->patient_id;
    size_t i = 0;
    while (i < s->n_picked && s->picked[i] != id)
        i++;
    if (i == CT_ROUND_MAX) {
        ct_ui_say(s->ui, CT_R_WARN, "A round has room for %d patients.", CT_ROUND_MAX);
        return CT_REFUSED;
    }
    if (i == s->n_picked)
        s->picked[s->n_picked++] = id;
    else
        s->picked[i] = s->picked[--s->n_picked];
    board_event(v, &(struct ct_event){.kind = CT_EV_KEY, .key = CT_KEY_DOWN});
    return CT_HANDLED;
}

/* Of those picked; else of everybody shown who is due soon. */
static enum ct_reaction begin_round(struct ct_view *v)
{
    struct board *s = ct_view_state(v);
    struct ct_round_arg arg = {.n = 0};
    int64_t soon = s->now_ms + (int64_t)CT_ROUND_SOON_MIN * CT_MINUTE_MS;
    size_t more = 0;
    for (size_t i = 0; i < s->n_picked; i++)
        arg.patient_id[arg.n++] = s->picked[i];
    for (size_t i = 0; s->n_picked == 0 && i < s->n_rows; i++) {
        const struct ct_due *d = at(s, (int64_t)i);
        if (d == NULL || d->due_ms >= soon)
            continue;
        if (arg.n < CT_ROUND_MAX)
            arg.patient_id[arg.n++] = d->patient_id;
        else
            more++;
    }
    if (arg.n == 0) {
        ct_ui_say(s->ui, CT_R_WARN, "Nobody here is due within %d minutes: pick with Space.",
                  CT_ROUND_SOON_MIN);
        return CT_REFUSED;
    }
    if (!ct_ui_push(s->ui, &ct_screen_round, &arg))
        return CT_REFUSED;
    s->n_picked = 0;
    if (more > 0)
        ct_ui_say(s->ui, CT_R_WARN,
                  "A round has room for %d: %zu who are less late are not in it.", CT_ROUND_MAX,
                  more);
    return CT_HANDLED;
}

static void show_all(struct board *s)
{
    rows_make(s);
    s->table.cursor = s->table.top = 0;
    ct_table_reload(&s->table);
    off_heading(s, false);
}

static void filter_given(struct ct_view *v, const char *text)
{
    struct board *s = ct_view_state(v);
    if (text == NULL)
        return;
    CT_BUF key = {.max = 1024};
    ct_text_fold(&key, text);
    ct_text_copy(s->text, sizeof s->text, ct_buf_str(&key));
    show_all(s);
}

static enum ct_reaction filter(struct ct_view *v)
{
    struct board *s = ct_view_state(v);
    ct_ui_prompt(v, "Part of a name or place, empty for all", s->text, filter_given);
    return CT_HANDLED;
}

/* The place after this one by name, of those on the board; behind the last all again. */
static enum ct_reaction next_place(struct ct_view *v)
{
    struct board *s = ct_view_state(v);
    const char *next = NULL;
    for (size_t i = 0; i < s->n; i++) {
        const char *p = s->due[i].place;
        bool behind = s->place[0] == '\0' || ct_place_order(p, s->place) > 0;
        if (p[0] != '\0' && behind && (next == NULL || ct_place_order(p, next) < 0))
            next = p;
    }
    ct_text_copy(s->place, sizeof s->place, next != NULL ? next : "");
    show_all(s);
    return CT_HANDLED;
}

static enum ct_reaction all(struct ct_view *v)
{
    struct board *s = ct_view_state(v);
    if (s->place[0] == '\0' && s->text[0] == '\0')
        s->n_picked = 0;
    s->place[0] = s->text[0] = '\0';
    show_all(s);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "board.open",
     .keys = "Enter",
     .perm = CT_PERM_PATIENT_READ,
     .help = "Open the patient of this line.",
     .run = open_chosen,
     .shown = has_rows},
    {.id = "board.vitals",
     .keys = "v F4",
     .label = "vitals",
     .perm = CT_PERM_VITALS_WRITE,
     .help = "Enter vitals for the patient of this line.",
     .run = vitals_chosen,
     .shown = has_rows},
    {.id = "board.quick",
     .keys = "= F8",
     .label = "quick line",
     .perm = CT_PERM_VITALS_WRITE,
     .help = CT_QUICK_HELP,
     .run = quick,
     .shown = has_rows},
    {.id = "board.pick",
     .keys = "Space",
     .label = "pick",
     .perm = CT_PERM_VITALS_WRITE,
     .help = "Pick the patient of this line for a round, or leave it out again.",
     .run = pick,
     .shown = has_rows},
    {.id = "board.round",
     .keys = "r",
     .label = "round",
     .perm = CT_PERM_VITALS_WRITE,
     .help = "A round of those picked; without any, of everybody shown who is late or due "
             "within 30 minutes.",
     .run = begin_round,
     .shown = has_rows},
    {.id = "board.filter",
     .keys = "/ f",
     .label = "filter",
     .perm = CT_PERM_VITALS_READ,
     .help = "Show only those whose name or place contains a text.",
     .run = filter},
    {.id = "board.place",
     .keys = "p",
     .label = "place",
     .perm = CT_PERM_VITALS_READ,
     .help = "Show one place after the other; behind the last, all again.",
     .run = next_place},
    {.id = "board.all",
     .keys = "a",
     .label = "all",
     .perm = CT_PERM_VITALS_READ,
     .help = "Show all again; once more, pick nobody.",
     .run = all},
    {.id = NULL},
};

const struct ct_screen ct_screen_board = {
    .id = "board",
    .title = "Board of due observations",
    .help =
        "Everybody with a set in the last 48 hours, by when the next one is due: those under "
        "continuous watch, then the latest. Within a group the higher score comes first. A "
        "score older than the site allows is marked as stale. A refusal moves the due time "
        "and is marked until the next set. What others save is here within a second or two.",
    .perm = CT_PERM_VITALS_READ,
    .jump = true,
    .state_size = sizeof(struct board),
    .commands = COMMANDS,
    .open = board_open,
    .draw = board_draw,
    .event = board_event,
    .refresh = board_refresh,
    .tick = board_tick,
    .close = board_close,
};
