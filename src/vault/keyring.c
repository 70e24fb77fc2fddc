/* keyring - creating it, and every way of opening it; see keyring.h.
 *
 * MUST 1  from the delay's check to the counting of the result, the machine's
 *         one place for derivations (<dir>/kdf) stays held: tries side by side
 *         cannot slip past the counter.
 * MUST 2  no slot, a disabled slot and a wrong password do the same work and
 *         leave through the same return.
 * MUST 3  nothing that was read is believed until the MAC has been checked
 *         under keys that came out of the user's own secret box.
 */
#include "vault/keyring_internal.h"

#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { GATE_LIMIT_MS = 5000, KDF_LIMIT_MS = 30000 };

#define RING CT_CLEANUP(ct_ring_done) struct ct_ring
#define GATE CT_CLEANUP(ct_gate_close) struct ct_gate

/* ---- gates, places --------------------------------------------------- */

static enum ct_status take(const char *dir, const char *name, int limit_ms, const char *busy,
                           struct ct_gate *g, struct ct_error *reterr)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (n < 0 || (size_t)n >= sizeof path)
        return ct_fail(reterr, CT_EINVAL, "dir", "the store's directory has too long a name");
    enum ct_status st = ct_gate_open(g, path, reterr);
    if (st == CT_OK)
        st = ct_gate_take(g, limit_ms, reterr);
    if (st == CT_EBUSY)
        return ct_fail(reterr, CT_EBUSY, NULL, "%s; try again in a moment", busy);
    return st;
}

enum ct_status ct_ring_gate(const char *dir, struct ct_gate *g, struct ct_error *reterr)
{
    return take(dir, "gate", GATE_LIMIT_MS, "others are saving", g, reterr);
}

static enum ct_status take_kdf(const char *dir, struct ct_gate *g, struct ct_error *reterr)
{
    return take(dir, "kdf", KDF_LIMIT_MS, "many people are logging in", g, reterr);
}

uint32_t ct_ring_find_login(const struct ct_ring *r, const unsigned char hash[CT_HASH_LEN])
{
    for (uint32_t i = 0; i < r->n; i++) {
        const unsigned char *slot = ct_ring_slot(r, i);
        if (ct_le32(slot + CT_SLOT_AT_USER) != CT_USER_RECOVERY &&
            memcmp(slot + CT_SLOT_AT_LOGIN, hash, CT_HASH_LEN) == 0)
            return i;
    }
    return r->n;
}

uint32_t ct_ring_find_user(const struct ct_ring *r, uint32_t user_id)
{
    uint32_t i = 0;
    while (i < r->n && ct_le32(ct_ring_slot(r, i) + CT_SLOT_AT_USER) != user_id)
        i++;
    return i;
}

enum ct_status ct_ring_login_ok(const char *login, struct ct_error *reterr)
{
    size_t n = strlen(login);
    if (n < 1 || n > CT_KEYRING_LOGIN_MAX)
        return ct_fail(reterr, CT_EINVAL, "login", "a login has 1 to %d characters",
                       CT_KEYRING_LOGIN_MAX);
    return CT_OK;
}

static bool slot_disabled(const unsigned char *slot)
{
    return (ct_le32(slot + CT_SLOT_AT_FLAGS) & CT_SLOT_DISABLED) != 0;
}

/* ---- new slots ------------------------------------------------------- */

enum ct_status ct_ring_derive(const char *dir, const struct ct_secret *password,
                              struct ct_kdf_cost cost, struct ct_derived *ret,
                              struct ct_error *reterr)
{
    GATE kdf = CT_GATE_INIT;
    struct ct_secret *norm = NULL;
    enum ct_status st = ct_password_norm(password, &norm, reterr);
    if (st == CT_OK)
        st = take_kdf(dir, &kdf, reterr);
    if (st == CT_OK) {
        ret->cost = cost;
        ct_random(ret->salt, sizeof ret->salt);
        st = ct_kdf(ret->key, norm, ret->salt, cost, reterr);
    }
    ct_secret_free(norm);
    return st;
}

