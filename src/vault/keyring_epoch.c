/* keyring_epoch - a new store key: begun, followed by open sessions, ended; see keyring.h.
 *
 * MUST 1  a new epoch is one replacement of the file. Before it nothing is sealed under the
 *         new key; after it every writer seals under it (store/tx.c asks at the gate).
 * MUST 2  at most one older key lies in the file: the next epoch begins when the last ended.
 * MUST 3  a session believes a newer key only when the keyring's MAC fits it and the ring key,
 *         and when it opens the session's own key, if that is the one before.
 */
#include "vault/keyring_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RING CT_CLEANUP(ct_ring_done) struct ct_ring
#define GATE CT_CLEANUP(ct_gate_close) struct ct_gate

enum { AD_LEN = 8 + CT_STORE_ID_LEN + 8 };
_Static_assert(CT_OLD_AT_NONCE + CT_NONCE_LEN == CT_OLD_AT_BOX, "older key");
_Static_assert(CT_OLD_AT_BOX + CT_KEY_LEN + CT_TAG_LEN == CT_OLD_SIZE, "older key");

/* ---- the older key under the newer ----------------------------------- */

static void wrap_key(const struct ct_ring *r, const unsigned char newer[CT_KEY_LEN],
                     unsigned char key[CT_KEY_LEN], unsigned char ad[AD_LEN])
{
    crypto_kdf_derive_from_key(key, CT_KEY_LEN, 1, "ctoldkey", newer);
    memcpy(ad, "ctoldky1", 8);
    memcpy(ad + 8, ct_ring_store_id(r), CT_STORE_ID_LEN);
    memcpy(ad + 8 + CT_STORE_ID_LEN, ct_ring_old(r) + CT_OLD_AT_EPOCH, 4);
    memcpy(ad + 8 + CT_STORE_ID_LEN + 4, r->data + CT_RING_AT_EPOCH, 4);
}

static void old_put(struct ct_ring *r, uint32_t epoch, const unsigned char older[CT_KEY_LEN],
                    const unsigned char newer[CT_KEY_LEN])
{
    unsigned char key[CT_KEY_LEN], ad[AD_LEN], *old = ct_ring_old(r);
    memset(old, 0, CT_OLD_SIZE);
    ct_le32_put(old + CT_OLD_AT_EPOCH, epoch);
    ct_random(old + CT_OLD_AT_NONCE, CT_NONCE_LEN);
    wrap_key(r, newer, key, ad);
    crypto_aead_xchacha20poly1305_ietf_encrypt(old + CT_OLD_AT_BOX, NULL, older, CT_KEY_LEN, ad,
                                               sizeof ad, NULL, old + CT_OLD_AT_NONCE, key);
    ct_wipe(key, sizeof key);
}

static bool old_get(const struct ct_ring *r, const unsigned char newer[CT_KEY_LEN],
                    uint32_t *epoch, unsigned char older[CT_KEY_LEN])
{
    unsigned char key[CT_KEY_LEN], ad[AD_LEN];
    *epoch = 0;
    memset(older, 0, CT_KEY_LEN);
    if (r->old == 0)
        return true;
    const unsigned char *old = ct_ring_old(r);
    wrap_key(r, newer, key, ad);
    bool good = crypto_aead_xchacha20poly1305_ietf_decrypt(
                    older, NULL, NULL, old + CT_OLD_AT_BOX, CT_KEY_LEN + CT_TAG_LEN, ad,
                    sizeof ad, old + CT_OLD_AT_NONCE, key) == 0;
    ct_wipe(key, sizeof key);
    if (good)
        *epoch = ct_le32(old + CT_OLD_AT_EPOCH);
    return good;
}

bool ct_old_open(const struct ct_ring *r, struct ct_unlocked *u)
{
    return old_get(r, u->store_key, &u->old_epoch, u->old_key);
}

/* ---- beginning, ending ----------------------------------------------- */

