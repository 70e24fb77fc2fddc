/* review_sql - the statements of the review. What makes a line, and an exception, stands here
 * once; the entries of a period come by two indexes, never by reading the chain. */
#include "clinic/review_priv.h"

/* Recorded in the period; recorded behind its end, and done in it. */
#define SEQS                                                                               \
    "(SELECT x.seq FROM audit x INDEXED BY audit_at WHERE x.at_ms >= :start_ms "           \
    "AND x.at_ms < :end_ms AND +x.seq > :after AND +x.seq <= :upto "                       \
    "UNION SELECT y.seq FROM audit y INDEXED BY audit_done WHERE y.done_ms >= :start_ms "  \
    "AND y.done_ms < :end_ms AND y.done_ms < y.at_ms AND y.at_ms >= :end_ms "              \
    "AND +y.seq > :after AND +y.seq <= :upto)"
#define MODULE "substr(a.verb, 1, instr(a.verb, '.') - 1)"
/* Sets whose next one was due in the period and was not there by its end, nor :set_late_ms
 * later while it runs; a refusal is one. As in figures.c: not when nothing followed for
 * :followed_ms (the patient was not followed any more), and not under continuous watch, where
 * none is due at a time. The entry that wrote the set stands for the one that is missing: it
 * may be of the shift before. Not in an addendum: the first review has said it. */
#define MISSED                                                                             \
    "(SELECT c.seq, c.due_ms, c.next_ms FROM vitals_called c "                             \
    "WHERE c.taken_ms >= :start_ms - 86400000 AND c.taken_ms < :end_ms AND :after = 0 "    \
    "AND c.due_ms >= :start_ms AND c.due_ms < min(:end_ms, :now_ms) - :set_late_ms "       \
    "AND (c.next_ms IS NULL OR c.next_ms >= :end_ms) "                                     \
    "AND ifnull(c.next_ms, :now_ms) <= c.due_ms + :followed_ms)"
/* By the set before it; under continuous watch none is due at a time. */
#define LATE_SET                                                                           \
    "(a.verb = 'vitals.record' AND EXISTS (SELECT 1 FROM audit_row r JOIN vitals_asked v " \
    "ON v.id = r.row_id WHERE r.seq = a.seq AND r.tbl = 'vitals' "                         \
    "AND v.due_ms BETWEEN v.taken_ms - :followed_ms AND v.taken_ms - :set_late_ms))"
#define CLS                                                                                \
    "CASE WHEN q.due_ms IS NOT NULL OR a.severity = 2 OR a.seq IN " CT_SHIFT_OVERDUE                               \
    " OR a.done_ms < a.at_ms - :late_ms OR a.verb GLOB '*correct' OR a.verb GLOB '*void' " \
    "OR a.verb GLOB '*reopen' OR (a.severity = 1 AND a.verb GLOB 'session.*') OR " LATE_SET \
    " THEN 2 ELSE a.severity END"
#define SAID                                                                               \
    "EXISTS (SELECT 1 FROM review_mark m WHERE m.review_id = :review_id "                  \
    "AND m.seq = a.seq AND m.kind IN (0, 2, 3))"
/* Up to which entry all that is no exception was acknowledged. */
#define REST                                                                               \
    "ifnull((SELECT max(m.seq) FROM review_mark m WHERE m.review_id = :review_id "         \
    "AND m.kind = 1), 0)"
/* LIMIT keeps it from being folded into the query around it, which would ask anew for the
 * class wherever it is named. */
#define LINES                                                                              \
    "(SELECT a.seq AS seq, ifnull(q.due_ms, a.at_ms) AS at_ms, "                           \
    "CASE WHEN q.due_ms IS NULL THEN a.user_id ELSE 0 END AS user_id, a.verb AS verb, "    \
    "a.leaf AS leaf, q.due_ms AS due_ms, q.next_ms AS next_ms, " MODULE " AS module, " CLS " AS cls, " SAID      \
    " AS said FROM (SELECT seq, max(due_ms) AS due_ms, max(next_ms) AS next_ms "           \
    "FROM (SELECT seq, NULL AS due_ms, NULL AS next_ms FROM " SEQS                         \
    " UNION ALL SELECT seq, due_ms, next_ms FROM " MISSED ") GROUP BY seq) q "             \
    "CROSS JOIN audit a ON a.seq = q.seq WHERE q.due_ms IS NOT NULL OR a.severity > 0 "    \
    "OR (a.verb NOT IN (" CT_SHIFT_QUIET ") AND a.verb NOT GLOB 'review.*') LIMIT -1) t"
