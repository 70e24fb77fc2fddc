/* event - what the loop hands to a screen.
 *
 * Layer:  ui toolkit; no curses.
 */
#ifndef CT_UI_EVENT_H
#define CT_UI_EVENT_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

/* Keys are code points; what is no character lies above Unicode. Control keys
 * are their control codes (CT_CTRL('s') is 19); Enter is 13, Tab 9, Esc 27. */
#define CT_CTRL(c) ((c) & 0x1f)
enum ct_key {
    CT_KEY_ENTER = 13, CT_KEY_TAB = 9, CT_KEY_ESC = 27, CT_KEY_SPACE = 32,
    CT_KEY_BACKSPACE = 0x110000, CT_KEY_DELETE, CT_KEY_INSERT,
    CT_KEY_UP, CT_KEY_DOWN, CT_KEY_LEFT, CT_KEY_RIGHT,
    CT_KEY_HOME, CT_KEY_END, CT_KEY_PAGE_UP, CT_KEY_PAGE_DOWN,
    CT_KEY_BACKTAB, CT_KEY_WORD_LEFT, CT_KEY_WORD_RIGHT,
    CT_KEY_F1 /* F1..F12 follow */, CT_KEY_F12 = CT_KEY_F1 + 11,
    CT_KEY_UNKNOWN,
};

enum ct_event_kind {
    CT_EV_KEY,
    CT_EV_PASTE,   /* bracketed paste: text, cleaned; a text field takes it, nothing else does */
    CT_EV_SCAN,    /* a code from a scanner (wedge.h): the bytes it said; key: the suffix that
                    * ended it. text NULL: one of text_len characters broke off */
    CT_EV_RESIZE,
    CT_EV_TICK,    /* about once a second while idle; draws nothing by itself */
    CT_EV_HANGUP,  /* the terminal is gone or SIGTERM/SIGHUP came: keep drafts, leave */
};
struct ct_event {
    enum ct_event_kind kind;
    uint32_t key;
    const char *text; /* CT_EV_PASTE, CT_EV_SCAN; borrowed until the handler returns */
    size_t text_len;
};

/* What a handler says should happen; the loop does it. */
enum ct_reaction {
    CT_IGNORED,  /* not mine: try the next */
    CT_HANDLED,  /* redraw */
    CT_REFUSED,  /* beep; the status line says why (set by the handler) */
};

/* Keys that a widget handles by itself, for the manual: words of ct_key_parse,
 * and a sentence. Such a table ends with {NULL, NULL}. */
struct ct_key_row {
    const char *keys, *help;
};

/* "Enter", "^S", "F2", "a", "Esc": how keys are written in tables and bars.
 * parse: one such word; 0 when it is none. */
uint32_t ct_key_parse(const char *word, size_t len);
void ct_key_name(uint32_t key, char *out, size_t size);

#endif
