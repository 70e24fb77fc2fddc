/* calibration_limits - limits that a device declares, as they are typed and as they are
 * kept; and what is left of them: the contract is calibration.h. */
#include "clinic/calibration_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/ascii.h"
#include "base/text.h"

/* ---- units -------------------------------------------------------------------- */

bool ct_cal_unit_is(const char *s, size_t n, const char *unit)
{
    static const char *const SAME[][2] = {
        {"\xc2\xb0"
         "C",
         "degC"},                /* degree sign */
        {"\xc2\xb5"
         "A",
         "uA"},                  /* micro sign */
        {"\xce\xbc"
         "A",
         "uA"},                  /* Greek mu */
        {"m\xce\xa9", "mohm"},   /* Greek omega */
        {"m\xe2\x84\xa6", "mohm"}, /* ohm sign */
        {"\xce\xa9", "ohm"},
        {"\xe2\x84\xa6", "ohm"},
        {"bpm", "/min"},
    };
    if (n == strlen(unit) && memcmp(s, unit, n) == 0)
        return true;
    for (size_t i = 0; i < CT_LEN(SAME); i++)
        if (n == strlen(SAME[i][0]) && memcmp(s, SAME[i][0], n) == 0 &&
            strcmp(unit, SAME[i][1]) == 0)
            return true;
    return false;
}

/* ---- a declared limit, typed ---------------------------------------------------- */

static const char FORM[] = "a limit is written +-3, +-5 %, <= 100, >= 30 or 134 to 137";

static const char *blanks(const char *s)
{
    return s + strspn(s, " \t");
}

/* Takes a number off *s, and the unit of the point, or per cent of the nominal, behind it. */
static enum ct_status number(const char *field, const char **s, const char *unit, bool *percent,
                             int64_t *ret, struct ct_error *reterr)
{
    const char *at = blanks(*s);
    size_t n = (*at == '-' || *at == '+') ? 1 : 0;
    while (ct_is_digit(at[n]) || at[n] == '.' || at[n] == ',')
        n++;
    const char *behind = blanks(at + n);
    size_t word = strcspn(behind, " \t");
    bool in_unit = word > 0 && ct_cal_unit_is(behind, word, unit);
    bool is_percent = !in_unit && behind[0] == '%';
    if (is_percent && percent == NULL)
        return ct_fail(reterr, CT_EINVAL, field, "this limit is in %s, not in per cent", unit);
    enum ct_status rc =
        ct_decimal_parse(field, at, n, is_percent ? CT_CAL_PERCENT_PLACES : CT_CAL_PLACES,
                         is_percent ? CT_CAL_PERCENT_MAX : CT_CAL_MAX, ret, reterr);
    if (rc != CT_OK)
        return rc;
    if (percent != NULL)
        *percent = is_percent;
    *s = blanks(in_unit ? behind + word : is_percent ? behind + 1 : behind);
    if (is_percent && strncasecmp(*s, "of nominal", 10) == 0)
        *s = blanks(*s + 10);
    return CT_OK;
}

static enum ct_status two_sided(const char *field, const char *s, const char *unit,
                                struct ct_tolerance *t, struct ct_error *reterr)
{
    bool percent;
    int64_t v;
    enum ct_status rc = number(field, &s, unit, &percent, &v, reterr);
    if (rc != CT_OK)
        return rc;
    if (*s != '\0')
        return ct_fail(reterr, CT_EINVAL, field, "\"%.30s\" is too much: this is in %s; %s", s,
                       unit, FORM);
    if (v < 0)
        return ct_fail(reterr, CT_EINVAL, field, "how far off it may be has no sign of its own");
    *(percent ? &t->minus.percent : &t->minus.absolute) = v;
    t->plus = t->minus;
    return CT_OK;
}

