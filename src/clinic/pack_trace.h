/* pack_trace - what was used on a patient: every set, pack and load.
 *
 * Layer:  clinic. The other way round, from a load, pack or machine to its patients: recall.h.
 */
#ifndef CT_CLINIC_PACK_TRACE_H
#define CT_CLINIC_PACK_TRACE_H

#include "clinic/load.h"

struct ct_pack_used {
    int64_t procedure_id, used_ms;
    char what[CT_PACK_CONTENTS_MAX + 1]; /* what is in it; of a number that is no pack of this
                                          * clinic: as it was typed */
    bool let_pass;      /* a supervisor let it pass: see its steps (ct_pack_events) */
    struct ct_pack p;   /* as it is now; id 0: no pack of this clinic */
    /* of the load that it was in; load_id 0: none */
    int64_t load_id, started_ms, cycle_number; /* CT_UNSET: not started, no number */
    char asset[CT_ASSET_MAX + 1];
    enum ct_load_state state;
    enum ct_load_bi_state bi;
};

/* Newest first; one allocation, free(). A use that was struck out of its procedure stays in
 * the list when it was a pack of this clinic: what it touched is not undone by that. CT_EDENIED:
 * a restricted record; errors of ct_require (sterile.read, procedure.read). */
CT_NODISCARD enum ct_status ct_patient_packs(struct ct_app *app, int64_t patient_id,
                                             struct ct_pack_used **ret, size_t *ret_n,
                                             struct ct_error *reterr);

#endif
