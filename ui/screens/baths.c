/* baths - the baths that stand, and one bath: its strip, what is in it and for how long yet,
 * what was soaked. */
#include "clinic/bath.h"
#include "ui/screens/sterile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATHS_MAX = 200, SOAKS_MAX = 200 };

/* "4 min 10 s left", "READY since 10:05". */
static void ready_text(const struct ct_bath *b, int64_t now_ms, char *out, size_t size,
                       enum ct_role_ui *role)
{
    char at[8];
    int64_t left = b->soak_id != 0 ? b->ready_ms - now_ms : 0;
    *role = left > 0 ? CT_R_NOTE : CT_R_OK;
    if (b->soak_id == 0) {
        *role = CT_R_TEXT;
        snprintf(out, size, "empty");
    } else if (b->ended) {
        *role = CT_R_ALARM;
        snprintf(out, size, "NOT DISINFECTED: the bath was too weak");
    } else if (left > 0) {
        snprintf(out, size, "%lld min %02lld s left", (long long)(left / CT_MINUTE_MS),
                 (long long)(left % CT_MINUTE_MS / 1000));
    } else {
        ct_time_text(b->ready_ms, at);
        snprintf(out, size, "READY since %s", at);
    }
}

/* "strip 10:05 enough", "no strip for the next soak". */
static void strip_text(const struct ct_bath *b, int64_t now_ms, char *out, size_t size,
                       enum ct_role_ui *role)
{
    char at[24];
    *role = CT_R_TEXT;
    if (!b->strips) {
        snprintf(out, size, "not tested by strips");
        return;
    }
    bool good = b->strip_id != 0 && b->strip == CT_STRIP_ENOUGH && !b->strip_used &&
                ct_date_at(b->strip_ms) == ct_date_at(now_ms);
    if (!good) {
        *role = CT_R_NOTE;
        snprintf(out, size, "test it before the next soak");
        return;
    }
    ct_datetime_text(b->strip_ms, at);
    *role = CT_R_OK;
    snprintf(out, size, "strip of %s: enough", at);
}

/* ---- the list --------------------------------------------------------------------------- */

struct baths {
    struct ct_ui *ui;
    struct ct_bath *b;
    size_t n;
    bool all;
    int64_t now_ms;
    struct ct_table table;
    char cell[200];
};

enum { COL_BASIN, COL_UNTIL, COL_IN, COL_STRIP };
static const struct ct_column COLUMNS[] = {
    [COL_BASIN] = {.title = "Basin", .width = 10, .frozen = true},
    [COL_UNTIL] = {.title = "Until", .width = 12},
    [COL_IN] = {.title = "In it", .width = 20},
    [COL_STRIP] = {.title = "Product, strip", .width = 0},
};

static void load(struct baths *s)
{
    struct ct_error err;
    struct ct_bath *b = NULL;
    size_t n = 0;
    s->now_ms = ct_app_now(ct_ui_app(s->ui));
    if (ct_bath_list(ct_ui_app(s->ui), !s->all, BATHS_MAX, &b, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->b);
    s->b = b;
    s->n = n;
    ct_table_reload(&s->table);
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct baths *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct baths *s = arg;
    const struct ct_bath *b = &s->b[row];
    char text[100];
    switch (column) {
    case COL_BASIN: return b->asset;
    case COL_UNTIL:
        if (b->ended && b->soak_id == 0)
            return "thrown away";
        if (ct_date_at(s->now_ms) > b->last_day)
            *role = CT_R_WARN;
        ct_date_text(b->last_day, s->cell);
        return s->cell;
    case COL_IN: ready_text(b, s->now_ms, s->cell, sizeof s->cell, role); return s->cell;
    default:
        strip_text(b, s->now_ms, text, sizeof text, role);
        snprintf(s->cell, sizeof s->cell, "%s; %s", b->product, text);
        return s->cell;
    }
}

static const struct ct_bath *chosen(const struct ct_view *v)
{
    const struct baths *s = ct_view_state(v);
    return s->n > 0 ? &s->b[s->table.cursor] : NULL;
}

static enum ct_status baths_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct baths *s = ct_view_state(v);
    (void)arg, (void)reterr;
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    load(s);
    return CT_OK;
}

