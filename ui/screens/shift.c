/* shift - the log of a shift, exceptions first, each line one key from its
 * evidence; and that evidence. */
#include "ui/screens/review_parts.h"
#include "ui/screens/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/escalation.h"
#include "record/user.h"
#include "ui/tk/table.h"

enum { REST_ROWS = 4 }; /* a rule, and what the chosen row could not show */

struct shift {
    struct ct_ui *ui;
    struct ct_shift shift;
    struct ct_shift_counts counts;
    uint32_t user_id; /* 0: everybody */
    bool all;         /* log-ins and openings too */
    int64_t total, first;
    int64_t open, overdue; /* escalations by now, of whatever shift */
    struct ct_log_line *line; /* the loaded window */
    size_t n;
    struct ct_table table;
    char cell[32];
};

enum { COL_MARK, COL_AT, COL_PATIENT, COL_TEXT, COL_WHO };
static const struct ct_column COLUMNS[] = {
    [COL_MARK] = {.title = "", .width = 2, .frozen = true},
    [COL_AT] = {.title = "At", .width = 5, .frozen = true},
    [COL_PATIENT] = {.title = "Patient", .width = 20, .frozen = true},
    [COL_TEXT] = {.title = "What", .width = 0},
    [COL_WHO] = {.title = "Who", .width = 22, .gone_below = 110}, /* else below the list */
};

static int64_t line_count(void *arg)
{
    return ((struct shift *)arg)->total;
}

static bool line_load(void *arg, int64_t first, int n)
{
    struct shift *s = arg;
    struct ct_error err;
    int64_t total;
    free(s->line);
    s->line = NULL;
    s->n = 0;
    if (ct_shift_log(ct_ui_app(s->ui), &s->shift, s->user_id, s->all, first, (size_t)n, &s->line,
                     &s->n, &total, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return false;
    }
    s->first = first;
    return s->n == (size_t)n;
}

static const struct ct_log_line *line_at(const struct shift *s, int64_t row)
{
    return row >= s->first && row < s->first + (int64_t)s->n ? &s->line[row - s->first] : NULL;
}

static const char *line_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct shift *s = arg;
    const struct ct_log_line *l = line_at(s, row);
    if (l == NULL)
        return "";
    /* The mark is a sign without a look: a change of that costs 15 to 30 bytes a row, and
     * the worst shift has the most of them. The line above counts them, in colour. */
    (void)role;
    switch (column) {
    case COL_MARK:
        return l->severity == CT_EXCEPTION ? "!!" : l->severity == CT_NOTABLE || l->late ? "!" : "";
    case COL_AT: ct_time_text(l->at_ms, s->cell); return s->cell;
    case COL_PATIENT: return l->patient;
    case COL_TEXT: return l->text;
    default: return l->user;
    }
}

static void reload(struct shift *s)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_error err;
    struct ct_log_line *none = NULL;
    size_t n = 0;
    if (ct_shift_log(app, &s->shift, s->user_id, s->all, 0, 0, &none, &n, &s->total, &err) != CT_OK ||
        ct_shift_count(app, &s->shift, s->user_id, &s->counts, &err) != CT_OK ||
        ct_escalation_count(app, &s->open, &s->overdue, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    free(none);
    ct_table_reload(&s->table);
}

static void shift_refresh(struct ct_view *v)
{
    reload(ct_view_state(v));
}

static enum ct_status shift_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    (void)arg, (void)reterr;
    struct shift *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    struct ct_app *app = ct_ui_app(s->ui);
    const struct ct_who *who = ct_app_who(app);
    s->user_id = ct_role_may(who->role, CT_PERM_SHIFT_ALL) ? 0 : who->user_id;
    ct_shift_at(ct_app_config(app), ct_app_now(app), &s->shift);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = line_count, .load = line_load, .cell = line_cell});
    reload(s);
    return CT_OK;
}

static void shift_close(struct ct_view *v)
{
    struct shift *s = ct_view_state(v);
    free(s->line);
}

/* Of the chosen line what its row has no room for: the rest of the text, and below it
 * who it was, each in its place. The whole of it again would cost a slow line three times
 * as much a key. */
