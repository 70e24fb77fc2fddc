/* One sealed page, one masked checksum: the bytes of the format, what a page is
 * bound to, and fresh nonces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/sealed.h"
#include "vault/seal_internal.h"

static struct ct_seal *seal;

static int setup(void **state)
{
    (void)state;
    seal = sealed_vfs(NULL);
    return seal != NULL ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    sealed_vfs_free(seal);
    return 0;
}

static void example(unsigned char plain[CT_PAGE])
{
    memset(plain, 0, CT_PAGE);
    for (int i = 0; i < SEAL_BODY; i++)
        plain[i] = (unsigned char)(i * 7 + i / 256);
}

/* 1, 2, 3 ... 24, over and over: the first nonce drawn is the same each time */
static bool fixed_random(void *p, size_t n)
{
    unsigned char *at = p;
    for (size_t i = 0; i < n; i++)
        at[i] = (unsigned char)(i % CT_NONCE_LEN + 1);
    return true;
}

static bool no_random(void *p, size_t n)
{
    (void)p, (void)n;
    return false;
}

/* The digests were computed by another implementation, in another language.
 * They never change: stores exist. */
static void test_the_format_is_what_it_was(void **state)
{
    (void)state;
    static const unsigned char want[2][CT_HASH_LEN] = {
        {0xcc, 0x75, 0x4f, 0xe3, 0x00, 0x93, 0xa0, 0x61, 0x6f, 0x55, 0xe1,
         0x25, 0x3f, 0x00, 0xb2, 0x39, 0x40, 0xb3, 0x66, 0x17, 0x78, 0x43,
         0x5d, 0xbf, 0xcf, 0xa1, 0x74, 0x20, 0x46, 0xc9, 0x6f, 0x3a},
        {0xcb, 0xb3, 0xf7, 0xcc, 0x0a, 0x81, 0xf0, 0x3c, 0x14, 0xdd, 0xf0,
         0x54, 0x6f, 0x9f, 0x5d, 0x9c, 0x41, 0x15, 0x77, 0xc4, 0x4f, 0x24,
         0x31, 0xbb, 0xb2, 0x5e, 0xe4, 0x6a, 0xdf, 0xa1, 0x23, 0x27},
    };
    unsigned char plain[CT_PAGE], out[CT_PAGE], hash[CT_HASH_LEN];
    example(plain);
    seal->random = fixed_random;
    assert_true(seal_page_close(seal, SEAL_DB, 3, 8192, plain, out));
    ct_hash(hash, out, sizeof out);
    assert_memory_equal(hash, want[0], CT_HASH_LEN);
    assert_true(seal_page_close(seal, SEAL_WAL, 7, 32 + 2 * 4120 + 24, plain, out));
    ct_hash(hash, out, sizeof out);
    assert_memory_equal(hash, want[1], CT_HASH_LEN);
}

static void test_a_masked_checksum_is_what_it_was(void **state)
{
    (void)state;
    static const unsigned char clear[SEAL_FRAME_HDR] = {
        0, 0, 0, 7, 0,    0,    0,    9,    1,    2,    3,    4,
        5, 6, 7, 8, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17};
    static const unsigned char want[] = {0xdd, 0x5c, 0x74, 0x00, 0x27, 0xe3, 0x9d, 0x1a};
    unsigned char h[SEAL_FRAME_HDR];
    memcpy(h, clear, sizeof h);
    assert_true(seal_sum_mask(seal, 1, 32 + 2 * 4120, h));
    assert_memory_equal(h, clear, SEAL_AT_SUM);
    assert_memory_equal(h + SEAL_AT_SUM, want, sizeof want);
    assert_true(seal_sum_unmask(seal, 1, 32 + 2 * 4120, h));
    assert_memory_equal(h, clear, sizeof h);
    assert_false(seal_sum_mask(seal, 2, 32 + 2 * 4120, h));
    assert_memory_equal(h, clear, sizeof h);
}

