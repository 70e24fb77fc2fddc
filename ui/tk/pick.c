/* pick - a list over the body that typing narrows: the help and the palette. */
#include "ui/tk/ui_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "ui/tk/editor.h"

enum { FILTER_BYTES = 100, NAME_COLS = 20, KEYS_COLS = 13, PAGE = 10, WHOLE_ROWS = 2 };

struct ct_pick {
    bool palette;
    bool chosen; /* the cursor was moved: Enter takes its row */
    struct ct_editor filter;
    struct ct_pick_row *row;
    size_t n, cap;
    const struct ct_pick_row **shown; /* cap of them */
    size_t n_shown, cursor, top;
    int height; /* rows of the last draw */
};

bool ct_pick_open(struct ct_ui *ui, bool palette)
{
    ct_pick_close(ui);
    ui->pick = calloc(1, sizeof *ui->pick);
    if (ui->pick != NULL && ct_editor_init(&ui->pick->filter, FILTER_BYTES)) {
        ui->pick->palette = palette;
        ui->pick->height = PAGE;
        return true;
    }
    free(ui->pick);
    ui->pick = NULL;
    ct_ui_say(ui, CT_R_ERROR, "There is no memory for the list.");
    return false;
}

void ct_pick_close(struct ct_ui *ui)
{
    if (ui->pick == NULL)
        return;
    ct_editor_done(&ui->pick->filter);
    free(ui->pick->row);
    free(ui->pick->shown);
    free(ui->pick);
    ui->pick = NULL;
}

bool ct_pick_add(struct ct_ui *ui, struct ct_pick_row row)
{
    struct ct_pick *p = ui->pick;
    if (p->n == p->cap) {
        size_t cap = p->cap != 0 ? 2 * p->cap : 64;
        struct ct_pick_row *rows = reallocarray(p->row, cap, sizeof *rows);
        if (rows == NULL)
            return false;
        p->row = rows;
        const struct ct_pick_row **shown = reallocarray(p->shown, cap, sizeof(*shown));
        if (shown == NULL)
            return false;
        p->shown = shown;
        p->cap = cap;
    }
    p->row[p->n++] = row;
    return true;
}

const char *ct_pick_name(const struct ct_pick_row *row)
{
    return row->command != NULL ? row->command->id : row->screen->id;
}

static const char *pick_text(const struct ct_pick_row *row)
{
    return row->command != NULL ? row->command->help : row->screen->title;
}

/* ---- narrowing ---------------------------------------------------------- */

static bool contains(const char *text, const char *word)
{
    return text != NULL && strcasestr(text, word) != NULL;
}

/* 0 best ... 2; 3: not at all. Every word must be found somewhere. */
static int rank(const struct ct_pick_row *row, char *const *word, size_t n)
{
    const char *name = ct_pick_name(row);
    const char *keys = row->command != NULL ? row->command->keys : NULL;
    const char *label = row->command != NULL ? row->command->label : NULL;
    int best = 2;
    for (size_t i = 0; i < n; i++) {
        const char *title = row->screen != NULL ? row->screen->title : NULL;
        if (!contains(name, word[i]) && !contains(pick_text(row), word[i]) &&
            !contains(label, word[i]) && !contains(keys, word[i]) && !contains(title, word[i]))
            return 3;
    }
    if (n == 0 || strncasecmp(name, word[0], strlen(word[0])) == 0)
        best = 0;
    else if (contains(label, word[0]) || contains(name, word[0]))
        best = 1;
    return best;
}

void ct_pick_filter(struct ct_ui *ui)
{
    enum { WORDS = 8, RANKS = 3 };
    struct ct_pick *p = ui->pick;
    char text[FILTER_BYTES + 1], *word[WORDS], *save = NULL;
    size_t n = 0;
    ct_text_copy(text, sizeof text, p->filter.text);
    for (char *w = strtok_r(text, " ", &save); w != NULL && n < WORDS;
         w = strtok_r(NULL, " ", &save))
        word[n++] = w;
    p->n_shown = p->cursor = p->top = 0;
    p->chosen = false;
    for (int r = 0; r < RANKS; r++)
        for (size_t i = 0; i < p->n; i++)
            if (rank(&p->row[i], word, n) == r)
                p->shown[p->n_shown++] = &p->row[i];
}

/* ---- keys --------------------------------------------------------------- */

static enum ct_reaction enter(struct ct_ui *ui)
{
    struct ct_pick *p = ui->pick;
    int meant = p->n_shown == 0 ? -1 : p->chosen || p->n_shown == 1 ? (int)p->cursor : -2;
    if (p->palette && !p->chosen)
        meant = ct_palette_meant(p->shown, p->n_shown, p->filter.text);
    if (meant < 0) {
        ct_ui_say(ui, CT_R_WARN,
                  meant == -1
                      ? "Nothing here is called so."
                      : "That is not enough to tell which: type more, or choose with Down.");
        return CT_REFUSED;
    }
    struct ct_pick_row row = *p->shown[meant];
    ct_pick_close(ui);
    return ct_pick_run(ui, &row);
}

static void move_to(struct ct_pick *p, size_t to)
{
    p->chosen = p->n_shown > 0;
    p->cursor = p->n_shown == 0 ? 0 : to < p->n_shown ? to : p->n_shown - 1;
}

