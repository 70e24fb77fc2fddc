/* proc_act - steps, assigning and moving of a procedure; see proc_act.h. */
#include "ui/screens/proc_act.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "clinic/competency.h"
#include "record/user.h"

/* ---- what several screens show ---------------------------------------------- */

const char *ct_proc_state_cell(const struct ct_procedure *p, int64_t now_ms,
                               enum ct_role_ui *role, char cell[32])
{
    bool late = ct_procedure_late(p, now_ms);
    bool against =
        p->consent == CT_CONSENT_IS_REFUSED || p->consent == CT_CONSENT_IS_WITHDRAWN;
    if (against && !ct_proc_ended(p->state)) { /* weighs more than where it stands */
        *role = CT_R_ALARM;
        snprintf(cell, 32, "%s", ct_consent_state_text(p->consent));
        return cell;
    }
    if (late)
        *role = CT_R_WARN;
    snprintf(cell, 32, "%s%s", ct_proc_state_name(p->state), late ? " LATE" : "");
    return cell;
}

const char *ct_proc_who(struct ct_ui *ui, const struct ct_procedure *p)
{
    const struct ct_who *me = ct_app_who(ct_ui_app(ui));
    if (p->assigned == 0)
        return "-";
    return me != NULL && p->assigned == me->user_id ? "me" : p->assigned_name;
}

void ct_proc_what(const struct ct_procedure *p, char *out, size_t size)
{
    snprintf(out, size, "%s%s%s", p->title, p->site[0] != '\0' ? ", " : "", p->site);
}

static int64_t day_ms(ct_date day)
{
    struct ct_civil c = {.hour = 0};
    ct_date_split(day, &c.year, &c.month, &c.day);
    return ct_civil_ms(&c);
}

void ct_proc_day(int64_t now_ms, int days, int64_t *from_ms, int64_t *before_ms)
{
    ct_date day = ct_date_at(now_ms) + days;
    *from_ms = day_ms(day);
    *before_ms = day_ms(day + 1);
}

void ct_proc_count(const struct ct_procedure *p, size_t n, uint32_t me, int64_t now_ms,
                   struct ct_proc_counts *ret)
{
    *ret = (struct ct_proc_counts){.n = 0};
    for (size_t i = 0; i < n; i++) {
        bool cancelled = p[i].state == CT_PROC_CANCELLED, missed = p[i].state == CT_PROC_NO_SHOW;
        ret->cancelled += cancelled;
        ret->missed += missed;
        ret->n += !cancelled && !missed;
        ret->done += p[i].state == CT_PROC_DONE;
        ret->mine += p[i].assigned == me && !ct_proc_ended(p[i].state);
        ret->late += ct_procedure_late(&p[i], now_ms);
    }
}

void ct_proc_counts_text(const struct ct_proc_counts *c, char out[96])
{
    snprintf(out, 96, "%zu of %zu done, mine %zu", c->done, c->n, c->mine);
}

/* ---- what is chosen ----------------------------------------------------------- */

static struct ct_proc_act *act(struct ct_view *v)
{
    return ct_view_state(v);
}

/* Take what is seen now: what is asked about stays it, wherever the cursor goes. */
static bool take(struct ct_view *v)
{
    struct ct_proc_act *a = act(v);
    const struct ct_procedure *p = a->chosen(v);
    if (p == NULL)
        return false;
    a->p = *p;
    a->at_ms = CT_UNSET;
    return true;
}

static const struct ct_procedure *peek(const struct ct_view *v)
{
    return ((const struct ct_proc_act *)ct_view_state(v))->chosen(v);
}

bool ct_act_any(const struct ct_view *v)
{
    return peek(v) != NULL;
}

bool ct_act_open(const struct ct_view *v)
{
    const struct ct_procedure *p = peek(v);
    return p != NULL && !ct_proc_ended(p->state);
}

/* ---- steps --------------------------------------------------------------------- */

