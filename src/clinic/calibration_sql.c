/* calibration_sql - the statements of calibration*.c, certificate.c, drift.c. */
#include "clinic/equipment_rows.h"

#define CAL_COLUMNS                                                                            \
    "k.id, k.equipment_id, k.detail_id, k.schedule_id, k.fault_id, k.kind, k.text_id, k.why, " \
    "k.rule, k.rule_source, k.place, k.item_state, k.temp_c10, k.rh_pct, k.press_hpa, "        \
    "k.done_ms, k.at_ms, k.by_user, f.step, f.found, f.left_, x.text"
#define LINE_COLUMNS                                                                           \
    "k.id, k.equipment_id, k.done_ms, e.asset, k.title, k.by_user, f.step, f.found, f.left_, " \
    "k.template "

const struct ct_sql ct_calibration_sql[CT_CALIBRATION_SQL_N] = {
    [CT_SQL_CAL_TEXT_FIND] = {"calibration.text_find",
                              "SELECT id, text FROM calibration_text WHERE hash = :hash"},
    [CT_SQL_CAL_TEXT_INSERT] = {"calibration.text_insert",
                                "INSERT INTO calibration_text(hash, text, at_ms, by_user) "
                                "VALUES (:hash, :text, :at_ms, :by_user)"},
    [CT_SQL_CAL_INSERT] =
        {"calibration.insert",
         "INSERT INTO calibration(equipment_id, detail_id, schedule_id, fault_id, kind, "
         "template, version, title, text_id, why, rule, rule_source, place, item_state, "
         "temp_c10, rh_pct, press_hpa, done_ms, at_ms, by_user) VALUES (:equipment_id, "
         ":detail_id, :schedule_id, :fault_id, :kind, :template, :version, :title, :text_id, "
         ":why, :rule, :rule_source, :place, :item_state, :temp_c10, :rh_pct, :press_hpa, "
         ":done_ms, :at_ms, :by_user)"},
    [CT_SQL_CAL_REFERENCE_INSERT] =
        {"calibration.reference_insert",
         "INSERT INTO calibration_reference(calibration_id, equipment_id, detail_id, last_day, "
         "certificate) VALUES (:calibration_id, :equipment_id, :detail_id, :last_day, "
         ":certificate)"},
    [CT_SQL_CAL_POINT_INSERT] =
        {"calibration.point_insert",
         "INSERT INTO calibration_point(calibration_id, phase, round, point, nominal_e6, "
         "low_e11, high_e11, tolerance, declared, readings, sum_e6, n, u_e6, verdict) VALUES "
         "(:calibration_id, :phase, :round, :point, :nominal_e6, :low_e11, :high_e11, "
         ":tolerance, :declared, :readings, :sum_e6, :n, :u_e6, :verdict)"},
    [CT_SQL_CAL_LEFT_OUT_INSERT] =
        {"calibration.left_out_insert",
         "INSERT INTO calibration_left_out(calibration_id, round, point, reason) VALUES "
         "(:calibration_id, :round, :point, :reason)"},
    [CT_SQL_CAL_EVENT_INSERT] =
        {"calibration.event_insert",
         "INSERT INTO calibration_event(calibration_id, step, verdict, text, limits, at_ms, "
         "by_user) VALUES (:calibration_id, :step, :verdict, :text, :limits, :at_ms, "
         ":by_user)"},
    [CT_SQL_CAL_FIND_PUT] =
        {"calibration.find_put",
         "INSERT OR REPLACE INTO calibration_find(calibration_id, equipment_id, done_ms, step, "
         "found, left_) VALUES (:calibration_id, :equipment_id, :done_ms, :step, :found, "
         ":left)"},
    [CT_SQL_CAL_GET] = {"calibration.get",
                        "SELECT " CAL_COLUMNS " FROM calibration k "
                        "JOIN calibration_find f ON f.calibration_id = k.id "
                        "JOIN calibration_text x ON x.id = k.text_id WHERE k.id = :id"},
    [CT_SQL_CAL_DETAIL] =
        {"calibration.detail",
         "SELECT d.asset, d.udi, d.serial, d.location, d.holder, d.elec_class, d.applied, "
         "m.maker, m.name, m.elec_class, m.applied FROM equipment_detail d "
         "JOIN equipment_model m ON m.id = (SELECT max(v.id) FROM equipment_model v "
         "WHERE (v.id = d.model_id OR v.first_id = d.model_id) AND v.at_ms <= :at_ms) "
         "WHERE d.id = :id"},
    [CT_SQL_CAL_REFERENCES] =
        {"calibration.references",
         "SELECT r.equipment_id, r.detail_id, r.last_day, r.certificate, d.asset, d.standard_of "
         "FROM calibration_reference r JOIN equipment_detail d ON d.id = r.detail_id "
         "WHERE r.calibration_id = :calibration_id ORDER BY r.id"},
    [CT_SQL_CAL_POINTS] =
        {"calibration.points",
         "SELECT phase, round, point, nominal_e6, low_e11, high_e11, tolerance, declared, "
         "readings, u_e6, verdict, sum_e6, n FROM calibration_point "
         "WHERE calibration_id = :calibration_id ORDER BY round"},
    [CT_SQL_CAL_LEFT_OUT] = {"calibration.left_out",
                             "SELECT round, point, reason FROM calibration_left_out "
                             "WHERE calibration_id = :calibration_id ORDER BY round"},
    [CT_SQL_CAL_EVENTS] = {"calibration.events",
                           "SELECT id, step, verdict, text, limits, at_ms, by_user "
                           "FROM calibration_event WHERE calibration_id = :calibration_id "
                           "ORDER BY id"},
    [CT_SQL_CAL_OPEN] = {"calibration.open",
                         "SELECT f.calibration_id FROM calibration_find f "
                         "JOIN calibration k ON k.id = f.calibration_id "
                         "WHERE f.equipment_id = :equipment_id AND f.step < 5 "
                         "AND k.template = :template LIMIT 1"},
    [CT_SQL_CAL_LAST] = {"calibration.last",
                         "SELECT f.calibration_id FROM calibration_find f "
                         "JOIN calibration k ON k.id = f.calibration_id "
                         "WHERE f.equipment_id = :equipment_id AND f.step < 6 "
                         "AND k.template = :template ORDER BY f.done_ms DESC LIMIT 1"},
    [CT_SQL_CAL_SCHEDULE] = {"calibration.schedule",
                             "SELECT f.schedule_id FROM schedule_find f "
                             "JOIN schedule s ON s.id = f.current_id "
                             "WHERE f.equipment_id = :equipment_id AND f.kind = :kind "
                             "AND s.template IN (:template, '') "
                             "ORDER BY s.template DESC, f.due LIMIT 1"},
    [CT_SQL_CAL_FAULT] = {"calibration.fault",
                          "SELECT fault_id, step FROM fault_find "
                          "WHERE equipment_id = :equipment_id ORDER BY fault_id LIMIT 1"},
    [CT_SQL_CAL_CERTIFICATES] =
        {"calibration.certificates",
         "SELECT p.title, p.issuer, p.valid_until FROM equipment_paper p "
         "WHERE p.equipment_id = :equipment_id AND p.kind = 0 AND p.ends_id IS NULL "
         "AND ifnull(p.valid_from, :day) <= :day AND ifnull(p.valid_until, :day) >= :day "
         "AND NOT EXISTS (SELECT 1 FROM equipment_paper q WHERE q.ends_id = p.id) "
         "ORDER BY ifnull(p.valid_until, 0) DESC, p.id DESC LIMIT 1"},
    [CT_SQL_CAL_OWN] = {"calibration.own",
                        "SELECT f.calibration_id, f.done_ms FROM calibration_find f "
                        "WHERE f.equipment_id = :equipment_id AND f.done_ms < :until_ms "
                        "AND f.step = 5 AND ifnull(f.left_, f.found) < 2 "
                        "ORDER BY f.done_ms DESC LIMIT 1"},
    [CT_SQL_CAL_RESULT] = {"calibration.result",
                           "SELECT r.id FROM equipment_result r "
                           "WHERE r.equipment_id = :equipment_id AND r.kind = :kind "
                           "AND r.calibration_id = :calibration_id AND r.voids_id IS NULL "
                           "AND NOT EXISTS (SELECT 1 FROM equipment_result v "
                           "WHERE v.voids_id = r.id) LIMIT 1"},
    [CT_SQL_CAL_LIST] = {"calibration.list",
                         "SELECT " LINE_COLUMNS "FROM calibration_find f "
                         "JOIN calibration k ON k.id = f.calibration_id "
                         "JOIN equipment_find e ON e.equipment_id = f.equipment_id "
                         "WHERE f.calibration_id > 0 "
                         "ORDER BY f.calibration_id DESC LIMIT :limit"},
    [CT_SQL_CAL_LIST_OF] = {"calibration.list_of",
                            "SELECT " LINE_COLUMNS "FROM calibration_find f "
                            "JOIN calibration k ON k.id = f.calibration_id "
                            "JOIN equipment_find e ON e.equipment_id = f.equipment_id "
                            "WHERE f.equipment_id = :equipment_id "
                            "ORDER BY f.done_ms DESC, f.calibration_id DESC LIMIT :limit"},
    [CT_SQL_CAL_LIST_WAITING] = {"calibration.list_waiting",
                                 "SELECT " LINE_COLUMNS "FROM calibration_find f "
                                 "JOIN calibration k ON k.id = f.calibration_id "
                                 "JOIN equipment_find e ON e.equipment_id = f.equipment_id "
                                 "WHERE f.step = 3 AND f.step < 5 "
                                 "ORDER BY f.calibration_id LIMIT :limit"},
    [CT_SQL_CAL_SIGNATURE] = {"calibration.signature",
                              "SELECT a.seq, a.link, s.signature FROM audit_row l "
                              "JOIN audit a ON a.seq = l.seq "
                              "JOIN audit_signature s ON s.seq = l.seq "
                              "WHERE l.tbl = 'calibration_event' AND l.row_id = :id LIMIT 1"},
    [CT_SQL_CAL_LABEL] = {"calibration.label",
                          "SELECT f.calibration_id, f.done_ms, f.found, f.left_, k.by_user, "
                          "(SELECT v.limits FROM calibration_event v WHERE v.calibration_id = "
                          "k.id AND v.step = 3 ORDER BY v.id DESC LIMIT 1) "
                          "FROM calibration_find f JOIN calibration k "
                          "ON k.id = f.calibration_id WHERE f.equipment_id = :equipment_id "
                          "AND f.step = 5 AND k.kind = 0 ORDER BY f.done_ms DESC LIMIT 1"},
    [CT_SQL_CAL_DUE] = {"calibration.due",
                        "SELECT min(f.last_day), min(f.due) FROM schedule_find f WHERE "
                        "f.equipment_id = :equipment_id AND f.kind IN (0, 1)"},
    [CT_SQL_CAL_DRIFT] =
        {"calibration.drift",
         "SELECT f.calibration_id, f.done_ms, p.phase, p.sum_e6, p.n, p.nominal_e6, p.low_e11, "
         "p.high_e11, (SELECT count(*) FROM calibration_event v WHERE v.calibration_id = "
         "f.calibration_id AND v.step = 1), (SELECT max(v.at_ms) FROM calibration_event v "
         "WHERE v.calibration_id = f.calibration_id AND v.step = 2), p.round "
         "FROM calibration_find f JOIN calibration k ON k.id = f.calibration_id "
         "JOIN calibration_point p ON p.calibration_id = f.calibration_id "
         "WHERE f.equipment_id = :equipment_id AND f.step < 6 AND k.template = :template "
         "AND p.point = :point ORDER BY f.done_ms, f.calibration_id, p.round"},
};
