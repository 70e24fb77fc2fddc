/* scope_past - where an endoscope was: its records and the procedures that name it, and from
 * which record it came to one of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/scope_priv.h"

/* Columns of CT_SQL_SCOPE_PAST; a procedure bears the name of its patient where that record
 * is open to this user. */
static enum ct_status line_row(struct ct_app *app, struct ct_stmt *st, struct ct_scope_line *l,
                               struct ct_error *reterr)
{
    struct ct_patient p;
    char name[140];
    long long id = (long long)ct_col_i64(st, 2);
    *l = (struct ct_scope_line){.at_ms = ct_col_i64(st, 0)};
    if (ct_col_i64(st, 1) == 0) {
        const char *text = ct_col_text(st, 4);
        l->record_id = id;
        l->is = (enum ct_scope_is)ct_col_i64(st, 3);
        snprintf(l->text, sizeof l->text, "RE-%lld %s%s%.160s", id, CT_SCOPE_IS_NAME[l->is],
                 text[0] != '\0' ? ": " : "", text);
        return CT_OK;
    }
    int64_t patient = ct_col_i64(st, 5);
    enum ct_status rc = ct_access_hidden(app, patient, &l->restricted, reterr);
    if (rc != CT_OK || l->restricted) {
        snprintf(l->text, sizeof l->text, "used on a patient whose record is restricted");
        return rc;
    }
    l->procedure_id = id;
    rc = ct_patient_details(ct_app_db(app), patient, &p, reterr);
    if (rc != CT_OK)
        return rc;
    ct_patient_name(&p, name, sizeof name);
    snprintf(l->text, sizeof l->text, "P-%lld %.79s, %s", id, ct_col_text(st, 4), name);
    return CT_OK;
}

static enum ct_status lines(struct ct_app *app, int64_t equipment_id, size_t limit,
                            struct ct_scope_line **ret, size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    bool there;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_scope_sql[CT_SQL_SCOPE_PAST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    ct_bind_i64(st, ":limit", (int64_t)limit);
    ct_bind_i64(st, ":uses", (int64_t)limit);
    ct_bind_i64(st, ":from_ms", INT64_MIN);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_scope_line *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for its records");
        *ret = more;
        rc = line_row(app, st, &more[(*ret_n)++], reterr);
        if (rc != CT_OK)
            return rc;
    }
    return rc;
}

enum ct_status ct_scope_past(struct ct_app *app, int64_t equipment_id, size_t limit,
                             struct ct_scope_line **ret, size_t *ret_n,
                             struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = lines(app, equipment_id, limit, ret, ret_n, reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

enum ct_status ct_scope_came_from(struct ct_app *app, const char *asset, int64_t at_ms,
                                  struct ct_scope_record *ret, struct ct_error *reterr)
{
    struct ct_equipment e;
    CT_TX tx = {.db = NULL};
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_equipment_find(app, asset, &e, reterr);
    if (rc == CT_OK && strcmp(e.class, CT_SCOPE_CLASS) != 0)
        rc = ct_fail(reterr, CT_ENOTFOUND, "", "%s is no endoscope", e.asset);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_scope_sql[CT_SQL_SCOPE_CAME], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", e.id);
    ct_bind_i64(st, ":at_ms", at_ms);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && !there)
        rc = ct_fail(reterr, CT_ENOTFOUND, "", "there was no complete record of %s", e.asset);
    if (rc == CT_OK)
        rc = ct_scope_load(ct_app_db(app), ct_col_i64(st, 0), ret, NULL, reterr);
    if (rc == CT_OK) { /* without whom it came from */
        ret->patient_id = ret->procedure_id = 0;
    }
    return rc;
}
