/* equipment - all devices by asset number: what each is, where it is, how it stands. */
#include "ui/screens/device_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum show { IN_USE, NOT_USABLE, LATE, SOON, STANDARDS, GONE, SHOWS };
static const struct {
    const char *label;
    uint32_t states;
    bool standards;
} SHOW[SHOWS] = {
    [IN_USE] = {"", 0, false},
    [NOT_USABLE] = {"not in service",
                    1u << CT_STATE_FAULTY | 1u << CT_STATE_QUARANTINED | 1u << CT_STATE_REPAIR |
                        1u << CT_STATE_TESTING,
                    false},
    [LATE] = {"overdue", 1u << CT_STATE_OVERDUE, false},
    [SOON] = {"due soon", 1u << CT_STATE_DUE_SOON, false},
    [STANDARDS] = {"reference standards", 0, true},
    [GONE] = {"retired", 1u << CT_STATE_RETIRED, false},
};

struct equipment {
    struct ct_ui *ui;
    struct ct_equip_filter filter;
    enum show show;
    struct ct_equipment *page;
    size_t n;
    int64_t first, total; /* of the page; of all that pass */
    ct_date day;
    struct ct_table table;
    char cell[256];
};

enum { COL_ASSET, COL_WHAT, COL_WHERE, COL_STATE };
static const struct ct_column COLUMNS[] = {
    [COL_ASSET] = {.title = "Asset", .width = 12, .frozen = true},
    [COL_WHAT] = {.title = "What", .width = 0},
    [COL_WHERE] = {.title = "Location", .width = 18},
    [COL_STATE] = {.title = "State", .width = 15},
};

enum ct_role_ui ct_device_state_role(enum ct_equip_state state)
{
    switch (state) {
    case CT_STATE_DUE_SOON: return CT_R_NOTE;
    case CT_STATE_OVERDUE:
    case CT_STATE_REPAIR:
    case CT_STATE_TESTING: return CT_R_WARN;
    case CT_STATE_FAULTY:
    case CT_STATE_QUARANTINED: return CT_R_ALARM;
    case CT_STATE_RETIRED: return CT_R_DIM;
    case CT_STATE_OK:
    case CT_EQUIP_STATES: break;
    }
    return CT_R_TEXT;
}

/* ---- the rows ---------------------------------------------------------------------------- */

static bool page_load(struct equipment *s, int64_t first, int n)
{
    struct ct_error err;
    free(s->page);
    s->page = NULL;
    s->n = 0;
    s->first = first;
    if (ct_equipment_list(ct_ui_app(s->ui), &s->filter, (size_t)first, (size_t)(n > 0 ? n : 1),
                          &s->page, &s->n, &s->total, &err) == CT_OK)
        return true;
    ct_ui_say_error(s->ui, &err);
    return false;
}

static int64_t row_count(void *arg)
{
    struct equipment *s = arg;
    return page_load(s, 0, 1) ? s->total : 0;
}

static bool row_load(void *arg, int64_t first, int n)
{
    return page_load(arg, first, n);
}

static const struct ct_equipment *at(const struct equipment *s, int64_t row)
{
    return row >= s->first && row < s->first + (int64_t)s->n ? &s->page[row - s->first] : NULL;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct equipment *s = arg;
    const struct ct_equipment *e = at(s, row);
    if (e == NULL)
        return "";
    switch (column) {
    case COL_ASSET: return e->asset;
    case COL_WHAT:
        snprintf(s->cell, sizeof s->cell, "%s %s%s", e->maker, e->model,
                 e->standard ? " (standard)" : "");
        return s->cell;
    case COL_WHERE: return e->location;
    default:
        if (e->state != CT_STATE_OK) /* most are: a colour a row is dear on a thin wire */
            *role = ct_device_state_role(e->state);
        return CT_EQUIP_STATE_NAME[e->state];
    }
}

/* ---- the screen -------------------------------------------------------------------------- */

static void equipment_refresh(struct ct_view *v)
{
    struct equipment *s = ct_view_state(v);
    s->day = ct_date_at(ct_app_now(ct_ui_app(s->ui)));
    ct_table_reload(&s->table);
}

static void filter_set(struct equipment *s)
{
    s->filter.states = SHOW[s->show].states;
    s->filter.standards = SHOW[s->show].standards;
    s->table.cursor = s->table.top = 0;
    ct_table_reload(&s->table);
}

static enum ct_status equipment_open(struct ct_view *v, const void *arg,
                                     struct ct_error *reterr)
{
    struct equipment *s = ct_view_state(v);
    (void)arg, (void)reterr;
    s->ui = ct_view_ui(v);
    s->day = ct_date_at(ct_app_now(ct_ui_app(s->ui)));
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    ct_table_reload(&s->table);
    return CT_OK;
}

static void equipment_close(struct ct_view *v)
{
    free(((struct equipment *)ct_view_state(v))->page);
}

