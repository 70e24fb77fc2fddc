/* result - tasks that were done on a device: checks, maintenance, cleaning, calibrations.
 * From them, and from nothing else, due dates follow. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/equipment_rows.h"
#include "clinic/task_check.h"
#include "record/user.h"

const char *const CT_TASK_WHY_NAME[CT_TASK_WHYS] = {"scheduled", "out of turn", "after repair",
                                                    "after a drop or damage", "on acceptance"};

/* ---- writing ---------------------------------------------------------------------- */

struct voids {
    int64_t id;         /* 0: nothing is marked */
    const char *reason;
};

static enum ct_status insert(struct ct_app *app, struct ct_db *db, struct ct_task_result *r,
                             const struct voids *v, struct ct_entry *entry,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc = ct_stmt_get(db, &ct_schedule_sql[CT_SQL_RESULT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", r->equipment_id);
    ct_bind_opt(st, ":schedule_id", r->schedule_id != 0 ? r->schedule_id : CT_UNSET);
    ct_bind_i64(st, ":kind", r->kind);
    ct_bind_i64(st, ":verdict", r->verdict);
    ct_bind_i64(st, ":why", r->why);
    ct_bind_opt(st, ":calibration_id", r->calibration_id != 0 ? r->calibration_id : CT_UNSET);
    ct_bind_opt(st, ":fault_id", r->fault_id != 0 ? r->fault_id : CT_UNSET);
    ct_bind_text(st, ":text", r->text);
    ct_bind_text(st, ":answers", r->answers != NULL ? r->answers : "");
    ct_bind_i64(st, ":done_ms", r->done_ms);
    ct_bind_i64(st, ":day", ct_date_at(r->done_ms));
    ct_bind_i64(st, ":recorded_ms", ct_app_now(app));
    ct_bind_opt(st, ":voids_id", v->id != 0 ? v->id : CT_UNSET);
    ct_bind_text(st, ":reason", v->id != 0 ? v->reason : NULL);
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc != CT_OK)
        return rc;
    if (v->id == 0)
        r->id = id;
    r->recorded_ms = ct_app_now(app);
    r->by_user = ct_app_who(app)->user_id;
    ct_entry_row(entry, "equipment_result", id);
    return CT_OK;
}

static enum ct_status derive(struct ct_db *db, int64_t schedule_id, struct ct_error *reterr)
{
    struct ct_schedule s;
    if (schedule_id == 0)
        return CT_OK;
    enum ct_status rc = ct_schedule_load(db, schedule_id, &s, NULL);
    if (rc == CT_ENOTFOUND) /* it ended: nothing is due */
        return CT_OK;
    return rc == CT_OK ? ct_schedule_derive(db, &s, reterr) : rc;
}

static enum ct_status fault_in(struct ct_app *app, struct ct_db *db,
                               const struct ct_task_result *r, struct ct_entry *entry,
                               struct ct_error *reterr)
{
    struct ct_fault f = {.equipment_id = r->equipment_id,
                         .cause = r->kind == CT_TASK_ELECTRICAL     ? CT_FAULT_ELECTRICAL
                                  : r->kind == CT_TASK_CALIBRATION ? CT_FAULT_OUT_OF_TOLERANCE
                                                                   : CT_FAULT_CHECK,
                         .result_id = r->id,
                         .happened_ms = r->done_ms};
    snprintf(f.text, sizeof f.text, "%s failed%s%.300s", CT_TASK_NAME[r->kind],
             r->text[0] != '\0' ? ": " : "", r->text);
    return ct_fault_open_in(app, db, &f, true, entry, reterr);
}

enum ct_status ct_result_write_in(struct ct_app *app, struct ct_db *db, struct ct_task_result *r,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    enum ct_status rc = insert(app, db, r, &(struct voids){.id = 0}, entry, reterr);
    if (rc == CT_OK)
        rc = derive(db, r->schedule_id, reterr);
    if (rc == CT_OK && r->fault_id != 0)
        return ct_fault_tested_in(app, db, r->fault_id, r->id, r->verdict, entry, reterr);
    if (rc == CT_OK && r->verdict == CT_TASK_FAILED && r->calibration_id == 0)
        rc = fault_in(app, db, r, entry, reterr);
    return rc;
}

/* ---- by hand ------------------------------------------------------------------------ */

struct doing {
    struct ct_task_result *r;
    const char *check; /* that was walked; NULL: the verdict was typed */
    struct ct_equipment e;
};

/* An outside calibration counts by its certificate, which must be there and cover the day. */
static enum ct_status certified(struct ct_app *app, const struct doing *x,
                                struct ct_error *reterr)
{
    struct ct_equip_paper *p = NULL;
    size_t n = 0;
    ct_date day = ct_date_at(x->r->done_ms);
    bool found = false;
    enum ct_status rc = ct_equipment_papers(app, x->r->equipment_id, &p, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        found |= p[i].kind == CT_PAPER_CERTIFICATE && !p[i].ended &&
                 (p[i].valid_from == CT_NO_DATE || p[i].valid_from <= day) &&
                 (p[i].valid_until == CT_NO_DATE || p[i].valid_until >= day);
    free(p);
    if (rc == CT_OK && !found)
        return ct_fail(reterr, CT_EINVAL, "certificate",
                       "%s has no certificate that covers that day: add it to its papers first, "
                       "or enter the readings as a calibration",
                       x->e.asset);
    return rc;
}

/* Out of turn: the check that a schedule of the device lays down for such a task, the one
 * that was walked first of all; "" none does. */
static enum ct_status out_of_turn(struct ct_db *db, const struct doing *x, char template_id[41],
                                  struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_schedule_sql[CT_SQL_SCHED_OF], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", x->r->equipment_id);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        struct ct_schedule s;
        ct_schedule_row(st, &s);
        bool walked = x->check != NULL && strcmp(s.template_id, x->check) == 0;
        if (s.kind == x->r->kind && (template_id[0] == '\0' || walked))
            ct_text_copy(template_id, 41, s.template_id);
    }
    return rc;
}

/* The schedule is this device's; where a check is laid down, that one was walked. */
static enum ct_status schedule_fits(struct ct_app *app, const struct doing *x,
                                    struct ct_error *reterr)
{
    const struct ct_task_result *r = x->r;
    struct ct_schedule s = {.template_id = ""};
    char check[41];
    enum ct_status rc = r->schedule_id != 0
                            ? ct_schedule_load(ct_app_db(app), r->schedule_id, &s, reterr)
                            : out_of_turn(ct_app_db(app), x, s.template_id, reterr);
    if (rc == CT_OK && r->schedule_id != 0 &&
        (s.equipment_id != r->equipment_id || s.kind != r->kind))
        rc = ct_fail(reterr, CT_EINVAL, "schedule_id", "that schedule is another device's");
    if (rc == CT_OK)
        rc = ct_task_check_for(app, &x->e, r->kind, s.template_id, check, reterr);
    if (rc != CT_OK || check[0] == '\0' || (x->check != NULL && strcmp(x->check, check) == 0))
        return rc;
    return ct_fail(reterr, CT_EINVAL, "verdict",
                   "the %s of %s is the check \"%s\": answer its items, the verdict follows",
                   CT_TASK_NAME[r->kind], x->e.asset, check);
}

static enum ct_status do_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct doing *x = arg;
    struct ct_task_result *r = x->r;
    int64_t now = ct_app_now(app);
    if ((unsigned)r->kind >= CT_TASKS || (unsigned)r->verdict >= CT_TASK_VERDICTS ||
        (unsigned)r->why >= CT_TASK_WHYS)
        return ct_fail(reterr, CT_EINVAL, "kind", "there is no such task or verdict");
    enum ct_status rc = ct_equipment_load(ct_app_db(app), r->equipment_id, &x->e, reterr);
    if (rc == CT_OK && x->e.condition == CT_COND_RETIRED)
        rc = ct_fail(reterr, CT_EINVAL, "", "%s is retired", x->e.asset);
    if (rc == CT_OK)
        rc = ct_text_check(r->text, "text", "The remark", CT_EQUIP_TEXT_MAX,
                           r->verdict != CT_TASK_PASSED, reterr);
    if (rc == CT_OK && r->done_ms > now + CT_AHEAD_MS)
        rc = ct_fail(reterr, CT_EINVAL, "done_ms", "that is in the future");
    if (rc == CT_OK && ct_date_at(r->done_ms) < 0)
        rc = ct_fail(reterr, CT_EINVAL, "done_ms", "that is before 1970");
    if (rc == CT_OK && x->e.made != CT_NO_DATE && ct_date_at(r->done_ms) < x->e.made)
        rc = ct_fail(reterr, CT_EINVAL, "done_ms", "%s was not made yet on that day", x->e.asset);
    if (rc == CT_OK)
        rc = schedule_fits(app, x, reterr);
    if (rc == CT_OK && r->calibration_id == 0 && r->verdict != CT_TASK_FAILED &&
        (r->kind == CT_TASK_CALIBRATION || r->kind == CT_TASK_ELECTRICAL))
        rc = certified(app, x, reterr);
    return rc;
}

