/* decode - see decode.h. */
#include "ui/tk/decode.h"

#include <string.h>

#include "base/text.h"
#include "vault/secret.h"

void ct_decode_init(struct ct_decode *d)
{
    *d = (struct ct_decode){.raw = {.max = CT_PASTE_BYTES_MAX + 16},
                            .text = {.max = 4 * CT_PASTE_BYTES_MAX}};
}

static void wipe(struct ct_buf *b)
{
    if (b->data != NULL)
        ct_wipe(b->data, b->cap);
    ct_buf_done(b);
}

void ct_decode_done(struct ct_decode *d)
{
    wipe(&d->raw);
    wipe(&d->text);
    ct_decode_init(d);
}

static bool emit(struct ct_event *ret, uint32_t key)
{
    *ret = (struct ct_event){.kind = CT_EV_KEY, .key = key};
    return true;
}

/* ---- paste -------------------------------------------------------------- */

/* Line ends and tabs become blanks (CR LF one), what is no text is dropped; the
 * line end that most copies carry at their end is no part of the text. */
static bool paste_end(struct ct_decode *d, struct ct_event *ret)
{
    d->pasting = false;
    ct_buf_clear(&d->text);
    const char *p = ct_buf_str(&d->raw), *end = p + d->raw.len;
    while (end > p && (end[-1] == '\r' || end[-1] == '\n'))
        end--;
    uint32_t cp, before = 0;
    for (size_t n; (n = ct_utf8_next(p, end, &cp)) > 0; p += n) {
        if (cp == '\n' && before == '\r') {
            before = cp;
            continue;
        }
        before = cp;
        if (cp == '\r' || cp == '\n' || cp == '\t')
            ct_buf_char(&d->text, ' ');
        else if (cp == 0xfffd && n == 1)
            continue;
        else if (!ct_text_unsafe(cp))
            ct_buf_add(&d->text, p, n);
    }
    wipe(&d->raw);
    *ret = (struct ct_event){
        .kind = CT_EV_PASTE, .text = ct_buf_str(&d->text), .text_len = d->text.len};
    return true;
}

static void paste_begin(struct ct_decode *d)
{
    d->pasting = true;
    d->state = CT_DEC_PLAIN;
    d->end_match = 0;
    ct_buf_clear(&d->raw);
}

/* The closing mark comes as a token, or, when the line was slow enough to split
 * it, as its bytes. */
static bool paste_feed(struct ct_decode *d, uint32_t token, struct ct_event *ret)
{
    static const char END[] = "\033[201~";
    if (token == CT_TOKEN_PASTE_END)
        return paste_end(d, ret);
    if (token > 255)
        return false;
    if (d->raw.len < CT_PASTE_BYTES_MAX)
        ct_buf_char(&d->raw, (char)token);
    if (token == (unsigned char)END[d->end_match])
        d->end_match++;
    else
        d->end_match = token == (unsigned char)END[0] ? 1 : 0;
    if (END[d->end_match] != '\0')
        return false;
    size_t n = sizeof END - 1;
    if (d->raw.len >= n && memcmp(d->raw.data + d->raw.len - n, END, n) == 0)
        d->raw.len -= n;
    return paste_end(d, ret);
}

/* ---- keys --------------------------------------------------------------- */

static uint32_t alt_key(uint32_t byte)
{
    if (byte >= '1' && byte <= '9')
        return (uint32_t)CT_KEY_F1 + byte - '1';
    switch (byte) {
    case '0':
        return CT_KEY_F1 + 9;
    case 'b':
        return CT_KEY_WORD_LEFT;
    case 'f':
        return CT_KEY_WORD_RIGHT;
    default:
        return CT_KEY_UNKNOWN;
    }
}

/* How many bytes a UTF-8 character has that begins so; 1 for no beginning. */
static size_t utf8_length(unsigned char byte)
{
    return byte >= 0xf0 && byte < 0xf5 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1;
}

static bool plain_feed(struct ct_decode *d, uint32_t token, struct ct_event *ret)
{
    bool after_cr = d->after_cr;
    d->after_cr = token == '\r';
    d->state = CT_DEC_PLAIN;
    if (token == CT_KEY_ESC) {
        d->state = CT_DEC_ESC;
        return false;
    }
    if (token == '\n')
        return after_cr ? false : emit(ret, CT_KEY_ENTER);
    if (token == 8 || token == 127)
        return emit(ret, CT_KEY_BACKSPACE);
    if (token == 0)
        return emit(ret, CT_KEY_UNKNOWN);
    if (token < 0x80 || token > 0xff)
        return emit(ret, token);
    if (utf8_length((unsigned char)token) == 1 || token >= 0xf5)
        return emit(ret, CT_KEY_UNKNOWN); /* no character begins so */
    d->state = CT_DEC_UTF8;
    d->utf8[0] = (char)token;
    d->utf8_len = 1;
    return false;
}

