/* load - one load: its machine and cycle, what it waits for, its packs. */
#include "ui/screens/load_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { COL_NUMBER, COL_CONTENTS, COL_STEP };
static const struct ct_column COLUMNS[] = {
    [COL_NUMBER] = {.title = "Pack", .width = 10, .frozen = true},
    [COL_CONTENTS] = {.title = "Contents", .width = 0},
    [COL_STEP] = {.title = "It is", .width = 22},
};

enum ct_status ct_load_view_read(struct ct_load_view *s, int64_t id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_pack *pack = NULL;
    struct ct_load_bi *bi = NULL;
    struct ct_load_ci *ci = NULL;
    struct ct_load l;
    CT_BUF missing = {.max = CT_LOAD_MISSING_MAX - 1};
    size_t n = 0, n_bi = 0, n_ci = 0;
    enum ct_status rc = ct_load_get(app, id, &l, reterr);
    if (rc == CT_OK && s->p == NULL)
        rc = ct_load_programme(app, id, &s->p, reterr);
    if (rc == CT_OK)
        rc = ct_load_missing(app, id, &missing, reterr);
    if (rc == CT_OK)
        rc = ct_load_packs(app, id, &pack, &n, reterr);
    if (rc == CT_OK)
        rc = ct_load_bis(app, id, &bi, &n_bi, reterr);
    if (rc == CT_OK)
        rc = ct_load_cis(app, id, &ci, &n_ci, reterr);
    if (rc != CT_OK) {
        free(pack);
        free(bi);
        free(ci);
        return rc;
    }
    free(s->pack);
    free(s->bi);
    free(s->ci);
    s->l = l;
    s->pack = pack, s->n = n;
    s->bi = bi, s->n_bi = n_bi;
    s->ci = ci, s->n_ci = n_ci;
    ct_text_copy(s->missing, sizeof s->missing, ct_buf_str(&missing));
    ct_load_number(app, id, s->number);
    ct_table_reload(&s->table);
    return CT_OK;
}

