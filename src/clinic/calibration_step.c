/* calibration_step - what follows as found: adjusted, as left, handed in, sent back,
 * approved, entered in error. The contract is calibration.h. */
#include "clinic/calibration_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Which step may follow which. */
static bool may(enum ct_cal_step from, enum ct_cal_step to)
{
    static const unsigned AFTER[CT_CAL_STEPS] = {
        [CT_CAL_FOUND] = 1u << CT_CAL_ADJUSTED | 1u << CT_CAL_HANDED_IN | 1u << CT_CAL_IN_ERROR,
        [CT_CAL_ADJUSTED] = 1u << CT_CAL_LEFT | 1u << CT_CAL_IN_ERROR,
        [CT_CAL_LEFT] = 1u << CT_CAL_ADJUSTED | 1u << CT_CAL_HANDED_IN | 1u << CT_CAL_IN_ERROR,
        [CT_CAL_HANDED_IN] =
            1u << CT_CAL_SENT_BACK | 1u << CT_CAL_APPROVED | 1u << CT_CAL_IN_ERROR,
        [CT_CAL_SENT_BACK] =
            1u << CT_CAL_ADJUSTED | 1u << CT_CAL_HANDED_IN | 1u << CT_CAL_IN_ERROR,
        [CT_CAL_APPROVED] = 1u << CT_CAL_IN_ERROR,
        [CT_CAL_IN_ERROR] = 0,
    };
    return (AFTER[from] & 1u << to) != 0;
}

/* What is to be done with it, by whom; and what comes of it. */
struct stepping {
    struct ct_calibration *k;
    enum ct_cal_step to;
    char text[CT_EQUIP_TEXT_MAX + 1], limits[201];
    int64_t seen; /* the last event, as it was seen */
};

/* ---- before each --------------------------------------------------------------------- */

static enum ct_status wrong_step(const struct ct_calibration *k, enum ct_cal_step to,
                                 struct ct_error *reterr)
{
    if (to == CT_CAL_LEFT)
        return ct_fail(reterr, CT_EINVAL, "",
                       "K-%lld: as left is measured after an adjustment, and there was none",
                       (long long)k->id);
    if (k->step == CT_CAL_ADJUSTED && to == CT_CAL_HANDED_IN)
        return ct_fail(reterr, CT_EINVAL, "",
                       "K-%lld was adjusted: measure it as left first", (long long)k->id);
    if (to == CT_CAL_APPROVED || to == CT_CAL_SENT_BACK)
        return ct_fail(reterr, CT_EINVAL, "", "K-%lld does not wait for approval: %s",
                       (long long)k->id, CT_CAL_STEP_NAME[k->step]);
    return ct_fail(reterr, CT_EINVAL, "", "K-%lld: this is not done now: %s", (long long)k->id,
                   CT_CAL_STEP_NAME[k->step]);
}

/* Who did something with it so far, as the one who is here? */
static enum ct_status own_work(struct ct_app *app, struct ct_db *db,
                               const struct ct_calibration *k, bool *ret,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    *ret = k->by_user == ct_app_who(app)->user_id;
    enum ct_status rc = ct_stmt_get(db, &ct_calibration_sql[CT_SQL_CAL_EVENTS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":calibration_id", k->id);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        enum ct_cal_step step = (enum ct_cal_step)ct_col_i64(st, 1);
        bool works = step == CT_CAL_FOUND || step == CT_CAL_ADJUSTED || step == CT_CAL_LEFT ||
                     step == CT_CAL_HANDED_IN;
        *ret |= works && (uint32_t)ct_col_i64(st, 6) == ct_app_who(app)->user_id;
    }
    return rc;
}

