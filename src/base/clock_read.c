/* clock_read - dates and times as people type them; the contract is clock.h. */
#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/ascii.h"
#include "base/clock_zone.h"

enum { TOKENS_MAX = 8, DIGITS_MAX = 8, WORD_MAX = 12 };
enum { YEAR_LEAST = 1800, YEAR_MOST = 2199 }; /* outside: a slip of the fingers */
enum { MINUTES_AGO_MAX = 7 * 24 * 60 };

/* A number or a word, and the separator before it: 0 none, ' ', or one of
 * "-/.:" with any blanks around it. */
struct token {
    char sep;
    int digits; /* 0: a word */
    int value;
    char word[WORD_MAX]; /* lower case */
};

struct tokens {
    struct token at[TOKENS_MAX];
    size_t n;
    char tail; /* a separator behind the last token */
};

static bool is_letter(char c)
{
    return ct_lower(c) >= 'a' && ct_lower(c) <= 'z';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static const char *read_sep(const char *s, char *ret)
{
    *ret = is_blank(*s) ? ' ' : '\0';
    while (is_blank(*s))
        s++;
    if (*s != '\0' && strchr("-/.:", *s) != NULL) {
        *ret = *s++;
        while (is_blank(*s))
            s++;
    }
    return s;
}

static const char *read_token(const char *s, struct token *t)
{
    for (; ct_is_digit(*s); s++) {
        if (++t->digits > DIGITS_MAX)
            return NULL;
        t->value = t->value * 10 + (*s - '0');
    }
    if (t->digits > 0)
        return s;
    size_t n = 0;
    for (; is_letter(*s); s++) {
        if (n + 1 >= WORD_MAX)
            return NULL;
        t->word[n++] = ct_lower(*s);
    }
    return n > 0 ? s : NULL;
}

static bool tokenise(const char *s, struct tokens *ret)
{
    *ret = (struct tokens){.n = 0};
    while (is_blank(*s))
        s++;
    while (*s != '\0') {
        if (ret->n == TOKENS_MAX)
            return false;
        struct token *t = &ret->at[ret->n];
        s = read_sep(s, &t->sep);
        if (*s == '\0') {
            ret->tail = t->sep == ' ' ? '\0' : t->sep;
            return true;
        }
        s = read_token(s, t);
        if (s == NULL)
            return false;
        ret->n++;
    }
    return true;
}

static bool tokenise_whole(const char *s, struct tokens *ret)
{
    return tokenise(s, ret) && ret->n > 0 && ret->tail == '\0';
}

int ct_month_of(const char *word)
{
    static const char FULL[12][10] = {"january",   "february", "march",    "april",
                                      "may",       "june",     "july",     "august",
                                      "september", "october",  "november", "december"};
    size_t n = strlen(word);
    for (int m = 0; n >= 3 && m < 12; m++)
        if (strncasecmp(FULL[m], word, n) == 0)
            return m + 1;
    return 0;
}

static bool date_sep(char c)
{
    return c == '\0' || c == ' ' || c == '-' || c == '/' || c == '.';
}

enum year_kind { YEAR_FULL, YEAR_TWO, YEAR_NONE };

struct typed_date {
    int year, month, day;
    enum year_kind kind;
};

/* Read the first n tokens as day, month, year; or year, month, day. */
static bool shape_date(const struct tokens *t, size_t n, struct typed_date *ret)
{
    const struct token *a = t->at;
    *ret = (struct typed_date){.kind = YEAR_FULL};
    if (n == 1 && a[0].digits == 8) {
        ret->day = a[0].value / 1000000;
        ret->month = a[0].value / 10000 % 100;
        ret->year = a[0].value % 10000;
        return true;
    }
    if (n < 2 || n > 3)
        return false;
    for (size_t i = 1; i < n; i++)
        if (!date_sep(a[i].sep))
            return false;
    if (n == 3 && a[0].digits == 4) {
        ret->year = a[0].value;
        ret->month = a[1].value;
        ret->day = a[2].value;
        return a[1].digits >= 1 && a[1].digits <= 2 && a[2].digits >= 1 && a[2].digits <= 2;
    }
    ret->day = a[0].value;
    ret->month = a[1].digits > 0 ? a[1].value : ct_month_of(a[1].word);
    if (a[0].digits < 1 || a[0].digits > 2 || a[1].digits > 2)
        return false;
    if (a[1].digits == 0 && ret->month == 0)
        return false;
    ret->kind = YEAR_NONE;
    if (n == 3) {
        ret->year = a[2].value;
        ret->kind = a[2].digits == 4 ? YEAR_FULL : YEAR_TWO;
        return a[2].digits == 4 || a[2].digits == 2;
    }
    return true;
}

/* The latest such day that is not after today, going back by `step` years. */
static ct_date latest(const struct typed_date *d, ct_date today, int year, int step)
{
    for (int i = 0; i < 2; i++, year -= step) {
        ct_date is = ct_date_make(year, d->month, d->day);
        if (is != CT_NO_DATE && is <= today)
            return is;
    }
    return CT_NO_DATE;
}

static enum ct_status resolve_date(const struct typed_date *d, ct_date today, ct_date *ret,
                                   struct ct_error *reterr)
{
    static const int LONGEST[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (d->month < 1 || d->month > 12)
        return ct_fail(reterr, CT_EINVAL, "",
                       "There is no month %d; the day comes first, as in 14 3 1961.", d->month);
    if (d->day < 1 || d->day > LONGEST[d->month - 1])
        return ct_fail(reterr, CT_EINVAL, "", "There is no day %d in %s.", d->day,
                       ct_month_name(d->month));
    ct_date is = CT_NO_DATE;
    int year, month, day;
    ct_date_split(today, &year, &month, &day);
    if (d->kind == YEAR_FULL) {
        if (d->year < YEAR_LEAST || d->year > YEAR_MOST)
            return ct_fail(reterr, CT_EINVAL, "", "The year %d is not between %d and %d.",
                           d->year, YEAR_LEAST, YEAR_MOST);
        is = ct_date_make(d->year, d->month, d->day);
    } else if (today == CT_NO_DATE) {
        return ct_fail(reterr, CT_EINVAL, "", "Write the year with four digits.");
    } else if (d->kind == YEAR_TWO) {
        is = latest(d, today, year - year % 100 + d->year, 100);
    } else {
        is = latest(d, today, year, 1);
    }
    if (is == CT_NO_DATE)
        return ct_fail(reterr, CT_EINVAL, "",
                       "%d %s is not a day of that year; write the year with four digits.",
                       d->day, ct_month_name(d->month));
    *ret = is;
    return CT_OK;
}

enum ct_status ct_date_parse(const char *s, ct_date today, ct_date *ret,
                             struct ct_error *reterr)
{
    struct tokens t;
    struct typed_date d;
    if (!tokenise_whole(s, &t) || t.at[0].sep != '\0' || !shape_date(&t, t.n, &d) ||
        d.kind == YEAR_NONE)
        return ct_fail(reterr, CT_EINVAL, "",
                       "Not a date; write it like 14 3 1961, 14 mar 1961 or 1961-03-14.");
    return resolve_date(&d, today, ret, reterr);
}

static enum ct_status not_a_time(struct ct_error *reterr)
{
    return ct_fail(reterr, CT_EINVAL, "",
                   "Not a time; write now, -10 (minutes ago), 9:42, yesterday 9:42, or "
                   "21 nov 9:42.");
}

/* Take the time of day off the end; false if there is none. Bare digits (0942)
 * only where they cannot be meant as a year. */
static bool take_time(struct tokens *t, struct ct_civil *c)
{
    const struct token *last = &t->at[t->n - 1];
    if (last->sep == ':' && t->n >= 2) {
        const struct token *hour = last - 1;
        if (last->digits != 2 || hour->digits < 1 || hour->digits > 2 || hour->sep == ':')
            return false;
        c->hour = hour->value;
        c->minute = last->value;
        t->n -= 2;
    } else {
        bool after_word = t->n == 2 && t->at[0].digits == 0;
        if ((last->digits != 3 && last->digits != 4) || (t->n != 1 && !after_word))
            return false;
        c->hour = last->value / 100;
        c->minute = last->value % 100;
        t->n--;
    }
    if (t->n > 0 && strcmp(t->at[t->n - 1].word, "t") == 0) /* 2026-11-21T09:42 */
        t->n--;
    return c->hour < 24 && c->minute < 60;
}

static bool abbreviates(const char *word, const char *full)
{
    return word[0] != '\0' && strncmp(full, word, strlen(word)) == 0;
}

/* The instant of c on that day: the latest one not in the future where the
 * clocks repeat the hour. CT_EINVAL for an hour that they skipped. */
static enum ct_status instant_on(ct_date day, struct ct_civil *c, int64_t limit_ms,
                                 int64_t *ret, struct ct_error *reterr)
{
    ct_date_split(day, &c->year, &c->month, &c->day);
    int64_t at[2];
    int n = ct_civil_instants(c, at);
    *ret = n == 2 && at[1] <= limit_ms ? at[1] : at[0];
    if (n == 0 && at[0] <= limit_ms)
        return ct_fail(reterr, CT_EINVAL, "",
                       "There was no %02d:%02d on %d %s: the clocks went forward.", c->hour,
                       c->minute, c->day, ct_month_name(c->month));
    return CT_OK;
}

static enum ct_status minutes_ago(const struct token *t, int64_t now_ms, int64_t *ret,
                                  struct ct_error *reterr)
{
    if (t->value > MINUTES_AGO_MAX)
        return ct_fail(reterr, CT_EINVAL, "",
                       "-%d is more than a week of minutes; write the date and time, like "
                       "21 nov 9:42.",
                       t->value);
    *ret = now_ms - (int64_t)t->value * CT_MINUTE_MS;
    return CT_OK;
}

enum ct_status ct_when_parse(const char *s, int64_t now_ms, int64_t *ret,
                             struct ct_error *reterr)
{
    struct tokens t;
    if (!tokenise_whole(s, &t))
        return not_a_time(reterr);
    if (t.n == 1 && t.at[0].sep == '-' && t.at[0].digits > 0)
        return minutes_ago(&t.at[0], now_ms, ret, reterr);
    if (t.at[0].sep != '\0')
        return not_a_time(reterr);
    if (t.n == 1 && strcmp(t.at[0].word, "now") == 0) {
        *ret = now_ms;
        return CT_OK;
    }
    struct ct_civil c = {0};
    if (!take_time(&t, &c))
        return not_a_time(reterr);

    ct_date today = ct_date_at(now_ms), day = today;
    int64_t limit = now_ms + CT_AHEAD_MS, at;
    struct typed_date d;
    bool bare = t.n == 0;
    if (t.n == 1 && abbreviates(t.at[0].word, "yesterday"))
        day = today - 1;
    else if (!bare && !(t.n == 1 && abbreviates(t.at[0].word, "today"))) {
        if (t.n < 2 || !shape_date(&t, t.n, &d))
            return not_a_time(reterr);
        enum ct_status st = resolve_date(&d, today, &day, reterr);
        if (st != CT_OK)
            return st;
    }
    enum ct_status st = instant_on(day, &c, limit, &at, reterr);
    if (st == CT_OK && bare && at > limit)
        st = instant_on(today - 1, &c, limit, &at, reterr);
    if (st != CT_OK)
        return st;
    if (at > limit) {
        char now[24];
        ct_datetime_text(now_ms, now);
        return ct_fail(reterr, CT_EINVAL, "", "That is in the future; it is %s now.", now);
    }
    *ret = at;
    return CT_OK;
}

/* ---- what may still become a date or a time ------------------------------ */

static bool may_be_year(int value)
{
    return value >= YEAR_LEAST && value <= YEAR_MOST;
}

static bool may_begin_year(const struct token *t)
{
    switch (t->digits) {
    case 1:
        return true; /* of a two-digit year */
    case 2:
        return t->value >= YEAR_LEAST / 100 && t->value <= YEAR_MOST / 100;
    case 3:
        return t->value >= YEAR_LEAST / 10 && t->value <= YEAR_MOST / 10;
    default:
        return false;
    }
}

static bool is_day(const struct token *t)
{
    return t->digits >= 1 && t->digits <= 2 && t->value >= 1 && t->value <= 31;
}

static bool is_month(const struct token *t)
{
    if (t->digits == 0)
        return ct_month_of(t->word) != 0;
    return t->digits <= 2 && t->value >= 1 && t->value <= 12;
}

static bool begins_month(const struct token *t)
{
    static const char *const NAMES = " january february march april may june july august"
                                     " september october november december";
    if (t->digits > 0)
        return t->digits == 1 || is_month(t);
    char spaced[WORD_MAX + 1] = " ";
    memcpy(spaced + 1, t->word, WORD_MAX);
    return strstr(NAMES, spaced) != NULL;
}

static bool is_iso_year(const struct token *t)
{
    return t->digits == 4 && may_be_year(t->value);
}

static bool date_unfinished(const struct tokens *t)
{
    const struct token *a = t->at;
    if (t->n == 0 || t->n > 3 || a[0].sep != '\0' || a[0].digits == 0 || !date_sep(t->tail))
        return false;
    for (size_t i = 1; i < t->n; i++)
        if (!date_sep(a[i].sep))
            return false;
    bool iso = is_iso_year(&a[0]), separated = t->tail != '\0';
    if (t->n == 1) {
        int lead = a[0].value;
        for (int n = a[0].digits; n > 2; n--)
            lead /= 10;
        return separated ? iso || is_day(&a[0]) : a[0].digits < DIGITS_MAX && lead <= 31;
    }
    if (!iso && !is_day(&a[0]))
        return false;
    if (iso && a[1].digits == 0)
        return false;
    if (t->n == 2)
        return separated ? is_month(&a[1]) : begins_month(&a[1]);
    if (separated || !is_month(&a[1]))
        return false;
    return iso ? a[2].digits == 1 && a[2].value <= 3 : may_begin_year(&a[2]);
}

bool ct_date_unfinished(const char *s)
{
    struct tokens t;
    return tokenise(s, &t) && date_unfinished(&t);
}

static bool is_hour(const struct token *t)
{
    return t->digits >= 1 && t->digits <= 2 && t->value < 24 && t->sep != ':';
}

static bool is_day_word(const struct token *t)
{
    return abbreviates(t->word, "yesterday") || abbreviates(t->word, "today");
}

/* The first n tokens say which day; none: today. */
static bool is_day_part(const struct tokens *t, size_t n)
{
    struct typed_date d;
    if (n > 1 && strcmp(t->at[n - 1].word, "t") == 0)
        n--;
    return n == 0 || (n == 1 && is_day_word(&t->at[0])) || (n >= 2 && shape_date(t, n, &d));
}

bool ct_when_unfinished(const char *s)
{
    struct tokens t;
    if (!tokenise(s, &t))
        return false;
    if (t.n == 0)
        return t.tail == '-';
    const struct token *first = &t.at[0], *last = &t.at[t.n - 1];
    if (first->sep != '\0')
        return false;
    if (t.tail == ':')
        return is_hour(last) && is_day_part(&t, t.n - 1);
    if (last->sep == ':')
        return t.tail == '\0' && last->digits == 1 && last->value <= 5 && is_hour(last - 1) &&
               is_day_part(&t, t.n - 2);
    if (t.n == 1 && first->digits > 0 && t.tail == '\0')
        return first->digits <= 3 || is_iso_year(first);
    if (date_unfinished(&t))
        return true;
    if (t.tail != '\0')
        return false;
    if (t.n == 1)
        return abbreviates(first->word, "now") || is_day_word(first);
    if (t.n == 2 && is_day_word(first) && last->digits > 0)
        return last->digits <= 3;
    return is_day_part(&t, t.n) || (is_hour(last) && is_day_part(&t, t.n - 1));
}
