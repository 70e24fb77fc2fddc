/* keyring_file - the keyring's bytes: layout, checks, and whole replacement.
 *
 * All numbers are little-endian and unsigned unless said otherwise. A file of
 * n slots and m older keys has 40 + 368 n + 80 m + 1088 bytes, exactly.
 *
 * Header
 *      0   8  magic: 89 43 54 4B 45 59 0D 0A  (0x89 "CTKEY" CR LF)
 *      8   4  format version: 2; 1 is 2 without older keys and flag bit 2
 *     12   4  n, the number of slots: 1 .. 4096
 *     16  16  store id, random; also in every page seal and in the audit chain
 *     32   4  key epoch that the sealed store keys belong to
 *     36   2  number of guest counters: 64
 *     38   2  m, the number of older keys: 1 while the store is given a new one, else 0
 * Slots, from 40, n times 352 bytes
 *     +0   4  user id; 0 is the recovery code
 *     +4   4  slot version: 1 at first, one more at each change
 *     +8   4  flags: bit 0 disabled, bit 1 must change the password,
 *             bit 2 the box pair hangs on the password; else 0
 *    +12   4  key derivation: 2 = Argon2id version 1.3, one lane
 *    +16   4  its passes: 1 .. 10
 *    +20   4  its memory in KiB: 8 .. 1,048,576
 *    +24  16  its salt, random
 *    +40  32  login hash: BLAKE2b-256("ctlogin1", store id, login in lower
 *             case); zeros in the recovery slot
 *    +72  32  X25519 public key
 *   +104  32  Ed25519 public key
 *   +136  24  nonce of the secret box, random
 *   +160  80  secret box: XChaCha20-Poly1305-IETF of seed (32) and ring key
 *             (32), tag last, under Argon2id(NFC(password)); associated data:
 *             "ctslot01", store id, bytes +0 .. +135 of this slot
 *   +240  80  store key (32) in a libsodium sealed box to the X25519 key
 *   +320  32  slot MAC: BLAKE2b-256 keyed with the MAC key, of "ctslmac1",
 *             store id, bytes +0 .. +319 of this slot
 *   A disabled slot has zeros in salt, nonce, secret box and sealed store key.
 * Older keys, m times 80 bytes, behind the slots
 *     +0   4  its epoch: that of the header less 1
 *     +4   4  zero
 *     +8  24  nonce, random
 *    +32  48  XChaCha20-Poly1305-IETF of it, tag last, under crypto_kdf("ctoldkey",
 *             id 1) of the store key; associated data: "ctoldky1", store id,
 *             its epoch, the header's epoch
 * Slot counters, n times 16 bytes, in the order of the slots
 *     +0   4  zero
 *     +4   4  consecutive failures
 *     +8   8  time of the last one, UTC ms (two's complement)
 * Guest counters, 64 times 16 bytes, for logins that have no slot
 *     +0   4  0 free; 0x10000 + the first two bytes of the login hash; or
 *             0x20000 for every login as long as a password
 *     +4      as above
 * MAC, 32 bytes: BLAKE2b-256 keyed with the MAC key, of header, slots
 *    and older keys
 * Checksum, 32 bytes: BLAKE2b-256 without a key, of all before it
 *
 * Keys. seed -> crypto_kdf(context "ctboxkey", id 1) -> X25519 pair; seed ->
 * crypto_kdf("ctsignky", id 1) -> Ed25519 pair; store key ->
 * crypto_kdf("ctringmc", id 1) -> k; MAC key = BLAKE2b-256(key k, ring key).
 * The ring key is random, one a store, and lies only in the secret boxes: the
 * store keys are sealed to public keys, which anyone can do, so the MAC must
 * not hang on the store key alone.
 *
 * MUST 1  the magic, the version's place, and a trailing checksum over all
 *         before it are the same in every later version: that is how damage
 *         is told from a newer format.
 * MUST 2  the checksum is tested before anything else is believed, and every
 *         count and cost is bounded before it is used.
 * MUST 3  the file is never written in place: temporary name, fsync, rename,
 *         fsync of the directory; any failure leaves the old file.
 * MUST 4  every byte is under the checksum, and every byte but the counters
 *         under the MAC.
 */
#include "base/file.h"
#include "vault/keyring_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(CT_SLOT_SEALED_LEN == CT_KEY_LEN + crypto_box_SEALBYTES, "sealed key");
_Static_assert(CT_SLOT_AT_BOX + CT_SLOT_BOX_LEN == CT_SLOT_AT_SEALED, "box");
_Static_assert(CT_SLOT_AT_SEALED + CT_SLOT_SEALED_LEN == CT_SLOT_AT_MAC, "sealed");
_Static_assert(CT_SLOT_AT_MAC + CT_RING_MAC_LEN == CT_SLOT_SIZE, "slot");

