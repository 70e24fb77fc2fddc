/* handovers - those that are not over: one's own, and what others hand over; and all that
 * was said in one. */
#include "clinic/handover.h"
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct handovers {
    struct ct_ui *ui;
    struct ct_handover *v;
    size_t n;
    struct ct_table table;
    char cell[64];
};

enum { COL_ID, COL_FROM, COL_SHIFT, COL_GIVEN, COL_STATE };
static const struct ct_column COLUMNS[] = {
    [COL_ID] = {.title = "No.", .width = 6, .frozen = true},
    [COL_FROM] = {.title = "From", .width = 22},
    [COL_SHIFT] = {.title = "Shift", .width = 10},
    [COL_GIVEN] = {.title = "Handed over", .width = 17},
    [COL_STATE] = {.title = "", .width = 0},
};

static void load(struct handovers *s)
{
    struct ct_error err;
    struct ct_handover *v = NULL;
    size_t n = 0;
    if (ct_handover_list(ct_ui_app(s->ui), &v, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->v);
    s->v = v;
    s->n = n;
    ct_table_reload(&s->table);
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct handovers *)arg)->n;
}

static bool all_loaded(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct handovers *s = arg;
    const struct ct_handover *h = &s->v[row];
    bool mine = h->by_user == ct_app_who(ct_ui_app(s->ui))->user_id;
    switch (column) {
    case COL_ID: snprintf(s->cell, sizeof s->cell, "H-%lld", (long long)h->id); break;
    case COL_FROM: return mine ? "yourself" : h->giver;
    case COL_SHIFT: return h->shift;
    case COL_GIVEN:
        if (h->given_ms == CT_UNSET)
            return "not yet";
        ct_datetime_text(h->given_ms, s->cell);
        break;
    default:
        *role = h->given_ms != CT_UNSET ? CT_R_WARN : CT_R_TEXT;
        snprintf(s->cell, sizeof s->cell, "%lld of %lld items %s", (long long)h->waiting,
                 (long long)h->items, h->given_ms == CT_UNSET ? "prepared" : "not accepted");
    }
    return s->cell;
}

static enum ct_status handovers_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    (void)arg, (void)reterr;
    struct handovers *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = all_loaded, .cell = row_cell});
    load(s);
    return CT_OK;
}

static void handovers_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

static void handovers_close(struct ct_view *v)
{
    free(((struct handovers *)ct_view_state(v))->v);
}

static void handovers_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct handovers *s = ct_view_state(v);
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD, "HANDOVERS that are not over");
    if (s->n == 0)
        ct_grid_text(g, body.row + 3, body.col + 2, -1, CT_R_DIM,
                     "None. n begins one, with what is open now.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 1, body.cols, true);
}

static enum ct_reaction handovers_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct handovers *)ct_view_state(v))->table, e);
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    struct handovers *s = ct_view_state(v);
    if (s->n == 0)
        return CT_IGNORED;
    return ct_ui_push(s->ui, &ct_screen_handover, &s->v[s->table.cursor].id) ? CT_HANDLED
                                                                           : CT_REFUSED;
}

static enum ct_reaction begin(struct ct_view *v)
{
    struct handovers *s = ct_view_state(v);
    struct ct_error err;
    int64_t id;
    if (ct_handover_begin(ct_ui_app(s->ui), &id, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return CT_REFUSED;
    }
    return ct_ui_push(s->ui, &ct_screen_handover, &id) ? CT_HANDLED : CT_REFUSED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "handovers.open", .keys = "Enter", .label = "open", .perm = CT_PERM_SHIFT_OWN,
     .help = "The items of this handover.", .run = open_chosen},
    {.id = "handovers.begin", .keys = "n", .label = "new", .perm = CT_PERM_SHIFT_WRITE,
     .help = "Begin a handover with what is open now; goes on with one that is not given yet.",
     .run = begin},
    {.id = NULL},
};