enum ct_status ct_ring_put(struct ct_ring *r, uint32_t i, const struct ct_unlocked *keys,
                           uint32_t user_id, uint32_t flags,
                           const unsigned char login_hash[CT_HASH_LEN],
                           const struct ct_derived *d, const unsigned char *seed,
                           struct ct_error *reterr)
{
    unsigned char hash[CT_HASH_LEN], fresh[CT_SEED_LEN];
    unsigned char *slot = ct_ring_slot(r, i);
    memcpy(hash, login_hash, sizeof hash); /* it may lie in the slot itself */
    ct_le32_put(r->data + CT_RING_AT_VERSION, CT_KEYRING_VERSION);
    ct_random(fresh, sizeof fresh);
    const struct ct_slot_new in = {
        .user_id = user_id,
        .version = ct_le32(slot + CT_SLOT_AT_VERSION) + 1,
        .flags = flags | CT_SLOT_OWN_BOX,
        .login_hash = hash,
        .derived = d,
        .seed = seed != NULL ? seed : fresh,
        .ring_key = keys->ring_key,
        .store_key = keys->store_key,
    };
    enum ct_status st = ct_slot_write(slot, ct_ring_store_id(r), &in, reterr);
    ct_wipe(fresh, sizeof fresh);
    ct_counter_reset(ct_ring_counter(r, i));
    ct_ring_mac(r, keys->store_key, keys->ring_key);
    return st;
}

/* ---- one try --------------------------------------------------------- */

/* Count a failure in the file as it is by now, and report it. */
static enum ct_status count_failure(const char *dir, const char *login,
                                    const unsigned char hash[CT_HASH_LEN], int64_t now_ms,
                                    struct ct_error *reterr)
{
    RING r = {0};
    GATE gate = CT_GATE_INIT;
    enum ct_status st = ct_ring_gate(dir, &gate, reterr);
    if (st == CT_OK)
        st = ct_ring_load(dir, &r, reterr);
    if (st == CT_OK) {
        uint32_t i = login != NULL ? ct_ring_find_login(&r, hash)
                                   : ct_ring_find_user(&r, CT_USER_RECOVERY);
        const char *name = login != NULL ? login : "";
        unsigned char *counter = ct_counter_of(&r, i, name, hash);
        if (counter == NULL)
            counter = ct_guest_take(&r, name, hash);
        ct_counter_add(counter, now_ms);
        st = ct_ring_save(dir, &r, reterr);
    }
    if (st != CT_OK)
        return ct_fail_prefix(reterr, st, "the failed login could not be counted");
    if (login == NULL)
        return ct_fail(reterr, CT_EPASSWORD, "recovery_code", "the recovery code is wrong");
    return ct_fail(reterr, CT_EPASSWORD, "password", "the login or the password is wrong");
}

/* The slot whose salt and cost stand in for a login that has none: always the
 * same for the same login, and each cost as often as among real logins. */
static const unsigned char *stand_in(const struct ct_ring *r,
                                     const unsigned char hash[CT_HASH_LEN])
{
    uint32_t users = 0, i;
    for (i = 0; i < r->n; i++)
        users += ct_le32(ct_ring_slot(r, i) + CT_SLOT_AT_USER) != CT_USER_RECOVERY;
    uint32_t pick = users > 0 ? ct_le32(hash) % users : 0;
    for (i = 0; users > 0 && i < r->n; i++)
        if (ct_le32(ct_ring_slot(r, i) + CT_SLOT_AT_USER) != CT_USER_RECOVERY && pick-- == 0)
            return ct_ring_slot(r, i);
    return ct_ring_slot(r, 0);
}

static enum ct_status wait_over(const struct ct_ring *r, uint32_t i, const char *login,
                                const unsigned char hash[CT_HASH_LEN], int64_t now_ms,
                                struct ct_error *reterr)
{
    const unsigned char *counter = ct_counter_of(r, i, login != NULL ? login : "", hash);
    int64_t wait = counter != NULL ? ct_counter_wait(counter, now_ms) : 0;
    if (wait == 0)
        return CT_OK;
    return ct_fail(reterr, CT_ELOCKED, "password",
                   "too many wrong tries %s: the next one is possible in %lld s",
                   login != NULL ? "for this login" : "at the recovery code",
                   (long long)((wait + 999) / 1000));
}

