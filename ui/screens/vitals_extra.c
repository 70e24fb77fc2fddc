/* vitals_extra - what is said by one key beside the Tab path of the vitals form: why a
 * value was not taken, how it was measured, further pressures, the device, the tap
 * counter. */
#include "ui/screens/vitals_form.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "clinic/scan_find.h"

static uint32_t bit(enum ct_q q)
{
    return UINT32_C(1) << q;
}

static void said(struct vitals *s)
{
    s->form.changed = true;
    vf_gather(s, false);
}

static enum ct_reaction refuse(struct vitals *s, const char *text)
{
    ct_ui_say(s->ui, CT_R_WARN, "%s", text);
    return CT_REFUSED;
}

/* To the next row, as Enter would go; a message of the field left stays. */
static void next_row(struct vitals *s)
{
    const struct ct_event tab = {.kind = CT_EV_KEY, .key = CT_KEY_TAB};
    size_t was;
    s->form.swallow = false;
    do {
        was = s->form.focus;
        if (ct_form_event(&s->form, &tab, vf_now(s)) == CT_FORM_ASKS)
            ct_ui_say(s->ui, CT_R_WARN, "%s", s->form.message.text);
    } while (s->form.focus != was && s->field[s->form.focus].joined);
}

static bool same_row(const struct vitals *s, enum ct_q a, enum ct_q b)
{
    return s->form.at[s->at[a]].row == s->form.at[s->at[b]].row;
}

/* ---- not taken --------------------------------------------------------------- */

enum { N_WHY = CT_WHYS - 1 };

/* The reasons, and what else may be said at that moment. */
static void why_choices(struct ct_choice out[N_WHY + 3], const char *all, bool take_back)
{
    size_t n = N_WHY;
    memcpy(out, CT_WHY_CHOICES, N_WHY * sizeof *out);
    if (all != NULL)
        out[n++] = (struct ct_choice){"-", all};
    if (take_back)
        out[n++] = (struct ct_choice){"x", "take it back"};
    out[n] = (struct ct_choice){NULL, NULL};
}

static void rest_chosen(struct ct_view *v, int index)
{
    struct vitals *s = ct_view_state(v);
    if (index < 0)
        return;
    s->said.partial = index < N_WHY ? (enum ct_why)(index + 1) : CT_WHY_NONE;
    said(s);
    if (index < N_WHY && !vf_anything(s))
        vf_save(v);
    else if (index < N_WHY)
        ct_ui_say(s->ui, CT_R_NOTE, "The rest of the set was not taken: %s. ^S saves it.",
                  ct_why_text(s->said.partial));
}

enum ct_reaction vf_none_taken(struct ct_view *v)
{
    struct vitals *s = ct_view_state(v);
    struct ct_choice choices[N_WHY + 3];
    why_choices(choices, NULL, s->said.partial != CT_WHY_NONE);
    ct_ui_ask(v, vf_anything(s) ? "The rest was not taken:" : "Nothing was taken:", choices,
              rest_chosen);
    return CT_HANDLED;
}

/* Of the row: the focused quantity, and what else is empty in it. */
static void why_chosen(struct ct_view *v, int index)
{
    struct vitals *s = ct_view_state(v);
    bool back = s->said.not_taken[s->asked] != CT_WHY_NONE && index == N_WHY + 1;
    if (index < 0)
        return;
    if (index == N_WHY) {
        vf_none_taken(v);
        return;
    }
    for (int q = 0; q < CT_QS; q++)
        if (((enum ct_q)q == s->asked || same_row(s, (enum ct_q)q, s->asked)) &&
            vf_text(s, s->at[q])[0] == '\0' && (s->shown & bit((enum ct_q)q)) != 0 &&
            (q != CT_Q_O2_FLOW || s->asked == CT_Q_O2_FLOW))
            s->said.not_taken[q] = back ? CT_WHY_NONE : (uint8_t)(index + 1);
    said(s);
    if (!back)
        next_row(s);
}

enum ct_reaction vf_not_taken(struct ct_view *v)
{
    struct vitals *s = ct_view_state(v);
    enum ct_q q = vf_focused(s);
    size_t k = vf_further(s, s->form.focus);
    struct ct_choice choices[N_WHY + 3];
    char question[96];
    if (k != VF_FURTHER) {
        vf_further_remove(s, k);
        s->form.focus = s->at[CT_Q_SBP];
        s->form.fresh = true;
        said(s);
        ct_ui_say(s->ui, CT_R_TEXT, "This pressure is taken away. + adds one.");
        return CT_HANDLED;
    }
    if (q == CT_QS)
        return refuse(s, "This is nothing that is measured.");
    if (vf_text(s, s->form.focus)[0] != '\0') {
        ct_ui_say(s->ui, CT_R_WARN, "%s has a value. ^U empties the field; then - says why not.",
                  s->field[s->form.focus].label);
        return CT_REFUSED;
    }
    s->asked = q;
    why_choices(choices, vf_anything(s) ? "all that is missing" : "nothing was taken",
                s->said.not_taken[q] != CT_WHY_NONE);
    snprintf(question, sizeof question, "%s not taken:", s->field[s->form.focus].label);
    ct_ui_ask(v, question, choices, why_chosen);
    return CT_HANDLED;
}

