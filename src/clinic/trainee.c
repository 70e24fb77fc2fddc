/* trainee - who learns, from when until when, and who stands by. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/competency_priv.h"

const struct ct_field CT_TRAINEE_FIELDS[] = {
    {.name = "supervisor_id", .label = "Stands by", .unit = "", .kind = CT_F_TEXT, .width = 40,
     .max_bytes = 120, .required = true, .help = "Login or name of the supervising person."},
    {.name = "from", .label = "From", .unit = "", .kind = CT_F_DATE, .width = 12,
     .help = "The first day; empty is today."},
    {.name = "until", .label = "Until", .unit = "", .kind = CT_F_DATE, .width = 12,
     .required = true, .help = "The last day, included."},
    {.name = "reason", .label = "Because", .unit = "", .kind = CT_F_TEXT, .width = 50,
     .max_bytes = CT_TRAINING_TEXT_MAX, .required = true,
     .help = "Induction, return after a long absence, new duties."},
};
const size_t CT_TRAINEE_FIELDS_N = CT_LEN(CT_TRAINEE_FIELDS);

struct marking {
    struct ct_trainee t;
    bool ends;
};

static int64_t day_ms(ct_date day)
{
    struct ct_civil c = {.hour = 0};
    ct_date_split(day, &c.year, &c.month, &c.day);
    return ct_civil_ms(&c);
}

static enum ct_status active(struct ct_app *app, uint32_t user_id, const char *field,
                             struct ct_error *reterr)
{
    struct ct_person *p = NULL;
    size_t n = 0;
    bool is = false;
    enum ct_status rc = ct_user_people(app, CT_PERM_TRAIN_READ, &p, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        is = is || p[i].user_id == user_id;
    free(p);
    if (rc == CT_OK && !is)
        rc = ct_fail(reterr, CT_EINVAL, field, "there is no such technician or supervisor");
    return rc;
}

static enum ct_status put_check(struct ct_app *app, struct ct_trainee *t,
                                struct ct_error *reterr)
{
    ct_date today = ct_date_at(ct_app_now(app));
    bool learns = false;
    if (t->from == CT_NO_DATE)
        t->from = today;
    if (t->user_id == ct_app_who(app)->user_id)
        return ct_fail(reterr, CT_EINVAL, "user_id", "That is you: another supervisor decides.");
    if (t->supervisor_id == t->user_id)
        return ct_fail(reterr, CT_EINVAL, "supervisor_id", "somebody else has to stand by");
    if (t->from < today)
        return ct_fail(reterr, CT_EINVAL, "from",
                       "from today or later: what is recorded already cannot wait afterwards");
    if (t->until == CT_NO_DATE || t->until < t->from ||
        t->until - t->from > CT_TRAINEE_DAYS_MAX)
        return ct_fail(reterr, CT_EINVAL, "until", "the last day comes after the first, at most "
                       "%d days later", CT_TRAINEE_DAYS_MAX);
    enum ct_status rc = active(app, t->user_id, "user_id", reterr);
    if (rc == CT_OK)
        rc = active(app, t->supervisor_id, "supervisor_id", reterr);
    if (rc == CT_OK)
        rc = ct_trainee_is(ct_app_db(app), t->supervisor_id, ct_app_now(app), &learns, reterr);
    if (rc == CT_OK && learns)
        rc = ct_fail(reterr, CT_EINVAL, "supervisor_id", "a trainee cannot stand by another");
    return rc;
}

static enum ct_status check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct marking *x = arg;
    struct ct_trainee *list = NULL;
    size_t n = 0;
    bool is = false;
    enum ct_status rc = ct_text_check(x->t.reason, "reason", "the reason", CT_TRAINING_TEXT_MAX,
                                      true, reterr);
    if (rc != CT_OK || !x->ends)
        return rc == CT_OK ? put_check(app, &x->t, reterr) : rc;
    rc = ct_trainee_list(app, &list, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        if (list[i].user_id == x->t.user_id && list[i].id != 0) {
            char reason[CT_TRAINING_TEXT_MAX + 1];
            memcpy(reason, x->t.reason, sizeof reason);
            is = true;
            x->t = list[i];
            memcpy(x->t.reason, reason, sizeof reason);
        }
    free(list);
    if (rc == CT_OK && x->t.user_id == ct_app_who(app)->user_id)
        rc = ct_fail(reterr, CT_EINVAL, "user_id", "That is you: another supervisor decides.");
    if (rc == CT_OK && !is)
        rc = ct_fail(reterr, CT_ECONFLICT, "user_id", "is no trainee");
    return rc;
}

static enum ct_status find(struct ct_db *db, const struct marking *x, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    unsigned sql = x->ends ? CT_SQL_TRAINEE_DELETE : CT_SQL_TRAINEE_PUT;
    enum ct_status rc = ct_stmt_get(db, &ct_training_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":user_id", x->t.user_id);
    if (!x->ends) {
        ct_bind_i64(st, ":trainee_id", x->t.id);
        ct_bind_i64(st, ":supervisor_id", x->t.supervisor_id);
        ct_bind_i64(st, ":from_ms", day_ms(x->t.from));
        ct_bind_i64(st, ":until_ms", day_ms(x->t.until + 1));
    }
    return ct_stmt_run(st, NULL, reterr);
}

static enum ct_status write(struct ct_app *app, struct ct_db *db, void *arg,
                            struct ct_entry *entry, struct ct_error *reterr)
{
    struct marking *x = arg;
    CT_STMT *st = NULL;
    char name[128], by[128], from[16], until[16];
    enum ct_status rc = check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_training_sql[CT_SQL_TRAINEE_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":user_id", x->t.user_id);
    ct_bind_i64(st, ":supervisor_id", x->t.supervisor_id);
    ct_bind_i64(st, ":from_day", x->t.from);
    ct_bind_i64(st, ":until_day", x->t.until);
    ct_bind_i64(st, ":ended", x->ends);
    ct_bind_text(st, ":reason", x->t.reason);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &x->t.id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "trainee", x->t.id);
    entry->severity = CT_NOTABLE;
    ct_user_name(app, x->t.user_id, name, sizeof name);
    ct_user_name(app, x->t.supervisor_id, by, sizeof by);
    ct_date_text(x->t.from, from);
    ct_date_text(x->t.until, until);
    if (x->ends)
        snprintf(entry->detail, sizeof entry->detail, "%s is none any more; because %s", name,
                 x->t.reason);
    else
        snprintf(entry->detail, sizeof entry->detail, "%s, %s to %s, %s stands by; because %s",
                 name, from, until, by, x->t.reason);
    return find(db, x, reterr);
}

static enum ct_status record(struct ct_app *app, struct marking *x, struct ct_error *reterr)
{
    struct ct_change change = {.verb = CT_VERB_TRAINEE,
                               .check = check,
                               .write = write,
                               .arg = x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_trainee_put(struct ct_app *app, const struct ct_trainee *t,
                              struct ct_error *reterr)
{
    struct marking x = {.t = *t};
    return record(app, &x, reterr);
}

enum ct_status ct_trainee_end(struct ct_app *app, uint32_t user_id, const char *reason,
                              struct ct_error *reterr)
{
    struct marking x = {.t = {.user_id = user_id}, .ends = true};
    if (strlen(reason) > CT_TRAINING_TEXT_MAX)
        return ct_fail(reterr, CT_EINVAL, "reason", "at most %d bytes fit",
                       CT_TRAINING_TEXT_MAX);
    ct_text_copy(x.t.reason, sizeof x.t.reason, reason);
    return record(app, &x, reterr);
}

/* ---- the list ----------------------------------------------------------------------------------- */

