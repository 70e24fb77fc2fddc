/* access_looked - who looked at a record, or what somebody looked at, newest first and a
 * page at a time; and who among the patients may be a member of staff. */
#include "ui/screens/screens.h"
#include "ui/screens/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/access.h"
#include "record/user.h"

enum { PAGE = 100, LINES_MAX = 5000 };

struct looked {
    struct ct_ui *ui;
    struct ct_look_filter f;
    char whose[2 * CT_NAME_BYTES + 3];
    struct ct_looked *line;
    size_t n;
    bool more;
    struct ct_table table;
    char cell[400];
};

enum { COL_AT, COL_WHO, COL_WHAT };
static const struct ct_column COLUMNS[] = {
    [COL_AT] = {.title = "When", .width = 13},
    [COL_WHO] = {.title = "", .width = 24, .frozen = true},
    [COL_WHAT] = {.title = "What", .width = 0},
};

static int64_t line_count(void *arg)
{
    return (int64_t)((struct looked *)arg)->n;
}

static bool lines_there(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *line_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct looked *s = arg;
    const struct ct_looked *l = &s->line[row];
    char at[24];
    if (l->severity == CT_EXCEPTION)
        *role = CT_R_WARN;
    switch (column) {
    case COL_AT:
        ct_datetime_text(l->at_ms, at);
        snprintf(s->cell, sizeof s->cell, "%s", at);
        return s->cell;
    case COL_WHO: return s->f.patient_id != 0 ? l->user : l->patient;
    default:
        snprintf(s->cell, sizeof s->cell, "%s%s%s", l->what, l->detail[0] != '\0' ? ": " : "",
                 l->detail);
        return s->cell;
    }
}

/* The page behind the last line. */
static enum ct_status further(struct looked *s, struct ct_error *reterr)
{
    struct ct_looked *page = NULL;
    struct ct_look_filter f = s->f;
    size_t n;
    if (s->n > 0) {
        f.after_seq = s->line[s->n - 1].seq;
        f.after_ms = s->line[s->n - 1].at_ms;
    }
    enum ct_status st = ct_look_list(ct_ui_app(s->ui), &f, PAGE, &page, &n, reterr);
    if (st != CT_OK)
        return st;
    struct ct_looked *all = reallocarray(s->line, s->n + n + 1, sizeof *all);
    if (all == NULL) {
        free(page);
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for more lines.");
    }
    memcpy(all + s->n, page, n * sizeof *all);
    free(page);
    s->line = all;
    s->n += n;
    s->more = n == PAGE && s->n < LINES_MAX;
    ct_table_reload(&s->table);
    return CT_OK;
}

static enum ct_status again(struct looked *s, struct ct_error *reterr)
{
    s->n = 0;
    s->table.cursor = 0;
    return further(s, reterr);
}

static enum ct_status looked_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct looked *s = ct_view_state(v);
    const struct ct_looked_arg *a = arg;
    s->ui = ct_view_ui(v);
    struct ct_app *app = ct_ui_app(s->ui);
    s->f = (struct ct_look_filter){.patient_id = a->patient_id, .user_id = a->user_id,
                                   .from_ms = CT_UNSET, .to_ms = CT_UNSET};
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = line_count, .load = lines_there, .cell = line_cell});
    if (a->patient_id == 0) {
        ct_user_name(app, a->user_id, s->whose, sizeof s->whose);
    } else {
        struct ct_patient p;
        enum ct_status st = ct_access_identity(app, a->patient_id, &p, reterr);
        if (st != CT_OK)
            return st;
        ct_patient_name(&p, s->whose, sizeof s->whose);
    }
    enum ct_status st = ct_look_told(app, &s->f, "", reterr); /* this is a looking as well */
    if (st == CT_OK)
        st = again(s, reterr);
    if (st != CT_OK)
        free(s->line);
    return st;
}

static void looked_close(struct ct_view *v)
{
    free(((struct looked *)ct_view_state(v))->line);
}