/* ---- how it was measured -------------------------------------------------------- */

enum { MOST_CHOICES = 12 };
static const char *const DIGIT[MOST_CHOICES] = {"1", "2", "3", "4", "5", "6",
                                                "7", "8", "9", "a", "b", "c"};

/* "1 sitting  2 standing ... 0 not said": by the same figure every time. */
static void ask_choice(struct ct_view *v, const char *question, enum ct_qualifier ql,
                       void (*done)(struct ct_view *v, int index))
{
    struct ct_choice choices[MOST_CHOICES + 2];
    size_t n = 0;
    for (const struct ct_choice *c = CT_QUALIFIER[ql].choices;
         c->code != NULL && n < MOST_CHOICES; c++, n++)
        choices[n] = (struct ct_choice){DIGIT[n], c->label};
    choices[n++] = (struct ct_choice){"0", "not said"};
    choices[n] = (struct ct_choice){NULL, NULL};
    ct_ui_ask(v, question, choices, done);
}

/* 0 not said, else the choice from 1. */
static uint8_t choice_of(enum ct_qualifier ql, int index)
{
    return ct_qualifier_valid(ql, index + 1) ? (uint8_t)(index + 1) : 0;
}

static void choice_made(struct ct_view *v, int index)
{
    struct vitals *s = ct_view_state(v);
    if (index < 0)
        return;
    s->said.ql[s->asked_ql] = choice_of(s->asked_ql, index);
    said(s);
}

static void ask_category(struct ct_view *v, enum ct_qualifier ql)
{
    struct vitals *s = ct_view_state(v);
    char question[96];
    s->asked_ql = ql;
    snprintf(question, sizeof question, "%s, %s:", CT_QUANTITY[CT_QUALIFIER[ql].q].label,
             CT_QUALIFIER[ql].label);
    ask_choice(v, question, ql, choice_made);
}

/* The category by its place among those of the quantity. */
static void category_chosen(struct ct_view *v, int index)
{
    struct vitals *s = ct_view_state(v);
    for (int i = 0; i < CT_QLS && index >= 0; i++)
        if (CT_QUALIFIER[i].q == s->asked && index-- == 0)
            ask_category(v, (enum ct_qualifier)i);
}

static void further_posture(struct ct_view *v, int index)
{
    struct vitals *s = ct_view_state(v);
    if (index < 0)
        return;
    vf_further_name(s, s->asked_row, choice_of(CT_QL_BP_POSITION, index));
    said(s);
}

/* "s site LA  p position STA": categories by their first letter. */
static void ask_categories(struct ct_view *v, enum ct_q q)
{
    struct vitals *s = ct_view_state(v);
    struct ct_choice choices[CT_QLS + 1];
    char key[CT_QLS][2], text[CT_QLS][64], question[64];
    size_t n = 0;
    for (int i = 0; i < CT_QLS; i++) {
        if (CT_QUALIFIER[i].q != q)
            continue;
        const char *is = ct_qualifier_label((enum ct_qualifier)i, s->said.ql[i]);
        snprintf(key[n], sizeof key[n], "%.1s", CT_QUALIFIER[i].label);
        snprintf(text[n], sizeof text[n], "%s%s%s", CT_QUALIFIER[i].label,
                 is[0] != '\0' ? ": " : "", is);
        choices[n] = (struct ct_choice){key[n], text[n]};
        n++;
    }
    choices[n] = (struct ct_choice){NULL, NULL};
    snprintf(question, sizeof question, "%s:", CT_QUANTITY[q].label);
    ct_ui_ask(v, question, choices, category_chosen);
}

