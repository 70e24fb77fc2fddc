/* demo_equipment - the devices of a demo clinic. Internal to demo.
 *
 * Layer:  clinic. Every number, maker and model is invented.
 * Usable: E-1001, E-1002, E-1003, E-1010, E-15, E-1020 and E-1042 may be used without a
 *         reason at the end of the story: people try the program with them, and tests do.
 */
#ifndef CT_CLINIC_DEMO_EQUIPMENT_H
#define CT_CLINIC_DEMO_EQUIPMENT_H

#include "clinic/demo_model.h"
#include "clinic/equipment.h"

/* Who acts, and the clock that all of them share: it is set forward, never back. */
struct ct_demo_devices {
    struct ct_app *tech, *other; /* two technicians: one approves what the other did */
    struct ct_app *sup;          /* a supervisor; NULL at the beginning */
    int64_t *clock_ms;
    int64_t now_ms;              /* the end of the story */
};
/* Models and devices, before anybody is measured. */
CT_NODISCARD enum ct_status ct_demo_devices_begin(const struct ct_demo_devices *d,
                                                  struct ct_error *reterr);
/* What makes the screens worth looking at, at the end: papers, a campaign, one retired;
 * then what the other modules about equipment add, a function of each. */
CT_NODISCARD enum ct_status ct_demo_devices_end(const struct ct_demo_devices *d,
                                                struct ct_error *reterr);
/* demo_schedule.c: what is due and how often; before the calibrations, which move it. */
CT_NODISCARD enum ct_status ct_demo_schedules(const struct ct_demo_devices *d,
                                              struct ct_error *reterr);
/* demo_calibration.c: years of calibrations, one that waits for approval. */
CT_NODISCARD enum ct_status ct_demo_calibrations(const struct ct_demo_devices *d,
                                                 struct ct_error *reterr);
/* demo_fault.c: a fault that is over, a device set apart, one only reported. */
CT_NODISCARD enum ct_status ct_demo_faults(const struct ct_demo_devices *d,
                                           struct ct_error *reterr);
/* demo_sterile.c: a steriliser with its tests, sets of instruments, packs. */
CT_NODISCARD enum ct_status ct_demo_sterile(const struct ct_demo_devices *d,
                                            struct ct_error *reterr);
/* The monitor at the place of person `index`, and what of the set it measures. Only what
 * was taken lately names one: who looks back looks there. */
void ct_demo_devices_measured(int index, int64_t now_ms, struct ct_vitals *v);
/* An asset number for a procedure, of those that may be used. */
const char *ct_demo_devices_any(struct ct_demo_rng *r);
/* The device of that asset number. */
CT_NODISCARD enum ct_status ct_demo_device(struct ct_app *app, const char *asset,
                                           struct ct_equipment *ret, struct ct_error *reterr);

#endif