/* Any other bit of the header, or another place, gives another checksum. */
static void test_a_checksum_is_bound_to_its_header(void **state)
{
    (void)state;
    unsigned char h[SEAL_FRAME_HDR], g[SEAL_FRAME_HDR];
    ct_random(h, sizeof h);
    memcpy(g, h, sizeof g);
    assert_true(seal_sum_mask(seal, 1, 32, g));
    for (int bit = 0; bit < SEAL_AT_SUM * 8; bit++) {
        unsigned char x[SEAL_FRAME_HDR];
        memcpy(x, g, sizeof x);
        x[bit / 8] ^= (unsigned char)(1 << bit % 8);
        assert_true(seal_sum_unmask(seal, 1, 32, x));
        assert_memory_not_equal(x + SEAL_AT_SUM, h + SEAL_AT_SUM, SEAL_SUM_LEN);
    }
    memcpy(h, g, sizeof h);
    assert_true(seal_sum_unmask(seal, 1, 32, g));
    assert_true(seal_sum_unmask(seal, 1, 32 + SEAL_FRAME, h));
    assert_memory_not_equal(g, h, sizeof g);
}

static void test_a_page_comes_back_with_its_reserve_zero(void **state)
{
    (void)state;
    unsigned char plain[CT_PAGE], keep[CT_PAGE], out[CT_PAGE], back[CT_PAGE];
    example(plain);
    memcpy(keep, plain, sizeof keep);
    memset(back, 0xee, sizeof back);
    assert_true(seal_page_close(seal, SEAL_DB, 5, 16384, plain, out));
    assert_memory_equal(plain, keep, sizeof plain); /* it is SQLite's cache (R24) */
    assert_int_equal(seal_page_open(seal, SEAL_DB, 5, 16384, out, back), SEAL_GOOD);
    assert_memory_equal(back, keep, sizeof back);
}

static void test_a_page_opens_only_where_it_was_sealed(void **state)
{
    (void)state;
    unsigned char plain[CT_PAGE], out[CT_PAGE], back[CT_PAGE], zero[CT_PAGE] = {0};
    example(plain);
    assert_true(seal_page_close(seal, SEAL_DB, 5, 16384, plain, out));
    memset(back, 0xee, sizeof back);
    assert_int_equal(seal_page_open(seal, SEAL_DB, 6, 16384, out, back), SEAL_BAD);
    assert_memory_equal(back, zero, sizeof back); /* and leaves nothing to be used */
    assert_int_equal(seal_page_open(seal, SEAL_DB, 5, 20480, out, back), SEAL_BAD);
    assert_int_equal(seal_page_open(seal, SEAL_WAL, 5, 16384, out, back), SEAL_BAD);
    assert_int_equal(seal_page_open(seal, SEAL_DB, 5, 16384, zero, back), SEAL_BAD);
    assert_int_equal(seal_page_open(seal, SEAL_DB, 5, 16384, out, back), SEAL_GOOD);
}

static void test_a_page_of_another_store_does_not_open(void **state)
{
    (void)state;
    unsigned char plain[CT_PAGE], out[CT_PAGE], back[CT_PAGE], id[CT_STORE_ID_LEN];
    struct ct_seal *other = NULL;
    memcpy(id, SEALED_ID, sizeof id);
    id[15] ^= 1;
    assert_int_equal(ct_seal_new(id, SEALED_KEY, 1, NULL, &other, NULL), CT_OK);
    example(plain);
    assert_true(seal_page_close(other, SEAL_DB, 5, 16384, plain, out));
    assert_int_equal(seal_page_open(seal, SEAL_DB, 5, 16384, out, back), SEAL_BAD);
    assert_int_equal(seal_page_open(other, SEAL_DB, 5, 16384, out, back), SEAL_GOOD);
    ct_seal_free(other);
}

