/* fault_test - return-to-service tests: which are asked for, which are passed, and who may
 * not review them. */
#include <stdio.h>
#include <string.h>

#include "clinic/fault_priv.h"

enum { TESTS_MAX = CT_TASKS * 4 };

/* One of that kind and template. Without a template it is any of its kind. */
static void ask(struct ct_fault_test *t, size_t *n, enum ct_task_kind kind, const char *template)
{
    for (size_t i = 0; i < *n; i++) {
        if (t[i].kind != kind)
            continue;
        if (template[0] == '\0' || strcmp(t[i].template_id, template) == 0)
            return;
        if (t[i].template_id[0] == '\0') {
            ct_text_copy(t[i].template_id, sizeof t[i].template_id, template);
            return;
        }
    }
    if (*n == TESTS_MAX) /* more than a device has; what is left out is of the last kinds */
        return;
    t[*n] = (struct ct_fault_test){.kind = kind};
    ct_text_copy(t[*n].template_id, sizeof t[*n].template_id, template);
    (*n)++;
}

static enum ct_task_kind kind_of(enum ct_fault_cause cause)
{
    return cause == CT_FAULT_OUT_OF_TOLERANCE ? CT_TASK_CALIBRATION
           : cause == CT_FAULT_ELECTRICAL     ? CT_TASK_ELECTRICAL
                                              : CT_TASK_PRE_USE;
}

/* What failed: at first, later on, or as a test after a repair. */
static enum ct_status failed(struct ct_db *db, const struct ct_fault *f,
                             struct ct_fault_test *t, size_t *n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_fault_sql[CT_SQL_FAULT_FAILED], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":fault_id", f->id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        bool test = ct_col_null(st, 0), known = !ct_col_null(st, 1);
        if (test && (ct_col_null(st, 2) || ct_col_i64(st, 2) != CT_TASK_FAILED))
            continue;
        enum ct_fault_cause cause =
            test ? CT_FAULT_CHECK : (enum ct_fault_cause)ct_col_i64(st, 0);
        bool person = cause == CT_FAULT_REPORTED || cause == CT_FAULT_CAMPAIGN;
        if (known)
            ask(t, n, (enum ct_task_kind)ct_col_i64(st, 1), ct_col_text(st, 3));
        else if (!person)
            ask(t, n, kind_of(cause), "");
    }
    return rc;
}

static enum ct_status scheduled(struct ct_db *db, const struct ct_fault *f,
                                struct ct_fault_test *t, size_t *n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_fault_sql[CT_SQL_FAULT_SCHEDULED], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", f->equipment_id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there)
        ask(t, n, (enum ct_task_kind)ct_col_i64(st, 0), ct_col_text(st, 1));
    return rc;
}

