/* pack_trace - see pack_trace.h. */
#include "clinic/pack_trace.h"

#include <stdlib.h>
#include <string.h>

#include "clinic/rows.h"
#include "clinic/sterile_rows.h"

/* Columns of CT_SQL_PACK_OF_PATIENT behind those of the pack. */
enum { PROCEDURE = CT_PACK_ROW_N, USED, STARTED, CYCLE, STATE, BI, ASSET, LET_PASS };

struct tracing {
    struct ct_pack_used *row;
    size_t n, cap;
};

static struct ct_pack_used *add(struct tracing *t, struct ct_error *reterr)
{
    struct ct_pack_used *more = ct_rows_grow(t->row, t->n, &t->cap, sizeof *more);
    if (more == NULL) {
        (void)ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list of packs");
        return NULL;
    }
    t->row = more;
    memset(&more[t->n], 0, sizeof *more);
    return &more[t->n++];
}

static enum ct_status of_clinic(struct ct_db *db, int64_t patient_id, struct tracing *t,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_pack_sql[CT_SQL_PACK_OF_PATIENT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", patient_id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_pack_used *u = add(t, reterr);
        if (u == NULL)
            return CT_ENOMEM;
        ct_pack_row(st, &u->p);
        ct_text_copy(u->what, sizeof u->what, u->p.contents);
        u->load_id = u->p.load_id;
        u->procedure_id = ct_col_i64(st, PROCEDURE);
        u->used_ms = ct_col_i64(st, USED);
        u->started_ms = ct_col_null(st, STARTED) ? CT_UNSET : ct_col_i64(st, STARTED);
        u->cycle_number = ct_col_null(st, CYCLE) ? CT_UNSET : ct_col_i64(st, CYCLE);
        u->let_pass = ct_col_i64(st, LET_PASS) != 0;
        if (u->load_id == 0)
            continue;
        u->state = (enum ct_load_state)ct_col_i64(st, STATE);
        u->bi = (enum ct_load_bi_state)ct_col_i64(st, BI);
        ct_text_copy(u->asset, sizeof u->asset, ct_col_text(st, ASSET));
    }
    return rc;
}

/* Numbers of sets that are none of this clinic's: they stand as they were typed. */
static enum ct_status of_others(struct ct_app *app, struct ct_db *db, int64_t patient_id,
                                struct tracing *t, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_pack_sql[CT_SQL_PACK_TYPED], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", patient_id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        if (ct_pack_named(app, ct_col_text(st, 1)) != 0)
            continue;
        struct ct_pack_used *u = add(t, reterr);
        if (u == NULL)
            return CT_ENOMEM;
        u->procedure_id = ct_col_i64(st, 0);
        ct_text_copy(u->what, sizeof u->what, ct_col_text(st, 1));
        u->used_ms = ct_col_i64(st, 2);
        u->started_ms = u->cycle_number = CT_UNSET;
    }
    return rc;
}

static int newest_first(const void *a, const void *b)
{
    const struct ct_pack_used *x = a, *y = b;
    if (x->used_ms != y->used_ms)
        return x->used_ms > y->used_ms ? -1 : 1;
    return x->p.id < y->p.id ? -1 : x->p.id > y->p.id;
}

enum ct_status ct_patient_packs(struct ct_app *app, int64_t patient_id,
                                struct ct_pack_used **ret, size_t *ret_n,
                                struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    struct ct_db *db = ct_app_db(app);
    struct tracing t = {.n = 0};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_require(app, CT_PERM_PROCEDURE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_access_check(app, patient_id, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(db, &tx, reterr);
    if (rc == CT_OK)
        rc = of_clinic(db, patient_id, &t, reterr);
    if (rc == CT_OK)
        rc = of_others(app, db, patient_id, &t, reterr);
    if (rc != CT_OK) {
        free(t.row);
        return rc;
    }
    if (t.n > 1)
        qsort(t.row, t.n, sizeof *t.row, newest_first);
    *ret = t.row;
    *ret_n = t.n;
    return CT_OK;
}
