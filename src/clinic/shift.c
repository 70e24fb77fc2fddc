/* shift - which shift a moment falls into, across midnight and clock changes.
 *
 * Starts and ends are civil times of day, turned into instants one by one, so a
 * night shift on a clock change lasts seven or nine hours and the next one
 * still begins on time. */
#include "clinic/shift.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static int64_t instant(ct_date day, int minute)
{
    struct ct_civil c = {.hour = minute / 60, .minute = minute % 60};
    ct_date_split(day, &c.year, &c.month, &c.day);
    return ct_civil_ms(&c);
}

static struct ct_shift on_day(const struct ct_shift_def *d, ct_date day)
{
    /* an end at or before the start is on the next day */
    ct_date last = d->end_min <= d->start_min ? day + 1 : day;
    struct ct_shift s = {.start_ms = instant(day, d->start_min),
                         .end_ms = instant(last, d->end_min)};
    snprintf(s.name, sizeof s.name, "%s", d->name);
    return s;
}

void ct_shift_at(const struct ct_config *c, int64_t ms, struct ct_shift *ret)
{
    ct_date day = ct_date_at(ms);
    bool found = false;
    struct ct_shift gap = {.name = "all day",
                           .start_ms = instant(day, 0),
                           .end_ms = instant(day + 1, 0)};
    if (c->n_shifts > 0) {
        snprintf(gap.name, sizeof gap.name, "no shift");
        gap.start_ms = INT64_MIN;
        gap.end_ms = INT64_MAX;
    }
    /* A gap is shorter than a day, so the day before and the day after bound it. */
    for (ct_date d = day - 2; d <= day + 2; d++)
        for (size_t i = 0; i < c->n_shifts; i++) {
            struct ct_shift s = on_day(&c->shifts[i], d);
            if (s.start_ms <= ms && ms < s.end_ms && (!found || s.start_ms > ret->start_ms)) {
                *ret = s;
                found = true;
            }
            if (s.end_ms <= ms && s.end_ms > gap.start_ms)
                gap.start_ms = s.end_ms;
            if (s.start_ms > ms && s.start_ms < gap.end_ms)
                gap.end_ms = s.start_ms;
        }
    if (!found)
        *ret = gap;
}

void ct_shift_before(const struct ct_config *c, const struct ct_shift *s, struct ct_shift *ret)
{
    ct_shift_at(c, s->start_ms - 1, ret);
}

void ct_shift_after(const struct ct_config *c, const struct ct_shift *s, struct ct_shift *ret)
{
    ct_shift_at(c, s->end_ms, ret);
}

void ct_shift_key(const struct ct_shift *s, char out[48])
{
    char day[16];
    ct_date_iso(ct_date_at(s->start_ms), day);
    snprintf(out, 48, "%s/%s", day, s->name);
}

enum ct_status ct_shift_parse(const struct ct_config *c, const char *text, ct_date today,
                              struct ct_shift *ret, struct ct_error *reterr)
{
    char typed[32], names[200] = "";
    const char *slash = strrchr(text, '/');
    ct_date day;
    size_t n = slash != NULL ? (size_t)(slash - text) : 0;
    if (n == 0 || n >= sizeof typed)
        return ct_fail(reterr, CT_EINVAL, "what", "A shift is named by its day and its name, as "
                                                  "2026-11-23/early.");
    memcpy(typed, text, n);
    typed[n] = '\0';
    enum ct_status rc = ct_date_parse(typed, today, &day, reterr);
    if (rc != CT_OK)
        return rc;
    for (ct_shift_at(c, instant(day, 0), ret); ret->start_ms < instant(day + 1, 0);
         ct_shift_after(c, ret, ret)) {
        if (ret->start_ms < instant(day, 0))
            continue;
        if (strcasecmp(ret->name, slash + 1) == 0)
            return CT_OK;
        size_t at = strlen(names);
        snprintf(names + at, sizeof names - at, "%s%s", at > 0 ? ", " : "", ret->name);
    }
    return ct_fail(reterr, CT_EINVAL, "what", "No shift \"%.30s\" begins on that day; there are: "
                                              "%s.",
                   slash + 1, names);
}
