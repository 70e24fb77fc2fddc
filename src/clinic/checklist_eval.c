/* checklist_eval - what given answers come to: what is shown, missing, stops; the
 * contract is checklist.h. Answers come from a store: none is taken on trust. */
#include "clinic/checklist_priv.h"

#include <string.h>

/* Where a span ends. */
static int64_t until(const struct ct_check_item *i, const struct ct_check_now *at)
{
    bool start = i->until_start && at->start_ms != CT_UNSET && at->start_ms > at->now_ms;
    return start ? at->start_ms : at->now_ms;
}

/* What s->span_ms comes to. */
static void judge_span(int64_t least, int64_t most, struct ct_check_state *s)
{
    s->value = most != CT_UNSET && s->span_ms > most ? CT_CHECK_LONG : CT_CHECK_ENOUGH;
    if (least == CT_UNSET || s->span_ms >= least)
        return;
    s->value = CT_CHECK_SHORT;
    s->short_ms = least - s->span_ms;
}

/* The ends may be any instants; a difference that does not fit is no span. */
static bool span_of(int64_t from, int64_t to, int64_t *ret)
{
    return !__builtin_sub_overflow(to, from, ret) && *ret >= -(int64_t)CT_AHEAD_MS;
}

static void judge_since(const struct ct_check_item *i, const struct ct_check_answer *a,
                        const struct ct_check_now *at, struct ct_check_state *s)
{
    int64_t span;
    if (!span_of(a->n, until(i, at), &span)) {
        s->bad = true; /* eaten in the future */
        return;
    }
    s->span_ms = span > 0 ? span : 0;
    judge_span(i->least_ms, i->most_ms, s);
}

/* A timer that runs is no answer yet; one whose least time nobody has stated cannot
 * be judged. */
static void judge_timer(const struct ct_check_item *i, const struct ct_check_answer *a,
                        const struct ct_check_now *at, const struct ct_check_state *all,
                        struct ct_check_state *s)
{
    int64_t span, least = i->least_ms;
    if (!span_of(a->n, a->end_ms != 0 ? a->end_ms : at->now_ms, &span)) {
        s->bad = true;
        return;
    }
    s->span_ms = span > 0 ? span : 0;
    if (i->least_from != CT_CHECK_NONE) {
        least = all[i->least_from].span_ms;
        if (least == CT_UNSET)
            return;
    }
    if (a->end_ms != 0)
        judge_span(least, i->most_ms, s);
}

static void judge_number(const struct ct_check_item *i, int64_t n, struct ct_check_state *s)
{
    struct ct_field f;
    ct_check_field(i, &f);
    if (n < f.hard_lo || n > f.hard_hi)
        s->bad = true;
    else if (n < f.soft_lo)
        s->value = CT_CHECK_LOW;
    else
        s->value = n > f.soft_hi ? CT_CHECK_HIGH : CT_CHECK_USUAL;
}

static void judge_index(int64_t n, size_t count, struct ct_check_state *s)
{
    s->bad = n < 0 || (uint64_t)n >= count;
    if (!s->bad)
        s->value = (int)n;
}

static void judge_text(const char *text, struct ct_check_state *s)
{
    s->bad = text[0] == '\0';
    if (!s->bad)
        s->value = 0;
}

/* What a given answer comes to: value, bad, span. */
static void judge_given(const struct ct_check_item *i, const struct ct_check_answer *a,
                        const struct ct_check_now *at, const struct ct_check_state *all,
                        struct ct_check_state *s)
{
    switch (i->kind) {
    case CT_CHECK_YES_NO:
    case CT_CHECK_CHOICE:
        judge_index(a->n, i->n_choices, s);
        break;
    case CT_CHECK_NUMBER:
        judge_number(i, a->n, s);
        break;
    case CT_CHECK_DATE:
        s->bad = a->n <= INT32_MIN || a->n > INT32_MAX;
        if (!s->bad)
            s->value = a->n < ct_date_at(at->now_ms) ? CT_CHECK_PAST : CT_CHECK_COMING;
        break;
    case CT_CHECK_TIME:
        s->bad = a->n == CT_UNSET || a->n > at->now_ms + CT_AHEAD_MS;
        if (!s->bad)
            s->value = 0;
        break;
    case CT_CHECK_SINCE:
        judge_since(i, a, at, s);
        break;
    case CT_CHECK_DURATION:
        s->bad = a->n < 0 || a->n >= 100 * (int64_t)CT_MINUTE_MS;
        if (s->bad)
            break;
        s->span_ms = a->n;
        judge_span(i->least_ms, i->most_ms, s);
        break;
    case CT_CHECK_TIMER:
        judge_timer(i, a, at, all, s);
        break;
    case CT_CHECK_SCAN:
        judge_text(a->text, s);
        if (!s->bad)
            judge_index(a->n, CT_CHECK_BY_EYE + 1, s);
        break;
    case CT_CHECK_TEXT:
        judge_text(a->text, s);
        break;
    case CT_CHECK_KINDS:
        break;
    }
    if (s->bad)
        s->value = CT_CHECK_NO_VALUE;
}

