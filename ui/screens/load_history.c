/* load_history - every step, reading, record and indicator of a load, the newest first. */
#include "ui/screens/load_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct line {
    int64_t at_ms;
    size_t order; /* of one moment: as they were collected */
    bool warn;
    char what[24], text[2400];
};
struct history {
    struct ct_ui *ui;
    int64_t id;
    char number[40];
    struct line *line;
    size_t n, cap;
    struct ct_table table;
    char cell[24];
};

enum { COL_AT, COL_WHAT, COL_TEXT };
static const struct ct_column COLUMNS[] = {
    [COL_AT] = {.title = "When", .width = 13, .frozen = true},
    [COL_WHAT] = {.title = "What", .width = 14},
    [COL_TEXT] = {.title = "By, result, why", .width = 0},
};

static struct line *add(struct history *s, int64_t at_ms, const char *what, bool warn)
{
    if (s->n == s->cap) {
        size_t cap = s->cap > 0 ? 2 * s->cap : 32;
        struct line *more = realloc(s->line, cap * sizeof *more);
        if (more == NULL)
            return NULL;
        s->line = more;
        s->cap = cap;
    }
    struct line *l = &s->line[s->n];
    *l = (struct line){.at_ms = at_ms, .order = s->n, .warn = warn};
    s->n++;
    ct_text_copy(l->what, sizeof l->what, what);
    return l;
}

static enum ct_status no_memory(struct ct_error *reterr)
{
    return ct_fail(reterr, CT_ENOMEM, "", "There is no memory for the history.");
}

static enum ct_status steps(struct history *s, struct ct_error *reterr)
{
    struct ct_load_event *e = NULL;
    size_t n = 0;
    char cycle[32];
    enum ct_status rc = ct_load_events(ct_ui_app(s->ui), s->id, &e, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        struct line *l = add(s, e[i].at_ms, CT_LOAD_STEP_NAME[e[i].step],
                             e[i].step == CT_LOAD_ABORTED || e[i].step == CT_LOAD_REJECTED);
        cycle[0] = '\0';
        if (e[i].cycle_number != CT_UNSET)
            snprintf(cycle, sizeof cycle, ", cycle %lld", (long long)e[i].cycle_number);
        if (l == NULL)
            rc = no_memory(reterr);
        else
            snprintf(l->text, sizeof l->text, "%s%s%s%s", e[i].by, cycle,
                     e[i].text[0] != '\0' ? ": " : "", e[i].text);
    }
    free(e);
    return rc;
}

static enum ct_status readings(struct history *s, struct ct_error *reterr)
{
    struct ct_load_reading *r = NULL;
    size_t n = 0;
    enum ct_status rc = ct_load_readings(ct_ui_app(s->ui), s->id, &r, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        struct line *l = add(s, r[i].at_ms, r[i].record_id != 0 ? "of the record" : "values",
                             r[i].verdict != CT_CYCLE_PASS);
        if (l == NULL)
            rc = no_memory(reterr);
        else
            snprintf(l->text, sizeof l->text, "%s: %s%s%s; %s", r[i].by,
                     CT_CYCLE_VERDICT_NAME[r[i].verdict],
                     r[i].reason[0] != '\0' ? "; read again: " : "", r[i].reason, r[i].text);
    }
    free(r);
    return rc;
}

static enum ct_status records(struct history *s, struct ct_error *reterr)
{
    struct ct_load_record *r = NULL;
    size_t n = 0;
    enum ct_status rc = ct_load_records(ct_ui_app(s->ui), s->id, &r, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        struct line *l = add(s, r[i].at_ms, "record kept", r[i].profile[0] == '\0');
        if (l == NULL)
            rc = no_memory(reterr);
        else
            snprintf(l->text, sizeof l->text, "%s, %zu bytes%s", r[i].name, r[i].n,
                     r[i].profile[0] == '\0' ? ", of a kind that is not known" : "");
    }
    ct_load_records_free(r, n);
    return rc;
}

static enum ct_status chemical(struct history *s, struct ct_error *reterr)
{
    struct ct_load_ci *c = NULL;
    size_t n = 0;
    char pack[40];
    enum ct_status rc = ct_load_cis(ct_ui_app(s->ui), s->id, &c, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        struct line *l = add(s, c[i].at_ms, "chemical", !ct_ci_accepts(c[i].result));
        ct_text_copy(pack, sizeof pack, "all");
        if (c[i].pack_id != 0)
            ct_pack_number(ct_ui_app(s->ui), c[i].pack_id, pack);
        if (l == NULL)
            rc = no_memory(reterr);
        else
            snprintf(l->text, sizeof l->text, "%s, %s (%s), %s: %s%s%s", c[i].by, c[i].indicator,
                     CT_CI_TYPE_NAME[c[i].type], pack, CT_CI_RESULT_NAME[c[i].result],
                     c[i].text[0] != '\0' ? ": " : "", c[i].text);
    }
    free(c);
    return rc;
}

