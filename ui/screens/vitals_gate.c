/* vitals_gate - the devices of the vitals form: a warning when one is chosen that its state
 * speaks against, and at saving the reason for using each, once. */
#include "ui/screens/vitals_form.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

static enum ct_status gate(struct vitals *s, const char *device, struct ct_gate *ret,
                           struct ct_error *reterr)
{
    return ct_equipment_gate(ct_ui_app(s->ui), device, CT_GATE_VITALS, s->now.taken_ms, ret,
                             reterr);
}

void vf_gate_monitor(struct vitals *s)
{
    struct ct_gate g;
    s->gate.monitor = CT_GATE_FREE;
    if (s->said.monitor[0] != '\0' && gate(s, s->said.monitor, &g, NULL) == CT_OK)
        s->gate.monitor = g.answer;
}

bool vf_gate_warn(struct vitals *s, const char *device)
{
    struct ct_gate g;
    vf_gate_monitor(s);
    if (device[0] == '\0' || gate(s, device, &g, NULL) != CT_OK || g.answer == CT_GATE_FREE)
        return false;
    if (g.answer == CT_GATE_NOTE)
        ct_ui_say(s->ui, CT_R_NOTE, "%s.", g.text);
    else
        ct_ui_say(s->ui, CT_R_WARN, "%s. %s", g.text,
                  g.answer == CT_GATE_STOP ? "Take another: @." : "Saving asks why.");
    return true;
}

/* ---- reasons ----------------------------------------------------------------------------- */

static size_t reason_of(const struct vitals *s, const char *device)
{
    size_t i = 0;
    while (i < s->gate.n && strcasecmp(s->gate.device[i], device) != 0)
        i++;
    return i;
}

void vf_gate_attach(struct vitals *s)
{
    for (size_t i = 0; i < s->now.n_devices; i++) {
        size_t k = reason_of(s, s->now.device[i].device);
        s->now.device[i].reason = k < s->gate.n ? s->gate.reason[k] : NULL;
    }
}

/* What the corrected set was measured with was asked about when that was saved. */
static bool stood(const struct vitals *s, const char *device)
{
    for (size_t i = 0; s->correct_id != 0 && i < s->corrected.n_devices; i++)
        if (strcasecmp(s->corrected.device[i].device, device) == 0)
            return true;
    return false;
}

static void typed(struct ct_view *v, const char *text)
{
    struct vitals *s = ct_view_state(v);
    if (text == NULL)
        return;
    if (text[strspn(text, " ")] == '\0' || strlen(text) > CT_EQUIP_REASON_MAX) {
        char label[80];
        snprintf(label, sizeof label, "%s is used because", s->gate.asked);
        ct_ui_prompt(v, label, text[strspn(text, " ")] == '\0' ? "" : text, typed);
        ct_ui_say(s->ui, CT_R_WARN, "A reason of 1 to %d bytes is needed. Esc goes back.",
                  CT_EQUIP_REASON_MAX);
        return;
    }
    size_t i = reason_of(s, s->gate.asked);
    if (i == CT_VITALS_DEVICES_MAX) { /* devices were changed in between: the first goes */
        memmove(s->gate.device[0], s->gate.device[1], sizeof s->gate.device[0] * (i - 1));
        memmove(s->gate.reason[0], s->gate.reason[1], sizeof s->gate.reason[0] * (i - 1));
        s->gate.n = --i;
    }
    ct_text_copy(s->gate.device[i], sizeof s->gate.device[0], s->gate.asked);
    ct_text_copy(s->gate.reason[i], sizeof s->gate.reason[0], text);
    if (i == s->gate.n)
        s->gate.n++;
    vf_gate(v, s->gate.go_on);
}

static void chosen(struct ct_view *v, int index)
{
    struct vitals *s = ct_view_state(v);
    char label[80];
    if (index < 0) {
        ct_ui_say(s->ui, CT_R_NOTE, "Not saved yet. @ names another device.");
        return;
    }
    if (CT_OVERRIDE_REASONS[index + 1].code != NULL) { /* the last is "type it" */
        typed(v, CT_OVERRIDE_REASONS[index].label);
        return;
    }
    snprintf(label, sizeof label, "%s is used because", s->gate.asked);
    ct_ui_prompt(v, label, "", typed);
}

static void ask(struct ct_view *v, const struct ct_gate *g)
{
    char question[240];
    CT_BUF b = {.max = 1024};
    ct_buf_printf(&b, "%.190s. Used because?", g->text);
    ct_text_copy(question, sizeof question, ct_buf_str(&b));
    ct_ui_ask(v, question, CT_OVERRIDE_REASONS, chosen);
}

enum ct_reaction vf_gate(struct ct_view *v, void (*go_on)(struct ct_view *v))
{
    struct vitals *s = ct_view_state(v);
    s->gate.go_on = go_on;
    for (size_t i = 0; i < s->now.n_devices; i++) {
        const char *device = s->now.device[i].device;
        struct ct_gate g;
        struct ct_error err;
        if (stood(s, device) || reason_of(s, device) < s->gate.n)
            continue;
        if (gate(s, device, &g, &err) != CT_OK) {
            ct_ui_say_error(s->ui, &err);
            return CT_REFUSED;
        }
        if (g.answer == CT_GATE_STOP) {
            ct_fail(&err, CT_EINVAL, "device",
                    "%.300s. Nothing is lost: name another device (@), or none.", g.text);
            ct_ui_say_error(s->ui, &err);
            return CT_REFUSED;
        }
        if (g.answer != CT_GATE_REASON)
            continue;
        ct_text_copy(s->gate.asked, sizeof s->gate.asked, device);
        ask(v, &g);
        return CT_HANDLED;
    }
    go_on(v);
    return CT_HANDLED;
}

void vf_gate_forget(struct vitals *s)
{
    s->gate.n = 0;
    vf_gate_monitor(s);
}
