/* keyring - who may open the store: one slot a user, beside the store.
 *
 * Layer:  vault.
 * File:   <dir>/keyring, a flat file of fixed-size records (docs/format.md):
 *         header, slots, attempt counters, keyed MAC under the store's keys,
 *         unkeyed checksum over everything. Replaced whole by write to a
 *         temporary name, fsync, rename, fsync of the directory, under
 *         <dir>/gate; never changed in place. Every byte is covered: damage is
 *         CT_EDAMAGED before any password is tried, tampering is found by the
 *         MAC as soon as one user opens it.
 * Slot:   names are not in it. A login is found by BLAKE2b-256(store id, login
 *         folded to lower case). Argon2id(NFC(password)) opens the user's
 *         32-byte seed; from the seed come an X25519 pair (the store keys are
 *         sealed to its public half) and an Ed25519 pair (the signature).
 *         A slot's secret box has as associated data: store id, user id, login
 *         hash, slot version, KDF parameters, both public keys.
 * MUST 1  a wrong password, an unknown login and a disabled slot take the same
 *         time (a dummy derivation) and give the same CT_EPASSWORD.
 * MUST 2  failures are counted before the derivation's result is known to the
 *         caller; each consecutive failure after the third makes the next try
 *         wait (2, 4, 8 ... at most 300 s, CT_ELOCKED says how long); a success
 *         sets it to 0. Nobody is locked out for ever.
 *         A login that does not exist is counted and delayed in the same way
 *         (64 such entries, the oldest forgotten). A failure that cannot be
 *         counted (full disk) is reported as that error, and lets nobody in.
 * MUST 3  derivations queue at <dir>/kdf (gate.h): one at a time on a machine.
 * MUST 4  a disabled slot holds no key: the sealed store key and the user's
 *         seed are wiped from it, so re-enabling is a reset. (An older copy of
 *         the file still holds them: R36.)
 * Gates:  every change takes <dir>/kdf and then <dir>/gate, never both ways
 *         round; call nothing here but unlock while holding <dir>/gate.
 */
#ifndef CT_VAULT_KEYRING_H
#define CT_VAULT_KEYRING_H

#include <sys/types.h>
#include <time.h>

#include "base/status.h"
#include "vault/seal.h"
#include "vault/secret.h"

#define CT_KEYRING_FILE "keyring"
enum {
    CT_SIGN_PK_LEN = 32,
    CT_BOX_PK_LEN = 32,
    CT_SIGNATURE_LEN = 64,
    CT_PASSWORD_MIN = 15, /* code points; NIST SP 800-63B-4, single factor */
    CT_KEYRING_VERSION = 2, /* 1 is read too, and becomes 2 with its next new slot or key */
    CT_USER_RECOVERY = 0, /* user id of the recovery code's slot */
    CT_KEYRING_LOGIN_MAX = 63, /* bytes */
};

struct ct_kdf_cost {
    uint32_t ops;     /* Argon2id passes */
    uint32_t mem_kib; /* memory, KiB */
};
/* What new slots get: libsodium's MODERATE figures are 3 passes, 256 MiB; the
 * product's default is 3 passes, 128 MiB; passwords that everybody knows (a demo's) get 1
 * pass over 1 MiB; tests use the minimum. */
extern const struct ct_kdf_cost CT_KDF_DEFAULT, CT_KDF_PUBLIC, CT_KDF_TEST;

/* The public half of a slot, as bound into the store (R35). */
struct ct_slot {
    uint32_t user_id;
    uint32_t version;  /* counts each change of this slot */
    bool disabled;
    bool must_change;  /* the password was set by somebody else */
    struct ct_kdf_cost cost;
    unsigned char box_pk[CT_BOX_PK_LEN];
    unsigned char sign_pk[CT_SIGN_PK_LEN];
    /* of what a new store key leaves as it is: all but the sealed key and the MAC */
    unsigned char hash[CT_HASH_LEN];
    unsigned char hash_whole[CT_HASH_LEN]; /* of all bytes, as lists of format 1 have it */
    bool own_box; /* the key is sealed to a pair that ends with the password */
    uint32_t failures;               /* consecutive; not authenticated */
    int64_t last_failure_ms;
};

