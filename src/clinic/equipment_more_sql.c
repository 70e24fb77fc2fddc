/* equipment_more_sql - the statements of history, papers and campaigns. */
#include "clinic/equipment_rows.h"

#define CAMPAIGN                                                                           \
    "c.id, c.model_id, m.maker || ' ' || m.name, c.title, c.source, c.text, c.stop, c.due, " \
    "c.at_ms, c.by_user, EXISTS (SELECT 1 FROM equipment_campaign_line l "                 \
    "WHERE l.campaign_id = c.id AND l.equipment_id IS NULL), "                             \
    "(SELECT count(*) FROM equipment_find f WHERE f.model_id = c.model_id "                \
    "AND f.condition < 5), (SELECT count(*) FROM equipment_find f "                        \
    "WHERE f.model_id = c.model_id AND f.condition < 5 AND " DONE("c.id", "f.equipment_id") " = 0)"
/* What was said last of a device in a campaign. */
#define DONE(campaign, device)                                                             \
    "ifnull((SELECT l.done FROM equipment_campaign_line l WHERE l.campaign_id = " campaign \
    " AND l.equipment_id = " device " ORDER BY l.id DESC LIMIT 1), 0)"
#define CAMPAIGN_FROM                                                                      \
    " FROM equipment_campaign c JOIN equipment_model m ON m.id = (SELECT "                 \
    "ifnull(max(w.id), c.model_id) FROM equipment_model w WHERE w.first_id = c.model_id) "
#define PAPER                                                                              \
    "p.id, p.equipment_id, p.kind, p.title, p.place, p.issuer, p.hash, p.size, "           \
    "p.valid_from, p.valid_until, p.at_ms, p.by_user, x.reason FROM equipment_paper p "    \
    "LEFT JOIN equipment_paper x ON x.ends_id = p.id "