static void say_step(struct ct_ui *ui, const struct ct_procedure *p,
                     const struct ct_proc_event *e)
{
    char at[32];
    ct_proc_when_text(e->at_ms, e->recorded_ms, at);
    ct_ui_say(ui, CT_R_OK, "P-%lld %s: %s, %s.", (long long)p->id, p->patient,
              ct_proc_state_name(e->state), at);
}

static void step_though(struct ct_view *v, const char *text, const char *though);

/* ---- without a competency that is asked for --------------------------------------------- */

static void though_given(struct ct_view *v, const char *text)
{
    if (text != NULL)
        step_though(v, act(v)->text, text);
}

static void though_chosen(struct ct_view *v, int index)
{
    ct_though_chosen(v, index, though_given);
}

static void step_record(struct ct_view *v, const char *text)
{
    ct_text_copy(act(v)->text, sizeof act(v)->text, text);
    step_though(v, act(v)->text, NULL);
}

static void step_though(struct ct_view *v, const char *text, const char *though)
{
    struct ct_proc_act *a = act(v);
    struct ct_ui *ui = ct_view_ui(v);
    struct ct_proc_event e = {.state = a->to, .at_ms = a->at_ms, .though = though};
    struct ct_error err;
    ct_text_copy(e.text, sizeof e.text, text);
    enum ct_status st = ct_procedure_state(ct_ui_app(ui), a->p.id, a->p.state, &e, &err);
    a->reload(v); /* a conflict too: somebody was faster */
    if (st != CT_OK && ct_though_ask(v, &err, though_chosen))
        return;
    if (st != CT_OK)
        ct_ui_say_error(ui, &err);
    else
        say_step(ui, &a->p, &e);
}

static void why_given(struct ct_view *v, const char *text)
{
    struct ct_proc_act *a = act(v);
    if (text == NULL)
        return;
    if (text[strspn(text, " ")] == '\0' && a->to != CT_PROC_DONE) {
        ct_ui_prompt(v, "Because", "", why_given);
        ct_ui_say(ct_view_ui(v), CT_R_WARN,
                  "A reason is needed: it stands in the record. Esc gives up.");
        return;
    }
    step_record(v, text);
}

static const struct ct_choice CANCELLED[] = {
    {"1", "patient unwell"},      {"2", "patient does not want it"},
    {"3", "not needed any more"}, {"4", "no equipment or room"},
    {"5", "no staff"},            {"6", "on the list twice"},
    {"7", "not prepared"},        {"t", "type it"},
    {NULL, NULL}};
static const struct ct_choice MISSED[] = {
    {"1", "not here, not heard of"}, {"2", "called, no answer"},
    {"3", "came on another day"},    {"4", "in another place"},
    {"t", "type it"},                {NULL, NULL}};

static void reason_chosen(struct ct_view *v, int index)
{
    struct ct_proc_act *a = act(v);
    const struct ct_choice *list = a->to == CT_PROC_CANCELLED ? CANCELLED : MISSED;
    if (index < 0)
        return;
    if (list[index + 1].code == NULL) /* the last of each */
        ct_ui_prompt(v, "Because", "", why_given);
    else
        step_record(v, list[index].label);
}

static void step_ask(struct ct_view *v)
{
    struct ct_proc_act *a = act(v);
    char question[200];
    if (a->to == CT_PROC_CANCELLED || a->to == CT_PROC_NO_SHOW) {
        snprintf(question, sizeof question, "%.60s, %.60s %s, because?", a->p.title,
                 a->p.patient, ct_proc_state_name(a->to));
        ct_ui_ask(v, question, a->to == CT_PROC_CANCELLED ? CANCELLED : MISSED, reason_chosen);
        return;
    }
    if (a->to == CT_PROC_DONE) {
        ct_ui_prompt(v, "Done. Outcome (Enter: nothing to note)", "", why_given);
        return;
    }
    if (ct_proc_step(a->p.state, a->to) == CT_PROC_STEP) {
        step_record(v, "");
        return;
    }
    snprintf(question, sizeof question, "From \"%s\" to \"%s\", because",
             ct_proc_state_name(a->p.state), ct_proc_state_name(a->to));
    ct_ui_prompt(v, question, "", why_given);
}

