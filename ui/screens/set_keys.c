/* set_keys - what can be done with one set, the same from every list and view. */
#include "ui/screens/screens.h"

#include <stdio.h>

static enum ct_reaction push(struct ct_ui *ui, const struct ct_screen *screen, const void *arg)
{
    return ct_ui_push(ui, screen, arg) ? CT_HANDLED : CT_REFUSED;
}

/* What was entered in error is not mended: it is recorded anew. */
static bool gone(struct ct_ui *ui, const struct ct_vitals *set)
{
    if (set->voided)
        ct_ui_say(ui, CT_R_WARN, "This set is marked as entered in error; record a new one.");
    return set->voided;
}

enum ct_reaction ct_set_correct(struct ct_ui *ui, const struct ct_vitals *set)
{
    struct ct_vitals_arg arg = {.patient_id = set->patient_id, .correct_id = set->id};
    return gone(ui, set) ? CT_REFUSED : push(ui, &ct_screen_vitals, &arg);
}

enum ct_reaction ct_set_versions(struct ct_ui *ui, const struct ct_vitals *set)
{
    return push(ui, &ct_screen_versions, &set->id);
}

enum ct_reaction ct_set_full(struct ct_ui *ui, const struct ct_vitals *set)
{
    return push(ui, &ct_screen_set, &set->id);
}

enum ct_reaction ct_set_notes(struct ct_ui *ui, const struct ct_vitals *set)
{
    return push(ui, &ct_screen_notes, &set->id);
}

enum ct_reaction ct_set_error_ask(struct ct_view *v, const struct ct_vitals *set,
                                  int64_t *ret_id, void (*answered)(struct ct_view *v, int index))
{
    char at[24], question[80];
    if (gone(ct_view_ui(v), set))
        return CT_REFUSED;
    *ret_id = set->id; /* this one, wherever the line stands by then */
    ct_datetime_text(set->taken_ms, at);
    snprintf(question, sizeof question, "The set of %s was entered in error, because?", at);
    ct_ui_ask(v, question, CT_VITALS_REASONS, answered);
    return CT_HANDLED;
}

bool ct_set_error_done(struct ct_ui *ui, int64_t id, int index)
{
    struct ct_error err;
    if (index < 0)
        return false;
    if (ct_vitals_void(ct_ui_app(ui), id, CT_VITALS_REASONS[index].label, &err) != CT_OK) {
        ct_ui_say_error(ui, &err);
        return false;
    }
    ct_ui_say(ui, CT_R_OK, "Marked as entered in error. The shift log shows it.");
    return true;
}