static void baths_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

/* The list says minutes: it is drawn anew when one is over, not each second. */
static void baths_tick(struct ct_view *v)
{
    struct baths *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    if (ct_app_state(app) == CT_IN && ct_app_now(app) / CT_MINUTE_MS != s->now_ms / CT_MINUTE_MS)
        load(s);
}

static void baths_close(struct ct_view *v)
{
    free(((struct baths *)ct_view_state(v))->b);
}

static void baths_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct baths *s = ct_view_state(v);
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 2, CT_R_HEAD, "BATHS%s: %zu",
                   s->all ? ", those thrown away too" : "", s->n);
    if (s->n == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM,
                     "No bath stands. n pours one into a basin.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 1, body.cols, true);
}

static enum ct_reaction baths_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct baths *)ct_view_state(v))->table, e);
}

static bool any(const struct ct_view *v)
{
    return chosen(v) != NULL;
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_bath, &chosen(v)->id) ? CT_HANDLED : CT_REFUSED;
}

static void basin_given(struct ct_view *v, const char *asset)
{
    struct baths *s = ct_view_state(v);
    struct ct_equipment e;
    struct ct_error err;
    if (asset == NULL || asset[0] == '\0')
        return;
    if (ct_equipment_find(ct_ui_app(s->ui), asset, &e, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_push(s->ui, &ct_screen_bath_form, &e.id);
}

static enum ct_reaction pour(struct ct_view *v)
{
    ct_ui_prompt(v, "Number of the basin, typed or scanned", "", basin_given);
    ct_ui_prompt_scans(v);
    return CT_HANDLED;
}

static enum ct_reaction all(struct ct_view *v)
{
    struct baths *s = ct_view_state(v);
    s->all = !s->all;
    s->table.cursor = s->table.top = 0;
    load(s);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "baths.open", .keys = "Enter", .label = "bath", .perm = CT_PERM_STERILE_READ,
     .help = "The bath of this line: test it, soak, take out, throw it away.",
     .run = open_chosen, .shown = any},
    {.id = "baths.pour", .keys = "n", .label = "pour one", .perm = CT_PERM_STERILE_WRITE,
     .help = "A bath is poured into a basin.", .run = pour},
    {.id = "baths.all", .keys = "a", .label = "all", .perm = CT_PERM_STERILE_READ,
     .help = "Those that were thrown away as well; again: those that stand.", .run = all},
    {.id = NULL},
};

const struct ct_screen ct_screen_baths = {
    .id = "baths",
    .title = "Baths",
    .help = "Baths of disinfectant: how long each may be used, what is in it and how long it has "
            "to stay, and whether it is tested for the next soak.",
    .perm = CT_PERM_STERILE_READ,
    .jump = true,
    .state_size = sizeof(struct baths),
    .commands = COMMANDS,
    .open = baths_open,
    .draw = baths_draw,
    .event = baths_event,
    .refresh = baths_refresh,
    .tick = baths_tick,
    .close = baths_close,
};

/* ---- one bath ---------------------------------------------------------------------------- */

struct bath {
    struct ct_ui *ui;
    struct ct_bath b;
    struct ct_bath_soak *s;
    size_t n;
    int64_t now_ms;
    struct ct_table table;
    char cell[500];
};

enum { SOAK_AT, SOAK_STATE, SOAK_WHAT };
static const struct ct_column SOAKS[] = {
    [SOAK_AT] = {.title = "Begun", .width = 17, .frozen = true},
    [SOAK_STATE] = {.title = "", .width = 13},
    [SOAK_WHAT] = {.title = "What, by", .width = 0},
};

static enum ct_status bath_load(struct bath *s, int64_t id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_bath_soak *list = NULL;
    size_t n = 0;
    s->now_ms = ct_app_now(app);
    enum ct_status rc = ct_bath_get(app, id, &s->b, reterr);
    if (rc == CT_OK)
        rc = ct_bath_soaks(app, id, SOAKS_MAX, &list, &n, reterr);
    if (rc != CT_OK)
        return rc;
    free(s->s);
    s->s = list;
    s->n = n;
    ct_table_reload(&s->table);
    return CT_OK;
}

static int64_t soak_count(void *arg)
{
    return (int64_t)((struct bath *)arg)->n;
}

static const char *soak_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct bath *s = arg;
    const struct ct_bath_soak *k = &s->s[row];
    bool runs = k->ended_ms == CT_UNSET;
    if (!runs && !k->done)
        *role = CT_R_WARN;
    switch (column) {
    case SOAK_AT: ct_datetime_text(k->started_ms, s->cell); return s->cell;
    case SOAK_STATE: return runs ? "in the bath" : k->done ? "disinfected" : "BROKEN OFF";
    default:
        snprintf(s->cell, sizeof s->cell, "%s, %s%s%s", k->item, k->by,
                 k->text[0] != '\0' ? ": " : "", k->text);
        return s->cell;
    }
}

