/* demo - fills a new clinic with invented people, in the order of time: a heap of
 * who comes next, a clock that is set to that moment, and the technician of that
 * shift, who writes it down as anybody would. */
#include "clinic/demo_equipment.h"
#include "clinic/demo_model.h"
#include "clinic/shift.h"
#include "record/user.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PATIENTS_MAX = 200000,
    DAYS_MAX = 4000,
    TECHNICIANS = CT_DEMO_USERS - CT_DEMO_TECHNICIAN,
    INHOUSE_MAX = 40,     /* still here at the end: what the due list shows */
    COMMIT_EVERY = 4000,  /* changes kept open at most */
};

const struct ct_demo_user CT_DEMO_USER[CT_DEMO_USERS] = {
    [CT_DEMO_ADMIN] = {"admin", "Demo Administrator", "demo walnut lantern 0",
                       CT_ADMINISTRATOR},
    [CT_DEMO_SUPERVISOR] = {"sam", "Sam Supervisor (demo)", "demo walnut lantern 9",
                            CT_SUPERVISOR},
    [CT_DEMO_TECHNICIAN] = {"tech1", "Toni Technician (demo)", "demo walnut lantern 1",
                            CT_TECHNICIAN},
    {"tech2", "Tara Technician (demo)", "demo walnut lantern 2", CT_TECHNICIAN},
    {"tech3", "Theo Technician (demo)", "demo walnut lantern 3", CT_TECHNICIAN},
    {"tech4", "Tess Technician (demo)", "demo walnut lantern 4", CT_TECHNICIAN},
};

struct demo {
    struct ct_config config;
    struct ct_clock clock;
    int64_t clock_ms, start_ms, now_ms;
    const char *dir;
    struct ct_vitals_rules rules;
    struct ct_app *app[TECHNICIANS];
    size_t on_duty;         /* whose bulk is open */
    bool bulk;
    int changes;            /* in the open bulk */
    struct ct_shift shift;
    int64_t shifts;         /* counted, for the rota */
    struct ct_demo_person *person;
    int *heap;              /* indices, soonest event first */
    size_t heap_n;
    size_t people_n;
    struct ct_demo_day day; /* the procedures around now */
    struct ct_demo_past past; /* and those before */
    struct ct_demo_left left;
    struct ct_demo_result done;
};

/* ---- staff ------------------------------------------------------------- */

static enum ct_status password(const struct ct_demo_user *u, struct ct_secret **ret,
                               struct ct_error *reterr)
{
    enum ct_status rc = ct_secret_new(CT_SECRET_MAX, ret, reterr);
    if (rc == CT_OK && !ct_secret_add(*ret, u->password, strlen(u->password)))
        rc = ct_fail(reterr, CT_EINTERNAL, "", "a demo password is too long");
    return rc;
}

static enum ct_status init(struct demo *d, struct ct_app *app, struct ct_error *reterr)
{
    const struct ct_demo_user *admin = &CT_DEMO_USER[CT_DEMO_ADMIN];
    CT_SECRET *pass = NULL, *code = NULL;
    enum ct_status rc = password(admin, &pass, reterr);
    if (rc == CT_OK)
        rc = ct_secret_new(CT_SECRET_MAX, &code, reterr); /* nobody needs to get in again */
    struct ct_init first = {
        .login = admin->login,
        .name = admin->name,
        .password = pass,
        .cost = {(uint32_t)d->config.kdf_ops, (uint32_t)d->config.kdf_mem_mib * 1024U},
    };
    if (rc == CT_OK)
        rc = ct_app_init(app, &first, code, reterr);
    if (rc == CT_OK) /* good for the two minutes in which the users are added */
        rc = ct_reauthenticate(app, pass, reterr);
    for (int i = CT_DEMO_ADMIN + 1; rc == CT_OK && i < CT_DEMO_USERS; i++) {
        const struct ct_demo_user *u = &CT_DEMO_USER[i];
        CT_SECRET *theirs = NULL;
        d->clock_ms += 20 * 1000;
        rc = password(u, &theirs, reterr);
        if (rc == CT_OK)
            rc = ct_user_add_with(app, u->login, u->name, u->role, theirs, reterr);
    }
    if (rc == CT_OK)
        ct_logout(app);
    return rc;
}