static bool utf8_feed(struct ct_decode *d, uint32_t token, struct ct_event *ret)
{
    if (token < 0x80 || token >= 0xc0)
        return plain_feed(d, token, ret); /* broken off: what came before is dropped */
    d->utf8[d->utf8_len++] = (char)token;
    if (d->utf8_len < utf8_length((unsigned char)d->utf8[0]))
        return false;
    d->state = CT_DEC_PLAIN;
    uint32_t cp;
    size_t n = ct_utf8_next(d->utf8, d->utf8 + d->utf8_len, &cp);
    return emit(ret, n == d->utf8_len && !ct_text_unsafe(cp) ? cp : CT_KEY_UNKNOWN);
}

static bool esc_feed(struct ct_decode *d, uint32_t token, struct ct_event *ret)
{
    d->state = CT_DEC_PLAIN;
    if (token == CT_KEY_ESC) { /* the first was a key, this one may begin something */
        d->state = CT_DEC_ESC;
        return emit(ret, CT_KEY_ESC);
    }
    if (token == '[' || token == 'O') {
        d->state = CT_DEC_SEQUENCE;
        d->sequence_len = 0;
        return false;
    }
    if (token == CT_KEY_LEFT)
        return emit(ret, CT_KEY_WORD_LEFT);
    if (token == CT_KEY_RIGHT)
        return emit(ret, CT_KEY_WORD_RIGHT);
    if (token >= 0x80 && token <= 0xff) {
        plain_feed(d, token, ret); /* a letter beyond ASCII keeps its meaning */
        return false;
    }
    if (token < 0x80)
        return emit(ret, alt_key(token));
    d->pending = token; /* two keys typed fast on a slow line */
    return emit(ret, CT_KEY_ESC);
}

static bool sequence_feed(struct ct_decode *d, uint32_t token, struct ct_event *ret)
{
    bool parameter = token >= 0x20 && token < 0x40;
    bool second_bracket = token == '[' && d->sequence_len == 0; /* ESC [ [ A */
    if ((size_t)d->sequence_len < sizeof d->sequence)
        d->sequence[d->sequence_len] = (char)token;
    if ((parameter || second_bracket) && ++d->sequence_len < CT_SEQUENCE_BYTES_MAX)
        return false;
    d->state = CT_DEC_PLAIN;
    if (token == '~' && d->sequence_len == 3 && memcmp(d->sequence, "200", 3) == 0) {
        paste_begin(d);
        return false;
    }
    if (token >= 0x20 && token < 0x7f)
        return emit(ret, CT_KEY_UNKNOWN);
    return plain_feed(d, token, ret); /* broken off by something else */
}

bool ct_decode_pending(struct ct_decode *d, struct ct_event *ret)
{
    uint32_t key = d->pending;
    d->pending = 0;
    return key != 0 && emit(ret, key);
}

bool ct_decode_feed(struct ct_decode *d, uint32_t token, int64_t now_ms, struct ct_event *ret)
{
    d->last_ms = now_ms;
    if (d->pasting)
        return paste_feed(d, token, ret);
    if (token == CT_TOKEN_PASTE_BEGIN) {
        paste_begin(d);
        return false;
    }
    if (token == CT_TOKEN_PASTE_END)
        return false;
    switch (d->state) {
    case CT_DEC_ESC:
        return esc_feed(d, token, ret);
    case CT_DEC_SEQUENCE:
        return sequence_feed(d, token, ret);
    case CT_DEC_UTF8:
        return utf8_feed(d, token, ret);
    case CT_DEC_PLAIN:
        break;
    }
    return plain_feed(d, token, ret);
}

/* How long what hangs may wait for its rest; curses has waited after an Esc
 * already. */
static int patience(const struct ct_decode *d, int wait_ms)
{
    if (d->pasting)
        return CT_PASTE_SILENCE_MS;
    switch (d->state) {
    case CT_DEC_ESC:
        return 0;
    case CT_DEC_SEQUENCE:
        return wait_ms;
    case CT_DEC_UTF8:
        return CT_PASTE_SILENCE_MS;
    case CT_DEC_PLAIN:
        break;
    }
    return -1;
}

bool ct_decode_pause(struct ct_decode *d, int64_t now_ms, int wait_ms, struct ct_event *ret)
{
    int wait = patience(d, wait_ms);
    if (wait < 0 || now_ms - d->last_ms < wait)
        return false;
    if (d->pasting)
        return paste_end(d, ret);
    uint32_t key = d->state == CT_DEC_ESC ? (uint32_t)CT_KEY_ESC : (uint32_t)CT_KEY_UNKNOWN;
    d->state = CT_DEC_PLAIN;
    return emit(ret, key);
}

int ct_decode_timeout(const struct ct_decode *d, int64_t now_ms, int wait_ms)
{
    int wait = patience(d, wait_ms);
    if (wait < 0)
        return -1;
    int64_t left = d->last_ms + wait - now_ms;
    return left <= 0 ? 0 : (int)left;
}
