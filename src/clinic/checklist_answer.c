/* checklist_answer - what is typed or scanned as an answer, and how answers are
 * shown; the contract is checklist.h. */
#include "clinic/checklist_priv.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

static const char LABEL[] = "The answer", NA[] = "n/a";

static bool has_span(const struct ct_check_item *i)
{
    return i->kind == CT_CHECK_SINCE || i->kind == CT_CHECK_DURATION ||
           i->kind == CT_CHECK_TIMER;
}

const char *ct_check_value_name(const struct ct_check_item *i, int value)
{
    static const char *const YES_NO[] = {"yes", "no"}, *const DATE[] = {"coming", "past"};
    static const char *const SCAN[] = {"match", "mismatch", "by-eye"};
    if (value == CT_CHECK_NA_VALUE)
        return i->na ? NA : NULL;
    bool least = i->least_ms != CT_UNSET || i->least_from != CT_CHECK_NONE;
    bool most = i->most_ms != CT_UNSET;
    if (has_span(i) && (least || most)) {
        if (value == CT_CHECK_ENOUGH)
            return "enough";
        if (value == CT_CHECK_SHORT)
            return least ? "short" : NULL;
        return value == CT_CHECK_LONG && most ? "long" : NULL;
    }
    switch (i->kind) {
    case CT_CHECK_YES_NO:
        return value < 2 ? YES_NO[value] : NULL;
    case CT_CHECK_CHOICE:
        return (size_t)value < i->n_choices ? i->choices[value].code : NULL;
    case CT_CHECK_DATE:
        return value < 2 ? DATE[value] : NULL;
    case CT_CHECK_SCAN:
        return value < 3 ? SCAN[value] : NULL;
    case CT_CHECK_NUMBER:
        if (i->usual_lo == i->hard_lo && i->usual_hi == i->hard_hi)
            break;
        if (value == CT_CHECK_USUAL)
            return "usual";
        if (value == CT_CHECK_LOW)
            return i->usual_lo > i->hard_lo ? "low" : NULL;
        return value == CT_CHECK_HIGH && i->usual_hi < i->hard_hi ? "high" : NULL;
    case CT_CHECK_TEXT:
    case CT_CHECK_TIME:
    case CT_CHECK_SINCE:
    case CT_CHECK_DURATION:
    case CT_CHECK_TIMER:
    case CT_CHECK_KINDS:
        break;
    }
    return value == 0 ? "given" : NULL;
}

uint16_t ct_check_values(const struct ct_check_item *i)
{
    uint16_t set = 0;
    for (int v = 0; v <= CT_CHECK_NA_VALUE; v++)
        if (ct_check_value_name(i, v) != NULL)
            set |= (uint16_t)(1u << v);
    return set;
}

void ct_check_set_text(const struct ct_check_item *i, uint16_t set, char *out, size_t size)
{
    size_t n = 0;
    if (size > 0)
        out[0] = '\0';
    for (int v = 0; v <= CT_CHECK_NA_VALUE; v++) {
        const char *name = (set & 1u << v) != 0 ? ct_check_value_name(i, v) : NULL;
        if (name == NULL || n + strlen(name) + 3 > size)
            continue;
        n += (size_t)snprintf(out + n, size - n, "%s%s", n > 0 ? ", " : "", name);
    }
}

/* ---- typed -------------------------------------------------------------------- */

void ct_check_field(const struct ct_check_item *i, struct ct_field *ret)
{
    *ret = (struct ct_field){.name = i->id,
                             .label = LABEL,
                             .unit = i->unit,
                             .width = 40,
                             .help = i->help,
                             .required = i->mandatory,
                             .max_bytes = CT_CHECK_ANSWER_MAX,
                             .kind = CT_F_TEXT};
    switch (i->kind) {
    case CT_CHECK_YES_NO:
    case CT_CHECK_CHOICE:
        ret->kind = CT_F_CODE;
        ret->choices = i->choices;
        ret->width = 9;
        break;
    case CT_CHECK_NUMBER:
        ret->kind = i->places > 0 ? CT_F_DECIMAL : CT_F_INT;
        ret->places = i->places;
        ret->hard_lo = i->hard_lo, ret->hard_hi = i->hard_hi;
        ret->soft_lo = i->usual_lo, ret->soft_hi = i->usual_hi;
        ret->width = 11;
        break;
    case CT_CHECK_DATE:
        ret->kind = CT_F_DATE;
        ret->width = 12;
        break;
    case CT_CHECK_TIME:
    case CT_CHECK_SINCE:
        ret->kind = CT_F_TIME;
        ret->width = 18;
        break;
    case CT_CHECK_DURATION:
    case CT_CHECK_TIMER:
        ret->width = 6;
        ret->max_bytes = 5;
        break;
    case CT_CHECK_TEXT:
    case CT_CHECK_SCAN:
    case CT_CHECK_KINDS:
        break;
    }
}

