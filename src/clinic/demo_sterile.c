/* demo_sterile - sterilisation in a demo clinic: a steriliser with its tests of two days, two
 * sets of instruments, packs. Everything in it is invented. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/demo_equipment.h"
#include "clinic/machine.h"
#include "clinic/set.h"

static const char *const STERILISER = "E-1050";

static enum ct_status runs(const struct ct_demo_devices *d, int64_t id, struct ct_error *reterr)
{
    static const char *const PROGRAMME[] = {"porous-134", "prevac-textiles-132", "unwrapped-134",
                                            "bowie-dick", "vacuum-leak"};
    enum ct_status rc = CT_OK;
    for (size_t i = 0; rc == CT_OK && i < CT_LEN(PROGRAMME); i++) {
        struct ct_machine_programme m = {.equipment_id = id};
        snprintf(m.programme, sizeof m.programme, "%s", PROGRAMME[i]);
        rc = ct_machine_programme_add(d->sup, &m, reterr);
    }
    return rc;
}

static enum ct_status test(const struct ct_demo_devices *d, int64_t id,
                           enum ct_machine_test_kind kind, int64_t cycle, int64_t ago_ms,
                           struct ct_error *reterr)
{
    struct ct_machine_test t = {.equipment_id = id, .kind = kind, .result = CT_MT_PASSED,
                                .cycle_number = cycle, .done_ms = d->now_ms - ago_ms};
    if (kind == CT_MT_PENETRATION)
        snprintf(t.lot, sizeof t.lot, "BD-2207 (invented)");
    if (kind == CT_MT_LEAK) {
        t.value[0] = (struct ct_cycle_typed){.measure = CT_M_LEAK_RATE, .value = 400000};
        t.n_values = 1;
        snprintf(t.remark, sizeof t.remark, "50 to 54 mbar in 10 min");
    }
    return ct_machine_test_record(d->tech, &t, reterr);
}

/* Between the tests of this morning: however young the day is, they are of today. */
static int64_t between(const struct ct_demo_devices *d)
{
    enum { USUAL_MS = 25 * CT_MINUTE_MS };
    struct ct_civil c;
    ct_civil_at(d->now_ms, &c);
    c.hour = c.minute = c.second = c.ms = 0;
    int64_t quarter = (d->now_ms - ct_civil_ms(&c)) / 4;
    return quarter < USUAL_MS ? quarter : USUAL_MS;
}

/* Two mornings. */
static enum ct_status tests(const struct ct_demo_devices *d, int64_t id, struct ct_error *reterr)
{
    static const enum ct_machine_test_kind MORNING[] = {CT_MT_WARM_UP, CT_MT_CONTROL,
                                                        CT_MT_PENETRATION};
    const int64_t step[] = {between(d), 25 * CT_MINUTE_MS}; /* of today, of yesterday */
    enum ct_status rc = test(d, id, CT_MT_VALIDATION, CT_UNSET, 40 * (int64_t)CT_DAY_MS, reterr);
    if (rc == CT_OK)
        rc = test(d, id, CT_MT_LEAK, 4416, 3 * (int64_t)CT_DAY_MS, reterr);
    for (int day = 1; rc == CT_OK && day >= 0; day--)
        for (size_t i = 0; rc == CT_OK && i < CT_LEN(MORNING); i++)
            rc = test(d, id, MORNING[i], day == 0 ? 4420 + (int64_t)i : 4417 + (int64_t)i,
                      day * (int64_t)CT_DAY_MS + (3 - (int64_t)i) * step[day], reterr);
    return rc;
}

static void line(struct ct_set *s, int count, const char *instrument)
{
    snprintf(s->line[s->n].instrument, sizeof s->line[0].instrument, "%s", instrument);
    s->line[s->n++].count = count;
}

