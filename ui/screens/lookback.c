/* lookback - one look-back: what is in doubt, what it would have been, and the disposition
 * of each line until a supervisor signs the list. */
#include "clinic/lookback.h"
#include "ui/screens/sterile.h"
#include "ui/screens/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct lookback {
    struct ct_ui *ui;
    struct ct_lookback b;
    struct ct_lookback_line *line;
    bool *picked;
    size_t n;
    struct ct_table table;
    char cell[440];
    /* what a prompt is about */
    enum ct_disposition d;
    int64_t from_ms;
    char text[CT_EQUIP_TEXT_MAX + 1];
};

enum { COL_PICK, COL_WHEN, COL_WHO, COL_VALUE, COL_WOULD };
static const struct ct_column COLUMNS[] = {
    [COL_PICK] = {.title = "", .width = 2, .frozen = true},
    [COL_WHEN] = {.title = "When", .width = 12, .frozen = true},
    [COL_WHO] = {.title = "Who, or what", .width = 18},
    [COL_VALUE] = {.title = "Measured", .width = 13},
    [COL_WOULD] = {.title = "Would have been", .width = 0},
};

static void forget(struct lookback *s)
{
    free(s->line);
    free(s->picked);
}

static enum ct_status load(struct lookback *s, int64_t id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_lookback_line *line = NULL;
    size_t n = 0;
    enum ct_status st = ct_lookback_get(app, id, &s->b, reterr);
    if (st == CT_OK)
        st = ct_lookback_lines(app, ct_ui_rules(s->ui), id, &line, &n, reterr);
    bool *picked = st == CT_OK ? calloc(n + 1, sizeof *picked) : NULL;
    if (st == CT_OK && picked == NULL)
        st = ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list");
    if (st != CT_OK) {
        free(line);
        return st;
    }
    forget(s);
    s->line = line;
    s->picked = picked;
    s->n = n;
    ct_table_reload(&s->table);
    return CT_OK;
}

/* ---- the table ---------------------------------------------------------------------------- */

