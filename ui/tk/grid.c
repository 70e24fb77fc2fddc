/* grid - see grid.h. */
#include "ui/tk/grid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { GRID_SIDE_MAX = 1000 }; /* rows or columns; a terminal never has more */

static const struct ct_cell BLANK = {.cp = {' '}, .role = CT_R_TEXT};

static int clamp(int v, int lo, int hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

bool ct_grid_init(struct ct_grid *g, int rows, int cols, bool ascii)
{
    *g = (struct ct_grid){.ascii = ascii};
    return ct_grid_resize(g, rows, cols);
}

void ct_grid_done(struct ct_grid *g)
{
    free(g->cell);
    *g = (struct ct_grid){.ascii = g->ascii};
}

bool ct_grid_resize(struct ct_grid *g, int rows, int cols)
{
    rows = clamp(rows, 1, GRID_SIDE_MAX);
    cols = clamp(cols, 1, GRID_SIDE_MAX);
    if (g->cell == NULL || rows != g->rows || cols != g->cols) {
        struct ct_cell *cell = calloc((size_t)rows * (size_t)cols, sizeof *cell);
        if (cell == NULL)
            return false;
        free(g->cell);
        g->cell = cell;
        g->rows = rows;
        g->cols = cols;
    }
    ct_grid_clear(g);
    return true;
}

void ct_grid_clear(struct ct_grid *g)
{
    size_t n = (size_t)g->rows * (size_t)g->cols;
    for (size_t i = 0; i < n; i++)
        g->cell[i] = BLANK;
    g->cursor_row = g->cursor_col = 0;
    g->cursor_shown = false;
}

static struct ct_cell *at(struct ct_grid *g, int row, int col)
{
    return &g->cell[(size_t)row * (size_t)g->cols + (size_t)col];
}

/* Half a wide character must never stay behind: whatever is about to be
 * overwritten in [col, col + cols) takes its other half with it. */
static void split(struct ct_grid *g, int row, int col, int cols)
{
    if ((at(g, row, col)->flags & CT_CELL_RIGHT_HALF) != 0 && col > 0)
        *at(g, row, col - 1) = BLANK;
    int after = col + cols;
    if (after < g->cols && (at(g, row, after)->flags & CT_CELL_RIGHT_HALF) != 0)
        *at(g, row, after) = BLANK;
}

static void put(struct ct_grid *g, int row, int col, enum ct_role_ui role, uint32_t cp,
                int cols)
{
    split(g, row, col, cols);
    *at(g, row, col) = (struct ct_cell){.cp = {cp}, .role = (uint8_t)role};
    if (cols == 2) {
        at(g, row, col)->flags = CT_CELL_WIDE;
        *at(g, row, col + 1) =
            (struct ct_cell){.cp = {' '}, .role = (uint8_t)role, .flags = CT_CELL_RIGHT_HALF};
    }
}

/* A mark that stands on the character before it; more than fit are dropped. */
static void combine(struct ct_grid *g, int row, int col, uint32_t cp)
{
    if (col > 0 && (at(g, row, col)->flags & CT_CELL_RIGHT_HALF) != 0)
        col--;
    struct ct_cell *c = at(g, row, col);
    for (int i = 1; i < CT_CELL_CPS; i++) {
        if (c->cp[i] == 0) {
            c->cp[i] = cp;
            return;
        }
    }
}

/* Cells of text that is clean already and fits. */
static int put_clean(struct ct_grid *g, int row, int col, enum ct_role_ui role, const char *s)
{
    const char *end = s + strlen(s);
    int used = 0;
    uint32_t cp;
    for (size_t n; (n = ct_utf8_next(s, end, &cp)) > 0; s += n) {
        int cols = ct_text_cp_cols(cp);
        if (cols == 0) {
            if (used > 0)
                combine(g, row, col + used - 1, cp);
            continue;
        }
        if (col + used + cols > g->cols)
            break;
        put(g, row, col + used, role, cp, cols);
        used += cols;
    }
    return used;
}

/* Most text is plain ASCII that fits: columns are bytes. False: it is not. */
static bool put_plain(struct ct_grid *g, int row, int col, int max_cols, enum ct_role_ui role,
                      const char *s, int *ret_cols)
{
    int n = 0;
    while (s[n] >= 0x20 && s[n] < 0x7f)
        if (++n > max_cols)
            return false;
    if (s[n] != '\0')
        return false;
    for (int i = 0; i < n; i++)
        put(g, row, col + i, role, (unsigned char)s[i], 1);
    *ret_cols = n;
    return true;
}

int ct_grid_text(struct ct_grid *g, int row, int col, int max_cols, enum ct_role_ui role,
                 const char *utf8)
{
    if (row < 0 || row >= g->rows || col < 0 || col >= g->cols || max_cols == 0)
        return 0;
    int room = g->cols - col;
    if (max_cols < 0 || max_cols > room)
        max_cols = room;
    int used;
    if (put_plain(g, row, col, max_cols, role, utf8, &used))
        return used;
    CT_BUF clean = {0};
    ct_text_clean(&clean, utf8, max_cols, g->ascii);
    return put_clean(g, row, col, role, ct_buf_str(&clean));
}

int ct_grid_printf(struct ct_grid *g, int row, int col, int max_cols, enum ct_role_ui role,
                   const char *fmt, ...)
{
    char text[2048];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return ct_grid_text(g, row, col, max_cols, role, text);
}

int ct_grid_right(struct ct_grid *g, int row, int col_end, enum ct_role_ui role,
                  const char *utf8)
{
    col_end = clamp(col_end, 0, g->cols);
    CT_BUF clean = {0};
    int cols = ct_text_clean(&clean, utf8, col_end, g->ascii);
    if (row < 0 || row >= g->rows || cols == 0)
        return 0;
    return put_clean(g, row, col_end - cols, role, ct_buf_str(&clean));
}

void ct_grid_glyph(struct ct_grid *g, int row, int col, enum ct_role_ui role,
                   enum ct_glyph glyph)
{
    if (row >= 0 && row < g->rows && col >= 0 && col < g->cols)
        put(g, row, col, role, ct_glyph_cp(glyph, g->ascii), 1);
}

void ct_grid_hline(struct ct_grid *g, int row, int col, int cols)
{
    int64_t end = (int64_t)col + cols;
    if (end > g->cols)
        end = g->cols;
    for (int c = col < 0 ? 0 : col; c < end; c++)
        ct_grid_glyph(g, row, c, CT_R_LINE, CT_GLYPH_HLINE);
}

/* Clip a rectangle to the grid; false when nothing of it is left. */
static bool clip(const struct ct_grid *g, int *row, int *col, int *rows, int *cols)
{
    int64_t row_end = (int64_t)*row + *rows, col_end = (int64_t)*col + *cols;
    *row = *row < 0 ? 0 : *row;
    *col = *col < 0 ? 0 : *col;
    row_end = row_end > g->rows ? g->rows : row_end;
    col_end = col_end > g->cols ? g->cols : col_end;
    if (row_end <= *row || col_end <= *col)
        return false;
    *rows = (int)(row_end - *row);
    *cols = (int)(col_end - *col);
    return true;
}

void ct_grid_fill(struct ct_grid *g, int row, int col, int rows, int cols, enum ct_role_ui role)
{
    if (!clip(g, &row, &col, &rows, &cols))
        return;
    for (int r = row; r < row + rows; r++)
        for (int c = col; c < col + cols; c++)
            put(g, r, c, role, ' ', 1);
}

void ct_grid_mark(struct ct_grid *g, int row, int col, int cols, enum ct_role_ui role,
                  uint8_t flags)
{
    const uint8_t shape = CT_CELL_WIDE | CT_CELL_RIGHT_HALF;
    int rows = 1;
    if (!clip(g, &row, &col, &rows, &cols))
        return;
    for (int c = col; c < col + cols; c++) {
        struct ct_cell *cell = at(g, row, c);
        cell->role = (uint8_t)role;
        cell->flags = (uint8_t)((cell->flags & shape) | (flags & ~shape));
    }
}

void ct_grid_cursor(struct ct_grid *g, int row, int col)
{
    g->cursor_row = clamp(row, 0, g->rows - 1);
    g->cursor_col = clamp(col, 0, g->cols - 1);
    g->cursor_shown = true;
}

/* ---- as text ------------------------------------------------------------ */

static void trim_from(struct ct_buf *out, size_t start)
{
    while (out->len > start && out->data[out->len - 1] == ' ')
        out->len--;
    if (out->data != NULL)
        out->data[out->len] = '\0';
    ct_buf_char(out, '\n');
}

static const char LETTER[CT_ROLES_UI] = {
#define X(id, letter) [id] = letter,
    CT_ROLE_TABLE(X)
#undef X
};

/* A role's letter: upper case where reversed, x where struck. */
static char mark_letter(const struct ct_cell *c)
{
    char letter = c->role < CT_ROLES_UI ? LETTER[c->role] : '?';
    if ((c->flags & CT_CELL_STRUCK) != 0)
        return 'x';
    if ((c->flags & CT_CELL_REVERSE) != 0)
        return (char)(letter >= 'a' && letter <= 'z' ? letter - 'a' + 'A' : '#');
    return letter;
}

void ct_grid_dump(const struct ct_grid *g, bool marks, struct ct_buf *out)
{
    for (int r = 0; r < g->rows; r++) {
        size_t start = out->len;
        for (int c = 0; c < g->cols; c++) {
            const struct ct_cell *cell = &g->cell[(size_t)r * (size_t)g->cols + (size_t)c];
            if ((cell->flags & CT_CELL_RIGHT_HALF) != 0)
                continue;
            for (int i = 0; i < CT_CELL_CPS && cell->cp[i] != 0; i++) {
                char utf8[4];
                ct_buf_add(out, utf8, ct_utf8_put(utf8, cell->cp[i]));
            }
        }
        trim_from(out, start);
    }
    if (!marks)
        return;
    ct_buf_str_add(out, "== marks\n");
    for (int r = 0; r < g->rows; r++) {
        size_t start = out->len;
        for (int c = 0; c < g->cols; c++) {
            bool cursor = g->cursor_shown && r == g->cursor_row && c == g->cursor_col;
            ct_buf_char(
                out,
                cursor ? '^' : mark_letter(&g->cell[(size_t)r * (size_t)g->cols + (size_t)c]));
        }
        trim_from(out, start);
    }
}
