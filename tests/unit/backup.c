/* The container of a backup: what went in comes out, and a file that was cut, altered,
 * reordered or put together from two is refused, wherever the change lies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/keyring_help.h"
#include "tests/support/tmp.h"
#include "vault/backup.h"
#include "vault/backup_internal.h"

enum { PAGES_MAX = 40 };

static unsigned char page[PAGES_MAX * CT_PAGE]; /* any bytes: the container looks at none */

/* A file without a name in the temporary folder, holding a backup of n pages. */
struct made {
    int fd;
    int64_t size;
    unsigned char *bytes; /* all of it */
    size_t keyring_len;
};

static struct ct_backup_head head_of(const struct fixture *f, uint32_t pages)
{
    struct ct_backup_head h = {.epoch = f->ada->epoch,
                               .schema = 3,
                               .pages = pages,
                               .at_ms = INT64_C(1795000000000),
                               .seq = 77,
                               .program = "0.1.0"};
    memcpy(h.store_id, f->ada->store_id, CT_STORE_ID_LEN);
    memset(h.link, 0x5a, CT_HASH_LEN);
    return h;
}

static int blank(void)
{
    return tmp_file();
}

static void rewrite(const struct made *m, const unsigned char *p, int64_t n)
{
    assert_int_equal(pwrite(m->fd, p, (size_t)n, 0), n);
    assert_int_equal(ftruncate(m->fd, n), 0);
}

static struct made make(struct fixture *f, uint32_t pages, const unsigned char *recipient)
{
    struct made m = {.fd = blank()};
    struct ct_backup_out *out = NULL;
    struct ct_backup_head h = head_of(f, pages);
    struct ct_backup_end end = {.chain_good = true, .entries = 77};
    unsigned char *ring = NULL;
    if (recipient != NULL) {
        h.to_key = true;
        memcpy(h.recipient, recipient, CT_BACKUP_KEY_LEN);
    }
    assert_int_equal(ct_keyring_image(f->dir, &ring, &m.keyring_len, NULL), CT_OK);
    assert_int_equal(ct_backup_out_new(m.fd, "b", &h, ring, m.keyring_len, f->ada, &out, NULL),
                     CT_OK);
    for (uint32_t at = 0; at < pages; at += CT_BACKUP_CHUNK) {
        uint32_t n = pages - at < CT_BACKUP_CHUNK ? pages - at : CT_BACKUP_CHUNK;
        assert_int_equal(ct_backup_out_pages(out, page + (size_t)at * CT_PAGE, n, NULL), CT_OK);
    }
    assert_int_equal(ct_backup_out_end(out, &end, NULL), CT_OK);
    ct_backup_out_free(out);
    free(ring);
    m.size = lseek(m.fd, 0, SEEK_END);
    m.bytes = malloc((size_t)m.size);
    assert_non_null(m.bytes);
    assert_int_equal(pread(m.fd, m.bytes, (size_t)m.size, 0), m.size);
    return m;
}

static void drop(struct made *m)
{
    close(m->fd);
    free(m->bytes);
}

/* Read it all, as a restore does: with the password's key, comparing every page. */
static enum ct_status read_all(struct fixture *f, int fd, struct ct_backup_end *end)
{
    CT_CLEANUP(ct_backup_in_freep) struct ct_backup_in *in = NULL;
    static unsigned char chunk[CT_BACKUP_CHUNK * CT_PAGE];
    uint32_t n = 0, at = 0;
    enum ct_status s = ct_backup_in_new(fd, "b", &in, &f->err);
    if (s == CT_OK)
        s = ct_backup_in_start(in, f->ada->store_key, &f->err);
    while (s == CT_OK && (s = ct_backup_in_pages(in, chunk, &n, end, &f->err)) == CT_OK &&
           n > 0) {
        assert_true(at + n <= PAGES_MAX); /* nothing wrong ever comes out */
        assert_memory_equal(chunk, page + (size_t)at * CT_PAGE, (size_t)n * CT_PAGE);
        at += n;
    }
    return s;
}

static enum ct_status whole(struct fixture *f, int fd)
{
    CT_CLEANUP(ct_backup_in_freep) struct ct_backup_in *in = NULL;
    enum ct_status s = ct_backup_in_new(fd, "b", &in, &f->err);
    return s == CT_OK ? ct_backup_in_whole(in, NULL, NULL, &f->err) : s;
}

