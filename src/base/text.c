/* text - see text.h: decoding, columns, cleaning for display, NFC. The search
 * key is in text_fold.c. */
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <utf8proc.h>
#include <wchar.h>

#include "base/text_plain.h"

enum { REPLACEMENT = 0xFFFD, DOTTED_CIRCLE = 0x25CC, LAST = 0x10FFFF };

static bool surrogate(uint32_t cp)
{
    return cp >= 0xD800 && cp <= 0xDFFF;
}

size_t ct_utf8_next(const char *s, const char *end, uint32_t *ret)
{
    static const uint32_t LEAST[] = {0, 0, 0x80, 0x800, 0x10000};
    *ret = REPLACEMENT;
    if (s >= end)
        return 0;
    unsigned char lead = (unsigned char)*s;
    if (lead < 0x80) {
        *ret = lead;
        return 1;
    }
    size_t n = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || (size_t)(end - s) < n)
        return 1;
    uint32_t cp = lead & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if ((c & 0xC0) != 0x80)
            return 1;
        cp = cp << 6 | (c & 0x3Fu);
    }
    if (cp < LEAST[n] || cp > LAST || surrogate(cp))
        return 1;
    *ret = cp;
    return n;
}

size_t ct_utf8_put(char out[4], uint32_t cp)
{
    if (cp > LAST || surrogate(cp))
        return 0;
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    static const unsigned MARK[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = n; i-- > 1; cp >>= 6)
        out[i] = (char)(0x80 | (cp & 0x3F));
    out[0] = (char)(MARK[n] | cp);
    return n;
}

bool ct_utf8_valid(const char *s, size_t n)
{
    const char *end = s + n;
    while (s < end) {
        uint32_t cp;
        size_t used = ct_utf8_next(s, end, &cp);
        if (used == 1 && cp == REPLACEMENT)
            return false;
        s += used;
    }
    return true;
}

size_t ct_utf8_count(const char *s)
{
    const char *end = s + strlen(s);
    size_t n = 0;
    for (uint32_t cp; s < end; n++)
        s += ct_utf8_next(s, end, &cp);
    return n;
}

/* Variation selectors are combining marks that some names need (Han). */
static bool variation(uint32_t cp)
{
    return (cp >= 0xFE00 && cp <= 0xFE0F) || (cp >= 0xE0100 && cp <= 0xE01EF);
}

bool ct_text_unsafe(uint32_t cp)
{
    if (cp < 0x7F)
        return cp < 0x20;
    if (cp < 0xA0 || cp > LAST)
        return true;
    const utf8proc_property_t *p = utf8proc_get_property((utf8proc_int32_t)cp);
    switch (p->category) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CF: /* bidi controls, joiners, BOM, tags, annotation */
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return true;
    default:
        return p->ignorable && !variation(cp);
    }
}

bool ct_text_joiner(uint32_t cp)
{
    return cp == 0x200C || cp == 0x200D;
}

int ct_text_cp_cols(uint32_t cp)
{
    if (ct_text_unsafe(cp))
        return 1;
    int n = wcwidth((wchar_t)cp);
    return n < 0 ? 1 : n;
}

static bool mark(uint32_t cp)
{
    switch (utf8proc_category((utf8proc_int32_t)cp)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return true;
    default:
        return false;
    }
}

/* What one code point becomes on the terminal. */
struct glyph {
    char bytes[CT_PLAIN_MAX];
    size_t len;
    int cols;
};

static void glyph_add(struct glyph *g, uint32_t cp)
{
    g->len += ct_utf8_put(g->bytes + g->len, cp);
    g->cols += ct_text_cp_cols(cp);
}

static struct glyph glyph_utf8(uint32_t cp, bool first)
{
    struct glyph g = {.len = 0};
    if (ct_text_unsafe(cp))
        cp = REPLACEMENT;
    if (first && (mark(cp) || ct_text_cp_cols(cp) == 0))
        glyph_add(&g, DOTTED_CIRCLE);
    glyph_add(&g, cp);
    return g;
}

static struct glyph glyph_ascii(uint32_t cp, bool first)
{
    struct glyph g = {.bytes = "?", .len = 1, .cols = 1};
    if (!ct_text_unsafe(cp) && !(first && mark(cp)) && ct_text_plain(cp, g.bytes)) {
        g.len = strlen(g.bytes);
        g.cols = (int)g.len;
    } else
        g.bytes[0] = '?';
    return g;
}

static size_t next_glyph(const char *s, const char *end, bool first, bool ascii,
                         struct glyph *ret)
{
    uint32_t cp;
    size_t used = ct_utf8_next(s, end, &cp);
    *ret = ascii ? glyph_ascii(cp, first) : glyph_utf8(cp, first);
    return used;
}

/* Columns of all of s, or some number over `enough` once it is passed. */
static int measure(const char *s, int enough, bool ascii)
{
    const char *end = s + strlen(s);
    int cols = 0;
    for (const char *p = s; p < end && cols <= enough;) {
        struct glyph g;
        p += next_glyph(p, end, p == s, ascii, &g);
        cols += g.cols;
    }
    return cols;
}

