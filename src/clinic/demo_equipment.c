/* demo_equipment - see demo_equipment.h. */
#include "clinic/demo_equipment.h"

#include <stdio.h>
#include <string.h>

/* Sets older than this were measured with devices that nobody noted. */
enum { MEASURED_DAYS = 60 };

static const struct model {
    const char *class, *maker, *name, *device_id;
    enum ct_equip_risk risk;
    enum ct_elec_class elec;
    enum ct_applied_part applied;
} MODEL[] = {
    {"monitor", "Fictiva", "PM-3", "5012345678900", CT_RISK_HIGH, CT_ELEC_I, CT_APPLIED_CF},
    {"monitor", "Fictiva", "PM-5 Neo", "", CT_RISK_HIGH, CT_ELEC_I, CT_APPLIED_CF},
    {"nibp", "Inventa", "BP-20", "", CT_RISK_MEDIUM, CT_ELEC_INTERNAL, CT_APPLIED_BF},
    {"pulse-oximeter", "Inventa", "OX-1", "", CT_RISK_MEDIUM, CT_ELEC_INTERNAL, CT_APPLIED_BF},
    {"thermometer", "Imagino", "TH-2", "", CT_RISK_LOW, CT_ELEC_INTERNAL, CT_APPLIED_BF},
    {"scales", "Imagino", "S-150", "", CT_RISK_LOW, CT_ELEC_INTERNAL, CT_APPLIED_NONE},
    {"ecg", "Fictiva", "CardioLine 6", "", CT_RISK_MEDIUM, CT_ELEC_I, CT_APPLIED_CF},
    {"defibrillator", "Fictiva", "Pulse D1", "", CT_RISK_HIGH, CT_ELEC_II, CT_APPLIED_CF},
    {"infusion-pump", "Inventa", "Flow 2", "", CT_RISK_HIGH, CT_ELEC_II, CT_APPLIED_CF},
    {"steriliser", "Imagino", "Steam 23", "", CT_RISK_HIGH, CT_ELEC_I, CT_APPLIED_NONE},
    {"reference", "Mensura", "PG-100", "", CT_RISK_LOW, CT_ELEC_INTERNAL, CT_APPLIED_NONE},
    {"reference", "Mensura", "ESA-7", "", CT_RISK_LOW, CT_ELEC_I, CT_APPLIED_NONE},
};

static const struct device {
    const char *asset;
    size_t model;
    const char *serial, *location, *holder, *standard_of;
    int age_days; /* when it was received */
} DEVICE[] = {
    {"E-1001", 0, "F3-20117", "Bay 1", "Ward", "", 1400},
    {"E-1002", 0, "F3-20118", "Bay 2", "Ward", "", 1400},
    {"E-1003", 0, "F3-20131", "Bay 3", "Ward", "", 1390},
    {"E-1042", 0, "F3-21560", "Room 2", "Day clinic", "", 800},
    {"E-1005", 1, "N5-00412", "Room 1", "Day clinic", "", 300},
    {"E-1010", 2, "B20-7731", "Chair 4", "Day clinic", "", 900},
    {"E-15", 3, "OX-30021", "Bay 2", "Ward", "", 650},
    {"E-1020", 4, "T2-55810", "Bay 1", "Ward", "", 500},
    {"E-1025", 5, "S-0192", "Corridor", "Ward", "", 2100},
    {"E-1024", 5, "S-0101", "Store", "Ward", "", 4200},
    {"E-1030", 6, "CL6-1104", "Room 1", "Day clinic", "", 1200},
    {"E-1035", 7, "D1-00877", "Corridor", "Ward", "", 1000},
    {"E-1040", 8, "FL2-9034", "Bay 3", "Ward", "", 720},
    {"E-1050", 9, "ST23-118", "Sterile supply", "Sterile supply", "", 1800},
    {"E-2001", 10, "PG-4410", "Workshop", "Medical engineering", "manometer", 1500},
    {"E-2002", 11, "ESA-0231", "Workshop", "Medical engineering",
     "electrical safety analyser", 1500},
};
static const char *const MONITORS[] = {"E-1001", "E-1002", "E-1003", "E-1042", "E-1005"};