static int64_t row_count(void *arg)
{
    return (int64_t)((struct lookback *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *said(const struct ct_lookback_line *l)
{
    static const char *const SHORT[CT_DISPS] = {"no effect", "reviewed", "to be contacted"};
    return l->disposition < 0 ? "" : SHORT[l->disposition];
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct lookback *s = arg;
    const struct ct_lookback_line *l = &s->line[row];
    if (l->disposition >= 0)
        *role = CT_R_DIM;
    else if (l->changes)
        *role = CT_R_WARN;
    switch (column) {
    case COL_PICK:
        return s->picked[row] ? "*" : l->disposition >= 0 ? "." : l->changes ? "!" : "";
    case COL_WHEN: {
        char at[24];
        ct_datetime_text(l->at_ms, at);
        /* "3 Mar 2026 14:02" without its year, which the head says */
        char *year = strrchr(at, ' ');
        snprintf(s->cell, sizeof s->cell, "%.6s%s", at, year != NULL ? year : "");
        return s->cell;
    }
    case COL_WHO:
        return l->restricted          ? "restricted record"
               : l->patient[0] != '\0' ? l->patient
                                       : l->asset;
    case COL_VALUE: return l->value;
    default:
        if (l->disposition >= 0)
            snprintf(s->cell, sizeof s->cell, "%s%s%s", said(l), l->text[0] != '\0' ? ": " : "",
                     l->text);
        else
            return l->would;
        return s->cell;
    }
}

static const struct ct_lookback_line *chosen(const struct ct_view *v)
{
    const struct lookback *s = ct_view_state(v);
    return s->n > 0 ? &s->line[s->table.cursor] : NULL;
}

static enum ct_status lookback_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct lookback *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    return load(s, *(const int64_t *)arg, reterr);
}

static void lookback_refresh(struct ct_view *v)
{
    struct lookback *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, s->b.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void lookback_close(struct ct_view *v)
{
    forget(ct_view_state(v));
}

/* ---- drawing ------------------------------------------------------------------------------- */

static int head_draw(const struct lookback *s, struct ct_grid *g, struct ct_rect at)
{
    const struct ct_lookback *b = &s->b;
    char text[1000], from[24], to[24], when[24];
    ct_datetime_text(b->from_ms, from);
    ct_datetime_text(b->to_ms, to);
    if (b->closed) {
        ct_datetime_text(b->closed_ms, when);
        snprintf(text, sizeof text, "In doubt from %s to %s. Closed %s by %s: %s", from, to, when,
                 b->closed_by, b->closed_text);
    } else {
        snprintf(text, sizeof text, "In doubt from %s to %s. %s%s%s", from, to, b->text,
                 b->shortened[0] != '\0' ? "; shortened: " : "", b->shortened);
    }
    return ct_draw_wrapped(g, at, CT_R_TEXT, text);
}

static void state_draw(const struct lookback *s, struct ct_grid *g, struct ct_rect body)
{
    const struct ct_lookback *b = &s->b;
    char text[80];
    if (b->open > 0 && b->closed)
        snprintf(text, sizeof text, "closed; %lld new since", (long long)b->open);
    else if (b->open > 0)
        snprintf(text, sizeof text, "%lld of %lld lines open", (long long)b->open,
                 (long long)b->lines);
    else
        snprintf(text, sizeof text, "%s", b->closed ? "closed" : "to be signed");
    ct_grid_right(g, body.row, body.col + body.cols - 1, b->open > 0 ? CT_R_WARN : CT_R_OK, text);
}

/* All of one line, of which the table shows a part. */
static void foot_draw(const struct ct_lookback_line *l, struct ct_grid *g, struct ct_rect at)
{
    CT_BUF b = {.max = 2048};
    char when[24];
    if (l->restricted)
        ct_buf_str_add(&b, "The record is restricted: whoever may open it disposes of this line. ");
    else
        ct_buf_printf(&b, "%s  %s %s%s%s. ", l->patient, CT_LB_WHAT_NAME[l->what], l->value,
                      l->would[0] != '\0' ? "; would have been " : "", l->would);
    ct_buf_printf(&b, "By %s", l->asset);
    if (l->via != 0)
        ct_buf_printf(&b, ", calibrated with it in K-%lld", (long long)l->via);
    if (l->disposition >= 0) {
        ct_datetime_text(l->decided_ms, when);
        ct_buf_printf(&b, ". %s, %s by %s%s%s", CT_DISP_NAME[l->disposition], when, l->by,
                      l->text[0] != '\0' ? ": " : "", l->text);
    }
    ct_draw_wrapped(g, at, l->changes && l->disposition < 0 ? CT_R_WARN : CT_R_TEXT,
                    ct_buf_str(&b));
}

static void lookback_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct lookback *s = ct_view_state(v);
    const struct ct_lookback *b = &s->b;
    int row = body.row + 1, foot = body.row + body.rows - 4;
    ct_ui_subject(s->ui, "%s  %s", b->asset, b->model);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 28, CT_R_HEAD, "B-%lld  %s  %s",
                   (long long)b->id, b->asset, b->model);
    state_draw(s, g, body);
    row += head_draw(s, g, (struct ct_rect){row, body.col + 2, 3, body.cols - 4});
    if (s->n == 0)
        ct_grid_text(g, row + 2, body.col + 2, -1, CT_R_DIM,
                     "Nothing was measured with it in that time.");
    ct_table_draw(&s->table, g, row, body.col, foot - row, body.cols, true);
    ct_grid_hline(g, foot, body.col, body.cols);
    if (chosen(v) != NULL)
        foot_draw(chosen(v), g, (struct ct_rect){foot + 1, body.col + 1, 3, body.cols - 2});
}

static enum ct_reaction lookback_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct lookback *)ct_view_state(v))->table, e);
}

/* ---- dispositions ---------------------------------------------------------------------------- */

static enum ct_reaction pick(struct ct_view *v)
{
    struct lookback *s = ct_view_state(v);
    size_t at = (size_t)s->table.cursor;
    s->picked[at] = !s->picked[at];
    if (s->table.cursor + 1 < (int64_t)s->n)
        s->table.cursor++;
    return CT_HANDLED;
}

