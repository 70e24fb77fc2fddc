/* matrix - people against what is required or held, and who may use one device. */
#include "ui/screens/school.h"
#include "ui/screens/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { CELL_COLS = 14, NAME_COLS = 18 };

struct matrix {
    struct ct_ui *ui;
    struct ct_comp_matrix m;
    struct ct_column *column;
    size_t gaps;
    struct ct_table table;
    char cell[64];
};

static int64_t row_count(void *arg)
{
    const struct matrix *s = arg;
    return s->m.n_subjects > 0 ? (int64_t)s->m.n_people : 0;
}

/* "ok 12 Nov 27": a day without its first two digits of the year. */
static void short_day(ct_date day, char out[16])
{
    char text[16];
    ct_date_text(day, text);
    size_t n = strlen(text);
    if (n > 4)
        snprintf(out, 16, "%.*s%s", (int)(n - 4), text, text + n - 2);
    else
        snprintf(out, 16, "%s", text);
}

static void cell_text(const struct ct_comp_now *c, char *out, size_t size)
{
    char day[16] = "";
    if (c->last_day != CT_NO_DATE)
        short_day(c->last_day, day);
    switch (c->state) {
    case CT_COMP_MISSING: snprintf(out, size, "%s", c->required ? "MISSING" : "-"); return;
    case CT_COMP_WITHDRAWN: snprintf(out, size, "WITHDRAWN"); return;
    case CT_COMP_FAILED: snprintf(out, size, "NOT YET"); return;
    case CT_COMP_BELOW: snprintf(out, size, "only %s", CT_LEVEL_NAME[c->level]); return;
    case CT_COMP_EXPIRED: snprintf(out, size, "EXP %s", day); return;
    case CT_COMP_SOON: snprintf(out, size, "soon %s", day); return;
    case CT_COMP_CURRENT:
    case CT_COMP_STATES: break;
    }
    snprintf(out, size, "ok %s", day);
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct matrix *s = arg;
    if (column == 0)
        return s->m.person[row].name;
    const struct ct_comp_now *c =
        &s->m.cell[(size_t)row * s->m.n_subjects + (size_t)column - 1];
    if (ct_comp_role(c) != CT_R_OK) /* most are: a colour a cell is dear on a thin wire */
        *role = ct_comp_role(c);
    cell_text(c, s->cell, sizeof s->cell);
    return s->cell;
}

static enum ct_status load(struct matrix *s, struct ct_error *reterr)
{
    struct ct_comp_matrix m;
    enum ct_status rc = ct_comp_matrix(ct_ui_app(s->ui), &m, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_column *column = calloc(m.n_subjects + 1, sizeof *column);
    if (column == NULL) {
        ct_comp_matrix_done(&m);
        return ct_fail(reterr, CT_ENOMEM, "", "There is no memory for the matrix.");
    }
    column[0] = (struct ct_column){.title = "Person", .width = NAME_COLS, .frozen = true};
    for (size_t i = 0; i < m.n_subjects; i++)
        column[i + 1] = (struct ct_column){.title = m.subject[i].title, .width = CELL_COLS};
    s->gaps = 0;
    for (size_t i = 0; i < m.n_people * m.n_subjects; i++)
        s->gaps += m.cell[i].required && m.cell[i].state < CT_COMP_SOON;
    int64_t cursor = s->table.cursor;
    int scroll = s->table.scroll_column;
    ct_comp_matrix_done(&s->m);
    free(s->column);
    s->m = m;
    s->column = column;
    ct_table_init(&s->table, s->column, m.n_subjects + 1,
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = ct_rows_there, .cell = row_cell});
    s->table.cursor = cursor;
    s->table.scroll_column = scroll;
    ct_table_reload(&s->table);
    return CT_OK;
}

static enum ct_status matrix_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct matrix *s = ct_view_state(v);
    (void)arg;
    s->ui = ct_view_ui(v);
    return load(s, reterr);
}

static void matrix_refresh(struct ct_view *v)
{
    struct matrix *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void matrix_close(struct ct_view *v)
{
    struct matrix *s = ct_view_state(v);
    ct_comp_matrix_done(&s->m);
    free(s->column);
}

/* Below: what of the chosen person is missing, in full: the columns are narrow. */
static void gaps_text(const struct matrix *s, struct ct_buf *b)
{
    size_t row = (size_t)s->table.cursor;
    char text[200];
    ct_buf_printf(b, "%s:", s->m.person[row].name);
    size_t before = b->len;
    for (size_t i = 0; i < s->m.n_subjects; i++) {
        const struct ct_comp_now *c = &s->m.cell[row * s->m.n_subjects + i];
        if (!c->required || c->state >= CT_COMP_CURRENT)
            continue;
        ct_comp_now_text(c, text, sizeof text);
        ct_buf_printf(b, "%s %s: %s", b->len > before ? ";" : "", c->subject.title, text);
    }
    if (b->len == before)
        ct_buf_str_add(b, " all that is required is current");
}

static void matrix_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct matrix *s = ct_view_state(v);
    int end = body.row + body.rows;
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    ct_grid_printf(g, body.row, body.col + 1, -1, CT_R_HEAD,
                   "MATRIX: %zu people, %zu subjects, %zu gap%s", s->m.n_people, s->m.n_subjects,
                   s->gaps, s->gaps == 1 ? "" : "s");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 4, body.cols, true);
    if (row_count(s) == 0) {
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM,
                     "Nothing is required, and nobody holds anything yet.");
        return;
    }
    CT_BUF b = {.max = 8192};
    gaps_text(s, &b);
    ct_grid_hline(g, end - 3, body.col, body.cols);
    ct_draw_wrapped(g, (struct ct_rect){end - 2, body.col + 1, 2, body.cols - 2}, CT_R_TEXT,
                    ct_buf_str(&b));
}

