/* equipment_gate - may this device be used now? Asked before vitals, procedures and loads.
 *
 * Layer:  clinic.
 * Says:   what speaks against it: not registered (when the clinic keeps a registry), faulty,
 *         quarantined, out for repair, not yet tested, retired, calibration or another task
 *         overdue, today's pre-use check not done, a campaign that stops it; of an endoscope
 *         in a procedure, that it does not come from a complete record within its hang
 *         time (scope.h). Limits of use and amber ("due soon") are notes and ask for
 *         nothing.
 * Empty:  while no device is registered nothing is asked: a clinic may do without.
 * Who:    for vitals and procedures the user's competency for it is asked about as well
 *         (competency.h): one question, one reason, and an override of each. Loads ask for
 *         that of the programme themselves.
 * Going on: with a reason (equipment_override, an exception in the log, which the
 *         supervisor sees). Retired: never. config.ini [devices] gate = warn | stop: with
 *         stop, quarantined, out for repair and not yet tested cannot be gone past.
 * Exempt: calibration, checks, cleaning, repair and their tests never ask: what would lift
 *         the block can always be entered (bika.lims.legacy#1630).
 */
#ifndef CT_CLINIC_EQUIPMENT_GATE_H
#define CT_CLINIC_EQUIPMENT_GATE_H

#include "clinic/schedule.h"

enum ct_gate_use { CT_GATE_VITALS, CT_GATE_PROCEDURE, CT_GATE_LOAD, CT_GATE_USES };
enum ct_gate_answer { CT_GATE_FREE, CT_GATE_NOTE, CT_GATE_REASON, CT_GATE_STOP };

struct ct_gate {
    enum ct_gate_answer answer;
    int64_t equipment_id;   /* 0: not registered */
    int64_t model_id;
    char text[401];         /* "M-104: calibration overdue since 12 Nov 2026; no pre-use check today" */
};
/* As things stand at at_ms (when it is used: a late entry is judged by its own day where
 * that can be known, else by now). Only reads. */
CT_NODISCARD enum ct_status ct_equipment_gate(struct ct_app *app, const char *asset,
                                              enum ct_gate_use use, int64_t at_ms,
                                              struct ct_gate *ret, struct ct_error *reterr);
/* Inside the transaction that writes the use: asks again; CT_OK, or CT_EINVAL field
 * "device" with the sentence when a reason is needed and `reason` is NULL or "". Else the
 * override is written, its row is added to the entry, and the entry becomes an exception. */
CT_NODISCARD enum ct_status ct_equipment_gate_in(struct ct_app *app, struct ct_db *db,
                                                 const char *asset, enum ct_gate_use use,
                                                 int64_t ref_id, int64_t at_ms,
                                                 const char *reason, struct ct_entry *entry,
                                                 struct ct_error *reterr);

/* An override as it was written. */
struct ct_override {
    int64_t id, equipment_id;         /* 0: not registered */
    char asset[65];
    enum ct_gate_use use;
    int64_t ref_id;
    char state[401], reason[CT_EQUIP_REASON_MAX + 1];
    int64_t at_ms;
    uint32_t by_user;
    char by[64];
};
/* "used though M-104: quarantined since ...; because no other here" */
void ct_override_text(const struct ct_override *o, char *out, size_t size);
/* Of a use, oldest first: a set of vitals has those of its earlier versions too, and
 * ct_access_check is asked. Of a device, newest first. One allocation, free(). */
CT_NODISCARD enum ct_status ct_overrides_of(struct ct_app *app, enum ct_gate_use use,
                                            int64_t ref_id, struct ct_override **ret,
                                            size_t *ret_n, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_overrides_on(struct ct_app *app, int64_t equipment_id,
                                            size_t limit, struct ct_override **ret,
                                            size_t *ret_n, struct ct_error *reterr);
/* Reasons offered, by one key each; the last is "type it". */
extern const struct ct_choice CT_OVERRIDE_REASONS[];

#endif
