/* calibration_read - calibrations read back: the text they were judged by, what was
 * measured, what was done; and lists. */
#include "clinic/calibration_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/user.h"

static enum ct_status borrow(struct ct_db *db, unsigned sql, int64_t id, struct ct_stmt **ret,
                             struct ct_error *reterr)
{
    enum ct_status rc = ct_stmt_get(db, &ct_calibration_sql[sql], ret, reterr);
    if (rc == CT_OK)
        ct_bind_i64(*ret, ":calibration_id", id);
    return rc;
}

static int64_t or_none(struct ct_stmt *st, int col)
{
    return ct_col_null(st, col) ? 0 : ct_col_i64(st, col);
}

static enum ct_status damaged(int64_t id, const char *what, struct ct_error *reterr)
{
    return ct_fail(reterr, CT_EDAMAGED, "", "%s of K-%lld cannot be read; run clintech verify.",
                   what, (long long)id);
}

/* ---- its row, its text ------------------------------------------------------------ */

static enum ct_status row_read(struct ct_stmt *st, struct ct_calibration *k,
                               struct ct_error *reterr)
{
    char name[40];
    const char *text = ct_col_text(st, 21);
    k->id = ct_col_i64(st, 0);
    k->equipment_id = ct_col_i64(st, 1);
    k->detail_id = ct_col_i64(st, 2);
    k->schedule_id = or_none(st, 3);
    k->fault_id = or_none(st, 4);
    k->kind = (enum ct_task_kind)ct_col_i64(st, 5);
    k->why = (enum ct_task_why)ct_col_i64(st, 7);
    k->rule = (enum ct_cal_rule)ct_col_i64(st, 8);
    ct_text_copy(k->rule_source, sizeof k->rule_source, ct_col_text(st, 9));
    ct_text_copy(k->place, sizeof k->place, ct_col_text(st, 10));
    ct_text_copy(k->item_state, sizeof k->item_state, ct_col_text(st, 11));
    k->temp_c10 = ct_col_i64(st, 12);
    k->rh_pct = ct_col_i64(st, 13);
    k->press_hpa = ct_col_i64(st, 14);
    k->done_ms = ct_col_i64(st, 15);
    k->at_ms = ct_col_i64(st, 16);
    k->by_user = (uint32_t)ct_col_i64(st, 17);
    k->step = (enum ct_cal_step)ct_col_i64(st, 18);
    k->found = (enum ct_cal_verdict)ct_col_i64(st, 19);
    k->has_left = !ct_col_null(st, 20);
    k->left = k->has_left ? (enum ct_cal_verdict)ct_col_i64(st, 20) : k->found;
    snprintf(name, sizeof name, "text of K-%lld", (long long)k->id);
    if (ct_caltemplate_parse(name, text, strlen(text), &k->t, NULL) != CT_OK)
        return damaged(k->id, "The template", reterr);
    return CT_OK;
}

static enum ct_status row_load(struct ct_db *db, int64_t id, struct ct_calibration *k,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_calibration_sql[CT_SQL_CAL_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    if (!row)
        return ct_fail(reterr, CT_ENOTFOUND, "", "there is no calibration K-%lld",
                       (long long)id);
    return row_read(st, k, reterr);
}

/* The device as it was registered then. */
static enum ct_status device_load(struct ct_db *db, struct ct_calibration *k,
                                  struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_equipment_load(db, k->equipment_id, &k->e, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_calibration_sql[CT_SQL_CAL_DETAIL], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", k->detail_id);
    ct_bind_i64(st, ":at_ms", k->at_ms);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK || !row)
        return rc;
    struct ct_equipment *e = &k->e;
    int64_t elec = ct_col_i64(st, 5), applied = ct_col_i64(st, 6);
    e->detail_id = k->detail_id;
    ct_text_copy(e->asset, sizeof e->asset, ct_col_text(st, 0));
    ct_text_copy(e->udi, sizeof e->udi, ct_col_text(st, 1));
    ct_text_copy(e->serial, sizeof e->serial, ct_col_text(st, 2));
    ct_text_copy(e->location, sizeof e->location, ct_col_text(st, 3));
    ct_text_copy(e->holder, sizeof e->holder, ct_col_text(st, 4));
    ct_text_copy(e->maker, sizeof e->maker, ct_col_text(st, 7));
    ct_text_copy(e->model, sizeof e->model, ct_col_text(st, 8));
    e->elec_class = (enum ct_elec_class)(elec != 0 ? elec : ct_col_i64(st, 9));
    e->applied = (enum ct_applied_part)(applied != 0 ? applied : ct_col_i64(st, 10));
    return CT_OK;
}

static enum ct_status references_load(struct ct_db *db, struct ct_calibration *k,
                                      struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = borrow(db, CT_SQL_CAL_REFERENCES, k->id, &st, reterr);
    if (rc != CT_OK)
        return rc;
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row && k->n_refs < CT_CAL_REFS_MAX) {
        struct ct_cal_reference *r = &k->ref[k->n_refs++];
        r->equipment_id = ct_col_i64(st, 0);
        r->detail_id = ct_col_i64(st, 1);
        r->last_day = (ct_date)ct_col_i64(st, 2);
        ct_text_copy(r->certificate, sizeof r->certificate, ct_col_text(st, 3));
        ct_text_copy(r->asset, sizeof r->asset, ct_col_text(st, 4));
        ct_text_copy(r->of, sizeof r->of, ct_col_text(st, 5));
    }
    return rc;
}

