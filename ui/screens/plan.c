/* plan - the form of a procedure: a new one for a patient, or one that is amended. */
#include "clinic/procedure.h"
#include "record/user.h"
#include "ui/screens/proc_act.h"
#include "ui/screens/form_draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { LIKE_MAX = 3 };

struct planning {
    struct ct_ui *ui;
    struct ct_patient patient;
    struct ct_procedure old, p; /* old.id 0: a new one */
    struct ct_procedure *day;   /* the patient's of that day and after */
    size_t n_day;
    const struct ct_proc_kinds *kinds;
    struct ct_form form;
};

static int64_t now_ms(const struct planning *s)
{
    return ct_app_now(ct_ui_app(s->ui));
}

static void draft_kind(const struct planning *s, char out[24])
{
    if (s->old.id == 0)
        snprintf(out, 24, "%s", CT_DRAFT_PLAN);
    else
        snprintf(out, 24, CT_DRAFT_REPLAN "%lld", (long long)s->old.id);
}

/* ---- between the form and the struct ------------------------------------------ */

/* A login, or the start of a word of a name, or "me". */
static enum ct_status person_read(struct planning *s, const char *typed, uint32_t *ret,
                                  char login[64], struct ct_error *reterr)
{
    struct ct_person *v = NULL;
    size_t n = 0, found = 0;
    const struct ct_who *me = ct_app_who(ct_ui_app(s->ui));
    CT_BUF key = {.max = 512}, names = {.max = 200};
    *ret = 0;
    ct_text_fold(&key, typed);
    if (key.len == 0)
        return CT_OK;
    enum ct_status st =
        ct_user_people(ct_ui_app(s->ui), CT_PERM_PROCEDURE_WRITE, &v, &n, reterr);
    for (size_t i = 0; st == CT_OK && i < n; i++) {
        char word[80];
        CT_BUF all = {.max = 512};
        ct_buf_char(&all, ' ');
        ct_text_fold(&all, v[i].name);
        snprintf(word, sizeof word, " %.70s", ct_buf_str(&key));
        bool mine = me != NULL && v[i].user_id == me->user_id && strcasecmp(typed, "me") == 0;
        bool exact = mine || strcasecmp(typed, v[i].login) == 0;
        if (!exact && strstr(ct_buf_str(&all), word) == NULL)
            continue;
        *ret = v[i].user_id;
        memcpy(login, v[i].login, 64);
        found = exact ? 1 : found + 1;
        if (exact)
            break;
        ct_buf_printf(&names, "%s%s", found > 1 ? ", " : "", v[i].login);
    }
    free(v);
    if (st != CT_OK || found == 1)
        return st;
    return ct_fail(reterr, CT_EINVAL, "assigned",
                   found == 0 ? "Nobody who does procedures here is called \"%.40s\".%.0s"
                              : "\"%.40s\" may be %s: which?",
                   typed, ct_buf_str(&names));
}

/* The name of another kind is a leftover of what was typed before: an X-ray that is
 * called "ECG" would be one. Empty takes the kind's own name. */
static void title_of_kind(const struct planning *s, struct ct_procedure *p)
{
    for (size_t i = 0; i < s->kinds->n; i++)
        if (strcmp(s->kinds->kind[i].id, p->kind) != 0 &&
            strcmp(s->kinds->kind[i].title, p->title) == 0)
            p->title[0] = '\0';
}

