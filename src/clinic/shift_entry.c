/* shift_entry - written down, corrected, marked as in error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/review_priv.h"
#include "record/user.h"

const char *const CT_ENTRY_KIND_NAME[CT_ENTRY_KINDS] = {
    [CT_ENTRY_INCIDENT] = "incident", [CT_ENTRY_NEAR_MISS] = "near miss",
    [CT_ENTRY_STAFFING] = "staffing", [CT_ENTRY_VISITOR] = "visitor",
    [CT_ENTRY_ESTATE] = "estate",
};
const char *const CT_ENTRY_GRADE_NAME[CT_ENTRY_GRADES] = {
    [CT_ENTRY_NOTE] = "note", [CT_ENTRY_MINOR] = "minor", [CT_ENTRY_SERIOUS] = "serious"};

static const struct ct_choice KIND[] = {{"I", "incident"}, {"N", "near miss"},
                                        {"S", "staffing"}, {"V", "visitor"},
                                        {"E", "estate"},   {NULL, NULL}};
static const struct ct_choice GRADE[] = {
    {"N", "note"}, {"M", "minor"}, {"S", "SERIOUS"}, {NULL, NULL}};
const struct ct_field CT_ENTRY_FIELDS[] = {
    {.name = "kind", .label = "What kind", .unit = "", .kind = CT_F_CODE, .width = 3,
     .required = true, .hard_hi = CT_ENTRY_KINDS - 1, .soft_hi = CT_ENTRY_KINDS - 1,
     .choices = KIND,
     .help = "An incident did harm or could not be undone; a near miss was caught in time."},
    {.name = "grade", .label = "How serious", .unit = "", .kind = CT_F_CODE, .width = 3,
     .required = true, .hard_hi = CT_ENTRY_GRADES - 1, .soft_hi = CT_ENTRY_GRADES - 1,
     .choices = GRADE, .help = "Serious stands among the exceptions of the shift."},
    {.name = "done_ms", .label = "When", .unit = "", .kind = CT_F_TIME, .width = 18,
     .help = "When it happened; empty is now."},
    {.name = "text", .label = "What happened", .unit = "", .kind = CT_F_TEXT, .width = 52,
     .max_bytes = CT_ENTRY_TEXT_MAX, .required = true,
     .help = "Name no patient here: what is about one belongs into the patient's record."},
    {.name = "reason", .label = "Corrected because", .unit = "", .kind = CT_F_TEXT, .width = 52,
     .max_bytes = CT_ENTRY_REASON_MAX, .required = true,
     .help = "What was wrong with it; both versions are kept."},
};
const size_t CT_ENTRY_FIELDS_N = CT_LEN(CT_ENTRY_FIELDS);

#define WORK                                                                               \
    "(a.verb NOT GLOB 'session.*' AND a.verb NOT GLOB 'review.*' AND a.verb NOT GLOB "     \
    "'store.*' AND a.verb NOT GLOB 'access.*' AND a.verb NOT GLOB 'user.*' AND a.verb "    \
    "<> 'patient.open' AND a.verb <> 'shift.hours')"

const struct ct_sql ct_entry_sql[CT_ENTRY_SQL_N] = {
    [CT_SQL_ENTRY_INSERT] =
        {"shift_entry.insert",
         "INSERT INTO shift_entry(replaces_id, kind, grade, text, done_ms, voided, reason, at_ms, "
         "by_user) VALUES(:replaces_id, :kind, :grade, :text, :done_ms, :voided, :reason, :at_ms, "
         ":by_user)"},
    [CT_SQL_ENTRY_GET] =
        {"shift_entry.get",
         "SELECT id, replaces_id, kind, grade, text, done_ms, voided, reason, at_ms, by_user "
         "FROM shift_entry WHERE id = :id"},
    [CT_SQL_ENTRY_AFTER] = {"shift_entry.after",
                            "SELECT id, voided FROM shift_entry WHERE replaces_id = :id"},
    [CT_SQL_HOURS_INSERT] =
        {"shift_hours.insert",
         "INSERT INTO shift_hours(user_id, shift_ms, from_ms, to_ms, reason, at_ms, by_user) "
         "VALUES(:user_id, :shift_ms, :from_ms, :to_ms, :reason, :at_ms, :by_user)"},
    [CT_SQL_HOURS_LAST] =
        {"shift_hours.last",
         "SELECT from_ms, to_ms, reason, by_user FROM shift_hours WHERE shift_ms = :shift_ms "
         "AND user_id = :user_id ORDER BY id DESC LIMIT 1"},
    [CT_SQL_HOURS_SAID] = {"shift_hours.said",
                           "SELECT DISTINCT user_id FROM shift_hours WHERE shift_ms = :shift_ms "
                           "AND (:user_id = 0 OR user_id = :user_id)"},
    [CT_SQL_SHIFT_PEOPLE] =
        {"shift.people",
         "SELECT a.user_id, min(a.at_ms), max(a.at_ms), sum(" WORK ") FROM audit a "
         "WHERE a.at_ms >= :start_ms AND a.at_ms < :end_ms AND a.user_id <> 0 "
         "AND (:user_id = 0 OR a.user_id = :user_id) GROUP BY a.user_id"},
};

/* ---- reading ------------------------------------------------------------------------------ */

