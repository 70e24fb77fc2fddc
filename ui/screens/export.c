/* export - what is seen, into a file: asked for, said to be in the clear, and written. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>

static const char *folder(const struct ct_ui *ui)
{
    const struct ct_config *c = ct_app_config(ct_ui_app(ui));
    const char *home = getenv("HOME");
    return c->export_dir[0] != '\0' ? c->export_dir : home != NULL ? home : "/tmp";
}

enum ct_reaction ct_export_ask(struct ct_view *v, struct ct_export_arg *x,
                               void (*given)(struct ct_view *v, const char *name))
{
    struct ct_ui *ui = ct_view_ui(v);
    char path[640], label[80];
    struct ct_error err;
    struct ct_civil c;
    /* before a name is typed for nothing */
    if (ct_require(ct_ui_app(ui), CT_PERM_EXPORT, &err) != CT_OK) {
        ct_ui_say_error(ui, &err);
        return CT_REFUSED;
    }
    /* when, and not who */
    ct_civil_at(ct_app_now(ct_ui_app(ui)), &c);
    snprintf(path, sizeof path, "%s/vitals-%04d%02d%02d-%02d%02d%02d.%s", folder(ui), c.year,
             c.month, c.day, c.hour, c.minute, c.second, x->page ? "txt" : "csv");
    snprintf(label, sizeof label, "%s, NOT encrypted, to file", x->page ? "Chart" : "CSV");
    ct_ui_prompt(v, label, path, given);
    ct_ui_say(ui, CT_R_WARN,
              "The file is not encrypted: whoever can read it reads the figures.");
    return CT_HANDLED;
}

bool ct_export_write(struct ct_view *v, const struct ct_export_arg *x, const char *name)
{
    struct ct_ui *ui = ct_view_ui(v);
    struct ct_error err;
    char path[1100];
    const struct ct_obs_range range = {x->patient_id, x->from_ms, x->to_ms};
    if (name[0] == '/')
        snprintf(path, sizeof path, "%.1000s", name);
    else
        snprintf(path, sizeof path, "%.500s/%.500s", folder(ui), name);
    if (ct_ui_obs_export(ui, &range, x->page, path, &err) != CT_OK) {
        ct_ui_say_error(ui, &err);
        return false;
    }
    ct_ui_say(ui, CT_R_OK, "Written to %s, not encrypted. The audit chain has it.", path);
    return true;
}
