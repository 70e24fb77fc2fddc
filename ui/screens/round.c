/* round - a list of patients walked one after another without leaving the keyboard. */
#include "clinic/due_board.h"
#include "ui/screens/round_list.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

struct round {
    struct ct_ui *ui;
    struct ct_round r;
    bool chosen_here; /* the list is made by window and place, which may be changed */
    size_t window;
    char place[65];
    struct ct_patient asked; /* whose form is about to be opened; id 0: nobody's */
    bool walking;            /* after a skip the next one is asked about */
    struct ct_table table;
    struct ct_quick quick;
    char cell[96];
};

static const int WINDOWS_MIN[] = {0, 15, CT_ROUND_SOON_MIN, 60, 120, 240, 720};

enum { COL_PLACE, COL_WHO, COL_DUE, COL_LATE, COL_SCORE, COL_STATE };
static const struct ct_column COLUMNS[] = {
    [COL_PLACE] = {.title = "Where", .width = 9, .frozen = true},
    [COL_WHO] = {.title = "Patient", .width = 0, .frozen = true},
    [COL_DUE] = {.title = "Due", .width = 5},
    [COL_LATE] = {.title = "", .width = 10},
    [COL_SCORE] = {.title = "Score", .width = 12},
    [COL_STATE] = {.title = "Round", .width = 16},
};

/* ---- the list ----------------------------------------------------------------- */

static size_t counted(const struct round *s, enum ct_round_state state)
{
    return ct_round_count(&s->r, state);
}

