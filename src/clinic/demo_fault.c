/* demo_fault - faults of a demo clinic: one that is over, one device set apart, one that was
 * only reported so far. Everything in it is invented. */
#include <stdio.h>
#include <string.h>

#include "clinic/demo_equipment.h"
#include "clinic/fault.h"

static enum ct_status opened(const struct ct_demo_devices *d, const char *asset,
                             const char *text, int64_t ago_ms, bool apart, struct ct_fault *ret,
                             struct ct_error *reterr)
{
    struct ct_equipment e;
    enum ct_status rc = ct_demo_device(d->tech, asset, &e, reterr);
    if (rc != CT_OK)
        return rc;
    *ret = (struct ct_fault){.equipment_id = e.id, .happened_ms = d->now_ms - ago_ms};
    snprintf(ret->text, sizeof ret->text, "%s", text);
    snprintf(ret->told, sizeof ret->told, "nurse in charge (invented)");
    return ct_fault_open(d->tech, ret, apart, reterr);
}

static enum ct_status step(struct ct_app *app, struct ct_fault *f, enum ct_fault_step to,
                           const char *told, const char *text, int64_t at_ms,
                           struct ct_error *reterr)
{
    struct ct_fault_event ev = {.step = to, .at_ms = at_ms};
    snprintf(ev.told, sizeof ev.told, "%s", told);
    snprintf(ev.text, sizeof ev.text, "%s", text);
    enum ct_status rc = ct_fault_step(app, f->id, f->step, &ev, reterr);
    return rc == CT_OK ? ct_fault_get(app, f->id, f, reterr) : rc;
}

/* Reported, set apart, sent out, repaired, tested outside, reviewed: the whole chain. */
static enum ct_status over(const struct ct_demo_devices *d, struct ct_error *reterr)
{
    struct ct_fault f;
    int64_t now = d->now_ms;
    enum ct_status rc = opened(d, "E-1030", "no trace on lead V3, whatever the electrode",
                               9 * CT_DAY_MS, true, &f, reterr);
    if (rc == CT_OK)
        rc = step(d->tech, &f, CT_FAULT_SENT, "Fictiva service (invented)", "",
                  now - 8 * CT_DAY_MS, reterr);
    if (rc == CT_OK)
        rc = step(d->tech, &f, CT_FAULT_REPAIRED, "Fictiva service (invented)",
                  "input board changed", now - 4 * CT_DAY_MS, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_equip_paper p = {.equipment_id = f.equipment_id, .kind = CT_PAPER_CERTIFICATE,
                               .title = "Test after repair FS-771", .place = "shelf W1, folder 6",
                               .issuer = "Fictiva service (invented)",
                               .valid_from = ct_date_at(now - 4 * CT_DAY_MS),
                               .valid_until = ct_date_at(now) + 360};
    struct ct_task_result r = {.equipment_id = f.equipment_id, .kind = CT_TASK_ELECTRICAL,
                               .why = CT_TASK_AFTER_REPAIR, .fault_id = f.id,
                               .text = "by the service, FS-771",
                               .done_ms = now - 3 * CT_DAY_MS};
    rc = ct_equipment_paper_add(d->tech, &p, reterr);
    if (rc == CT_OK)
        rc = ct_result_record(d->tech, &r, reterr);
    if (rc == CT_OK)
        rc = ct_fault_get(d->sup, f.id, &f, reterr);
    return rc == CT_OK ? step(d->sup, &f, CT_FAULT_REVIEWED, "", "seen and tried", 0, reterr) : rc;
}

/* Gone through the guide, then set apart: what a technician finds in the morning. */
static enum ct_status set_apart(const struct ct_demo_devices *d, struct ct_error *reterr)
{
    static const char *const ASSET = "E-1040";
    struct ct_fault f;
    struct ct_equipment e;
    struct ct_guide *g = NULL;
    struct ct_guide_walk w = {.n = 0};
    size_t at;
    enum ct_status rc = opened(d, ASSET, "occlusion alarm with a free line, three times",
                               2 * CT_DAY_MS, false, &f, reterr);
    if (rc == CT_OK)
        rc = ct_demo_device(d->tech, ASSET, &e, reterr);
    if (rc == CT_OK)
        rc = ct_guide_for(d->other, &e, &g, reterr);
    while (rc == CT_OK && ct_guide_at(g, &w, &at) == CT_GUIDE_ASKS) {
        w.yes[w.n] = w.n != 1 && w.n < 5; /* no harm was done, and its last test failed */
        w.n++;
    }
    if (rc == CT_OK)
        rc = ct_guide_keep(d->other, e.id, g, &w, reterr);
    ct_guide_free(g);
    if (rc == CT_OK)
        rc = ct_fault_get(d->other, f.id, &f, reterr);
    return rc == CT_OK ? step(d->other, &f, CT_FAULT_APART, "", "labelled, in the workshop",
                              0, reterr)
                       : rc;
}

enum ct_status ct_demo_faults(const struct ct_demo_devices *d, struct ct_error *reterr)
{
    struct ct_fault f;
    enum ct_status rc = over(d, reterr);
    if (rc == CT_OK)
        rc = set_apart(d, reterr);
    return rc == CT_OK ? opened(d, "E-1025", "display flickers when somebody steps on",
                                3 * CT_HOUR_MS, false, &f, reterr)
                       : rc;
}