/* R27, R26: no bit of the 4,096 bytes is left over. */
static void test_every_bit_counts(void **state)
{
    (void)state;
    unsigned char plain[CT_PAGE], out[CT_PAGE], back[CT_PAGE];
    example(plain);
    assert_true(seal_page_close(seal, SEAL_DB, 5, 16384, plain, out));
    for (int bit = 0; bit < CT_PAGE * 8; bit++) {
        out[bit / 8] ^= (unsigned char)(1 << bit % 8);
        if (seal_page_open(seal, SEAL_DB, 5, 16384, out, back) == SEAL_GOOD)
            fail_msg("bit %d does not count", bit);
        out[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    assert_int_equal(seal_page_open(seal, SEAL_DB, 5, 16384, out, back), SEAL_GOOD);
}

/* R12: SQLite's checksums are over the reserved bytes too. */
static void test_used_reserve_is_refused(void **state)
{
    (void)state;
    unsigned char plain[CT_PAGE], out[CT_PAGE] = {0};
    for (int i = SEAL_BODY; i < CT_PAGE; i++) {
        example(plain);
        plain[i] = 1;
        assert_false(seal_page_close(seal, SEAL_DB, 5, 16384, plain, out));
    }
    example(plain);
    assert_false(seal_page_close(seal, SEAL_DB, 0, 0, plain, out));
}

static void test_without_randomness_nothing_is_sealed(void **state)
{
    (void)state;
    unsigned char plain[CT_PAGE], out[CT_PAGE], zero[CT_PAGE] = {0};
    example(plain);
    memset(out, 0, sizeof out);
    seal->random = no_random;
    assert_false(seal_page_close(seal, SEAL_DB, 5, 16384, plain, out));
    assert_memory_equal(out, zero, sizeof out);
    assert_int_equal(ct_seal_count(seal), 0);
}

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, CT_NONCE_LEN);
}

/* R19: the same page again and again; no nonce twice, their bytes even. */
static void test_nonces_are_fresh_and_even(void **state)
{
    (void)state;
    const char *soak = getenv("CT_SOAK_NONCES");
    const size_t n = soak != NULL ? strtoul(soak, NULL, 10) : 50000;
    unsigned char plain[CT_PAGE], out[CT_PAGE];
    unsigned char *all = malloc(n * CT_NONCE_LEN);
    assert_non_null(all);
    example(plain);
    for (size_t i = 0; i < n; i++) {
        assert_true(seal_page_close(seal, SEAL_DB, 5, 16384, plain, out));
        memcpy(all + i * CT_NONCE_LEN, out + SEAL_AT_NONCE, CT_NONCE_LEN);
    }
    assert_int_equal(ct_seal_count(seal), n);
    double chi = 0, expected = (double)n * CT_NONCE_LEN / 256;
    size_t seen[256] = {0};
    for (size_t i = 0; i < n * CT_NONCE_LEN; i++)
        seen[all[i]]++;
    for (int i = 0; i < 256; i++)
        chi += ((double)seen[i] - expected) * ((double)seen[i] - expected) / expected;
    /* 255 degrees of freedom: mean 255, deviation 22.6; seven of them wide */
    assert_true(chi > 255 - 7 * 22.6 && chi < 255 + 7 * 22.6);
    qsort(all, n, CT_NONCE_LEN, by_bytes);
    for (size_t i = 1; i < n; i++)
        assert_true(by_bytes(all + (i - 1) * CT_NONCE_LEN, all + i * CT_NONCE_LEN) != 0);
    free(all);
}

static void test_a_forked_child_draws_its_own_nonces(void **state)
{
    (void)state;
    unsigned char plain[CT_PAGE], out[CT_PAGE], theirs[CT_NONCE_LEN];
    int fd[2];
    example(plain);
    assert_true(seal_page_close(seal, SEAL_DB, 5, 16384, plain, out)); /* draws many */
    assert_int_equal(pipe(fd), 0);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (!seal_page_close(seal, SEAL_DB, 5, 16384, plain, out) ||
            write(fd[1], out + SEAL_AT_NONCE, CT_NONCE_LEN) != CT_NONCE_LEN)
            _exit(1);
        _exit(0);
    }
    assert_int_equal(read(fd[0], theirs, sizeof theirs), CT_NONCE_LEN);
    assert_true(seal_page_close(seal, SEAL_DB, 5, 16384, plain, out));
    assert_memory_not_equal(out + SEAL_AT_NONCE, theirs, CT_NONCE_LEN);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    close(fd[0]);
    close(fd[1]);
}