static enum ct_status staff(struct demo *d, struct ct_error *reterr)
{
    struct ct_app *app = NULL;
    enum ct_status rc = ct_app_new(d->dir, &d->config, &d->clock, &app, reterr);
    if (rc == CT_OK) {
        ct_app_set_place(app, "demo", "");
        rc = init(d, app, reterr);
    }
    ct_app_free(app);
    for (int i = 0; rc == CT_OK && i < TECHNICIANS; i++) {
        const struct ct_demo_user *u = &CT_DEMO_USER[CT_DEMO_TECHNICIAN + i];
        CT_SECRET *pass = NULL;
        d->clock_ms += CT_MINUTE_MS;
        rc = ct_app_new(d->dir, &d->config, &d->clock, &d->app[i], reterr);
        if (rc != CT_OK)
            return rc;
        ct_app_set_place(d->app[i], "demo", "");
        rc = password(u, &pass, reterr);
        if (rc == CT_OK)
            rc = ct_login(d->app[i], u->login, pass, reterr);
    }
    return rc;
}

/* ---- who comes next ---------------------------------------------------- */

static bool sooner(const struct demo *d, int a, int b)
{
    const struct ct_demo_person *p = &d->person[a], *q = &d->person[b];
    return p->at_ms != q->at_ms ? p->at_ms < q->at_ms : a < b;
}

static void sink(struct demo *d, size_t i)
{
    for (;;) {
        size_t least = i, l = 2 * i + 1, r = l + 1;
        if (l < d->heap_n && sooner(d, d->heap[l], d->heap[least]))
            least = l;
        if (r < d->heap_n && sooner(d, d->heap[r], d->heap[least]))
            least = r;
        if (least == i)
            return;
        int t = d->heap[i];
        d->heap[i] = d->heap[least];
        d->heap[least] = t;
        i = least;
    }
}

/* ---- who is on duty ---------------------------------------------------- */

static enum ct_status hand_in(struct demo *d, struct ct_error *reterr)
{
    if (!d->bulk)
        return CT_OK;
    d->bulk = false;
    d->changes = 0;
    return ct_record_bulk_commit(d->app[d->on_duty], reterr);
}

/* The technician of the shift that d->clock_ms falls into, with a bulk open. */
static enum ct_status on_duty(struct demo *d, struct ct_app **ret, struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    if (d->clock_ms >= d->shift.end_ms || d->changes >= COMMIT_EVERY)
        rc = hand_in(d, reterr);
    if (rc != CT_OK)
        return rc;
    if (d->clock_ms >= d->shift.end_ms) {
        ct_shift_at(&d->config, d->clock_ms, &d->shift);
        d->shifts++;
        /* three shifts a day, four people: the rota moves on by itself */
        d->on_duty = (size_t)(d->shifts % TECHNICIANS);
    }
    *ret = d->app[d->on_duty];
    if (!d->bulk) {
        rc = ct_record_bulk_begin(*ret, reterr);
        d->bulk = rc == CT_OK;
    }
    d->changes++;
    return rc;
}

/* ---- what happens ------------------------------------------------------ */

static void place(struct ct_demo_rng *r, char *out, size_t size)
{
    static const char *const KIND[] = {"Bay", "Bay", "Bay", "Room", "Chair"};
    int k = ct_demo_below(r, CT_LEN(KIND));
    snprintf(out, size, "%s %d", KIND[k], 1 + ct_demo_below(r, 12));
}

static enum ct_status alert(struct ct_app *app, int64_t patient_id, enum ct_alert_kind kind,
                            const char *text, const char *prescriber, struct ct_error *reterr)
{
    struct ct_alert a = {.kind = kind};
    snprintf(a.text, sizeof a.text, "%s", text);
    snprintf(a.prescriber, sizeof a.prescriber, "%s", prescriber);
    return ct_patient_alert_set(app, patient_id, &a, reterr);
}

