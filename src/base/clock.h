/* clock - the one source of time, and civil dates in the clinic's zone.
 *
 * Layer:  base.
 * Units:  UTC milliseconds since 1970 (int64_t, "_ms"); civil dates as
 *         ct_date (days), times of day as minutes.
 * Zone:   the process zone (TZ), set once at start from config.ini.
 */
#ifndef CT_BASE_CLOCK_H
#define CT_BASE_CLOCK_H

#include "base/status.h"

struct ct_clock {
    int64_t (*wall_ms)(void *arg);      /* UTC */
    int64_t (*monotonic_ms)(void *arg); /* for timers */
    void *arg;
};
extern const struct ct_clock CT_CLOCK_SYSTEM;

/* A clock for tests: both times are *arg (int64_t), which the test moves. */
struct ct_clock ct_clock_fixed(int64_t *now_ms);

int64_t ct_now(const struct ct_clock *c);
int64_t ct_monotonic(const struct ct_clock *c);

enum {
    CT_MINUTE_MS = 60 * 1000,
    CT_HOUR_MS = 60 * CT_MINUTE_MS,
    CT_DAY_MS = 24 * CT_HOUR_MS,
    CT_AHEAD_MS = 2 * CT_MINUTE_MS, /* clocks differ a little: further on is the future */
};

/* A civil date: days since 1970-01-01 in the proleptic Gregorian calendar. */
typedef int32_t ct_date;
#define CT_NO_DATE INT32_MIN

struct ct_civil {
    int year, month, day; /* month 1-12, day 1-31 */
    int hour, minute, second, ms;
    int weekday;          /* 0 Sunday */
};

void ct_civil_at(int64_t ms, struct ct_civil *ret);     /* in the clinic's zone */
/* Back. A time that the clocks skip moves forward by what they skip; of one
 * that they repeat, the first. The members must be a real day and time. */
int64_t ct_civil_ms(const struct ct_civil *c);
ct_date ct_date_make(int year, int month, int day);     /* CT_NO_DATE if there is no such day */
void ct_date_split(ct_date d, int *year, int *month, int *day);
ct_date ct_date_at(int64_t ms);                         /* civil day of an instant */
int ct_age_years(ct_date born, ct_date on);             /* -1 when born after or unknown */

/* 1-12 for a month's English name or its first three letters and more, in any
 * case; 0: none. */
int ct_month_of(const char *word);
/* "14 Mar 1961"; "" for CT_NO_DATE. */
void ct_date_text(ct_date d, char out[16]);
/* "1961-03-14" */
void ct_date_iso(ct_date d, char out[16]);
/* What people type: 1961-03-14, 14/3/1961, 14.3.61, 14 3 1961, 14031961,
 * 14 mar 1961 (day first). Two-digit years: the latest such day not after
 * `today`. Years 1800-2199. CT_EINVAL with the reason. */
CT_NODISCARD enum ct_status ct_date_parse(const char *s, ct_date today, ct_date *ret,
                                          struct ct_error *reterr);
/* "09:42" of an instant; "22 Nov 09:42" with date. Instants outside the years
 * 1-9999 are shown as the nearest end. */
void ct_time_text(int64_t ms, char out[8]);
void ct_datetime_text(int64_t ms, char out[24]);
void ct_rfc3339(int64_t ms, char out[32]); /* UTC: "2026-11-22T09:42:00.000Z" */
/* What people type for when something was done: now, -10 (minutes ago), 9:42,
 * 0942, yesterday 9:42, 21 nov 9:42, 2026-11-21 09:42. Never in the future by
 * more than 2 minutes (CT_EINVAL). An hour:minute later than that means
 * yesterday's; a day without its year, the latest such day. Of an hour that the
 * clocks repeat, the latest not in the future; one that they skipped is refused. */
CT_NODISCARD enum ct_status ct_when_parse(const char *s, int64_t now_ms, int64_t *ret,
                                          struct ct_error *reterr);
/* "14 min", "3 h 05 min", "2 d 4 h": a span for people. */
void ct_span_text(int64_t ms, char out[24]);

#endif
