/* schedule_due - when a task is due again: pure computation on civil dates. */
#include "clinic/schedule.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/text.h"

const char *const CT_TASK_NAME[CT_TASKS] = {
    [CT_TASK_CALIBRATION] = "calibration",
    [CT_TASK_ELECTRICAL] = "electrical safety",
    [CT_TASK_MAINTENANCE] = "preventive maintenance",
    [CT_TASK_PRE_USE] = "pre-use check",
    [CT_TASK_CLEANING] = "cleaning",
};

static int month_days(int year, int month)
{
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : DAYS[month - 1];
}

ct_date ct_interval_after(ct_date day, int every, enum ct_interval_unit unit)
{
    int y, m, d;
    if (unit == CT_EVERY_DAY)
        return day + every;
    if (unit == CT_EVERY_WEEK)
        return day + 7 * every;
    ct_date_split(day, &y, &m, &d);
    int months = m - 1 + (unit == CT_EVERY_YEAR ? 12 * every : every);
    y += months / 12;
    m = months % 12 + 1;
    int last = month_days(y, m);
    return ct_date_make(y, m, d < last ? d : last);
}

ct_date ct_last_day(const struct ct_schedule *s, ct_date due)
{
    int y, m, d;
    if (s->rule == CT_DUE_GRACE)
        return due + s->grace_days;
    if (s->rule != CT_DUE_MONTH_END)
        return due;
    ct_date_split(due, &y, &m, &d);
    return ct_date_make(y, m, month_days(y, m));
}

ct_date ct_schedule_due(const struct ct_schedule *s, const ct_date *done, size_t n,
                        ct_date *ret_last_day)
{
    ct_date due = s->starts;
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && done[i] == done[i - 1])
            continue; /* done twice on a day counts once */
        bool in_phase = done[i] <= due && done[i] >= due - s->window_days;
        due = ct_interval_after(in_phase ? due : done[i], s->every, s->unit);
    }
    *ret_last_day = ct_last_day(s, due);
    return due;
}

enum ct_task_state ct_task_state(const struct ct_schedule *s, int site_amber_days, ct_date today)
{
    static const int DAYS[CT_EVERY_UNITS] = {1, 7, 30, 365};
    int amber = s->amber_days >= 0 ? s->amber_days : site_amber_days;
    int half = s->every * DAYS[s->unit] / 2; /* else what is due every day is amber for ever */
    if (amber > half)
        amber = half;
    if (today > s->last_day)
        return CT_TASK_OVERDUE;
    if (today >= s->due)
        return CT_TASK_DUE;
    return today >= s->due - amber ? CT_TASK_SOON : CT_TASK_NOT_YET;
}

void ct_schedule_text(const struct ct_schedule *s, char *out, size_t size)
{
    static const char *const UNIT[CT_EVERY_UNITS] = {"day", "week", "month", "year"};
    CT_BUF b = {.max = 400};
    if (s->every == 1)
        ct_buf_printf(&b, "every %s", UNIT[s->unit]);
    else
        ct_buf_printf(&b, "every %d %ss", s->every, UNIT[s->unit]);
    if (s->window_days > 0)
        ct_buf_printf(&b, ", window %d day%s", s->window_days, s->window_days == 1 ? "" : "s");
    if (s->rule == CT_DUE_MONTH_END)
        ct_buf_printf(&b, ", late after the end of the month");
    else if (s->rule == CT_DUE_GRACE)
        ct_buf_printf(&b, ", late %d day%s after", s->grace_days, s->grace_days == 1 ? "" : "s");
    else
        ct_buf_printf(&b, ", late the day after");
    ct_text_copy(out, size, ct_buf_str(&b));
}