static enum ct_status load(struct ct_app *app, struct ct_db *db, int64_t id,
                           struct ct_shift_entry *ret, struct ct_error *reterr)
{
    {
        CT_STMT *st = NULL;
        bool row;
        enum ct_status rc = ct_stmt_get(db, &ct_entry_sql[CT_SQL_ENTRY_GET], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":id", id);
        rc = ct_stmt_step(st, &row, reterr);
        if (rc == CT_OK && !row)
            rc = ct_fail(reterr, CT_ENOTFOUND, "id", "there is no such entry in the log");
        if (rc != CT_OK)
            return rc;
        *ret = (struct ct_shift_entry){.id = ct_col_i64(st, 0),
                                       .kind = (enum ct_entry_kind)ct_col_i64(st, 2),
                                       .grade = (enum ct_entry_grade)ct_col_i64(st, 3),
                                       .done_ms = ct_col_i64(st, 5),
                                       .voided = ct_col_i64(st, 6) == 1,
                                       .at_ms = ct_col_i64(st, 8),
                                       .by_user = (uint32_t)ct_col_i64(st, 9)};
        ret->replaces_id = ct_col_null(st, 1) ? 0 : ct_col_i64(st, 1);
        ct_text_copy(ret->text, sizeof ret->text, ct_col_text(st, 4));
        ct_text_copy(ret->reason, sizeof ret->reason, ct_col_text(st, 7));
    }
    ct_user_name(app, ret->by_user, ret->by, sizeof ret->by);
    bool voided;
    return ct_shift_entry_since(db, id, &ret->replaced, &voided, reterr);
}

/* The version after `id`, 0: none. */
static enum ct_status after(struct ct_db *db, int64_t id, int64_t *ret, bool *ret_voided,
                            struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_entry_sql[CT_SQL_ENTRY_AFTER], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    *ret = row ? ct_col_i64(st, 0) : 0;
    if (row)
        *ret_voided = ct_col_i64(st, 1) == 1;
    return CT_OK;
}

enum ct_status ct_shift_entry_since(struct ct_db *db, int64_t id, bool *ret_replaced,
                                    bool *ret_voided, struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    *ret_replaced = *ret_voided = false;
    while (rc == CT_OK && id != 0) {
        rc = after(db, id, &id, ret_voided, reterr);
        *ret_replaced = *ret_replaced || (rc == CT_OK && id != 0);
    }
    return rc;
}

/* Nobody's patient stands in it: whoever sees a log sees it. */
enum ct_status ct_shift_entry_get(struct ct_app *app, int64_t id, struct ct_shift_entry *ret,
                                  struct ct_error *reterr)
{
    enum ct_status rc = ct_require(app, CT_PERM_SHIFT_OWN, reterr);
    if (rc == CT_OK)
        rc = load(app, ct_app_db(app), id, ret, reterr);
    const struct ct_who *who = ct_app_who(app);
    if (rc == CT_OK && ret->by_user != who->user_id)
        rc = ct_require(app, CT_PERM_SHIFT_ALL, reterr);
    return rc;
}

