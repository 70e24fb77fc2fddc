/* conformity_decimal - decimals as written to exact integers and back; the contract
 * is conformity.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/ascii.h"
#include "base/text.h"
#include "clinic/conformity.h"

static enum ct_status refuse(const char *field, const char *s, size_t n, const char *what,
                             struct ct_error *reterr)
{
    CT_BUF copy = {.max = 128}, shown = {0};
    ct_buf_add(&copy, s, n < 100 ? n : 100);
    ct_text_clean(&shown, ct_buf_str(&copy), 24, false);
    return ct_fail(reterr, CT_EINVAL, field, "\"%s\" %s", ct_buf_str(&shown), what);
}

enum ct_status ct_decimal_parse(const char *field, const char *s, size_t n, int places,
                                int64_t max, int64_t *ret, struct ct_error *reterr)
{
    size_t at = n > 0 && (s[0] == '-' || s[0] == '+');
    int64_t v = 0;
    int behind = -1; /* decimals taken; -1: before the point */
    bool digits = false, lost = false, large = false;
    for (; at < n; at++) {
        if (s[at] == '.' && behind < 0 && digits) {
            behind = 0;
            digits = false;
            continue;
        }
        if (!ct_is_digit(s[at]))
            break;
        digits = true;
        if (behind >= places) {
            lost |= s[at] != '0';
            continue;
        }
        behind += behind >= 0;
        large |= v > max / 10;
        if (!large)
            v = v * 10 + (s[at] - '0');
    }
    if (at < n || !digits)
        return refuse(field, s, n,
                      n > 0 && memchr(s, ',', n) != NULL
                          ? "is not a number: decimals stand behind a point, and thousands "
                            "are not set apart"
                          : "is not a number (digits, a point for decimals)",
                      reterr);
    for (behind = behind < 0 ? 0 : behind; behind < places && !large; behind++) {
        large = v > max / 10;
        v = large ? v : v * 10;
    }
    if (large || v > max)
        return refuse(field, s, n, "is too large; state it in a larger unit", reterr);
    if (lost)
        return refuse(field, s, n, "has too many decimals; state it in a smaller unit", reterr);
    *ret = s[0] == '-' ? -v : v;
    return CT_OK;
}

void ct_decimal_text(int64_t value, int places, char out[CT_DECIMAL_SIZE])
{
    uint64_t v = value < 0 ? 0 - (uint64_t)value : (uint64_t)value, unit = 1;
    out[0] = '\0';
    if (value == CT_UNSET)
        return;
    for (int i = 0; i < places; i++)
        unit *= 10;
    int n = snprintf(out, CT_DECIMAL_SIZE, "%s%" PRIu64, value < 0 ? "-" : "", v / unit);
    if (v % unit == 0)
        return;
    n += snprintf(out + n, (size_t)(CT_DECIMAL_SIZE - n), ".%0*" PRIu64, places, v % unit);
    while (out[n - 1] == '0')
        out[--n] = '\0';
}
