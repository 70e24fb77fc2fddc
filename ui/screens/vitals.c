/* vitals - the form that is used a hundred times a shift: one set of
 * observations, in the order of the device, scored while it is typed. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/tk/form.h"

/* The order of the fields, and the extra ones that are no quantity. */
static const enum ct_q ORDER[] = {CT_Q_SBP,  CT_Q_DBP,   CT_Q_PULSE, CT_Q_RESP,    CT_Q_SPO2,
                                  CT_Q_O2,   CT_Q_O2_FLOW, CT_Q_TEMP, CT_Q_ACVPU,  CT_Q_PAIN,
                                  CT_Q_GLUCOSE, CT_Q_WEIGHT, CT_Q_HEIGHT};
enum { N_Q = CT_LEN(ORDER), F_NOTE = N_Q, F_TAKEN, N_FIELDS, LAST_SETS = 2, LABEL_COLS = 15,
       LAST_COL = 41, LAST_COLS = 13, CHANGE_COL = 70, SCALE_COL = 28 };

struct vitals {
    struct ct_ui *ui;
    struct ct_patient patient;
    struct ct_vitals last[LAST_SETS]; /* newest first */
    size_t n_last;
    struct ct_vitals now;             /* what the form says at the moment */
    int64_t stood[N_Q];               /* by field: its value when it was left last */
    struct ct_assessment worth;
    enum ct_why partial;
    int64_t correct_id;
    struct ct_vitals corrected;       /* the set that is corrected */
    struct ct_field field[N_FIELDS];
    uint8_t unit[N_Q]; /* in which each is typed: the site's, unless the quick line or
                        * the corrected set has it otherwise */
    char quick[400];   /* the last quick line that was not understood */
    struct ct_form form;
};

static int64_t now_ms(const struct vitals *s)
{
    return ct_app_now(ct_ui_app(s->ui));
}

/* What the form says, as a set; the score with it. Digits that are still being
 * typed are no value yet: a pressure of 1 on the way to 122 would score 3, and be
 * sent to the screen and taken back. The field under the cursor counts with what
 * it said before, until it is left, or when the set is saved (all). */
static void gather(struct vitals *s, bool all)
{
    struct ct_vitals *v = &s->now;
    ct_vitals_init(v);
    v->patient_id = s->patient.id;
    for (size_t i = 0; i < N_Q; i++) {
        enum ct_q q = ORDER[i];
        if (all || i != s->form.focus)
            s->stood[i] = ct_form_value(&s->form, CT_QUANTITY[q].name, now_ms(s));
        v->v[q].n = s->stood[i];
        v->v[q].unit = s->unit[i];
    }
    v->partial = s->correct_id != 0 ? s->corrected.partial : s->partial;
    ct_text_copy(v->note, sizeof v->note, ct_form_text(&s->form, "note"));
    int64_t taken = ct_form_value(&s->form, "taken_ms", now_ms(s));
    v->taken_ms = taken != CT_UNSET ? taken : now_ms(s);
    if (s->correct_id != 0 && taken == CT_UNSET)
        v->taken_ms = s->corrected.taken_ms;
    ct_vitals_assess(ct_ui_rules(s->ui), &s->patient, v, &s->worth);
}

/* On air, or before oxygen is answered, there is no flow to ask for. */
static bool skip(const struct ct_form *f, size_t i)
{
    if (i >= N_Q || ORDER[i] != CT_Q_O2_FLOW)
        return false;
    int64_t o2;
    int at = ct_form_index(f, CT_QUANTITY[CT_Q_O2].name);
    ct_field_judge(f->field[at], f->editor[at].text, 0, &o2, NULL);
    return o2 == CT_UNSET || o2 == CT_O2_AIR;
}

