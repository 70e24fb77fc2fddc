/* scope_sql - the statements of scope*.c. */
#include "clinic/scope_priv.h"

/* What scope_read.c's row() reads. */
#define ROW                                                                                \
    "r.id, r.equipment_id, r.programme, r.why, r.procedure_id, r.used_ms, r.text, "        \
    "r.again_id, r.at_ms, r.by_user, q.asset, p.patient_id, f.state, f.step, f.step_ms, "  \
    "f.until_ms, e.text, e.by_user, e.at_ms, r.canonical, f.from_ms "
#define ROW_FROM                                                                           \
    "FROM scope_record r JOIN scope_find f ON f.record_id = r.id "                         \
    "JOIN equipment_find q ON q.equipment_id = r.equipment_id "                            \
    "LEFT JOIN procedure p ON p.id = r.procedure_id "                                      \
    "LEFT JOIN scope_end e ON e.record_id = r.id "

/* Where procedures name the endoscope by a number that it bears or bore, the last so many that
 * were entered: when they began, else when it was entered. One that was called off before it
 * began used nothing. None of what was entered, and whose last step was, before :from_ms began
 * after it: that is seen first, and spares the events. */
#define USES                                                                               \
    "n(asset) AS (SELECT DISTINCT asset FROM equipment_detail "                            \
    "WHERE equipment_id = :equipment_id), "                                                \
    "i(id) AS (SELECT x.id FROM n CROSS JOIN procedure_use x "                             \
    "INDEXED BY procedure_use_device ON x.what = n.asset COLLATE NOCASE "                  \
    "WHERE x.kind = 1 ORDER BY x.id DESC LIMIT :uses), "                                   \
    "u(procedure_id, at_ms, patient_id) AS MATERIALIZED (SELECT d.procedure_id, "          \
    "ifnull((SELECT min(e.at_ms) FROM procedure_event e "                                  \
    "WHERE e.procedure_id = d.procedure_id AND e.state = 4), d.at_ms), k.patient_id "      \
    "FROM i CROSS JOIN procedure_use d ON d.id = i.id "                                    \
    "CROSS JOIN procedure_find k ON k.procedure_id = d.procedure_id "                      \
    "WHERE (d.at_ms > :from_ms OR k.state_ms > :from_ms) AND d.ends_id IS NULL "           \
    "AND NOT EXISTS (SELECT 1 FROM procedure_use s WHERE s.ends_id = d.id) "               \
    "AND (k.state < 6 OR EXISTS (SELECT 1 FROM procedure_event b "                         \
    "WHERE b.procedure_id = d.procedure_id AND b.state = 4))) "

#define FIND "f.record_id, f.equipment_id, f.from_ms, f.state, f.step, f.step_ms, f.until_ms "
#define DEVICE                                                                             \
    "SELECT f.equipment_id, f.asset, m.maker || ' ' || m.name, f.serial, f.location, "     \
    "f.condition FROM equipment_find f JOIN equipment_model m ON m.id = "                  \
    "(SELECT ifnull(max(w.id), f.model_id) FROM equipment_model w "                        \
    "WHERE w.first_id = f.model_id) "

