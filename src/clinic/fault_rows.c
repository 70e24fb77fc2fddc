/* fault_rows - writing the steps of a fault, and those that come from tests, calibrations
 * and retirement. */
#include <stdio.h>
#include <string.h>

#include "clinic/fault_priv.h"

/* The condition that a step leaves the device in; CT_CONDITIONS: as it was. */
static enum ct_equip_condition condition_of(enum ct_fault_step step)
{
    switch (step) {
    case CT_FAULT_OPENED:
        return CT_COND_FAULTY;
    case CT_FAULT_APART:
        return CT_COND_QUARANTINED;
    case CT_FAULT_SENT:
        return CT_COND_REPAIR;
    case CT_FAULT_REPAIRED:
    case CT_FAULT_NOTHING:
    case CT_FAULT_TESTED:
        return CT_COND_TESTING;
    case CT_FAULT_REVIEWED:
        return CT_COND_IN_SERVICE;
    default: /* tried; and retirement, which is written by who retires it */
        return CT_CONDITIONS;
    }
}

static enum ct_status insert(struct ct_app *app, struct ct_db *db, int64_t fault_id,
                             struct ct_fault_event *ev, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_fault_sql[CT_SQL_FAULT_EVENT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ev->recorded_ms = ct_app_now(app);
    ev->by_user = ct_app_who(app)->user_id;
    ct_bind_i64(st, ":fault_id", fault_id);
    ct_bind_i64(st, ":step", ev->step);
    ct_bind_i64(st, ":at_ms", ev->at_ms);
    ct_bind_i64(st, ":recorded_ms", ev->recorded_ms);
    ct_bind_opt(st, ":cause", ev->cause >= 0 ? ev->cause : CT_UNSET);
    ct_bind_opt(st, ":result_id", ev->result_id != 0 ? ev->result_id : CT_UNSET);
    ct_bind_opt(st, ":calibration_id", ev->calibration_id != 0 ? ev->calibration_id : CT_UNSET);
    ct_bind_text(st, ":told", ev->told);
    ct_bind_text(st, ":text", ev->text);
    ct_bind_i64(st, ":by_user", ev->by_user);
    return ct_stmt_run(st, &ev->id, reterr);
}

static enum ct_status find_put(struct ct_db *db, const struct ct_fault *f,
                               const struct ct_fault_event *ev, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool over = ev->step >= CT_FAULT_REVIEWED;
    unsigned sql = over ? CT_SQL_FAULT_FIND_DELETE : CT_SQL_FAULT_FIND_PUT;
    enum ct_status rc = ct_stmt_get(db, &ct_fault_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":fault_id", f->id);
    if (!over) {
        ct_bind_i64(st, ":equipment_id", f->equipment_id);
        ct_bind_i64(st, ":step", ev->step);
        ct_bind_i64(st, ":step_ms", ev->at_ms);
    }
    return ct_stmt_run(st, NULL, reterr);
}

enum ct_status ct_fault_event_in(struct ct_app *app, struct ct_db *db, const struct ct_fault *f,
                                 struct ct_fault_event *ev, struct ct_entry *entry,
                                 struct ct_error *reterr)
{
    char why[CT_EQUIP_TEXT_MAX + 24];
    enum ct_equip_condition to = condition_of(ev->step);
    enum ct_status rc = insert(app, db, f->id, ev, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "fault_event", ev->id);
    snprintf(why, sizeof why, "F-%lld: %s", (long long)f->id, f->text);
    if (to != CT_CONDITIONS)
        rc = ct_equipment_condition_in(app, db, f->equipment_id, to, ev->at_ms, why, entry,
                                       reterr);
    return rc == CT_OK ? find_put(db, f, ev, reterr) : rc;
}

/* ---- from other modules ----------------------------------------------------------------- */

/* The time of a step that comes with another record: never before the step before it. */
static int64_t after(struct ct_app *app, const struct ct_fault *f)
{
    int64_t now = ct_app_now(app);
    return f->step_ms > now ? f->step_ms : now;
}

enum ct_status ct_fault_tested_in(struct ct_app *app, struct ct_db *db, int64_t fault_id,
                                  int64_t result_id, enum ct_task_verdict verdict,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_fault f;
    enum ct_task_verdict stored;
    int64_t mended, done;
    enum ct_status rc = ct_fault_bare(db, fault_id, &f, reterr);
    if (rc != CT_OK)
        return rc;
    if (!ct_fault_may(f.step, CT_FAULT_TESTED))
        return ct_fail(reterr, CT_EINVAL, "fault_id",
                       "F-%lld is at \"%s\": say first what was repaired, or that nothing was "
                       "found; a test before that does not count",
                       (long long)f.id, CT_FAULT_STEP_NAME[f.step]);
    rc = ct_fault_result_times(db, &f, result_id, &mended, &done, reterr);
    if (rc != CT_OK || done < mended) /* measured before the repair: it stands, and does not count */
        return rc;
    rc = ct_fault_result_fits(db, &f, result_id, &stored, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_fault_event ev = {.step = CT_FAULT_TESTED, .cause = -1, .result_id = result_id,
                                .at_ms = after(app, &f)};
    ct_text_copy(ev.text, sizeof ev.text, verdict == CT_TASK_FAILED ? "FAILED" : "passed");
    rc = ct_fault_event_in(app, db, &f, &ev, entry, reterr);
    if (rc != CT_OK || verdict != CT_TASK_FAILED)
        return rc;
    struct ct_fault_event back = {.step = CT_FAULT_APART, .cause = -1, .at_ms = ev.at_ms,
                                  .text = "a return-to-service test failed"};
    if (entry->severity < CT_NOTABLE)
        entry->severity = CT_NOTABLE;
    return ct_fault_event_in(app, db, &f, &back, entry, reterr);
}

/* A calibration was among what failed: then adjusting is the repair. */
static enum ct_status waits_for_adjusting(struct ct_db *db, const struct ct_fault *f, bool *ret,
                                          struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    *ret = f->condition == CT_COND_TESTING;
    enum ct_status rc = ct_stmt_get(db, &ct_fault_sql[CT_SQL_FAULT_FAILED], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":fault_id", f->id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there)
        if (!ct_col_null(st, 0) && (ct_col_i64(st, 0) == CT_FAULT_OUT_OF_TOLERANCE ||
                                    ct_col_i64(st, 0) == CT_FAULT_ELECTRICAL))
            *ret = true;
    return rc;
}

enum ct_status ct_fault_adjusted_in(struct ct_app *app, struct ct_db *db, int64_t equipment_id,
                                    const char *what, struct ct_entry *entry,
                                    struct ct_error *reterr)
{
    struct ct_fault f;
    int64_t id = 0;
    bool waits = false;
    enum ct_status rc = ct_fault_open_id(db, equipment_id, &id, reterr);
    if (rc != CT_OK || id == 0)
        return rc;
    rc = ct_fault_bare(db, id, &f, reterr);
    if (rc == CT_OK)
        rc = waits_for_adjusting(db, &f, &waits, reterr);
    if (rc != CT_OK || !waits || f.condition == CT_COND_FAULTY)
        return rc;
    struct ct_fault_event ev = {
        .step = CT_FAULT_REPAIRED, .cause = -1, .at_ms = after(app, &f)};
    snprintf(ev.text, sizeof ev.text, "adjusted: %.*s", CT_EQUIP_TEXT_MAX, what);
    return ct_fault_event_in(app, db, &f, &ev, entry, reterr);
}

enum ct_status ct_fault_retired_in(struct ct_app *app, struct ct_db *db, int64_t equipment_id,
                                   struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_fault f;
    int64_t id = 0;
    enum ct_status rc = ct_fault_open_id(db, equipment_id, &id, reterr);
    if (rc != CT_OK || id == 0)
        return rc;
    rc = ct_fault_bare(db, id, &f, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_fault_event ev = {
        .step = CT_FAULT_WITH_DEVICE, .cause = -1, .at_ms = after(app, &f)};
    return ct_fault_event_in(app, db, &f, &ev, entry, reterr);
}