enum ct_reaction vf_qualify(struct ct_view *v)
{
    struct vitals *s = ct_view_state(v);
    enum ct_q q = vf_focused(s) == CT_Q_DBP ? CT_Q_SBP : vf_focused(s);
    size_t n = 0, k = vf_further(s, s->form.focus);
    enum ct_qualifier only = CT_QLS;
    if (k != VF_FURTHER) {
        s->asked_row = k;
        ask_choice(v, "This pressure, position:", CT_QL_BP_POSITION, further_posture);
        return CT_HANDLED;
    }
    for (int i = 0; i < CT_QLS; i++)
        if (CT_QUALIFIER[i].q == q) {
            only = (enum ct_qualifier)i;
            n++;
        }
    s->asked = q;
    if (n == 0)
        return refuse(s, "There is nothing to say here about how it was measured.");
    if (n == 1)
        ask_category(v, only);
    else
        ask_categories(v, q);
    return CT_HANDLED;
}

/* ---- further pressures ------------------------------------------------------------ */

static void new_posture(struct ct_view *v, int index)
{
    struct vitals *s = ct_view_state(v);
    size_t k = s->said.further;
    if (index < 0 || k == VF_FURTHER)
        return;
    s->said.further++;
    vf_further_name(s, k, choice_of(CT_QL_BP_POSITION, index));
    s->form.focus = s->further_at + k * VF_PARTS;
    s->form.fresh = true;
    s->form.swallow = false;
    said(s);
}

static void ask_new(struct ct_view *v)
{
    struct vitals *s = ct_view_state(v);
    char question[64];
    snprintf(question, sizeof question, "Pressure %zu, position:", s->said.further + 2);
    ask_choice(v, question, CT_QL_BP_POSITION, new_posture);
}

/* A fall is from somewhere: the posture of the first is needed too. */
static void first_posture(struct ct_view *v, int index)
{
    struct vitals *s = ct_view_state(v);
    if (index < 0)
        return;
    s->said.ql[CT_QL_BP_POSITION] = choice_of(CT_QL_BP_POSITION, index);
    said(s);
    ask_new(v);
}

enum ct_reaction vf_pressure(struct ct_view *v)
{
    struct vitals *s = ct_view_state(v);
    enum ct_q q = vf_focused(s);
    size_t k = vf_further(s, s->form.focus);
    if (q != CT_Q_SBP && q != CT_Q_DBP && k == VF_FURTHER)
        return refuse(s, "+ adds a further pressure: go to the blood pressure first.");
    if (vf_value(s, s->at[CT_Q_SBP]) == CT_UNSET)
        return refuse(s, "The first pressure comes first.");
    if (s->said.further == VF_FURTHER)
        return refuse(s, "A set has at most six pressures.");
    if (s->said.further == 0 && s->said.ql[CT_QL_BP_POSITION] == 0)
        ask_choice(v, "The first pressure, position:", CT_QL_BP_POSITION, first_posture);
    else
        ask_new(v);
    return CT_HANDLED;
}

/* ---- the device -------------------------------------------------------------------- */

static void keep(struct vitals *s, const char *name, const char *device)
{
    if (s->correct_id == 0 && !ct_ui_session_set(s->ui, name, device))
        ct_ui_say(s->ui, CT_R_WARN, "The device is kept for this set only.");
}

/* False: there are too many. */
static bool device_set(struct vitals *s, const char *device)
{
    struct vf_said before = s->said;
    bool monitor = s->asked_device == VF_MONITOR;
    char name[48] = "vitals.device";
    if (!monitor)
        snprintf(name, sizeof name, "vitals.device.%s", CT_QUANTITY[s->asked].name);
    char *to = monitor ? s->said.monitor : s->said.own[s->asked];
    ct_text_copy(to, CT_DEVICE_BYTES + 1, device);
    if (!monitor && device[0] == '\0') /* this one without, whatever the monitor measures */
        s->said.by_hand |= bit(s->asked);
    else if (!monitor)
        s->said.by_hand &= ~bit(s->asked);
    if (vf_devices(s) > CT_VITALS_DEVICES_MAX) {
        s->said = before;
        ct_ui_say(s->ui, CT_R_WARN, "A set has at most %d devices.", CT_VITALS_DEVICES_MAX);
        return false;
    }
    keep(s, name, to);
    said(s);
    return true;
}

static void ask_device(struct ct_view *v, const char *text);

static void device_given(struct ct_view *v, const char *text)
{
    struct vitals *s = ct_view_state(v);
    char device[512];
    if (text == NULL)
        return;
    ct_scan_device(ct_app_config(ct_ui_app(s->ui)), text, device, sizeof device);
    ct_text_trim(device);
    if (strlen(device) > CT_DEVICE_BYTES) { /* another barcode: the next scan starts afresh */
        ask_device(v, "");
        ct_ui_say(s->ui, CT_R_WARN, "The number of a device has at most %d bytes.",
                  CT_DEVICE_BYTES);
        return;
    }
    if (device_set(s, device))
        vf_gate_warn(s, device);
}

