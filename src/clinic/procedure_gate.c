/* procedure_gate - the list of the gates, a line a module. */
#include "clinic/procedure_gate.h"

#include "clinic/consent.h"
#include "clinic/prep_gate.h"

const ct_proc_gate ct_proc_gates[] = {
    ct_consent_gate, /* first: what the patient says weighs more than what is missing */
    ct_prep_gate,
    NULL,
};

enum ct_status ct_proc_gates_ask(struct ct_app *app, const struct ct_procedure *p,
                                 enum ct_proc_state to, int64_t at_ms, struct ct_error *reterr)
{
    for (const ct_proc_gate *g = ct_proc_gates; *g != NULL; g++) {
        enum ct_status rc = (*g)(app, p, to, at_ms, reterr);
        if (rc != CT_OK)
            return rc;
    }
    return CT_OK;
}
