/* term_keys - what terminals send for keys, beyond what their TERM entry says.
 *
 * PuTTY, rxvt and the Linux console differ from the xterm entry under which they
 * usually run; each variant here is one that a real terminal sends.
 */
#include <curses.h>

#include "ui/tk/decode.h"
#include "ui/tk/term_priv.h"

/* Above the codes that curses gives to the extended keys of a TERM entry. */
enum { CODE_PASTE_BEGIN = 0x7000, CODE_PASTE_END, CODE_WORD_LEFT, CODE_WORD_RIGHT,
       CODE_CHARACTER = 0x7100 /* + the ASCII character */ };

static const struct {
    const char *bytes;
    int code;
} VARIANT[] = {
    {"\033[200~", CODE_PASTE_BEGIN},
    {"\033[201~", CODE_PASTE_END},
    /* xterm F1-F4; PuTTY and rxvt F1-F5; the Linux console F1-F5 */
    {"\033OP", KEY_F(1)}, {"\033OQ", KEY_F(2)}, {"\033OR", KEY_F(3)}, {"\033OS", KEY_F(4)},
    {"\033[11~", KEY_F(1)}, {"\033[12~", KEY_F(2)}, {"\033[13~", KEY_F(3)},
    {"\033[14~", KEY_F(4)}, {"\033[15~", KEY_F(5)},
    {"\033[[A", KEY_F(1)}, {"\033[[B", KEY_F(2)}, {"\033[[C", KEY_F(3)}, {"\033[[D", KEY_F(4)},
    {"\033[[E", KEY_F(5)},
    {"\033[17~", KEY_F(6)}, {"\033[18~", KEY_F(7)}, {"\033[19~", KEY_F(8)},
    {"\033[20~", KEY_F(9)}, {"\033[21~", KEY_F(10)}, {"\033[23~", KEY_F(11)},
    {"\033[24~", KEY_F(12)},
    /* Home and End: xterm, its application form, vt220 and PuTTY, rxvt */
    {"\033[H", KEY_HOME}, {"\033OH", KEY_HOME}, {"\033[1~", KEY_HOME}, {"\033[7~", KEY_HOME},
    {"\033[F", KEY_END}, {"\033OF", KEY_END}, {"\033[4~", KEY_END}, {"\033[8~", KEY_END},
    {"\033[2~", KEY_IC}, {"\033[3~", KEY_DC}, {"\033[5~", KEY_PPAGE}, {"\033[6~", KEY_NPAGE},
    {"\033[Z", KEY_BTAB},
    /* arrows, both forms */
    {"\033[A", KEY_UP}, {"\033[B", KEY_DOWN}, {"\033[C", KEY_RIGHT}, {"\033[D", KEY_LEFT},
    {"\033OA", KEY_UP}, {"\033OB", KEY_DOWN}, {"\033OC", KEY_RIGHT}, {"\033OD", KEY_LEFT},
    {"\033[1;5D", CODE_WORD_LEFT}, {"\033[1;5C", CODE_WORD_RIGHT},
    {"\033[1;3D", CODE_WORD_LEFT}, {"\033[1;3C", CODE_WORD_RIGHT},
    {"\033Od", CODE_WORD_LEFT}, {"\033Oc", CODE_WORD_RIGHT},
    /* the numeric pad in application mode: digits are what a technician types */
    {"\033Op", CODE_CHARACTER + '0'}, {"\033Oq", CODE_CHARACTER + '1'},
    {"\033Or", CODE_CHARACTER + '2'}, {"\033Os", CODE_CHARACTER + '3'},
    {"\033Ot", CODE_CHARACTER + '4'}, {"\033Ou", CODE_CHARACTER + '5'},
    {"\033Ov", CODE_CHARACTER + '6'}, {"\033Ow", CODE_CHARACTER + '7'},
    {"\033Ox", CODE_CHARACTER + '8'}, {"\033Oy", CODE_CHARACTER + '9'},
    {"\033Oj", CODE_CHARACTER + '*'}, {"\033Ok", CODE_CHARACTER + '+'},
    {"\033Ol", CODE_CHARACTER + ','}, {"\033Om", CODE_CHARACTER + '-'},
    {"\033On", CODE_CHARACTER + '.'}, {"\033Oo", CODE_CHARACTER + '/'},
    {"\033OM", KEY_ENTER},
};

void ct_term_keys_define(void)
{
    for (size_t i = 0; i < CT_LEN(VARIANT); i++)
        define_key(VARIANT[i].bytes, VARIANT[i].code);
}

uint32_t ct_term_keys_token(int c)
{
    if (c >= 0 && c < 256)
        return (uint32_t)c;
    if (c >= KEY_F(1) && c <= KEY_F(12))
        return (uint32_t)(CT_KEY_F1 + (c - KEY_F(1)));
    if (c >= CODE_CHARACTER && c < CODE_CHARACTER + 128)
        return (uint32_t)(c - CODE_CHARACTER);
    switch (c) {
    case CODE_PASTE_BEGIN: return CT_TOKEN_PASTE_BEGIN;
    case CODE_PASTE_END: return CT_TOKEN_PASTE_END;
    case CODE_WORD_LEFT: return CT_KEY_WORD_LEFT;
    case CODE_WORD_RIGHT: return CT_KEY_WORD_RIGHT;
    case KEY_UP: return CT_KEY_UP;
    case KEY_DOWN: return CT_KEY_DOWN;
    case KEY_LEFT: return CT_KEY_LEFT;
    case KEY_RIGHT: return CT_KEY_RIGHT;
    case KEY_HOME:
    case KEY_A1: return CT_KEY_HOME;
    case KEY_END:
    case KEY_LL:
    case KEY_C1: return CT_KEY_END;
    case KEY_PPAGE:
    case KEY_A3: return CT_KEY_PAGE_UP;
    case KEY_NPAGE:
    case KEY_C3: return CT_KEY_PAGE_DOWN;
    case KEY_IC: return CT_KEY_INSERT;
    case KEY_DC: return CT_KEY_DELETE;
    case KEY_BACKSPACE: return CT_KEY_BACKSPACE;
    case KEY_BTAB: return CT_KEY_BACKTAB;
    case KEY_ENTER: return CT_KEY_ENTER;
    default: return CT_KEY_UNKNOWN;
    }
}
