/* patient_packs - the instruments that were used on a patient: every set, its pack, the load
 * that it was sterilised in. */
#include "clinic/pack_trace.h"
#include "ui/screens/sterile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct traced {
    struct ct_ui *ui;
    struct ct_patient p;
    struct ct_pack_used *u;
    size_t n, recalled;
    struct ct_table table;
    char cell[300];
};

enum { COL_USED, COL_PROCEDURE, COL_PACK, COL_LOAD, COL_STATE };
static const struct ct_column COLUMNS[] = {
    [COL_USED] = {.title = "Used", .width = 17, .frozen = true},
    [COL_PROCEDURE] = {.title = "In", .width = 7},
    [COL_PACK] = {.title = "Pack", .width = 24},
    [COL_LOAD] = {.title = "Load", .width = 7},
    [COL_STATE] = {.title = "Its release", .width = 0},
};

static enum ct_status load(struct traced *s, int64_t id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_pack_used *u = NULL;
    size_t n = 0;
    enum ct_status rc = ct_patient_get(app, id, &s->p, reterr);
    if (rc == CT_OK)
        rc = ct_patient_packs(app, id, &u, &n, reterr);
    if (rc != CT_OK)
        return rc;
    free(s->u);
    s->u = u;
    s->n = n;
    s->recalled = 0;
    for (size_t i = 0; i < n; i++)
        s->recalled += u[i].p.recalled > 0;
    ct_table_reload(&s->table);
    return CT_OK;
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct traced *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

/* What a load's release comes to, the worst first. */
static const char *state_text(struct traced *s, const struct ct_pack_used *u,
                              enum ct_role_ui *role)
{
    if (u->p.id == 0)
        return "no pack of this clinic";
    *role = CT_R_WARN;
    if (u->p.recalled > 0)
        return "RECALLED";
    if (u->load_id == 0)
        return "NOT STERILISED HERE";
    if (u->bi == CT_LOAD_BI_POSITIVE)
        return "spores POSITIVE";
    if (u->p.released == 2)
        return "RELEASED EARLY";
    if (u->state != CT_LOAD_IS_RELEASED || u->p.released == 0) {
        snprintf(s->cell, sizeof s->cell, "NOT RELEASED: %s", CT_LOAD_STATE_NAME[u->state]);
        return s->cell;
    }
    if (u->let_pass)
        return "LET PASS, released";
    *role = CT_R_TEXT;
    return "released";
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct traced *s = arg;
    const struct ct_pack_used *u = &s->u[row];
    char number[40];
    switch (column) {
    case COL_USED: ct_datetime_text(u->used_ms, s->cell); return s->cell;
    case COL_PROCEDURE:
        snprintf(s->cell, sizeof s->cell, "P-%lld", (long long)u->procedure_id);
        return s->cell;
    case COL_PACK:
        if (u->p.id == 0)
            return u->what;
        ct_pack_number(ct_ui_app(s->ui), u->p.id, number);
        snprintf(s->cell, sizeof s->cell, "%s %s%s", number, u->what,
                 u->p.implant ? " (implant)" : "");
        return s->cell;
    case COL_LOAD:
        if (u->load_id == 0)
            return "-";
        ct_load_number(ct_ui_app(s->ui), u->load_id, number);
        snprintf(s->cell, sizeof s->cell, "%s", number);
        return s->cell;
    default: return state_text(s, u, role);
    }
}

static const struct ct_pack_used *chosen(const struct ct_view *v)
{
    const struct traced *s = ct_view_state(v);
    return s->n > 0 ? &s->u[s->table.cursor] : NULL;
}

static enum ct_status traced_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct traced *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    return load(s, *(const int64_t *)arg, reterr);
}

