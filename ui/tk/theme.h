/* theme - what a role looks like, in colours, in eight, and in none.
 *
 * Layer:  ui toolkit; no curses (term.c turns attributes into curses ones).
 * Rule:   colour never alone carries meaning; every role that differs by colour
 *         also differs by attribute or is accompanied by a word or a mark.
 *         Default fore- and background are the terminal's own. Never plain blue
 *         on black.
 */
#ifndef CT_UI_THEME_H
#define CT_UI_THEME_H

#include <stdint.h>

/* id, letter for golden files */
#define CT_ROLE_TABLE(X)                                                      \
    X(CT_R_TEXT, ' ')                                                         \
    X(CT_R_TITLE, 't')   /* the subject line */                               \
    X(CT_R_LABEL, 'l')                                                        \
    X(CT_R_VALUE, 'v')                                                        \
    X(CT_R_DIM, 'd')     /* units, older values */                            \
    X(CT_R_FOCUS, 'f')   /* the field being typed in */                       \
    X(CT_R_SELECTED, 's') /* the row the cursor is on (also has a > mark) */  \
    X(CT_R_HEAD, 'h')    /* headings of lists and sections */                 \
    X(CT_R_KEY, 'k')     /* a key in the key bar */                           \
    X(CT_R_OK, 'o')                                                           \
    X(CT_R_NOTE, 'n')    /* low-medium, notable */                            \
    X(CT_R_WARN, 'w')    /* medium, unusual, late */                          \
    X(CT_R_ALARM, 'a')   /* high, impossible, error */                        \
    X(CT_R_ERROR, 'e')   /* the sentence on the status line */                \
    X(CT_R_LINE, '-')    /* rules and axes */

enum ct_role_ui {
#define X(id, letter) id,
    CT_ROLE_TABLE(X)
#undef X
    CT_ROLES_UI
};

/* Only glyphs that Debian's console fonts have (reference: terminal findings
 * 4); each has an ASCII form. */
enum ct_glyph {
    CT_GLYPH_HLINE,    /* U+2500  -  */
    CT_GLYPH_VLINE,    /* U+2502  |  */
    CT_GLYPH_TEE,      /* U+2524  +  axis tick */
    CT_GLYPH_CORNER,   /* U+2514  +  */
    CT_GLYPH_POINT,    /* U+25CF  *  */
    CT_GLYPH_BLOCK,    /* U+2588  #  */
    CT_GLYPH_UP,       /* U+2191  ^  */
    CT_GLYPH_DOWN,     /* U+2193  v  */
    CT_GLYPH_MORE,     /* U+2026  ~  */
    CT_GLYPH_MARK,     /* >       >  */
    CT_GLYPHS
};
uint32_t ct_glyph_cp(enum ct_glyph g, int ascii);

enum ct_colour { CT_C_DEFAULT = -1, CT_C_BLACK, CT_C_RED, CT_C_GREEN, CT_C_YELLOW, CT_C_BLUE,
                 CT_C_MAGENTA, CT_C_CYAN, CT_C_WHITE };
enum { CT_A_BOLD = 1, CT_A_REVERSE = 2, CT_A_UNDERLINE = 4, CT_A_DIM = 8 };
struct ct_look {
    int16_t fg, bg;  /* 0-7 or 0-255 where 256 colours are there, -1 default */
    uint8_t attrs;
};
enum ct_palette { CT_PALETTE_MONO, CT_PALETTE_8, CT_PALETTE_256 };
/* name: "dark", "light", "auto" (as dark), "mono". */
struct ct_look ct_theme_look(const char *name, enum ct_palette palette, enum ct_role_ui role);

#endif