static enum ct_status result_of(struct ct_db *db, const struct ct_calibration *k, int64_t *ret,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_calibration_sql[CT_SQL_CAL_RESULT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", k->equipment_id);
    ct_bind_i64(st, ":kind", k->kind);
    ct_bind_i64(st, ":calibration_id", k->id);
    rc = ct_stmt_step(st, &row, reterr);
    *ret = rc == CT_OK && row ? ct_col_i64(st, 0) : 0;
    return rc;
}

static enum ct_status void_check(struct ct_app *app, struct ct_db *db,
                                 const struct ct_calibration *k, struct ct_error *reterr)
{
    bool own = false;
    bool supervisor = ct_role_may(ct_app_who(app)->role, CT_PERM_EQUIP_PLAN);
    enum ct_status rc = own_work(app, db, k, &own, reterr);
    if (rc == CT_OK && k->step == CT_CAL_APPROVED && !supervisor)
        return ct_fail(reterr, CT_EDENIED, "",
                       "K-%lld is approved, and the next due date follows from it: a supervisor "
                       "marks it entered in error",
                       (long long)k->id);
    if (rc == CT_OK && !own && !supervisor)
        return ct_fail(reterr, CT_EDENIED, "",
                       "only %s, who measured, or a supervisor may mark K-%lld entered in error",
                       k->by, (long long)k->id);
    return rc;
}

/* What follows from an approved one goes with it: the due date is as it was before. */
static enum ct_status void_result(struct ct_app *app, struct ct_db *db,
                                  const struct ct_calibration *k, const char *why,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    int64_t result = 0;
    enum ct_status rc = result_of(db, k, &result, reterr);
    return rc == CT_OK && result != 0 ? ct_result_void_in(app, db, result, why, entry, reterr)
                                      : rc;
}

/* k is read anew, so that what is asked is of now; its as-left readings are the caller's. */
static enum ct_status step_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    const struct stepping *x = arg;
    struct ct_calibration *k = x->k;
    CT_CALIBRATION *now = NULL;
    struct ct_db *db = ct_app_db(app);
    enum ct_status rc = ct_calibration_load(app, db, k->id, &now, reterr);
    if (rc != CT_OK)
        return rc;
    if (now->event_id != x->seen)
        return ct_fail(reterr, CT_ECONFLICT, "", "K-%lld was changed meanwhile: %s",
                       (long long)k->id, CT_CAL_STEP_NAME[now->step]);
    if (!may(now->step, x->to))
        return wrong_step(now, x->to, reterr);
    if (x->to == CT_CAL_LEFT && k->rounds >= 99)
        return ct_fail(reterr, CT_EINVAL, "", "it was adjusted 99 times: it needs repair");
    if (x->to == CT_CAL_LEFT)
        return ct_cal_complete(k, CT_CAL_AS_LEFT, reterr);
    if (x->to == CT_CAL_IN_ERROR)
        return void_check(app, db, now, reterr);
    bool own = false;
    if (x->to == CT_CAL_APPROVED)
        rc = own_work(app, db, now, &own, reterr);
    if (rc == CT_OK && own)
        return ct_fail(reterr, CT_EDENIED, "",
                       "you measured or adjusted K-%lld yourself: another person approves it",
                       (long long)k->id);
    return rc;
}

/* ---- what each brings with it ------------------------------------------------------------- */