void ct_load_view_refresh(struct ct_view *v)
{
    struct ct_load_view *s = ct_view_state(v);
    struct ct_error err;
    if (ct_load_view_read(s, s->l.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

const struct ct_pack *ct_load_view_pack(const struct ct_view *v)
{
    const struct ct_load_view *s = ct_view_state(v);
    return s->n > 0 ? &s->pack[s->table.cursor] : NULL;
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct ct_load_view *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct ct_load_view *s = arg;
    const struct ct_pack *p = &s->pack[row];
    char number[40];
    if (p->recalled > 0 || p->step == CT_PACK_REJECTED)
        *role = CT_R_WARN;
    switch (column) {
    case COL_NUMBER:
        ct_pack_number(ct_ui_app(s->ui), p->id, number);
        snprintf(s->cell, sizeof s->cell, "%s", number);
        return s->cell;
    case COL_CONTENTS:
        snprintf(s->cell, sizeof s->cell, "%s%s", p->contents, p->implant ? " (implant)" : "");
        return s->cell;
    default:
        snprintf(s->cell, sizeof s->cell, "%s%s%s", p->recalled > 0 ? "RECALLED, " : "",
                 CT_PACK_STEP_NAME[p->step],
                 p->load_id != s->l.id && p->load_id != 0 ? ", other load" : "");
        return s->cell;
    }
}

static enum ct_status load_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct ct_load_view *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    enum ct_status rc = ct_load_view_read(s, *(const int64_t *)arg, reterr);
    if (rc != CT_OK)
        ct_programme_freep(&s->p); /* close is not called then */
    return rc;
}

static void load_close(struct ct_view *v)
{
    struct ct_load_view *s = ct_view_state(v);
    free(s->pack);
    free(s->bi);
    free(s->ci);
    ct_programme_free(s->p);
}

/* "planned 09:02 by Tam Tech; started 09:10 by Tam Tech, over 09:31" */
static void run_text(const struct ct_load *l, char *out, size_t size)
{
    char planned[24], started[24] = "", ended[24] = "";
    ct_datetime_text(l->at_ms, planned);
    if (l->started_ms == CT_UNSET) {
        snprintf(out, size, "Planned %s by %s.", planned, l->by);
        return;
    }
    ct_datetime_text(l->started_ms, started);
    if (l->ended_ms != CT_UNSET)
        ct_datetime_text(l->ended_ms, ended);
    snprintf(out, size, "Started %s by %s%s%s.", started, l->loader,
             ended[0] != '\0' ? ", over " : ", it runs", ended);
}

static int missing_draw(const struct ct_load_view *s, struct ct_grid *g, struct ct_rect at)
{
    char line[600];
    int row = 0;
    const char *text = s->missing;
    while (*text != '\0' && row < at.rows) {
        int n = (int)strcspn(text, "\n");
        snprintf(line, sizeof line, "- %.*s", n, text);
        row += ct_draw_wrapped(g, (struct ct_rect){at.row + row, at.col, at.rows - row, at.cols},
                               s->l.state == CT_LOAD_IS_RELEASED ? CT_R_OK : CT_R_WARN, line);
        text += n + (text[n] == '\n');
    }
    return row;
}

/* What its biological indicators say, and since when or from when; false: there are none. */
static bool bi_text(const struct ct_load *l, char *out, size_t size, enum ct_role_ui *role)
{
    char at[24] = "";
    *role = CT_R_TEXT;
    switch (l->bi) {
    case CT_LOAD_BI_NONE: return false;
    case CT_LOAD_BI_NEGATIVE: snprintf(out, size, "Biological indicator: negative."); break;
    case CT_LOAD_BI_NO_RESULT:
        *role = CT_R_WARN;
        snprintf(out, size, "Biological indicator: it gave no result.");
        break;
    case CT_LOAD_BI_POSITIVE:
        *role = CT_R_ALARM;
        snprintf(out, size, "Biological indicator: POSITIVE. Nothing of this load is used.");
        break;
    case CT_LOAD_BI_WAITS:
        if (l->bi_due_ms != CT_UNSET)
            ct_datetime_text(l->bi_due_ms, at);
        snprintf(out, size, "Biological indicator: it waits; a negative from %s.%s", at,
                 l->early > 0 ? " RELEASED EARLY." : "");
        break;
    }
    return true;
}

static void load_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct ct_load_view *s = ct_view_state(v);
    const struct ct_load *l = &s->l;
    int row = body.row, col = body.col + 1, cols = body.cols - 2;
    char cycle[32] = "", text[1200];
    enum ct_role_ui role;
    ct_ui_subject(s->ui, "%s  %s", s->number, l->asset);
    if (l->cycle_number != CT_UNSET)
        snprintf(cycle, sizeof cycle, " cycle %lld", (long long)l->cycle_number);
    ct_grid_printf(g, row++, col, cols, ct_load_role(l->state), "%s in %s%s: %s", s->number,
                   l->asset, cycle, CT_LOAD_STATE_NAME[l->state]);
    ct_grid_printf(g, row++, col, cols, CT_R_TEXT, "%s: %s", l->programme, s->p->title);
    run_text(l, text, sizeof text);
    ct_grid_text(g, row++, col, cols, CT_R_TEXT, text);
    if (l->implant)
        ct_grid_text(g, row++, col, cols, CT_R_NOTE,
                     "There is an implant in it.");
    if (l->immediate) {
        snprintf(text, sizeof text, "FOR IMMEDIATE USE in procedure %lld: %.300s",
                 (long long)l->procedure_id, l->reason);
        row += ct_draw_wrapped(g, (struct ct_rect){row, col, 2, cols}, CT_R_NOTE, text);
    }
    if (bi_text(l, text, sizeof text, &role))
        ct_grid_text(g, row++, col, cols, role, text);
    if (s->missing[0] == '\0')
        ct_grid_text(g, row++, col, cols, CT_R_OK,
                     "Nothing stands against it: another than who started it releases it.");
    else
        row += missing_draw(s, g, (struct ct_rect){row, col, body.rows / 2, cols});
    ct_table_draw(&s->table, g, row + 1, body.col, body.rows - (row + 1 - body.row), body.cols,
                  true);
}

static enum ct_reaction load_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct ct_load_view *)ct_view_state(v))->table, e);
}

/* The label of a pack that is scanned while the load is planned puts it in. */
static enum ct_reaction load_scan(struct ct_view *v, const struct ct_event *e)
{
    struct ct_load_view *s = ct_view_state(v);
    struct ct_pack p;
    char text[120];
    if (s->l.state != CT_LOAD_IS_PLANNED || e->text_len >= sizeof text ||
        !ct_role_may(ct_app_who(ct_ui_app(s->ui))->role, CT_PERM_STERILE_WRITE))
        return CT_IGNORED;
    memcpy(text, e->text, e->text_len);
    text[e->text_len] = '\0';
    if (text[strspn(text, "0123456789")] == '\0') /* a bare number names no pack */
        return CT_IGNORED;
    if (ct_pack_find(ct_ui_app(s->ui), text, &p, NULL) != CT_OK)
        return CT_IGNORED;
    return ct_load_view_put(v, text);
}

const struct ct_screen ct_screen_load = {
    .id = "load",
    .title = "Load",
    .help = "One load: what stands against its release, a line each, and its packs. Packs are "
            "scanned in before the start. When the cycle is over the values are entered and the "
            "indicators read; then another person than the one who started it releases it with a "
            "password. What failed is rejected, and its packs go back to the wash.",
    .perm = CT_PERM_STERILE_READ,
    .state_size = sizeof(struct ct_load_view),
    .arg_size = sizeof(int64_t),
    .commands = CT_LOAD_COMMANDS,
    .open = load_open,
    .draw = load_draw,
    .event = load_event,
    .scan = load_scan,
    .refresh = ct_load_view_refresh,
    .close = load_close,
};