const struct ct_screen ct_screen_handovers = {
    .id = "handovers",
    .title = "Handovers",
    .help = "Your own handovers until every item is accepted or taken off, and what others hand "
            "over.",
    .perm = CT_PERM_SHIFT_OWN,
    .jump = true,
    .state_size = sizeof(struct handovers),
    .commands = COMMANDS,
    .open = handovers_open,
    .draw = handovers_draw,
    .event = handovers_event,
    .refresh = handovers_refresh,
    .close = handovers_close,
};

/* ---- said ------------------------------------------------------------------------------------- */

struct said {
    struct ct_ui *ui;
    int64_t id;
    struct ct_handover_event *v;
    size_t n;
    struct ct_handover_item *item;
    size_t n_item;
    struct ct_table table;
    char cell[CT_HO_TEXT_MAX + 160];
};

enum { S_AT, S_WHAT, S_BY, S_TEXT };
static const struct ct_column S_COLUMNS[] = {
    [S_AT] = {.title = "When", .width = 13, .frozen = true},
    [S_WHAT] = {.title = "What", .width = 12},
    [S_BY] = {.title = "Who", .width = 16},
    [S_TEXT] = {.title = "", .width = 0},
};

static void said_load(struct said *s)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_error err;
    free(s->v);
    free(s->item);
    s->v = NULL;
    s->item = NULL;
    s->n = s->n_item = 0;
    if (ct_handover_events(app, s->id, &s->v, &s->n, &err) != CT_OK ||
        ct_handover_items(app, s->id, &s->item, &s->n_item, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    ct_table_reload(&s->table);
}

static int64_t said_count(void *arg)
{
    return (int64_t)((struct said *)arg)->n;
}

static const char *said_text(struct said *s, const struct ct_handover_event *e)
{
    const char *of = "", *who = "";
    for (size_t i = 0; i < s->n_item; i++)
        if (s->item[i].id == e->item_id) {
            of = s->item[i].text;
            who = s->item[i].patient;
        }
    snprintf(s->cell, sizeof s->cell, "%s%s%s%.100s", e->text,
             e->item_id != 0 ? e->text[0] != '\0' ? "   of: " : "of: " : "", who[0] != '\0' ? who : "",
             who[0] != '\0' ? "" : of);
    return s->cell;
}

static const char *said_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct said *s = arg;
    const struct ct_handover_event *e = &s->v[row];
    if (e->kind == CT_HE_REFUSED)
        *role = CT_R_WARN;
    switch (column) {
    case S_AT: ct_datetime_text(e->at_ms, s->cell); return s->cell;
    case S_WHAT: return CT_HO_EVENT_NAME[e->kind];
    case S_BY: return e->by;
    default: return said_text(s, e);
    }
}

static enum ct_status said_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    (void)reterr;
    struct said *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->id = *(const int64_t *)arg;
    ct_table_init(&s->table, S_COLUMNS, CT_LEN(S_COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = said_count, .load = all_loaded, .cell = said_cell});
    said_load(s);
    return CT_OK;
}

static void said_refresh(struct ct_view *v)
{
    said_load(ct_view_state(v));
}

static void said_close(struct ct_view *v)
{
    struct said *s = ct_view_state(v);
    free(s->v);
    free(s->item);
}

static void said_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct said *s = ct_view_state(v);
    ct_ui_subject(s->ui, "HANDOVER H-%lld", (long long)s->id);
    ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD, "WHAT WAS SAID");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 6, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - 5, body.col, body.cols);
    if (s->n > 0)
        ct_draw_wrapped(g, (struct ct_rect){body.row + body.rows - 4, body.col + 1, 4,
                                            body.cols - 2}, CT_R_TEXT,
                        said_text(s, &s->v[s->table.cursor]));
}

static enum ct_reaction said_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct said *)ct_view_state(v))->table, e);
}

static const struct ct_command SAID_COMMANDS[] = {{.id = NULL}};

const struct ct_screen ct_screen_handover_said = {
    .id = "handover_said",
    .title = "Said in a handover",
    .help = "Words, questions, answers, what was accepted, and what the receiver read back.",
    .perm = CT_PERM_SHIFT_OWN,
    .state_size = sizeof(struct said),
    .commands = SAID_COMMANDS,
    .open = said_open,
    .draw = said_draw,
    .event = said_event,
    .refresh = said_refresh,
    .close = said_close,
};
