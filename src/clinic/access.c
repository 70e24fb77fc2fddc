/* access - restricted records: the question that every reader asks, setting and lifting,
 * and the care team. See access.h. */
#include "clinic/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/rows.h"
#include "record/user.h"

/* ---- who may ------------------------------------------------------------- */

/* The restriction in force: *ret_id 0 for none. ret may be NULL. */
static enum ct_status in_force(struct ct_app *app, int64_t patient_id, int64_t *ret_id,
                               struct ct_access *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    *ret_id = 0;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_access_sql[CT_SQL_ACCESS_RESTRICTED], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", patient_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK || !row)
        return rc;
    *ret_id = ct_col_i64(st, 0);
    if (ret == NULL)
        return CT_OK;
    ret->restricted = true;
    ret->kind = (enum ct_restriction_kind)ct_col_i64(st, 1);
    ct_text_copy(ret->reason, sizeof ret->reason, ct_col_text(st, 2));
    ret->at_ms = ct_col_i64(st, 3);
    ct_user_name(app, (uint32_t)ct_col_i64(st, 4), ret->by, sizeof ret->by);
    return CT_OK;
}

/* A statement of one number, NULL: CT_UNSET. */
static enum ct_status one(struct ct_stmt *st, int64_t *ret, struct ct_error *reterr)
{
    bool row;
    enum ct_status rc = ct_stmt_step(st, &row, reterr);
    *ret = rc == CT_OK && row ? ct_col_i64(st, 0) : CT_UNSET;
    return rc;
}

/* Until when this user's opening lasts; CT_UNSET: there is none now. */
static enum ct_status opened_until(struct ct_app *app, int64_t patient_id, int64_t *ret,
                                   struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t now = ct_app_now(app);
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_access_sql[CT_SQL_ACCESS_OPENED], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", patient_id);
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    ct_bind_i64(st, ":now_ms", now);
    ct_bind_i64(st, ":ahead_ms", now + CT_AHEAD_MS);
    return one(st, ret, reterr);
}

static int64_t day_start_ms(ct_date day)
{
    struct ct_civil c = {.hour = 0};
    ct_date_split(day, &c.year, &c.month, &c.day);
    return ct_civil_ms(&c);
}

/* The same of a place in the care team: until the end of its last day. */
static enum ct_status team_until(struct ct_app *app, int64_t patient_id, uint32_t user_id,
                                 int64_t *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_access_sql[CT_SQL_ACCESS_IN_TEAM], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", patient_id);
    ct_bind_i64(st, ":user_id", user_id);
    ct_bind_i64(st, ":today", ct_date_at(ct_app_now(app)));
    rc = one(st, ret, reterr);
    if (rc == CT_OK && *ret != CT_UNSET)
        *ret = day_start_ms((ct_date)*ret + 1);
    return rc;
}

static enum ct_status until(struct ct_app *app, int64_t patient_id, int64_t *ret,
                            bool *ret_team, struct ct_error *reterr)
{
    enum ct_status rc =
        team_until(app, patient_id, ct_app_who(app)->user_id, ret, reterr);
    *ret_team = *ret != CT_UNSET;
    if (rc == CT_OK && !*ret_team)
        rc = opened_until(app, patient_id, ret, reterr);
    return rc;
}

enum ct_status ct_access_hidden(struct ct_app *app, int64_t patient_id, bool *ret,
                                struct ct_error *reterr)
{
    int64_t id, open = CT_UNSET;
    bool team;
    *ret = true; /* what cannot be answered is not shown */
    enum ct_status rc = ct_require(app, CT_PERM_SESSION, reterr);
    if (rc == CT_OK)
        rc = in_force(app, patient_id, &id, NULL, reterr);
    if (rc == CT_OK && id != 0)
        rc = until(app, patient_id, &open, &team, reterr);
    if (rc == CT_OK)
        *ret = id != 0 && open == CT_UNSET;
    return rc;
}

