/* ui_draw - the frame around a screen: subject, rules, key bar, status line.
 *
 *   row 0        subject                                  who  09:42
 *   row 1        rule
 *   row 2 ...    body, the screen's own; a dialog or a long message covers its
 *                last rows
 *   row n-3      rule
 *   row n-2      key bar, made from the commands
 *   row n-1      status line
 */
#include "ui/tk/ui_priv.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { TOP_ROWS = 2, BOTTOM_ROWS = 3, MARGIN = 1, MESSAGE_ROWS_MAX = 6 };

int ct_flow(struct ct_grid *g, int row, int col, int cols, enum ct_role_ui role,
            const char *text)
{
    int rows = 1, used = 0;
    for (const char *p = text; *p != '\0';) {
        int gap = (int)strspn(p, " "); /* two blanks part the figures of a line */
        p += gap;
        if (*p == '\n') {
            rows++;
            used = 0;
            p++;
            continue;
        }
        size_t n = strcspn(p, " \n");
        if (n == 0)
            break;
        char word[CT_SAY_BYTES];
        ct_text_copy(word, n < sizeof word ? n + 1 : sizeof word, p);
        int w = ct_text_cols(word);
        if (used > 0 && used + gap + w > cols) {
            rows++;
            used = 0;
        }
        int at = used > 0 ? used + gap : 0;
        /* The blanks between wear the words' look: else it is put on and taken off
         * for each word, at twenty bytes a time. */
        if (g != NULL && used > 0)
            ct_grid_printf(g, row + rows - 1, col + used, gap, role, "%*s", gap, "");
        if (g != NULL)
            ct_grid_text(g, row + rows - 1, col + at, cols - at, role, word);
        used = at + w;
        p += n;
    }
    return rows;
}

static void draw_small(struct ct_grid *g)
{
    char text[200];
    snprintf(text, sizeof text,
             "This window has %d columns and %d rows; clintech needs %d by %d. Make it bigger: "
             "nothing that was typed is lost.",
             g->cols, g->rows, CT_MIN_COLS, CT_MIN_ROWS);
    ct_flow(g, 0, 0, g->cols, CT_R_TEXT, text);
    ct_grid_cursor(g, 0, 0);
}

static void draw_head(struct ct_ui *ui, struct ct_grid *g)
{
    char who[160] = "", clock[8];
    ct_time_text(ui->shown_ms, clock);
    const struct ct_who *w = ui->o.app != NULL ? ct_app_who(ui->o.app) : NULL;
    /* whose record it is matters more than who types: the name gives way */
    const char *name = w == NULL ? "" : w->name;
    if (w != NULL && ct_text_cols(ui->subject) + ct_text_cols(name) + 12 > g->cols)
        name = w->login;
    snprintf(who, sizeof who, "%.120s%s%s", name, w != NULL ? "  " : "", clock);
    int right = ct_text_cols(who);
    if (right > g->cols / 2)
        right = g->cols / 2;
    if (ui->subject[0] != '\0')
        ct_grid_text(g, 0, MARGIN, g->cols - MARGIN - right - 3, CT_R_TITLE, ui->subject);
    ct_grid_text(g, 0, g->cols - right - MARGIN, right, CT_R_TEXT, who);
    ct_grid_hline(g, 1, 0, g->cols);
}

/* "^S save" at col; false when it does not fit. */
static bool bar_entry(struct ct_grid *g, int row, int *col, const char *key, const char *label)
{
    int k = ct_text_cols(key), l = ct_text_cols(label);
    if (*col + k + 1 + l > g->cols - MARGIN)
        return false;
    ct_grid_text(g, row, *col, k, CT_R_KEY, key);
    ct_grid_text(g, row, *col + k + 1, l, CT_R_LABEL, label);
    *col += k + 1 + l + 2;
    return true;
}

