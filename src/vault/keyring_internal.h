/* keyring_internal - what the files of the keyring share among themselves.
 *
 * Layer:  vault; included by keyring*.c, password.c and their tests only.
 * Ring:   the keyring file held in memory exactly as its bytes on disk (layout
 *         in keyring_file.c). Nothing in it is plaintext of a secret, so it
 *         lives in ordinary memory; what is derived or opened never does.
 */
#ifndef CT_VAULT_KEYRING_INTERNAL_H
#define CT_VAULT_KEYRING_INTERNAL_H

#include "base/le.h"
#include "vault/gate.h"
#include "vault/keyring.h"

/* Sizes and offsets of the file, in bytes. */
enum {
    /* header */
    CT_RING_MAGIC_LEN = 8,
    CT_RING_AT_VERSION = 8,
    CT_RING_AT_COUNT = 12,
    CT_RING_AT_STORE_ID = 16,
    CT_RING_AT_EPOCH = 32,
    CT_RING_AT_GUESTS = 36, /* u16, and behind it: */
    CT_RING_AT_OLD = 38,    /* number of older keys, u16; format 2 */
    CT_RING_HEADER = 40,
    /* slot */
    CT_SLOT_AT_USER = 0,
    CT_SLOT_AT_VERSION = 4,
    CT_SLOT_AT_FLAGS = 8,
    CT_SLOT_AT_KDF = 12,
    CT_SLOT_AT_OPS = 16,
    CT_SLOT_AT_MEM = 20,
    CT_SLOT_AT_SALT = 24,
    CT_SLOT_AT_LOGIN = 40,
    CT_SLOT_AT_BOX_PK = 72,
    CT_SLOT_AT_SIGN_PK = 104,
    CT_SLOT_AT_NONCE = 136, /* what is before is the box's associated data */
    CT_SLOT_AT_BOX = 160,
    CT_SLOT_AT_SEALED = 240,
    CT_SLOT_AT_MAC = 320,
    CT_SLOT_SIZE = 352,
    CT_SLOT_LISTED = CT_SLOT_AT_SEALED, /* the first bytes: a new store key leaves them */
    /* an older key, behind the slots */
    CT_OLD_AT_EPOCH = 0,
    CT_OLD_AT_NONCE = 8,
    CT_OLD_AT_BOX = 32,
    CT_OLD_SIZE = 80,
    CT_OLD_MAX = 1,
    /* counter of a slot, and of a login that has none ("guest") */
    CT_COUNTER_AT_TAG = 0,
    CT_COUNTER_AT_FAILURES = 4,
    CT_COUNTER_AT_LAST = 8,
    CT_COUNTER_SIZE = 16,
    CT_RING_GUESTS = 64,
    CT_RING_MAC_LEN = 32,
    CT_RING_SLOTS_MAX = 4096,
    /* lengths inside a slot */
    CT_SALT_LEN = 16,
    CT_SEED_LEN = 32,
    CT_RING_KEY_LEN = 32,
    CT_SLOT_BOX_LEN = CT_SEED_LEN + CT_RING_KEY_LEN + CT_TAG_LEN,
    CT_SLOT_SEALED_LEN = CT_KEY_LEN + 48, /* crypto_box_SEALBYTES */
    /* flags */
    CT_SLOT_DISABLED = 1,
    CT_SLOT_MUST_CHANGE = 2,
    CT_SLOT_OWN_BOX = 4, /* format 2: the box pair hangs on the password too */
    /* what may be asked of the machine: a hostile file must not get more */
    CT_KDF_ARGON2ID13 = 2,
    CT_KDF_OPS_MAX = 10,
    CT_KDF_MEM_KIB_MIN = 8,
    CT_KDF_MEM_KIB_MAX = 1024 * 1024,
};

extern const unsigned char CT_RING_MAGIC[CT_RING_MAGIC_LEN];
#define CT_RING_TEMP "keyring.new" /* one writer at a time, so one name */

struct ct_ring {
    unsigned char *data; /* owned */
    size_t len;
    uint32_t n; /* slots */
    uint32_t old; /* older keys: 0 or 1 */
};

/* keyring_file.c ------------------------------------------------------- */

size_t ct_ring_size(uint32_t n);     /* bytes of a file of n slots */
size_t ct_ring_counters(uint32_t n); /* offset of the counters, without older keys */
size_t ct_ring_size_max(void);
void ct_ring_done(struct ct_ring *r);
unsigned char *ct_ring_slot(const struct ct_ring *r, uint32_t i);
unsigned char *ct_ring_counter(const struct ct_ring *r, uint32_t i);
unsigned char *ct_ring_guest(const struct ct_ring *r, uint32_t i);
const unsigned char *ct_ring_store_id(const struct ct_ring *r);