/* A jump from the last set is asked about once, like an unusual value. */
static bool jump(const struct ct_form *f, size_t i, int64_t value, char *why, size_t size)
{
    const struct vitals *s = f->arg;
    if (i >= N_Q || s->n_last == 0 || s->correct_id != 0)
        return false;
    enum ct_q q = ORDER[i];
    const struct ct_value *was = &s->last[0].v[q];
    int64_t most = ct_ui_rules(s->ui)->limits.q[q].jump;
    if (was->n == CT_UNSET || most == CT_UNSET)
        return false;
    int64_t is = ct_quantity_convert(q, (struct ct_value){value, s->unit[i]}, 0);
    int64_t before = ct_quantity_convert(q, *was, 0);
    if (is == CT_UNSET || before == CT_UNSET || llabs(is - before) <= most)
        return false;
    char old[32], at[24];
    ct_quantity_text(q, *was, true, old, sizeof old);
    ct_datetime_text(s->last[0].taken_ms, at);
    snprintf(why, size, "a jump from %s at %s", old, at);
    return true;
}

/* ---- opening -------------------------------------------------------------- */

static void unit_use(struct vitals *s, size_t i, uint8_t unit)
{
    enum ct_q q = ORDER[i];
    s->unit[i] = unit;
    ct_quantity_field(q, unit, &ct_ui_rules(s->ui)->limits, &s->field[i]);
    s->field[i].joined = q == CT_Q_DBP || q == CT_Q_O2_FLOW;
    if (q == CT_Q_SBP)
        s->field[i].label = "Blood pressure";
}

static void units_of_site(struct vitals *s)
{
    for (size_t i = 0; i < N_Q; i++)
        unit_use(s, i, ct_quantity_site_unit(ORDER[i], ct_app_config(ct_ui_app(s->ui))));
}

static void fields_make(struct vitals *s)
{
    units_of_site(s);
    s->field[F_NOTE] = (struct ct_field){.name = "note", .label = "Note", .kind = CT_F_TEXT,
                                         .width = 40, .max_bytes = 200,
                                         .help = "Free text, if there is something to say."};
    s->field[F_TAKEN] = (struct ct_field){
        .name = "taken_ms", .label = "Taken", .kind = CT_F_TIME, .width = 18,
        .help = s->correct_id != 0 ? "Empty keeps the time it had. Else the time, or day and time."
                                   : "Empty is now. Else the time, or the day and the time: yesterday 23:10."};
}

/* One figure in the unit it was typed in: that is what is stored again. */
static void fill_one(struct vitals *s, size_t i, struct ct_value v)
{
    char text[32] = "";
    if (v.n != CT_UNSET) {
        unit_use(s, i, v.unit);
        ct_field_text(&s->field[i], v.n, text, sizeof text);
    }
    ct_form_set(&s->form, CT_QUANTITY[ORDER[i]].name, text);
}

static void fill_from(struct vitals *s, const struct ct_vitals *v)
{
    for (size_t i = 0; i < N_Q; i++)
        fill_one(s, i, v->v[ORDER[i]]);
    ct_form_set(&s->form, "note", v->note);
}

/* A unit that is not the site's is kept beside its figure: "temp.unit". */
static void unit_name(size_t i, char out[48])
{
    snprintf(out, 48, "%s.unit", CT_QUANTITY[ORDER[i]].name);
}

static void units_put(const struct vitals *s, struct ct_draft *d)
{
    const struct ct_config *c = ct_app_config(ct_ui_app(s->ui));
    for (size_t i = 0; i < N_Q; i++) {
        char name[48];
        unit_name(i, name);
        if (s->unit[i] != ct_quantity_site_unit(ORDER[i], c) && s->form.editor[i].text[0] != '\0')
            ct_draft_put(d, name, CT_QUANTITY[ORDER[i]].unit[s->unit[i]].name);
    }
}

static void units_get(struct vitals *s, const struct ct_draft *d)
{
    units_of_site(s);
    for (size_t i = 0; i < N_Q; i++) {
        char name[48];
        unit_name(i, name);
        const char *unit = ct_draft_get(d, name);
        const struct ct_quantity *q = &CT_QUANTITY[ORDER[i]];
        for (uint8_t u = 0; unit != NULL && u < q->n_units; u++)
            if (strcmp(q->unit[u].name, unit) == 0)
                unit_use(s, i, u);
    }
}

/* A correction's draft is one of that set's own: beside a new set's, never in
 * its place. */
static void draft_kind(const struct vitals *s, char out[24])
{
    if (s->correct_id != 0)
        snprintf(out, 24, CT_DRAFT_CORRECT "%lld", (long long)s->correct_id);
    else
        snprintf(out, 24, "vitals");
}

