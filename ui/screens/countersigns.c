/* countersigns - what trainees recorded: marked one by one or all, and signed with one
 * password. */
#include "ui/screens/school.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { ROWS_MAX = 500 };

struct countersigns {
    struct ct_ui *ui;
    uint32_t user_id; /* 0: of all */
    struct ct_awaiting *a;
    bool *marked;
    size_t n;
    char remark[CT_TRAINING_TEXT_MAX + 1];
    struct ct_table table;
    char cell[400];
};

enum { COL_MARK, COL_AT, COL_WHO, COL_WHAT };
static const struct ct_column COLUMNS[] = {
    [COL_MARK] = {.title = "", .width = 1, .frozen = true},
    [COL_AT] = {.title = "Recorded", .width = 13},
    [COL_WHO] = {.title = "Trainee", .width = 16},
    [COL_WHAT] = {.title = "What", .width = 0},
};

static int64_t row_count(void *arg)
{
    return (int64_t)((struct countersigns *)arg)->n;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct countersigns *s = arg;
    const struct ct_awaiting *a = &s->a[row];
    (void)role;
    switch (column) {
    case COL_MARK: return s->marked[row] ? "*" : "";
    case COL_AT: ct_datetime_text(a->at_ms, s->cell); return s->cell;
    case COL_WHO: return a->name;
    default:
        snprintf(s->cell, sizeof s->cell, "%s%s%s", a->patient,
                 a->patient[0] != '\0' ? ": " : "", a->text);
        return s->cell;
    }
}

static size_t marks(const struct countersigns *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        n += s->marked[i];
    return n;
}

/* Marks stay on what still awaits. */
static enum ct_status load(struct countersigns *s, struct ct_error *reterr)
{
    struct ct_awaiting *a = NULL;
    size_t n = 0;
    enum ct_status rc =
        ct_countersign_list(ct_ui_app(s->ui), s->user_id, ROWS_MAX, &a, &n, reterr);
    bool *marked = rc == CT_OK ? calloc(n + 1, sizeof *marked) : NULL;
    if (rc == CT_OK && marked == NULL)
        rc = ct_fail(reterr, CT_ENOMEM, "", "There is no memory for the list.");
    if (rc != CT_OK) {
        free(a);
        return rc;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < s->n; j++)
            if (s->a[j].seq == a[i].seq)
                marked[i] = s->marked[j];
    free(s->a);
    free(s->marked);
    s->a = a;
    s->marked = marked;
    s->n = n;
    ct_table_reload(&s->table);
    return CT_OK;
}

static enum ct_status countersigns_open(struct ct_view *v, const void *arg,
                                        struct ct_error *reterr)
{
    struct countersigns *s = ct_view_state(v);
    const struct ct_person_arg *whose = arg;
    s->ui = ct_view_ui(v);
    s->user_id = whose != NULL ? whose->user_id : 0;
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = ct_rows_there, .cell = row_cell});
    return load(s, reterr);
}

static void countersigns_refresh(struct ct_view *v)
{
    struct countersigns *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void countersigns_close(struct ct_view *v)
{
    struct countersigns *s = ct_view_state(v);
    free(s->a);
    free(s->marked);
}

static void countersigns_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct countersigns *s = ct_view_state(v);
    int end = body.row + body.rows;
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    ct_grid_printf(g, body.row, body.col + 1, -1, CT_R_HEAD,
                   "AWAIT A COUNTERSIGN: %zu%s, %zu marked", s->n,
                   s->n == ROWS_MAX ? " and more" : "", marks(s));
    if (s->n == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM, "Nothing awaits one.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 4, body.cols, true);
    if (s->n == 0)
        return;
    ct_grid_hline(g, end - 3, body.col, body.cols);
    ct_draw_wrapped(g, (struct ct_rect){end - 2, body.col + 1, 2, body.cols - 2}, CT_R_TEXT,
                    s->a[s->table.cursor].text);
}

static enum ct_reaction countersigns_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct countersigns *)ct_view_state(v))->table, e);
}

