/* prep_sql - the statements of prep*.c. */
#include "clinic/rows.h"

#define LIST_COLUMNS                                                                           \
    "p.id, p.patient_id, p.procedure_id, p.template, p.version, p.title, p.text_id, p.at_ms, " \
    "p.by_user, f.state, f.last_ms, f.last_by, f.shown, f.answered, f.wants, f.stops, "        \
    "f.overridden, (SELECT max(e.id) FROM prep_end e WHERE e.prep_id = p.id AND f.state > 0)"

/* Everything of one checklist is found by its number; answers come in the order they
 * were given, so that the last of an item stands. */
const struct ct_sql ct_prep_sql[CT_PREP_SQL_N] = {
    [CT_SQL_PREP_TEXT_FIND] = {"prep.text_find", "SELECT id, text FROM prep_text "
                                                 "WHERE hash = :hash"},
    [CT_SQL_PREP_TEXT_INSERT] = {"prep.text_insert",
                                 "INSERT INTO prep_text(hash, text, at_ms, by_user) "
                                 "VALUES (:hash, :text, :at_ms, :by_user)"},
    [CT_SQL_PREP_TEXT_GET] = {"prep.text_get", "SELECT text FROM prep_text WHERE id = :id"},
    [CT_SQL_PREP_INSERT] = {"prep.insert",
                            "INSERT INTO prep(patient_id, procedure_id, template, version, "
                            "title, text_id, at_ms, by_user) VALUES (:patient_id, "
                            ":procedure_id, :template, :version, :title, :text_id, :at_ms, "
                            ":by_user)"},
    [CT_SQL_PREP_GET] = {"prep.get", "SELECT " LIST_COLUMNS " FROM prep p "
                                     "JOIN prep_find f ON f.prep_id = p.id WHERE p.id = :id"},
    [CT_SQL_PREP_SAME] = {"prep.same",
                          "SELECT p.id FROM prep_find f JOIN prep p ON p.id = f.prep_id "
                          "WHERE f.patient_id = :patient_id AND f.state = 0 "
                          "AND p.template = :template "
                          "AND ifnull(p.procedure_id, 0) = :procedure_id LIMIT 1"},
    [CT_SQL_PREP_ANSWER_INSERT] = {"prep.answer_insert",
                                   "INSERT INTO prep_answer(prep_id, item, given, value, "
                                   "end_ms, text, at_ms, by_user) VALUES (:prep_id, :item, "
                                   ":given, :value, :end_ms, :text, :at_ms, :by_user)"},
    [CT_SQL_PREP_ANSWERS] = {"prep.answers",
                             "SELECT id, item, given, value, end_ms, text, at_ms, by_user "
                             "FROM prep_answer WHERE prep_id = :prep_id ORDER BY id"},
    [CT_SQL_PREP_COMMENT_INSERT] = {"prep.comment_insert",
                                    "INSERT INTO prep_comment(prep_id, answer_id, text, at_ms, "
                                    "by_user) VALUES (:prep_id, :answer_id, :text, :at_ms, "
                                    ":by_user)"},
    [CT_SQL_PREP_COMMENTS] = {"prep.comments",
                              "SELECT answer_id, at_ms, by_user, text FROM prep_comment "
                              "WHERE prep_id = :prep_id ORDER BY id"},
    [CT_SQL_PREP_CONFIRM_INSERT] = {"prep.confirm_insert",
                                    "INSERT INTO prep_confirm(prep_id, answer_id, "
                                    "second_user, at_ms, by_user) VALUES (:prep_id, "
                                    ":answer_id, :second_user, :at_ms, :by_user)"},
    [CT_SQL_PREP_CONFIRMS] = {"prep.confirms",
                              "SELECT answer_id, at_ms, second_user FROM prep_confirm "
                              "WHERE prep_id = :prep_id ORDER BY id"},
    [CT_SQL_PREP_OVERRIDE_INSERT] =
        {"prep.override_insert",
         "INSERT INTO prep_override(prep_id, answer_id, short_ms, reason, supervisor, at_ms, "
         "by_user) VALUES (:prep_id, :answer_id, :short_ms, :reason, :supervisor, :at_ms, "
         ":by_user)"},
    [CT_SQL_PREP_OVERRIDES] = {"prep.overrides",
                               "SELECT answer_id, at_ms, supervisor, reason, short_ms "
                               "FROM prep_override WHERE prep_id = :prep_id ORDER BY id"},
    [CT_SQL_PREP_END_INSERT] = {"prep.end_insert",
                                "INSERT INTO prep_end(prep_id, kind, reason, at_ms, by_user) "
                                "VALUES (:prep_id, :kind, :reason, :at_ms, :by_user)"},
    [CT_SQL_PREP_END_LAST] = {"prep.end_last",
                              "SELECT reason, at_ms, by_user FROM prep_end WHERE id = :id"},
    [CT_SQL_PREP_FIND_PUT] =
        {"prep.find_put",
         "INSERT OR REPLACE INTO prep_find(prep_id, patient_id, procedure_id, state, last_ms, "
         "last_by, shown, answered, wants, stops, overridden) VALUES (:prep_id, :patient_id, "
         ":procedure_id, :state, :last_ms, :last_by, :shown, :answered, :wants, :stops, "
         ":overridden)"},
    [CT_SQL_PREP_OF_PATIENT] = {"prep.of_patient",
                                "SELECT " LIST_COLUMNS " FROM prep_find f "
                                "JOIN prep p ON p.id = f.prep_id "
                                "WHERE f.patient_id = :patient_id "
                                "ORDER BY f.prep_id DESC LIMIT :limit"},
    [CT_SQL_PREP_OF_PROCEDURE] = {"prep.of_procedure",
                                  "SELECT " LIST_COLUMNS " FROM prep_find f "
                                  "JOIN prep p ON p.id = f.prep_id "
                                  "WHERE f.procedure_id = :procedure_id "
                                  "ORDER BY f.prep_id DESC LIMIT :limit"},
    [CT_SQL_PREP_PLANNED] = {"prep.planned", "SELECT patient_id, planned_ms FROM "
                                             "procedure_find WHERE procedure_id = "
                                             ":procedure_id"},
    [CT_SQL_PREP_MINE] = {"prep.mine",
                          "SELECT " LIST_COLUMNS " FROM prep_find f "
                          "JOIN prep p ON p.id = f.prep_id "
                          "WHERE f.last_by = :user AND f.last_ms >= :since_ms AND f.state = 0 "
                          "ORDER BY f.last_ms DESC LIMIT :limit"},
};
