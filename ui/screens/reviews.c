/* reviews - the shifts of the last days and how far each is reviewed; other periods that are
 * under review; and a new one over some days. */
#include "ui/screens/review_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { SHIFTS_BACK = 30, ROWS_MAX = 200, DAYS = CT_REVIEW_DAYS_MAX + 1 };

struct period {
    int64_t start_ms, end_ms;
    char name[CT_REVIEW_NAME_MAX + 1];
    struct ct_review r; /* the last one of it; id 0: none */
    size_t addenda;
};
struct reviews {
    struct ct_ui *ui;
    struct period *v;
    size_t n;
    struct ct_table table;
    char cell[200];
    int64_t from_ms; /* of a range that is being asked for */
};

enum { COL_ID, COL_DAY, COL_TIME, COL_NAME, COL_STATE, COL_BY };
static const struct ct_column COLUMNS[] = {
    [COL_ID] = {.title = "No.", .width = 6, .frozen = true},
    [COL_DAY] = {.title = "Day", .width = 12, .frozen = true},
    [COL_TIME] = {.title = "Time", .width = 12},
    [COL_NAME] = {.title = "Shift", .width = 9},
    [COL_STATE] = {.title = "Review", .width = 0},
    [COL_BY] = {.title = "", .width = 18, .gone_below = 100},
};

static void add(struct reviews *s, int64_t start_ms, int64_t end_ms, const char *name)
{
    if (s->n == ROWS_MAX)
        return;
    struct period *p = &s->v[s->n++];
    *p = (struct period){.start_ms = start_ms, .end_ms = end_ms};
    ct_text_copy(p->name, sizeof p->name, name);
}

static struct period *find(struct reviews *s, int64_t start_ms, int64_t end_ms)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->v[i].start_ms == start_ms && s->v[i].end_ms == end_ms)
            return &s->v[i];
    return NULL;
}

static int by_start(const void *a, const void *b)
{
    const struct period *x = a, *y = b;
    return (x->start_ms < y->start_ms) - (x->start_ms > y->start_ms);
}

/* The list is newest first: the first one met of a period is its last. */
static void merge(struct reviews *s, const struct ct_review *r, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct period *p = find(s, r[i].start_ms, r[i].end_ms);
        if (p == NULL) {
            add(s, r[i].start_ms, r[i].end_ms, r[i].name);
            p = find(s, r[i].start_ms, r[i].end_ms);
        }
        if (p == NULL)
            continue;
        if (p->r.id == 0)
            p->r = r[i];
        p->addenda += r[i].addendum_to != 0;
    }
}

static void load(struct reviews *s)
{
    struct ct_app *app = ct_ui_app(s->ui);
    const struct ct_config *c = ct_app_config(app);
    struct ct_review *r = NULL;
    struct ct_error err;
    struct ct_shift at;
    size_t n = 0;
    if (ct_review_list(app, DAYS, false, &r, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    s->n = 0;
    ct_shift_at(c, ct_app_now(app), &at);
    for (int i = 0; i < SHIFTS_BACK; i++) {
        struct ct_shift now = at;
        add(s, now.start_ms, now.end_ms, now.name);
        ct_shift_before(c, &now, &at);
    }
    merge(s, r, n);
    free(r);
    qsort(s->v, s->n, sizeof *s->v, by_start);
    ct_table_reload(&s->table);
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct reviews *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *state(struct reviews *s, const struct period *p, enum ct_role_ui *role)
{
    const struct ct_review *r = &p->r;
    const char *addendum = r->addendum_to != 0 ? "addendum " : "";
    bool running = ct_app_now(ct_ui_app(s->ui)) < p->end_ms;
    if (r->id == 0) {
        *role = CT_R_DIM;
        return running ? "runs" : "not begun";
    }
    *role = CT_R_WARN;
    if (r->state == CT_REVIEW_OPEN)
        snprintf(s->cell, sizeof s->cell, "%sbegun, not signed%s", addendum,
                 running ? "; the shift runs" : "");
    else if (r->state == CT_REVIEW_SECOND)
        snprintf(s->cell, sizeof s->cell, "%ssigned by %s; a second has to sign", addendum,
                 r->sign[0].by);
    else if (r->since > 0)
        snprintf(s->cell, sizeof s->cell, "signed; %lld recorded AFTER SIGN-OFF",
                 (long long)r->since);
    else {
        *role = CT_R_OK;
        snprintf(s->cell, sizeof s->cell, "%ssigned by %s: %s", addendum, r->sign[0].by,
                 CT_REVIEW_MEANING[r->sign[0].meaning]);
    }
    return s->cell;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct reviews *s = arg;
    const struct period *p = &s->v[row];
    char from[8], to[8];
    ct_date first = ct_date_at(p->start_ms), last = ct_date_at(p->end_ms - 1);
    switch (column) {
    case COL_ID:
        if (p->r.id == 0)
            return "";
        snprintf(s->cell, sizeof s->cell, "R-%lld", (long long)p->r.id);
        return s->cell;
    case COL_DAY: ct_date_text(first, s->cell); return s->cell;
    case COL_TIME:
        ct_time_text(p->start_ms, from);
        ct_time_text(p->end_ms, to);
        if (last - first > 1)
            snprintf(s->cell, sizeof s->cell, "%d days", last - first + 1);
        else
            snprintf(s->cell, sizeof s->cell, "%s-%s", from, to);
        return s->cell;
    case COL_NAME: return p->name;
    case COL_STATE: return state(s, p, role);
    default: return p->r.state == CT_REVIEW_SIGNED && p->r.sign[1].by_user != 0 ? p->r.sign[1].by : "";
    }
}

static enum ct_status reviews_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    (void)arg;
    struct reviews *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->v = calloc(ROWS_MAX, sizeof *s->v);
    if (s->v == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list");
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    load(s);
    return CT_OK;
}

static void reviews_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

static void reviews_close(struct ct_view *v)
{
    free(((struct reviews *)ct_view_state(v))->v);
}

static void reviews_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct reviews *s = ct_view_state(v);
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD, "REVIEWS of the shifts");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 1, body.cols, true);
}

