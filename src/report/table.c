/* table - columns by their shares of the width, the head again on each page, a row that is
 * longer than a page goes on over the next. */
#include "report/report.h"

enum { COLS_MAX = 32, PAD = 3, ROW_PAD = 3 };

struct table {
    const json_t *cols;
    size_t n;
    double x[COLS_MAX + 1];
    bool right[COLS_MAX];
};

/* The bands of a score, told by their points in the row as well as by the colour. */
static const double SHADE[][3] = {{1, 1, 1}, {1, 0.96, 0.62}, {1, 0.80, 0.50}, {0.98, 0.62, 0.58}};

static double line_height(PangoLayout *l, int i)
{
    PangoRectangle at;
    pango_layout_line_get_extents(pango_layout_get_line_readonly(l, i), NULL, &at);
    return (double)at.height / PANGO_SCALE;
}

static double height_from(PangoLayout *l, int from)
{
    double h = 0;
    for (int i = from, n = pango_layout_get_line_count(l); i < n; i++)
        h += line_height(l, i);
    return h;
}

static void background(struct page *p, const struct table *t, int shade, double height)
{
    if (shade > 0 && shade < 4) {
        cairo_set_source_rgb(p->cr, SHADE[shade][0], SHADE[shade][1], SHADE[shade][2]);
        cairo_rectangle(p->cr, t->x[0], p->y, t->x[t->n] - t->x[0], height);
        cairo_fill(p->cr);
        cairo_set_source_rgb(p->cr, 0, 0, 0);
    }
}

static void edges(struct page *p, const struct table *t, double height, double wide)
{
    cairo_set_line_width(p->cr, wide);
    cairo_set_source_rgb(p->cr, 0.45, 0.45, 0.45);
    for (double y = p->y; y < p->y + height + 0.1; y += height) { /* above: a shade hid it */
        cairo_move_to(p->cr, t->x[0], y);
        cairo_line_to(p->cr, t->x[t->n], y);
    }
    for (size_t i = 0; i <= t->n; i++) {
        cairo_move_to(p->cr, t->x[i], p->y);
        cairo_line_to(p->cr, t->x[i], p->y + height);
    }
    cairo_stroke(p->cr);
    cairo_set_source_rgb(p->cr, 0, 0, 0);
}

/* The lines of a cell from *from on that fit into `height`; one at least when `force`. */
static void cell(struct page *p, const struct table *t, size_t col, PangoLayout *l,
                 double height, int *from, bool force)
{
    double y = p->y + ROW_PAD / 2.0, end = p->y + height;
    for (int n = pango_layout_get_line_count(l); *from < n; (*from)++) {
        PangoLayoutLine *line = pango_layout_get_line_readonly(l, *from);
        PangoRectangle at;
        pango_layout_line_get_extents(line, NULL, &at);
        double h = (double)at.height / PANGO_SCALE;
        if (y + h > end + 0.01 && !force)
            break;
        force = false;
        double wide = (double)at.width / PANGO_SCALE;
        double x = t->right[col] ? t->x[col + 1] - PAD - wide : t->x[col] + PAD;
        cairo_move_to(p->cr, x, y - (double)at.y / PANGO_SCALE);
        pango_cairo_show_layout_line(p->cr, line);
        y += h;
    }
}

static void header(struct page *p, const struct table *t);

static void row(struct page *p, const struct table *t, const json_t *cells, int shade,
                enum font font, bool head)
{
    PangoLayout *l[COLS_MAX];
    int from[COLS_MAX] = {0};
    for (size_t i = 0; i < t->n; i++) {
        const char *s = json_string_value(json_array_get(cells, i));
        double width = t->x[i + 1] - t->x[i] - 2 * PAD;
        l[i] = text_layout(p, s != NULL ? s : "", font, width);
    }
    for (bool more = true; more;) {
        double h = 0;
        for (size_t i = 0; i < t->n; i++) {
            double hi = height_from(l[i], from[i]);
            h = hi > h ? hi : h;
        }
        h += ROW_PAD;
        if (p->y + h > p->end && p->y > p->body && !head &&
            (h <= p->end - p->body - 40 || p->y + 40 > p->end)) {
            page_next(p);
            header(p, t);
        }
        bool whole = p->y + h <= p->end || head;
        double room = whole ? h : p->end - p->y;
        background(p, t, shade, room);
        more = false;
        for (size_t i = 0; i < t->n; i++) {
            cell(p, t, i, l[i], room, &from[i], !whole);
            more = more || from[i] < pango_layout_get_line_count(l[i]);
        }
        edges(p, t, room, head ? 1.0 : 0.4);
        p->y += room;
        if (more) {
            page_next(p);
            header(p, t);
        }
    }
    for (size_t i = 0; i < t->n; i++)
        g_object_unref(l[i]);
}

static void header(struct page *p, const struct table *t)
{
    json_t *names = json_array();
    size_t i;
    json_t *c;
    json_array_foreach(t->cols, i, c)
        json_array_append_new(names, json_string(text_of(c, "name")));
    row(p, t, names, 0, FONT_SMALL_BOLD, true);
    json_decref(names);
}

void table_draw(struct page *p, const json_t *table)
{
    struct table t = {.cols = json_object_get(table, "cols")};
    double sum = 0, at = p->left;
    size_t i;
    json_t *r;
    t.n = json_array_size(t.cols);
    if (t.n == 0 || t.n > COLS_MAX)
        return;
    for (i = 0; i < t.n; i++) {
        double share = json_number_value(json_object_get(json_array_get(t.cols, i), "share"));
        sum += share > 0 ? share : 1;
    }
    for (i = 0; i < t.n; i++) {
        const json_t *c = json_array_get(t.cols, i);
        double share = json_number_value(json_object_get(c, "share"));
        t.x[i] = at;
        t.right[i] = json_is_true(json_object_get(c, "right"));
        at += (share > 0 ? share : 1) / sum * (p->right - p->left);
    }
    t.x[t.n] = at;
    page_room(p, 50);
    header(p, &t);
    json_array_foreach(json_object_get(table, "rows"), i, r)
        row(p, &t, json_object_get(r, "cells"),
            (int)json_integer_value(json_object_get(r, "shade")), FONT_SMALL, false);
    p->y += 8;
}