/* Those that nothing was said of and that change nothing; once more: none. */
static enum ct_reaction pick_all(struct ct_view *v)
{
    struct lookback *s = ct_view_state(v);
    size_t fit = 0, had = 0;
    for (size_t i = 0; i < s->n; i++) {
        const struct ct_lookback_line *l = &s->line[i];
        bool fits = l->disposition < 0 && !l->changes && !l->restricted;
        fit += fits;
        had += fits && s->picked[i];
        s->picked[i] = fits;
    }
    if (had == fit)
        memset(s->picked, 0, s->n * sizeof *s->picked);
    ct_ui_say(s->ui, CT_R_NOTE,
              had == fit ? "None is picked." : "%zu lines are picked: open ones that change nothing.",
              fit);
    return CT_HANDLED;
}

/* The picked lines, or the one with the mark; free(). */
static struct ct_lookback_line *taken(const struct lookback *s, size_t *n)
{
    struct ct_lookback_line *v = calloc(s->n + 1, sizeof *v);
    *n = 0;
    for (size_t i = 0; v != NULL && i < s->n; i++)
        if (s->picked[i])
            v[(*n)++] = s->line[i];
    if (v != NULL && *n == 0)
        v[(*n)++] = s->line[s->table.cursor];
    return v;
}

static void disposed(struct ct_view *v, const char *text);

static void ask_text(struct ct_view *v, const char *initial)
{
    static const char *const LABEL[CT_DISPS] = {
        [CT_DISP_NO_EFFECT] = "No effect, because",
        [CT_DISP_REVIEWED] = "Reviewed: by whom, outcome",
        [CT_DISP_CONTACT] = "To be contacted: by whom",
    };
    ct_ui_prompt(v, LABEL[((struct lookback *)ct_view_state(v))->d], initial, disposed);
}

static void disposed(struct ct_view *v, const char *text)
{
    struct lookback *s = ct_view_state(v);
    struct ct_error err;
    size_t n;
    if (text == NULL)
        return;
    struct ct_lookback_line *lines = taken(s, &n);
    if (lines == NULL)
        return;
    if (n > 1)
        ct_ui_busy(s->ui, "Writing the lines ...");
    enum ct_status st =
        ct_lookback_dispose(ct_ui_app(s->ui), s->b.id, lines, n, s->d, text, &err);
    free(lines);
    if (st != CT_OK) {
        if (strcmp(err.field, "text") == 0)
            ask_text(v, text);
        else
            lookback_refresh(v);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    lookback_refresh(v);
    ct_ui_say(s->ui, CT_R_OK, "%zu line%s: %s. %lld still open.", n, n == 1 ? "" : "s",
              CT_DISP_NAME[s->d], (long long)s->b.open);
}

static enum ct_reaction dispose(struct ct_view *v, enum ct_disposition d)
{
    struct lookback *s = ct_view_state(v);
    size_t n;
    bool changes = false;
    s->d = d;
    struct ct_lookback_line *lines = taken(s, &n);
    for (size_t i = 0; lines != NULL && i < n; i++)
        changes = changes || lines[i].changes;
    free(lines);
    if (d != CT_DISP_NO_EFFECT || changes)
        ask_text(v, "");
    else
        disposed(v, "");
    return CT_HANDLED;
}

static enum ct_reaction no_effect(struct ct_view *v)
{
    return dispose(v, CT_DISP_NO_EFFECT);
}

static enum ct_reaction reviewed(struct ct_view *v)
{
    return dispose(v, CT_DISP_REVIEWED);
}

static enum ct_reaction contact(struct ct_view *v)
{
    return dispose(v, CT_DISP_CONTACT);
}

/* ---- period, signature ------------------------------------------------------------------------- */

static void period_because(struct ct_view *v, const char *reason)
{
    struct lookback *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL)
        return;
    enum ct_status st =
        ct_lookback_period(ct_ui_app(s->ui), s->b.id, s->from_ms, reason, &err);
    lookback_refresh(v);
    if (st != CT_OK && strcmp(err.field, "text") == 0)
        ct_ui_prompt(v, "Because", reason, period_because);
    if (st != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_OK, "The period is another one: %lld lines.",
                  (long long)s->b.lines);
}

/* A moment, or the beginning of a day, which may be years ago. */
static bool moment(const char *text, int64_t now_ms, int64_t *ret, struct ct_error *reterr)
{
    ct_date day;
    struct ct_civil c = {.hour = 0};
    if (ct_date_parse(text, ct_date_at(now_ms), &day, NULL) != CT_OK)
        return ct_when_parse(text, now_ms, ret, reterr) == CT_OK;
    ct_date_split(day, &c.year, &c.month, &c.day);
    *ret = ct_civil_ms(&c);
    return true;
}

