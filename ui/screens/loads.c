/* loads - the loads of the sterilisers: what is planned, runs, or waits, and for what. */
#include "ui/screens/load_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/equipment.h"
#include "clinic/scan_find.h"

enum { LOADS_MAX = 500 };

struct loads {
    struct ct_ui *ui;
    struct ct_load *l;
    size_t n;
    bool all;
    int64_t now_ms;
    bool immediate;       /* of the machine that is asked for */
    int64_t equipment_id; /* the machine that was said */
    char taker[CT_LOAD_TAKERS_MAX][CT_PROGRAMME_ID_MAX + 1];
    struct ct_table table;
    char cell[300];
};

enum { COL_NUMBER, COL_MACHINE, COL_CYCLE, COL_STATE, COL_PACKS, COL_WAITS };
static const struct ct_column COLUMNS[] = {
    [COL_NUMBER] = {.title = "Load", .width = 7, .frozen = true},
    [COL_MACHINE] = {.title = "Machine", .width = 10},
    [COL_CYCLE] = {.title = "Cycle", .width = 7, .align = 1},
    [COL_STATE] = {.title = "State", .width = 18},
    [COL_PACKS] = {.title = "Packs", .width = 5, .align = 1},
    [COL_WAITS] = {.title = "Waits for", .width = 0},
};

enum ct_role_ui ct_load_role(enum ct_load_state s)
{
    switch (s) {
    case CT_LOAD_FAILED: return CT_R_ALARM;
    case CT_LOAD_IS_REJECTED:
    case CT_LOAD_IS_ABORTED: return CT_R_WARN;
    case CT_LOAD_WANTS_READING:
    case CT_LOAD_WANTS_CI:
    case CT_LOAD_WANTS_BI: return CT_R_NOTE;
    case CT_LOAD_IS_READY:
    case CT_LOAD_IS_RELEASED: return CT_R_OK;
    case CT_LOAD_IS_PLANNED:
    case CT_LOAD_IS_RUNNING:
    case CT_LOAD_IS_GIVEN_UP:
    case CT_LOAD_STATES: break;
    }
    return CT_R_TEXT;
}

enum ct_status ct_load_takers(struct ct_app *app, int64_t equipment_id,
                              char ret[][CT_PROGRAMME_ID_MAX + 1], size_t *ret_n,
                              struct ct_error *reterr)
{
    struct ct_machine_programme *m = NULL;
    size_t n = 0;
    *ret_n = 0;
    enum ct_status rc = ct_machine_programmes(app, equipment_id, &m, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n && *ret_n < CT_LOAD_TAKERS_MAX; i++) {
        CT_PROGRAMME *p = NULL;
        rc = ct_programme_load(ct_app_config(app), m[i].programme, &p, reterr);
        if (rc == CT_OK && !p->is_test && p->method != CT_METHOD_HIGH_LEVEL_DISINFECTION &&
            p->method != CT_METHOD_ENDOSCOPE)
            snprintf(ret[(*ret_n)++], CT_PROGRAMME_ID_MAX + 1, "%s", m[i].programme);
    }
    free(m);
    return rc;
}

