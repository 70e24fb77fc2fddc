/* sql - see sql.h. */
#include "record/sql.h"

#define USER_COLUMNS                                                                          \
    "id, user_id, login, name, role, active, slot_version, slot_hash, sign_pk, at_ms"
#define DRAFT_COLUMNS "id, kind, patient_id, saved_ms, body"

const struct ct_sql ct_record_sql[CT_RECORD_SQL_N] = {
    [CT_SQL_STORE_INSERT] = {"store.insert",
        "INSERT INTO store(id, store_id, created_ms, site) VALUES(1, :store, :at, :site)"},
    [CT_SQL_STORE_GET] = {"store.get", "SELECT store_id FROM store WHERE id = 1"},
    [CT_SQL_SESSION_INSERT] = {"session.insert",
        "INSERT INTO session(user_id, at_ms, tty, remote, pid, program)"
        " VALUES(:user, :at, :tty, :remote, :pid, :program)"},
    [CT_SQL_USER_INSERT] = {"user.insert",
        "INSERT INTO user_version(user_id, login, name, role, active, slot_version,"
        " slot_hash, sign_pk, at_ms, by_user, reason)"
        " VALUES(:user, :login, :name, :role, :active, :slot_version,"
        " :slot_hash, :sign_pk, :at, :by, :reason)"},
    [CT_SQL_USER_GET] = {"user.get",
        "SELECT " USER_COLUMNS " FROM user_version WHERE user_id = :user"
        " ORDER BY id DESC LIMIT 1"},
    [CT_SQL_USER_STATE] = {"user.state",
        "SELECT active, sign_pk FROM user_version WHERE user_id = :user"
        " ORDER BY id DESC LIMIT 1"},
    [CT_SQL_USER_BY_LOGIN] = {"user.by_login",
        "SELECT user_id FROM user_version WHERE login = :login ORDER BY id DESC LIMIT 1"},
    [CT_SQL_USER_LIST] = {"user.list",
        "SELECT " USER_COLUMNS " FROM user_now ORDER BY name, user_id"},
    [CT_SQL_USER_LAST] = {"user.last", "SELECT max(user_id) FROM user_version"},
    [CT_SQL_CHAIN_HEAD] = {"chain.head",
        "SELECT seq, at_ms, link FROM audit WHERE seq > 0 ORDER BY seq DESC LIMIT 1"},
    [CT_SQL_CHAIN_AT] = {"chain.at",
        "SELECT link, severity, detail FROM audit WHERE seq = :seq"},
    [CT_SQL_CHAIN_INSERT] = {"chain.insert",
        "INSERT INTO audit(seq, at_ms, user_id, session_id, verb, severity, patient_id,"
        " done_ms, detail, leaf, link)"
        " VALUES(:seq, :at, :user, :session, :verb, :severity, :patient, :done, :detail,"
        " :leaf, :link)"},
    [CT_SQL_CHAIN_ROW] = {"chain.row",
        "INSERT INTO audit_row(seq, tbl, row_id, columns, hash)"
        " VALUES(:seq, :tbl, :row, :columns, :hash)"},
    [CT_SQL_CHAIN_SIGN] = {"chain.sign",
        "INSERT INTO audit_signature(seq, user_id, signature) VALUES(:seq, :user, :signature)"},
    [CT_SQL_DRAFT_KEEP] = {"draft.keep",
        "INSERT INTO draft(user_id, kind, patient_id, saved_ms, body)"
        " VALUES(:user, :kind, :patient, :saved, :body)"
        " ON CONFLICT(user_id, kind, ifnull(patient_id, 0))"
        " DO UPDATE SET saved_ms = excluded.saved_ms, body = excluded.body"},
    [CT_SQL_DRAFT_DROP] = {"draft.drop",
        "DELETE FROM draft WHERE user_id = :user AND kind = :kind"
        " AND ifnull(patient_id, 0) = ifnull(:patient, 0)"},
    [CT_SQL_DRAFT_NEWEST] = {"draft.newest",
        "SELECT " DRAFT_COLUMNS " FROM draft WHERE user_id = :user"
        " ORDER BY saved_ms DESC, id DESC LIMIT 1"},
    [CT_SQL_DRAFT_OF] = {"draft.of",
        "SELECT " DRAFT_COLUMNS " FROM draft WHERE user_id = :user AND kind = :kind"
        " AND ifnull(patient_id, 0) = ifnull(:patient, 0)"},
    [CT_SQL_VERIFY_ENTRIES] = {"verify.entries",
        "SELECT seq, at_ms, user_id, session_id, verb, severity, patient_id, done_ms, detail,"
        " leaf, link FROM audit ORDER BY seq"},
    [CT_SQL_VERIFY_ROWS] = {"verify.rows",
        "SELECT seq, tbl, row_id, columns, hash, id FROM audit_row ORDER BY seq, id"},
    [CT_SQL_VERIFY_SIGNATURES] = {"verify.signatures",
        "SELECT seq, user_id, signature FROM audit_signature ORDER BY seq"},
    [CT_SQL_VERIFY_KEY] = {"verify.key",
        "SELECT u.sign_pk FROM user_version u JOIN audit_row r"
        " ON r.tbl = 'user_version' AND r.row_id = u.id"
        " WHERE u.user_id = :user AND r.seq < :seq ORDER BY u.id DESC LIMIT 1"},
    /* What is kept for good: the tables that a trigger guards, and those that an
     * entry says it wrote, in case a guard was taken away. */
    [CT_SQL_VERIFY_TABLES] = {"verify.tables",
        "SELECT tbl_name FROM sqlite_schema WHERE type = 'trigger'"
        " AND name IN (tbl_name || '_no_update', tbl_name || '_no_delete')"
        " UNION SELECT tbl FROM audit_row"
        " UNION VALUES('audit'), ('audit_row'), ('audit_signature')"},
    [CT_SQL_VERIFY_TRIGGERS] = {"verify.triggers",
        "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = :tbl"
        " AND name IN (:tbl || '_no_update', :tbl || '_no_delete')"},
    [CT_SQL_VERIFY_BOUND] = {"verify.bound",
        "SELECT row_id FROM audit_row WHERE tbl = :tbl ORDER BY row_id"},
};