static enum ct_status alerts(struct ct_app *app, struct ct_demo_person *p,
                             struct ct_error *reterr)
{
    static const char *const ALLERGY[] = {"penicillin", "latex", "plasters", "iodine",
                                          "peanuts"};
    static const char *const INFECTION[] = {"MRSA, side room", "norovirus contact"};
    static const char *const IMPLANT[] = {"pacemaker", "cochlear implant", "insulin pump"};
    enum ct_status rc = CT_OK;
    if (p->copd)
        rc = alert(app, p->id, CT_ALERT_SPO2_SCALE2, "target 88-92 %", "Dr Demo (invented)",
                   reterr);
    if (rc == CT_OK && p->pregnant)
        rc = alert(app, p->id, CT_ALERT_PREGNANT, "", "", reterr);
    if (rc == CT_OK && ct_demo_chance(&p->rng, 0.22))
        rc = alert(app, p->id, CT_ALERT_ALLERGY, ALLERGY[ct_demo_below(&p->rng, 5)], "",
                   reterr);
    if (rc == CT_OK && ct_demo_chance(&p->rng, 0.04))
        rc = alert(app, p->id, CT_ALERT_INFECTION, INFECTION[ct_demo_below(&p->rng, 2)], "",
                   reterr);
    if (rc == CT_OK && ct_demo_chance(&p->rng, 0.05))
        rc = alert(app, p->id, CT_ALERT_IMPLANT, IMPLANT[ct_demo_below(&p->rng, 3)], "",
                   reterr);
    return rc;
}

/* The next set is taken at taken_ms and entered a minute or two later; now and
 * then the technician comes to it only after a while. */
static void plan_set(struct demo *d, struct ct_demo_person *p, int64_t taken_ms)
{
    int64_t left = d->now_ms - taken_ms;
    p->taken_ms = taken_ms;
    p->event = CT_DEMO_SET;
    int64_t wait = (40 + ct_demo_below(&p->rng, 110)) * INT64_C(1000);
    if (ct_demo_chance(&p->rng, 0.03))
        wait += (20 + ct_demo_below(&p->rng, 50)) * (int64_t)CT_MINUTE_MS;
    p->at_ms = taken_ms + wait;
    /* just now they do not keep up */
    if (p->straggler ? left < 200 * (int64_t)CT_MINUTE_MS
                     : left < 60 * (int64_t)CT_MINUTE_MS && ct_demo_chance(&p->rng, 0.3))
        p->event = CT_DEMO_GONE;
}

static enum ct_status arrive(struct demo *d, struct ct_app *app, struct ct_demo_person *p,
                             int index, struct ct_error *reterr)
{
    struct ct_patient who;
    enum ct_status rc;
    if (p->id == 0) {
        ct_demo_person_identity(p, index, &who);
        place(&p->rng, who.place, sizeof who.place);
        rc = ct_patient_register(app, &who, reterr);
        if (rc != CT_OK)
            return rc;
        p->id = who.id;
        d->done.patients++;
        rc = alerts(app, p, reterr);
    } else {
        rc = ct_patient_open(app, p->id, &who, reterr);
        place(&p->rng, who.place, sizeof who.place);
        if (rc == CT_OK)
            rc = ct_patient_amend(app, &who, "back for another stay", reterr);
        d->done.opened++;
    }
    if (rc != CT_OK)
        return rc;
    ct_demo_person_stay(p, d->now_ms);
    plan_set(d, p, p->at_ms + (3 + ct_demo_below(&p->rng, 6)) * (int64_t)CT_MINUTE_MS);
    return CT_OK;
}

/* After a set: another, the end of the stay, the next stay, or nothing more. */
static void plan_next(struct demo *d, struct ct_demo_person *p, const struct ct_vitals *v)
{
    int64_t gap;
    if (v->next_due_ms == v->taken_ms) /* continuous */
        gap = (25 + ct_demo_below(&p->rng, 12)) * (int64_t)CT_MINUTE_MS;
    else if (v->next_due_ms != CT_UNSET)
        gap = v->next_due_ms - v->taken_ms +
              (ct_demo_below(&p->rng, 50) - 32) * (int64_t)CT_MINUTE_MS;
    else if (v->not_applied != CT_APPLIED)
        gap = (180 + ct_demo_below(&p->rng, 120)) * (int64_t)CT_MINUTE_MS;
    else
        gap = (40 + ct_demo_below(&p->rng, 80)) * (int64_t)CT_MINUTE_MS;
    if (gap > 7 * (int64_t)CT_HOUR_MS && ct_demo_chance(&p->rng, 0.8))
        gap = (300 + ct_demo_below(&p->rng, 90)) * (int64_t)CT_MINUTE_MS;
    int64_t next = v->taken_ms + gap;
    if (next <= p->at_ms) /* never before what was just entered */
        next = p->at_ms + 5 * (int64_t)CT_MINUTE_MS;
    if (next < p->stay_end_ms) {
        plan_set(d, p, next);
        return;
    }
    p->event = CT_DEMO_GONE;
    if (p->stays_left <= 0)
        return;
    double left = (double)(d->now_ms - p->stay_end_ms) / p->stays_left;
    p->at_ms = p->stay_end_ms + (int64_t)(ct_demo_unit(&p->rng) * left) + CT_HOUR_MS;
    if (p->inhouse && p->stays_left == 1)
        p->at_ms = ct_demo_person_last_stay(p, p->stay_end_ms, d->now_ms);
    p->event = CT_DEMO_ARRIVE;
}

