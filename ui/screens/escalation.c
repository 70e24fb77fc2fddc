/* escalation - one of them: the set that raised it, what it asks, what was done, and
 * one key for each thing that happens next. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "clinic/escalation.h"
#include "record/user.h"

struct escalation {
    struct ct_ui *ui;
    struct ct_patient patient;
    struct ct_escalation e;
    struct ct_vitals set, now;  /* that raised it; as it stands now */
    struct ct_assessment worth; /* what its score calls for */
    enum ct_escalation_event_kind asking;
    size_t top;                 /* first event shown */
    int64_t now_ms;
};

/* What was done last is in sight, unless somebody scrolls. */
enum { EVENTS_SHOWN = 6 };

static enum ct_status load(struct escalation *s, int64_t id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    size_t before = s->e.n_events;
    s->now_ms = ct_app_now(app);
    enum ct_status st = ct_escalation_get(app, id, &s->e, reterr);
    if (st == CT_OK && s->e.n_events != before)
        s->top = s->e.n_events > EVENTS_SHOWN ? s->e.n_events - EVENTS_SHOWN : 0;
    if (st == CT_OK)
        st = ct_vitals_get(app, s->e.vitals_id, &s->set, reterr);
    if (st == CT_OK && s->e.now_id != 0 && s->e.now_id != s->e.vitals_id)
        st = ct_vitals_get(app, s->e.now_id, &s->now, reterr);
    return st;
}

static enum ct_status escalation_open(struct ct_view *v, const void *arg,
                                      struct ct_error *reterr)
{
    struct escalation *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    enum ct_status st = load(s, *(const int64_t *)arg, reterr);
    if (st == CT_OK) /* it shows what is in the record: a reading of it */
        st = ct_patient_open(ct_ui_app(s->ui), s->e.patient_id, &s->patient, reterr);
    if (st != CT_OK)
        return st;
    struct ct_vitals again = s->set;
    ct_vitals_assess(ct_ui_rules(s->ui), &s->patient, &again, &s->worth);
    return CT_OK;
}