static void rest_draw(const struct shift *s, struct ct_grid *g, struct ct_rect at)
{
    const struct ct_log_line *l = line_at(s, s->table.cursor);
    if (l == NULL)
        return;
    char done[24];
    ct_datetime_text(l->done_ms, done);
    const char *patient = ct_table_rest(&s->table, COL_PATIENT, l->patient);
    const char *rest = ct_table_rest(&s->table, COL_TEXT, l->text);
    CT_BUF b = {.max = 1024};
    ct_buf_str_add(&b, l->user);
    if (l->late)
        ct_buf_printf(&b, ", done %s and entered late", done);
    if (patient[0] != '\0')
        ct_buf_printf(&b, "   %s", l->patient);
    CT_BUF more = {.max = 1024};
    if (rest[0] != '\0')
        ct_buf_printf(&more, "%s%s", rest == l->text ? "" : "... ", rest);
    ct_grid_hline(g, at.row, at.col, at.cols);
    ct_draw_wrapped(g, (struct ct_rect){at.row + 1, at.col + 2, at.rows - 2, at.cols - 3},
                    CT_R_TEXT, ct_buf_str(&more));
    ct_grid_text(g, at.row + at.rows - 1, at.col + 2, at.cols - 3, CT_R_TEXT, ct_buf_str(&b));
}

/* Raised in this shift; and what waits by now, from whatever shift: it is this one's
 * to look after. Returns the rows used. */
static int escalations_line(const struct shift *s, struct ct_grid *g, int row, int col)
{
    const struct ct_shift_counts *c = &s->counts;
    if (c->escalated == 0 && s->open == 0)
        return 0;
    int used = ct_grid_printf(g, row, col, -1, c->overdue > 0 ? CT_R_ALARM : CT_R_TEXT,
                              "Escalations: %lld.   Open: %lld.   Overdue: %lld.",
                              (long long)c->escalated, (long long)c->open, (long long)c->overdue);
    if (s->open > 0)
        ct_grid_printf(g, row, col + used + 3, -1, s->overdue > 0 ? CT_R_ALARM : CT_R_TEXT,
                       "In all by now: %lld open, %lld overdue.", (long long)s->open, (long long)s->overdue);
    return 1;
}

static void shift_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct shift *s = ct_view_state(v);
    const struct ct_shift_counts *c = &s->counts;
    char day[16], from[8], to[8];
    ct_date_text(ct_date_at(s->shift.start_ms), day);
    ct_time_text(s->shift.start_ms, from);
    ct_time_text(s->shift.end_ms, to);
    ct_ui_subject(s->ui, "SHIFT LOG   %s   %s %s-%s   %s", day, s->shift.name, from, to,
                  s->user_id == 0 ? "everybody" : "my own entries");
    ct_grid_printf(g, body.row, body.col + 1, -1, CT_R_TEXT,
                   "Sets of vitals: %lld.   Abnormal: %lld.   Corrected: %lld.   Entered late: %lld.",
                   (long long)c->sets, (long long)c->abnormal, (long long)c->corrected,
                   (long long)c->late);
    ct_grid_printf(g, body.row + 1, body.col + 1, -1, c->exceptions > 0 ? CT_R_ALARM : CT_R_DIM,
                   "Exceptions (!!): %lld.   Patients registered: %lld.   Records opened: %lld.",
                   (long long)c->exceptions, (long long)c->registered, (long long)c->opened);
    int said = escalations_line(s, g, body.row + 2, body.col + 1);
    if (s->total == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM,
                     "Nothing was recorded in this shift. < shows the one before.");
    ct_table_draw(&s->table, g, body.row + 2 + said, body.col,
                  body.rows - 2 - said - REST_ROWS, body.cols, true);
    rest_draw(s, g, (struct ct_rect){body.row + body.rows - REST_ROWS, body.col, REST_ROWS,
                                      body.cols});
}

static enum ct_reaction shift_event(struct ct_view *v, const struct ct_event *e)
{
    struct shift *s = ct_view_state(v);
    return ct_table_event(&s->table, e);
}