/* The keyring's file in which no later key was found. It is held open: while it is, no
 * other file has its number. */
struct ct_ring_seen {
    int fd; /* 0: none */
    dev_t dev;
    ino_t ino;
    struct timespec changed;
};

/* What a successful login holds; guarded memory, freed by ct_unlocked_free. */
struct ct_unlocked {
    unsigned char store_id[CT_STORE_ID_LEN];
    uint32_t user_id;
    uint32_t epoch;
    unsigned char store_key[CT_KEY_LEN];
    uint32_t old_epoch; /* pages under this one may be left; 0: none */
    unsigned char old_key[CT_KEY_LEN];
    unsigned char box_sk[32];   /* opens what the own slot has sealed: a later key */
    unsigned char ring_key[32]; /* authenticates the keyring, with the store key */
    unsigned char sign_sk[64];
    struct ct_slot slot; /* failures: those before this login */
    struct ct_ring_seen ring;
};
void ct_unlocked_free(struct ct_unlocked *u);
void ct_unlocked_freep(struct ct_unlocked **u);

/* Create the keyring of a new store with a random store id and store key, the
 * first user's slot and the recovery slot. recovery_code (cap >= 64) receives
 * a printable code of 128 random bits; it is stored nowhere else.
 * CT_EEXISTS, CT_EIO, CT_EFULL, CT_EREADONLY, CT_EINVAL (password rules). */
CT_NODISCARD enum ct_status
ct_keyring_create(const char *dir, uint32_t user_id, const char *login,
                  const struct ct_secret *password, struct ct_kdf_cost cost, int64_t now_ms,
                  struct ct_secret *recovery_code, struct ct_unlocked **ret,
                  struct ct_error *reterr);

/* Open with a password. now_ms drives the delays.
 * CT_ENOTFOUND (no store here), CT_EFOREIGN, CT_ENEWER, CT_EDAMAGED,
 * CT_EPASSWORD, CT_ELOCKED (too many failures; text says for how long),
 * CT_EBUSY, CT_ENOMEM. Only the failure counters ever change on disk. */
CT_NODISCARD enum ct_status ct_keyring_unlock(const char *dir, const char *login,
                                              const struct ct_secret *password, int64_t now_ms,
                                              struct ct_unlocked **ret,
                                              struct ct_error *reterr);
/* The same with the recovery code; case and separators do not matter.
 * CT_EINVAL (field recovery_code): mistyped, told by its check character; no
 * try was made and none is counted. */
CT_NODISCARD enum ct_status ct_keyring_recover(const char *dir, const struct ct_secret *code,
                                               int64_t now_ms, struct ct_unlocked **ret,
                                               struct ct_error *reterr);

/* Slot changes; `by` is an open session's unlock (its store key seals the new
 * slot and the MAC). Each returns the slot as now on disk.
 * CT_EINVAL (password, login, cost), CT_EEXISTS, CT_ENOTFOUND, CT_EDENIED (by's
 * own slot was disabled meanwhile), CT_EFOREIGN (another store's keyring lies
 * there), CT_ECONFLICT (new store key meanwhile), CT_EDAMAGED (the MAC),
 * CT_EBUSY, CT_EIO, CT_EFULL, CT_EREADONLY: nothing was changed. */
CT_NODISCARD enum ct_status
ct_keyring_add(const char *dir, const struct ct_unlocked *by, uint32_t user_id,
               const char *login, const struct ct_secret *password, bool must_change,
               struct ct_kdf_cost cost, struct ct_slot *ret, struct ct_error *reterr);