static void looked_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct looked *s = ct_view_state(v);
    char from[16], to[16], line[160];
    ct_ui_subject(s->ui, "%s %s", s->f.patient_id != 0 ? "WHO LOOKED AT" : "LOOKED AT BY", s->whose);
    ct_date_text(s->f.from_ms != CT_UNSET ? ct_date_at(s->f.from_ms) : CT_NO_DATE, from);
    ct_date_text(s->f.to_ms != CT_UNSET ? ct_date_at(s->f.to_ms) : CT_NO_DATE, to);
    snprintf(line, sizeof line, "%s %s %s %s", from[0] != '\0' ? "From" : "From the first", from,
             to[0] != '\0' ? "to" : "to now", to);
    ct_grid_text(g, body.row, body.col + 1, -1, CT_R_DIM, line);
    if (s->n == 0) {
        ct_grid_text(g, body.row + 2, body.col + 2, -1, CT_R_DIM, "Nothing in this time.");
        ct_grid_cursor(g, body.row + 2, body.col + 2);
        return;
    }
    int end = body.row + body.rows;
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 5, body.cols, true);
    const struct ct_looked *l = &s->line[s->table.cursor];
    char whole[400];
    snprintf(whole, sizeof whole, "%s%s%s", l->what, l->detail[0] != '\0' ? ": " : "", l->detail);
    ct_grid_hline(g, end - 4, body.col, body.cols);
    ct_draw_wrapped(g, (struct ct_rect){end - 3, body.col + 2, 3, body.cols - 4}, CT_R_TEXT, whole);
}

