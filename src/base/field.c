/* field - see field.h: judging what is typed. How values are shown is in
 * field_text.c. */
#include "base/field.h"

#include <string.h>

#include "base/ascii.h"
#include "base/clock_zone.h"
#include "base/text.h"

enum { DIGITS_MAX = 18, TEXT_MAX_DEFAULT = 200, TYPED_MAX = 63 };

/* ---- numbers ------------------------------------------------------------
 * Interval arithmetic over what the digits so far can still become. All of it
 * is on magnitudes; nothing overflows: it saturates at the top. */

static uint64_t times_pow10(uint64_t v, int n)
{
    while (n-- > 0)
        if (__builtin_mul_overflow(v, (uint64_t)10, &v))
            return UINT64_MAX;
    return v;
}

static uint64_t plus(uint64_t a, uint64_t b)
{
    uint64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

static int count_digits(uint64_t v)
{
    int n = 1;
    while (v >= 10 && n < DIGITS_MAX) {
        v /= 10;
        n++;
    }
    return n;
}

static uint64_t magnitude(int64_t v)
{
    return v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
}

/* A number field, for one sign. */
struct bounds {
    uint64_t lo, hi; /* of the magnitude, scaled; lo > hi: this sign is refused */
    int places;
    int whole_digits, all_digits; /* before a separator; without one */
};

static struct bounds bounds_of(const struct ct_field *f, bool negative)
{
    struct bounds b = {.places = f->kind == CT_F_DECIMAL ? f->places : 0};
    int64_t near = negative ? f->hard_hi : f->hard_lo, far = negative ? f->hard_lo : f->hard_hi;
    bool none = negative ? far >= 0 : far < 0;
    b.lo = negative == (near < 0) ? magnitude(near) : 0;
    b.hi = magnitude(far);
    if (none)
        b.lo = 1, b.hi = 0;
    b.all_digits = count_digits(b.hi);
    if (b.all_digits < b.places + 1)
        b.all_digits = b.places + 1;
    b.whole_digits = b.all_digits - b.places;
    return b;
}

struct number {
    bool negative, separator;
    int whole, decimals; /* digits on either side of the separator */
    bool leading_zero;
    uint64_t digits; /* all of them, as one number */
};

enum scan { SCAN_OK, SCAN_NOT_A_NUMBER, SCAN_TOO_LONG, SCAN_TOO_FINE };

static enum scan scan_number(const char *s, int places, struct number *ret)
{
    *ret = (struct number){.negative = *s == '-'};
    if (ret->negative)
        s++;
    ret->leading_zero = s[0] == '0' && ct_is_digit(s[1]);
    for (; *s != '\0'; s++) {
        if ((*s == '.' || *s == ',') && places > 0 && !ret->separator) {
            ret->separator = true;
            continue;
        }
        if (!ct_is_digit(*s))
            return SCAN_NOT_A_NUMBER;
        if (ret->whole + ret->decimals == DIGITS_MAX)
            return SCAN_TOO_LONG;
        ret->digits = ret->digits * 10 + (uint64_t)(*s - '0');
        if (ret->separator)
            ret->decimals++;
        else
            ret->whole++;
    }
    return ret->decimals > places ? SCAN_TOO_FINE : SCAN_OK;
}

static bool within(const struct bounds *b, uint64_t v)
{
    return v >= b->lo && v <= b->hi;
}

static bool overlap(const struct bounds *b, uint64_t lo, uint64_t hi)
{
    return b->lo <= b->hi && lo <= b->hi && hi >= b->lo;
}

/* The value that stands there now; false if none is possible. */
static bool number_value(const struct number *n, const struct bounds *b, uint64_t *ret)
{
    int typed = n->whole + n->decimals;
    if (typed == 0 || (n->separator && n->decimals == 0))
        return false;
    if (n->separator) {
        *ret = times_pow10(n->digits, b->places - n->decimals);
        return n->whole <= b->whole_digits && within(b, *ret);
    }
    if (typed > b->all_digits)
        return false;
    uint64_t whole = times_pow10(n->digits, b->places);
    bool as_whole = typed <= b->whole_digits && within(b, whole);
    bool as_implied = within(b, n->digits);
    /* "05" where 0.5 and 5.0 are both possible is not guessed at. */
    if (as_whole && as_implied && whole != n->digits && n->leading_zero)
        return false;
    *ret = as_whole ? whole : n->digits;
    return as_whole || as_implied;
}

/* True if more digits, or a separator and digits, give a possible value. */
static bool number_may_grow(const struct number *n, const struct bounds *b)
{
    if (n->separator) {
        int more = b->places - n->decimals;
        uint64_t lo = times_pow10(n->digits, more);
        return more > 0 && n->whole <= b->whole_digits &&
               overlap(b, lo, plus(lo, times_pow10(1, more) - 1));
    }
    for (int k = 0; n->whole + k <= b->all_digits; k++) {
        uint64_t lo = times_pow10(n->digits, k), hi = plus(lo, times_pow10(1, k) - 1);
        if (k > 0 && overlap(b, lo, hi))
            return true;
        if (b->places > 0 && n->whole + k <= b->whole_digits &&
            overlap(b, times_pow10(lo, b->places),
                    plus(times_pow10(hi, b->places), times_pow10(1, b->places) - 1)))
            return true;
    }
    return false;
}

static enum ct_verdict refuse_number(const struct ct_field *f, const char *why,
                                     struct ct_error *reterr)
{
    char limits[160];
    ct_field_limits_text(f, limits, sizeof limits);
    ct_fail(reterr, CT_EINVAL, f->name, "%s %s: %s.", f->label, why, limits);
    return CT_V_IMPOSSIBLE;
}

static enum ct_verdict judge_soft(const struct ct_field *f, int64_t v, int64_t *ret,
                                  struct ct_error *reterr)
{
    *ret = v;
    if (f->soft_lo >= f->soft_hi || (v >= f->soft_lo && v <= f->soft_hi))
        return CT_V_OK;
    char shown[40], limits[160];
    ct_field_text(f, v, shown, sizeof shown);
    ct_field_limits_text(f, limits, sizeof limits);
    ct_fail(reterr, CT_EINVAL, f->name, "%s %s is unusual (%s).", f->label, shown, limits);
    return CT_V_UNUSUAL;
}

static enum ct_verdict judge_number(const struct ct_field *f, const char *s, int64_t *ret,
                                    struct ct_error *reterr)
{
    struct number n;
    struct bounds b = bounds_of(f, s[0] == '-');
    switch (scan_number(s, b.places, &n)) {
    case SCAN_NOT_A_NUMBER:
        return refuse_number(f, "must be a number", reterr);
    case SCAN_TOO_LONG:
        return refuse_number(f, "has too many digits", reterr);
    case SCAN_TOO_FINE:
        return refuse_number(f, "has too many decimals", reterr);
    case SCAN_OK:
        break;
    }
    uint64_t v;
    if (number_value(&n, &b, &v))
        return judge_soft(f, n.negative ? (int64_t)(0 - v) : (int64_t)v, ret, reterr);
    enum ct_verdict refused = refuse_number(f, "is not possible", reterr);
    if (!number_may_grow(&n, &b))
        return refused;
    refuse_number(f, "is not complete", reterr);
    return CT_V_PARTIAL;
}

/* ---- the other kinds ----------------------------------------------------- */

static bool same_code(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ct_lower(a[i]) != ct_lower(b[i]) || a[i] == '\0')
            return false;
    return true;
}

