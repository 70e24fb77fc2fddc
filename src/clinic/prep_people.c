/* prep_people - what needs another person, and how checklists end: confirmations by a
 * second person, stops that a supervisor lets pass, closing, and entered in error. */
#include "clinic/prep_priv.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "record/user.h"

/* ---- the second person -------------------------------------------------------- */

struct confirming {
    struct ct_prep_sheet *s;
    const size_t *items;
    size_t n;
    uint32_t second;
};

/* Of each item: answered, wants a second person, and by somebody else. */
static enum ct_status confirm_check(const struct confirming *x, struct ct_error *reterr)
{
    const struct ct_prep_sheet *s = x->s;
    if (x->n == 0)
        return ct_fail(reterr, CT_EINVAL, "", "nothing here waits for a second person");
    if (x->n > CT_PREP_CONFIRM_MAX)
        return ct_fail(reterr, CT_EINVAL, "", "at most %d answers are confirmed at a time",
                       CT_PREP_CONFIRM_MAX);
    for (size_t k = 0; k < x->n; k++) {
        size_t item = x->items[k];
        if (item >= s->t->n_items)
            return ct_fail(reterr, CT_EINVAL, "", "the checklist has no such item");
        const struct ct_check_item *i = &s->t->item[item];
        if (!i->two_person)
            return ct_fail(reterr, CT_EINVAL, i->id, "this needs no second person");
        if (!s->state[item].answered)
            return ct_fail(reterr, CT_EINVAL, i->id,
                           "answer it first: the second person confirms an answer");
        if (x->second != 0 && s->answer[item].by == (int64_t)x->second)
            return ct_fail(reterr, CT_EINVAL, "login",
                           "%s gave this answer: somebody else must confirm it",
                           s->mark[item].by);
    }
    return CT_OK;
}

static enum ct_status confirm_insert(struct ct_app *app, struct ct_db *db,
                                     struct confirming *x, size_t item,
                                     struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc = ct_stmt_get(db, &ct_prep_sql[CT_SQL_PREP_CONFIRM_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":prep_id", x->s->prep.id);
    ct_bind_i64(st, ":answer_id", x->s->mark[item].answer_id);
    ct_bind_i64(st, ":second_user", x->second);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "prep_confirm", id);
    x->s->answer[item].second = x->second;
    return CT_OK;
}

static enum ct_status confirm_write(struct ct_app *app, struct ct_db *db, void *arg,
                                    struct ct_entry *entry, struct ct_error *reterr)
{
    struct confirming *x = arg;
    char name[64];
    int64_t seen[CT_PREP_CONFIRM_MAX];
    for (size_t k = 0; k < x->n; k++)
        seen[k] = x->s->mark[x->items[k]].answer_id;
    enum ct_status rc = ct_prep_write_begin(app, db, x->s, x->items[0], reterr);
    if (rc == CT_OK)
        rc = confirm_check(x, reterr);
    ct_user_name(app, x->second, name, sizeof name);
    snprintf(entry->detail, sizeof entry->detail, "C-%lld confirmed by %s:",
             (long long)x->s->prep.id, name);
    for (size_t k = 0; rc == CT_OK && k < x->n; k++) {
        const struct ct_check_item *i = &x->s->t->item[x->items[k]];
        if (x->s->mark[x->items[k]].answer_id != seen[k])
            return ct_fail(reterr, CT_ECONFLICT, i->id,
                           "\"%s\" was answered anew meanwhile; nothing was confirmed", i->text);
        rc = confirm_insert(app, db, x, x->items[k], entry, reterr);
        size_t used = strlen(entry->detail);
        snprintf(entry->detail + used, sizeof entry->detail - used, "%s %.80s",
                 k > 0 ? ";" : "", i->text);
    }
    return rc == CT_OK ? ct_prep_write_end(app, db, x->s, entry, reterr) : rc;
}

enum ct_status ct_prep_confirm(struct ct_app *app, struct ct_prep_sheet *s,
                               const size_t *items, size_t n, const char *login,
                               const struct ct_secret *password, struct ct_error *reterr)
{
    struct confirming x = {.s = s, .items = items, .n = n};
    const struct ct_who *who = ct_app_who(app);
    char why[48];
    enum ct_status rc = ct_prep_may(app, CT_PERM_PREP_WRITE, s->prep.patient_id, reterr);
    if (rc == CT_OK)
        rc = ct_prep_is_open(s, reterr);
    if (rc == CT_OK && login == NULL)
        x.second = who->user_id;
    if (rc == CT_OK)
        rc = confirm_check(&x, reterr); /* before anybody is asked for a password */
    if (rc == CT_OK && login != NULL) {
        snprintf(why, sizeof why, "to confirm checklist C-%lld", (long long)s->prep.id);
        rc = ct_second_person(app, login, password, CT_PERM_PREP_WRITE, why, &x.second, NULL,
                              reterr);
    }
    if (rc != CT_OK)
        return rc;
    struct ct_change change = {
        .verb = CT_VERB_PREP_CONFIRM, .write = confirm_write, .arg = &x};
    return ct_prep_record(app, &change, s, reterr);
}

