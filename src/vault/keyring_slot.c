/* keyring_slot - one user's slot: from password to keys, and back into bytes.
 *
 * MUST 1  every key and seed here is in the caller's wiped or guarded memory,
 *         or on the stack and wiped before it goes out of scope.
 * MUST 2  one purpose, one key: the box pair and the signature pair come from
 *         the seed under different contexts, never from the seed itself.
 * MUST 3  a cost is bounded before it is asked of the machine.
 * MUST 4  whatever changes in a slot's first 136 bytes, the box is made anew:
 *         they are its associated data.
 */
#include "vault/keyring_internal.h"

#include <sodium.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

_Static_assert(crypto_pwhash_ALG_ARGON2ID13 == CT_KDF_ARGON2ID13, "algorithm");
_Static_assert(crypto_pwhash_SALTBYTES == CT_SALT_LEN, "salt");
_Static_assert(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == CT_NONCE_LEN, "nonce");
_Static_assert(crypto_aead_xchacha20poly1305_ietf_ABYTES == CT_TAG_LEN, "tag");
_Static_assert(crypto_sign_SECRETKEYBYTES == 64 && crypto_kdf_KEYBYTES == CT_SEED_LEN, "keys");

const struct ct_kdf_cost CT_KDF_DEFAULT = {.ops = 3, .mem_kib = 128 * 1024};
const struct ct_kdf_cost CT_KDF_PUBLIC = {.ops = 1, .mem_kib = 1024};
const struct ct_kdf_cost CT_KDF_TEST = {.ops = 1, .mem_kib = CT_KDF_MEM_KIB_MIN};

static _Atomic uint64_t kdf_runs;

uint64_t ct_kdf_runs(void)
{
    return atomic_load(&kdf_runs);
}

bool ct_kdf_bounded(struct ct_kdf_cost cost)
{
    return cost.ops >= 1 && cost.ops <= CT_KDF_OPS_MAX && cost.mem_kib >= CT_KDF_MEM_KIB_MIN &&
           cost.mem_kib <= CT_KDF_MEM_KIB_MAX;
}

enum ct_status ct_kdf(unsigned char key[CT_KEY_LEN], const struct ct_secret *password,
                      const unsigned char salt[CT_SALT_LEN], struct ct_kdf_cost cost,
                      struct ct_error *reterr)
{
    if (!ct_kdf_bounded(cost))
        return ct_fail(reterr, CT_EINVAL, NULL,
                       "a password's cost is 1 to %d passes over %d to %d KiB", CT_KDF_OPS_MAX,
                       CT_KDF_MEM_KIB_MIN, CT_KDF_MEM_KIB_MAX);
    atomic_fetch_add(&kdf_runs, 1);
    if (crypto_pwhash(key, CT_KEY_LEN, (const char *)password->data, password->len, salt,
                      cost.ops, (size_t)cost.mem_kib * 1024, CT_KDF_ARGON2ID13) != 0)
        return ct_fail(reterr, CT_ENOMEM, NULL,
                       "checking a password needs %u MiB of memory for a moment, and this "
                       "machine has not got them: close other programs and try again",
                       (unsigned)((cost.mem_kib + 1023) / 1024));
    return CT_OK;
}

void ct_login_hash(unsigned char out[CT_HASH_LEN],
                   const unsigned char store_id[CT_STORE_ID_LEN], const char *login)
{
    crypto_generichash_state h;
    crypto_generichash_init(&h, NULL, 0, CT_HASH_LEN);
    crypto_generichash_update(&h, (const unsigned char *)"ctlogin1", 8);
    crypto_generichash_update(&h, store_id, CT_STORE_ID_LEN);
    for (const char *p = login; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        if (c >= 'A' && c <= 'Z')
            c = (unsigned char)(c - 'A' + 'a');
        crypto_generichash_update(&h, &c, 1);
    }
    crypto_generichash_final(&h, out, CT_HASH_LEN);
    ct_wipe(&h, sizeof h); /* people do type a password into the login's line */
}

