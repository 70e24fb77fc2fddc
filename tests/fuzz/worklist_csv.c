/* Any bytes as a day's procedures, into a real clinic: each row is added, there, or bad with
 * its reason and its line, and a second import adds nothing. The first byte says in which
 * portions the rest comes. */
#include "exchange/worklist_csv.h"
#include "clinic/patient.h"
#include "tests/fuzz/clinic.h"

static void each(const struct ct_worklist_row *row, void *arg)
{
    struct ct_procedure p;
    demand(row->line >= 2);
    if (row->fate == CT_WORKLIST_BAD)
        demand(row->procedure_id == 0 && row->error.text[0] != '\0');
    else
        demand(ct_procedure_get(arg, row->procedure_id, &p, NULL) == CT_OK);
}

static struct ct_app *ward(void)
{
    static bool made;
    struct ct_app *app = fuzz_clinic();
    if (!made) {
        struct ct_patient p = {.number = "9434765919", .family = "Sample", .given = "Invented",
                               .born = ct_date_make(1961, 3, 14)};
        demand(ct_patient_register(app, &p, NULL) == CT_OK);
        made = true;
    }
    return app;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct ct_app *app = ward();
    struct ct_worklist_result first, again;
    struct ct_error err = {0};
    struct portions in = portions_of(data, size);
    enum ct_status st = ct_worklist_import(app, portions_take, &in, each, app, &first, &err);
    demand(st == CT_OK || st == CT_EINVAL || st == CT_EFOREIGN);
    demand(st == CT_OK || err.text[0] != '\0');
    if (st != CT_OK)
        return 0;
    in.at = 0;
    demand(ct_worklist_import(app, portions_take, &in, each, app, &again, &err) == CT_OK);
    demand(again.added == 0);
    demand(again.there + again.bad == first.added + first.there + first.bad);
    return 0;
}
