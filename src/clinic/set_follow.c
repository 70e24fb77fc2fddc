/* set_follow - differences in sets, followed until they are settled. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/set_priv.h"
#include "record/user.h"

const char *const CT_SET_FOLLOW_NAME[CT_FOLLOWS] = {
    [CT_FOLLOW_SOUGHT] = "looked for",     [CT_FOLLOW_REPAIR] = "sent for repair",
    [CT_FOLLOW_FOUND] = "found",           [CT_FOLLOW_REPLACED] = "replaced or repaired",
    [CT_FOLLOW_GIVEN_UP] = "given up",
};

bool ct_set_follow_ends(enum ct_set_follow_step step)
{
    return step >= CT_FOLLOW_FOUND;
}

static void row(struct ct_stmt *st, struct ct_set_difference *d, uint32_t *ret_by)
{
    memset(d, 0, sizeof *d);
    d->line_id = ct_col_i64(st, 0);
    d->set_id = ct_col_i64(st, 1);
    d->pack_id = ct_col_i64(st, 2);
    d->phase = (enum ct_set_phase)ct_col_i64(st, 3);
    d->expected = (int)ct_col_i64(st, 4);
    d->counted = (int)ct_col_i64(st, 5);
    d->away = (enum ct_set_away)ct_col_i64(st, 6);
    d->step = ct_col_null(st, 7) ? -1 : (int)ct_col_i64(st, 7);
    ct_text_copy(d->set, sizeof d->set, ct_col_text(st, 8));
    ct_text_copy(d->instrument, sizeof d->instrument, ct_col_text(st, 9));
    ct_text_copy(d->text, sizeof d->text, ct_col_text(st, 10));
    *ret_by = (uint32_t)ct_col_i64(st, 11);
    d->at_ms = ct_col_i64(st, 12);
}

static enum ct_status rows(struct ct_app *app, int64_t set_id, struct ct_set_difference **ret,
                           size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    bool there;
    uint32_t by_user;
    char by[128];
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_set_sql[CT_SQL_SET_DIFFERENCES], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":set_id", set_id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_set_difference *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the differences");
        *ret = more;
        row(st, &more[*ret_n], &by_user);
        ct_user_name(app, by_user, by, sizeof by);
        ct_text_copy(more[*ret_n].by, sizeof more[*ret_n].by, by);
        ++*ret_n;
    }
    return rc;
}

enum ct_status ct_set_differences(struct ct_app *app, int64_t set_id,
                                  struct ct_set_difference **ret, size_t *ret_n,
                                  struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = rows(app, set_id, ret, ret_n, reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

/* ---- a step ----------------------------------------------------------------------------- */

struct following {
    int64_t line_id;
    enum ct_set_follow_step step;
    char text[CT_SET_REASON_MAX + 1];
    struct ct_set_difference d;
};

static enum ct_status follow_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct following *x = arg;
    CT_STMT *st = NULL;
    bool there;
    uint32_t by;
    enum ct_status rc = ct_text_check(x->text, "text", "what was done", CT_SET_REASON_MAX, true,
                                      reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_set_sql[CT_SQL_SET_DIFFERENCE_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":line_id", x->line_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK)
        return rc;
    if (!there)
        return ct_fail(reterr, CT_ECONFLICT, "",
                       "this difference is settled already, or there is none");
    row(st, &x->d, &by);
    return CT_OK;
}

static enum ct_status follow_write(struct ct_app *app, struct ct_db *db, void *arg,
                                   struct ct_entry *entry, struct ct_error *reterr)
{
    struct following *x = arg;
    CT_STMT *st = NULL, *find = NULL;
    int64_t id;
    bool ends = ct_set_follow_ends(x->step);
    enum ct_status rc = follow_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_set_sql[CT_SQL_SET_FOLLOW_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":line_id", x->line_id);
    ct_bind_i64(st, ":step", x->step);
    ct_bind_text(st, ":text", x->text);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "set_follow", id);
    snprintf(entry->detail, sizeof entry->detail, "%s, %s (%d of %d, %s): %s: %s", x->d.set,
             x->d.instrument, x->d.counted, x->d.expected, CT_SET_AWAY_NAME[x->d.away],
             CT_SET_FOLLOW_NAME[x->step], x->text);
    rc = ct_stmt_get(db, &ct_set_sql[ends ? CT_SQL_SET_DIFFERENCE_DELETE
                                          : CT_SQL_SET_DIFFERENCE_PUT], &find, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(find, ":line_id", x->line_id);
    if (!ends) {
        ct_bind_i64(find, ":set_id", x->d.set_id);
        ct_bind_i64(find, ":step", x->step);
    }
    return ct_stmt_run(find, NULL, reterr);
}

enum ct_status ct_set_follow(struct ct_app *app, int64_t line_id, enum ct_set_follow_step step,
                             const char *text, struct ct_error *reterr)
{
    struct following x = {.line_id = line_id, .step = step};
    if ((unsigned)step >= CT_FOLLOWS)
        return ct_fail(reterr, CT_EINVAL, "step", "there is no such step");
    if (strlen(text) > CT_SET_REASON_MAX)
        return ct_fail(reterr, CT_EINVAL, "text", "at most %d bytes fit", CT_SET_REASON_MAX);
    ct_text_copy(x.text, sizeof x.text, text);
    struct ct_change change = {
        .verb = step == CT_FOLLOW_GIVEN_UP ? CT_VERB_SET_GIVE_UP : CT_VERB_SET_FOLLOW,
        .write = follow_write,
        .arg = &x,
        .entry = {.severity = step == CT_FOLLOW_GIVEN_UP ? CT_NOTABLE : CT_ROUTINE,
                  .patient_id = CT_UNSET,
                  .done_ms = CT_UNSET}};
    return ct_record(app, &change, NULL, reterr);
}