static void test_what_went_in_comes_out(void **state)
{
    struct fixture *f = *state;
    static const uint32_t SIZES[] = {1, 15, 16, 17, 32, 40};
    for (size_t i = 0; i < CT_LEN(SIZES); i++) {
        struct made m = make(f, SIZES[i], NULL);
        struct ct_backup_end end = {0};
        CT_CLEANUP(ct_backup_in_freep) struct ct_backup_in *in = NULL;
        assert_int_equal(m.size, ct_backup_length(SIZES[i], m.keyring_len));
        assert_int_equal(read_all(f, m.fd, &end), CT_OK);
        assert_int_equal(whole(f, m.fd), CT_OK);
        assert_true(end.chain_good);
        assert_int_equal(end.entries, 77);
        assert_int_equal(ct_backup_in_new(m.fd, "b", &in, NULL), CT_OK);
        const struct ct_backup_head *h = ct_backup_in_head(in);
        assert_int_equal(h->pages, SIZES[i]);
        assert_int_equal(h->seq, 77);
        assert_int_equal(h->at_ms, INT64_C(1795000000000));
        assert_string_equal(h->program, "0.1.0");
        assert_false(h->to_key);
        assert_true(ct_backup_in_ours(in, f->ada->store_key));
        drop(&m);
    }
}

static void test_the_keyring_within_opens(void **state)
{
    struct fixture *f = *state;
    struct made m = make(f, 1, NULL);
    CT_CLEANUP(ct_backup_in_freep) struct ct_backup_in *in = NULL;
    CT_SECRET *right = secret_of(BEN_PASSWORD), *wrong = secret_of(WRONG_PASSWORD);
    struct ct_unlocked *keys = NULL;
    size_t n = 0;
    assert_int_equal(ct_backup_in_new(m.fd, "b", &in, NULL), CT_OK);
    const unsigned char *ring = ct_backup_in_keyring(in, &n);
    assert_int_equal(ct_keyring_image_slots(ring, n), 3);
    assert_int_equal(ct_keyring_image_open("b", ring, n, "ben", wrong, &keys, &f->err),
                     CT_EPASSWORD);
    assert_int_equal(ct_keyring_image_open("b", ring, n, "nobody", right, &keys, &f->err),
                     CT_EPASSWORD);
    assert_null(keys);
    assert_int_equal(ct_keyring_image_open("b", ring, n, "ben", right, &keys, &f->err), CT_OK);
    assert_memory_equal(keys->store_key, f->ada->store_key, CT_KEY_LEN);
    ct_unlocked_free(keys);
    assert_int_equal(ct_keyring_image_open("b", ring, n, NULL, f->code, &keys, &f->err), CT_OK);
    assert_int_equal(keys->user_id, CT_USER_RECOVERY);
    ct_unlocked_free(keys);
    drop(&m);
}

/* Of a file of one page every byte. Whoever has no key is told as well. */
static void test_every_byte_counts(void **state)
{
    struct fixture *f = *state;
    struct made m = make(f, 1, NULL);
    for (int64_t at = 0; at < m.size; at++) {
        unsigned char was = m.bytes[at], bad = was ^ (unsigned char)(1u << (at % 8));
        struct ct_backup_end end = {0};
        assert_int_equal(pwrite(m.fd, &bad, 1, at), 1);
        enum ct_status with = read_all(f, m.fd, &end), without = whole(f, m.fd);
        if (with == CT_OK || without == CT_OK)
            fail_msg("byte %lld can be changed: %d, %d", (long long)at, with, without);
        if (at >= CT_BACKUP_HEAD)
            assert_int_equal(with, CT_EDAMAGED);
        assert_int_equal(pwrite(m.fd, &was, 1, at), 1);
    }
    struct ct_backup_end end = {0};
    assert_int_equal(read_all(f, m.fd, &end), CT_OK);
    drop(&m);
}

static void fix_checksum(unsigned char *p, int64_t n)
{
    ct_hash(p + n - CT_HASH_LEN, p, (size_t)n - CT_HASH_LEN);
}

/* A thief who knows the format makes the checksums fit again. Only the key tells. */
static void test_every_byte_counts_with_a_fitting_checksum(void **state)
{
    struct fixture *f = *state;
    struct made m = make(f, 17, NULL);
    unsigned char *p = malloc((size_t)m.size);
    assert_non_null(p);
    int64_t keyring_end = CT_BACKUP_HEAD + (int64_t)m.keyring_len;
    for (int64_t at = 0; at < m.size - CT_HASH_LEN; at += at < keyring_end + 64 ? 1 : 997) {
        struct ct_backup_end end = {0};
        memcpy(p, m.bytes, (size_t)m.size);
        p[at] ^= 0x10;
        ring_fix_checksum(p + CT_BACKUP_HEAD, m.keyring_len);
        if (memcmp(p, m.bytes, (size_t)keyring_end) == 0 && at < keyring_end)
            continue; /* the keyring's own checksum: put right again */
        fix_checksum(p, m.size);
        rewrite(&m, p, m.size);
        enum ct_status s = read_all(f, m.fd, &end);
        if (s == CT_OK)
            fail_msg("byte %lld can be changed", (long long)at);
    }
    free(p);
    drop(&m);
}

