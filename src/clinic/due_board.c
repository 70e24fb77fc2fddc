/* due_board - see due_board.h. */
#include "clinic/due_board.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"

enum { MOST_MIN = 7 * 24 * 60 };

static enum ct_status refuse(struct ct_error *reterr, const char *word, size_t len,
                             const char *why)
{
    return ct_fail(reterr, CT_ECONFIG, "due_buckets",
                   "config.ini: [vitals] due_buckets: \"%.*s\" %s; as 45 30 15 0 -15, minutes "
                   "left, falling, below 0 late",
                   (int)len, word, why);
}

enum ct_status ct_due_buckets_parse(const char *text, struct ct_due_buckets *ret,
                                    struct ct_error *reterr)
{
    struct ct_due_buckets b = {.n = 0};
    bool zero = false;
    for (const char *p = text + strspn(text, " \t"); *p != '\0'; p += strspn(p, " \t")) {
        size_t len = strcspn(p, " \t");
        char word[16] = "";
        int64_t min;
        if (len < sizeof word)
            memcpy(word, p, len);
        if (!ct_parse_int(word, -MOST_MIN, MOST_MIN, &min))
            return refuse(reterr, p, len, "is no number of minutes within a week");
        if (b.n == CT_BUCKETS_MAX)
            return refuse(reterr, p, len, "is one too many");
        if (b.n > 0 && min >= b.at[b.n - 1])
            return refuse(reterr, p, len, "is not below the one before it");
        b.at[b.n++] = (int)min;
        zero = zero || min == 0;
        p += len;
    }
    if (!zero)
        return refuse(reterr, text, strlen(text), "lacks 0, where being late begins");
    *ret = b;
    return CT_OK;
}

/* Minutes left until then, below 0 late. */
static int64_t due_minutes(int64_t due_ms, int64_t now_ms)
{
    int64_t left = due_ms - now_ms;
    if (left >= 0)
        return left / CT_MINUTE_MS;
    return left > -2 * (int64_t)CT_MINUTE_MS ? -1 : left / CT_MINUTE_MS;
}

size_t ct_due_groups(const struct ct_due_buckets *b)
{
    return b->n + 2;
}

size_t ct_due_group(const struct ct_due_buckets *b, const struct ct_due *d, int64_t now_ms)
{
    if (d->continuous)
        return 0;
    int64_t min = due_minutes(d->due_ms, now_ms);
    size_t below = 0; /* of how many ends it lies: 0 has the most time left */
    while (below < b->n && (b->at[below] > 0 ? min <= b->at[below] : min < b->at[below]))
        below++;
    return 1 + b->n - below;
}

void ct_due_group_title(const struct ct_due_buckets *b, size_t group, char *out, size_t size)
{
    if (group == 0) {
        ct_text_copy(out, size, "watch continuously");
        return;
    }
    size_t below = group <= b->n + 1 ? b->n + 1 - group : 0;
    if (below == 0) {
        snprintf(out, size, "%d min and more left", b->at[0] > 0 ? b->at[0] + 1 : b->at[0]);
        return;
    }
    int hi = b->at[below - 1];
    if (hi > 0)
        snprintf(out, size, "%d-%d min left", b->at[below] > 0 ? b->at[below] + 1 : 0, hi);
    else if (below < b->n)
        snprintf(out, size, "%d-%d min late", 1 - hi, -b->at[below]);
    else
        snprintf(out, size, "%d min and more late", 1 - hi);
}

/* ---- order ------------------------------------------------------------- */

struct order {
    const struct ct_due_buckets *b;
    int64_t now_ms;
};

static int by_i64(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* Of the same urgency: always in the same order, so that rows do not change places. */
static int by_rest(const struct ct_due *a, const struct ct_due *b)
{
    int c = by_i64(a->due_ms, b->due_ms);
    if (c == 0)
        c = strcmp(a->name, b->name);
    return c != 0 ? c : by_i64(a->patient_id, b->patient_id);
}

static int by_board(const void *x, const void *y, void *arg)
{
    const struct ct_due *a = x, *b = y;
    const struct order *o = arg;
    int c = by_i64((int64_t)ct_due_group(o->b, a, o->now_ms),
                   (int64_t)ct_due_group(o->b, b, o->now_ms));
    if (c == 0)
        c = by_i64(b->band, a->band);
    return c != 0 ? c : by_rest(a, b);
}

static int by_urgency(const void *x, const void *y, void *arg)
{
    const struct ct_due *a = x, *b = y;
    const struct order *o = arg;
    bool a_late = a->due_ms < o->now_ms, b_late = b->due_ms < o->now_ms;
    int c = b->continuous - a->continuous;
    if (c == 0)
        c = b_late - a_late;
    if (c == 0 && a_late)
        c = by_i64(b->band, a->band);
    return c != 0 ? c : by_rest(a, b);
}

void ct_due_sort_board(const struct ct_due_buckets *b, struct ct_due *due, size_t n,
                       int64_t now_ms)
{
    struct order o = {b, now_ms};
    if (n > 1)
        qsort_r(due, n, sizeof *due, by_board, &o);
}

void ct_due_sort_urgent(struct ct_due *due, size_t n, int64_t now_ms)
{
    struct order o = {NULL, now_ms};
    if (n > 1)
        qsort_r(due, n, sizeof *due, by_urgency, &o);
}

/* The number at *p without its zeros in front; *p goes behind it. */
static size_t digits_at(const char **p, const char **ret)
{
    *p += strspn(*p, "0");
    size_t n = strspn(*p, "0123456789");
    *ret = *p;
    *p += n;
    return n;
}

int ct_place_order(const char *a, const char *b)
{
    const char *whole_a = a, *whole_b = b;
    if ((a[0] == '\0') != (b[0] == '\0'))
        return a[0] == '\0' ? 1 : -1;
    while (*a != '\0' && *b != '\0') {
        if (ct_is_digit(*a) && ct_is_digit(*b)) {
            const char *x, *y;
            size_t m = digits_at(&a, &x), n = digits_at(&b, &y);
            int c = m != n ? by_i64((int64_t)m, (int64_t)n) : strncmp(x, y, m);
            if (c != 0)
                return c;
            continue;
        }
        int x = tolower((unsigned char)*a), y = tolower((unsigned char)*b);
        if (x != y)
            return x - y;
        a++;
        b++;
    }
    if (*a != *b)
        return (unsigned char)*a - (unsigned char)*b;
    return strcmp(whole_a, whole_b); /* "Bay 03" is not "Bay 3": always in the same order */
}

void ct_due_late_text(const struct ct_due *d, int64_t now_ms, char out[32])
{
    int64_t min = due_minutes(d->due_ms, now_ms);
    int64_t span = min < 0 ? -min : min;
    char text[24];
    if (d->continuous && d->refused_ms == CT_UNSET) {
        ct_text_copy(out, 32, "continuous");
        return;
    }
    if (span < 100)
        snprintf(text, sizeof text, "%lld min", (long long)span);
    else if (span < 48 * 60)
        snprintf(text, sizeof text, "%lld h %02lld", (long long)(span / 60),
                 (long long)(span % 60));
    else
        snprintf(text, sizeof text, "%lld d", (long long)(span / (24 * 60)));
    snprintf(out, 32, min < 0 ? "%s late" : "in %s", text);
}