enum ct_status ct_ring_try(const char *dir, const char *login, const struct ct_secret *password,
                           int64_t now_ms, struct ct_ring *r, uint32_t *ret_slot,
                           struct ct_slot_secret *ret, struct ct_error *reterr)
{
    GATE kdf = CT_GATE_INIT;
    unsigned char hash[CT_HASH_LEN] = {0}, key[CT_KEY_LEN];
    *r = (struct ct_ring){0};
    /* Before the gates: where there is no good keyring, nothing is created. */
    enum ct_status st = ct_ring_load(dir, r, reterr);
    if (st != CT_OK)
        return st;
    ct_ring_done(r);
    if ((st = take_kdf(dir, &kdf, reterr)) != CT_OK ||
        (st = ct_ring_load(dir, r, reterr)) != CT_OK)
        return st;
    if (login != NULL)
        ct_login_hash(hash, ct_ring_store_id(r), login);
    uint32_t i =
        login != NULL ? ct_ring_find_login(r, hash) : ct_ring_find_user(r, CT_USER_RECOVERY);
    if ((st = wait_over(r, i, login, hash, now_ms, reterr)) != CT_OK)
        return st;
    const bool usable = i < r->n && !slot_disabled(ct_ring_slot(r, i));
    const unsigned char *slot = i < r->n ? ct_ring_slot(r, i) : stand_in(r, hash);
    const struct ct_kdf_cost cost = {.ops = ct_le32(slot + CT_SLOT_AT_OPS),
                                     .mem_kib = ct_le32(slot + CT_SLOT_AT_MEM)};
    st = ct_kdf(key, password, slot + CT_SLOT_AT_SALT, cost, reterr);
    if (st == CT_OK) {
        bool opened = ct_slot_open(slot, ct_ring_store_id(r), key, ret);
        if (!opened || !usable) {
            ct_wipe(ret, sizeof *ret);
            st = count_failure(dir, login, hash, now_ms, reterr);
        }
    }
    ct_wipe(key, sizeof key);
    *ret_slot = i;
    return st;
}

/* ---- unlocking ------------------------------------------------------- */

void ct_unlocked_free(struct ct_unlocked *u)
{
    if (u != NULL && u->ring.fd > 0)
        close(u->ring.fd);
    sodium_free(u); /* wipes; NULL is fine */
}

void ct_unlocked_freep(struct ct_unlocked **u)
{
    ct_unlocked_free(*u);
    *u = NULL;
}

static enum ct_status unlocked_new(struct ct_unlocked **ret, struct ct_error *reterr)
{
    struct ct_unlocked *u = sodium_init() < 0 ? NULL : sodium_malloc(sizeof *u);
    if (u == NULL || sodium_mlock(u, sizeof *u) != 0) {
        sodium_free(u);
        return ct_fail(reterr, CT_ENOMEM, NULL,
                       "no locked memory is left for the keys; raise this account's limit of "
                       "locked memory (RLIMIT_MEMLOCK, ulimit -l)");
    }
    memset(u, 0, sizeof *u);
    *ret = u;
    return CT_OK;
}

static void fill(struct ct_unlocked *u, const struct ct_ring *r, uint32_t i)
{
    memcpy(u->store_id, ct_ring_store_id(r), CT_STORE_ID_LEN);
    u->epoch = ct_le32(r->data + CT_RING_AT_EPOCH);
    ct_slot_view(r, i, &u->slot);
    u->user_id = u->slot.user_id;
}

/* A login whose password was right, but whose count cannot be cleared (a full
 * disk, say), still goes in: the count then tells more than it must, no less. */
static void clear_failures(const char *dir, uint32_t user_id)
{
    RING r = {0};
    GATE gate = CT_GATE_INIT;
    if (ct_ring_gate(dir, &gate, NULL) != CT_OK || ct_ring_load(dir, &r, NULL) != CT_OK)
        return;
    uint32_t i = ct_ring_find_user(&r, user_id);
    if (i >= r.n)
        return;
    ct_counter_reset(ct_ring_counter(&r, i));
    if (ct_ring_save(dir, &r, NULL) != CT_OK)
        return;
}

static enum ct_status no_old(const char *dir, struct ct_error *reterr)
{
    return ct_fail(reterr, CT_EDAMAGED, NULL,
                   "the older key in the keyring in %s does not open: put the keyring back "
                   "from a backup and find out who had access",
                   dir);
}

