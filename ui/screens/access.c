/* access - openings of restricted records: those not reviewed first; and one of them with
 * what was done meanwhile. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>

#include "clinic/access.h"

enum { LIST_MAX = 200, LOOKS_MAX = 200 };

/* ---- the list ----------------------------------------------------------------- */

struct access {
    struct ct_ui *ui;
    struct ct_glass *glass;
    size_t n;
    bool closed; /* reviewed ones too */
    struct ct_table table;
    char cell[64];
};

enum { COL_MARK, COL_AT, COL_WHO, COL_PATIENT, COL_STATE };
static const struct ct_column COLUMNS[] = {
    [COL_MARK] = {.title = "", .width = 2, .frozen = true},
    [COL_AT] = {.title = "Opened", .width = 13},
    [COL_WHO] = {.title = "By", .width = 18, .frozen = true},
    [COL_PATIENT] = {.title = "Record of", .width = 0},
    [COL_STATE] = {.title = "Review", .width = 14},
};

static int64_t glass_rows(void *arg)
{
    return (int64_t)((struct access *)arg)->n;
}

static bool rows_there(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *glass_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct access *s = arg;
    const struct ct_glass *g = &s->glass[row];
    switch (column) {
    case COL_MARK:
        *role = g->reviewed ? *role : CT_R_WARN;
        return g->reviewed ? "" : "!";
    case COL_AT: {
        char at[24];
        ct_datetime_text(g->at_ms, at);
        snprintf(s->cell, sizeof s->cell, "%s", at);
        return s->cell;
    }
    case COL_WHO: return g->user;
    case COL_PATIENT: return g->patient;
    default:
        if (!g->reviewed)
            return g->queried ? "query" : "to review";
        if (g->verdict == CT_GLASS_NOT_JUSTIFIED)
            *role = CT_R_ALARM;
        return ct_glass_verdict_name(g->verdict);
    }
}

static enum ct_status load(struct access *s, struct ct_error *reterr)
{
    struct ct_glass *list = NULL;
    size_t n;
    int64_t chosen = s->n > 0 ? s->glass[s->table.cursor].id : 0;
    enum ct_status st =
        ct_glass_list(ct_ui_app(s->ui), s->closed, LIST_MAX, &list, &n, reterr);
    if (st != CT_OK)
        return st;
    free(s->glass);
    s->glass = list;
    s->n = n;
    for (size_t i = 0; i < n; i++)
        if (list[i].id == chosen)
            s->table.cursor = (int64_t)i;
    ct_table_reload(&s->table);
    return CT_OK;
}

static enum ct_status access_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct access *s = ct_view_state(v);
    (void)arg;
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = glass_rows, .load = rows_there, .cell = glass_cell});
    return load(s, reterr);
}

static void access_close(struct ct_view *v)
{
    free(((struct access *)ct_view_state(v))->glass);
}

static void access_refresh(struct ct_view *v)
{
    struct ct_error err;
    if (load(ct_view_state(v), &err) != CT_OK)
        ct_ui_say_error(ct_view_ui(v), &err);
}

static void access_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct access *s = ct_view_state(v);
    int end = body.row + body.rows;
    ct_ui_subject(s->ui, "OPENINGS OF RESTRICTED RECORDS");
    if (s->n == 0) {
        ct_grid_text(g, body.row + 1, body.col + 2, -1, CT_R_DIM,
                     s->closed ? "None." : "None waits for its review. a shows the earlier ones.");
        ct_grid_cursor(g, body.row + 1, body.col + 2);
        return;
    }
    ct_table_draw(&s->table, g, body.row, body.col, body.rows - 4, body.cols, true);
    ct_grid_hline(g, end - 4, body.col, body.cols);
    ct_draw_wrapped(g, (struct ct_rect){end - 3, body.col + 2, 3, body.cols - 4}, CT_R_TEXT,
                    s->glass[s->table.cursor].reason);
}

static enum ct_reaction access_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct access *)ct_view_state(v))->table, e);
}

static bool any(const struct ct_view *v)
{
    return ((const struct access *)ct_view_state(v))->n > 0;
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    struct access *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_access_review, &s->glass[s->table.cursor].id)
               ? CT_HANDLED
               : CT_REFUSED;
}

static enum ct_reaction toggle(struct ct_view *v)
{
    struct access *s = ct_view_state(v);
    s->closed = !s->closed;
    access_refresh(v);
    return CT_HANDLED;
}

