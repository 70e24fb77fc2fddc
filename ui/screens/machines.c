/* machines - sterilisers, washers and baths of the day: what is not tested yet, and which
 * may take a load. */
#include "ui/screens/recalls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct machines {
    struct ct_ui *ui;
    struct ct_machine_due *m;
    size_t n, recalls; /* open ones */
    int64_t now_ms;
    struct ct_table table;
    char cell[400];
};

enum { COL_ASSET, COL_STATE, COL_MISSING };
static const struct ct_column COLUMNS[] = {
    [COL_ASSET] = {.title = "Machine", .width = 12, .frozen = true},
    [COL_STATE] = {.title = "Loads", .width = 12},
    [COL_MISSING] = {.title = "Not done yet, or against it", .width = 0},
};

static void load(struct machines *s)
{
    struct ct_error err;
    struct ct_machine_due *m = NULL;
    size_t n = 0;
    struct ct_app *app = ct_ui_app(s->ui);
    s->now_ms = ct_app_now(app);
    if (ct_machine_board(app, s->now_ms, &m, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    struct ct_recall_row *r = NULL;
    if (ct_recalls(app, true, 100, &r, &s->recalls, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    free(r);
    free(s->m);
    s->m = m;
    s->n = n;
    ct_table_reload(&s->table);
}

static size_t ready(const struct ct_machine_due *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n_programmes; i++)
        n += m->ready[i];
    return n;
}

static const char *state_text(const struct ct_machine_due *m, char *out, size_t size,
                              enum ct_role_ui *role)
{
    size_t n = ready(m);
    *role = n == m->n_programmes ? CT_R_OK : CT_R_WARN;
    if (m->condition != CT_COND_IN_SERVICE)
        return m->condition == CT_COND_QUARANTINED ? "SET APART" : "OUT OF USE";
    if (m->n_programmes == 0)
        return "tests only";
    if (n == m->n_programmes)
        return "ready";
    if (n == 0)
        return "NOT READY";
    snprintf(out, size, "%zu of %zu", n, m->n_programmes);
    return out;
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct machines *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct machines *s = arg;
    const struct ct_machine_due *m = &s->m[row];
    switch (column) {
    case COL_ASSET: return m->asset;
    case COL_STATE: return state_text(m, s->cell, sizeof s->cell, role);
    default: return m->missing[0] != '\0' ? m->missing : "-";
    }
}

static const struct ct_machine_due *chosen(const struct ct_view *v)
{
    const struct machines *s = ct_view_state(v);
    return s->n > 0 ? &s->m[s->table.cursor] : NULL;
}

static enum ct_status machines_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct machines *s = ct_view_state(v);
    (void)arg, (void)reterr;
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    load(s);
    return CT_OK;
}

static void machines_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

/* A new day asks for new tests. */
static void machines_tick(struct ct_view *v)
{
    struct machines *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    if (ct_app_state(app) == CT_IN &&
        ct_date_at(ct_app_now(app)) != ct_date_at(s->now_ms))
        load(s);
}

static void machines_close(struct ct_view *v)
{
    free(((struct machines *)ct_view_state(v))->m);
}

static void machines_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct machines *s = ct_view_state(v);
    const struct ct_machine_due *m = chosen(v);
    char day[16], text[600];
    size_t waiting = 0;
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    for (size_t i = 0; i < s->n; i++)
        waiting += ready(&s->m[i]) < s->m[i].n_programmes;
    ct_date_text(ct_date_at(s->now_ms), day);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 2, CT_R_HEAD,
                   "STERILISATION, %s: %zu machines, %zu not ready", day, s->n, waiting);
    if (s->recalls > 0)
        ct_grid_printf(g, body.row, body.col + body.cols - 22, 21, CT_R_ALARM,
                       "%zu OPEN RECALL%s: r", s->recalls, s->recalls == 1 ? "" : "S");
    if (s->n == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM,
                     "No machine runs a programme yet. Its page (e on the home screen, then M) says which it runs.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 5, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - 4, body.col, body.cols);
    if (m == NULL)
        return;
    snprintf(text, sizeof text, "%s %s%s%s: %s", m->asset, m->model,
             m->location[0] != '\0' ? ", " : "", m->location,
             m->missing[0] != '\0' ? m->missing : "everything of today is done");
    ct_draw_wrapped(g, (struct ct_rect){body.row + body.rows - 3, body.col + 1, 3, body.cols - 2},
                    CT_R_TEXT, text);
}

static enum ct_reaction machines_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct machines *)ct_view_state(v))->table, e);
}