static enum ct_reaction evidence(struct ct_view *v)
{
    struct shift *s = ct_view_state(v);
    const struct ct_log_line *l = line_at(s, s->table.cursor);
    if (l == NULL && s->table.cursor < s->total) { /* typed ahead of the drawing */
        line_load(s, s->table.cursor, 1);
        ct_table_reload(&s->table);
        l = line_at(s, s->table.cursor);
    }
    if (l == NULL)
        return CT_IGNORED;
    const struct ct_who *who = ct_app_who(ct_ui_app(s->ui));
    if (l->escalation_id != CT_UNSET && !l->raised && ct_role_may(who->role, CT_PERM_VITALS_READ))
        return ct_ui_push(s->ui, &ct_screen_escalation, &l->escalation_id) ? CT_HANDLED
                                                                           : CT_REFUSED;
    return ct_ui_push(s->ui, &ct_screen_evidence, l) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction escalations(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_escalations, NULL) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction before(struct ct_view *v)
{
    struct shift *s = ct_view_state(v);
    struct ct_shift old = s->shift;
    ct_shift_before(ct_app_config(ct_ui_app(s->ui)), &old, &s->shift);
    s->table.cursor = 0;
    reload(s);
    return CT_HANDLED;
}

static enum ct_reaction after(struct ct_view *v)
{
    struct shift *s = ct_view_state(v);
    struct ct_shift next;
    ct_shift_after(ct_app_config(ct_ui_app(s->ui)), &s->shift, &next);
    if (next.start_ms > ct_app_now(ct_ui_app(s->ui))) {
        ct_ui_say(s->ui, CT_R_TEXT, "That is the shift that is on now.");
        return CT_REFUSED;
    }
    s->shift = next;
    s->table.cursor = 0;
    reload(s);
    return CT_HANDLED;
}

static enum ct_reaction toggle_all(struct ct_view *v)
{
    struct shift *s = ct_view_state(v);
    s->all = !s->all;
    reload(s);
    ct_ui_say(s->ui, CT_R_TEXT, s->all ? "Log-ins and opened records are shown too."
                                       : "Log-ins and opened records are left out.");
    return CT_HANDLED;
}

static enum ct_reaction write_down(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_entry, NULL) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction people(struct ct_view *v)
{
    struct shift *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_people, &s->shift) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction review(struct ct_view *v)
{
    struct shift *s = ct_view_state(v);
    struct ct_error err;
    int64_t id;
    if (ct_review_begin(ct_ui_app(s->ui), s->shift.start_ms, s->shift.end_ms, s->shift.name, &id,
                        &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return CT_REFUSED;
    }
    return ct_ui_push(s->ui, &ct_screen_review, &id) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction print(struct ct_view *v)
{
    char key[48];
    ct_shift_key(&((const struct shift *)ct_view_state(v))->shift, key);
    return ct_print_one(v, "shift-log", "Shift log", key);
}

static const struct ct_command COMMANDS[] = {
    {.id = "shift.evidence", .keys = "Enter", .label = "evidence", .perm = CT_PERM_SHIFT_OWN,
     .help = "What stands behind this line.", .run = evidence},
    {.id = "shift.escalations", .keys = "E", .perm = CT_PERM_VITALS_READ,
     .help = "All escalations that are open, the overdue first.", .run = escalations},
    {.id = "shift.before", .keys = "<", .label = "before", .perm = CT_PERM_SHIFT_OWN,
     .help = "The shift before this one.", .run = before},
    {.id = "shift.after", .keys = ">", .label = "after", .perm = CT_PERM_SHIFT_OWN,
     .help = "The shift after this one.", .run = after},
    {.id = "shift.write", .keys = "n", .label = "write", .perm = CT_PERM_SHIFT_WRITE,
     .help = "Write down what no record says: incident, near miss, staffing, visitor, building.",
     .run = write_down},
    {.id = "shift.people", .keys = "w", .label = "who", .perm = CT_PERM_SHIFT_OWN,
     .help = "Who was there, from when to when.", .run = people},
    {.id = "shift.review", .keys = "R", .label = "review", .perm = CT_PERM_REVIEW,
     .help = "Go through this shift line by line, and sign it.", .run = review},
    CT_PRINT_COMMAND("shift.print", "This shift's log on paper, with its review and signatures "
                     "if there are any; plainly marked where there are none.", print, NULL),
    {.id = "shift.all", .keys = "a", .label = "all entries", .perm = CT_PERM_SHIFT_OWN,
     .help = "Show log-ins and opened records too, or leave them out.", .run = toggle_all},
    {.id = NULL},
};

const struct ct_screen ct_screen_shift = {
    .id = "shift",
    .title = "Shift log",
    .help = "Everything that was recorded in the shift; nobody writes it twice. Exceptions (!!) "
            "come first, then what is abnormal, corrected or late (!), then the rest by time.",
    .perm = CT_PERM_SHIFT_OWN,
    .jump = true,
    .state_size = sizeof(struct shift),
    .commands = COMMANDS,
    .open = shift_open,
    .draw = shift_draw,
    .event = shift_event,
    .refresh = shift_refresh,
    .close = shift_close,
};

/* ---- evidence ------------------------------------------------------------- */

struct evidence {
    struct ct_ui *ui;
    struct ct_log_line line;
    struct ct_vitals *set;
    size_t n;
    int64_t in_error;
    struct ct_shift_entry *entry; /* every version of what a person wrote, newest first */
    size_t n_entry;
};

static enum ct_status evidence_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct evidence *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->line = *(const struct ct_log_line *)arg;
    const struct ct_who *who = ct_app_who(ct_ui_app(s->ui));
    if (s->line.entry_id != CT_UNSET)
        return ct_shift_entry_versions(ct_ui_app(s->ui), s->line.entry_id, &s->entry, &s->n_entry,
                                       reterr);
    if (s->line.vitals_id == CT_UNSET || !ct_role_may(who->role, CT_PERM_VITALS_READ))
        return CT_OK;
    return ct_shift_evidence(ct_ui_app(s->ui), &s->line, &s->set, &s->n, reterr);
}

/* It was opened, and that is written: what changed since is read again. */
static void evidence_refresh(struct ct_view *v)
{
    struct evidence *s = ct_view_state(v);
    struct ct_vitals *all = NULL;
    struct ct_error err;
    size_t n = 0;
    if (s->n_entry > 0) {
        struct ct_shift_entry *versions = NULL;
        if (ct_shift_entry_versions(ct_ui_app(s->ui), s->line.entry_id, &versions, &n, &err) !=
            CT_OK) {
            ct_ui_say_error(s->ui, &err);
            return;
        }
        free(s->entry);
        s->entry = versions;
        s->n_entry = n;
    }
    if (s->n == 0)
        return;
    if (ct_vitals_versions(ct_ui_app(s->ui), s->set[0].id, &all, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->set);
    s->set = all;
    s->n = n;
}

static void evidence_close(struct ct_view *v)
{
    struct evidence *s = ct_view_state(v);
    free(s->set);
    free(s->entry);
}

static int pair(struct ct_grid *g, int row, struct ct_rect body, const char *label,
                const char *text)
{
    ct_grid_text(g, row, body.col + 2, 14, CT_R_LABEL, label);
    return row + ct_draw_wrapped(g, (struct ct_rect){row, body.col + 17, 3, body.cols - 18},
                                 CT_R_VALUE, text);
}

/* The clinic's time as everywhere, and as the chain has it. */
static void when(int64_t ms, char out[80])
{
    char local[24], utc[40];
    ct_datetime_text(ms, local);
    ct_rfc3339(ms, utc);
    snprintf(out, 80, "%s   (%s)", local, utc);
}

static int entry_draw(const struct evidence *s, size_t i, struct ct_grid *g, int row,
                      struct ct_rect body)
{
    const struct ct_shift_entry *e = &s->entry[i];
    char at[24], text[CT_ENTRY_TEXT_MAX + 60];
    ct_datetime_text(e->at_ms, at);
    row++;
    ct_grid_printf(g, row++, body.col + 2, -1, CT_R_HEAD, "Version %zu, %s, by %s%s",
                   s->n_entry - i, at, e->by,
                   e->voided     ? ": entered in error"
                   : e->replaced ? ": replaced later"
                                 : ": current");
    snprintf(text, sizeof text, "%s, %s: %s", CT_ENTRY_KIND_NAME[e->kind],
             CT_ENTRY_GRADE_NAME[e->grade], e->text);
    if (!e->voided)
        row += ct_draw_wrapped(g, (struct ct_rect){row, body.col + 4, 3, body.cols - 5},
                               e->replaced ? CT_R_DIM : CT_R_VALUE, text);
    if (e->reason[0] != '\0')
        ct_grid_printf(g, row++, body.col + 4, -1, CT_R_NOTE, "because: %s", e->reason);
    return row;
}

static void evidence_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct evidence *s = ct_view_state(v);
    const struct ct_log_line *l = &s->line;
    char text[320], at[80], done[80];
    ct_ui_subject(s->ui, "EVIDENCE   entry %lld of the chain", (long long)l->seq);
    ct_grid_cursor(g, body.row, body.col + 2);
    int row = pair(g, body.row, body, "What", l->text);
    if (l->patient_id != CT_UNSET)
        row = pair(g, row, body, "Patient", l->patient);
    row = pair(g, row, body, "Who", l->user);
    when(l->done_ms != CT_UNSET ? l->done_ms : l->at_ms, done);
    snprintf(text, sizeof text, "%s%s", done, l->late ? "   LATE: entered afterwards" : "");
    row = pair(g, row, body, "Done", text);
    when(l->at_ms, at);
    row = pair(g, row, body, "Recorded", at);
    for (size_t i = 0; i < s->n_entry && row + 3 < body.row + body.rows; i++)
        row = entry_draw(s, i, g, row, body);
    for (size_t i = 0; i < s->n && row + 4 < body.row + body.rows; i++) {
        const struct ct_vitals *set = &s->set[i];
        char who[64], when[24], line[256];
        ct_user_name(ct_ui_app(s->ui), set->recorded_by, who, sizeof who);
        ct_datetime_text(set->recorded_ms, when);
        row++;
        ct_grid_printf(g, row++, body.col + 2, -1, CT_R_HEAD, "Version %zu, %s, by %s%s", s->n - i,
                       when, who,
                       set->voided     ? ": entered in error"
                       : set->replaced ? ": replaced later"
                                       : ": current");
        if (!set->voided) {
            ct_vitals_line(set, line, sizeof line);
            int cols = ct_grid_text(g, row, body.col + 4, body.cols - 5,
                                    set->replaced ? CT_R_DIM : CT_R_VALUE, line);
            if (set->replaced)
                ct_grid_mark(g, row, body.col + 4, cols, CT_R_DIM, CT_CELL_STRUCK);
            row++;
            char judged[256];
            ct_vitals_judged_text(set, judged, sizeof judged);
            int cols_score = ct_draw_score(g, row, body.col + 4, set);
            ct_grid_printf(g, row++, body.col + 4 + cols_score, -1, CT_R_DIM,
                           "   %s%s%s", judged,
                           set->note[0] != '\0' ? "   note: " : "", set->note);
        }
        if (set->replaces_id != 0)
            ct_grid_printf(g, row++, body.col + 4, -1, CT_R_NOTE, "because: %s", set->reason);
    }
}

static bool has_patient(const struct ct_view *v)
{
    return ((const struct evidence *)ct_view_state(v))->line.patient_id != CT_UNSET;
}

static enum ct_reaction patient(struct ct_view *v)
{
    struct evidence *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_patient, &s->line.patient_id) ? CT_HANDLED : CT_REFUSED;
}

static bool has_escalation(const struct ct_view *v)
{
    return ((const struct evidence *)ct_view_state(v))->line.escalation_id != CT_UNSET;
}

static enum ct_reaction escalation(struct ct_view *v)
{
    struct evidence *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_escalation, &s->line.escalation_id) ? CT_HANDLED
                                                                            : CT_REFUSED;
}