static enum ct_reaction hints(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_staff_hints, NULL) ? CT_HANDLED : CT_REFUSED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "access.open", .keys = "Enter", .label = "review", .perm = CT_PERM_ACCESS_REVIEW,
     .help = "This opening: its reason, what was done meanwhile, and your verdict.",
     .run = open_chosen, .shown = any},
    {.id = "access.all", .keys = "a", .label = "reviewed too", .perm = CT_PERM_ACCESS_REVIEW,
     .help = "Show those that were reviewed as well, or leave them out.", .run = toggle},
    {.id = "access.hints", .keys = "h", .label = "staff?", .perm = CT_PERM_ACCESS_RESTRICT,
     .help = "Patients who bear the name of somebody who may log in and are not restricted.",
     .run = hints},
    {.id = NULL},
};

const struct ct_screen ct_screen_access = {
    .id = "access",
    .title = "Openings of restricted records",
    .help = "Who opened a restricted record, and why. Each is reviewed by somebody else: "
            "justified, not justified, or a query. Those that wait come first, the oldest at the "
            "top.",
    .perm = CT_PERM_ACCESS_REVIEW,
    .jump = true,
    .state_size = sizeof(struct access),
    .commands = COMMANDS,
    .open = access_open,
    .draw = access_draw,
    .event = access_event,
    .refresh = access_refresh,
    .close = access_close,
};

/* ---- one of them ----------------------------------------------------------------- */

struct review {
    struct ct_ui *ui;
    struct ct_glass glass;
    struct ct_looked *look; /* newest first */
    size_t n;
    enum ct_glass_verdict verdict; /* that is being given */
    struct ct_table table;
    char cell[400];
};

enum { LOOK_AT, LOOK_WHAT };
static const struct ct_column LOOK_COLUMNS[] = {
    [LOOK_AT] = {.title = "Meanwhile", .width = 13},
    [LOOK_WHAT] = {.title = "", .width = 0},
};

static int64_t look_rows(void *arg)
{
    return (int64_t)((struct review *)arg)->n;
}

static const char *look_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct review *s = arg;
    const struct ct_looked *l = &s->look[row];
    char at[24];
    if (l->severity == CT_EXCEPTION)
        *role = CT_R_WARN;
    ct_datetime_text(l->at_ms, at);
    if (column == LOOK_AT)
        snprintf(s->cell, sizeof s->cell, "%s", at);
    else
        snprintf(s->cell, sizeof s->cell, "%s%s%s", l->what, l->detail[0] != '\0' ? ": " : "",
                 l->detail);
    return s->cell;
}

static enum ct_status review_load(struct review *s, int64_t id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    enum ct_status st = ct_glass_get(app, id, &s->glass, reterr);
    if (st != CT_OK)
        return st;
    struct ct_look_filter f = {.patient_id = s->glass.patient_id,
                               .user_id = s->glass.user_id,
                               .from_ms = s->glass.at_ms,
                               .to_ms = s->glass.until_ms};
    free(s->look);
    s->look = NULL;
    s->n = 0;
    st = ct_look_list(app, &f, LOOKS_MAX, &s->look, &s->n, reterr);
    ct_table_reload(&s->table);
    return st;
}

static enum ct_status review_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct review *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, LOOK_COLUMNS, CT_LEN(LOOK_COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = look_rows, .load = rows_there, .cell = look_cell});
    return review_load(s, *(const int64_t *)arg, reterr);
}

static void review_close(struct ct_view *v)
{
    free(((struct review *)ct_view_state(v))->look);
}

static void review_refresh(struct ct_view *v)
{
    struct review *s = ct_view_state(v);
    struct ct_error err;
    if (review_load(s, s->glass.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void review_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct review *s = ct_view_state(v);
    const struct ct_glass *x = &s->glass;
    char at[24], until[24], said[24], line[700];
    int row = body.row, col = body.col + 1, end = body.row + body.rows;
    ct_ui_subject(s->ui, "REVIEW OF AN OPENING");
    ct_datetime_text(x->at_ms, at);
    ct_datetime_text(x->until_ms, until);
    snprintf(line, sizeof line, "%s opened the restricted record of %s at %s, until %s.", x->user,
             x->patient, at, until);
    row += ct_draw_wrapped(g, (struct ct_rect){row, col, 3, body.cols - 3}, CT_R_TEXT, line);
    snprintf(line, sizeof line, "Reason: %s", x->reason);
    row += ct_draw_wrapped(g, (struct ct_rect){row, col, 4, body.cols - 3}, CT_R_VALUE, line);
    if (x->reviewed || x->queried) {
        ct_datetime_text(x->said_ms, said);
        snprintf(line, sizeof line, "%s by %s, %s%s%s",
                 x->queried ? "Query" : x->verdict == CT_GLASS_JUSTIFIED ? "Justified"
                                                                         : "NOT JUSTIFIED",
                 x->said_by, said, x->said[0] != '\0' ? ": " : "", x->said);
        row += ct_draw_wrapped(g, (struct ct_rect){row, col, 4, body.cols - 3},
                               x->reviewed && x->verdict == CT_GLASS_JUSTIFIED ? CT_R_OK : CT_R_WARN,
                               line);
    }
    ct_table_draw(&s->table, g, row + 1, body.col, end - row - 1, body.cols, true);
}

static enum ct_reaction review_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct review *)ct_view_state(v))->table, e);
}