static void period_from(struct ct_view *v, const char *text)
{
    struct lookback *s = ct_view_state(v);
    struct ct_error err;
    if (text == NULL)
        return;
    if (!moment(text, ct_app_now(ct_ui_app(s->ui)), &s->from_ms, &err)) {
        ct_ui_prompt(v, "In doubt only from", text, period_from);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    ct_ui_prompt(v, "Because", "", period_because);
}

static enum ct_reaction period(struct ct_view *v)
{
    struct lookback *s = ct_view_state(v);
    char from[24];
    ct_datetime_text(s->b.from_ms, from);
    ct_ui_prompt(v, "In doubt only from", from, period_from);
    return CT_HANDLED;
}

static void ask_close(struct ct_view *v, const char *initial);

static void password_given(struct ct_view *v, const struct ct_secret *password)
{
    struct lookback *s = ct_view_state(v);
    struct ct_error err;
    if (!ct_password_good(v, password, "Signed: your own password", password_given))
        return;
    enum ct_status st = ct_lookback_close(ct_ui_app(s->ui), s->b.id, s->text, &err);
    if (st == CT_OK)
        lookback_refresh(v);
    else if (strcmp(err.field, "text") == 0)
        ask_close(v, s->text);
    if (st != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_OK, "B-%lld is closed and signed: %lld lines.",
                  (long long)s->b.id, (long long)s->b.closed_lines);
}

static void close_because(struct ct_view *v, const char *text)
{
    struct lookback *s = ct_view_state(v);
    if (text == NULL)
        return;
    if (text[strspn(text, " ")] == '\0' || strlen(text) >= sizeof s->text) {
        ask_close(v, text);
        ct_ui_say(s->ui, CT_R_ERROR, "Write what the cause was and what is done about it, in at "
                                     "most %d bytes.", CT_EQUIP_TEXT_MAX);
        return;
    }
    ct_text_copy(s->text, sizeof s->text, text);
    ct_ui_prompt_secret(v, "Signed: your own password", password_given);
}

static void ask_close(struct ct_view *v, const char *initial)
{
    ct_ui_prompt(v, "Cause, corrective action", initial, close_because);
}

static enum ct_reaction sign(struct ct_view *v)
{
    struct lookback *s = ct_view_state(v);
    if (s->b.open > 0) {
        ct_ui_say(s->ui, CT_R_ERROR, "%lld lines are open: each needs a disposition first.",
                  (long long)s->b.open);
        return CT_REFUSED;
    }
    ask_close(v, "");
    return CT_HANDLED;
}

static void reopened(struct ct_view *v, const char *reason)
{
    struct lookback *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL)
        return;
    if (ct_lookback_reopen(ct_ui_app(s->ui), s->b.id, reason, &err) != CT_OK) {
        if (strcmp(err.field, "text") == 0)
            ct_ui_prompt(v, "Opened again, because", reason, reopened);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    lookback_refresh(v);
    ct_ui_say(s->ui, CT_R_OK, "B-%lld is open again.", (long long)s->b.id);
}

static enum ct_reaction reopen(struct ct_view *v)
{
    ct_ui_prompt(v, "Opened again, because", "", reopened);
    return CT_HANDLED;
}

/* ---- commands -------------------------------------------------------------------------------------- */

static enum ct_reaction open_chosen(struct ct_view *v)
{
    const struct ct_lookback_line *l = chosen(v);
    const struct ct_cal_arg cal = {.calibration_id = l->ref_id};
    struct ct_ui *ui = ct_view_ui(v);
    switch (l->what) {
    case CT_LB_VITALS:
        return ct_ui_push(ui, &ct_screen_set, &l->ref_id) ? CT_HANDLED : CT_REFUSED;
    case CT_LB_CALIBRATION:
        return ct_ui_push(ui, &ct_screen_calibration, &cal) ? CT_HANDLED : CT_REFUSED;
    case CT_LB_PROCEDURE:
        return ct_ui_push(ui, &ct_screen_procedure, &l->ref_id) ? CT_HANDLED : CT_REFUSED;
    case CT_LB_LOAD:
        return ct_ui_push(ui, &ct_screen_load, &l->ref_id) ? CT_HANDLED : CT_REFUSED;
    case CT_LB_WHATS: break;
    }
    return CT_REFUSED;
}

static enum ct_reaction device(struct ct_view *v)
{
    const struct lookback *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_device, &s->b.equipment_id) ? CT_HANDLED : CT_REFUSED;
}

