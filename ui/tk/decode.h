/* decode - what comes from the terminal, byte by byte, becomes events.
 *
 * Layer:  ui toolkit; no curses: term_keys.c turns what curses recognises into
 *         tokens, this puts the rest together. Fed by tests directly.
 * Token:  a byte (0-255), a key of enum ct_key, or the two marks of a bracketed
 *         paste.
 * Rules:  UTF-8 may arrive split. Esc with nothing behind it is the key; Esc and
 *         a digit at once is that function key (Alt+1 is F1, Alt+0 is F10); Esc
 *         and a key that has no letter are both of them; any other Alt key, and
 *         any sequence nobody knows, is one CT_KEY_UNKNOWN, so that its letters
 *         are never typed into a form. CR LF is one Enter. A paste is one event,
 *         cleaned; one that never ends is given up after two seconds of silence.
 */
#ifndef CT_UI_DECODE_H
#define CT_UI_DECODE_H

#include "base/buf.h"
#include "ui/tk/event.h"

enum {
    CT_TOKEN_PASTE_BEGIN = CT_KEY_UNKNOWN + 1,
    CT_TOKEN_PASTE_END,
    CT_PASTE_BYTES_MAX = 256 * 1024, /* what a paste has beyond this is dropped */
    CT_PASTE_SILENCE_MS = 2000,
    CT_SEQUENCE_BYTES_MAX = 32,
};

struct ct_decode {
    enum { CT_DEC_PLAIN, CT_DEC_ESC, CT_DEC_SEQUENCE, CT_DEC_UTF8 } state;
    char utf8[4];
    size_t utf8_len;
    char sequence[8];     /* its first bytes; a split paste mark is known by them */
    int sequence_len;
    uint32_t pending;     /* a key that came with the Esc before it; 0 none */
    bool after_cr;
    bool pasting;
    size_t end_match;     /* bytes of ESC [ 2 0 1 ~ seen in a row while pasting */
    int64_t last_ms;      /* when the last token came */
    struct ct_buf raw;    /* the paste as it comes */
    struct ct_buf text;   /* cleaned; the event borrows it */
};
void ct_decode_init(struct ct_decode *d);
void ct_decode_done(struct ct_decode *d); /* wipes */
/* A key left over from the token before; ask first. */
bool ct_decode_pending(struct ct_decode *d, struct ct_event *ret);
/* One token; true when it completed an event. */
bool ct_decode_feed(struct ct_decode *d, uint32_t token, int64_t now_ms, struct ct_event *ret);
/* Nothing more is there now; wait_ms is how long the rest of a sequence may
 * take. True when what hangs became an event. */
bool ct_decode_pause(struct ct_decode *d, int64_t now_ms, int wait_ms, struct ct_event *ret);
/* Milliseconds after which ct_decode_pause should be asked again, -1 never. */
int ct_decode_timeout(const struct ct_decode *d, int64_t now_ms, int wait_ms);

#endif
