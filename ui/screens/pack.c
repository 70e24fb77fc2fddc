/* pack - one sterile pack: its label, every step, and what can be done with it by hand. */
#include "ui/screens/recalls.h"
#include "ui/screens/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pack {
    struct ct_ui *ui;
    struct ct_pack p;
    struct ct_pack_event *ev;
    size_t n;
    char number[40];
    enum ct_pack_step asked; /* of the open prompt */
    struct ct_table table;
    char cell[700];
};

enum { COL_AT, COL_STEP, COL_TEXT };
static const struct ct_column COLUMNS[] = {
    [COL_AT] = {.title = "When", .width = 17, .frozen = true},
    [COL_STEP] = {.title = "Step", .width = 21},
    [COL_TEXT] = {.title = "By, where, why", .width = 0},
};

static enum ct_status load(struct pack *s, int64_t id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_pack_event *ev = NULL;
    size_t n = 0;
    enum ct_status rc = ct_pack_get(app, id, &s->p, reterr);
    if (rc == CT_OK)
        rc = ct_pack_events(app, id, &ev, &n, reterr);
    if (rc != CT_OK)
        return rc;
    free(s->ev);
    s->ev = ev;
    s->n = n;
    ct_pack_number(app, id, s->number);
    ct_table_reload(&s->table);
    return CT_OK;
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct pack *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

/* "P-7", "L-12": what the step belongs to. */
static void ref_text(const struct pack *s, const struct ct_pack_event *ev, char out[64])
{
    char number[40];
    out[0] = '\0';
    switch (ev->ref_kind) {
    case CT_REF_LOAD: snprintf(out, 64, ", load %lld", (long long)ev->ref_id); break;
    case CT_REF_PROCEDURE: snprintf(out, 64, ", procedure %lld", (long long)ev->ref_id); break;
    case CT_REF_RECALL: snprintf(out, 64, ", recall %lld", (long long)ev->ref_id); break;
    case CT_REF_PACK:
        ct_pack_number(ct_ui_app(s->ui), ev->ref_id, number);
        snprintf(out, 64, ", now %s", number);
        break;
    default: break;
    }
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct pack *s = arg;
    const struct ct_pack_event *ev = &s->ev[s->n - 1 - (size_t)row]; /* newest first */
    char ref[64];
    if (ev->step == CT_PACK_RECALLED || ev->step == CT_PACK_REJECTED ||
        ev->step == CT_PACK_DAMAGED)
        *role = CT_R_WARN;
    switch (column) {
    case COL_AT: ct_datetime_text(ev->at_ms, s->cell); return s->cell;
    case COL_STEP: return CT_PACK_STEP_NAME[ev->step];
    default:
        ref_text(s, ev, ref);
        snprintf(s->cell, sizeof s->cell, "%s%s%s%s%s%s", ev->by, ref,
                 ev->place[0] != '\0' ? ", " : "", ev->place, ev->text[0] != '\0' ? ": " : "",
                 ev->text);
        return s->cell;
    }
}

static enum ct_status pack_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct pack *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    return load(s, *(const int64_t *)arg, reterr);
}

static void pack_refresh(struct ct_view *v)
{
    struct pack *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, s->p.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void pack_close(struct ct_view *v)
{
    free(((struct pack *)ct_view_state(v))->ev);
}

static void pack_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct pack *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    char why[160], text[300];
    bool usable = ct_pack_usable(&s->p, ct_app_now(app), why, sizeof why);
    ct_pack_text(app, &s->p, text, sizeof text);
    ct_ui_subject(s->ui, "%s  %s", s->number, s->p.contents);
    int row = body.row;
    row += ct_draw_wrapped(g, (struct ct_rect){row, body.col + 1, 2, body.cols - 2}, CT_R_HEAD,
                           text);
    ct_grid_printf(g, row++, body.col + 1, body.cols - 2,
                   usable ? CT_R_OK : ct_pack_role(&s->p, ct_app_now(app)), "%s%s",
                   usable ? "It may be used." : "Not to be used: it ", why);
    ct_grid_printf(g, row++, body.col + 1, body.cols - 2, CT_R_TEXT, "Place: %s.  Labels: %d.%s",
                   s->p.place[0] != '\0' ? s->p.place : "not said", s->p.labels,
                   s->p.set_id != 0 ? "  A set: s opens its recipe." : "");
    ct_table_draw(&s->table, g, row + 1, body.col, body.rows - (row + 1 - body.row), body.cols,
                  true);
}