static bool any(const struct ct_view *v)
{
    return ((const struct countersigns *)ct_view_state(v))->n > 0;
}

static enum ct_reaction mark(struct ct_view *v)
{
    struct countersigns *s = ct_view_state(v);
    s->marked[s->table.cursor] = !s->marked[s->table.cursor];
    if (s->table.cursor + 1 < (int64_t)s->n)
        s->table.cursor++;
    return CT_HANDLED;
}

static enum ct_reaction mark_all(struct ct_view *v)
{
    struct countersigns *s = ct_view_state(v);
    bool on = marks(s) < s->n;
    for (size_t i = 0; i < s->n; i++)
        s->marked[i] = on;
    return CT_HANDLED;
}

static void sign(struct ct_view *v);

static void password_given(struct ct_view *v, const struct ct_secret *password)
{
    if (!ct_password_good(v, password, "You stand for it: your own password", password_given))
        return;
    sign(v);
}

/* Those that are marked, the first so many of them. */
static void sign(struct ct_view *v)
{
    struct countersigns *s = ct_view_state(v);
    int64_t seq[CT_COUNTERSIGN_MAX];
    struct ct_error err;
    size_t n = 0;
    for (size_t i = 0; i < s->n && n < CT_COUNTERSIGN_MAX; i++)
        if (s->marked[i])
            seq[n++] = s->a[i].seq;
    enum ct_status rc = ct_countersign(ct_ui_app(s->ui), seq, n, s->remark, &err);
    if (rc == CT_EDENIED && strcmp(err.field, "password") == 0) {
        ct_ui_prompt_secret(v, "You stand for it: your own password", password_given);
        return;
    }
    if (rc != CT_OK)
        ct_ui_say_error(s->ui, &err);
    countersigns_refresh(v);
    if (rc == CT_OK)
        ct_ui_say(s->ui, CT_R_OK, "%zu %s countersigned.", n, n == 1 ? "entry is" : "entries are");
}

static void remark_given(struct ct_view *v, const char *text)
{
    struct countersigns *s = ct_view_state(v);
    if (text == NULL)
        return;
    if (strlen(text) > CT_TRAINING_TEXT_MAX) {
        ct_ui_say(s->ui, CT_R_WARN, "A remark has at most %d characters. Nothing was signed.",
                  CT_TRAINING_TEXT_MAX);
        return;
    }
    ct_text_copy(s->remark, sizeof s->remark, text);
    sign(v);
}

static enum ct_reaction begin(struct ct_view *v)
{
    struct countersigns *s = ct_view_state(v);
    if (marks(s) == 0)
        s->marked[s->table.cursor] = true;
    ct_ui_prompt(v, "A remark, or Enter alone", "", remark_given);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "countersigns.mark", .keys = "Space", .label = "mark", .perm = CT_PERM_COMP_ASSESS,
     .help = "Mark this one, or take the mark away.", .run = mark, .shown = any},
    {.id = "countersigns.all", .keys = "a", .label = "all", .perm = CT_PERM_COMP_ASSESS,
     .help = "Mark all, or none.", .run = mark_all, .shown = any},
    {.id = "countersigns.sign", .keys = "s", .label = "countersign",
     .perm = CT_PERM_COMP_ASSESS,
     .help = "Stand for those that are marked, or for this line; it is signed with your "
             "password.",
     .run = begin, .shown = any},
    {.id = NULL},
};

const struct ct_screen ct_screen_countersigns = {
    .id = "countersigns",
    .title = "What awaits a countersign",
    .help = "Entries of trainees, oldest first. Whoever countersigns stands for them: never for "
            "one's own, never as a trainee, and only with a competency of one's own where the "
            "trainee used what asks for one. What is wrong is corrected as always; the entry "
            "still awaits its countersign then.",
    .perm = CT_PERM_TRAIN_READ,
    .jump = true,
    .state_size = sizeof(struct countersigns),
    .commands = COMMANDS,
    .open = countersigns_open,
    .draw = countersigns_draw,
    .event = countersigns_event,
    .refresh = countersigns_refresh,
    .close = countersigns_close,
};