static enum ct_status fault_of(struct ct_db *db, int64_t equipment_id, int64_t *ret_id,
                               enum ct_fault_step *ret_step, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    *ret_id = 0;
    enum ct_status rc = ct_stmt_get(db, &ct_calibration_sql[CT_SQL_CAL_FAULT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK && row) {
        *ret_id = ct_col_i64(st, 0);
        *ret_step = (enum ct_fault_step)ct_col_i64(st, 1);
    }
    return rc;
}

static enum ct_task_verdict outcome(const struct ct_calibration *k)
{
    enum ct_cal_verdict v = k->has_left ? k->left : k->found;
    return v >= CT_CAL_CONDITIONAL_FAIL                         ? CT_TASK_FAILED
           : v == CT_CAL_CONDITIONAL_PASS || k->limits[0] != '\0' ? CT_TASK_LIMITED
                                                                  : CT_TASK_PASSED;
}

/* From it the next due date follows; it is a test of the open fault that waits for one. */
static enum ct_status result_write(struct ct_app *app, struct ct_db *db,
                                   const struct ct_calibration *k, struct ct_entry *entry,
                                   struct ct_error *reterr)
{
    struct ct_task_result r = {.equipment_id = k->equipment_id,
                               .schedule_id = k->schedule_id,
                               .kind = k->kind,
                               .verdict = outcome(k),
                               .why = k->why,
                               .calibration_id = k->id,
                               .done_ms = k->has_left ? k->left_ms : k->done_ms};
    int64_t fault_id;
    enum ct_fault_step step = CT_FAULT_OPENED;
    enum ct_status rc = fault_of(db, k->equipment_id, &fault_id, &step, reterr);
    if (rc != CT_OK)
        return rc;
    if (step == CT_FAULT_REPAIRED || step == CT_FAULT_NOTHING || step == CT_FAULT_TESTED)
        r.fault_id = fault_id;
    if (fault_id == 0 && r.verdict == CT_TASK_FAILED)
        rc = ct_cal_fault_in(app, db, k, k->has_left ? CT_CAL_AS_LEFT : CT_CAL_AS_FOUND,
                             &fault_id, entry, reterr);
    ct_text_copy(r.text, sizeof r.text, k->limits);
    if (rc == CT_OK)
        rc = ct_result_write_in(app, db, &r, entry, reterr);
    entry->severity = r.verdict == CT_TASK_FAILED    ? CT_EXCEPTION
                      : r.verdict == CT_TASK_LIMITED ? CT_NOTABLE
                                                     : CT_ROUTINE;
    return rc;
}

static enum ct_status brings(struct ct_app *app, struct ct_db *db, struct stepping *x,
                             struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_calibration *k = x->k;
    char what[CT_EQUIP_TEXT_MAX + 40];
    switch (x->to) {
    case CT_CAL_ADJUSTED:
        entry->severity = CT_NOTABLE;
        snprintf(what, sizeof what, "K-%lld, adjusted: %s", (long long)k->id, x->text);
        what[CT_EQUIP_TEXT_MAX] = '\0';
        return ct_fault_adjusted_in(app, db, k->equipment_id, what, entry, reterr);
    case CT_CAL_LEFT:
        k->has_left = true;
        k->left = ct_cal_worst(k, CT_CAL_AS_LEFT);
        entry->severity = k->left == CT_CAL_PASS ? CT_ROUTINE : CT_NOTABLE;
        return ct_cal_points_insert(db, k, CT_CAL_AS_LEFT, k->rounds + 1, entry, reterr);
    case CT_CAL_APPROVED: return result_write(app, db, k, entry, reterr);
    case CT_CAL_SENT_BACK: entry->severity = CT_NOTABLE; return CT_OK;
    case CT_CAL_IN_ERROR:
        entry->severity = CT_NOTABLE;
        return void_result(app, db, k, x->text, entry, reterr);
    case CT_CAL_FOUND:
    case CT_CAL_HANDED_IN:
    case CT_CAL_STEPS: break;
    }
    return CT_OK;
}

static enum ct_status step_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct stepping *x = arg;
    struct ct_calibration *k = x->k;
    char worst[200] = "";
    enum ct_status rc = step_check(app, arg, reterr); /* somebody may have been faster */
    if (rc != CT_OK)
        return rc;
    int verdict = x->to == CT_CAL_LEFT ? (int)ct_cal_worst(k, CT_CAL_AS_LEFT) : -1;
    rc = ct_cal_event_insert(app, db, k, x->to, verdict, x->text, x->limits, entry, reterr);
    if (rc == CT_OK)
        rc = brings(app, db, x, entry, reterr);
    if (rc != CT_OK)
        return rc;
    k->step = x->to;
    if (x->to == CT_CAL_LEFT)
        ct_cal_worst_text(k, CT_CAL_AS_LEFT, worst, sizeof worst);
    const char *what = x->to == CT_CAL_LEFT ? worst : x->text;
    snprintf(entry->detail, sizeof entry->detail, "K-%lld %s %s: %s%s%.250s", (long long)k->id,
             k->e.asset, k->t->title, CT_CAL_STEP_NAME[x->to], what[0] != '\0' ? ": " : "",
             what);
    return ct_cal_find_put(db, k, reterr);
}

