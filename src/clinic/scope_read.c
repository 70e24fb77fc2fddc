/* scope_read - records of endoscopes read back: how far each is, and its steps. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/scope_priv.h"
#include "record/user.h"

static int64_t id_of(struct ct_stmt *st, int col)
{
    return ct_col_null(st, col) ? 0 : ct_col_i64(st, col);
}

/* Columns of ROW in scope_sql.c; the programme is column 19. */
static void row(struct ct_stmt *st, struct ct_scope_record *r)
{
    memset(r, 0, sizeof *r);
    r->id = ct_col_i64(st, 0);
    r->equipment_id = ct_col_i64(st, 1);
    ct_text_copy(r->programme, sizeof r->programme, ct_col_text(st, 2));
    r->why = (enum ct_scope_why)ct_col_i64(st, 3);
    r->procedure_id = id_of(st, 4);
    r->used_ms = ct_col_i64(st, 5);
    ct_text_copy(r->text, sizeof r->text, ct_col_text(st, 6));
    r->again_id = id_of(st, 7);
    r->at_ms = ct_col_i64(st, 8);
    r->by_user = (uint32_t)ct_col_i64(st, 9);
    ct_text_copy(r->asset, sizeof r->asset, ct_col_text(st, 10));
    r->patient_id = id_of(st, 11);
    r->is = (enum ct_scope_is)ct_col_i64(st, 12);
    r->step = (int)ct_col_i64(st, 13);
    r->step_ms = ct_col_i64(st, 14);
    r->until_ms = ct_col_i64(st, 15);
    ct_text_copy(r->end_text, sizeof r->end_text, ct_col_text(st, 16));
    r->end_ms = ct_col_i64(st, 18);
    r->from_ms = ct_col_i64(st, 20);
    r->delay_ms = r->delay_most_ms = CT_UNSET;
}

int64_t ct_scope_delay_most(const struct ct_programme *p)
{
    if (!p->has[CT_M_DELAY])
        return CT_UNSET;
    int64_t most = ct_bound_ms(&p->limit[CT_M_DELAY], &p->limit[CT_M_DELAY].high);
    return most >= 0 ? most : CT_UNSET;
}

enum ct_status ct_scope_load(struct ct_db *db, int64_t id, struct ct_scope_record *ret,
                             struct ct_programme **p, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    CT_PROGRAMME *own = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_scope_sql[CT_SQL_SCOPE_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && !there)
        rc = ct_fail(reterr, CT_ENOTFOUND, "record_id", "there is no record RE-%lld",
                     (long long)id);
    if (rc != CT_OK)
        return rc;
    row(st, ret);
    const char *text = ct_col_text(st, 19);
    rc = ct_programme_parse(ret->programme, text, strlen(text), &own, reterr);
    if (rc != CT_OK)
        return rc;
    ret->steps = (int)own->n_steps;
    ret->delay_most_ms = ct_scope_delay_most(own);
    if (ret->is == CT_SCOPE_UNDER_WAY && ret->step < ret->steps) {
        ret->next = own->step_kind[ret->step];
        ct_text_copy(ret->next_text, sizeof ret->next_text, own->step[ret->step]);
    }
    if (p != NULL) {
        *p = own;
        own = NULL;
    }
    return CT_OK;
}

enum ct_status ct_scope_names(struct ct_app *app, struct ct_scope_record *r,
                              struct ct_error *reterr)
{
    struct ct_patient p;
    char by[128];
    ct_user_name(app, r->by_user, by, sizeof by);
    ct_text_copy(r->by, sizeof r->by, by);
    if (r->patient_id == 0)
        return CT_OK;
    enum ct_status rc = ct_access_hidden(app, r->patient_id, &r->restricted, reterr);
    if (rc != CT_OK)
        return rc;
    if (r->restricted) { /* neither who, nor the way to who */
        r->patient_id = r->procedure_id = 0;
        return CT_OK;
    }
    rc = ct_patient_details(ct_app_db(app), r->patient_id, &p, reterr);
    if (rc == CT_OK)
        ct_patient_name(&p, r->patient, sizeof r->patient);
    return rc;
}

/* ---- steps ------------------------------------------------------------------------------ */

/* Columns of CT_SQL_SCOPE_STEPS. */
static void step_row(struct ct_app *app, struct ct_stmt *st, struct ct_scope_step *s)
{
    char by[128];
    s->done = true;
    s->failed = ct_col_i64(st, 1) != 0;
    s->done_ms = ct_col_i64(st, 2);
    s->soak_id = id_of(st, 3);
    s->bath_id = id_of(st, 4);
    s->machine_id = id_of(st, 5);
    ct_text_copy(s->machine, sizeof s->machine, ct_col_text(st, 6));
    ct_text_copy(s->programme, sizeof s->programme, ct_col_text(st, 7));
    s->cycle_number = ct_col_i64(st, 8);
    ct_text_copy(s->place, sizeof s->place, ct_col_text(st, 9));
    ct_text_copy(s->reason, sizeof s->reason, ct_col_text(st, 10));
    ct_text_copy(s->text, sizeof s->text, ct_col_text(st, 11));
    s->fault_id = id_of(st, 12);
    s->at_ms = ct_col_i64(st, 13);
    s->by_user = (uint32_t)ct_col_i64(st, 14);
    ct_user_name(app, s->by_user, by, sizeof by);
    ct_text_copy(s->by, sizeof s->by, by);
}

