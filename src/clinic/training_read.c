/* training_read - sessions read back, and who attended. */
#include <stdlib.h>
#include <string.h>

#include "clinic/competency_priv.h"

static void row(struct ct_app *app, struct ct_stmt *st, struct ct_training *t)
{
    memset(t, 0, sizeof *t);
    t->id = ct_col_i64(st, 0);
    ct_text_copy(t->topic, sizeof t->topic, ct_col_text(st, 1));
    t->trainer_id = ct_col_null(st, 2) ? 0 : (uint32_t)ct_col_i64(st, 2);
    ct_text_copy(t->trainer, sizeof t->trainer, ct_col_text(st, 3));
    t->method = (enum ct_comp_method)ct_col_i64(st, 4);
    t->planned_ms = ct_col_i64(st, 5);
    t->minutes = (int)ct_col_i64(st, 6);
    ct_text_copy(t->place, sizeof t->place, ct_col_text(st, 7));
    ct_text_copy(t->material, sizeof t->material, ct_col_text(st, 8));
    ct_text_copy(t->revision, sizeof t->revision, ct_col_text(st, 9));
    t->at_ms = ct_col_i64(st, 10);
    t->by_user = (uint32_t)ct_col_i64(st, 11);
    ct_user_name(app, t->by_user, t->by, sizeof t->by);
    t->state = (enum ct_training_state)ct_col_i64(st, 12);
    t->done_ms = ct_col_i64(st, 13);
    ct_text_copy(t->text, sizeof t->text, ct_col_text(st, 14));
    t->attendees = ct_col_i64(st, 15);
}

static enum ct_status subjects(struct ct_db *db, struct ct_training *t, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc =
        ct_stmt_get(db, &ct_training_sql[CT_SQL_TRAINING_SUBJECTS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":of", t->id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        if (t->n_subjects == CT_TRAINING_SUBJECTS_MAX)
            break;
        struct ct_subject *s = &t->subject[t->n_subjects++];
        s->kind = (enum ct_subject_kind)ct_col_i64(st, 0);
        ct_text_copy(s->id, sizeof s->id, ct_col_text(st, 1));
        ct_text_copy(s->title, sizeof s->title, ct_col_text(st, 2));
    }
    return rc;
}

static enum ct_status get(struct ct_app *app, int64_t id, struct ct_training *ret,
                          struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_training_sql[CT_SQL_TRAINING_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && !there)
        rc = ct_fail(reterr, CT_ENOTFOUND, "training_id", "there is no session TR-%lld",
                     (long long)id);
    if (rc == CT_OK)
        row(app, st, ret);
    return rc;
}

enum ct_status ct_training_get(struct ct_app *app, int64_t id, struct ct_training *ret,
                               struct ct_error *reterr)
{
    enum ct_status rc = ct_require(app, CT_PERM_TRAIN_READ, reterr);
    if (rc == CT_OK)
        rc = get(app, id, ret, reterr);
    return rc == CT_OK ? subjects(ct_app_db(app), ret, reterr) : rc;
}

static enum ct_status no_memory(struct ct_error *reterr)
{
    return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list of sessions");
}

static enum ct_status rows(struct ct_app *app, unsigned sql, size_t limit,
                           struct ct_training **ret, size_t *ret_n, size_t *cap,
                           struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(ct_app_db(app), &ct_training_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":limit", (int64_t)limit);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_training *more = ct_rows_grow(*ret, *ret_n, cap, sizeof **ret);
        if (more == NULL)
            return no_memory(reterr);
        *ret = more;
        row(app, st, &more[(*ret_n)++]);
    }
    return rc;
}

enum ct_status ct_training_list(struct ct_app *app, bool all, size_t limit,
                                struct ct_training **ret, size_t *ret_n,
                                struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    size_t cap = 0;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_TRAIN_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = rows(app, CT_SQL_TRAINING_PLANNED, limit, ret, ret_n, &cap, reterr);
    if (rc == CT_OK && all)
        rc = rows(app, CT_SQL_TRAINING_OVER, limit, ret, ret_n, &cap, reterr);
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++)
        rc = subjects(ct_app_db(app), &(*ret)[i], reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

enum ct_status ct_training_attendees(struct ct_app *app, int64_t id, struct ct_attendee **ret,
                                     size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    bool there;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_TRAIN_READ, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_training_sql[CT_SQL_TRAINING_ATTENDEES], &st,
                         reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":training_id", id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_attendee *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL) {
            rc = no_memory(reterr);
            break;
        }
        *ret = more;
        struct ct_attendee *a = &more[(*ret_n)++];
        memset(a, 0, sizeof *a);
        a->user_id = (uint32_t)ct_col_i64(st, 0);
        a->how = (enum ct_sign_in)ct_col_i64(st, 1);
        a->at_ms = ct_col_i64(st, 2);
        ct_user_name(app, a->user_id, a->name, sizeof a->name);
        ct_user_name(app, (uint32_t)ct_col_i64(st, 3), a->by, sizeof a->by);
    }
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}