static void ask_device(struct ct_view *v, const char *text)
{
    struct vitals *s = ct_view_state(v);
    char label[96] = "Number of the device (scan or type)";
    if (s->asked_device == VF_OWN)
        snprintf(label, sizeof label, "Number of the device, %s", CT_QUANTITY[s->asked].label);
    ct_ui_prompt(v, label, text, device_given);
    ct_ui_prompt_scans(v);
}

/* A scanner types at once: nothing is asked before the number. */
enum ct_reaction vf_choose_device(struct ct_view *v)
{
    struct vitals *s = ct_view_state(v);
    s->asked = CT_QS;
    s->asked_device = VF_MONITOR;
    ask_device(v, "");
    return CT_HANDLED;
}

enum ct_reaction vf_own_device(struct ct_view *v)
{
    struct vitals *s = ct_view_state(v);
    s->asked = vf_further(s, s->form.focus) != VF_FURTHER || vf_focused(s) == CT_Q_DBP
                   ? CT_Q_SBP
                   : vf_focused(s);
    if (s->asked == CT_QS)
        return refuse(s, "Go to the field that the device measured first.");
    s->asked_device = VF_OWN;
    ask_device(v, "");
    return CT_HANDLED;
}

/* ---- scanned -------------------------------------------------------------------------- */

enum ct_reaction ct_vitals_device(struct ct_view *v, const char *number)
{
    struct vitals *s = ct_view_state(v);
    if (strlen(number) > CT_DEVICE_BYTES) {
        ct_ui_say(s->ui, CT_R_WARN, "The number of a device has at most %d bytes.",
                  CT_DEVICE_BYTES);
        return CT_REFUSED;
    }
    s->asked_device = VF_MONITOR;
    if (device_set(s, number) && !vf_gate_warn(s, number))
        ct_ui_say(s->ui, CT_R_OK, "Measured with device %s. # names one for a field alone.",
                  number);
    return CT_HANDLED;
}

/* Whose wristband was scanned last stands beside the title until the right one is. */
static void band_scanned(struct vitals *s, const struct ct_scan_named *named)
{
    const struct ct_scan_match *m = &named->match[0];
    if (m->patient_id != s->patient.id) {
        s->band_ms = 0; /* the check before it says nothing of who is here now */
        ct_text_copy(s->other_band, sizeof s->other_band, m->name);
    } else if (named->band) {
        s->band_ms = vf_now(s);
        s->other_band[0] = '\0';
    }
}

/* A device, or the wristband of the patient; where text is typed a code is text, and all
 * else goes where it goes from every screen. */
enum ct_reaction vf_scan(struct ct_view *v, const struct ct_event *e)
{
    struct vitals *s = ct_view_state(v);
    const struct ct_screen *screen = ct_view_screen(v);
    enum ct_reaction r = CT_IGNORED;
    if (screen->typing(v))
        return CT_IGNORED;
    struct ct_scan_named *named = ct_scan_look(s->ui, e);
    if (named == NULL)
        return CT_REFUSED;
    if (named->n == 1 && named->match[0].kind == CT_NAMED_DEVICE)
        r = ct_vitals_device(v, named->match[0].number);
    else if (named->n == 1 && named->match[0].kind == CT_NAMED_PATIENT)
        band_scanned(s, named);
    ct_scan_drop(named);
    return r;
}

/* ---- counting by taps --------------------------------------------------------------- */

enum ct_reaction vf_tap(struct ct_view *v)
{
    struct vitals *s = ct_view_state(v);
    enum ct_q q = vf_focused(s);
    if (q != CT_Q_PULSE && q != CT_Q_RESP)
        return refuse(s, "Pulse and respiration are counted by tapping: go there first.");
    struct ct_tap_arg arg = {.q = q, .patient = &s->patient, .ret = &s->tap};
    s->tap = (struct ct_tap_result){.given = false};
    s->asked = q;
    return ct_ui_push(s->ui, &ct_screen_tap, &arg) ? CT_HANDLED : CT_REFUSED;
}

void vf_tapped(struct vitals *s)
{
    char text[16];
    if (!s->tap.given)
        return;
    s->tap.given = false;
    snprintf(text, sizeof text, "%d", s->tap.rate);
    ct_form_set(&s->form, CT_QUANTITY[s->asked].name, text);
    s->said.tapped |= bit(s->asked);
    if (s->tap.with_rhythm)
        s->said.ql[CT_QL_PULSE_RHYTHM] = s->tap.irregular ? CT_RHYTHM_IRREGULAR
                                                          : CT_RHYTHM_REGULAR;
    s->form.focus = s->at[s->asked];
    s->form.fresh = true;
    next_row(s);
    said(s);
}