/* ---- the supervisor ----------------------------------------------------------- */

struct overriding {
    struct ct_prep_sheet *s;
    size_t item;
    uint32_t supervisor;
    char reason[CT_PREP_REASON_BYTES + 8];
};

static enum ct_status stops_check(const struct ct_prep_sheet *s, size_t item,
                                  struct ct_error *reterr)
{
    if (item >= s->t->n_items || !s->state[item].stop)
        return ct_fail(reterr, CT_EINVAL, item < s->t->n_items ? s->t->item[item].id : "",
                       "nothing stops here: there is nothing to let pass");
    return CT_OK;
}

static enum ct_status override_insert(struct ct_app *app, struct ct_db *db,
                                      struct overriding *x, struct ct_entry *entry,
                                      struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc =
        ct_stmt_get(db, &ct_prep_sql[CT_SQL_PREP_OVERRIDE_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":prep_id", x->s->prep.id);
    ct_bind_i64(st, ":answer_id", x->s->mark[x->item].answer_id);
    ct_bind_i64(st, ":short_ms", x->s->state[x->item].short_ms);
    ct_bind_text(st, ":reason", x->reason);
    ct_bind_i64(st, ":supervisor", x->supervisor);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "prep_override", id);
    return rc;
}

static enum ct_status override_write(struct ct_app *app, struct ct_db *db, void *arg,
                                     struct ct_entry *entry, struct ct_error *reterr)
{
    struct overriding *x = arg;
    char line[CT_PREP_LINE], name[64];
    enum ct_status rc = ct_prep_write_begin(app, db, x->s, x->item, reterr);
    if (rc == CT_OK)
        rc = stops_check(x->s, x->item, reterr);
    if (rc == CT_OK)
        rc = override_insert(app, db, x, entry, reterr);
    if (rc != CT_OK)
        return rc;
    ct_prep_item_text(x->s, x->item, line, sizeof line);
    ct_user_name(app, x->supervisor, name, sizeof name);
    snprintf(entry->detail, sizeof entry->detail, "C-%lld stop passed by %s: %.160s; because %s",
             (long long)x->s->prep.id, name, line, x->reason);
    entry->severity = CT_EXCEPTION;
    ct_check_override(&x->s->answer[x->item], &x->s->state[x->item]);
    return ct_prep_write_end(app, db, x->s, entry, reterr);
}

enum ct_status ct_prep_override(struct ct_app *app, struct ct_prep_sheet *s, size_t item,
                                const char *reason, const char *login,
                                const struct ct_secret *password, struct ct_error *reterr)
{
    struct overriding x = {.s = s, .item = item};
    char why[64];
    enum ct_status rc = ct_prep_may(app, CT_PERM_PREP_WRITE, s->prep.patient_id, reterr);
    if (rc == CT_OK)
        rc = ct_prep_is_open(s, reterr);
    if (rc == CT_OK)
        rc = stops_check(s, item, reterr);
    if (rc != CT_OK)
        return rc;
    if (strlen(reason) >= sizeof x.reason)
        return ct_fail(reterr, CT_EINVAL, "reason", "the reason has at most %d characters",
                       CT_PREP_REASON_BYTES);
    ct_text_copy(x.reason, sizeof x.reason, reason);
    rc = ct_text_check(x.reason, "reason", "the reason", CT_PREP_REASON_BYTES, true, reterr);
    if (rc == CT_OK && login != NULL) {
        snprintf(why, sizeof why, "to let a stop of C-%lld pass", (long long)s->prep.id);
        rc = ct_second_person(app, login, password, CT_PERM_PREP_OVERRIDE, why, &x.supervisor,
                              NULL, reterr);
    } else if (rc == CT_OK) {
        x.supervisor = ct_app_who(app)->user_id;
    }
    if (rc != CT_OK)
        return rc;
    struct ct_change change = {
        .verb = login != NULL ? CT_VERB_PREP_OVERRIDE_HERE : CT_VERB_PREP_OVERRIDE,
        .write = override_write,
        .arg = &x};
    return ct_prep_record(app, &change, s, reterr);
}

/* ---- ends ----------------------------------------------------------------------- */

