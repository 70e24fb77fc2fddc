/* schedule - what is asked for of a device, in versions, and when it is due, derived from
 * the results each time one of them is written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/equipment_rows.h"

enum { STARTS_MAX = 84006 }; /* 31 Dec 2199 */

struct scheduling {
    struct ct_schedule *s;
    struct ct_schedule was; /* id 0: a new one */
    char reason[CT_EQUIP_REASON_MAX + 1];
    bool end;
};

/* ---- derived ---------------------------------------------------------------------- */

static enum ct_status find_put(struct ct_db *db, const struct ct_schedule *s,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_schedule_sql[CT_SQL_SCHED_FIND_PUT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":schedule_id", s->first_id);
    ct_bind_i64(st, ":current_id", s->id);
    ct_bind_i64(st, ":equipment_id", s->equipment_id);
    ct_bind_i64(st, ":kind", s->kind);
    ct_bind_opt(st, ":amber_days", s->amber_days >= 0 ? s->amber_days : CT_UNSET);
    ct_bind_i64(st, ":due", s->due);
    ct_bind_i64(st, ":last_day", s->last_day);
    ct_bind_opt(st, ":result_id", s->result_id != 0 ? s->result_id : CT_UNSET);
    return ct_stmt_run(st, NULL, reterr);
}

enum ct_status ct_schedule_derive(struct ct_db *db, struct ct_schedule *s,
                                  struct ct_error *reterr)
{
    ct_date *day = NULL;
    size_t n = 0, cap = 0;
    enum ct_status rc;
    {
        CT_STMT *st = NULL;
        bool row;
        rc = ct_stmt_get(db, &ct_schedule_sql[CT_SQL_SCHED_DONE], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":schedule_id", s->first_id);
        s->result_id = 0;
        s->result_day = CT_NO_DATE;
        while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
            ct_date *more = ct_rows_grow(day, n, &cap, sizeof *day);
            if (more == NULL) {
                rc = ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the results");
                break;
            }
            day = more;
            day[n++] = s->result_day = (ct_date)ct_col_i64(st, 1);
            s->result_id = ct_col_i64(st, 0);
        }
    }
    if (rc == CT_OK) {
        s->due = ct_schedule_due(s, day, n, &s->last_day);
        rc = find_put(db, s, reterr);
    }
    free(day);
    return rc;
}

/* ---- what is accepted -------------------------------------------------------------- */

static enum ct_status numbers(const struct ct_schedule *s, struct ct_error *reterr)
{
    static const int DAYS[CT_EVERY_UNITS] = {1, 7, 28, 365};
    if ((unsigned)s->kind >= CT_TASKS)
        return ct_fail(reterr, CT_EINVAL, "kind", "there is no such task");
    if ((unsigned)s->unit >= CT_EVERY_UNITS || (unsigned)s->rule >= CT_DUE_RULES)
        return ct_fail(reterr, CT_EINVAL, "every", "an interval is in days, weeks, months or years");
    if (s->every < 1 || s->every > CT_SCHEDULE_DAYS_MAX)
        return ct_fail(reterr, CT_EINVAL, "every", "an interval is 1 to %d of its unit",
                       CT_SCHEDULE_DAYS_MAX);
    if (s->unit == CT_EVERY_YEAR && s->every > 30)
        return ct_fail(reterr, CT_EINVAL, "every", "an interval is 30 years at most");
    if (s->window_days < 0 || s->window_days > CT_SCHEDULE_DAYS_MAX)
        return ct_fail(reterr, CT_EINVAL, "window_days", "a window is 0 to %d days",
                       CT_SCHEDULE_DAYS_MAX);
    if (s->window_days >= s->every * DAYS[s->unit])
        return ct_fail(reterr, CT_EINVAL, "window_days",
                       "a window of %d days is as long as the interval: what is done once would "
                       "count twice",
                       s->window_days);
    if (s->grace_days < 0 || s->grace_days > CT_SCHEDULE_DAYS_MAX)
        return ct_fail(reterr, CT_EINVAL, "grace_days", "grace is 0 to %d days",
                       CT_SCHEDULE_DAYS_MAX);
    if (s->rule == CT_DUE_GRACE && s->grace_days == 0)
        return ct_fail(reterr, CT_EINVAL, "grace_days", "say how many days of grace there are");
    if (s->amber_days < -1 || s->amber_days > CT_SCHEDULE_DAYS_MAX)
        return ct_fail(reterr, CT_EINVAL, "amber_days", "due soon is 0 to %d days before",
                       CT_SCHEDULE_DAYS_MAX);
    if (s->starts < 0)
        return ct_fail(reterr, CT_EINVAL, "starts", "a task cannot be due before 1970");
    if (s->starts > STARTS_MAX)
        return ct_fail(reterr, CT_EINVAL, "starts", "a task cannot be due after 2199");
    return CT_OK;
}

