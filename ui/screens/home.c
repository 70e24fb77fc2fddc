/* home - what is late, what is next, before any menu. */
#include "ui/screens/home_parts.h"
#include "ui/screens/proc_act.h"
#include "ui/screens/school.h"
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/access.h"
#include "clinic/due_board.h"
#include "clinic/escalation.h"
#include "clinic/handover.h"
#include "clinic/lookback.h"
#include "clinic/prep.h"
#include "clinic/review.h"
#include "clinic/schedule.h"
#include "record/draft.h"
#include "record/user.h"
#include "ui/tk/table.h"

enum { HORIZON_H = 4, DUE_MAX = 500, NEXT_LEAST = 3, NEXT_MOST = 5,
       PREP_LEFT_MS = 12 * CT_HOUR_MS, REVIEW_DAYS = 8 };

enum { COL_WHO, COL_PLACE, COL_SCORE, COL_TAKEN, COL_DUE, COL_WHEN };
static const struct ct_column COLUMNS[] = {
    [COL_WHO] = {.title = "Observations due", .width = 0, .frozen = true},
    [COL_PLACE] = {.title = "Where", .width = 10},
    [COL_SCORE] = {.title = "NEWS2", .width = 12},
    [COL_TAKEN] = {.title = "Taken", .width = 6},
    [COL_DUE] = {.title = "Due", .width = 6},
    [COL_WHEN] = {.title = "", .width = 10},
};

static int64_t due_count(void *arg)
{
    return (int64_t)((struct home *)arg)->n;
}

static bool due_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

/* Continuously, unless the patient refused it: then there is a time to come back. */
static bool watched(const struct ct_due *d)
{
    return d->continuous && d->refused_ms == CT_UNSET;
}

static const char *due_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct home *s = arg;
    const struct ct_due *d = &s->due[row];
    switch (column) {
    case COL_WHO: return d->name;
    case COL_PLACE: return d->place;
    case COL_SCORE: return ct_due_score(d, role, s->cell);
    case COL_TAKEN:
        ct_when_text(d->taken_ms, s->now_ms, s->cell);
        return s->cell;
    case COL_DUE:
        if (watched(d)) /* it is due all the time */
            return "now";
        if (d->due_ms < s->now_ms)
            ct_when_text(d->due_ms, s->now_ms, s->cell);
        else
            ct_time_text(d->due_ms, s->cell); /* within a day: which one is clear */
        return s->cell;
    default: /* not how late or how long: that would be sent again each minute */
        if (watched(d)) /* the score beside it bears the colour */
            return "continuous";
        if (d->due_ms >= s->now_ms)
            return "";
        *role = CT_R_WARN;
        return "LATE";
    }
}

/* The newest; but the form of a patient of a round that was left is come to by going on
 * with the round. */
static bool draft_newest(struct home *s, struct ct_draft *d)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_draft round = {0};
    bool has = false;
    if (ct_draft_latest(app, NULL, CT_UNSET, d, NULL) != CT_OK)
        return false;
    if (ct_draft_latest(app, CT_DRAFT_ROUND, CT_UNSET, &round, NULL) != CT_OK)
        return true;
    s->draft_patients = ct_round_draft(&round, d->patient_id, &has);
    if (has && strcmp(d->kind, "vitals") == 0) {
        ct_draft_done(d);
        *d = round;
    } else {
        ct_draft_done(&round);
    }
    return true;
}

static void draft_name(struct home *s)
{
    s->draft_name[0] = '\0';
    struct ct_patient *p = calloc(1, sizeof *p);
    if (p != NULL && s->draft_patient != CT_UNSET &&
        ct_patient_get(ct_ui_app(s->ui), s->draft_patient, p, NULL) == CT_OK)
        ct_patient_name(p, s->draft_name, sizeof s->draft_name);
    free(p);
}

/* A checklist that this user answered last and left open needs no draft: every answer
 * is kept. It is offered when nothing was typed later. */
