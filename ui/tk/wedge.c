/* wedge - see wedge.h. */
#include "ui/tk/wedge.h"

#include <string.h>

#include "base/ascii.h"
#include "base/text.h"
#include "vault/secret.h"

enum {
    GS = 29,
    MARK_CODE = CT_KEY_UNKNOWN + 0x1000, /* in out[]: no keys, and no tokens of decode.h */
    MARK_BROKEN,
    MARK_SAME,
    SYMBOLOGY = 3, /* "]C1" */
};

/* ---- rules ---------------------------------------------------------------- */

size_t ct_wedge_keys(const char *text, uint32_t *out, size_t max)
{
    size_t len = strlen(text), n = 0;
    bool function = text[0] == 'F' && ct_is_digit(text[1]);
    if (max > 0 && (function || (text[0] == '^' && len == 2))) {
        out[0] = ct_key_parse(text, len);
        return out[0] != 0 ? 1 : 0;
    }
    for (const char *p = text, *end = text + len; p < end; n++) {
        uint32_t cp;
        size_t bytes = ct_utf8_next(p, end, &cp);
        if (n == max || bytes == 0 || ct_text_unsafe(cp) || cp == CT_KEY_SPACE)
            return 0;
        out[n] = cp;
        p += bytes;
    }
    return n;
}

void ct_wedge_rules(const struct ct_config *c, struct ct_wedge_rules *ret)
{
    *ret = (struct ct_wedge_rules){.gap_ms = c->scan_gap_ms, .wait_ms = c->scan_wait_ms};
    ret->n_prefix = ct_wedge_keys(c->scan_prefix, ret->prefix, CT_WEDGE_PREFIX_MAX);
    if (ct_wedge_keys(c->scan_suffix, &ret->suffix, 1) == 0)
        ret->suffix = 0;
    if (ct_wedge_keys(c->scan_gs, &ret->gs, 1) == 0)
        ret->gs = 0;
}

void ct_wedge_init(struct ct_wedge *w, const struct ct_wedge_rules *rules)
{
    memset(w, 0, sizeof *w);
    w->rules = *rules;
}

/* ---- keys ----------------------------------------------------------------- */

static bool visible(uint32_t key)
{
    return key >= 0x20 && key < CT_KEY_BACKSPACE && key != 0x7f && !ct_text_unsafe(key);
}

static bool ends(const struct ct_wedge *w, uint32_t key)
{
    return key == CT_KEY_ENTER || key == CT_KEY_TAB ||
           (w->rules.suffix != 0 && key == w->rules.suffix);
}

static bool is_gs(const struct ct_wedge *w, uint32_t key)
{
    return key == GS || (w->rules.gs != 0 && key == w->rules.gs);
}

/* Whether a key can be part of a code; Alt and digits are judged when it is whole. */
static bool of_code(const struct ct_wedge *w, uint32_t key)
{
    return visible(key) || is_gs(w, key) || key == CT_KEY_F1 + 9 || key == CT_KEY_F1 + 1 ||
           key == CT_KEY_F1 + 8;
}

/* Can a person type it into a text? */
static bool typed_prefix(const struct ct_wedge *w)
{
    for (size_t i = 0; i < w->rules.n_prefix; i++)
        if (!visible(w->rules.prefix[i]))
            return false;
    return true;
}

enum match { NOT, BEGINS, WHOLE };

static enum match site_prefix(const struct ct_wedge *w)
{
    const struct ct_wedge_rules *r = &w->rules;
    if (r->n_prefix == 0 || w->n > r->n_prefix ||
        (w->place == CT_WEDGE_TEXT && typed_prefix(w)) ||
        memcmp(w->held, r->prefix, w->n * sizeof w->held[0]) != 0)
        return NOT;
    return w->n == r->n_prefix ? WHOLE : BEGINS;
}

static bool digit(uint32_t key)
{
    return key >= '0' && key <= '9';
}

static bool letter(uint32_t key)
{
    return (key | 0x20) >= 'a' && (key | 0x20) <= 'z';
}

static enum match symbology(const struct ct_wedge *w)
{
    const uint32_t *k = w->held;
    if (w->place == CT_WEDGE_TEXT || w->n > SYMBOLOGY || k[0] != ']')
        return NOT;
    if (w->n > 1 && !letter(k[1]))
        return NOT;
    if (w->n > 2 && !letter(k[2]) && !digit(k[2]))
        return NOT;
    return w->n == SYMBOLOGY ? WHOLE : BEGINS;
}

/* ---- giving on ------------------------------------------------------------ */

