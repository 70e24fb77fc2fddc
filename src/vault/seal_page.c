/* seal_page - the cryptography of the sealing layer: one page, and the
 * checksum in one frame header. No file is touched here. */
#include "base/le.h"
#include "vault/seal_internal.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

enum {
    AD_LEN = 40, /* see associated() */
    ROUNDS = 6,
    TWEAK_LEN = 8 + SEAL_AT_SUM, /* offset of the frame, the header's clear bytes */
};
_Static_assert(CT_KEY_LEN == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key");
_Static_assert(CT_NONCE_LEN == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "nonce");
_Static_assert(CT_TAG_LEN == crypto_aead_xchacha20poly1305_ietf_ABYTES, "tag");
_Static_assert(SEAL_MASK_KEY_LEN == crypto_shorthash_KEYBYTES, "mask key");
_Static_assert(SEAL_SUM_LEN == crypto_shorthash_BYTES, "checksum");

bool seal_kernel_random(void *p, size_t n)
{
    /* libsodium's own generator ends the process when the kernel has none; a
     * write that fails is enough. */
    for (unsigned char *at = p; n > 0;) {
        const ssize_t got = getrandom(at, n, 0);
        if (got <= 0) {
            if (got < 0 && errno == EINTR)
                continue;
            return false;
        }
        at += got;
        n -= (size_t)got;
    }
    return true;
}

struct seal_nonces *seal_nonces_new(void)
{
    void *p = mmap(NULL, sizeof(struct seal_nonces), PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    if (madvise(p, sizeof(struct seal_nonces), MADV_WIPEONFORK) == 0)
        return p;
    munmap(p, sizeof(struct seal_nonces));
    return NULL;
}

void seal_nonces_free(struct seal_nonces *n)
{
    if (n != NULL)
        munmap(n, sizeof *n);
}

/* A fresh nonce for every single write (R19). */
static bool next_nonce(struct ct_seal *s, unsigned char out[CT_NONCE_LEN])
{
    struct seal_nonces *n = s->nonces;
    if (n->left == 0) {
        if (!s->random(n->at, sizeof n->at))
            return false;
        n->left = SEAL_NONCES;
    }
    n->left--;
    memcpy(out, n->at[n->left], CT_NONCE_LEN);
    return true;
}

enum ct_status seal_key_set(struct seal_key *k, uint32_t epoch,
                            const unsigned char key[CT_KEY_LEN], struct ct_error *reterr)
{
    struct ct_secret *bytes = NULL;
    enum ct_status st = ct_secret_new(CT_KEY_LEN + SEAL_MASK_KEY_LEN, &bytes, reterr);
    if (st != CT_OK)
        return st;
    ct_secret_add(bytes, key, CT_KEY_LEN);
    crypto_kdf_derive_from_key(bytes->data + CT_KEY_LEN, SEAL_MASK_KEY_LEN, 1, "ctwalsum", key);
    bytes->len = bytes->cap;
    *k = (struct seal_key){.epoch = epoch, .bytes = bytes};
    return CT_OK;
}

static const unsigned char *key_of(const struct ct_seal *s, uint32_t epoch)
{
    for (size_t i = 0; i < s->n_keys; i++)
        if (s->keys[i].epoch == epoch)
            return s->keys[i].bytes->data;
    return NULL;
}

/* Everything a page is bound to, and nothing of a frame's header but the page
 * number: SQLite fills the rest of that in later (R14). */
static void associated(unsigned char ad[AD_LEN], const struct ct_seal *s, enum seal_kind kind,
                       uint32_t page, int64_t offset, uint32_t epoch)
{
    memset(ad, 0, AD_LEN);
    ct_le32_put(ad, page);
    ad[4] = (unsigned char)kind;
    ad[5] = CT_SEAL_VERSION;
    ct_le32_put(ad + 8, epoch);
    ct_le64_put(ad + 16, (uint64_t)offset);
    memcpy(ad + 24, s->store_id, CT_STORE_ID_LEN);
}

static bool is_zero(const unsigned char *reserved)
{
    static const unsigned char zero[CT_RESERVE];
    return memcmp(reserved, zero, CT_RESERVE) == 0;
}

bool seal_page_close(struct ct_seal *s, enum seal_kind kind, uint32_t page, int64_t offset,
                     const unsigned char *plain, unsigned char *out)
{
    const unsigned char *key = key_of(s, s->epoch);
    unsigned char ad[AD_LEN];
    /* Non-zero reserved bytes would be lost here, and SQLite's checksum over
     * them would fail at recovery: the frame would be gone (R12). */
    if (key == NULL || page == 0 || !is_zero(plain + SEAL_BODY) ||
        !next_nonce(s, out + SEAL_AT_NONCE))
        return false;
    associated(ad, s, kind, page, offset, s->epoch);
    if (crypto_aead_xchacha20poly1305_ietf_encrypt_detached(out, out + SEAL_AT_TAG, NULL, plain,
                                                            SEAL_BODY, ad, sizeof ad, NULL,
                                                            out + SEAL_AT_NONCE, key) != 0)
        return false;
    ct_le32_put(out + SEAL_AT_EPOCH, s->epoch);
    ct_le32_put(out + SEAL_AT_SPARE, 0);
    s->count++;
    return true;
}

uint32_t seal_epoch_of(const unsigned char *sealed_page)
{
    return ct_le32(sealed_page + SEAL_AT_EPOCH);
}

static enum seal_verdict unopened(const struct ct_seal *s, const unsigned char *sealed)
{
    const uint32_t epoch = seal_epoch_of(sealed);
    uint32_t newest = 0;
    for (size_t i = 0; i < s->n_keys; i++)
        if (s->keys[i].epoch > newest)
            newest = s->keys[i].epoch;
    const bool newer = epoch > newest && epoch - newest <= SEAL_EPOCHS_AHEAD &&
                       ct_le32(sealed + SEAL_AT_SPARE) == 0;
    return newer ? SEAL_NEWER : SEAL_BAD;
}

static bool newer(const struct ct_seal *s, const unsigned char *sealed)
{
    return key_of(s, seal_epoch_of(sealed)) == NULL && unopened(s, sealed) == SEAL_NEWER;
}

bool seal_learn(struct ct_seal *s, const unsigned char *sealed)
{
    if (s->ask == NULL || !newer(s, sealed))
        return false;
    s->refusal = (struct ct_error){0};
    s->refused = s->ask(s->ask_arg, &s->refusal) != CT_OK;
    return key_of(s, seal_epoch_of(sealed)) != NULL;
}

enum seal_verdict seal_page_open(struct ct_seal *s, enum seal_kind kind, uint32_t page,
                                 int64_t offset, const unsigned char *sealed,
                                 unsigned char *plain)
{
    const uint32_t epoch = seal_epoch_of(sealed);
    const unsigned char *key = key_of(s, epoch);
    if (key == NULL && seal_learn(s, sealed))
        key = key_of(s, epoch);
    unsigned char ad[AD_LEN];
    associated(ad, s, kind, page, offset, epoch);
    if (key != NULL && ct_le32(sealed + SEAL_AT_SPARE) == 0 &&
        crypto_aead_xchacha20poly1305_ietf_decrypt_detached(plain, NULL, sealed, SEAL_BODY,
                                                            sealed + SEAL_AT_TAG, ad, sizeof ad,
                                                            sealed + SEAL_AT_NONCE, key) == 0) {
        memset(plain + SEAL_BODY, 0, CT_RESERVE);
        return SEAL_GOOD;
    }
    memset(plain, 0, CT_PAGE);
    return key == NULL ? unopened(s, sealed) : SEAL_BAD;
}

/* SQLite's frame checksums are over plaintext. They are written through a keyed
 * permutation of their 64 bits, so that nobody confirms a guessed page by them
 * (R21): a Feistel network of SipHash-2-4. Its tweak is where the frame lies
 * and the header's other bytes, which therefore cannot be changed either.
 * A permutation and not a stream, since frames are overwritten in place. */
static uint32_t round_of(const unsigned char *mask_key, unsigned char in[TWEAK_LEN + 8],
                         uint32_t round, uint32_t half)
{
    unsigned char out[crypto_shorthash_BYTES];
    ct_le32_put(in + TWEAK_LEN, round);
    ct_le32_put(in + TWEAK_LEN + 4, half);
    crypto_shorthash(out, in, TWEAK_LEN + 8, mask_key);
    return ct_le32(out);
}

static bool permute(const struct ct_seal *s, uint32_t epoch, int64_t frame_at,
                    unsigned char *header, bool masking)
{
    const unsigned char *key = key_of(s, epoch);
    unsigned char in[TWEAK_LEN + 8];
    if (key == NULL)
        return false;
    ct_le64_put(in, (uint64_t)frame_at);
    memcpy(in + 8, header, SEAL_AT_SUM);
    uint32_t left = ct_le32(header + SEAL_AT_SUM), right = ct_le32(header + SEAL_AT_SUM + 4);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        if (masking) {
            const uint32_t next = left ^ round_of(key + CT_KEY_LEN, in, i, right);
            left = right;
            right = next;
        } else {
            const uint32_t next = right ^ round_of(key + CT_KEY_LEN, in, ROUNDS - 1 - i, left);
            right = left;
            left = next;
        }
    }
    ct_le32_put(header + SEAL_AT_SUM, left);
    ct_le32_put(header + SEAL_AT_SUM + 4, right);
    return true;
}

bool seal_sum_mask(const struct ct_seal *s, uint32_t epoch, int64_t frame_at,
                   unsigned char header[SEAL_FRAME_HDR])
{
    return permute(s, epoch, frame_at, header, true);
}

bool seal_sum_unmask(const struct ct_seal *s, uint32_t epoch, int64_t frame_at,
                     unsigned char header[SEAL_FRAME_HDR])
{
    return permute(s, epoch, frame_at, header, false);
}
