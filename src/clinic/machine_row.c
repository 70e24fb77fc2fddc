/* machine_row - how many tests of one kind have passed in a row: the way back of a machine, and
 * of a recall. */
#include "clinic/sterile_rows.h"

enum { ROW_MAX = 20 };

enum ct_status ct_machine_row(struct ct_db *db, int64_t equipment_id,
                              enum ct_machine_test_kind kind, int64_t since_ms,
                              int64_t until_ms, struct ct_machine_row *ret,
                              struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there, row = true;
    *ret = (struct ct_machine_row){.last = CT_MT_INVALID, .day = CT_NO_DATE};
    enum ct_status rc = ct_stmt_get(db, &ct_machine_sql[CT_SQL_MACHINE_TEST_ROW], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    ct_bind_i64(st, ":kind", kind);
    ct_bind_i64(st, ":since_ms", since_ms);
    ct_bind_i64(st, ":until_ms", until_ms);
    ct_bind_i64(st, ":limit", ROW_MAX);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        bool passed = ct_col_i64(st, 0) == CT_MT_PASSED;
        if (ret->day == CT_NO_DATE) {
            ret->last = passed ? CT_MT_PASSED : CT_MT_FAILED;
            ret->day = (ct_date)ct_col_i64(st, 2);
        }
        row = row && passed;
        ret->passed += row;
    }
    return rc;
}