/* Re-keying: new pages under the new key, old ones open while it is known. */
static void test_epochs(void **state)
{
    (void)state;
    static const unsigned char next[CT_KEY_LEN] = "another 32 byte key nobody uses";
    unsigned char plain[CT_PAGE], one[CT_PAGE], two[CT_PAGE], back[CT_PAGE];
    struct ct_seal *newer = NULL;
    struct ct_error err;
    example(plain);
    assert_int_equal(ct_seal_new(SEALED_ID, next, 2, NULL, &newer, NULL), CT_OK);
    assert_true(seal_page_close(seal, SEAL_DB, 5, 16384, plain, one));
    assert_true(seal_page_close(newer, SEAL_DB, 5, 16384, plain, two));
    assert_int_equal(seal_epoch_of(two), 2);
    assert_int_equal(seal_page_open(newer, SEAL_DB, 5, 16384, one, back), SEAL_BAD);
    assert_int_equal(seal_page_open(seal, SEAL_DB, 5, 16384, two, back), SEAL_NEWER);
    assert_int_equal(ct_seal_add_key(newer, 1, SEALED_KEY, &err), CT_OK);
    assert_int_equal(ct_seal_add_key(newer, 1, SEALED_KEY, &err), CT_OK);
    assert_int_equal(ct_seal_add_key(newer, 1, next, &err), CT_EEXISTS);
    assert_int_equal(seal_page_open(newer, SEAL_DB, 5, 16384, one, back), SEAL_GOOD);
    assert_int_equal(seal_page_open(newer, SEAL_DB, 5, 16384, two, back), SEAL_GOOD);
    assert_true(seal_page_close(newer, SEAL_DB, 5, 16384, plain, one));
    assert_int_equal(seal_epoch_of(one), 2); /* the old key seals nothing any more */
    /* the epoch is no label that can be changed */
    two[SEAL_AT_EPOCH] = 1;
    assert_int_equal(seal_page_open(newer, SEAL_DB, 5, 16384, two, back), SEAL_BAD);
    for (uint32_t i = 3; i < SEAL_KEYS_MAX + 1; i++)
        assert_int_equal(ct_seal_add_key(newer, i, next, &err), CT_OK);
    /* two epochs are in use at most: the oldest key makes room */
    assert_true(seal_page_close(seal, SEAL_DB, 5, 16384, plain, one));
    assert_int_equal(seal_page_open(newer, SEAL_DB, 5, 16384, one, back), SEAL_GOOD);
    assert_int_equal(ct_seal_add_key(newer, 99, next, &err), CT_OK);
    assert_int_equal(seal_page_open(newer, SEAL_DB, 5, 16384, one, back), SEAL_BAD);
    ct_seal_free(newer);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_the_format_is_what_it_was),
        T(test_a_masked_checksum_is_what_it_was),
        T(test_a_checksum_is_bound_to_its_header),
        T(test_a_page_comes_back_with_its_reserve_zero),
        T(test_a_page_opens_only_where_it_was_sealed),
        T(test_a_page_of_another_store_does_not_open),
        T(test_every_bit_counts),
        T(test_used_reserve_is_refused),
        T(test_without_randomness_nothing_is_sealed),
        T(test_nonces_are_fresh_and_even),
        T(test_a_forked_child_draws_its_own_nonces),
        T(test_epochs),
    };
    return cmocka_run_group_tests_name("seal_page", tests, NULL, NULL);
}