/* New password, new seed, new key pairs (a reset by somebody else). */
CT_NODISCARD enum ct_status
ct_keyring_reset(const char *dir, const struct ct_unlocked *by, uint32_t user_id,
                 const char *login, const struct ct_secret *password, struct ct_kdf_cost cost,
                 struct ct_slot *ret, struct ct_error *reterr);
/* Own password: the seed and the key pairs stay, unless the old password was a
 * temporary one: then both are new, and the caller unlocks again to hold them. */
CT_NODISCARD enum ct_status
ct_keyring_change(const char *dir, struct ct_unlocked *own, const char *login,
                  const struct ct_secret *old_password, const struct ct_secret *new_password,
                  struct ct_kdf_cost cost, int64_t now_ms, struct ct_slot *ret,
                  struct ct_error *reterr);
/* Own slot under more passes, more memory or both, with the same password, seed and key
 * pairs; a figure of `cost` that is below the slot's is raised to the slot's, never the
 * other way round. *raised false: nothing was written, since the slot has as much already
 * (another login may have done it), or the password is a temporary one, which its change
 * brings to the cost of the day. Costs two derivations beside the login's. Errors as
 * ct_keyring_unlock and those above; on any of them the slot opens as it did. */
CT_NODISCARD enum ct_status
ct_keyring_raise(const char *dir, struct ct_unlocked *own, const char *login,
                 const struct ct_secret *password, struct ct_kdf_cost cost, int64_t now_ms,
                 bool *raised, struct ct_slot *ret, struct ct_error *reterr);
/* For good: only ct_keyring_reset makes the slot usable again. Disabling twice
 * changes nothing. Not the recovery slot, and not one's own (CT_EINVAL). */
CT_NODISCARD enum ct_status ct_keyring_disable(const char *dir, const struct ct_unlocked *by,
                                               uint32_t user_id, struct ct_slot *ret,
                                               struct ct_error *reterr);
/* A new recovery code (the old one was used, seen or lost); the old one opens
 * nothing any more. recovery_code as in ct_keyring_create. */
CT_NODISCARD enum ct_status ct_keyring_renew_code(const char *dir, const struct ct_unlocked *by,
                                                  struct ct_kdf_cost cost,
                                                  struct ct_secret *recovery_code,
                                                  struct ct_slot *ret, struct ct_error *reterr);

/* What was typed back against the code it should be; no file is touched, nothing counted.
 * CT_EINVAL (recovery_code): mistyped, told by its check character, or no such code.
 * CT_EPASSWORD (recovery_code): a code, and another one. */
CT_NODISCARD enum ct_status ct_keyring_code_same(const struct ct_secret *code,
                                                 const struct ct_secret *typed,
                                                 struct ct_error *reterr);

/* All slots (recovery included), one allocation, free(). Checks the checksum,
 * and the MAC when `by` is not NULL (CT_EDAMAGED names the slot). */
CT_NODISCARD enum ct_status ct_keyring_list(const char *dir, const struct ct_unlocked *by,
                                            struct ct_slot **ret, size_t *ret_n,
                                            struct ct_error *reterr);

/* ---- key epochs ------------------------------------------------------------ */

/* Begin a new epoch: a random store key, sealed to every slot that is not disabled; the key
 * before it is sealed under the new one and kept until ct_keyring_epoch_end. One atomic
 * replacement of the file; `by` holds both keys afterwards. *begun false: an epoch begun
 * earlier is not ended yet, nothing was changed. Errors as the changes of slots. */
CT_NODISCARD enum ct_status ct_keyring_epoch_begin(const char *dir, struct ct_unlocked *by,
                                                   bool *begun, struct ct_error *reterr);
/* Drop the older key for good. The caller holds <dir>/gate and has seen that nothing is
 * sealed under it any more. CT_EDENIED, CT_ECONFLICT, CT_EIO ...: nothing was changed. */
CT_NODISCARD enum ct_status ct_keyring_epoch_end(const char *dir, struct ct_unlocked *by,
                                                 struct ct_error *reterr);
