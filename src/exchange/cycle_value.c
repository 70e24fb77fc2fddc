/* cycle_value - the numbers and times of a recorded curve; the contract is cycle_csv.h. */
#include "exchange/cycle_csv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/ascii.h"
#include "clinic/conformity.h"
#include "exchange/iso_time.h"

enum { DIGITS_MAX = 40, TIME_MAX = 40 };

const char *const CT_CYCLE_TIME_NAME[CT_TIMES] = {
    "seconds", "minutes", "hours", "milliseconds", "iso", "iso without offset", "clock"};

const char *ct_cycle_number(const char *s, size_t n, int places, int64_t max, int64_t *ret)
{
    size_t at = n > 0 && (s[0] == '-' || s[0] == '+'), from = at;
    bool negative = n > 0 && s[0] == '-';
    int64_t v = 0;
    int behind = -1; /* decimals taken; -1: before the point */
    bool digits = false, up = false, large = false;
    for (; at < n && at - from <= DIGITS_MAX; at++) {
        if (s[at] == '.' && behind < 0 && digits) {
            behind = 0;
            digits = false;
            continue;
        }
        if (!ct_is_digit(s[at]))
            break;
        digits = true;
        if (behind >= places) { /* the first one beyond decides, the others cannot change it */
            up = behind == places ? s[at] >= '5' : up;
            behind = places + 1;
            continue;
        }
        behind += behind >= 0;
        large = large || v > (max - (s[at] - '0')) / 10;
        v = large ? v : v * 10 + (s[at] - '0');
    }
    if (at < n && (at - from > DIGITS_MAX))
        return "has too many digits";
    if (at < n || !digits) {
        size_t word = n > 0 && (s[0] == '-' || s[0] == '+') ? n - 1 : n;
        const char *w = s + (n - word);
        if ((word >= 3 && (strncasecmp(w, "nan", 3) == 0 || strncasecmp(w, "inf", 3) == 0)))
            return "is not a finite number";
        return n > 0 && memchr(s, ',', n) != NULL
                   ? "is not a number: decimals stand behind a point, and thousands are not "
                     "set apart"
                   : "is not a number (digits, a point for decimals)";
    }
    for (int i = behind < 0 ? 0 : behind; i < places; i++) {
        large = large || v > max / 10;
        v = large ? v : v * 10;
    }
    v += up;
    if (large || v > max)
        return "is too large";
    *ret = negative ? -v : v;
    return NULL;
}

/* Zone or not, with a T or a blank between. */
static bool iso(const char *s, size_t n, bool zoned, int64_t *ret_ms)
{
    char text[TIME_MAX + 2];
    if (zoned)
        return ct_iso_time(s, n, ret_ms);
    if (n > TIME_MAX)
        return false;
    memcpy(text, s, n);
    text[n] = 'Z';
    return ct_iso_time(text, n + 1, ret_ms);
}

/* "9:42:00", "09:42:00.5" */
static bool clock_time(const char *s, size_t n, int64_t *ret_ms)
{
    char text[TIME_MAX + 16] = "1970-01-01T";
    const char *colon = memchr(s, ':', n);
    if (n > TIME_MAX || colon == NULL || colon - s > 2 || colon == s)
        return false;
    const char *second = memchr(colon + 1, ':', n - (size_t)(colon + 1 - s));
    if (second == NULL)
        return false;
    int len =
        snprintf(text + 11, sizeof text - 11, "%s%.*sZ", colon - s == 1 ? "0" : "", (int)n, s);
    return len > 0 && ct_iso_time(text, 11 + (size_t)len, ret_ms);
}

bool ct_cycle_time_parse(enum ct_cycle_time kind, const char *s, size_t n, int64_t *ret_ms)
{
    static const int64_t UNIT[] = {
        [CT_TIME_SECONDS] = 1, [CT_TIME_MINUTES] = 60, [CT_TIME_HOURS] = 3600};
    int64_t v;
    switch (kind) {
    case CT_TIME_SECONDS:
    case CT_TIME_MINUTES:
    case CT_TIME_HOURS: /* a thirtieth of an hour is 0.0333...: to the millisecond at last */
        if (n == 0 || ct_cycle_number(s, n, 6, INT64_C(400000000000000000), &v) != NULL)
            return false;
        if (v > INT64_C(9000000000000000000) / UNIT[kind] ||
            v < -INT64_C(9000000000000000000) / UNIT[kind])
            return false;
        v *= UNIT[kind];
        *ret_ms = (v + (v >= 0 ? 500 : -500)) / 1000;
        return true;
    case CT_TIME_MS:
        return n > 0 && ct_cycle_number(s, n, 0, INT64_C(9999999999999), ret_ms) == NULL;
    case CT_TIME_ISO:
        return iso(s, n, true, ret_ms);
    case CT_TIME_ISO_LOCAL:
        return iso(s, n, false, ret_ms);
    case CT_TIME_CLOCK:
        return clock_time(s, n, ret_ms);
    case CT_TIMES:
        break;
    }
    return false;
}

void ct_cycle_time_text(enum ct_cycle_time kind, int64_t ms, char out[40])
{
    char text[CT_DECIMAL_SIZE];
    static const int64_t UNIT[] = {
        [CT_TIME_SECONDS] = 1, [CT_TIME_MINUTES] = 60, [CT_TIME_HOURS] = 3600};
    switch (kind) {
    case CT_TIME_SECONDS:
        ct_decimal_text(ms, 3, text);
        snprintf(out, 40, "%s", text);
        return;
    case CT_TIME_MINUTES:
    case CT_TIME_HOURS:
        snprintf(out, 40, "%.6f", (double)ms / 1000 / (double)UNIT[kind]);
        for (size_t n = strlen(out); n > 0 && (out[n - 1] == '0' || out[n - 1] == '.'); n--) {
            bool point = out[n - 1] == '.';
            out[n - 1] = '\0';
            if (point)
                break;
        }
        return;
    case CT_TIME_MS:
        snprintf(out, 40, "%" PRId64, ms);
        return;
    case CT_TIME_ISO:
    case CT_TIME_ISO_LOCAL:
    case CT_TIME_CLOCK:
    case CT_TIMES:
        break;
    }
    char stamp[32];
    ct_rfc3339(ms, stamp);
    size_t n = strlen(stamp);
    if (kind != CT_TIME_ISO && n > 0)
        stamp[n - 1] = '\0'; /* the zone is not known: no Z */
    const char *t = strchr(stamp, 'T');
    snprintf(out, 40, "%s", kind == CT_TIME_CLOCK && t != NULL ? t + 1 : stamp);
}
