/* sql - every statement of record/, by name.
 *
 * Layer:  record. Rows named "verify.*" walk whole tables and are run by
 *         ct_verify alone.
 */
#ifndef CT_RECORD_SQL_H
#define CT_RECORD_SQL_H

#include "store/db.h"

enum ct_record_sql_id {
    CT_SQL_STORE_INSERT,
    CT_SQL_STORE_GET,
    CT_SQL_SESSION_INSERT,
    CT_SQL_USER_INSERT,
    CT_SQL_USER_GET,
    CT_SQL_USER_STATE,
    CT_SQL_USER_BY_LOGIN,
    CT_SQL_USER_LIST,
    CT_SQL_USER_LAST,
    CT_SQL_CHAIN_HEAD,
    CT_SQL_CHAIN_AT,
    CT_SQL_CHAIN_INSERT,
    CT_SQL_CHAIN_ROW,
    CT_SQL_CHAIN_SIGN,
    CT_SQL_DRAFT_KEEP,
    CT_SQL_DRAFT_DROP,
    CT_SQL_DRAFT_NEWEST,
    CT_SQL_DRAFT_OF,
    CT_SQL_VERIFY_ENTRIES,
    CT_SQL_VERIFY_ROWS,
    CT_SQL_VERIFY_SIGNATURES,
    CT_SQL_VERIFY_KEY,
    CT_SQL_VERIFY_TABLES,
    CT_SQL_VERIFY_TRIGGERS,
    CT_SQL_VERIFY_BOUND,
    CT_RECORD_SQL_N
};
extern const struct ct_sql ct_record_sql[CT_RECORD_SQL_N];

#endif
