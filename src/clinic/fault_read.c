/* fault_read - reading faults and their steps; whose they are only to whom it is open. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/fault_priv.h"
#include "record/user.h"

static int64_t id_of(struct ct_stmt *st, int col)
{
    return ct_col_null(st, col) ? 0 : ct_col_i64(st, col);
}

/* Columns of ROW in fault_sql.c. */
static void row(struct ct_stmt *st, struct ct_fault *f)
{
    memset(f, 0, sizeof *f);
    f->id = ct_col_i64(st, 0);
    f->equipment_id = ct_col_i64(st, 1);
    f->cause = (enum ct_fault_cause)ct_col_i64(st, 2);
    f->result_id = id_of(st, 3);
    f->calibration_id = id_of(st, 4);
    f->happened_ms = ct_col_i64(st, 5);
    f->at_ms = ct_col_i64(st, 6);
    ct_text_copy(f->text, sizeof f->text, ct_col_text(st, 7));
    f->patient_id = id_of(st, 8);
    f->procedure_id = id_of(st, 9);
    f->harm = (enum ct_fault_harm)ct_col_i64(st, 10);
    ct_text_copy(f->told, sizeof f->told, ct_col_text(st, 11));
    f->by_user = (uint32_t)ct_col_i64(st, 12);
    ct_text_copy(f->asset, sizeof f->asset, ct_col_text(st, 13));
    ct_text_copy(f->model, sizeof f->model, ct_col_text(st, 14));
    ct_text_copy(f->location, sizeof f->location, ct_col_text(st, 15));
    f->step = (enum ct_fault_step)ct_col_i64(st, 16);
    f->step_ms = ct_col_i64(st, 17);
    f->condition = (enum ct_equip_condition)ct_col_i64(st, 18);
    f->over = f->step >= CT_FAULT_REVIEWED;
}

enum ct_status ct_fault_bare(struct ct_db *db, int64_t id, struct ct_fault *ret,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_fault_sql[CT_SQL_FAULT_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK)
        return rc;
    if (!there)
        return ct_fail(reterr, CT_ENOTFOUND, "", "there is no fault F-%lld", (long long)id);
    row(st, ret);
    return CT_OK;
}

enum ct_status ct_fault_open_id(struct ct_db *db, int64_t equipment_id, int64_t *ret_id,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    *ret_id = 0;
    enum ct_status rc = ct_stmt_get(db, &ct_fault_sql[CT_SQL_FAULT_OF], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there)
        *ret_id = ct_col_i64(st, 0);
    return rc;
}

/* Names of people; the patient's where the record is open to this user. */
static enum ct_status names(struct ct_app *app, struct ct_fault *f, struct ct_error *reterr)
{
    struct ct_patient p;
    char by[128];
    ct_user_name(app, f->by_user, by, sizeof by);
    ct_text_copy(f->by, sizeof f->by, by);
    if (f->patient_id == 0)
        return CT_OK;
    enum ct_status rc = ct_access_hidden(app, f->patient_id, &f->restricted, reterr);
    if (rc != CT_OK)
        return rc;
    if (f->restricted) { /* neither who, nor the way to who */
        f->patient_id = f->procedure_id = 0;
        return CT_OK;
    }
    rc = ct_patient_details(ct_app_db(app), f->patient_id, &p, reterr);
    if (rc == CT_OK)
        ct_patient_name(&p, f->patient, sizeof f->patient);
    return rc;
}

static enum ct_status begin(struct ct_app *app, struct ct_tx *tx, struct ct_error *reterr)
{
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    return rc == CT_OK ? ct_tx_read(ct_app_db(app), tx, reterr) : rc;
}

enum ct_status ct_fault_get(struct ct_app *app, int64_t id, struct ct_fault *ret,
                            struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    enum ct_status rc = begin(app, &tx, reterr);
    if (rc == CT_OK)
        rc = ct_fault_bare(ct_app_db(app), id, ret, reterr);
    return rc == CT_OK ? names(app, ret, reterr) : rc;
}

