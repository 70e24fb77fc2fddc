/* due - who is to be seen next: derived from the current sets, never stored. */
#include "clinic/rows.h"

#include <stdlib.h>
#include <string.h>

/* After two days without a set nobody is waiting for the next one. */
enum { DUE_HOURS = 48 };

static void due_row(struct ct_stmt *st, struct ct_due *ret)
{
    *ret = (struct ct_due){.patient_id = ct_col_i64(st, 0),
                           .vitals_id = ct_col_i64(st, 1),
                           .taken_ms = ct_col_i64(st, 2),
                           .due_ms = ct_col_i64(st, 3),
                           .score = (int)ct_col_i64(st, 4),
                           .band = (enum ct_band)ct_col_i64(st, 5)};
}

static enum ct_status due_name(struct ct_db *db, struct ct_due *d, struct ct_error *reterr)
{
    struct ct_patient p;
    enum ct_status rc = ct_patient_details(db, d->patient_id, &p, reterr);
    if (rc != CT_OK)
        return rc;
    ct_patient_name(&p, d->name, sizeof d->name);
    memcpy(d->place, p.place, sizeof d->place);
    return CT_OK;
}

static enum ct_status read_list(struct ct_app *app, int64_t until_ms, size_t limit,
                                struct ct_due *due, size_t *n, struct ct_error *reterr)
{
    struct ct_db *db = ct_app_db(app);
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_vitals_sql[CT_SQL_DUE_LIST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":since_ms", ct_app_now(app) - (int64_t)DUE_HOURS * CT_HOUR_MS);
    ct_bind_i64(st, ":ahead_ms", ct_app_now(app) + CT_AHEAD_MS);
    ct_bind_i64(st, ":until_ms", until_ms);
    ct_bind_i64(st, ":limit", (int64_t)limit);
    while (*n < limit) {
        bool row;
        rc = ct_stmt_step(st, &row, reterr);
        if (rc != CT_OK || !row)
            return rc;
        due_row(st, &due[*n]);
        rc = due_name(db, &due[*n], reterr);
        if (rc != CT_OK)
            return rc;
        ++*n;
    }
    return CT_OK;
}

enum ct_status ct_due_list(struct ct_app *app, int64_t horizon_ms, size_t limit,
                           struct ct_due **ret, size_t *ret_n, struct ct_error *reterr)
{
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_VITALS_READ, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_due *due = calloc(limit > 0 ? limit : 1, sizeof *due);
    if (due == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for %zu lines", limit);
    size_t n = 0;
    rc = read_list(app, ct_app_now(app) + horizon_ms, limit, due, &n, reterr);
    if (rc != CT_OK) {
        free(due);
        return rc;
    }
    *ret = due;
    *ret_n = n;
    return CT_OK;
}

enum ct_status ct_due_patient(struct ct_app *app, int64_t patient_id, struct ct_due *ret,
                              struct ct_error *reterr)
{
    enum ct_status rc = ct_require(app, CT_PERM_VITALS_READ, reterr);
    if (rc != CT_OK)
        return rc;
    CT_STMT *st = NULL;
    bool row;
    rc = ct_stmt_get(ct_app_db(app), &ct_vitals_sql[CT_SQL_DUE_PATIENT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", patient_id);
    ct_bind_i64(st, ":ahead_ms", ct_app_now(app) + CT_AHEAD_MS);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    if (!row)
        return ct_fail(reterr, CT_ENOTFOUND, "", "no full set, so nothing is due");
    due_row(st, ret);
    return due_name(ct_app_db(app), ret, reterr);
}
