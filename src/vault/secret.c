/* secret - see secret.h. */
#include "vault/secret.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

enum ct_status ct_harden(struct ct_error *reterr)
{
    /* libsodium ends the process by itself when the kernel has no randomness
     * later on; here it can still be said in a sentence. */
    if (sodium_init() < 0)
        return ct_fail(reterr, CT_EINTERNAL, NULL,
                       "libsodium could not start: this system gives no usable randomness");
    const struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return ct_fail(reterr, CT_EINTERNAL, NULL, "core dumps could not be switched off: %s",
                       strerror(errno));
    return CT_OK;
}

bool ct_hardened(void)
{
    struct rlimit core;
    return getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 && core.rlim_max == 0 &&
           prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
}

enum ct_status ct_secret_new(size_t cap, struct ct_secret **ret, struct ct_error *reterr)
{
    *ret = NULL;
    if (sodium_init() < 0)
        return ct_fail(reterr, CT_EINTERNAL, NULL,
                       "libsodium could not start: this system gives no usable randomness");
    if (cap == 0 || cap > CT_SECRET_MAX)
        return ct_fail(reterr, CT_EINVAL, NULL, "a secret has 1 to %d bytes, not %zu",
                       CT_SECRET_MAX, cap);
    struct ct_secret *s = calloc(1, sizeof *s);
    unsigned char *data = s != NULL ? sodium_malloc(cap) : NULL;
    if (data == NULL) {
        free(s);
        return ct_fail(reterr, CT_ENOMEM, NULL, "no guarded memory is left for a secret");
    }
    /* sodium_malloc locks, but does not say when it could not; asking again
     * costs nothing and answers. */
    if (sodium_mlock(data, cap) != 0) {
        sodium_free(data);
        free(s);
        return ct_fail(reterr, CT_ENOMEM, NULL,
                       "a secret could not be locked in memory; raise this account's "
                       "limit of locked memory (RLIMIT_MEMLOCK, ulimit -l)");
    }
    sodium_memzero(data, cap);
    s->data = data;
    s->cap = cap;
    *ret = s;
    return CT_OK;
}

void ct_secret_free(struct ct_secret *s)
{
    if (s == NULL)
        return;
    sodium_free(s->data); /* wipes and unlocks */
    free(s);
}

void ct_secret_freep(struct ct_secret **s)
{
    ct_secret_free(*s);
    *s = NULL;
}

void ct_secret_wipe(struct ct_secret *s)
{
    sodium_memzero(s->data, s->cap);
    s->len = 0;
}

bool ct_secret_add(struct ct_secret *s, const void *data, size_t n)
{
    if (n > s->cap - s->len)
        return false;
    if (n > 0)
        memcpy(s->data + s->len, data, n);
    s->len += n;
    return true;
}

void ct_wipe(void *p, size_t n)
{
    if (n > 0)
        sodium_memzero(p, n);
}

bool ct_equal(const void *a, const void *b, size_t n)
{
    return n == 0 || sodium_memcmp(a, b, n) == 0;
}

void ct_random(void *p, size_t n)
{
    randombytes_buf(p, n);
}

void ct_hash(unsigned char out[CT_HASH_LEN], const void *p, size_t n)
{
    crypto_generichash(out, CT_HASH_LEN, p, n, NULL, 0);
}

void ct_hash_joined(unsigned char out[CT_HASH_LEN], const void *a, size_t n_a, const void *b,
                    size_t n_b)
{
    crypto_generichash_state st;
    crypto_generichash_init(&st, NULL, 0, CT_HASH_LEN);
    crypto_generichash_update(&st, a, n_a);
    crypto_generichash_update(&st, b, n_b);
    crypto_generichash_final(&st, out, CT_HASH_LEN);
    sodium_memzero(&st, sizeof st);
}
