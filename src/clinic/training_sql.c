/* training_sql - the statements of training*.c, document.c, trainee.c and countersign.c. */
#include "clinic/competency_priv.h"

#define TRAINING                                                                           \
    "t.id, t.topic, t.trainer_id, t.trainer, t.method, t.planned_ms, t.minutes, t.place, " \
    "t.material, t.revision, t.at_ms, t.by_user, f.state, e.done_ms, e.text, "             \
    "(SELECT count(*) FROM training_attendee a WHERE a.training_id = t.id)"
#define TRAINING_FROM                                                                      \
    "FROM training_find f CROSS JOIN training t ON t.id = f.training_id "                  \
    "LEFT JOIN training_event e ON e.training_id = t.id "
#define DOCUMENT                                                                           \
    "d.id, ifnull(d.first_id, d.id), d.ref, d.title, d.revision, d.changes, d.place, "     \
    "d.before_use, d.ended, d.at_ms, d.by_user, (SELECT count(DISTINCT r.by_user) "        \
    "FROM document_read r WHERE r.document_id = d.id AND r.by_user > 0) FROM document d "
#define AWAITS                                                                             \
    "a.seq, a.at_ms, a.user_id, a.verb, a.patient_id, a.detail FROM countersign_find f "   \
    "CROSS JOIN audit a ON a.seq = f.seq "

