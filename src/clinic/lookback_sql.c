/* lookback_sql - the statements of lookback*.c. */
#include "clinic/equipment_rows.h"

/* Numbers under which the device was ever named, as they were typed: the column is walked
 * from one name to the next, and those that are the device's stay. */
#define NAMES(table, column, of)                                                              \
    "WITH RECURSIVE u(x) AS (SELECT min(" column ") FROM " table " WHERE " of column " > '' " \
    "UNION ALL SELECT (SELECT min(" column ") FROM " table " WHERE " of column " > u.x) "     \
    "FROM u WHERE u.x IS NOT NULL) "
#define IS_DEVICE                                                                              \
    "u.x COLLATE NOCASE IN (SELECT n.asset FROM equipment_detail n "                           \
    "WHERE n.equipment_id = :equipment_id) "
#define GOOD "f.step = 5 AND ifnull(f.left_, f.found) <= 1 "
#define ROW                                                                                    \
    "SELECT b.id, b.equipment_id, b.calibration_id, b.from_ms, b.to_ms, b.text, b.at_ms, "     \
    "b.by_user, q.asset, m.maker || ' ' || m.name FROM lookback b "                            \
    "JOIN equipment_find q ON q.equipment_id = b.equipment_id "                                \
    "JOIN equipment_model m ON m.id = (SELECT ifnull(max(w.id), q.model_id) "                  \
    "FROM equipment_model w WHERE w.first_id = q.model_id) "

