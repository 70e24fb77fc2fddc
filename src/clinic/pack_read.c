/* pack_read - reading packs: one, by its number, its steps, the stock. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/scan_find.h"
#include "clinic/sterile_rows.h"
#include "record/user.h"

static int64_t id_of(struct ct_stmt *st, int col)
{
    return ct_col_null(st, col) ? 0 : ct_col_i64(st, col);
}

void ct_pack_row(struct ct_stmt *st, struct ct_pack *p)
{
    memset(p, 0, sizeof *p);
    p->id = ct_col_i64(st, 0);
    p->kind = (enum ct_pack_kind)ct_col_i64(st, 1);
    p->detail_id = id_of(st, 2);
    ct_text_copy(p->contents, sizeof p->contents, ct_col_text(st, 3));
    p->method = ct_col_null(st, 4) ? -1 : (int)ct_col_i64(st, 4);
    p->implant = ct_col_i64(st, 5) != 0;
    p->expiry_rule = (enum ct_expiry_rule)ct_col_i64(st, 6);
    p->expiry_days = (int)id_of(st, 7);
    p->replaces_id = id_of(st, 8);
    p->at_ms = ct_col_i64(st, 9);
    p->by_user = (uint32_t)ct_col_i64(st, 10);
    p->set_id = id_of(st, 11);
    p->step = (enum ct_pack_step)ct_col_i64(st, 12);
    p->step_ms = ct_col_i64(st, 13);
    ct_text_copy(p->place, sizeof p->place, ct_col_text(st, 14));
    p->load_id = id_of(st, 15);
    p->released = (int)ct_col_i64(st, 16);
    p->recalled = (int)ct_col_i64(st, 17);
    p->recalled_ms = ct_col_i64(st, 18);
    p->expires = ct_col_null(st, 19) ? CT_NO_DATE : (ct_date)ct_col_i64(st, 19);
    p->labels = (int)ct_col_i64(st, 20);
}

enum ct_status ct_pack_load(struct ct_db *db, int64_t id, struct ct_pack *ret,
                            struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_pack_sql[CT_SQL_PACK_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK)
        return rc;
    if (!there)
        return ct_fail(reterr, CT_ENOTFOUND, "pack_id", "there is no pack with number %lld",
                       (long long)id);
    ct_pack_row(st, ret);
    return CT_OK;
}

static void named(struct ct_app *app, struct ct_pack *p)
{
    char by[128];
    ct_user_name(app, p->by_user, by, sizeof by);
    ct_text_copy(p->by, sizeof p->by, by);
}

enum ct_status ct_pack_get(struct ct_app *app, int64_t id, struct ct_pack *ret,
                           struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_pack_load(ct_app_db(app), id, ret, reterr);
    if (rc == CT_OK)
        named(app, ret);
    return rc;
}

int64_t ct_pack_named(struct ct_app *app, const char *text)
{
    return ct_scan_own(ct_app_config(app), ct_date_at(ct_app_now(app)), text, CT_NAMED_SET);
}

enum ct_status ct_pack_find(struct ct_app *app, const char *text, struct ct_pack *ret,
                            struct ct_error *reterr)
{
    char trimmed[65], like[40];
    ct_pack_number(app, 12, like);
    size_t from = strspn(text, " \t"), n = strlen(text + from);
    while (n > 0 && (text[from + n - 1] == ' ' || text[from + n - 1] == '\t'))
        n--;
    if (n == 0 || n >= sizeof trimmed)
        return ct_fail(reterr, CT_EINVAL, "pack_id", "scan the pack's label, or type %s", like);
    snprintf(trimmed, sizeof trimmed, "%.*s", (int)n, text + from);
    int64_t id = ct_pack_named(app, trimmed);
    if (id == 0)
        return ct_fail(reterr, CT_EINVAL, "pack_id", "this is no number of a pack; such as %s",
                       like);
    return ct_pack_get(app, id, ret, reterr);
}

static enum ct_status no_memory(struct ct_error *reterr)
{
    return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list of packs");
}

enum ct_status ct_pack_of_load(struct ct_db *db, int64_t load_id, struct ct_pack **ret,
                               size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    bool there;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_stmt_get(db, &ct_pack_sql[CT_SQL_PACK_OF_LOAD], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":load_id", load_id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_pack *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL) {
            rc = no_memory(reterr);
            break;
        }
        *ret = more;
        ct_pack_row(st, &more[(*ret_n)++]);
    }
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

static enum ct_status events(struct ct_app *app, int64_t id, struct ct_pack_event **ret,
                             size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    bool there;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_pack_sql[CT_SQL_PACK_EVENTS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":pack_id", id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_pack_event *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL)
            return no_memory(reterr);
        *ret = more;
        struct ct_pack_event *ev = &more[(*ret_n)++];
        memset(ev, 0, sizeof *ev);
        ev->id = ct_col_i64(st, 0);
        ev->step = (enum ct_pack_step)ct_col_i64(st, 1);
        ev->ref_kind = (enum ct_pack_ref)ct_col_i64(st, 2);
        ev->ref_id = id_of(st, 3);
        ct_text_copy(ev->place, sizeof ev->place, ct_col_text(st, 4));
        ct_text_copy(ev->text, sizeof ev->text, ct_col_text(st, 5));
        ev->at_ms = ct_col_i64(st, 6);
        ev->recorded_ms = ct_col_i64(st, 7);
        ev->by_user = (uint32_t)ct_col_i64(st, 8);
    }
    return rc;
}

enum ct_status ct_pack_events(struct ct_app *app, int64_t id, struct ct_pack_event **ret,
                              size_t *ret_n, struct ct_error *reterr)
{
    struct ct_pack p;
    char by[128];
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_pack_load(ct_app_db(app), id, &p, reterr);
    if (rc == CT_OK)
        rc = events(app, id, ret, ret_n, reterr);
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++) {
        ct_user_name(app, (*ret)[i].by_user, by, sizeof by);
        ct_text_copy((*ret)[i].by, sizeof (*ret)[i].by, by);
    }
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

/* ---- stock ------------------------------------------------------------------------------ */

