/* keyring_change - adding, resetting, disabling and listing slots; see keyring.h.
 *
 * Each change derives first (slow, at <dir>/kdf), then takes <dir>/gate, reads
 * the file anew, proves it with the session's keys, and replaces it.
 *
 * MUST 1  a file whose MAC does not fit is never given a new MAC.
 * MUST 2  no derivation runs while <dir>/gate is held: writers wait there.
 */
#include "vault/keyring_internal.h"

#include <stdlib.h>
#include <string.h>

#define RING CT_CLEANUP(ct_ring_done) struct ct_ring
#define GATE CT_CLEANUP(ct_gate_close) struct ct_gate

/* Load, and prove with the session's keys that this is its store's keyring. */
static enum ct_status load_as(const char *dir, const struct ct_unlocked *by, struct ct_ring *r,
                              struct ct_error *reterr)
{
    ct_ring_done(r);
    enum ct_status st = ct_ring_load(dir, r, reterr);
    if (st != CT_OK)
        return st;
    if (!ct_equal(by->store_id, ct_ring_store_id(r), CT_STORE_ID_LEN))
        return ct_fail(reterr, CT_EFOREIGN, NULL,
                       "the keyring in %s belongs to another store; nothing was changed: put "
                       "this store's own back",
                       dir);
    if (ct_le32(r->data + CT_RING_AT_EPOCH) != by->epoch)
        return ct_fail(reterr, CT_ECONFLICT, NULL,
                       "the store was given a new key at this moment: try again");
    return ct_ring_check(dir, r, by->store_key, by->ring_key, reterr);
}

enum ct_status ct_ring_load_to_change(const char *dir, const struct ct_unlocked *by,
                                      struct ct_ring *r, struct ct_error *reterr)
{
    enum ct_status st = load_as(dir, by, r, reterr);
    if (st != CT_OK)
        return st;
    uint32_t own = ct_ring_find_user(r, by->user_id);
    if (own >= r->n ||
        (ct_le32(ct_ring_slot(r, own) + CT_SLOT_AT_FLAGS) & CT_SLOT_DISABLED) != 0)
        return ct_fail(reterr, CT_EDENIED, NULL,
                       "this account was disabled meanwhile; nothing was changed");
    return CT_OK;
}

/* The slot of a user under its login; CT_ENOTFOUND, CT_EINVAL. */
static enum ct_status find(const struct ct_ring *r, uint32_t user_id, const char *login,
                           uint32_t *ret, struct ct_error *reterr)
{
    unsigned char hash[CT_HASH_LEN];
    *ret = user_id != CT_USER_RECOVERY ? ct_ring_find_user(r, user_id) : r->n;
    if (*ret >= r->n)
        return ct_fail(reterr, CT_ENOTFOUND, "user_id", "the keyring has no user %u",
                       (unsigned)user_id);
    ct_login_hash(hash, ct_ring_store_id(r), login);
    if (ct_ring_find_login(r, hash) != *ret)
        return ct_fail(reterr, CT_EINVAL, "login", "this login is not that of user %u",
                       (unsigned)user_id);
    return CT_OK;
}

static enum ct_status save(const char *dir, struct ct_ring *r, uint32_t i, struct ct_slot *ret,
                           struct ct_error *reterr)
{
    enum ct_status st = ct_ring_save(dir, r, reterr);
    if (st == CT_OK)
        ct_slot_view(r, i, ret);
    return st;
}

/* ---- add, reset ------------------------------------------------------ */

static enum ct_status is_new(const struct ct_ring *r, uint32_t user_id,
                             const unsigned char hash[CT_HASH_LEN], struct ct_error *reterr)
{
    if (ct_ring_find_user(r, user_id) < r->n)
        return ct_fail(reterr, CT_EEXISTS, "user_id", "the keyring has a user %u already",
                       (unsigned)user_id);
    if (ct_ring_find_login(r, hash) < r->n)
        return ct_fail(reterr, CT_EEXISTS, "login",
                       "this login is taken, perhaps by somebody disabled: choose another");
    return CT_OK;
}