/* Everything after a right password. */
static enum ct_status open_slot(const char *dir, const struct ct_ring *r, uint32_t i,
                                const struct ct_slot_secret *secret, struct ct_unlocked **ret,
                                struct ct_error *reterr)
{
    CT_CLEANUP(ct_unlocked_freep) struct ct_unlocked *u = NULL;
    enum ct_status st = unlocked_new(&u, reterr);
    if (st != CT_OK)
        return st;
    if (!ct_slot_unseal(ct_ring_slot(r, i), secret, u->store_key))
        return ct_fail(reterr, CT_EDAMAGED, NULL,
                       "slot %u (user %u) of the keyring in %s was changed by something other "
                       "than this program: its store key does not open; put the keyring back "
                       "from a backup and find out who had access",
                       (unsigned)i + 1, (unsigned)ct_le32(ct_ring_slot(r, i) + CT_SLOT_AT_USER),
                       dir);
    memcpy(u->ring_key, secret->ring_key, CT_RING_KEY_LEN);
    st = ct_ring_check(dir, r, u->store_key, u->ring_key, reterr);
    if (st != CT_OK)
        return st;
    ct_slot_sign_key(secret, u->sign_sk);
    memcpy(u->box_sk, secret->box_sk, sizeof u->box_sk);
    fill(u, r, i);
    if (!ct_old_open(r, u))
        return no_old(dir, reterr);
    *ret = u;
    u = NULL;
    return CT_OK;
}

static enum ct_status unlock(const char *dir, const char *login,
                             const struct ct_secret *password, int64_t now_ms,
                             struct ct_unlocked **ret, struct ct_error *reterr)
{
    RING r = {0};
    struct ct_slot_secret secret;
    uint32_t i;
    enum ct_status st = ct_ring_try(dir, login, password, now_ms, &r, &i, &secret, reterr);
    if (st == CT_OK)
        st = open_slot(dir, &r, i, &secret, ret, reterr);
    ct_wipe(&secret, sizeof secret);
    if (st == CT_OK && (*ret)->slot.failures != 0)
        clear_failures(dir, (*ret)->user_id);
    return st;
}

enum ct_status ct_keyring_unlock(const char *dir, const char *login,
                                 const struct ct_secret *password, int64_t now_ms,
                                 struct ct_unlocked **ret, struct ct_error *reterr)
{
    CT_SECRET *norm = NULL;
    *ret = NULL;
    enum ct_status st = ct_password_norm(password, &norm, reterr);
    if (st != CT_OK)
        return st;
    return unlock(dir, login, norm, now_ms, ret, reterr);
}

enum ct_status ct_keyring_recover(const char *dir, const struct ct_secret *code, int64_t now_ms,
                                  struct ct_unlocked **ret, struct ct_error *reterr)
{
    CT_SECRET *plain = NULL;
    *ret = NULL;
    enum ct_status st = ct_secret_new(CT_CODE_CHARS, &plain, reterr);
    if (st == CT_OK)
        st = ct_code_read(code, plain, reterr);
    if (st != CT_OK)
        return st;
    return unlock(dir, NULL, plain, now_ms, ret, reterr);
}

/* ---- creating -------------------------------------------------------- */

/* Slots and file, once the passwords have been derived from. */
static enum ct_status create_file(const char *dir, uint32_t user_id, const char *login,
                                  const struct ct_derived *user, const struct ct_derived *code,
                                  struct ct_unlocked *u, struct ct_error *reterr)
{
    RING r = {0};
    GATE gate = CT_GATE_INIT;
    unsigned char hash[CT_HASH_LEN], seed[CT_SEED_LEN];
    static const unsigned char none[CT_HASH_LEN];
    enum ct_status st = ct_ring_new(&r, 2, 1, u->store_id, reterr);
    if (st != CT_OK)
        return st;
    ct_random(seed, sizeof seed);
    ct_login_hash(hash, u->store_id, login);
    if ((st = ct_ring_put(&r, 0, u, user_id, 0, hash, user, seed, reterr)) == CT_OK &&
        (st = ct_ring_put(&r, 1, u, CT_USER_RECOVERY, 0, none, code, NULL, reterr)) == CT_OK &&
        (st = ct_ring_gate(dir, &gate, reterr)) == CT_OK)
        st = ct_ring_exists(dir)
                 ? ct_fail(reterr, CT_EEXISTS, "dir", "there is a store in %s already", dir)
                 : ct_ring_save(dir, &r, reterr);
    struct ct_slot_secret secret;
    if (st == CT_OK && ct_slot_open(ct_ring_slot(&r, 0), u->store_id, user->key, &secret)) {
        ct_slot_sign_key(&secret, u->sign_sk);
        memcpy(u->box_sk, secret.box_sk, sizeof u->box_sk);
        fill(u, &r, 0);
    } else if (st == CT_OK) {
        st = ct_fail(reterr, CT_EINTERNAL, NULL, "the new slot does not open");
    }
    ct_wipe(&secret, sizeof secret);
    ct_wipe(seed, sizeof seed);
    return st;
}

