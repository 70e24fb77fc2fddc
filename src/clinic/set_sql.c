/* set_sql - the statements of set*.c. */
#include "clinic/sterile_rows.h"

#define DETAIL                                                                             \
    "d.id, d.set_id, d.name, d.method, d.implant, d.copies, d.second, d.expiry_rule, "     \
    "d.expiry_days, d.note, d.ended, d.reason, d.at_ms, d.by_user"
/* What is open of a difference; t is its row of set_difference_find. */
#define DIFFERENCE                                                                         \
    "t.line_id, t.set_id, c.pack_id, c.phase, l.expected, l.counted, l.away, t.step, "     \
    "d.name, i.instrument, ifnull(w.text, l.text), ifnull(w.by_user, c.by_user), "         \
    "ifnull(w.at_ms, c.at_ms)"
#define DIFFERENCE_FROM                                                                    \
    "CROSS JOIN set_count_line l ON l.id = t.line_id JOIN set_count c ON c.id = l.count_id " \
    "JOIN set_line i ON i.id = l.line_id JOIN set_detail d ON d.id = i.detail_id "         \
    "LEFT JOIN set_follow w ON w.id = (SELECT max(x.id) FROM set_follow x "                \
    "WHERE x.line_id = t.line_id) "

const struct ct_sql ct_set_sql[CT_SET_SQL_N] = {
    [CT_SQL_SET_INSERT] = {"set.insert",
                           "INSERT INTO set_recipe(at_ms, by_user) VALUES (:at_ms, :by_user)"},
    [CT_SQL_SET_DETAIL_INSERT] =
        {"set.detail_insert",
         "INSERT INTO set_detail(set_id, name, method, implant, copies, second, expiry_rule, "
         "expiry_days, note, ended, replaces_id, reason, at_ms, by_user) VALUES (:set_id, "
         ":name, :method, :implant, :copies, :second, :expiry_rule, :expiry_days, :note, "
         ":ended, :replaces_id, :reason, :at_ms, :by_user)"},
    [CT_SQL_SET_LINE_INSERT] =
        {"set.line_insert", "INSERT INTO set_line(detail_id, n, instrument, count) VALUES "
                            "(:detail_id, :n, :instrument, :count)"},
    [CT_SQL_SET_FIND_PUT] =
        {"set.find_put",
         "INSERT INTO set_find(set_id, detail_id, sort) VALUES (:set_id, :detail_id, :sort) "
         "ON CONFLICT(set_id) DO UPDATE SET detail_id = excluded.detail_id, "
         "sort = excluded.sort"},
    [CT_SQL_SET_FIND] = {"set.find", "SELECT detail_id FROM set_find WHERE set_id = :set_id"},
    [CT_SQL_SET_NAMED] = {"set.named", "SELECT set_id FROM set_find WHERE sort = :sort"},
    [CT_SQL_SET_DETAIL] = {"set.detail",
                           "SELECT " DETAIL " FROM set_detail d WHERE d.id = :id"},
    [CT_SQL_SET_LINES] = {"set.lines", "SELECT id, instrument, count FROM set_line "
                                       "WHERE detail_id = :detail_id ORDER BY n"},
    [CT_SQL_SET_VERSIONS] =
        {"set.versions", "SELECT " DETAIL " FROM set_detail d WHERE d.set_id = :set_id "
                         "ORDER BY d.id DESC"},
    [CT_SQL_SET_LIST] =
        {"set.list", "SELECT " DETAIL " FROM set_find f JOIN set_detail d ON d.id = f.detail_id "
                     "WHERE f.sort > '' AND d.ended = 0 ORDER BY f.sort"},
    [CT_SQL_SET_DERIVED] =
        {"set.derived",
         "SELECT (SELECT count(*) FROM pack_find f JOIN pack_event v ON v.pack_id = f.pack_id "
         "WHERE f.set_id = :set_id AND v.step = 3), "
         "(SELECT count(*) FROM pack_find f JOIN pack_event v ON v.pack_id = f.pack_id "
         "WHERE f.set_id = :set_id AND v.step = 9), "
         "(SELECT count(*) FROM set_difference_find t WHERE t.set_id = :set_id), "
         "(SELECT count(*) FROM pack_find f WHERE f.set_id = :set_id AND f.step IN (4, 5))"},
    [CT_SQL_SET_PACKED] =
        {"set.packed", "SELECT f.pack_id, f.step FROM pack_find f WHERE f.set_id = :set_id "
                       "AND f.step < 14 ORDER BY f.pack_id"},
    [CT_SQL_SET_COUNT_INSERT] =
        {"set.count_insert",
         "INSERT INTO set_count(pack_id, phase, remark, at_ms, by_user, second_user) VALUES "
         "(:pack_id, :phase, :remark, :at_ms, :by_user, :second_user)"},
    [CT_SQL_SET_COUNT_LINE_INSERT] =
        {"set.count_line_insert",
         "INSERT INTO set_count_line(count_id, line_id, expected, counted, away, text) VALUES "
         "(:count_id, :line_id, :expected, :counted, :away, :text)"},
    [CT_SQL_SET_COUNT_GET] =
        {"set.count_get", "SELECT id, pack_id, phase, remark, at_ms, by_user, second_user "
                          "FROM set_count WHERE pack_id = :pack_id AND phase = :phase"},
    [CT_SQL_SET_COUNT_LINES] =
        {"set.count_lines",
         "SELECT l.id, l.line_id, l.expected, l.counted, l.away, l.text, i.instrument "
         "FROM set_count_line l JOIN set_line i ON i.id = l.line_id "
         "WHERE l.count_id = :count_id ORDER BY l.id"},
    [CT_SQL_SET_DIFFERENCE_PUT] =
        {"set.difference_put",
         "INSERT INTO set_difference_find(line_id, set_id, step) VALUES (:line_id, :set_id, "
         ":step) ON CONFLICT(line_id) DO UPDATE SET step = excluded.step"},
    [CT_SQL_SET_DIFFERENCE_DELETE] =
        {"set.difference_delete", "DELETE FROM set_difference_find WHERE line_id = :line_id"},
    [CT_SQL_SET_DIFFERENCE_GET] =
        {"set.difference_get", "SELECT " DIFFERENCE " FROM set_difference_find t "
                               DIFFERENCE_FROM "WHERE t.line_id = :line_id"},
    [CT_SQL_SET_DIFFERENCES] =
        {"set.differences", "SELECT " DIFFERENCE " FROM set_difference_find t " DIFFERENCE_FROM
                            "WHERE t.line_id > 0 AND (:set_id = 0 OR t.set_id = :set_id) "
                            "ORDER BY t.line_id"},
    [CT_SQL_SET_FOLLOW_INSERT] =
        {"set.follow_insert", "INSERT INTO set_follow(line_id, step, text, at_ms, by_user) "
                              "VALUES (:line_id, :step, :text, :at_ms, :by_user)"},
};