static void escalation_refresh(struct ct_view *v)
{
    struct escalation *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, s->e.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void escalation_tick(struct ct_view *v)
{
    struct escalation *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    if (ct_app_state(app) == CT_IN &&
        ct_app_now(app) / CT_MINUTE_MS != s->now_ms / CT_MINUTE_MS)
        escalation_refresh(v);
}

/* ---- drawing ------------------------------------------------------------ */

static int head_draw(const struct escalation *s, struct ct_grid *g, struct ct_rect body)
{
    const struct ct_escalation *e = &s->e;
    char at[24], taken[24], who[64], line[256];
    int row = body.row, col = body.col + 1;
    ct_datetime_text(e->at_ms, at);
    ct_datetime_text(e->taken_ms, taken);
    ct_user_name(ct_ui_app(s->ui), e->by_user, who, sizeof who);
    int used = ct_grid_printf(g, row, col, -1, CT_R_HEAD, "ESCALATION E-%lld", (long long)e->id);
    ct_grid_text(g, row, col + used + 2, -1,
                 e->overdue ? CT_R_ALARM : e->open ? CT_R_WARN : CT_R_OK,
                 e->overdue ? "OVERDUE" : e->open ? "open" : "closed");
    char raised[160];
    snprintf(raised, sizeof raised, "raised %s by %s", at, who);
    ct_grid_right(g, row++, body.col + body.cols - 1, CT_R_DIM, raised);
    used = ct_grid_text(g, row, col + 2, -1, ct_band_role(e->band), e->score_text);
    ct_grid_printf(g, row++, col + 2 + used, -1, CT_R_DIM, "   taken %s", taken);
    ct_vitals_line(&s->set, line, sizeof line);
    ct_grid_text(g, row++, col + 2, body.cols - 4, CT_R_VALUE, line);
    if (e->now_id == 0) {
        ct_grid_text(g, row++, col + 2, -1, CT_R_WARN, "The set was marked as entered in error.");
    } else if (e->now_id != e->vitals_id) {
        char score[160];
        ct_vitals_score_text(&s->now, score, sizeof score);
        ct_grid_printf(g, row++, col + 2, -1, CT_R_WARN, "The set was corrected: now %s", score);
    }
    return row;
}

/* "To accept: > medical team by 08:48, then medical registrar by 09:08. With the
 * patient by 09:28." */
static int asks_draw(const struct escalation *s, struct ct_grid *g, struct ct_rect at)
{
    const struct ct_escalation *e = &s->e;
    CT_BUF b = {.max = 1024};
    int64_t until = e->at_ms;
    char by[8];
    ct_buf_str_add(&b, "To accept: ");
    for (size_t i = 0; i < e->rule.n_levels; i++) {
        until += e->rule.accept_min[i] * (int64_t)CT_MINUTE_MS;
        ct_time_text(until, by);
        bool now = e->open && !e->accepted && (size_t)e->level == i;
        ct_buf_printf(&b, "%s%s%s by %s", i > 0 ? ", then " : "", now ? "> " : "",
                      e->rule.level[i], by);
    }
    if (e->rule.attend_min > 0) {
        ct_time_text(e->at_ms + e->rule.attend_min * (int64_t)CT_MINUTE_MS, by);
        ct_buf_printf(&b, ". With the patient by %s.", by);
    }
    int row = at.row + ct_draw_wrapped(g, (struct ct_rect){at.row, at.col, 3, at.cols},
                                       CT_R_TEXT, s->worth.response);
    return row + ct_draw_wrapped(g, (struct ct_rect){row, at.col, 3, at.cols}, CT_R_LABEL,
                                 ct_buf_str(&b));
}

static int event_draw(const struct ct_escalation_event *x, struct ct_grid *g, struct ct_rect at)
{
    char when[24], entered[24] = "", line[560];
    ct_datetime_text(x->at_ms, when);
    if (x->recorded_ms - x->at_ms > CT_LATE_MS)
        ct_datetime_text(x->recorded_ms, entered);
    bool other = strcmp(x->who, x->by) != 0 || entered[0] != '\0';
    snprintf(line, sizeof line, "%s%s%s%s%s%s%s%s%s%s", ct_escalation_event_name(x->kind),
             x->who[0] != '\0' ? " " : "", x->who, x->text[0] != '\0' ? ": " : "", x->text,
             other ? "; entered" : "", entered[0] != '\0' ? " " : "", entered,
             other ? " by " : "", other ? x->by : "");
    ct_grid_text(g, at.row, at.col, 13, CT_R_DIM, when);
    return ct_draw_wrapped(g, (struct ct_rect){at.row, at.col + 14, at.rows, at.cols - 14},
                           CT_R_VALUE, line);
}

/* What was done, and at its end what it waits for. */
static void timeline_draw(struct escalation *s, struct ct_grid *g, struct ct_rect at)
{
    const struct ct_escalation *e = &s->e;
    int end = at.row + at.rows;
    ct_grid_hline(g, at.row, 0, at.cols + at.col + 1);
    at.row++;
    if (s->top > 0)
        ct_grid_printf(g, at.row++, at.col, -1, CT_R_DIM, "%zu earlier: Up", s->top);
    size_t i = s->top;
    for (; i < e->n_events && at.row + 2 < end; i++)
        at.row += event_draw(&e->event[i], g, (struct ct_rect){at.row, at.col, 2, at.cols});
    if (i < e->n_events)
        ct_grid_printf(g, at.row++, at.col, -1, CT_R_DIM, "%zu more: Down", e->n_events - i);
    if (!e->open)
        return;
    char text[2048];
    struct ct_escalation bare = *e; /* without its events: what it waits for alone */
    bare.n_events = 0;
    ct_escalation_text(&bare, s->now_ms, text, sizeof text);
    ct_grid_text(g, at.row, at.col + 14, at.cols - 14, e->overdue ? CT_R_ALARM : CT_R_NOTE, text);
}

static void escalation_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct escalation *s = ct_view_state(v);
    ct_subject_patient(s->ui, &s->patient);
    int row = head_draw(s, g, body);
    row = asks_draw(s, g, (struct ct_rect){row + 1, body.col + 3, 6, body.cols - 5});
    timeline_draw(s, g, (struct ct_rect){row, body.col + 1, body.row + body.rows - row,
                                         body.cols - 2});
    ct_grid_cursor(g, body.row, body.col + 1);
}

static enum ct_reaction escalation_event(struct ct_view *v, const struct ct_event *e)
{
    struct escalation *s = ct_view_state(v);
    if (e->kind != CT_EV_KEY)
        return CT_IGNORED;
    if (e->key == CT_KEY_DOWN && s->top + 1 < s->e.n_events)
        s->top++;
    else if (e->key == CT_KEY_UP && s->top > 0)
        s->top--;
    else
        return CT_IGNORED;
    return CT_HANDLED;
}

/* ---- what happens next -------------------------------------------------- */

/* Whom an empty answer means: told, whoever is asked now; accepted, me; attended,
 * whoever accepted, else me. */
static const char *usual(const struct escalation *s)
{
    const struct ct_who *me = ct_app_who(ct_ui_app(s->ui));
    if (s->asking == CT_ESC_TOLD)
        return ct_escalation_level(&s->e);
    for (size_t i = 0; s->asking == CT_ESC_ATTENDED && i < s->e.n_events; i++)
        if (s->e.event[i].kind == CT_ESC_ACCEPTED)
            return s->e.event[i].who;
    return s->asking < CT_ESC_OUTCOME && me != NULL ? me->name : "";
}

