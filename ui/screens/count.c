/* count - a set is counted by its recipe, line by line: when it is packed, and when it came
 * back. Enter says that all of a line are there; figures say how many, and what is missing is
 * asked about at once. */
#include "ui/screens/sterile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/scan_find.h"

struct count {
    struct ct_ui *ui;
    struct ct_set_count c;
    struct ct_set set;
    struct ct_pack p;      /* that came back */
    bool back;
    bool changed;          /* since it began */
    char kind[24], login[64];
    int typed;             /* figures typed on the line of the cursor; -1 none */
    struct ct_table table;
    char cell[200];
};

enum { COL_MARK, COL_COUNT, COL_WHAT, COL_AWAY };
static const struct ct_column COLUMNS[] = {
    [COL_MARK] = {.title = "", .width = 4, .frozen = true},
    [COL_COUNT] = {.title = "Counted", .width = 14},
    [COL_WHAT] = {.title = "Instrument", .width = 0},
    [COL_AWAY] = {.title = "", .width = 16},
};

static int64_t row_count(void *arg)
{
    return (int64_t)((struct count *)arg)->c.n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct count *s = arg;
    const struct ct_set_count_line *l = &s->c.line[row];
    bool typing = s->typed >= 0 && row == s->table.cursor;
    if (l->counted >= 0 && l->counted < l->expected)
        *role = CT_R_WARN;
    switch (column) {
    case COL_MARK: return l->counted < 0 ? "[ ]" : l->counted == l->expected ? "[x]" : "[!]";
    case COL_COUNT:
        if (typing)
            snprintf(s->cell, sizeof s->cell, "%d_ of %d", s->typed, l->expected);
        else if (l->counted < 0)
            snprintf(s->cell, sizeof s->cell, "   of %d", l->expected);
        else
            snprintf(s->cell, sizeof s->cell, "%2d of %d", l->counted, l->expected);
        return s->cell;
    case COL_WHAT: return l->instrument;
    default: return l->away != CT_AWAY_NONE ? CT_SET_AWAY_NAME[l->away] : "";
    }
}

/* ---- draft ------------------------------------------------------------------------------ */

/* "6" or "5 2": how many, and why not all. */
static bool count_draft(struct ct_view *v, struct ct_draft *d)
{
    const struct count *s = ct_view_state(v);
    CT_BUF b = {.max = 4096};
    if (!s->changed)
        return false;
    snprintf(d->kind, sizeof d->kind, "%s", s->kind);
    d->patient_id = CT_UNSET;
    for (size_t i = 0; i < s->c.n; i++)
        ct_buf_printf(&b, "%lld:%d:%d ", (long long)s->c.line[i].line_id, s->c.line[i].counted,
                      (int)s->c.line[i].away);
    return ct_draft_put(d, "counted", ct_buf_str(&b));
}

/* Lines that are still in the recipe; the others are counted anew. */
static void resume(struct count *s)
{
    struct ct_draft d = {0};
    if (ct_draft_latest(ct_ui_app(s->ui), s->kind, CT_UNSET, &d, NULL) != CT_OK)
        return;
    const char *text = ct_draft_get(&d, "counted");
    while (text != NULL && *text != '\0') {
        char *end;
        long long id = strtoll(text, &end, 10);
        long counted = *end == ':' ? strtol(end + 1, &end, 10) : -1;
        long away = *end == ':' ? strtol(end + 1, &end, 10) : 0;
        for (size_t i = 0; i < s->c.n; i++) {
            struct ct_set_count_line *l = &s->c.line[i];
            if (l->line_id != id || counted < 0 || counted > l->expected || away < 0 ||
                away >= CT_AWAYS)
                continue;
            l->counted = (int)counted;
            l->away = (enum ct_set_away)away;
            s->changed = true;
        }
        if (*end != ' ')
            break;
        text = end + 1;
    }
    ct_draft_done(&d);
    if (s->changed)
        ct_ui_say(s->ui, CT_R_TEXT, "The count that was kept goes on.");
}