enum ct_status ct_keyring_add(const char *dir, const struct ct_unlocked *by, uint32_t user_id,
                              const char *login, const struct ct_secret *password,
                              bool must_change, struct ct_kdf_cost cost, struct ct_slot *ret,
                              struct ct_error *reterr)
{
    RING r = {0};
    GATE gate = CT_GATE_INIT;
    unsigned char hash[CT_HASH_LEN];
    struct ct_derived d;
    enum ct_status st;
    if (user_id == CT_USER_RECOVERY)
        return ct_fail(reterr, CT_EINVAL, "user_id", "a user's number is 1 or more");
    ct_login_hash(hash, by->store_id, login);
    if ((st = ct_ring_login_ok(login, reterr)) != CT_OK ||
        (st = ct_password_check(password, login, NULL, reterr)) != CT_OK ||
        (st = ct_ring_load_to_change(dir, by, &r, reterr)) != CT_OK ||
        (st = is_new(&r, user_id, hash, reterr)) != CT_OK)
        return st;
    if ((st = ct_ring_derive(dir, password, cost, &d, reterr)) == CT_OK &&
        (st = ct_ring_gate(dir, &gate, reterr)) == CT_OK &&
        (st = ct_ring_load_to_change(dir, by, &r, reterr)) == CT_OK &&
        (st = is_new(&r, user_id, hash, reterr)) == CT_OK &&
        (st = ct_ring_grow(&r, reterr)) == CT_OK &&
        (st = ct_ring_put(&r, r.n - 1, by, user_id, must_change ? CT_SLOT_MUST_CHANGE : 0, hash,
                          &d, NULL, reterr)) == CT_OK)
        st = save(dir, &r, r.n - 1, ret, reterr);
    ct_wipe(&d, sizeof d);
    return st;
}

enum ct_status ct_keyring_reset(const char *dir, const struct ct_unlocked *by, uint32_t user_id,
                                const char *login, const struct ct_secret *password,
                                struct ct_kdf_cost cost, struct ct_slot *ret,
                                struct ct_error *reterr)
{
    RING r = {0};
    GATE gate = CT_GATE_INIT;
    struct ct_derived d;
    uint32_t i;
    enum ct_status st;
    if ((st = ct_password_check(password, login, NULL, reterr)) != CT_OK ||
        (st = ct_ring_load_to_change(dir, by, &r, reterr)) != CT_OK ||
        (st = find(&r, user_id, login, &i, reterr)) != CT_OK)
        return st;
    if ((st = ct_ring_derive(dir, password, cost, &d, reterr)) == CT_OK &&
        (st = ct_ring_gate(dir, &gate, reterr)) == CT_OK &&
        (st = ct_ring_load_to_change(dir, by, &r, reterr)) == CT_OK &&
        (st = find(&r, user_id, login, &i, reterr)) == CT_OK &&
        (st = ct_ring_put(&r, i, by, user_id, CT_SLOT_MUST_CHANGE,
                          ct_ring_slot(&r, i) + CT_SLOT_AT_LOGIN, &d, NULL, reterr)) == CT_OK)
        st = save(dir, &r, i, ret, reterr);
    ct_wipe(&d, sizeof d);
    return st;
}

/* The slot of a login that is known by nothing else. */
static enum ct_status find_login(const struct ct_ring *r, const char *login, uint32_t *ret,
                                 struct ct_error *reterr)
{
    unsigned char hash[CT_HASH_LEN];
    ct_login_hash(hash, ct_ring_store_id(r), login);
    *ret = ct_ring_find_login(r, hash);
    if (*ret < r->n)
        return CT_OK;
    return ct_fail(reterr, CT_ENOTFOUND, "login",
                   "the keyring has no user with the login %.63s", login);
}

enum ct_status ct_keyring_renew(const char *dir, const struct ct_unlocked *by,
                                const char *login, const struct ct_secret *password,
                                struct ct_kdf_cost cost, struct ct_slot *ret,
                                struct ct_error *reterr)
{
    RING r = {0};
    GATE gate = CT_GATE_INIT;
    struct ct_derived d;
    uint32_t i;
    enum ct_status st;
    if ((st = ct_password_check(password, login, NULL, reterr)) != CT_OK ||
        (st = ct_ring_load_to_change(dir, by, &r, reterr)) != CT_OK ||
        (st = find_login(&r, login, &i, reterr)) != CT_OK)
        return st;
    if ((st = ct_ring_derive(dir, password, cost, &d, reterr)) == CT_OK &&
        (st = ct_ring_gate(dir, &gate, reterr)) == CT_OK &&
        (st = ct_ring_load_to_change(dir, by, &r, reterr)) == CT_OK &&
        (st = find_login(&r, login, &i, reterr)) == CT_OK &&
        (st = ct_ring_put(&r, i, by, ct_le32(ct_ring_slot(&r, i) + CT_SLOT_AT_USER), 0,
                          ct_ring_slot(&r, i) + CT_SLOT_AT_LOGIN, &d, NULL, reterr)) == CT_OK)
        st = save(dir, &r, i, ret, reterr);
    ct_wipe(&d, sizeof d);
    return st;
}

