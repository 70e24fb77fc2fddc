/* figures - what a supervisor looks at over weeks: one figure at a time, a bar a row. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/figures.h"

enum { WEEKS_FIRST = 12, BAR = 16, HELP_ROWS = 3 };

struct figures {
    struct ct_ui *ui;
    enum ct_figure which;
    int weeks;
    ct_date until;
    struct ct_figure_row *row;
    size_t n;
    int64_t most; /* what a whole bar stands for */
    struct ct_table table;
    char cell[64 + 4 * BAR];
};

enum { COL_LABEL, COL_PART, COL_WHOLE, COL_VALUE, COL_MORE, COL_MORE2, COL_BAR };
static const struct ct_column COLUMNS[CT_FIGURES][COL_BAR + 1] = {
#define COLS(label, wide, part, whole, value, more, wmore, more2, wmore2)                   \
    {[COL_LABEL] = {.title = label, .width = wide, .frozen = true},                         \
     [COL_PART] = {.title = part, .width = 9},                                              \
     [COL_WHOLE] = {.title = whole, .width = 12},                                           \
     [COL_VALUE] = {.title = value, .width = 7},                                            \
     [COL_MORE] = {.title = more, .width = wmore},                                          \
     [COL_MORE2] = {.title = more2, .width = wmore2},                                       \
     [COL_BAR] = {.title = "", .width = 0}}
    [CT_FIG_ON_TIME] = COLS("Week of", 12, "On time", "Due", "%", "", 1, "", 1),
    [CT_FIG_SCORED] = COLS("Week of", 12, "Scored", "Sets", "%", "", 1, "", 1),
    [CT_FIG_ESCALATION] = COLS("Week of", 12, "Accepted", "Raised", "%", "To accept", 10,
                               "To come", 8),
    [CT_FIG_CHECKLISTS] = COLS("Week of", 12, "Finished", "Begun", "%", "", 1, "", 1),
    [CT_FIG_CYCLES] = COLS("Machine", 24, "Failed", "Cycles", "%", "", 1, "", 1),
    [CT_FIG_TOLERANCE] = COLS("Model", 24, "Out", "Calibrations", "%", "", 1, "", 1),
    [CT_FIG_HOURS] = COLS("Hour", 12, "Sets", "Procedures", "Both", "", 1, "", 1),
#undef COLS
};

/* ---- rows ------------------------------------------------------------------------------- */

static int64_t row_count(void *arg)
{
    return (int64_t)((struct figures *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static void tenths(int64_t v, char *out, size_t size)
{
    snprintf(out, size, "%lld.%lld", (long long)(v / 10), (long long)(v % 10));
}

static const char *bar(struct figures *s, int64_t v)
{
    const char *sign = ct_ui_ascii(s->ui) ? "#" : "\xe2\x96\x88";
    size_t n = s->most > 0 && v > 0 ? (size_t)((v * BAR + s->most / 2) / s->most) : 0;
    s->cell[0] = '\0';
    for (size_t i = 0; i < n && i < BAR; i++)
        strncat(s->cell, sign, sizeof s->cell - strlen(s->cell) - 1);
    return s->cell;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct figures *s = arg;
    const struct ct_figure_row *r = &s->row[row];
    const struct ct_figure_def *d = &CT_FIGURE[s->which];
    int64_t v = ct_figure_value(s->which, r);
    if (d->low_is_good && r->part > 0)
        *role = CT_R_WARN;
    s->cell[0] = '\0';
    switch (column) {
    case COL_LABEL: return r->label;
    case COL_PART: snprintf(s->cell, sizeof s->cell, "%lld", (long long)r->part); break;
    case COL_WHOLE: snprintf(s->cell, sizeof s->cell, "%lld", (long long)r->whole); break;
    case COL_VALUE:
        if (v == CT_UNSET)
            return "-";
        if (d->share)
            tenths(v, s->cell, sizeof s->cell);
        else
            snprintf(s->cell, sizeof s->cell, "%lld", (long long)v);
        break;
    case COL_BAR: return v != CT_UNSET ? bar(s, v) : "";
    default: {
        int64_t minutes = column == COL_MORE ? r->more : r->more2;
        if ((column == COL_MORE ? d->more : d->more2) == NULL)
            return "";
        if (minutes == CT_UNSET)
            return "-";
        snprintf(s->cell, sizeof s->cell, "%lld min", (long long)minutes);
    }
    }
    return s->cell;
}

/* ---- what is shown ------------------------------------------------------------------------ */

static enum ct_status count(struct figures *s, struct ct_error *reterr)
{
    struct ct_figure_row *row;
    size_t n;
    s->until = ct_date_at(ct_app_now(ct_ui_app(s->ui)));
    enum ct_status rc =
        ct_figures(ct_ui_app(s->ui), s->which, s->until, s->weeks, &row, &n, reterr);
    if (rc != CT_OK)
        return rc;
    free(s->row);
    s->row = row;
    s->n = n;
    s->most = CT_FIGURE[s->which].share ? 1000 : 0;
    for (size_t i = 0; !CT_FIGURE[s->which].share && i < n; i++) {
        int64_t v = ct_figure_value(s->which, &row[i]);
        s->most = v > s->most ? v : s->most;
    }
    ct_table_reload(&s->table);
    return CT_OK;
}

static void table_begin(struct figures *s)
{
    ct_table_init(&s->table, COLUMNS[s->which], COL_BAR + 1,
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
}

static enum ct_status figures_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct figures *s = ct_view_state(v);
    (void)arg;
    s->ui = ct_view_ui(v);
    s->weeks = WEEKS_FIRST;
    table_begin(s);
    return count(s, reterr);
}

static void figures_close(struct ct_view *v)
{
    free(((struct figures *)ct_view_state(v))->row);
}

static enum ct_reaction again(struct figures *s)
{
    struct ct_error err;
    ct_ui_busy(s->ui, "Counting ...");
    if (count(s, &err) == CT_OK)
        return CT_HANDLED;
    ct_ui_say_error(s->ui, &err);
    return CT_REFUSED;
}

static void figures_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct figures *s = ct_view_state(v);
    const struct ct_figure_def *d = &CT_FIGURE[s->which];
    ct_ui_subject(s->ui, "FIGURES  %s", d->title);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 2, CT_R_HEAD,
                   "%s, the last %d weeks  (%d of %d)", d->title, s->weeks, (int)s->which + 1,
                   CT_FIGURES);
    if (s->n == 0)
        ct_grid_text(g, body.row + 2, body.col + 2, -1, CT_R_DIM,
                     "There was nothing to count in these weeks.");
    else
        ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - HELP_ROWS - 2, body.cols,
                      true);
    ct_grid_hline(g, body.row + body.rows - HELP_ROWS - 1, body.col, body.cols);
    ct_draw_wrapped(g, (struct ct_rect){body.row + body.rows - HELP_ROWS, body.col + 1, HELP_ROWS,
                                        body.cols - 2},
                    CT_R_DIM, d->help);
}

