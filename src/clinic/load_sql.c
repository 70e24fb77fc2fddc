/* load_sql - the statements of load*.c. */
#include "clinic/load_priv.h"

/* What load_read.c's row() reads. */
#define ROW                                                                                \
    "l.id, l.equipment_id, l.programme, l.immediate, l.procedure_id, l.reason, l.prevent, " \
    "l.at_ms, l.by_user, q.asset, f.state, f.state_ms, f.started_ms, f.ended_ms, "         \
    "f.cycle_number, f.started_by, f.implant, f.packs, f.verdict, f.bi, f.bi_due_ms, f.early"
#define ROW_FROM                                                                           \
    "CROSS JOIN load l ON l.id = f.load_id "                                               \
    "JOIN equipment_find q ON q.equipment_id = l.equipment_id "
#define BI                                                                                 \
    "b.id, b.load_id, b.indicator, b.product, b.lot, b.control_lot, b.expires_day, "       \
    "b.incubator, b.incubation_ms, b.latest_ms, b.started_ms, b.control_started_ms, b.at_ms, " \
    "b.by_user, r.test, r.control, r.read_ms, r.by_user, r.text"
#define BI_FROM                                                                            \
    "LEFT JOIN load_bi_read r ON r.id = (SELECT max(w.id) FROM load_bi_read w "            \
    "WHERE w.bi_id = b.id) "
#define EARLY                                                                              \
    "e.id, e.load_id, e.pack_id, e.procedure_id, e.ci_id, e.reason, e.prevent, "           \
    "e.authoriser, e.at_ms, e.by_user, f.bi"