enum ct_status ct_keyring_create(const char *dir, uint32_t user_id, const char *login,
                                 const struct ct_secret *password, struct ct_kdf_cost cost,
                                 int64_t now_ms, struct ct_secret *recovery_code,
                                 struct ct_unlocked **ret, struct ct_error *reterr)
{
    CT_CLEANUP(ct_unlocked_freep) struct ct_unlocked *u = NULL;
    CT_SECRET *plain = NULL;
    struct ct_derived user, code;
    enum ct_status st;
    (void)now_ms; /* a new keyring has no history */
    *ret = NULL;
    if (user_id == CT_USER_RECOVERY)
        return ct_fail(reterr, CT_EINVAL, "user_id", "a user's number is 1 or more");
    if (ct_ring_exists(dir))
        return ct_fail(reterr, CT_EEXISTS, "dir", "there is a store in %s already", dir);
    if ((st = ct_ring_login_ok(login, reterr)) != CT_OK ||
        (st = ct_password_check(password, login, NULL, reterr)) != CT_OK ||
        (st = unlocked_new(&u, reterr)) != CT_OK ||
        (st = ct_secret_new(CT_CODE_CHARS, &plain, reterr)) != CT_OK ||
        (st = ct_code_make(recovery_code, reterr)) != CT_OK ||
        (st = ct_code_read(recovery_code, plain, reterr)) != CT_OK)
        return st;
    ct_random(u->store_id, sizeof u->store_id);
    ct_random(u->store_key, sizeof u->store_key);
    ct_random(u->ring_key, sizeof u->ring_key);
    if ((st = ct_ring_derive(dir, password, cost, &user, reterr)) == CT_OK &&
        (st = ct_ring_derive(dir, plain, cost, &code, reterr)) == CT_OK)
        st = create_file(dir, user_id, login, &user, &code, u, reterr);
    ct_wipe(&user, sizeof user);
    ct_wipe(&code, sizeof code);
    if (st != CT_OK) {
        ct_secret_wipe(recovery_code);
        return st;
    }
    *ret = u;
    u = NULL;
    return CT_OK;
}

/* ---- the file's bytes, for backups ----------------------------------- */

enum ct_status ct_keyring_image(const char *dir, unsigned char **ret, size_t *ret_n,
                                struct ct_error *reterr)
{
    struct ct_ring r = {0};
    enum ct_status st = ct_ring_load(dir, &r, reterr);
    if (st == CT_OK) {
        *ret = r.data;
        *ret_n = r.len;
    }
    return st;
}

static enum ct_status image_ring(const char *name, const unsigned char *image, size_t n,
                                 struct ct_ring *r, struct ct_error *reterr)
{
    *r = (struct ct_ring){.data = malloc(n > 0 ? n : 1), .len = n};
    if (r->data == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "no memory is left for the keyring");
    memcpy(r->data, image, n);
    return ct_ring_parse(name, r, reterr);
}