/* The last "repaired" or "nothing found", 0: none yet. */
static enum ct_status mended(struct ct_db *db, int64_t fault_id, int64_t *ret,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    *ret = 0;
    enum ct_status rc = ct_stmt_get(db, &ct_fault_sql[CT_SQL_FAULT_LAST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":fault_id", fault_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there && !ct_col_null(st, 0))
        *ret = ct_col_i64(st, 0);
    return rc;
}

/* Was anything repaired, in this fault, at any time? */
static enum ct_status repaired(struct ct_db *db, int64_t fault_id, bool *ret,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    *ret = false;
    enum ct_status rc = ct_stmt_get(db, &ct_fault_sql[CT_SQL_FAULT_EVENTS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":fault_id", fault_id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there)
        if (ct_col_i64(st, 1) == CT_FAULT_REPAIRED)
            *ret = true;
    return rc;
}

static enum ct_status passed(struct ct_db *db, const struct ct_fault *f, int64_t since,
                             struct ct_fault_test *t, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_fault_sql[CT_SQL_FAULT_PASSED], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":fault_id", f->id);
    ct_bind_i64(st, ":since", since);
    ct_bind_i64(st, ":kind", t->kind);
    ct_bind_text(st, ":template", t->template_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there && ct_col_i64(st, 1) != CT_TASK_FAILED)
        t->result_id = ct_col_i64(st, 0);
    return rc;
}

enum ct_status ct_fault_tests_load(struct ct_db *db, const struct ct_fault *f,
                                   struct ct_fault_test ret[CT_TASKS * 4], size_t *ret_n,
                                   struct ct_error *reterr)
{
    struct ct_equipment e;
    int64_t since = 0;
    bool mend = false;
    *ret_n = 0;
    enum ct_status rc = ct_equipment_load(db, f->equipment_id, &e, reterr);
    if (rc == CT_OK)
        rc = failed(db, f, ret, ret_n, reterr);
    if (rc == CT_OK)
        rc = repaired(db, f->id, &mend, reterr);
    if (rc == CT_OK && mend)
        rc = scheduled(db, f, ret, ret_n, reterr);
    if (rc == CT_OK && mend && (e.elec_class == CT_ELEC_I || e.elec_class == CT_ELEC_II))
        ask(ret, ret_n, CT_TASK_ELECTRICAL, "");
    if (rc == CT_OK && *ret_n == 0)
        ask(ret, ret_n, CT_TASK_PRE_USE, "");
    if (rc == CT_OK)
        rc = mended(db, f->id, &since, reterr);
    for (size_t i = 0; rc == CT_OK && since != 0 && i < *ret_n; i++)
        rc = passed(db, f, since, &ret[i], reterr);
    return rc;
}

enum ct_status ct_fault_tests(struct ct_app *app, int64_t id,
                              struct ct_fault_test ret[CT_TASKS * 4], size_t *ret_n,
                              struct ct_error *reterr)
{
    struct ct_fault f;
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_fault_bare(ct_app_db(app), id, &f, reterr);
    return rc == CT_OK ? ct_fault_tests_load(ct_app_db(app), &f, ret, ret_n, reterr) : rc;
}

/* ---- one test ---------------------------------------------------------------------------- */

/* When the device was mended last, of that fault. */
static enum ct_status mended_at(struct ct_db *db, int64_t fault_id, int64_t *ret_ms,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    int64_t last = 0;
    *ret_ms = INT64_MAX;
    enum ct_status rc = mended(db, fault_id, &last, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_fault_sql[CT_SQL_FAULT_EVENTS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":fault_id", fault_id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there)
        if (ct_col_i64(st, 0) == last) /* people type minutes: one in the same counts */
            *ret_ms = ct_col_i64(st, 3) - ct_col_i64(st, 3) % CT_MINUTE_MS;
    return rc;
}

enum ct_status ct_fault_result_fits(struct ct_db *db, const struct ct_fault *f,
                                    int64_t result_id, enum ct_task_verdict *ret_verdict,
                                    struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there = false;
    int64_t since = 0;
    char at[24];
    enum ct_status rc = mended_at(db, f->id, &since, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_fault_sql[CT_SQL_FAULT_RESULT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", result_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK)
        return rc;
    if (!there || ct_col_i64(st, 0) != f->equipment_id)
        return ct_fail(reterr, CT_EINVAL, "result_id", "R-%lld is no result of %s",
                       (long long)result_id, f->asset);
    if (ct_col_i64(st, 5) == 0)
        return ct_fail(reterr, CT_EINVAL, "result_id", "R-%lld was entered in error",
                       (long long)result_id);
    ct_datetime_text(since, at);
    if (ct_col_i64(st, 3) < since)
        return ct_fail(reterr, CT_EINVAL, "result_id",
                       "R-%lld was done before %s, when it was repaired: test it again",
                       (long long)result_id, at);
    *ret_verdict = (enum ct_task_verdict)ct_col_i64(st, 2);
    return CT_OK;
}

enum ct_status ct_fault_result_times(struct ct_db *db, const struct ct_fault *f,
                                     int64_t result_id, int64_t *ret_mended_ms,
                                     int64_t *ret_done_ms, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    *ret_done_ms = INT64_MAX;
    enum ct_status rc = mended_at(db, f->id, ret_mended_ms, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_fault_sql[CT_SQL_FAULT_RESULT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", result_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there)
        *ret_done_ms = ct_col_i64(st, 3);
    return rc;
}

enum ct_status ct_fault_unlinked(struct ct_app *app, int64_t id, int64_t *ret, size_t cap,
                                 size_t *ret_n, struct ct_error *reterr)
{
    struct ct_fault f;
    CT_STMT *st = NULL;
    CT_TX tx = {.db = NULL};
    struct ct_db *db = ct_app_db(app);
    int64_t since = INT64_MAX;
    bool there;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(db, &tx, reterr);
    if (rc == CT_OK)
        rc = ct_fault_bare(db, id, &f, reterr);
    if (rc == CT_OK)
        rc = mended_at(db, id, &since, reterr);
    if (rc != CT_OK || since == INT64_MAX || f.over)
        return rc;
    rc = ct_stmt_get(db, &ct_fault_sql[CT_SQL_FAULT_UNLINKED], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", f.equipment_id);
    ct_bind_i64(st, ":day", ct_date_at(since));
    ct_bind_i64(st, ":since_ms", since);
    ct_bind_i64(st, ":fault_id", id);
    while (*ret_n < cap && (rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there)
        ret[(*ret_n)++] = ct_col_i64(st, 0);
    return rc;
}

enum ct_status ct_fault_second(struct ct_app *app, struct ct_db *db, int64_t id,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_fault_sql[CT_SQL_FAULT_DOERS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":fault_id", id);
    ct_bind_i64(st, ":user_id", ct_app_who(app)->user_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK || !there)
        return rc;
    return ct_fail(reterr, CT_EDENIED, "step",
                   "you %s yourself: another person reviews it and puts it back in service",
                   ct_col_i64(st, 0) == 0 ? "repaired it" : "tested it");
}
