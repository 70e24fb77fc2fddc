/* checklist_limits - the limits of an item of a checklist: figures and spans. */
#include "clinic/checklist_priv.h"

#include <stdio.h>
#include <string.h>

#include "base/ascii.h"
#include "clinic/range.h"

enum { PLACES_MAX = 3, HOURS_MAX = 30 * 24 };

static enum ct_status read_range(const struct ct_check_reading *r, const char *key,
                                 struct ct_range *ret)
{
    const char *s = ct_check_get(r, key);
    int places = r->i->places;
    if (s == NULL)
        return CT_CHECK_FAIL(r, key, "is missing; a number needs its limits, as: 30..250");
    if (ct_range_parse(s, strlen(s), places, ret) && ret->lo != CT_OPEN_LO &&
        ret->hi != CT_OPEN_HI)
        return CT_OK;
    const char *dots = strstr(s, "..");
    int64_t lo, hi;
    size_t n = dots != NULL ? (size_t)(dots - s) : 0;
    while (n > 0 && s[n - 1] == ' ')
        n--;
    if (dots != NULL && ct_scaled_parse(s, n, places, &lo) &&
        ct_scaled_parse(dots + 2 + strspn(dots + 2, " "),
                        strlen(dots + 2 + strspn(dots + 2, " ")), places, &hi) &&
        lo > hi)
        return CT_CHECK_FAIL(r, key,
                             "the limits are the wrong way round; the lower comes first");
    return CT_CHECK_FAIL(
        r, key, "\"%.40s\" is not a range such as 30..250 with at most %d decimals", s, places);
}

enum ct_status ct_check_load_number(const struct ct_check_reading *r)
{
    struct ct_check_item *i = r->i;
    const char *s = ct_check_get(r, "places");
    int64_t places = 0;
    struct ct_range hard, usual;
    if (s != NULL && !ct_parse_int(s, 0, PLACES_MAX, &places))
        return CT_CHECK_FAIL(r, "places", "must be 0 to %d", PLACES_MAX);
    i->places = (int)places;
    enum ct_status st = read_range(r, "hard", &hard);
    if (st != CT_OK)
        return st;
    if (hard.lo == hard.hi)
        return CT_CHECK_FAIL(r, "hard", "leaves one value only");
    usual = hard;
    if (ct_check_get(r, "usual") != NULL)
        st = read_range(r, "usual", &usual);
    if (st != CT_OK)
        return st;
    if (usual.lo < hard.lo || usual.hi > hard.hi)
        return CT_CHECK_FAIL(r, "usual", "must lie within hard");
    i->hard_lo = hard.lo, i->hard_hi = hard.hi;
    i->usual_lo = usual.lo, i->usual_hi = usual.hi;
    return CT_OK;
}

/* "6 h", "2 h 30 min", "90 min". */
static bool hours_parse(const char *s, int64_t *ret_ms)
{
    int64_t total = 0, n;
    for (int last = 0; *s != '\0' || last == 0;) {
        s += strspn(s, " ");
        size_t digits = strspn(s, "0123456789");
        char figure[8];
        if (digits == 0 || digits >= sizeof figure)
            return false;
        memcpy(figure, s, digits);
        figure[digits] = '\0';
        if (!ct_parse_int(figure, 0, HOURS_MAX * 60, &n))
            return false;
        s += digits + strspn(s + digits, " ");
        if (last == 0 && s[0] == 'h') {
            total += n * CT_HOUR_MS;
            last = 1;
            s += 1;
        } else if (last <= 1 && strncmp(s, "min", 3) == 0) {
            total += n * CT_MINUTE_MS;
            last = 2;
            s += 3;
        } else {
            return false;
        }
        s += strspn(s, " ");
    }
    *ret_ms = total;
    return total > 0 && total <= (int64_t)HOURS_MAX * CT_HOUR_MS;
}

bool ct_check_minutes_parse(const char *s, int64_t *ret_ms)
{
    size_t n = strspn(s, "0123456789");
    if (n < 1 || n > 2 || s[n] != ':' || !ct_is_digit(s[n + 1]) || !ct_is_digit(s[n + 2]) ||
        s[n + 3] != '\0' || s[n + 1] > '5')
        return false;
    int min = n == 1 ? s[0] - '0' : (s[0] - '0') * 10 + (s[1] - '0');
    int sec = (s[n + 1] - '0') * 10 + (s[n + 2] - '0');
    *ret_ms = (int64_t)min * CT_MINUTE_MS + (int64_t)sec * 1000;
    return true;
}

void ct_check_minutes_text(int64_t ms, char *out, size_t size)
{
    long long s = ms < 0 ? 0 : ms / 1000;
    snprintf(out, size, "%lld:%02lld", s / 60, s % 60);
}

static enum ct_status read_span(const struct ct_check_reading *r, const char *key, int64_t *ret)
{
    const char *s = ct_check_get(r, key);
    if (s == NULL)
        return CT_OK;
    if (r->i->kind == CT_CHECK_SINCE && !hours_parse(s, ret))
        return CT_CHECK_FAIL(r, key,
                             "\"%.40s\" is not a span such as 6 h, 2 h 30 min or 90 min, at "
                             "most %d h",
                             s, HOURS_MAX);
    if (r->i->kind != CT_CHECK_SINCE && (!ct_check_minutes_parse(s, ret) || *ret == 0))
        return CT_CHECK_FAIL(r, key,
                             "\"%.40s\" is not minutes:seconds such as 2:00, 0:01 to 99:59", s);
    return CT_OK;
}

static bool same_when(const struct ct_check_item *a, const struct ct_check_item *b)
{
    for (size_t k = 0; k < a->n_when; k++)
        if (a->n_when != b->n_when || a->when[k].item != b->when[k].item ||
            a->when[k].set != b->when[k].set)
            return false;
    return true; /* no condition at all is always met */
}

enum ct_status ct_check_load_spans(const struct ct_check_reading *r)
{
    struct ct_check_item *i = r->i;
    const char *from = ct_check_get(r, "least_from");
    enum ct_status st = read_span(r, "least", &i->least_ms);
    if (st == CT_OK)
        st = read_span(r, "most", &i->most_ms);
    if (st != CT_OK)
        return st;
    if (i->least_ms != CT_UNSET && i->most_ms != CT_UNSET && i->least_ms > i->most_ms)
        return CT_CHECK_FAIL(r, "most",
                             "the limits are the wrong way round: most is less than least");
    if (from == NULL)
        return CT_OK;
    if (i->least_ms != CT_UNSET)
        return CT_CHECK_FAIL(r, "least_from", "there is a least already; keep one of them");
    st = ct_check_load_earlier(r, "least_from", from, &i->least_from);
    if (st != CT_OK)
        return st;
    const struct ct_check_item *d = &r->l->t->item[i->least_from];
    if (d->kind != CT_CHECK_DURATION || !d->mandatory || d->na)
        return CT_CHECK_FAIL(r, "least_from",
                             "\"%.40s\" must be of kind duration, mandatory and without "
                             "n/a, so that there is a time to reach",
                             from);
    if (!same_when(d, i))
        return CT_CHECK_FAIL(r, "least_from",
                             "\"%.40s\" may be hidden while this is shown; give both the "
                             "same when",
                             from);
    return CT_OK;
}
