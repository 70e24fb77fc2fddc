/* page - what stands on every page: whose it is, page n of m, who printed it and when, the
 * chain's head, the code. */
#include "report/report.h"

#include <stdio.h>

static void rule(struct page *p, double y)
{
    cairo_set_line_width(p->cr, 0.6);
    cairo_move_to(p->cr, p->left, y);
    cairo_line_to(p->cr, p->right, y);
    cairo_stroke(p->cr);
}

/* Text in the full width; the y behind it. */
static double line(struct page *p, const char *text, enum font font, double y)
{
    if (text[0] == '\0')
        return y;
    PangoLayout *l = text_layout(p, text, font, p->right - p->left);
    double h = text_height(l);
    text_put(p, l, p->left, y);
    return y + h;
}

static void head(struct page *p)
{
    PangoLayout *site = text_layout(p, text_of(p->doc, "site"), FONT_SMALL, 0);
    double room = (p->right - p->left) * 0.45;
    if (text_width(site) > room) {
        g_object_unref(site);
        site = text_layout(p, text_of(p->doc, "site"), FONT_SMALL, room);
    }
    double used = text_width(site), high = text_height(site);
    text_put(p, site, p->right - used, p->top);
    PangoLayout *title =
        text_layout(p, text_of(p->doc, "title"), FONT_TITLE, p->right - p->left - used - 12);
    double h = text_height(title);
    text_put(p, title, p->left, p->top);
    double y = line(p, text_of(p->doc, "subject"), FONT_BOLD, p->top + (h > high ? h : high) + 2);
    if (p->lacking) {
        char text[600];
        snprintf(text, sizeof text,
                 "NO FONT for %.300s on this machine: such characters stand as boxes, and what "
                 "they say cannot be read here. Install fonts and print it again.",
                 p->unknown->str);
        y = line(p, text, FONT_SMALL_BOLD, y + 2);
    }
    rule(p, y + 3);
    p->body = p->y = y + 9;
}

/* From the bottom up: its height is known when it is laid out. */
static void foot(struct page *p)
{
    char of[64], text[1024];
    if (p->total > 0)
        snprintf(of, sizeof of, "Page %d of %d", p->n, p->total);
    else
        snprintf(of, sizeof of, "Page %d of %d", p->n, 1000); /* as wide as it may become */
    snprintf(text, sizeof text, "Printed by %.200s, %.40s. Chain %.120s.\n%.200s",
             text_of(p->doc, "by"), text_of(p->doc, "at"), text_of(p->doc, "head"),
             text_of(p->doc, "note"));
    PangoLayout *l = text_layout(p, text, FONT_SMALL, p->right - p->left);
    PangoLayout *n = text_layout(p, of, FONT_BOLD, 0);
    snprintf(text, sizeof text, "Code %.60s", text_of(p->doc, "code"));
    PangoLayout *code = text_layout(p, text, FONT_BOLD, 0);
    double h = text_height(l), h2 = text_height(n), w = text_width(n);
    double y = p->bottom - h - h2 - 2;
    rule(p, y - 3);
    text_put(p, code, p->left, y);
    text_put(p, n, p->right - w, y);
    text_put(p, l, p->left, y + h2 + 2);
    p->end = y - 9;
}

void page_begin(struct page *p)
{
    p->n++;
    cairo_set_source_rgb(p->cr, 0, 0, 0);
    head(p);
    foot(p);
    if (p->end < p->body + 72) /* a head that leaves no room: the body has what is left */
        p->end = p->bottom;
}

void page_end(struct page *p)
{
    cairo_show_page(p->cr);
}

void page_next(struct page *p)
{
    page_end(p);
    page_begin(p);
}

void page_room(struct page *p, double height)
{
    if (p->y + height > p->end && p->y > p->body)
        page_next(p);
}