static void put(struct ct_wedge *w, uint32_t key)
{
    w->out[w->out_n++] = key;
}

static void clear(struct ct_wedge *w)
{
    ct_wipe(w->held, w->n * sizeof w->held[0]);
    w->state = CT_WEDGE_IDLE;
    w->n = w->code_at = w->fast = w->dropped = 0;
    w->spoiled = w->asked = false;
}

void ct_wedge_reset(struct ct_wedge *w)
{
    clear(w);
}

static void give_back(struct ct_wedge *w)
{
    for (size_t i = 0; i < w->n; i++)
        put(w, w->held[i]);
    clear(w);
}

static bool by_machine(const struct ct_wedge *w)
{
    return w->state == CT_WEDGE_CODE && w->fast + 1 >= CT_WEDGE_FAST &&
           w->place != CT_WEDGE_TEXT;
}

/* A code that will not be whole. */
static void give_up(struct ct_wedge *w)
{
    if (!by_machine(w)) {
        give_back(w);
        return;
    }
    w->code_len = w->n - w->code_at + w->dropped;
    put(w, MARK_BROKEN);
    for (size_t i = w->code_at; i < w->n; i++)
        if (!of_code(w, w->held[i])) {
            put(w, w->held[i]);
            w->code_len--;
        }
    clear(w);
}

static void add_utf8(struct ct_wedge *w, uint32_t cp)
{
    w->code_len += ct_utf8_put(w->code + w->code_len, cp);
}

/* Alt+0 2 9: held keys from i on are F10, 2 or F2, 9 or F9. */
static bool alt_gs(const struct ct_wedge *w, size_t i)
{
    const uint32_t *k = w->held + i;
    return i + 3 <= w->n && k[0] == CT_KEY_F1 + 9 && (k[1] == '2' || k[1] == CT_KEY_F1 + 1) &&
           (k[2] == '9' || k[2] == CT_KEY_F1 + 8);
}

/* What is held as text; false: a function key in it means nothing. */
static bool make_code(struct ct_wedge *w)
{
    w->code_len = 0;
    for (size_t i = w->code_at; i < w->n; i++) {
        if (is_gs(w, w->held[i])) {
            add_utf8(w, GS);
        } else if (alt_gs(w, i)) {
            add_utf8(w, GS);
            i += 2;
        } else if (visible(w->held[i])) {
            add_utf8(w, w->held[i]);
        } else {
            return false;
        }
    }
    w->code[w->code_len] = '\0';
    return w->code_len > 0;
}

/* The suffix came: a code, or what only looked like one and then the suffix. */
static void finish(struct ct_wedge *w, uint32_t suffix)
{
    if (!w->spoiled && w->dropped == 0 && make_code(w)) {
        w->end = suffix;
        put(w, MARK_CODE);
        clear(w);
        return;
    }
    bool machine = by_machine(w);
    give_up(w);
    if (!machine)
        put(w, suffix);
}

/* ---- keys in -------------------------------------------------------------- */

static void begin(struct ct_wedge *w, uint32_t key, int64_t now_ms, enum ct_wedge_place place)
{
    w->place = place;
    w->held[0] = key;
    w->n = 1;
    w->last_ms = now_ms;
    enum match site = site_prefix(w), id = symbology(w);
    if (site == WHOLE) {
        w->state = CT_WEDGE_CODE;
        w->code_at = 1;
    } else if (site == BEGINS || id == BEGINS) {
        w->state = CT_WEDGE_PREFIX;
    } else if (place == CT_WEDGE_LIST && w->rules.gap_ms > 0 && visible(key) &&
               key != CT_KEY_SPACE) {
        w->state = CT_WEDGE_TIMED;
    } else {
        give_back(w);
    }
}

static bool has_digit(const struct ct_wedge *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (digit(w->held[i]))
            return true;
    return false;
}

static bool long_burst(const struct ct_wedge *w)
{
    return w->n >= CT_WEDGE_BURST && has_digit(w);
}

/* How long what is held waits for its next key. */
static int patience(const struct ct_wedge *w)
{
    if (w->state == CT_WEDGE_TIMED && !long_burst(w))
        return w->rules.gap_ms;
    bool bare = w->state == CT_WEDGE_CODE && w->place == CT_WEDGE_TEXT && w->n == w->code_at;
    return bare && w->rules.wait_ms > CT_WEDGE_SOON_MS ? CT_WEDGE_SOON_MS : w->rules.wait_ms;
}

