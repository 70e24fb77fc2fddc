/* machine_sql - the statements of machine*.c. */
#include "clinic/sterile_rows.h"

#define PROGRAMME "m.id, m.equipment_id, m.programme, m.counter, m.ended, m.reason, m.at_ms, m.by_user"
#define TEST                                                                               \
    "t.id, t.equipment_id, t.kind, t.result, t.programme, t.cycle_number, t.lot, t.remark, " \
    "t.fault_id, t.done_ms, t.recorded_ms, t.by_user, "                                    \
    "(SELECT w.reason FROM machine_test w WHERE w.voids_id = t.id)"
#define STANDS                                                                             \
    "t.voids_id IS NULL AND NOT EXISTS (SELECT 1 FROM machine_test w WHERE w.voids_id = t.id)"

const struct ct_sql ct_machine_sql[CT_MACHINE_SQL_N] = {
    [CT_SQL_MACHINE_PROGRAMME_INSERT] =
        {"machine.programme_insert",
         "INSERT INTO machine_programme(equipment_id, programme, counter, ended, reason, "
         "at_ms, by_user) VALUES (:equipment_id, :programme, :counter, :ended, :reason, "
         ":at_ms, :by_user)"},
    [CT_SQL_MACHINE_PROGRAMME_LAST] =
        {"machine.programme_last",
         "SELECT " PROGRAMME " FROM machine_programme m WHERE m.equipment_id = :equipment_id "
         "AND m.programme = :programme ORDER BY m.id DESC LIMIT 1"},
    [CT_SQL_MACHINE_PROGRAMMES] =
        {"machine.programmes",
         "SELECT " PROGRAMME " FROM machine_programme m WHERE m.equipment_id = :equipment_id "
         "AND m.ended = 0 AND NOT EXISTS (SELECT 1 FROM machine_programme w "
         "WHERE w.equipment_id = m.equipment_id AND w.programme = m.programme "
         "AND w.id > m.id) ORDER BY m.programme"},
    [CT_SQL_MACHINE_TEST_INSERT] =
        {"machine.test_insert",
         "INSERT INTO machine_test(equipment_id, kind, result, programme, cycle_number, lot, "
         "remark, fault_id, done_ms, day, recorded_ms, by_user, voids_id, reason) VALUES "
         "(:equipment_id, :kind, :result, :programme, :cycle_number, :lot, :remark, :fault_id, "
         ":done_ms, :day, :recorded_ms, :by_user, :voids_id, :reason)"},
    [CT_SQL_MACHINE_TEST_VALUE_INSERT] =
        {"machine.test_value_insert",
         "INSERT INTO machine_test_value(test_id, measure, value) VALUES (:test_id, :measure, "
         ":value)"},
    [CT_SQL_MACHINE_TEST_GET] =
        {"machine.test_get",
         "SELECT " TEST " FROM machine_test t WHERE t.id = :id AND t.voids_id IS NULL"},
    [CT_SQL_MACHINE_TEST_VALUES] =
        {"machine.test_values",
         "SELECT measure, value FROM machine_test_value WHERE test_id = :test_id "
         "ORDER BY measure"},
    [CT_SQL_MACHINE_TEST_LIST] =
        {"machine.test_list",
         "SELECT " TEST " FROM machine_test t WHERE t.equipment_id = :equipment_id "
         "AND t.voids_id IS NULL ORDER BY t.done_ms DESC, t.id DESC LIMIT :limit"},
    [CT_SQL_MACHINE_TEST_LIST_KIND] =
        {"machine.test_list_kind",
         "SELECT " TEST " FROM machine_test t WHERE t.equipment_id = :equipment_id "
         "AND t.kind = :kind AND t.voids_id IS NULL "
         "ORDER BY t.done_ms DESC, t.id DESC LIMIT :limit"},
    [CT_SQL_MACHINE_TEST_ROW] =
        {"machine.test_row",
         "SELECT t.result, t.done_ms, t.day FROM machine_test t "
         "WHERE t.equipment_id = :equipment_id AND t.kind = :kind AND t.done_ms > :since_ms "
         "AND t.done_ms <= :until_ms AND t.result < 2 AND " STANDS
         " ORDER BY t.done_ms DESC, t.id DESC LIMIT :limit"},
    [CT_SQL_MACHINE_TEST_FAILED] =
        {"machine.test_failed",
         "SELECT max(t.done_ms) FROM machine_test t WHERE t.equipment_id = :equipment_id "
         "AND t.kind IN (0, 1, 2, 3, 4, 5, 6) AND t.result = 1 AND t.fault_id IS NOT NULL "
         "AND t.done_ms <= :until_ms AND " STANDS},
    [CT_SQL_MACHINE_TEST_CYCLE] =
        {"machine.test_cycle",
         "SELECT t.id FROM machine_test t WHERE t.equipment_id = :equipment_id "
         "AND t.cycle_number = :cycle_number AND t.kind = :kind "
         "AND (:counter = 0 OR t.programme = :programme) AND " STANDS},
    [CT_SQL_MACHINE_TEST_CYCLE_MAX] =
        {"machine.test_cycle_max",
         "SELECT max(t.cycle_number) FROM machine_test t WHERE t.equipment_id = :equipment_id "
         "AND t.cycle_number IS NOT NULL AND t.done_ms <= :until_ms AND " STANDS},
    [CT_SQL_MACHINE_REPAIRED] =
        {"machine.repaired",
         "SELECT max(e.at_ms) FROM fault f CROSS JOIN fault_event e ON e.fault_id = f.id "
         "WHERE f.equipment_id = :equipment_id AND e.step = 4 AND e.at_ms <= :until_ms"},
    [CT_SQL_MACHINE_MOVED] =
        {"machine.moved",
         "SELECT max(d.at_ms) FROM equipment_detail d CROSS JOIN equipment_detail p "
         "ON p.id = d.replaces_id WHERE d.equipment_id = :equipment_id "
         "AND d.at_ms <= :until_ms AND p.location <> '' AND d.location <> '' "
         "AND d.location <> p.location COLLATE NOCASE"},
    [CT_SQL_MACHINE_LIST] =
        {"machine.list",
         "SELECT DISTINCT q.equipment_id FROM machine_programme m JOIN equipment_find q "
         "ON q.equipment_id = m.equipment_id WHERE m.id > 0 AND m.ended = 0 "
         "AND q.condition <> 5 AND NOT EXISTS (SELECT 1 FROM machine_programme w "
         "WHERE w.equipment_id = m.equipment_id AND w.programme = m.programme "
         "AND w.id > m.id) ORDER BY q.sort"},
};