static void given(struct ct_view *v, const char *typed)
{
    struct escalation *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_escalation_event x = {.kind = s->asking};
    struct ct_error err;
    if (typed == NULL)
        return;
    enum ct_status st =
        ct_escalation_typed(typed, usual(s), ct_app_now(app), &x, &err);
    if (st == CT_OK)
        st = ct_escalation_add(app, s->e.id, &x, &err);
    escalation_refresh(v); /* a conflict too: somebody else was faster */
    if (st != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    char at[8];
    ct_time_text(x.at_ms, at);
    ct_ui_say(s->ui, CT_R_OK, "E-%lld: %s%s%s at %s.%s", (long long)s->e.id,
              ct_escalation_event_name(x.kind), x.who[0] != '\0' ? " " : "", x.who, at,
              s->e.open ? "" : " It is closed.");
}

static enum ct_reaction ask(struct ct_view *v, enum ct_escalation_event_kind kind,
                            const char *what)
{
    struct escalation *s = ct_view_state(v);
    char label[160];
    s->asking = kind;
    if (kind >= CT_ESC_OUTCOME) {
        ct_ui_say(s->ui, CT_R_TEXT, "If it was not just now, end with @-5 (minutes ago) or @8:31.");
        ct_ui_prompt(v, what, "", given);
        return CT_HANDLED;
    }
    snprintf(label, sizeof label, "%s (Enter: %s)", what, usual(s));
    ct_ui_say(s->ui, CT_R_TEXT, "Who, and when if it was not just now: Dr Demo -5, Dr Demo 8:31.");
    ct_ui_prompt(v, label, "", given);
    return CT_HANDLED;
}

static enum ct_reaction told(struct ct_view *v)
{
    return ask(v, CT_ESC_TOLD, "Told");
}

static enum ct_reaction accepted(struct ct_view *v)
{
    return ask(v, CT_ESC_ACCEPTED, "Accepted by");
}

static enum ct_reaction attended(struct ct_view *v)
{
    return ask(v, CT_ESC_ATTENDED, "Attended by");
}

static enum ct_reaction outcome(struct ct_view *v)
{
    return ask(v, CT_ESC_OUTCOME, "Outcome: what was done");
}

static enum ct_reaction withheld(struct ct_view *v)
{
    return ask(v, CT_ESC_WITHHELD, "Nobody is asked any more, because");
}

static bool is_open(const struct ct_view *v)
{
    return ((const struct escalation *)ct_view_state(v))->e.open;
}

static bool not_accepted(const struct ct_view *v)
{
    const struct escalation *s = ct_view_state(v);
    return s->e.open && !s->e.accepted;
}

static enum ct_reaction vitals(struct ct_view *v)
{
    struct escalation *s = ct_view_state(v);
    struct ct_vitals_arg arg = {.patient_id = s->e.patient_id};
    return ct_ui_push(s->ui, &ct_screen_vitals, &arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction versions(struct ct_view *v)
{
    struct escalation *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_versions, &s->e.vitals_id) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction patient(struct ct_view *v)
{
    struct escalation *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_patient, &s->e.patient_id) ? CT_HANDLED : CT_REFUSED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "escalation.told", .keys = "t", .label = "told", .perm = CT_PERM_VITALS_WRITE,
     .help = "Somebody was told: who, and when. Who is asked goes on rising.", .run = told,
     .shown = is_open},
    {.id = "escalation.accepted", .keys = "a", .label = "accepted", .perm = CT_PERM_VITALS_WRITE,
     .help = "Somebody takes it on: Enter is you. Nobody else is asked from then on.",
     .run = accepted, .shown = not_accepted},
    {.id = "escalation.attended", .keys = "d", .label = "attended", .perm = CT_PERM_VITALS_WRITE,
     .help = "Somebody is with the patient.", .run = attended, .shown = is_open},
    {.id = "escalation.outcome", .keys = "o", .label = "outcome", .perm = CT_PERM_VITALS_WRITE,
     .help = "What was done; it closes the escalation.", .run = outcome, .shown = is_open},
    {.id = "escalation.withheld", .keys = "w", .label = "withhold", .perm = CT_PERM_VITALS_WRITE,
     .help = "Nobody is asked, or nobody any more: the reason closes the escalation.",
     .run = withheld, .shown = is_open},
    {.id = "escalation.vitals", .keys = "v F4", .label = "vitals", .perm = CT_PERM_VITALS_WRITE,
     .help = "Enter the next set of vitals.", .run = vitals},
    {.id = "escalation.versions", .keys = "i", .label = "set", .perm = CT_PERM_VITALS_READ,
     .help = "All versions of the set that raised it.", .run = versions},
    {.id = "escalation.patient", .keys = "p", .label = "patient", .perm = CT_PERM_PATIENT_READ,
     .help = "Open the patient's record.", .run = patient},
    {.id = NULL},
};

static int64_t escalation_patient(const struct ct_view *v)
{
    return ((const struct escalation *)ct_view_state(v))->patient.id;
}

const struct ct_screen ct_screen_escalation = {
    .id = "escalation",
    .title = "Escalation",
    .help = "One escalation: the set that raised it, as it was then, whom its score asks and by "
            "when, and what was done. Who: a name, and -5 or 8:31 behind it if it was not just "
            "now. In an outcome or a reason the time stands behind an @.",
    .perm = CT_PERM_VITALS_READ,
    .state_size = sizeof(struct escalation),
    .arg_size = sizeof(int64_t),
    .patient = escalation_patient,
    .commands = COMMANDS,
    .open = escalation_open,
    .draw = escalation_draw,
    .event = escalation_event,
    .refresh = escalation_refresh,
    .tick = escalation_tick,
};