static enum ct_status do_write(struct ct_app *app, struct ct_db *db, void *arg,
                               struct ct_entry *entry, struct ct_error *reterr)
{
    static const char *const VERDICT[CT_TASK_VERDICTS] = {"passed", "FAILED",
                                                          "passed with limits of use"};
    struct doing *x = arg;
    enum ct_status rc = do_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_result_write_in(app, db, x->r, entry, reterr);
    if (rc != CT_OK)
        return rc;
    entry->done_ms = x->r->done_ms;
    if (x->r->verdict == CT_TASK_FAILED)
        entry->severity = CT_EXCEPTION;
    else if (x->r->verdict == CT_TASK_LIMITED)
        entry->severity = CT_NOTABLE;
    snprintf(entry->detail, sizeof entry->detail, "R-%lld %s %s: %s%s%.300s",
             (long long)x->r->id, x->e.asset, CT_TASK_NAME[x->r->kind], VERDICT[x->r->verdict],
             x->r->text[0] != '\0' ? "; " : "", x->r->text);
    return CT_OK;
}

enum ct_status ct_result_checked(struct ct_app *app, struct ct_task_result *r,
                                 const char *check, struct ct_error *reterr)
{
    struct doing x = {.r = r, .check = check};
    const struct ct_change change = {
        .verb = CT_VERB_RESULT, .write = do_write, .arg = &x};
    if (r->done_ms == 0 || r->done_ms == CT_UNSET)
        r->done_ms = ct_app_now(app);
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_result_record(struct ct_app *app, struct ct_task_result *r,
                                struct ct_error *reterr)
{
    r->answers = NULL;
    return ct_result_checked(app, r, NULL, reterr);
}

/* ---- entered in error ------------------------------------------------------------------ */

struct voiding {
    int64_t id;
    struct ct_task_result r;
    char reason[CT_EQUIP_REASON_MAX + 1];
};

static void row(struct ct_app *app, struct ct_stmt *st, struct ct_task_result *ret)
{
    *ret = (struct ct_task_result){
        .id = ct_col_i64(st, 0), .equipment_id = ct_col_i64(st, 1),
        .schedule_id = ct_col_null(st, 2) ? 0 : ct_col_i64(st, 2),
        .kind = (enum ct_task_kind)ct_col_i64(st, 3),
        .verdict = (enum ct_task_verdict)ct_col_i64(st, 4),
        .why = (enum ct_task_why)ct_col_i64(st, 5),
        .calibration_id = ct_col_null(st, 6) ? 0 : ct_col_i64(st, 6),
        .fault_id = ct_col_null(st, 7) ? 0 : ct_col_i64(st, 7), .done_ms = ct_col_i64(st, 9),
        .recorded_ms = ct_col_i64(st, 10), .by_user = (uint32_t)ct_col_i64(st, 11),
        .voided = !ct_col_null(st, 12), .walked = ct_col_i64(st, 14) != 0};
    ct_text_copy(ret->text, sizeof ret->text, ct_col_text(st, 8));
    ct_text_copy(ret->reason, sizeof ret->reason, ct_col_text(st, 13));
    ct_user_name(app, ret->by_user, ret->by, sizeof ret->by);
}

static enum ct_status void_read(struct ct_app *app, struct voiding *x,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_schedule_sql[CT_SQL_RESULT_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", x->id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && !there)
        return ct_fail(reterr, CT_ENOTFOUND, "", "there is no R-%lld", (long long)x->id);
    if (rc == CT_OK)
        row(app, st, &x->r);
    return rc;
}

static enum ct_status void_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct voiding *x = arg;
    enum ct_status rc = void_read(app, x, reterr);
    if (rc != CT_OK)
        return rc;
    if (x->r.voided)
        return ct_fail(reterr, CT_ECONFLICT, "", "R-%lld was marked already: %s",
                       (long long)x->id, x->r.reason);
    if (x->r.calibration_id != 0)
        return ct_fail(reterr, CT_EINVAL, "",
                       "R-%lld rests on K-%lld: what is wrong with it is marked there",
                       (long long)x->id, (long long)x->r.calibration_id);
    return CT_OK;
}

static enum ct_status void_insert(struct ct_app *app, struct ct_db *db, struct voiding *x,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    enum ct_status rc =
        insert(app, db, &x->r, &(struct voids){x->id, x->reason}, entry, reterr);
    return rc == CT_OK ? derive(db, x->r.schedule_id, reterr) : rc;
}

enum ct_status ct_result_void_in(struct ct_app *app, struct ct_db *db, int64_t id,
                                 const char *reason, struct ct_entry *entry,
                                 struct ct_error *reterr)
{
    struct voiding x = {.id = id};
    ct_text_copy(x.reason, sizeof x.reason, reason);
    enum ct_status rc = void_read(app, &x, reterr);
    return rc == CT_OK && !x.r.voided ? void_insert(app, db, &x, entry, reterr) : rc;
}

static enum ct_status void_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct voiding *x = arg;
    struct ct_equipment e;
    enum ct_status rc = void_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_equipment_load(db, x->r.equipment_id, &e, reterr);
    if (rc == CT_OK)
        rc = void_insert(app, db, x, entry, reterr);
    if (rc != CT_OK)
        return rc;
    entry->severity = CT_NOTABLE;
    snprintf(entry->detail, sizeof entry->detail, "R-%lld %s %s, entered in error: %s",
             (long long)x->id, e.asset, CT_TASK_NAME[x->r.kind], x->reason);
    return CT_OK;
}

enum ct_status ct_result_void(struct ct_app *app, int64_t id, const char *reason,
                              struct ct_error *reterr)
{
    struct voiding x = {.id = id};
    const struct ct_change change = {
        .verb = CT_VERB_RESULT_VOID, .write = void_write, .arg = &x};
    enum ct_status rc = ct_equip_reason(reason, x.reason, reterr);
    return rc == CT_OK ? ct_record(app, &change, NULL, reterr) : rc;
}

/* ---- reading ----------------------------------------------------------------------------- */

enum ct_status ct_result_list(struct ct_app *app, int64_t equipment_id, int kind, size_t limit,
                              struct ct_task_result **ret, size_t *ret_n,
                              struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    bool there;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_schedule_sql[CT_SQL_RESULT_LIST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    ct_bind_i64(st, ":kind", kind);
    ct_bind_i64(st, ":limit", (int64_t)limit);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        void *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL) {
            rc = ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the results");
            break;
        }
        *ret = more;
        row(app, st, &(*ret)[(*ret_n)++]);
    }
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}
