/* saved - what was stored, read back, and what follows from it. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>

#include "clinic/escalation.h"
#include "ui/tk/chart.h"

enum { TREND_MS = 24 * CT_HOUR_MS, POINTS_MAX = 200 };

struct saved {
    struct ct_ui *ui;
    struct ct_patient patient;
    struct ct_vitals set, before;
    bool have_before;
    int64_t in_error;
    struct ct_assessment worth;
    struct ct_point pulse[POINTS_MAX], score[POINTS_MAX];
    size_t n_pulse, n_score;
    struct ct_escalation open; /* the most urgent of the patient's, if have_open */
    bool have_open;
    struct ct_quick quick;
    char round[200]; /* who is next in it; "" outside of a round */
};

static enum ct_status escalation_look(struct saved *s, struct ct_error *reterr)
{
    struct ct_escalation *list = NULL;
    size_t n = 0;
    enum ct_status st = ct_escalation_list(ct_ui_app(s->ui), s->set.patient_id, INT64_MAX, 1,
                                           &list, &n, reterr);
    s->have_open = st == CT_OK && n > 0 && list[0].open;
    if (s->have_open)
        s->open = list[0];
    free(list);
    return st;
}

static void points_take(struct saved *s, const struct ct_vitals *list, size_t n)
{
    for (size_t i = n; i-- > 0;) { /* newest first: turn it round */
        const struct ct_vitals *v = &list[i];
        if (v->v[CT_Q_PULSE].n != CT_UNSET)
            s->pulse[s->n_pulse++] = (struct ct_point){.at_ms = v->taken_ms,
                                                       .value = v->v[CT_Q_PULSE].n};
        if (v->score >= 0 && v->card == s->set.card)
            s->score[s->n_score++] = (struct ct_point){.at_ms = v->taken_ms, .value = v->score};
    }
}

static enum ct_status saved_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct saved *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_vitals *list = NULL;
    size_t n = 0;
    enum ct_status st = ct_vitals_get(app, *(const int64_t *)arg, &s->set, reterr);
    if (st == CT_OK)
        st = ct_patient_get(app, s->set.patient_id, &s->patient, reterr);
    if (st == CT_OK)
        st = ct_vitals_list(app, s->set.patient_id, CT_UNSET, POINTS_MAX, &list, &n, reterr);
    if (st == CT_OK)
        st = escalation_look(s, reterr);
    if (st != CT_OK) {
        free(list);
        return st;
    }
    for (size_t i = 0; i < n && !s->have_before; i++)
        if (list[i].taken_ms < s->set.taken_ms && list[i].score >= 0) {
            s->before = list[i];
            s->have_before = true;
        }
    points_take(s, list, n);
    free(list);
    struct ct_vitals again = s->set; /* the stored score stays; only what it calls for is wanted */
    ct_vitals_assess(ct_ui_rules(s->ui), &s->patient, &again, &s->worth);
    return CT_OK;
}

static void due_draw(const struct saved *s, struct ct_grid *g, int row, int col)
{
    if (s->set.next_due_ms == CT_UNSET)
        return;
    char at[24], span[24];
    ct_datetime_text(s->set.next_due_ms, at);
    ct_span_text(s->set.next_due_ms - s->set.taken_ms, span);
    if (s->set.band == CT_BAND_HIGH)
        ct_grid_text(g, row, col, -1, CT_R_ALARM, "monitor continuously");
    else
        ct_grid_printf(g, row, col, -1, CT_R_TEXT, "next set by %s (%s)", at, span);
}

/* Returns the row below it. What the score calls for is never cut off. */
static int result_draw(const struct saved *s, struct ct_grid *g, struct ct_rect body)
{
    char line[256], at[24];
    ct_time_text(s->set.recorded_ms, at);
    int used = ct_grid_printf(g, body.row, body.col + 1, -1, CT_R_OK, "SAVED %s", at);
    char who[128];
    const struct ct_who *me = ct_app_who(ct_ui_app(s->ui));
    snprintf(who, sizeof who, "%s", me != NULL ? me->name : "");
    used += ct_grid_printf(g, body.row, body.col + 1 + used, -1, CT_R_TEXT, " by %s", who);
    ct_datetime_text(s->set.taken_ms, at);
    ct_grid_printf(g, body.row, body.col + 1 + used, -1, CT_R_DIM, "   taken %s", at);
    ct_vitals_line(&s->set, line, sizeof line);
    ct_grid_text(g, body.row + 1, body.col + 3, body.cols - 4, CT_R_VALUE, line);
    used = ct_draw_score(g, body.row + 3, body.col + 3, &s->set);
    if (s->have_before) {
        char old[160];
        ct_vitals_score_text(&s->before, old, sizeof old);
        ct_datetime_text(s->before.taken_ms, at);
        ct_grid_printf(g, body.row + 3, body.col + 6 + used, -1, CT_R_DIM, "was %s at %s", old, at);
    }
    due_draw(s, g, body.row + 4, body.col + 3);
    int rows = 2;
    if (s->worth.complete || s->worth.call >= 0)
        rows = ct_draw_wrapped(g, (struct ct_rect){body.row + 5, body.col + 3, 6, body.cols - 6},
                               CT_R_TEXT, s->worth.response);
    return body.row + 5 + (rows > 2 ? rows : 2);
}

