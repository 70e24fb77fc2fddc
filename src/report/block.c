/* block - headings, sentences, fields, text in columns, labels. */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { PRE_COLS = 80, LABEL_COLS = 40 };

/* A layout may be longer than the page: it goes on line by line. */
static void flow(struct page *p, PangoLayout *l, double x)
{
    int n = pango_layout_get_line_count(l);
    for (int i = 0; i < n; i++) {
        PangoLayoutLine *line = pango_layout_get_line_readonly(l, i);
        PangoRectangle at;
        pango_layout_line_get_extents(line, NULL, &at);
        double h = (double)at.height / PANGO_SCALE;
        page_room(p, h);
        cairo_move_to(p->cr, x, p->y - (double)at.y / PANGO_SCALE);
        pango_cairo_show_layout_line(p->cr, line);
        p->y += h;
    }
    g_object_unref(l);
}

static void heading(struct page *p, const char *text)
{
    PangoLayout *l = text_layout(p, text, FONT_BOLD, p->right - p->left);
    p->y += p->y > p->body ? 6 : 0;
    page_room(p, text_height(l) + 30); /* never alone at the end of a page */
    flow(p, l, p->left);
    p->y += 2;
}

static void fields(struct page *p, const json_t *list)
{
    double names = (p->right - p->left) * 0.27;
    size_t i;
    json_t *f;
    json_array_foreach(list, i, f) {
        const char *name = json_string_value(json_array_get(f, 0));
        const char *value = json_string_value(json_array_get(f, 1));
        PangoLayout *n = text_layout(p, name != NULL ? name : "", FONT_BOLD, names - 6);
        PangoLayout *v = text_layout(p, value != NULL ? value : "", FONT_TEXT,
                                     p->right - p->left - names);
        double h = text_height(n), hv = text_height(v);
        page_room(p, h > hv ? h : hv);
        double y = p->y;
        text_put(p, n, p->left, y);
        int page = p->n;
        flow(p, v, p->left + names);
        if (p->n == page && p->y < y + h)
            p->y = y + h;
        p->y += 1.5;
    }
    p->y += 4;
}

/* Columns of one character on a terminal, as the text was laid out for. */
static int cols_of(gunichar c)
{
    int n = wcwidth((wchar_t)c);
    return n < 0 ? 1 : n;
}

/* Each piece between two blanks or more stands in the column where it began, whatever
 * fonts the pieces before it came from. */
static void pre_line(struct page *p, const char *line, size_t n, double size, double advance,
                     double height)
{
    char *text = g_strndup(line, n), *s = text;
    int col = 0;
    while (*s != '\0') {
        while (*s == ' ') {
            s++;
            col++;
        }
        if (*s == '\0')
            break;
        char *end = strstr(s, "  ");
        char *piece = end != NULL ? g_strndup(s, (gsize)(end - s)) : g_strdup(s);
        text_put(p, text_mono(p, piece, size), p->left + col * advance, p->y);
        for (const char *t = piece; *t != '\0'; t = g_utf8_next_char(t))
            col += cols_of(g_utf8_get_char(t));
        s += strlen(piece);
        g_free(piece);
    }
    g_free(text);
    p->y += height;
}

/* Lines as a printer of fixed pitch has them; a form feed begins a page. */
static void pre(struct page *p, const char *text)
{
    PangoLayout *probe = text_mono(p, "0000000000", 10);
    double at10 = text_width(probe) / 10, high = text_height(probe) / 10;
    g_object_unref(probe);
    double size = (p->right - p->left) / PRE_COLS / at10 * 10;
    size = size > 10 ? 10 : size;
    double advance = at10 * size / 10, height = high * size;
    while (*text != '\0') {
        size_t n = strcspn(text, "\n\f");
        page_room(p, height);
        pre_line(p, text, n, size, advance, height);
        text += n;
        if (*text == '\n')
            text++;
        if (*text == '\f') {
            text++;
            if (*text != '\0' && p->y > p->body)
                page_next(p);
        }
    }
    p->y += 4;
}

/* A frame to be cut out: never over two pages unless it is longer than one. */
static void label(struct page *p, const json_t *lines)
{
    GString *text = g_string_new(NULL);
    size_t i;
    json_t *s;
    json_array_foreach(lines, i, s)
        g_string_append_printf(text, "%s%s", i > 0 ? "\n" : "",
                               json_string_value(s) != NULL ? json_string_value(s) : "");
    PangoLayout *probe = text_layout(p, "0", FONT_LABEL, 0);
    double width = text_width(probe) * LABEL_COLS + 12;
    g_object_unref(probe);
    PangoLayout *l = text_layout(p, text->str, FONT_LABEL, width);
    g_string_free(text, TRUE);
    double h = text_height(l);
    page_room(p, h + 16);
    double y = p->y;
    int page = p->n;
    p->y += 6;
    flow(p, l, p->left + 8);
    if (p->n == page) {
        cairo_set_line_width(p->cr, 0.8);
        cairo_rectangle(p->cr, p->left, y, width + 16, p->y - y + 6);
        cairo_stroke(p->cr);
    }
    p->y += 16;
}

void block_draw(struct page *p, const json_t *block)
{
    const json_t *b;
    if ((b = json_object_get(block, "head")) != NULL && json_is_string(b))
        heading(p, json_string_value(b));
    else if ((b = json_object_get(block, "para")) != NULL && json_is_string(b)) {
        flow(p, text_layout(p, json_string_value(b), FONT_TEXT, p->right - p->left), p->left);
        p->y += 4;
    } else if ((b = json_object_get(block, "pre")) != NULL && json_is_string(b))
        pre(p, json_string_value(b));
    else if ((b = json_object_get(block, "fields")) != NULL)
        fields(p, b);
    else if ((b = json_object_get(block, "label")) != NULL)
        label(p, b);
    else if ((b = json_object_get(block, "table")) != NULL)
        table_draw(p, b);
}
