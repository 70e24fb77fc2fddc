/* vitals_read - reading sets back: one, a patient's, and all versions of one. */
#include "clinic/rows.h"

#include <stdlib.h>
#include <string.h>

enum ct_status ct_vitals_after(struct ct_db *db, int64_t id, int64_t *ret,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_vitals_sql[CT_SQL_VITALS_AFTER], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK)
        *ret = row ? ct_col_i64(st, 0) : 0;
    return rc;
}

enum ct_status ct_vitals_first(struct ct_db *db, const struct ct_vitals *v,
                               struct ct_vitals *ret, struct ct_error *reterr)
{
    *ret = *v;
    while (ret->replaces_id != 0) {
        enum ct_status rc = ct_vitals_load(db, ret->replaces_id, ret, reterr);
        if (rc != CT_OK)
            return rc;
    }
    return CT_OK;
}

enum ct_status ct_vitals_get(struct ct_app *app, int64_t id, struct ct_vitals *ret,
                             struct ct_error *reterr)
{
    enum ct_status rc = ct_require(app, CT_PERM_VITALS_READ, reterr);
    if (rc == CT_OK)
        rc = ct_vitals_load(ct_app_db(app), id, ret, reterr);
    if (rc == CT_OK)
        rc = ct_access_check(app, ret->patient_id, reterr);
    if (rc != CT_OK)
        ct_vitals_init(ret); /* nothing of it leaves */
    return rc;
}

/* May somebody read this patient's vitals? */
static enum ct_status may(struct ct_app *app, int64_t patient_id, struct ct_error *reterr)
{
    enum ct_status rc = ct_require(app, CT_PERM_VITALS_READ, reterr);
    return rc == CT_OK ? ct_access_check(app, patient_id, reterr) : rc;
}

/* A growing array of sets. */
struct sets {
    struct ct_vitals *v;
    size_t n, cap;
};

static enum ct_status sets_next(struct sets *s, struct ct_vitals **ret,
                                struct ct_error *reterr)
{
    if (s->n == s->cap) {
        size_t cap = s->cap == 0 ? 16 : 2 * s->cap;
        struct ct_vitals *v = reallocarray(s->v, cap, sizeof *v);
        if (v == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for %zu sets", cap);
        s->v = v;
        s->cap = cap;
    }
    *ret = &s->v[s->n++];
    return CT_OK;
}

static enum ct_status sets_give(enum ct_status rc, struct sets *s, struct ct_vitals **ret,
                                size_t *ret_n)
{
    if (rc != CT_OK) {
        free(s->v);
        *s = (struct sets){.n = 0};
    }
    *ret = s->v;
    *ret_n = s->n;
    return rc;
}

static enum ct_status list(struct ct_db *db, int64_t patient_id, int64_t from_ms,
                           int64_t before_ms, size_t limit, struct sets *s,
                           struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_vitals_sql[CT_SQL_VITALS_LIST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", patient_id);
    ct_bind_i64(st, ":from_ms", from_ms);
    ct_bind_i64(st, ":before_ms", before_ms == CT_UNSET ? INT64_MAX : before_ms);
    ct_bind_i64(st, ":limit", (int64_t)limit);
    for (;;) {
        bool row;
        struct ct_vitals *v;
        rc = ct_stmt_step(st, &row, reterr);
        if (rc == CT_OK && row)
            rc = sets_next(s, &v, reterr);
        if (rc != CT_OK || !row)
            break;
        ct_vitals_row(st, v);
    }
    for (size_t i = 0; rc == CT_OK && i < s->n; i++)
        rc = ct_vitals_complete(db, &s->v[i], reterr);
    return rc;
}

/* How many sets of that time were marked as entered in error. */
static enum ct_status in_error(struct ct_db *db, int64_t patient_id, int64_t from_ms,
                               int64_t before_ms, int64_t *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_vitals_sql[CT_SQL_VITALS_IN_ERROR], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", patient_id);
    ct_bind_i64(st, ":from_ms", from_ms);
    ct_bind_i64(st, ":before_ms", before_ms);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK)
        *ret = ct_col_i64(st, 0);
    return rc;
}

enum ct_status ct_vitals_range(struct ct_app *app, int64_t patient_id, int64_t from_ms,
                               int64_t to_ms, size_t limit, struct ct_vitals **ret,
                               size_t *ret_n, int64_t *ret_in_error, struct ct_error *reterr)
{
    struct sets s = {.n = 0};
    CT_TX tx = {.db = NULL};
    int64_t before = to_ms < INT64_MAX ? to_ms + 1 : to_ms;
    enum ct_status rc = may(app, patient_id, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = list(ct_app_db(app), patient_id, from_ms, before, limit, &s, reterr);
    if (rc == CT_OK)
        rc = in_error(ct_app_db(app), patient_id, from_ms, before, ret_in_error, reterr);
    return sets_give(rc, &s, ret, ret_n);
}

enum ct_status ct_vitals_list(struct ct_app *app, int64_t patient_id, int64_t before_ms,
                              size_t limit, struct ct_vitals **ret, size_t *ret_n,
                              struct ct_error *reterr)
{
    struct sets s = {.n = 0};
    enum ct_status rc = may(app, patient_id, reterr);
    if (rc == CT_OK)
        rc = list(ct_app_db(app), patient_id, CT_UNSET, before_ms, limit, &s, reterr);
    return sets_give(rc, &s, ret, ret_n);
}

enum ct_status ct_vitals_last_scored(struct ct_app *app, int64_t patient_id,
                                     struct ct_vitals *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = may(app, patient_id, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_vitals_sql[CT_SQL_VITALS_LAST_SCORED], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", patient_id);
    ct_bind_i64(st, ":until_ms", ct_app_now(app) + CT_AHEAD_MS);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    if (!row)
        return ct_fail(reterr, CT_ENOTFOUND, "", "there is no complete score yet");
    ct_vitals_row(st, ret);
    return ct_vitals_complete(ct_app_db(app), ret, reterr);
}

/* From any version to the newest, then back along what each one replaces. */
static enum ct_status versions(struct ct_db *db, int64_t id, struct sets *s,
                               struct ct_error *reterr)
{
    for (;;) {
        int64_t after;
        enum ct_status rc = ct_vitals_after(db, id, &after, reterr);
        if (rc != CT_OK)
            return rc;
        if (after == 0)
            break;
        id = after;
    }
    while (id != 0) {
        struct ct_vitals *v;
        enum ct_status rc = sets_next(s, &v, reterr);
        if (rc == CT_OK)
            rc = ct_vitals_load(db, id, v, reterr);
        if (rc != CT_OK)
            return rc;
        id = v->replaces_id;
    }
    return CT_OK;
}

enum ct_status ct_vitals_versions(struct ct_app *app, int64_t id, struct ct_vitals **ret,
                                  size_t *ret_n, struct ct_error *reterr)
{
    struct sets s = {.n = 0};
    CT_TX tx = {.db = NULL}; /* one moment: a correction may arrive between two reads */
    enum ct_status rc = ct_require(app, CT_PERM_VITALS_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = versions(ct_app_db(app), id, &s, reterr);
    if (rc == CT_OK && s.n > 0)
        rc = ct_access_check(app, s.v[0].patient_id, reterr);
    return sets_give(rc, &s, ret, ret_n);
}
