/* Any bytes as text from the store, as a name to search, as a password, and as
 * what was typed into a field. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/field.h"
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

static void clean(const char *s, int max, bool ascii)
{
    CT_BUF b = {0};
    int cols = ct_text_clean(&b, s, max, ascii), sum = 0;
    const char *p = ct_buf_str(&b), *end = p + b.len;
    demand(b.bad || ct_utf8_valid(p, b.len));
    demand(max < 0 || cols <= max);
    for (uint32_t cp; p < end; sum += ct_text_cp_cols(cp)) {
        p += ct_utf8_next(p, end, &cp);
        demand(cp == 0xFFFD || !ct_text_unsafe(cp));
        demand(!ascii || (cp >= 0x20 && cp < 0x7F));
    }
    demand(b.bad || sum == cols);
    demand(ascii || max >= 0 || cols == ct_text_cols(s));
}

static void fold(const char *s)
{
    CT_BUF once = {0}, twice = {0};
    ct_text_fold(&once, s);
    ct_text_fold(&twice, ct_buf_str(&once));
    demand(once.bad || strcmp(ct_buf_str(&once), ct_buf_str(&twice)) == 0);
}

static void nfc(const char *s, size_t n)
{
    char out[1024], again[1024];
    size_t len = ct_text_nfc(out, sizeof out, s, n);
    demand(len == 0 || ct_utf8_valid(s, n));
    demand(ct_text_nfc(again, sizeof again, out, len) == len);
    demand(memcmp(out, again, len) == 0);
}

static void judge(const char *s)
{
    static const struct ct_choice CHOICES[] = {{"A", "a"}, {"AB", "b"}, {NULL, NULL}};
    static const struct ct_field FIELDS[] = {
        {.name = "i", .label = "I", .kind = CT_F_INT, .hard_lo = -20, .hard_hi = 300},
        {.name = "d",
         .label = "D",
         .kind = CT_F_DECIMAL,
         .places = 1,
         .hard_lo = 250,
         .hard_hi = 450,
         .soft_lo = 361,
         .soft_hi = 380},
        {.name = "c", .label = "C", .kind = CT_F_CODE, .choices = CHOICES},
        {.name = "b", .label = "B", .kind = CT_F_DATE},
        {.name = "t", .label = "T", .kind = CT_F_TIME},
        {.name = "n", .label = "N", .kind = CT_F_TEXT},
    };
    for (size_t i = 0; i < CT_LEN(FIELDS); i++) {
        int64_t v;
        struct ct_error err;
        enum ct_verdict is = ct_field_judge(&FIELDS[i], s, 1795340000000, &v, &err);
        bool value = is == CT_V_OK || is == CT_V_UNUSUAL;
        demand(value == (v != CT_UNSET));
        bool full = ct_field_full(&FIELDS[i], s); /* of a time: at some other now */
        demand(value || !full || FIELDS[i].kind == CT_F_TIME);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready;
    if (!ready)
        ready = setlocale(LC_CTYPE, "C.UTF-8") != NULL;
    if (size < 2 || size > 4096)
        return 0;
    int max = data[0] % 64 - 1;
    bool ascii = data[1] % 2;
    data += 2;
    size -= 2;
    nfc((const char *)data, size);
    char *s = malloc(size + 1);
    demand(s != NULL);
    memcpy(s, data, size);
    s[size] = '\0';
    clean(s, max, ascii);
    fold(s);
    judge(s);
    char small[7];
    ct_text_copy(small, sizeof small, s);
    size_t before = strlen(s);
    bool valid = ct_utf8_valid(s, before);
    ct_text_trim(s);
    demand(strlen(s) <= before && (!valid || ct_utf8_valid(s, strlen(s))));
    demand(!valid || ct_utf8_valid(small, strlen(small)));
    free(s);
    return 0;
}