/* ---- the beginning ------------------------------------------------------------------------ */

static enum ct_status models(struct ct_app *app, int64_t id[CT_LEN(MODEL)],
                             struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    for (size_t i = 0; rc == CT_OK && i < CT_LEN(MODEL); i++) {
        struct ct_equip_model m = {.risk = MODEL[i].risk, .elec_class = MODEL[i].elec,
                                   .applied = MODEL[i].applied};
        snprintf(m.class, sizeof m.class, "%s", MODEL[i].class);
        snprintf(m.maker, sizeof m.maker, "%s", MODEL[i].maker);
        snprintf(m.name, sizeof m.name, "%s", MODEL[i].name);
        snprintf(m.device_id, sizeof m.device_id, "%s", MODEL[i].device_id);
        rc = ct_model_add(app, &m, reterr);
        id[i] = rc == CT_OK ? m.first_id : 0;
        if (rc == CT_EINVAL && strcmp(reterr->field, "class") == 0)
            rc = CT_OK; /* the site has classes of its own */
    }
    return rc;
}

static enum ct_status device(struct ct_app *app, const struct device *x, int64_t model_id,
                             struct ct_error *reterr)
{
    ct_date today = ct_date_at(ct_app_now(app));
    struct ct_equipment e = {.model_id = model_id,
                             .received = today - x->age_days,
                             .made = today - x->age_days - 60,
                             .warranty = today - x->age_days + 1095};
    snprintf(e.asset, sizeof e.asset, "%s", x->asset);
    snprintf(e.serial, sizeof e.serial, "%s", x->serial);
    snprintf(e.location, sizeof e.location, "%s", x->location);
    snprintf(e.holder, sizeof e.holder, "%s", x->holder);
    snprintf(e.supplier, sizeof e.supplier, "%s", "Demo Medical Supply (invented)");
    snprintf(e.standard_of, sizeof e.standard_of, "%s", x->standard_of);
    e.standard = e.standard_of[0] != '\0';
    return ct_equipment_add(app, &e, NULL, reterr);
}

enum ct_status ct_demo_devices_begin(const struct ct_demo_devices *d, struct ct_error *reterr)
{
    int64_t id[CT_LEN(MODEL)] = {0};
    struct ct_error own;
    reterr = reterr != NULL ? reterr : &own;
    enum ct_status rc = models(d->tech, id, reterr);
    for (size_t i = 0; rc == CT_OK && i < CT_LEN(DEVICE); i++)
        if (id[DEVICE[i].model] != 0)
            rc = device(d->tech, &DEVICE[i], id[DEVICE[i].model], reterr);
    return rc;
}

/* ---- in use --------------------------------------------------------------------------------- */

void ct_demo_devices_measured(int index, int64_t now_ms, struct ct_vitals *v)
{
    static const enum ct_q MEASURES[] = {CT_Q_SBP, CT_Q_DBP, CT_Q_PULSE, CT_Q_SPO2};
    struct ct_vitals_device *d = &v->device[0];
    if (v->taken_ms < now_ms - MEASURED_DAYS * (int64_t)CT_DAY_MS)
        return;
    *d = (struct ct_vitals_device){.quantities = 0};
    snprintf(d->device, sizeof d->device, "%s", MONITORS[(size_t)index % CT_LEN(MONITORS)]);
    for (size_t i = 0; i < CT_LEN(MEASURES); i++)
        if (v->v[MEASURES[i]].n != CT_UNSET)
            d->quantities |= UINT32_C(1) << MEASURES[i];
    v->n_devices = d->quantities != 0 ? 1 : 0;
}

const char *ct_demo_devices_any(struct ct_demo_rng *r)
{
    static const char *const ANY[] = {"E-1001", "E-1002", "E-1003", "E-1042", "E-1010",
                                      "E-15", "E-1030", "E-1040"};
    return ANY[ct_demo_below(r, CT_LEN(ANY))];
}

enum ct_status ct_demo_device(struct ct_app *app, const char *asset, struct ct_equipment *ret,
                              struct ct_error *reterr)
{
    return ct_equipment_find(app, asset, ret, reterr);
}

