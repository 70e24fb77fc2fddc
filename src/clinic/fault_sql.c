/* fault_sql - the statements of fault*.c, guide*.c and equipment_gate.c. */
#include "clinic/equipment_rows.h"

/* What fault_read.c's row() reads. */
#define ROW                                                                                \
    "f.id, f.equipment_id, f.cause, f.result_id, f.calibration_id, f.happened_ms, f.at_ms, " \
    "f.text, f.patient_id, f.procedure_id, f.harm, f.told, f.by_user, q.asset, "           \
    "m.maker || ' ' || m.name, d.location, l.step, l.at_ms, q.condition"
#define ROW_FROM                                                                           \
    "JOIN equipment_find q ON q.equipment_id = f.equipment_id "                            \
    "JOIN equipment_detail d ON d.id = q.detail_id "                                       \
    "JOIN equipment_model m ON m.id = (SELECT ifnull(max(w.id), q.model_id) "              \
    "FROM equipment_model w WHERE w.first_id = q.model_id) "                               \
    "JOIN fault_event l ON l.id = (SELECT max(x.id) FROM fault_event x "                   \
    "WHERE x.fault_id = f.id) "
#define STANDARDS "(:no_standards = 0 OR d.standard = 0) "
#define EVENT "id, step, cause, at_ms, recorded_ms, result_id, calibration_id, told, text, by_user"

/* The template that a result was done by: its calibration's, else its schedule's. */
#define BY_TEMPLATE                                                                        \
    "LEFT JOIN calibration k ON k.id = r.calibration_id "                                  \
    "LEFT JOIN schedule s ON s.id = ifnull((SELECT g.current_id FROM schedule_find g "     \
    "WHERE g.schedule_id = r.schedule_id), r.schedule_id) "
#define STANDS                                                                             \
    "r.voids_id IS NULL AND NOT EXISTS (SELECT 1 FROM equipment_result w "                 \
    "WHERE w.voids_id = r.id) "

