/* theme - see theme.h.
 *
 * FOCUS, SELECTED, LABEL and TEXT bear no attribute on purpose: what is typed
 * in a field then costs one byte on the wire, going on to the next one does not
 * send it again in another look, and a list move costs a mark; the focus is told
 * by the hardware cursor and the > mark.
 */
#include "ui/tk/theme.h"

#include <stdbool.h>
#include <string.h>

uint32_t ct_glyph_cp(enum ct_glyph g, int ascii)
{
    static const struct {
        uint16_t utf, ascii;
    } GLYPH[CT_GLYPHS] = {
        [CT_GLYPH_HLINE] = {0x2500, '-'}, [CT_GLYPH_VLINE] = {0x2502, '|'},
        [CT_GLYPH_TEE] = {0x2524, '+'},   [CT_GLYPH_CORNER] = {0x2514, '+'},
        [CT_GLYPH_POINT] = {0x25CF, '*'}, [CT_GLYPH_BLOCK] = {0x2588, '#'},
        [CT_GLYPH_UP] = {0x2191, '^'},    [CT_GLYPH_DOWN] = {0x2193, 'v'},
        [CT_GLYPH_MORE] = {0x2026, '~'},  [CT_GLYPH_MARK] = {'>', '>'},
    };
    if ((unsigned)g >= CT_GLYPHS)
        return '?';
    return ascii != 0 ? GLYPH[g].ascii : GLYPH[g].utf;
}

/* Foregrounds by role; the background is always the terminal's own. */
struct row {
    int16_t dark8, dark256, light8, light256;
    uint8_t attrs; /* in every palette: what is left when colours go */
};
static const struct row ROW[CT_ROLES_UI] = {
    [CT_R_TEXT] = {-1, -1, -1, -1, 0},
    [CT_R_TITLE] = {-1, -1, -1, -1, CT_A_BOLD},
    [CT_R_LABEL] = {-1, -1, -1, -1, 0},
    [CT_R_VALUE] = {-1, -1, -1, -1, CT_A_BOLD},
    [CT_R_DIM] = {-1, 246, -1, 241, 0},
    [CT_R_FOCUS] = {-1, -1, -1, -1, 0},
    [CT_R_SELECTED] = {-1, -1, -1, -1, 0},
    [CT_R_HEAD] = {CT_C_CYAN, 80, -1, 24, CT_A_BOLD},
    [CT_R_KEY] = {-1, -1, -1, -1, CT_A_BOLD},
    [CT_R_OK] = {CT_C_GREEN, 71, CT_C_GREEN, 22, 0},
    [CT_R_NOTE] = {CT_C_CYAN, 80, CT_C_MAGENTA, 24, CT_A_UNDERLINE},
    [CT_R_WARN] = {CT_C_YELLOW, 221, CT_C_MAGENTA, 94, CT_A_BOLD},
    [CT_R_ALARM] = {CT_C_RED, 210, CT_C_RED, 124, CT_A_BOLD | CT_A_REVERSE},
    [CT_R_ERROR] = {CT_C_RED, 210, CT_C_RED, 124, CT_A_BOLD},
    [CT_R_LINE] = {-1, 246, -1, 241, 0},
};

struct ct_look ct_theme_look(const char *name, enum ct_palette palette, enum ct_role_ui role)
{
    const struct row *r = &ROW[(unsigned)role < CT_ROLES_UI ? role : CT_R_TEXT];
    struct ct_look look = {.fg = CT_C_DEFAULT, .bg = CT_C_DEFAULT, .attrs = r->attrs};
    if (palette == CT_PALETTE_MONO || (name != NULL && strcmp(name, "mono") == 0))
        return look;
    bool light = name != NULL && strcmp(name, "light") == 0;
    if (palette == CT_PALETTE_256)
        look.fg = light ? r->light256 : r->dark256;
    else
        look.fg = light ? r->light8 : r->dark8;
    return look;
}