enum ct_status ct_keyring_renew_code(const char *dir, const struct ct_unlocked *by,
                                     struct ct_kdf_cost cost, struct ct_secret *recovery_code,
                                     struct ct_slot *ret, struct ct_error *reterr)
{
    RING r = {0};
    GATE gate = CT_GATE_INIT;
    CT_SECRET *plain = NULL;
    struct ct_derived d;
    enum ct_status st;
    if ((st = ct_ring_load_to_change(dir, by, &r, reterr)) != CT_OK ||
        (st = ct_secret_new(CT_CODE_CHARS, &plain, reterr)) != CT_OK ||
        (st = ct_code_make(recovery_code, reterr)) != CT_OK ||
        (st = ct_code_read(recovery_code, plain, reterr)) != CT_OK)
        return st;
    if ((st = ct_ring_derive(dir, plain, cost, &d, reterr)) == CT_OK &&
        (st = ct_ring_gate(dir, &gate, reterr)) == CT_OK &&
        (st = ct_ring_load_to_change(dir, by, &r, reterr)) == CT_OK) {
        uint32_t i = ct_ring_find_user(&r, CT_USER_RECOVERY);
        if (i >= r.n)
            st = ct_fail(reterr, CT_ENOTFOUND, NULL, "the keyring has no recovery slot");
        else if ((st = ct_ring_put(&r, i, by, CT_USER_RECOVERY, 0,
                                   ct_ring_slot(&r, i) + CT_SLOT_AT_LOGIN, &d, NULL, reterr)) ==
                 CT_OK)
            st = save(dir, &r, i, ret, reterr);
    }
    ct_wipe(&d, sizeof d);
    if (st != CT_OK)
        ct_secret_wipe(recovery_code);
    return st;
}

/* ---- own password ---------------------------------------------------- */

/* Both passwords in the form they are derived from. */
static enum ct_status both(const struct ct_secret *old_password,
                           const struct ct_secret *new_password, struct ct_secret **ret_old,
                           struct ct_error *reterr)
{
    CT_SECRET *now = NULL;
    enum ct_status st = ct_password_norm(old_password, ret_old, reterr);
    if (st == CT_OK)
        st = ct_password_norm(new_password, &now, reterr);
    if (st == CT_OK && now->len == (*ret_old)->len &&
        ct_equal(now->data, (*ret_old)->data, now->len))
        st = ct_fail(reterr, CT_EINVAL, "password", "the new password is the old one");
    return st;
}

/* Replace the box of slot i, if it still is the one that was opened; seed NULL:
 * a new one. */
static enum ct_status rebox(const char *dir, struct ct_unlocked *own,
                            const unsigned char *opened, const struct ct_derived *d,
                            const unsigned char *seed, struct ct_slot *ret,
                            struct ct_error *reterr)
{
    RING r = {0};
    GATE gate = CT_GATE_INIT;
    enum ct_status st = ct_ring_gate(dir, &gate, reterr);
    if (st == CT_OK)
        st = ct_ring_load_to_change(dir, own, &r, reterr);
    if (st != CT_OK)
        return st;
    uint32_t i = ct_ring_find_user(&r, own->user_id);
    if (memcmp(ct_ring_slot(&r, i), opened, CT_SLOT_SIZE) != 0)
        return ct_fail(
            reterr, CT_ECONFLICT, "password",
            "this password was changed elsewhere meanwhile; nothing was changed here");
    st = ct_ring_put(&r, i, own, own->user_id, 0, ct_ring_slot(&r, i) + CT_SLOT_AT_LOGIN, d,
                     seed, reterr);
    if (st == CT_OK)
        st = save(dir, &r, i, ret, reterr);
    /* The pair is another one: a later key is sealed to it. */
    struct ct_slot_secret secret;
    if (st == CT_OK && ct_slot_open(ct_ring_slot(&r, i), own->store_id, d->key, &secret))
        memcpy(own->box_sk, secret.box_sk, sizeof own->box_sk);
    ct_wipe(&secret, sizeof secret);
    return st;
}

enum ct_status ct_keyring_change(const char *dir, struct ct_unlocked *own,
                                 const char *login, const struct ct_secret *old_password,
                                 const struct ct_secret *new_password, struct ct_kdf_cost cost,
                                 int64_t now_ms, struct ct_slot *ret, struct ct_error *reterr)
{
    RING r = {0};
    CT_SECRET *old = NULL;
    struct ct_slot_secret secret;
    struct ct_derived d;
    uint32_t i;
    enum ct_status st;
    if ((st = ct_password_check(new_password, login, NULL, reterr)) != CT_OK ||
        (st = both(old_password, new_password, &old, reterr)) != CT_OK ||
        (st = ct_ring_load_to_change(dir, own, &r, reterr)) != CT_OK ||
        (st = find(&r, own->user_id, login, &i, reterr)) != CT_OK)
        return st;
    ct_ring_done(&r);
    if ((st = ct_ring_try(dir, login, old, now_ms, &r, &i, &secret, reterr)) == CT_OK &&
        (st = ct_ring_derive(dir, new_password, cost, &d, reterr)) == CT_OK) {
        /* Whoever set a temporary password could have kept its seed, and sign as
         * this user for ever: so it ends with that password. */
        bool temporary =
            (ct_le32(ct_ring_slot(&r, i) + CT_SLOT_AT_FLAGS) & CT_SLOT_MUST_CHANGE) != 0;
        st = rebox(dir, own, ct_ring_slot(&r, i), &d, temporary ? NULL : secret.seed, ret,
                   reterr);
    }
    ct_wipe(&secret, sizeof secret);
    ct_wipe(&d, sizeof d);
    return st;
}

