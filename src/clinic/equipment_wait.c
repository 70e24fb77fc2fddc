/* equipment_wait - what one module about equipment does for another, until it is there.
 * Whoever writes the real one deletes it here; the file goes with the last. */
#include "clinic/equipment_rows.h"

/* lookback */
enum ct_status ct_lookback_open_in(struct ct_app *app, struct ct_db *db, int64_t equipment_id,
                                   int64_t calibration_id, int64_t found_ms,
                                   struct ct_entry *entry, int64_t *ret_id,
                                   struct ct_error *reterr)
{
    (void)app, (void)db, (void)equipment_id, (void)calibration_id, (void)found_ms, (void)entry,
        (void)reterr;
    *ret_id = 0;
    return CT_OK;
}