static void other_day(struct ct_view *v, int index)
{
    if (index == 0)
        step_ask(v);
}

/* a->p, a->to and a->at_ms are set. What is planned for another day is asked about: it may
 * be the wrong line. */
static enum ct_reaction step(struct ct_view *v)
{
    static const struct ct_choice CHOICES[] = {{"y", "yes, this one"}, {"n", "no"}, {NULL, NULL}};
    struct ct_proc_act *a = act(v);
    struct ct_ui *ui = ct_view_ui(v);
    if (ct_proc_step(a->p.state, a->to) == CT_PROC_NEVER) {
        ct_ui_say(ui, CT_R_WARN, "P-%lld is \"%s\": from there is no step to \"%s\".",
                  (long long)a->p.id, ct_proc_state_name(a->p.state),
                  ct_proc_state_name(a->to));
        return CT_REFUSED;
    }
    ct_date today = ct_date_at(ct_app_now(ct_ui_app(ui)));
    bool begins = a->to >= CT_PROC_ARRIVED && a->to <= CT_PROC_IN_PROGRESS;
    if (begins && ct_date_at(a->p.planned_ms) > today) {
        char day[24], question[120];
        ct_datetime_text(a->p.planned_ms, day);
        snprintf(question, sizeof question, "It is planned for %s, not for today. Is it this one?",
                 day);
        ct_ui_ask(v, question, CHOICES, other_day);
        return CT_HANDLED;
    }
    step_ask(v);
    return CT_HANDLED;
}

static enum ct_reaction step_to(struct ct_view *v, enum ct_proc_state to)
{
    if (!take(v))
        return CT_IGNORED;
    act(v)->to = to;
    return step(v);
}

enum ct_reaction ct_act_arrived(struct ct_view *v)
{
    return step_to(v, CT_PROC_ARRIVED);
}

enum ct_reaction ct_act_preparing(struct ct_view *v)
{
    return step_to(v, CT_PROC_PREPARING);
}

enum ct_reaction ct_act_ready(struct ct_view *v)
{
    return step_to(v, CT_PROC_READY);
}

enum ct_reaction ct_act_start(struct ct_view *v)
{
    return step_to(v, CT_PROC_IN_PROGRESS);
}

enum ct_reaction ct_act_done(struct ct_view *v)
{
    return step_to(v, CT_PROC_DONE);
}

enum ct_reaction ct_act_cancel(struct ct_view *v)
{
    return step_to(v, CT_PROC_CANCELLED);
}

enum ct_reaction ct_act_no_show(struct ct_view *v)
{
    return step_to(v, CT_PROC_NO_SHOW);
}

enum ct_reaction ct_act_back(struct ct_view *v)
{
    static const enum ct_proc_state BACK[CT_PROC_STATES] = {
        [CT_PROC_ARRIVED] = CT_PROC_SCHEDULED,   [CT_PROC_PREPARING] = CT_PROC_ARRIVED,
        [CT_PROC_READY] = CT_PROC_PREPARING,     [CT_PROC_IN_PROGRESS] = CT_PROC_READY,
        [CT_PROC_DONE] = CT_PROC_IN_PROGRESS,    [CT_PROC_CANCELLED] = CT_PROC_SCHEDULED,
        [CT_PROC_NO_SHOW] = CT_PROC_SCHEDULED};
    if (!take(v))
        return CT_IGNORED;
    struct ct_proc_act *a = act(v);
    struct ct_error err;
    if (ct_proc_ended(a->p.state) &&
        ct_require(ct_ui_app(ct_view_ui(v)), CT_PERM_PROCEDURE_REOPEN, &err) != CT_OK) {
        ct_ui_say(ct_view_ui(v), CT_R_WARN, "P-%lld is \"%s\": a supervisor can reopen it.",
                  (long long)a->p.id, ct_proc_state_name(a->p.state));
        return CT_REFUSED;
    }
    return step_to(v, BACK[a->p.state]);
}

