/* table - see table.h. */
#include "ui/tk/table.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* FLEX_LEAST: what the column that takes the rest keeps when there is none. */
enum { MARK_COLS = 2, GAP = 1, FLEX_LEAST = 8, COLUMNS_MAX = 24 };

void ct_table_init(struct ct_table *t, const struct ct_column *columns, size_t n,
                   struct ct_table_source source)
{
    *t = (struct ct_table){.columns = columns,
                           .n_columns = n < COLUMNS_MAX ? n : COLUMNS_MAX,
                           .source = source,
                           .sort_column = -1,
                           .loaded_first = -1};
    ct_table_reload(t);
}

static void clamp(struct ct_table *t)
{
    if (t->cursor >= t->count)
        t->cursor = t->count - 1;
    if (t->cursor < 0)
        t->cursor = 0;
    int64_t page = t->height > 0 ? t->height : 1;
    if (t->cursor < t->top)
        t->top = t->cursor;
    if (t->cursor >= t->top + page)
        t->top = t->cursor - page + 1;
    int64_t last = t->count > page ? t->count - page : 0;
    if (t->top > last)
        t->top = last;
    if (t->top < 0)
        t->top = 0;
}

void ct_table_reload(struct ct_table *t)
{
    t->count = t->source.count(t->source.arg);
    if (t->count < 0)
        t->count = 0;
    t->loaded_first = -1;
    clamp(t);
}

bool ct_table_sort(struct ct_table *t, int column)
{
    if (t->source.sort == NULL || column < 0 || (size_t)column >= t->n_columns)
        return false;
    bool descending = t->sort_column == column && !t->descending;
    if (!t->source.sort(t->source.arg, column, descending))
        return false;
    t->sort_column = column;
    t->descending = descending;
    t->cursor = t->top = 0;
    ct_table_reload(t);
    return true;
}

bool ct_table_filter(struct ct_table *t, const char *text)
{
    if (t->source.filter == NULL || !t->source.filter(t->source.arg, text))
        return false;
    t->cursor = t->top = 0;
    ct_table_reload(t);
    return true;
}

const struct ct_key_row CT_TABLE_KEYS[] = {
    {"Up Down", "One row up or down."},
    {"PageUp PageDown", "One page up or down; a row of the last one stays in sight."},
    {"Home End", "The first row, the last row."},
    {"Left Right", "Columns to the left or to the right, where some are hidden."},
    {NULL, NULL},
};

enum ct_reaction ct_table_event(struct ct_table *t, const struct ct_event *e)
{
    if (e->kind != CT_EV_KEY)
        return CT_IGNORED;
    int64_t page = t->height > 1 ? t->height - 1 : 1;
    switch (e->key) {
    case CT_KEY_UP:
        t->cursor--;
        break;
    case CT_KEY_DOWN:
        t->cursor++;
        break;
    case CT_KEY_PAGE_UP:
        t->cursor -= page;
        break;
    case CT_KEY_PAGE_DOWN:
        t->cursor += page;
        break;
    case CT_KEY_HOME:
        t->cursor = 0;
        break;
    case CT_KEY_END:
        t->cursor = t->count - 1;
        break;
    case CT_KEY_LEFT:
        if (t->scroll_column == 0)
            return CT_IGNORED;
        t->scroll_column--;
        break;
    case CT_KEY_RIGHT:
        if (!t->more_right)
            return CT_IGNORED;
        t->scroll_column++;
        break;
    default:
        return CT_IGNORED;
    }
    clamp(t);
    return CT_HANDLED;
}

/* ---- drawing ------------------------------------------------------------ */

enum { PART_BYTES = 16 }; /* no more than this is shown twice */

struct place {
    int column, col, width;
};

/* Which columns show, and where, when `scroll` of those that are not frozen are
 * scrolled away. *ret_more: scrolling further would show more. */
static int arrange(const struct ct_table *t, int cols, int scroll,
                   struct place out[COLUMNS_MAX], bool *ret_more)
{
    int n = 0, used = MARK_COLS, skipped = 0, flexible = -1, moving = 0;
    *ret_more = false;
    for (size_t i = 0; i < t->n_columns; i++) {
        const struct ct_column *c = &t->columns[i];
        if (c->gone_below > 0 && cols < c->gone_below)
            continue;
        if (!c->frozen && skipped < scroll) {
            skipped++;
            continue;
        }
        out[n] = (struct place){.column = (int)i, .width = c->width};
        if (c->width == 0 && flexible < 0)
            flexible = n;
        used += c->width + GAP;
        moving += !c->frozen;
        n++;
    }
    if (flexible >= 0)
        out[flexible].width = cols - used + GAP > FLEX_LEAST ? cols - used + GAP : FLEX_LEAST;
    int col = MARK_COLS;
    for (int i = 0; i < n; i++) {
        out[i].col = col;
        if (col + out[i].width > cols)
            *ret_more = moving > 1; /* the last one stays, cut or not */
        if (col >= cols)
            return i;
        if (col + out[i].width > cols)
            out[i].width = cols - col;
        col += out[i].width + GAP;
    }
    return n;
}

/* Text in a column of a row: columns as they will be drawn, clipped to it. */
static void cell_draw(struct ct_grid *g, int row, int col, const struct place *p, int align,
                      enum ct_role_ui role, const char *text)
{
    CT_BUF shown = {0};
    int indent = 0;
    if (align != 0) {
        int w = ct_text_clean(&shown, text, p->width, g->ascii);
        indent = p->width > w ? p->width - w : 0;
    }
    ct_grid_text(g, row, col + p->col + indent, p->width - indent, role, text);
}