/* low or high CT_UNSET: no limit there. */
static enum ct_status about(const char *field, int64_t low, int64_t high, int64_t nominal,
                            struct ct_tolerance *t, struct ct_error *reterr)
{
    if ((low != CT_UNSET && low > nominal) || (high != CT_UNSET && high < nominal))
        return ct_fail(reterr, CT_EINVAL, field,
                       "the nominal value lies outside of this limit; is one of them wrong?");
    if (low != CT_UNSET)
        t->minus.absolute = nominal - low;
    if (high != CT_UNSET)
        t->plus.absolute = high - nominal;
    if ((t->minus.absolute != CT_UNSET && t->minus.absolute > CT_CAL_MAX) ||
        (t->plus.absolute != CT_UNSET && t->plus.absolute > CT_CAL_MAX))
        return ct_fail(reterr, CT_EINVAL, field, "this limit is too far from the nominal value");
    return CT_OK;
}

static bool starts(const char **s, const char *word)
{
    size_t n = strlen(word);
    if (strncasecmp(*s, word, n) != 0)
        return false;
    *s += n;
    return true;
}

static enum ct_status one_sided(const char *field, const char *s, bool upper, int64_t nominal,
                                const char *unit, struct ct_tolerance *t,
                                struct ct_error *reterr)
{
    int64_t v;
    enum ct_status rc = number(field, &s, unit, NULL, &v, reterr);
    if (rc == CT_OK && *s != '\0')
        return ct_fail(reterr, CT_EINVAL, field, "\"%.30s\" is too much: this is in %s; %s", s,
                       unit, FORM);
    return rc == CT_OK
               ? about(field, upper ? CT_UNSET : v, upper ? v : CT_UNSET, nominal, t, reterr)
               : rc;
}

static enum ct_status between(const char *field, const char *s, int64_t nominal,
                              const char *unit, struct ct_tolerance *t, struct ct_error *reterr)
{
    int64_t low, high;
    enum ct_status rc = number(field, &s, unit, NULL, &low, reterr);
    if (rc != CT_OK)
        return rc;
    if (!starts(&s, "to "))
        return ct_fail(reterr, CT_EINVAL, field, "is this the upper or the lower limit? %s",
                       FORM);
    rc = number(field, &s, unit, NULL, &high, reterr);
    if (rc == CT_OK && (*s != '\0' || low > high))
        return ct_fail(reterr, CT_EINVAL, field,
                       "from the lower to the higher limit, in %s, and nothing behind", unit);
    return rc == CT_OK ? about(field, low, high, nominal, t, reterr) : rc;
}