static enum ct_status gather(struct planning *s, struct ct_error *reterr)
{
    struct ct_procedure *p = &s->p;
    const struct ct_proc_kind *k = NULL;
    char login[64];
    *p = s->old;
    p->patient_id = s->patient.id;
    const char *kind = ct_form_text(&s->form, "kind");
    enum ct_status st = CT_OK;
    if (s->old.id == 0 || strcmp(kind, s->old.kind) != 0) { /* one that is gone may stand */
        st = ct_proc_kind_typed(s->kinds, kind, &k, reterr);
        if (st == CT_OK)
            memcpy(p->kind, k->id, sizeof p->kind);
    }
    if (st == CT_OK)
        st = ct_proc_when_parse(ct_form_text(&s->form, "planned_ms"), now_ms(s),
                                &p->planned_ms, reterr);
    if (st == CT_OK)
        st = person_read(s, ct_form_text(&s->form, "assigned"), &p->assigned, login, reterr);
    if (st != CT_OK)
        return st;
    if (s->old.id != 0) { /* as precise as it was, unless the minute was changed */
        char was[32];
        ct_proc_when_text(s->old.planned_ms, now_ms(s), was);
        if (strcmp(was, ct_form_text(&s->form, "planned_ms")) == 0)
            p->planned_ms = s->old.planned_ms;
    }
    ct_text_copy(p->title, sizeof p->title, ct_form_text(&s->form, "title"));
    title_of_kind(s, p);
    ct_text_copy(p->site, sizeof p->site, ct_form_text(&s->form, "site"));
    ct_text_copy(p->room, sizeof p->room, ct_form_text(&s->form, "room"));
    ct_text_copy(p->note, sizeof p->note, ct_form_text(&s->form, "note"));
    int64_t minutes = ct_form_value(&s->form, "minutes", now_ms(s));
    p->minutes = minutes == CT_UNSET ? 0 : (int)minutes;
    if (s->old.id != 0) /* the same judgement as that of the save */
        return CT_OK;
    return ct_procedure_check(ct_ui_app(s->ui), p, reterr);
}

static void fill(struct planning *s, const struct ct_procedure *p)
{
    char when[32], minutes[16], login[64] = "";
    struct ct_person *v = NULL;
    size_t n = 0;
    ct_proc_when_text(p->planned_ms, now_ms(s), when);
    snprintf(minutes, sizeof minutes, "%d", p->minutes);
    if (p->assigned != 0 && ct_user_people(ct_ui_app(s->ui), CT_PERM_PROCEDURE_WRITE, &v, &n,
                                           NULL) == CT_OK)
        for (size_t i = 0; i < n; i++)
            if (v[i].user_id == p->assigned)
                memcpy(login, v[i].login, sizeof login);
    free(v);
    ct_form_set(&s->form, "kind", p->kind);
    ct_form_set(&s->form, "title", p->title);
    ct_form_set(&s->form, "site", p->site);
    ct_form_set(&s->form, "planned_ms", when);
    ct_form_set(&s->form, "minutes", minutes);
    ct_form_set(&s->form, "room", p->room);
    ct_form_set(&s->form, "assigned", login);
    ct_form_set(&s->form, "note", p->note);
}

/* ---- the screen ------------------------------------------------------------------ */

static void restore_draft(struct planning *s)
{
    char kind[24];
    draft_kind(s, kind);
    ct_form_resume(s->ui, &s->form, kind, s->patient.id);
}

