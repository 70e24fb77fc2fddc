/* schedule_sql - the statements of schedule*.c. */
#include "clinic/equipment_rows.h"

/* What schedule_read.c's row() reads. */
#define ROW                                                                                \
    "s.id, g.schedule_id, s.equipment_id, s.kind, s.template, s.every, s.unit, "           \
    "s.window_days, s.rule, s.grace_days, s.amber_days, s.starts, s.ended, s.at_ms, "      \
    "s.by_user, g.due, g.last_day, g.result_id, "                                          \
    "(SELECT r.day FROM equipment_result r WHERE r.id = g.result_id)"
/* A result that counts: passed, with limits of use or without, and not entered in error. */
#define COUNTS                                                                             \
    "r.verdict <> 1 AND r.voids_id IS NULL AND NOT EXISTS (SELECT 1 FROM equipment_result v " \
    "WHERE v.voids_id = r.id)"

const struct ct_sql ct_schedule_sql[CT_SCHEDULE_SQL_N] = {
    [CT_SQL_SCHED_INSERT] =
        {"schedule.insert",
         "INSERT INTO schedule(first_id, replaces_id, equipment_id, kind, template, every, "
         "unit, window_days, rule, grace_days, amber_days, starts, ended, reason, at_ms, "
         "by_user) VALUES (:first_id, :replaces_id, :equipment_id, :kind, :template, :every, "
         ":unit, :window_days, :rule, :grace_days, :amber_days, :starts, :ended, :reason, "
         ":at_ms, :by_user)"},
    [CT_SQL_SCHED_FIND_PUT] =
        {"schedule.find_put",
         "INSERT INTO schedule_find(schedule_id, current_id, equipment_id, kind, "
         "amber_days, due, last_day, result_id) VALUES (:schedule_id, :current_id, "
         ":equipment_id, :kind, :amber_days, :due, :last_day, :result_id) ON CONFLICT(schedule_id) DO UPDATE SET "
         "current_id = excluded.current_id, amber_days = excluded.amber_days, due = excluded.due, last_day = excluded.last_day, "
         "result_id = excluded.result_id"},
    [CT_SQL_SCHED_FIND_DELETE] = {"schedule.find_delete",
                                  "DELETE FROM schedule_find WHERE schedule_id = :schedule_id"},
    [CT_SQL_SCHED_GET] = {"schedule.get",
                          "SELECT " ROW " FROM schedule_find g JOIN schedule s "
                          "ON s.id = g.current_id WHERE g.schedule_id = :schedule_id"},
    [CT_SQL_SCHED_OF] = {"schedule.of",
                         "SELECT " ROW " FROM schedule_find g JOIN schedule s "
                         "ON s.id = g.current_id WHERE g.equipment_id = :equipment_id "
                         "ORDER BY g.kind, g.schedule_id"},
    [CT_SQL_SCHED_DONE] = {"schedule.done",
                           "SELECT r.id, r.day FROM equipment_result r "
                           "WHERE r.schedule_id = :schedule_id AND " COUNTS
                           " ORDER BY r.day, r.id"},
    [CT_SQL_SCHED_LATE] = {"schedule.late",
                           "SELECT g.kind, g.last_day FROM schedule_find g "
                           "WHERE g.equipment_id = :equipment_id AND g.kind IN (0, 1) "
                           "ORDER BY g.last_day"},
    [CT_SQL_SCHED_AMBER] = {"schedule.amber",
                            "SELECT max(amber_days) FROM schedule_find "
                            "WHERE amber_days IS NOT NULL"},
    [CT_SQL_SCHED_BOARD] =
        {"schedule.board",
         "SELECT " ROW ", d.asset, m.maker || ' ' || m.name, d.location, m.class, "
         "f.condition, d.standard FROM schedule_find g JOIN schedule s ON s.id = g.current_id "
         "JOIN equipment_find f ON f.equipment_id = g.equipment_id "
         "JOIN equipment_detail d ON d.id = f.detail_id "
         "JOIN equipment_model m ON m.id = (SELECT ifnull(max(w.id), d.model_id) "
         "FROM equipment_model w WHERE w.first_id = d.model_id) "
         "WHERE g.due <= :until AND f.condition < 5 "
         "AND (:equipment_id = 0 OR g.equipment_id = :equipment_id) "
         "AND (:kind < 0 OR g.kind = :kind) AND (:class = '' OR m.class = :class) "
         "AND (:location = '' OR f.location = :location) AND (:standards = 0 OR d.standard = 1) "
         "ORDER BY g.due, f.asset, g.schedule_id"},
    [CT_SQL_SCHED_OVERDUE] = {"schedule.overdue",
                              "SELECT count(*) FROM schedule_find g JOIN equipment_find f "
                              "ON f.equipment_id = g.equipment_id WHERE g.due < :today "
                              "AND g.last_day < :today AND f.condition < 5"},
    [CT_SQL_SCHED_APPROVALS] = {"schedule.approvals",
                                "SELECT count(*) FROM calibration_find f "
                                "WHERE f.step = 3 AND f.step < 5"},
    [CT_SQL_RESULT_INSERT] =
        {"result.insert",
         "INSERT INTO equipment_result(equipment_id, schedule_id, kind, verdict, why, "
         "calibration_id, fault_id, text, answers, done_ms, day, recorded_ms, voids_id, "
         "reason, by_user) VALUES (:equipment_id, :schedule_id, :kind, :verdict, :why, "
         ":calibration_id, :fault_id, :text, :answers, :done_ms, :day, :recorded_ms, "
         ":voids_id, :reason, :by_user)"},
    [CT_SQL_RESULT_GET] =
        {"result.get",
         "SELECT r.id, r.equipment_id, r.schedule_id, r.kind, r.verdict, r.why, "
         "r.calibration_id, r.fault_id, r.text, r.done_ms, r.recorded_ms, r.by_user, v.id, "
         "v.reason, r.answers <> '' FROM equipment_result r LEFT JOIN equipment_result v ON v.voids_id = r.id "
         "WHERE r.id = :id AND r.voids_id IS NULL"},
    [CT_SQL_RESULT_LIST] =
        {"result.list",
         "SELECT r.id, r.equipment_id, r.schedule_id, r.kind, r.verdict, r.why, "
         "r.calibration_id, r.fault_id, r.text, r.done_ms, r.recorded_ms, r.by_user, v.id, "
         "v.reason, r.answers <> '' FROM equipment_result r LEFT JOIN equipment_result v ON v.voids_id = r.id "
         "WHERE r.equipment_id = :equipment_id AND (:kind < 0 OR r.kind = :kind) "
         "AND r.voids_id IS NULL ORDER BY r.done_ms DESC, r.id DESC LIMIT :limit"},
    [CT_SQL_RESULT_ANSWERS] = {"result.answers", "SELECT r.answers FROM equipment_result r "
                                                 "WHERE r.id = :id AND r.voids_id IS NULL"},
};