static bool has_set(const struct ct_view *v)
{
    return ((const struct evidence *)ct_view_state(v))->line.vitals_id != CT_UNSET;
}

static enum ct_reaction notes(struct ct_view *v)
{
    struct evidence *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_notes, &s->line.vitals_id) ? CT_HANDLED : CT_REFUSED;
}

static bool stands(const struct ct_view *v)
{
    const struct evidence *s = ct_view_state(v);
    if (s->n_entry > 0) {
        const struct ct_who *who = ct_app_who(ct_ui_app(s->ui));
        return !s->entry[0].voided && (s->entry[0].by_user == who->user_id ||
                                       ct_role_may(who->role, CT_PERM_SHIFT_ALL));
    }
    return s->n > 0 && !s->set[0].voided;
}

static bool has_versions(const struct ct_view *v)
{
    return ((const struct evidence *)ct_view_state(v))->n > 0;
}

static enum ct_reaction correct(struct ct_view *v)
{
    struct evidence *s = ct_view_state(v);
    if (s->n_entry > 0)
        return ct_ui_push(s->ui, &ct_screen_entry, &s->entry[0].id) ? CT_HANDLED : CT_REFUSED;
    return ct_set_correct(s->ui, &s->set[0]);
}

static void error_answered(struct ct_view *v, int index)
{
    struct evidence *s = ct_view_state(v);
    if (ct_set_error_done(s->ui, s->in_error, index))
        evidence_refresh(v);
}