static enum ct_status biological(struct history *s, struct ct_error *reterr)
{
    struct ct_load_bi *b = NULL;
    size_t n = 0;
    char from[24];
    enum ct_status rc = ct_load_bis(ct_ui_app(s->ui), s->id, &b, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        struct line *l = add(s, b[i].started_ms, "spores in", false);
        ct_datetime_text(b[i].ready_ms, from);
        if (l != NULL)
            snprintf(l->text, sizeof l->text, "BI-%lld, %s: %s, lot %s, in %s, read from %s",
                     (long long)b[i].id, b[i].by, b[i].product, b[i].lot, b[i].incubator, from);
        if (l != NULL && b[i].test != CT_BI_NOT_READ)
            l = add(s, b[i].read_ms, "spores read", b[i].meaning != CT_BI_VALID_NEGATIVE);
        if (l == NULL)
            rc = no_memory(reterr);
        else if (b[i].test != CT_BI_NOT_READ)
            snprintf(l->text, sizeof l->text, "BI-%lld, %s: %s (test %s, control %s)%s%s",
                     (long long)b[i].id, b[i].reader, CT_BI_MEANING_NAME[b[i].meaning],
                     CT_BI_RESULT_NAME[b[i].test], CT_BI_RESULT_NAME[b[i].control],
                     b[i].text[0] != '\0' ? ": " : "", b[i].text);
    }
    free(b);
    return rc;
}

static enum ct_status earlies(struct history *s, struct ct_error *reterr)
{
    struct ct_load_early *e = NULL;
    size_t n = 0;
    char pack[40];
    enum ct_status rc = ct_load_earlies(ct_ui_app(s->ui), s->id, &e, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        struct line *l = add(s, e[i].at_ms, "RELEASED EARLY", true);
        ct_pack_number(ct_ui_app(s->ui), e[i].pack_id, pack);
        if (l == NULL)
            rc = no_memory(reterr);
        else
            snprintf(l->text, sizeof l->text,
                     "%s for procedure %lld, %s, authorised by %s: %s; to prevent it: %s", pack,
                     (long long)e[i].procedure_id, e[i].by, e[i].authorised, e[i].reason,
                     e[i].prevent);
    }
    free(e);
    return rc;
}

static int newest(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    if (x->at_ms != y->at_ms)
        return x->at_ms > y->at_ms ? -1 : 1;
    return x->order > y->order ? -1 : x->order < y->order;
}

static enum ct_status collect(struct history *s, struct ct_error *reterr)
{
    s->n = 0;
    enum ct_status rc = steps(s, reterr);
    if (rc == CT_OK)
        rc = records(s, reterr);
    if (rc == CT_OK)
        rc = readings(s, reterr);
    if (rc == CT_OK)
        rc = chemical(s, reterr);
    if (rc == CT_OK)
        rc = biological(s, reterr);
    if (rc == CT_OK)
        rc = earlies(s, reterr);
    if (s->n > 0)
        qsort(s->line, s->n, sizeof *s->line, newest);
    ct_table_reload(&s->table);
    return rc;
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct history *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct history *s = arg;
    const struct line *l = &s->line[row];
    if (l->warn)
        *role = CT_R_WARN;
    switch (column) {
    case COL_AT: ct_datetime_text(l->at_ms, s->cell); return s->cell;
    case COL_WHAT: return l->what;
    default: return l->text;
    }
}

static enum ct_status history_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct history *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->id = *(const int64_t *)arg;
    ct_load_number(ct_ui_app(s->ui), s->id, s->number);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    enum ct_status rc = collect(s, reterr);
    if (rc != CT_OK)
        free(s->line); /* close is not called then */
    return rc;
}

static void history_refresh(struct ct_view *v)
{
    struct history *s = ct_view_state(v);
    struct ct_error err;
    if (collect(s, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void history_close(struct ct_view *v)
{
    free(((struct history *)ct_view_state(v))->line);
}

static void history_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    enum { REST = 6 };
    struct history *s = ct_view_state(v);
    ct_ui_subject(s->ui, "%s", s->number);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 2, CT_R_HEAD, "HISTORY of %s: %zu lines",
                   s->number, s->n);
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - REST - 2, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - REST - 1, body.col, body.cols);
    if (s->n > 0)
        ct_draw_wrapped(g,
                        (struct ct_rect){body.row + body.rows - REST, body.col + 1, REST,
                                         body.cols - 2},
                        CT_R_TEXT, s->line[s->table.cursor].text);
}

static enum ct_reaction history_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct history *)ct_view_state(v))->table, e);
}

static const struct ct_command COMMANDS[] = {{.id = NULL}};

const struct ct_screen ct_screen_load_history = {
    .id = "load_history",
    .title = "History of a load",
    .help = "Every step of the load, what was read of its cycle, the machine's records, the "
            "indicators and what was released early, the newest first. All of the line that is "
            "marked stands below.",
    .perm = CT_PERM_STERILE_READ,
    .state_size = sizeof(struct history),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = history_open,
    .draw = history_draw,
    .event = history_event,
    .refresh = history_refresh,
    .close = history_close,
};