const unsigned char CT_RING_MAGIC[CT_RING_MAGIC_LEN] = {0x89, 'C', 'T',  'K',
                                                        'E',  'Y', '\r', '\n'};

/* ---- places ---------------------------------------------------------- */

size_t ct_ring_counters(uint32_t n)
{
    return CT_RING_HEADER + (size_t)n * CT_SLOT_SIZE;
}

size_t ct_ring_size(uint32_t n)
{
    return ct_ring_counters(n) + ((size_t)n + CT_RING_GUESTS) * CT_COUNTER_SIZE +
           CT_RING_MAC_LEN + CT_HASH_LEN;
}

size_t ct_ring_size_max(void)
{
    return ct_ring_size(CT_RING_SLOTS_MAX) + (size_t)CT_OLD_MAX * CT_OLD_SIZE;
}

/* What the MAC is over, and where the counters begin. */
static size_t keyed(const struct ct_ring *r)
{
    return ct_ring_counters(r->n) + (size_t)r->old * CT_OLD_SIZE;
}

static size_t mac_at(const struct ct_ring *r)
{
    return r->len - CT_RING_MAC_LEN - CT_HASH_LEN;
}

unsigned char *ct_ring_old(const struct ct_ring *r)
{
    return r->data + ct_ring_counters(r->n);
}

unsigned char *ct_ring_slot(const struct ct_ring *r, uint32_t i)
{
    return r->data + CT_RING_HEADER + (size_t)i * CT_SLOT_SIZE;
}

unsigned char *ct_ring_counter(const struct ct_ring *r, uint32_t i)
{
    return r->data + keyed(r) + (size_t)i * CT_COUNTER_SIZE;
}

unsigned char *ct_ring_guest(const struct ct_ring *r, uint32_t i)
{
    return ct_ring_counter(r, r->n + i);
}

const unsigned char *ct_ring_store_id(const struct ct_ring *r)
{
    return r->data + CT_RING_AT_STORE_ID;
}

void ct_ring_done(struct ct_ring *r)
{
    free(r->data);
    *r = (struct ct_ring){0};
}

static enum ct_status make(struct ct_ring *r, uint32_t n, uint32_t old, uint32_t epoch,
                           const unsigned char store_id[CT_STORE_ID_LEN],
                           struct ct_error *reterr)
{
    size_t len = ct_ring_size(n) + (size_t)old * CT_OLD_SIZE;
    unsigned char *data = calloc(1, len);
    if (data == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "no memory is left for the keyring");
    memcpy(data, CT_RING_MAGIC, CT_RING_MAGIC_LEN);
    ct_le32_put(data + CT_RING_AT_VERSION, CT_KEYRING_VERSION);
    ct_le32_put(data + CT_RING_AT_COUNT, n);
    memcpy(data + CT_RING_AT_STORE_ID, store_id, CT_STORE_ID_LEN);
    ct_le32_put(data + CT_RING_AT_EPOCH, epoch);
    ct_le32_put(data + CT_RING_AT_GUESTS, CT_RING_GUESTS | old << 16);
    *r = (struct ct_ring){.data = data, .len = len, .n = n, .old = old};
    return CT_OK;
}

enum ct_status ct_ring_new(struct ct_ring *r, uint32_t n, uint32_t epoch,
                           const unsigned char store_id[CT_STORE_ID_LEN],
                           struct ct_error *reterr)
{
    return make(r, n, 0, epoch, store_id, reterr);
}

enum ct_status ct_ring_shape(struct ct_ring *r, uint32_t n, uint32_t old,
                             struct ct_error *reterr)
{
    struct ct_ring to;
    enum ct_status st =
        make(&to, n, old, ct_le32(r->data + CT_RING_AT_EPOCH), ct_ring_store_id(r), reterr);
    if (st != CT_OK)
        return st;
    memcpy(ct_ring_slot(&to, 0), ct_ring_slot(r, 0), (size_t)r->n * CT_SLOT_SIZE);
    if (r->old > 0 && old > 0)
        memcpy(ct_ring_old(&to), ct_ring_old(r), CT_OLD_SIZE);
    memcpy(ct_ring_counter(&to, 0), ct_ring_counter(r, 0), (size_t)r->n * CT_COUNTER_SIZE);
    memcpy(ct_ring_guest(&to, 0), ct_ring_guest(r, 0), CT_RING_GUESTS * CT_COUNTER_SIZE);
    ct_ring_done(r);
    *r = to;
    return CT_OK;
}