/* The one try at a slot of bytes that lie nowhere. */
static enum ct_status image_try(const char *name, const struct ct_ring *r, const char *login,
                                const struct ct_secret *norm, struct ct_unlocked **ret,
                                struct ct_error *reterr)
{
    unsigned char hash[CT_HASH_LEN] = {0}, key[CT_KEY_LEN];
    struct ct_slot_secret secret;
    if (login != NULL)
        ct_login_hash(hash, ct_ring_store_id(r), login);
    uint32_t i =
        login != NULL ? ct_ring_find_login(r, hash) : ct_ring_find_user(r, CT_USER_RECOVERY);
    const unsigned char *slot = i < r->n ? ct_ring_slot(r, i) : stand_in(r, hash);
    const struct ct_kdf_cost cost = {.ops = ct_le32(slot + CT_SLOT_AT_OPS),
                                     .mem_kib = ct_le32(slot + CT_SLOT_AT_MEM)};
    enum ct_status st = ct_kdf(key, norm, slot + CT_SLOT_AT_SALT, cost, reterr);
    if (st != CT_OK)
        return st;
    bool opened = ct_slot_open(slot, ct_ring_store_id(r), key, &secret);
    ct_wipe(key, sizeof key);
    if (opened && i < r->n && !slot_disabled(slot))
        st = open_slot(name, r, i, &secret, ret, reterr);
    else if (login == NULL)
        st = ct_fail(reterr, CT_EPASSWORD, "recovery_code", "the recovery code is wrong");
    else
        st = ct_fail(reterr, CT_EPASSWORD, "password", "the login or the password is wrong");
    ct_wipe(&secret, sizeof secret);
    return st;
}

enum ct_status ct_keyring_image_open(const char *name, const unsigned char *image, size_t n,
                                     const char *login, const struct ct_secret *password,
                                     struct ct_unlocked **ret, struct ct_error *reterr)
{
    RING r = {0};
    CT_SECRET *norm = NULL;
    *ret = NULL;
    enum ct_status st = image_ring(name, image, n, &r, reterr);
    if (st == CT_OK && login != NULL)
        st = ct_password_norm(password, &norm, reterr);
    else if (st == CT_OK && (st = ct_secret_new(CT_CODE_CHARS, &norm, reterr)) == CT_OK)
        st = ct_code_read(password, norm, reterr);
    return st == CT_OK ? image_try(name, &r, login, norm, ret, reterr) : st;
}

enum ct_status ct_keyring_image_keys(const char *name, const unsigned char *image, size_t n,
                                     const unsigned char store_key[CT_KEY_LEN],
                                     const unsigned char ring_key[CT_RING_KEY_LEN],
                                     struct ct_unlocked **ret, struct ct_error *reterr)
{
    RING r = {0};
    CT_CLEANUP(ct_unlocked_freep) struct ct_unlocked *u = NULL;
    enum ct_status st = image_ring(name, image, n, &r, reterr);
    if (st == CT_OK)
        st = unlocked_new(&u, reterr);
    if (st == CT_OK)
        st = ct_ring_check(name, &r, store_key, ring_key, reterr);
    uint32_t i = st == CT_OK ? ct_ring_find_user(&r, CT_USER_RECOVERY) : 0;
    if (st == CT_OK && i >= r.n)
        st = ct_fail(reterr, CT_EDAMAGED, NULL, "%s has no recovery slot", name);
    if (st != CT_OK)
        return st;
    fill(u, &r, i);
    memcpy(u->store_key, store_key, CT_KEY_LEN);
    memcpy(u->ring_key, ring_key, CT_RING_KEY_LEN);
    if (!ct_old_open(&r, u))
        return no_old(name, reterr);
    *ret = u;
    u = NULL;
    return CT_OK;
}

enum ct_status ct_keyring_image_put(const char *dir, const unsigned char *image, size_t n,
                                    struct ct_error *reterr)
{
    RING r = {0};
    GATE gate = CT_GATE_INIT;
    enum ct_status st = image_ring(dir, image, n, &r, reterr);
    if (st == CT_OK && (st = ct_ring_gate(dir, &gate, reterr)) == CT_OK)
        st = ct_ring_exists(dir)
                 ? ct_fail(reterr, CT_EEXISTS, "dir", "there is a keyring in %s already", dir)
                 : ct_ring_save(dir, &r, reterr);
    return st;
}

int ct_keyring_image_slots(const unsigned char *image, size_t n)
{
    RING r = {0};
    return image_ring("", image, n, &r, NULL) == CT_OK ? (int)r.n : -1;
}

/* ---- signatures ------------------------------------------------------ */

void ct_sign(const struct ct_unlocked *u, const void *msg, size_t n,
             unsigned char sig[CT_SIGNATURE_LEN])
{
    crypto_sign_detached(sig, NULL, msg, n, u->sign_sk);
}

bool ct_sign_check(const unsigned char pk[CT_SIGN_PK_LEN], const void *msg, size_t n,
                   const unsigned char sig[CT_SIGNATURE_LEN])
{
    return crypto_sign_verify_detached(sig, msg, n, pk) == 0;
}