/* Two digits swapped, or a decimal point lost: what hands do. */
static void mistype(struct ct_demo_person *p, struct ct_vitals *v)
{
    if (ct_demo_chance(&p->rng, 0.5) && v->v[CT_Q_PULSE].n >= 20 && v->v[CT_Q_PULSE].n < 100) {
        int64_t n = v->v[CT_Q_PULSE].n;
        v->v[CT_Q_PULSE].n = n % 10 * 10 + n / 10;
        if (v->v[CT_Q_PULSE].n < 20)
            v->v[CT_Q_PULSE].n = n + 20;
    } else {
        v->v[CT_Q_RESP].n += 10;
    }
}

static enum ct_status take_set(struct demo *d, struct ct_app *app, struct ct_demo_person *p,
                               struct ct_error *reterr)
{
    struct ct_vitals v;
    ct_demo_person_set(p, &d->config, &v);
    ct_demo_devices_measured((int)(p - d->person), d->now_ms, &v);
    v.patient_id = p->id;
    memcpy(p->right, v.v, sizeof p->right);
    enum ct_status rc = CT_OK;
    if (ct_demo_chance(&p->rng, 0.25)) {
        struct ct_patient seen;
        rc = ct_patient_open(app, p->id, &seen, reterr);
        d->done.opened++;
    }
    double fate = ct_demo_unit(&p->rng);
    if (fate < 0.02)
        mistype(p, &v);
    if (rc == CT_OK)
        rc = ct_vitals_record(app, &d->rules, &v, reterr);
    if (rc != CT_OK)
        return rc;
    int64_t recorded_ms = p->at_ms;
    d->done.sets++;
    p->last_id = v.id;
    if (fate < 0.024) {
        p->event = fate < 0.02 ? CT_DEMO_CORRECT : CT_DEMO_VOID;
        p->at_ms += (2 + ct_demo_below(&p->rng, 8)) * (int64_t)CT_MINUTE_MS;
    } else {
        plan_next(d, p, &v);
    }
    return ct_demo_escalated(app, p, p->last_id, recorded_ms, d->now_ms, &d->left,
                             &d->done.escalated, reterr);
}

static enum ct_status put_right(struct demo *d, struct ct_app *app, struct ct_demo_person *p,
                                struct ct_error *reterr)
{
    struct ct_vitals v;
    enum ct_status rc = ct_vitals_get(app, p->last_id, &v, reterr);
    if (rc != CT_OK)
        return rc;
    if (p->event == CT_DEMO_VOID) {
        rc = ct_vitals_void(app, p->last_id, CT_VITALS_REASONS[2].label, reterr);
        v.next_due_ms = CT_UNSET;
    } else {
        memcpy(v.v, p->right, sizeof v.v);
        v.replaces_id = p->last_id;
        snprintf(v.reason, sizeof v.reason, "%s", CT_VITALS_REASONS[1].label);
        rc = ct_vitals_correct(app, &d->rules, &v, reterr);
    }
    d->done.corrected++;
    if (rc != CT_OK)
        return rc;
    int64_t recorded_ms = p->at_ms;
    plan_next(d, p, &v);
    return ct_demo_escalated(app, p, p->last_id, recorded_ms, d->now_ms, &d->left,
                             &d->done.escalated, reterr);
}

