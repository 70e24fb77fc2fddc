/* procedure_sql - the statements of procedure*.c. */
#include "clinic/rows.h"

#define PLAN                                                                               \
    "d.id, d.kind, d.title, d.site, d.planned_ms, d.minutes, d.room, d.assigned, d.note, "  \
    "d.at_ms, d.by_user"
/* What procedure_read.c's row() reads. */
#define ROW                                                                                \
    "SELECT " PLAN ", f.procedure_id, f.patient_id, f.state, f.state_ms, p.at_ms, "         \
    "p.by_user, v.family, v.given, v.born, v.sex, " CT_CONSENT_NOW("f.procedure_id")        \
    " FROM procedure_find f "                                                               \
    "JOIN procedure_detail d ON d.id = f.detail_id JOIN procedure p ON p.id = f.procedure_id " \
    "JOIN patient_version v ON v.id = (SELECT max(w.id) FROM patient_version w "            \
    "WHERE w.patient_id = f.patient_id) WHERE "
#define PASSES                                                                             \
    "(:room = '' OR f.room = :room) AND (:mine = 0 OR f.assigned = :mine) "                 \
    "AND (:states >> f.state) & 1 ORDER BY f.planned_ms, f.procedure_id LIMIT :limit"

const struct ct_sql ct_procedure_sql[CT_PROCEDURE_SQL_N] = {
    [CT_SQL_PROC_INSERT] = {"procedure.insert",
                            "INSERT INTO procedure(patient_id, at_ms, by_user, import_key) "
                            "VALUES (:patient_id, :at_ms, :by_user, :import_key)"},
    [CT_SQL_PROC_DETAIL_INSERT] =
        {"procedure.detail_insert",
         "INSERT INTO procedure_detail(procedure_id, replaces_id, kind, title, site, "
         "planned_ms, minutes, room, assigned, note, reason, at_ms, by_user) VALUES "
         "(:procedure_id, :replaces_id, :kind, :title, :site, :planned_ms, :minutes, :room, "
         ":assigned, :note, :reason, :at_ms, :by_user)"},
    [CT_SQL_PROC_EVENT_INSERT] =
        {"procedure.event_insert",
         "INSERT INTO procedure_event(procedure_id, state, at_ms, recorded_ms, by_user, text) "
         "VALUES (:procedure_id, :state, :at_ms, :recorded_ms, :by_user, :text)"},
    [CT_SQL_PROC_USE_INSERT] =
        {"procedure.use_insert",
         "INSERT INTO procedure_use(procedure_id, kind, what, role, user_id, ends_id, reason, "
         "at_ms, by_user) VALUES (:procedure_id, :kind, :what, :role, :user_id, :ends_id, "
         ":reason, :at_ms, :by_user)"},
    [CT_SQL_PROC_FIND_INSERT] =
        {"procedure.find_insert",
         "INSERT INTO procedure_find(procedure_id, patient_id, detail_id, planned_ms, room, "
         "assigned, state) VALUES (:procedure_id, :patient_id, :detail_id, :planned_ms, :room, "
         ":assigned, 0)"},
    [CT_SQL_PROC_FIND_PLAN] =
        {"procedure.find_plan",
         "UPDATE procedure_find SET detail_id = :detail_id, planned_ms = :planned_ms, "
         "room = :room, assigned = :assigned WHERE procedure_id = :procedure_id"},
    [CT_SQL_PROC_FIND_STATE] =
        {"procedure.find_state",
         "UPDATE procedure_find SET state = :state, state_ms = :state_ms "
         "WHERE procedure_id = :procedure_id"},
    [CT_SQL_PROC_GET] = {"procedure.get", ROW "f.procedure_id = :id"},
    [CT_SQL_PROC_DAY] = {"procedure.day",
                         ROW "f.planned_ms >= :from_ms AND f.planned_ms < :before_ms AND "
                             PASSES},
    [CT_SQL_PROC_PATIENT] =
        {"procedure.patient", ROW "f.patient_id = :patient_id AND f.planned_ms >= :from_ms "
                                  "AND f.planned_ms < :before_ms AND " PASSES},
    [CT_SQL_PROC_LEFT] = {"procedure.left", "SELECT count(*) FROM procedure_find "
                                            "WHERE state < 5 AND planned_ms >= :from_ms "
                                            "AND planned_ms < :before_ms"},
    [CT_SQL_PROC_IMPORTED] = {"procedure.imported",
                              "SELECT id FROM procedure WHERE import_key = :import_key"},
    [CT_SQL_PROC_EVENTS] = {"procedure.events",
                            "SELECT id, state, at_ms, recorded_ms, by_user, text "
                            "FROM procedure_event WHERE procedure_id = :id ORDER BY id"},
    [CT_SQL_PROC_VERSIONS] = {"procedure.versions",
                              "SELECT " PLAN ", d.reason FROM procedure_detail d "
                              "WHERE d.procedure_id = :id ORDER BY d.id"},
    [CT_SQL_PROC_USES] =
        {"procedure.uses",
         "SELECT u.id, u.kind, u.what, u.role, u.user_id, u.at_ms, u.by_user, e.at_ms, "
         "e.by_user, e.reason FROM procedure_use u LEFT JOIN procedure_use e "
         "ON e.ends_id = u.id WHERE u.procedure_id = :id AND u.ends_id IS NULL ORDER BY u.id"},
};