static void test_every_truncation(void **state)
{
    struct fixture *f = *state;
    struct made m = make(f, 1, NULL);
    struct ct_backup_end end = {0};
    for (int64_t n = 0; n < m.size; n++) {
        assert_int_equal(ftruncate(m.fd, n), 0);
        enum ct_status s = read_all(f, m.fd, &end), want = n < 8 ? CT_EFOREIGN : CT_EDAMAGED;
        if (s != want || whole(f, m.fd) != want)
            fail_msg("cut to %lld bytes: %d", (long long)n, s);
        if (n >= CT_BACKUP_HEAD)
            assert_non_null(strstr(f->err.text, "is cut off"));
        rewrite(&m, m.bytes, m.size);
    }
    assert_int_equal(pwrite(m.fd, "x", 1, m.size), 1);
    assert_int_equal(read_all(f, m.fd, &end), CT_EDAMAGED);
    assert_non_null(strstr(f->err.text, "1 bytes more"));
    drop(&m);
}

/* Cut where a message ends, with head and length made to fit: the thief has no key. */
static void test_a_cut_that_fits(void **state)
{
    struct fixture *f = *state;
    struct made m = make(f, 33, NULL);
    struct ct_backup_end end = {0};
    int64_t to = ct_backup_length(32, m.keyring_len),
            last = ct_backup_length(33, m.keyring_len);
    unsigned char *p = malloc((size_t)m.size);
    assert_non_null(p);
    memcpy(p, m.bytes, (size_t)m.size);
    ct_le32_put(p + CT_BACKUP_AT_PAGES, 32);
    size_t tail = CT_BACKUP_END_LEN + CT_BACKUP_EXTRA + CT_HASH_LEN;
    memmove(p + to - (int64_t)tail, p + last - (int64_t)tail, tail);
    fix_checksum(p, to);
    rewrite(&m, p, to);
    assert_int_equal(whole(f, m.fd), CT_OK); /* nothing without a key can know */
    assert_int_equal(read_all(f, m.fd, &end), CT_EDAMAGED);
    assert_non_null(strstr(f->err.text, "altered"));
    free(p);
    drop(&m);
}

static int64_t stream_at(const struct made *m)
{
    return CT_BACKUP_HEAD + (int64_t)m->keyring_len + CT_BACKUP_MAC_LEN + CT_BACKUP_STREAM_HEAD;
}

static void test_messages_reordered_or_doubled(void **state)
{
    struct fixture *f = *state;
    struct made m = make(f, 40, NULL);
    enum { MESSAGE = CT_BACKUP_CHUNK_LEN + CT_BACKUP_EXTRA };
    unsigned char *p = malloc((size_t)m.size), *first = m.bytes + stream_at(&m);
    struct ct_backup_end end = {0};
    assert_non_null(p);
    memcpy(p, m.bytes, (size_t)m.size);
    memcpy(p + stream_at(&m), first + MESSAGE, MESSAGE);
    memcpy(p + stream_at(&m) + MESSAGE, first, MESSAGE);
    fix_checksum(p, m.size);
    rewrite(&m, p, m.size);
    assert_int_equal(read_all(f, m.fd, &end), CT_EDAMAGED);
    memcpy(p, m.bytes, (size_t)m.size);
    memcpy(p + stream_at(&m) + MESSAGE, first, MESSAGE);
    fix_checksum(p, m.size);
    rewrite(&m, p, m.size);
    assert_int_equal(read_all(f, m.fd, &end), CT_EDAMAGED);
    free(p);
    drop(&m);
}

/* Two backups of the same store, the head or the keyring of one before the stream of
 * the other, and each message of one in the other. */
static void test_spliced_from_two(void **state)
{
    struct fixture *f = *state;
    struct made a = make(f, 17, NULL), b = make(f, 17, NULL);
    assert_int_equal(a.size, b.size);
    unsigned char *p = malloc((size_t)a.size);
    struct ct_backup_end end = {0};
    assert_non_null(p);
    const int64_t cuts[] = {CT_BACKUP_HEAD, CT_BACKUP_HEAD + (int64_t)a.keyring_len,
                            stream_at(&a) - CT_BACKUP_STREAM_HEAD, stream_at(&a),
                            stream_at(&a) + CT_BACKUP_CHUNK_LEN + CT_BACKUP_EXTRA};
    for (size_t i = 0; i < CT_LEN(cuts); i++) {
        memcpy(p, a.bytes, (size_t)cuts[i]);
        memcpy(p + cuts[i], b.bytes + cuts[i], (size_t)(b.size - cuts[i]));
        fix_checksum(p, b.size);
        rewrite(&b, p, b.size);
        assert_int_equal(whole(f, b.fd), CT_OK);
        if (read_all(f, b.fd, &end) != CT_EDAMAGED)
            fail_msg("two backups were put together at %lld", (long long)cuts[i]);
    }
    free(p);
    drop(&a);
    drop(&b);
}

