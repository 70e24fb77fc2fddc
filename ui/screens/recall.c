/* recall - one recall: where each pack is, on whom it was used, what was done about it; and
 * the same list of a load, a pack or a machine with no failure at all. */
#include "ui/screens/recall_view.h"
#include "ui/screens/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/procedure.h"

enum { COL_PICK, COL_PACK, COL_LOAD, COL_WHERE, COL_DONE };
static const struct ct_column COLUMNS[] = {
    [COL_PICK] = {.title = "", .width = 2, .frozen = true},
    [COL_PACK] = {.title = "Pack", .width = 22, .frozen = true},
    [COL_LOAD] = {.title = "Load", .width = 7},
    [COL_WHERE] = {.title = "Where, on whom", .width = 28},
    [COL_DONE] = {.title = "Done", .width = 0},
};

static bool is_recall(const struct recall *s)
{
    return s->arg.id != 0;
}

enum ct_status ct_recall_view_load(struct recall *s, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_recall_pack *p = NULL;
    size_t n = 0;
    enum ct_status st = is_recall(s) ? ct_recall_get(app, s->arg.id, &s->r, reterr) : CT_OK;
    if (st == CT_OK)
        st = is_recall(s) ? ct_recall_packs(app, s->arg.id, &p, &n, reterr)
                          : ct_recall_list(app, &s->arg.ask, &p, &n, reterr);
    bool *picked = st == CT_OK ? calloc(n + 1, sizeof *picked) : NULL;
    if (st == CT_OK && picked == NULL)
        st = ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list");
    if (st != CT_OK) {
        free(p);
        return st;
    }
    free(s->p);
    free(s->picked);
    s->p = p;
    s->picked = picked;
    s->n = n;
    ct_recall_view_count(s);
    ct_table_reload(&s->table);
    return CT_OK;
}

/* ---- the table ---------------------------------------------------------------------------- */

static int64_t row_count(void *arg)
{
    return (int64_t)((struct recall *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

/* "used P-12 PATEL, Rohan"; of a record that is not open to this user the number alone. */
static void where(struct recall *s, const struct ct_recall_pack *p)
{
    struct ct_procedure proc;
    const char *place = p->p.place[0] != '\0' ? p->p.place : "";
    if (p->procedure_id == 0) {
        snprintf(s->cell, sizeof s->cell, "%s%s%s", CT_PACK_STEP_NAME[p->p.step],
                 place[0] != '\0' ? ", " : "", place);
        return;
    }
    bool known = ct_procedure_glance(ct_ui_app(s->ui), p->procedure_id, &proc, NULL) == CT_OK;
    snprintf(s->cell, sizeof s->cell, "%s P-%lld %s", CT_PACK_STEP_NAME[p->p.step],
             (long long)p->procedure_id,
             !known ? "" : proc.restricted ? "restricted record" : proc.patient);
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct recall *s = arg;
    const struct ct_recall_pack *p = &s->p[row];
    char number[40];
    bool done = p->disposition >= 0;
    *role = done ? CT_R_DIM : p->procedure_id != 0 ? CT_R_WARN : CT_R_TEXT;
    switch (column) {
    case COL_PICK: return s->picked[row] ? "*" : done ? "." : "";
    case COL_PACK:
        ct_pack_number(ct_ui_app(s->ui), p->p.id, number);
        snprintf(s->cell, sizeof s->cell, "%s %s%s", number, p->p.contents,
                 p->p.implant ? " (implant)" : "");
        return s->cell;
    case COL_LOAD: ct_load_number(ct_ui_app(s->ui), p->load_id, s->cell); return s->cell;
    case COL_WHERE: where(s, p); return s->cell;
    default:
        if (!done)
            return is_recall(s) ? "-" : p->p.recalled > 0 ? "RECALLED" : "";
        snprintf(s->cell, sizeof s->cell, "%s%s%s", CT_RECALL_DISPOSITION_NAME[p->disposition],
                 p->text[0] != '\0' ? ": " : "", p->text);
        return s->cell;
    }
}

static const struct ct_recall_pack *chosen(const struct ct_view *v)
{
    const struct recall *s = ct_view_state(v);
    return s->n > 0 ? &s->p[s->table.cursor] : NULL;
}

static enum ct_status recall_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct recall *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->arg = *(const struct ct_recall_arg *)arg;
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    enum ct_status st = ct_recall_view_load(s, reterr);
    return st == CT_EINVAL && !is_recall(s) ? ct_recall_view_shorten(s, reterr) : st;
}

static void recall_refresh(struct ct_view *v)
{
    struct recall *s = ct_view_state(v);
    struct ct_error err;
    if (ct_recall_view_load(s, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void recall_close(struct ct_view *v)
{
    struct recall *s = ct_view_state(v);
    free(s->p);
    free(s->picked);
}

/* ---- drawn --------------------------------------------------------------------------------- */

static void machine_line(const struct recall *s, char *out, size_t size)
{
    const struct ct_recall_row *r = &s->r;
    char load[40], at[24];
    if (r->closed_ms != CT_UNSET) {
        ct_datetime_text(r->closed_ms, at);
        snprintf(out, size, "Closed %s by %s: %s", at, r->closed_by, r->closed_text);
    } else if (r->cause == CT_RECALL_HAND) {
        snprintf(out, size, "Opened by %s. The machine was not set apart by it.", r->by);
    } else {
        ct_load_number(ct_ui_app(s->ui), r->after_id, load);
        static const char *const WHICH[CT_RECALLS] = {
            [CT_RECALL_NONE] = "That load alone",
            [CT_RECALL_ALL] = "Every load",
            [CT_RECALL_REPEAT] = "That load, and implants",
        };
        snprintf(out, size, "%s%s%s. %s: %d of %d empty-chamber tests negative in a row.",
                 WHICH[r->policy], r->after_id != 0 ? " after " : " since the first",
                 r->after_id != 0 ? load : "", r->asset, r->negatives,
                 r->wanted > 0 ? r->wanted : 0);
    }
}

static void recall_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct recall *s = ct_view_state(v);
    const struct ct_recall_row *r = &s->r;
    char at[24], text[1000];
    int row = body.row, cols = body.cols - 2;
    if (!is_recall(s)) {
        ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
        row += ct_recall_view_asked(s, g, (struct ct_rect){row, body.col + 1, 2, cols});
    } else {
        ct_ui_subject(s->ui, "RC-%lld  %s", (long long)r->id, r->asset);
        ct_datetime_text(r->at_ms, at);
        ct_grid_printf(g, row++, body.col + 1, cols, CT_R_HEAD,
                       "RECALL RC-%lld since %s: %lld packs of %lld loads, %lld to do",
                       (long long)r->id, at, (long long)r->packs, (long long)r->loads,
                       (long long)r->undone);
        ct_grid_text(g, row++, body.col + 1, cols, CT_R_WARN, r->text);
        machine_line(s, text, sizeof text);
        ct_draw_wrapped(g, (struct ct_rect){row, body.col + 1, 2, cols}, CT_R_TEXT, text);
        row += 2;
    }
    ct_table_draw(&s->table, g, row, body.col, body.rows - (row - body.row), body.cols, true);
}

static enum ct_reaction recall_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct recall *)ct_view_state(v))->table, e);
}