static bool any(const struct ct_view *v)
{
    return chosen(v) != NULL;
}

static enum ct_reaction push(struct ct_view *v, const struct ct_screen *screen, const void *arg)
{
    return ct_ui_push(ct_view_ui(v), screen, arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    return push(v, &ct_screen_machine, &chosen(v)->equipment_id);
}

static enum ct_reaction test_chosen(struct ct_view *v)
{
    return push(v, &ct_screen_machine_test, &chosen(v)->equipment_id);
}

static enum ct_reaction sets(struct ct_view *v)
{
    return push(v, &ct_screen_recipes, NULL);
}

static enum ct_reaction packs(struct ct_view *v)
{
    return push(v, &ct_screen_packs, NULL);
}

static enum ct_reaction baths(struct ct_view *v)
{
    return push(v, &ct_screen_baths, NULL);
}

static enum ct_reaction scopes(struct ct_view *v)
{
    return push(v, &ct_screen_scopes, NULL);
}

static enum ct_reaction loads(struct ct_view *v)
{
    return push(v, &ct_screen_loads, NULL);
}

static enum ct_reaction recalls(struct ct_view *v)
{
    return push(v, &ct_screen_recalls, NULL);
}

static const struct ct_command COMMANDS[] = {
    {.id = "machines.open", .keys = "Enter", .label = "machine", .perm = CT_PERM_STERILE_READ,
     .help = "The machine of this line: its tests and programmes.", .run = open_chosen,
     .shown = any},
    {.id = "machines.test", .keys = "t", .label = "test", .perm = CT_PERM_STERILE_WRITE,
     .help = "Record a test of the machine of this line.", .run = test_chosen, .shown = any},
    {.id = "machines.loads", .keys = "l", .label = "loads", .perm = CT_PERM_STERILE_READ,
     .help = "Loads: what runs, what waits for values, indicators or its release.",
     .run = loads},
    {.id = "machines.packs", .keys = "p", .label = "packs", .perm = CT_PERM_STERILE_READ,
     .help = "Packs: the stock, what expires first; packing.", .run = packs},
    {.id = "machines.sets", .keys = "s", .label = "sets", .perm = CT_PERM_STERILE_READ,
     .help = "Sets of instruments: recipes, counting, differences.", .run = sets},
    {.id = "machines.baths", .keys = "b", .label = "baths", .perm = CT_PERM_STERILE_READ,
     .help = "Baths of disinfectant: strips, soaks, until when each may be used.", .run = baths},
    {.id = "machines.scopes", .keys = "e", .label = "scopes", .perm = CT_PERM_STERILE_READ,
     .help = "Endoscopes: reprocessed step by step, ready until when.", .run = scopes},
    {.id = "machines.recalls", .keys = "r", .label = "recalls", .perm = CT_PERM_STERILE_READ,
     .help = "Recalls: packs that are stopped, and what was done about each.", .run = recalls},
    {.id = NULL},
};

const struct ct_screen ct_screen_machines = {
    .id = "machines",
    .title = "Sterilisation",
    .help = "The machines of the day. A machine takes no load before the tests that its "
            "programmes ask for have passed today; a failed one is set apart until its fault is "
            "over and the row of tests after a repair has passed. The line below the list says "
            "all that is missing.",
    .perm = CT_PERM_STERILE_READ,
    .jump = true,
    .state_size = sizeof(struct machines),
    .commands = COMMANDS,
    .open = machines_open,
    .draw = machines_draw,
    .event = machines_event,
    .refresh = machines_refresh,
    .tick = machines_tick,
    .close = machines_close,
};
