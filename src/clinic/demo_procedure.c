/* demo_procedure - the procedures of a demo clinic: of yesterday, of today in every
 * state, and of tomorrow. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/consent.h"
#include "clinic/demo_equipment.h"
#include "clinic/procedure.h"

/* What becomes of one by now, planned so many minutes after this time of `day`. Those that pass beyond
 * "preparing" are of kinds without checklists: nobody answers lists in this story. */
struct story {
    int day, in_min;
    enum ct_proc_state state;
    const char *kind, *site, *room;
    bool mine; /* of the first technician, whom most try the program as */
};
/* When those of each day were planned, before now. */
enum { YESTERDAYS_MIN = 40 * 60, TODAYS_MIN = 6 * 60, TOMORROWS_MIN = 4 * 60 };
static const struct story STORY[] = {
    {-1, -120, CT_PROC_DONE, "ultrasound", "abdomen", "Room 1", false},
    {-1, -90, CT_PROC_DONE, "wound-dressing", "left foot", "Room 3", true},
    {-1, -60, CT_PROC_NO_SHOW, "vaccination", "", "Room 2", false},
    {-1, -30, CT_PROC_DONE, "echocardiogram", "", "Room 1", true},
    {-1, 0, CT_PROC_CANCELLED, "x-ray", "right knee", "Room 4", false},
    {-1, 45, CT_PROC_DONE, "injection", "right shoulder", "Room 2", false},
    {-1, 90, CT_PROC_DONE, "blood-pressure-24-hour", "", "Room 2", true},
    {0, -170, CT_PROC_DONE, "ultrasound", "neck", "Room 1", false},
    {0, -145, CT_PROC_DONE, "wound-dressing", "right hand", "Room 3", true},
    {0, -120, CT_PROC_NO_SHOW, "vaccination", "", "Room 2", false},
    {0, -110, CT_PROC_DONE, "echocardiogram", "", "Room 1", false},
    {0, -85, CT_PROC_CANCELLED, "spirometry", "", "Room 2", true},
    {0, -70, CT_PROC_DONE, "injection", "left shoulder", "Room 3", true},
    {0, -25, CT_PROC_IN_PROGRESS, "ultrasound", "abdomen", "Room 1", true},
    {0, -20, CT_PROC_SCHEDULED, "phlebotomy", "", "Room 3", false},
    {0, -5, CT_PROC_READY, "ecg-24-hour", "", "Room 4", false},
    {0, 5, CT_PROC_PREPARING, "ecg-12-lead", "", "Room 2", true},
    {0, 15, CT_PROC_ARRIVED, "x-ray", "left wrist", "Room 4", false},
    {0, 35, CT_PROC_SCHEDULED, "spirometry", "", "Room 2", true},
    {0, 60, CT_PROC_SCHEDULED, "phlebotomy", "", "Room 3", false},
    {0, 85, CT_PROC_SCHEDULED, "ecg-12-lead", "", "", false},
    {1, -90, CT_PROC_SCHEDULED, "endoscopy", "stomach", "Room 5", true},
    {1, -30, CT_PROC_SCHEDULED, "x-ray", "chest", "Room 4", false},
    {1, 30, CT_PROC_SCHEDULED, "ecg-12-lead", "", "Room 2", true},
    {1, 75, CT_PROC_SCHEDULED, "phlebotomy", "", "Room 3", false},
    {1, 120, CT_PROC_CANCELLED, "mri", "head", "Room 6", false},
};
enum { STORIES = CT_LEN(STORY) };
_Static_assert((int)STORIES <= (int)CT_DEMO_PROCEDURES, "there is room for the stories");

static int64_t minutes(int64_t n)
{
    return n * CT_MINUTE_MS;
}

static void put(struct ct_demo_day *d, int64_t at_ms, size_t story, int step)
{
    if (d->n == CT_LEN(d->act))
        return;
    size_t i = d->n++;
    for (; i > 0 && d->act[i - 1].at_ms > at_ms; i--)
        d->act[i] = d->act[i - 1];
    d->act[i].at_ms = at_ms;
    d->act[i].story = story;
    d->act[i].step = step;
}

enum { ADD = -1, USED = -2 };

