/* quick - the quick line, asked for where no form is open yet; see screens.h. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static void ask(struct ct_view *v, struct ct_quick *q, const char *text)
{
    char label[sizeof q->name + 8];
    snprintf(label, sizeof label, "Set of %s", q->name);
    ct_ui_prompt(v, label, text, q->given);
}

enum ct_reaction ct_quick_ask(struct ct_view *v, struct ct_quick *q, int64_t patient_id,
                              void (*given)(struct ct_view *v, const char *text))
{
    struct ct_ui *ui = ct_view_ui(v);
    struct ct_error err;
    struct ct_patient *p = calloc(1, sizeof *p);
    if (p == NULL) {
        ct_ui_say(ui, CT_R_ERROR, "There is no memory to ask.");
        return CT_REFUSED;
    }
    enum ct_status st = ct_patient_get(ct_ui_app(ui), patient_id, p, &err);
    if (st == CT_OK) {
        ct_patient_name(p, q->name, sizeof q->name);
        q->patient_id = patient_id;
        q->given = given;
        q->line[0] = '\0';
        ask(v, q, "");
    } else {
        ct_ui_say_error(ui, &err);
    }
    free(p);
    return st == CT_OK ? CT_HANDLED : CT_REFUSED;
}

bool ct_quick_given(struct ct_view *v, struct ct_quick *q, const char *text)
{
    struct ct_ui *ui = ct_view_ui(v);
    struct ct_vitals set;
    struct ct_error err;
    size_t at = 0;
    if (text == NULL || text[0] == '\0')
        return false;
    ct_text_copy(q->line, sizeof q->line, text);
    ct_vitals_init(&set);
    if (ct_quick_parse(q->line, ct_app_config(ct_ui_app(ui)), &ct_ui_rules(ui)->limits, &set,
                       &at, &err) != CT_OK) {
        ask(v, q, q->line);
        ct_ui_prompt_cursor(v, at);
        ct_ui_say_error(ui, &err);
        return false;
    }
    const struct ct_vitals_arg arg = {.patient_id = q->patient_id, .quick = q->line};
    return q->replace ? ct_ui_replace(ui, &ct_screen_vitals, &arg)
                      : ct_ui_push(ui, &ct_screen_vitals, &arg);
}
