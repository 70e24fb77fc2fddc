/* text_fold - search keys, and the ASCII reading of letters and signs. */
#include "base/text.h"

#include <string.h>
#include <utf8proc.h>

#include "base/text_plain.h"

enum { DECOMPOSED_MAX = 32 }; /* the longest, U+FDFA, has 18 */

/* Letters without a decomposition, as people without that key type them. */
static const struct {
    uint16_t cp;
    char ascii[3];
} LETTERS[] = {
    {0x00DF, "ss"}, {0x00E6, "ae"}, {0x00F0, "d"}, {0x00F8, "o"}, {0x00FE, "th"},
    {0x0111, "d"},  {0x0127, "h"},  {0x0131, "i"}, {0x0138, "k"}, {0x0142, "l"},
    {0x014B, "n"},  {0x0153, "oe"}, {0x0167, "t"}, {0x0180, "b"}, {0x0192, "f"},
    {0x0199, "k"},  {0x019A, "l"},  {0x01A5, "p"}, {0x01AD, "t"}, {0x01B4, "y"},
    {0x01B6, "z"},  {0x01DD, "e"},  {0x01E5, "g"}, {0x0237, "j"}, {0x0247, "e"},
    {0x0249, "j"},  {0x024D, "r"},  {0x024F, "y"}, {0x0253, "b"}, {0x0254, "o"},
    {0x0256, "d"},  {0x0257, "d"},  {0x0259, "e"}, {0x025B, "e"}, {0x0260, "g"},
    {0x0268, "i"},  {0x026B, "l"},  {0x0272, "n"}, {0x0289, "u"}, {0x2C65, "a"},
};

/* Signs for drawing only: in a search key they are gaps anyhow. */
static const struct {
    uint16_t cp;
    char ascii[4];
} SIGNS[] = {
    {0x00AB, "<<"}, {0x00B0, "deg"}, {0x00B1, "+-"}, {0x00B4, "'"},  {0x00B7, "."},
    {0x00BB, ">>"}, {0x00D7, "x"},   {0x02B9, "'"},  {0x02BB, "'"},  {0x02BC, "'"},
    {0x02BE, "'"},  {0x02BF, "'"},   {0x03BC, "u"},  {0x2010, "-"},  {0x2011, "-"},
    {0x2012, "-"},  {0x2013, "-"},   {0x2014, "-"},  {0x2018, "'"},  {0x2019, "'"},
    {0x201C, "\""}, {0x201D, "\""},  {0x2022, "*"},  {0x2032, "'"},  {0x2044, "/"},
    {0x2190, "<-"}, {0x2192, "->"},  {0x2212, "-"},  {0x2264, "<="}, {0x2265, ">="},
};

/* Letters of other scripts that stand for one another in names and are typed
 * by what the keyboard has; U+0640 only stretches a word. */
static uint32_t same_letter(uint32_t cp)
{
    if (cp >= 0x0660 && cp <= 0x0669)
        return cp - 0x0660 + '0';
    if (cp >= 0x06F0 && cp <= 0x06F9)
        return cp - 0x06F0 + '0';
    if (cp >= 0x0966 && cp <= 0x096F)
        return cp - 0x0966 + '0';
    switch (cp) {
    case 0x0649: /* alef maksura */
    case 0x06CC: /* Farsi yeh */
        return 0x064A;
    case 0x06A9: /* keheh */
        return 0x0643;
    case 0x0629: /* teh marbuta */
        return 0x0647;
    default:
        return cp;
    }
}