enum ct_status ct_ring_grow(struct ct_ring *r, struct ct_error *reterr)
{
    if (r->n >= CT_RING_SLOTS_MAX)
        return ct_fail(reterr, CT_EINVAL, "login",
                       "the keyring is full: it holds %d users, the disabled ones among them",
                       CT_RING_SLOTS_MAX);
    return ct_ring_shape(r, r->n + 1, r->old, reterr);
}

/* ---- checks ---------------------------------------------------------- */

static enum ct_status damaged(const char *dir, const char *how, struct ct_error *reterr)
{
    return ct_fail(reterr, CT_EDAMAGED, NULL,
                   "the keyring %s/" CT_KEYRING_FILE " is damaged (%s); nothing was changed: "
                   "put it back from a backup",
                   dir, how);
}

static bool old_ok(const struct ct_ring *r)
{
    const unsigned char *old = r->old > 0 ? ct_ring_old(r) : NULL;
    return old == NULL || (ct_le32(old + CT_OLD_AT_EPOCH) + 1 ==
                               ct_le32(r->data + CT_RING_AT_EPOCH) &&
                           ct_le32(old + CT_OLD_AT_EPOCH + 4) == 0);
}

static bool slot_ok(const unsigned char *slot, uint32_t version)
{
    const uint32_t flags =
        CT_SLOT_DISABLED | CT_SLOT_MUST_CHANGE | (version > 1 ? CT_SLOT_OWN_BOX : 0u);
    const struct ct_kdf_cost cost = {.ops = ct_le32(slot + CT_SLOT_AT_OPS),
                                     .mem_kib = ct_le32(slot + CT_SLOT_AT_MEM)};
    return (ct_le32(slot + CT_SLOT_AT_FLAGS) & ~flags) == 0 &&
           ct_le32(slot + CT_SLOT_AT_KDF) == CT_KDF_ARGON2ID13 && ct_kdf_bounded(cost);
}

enum ct_status ct_ring_parse(const char *dir, struct ct_ring *r, struct ct_error *reterr)
{
    const size_t known = r->len < CT_RING_MAGIC_LEN ? r->len : CT_RING_MAGIC_LEN;
    if (known > 0 && memcmp(r->data, CT_RING_MAGIC, known) != 0)
        return ct_fail(reterr, CT_EFOREIGN, NULL,
                       "%s/" CT_KEYRING_FILE
                       " is no keyring of this program; nothing was changed: "
                       "is this the right directory?",
                       dir);
    if (r->len < CT_RING_HEADER + CT_HASH_LEN)
        return damaged(dir, "cut short", reterr);
    unsigned char sum[CT_HASH_LEN];
    ct_hash(sum, r->data, r->len - CT_HASH_LEN);
    if (!ct_equal(sum, r->data + r->len - CT_HASH_LEN, CT_HASH_LEN))
        return damaged(dir, "its checksum does not fit", reterr);
    uint32_t version = ct_le32(r->data + CT_RING_AT_VERSION);
    if (version > CT_KEYRING_VERSION)
        return ct_fail(reterr, CT_ENEWER, NULL,
                       "the keyring %s/" CT_KEYRING_FILE " has format %u, newer than the %d this "
                       "program knows; nothing was changed: use the newer program",
                       dir, (unsigned)version, CT_KEYRING_VERSION);
    if (version == 0)
        return damaged(dir, "no such format", reterr);
    r->n = ct_le32(r->data + CT_RING_AT_COUNT);
    r->old = ct_le32(r->data + CT_RING_AT_GUESTS) >> 16;
    if (r->n < 1 || r->n > CT_RING_SLOTS_MAX || r->old > (version > 1 ? CT_OLD_MAX : 0) ||
        r->len != ct_ring_size(r->n) + (size_t)r->old * CT_OLD_SIZE ||
        (ct_le32(r->data + CT_RING_AT_GUESTS) & 0xffff) != CT_RING_GUESTS ||
        !old_ok(r))
        return damaged(dir, "its size does not fit its header", reterr);
    for (uint32_t i = 0; i < r->n; i++)
        if (!slot_ok(ct_ring_slot(r, i), version) ||
            ct_le32(ct_ring_counter(r, i) + CT_COUNTER_AT_TAG) != 0)
            return damaged(dir, "a slot holds impossible values", reterr);
    return CT_OK;
}