static enum ct_status bath_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct bath *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, SOAKS, CT_LEN(SOAKS),
                  (struct ct_table_source){
                      .arg = s, .count = soak_count, .load = row_load, .cell = soak_cell});
    return bath_load(s, *(const int64_t *)arg, reterr);
}

static void bath_refresh(struct ct_view *v)
{
    struct bath *s = ct_view_state(v);
    struct ct_error err;
    if (bath_load(s, s->b.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

/* The time runs on the screen in steps of ten seconds: a thin line is not kept busy. */
static void bath_tick(struct ct_view *v)
{
    struct bath *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    if (ct_app_state(app) == CT_IN && s->b.soak_id != 0 &&
        ct_app_now(app) / 10000 != s->now_ms / 10000)
        s->now_ms = ct_app_now(app);
}

static void bath_close(struct ct_view *v)
{
    free(((struct bath *)ct_view_state(v))->s);
}

static void bath_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct bath *s = ct_view_state(v);
    const struct ct_bath *b = &s->b;
    char text[300], day[16], why[200];
    enum ct_role_ui role;
    int row = body.row;
    bool usable = ct_bath_usable(b, s->now_ms, why, sizeof why);
    ct_ui_subject(s->ui, "BA-%lld  %s", (long long)b->id, b->asset);
    ct_date_text(b->last_day, day);
    ct_grid_printf(g, row++, body.col + 1, body.cols - 2, CT_R_HEAD, "BATH of %s: %s, lot %s",
                   b->asset, b->product, b->lot);
    ct_grid_printf(g, row++, body.col + 1, body.cols - 2, usable ? CT_R_TEXT : CT_R_WARN,
                   usable ? "May be used until %s, %s." : "It %s%s.", usable ? day : why,
                   usable ? b->programme : "");
    strip_text(b, s->now_ms, text, sizeof text, &role);
    if (!b->ended)
        ct_grid_printf(g, row++, body.col + 1, body.cols - 2, role, "%s", text);
    ready_text(b, s->now_ms, text, sizeof text, &role);
    ct_grid_printf(g, row++, body.col + 1, body.cols - 2, role, "%s%s%s", b->item,
                   b->item[0] != '\0' ? ": " : "In it: ", text);
    ct_table_draw(&s->table, g, row + 1, body.col, body.rows - (row + 1 - body.row), body.cols,
                  true);
}

static enum ct_reaction bath_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct bath *)ct_view_state(v))->table, e);
}

static enum ct_reaction strip(struct ct_view *v)
{
    const struct bath *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_bath_strip, &s->b.id) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction soak(struct ct_view *v)
{
    const struct bath *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_bath_soak, &s->b.id) ? CT_HANDLED : CT_REFUSED;
}

