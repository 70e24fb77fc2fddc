/* scope_record - one reprocessing of an endoscope as a walk: one key does the next step and
 * asks what that step needs. */
#include "ui/screens/scope_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { COL_STEP, COL_WHEN, COL_WHO };
static const struct ct_column COLUMNS[] = {
    [COL_STEP] = {.title = "Step", .width = 38, .frozen = true},
    [COL_WHEN] = {.title = "When", .width = 14},
    [COL_WHO] = {.title = "How, who", .width = 0},
};

static enum ct_status load(struct ct_record_view *s, int64_t id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_scope_step *list = NULL;
    size_t n = 0;
    int was = s->n > 0 ? s->r.step : -1;
    s->now_ms = ct_app_now(app);
    enum ct_status rc = ct_scope_get(app, id, &s->r, reterr);
    if (rc == CT_OK)
        rc = ct_scope_of(app, s->r.equipment_id, &s->now, reterr);
    if (rc == CT_OK)
        rc = ct_scope_steps(app, id, &list, &n, reterr);
    if (rc != CT_OK)
        return rc;
    free(s->s);
    s->s = list;
    s->n = n;
    if (was != s->r.step && ct_record_open(s)) /* the next one is in sight */
        s->table.cursor = s->r.step;
    ct_table_reload(&s->table);
    return CT_OK;
}

/* ---- drawing --------------------------------------------------------------------------- */