/* Is the file's epoch newer than the session's? Then fetch its keys with the session's own.
 * Needs no gate; whoever holds it knows that nothing newer comes. A keyring that is missing
 * or older changes nothing. CT_EDENIED: this user was disabled, or the password changed
 * elsewhere since the login; CT_EDAMAGED, CT_EFOREIGN, CT_EIO. */
CT_NODISCARD enum ct_status ct_keyring_follow(const char *dir, struct ct_unlocked *own,
                                              struct ct_error *reterr);

/* What the file says, without a password: its epoch, and whether an older key is kept. */
CT_NODISCARD enum ct_status ct_keyring_epoch(const char *dir, uint32_t *epoch, bool *older,
                                             struct ct_error *reterr);

/* ---- for backups: the keyring's bytes ------------------------------------ */

/* The file as it is, checked against its checksum; free(). Errors of a login that
 * have to do with the file. */
CT_NODISCARD enum ct_status ct_keyring_image(const char *dir, unsigned char **ret,
                                             size_t *ret_n, struct ct_error *reterr);
/* Open such bytes with a password (login NULL: with the recovery code). There is no
 * file, so no try is counted and none has to wait. `name` is for messages.
 * CT_EPASSWORD, CT_EDAMAGED, CT_EFOREIGN, CT_ENEWER, CT_EINVAL (recovery code), CT_ENOMEM. */
CT_NODISCARD enum ct_status ct_keyring_image_open(const char *name, const unsigned char *image,
                                                  size_t n, const char *login,
                                                  const struct ct_secret *password,
                                                  struct ct_unlocked **ret,
                                                  struct ct_error *reterr);
/* Keys that were kept elsewhere, proven by the MAC of such bytes: an unlock of the recovery
 * slot's, without a signature key. CT_EDAMAGED. */
CT_NODISCARD enum ct_status ct_keyring_image_keys(const char *name, const unsigned char *image,
                                                  size_t n,
                                                  const unsigned char store_key[CT_KEY_LEN],
                                                  const unsigned char ring_key[32],
                                                  struct ct_unlocked **ret,
                                                  struct ct_error *reterr);
/* With such keys, when nobody's password is known: a password that its owner chose, new
 * seed, new key pairs. CT_ENOTFOUND: no such login. Else as ct_keyring_reset. */
CT_NODISCARD enum ct_status ct_keyring_renew(const char *dir, const struct ct_unlocked *by,
                                             const char *login,
                                             const struct ct_secret *password,
                                             struct ct_kdf_cost cost, struct ct_slot *ret,
                                             struct ct_error *reterr);
/* Put such bytes into a directory that has no keyring. CT_EEXISTS, CT_EFULL, CT_EIO ... */
CT_NODISCARD enum ct_status ct_keyring_image_put(const char *dir, const unsigned char *image,
                                                 size_t n, struct ct_error *reterr);
/* Slots of such bytes; -1: they are no keyring. */
int ct_keyring_image_slots(const unsigned char *image, size_t n);

/* Password rules of NIST SP 800-63B-4: length in code points after NFC, whole
 * password against the blocklist and against the words given (site, login);
 * no composition rules. CT_EINVAL says which rule. */
CT_NODISCARD enum ct_status ct_password_check(const struct ct_secret *password,
                                              const char *login, const char *site,
                                              struct ct_error *reterr);
/* A random temporary password of plain letters and digits in groups, >= 15. */
CT_NODISCARD enum ct_status ct_password_make(struct ct_secret *out, struct ct_error *reterr);

/* Ed25519 over the bytes (15 us), and its check (44 us). */
void ct_sign(const struct ct_unlocked *u, const void *msg, size_t n,
             unsigned char sig[CT_SIGNATURE_LEN]);
bool ct_sign_check(const unsigned char pk[CT_SIGN_PK_LEN], const void *msg, size_t n,
                   const unsigned char sig[CT_SIGNATURE_LEN]);

#endif
