/* key - see event.h: names of keys, as tables, bars and the manual write them. */
#include "ui/tk/event.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

/* The first name of a key is the one shown; the others are understood. */
static const struct {
    const char *name;
    uint32_t key;
} NAMED[] = {
    {"Enter", CT_KEY_ENTER},
    {"Tab", CT_KEY_TAB},
    {"Esc", CT_KEY_ESC},
    {"Space", CT_KEY_SPACE},
    {"Backspace", CT_KEY_BACKSPACE},
    {"Delete", CT_KEY_DELETE},
    {"Insert", CT_KEY_INSERT},
    {"Up", CT_KEY_UP},
    {"Down", CT_KEY_DOWN},
    {"Left", CT_KEY_LEFT},
    {"Right", CT_KEY_RIGHT},
    {"Home", CT_KEY_HOME},
    {"End", CT_KEY_END},
    {"PageUp", CT_KEY_PAGE_UP},
    {"PageDown", CT_KEY_PAGE_DOWN},
    {"Shift-Tab", CT_KEY_BACKTAB},
    {"Ctrl-Left", CT_KEY_WORD_LEFT},
    {"Ctrl-Right", CT_KEY_WORD_RIGHT},
    {"PgUp", CT_KEY_PAGE_UP},
    {"PgDn", CT_KEY_PAGE_DOWN},
    {"Del", CT_KEY_DELETE},
    {"Ins", CT_KEY_INSERT},
    {"BackTab", CT_KEY_BACKTAB},
    {"Return", CT_KEY_ENTER},
};

static uint32_t function_key(const char *word, size_t len)
{
    if ((word[0] != 'F' && word[0] != 'f') || len < 2 || len > 3 || word[1] == '0')
        return 0;
    uint32_t n = 0;
    for (size_t i = 1; i < len; i++) {
        if (word[i] < '0' || word[i] > '9')
            return 0;
        n = n * 10 + (uint32_t)(word[i] - '0');
    }
    return n >= 1 && n <= 12 ? (uint32_t)CT_KEY_F1 + n - 1 : 0;
}

uint32_t ct_key_parse(const char *word, size_t len)
{
    if (len == 0)
        return 0;
    uint32_t cp;
    if (ct_utf8_next(word, word + len, &cp) == len)
        return cp == 0xfffd || ct_text_unsafe(cp) ? 0 : cp;
    if (len == 2 && word[0] == '^') {
        unsigned char c = (unsigned char)word[1];
        if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '[' && c <= '_'))
            return CT_CTRL(c);
        return 0;
    }
    for (size_t i = 0; i < CT_LEN(NAMED); i++)
        if (strlen(NAMED[i].name) == len && strncasecmp(NAMED[i].name, word, len) == 0)
            return NAMED[i].key;
    return function_key(word, len);
}

void ct_key_name(uint32_t key, char *out, size_t size)
{
    for (size_t i = 0; i < CT_LEN(NAMED); i++) {
        if (NAMED[i].key == key) {
            ct_text_copy(out, size, NAMED[i].name);
            return;
        }
    }
    char utf8[5] = "";
    if (key >= CT_KEY_F1 && key <= CT_KEY_F12)
        snprintf(out, size, "F%u", (unsigned)(key - CT_KEY_F1 + 1));
    else if (key >= 1 && key < 0x20)
        snprintf(out, size, "^%c", (char)(key + '@'));
    else if (key < CT_KEY_BACKSPACE && !ct_text_unsafe(key) && ct_utf8_put(utf8, key) > 0)
        ct_text_copy(out, size, utf8);
    else
        ct_text_copy(out, size, "this key");
}
