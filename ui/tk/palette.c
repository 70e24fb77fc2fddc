/* palette - ":" goes to any screen and runs any command by its name.
 *
 * Enter without having chosen a row takes what the typed text means: the exact
 * name, else the only screen, else the only entry that begins so. It never takes
 * the first of several.
 */
#include "ui/tk/ui_priv.h"

#include <string.h>
#include <strings.h>

enum { NONE = -1, SEVERAL = -2 };

static void add_screen_commands(struct ct_ui *ui, const struct ct_screen *s)
{
    bool opens = s->jump && ct_ui_may(ui, s->perm);
    for (const struct ct_command *c = s->commands; c != NULL && c->id != NULL; c++)
        if (ct_ui_may(ui, c->perm) && ct_ui_may(ui, s->perm))
            ct_pick_add(
                ui, (struct ct_pick_row){opens ? CT_PICK_THROUGH : CT_PICK_ELSEWHERE, s, c});
}

enum ct_reaction ct_palette_open(struct ct_view *v)
{
    struct ct_ui *ui = v->ui;
    if (ui->lock != NULL) {
        ct_ui_say(ui, CT_R_WARN, "Locked: the password opens it again.");
        return CT_REFUSED;
    }
    if (!ct_pick_open(ui, true))
        return CT_REFUSED;
    const struct ct_screen *const *all = ui->o.all;
    for (size_t i = 0; all != NULL && all[i] != NULL; i++)
        if (all[i]->jump && ct_ui_may(ui, all[i]->perm))
            ct_pick_add(ui, (struct ct_pick_row){CT_PICK_SCREEN, all[i], NULL});
    for (const struct ct_command *c = v->screen->commands; c != NULL && c->id != NULL; c++)
        if (ct_command_visible(v, c))
            ct_pick_add(ui, (struct ct_pick_row){CT_PICK_COMMAND, v->screen, c});
    for (const struct ct_command *c = CT_UI_GLOBAL; c->id != NULL; c++)
        ct_pick_add(ui, (struct ct_pick_row){CT_PICK_COMMAND, NULL, c});
    bool session = ui->o.app == NULL || ct_app_who(ui->o.app) != NULL;
    for (size_t i = 0; session && all != NULL && all[i] != NULL; i++)
        if (all[i] != v->screen && all[i] != ui->o.first && all[i] != ui->o.locked)
            add_screen_commands(ui, all[i]);
    ct_pick_filter(ui);
    return CT_HANDLED;
}

static int only(int have, size_t found)
{
    return have == NONE ? (int)found : SEVERAL;
}

int ct_palette_meant(const struct ct_pick_row *const *shown, size_t n, const char *typed)
{
    typed += strspn(typed, " ");
    size_t len = strlen(typed);
    while (len > 0 && typed[len - 1] == ' ')
        len--;
    if (len == 0)
        return n > 0 ? SEVERAL : NONE;
    int screen = NONE, entry = NONE;
    for (size_t i = 0; i < n; i++) {
        const char *name = ct_pick_name(shown[i]);
        if (strncasecmp(name, typed, len) != 0)
            continue;
        if (name[len] == '\0')
            return (int)i;
        if (shown[i]->kind == CT_PICK_SCREEN)
            screen = only(screen, i);
        entry = only(entry, i);
    }
    if (screen != NONE)
        return screen;
    if (entry != NONE)
        return entry;
    return n == 0 ? NONE : n == 1 ? 0 : SEVERAL; /* found by other words only */
}

static enum ct_reaction run_on_top(struct ct_ui *ui, const struct ct_pick_row *row)
{
    struct ct_view *v = ct_ui_top(ui);
    if ((row->screen != NULL && v->screen != row->screen) ||
        !ct_command_visible(v, row->command)) {
        ct_ui_say(ui, CT_R_WARN, "%s is not possible here.", ct_pick_name(row));
        return CT_REFUSED;
    }
    return ct_command_run(v, row->command);
}

enum ct_reaction ct_pick_run(struct ct_ui *ui, const struct ct_pick_row *row)
{
    switch (row->kind) {
    case CT_PICK_COMMAND:
        return run_on_top(ui, row);
    case CT_PICK_SCREEN:
    case CT_PICK_THROUGH:
        if (ct_ui_top(ui)->screen != row->screen && !ct_ui_push(ui, row->screen, NULL))
            return CT_REFUSED;
        return row->command != NULL ? run_on_top(ui, row) : CT_HANDLED;
    case CT_PICK_ELSEWHERE:
        ct_ui_say(ui, CT_R_WARN, "%s belongs to the screen \"%s\": open that first.",
                  ct_pick_name(row), row->screen->title);
        return CT_REFUSED;
    }
    return CT_REFUSED;
}