static enum ct_status template_known(struct ct_app *app, const struct ct_schedule *s,
                                     struct ct_error *reterr)
{
    if (s->template_id[0] == '\0')
        return CT_OK;
    struct ct_error why = {0};
    enum ct_status rc;
    if (s->kind == CT_TASK_CALIBRATION || s->kind == CT_TASK_ELECTRICAL) {
        CT_CALTEMPLATE *t = NULL;
        rc = ct_caltemplate_load(ct_app_config(app), s->template_id, &t, &why);
    } else {
        struct ct_checklist *t = NULL;
        rc = ct_task_check_load(app, s->template_id, &t, &why);
        ct_checklist_free(t);
    }
    return rc == CT_OK ? CT_OK : ct_fail(reterr, CT_EINVAL, "template", "%s", why.text);
}

/* One of a kind and template is asked for once. */
static enum ct_status only_one(struct ct_db *db, const struct scheduling *x,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_schedule_sql[CT_SQL_SCHED_OF], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", x->s->equipment_id);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        struct ct_schedule other;
        ct_schedule_row(st, &other);
        if (other.first_id != x->was.first_id && other.kind == x->s->kind &&
            strcmp(other.template_id, x->s->template_id) == 0)
            return ct_fail(reterr, CT_EEXISTS, "kind",
                           "%s%s%s is scheduled for it already: change that one",
                           CT_TASK_NAME[other.kind], other.template_id[0] != '\0' ? " by " : "",
                           other.template_id);
    }
    return rc;
}

static enum ct_status sched_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct scheduling *x = arg;
    struct ct_db *db = ct_app_db(app);
    struct ct_equipment e;
    enum ct_status rc = CT_OK;
    if (x->was.id != 0) {
        int64_t seen = x->was.id, first = x->was.first_id;
        rc = ct_schedule_load(db, first, &x->was, reterr);
        if (rc == CT_OK && x->was.id != seen)
            rc = ct_fail(reterr, CT_ECONFLICT, "", "this schedule was changed meanwhile: look "
                                                   "at it again");
        if (rc == CT_OK) {
            x->s->first_id = first;
            x->s->equipment_id = x->was.equipment_id;
            x->s->kind = x->was.kind; /* another task is another schedule */
        }
    }
    if (rc == CT_OK)
        rc = ct_equipment_load(db, x->s->equipment_id, &e, reterr);
    if (rc == CT_OK && e.condition == CT_COND_RETIRED && !x->end)
        rc = ct_fail(reterr, CT_EINVAL, "", "%s is retired", e.asset);
    if (rc != CT_OK || x->end)
        return rc;
    rc = numbers(x->s, reterr);
    if (rc == CT_OK)
        rc = template_known(app, x->s, reterr);
    return rc == CT_OK ? only_one(db, x, reterr) : rc;
}