const struct ct_sql ct_lookback_sql[CT_LOOKBACK_SQL_N] = {
    /* The last approved calibration by that template that left it in tolerance, or an
     * outside one that was scheduled for it; else its registration. */
    [CT_SQL_LOOKBACK_FROM] =
        {"lookback.from",
         "SELECT max(ifnull((SELECT max(f.done_ms) FROM calibration_find f "
         "JOIN calibration k ON k.id = f.calibration_id "
         "WHERE f.equipment_id = :equipment_id AND f.done_ms < :found_ms AND " GOOD
         "AND k.template = ifnull(:template, k.template)), 0), "
         "ifnull((SELECT max(r.done_ms) FROM equipment_result r "
         "JOIN schedule s ON s.id = ifnull((SELECT g.current_id FROM schedule_find g "
         "WHERE g.schedule_id = r.schedule_id), r.schedule_id) "
         "WHERE r.equipment_id = :equipment_id AND r.kind = 0 AND r.verdict <> 1 "
         "AND r.calibration_id IS NULL AND r.voids_id IS NULL AND r.done_ms < :found_ms "
         "AND s.template = ifnull(:template, s.template) "
         "AND NOT EXISTS (SELECT 1 FROM equipment_result v WHERE v.voids_id = r.id)), 0)), "
         "(SELECT q.at_ms FROM equipment q WHERE q.id = :equipment_id)"},
    [CT_SQL_LOOKBACK_INSERT] =
        {"lookback.insert",
         "INSERT INTO lookback(equipment_id, calibration_id, from_ms, to_ms, text, at_ms, "
         "by_user) VALUES (:equipment_id, :calibration_id, :from_ms, :to_ms, :text, :at_ms, "
         ":by_user)"},
    [CT_SQL_LOOKBACK_EVENT_INSERT] =
        {"lookback.event_insert",
         "INSERT INTO lookback_event(lookback_id, kind, from_ms, line_kind, line_id, "
         "disposition, lines, hash, text, at_ms, by_user) VALUES (:lookback_id, :kind, "
         ":from_ms, :line_kind, :line_id, :disposition, :lines, :hash, :text, :at_ms, "
         ":by_user)"},
    [CT_SQL_LOOKBACK_FIND_PUT] =
        {"lookback.find_put",
         "INSERT OR IGNORE INTO lookback_find(lookback_id) VALUES (:lookback_id)"},
    [CT_SQL_LOOKBACK_FIND_DELETE] =
        {"lookback.find_delete", "DELETE FROM lookback_find WHERE lookback_id = :lookback_id"},
    [CT_SQL_LOOKBACK_COUNT] = {"lookback.count",
                               "SELECT count(*) FROM lookback_find WHERE lookback_id > 0"},
    [CT_SQL_LOOKBACK_GET] = {"lookback.get", ROW "WHERE b.id = :id"},
    [CT_SQL_LOOKBACK_IDS] =
        {"lookback.ids", "SELECT id FROM lookback WHERE id > 0 ORDER BY id DESC LIMIT :limit"},
    [CT_SQL_LOOKBACK_IDS_OPEN] =
        {"lookback.ids_open", "SELECT lookback_id FROM lookback_find WHERE lookback_id > 0 "
                              "ORDER BY lookback_id DESC LIMIT :limit"},
    [CT_SQL_LOOKBACK_IDS_OF] =
        {"lookback.ids_of", "SELECT b.id FROM lookback b WHERE b.equipment_id = :equipment_id "
                            "AND (:open = 0 OR EXISTS (SELECT 1 FROM lookback_find o "
                            "WHERE o.lookback_id = b.id)) ORDER BY b.id DESC LIMIT :limit"},
    [CT_SQL_LOOKBACK_EVENTS] =
        {"lookback.events",
         "SELECT kind, from_ms, lines, text, at_ms, by_user FROM lookback_event "
         "WHERE lookback_id = :lookback_id AND kind <> 1 ORDER BY id"},
    [CT_SQL_LOOKBACK_SAID] =
        {"lookback.said",
         "SELECT line_kind, line_id, disposition, text, at_ms, by_user, max(id) "
         "FROM lookback_event WHERE lookback_id = :lookback_id AND kind = 1 "
         "GROUP BY line_kind, line_id ORDER BY line_kind, line_id"},
    [CT_SQL_LOOKBACK_TEXT] = {"lookback.text",
                              "SELECT x.text FROM calibration k JOIN calibration_text x "
                              "ON x.id = k.text_id WHERE k.id = :id"},
    [CT_SQL_LOOKBACK_VITALS] =
        {"lookback.vitals",
         NAMES("vitals_device", "device", "")
         "SELECT v.id, v.taken_ms, v.patient_id, d.device, d.quantities & :quantities FROM u "
         "CROSS JOIN vitals_device d ON d.device = u.x AND d.vitals_id >= :least_id "
         "CROSS JOIN vitals_now v ON v.id = d.vitals_id "
         "WHERE " IS_DEVICE "AND v.taken_ms >= :from_ms AND v.taken_ms <= :to_ms "
         "AND (d.quantities & :quantities) <> 0"},
    [CT_SQL_LOOKBACK_RECORDED] =
        {"lookback.recorded",
         "SELECT v.id, v.recorded_ms, (SELECT max(m.id) FROM vitals m) FROM vitals v "
         "WHERE v.id >= :id ORDER BY v.id LIMIT 1"},
    [CT_SQL_LOOKBACK_PROCEDURES] =
        {"lookback.procedures",
         NAMES("procedure_use", "what", "kind = 1 AND ")
         ", p(procedure_id, at_ms, what) AS (SELECT d.procedure_id, "
         "ifnull((SELECT min(e.at_ms) FROM procedure_event e "
         "WHERE e.procedure_id = d.procedure_id AND e.state = 4), d.at_ms), d.what FROM u "
         "CROSS JOIN procedure_use d ON d.kind = 1 AND d.what = u.x "
         "WHERE " IS_DEVICE "AND d.ends_id IS NULL "
         "AND NOT EXISTS (SELECT 1 FROM procedure_use s WHERE s.ends_id = d.id)) "
         "SELECT p.procedure_id, p.at_ms, f.patient_id, p.what FROM p "
         "JOIN procedure_find f ON f.procedure_id = p.procedure_id "
         "WHERE p.at_ms >= :from_ms AND p.at_ms <= :to_ms"},
    [CT_SQL_LOOKBACK_LOAD] =
        {"lookback.load", "SELECT cycle_number, programme, packs, state FROM load_find "
                          "WHERE load_id = :load_id"},
    [CT_SQL_LOOKBACK_COLDEST] =
        {"lookback.coldest",
         "SELECT r.record_id, v.low FROM load_reading r CROSS JOIN load_value v "
         "ON v.reading_id = r.id AND v.measure = :measure WHERE r.load_id = :load_id "
         "ORDER BY r.id"},
    [CT_SQL_LOOKBACK_LOADS] =
        {"lookback.loads",
         "SELECT l.load_id, l.started_ms, q.asset FROM load_find l "
         "JOIN equipment_find q ON q.equipment_id = l.equipment_id "
         "WHERE l.equipment_id = :equipment_id AND l.started_ms >= :from_ms "
         "AND l.started_ms <= :to_ms"},
    [CT_SQL_LOOKBACK_CALIBRATIONS] =
        {"lookback.calibrations",
         "SELECT k.id, k.done_ms, k.equipment_id, e.asset, k.template, x.text "
         "FROM calibration_reference r "
         "CROSS JOIN calibration k ON k.id = r.calibration_id "
         "JOIN calibration_find f ON f.calibration_id = k.id "
         "JOIN equipment_find e ON e.equipment_id = k.equipment_id "
         "JOIN calibration_text x ON x.id = k.text_id "
         "WHERE r.equipment_id = :equipment_id AND f.step < 6 "
         "AND k.done_ms >= :from_ms AND k.done_ms <= :to_ms"},
    /* Good again by that template, with another reference than the doubtful one. */
    [CT_SQL_LOOKBACK_NEXT] =
        {"lookback.next",
         "SELECT min(f.done_ms) FROM calibration_find f "
         "JOIN calibration k ON k.id = f.calibration_id "
         "WHERE f.equipment_id = :equipment_id AND f.done_ms > :after_ms AND " GOOD
         "AND k.template = :template AND NOT EXISTS (SELECT 1 FROM calibration_reference r "
         "WHERE r.calibration_id = f.calibration_id AND r.equipment_id = :reference_id "
         "AND f.done_ms <= :until_ms)"},
    [CT_SQL_LOOKBACK_FAILED] =
        {"lookback.failed",
         "SELECT max(f.calibration_id) FROM calibration_find f "
         "JOIN calibration k ON k.id = f.calibration_id "
         "WHERE f.equipment_id = :equipment_id AND f.done_ms >= :from_ms "
         "AND f.done_ms <= :to_ms AND f.found >= 2 AND f.step < 6 AND k.kind = 0"},
};
