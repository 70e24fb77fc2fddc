/* report - clintech-report: a document (exchange/report.h, as JSON) becomes a PDF.
 *
 * A program of its own, so that the workstation loads neither pango nor cairo. It opens no
 * store and no file, asks for no password: the document comes on standard input, the PDF
 * goes to standard output when all of it is made.
 * Pages: laid out twice, by the same steps; the first time counts them for "page n of m".
 * Units: points of 1/72 inch.
 */
#ifndef CT_REPORT_REPORT_H
#define CT_REPORT_REPORT_H

#include <jansson.h>
#include <pango/pangocairo.h>
#include <stdbool.h>
#include <stddef.h>

struct page {
    cairo_t *cr;
    const json_t *doc;
    double width, height;     /* of the paper */
    double left, right, top, bottom; /* of what may be drawn on */
    double body, end;         /* between head and foot of this page */
    double y;                 /* the next block begins here */
    int n, total;             /* this page; all of them, 0 while they are counted */
    GString *unknown;         /* scripts of which no font here has the characters: "Chinese,
                               * Tamil"; filled as text is laid out */
    bool lacking;             /* there were some, the first time: each page says so */
};

/* ---- text.c --------------------------------------------------------------------------- */

enum font { FONT_TEXT, FONT_SMALL, FONT_BOLD, FONT_SMALL_BOLD, FONT_TITLE, FONT_LABEL };

/* A layout of that width (0: as wide as it is); g_object_unref. Text written from right to
 * left is kept apart from what stands beside it, so that no number changes its place. */
PangoLayout *text_layout(struct page *p, const char *text, enum font font, double width);
PangoLayout *text_mono(struct page *p, const char *text, double size);
double text_height(PangoLayout *l);
double text_width(PangoLayout *l);
/* Draws it with its top left corner there, and lets go of it. */
void text_put(struct page *p, PangoLayout *l, double x, double y);
/* The string of that name, "" for none. */
const char *text_of(const json_t *o, const char *name);

/* ---- unknown.c ------------------------------------------------------------------------ */

/* Notes each script of which `l` has a character that no font here draws. */
void unknown_note(struct page *p, PangoLayout *l);

/* ---- page.c --------------------------------------------------------------------------- */

void page_begin(struct page *p); /* head and foot are drawn */
void page_end(struct page *p);
void page_next(struct page *p);
/* Is there room for so much? If not, the next page begins (never on an empty one). */
void page_room(struct page *p, double height);

/* ---- block.c, table.c ----------------------------------------------------------------- */

void block_draw(struct page *p, const json_t *block); /* what it does not know is passed over */
void table_draw(struct page *p, const json_t *table);

#endif