static void saved_refresh(struct ct_view *v)
{
    struct saved *s = ct_view_state(v);
    struct ct_error err;
    if (escalation_look(s, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

/* Who waits for somebody, whatever this set says. Returns the rows used. */
static int escalation_draw(const struct saved *s, struct ct_grid *g, struct ct_rect at)
{
    if (!s->have_open)
        return 0;
    const struct ct_escalation *e = &s->open;
    char raised[24], state[1024], line[1200];
    bool mine = e->vitals_id == s->set.id;
    ct_datetime_text(e->at_ms, raised);
    ct_escalation_text(e, ct_app_now(ct_ui_app(s->ui)), state, sizeof state);
    snprintf(line, sizeof line, "Escalation E-%lld (raised %s, score %d) is %sopen: %s. E goes there.",
             (long long)e->id, raised, e->score, mine ? "" : "still ", state);
    return 1 + ct_draw_wrapped(g, at, e->overdue ? CT_R_ALARM : CT_R_WARN, line);
}

static void trend_draw(const struct saved *s, struct ct_grid *g, struct ct_rect at)
{
    struct ct_chart_band band[CT_BANDS];
    char title[32];
    const struct ct_config *c = ct_app_config(ct_ui_app(s->ui));
    enum ct_chart_style style = ct_ui_ascii(s->ui)       ? CT_CHART_ASCII
                                : c->chart[0] == 'b'     ? CT_CHART_BRAILLE
                                : c->chart[0] == 'a'     ? CT_CHART_ASCII
                                                         : CT_CHART_PLAIN;
    int64_t to = s->set.taken_ms > ct_app_now(ct_ui_app(s->ui)) ? s->set.taken_ms
                                                               : ct_app_now(ct_ui_app(s->ui));
    struct ct_chart chart = {.title = "Pulse /min, 24 h", .from_ms = to - TREND_MS, .to_ms = to,
                             .point = s->pulse, .n_points = s->n_pulse, .style = style};
    int half = at.cols / 2;
    ct_chart_draw(&chart, g, at.row, at.col + 1, at.rows, half - 2);
    snprintf(title, sizeof title, "%s, 24 h", ct_card_title(s->set.card));
    chart.title = title;
    chart.reach = CT_NEWS2_AXIS;
    chart.point = s->score;
    chart.n_points = s->n_score;
    chart.band = band;
    chart.n_bands = ct_total_bands(ct_ui_rules(s->ui), &s->set, band);
    ct_chart_draw(&chart, g, at.row, at.col + half + 1, at.rows, half - 2);
}

/* The view is in its place on the stack only now: what lies below says whether this
 * belongs to a round. */
static void round_draw(struct ct_view *v, struct ct_grid *g, int row, int col)
{
    struct saved *s = ct_view_state(v);
    if (s->round[0] == '\0' && ct_round_here(v))
        ct_round_hint(v, s->round, sizeof s->round);
    ct_grid_text(g, row, col, -1, CT_R_TITLE, s->round);
}

static void saved_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct saved *s = ct_view_state(v);
    ct_subject_patient(s->ui, &s->patient);
    int row = result_draw(s, g, body) + 1;
    ct_grid_cursor(g, body.row, body.col + 1);
    row += escalation_draw(s, g, (struct ct_rect){row, body.col + 3, 3, body.cols - 6});
    int left = body.row + body.rows - row - ct_round_here(v);
    trend_draw(s, g, (struct ct_rect){row, body.col, left, body.cols});
    round_draw(v, g, body.row + body.rows - 1, body.col + 1);
}

static enum ct_reaction done(struct ct_view *v)
{
    ct_ui_pop(ct_view_ui(v));
    return CT_HANDLED;
}

static bool no_round(const struct ct_view *v)
{
    return !ct_round_here(v);
}

static enum ct_reaction correct(struct ct_view *v)
{
    struct saved *s = ct_view_state(v);
    struct ct_vitals_arg arg = {.patient_id = s->patient.id, .correct_id = s->set.id};
    return ct_ui_replace(s->ui, &ct_screen_vitals, &arg) ? CT_HANDLED : CT_REFUSED;
}

static void error_answered(struct ct_view *v, int index)
{
    struct saved *s = ct_view_state(v);
    if (ct_set_error_done(s->ui, s->in_error, index))
        ct_ui_replace(s->ui, &ct_screen_versions, &s->in_error); /* it reads back nothing more */
}

static enum ct_reaction in_error(struct ct_view *v)
{
    struct saved *s = ct_view_state(v);
    return ct_set_error_ask(v, &s->set, &s->in_error, error_answered);
}

static enum ct_reaction versions(struct ct_view *v)
{
    struct saved *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_versions, &s->set.id) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction notes(struct ct_view *v)
{
    struct saved *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_notes, &s->set.id) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction trend(struct ct_view *v)
{
    struct saved *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_trend, &s->patient.id) ? CT_HANDLED : CT_REFUSED;
}

static bool has_open(const struct ct_view *v)
{
    return ((const struct saved *)ct_view_state(v))->have_open;
}

static enum ct_reaction escalation(struct ct_view *v)
{
    struct saved *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_escalation, &s->open.id) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction next_patient(struct ct_view *v)
{
    return ct_ui_replace(ct_view_ui(v), &ct_screen_find, NULL) ? CT_HANDLED : CT_REFUSED;
}

static void quick_given(struct ct_view *v, const char *text)
{
    ct_quick_given(v, &((struct saved *)ct_view_state(v))->quick, text);
}

static enum ct_reaction quick(struct ct_view *v)
{
    struct saved *s = ct_view_state(v);
    s->quick.replace = true;
    return ct_quick_ask(v, &s->quick, s->patient.id, quick_given);
}

static enum ct_reaction home(struct ct_view *v)
{
    ct_ui_home(ct_view_ui(v));
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "saved.round", .keys = "n Enter", .label = "next in round",
     .perm = CT_PERM_VITALS_WRITE, .help = "The next patient of the round; who it is is asked.",
     .run = ct_round_next, .shown = ct_round_here},
    {.id = "saved.done", .keys = "Enter", .label = "done", .perm = -1,
     .help = "Back to where the form was opened from.", .run = done, .shown = no_round},
    {.id = "saved.escalation", .keys = "E", .label = "escalation", .perm = CT_PERM_VITALS_READ,
     .help = "The open escalation: who is asked, told, accepted, attended, outcome.",
     .run = escalation, .shown = has_open},
    {.id = "saved.next", .keys = "/ F3", .label = "next patient", .perm = CT_PERM_PATIENT_READ,
     .help = "Find the next patient.", .run = next_patient},
    {.id = "saved.home", .keys = "h", .label = "home", .perm = -1,
     .help = "To the home screen.", .run = home},
    {.id = "saved.correct", .keys = "c", .label = "correct", .perm = CT_PERM_VITALS_WRITE,
     .help = "Correct this set: the old values stay readable, a reason is asked.",
     .run = correct},
    {.id = "saved.quick", .keys = "= F8", .perm = CT_PERM_VITALS_WRITE,
     .help = "The next set of this patient on one line: 120/80 72 16 98 36.6 A.", .run = quick},
    {.id = "saved.error", .keys = "d", .perm = CT_PERM_VITALS_WRITE,
     .help = "Mark this set as entered in error; a reason is asked.", .run = in_error},
    {.id = "saved.trend", .keys = "t", .label = "trend", .perm = CT_PERM_VITALS_READ,
     .help = "The trend as numbers and as a chart.", .run = trend},
    {.id = "saved.notes", .keys = "s", .label = "SBAR note", .perm = CT_PERM_VITALS_READ,
     .help = "What people made of this set; write a note in the parts of SBAR.", .run = notes},
    {.id = "saved.versions", .keys = "i", .label = "versions", .perm = CT_PERM_VITALS_READ,
     .help = "All versions of this set, with who and when and why.", .run = versions},
    {.id = NULL},
};

static int64_t saved_patient(const struct ct_view *v)
{
    return ((const struct saved *)ct_view_state(v))->patient.id;
}

const struct ct_screen ct_screen_saved = {
    .id = "saved",
    .title = "Saved, read back",
    .help = "The set as it now stands in the store, the score with what it calls for, and when "
            "the next set is due.",
    .perm = CT_PERM_VITALS_READ,
    .state_size = sizeof(struct saved),
    .arg_size = sizeof(int64_t),
    .patient = saved_patient,
    .commands = COMMANDS,
    .open = saved_open,
    .draw = saved_draw,
    .refresh = saved_refresh,
};