static int64_t row_count(void *arg)
{
    return (int64_t)((struct ct_record_view *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct ct_record_view *s = arg;
    const struct ct_scope_step *p = &s->s[row];
    CT_BUF text = {.max = 1000};
    bool next = ct_record_open(s) && p->step == s->r.step + 1;
    *role = p->failed ? CT_R_ALARM : next ? CT_R_NOTE : p->done ? CT_R_TEXT : CT_R_DIM;
    switch (column) {
    case COL_STEP: snprintf(s->cell, sizeof s->cell, "%s", p->what); return s->cell;
    case COL_WHEN:
        if (p->done)
            ct_datetime_text(p->done_ms, s->cell);
        return p->done ? s->cell : next ? "NEXT" : "";
    default:
        if (!p->done)
            return "";
        ct_record_how(p, &text);
        ct_text_copy(s->cell, sizeof s->cell, ct_buf_str(&text));
        return s->cell;
    }
}

static void record_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct ct_record_view *s = ct_view_state(v);
    CT_BUF why = {.max = 1000}, state = {.max = 600}, delay = {.max = 300}, all = {.max = 2000};
    int col = body.col + 1, cols = body.cols - 2;
    ct_ui_subject(s->ui, "RE-%lld  %s", (long long)s->r.id, s->r.asset);
    ct_record_why(s, &why);
    int row = body.row + ct_draw_wrapped(g, (struct ct_rect){body.row, col, 2, cols}, CT_R_HEAD,
                                         ct_buf_str(&why));
    enum ct_role_ui role = ct_record_state(s, &state);
    ct_record_bath(s, &state);
    ct_grid_text(g, row++, col, cols, role, ct_buf_str(&state));
    role = ct_record_delay(s, &delay);
    if (delay.len > 0)
        ct_grid_text(g, row++, col, cols, role, ct_buf_str(&delay));
    int under = body.row + body.rows - 3;
    ct_table_draw(&s->table, g, row, body.col, under - row, body.cols, true);
    ct_grid_hline(g, under, body.col, body.cols);
    if (s->n == 0)
        return;
    const struct ct_scope_step *p = &s->s[s->table.cursor];
    ct_buf_printf(&all, "%d. %s", p->step, p->what);
    if (p->done) {
        ct_buf_char(&all, ' ');
        ct_record_how(p, &all);
    }
    ct_draw_wrapped(g, (struct ct_rect){under + 1, col, 2, cols}, CT_R_TEXT, ct_buf_str(&all));
}

/* ---- the next step ---------------------------------------------------------------------- */

static void record_refresh(struct ct_view *v)
{
    struct ct_record_view *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, s->r.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void begin_step(struct ct_record_view *s)
{
    s->doing = (struct ct_scope_step){.record_id = s->r.id, .step = s->r.step + 1,
                                      .kind = s->r.next, .cycle_number = CT_UNSET};
}

static void late_because(struct ct_view *v, const char *reason);

void ct_scope_step_said(struct ct_ui *ui, const struct ct_scope_step *p)
{
    struct ct_scope_record r;
    struct ct_error err;
    char at[24];
    if (ct_scope_get(ct_ui_app(ui), p->record_id, &r, &err) != CT_OK) {
        ct_ui_say_error(ui, &err);
    } else if (p->fault_id != 0) {
        ct_ui_say(ui, CT_R_WARN, "It LEAKS: %s is set apart, and F-%lld is open.", r.asset,
                  (long long)p->fault_id);
    } else if (p->failed) {
        ct_ui_say(ui, CT_R_WARN, "RE-%lld FAILED: %s begins again from the first step.",
                  (long long)r.id, r.asset);
    } else if (r.is == CT_SCOPE_COMPLETE && r.until_ms != CT_UNSET) {
        ct_datetime_text(r.until_ms, at);
        ct_ui_say(ui, CT_R_OK, "%s is ready until %s.", r.asset, at);
    } else if (r.is == CT_SCOPE_COMPLETE) {
        ct_ui_say(ui, CT_R_OK, "%s is ready.", r.asset);
    } else {
        ct_ui_say(ui, CT_R_OK, "Step %d done. Next: %s", p->step, r.next_text);
    }
}

/* What was asked for is there: recorded, or asked for more. */
static void record_step(struct ct_view *v)
{
    struct ct_record_view *s = ct_view_state(v);
    struct ct_scope_step p = s->doing;
    struct ct_error err = {0};
    if (ct_scope_step(ct_ui_app(s->ui), &p, &err) == CT_OK)
        ct_scope_step_said(s->ui, &p);
    else if (strcmp(err.field, "reason") == 0 && p.reason[0] == '\0') {
        ct_ui_say_error(s->ui, &err);
        ct_ui_prompt(v, "Cleaning is late, because", "", late_because);
        return;
    } else
        ct_ui_say_error(s->ui, &err);
    record_refresh(v);
}

/* A line that was typed, into a text of so many bytes; false: Esc, nothing, or too long. */
static bool typed(struct ct_record_view *s, const char *text, char *out, size_t size)
{
    if (text == NULL)
        return false;
    if (strlen(text) >= size) {
        ct_ui_say(s->ui, CT_R_WARN, "That is too long: nothing was saved.");
        return false;
    }
    snprintf(out, size, "%s", text);
    return true;
}

static void late_because(struct ct_view *v, const char *reason)
{
    struct ct_record_view *s = ct_view_state(v);
    if (typed(s, reason, s->doing.reason, sizeof s->doing.reason) && s->doing.reason[0] != '\0')
        record_step(v);
}

static void failed_because(struct ct_view *v, const char *text)
{
    struct ct_record_view *s = ct_view_state(v);
    if (!typed(s, text, s->doing.text, sizeof s->doing.text))
        return;
    s->doing.failed = true;
    record_step(v);
}

static enum ct_reaction details(struct ct_view *v)
{
    const struct ct_record_view *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_scope_step, &s->r.id) ? CT_HANDLED : CT_REFUSED;
}

static void simple_answered(struct ct_view *v, int index)
{
    struct ct_record_view *s = ct_view_state(v);
    if (index == 0)
        record_step(v);
    else if (index == 1)
        (void)details(v);
    else if (index == 2)
        ct_ui_prompt(v,
                     s->r.next == CT_STEP_LEAK_TEST ? "It leaks: where, how" : "What was wrong",
                     "", failed_because);
}

static void stored_where(struct ct_view *v, const char *place)
{
    struct ct_record_view *s = ct_view_state(v);
    if (typed(s, place, s->doing.place, sizeof s->doing.place))
        record_step(v);
}

/* ---- disinfection ----------------------------------------------------------------------- */

static void out_of_bath(struct ct_view *v, int index)
{
    struct ct_record_view *s = ct_view_state(v);
    struct ct_error err;
    struct ct_bath_soak k = {.id = s->now.soak_id, .bath_id = s->now.soak_bath, .done = true,
                             .rinsed = true};
    if (index != 0)
        return;
    if (ct_bath_soak_end(ct_ui_app(s->ui), &k, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    s->doing.bath_id = s->now.soak_bath;
    record_step(v);
}

static void disinfected_how(struct ct_view *v, int index)
{
    struct ct_record_view *s = ct_view_state(v);
    if (index == 0)
        ct_ui_push(s->ui, &ct_screen_scope_soak, &s->r.id);
    else if (index == 1)
        (void)details(v);
    else if (index == 2)
        ct_ui_prompt(v, "What was wrong", "", failed_because);
}

/* It was taken out on the page of the bath: the soak is there already. */
static bool soaked_already(struct ct_view *v)
{
    struct ct_record_view *s = ct_view_state(v);
    struct ct_scope_step p = s->doing;
    if (ct_scope_soaked(ct_ui_app(s->ui), s->r.id, &p.bath_id, NULL) != CT_OK || p.bath_id == 0)
        return false;
    s->doing.bath_id = p.bath_id;
    record_step(v);
    return true;
}

static enum ct_reaction disinfect(struct ct_view *v)
{
    static const struct ct_choice OUT[] = {
        {"y", "yes, rinsed"}, {"Esc", "not yet"}, {NULL, NULL}};
    static const struct ct_choice HOW[] = {{"b", "bath"}, {"m", "machine"}, {"f", "FAILED"},
                                           {"Esc", "not yet"}, {NULL, NULL}};
    struct ct_record_view *s = ct_view_state(v);
    char question[200];
    if (s->now.soak_id != 0 && s->now.soak_ready_ms > s->now_ms) {
        ct_ui_push(s->ui, &ct_screen_bath, &s->now.soak_bath);
        return CT_HANDLED;
    }
    if (s->now.soak_id != 0) {
        snprintf(question, sizeof question, "%s: taken out of BA-%lld and rinsed?", s->r.asset,
                 (long long)s->now.soak_bath);
        ct_ui_ask(v, question, OUT, out_of_bath);
    } else if (!soaked_already(v))
        ct_ui_ask(v, "Disinfected in", HOW, disinfected_how);
    return CT_HANDLED;
}

static enum ct_reaction next(struct ct_view *v)
{
    static const struct ct_choice DONE[] = {{"y", "done now"}, {"d", "time, remark"},
                                            {"f", "FAILED"}, {"Esc", "not yet"}, {NULL, NULL}};
    static const struct ct_choice TIGHT[] = {{"y", "tight"},
                                             {"d", "time, remark"},
                                             {"f", "it LEAKS"},
                                             {"Esc", "not yet"},
                                             {NULL, NULL}};
    static const struct ct_choice BEGUN[] = {{"y", "begun now"}, {"d", "time, remark"},
                                             {"f", "FAILED"}, {"Esc", "not yet"}, {NULL, NULL}};
    struct ct_record_view *s = ct_view_state(v);
    record_refresh(v); /* what others did meanwhile */
    if (!ct_record_open(s))
        return CT_REFUSED;
    begin_step(s);
    if (s->r.next == CT_STEP_DISINFECT)
        return disinfect(v);
    if (s->r.next == CT_STEP_STORE) {
        ct_ui_prompt(v, "Stored in which cabinet and place", "", stored_where);
        return CT_HANDLED;
    }
    ct_ui_ask(v, s->r.next_text,
              s->r.next == CT_STEP_LEAK_TEST ? TIGHT
              : s->r.next == CT_STEP_CLEAN   ? BEGUN
                                             : DONE,
              simple_answered);
    return CT_HANDLED;
}

/* ---- what ends it ----------------------------------------------------------------------- */

static void end(struct ct_view *v, const char *reason, bool in_error)
{
    struct ct_record_view *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL)
        return;
    enum ct_status rc = in_error ? ct_scope_void(ct_ui_app(s->ui), s->r.id, reason, &err)
                                 : ct_scope_break_off(ct_ui_app(s->ui), s->r.id, reason, &err);
    if (rc != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_WARN, "RE-%lld %s: %s must be reprocessed.", (long long)s->r.id,
                  in_error ? "counts for nothing" : "is broken off", s->r.asset);
    record_refresh(v);
}

static void broken_because(struct ct_view *v, const char *reason)
{
    end(v, reason, false);
}

static void error_because(struct ct_view *v, const char *reason)
{
    end(v, reason, true);
}

static enum ct_reaction break_off(struct ct_view *v)
{
    ct_ui_prompt(v, "Broken off, because", "", broken_because);
    return CT_HANDLED;
}

static enum ct_reaction in_error(struct ct_view *v)
{
    ct_ui_prompt(v, "Entered in error, because", "", error_because);
    return CT_HANDLED;
}

static bool is_open(const struct ct_view *v)
{
    return ct_record_open(ct_view_state(v));
}

static bool counts(const struct ct_view *v)
{
    return ((const struct ct_record_view *)ct_view_state(v))->r.is < CT_SCOPE_BROKEN_OFF;
}

static enum ct_reaction scope_of(struct ct_view *v)
{
    const struct ct_record_view *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_scope, &s->r.equipment_id) ? CT_HANDLED : CT_REFUSED;
}

/* ---- the screen ------------------------------------------------------------------------- */

static enum ct_status record_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct ct_record_view *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    return load(s, *(const int64_t *)arg, reterr);
}

