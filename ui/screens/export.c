/* export - what is seen, into a file: asked for, said to be in the clear, and written. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "clinic/access.h"

/* The site's folder for it, else the user's home; "": there is none, and only a whole
 * path will do. */
static const char *folder(const struct ct_ui *ui)
{
    const char *dir = ct_app_config(ct_ui_app(ui))->export_dir, *home = getenv("HOME");
    return dir[0] != '\0' ? dir : home != NULL && home[0] == '/' ? home : "";
}

/* A name that says when, and not who: names of files are read by many. */
static void file_name(const struct ct_ui *ui, bool page, char out[64])
{
    bool pdf = page && ct_app_config(ct_ui_app(ui))->report_sealed; /* what is sealed by itself */
    struct ct_civil t;
    ct_civil_at(ct_app_now(ct_ui_app(ui)), &t);
    snprintf(out, 64, "vitals-%04d%02d%02d-%02d%02d.%s", t.year, t.month, t.day, t.hour, t.minute,
             pdf ? "pdf" : page ? "txt" : "csv");
}

bool ct_export_sealed(const struct ct_ui *ui, const char *name)
{
    size_t n = strlen(name);
    return n > 4 && strcasecmp(name + n - 4, ".pdf") == 0 &&
           ct_app_config(ct_ui_app(ui))->report_sealed;
}

void ct_export_said(struct ct_ui *ui, const char *path, bool sealed)
{
    ct_ui_say(ui, CT_R_OK, sealed ? "Written to %s, sealed: clintech report open reads it."
                                  : "Written to %s, not encrypted. The audit chain has it.",
              path);
}

enum ct_reaction ct_export_ask(struct ct_view *v, const struct ct_export_arg *x,
                               void (*whom)(struct ct_view *v, const char *to))
{
    struct ct_ui *ui = ct_view_ui(v);
    struct ct_error err;
    char shared[400];
    if (ct_sharing_text(ct_ui_app(ui), x->range.patient_id, shared, sizeof shared, &err) != CT_OK) {
        ct_ui_say_error(ui, &err);
        return CT_REFUSED;
    }
    ct_ui_prompt(v, "For whom is it (Enter: it stays in the clinic)", "", whom);
    if (shared[0] != '\0')
        ct_ui_say(ui, CT_R_NOTE, "May be shared with: %s.", shared);
    else
        ct_ui_say(ui, CT_R_WARN, "No permission to share is recorded.");
    return CT_HANDLED;
}

void ct_export_ask_file(struct ct_view *v, struct ct_export_arg *x, const char *to,
                        void (*given)(struct ct_view *v, const char *name))
{
    struct ct_ui *ui = ct_view_ui(v);
    char name[64];
    ct_text_copy(x->to, sizeof x->to, to);
    ct_text_trim(x->to);
    file_name(ui, x->page, name);
    if (ct_export_sealed(ui, name)) {
        ct_ui_prompt(v, "Chart (.pdf sealed, .txt not) to file", name, given);
        ct_ui_say(ui, CT_R_TEXT, "A PDF is sealed with the store's key. It goes to %s.",
                  folder(ui));
        return;
    }
    ct_ui_prompt(v, x->page ? "Chart, NOT encrypted, to file" : "CSV, NOT encrypted, to file",
                 name, given);
    ct_ui_say(ui, CT_R_WARN,
              "The file is not encrypted: whoever can read it reads the figures. It goes to %s.",
              folder(ui));
}

void ct_export_path(const struct ct_ui *ui, const char *name, char *out, size_t size)
{
    bool whole = name[0] == '/' || folder(ui)[0] == '\0';
    snprintf(out, size, "%s%s%s", whole ? "" : folder(ui), whole ? "" : "/", name);
}

void ct_export_write(struct ct_view *v, const struct ct_export_arg *x, const char *name)
{
    struct ct_ui *ui = ct_view_ui(v);
    struct ct_error err;
    char path[1024];
    if (name[0] == '\0') {
        ct_ui_say(ui, CT_R_WARN, "The file has no name; nothing was written.");
        return;
    }
    ct_export_path(ui, name, path, sizeof path);
    if (ct_ui_obs_export(ui, &x->range, x->page, x->to, path, &err) != CT_OK)
        ct_ui_say_error(ui, &err);
    else
        ct_export_said(ui, path, x->page && ct_export_sealed(ui, path));
}
