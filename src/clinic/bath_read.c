/* bath_read - baths read back: what stands in a basin, what was soaked in it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/bath_priv.h"
#include "record/user.h"

static int64_t id_of(struct ct_stmt *st, int col)
{
    return ct_col_null(st, col) ? 0 : ct_col_i64(st, col);
}

/* Columns of ROW in bath_sql.c. */
static void row(struct ct_stmt *st, struct ct_bath *b)
{
    memset(b, 0, sizeof *b);
    b->id = ct_col_i64(st, 0);
    b->equipment_id = ct_col_i64(st, 1);
    ct_text_copy(b->programme, sizeof b->programme, ct_col_text(st, 2));
    ct_text_copy(b->product, sizeof b->product, ct_col_text(st, 3));
    ct_text_copy(b->lot, sizeof b->lot, ct_col_text(st, 4));
    b->expires = (ct_date)ct_col_i64(st, 5);
    b->poured_ms = ct_col_i64(st, 6);
    b->last_day = (ct_date)ct_col_i64(st, 7);
    b->at_ms = ct_col_i64(st, 8);
    b->by_user = (uint32_t)ct_col_i64(st, 9);
    ct_text_copy(b->asset, sizeof b->asset, ct_col_text(st, 10));
    b->ended = !ct_col_null(st, 11);
    b->why = b->ended ? (enum ct_bath_why)ct_col_i64(st, 11) : CT_BATH_OTHER;
    ct_text_copy(b->why_text, sizeof b->why_text, ct_col_text(st, 12));
    b->ended_ms = ct_col_i64(st, 13);
    b->soaks = ct_col_i64(st, 14);
    b->strip_id = id_of(st, 15);
    b->strip = (enum ct_strip_result)id_of(st, 16);
    b->strip_ms = ct_col_i64(st, 17);
    b->strip_used = ct_col_i64(st, 18) != 0;
    b->soak_id = id_of(st, 19);
    b->ready_ms = ct_col_i64(st, 20);
    ct_text_copy(b->item, sizeof b->item, ct_col_text(st, 21));
}

enum ct_status ct_bath_programme(struct ct_db *db, int64_t id, struct ct_programme **ret,
                                 struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_bath_sql[CT_SQL_BATH_CANONICAL], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK)
        return rc;
    if (!there)
        return ct_fail(reterr, CT_ENOTFOUND, "bath_id", "there is no bath BA-%lld", (long long)id);
    const char *text = ct_col_text(st, 1);
    return ct_programme_parse(ct_col_text(st, 0), text, strlen(text), ret, reterr);
}

enum ct_status ct_bath_load(struct ct_db *db, int64_t id, struct ct_bath *ret,
                            struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    CT_PROGRAMME *p = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_bath_sql[CT_SQL_BATH_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && !there)
        rc = ct_fail(reterr, CT_ENOTFOUND, "bath_id", "there is no bath BA-%lld", (long long)id);
    if (rc != CT_OK)
        return rc;
    row(st, ret);
    rc = ct_bath_programme(db, id, &p, reterr);
    if (rc == CT_OK)
        ret->strips = p->strip;
    return rc;
}

static enum ct_status complete(struct ct_app *app, struct ct_bath *b, struct ct_error *reterr)
{
    CT_PROGRAMME *p = NULL;
    char by[128];
    ct_user_name(app, b->by_user, by, sizeof by);
    ct_text_copy(b->by, sizeof b->by, by);
    enum ct_status rc = ct_bath_programme(ct_app_db(app), b->id, &p, reterr);
    if (rc == CT_OK)
        b->strips = p->strip;
    return rc;
}

enum ct_status ct_bath_get(struct ct_app *app, int64_t id, struct ct_bath *ret,
                           struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_bath_load(ct_app_db(app), id, ret, reterr);
    return rc == CT_OK ? complete(app, ret, reterr) : rc;
}

static enum ct_status no_memory(struct ct_error *reterr)
{
    return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list of baths");
}

static enum ct_status rows(struct ct_app *app, bool open_only, size_t limit,
                           struct ct_bath **ret, size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    bool there;
    unsigned sql = open_only ? CT_SQL_BATH_OPEN : CT_SQL_BATH_ALL;
    enum ct_status rc = ct_stmt_get(ct_app_db(app), &ct_bath_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":limit", (int64_t)limit);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_bath *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL)
            return no_memory(reterr);
        *ret = more;
        row(st, &more[(*ret_n)++]);
    }
    return rc;
}

enum ct_status ct_bath_list(struct ct_app *app, bool open_only, size_t limit,
                            struct ct_bath **ret, size_t *ret_n, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = rows(app, open_only, limit, ret, ret_n, reterr);
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++)
        rc = complete(app, &(*ret)[i], reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

static enum ct_status soaks(struct ct_app *app, int64_t bath_id, size_t limit,
                            struct ct_bath_soak **ret, size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    bool there;
    char by[128];
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_bath_sql[CT_SQL_BATH_SOAKS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":bath_id", bath_id);
    ct_bind_i64(st, ":limit", (int64_t)limit);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_bath_soak *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL)
            return no_memory(reterr);
        *ret = more;
        struct ct_bath_soak *s = &more[(*ret_n)++];
        memset(s, 0, sizeof *s);
        s->id = ct_col_i64(st, 0);
        s->bath_id = ct_col_i64(st, 1);
        s->strip_id = id_of(st, 2);
        ct_text_copy(s->item, sizeof s->item, ct_col_text(st, 3));
        s->temp_c10 = (int)ct_col_i64(st, 4);
        s->started_ms = ct_col_i64(st, 5);
        s->ready_ms = ct_col_i64(st, 6);
        s->ended_ms = ct_col_i64(st, 7);
        s->done = id_of(st, 8) != 0;
        s->rinsed = id_of(st, 9) != 0;
        ct_text_copy(s->text, sizeof s->text, ct_col_text(st, 10));
        ct_user_name(app, (uint32_t)ct_col_i64(st, 11), by, sizeof by);
        ct_text_copy(s->by, sizeof s->by, by);
    }
    return rc;
}

enum ct_status ct_bath_soaks(struct ct_app *app, int64_t bath_id, size_t limit,
                             struct ct_bath_soak **ret, size_t *ret_n, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = soaks(app, bath_id, limit, ret, ret_n, reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}
