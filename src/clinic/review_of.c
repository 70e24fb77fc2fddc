/* review_of - which review a period has. */
#include "clinic/review_priv.h"

enum ct_status ct_review_of(struct ct_app *app, int64_t start_ms, int64_t end_ms, int64_t *ret_id,
                            struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = false;
    *ret_id = 0;
    enum ct_status rc = ct_require(app, CT_PERM_REVIEW, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_review_sql[CT_SQL_REVIEW_LAST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":start_ms", start_ms);
    ct_bind_i64(st, ":end_ms", end_ms);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK && row)
        *ret_id = ct_col_i64(st, 0);
    return rc;
}
