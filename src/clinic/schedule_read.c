/* schedule_read - what is due: of a device, and the board over all of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "clinic/equipment_rows.h"

void ct_schedule_row(struct ct_stmt *st, struct ct_schedule *ret)
{
    *ret = (struct ct_schedule){
        .id = ct_col_i64(st, 0), .first_id = ct_col_i64(st, 1),
        .equipment_id = ct_col_i64(st, 2), .kind = (enum ct_task_kind)ct_col_i64(st, 3),
        .every = (int)ct_col_i64(st, 5), .unit = (enum ct_interval_unit)ct_col_i64(st, 6),
        .window_days = (int)ct_col_i64(st, 7), .rule = (enum ct_due_rule)ct_col_i64(st, 8),
        .grace_days = (int)ct_col_i64(st, 9),
        .amber_days = ct_col_null(st, 10) ? -1 : (int)ct_col_i64(st, 10),
        .starts = (ct_date)ct_col_i64(st, 11), .ended = ct_col_i64(st, 12) != 0,
        .at_ms = ct_col_i64(st, 13), .by_user = (uint32_t)ct_col_i64(st, 14),
        .due = (ct_date)ct_col_i64(st, 15), .last_day = (ct_date)ct_col_i64(st, 16),
        .result_id = ct_col_null(st, 17) ? 0 : ct_col_i64(st, 17),
        .result_day = ct_col_null(st, 18) ? CT_NO_DATE : (ct_date)ct_col_i64(st, 18)};
    ct_text_copy(ret->template_id, sizeof ret->template_id, ct_col_text(st, 4));
}

enum ct_status ct_schedule_load(struct ct_db *db, int64_t first_id, struct ct_schedule *ret,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_schedule_sql[CT_SQL_SCHED_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":schedule_id", first_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK && !row)
        return ct_fail(reterr, CT_ENOTFOUND, "schedule_id",
                       "there is no such schedule, or it was ended");
    if (rc == CT_OK)
        ct_schedule_row(st, ret);
    return rc;
}

enum ct_status ct_schedule_get(struct ct_app *app, int64_t first_id, struct ct_schedule *ret,
                               struct ct_error *reterr)
{
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    return rc == CT_OK ? ct_schedule_load(ct_app_db(app), first_id, ret, reterr) : rc;
}

enum ct_status ct_schedule_list(struct ct_app *app, int64_t equipment_id,
                                struct ct_schedule **ret, size_t *ret_n,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    bool row;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_schedule_sql[CT_SQL_SCHED_OF], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        void *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL) {
            rc = ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the schedules");
            break;
        }
        *ret = more;
        ct_schedule_row(st, &(*ret)[(*ret_n)++]);
    }
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

enum ct_status ct_equipment_in_date(struct ct_db *db, int64_t equipment_id, ct_date day,
                                    ct_date *ret_last_day, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    char on[16];
    *ret_last_day = CT_NO_DATE;
    enum ct_status rc = ct_stmt_get(db, &ct_schedule_sql[CT_SQL_SCHED_LATE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    rc = ct_stmt_step(st, &row, reterr); /* the soonest */
    if (rc != CT_OK)
        return rc;
    if (!row)
        return ct_fail(reterr, CT_ENOTFOUND, "", "no calibration is scheduled");
    *ret_last_day = (ct_date)ct_col_i64(st, 1);
    if (day <= *ret_last_day)
        return CT_OK;
    ct_date_text(*ret_last_day, on);
    return ct_fail(reterr, CT_EINVAL, "due", "%s overdue since %s",
                   CT_TASK_NAME[ct_col_i64(st, 0)], on);
}

/* ---- the board ------------------------------------------------------------------- */

static void board_row(struct ct_stmt *st, struct ct_task_due *ret)
{
    *ret = (struct ct_task_due){.condition = (enum ct_equip_condition)ct_col_i64(st, 23),
                                .standard = ct_col_i64(st, 24) != 0};
    ct_schedule_row(st, &ret->s);
    ct_text_copy(ret->asset, sizeof ret->asset, ct_col_text(st, 19));
    ct_text_copy(ret->model, sizeof ret->model, ct_col_text(st, 20));
    ct_text_copy(ret->location, sizeof ret->location, ct_col_text(st, 21));
    ct_text_copy(ret->class, sizeof ret->class, ct_col_text(st, 22));
}