/* The steps of one, each after the one before, up to the state it is in by now. */
static void steps(struct ct_demo_day *d, size_t i, int64_t planned_ms)
{
    static const int OFFSET[] = {[CT_PROC_ARRIVED] = -9, [CT_PROC_PREPARING] = -6,
                                 [CT_PROC_READY] = -2, [CT_PROC_IN_PROGRESS] = 3,
                                 [CT_PROC_DONE] = 18};
    enum ct_proc_state end = STORY[i].state;
    int jitter = ct_demo_below(&d->rng, 3);
    int64_t last = d->now_ms - minutes(1);
    int64_t missed = planned_ms + minutes(21 + jitter);
    if (end == CT_PROC_NO_SHOW)
        put(d, missed < last || planned_ms > last ? missed : last, i, CT_PROC_NO_SHOW);
    if (end == CT_PROC_CANCELLED)
        put(d, planned_ms < last ? planned_ms - minutes(12 + jitter) : last - minutes(50), i,
            CT_PROC_CANCELLED);
    for (int s = CT_PROC_ARRIVED; s <= (int)end && end <= CT_PROC_DONE; s++) {
        int64_t at = planned_ms + minutes(OFFSET[s] + jitter);
        int64_t latest = last - minutes(2 * ((int64_t)end - s)); /* all of them by now */
        put(d, at < latest ? at : latest, i, s);
    }
    if (end == CT_PROC_DONE)
        put(d, planned_ms + minutes(10 + jitter), i, USED);
}

/* Around this time of that day, but on that day, however late or early it is now: what
 * there is to see of today is the same at any hour. */
static int64_t planned_at(const struct story *s, int64_t now_ms)
{
    struct ct_civil c;
    int y, m, day;
    ct_date on = ct_date_at(now_ms) + s->day;
    ct_civil_at(now_ms, &c);
    int min = c.hour * 60 + c.minute - c.minute % 5 + s->in_min;
    min = min < 0 ? 0 : min > 23 * 60 + 55 ? 23 * 60 + 55 : min;
    ct_date_split(on, &y, &m, &day);
    return ct_civil_ms(&(struct ct_civil){
        .year = y, .month = m, .day = day, .hour = min / 60, .minute = min % 60});
}

void ct_demo_day_plan(struct ct_demo_day *d, uint64_t seed, int64_t start_ms, int64_t now_ms)
{
    memset(d, 0, sizeof *d);
    d->rng.state = seed ^ UINT64_C(0x70726f6365647572);
    d->now_ms = now_ms;
    for (size_t i = 0; i < STORIES; i++) {
        int64_t planned = planned_at(&STORY[i], now_ms);
        int64_t ago = STORY[i].day < 0   ? YESTERDAYS_MIN
                      : STORY[i].day == 0 ? TODAYS_MIN
                                          : TOMORROWS_MIN;
        int64_t at = now_ms - minutes(ago - (int64_t)i);
        if (at < start_ms + minutes(8 * 60))
            continue; /* a clinic of a day has no yesterday */
        d->planned_ms[i] = planned;
        put(d, at, i, ADD);
        steps(d, i, planned);
    }
}

int64_t ct_demo_day_next(const struct ct_demo_day *d)
{
    return d->next < d->n && d->act[d->next].at_ms < d->now_ms ? d->act[d->next].at_ms
                                                              : INT64_MAX;
}

/* ---- it happens ---------------------------------------------------------------- */

/* Somebody who is registered, another one each time as long as there are others. */
static int64_t somebody(struct ct_demo_day *d, const struct ct_demo_person *person, size_t n)
{
    size_t from = (size_t)ct_demo_below(&d->rng, (int)n);
    for (int again = 0; again < 2; again++)
        for (size_t k = 0; k < n; k++) {
            size_t i = (from + k) % n;
            bool used = false;
            for (size_t s = 0; s < STORIES && again == 0; s++)
                used |= d->patient[s] == person[i].id;
            if (person[i].id != 0 && !used)
                return person[i].id;
        }
    return 0;
}