/* ---- points ---------------------------------------------------------------------------- */

/* What was typed, and the figures that were kept: the verdict is the one that was given. */
static enum ct_status point_read(struct ct_stmt *st, const struct ct_calibration *k, size_t at,
                                 struct ct_cal_value *v, struct ct_error *reterr)
{
    const struct ct_cal_point *p = &k->t->point[at];
    int64_t low = ct_col_i64(st, 4), high = ct_col_i64(st, 5);
    v->applies = true;
    v->nominal = ct_col_i64(st, 3);
    v->limited = true;
    ct_text_copy(v->limits, sizeof v->limits, ct_col_text(st, 6));
    ct_text_copy(v->declared, sizeof v->declared, ct_col_text(st, 7));
    ct_text_copy(v->readings, sizeof v->readings, ct_col_text(st, 8));
    v->left_out[0] = '\0';
    v->u = ct_col_i64(st, 9);
    if (p->declared && ct_cal_limits_parse(p->id, v->limits, v->nominal, p->unit, &v->tolerance,
                                           NULL) != CT_OK)
        return damaged(k->id, "A limit", reterr);
    if (ct_cal_judge(k, at, v, NULL) != CT_OK || v->repeat.sum != ct_col_i64(st, 11) ||
        v->repeat.n != ct_col_i64(st, 12))
        return damaged(k->id, "A reading", reterr);
    const struct ct_conformity_in in = {
        .sum = v->repeat.sum, .n = v->repeat.n, .u = v->u, .rule = k->rule};
    if (ct_conformity_within(&in, low, high, &v->c, NULL) != CT_OK)
        return damaged(k->id, "A limit", reterr);
    v->c.verdict = (enum ct_cal_verdict)ct_col_i64(st, 10);
    return CT_OK;
}

static size_t phase_of(const struct ct_calibration *k, int64_t round)
{
    return round == 0                  ? CT_CAL_AS_FOUND
           : round == k->rounds        ? CT_CAL_AS_LEFT
                                       : CT_CAL_PHASES; /* an earlier round: not shown */
}

static enum ct_status points_load(struct ct_db *db, struct ct_calibration *k,
                                  struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = borrow(db, CT_SQL_CAL_POINTS, k->id, &st, reterr);
    if (rc != CT_OK)
        return rc;
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        const char *id = ct_col_text(st, 2);
        size_t at = ct_caltemplate_find(k->t, id, strlen(id));
        size_t phase = phase_of(k, ct_col_i64(st, 1));
        if (at == CT_CALT_NONE)
            return damaged(k->id, "A point", reterr);
        if (phase < CT_CAL_PHASES)
            rc = point_read(st, k, at, &k->value[phase][at], reterr);
        if (rc != CT_OK)
            return rc;
    }
    return rc;
}

static enum ct_status left_out_load(struct ct_db *db, struct ct_calibration *k,
                                    struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = borrow(db, CT_SQL_CAL_LEFT_OUT, k->id, &st, reterr);
    if (rc != CT_OK)
        return rc;
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        const char *id = ct_col_text(st, 1);
        size_t at = ct_caltemplate_find(k->t, id, strlen(id));
        size_t phase = phase_of(k, ct_col_i64(st, 0));
        if (at == CT_CALT_NONE || phase >= CT_CAL_PHASES)
            continue;
        struct ct_cal_value *v = &k->value[phase][at];
        v->applies = true;
        v->measured = false;
        ct_text_copy(v->left_out, sizeof v->left_out, ct_col_text(st, 2));
        snprintf(v->readings, sizeof v->readings, "- %s", v->left_out);
    }
    return rc;
}