/* At midnight what is due is another. */
static void equipment_tick(struct ct_view *v)
{
    const struct equipment *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    if (ct_app_state(app) == CT_IN && ct_date_at(ct_app_now(app)) != s->day)
        equipment_refresh(v);
}

static void filter_text(const struct equipment *s, struct ct_buf *b)
{
    if (SHOW[s->show].label[0] != '\0')
        ct_buf_printf(b, ", %s", SHOW[s->show].label);
    if (s->filter.class[0] != '\0')
        ct_buf_printf(b, ", %s", s->filter.class);
    if (s->filter.location[0] != '\0')
        ct_buf_printf(b, ", %s", s->filter.location);
    if (s->filter.words[0] != '\0')
        ct_buf_printf(b, ", \"%s\"", s->filter.words);
}

static void head_draw(const struct equipment *s, struct ct_grid *g, struct ct_rect body)
{
    CT_BUF b = {.max = 400};
    char count[48];
    ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD, "EQUIPMENT");
    filter_text(s, &b);
    if (b.len > 0)
        ct_grid_printf(g, body.row, body.col + 12, body.cols - 36, CT_R_NOTE,
                       "only%s. a shows all.", ct_buf_str(&b) + 1);
    snprintf(count, sizeof count, "%lld %s", (long long)s->table.count,
             s->table.count == 1 ? "device" : "devices");
    ct_grid_right(g, body.row, body.col + body.cols - 1, CT_R_TEXT, count);
}

/* What a row had no room for. */
static void chosen_draw(const struct equipment *s, struct ct_grid *g, struct ct_rect r)
{
    const struct ct_equipment *e = at(s, s->table.cursor);
    CT_BUF b = {.max = 1024};
    char text[400], since[24];
    if (e == NULL)
        return;
    ct_equipment_text(e, text, sizeof text);
    ct_buf_str_add(&b, text);
    if (e->serial[0] != '\0')
        ct_buf_printf(&b, "; serial %s", e->serial);
    if (e->holder[0] != '\0')
        ct_buf_printf(&b, "; %s", e->holder);
    if (e->standard)
        ct_buf_printf(&b, "; reference for %s", e->standard_of);
    ct_buf_printf(&b, "; %s", CT_EQUIP_STATE_NAME[e->state]);
    if (e->condition != CT_COND_IN_SERVICE) {
        ct_datetime_text(e->condition_ms, since);
        ct_buf_printf(&b, " since %s", since);
    }
    if (e->note[0] != '\0')
        ct_buf_printf(&b, "; note: %s", e->note);
    ct_draw_wrapped(g, r, CT_R_TEXT, ct_buf_str(&b));
}

static void equipment_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct equipment *s = ct_view_state(v);
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    head_draw(s, g, body);
    if (s->table.count == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM,
                     s->show != IN_USE || s->filter.words[0] != '\0' ||
                             s->filter.class[0] != '\0' || s->filter.location[0] != '\0'
                         ? "Nothing passes the filter. a shows all again."
                         : "No device is registered. n registers one.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 4, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - 3, body.col, body.cols);
    chosen_draw(s, g,
                (struct ct_rect){body.row + body.rows - 2, body.col + 1, 2, body.cols - 2});
}

static enum ct_reaction equipment_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct equipment *)ct_view_state(v))->table, e);
}

/* ---- commands ------------------------------------------------------------------------------ */

static bool any(const struct ct_view *v)
{
    const struct equipment *s = ct_view_state(v);
    return s->table.count > 0;
}