enum ct_status ct_shift_entry_versions(struct ct_app *app, int64_t id,
                                       struct ct_shift_entry **ret, size_t *ret_n,
                                       struct ct_error *reterr)
{
    struct ct_db *db = ct_app_db(app);
    struct ct_shift_entry *v = NULL, one;
    size_t n = 0, cap = 0;
    bool voided = false;
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_shift_entry_get(app, id, &one, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(db, &tx, reterr);
    for (int64_t next = id; rc == CT_OK && next != 0;) { /* to the newest */
        id = next;
        rc = after(db, id, &next, &voided, reterr);
    }
    while (rc == CT_OK && id != 0) {
        void *more = ct_rows_grow(v, n, &cap, sizeof *v);
        if (more == NULL)
            rc = ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the versions");
        else {
            v = more;
            rc = load(app, db, id, &v[n], reterr);
            id = rc == CT_OK ? v[n++].replaces_id : 0;
        }
    }
    if (rc != CT_OK) {
        free(v);
        return rc;
    }
    *ret = v;
    *ret_n = n;
    return CT_OK;
}

/* ---- writing ------------------------------------------------------------------------------ */

struct writing {
    struct ct_shift_entry e;
    struct ct_shift_entry was; /* of a correction */
};

static enum ct_status fields_check(struct ct_app *app, struct ct_shift_entry *e,
                                   struct ct_error *reterr)
{
    int64_t now = ct_app_now(app);
    if ((unsigned)e->kind >= CT_ENTRY_KINDS)
        return ct_fail(reterr, CT_EINVAL, "kind", "choose incident, near miss, staffing, "
                                                  "visitor or estate");
    if ((unsigned)e->grade >= CT_ENTRY_GRADES)
        return ct_fail(reterr, CT_EINVAL, "grade", "choose note, minor or serious");
    if (e->done_ms == 0 || e->done_ms == CT_UNSET)
        e->done_ms = now;
    if (e->done_ms > now + CT_AHEAD_MS)
        return ct_fail(reterr, CT_EINVAL, "done_ms", "that is in the future");
    if (e->done_ms < (e->replaces_id != 0 ? e->at_ms : now) - CT_ENTRY_BACK_MS)
        return ct_fail(reterr, CT_EINVAL, "done_ms",
                       "that is more than %d days ago: it is no entry of a shift any more",
                       CT_ENTRY_BACK_MS / CT_DAY_MS);
    return ct_text_check(e->text, "text", "what happened", CT_ENTRY_TEXT_MAX, true, reterr);
}

static enum ct_status add_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    return fields_check(app, &((struct writing *)arg)->e, reterr);
}

static enum ct_status insert(struct ct_app *app, struct ct_db *db, struct ct_shift_entry *e,
                             struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_entry_sql[CT_SQL_ENTRY_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    e->at_ms = ct_app_now(app);
    e->by_user = ct_app_who(app)->user_id;
    ct_user_name(app, e->by_user, e->by, sizeof e->by);
    ct_bind_opt(st, ":replaces_id", e->replaces_id != 0 ? e->replaces_id : CT_UNSET);
    ct_bind_i64(st, ":kind", e->kind);
    ct_bind_i64(st, ":grade", e->grade);
    ct_bind_text(st, ":text", e->text);
    ct_bind_i64(st, ":done_ms", e->done_ms);
    ct_bind_i64(st, ":voided", e->voided);
    ct_bind_text(st, ":reason", e->reason);
    ct_bind_i64(st, ":at_ms", e->at_ms);
    ct_bind_i64(st, ":by_user", e->by_user);
    rc = ct_stmt_run(st, &e->id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "shift_entry", e->id);
    entry->done_ms = e->done_ms;
    entry->severity = e->grade == CT_ENTRY_SERIOUS ? CT_EXCEPTION
                      : e->grade == CT_ENTRY_MINOR || e->kind == CT_ENTRY_INCIDENT ||
                              e->kind == CT_ENTRY_NEAR_MISS || e->replaces_id != 0
                          ? CT_NOTABLE
                          : CT_ROUTINE;
    return CT_OK;
}

static enum ct_status add_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_shift_entry *e = &((struct writing *)arg)->e;
    enum ct_status rc = insert(app, db, e, entry, reterr);
    snprintf(entry->detail, sizeof entry->detail, "%s, %s: %.400s", CT_ENTRY_KIND_NAME[e->kind],
             CT_ENTRY_GRADE_NAME[e->grade], e->text);
    return rc;
}

