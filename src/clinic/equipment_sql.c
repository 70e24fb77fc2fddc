/* equipment_sql - the statements of equipment*.c. */
#include "clinic/equipment_rows.h"

#define MODEL                                                                              \
    "m.id, o.id, m.class, m.maker, m.name, m.device_id, m.risk, m.elec_class, m.applied, "  \
    "m.note, m.at_ms, m.by_user"
#define MODEL_FROM                                                                         \
    " FROM equipment_model o JOIN equipment_model m ON m.id = "                            \
    "(SELECT ifnull(max(w.id), o.id) FROM equipment_model w WHERE w.first_id = o.id) "

/* What equipment_read.c's row() reads. */
#define ROW                                                                                \
    "f.equipment_id, d.id, d.model_id, d.asset, d.udi, d.serial, d.location, d.holder, "   \
    "d.supplier, d.standard, d.standard_of, d.elec_class, d.applied, d.made, d.received, " \
    "d.warranty, d.note, m.class, m.maker, m.name, m.device_id, m.risk, m.elec_class, "    \
    "m.applied, f.condition, f.condition_ms, q.at_ms, q.by_user, d.at_ms, d.by_user"
#define MODEL_OF                                                                           \
    "JOIN equipment_model m ON m.id = (SELECT ifnull(max(w.id), d.model_id) "              \
    "FROM equipment_model w WHERE w.first_id = d.model_id) "
#define ROW_FROM                                                                           \
    "JOIN equipment_detail d ON d.id = f.detail_id JOIN equipment q ON q.id = f.equipment_id " \
    MODEL_OF

/* enum ct_equip_state of f on :today. Amber is never more than half of the interval: what is
 * due every day would be amber for ever. */
#define DAYS(s) "(" s ".every * CASE " s ".unit WHEN 0 THEN 1 WHEN 1 THEN 7 WHEN 2 THEN 30 "  \
                "ELSE 365 END)"
#define STATE                                                                              \
    "CASE WHEN f.condition > 0 THEN f.condition + 2 "                                      \
    "WHEN EXISTS (SELECT 1 FROM schedule_find x WHERE x.equipment_id = f.equipment_id "    \
    "AND x.last_day < :today) THEN 2 "                                                     \
    "WHEN EXISTS (SELECT 1 FROM schedule_find x JOIN schedule s ON s.id = x.current_id "   \
    "WHERE x.equipment_id = f.equipment_id AND x.due <= :today + "                         \
    "min(ifnull(s.amber_days, :amber), " DAYS("s") " / 2)) THEN 1 ELSE 0 END"

#define WORD(n) "(:word" n " = '' OR instr(f.words, :word" n ") > 0) "
#define IN_USE(column)                                                                     \
    "SELECT DISTINCT d." column " FROM equipment_find f JOIN equipment_detail d "          \
    "ON d.id = f.detail_id WHERE f.sort >= '' AND d." column " <> '' AND f.condition < 5 " \
    "ORDER BY d." column " COLLATE NOCASE"