/* ---- the end ---------------------------------------------------------------------------------- */

static enum ct_status paper(struct ct_app *app, const char *asset, enum ct_paper_kind kind,
                            const char *title, const char *place, const char *issuer,
                            int from_days, int days, struct ct_error *reterr)
{
    struct ct_equipment e;
    ct_date today = ct_date_at(ct_app_now(app));
    enum ct_status rc = ct_demo_device(app, asset, &e, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_equip_paper p = {.equipment_id = e.id,
                               .kind = kind,
                               .valid_from = days > 0 ? today - from_days : CT_NO_DATE,
                               .valid_until = days > 0 ? today - from_days + days : CT_NO_DATE};
    snprintf(p.title, sizeof p.title, "%s", title);
    snprintf(p.place, sizeof p.place, "%s", place);
    snprintf(p.issuer, sizeof p.issuer, "%s", issuer);
    return ct_equipment_paper_add(app, &p, reterr);
}

static enum ct_status papers(struct ct_app *app, struct ct_error *reterr)
{
    static const char LAB[] = "Demo Metrology (invented)";
    enum ct_status rc = paper(app, "E-2001", CT_PAPER_CERTIFICATE, "Certificate DM-2231",
                              "shelf W2, folder 14", LAB, 160, 364, reterr);
    if (rc == CT_OK)
        rc = paper(app, "E-2002", CT_PAPER_CERTIFICATE, "Certificate DM-2198",
                   "shelf W2, folder 14", LAB, 200, 364, reterr);
    if (rc == CT_OK)
        rc = paper(app, "E-1001", CT_PAPER_MANUAL, "Service manual PM-3, rev. 4",
                   "shelf W1, folder 3", "", 0, 0, reterr);
    if (rc == CT_OK)
        rc = paper(app, "E-1050", CT_PAPER_SERVICE, "Yearly inspection",
                   "shelf W1, folder 9", "Demo Steam Service (invented)", 0, 0, reterr);
    return rc;
}

/* Over the four monitors of a model: one is done, one is not concerned. */
static enum ct_status campaign(const struct ct_demo_devices *d, struct ct_error *reterr)
{
    struct ct_equipment e;
    enum ct_status rc = ct_demo_device(d->tech, "E-1001", &e, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_campaign c = {.model_id = e.model_id,
                            .due = ct_date_at(ct_app_now(d->sup)) + 45};
    snprintf(c.title, sizeof c.title, "Replace the battery fuse");
    snprintf(c.source, sizeof c.source, "FI-26-07 of the maker (invented)");
    snprintf(c.text, sizeof c.text, "Fit fuse kit F2 and run the battery test.");
    rc = ct_campaign_add(d->sup, &c, reterr);
    if (rc == CT_OK)
        rc = ct_campaign_tick(d->tech, c.id, e.id, 1, "kit F2 fitted, battery test passed",
                              reterr);
    if (rc == CT_OK)
        rc = ct_demo_device(d->tech, "E-1042", &e, reterr);
    if (rc == CT_OK)
        rc = ct_campaign_tick(d->tech, c.id, e.id, 2, "made after the change", reterr);
    return rc;
}

enum ct_status ct_demo_devices_end(const struct ct_demo_devices *d, struct ct_error *reterr)
{
    struct ct_equipment e;
    enum ct_status rc = ct_demo_device(d->tech, "E-1024", &e, reterr);
    if (rc == CT_ENOTFOUND) /* the site has classes of its own: there are no such devices */
        return CT_OK;
    if (rc == CT_OK)
        rc = papers(d->tech, reterr);
    if (rc == CT_OK)
        rc = ct_demo_schedules(d, reterr);
    if (rc == CT_OK)
        rc = ct_demo_calibrations(d, reterr);
    if (rc == CT_OK)
        rc = campaign(d, reterr);
    if (rc == CT_OK)
        rc = ct_demo_faults(d, reterr);
    if (rc == CT_OK)
        rc = ct_demo_sterile(d, reterr);
    if (rc == CT_OK)
        rc = ct_equipment_retire(d->sup, e.id, "load cell worn out, not worth a repair",
                                 reterr);
    return rc;
}
