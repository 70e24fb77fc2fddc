/* equipment_gate_sql - the statements of equipment_gate.c. */
#include "clinic/equipment_rows.h"

#define STANDS(r)                                                                          \
    r ".voids_id IS NULL AND NOT EXISTS (SELECT 1 FROM equipment_result w "                \
    "WHERE w.voids_id = " r ".id) "
/* Going on without a competency stands beside going on with a device (competency.h). */
#define WITHOUT                                                                            \
    "UNION ALL SELECT w.id, NULL, '', w.for_what, w.ref_id, w.state, w.reason, w.at_ms, "  \
    "w.by_user FROM competency_override w WHERE w.trainee = 0 AND w.for_what = "
#define OVERRIDE                                                                           \
    "o.id, o.equipment_id, o.asset, o.for_what, o.ref_id, o.state, o.reason, o.at_ms, "    \
    "o.by_user FROM equipment_override o "

const struct ct_sql ct_gate_sql[CT_GATE_SQL_N] = {
    [CT_SQL_GATE_ANY] = {"gate.any", "SELECT EXISTS (SELECT 1 FROM equipment_find)"},
    [CT_SQL_GATE_DEVICE] = {"gate.device",
                            "SELECT equipment_id, asset, model_id, condition, condition_ms, "
                            "class FROM equipment_find WHERE asset = :asset"},
    [CT_SQL_GATE_CONDITION] =
        {"gate.condition",
         "SELECT condition, at_ms, text FROM equipment_event WHERE equipment_id = :equipment_id "
         "AND at_ms <= :at_ms ORDER BY id DESC LIMIT 1"},
    [CT_SQL_GATE_CAMPAIGN] =
        {"gate.campaign",
         "SELECT c.id, c.title FROM equipment_campaign c WHERE c.model_id = :model_id "
         "AND c.stop = 1 AND c.at_ms <= :at_ms AND NOT EXISTS (SELECT 1 "
         "FROM equipment_campaign_line l WHERE l.campaign_id = c.id "
         "AND l.equipment_id IS NULL AND l.at_ms <= :at_ms) "
         "AND ifnull((SELECT l.done FROM equipment_campaign_line l WHERE l.campaign_id = c.id "
         "AND l.equipment_id = :equipment_id AND l.at_ms <= :at_ms ORDER BY l.id DESC LIMIT 1), "
         "0) = 0 ORDER BY c.id LIMIT 1"},
    [CT_SQL_GATE_SCHEDULES] =
        {"gate.schedules",
         "SELECT g.schedule_id, s.kind, s.every, s.unit, s.window_days, s.rule, s.grace_days, "
         "s.amber_days, s.starts, g.due, g.last_day, o.at_ms FROM schedule_find g "
         "JOIN schedule s ON s.id = g.current_id JOIN schedule o ON o.id = g.schedule_id "
         "WHERE g.equipment_id = :equipment_id AND s.ended = 0 ORDER BY s.kind, g.schedule_id"},
    [CT_SQL_GATE_DONE] =
        {"gate.done", "SELECT r.day FROM equipment_result r WHERE r.schedule_id = :schedule_id "
                      "AND r.day <= :day AND r.verdict <> 1 AND " STANDS("r") "ORDER BY r.day"},
    [CT_SQL_GATE_LIMITS] =
        {"gate.limits",
         "SELECT r.kind, r.text FROM equipment_result r WHERE r.equipment_id = :equipment_id "
         "AND r.kind IN (0, 1, 2) AND r.verdict = 2 AND r.done_ms <= :at_ms AND " STANDS("r")
         "AND NOT EXISTS (SELECT 1 FROM equipment_result n "
         "WHERE n.equipment_id = r.equipment_id AND n.kind = r.kind AND n.day >= r.day "
         "AND n.schedule_id IS r.schedule_id AND n.done_ms > r.done_ms "
         "AND n.done_ms <= :at_ms AND " STANDS("n") ") ORDER BY r.id"},
    [CT_SQL_OVERRIDE_INSERT] =
        {"override.insert",
         "INSERT INTO equipment_override(equipment_id, asset, for_what, ref_id, state, reason, "
         "at_ms, by_user) VALUES (:equipment_id, :asset, :for_what, :ref_id, :state, :reason, "
         ":at_ms, :by_user)"},
    [CT_SQL_OVERRIDE_SET] =
        {"override.set",
         "WITH RECURSIVE up(id) AS (VALUES (:ref_id) UNION ALL SELECT v.replaces_id FROM up "
         "JOIN vitals v ON v.id = up.id WHERE v.replaces_id IS NOT NULL) "
         "SELECT " OVERRIDE "WHERE o.for_what = 0 AND o.ref_id IN (SELECT id FROM up) " WITHOUT
         "0 AND w.ref_id IN (SELECT id FROM up) ORDER BY 8, 1"},
    [CT_SQL_OVERRIDE_REF] =
        {"override.ref", "SELECT " OVERRIDE "WHERE o.for_what = :for_what "
                         "AND o.ref_id = :ref_id " WITHOUT ":for_what "
                         "AND w.ref_id = :ref_id ORDER BY 8, 1"},
    [CT_SQL_OVERRIDE_ON] =
        {"override.on", "SELECT " OVERRIDE "WHERE o.equipment_id = :equipment_id "
                        "ORDER BY o.id DESC LIMIT :limit"},
};
