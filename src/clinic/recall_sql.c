/* recall_sql - the statements of recall*.c. */
#include "clinic/recall_priv.h"

/* What recall_read.c's row() reads. */
#define ROW                                                                                \
    "r.id, r.cause, r.equipment_id, r.bi_id, r.test_id, r.after_id, r.from_ms, r.to_ms, "   \
    "r.policy, r.wanted, r.text, r.at_ms, r.by_user, q.asset, "                            \
    "(SELECT count(*) FROM pack_event e INDEXED BY pack_event_ref "                       \
    "WHERE e.ref_kind > 0 AND e.ref_kind = 3 AND e.ref_id = r.id AND e.step = 11), "                                                                   \
    "(SELECT count(DISTINCT f.load_id) FROM pack_event e INDEXED BY pack_event_ref "       \
    "CROSS JOIN pack_find f ON f.pack_id = e.pack_id WHERE e.ref_kind > 0 AND e.ref_kind = 3 AND e.ref_id = r.id AND e.step = 11), " \
    "(SELECT count(*) FROM pack_event e INDEXED BY pack_event_ref "                       \
    "WHERE e.ref_kind > 0 AND e.ref_kind = 3 AND e.ref_id = r.id "                                            \
    "AND e.step = 11 AND NOT EXISTS (SELECT 1 FROM recall_line w "                         \
    "WHERE w.recall_id = r.id AND w.pack_id = e.pack_id)), "                               \
    "d.at_ms, d.by_user, d.text"
#define ROW_FROM                                                                           \
    "LEFT JOIN equipment_find q ON q.equipment_id = r.equipment_id "                       \
    "LEFT JOIN recall_end d ON d.recall_id = r.id "
/* What recall_list.c reads: the pack as it is now, its load's start, and the procedure that it
 * was used in last. Nothing was used that still waits or lies in stock. */
#define PACK                                                                               \
    "SELECT " CT_PACK_ROW ", l.started_ms, CASE WHEN f.step IN (9, 10, 14) THEN "          \
    "(SELECT u.ref_id FROM pack_event u WHERE u.pack_id = f.pack_id AND u.step = 9 "       \
    "AND u.ref_kind = 2 ORDER BY u.id DESC LIMIT 1) END "
#define OF_LOAD                                                                            \
    "CROSS JOIN pack_find f ON f.load_id = l.load_id CROSS JOIN pack p ON p.id = f.pack_id "

const struct ct_sql ct_recall_sql[CT_RECALL_SQL_N] = {
    [CT_SQL_RECALL_INSERT] =
        {"recall.insert",
         "INSERT INTO recall(cause, equipment_id, bi_id, test_id, after_id, from_ms, to_ms, "
         "policy, wanted, text, at_ms, by_user) VALUES (:cause, :equipment_id, :bi_id, "
         ":test_id, :after_id, :from_ms, :to_ms, :policy, :wanted, :text, :at_ms, :by_user)"},
    [CT_SQL_RECALL_LINE_INSERT] =
        {"recall.line_insert",
         "INSERT INTO recall_line(recall_id, pack_id, disposition, text, at_ms, by_user) "
         "VALUES (:recall_id, :pack_id, :disposition, :text, :at_ms, :by_user)"},
    [CT_SQL_RECALL_END_INSERT] =
        {"recall.end_insert", "INSERT INTO recall_end(recall_id, text, at_ms, by_user) "
                              "VALUES (:recall_id, :text, :at_ms, :by_user)"},
    [CT_SQL_RECALL_FIND_PUT] =
        {"recall.find_put", "INSERT INTO recall_find(recall_id, equipment_id) "
                            "VALUES (:recall_id, :equipment_id)"},
    [CT_SQL_RECALL_FIND_DELETE] = {"recall.find_delete",
                                   "DELETE FROM recall_find WHERE recall_id = :recall_id"},
    [CT_SQL_RECALL_GET] = {"recall.get", "SELECT " ROW " FROM recall r " ROW_FROM
                                         "WHERE r.id = :id"},
    [CT_SQL_RECALL_OPEN] =
        {"recall.open", "SELECT " ROW " FROM recall_find o CROSS JOIN recall r "
                        "ON r.id = o.recall_id " ROW_FROM
                        "WHERE o.recall_id > 0 ORDER BY r.id DESC LIMIT :limit"},
    [CT_SQL_RECALL_ALL] =
        {"recall.all", "SELECT " ROW " FROM recall r " ROW_FROM
                       "WHERE r.id > 0 ORDER BY d.id IS NOT NULL, r.id DESC LIMIT :limit"},
    [CT_SQL_RECALL_OF_MACHINE] =
        {"recall.of_machine",
         "SELECT r.id, r.at_ms, r.wanted FROM recall_find o CROSS JOIN recall r "
         "ON r.id = o.recall_id WHERE o.equipment_id = :equipment_id AND r.cause < 2 "
         "ORDER BY r.id LIMIT 1"},
    [CT_SQL_RECALL_NEGATIVE] =
        {"recall.negative",
         "SELECT load_id, started_ms FROM load_find INDEXED BY load_find_negative "
         "WHERE bi = 2 AND equipment_id = :equipment_id AND started_ms < :before_ms "
         "ORDER BY started_ms DESC LIMIT 1"},
    [CT_SQL_RECALL_PERIOD] =
        {"recall.period", PACK "FROM load_find l " OF_LOAD
                          "WHERE l.equipment_id = :equipment_id AND l.started_ms > :from_ms "
                          "AND l.started_ms <= :to_ms ORDER BY l.started_ms, l.load_id, "
                          "f.pack_id"},
    /* Machine by machine over the index that begins with it: retired ones, too. */
    [CT_SQL_RECALL_PERIOD_ALL] =
        {"recall.period_all",
         "WITH RECURSIVE m(id) AS (SELECT min(equipment_id) FROM load_find WHERE equipment_id > 0 "
         "UNION ALL SELECT (SELECT min(k.equipment_id) FROM load_find k "
         "WHERE k.equipment_id > m.id) FROM m WHERE m.id IS NOT NULL) " PACK
         "FROM m CROSS JOIN load_find l " OF_LOAD
         "WHERE l.equipment_id = m.id AND l.started_ms > :from_ms AND l.started_ms <= :to_ms "
         "ORDER BY m.id, l.started_ms, l.load_id, f.pack_id"},
    [CT_SQL_RECALL_LOAD] =
        {"recall.load", PACK "FROM load_find l " OF_LOAD
                        "WHERE l.load_id = :load_id ORDER BY f.pack_id"},
    [CT_SQL_RECALL_PACKS] =
        {"recall.packs",
         PACK "FROM pack_event e CROSS JOIN pack_find f ON f.pack_id = e.pack_id "
              "CROSS JOIN pack p ON p.id = f.pack_id "
              "LEFT JOIN load_find l ON l.load_id = f.load_id WHERE e.ref_kind > 0 "
              "AND e.ref_kind = 3 AND e.ref_id = :recall_id AND e.step = 11 "
              "ORDER BY l.started_ms, l.load_id, f.pack_id"},
    [CT_SQL_RECALL_LINE] =
        {"recall.line", "SELECT disposition, text, at_ms, by_user FROM recall_line "
                        "WHERE recall_id = :recall_id AND pack_id = :pack_id "
                        "ORDER BY id DESC LIMIT 1"},
};
