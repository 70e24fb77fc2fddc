/* lookback_read - look-backs as they stand: period, counts, signature, lists. */
#include <stdlib.h>
#include <string.h>

#include "clinic/lookback_priv.h"
#include "record/user.h"

const char *const CT_LB_WHAT_NAME[CT_LB_WHATS] = {"vitals", "calibration", "procedure", "load"};
const char *const CT_DISP_NAME[CT_DISPS] = {"no effect", "reviewed", "patient to be contacted"};

enum ct_status ct_lb_from(struct ct_db *db, int64_t equipment_id, const char *template_id,
                          int64_t found_ms, int64_t *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = false;
    *ret = found_ms;
    enum ct_status rc = ct_stmt_get(db, &ct_lookback_sql[CT_SQL_LOOKBACK_FROM], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    ct_bind_i64(st, ":found_ms", found_ms);
    ct_bind_text(st, ":template", template_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK || !row)
        return rc;
    int64_t good = ct_col_i64(st, 0), registered = ct_col_i64(st, 1);
    int64_t from = good > 0 ? good : registered;
    if (from != CT_UNSET && from < found_ms)
        *ret = from;
    return CT_OK;
}

static void row_of(struct ct_stmt *st, struct ct_lookback *b)
{
    *b = (struct ct_lookback){.id = ct_col_i64(st, 0),
                              .equipment_id = ct_col_i64(st, 1),
                              .calibration_id = ct_col_null(st, 2) ? 0 : ct_col_i64(st, 2),
                              .from_ms = ct_col_i64(st, 3),
                              .first_from_ms = ct_col_i64(st, 3),
                              .to_ms = ct_col_i64(st, 4),
                              .at_ms = ct_col_i64(st, 6),
                              .by_user = (uint32_t)ct_col_i64(st, 7),
                              .closed_ms = CT_UNSET};
    ct_text_copy(b->text, sizeof b->text, ct_col_text(st, 5));
    ct_text_copy(b->asset, sizeof b->asset, ct_col_text(st, 8));
    ct_text_copy(b->model, sizeof b->model, ct_col_text(st, 9));
}

static enum ct_status bare(struct ct_db *db, int64_t id, struct ct_lookback *ret,
                           struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_lookback_sql[CT_SQL_LOOKBACK_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    if (!row)
        return ct_fail(reterr, CT_ENOTFOUND, "", "there is no look-back B-%lld", (long long)id);
    row_of(st, ret);
    return CT_OK;
}

/* Period changes, closing, opening again: the last of each counts. */
static enum ct_status events(struct ct_app *app, struct ct_db *db, struct ct_lookback *b,
                             struct ct_error *reterr)
{
    uint32_t closed_by = 0;
    {
        CT_STMT *st = NULL;
        bool row;
        enum ct_status rc =
            ct_stmt_get(db, &ct_lookback_sql[CT_SQL_LOOKBACK_EVENTS], &st, reterr);
        if (rc == CT_OK)
            ct_bind_i64(st, ":lookback_id", b->id);
        while (rc == CT_OK && (rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
            enum ct_lookback_event kind = (enum ct_lookback_event)ct_col_i64(st, 0);
            b->closed = kind == CT_LB_CLOSED || (b->closed && kind != CT_LB_REOPENED);
            if (kind == CT_LB_PERIOD) {
                b->from_ms = ct_col_i64(st, 1);
                ct_text_copy(b->shortened, sizeof b->shortened, ct_col_text(st, 3));
            } else if (kind == CT_LB_CLOSED) {
                b->closed_lines = ct_col_i64(st, 2);
                ct_text_copy(b->closed_text, sizeof b->closed_text, ct_col_text(st, 3));
                b->closed_ms = ct_col_i64(st, 4);
                closed_by = (uint32_t)ct_col_i64(st, 5);
            }
        }
        if (rc != CT_OK)
            return rc;
    }
    if (b->from_ms == b->first_from_ms)
        b->shortened[0] = '\0';
    ct_user_name(app, b->by_user, b->by, sizeof b->by);
    if (b->closed)
        ct_user_name(app, closed_by, b->closed_by, sizeof b->closed_by);
    return CT_OK;
}

void ct_lb_all_done(struct ct_lb_all *a)
{
    free(a->key);
    free(a->said);
    a->key = NULL;
    a->said = NULL;
    a->n = a->n_said = 0;
}

static void count(struct ct_lb_all *a)
{
    a->b.lines = (int64_t)a->n;
    a->b.open = a->b.contact = 0;
    for (size_t i = 0; i < a->n; i++) {
        const struct ct_lb_said *s =
            ct_lb_said_of(a->said, a->n_said, a->key[i].what, a->key[i].ref_id);
        a->b.open += s == NULL;
        a->b.contact += s != NULL && s->d == CT_DISP_CONTACT;
    }
}

enum ct_status ct_lb_load(struct ct_app *app, struct ct_db *db, int64_t id,
                          struct ct_lb_all *ret, struct ct_error *reterr)
{
    *ret = (struct ct_lb_all){.n = 0};
    enum ct_status rc = bare(db, id, &ret->b, reterr);
    if (rc == CT_OK)
        rc = events(app, db, &ret->b, reterr);
    const struct ct_lb_period p = {.equipment_id = ret->b.equipment_id,
                                   .from_ms = ret->b.from_ms,
                                   .to_ms = ret->b.to_ms,
                                   .now_ms = ret->b.closed ? ret->b.closed_ms : ct_app_now(app),
                                   .calibration_id = ret->b.calibration_id};
    if (rc == CT_OK)
        rc = ct_lb_collect(db, &p, &ret->key, &ret->n, reterr);
    if (rc == CT_OK)
        rc = ct_lb_said(db, id, &ret->said, &ret->n_said, reterr);
    if (rc == CT_OK)
        count(ret);
    else
        ct_lb_all_done(ret);
    return rc;
}

static enum ct_status begin(struct ct_app *app, struct ct_tx *tx, struct ct_error *reterr)
{
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    return rc == CT_OK ? ct_tx_read(ct_app_db(app), tx, reterr) : rc;
}

enum ct_status ct_lookback_get(struct ct_app *app, int64_t id, struct ct_lookback *ret,
                               struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    struct ct_lb_all all;
    enum ct_status rc = begin(app, &tx, reterr);
    if (rc == CT_OK)
        rc = ct_lb_load(app, ct_app_db(app), id, &all, reterr);
    if (rc != CT_OK)
        return rc;
    *ret = all.b;
    ct_lb_all_done(&all);
    return CT_OK;
}

static enum ct_status ids(struct ct_db *db, int64_t equipment_id, bool open_only, size_t limit,
                          struct ct_lookback **ret, size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    size_t cap = 0;
    enum ct_status rc =
        ct_stmt_get(db,
                    &ct_lookback_sql[equipment_id != 0 ? CT_SQL_LOOKBACK_IDS_OF
                                     : open_only       ? CT_SQL_LOOKBACK_IDS_OPEN
                                                       : CT_SQL_LOOKBACK_IDS],
                    &st, reterr);
    if (rc != CT_OK)
        return rc;
    if (equipment_id != 0) {
        ct_bind_i64(st, ":equipment_id", equipment_id);
        ct_bind_i64(st, ":open", open_only);
    }
    ct_bind_i64(st, ":limit", (int64_t)limit);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        struct ct_lookback *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof *more);
        if (more == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the look-backs");
        *ret = more;
        more[(*ret_n)++] = (struct ct_lookback){.id = ct_col_i64(st, 0)};
    }
    return rc;
}

enum ct_status ct_lookback_list(struct ct_app *app, int64_t equipment_id, bool open_only,
                                size_t limit, struct ct_lookback **ret, size_t *ret_n,
                                struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    struct ct_lb_all all;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = begin(app, &tx, reterr);
    if (rc == CT_OK)
        rc = ids(ct_app_db(app), equipment_id, open_only, limit, ret, ret_n, reterr);
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++) {
        rc = ct_lb_load(app, ct_app_db(app), (*ret)[i].id, &all, reterr);
        if (rc != CT_OK)
            break;
        (*ret)[i] = all.b;
        ct_lb_all_done(&all);
    }
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

enum ct_status ct_lookback_count(struct ct_app *app, int64_t *ret, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = begin(app, &tx, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_lookback_sql[CT_SQL_LOOKBACK_COUNT], &st, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK)
        *ret = ct_col_i64(st, 0);
    return rc;
}

/* ---- lines ---------------------------------------------------------------------------- */

/* What changes first, then what is open, then by time; the same moment: by what and number,
 * so that the order is always the same one. */
static int by_weight(const void *a, const void *b)
{
    const struct ct_lookback_line *x = a, *y = b;
    if (x->changes != y->changes)
        return x->changes ? -1 : 1;
    if ((x->disposition < 0) != (y->disposition < 0))
        return x->disposition < 0 ? -1 : 1;
    if (x->at_ms != y->at_ms)
        return x->at_ms < y->at_ms ? -1 : 1;
    if (x->what != y->what)
        return x->what < y->what ? -1 : 1;
    return (x->ref_id > y->ref_id) - (x->ref_id < y->ref_id);
}

enum ct_status ct_lookback_lines(struct ct_app *app, const struct ct_vitals_rules *r, int64_t id,
                                 struct ct_lookback_line **ret, size_t *ret_n,
                                 struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    struct ct_lb_all all = {.n = 0};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = begin(app, &tx, reterr);
    if (rc == CT_OK)
        rc = ct_lb_load(app, ct_app_db(app), id, &all, reterr);
    if (rc == CT_OK)
        rc = ct_lb_lines(app, r, all.b.calibration_id, all.key, all.n, ret, reterr);
    for (size_t i = 0; rc == CT_OK && i < all.n; i++) {
        struct ct_lookback_line *l = &(*ret)[i];
        const struct ct_lb_said *s = ct_lb_said_of(all.said, all.n_said, l->what, l->ref_id);
        if (s == NULL)
            continue;
        l->disposition = (int)s->d;
        l->decided_ms = s->at_ms;
        ct_user_name(app, s->by_user, l->by, sizeof l->by);
        if (!l->restricted)
            ct_text_copy(l->text, sizeof l->text, s->text);
    }
    if (rc == CT_OK) {
        *ret_n = all.n;
        if (all.n > 0)
            qsort(*ret, all.n, sizeof **ret, by_weight);
    }
    ct_lb_all_done(&all);
    return rc;
}

static enum ct_status found_out(struct ct_db *db, const struct ct_lb_period *p, int64_t *ret,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = false;
    enum ct_status rc = ct_stmt_get(db, &ct_lookback_sql[CT_SQL_LOOKBACK_FAILED], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", p->equipment_id);
    ct_bind_i64(st, ":from_ms", p->from_ms);
    ct_bind_i64(st, ":to_ms", p->to_ms);
    rc = ct_stmt_step(st, &row, reterr);
    *ret = rc == CT_OK && row && !ct_col_null(st, 0) ? ct_col_i64(st, 0) : 0;
    return rc;
}

enum ct_status ct_impact(struct ct_app *app, const struct ct_vitals_rules *r,
                         int64_t equipment_id, int64_t from_ms, int64_t to_ms,
                         struct ct_impact *ret, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    struct ct_lb_key *key = NULL;
    struct ct_equipment e;
    *ret = (struct ct_impact){.n = 0};
    enum ct_status rc = begin(app, &tx, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_db *db = ct_app_db(app);
    struct ct_lb_period p = {.equipment_id = equipment_id,
                             .from_ms = from_ms,
                             .to_ms = to_ms != CT_UNSET ? to_ms : ct_app_now(app),
                             .now_ms = ct_app_now(app)};
    rc = ct_equipment_load(db, equipment_id, &e, reterr);
    if (rc == CT_OK && from_ms == CT_UNSET)
        rc = ct_lb_from(db, equipment_id, NULL, p.to_ms, &p.from_ms, reterr);
    if (rc == CT_OK && p.from_ms > p.to_ms)
        rc = ct_fail(reterr, CT_EINVAL, "from_ms", "the period begins after its end");
    if (rc == CT_OK)
        rc = found_out(db, &p, &p.calibration_id, reterr);
    if (rc == CT_OK)
        rc = ct_lb_collect(db, &p, &key, &ret->n, reterr);
    if (rc == CT_OK)
        rc = ct_lb_lines(app, r, p.calibration_id, key, ret->n, &ret->line, reterr);
    free(key);
    if (rc != CT_OK) {
        *ret = (struct ct_impact){.n = 0};
        return rc;
    }
    ret->from_ms = p.from_ms;
    ret->to_ms = p.to_ms;
    ret->calibration_id = p.calibration_id;
    if (ret->n > 0)
        qsort(ret->line, ret->n, sizeof *ret->line, by_weight);
    return CT_OK;
}
