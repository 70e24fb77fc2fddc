/* password - what a password must be, how it is normalised, and made.
 *
 * Source: NIST SP 800-63B-4: at least 15 code points, NFC, no composition
 *         rules, the whole password against a list of common ones and against
 *         words of its context, the reason told.
 * List:   data/passwords/blocklist.txt: words, and keyboard walks ("~").
 *         The whole password is refused when it is nothing but one or two of
 *         its words (or any number of context words), pieces of walks, and up
 *         to 8 further digits; when it is one piece over and over; when it
 *         counts straight up or down. Case, blanks and signs do not matter, and
 *         "p4$$w0rd" is "password".
 *
 * MUST 1  copies of the password are in guarded memory, or on the stack and
 *         wiped before they go out of scope.
 * MUST 2  an error text never holds a part of the password.
 */
#include "base/embed.h"
#include "base/text.h"
#include "vault/keyring_internal.h"

#include <string.h>

enum {
    FOLDED_MAX = 128, /* longer ones are not searched for words */
    WORDS_MAX = 2,
    DIGITS_MAX = 8, /* a date */
    WALK_MIN = 3,
    CONTEXT_MIN = 3,
    UNREACHED = 255,
};

enum ct_status ct_password_norm(const struct ct_secret *password, struct ct_secret **ret,
                                struct ct_error *reterr)
{
    enum ct_status st = ct_secret_new(CT_SECRET_MAX, ret, reterr);
    if (st != CT_OK)
        return st;
    struct ct_secret *s = *ret;
    s->len = ct_text_nfc((char *)s->data, s->cap, (const char *)password->data, password->len);
    if (s->len == 0)
        (void)ct_secret_add(s, password->data, password->len);
    return CT_OK;
}

/* ---- repeating and counting ------------------------------------------ */

struct points {
    uint32_t *cp;
    size_t n;
};

static uint32_t lower(uint32_t cp)
{
    return cp >= 'A' && cp <= 'Z' ? cp - 'A' + 'a' : cp;
}

/* One piece, at least twice (the last one may be cut short). */
static bool repeats(const struct points *p)
{
    for (size_t piece = 1; piece <= p->n / 2; piece++) {
        size_t i = piece;
        while (i < p->n && p->cp[i] == p->cp[i - piece])
            i++;
        if (i == p->n)
            return true;
    }
    return false;
}

/* Does b follow a by one step, 9 being followed by 0 and z by a? */
static bool follows(uint32_t a, uint32_t b)
{
    if (a == '9' || a == 'z')
        return b == (a == '9' ? (uint32_t)'0' : (uint32_t)'a') || b == a + 1;
    return b == a + 1;
}

static bool counts(const struct points *p)
{
    bool up = true, down = true;
    for (size_t i = 1; i < p->n; i++) {
        up = up && follows(p->cp[i - 1], p->cp[i]);
        down = down && follows(p->cp[i], p->cp[i - 1]);
    }
    return up || down;
}

/* ---- words ----------------------------------------------------------- */

/* Lower case letters, digits and bytes beyond ASCII; @ and $ as letters. */
static size_t fold(unsigned char *out, size_t cap, const unsigned char *s, size_t n)
{
    size_t len = 0;
    for (size_t i = 0; i < n && len < cap; i++) {
        unsigned char c = (unsigned char)(s[i] < 0x80 ? lower(s[i]) : s[i]);
        if (c == '@')
            c = 'a';
        if (c == '$')
            c = 's';
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80)
            out[len++] = c;
    }
    return len;
}

/* A letter of a word, or the digit that people write for it. */
static bool alike(unsigned char typed, unsigned char letter)
{
    switch (typed) {
    case '0':
        return letter == '0' || letter == 'o';
    case '1':
        return letter == '1' || letter == 'i' || letter == 'l';
    case '3':
        return letter == '3' || letter == 'e';
    case '4':
        return letter == '4' || letter == 'a';
    case '5':
        return letter == '5' || letter == 's';
    case '7':
        return letter == '7' || letter == 't';
    default:
        return typed == letter;
    }
}

