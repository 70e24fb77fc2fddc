/* access_sql - the statements of access*.c. */
#include "clinic/rows.h"

#define GLASS_COLUMNS                                                                          \
    "g.id, g.patient_id, g.by_user, g.at_ms, g.until_ms, g.reason, r.verdict, r.text, "        \
    "r.by_user, r.at_ms "                                                                      \
    "FROM break_glass g LEFT JOIN break_glass_review r ON r.id = "                             \
    "(SELECT max(x.id) FROM break_glass_review x WHERE x.break_glass_id = g.id) "
#define LOOK_COLUMNS                                                                           \
    "SELECT a.seq, a.at_ms, a.user_id, a.patient_id, a.verb, a.severity, a.detail FROM audit a "

const struct ct_sql ct_access_sql[CT_ACCESS_SQL_N] = {
    /* Asked by every reader: one look-up in an index that is all but empty. */
    [CT_SQL_ACCESS_RESTRICTED] =
        {"access.restricted",
         "SELECT r.id, r.kind, r.reason, r.at_ms, r.by_user FROM restriction r "
         "WHERE r.patient_id = :patient_id AND r.lifts_id IS NULL AND NOT EXISTS "
         "(SELECT 1 FROM restriction l WHERE l.lifts_id = r.id) LIMIT 1"},
    [CT_SQL_ACCESS_OPENED] = {"access.opened",
                              "SELECT max(until_ms) FROM break_glass "
                              "WHERE patient_id = :patient_id AND by_user = :by_user "
                              "AND until_ms > :now_ms AND at_ms <= :ahead_ms"},
    [CT_SQL_ACCESS_IN_TEAM] =
        {"access.in_team",
         "SELECT max(t.until_day) FROM care_team t WHERE t.patient_id = :patient_id "
         "AND t.user_id = :user_id AND t.until_day >= :today AND t.ends_id IS NULL "
         "AND NOT EXISTS (SELECT 1 FROM care_team e WHERE e.ends_id = t.id)"},
    [CT_SQL_ACCESS_RESTRICT] =
        {"access.restrict_insert",
         "INSERT INTO restriction(patient_id, kind, reason, lifts_id, at_ms, by_user) "
         "VALUES (:patient_id, :kind, :reason, :lifts_id, :at_ms, :by_user)"},
    [CT_SQL_ACCESS_TEAM_INSERT] =
        {"access.team_insert",
         "INSERT INTO care_team(patient_id, user_id, until_day, reason, ends_id, at_ms, "
         "by_user) VALUES (:patient_id, :user_id, :until_day, :reason, :ends_id, :at_ms, "
         ":by_user)"},
    [CT_SQL_ACCESS_TEAM_GET] =
        {"access.team_get",
         "SELECT t.patient_id, t.user_id, t.until_day FROM care_team t WHERE t.id = :id "
         "AND t.ends_id IS NULL AND t.until_day >= :today AND NOT EXISTS "
         "(SELECT 1 FROM care_team e WHERE e.ends_id = t.id)"},
    [CT_SQL_ACCESS_TEAM] =
        {"access.team",
         "SELECT t.id, t.user_id, t.until_day, t.reason, t.by_user FROM care_team t "
         "WHERE t.patient_id = :patient_id AND t.until_day >= :today AND t.ends_id IS NULL "
         "AND NOT EXISTS (SELECT 1 FROM care_team e WHERE e.ends_id = t.id) ORDER BY t.id"},
    [CT_SQL_GLASS_INSERT] = {"access.glass_insert",
                             "INSERT INTO break_glass(patient_id, by_user, at_ms, until_ms, "
                             "reason) VALUES (:patient_id, :by_user, :at_ms, :until_ms, "
                             ":reason)"},
    [CT_SQL_GLASS_WAITS] = {"access.glass_waits",
                            "INSERT INTO break_glass_find(break_glass_id) VALUES (:id)"},
    [CT_SQL_GLASS_CLOSED] = {"access.glass_closed",
                             "DELETE FROM break_glass_find WHERE break_glass_id = :id"},
    [CT_SQL_GLASS_COUNT] = {"access.glass_count", "SELECT count(*) FROM break_glass_find "
                                                 "WHERE break_glass_id > 0"},
    [CT_SQL_GLASS_GET] = {"access.glass_get", "SELECT " GLASS_COLUMNS "WHERE g.id = :id"},
    [CT_SQL_GLASS_OPEN_LIST] = {"access.glass_open_list",
                                "SELECT break_glass_id FROM break_glass_find "
                                "WHERE break_glass_id > 0 ORDER BY break_glass_id LIMIT :limit"},
    [CT_SQL_GLASS_CLOSED_LIST] = {"access.glass_closed_list",
                                  "SELECT g.id FROM break_glass g WHERE g.id > 0 "
                                  "AND NOT EXISTS (SELECT 1 "
                                  "FROM break_glass_find f WHERE f.break_glass_id = g.id) "
                                  "ORDER BY g.id DESC LIMIT :limit"},
    [CT_SQL_GLASS_REVIEW] =
        {"access.glass_review",
         "INSERT INTO break_glass_review(break_glass_id, verdict, text, at_ms, by_user) "
         "VALUES (:break_glass_id, :verdict, :text, :at_ms, :by_user)"},
    [CT_SQL_SHARING_INSERT] =
        {"access.sharing_insert",
         "INSERT INTO sharing(patient_id, what, whom, until_day, told_by, reason, ends_id, "
         "at_ms, by_user) VALUES (:patient_id, :what, :whom, :until_day, :told_by, :reason, "
         ":ends_id, :at_ms, :by_user)"},
    [CT_SQL_SHARING_GET] = {"access.sharing_get",
                            "SELECT s.patient_id, s.what, s.whom, s.until_day, EXISTS (SELECT 1 "
                            "FROM sharing e WHERE e.ends_id = s.id) FROM sharing s "
                            "WHERE s.id = :id AND s.ends_id IS NULL"},
    [CT_SQL_SHARING_LIST] =
        {"access.sharing_list",
         "SELECT s.id, s.at_ms, s.what, s.whom, s.told_by, s.reason, s.until_day, s.by_user, "
         "e.at_ms, e.told_by, e.reason FROM sharing s LEFT JOIN sharing e ON e.ends_id = s.id "
         "WHERE s.patient_id = :patient_id AND s.ends_id IS NULL ORDER BY s.id DESC"},
    [CT_SQL_LOOK_PATIENT] =
        {"access.look_patient",
         LOOK_COLUMNS "WHERE a.patient_id = :patient_id AND a.seq < :before_seq "
                      "AND a.at_ms >= :from_ms AND a.at_ms <= :to_ms "
                      "AND (:user_id = 0 OR a.user_id = :user_id) "
                      "ORDER BY a.seq DESC LIMIT :limit"},
    [CT_SQL_LOOK_USER] =
        {"access.look_user",
         LOOK_COLUMNS "WHERE a.user_id = :user_id AND a.patient_id IS NOT NULL "
                      "AND (a.at_ms, a.seq) < (:before_ms, :before_seq) "
                      "AND a.at_ms >= :from_ms AND a.at_ms <= :to_ms "
                      "ORDER BY a.at_ms DESC, a.seq DESC LIMIT :limit"},
    [CT_SQL_LOOK_LOGIN] = {"access.look_login",
                           "SELECT user_id FROM user_version WHERE login = :login "
                           "ORDER BY id DESC LIMIT 1"},
};