static enum ct_status happen(struct demo *d, int index, struct ct_error *reterr)
{
    struct ct_demo_person *p = &d->person[index];
    struct ct_app *app;
    d->clock_ms = p->at_ms;
    enum ct_status rc = on_duty(d, &app, reterr);
    if (rc != CT_OK)
        return rc;
    switch (p->event) {
    case CT_DEMO_ARRIVE:
        return arrive(d, app, p, index, reterr);
    case CT_DEMO_SET:
        return take_set(d, app, p, reterr);
    case CT_DEMO_CORRECT:
    case CT_DEMO_VOID:
        return put_right(d, app, p, reterr);
    case CT_DEMO_ESCALATION:
        return ct_demo_escalation_step(app, p, reterr);
    case CT_DEMO_GONE:
        break;
    }
    return CT_OK;
}

/* The procedures up to a moment, among what else happens. */
static enum ct_status procedures(struct demo *d, int64_t until_ms, struct ct_error *reterr)
{
    uint32_t technician[TECHNICIANS];
    struct ct_app *app;
    for (size_t i = 0; i < TECHNICIANS; i++)
        technician[i] = ct_app_who(d->app[i])->user_id;
    for (;;) {
        int64_t story = ct_demo_day_next(&d->day), past = ct_demo_past_next(&d->past);
        if (story > until_ms && past > until_ms)
            break;
        d->clock_ms = past < story ? past : story;
        enum ct_status rc = on_duty(d, &app, reterr);
        if (rc == CT_OK)
            rc = past < story ? ct_demo_past_act(app, &d->past, d->person, d->people_n,
                                                 technician, TECHNICIANS, reterr)
                              : ct_demo_day_act(app, &d->day, d->person, d->people_n,
                                                technician, TECHNICIANS, reterr);
        if (rc != CT_OK)
            return rc;
    }
    return CT_OK;
}

static enum ct_status live(struct demo *d, bool (*progress)(int, void *), void *arg,
                           struct ct_error *reterr)
{
    int told = -1;
    while (d->heap_n > 0) {
        int index = d->heap[0];
        const struct ct_demo_person *p = &d->person[index];
        if (p->event == CT_DEMO_GONE || p->at_ms >= d->now_ms) {
            d->heap[0] = d->heap[--d->heap_n];
            sink(d, 0);
            continue;
        }
        int part = (int)((p->at_ms - d->start_ms) * 1000 / (d->now_ms - d->start_ms));
        if (progress != NULL && part != told && !progress(part, arg))
            return ct_fail(reterr, CT_ECONFLICT, "", "stopped");
        told = part;
        enum ct_status rc = procedures(d, p->at_ms, reterr);
        if (rc == CT_OK)
            rc = happen(d, index, reterr);
        if (rc != CT_OK)
            return rc;
        sink(d, 0);
    }
    enum ct_status rc = procedures(d, d->now_ms - 1, reterr);
    return rc == CT_OK ? hand_in(d, reterr) : rc;
}

/* ---- devices ----------------------------------------------------------- */

static enum ct_status devices_begin(struct demo *d, struct ct_error *reterr)
{
    const struct ct_demo_devices x = {.tech = d->app[0], .other = d->app[1],
                                      .clock_ms = &d->clock_ms, .now_ms = d->now_ms};
    return ct_demo_devices_begin(&x, reterr);
}

/* With a supervisor, who signs what has to be signed. */
static enum ct_status devices_end(struct demo *d, struct ct_error *reterr)
{
    struct ct_app *sup = NULL;
    CT_SECRET *pass = NULL;
    d->clock_ms = d->now_ms;
    enum ct_status rc = ct_app_new(d->dir, &d->config, &d->clock, &sup, reterr);
    if (rc != CT_OK)
        return rc;
    ct_app_set_place(sup, "demo", "");
    rc = password(&CT_DEMO_USER[CT_DEMO_SUPERVISOR], &pass, reterr);
    if (rc == CT_OK)
        rc = ct_login(sup, CT_DEMO_USER[CT_DEMO_SUPERVISOR].login, pass, reterr);
    if (rc == CT_OK)
        rc = ct_reauthenticate(sup, pass, reterr);
    const struct ct_demo_devices x = {.tech = d->app[0], .other = d->app[1], .sup = sup,
                                      .clock_ms = &d->clock_ms, .now_ms = d->now_ms};
    if (rc == CT_OK)
        rc = ct_demo_devices_end(&x, reterr);
    if (ct_app_state(sup) == CT_IN)
        ct_logout(sup);
    ct_app_free(sup);
    return rc;
}

