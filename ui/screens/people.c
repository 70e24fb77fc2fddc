/* people - who was there in a shift, from when to when; hours are corrected with a reason. */
#include "ui/screens/review_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct people {
    struct ct_ui *ui;
    struct ct_shift shift;
    uint32_t user_id; /* 0: everybody */
    struct ct_shift_person *v;
    size_t n;
    struct ct_table table;
    char cell[300];
    /* what the prompts have so far */
    uint32_t of;
    int64_t from_ms, to_ms;
};

enum { COL_NAME, COL_FROM, COL_TO, COL_RECORDS, COL_TEXT };
static const struct ct_column COLUMNS[] = {
    [COL_NAME] = {.title = "Who", .width = 24, .frozen = true},
    [COL_FROM] = {.title = "From", .width = 13},
    [COL_TO] = {.title = "To", .width = 13},
    [COL_RECORDS] = {.title = "Records", .width = 8, .align = 1},
    [COL_TEXT] = {.title = "", .width = 0},
};

static void load(struct people *s)
{
    struct ct_error err;
    struct ct_shift_person *v = NULL;
    size_t n = 0;
    if (ct_shift_people(ct_ui_app(s->ui), &s->shift, s->user_id, &v, &n, &err) != CT_OK) {
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
    return (int64_t)((struct people *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static void short_when(int64_t ms, char out[24])
{
    char time[8], day[16];
    ct_time_text(ms, time);
    ct_date_text(ct_date_at(ms), day);
    snprintf(out, 24, "%.*s %s", (int)(strrchr(day, ' ') - day), day, time);
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct people *s = arg;
    const struct ct_shift_person *p = &s->v[row];
    (void)role;
    switch (column) {
    case COL_NAME: return p->name;
    case COL_FROM: short_when(p->from_ms, s->cell); return s->cell;
    case COL_TO:
        if (p->to_ms == CT_UNSET)
            return "still there";
        short_when(p->to_ms, s->cell);
        return s->cell;
    case COL_RECORDS: snprintf(s->cell, sizeof s->cell, "%lld", (long long)p->records); break;
    default:
        if (!p->corrected)
            return "by the log-in";
        snprintf(s->cell, sizeof s->cell, "said by %s: %s", p->by, p->reason);
    }
    return s->cell;
}

static enum ct_status people_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    (void)reterr;
    struct people *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->shift = *(const struct ct_shift *)arg;
    const struct ct_who *who = ct_app_who(ct_ui_app(s->ui));
    s->user_id = ct_role_may(who->role, CT_PERM_SHIFT_ALL) ? 0 : who->user_id;
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    load(s);
    return CT_OK;
}

static void people_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

static void people_close(struct ct_view *v)
{
    free(((struct people *)ct_view_state(v))->v);
}

static void people_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct people *s = ct_view_state(v);
    char day[16], from[8], to[8];
    ct_date_text(ct_date_at(s->shift.start_ms), day);
    ct_time_text(s->shift.start_ms, from);
    ct_time_text(s->shift.end_ms, to);
    ct_ui_subject(s->ui, "%s   %s %s-%s", day, s->shift.name, from, to);
    ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD, "WHO WAS THERE");
    if (s->n == 0)
        ct_grid_text(g, body.row + 3, body.col + 2, -1, CT_R_DIM,
                     "Nobody by the chain. h says your own hours.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 4, body.cols, true);
    if (s->n == 0)
        return;
    enum ct_role_ui role = CT_R_TEXT;
    const char *text = row_cell(s, s->table.cursor, COL_TEXT, &role);
    ct_draw_wrapped(g, (struct ct_rect){body.row + body.rows - 2, body.col + 2, 2, body.cols - 3},
                    role, ct_table_rest(&s->table, COL_TEXT, text));
}

static enum ct_reaction people_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct people *)ct_view_state(v))->table, e);
}

/* ---- hours --------------------------------------------------------------------------------- */

static void because(struct ct_view *v, const char *text)
{
    struct people *s = ct_view_state(v);
    struct ct_error err;
    if (text == NULL)
        return;
    if (ct_shift_hours(ct_ui_app(s->ui), &s->shift, s->of, s->from_ms, s->to_ms, text, &err) !=
        CT_OK) {
        if (strcmp(err.field, "reason") == 0)
            ct_ui_prompt(v, "Because", text, because);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    load(s);
    ct_ui_say(s->ui, CT_R_OK, "The hours are corrected.");
}

static void to(struct ct_view *v, const char *text)
{
    struct people *s = ct_view_state(v);
    struct ct_error err;
    if (text == NULL)
        return;
    s->to_ms = CT_UNSET;
    if (text[strspn(text, " ")] != '\0' &&
        ct_when_parse(text, ct_app_now(ct_ui_app(s->ui)), &s->to_ms, &err) != CT_OK) {
        ct_ui_prompt(v, "Until (empty: still there)", text, to);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    ct_ui_prompt(v, "Because", "", because);
}

static void from(struct ct_view *v, const char *text)
{
    struct people *s = ct_view_state(v);
    struct ct_error err;
    if (text == NULL)
        return;
    if (ct_when_parse(text, ct_app_now(ct_ui_app(s->ui)), &s->from_ms, &err) != CT_OK) {
        ct_ui_prompt(v, "There from", text, from);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    ct_ui_prompt(v, "Until (empty: still there)", "", to);
}

static enum ct_reaction hours(struct ct_view *v)
{
    struct people *s = ct_view_state(v);
    char text[24];
    bool chosen = s->n > 0;
    s->of = chosen ? s->v[s->table.cursor].user_id : ct_app_who(ct_ui_app(s->ui))->user_id;
    ct_datetime_text(chosen ? s->v[s->table.cursor].from_ms : s->shift.start_ms, text);
    ct_ui_prompt(v, "There from", text, from);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "people.hours", .keys = "h", .label = "hours", .perm = CT_PERM_SHIFT_WRITE,
     .help = "From when to when it really was; a reason is asked. Others' hours: supervisors.",
     .run = hours},
    {.id = NULL},
};

const struct ct_screen ct_screen_people = {
    .id = "people",
    .title = "Who was there",
    .help = "A person's shift begins with the log-in and ends with the last entry, unless the "
            "person or a supervisor says otherwise. Records: without coming, going and looking.",
    .perm = CT_PERM_SHIFT_OWN,
    .state_size = sizeof(struct people),
    .commands = COMMANDS,
    .open = people_open,
    .draw = people_draw,
    .event = people_event,
    .refresh = people_refresh,
    .close = people_close,
};
