/* interpretation - what somebody makes of a set, in the four parts of SBAR.
 *
 * Layer:  clinic. Append-only: a note is replaced by a newer one with a reason, and
 *         both stay.
 * Source: SBAR: situation, background, assessment, recommendation.
 */
#ifndef CT_CLINIC_INTERPRETATION_H
#define CT_CLINIC_INTERPRETATION_H

#include "clinic/vitals.h"

enum { CT_SBAR_BYTES = 400 };
struct ct_interpretation {
    int64_t id, vitals_id, patient_id, at_ms;
    uint32_t by_user;
    char by[64];
    char situation[CT_SBAR_BYTES + 1], background[CT_SBAR_BYTES + 1],
        assessment[CT_SBAR_BYTES + 1], recommendation[CT_SBAR_BYTES + 1];
    int64_t replaces_id; /* 0: none */
    char reason[208];
    bool replaced;
};
/* Fields of the form; names as in struct and SQL. */
extern const struct ct_field CT_INTERPRETATION_FIELDS[];
enum { CT_INTERPRETATION_FIELDS_N = 4 };
/* n->vitals_id and the texts (one at least); replaces_id with a reason. CT_EINVAL with
 * the field, CT_ECONFLICT: replaced meanwhile. Stays with the set through its
 * corrections: it is bound to the set's first version. */
CT_NODISCARD enum ct_status ct_interpretation_record(struct ct_app *app,
                                                     struct ct_interpretation *n,
                                                     struct ct_error *reterr);
/* Of a set, whichever of its versions is named; newest first, replaced ones too. One
 * allocation, free(). */
CT_NODISCARD enum ct_status ct_interpretation_list(struct ct_app *app, int64_t vitals_id,
                                                   struct ct_interpretation **ret,
                                                   size_t *ret_n, struct ct_error *reterr);

#endif