static enum ct_status seal_to_all(struct ct_ring *r, const unsigned char key[CT_KEY_LEN],
                                  struct ct_error *reterr)
{
    for (uint32_t i = 0; i < r->n; i++) {
        unsigned char *slot = ct_ring_slot(r, i);
        if ((ct_le32(slot + CT_SLOT_AT_FLAGS) & CT_SLOT_DISABLED) == 0 &&
            !ct_slot_seal(slot, key))
            return ct_fail(reterr, CT_EDAMAGED, NULL,
                           "slot %u (user %u) of the keyring has no usable public key; nothing "
                           "was changed: disable or reset that user first",
                           (unsigned)i + 1, (unsigned)ct_le32(slot + CT_SLOT_AT_USER));
    }
    return CT_OK;
}

/* The session's own view after its keyring was replaced. */
static void own_slot(const struct ct_ring *r, struct ct_unlocked *u)
{
    uint32_t i = ct_ring_find_user(r, u->user_id);
    if (i < r->n)
        ct_slot_view(r, i, &u->slot);
}

enum ct_status ct_keyring_epoch_begin(const char *dir, struct ct_unlocked *by, bool *begun,
                                      struct ct_error *reterr)
{
    RING r = {0};
    GATE gate = CT_GATE_INIT;
    unsigned char key[CT_KEY_LEN];
    *begun = false;
    enum ct_status st = ct_ring_gate(dir, &gate, reterr);
    if (st == CT_OK)
        st = ct_ring_load_to_change(dir, by, &r, reterr);
    if (st != CT_OK || r.old > 0)
        return st;
    const uint32_t epoch = by->epoch;
    if (epoch == UINT32_MAX)
        return ct_fail(reterr, CT_EINVAL, NULL, "there is no further key epoch");
    ct_random(key, sizeof key);
    if ((st = ct_ring_shape(&r, r.n, 1, reterr)) == CT_OK) {
        ct_le32_put(r.data + CT_RING_AT_EPOCH, epoch + 1);
        old_put(&r, epoch, by->store_key, key);
        st = seal_to_all(&r, key, reterr);
    }
    if (st == CT_OK) {
        ct_ring_mac(&r, key, by->ring_key);
        st = ct_ring_save(dir, &r, reterr);
    }
    if (st == CT_OK) {
        memcpy(by->old_key, by->store_key, CT_KEY_LEN);
        memcpy(by->store_key, key, CT_KEY_LEN);
        by->old_epoch = epoch;
        by->epoch = epoch + 1;
        own_slot(&r, by);
        *begun = true;
    }
    ct_wipe(key, sizeof key);
    return st;
}

enum ct_status ct_keyring_epoch_end(const char *dir, struct ct_unlocked *by,
                                    struct ct_error *reterr)
{
    RING r = {0};
    enum ct_status st = ct_ring_load_to_change(dir, by, &r, reterr);
    if (st != CT_OK)
        return st;
    if (r.old != 0) { /* else another has dropped it meanwhile, from the file alone */
        if ((st = ct_ring_shape(&r, r.n, 0, reterr)) != CT_OK)
            return st;
        ct_ring_mac(&r, by->store_key, by->ring_key);
        if ((st = ct_ring_save(dir, &r, reterr)) != CT_OK)
            return st;
    }
    ct_wipe(by->old_key, CT_KEY_LEN);
    by->old_epoch = 0;
    own_slot(&r, by);
    return CT_OK;
}

/* ---- following ------------------------------------------------------- */

static bool as_seen(const struct ct_ring_seen *seen, const char *path)
{
    struct stat st;
    return seen->fd > 0 && stat(path, &st) == 0 && st.st_dev == seen->dev &&
           st.st_ino == seen->ino && st.st_mtim.tv_sec == seen->changed.tv_sec &&
           st.st_mtim.tv_nsec == seen->changed.tv_nsec;
}

/* fd has no key that is later: it need not be read again. */
static void remember(struct ct_ring_seen *seen, int fd)
{
    struct stat st;
    if (seen->fd > 0)
        close(seen->fd);
    seen->fd = 0;
    if (fd > 0 && fstat(fd, &st) == 0)
        *seen = (struct ct_ring_seen){
            .fd = fd, .dev = st.st_dev, .ino = st.st_ino, .changed = st.st_mtim};
    else
        close(fd);
}