const struct ct_sql ct_scope_sql[CT_SCOPE_SQL_N] = {
    [CT_SQL_SCOPE_INSERT] =
        {"scope.insert",
         "INSERT INTO scope_record(equipment_id, programme, canonical, why, again_id, "
         "procedure_id, used_ms, text, at_ms, by_user) VALUES (:equipment_id, :programme, "
         ":canonical, :why, :again_id, :procedure_id, :used_ms, :text, :at_ms, :by_user)"},
    [CT_SQL_SCOPE_STEP_INSERT] =
        {"scope.step_insert",
         "INSERT INTO scope_step(record_id, step, failed, done_ms, soak_id, machine_id, "
         "programme, cycle_number, place, reason, text, fault_id, at_ms, by_user) VALUES "
         "(:record_id, :step, :failed, :done_ms, :soak_id, :machine_id, :programme, "
         ":cycle_number, :place, :reason, :text, :fault_id, :at_ms, :by_user)"},
    [CT_SQL_SCOPE_END_INSERT] =
        {"scope.end_insert", "INSERT INTO scope_end(record_id, in_error, text, at_ms, by_user) "
                             "VALUES (:record_id, :in_error, :text, :at_ms, :by_user)"},
    [CT_SQL_SCOPE_FIND_PUT] =
        {"scope.find_put",
         "INSERT OR REPLACE INTO scope_find(record_id, equipment_id, from_ms, state, step, "
         "step_ms, until_ms) VALUES (:record_id, :equipment_id, :from_ms, :state, :step, "
         ":step_ms, :until_ms)"},
    [CT_SQL_SCOPE_GET] = {"scope.get", "SELECT " ROW ROW_FROM "WHERE r.id = :id"},
    [CT_SQL_SCOPE_STEPS] =
        {"scope.steps",
         "SELECT s.step, s.failed, s.done_ms, s.soak_id, k.bath_id, s.machine_id, q.asset, "
         "s.programme, s.cycle_number, s.place, s.reason, s.text, s.fault_id, s.at_ms, "
         "s.by_user FROM scope_step s LEFT JOIN bath_soak k ON k.id = s.soak_id "
         "LEFT JOIN equipment_find q ON q.equipment_id = s.machine_id "
         "WHERE s.record_id = :record_id ORDER BY s.step"},
    [CT_SQL_SCOPE_LAST] = {"scope.last",
                           "SELECT " FIND "FROM scope_find f WHERE f.equipment_id = "
                           ":equipment_id AND f.state <> 4 "
                           "ORDER BY f.record_id DESC LIMIT 1"},
    [CT_SQL_SCOPE_BEFORE] =
        {"scope.before", "SELECT f.record_id, f.step_ms FROM scope_find f "
                         "WHERE f.equipment_id = :equipment_id AND f.record_id < :record_id "
                         "AND f.state <> 4 ORDER BY f.record_id DESC LIMIT 1"},
    [CT_SQL_SCOPE_AT] = {"scope.at", "SELECT " FIND
                                     "FROM scope_find f WHERE f.equipment_id = :equipment_id "
                                     "AND f.state <> 4 AND f.from_ms <= :at_ms "
                                     "ORDER BY f.record_id DESC LIMIT 1"},
    [CT_SQL_SCOPE_CAME] = {"scope.came",
                           "SELECT f.record_id FROM scope_find f WHERE f.equipment_id = "
                           ":equipment_id AND f.state = 1 AND f.step_ms <= :at_ms "
                           "ORDER BY f.record_id DESC LIMIT 1"},
    [CT_SQL_SCOPE_SINCE] =
        {"scope.since",
         "WITH " USES "SELECT u.procedure_id, u.at_ms FROM u "
         "WHERE u.at_ms > :from_ms AND u.at_ms < :at_ms "
         "AND u.procedure_id <> ifnull((SELECT r.procedure_id FROM scope_record r "
         "WHERE r.id = :record_id), 0) ORDER BY u.at_ms DESC LIMIT 1"},
    [CT_SQL_SCOPE_SOAK] =
        {"scope.soak",
         "SELECT s.id, s.bath_id, s.started_ms, s.ready_ms, e.ended_ms, e.done, "
         "EXISTS (SELECT 1 FROM bath_end b WHERE b.bath_id = s.bath_id) FROM bath_soak s "
         "LEFT JOIN bath_soak_end e ON e.soak_id = s.id "
         "WHERE s.item = :asset COLLATE NOCASE AND NOT EXISTS (SELECT 1 FROM scope_step t "
         "WHERE t.soak_id = s.id) ORDER BY s.id DESC LIMIT 1"},
    [CT_SQL_SCOPE_BEGAN] =
        {"scope.began",
         "SELECT p.patient_id, (SELECT min(e.at_ms) FROM procedure_event e "
         "WHERE e.procedure_id = p.id AND e.state = 4), (SELECT max(e.at_ms) "
         "FROM procedure_event e WHERE e.procedure_id = p.id AND e.state > 4), k.state "
         "FROM procedure p JOIN procedure_find k ON k.procedure_id = p.id WHERE p.id = :id"},
    [CT_SQL_SCOPE_CYCLE] =
        {"scope.cycle",
         "SELECT 'T-' || t.id FROM machine_test t WHERE t.equipment_id = :machine_id "
         "AND t.cycle_number = :cycle_number AND t.voids_id IS NULL AND :counter = 0 "
         "AND NOT EXISTS (SELECT 1 FROM machine_test z WHERE z.voids_id = t.id) "
         "UNION ALL SELECT 'RE-' || s.record_id FROM scope_step s JOIN scope_find f "
         "ON f.record_id = s.record_id WHERE s.machine_id = :machine_id "
         "AND s.cycle_number = :cycle_number AND f.equipment_id = :equipment_id "
         "AND f.state <> 4 AND (:counter = 0 OR s.programme = :programme) LIMIT 1"},
    [CT_SQL_SCOPE_LIST] = {"scope.list", DEVICE "WHERE f.sort >= '' AND f.class = :class "
                                                "AND f.condition < 5 ORDER BY f.sort"},
    [CT_SQL_SCOPE_ONE] = {"scope.one", DEVICE "WHERE f.equipment_id = :equipment_id "
                                              "AND f.class = :class"},
    [CT_SQL_SCOPE_PAST] =
        {"scope.past",
         "WITH " USES "SELECT ifnull(f.step_ms, f.from_ms) AS at_ms, 0 AS source, f.record_id, "
         "f.state, CASE f.state WHEN 1 THEN (SELECT s.place FROM scope_step s "
         "WHERE s.record_id = f.record_id AND s.step = f.step) "
         "WHEN 0 THEN '' ELSE ifnull((SELECT e.text FROM scope_end e "
         "WHERE e.record_id = f.record_id), (SELECT s.text FROM scope_step s "
         "WHERE s.record_id = f.record_id AND s.step = f.step)) END, 0, 0 "
         "FROM scope_find f WHERE f.equipment_id = :equipment_id "
         "UNION ALL SELECT u.at_ms, 1, u.procedure_id, k.state, d.title, u.patient_id, 0 FROM "
         "u "
         "JOIN procedure_find k ON k.procedure_id = u.procedure_id "
         "JOIN procedure_detail d ON d.id = k.detail_id "
         "UNION ALL SELECT r.used_ms, 1, r.procedure_id, k.state, d.title, k.patient_id, r.id "
         "FROM scope_record r JOIN procedure_find k ON k.procedure_id = r.procedure_id "
         "JOIN procedure_detail d ON d.id = k.detail_id "
         "WHERE r.equipment_id = :equipment_id AND r.again_id IS NULL "
         "AND NOT EXISTS (SELECT 1 FROM u WHERE u.procedure_id = r.procedure_id) "
         "ORDER BY at_ms DESC, source DESC LIMIT :limit"},
};
