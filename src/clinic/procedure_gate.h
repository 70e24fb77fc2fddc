/* procedure_gate - what may keep a procedure from its next state: other modules' say.
 *
 * Layer:  clinic.
 * Asked:  before every change of state, in order, in the door's check and again inside
 *         the transaction. The first refusal stands.
 * Errors: CT_EINVAL, field "state", with a sentence that names what is missing.
 */
#ifndef CT_CLINIC_PROCEDURE_GATE_H
#define CT_CLINIC_PROCEDURE_GATE_H

#include "clinic/procedure.h"

/* p as it stands, `to` the state wanted, at_ms when it is said to happen. Only reads. */
typedef enum ct_status (*ct_proc_gate)(struct ct_app *app, const struct ct_procedure *p,
                                       enum ct_proc_state to, int64_t at_ms,
                                       struct ct_error *reterr);
extern const ct_proc_gate ct_proc_gates[]; /* NULL-ended */

CT_NODISCARD enum ct_status ct_proc_gates_ask(struct ct_app *app, const struct ct_procedure *p,
                                              enum ct_proc_state to, int64_t at_ms,
                                              struct ct_error *reterr);

#endif