static void restore_draft(struct vitals *s)
{
    struct ct_draft d = {0};
    char kind[24];
    draft_kind(s, kind);
    if (ct_draft_latest(ct_ui_app(s->ui), kind, s->patient.id, &d, NULL) != CT_OK)
        return;
    units_get(s, &d);
    for (size_t i = 0; i < s->form.n; i++) { /* emptied fields too */
        const char *text = ct_draft_get(&d, s->form.field[i]->name);
        ct_form_set(&s->form, s->form.field[i]->name, text != NULL ? text : "");
    }
    char at[24];
    ct_datetime_text(d.saved_ms, at);
    ct_ui_say(s->ui, CT_R_NOTE, "Your draft of %s is here again. ^X discards it.", at);
    ct_draft_done(&d);
}

static void quick_given(struct ct_view *v, const char *text);

static enum ct_status vitals_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    const struct ct_vitals_arg *a = arg;
    struct vitals *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    struct ct_app *app = ct_ui_app(s->ui);
    s->correct_id = a->correct_id;
    enum ct_status st = ct_patient_open(app, a->patient_id, &s->patient, reterr);
    if (st == CT_OK && s->correct_id != 0)
        st = ct_vitals_get(app, s->correct_id, &s->corrected, reterr);
    if (st != CT_OK)
        return st;
    struct ct_vitals *last = NULL;
    size_t n = 0;
    st = ct_vitals_list(app, s->patient.id, CT_UNSET, LAST_SETS, &last, &n, reterr);
    if (st != CT_OK)
        return st;
    s->n_last = n;
    if (n > 0)
        memcpy(s->last, last, n * sizeof *last);
    free(last);
    fields_make(s);
    if (!ct_form_init(&s->form, s->field, N_FIELDS, LABEL_COLS))
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the form.");
    s->form.skip = skip;
    s->form.unusual = jump;
    s->form.arg = s;
    if (s->correct_id != 0)
        fill_from(s, &s->corrected);
    ct_form_clean(&s->form);
    restore_draft(s);
    s->form.fresh = true;
    gather(s, true);
    bool draft = s->form.changed;
    quick_given(v, a->quick);
    if (draft && a->quick != NULL)
        ct_ui_say(s->ui, CT_R_WARN, "Your draft was here too: check every figure. ^X discards "
                                    "all of it.");
    return CT_OK;
}

static void vitals_close(struct ct_view *v)
{
    struct vitals *s = ct_view_state(v);
    ct_form_done(&s->form);
}

static bool vitals_draft(struct ct_view *v, struct ct_draft *d)
{
    struct vitals *s = ct_view_state(v);
    if (!s->form.changed)
        return false;
    draft_kind(s, d->kind);
    d->patient_id = s->patient.id;
    bool any = false;
    for (size_t i = 0; i < s->form.n; i++) {
        const char *text = s->form.editor[i].text;
        if (text[0] == '\0')
            continue;
        any = true;
        ct_draft_put(d, s->form.field[i]->name, text);
    }
    if (any)
        units_put(s, d);
    return any;
}

/* ---- drawing -------------------------------------------------------------- */

static void change_draw(const struct vitals *s, struct ct_grid *g, int row, enum ct_q q)
{
    const struct ct_value *is = &s->now.v[q], *was = &s->last[0].v[q];
    int64_t before = ct_quantity_convert(q, *was, is->unit);
    if (is->n == CT_UNSET || before == CT_UNSET || CT_QUANTITY[q].kind == CT_F_CODE ||
        ORDER[s->form.focus < N_Q ? s->form.focus : 0] == q) /* half a figure is no change */
        return;
    int64_t diff = is->n - before;
    char text[24];
    ct_quantity_text(q, (struct ct_value){llabs(diff), is->unit}, false, text, sizeof text);
    if (diff != 0)
        ct_grid_printf(g, row, CHANGE_COL, -1, CT_R_TEXT, "%c%s", diff > 0 ? '+' : '-', text);
}

