/* equipment_wait - what one module about equipment does for another, until it is there.
 * Whoever writes the real one deletes it here; the file goes with the last. */
#include "clinic/equipment_rows.h"

/* schedule */
const char *const CT_TASK_NAME[CT_TASKS] = {"calibration", "electrical safety",
                                            "preventive maintenance", "pre-use check",
                                            "cleaning"};
const char *const CT_TASK_WHY_NAME[CT_TASK_WHYS] = {"scheduled", "out of turn", "after repair",
                                                    "after a drop or damage", "on acceptance"};
enum ct_status ct_result_write_in(struct ct_app *app, struct ct_db *db, struct ct_task_result *r,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    (void)app, (void)db, (void)r, (void)entry, (void)reterr;
    return CT_OK;
}
enum ct_status ct_equipment_in_date(struct ct_db *db, int64_t equipment_id, ct_date day,
                                    ct_date *ret_last_day, struct ct_error *reterr)
{
    (void)db, (void)equipment_id, (void)day, (void)reterr;
    *ret_last_day = CT_NO_DATE;
    return CT_OK;
}
enum ct_status ct_schedule_list(struct ct_app *app, int64_t equipment_id,
                                struct ct_schedule **ret, size_t *ret_n,
                                struct ct_error *reterr)
{
    (void)app, (void)equipment_id, (void)reterr;
    *ret = NULL;
    *ret_n = 0;
    return CT_OK;
}
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
