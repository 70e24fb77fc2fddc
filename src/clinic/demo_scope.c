/* demo_scope - endoscopes of a demo clinic: a reprocessor, one endoscope that is ready, one
 * under way, one new. Everything in it is invented. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/demo_equipment.h"
#include "clinic/scope.h"

static const char *const REPROCESSOR = "E-1060";

static enum ct_status model(const struct ct_demo_devices *d, const char *class,
                            const char *maker, const char *name, int64_t *ret,
                            struct ct_error *reterr)
{
    struct ct_equip_model m = {.risk = CT_RISK_HIGH};
    snprintf(m.class, sizeof m.class, "%s", class);
    snprintf(m.maker, sizeof m.maker, "%s", maker);
    snprintf(m.name, sizeof m.name, "%s", name);
    enum ct_status rc = ct_model_add(d->tech, &m, reterr);
    *ret = m.first_id;
    return rc;
}

static enum ct_status device(const struct ct_demo_devices *d, int64_t model_id,
                             const char *asset, const char *serial, int64_t *ret,
                             struct ct_error *reterr)
{
    ct_date today = ct_date_at(d->now_ms);
    struct ct_equipment e = {.model_id = model_id, .received = today - 600, .made = today - 660,
                             .warranty = today + 495};
    snprintf(e.asset, sizeof e.asset, "%s", asset);
    snprintf(e.serial, sizeof e.serial, "%s", serial);
    snprintf(e.location, sizeof e.location, "Endoscopy");
    snprintf(e.holder, sizeof e.holder, "Endoscopy");
    enum ct_status rc = ct_equipment_add(d->tech, &e, NULL, reterr);
    *ret = e.id;
    return rc;
}

/* Its first steps, the last of them so long ago. */
static enum ct_status walk(const struct ct_demo_devices *d, struct ct_scope_record *r,
                           int steps, int64_t ago_ms, struct ct_error *reterr)
{
    enum ct_status rc = ct_scope_begin(d->tech, r, reterr);
    for (int i = 1; rc == CT_OK && i <= steps && i <= r->steps; i++) {
        struct ct_scope_record now;
        struct ct_scope_step s = {.record_id = r->id, .step = i, .cycle_number = CT_UNSET,
                                  .done_ms = d->now_ms - ago_ms -
                                             (steps - i) * 7 * (int64_t)CT_MINUTE_MS};
        rc = ct_scope_get(d->tech, r->id, &now, reterr);
        if (rc != CT_OK)
            break;
        if (now.next == CT_STEP_DISINFECT) {
            snprintf(s.machine, sizeof s.machine, "%s", REPROCESSOR);
            s.cycle_number = 812;
        }
        if (now.next == CT_STEP_STORE)
            snprintf(s.place, sizeof s.place, "Drying cabinet 1, hook 2");
        rc = ct_scope_step(d->tech, &s, reterr);
    }
    return rc;
}

static enum ct_status records(const struct ct_demo_devices *d, int64_t ready, int64_t used,
                              struct ct_error *reterr)
{
    struct ct_scope_record r = {.equipment_id = ready, .why = CT_SCOPE_USED,
                                .used_ms = d->now_ms - 20 * (int64_t)CT_HOUR_MS};
    snprintf(r.text, sizeof r.text, "list of yesterday, room 5 (invented)");
    enum ct_status rc = walk(d, &r, CT_PROGRAMME_STEPS_MAX, 17 * (int64_t)CT_HOUR_MS, reterr);
    if (rc != CT_OK)
        return rc;
    r = (struct ct_scope_record){.equipment_id = used, .why = CT_SCOPE_USED,
                                 .used_ms = d->now_ms - 40 * CT_MINUTE_MS};
    snprintf(r.text, sizeof r.text, "list of today, room 5 (invented)");
    return walk(d, &r, 3, 10 * CT_MINUTE_MS, reterr);
}

enum ct_status ct_demo_scopes(const struct ct_demo_devices *d, struct ct_error *reterr)
{
    int64_t washer = 0, gastroscope = 0, machine, ready, used, fresh;
    struct ct_error own;
    struct ct_machine_programme m = {.programme = "ortho-phthalaldehyde-aer"};
    reterr = reterr != NULL ? reterr : &own;
    enum ct_status rc = model(d, "endoscope-reprocessor", "Imagino", "AR-2",
                              &washer, reterr);
    if (rc == CT_OK)
        rc = model(d, CT_SCOPE_CLASS, "Fictiva", "GX-190", &gastroscope, reterr);
    if (rc == CT_EINVAL && strcmp(reterr->field, "class") == 0)
        return CT_OK; /* the site has classes of its own */
    if (rc == CT_OK)
        rc = device(d, washer, REPROCESSOR, "AR2-0417", &machine, reterr);
    if (rc == CT_OK)
        rc = device(d, gastroscope, "E-1061", "GX-88101", &ready, reterr);
    if (rc == CT_OK)
        rc = device(d, gastroscope, "E-1062", "GX-88117", &used, reterr);
    if (rc == CT_OK)
        rc = device(d, gastroscope, "E-1063", "GX-90240", &fresh, reterr);
    m.equipment_id = rc == CT_OK ? machine : 0;
    if (rc == CT_OK)
        rc = ct_machine_programme_add(d->sup, &m, reterr);
    return rc == CT_OK ? records(d, ready, used, reterr) : rc;
}