static void prep_look(struct home *s)
{
    struct ct_prep *list = NULL;
    size_t n = 0;
    struct ct_prep_filter f = {.mine = true, .since_ms = s->now_ms - PREP_LEFT_MS};
    s->prep_id = 0;
    if (!s->clinical || ct_prep_list(ct_ui_app(s->ui), &f, 1, &list, &n, NULL) != CT_OK)
        return;
    if (n > 0 && (!s->have_draft || s->draft_ms < list[0].last_ms)) {
        s->have_draft = true;
        s->prep_id = list[0].id;
        s->prep_open = list[0].wants;
        s->draft_patient = list[0].patient_id;
        s->draft_ms = list[0].last_ms;
        ct_text_copy(s->prep_title, sizeof s->prep_title, list[0].title);
    }
    free(list);
}

static void draft_look(struct home *s)
{
    struct ct_draft d = {0};
    s->have_draft = draft_newest(s, &d);
    if (s->have_draft) {
        snprintf(s->draft_kind, sizeof s->draft_kind, "%s", d.kind);
        s->draft_patient = d.patient_id;
        s->draft_ms = d.saved_ms;
        ct_draft_done(&d);
    }
    prep_look(s);
    if (s->have_draft)
        draft_name(s);
}

/* Who can log in, at a glance: what an administrator is asked about. */
static void users_look(struct home *s)
{
    struct ct_user *u = NULL;
    struct ct_error err;
    size_t n = 0;
    s->active = s->temporary = s->disabled = 0;
    if (ct_user_list(ct_ui_app(s->ui), &u, &n, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    for (size_t i = 0; i < n; i++) {
        s->disabled += !u[i].active;
        s->temporary += u[i].active && u[i].must_change;
        s->active += u[i].active && !u[i].must_change;
    }
    free(u);
    if (ct_chain_head(ct_ui_app(s->ui), &s->head, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

/* Today's procedures; the counts are of the same query. */
static void procedures_look(struct home *s, uint32_t me)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_proc_filter f = {.patient_id = 0};
    struct ct_error err;
    free(s->today);
    s->today = NULL;
    ct_proc_day(s->now_ms, 0, &f.from_ms, &f.before_ms);
    if (ct_procedure_list(app, &f, &s->today, &s->n_today, &err) != CT_OK ||
        ct_procedure_left(app, f.from_ms - 31 * (int64_t)CT_DAY_MS, f.from_ms, &s->left, &err) !=
            CT_OK)
        ct_ui_say_error(s->ui, &err);
    ct_proc_count(s->today, s->n_today, me, s->now_ms, &s->procedures);
}

/* What a review asks of this user: answers, and of a supervisor signatures. */
static void reviews_look(struct home *s)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_review *r = NULL;
    struct ct_error err;
    size_t n = 0;
    s->unsigned_n = s->since_n = 0;
    if (ct_review_mine_count(app, &s->queries, &err) != CT_OK ||
        ct_handover_count(app, &s->ho_mine, &s->ho_take, &err) != CT_OK ||
        (s->everybody && ct_review_list(app, REVIEW_DAYS, true, &r, &n, &err) != CT_OK))
        ct_ui_say_error(s->ui, &err);
    for (size_t i = 0; i < n; i++) {
        s->unsigned_n += r[i].state != CT_REVIEW_SIGNED && !r[i].running;
        s->since_n += r[i].since > 0;
    }
    free(r);
}

/* Four hours ahead and on to the full hour: those who are due come into sight with the
 * hour, not one each minute. */
static int64_t horizon(int64_t now_ms)
{
    int64_t end = now_ms + HORIZON_H * CT_HOUR_MS;
    struct ct_civil c;
    ct_civil_at(end, &c);
    return end - end % CT_MINUTE_MS + (60 - c.minute) * CT_MINUTE_MS;
}

/* The patient under the mark; NULL: nobody is due. */
static const struct ct_due *chosen(const struct home *s)
{
    return s->n > 0 ? &s->due[s->table.cursor] : NULL;
}

/* Where the mark is found again: on the same patient, unless she was gone to from here and
 * has been seen to since. Then on whoever stands in her place: the next in line. */
static bool marked(const struct home *s, int64_t patient_id, const struct ct_due *d)
{
    if (d->patient_id != patient_id)
        return false;
    return s->gone_to.patient_id != patient_id ||
           (d->vitals_id == s->gone_to.vitals_id && d->refused_ms == s->gone_to.refused_ms);
}

static void home_refresh(struct ct_view *v)
{
    struct home *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_error err;
    const struct ct_who *who = ct_app_who(app);
    if (who == NULL || ct_app_state(app) != CT_IN)
        return;
    const int64_t before = chosen(s) != NULL ? chosen(s)->patient_id : 0;
    s->now_ms = ct_app_now(app);
    s->clinical = ct_role_may(who->role, CT_PERM_VITALS_READ);
    ct_shift_at(ct_app_config(app), s->now_ms, &s->shift);
    free(s->due);
    s->due = NULL;
    s->n = 0;
    if (s->clinical) {
        s->until_ms = horizon(s->now_ms);
        if (ct_due_list(app, s->until_ms - s->now_ms, DUE_MAX, &s->due, &s->n, &err) != CT_OK)
            ct_ui_say_error(s->ui, &err);
        ct_due_sort_urgent(s->due, s->n, s->now_ms);
        s->everybody = ct_role_may(who->role, CT_PERM_SHIFT_ALL);
        uint32_t whose = s->everybody ? 0 : who->user_id;
        if (ct_shift_count(app, &s->shift, whose, &s->counts, &err) != CT_OK ||
            ct_escalation_count(app, &s->esc_open, &s->esc_overdue, &err) != CT_OK ||
            ct_task_waiting(app, &s->tasks, &s->approvals, &err) != CT_OK ||
            ct_lookback_count(app, &s->lookbacks, &err) != CT_OK ||
            ct_countersign_count(app, &s->countersigns, &s->own_countersigns, &err) != CT_OK)
            ct_ui_say_error(s->ui, &err);
        procedures_look(s, who->user_id);
        reviews_look(s);
    }
    s->glass = 0;
    if (ct_role_may(who->role, CT_PERM_ACCESS_REVIEW) &&
        ct_glass_count(app, &s->glass, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    if (!s->clinical)
        users_look(s);
    s->late = 0;
    for (size_t i = 0; i < s->n; i++) {
        s->late += s->due[i].due_ms < s->now_ms;
        if (marked(s, before, &s->due[i]))
            s->table.cursor = (int64_t)i;
    }
    s->gone_to.patient_id = 0;
    ct_table_reload(&s->table);
    draft_look(s);
}

/* Things grow late without anybody changing the store. */
static void home_tick(struct ct_view *v)
{
    const struct home *s = ct_view_state(v);
    if (s->clinical && ct_app_now(ct_ui_app(s->ui)) / CT_MINUTE_MS != s->now_ms / CT_MINUTE_MS)
        home_refresh(v);
}

static enum ct_status home_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    (void)arg, (void)reterr;
    struct home *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = due_count, .load = due_load, .cell = due_cell});
    home_refresh(v);
    return CT_OK;
}

static void home_close(struct ct_view *v)
{
    struct home *s = ct_view_state(v);
    free(s->due);
    free(s->today);
}

/* How many of today's that have not ended are shown, in `rows` for them and for who is
 * due: three, and more where everybody who is due has a row all the same. */
static int procedures_shown(const struct home *s, int rows)
{
    size_t open = 0;
    for (size_t i = 0; i < s->n_today; i++)
        open += !ct_proc_ended(s->today[i].state);
    int most = rows - 2 - (int)s->n; /* both headings */
    most = most > NEXT_MOST ? NEXT_MOST : most < NEXT_LEAST ? NEXT_LEAST : most;
    return open < (size_t)most ? (int)open : most;
}

/* The rows they need: nothing where nothing is planned. */
static int procedures_rows(const struct home *s, int rows)
{
    return s->n_today > 0 || s->left > 0 ? 1 + procedures_shown(s, rows) : 0;
}

static void procedure_draw(const struct home *s, const struct ct_procedure *p,
                           struct ct_grid *g, int row, struct ct_rect body)
{
    enum ct_role_ui role = CT_R_TEXT;
    char at[8], what[170], state[32];
    int col = body.col + 1, more = body.cols > 80 ? body.cols - 80 : 0;
    ct_time_text(p->planned_ms, at);
    ct_proc_what(p, what, sizeof what);
    ct_proc_state_cell(p, s->now_ms, &role, state);
    ct_grid_text(g, row, col + 1, 5, CT_R_TEXT, at);
    ct_grid_text(g, row, col + 8, 8, CT_R_TEXT, p->room[0] != '\0' ? p->room : "-");
    ct_grid_text(g, row, col + 17, 18, CT_R_TEXT, what);
    ct_grid_text(g, row, col + 36, 17 + more, CT_R_TEXT, p->patient);
    ct_grid_text(g, row, col + 54 + more, 16, role, state);
    ct_grid_text(g, row, col + 71 + more, 7, CT_R_TEXT, ct_proc_who(s->ui, p));
}

/* The next of today, below what is due; what is late among them stands first by time. */
static void procedures_draw(const struct home *s, struct ct_grid *g, int row, int shown,
                            struct ct_rect body)
{
    char counts[96];
    ct_proc_counts_text(&s->procedures, counts);
    int used = ct_grid_text(g, row, body.col + 1, -1, CT_R_HEAD, "TODAY'S PROCEDURES");
    ct_grid_printf(g, row, body.col + 3 + used, -1, CT_R_TEXT, "%s", counts);
    size_t open = s->procedures.n - s->procedures.done;
    CT_BUF b = {.max = 160};
    if (s->left > 0)
        ct_buf_printf(&b, "%lld of earlier days not ended", (long long)s->left);
    if (open > (size_t)shown)
        ct_buf_printf(&b, "%s%zu more", b.len > 0 ? ", " : "", open - (size_t)shown);
    ct_buf_printf(&b, "%sw", b.len > 0 ? ": " : "");
    ct_grid_right(g, row, body.col + body.cols - 1, s->left > 0 ? CT_R_WARN : CT_R_DIM,
                  ct_buf_str(&b));
    for (size_t i = 0; i < s->n_today && shown > 0; i++) {
        if (ct_proc_ended(s->today[i].state))
            continue;
        procedure_draw(s, &s->today[i], g, ++row, body);
        shown--;
    }
}

static void administration_draw(const struct home *s, struct ct_grid *g, struct ct_rect body)
{
    int row = body.row, col = body.col + 2;
    ct_grid_text(g, row, body.col + 1, -1, CT_R_HEAD, "ADMINISTRATION");
    ct_grid_printf(g, row + 2, col, -1, CT_R_TEXT, "Users     %zu active, %zu with a temporary "
                   "password, %zu disabled", s->active, s->temporary, s->disabled);
    ct_grid_printf(g, row + 3, col, -1, CT_R_TEXT, "Log       %lld entries in the audit chain",
                   (long long)s->head.seq);
    ct_grid_text(g, row + 5, col, -1, CT_R_LABEL, "u  add, disable, reset a password");
    ct_grid_text(g, row + 6, col, -1, CT_R_LABEL, "p  change your own password");
    ct_grid_text(g, row + 8, col, -1, CT_R_DIM, "In a shell, with the same --dir:");
    ct_grid_text(g, row + 9, col, -1, CT_R_DIM,
                 "clintech verify   checks the store, from its pages to its signatures");
    ct_grid_text(g, row + 10, col, -1, CT_R_DIM,
                 "clintech doctor   what is here, and whether it will do");
    ct_grid_text(g, row + 12, col, -1, CT_R_DIM, "Patients are not shown to administrators.");
    ct_grid_cursor(g, row + 5, col);
}

static void home_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct home *s = ct_view_state(v);
    const struct ct_config *c = ct_app_config(ct_ui_app(s->ui));
    char from[8], to[8];
    ct_time_text(s->shift.start_ms, from);
    ct_time_text(s->shift.end_ms, to);
    ct_ui_subject(s->ui, "%s", c->site_name);
    int row = body.row, end = body.row + body.rows;
    if (!s->clinical) {
        administration_draw(s, g, body);
        ct_home_draft_line(s, g, end - 1, body.col + 1);
        return;
    }
    ct_grid_text(g, row, body.col + 1, -1, CT_R_HEAD, "NOW");
    ct_grid_printf(g, row, body.col + 6, -1, s->late > 0 ? CT_R_WARN : CT_R_OK,
                   "%zu late", s->late);
    char until[8];
    ct_time_text(s->until_ms, until);
    ct_grid_printf(g, row, body.col + 16, -1, CT_R_TEXT, "%zu due by %s", s->n - s->late, until);
    char shift[64];
    snprintf(shift, sizeof shift, "shift %s %s-%s", s->shift.name, from, to);
    ct_grid_right(g, row, body.col + body.cols - 1, CT_R_DIM, shift);
    if (s->n == 0)
        ct_grid_text(g, row + 2, body.col + 2, -1, CT_R_DIM,
                     "Nothing is due. / finds a patient, n registers a new one.");
    if (s->have_draft)
        ct_home_draft_line(s, g, --end, body.col + 1);
    ct_home_counts_line(s, g, --end, body.col + 1);
    end -= ct_home_escalations_line(s, g, end - 1, body.col + 1);
    end -= ct_home_glass_line(s, g, end - 1, body.col + 1);
    end -= ct_home_devices_line(s, g, end - 1, body.col + 1);
    end -= ct_home_school_line(s, g, end - 1, body.col + 1);
    end -= ct_home_reviews_line(s, g, end - 1, body.col + 1);
    end -= ct_home_handover_line(s, g, end - 1, body.col + 1);
    int rows = end - row - 1, planned = procedures_rows(s, rows);
    if (planned > 0)
        procedures_draw(s, g, end - planned, planned - 1, body);
    ct_table_draw(&s->table, g, row + 1, body.col, rows - planned, body.cols, true);
}

static enum ct_reaction home_event(struct ct_view *v, const struct ct_event *e)
{
    struct home *s = ct_view_state(v);
    return s->clinical ? ct_table_event(&s->table, e) : CT_IGNORED;
}

/* ---- commands ------------------------------------------------------------- */

static enum ct_reaction push(struct ct_view *v, const struct ct_screen *screen, const void *arg)
{
    return ct_ui_push(ct_view_ui(v), screen, arg) ? CT_HANDLED : CT_REFUSED;
}

/* Now she is gone to. */
static const struct ct_due *go_to_chosen(struct home *s)
{
    const struct ct_due *d = chosen(s);
    if (d != NULL) {
        s->gone_to.patient_id = d->patient_id;
        s->gone_to.vitals_id = d->vitals_id;
        s->gone_to.refused_ms = d->refused_ms;
    }
    return d;
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    const struct ct_due *d = go_to_chosen(ct_view_state(v));
    if (d == NULL)
        return CT_IGNORED;
    return push(v, &ct_screen_patient, &d->patient_id);
}

static enum ct_reaction vitals_chosen(struct ct_view *v)
{
    const struct ct_due *d = go_to_chosen(ct_view_state(v));
    if (d == NULL)
        return CT_IGNORED;
    struct ct_vitals_arg arg = {.patient_id = d->patient_id};
    return push(v, &ct_screen_vitals, &arg);
}

static void quick_given(struct ct_view *v, const char *text)
{
    struct home *s = ct_view_state(v);
    const struct ct_due *d = chosen(s);
    const bool hers = d != NULL && d->patient_id == s->quick.patient_id;
    if (ct_quick_given(v, &s->quick, text) && hers)
        go_to_chosen(s);
}

static enum ct_reaction quick(struct ct_view *v)
{
    struct home *s = ct_view_state(v);
    const struct ct_due *d = chosen(s);
    return d != NULL ? ct_quick_ask(v, &s->quick, d->patient_id, quick_given) : CT_IGNORED;
}

static enum ct_reaction find(struct ct_view *v)
{
    return push(v, &ct_screen_find, NULL);
}

static enum ct_reaction board(struct ct_view *v)
{
    return push(v, &ct_screen_board, NULL);
}

static enum ct_reaction begin_round(struct ct_view *v)
{
    return push(v, &ct_screen_round, NULL);
}

static enum ct_reaction registering(struct ct_view *v)
{
    return push(v, &ct_screen_register, NULL);
}

static enum ct_reaction escalations(struct ct_view *v)
{
    return push(v, &ct_screen_escalations, NULL);
}

static enum ct_reaction worklist(struct ct_view *v)
{
    return push(v, &ct_screen_worklist, NULL);
}

static enum ct_reaction equipment(struct ct_view *v)
{
    return push(v, &ct_screen_equipment, NULL);
}

static enum ct_reaction tasks(struct ct_view *v)
{
    return push(v, &ct_screen_tasks, NULL);
}

static enum ct_reaction approvals(struct ct_view *v)
{
    return push(v, &ct_screen_calibrations, NULL);
}

static enum ct_reaction lookbacks(struct ct_view *v)
{
    return push(v, &ct_screen_lookbacks, NULL);
}

static enum ct_reaction sterilisation(struct ct_view *v)
{
    return push(v, &ct_screen_machines, NULL);
}

static enum ct_reaction training(struct ct_view *v)
{
    return push(v, &ct_screen_competencies, NULL);
}

static enum ct_reaction shift_log(struct ct_view *v)
{
    return push(v, &ct_screen_shift, NULL);
}

static enum ct_reaction figures(struct ct_view *v)
{
    return push(v, &ct_screen_figures, NULL);
}

static enum ct_reaction reviews(struct ct_view *v)
{
    return push(v, &ct_screen_reviews, NULL);
}

static enum ct_reaction handovers(struct ct_view *v)
{
    return push(v, &ct_screen_handovers, NULL);
}

static enum ct_reaction queries(struct ct_view *v)
{
    return push(v, &ct_screen_queries, NULL);
}

static enum ct_reaction openings(struct ct_view *v)
{
    return push(v, &ct_screen_access, NULL);
}

static enum ct_reaction users(struct ct_view *v)
{
    return push(v, &ct_screen_users, NULL);
}

static enum ct_reaction password(struct ct_view *v)
{
    return push(v, &ct_screen_password, NULL);
}

static enum ct_reaction draft_resume(struct ct_view *v)
{
    struct home *s = ct_view_state(v);
    if (!s->have_draft)
        return CT_IGNORED;
    if (s->prep_id != 0)
        return push(v, &ct_screen_prep, &s->prep_id);
    return ct_kept_resume(ct_view_ui(v), s->draft_kind, s->draft_patient);
}

static bool draft_there(const struct ct_view *v)
{
    return ((const struct home *)ct_view_state(v))->have_draft;
}

static enum ct_reaction lock(struct ct_view *v)
{
    ct_ui_lock(ct_view_ui(v));
    return CT_HANDLED;
}

static void logout_answered(struct ct_view *v, int index)
{
    if (index == 0)
        ct_logout(ct_ui_app(ct_view_ui(v)));
}

static enum ct_reaction logout(struct ct_view *v)
{
    static const struct ct_choice CHOICES[] = {{"y", "log out"}, {"Esc", "stay"}, {NULL, NULL}};
    ct_ui_ask(v, "Log out?", CHOICES, logout_answered);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "home.open", .keys = "Enter", .perm = CT_PERM_PATIENT_READ,
     .help = "Open the patient of this line.", .run = open_chosen},
    {.id = "home.find", .keys = "/ F3", .label = "find", .perm = CT_PERM_PATIENT_READ,
     .help = "Find a patient by name, number or date of birth.", .run = find},
    {.id = "home.vitals", .keys = "v F4", .label = "vitals", .perm = CT_PERM_VITALS_WRITE,
     .help = "Enter vitals for the patient of this line.", .run = vitals_chosen},
    {.id = "home.board", .keys = "b", .label = "board", .perm = CT_PERM_VITALS_READ,
     .help = "Everybody who is due, in groups, the latest first.", .run = board},
    {.id = "home.round", .keys = "r", .perm = CT_PERM_VITALS_WRITE,
     .help = "A round of everybody who is late or due soon, one after another.",
     .run = begin_round},
    {.id = "home.quick", .keys = "= F8", .perm = CT_PERM_VITALS_WRITE, .help = CT_QUICK_HELP,
     .run = quick},
    {.id = "home.worklist", .keys = "w", .label = "worklist", .perm = CT_PERM_PROCEDURE_READ,
     .help = "The day's procedures: steps, who does them, a new one.", .run = worklist},
    {.id = "home.equipment", .keys = "e", .perm = CT_PERM_EQUIP_READ,
     .help = "Devices and reference standards: where each stands, what is due.",
     .run = equipment},
    {.id = "home.tasks", .keys = "t", .perm = CT_PERM_EQUIP_READ,
     .help = "What is overdue, due or due soon on devices.", .run = tasks},
    {.id = "home.approvals", .keys = "K", .perm = CT_PERM_EQUIP_APPROVE,
     .help = "Calibrations that wait for a second person.", .run = approvals},
    {.id = "home.lookbacks", .keys = "B", .perm = CT_PERM_EQUIP_READ,
     .help = "Devices that were out of tolerance: what they measured, still to be worked off.",
     .run = lookbacks},
    {.id = "home.sterilisation", .keys = "z", .perm = CT_PERM_STERILE_READ,
     .help = "Sterilisation: machines and their tests, sets, packs.", .run = sterilisation},
    {.id = "home.training", .keys = "T", .perm = CT_PERM_TRAIN_READ,
     .help = "My competencies; the matrix, training sessions, trainees, countersigns.",
     .run = training},
    {.id = "home.register", .keys = "n F5", .label = "new",
     .perm = CT_PERM_PATIENT_WRITE, .help = "Register a patient.", .run = registering},
    {.id = "home.escalations", .keys = "E x", .perm = CT_PERM_VITALS_READ,
     .help = "Escalations: whom a score asked for, and who waits too long.",
     .run = escalations},
    {.id = "home.shift", .keys = "l F6", .label = "shift log", .perm = CT_PERM_SHIFT_OWN,
     .help = "The log of this shift and of those before.", .run = shift_log},
    {.id = "home.reviews", .keys = "R", .perm = CT_PERM_REVIEW,
     .help = "Reviews of the shifts: what is to be gone through and signed.", .run = reviews},
    {.id = "home.figures", .keys = "f", .perm = CT_PERM_REVIEW,
     .help = "Figures over weeks: sets on time, escalations, cycles, calibrations, work by hour.",
     .run = figures},
    {.id = "home.handover", .keys = "H", .perm = CT_PERM_SHIFT_OWN,
     .help = "Hand the shift over, or take what another hands over.", .run = handovers},
    {.id = "home.queries", .keys = "q", .perm = CT_PERM_SHIFT_OWN,
     .help = "Questions that a review asks about your records.", .run = queries},
    {.id = "home.access", .keys = "O", .perm = CT_PERM_ACCESS_REVIEW,
     .help = "Openings of restricted records, to be reviewed.", .run = openings},
    {.id = "home.users", .keys = "u F7", .label = "users", .perm = CT_PERM_USER_READ,
     .help = "Who may log in: add, disable, reset a password.", .run = users},
    {.id = "home.draft", .keys = "D", .label = "draft", .perm = -1,
     .help = "Go on with the form that was kept.", .run = draft_resume, .shown = draft_there},
    {.id = "home.password", .keys = "p", .perm = CT_PERM_SESSION,
     .help = "Change your own password.", .run = password},
    {.id = "home.lock", .keys = "L", .label = "lock", .perm = CT_PERM_SESSION,
     .help = "Lock: the store is closed until your password comes.", .run = lock},
    {.id = "home.logout", .keys = "Q ^Q", .label = "log out", .perm = CT_PERM_SESSION,
     .help = "Log out.", .run = logout},
    {.id = NULL},
};

const struct ct_screen ct_screen_home = {
    .id = "home",
    .title = "Home",
    .help = "Those under continuous watch come first, then who is late, the higher score first, "
            "then who is due next. Enter opens the patient of the line, v enters a set of vitals "
            "at once. Only sets of the last 48 hours are followed here. Below, the next of "
            "today's procedures; w opens the worklist.",
    .perm = CT_PERM_SESSION,
    .state_size = sizeof(struct home),
    .commands = COMMANDS,
    .open = home_open,
    .draw = home_draw,
    .event = home_event,
    .refresh = home_refresh,
    .tick = home_tick,
    .close = home_close,
};