/* Does the file's header name a later epoch? Not proven. No keyring has none. */
static enum ct_status peek(const char *dir, struct ct_unlocked *own, bool *ret_later,
                           struct ct_error *reterr)
{
    char path[PATH_MAX];
    unsigned char head[CT_RING_HEADER];
    *ret_later = false;
    int n = snprintf(path, sizeof path, "%s/" CT_KEYRING_FILE, dir);
    if (n < 0 || (size_t)n >= sizeof path)
        return ct_fail(reterr, CT_EINVAL, "dir", "the store's directory has too long a name");
    if (as_seen(&own->ring, path))
        return CT_OK;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && errno == ENOENT)
        return CT_OK;
    ssize_t got = fd >= 0 ? pread(fd, head, sizeof head, 0) : -1;
    int err = errno;
    if (got == (ssize_t)sizeof head && memcmp(head, CT_RING_MAGIC, CT_RING_MAGIC_LEN) == 0)
        *ret_later = ct_le32(head + CT_RING_AT_EPOCH) > own->epoch;
    if (got >= 0 && !*ret_later)
        remember(&own->ring, fd);
    else if (fd >= 0)
        close(fd);
    if (got < 0)
        return ct_fail(reterr, CT_EIO, NULL,
                       "the keyring %s cannot be read (%s), so nothing is saved: whether the "
                       "store has a new key is not known",
                       path, strerror(err));
    return CT_OK;
}

/* r is newer than the session: its keys, with the session's own secret. */
static enum ct_status fetch(const char *dir, const struct ct_ring *r, struct ct_unlocked *own,
                            struct ct_error *reterr)
{
    unsigned char key[CT_KEY_LEN], old[CT_KEY_LEN];
    uint32_t old_epoch = 0;
    if (!ct_equal(own->store_id, ct_ring_store_id(r), CT_STORE_ID_LEN))
        return ct_fail(reterr, CT_EFOREIGN, NULL,
                       "the keyring in %s belongs to another store: put this store's own back",
                       dir);
    uint32_t i = ct_ring_find_user(r, own->user_id);
    if (i >= r->n || (ct_le32(ct_ring_slot(r, i) + CT_SLOT_AT_FLAGS) & CT_SLOT_DISABLED) != 0)
        return ct_fail(reterr, CT_EDENIED, NULL,
                       "the store was given a new key, and this user was disabled before: this "
                       "session has ended");
    if (!ct_slot_sealed_open(ct_ring_slot(r, i), own->box_sk, key))
        return ct_fail(reterr, CT_EDENIED, NULL,
                       "the store was given a new key, and this user's password was changed "
                       "since this login: log in again");
    enum ct_status st = ct_ring_check(dir, r, key, own->ring_key, reterr);
    if (st == CT_OK && (!old_get(r, key, &old_epoch, old) ||
                        (old_epoch == own->epoch &&
                         !ct_equal(old, own->store_key, CT_KEY_LEN))))
        st = ct_fail(reterr, CT_EDAMAGED, NULL,
                     "the new key in the keyring in %s does not follow from the one before: "
                     "put the keyring back from a backup and find out who had access",
                     dir);
    if (st == CT_OK) {
        memcpy(own->store_key, key, CT_KEY_LEN);
        memcpy(own->old_key, old, CT_KEY_LEN);
        own->old_epoch = old_epoch;
        own->epoch = ct_le32(r->data + CT_RING_AT_EPOCH);
        ct_slot_view(r, i, &own->slot);
    }
    ct_wipe(key, sizeof key);
    ct_wipe(old, sizeof old);
    return st;
}

enum ct_status ct_keyring_follow(const char *dir, struct ct_unlocked *own,
                                 struct ct_error *reterr)
{
    RING r = {0};
    bool later;
    enum ct_status st = peek(dir, own, &later, reterr);
    if (st != CT_OK || !later)
        return st;
    if ((st = ct_ring_load(dir, &r, reterr)) != CT_OK ||
        ct_le32(r.data + CT_RING_AT_EPOCH) <= own->epoch)
        return st;
    return fetch(dir, &r, own, reterr);
}

enum ct_status ct_keyring_epoch(const char *dir, uint32_t *epoch, bool *older,
                                struct ct_error *reterr)
{
    RING r = {0};
    enum ct_status st = ct_ring_load(dir, &r, reterr);
    if (st != CT_OK)
        return st;
    *epoch = ct_le32(r.data + CT_RING_AT_EPOCH);
    *older = r.old > 0;
    return CT_OK;
}
