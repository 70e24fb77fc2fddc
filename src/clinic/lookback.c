/* lookback - a device was out of tolerance as found: the period in which what it measured
 * is in doubt is written down in the same step, for whoever looks back on it. */
#include <stdio.h>
#include <string.h>

#include "clinic/equipment_rows.h"

const struct ct_sql ct_lookback_sql[CT_LOOKBACK_SQL_N] = {
    /* The last approved calibration that left it in tolerance, else its registration. */
    [CT_SQL_LOOKBACK_FROM] = {"lookback.from",
                              "SELECT coalesce((SELECT max(f.done_ms) FROM calibration_find f "
                              "WHERE f.equipment_id = :equipment_id AND f.done_ms < :found_ms "
                              "AND f.step = 5 AND ifnull(f.left_, f.found) <= 1), "
                              "(SELECT q.at_ms FROM equipment q WHERE q.id = :equipment_id))"},
    [CT_SQL_LOOKBACK_INSERT] =
        {"lookback.insert",
         "INSERT INTO lookback(equipment_id, calibration_id, from_ms, to_ms, text, at_ms, "
         "by_user) VALUES (:equipment_id, :calibration_id, :from_ms, :to_ms, :text, :at_ms, "
         ":by_user)"},
};

enum ct_status ct_lookback_open_in(struct ct_app *app, struct ct_db *db, int64_t equipment_id,
                                   int64_t calibration_id, int64_t found_ms,
                                   struct ct_entry *entry, int64_t *ret_id,
                                   struct ct_error *reterr)
{
    int64_t from_ms = found_ms;
    bool row = false;
    char text[80];
    {
        CT_STMT *st = NULL;
        enum ct_status rc = ct_stmt_get(db, &ct_lookback_sql[CT_SQL_LOOKBACK_FROM], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":equipment_id", equipment_id);
        ct_bind_i64(st, ":found_ms", found_ms);
        rc = ct_stmt_step(st, &row, reterr);
        if (rc != CT_OK)
            return rc;
        if (row && !ct_col_null(st, 0) && ct_col_i64(st, 0) < found_ms)
            from_ms = ct_col_i64(st, 0);
    }
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_lookback_sql[CT_SQL_LOOKBACK_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    snprintf(text, sizeof text, "K-%lld found it out of tolerance", (long long)calibration_id);
    ct_bind_i64(st, ":equipment_id", equipment_id);
    ct_bind_i64(st, ":calibration_id", calibration_id);
    ct_bind_i64(st, ":from_ms", from_ms);
    ct_bind_i64(st, ":to_ms", found_ms);
    ct_bind_text(st, ":text", text);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, ret_id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "lookback", *ret_id);
    return rc;
}