static void code_key(struct ct_wedge *w, uint32_t key, int64_t now_ms,
                     enum ct_wedge_place place)
{
    if (ends(w, key)) {
        finish(w, key);
        return;
    }
    bool fits = of_code(w, key), full = w->n == CT_WEDGE_HELD_MAX;
    bool anew = !fits && w->rules.n_prefix > 0 && key == w->rules.prefix[0];
    if (anew || (!fits && (full || !by_machine(w)))) { /* a person, or the next code */
        give_up(w);
        begin(w, key, now_ms, place);
        return;
    }
    if (fits && w->n > w->code_at && now_ms - w->last_ms <= CT_WEDGE_FAST_MS)
        w->fast++;
    w->spoiled = w->spoiled || !fits;
    if (full)
        w->dropped++;
    else
        w->held[w->n++] = key;
    w->last_ms = now_ms;
}

static void prefix_key(struct ct_wedge *w, uint32_t key, int64_t now_ms,
                       enum ct_wedge_place place)
{
    w->held[w->n++] = key;
    enum match site = site_prefix(w), id = symbology(w);
    w->last_ms = now_ms;
    if (site == NOT && id == NOT) {
        w->n--;
        give_back(w);
        begin(w, key, now_ms, place);
    } else if (site == WHOLE || id == WHOLE) {
        w->state = CT_WEDGE_CODE;
        w->code_at = site == WHOLE ? w->n : 0; /* an identifier is part of the code */
    }
}

static void timed_key(struct ct_wedge *w, uint32_t key, int64_t now_ms,
                      enum ct_wedge_place place)
{
    if (ends(w, key) && long_burst(w)) {
        finish(w, key);
    } else if (of_code(w, key) && w->n < CT_WEDGE_HELD_MAX) {
        w->held[w->n++] = key;
        w->last_ms = now_ms;
    } else {
        give_back(w);
        begin(w, key, now_ms, place);
    }
}

static void key_in(struct ct_wedge *w, uint32_t key, int64_t now_ms, enum ct_wedge_place place)
{
    w->asked = false;
    if (w->state != CT_WEDGE_IDLE && now_ms - w->last_ms > patience(w))
        give_up(w); /* nobody had the time to ask for it */
    switch (w->state) {
    case CT_WEDGE_IDLE: begin(w, key, now_ms, place); break;
    case CT_WEDGE_PREFIX: prefix_key(w, key, now_ms, place); break;
    case CT_WEDGE_CODE: code_key(w, key, now_ms, place); break;
    case CT_WEDGE_TIMED: timed_key(w, key, now_ms, place); break;
    }
}

void ct_wedge_feed(struct ct_wedge *w, const struct ct_event *e, int64_t now_ms,
                   enum ct_wedge_place place)
{
    w->out_n = w->out_at = 0;
    if (e->kind == CT_EV_KEY) {
        key_in(w, e->key, now_ms, place);
        return;
    }
    if (e->kind != CT_EV_RESIZE && e->kind != CT_EV_TICK)
        give_up(w); /* a paste comes behind what was typed before it */
    w->same = *e;
    put(w, MARK_SAME);
}

bool ct_wedge_next(struct ct_wedge *w, struct ct_event *ret)
{
    if (w->out_at == w->out_n) {
        if (w->code[0] != '\0')
            ct_wipe(w->code, sizeof w->code);
        ct_wipe(w->out, w->out_n * sizeof w->out[0]);
        w->out_n = w->out_at = 0;
        return false;
    }
    uint32_t key = w->out[w->out_at++];
    if (key == MARK_CODE)
        *ret = (struct ct_event){
            .kind = CT_EV_SCAN, .key = w->end, .text = w->code, .text_len = w->code_len};
    else if (key == MARK_BROKEN)
        *ret = (struct ct_event){.kind = CT_EV_SCAN, .text_len = w->code_len};
    else if (key == MARK_SAME)
        *ret = w->same;
    else
        *ret = (struct ct_event){.kind = CT_EV_KEY, .key = key};
    return true;
}

int ct_wedge_timeout(const struct ct_wedge *w, int64_t now_ms)
{
    if (w->state == CT_WEDGE_IDLE)
        return -1;
    int64_t left = w->last_ms + patience(w) + 1 - now_ms;
    return w->asked || left <= 0 ? 0 : (int)left;
}

void ct_wedge_pause(struct ct_wedge *w, int64_t now_ms)
{
    w->out_n = w->out_at = 0;
    if (w->state == CT_WEDGE_IDLE || now_ms - w->last_ms <= patience(w))
        return;
    if (!w->asked) {
        w->asked = true;
        return;
    }
    give_up(w);
}
