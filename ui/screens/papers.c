/* papers - certificates, manuals and reports of a device, and whether their files are still
 * what they were. */
#include "clinic/equipment.h"
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct papers {
    struct ct_ui *ui;
    struct ct_equipment e;
    struct ct_equip_paper *paper;
    size_t n;
    struct ct_table table;
    int64_t ending;
    char cell[64];
};

enum { COL_KIND, COL_TITLE, COL_UNTIL, COL_FILE };
static const struct ct_column COLUMNS[] = {
    [COL_KIND] = {.title = "Kind", .width = 14, .frozen = true},
    [COL_TITLE] = {.title = "Title", .width = 0},
    [COL_UNTIL] = {.title = "Valid until", .width = 12},
    [COL_FILE] = {.title = "File", .width = 10},
};

static enum ct_status load(struct papers *s, int64_t id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_equip_paper *v = NULL;
    size_t n = 0;
    enum ct_status st = ct_equipment_get(app, id, &s->e, reterr);
    if (st == CT_OK)
        st = ct_equipment_papers(app, id, &v, &n, reterr);
    if (st != CT_OK)
        return st;
    free(s->paper);
    s->paper = v;
    s->n = n;
    ct_table_reload(&s->table);
    return CT_OK;
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct papers *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct papers *s = arg;
    const struct ct_equip_paper *p = &s->paper[row];
    if (p->ended)
        *role = CT_R_DIM;
    switch (column) {
    case COL_KIND: return CT_PAPER_NAME[p->kind];
    case COL_TITLE: return p->title;
    case COL_UNTIL:
        ct_date_text(p->valid_until, s->cell);
        if (!p->ended && p->valid_until != CT_NO_DATE &&
            p->valid_until < ct_date_at(ct_app_now(ct_ui_app(s->ui))))
            *role = CT_R_WARN;
        return s->cell;
    default: return p->ended ? "taken off" : p->hashed ? "with hash" : "elsewhere";
    }
}

static const struct ct_equip_paper *chosen(const struct ct_view *v)
{
    const struct papers *s = ct_view_state(v);
    return s->n > 0 ? &s->paper[s->table.cursor] : NULL;
}

static enum ct_status papers_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct papers *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    return load(s, *(const int64_t *)arg, reterr);
}

static void papers_refresh(struct ct_view *v)
{
    struct papers *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, s->e.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void papers_close(struct ct_view *v)
{
    free(((struct papers *)ct_view_state(v))->paper);
}

/* What a row had no room for. */
static void chosen_draw(const struct ct_equip_paper *p, struct ct_grid *g, struct ct_rect r)
{
    CT_BUF b = {.max = 2048};
    char day[16];
    ct_buf_printf(&b, "%s: %s", p->title, p->place);
    if (p->issuer[0] != '\0')
        ct_buf_printf(&b, "; by %s", p->issuer);
    ct_date_text(p->valid_from, day);
    if (day[0] != '\0')
        ct_buf_printf(&b, "; from %s", day);
    if (p->hashed) {
        ct_buf_printf(&b, "; %lld bytes, BLAKE2b ", (long long)p->size);
        for (size_t i = 0; i < 8; i++)
            ct_buf_printf(&b, "%02x", p->hash[i]);
        ct_buf_str_add(&b, "...");
    }
    if (p->ended)
        ct_buf_printf(&b, "; taken off: %s", p->reason);
    ct_draw_wrapped(g, r, CT_R_TEXT, ct_buf_str(&b));
}

static void papers_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct papers *s = ct_view_state(v);
    ct_ui_subject(s->ui, "%s  %s %s", s->e.asset, s->e.maker, s->e.model);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 2, CT_R_HEAD, "PAPERS OF %s",
                   s->e.asset);
    if (s->n == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM,
                     "There are none. n adds one.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 6, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - 5, body.col, body.cols);
    if (chosen(v) != NULL)
        chosen_draw(chosen(v), g,
                    (struct ct_rect){body.row + body.rows - 4, body.col + 1, 4, body.cols - 2});
}

static enum ct_reaction papers_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct papers *)ct_view_state(v))->table, e);
}

/* ---- commands ------------------------------------------------------------------------------ */

static bool stands(const struct ct_view *v)
{
    const struct ct_equip_paper *p = chosen(v);
    return p != NULL && !p->ended;
}

static bool with_hash(const struct ct_view *v)
{
    return stands(v) && chosen(v)->hashed;
}

static enum ct_reaction add(struct ct_view *v)
{
    struct papers *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_paper_form, &s->e.id) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction check(struct ct_view *v)
{
    struct papers *s = ct_view_state(v);
    const struct ct_equip_paper *p = chosen(v);
    struct ct_error err;
    ct_ui_busy(s->ui, "Reading the file ...");
    if (ct_equipment_paper_check(ct_ui_app(s->ui), p, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return CT_REFUSED;
    }
    ct_ui_say(s->ui, CT_R_OK, "The file of %s is what it was when it was added.", p->title);
    return CT_HANDLED;
}

static void end_because(struct ct_view *v, const char *reason)
{
    struct papers *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL)
        return;
    if (ct_equipment_paper_end(ct_ui_app(s->ui), s->ending, reason, &err) != CT_OK) {
        if (strcmp(err.field, "reason") == 0)
            ct_ui_prompt(v, "Taken off, because", reason, end_because);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    papers_refresh(v);
    ct_ui_say(s->ui, CT_R_OK, "Taken off; it stays in the list, struck out.");
}

static enum ct_reaction end(struct ct_view *v)
{
    struct papers *s = ct_view_state(v);
    s->ending = chosen(v)->id;
    ct_ui_prompt(v, "Taken off, because", "", end_because);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "papers.add", .keys = "n", .label = "new", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Add a certificate, manual or report.", .run = add},
    {.id = "papers.check", .keys = "v", .label = "verify", .perm = CT_PERM_EQUIP_READ,
     .help = "Read the file again: is it still what it was?", .run = check, .shown = with_hash},
    {.id = "papers.end", .keys = "d", .label = "take off", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Take the paper off, for a reason; it stays in sight.", .run = end,
     .shown = stands},
    {.id = NULL},
};

const struct ct_screen ct_screen_papers = {
    .id = "papers",
    .title = "Papers of a device",
    .help = "Certificates, manuals and reports, where each lies, and until when a certificate "
            "holds. Of a file its hash is kept: v reads it again and says whether it is still "
            "the same. Nothing is deleted: what was taken off stands at the end.",
    .perm = CT_PERM_EQUIP_READ,
    .state_size = sizeof(struct papers),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = papers_open,
    .draw = papers_draw,
    .event = papers_event,
    .refresh = papers_refresh,
    .close = papers_close,
};