static enum ct_status total(struct ct_db *db, enum ct_pack_which which, int64_t set_id,
                            int64_t *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc =
        ct_stmt_get(db, &ct_pack_sql[CT_SQL_PACK_COUNT + (unsigned)which], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":set_id", set_id);
    rc = ct_stmt_step(st, &there, reterr);
    *ret = rc == CT_OK && there ? ct_col_i64(st, 0) : 0;
    return rc;
}

static enum ct_status list(struct ct_db *db, enum ct_pack_which which, int64_t set_id,
                           size_t limit, struct ct_pack **ret, size_t *ret_n,
                           struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    bool there;
    enum ct_status rc =
        ct_stmt_get(db, &ct_pack_sql[CT_SQL_PACK_LIST + (unsigned)which], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":set_id", set_id);
    ct_bind_i64(st, ":limit", (int64_t)limit);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_pack *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL)
            return no_memory(reterr);
        *ret = more;
        ct_pack_row(st, &more[(*ret_n)++]);
    }
    return rc;
}

enum ct_status ct_pack_list(struct ct_app *app, enum ct_pack_which which, int64_t set_id,
                            size_t limit, struct ct_pack **ret, size_t *ret_n,
                            int64_t *ret_total, struct ct_error *reterr)
{
    struct ct_db *db = ct_app_db(app);
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    *ret_total = 0;
    if ((unsigned)which >= CT_PACK_WHICHES)
        return ct_fail(reterr, CT_EINVAL, "", "there is no such list of packs");
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(db, &tx, reterr);
    if (rc == CT_OK)
        rc = total(db, which, set_id, ret_total, reterr);
    if (rc == CT_OK)
        rc = list(db, which, set_id, limit, ret, ret_n, reterr);
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++)
        named(app, &(*ret)[i]);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}