#define FILTER                                                                             \
    "(:user_id = 0 OR t.user_id = :user_id) AND (:module = '' OR t.module = :module) "     \
    "AND (:patient_id = 0 OR (SELECT p.patient_id FROM audit p WHERE p.seq = t.seq) "  \
    "= :patient_id) "                                                                \
    "AND (:kind = 0 OR (:kind = 1 AND t.cls = 2) OR (:kind = 2 AND NOT t.said "            \
    "AND (t.cls = 2 OR t.seq > " REST ")) OR (:kind = 3 AND EXISTS (SELECT 1 "             \
    "FROM review_mark m WHERE m.review_id = :review_id AND m.seq = t.seq "                 \
    "AND m.kind IN (2, 3))))"
#define MARK                                                                               \
    "m.id, m.review_id, m.kind, m.seq, m.query_id, m.to_user, m.text, m.at_ms, m.by_user, " \
    "EXISTS (SELECT 1 FROM review_mark w WHERE w.query_id = m.id), "                       \
    "(SELECT p.patient_id FROM audit p WHERE p.seq = m.seq AND m.kind <> 1)"

const struct ct_sql ct_review_sql[CT_REVIEW_SQL_N] = {
    [CT_SQL_REVIEW_INSERT] =
        {"review.insert",
         "INSERT INTO review(start_ms, end_ms, name, addendum_to, after_seq, at_ms, by_user) "
         "VALUES(:start_ms, :end_ms, :name, :addendum_to, :after_seq, :at_ms, :by_user)"},
    [CT_SQL_REVIEW_GET] =
        {"review.get",
         "SELECT id, start_ms, end_ms, name, addendum_to, after_seq FROM review WHERE id = :id"},
    [CT_SQL_REVIEW_LAST] =
        {"review.last",
         "SELECT id FROM review WHERE start_ms = :start_ms AND end_ms = :end_ms "
         "ORDER BY id DESC LIMIT 1"},
    [CT_SQL_REVIEW_RECENT] =
        {"review.recent",
         "SELECT id FROM review WHERE start_ms >= :since_ms ORDER BY start_ms DESC, id DESC"},
    /* No period is longer than :longest_ms: no earlier one reaches that moment. */
    [CT_SQL_REVIEW_BEFORE] =
        {"review.before",
         "SELECT v.id FROM review v JOIN review_sign g ON g.review_id = v.id AND g.second = 0 "
         "WHERE v.start_ms <= :done_ms AND v.start_ms >= :done_ms - :longest_ms "
         "AND v.end_ms > :done_ms AND g.head_seq < :seq ORDER BY v.id LIMIT 1"},
    [CT_SQL_REVIEW_LINES] =
        {"review.lines",
         "SELECT w.seq, w.cls, w.said OR (w.cls < 2 AND w.seq <= " REST "), "
         "w.due_ms IS NULL AND w.at_ms >= :end_ms, " LATE_SET ", w.due_ms, w.next_ms, "
         "(SELECT count(*) FROM review_mark m "
         "WHERE m.review_id = :review_id AND m.seq = a.seq AND m.kind = 2), "
         "(SELECT count(*) FROM review_mark m WHERE m.review_id = :review_id "
         "AND m.seq = a.seq AND m.kind = 3), (SELECT count(*) FROM review_mark m "
         "JOIN review_query_find f ON f.query_id = m.id WHERE m.review_id = :review_id "
         "AND m.seq = a.seq AND m.kind = 3) FROM (SELECT t.seq AS seq, t.at_ms AS at_ms, "
         "t.cls AS cls, t.said AS said, t.due_ms AS due_ms, t.next_ms AS next_ms FROM " LINES
         " WHERE " FILTER " ORDER BY t.cls DESC, t.at_ms, t.seq LIMIT :limit OFFSET :offset) w "
         "CROSS JOIN audit a ON a.seq = w.seq ORDER BY w.cls DESC, w.at_ms, w.seq"},
    [CT_SQL_REVIEW_TOTALS] =
        {"review.totals",
         "SELECT count(*), sum(t.cls = 2), sum(t.cls = 2 AND NOT t.said), "
         "sum(t.cls < 2 AND NOT t.said AND t.seq > " REST "), max(t.seq) FROM " LINES
         " WHERE " FILTER},
    [CT_SQL_REVIEW_COUNTS] =
        {"review.counts",
         "SELECT t.module, t.user_id, count(*), sum(t.cls = 2) FROM " LINES
         " GROUP BY t.module, t.user_id ORDER BY t.module, t.user_id"},
    [CT_SQL_REVIEW_EACH] =
        {"review.each",
         "SELECT t.seq, t.leaf, t.verb, t.user_id, t.cls FROM " LINES " ORDER BY t.seq"},
    [CT_SQL_REVIEW_SINCE] =
        {"review.since",
         "SELECT count(*) FROM audit y INDEXED BY audit_done WHERE y.done_ms >= :start_ms "
         "AND y.done_ms < :end_ms AND y.done_ms < y.at_ms AND +y.seq > :after"},
    [CT_SQL_REVIEW_WORKED] =
        {"review.worked",
         "SELECT EXISTS (SELECT 1 FROM shift_hours h WHERE h.shift_ms >= :start_ms "
         "AND h.shift_ms < :end_ms AND h.user_id = :user_id) OR EXISTS (SELECT 1 FROM " SEQS
         " q CROSS JOIN audit a ON a.seq = q.seq WHERE a.user_id = :user_id AND " MODULE
         " NOT IN ('session', 'store', 'user', 'access', 'review') "
         "AND a.verb <> 'patient.open' AND a.verb <> 'shift.hours')"},
    [CT_SQL_REVIEW_ENTRY] =
        {"review.entry",
         "SELECT t.user_id, t.cls, (SELECT p.patient_id FROM audit p WHERE p.seq = t.seq) FROM "
         LINES " WHERE t.seq = :seq"},
    [CT_SQL_REVIEW_MARK_INSERT] =
        {"review_mark.insert",
         "INSERT INTO review_mark(review_id, kind, seq, query_id, to_user, text, at_ms, by_user) "
         "VALUES(:review_id, :kind, :seq, :query_id, :to_user, :text, :at_ms, :by_user)"},
    [CT_SQL_REVIEW_MARK_GET] = {"review_mark.get",
                                "SELECT " MARK " FROM review_mark m WHERE m.id = :id"},
    [CT_SQL_REVIEW_MARKS] =
        {"review_mark.list",
         "SELECT " MARK " FROM review_mark m WHERE m.review_id = :review_id AND (:seq IS NULL OR m.seq = :seq) "
         "ORDER BY m.id"},
    [CT_SQL_REVIEW_QUERY_PUT] = {"review_query.put",
                                 "INSERT INTO review_query_find(query_id, review_id, to_user) "
                                 "VALUES(:query_id, :review_id, :to_user)"},
    [CT_SQL_REVIEW_QUERY_DELETE] = {"review_query.delete",
                                    "DELETE FROM review_query_find WHERE query_id = :query_id"},
    [CT_SQL_REVIEW_MINE] = {"review_query.mine",
                            "SELECT query_id FROM review_query_find WHERE to_user = :user_id "
                            "ORDER BY query_id"},
    [CT_SQL_REVIEW_MINE_COUNT] = {"review_query.mine_count",
                                  "SELECT count(*) FROM review_query_find "
                                  "WHERE to_user = :user_id"},
    [CT_SQL_REVIEW_LINE] = {"review.line",
                            "SELECT " CT_SHIFT_LINE " FROM audit a WHERE a.seq = :seq"},
    [CT_SQL_REVIEW_SIGN_INSERT] =
        {"review_sign.insert",
         "INSERT INTO review_sign(review_id, second, wanted, meaning, hash, head_seq, head_link, "
         "at_ms, by_user) VALUES(:review_id, :second, :wanted, :meaning, :hash, :head_seq, "
         ":head_link, :at_ms, :by_user)"},
    [CT_SQL_REVIEW_SIGNS] =
        {"review_sign.list",
         "SELECT second, wanted, meaning, hash, head_seq, at_ms, by_user, id FROM review_sign "
         "WHERE review_id = :review_id ORDER BY second"},
    [CT_SQL_REVIEW_TEXT_INSERT] = {"review_text.insert", "INSERT INTO review_text(review_id, text) "
                                                         "VALUES(:review_id, :text)"},
    [CT_SQL_REVIEW_TEXT_GET] = {"review_text.get",
                                "SELECT text FROM review_text WHERE review_id = :review_id"},
    [CT_SQL_REVIEW_SIGNED_NEXT] =
        {"review_sign.next",
         "SELECT review_id FROM review_sign WHERE review_id > :review_id AND second = 0 "
         "ORDER BY review_id LIMIT 1"},
    [CT_SQL_REVIEW_OF_DEVICE] =
        {"review.of_device", "SELECT 1 FROM entry_device WHERE seq = :seq "
                             "AND equipment_id = :equipment_id LIMIT 1"},
    [CT_SQL_REVIEW_FILTER_INSERT] =
        {"review_filter.insert", "INSERT INTO review_filter(name, typed, at_ms, by_user) "
                                 "VALUES(:name, :typed, :at_ms, :by_user)"},
    [CT_SQL_REVIEW_FILTERS] =
        {"review_filter.list",
         "SELECT f.name, f.typed FROM review_filter f WHERE f.by_user = :user_id "
         "AND f.typed <> '' AND NOT EXISTS (SELECT 1 FROM review_filter g "
         "WHERE g.by_user = f.by_user AND g.name = f.name AND g.id > f.id) ORDER BY f.name"},
    [CT_SQL_REVIEW_LEAF] = {"review.leaf",
                            "SELECT leaf, verb, user_id, at_ms FROM audit WHERE seq = :seq"},
};
