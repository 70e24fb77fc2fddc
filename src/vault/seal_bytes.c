/* seal_bytes - see seal_bytes.h. */
#include "vault/seal_bytes.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const char MAGIC[] = "clintech sealed 1\n";
enum {
    MAGIC_LEN = sizeof MAGIC - 1,
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
};

/* What the tag also covers: the bytes in front, whose it is, what for. */
static void ad_of(const struct ct_unlocked *u, const char *what, const void *front, size_t n,
                  struct ct_buf *ad)
{
    ct_buf_field(ad, front, n);
    ct_buf_field(ad, u->store_id, sizeof u->store_id);
    ct_buf_field(ad, what, strlen(what));
}

static void key_of(const struct ct_unlocked *u, unsigned char key[crypto_kdf_KEYBYTES])
{
    _Static_assert(CT_KEY_LEN == crypto_kdf_KEYBYTES, "key");
    crypto_kdf_derive_from_key(key, crypto_kdf_KEYBYTES, 1, "ctsealed", u->store_key);
}

enum ct_status ct_seal_bytes(const struct ct_unlocked *u, const char *what, const char *name,
                             const void *p, size_t n, struct ct_buf *out,
                             struct ct_error *reterr)
{
    unsigned char key[crypto_kdf_KEYBYTES], nonce[NONCE];
    CT_BUF ad = {.max = 4096};
    size_t from = out->len, len = strlen(name);
    if (len > CT_SEAL_NAME_MAX)
        return ct_fail(reterr, CT_EINTERNAL, "name", "The name of what is sealed is too long.");
    ct_buf_add(out, MAGIC, MAGIC_LEN);
    ct_buf_char(out, (char)len);
    ct_buf_add(out, name, len);
    ct_buf_u32(out, u->epoch);
    ct_random(nonce, sizeof nonce);
    ct_buf_add(out, nonce, sizeof nonce);
    unsigned char *c = malloc(n + TAG);
    if (out->bad || c == NULL) {
        free(c);
        return ct_fail(reterr, CT_ENOMEM, "", "There is no memory to seal it.");
    }
    ad_of(u, what, out->data + from, out->len - from, &ad);
    key_of(u, key);
    crypto_aead_xchacha20poly1305_ietf_encrypt(c, NULL, p, n, (const unsigned char *)ad.data,
                                               ad.len, NULL, nonce, key);
    ct_wipe(key, sizeof key);
    ct_buf_add(out, c, n + TAG);
    free(c);
    return out->bad ? ct_fail(reterr, CT_ENOMEM, "", "There is no memory to seal it.") : CT_OK;
}

enum ct_status ct_unseal_bytes(const struct ct_unlocked *u, const char *what, const void *p,
                               size_t n, char *name, size_t size, struct ct_buf *out,
                               struct ct_error *reterr)
{
    unsigned char key[crypto_kdf_KEYBYTES];
    const unsigned char *in = p;
    CT_BUF ad = {.max = 4096};
    size_t len = n > MAGIC_LEN ? in[MAGIC_LEN] : 0, front = MAGIC_LEN + 1 + len + 4 + NONCE;
    if (n < front + TAG || memcmp(in, MAGIC, MAGIC_LEN) != 0 || len > CT_SEAL_NAME_MAX ||
        len >= size)
        return ct_fail(reterr, CT_EINVAL, "file", "That is no file that clintech sealed.");
    unsigned char *plain = malloc(n);
    if (plain == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "There is no memory to open it.");
    ad_of(u, what, in, front, &ad);
    key_of(u, key);
    int bad = crypto_aead_xchacha20poly1305_ietf_decrypt(
        plain, NULL, NULL, in + front, n - front, (const unsigned char *)ad.data, ad.len,
        in + front - NONCE, key);
    ct_wipe(key, sizeof key);
    if (bad == 0) {
        memcpy(name, in + MAGIC_LEN + 1, len);
        name[len] = '\0';
        ct_buf_add(out, plain, n - front - TAG);
    }
    ct_wipe(plain, n);
    free(plain);
    if (bad != 0)
        return ct_fail(reterr, CT_EDAMAGED, "file",
                       "It was sealed by another store or under another key, or it was changed.");
    return out->bad ? ct_fail(reterr, CT_ENOMEM, "", "There is no memory to open it.") : CT_OK;
}