/* ---- dispositions ---------------------------------------------------------------------------- */

static enum ct_reaction pick(struct ct_view *v)
{
    struct recall *s = ct_view_state(v);
    s->picked[s->table.cursor] = !s->picked[s->table.cursor];
    if (s->table.cursor + 1 < (int64_t)s->n)
        s->table.cursor++;
    return CT_HANDLED;
}

static enum ct_reaction pick_all(struct ct_view *v)
{
    struct recall *s = ct_view_state(v);
    bool was = false;
    for (size_t i = 0; i < s->n; i++)
        was = was || s->picked[i];
    for (size_t i = 0; i < s->n; i++)
        s->picked[i] = !was && s->p[i].disposition < 0;
    return CT_HANDLED;
}

/* The picked packs, else the one of the line. free(). */
static int64_t *taken(const struct recall *s, size_t *ret_n)
{
    int64_t *id = calloc(s->n + 1, sizeof *id);
    *ret_n = 0;
    for (size_t i = 0; id != NULL && i < s->n; i++)
        if (s->picked[i])
            id[(*ret_n)++] = s->p[i].p.id;
    if (id != NULL && *ret_n == 0 && s->n > 0)
        id[(*ret_n)++] = s->p[s->table.cursor].p.id;
    return id;
}

static void ask_text(struct ct_view *v, const char *initial);

