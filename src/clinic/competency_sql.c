/* competency_sql - the statements of competency*.c. */
#include "clinic/competency_priv.h"

#define RULE                                                                               \
    "r.id, r.kind, r.subject, r.title, r.level, r.risk, r.months, r.source, r.reason, "    \
    "r.at_ms, r.by_user FROM competency_rule_find f "                                      \
    "CROSS JOIN competency_rule r ON r.id = f.rule_id "
#define HELD                                                                               \
    "f.user_id, f.kind, f.subject, c.title, f.level, f.stands, c.id, c.done_day, "         \
    "c.last_day, c.level > 1 AND c.training_id IS NULL AND c.passed = 1 AND NOT EXISTS ("  \
    "SELECT 1 FROM competency_event e WHERE e.competency_id = c.id) "                      \
    "FROM competency_find f CROSS JOIN competency c ON c.id = f.competency_id "
#define OF "user_id = :user_id AND kind = :kind AND subject = :subject"
#define PUT                                                                                \
    "INSERT INTO competency_find(user_id, kind, subject, level, competency_id, stands) "   \
    "VALUES (:user_id, :kind, :subject, :level, :competency_id, "

const struct ct_sql ct_competency_sql[CT_COMPETENCY_SQL_N] = {
    [CT_SQL_COMP_RULE_INSERT] =
        {"competency.rule_insert",
         "INSERT INTO competency_rule(kind, subject, title, level, risk, months, source, ended, "
         "reason, at_ms, by_user) VALUES (:kind, :subject, :title, :level, :risk, :months, "
         ":source, :ended, :reason, :at_ms, :by_user)"},
    [CT_SQL_COMP_RULE_PUT] = {"competency.rule_put",
                              "INSERT INTO competency_rule_find(rule_id, kind, subject) "
                              "VALUES (:rule_id, :kind, :subject)"},
    [CT_SQL_COMP_RULE_DELETE] = {"competency.rule_delete",
                                 "DELETE FROM competency_rule_find WHERE kind = :kind "
                                 "AND subject = :subject"},
    [CT_SQL_COMP_RULE_GET] = {"competency.rule_get",
                              "SELECT " RULE "WHERE f.kind = :kind AND f.subject = :subject"},
    [CT_SQL_COMP_RULES] = {"competency.rules",
                           "SELECT " RULE "WHERE f.kind >= 0 ORDER BY r.kind, r.title, r.id"},
    [CT_SQL_COMP_RULE_ANY] =
        {"competency.rule_any", "SELECT EXISTS (SELECT 1 FROM competency_rule_find "
                                "WHERE kind >= 0) OR EXISTS (SELECT 1 FROM document_find "
                                "WHERE kind >= -1)"},
    [CT_SQL_COMP_INSERT] =
        {"competency.insert",
         "INSERT INTO competency(user_id, kind, subject, title, level, method, passed, score, "
         "evidence, restriction, revision, training_id, done_day, last_day, validity, at_ms, "
         "by_user) VALUES (:user_id, :kind, :subject, :title, :level, :method, :passed, :score, "
         ":evidence, :restriction, :revision, :training_id, :done_day, :last_day, :validity, "
         ":at_ms, :by_user)"},
    [CT_SQL_COMP_PUT] = {"competency.put",
                         PUT "0) ON CONFLICT (user_id, kind, subject, level) DO UPDATE SET "
                             "competency_id = excluded.competency_id, stands = 0"},
    [CT_SQL_COMP_PUT_SAME] =
        {"competency.put_same",
         PUT "ifnull((SELECT max(s.stands) FROM competency_find s WHERE s." OF "), 0)) "
             "ON CONFLICT (user_id, kind, subject, level) DO UPDATE SET "
             "competency_id = excluded.competency_id"},
    [CT_SQL_COMP_FAIL_PUT] = {"competency.fail_put",
                              PUT "2) ON CONFLICT (user_id, kind, subject, level) DO NOTHING"},
    [CT_SQL_COMP_LOWER] = {"competency.lower", "UPDATE competency_find SET stands = 0 WHERE " OF
                                               " AND level <= :level"},
    [CT_SQL_COMP_STANDS] = {"competency.stands",
                            "UPDATE competency_find SET stands = :stands WHERE " OF},
    [CT_SQL_COMP_LIFT] = {"competency.lift", "UPDATE competency_find SET stands = 0 WHERE " OF
                                             " AND stands = 1"},
    [CT_SQL_COMP_EVENT_INSERT] =
        {"competency.event_insert",
         "INSERT INTO competency_event(user_id, kind, subject, act, competency_id, text, at_ms, "
         "by_user) VALUES (:user_id, :kind, :subject, :act, :competency_id, :text, :at_ms, "
         ":by_user)"},
    [CT_SQL_COMP_OVERRIDE_INSERT] =
        {"competency.override_insert",
         "INSERT INTO competency_override(kind, subject, for_what, ref_id, state, reason, "
         "trainee, at_ms, by_user) VALUES (:kind, :subject, :for_what, :ref_id, :state, "
         ":reason, :trainee, :at_ms, :by_user)"},
    [CT_SQL_COMP_GET] = {"competency.get",
                         "SELECT user_id, kind, subject, title, level, passed, training_id, "
                         "by_user FROM competency WHERE id = :id"},
    [CT_SQL_COMP_CONFIRMED] = {"competency.confirmed", "SELECT id FROM competency_event "
                                                       "WHERE competency_id = :id"},
    [CT_SQL_COMP_HELD] = {"competency.held",
                          "SELECT " HELD "WHERE f.user_id = :user_id AND f.kind = :kind "
                          "AND f.subject = :subject"},
    [CT_SQL_COMP_HELD_USER] = {"competency.held_user",
                               "SELECT " HELD "WHERE f.user_id = :user_id "
                               "ORDER BY f.kind, f.subject"},
    [CT_SQL_COMP_HELD_SUBJECT] = {"competency.held_subject",
                                  "SELECT " HELD "WHERE f.kind = :kind "
                                  "AND f.subject = :subject"},
    [CT_SQL_COMP_HELD_ALL] = {"competency.held_all", "SELECT " HELD "WHERE f.id > 0"},
    [CT_SQL_COMP_HISTORY] =
        {"competency.history",
         "SELECT c.id, -1 AS act, c.title, c.level, c.method, c.passed, c.score, c.evidence, "
         "c.restriction, c.revision, c.training_id, c.done_day, c.last_day, c.validity, "
         "c.at_ms AS at_ms, c.by_user, EXISTS (SELECT 1 FROM competency_event k "
         "WHERE k.competency_id = c.id) FROM competency c WHERE c.user_id = :user_id "
         "AND c.kind = :kind AND c.subject = :subject UNION ALL "
         "SELECT e.id, e.act, '', 0, 0, 0, NULL, e.text, '', '', NULL, 0, NULL, '', e.at_ms, "
         "e.by_user, 0 FROM competency_event e WHERE e.user_id = :user_id AND e.kind = :kind "
         "AND e.subject = :subject AND e.act < 2 ORDER BY at_ms DESC, act, 1 DESC"},
    [CT_SQL_COMP_UNREAD] =
        {"competency.unread",
         "SELECT d.ref, d.revision FROM document_find f CROSS JOIN document d "
         "ON d.id = f.document_id WHERE f.kind = :kind AND f.subject = :subject "
         "AND f.before_use = 1 AND NOT EXISTS (SELECT 1 FROM document_read r "
         "WHERE r.by_user = :user_id AND r.document_id = f.document_id) ORDER BY d.ref LIMIT 1"},
    [CT_SQL_COMP_TRAINEE] = {"competency.trainee",
                             "SELECT 1 FROM trainee_find WHERE user_id = :user_id "
                             "AND from_ms <= :at_ms AND :at_ms < until_ms"},
};
