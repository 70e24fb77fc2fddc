/* export - what is seen, into a file: asked for, said to be in the clear, and written. */
#include "ui/screens/screens.h"

#include <stdio.h>

#include "exchange/vitals_export.h"

enum ct_reaction ct_export_ask(struct ct_view *v, struct ct_export_arg *x,
                               void (*given)(struct ct_view *v, const char *name))
{
    struct ct_app *app = ct_ui_app(ct_view_ui(v));
    char name[64], dir[512], label[80];
    struct ct_error err;
    /* before a name is typed for nothing */
    if (ct_require(app, CT_PERM_EXPORT, &err) != CT_OK) {
        ct_ui_say_error(ct_view_ui(v), &err);
        return CT_REFUSED;
    }
    ct_export_name(app, x->page ? CT_EXPORT_PAGE : CT_EXPORT_CSV, name);
    ct_export_dir(ct_app_config(app), dir);
    snprintf(label, sizeof label, "%s, NOT encrypted, to file", x->page ? "Chart" : "CSV");
    ct_ui_prompt(v, label, name, given);
    ct_ui_say(ct_view_ui(v), CT_R_WARN,
              "The file is not encrypted: whoever can read it reads the figures. It goes to %s.",
              dir);
    return CT_HANDLED;
}

bool ct_export_write(struct ct_view *v, const struct ct_export_arg *x, const char *name)
{
    struct ct_ui *ui = ct_view_ui(v);
    struct ct_error err;
    char path[1024];
    const struct ct_export what = {
        .kind = x->page ? CT_EXPORT_PAGE : CT_EXPORT_CSV,
        .range = {x->patient_id, x->from_ms, x->to_ms},
        .ascii = ct_ui_ascii(ui),
    };
    if (ct_vitals_export_file(ct_ui_app(ui), ct_ui_rules(ui), &what, name, path, &err) != CT_OK) {
        ct_ui_say_error(ui, &err);
        return false;
    }
    ct_ui_say(ui, CT_R_OK, "Written to %s, not encrypted. The audit chain has it.", path);
    return true;
}