enum ct_status ct_access_check(struct ct_app *app, int64_t patient_id, struct ct_error *reterr)
{
    bool hidden;
    enum ct_status rc = ct_access_hidden(app, patient_id, &hidden, reterr);
    if (rc != CT_OK || !hidden)
        return rc;
    rc = ct_fail(reterr, CT_EDENIED, CT_RESTRICTED,
                 "this record is restricted: it opens for a reason, which somebody reviews");
    if (reterr != NULL)
        reterr->about = patient_id;
    return rc;
}

enum ct_status ct_access_get(struct ct_app *app, int64_t patient_id, struct ct_access *ret,
                             struct ct_error *reterr)
{
    int64_t id;
    *ret = (struct ct_access){.until_ms = CT_UNSET};
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_require(app, CT_PERM_PATIENT_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = in_force(app, patient_id, &id, ret, reterr);
    if (rc == CT_OK && id != 0)
        rc = until(app, patient_id, &ret->until_ms, &ret->team, reterr);
    return rc;
}

enum ct_status ct_access_identity(struct ct_app *app, int64_t patient_id,
                                  struct ct_patient *ret, struct ct_error *reterr)
{
    enum ct_status rc = ct_require(app, CT_PERM_PATIENT_READ, reterr);
    if (rc == CT_OK)
        rc = ct_patient_details(ct_app_db(app), patient_id, ret, reterr);
    if (rc != CT_OK)
        *ret = (struct ct_patient){.id = 0};
    memset(ret->place, 0, sizeof ret->place);
    return rc;
}

const char *ct_restriction_name(enum ct_restriction_kind kind)
{
    static const char *const NAME[CT_RESTRICTION_KINDS] = {
        [CT_RESTRICTED_SET] = "set by a supervisor",
        [CT_RESTRICTED_STAFF] = "member of staff",
    };
    return (unsigned)kind < CT_RESTRICTION_KINDS ? NAME[kind] : "";
}

/* ---- setting and lifting --------------------------------------------------- */

struct restricting {
    int64_t patient_id, lifts_id; /* CT_UNSET: it sets one */
    enum ct_restriction_kind kind;
    char reason[CT_ACCESS_TEXT + 8];
    bool lift;
};

static enum ct_status restrict_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct restricting *r = arg;
    struct ct_access now = {.until_ms = CT_UNSET};
    struct ct_patient p;
    int64_t id;
    enum ct_status rc = ct_patient_details(ct_app_db(app), r->patient_id, &p, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(r->reason, "reason", r->lift ? "why it is lifted" : "the reason",
                           CT_ACCESS_TEXT, true, reterr);
    if (rc == CT_OK)
        rc = in_force(app, r->patient_id, &id, &now, reterr);
    if (rc != CT_OK)
        return rc;
    if (r->lift && id == 0)
        return ct_fail(reterr, CT_ENOTFOUND, "", "this record is not restricted");
    if (!r->lift && id != 0) {
        char at[24];
        ct_datetime_text(now.at_ms, at);
        return ct_fail(reterr, CT_EEXISTS, "", "this record is restricted already, since %s (%s)",
                       at, ct_restriction_name(now.kind));
    }
    r->lifts_id = r->lift ? id : CT_UNSET;
    if (r->lift)
        r->kind = now.kind;
    return CT_OK;
}

/* The check again, now that nobody else can change anything. */
static enum ct_status restrict_write(struct ct_app *app, struct ct_db *db, void *arg,
                                     struct ct_entry *entry, struct ct_error *reterr)
{
    struct restricting *r = arg;
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc = restrict_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_access_sql[CT_SQL_ACCESS_RESTRICT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", r->patient_id);
    ct_bind_i64(st, ":kind", r->kind);
    ct_bind_text(st, ":reason", r->reason);
    ct_bind_opt(st, ":lifts_id", r->lifts_id);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "restriction", id);
    snprintf(entry->detail, sizeof entry->detail, "%s: %s", ct_restriction_name(r->kind),
             r->reason);
    return CT_OK;
}

static enum ct_status restricting_run(struct ct_app *app, enum ct_verb verb,
                                      enum ct_severity severity, struct restricting *r,
                                      const char *reason, struct ct_error *reterr)
{
    struct ct_change change = {.verb = verb,
                               .check = restrict_check,
                               .write = restrict_write,
                               .arg = r,
                               .entry = {.severity = severity,
                                         .patient_id = r->patient_id,
                                         .done_ms = CT_UNSET}};
    ct_text_copy(r->reason, sizeof r->reason, reason != NULL ? reason : "");
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_access_restrict(struct ct_app *app, int64_t patient_id,
                                  enum ct_restriction_kind kind, const char *reason,
                                  struct ct_error *reterr)
{
    struct restricting r = {.patient_id = patient_id, .kind = kind, .lifts_id = CT_UNSET};
    if ((unsigned)kind >= CT_RESTRICTION_KINDS)
        return ct_fail(reterr, CT_EINVAL, "kind", "there is no such restriction");
    return restricting_run(app, kind == CT_RESTRICTED_STAFF ? CT_VERB_STAFF : CT_VERB_RESTRICT,
                           CT_NOTABLE, &r, reason, reterr);
}

enum ct_status ct_access_lift(struct ct_app *app, int64_t patient_id, const char *reason,
                              struct ct_error *reterr)
{
    struct restricting r = {.patient_id = patient_id, .lifts_id = CT_UNSET, .lift = true};
    return restricting_run(app, CT_VERB_LIFT, CT_EXCEPTION, &r, reason, reterr);
}

/* ---- care team --------------------------------------------------------------- */

struct naming {
    int64_t patient_id, ends_id; /* CT_UNSET: it names somebody */
    uint32_t user_id;
    ct_date until_day;
    char reason[CT_ACCESS_TEXT + 8];
};

/* Who may be named: somebody who may log in, and not the one who names. */
static enum ct_status member_check(struct ct_app *app, uint32_t user_id,
                                   struct ct_error *reterr)
{
    struct ct_user *u = NULL;
    size_t n = 0, i = 0;
    if (user_id == ct_app_who(app)->user_id)
        return ct_fail(reterr, CT_EDENIED, "user_id",
                       "nobody names themselves: another supervisor can");
    enum ct_status rc = ct_user_list(app, &u, &n, reterr);
    if (rc != CT_OK)
        return rc;
    while (i < n && (u[i].user_id != user_id || !u[i].active))
        i++;
    free(u);
    return i < n ? CT_OK
                 : ct_fail(reterr, CT_EINVAL, "user_id", "nobody who may log in is named so");
}

static enum ct_status team_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct naming *t = arg;
    ct_date today = ct_date_at(ct_app_now(app));
    struct ct_patient p;
    char day[16];
    enum ct_status rc = ct_text_check(t->reason, "reason", "the reason", CT_ACCESS_TEXT, true,
                                      reterr);
    if (rc != CT_OK || t->ends_id != CT_UNSET)
        return rc;
    rc = ct_patient_details(ct_app_db(app), t->patient_id, &p, reterr);
    if (rc == CT_OK)
        rc = member_check(app, t->user_id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_date_text(t->until_day, day);
    if (t->until_day == CT_NO_DATE)
        return ct_fail(reterr, CT_EINVAL, "until_day", "until which day? It is included.");
    if (t->until_day < today)
        return ct_fail(reterr, CT_EINVAL, "until_day", "%s is in the past", day);
    if (t->until_day > today + CT_TEAM_DAYS_MAX)
        return ct_fail(reterr, CT_EINVAL, "until_day",
                       "%s is more than a year away: name a nearer day, it can be renewed", day);
    return CT_OK;
}

static enum ct_status team_ended(struct ct_app *app, struct naming *t, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_access_sql[CT_SQL_ACCESS_TEAM_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", t->ends_id);
    ct_bind_i64(st, ":today", ct_date_at(ct_app_now(app)));
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    if (!row)
        return ct_fail(reterr, CT_ECONFLICT, "", "this has ended already");
    t->patient_id = ct_col_i64(st, 0);
    t->user_id = (uint32_t)ct_col_i64(st, 1);
    t->until_day = (ct_date)ct_col_i64(st, 2);
    return CT_OK;
}

static enum ct_status team_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct naming *t = arg;
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc = t->ends_id != CT_UNSET ? team_ended(app, t, reterr) : CT_OK;
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_access_sql[CT_SQL_ACCESS_TEAM_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", t->patient_id);
    ct_bind_i64(st, ":user_id", t->user_id);
    ct_bind_i64(st, ":until_day", t->until_day);
    ct_bind_text(st, ":reason", t->reason);
    ct_bind_opt(st, ":ends_id", t->ends_id);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc != CT_OK)
        return rc;
    char who[64], day[16];
    ct_user_name(app, t->user_id, who, sizeof who);
    ct_date_text(t->until_day, day);
    ct_entry_row(entry, "care_team", id);
    entry->patient_id = t->patient_id;
    snprintf(entry->detail, sizeof entry->detail,
             t->ends_id != CT_UNSET ? "%s no longer, until now to %s: %s" : "%s until %s: %s",
             who, day, t->reason);
    return CT_OK;
}

static enum ct_status team_run(struct ct_app *app, struct naming *t, const char *reason,
                               struct ct_error *reterr)
{
    struct ct_change change = {.verb = CT_VERB_TEAM,
                               .check = team_check,
                               .write = team_write,
                               .arg = t,
                               .entry = {.severity = CT_NOTABLE,
                                         .patient_id = t->patient_id,
                                         .done_ms = CT_UNSET}};
    ct_text_copy(t->reason, sizeof t->reason, reason != NULL ? reason : "");
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_access_team_add(struct ct_app *app, int64_t patient_id, uint32_t user_id,
                                  ct_date until_day, const char *reason,
                                  struct ct_error *reterr)
{
    struct naming t = {.patient_id = patient_id, .ends_id = CT_UNSET, .user_id = user_id,
                       .until_day = until_day};
    return team_run(app, &t, reason, reterr);
}

enum ct_status ct_access_team_end(struct ct_app *app, int64_t id, const char *reason,
                                  struct ct_error *reterr)
{
    struct naming t = {.patient_id = CT_UNSET, .ends_id = id};
    return team_run(app, &t, reason, reterr);
}

enum ct_status ct_access_team(struct ct_app *app, int64_t patient_id,
                              struct ct_team_member **ret, size_t *ret_n,
                              struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_PATIENT_READ, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_access_sql[CT_SQL_ACCESS_TEAM], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", patient_id);
    ct_bind_i64(st, ":today", ct_date_at(ct_app_now(app)));
    for (bool row; (rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row;) {
        if (*ret_n == cap) {
            cap = cap > 0 ? 2 * cap : 8;
            struct ct_team_member *more = reallocarray(*ret, cap, sizeof *more);
            if (more == NULL) {
                rc = ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the care team");
                break;
            }
            *ret = more;
        }
        struct ct_team_member *m = &(*ret)[(*ret_n)++];
        *m = (struct ct_team_member){.id = ct_col_i64(st, 0),
                                     .user_id = (uint32_t)ct_col_i64(st, 1),
                                     .until_day = (ct_date)ct_col_i64(st, 2)};
        ct_text_copy(m->reason, sizeof m->reason, ct_col_text(st, 3));
        ct_user_name(app, m->user_id, m->name, sizeof m->name);
        ct_user_name(app, (uint32_t)ct_col_i64(st, 4), m->by, sizeof m->by);
    }
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}