static void disposed(struct ct_view *v, const char *text)
{
    struct recall *s = ct_view_state(v);
    struct ct_error err;
    size_t n;
    if (text == NULL)
        return;
    int64_t *id = taken(s, &n);
    if (id == NULL)
        return;
    enum ct_status st =
        ct_recall_dispose(ct_ui_app(s->ui), s->arg.id, id, n, s->d, text, &err);
    free(id);
    if (st != CT_OK) {
        if (strcmp(err.field, "text") == 0)
            ask_text(v, text);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    recall_refresh(v);
    ct_ui_say(s->ui, CT_R_OK, "%zu pack%s: %s. %lld to do.", n, n == 1 ? "" : "s",
              CT_RECALL_DISPOSITION_NAME[s->d], (long long)s->r.undone);
}

static void ask_text(struct ct_view *v, const char *initial)
{
    static const char *const LABEL[CT_RECALL_DISPOSITIONS] = {
        [CT_RECALL_PATIENT] = "Patient: who follows up, and how",
        [CT_RECALL_NOT_FOUND] = "Not found: where it was looked for",
        [CT_RECALL_NOTHING] = "Nothing to do, because",
        [CT_RECALL_LIFTED] = "Lifted, because",
    };
    ct_ui_prompt(v, LABEL[((struct recall *)ct_view_state(v))->d], initial, disposed);
}

static enum ct_reaction dispose(struct ct_view *v, enum ct_recall_disposition d)
{
    struct recall *s = ct_view_state(v);
    s->d = d;
    if (d == CT_RECALL_APART || d == CT_RECALL_REPROCESSED)
        disposed(v, "");
    else
        ask_text(v, "");
    return CT_HANDLED;
}

static enum ct_reaction apart(struct ct_view *v)
{
    return dispose(v, CT_RECALL_APART);
}

static enum ct_reaction reprocessed(struct ct_view *v)
{
    return dispose(v, CT_RECALL_REPROCESSED);
}

static enum ct_reaction followed_up(struct ct_view *v)
{
    return dispose(v, CT_RECALL_PATIENT);
}

static enum ct_reaction not_found(struct ct_view *v)
{
    return dispose(v, CT_RECALL_NOT_FOUND);
}

static enum ct_reaction nothing(struct ct_view *v)
{
    return dispose(v, CT_RECALL_NOTHING);
}

static enum ct_reaction lifted(struct ct_view *v)
{
    return dispose(v, CT_RECALL_LIFTED);
}

/* ---- signature ---------------------------------------------------------------------------------- */

static void ask_close(struct ct_view *v, const char *initial);

static void password_given(struct ct_view *v, const struct ct_secret *password)
{
    struct recall *s = ct_view_state(v);
    struct ct_error err;
    if (!ct_password_good(v, password, "Signed: your own password", password_given))
        return;
    enum ct_status st = ct_recall_close(ct_ui_app(s->ui), s->arg.id, s->text, &err);
    if (st != CT_OK && strcmp(err.field, "text") == 0)
        ask_close(v, s->text);
    if (st != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    recall_refresh(v);
    ct_ui_say(s->ui, CT_R_OK, "RC-%lld is closed and signed.", (long long)s->arg.id);
}

static void close_because(struct ct_view *v, const char *text)
{
    struct recall *s = ct_view_state(v);
    if (text == NULL)
        return;
    ct_text_copy(s->text, sizeof s->text, text);
    ct_ui_prompt_secret(v, "Signed: your own password", password_given);
}

static void ask_close(struct ct_view *v, const char *initial)
{
    ct_ui_prompt(v, "Found, and done about it", initial, close_because);
}

static enum ct_reaction sign(struct ct_view *v)
{
    struct recall *s = ct_view_state(v);
    if (s->r.undone > 0) {
        ct_ui_say(s->ui, CT_R_ERROR, "Of %lld packs it is not said what was done about them.",
                  (long long)s->r.undone);
        return CT_REFUSED;
    }
    ask_close(v, "");
    return CT_HANDLED;
}

/* ---- commands ----------------------------------------------------------------------------------- */

static enum ct_reaction open_chosen(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_pack, &chosen(v)->p.id) ? CT_HANDLED
                                                                        : CT_REFUSED;
}

static enum ct_reaction open_load(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_load, &chosen(v)->load_id) ? CT_HANDLED
                                                                           : CT_REFUSED;
}

static enum ct_reaction open_procedure(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_procedure, &chosen(v)->procedure_id)
               ? CT_HANDLED
               : CT_REFUSED;
}

static bool any(const struct ct_view *v)
{
    return chosen(v) != NULL;
}

static bool was_used(const struct ct_view *v)
{
    return any(v) && chosen(v)->procedure_id != 0;
}

static bool was_loaded(const struct ct_view *v)
{
    return any(v) && chosen(v)->load_id != 0;
}

static bool is_list(const struct ct_view *v)
{
    return !is_recall(ct_view_state(v));
}

static bool is_open(const struct ct_view *v)
{
    const struct recall *s = ct_view_state(v);
    return is_recall(s) && s->r.closed_ms == CT_UNSET;
}

static bool to_dispose(const struct ct_view *v)
{
    return is_open(v) && any(v);
}