static uint32_t more(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* Does this slot want raising, and to what? */
static bool below(const struct ct_slot *slot, struct ct_kdf_cost asked, struct ct_kdf_cost *ret)
{
    *ret = (struct ct_kdf_cost){.ops = more(slot->cost.ops, asked.ops),
                                .mem_kib = more(slot->cost.mem_kib, asked.mem_kib)};
    return !slot->must_change &&
           (ret->ops != slot->cost.ops || ret->mem_kib != slot->cost.mem_kib);
}

enum ct_status ct_keyring_raise(const char *dir, struct ct_unlocked *own,
                                const char *login, const struct ct_secret *password,
                                struct ct_kdf_cost cost, int64_t now_ms, bool *raised,
                                struct ct_slot *ret, struct ct_error *reterr)
{
    RING r = {0};
    CT_SECRET *norm = NULL;
    struct ct_kdf_cost target;
    struct ct_slot_secret secret;
    struct ct_derived d;
    uint32_t i;
    enum ct_status st;
    *raised = false;
    *ret = own->slot;
    if (!below(&own->slot, cost, &target))
        return CT_OK;
    if ((st = ct_password_norm(password, &norm, reterr)) != CT_OK ||
        (st = ct_ring_load_to_change(dir, own, &r, reterr)) != CT_OK ||
        (st = find(&r, own->user_id, login, &i, reterr)) != CT_OK)
        return st;
    ct_ring_done(&r);
    /* The session keeps no seed, so the password opens the slot once more. */
    st = ct_ring_try(dir, login, norm, now_ms, &r, &i, &secret, reterr);
    if (st == CT_OK) {
        ct_slot_view(&r, i, ret);
        *raised = below(ret, cost, &target);
    }
    if (*raised && (st = ct_ring_derive(dir, password, target, &d, reterr)) == CT_OK)
        st = rebox(dir, own, ct_ring_slot(&r, i), &d, secret.seed, ret, reterr);
    *raised = *raised && st == CT_OK;
    ct_wipe(&secret, sizeof secret);
    ct_wipe(&d, sizeof d);
    return st;
}

/* ---- disable, list --------------------------------------------------- */

enum ct_status ct_keyring_disable(const char *dir, const struct ct_unlocked *by,
                                  uint32_t user_id, struct ct_slot *ret,
                                  struct ct_error *reterr)
{
    RING r = {0};
    GATE gate = CT_GATE_INIT;
    if (user_id == CT_USER_RECOVERY || user_id == by->user_id)
        return ct_fail(reterr, CT_EINVAL, "user_id", "%s",
                       user_id == CT_USER_RECOVERY
                           ? "the recovery code is not disabled but renewed"
                           : "nobody disables their own account");
    enum ct_status st = ct_ring_gate(dir, &gate, reterr);
    if (st == CT_OK)
        st = ct_ring_load_to_change(dir, by, &r, reterr);
    if (st != CT_OK)
        return st;
    uint32_t i = ct_ring_find_user(&r, user_id);
    if (i >= r.n)
        return ct_fail(reterr, CT_ENOTFOUND, "user_id", "the keyring has no user %u",
                       (unsigned)user_id);
    if ((ct_le32(ct_ring_slot(&r, i) + CT_SLOT_AT_FLAGS) & CT_SLOT_DISABLED) != 0) {
        ct_slot_view(&r, i, ret);
        return CT_OK;
    }
    ct_slot_disable(ct_ring_slot(&r, i));
    ct_ring_mac(&r, by->store_key, by->ring_key);
    return save(dir, &r, i, ret, reterr);
}

enum ct_status ct_keyring_list(const char *dir, const struct ct_unlocked *by,
                               struct ct_slot **ret, size_t *ret_n, struct ct_error *reterr)
{
    RING r = {0};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status st =
        by != NULL ? load_as(dir, by, &r, reterr) : ct_ring_load(dir, &r, reterr);
    if (st != CT_OK)
        return st;
    struct ct_slot *slots = calloc(r.n, sizeof *slots);
    if (slots == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "no memory is left for the list of users");
    for (uint32_t i = 0; i < r.n; i++)
        ct_slot_view(&r, i, &slots[i]);
    *ret = slots;
    *ret_n = r.n;
    return CT_OK;
}