static enum ct_reaction turn(struct figures *s, int by)
{
    s->which = (enum ct_figure)(((int)s->which + CT_FIGURES + by) % CT_FIGURES);
    table_begin(s);
    return again(s);
}

static enum ct_reaction figures_event(struct ct_view *v, const struct ct_event *e)
{
    struct figures *s = ct_view_state(v);
    if (e->kind == CT_EV_KEY && e->key == CT_KEY_RIGHT)
        return turn(s, 1);
    if (e->kind == CT_EV_KEY && e->key == CT_KEY_LEFT)
        return turn(s, -1);
    return ct_table_event(&s->table, e);
}

static enum ct_reaction next(struct ct_view *v)
{
    return turn(ct_view_state(v), 1);
}

static enum ct_reaction weeks(struct ct_view *v)
{
    static const int WEEKS[] = {4, 12, 26, 52};
    struct figures *s = ct_view_state(v);
    size_t i = 0;
    while (i + 1 < CT_LEN(WEEKS) && WEEKS[i] != s->weeks)
        i++;
    s->weeks = WEEKS[(i + 1) % CT_LEN(WEEKS)];
    return again(s);
}

static void file_given(struct ct_view *v, const char *name)
{
    struct figures *s = ct_view_state(v);
    struct ct_error err;
    char path[1024];
    if (name == NULL || name[0] == '\0')
        return;
    ct_export_path(s->ui, name, path, sizeof path);
    if (ct_ui_figures_export(s->ui, s->which, s->until, s->weeks, path, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_export_said(s->ui, path, false);
}

static enum ct_reaction file(struct ct_view *v)
{
    char name[64], day[16];
    struct figures *s = ct_view_state(v);
    ct_date_iso(s->until, day);
    snprintf(name, sizeof name, "%s-%s.csv", CT_FIGURE[s->which].id, day);
    ct_ui_prompt(v, "Into which file", name, file_given);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "figures.next", .keys = "Tab", .label = "next figure", .perm = CT_PERM_REVIEW,
     .help = "The next figure; Left and Right: both ways.", .run = next},
    {.id = "figures.weeks", .keys = "w", .label = "weeks", .perm = CT_PERM_REVIEW,
     .help = "The last 4, 12, 26 or 52 weeks.", .run = weeks},
    {.id = "figures.file", .keys = "x", .label = "file", .perm = CT_PERM_REVIEW,
     .help = "This figure as a table (CSV) into a file, which is not encrypted.", .run = file},
    {.id = NULL},
};

const struct ct_screen ct_screen_figures = {
    .id = "figures",
    .title = "Figures over weeks",
    .help = "Sets on time and with a whole score, escalations, checklists, cycles by machine, "
            "calibrations by model, work by the hour. Counted from the record as it is now; what "
            "is counted stands below each.",
    .perm = CT_PERM_REVIEW,
    .state_size = sizeof(struct figures),
    .commands = COMMANDS,
    .open = figures_open,
    .draw = figures_draw,
    .event = figures_event,
    .close = figures_close,
};
