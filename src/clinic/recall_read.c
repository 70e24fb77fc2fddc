/* recall_read - recalls and their lists read back; the same list without a recall. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/recall_priv.h"
#include "record/user.h"

const char *const CT_RECALL_CAUSE_NAME[CT_RECALL_CAUSES] = {
    [CT_RECALL_BI] = "positive biological indicator",
    [CT_RECALL_TEST] = "failed biological test",
    [CT_RECALL_HAND] = "opened by hand",
};
const char *const CT_RECALL_DISPOSITION_NAME[CT_RECALL_DISPOSITIONS] = {
    [CT_RECALL_APART] = "set apart",
    [CT_RECALL_REPROCESSED] = "reprocessed",
    [CT_RECALL_PATIENT] = "patient followed up",
    [CT_RECALL_NOT_FOUND] = "NOT FOUND",
    [CT_RECALL_NOTHING] = "nothing to do",
    [CT_RECALL_LIFTED] = "lifted",
};

static int64_t id_of(struct ct_stmt *st, int col)
{
    return ct_col_null(st, col) ? 0 : ct_col_i64(st, col);
}

enum ct_status ct_recall_no_memory(struct ct_error *reterr)
{
    return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list of recalls");
}

void ct_recall_name(struct ct_app *app, int64_t user, char *out, size_t size)
{
    char by[128];
    ct_user_name(app, (uint32_t)user, by, sizeof by);
    ct_text_copy(out, size, by);
}

/* Columns of ROW in recall_sql.c. */
static void row(struct ct_app *app, struct ct_stmt *st, struct ct_recall_row *r)
{
    memset(r, 0, sizeof *r);
    r->id = ct_col_i64(st, 0);
    r->cause = (enum ct_recall_cause)ct_col_i64(st, 1);
    r->equipment_id = id_of(st, 2);
    r->bi_id = id_of(st, 3);
    r->test_id = id_of(st, 4);
    r->after_id = id_of(st, 5);
    r->from_ms = ct_col_i64(st, 6);
    r->to_ms = ct_col_i64(st, 7);
    r->policy = (enum ct_recall)ct_col_i64(st, 8);
    r->wanted = (int)ct_col_i64(st, 9);
    ct_text_copy(r->text, sizeof r->text, ct_col_text(st, 10));
    r->at_ms = ct_col_i64(st, 11);
    r->by_user = (uint32_t)ct_col_i64(st, 12);
    ct_recall_name(app, r->by_user, r->by, sizeof r->by);
    ct_text_copy(r->asset, sizeof r->asset, ct_col_text(st, 13));
    r->packs = ct_col_i64(st, 14);
    r->loads = ct_col_i64(st, 15);
    r->undone = ct_col_i64(st, 16);
    r->closed_ms = ct_col_i64(st, 17);
    if (r->closed_ms != CT_UNSET) {
        ct_recall_name(app, ct_col_i64(st, 18), r->closed_by, sizeof r->closed_by);
        ct_text_copy(r->closed_text, sizeof r->closed_text, ct_col_text(st, 19));
    }
}

/* How many empty-chamber tests in a row have passed since it was opened. */
static enum ct_status complete(struct ct_app *app, struct ct_recall_row *r,
                               struct ct_error *reterr)
{
    struct ct_machine_row tests;
    if (r->equipment_id == 0 || r->cause == CT_RECALL_HAND)
        return CT_OK;
    enum ct_status rc =
        ct_machine_row(ct_app_db(app), r->equipment_id, CT_MT_CHALLENGE_RETURN, r->at_ms,
                       ct_app_now(app) + CT_AHEAD_MS, &tests, reterr);
    r->negatives = tests.passed;
    return rc;
}

enum ct_status ct_recall_get(struct ct_app *app, int64_t id, struct ct_recall_row *ret,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    CT_TX tx = {.db = NULL};
    bool there;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_recall_sql[CT_SQL_RECALL_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && !there)
        rc = ct_fail(reterr, CT_ENOTFOUND, "recall_id", "there is no recall RC-%lld",
                     (long long)id);
    if (rc != CT_OK)
        return rc;
    row(app, st, ret);
    return complete(app, ret, reterr);
}

enum ct_status ct_recalls(struct ct_app *app, bool open_only, size_t limit,
                          struct ct_recall_row **ret, size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    CT_TX tx = {.db = NULL};
    size_t cap = 0;
    bool there;
    unsigned sql = open_only ? CT_SQL_RECALL_OPEN : CT_SQL_RECALL_ALL;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_recall_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":limit", (int64_t)limit);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_recall_row *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL) {
            rc = ct_recall_no_memory(reterr);
            break;
        }
        *ret = more;
        row(app, st, &more[(*ret_n)++]);
    }
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++)
        rc = complete(app, &(*ret)[i], reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

enum ct_status ct_recall_of_machine(struct ct_db *db, int64_t equipment_id, int64_t *ret_id,
                                    int64_t *ret_at_ms, int *ret_wanted, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    *ret_id = 0;
    enum ct_status rc = ct_stmt_get(db, &ct_recall_sql[CT_SQL_RECALL_OF_MACHINE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there) {
        *ret_id = ct_col_i64(st, 0);
        *ret_at_ms = ct_col_i64(st, 1);
        *ret_wanted = (int)ct_col_i64(st, 2);
    }
    return rc;
}
