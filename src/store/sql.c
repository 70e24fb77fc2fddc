/* sql - see sql.h. */
#include "store/sql.h"

const struct ct_sql ct_store_sql[CT_STORE_SQL_N] = {
    [CT_SQL_BEGIN_WRITE] = {"db.begin_write", "BEGIN IMMEDIATE"},
    [CT_SQL_BEGIN_READ] = {"db.begin_read", "BEGIN"},
    [CT_SQL_COMMIT] = {"db.commit", "COMMIT"},
    [CT_SQL_ROLLBACK] = {"db.rollback", "ROLLBACK"},
    [CT_SQL_DATA_VERSION] = {"db.data_version", "PRAGMA data_version"},
    [CT_SQL_INTEGRITY] = {"db.integrity", "PRAGMA integrity_check"},
    [CT_SQL_FOREIGN_KEYS] = {"db.foreign_keys", "PRAGMA foreign_key_check"},
};