int ct_text_cols(const char *s)
{
    return measure(s, INT32_MAX - 8, false);
}

int ct_text_clean(struct ct_buf *out, const char *s, int max_cols, bool ascii)
{
    bool cut = max_cols >= 0 && measure(s, max_cols, ascii) > max_cols;
    if (cut && max_cols == 0)
        return 0;
    int room = cut ? max_cols - 1 : INT32_MAX, cols = 0;
    const char *end = s + strlen(s);
    for (const char *p = s; p < end;) {
        struct glyph g;
        p += next_glyph(p, end, p == s, ascii, &g);
        if (g.cols > room - cols)
            break;
        ct_buf_add(out, g.bytes, g.len);
        cols += g.cols;
    }
    if (cut) {
        ct_buf_char(out, '~');
        cols++;
    }
    return cols;
}

/* Encode the composed code points; 0 when they do not fit. */
static size_t encode(char *out, size_t cap, const utf8proc_int32_t *cps, size_t n)
{
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        char one[4];
        size_t used = ct_utf8_put(one, (uint32_t)cps[i]);
        bool fits = used > 0 && used <= cap - len;
        if (fits)
            memcpy(out + len, one, used);
        explicit_bzero(one, sizeof one);
        if (!fits)
            return 0;
        len += used;
    }
    return len;
}

size_t ct_text_nfc(char *out, size_t cap, const char *s, size_t n)
{
    bool ascii = true;
    for (size_t i = 0; i < n; i++)
        ascii = ascii && (unsigned char)s[i] < 0x80;
    if (ascii) { /* is its own NFC: nothing leaves the caller's memory */
        if (n == 0 || n > cap)
            return 0;
        memmove(out, s, n);
        return n;
    }
    if (n > SIZE_MAX / 64 || !ct_utf8_valid(s, n))
        return 0;
    const utf8proc_uint8_t *in = (const utf8proc_uint8_t *)s;
    const utf8proc_option_t options = UTF8PROC_COMPOSE | UTF8PROC_STABLE;
    utf8proc_ssize_t need = utf8proc_decompose(in, (utf8proc_ssize_t)n, NULL, 0, options);
    if (need <= 0)
        return 0;
    /* Pages of its own: locked where the limit allows, never in a core dump. */
    size_t bytes = (size_t)need * sizeof(utf8proc_int32_t);
    void *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED)
        return 0;
    (void)mlock(map, bytes);
    (void)madvise(map, bytes, MADV_DONTDUMP);
    utf8proc_int32_t *cps = map;
    size_t len = 0;
    if (utf8proc_decompose(in, (utf8proc_ssize_t)n, cps, need, options) == need) {
        utf8proc_ssize_t composed = utf8proc_normalize_utf32(cps, need, options);
        if (composed > 0)
            len = encode(out, cap, cps, (size_t)composed);
    }
    explicit_bzero(map, bytes);
    (void)munmap(map, bytes);
    return len;
}

void ct_text_copy(char *out, size_t size, const char *s)
{
    if (size == 0)
        return;
    const char *end = s + strlen(s), *p = s;
    while (p < end) {
        uint32_t cp;
        size_t used = ct_utf8_next(p, end, &cp);
        if ((size_t)(p - s) + used > size - 1)
            break;
        p += used;
    }
    memmove(out, s, (size_t)(p - s));
    out[p - s] = '\0';
}

static bool blank(uint32_t cp)
{
    return cp == ' ' || (cp >= '\t' && cp <= '\r') ||
           (cp >= 0xA0 && utf8proc_category((utf8proc_int32_t)cp) == UTF8PROC_CATEGORY_ZS);
}

void ct_text_trim(char *s)
{
    const char *end = s + strlen(s);
    char *to = s;
    bool gap = false;
    for (const char *p = s; p < end;) {
        uint32_t cp;
        size_t used = ct_utf8_next(p, end, &cp);
        if (blank(cp))
            gap = true;
        else {
            /* Every gap was at least one byte long, so `to` stays behind p. */
            if (gap && to != s)
                *to++ = ' ';
            gap = false;
            memmove(to, p, used);
            to += used;
        }
        p += used;
    }
    *to = '\0';
}

void ct_text_wrap(struct ct_buf *b, const char *s, int at, int indent, int cols)
{
    CT_BUF word = {.max = 4096};
    for (bool first = true; *s != '\0'; first = false) {
        size_t n = strcspn(s, " ");
        ct_buf_clear(&word);
        ct_buf_add(&word, s, n);
        int wide = ct_text_cols(ct_buf_str(&word));
        if (!first && at + 1 + wide > cols) {
            ct_buf_printf(b, "\n%*s", indent, "");
            at = indent;
        } else if (!first) {
            ct_buf_char(b, ' ');
            at++;
        }
        ct_text_clean(b, ct_buf_str(&word), -1, false);
        at += wide;
        s += n + (s[n] == ' ');
    }
    ct_buf_char(b, '\n');
}