static bool same_answer(const struct ct_check_answer *a, const struct ct_check_answer *b)
{
    return a->given == b->given && a->n == b->n && a->end_ms == b->end_ms &&
           strcmp(a->text, b->text) == 0;
}

/* A comment, a confirmation and an override are about the answer that was there. */
static void put(struct ct_check_answer *to, const struct ct_check_answer *answer)
{
    if (!same_answer(to, answer))
        *to = *answer;
}

/* Without the blanks at both ends; cut where it is far too long to be n/a. */
static bool is_na(const char *typed)
{
    while (*typed == ' ' || *typed == '\t')
        typed++;
    size_t n = strlen(typed);
    while (n > 0 && (typed[n - 1] == ' ' || typed[n - 1] == '\t'))
        n--;
    return (n == 1 && typed[0] == '-') || (n == 2 && strncasecmp(typed, "na", 2) == 0) ||
           (n == 3 && strncasecmp(typed, NA, 3) == 0);
}

/* Text and codes, blanks folded, as one would read them. */
static void keep_text(struct ct_check_answer *a, const char *typed)
{
    ct_text_copy(a->text, sizeof a->text, typed + strspn(typed, " \t"));
    ct_text_trim(a->text);
    a->n = 0;
}

static enum ct_verdict read_duration(const struct ct_check_item *i, const char *typed,
                                     int64_t now_ms, struct ct_check_answer *a,
                                     struct ct_error *reterr)
{
    char s[8];
    int64_t ms;
    ct_text_copy(s, sizeof s, typed + strspn(typed, " \t"));
    ct_text_trim(s);
    if (!ct_check_minutes_parse(s, &ms)) {
        ct_fail(reterr, CT_EINVAL, i->id, "%s must be minutes:seconds, as 2:00 or 0:30.",
                LABEL);
        size_t digits = strspn(s, "0123456789");
        bool may = digits >= 1 && digits <= 2 && strlen(s) <= digits + 2 &&
                   (s[digits] == '\0' ||
                    (s[digits] == ':' && (s[digits + 1] == '\0' ||
                                          (s[digits + 1] >= '0' && s[digits + 1] <= '5'))));
        return may ? CT_V_PARTIAL : CT_V_IMPOSSIBLE;
    }
    a->n = i->kind == CT_CHECK_TIMER ? now_ms - ms : ms;
    a->end_ms = i->kind == CT_CHECK_TIMER ? now_ms : 0;
    return CT_V_OK;
}

enum ct_verdict ct_check_read(const struct ct_check_item *i, const char *typed, int64_t now_ms,
                              struct ct_check_answer *ret, struct ct_error *reterr)
{
    struct ct_check_answer a = {.given = CT_CHECK_GIVEN};
    struct ct_field f;
    ct_check_field(i, &f);
    if (is_na(typed)) {
        a.given = CT_CHECK_NOT_APPLICABLE;
        if (i->na) {
            put(ret, &a);
            return CT_V_OK;
        }
        if (i->kind != CT_CHECK_TIME && i->kind != CT_CHECK_SINCE) { /* where "-" begins -10 */
            ct_fail(reterr, CT_EINVAL, i->id, "This cannot be answered with not applicable.");
            return CT_V_IMPOSSIBLE;
        }
    }
    int64_t v;
    enum ct_verdict is = ct_field_judge(&f, typed, now_ms, &v, reterr);
    if (is == CT_V_EMPTY) {
        put(ret, &(struct ct_check_answer){.given = CT_CHECK_NOT_ASKED});
        return CT_V_OK;
    }
    if (is == CT_V_OK && (i->kind == CT_CHECK_DURATION || i->kind == CT_CHECK_TIMER))
        is = read_duration(i, typed, now_ms, &a, reterr);
    else if (i->kind == CT_CHECK_TEXT || i->kind == CT_CHECK_SCAN)
        keep_text(&a, typed);
    else
        a.n = v;
    if (i->kind == CT_CHECK_SCAN)
        a.n = CT_CHECK_BY_EYE;
    if (is == CT_V_OK || is == CT_V_UNUSUAL)
        put(ret, &a);
    return is;
}