/* What the patient has that day and later: two of the same are soon planned. */
static void day_load(struct planning *s)
{
    struct ct_proc_filter f = {.patient_id = s->patient.id, .limit = 50};
    struct ct_error err;
    int64_t unused;
    ct_proc_day(now_ms(s), 0, &f.from_ms, &unused);
    f.before_ms = INT64_MAX;
    free(s->day);
    s->day = NULL;
    if (ct_procedure_list(ct_ui_app(s->ui), &f, &s->day, &s->n_day, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static enum ct_status plan_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct planning *s = ct_view_state(v);
    const struct ct_plan_arg *a = arg;
    struct ct_app *app = ct_ui_app(ct_view_ui(v));
    s->ui = ct_view_ui(v);
    enum ct_status st = ct_proc_kinds_of(app, &s->kinds, reterr);
    if (st == CT_OK)
        st = ct_patient_open(app, a->patient_id, &s->patient, reterr);
    if (st == CT_OK && a->procedure_id != 0)
        st = ct_procedure_get(app, a->procedure_id, &s->old, reterr);
    if (st != CT_OK)
        return st;
    if (!ct_form_init(&s->form, CT_PROC_FIELDS, CT_PROC_FIELDS_N, 14))
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the form.");
    if (s->old.id != 0)
        fill(s, &s->old);
    ct_form_clean(&s->form);
    restore_draft(s);
    day_load(s);
    return CT_OK;
}

static void plan_close(struct ct_view *v)
{
    struct planning *s = ct_view_state(v);
    ct_form_done(&s->form);
    free(s->day);
}

static bool plan_draft(struct ct_view *v, struct ct_draft *d)
{
    struct planning *s = ct_view_state(v);
    char kind[24];
    draft_kind(s, kind);
    return s->form.changed && ct_form_keep(&s->form, d, kind, s->patient.id);
}

/* The kinds that what is typed may mean, while it is typed. */
static void kinds_draw(const struct planning *s, struct ct_grid *g, struct ct_rect at)
{
    const struct ct_proc_kind *k = NULL;
    struct ct_error err;
    const char *typed = ct_form_text(&s->form, "kind");
    CT_BUF b = {.max = 2048};
    if (s->form.focus != 0)
        return;
    if (typed[strspn(typed, " ")] == '\0')
        for (size_t i = 0; i < s->kinds->n; i++)
            ct_buf_printf(&b, "%s%s", i > 0 ? ", " : "", s->kinds->kind[i].id);
    else if (ct_proc_kind_typed(s->kinds, typed, &k, &err) == CT_OK)
        ct_buf_printf(&b, "%s: %s, %d min", k->id, k->title, k->minutes);
    else
        ct_buf_str_add(&b, err.text);
    ct_draw_wrapped(g, at, CT_R_DIM, ct_buf_str(&b));
}

static void day_draw(const struct planning *s, struct ct_grid *g, struct ct_rect at)
{
    int row = at.row;
    for (size_t i = 0; i < s->n_day && row < at.row + at.rows; i++) {
        const struct ct_procedure *p = &s->day[i];
        char when[24], what[170];
        if (p->id == s->old.id)
            continue;
        if (row == at.row)
            ct_grid_text(g, row++, at.col, -1, CT_R_LABEL, "Planned for this patient already:");
        ct_datetime_text(p->planned_ms, when);
        ct_proc_what(p, what, sizeof what);
        ct_grid_printf(g, row++, at.col + 2, at.cols - 2, CT_R_TEXT, "%s  %s  %s  %s", when,
                       what, p->room, ct_proc_state_name(p->state));
    }
}

static void plan_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct planning *s = ct_view_state(v);
    ct_subject_patient(s->ui, &s->patient);
    if (s->old.id == 0)
        ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD, "PLAN A PROCEDURE");
    else
        ct_grid_printf(g, body.row, body.col + 1, -1, CT_R_HEAD, "AMEND P-%lld",
                       (long long)s->old.id);
    ct_draw_alerts(g, body.row, body.col + 22, body.cols - 24, &s->patient);
    struct ct_rect at = {body.row + 2, body.col, (int)CT_PROC_FIELDS_N, body.cols};
    ct_form_draw(&s->form, g, at);
    char hint[400];
    ct_form_hint(&s->form, hint, sizeof hint);
    int row = at.row + at.rows + 1;
    ct_draw_wrapped(g, (struct ct_rect){row, body.col + 2, 2, body.cols - 4}, CT_R_DIM, hint);
    int end = body.row + body.rows;
    kinds_draw(s, g, (struct ct_rect){row + 2, body.col + 2, end - row - 2, body.cols - 4});
    if (s->form.focus != 0)
        day_draw(s, g, (struct ct_rect){row + 2, body.col + 2, end - row - 2, body.cols - 4});
}

/* ---- saving ------------------------------------------------------------------------ */

static void failed(struct planning *s, const struct ct_error *err)
{
    ct_form_fail(&s->form, err);
    ct_ui_say_error(s->ui, err);
}

