/* equipment_gate_wait - the question before a use, until its module is there: then this file
 * goes. */
#include <stdio.h>

#include "clinic/equipment_gate.h"

enum ct_status ct_equipment_gate(struct ct_app *app, const char *asset, enum ct_gate_use use,
                                 int64_t at_ms, struct ct_gate *ret, struct ct_error *reterr)
{
    struct ct_equipment e;
    (void)use, (void)at_ms;
    *ret = (struct ct_gate){.answer = CT_GATE_FREE};
    enum ct_status rc = ct_equipment_find(app, asset, &e, reterr);
    if (rc != CT_OK || e.state == CT_STATE_OK)
        return rc;
    ret->answer = e.state == CT_STATE_DUE_SOON ? CT_GATE_NOTE : CT_GATE_REASON;
    ret->equipment_id = e.id;
    snprintf(ret->text, sizeof ret->text, "%s: %s", e.asset, CT_EQUIP_STATE_NAME[e.state]);
    return CT_OK;
}