static enum ct_verdict judge_code(const struct ct_field *f, const char *s, int64_t *ret,
                                  struct ct_error *reterr)
{
    size_t n = strlen(s);
    bool begins = false;
    for (int64_t i = 0; f->choices != NULL && f->choices[i].code != NULL; i++) {
        if (!same_code(f->choices[i].code, s, n))
            continue;
        if (f->choices[i].code[n] == '\0') {
            *ret = i;
            return CT_V_OK;
        }
        begins = true;
    }
    char limits[320];
    ct_field_limits_text(f, limits, sizeof limits);
    ct_fail(reterr, CT_EINVAL, f->name, "%s must be one of: %s.", f->label, limits);
    return begins ? CT_V_PARTIAL : CT_V_IMPOSSIBLE;
}

static enum ct_verdict judge_text(const struct ct_field *f, const char *s, int64_t *ret,
                                  struct ct_error *reterr)
{
    size_t n = strlen(s), max = f->max_bytes > 0 ? (size_t)f->max_bytes : TEXT_MAX_DEFAULT;
    if (n > max) {
        ct_fail(reterr, CT_EINVAL, f->name, "%s is too long: %zu bytes of at most %zu.",
                f->label, n, max);
        return CT_V_IMPOSSIBLE;
    }
    *ret = (int64_t)n;
    if (f->kind == CT_F_SECRET)
        return CT_V_OK;
    if (!ct_utf8_valid(s, n)) {
        *ret = CT_UNSET;
        ct_fail(reterr, CT_EINVAL, f->name, "%s is not valid UTF-8 text.", f->label);
        return CT_V_IMPOSSIBLE;
    }
    const char *end = s + n;
    for (uint32_t cp; s < end;) {
        s += ct_utf8_next(s, end, &cp);
        if (!ct_text_unsafe(cp) || ct_text_joiner(cp))
            continue;
        *ret = CT_UNSET;
        ct_fail(reterr, CT_EINVAL, f->name,
                "%s holds an invisible control character (U+%04X); take it out.", f->label,
                (unsigned)cp);
        return CT_V_IMPOSSIBLE;
    }
    return CT_V_OK;
}