/* "arrived 8:40": the start of a state's name, and when. */
static bool earlier_read(const char *text, int64_t now_ms, enum ct_proc_state *ret_to,
                         int64_t *ret_ms, struct ct_error *reterr)
{
    size_t n = strcspn(text, " ");
    *ret_to = CT_PROC_STATES;
    for (int i = CT_PROC_ARRIVED; n > 0 && i < CT_PROC_STATES; i++)
        if (strncasecmp(ct_proc_state_name((enum ct_proc_state)i), text, n) == 0 ||
            (i == CT_PROC_IN_PROGRESS && strncasecmp("started", text, n) == 0)) {
            *ret_to = (enum ct_proc_state)i;
            break;
        }
    if (*ret_to == CT_PROC_STATES) {
        enum ct_status st = ct_fail(reterr, CT_EINVAL, "state",
                                    "Say the step first: arrived, preparing, ready, started, "
                                    "done, cancelled; then when: arrived 8:40.");
        return st == CT_OK;
    }
    return ct_when_parse(text + n + strspn(text + n, " "), now_ms, ret_ms, reterr) == CT_OK;
}

static void earlier_given(struct ct_view *v, const char *text)
{
    struct ct_proc_act *a = act(v);
    struct ct_ui *ui = ct_view_ui(v);
    struct ct_error err;
    if (text == NULL)
        return;
    text += strspn(text, " ");
    if (!earlier_read(text, ct_app_now(ct_ui_app(ui)), &a->to, &a->at_ms, &err)) {
        char typed[120];
        ct_text_copy(typed, sizeof typed, text);
        ct_ui_prompt(v, "Which step, and when", typed, earlier_given);
        ct_ui_say_error(ui, &err);
        return;
    }
    step(v);
}

enum ct_reaction ct_act_earlier(struct ct_view *v)
{
    if (!take(v))
        return CT_IGNORED;
    ct_ui_prompt(v, "Which step, and when (arrived 8:40, done -10)", "", earlier_given);
    return CT_HANDLED;
}

/* ---- who, when, where -------------------------------------------------------------- */

static bool amend(struct ct_view *v, struct ct_procedure *p, const char *reason)
{
    struct ct_error err;
    enum ct_status st = ct_procedure_amend(ct_ui_app(ct_view_ui(v)), p, reason, &err);
    act(v)->reload(v);
    if (st != CT_OK)
        ct_ui_say_error(ct_view_ui(v), &err);
    return st == CT_OK;
}

enum ct_reaction ct_act_mine(struct ct_view *v)
{
    struct ct_ui *ui = ct_view_ui(v);
    const struct ct_who *me = ct_app_who(ct_ui_app(ui));
    if (me == NULL || !take(v))
        return CT_IGNORED;
    struct ct_procedure p = act(v)->p;
    if (p.assigned == me->user_id) {
        ct_ui_say(ui, CT_R_TEXT, "P-%lld is yours already.", (long long)p.id);
        return CT_HANDLED;
    }
    char from[128];
    memcpy(from, p.assigned_name, sizeof from);
    p.assigned = me->user_id;
    if (amend(v, &p, NULL))
        ct_ui_say(ui, CT_R_OK, "P-%lld is yours%s%s.", (long long)p.id,
                  from[0] != '\0' ? ", taken over from " : "", from);
    return CT_HANDLED;
}

enum ct_reaction ct_act_give(struct ct_view *v)
{
    if (!take(v))
        return CT_IGNORED;
    return ct_ui_push(ct_view_ui(v), &ct_screen_give, &act(v)->p) ? CT_HANDLED : CT_REFUSED;
}