/* ---- MACs ------------------------------------------------------------ */

static void hash_keyed(unsigned char out[CT_RING_MAC_LEN], const unsigned char key[CT_KEY_LEN],
                       const char *label, const unsigned char *store_id, const void *p,
                       size_t n)
{
    crypto_generichash_state h;
    crypto_generichash_init(&h, key, CT_KEY_LEN, CT_RING_MAC_LEN);
    if (label != NULL) {
        crypto_generichash_update(&h, (const unsigned char *)label, strlen(label));
        crypto_generichash_update(&h, store_id, CT_STORE_ID_LEN);
    }
    crypto_generichash_update(&h, p, n);
    crypto_generichash_final(&h, out, CT_RING_MAC_LEN);
    ct_wipe(&h, sizeof h);
}

static void mac_key(unsigned char out[CT_KEY_LEN], const unsigned char store_key[CT_KEY_LEN],
                    const unsigned char ring_key[CT_RING_KEY_LEN])
{
    unsigned char k[CT_KEY_LEN];
    crypto_kdf_derive_from_key(k, sizeof k, 1, "ctringmc", store_key);
    hash_keyed(out, k, NULL, NULL, ring_key, CT_RING_KEY_LEN);
    ct_wipe(k, sizeof k);
}

static void slot_mac(unsigned char out[CT_RING_MAC_LEN], const unsigned char key[CT_KEY_LEN],
                     const struct ct_ring *r, uint32_t i)
{
    hash_keyed(out, key, "ctslmac1", ct_ring_store_id(r), ct_ring_slot(r, i), CT_SLOT_AT_MAC);
}

void ct_ring_mac(struct ct_ring *r, const unsigned char store_key[CT_KEY_LEN],
                 const unsigned char ring_key[CT_RING_KEY_LEN])
{
    unsigned char key[CT_KEY_LEN];
    mac_key(key, store_key, ring_key);
    for (uint32_t i = 0; i < r->n; i++)
        slot_mac(ct_ring_slot(r, i) + CT_SLOT_AT_MAC, key, r, i);
    hash_keyed(r->data + mac_at(r), key, NULL, NULL, r->data, keyed(r));
    ct_wipe(key, sizeof key);
}

enum ct_status ct_ring_check(const char *dir, const struct ct_ring *r,
                             const unsigned char store_key[CT_KEY_LEN],
                             const unsigned char ring_key[CT_RING_KEY_LEN],
                             struct ct_error *reterr)
{
    unsigned char key[CT_KEY_LEN], mac[CT_RING_MAC_LEN];
    enum ct_status st = CT_OK;
    mac_key(key, store_key, ring_key);
    hash_keyed(mac, key, NULL, NULL, r->data, keyed(r));
    if (!ct_equal(mac, r->data + mac_at(r), CT_RING_MAC_LEN)) {
        st = ct_fail(reterr, CT_EDAMAGED, NULL,
                     "the keyring %s/" CT_KEYRING_FILE " was changed by something other than this "
                     "program (its header, or slots added, removed or exchanged): put it back "
                     "from a backup and find out who had access",
                     dir);
        for (uint32_t i = 0; i < r->n; i++) {
            slot_mac(mac, key, r, i);
            const unsigned char *slot = ct_ring_slot(r, i);
            if (ct_equal(mac, slot + CT_SLOT_AT_MAC, CT_RING_MAC_LEN))
                continue;
            st =
                ct_fail(reterr, CT_EDAMAGED, NULL,
                        "slot %u (user %u) of the keyring %s/" CT_KEYRING_FILE " was changed by "
                        "something other than this program: put the keyring back from a backup "
                        "and find out who had access",
                        (unsigned)i + 1, (unsigned)ct_le32(slot + CT_SLOT_AT_USER), dir);
            break;
        }
    }
    ct_wipe(key, sizeof key);
    return st;
}

/* ---- reading and writing --------------------------------------------- */