enum ct_status ct_shift_entry_add(struct ct_app *app, struct ct_shift_entry *e,
                                  struct ct_error *reterr)
{
    struct writing x = {.e = *e};
    x.e.replaces_id = 0;
    x.e.voided = false;
    x.e.reason[0] = '\0';
    const struct ct_change change = {.verb = CT_VERB_SHIFT_ENTRY,
                                     .check = add_check,
                                     .write = add_write,
                                     .arg = &x,
                                     .entry = {.patient_id = CT_UNSET}};
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    if (rc == CT_OK)
        *e = x.e;
    return rc;
}

static enum ct_status correct_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct writing *x = arg;
    const struct ct_who *who = ct_app_who(app);
    enum ct_status rc = load(app, ct_app_db(app), x->e.replaces_id, &x->was, reterr);
    if (rc != CT_OK)
        return rc;
    if (x->was.by_user != who->user_id && !ct_role_may(who->role, CT_PERM_SHIFT_ALL))
        return ct_fail(reterr, CT_EDENIED, "id", "%s wrote that, and corrects it, or a supervisor",
                       x->was.by);
    if (x->was.replaced)
        return ct_fail(reterr, CT_ECONFLICT, "", "it was corrected meanwhile: look at it again");
    if (x->was.voided)
        return ct_fail(reterr, CT_ECONFLICT, "", "it is marked as in error already");
    rc = ct_text_check(x->e.reason, "reason", "why it is corrected", CT_ENTRY_REASON_MAX, true,
                       reterr);
    if (rc == CT_OK && x->e.voided) { /* it stays what it was, and counts no more */
        x->e.kind = x->was.kind;
        x->e.grade = x->was.grade;
        x->e.done_ms = x->was.done_ms;
        ct_text_copy(x->e.text, sizeof x->e.text, x->was.text);
        return CT_OK;
    }
    x->e.at_ms = x->was.at_ms;
    return rc == CT_OK ? fields_check(app, &x->e, reterr) : rc;
}

static enum ct_status correct_write(struct ct_app *app, struct ct_db *db, void *arg,
                                    struct ct_entry *entry, struct ct_error *reterr)
{
    struct writing *x = arg;
    enum ct_status rc = correct_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = insert(app, db, &x->e, entry, reterr);
    if (rc != CT_OK)
        return rc;
    if (x->e.voided) {
        entry->severity = CT_NOTABLE;
        snprintf(entry->detail, sizeof entry->detail, "%s, %.200s: %s", CT_ENTRY_KIND_NAME[x->e.kind],
                 x->e.text, x->e.reason);
        return CT_OK;
    }
    snprintf(entry->detail, sizeof entry->detail, "%s, %s: %.250s; because: %.200s",
             CT_ENTRY_KIND_NAME[x->e.kind], CT_ENTRY_GRADE_NAME[x->e.grade], x->e.text, x->e.reason);
    return CT_OK;
}

enum ct_status ct_shift_entry_correct(struct ct_app *app, struct ct_shift_entry *e,
                                      struct ct_error *reterr)
{
    struct writing x = {.e = *e};
    const struct ct_change change = {
        .verb = e->voided ? CT_VERB_SHIFT_VOID : CT_VERB_SHIFT_CORRECT,
        .write = correct_write,
        .arg = &x,
        .entry = {.severity = CT_NOTABLE, .patient_id = CT_UNSET}};
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    if (rc == CT_OK)
        *e = x.e;
    return rc;
}
