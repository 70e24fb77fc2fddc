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

static enum ct_status no_memory(struct ct_error *reterr)
{
    return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list of recalls");
}

static void name(struct ct_app *app, int64_t user, char *out, size_t size)
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
    name(app, r->by_user, r->by, sizeof r->by);
    ct_text_copy(r->asset, sizeof r->asset, ct_col_text(st, 13));
    r->packs = ct_col_i64(st, 14);
    r->loads = ct_col_i64(st, 15);
    r->undone = ct_col_i64(st, 16);
    r->closed_ms = ct_col_i64(st, 17);
    if (r->closed_ms != CT_UNSET) {
        name(app, ct_col_i64(st, 18), r->closed_by, sizeof r->closed_by);
        ct_text_copy(r->closed_text, sizeof r->closed_text, ct_col_text(st, 19));
    }
}

/* How many empty-chamber tests in a row have passed since a moment. */
static enum ct_status negatives(struct ct_app *app, struct ct_db *db, int64_t equipment_id,
                                int64_t since_ms, int *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there, row_on = true;
    *ret = 0;
    enum ct_status rc = ct_stmt_get(db, &ct_machine_sql[CT_SQL_MACHINE_TEST_ROW], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    ct_bind_i64(st, ":kind", CT_MT_CHALLENGE_RETURN);
    ct_bind_i64(st, ":since_ms", since_ms);
    ct_bind_i64(st, ":until_ms", ct_app_now(app) + CT_AHEAD_MS);
    ct_bind_i64(st, ":limit", 20);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        row_on = row_on && ct_col_i64(st, 0) == CT_MT_PASSED;
        *ret += row_on;
    }
    return rc;
}

static enum ct_status complete(struct ct_app *app, struct ct_recall_row *r,
                               struct ct_error *reterr)
{
    return r->equipment_id != 0 && r->cause != CT_RECALL_HAND
               ? negatives(app, ct_app_db(app), r->equipment_id, r->at_ms, &r->negatives, reterr)
               : CT_OK;
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
            rc = no_memory(reterr);
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

/* ---- lists of packs ---------------------------------------------------------------------- */

static enum ct_status line(struct ct_app *app, struct ct_db *db, int64_t recall_id,
                           struct ct_recall_pack *x, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_recall_sql[CT_SQL_RECALL_LINE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":recall_id", recall_id);
    ct_bind_i64(st, ":pack_id", x->p.id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK || !there)
        return rc;
    x->disposition = (int)ct_col_i64(st, 0);
    ct_text_copy(x->text, sizeof x->text, ct_col_text(st, 1));
    x->at_ms = ct_col_i64(st, 2);
    name(app, ct_col_i64(st, 3), x->by, sizeof x->by);
    return CT_OK;
}

/* Steps the statement, whose columns are PACK, to its end. */
static enum ct_status packs(struct ct_db *db, struct ct_stmt *st, struct ct_recall_pack **ret,
                            size_t *ret_n, struct ct_error *reterr)
{
    size_t cap = 0;
    bool there;
    enum ct_status rc;
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_recall_pack *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL)
            return no_memory(reterr);
        *ret = more;
        more += (*ret_n)++;
        memset(more, 0, sizeof *more);
        more->p.id = ct_col_i64(st, 0);
        more->load_id = id_of(st, 1);
        more->started_ms = ct_col_i64(st, 2);
        more->procedure_id = id_of(st, 3);
        more->disposition = -1;
        more->at_ms = CT_UNSET;
    }
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++)
        rc = ct_pack_load(db, (*ret)[i].p.id, &(*ret)[i].p, reterr);
    return rc;
}

static enum ct_status listed(struct ct_app *app, const struct ct_recall_ask *ask,
                             struct ct_recall_pack **ret, size_t *ret_n,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    struct ct_db *db = ct_app_db(app);
    struct ct_pack p = {.load_id = ask->load_id};
    bool period = ask->equipment_id != 0;
    enum ct_status rc = CT_OK;
    if (ask->pack_id != 0) {
        rc = ct_pack_load(db, ask->pack_id, &p, reterr);
        if (rc == CT_OK && p.load_id == 0)
            rc = ct_fail(reterr, CT_EINVAL, "pack_id", "that pack was in no load yet");
    }
    if (rc == CT_OK)
        rc = ct_stmt_get(
            db, &ct_recall_sql[period ? CT_SQL_RECALL_PERIOD : CT_SQL_RECALL_LOAD], &st, reterr);
    if (rc != CT_OK)
        return rc;
    if (period) {
        ct_bind_i64(st, ":equipment_id", ask->equipment_id);
        ct_bind_i64(st, ":from_ms", ask->from_ms);
        ct_bind_i64(st, ":to_ms", ask->to_ms);
    } else {
        ct_bind_i64(st, ":load_id", p.load_id);
    }
    return packs(db, st, ret, ret_n, reterr);
}

enum ct_status ct_recall_list(struct ct_app *app, const struct ct_recall_ask *ask,
                              struct ct_recall_pack **ret, size_t *ret_n,
                              struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = listed(app, ask, ret, ret_n, reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

enum ct_status ct_recall_packs(struct ct_app *app, int64_t id, struct ct_recall_pack **ret,
                               size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    CT_TX tx = {.db = NULL};
    struct ct_db *db = ct_app_db(app);
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(db, &tx, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_recall_sql[CT_SQL_RECALL_PACKS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":recall_id", id);
    rc = packs(db, st, ret, ret_n, reterr);
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++)
        rc = line(app, db, id, &(*ret)[i], reterr);
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