const struct ct_sql ct_equipment_sql[CT_EQUIPMENT_SQL_N] = {
    [CT_SQL_MODEL_INSERT] =
        {"equipment.model_insert",
         "INSERT INTO equipment_model(replaces_id, first_id, class, maker, name, device_id, "
         "risk, elec_class, applied, note, reason, at_ms, by_user) VALUES (:replaces_id, "
         ":first_id, :class, :maker, :name, :device_id, :risk, :elec_class, :applied, :note, "
         ":reason, :at_ms, :by_user)"},
    [CT_SQL_MODEL_GET] = {"equipment.model_get", "SELECT " MODEL MODEL_FROM "WHERE o.id = :id "
                                                 "AND o.first_id IS NULL"},
    [CT_SQL_MODEL_LIST] =
        {"equipment.model_list",
         "SELECT " MODEL ", (SELECT count(*) FROM equipment_find f WHERE f.model_id = o.id "
         "AND f.condition < 5)" MODEL_FROM "WHERE o.first_id IS NULL "
         "ORDER BY m.class, m.maker COLLATE NOCASE, m.name COLLATE NOCASE, o.id"},
    [CT_SQL_MODEL_DEVICES] = {"equipment.model_devices",
                              "SELECT equipment_id FROM equipment_find "
                              "WHERE model_id = :model_id ORDER BY asset"},
    [CT_SQL_EQUIP_INSERT] = {"equipment.insert",
                             "INSERT INTO equipment(at_ms, by_user, import_key) "
                             "VALUES (:at_ms, :by_user, :import_key)"},
    [CT_SQL_EQUIP_DETAIL_INSERT] =
        {"equipment.detail_insert",
         "INSERT INTO equipment_detail(equipment_id, replaces_id, model_id, asset, udi, "
         "serial, location, holder, supplier, standard, standard_of, elec_class, applied, "
         "made, received, warranty, note, reason, at_ms, by_user) VALUES (:equipment_id, "
         ":replaces_id, :model_id, :asset, :udi, :serial, :location, :holder, :supplier, "
         ":standard, :standard_of, :elec_class, :applied, :made, :received, :warranty, :note, "
         ":reason, :at_ms, :by_user)"},
    [CT_SQL_EQUIP_EVENT_INSERT] =
        {"equipment.event_insert",
         "INSERT INTO equipment_event(equipment_id, condition, at_ms, recorded_ms, by_user, "
         "text) VALUES (:equipment_id, :condition, :at_ms, :recorded_ms, :by_user, :text)"},
    [CT_SQL_EQUIP_FIND_PUT] =
        {"equipment.find_put",
         "INSERT INTO equipment_find(equipment_id, detail_id, model_id, asset, sort, udi, "
         "serial, location, class, words, condition, condition_ms) VALUES (:equipment_id, "
         ":detail_id, :model_id, :asset, :sort, :udi, :serial, :location, :class, :words, "
         ":condition, :condition_ms) ON CONFLICT(equipment_id) DO UPDATE SET "
         "detail_id = excluded.detail_id, model_id = excluded.model_id, "
         "asset = excluded.asset, sort = excluded.sort, udi = excluded.udi, "
         "serial = excluded.serial, location = excluded.location, class = excluded.class, "
         "words = excluded.words, condition = excluded.condition, "
         "condition_ms = excluded.condition_ms"},
    [CT_SQL_EQUIP_FIND_CONDITION] =
        {"equipment.find_condition",
         "UPDATE equipment_find SET condition = :condition, condition_ms = :condition_ms "
         "WHERE equipment_id = :equipment_id"},
    [CT_SQL_EQUIP_GET] = {"equipment.get", "SELECT " ROW " FROM equipment_find f " ROW_FROM
                                           "WHERE f.equipment_id = :id"},
    [CT_SQL_EQUIP_VERSION] =
        {"equipment.version",
         "SELECT " ROW " FROM equipment_detail d JOIN equipment_find f ON f.equipment_id = "
         "d.equipment_id JOIN equipment q ON q.id = d.equipment_id " MODEL_OF
         "WHERE d.id = :id"},
    [CT_SQL_EQUIP_STATE] = {"equipment.state", "SELECT " STATE " FROM equipment_find f "
                                               "WHERE f.equipment_id = :id"},
    [CT_SQL_EQUIP_BY_ASSET] = {"equipment.by_asset",
                               "SELECT equipment_id FROM equipment_find WHERE asset = :asset"},
    [CT_SQL_EQUIP_BY_UDI] = {"equipment.by_udi",
                             "SELECT equipment_id FROM equipment_find WHERE udi = :udi "
                             "AND udi <> '' ORDER BY sort, asset LIMIT 10"},
    [CT_SQL_EQUIP_BY_SERIAL] =
        {"equipment.by_serial",
         "SELECT f.equipment_id, f.model_id, m.device_id FROM equipment_find f "
         "JOIN equipment_model m ON m.id = (SELECT ifnull(max(w.id), f.model_id) "
         "FROM equipment_model w WHERE w.first_id = f.model_id) WHERE f.serial = :serial "
         "AND f.serial <> '' ORDER BY f.sort, f.asset"},
    [CT_SQL_EQUIP_IMPORTED] = {"equipment.imported",
                               "SELECT id FROM equipment WHERE import_key = :import_key"},
    /* Where all of those in service are wanted, what is due is worked out for those on the
     * page alone. */
    [CT_SQL_EQUIP_LIST] =
        {"equipment.list",
         "SELECT " ROW ", " STATE ", x.total FROM (SELECT f.equipment_id AS id, "
         "count(*) OVER () AS total FROM equipment_find f "
         "WHERE f.sort >= '' AND (:class = '' OR f.class = :class) "
         "AND (:location = '' OR f.location = :location) "
         "AND (:model_id = 0 OR f.model_id = :model_id) "
         "AND (:standards = 0 OR (SELECT d.standard FROM equipment_detail d "
         "WHERE d.id = f.detail_id) = 1) "
         "AND " WORD("1") "AND " WORD("2") "AND " WORD("3") "AND " WORD("4")
         "AND (CASE WHEN f.condition > 0 THEN :states >> (f.condition + 2) "
         "WHEN (:states & 7) = 7 THEN 1 ELSE :states >> (" STATE ") END) & 1 "
         "ORDER BY f.sort, f.asset LIMIT :limit OFFSET :offset) x "
         "JOIN equipment_find f ON f.equipment_id = x.id " ROW_FROM "ORDER BY f.sort, f.asset"},
    [CT_SQL_EQUIP_IN_USE + CT_IN_USE_LOCATION] = {"equipment.in_use_location", IN_USE("location")},
    [CT_SQL_EQUIP_IN_USE + CT_IN_USE_HOLDER] = {"equipment.in_use_holder", IN_USE("holder")},
    [CT_SQL_EQUIP_IN_USE + CT_IN_USE_SUPPLIER] = {"equipment.in_use_supplier",
                                                  IN_USE("supplier")},
    [CT_SQL_EQUIP_IN_USE + CT_IN_USE_STANDARD_OF] = {"equipment.in_use_standard_of",
                                                     IN_USE("standard_of")},
};