static int open_dir(const char *dir)
{
    return open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
#define FD CT_CLEANUP(close_fd) int

bool ct_ring_exists(const char *dir)
{
    struct stat st;
    FD d = open_dir(dir);
    return d >= 0 && fstatat(d, CT_KEYRING_FILE, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static enum ct_status cannot_read(const char *dir, int err, struct ct_error *reterr)
{
    if (err == ENOENT || err == ENOTDIR)
        return ct_fail(reterr, CT_ENOTFOUND, NULL,
                       "there is no store in %s (it has no keyring); create one with "
                       "\"clintech init\", or name another directory",
                       dir);
    return ct_fail(reterr, CT_EIO, NULL, "the keyring %s/" CT_KEYRING_FILE " cannot be read: %s",
                   dir, strerror(err));
}

/* All of an open file into r; one byte more than the largest is refused. */
static enum ct_status read_all(const char *dir, int fd, struct ct_ring *r,
                               struct ct_error *reterr)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return cannot_read(dir, errno, reterr);
    if (!S_ISREG(st.st_mode))
        return ct_fail(reterr, CT_EFOREIGN, NULL, "%s/" CT_KEYRING_FILE " is not a plain file",
                       dir);
    size_t max = ct_ring_size_max() + 1;
    size_t want = (uint64_t)st.st_size < max ? (size_t)st.st_size : max;
    r->data = malloc(want + 1);
    if (r->data == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "no memory is left for the keyring");
    while (r->len < want) {
        ssize_t got = read(fd, r->data + r->len, want - r->len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return cannot_read(dir, errno, reterr);
        if (got == 0)
            break;
        r->len += (size_t)got;
    }
    return CT_OK;
}

enum ct_status ct_ring_load(const char *dir, struct ct_ring *r, struct ct_error *reterr)
{
    *r = (struct ct_ring){0};
    FD d = open_dir(dir);
    if (d < 0)
        return cannot_read(dir, errno, reterr);
    FD fd = openat(d, CT_KEYRING_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && errno == ELOOP)
        return ct_fail(reterr, CT_EFOREIGN, NULL, "%s/" CT_KEYRING_FILE " is not a plain file",
                       dir);
    if (fd < 0)
        return cannot_read(dir, errno, reterr);
    enum ct_status st = read_all(dir, fd, r, reterr);
    if (st == CT_OK)
        st = ct_ring_parse(dir, r, reterr);
    if (st != CT_OK)
        ct_ring_done(r);
    return st;
}

static enum ct_status cannot_write(const char *dir, int err, struct ct_error *reterr)
{
    enum ct_status st = ct_status_errno(err);
    if (st == CT_EFULL)
        return ct_fail(reterr, st, NULL,
                       "the keyring could not be saved: no space is left in %s (%s); it is "
                       "unchanged: make room and try again",
                       dir, strerror(err));
    if (st == CT_EREADONLY)
        return ct_fail(reterr, st, NULL,
                       "the keyring could not be saved: %s may not be written (%s); it is "
                       "unchanged: correct the permissions and try again",
                       dir, strerror(err));
    return ct_fail(reterr, st, NULL,
                   "the keyring could not be saved in %s: %s; look at the disk and try again",
                   dir, strerror(err));
}

/* A store shared by a group of accounts keeps its group's right to it. */
static int write_temp(int d, const struct ct_ring *r)
{
    struct stat st;
    mode_t mode = 0600;
    bool replaces = fstatat(d, CT_KEYRING_FILE, &st, AT_SYMLINK_NOFOLLOW) == 0;
    if (unlinkat(d, CT_RING_TEMP, 0) != 0 && errno != ENOENT) /* left by a killed writer */
        return errno;
    FD fd = openat(d, CT_RING_TEMP, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno;
    if (replaces && (st.st_mode & 0060) != 0 && fchown(fd, (uid_t)-1, st.st_gid) == 0)
        mode |= st.st_mode & 0060;
    int err = fchmod(fd, mode) == 0 ? 0 : errno;
    if (err == 0)
        err = ct_write_all(fd, r->data, r->len);
    if (err == 0 && fsync(fd) != 0)
        err = errno;
    return err;
}

enum ct_status ct_ring_save(const char *dir, struct ct_ring *r, struct ct_error *reterr)
{
    ct_hash(r->data + r->len - CT_HASH_LEN, r->data, r->len - CT_HASH_LEN);
    FD d = open_dir(dir);
    if (d < 0)
        return cannot_write(dir, errno, reterr);
    int err = write_temp(d, r);
    if (err == 0 && renameat(d, CT_RING_TEMP, d, CT_KEYRING_FILE) != 0)
        err = errno;
    if (err != 0) {
        (void)unlinkat(d, CT_RING_TEMP, 0);
        return cannot_write(dir, err, reterr);
    }
    if (fsync(d) != 0)
        return ct_fail(reterr, CT_EIO, NULL,
                       "the keyring in %s was replaced, but the disk does not confirm it: %s; "
                       "look at the disk before going on",
                       dir, strerror(errno));
    return CT_OK;
}