/* An older keyring, whose passwords somebody knows, in a newer backup. */
static void test_an_old_keyring_in_a_new_backup(void **state)
{
    struct fixture *f = *state;
    size_t n = 0;
    unsigned char *old = ring_read(f->dir, &n);
    struct ct_slot slot;
    struct ct_backup_end end = {0};
    assert_int_equal(ct_keyring_disable(f->dir, f->ada, 2, &slot, NULL), CT_OK);
    struct made m = make(f, 3, NULL);
    assert_int_equal(m.keyring_len, n);
    memcpy(m.bytes + CT_BACKUP_HEAD, old, n);
    fix_checksum(m.bytes, m.size);
    rewrite(&m, m.bytes, m.size);
    assert_int_equal(whole(f, m.fd), CT_OK);
    assert_int_equal(read_all(f, m.fd, &end), CT_EDAMAGED);
    assert_non_null(strstr(f->err.text, "keyring"));
    free(old);
    drop(&m);
}

static void test_of_another_store(void **state)
{
    struct fixture *f = *state;
    void *other = NULL;
    struct ct_backup_end end = {0};
    assert_int_equal(fixture_up(&other), 0);
    struct fixture *g = other;
    struct made m = make(g, 2, NULL);
    assert_int_equal(read_all(f, m.fd, &end), CT_EDAMAGED);
    assert_int_equal(read_all(g, m.fd, &end), CT_OK);
    drop(&m);
    fixture_down(&other);
}

static void test_foreign_and_newer(void **state)
{
    struct fixture *f = *state;
    struct made m = make(f, 1, NULL);
    struct ct_backup_end end = {0};
    unsigned char version = CT_BACKUP_VERSION + 1;
    assert_int_equal(pwrite(m.fd, &version, 1, CT_BACKUP_AT_VERSION), 1);
    assert_int_equal(read_all(f, m.fd, &end), CT_ENEWER);
    assert_non_null(strstr(f->err.text, "newer"));
    rewrite(&m, (const unsigned char *)"SQLite format 3", 16);
    assert_int_equal(read_all(f, m.fd, &end), CT_EFOREIGN);
    rewrite(&m, m.bytes, 0);
    assert_int_equal(read_all(f, m.fd, &end), CT_EFOREIGN);
    int dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(read_all(f, dir, &end), CT_EFOREIGN);
    close(dir);
    drop(&m);
}

/* What is in clear says nothing that the keyring and the witness do not say as well, and
 * two backups of the same pages have nothing else in common. */
static void test_nothing_in_common(void **state)
{
    struct fixture *f = *state;
    struct made a = make(f, 16, NULL), b = make(f, 16, NULL);
    size_t same = 0;
    for (int64_t i = stream_at(&a); i < a.size; i++)
        same += a.bytes[i] == b.bytes[i];
    assert_true(same < (size_t)a.size / 128); /* 1 in 256 by chance */
    drop(&a);
    drop(&b);
}

static void test_a_full_disk(void **state)
{
    struct fixture *f = *state;
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    struct ct_backup_out *out = NULL;
    struct ct_backup_head h = head_of(f, 1);
    unsigned char *ring = NULL;
    size_t n = 0;
    assert_true(full >= 0);
    assert_int_equal(ct_keyring_image(f->dir, &ring, &n, NULL), CT_OK);
    assert_int_equal(ct_backup_out_new(full, "b", &h, ring, n, f->ada, &out, &f->err),
                     CT_EFULL);
    assert_null(out);
    free(ring);
    close(full);
}

int main(void)
{
    ct_random(page, sizeof page);
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)
        T(test_what_went_in_comes_out),
        T(test_the_keyring_within_opens),
        T(test_every_byte_counts),
        T(test_every_byte_counts_with_a_fitting_checksum),
        T(test_every_truncation),
        T(test_a_cut_that_fits),
        T(test_messages_reordered_or_doubled),
        T(test_spliced_from_two),
        T(test_an_old_keyring_in_a_new_backup),
        T(test_of_another_store),
        T(test_foreign_and_newer),
        T(test_nothing_in_common),
        T(test_a_full_disk),
#undef T
    };
    return ct_harden(NULL) == CT_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
