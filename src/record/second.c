/* second - a second person's password beside an open session: who it was, and nothing
 * else, is left of it. */
#include <stdlib.h>
#include <string.h>

#include "record/internal.h"

static void fold(char *out, size_t size, const char *login)
{
    ct_text_copy(out, size, login);
    ct_text_trim(out);
    for (char *p = out; *p != '\0'; p++)
        *p = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
}

/* The row as the store has it, and the slot beside it: an old keyring that was put back
 * does not bring a disabled user to life. */
static enum ct_status listed(struct ct_app *app, const struct ct_unlocked *u,
                             const char *login, struct ct_user_row *row,
                             struct ct_error *reterr)
{
    struct ct_slot *slots = NULL;
    size_t n = 0;
    enum ct_status s = ct_user_row_get(app, u->user_id, row, reterr);
    if (s == CT_ENOTFOUND)
        return ct_fail(reterr, CT_EDENIED, "login",
                       "This user was never completed; ask an administrator.");
    if (s == CT_OK)
        s = ct_keyring_list(app->dir, app->keys, &slots, &n, reterr);
    if (s != CT_OK)
        return s;
    const struct ct_slot *slot = ct_slot_find(slots, n, u->user_id);
    enum ct_slot_state is = slot != NULL ? ct_slot_compare(slot, row) : CT_SLOT_UNLIKE;
    bool must_change = slot != NULL && slot->must_change;
    free(slots);
    if (strcmp(row->login, login) != 0 || is == CT_SLOT_OLDER || is == CT_SLOT_UNLIKE)
        return ct_fail(reterr, CT_EDAMAGED, NULL,
                       "The keyring in %s does not agree with the store about %s; tell the "
                       "administrator.",
                       app->dir, login);
    if (!row->active)
        return ct_fail(reterr, CT_EDENIED, "login",
                       "This user is disabled; ask an administrator.");
    if (must_change)
        return ct_fail(reterr, CT_EDENIED, "login",
                       "%s has a temporary password: log in and change it first.", row->name);
    return CT_OK;
}

static enum ct_status judge(struct ct_app *app, const struct ct_unlocked *u, const char *login,
                            enum ct_perm perm, struct ct_user_row *row,
                            struct ct_error *reterr)
{
    if (!ct_equal(u->store_id, app->keys->store_id, CT_STORE_ID_LEN))
        return ct_fail(reterr, CT_EDAMAGED, NULL, "The keyring in %s was exchanged.", app->dir);
    if (u->user_id == app->who.user_id)
        return ct_fail(reterr, CT_EINVAL, "login", "This must be somebody else.");
    enum ct_status s = listed(app, u, login, row, reterr);
    if (s == CT_OK && !ct_role_may(row->role, perm))
        s = ct_fail(reterr, CT_EDENIED, "login", "%s (%s) may not do this: it needs %s.",
                    row->name, ct_role_name(row->role), ct_perm_name(perm));
    return s;
}

/* A refusal stands whether it can be written or not. */
static void tell_refused(struct ct_app *app, enum ct_status outcome)
{
    const char *what = outcome == CT_EPASSWORD ? "wrong login or password of a second person"
                       : outcome == CT_EINVAL  ? "the same person as the second"
                                               : "a second person was refused";
    enum ct_status s =
        ct_record_event(app, CT_VERB_DENIED, CT_UNSET,
                        outcome == CT_EDAMAGED ? CT_EXCEPTION : CT_NOTABLE, what, NULL);
    (void)s;
}

/* Who, what for, and the failures that this success has reset. */
static enum ct_status tell(struct ct_app *app, const struct ct_user_row *row, uint32_t failures,
                           const char *why, struct ct_error *reterr)
{
    char detail[512] = "";
    enum ct_severity severity = CT_ROUTINE;
    ct_detail_add(detail, "%s (%s, user %u), beside %s: %s", row->name, row->login,
                  row->user_id, app->who.login, why);
    if (failures > 0) {
        ct_detail_add(detail, "%u failed %s before", failures, failures == 1 ? "try" : "tries");
        severity = failures >= CT_FAILED_TRIES_EXCEPTION ? CT_EXCEPTION : CT_NOTABLE;
    }
    return ct_record_event(app, CT_VERB_SECOND, CT_UNSET, severity, detail, reterr);
}

enum ct_status ct_second_person(struct ct_app *app, const char *login,
                                const struct ct_secret *password, enum ct_perm perm,
                                const char *why, uint32_t *ret_user_id, char name[128],
                                struct ct_error *reterr)
{
    struct ct_unlocked *u = NULL;
    struct ct_user_row row = {0};
    char folded[64];
    enum ct_status s = ct_require(app, CT_PERM_SESSION, reterr);
    if (s == CT_OK)
        s = ct_session_check(app, reterr);
    if (s != CT_OK)
        return s;
    fold(folded, sizeof folded, login);
    if (strcmp(folded, app->who.login) == 0) {
        ct_wipe(folded, sizeof folded);
        return ct_fail(reterr, CT_EINVAL, "login",
                       "That is you: somebody else must give login and password.");
    }
    s = ct_keyring_unlock(app->dir, folded, password, ct_app_now(app), &u, reterr);
    uint32_t failures = s == CT_OK ? u->slot.failures : 0;
    if (s == CT_OK)
        s = judge(app, u, folded, perm, &row, reterr);
    ct_unlocked_free(u);
    ct_wipe(folded, sizeof folded); /* people do type a password into the login's line */
    if (s == CT_EPASSWORD || s == CT_EDENIED || s == CT_EDAMAGED || s == CT_EINVAL)
        tell_refused(app, s);
    if (s == CT_OK)
        s = tell(app, &row, failures, why, reterr);
    if (s != CT_OK)
        return s;
    *ret_user_id = row.user_id;
    if (name != NULL)
        ct_text_copy(name, 128, row.name);
    return CT_OK;
}