static void look(struct round *s)
{
    struct ct_error err;
    if (ct_round_look(&s->r, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void forget(struct round *s)
{
    struct ct_error err;
    if (ct_round_forget(&s->r, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static enum ct_status list_make(struct round *s, struct ct_error *reterr)
{
    size_t more;
    enum ct_status st = ct_round_due(&s->r, WINDOWS_MIN[s->window], s->place, &more, reterr);
    s->table.cursor = 0;
    ct_table_reload(&s->table);
    if (more > 0)
        ct_ui_say(s->ui, CT_R_WARN,
                  "A round has room for %d: %zu who are less late are not in it.", CT_ROUND_MAX,
                  more);
    return st;
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct round *)arg)->r.n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *state_cell(struct round *s, const struct ct_round_entry *e,
                              enum ct_role_ui *role)
{
    char at[8] = "";
    if (e->at_ms != 0)
        ct_time_text(e->at_ms, at);
    switch (e->state) {
    case CT_ROUND_TO_DO:
        return "to do";
    case CT_ROUND_LEFT_OUT:
        *role = CT_R_DIM;
        return "left out";
    case CT_ROUND_DONE:
        *role = CT_R_OK;
        snprintf(s->cell, sizeof s->cell, "done %s%s", at,
                 e->why != CT_WHY_NONE ? " part" : "");
        return s->cell;
    case CT_ROUND_SKIPPED:
        break;
    }
    *role = CT_R_NOTE;
    snprintf(s->cell, sizeof s->cell, "skipped: %s", ct_why_text(e->why));
    return s->cell;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct round *s = arg;
    const struct ct_round_entry *e = &s->r.entry[row];
    const struct ct_due *d = &e->due;
    switch (column) {
    case COL_PLACE:
        return d->place;
    case COL_WHO:
        return d->name;
    case COL_STATE:
        return state_cell(s, e, role);
    case COL_SCORE:
        return ct_due_score(d, role, s->cell);
    default:
        break;
    }
    if (!e->known)
        return "";
    bool watched = d->continuous && d->refused_ms == CT_UNSET;
    if (column == COL_DUE) {
        if (watched)
            return "";
        ct_time_text(d->due_ms, s->cell);
        return s->cell;
    }
    if (watched)
        return "continuous";
    if (d->due_ms >= s->r.now_ms)
        return "";
    if (d->band <= CT_BAND_LOW)
        *role = CT_R_WARN; /* else the score bears the colour: one a row, for a thin wire */
    return "LATE";
}

/* ---- the screen ------------------------------------------------------------------ */

static void resumed(struct round *s)
{
    s->table.cursor = (int64_t)s->r.at;
    if (counted(s, CT_ROUND_TO_DO) > 0)
        return;
    forget(s);
    ct_ui_say(s->ui, CT_R_OK, "Everybody of this round is done meanwhile.");
}

static enum ct_status round_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    const struct ct_round_arg *a = arg;
    struct round *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->window = 2;
    s->r.app = ct_ui_app(s->ui);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    enum ct_status st;
    s->chosen_here = a == NULL;
    if (a == NULL)
        st = list_make(s, reterr);
    else
        st = a->resume ? ct_round_resume(&s->r, reterr) : ct_round_of(&s->r, a, reterr);
    if (st == CT_OK && a != NULL && a->resume)
        resumed(s);
    struct ct_draft d = {.n = 0};
    if (st == CT_OK && (a == NULL || !a->resume) &&
        ct_draft_latest(ct_ui_app(s->ui), CT_DRAFT_ROUND, CT_UNSET, &d, NULL) == CT_OK) {
        char at[24];
        ct_datetime_text(d.saved_ms, at);
        ct_ui_say(s->ui, CT_R_NOTE,
                  "A round of %s is kept: D on the home screen goes on with it. "
                  "This one takes its place once begun.",
                  at);
        ct_draft_done(&d);
    }
    ct_table_reload(&s->table);
    return st;
}

static bool round_draft(struct ct_view *v, struct ct_draft *d)
{
    return ct_round_keep(&((struct round *)ct_view_state(v))->r, d);
}

static void round_refresh(struct ct_view *v)
{
    struct round *s = ct_view_state(v);
    look(s);
    ct_table_reload(&s->table);
}

static void round_tick(struct ct_view *v)
{
    struct round *s = ct_view_state(v);
    if (ct_app_now(ct_ui_app(s->ui)) / CT_MINUTE_MS != s->r.now_ms / CT_MINUTE_MS)
        look(s);
}

/* Whom the list is of. */
static void what_draw(const struct round *s, struct ct_grid *g, int row, int col_end)
{
    char text[160] = "";
    int min = WINDOWS_MIN[s->window];
    if (!s->chosen_here)
        return;
    if (min == 0)
        snprintf(text, sizeof text, "who is late%s%s", s->place[0] != '\0' ? ", " : "",
                 s->place);
    else
        snprintf(text, sizeof text, "late, or due within %d min%s%s", min,
                 s->place[0] != '\0' ? ", " : "", s->place);
    ct_grid_right(g, row, col_end, CT_R_DIM, text);
}

/* What a row had no room for: each in its place, so that little of it changes. */
static void chosen_draw(const struct round *s, struct ct_grid *g, struct ct_rect r)
{
    if (s->r.n == 0)
        return;
    const struct ct_round_entry *e = &s->r.entry[s->table.cursor];
    char when[48] = "", at[8] = "";
    CT_BUF b = {.max = 400};
    if (e->known && e->due.vitals_id != 0)
        ct_at_text(e->due.taken_ms, s->r.now_ms, when);
    ct_buf_printf(&b, "%s %s", e->known ? e->due.score_text : "no full set yet", when);
    if (e->state == CT_ROUND_DONE || e->state == CT_ROUND_SKIPPED) {
        ct_time_text(e->at_ms, at);
        ct_buf_printf(&b, "; %s at %s%s%s", e->state == CT_ROUND_DONE ? "done" : "skipped", at,
                      e->why != CT_WHY_NONE ? ": " : "", ct_why_text(e->why));
    }
    const char *name = ct_table_rest(&s->table, COL_WHO, e->due.name);
    const char *place = ct_table_rest(&s->table, COL_PLACE, e->due.place);
    if (name[0] != '\0' || place[0] != '\0')
        ct_buf_printf(&b, "   %s%s%s", name[0] != '\0' ? e->due.name : "",
                      name[0] != '\0' && place[0] != '\0' ? ", " : "",
                      place[0] != '\0' ? e->due.place : "");
    ct_draw_wrapped(g, r, CT_R_TEXT, ct_buf_str(&b));
}

static void round_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct round *s = ct_view_state(v);
    if (s->asked.id != 0)
        ct_subject_patient(s->ui, &s->asked);
    else
        ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    size_t done = counted(s, CT_ROUND_DONE), skipped = counted(s, CT_ROUND_SKIPPED);
    size_t out = counted(s, CT_ROUND_LEFT_OUT);
    ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD, "ROUND");
    int col = body.col + 8;
    col +=
        ct_grid_printf(g, body.row, col, -1, CT_R_TEXT, "%zu of %zu done", done, s->r.n - out);
    if (skipped > 0)
        col += ct_grid_printf(g, body.row, col, -1, CT_R_NOTE, ", %zu skipped", skipped);
    if (out > 0)
        ct_grid_printf(g, body.row, col, -1, CT_R_DIM, ", %zu left out", out);
    what_draw(s, g, body.row, body.col + body.cols - 1);
    if (s->r.n == 0)
        ct_grid_text(g, body.row + 3, body.col + 2, -1, CT_R_DIM,
                     "Nobody is due that soon. w takes in who is due later.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 4, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - 3, body.col, body.cols);
    chosen_draw(s, g,
                (struct ct_rect){body.row + body.rows - 2, body.col + 1, 2, body.cols - 2});
}

static enum ct_reaction round_event(struct ct_view *v, const struct ct_event *e)
{
    struct round *s = ct_view_state(v);
    return ct_table_event(&s->table, e);
}

/* ---- walking ------------------------------------------------------------------------ */

/* The subject line says who it is as long as a question is about one patient. */
static bool ask_about(struct round *s, size_t index)
{
    struct ct_error err;
    if (ct_patient_get(ct_ui_app(s->ui), s->r.entry[index].patient_id, &s->asked, &err) ==
        CT_OK)
        return true;
    s->asked = (struct ct_patient){.id = 0};
    ct_ui_say_error(s->ui, &err);
    return false;
}

static void ask_over(struct round *s)
{
    s->asked = (struct ct_patient){.id = 0};
}

static void skip_ask(struct ct_view *v, void (*done)(struct ct_view *v, int index),
                     const char *name)
{
    char question[160];
    snprintf(question, sizeof question, "Nothing taken from %s, because:", name);
    ct_ui_ask(v, question, CT_WHY_CHOICES, done);
}

static bool skip_record(struct round *s, enum ct_why why)
{
    struct ct_error err;
    if (ct_round_not_taken(&s->r, ct_ui_rules(s->ui), why, &err) == CT_OK)
        return true;
    ct_ui_say_error(s->ui, &err);
    return false;
}

static void skip_said(struct round *s, size_t index)
{
    const struct ct_round_entry *e = &s->r.entry[index];
    char due[24] = "";
    if (e->known && e->due.refused_ms != CT_UNSET)
        ct_datetime_text(e->due.due_ms, due);
    ct_ui_say(s->ui, CT_R_OK, "Recorded: %s, %s.%s%s", e->due.name, ct_why_text(e->why),
              due[0] != '\0' ? " Due again at " : " Still due.", due);
}

static void ask_who(struct ct_view *v, size_t index);

static void advance(struct ct_view *v)
{
    struct round *s = ct_view_state(v);
    size_t next = s->r.n > 0 ? ct_round_after(&s->r, s->r.at) : 0;
    if (next < s->r.n) {
        ask_who(v, next);
        return;
    }
    forget(s);
    ct_ui_say(s->ui, CT_R_OK, "The round is complete: %zu done, %zu skipped.",
              counted(s, CT_ROUND_DONE), counted(s, CT_ROUND_SKIPPED));
}

static void skip_chosen(struct ct_view *v, int index)
{
    struct round *s = ct_view_state(v);
    size_t at = s->r.at;
    ask_over(s);
    if (index < 0 || !skip_record(s, (enum ct_why)(index + 1)))
        return;
    size_t next = ct_round_after(&s->r, at);
    if (s->walking || next == s->r.n) {
        advance(v);
        return;
    }
    s->table.cursor = (int64_t)next;
    skip_said(s, at);
}

enum { WHO_YES, WHO_SKIP };

static void who_answered(struct ct_view *v, int index)
{
    struct round *s = ct_view_state(v);
    int64_t id = s->asked.id;
    if (index == WHO_SKIP) {
        s->walking = true;
        skip_ask(v, skip_chosen, s->r.entry[s->r.at].due.name);
        return;
    }
    ask_over(s);
    if (index == WHO_YES)
        ct_ui_push(s->ui, &ct_screen_vitals, &(struct ct_vitals_arg){.patient_id = id});
}

/* Who it is, before any key can reach the form: the identity line is that of the next
 * patient already, and only y goes on. */
static void ask_who(struct ct_view *v, size_t index)
{
    static const struct ct_choice WHO[] = {
        {"y", "yes, enter vitals"}, {"s", "skip"}, {"Esc", "the list"}, {NULL, NULL}};
    struct round *s = ct_view_state(v);
    if (!ask_about(s, index))
        return;
    s->r.begun = true;
    s->r.at = index;
    s->table.cursor = (int64_t)index;
    char name[2 * CT_NAME_BYTES + 3], question[400];
    ct_patient_name(&s->asked, name, sizeof name);
    snprintf(question, sizeof question, "%zu of %zu: %s%s%s. Is this the patient before you?",
             ct_round_position(&s->r, index), s->r.n - counted(s, CT_ROUND_LEFT_OUT), name,
             s->asked.place[0] != '\0' ? ", " : "", s->asked.place);
    ct_ui_ask(v, question, WHO, who_answered);
    ct_dialog_guard(v);
}

/* ---- from the screens above ------------------------------------------------------- */

static struct ct_view *round_below(const struct ct_view *v)
{
    struct ct_view *below = ct_ui_below(v);
    return below != NULL && ct_view_screen(below) == &ct_screen_round ? below : NULL;
}

bool ct_round_here(const struct ct_view *v)
{
    return round_below(v) != NULL;
}

void ct_round_hint(const struct ct_view *v, char *out, size_t size)
{
    struct ct_view *below = round_below(v);
    ct_text_copy(out, size, "");
    if (below == NULL)
        return;
    struct round *s = ct_view_state(below);
    look(s);
    size_t next = s->r.n > 0 ? ct_round_after(&s->r, s->r.at) : 0;
    if (next >= s->r.n) {
        snprintf(out, size, "round complete: %zu done, %zu skipped", counted(s, CT_ROUND_DONE),
                 counted(s, CT_ROUND_SKIPPED));
        return;
    }
    const struct ct_due *d = &s->r.entry[next].due;
    snprintf(out, size, "next in round: %s%s%s (%zu of %zu)", d->name,
             d->place[0] != '\0' ? ", " : "", d->place, ct_round_position(&s->r, next),
             s->r.n - counted(s, CT_ROUND_LEFT_OUT));
}

enum ct_reaction ct_round_next(struct ct_view *v)
{
    struct ct_view *below = round_below(v);
    if (below == NULL)
        return CT_IGNORED;
    ct_ui_pop(ct_view_ui(v));
    advance(below);
    return CT_HANDLED;
}

static void form_skip_chosen(struct ct_view *v, int index)
{
    struct ct_view *below = round_below(v);
    if (index < 0 || below == NULL)
        return;
    if (skip_record(ct_view_state(below), (enum ct_why)(index + 1)))
        ct_round_next(v);
}

enum ct_reaction ct_round_skip(struct ct_view *v)
{
    struct ct_view *below = round_below(v);
    if (below == NULL)
        return CT_IGNORED;
    struct round *s = ct_view_state(below);
    struct ct_draft d = {.n = 0};
    bool typed = ct_view_screen(v)->draft != NULL && ct_view_screen(v)->draft(v, &d);
    ct_draft_done(&d);
    if (typed) {
        ct_ui_say(s->ui, CT_R_WARN,
                  "Something is typed here: save it, the reason why it is not "
                  "complete is asked then, or discard it first.");
        return CT_REFUSED;
    }
    if (s->r.entry[s->r.at].state != CT_ROUND_TO_DO) {
        ct_ui_say(s->ui, CT_R_WARN, "This patient is done in this round.");
        return CT_REFUSED;
    }
    skip_ask(v, form_skip_chosen, s->r.entry[s->r.at].due.name);
    return CT_HANDLED;
}

/* ---- commands ------------------------------------------------------------------------ */

static bool has_rows(const struct ct_view *v)
{
    return ((const struct round *)ct_view_state(v))->r.n > 0;
}

static bool may_choose(const struct ct_view *v)
{
    const struct round *s = ct_view_state(v);
    return s->chosen_here && !s->r.begun;
}

/* The patient of the line; when that one is done, the next to do. */
static enum ct_reaction go(struct ct_view *v)
{
    struct round *s = ct_view_state(v);
    size_t index = (size_t)s->table.cursor;
    if (s->r.entry[index].state != CT_ROUND_TO_DO)
        index = ct_round_after(&s->r, index);
    if (index == s->r.n) {
        ct_ui_say(s->ui, CT_R_OK, "Nobody is left to do.");
        return CT_REFUSED;
    }
    ask_who(v, index);
    return CT_HANDLED;
}

static enum ct_reaction skip(struct ct_view *v)
{
    struct round *s = ct_view_state(v);
    const struct ct_round_entry *e = &s->r.entry[s->table.cursor];
    if (e->state != CT_ROUND_TO_DO) {
        ct_ui_say(s->ui, CT_R_WARN, "%s is %s.", e->due.name,
                  e->state == CT_ROUND_LEFT_OUT ? "left out of this round"
                                                : "done in this round");
        return CT_REFUSED;
    }
    s->r.at = (size_t)s->table.cursor;
    s->walking = false;
    if (!ask_about(s, s->r.at))
        return CT_REFUSED;
    skip_ask(v, skip_chosen, e->due.name);
    return CT_HANDLED;
}

static void quick_given(struct ct_view *v, const char *text)
{
    struct round *s = ct_view_state(v);
    if (ct_quick_given(v, &s->quick, text))
        s->r.begun = true;
}

static enum ct_reaction quick(struct ct_view *v)
{
    struct round *s = ct_view_state(v);
    s->r.at = (size_t)s->table.cursor;
    return ct_quick_ask(v, &s->quick, s->r.entry[s->r.at].patient_id, quick_given);
}

static enum ct_reaction leave_out(struct ct_view *v)
{
    struct round *s = ct_view_state(v);
    struct ct_round_entry *e = &s->r.entry[s->table.cursor];
    if (e->state != CT_ROUND_TO_DO && e->state != CT_ROUND_LEFT_OUT) {
        ct_ui_say(s->ui, CT_R_WARN, "%s is done in this round.", e->due.name);
        return CT_REFUSED;
    }
    e->state = e->state == CT_ROUND_TO_DO ? CT_ROUND_LEFT_OUT : CT_ROUND_TO_DO;
    if (s->table.cursor + 1 < (int64_t)s->r.n)
        s->table.cursor++;
    return CT_HANDLED;
}

static enum ct_reaction list_again(struct round *s)
{
    struct ct_error err;
    if (list_make(s, &err) == CT_OK)
        return CT_HANDLED;
    ct_ui_say_error(s->ui, &err);
    return CT_REFUSED;
}

static enum ct_reaction wider(struct ct_view *v)
{
    struct round *s = ct_view_state(v);
    s->window = (s->window + 1) % CT_LEN(WINDOWS_MIN);
    return list_again(s);
}

/* The next place of those on the list; behind the last all again. */
static enum ct_reaction next_place(struct ct_view *v)
{
    struct round *s = ct_view_state(v);
    char now[sizeof s->place];
    memcpy(now, s->place, sizeof now);
    s->place[0] = '\0';
    if (list_again(s) != CT_HANDLED)
        return CT_REFUSED;
    for (size_t i = 0; i < s->r.n; i++) { /* the list is in the order of places */
        const char *p = s->r.entry[i].due.place;
        if (p[0] != '\0' && (now[0] == '\0' || ct_place_order(p, now) > 0)) {
            ct_text_copy(s->place, sizeof s->place, p);
            return list_again(s);
        }
    }
    return CT_HANDLED;
}

static void stop_answered(struct ct_view *v, int index)
{
    struct round *s = ct_view_state(v);
    if (index != 0)
        return;
    s->r.begun = false; /* nothing is kept of it */
    forget(s);
    ct_ui_pop(s->ui);
    ct_ui_say(s->ui, CT_R_TEXT, "The round is ended: %zu done, %zu skipped, %zu not done.",
              counted(s, CT_ROUND_DONE), counted(s, CT_ROUND_SKIPPED),
              counted(s, CT_ROUND_TO_DO));
}

static enum ct_reaction stop(struct ct_view *v)
{
    static const struct ct_choice STOP[] = {{"y", "end it"}, {"Esc", "go on"}, {NULL, NULL}};
    struct round *s = ct_view_state(v);
    char question[120];
    size_t left = counted(s, CT_ROUND_TO_DO);
    if (left == 0 || !s->r.begun) {
        stop_answered(v, 0);
        return CT_HANDLED;
    }
    snprintf(question, sizeof question, "End the round? %zu of it %s not done.", left,
             left == 1 ? "is" : "are");
    ct_ui_ask(v, question, STOP, stop_answered);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "round.go",
     .keys = "Enter",
     .label = "go",
     .perm = CT_PERM_VITALS_WRITE,
     .help = "To the patient of this line; when that one is done, to the next to do.",
     .run = go,
     .shown = has_rows},
    {.id = "round.skip",
     .keys = "s",
     .label = "skip",
     .perm = CT_PERM_VITALS_WRITE,
     .help = "Nothing is taken from this patient: the reason is asked and recorded.",
     .run = skip,
     .shown = has_rows},
    {.id = "round.out",
     .keys = "Space",
     .label = "leave out",
     .perm = CT_PERM_VITALS_WRITE,
     .help = "Leave this patient out of the round, or take back in; nothing is recorded.",
     .run = leave_out,
     .shown = has_rows},
    {.id = "round.quick",
     .keys = "= F8",
     .label = "quick line",
     .perm = CT_PERM_VITALS_WRITE,
     .help = CT_QUICK_HELP,
     .run = quick,
     .shown = has_rows},
    {.id = "round.wider",
     .keys = "w",
     .label = "due within",
     .perm = CT_PERM_VITALS_READ,
     .help = "Late ones only, or due within 15, 30, 60 min, 2, 4, 12 h; before it has begun.",
     .run = wider,
     .shown = may_choose},
    {.id = "round.place",
     .keys = "p",
     .label = "place",
     .perm = CT_PERM_VITALS_READ,
     .help = "One place after the other, behind the last all; before it has begun.",
     .run = next_place,
     .shown = may_choose},
    {.id = "round.stop",
     .keys = "x",
     .label = "stop",
     .perm = CT_PERM_VITALS_WRITE,
     .help = "End the round; what was saved stays, and who was not done is still due.",
     .run = stop},
    {.id = NULL},
};

const struct ct_screen ct_screen_round = {
    .id = "round",
    .title = "Round",
    .help =
        "Patients one after another, in the order of their places. Enter asks who it is and "
        "opens the form; after saving, n or Enter goes to the next one. Who has a set since "
        "the round began is done, whoever took it. Esc leaves the round and can keep it: the "
        "home screen offers to go on with it.",
    .perm = CT_PERM_VITALS_WRITE,
    .jump = true,
    .state_size = sizeof(struct round),
    .commands = COMMANDS,
    .open = round_open,
    .draw = round_draw,
    .event = round_event,
    .draft = round_draft,
    .refresh = round_refresh,
    .tick = round_tick,
};