/* n empty slots. CT_ENOMEM. */
CT_NODISCARD enum ct_status ct_ring_new(struct ct_ring *r, uint32_t n, uint32_t epoch,
                                        const unsigned char store_id[CT_STORE_ID_LEN],
                                        struct ct_error *reterr);
/* The same ring in format 2, with so many (more) slots and older keys; new ones are empty. */
CT_NODISCARD enum ct_status ct_ring_shape(struct ct_ring *r, uint32_t n, uint32_t old,
                                          struct ct_error *reterr);
unsigned char *ct_ring_old(const struct ct_ring *r); /* the older key; r->old is 1 */
/* The same ring with one more, empty slot at its end. */
CT_NODISCARD enum ct_status ct_ring_grow(struct ct_ring *r, struct ct_error *reterr);

/* Read and check everything that can be checked without a key. Needs no lock:
 * the file is only ever replaced whole. CT_ENOTFOUND, CT_EFOREIGN, CT_ENEWER,
 * CT_EDAMAGED, CT_EIO, CT_ENOMEM. */
CT_NODISCARD enum ct_status ct_ring_load(const char *dir, struct ct_ring *r,
                                         struct ct_error *reterr);
/* The checks of ct_ring_load on bytes already read. */
CT_NODISCARD enum ct_status ct_ring_parse(const char *dir, struct ct_ring *r,
                                          struct ct_error *reterr);
/* Set the checksum and replace the file; the caller holds <dir>/gate.
 * On any error the file is what it was. CT_EIO, CT_EFULL, CT_EREADONLY. */
CT_NODISCARD enum ct_status ct_ring_save(const char *dir, struct ct_ring *r,
                                         struct ct_error *reterr);
bool ct_ring_exists(const char *dir); /* anything of that name */

/* The MACs of every slot and of the whole, under the store's keys. */
void ct_ring_mac(struct ct_ring *r, const unsigned char store_key[CT_KEY_LEN],
                 const unsigned char ring_key[CT_RING_KEY_LEN]);
/* CT_EDAMAGED names the slot where one can be named. */
CT_NODISCARD enum ct_status ct_ring_check(const char *dir, const struct ct_ring *r,
                                          const unsigned char store_key[CT_KEY_LEN],
                                          const unsigned char ring_key[CT_RING_KEY_LEN],
                                          struct ct_error *reterr);

/* keyring_slot.c ------------------------------------------------------- */

/* A new password's salt, cost, and the key derived; wiped by the owner. */
struct ct_derived {
    struct ct_kdf_cost cost;
    unsigned char salt[CT_SALT_LEN];
    unsigned char key[CT_KEY_LEN];
};

/* What a slot is made from; the secrets are borrowed. */
struct ct_slot_new {
    uint32_t user_id, version, flags;
    const unsigned char *login_hash; /* CT_HASH_LEN */
    const struct ct_derived *derived;
    const unsigned char *seed;      /* CT_SEED_LEN */
    const unsigned char *ring_key;  /* CT_RING_KEY_LEN */
    const unsigned char *store_key; /* CT_KEY_LEN */
};

/* What a slot's box holds; wiped by the owner. */
struct ct_slot_secret {
    unsigned char seed[CT_SEED_LEN];
    unsigned char ring_key[CT_RING_KEY_LEN];
    unsigned char box_sk[32]; /* derived, not in the box */
};

bool ct_kdf_bounded(struct ct_kdf_cost cost);
/* Argon2id; counted. CT_ENOMEM. */
CT_NODISCARD enum ct_status ct_kdf(unsigned char key[CT_KEY_LEN],
                                   const struct ct_secret *password,
                                   const unsigned char salt[CT_SALT_LEN],
                                   struct ct_kdf_cost cost, struct ct_error *reterr);
/* Derivations done by this process: lets a test prove that an unknown login
 * costs what a wrong password costs, without a stop-watch. */
uint64_t ct_kdf_runs(void);

/* BLAKE2b-256(label, store id, login in lower case). */
void ct_login_hash(unsigned char out[CT_HASH_LEN],
                   const unsigned char store_id[CT_STORE_ID_LEN], const char *login);
/* Write everything of a slot but its MAC. */
CT_NODISCARD enum ct_status ct_slot_write(unsigned char *slot,
                                          const unsigned char store_id[CT_STORE_ID_LEN],
                                          const struct ct_slot_new *in,
                                          struct ct_error *reterr);
/* Open the box with the derived key; false: not this key, or not these bytes. */
bool ct_slot_open(const unsigned char *slot, const unsigned char store_id[CT_STORE_ID_LEN],
                  const unsigned char key[CT_KEY_LEN], struct ct_slot_secret *ret);
/* Open the sealed store key with the seed; false: damaged. */
bool ct_slot_unseal(const unsigned char *slot, const struct ct_slot_secret *s,
                    unsigned char store_key[CT_KEY_LEN]);