/* A soak's time runs in steps of ten seconds, the delay in minutes: a thin line is not kept
 * busy. */
static void record_tick(struct ct_view *v)
{
    struct ct_record_view *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    int64_t step = s->now.soak_id != 0 ? 10000 : CT_MINUTE_MS;
    if (ct_app_state(app) == CT_IN && ct_record_open(s) &&
        ct_app_now(app) / step != s->now_ms / step)
        s->now_ms = ct_app_now(app);
}

static void record_close(struct ct_view *v)
{
    free(((struct ct_record_view *)ct_view_state(v))->s);
}

static enum ct_reaction record_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct ct_record_view *)ct_view_state(v))->table, e);
}

static const struct ct_command COMMANDS[] = {
    {.id = "scope_record.next",
     .keys = "Enter n",
     .label = "next step",
     .perm = CT_PERM_STERILE_WRITE,
     .help = "Do the next step; what it needs is asked.",
     .run = next,
     .shown = is_open},
    {.id = "scope_record.details",
     .keys = "d",
     .label = "with time",
     .perm = CT_PERM_STERILE_WRITE,
     .help = "The next step with its own time and a remark.",
     .run = details,
     .shown = is_open},
    {.id = "scope_record.broken",
     .keys = "k",
     .label = "break off",
     .perm = CT_PERM_STERILE_WRITE,
     .help = "It is not gone on with; the endoscope must be reprocessed.",
     .run = break_off,
     .shown = is_open},
    {.id = "scope_record.scope",
     .keys = "s",
     .label = "endoscope",
     .perm = CT_PERM_STERILE_READ,
     .help = "The endoscope: its other records, and on whom it was used.",
     .run = scope_of},
    {.id = "scope_record.error",
     .keys = "x",
     .label = "in error",
     .perm = CT_PERM_STERILE_WRITE,
     .help = "It was entered in error and counts for nothing; a fault that it opened stays.",
     .run = in_error,
     .shown = counts},
    {.id = NULL},
};

const struct ct_screen ct_screen_scope_record = {
    .id = "scope_record",
    .title = "Reprocessing of an endoscope",
    .help = "The steps of one reprocessing in their order, who did each and when. None can be "
            "left out, and none is done before the one before it. A step that fails ends the "
            "record: it begins again from the first step. A leak sets the endoscope apart.",
    .perm = CT_PERM_STERILE_READ,
    .state_size = sizeof(struct ct_record_view),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = record_open,
    .draw = record_draw,
    .event = record_event,
    .refresh = record_refresh,
    .tick = record_tick,
    .close = record_close,
};
