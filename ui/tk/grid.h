/* grid - a rectangle of cells that everything draws into.
 *
 * Layer:  ui toolkit; no curses. term.c copies what changed to the terminal;
 *         tests compare grids as text.
 * Text:   every string passes ct_text_clean's rules on its way in; a string is
 *         clipped by columns at the edge or at max_cols, never by bytes.
 */
#ifndef CT_UI_GRID_H
#define CT_UI_GRID_H

#include "base/buf.h"
#include "ui/tk/theme.h"

enum { CT_CELL_CPS = 4, CT_MIN_ROWS = 24, CT_MIN_COLS = 80 };

struct ct_cell {
    uint32_t cp[CT_CELL_CPS]; /* base and combining marks, 0-ended */
    uint8_t role;             /* enum ct_role_ui */
    uint8_t flags;            /* CT_CELL_* */
};
enum { CT_CELL_WIDE = 1, CT_CELL_RIGHT_HALF = 2, CT_CELL_REVERSE = 4, CT_CELL_STRUCK = 8 };

struct ct_grid {
    int rows, cols;
    struct ct_cell *cell;     /* rows * cols */
    int cursor_row, cursor_col; /* the focus; always inside (screen readers follow it) */
    bool cursor_shown;
    bool ascii;               /* draw ASCII only */
};

struct ct_rect {
    int row, col, rows, cols;
};

bool ct_grid_init(struct ct_grid *g, int rows, int cols, bool ascii); /* false: no memory */
void ct_grid_done(struct ct_grid *g);
bool ct_grid_resize(struct ct_grid *g, int rows, int cols);
void ct_grid_clear(struct ct_grid *g); /* blanks, role TEXT, cursor at 0,0 */

/* Draw at (row, col); max_cols < 0: to the edge. Returns the columns used.
 * Positions outside the grid are harmless. */
int ct_grid_text(struct ct_grid *g, int row, int col, int max_cols, enum ct_role_ui role,
                 const char *utf8);
int ct_grid_printf(struct ct_grid *g, int row, int col, int max_cols, enum ct_role_ui role,
                   const char *fmt, ...) CT_FORMAT(6, 7);
/* Right-aligned: ends before col_end. */
int ct_grid_right(struct ct_grid *g, int row, int col_end, enum ct_role_ui role,
                  const char *utf8);
void ct_grid_glyph(struct ct_grid *g, int row, int col, enum ct_role_ui role,
                   enum ct_glyph glyph);
void ct_grid_hline(struct ct_grid *g, int row, int col, int cols); /* CT_GLYPH_HLINE */
void ct_grid_fill(struct ct_grid *g, int row, int col, int rows, int cols,
                  enum ct_role_ui role);
/* Change role and flags of what is drawn already (selection, struck values). */
void ct_grid_mark(struct ct_grid *g, int row, int col, int cols, enum ct_role_ui role,
                  uint8_t flags);
void ct_grid_cursor(struct ct_grid *g, int row, int col);

/* Text of the grid for golden files: a line a row, trailing blanks removed;
 * with `marks`, a second block shows roles by letter and '^' the cursor. */
void ct_grid_dump(const struct ct_grid *g, bool marks, struct ct_buf *out);

#endif