const struct ct_sql ct_equipment_more_sql[CT_EQUIPMENT_MORE_SQL_N] = {
    /* at_ms, by_user, source (enum of equipment_history.c), ref_id, what, verdict, text */
    [CT_SQL_EQUIP_HISTORY] =
        {"equipment.history",
         "SELECT at_ms, by_user, source, ref_id, what, verdict, text, row_id FROM ("
         "SELECT d.at_ms AS at_ms, d.by_user AS by_user, 0 AS source, d.equipment_id AS ref_id, "
         "ifnull(d.replaces_id, 0) AS what, 0 AS verdict, ifnull(d.reason, '') AS text, d.id AS row_id "
         "FROM equipment_detail d WHERE d.equipment_id = :id "
         "UNION ALL SELECT v.at_ms, v.by_user, 1, v.equipment_id, v.condition, 0, v.text, v.id "
         "FROM equipment_event v WHERE v.equipment_id = :id AND v.id > (SELECT min(w.id) "
         "FROM equipment_event w WHERE w.equipment_id = :id) "
         "UNION ALL SELECT ifnull(z.recorded_ms, r.done_ms), ifnull(z.by_user, r.by_user), 2, "
         "r.id, r.kind, CASE WHEN z.id IS NULL THEN r.verdict ELSE 9 END, "
         "ifnull(z.reason, r.text), r.id FROM equipment_result r LEFT JOIN equipment_result z "
         "ON z.voids_id = r.id WHERE r.equipment_id = :id AND r.voids_id IS NULL "
         "UNION ALL SELECT e.at_ms, e.by_user, 3, k.id, e.step, ifnull(e.verdict, -1), "
         "k.title || CASE WHEN e.text = '' THEN '' ELSE ': ' || e.text END, e.id "
         "FROM calibration k JOIN calibration_event e ON e.calibration_id = k.id "
         "WHERE k.equipment_id = :id "
         "UNION ALL SELECT e.at_ms, e.by_user, 4, f.id, e.step, 0, "
         "CASE WHEN e.step = 0 THEN f.text ELSE e.text END, e.id FROM fault f "
         "JOIN fault_event e ON e.fault_id = f.id WHERE f.equipment_id = :id "
         "UNION ALL SELECT p.at_ms, p.by_user, 5, p.equipment_id, p.ends_id IS NOT NULL, 0, "
         "p.title || CASE WHEN p.reason IS NULL THEN '' ELSE ': ' || p.reason END, p.id "
         "FROM equipment_paper p WHERE p.equipment_id = :id "
         "UNION ALL SELECT l.at_ms, l.by_user, 6, c.id, l.done, 0, c.title || "
         "CASE WHEN l.text = '' THEN '' ELSE ': ' || l.text END, l.id "
         "FROM equipment_find f JOIN equipment_campaign c ON c.model_id = f.model_id "
         "JOIN equipment_campaign_line l ON l.campaign_id = c.id AND l.equipment_id = :id "
         "WHERE f.equipment_id = :id "
         "UNION ALL SELECT o.at_ms, o.by_user, 7, o.ref_id, o.for_what, 0, "
         "o.state || ', because ' || o.reason, o.id FROM equipment_override o "
         "WHERE o.equipment_id = :id "
         "UNION ALL SELECT t.at_ms, t.by_user, 10, t.id, 0, 0, t.text, t.id FROM guide_walk t "
         "WHERE t.equipment_id = :id "
         "UNION ALL SELECT b.at_ms, b.by_user, 8, b.id, 9, 0, b.text, b.id FROM lookback b "
         "WHERE b.equipment_id = :id "
         "UNION ALL SELECT * FROM (SELECT ifnull(z.recorded_ms, m.done_ms), "
         "ifnull(z.by_user, m.by_user), 11, m.equipment_id, m.kind, "
         "CASE WHEN z.id IS NULL THEN m.result ELSE 9 END, ifnull(z.reason, m.remark), m.id "
         "FROM machine_test m LEFT JOIN machine_test z ON z.voids_id = m.id "
         "WHERE m.equipment_id = :id AND m.voids_id IS NULL "
         "ORDER BY m.done_ms DESC, m.id DESC LIMIT :limit) "
         "UNION ALL SELECT s.at_ms, s.by_user, 9, s.equipment_id, s.kind, "
         "CASE WHEN s.ended = 1 THEN 2 ELSE s.replaces_id IS NOT NULL END, 'every ' || "
         "CASE s.every WHEN 1 THEN '' ELSE s.every || ' ' END || CASE s.unit WHEN 0 THEN 'day' "
         "WHEN 1 THEN 'week' WHEN 2 THEN 'month' ELSE 'year' END || "
         "CASE s.every WHEN 1 THEN '' ELSE 's' END || CASE WHEN s.reason IS NULL THEN '' ELSE ': ' || "
         "s.reason END, s.id FROM schedule s WHERE s.equipment_id = :id) "
         "ORDER BY at_ms DESC, row_id DESC LIMIT :limit"},

    [CT_SQL_PAPER_INSERT] =
        {"equipment.paper_insert",
         "INSERT INTO equipment_paper(equipment_id, kind, title, place, hash, size, issuer, "
         "valid_from, valid_until, ends_id, reason, at_ms, by_user) VALUES (:equipment_id, "
         ":kind, :title, :place, :hash, :size, :issuer, :valid_from, :valid_until, :ends_id, "
         ":reason, :at_ms, :by_user)"},
    [CT_SQL_PAPER_GET] = {"equipment.paper_get", "SELECT " PAPER "WHERE p.id = :id "
                                                 "AND p.ends_id IS NULL"},
    [CT_SQL_PAPERS] = {"equipment.papers",
                       "SELECT " PAPER "WHERE p.equipment_id = :equipment_id "
                       "AND p.ends_id IS NULL ORDER BY x.id IS NOT NULL, p.id DESC"},

    [CT_SQL_CAMPAIGN_INSERT] =
        {"equipment.campaign_insert",
         "INSERT INTO equipment_campaign(model_id, title, source, text, stop, due, at_ms, "
         "by_user) VALUES (:model_id, :title, :source, :text, :stop, :due, :at_ms, :by_user)"},
    [CT_SQL_CAMPAIGN_GET] = {"equipment.campaign_get",
                             "SELECT " CAMPAIGN CAMPAIGN_FROM "WHERE c.id = :id"},
    [CT_SQL_CAMPAIGNS] = {"equipment.campaigns",
                          "SELECT " CAMPAIGN CAMPAIGN_FROM
                          "WHERE c.id > 0 AND (:open = 0 OR NOT EXISTS (SELECT 1 "
                          "FROM equipment_campaign_line l WHERE l.campaign_id = c.id "
                          "AND l.equipment_id IS NULL)) ORDER BY c.id DESC"},
    [CT_SQL_CAMPAIGN_LINE_INSERT] =
        {"equipment.campaign_line_insert",
         "INSERT INTO equipment_campaign_line(campaign_id, equipment_id, done, text, at_ms, "
         "by_user) VALUES (:campaign_id, :equipment_id, :done, :text, :at_ms, :by_user)"},
    [CT_SQL_CAMPAIGN_LINES] =
        {"equipment.campaign_lines",
         "SELECT f.equipment_id, f.asset, f.location, l.done, l.text, l.at_ms, l.by_user "
         "FROM equipment_campaign c JOIN equipment_find f ON f.model_id = c.model_id "
         "AND f.condition < 5 LEFT JOIN equipment_campaign_line l ON l.id = (SELECT max(x.id) "
         "FROM equipment_campaign_line x WHERE x.campaign_id = c.id "
         "AND x.equipment_id = f.equipment_id) WHERE c.id = :id ORDER BY f.sort, f.asset"},
    [CT_SQL_CAMPAIGN_LINE_LAST] = {"equipment.campaign_line_last",
                                   "SELECT " DONE(":campaign_id", ":equipment_id")},
    [CT_SQL_CAMPAIGNS_OF] =
        {"equipment.campaigns_of",
         "SELECT " CAMPAIGN CAMPAIGN_FROM "WHERE c.model_id = (SELECT f.model_id "
         "FROM equipment_find f WHERE f.equipment_id = :equipment_id AND f.condition < 5) "
         "AND NOT EXISTS (SELECT 1 FROM equipment_campaign_line l WHERE l.campaign_id = c.id "
         "AND l.equipment_id IS NULL) AND " DONE("c.id", ":equipment_id") " = 0 "
         "ORDER BY c.stop DESC, c.id"},
};