/* The box pair; own: the password's key, NULL in slots of format 1. */
static void box_pair(const unsigned char seed[CT_SEED_LEN], const unsigned char *own,
                     unsigned char pk[CT_BOX_PK_LEN],
                     unsigned char sk[crypto_box_SECRETKEYBYTES])
{
    unsigned char k[crypto_box_SEEDBYTES], from_seed[CT_KEY_LEN];
    crypto_kdf_derive_from_key(from_seed, sizeof from_seed, 1, "ctboxkey", seed);
    /* The seed outlives a password. Were the pair the seed's alone, whoever has an old
     * keyring and its old password could open a key that is sealed to it later. */
    if (own != NULL)
        crypto_generichash(k, sizeof k, from_seed, sizeof from_seed, own, CT_KEY_LEN);
    else
        memcpy(k, from_seed, sizeof k);
    ct_wipe(from_seed, sizeof from_seed);
    crypto_box_seed_keypair(pk, sk, k);
    ct_wipe(k, sizeof k);
}

static void sign_pair(const unsigned char seed[CT_SEED_LEN], unsigned char pk[CT_SIGN_PK_LEN],
                      unsigned char sk[crypto_sign_SECRETKEYBYTES])
{
    unsigned char k[crypto_sign_SEEDBYTES];
    crypto_kdf_derive_from_key(k, sizeof k, 1, "ctsignky", seed);
    crypto_sign_seed_keypair(pk, sk, k);
    ct_wipe(k, sizeof k);
}

enum { BOXED = CT_SEED_LEN + CT_RING_KEY_LEN };
_Static_assert(offsetof(struct ct_slot_secret, box_sk) == BOXED, "box");
_Static_assert(BOXED == CT_SLOT_BOX_LEN - CT_TAG_LEN, "box");

enum { AD_LABEL = 8, AD_LEN = AD_LABEL + CT_STORE_ID_LEN + CT_SLOT_AT_NONCE };

static void associated(unsigned char ad[AD_LEN], const unsigned char *slot,
                       const unsigned char store_id[CT_STORE_ID_LEN])
{
    memcpy(ad, "ctslot01", AD_LABEL);
    memcpy(ad + AD_LABEL, store_id, CT_STORE_ID_LEN);
    memcpy(ad + AD_LABEL + CT_STORE_ID_LEN, slot, CT_SLOT_AT_NONCE);
}

enum ct_status ct_slot_write(unsigned char *slot, const unsigned char store_id[CT_STORE_ID_LEN],
                             const struct ct_slot_new *in, struct ct_error *reterr)
{
    unsigned char sk[crypto_sign_SECRETKEYBYTES], ad[AD_LEN];
    struct ct_slot_secret plain;
    _Static_assert(crypto_box_SEEDBYTES == CT_KEY_LEN, "box seed");
    memset(slot, 0, CT_SLOT_SIZE);
    ct_le32_put(slot + CT_SLOT_AT_USER, in->user_id);
    ct_le32_put(slot + CT_SLOT_AT_VERSION, in->version);
    ct_le32_put(slot + CT_SLOT_AT_FLAGS, in->flags);
    ct_le32_put(slot + CT_SLOT_AT_KDF, CT_KDF_ARGON2ID13);
    ct_le32_put(slot + CT_SLOT_AT_OPS, in->derived->cost.ops);
    ct_le32_put(slot + CT_SLOT_AT_MEM, in->derived->cost.mem_kib);
    memcpy(slot + CT_SLOT_AT_SALT, in->derived->salt, CT_SALT_LEN);
    memcpy(slot + CT_SLOT_AT_LOGIN, in->login_hash, CT_HASH_LEN);
    box_pair(in->seed, (in->flags & CT_SLOT_OWN_BOX) != 0 ? in->derived->key : NULL,
             slot + CT_SLOT_AT_BOX_PK, sk);
    sign_pair(in->seed, slot + CT_SLOT_AT_SIGN_PK, sk);
    ct_wipe(sk, sizeof sk);
    ct_random(slot + CT_SLOT_AT_NONCE, CT_NONCE_LEN);
    associated(ad, slot, store_id);
    memcpy(plain.seed, in->seed, CT_SEED_LEN);
    memcpy(plain.ring_key, in->ring_key, CT_RING_KEY_LEN);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        slot + CT_SLOT_AT_BOX, NULL, (const unsigned char *)&plain, BOXED, ad, sizeof ad,
        NULL, slot + CT_SLOT_AT_NONCE, in->derived->key);
    ct_wipe(&plain, sizeof plain);
    if (!ct_slot_seal(slot, in->store_key))
        return ct_fail(reterr, CT_EINTERNAL, NULL, "the store's key could not be sealed");
    return CT_OK;
}