static enum ct_reaction matrix_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct matrix *)ct_view_state(v))->table, e);
}

static bool any(const struct ct_view *v)
{
    return ((const struct matrix *)ct_view_state(v))->m.n_subjects > 0;
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    const struct matrix *s = ct_view_state(v);
    struct ct_person_arg arg = {.user_id = s->m.person[s->table.cursor].user_id};
    return ct_ui_push(s->ui, &ct_screen_competencies, &arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction print(struct ct_view *v)
{
    return ct_print_one(v, "competency", "Competency matrix", "");
}

static const struct ct_command MATRIX[] = {
    {.id = "matrix.open", .keys = "Enter", .label = "person", .perm = CT_PERM_TRAIN_READ,
     .help = "All of this person.", .run = open_chosen, .shown = any},
    CT_PRINT_COMMAND("matrix.print", "Everybody against all that is required, on paper.", print,
                     NULL),
    {.id = NULL},
};

const struct ct_screen ct_screen_matrix = {
    .id = "matrix",
    .title = "People against subjects",
    .help = "A line a person, a column for all that is required of anybody or held by somebody. "
            "MISSING: required and not held. EXP: expired that day. soon: runs out soon. The "
            "arrows to the sides show further columns; below stands what the person of the "
            "line lacks, in full. clintech training matrix --csv writes it out.",
    .perm = CT_PERM_TRAIN_READ,
    .jump = true,
    .state_size = sizeof(struct matrix),
    .commands = MATRIX,
    .open = matrix_open,
    .draw = matrix_draw,
    .event = matrix_event,
    .refresh = matrix_refresh,
    .close = matrix_close,
};

/* ---- who may use a device ------------------------------------------------------------------- */

struct people {
    struct ct_ui *ui;
    struct ct_equipment e;
    struct ct_comp_now *c;
    size_t n;
    struct ct_table table;
    char cell[240];
};

enum { COL_NAME, COL_SUBJECT, COL_NOW };
static const struct ct_column PEOPLE[] = {
    [COL_NAME] = {.title = "Person", .width = 20, .frozen = true},
    [COL_SUBJECT] = {.title = "Required", .width = 0},
    [COL_NOW] = {.title = "Held", .width = 30},
};

static int64_t people_count(void *arg)
{
    return (int64_t)((struct people *)arg)->n;
}

static const char *people_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct people *s = arg;
    const struct ct_comp_now *c = &s->c[row];
    char subject[CT_SUBJECT_TITLE_MAX + 20];
    switch (column) {
    case COL_NAME: return c->name;
    case COL_SUBJECT:
        ct_subject_text(&c->subject, subject, sizeof subject);
        snprintf(s->cell, sizeof s->cell, "%s, %s", subject, CT_LEVEL_NAME[c->needs]);
        return s->cell;
    default:
        *role = ct_comp_role(c);
        ct_comp_now_text(c, s->cell, sizeof s->cell);
        return s->cell;
    }
}

static enum ct_status people_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct people *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    struct ct_app *app = ct_ui_app(s->ui);
    enum ct_status rc = ct_equipment_get(app, *(const int64_t *)arg, &s->e, reterr);
    if (rc == CT_OK)
        rc = ct_comp_device(app, s->e.asset, &s->c, &s->n, reterr);
    ct_table_init(&s->table, PEOPLE, CT_LEN(PEOPLE),
                  (struct ct_table_source){.arg = s,
                                           .count = people_count,
                                           .load = ct_rows_there,
                                           .cell = people_cell});
    return rc;
}

static void people_close(struct ct_view *v)
{
    free(((struct people *)ct_view_state(v))->c);
}

static void people_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct people *s = ct_view_state(v);
    ct_ui_subject(s->ui, "%s  %s %s", s->e.asset, s->e.maker, s->e.model);
    ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD, "WHO MAY USE IT");
    if (s->n == 0)
        ct_grid_text(g, body.row + 3, body.col + 2, -1, CT_R_DIM,
                     "No competency is required for this model or its class.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 1, body.cols, true);
}

static enum ct_reaction people_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct people *)ct_view_state(v))->table, e);
}

static const struct ct_command NONE[] = {{.id = NULL}};

const struct ct_screen ct_screen_device_people = {
    .id = "device_people",
    .title = "Who may use a device",
    .help = "The competencies that are required for this device, by its model and its class, "
            "and where everybody stands. A competency for the very model counts for its class.",
    .perm = CT_PERM_TRAIN_READ,
    .state_size = sizeof(struct people),
    .commands = NONE,
    .open = people_open,
    .draw = people_draw,
    .event = people_event,
    .close = people_close,
};