static enum ct_status suture_set(const struct ct_demo_devices *d, struct ct_set *s,
                                 struct ct_error *reterr)
{
    memset(s, 0, sizeof *s);
    snprintf(s->name, sizeof s->name, "Suture set, basic");
    snprintf(s->note, sizeof s->note, "Kidney dish, two wraps; indicator in the middle.");
    s->method = CT_METHOD_STEAM;
    s->copies = 3;
    s->expiry_rule = CT_EXPIRY_DAYS;
    s->expiry_days = 180;
    line(s, 1, "Needle holder, 14 cm");
    line(s, 1, "Dissecting forceps, toothed");
    line(s, 1, "Scissors, suture");
    line(s, 2, "Mosquito forceps, curved");
    return ct_set_add(d->sup, s, reterr);
}

static enum ct_status minor_set(const struct ct_demo_devices *d, struct ct_set *s,
                                struct ct_error *reterr)
{
    memset(s, 0, sizeof *s);
    snprintf(s->name, sizeof s->name, "Minor surgery");
    s->method = CT_METHOD_STEAM;
    s->copies = 1;
    s->second = true;
    line(s, 6, "Kocher clamp, straight");
    line(s, 2, "Retractor, small");
    line(s, 1, "Scalpel handle no. 3");
    line(s, 1, "Scissors, Mayo, 17 cm");
    line(s, 4, "Towel clip");
    return ct_set_add(d->sup, s, reterr);
}

/* One set with a clip that is out for repair. */
static enum ct_status packed(const struct ct_demo_devices *d, int64_t set_id, int missing,
                             struct ct_set_count *c, struct ct_error *reterr)
{
    struct ct_pack p;
    enum ct_status rc = ct_set_count_begin(d->tech, set_id, c, reterr);
    for (size_t i = 0; i < c->n; i++)
        c->line[i].counted = c->line[i].expected;
    if (missing > 0 && c->n > 0) {
        struct ct_set_count_line *l = &c->line[c->n - 1];
        l->counted -= missing;
        l->away = CT_AWAY_REPAIR;
        snprintf(l->text, sizeof l->text, "the ratchet slips");
    }
    return rc == CT_OK ? ct_set_pack(d->tech, set_id, 0, c, NULL, NULL, &p, reterr) : rc;
}

static enum ct_status single(const struct ct_demo_devices *d, const char *contents,
                             struct ct_error *reterr)
{
    struct ct_pack p = {.method = CT_METHOD_STEAM};
    snprintf(p.contents, sizeof p.contents, "%s", contents);
    snprintf(p.place, sizeof p.place, "Sterile supply");
    return ct_pack_make(d->tech, &p, reterr);
}

static enum ct_status packs(const struct ct_demo_devices *d, struct ct_error *reterr)
{
    struct ct_set *s = calloc(1, sizeof *s);
    struct ct_set_count *c = calloc(1, sizeof *c);
    enum ct_status rc = s != NULL && c != NULL
                            ? minor_set(d, s, reterr)
                            : ct_fail(reterr, CT_ENOMEM, "", "there is no memory for a set");
    if (rc == CT_OK)
        rc = suture_set(d, s, reterr);
    if (rc == CT_OK)
        rc = packed(d, s->id, 0, c, reterr);
    if (rc == CT_OK)
        rc = packed(d, s->id, 1, c, reterr);
    free(s);
    free(c);
    if (rc == CT_OK)
        rc = single(d, "Ear speculum, 3 sizes", reterr);
    return rc == CT_OK ? single(d, "Vaginal speculum, medium", reterr) : rc;
}

enum ct_status ct_demo_sterile(const struct ct_demo_devices *d, struct ct_error *reterr)
{
    struct ct_equipment e;
    enum ct_status rc = ct_demo_device(d->tech, STERILISER, &e, reterr);
    if (rc == CT_OK)
        rc = runs(d, e.id, reterr);
    if (rc == CT_OK)
        rc = tests(d, e.id, reterr);
    if (rc == CT_OK)
        rc = packs(d, reterr);
    return rc == CT_OK ? ct_demo_scopes(d, reterr) : rc;
}
