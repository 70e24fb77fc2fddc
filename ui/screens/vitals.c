/* vitals - the form that is used a hundred times a shift: one set of
 * observations, in the order of the device, scored while it is typed. */
#include "ui/screens/vitals_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/access.h"

/* How far back the last full score is looked for. */
enum { LOOK_BACK = 20 };

/* ---- opening -------------------------------------------------------------- */

static enum ct_status read_last(struct vitals *s, struct ct_error *reterr)
{
    struct ct_vitals *list = NULL;
    size_t n = 0;
    enum ct_status st = ct_vitals_list(ct_ui_app(s->ui), s->patient.id, CT_UNSET, LOOK_BACK,
                                       &list, &n, reterr);
    if (st != CT_OK)
        return st;
    for (size_t i = 0; i < n && i < VF_LAST; i++)
        s->last[s->n_last++] = list[i];
    for (size_t i = 0; i < n && !s->have_full; i++)
        if (list[i].score >= 0) {
            s->full = list[i];
            s->have_full = true;
        }
    free(list);
    return CT_OK;
}

static void restore_draft(struct vitals *s)
{
    struct ct_draft d = {0};
    char kind[24], at[24];
    vf_draft_kind(s, kind);
    if (ct_draft_latest(ct_ui_app(s->ui), kind, s->patient.id, &d, NULL) != CT_OK)
        return;
    vf_draft_get(s, &d);
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
    enum ct_status st = ct_access_check(app, a->patient_id, reterr); /* asked, not refused yet */
    if (st == CT_OK)
        st = ct_patient_open(app, a->patient_id, &s->patient, reterr);
    if (st == CT_OK && s->correct_id != 0)
        st = ct_vitals_get(app, s->correct_id, &s->corrected, reterr);
    if (st == CT_OK)
        st = read_last(s, reterr);
    if (st != CT_OK)
        return st;
    ct_vitals_init(&s->now); /* which score judges it, and so the order of the fields */
    s->now.taken_ms = s->correct_id != 0 ? s->corrected.taken_ms : vf_now(s);
    ct_vitals_assess(ct_ui_rules(s->ui), &s->patient, &s->now, &s->worth);
    if (!vf_make(s))
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the form.");
    vf_begin(s);
    s->form.fresh = true;
    restore_draft(s);
    vf_gather(s, true);
    vf_gate_forget(s);
    bool draft = s->form.changed;
    if (a->quick != NULL)
        s->form.focus = 0; /* to be read from the top */
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
    const struct vitals *s = ct_view_state(v);
    return s->form.changed && vf_draft_put(s, d);
}

/* The tap counter has gone from above the form. */
static void vitals_refresh(struct ct_view *v)
{
    vf_tapped(ct_view_state(v));
    vf_gate_monitor(ct_view_state(v));
}

/* ---- saving --------------------------------------------------------------- */

/* What a set without a score of its own means for the next one. */
static void say_due(struct vitals *s)
{
    struct ct_due due;
    char at[24], what[64] = "";
    bool own = s->now.next_due_ms != CT_UNSET;
    if (s->now.partial == CT_WHY_NONE && s->now.score_at_least < 0)
        return;
    if (s->now.partial != CT_WHY_NONE)
        snprintf(what, sizeof what, " (%s)", ct_why_text(s->now.partial));
    if (!own && ct_due_patient(ct_ui_app(s->ui), s->patient.id, &due, NULL) != CT_OK) {
        ct_ui_say(s->ui, CT_R_NOTE, "Recorded%s. No full set says when the next is due.", what);
        return;
    }
    const int64_t due_ms = own ? s->now.next_due_ms : due.due_ms;
    const bool past = due_ms <= ct_app_now(ct_ui_app(s->ui));
    ct_datetime_text(due_ms, at);
    ct_ui_say(s->ui, CT_R_NOTE, "Recorded%s. The next set is due %s%s%s.", what,
              past ? "now, since " : "", at, own ? "" : ", as the last full one said");
}