bool ct_slot_open(const unsigned char *slot, const unsigned char store_id[CT_STORE_ID_LEN],
                  const unsigned char key[CT_KEY_LEN], struct ct_slot_secret *ret)
{
    unsigned char ad[AD_LEN], pk[CT_BOX_PK_LEN];
    associated(ad, slot, store_id);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            (unsigned char *)ret, NULL, NULL, slot + CT_SLOT_AT_BOX, CT_SLOT_BOX_LEN, ad,
            sizeof ad, slot + CT_SLOT_AT_NONCE, key) != 0)
        return false;
    const bool own = (ct_le32(slot + CT_SLOT_AT_FLAGS) & CT_SLOT_OWN_BOX) != 0;
    box_pair(ret->seed, own ? key : NULL, pk, ret->box_sk);
    return true;
}

bool ct_slot_seal(unsigned char *slot, const unsigned char store_key[CT_KEY_LEN])
{
    return crypto_box_seal(slot + CT_SLOT_AT_SEALED, store_key, CT_KEY_LEN,
                           slot + CT_SLOT_AT_BOX_PK) == 0;
}

bool ct_slot_sealed_open(const unsigned char *slot, const unsigned char box_sk[32],
                         unsigned char store_key[CT_KEY_LEN])
{
    unsigned char pk[CT_BOX_PK_LEN];
    return crypto_scalarmult_base(pk, box_sk) == 0 &&
           crypto_box_seal_open(store_key, slot + CT_SLOT_AT_SEALED, CT_SLOT_SEALED_LEN, pk,
                                box_sk) == 0;
}

bool ct_slot_unseal(const unsigned char *slot, const struct ct_slot_secret *s,
                    unsigned char store_key[CT_KEY_LEN])
{
    return ct_slot_sealed_open(slot, s->box_sk, store_key);
}

void ct_slot_sign_key(const struct ct_slot_secret *s, unsigned char sign_sk[64])
{
    unsigned char pk[CT_SIGN_PK_LEN];
    sign_pair(s->seed, pk, sign_sk);
}

void ct_slot_disable(unsigned char *slot)
{
    ct_le32_put(slot + CT_SLOT_AT_VERSION, ct_le32(slot + CT_SLOT_AT_VERSION) + 1);
    ct_le32_put(slot + CT_SLOT_AT_FLAGS, CT_SLOT_DISABLED);
    memset(slot + CT_SLOT_AT_SALT, 0, CT_SALT_LEN);
    memset(slot + CT_SLOT_AT_NONCE, 0, CT_SLOT_AT_MAC - CT_SLOT_AT_NONCE);
}

void ct_slot_view(const struct ct_ring *r, uint32_t i, struct ct_slot *ret)
{
    const unsigned char *slot = ct_ring_slot(r, i), *counter = ct_ring_counter(r, i);
    const uint32_t flags = ct_le32(slot + CT_SLOT_AT_FLAGS);
    *ret = (struct ct_slot){
        .user_id = ct_le32(slot + CT_SLOT_AT_USER),
        .version = ct_le32(slot + CT_SLOT_AT_VERSION),
        .disabled = (flags & CT_SLOT_DISABLED) != 0,
        .must_change = (flags & CT_SLOT_MUST_CHANGE) != 0,
        .cost = {.ops = ct_le32(slot + CT_SLOT_AT_OPS),
                 .mem_kib = ct_le32(slot + CT_SLOT_AT_MEM)},
        .failures = ct_le32(counter + CT_COUNTER_AT_FAILURES),
        .last_failure_ms = (int64_t)ct_le64(counter + CT_COUNTER_AT_LAST),
    };
    memcpy(ret->box_pk, slot + CT_SLOT_AT_BOX_PK, CT_BOX_PK_LEN);
    memcpy(ret->sign_pk, slot + CT_SLOT_AT_SIGN_PK, CT_SIGN_PK_LEN);
    ret->own_box = (flags & CT_SLOT_OWN_BOX) != 0;
    ct_hash(ret->hash, slot, CT_SLOT_LISTED);
    ct_hash(ret->hash_whole, slot, CT_SLOT_SIZE);
}
