/* table - a list that pages from a query and never loads it all.
 *
 * Layer:  ui toolkit; no curses. A list of 1,000,000 rows scrolls as one of 10:
 *         the source is asked for the rows of the window only (by offset, which
 *         the source may turn into keyset paging), cached a screen at a time.
 */
#ifndef CT_UI_TABLE_H
#define CT_UI_TABLE_H

#include "ui/tk/event.h"
#include "ui/tk/grid.h"

struct ct_column {
    const char *title;
    int width;      /* columns; 0: takes what is left, 8 at least (one such) */
    int align;      /* 0 left, 1 right */
    int gone_below; /* hidden when the table is narrower than this; 0 never */
    bool frozen;    /* stays when scrolling sideways */
};
struct ct_table_source {
    void *arg;
    int64_t (*count)(void *arg);
    /* Make rows [first, first+n) available; false on failure (the source says
     * why itself). Called once a window change. */
    bool (*load)(void *arg, int64_t first, int n);
    /* Text of a loaded row's cell; "" for none. *role may be changed. */
    const char *(*cell)(void *arg, int64_t row, int column, enum ct_role_ui *role);
    /* Sort by column (again: descending), filter by text; NULL: cannot. */
    bool (*sort)(void *arg, int column, bool descending);
    bool (*filter)(void *arg, const char *text);
};
struct ct_table {
    const struct ct_column *columns;
    size_t n_columns;
    struct ct_table_source source;
    int64_t count, top, cursor; /* rows */
    bool unmarked; /* nobody has chosen a row yet: none bears the mark */
    bool unnumbered; /* headings are among the rows: no "n of m" */
    int height, width;          /* rows and columns of the last draw */
    int sort_column;            /* -1 none */
    bool descending;
    int64_t loaded_first;
    int loaded_n;
    int scroll_column; /* sideways, past the frozen ones */
    bool more_right;   /* some column was cut off in the last draw */
};
void ct_table_init(struct ct_table *t, const struct ct_column *columns, size_t n,
                   struct ct_table_source source);
/* Count anew, keep the cursor as near as it was. */
void ct_table_reload(struct ct_table *t);
/* Up Down PageUp PageDown Home End; Left Right sideways where there is more.
 * Enter is not its own. */
extern const struct ct_key_row CT_TABLE_KEYS[];
enum ct_reaction ct_table_event(struct ct_table *t, const struct ct_event *e);
/* What the last draw cut off a text in that column, from the beginning of a word
 * or of a part between two blanks;
 * "" when all of it was shown. For a line below the list. */
const char *ct_table_rest(const struct ct_table *t, int column, const char *text);
bool ct_table_filter(struct ct_table *t, const char *text); /* "" shows all again */
bool ct_table_sort(struct ct_table *t, int column);
/* Head line (if titles, and two rows or more), rows with a > mark on the
 * cursor's, "n of m" at the right of the head where it covers no title; puts the
 * hardware cursor on the row when focused. */
void ct_table_draw(struct ct_table *t, struct ct_grid *g, int row, int col, int rows, int cols,
                   bool focused);

#endif
