/* Any bytes as a table of devices, into a real registry: whatever comes, each row is added,
 * there, or bad with its reason, a second import adds nothing, and what was added is found
 * again. The first byte says in which portions the rest comes. */
#include "exchange/equipment_csv.h"
#include "tests/fuzz/clinic.h"

/* ---- the table -------------------------------------------------------------------------- */

static void each(const struct ct_equip_row *row, void *arg)
{
    struct ct_equipment e;
    demand(row->line >= 1);
    if (row->fate == CT_EQUIP_BAD) {
        demand(row->equipment_id == 0 && row->error.text[0] != '\0');
        return;
    }
    demand(ct_equipment_get(arg, row->equipment_id, &e, NULL) == CT_OK);
    demand(ct_equipment_find(arg, e.asset, &e, NULL) == CT_OK && e.id == row->equipment_id);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct ct_app *app = fuzz_clinic();
    struct ct_equip_import first, again;
    struct ct_error err = {0};
    struct portions in = portions_of(data, size);
    enum ct_status st = ct_equipment_import(app, portions_take, &in, each, app, &first, &err);
    demand(st == CT_OK || st == CT_EINVAL || st == CT_EFOREIGN);
    demand(st == CT_OK || err.text[0] != '\0');
    if (st != CT_OK)
        return 0;
    in.at = 0;
    demand(ct_equipment_import(app, portions_take, &in, each, app, &again, &err) == CT_OK);
    demand(again.added == 0 && again.models == 0);
    /* a bad row whose number another row of the table has is there now */
    demand(again.there >= first.added + first.there);
    demand(again.there + again.bad == first.added + first.there + first.bad);
    return 0;
}