static bool word_at(const unsigned char *s, size_t n, const unsigned char *word, size_t len)
{
    if (len > n)
        return false;
    for (size_t i = 0; i < len; i++)
        if (!alike(s[i], word[i]))
            return false;
    return true;
}

/* least[i][w]: the fewest loose digits with which the first i bytes are made
 * of w words and any number of walks; UNREACHED where they are not. */
struct cover {
    const unsigned char *s;
    size_t n;
    unsigned char least[FOLDED_MAX + 1][WORDS_MAX + 1];
};

static void reach(struct cover *c, size_t at, size_t len, unsigned words, unsigned digits)
{
    for (unsigned w = 0; w + words <= WORDS_MAX; w++) {
        unsigned d = c->least[at][w] + digits;
        if (c->least[at][w] != UNREACHED && d <= DIGITS_MAX &&
            d < c->least[at + len][w + words])
            c->least[at + len][w + words] = (unsigned char)d;
    }
}

static void try_word(struct cover *c, size_t at, const unsigned char *word, size_t len,
                     unsigned words)
{
    if (word_at(c->s + at, c->n - at, word, len))
        reach(c, at, len, words, 0);
}

/* Every stretch of the walk, forward and back, that lies at `at`. */
static void try_walk(struct cover *c, size_t at, const unsigned char *walk, size_t len)
{
    for (size_t from = 0; from < len; from++) {
        size_t fwd = 0, back = 0, left = c->n - at;
        while (fwd < left && from + fwd < len && c->s[at + fwd] == walk[from + fwd])
            if (++fwd >= WALK_MIN)
                reach(c, at, fwd, 0, 0);
        while (back < left && back <= from && c->s[at + back] == walk[from - back])
            if (++back >= WALK_MIN)
                reach(c, at, back, 0, 0);
    }
}

/* The words of a text of the context, and the text as one word. */
static void try_context(struct cover *c, size_t at, const char *text)
{
    unsigned char word[FOLDED_MAX];
    const unsigned char *s = (const unsigned char *)text;
    size_t n = strlen(text), from = 0;
    size_t len = fold(word, sizeof word, s, n);
    if (len >= CONTEXT_MIN)
        try_word(c, at, word, len, 0);
    for (size_t i = 0; i <= n; i++) {
        if (i < n && s[i] != ' ' && s[i] != '.' && s[i] != '-' && s[i] != '_')
            continue;
        len = fold(word, sizeof word, s + from, i - from);
        if (len >= CONTEXT_MIN)
            try_word(c, at, word, len, 0);
        from = i + 1;
    }
}

static void try_list(struct cover *c, size_t at, const struct ct_embedded *list)
{
    const unsigned char *p = (const unsigned char *)list->data, *end = p + list->size;
    while (p < end) {
        const unsigned char *eol = memchr(p, '\n', (size_t)(end - p));
        size_t len = (size_t)((eol != NULL ? eol : end) - p);
        if (len > 1 && *p == '~')
            try_walk(c, at, p + 1, len - 1);
        else if (len > 0 && *p != '#')
            try_word(c, at, p, len, 1);
        p += len + 1;
    }
}

/* Nothing but words, walks and a few digits? */
static bool covered(const struct ct_secret *norm, const char *login, const char *site,
                    const struct ct_embedded *list)
{
    unsigned char folded[FOLDED_MAX + 1];
    struct cover c = {.s = folded};
    bool found = false;
    c.n = fold(folded, sizeof folded, norm->data, norm->len);
    memset(c.least, UNREACHED, sizeof c.least);
    c.least[0][0] = 0;
    for (size_t at = 0; c.n <= FOLDED_MAX && at < c.n; at++) {
        if (folded[at] >= '0' && folded[at] <= '9')
            reach(&c, at, 1, 0, 1);
        try_context(&c, at, "clintech");
        if (login != NULL)
            try_context(&c, at, login);
        if (site != NULL)
            try_context(&c, at, site);
        try_list(&c, at, list);
    }
    for (unsigned w = 0; c.n > 0 && c.n <= FOLDED_MAX && w <= WORDS_MAX; w++)
        found = found || c.least[c.n][w] != UNREACHED;
    ct_wipe(folded, sizeof folded);
    ct_wipe(&c, sizeof c);
    return found;
}