enum ct_status ct_check_scanned(const struct ct_check_item *i, const char *code, bool matches,
                                struct ct_check_answer *ret, struct ct_error *reterr)
{
    struct ct_field f;
    int64_t v;
    if (i->kind != CT_CHECK_SCAN)
        return ct_fail(reterr, CT_EINVAL, i->id, "This item is not answered by scanning.");
    ct_check_field(i, &f);
    enum ct_verdict is = ct_field_judge(&f, code, 0, &v, reterr);
    if (is == CT_V_EMPTY)
        return ct_fail(reterr, CT_EINVAL, i->id, "The scanner sent nothing; scan again.");
    if (is != CT_V_OK)
        return CT_EINVAL;
    struct ct_check_answer a = {.given = CT_CHECK_GIVEN};
    keep_text(&a, code);
    a.n = matches ? CT_CHECK_MATCH : CT_CHECK_MISMATCH;
    put(ret, &a);
    return CT_OK;
}

void ct_check_timer_start(struct ct_check_answer *a, int64_t now_ms)
{
    *a = (struct ct_check_answer){.given = CT_CHECK_GIVEN, .n = now_ms};
}

void ct_check_timer_stop(struct ct_check_answer *a, int64_t now_ms)
{
    if (a->given == CT_CHECK_GIVEN && a->end_ms == 0)
        a->end_ms = now_ms;
}

/* ---- shown -------------------------------------------------------------------- */

/* A store may hold any instants; what does not fit is shown as none. */
static int64_t between(int64_t from, int64_t to)
{
    int64_t span;
    return __builtin_sub_overflow(to, from, &span) ? 0 : span;
}

static void show_since(const struct ct_check_item *i, const struct ct_check_answer *a,
                       const struct ct_check_now *at, char *out, size_t size)
{
    char when[24], span[24];
    bool start = i->until_start && at->start_ms != CT_UNSET && at->start_ms > at->now_ms;
    ct_datetime_text(a->n, when);
    ct_span_text(between(a->n, start ? at->start_ms : at->now_ms), span);
    snprintf(out, size, "%s, %s %s", when, span, start ? "before the start" : "ago");
}

static void show_timer(const struct ct_check_answer *a, int64_t now_ms, char *out, size_t size)
{
    char span[24];
    ct_check_minutes_text(between(a->n, a->end_ms != 0 ? a->end_ms : now_ms), span,
                          sizeof span);
    snprintf(out, size, "%s%s", span, a->end_ms != 0 ? "" : ", still running");
}

static void show_scan(const struct ct_check_answer *a, char *out, size_t size)
{
    const char *how = a->n == CT_CHECK_MATCH    ? "scanned"
                      : a->n == CT_CHECK_BY_EYE ? "read by eye"
                                                : "NOT THE ONE EXPECTED";
    snprintf(out, size, "%s, %s", a->text, how);
}

void ct_check_answer_text(const struct ct_check_item *i, const struct ct_check_answer *a,
                          const struct ct_check_now *at, char *out, size_t size)
{
    if (size == 0)
        return;
    out[0] = '\0';
    if (a->given != CT_CHECK_GIVEN) {
        snprintf(out, size, "%s", a->given == CT_CHECK_NOT_ASKED ? "not asked" : NA);
        return;
    }
    struct ct_field f;
    ct_check_field(i, &f);
    switch (i->kind) {
    case CT_CHECK_YES_NO:
    case CT_CHECK_CHOICE:
        if (a->n >= 0 && (uint64_t)a->n < i->n_choices)
            ct_text_copy(out, size, i->choices[a->n].label);
        break;
    case CT_CHECK_NUMBER:
    case CT_CHECK_DATE:
    case CT_CHECK_TIME: {
        char shown[40];
        ct_field_text(&f, a->n, shown, sizeof shown);
        snprintf(out, size, "%s%s%s", shown, i->unit[0] != '\0' ? " " : "", i->unit);
        break;
    }
    case CT_CHECK_SINCE:
        show_since(i, a, at, out, size);
        break;
    case CT_CHECK_DURATION:
        ct_check_minutes_text(a->n, out, size);
        break;
    case CT_CHECK_TIMER:
        show_timer(a, at->now_ms, out, size);
        break;
    case CT_CHECK_SCAN:
        show_scan(a, out, size);
        break;
    case CT_CHECK_TEXT:
    case CT_CHECK_KINDS:
        ct_text_copy(out, size, a->text);
        break;
    }
}