static void drop(struct count *s)
{
    struct ct_error err;
    s->changed = false;
    if (ct_draft_drop(ct_ui_app(s->ui), s->kind, CT_UNSET, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

/* ---- open, draw ------------------------------------------------------------------------- */

static enum ct_status begin(struct count *s, const struct ct_count_arg *a,
                            struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    s->back = a->pack_id != 0;
    if (!s->back) {
        enum ct_status rc = ct_set_get(app, a->set_id, &s->set, reterr);
        snprintf(s->kind, sizeof s->kind, CT_DRAFT_COUNT "%lld", (long long)a->set_id);
        return rc == CT_OK ? ct_set_count_begin(app, a->set_id, &s->c, reterr) : rc;
    }
    enum ct_status rc = ct_pack_get(app, a->pack_id, &s->p, reterr);
    snprintf(s->kind, sizeof s->kind, CT_DRAFT_RETURN "%lld", (long long)a->pack_id);
    if (rc == CT_OK)
        rc = ct_set_count_back(app, a->pack_id, &s->c, reterr);
    return rc == CT_OK ? ct_set_version(app, s->p.detail_id, &s->set, reterr) : rc;
}

static enum ct_status count_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct count *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->typed = -1;
    enum ct_status rc = begin(s, arg, reterr);
    if (rc != CT_OK)
        return rc;
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    resume(s);
    ct_table_reload(&s->table);
    return CT_OK;
}

static size_t left(const struct count *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->c.n; i++)
        n += s->c.line[i].counted < 0;
    return n;
}

static void count_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct count *s = ct_view_state(v);
    char number[40];
    ct_pack_number(ct_ui_app(s->ui), s->p.id, number);
    ct_ui_subject(s->ui, "%s%s%s", s->set.name, s->back ? "  " : "", s->back ? number : "");
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 2, CT_R_HEAD,
                   s->back ? "COUNT WHAT CAME BACK: %zu lines, %zu to count"
                           : "COUNT AND PACK: %zu lines, %zu to count",
                   s->c.n, left(s));
    if (s->set.note[0] != '\0')
        ct_grid_text(g, body.row + 1, body.col + 1, body.cols - 2, CT_R_TEXT, s->set.note);
    ct_table_draw(&s->table, g, body.row + 2, body.col, body.rows - 4, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - 2, body.col, body.cols);
    ct_grid_text(g, body.row + body.rows - 1, body.col + 1, body.cols - 2, CT_R_DIM,
                 left(s) > 0 ? "Enter: all of this line are there. Figures, Enter: so many."
                 : s->set.second ? "All is counted. ^S: the second person gives a password."
                                 : "All is counted. ^S saves.");
}

/* ---- counting ---------------------------------------------------------------------------- */

static void move_on(struct count *s)
{
    s->typed = -1;
    if (s->table.cursor + 1 < (int64_t)s->c.n)
        s->table.cursor++;
    ct_table_reload(&s->table);
}

static void away_given(struct ct_view *v, int index)
{
    struct count *s = ct_view_state(v);
    struct ct_set_count_line *l = &s->c.line[s->table.cursor];
    if (index < 0) { /* not said: the line is as if it had not been counted */
        l->counted = -1;
        l->away = CT_AWAY_NONE;
        ct_table_reload(&s->table);
        return;
    }
    l->away = (enum ct_set_away)(index + 1);
    move_on(s);
}

static void counted(struct ct_view *v, int n)
{
    static const struct ct_choice CHOICES[] = {
        {"m", "missing"}, {"b", "broken"}, {"r", "out for repair"}, {"Esc", "count again"},
        {NULL, NULL}};
    struct count *s = ct_view_state(v);
    struct ct_set_count_line *l = &s->c.line[s->table.cursor];
    char question[200];
    if (n > l->expected) {
        s->typed = -1;
        ct_ui_say(s->ui, CT_R_WARN, "%d, and %d belong to the set: put aside what is another's.",
                  n, l->expected);
        return;
    }
    l->counted = n;
    l->away = CT_AWAY_NONE;
    s->changed = true;
    s->typed = -1;
    if (n == l->expected) {
        move_on(s);
        return;
    }
    snprintf(question, sizeof question, "%.60s: %d of %d. The others are", l->instrument, n,
             l->expected);
    ct_ui_ask(v, question, CHOICES, away_given);
}

static enum ct_reaction count_event(struct ct_view *v, const struct ct_event *e)
{
    struct count *s = ct_view_state(v);
    int64_t was = s->table.cursor;
    if (e->kind == CT_EV_KEY && e->key >= '0' && e->key <= '9') {
        int n = (s->typed > 0 ? s->typed : 0) * 10 + (int)(e->key - '0');
        s->typed = n <= 999 ? n : s->typed;
        ct_table_reload(&s->table);
        return CT_HANDLED;
    }
    enum ct_reaction r = ct_table_event(&s->table, e);
    if (s->table.cursor != was)
        s->typed = -1;
    return r;
}