static void traced_refresh(struct ct_view *v)
{
    struct traced *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, s->p.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void traced_close(struct ct_view *v)
{
    free(((struct traced *)ct_view_state(v))->u);
}

/* The machine and cycle of the line's pack, and what its row had no room for. */
static void chosen_draw(struct traced *s, const struct ct_pack_used *u, struct ct_grid *g,
                        struct ct_rect r)
{
    char at[24] = "", text[400], number[40];
    if (u->load_id == 0) {
        ct_draw_wrapped(g, r, CT_R_DIM, u->what);
        return;
    }
    ct_load_number(ct_ui_app(s->ui), u->load_id, number);
    if (u->started_ms != CT_UNSET)
        ct_datetime_text(u->started_ms, at);
    int n = snprintf(text, sizeof text, "%s in %s", number, u->asset);
    if (u->cycle_number != CT_UNSET)
        n += snprintf(text + n, sizeof text - (size_t)n, ", cycle %lld",
                      (long long)u->cycle_number);
    snprintf(text + n, sizeof text - (size_t)n, "%s%s: %s. %s%s", at[0] != '\0' ? ", " : "", at,
             CT_LOAD_STATE_NAME[u->state], u->what,
             u->let_pass ? ". A supervisor let it pass: p says why." : "");
    ct_draw_wrapped(g, r, CT_R_TEXT, text);
}

static void traced_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct traced *s = ct_view_state(v);
    const struct ct_pack_used *u = chosen(v);
    int end = body.row + body.rows;
    ct_subject_patient(s->ui, &s->p);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 2,
                   s->recalled > 0 ? CT_R_WARN : CT_R_HEAD,
                   s->recalled > 0 ? "INSTRUMENTS USED: %zu packs, %zu RECALLED"
                                   : "INSTRUMENTS USED: %zu packs",
                   s->n, s->recalled);
    if (s->n == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM,
                     "None was scanned into a procedure of this patient.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 4, body.cols, true);
    ct_grid_hline(g, end - 3, body.col, body.cols);
    if (u != NULL)
        chosen_draw(s, u, g, (struct ct_rect){end - 2, body.col + 1, 2, body.cols - 2});
}

static enum ct_reaction traced_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct traced *)ct_view_state(v))->table, e);
}

static bool any(const struct ct_view *v)
{
    return chosen(v) != NULL;
}

static bool has_pack(const struct ct_view *v)
{
    return any(v) && chosen(v)->p.id != 0;
}

static bool has_load(const struct ct_view *v)
{
    return any(v) && chosen(v)->load_id != 0;
}

static enum ct_reaction push(struct ct_view *v, const struct ct_screen *screen, int64_t id)
{
    return ct_ui_push(ct_view_ui(v), screen, &id) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction open_load(struct ct_view *v)
{
    return push(v, &ct_screen_load, chosen(v)->load_id);
}

static enum ct_reaction open_pack(struct ct_view *v)
{
    return push(v, &ct_screen_pack, chosen(v)->p.id);
}

static enum ct_reaction open_procedure(struct ct_view *v)
{
    return push(v, &ct_screen_procedure, chosen(v)->procedure_id);
}

static const struct ct_command COMMANDS[] = {
    {.id = "patient_packs.load", .keys = "Enter", .label = "load", .perm = CT_PERM_STERILE_READ,
     .help = "The load of this line: its cycle, its indicators, who released it.",
     .run = open_load, .shown = has_load},
    {.id = "patient_packs.pack", .keys = "p", .label = "pack", .perm = CT_PERM_STERILE_READ,
     .help = "The pack of this line: every step of it.", .run = open_pack, .shown = has_pack},
    {.id = "patient_packs.procedure", .keys = "w", .label = "procedure",
     .perm = CT_PERM_PROCEDURE_READ, .help = "The procedure that it was used in.",
     .run = open_procedure, .shown = any},
    {.id = NULL},
};

static int64_t record_patient(const struct ct_view *v)
{
    return ((const struct traced *)ct_view_state(v))->p.id;
}

const struct ct_screen ct_screen_patient_packs = {
    .id = "patient_packs",
    .title = "Instruments used",
    .help = "Every set and pack that was scanned into a procedure of this patient, the load that "
            "it was sterilised in, and how that load was released. A use that was struck out of "
            "its procedure stays here.",
    .perm = CT_PERM_STERILE_READ,
    .state_size = sizeof(struct traced),
    .arg_size = sizeof(int64_t),
    .patient = record_patient,
    .commands = COMMANDS,
    .open = traced_open,
    .draw = traced_draw,
    .event = traced_event,
    .refresh = traced_refresh,
    .close = traced_close,
};