static void draw_bar(struct ct_ui *ui, struct ct_grid *g, int row)
{
    struct ct_view *v = ct_ui_top(ui);
    int col = MARGIN;
    const char *fixed = NULL;
    if (ui->pick != NULL)
        fixed = "type to narrow the list   Up Down choose   Enter do it   Esc close";
    else if (v->dialog != NULL)
        ct_dialog_keys(v, &fixed);
    if (fixed != NULL) {
        ct_grid_text(g, row, col, -1, CT_R_LABEL, fixed);
        return;
    }
    for (const struct ct_command *c = v->screen->commands; c != NULL && c->id != NULL; c++) {
        char key[24];
        if (c->label == NULL || !ct_command_visible(v, c))
            continue;
        ct_command_key(c, key, sizeof key);
        if (!bar_entry(g, row, &col, key, c->label))
            break;
    }
    if (ui->lock == NULL && ui->depth > 1)
        bar_entry(g, row, &col, "Esc", "back");
}

static const char *store_state(const struct ct_ui *ui)
{
    if (ui->o.app == NULL)
        return "";
    switch (ct_app_state(ui->o.app)) {
    case CT_LOCKED:
        return "  store closed";
    case CT_IN:
        return ct_app_db(ui->o.app) == NULL || ct_db_dead(ct_app_db(ui->o.app))
                   ? "  STORE FAILED"
                   : "  store ok";
    case CT_OUT:
        break;
    }
    return "";
}

/* A message that is too long for its line is shown whole above the rule. */
static void draw_status(struct ct_ui *ui, struct ct_grid *g, int above)
{
    int row = g->rows - 1;
    char right[80];
    const struct ct_view *v = ct_ui_top(ui);
    bool text = v->screen->typing != NULL && v->screen->typing(v);
    const char *keys = ui->pick != NULL || v->dialog != NULL ? "" : text ? "F1 keys" : "? keys";
    snprintf(right, sizeof right, "%s%s%s", keys, v->kept ? "  draft kept" : "",
             store_state(ui));
    int end = g->cols - MARGIN - ct_text_cols(right);
    ct_grid_text(g, row, end, -1, CT_R_LABEL, right);
    if (ui->say[0] == '\0')
        return;
    int room = end - 2 - MARGIN, cols = g->cols - 2 * MARGIN;
    if (ct_text_cols(ui->say) <= room) {
        ct_grid_text(g, row, MARGIN, room, ui->say_role, ui->say);
        return;
    }
    int rows = ct_flow(NULL, 0, 0, cols, ui->say_role, ui->say);
    if (rows > MESSAGE_ROWS_MAX)
        rows = MESSAGE_ROWS_MAX;
    int top = above - rows;
    ct_grid_fill(g, top, 0, rows, g->cols, CT_R_TEXT);
    struct ct_grid part = *g; /* the same cells, cut off below the message */
    part.rows = above;
    ct_flow(&part, top, MARGIN, cols, ui->say_role, ui->say);
}

void ct_ui_draw(struct ct_ui *ui, struct ct_grid *g)
{
    ct_grid_clear(g);
    ui->too_small = g->rows < CT_MIN_ROWS || g->cols < CT_MIN_COLS;
    if (ui->too_small) {
        draw_small(g);
        return;
    }
    if (ui->privacy) {
        ct_privacy_draw(ui, g);
        return;
    }
    struct ct_view *v = ct_ui_top(ui);
    struct ct_rect body = {TOP_ROWS, 0, g->rows - TOP_ROWS - BOTTOM_ROWS, g->cols};
    int bottom = g->rows - BOTTOM_ROWS; /* the first row that is not the body's */
    ui->subject[0] = '\0';
    ui->until_patient = 0;
    if (v->screen->draw != NULL)
        v->screen->draw(v, g, body);
    ct_grid_fill(g, bottom, 0, BOTTOM_ROWS, g->cols, CT_R_TEXT);
    if (!g->cursor_shown)
        ct_grid_cursor(g, body.row, body.col);
    draw_head(ui, g);
    ct_restricted_draw(ui, g, body);
    ct_grid_hline(g, bottom, 0, g->cols);
    int above = bottom;
    if (ui->pick != NULL)
        ct_pick_draw(ui, g, body);
    else if (v->dialog != NULL)
        ct_dialog_draw(v, g, bottom - 1, &above);
    draw_bar(ui, g, g->rows - 2);
    draw_status(ui, g, above);
}
