/* session - locking, logging out, and whether a session may go on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/internal.h"
#include "record/witness.h"

void ct_session_leave(struct ct_app *app)
{
    ct_app_close(app);
    app->state = CT_OUT;
    ct_wipe(&app->who, sizeof app->who);
    app->warning[0] = '\0';
}

/* The last entry of an open store, and its head for the witness. Nothing that
 * fails here may keep the store open. */
static void last_entry(struct ct_app *app, enum ct_verb verb)
{
    struct ct_head head;
    if (ct_record_event(app, verb, CT_UNSET, CT_ROUTINE, "", NULL) == CT_OK &&
        verb == CT_VERB_LOGOUT && ct_chain_head(app, &head, NULL) == CT_OK) {
        enum ct_status s = ct_witness_add(app, &head, false, NULL);
        (void)s; /* the next login finds the older line and goes on */
    }
}

void ct_lock(struct ct_app *app)
{
    if (app->state != CT_IN)
        return;
    last_entry(app, CT_VERB_LOCK);
    ct_app_close(app);
    app->state = CT_LOCKED;
}

void ct_logout(struct ct_app *app)
{
    if (app->state == CT_IN)
        last_entry(app, CT_VERB_LOGOUT);
    ct_session_leave(app);
}

/* ---- going on --------------------------------------------------------- */

enum ct_status ct_session_state(struct ct_app *app, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = false;
    enum ct_status s = ct_app_row(app, CT_SQL_USER_STATE, &st, reterr);
    if (s != CT_OK)
        return s;
    ct_bind_i64(st, ":user", app->who.user_id);
    if ((s = ct_stmt_step(st, &row, reterr)) != CT_OK)
        return s;
    if (!row)
        return ct_fail(reterr, CT_EDAMAGED, NULL, "Your user is gone from the store.");
    size_t n = 0;
    const void *sign_pk = ct_col_blob(st, 1, &n);
    if (ct_col_i64(st, 0) != 1)
        return ct_fail(reterr, CT_EDENIED, NULL,
                       "Your user was disabled; this session has ended.");
    if (n != CT_SIGN_PK_LEN || memcmp(sign_pk, app->keys->slot.sign_pk, CT_SIGN_PK_LEN) != 0)
        return ct_fail(reterr, CT_EDENIED, NULL,
                       "Your password was reset by somebody else; log in with the new one.");
    return CT_OK;
}

/* It is somebody's, and not too old. */
static enum ct_status of_today(const struct ct_app *app, struct ct_error *reterr)
{
    enum ct_status s = ct_require(app, CT_PERM_SESSION, reterr);
    if (s != CT_OK)
        return s;
    int64_t limit = (int64_t)app->config.absolute_limit_min * CT_MINUTE_MS;
    if (limit > 0 && ct_app_monotonic(app) - app->since_mono >= limit)
        return ct_fail(reterr, CT_ELOCKED, NULL,
                       "This session is older than %d minutes; give your password again.",
                       app->config.absolute_limit_min);
    return CT_OK;
}

enum ct_status ct_session_before_gate(struct ct_app *app, struct ct_error *reterr)
{
    enum ct_status s = of_today(app, reterr);
    return s == CT_OK && ct_db_dead(app->db) ? ct_session_check(app, reterr) : s;
}

enum ct_status ct_session_check(struct ct_app *app, struct ct_error *reterr)
{
    enum ct_status s = of_today(app, reterr);
    if (s != CT_OK)
        return s;
    if ((s = ct_seal_renew(app->seal, reterr)) != CT_OK)
        return s;
    if (ct_db_dead(app->db) && (s = ct_app_reopen(app, reterr)) != CT_OK)
        return s;
    if (ct_db_changed(app->db))
        app->recheck = app->changed = true;
    if (!app->recheck)
        return CT_OK;
    if ((s = ct_session_state(app, reterr)) == CT_OK)
        app->recheck = false;
    return s;
}

enum ct_status ct_session_failures(struct ct_app *app, uint32_t *ret, struct ct_error *reterr)
{
    struct ct_slot *slots = NULL;
    size_t n = 0;
    enum ct_status s = ct_keyring_list(app->dir, NULL, &slots, &n, reterr);
    if (s != CT_OK)
        return s;
    const struct ct_slot *slot = ct_slot_find(slots, n, app->who.user_id);
    *ret = slot != NULL ? slot->failures : 0;
    free(slots);
    return CT_OK;
}

/* What cannot be written here changes nothing: a refusal stands, and a password
 * that was right is right. */
void ct_session_tried(struct ct_app *app, enum ct_status outcome, uint32_t before)
{
    char detail[80];
    enum ct_status s = CT_OK;
    if (outcome == CT_EPASSWORD) {
        app->own_failures++;
        s = ct_record_event(app, CT_VERB_DENIED, CT_UNSET, CT_NOTABLE,
                            "wrong password when asked again", NULL);
    } else if (outcome == CT_OK) {
        uint32_t others = before > app->own_failures ? before - app->own_failures : 0;
        app->own_failures = 0;
        app->reauth_mono = ct_app_monotonic(app);
        snprintf(detail, sizeof detail, "%u failed tries at the password elsewhere", others);
        if (others > 0)
            s = ct_record_event(app, CT_VERB_DENIED, CT_UNSET,
                                others >= CT_FAILED_TRIES_EXCEPTION ? CT_EXCEPTION : CT_NOTABLE,
                                detail, NULL);
    }
    (void)s;
}

enum ct_status ct_reauthenticate(struct ct_app *app, const struct ct_secret *password,
                                 struct ct_error *reterr)
{
    struct ct_unlocked *again = NULL;
    uint32_t before = 0;
    enum ct_status s = ct_require(app, CT_PERM_SESSION, reterr);
    if (s != CT_OK)
        return s;
    s = ct_keyring_unlock(app->dir, app->who.login, password, ct_app_now(app), &again, reterr);
    if (s == CT_OK)
        before = again->slot.failures;
    if (s == CT_OK && (again->user_id != app->who.user_id ||
                       !ct_equal(again->store_id, app->keys->store_id, CT_STORE_ID_LEN)))
        s = ct_fail(reterr, CT_EDAMAGED, NULL, "The keyring in %s was exchanged.", app->dir);
    ct_unlocked_free(again);
    ct_session_tried(app, s, before);
    return s;
}
