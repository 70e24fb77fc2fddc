/* clock - see clock.h: instants, civil dates, and how they are shown. What
 * people type is read in clock_read.c. */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

#include "base/clock_zone.h"

enum { DAY_S = 24 * 60 * 60, YEAR_MAX = 9999 };

/* 0001-01-01 and 9999-12-31 in days; wider instants are shown as these. */
enum { FIRST_DAY = -719162, LAST_DAY = 2932896 };

static const char MONTHS[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static int64_t read_ms(clockid_t id)
{
    struct timespec t = {0};
    (void)clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t system_wall(void *arg)
{
    (void)arg;
    return read_ms(CLOCK_REALTIME);
}

static int64_t system_monotonic(void *arg)
{
    (void)arg;
    return read_ms(CLOCK_BOOTTIME);
}

/* CLOCK_BOOTTIME: a machine that slept must find its sessions locked. */
const struct ct_clock CT_CLOCK_SYSTEM = {system_wall, system_monotonic, NULL};

static int64_t fixed_ms(void *arg)
{
    return *(int64_t *)arg;
}

struct ct_clock ct_clock_fixed(int64_t *now_ms)
{
    return (struct ct_clock){fixed_ms, fixed_ms, now_ms};
}

int64_t ct_now(const struct ct_clock *c)
{
    return c->wall_ms(c->arg);
}

int64_t ct_monotonic(const struct ct_clock *c)
{
    return c->monotonic_ms(c->arg);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int ms_part(int64_t ms)
{
    return (int)((ms % 1000 + 1000) % 1000);
}

const char *ct_month_name(int month)
{
    return month >= 1 && month <= 12 ? MONTHS[month - 1] : "";
}

/* Days before the first of March of a year counted from 0000-03-01, in which
 * leap days come last: the Gregorian calendar without special cases. */
static int64_t days_before_year(int64_t y)
{
    return y * 365 + floor_div(y, 4) - floor_div(y, 100) + floor_div(y, 400);
}

enum { EPOCH_FROM_0000_03_01 = 719468 };

static int64_t days_make(int64_t year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int m = (month + 9) % 12; /* March is 0 */
    return days_before_year(y) + (153 * m + 2) / 5 + day - 1 - EPOCH_FROM_0000_03_01;
}

static bool leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

ct_date ct_date_make(int year, int month, int day)
{
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || year > YEAR_MAX || month < 1 || month > 12 || day < 1)
        return CT_NO_DATE;
    if (day > DAYS[month - 1] + (month == 2 && leap(year)))
        return CT_NO_DATE;
    return (ct_date)days_make(year, month, day);
}

void ct_date_split(ct_date d, int *year, int *month, int *day)
{
    *year = *month = *day = 0;
    if (d == CT_NO_DATE)
        return;
    int64_t n = (int64_t)d + EPOCH_FROM_0000_03_01;
    int64_t y = floor_div(n * 400, 146097); /* right, or one too many or few */
    while (days_before_year(y) > n)
        y--;
    while (days_before_year(y + 1) <= n)
        y++;
    int in_year = (int)(n - days_before_year(y));
    int m = (5 * in_year + 2) / 153;
    *day = in_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = (int)(y + (*month <= 2));
}

static int64_t clamp(int64_t v, int64_t lo, int64_t hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

/* Seconds east of UTC at an instant. */
static int64_t offset_at(int64_t utc_s)
{
    time_t t = (time_t)utc_s;
    struct tm tm = {0};
    return localtime_r(&t, &tm) != NULL ? tm.tm_gmtoff : 0;
}

void ct_civil_at(int64_t ms, struct ct_civil *ret)
{
    int64_t utc = clamp(floor_div(ms, 1000), (int64_t)FIRST_DAY * DAY_S,
                        (int64_t)LAST_DAY * DAY_S + DAY_S - 1);
    int64_t s = clamp(utc + offset_at(utc), (int64_t)FIRST_DAY * DAY_S,
                      (int64_t)LAST_DAY * DAY_S + DAY_S - 1);
    int64_t days = floor_div(s, DAY_S);
    int in_day = (int)(s - days * DAY_S);
    *ret = (struct ct_civil){
        .hour = in_day / 3600,
        .minute = in_day / 60 % 60,
        .second = in_day % 60,
        .ms = ms_part(ms),
        .weekday = (int)(((days + 4) % 7 + 7) % 7), /* 1970-01-01: Thursday */
    };
    ct_date_split((ct_date)days, &ret->year, &ret->month, &ret->day);
}

int ct_civil_instants(const struct ct_civil *c, int64_t ret_ms[2])
{
    int64_t s = days_make(c->year, c->month, c->day) * DAY_S + c->hour * 3600 + c->minute * 60 +
                c->second;
    /* Zones change less often than once a day: the offsets in force a day
     * before and a day after are the only two that can apply. */
    int64_t early = s - offset_at(s - DAY_S), late = s - offset_at(s + DAY_S);
    bool early_is = early + offset_at(early) == s, late_is = late + offset_at(late) == s;
    if (early > late) { /* clocks go forward between; or west to east of the date line */
        int64_t t = early;
        bool is = early_is;
        early = late, late = t;
        early_is = late_is, late_is = is;
    }
    if (early_is && late_is && early != late) {
        ret_ms[0] = early * 1000 + c->ms;
        ret_ms[1] = late * 1000 + c->ms;
        return 2;
    }
    /* In a gap the offset from before it, the later instant, moves forward. */
    ret_ms[0] = ret_ms[1] = (early_is ? early : late) * 1000 + c->ms;
    return early_is || late_is ? 1 : 0;
}

int64_t ct_civil_ms(const struct ct_civil *c)
{
    int64_t at[2];
    (void)ct_civil_instants(c, at);
    return at[0];
}

ct_date ct_date_at(int64_t ms)
{
    struct ct_civil c;
    ct_civil_at(ms, &c);
    return ct_date_make(c.year, c.month, c.day);
}

int ct_age_years(ct_date born, ct_date on)
{
    if (born == CT_NO_DATE || on == CT_NO_DATE || born > on)
        return -1;
    int y, m, d, oy, om, od;
    ct_date_split(born, &y, &m, &d);
    ct_date_split(on, &oy, &om, &od);
    bool had_birthday = om > m || (om == m && od >= d);
    return oy - y - !had_birthday;
}

void ct_date_text(ct_date d, char out[16])
{
    int year, month, day;
    ct_date_split(d, &year, &month, &day);
    out[0] = '\0';
    if (d != CT_NO_DATE)
        snprintf(out, 16, "%d %s %d", day, MONTHS[month - 1], year);
}

void ct_date_iso(ct_date d, char out[16])
{
    int year, month, day;
    ct_date_split(d, &year, &month, &day);
    out[0] = '\0';
    if (d != CT_NO_DATE)
        snprintf(out, 16, "%04d-%02d-%02d", year, month, day);
}

void ct_time_text(int64_t ms, char out[8])
{
    struct ct_civil c;
    ct_civil_at(ms, &c);
    snprintf(out, 8, "%02d:%02d", c.hour, c.minute);
}

void ct_datetime_text(int64_t ms, char out[24])
{
    struct ct_civil c;
    ct_civil_at(ms, &c);
    snprintf(out, 24, "%d %s %02d:%02d", c.day, MONTHS[c.month - 1], c.hour, c.minute);
}

void ct_rfc3339(int64_t ms, char out[32])
{
    int64_t s = clamp(floor_div(ms, 1000), (int64_t)FIRST_DAY * DAY_S,
                      (int64_t)LAST_DAY * DAY_S + DAY_S - 1);
    int64_t days = floor_div(s, DAY_S);
    int year, month, day, in_day = (int)(s - days * DAY_S);
    ct_date_split((ct_date)days, &year, &month, &day);
    snprintf(out, 32, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month, day, in_day / 3600,
             in_day / 60 % 60, in_day % 60, ms_part(ms));
}

void ct_span_text(int64_t ms, char out[24])
{
    const char *sign = ms <= -CT_MINUTE_MS ? "-" : "";
    int64_t min = ms / CT_MINUTE_MS;
    min = min < 0 ? -min : min;
    int64_t h = min / 60, d = h / 24;
    if (d > 0)
        snprintf(out, 24, "%s%lld d %d h", sign, (long long)d, (int)(h % 24));
    else if (h > 0)
        snprintf(out, 24, "%s%d h %02d min", sign, (int)h, (int)(min % 60));
    else
        snprintf(out, 24, "%s%d min", sign, (int)min);
}
