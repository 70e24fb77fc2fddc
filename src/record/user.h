/* user - people who may log in: keyring slot and store row changed together.
 *
 * Layer:  record. Each change is signed (the caller has reauthenticated).
 * Order:  the keyring is written first, then the store's row through the door;
 *         a crash between the two is mended at the next user change and shown
 *         by verify as "slot newer than the store's list".
 */
#ifndef CT_RECORD_USER_H
#define CT_RECORD_USER_H

#include "record/record.h"

struct ct_user {
    uint32_t user_id;
    char login[64], name[128];
    enum ct_role role;
    bool active, must_change;
    int64_t at_ms;
};

/* All current users by name, one allocation, free(). Needs user.read. */
CT_NODISCARD enum ct_status ct_user_list(struct ct_app *app, struct ct_user **ret,
                                         size_t *ret_n, struct ct_error *reterr);
/* Colleagues: the active users who may write `perm`'s kind of record, by name, for
 * handing work to. One allocation, free(). Needs a session alone. */
struct ct_person {
    uint32_t user_id;
    char login[64], name[128];
    enum ct_role role;
};
CT_NODISCARD enum ct_status ct_user_people(struct ct_app *app, enum ct_perm perm,
                                           struct ct_person **ret, size_t *ret_n,
                                           struct ct_error *reterr);
/* Name of a user for display; "?" when unknown. Cached per app. */
void ct_user_name(struct ct_app *app, uint32_t user_id, char *out, size_t size);

/* Login: 2-32 of a-z 0-9 . - _, begins with a letter; never used before. The
 * temporary password is made by the program and returned once.
 * CT_EINVAL (field login, name, role), CT_EEXISTS, CT_EDENIED. */
CT_NODISCARD enum ct_status ct_user_add(struct ct_app *app, const char *login,
                                        const char *name, enum ct_role role,
                                        struct ct_secret *ret_password,
                                        struct ct_error *reterr);
/* The same with a chosen password (init, demo, tests); not must_change. */
CT_NODISCARD enum ct_status ct_user_add_with(struct ct_app *app, const char *login,
                                             const char *name, enum ct_role role,
                                             const struct ct_secret *password,
                                             struct ct_error *reterr);
/* Never the last active administrator, never oneself (CT_EINVAL). Live sessions
 * end. Administrators can be disabled and reset by administrators alone. */
CT_NODISCARD enum ct_status ct_user_disable(struct ct_app *app, uint32_t user_id,
                                            const char *reason, struct ct_error *reterr);
/* New temporary password and key pair (and an end to "disabled"); the user's live
 * sessions end. Never oneself. */
CT_NODISCARD enum ct_status ct_user_reset(struct ct_app *app, uint32_t user_id,
                                          const char *reason, struct ct_secret *ret_password,
                                          struct ct_error *reterr);
/* With the recovery code, when no administrator can log in any more: the one named gets a
 * temporary password and new keys, and is active; what was signed with the old keys still
 * verifies. Nobody is logged in before or after; the chain's entry is the program's own, an
 * exception, and its head goes to the witness. Whoever opens the store with the code and is
 * refused then leaves an exception too. Comparisons, delays and the errors that come of
 * them as in ct_login (app.h); ct_app_warning as after a login. Further CT_EINVAL
 * (recovery_code: mistyped; login: no administrator; reason), CT_ENOTFOUND (login). */
CT_NODISCARD enum ct_status ct_user_recover(struct ct_app *app, const struct ct_secret *code,
                                            const char *login, const char *reason,
                                            struct ct_secret *ret_password,
                                            struct ct_error *reterr);
/* A new recovery code, when the one there is was used, seen or lost: from then on the older
 * one opens nothing that is not a copy of earlier. Signed; after ct_reauthenticate. *ret_code:
 * of CT_SECRET_MAX, wiped when it fails. CT_EINVAL (reason), CT_EDENIED, those of the keyring. */
CT_NODISCARD enum ct_status ct_user_renew_code(struct ct_app *app, const char *reason,
                                               struct ct_secret *ret_code,
                                               struct ct_error *reterr);
/* The old password is the authentication: no ct_reauthenticate before it. */
CT_NODISCARD enum ct_status ct_user_change_password(struct ct_app *app,
                                                    const struct ct_secret *old_password,
                                                    const struct ct_secret *new_password,
                                                    struct ct_error *reterr);

#endif