static enum ct_status steps(struct ct_app *app, int64_t id, struct ct_scope_step **ret,
                            size_t *ret_n, struct ct_error *reterr)
{
    struct ct_scope_record r;
    CT_PROGRAMME *p = NULL;
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_scope_load(ct_app_db(app), id, &r, &p, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_scope_sql[CT_SQL_SCOPE_STEPS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    *ret = calloc(p->n_steps, sizeof **ret);
    if (*ret == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the steps");
    *ret_n = p->n_steps;
    for (size_t i = 0; i < *ret_n; i++) {
        (*ret)[i] = (struct ct_scope_step){.record_id = id, .step = (int)i + 1,
                                           .kind = p->step_kind[i], .done_ms = CT_UNSET,
                                           .cycle_number = CT_UNSET};
        ct_text_copy((*ret)[i].what, sizeof (*ret)[i].what, p->step[i]);
    }
    ct_bind_i64(st, ":record_id", id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        int64_t at = ct_col_i64(st, 0);
        if (at >= 1 && (size_t)at <= *ret_n)
            step_row(app, st, &(*ret)[at - 1]);
    }
    return rc;
}

enum ct_status ct_scope_steps(struct ct_app *app, int64_t id, struct ct_scope_step **ret,
                              size_t *ret_n, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = steps(app, id, ret, ret_n, reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

/* ---- a soak of it ----------------------------------------------------------------------- */

enum ct_status ct_scope_may_soak(struct ct_app *app, int64_t id, int64_t started_ms,
                                 struct ct_error *reterr)
{
    struct ct_scope_record r;
    CT_TX tx = {.db = NULL};
    char at[24];
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_scope_load(ct_app_db(app), id, &r, NULL, reterr);
    if (rc != CT_OK)
        return rc;
    if (r.is != CT_SCOPE_UNDER_WAY || r.next != CT_STEP_DISINFECT)
        return ct_fail(reterr, CT_EINVAL, "step",
                       "disinfection is not the next step of RE-%lld", (long long)id);
    if (!ct_scope_is_before(started_ms, r.step_ms))
        return CT_OK;
    ct_datetime_text(r.step_ms, at);
    return ct_fail(reterr, CT_EINVAL, "started_ms", "the step before it was at %s", at);
}

enum ct_status ct_scope_soaked(struct ct_app *app, int64_t id, int64_t *ret,
                               struct ct_error *reterr)
{
    struct ct_scope_record r;
    struct ct_bath_soak k;
    bool over;
    CT_TX tx = {.db = NULL};
    *ret = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_scope_load(ct_app_db(app), id, &r, NULL, reterr);
    if (rc == CT_OK)
        rc = ct_scope_soak(ct_app_db(app), r.asset, &k, &over, reterr);
    if (rc == CT_OK && k.id != 0 && k.done && !ct_scope_is_before(k.started_ms, r.step_ms))
        *ret = k.bath_id;
    return rc;
}

/* ---- one record ------------------------------------------------------------------------- */

/* From use to cleaning, where it was begun. */
static enum ct_status delay(struct ct_app *app, struct ct_scope_record *r,
                            struct ct_error *reterr)
{
    struct ct_scope_step *s = NULL;
    size_t n = 0;
    enum ct_status rc = steps(app, r->id, &s, &n, reterr);
    for (size_t i = 0; rc == CT_OK && r->used_ms != CT_UNSET && i < n; i++)
        if (s[i].kind == CT_STEP_CLEAN && s[i].done)
            r->delay_ms = s[i].done_ms - r->used_ms;
    free(s);
    return rc;
}

static enum ct_status whole(struct ct_app *app, int64_t id, struct ct_scope_record *ret,
                            struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    char by[128];
    enum ct_status rc = ct_scope_load(ct_app_db(app), id, ret, NULL, reterr);
    if (rc == CT_OK)
        rc = ct_scope_names(app, ret, reterr);
    if (rc == CT_OK)
        rc = delay(app, ret, reterr);
    if (rc != CT_OK || ret->end_ms == CT_UNSET)
        return rc;
    rc = ct_stmt_get(ct_app_db(app), &ct_scope_sql[CT_SQL_SCOPE_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there) {
        ct_user_name(app, (uint32_t)ct_col_i64(st, 17), by, sizeof by);
        ct_text_copy(ret->end_by, sizeof ret->end_by, by);
    }
    return rc;
}

enum ct_status ct_scope_get(struct ct_app *app, int64_t id, struct ct_scope_record *ret,
                            struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    return rc == CT_OK ? whole(app, id, ret, reterr) : rc;
}
