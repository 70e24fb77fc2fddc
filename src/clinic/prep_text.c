/* prep_text - what a checklist comes to, in words: what is missing, what stops, where
 * somebody left it. */
#include "clinic/prep_priv.h"

#include <stdio.h>
#include <string.h>

const char *const CT_PREP_STATE_NAME[CT_PREP_STATES] = {
    [CT_PREP_OPEN] = "open",
    [CT_PREP_FINISHED] = "finished",
    [CT_PREP_INCOMPLETE] = "left incomplete",
    [CT_PREP_IN_ERROR] = "entered in error",
};

const struct ct_choice CT_PREP_REASONS[] = {{"1", "wrong patient"},
                                            {"2", "wrong procedure or side"},
                                            {"3", "wrong checklist"},
                                            {"4", "not a valid checklist"},
                                            {NULL, NULL}};

void ct_prep_sum(const struct ct_prep_sheet *s, struct ct_check_sum *ret)
{
    ct_checklist_sum_before(s->t, s->state, CT_CHECK_DONE, ret);
}

size_t ct_prep_wanting(const struct ct_prep_sheet *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->t->n_items; i++) {
        const struct ct_check_state *is = &s->state[i];
        n += is->missing || is->comment_missing || is->second_missing;
    }
    return n;
}

/* ---- where it was left ------------------------------------------------------ */

static bool runs(const struct ct_prep_sheet *s, size_t i)
{
    return s->t->item[i].kind == CT_CHECK_TIMER && s->answer[i].given == CT_CHECK_GIVEN &&
           s->answer[i].end_ms == 0;
}

size_t ct_prep_resume(const struct ct_prep_sheet *s, uint32_t user_id)
{
    size_t last = CT_CHECK_NONE;
    for (size_t i = 0; i < s->t->n_items; i++)
        if (s->mark[i].answer_id != 0 && s->answer[i].by == (int64_t)user_id &&
            (last == CT_CHECK_NONE || s->mark[i].answer_id > s->mark[last].answer_id))
            last = i;
    if (last != CT_CHECK_NONE && s->state[last].shown &&
        (runs(s, last) || s->state[last].comment_missing || !s->state[last].answered))
        return last; /* it is not done with */
    for (size_t i = last + 1; last != CT_CHECK_NONE && i < s->t->n_items; i++)
        if (s->state[i].shown)
            return i;
    struct ct_check_sum sum;
    ct_prep_sum(s, &sum);
    if (sum.first != CT_CHECK_NONE)
        return sum.first;
    return last != CT_CHECK_NONE ? last : 0;
}

/* ---- words ------------------------------------------------------------------ */

void ct_prep_item_text(const struct ct_prep_sheet *s, size_t item, char *out, size_t size)
{
    const struct ct_check_item *i = &s->t->item[item];
    char given[CT_CHECK_ANSWER_MAX + 64];
    ct_check_answer_text(i, &s->answer[item], &s->at, given, sizeof given);
    snprintf(out, size, "%s: %s", i->text, given);
}

void ct_prep_stop_text(const struct ct_prep_sheet *s, size_t item, char *out, size_t size)
{
    static const char *const WHAT[CT_CHECK_STAGES] = {
        [CT_CHECK_READY] = "the patient is not ready with it",
        [CT_CHECK_START] = "the procedure must not begin with it",
        [CT_CHECK_DONE] = "the procedure cannot be finished with it",
    };
    if (size > 0)
        out[0] = '\0';
    if (!s->state[item].stop)
        return;
    const struct ct_check_section *section = &s->t->section[s->t->item[item].section];
    snprintf(out, size,
             "This answer STOPS: %s. Only a supervisor may let it pass, with a reason.",
             WHAT[section->before]);
}

void ct_prep_missing_text(const struct ct_prep_sheet *s, enum ct_check_stage stage, char *out,
                          size_t size)
{
    struct ct_check_sum sum;
    if (size > 0)
        out[0] = '\0';
    ct_checklist_sum_before(s->t, s->state, stage, &sum);
    if (sum.first == CT_CHECK_NONE)
        return;
    size_t at = sum.first; /* what stops is told before what is missing */
    for (size_t i = 0; sum.stops > 0 && i < s->t->n_items; i++)
        if (s->state[i].stop && s->t->section[s->t->item[i].section].before <= stage) {
            at = i;
            break;
        }
    snprintf(out, size, "%s: %s: %s", s->t->title, ct_check_wants(&s->state[at]),
             s->t->item[at].text);
}