const char *ct_text_letter(uint32_t lower)
{
    size_t lo = 0, hi = CT_LEN(LETTERS);
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (LETTERS[mid].cp == lower)
            return LETTERS[mid].ascii;
        if (LETTERS[mid].cp < lower)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

static const char *sign(uint32_t cp)
{
    for (size_t i = 0; i < CT_LEN(SIGNS); i++)
        if (SIGNS[i].cp == cp)
            return SIGNS[i].ascii;
    return NULL;
}

static size_t decompose(uint32_t cp, utf8proc_option_t more, utf8proc_int32_t out[])
{
    int boundary = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char(
        (utf8proc_int32_t)cp, out, DECOMPOSED_MAX,
        UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK | more, &boundary);
    return n < 0 || n > DECOMPOSED_MAX ? 0 : (size_t)n;
}

/* One decomposed code point in ASCII; NULL: it has no reading. one[] is used
 * for those that are ASCII already. */
static const char *plain_one(uint32_t cp, char one[3])
{
    if (cp < 0x80) {
        one[0] = (char)cp;
        one[1] = '\0';
        return cp >= 0x20 && cp != 0x7F ? one : NULL;
    }
    const char *s = sign(cp);
    if (s != NULL)
        return s;
    uint32_t lower = (uint32_t)utf8proc_tolower((utf8proc_int32_t)cp);
    if (cp == 0x1E9E)
        lower = 0xDF;
    s = ct_text_letter(lower);
    if (s == NULL || lower == cp)
        return s;
    /* A capital: the first letter of its reading is one too. */
    one[0] = (char)(s[0] - 'a' + 'A');
    one[1] = s[1];
    one[2] = '\0';
    return one;
}

bool ct_text_plain(uint32_t cp, char out[CT_PLAIN_MAX])
{
    utf8proc_int32_t parts[DECOMPOSED_MAX] = {0};
    const char *s = sign(cp); /* before U+00B4 becomes a blank and a mark */
    size_t n = 1, len = 0;
    if (s != NULL)
        parts[0] = (utf8proc_int32_t)cp;
    else
        n = decompose(cp, 0, parts);
    for (size_t i = 0; i < n; i++) {
        char one[3];
        s = plain_one((uint32_t)parts[i], one);
        size_t add = s != NULL ? strlen(s) : CT_PLAIN_MAX;
        if (add >= CT_PLAIN_MAX - len)
            return false;
        memcpy(out + len, s, add);
        len += add;
    }
    out[len] = '\0';
    return true;
}

/* Every sign that is written inside a name as an apostrophe: they vanish, so
 * that it does not matter which of them the keyboard has. */
static bool apostrophe(uint32_t cp)
{
    switch (cp) {
    case '\'':
    case '`':
    case 0x00B4:
    case 0x0640: /* tatweel */
    case 0x05F3:
    case 0x2018:
    case 0x2019:
    case 0x201B:
    case 0x2032:
    case 0xA78B:
    case 0xA78C:
    case 0xFF07:
        return true;
    default:
        return cp >= 0x02B9 && cp <= 0x02C1;
    }
}

static bool in_word(uint32_t cp)
{
    if (cp < 0x80)
        return (cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9');
    utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
    return (c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO) ||
           (c >= UTF8PROC_CATEGORY_ND && c <= UTF8PROC_CATEGORY_NO);
}

struct folder {
    struct ct_buf *out;
    bool any, gap;
};

static void fold_part(struct folder *f, uint32_t cp)
{
    cp = same_letter(cp);
    if (apostrophe(cp))
        return;
    if (!in_word(cp)) {
        f->gap = true;
        return;
    }
    if (f->gap && f->any)
        ct_buf_char(f->out, ' ');
    f->any = true;
    f->gap = false;
    const char *letter = ct_text_letter(cp);
    char bytes[4];
    if (letter != NULL)
        ct_buf_str_add(f->out, letter);
    else
        ct_buf_add(f->out, bytes, ct_utf8_put(bytes, cp));
}

static void fold_case(struct folder *f, uint32_t cp)
{
    utf8proc_int32_t parts[DECOMPOSED_MAX] = {0};
    size_t n = decompose(cp, UTF8PROC_CASEFOLD | UTF8PROC_IGNORE, parts);
    for (size_t i = 0; i < n; i++)
        fold_part(f, (uint32_t)parts[i]);
}

void ct_text_fold(struct ct_buf *out, const char *s)
{
    struct folder f = {.out = out};
    const char *end = s + strlen(s);
    while (s < end) {
        uint32_t cp;
        s += ct_utf8_next(s, end, &cp);
        if (apostrophe(cp))
            continue;
        /* Marks go before case is folded: folding would make a letter of the
         * Greek iota subscript, and of it alone. */
        utf8proc_int32_t parts[DECOMPOSED_MAX] = {0};
        size_t n = decompose(cp, UTF8PROC_IGNORE, parts);
        for (size_t i = 0; i < n; i++)
            fold_case(&f, (uint32_t)parts[i]);
    }
}
