/* wedge - which of the keys that arrive were typed by a barcode scanner.
 *
 * Layer:  ui toolkit; no curses, no clock of its own. ct_ui_event feeds it every key
 *         and handles what it gives on; tests feed it directly.
 * Why a prefix: a keyboard-wedge scanner types as a person does. What tells the two
 *         apart on the spot is speed, and of speed nothing is left on a line over SSH:
 *         the network bunches what a person typed ahead into one read, and parts a
 *         scanner's burst in two, with a pause between. So what counts is what the
 *         site programs into its scanners: a prefix, best a key that nobody types
 *         (^B, F12), and a suffix (Enter). A symbology identifier at the beginning
 *         (]C1, ]d2, ]Q3 ..., a setting of most scanners too) counts as a prefix
 *         wherever no text is typed. By time (gap_ms, off unless the site wants it: a
 *         console with the scanner plugged in, of which prefixes cannot be set) a code
 *         is at least CT_WEDGE_BURST characters, a digit among them, each within
 *         gap_ms of the one before, ended by the suffix, and only on a screen where
 *         nothing is typed; each key of a person then waits gap_ms there.
 * Kept:   nothing that is not a code is lost or put in another order. What looks like
 *         the beginning of a code is held for at most wait_ms after its last key and
 *         is then given back as keys. One exception, and it is no one's typing: behind
 *         a whole prefix, CT_WEDGE_FAST characters each within CT_WEDGE_FAST_MS of the
 *         one before, and then no end. Half a code must neither be looked up nor run
 *         the commands of its letters: one CT_EV_SCAN without text says that it broke
 *         off, and keys that are of no code follow it.
 * Text:   in a text field (prompt, password, note) a prefix that can be typed is text.
 *         Behind one that cannot, a code is a code if it begins within CT_WEDGE_SOON_MS (who
 *         pressed that key by habit sees what is typed next); what breaks off is given
 *         back.
 * GS:     the byte 0x1D (^], what most scanners send), Alt+0 2 9 as it arrives through
 *         the decoder (F10 2 9, or F10 F2 F9), or the site's substitute.
 * Source: what scanners send for GS and how they end: vendors' threads (see the admin
 *         guide); limits of time are ours.
 */
#ifndef CT_UI_WEDGE_H
#define CT_UI_WEDGE_H

#include "base/config.h"
#include "ui/tk/event.h"

enum {
    CT_WEDGE_HELD_MAX = 1024,  /* keys of one code; a longer one broke off */
    CT_WEDGE_PREFIX_MAX = 8,
    CT_WEDGE_BURST = 6,
    CT_WEDGE_FAST = 4,
    CT_WEDGE_FAST_MS = 30,
    CT_WEDGE_SOON_MS = 100,
};

struct ct_wedge_rules {
    uint32_t prefix[CT_WEDGE_PREFIX_MAX];
    size_t n_prefix; /* 0: none */
    uint32_t suffix; /* besides Enter and Tab; 0: none */
    uint32_t gs;     /* what stands for GS; 0: GS alone */
    int gap_ms;      /* 0: not by time */
    int wait_ms;
};
/* "^B", "F12", or up to max visible characters, as keys; the number of them. 0: it is
 * none of these. */
size_t ct_wedge_keys(const char *text, uint32_t *out, size_t max);
void ct_wedge_rules(const struct ct_config *c, struct ct_wedge_rules *ret);

/* Where the key would go. */
enum ct_wedge_place {
    CT_WEDGE_LIST, /* commands alone */
    CT_WEDGE_FORM, /* figures and choices are typed, or a question is open */
    CT_WEDGE_TEXT, /* any character is */
};

struct ct_wedge {
    struct ct_wedge_rules rules;
    enum ct_wedge_state {
        CT_WEDGE_IDLE,
        CT_WEDGE_PREFIX, /* the beginning of a prefix is held */
        CT_WEDGE_CODE,   /* behind one */
        CT_WEDGE_TIMED,  /* keys without one, fast so far */
    } state;
    enum ct_wedge_place place; /* where the first key held would have gone */
    uint32_t held[CT_WEDGE_HELD_MAX];
    size_t n, code_at; /* held[code_at .. n) is the code */
    size_t fast;       /* of its characters: those that came at a scanner's speed */
    size_t dropped;    /* those beyond HELD_MAX */
    bool spoiled;      /* a key of no code is among them */
    int64_t last_ms;
    bool asked;        /* time is over, but something may lie unread: once more */
    uint32_t out[CT_WEDGE_HELD_MAX + 4]; /* to be given on: keys, or the two marks */
    size_t out_n, out_at;
    uint32_t end;        /* the suffix of the code */
    struct ct_event same; /* what CT_WEDGE_SAME stands for */
    char code[4 * CT_WEDGE_HELD_MAX + 1]; /* UTF-8; the event borrows it */
    size_t code_len;
};
void ct_wedge_init(struct ct_wedge *w, const struct ct_wedge_rules *rules);
/* Forget what is held. */
void ct_wedge_reset(struct ct_wedge *w);
/* One event in; then take all that ct_wedge_next gives before the next one. */
void ct_wedge_feed(struct ct_wedge *w, const struct ct_event *e, int64_t now_ms,
                   enum ct_wedge_place place);
/* The next event to handle; false: no more, and nothing of a code is left here. A code is
 * CT_EV_SCAN: text, and in key the suffix that ended it; text NULL: one of text_len
 * characters broke off. */
bool ct_wedge_next(struct ct_wedge *w, struct ct_event *ret);
/* Milliseconds until ct_wedge_pause is to be asked, -1 never. Asked when time is over it
 * waits for one more look at the line (timeout 0); asked again it gives back what is held. */
int ct_wedge_timeout(const struct ct_wedge *w, int64_t now_ms);
void ct_wedge_pause(struct ct_wedge *w, int64_t now_ms);

#endif
