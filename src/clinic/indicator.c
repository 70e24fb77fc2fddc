/* indicator - see indicator.h. */
#include "clinic/indicator.h"

#include <string.h>

const char *const CT_CI_TYPE_NAME[CT_CI_TYPES] = {
    "any type",       "process",     "specific test", "single-variable",
    "multi-variable", "integrating", "emulating",
};
const char *const CT_CI_TYPE_HELP[CT_CI_TYPES] = {
    "",
    "tape or print on a pouch: this one went through a process",
    "for one kind of test, such as Bowie-Dick",
    "one critical variable",
    "two or more critical variables",
    "all critical variables, as a biological indicator would respond",
    "all critical variables of one stated cycle",
};
const char *const CT_CI_RESULT_NAME[CT_CI_RESULTS] = {"not read", "pass", "fail", "unclear"};
const char *const CT_BI_RESULT_NAME[CT_BI_RESULTS] = {"not read", "negative", "positive",
                                                      "inconclusive"};
const char *const CT_BI_MEANING_NAME[CT_BI_MEANINGS] = {
    "negative",  "positive",     "control failed",   "control of another lot",
    "too early", "not read yet", "not read in time", "inconclusive",
};

bool ct_ci_accepts(enum ct_ci_result r)
{
    return r == CT_CI_PASS;
}

int64_t ct_bi_ready_ms(const struct ct_bi_pair *p)
{
    if (p->started_ms <= 0 || p->incubation_ms <= 0 ||
        p->incubation_ms > INT64_MAX - p->started_ms)
        return 0;
    return p->started_ms + p->incubation_ms;
}

bool ct_bi_decides(enum ct_bi_meaning m)
{
    return m == CT_BI_VALID_NEGATIVE || m == CT_BI_IS_POSITIVE;
}

/* ---- what a pair means --------------------------------------------------------------- */

struct span {
    const char *s;
    size_t n;
};

static struct span trimmed(const char *s)
{
    s = s == NULL ? "" : s + strspn(s, " \t");
    size_t n = strlen(s);
    while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    return (struct span){s, n};
}

static enum ct_bi_meaning say(struct ct_buf *why, enum ct_bi_meaning m, const char *sentence)
{
    if (why != NULL)
        ct_buf_str_add(why, sentence);
    return m;
}

static enum ct_bi_meaning not_read(const struct ct_bi_pair *p, int64_t now_ms,
                                   struct ct_buf *why)
{
    int64_t ready = ct_bi_ready_ms(p);
    if (p->latest_ms > 0 && p->started_ms > 0 && now_ms > p->started_ms &&
        now_ms - p->started_ms > p->latest_ms)
        return say(why, CT_BI_TOO_LATE,
                   "It was not read in the time that the product states: "
                   "it is no result. Run another one.");
    if (ready > 0 && now_ms >= ready)
        return say(why, CT_BI_WAITING, "The incubation is over: read it.");
    return say(why, CT_BI_WAITING, "It is not read yet.");
}

/* Whether the lots are the same, as far as they are known. */
static bool same_lot(const struct ct_bi_pair *p)
{
    struct span a = trimmed(p->lot), b = trimmed(p->control_lot);
    return a.n > 0 && a.n == b.n && memcmp(a.s, b.s, a.n) == 0;
}

static enum ct_bi_meaning control(const struct ct_bi_pair *p, struct ct_buf *why)
{
    if (p->control == CT_BI_NOT_READ)
        return say(why, CT_BI_WAITING,
                   "The control is not read yet: without its growth a "
                   "negative means nothing.");
    if (p->control == CT_BI_NEGATIVE)
        return say(why, CT_BI_CONTROL_FAILED,
                   "The control did not grow: the indicators of this lot, or the incubator, "
                   "show nothing. The test is invalid. Run another one.");
    if (p->control != CT_BI_POSITIVE)
        return say(why, CT_BI_UNCLEAR,
                   "The control is inconclusive: the test is invalid. Run "
                   "another one.");
    if (p->control_started_ms > 0 && p->control_read_ms > 0 &&
        p->control_read_ms < p->control_started_ms)
        return say(why, CT_BI_UNCLEAR,
                   "The control was read before its incubation began: one of the times is "
                   "wrong.");
    return CT_BI_VALID_NEGATIVE;
}

static enum ct_bi_meaning times(const struct ct_bi_pair *p, struct ct_buf *why)
{
    int64_t ready = ct_bi_ready_ms(p);
    if (p->incubation_ms <= 0)
        return say(why, CT_BI_UNCLEAR,
                   "How long the product is incubated is not set: a "
                   "negative cannot be judged. Fill it in from the "
                   "product's instructions.");
    if (p->started_ms <= 0 || p->read_ms <= 0 || ready == 0)
        return say(why, CT_BI_UNCLEAR,
                   "When the incubation began, or when it was read, is not "
                   "recorded: a negative cannot be judged.");
    if (p->read_ms < ready)
        return say(why, CT_BI_TOO_EARLY,
                   "It was read before the incubation was over: no growth "
                   "yet is no negative. Incubate it further and read it "
                   "again.");
    if (p->latest_ms > 0 && p->read_ms - p->started_ms > p->latest_ms)
        return say(why, CT_BI_TOO_LATE,
                   "It was read later than the product states: it is no "
                   "result. Run another one.");
    return CT_BI_VALID_NEGATIVE;
}

enum ct_bi_meaning ct_bi_means(const struct ct_bi_pair *p, int64_t now_ms, struct ct_buf *why)
{
    if (p->test == CT_BI_POSITIVE)
        return say(why, CT_BI_IS_POSITIVE, "It grew: the load is not sterile.");
    if (p->test == CT_BI_NOT_READ)
        return not_read(p, now_ms, why);
    if (p->test != CT_BI_NEGATIVE)
        return say(why, CT_BI_UNCLEAR,
                   "It is inconclusive: it is no negative. Run another "
                   "one.");
    if (!p->processed)
        return say(why, CT_BI_UNCLEAR,
                   "It is not recorded that this indicator went through the "
                   "cycle: it says nothing of the load.");
    if (p->product_expired)
        return say(why, CT_BI_UNCLEAR,
                   "The indicator was past its expiry date: it is no "
                   "result. Run another one.");
    if (!same_lot(p))
        return say(why, CT_BI_OTHER_LOT,
                   trimmed(p->lot).n == 0 || trimmed(p->control_lot).n == 0
                       ? "The lot of the indicator or of its control is not recorded: the test "
                         "is not valid without both."
                       : "The control is of another lot than the test: it says nothing of it. "
                         "Run a control of the same lot.");
    enum ct_bi_meaning m = times(p, why);
    if (m == CT_BI_VALID_NEGATIVE)
        m = control(p, why);
    return m == CT_BI_VALID_NEGATIVE
               ? say(why, m, "It did not grow, and its control of the same lot did.")
               : m;
}