enum ct_reaction ct_pick_event(struct ct_ui *ui, const struct ct_event *e)
{
    struct ct_pick *p = ui->pick;
    size_t page = p->height > 1 ? (size_t)p->height : 1;
    switch (e->kind == CT_EV_KEY ? e->key : 0) {
    case CT_KEY_ESC:
        ct_pick_close(ui);
        return CT_HANDLED;
    case CT_KEY_ENTER:
        return enter(ui);
    case CT_CTRL('l'):
        ui->redraw = true;
        return CT_HANDLED;
    case CT_KEY_UP:
        move_to(p, p->cursor > 0 ? p->cursor - 1 : 0);
        return CT_HANDLED;
    case CT_KEY_DOWN: /* the first Down chooses the first row */
        move_to(p, p->chosen ? p->cursor + 1 : 0);
        return CT_HANDLED;
    case CT_KEY_PAGE_UP:
        move_to(p, p->cursor > page ? p->cursor - page : 0);
        return CT_HANDLED;
    case CT_KEY_PAGE_DOWN:
        move_to(p, p->cursor + page);
        return CT_HANDLED;
    default:
        break;
    }
    if (ct_editor_event(&p->filter, e) != CT_HANDLED)
        return CT_REFUSED;
    ct_pick_filter(ui);
    return CT_HANDLED;
}

/* ---- drawing ------------------------------------------------------------ */

static int text_col(const struct ct_pick *p)
{
    return 3 + (p->palette ? NAME_COLS + 1 : 0) + KEYS_COLS + 1;
}

static void draw_row(const struct ct_ui *ui, struct ct_grid *g, int row,
                     const struct ct_pick_row *r, bool here)
{
    const struct ct_pick *p = ui->pick;
    bool dim = r->kind == CT_PICK_ELSEWHERE;
    enum ct_role_ui role = dim ? CT_R_DIM : CT_R_TEXT;
    int col = 3;
    if (here)
        ct_grid_glyph(g, row, 1, CT_R_SELECTED, CT_GLYPH_MARK);
    if (p->palette) {
        ct_grid_text(g, row, col, NAME_COLS, role, ct_pick_name(r));
        col += NAME_COLS + 1;
    }
    ct_grid_text(g, row, col, KEYS_COLS, dim ? CT_R_DIM : CT_R_KEY,
                 r->command != NULL && r->command->keys != NULL ? r->command->keys : "");
    col = text_col(p);
    int used = ct_grid_text(g, row, col, g->cols - col - 1, role, pick_text(r));
    if (r->kind == CT_PICK_ELSEWHERE || r->kind == CT_PICK_THROUGH)
        ct_grid_printf(g, row, col + used + 1, g->cols - col - used - 2, CT_R_DIM, "(%s)",
                       r->screen->title);
}

/* What its line cut off, from the word that it cut; nothing when all of it is there. */
static void rest_draw(const struct ct_pick *p, struct ct_grid *g, int row,
                      const struct ct_pick_row *r)
{
    const char *text = pick_text(r), *word = text, *end = text + strlen(text);
    int cols = g->cols - text_col(p) - 1;
    if (ct_text_cols(text) <= cols)
        return;
    for (const char *c = text; c < end;) { /* the last column holds the sign of the cut */
        uint32_t cp;
        size_t len = ct_utf8_next(c, end, &cp);
        cols -= ct_text_cp_cols(cp);
        if (cols < 1)
            break;
        c += len;
        if (cp == ' ')
            word = c;
    }
    struct ct_grid part = *g;
    if (part.rows > row + WHOLE_ROWS)
        part.rows = row + WHOLE_ROWS;
    char rest[512];
    snprintf(rest, sizeof rest, "... %s", word);
    ct_flow(&part, row, 3, g->cols - 4, CT_R_TEXT, rest);
}

void ct_pick_draw(struct ct_ui *ui, struct ct_grid *g, struct ct_rect body)
{
    struct ct_pick *p = ui->pick;
    ct_grid_fill(g, body.row, body.col, body.rows, body.cols, CT_R_TEXT);
    int row = body.row, end = body.row + body.rows;
    if (p->palette)
        ct_grid_text(g, row++, 1, -1, CT_R_HEAD, "GO TO");
    else
        row += ct_help_draw_head(ui, g, body);
    int label = ct_grid_text(g, row, 1, -1, CT_R_LABEL, p->palette ? ":" : "Find:");
    int filter_row = row++;
    int filter_col = 1 + label + (p->palette ? 0 : 1);
    row++;
    end -= WHOLE_ROWS + 1;
    p->height = end - row;
    if (p->height < 1)
        p->height = 1;
    if (p->cursor < p->top)
        p->top = p->cursor;
    if (p->cursor >= p->top + (size_t)p->height)
        p->top = p->cursor - (size_t)p->height + 1;
    for (int i = 0; i < p->height && p->top + (size_t)i < p->n_shown; i++) {
        size_t at = p->top + (size_t)i;
        draw_row(ui, g, row + i, p->shown[at], p->chosen && at == p->cursor);
    }
    if (p->n_shown == 0)
        ct_grid_text(g, row, 3, -1, CT_R_DIM, "nothing matches");
    ct_editor_draw(&p->filter, g, filter_row, filter_col, body.cols - filter_col - 1, true);
    if (p->n_shown > 0 && (p->chosen || p->n_shown == 1))
        rest_draw(p, g, end + 1, p->shown[p->cursor]);
    if (p->chosen) /* the hardware cursor is where the eye is */
        ct_grid_cursor(g, row + (int)(p->cursor - p->top), 1);
}