static void last_draw(const struct vitals *s, struct ct_grid *g, struct ct_rect at)
{
    for (size_t k = 0; k < s->n_last; k++) {
        const struct ct_vitals *v = &s->last[k];
        int col = LAST_COL + (int)k * (LAST_COLS + 1);
        char text[64], low[24];
        ct_datetime_text(v->taken_ms, text);
        bool today = ct_date_at(v->taken_ms) == ct_date_at(now_ms(s));
        ct_grid_text(g, at.row - 1, col, LAST_COLS, CT_R_HEAD,
                     today && strlen(text) > 5 ? text + strlen(text) - 5 : text);
        for (size_t i = 0; i < N_Q; i++) {
            enum ct_q q = ORDER[i];
            int row = ct_form_row_of(&s->form, i, at);
            if (row < 0 || q == CT_Q_DBP || q == CT_Q_O2_FLOW)
                continue;
            ct_quantity_text(q, v->v[q], v->v[q].unit != s->unit[i], text, sizeof text);
            if (q == CT_Q_O2 && v->v[q].n == CT_O2_AIR)
                ct_text_copy(text, sizeof text, "air");
            enum ct_q other = q == CT_Q_SBP ? CT_Q_DBP : q == CT_Q_O2 ? CT_Q_O2_FLOW : CT_QS;
            if (other != CT_QS && v->v[other].n != CT_UNSET) {
                ct_quantity_text(other, v->v[other], other == CT_Q_O2_FLOW, low, sizeof low);
                if (q == CT_Q_SBP && text[0] == '\0')
                    ct_text_copy(text, sizeof text, "-");
                size_t n = strlen(text);
                snprintf(text + n, sizeof text - n, "%s%s", q == CT_Q_SBP ? "/" : " ", low);
            }
            ct_grid_text(g, row, col, LAST_COLS, CT_R_DIM, text);
            if (k == 0)
                change_draw(s, g, row, q);
        }
    }
    if (s->n_last > 0)
        ct_grid_text(g, at.row - 1, CHANGE_COL, -1, CT_R_HEAD, "change");
}

/* What is missing, by name while that is short. */
static void missing_text(const struct vitals *s, char *out, size_t size)
{
    int n = __builtin_popcount(s->worth.missing);
    if (n > 3)
        snprintf(out, size, "%d of %d", n, __builtin_popcount(s->worth.inputs));
    else
        ct_quantities_text(s->worth.missing, out, size);
}

/* The score as it grows; below it what it calls for, or the last one and its age.
 * Returns the rows used. */
static int score_draw(const struct vitals *s, struct ct_grid *g, int row, int col)
{
    char text[160], missing[160], last[240] = "";
    if (s->n_last > 0) {
        char ago[40];
        ct_vitals_score_text(&s->last[0], text, sizeof text);
        ct_ago_text(s->last[0].taken_ms, now_ms(s), ago);
        snprintf(last, sizeof last, "last %s (%s)", text, ago);
    }
    if (s->now.not_applied == CT_APPLIED && s->worth.complete) {
        int used = ct_draw_score(g, row, col, &s->now);
        ct_grid_text(g, row, col + used + 3, -1, CT_R_DIM, last);
        return 1 + ct_draw_wrapped(g, (struct ct_rect){row + 1, col, 2, g->cols - col - 1},
                                   CT_R_TEXT,
                                   s->worth.response);
    }
    if (s->now.not_applied != CT_APPLIED) {
        ct_draw_score(g, row, col, &s->now);
    } else {
        missing_text(s, missing, sizeof missing);
        snprintf(text, sizeof text, "NEWS2  so far %d   missing %s", s->worth.total, missing);
        ct_grid_text(g, row, col, -1, s->worth.single3 ? CT_R_WARN : CT_R_TEXT, text);
    }
    ct_grid_text(g, row + 1, col, -1, CT_R_DIM, last);
    return 2;
}

/* What to beware of with this patient, and the scale its SpO2 is scored on. */
static void beware_draw(const struct vitals *s, struct ct_grid *g, struct ct_rect at, int row)
{
    for (size_t i = 0; i < N_Q; i++) {
        int spo2 = ct_form_row_of(&s->form, i, at);
        if (ORDER[i] == CT_Q_SPO2 && spo2 >= 0 && s->now.not_applied == CT_APPLIED)
            ct_grid_printf(g, spo2, at.col + SCALE_COL, -1, s->now.scale == 2 ? CT_R_WARN : CT_R_DIM,
                           "scale %d", s->now.scale);
    }
    ct_draw_alerts(g, row, at.col + 1, at.cols - 2, &s->patient);
}