static void load(struct loads *s)
{
    struct ct_error err;
    struct ct_load *l = NULL;
    size_t n = 0;
    s->now_ms = ct_app_now(ct_ui_app(s->ui));
    if (ct_load_list(ct_ui_app(s->ui), s->all ? CT_LOADS_ALL : CT_LOADS_OPEN, 0, LOADS_MAX, &l,
                     &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->l);
    s->l = l;
    s->n = n;
    ct_table_reload(&s->table);
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct loads *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

/* What comes next, and when a biological indicator can be read. */
static void waits_text(const struct ct_load *l, char *out, size_t size)
{
    char at[24] = "";
    const char *what = "-";
    switch (l->state) {
    case CT_LOAD_IS_PLANNED: what = l->packs == 0 ? "packs" : "its start"; break;
    case CT_LOAD_IS_RUNNING: what = "the end of its cycle"; break;
    case CT_LOAD_WANTS_READING: what = "the values of its cycle"; break;
    case CT_LOAD_WANTS_CI: what = "chemical indicators"; break;
    case CT_LOAD_WANTS_BI: what = "a biological indicator"; break;
    case CT_LOAD_FAILED: what = "its rejection"; break;
    case CT_LOAD_IS_READY: what = "a second person"; break;
    case CT_LOAD_IS_RELEASED:
    case CT_LOAD_IS_REJECTED:
    case CT_LOAD_IS_ABORTED:
    case CT_LOAD_IS_GIVEN_UP:
    case CT_LOAD_STATES: break;
    }
    if (l->bi == CT_LOAD_BI_WAITS && l->bi_due_ms != CT_UNSET)
        ct_datetime_text(l->bi_due_ms, at);
    snprintf(out, size, "%s%s%s%s", what, at[0] != '\0' ? "; spores from " : "", at,
             l->early > 0 ? "; RELEASED EARLY" : l->immediate ? "; immediate use" : "");
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct loads *s = arg;
    const struct ct_load *l = &s->l[row];
    char number[40];
    switch (column) {
    case COL_NUMBER:
        ct_load_number(ct_ui_app(s->ui), l->id, number);
        snprintf(s->cell, sizeof s->cell, "%s", number);
        return s->cell;
    case COL_MACHINE: return l->asset;
    case COL_CYCLE:
        if (l->cycle_number == CT_UNSET)
            return "-";
        snprintf(s->cell, sizeof s->cell, "%lld", (long long)l->cycle_number);
        return s->cell;
    case COL_STATE: *role = ct_load_role(l->state); return CT_LOAD_STATE_NAME[l->state];
    case COL_PACKS: snprintf(s->cell, sizeof s->cell, "%d", l->packs); return s->cell;
    default: waits_text(l, s->cell, sizeof s->cell); return s->cell;
    }
}

static const struct ct_load *chosen(const struct ct_view *v)
{
    const struct loads *s = ct_view_state(v);
    return s->n > 0 ? &s->l[s->table.cursor] : NULL;
}

static enum ct_status loads_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct loads *s = ct_view_state(v);
    (void)arg, (void)reterr;
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    load(s);
    return CT_OK;
}

static void loads_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

static void loads_close(struct ct_view *v)
{
    free(((struct loads *)ct_view_state(v))->l);
}

static void loads_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct loads *s = ct_view_state(v);
    const struct ct_load *l = chosen(v);
    char text[300], at[24];
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 2, CT_R_HEAD, "LOADS%s: %zu%s",
                   s->all ? ", those that are over too" : "", s->n,
                   s->n == LOADS_MAX ? " (the newest)" : "");
    if (s->n == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM,
                     "No load is open. n plans one; a shows those that are over.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 4, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - 3, body.col, body.cols);
    if (l == NULL)
        return;
    ct_datetime_text(l->state_ms, at);
    snprintf(text, sizeof text, "%s: %s since %s; planned by %s%s%s", l->programme,
             CT_LOAD_STATE_NAME[l->state], at, l->by,
             l->started_by != 0 ? ", started by " : "", l->loader);
    ct_draw_wrapped(g, (struct ct_rect){body.row + body.rows - 2, body.col + 1, 2, body.cols - 2},
                    CT_R_TEXT, text);
}

static enum ct_reaction loads_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct loads *)ct_view_state(v))->table, e);
}

static bool any(const struct ct_view *v)
{
    return chosen(v) != NULL;
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_load, &chosen(v)->id) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction all(struct ct_view *v)
{
    struct loads *s = ct_view_state(v);
    s->all = !s->all;
    s->table.cursor = s->table.top = 0;
    load(s);
    return CT_HANDLED;
}