static void given(struct ct_view *v, const char *text)
{
    struct review *s = ct_view_state(v);
    struct ct_error err;
    if (text == NULL)
        return;
    enum ct_status st =
        ct_glass_review(ct_ui_app(s->ui), s->glass.id, s->verdict, text, &err);
    review_refresh(v); /* a conflict too: somebody else was faster */
    if (st != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_OK, "Recorded: %s.", ct_glass_verdict_name(s->verdict));
}

static enum ct_reaction ask(struct ct_view *v, enum ct_glass_verdict verdict, const char *label)
{
    struct review *s = ct_view_state(v);
    const struct ct_who *me = ct_app_who(ct_ui_app(s->ui));
    if (me != NULL && me->user_id == s->glass.user_id) {
        struct ct_error err; /* not asked for words first: the door says no, and writes it down */
        if (ct_glass_review(ct_ui_app(s->ui), s->glass.id, verdict, "", &err) != CT_OK)
            ct_ui_say_error(s->ui, &err);
        return CT_REFUSED;
    }
    s->verdict = verdict;
    ct_ui_prompt(v, label, "", given);
    return CT_HANDLED;
}

static enum ct_reaction justified(struct ct_view *v)
{
    return ask(v, CT_GLASS_JUSTIFIED, "Justified, because (may be empty)");
}

static enum ct_reaction not_justified(struct ct_view *v)
{
    return ask(v, CT_GLASS_NOT_JUSTIFIED, "NOT justified, because");
}

static enum ct_reaction query(struct ct_view *v)
{
    return ask(v, CT_GLASS_QUERY, "Query: what is asked");
}

static bool open_still(const struct ct_view *v)
{
    return !((const struct review *)ct_view_state(v))->glass.reviewed;
}

static enum ct_reaction who_looked(struct ct_view *v)
{
    struct review *s = ct_view_state(v);
    struct ct_looked_arg arg = {.patient_id = s->glass.patient_id};
    return ct_ui_push(s->ui, &ct_screen_looked, &arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction what_else(struct ct_view *v)
{
    struct review *s = ct_view_state(v);
    struct ct_looked_arg arg = {.user_id = s->glass.user_id};
    return ct_ui_push(s->ui, &ct_screen_looked, &arg) ? CT_HANDLED : CT_REFUSED;
}

static const struct ct_command REVIEW_COMMANDS[] = {
    {.id = "access_review.justified", .keys = "j", .label = "justified",
     .perm = CT_PERM_ACCESS_REVIEW, .help = "The reason holds; a text may be added.",
     .run = justified, .shown = open_still},
    {.id = "access_review.not_justified", .keys = "n", .label = "not justified",
     .perm = CT_PERM_ACCESS_REVIEW,
     .help = "The reason does not hold: says why, and is an exception in the shift log.",
     .run = not_justified, .shown = open_still},
    {.id = "access_review.query", .keys = "q", .label = "query", .perm = CT_PERM_ACCESS_REVIEW,
     .help = "Something has to be asked first; the opening stays on the list.", .run = query,
     .shown = open_still},
    {.id = "access_review.patient", .keys = "l", .label = "who looked",
     .perm = CT_PERM_ACCESS_REVIEW, .help = "Everybody who looked at this record.",
     .run = who_looked},
    {.id = "access_review.user", .keys = "u", .label = "what else", .perm = CT_PERM_ACCESS_REVIEW,
     .help = "What else this person looked at.", .run = what_else},
    {.id = NULL},
};

const struct ct_screen ct_screen_access_review = {
    .id = "access_review",
    .title = "Review of an opening",
    .help = "Why a restricted record was opened, and what the same person did with it while it "
            "was open. The one who opened it cannot review it.",
    .perm = CT_PERM_ACCESS_REVIEW,
    .state_size = sizeof(struct review),
    .commands = REVIEW_COMMANDS,
    .open = review_open,
    .draw = review_draw,
    .event = review_event,
    .refresh = review_refresh,
    .close = review_close,
};
