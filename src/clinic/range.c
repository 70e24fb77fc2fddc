/* range - see range.h. */
#include "clinic/range.h"

#include <inttypes.h>
#include <stdio.h>

enum { DIGITS_MAX = 9 };

bool ct_scaled_parse(const char *s, size_t n, int places, int64_t *ret)
{
    int64_t v = 0;
    size_t i = 0;
    int whole = 0, decimals = 0;
    for (; i < n && s[i] >= '0' && s[i] <= '9'; i++, whole++) {
        if (whole == DIGITS_MAX)
            return false;
        v = v * 10 + (s[i] - '0');
    }
    if (whole == 0)
        return false;
    if (i < n && (s[i] == '.' || s[i] == ',')) {
        size_t from = ++i;
        for (; i < n && s[i] >= '0' && s[i] <= '9'; i++) {
            if (decimals < places) {
                v = v * 10 + (s[i] - '0');
                decimals++;
            } else if (s[i] != '0') {
                return false;
            }
        }
        if (i == from)
            return false;
    }
    if (i != n)
        return false;
    for (; decimals < places; decimals++)
        v *= 10;
    *ret = v;
    return true;
}

void ct_scaled_text(int64_t n, int places, char *out, size_t size)
{
    uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n, scale = 1;
    for (; places > 0 && u % 10 == 0; places--)
        u /= 10;
    for (int i = 0; i < places; i++)
        scale *= 10;
    if (places > 0)
        snprintf(out, size, "%s%" PRIu64 ".%0*" PRIu64, n < 0 ? "-" : "", u / scale, places,
                 u % scale);
    else
        snprintf(out, size, "%s%" PRIu64, n < 0 ? "-" : "", u);
}

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Without the blanks around. */
static void trim(const char **s, size_t *n)
{
    while (*n > 0 && blank(**s)) {
        ++*s;
        --*n;
    }
    while (*n > 0 && blank((*s)[*n - 1]))
        --*n;
}

bool ct_range_parse(const char *s, size_t n, int places, struct ct_range *ret)
{
    size_t dots = 0;
    while (dots + 1 < n && !(s[dots] == '.' && s[dots + 1] == '.'))
        dots++;
    if (dots + 1 >= n) { /* a single value */
        trim(&s, &n);
        if (!ct_scaled_parse(s, n, places, &ret->lo))
            return false;
        ret->hi = ret->lo;
        return true;
    }
    const char *hi = s + dots + 2;
    size_t hi_n = n - dots - 2;
    trim(&s, &dots);
    trim(&hi, &hi_n);
    *ret = (struct ct_range){CT_OPEN_LO, CT_OPEN_HI};
    if (dots > 0 && !ct_scaled_parse(s, dots, places, &ret->lo))
        return false;
    if (hi_n > 0 && !ct_scaled_parse(hi, hi_n, places, &ret->hi))
        return false;
    return ret->lo <= ret->hi;
}