static void saved(struct vitals *s)
{
    struct ct_error err;
    char kind[24];
    vf_draft_kind(s, kind);
    if (ct_draft_drop(ct_ui_app(s->ui), kind, s->patient.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    ct_form_clean(&s->form);
    int64_t id = s->now.id;
    if (ct_ui_replace(s->ui, &ct_screen_saved, &id))
        say_due(s);
}

/* A refused save keeps every field; the cursor goes where the trouble is. */
static void save_as(struct ct_view *v, const char *reason)
{
    struct vitals *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_error err;
    enum ct_status st;
    vf_gather(s, true);
    vf_gate_attach(s);
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

static void save_used(struct ct_view *v)
{
    const struct vitals *s = ct_view_state(v);
    if (s->correct_id != 0)
        ct_ui_ask(v, "Why is it corrected?", CT_VITALS_REASONS, reason_chosen);
    else
        save_as(v, NULL);
}

static void save_complete(struct ct_view *v)
{
    vf_gather(ct_view_state(v), true);
    vf_gate(v, save_used);
}

static void why_chosen(struct ct_view *v, int index)
{
    struct vitals *s = ct_view_state(v);
    if (index < 0)
        return;
    s->said.partial = (enum ct_why)(index + 1);
    s->form.changed = true;
    save_complete(v);
}

static void ask_why(struct ct_view *v)
{
    const struct vitals *s = ct_view_state(v);
    char missing[160], question[200];
    ct_quantities_text(s->worth.missing, missing, sizeof missing);
    if (vf_anything(s))
        snprintf(question, sizeof question, "Not complete (%s missing):", missing);
    else
        ct_text_copy(question, sizeof question, "Nothing was taken:");
    ct_ui_ask(v, question, CT_WHY_CHOICES, why_chosen);
}

/* A further pressure is one with its upper figure, above the lower: the form points
 * at the row, of which the library knows nothing. */
static bool further_ok(struct vitals *s)
{
    for (size_t k = 0; k < s->said.further; k++) {
        size_t i = s->further_at + k * VF_PARTS;
        int64_t sbp = vf_value(s, i), dbp = vf_value(s, i + 1);
        bool any = vf_text(s, i + 1)[0] != '\0' || vf_text(s, i + 2)[0] != '\0';
        if ((sbp != CT_UNSET || !any) && (sbp == CT_UNSET || dbp == CT_UNSET || dbp < sbp))
            continue;
        struct ct_error err;
        if (sbp == CT_UNSET)
            ct_fail(&err, CT_EINVAL, s->field[i].name,
                    "Pressure %zu has no upper figure. - takes it away.", k + 2);
        else
            ct_fail(&err, CT_EINVAL, s->field[i + 1].name,
                    "Pressure %zu: the lower %lld is not below the upper %lld.", k + 2,
                    (long long)dbp, (long long)sbp);
        ct_form_fail(&s->form, &err);
        ct_ui_say_error(s->ui, &err);
        return false;
    }
    return true;
}

enum ct_reaction vf_save(struct ct_view *v)
{
    struct vitals *s = ct_view_state(v);
    if (!ct_form_check(&s->form, vf_now(s))) {
        ct_ui_say_error(s->ui, &s->form.message);
        return CT_REFUSED;
    }
    if (!further_ok(s))
        return CT_REFUSED;
    vf_gather(s, true);
    if (ct_vitals_needs_why(&s->now, &s->worth))
        ask_why(v);
    else
        save_complete(v);
    return CT_HANDLED;
}

/* ---- keys ----------------------------------------------------------------- */

/* No number and no code contains these: they are commands there. */
static bool is_command(const struct vitals *s, const struct ct_event *e)
{
    enum ct_field_kind kind = s->form.field[s->form.focus]->kind;
    enum ct_q q = vf_focused(s);
    if (e->kind != CT_EV_KEY || kind == CT_F_TEXT || kind == CT_F_TIME || e->key >= 0x80)
        return false;
    if ((e->key == 't' || e->key == 'T') && (q == CT_Q_PULSE || q == CT_Q_RESP))
        return true;
    return e->key != 0 && strchr("=?:*+@#-", (int)e->key) != NULL;
}

static enum ct_reaction vitals_event(struct ct_view *v, const struct ct_event *e)
{
    struct vitals *s = ct_view_state(v);
    if (is_command(s, e))
        return CT_IGNORED;
    enum ct_q q = vf_focused(s);
    char before[64];
    ct_text_copy(before, sizeof before, vf_text(s, s->form.focus));
    size_t field = s->form.focus;
    enum ct_form_result r = ct_form_event(&s->form, e, vf_now(s));
    if (r == CT_FORM_IGNORED)
        return CT_IGNORED;
    if (q != CT_QS && strcmp(before, vf_text(s, field)) != 0)
        s->said.tapped &= ~(UINT32_C(1) << q);
    vf_gather(s, false);
    switch (r) {
    case CT_FORM_END: return vf_save(v);
    case CT_FORM_ASKS: ct_ui_say(s->ui, CT_R_WARN, "%s", s->form.message.text); return CT_REFUSED;
    case CT_FORM_REFUSED: ct_ui_say_error(s->ui, &s->form.message); return CT_REFUSED;
    default: return CT_HANDLED;
    }
}

static void quick_ask(struct ct_view *v, const char *text);

/* A line that is not understood is asked for again, as it was typed, with the cursor
 * on what was not. */
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
        ct_ui_prompt_cursor(v, at);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    vf_fill(s, &set);
    s->form.changed = true;
    vf_gather(s, true);
    char line[300];
    ct_vitals_line(&set, line, sizeof line);
    ct_ui_say(s->ui, CT_R_OK, "Understood: %s. ^S saves it.", line);
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
    char kind[24];
    vf_begin(s);
    s->form.focus = 0;
    s->form.fresh = true;
    vf_draft_kind(s, kind);
    if (ct_draft_drop(ct_ui_app(s->ui), kind, s->patient.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_TEXT, "Draft discarded. ^Z in a field brings its text back.");
    vf_gather(s, true);
    vf_gate_forget(s);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "vitals.save", .keys = "^S F10", .label = "save", .perm = CT_PERM_VITALS_WRITE,
     .help = "Save the set and show it as stored.", .run = vf_save},
    {.id = "vitals.not_taken", .keys = "- F5", .label = "not taken",
     .perm = CT_PERM_VITALS_WRITE, .run = vf_not_taken,
     .help = "Why a value is not taken; twice: nothing of the set, or the rest."},
    {.id = "vitals.qualify", .keys = "* F4", .label = "how", .perm = CT_PERM_VITALS_WRITE,
     .help = "How it was measured: site, posture, method, cuff.",
     .run = vf_qualify},
    {.id = "vitals.pressure", .keys = "+ F6", .label = "BP", .perm = CT_PERM_VITALS_WRITE,
     .help = "A further blood pressure, in another posture: up to six in a set.",
     .run = vf_pressure},
    {.id = "vitals.device", .keys = "@ F7", .label = "device", .perm = CT_PERM_VITALS_WRITE,
     .help = "The monitor: its number, scanned or typed once, is kept until you log out.",
     .run = vf_choose_device},
    {.id = "vitals.own_device", .keys = "#", .perm = CT_PERM_VITALS_WRITE,
     .help = "Another device for this field alone; an empty number says that none was used.",
     .run = vf_own_device},
    {.id = "vitals.tap", .keys = "t T F2", .label = "tap", .perm = CT_PERM_VITALS_WRITE,
     .help = "Count pulse or respiration by tapping a key at each beat or breath.",
     .run = vf_tap},
    {.id = "vitals.quick", .keys = "= F8", .label = "line", .perm = CT_PERM_VITALS_WRITE,
     .help = "The set on one line: 120/80 72 16 98 36.6 A, or with names in any order: "
             "bp 120/80 p 72 rr 16 s 98 o2 2 np t 36.6 a.",
     .run = quick},
    {.id = "vitals.skip", .keys = "F3", .label = "skip", .perm = CT_PERM_VITALS_WRITE,
     .help = "In a round: nothing is taken, the reason is asked; then the next patient.",
     .run = ct_round_skip, .shown = ct_round_here},
    {.id = "vitals.discard", .keys = "^X", .label = "empty", .perm = CT_PERM_VITALS_WRITE,
     .help = "Empty the form and drop its draft.", .run = discard},
    {.id = "vitals.none", .keys = "^N", .perm = CT_PERM_VITALS_WRITE,
     .help = "Why nothing was taken, or nothing more.",
     .run = vf_none_taken},
    {.id = NULL},
};

static int64_t vitals_patient(const struct ct_view *v)
{
    return ((const struct vitals *)ct_view_state(v))->patient.id;
}

const struct ct_screen ct_screen_vitals = {
    .id = "vitals",
    .title = "Enter vitals",
    .help = "A field that can take no further digit goes on by itself; decimals are implied "
            "(368 is 36.8). Leave empty what was not taken. Impossible values are refused, "
            "unusual ones and jumps are asked about once. How a value is measured begins "
            "with the site's defaults for each set. What you type is kept as a draft.",
    .perm = CT_PERM_VITALS_WRITE,
    .state_size = sizeof(struct vitals),
    .arg_size = sizeof(struct ct_vitals_arg),
    .patient = vitals_patient,
    .scan = vf_scan,
    .commands = COMMANDS,
    .open = vitals_open,
    .draw = vf_draw,
    .hint = vf_hint,
    .event = vitals_event,
    .draft = vitals_draft,
    .refresh = vitals_refresh,
    .typing = vitals_typing,
    .close = vitals_close,
};
