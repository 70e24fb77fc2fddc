/* set_read - recipes read back: one, its versions, all of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/set_priv.h"
#include "record/user.h"

/* Columns of DETAIL in set_sql.c. */
static void row(struct ct_stmt *st, struct ct_set *s)
{
    memset(s, 0, sizeof *s);
    s->detail_id = ct_col_i64(st, 0);
    s->id = ct_col_i64(st, 1);
    ct_text_copy(s->name, sizeof s->name, ct_col_text(st, 2));
    s->method = ct_col_null(st, 3) ? -1 : (int)ct_col_i64(st, 3);
    s->implant = ct_col_i64(st, 4) != 0;
    s->copies = (int)ct_col_i64(st, 5);
    s->second = ct_col_i64(st, 6) != 0;
    s->expiry_rule = (enum ct_expiry_rule)ct_col_i64(st, 7);
    s->expiry_days = ct_col_null(st, 8) ? 0 : (int)ct_col_i64(st, 8);
    ct_text_copy(s->note, sizeof s->note, ct_col_text(st, 9));
    s->ended = ct_col_i64(st, 10) != 0;
    ct_text_copy(s->reason, sizeof s->reason, ct_col_text(st, 11));
    s->at_ms = ct_col_i64(st, 12);
    s->by_user = (uint32_t)ct_col_i64(st, 13);
}

static enum ct_status lines(struct ct_db *db, struct ct_set *s, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_set_sql[CT_SQL_SET_LINES], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":detail_id", s->detail_id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        if (s->n == CT_SET_LINES_MAX)
            return ct_fail(reterr, CT_EDAMAGED, "", "S-%lld has more lines than a recipe may",
                           (long long)s->id);
        struct ct_set_line *l = &s->line[s->n++];
        l->id = ct_col_i64(st, 0);
        ct_text_copy(l->instrument, sizeof l->instrument, ct_col_text(st, 1));
        l->count = (int)ct_col_i64(st, 2);
    }
    return rc;
}

enum ct_status ct_set_version_load(struct ct_db *db, int64_t detail_id, struct ct_set *ret,
                                   struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_set_sql[CT_SQL_SET_DETAIL], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", detail_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK)
        return rc;
    if (!there)
        return ct_fail(reterr, CT_ENOTFOUND, "set_id", "there is no such recipe");
    row(st, ret);
    return lines(db, ret, reterr);
}

enum ct_status ct_set_load(struct ct_db *db, int64_t id, struct ct_set *ret,
                           struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_set_sql[CT_SQL_SET_FIND], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":set_id", id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK)
        return rc;
    if (!there)
        return ct_fail(reterr, CT_ENOTFOUND, "set_id", "there is no set S-%lld", (long long)id);
    return ct_set_version_load(db, ct_col_i64(st, 0), ret, reterr);
}

/* Who, how often sterilised and used, what is open. */
static enum ct_status complete(struct ct_app *app, struct ct_set *s, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    char by[128];
    ct_user_name(app, s->by_user, by, sizeof by);
    ct_text_copy(s->by, sizeof s->by, by);
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_set_sql[CT_SQL_SET_DERIVED], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":set_id", s->id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK || !there)
        return rc;
    s->sterilised = ct_col_i64(st, 0);
    s->used = ct_col_i64(st, 1);
    s->differences = ct_col_i64(st, 2);
    s->stock = ct_col_i64(st, 3);
    return CT_OK;
}

static enum ct_status one(struct ct_app *app, int64_t id, bool version, struct ct_set *ret,
                          struct ct_error *reterr)
{
    struct ct_db *db = ct_app_db(app);
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(db, &tx, reterr);
    if (rc == CT_OK)
        rc = version ? ct_set_version_load(db, id, ret, reterr) : ct_set_load(db, id, ret, reterr);
    return rc == CT_OK ? complete(app, ret, reterr) : rc;
}

enum ct_status ct_set_get(struct ct_app *app, int64_t id, struct ct_set *ret,
                          struct ct_error *reterr)
{
    return one(app, id, false, ret, reterr);
}

enum ct_status ct_set_version(struct ct_app *app, int64_t detail_id, struct ct_set *ret,
                              struct ct_error *reterr)
{
    return one(app, detail_id, true, ret, reterr);
}

static enum ct_status rows(struct ct_app *app, unsigned sql, int64_t set_id,
                           struct ct_set **ret, size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    bool there;
    enum ct_status rc = ct_stmt_get(ct_app_db(app), &ct_set_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    if (set_id != 0)
        ct_bind_i64(st, ":set_id", set_id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_set *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list of sets");
        *ret = more;
        row(st, &more[(*ret_n)++]);
    }
    return rc;
}

static enum ct_status all(struct ct_app *app, unsigned sql, int64_t set_id, struct ct_set **ret,
                          size_t *ret_n, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = rows(app, sql, set_id, ret, ret_n, reterr);
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++)
        rc = complete(app, &(*ret)[i], reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

enum ct_status ct_set_history(struct ct_app *app, int64_t id, struct ct_set **ret,
                               size_t *ret_n, struct ct_error *reterr)
{
    return all(app, CT_SQL_SET_VERSIONS, id, ret, ret_n, reterr);
}

enum ct_status ct_set_list(struct ct_app *app, struct ct_set **ret, size_t *ret_n,
                           struct ct_error *reterr)
{
    return all(app, CT_SQL_SET_LIST, 0, ret, ret_n, reterr);
}