static enum ct_status insert(struct ct_app *app, struct ct_db *db, struct scheduling *x,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    struct ct_schedule *s = x->s;
    enum ct_status rc = ct_stmt_get(db, &ct_schedule_sql[CT_SQL_SCHED_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_opt(st, ":first_id", x->was.id != 0 ? x->was.first_id : CT_UNSET);
    ct_bind_opt(st, ":replaces_id", x->was.id != 0 ? x->was.id : CT_UNSET);
    ct_bind_i64(st, ":equipment_id", s->equipment_id);
    ct_bind_i64(st, ":kind", s->kind);
    ct_bind_text(st, ":template", s->template_id);
    ct_bind_i64(st, ":every", s->every);
    ct_bind_i64(st, ":unit", s->unit);
    ct_bind_i64(st, ":window_days", s->window_days);
    ct_bind_i64(st, ":rule", s->rule);
    ct_bind_i64(st, ":grace_days", s->grace_days);
    ct_bind_opt(st, ":amber_days", s->amber_days >= 0 ? s->amber_days : CT_UNSET);
    ct_bind_i64(st, ":starts", s->starts);
    ct_bind_i64(st, ":ended", x->end);
    ct_bind_text(st, ":reason", x->was.id != 0 ? x->reason : NULL);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    return ct_stmt_run(st, &s->id, reterr);
}

static enum ct_status find_delete(struct ct_db *db, int64_t first_id, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc =
        ct_stmt_get(db, &ct_schedule_sql[CT_SQL_SCHED_FIND_DELETE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":schedule_id", first_id);
    return ct_stmt_run(st, NULL, reterr);
}

static enum ct_status sched_write(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct scheduling *x = arg;
    struct ct_equipment e;
    char text[200];
    enum ct_status rc = sched_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_equipment_load(db, x->s->equipment_id, &e, reterr);
    if (rc == CT_OK)
        rc = insert(app, db, x, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "schedule", x->s->id);
    if (x->was.id == 0)
        x->s->first_id = x->s->id;
    rc = x->end ? find_delete(db, x->s->first_id, reterr)
                : ct_schedule_derive(db, x->s, reterr);
    ct_schedule_text(x->s, text, sizeof text);
    snprintf(entry->detail, sizeof entry->detail, "%s %s%s%s: %s%s%s", e.asset,
             CT_TASK_NAME[x->s->kind], x->s->template_id[0] != '\0' ? " by " : "",
             x->s->template_id, x->end ? "no longer asked for" : text,
             x->was.id != 0 ? "; because " : "", x->was.id != 0 ? x->reason : "");
    if (x->was.id != 0)
        entry->severity = CT_NOTABLE;
    return rc;
}

static enum ct_status sched_record(struct ct_app *app, struct scheduling *x,
                                   struct ct_error *reterr)
{
    const struct ct_change change = {
        .verb = CT_VERB_SCHEDULE, .write = sched_write, .arg = x};
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_schedule_add(struct ct_app *app, struct ct_schedule *s,
                               struct ct_error *reterr)
{
    struct scheduling x = {.s = s};
    s->ended = false;
    return sched_record(app, &x, reterr);
}

enum ct_status ct_schedule_amend(struct ct_app *app, struct ct_schedule *s, const char *reason,
                                 struct ct_error *reterr)
{
    struct scheduling x = {.s = s, .was = *s};
    enum ct_status rc = ct_equip_reason(reason, x.reason, reterr);
    return rc == CT_OK ? sched_record(app, &x, reterr) : rc;
}

enum ct_status ct_schedule_end(struct ct_app *app, int64_t first_id, const char *reason,
                               struct ct_error *reterr)
{
    struct ct_schedule s;
    struct scheduling x = {.s = &s, .end = true};
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_PLAN, reterr);
    if (rc == CT_OK)
        rc = ct_schedule_load(ct_app_db(app), first_id, &s, reterr);
    if (rc == CT_OK)
        rc = ct_equip_reason(reason, x.reason, reterr);
    if (rc != CT_OK)
        return rc;
    x.was = s;
    return sched_record(app, &x, reterr);
}