static enum ct_verdict judge_instant(const struct ct_field *f, const char *s, int64_t now_ms,
                                     int64_t *ret, struct ct_error *reterr)
{
    int64_t v = CT_UNSET;
    enum ct_status st;
    bool unfinished;
    if (f->kind == CT_F_DATE) {
        ct_date d = CT_NO_DATE;
        st = ct_date_parse(s, ct_date_at(now_ms), &d, reterr);
        v = d;
        unfinished = st != CT_OK && ct_date_unfinished(s);
    } else {
        st = ct_when_parse(s, now_ms, &v, reterr);
        unfinished = st != CT_OK && ct_when_unfinished(s);
    }
    if (st != CT_OK) {
        if (reterr != NULL)
            ct_text_copy(reterr->field, sizeof reterr->field, f->name);
        return unfinished ? CT_V_PARTIAL : CT_V_IMPOSSIBLE;
    }
    if (f->hard_lo < f->hard_hi && (v < f->hard_lo || v > f->hard_hi)) {
        refuse_number(f, "is not possible", reterr);
        return CT_V_IMPOSSIBLE;
    }
    return judge_soft(f, v, ret, reterr);
}

/* Without the blanks at both ends. False: longer than any value of this kind. */
static bool trimmed(const char *text, char out[TYPED_MAX + 1])
{
    while (*text == ' ' || *text == '\t')
        text++;
    size_t n = strnlen(text, TYPED_MAX * 4);
    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
        n--;
    if (n > TYPED_MAX)
        return false;
    memcpy(out, text, n);
    out[n] = '\0';
    return true;
}

enum ct_verdict ct_field_judge(const struct ct_field *f, const char *text, int64_t now_ms,
                               int64_t *ret, struct ct_error *reterr)
{
    *ret = CT_UNSET;
    if (text[strspn(text, f->kind == CT_F_SECRET ? "" : " \t")] == '\0')
        return CT_V_EMPTY;
    if (f->kind == CT_F_TEXT || f->kind == CT_F_SECRET)
        return judge_text(f, text, ret, reterr);
    char s[TYPED_MAX + 1];
    if (!trimmed(text, s))
        return refuse_number(f, "is too long", reterr);
    switch (f->kind) {
    case CT_F_INT:
    case CT_F_DECIMAL:
        return judge_number(f, s, ret, reterr);
    case CT_F_CODE:
        return judge_code(f, s, ret, reterr);
    case CT_F_DATE:
    case CT_F_TIME:
        return judge_instant(f, s, now_ms, ret, reterr);
    case CT_F_TEXT:
    case CT_F_SECRET:
        break;
    }
    return CT_V_IMPOSSIBLE;
}

/* By definition: it stands for a value, and whatever one more character makes
 * of it can never be one. */
bool ct_field_full(const struct ct_field *f, const char *text)
{
    static const char DIGITS[] = "0123456789.,";
    static const char WORDS[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    if (f->kind == CT_F_TEXT || f->kind == CT_F_SECRET)
        return false;
    char s[TYPED_MAX + 2];
    if (!trimmed(text, s))
        return false;
    /* Whether a time is full does not depend on what time it is: one at the end
     * of the calendar keeps every date and time out of the future. */
    const int64_t now = (int64_t)ct_date_make(2199, 12, 31) * CT_DAY_MS + CT_DAY_MS / 2;
    int64_t v;
    enum ct_verdict is = ct_field_judge(f, s, now, &v, NULL);
    if (is != CT_V_OK && is != CT_V_UNUSUAL)
        return false;
    size_t n = strlen(s);
    if (f->kind == CT_F_TIME && n == 4 && strncmp(s, "20", 2) == 0)
        return false; /* 20:26, or the beginning of 2026-11-21 09:42 */
    bool number = f->kind == CT_F_INT || f->kind == CT_F_DECIMAL;
    s[n + 1] = '\0';
    for (const char *c = number ? DIGITS : WORDS; *c != '\0'; c++) {
        s[n] = *c;
        if (ct_field_judge(f, s, now, &v, NULL) != CT_V_IMPOSSIBLE)
            return false;
    }
    return true;
}

bool ct_parse_int(const char *s, int64_t lo, int64_t hi, int64_t *ret)
{
    bool negative = *s == '-' && lo < 0;
    if (negative)
        s++;
    if (!ct_is_digit(*s))
        return false;
    int64_t v = 0;
    for (; *s != '\0'; s++) {
        if (!ct_is_digit(*s) || __builtin_mul_overflow(v, (int64_t)10, &v))
            return false;
        int64_t d = *s - '0';
        if (__builtin_add_overflow(v, negative ? -d : d, &v))
            return false;
    }
    if (v < lo || v > hi)
        return false;
    *ret = v;
    return true;
}