static void vitals_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct vitals *s = ct_view_state(v);
    ct_subject_patient(s->ui, &s->patient);
    ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD,
                 s->correct_id != 0 ? "CORRECT THE VITALS" : "VITALS");
    if (s->correct_id != 0) {
        char at[24];
        ct_datetime_text(s->corrected.taken_ms, at);
        ct_grid_printf(g, body.row, body.col + 21, -1, CT_R_NOTE, "of %s", at);
    }
    struct ct_rect at = {body.row + 1, body.col, body.rows - 6, body.cols};
    ct_form_draw(&s->form, g, at);
    last_draw(s, g, at);
    beware_draw(s, g, at, body.row + body.rows - 5);
    int row = body.row + body.rows - 4;
    int used = score_draw(s, g, row, body.col + 1);
    char hint[400];
    ct_form_hint(&s->form, hint, sizeof hint);
    ct_draw_wrapped(g, (struct ct_rect){row + used, body.col + 1, 4 - used, body.cols - 2},
                    CT_R_DIM, hint);
}

/* ---- keys ----------------------------------------------------------------- */

static void saved(struct vitals *s)
{
    struct ct_error err;
    char kind[24];
    draft_kind(s, kind);
    if (ct_draft_drop(ct_ui_app(s->ui), kind, s->patient.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    ct_form_clean(&s->form);
    int64_t id = s->now.id;
    ct_ui_replace(s->ui, &ct_screen_saved, &id);
}

/* A refused save keeps every field; the cursor goes where the trouble is. */
static void save_as(struct ct_view *v, const char *reason)
{
    struct vitals *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_error err;
    enum ct_status st;
    gather(s, true);
    if (s->correct_id != 0) {
        s->now.replaces_id = s->correct_id;
        ct_text_copy(s->now.reason, sizeof s->now.reason, reason);
        st = ct_vitals_correct(app, ct_ui_rules(s->ui), &s->now, &err);
    } else {
        st = ct_vitals_record(app, ct_ui_rules(s->ui), &s->now, &err);
    }
    if (st == CT_OK) {
        saved(s);
        return;
    }
    ct_form_fail(&s->form, &err);
    ct_ui_say_error(s->ui, &err);
}

static void reason_chosen(struct ct_view *v, int index)
{
    if (index >= 0)
        save_as(v, CT_VITALS_REASONS[index].label);
}

static void why_chosen(struct ct_view *v, int index)
{
    struct vitals *s = ct_view_state(v);
    if (index < 0)
        return;
    s->partial = (enum ct_why)(index + 1);
    save_as(v, NULL);
}

static enum ct_reaction save(struct ct_view *v)
{
    struct vitals *s = ct_view_state(v);
    if (!ct_form_check(&s->form, now_ms(s))) {
        ct_ui_say_error(s->ui, &s->form.message);
        return CT_REFUSED;
    }
    if (s->correct_id != 0)
        ct_ui_ask(v, "Why is it corrected?", CT_VITALS_REASONS, reason_chosen);
    else if (gather(s, true), ct_vitals_needs_why(&s->now, &s->worth))
        ct_ui_ask(v, "Not complete:", CT_WHY_CHOICES, why_chosen);
    else
        save_as(v, NULL);
    return CT_HANDLED;
}

static enum ct_reaction vitals_event(struct ct_view *v, const struct ct_event *e)
{
    struct vitals *s = ct_view_state(v);
    enum ct_field_kind kind = s->form.field[s->form.focus]->kind;
    if (e->kind == CT_EV_KEY && kind != CT_F_TEXT && kind != CT_F_TIME &&
        (e->key == '=' || e->key == '?' || e->key == ':'))
        return CT_IGNORED; /* commands: no number or code contains them */
    enum ct_form_result r = ct_form_event(&s->form, e, now_ms(s));
    if (r == CT_FORM_IGNORED)
        return CT_IGNORED;
    gather(s, false);
    switch (r) {
    case CT_FORM_END: return save(v);
    case CT_FORM_ASKS: ct_ui_say(s->ui, CT_R_WARN, "%s", s->form.message.text); return CT_REFUSED;
    case CT_FORM_REFUSED: ct_ui_say_error(s->ui, &s->form.message); return CT_REFUSED;
    default: return CT_HANDLED;
    }
}

static void quick_ask(struct ct_view *v, const char *text);

/* A line that is not understood is asked for again, as it was typed. */
static void quick_given(struct ct_view *v, const char *text)
{
    struct vitals *s = ct_view_state(v);
    if (text == NULL || text[0] == '\0')
        return;
    struct ct_vitals set;
    struct ct_error err;
    size_t at = 0;
    ct_vitals_init(&set);
    if (ct_quick_parse(text, ct_app_config(ct_ui_app(s->ui)), &ct_ui_rules(s->ui)->limits, &set,
                       &at, &err) != CT_OK) {
        ct_text_copy(s->quick, sizeof s->quick, text);
        quick_ask(v, s->quick);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    for (size_t i = 0; i < N_Q; i++)
        if (set.v[ORDER[i]].n != CT_UNSET)
            fill_one(s, i, set.v[ORDER[i]]);
    gather(s, true);
    ct_ui_say(s->ui, CT_R_OK, "Understood as shown. ^S saves it.");
}

static void quick_ask(struct ct_view *v, const char *text)
{
    ct_ui_prompt(v, "BP pulse resp SpO2 temp ACVPU, or named", text, quick_given);
}

static enum ct_reaction quick(struct ct_view *v)
{
    quick_ask(v, "");
    return CT_HANDLED;
}

static bool vitals_typing(const struct ct_view *v)
{
    const struct vitals *s = ct_view_state(v);
    enum ct_field_kind kind = s->form.field[s->form.focus]->kind;
    return kind == CT_F_TEXT || kind == CT_F_TIME;
}

static enum ct_reaction discard(struct ct_view *v)
{
    struct vitals *s = ct_view_state(v);
    struct ct_error err;
    units_of_site(s);
    for (size_t i = 0; i < s->form.n; i++)
        ct_form_set(&s->form, s->form.field[i]->name, "");
    if (s->correct_id != 0)
        fill_from(s, &s->corrected);
    ct_form_clean(&s->form);
    s->form.focus = 0;
    char kind[24];
    draft_kind(s, kind);
    if (ct_draft_drop(ct_ui_app(s->ui), kind, s->patient.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_TEXT, "Draft discarded. ^Z in a field brings its text back.");
    gather(s, true);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "vitals.save", .keys = "^S F10", .label = "save", .perm = CT_PERM_VITALS_WRITE,
     .help = "Save the set and show it as stored.", .run = save},
    {.id = "vitals.quick", .keys = "= F8", .label = "quick line", .perm = CT_PERM_VITALS_WRITE,
     .help = "The set on one line: 120/80 72 16 98 36.6 A, or with names in any order: "
             "bp 120/80 p 72 rr 16 s 98 o2 2 np t 36.6 a.",
     .run = quick},
    {.id = "vitals.skip", .keys = "F7", .label = "skip", .perm = CT_PERM_VITALS_WRITE,
     .help = "In a round: nothing is taken, the reason is asked; then the next patient.",
     .run = ct_round_skip, .shown = ct_round_here},
    {.id = "vitals.discard", .keys = "^X", .label = "discard", .perm = CT_PERM_VITALS_WRITE,
     .help = "Empty the form and drop its draft.", .run = discard},
    {.id = NULL},
};

const struct ct_screen ct_screen_vitals = {
    .id = "vitals",
    .title = "Enter vitals",
    .help = "A field that can take no further digit goes on by itself; decimals are implied "
            "(368 is 36.8). Leave empty what was not taken. Impossible values are refused, "
            "unusual ones and jumps are asked about once. What you type is kept as a draft.",
    .perm = CT_PERM_VITALS_WRITE,
    .state_size = sizeof(struct vitals),
    .commands = COMMANDS,
    .open = vitals_open,
    .draw = vitals_draw,
    .event = vitals_event,
    .draft = vitals_draft,
    .typing = vitals_typing,
    .close = vitals_close,
};
