/* iso_time - see iso_time.h. */
#include "exchange/iso_time.h"

enum { YEAR_MIN = 1800, YEAR_MAX = 2199, DATE_LEN = 10 };

/* Exactly `digits` of them, at *s before `end`. */
static bool number(const char **s, const char *end, int digits, int *ret)
{
    *ret = 0;
    for (; digits > 0; digits--, ++*s) {
        if (*s >= end || **s < '0' || **s > '9')
            return false;
        *ret = *ret * 10 + (**s - '0');
    }
    return true;
}

static bool one_of(const char **s, const char *end, const char *chars)
{
    for (; *s < end && *chars != '\0'; chars++)
        if (**s == *chars) {
            ++*s;
            return true;
        }
    return false;
}

bool ct_iso_date(const char *s, size_t n, ct_date *ret)
{
    const char *end = s + n;
    int year, month, day;
    if (!number(&s, end, 4, &year) || !one_of(&s, end, "-") || !number(&s, end, 2, &month) ||
        !one_of(&s, end, "-") || !number(&s, end, 2, &day) || s != end || year < YEAR_MIN ||
        year > YEAR_MAX)
        return false;
    *ret = ct_date_make(year, month, day);
    return *ret != CT_NO_DATE;
}

/* "Z", "+13:00": minutes east. */
static bool offset(const char **s, const char *end, int *ret)
{
    int hours, minutes;
    *ret = 0;
    if (one_of(s, end, "Zz"))
        return true;
    bool west = *s < end && **s == '-';
    if (!one_of(s, end, "+-") || !number(s, end, 2, &hours) || !one_of(s, end, ":") ||
        !number(s, end, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *ret = (west ? -1 : 1) * (hours * 60 + minutes);
    return true;
}

bool ct_iso_time(const char *s, size_t n, int64_t *ret_ms)
{
    const char *end = s + n;
    ct_date day;
    int hour, minute, second = 0, ms = 0, scale = 100, east;
    if (n < DATE_LEN || !ct_iso_date(s, DATE_LEN, &day))
        return false;
    s += DATE_LEN;
    if (!one_of(&s, end, "Tt ") || !number(&s, end, 2, &hour) || !one_of(&s, end, ":") ||
        !number(&s, end, 2, &minute))
        return false;
    if (one_of(&s, end, ":")) {
        if (!number(&s, end, 2, &second))
            return false;
        const char *from = s;
        if (one_of(&s, end, ".,")) {
            for (; s < end && *s >= '0' && *s <= '9'; s++, scale /= 10)
                ms += (*s - '0') * scale;
            if (s == from + 1)
                return false;
        }
    }
    if (!offset(&s, end, &east) || s != end || hour > 23 || minute > 59 || second > 60)
        return false;
    second = second == 60 ? 59 : second;
    *ret_ms = ((int64_t)day * 24 * 60 + hour * 60 + minute - east) * CT_MINUTE_MS +
              second * 1000 + ms;
    return true;
}
