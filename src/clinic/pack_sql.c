/* pack_sql - the statements of pack*.c. */
#include "clinic/sterile_rows.h"

#define ROW CT_PACK_ROW
#define OF_SET "(:set_id = 0 OR f.set_id = :set_id)"
#define LIST(by, where, order)                                                             \
    "SELECT " ROW " FROM pack_find f " by "CROSS JOIN pack p ON p.id = f.pack_id WHERE " where   \
    " AND " OF_SET " ORDER BY " order " LIMIT :limit"
#define COUNT(where) "SELECT count(*) FROM pack_find f WHERE " where " AND " OF_SET
/* enum ct_pack_step: released, released early; packed, in a load, off it, sterilised;
 * rejected, opened, used, returned, damaged. */
#define STOCK "f.step IN (4, 5)"
#define WAITING "f.step IN (0, 1, 2, 3)"
#define BACK "f.step IN (6, 8, 9, 10, 13)"
#define RECALLED "f.recalled > 0"

const struct ct_sql ct_pack_sql[CT_PACK_SQL_N] = {
    [CT_SQL_PACK_INSERT] =
        {"pack.insert",
         "INSERT INTO pack(kind, detail_id, contents, method, implant, expiry_rule, "
         "expiry_days, replaces_id, at_ms, by_user) VALUES (:kind, :detail_id, :contents, "
         ":method, :implant, :expiry_rule, :expiry_days, :replaces_id, :at_ms, :by_user)"},
    [CT_SQL_PACK_EVENT_INSERT] =
        {"pack.event_insert",
         "INSERT INTO pack_event(pack_id, step, ref_kind, ref_id, place, text, at_ms, "
         "recorded_ms, by_user) VALUES (:pack_id, :step, :ref_kind, :ref_id, :place, :text, "
         ":at_ms, :recorded_ms, :by_user)"},
    [CT_SQL_PACK_FIND_PUT] =
        {"pack.find_put",
         "INSERT INTO pack_find(pack_id, set_id, step, step_ms, place, load_id, released, "
         "recalled, recalled_ms, expires_day, labels) VALUES (:pack_id, :set_id, :step, "
         ":step_ms, :place, :load_id, :released, :recalled, :recalled_ms, :expires_day, "
         ":labels) ON CONFLICT(pack_id) DO UPDATE SET step = excluded.step, "
         "step_ms = excluded.step_ms, place = excluded.place, load_id = excluded.load_id, "
         "released = excluded.released, recalled = excluded.recalled, "
         "recalled_ms = excluded.recalled_ms, expires_day = excluded.expires_day, "
         "labels = excluded.labels"},
    [CT_SQL_PACK_GET] = {"pack.get", "SELECT " ROW " FROM pack p JOIN pack_find f "
                                     "ON f.pack_id = p.id WHERE p.id = :id"},
    [CT_SQL_PACK_EVENTS] =
        {"pack.events",
         "SELECT id, step, ref_kind, ref_id, place, text, at_ms, recorded_ms, by_user "
         "FROM pack_event WHERE pack_id = :pack_id ORDER BY id"},
    [CT_SQL_PACK_LIFTS] =
        {"pack.lifts",
         "SELECT min(r.at_ms), count(*) FROM pack_event r WHERE r.pack_id = :pack_id "
         "AND r.step = 11 AND NOT EXISTS (SELECT 1 FROM pack_event l "
         "WHERE l.pack_id = :pack_id AND l.step = 12 AND l.ref_id = r.ref_id AND l.id > r.id)"},
    [CT_SQL_PACK_STOPS] =
        {"pack.stops",
         "SELECT max(CASE step WHEN 11 THEN id ELSE 0 END) > "
         "max(CASE step WHEN 12 THEN id ELSE 0 END) FROM pack_event "
         "WHERE pack_id = :pack_id AND step IN (11, 12) AND ref_id = :ref_id"},
    [CT_SQL_PACK_EARLY] = {"pack.early",
                           "SELECT procedure_id FROM load_early WHERE pack_id = :pack_id"},
    [CT_SQL_PACK_OF_LOAD] =
        {"pack.of_load", "SELECT " ROW " FROM pack_find f CROSS JOIN pack p ON p.id = f.pack_id "
                         "WHERE f.load_id = :load_id ORDER BY f.pack_id"},
    [CT_SQL_PACK_OF_PATIENT] =
        {"pack.of_patient",
         "SELECT " ROW ", e.ref_id, e.at_ms, l.started_ms, l.cycle_number, l.state, l.bi, q.asset, "
         "e.text <> '' FROM procedure r CROSS JOIN pack_event e ON e.ref_kind > 0 AND e.ref_kind = 2 "
         "AND e.ref_id = r.id AND e.step = 9 CROSS JOIN pack p ON p.id = e.pack_id "
         "CROSS JOIN pack_find f ON f.pack_id = p.id "
         "LEFT JOIN load_find l ON l.load_id = f.load_id "
         "LEFT JOIN equipment_find q ON q.equipment_id = l.equipment_id "
         "WHERE r.patient_id = :patient_id"},
    [CT_SQL_PACK_TYPED] =
        {"pack.typed",
         "SELECT u.procedure_id, u.what, u.at_ms FROM procedure r CROSS JOIN procedure_use u "
         "ON u.procedure_id = r.id WHERE r.patient_id = :patient_id AND u.kind = 2 "
         "AND u.ends_id IS NULL AND NOT EXISTS (SELECT 1 FROM procedure_use w "
         "WHERE w.ends_id = u.id)"},
    [CT_SQL_PACK_LIST + CT_PACKS_STOCK] =
        {"pack.list_stock", LIST("", STOCK, "f.expires_day IS NULL, f.expires_day, f.pack_id")},
    [CT_SQL_PACK_LIST + CT_PACKS_WAITING] = {"pack.list_waiting", LIST("", WAITING, "f.pack_id")},
    [CT_SQL_PACK_LIST + CT_PACKS_BACK] = {"pack.list_back", LIST("", BACK, "f.step_ms, f.pack_id")},
    [CT_SQL_PACK_LIST + CT_PACKS_RECALLED] =
        {"pack.list_recalled", LIST("INDEXED BY pack_find_recalled ", RECALLED, "f.pack_id")},
    [CT_SQL_PACK_COUNT + CT_PACKS_STOCK] = {"pack.count_stock", COUNT(STOCK)},
    [CT_SQL_PACK_COUNT + CT_PACKS_WAITING] = {"pack.count_waiting", COUNT(WAITING)},
    [CT_SQL_PACK_COUNT + CT_PACKS_BACK] = {"pack.count_back", COUNT(BACK)},
    [CT_SQL_PACK_COUNT + CT_PACKS_RECALLED] = {"pack.count_recalled", COUNT(RECALLED)},
};
