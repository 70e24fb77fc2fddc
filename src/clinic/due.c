/* due - who is to be seen next: derived from the current sets, never stored. */
#include "clinic/rows.h"

#include <stdlib.h>
#include <string.h>

/* After two days without a set nobody is waiting for the next one. */
enum { DUE_HOURS = 48 };

enum ct_status ct_vitals_last_full(struct ct_db *db, int64_t patient_id, int64_t until_ms,
                                   int64_t *ret_id, int64_t *ret_every_min,
                                   struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    *ret_id = *ret_every_min = 0;
    enum ct_status rc = ct_stmt_get(db, &ct_vitals_sql[CT_SQL_VITALS_LAST_FULL], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", patient_id);
    ct_bind_i64(st, ":until_ms", until_ms);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK || !row)
        return rc;
    *ret_id = ct_col_i64(st, 0);
    *ret_every_min = (ct_col_i64(st, 2) - ct_col_i64(st, 1)) / CT_MINUTE_MS;
    return CT_OK;
}

int64_t ct_refused_after_min(int64_t last_id, int64_t every_min)
{
    if (last_id == 0)
        return CT_REFUSED_UNKNOWN_MIN;
    if (every_min == 0)
        return CT_REFUSED_CONTINUOUS_MIN;
    return every_min < CT_REFUSED_MOST_MIN ? every_min : CT_REFUSED_MOST_MIN;
}

/* The statement's row is read before another one runs. */
static void due_row(struct ct_stmt *st, struct ct_due *ret)
{
    *ret = (struct ct_due){.patient_id = ct_col_i64(st, 0),
                           .vitals_id = ct_col_i64(st, 1),
                           .taken_ms = ct_col_i64(st, 2),
                           .due_ms = ct_col_i64(st, 3),
                           .refused_ms = CT_UNSET,
                           .score = -1};
    if (ct_col_i64(st, 4) == CT_WHY_REFUSED)
        ret->refused_ms = ret->taken_ms;
}

/* Whose it is, and the score: of the set itself, or behind a refusal of the one before.
 * The refusal waits as long as that one says by now, corrected since or not. */
static enum ct_status due_complete(struct ct_db *db, struct ct_due *d, struct ct_error *reterr)
{
    struct ct_patient p;
    struct ct_vitals v;
    int64_t every = -1;
    enum ct_status rc = ct_patient_details(db, d->patient_id, &p, reterr);
    if (rc == CT_OK && d->refused_ms != CT_UNSET)
        rc = ct_vitals_last_full(db, d->patient_id, d->taken_ms, &d->vitals_id, &every, reterr);
    if (rc != CT_OK)
        return rc;
    if (d->refused_ms != CT_UNSET)
        d->due_ms = d->refused_ms + ct_refused_after_min(d->vitals_id, every) * CT_MINUTE_MS;
    ct_patient_name(&p, d->name, sizeof d->name);
    memcpy(d->place, p.place, sizeof d->place);
    if (d->vitals_id == 0) { /* refused, and never measured before */
        ct_text_copy(d->score_text, sizeof d->score_text, "never scored");
        return CT_OK;
    }
    rc = ct_vitals_load(db, d->vitals_id, &v, reterr);
    if (rc != CT_OK)
        return rc;
    d->taken_ms = v.taken_ms;
    d->continuous = every == 0 || d->due_ms == v.taken_ms;
    d->score = v.score;
    d->band = v.band;
    d->card = v.card;
    ct_vitals_score_text(&v, d->score_text, sizeof d->score_text);
    return CT_OK;
}

/* Whom to see next, and when, is the task; the score is not. */
static void due_mask(struct ct_due *d)
{
    d->restricted = true;
    d->vitals_id = 0;
    d->score = -1;
    d->band = CT_BAND_NONE;
    d->card = CT_CARD_NEWS2;
    ct_text_copy(d->score_text, sizeof d->score_text, "restricted");
}

static enum ct_status read_list(struct ct_app *app, int64_t until_ms, size_t limit,
                                struct ct_due **due, size_t *n, struct ct_error *reterr)
{
    struct ct_db *db = ct_app_db(app);
    CT_STMT *st = NULL;
    size_t cap = 0;
    enum ct_status rc = ct_stmt_get(db, &ct_vitals_sql[CT_SQL_DUE_LIST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":since_ms", ct_app_now(app) - (int64_t)DUE_HOURS * CT_HOUR_MS);
    ct_bind_i64(st, ":ahead_ms", ct_app_now(app) + CT_AHEAD_MS);
    ct_bind_i64(st, ":until_ms", until_ms);
    ct_bind_i64(st, ":refused", CT_WHY_REFUSED);
    while (*n < limit) {
        bool row;
        rc = ct_stmt_step(st, &row, reterr);
        if (rc != CT_OK || !row)
            return rc;
        struct ct_due *more = ct_rows_grow(*due, *n, &cap, sizeof **due);
        if (more == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for %zu lines", *n + 1);
        *due = more;
        struct ct_due *d = &more[*n];
        due_row(st, d);
        rc = due_complete(db, d, reterr);
        bool hidden = false;
        if (rc == CT_OK)
            rc = ct_access_hidden(app, d->patient_id, &hidden, reterr);
        if (rc != CT_OK)
            return rc;
        if (hidden)
            due_mask(d);
        *n += d->due_ms < until_ms;
    }
    return CT_OK;
}

static int soonest(const void *x, const void *y)
{
    const struct ct_due *a = x, *b = y;
    return a->due_ms != b->due_ms
               ? (a->due_ms > b->due_ms) - (a->due_ms < b->due_ms)
               : (a->vitals_id > b->vitals_id) - (a->vitals_id < b->vitals_id);
}

enum ct_status ct_due_list(struct ct_app *app, int64_t horizon_ms, size_t limit,
                           struct ct_due **ret, size_t *ret_n, struct ct_error *reterr)
{
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_VITALS_READ, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_due *due = NULL;
    size_t n = 0;
    rc = read_list(app, ct_app_now(app) + horizon_ms, limit, &due, &n, reterr);
    if (rc != CT_OK) {
        free(due);
        return rc;
    }
    if (n > 1) /* refusals come first from the store: their time is known only now */
        qsort(due, n, sizeof *due, soonest);
    *ret = due;
    *ret_n = n;
    return CT_OK;
}

static enum ct_status due_of(struct ct_app *app, int64_t patient_id, struct ct_due *ret,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(ct_app_db(app), &ct_vitals_sql[CT_SQL_DUE_PATIENT], &st, reterr);
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
    return due_complete(ct_app_db(app), ret, reterr);
}

enum ct_status ct_due_patient(struct ct_app *app, int64_t patient_id, struct ct_due *ret,
                              struct ct_error *reterr)
{
    enum ct_status rc = ct_require(app, CT_PERM_VITALS_READ, reterr);
    if (rc == CT_OK)
        rc = ct_access_check(app, patient_id, reterr);
    return rc == CT_OK ? due_of(app, patient_id, ret, reterr) : rc;
}

enum ct_status ct_due_line(struct ct_app *app, int64_t patient_id, struct ct_due *ret,
                           struct ct_error *reterr)
{
    bool hidden;
    enum ct_status rc = ct_require(app, CT_PERM_VITALS_READ, reterr);
    if (rc == CT_OK)
        rc = ct_access_hidden(app, patient_id, &hidden, reterr);
    if (rc == CT_OK)
        rc = due_of(app, patient_id, ret, reterr);
    if (rc == CT_OK && hidden)
        due_mask(ret);
    return rc;
}
