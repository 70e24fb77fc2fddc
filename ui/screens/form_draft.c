/* form_draft - a form's draft: kept as it is typed, there again, dropped. */
#include "ui/screens/form_draft.h"

#include <stdio.h>

bool ct_form_resume(struct ct_ui *ui, struct ct_form *f, const char *kind, int64_t patient_id)
{
    struct ct_draft d = {0};
    char at[24];
    if (ct_draft_latest(ct_ui_app(ui), kind, patient_id, &d, NULL) != CT_OK)
        return false;
    for (size_t i = 0; i < f->n; i++) { /* emptied fields too */
        const char *text = ct_draft_get(&d, f->field[i]->name);
        ct_form_set(f, f->field[i]->name, text != NULL ? text : "");
    }
    ct_form_return(f, ct_draft_get(&d, CT_DRAFT_AT));
    ct_datetime_text(d.saved_ms, at);
    ct_ui_say(ui, CT_R_NOTE, "Your draft of %s is here again. ^X discards it.", at);
    ct_draft_done(&d);
    return true;
}

bool ct_form_keep(const struct ct_form *f, struct ct_draft *d, const char *kind,
                  int64_t patient_id)
{
    bool any = false;
    snprintf(d->kind, sizeof d->kind, "%s", kind);
    d->patient_id = patient_id;
    for (size_t i = 0; i < f->n; i++)
        if (f->editor[i].text[0] != '\0') {
            ct_draft_put(d, f->field[i]->name, f->editor[i].text);
            any = true;
        }
    if (any)
        ct_draft_put(d, CT_DRAFT_AT, f->field[f->focus]->name);
    return any;
}

void ct_form_empty(struct ct_form *f)
{
    for (size_t i = 0; i < f->n; i++)
        ct_form_set(f, f->field[i]->name, "");
}

bool ct_form_drop(struct ct_ui *ui, struct ct_form *f, const char *kind, int64_t patient_id)
{
    struct ct_error err;
    ct_form_clean(f);
    if (ct_draft_drop(ct_ui_app(ui), kind, patient_id, &err) == CT_OK)
        return true;
    ct_ui_say_error(ui, &err);
    return false;
}