static void moved_because(struct ct_view *v, const char *reason)
{
    struct ct_proc_act *a = act(v);
    if (reason == NULL)
        return;
    if (reason[strspn(reason, " ")] == '\0') {
        ct_ui_prompt(v, "Moved, because", "", moved_because);
        ct_ui_say(ct_view_ui(v), CT_R_WARN,
                  "A reason is needed: it stands in the record. Esc gives up.");
        return;
    }
    char when[32];
    ct_proc_when_text(a->p.planned_ms, ct_app_now(ct_ui_app(ct_view_ui(v))), when);
    if (amend(v, &a->p, reason))
        ct_ui_say(ct_view_ui(v), CT_R_OK, "P-%lld %s: now %s%s%s.", (long long)a->p.id,
                  a->p.patient, when, a->p.room[0] != '\0' ? ", " : "", a->p.room);
}

/* "11:00, Room 2": what stands behind a comma is the room. */
static void move_given(struct ct_view *v, const char *text)
{
    struct ct_proc_act *a = act(v);
    struct ct_ui *ui = ct_view_ui(v);
    struct ct_error err;
    char when[64], typed[200];
    if (text == NULL)
        return;
    struct ct_procedure was = a->p;
    const char *comma = strchr(text, ',');
    size_t n = comma != NULL ? (size_t)(comma - text) : strlen(text);
    snprintf(when, sizeof when, "%.*s", (int)(n < 63 ? n : 63), text);
    ct_text_trim(when);
    int64_t now = ct_app_now(ct_ui_app(ui));
    enum ct_status st = when[0] != '\0'
                            ? ct_proc_when_parse(when, now, &a->p.planned_ms, &err)
                            : CT_OK;
    if (st != CT_OK) {
        ct_text_copy(typed, sizeof typed, text);
        ct_ui_prompt(v, "Move to (time, room)", typed, move_given);
        ct_ui_say_error(ui, &err);
        return;
    }
    if (comma != NULL) {
        ct_text_copy(a->p.room, sizeof a->p.room, comma + 1);
        ct_text_trim(a->p.room);
    }
    if (ct_procedure_needs_reason(&was, &a->p))
        ct_ui_prompt(v, "Moved, because", "", moved_because);
    else if (strcmp(was.room, a->p.room) == 0)
        ct_ui_say(ui, CT_R_TEXT, "Nothing is changed.");
    else if (amend(v, &a->p, NULL))
        ct_ui_say(ui, CT_R_OK, "P-%lld: %s.", (long long)a->p.id, a->p.room);
}

enum ct_reaction ct_act_move(struct ct_view *v)
{
    char when[32], initial[128];
    if (!take(v))
        return CT_IGNORED;
    const struct ct_procedure *p = &act(v)->p;
    ct_proc_when_text(p->planned_ms, ct_app_now(ct_ui_app(ct_view_ui(v))), when);
    snprintf(initial, sizeof initial, "%s%s%s", when, p->room[0] != '\0' ? ", " : "", p->room);
    ct_ui_prompt(v, "Move to (time, room)", initial, move_given);
    return CT_HANDLED;
}

enum ct_reaction ct_act_amend(struct ct_view *v)
{
    if (!take(v))
        return CT_IGNORED;
    const struct ct_procedure *p = &act(v)->p;
    struct ct_plan_arg arg = {.patient_id = p->patient_id, .procedure_id = p->id};
    return ct_ui_push(ct_view_ui(v), &ct_screen_plan, &arg) ? CT_HANDLED : CT_REFUSED;
}

enum ct_reaction ct_act_consent(struct ct_view *v)
{
    const struct ct_procedure *p = peek(v);
    return p != NULL && ct_ui_push(ct_view_ui(v), &ct_screen_consent, &p->id) ? CT_HANDLED
                                                                             : CT_REFUSED;
}