const struct ct_sql ct_training_sql[CT_TRAINING_SQL_N] = {
    [CT_SQL_TRAINING_INSERT] =
        {"training.insert",
         "INSERT INTO training(topic, trainer_id, trainer, method, planned_ms, minutes, place, "
         "material, revision, at_ms, by_user) VALUES (:topic, :trainer_id, :trainer, :method, "
         ":planned_ms, :minutes, :place, :material, :revision, :at_ms, :by_user)"},
    [CT_SQL_TRAINING_SUBJECT_INSERT] =
        {"training.subject_insert",
         "INSERT INTO training_subject(training_id, kind, subject, title) VALUES (:of, :kind, "
         ":subject, :title)"},
    [CT_SQL_TRAINING_EVENT_INSERT] =
        {"training.event_insert",
         "INSERT INTO training_event(training_id, state, text, done_ms, at_ms, by_user) VALUES "
         "(:training_id, :state, :text, :done_ms, :at_ms, :by_user)"},
    [CT_SQL_TRAINING_ATTENDEE_INSERT] =
        {"training.attendee_insert",
         "INSERT INTO training_attendee(training_id, user_id, how, at_ms, by_user) VALUES "
         "(:training_id, :user_id, :how, :at_ms, :by_user)"},
    [CT_SQL_TRAINING_FIND_PUT] =
        {"training.find_put",
         "INSERT INTO training_find(training_id, state, planned_ms) VALUES (:training_id, "
         ":state, :planned_ms) ON CONFLICT (training_id) DO UPDATE SET state = excluded.state"},
    [CT_SQL_TRAINING_GET] = {"training.get",
                             "SELECT " TRAINING " " TRAINING_FROM "WHERE f.training_id = :id"},
    [CT_SQL_TRAINING_PLANNED] = {"training.planned",
                                 "SELECT " TRAINING " " TRAINING_FROM
                                 "WHERE f.state = 0 ORDER BY f.planned_ms, f.training_id "
                                 "LIMIT :limit"},
    [CT_SQL_TRAINING_OVER] = {"training.over",
                              "SELECT " TRAINING " " TRAINING_FROM
                              "WHERE f.state IN (1, 2) ORDER BY f.planned_ms DESC, "
                              "f.training_id DESC LIMIT :limit"},
    [CT_SQL_TRAINING_SUBJECTS] = {"training.subjects",
                                  "SELECT kind, subject, title FROM training_subject "
                                  "WHERE training_id = :of ORDER BY id"},
    [CT_SQL_TRAINING_ATTENDEES] = {"training.attendees",
                                   "SELECT user_id, how, at_ms, by_user FROM training_attendee "
                                   "WHERE training_id = :training_id ORDER BY id"},
    [CT_SQL_TRAINING_ATTENDED] = {"training.attended",
                                  "SELECT 1 FROM training_attendee WHERE user_id = :user_id "
                                  "AND training_id = :training_id"},
    [CT_SQL_DOCUMENT_INSERT] =
        {"document.insert",
         "INSERT INTO document(first_id, ref, title, revision, changes, place, before_use, "
         "ended, at_ms, by_user) VALUES (:first_id, :ref, :title, :revision, :changes, :place, "
         ":before_use, :ended, :at_ms, :by_user)"},
    [CT_SQL_DOCUMENT_SUBJECT_INSERT] =
        {"document.subject_insert",
         "INSERT INTO document_subject(document_id, kind, subject, title) VALUES (:of, :kind, "
         ":subject, :title)"},
    [CT_SQL_DOCUMENT_READ_INSERT] = {"document.read_insert",
                                     "INSERT INTO document_read(document_id, at_ms, by_user) "
                                     "VALUES (:document_id, :at_ms, :by_user)"},
    [CT_SQL_DOCUMENT_FIND_DELETE] = {"document.find_delete",
                                     "DELETE FROM document_find WHERE first_id = :first_id"},
    [CT_SQL_DOCUMENT_FIND_PUT] =
        {"document.find_put",
         "INSERT INTO document_find(document_id, first_id, kind, subject, before_use) VALUES "
         "(:document_id, :first_id, :kind, :subject, :before_use)"},
    [CT_SQL_DOCUMENT_GET] = {"document.get", "SELECT " DOCUMENT "WHERE d.id = :id"},
    [CT_SQL_DOCUMENT_REF] =
        {"document.ref",
         "SELECT " DOCUMENT "WHERE d.id IN (SELECT f.document_id FROM document_find f "
         "WHERE f.kind >= -1) AND d.ref = :ref COLLATE NOCASE"},
    [CT_SQL_DOCUMENT_LIST] =
        {"document.list",
         "SELECT " DOCUMENT "WHERE d.id IN (SELECT f.document_id FROM document_find f "
         "WHERE f.kind >= -1) ORDER BY d.ref"},
    [CT_SQL_DOCUMENT_SUBJECTS] = {"document.subjects",
                                  "SELECT kind, subject, title FROM document_subject "
                                  "WHERE document_id = :of ORDER BY id"},
    [CT_SQL_DOCUMENT_WAITS] =
        {"document.waits",
         "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM document_read r WHERE r.by_user = :user_id "
         "AND r.document_id = :id) AND (NOT EXISTS (SELECT 1 FROM document_subject n "
         "WHERE n.document_id = :id) OR EXISTS (SELECT 1 FROM document_subject s "
         "CROSS JOIN competency_find f ON f.user_id = :user_id AND f.kind = s.kind "
         "AND f.subject = s.subject WHERE s.document_id = :id))"},
    [CT_SQL_TRAINEE_INSERT] =
        {"trainee.insert",
         "INSERT INTO trainee(user_id, supervisor_id, from_day, until_day, ended, reason, "
         "at_ms, by_user) VALUES (:user_id, :supervisor_id, :from_day, :until_day, :ended, "
         ":reason, :at_ms, :by_user)"},
    [CT_SQL_TRAINEE_PUT] =
        {"trainee.put",
         "INSERT INTO trainee_find(user_id, trainee_id, supervisor_id, from_ms, until_ms) "
         "VALUES (:user_id, :trainee_id, :supervisor_id, :from_ms, :until_ms) "
         "ON CONFLICT (user_id) DO UPDATE SET trainee_id = excluded.trainee_id, "
         "supervisor_id = excluded.supervisor_id, from_ms = excluded.from_ms, "
         "until_ms = excluded.until_ms"},
    [CT_SQL_TRAINEE_DELETE] = {"trainee.delete",
                               "DELETE FROM trainee_find WHERE user_id = :user_id"},
    [CT_SQL_TRAINEE_LIST] =
        {"trainee.list",
         "SELECT t.id, t.user_id, t.supervisor_id, t.from_day, t.until_day, t.reason, "
         "f.from_ms <= :now_ms AND :now_ms < f.until_ms FROM trainee_find f "
         "CROSS JOIN trainee t ON t.id = f.trainee_id WHERE f.user_id > 0 "
         "AND :now_ms < f.until_ms"},
    [CT_SQL_TRAINEE_LEFT] =
        {"trainee.left",
         "SELECT DISTINCT c.user_id FROM countersign_find c WHERE c.user_id > 0 "
         "AND NOT EXISTS (SELECT 1 FROM trainee_find f WHERE f.user_id = c.user_id "
         "AND :now_ms < f.until_ms)"},
    [CT_SQL_TRAINEE_AWAITS] = {"trainee.awaits", "SELECT count(*) FROM countersign_find "
                                                 "WHERE user_id = :user_id"},
    [CT_SQL_SIGN_INSERT] =
        {"countersign.insert", "INSERT INTO countersign(seq, trainee_id, text, at_ms, by_user) "
                               "VALUES (:seq, :trainee_id, :text, :at_ms, :by_user)"},
    [CT_SQL_SIGN_DELETE] = {"countersign.delete",
                            "DELETE FROM countersign_find WHERE seq = :seq"},
    [CT_SQL_SIGN_GET] = {"countersign.get",
                         "SELECT user_id FROM countersign_find WHERE seq = :seq"},
    [CT_SQL_SIGN_LIST] = {"countersign.list",
                          "SELECT " AWAITS "WHERE f.seq > 0 ORDER BY f.seq LIMIT :limit"},
    [CT_SQL_SIGN_LIST_USER] = {"countersign.list_user",
                               "SELECT " AWAITS "WHERE f.user_id = :user_id ORDER BY f.seq "
                               "LIMIT :limit"},
    [CT_SQL_SIGN_COUNT] = {"countersign.count",
                           "SELECT count(*) FROM countersign_find WHERE seq > 0"},
    [CT_SQL_SIGN_COUNT_USER] = {"countersign.count_user", "SELECT count(*) "
                                                          "FROM countersign_find "
                                                          "WHERE user_id = :user_id"},
    [CT_SQL_SIGN_ROW] =
        {"countersign.row",
         "SELECT f.user_id FROM audit_row r CROSS JOIN countersign_find f ON f.seq = r.seq "
         "WHERE r.tbl = :tbl AND r.row_id = :row_id LIMIT 1"},
    [CT_SQL_SIGN_NEEDS] =
        {"countersign.needs",
         "SELECT o.kind, o.subject FROM audit_row r CROSS JOIN competency_override o "
         "ON o.id = r.row_id WHERE r.seq = :seq AND r.tbl = 'competency_override' "
         "AND o.trainee = 1"},
};
