/* bath_sql - the statements of bath*.c. */
#include "clinic/bath_priv.h"

/* The last strip, the soak that runs, the end: what bath_read.c's row() reads. */
#define ROW                                                                                \
    "b.id, b.equipment_id, b.programme, b.product, b.lot, b.expires_day, b.poured_ms, "    \
    "b.last_day, b.at_ms, b.by_user, q.asset, e.why, e.text, e.at_ms, "                    \
    "(SELECT count(*) FROM bath_soak c WHERE c.bath_id = b.id), s.id, s.result, s.at_ms, " \
    "(SELECT count(*) FROM bath_soak u WHERE u.strip_id = s.id), k.id, k.ready_ms, k.item"
#define ROW_FROM                                                                           \
    "JOIN equipment_find q ON q.equipment_id = b.equipment_id "                            \
    "LEFT JOIN bath_end e ON e.bath_id = b.id "                                            \
    "LEFT JOIN bath_strip s ON s.id = (SELECT max(t.id) FROM bath_strip t "                \
    "WHERE t.bath_id = b.id) "                                                             \
    "LEFT JOIN bath_soak k ON k.id = (SELECT max(r.id) FROM bath_soak r "                  \
    "WHERE r.bath_id = b.id AND NOT EXISTS (SELECT 1 FROM bath_soak_end d "                \
    "WHERE d.soak_id = r.id)) "

const struct ct_sql ct_bath_sql[CT_BATH_SQL_N] = {
    [CT_SQL_BATH_INSERT] =
        {"bath.insert",
         "INSERT INTO bath(equipment_id, programme, canonical, product, lot, expires_day, "
         "poured_ms, last_day, at_ms, by_user) VALUES (:equipment_id, :programme, :canonical, "
         ":product, :lot, :expires_day, :poured_ms, :last_day, :at_ms, :by_user)"},
    [CT_SQL_BATH_STRIP_INSERT] =
        {"bath.strip_insert",
         "INSERT INTO bath_strip(bath_id, lot, expires_day, control, result, at_ms, by_user) "
         "VALUES (:bath_id, :lot, :expires_day, :control, :result, :at_ms, :by_user)"},
    [CT_SQL_BATH_SOAK_INSERT] =
        {"bath.soak_insert",
         "INSERT INTO bath_soak(bath_id, strip_id, item, temp_c10, started_ms, ready_ms, at_ms, "
         "by_user) VALUES (:bath_id, :strip_id, :item, :temp_c10, :started_ms, :ready_ms, "
         ":at_ms, :by_user)"},
    [CT_SQL_BATH_SOAK_END_INSERT] =
        {"bath.soak_end_insert",
         "INSERT INTO bath_soak_end(soak_id, done, rinsed, text, ended_ms, at_ms, by_user) "
         "VALUES (:soak_id, :done, :rinsed, :text, :ended_ms, :at_ms, :by_user)"},
    [CT_SQL_BATH_END_INSERT] =
        {"bath.end_insert", "INSERT INTO bath_end(bath_id, why, text, at_ms, by_user) VALUES "
                            "(:bath_id, :why, :text, :at_ms, :by_user)"},
    [CT_SQL_BATH_FIND_PUT] = {"bath.find_put", "INSERT INTO bath_find(bath_id, equipment_id) "
                                               "VALUES (:bath_id, :equipment_id)"},
    [CT_SQL_BATH_FIND_DELETE] = {"bath.find_delete",
                                 "DELETE FROM bath_find WHERE bath_id = :bath_id"},
    [CT_SQL_BATH_IN] = {"bath.in",
                        "SELECT bath_id FROM bath_find WHERE equipment_id = :equipment_id"},
    [CT_SQL_BATH_GET] = {"bath.get", "SELECT " ROW " FROM bath b " ROW_FROM "WHERE b.id = :id"},
    [CT_SQL_BATH_OPEN] =
        {"bath.open", "SELECT " ROW " FROM bath_find f CROSS JOIN bath b ON b.id = f.bath_id "
                      ROW_FROM "WHERE f.bath_id > 0 ORDER BY q.sort LIMIT :limit"},
    [CT_SQL_BATH_ALL] = {"bath.all", "SELECT " ROW " FROM bath b " ROW_FROM
                                     "WHERE b.id > 0 ORDER BY b.id DESC LIMIT :limit"},
    [CT_SQL_BATH_CANONICAL] = {"bath.canonical",
                               "SELECT programme, canonical FROM bath WHERE id = :id"},
    [CT_SQL_BATH_SOAKS] =
        {"bath.soaks",
         "SELECT s.id, s.bath_id, s.strip_id, s.item, s.temp_c10, s.started_ms, s.ready_ms, "
         "e.ended_ms, e.done, e.rinsed, e.text, s.by_user FROM bath_soak s "
         "LEFT JOIN bath_soak_end e ON e.soak_id = s.id WHERE s.bath_id = :bath_id "
         "ORDER BY s.id DESC LIMIT :limit"},
};