/* ---- the rules ------------------------------------------------------- */

static enum ct_status refuse(struct ct_error *reterr, const char *why)
{
    return ct_fail(reterr, CT_EINVAL, "password", "%s", why);
}

/* Code points into `p`; a sentence if one of them may not be in a password. */
static const char *decode(const struct ct_secret *norm, struct points *p)
{
    const char *s = (const char *)norm->data, *end = s + norm->len;
    uint32_t cp;
    for (size_t step; (step = ct_utf8_next(s, end, &cp)) != 0; s += step) {
        if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
            return "a password holds no control characters: nobody can type them twice";
        p->cp[p->n++] = lower(cp);
    }
    return p->n < CT_PASSWORD_MIN
               ? "this password is too short: take at least 15 characters, best a few words "
                 "that do not belong together"
               : NULL;
}

static enum ct_status check(const struct ct_secret *norm, struct points *p, const char *login,
                            const char *site, struct ct_error *reterr)
{
    const char *why = decode(norm, p);
    if (why != NULL)
        return refuse(reterr, why);
    if (repeats(p))
        return refuse(reterr, "this password is one piece over and over: add something else");
    if (counts(p))
        return refuse(reterr, "this password only counts up or down: choose another");
    const struct ct_embedded *list = ct_embed_find("passwords/blocklist.txt");
    if (list == NULL)
        return ct_fail(reterr, CT_EINTERNAL, NULL, "the list of common passwords is missing");
    if (covered(norm, login, site, list))
        return refuse(reterr, "this password is made of common words, keys in a row, or the "
                              "names of user and site, and is tried first by anyone who "
                              "guesses: add two or three words of your own");
    return CT_OK;
}

enum ct_status ct_password_check(const struct ct_secret *password, const char *login,
                                 const char *site, struct ct_error *reterr)
{
    CT_SECRET *norm = NULL;
    uint32_t cps[CT_SECRET_MAX];
    struct points p = {.cp = cps};
    enum ct_status st = ct_secret_new(CT_SECRET_MAX, &norm, reterr);
    if (st != CT_OK)
        return st;
    norm->len =
        ct_text_nfc((char *)norm->data, norm->cap, (const char *)password->data, password->len);
    if (password->len == 0)
        return refuse(reterr, "type a password: at least 15 characters, best a few words");
    if (password->len > CT_SECRET_MAX || norm->len == 0)
        return refuse(reterr, "this password is not readable text, or longer than 1024 bytes");
    st = check(norm, &p, login, site, reterr);
    ct_wipe(cps, sizeof cps);
    return st;
}

enum ct_status ct_password_make(struct ct_secret *out, struct ct_error *reterr)
{
    /* 16 of 31 characters nobody mixes up: 79 bits. */
    static const char alphabet[] = "abcdefghjkmnpqrstuvwxyz23456789";
    enum { CHARS = 16, GROUP = 4, PRINTED = CHARS + CHARS / GROUP - 1 };
    if (out->cap < PRINTED)
        return ct_fail(reterr, CT_EINTERNAL, NULL, "there is no room for the password");
    ct_secret_wipe(out);
    for (unsigned made = 0; made < CHARS;) {
        unsigned char v;
        ct_random(&v, 1);
        v &= 31;
        if (v >= sizeof alphabet - 1) /* drawn again, so that all are equally likely */
            continue;
        if (made > 0 && made % GROUP == 0)
            (void)ct_secret_add(out, "-", 1);
        (void)ct_secret_add(out, &alphabet[v], 1);
        made++;
        ct_wipe(&v, sizeof v);
    }
    return CT_OK;
}
