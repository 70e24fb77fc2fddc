/* widget - what the tests of the widgets share: keys as events, grids as text.
 *
 * A test program includes it after cmocka.h; everything is inline.
 */
#ifndef CT_TESTS_UI_WIDGET_H
#define CT_TESTS_UI_WIDGET_H

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "ui/tk/event.h"
#include "ui/tk/grid.h"

static inline struct ct_event w_key(uint32_t key)
{
    return (struct ct_event){.kind = CT_EV_KEY, .key = key};
}

static inline struct ct_event w_paste(const char *text)
{
    return (struct ct_event){.kind = CT_EV_PASTE, .text = text, .text_len = strlen(text)};
}

/* The grid as text must be this; with marks, roles and the cursor too. */
static inline void w_shows(const struct ct_grid *g, bool marks, const char *want)
{
    CT_BUF out = {0};
    ct_grid_dump(g, marks, &out);
    assert_string_equal(ct_buf_str(&out), want);
}

/* Whatever was drawn, the grid is sound: the cursor inside, no half of a wide
 * character alone, nothing that must not reach a terminal. */
static inline void w_sound(const struct ct_grid *g)
{
    assert_in_range(g->cursor_row, 0, g->rows - 1);
    assert_in_range(g->cursor_col, 0, g->cols - 1);
    for (int r = 0; r < g->rows; r++)
        for (int c = 0; c < g->cols; c++) {
            const struct ct_cell *cell = &g->cell[r * g->cols + c];
            bool wide = (cell->flags & CT_CELL_WIDE) != 0;
            bool half = c + 1 < g->cols && (cell[1].flags & CT_CELL_RIGHT_HALF) != 0;
            assert_int_equal(wide, half);
            assert_false(ct_text_unsafe(cell->cp[0]));
        }
}

/* A canvas with a frame of '#' around a place: what is drawn outside shows. */
static inline void w_frame(struct ct_grid *g, int row, int col, int rows, int cols)
{
    ct_grid_clear(g);
    for (int r = 0; r < g->rows; r++)
        for (int c = 0; c < g->cols; c++)
            if (r < row || r >= row + rows || c < col || c >= col + cols)
                g->cell[r * g->cols + c].cp[0] = '#';
}

static inline void w_frame_whole(const struct ct_grid *g, int row, int col, int rows, int cols)
{
    for (int r = 0; r < g->rows; r++)
        for (int c = 0; c < g->cols; c++)
            if (r < row || r >= row + rows || c < col || c >= col + cols)
                if (g->cell[r * g->cols + c].cp[0] != '#')
                    fail_msg("drawn outside of %dx%d, at %d,%d", rows, cols, r - row, c - col);
}

/* Is this key in a table for the manual? Every word of it must be a key. */
static inline bool w_listed(const struct ct_key_row *rows, uint32_t key)
{
    bool found = false;
    for (; rows->keys != NULL; rows++)
        for (const char *p = rows->keys; *p != '\0'; p += strspn(p, " ")) {
            size_t n = strcspn(p, " ");
            uint32_t one = ct_key_parse(p, n);
            assert_int_not_equal(one, 0);
            found = found || one == key;
            p += n;
        }
    return found;
}

/* All keys that are no character: what comes after `key`, 0 at the end. */
static inline uint32_t w_special(uint32_t key)
{
    return key < 31               ? key + 1
           : key == 31            ? CT_KEY_BACKSPACE
           : key < CT_KEY_UNKNOWN ? key + 1
                                  : 0;
}

/* A sequence that is the same in every run. */
struct w_random {
    uint64_t state;
};
static inline uint32_t w_next(struct w_random *r, uint32_t below)
{
    r->state = r->state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(r->state >> 33) % below;
}

static inline int w_locale(void **state)
{
    (void)state;
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        return -1;
    if (setenv("TZ", "UTC", 1) != 0)
        return -1;
    tzset();
    return 0;
}

#endif