static enum ct_status add(struct ct_app *app, struct ct_demo_day *d, size_t i,
                          const struct ct_demo_person *person, size_t n,
                          const uint32_t *technician, size_t technicians,
                          struct ct_error *reterr)
{
    const struct story *s = &STORY[i];
    const struct ct_proc_kinds *kinds;
    enum ct_status rc = ct_proc_kinds_of(app, &kinds, reterr);
    if (rc != CT_OK)
        return rc;
    const struct ct_proc_kind *k = ct_proc_kind_find(kinds, s->kind);
    if (k == NULL) /* the site has kinds of its own */
        k = &kinds->kind[i % kinds->n];
    struct ct_procedure p = {.patient_id = somebody(d, person, n), .planned_ms = d->planned_ms[i]};
    if (p.patient_id == 0)
        return CT_OK;
    memcpy(p.kind, k->id, sizeof p.kind);
    snprintf(p.site, sizeof p.site, "%s", s->site);
    snprintf(p.room, sizeof p.room, "%s", s->room);
    int other = ct_demo_below(&d->rng, (int)technicians + 1); /* one more: nobody yet */
    p.assigned = s->mine ? technician[0]
                 : s->room[0] == '\0' || (size_t)other == technicians
                     ? 0
                     : technician[other];
    if (ct_demo_chance(&d->rng, 0.15))
        snprintf(p.note, sizeof p.note, "%s", "walks with a frame");
    rc = ct_procedure_add(app, &p, NULL, reterr);
    if (rc != CT_OK)
        return rc;
    d->id[i] = p.id;
    d->patient[i] = p.patient_id;
    return CT_OK;
}

static const char *words(struct ct_demo_rng *r, int step)
{
    static const char *const OUTCOME[] = {"as planned", "as planned, patient comfortable",
                                          "done, report to follow"};
    static const char *const CANCELLED[] = {"patient unwell", "not needed any more"};
    if (step == CT_PROC_DONE)
        return OUTCOME[ct_demo_below(r, CT_LEN(OUTCOME))];
    if (step == CT_PROC_CANCELLED)
        return CANCELLED[ct_demo_below(r, CT_LEN(CANCELLED))];
    return step == CT_PROC_NO_SHOW ? "not here, not heard of" : "";
}

static enum ct_status used(struct ct_app *app, struct ct_demo_day *d, size_t i,
                           struct ct_error *reterr)
{
    struct ct_proc_use u = {.kind = CT_PROC_EQUIPMENT};
    snprintf(u.what, sizeof u.what, "%s", ct_demo_devices_any(&d->rng));
    return ct_procedure_use_add(app, d->id[i], &u, reterr);
}

/* While a patient is being prepared: what will be done, and whether the patient agrees. */
static enum ct_status agreed(struct ct_app *app, struct ct_demo_day *d, size_t i,
                             struct ct_error *reterr)
{
    struct ct_explanation x;
    ct_explanation_init(&x);
    x.procedure_id = d->id[i];
    x.topics = 1u << 1 | 1u << 3 | (ct_demo_chance(&d->rng, 0.4) ? 1u << 6 : 0);
    snprintf(x.language, sizeof x.language, "English");
    x.anxiety_before = ct_demo_below(&d->rng, 6);
    if (ct_demo_chance(&d->rng, 0.5)) {
        x.understood = 2;
        snprintf(x.teach_back, sizeof x.teach_back, "said in own words what will be done");
    }
    struct ct_consent_event c = {.procedure_id = d->id[i], .kind = CT_CONSENT_GIVEN};
    enum ct_status rc = ct_explanation_record(app, &x, reterr);
    return rc == CT_OK ? ct_consent_record(app, &c, reterr) : rc;
}

enum ct_status ct_demo_day_act(struct ct_app *app, struct ct_demo_day *d,
                               const struct ct_demo_person *person, size_t n,
                               const uint32_t *technician, size_t technicians,
                               struct ct_error *reterr)
{
    size_t i = d->act[d->next].story;
    int step = d->act[d->next++].step;
    if (step == ADD)
        return add(app, d, i, person, n, technician, technicians, reterr);
    if (d->id[i] == 0) /* nobody was here yet */
        return CT_OK;
    if (step == USED)
        return used(app, d, i, reterr);
    struct ct_proc_event e = {.state = (enum ct_proc_state)step};
    snprintf(e.text, sizeof e.text, "%s", words(&d->rng, step));
    enum ct_status rc = ct_procedure_state(app, d->id[i], d->state[i], &e, reterr);
    if (rc != CT_OK)
        return rc;
    d->state[i] = e.state;
    return step == CT_PROC_PREPARING ? agreed(app, d, i, reterr) : CT_OK;
}