static bool in_set(uint16_t set, int value)
{
    return value != CT_CHECK_NO_VALUE && (set & 1u << value) != 0;
}

/* Only what is shown has a value, so a condition on something hidden never holds. */
static bool is_shown(const struct ct_check_item *i, const struct ct_check_state *all)
{
    for (size_t k = 0; k < i->n_when; k++)
        if (!in_set(i->when[k].set, all[i->when[k].item].value))
            return false;
    return true;
}

static void judge(const struct ct_check_item *i, const struct ct_check_answer *a,
                  const struct ct_check_now *at, const struct ct_check_state *all,
                  struct ct_check_state *s)
{
    *s = (struct ct_check_state){.value = CT_CHECK_NO_VALUE, .span_ms = CT_UNSET};
    s->shown = is_shown(i, all);
    if (!s->shown)
        return;
    if (a->given == CT_CHECK_NOT_APPLICABLE) {
        s->bad = !i->na;
        if (i->na)
            s->value = CT_CHECK_NA_VALUE;
    } else if (a->given == CT_CHECK_GIVEN) {
        judge_given(i, a, at, all, s);
    } else {
        s->bad = a->given != CT_CHECK_NOT_ASKED;
    }
    s->answered = s->value != CT_CHECK_NO_VALUE;
    /* What was begun is finished, mandatory or not. */
    s->missing = !s->answered && (i->mandatory || a->given != CT_CHECK_NOT_ASKED);
    s->comment_missing =
        in_set(i->comment_on, s->value) && a->comment[strspn(a->comment, " \t")] == '\0';
    s->second_missing =
        s->answered && i->two_person && (a->by == 0 || a->second == 0 || a->second == a->by);
    bool stops = in_set(i->stop_on, s->value);
    s->overridden = stops && a->overridden && s->short_ms <= a->overridden_short_ms;
    s->stop = stops && !s->overridden;
    s->note = i->note[0] != '\0' && (i->note_on == 0 || in_set(i->note_on, s->value));
}

void ct_check_override(struct ct_check_answer *a, const struct ct_check_state *s)
{
    a->overridden = true;
    a->overridden_short_ms = s->short_ms;
}

void ct_checklist_eval(const struct ct_checklist *t, const struct ct_check_answer *answers,
                       const struct ct_check_now *at, struct ct_check_state *ret)
{
    for (size_t i = 0; i < t->n_items; i++)
        judge(&t->item[i], &answers[i], at, ret, &ret[i]);
}

/* ---- sums ----------------------------------------------------------------------- */

static void add(const struct ct_check_state *s, size_t at, struct ct_check_sum *sum)
{
    sum->shown += s->shown;
    sum->answered += s->answered;
    sum->missing += s->missing;
    sum->comments += s->comment_missing;
    sum->seconds += s->second_missing;
    sum->stops += s->stop;
    sum->overridden += s->overridden;
    if (sum->first == CT_CHECK_NONE && ct_check_wants(s)[0] != '\0')
        sum->first = at;
}

static void add_section(const struct ct_checklist *t, const struct ct_check_state *states,
                        size_t section, struct ct_check_sum *sum)
{
    const struct ct_check_section *s = &t->section[section];
    for (size_t i = s->first; i < s->first + s->n; i++)
        add(&states[i], i, sum);
}

static void finish(struct ct_check_sum *sum)
{
    sum->complete = sum->missing + sum->comments + sum->seconds == 0;
    sum->clear = sum->complete && sum->stops == 0;
}

void ct_checklist_sum_section(const struct ct_checklist *t, const struct ct_check_state *states,
                              size_t section, struct ct_check_sum *ret)
{
    *ret = (struct ct_check_sum){.first = CT_CHECK_NONE};
    add_section(t, states, section, ret);
    finish(ret);
}

void ct_checklist_sum_before(const struct ct_checklist *t, const struct ct_check_state *states,
                             enum ct_check_stage stage, struct ct_check_sum *ret)
{
    *ret = (struct ct_check_sum){.first = CT_CHECK_NONE};
    for (size_t s = 0; s < t->n_sections; s++)
        if (t->section[s].before <= stage)
            add_section(t, states, s, ret);
    finish(ret);
}

const char *ct_check_wants(const struct ct_check_state *s)
{
    if (s->stop)
        return "stops";
    if (s->bad)
        return "not an answer";
    if (s->missing)
        return "not answered";
    if (s->comment_missing)
        return "comment wanted";
    return s->second_missing ? "second person wanted" : "";
}