enum ct_status ct_fault_of(struct ct_app *app, int64_t equipment_id, struct ct_fault *ret,
                           struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    int64_t id = 0;
    enum ct_status rc = begin(app, &tx, reterr);
    if (rc == CT_OK)
        rc = ct_fault_open_id(ct_app_db(app), equipment_id, &id, reterr);
    if (rc == CT_OK && id == 0)
        return ct_fail(reterr, CT_ENOTFOUND, "", "no fault of this device is open");
    if (rc == CT_OK)
        rc = ct_fault_bare(ct_app_db(app), id, ret, reterr);
    return rc == CT_OK ? names(app, ret, reterr) : rc;
}

static enum ct_status no_memory(struct ct_error *reterr)
{
    return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list of faults");
}

static enum ct_status all(struct ct_app *app, struct ct_stmt *st, struct ct_fault **ret,
                          size_t *ret_n, struct ct_error *reterr)
{
    size_t cap = 0;
    bool there;
    enum ct_status rc;
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_fault *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL)
            return no_memory(reterr);
        *ret = more;
        row(st, &more[(*ret_n)++]);
    }
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++)
        rc = names(app, &(*ret)[i], reterr);
    return rc;
}

enum ct_status ct_fault_list(struct ct_app *app, int64_t equipment_id, bool open_only,
                             bool no_standards, size_t limit, struct ct_fault **ret,
                             size_t *ret_n, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    CT_STMT *st = NULL;
    unsigned sql = equipment_id != 0 ? CT_SQL_FAULT_DEVICE
                   : open_only       ? CT_SQL_FAULT_OPEN
                                     : CT_SQL_FAULT_LIST;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = begin(app, &tx, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_fault_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    if (equipment_id != 0) {
        ct_bind_i64(st, ":equipment_id", equipment_id);
        ct_bind_i64(st, ":open", open_only);
    } else {
        ct_bind_i64(st, ":no_standards", no_standards);
    }
    ct_bind_i64(st, ":limit", limit > 0 ? (int64_t)limit : -1);
    rc = all(app, st, ret, ret_n, reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

void ct_fault_line_text(const struct ct_fault *f, char *out, size_t size)
{
    char when[24];
    CT_BUF b = {.max = 4096};
    ct_datetime_text(f->happened_ms, when);
    ct_buf_printf(&b, "%s. %s, %s by %s", f->text, CT_FAULT_CAUSE_NAME[f->cause], when, f->by);
    if (f->restricted || f->patient_id != 0)
        ct_buf_printf(&b, "; on %s", f->restricted ? "a patient whose record is restricted"
                                                   : f->patient);
    if (f->procedure_id != 0)
        ct_buf_printf(&b, " in P-%lld", (long long)f->procedure_id);
    if (f->harm > CT_HARM_NOBODY)
        ct_buf_printf(&b, "; %s", CT_FAULT_HARM_NAME[f->harm]);
    if (f->told[0] != '\0')
        ct_buf_printf(&b, "; told: %s", f->told);
    ct_text_copy(out, size, ct_buf_str(&b));
}

/* ---- steps ---------------------------------------------------------------------------- */

static void event_row(struct ct_stmt *st, struct ct_fault_event *e)
{
    memset(e, 0, sizeof *e);
    e->id = ct_col_i64(st, 0);
    e->step = (enum ct_fault_step)ct_col_i64(st, 1);
    e->cause = ct_col_null(st, 2) ? -1 : (int)ct_col_i64(st, 2);
    e->at_ms = ct_col_i64(st, 3);
    e->recorded_ms = ct_col_i64(st, 4);
    e->result_id = id_of(st, 5);
    e->calibration_id = id_of(st, 6);
    ct_text_copy(e->told, sizeof e->told, ct_col_text(st, 7));
    ct_text_copy(e->text, sizeof e->text, ct_col_text(st, 8));
    e->by_user = (uint32_t)ct_col_i64(st, 9);
}

enum ct_status ct_fault_events(struct ct_app *app, int64_t id, struct ct_fault_event **ret,
                               size_t *ret_n, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    CT_STMT *st = NULL;
    size_t cap = 0;
    bool there;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = begin(app, &tx, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_fault_sql[CT_SQL_FAULT_EVENTS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":fault_id", id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_fault_event *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL) {
            rc = no_memory(reterr);
            break;
        }
        char by[128];
        *ret = more;
        event_row(st, &more[*ret_n]);
        ct_user_name(app, more[*ret_n].by_user, by, sizeof by);
        ct_text_copy(more[*ret_n].by, sizeof more[*ret_n].by, by);
        (*ret_n)++;
    }
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}