static void out(struct ct_view *v, bool done, const char *text)
{
    struct bath *s = ct_view_state(v);
    struct ct_error err;
    struct ct_bath_soak k = {.id = s->b.soak_id, .bath_id = s->b.id, .done = done,
                             .rinsed = done};
    if (strlen(text) > CT_BATH_TEXT_MAX) {
        ct_ui_say(s->ui, CT_R_WARN, "That is too long: nothing was saved.");
        return;
    }
    snprintf(k.text, sizeof k.text, "%s", text);
    if (ct_bath_soak_end(ct_ui_app(s->ui), &k, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, done ? CT_R_OK : CT_R_WARN, "%s: %s.", s->b.item,
                  done ? "disinfected and rinsed" : "broken off, it has to be done again");
    bath_refresh(v);
}

static void rinsed(struct ct_view *v, int index)
{
    if (index == 0)
        out(v, true, "");
}

static enum ct_reaction take_out(struct ct_view *v)
{
    static const struct ct_choice CHOICES[] = {
        {"y", "yes, rinsed"}, {"Esc", "not yet"}, {NULL, NULL}};
    const struct bath *s = ct_view_state(v);
    char question[240];
    snprintf(question, sizeof question, "%.120s: taken out and rinsed?", s->b.item);
    ct_ui_ask(v, question, CHOICES, rinsed);
    return CT_HANDLED;
}

static void broken_because(struct ct_view *v, const char *reason)
{
    if (reason != NULL)
        out(v, false, reason);
}

static enum ct_reaction break_off(struct ct_view *v)
{
    ct_ui_prompt(v, "Broken off, because", "", broken_because);
    return CT_HANDLED;
}

static void thrown(struct ct_view *v, enum ct_bath_why why, const char *text)
{
    struct bath *s = ct_view_state(v);
    struct ct_error err;
    if (ct_bath_discard(ct_ui_app(s->ui), s->b.id, why, text, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_OK, "BA-%lld is thrown away.", (long long)s->b.id);
    bath_refresh(v);
}

static void thrown_because(struct ct_view *v, const char *reason)
{
    if (reason != NULL)
        thrown(v, CT_BATH_OTHER, reason);
}

static enum ct_reaction discard(struct ct_view *v)
{
    const struct bath *s = ct_view_state(v);
    if (ct_date_at(s->now_ms) >= s->b.last_day)
        thrown(v, CT_BATH_OVER, "");
    else
        ct_ui_prompt(v, "Thrown away before its time, because", "", thrown_because);
    return CT_HANDLED;
}

static bool stands(const struct ct_view *v)
{
    return !((const struct bath *)ct_view_state(v))->b.ended;
}

static bool is_empty(const struct ct_view *v)
{
    return stands(v) && ((const struct bath *)ct_view_state(v))->b.soak_id == 0;
}

static bool is_full(const struct ct_view *v)
{
    return ((const struct bath *)ct_view_state(v))->b.soak_id != 0;
}

static const struct ct_command BATH_COMMANDS[] = {
    {.id = "bath.strip", .keys = "t", .label = "test", .perm = CT_PERM_STERILE_WRITE,
     .help = "Test it with a strip; too weak ends the bath.", .run = strip, .shown = stands},
    {.id = "bath.soak", .keys = "s", .label = "soak", .perm = CT_PERM_STERILE_WRITE,
     .help = "Something is put in: the time begins.", .run = soak, .shown = is_empty},
    {.id = "bath.out", .keys = "o", .label = "take out", .perm = CT_PERM_STERILE_WRITE,
     .help = "Its time is over: taken out and rinsed.", .run = take_out, .shown = is_full},
    {.id = "bath.broken", .keys = "k", .label = "break off", .perm = CT_PERM_STERILE_WRITE,
     .help = "Taken out before its time: it has to be done again.", .run = break_off,
     .shown = is_full},
    {.id = "bath.discard", .keys = "x", .label = "throw away", .perm = CT_PERM_STERILE_WRITE,
     .help = "The bath is over; before its time with a reason.", .run = discard,
     .shown = is_empty},
    {.id = NULL},
};

const struct ct_screen ct_screen_bath = {
    .id = "bath",
    .title = "Bath",
    .help = "One bath: until when it may be used, its last strip, what is in it and how long yet, "
            "and all that was soaked in it. Before each soak it is tested; a strip that shows it "
            "too weak ends it, and nothing is topped up.",
    .perm = CT_PERM_STERILE_READ,
    .state_size = sizeof(struct bath),
    .arg_size = sizeof(int64_t),
    .commands = BATH_COMMANDS,
    .open = bath_open,
    .draw = bath_draw,
    .event = bath_event,
    .refresh = bath_refresh,
    .tick = bath_tick,
    .close = bath_close,
};
