/* help - what can be done on this screen, with its keys; Enter does it. */
#include "ui/tk/ui_priv.h"

#include <stdio.h>
#include <string.h>

enum { PARAGRAPH_ROWS_MAX = 6 };

static void add_commands(struct ct_view *v, const struct ct_command *table,
                         const struct ct_screen *screen)
{
    for (const struct ct_command *c = table; c != NULL && c->id != NULL; c++)
        if (ct_command_visible(v, c))
            ct_pick_add(v->ui, (struct ct_pick_row){CT_PICK_COMMAND, screen, c});
}

enum ct_reaction ct_help_open(struct ct_view *v)
{
    if (!ct_pick_open(v->ui, false))
        return CT_REFUSED;
    add_commands(v, v->screen->commands, v->screen);
    add_commands(v, CT_UI_GLOBAL, NULL);
    ct_pick_filter(v->ui);
    return CT_HANDLED;
}

int ct_help_draw_head(struct ct_ui *ui, struct ct_grid *g, struct ct_rect body)
{
    const struct ct_view *v = ct_ui_top(ui);
    const struct ct_screen *s = v->screen;
    char text[1024] = "";
    int used = ct_grid_text(g, body.row, 1, -1, CT_R_HEAD, "KEYS");
    ct_grid_text(g, body.row, 1 + used + 2, -1, CT_R_TITLE, s->title);
    if (s->hint != NULL)
        s->hint(v, text, sizeof text);
    size_t n = strlen(text);
    snprintf(text + n, sizeof text - n, "%s%s", n > 0 && s->help != NULL ? "\n" : "",
             s->help != NULL ? s->help : "");
    if (text[0] == '\0')
        return 2;
    struct ct_grid part = *g;
    if (part.rows > body.row + 1 + PARAGRAPH_ROWS_MAX)
        part.rows = body.row + 1 + PARAGRAPH_ROWS_MAX;
    int rows = ct_flow(&part, body.row + 1, 1, body.cols - 2, CT_R_TEXT, text);
    return 1 + (rows > PARAGRAPH_ROWS_MAX ? PARAGRAPH_ROWS_MAX : rows) + 1;
}