static void number_given(struct ct_view *v, const char *text)
{
    struct loads *s = ct_view_state(v);
    struct ct_load l;
    struct ct_error err;
    if (text == NULL || text[0] == '\0')
        return;
    if (ct_load_find(ct_ui_app(s->ui), text, &l, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_push(s->ui, &ct_screen_load, &l.id);
}

static enum ct_reaction find(struct ct_view *v)
{
    ct_ui_prompt(v, "Number of the load", "", number_given);
    ct_ui_prompt_scans(v);
    return CT_HANDLED;
}

/* ---- a new one ---------------------------------------------------------------------------- */

static void plan(struct ct_view *v, const char *programme)
{
    struct loads *s = ct_view_state(v);
    struct ct_ui *ui = s->ui;
    struct ct_error err;
    struct ct_load l = {.equipment_id = s->equipment_id};
    char number[40];
    snprintf(l.programme, sizeof l.programme, "%s", programme);
    if (ct_load_plan(ct_ui_app(ui), &l, &err) != CT_OK) {
        ct_ui_say_error(ui, &err);
        return;
    }
    ct_load_number(ct_ui_app(ui), l.id, number);
    if (ct_ui_push(ui, &ct_screen_load, &l.id))
        ct_ui_say(ui, CT_R_OK, "%s is planned: %s in %s. p scans its packs in.", number,
                  l.programme, l.asset);
}

static void taker_given(struct ct_view *v, int index)
{
    struct loads *s = ct_view_state(v);
    if (index >= 0 && index < CT_LOAD_TAKERS_MAX && s->taker[index][0] != '\0')
        plan(v, s->taker[index]);
}

static void machine_given(struct ct_view *v, const char *asset)
{
    static const char *const CODE[CT_LOAD_TAKERS_MAX] = {
        "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f"};
    struct loads *s = ct_view_state(v);
    struct ct_choice choice[CT_LOAD_TAKERS_MAX + 1];
    char number[CT_ASSET_MAX + 1], question[120];
    struct ct_equipment e;
    struct ct_error err;
    size_t n = 0;
    if (asset == NULL || asset[strspn(asset, " ")] == '\0')
        return;
    ct_scan_device(ct_app_config(ct_ui_app(s->ui)), asset, number, sizeof number);
    if (ct_equipment_find(ct_ui_app(s->ui), number, &e, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    s->equipment_id = e.id;
    if (s->immediate) {
        ct_ui_push(s->ui, &ct_screen_load_immediate, &e.id);
        return;
    }
    memset(s->taker, 0, sizeof s->taker);
    if (ct_load_takers(ct_ui_app(s->ui), e.id, s->taker, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    if (n < 2) {
        plan(v, n == 1 ? s->taker[0] : "");
        return;
    }
    for (size_t i = 0; i < n; i++)
        choice[i] = (struct ct_choice){CODE[i], s->taker[i]};
    choice[n] = (struct ct_choice){NULL, NULL};
    snprintf(question, sizeof question, "Programme of %.40s", e.asset);
    ct_ui_ask(v, question, choice, taker_given);
}

static enum ct_reaction machine(struct ct_view *v, bool immediate)
{
    ((struct loads *)ct_view_state(v))->immediate = immediate;
    ct_ui_prompt(v, "Number of the machine", "", machine_given);
    ct_ui_prompt_scans(v);
    return CT_HANDLED;
}

static enum ct_reaction new_one(struct ct_view *v)
{
    return machine(v, false);
}

static enum ct_reaction new_immediate(struct ct_view *v)
{
    return machine(v, true);
}

static const struct ct_command COMMANDS[] = {
    {.id = "loads.open", .keys = "Enter", .label = "load", .perm = CT_PERM_STERILE_READ,
     .help = "The load of this line: its packs, what it waits for, what can be done.",
     .run = open_chosen, .shown = any},
    {.id = "loads.new", .keys = "n", .label = "new load", .perm = CT_PERM_STERILE_WRITE,
     .help = "Plan a load: asks for the machine and, where it runs several, the programme.",
     .run = new_one},
    {.id = "loads.immediate", .keys = "i", .label = "immediate use",
     .perm = CT_PERM_STERILE_WRITE,
     .help = "A load for immediate use: for which procedure, why, what would prevent it.",
     .run = new_immediate},
    {.id = "loads.find", .keys = "/", .label = "number", .perm = CT_PERM_STERILE_READ,
     .help = "A load by its number.", .run = find},
    {.id = "loads.all", .keys = "a", .label = "all", .perm = CT_PERM_STERILE_READ,
     .help = "Those that are over as well; again: those that are open.", .run = all},
    {.id = NULL},
};

const struct ct_screen ct_screen_loads = {
    .id = "loads",
    .title = "Loads",
    .help = "The loads of the machines: planned, running, and those that wait for the values of "
            "their cycle, chemical or biological indicators, or their release by a second "
            "person. A load that failed is rejected and its packs are reprocessed.",
    .perm = CT_PERM_STERILE_READ,
    .jump = true,
    .state_size = sizeof(struct loads),
    .commands = COMMANDS,
    .open = loads_open,
    .draw = loads_draw,
    .event = loads_event,
    .refresh = loads_refresh,
    .close = loads_close,
};