void ct_slot_sign_key(const struct ct_slot_secret *s, unsigned char sign_sk[64]);
/* Take the secrets out: from now on the slot opens for nobody. */
void ct_slot_disable(unsigned char *slot);
void ct_slot_view(const struct ct_ring *r, uint32_t i, struct ct_slot *ret);

/* Anew for the same pair, without its password. False: not a usable public key. */
bool ct_slot_seal(unsigned char *slot, const unsigned char store_key[CT_KEY_LEN]);
bool ct_slot_sealed_open(const unsigned char *slot, const unsigned char box_sk[32],
                         unsigned char store_key[CT_KEY_LEN]);

/* keyring_epoch.c ------------------------------------------------------ */

/* The older key of a ring, if it has one, into u->old_*; false: it does not open. */
bool ct_old_open(const struct ct_ring *r, struct ct_unlocked *u);

/* keyring_change.c: load, and prove with the keys of an open session that is not disabled. */
CT_NODISCARD enum ct_status ct_ring_load_to_change(const char *dir, const struct ct_unlocked *by,
                                                   struct ct_ring *r, struct ct_error *reterr);

/* keyring_delay.c ------------------------------------------------------ */

/* The counter of a login: a slot's, or the guest entry it has or would get. */
unsigned char *ct_counter_of(const struct ct_ring *r, uint32_t slot /* n: none */,
                             const char *login, const unsigned char login_hash[CT_HASH_LEN]);
/* Milliseconds until the next try is allowed; 0: now. */
int64_t ct_counter_wait(const unsigned char *counter, int64_t now_ms);
void ct_counter_add(unsigned char *counter, int64_t now_ms);
void ct_counter_reset(unsigned char *counter);
/* Make a guest entry that of this login, forgetting the oldest if need be. */
unsigned char *ct_guest_take(const struct ct_ring *r, const char *login,
                             const unsigned char login_hash[CT_HASH_LEN]);

/* keyring.c ------------------------------------------------------------ */

/* Open and take <dir>/gate; closed with ct_gate_close. CT_EBUSY after 5 s. */
CT_NODISCARD enum ct_status ct_ring_gate(const char *dir, struct ct_gate *g,
                                         struct ct_error *reterr);
/* Index of a slot, or r->n. The recovery slot has no login. */
uint32_t ct_ring_find_login(const struct ct_ring *r, const unsigned char hash[CT_HASH_LEN]);
uint32_t ct_ring_find_user(const struct ct_ring *r, uint32_t user_id);
/* A login of 1 to 63 bytes; CT_EINVAL. */
CT_NODISCARD enum ct_status ct_ring_login_ok(const char *login, struct ct_error *reterr);
/* Derive from a new password, at the machine's one place for it. */
CT_NODISCARD enum ct_status ct_ring_derive(const char *dir, const struct ct_secret *password,
                                           struct ct_kdf_cost cost, struct ct_derived *ret,
                                           struct ct_error *reterr);
/* One try with a password (login NULL: the recovery slot): waits, derives,
 * counts. On success the ring as it was read, the slot's index, its secrets. */
CT_NODISCARD enum ct_status ct_ring_try(const char *dir, const char *login,
                                        const struct ct_secret *password, int64_t now_ms,
                                        struct ct_ring *r, uint32_t *ret_slot,
                                        struct ct_slot_secret *ret, struct ct_error *reterr);
/* Write slot i anew and both its MACs; seed NULL: a random one. */
CT_NODISCARD enum ct_status
ct_ring_put(struct ct_ring *r, uint32_t i, const struct ct_unlocked *keys, uint32_t user_id,
            uint32_t flags, const unsigned char login_hash[CT_HASH_LEN],
            const struct ct_derived *d, const unsigned char *seed, struct ct_error *reterr);

/* keyring_code.c ------------------------------------------------------- */

enum { CT_CODE_BYTES = 16, CT_CODE_CHARS = 27, CT_CODE_PRINTED = 35 };

/* 16 random bytes -> "AAA-AAA-...": 26 characters of value and one of check. */
CT_NODISCARD enum ct_status ct_code_make(struct ct_secret *ret, struct ct_error *reterr);
/* What was typed -> the 27 characters; CT_EINVAL when the check does not fit. */
CT_NODISCARD enum ct_status ct_code_read(const struct ct_secret *typed, struct ct_secret *ret,
                                         struct ct_error *reterr);

/* password.c ----------------------------------------------------------- */

/* NFC of a password into guarded memory: what is derived from. Bytes that are
 * no UTF-8 are taken as they are (they match no password ever accepted). */
CT_NODISCARD enum ct_status ct_password_norm(const struct ct_secret *password,
                                             struct ct_secret **ret, struct ct_error *reterr);

#endif