static bool any(const struct ct_view *v)
{
    return chosen(v) != NULL;
}

static bool is_open(const struct ct_view *v)
{
    return !((const struct lookback *)ct_view_state(v))->b.closed;
}

static bool is_closed(const struct ct_view *v)
{
    return !is_open(v);
}

static bool to_dispose(const struct ct_view *v)
{
    return is_open(v) && any(v);
}

static enum ct_reaction print(struct ct_view *v)
{
    const struct lookback *s = ct_view_state(v);
    struct ct_print_arg arg = {.n = 2,
                               .paper = {{.kind = "lookback", .title = "Look-back list"},
                                         {.kind = "impact", .title = "Impact list"}}};
    snprintf(arg.paper[0].what, sizeof arg.paper[0].what, "%lld", (long long)s->b.id);
    ct_text_copy(arg.paper[1].what, sizeof arg.paper[1].what, s->b.asset);
    return ct_print_open(v, &arg);
}

static const struct ct_command COMMANDS[] = {
    {.id = "lookback.open", .keys = "Enter", .label = "open", .perm = CT_PERM_EQUIP_READ,
     .help = "Open the set of vitals, calibration, procedure or load of this line.",
     .run = open_chosen, .shown = any},
    {.id = "lookback.no_effect", .keys = "e", .label = "no effect", .perm = CT_PERM_EQUIP_WRITE,
     .help = "It had no effect; where a score or verdict would change, asks why.",
     .run = no_effect, .shown = to_dispose},
    {.id = "lookback.reviewed", .keys = "r", .label = "reviewed", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Somebody reviewed it; asks who, and what came of it.", .run = reviewed,
     .shown = to_dispose},
    {.id = "lookback.contact", .keys = "c", .label = "contact", .perm = CT_PERM_EQUIP_WRITE,
     .help = "The patient is to be contacted; asks by whom. An entry in the shift log for each.",
     .run = contact, .shown = to_dispose},
    {.id = "lookback.pick", .keys = "Space", .label = "pick", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Pick this line, or leave it out again: the next disposition is of all picked ones.",
     .run = pick, .shown = to_dispose},
    {.id = "lookback.pick_all", .keys = "*", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Pick every open line that changes nothing; again: none.", .run = pick_all,
     .shown = to_dispose},
    {.id = "lookback.period", .keys = "p", .perm = CT_PERM_LOOKBACK,
     .help = "Another beginning of the period: when the cause has a date; asks for the reason.",
     .run = period, .shown = is_open},
    {.id = "lookback.sign", .keys = "S", .label = "sign", .perm = CT_PERM_LOOKBACK,
     .help = "Close the look-back: cause and corrective action, signed.", .run = sign,
     .shown = is_open},
    {.id = "lookback.reopen", .keys = "O", .label = "open again", .perm = CT_PERM_LOOKBACK,
     .help = "Open it again; asks for the reason.", .run = reopen, .shown = is_closed},
    {.id = "lookback.device", .keys = "d", .perm = CT_PERM_EQUIP_READ,
     .help = "Open the device's page.", .run = device},
    CT_PRINT_COMMAND("lookback.print", "The list on paper, with what was decided; or all that "
                     "the device touched since its last good result.", print, NULL),
    {.id = NULL},
};

const struct ct_screen ct_screen_lookback = {
    .id = "lookback",
    .title = "A look-back",
    .help = "All that the device measured while it was in doubt, and what was measured by "
            "devices that were calibrated with it. A value is corrected by the error as found; "
            "lines whose score or verdict would change bear ! and stand first, * is picked, "
            ". is disposed of. Late entries appear by themselves.",
    .perm = CT_PERM_EQUIP_READ,
    .state_size = sizeof(struct lookback),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = lookback_open,
    .draw = lookback_draw,
    .event = lookback_event,
    .refresh = lookback_refresh,
    .close = lookback_close,
};
