/* sql - the store's own statements, by name.
 *
 * Layer:  store.
 */
#ifndef CT_STORE_SQL_H
#define CT_STORE_SQL_H

#include "store/db.h"

enum ct_store_sql_id {
    CT_SQL_BEGIN_WRITE,
    CT_SQL_BEGIN_READ,
    CT_SQL_COMMIT,
    CT_SQL_ROLLBACK,
    CT_SQL_DATA_VERSION,
    CT_SQL_INTEGRITY,
    CT_SQL_FOREIGN_KEYS,
    CT_STORE_SQL_N
};
extern const struct ct_sql ct_store_sql[CT_STORE_SQL_N];

#endif