/* ---- what was done ------------------------------------------------------------------------ */

static void event_take(struct ct_calibration *k, struct ct_stmt *st)
{
    enum ct_cal_step step = (enum ct_cal_step)ct_col_i64(st, 1);
    const char *text = ct_col_text(st, 3);
    int64_t at_ms = ct_col_i64(st, 5);
    uint32_t by = (uint32_t)ct_col_i64(st, 6);
    k->event_id = ct_col_i64(st, 0);
    k->step = step;
    if (step == CT_CAL_ADJUSTED) {
        ct_text_copy(k->adjusted, sizeof k->adjusted, text);
    } else if (step == CT_CAL_LEFT) {
        k->rounds++;
        k->left_ms = at_ms;
        k->left_by = by;
    } else if (step == CT_CAL_HANDED_IN) {
        ct_text_copy(k->remarks, sizeof k->remarks, text);
        ct_text_copy(k->limits, sizeof k->limits, ct_col_text(st, 4));
    } else if (step == CT_CAL_SENT_BACK) {
        ct_text_copy(k->sent_back, sizeof k->sent_back, text);
    } else if (step == CT_CAL_APPROVED) {
        k->approved_by = by;
        k->approved_ms = at_ms;
    }
}

static enum ct_status events_take(struct ct_db *db, struct ct_calibration *k,
                                  struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = borrow(db, CT_SQL_CAL_EVENTS, k->id, &st, reterr);
    if (rc != CT_OK)
        return rc;
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row)
        event_take(k, st);
    return rc;
}

/* What is judged again by what the device declared stands in both phases. */
static void to_be_left(const struct ct_calibration *k)
{
    for (size_t i = 0; i < k->t->n_points; i++) {
        const struct ct_cal_value *was = &k->value[CT_CAL_AS_FOUND][i];
        struct ct_cal_value *v = &k->value[CT_CAL_AS_LEFT][i];
        v->applies = was->applies;
        v->nominal = was->nominal;
        v->tolerance = was->tolerance;
        v->limited = was->limited;
        v->u = was->u;
        ct_text_copy(v->limits, sizeof v->limits, was->limits);
        ct_text_copy(v->declared, sizeof v->declared, was->declared);
    }
}

static enum ct_status fill(struct ct_app *app, struct ct_db *db, int64_t id,
                           struct ct_calibration *k, struct ct_error *reterr)
{
    enum ct_status rc = row_load(db, id, k, reterr);
    if (rc == CT_OK)
        rc = device_load(db, k, reterr);
    if (rc == CT_OK)
        rc = ct_cal_values_make(k, reterr);
    if (rc == CT_OK)
        rc = events_take(db, k, reterr);
    if (rc == CT_OK)
        rc = references_load(db, k, reterr);
    if (rc == CT_OK)
        rc = points_load(db, k, reterr);
    if (rc == CT_OK)
        rc = left_out_load(db, k, reterr);
    if (rc != CT_OK)
        return rc;
    if (k->rounds == 0 || k->step == CT_CAL_ADJUSTED) { /* still to be measured */
        ct_cal_values_begin(k, CT_CAL_AS_LEFT);
        to_be_left(k);
    }
    ct_user_name(app, k->by_user, k->by, sizeof k->by);
    if (k->left_by != 0)
        ct_user_name(app, k->left_by, k->left_name, sizeof k->left_name);
    if (k->approved_by != 0)
        ct_user_name(app, k->approved_by, k->approved_name, sizeof k->approved_name);
    return CT_OK;
}