static enum ct_reaction looked_event(struct ct_view *v, const struct ct_event *e)
{
    struct looked *s = ct_view_state(v);
    struct ct_error err;
    enum ct_reaction r = ct_table_event(&s->table, e);
    if (r == CT_HANDLED && s->more && s->table.cursor + s->table.height >= (int64_t)s->n &&
        further(s, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    return r;
}

/* ---- its time, and out of the store ------------------------------------------------ */

static int64_t day_ms(ct_date day)
{
    struct ct_civil c = {.hour = 0};
    ct_date_split(day, &c.year, &c.month, &c.day);
    return ct_civil_ms(&c);
}

/* Empty: no bound. False: the sentence was said, and nothing changed. */
static bool day_read(struct looked *s, const char *text, ct_date *ret)
{
    struct ct_error err;
    *ret = CT_NO_DATE;
    if (text[0] == '\0')
        return true;
    if (ct_date_parse(text, ct_date_at(ct_app_now(ct_ui_app(s->ui))), ret, &err) == CT_OK)
        return true;
    ct_ui_say_error(s->ui, &err);
    return false;
}

static void reload(struct looked *s)
{
    struct ct_error err;
    if (again(s, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void to_given(struct ct_view *v, const char *text)
{
    struct looked *s = ct_view_state(v);
    ct_date day;
    if (text == NULL || !day_read(s, text, &day))
        return;
    int64_t to = day == CT_NO_DATE ? CT_UNSET : day_ms(day + 1) - 1;
    if (to != CT_UNSET && s->f.from_ms != CT_UNSET && to < s->f.from_ms) {
        ct_ui_say(s->ui, CT_R_ERROR, "That day is before the first one.");
        return;
    }
    s->f.to_ms = to;
    reload(s);
}

static void from_given(struct ct_view *v, const char *text)
{
    struct looked *s = ct_view_state(v);
    ct_date day;
    if (text == NULL || !day_read(s, text, &day))
        return;
    s->f.from_ms = day == CT_NO_DATE ? CT_UNSET : day_ms(day);
    s->f.to_ms = CT_UNSET;
    reload(s);
    ct_ui_prompt(v, "To which day, included (Enter: to now)", "", to_given);
}

static enum ct_reaction period(struct ct_view *v)
{
    ct_ui_prompt(v, "From which day (Enter: from the first)", "", from_given);
    return CT_HANDLED;
}

static void file_given(struct ct_view *v, const char *name)
{
    struct looked *s = ct_view_state(v);
    struct ct_error err;
    char path[1024];
    if (name == NULL || name[0] == '\0')
        return;
    ct_export_path(s->ui, name, path, sizeof path);
    if (ct_ui_look_export(s->ui, &s->f, path, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_export_said(s->ui, path, false);
}

static enum ct_reaction as_csv(struct ct_view *v)
{
    struct looked *s = ct_view_state(v);
    struct ct_civil t;
    char name[64];
    ct_civil_at(ct_app_now(ct_ui_app(s->ui)), &t);
    snprintf(name, sizeof name, "access-%04d%02d%02d-%02d%02d.csv", t.year, t.month, t.day, t.hour,
             t.minute);
    ct_ui_prompt(v, "CSV, NOT encrypted, to file", name, file_given);
    return CT_HANDLED;
}

static enum ct_reaction other(struct ct_view *v)
{
    struct looked *s = ct_view_state(v);
    const struct ct_looked *l = &s->line[s->table.cursor];
    struct ct_looked_arg arg = {.patient_id = s->f.patient_id != 0 ? 0 : l->patient_id,
                                .user_id = s->f.patient_id != 0 ? l->user_id : 0};
    return ct_ui_push(s->ui, &ct_screen_looked, &arg) ? CT_HANDLED : CT_REFUSED;
}

static bool any(const struct ct_view *v)
{
    return ((const struct looked *)ct_view_state(v))->n > 0;
}

static enum ct_reaction print(struct ct_view *v)
{
    const struct looked *s = ct_view_state(v);
    struct ct_print_arg arg = {.patient_id = s->f.patient_id, .n = 1,
                               .paper = {{.kind = s->f.patient_id != 0 ? "access-patient"
                                                                       : "access-user",
                                          .title = "Access report",
                                          .from_ms = s->f.from_ms > 0 ? s->f.from_ms : 0,
                                          .to_ms = s->f.to_ms > 0 ? s->f.to_ms : 0}}};
    if (s->f.from_ms > 0 || s->f.to_ms > 0)
        snprintf(arg.paper[0].period, sizeof arg.paper[0].period, "of the days that are shown");
    if (s->f.patient_id == 0)
        snprintf(arg.paper[0].what, sizeof arg.paper[0].what, "#%u", (unsigned)s->f.user_id);
    return ct_print_open(v, &arg);
}

static const struct ct_command COMMANDS[] = {
    {.id = "looked.period", .keys = "f", .label = "from-to", .perm = CT_PERM_PATIENT_READ,
     .help = "Only what was done from one day to another.", .run = period},
    {.id = "looked.other", .keys = "Enter", .label = "the other way", .perm = CT_PERM_ACCESS_REVIEW,
     .help = "What else the person of this line looked at; or who looked at the record of it.",
     .run = other, .shown = any},
    {.id = "looked.csv", .keys = "x", .label = "CSV", .perm = CT_PERM_EXPORT,
     .help = "All lines of this time as a table (CSV) in a file.", .run = as_csv},
    CT_PRINT_COMMAND("looked.print", "The same on paper.", print, NULL),
    {.id = NULL},
};

const struct ct_screen ct_screen_looked = {
    .id = "looked",
    .title = "Who looked at what",
    .help = "From the audit chain, newest first: every opening, change, export and refusal of one "
            "record, or by one person. What was found is not shown. That you looked here is "
            "written down too.",
    .perm = CT_PERM_PATIENT_READ,
    .state_size = sizeof(struct looked),
    .arg_size = sizeof(struct ct_looked_arg),
    .commands = COMMANDS,
    .open = looked_open,
    .draw = looked_draw,
    .event = looked_event,
    .close = looked_close,
};

/* ---- who may be a member of staff ----------------------------------------------------- */

struct hints {
    struct ct_ui *ui;
    struct ct_patient_hits hits;
    struct ct_table table;
    char cell[64];
};

enum { HINT_NAME, HINT_BORN, HINT_NUMBER };
static const struct ct_column HINT_COLUMNS[] = {
    [HINT_NAME] = {.title = "Name", .width = 0, .frozen = true},
    [HINT_BORN] = {.title = "Born", .width = 12},
    [HINT_NUMBER] = {.title = "Number", .width = 14},
};

static int64_t hint_count(void *arg)
{
    return (int64_t)((struct hints *)arg)->hits.n;
}

static const char *hint_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct hints *s = arg;
    const struct ct_patient_hit *h = &s->hits.hit[row];
    char born[16];
    (void)role;
    switch (column) {
    case HINT_NAME: return h->name;
    case HINT_BORN:
        ct_date_text(h->born, born);
        snprintf(s->cell, sizeof s->cell, "%s", born);
        return s->cell;
    default: ct_number_text(h->number, s->cell, sizeof s->cell); return s->cell;
    }
}

static enum ct_status hints_load(struct hints *s, struct ct_error *reterr)
{
    ct_patient_hits_done(&s->hits);
    enum ct_status st = ct_access_hints(ct_ui_app(s->ui), &s->hits, reterr);
    ct_table_reload(&s->table);
    return st;
}

static enum ct_status hints_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct hints *s = ct_view_state(v);
    (void)arg;
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, HINT_COLUMNS, CT_LEN(HINT_COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = hint_count, .load = lines_there, .cell = hint_cell});
    return hints_load(s, reterr);
}

static void hints_close(struct ct_view *v)
{
    ct_patient_hits_done(&((struct hints *)ct_view_state(v))->hits);
}

static void hints_refresh(struct ct_view *v)
{
    struct ct_error err;
    if (hints_load(ct_view_state(v), &err) != CT_OK)
        ct_ui_say_error(ct_view_ui(v), &err);
}

static void hints_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct hints *s = ct_view_state(v);
    ct_ui_subject(s->ui, "MEMBERS OF STAFF AMONG THE PATIENTS?");
    int row = body.row + ct_draw_wrapped(g, (struct ct_rect){body.row, body.col + 1, 3,
                                                             body.cols - 2}, CT_R_DIM,
                                         s->hits.n > 0
                                             ? "These bear the name of somebody who may log in, "
                                               "and are not restricted. A name alone proves "
                                               "nothing: ask."
                                             : "No patient who is not restricted bears the name "
                                               "of somebody who may log in.");
    if (s->hits.n > 0)
        ct_table_draw(&s->table, g, row + 1, body.col, body.row + body.rows - row - 1, body.cols,
                      true);
    else
        ct_grid_cursor(g, body.row, body.col + 1);
}

static enum ct_reaction hints_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct hints *)ct_view_state(v))->table, e);
}

static bool any_hint(const struct ct_view *v)
{
    return ((const struct hints *)ct_view_state(v))->hits.n > 0;
}

static enum ct_reaction hint_chosen(struct ct_view *v)
{
    struct hints *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_confidential, &s->hits.hit[s->table.cursor].id)
               ? CT_HANDLED
               : CT_REFUSED;
}

static const struct ct_command HINT_COMMANDS[] = {
    {.id = "staff_hints.open", .keys = "Enter", .label = "who may", .perm = CT_PERM_ACCESS_RESTRICT,
     .help = "Who may see this record; m there marks a member of staff.", .run = hint_chosen,
     .shown = any_hint},
    {.id = NULL},
};

const struct ct_screen ct_screen_staff_hints = {
    .id = "staff_hints",
    .title = "Members of staff among the patients?",
    .help = "Patients who bear the name of somebody who may log in here and whose record is not "
            "restricted. It is a hint: namesakes are common.",
    .perm = CT_PERM_ACCESS_RESTRICT,
    .state_size = sizeof(struct hints),
    .commands = HINT_COMMANDS,
    .open = hints_open,
    .draw = hints_draw,
    .event = hints_event,
    .refresh = hints_refresh,
    .close = hints_close,
};