const struct ct_sql ct_fault_sql[CT_FAULT_SQL_N] = {
    [CT_SQL_FAULT_INSERT] =
        {"fault.insert",
         "INSERT INTO fault(equipment_id, cause, result_id, calibration_id, happened_ms, text, "
         "patient_id, procedure_id, harm, told, at_ms, by_user) VALUES (:equipment_id, :cause, "
         ":result_id, :calibration_id, :happened_ms, :text, :patient_id, :procedure_id, :harm, "
         ":told, :at_ms, :by_user)"},
    [CT_SQL_FAULT_EVENT_INSERT] =
        {"fault.event_insert",
         "INSERT INTO fault_event(fault_id, step, at_ms, recorded_ms, cause, result_id, "
         "calibration_id, told, text, by_user) VALUES (:fault_id, :step, :at_ms, :recorded_ms, "
         ":cause, :result_id, :calibration_id, :told, :text, :by_user)"},
    [CT_SQL_FAULT_FIND_PUT] =
        {"fault.find_put",
         "INSERT INTO fault_find(fault_id, equipment_id, step, step_ms) VALUES (:fault_id, "
         ":equipment_id, :step, :step_ms) ON CONFLICT(fault_id) DO UPDATE SET "
         "step = excluded.step, step_ms = excluded.step_ms"},
    [CT_SQL_FAULT_FIND_DELETE] = {"fault.find_delete",
                                  "DELETE FROM fault_find WHERE fault_id = :fault_id"},
    [CT_SQL_FAULT_OF] = {"fault.of",
                         "SELECT fault_id FROM fault_find WHERE equipment_id = :equipment_id"},
    [CT_SQL_FAULT_GET] = {"fault.get",
                          "SELECT " ROW " FROM fault f " ROW_FROM "WHERE f.id = :id"},
    [CT_SQL_FAULT_LIST] =
        {"fault.list", "SELECT " ROW " FROM fault f " ROW_FROM "WHERE f.id > 0 AND " STANDARDS
                       "ORDER BY f.id DESC LIMIT :limit"},
    [CT_SQL_FAULT_OPEN] =
        {"fault.open", "SELECT " ROW " FROM fault_find o CROSS JOIN fault f ON f.id = o.fault_id "
                       ROW_FROM "WHERE o.fault_id > 0 AND " STANDARDS "ORDER BY o.fault_id DESC LIMIT :limit"},
    [CT_SQL_FAULT_DEVICE] =
        {"fault.device", "SELECT " ROW " FROM fault f " ROW_FROM
                         "WHERE f.equipment_id = :equipment_id AND (:open = 0 OR l.step < 7) "
                         "ORDER BY f.id DESC LIMIT :limit"},
    [CT_SQL_FAULT_EVENTS] = {"fault.events", "SELECT " EVENT " FROM fault_event "
                                             "WHERE fault_id = :fault_id ORDER BY id"},
    [CT_SQL_FAULT_LAST] = {"fault.last", "SELECT max(id) FROM fault_event "
                                         "WHERE fault_id = :fault_id AND step IN (4, 5)"},
    [CT_SQL_FAULT_FAILED] =
        {"fault.failed",
         "SELECT x.cause, ifnull(r.kind, c.kind), r.verdict, "
         "coalesce(c.template, k.template, s.template, '') FROM "
         "(SELECT f.cause, f.result_id, f.calibration_id FROM fault f WHERE f.id = :fault_id "
         "UNION ALL SELECT e.cause, e.result_id, e.calibration_id FROM fault_event e "
         "WHERE e.fault_id = :fault_id AND (e.cause IS NOT NULL OR e.step = 6)) x "
         "LEFT JOIN equipment_result r ON r.id = x.result_id "
         "LEFT JOIN calibration c ON c.id = x.calibration_id " BY_TEMPLATE},
    [CT_SQL_FAULT_SCHEDULED] =
        {"fault.scheduled",
         "SELECT s.kind, s.template FROM schedule_find g JOIN schedule s ON s.id = g.current_id "
         "WHERE g.equipment_id = :equipment_id AND g.kind < 2 AND s.ended = 0 "
         "ORDER BY s.kind, s.template"},
    [CT_SQL_FAULT_PASSED] =
        {"fault.passed",
         "SELECT r.id, r.verdict FROM fault_event e JOIN equipment_result r ON r.id = e.result_id "
         BY_TEMPLATE "WHERE e.fault_id = :fault_id AND e.step = 6 AND e.id > :since "
         "AND r.kind = :kind AND " STANDS "AND (:template = '' "
         "OR coalesce(k.template, s.template, '') = :template "
         "OR (r.calibration_id IS NULL AND r.schedule_id IS NULL)) "
         "ORDER BY e.id DESC LIMIT 1"},
    [CT_SQL_FAULT_RESULT] =
        {"fault.result",
         "SELECT r.equipment_id, r.kind, r.verdict, r.done_ms, r.recorded_ms, " STANDS
         "FROM equipment_result r WHERE r.id = :id"},
    [CT_SQL_FAULT_UNLINKED] =
        {"fault.unlinked",
         "SELECT r.id, r.kind, r.verdict FROM equipment_result r "
         "WHERE r.equipment_id = :equipment_id AND r.day >= :day AND r.done_ms >= :since_ms "
         "AND " STANDS "AND NOT EXISTS (SELECT 1 FROM fault_event e WHERE e.fault_id = :fault_id "
         "AND e.result_id = r.id) ORDER BY r.id"},
    [CT_SQL_FAULT_DOERS] =
        {"fault.doers",
         "WITH t(result_id, by_user) AS (SELECT e.result_id, e.by_user FROM fault_event e "
         "WHERE e.fault_id = :fault_id AND e.step = 6) "
         "SELECT 0, e.at_ms FROM fault_event e WHERE e.fault_id = :fault_id "
         "AND e.step IN (4, 5) AND e.by_user = :user_id "
         "UNION ALL SELECT 1, r.done_ms FROM t JOIN equipment_result r ON r.id = t.result_id "
         "WHERE r.calibration_id IS NULL AND :user_id IN (t.by_user, r.by_user) "
         "UNION ALL SELECT 1, k.done_ms FROM t JOIN equipment_result r ON r.id = t.result_id "
         "JOIN calibration k ON k.id = r.calibration_id WHERE k.by_user = :user_id "
         "OR EXISTS (SELECT 1 FROM calibration_event v WHERE v.calibration_id = k.id "
         "AND v.step < 3 AND v.by_user = :user_id) LIMIT 1"},
    [CT_SQL_GUIDE_WALK_INSERT] =
        {"guide.walk_insert",
         "INSERT INTO guide_walk(equipment_id, guide, version, text, at_ms, by_user) VALUES "
         "(:equipment_id, :guide, :version, :text, :at_ms, :by_user)"},
};