enum ct_status ct_cal_limits_parse(const char *field, const char *s, int64_t nominal,
                                   const char *unit, struct ct_tolerance *ret,
                                   struct ct_error *reterr)
{
    struct ct_tolerance t = {CT_CAL_NO_SIDE, CT_CAL_NO_SIDE, CT_UNSET};
    int64_t low, high;
    enum ct_status rc;
    s = blanks(s);
    if (starts(&s, "+-") || starts(&s, "+/-") || starts(&s, "\xc2\xb1"))
        rc = two_sided(field, s, unit, &t, reterr);
    else if (starts(&s, "<=") || starts(&s, "<") || starts(&s, "max ") || starts(&s, "at most "))
        rc = one_sided(field, s, true, nominal, unit, &t, reterr);
    else if (starts(&s, ">=") || starts(&s, ">") || starts(&s, "min ") || starts(&s, "at least "))
        rc = one_sided(field, s, false, nominal, unit, &t, reterr);
    else
        rc = between(field, s, nominal, unit, &t, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_error e;
    if (ct_tolerance_limits(&t, nominal, &low, &high, &e) != CT_OK)
        return ct_fail(reterr, CT_EINVAL, field, "%s", e.text);
    *ret = t;
    return CT_OK;
}

/* ---- limits in words ------------------------------------------------------------- */

static bool is_set(const struct ct_cal_side *s)
{
    return s->absolute != CT_UNSET || s->percent != CT_UNSET;
}

static bool same(const struct ct_cal_side *a, const struct ct_cal_side *b)
{
    return a->absolute == b->absolute && a->percent == b->percent &&
           (a->percent == CT_UNSET || a->of == b->of);
}

static void put_limit(struct ct_buf *b, int64_t nominal, int64_t distance)
{
    char text[CT_DECIMAL_SIZE];
    ct_decimal_text(nominal + distance, CT_CAL_PLACES, text);
    ct_buf_str_add(b, text);
}

void ct_cal_limits_text(const struct ct_tolerance *t, int64_t nominal, const char *unit,
                        char *out, size_t size)
{
    CT_BUF b = {.max = 1024};
    bool lower = is_set(&t->minus), upper = is_set(&t->plus);
    bool plain = t->minus.percent == CT_UNSET && t->plus.percent == CT_UNSET &&
                 nominal != CT_UNSET;
    if (lower && upper && same(&t->minus, &t->plus)) {
        ct_buf_str_add(&b, "+-");
        ct_cal_side_text(&t->plus, unit, &b);
    } else if (plain && (lower || upper)) {
        ct_buf_str_add(&b, !lower ? "<= " : !upper ? ">= " : "");
        if (lower)
            put_limit(&b, nominal, -t->minus.absolute);
        ct_buf_str_add(&b, lower && upper ? " to " : "");
        if (upper)
            put_limit(&b, nominal, t->plus.absolute);
        ct_buf_printf(&b, " %s", unit);
    } else if (lower || upper) {
        ct_buf_str_add(&b, "below: ");
        ct_cal_side_text(&t->minus, unit, &b);
        ct_buf_str_add(&b, "; above: ");
        ct_cal_side_text(&t->plus, unit, &b);
    }
    ct_text_copy(out, size, ct_buf_str(&b));
}

/* ---- what is left of them ---------------------------------------------------------- */

static double in_unit(int64_t limit)
{
    return (double)limit / 1e11;
}

static double error_of(const struct ct_cal_value *v)
{
    return ((double)v->repeat.sum / v->repeat.n - (double)v->nominal) / 1e6;
}

double ct_cal_share(const struct ct_cal_value *v)
{
    double error = error_of(v), nominal = (double)v->nominal / 1e6;
    int64_t limit = error < 0 ? v->c.tolerance_low : v->c.tolerance_high;
    if (!v->measured || limit == CT_UNSET)
        return NAN;
    double room = fabs(in_unit(limit) - nominal);
    return room > 0 ? fabs(error) / room : error == 0 ? 0 : INFINITY;
}

void ct_cal_error_text(const struct ct_cal_value *v, char *out, size_t size)
{
    char text[CT_DECIMAL_SIZE];
    if (size > 0)
        out[0] = '\0';
    if (!v->measured)
        return;
    ct_decimal_text(v->repeat.mean - v->nominal, CT_CAL_PLACES, text);
    snprintf(out, size, "%s%s", v->repeat.mean > v->nominal ? "+" : "", text);
}

void ct_cal_margin_text(const struct ct_cal_value *v, char *out, size_t size)
{
    double mean = v->measured ? (double)v->repeat.sum / v->repeat.n / 1e6 : 0;
    double nominal = (double)v->nominal / 1e6, least = INFINITY;
    if (size > 0)
        out[0] = '\0';
    if (!v->measured || v->c.no_zone)
        return;
    if (v->c.accept_high != CT_UNSET) {
        double high = in_unit(v->c.accept_high), room = high - nominal;
        if (room > 0 || v->c.accept_low == CT_UNSET)
            least = room > 0 ? (high - mean) / room : -1;
    }
    if (v->c.accept_low != CT_UNSET) {
        double low = in_unit(v->c.accept_low), room = nominal - low;
        double left = room > 0 ? (mean - low) / room : least < INFINITY ? least : -1;
        least = left < least ? left : least;
    }
    if (least == INFINITY)
        return;
    least = least > 9.99 ? 9.99 : least < -9.99 ? -9.99 : least;
    snprintf(out, size, "%.0f %%", floor(least * 100 + 1e-9));
}