enum ct_status ct_cal_reload(struct ct_app *app, struct ct_calibration *k,
                             struct ct_error *reterr)
{
    CT_CALIBRATION *now = NULL;
    struct ct_error e;
    enum ct_status rc = ct_calibration_load(app, ct_app_db(app), k->id, &now, &e);
    if (rc != CT_OK)
        return ct_fail(reterr, rc, "", "It was saved, but cannot be read back: %s", e.text);
    const struct ct_calibration was = *k;
    *k = *now;
    *now = was; /* which is freed */
    return CT_OK;
}

/* text and limits as they were typed; field: where they were. */
static enum ct_status step(struct ct_app *app, struct ct_calibration *k, enum ct_verb verb,
                           enum ct_cal_step to, const char *text, const char *field,
                           const char *label, const char *limits, struct ct_error *reterr)
{
    struct stepping x = {.k = k, .to = to, .seen = k->event_id};
    const bool has_left = k->has_left;
    const enum ct_cal_verdict left = k->left;
    const enum ct_cal_step at = k->step;
    if (k->event_id == 0)
        return ct_fail(reterr, CT_EINVAL, "",
                       "as found is recorded first: what it was before anybody touched it");
    if (strlen(text) > CT_EQUIP_TEXT_MAX || strlen(limits) >= sizeof x.limits)
        return ct_fail(reterr, CT_EINVAL, field, "that is too long: at most %d characters",
                       CT_EQUIP_TEXT_MAX);
    ct_text_copy(x.text, sizeof x.text, text);
    ct_text_copy(x.limits, sizeof x.limits, limits);
    enum ct_status rc = ct_text_check(x.text, field, label, sizeof x.text - 1,
                                      to == CT_CAL_ADJUSTED || to == CT_CAL_SENT_BACK ||
                                          to == CT_CAL_IN_ERROR,
                                      reterr);
    if (rc == CT_OK)
        rc = ct_text_check(x.limits, "limits", "limits of use", sizeof x.limits - 1, false,
                           reterr);
    if (rc != CT_OK)
        return rc;
    const struct ct_change change = {
        .verb = verb, .check = step_check, .write = step_write, .arg = &x};
    rc = ct_record(app, &change, NULL, reterr);
    if (rc == CT_OK)
        return ct_cal_reload(app, k, reterr);
    k->has_left = has_left;
    k->left = left;
    k->step = at;
    return rc;
}

enum ct_status ct_calibration_adjusted(struct ct_app *app, struct ct_calibration *k,
                                       const char *what, struct ct_error *reterr)
{
    return step(app, k, CT_VERB_CAL_STEP, CT_CAL_ADJUSTED, what, "adjusted",
                "what was adjusted", "", reterr);
}

enum ct_status ct_calibration_left(struct ct_app *app, struct ct_calibration *k,
                                   struct ct_error *reterr)
{
    return step(app, k, CT_VERB_CAL_STEP, CT_CAL_LEFT, "", "", "", "", reterr);
}

enum ct_status ct_calibration_hand_in(struct ct_app *app, struct ct_calibration *k,
                                      const char *remarks, const char *limits,
                                      struct ct_error *reterr)
{
    return step(app, k, CT_VERB_CAL_STEP, CT_CAL_HANDED_IN, remarks, "remarks", "the remarks",
                limits, reterr);
}

enum ct_status ct_calibration_send_back(struct ct_app *app, struct ct_calibration *k,
                                        const char *why, struct ct_error *reterr)
{
    return step(app, k, CT_VERB_CAL_SEND_BACK, CT_CAL_SENT_BACK, why, "sent_back", "the reason",
                "", reterr);
}

enum ct_status ct_calibration_approve(struct ct_app *app, struct ct_calibration *k,
                                      struct ct_error *reterr)
{
    return step(app, k, CT_VERB_CAL_APPROVE, CT_CAL_APPROVED, "", "", "", "", reterr);
}

enum ct_status ct_calibration_void(struct ct_app *app, int64_t id, const char *why,
                                   struct ct_error *reterr)
{
    CT_CALIBRATION *k = NULL;
    enum ct_status rc = ct_calibration_get(app, id, &k, reterr);
    return rc == CT_OK ? step(app, k, CT_VERB_CAL_STEP, CT_CAL_IN_ERROR, why, "reason",
                              "the reason", "", reterr)
                       : rc;
}