static enum ct_reaction pack_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct pack *)ct_view_state(v))->table, e);
}

/* ---- by hand ---------------------------------------------------------------------------- */

static void step_given(struct ct_view *v, const char *text)
{
    struct pack *s = ct_view_state(v);
    struct ct_pack_event ev = {.step = s->asked};
    struct ct_error err;
    if (text == NULL)
        return;
    bool moved = s->asked == CT_PACK_MOVED;
    if (strlen(text) > (moved ? (size_t)CT_PACK_PLACE_MAX : (size_t)CT_PACK_TEXT_MAX)) {
        ct_ui_say(s->ui, CT_R_WARN, "That is too long: nothing was saved.");
        return;
    }
    if (moved)
        snprintf(ev.place, sizeof ev.place, "%s", text);
    else
        snprintf(ev.text, sizeof ev.text, "%s", text);
    if (ct_pack_step(ct_ui_app(s->ui), s->p.id, s->p.step, &ev, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_OK, "%s: %s.", s->number, CT_PACK_STEP_NAME[ev.step]);
    pack_refresh(v);
}

static enum ct_reaction ask(struct ct_view *v, enum ct_pack_step step, const char *label)
{
    struct pack *s = ct_view_state(v);
    s->asked = step;
    ct_ui_prompt(v, label, "", step_given);
    return CT_HANDLED;
}

static enum ct_reaction move(struct ct_view *v)
{
    return ask(v, CT_PACK_MOVED, "Where it is from now on");
}

static enum ct_reaction damaged(struct ct_view *v)
{
    return ask(v, CT_PACK_DAMAGED, "Torn, wet, seal broken: what is wrong");
}

static enum ct_reaction reprocess(struct ct_view *v)
{
    return ask(v, CT_PACK_REPROCESSED, "Unpacked and not packed again, because");
}

/* A set is counted on its way back, a single item is not. */
static enum ct_reaction returned(struct ct_view *v)
{
    struct pack *s = ct_view_state(v);
    if (s->p.kind == CT_PACK_SINGLE)
        return ask(v, CT_PACK_RETURNED, "It came back; a remark, or Enter");
    const struct ct_count_arg arg = {.pack_id = s->p.id};
    return ct_ui_push(s->ui, &ct_screen_count, &arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction recipe(struct ct_view *v)
{
    struct pack *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_recipe, &s->p.set_id) ? CT_HANDLED : CT_REFUSED;
}

static void label_because(struct ct_view *v, const char *reason)
{
    struct pack *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL)
        return;
    if (ct_pack_labelled(ct_ui_app(s->ui), s->p.id, reason, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    ct_ui_push(s->ui, &ct_screen_pack_label, &s->p.id);
    pack_refresh(v);
}

static enum ct_reaction label(struct ct_view *v)
{
    struct pack *s = ct_view_state(v);
    if (s->p.labels == 0)
        label_because(v, "");
    else
        ct_ui_prompt(v, "Another label, because", "", label_because);
    return CT_HANDLED;
}

static bool stands_at(const struct ct_view *v, unsigned steps)
{
    return (steps & 1U << ((const struct pack *)ct_view_state(v))->p.step) != 0;
}

static bool can_damage(const struct ct_view *v)
{
    return ct_pack_may(((const struct pack *)ct_view_state(v))->p.step, CT_PACK_DAMAGED);
}

static bool can_return(const struct ct_view *v)
{
    return stands_at(v, 1U << CT_PACK_OPENED | 1U << CT_PACK_USED | 1U << CT_PACK_RETURNED);
}

static bool can_reprocess(const struct ct_view *v)
{
    return ct_pack_may(((const struct pack *)ct_view_state(v))->p.step, CT_PACK_REPROCESSED);
}

static bool is_set(const struct ct_view *v)
{
    return ((const struct pack *)ct_view_state(v))->p.set_id != 0;
}

static enum ct_reaction went(struct ct_view *v)
{
    const struct pack *s = ct_view_state(v);
    const struct ct_recall_arg arg = {.ask = {.pack_id = s->p.id}};
    return ct_ui_push(s->ui, &ct_screen_recall, &arg) ? CT_HANDLED : CT_REFUSED;
}

static bool was_loaded(const struct ct_view *v)
{
    return ((const struct pack *)ct_view_state(v))->p.load_id != 0;
}

static enum ct_reaction print(struct ct_view *v)
{
    const struct pack *s = ct_view_state(v);
    struct ct_print_arg arg = {.n = 1,
                               .paper = {{.kind = "pack-label", .title = "Label of pack",
                                          .again = s->p.labels > 0}}};
    ct_pack_number(ct_ui_app(s->ui), s->p.id, arg.paper[0].what);
    return ct_print_open(v, &arg);
}

static const struct ct_command COMMANDS[] = {
    {.id = "pack.label", .keys = "l", .label = "label", .perm = CT_PERM_STERILE_WRITE,
     .help = "Its label, on the screen to be printed; another one asks for the reason.",
     .run = label},
    {.id = "pack.move", .keys = "m", .label = "move", .perm = CT_PERM_STERILE_WRITE,
     .help = "Say where it is from now on.", .run = move},
    {.id = "pack.damaged", .keys = "x", .label = "damaged", .perm = CT_PERM_STERILE_WRITE,
     .help = "Torn or wet: it is not used and has to be reprocessed.", .run = damaged,
     .shown = can_damage},
    {.id = "pack.returned", .keys = "r", .label = "came back", .perm = CT_PERM_STERILE_WRITE,
     .help = "It came back; a set is counted by its recipe.", .run = returned,
     .shown = can_return},
    {.id = "pack.reprocess", .keys = "u", .label = "unpack", .perm = CT_PERM_STERILE_WRITE,
     .help = "Unpacked and not packed again; asks for the reason.", .run = reprocess,
     .shown = can_reprocess},
    {.id = "pack.went", .keys = "T", .perm = CT_PERM_STERILE_READ,
     .help = "All packs of its load: where they are now, and on whom they were used.",
     .run = went, .shown = was_loaded},
    {.id = "pack.set", .keys = "s", .label = "set", .perm = CT_PERM_STERILE_READ,
     .help = "The set and its recipe.", .run = recipe, .shown = is_set},
    CT_PRINT_COMMAND("pack.print", "Its label on paper; another one asks for the reason.", print,
                     NULL),
    {.id = NULL},
};

const struct ct_screen ct_screen_pack = {
    .id = "pack",
    .title = "Pack",
    .help = "One pack: whether it may be used and why not, and every step, the newest first. "
            "What comes with a load, a procedure or a recall is written there and not by hand. "
            "The label bears no sterile date before its load is released.",
    .perm = CT_PERM_STERILE_READ,
    .state_size = sizeof(struct pack),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = pack_open,
    .draw = pack_draw,
    .event = pack_event,
    .refresh = pack_refresh,
    .close = pack_close,
};

/* ---- the label on the screen --------------------------------------------------------------- */

struct shown {
    struct ct_ui *ui;
    char text[1200];
};

static enum ct_status label_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct shown *s = ct_view_state(v);
    struct ct_pack p;
    CT_BUF b = {.max = 4096};
    s->ui = ct_view_ui(v);
    enum ct_status rc = ct_pack_get(ct_ui_app(s->ui), *(const int64_t *)arg, &p, reterr);
    struct ct_load l;
    char where[160] = "";
    if (rc == CT_OK && p.load_id != 0 && p.released != 0) {
        rc = ct_load_get(ct_ui_app(s->ui), p.load_id, &l, reterr);
        if (rc == CT_OK)
            ct_load_text(ct_ui_app(s->ui), &l, where, sizeof where);
    }
    if (rc != CT_OK)
        return rc;
    ct_pack_label_text(ct_ui_app(s->ui), &p, where, &b);
    snprintf(s->text, sizeof s->text, "%s", ct_buf_str(&b));
    return CT_OK;
}

static void label_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct shown *s = ct_view_state(v);
    int row = body.row + 2;
    ct_ui_subject(s->ui, "Label of a pack");
    for (const char *line = s->text; *line != '\0' && row < body.row + body.rows;) {
        int n = (int)strcspn(line, "\n");
        ct_grid_printf(g, row++, body.col + 4, 42, CT_R_TEXT, "%.*s", n, line);
        line += n + (line[n] == '\n');
    }
}

static const struct ct_command LABEL_COMMANDS[] = {{.id = NULL}};

const struct ct_screen ct_screen_pack_label = {
    .id = "pack_label",
    .title = "Label",
    .help = "The label as it is printed: number, contents, packer; machine, load and days once "
            "it is released.",
    .perm = CT_PERM_STERILE_READ,
    .state_size = sizeof(struct shown),
    .arg_size = sizeof(int64_t),
    .commands = LABEL_COMMANDS,
    .open = label_open,
    .draw = label_draw,
};