struct ending {
    struct ct_prep_sheet *s;
    enum ct_prep_state to;
    char reason[CT_PREP_REASON_BYTES + 8];
};

static enum ct_status end_insert(struct ct_app *app, struct ct_db *db, struct ending *x,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc = ct_stmt_get(db, &ct_prep_sql[CT_SQL_PREP_END_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":prep_id", x->s->prep.id);
    ct_bind_i64(st, ":kind", x->to);
    ct_bind_text(st, ":reason", x->reason);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "prep_end", id);
    return rc;
}

/* May it come to this from how it is now? */
static enum ct_status end_check(const struct ending *x, struct ct_error *reterr)
{
    const struct ct_prep_sheet *s = x->s;
    char missing[CT_PREP_LINE];
    if (s->prep.state == CT_PREP_IN_ERROR)
        return ct_fail(reterr, CT_ECONFLICT, "", "C-%lld was marked as entered in error by %s",
                       (long long)s->prep.id, s->prep.ended_name);
    if (x->to == CT_PREP_IN_ERROR)
        return CT_OK;
    if (x->to == CT_PREP_OPEN)
        return s->prep.state != CT_PREP_OPEN
                   ? CT_OK
                   : ct_fail(reterr, CT_ECONFLICT, "", "C-%lld is open", (long long)s->prep.id);
    enum ct_status rc = ct_prep_is_open(s, reterr);
    if (rc != CT_OK || x->to != CT_PREP_FINISHED)
        return rc;
    ct_prep_missing_text(s, CT_CHECK_DONE, missing, sizeof missing);
    return missing[0] == '\0'
               ? CT_OK
               : ct_fail(reterr, CT_EINVAL, "", "It is not finished: %s", missing);
}

static enum ct_status end_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct ending *x = arg;
    struct ct_prep_sheet *s = x->s;
    enum ct_status rc = ct_prep_fill(app, db, s->prep.id, s, reterr);
    if (rc == CT_OK)
        rc = ct_access_check(app, s->prep.patient_id, reterr);
    if (rc == CT_OK)
        rc = end_check(x, reterr);
    if (rc == CT_OK)
        rc = end_insert(app, db, x, entry, reterr);
    if (rc != CT_OK)
        return rc;
    snprintf(entry->detail, sizeof entry->detail, "C-%lld %s: %s%s%s", (long long)s->prep.id,
             s->prep.title, x->to == CT_PREP_OPEN ? "opened again" : CT_PREP_STATE_NAME[x->to],
             x->reason[0] != '\0' ? ", " : "", x->reason);
    entry->severity = x->to == CT_PREP_FINISHED ? CT_ROUTINE : CT_NOTABLE;
    s->prep.state = x->to;
    s->prep.ended_ms = x->to == CT_PREP_OPEN ? CT_UNSET : ct_app_now(app);
    return ct_prep_write_end(app, db, s, entry, reterr);
}

static enum ct_status end(struct ct_app *app, struct ct_prep_sheet *s, enum ct_prep_state to,
                          enum ct_verb verb, const char *reason, struct ct_error *reterr)
{
    struct ending x = {.s = s, .to = to};
    if (strlen(reason) >= sizeof x.reason)
        return ct_fail(reterr, CT_EINVAL, "reason", "the reason has at most %d characters",
                       CT_PREP_REASON_BYTES);
    ct_text_copy(x.reason, sizeof x.reason, reason);
    enum ct_status rc = ct_text_check(x.reason, "reason", "the reason", CT_PREP_REASON_BYTES,
                                      to != CT_PREP_FINISHED, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_change change = {.verb = verb, .write = end_write, .arg = &x};
    return ct_prep_record(app, &change, s, reterr);
}

enum ct_status ct_prep_close(struct ct_app *app, struct ct_prep_sheet *s, const char *reason,
                             struct ct_error *reterr)
{
    return end(app, s, reason[0] == '\0' ? CT_PREP_FINISHED : CT_PREP_INCOMPLETE,
               CT_VERB_PREP_CLOSE, reason, reterr);
}

enum ct_status ct_prep_reopen(struct ct_app *app, struct ct_prep_sheet *s, const char *reason,
                              struct ct_error *reterr)
{
    return end(app, s, CT_PREP_OPEN, CT_VERB_PREP_REOPEN, reason, reterr);
}

enum ct_status ct_prep_void(struct ct_app *app, int64_t id, const char *reason,
                            struct ct_error *reterr)
{
    CT_PREP_SHEET *s = NULL;
    enum ct_status rc = ct_prep_load(app, id, &s, reterr);
    return rc == CT_OK ? end(app, s, CT_PREP_IN_ERROR, CT_VERB_PREP_VOID, reason, reterr) : rc;
}