static enum ct_reaction enter(struct ct_view *v)
{
    struct count *s = ct_view_state(v);
    if (s->c.n == 0)
        return CT_REFUSED;
    counted(v, s->typed >= 0 ? s->typed : s->c.line[s->table.cursor].expected);
    return CT_HANDLED;
}

static enum ct_reaction again(struct ct_view *v)
{
    struct count *s = ct_view_state(v);
    if (s->c.n == 0)
        return CT_REFUSED;
    s->c.line[s->table.cursor].counted = s->typed = -1;
    s->c.line[s->table.cursor].away = CT_AWAY_NONE;
    ct_table_reload(&s->table);
    return CT_HANDLED;
}

/* ---- saving ------------------------------------------------------------------------------- */

static void to_line(struct count *s, const struct ct_error *err)
{
    for (size_t i = 0; i < s->c.n && strcmp(err->field, "counted") == 0; i++)
        if (s->c.line[i].counted < 0) {
            s->table.cursor = (int64_t)i;
            break;
        }
    ct_ui_say_error(s->ui, err);
    ct_table_reload(&s->table);
}

static void save_with(struct ct_view *v, const char *login, const struct ct_secret *password)
{
    struct count *s = ct_view_state(v);
    struct ct_ui *ui = s->ui;
    struct ct_app *app = ct_ui_app(ui);
    struct ct_pack p = s->p;
    struct ct_error err;
    char number[40];
    bool back = s->back;
    if (password != NULL)
        ct_ui_busy(ui, "Checking the password ...");
    enum ct_status rc =
        back ? ct_set_return(app, &s->c, login, password, &err)
             : ct_set_pack(app, s->set.id, 0, &s->c, login, password, &p, &err);
    if (rc != CT_OK) {
        to_line(s, &err);
        return;
    }
    drop(s);
    ct_pack_number(app, p.id, number);
    if (back) {
        ct_ui_pop(ui);
        ct_ui_say(ui, CT_R_OK, "%s is counted.", number);
        return;
    }
    ct_ui_replace(ui, &ct_screen_pack, &p.id);
    ct_ui_say(ui, CT_R_OK, "%s is packed. l shows its label.", number);
}

static void passworded(struct ct_view *v, const struct ct_secret *password)
{
    struct count *s = ct_view_state(v);
    if (password != NULL)
        save_with(v, s->login, password);
}

static void login_given(struct ct_view *v, const char *login)
{
    struct count *s = ct_view_state(v);
    char label[96];
    if (login == NULL || login[strspn(login, " ")] == '\0')
        return;
    ct_scan_login(ct_app_config(ct_ui_app(s->ui)), login, s->login, sizeof s->login);
    snprintf(label, sizeof label, "Password of %.60s", s->login);
    ct_ui_prompt_secret(v, label, passworded);
}

static enum ct_reaction save(struct ct_view *v)
{
    struct count *s = ct_view_state(v);
    if (left(s) > 0) {
        struct ct_error err = {0};
        (void)ct_fail(&err, CT_EINVAL, "counted", "%zu lines are not counted yet", left(s));
        to_line(s, &err);
        return CT_REFUSED;
    }
    if (!s->set.second) {
        save_with(v, NULL, NULL);
        return CT_HANDLED;
    }
    ct_ui_say(s->ui, CT_R_TEXT, "Your own session stays open.");
    ct_ui_prompt(v, "Who counted with you? Login of the second person", "", login_given);
    ct_ui_prompt_scans(v);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "set_count.enter", .keys = "Enter", .label = "all there",
     .perm = CT_PERM_STERILE_WRITE,
     .help = "All of this line are there; with figures typed before: so many.", .run = enter},
    {.id = "set_count.again", .keys = "Del", .label = "count again",
     .perm = CT_PERM_STERILE_WRITE, .help = "This line is not counted yet.", .run = again},
    {.id = "set_count.save", .keys = "^S F10", .label = "save", .perm = CT_PERM_STERILE_WRITE,
     .help = "All is counted: save; where the recipe asks for it, a second person gives login "
             "and password.",
     .run = save},
    {.id = NULL},
};

const struct ct_screen ct_screen_count = {
    .id = "set_count",
    .title = "Count a set",
    .help = "The set by its recipe, a line an instrument. Enter: all are there. Figures and "
            "Enter: so many, and of the others whether they are missing, broken or out for "
            "repair. What came back is counted against what was packed.",
    .perm = CT_PERM_STERILE_WRITE,
    .state_size = sizeof(struct count),
    .arg_size = sizeof(struct ct_count_arg),
    .commands = COMMANDS,
    .open = count_open,
    .draw = count_draw,
    .event = count_event,
    .draft = count_draft,
};