static bool can_recall(const struct ct_view *v)
{
    return !is_recall(ct_view_state(v)) && any(v);
}

static bool can_print(const struct ct_view *v)
{
    return is_recall(ct_view_state(v));
}

static enum ct_reaction print(struct ct_view *v)
{
    char what[32];
    snprintf(what, sizeof what, "RC-%lld", (long long)((struct recall *)ct_view_state(v))->r.id);
    return ct_print_one(v, "recall", "Recall list", what);
}

static const struct ct_command COMMANDS[] = {
    {.id = "recall.open", .keys = "Enter", .label = "pack", .perm = CT_PERM_STERILE_READ,
     .help = "The pack of this line: every step of it.", .run = open_chosen, .shown = any},
    {.id = "recall.apart", .keys = "s", .label = "set apart", .perm = CT_PERM_STERILE_WRITE,
     .help = "Found, and set apart.", .run = apart, .shown = to_dispose},
    {.id = "recall.reprocessed", .keys = "r", .label = "reprocessed",
     .perm = CT_PERM_STERILE_WRITE, .help = "It was unpacked and goes through the wash again.",
     .run = reprocessed, .shown = to_dispose},
    {.id = "recall.patient", .keys = "f", .label = "followed up", .perm = CT_PERM_STERILE_WRITE,
     .help = "It was used: who follows the patient up, and how.", .run = followed_up,
     .shown = to_dispose},
    {.id = "recall.not_found", .keys = "n", .perm = CT_PERM_STERILE_WRITE,
     .help = "It was not found; asks where it was looked for.", .run = not_found,
     .shown = to_dispose},
    {.id = "recall.nothing", .keys = "e", .perm = CT_PERM_STERILE_WRITE,
     .help = "There is nothing to do about it; asks why.", .run = nothing, .shown = to_dispose},
    {.id = "recall.pick", .keys = "Space", .label = "pick", .perm = CT_PERM_STERILE_WRITE,
     .help = "Pick this line, or leave it out again: what is done is of all picked ones.",
     .run = pick, .shown = to_dispose},
    {.id = "recall.pick_all", .keys = "*", .perm = CT_PERM_STERILE_WRITE,
     .help = "Pick every line that nothing was done about; again: none.", .run = pick_all,
     .shown = to_dispose},
    {.id = "recall.lift", .keys = "L", .perm = CT_PERM_STERILE_OVERRIDE,
     .help = "Lift the recall from these packs: they may be used again; asks why.",
     .run = lifted, .shown = to_dispose},
    {.id = "recall.sign", .keys = "S", .label = "sign", .perm = CT_PERM_STERILE_OVERRIDE,
     .help = "Close the recall: what was found and done about its cause, signed.", .run = sign,
     .shown = is_open},
    {.id = "recall.hand", .keys = "R", .label = "recall them", .perm = CT_PERM_STERILE_OVERRIDE,
     .help = "Stop all these packs: a recall is opened by hand; asks why.", .run = ct_recall_view_stop,
     .shown = can_recall},
    {.id = "recall.dates", .keys = "d", .label = "dates", .perm = CT_PERM_STERILE_READ,
     .help = "Another period, typed as two days; of a load's list, what went through its machine "
             "then.",
     .run = ct_recall_view_dates, .shown = is_list},
    {.id = "recall.load", .keys = "l", .label = "load", .perm = CT_PERM_STERILE_READ,
     .help = "The load that the pack of this line was in, and its release.", .run = open_load,
     .shown = was_loaded},
    {.id = "recall.procedure", .keys = "p", .perm = CT_PERM_PROCEDURE_READ,
     .help = "The procedure that the pack was used in.", .run = open_procedure,
     .shown = was_used},
    CT_PRINT_COMMAND("recall.print", "The list on paper: each pack, where it is, what was done "
                     "about it.", print, can_print),
    {.id = NULL},
};

const struct ct_screen ct_screen_recall = {
    .id = "recall",
    .title = "A recall",
    .help = "Packs of which it is not known that they are sterile: where each is now, on whom it "
            "was used, and what was done about it. A recalled pack is refused at every scan. A "
            "supervisor closes the recall when something was done about every pack and the "
            "machine's tests were negative. The same list of a load, a pack, a machine or a "
            "period stops nothing, and nothing of it is stored.",
    .perm = CT_PERM_STERILE_READ,
    .state_size = sizeof(struct recall),
    .arg_size = sizeof(struct ct_recall_arg),
    .commands = COMMANDS,
    .open = recall_open,
    .draw = recall_draw,
    .event = recall_event,
    .refresh = recall_refresh,
    .close = recall_close,
};