static void entry_in_error(struct ct_view *v, const char *reason)
{
    struct evidence *s = ct_view_state(v);
    struct ct_error err;
    struct ct_shift_entry e = {.replaces_id = s->entry[0].id, .voided = true};
    if (reason == NULL)
        return;
    if (strlen(reason) > CT_ENTRY_REASON_MAX) {
        ct_ui_prompt(v, "In error, because", reason, entry_in_error);
        ct_ui_say(s->ui, CT_R_ERROR, "Say it in at most %d bytes.", CT_ENTRY_REASON_MAX);
        return;
    }
    ct_text_copy(e.reason, sizeof e.reason, reason);
    if (ct_shift_entry_correct(ct_ui_app(s->ui), &e, &err) != CT_OK) {
        if (strcmp(err.field, "reason") == 0)
            ct_ui_prompt(v, "In error, because", reason, entry_in_error);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    evidence_refresh(v);
    ct_ui_say(s->ui, CT_R_OK, "It is marked as entered in error.");
}

static enum ct_reaction in_error(struct ct_view *v)
{
    struct evidence *s = ct_view_state(v);
    if (s->n_entry > 0) {
        ct_ui_prompt(v, "In error, because", "", entry_in_error);
        return CT_HANDLED;
    }
    return ct_set_error_ask(v, &s->set[0], &s->in_error, error_answered);
}

static enum ct_reaction history(struct ct_view *v)
{
    struct evidence *s = ct_view_state(v);
    return ct_set_versions(s->ui, &s->set[0]);
}

static const struct ct_command EVIDENCE_COMMANDS[] = {
    {.id = "evidence.escalation", .keys = "E", .label = "escalation",
     .perm = CT_PERM_VITALS_READ, .help = "The escalation that this set raised.",
     .run = escalation, .shown = has_escalation},
    {.id = "evidence.patient", .keys = "o Enter", .label = "patient",
     .perm = CT_PERM_PATIENT_READ, .help = "Open the patient's record.", .run = patient,
     .shown = has_patient},
    {.id = "evidence.correct", .keys = "c", .label = "correct", .perm = CT_PERM_VITALS_WRITE,
     .help = "Correct this set, or what was written down; a reason is asked.", .run = correct, .shown = stands},
    {.id = "evidence.error", .keys = "d", .label = "in error", .perm = CT_PERM_VITALS_WRITE,
     .help = "Mark it as entered in error; a reason is asked.", .run = in_error,
     .shown = stands},
    {.id = "evidence.versions", .keys = "i", .label = "versions", .perm = CT_PERM_VITALS_READ,
     .help = "All versions of this set, with who and when and why.", .run = history,
     .shown = has_versions},
    {.id = "evidence.notes", .keys = "n", .label = "notes", .perm = CT_PERM_VITALS_READ,
     .help = "What people made of this set.", .run = notes, .shown = has_set},
    {.id = NULL},
};

const struct ct_screen ct_screen_evidence = {
    .id = "evidence",
    .title = "Evidence",
    .help = "What stands behind a line of the shift log: the entry of the audit chain, and every "
            "version of what it wrote.",
    .perm = CT_PERM_SHIFT_OWN,
    .state_size = sizeof(struct evidence),
    .commands = EVIDENCE_COMMANDS,
    .open = evidence_open,
    .draw = evidence_draw,
    .refresh = evidence_refresh,
    .close = evidence_close,
};
