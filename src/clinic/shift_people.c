/* shift_people - who was there in a shift: by the chain, or as they said. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/review_priv.h"
#include "record/user.h"

enum { OUTSIDE_MS = 12 * CT_HOUR_MS };

struct people {
    struct ct_shift_person *v;
    size_t n, cap;
};

static struct ct_shift_person *person(struct people *p, uint32_t user_id)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->v[i].user_id == user_id)
            return &p->v[i];
    void *more = ct_rows_grow(p->v, p->n, &p->cap, sizeof *p->v);
    if (more == NULL)
        return NULL;
    p->v = more;
    p->v[p->n] = (struct ct_shift_person){.user_id = user_id, .from_ms = CT_UNSET,
                                          .to_ms = CT_UNSET};
    return &p->v[p->n++];
}

static enum ct_status no_memory(struct ct_error *reterr)
{
    return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the people of a shift");
}

static enum ct_status by_chain(struct ct_db *db, const struct ct_shift *s, uint32_t user_id,
                               struct people *p, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = true;
    enum ct_status rc = ct_stmt_get(db, &ct_entry_sql[CT_SQL_SHIFT_PEOPLE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":start_ms", s->start_ms);
    ct_bind_i64(st, ":end_ms", s->end_ms);
    ct_bind_i64(st, ":user_id", user_id);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        struct ct_shift_person *x = person(p, (uint32_t)ct_col_i64(st, 0));
        if (x == NULL)
            return no_memory(reterr);
        x->from_ms = ct_col_i64(st, 1);
        x->to_ms = ct_col_i64(st, 2);
        x->records = ct_col_i64(st, 3);
    }
    return rc;
}

static enum ct_status said(struct ct_db *db, const struct ct_shift *s, uint32_t user_id,
                           struct people *p, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = true;
    enum ct_status rc = ct_stmt_get(db, &ct_entry_sql[CT_SQL_HOURS_SAID], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":shift_ms", s->start_ms);
    ct_bind_i64(st, ":user_id", user_id);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        struct ct_shift_person *x = person(p, (uint32_t)ct_col_i64(st, 0));
        if (x == NULL)
            return no_memory(reterr);
        x->corrected = true;
    }
    return rc;
}

static enum ct_status as_said(struct ct_app *app, const struct ct_shift *s,
                              struct ct_shift_person *x, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_entry_sql[CT_SQL_HOURS_LAST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":shift_ms", s->start_ms);
    ct_bind_i64(st, ":user_id", x->user_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK || !row)
        return rc;
    x->from_ms = ct_col_i64(st, 0);
    x->to_ms = ct_col_i64(st, 1);
    ct_text_copy(x->reason, sizeof x->reason, ct_col_text(st, 2));
    ct_user_name(app, (uint32_t)ct_col_i64(st, 3), x->by, sizeof x->by);
    return CT_OK;
}

static int by_name(const void *a, const void *b)
{
    const struct ct_shift_person *x = a, *y = b;
    int d = strcmp(x->name, y->name);
    return d != 0 ? d : (x->user_id > y->user_id) - (x->user_id < y->user_id);
}

enum ct_status ct_shift_people(struct ct_app *app, const struct ct_shift *s, uint32_t user_id,
                               struct ct_shift_person **ret, size_t *ret_n,
                               struct ct_error *reterr)
{
    struct people p = {.n = 0};
    const struct ct_who *who = ct_app_who(app);
    bool own = user_id != 0 && who != NULL && who->user_id == user_id;
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, own ? CT_PERM_SHIFT_OWN : CT_PERM_SHIFT_ALL, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = by_chain(ct_app_db(app), s, user_id, &p, reterr);
    if (rc == CT_OK)
        rc = said(ct_app_db(app), s, user_id, &p, reterr);
    for (size_t i = 0; rc == CT_OK && i < p.n; i++) {
        ct_user_name(app, p.v[i].user_id, p.v[i].name, sizeof p.v[i].name);
        if (p.v[i].corrected)
            rc = as_said(app, s, &p.v[i], reterr);
    }
    if (rc != CT_OK) {
        free(p.v);
        return rc;
    }
    if (p.n > 0)
        qsort(p.v, p.n, sizeof *p.v, by_name);
    *ret = p.v;
    *ret_n = p.n;
    return CT_OK;
}

/* ---- hours ------------------------------------------------------------------------------- */