/* Columns [ret_from, ret_to) of a title and its sign. */
static void title_span(const struct ct_table *t, const struct ct_grid *g, const struct place *p,
                       int *ret_from, int *ret_to)
{
    const struct ct_column *c = &t->columns[p->column];
    CT_BUF shown = {0};
    int w = c->title != NULL ? ct_text_clean(&shown, c->title, p->width, g->ascii) : 0;
    *ret_from = p->col + (c->align != 0 ? p->width - w : 0);
    *ret_to = *ret_from + w;
}

/* "7 of 1000" at the right end of the head, or in the gap between two titles
 * that is nearest to it; nowhere when it would cover one. */
static void position_draw(const struct ct_table *t, struct ct_grid *g, int row, int col,
                          int cols, const struct place *at, int n)
{
    char text[64];
    snprintf(text, sizeof text, "%lld of %lld", (long long)t->cursor + 1, (long long)t->count);
    int w = (int)strlen(text), end = cols, from, to;
    for (int i = n - 1; i >= 0; i--) {
        title_span(t, g, &at[i], &from, &to);
        if (to == from)
            continue;
        if (end - w >= to + 2) {
            ct_grid_text(g, row, col + end - w, w, CT_R_TEXT, text); /* it changes with each move */
            return;
        }
        end = from - 2;
    }
}

static void head_draw(const struct ct_table *t, struct ct_grid *g, int row, int col, int cols,
                      const struct place *at, int n)
{
    for (int i = 0; i < n; i++) {
        const struct ct_column *c = &t->columns[at[i].column];
        int from, to;
        if (c->title != NULL)
            cell_draw(g, row, col, &at[i], c->align, CT_R_HEAD, c->title);
        if (at[i].column != t->sort_column)
            continue;
        title_span(t, g, &at[i], &from, &to);
        int sign = c->align != 0 ? from - 1 : to; /* in the gap where the title is as wide */
        if (sign >= MARK_COLS && sign < cols)
            ct_grid_glyph(g, row, col + sign, CT_R_HEAD,
                          t->descending ? CT_GLYPH_DOWN : CT_GLYPH_UP);
    }
    if (t->count > t->height && !t->unnumbered)
        position_draw(t, g, row, col, cols, at, n);
}

static bool has_titles(const struct ct_table *t)
{
    for (size_t i = 0; i < t->n_columns; i++)
        if (t->columns[i].title != NULL && t->columns[i].title[0] != '\0')
            return true;
    return false;
}

/* The rows in sight, asked for once a window. */
static int load(struct ct_table *t)
{
    int64_t left = t->count - t->top;
    int want = left < t->height ? (int)left : t->height;
    if (want > 0 && (t->loaded_first != t->top || t->loaded_n < want)) {
        if (!t->source.load(t->source.arg, t->top, want))
            want = 0;
        t->loaded_first = want > 0 ? t->top : -1;
        t->loaded_n = want;
    }
    return want;
}

void ct_table_draw(struct ct_table *t, struct ct_grid *g, int row, int col, int rows, int cols,
                   bool focused)
{
    struct place at[COLUMNS_MAX], less[COLUMNS_MAX];
    bool titles = rows > 1 && has_titles(t), more;
    if (rows < 1 || cols < 1)
        return;
    t->height = rows - titles;
    t->width = cols;
    clamp(t);
    while (t->scroll_column > 0 && (arrange(t, cols, t->scroll_column - 1, less, &more), !more))
        t->scroll_column--; /* it all fits: nothing need be hidden */
    int n = arrange(t, cols, t->scroll_column, at, &t->more_right);
    if (titles)
        head_draw(t, g, row++, col, cols, at, n);
    if (focused)
        ct_grid_cursor(g, row, col); /* while there is no row to stand on */
    int want = load(t);
    for (int i = 0; i < want; i++) {
        int64_t line = t->top + i;
        for (int k = 0; k < n; k++) {
            enum ct_role_ui role = CT_R_TEXT;
            const char *text = t->source.cell(t->source.arg, line, at[k].column, &role);
            cell_draw(g, row + i, col, &at[k], t->columns[at[k].column].align, role, text);
        }
        if (line != t->cursor || t->unmarked)
            continue;
        /* the mark and the cursor show the row: a bar would cost 160 bytes a key */
        ct_grid_glyph(g, row + i, col, focused ? CT_R_SELECTED : CT_R_TEXT, CT_GLYPH_MARK);
        if (focused)
            ct_grid_cursor(g, row + i, col);
    }
}

const char *ct_table_rest(const struct ct_table *t, int column, const char *text)
{
    struct place at[COLUMNS_MAX];
    bool more;
    int n = arrange(t, t->width, t->scroll_column, at, &more), cols = 0;
    for (int i = 0; i < n; i++)
        if (at[i].column == column)
            cols = at[i].width;
    if (ct_text_cols(text) <= cols)
        return "";
    const char *end = text + strlen(text), *word = text, *part = text;
    for (const char *p = text; p < end;) { /* the last column holds the sign of the cut */
        uint32_t cp;
        size_t len = ct_utf8_next(p, end, &cp);
        cols -= ct_text_cp_cols(cp);
        if (cols < 1)
            break;
        p += len;
        if (cp != ' ')
            continue;
        part = word == p - 1 ? p : part; /* behind two blanks: "SpO2" stays with its 97 */
        word = p;
    }
    return part > text && word - part < PART_BYTES ? part : word;
}