enum ct_status ct_calibration_load(struct ct_app *app, struct ct_db *db, int64_t id,
                                   struct ct_calibration **ret, struct ct_error *reterr)
{
    CT_CALIBRATION *k = calloc(1, sizeof *k);
    *ret = NULL;
    if (k == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the calibration");
    k->left_ms = k->approved_ms = CT_UNSET;
    enum ct_status rc = fill(app, db, id, k, reterr);
    if (rc != CT_OK)
        return rc;
    *ret = k;
    k = NULL;
    return CT_OK;
}

enum ct_status ct_calibration_get(struct ct_app *app, int64_t id, struct ct_calibration **ret,
                                  struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    return rc == CT_OK ? ct_calibration_load(app, ct_app_db(app), id, ret, reterr) : rc;
}

enum ct_status ct_calibration_events(struct ct_app *app, int64_t id, struct ct_cal_event **ret,
                                     size_t *ret_n, struct ct_error *reterr)
{
    struct ct_cal_event *v = NULL;
    size_t n = 0, cap = 0;
    bool row;
    *ret = NULL;
    *ret_n = 0;
    CT_STMT *st = NULL;
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc == CT_OK)
        rc = borrow(ct_app_db(app), CT_SQL_CAL_EVENTS, id, &st, reterr);
    while (rc == CT_OK && (rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        struct ct_cal_event *more = ct_rows_grow(v, n, &cap, sizeof *v);
        if (more == NULL) {
            rc = ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the calibration");
            break;
        }
        v = more;
        v[n] = (struct ct_cal_event){.step = (enum ct_cal_step)ct_col_i64(st, 1),
                                     .verdict = ct_col_null(st, 2) ? -1
                                                                   : (int)ct_col_i64(st, 2),
                                     .at_ms = ct_col_i64(st, 5),
                                     .by_user = (uint32_t)ct_col_i64(st, 6)};
        ct_text_copy(v[n].text, sizeof v[n].text, ct_col_text(st, 3));
        ct_text_copy(v[n].limits, sizeof v[n].limits, ct_col_text(st, 4));
        n++;
    }
    if (rc != CT_OK) {
        free(v);
        return rc;
    }
    for (size_t i = 0; i < n; i++)
        ct_user_name(app, v[i].by_user, v[i].by, sizeof v[i].by);
    *ret = v;
    *ret_n = n;
    return CT_OK;
}

/* ---- lists ------------------------------------------------------------------------------------ */

static void line_read(struct ct_stmt *st, struct ct_cal_line *l)
{
    *l = (struct ct_cal_line){
        .id = ct_col_i64(st, 0),
        .equipment_id = ct_col_i64(st, 1),
        .done_ms = ct_col_i64(st, 2),
        .by_user = (uint32_t)ct_col_i64(st, 5),
        .step = (enum ct_cal_step)ct_col_i64(st, 6),
        .found = (enum ct_cal_verdict)ct_col_i64(st, 7),
        .has_left = !ct_col_null(st, 8),
    };
    l->left = l->has_left ? (enum ct_cal_verdict)ct_col_i64(st, 8) : l->found;
    ct_text_copy(l->asset, sizeof l->asset, ct_col_text(st, 3));
    ct_text_copy(l->title, sizeof l->title, ct_col_text(st, 4));
    ct_text_copy(l->template_id, sizeof l->template_id, ct_col_text(st, 9));
}

enum ct_status ct_calibration_list(struct ct_app *app, int64_t equipment_id, bool waiting,
                                   size_t limit, struct ct_cal_line **ret, size_t *ret_n,
                                   struct ct_error *reterr)
{
    struct ct_cal_line *v = NULL;
    size_t n = 0, cap = 0;
    bool row;
    *ret = NULL;
    *ret_n = 0;
    unsigned sql = waiting             ? CT_SQL_CAL_LIST_WAITING
                   : equipment_id != 0 ? CT_SQL_CAL_LIST_OF
                                       : CT_SQL_CAL_LIST;
    CT_STMT *st = NULL;
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_calibration_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":limit", limit < INT32_MAX ? (int64_t)limit : INT32_MAX);
    if (sql == CT_SQL_CAL_LIST_OF)
        ct_bind_i64(st, ":equipment_id", equipment_id);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        struct ct_cal_line *more = ct_rows_grow(v, n, &cap, sizeof *v);
        if (more == NULL) {
            rc = ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the list");
            break;
        }
        v = more;
        line_read(st, &v[n]);
        if (!waiting || equipment_id == 0 || v[n].equipment_id == equipment_id)
            n++;
    }
    if (rc != CT_OK) {
        free(v);
        return rc;
    }
    for (size_t i = 0; i < n; i++)
        ct_user_name(app, v[i].by_user, v[i].by, sizeof v[i].by);
    *ret = v;
    *ret_n = n;
    return CT_OK;
}
