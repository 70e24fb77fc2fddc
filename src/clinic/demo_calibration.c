/* demo_calibration - what the devices of a demo clinic were found at over the years: one
 * drifts, one was adjusted today and waits for approval. Every figure is invented. */
#include <stdio.h>
#include <string.h>

#include "clinic/calibration.h"
#include "clinic/demo_equipment.h"

enum { YEAR = 365 };
#define MANOMETER "E-2001"

/* How far off a monitor was at 250 mmHg; the other points in proportion. */
static const struct found {
    const char *asset;
    int days_ago;
    int error_c; /* hundredths of mmHg at 250 mmHg */
    const char *limits;
} FOUND[] = {
    {"E-1001", 3 * YEAR + 40, 20, ""},
    {"E-1001", 2 * YEAR + 35, 75, ""},
    {"E-1001", YEAR + 30, 140, ""},
    {"E-1001", 28, 205, ""},
    {"E-1002", 3 * YEAR + 39, -30, ""},
    {"E-1002", 2 * YEAR + 36, 10, ""},
    {"E-1002", YEAR + 31, 45, ""},
    {"E-1003", 2 * YEAR + 20, 30, ""},
    {"E-1003", YEAR + 18, 55, "adults only: the hose for children is missing"},
    {"E-1005", 24, 60, ""},
    {"E-1042", YEAR + 60, 15, ""},
    {"E-1042", 61, 20, ""},
};

static enum ct_status readings(const struct ct_calibration *k, enum ct_cal_phase phase,
                               int error_c, struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    for (size_t i = 0; rc == CT_OK && i < k->t->n_points; i++) {
        char typed[CT_DECIMAL_SIZE];
        int64_t nominal = k->t->point[i].nominal;
        int64_t off = nominal / 250 * error_c / 100;
        ct_decimal_text((nominal + off) / 10000 * 10000, CT_CAL_PLACES, typed);
        rc = ct_calibration_u(k, i, phase, "0.4", reterr);
        if (rc == CT_OK)
            rc = ct_calibration_read(k, i, phase, typed, reterr);
    }
    return rc;
}

static enum ct_status found(struct ct_app *app, const char *asset, int64_t done_ms, int error_c,
                            struct ct_calibration **ret, struct ct_error *reterr)
{
    struct ct_equipment e;
    int64_t fault, lookback;
    *ret = NULL;
    enum ct_status rc = ct_demo_device(app, asset, &e, reterr);
    if (rc == CT_OK)
        rc = ct_calibration_new(app, e.id, "nibp-static", ret, NULL, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_calibration *k = *ret;
    k->done_ms = done_ms;
    k->n_refs = 0; /* of that day, not of today */
    k->temp_c10 = 218;
    k->rh_pct = 44;
    snprintf(k->place, sizeof k->place, "Workshop");
    rc = ct_calibration_reference(app, k, MANOMETER, reterr);
    if (rc == CT_OK)
        rc = readings(k, CT_CAL_AS_FOUND, error_c, reterr);
    return rc == CT_OK ? ct_calibration_found(app, k, &fault, &lookback, reterr) : rc;
}

/* Measured by the technician, approved by the supervisor. */
static enum ct_status one(const struct ct_demo_devices *d, const struct found *x,
                          struct ct_error *reterr)
{
    CT_CALIBRATION *k = NULL;
    CT_CALIBRATION *seen = NULL;
    int64_t at = d->now_ms - x->days_ago * (int64_t)CT_DAY_MS;
    enum ct_status rc = found(d->tech, x->asset, at, x->error_c, &k, reterr);
    if (rc == CT_OK)
        rc = ct_calibration_hand_in(d->tech, k, "", x->limits, reterr);
    if (rc == CT_OK)
        rc = ct_calibration_get(d->sup, k->id, &seen, reterr);
    return rc == CT_OK ? ct_calibration_approve(d->sup, seen, reterr) : rc;
}

/* The certificates by which the manometer counted in the years before. */
static enum ct_status certificates(struct ct_app *app, struct ct_error *reterr)
{
    static const char *const TITLE[] = {"Certificate DM-1874", "Certificate DM-1402",
                                        "Certificate DM-0967"};
    ct_date today = ct_date_at(ct_app_now(app));
    struct ct_equipment e;
    enum ct_status rc = ct_demo_device(app, MANOMETER, &e, reterr);
    for (int i = 0; rc == CT_OK && i < (int)CT_LEN(TITLE); i++) {
        struct ct_equip_paper p = {.equipment_id = e.id,
                                   .kind = CT_PAPER_CERTIFICATE,
                                   .valid_from = today - 160 - YEAR * (i + 1),
                                   .valid_until = today - 161 - YEAR * i};
        snprintf(p.title, sizeof p.title, "%s", TITLE[i]);
        snprintf(p.place, sizeof p.place, "shelf W2, folder 14");
        snprintf(p.issuer, sizeof p.issuer, "Demo Metrology (invented)");
        rc = ct_equipment_paper_add(app, &p, reterr);
    }
    return rc;
}

enum ct_status ct_demo_calibrations(const struct ct_demo_devices *d, struct ct_error *reterr)
{
    CT_CALIBRATION *k = NULL;
    enum ct_status rc = certificates(d->tech, reterr);
    for (size_t i = 0; rc == CT_OK && i < CT_LEN(FOUND); i++)
        rc = one(d, &FOUND[i], reterr);
    if (rc == CT_OK) /* out of tolerance: set apart, and looked back on */
        rc = found(d->tech, "E-1005", d->now_ms - 2 * CT_HOUR_MS, 700, &k, reterr);
    ct_calibration_freep(&k);
    if (rc == CT_OK) /* near its limit: adjusted, and waits for approval */
        rc = found(d->tech, "E-1002", d->now_ms - CT_HOUR_MS, 280, &k, reterr);
    if (rc == CT_OK)
        rc = ct_calibration_adjusted(d->tech, k, "gain of the pressure transducer", reterr);
    if (rc == CT_OK)
        rc = readings(k, CT_CAL_AS_LEFT, 10, reterr);
    if (rc == CT_OK)
        rc = ct_calibration_left(d->tech, k, reterr);
    if (rc == CT_OK)
        rc = ct_calibration_hand_in(d->tech, k, "adjusted as it came near its limit", "", reterr);
    return rc;
}