static enum ct_reaction push(struct ct_view *v, const struct ct_screen *screen, const void *arg)
{
    return ct_ui_push(ct_view_ui(v), screen, arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    struct equipment *s = ct_view_state(v);
    const struct ct_equipment *e = at(s, s->table.cursor);
    return e != NULL ? push(v, &ct_screen_device, &e->id) : CT_IGNORED;
}

static enum ct_reaction add(struct ct_view *v)
{
    return push(v, &ct_screen_device_form, NULL);
}

static void words_given(struct ct_view *v, const char *text)
{
    struct equipment *s = ct_view_state(v);
    if (text == NULL)
        return;
    ct_text_copy(s->filter.words, sizeof s->filter.words, text);
    filter_set(s);
}

static enum ct_reaction words(struct ct_view *v)
{
    struct equipment *s = ct_view_state(v);
    ct_ui_prompt(v, "Number, serial, maker, model, class, place", s->filter.words, words_given);
    return CT_HANDLED;
}

static enum ct_reaction next_show(struct ct_view *v)
{
    struct equipment *s = ct_view_state(v);
    s->show = (enum show)((s->show + 1) % SHOWS);
    filter_set(s);
    return CT_HANDLED;
}

/* One class after the other, those of which there are models; behind the last, all. */
static enum ct_reaction next_class(struct ct_view *v)
{
    struct equipment *s = ct_view_state(v);
    struct ct_equip_model *m = NULL;
    struct ct_error err;
    const char *next = "";
    size_t n = 0;
    if (ct_model_list(ct_ui_app(s->ui), "", &m, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return CT_REFUSED;
    }
    for (size_t i = 0; i < n && next[0] == '\0'; i++) /* in order of their classes */
        if (m[i].devices > 0 && strcmp(m[i].class, s->filter.class) > 0)
            next = m[i].class;
    ct_text_copy(s->filter.class, sizeof s->filter.class, next);
    free(m);
    filter_set(s);
    return CT_HANDLED;
}

static enum ct_reaction next_location(struct ct_view *v)
{
    struct equipment *s = ct_view_state(v);
    CT_BUF all = {.max = 64 * 1024};
    struct ct_error err;
    if (ct_equipment_in_use(ct_ui_app(s->ui), CT_IN_USE_LOCATION, &all, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return CT_REFUSED;
    }
    const char *next = ct_buf_str(&all);
    while (*next != '\0' && strcasecmp(next, s->filter.location) <= 0)
        next += strlen(next) + 1;
    ct_text_copy(s->filter.location, sizeof s->filter.location, next);
    filter_set(s);
    return CT_HANDLED;
}

static enum ct_reaction all(struct ct_view *v)
{
    struct equipment *s = ct_view_state(v);
    s->filter = (struct ct_equip_filter){.words = ""};
    s->show = IN_USE;
    filter_set(s);
    return CT_HANDLED;
}

static enum ct_reaction models(struct ct_view *v)
{
    return push(v, &ct_screen_models, NULL);
}

static enum ct_reaction campaigns(struct ct_view *v)
{
    return push(v, &ct_screen_campaigns, NULL);
}

static const struct ct_command COMMANDS[] = {
    {.id = "equipment.open", .keys = "Enter", .label = "open", .perm = CT_PERM_EQUIP_READ,
     .help = "Open the device of this line.", .run = open_chosen, .shown = any},
    {.id = "equipment.add", .keys = "n", .label = "new", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Register a device or a reference standard.", .run = add},
    {.id = "equipment.words", .keys = "/", .label = "find", .perm = CT_PERM_EQUIP_READ,
     .help = "Show those with these words, or the beginnings of them; empty: all.",
     .run = words},
    {.id = "equipment.tasks", .keys = "t", .label = "tasks", .perm = CT_PERM_EQUIP_READ,
     .help = "What is due on all devices, the most overdue first.", .run = ct_equip_tasks},
    {.id = "equipment.faults", .keys = "F", .label = "faults", .perm = CT_PERM_EQUIP_READ,
     .help = "Faults that are not over.", .run = ct_equip_faults},
    {.id = "equipment.lookbacks", .keys = "B", .perm = CT_PERM_EQUIP_READ,
     .help = "Look-backs on devices that were out of tolerance, which are not closed.",
     .run = ct_equip_lookbacks},
    {.id = "equipment.show", .keys = "f", .label = "filter", .perm = CT_PERM_EQUIP_READ,
     .help = "Show only those not in service, then those overdue, those due soon, the reference "
             "standards, those retired; then all again.",
     .run = next_show},
    {.id = "equipment.class", .keys = "c", .perm = CT_PERM_EQUIP_READ,
     .help = "Show one class after the other; behind the last, all again.", .run = next_class},
    {.id = "equipment.location", .keys = "w", .perm = CT_PERM_EQUIP_READ,
     .help = "Show one location after the other; behind the last, all again.",
     .run = next_location},
    {.id = "equipment.all", .keys = "a", .perm = CT_PERM_EQUIP_READ, .help = "Show all again.",
     .run = all},
    {.id = "equipment.models", .keys = "m", .label = "models", .perm = CT_PERM_EQUIP_READ,
     .help = "Models, which devices share.", .run = models},
    {.id = "equipment.campaigns", .keys = "A", .perm = CT_PERM_EQUIP_READ,
     .help = "Recalls and field actions.", .run = campaigns},
    {.id = "equipment.calibrations", .keys = "K", .perm = CT_PERM_EQUIP_READ,
     .help = "Calibrations that wait for approval.", .run = ct_equip_calibrations},
    {.id = NULL},
};

const struct ct_screen ct_screen_equipment = {
    .id = "equipment",
    .title = "Equipment",
    .help = "All devices and reference standards by asset number, and how each stands: in "
            "service, due soon, overdue, faulty, quarantined, out for repair, to be tested. "
            "Those retired are left out until f shows them. A scanned device opens its page "
            "from here and from everywhere else.",
    .perm = CT_PERM_EQUIP_READ,
    .jump = true,
    .state_size = sizeof(struct equipment),
    .commands = COMMANDS,
    .open = equipment_open,
    .draw = equipment_draw,
    .event = equipment_event,
    .refresh = equipment_refresh,
    .tick = equipment_tick,
    .close = equipment_close,
};