static enum ct_status awaits(struct ct_db *db, struct ct_trainee *t, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_training_sql[CT_SQL_TRAINEE_AWAITS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":user_id", t->user_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK)
        t->awaits = ct_col_i64(st, 0);
    return rc;
}

/* left: of those only the user is known. */
static enum ct_status rows(struct ct_app *app, bool left, struct ct_trainee **ret, size_t *ret_n,
                           size_t *cap, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    unsigned sql = left ? CT_SQL_TRAINEE_LEFT : CT_SQL_TRAINEE_LIST;
    enum ct_status rc = ct_stmt_get(ct_app_db(app), &ct_training_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":now_ms", ct_app_now(app));
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_trainee *more = ct_rows_grow(*ret, *ret_n, cap, sizeof **ret);
        if (more == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the trainees");
        *ret = more;
        struct ct_trainee *t = &more[(*ret_n)++];
        memset(t, 0, sizeof *t);
        t->from = t->until = CT_NO_DATE;
        t->user_id = (uint32_t)ct_col_i64(st, left ? 0 : 1);
        ct_user_name(app, t->user_id, t->name, sizeof t->name);
        if (left)
            continue;
        t->id = ct_col_i64(st, 0);
        t->supervisor_id = (uint32_t)ct_col_i64(st, 2);
        t->from = (ct_date)ct_col_i64(st, 3);
        t->until = (ct_date)ct_col_i64(st, 4);
        ct_text_copy(t->reason, sizeof t->reason, ct_col_text(st, 5));
        t->now = ct_col_i64(st, 6) != 0;
        ct_user_name(app, t->supervisor_id, t->supervisor, sizeof t->supervisor);
    }
    return rc;
}

static int by_name(const void *x, const void *y)
{
    const struct ct_trainee *a = x, *b = y;
    return strcmp(a->name, b->name);
}

enum ct_status ct_trainee_list(struct ct_app *app, struct ct_trainee **ret, size_t *ret_n,
                               struct ct_error *reterr)
{
    size_t cap = 0;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_TRAIN_READ, reterr);
    if (rc == CT_OK)
        rc = rows(app, false, ret, ret_n, &cap, reterr);
    if (rc == CT_OK)
        rc = rows(app, true, ret, ret_n, &cap, reterr);
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++)
        rc = awaits(ct_app_db(app), &(*ret)[i], reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    } else if (*ret_n > 0) {
        qsort(*ret, *ret_n, sizeof **ret, by_name);
    }
    return rc;
}