struct hours {
    const struct ct_shift *s;
    uint32_t user_id;
    int64_t from_ms, to_ms;
    char reason[CT_ENTRY_REASON_MAX + 1], name[128];
};

static enum ct_status hours_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct hours *x = arg;
    const struct ct_who *who = ct_app_who(app);
    int64_t now = ct_app_now(app);
    if (x->user_id != who->user_id && !ct_role_may(who->role, CT_PERM_SHIFT_ALL))
        return ct_fail(reterr, CT_EDENIED, "user_id", "hours are one's own, or a supervisor's to "
                                                      "correct");
    ct_user_name(app, x->user_id, x->name, sizeof x->name);
    if (x->user_id == 0 || strcmp(x->name, "?") == 0)
        return ct_fail(reterr, CT_ENOTFOUND, "user_id", "there is no such person");
    if (x->from_ms < x->s->start_ms - OUTSIDE_MS || x->from_ms >= x->s->end_ms ||
        x->from_ms > now + CT_AHEAD_MS)
        return ct_fail(reterr, CT_EINVAL, "from_ms",
                       "the beginning lies in the shift or at most 12 hours before it, and not "
                       "in the future");
    if (x->to_ms != CT_UNSET && (x->to_ms <= x->from_ms || x->to_ms > now + CT_AHEAD_MS ||
                                 x->to_ms > x->s->end_ms + OUTSIDE_MS))
        return ct_fail(reterr, CT_EINVAL, "to_ms",
                       "the end lies behind the beginning, at most 12 hours after the shift, and "
                       "not in the future");
    return ct_text_check(x->reason, "reason", "why the hours differ", CT_ENTRY_REASON_MAX, true,
                         reterr);
}

static enum ct_status hours_write(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct hours *x = arg;
    int64_t id;
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_entry_sql[CT_SQL_HOURS_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":user_id", x->user_id);
    ct_bind_i64(st, ":shift_ms", x->s->start_ms);
    ct_bind_i64(st, ":from_ms", x->from_ms);
    ct_bind_opt(st, ":to_ms", x->to_ms);
    ct_bind_text(st, ":reason", x->reason);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "shift_hours", id);
    char from[24], to[24] = "still there", day[16];
    ct_date_text(ct_date_at(x->s->start_ms), day);
    ct_datetime_text(x->from_ms, from);
    if (x->to_ms != CT_UNSET)
        ct_datetime_text(x->to_ms, to);
    snprintf(entry->detail, sizeof entry->detail, "%s, %s %s: %s to %s: %.200s", x->name,
             x->s->name, day, from, to, x->reason);
    return CT_OK;
}

enum ct_status ct_shift_hours(struct ct_app *app, const struct ct_shift *s, uint32_t user_id,
                              int64_t from_ms, int64_t to_ms, const char *reason,
                              struct ct_error *reterr)
{
    struct hours x = {.s = s, .user_id = user_id, .from_ms = from_ms, .to_ms = to_ms};
    if (strlen(reason) > CT_ENTRY_REASON_MAX)
        return ct_fail(reterr, CT_EINVAL, "reason", "that is longer than %d bytes",
                       CT_ENTRY_REASON_MAX);
    ct_text_copy(x.reason, sizeof x.reason, reason);
    const struct ct_change change = {
        .verb = CT_VERB_SHIFT_HOURS,
        .check = hours_check,
        .write = hours_write,
        .arg = &x,
        .entry = {.severity = CT_NOTABLE, .patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    return ct_record(app, &change, NULL, reterr);
}