/* Overdue before due before soon, then by day: stable on what the store gives. */
static int urgent_first(const void *a, const void *b)
{
    const struct ct_task_due *x = a, *y = b;
    if (x->state != y->state)
        return (int)y->state - (int)x->state;
    if (x->s.due != y->s.due)
        return x->s.due < y->s.due ? -1 : 1;
    int by_asset = strcasecmp(x->asset, y->asset);
    return by_asset != 0 ? by_asset : x->s.first_id < y->s.first_id ? -1 : 1;
}

static enum ct_status board_read(struct ct_app *app, const struct ct_task_filter *f,
                                 struct ct_stmt *st, struct ct_task_due **ret, size_t *ret_n,
                                 struct ct_task_counts *counts, struct ct_error *reterr)
{
    ct_date today = ct_date_at(ct_app_now(app));
    int amber = ct_app_config(app)->due_soon_days;
    enum ct_status rc;
    size_t cap = 0;
    bool row;
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        struct ct_task_due t;
        board_row(st, &t);
        t.state = ct_task_state(&t.s, amber, today);
        if (t.state == CT_TASK_NOT_YET && f->ahead_days < 0)
            continue;
        counts->overdue += t.state == CT_TASK_OVERDUE;
        counts->due += t.state == CT_TASK_DUE;
        counts->soon += t.state <= CT_TASK_SOON;
        void *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the tasks");
        *ret = more;
        (*ret)[(*ret_n)++] = t;
    }
    return rc;
}

/* How far ahead anything can be amber. */
static enum ct_status longest_amber(struct ct_app *app, int *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    *ret = ct_app_config(app)->due_soon_days;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_schedule_sql[CT_SQL_SCHED_AMBER], &st, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK && row && !ct_col_null(st, 0) && ct_col_i64(st, 0) > *ret)
        *ret = (int)ct_col_i64(st, 0);
    return rc;
}

enum ct_status ct_task_board(struct ct_app *app, const struct ct_task_filter *f, size_t limit,
                             struct ct_task_due **ret, size_t *ret_n,
                             struct ct_task_counts *counts, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    struct ct_task_counts n = {0};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_schedule_sql[CT_SQL_SCHED_BOARD], &st, reterr);
    if (rc != CT_OK)
        return rc;
    int ahead = f->ahead_days;
    if (ahead < 0)
        rc = longest_amber(app, &ahead, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":until", ct_date_at(ct_app_now(app)) + ahead);
    ct_bind_i64(st, ":equipment_id", f->equipment_id);
    ct_bind_i64(st, ":kind", f->kind);
    ct_bind_text(st, ":class", f->class);
    ct_bind_text(st, ":location", f->location);
    ct_bind_i64(st, ":standards", f->standards);
    rc = board_read(app, f, st, ret, ret_n, &n, reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
        return rc;
    }
    if (*ret_n > 0)
        qsort(*ret, *ret_n, sizeof **ret, urgent_first);
    if (*ret_n > limit)
        *ret_n = limit;
    if (counts != NULL)
        *counts = n;
    return CT_OK;
}

static enum ct_status counted(struct ct_db *db, const struct ct_sql *sql, ct_date today,
                              int64_t *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, sql, &st, reterr);
    if (rc != CT_OK)
        return rc;
    if (today != CT_NO_DATE)
        ct_bind_i64(st, ":today", today);
    rc = ct_stmt_step(st, &row, reterr);
    *ret = rc == CT_OK && row ? ct_col_i64(st, 0) : 0;
    return rc;
}

enum ct_status ct_task_waiting(struct ct_app *app, int64_t *ret_overdue, int64_t *ret_approvals,
                               struct ct_error *reterr)
{
    *ret_overdue = *ret_approvals = 0;
    struct ct_db *db = ct_app_db(app);
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc == CT_OK)
        rc = counted(db, &ct_schedule_sql[CT_SQL_SCHED_OVERDUE], ct_date_at(ct_app_now(app)),
                     ret_overdue, reterr);
    return rc == CT_OK ? counted(db, &ct_schedule_sql[CT_SQL_SCHED_APPROVALS], CT_NO_DATE,
                                 ret_approvals, reterr)
                       : rc;
}