const struct ct_sql ct_load_sql[CT_LOAD_SQL_N] = {
    [CT_SQL_LOAD_INSERT] =
        {"load.insert",
         "INSERT INTO load(equipment_id, programme, canonical, immediate, procedure_id, reason, "
         "prevent, at_ms, by_user) VALUES (:equipment_id, :programme, :canonical, :immediate, "
         ":procedure_id, :reason, :prevent, :at_ms, :by_user)"},
    [CT_SQL_LOAD_EVENT_INSERT] =
        {"load.event_insert",
         "INSERT INTO load_event(load_id, step, cycle_number, text, at_ms, recorded_ms, by_user) "
         "VALUES (:load_id, :step, :cycle_number, :text, :at_ms, :recorded_ms, :by_user)"},
    [CT_SQL_LOAD_FIND_PUT] =
        {"load.find_put",
         "INSERT INTO load_find(load_id, equipment_id, programme, state, state_ms, started_ms, "
         "ended_ms, started_by, cycle_number, implant, packs, verdict, bi, bi_due_ms, early) "
         "VALUES (:load_id, :equipment_id, :programme, :state, :state_ms, :started_ms, "
         ":ended_ms, :started_by, :cycle_number, :implant, :packs, :verdict, :bi, :bi_due_ms, "
         ":early) ON CONFLICT(load_id) DO UPDATE SET state = excluded.state, "
         "state_ms = excluded.state_ms, started_ms = excluded.started_ms, "
         "ended_ms = excluded.ended_ms, started_by = excluded.started_by, "
         "cycle_number = excluded.cycle_number, implant = excluded.implant, "
         "packs = excluded.packs, verdict = excluded.verdict, bi = excluded.bi, "
         "bi_due_ms = excluded.bi_due_ms, early = excluded.early"},
    [CT_SQL_LOAD_GET] =
        {"load.get", "SELECT " ROW " FROM load l JOIN equipment_find q "
                     "ON q.equipment_id = l.equipment_id LEFT JOIN load_find f "
                     "ON f.load_id = l.id WHERE l.id = :id"},
    [CT_SQL_LOAD_LAST] = {"load.last", "SELECT step, at_ms FROM load_event "
                                       "WHERE load_id = :id ORDER BY id DESC LIMIT 1"},
    [CT_SQL_LOAD_EVENTS] =
        {"load.events", "SELECT id, step, cycle_number, text, at_ms, recorded_ms, by_user "
                        "FROM load_event WHERE load_id = :id ORDER BY id"},
    [CT_SQL_LOAD_LIST_OPEN] =
        {"load.list_open", "SELECT " ROW " FROM load_find f INDEXED BY load_find_open " ROW_FROM
                           "WHERE f.state < 7 ORDER BY f.load_id DESC LIMIT :limit"},
    [CT_SQL_LOAD_LIST_ALL] =
        {"load.list_all", "SELECT " ROW " FROM load_find f " ROW_FROM
                          "WHERE f.load_id > 0 ORDER BY f.load_id DESC LIMIT :limit"},
    [CT_SQL_LOAD_LIST_MACHINE] =
        {"load.list_machine",
         "SELECT " ROW " FROM load_find f " ROW_FROM "WHERE f.equipment_id = :equipment_id "
         "ORDER BY f.started_ms DESC, f.load_id DESC LIMIT :limit"},
    [CT_SQL_LOAD_RUNNING] =
        {"load.running", "SELECT load_id FROM load_find INDEXED BY load_find_open "
                         "WHERE state < 7 AND state = 1 AND equipment_id = :equipment_id"},
    [CT_SQL_LOAD_CANONICAL] = {"load.canonical",
                               "SELECT programme, canonical FROM load WHERE id = :id"},
    [CT_SQL_LOAD_CYCLE_LAST] =
        {"load.cycle_last",
         "SELECT cycle_number, started_ms FROM load_find WHERE equipment_id = :equipment_id "
         "AND started_ms IS NOT NULL AND cycle_number IS NOT NULL "
         "AND (:programme = '' OR programme = :programme) "
         "ORDER BY started_ms DESC, load_id DESC LIMIT 1"},
    [CT_SQL_LOAD_CYCLE_TEST] =
        {"load.cycle_test",
         "SELECT t.cycle_number, t.done_ms FROM machine_test t "
         "WHERE t.equipment_id = :equipment_id AND t.cycle_number IS NOT NULL "
         "AND (:programme = '' OR t.programme = :programme) AND t.voids_id IS NULL "
         "AND NOT EXISTS (SELECT 1 FROM machine_test w WHERE w.voids_id = t.id) "
         "ORDER BY t.done_ms DESC, t.id DESC LIMIT 1"},
    [CT_SQL_LOAD_CYCLE_BORNE] =
        {"load.cycle_borne",
         "SELECT load_id FROM load_find WHERE equipment_id = :equipment_id "
         "AND cycle_number = :cycle_number AND started_ms >= :since_ms "
         "AND (:programme = '' OR programme = :programme)"},
    [CT_SQL_LOAD_CYCLE_TESTED] =
        {"load.cycle_tested",
         "SELECT t.id FROM machine_test t WHERE t.equipment_id = :equipment_id "
         "AND t.cycle_number = :cycle_number AND t.done_ms >= :since_ms "
         "AND (:programme = '' OR t.programme = :programme) AND t.voids_id IS NULL "
         "AND NOT EXISTS (SELECT 1 FROM machine_test w WHERE w.voids_id = t.id)"},
    [CT_SQL_CYCLE_GAP_INSERT] =
        {"load.gap_insert",
         "INSERT INTO cycle_gap(equipment_id, programme, before, number, text, at_ms, by_user) "
         "VALUES (:equipment_id, :programme, :before, :number, :text, :at_ms, :by_user)"},
    [CT_SQL_CYCLE_GAPS] =
        {"load.gaps", "SELECT id, equipment_id, programme, before, number, text, at_ms, by_user "
                      "FROM cycle_gap WHERE equipment_id = :equipment_id ORDER BY id DESC"},
    [CT_SQL_LOAD_RECORD_INSERT] =
        {"load.record_insert",
         "INSERT INTO load_record(load_id, name, profile, cycle, number, state, verdict, hash, "
         "bytes, at_ms, by_user) VALUES (:load_id, :name, :profile, :cycle, :number, :state, "
         ":verdict, :hash, :bytes, :at_ms, :by_user)"},
    [CT_SQL_LOAD_RECORD_SAME] =
        {"load.record_same",
         "SELECT load_id FROM load_record WHERE hash = :hash AND cycle = :cycle"},
    [CT_SQL_LOAD_RECORDS] =
        {"load.records", "SELECT id, name, profile, cycle, number, state, verdict, hash, at_ms, "
                         "by_user, length(bytes) FROM load_record WHERE load_id = :id "
                         "ORDER BY id"},
    [CT_SQL_LOAD_RECORD_BYTES] =
        {"load.record_bytes", "SELECT bytes, profile FROM load_record WHERE id = :id"},
    [CT_SQL_LOAD_READING_INSERT] =
        {"load.reading_insert",
         "INSERT INTO load_reading(load_id, record_id, verdict, unmeasured, text, reason, at_ms, "
         "by_user) VALUES (:load_id, :record_id, :verdict, :unmeasured, :text, :reason, :at_ms, "
         ":by_user)"},
    [CT_SQL_LOAD_VALUE_INSERT] =
        {"load.value_insert", "INSERT INTO load_value(reading_id, measure, low, high) "
                              "VALUES (:reading_id, :measure, :low, :high)"},
    [CT_SQL_LOAD_READINGS] =
        {"load.readings", "SELECT id, load_id, record_id, verdict, unmeasured, text, reason, "
                          "at_ms, by_user FROM load_reading WHERE load_id = :id ORDER BY id"},
    [CT_SQL_LOAD_VALUES] =
        {"load.values", "SELECT measure, low, high FROM load_value "
                        "WHERE reading_id = :reading_id ORDER BY measure"},
    [CT_SQL_LOAD_CI_INSERT] =
        {"load.ci_insert",
         "INSERT INTO load_ci(load_id, indicator, type, place, pack_id, result, lot, text, "
         "at_ms, by_user) VALUES (:load_id, :indicator, :type, :place, :pack_id, :result, :lot, "
         ":text, :at_ms, :by_user)"},
    [CT_SQL_LOAD_CIS] =
        {"load.cis", "SELECT id, load_id, indicator, type, place, pack_id, result, lot, text, "
                     "at_ms, by_user FROM load_ci WHERE load_id = :id ORDER BY id"},
    [CT_SQL_LOAD_BI_INSERT] =
        {"load.bi_insert",
         "INSERT INTO load_bi(load_id, indicator, product, lot, control_lot, expires_day, "
         "incubator, incubation_ms, latest_ms, started_ms, control_started_ms, at_ms, by_user) "
         "VALUES (:load_id, :indicator, :product, :lot, :control_lot, :expires_day, :incubator, "
         ":incubation_ms, :latest_ms, :started_ms, :control_started_ms, :at_ms, :by_user)"},
    [CT_SQL_LOAD_BI_READ_INSERT] =
        {"load.bi_read_insert",
         "INSERT INTO load_bi_read(bi_id, test, control, meaning, text, read_ms, recorded_ms, "
         "by_user) VALUES (:bi_id, :test, :control, :meaning, :text, :read_ms, :recorded_ms, "
         ":by_user)"},
    [CT_SQL_LOAD_BIS] = {"load.bis", "SELECT " BI " FROM load_bi b " BI_FROM
                                     "WHERE b.load_id = :id ORDER BY b.id"},
    [CT_SQL_LOAD_BI_GET] = {"load.bi_get", "SELECT " BI " FROM load_bi b " BI_FROM
                                           "WHERE b.id = :id"},
    [CT_SQL_LOAD_BI_DUE] =
        {"load.bi_due",
         "SELECT load_id, bi_due_ms FROM load_find INDEXED BY load_find_bi WHERE bi = 1 "
         "AND bi_due_ms <= :now_ms AND equipment_id = :equipment_id ORDER BY bi_due_ms"},
    [CT_SQL_LOAD_EARLY_INSERT] =
        {"load.early_insert",
         "INSERT INTO load_early(load_id, pack_id, procedure_id, ci_id, reason, prevent, "
         "authoriser, at_ms, by_user) VALUES (:load_id, :pack_id, :procedure_id, :ci_id, "
         ":reason, :prevent, :authoriser, :at_ms, :by_user)"},
    [CT_SQL_LOAD_EARLIES] =
        {"load.earlies", "SELECT " EARLY " FROM load_early e JOIN load_find f "
                         "ON f.load_id = e.load_id WHERE e.load_id = :id ORDER BY e.id"},
    [CT_SQL_LOAD_EARLIES_OPEN] =
        {"load.earlies_open",
         "SELECT " EARLY " FROM load_find f INDEXED BY load_find_open CROSS JOIN load_early e "
         "ON e.load_id = f.load_id WHERE f.state < 7 ORDER BY e.id"},
};
