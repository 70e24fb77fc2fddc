/* demo_past - the procedures of a demo clinic's earlier days, so many a day: planned the
 * day before, and walked through to an end. For measuring on years of records. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/consent.h"
#include "clinic/demo_equipment.h"
#include "clinic/demo_model.h"

/* Kinds that ask for no checklist: nobody answers one here. Another site's kinds take
 * their place by number. */
static const char *const KIND[] = {"ultrasound",    "wound-dressing", "vaccination",
                                   "echocardiogram", "injection",      "ecg-24-hour",
                                   "blood-pressure-24-hour"};
enum { ADD = -1, USED = -2, ROOMS = 6, FIRST_MIN = 7 * 60 + 30, LAST_MIN = 17 * 60 + 30 };

static void put(struct ct_demo_past *p, int64_t at_ms, int which, int step)
{
    p->act[p->n].at_ms = at_ms;
    p->act[p->n].which = which;
    p->act[p->n++].step = step;
}

static int by_time(const void *a, const void *b)
{
    const struct ct_demo_past_act *x = a, *y = b;
    if (x->at_ms != y->at_ms)
        return x->at_ms < y->at_ms ? -1 : 1;
    return x->which != y->which ? x->which - y->which : x->step - y->step;
}

/* All that happens to the procedures of one day. */
static void plan(struct ct_demo_past *p)
{
    static const int OFFSET[] = {[CT_PROC_ARRIVED] = -11, [CT_PROC_PREPARING] = -8,
                                 [CT_PROC_READY] = -3, [CT_PROC_IN_PROGRESS] = 1,
                                 [CT_PROC_DONE] = 16};
    int y, m, day;
    ct_date_split(p->day, &y, &m, &day);
    int64_t midnight = ct_civil_ms(&(struct ct_civil){.year = y, .month = m, .day = day});
    p->n = p->next = 0;
    memset(p->one, 0, sizeof p->one);
    for (int i = 0; i < p->a_day; i++) {
        int64_t at = FIRST_MIN + (int64_t)(LAST_MIN - FIRST_MIN) * i / p->a_day;
        int64_t planned = midnight + at * CT_MINUTE_MS;
        p->one[i].planned_ms = planned;
        put(p, midnight - (p->a_day - i) * (int64_t)1000, i, ADD);
        double fate = ct_demo_unit(&p->rng);
        if (fate < 0.06) {
            put(p, planned + 22 * (int64_t)CT_MINUTE_MS, i, CT_PROC_NO_SHOW);
            continue;
        }
        if (fate < 0.10) {
            put(p, planned - 25 * (int64_t)CT_MINUTE_MS, i, CT_PROC_CANCELLED);
            continue;
        }
        int64_t late = ct_demo_below(&p->rng, 7);
        for (int s = CT_PROC_ARRIVED; s <= CT_PROC_DONE; s++)
            put(p, planned + (OFFSET[s] + late) * CT_MINUTE_MS, i, s);
        put(p, planned + (OFFSET[CT_PROC_IN_PROGRESS] + late + 4) * CT_MINUTE_MS, i, USED);
    }
    qsort(p->act, p->n, sizeof p->act[0], by_time);
}

void ct_demo_past_plan(struct ct_demo_past *p, uint64_t seed, int a_day, int64_t start_ms,
                       int64_t now_ms)
{
    *p = (struct ct_demo_past){
        .a_day = a_day, .day = ct_date_at(start_ms) + 2, .last = ct_date_at(now_ms) - 2};
    p->rng.state = seed ^ UINT64_C(0x7061737464617973);
    if (a_day > 0 && p->day <= p->last)
        plan(p);
}

int64_t ct_demo_past_next(const struct ct_demo_past *p)
{
    return p->next < p->n ? p->act[p->next].at_ms : INT64_MAX;
}

static enum ct_status add(struct ct_app *app, struct ct_demo_past *p, int i, int64_t patient_id,
                          uint32_t technician, struct ct_error *reterr)
{
    const struct ct_proc_kinds *kinds;
    enum ct_status rc = ct_proc_kinds_of(app, &kinds, reterr);
    if (rc != CT_OK)
        return rc;
    const struct ct_proc_kind *k = ct_proc_kind_find(kinds, KIND[(size_t)i % CT_LEN(KIND)]);
    if (k == NULL)
        k = &kinds->kind[(size_t)i % kinds->n];
    struct ct_procedure x = {.patient_id = patient_id, .planned_ms = p->one[i].planned_ms,
                             .assigned = technician};
    memcpy(x.kind, k->id, sizeof x.kind);
    snprintf(x.room, sizeof x.room, "Room %d", 1 + i % ROOMS);
    rc = ct_procedure_add(app, &x, NULL, reterr);
    if (rc == CT_OK)
        p->one[i].id = x.id;
    return rc;
}

static enum ct_status step(struct ct_app *app, struct ct_demo_past *p, int i,
                           enum ct_proc_state to, struct ct_error *reterr)
{
    struct ct_proc_event e = {.state = to};
    if (to >= CT_PROC_DONE)
        snprintf(e.text, sizeof e.text, "%s",
                 to == CT_PROC_DONE ? "as planned"
                 : to == CT_PROC_CANCELLED ? "not needed any more"
                                           : "not here, not heard of");
    enum ct_status rc =
        ct_procedure_state(app, p->one[i].id, p->one[i].state, &e, reterr);
    if (rc != CT_OK)
        return rc;
    p->one[i].state = to;
    if (to != CT_PROC_PREPARING)
        return CT_OK;
    struct ct_explanation x;
    ct_explanation_init(&x);
    x.procedure_id = p->one[i].id;
    x.topics = 1u << 1;
    snprintf(x.language, sizeof x.language, "English");
    struct ct_consent_event c = {.procedure_id = p->one[i].id, .kind = CT_CONSENT_GIVEN};
    rc = ct_explanation_record(app, &x, reterr);
    return rc == CT_OK ? ct_consent_record(app, &c, reterr) : rc;
}

/* Somebody who is registered by now; 0: nobody. */
static int64_t somebody(struct ct_demo_past *p, const struct ct_demo_person *person, size_t n)
{
    size_t from = (size_t)ct_demo_below(&p->rng, (int)n);
    for (size_t k = 0; k < n; k++)
        if (person[(from + k) % n].id != 0)
            return person[(from + k) % n].id;
    return 0;
}

enum ct_status ct_demo_past_act(struct ct_app *app, struct ct_demo_past *p,
                                const struct ct_demo_person *person, size_t n,
                                const uint32_t *technician, size_t technicians,
                                struct ct_error *reterr)
{
    int i = p->act[p->next].which, what = p->act[p->next].step;
    p->next++;
    enum ct_status rc = CT_OK;
    if (what == ADD) {
        int64_t who = somebody(p, person, n);
        if (who != 0)
            rc = add(app, p, i, who, technician[(size_t)i % technicians], reterr);
    } else if (p->one[i].id != 0 && what == USED) {
        struct ct_proc_use u = {.kind = CT_PROC_EQUIPMENT};
        snprintf(u.what, sizeof u.what, "%s", ct_demo_devices_any(&p->rng));
        rc = ct_procedure_use_add(app, p->one[i].id, &u, reterr);
    } else if (p->one[i].id != 0) {
        rc = step(app, p, i, (enum ct_proc_state)what, reterr);
    }
    if (p->next == p->n && ++p->day <= p->last)
        plan(p);
    return rc;
}
