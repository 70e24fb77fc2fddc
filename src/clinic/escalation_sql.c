/* escalation_sql - the statements of escalation*.c. */
#include "clinic/rows.h"

/* A patient has few escalations in all; everybody's closed ones are found from the end
 * of their index, and the open ones in a table that holds nothing else. */
const struct ct_sql ct_escalation_sql[CT_ESCALATION_SQL_N] = {
    [CT_SQL_ESC_INSERT] = {"escalation.insert",
                           "INSERT INTO escalation(patient_id, vitals_id, first_id, at_ms, "
                           "by_user, card, band, levels, attend_min) VALUES (:patient_id, "
                           ":vitals_id, :first_id, :at_ms, :by_user, :card, :band, :levels, "
                           ":attend_min)"},
    [CT_SQL_ESC_GET] = {"escalation.get",
                        "SELECT e.patient_id, e.vitals_id, e.first_id, e.at_ms, e.by_user, "
                        "e.band, e.levels, e.attend_min, v.taken_ms FROM escalation e "
                        "JOIN vitals v ON v.id = e.vitals_id WHERE e.id = :id"},
    [CT_SQL_ESC_EVENT_INSERT] =
        {"escalation.event_insert",
         "INSERT INTO escalation_event(escalation_id, kind, who, text, at_ms, recorded_ms, "
         "by_user) VALUES (:escalation_id, :kind, :who, :text, :at_ms, :recorded_ms, "
         ":by_user)"},
    [CT_SQL_ESC_EVENTS] = {"escalation.events",
                           "SELECT id, at_ms, recorded_ms, by_user, kind, who, text "
                           "FROM escalation_event WHERE escalation_id = :escalation_id "
                           "ORDER BY at_ms, id"},
    [CT_SQL_ESC_OPEN_INSERT] = {"escalation.open_insert",
                                "INSERT INTO escalation_find(escalation_id, patient_id, "
                                "late_ms) VALUES (:escalation_id, :patient_id, :late_ms)"},
    [CT_SQL_ESC_OPEN_MOVE] = {"escalation.open_move",
                              "UPDATE escalation_find SET late_ms = :late_ms "
                              "WHERE escalation_id = :escalation_id"},
    [CT_SQL_ESC_OPEN_DELETE] = {"escalation.open_delete",
                                "DELETE FROM escalation_find "
                                "WHERE escalation_id = :escalation_id"},
    [CT_SQL_ESC_OPEN_BAND] = {"escalation.open_band",
                              "SELECT max(e.band) FROM escalation_find o "
                              "JOIN escalation e ON e.id = o.escalation_id "
                              "WHERE o.patient_id = :patient_id AND e.at_ms > :since_ms"},
    [CT_SQL_ESC_SEEN_THROUGH] = {"escalation.seen_through",
                                 "SELECT 1 FROM escalation e JOIN escalation_event x "
                                 "ON x.escalation_id = e.id AND x.kind >= 3 "
                                 "WHERE e.first_id = :first_id AND e.band >= :band "
                                 "AND x.kind = 3 LIMIT 1"},
    [CT_SQL_ESC_OPEN] = {"escalation.open",
                         "SELECT escalation_id FROM escalation_find WHERE late_ms >= 0 "
                         "ORDER BY late_ms, escalation_id LIMIT :limit"},
    [CT_SQL_ESC_OPEN_PATIENT] = {"escalation.open_patient",
                                 "SELECT escalation_id FROM escalation_find "
                                 "WHERE patient_id = :patient_id "
                                 "ORDER BY late_ms, escalation_id LIMIT :limit"},
    [CT_SQL_ESC_CLOSED] = {"escalation.closed",
                           "SELECT escalation_id FROM escalation_event "
                           "WHERE kind >= 3 AND at_ms >= :since_ms "
                           "ORDER BY at_ms DESC, id DESC LIMIT :limit"},
    [CT_SQL_ESC_CLOSED_PATIENT] =
        {"escalation.closed_patient",
         "SELECT e.id FROM escalation e CROSS JOIN escalation_event x "
         "ON x.escalation_id = e.id AND x.kind >= 3 "
         "WHERE e.patient_id = :patient_id AND x.at_ms >= :since_ms "
         "ORDER BY x.at_ms DESC, x.id DESC LIMIT :limit"},
    [CT_SQL_ESC_OF_SET] = {"escalation.of_set",
                           "SELECT max(id) FROM escalation WHERE first_id = :first_id"},
    [CT_SQL_ESC_COUNT] = {"escalation.count",
                          "SELECT count(*), sum(late_ms < :now_ms) FROM escalation_find "
                          "WHERE late_ms >= 0"},
};