/* ---- the whole --------------------------------------------------------- */

static enum ct_status people(struct demo *d, const struct ct_demo_options *o, int n,
                             struct ct_error *reterr)
{
    d->person = calloc((size_t)n, sizeof *d->person);
    d->heap = calloc((size_t)n, sizeof *d->heap);
    if (d->person == NULL || d->heap == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for %d people", n);
    int inhouse = n / 3 < INHOUSE_MAX ? n / 3 : INHOUSE_MAX;
    for (int i = 0; i < n; i++) {
        ct_demo_person_make(&d->person[i], o->seed, i, i < inhouse, d->start_ms, d->now_ms);
        d->heap[i] = i;
    }
    d->heap_n = d->people_n = (size_t)n;
    ct_demo_day_plan(&d->day, o->seed, d->start_ms, d->now_ms);
    ct_demo_past_plan(&d->past, o->seed, o->procedures, d->start_ms, d->now_ms);
    for (size_t i = d->heap_n / 2; i-- > 0;)
        sink(d, i);
    return CT_OK;
}

static void demo_done(struct demo *d)
{
    for (int i = 0; i < TECHNICIANS; i++) {
        if (d->app[i] == NULL)
            continue;
        ct_record_bulk_cancel(d->app[i]);
        if (ct_app_state(d->app[i]) == CT_IN)
            ct_logout(d->app[i]);
        ct_app_free(d->app[i]);
    }
    ct_vitals_rules_done(&d->rules);
    free(d->person);
    free(d->heap);
}

enum ct_status ct_demo_make(const char *dir, const struct ct_config *config,
                            const struct ct_demo_options *options,
                            bool (*progress)(int thousandths, void *arg), void *arg,
                            struct ct_demo_result *ret, struct ct_error *reterr)
{
    int patients = options->patients == 0 ? 60 : options->patients;
    int days = options->days == 0 ? 14 : options->days;
    if (patients < 1 || patients > PATIENTS_MAX)
        return ct_fail(reterr, CT_EINVAL, "patients", "a demo has 1 to %d patients",
                       PATIENTS_MAX);
    if (days < 1 || days > DAYS_MAX)
        return ct_fail(reterr, CT_EINVAL, "days", "a demo covers 1 to %d days", DAYS_MAX);
    if (options->procedures < 0 || options->procedures > CT_DEMO_A_DAY_MAX)
        return ct_fail(reterr, CT_EINVAL, "procedures",
                       "a demo has 0 to %d procedures on each of its earlier days",
                       CT_DEMO_A_DAY_MAX);
    struct demo d = {.config = *config, .dir = dir, .now_ms = options->now_ms};
    snprintf(d.config.site_name, sizeof d.config.site_name, "%s", CT_DEMO_SITE);
    d.config.absolute_limit_min = 0; /* these sessions last as long as the story */
    d.start_ms = d.now_ms - days * (int64_t)CT_DAY_MS;
    d.clock_ms = d.start_ms - CT_HOUR_MS;
    d.clock = ct_clock_fixed(&d.clock_ms);
    d.config.public_passwords = false; /* they cost what the options say */
    d.config.kdf_ops = options->kdf_ops != 0 ? options->kdf_ops : 2;
    d.config.kdf_mem_mib = options->kdf_mem_mib != 0 ? options->kdf_mem_mib : 19;
    enum ct_status rc = ct_vitals_rules_load(config, &d.rules, reterr);
    if (rc == CT_OK)
        rc = staff(&d, reterr);
    if (rc == CT_OK)
        rc = devices_begin(&d, reterr);
    if (rc == CT_OK)
        rc = people(&d, options, patients, reterr);
    if (rc == CT_OK)
        rc = live(&d, progress, arg, reterr);
    if (rc == CT_OK)
        rc = devices_end(&d, reterr);
    demo_done(&d);
    if (rc == CT_OK && ret != NULL)
        *ret = d.done;
    return rc;
}
