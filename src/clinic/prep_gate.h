/* prep_gate - what checklists keep a procedure from.
 *
 * Layer:  clinic; one of ct_proc_gates.
 * Rule:   "ready" needs every checklist of the procedure's kind begun, and its sections
 *         before `ready` complete and clear; "in progress" those before `start` too;
 *         "done" all. Of several of the same template the newest counts that was not
 *         entered in error. A checklist that the kind does not ask for, but that was
 *         begun for the procedure, keeps it only where an answer stops.
 * Errors: CT_EINVAL, field "state": the first thing missing.
 */
#ifndef CT_CLINIC_PREP_GATE_H
#define CT_CLINIC_PREP_GATE_H

#include "clinic/procedure_gate.h"

CT_NODISCARD enum ct_status ct_prep_gate(struct ct_app *app, const struct ct_procedure *p,
                                         enum ct_proc_state to, int64_t at_ms,
                                         struct ct_error *reterr);

#endif