static void saved(struct planning *s)
{
    struct ct_ui *ui = s->ui;
    struct ct_error err;
    struct ct_procedure p;
    char kind[24], when[32];
    draft_kind(s, kind);
    ct_form_drop(ui, &s->form, kind, s->patient.id);
    bool amended = s->old.id != 0;
    if (ct_procedure_get(ct_ui_app(ui), s->p.id, &p, &err) != CT_OK) { /* read back */
        ct_ui_say_error(ui, &err);
        return;
    }
    ct_proc_when_text(p.planned_ms, now_ms(s), when);
    ct_ui_pop(ui);
    ct_ui_say(ui, CT_R_OK, "%s P-%lld: %s, %s, %s%s%s.", amended ? "Amended" : "Planned",
              (long long)p.id, p.title, p.patient, when, p.room[0] != '\0' ? ", " : "", p.room);
}

static void add(struct planning *s)
{
    struct ct_error err;
    if (ct_procedure_add(ct_ui_app(s->ui), &s->p, NULL, &err) != CT_OK)
        failed(s, &err);
    else
        saved(s);
}

static void another(struct ct_view *v, int index)
{
    if (index == 0)
        add(ct_view_state(v));
}

static void amend(struct planning *s, const char *reason)
{
    struct ct_error err;
    if (ct_procedure_amend(ct_ui_app(s->ui), &s->p, reason, &err) != CT_OK)
        failed(s, &err);
    else
        saved(s);
}

static void amend_because(struct ct_view *v, const char *reason)
{
    struct planning *s = ct_view_state(v);
    if (reason == NULL)
        return;
    if (reason[strspn(reason, " ")] == '\0') {
        ct_ui_prompt(v, "Changed, because", "", amend_because);
        ct_ui_say(s->ui, CT_R_WARN, "A reason is needed: it stands in the record. Esc gives up.");
        return;
    }
    amend(s, reason);
}

/* The same for the same patient on the same day, which is not cancelled. */
static const struct ct_procedure *twin(const struct planning *s)
{
    for (size_t i = 0; i < s->n_day; i++) {
        const struct ct_procedure *q = &s->day[i];
        if (strcmp(q->kind, s->p.kind) == 0 && q->state != CT_PROC_CANCELLED &&
            q->state != CT_PROC_NO_SHOW &&
            ct_date_at(q->planned_ms) == ct_date_at(s->p.planned_ms))
            return q;
    }
    return NULL;
}

static enum ct_reaction save(struct ct_view *v)
{
    static const struct ct_choice CHOICES[] = {
        {"y", "plan it all the same"}, {"n", "go back"}, {NULL, NULL}};
    struct planning *s = ct_view_state(v);
    struct ct_error err;
    if (!ct_form_check(&s->form, now_ms(s))) {
        ct_ui_say_error(s->ui, &s->form.message);
        return CT_REFUSED;
    }
    if (gather(s, &err) != CT_OK) {
        failed(s, &err);
        return CT_REFUSED;
    }
    if (s->old.id != 0) {
        if (s->p.minutes == 0)
            s->p.minutes = s->old.minutes;
        if (ct_procedure_needs_reason(&s->old, &s->p))
            ct_ui_prompt(v, "Changed, because", "", amend_because);
        else
            amend(s, NULL);
        return CT_HANDLED;
    }
    day_load(s);
    const struct ct_procedure *q = twin(s);
    if (q == NULL) {
        add(s);
        return CT_HANDLED;
    }
    char question[200], at[24];
    ct_datetime_text(q->planned_ms, at);
    snprintf(question, sizeof question, "%.60s is on the list already, %s (%s). Another one?",
             q->title, at, ct_proc_state_name(q->state));
    ct_ui_ask(v, question, CHOICES, another);
    return CT_HANDLED;
}