static enum ct_reaction reviews_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct reviews *)ct_view_state(v))->table, e);
}

static enum ct_reaction go(struct reviews *s, int64_t start_ms, int64_t end_ms, const char *name)
{
    struct ct_error err;
    int64_t id;
    if (ct_review_begin(ct_ui_app(s->ui), start_ms, end_ms, name, &id, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return CT_REFUSED;
    }
    return ct_ui_push(s->ui, &ct_screen_review, &id) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    struct reviews *s = ct_view_state(v);
    if (s->n == 0)
        return CT_IGNORED;
    const struct period *p = &s->v[s->table.cursor];
    return go(s, p->start_ms, p->end_ms, p->name);
}

/* ---- days ---------------------------------------------------------------------------------- */

static bool day(const char *text, int64_t now_ms, int64_t *ret, int64_t *ret_next,
                struct ct_error *reterr)
{
    struct ct_civil c = {.hour = 0};
    ct_date d;
    if (ct_date_parse(text, ct_date_at(now_ms), &d, reterr) != CT_OK)
        return false;
    ct_date_split(d, &c.year, &c.month, &c.day);
    *ret = ct_civil_ms(&c);
    ct_date_split(d + 1, &c.year, &c.month, &c.day);
    *ret_next = ct_civil_ms(&c);
    return true;
}

static void last_day(struct ct_view *v, const char *text)
{
    struct reviews *s = ct_view_state(v);
    struct ct_error err;
    int64_t begin, end;
    if (text == NULL)
        return;
    if (!day(text, ct_app_now(ct_ui_app(s->ui)), &begin, &end, &err)) {
        ct_ui_prompt(v, "To the day", text, last_day);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    go(s, s->from_ms, end, "days");
}

static void first_day(struct ct_view *v, const char *text)
{
    struct reviews *s = ct_view_state(v);
    struct ct_error err;
    int64_t next;
    if (text == NULL)
        return;
    if (!day(text, ct_app_now(ct_ui_app(s->ui)), &s->from_ms, &next, &err)) {
        ct_ui_prompt(v, "From the day", text, first_day);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    ct_ui_prompt(v, "To the day", text, last_day);
}

static enum ct_reaction range(struct ct_view *v)
{
    struct reviews *s = ct_view_state(v);
    char text[16];
    ct_date_text(ct_date_at(ct_app_now(ct_ui_app(s->ui))) - 1, text);
    ct_ui_prompt(v, "From the day", text, first_day);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "reviews.open", .keys = "Enter", .label = "review", .perm = CT_PERM_REVIEW,
     .help = "Go through this shift; begins its review, or the addendum to it.",
     .run = open_chosen},
    {.id = "reviews.range", .keys = "d", .label = "days", .perm = CT_PERM_REVIEW,
     .help = "Review some days together, at most a month.", .run = range},
    {.id = NULL},
};

const struct ct_screen ct_screen_reviews = {
    .id = "reviews",
    .title = "Reviews",
    .help = "The last shifts, and how far each is reviewed. What was recorded of a shift after "
            "its review was signed goes into an addendum: Enter begins it.",
    .perm = CT_PERM_REVIEW,
    .jump = true,
    .state_size = sizeof(struct reviews),
    .commands = COMMANDS,
    .open = reviews_open,
    .draw = reviews_draw,
    .event = reviews_event,
    .refresh = reviews_refresh,
    .close = reviews_close,
};
