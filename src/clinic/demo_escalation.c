/* demo_escalation - what comes of a set at a trigger in a demo clinic: people are
 * told, come, and it is closed; a few of the last hours are not. */
#include "clinic/demo_model.h"
#include "clinic/rows.h"

#include <stdio.h>

/* Older ones have their outcome and nothing else: nobody looks at how it came about,
 * and ten years have a hundred thousand of them. */
enum { WHOLE_MS = 3 * CT_DAY_MS, LEFT_FROM_MS = 65 * CT_MINUTE_MS,
       LEFT_TO_MS = 8 * CT_HOUR_MS };

static int64_t minutes(struct ct_demo_rng *r, int from, int to)
{
    return (from + ct_demo_below(r, to - from + 1)) * (int64_t)CT_MINUTE_MS;
}

/* A stream of its own, so that who is measured when is the same with or without. */
static struct ct_demo_rng stream(const struct ct_demo_person *p)
{
    return (struct ct_demo_rng){
        .state = (uint64_t)p->escalation[0] * UINT64_C(0x9e3779b97f4a7c15) + p->next_step};
}

enum ct_status ct_demo_escalated(struct ct_app *app, struct ct_demo_person *p,
                                 int64_t set_id, int64_t raised_ms, int64_t now_ms,
                                 struct ct_demo_left *left, int64_t *count,
                                 struct ct_error *reterr)
{
    int64_t id, ago = now_ms - raised_ms;
    enum ct_status rc = ct_escalation_of_set(ct_app_db(app), set_id, &id, reterr);
    if (rc != CT_OK || id <= p->last_escalation)
        return rc; /* none, or the set raised it before it was corrected */
    p->last_escalation = id;
    ++*count;
    if (p->neglected || p->n_escalations == CT_DEMO_OPEN_MAX)
        return CT_OK;
    p->escalation[p->n_escalations++] = id;
    if (p->n_escalations > 1) /* worse meanwhile: closed together with the first */
        return CT_OK;
    p->next_step = ago > WHOLE_MS ? CT_ESC_OUTCOME : CT_ESC_TOLD;
    p->last_step = CT_ESC_OUTCOME;
    if (ago > LEFT_FROM_MS && ago < LEFT_TO_MS) { /* one of each that wants looking at */
        if (!left->overdue)
            p->last_step = CT_ESC_TOLD;
        else if (!left->outcome)
            p->last_step = CT_ESC_ATTENDED;
        p->neglected = p->last_step != CT_ESC_OUTCOME;
        left->outcome = left->overdue;
        left->overdue = true;
    }
    struct ct_demo_rng r = stream(p);
    p->then_event = p->event;
    p->then_ms = p->at_ms;
    p->event = CT_DEMO_ESCALATION;
    p->at_ms = raised_ms + (p->next_step == CT_ESC_TOLD ? minutes(&r, 2, 4)
                                                        : minutes(&r, 15, 24));
    return CT_OK;
}

static void step_words(struct ct_demo_rng *r, struct ct_escalation_event *e)
{
    static const char *const WHO[] = {"Dr Demo Ash", "Dr Demo Birch", "Dr Demo Elm",
                                      "Nurse Demo Hazel"};
    static const char *const OUTCOME[] = {
        "seen, fluids started, next set in 30 min", "oxygen given, better",
        "antibiotics started",                      "moved to a monitored bed",
        "seen, no change of plan",                  "pain relief, better"};
    if (e->kind == CT_ESC_OUTCOME)
        snprintf(e->text, sizeof e->text, "%s", OUTCOME[ct_demo_below(r, CT_LEN(OUTCOME))]);
    else
        snprintf(e->who, sizeof e->who, "%s", WHO[ct_demo_below(r, CT_LEN(WHO))]);
}

enum ct_status ct_demo_escalation_step(struct ct_app *app, struct ct_demo_person *p,
                                       struct ct_error *reterr)
{
    struct ct_demo_rng who = {.state = (uint64_t)p->escalation[0]}, r = stream(p);
    enum ct_status rc = CT_OK;
    struct ct_escalation_event e = {.kind = (enum ct_escalation_event_kind)p->next_step};
    step_words(&who, &e);
    size_t n = e.kind == CT_ESC_OUTCOME ? p->n_escalations : 1;
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        struct ct_escalation_event same = e;
        rc = ct_escalation_add(app, p->escalation[i], &same, reterr);
    }
    if (p->next_step < p->last_step) {
        p->next_step++;
        p->at_ms += minutes(&r, 2, 7);
        return rc;
    }
    p->n_escalations = 0;
    p->event = p->then_event;
    p->at_ms = p->then_ms > p->at_ms ? p->then_ms : p->at_ms + 1000;
    return rc;
}