/* What was typed for a kind or a person is written out when its field is left. */
static enum ct_reaction left(struct planning *s, size_t was)
{
    struct ct_error err;
    const char *name = s->form.field[was]->name;
    const char *typed = ct_form_text(&s->form, name);
    enum ct_status st = CT_OK;
    if (strcmp(name, "kind") == 0 && typed[0] != '\0' &&
        (s->old.id == 0 || strcmp(typed, s->old.kind) != 0)) {
        const struct ct_proc_kind *k = NULL;
        st = ct_proc_kind_typed(s->kinds, typed, &k, &err);
        if (st == CT_OK) {
            char minutes[16];
            snprintf(minutes, sizeof minutes, "%d", k->minutes);
            ct_form_set(&s->form, "kind", k->id);
            ct_form_set(&s->form, "title", k->title);
            ct_form_set(&s->form, "minutes", minutes);
        }
    } else if (strcmp(name, "assigned") == 0) {
        uint32_t id;
        char login[64];
        st = person_read(s, typed, &id, login, &err);
        if (st == CT_OK && id != 0)
            ct_form_set(&s->form, "assigned", login);
    } else if (strcmp(name, "planned_ms") == 0 && typed[0] != '\0') {
        int64_t ms;
        char when[32];
        st = ct_proc_when_parse(typed, now_ms(s), &ms, &err);
        if (st == CT_OK) {
            ct_proc_when_text(ms, now_ms(s), when);
            ct_form_set(&s->form, "planned_ms", when);
        }
    }
    if (st != CT_OK && s->form.focus > was) { /* backwards it is never in the way */
        failed(s, &err);
        return CT_REFUSED;
    }
    return CT_HANDLED;
}

static enum ct_reaction plan_event(struct ct_view *v, const struct ct_event *e)
{
    struct planning *s = ct_view_state(v);
    size_t focus = s->form.focus;
    switch (ct_form_event(&s->form, e, now_ms(s))) {
    case CT_FORM_IGNORED: return CT_IGNORED;
    case CT_FORM_END: return save(v);
    case CT_FORM_ASKS: ct_ui_say(s->ui, CT_R_WARN, "%s", s->form.message.text); return CT_REFUSED;
    case CT_FORM_REFUSED: ct_ui_say_error(s->ui, &s->form.message); return CT_REFUSED;
    case CT_FORM_MOVED: break;
    }
    return s->form.focus != focus ? left(s, focus) : CT_HANDLED;
}

static enum ct_reaction discard(struct ct_view *v)
{
    struct planning *s = ct_view_state(v);
    char kind[24];
    ct_form_empty(&s->form);
    if (s->old.id != 0)
        fill(s, &s->old);
    s->form.focus = 0;
    draft_kind(s, kind);
    if (ct_form_drop(s->ui, &s->form, kind, s->patient.id))
        ct_ui_say(s->ui, CT_R_TEXT, "Draft discarded. ^Z in a field brings its text back.");
    return CT_HANDLED;
}

static bool plan_typing(const struct ct_view *v)
{
    return ct_form_takes_text(&((const struct planning *)ct_view_state(v))->form);
}

static int64_t plan_patient(const struct ct_view *v)
{
    return ((const struct planning *)ct_view_state(v))->patient.id;
}

static const struct ct_command COMMANDS[] = {
    {.id = "plan.save", .keys = "^S F10", .label = "save", .perm = CT_PERM_PROCEDURE_WRITE,
     .help = "Save; asks once more when the same is on the patient's list of that day.",
     .run = save},
    {.id = "plan.discard", .keys = "^X", .label = "discard", .perm = CT_PERM_PROCEDURE_WRITE,
     .help = "Empty the form and drop its draft.", .run = discard},
    {.id = NULL},
};

const struct ct_screen ct_screen_plan = {
    .id = "plan",
    .title = "Plan or amend a procedure",
    .help = "What is done is typed by the first letters of its words. Left and right are "
            "written in full. When: 14:30 today, tomorrow 9:00, 24 nov 9:00, +30. What the "
            "patient has already is listed below.",
    .perm = CT_PERM_PROCEDURE_WRITE,
    .state_size = sizeof(struct planning),
    .arg_size = sizeof(struct ct_plan_arg),
    .commands = COMMANDS,
    .open = plan_open,
    .draw = plan_draw,
    .event = plan_event,
    .draft = plan_draft,
    .typing = plan_typing,
    .patient = plan_patient,
    .close = plan_close,
};
