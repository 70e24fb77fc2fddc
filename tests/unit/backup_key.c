/* The offline key of backups: the pair, its two files, and what opens with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/keyring_help.h"
#include "tests/support/tmp.h"
#include "vault/backup_internal.h"
#include "vault/backup_key.h"

#define PHRASE "seven offline marmots knitting"

struct pair {
    struct fixture *f;
    char key[96], pub[112];
    unsigned char pk[CT_BACKUP_KEY_LEN];
};

static enum ct_status new_pair(struct pair *p, const char *phrase)
{
    CT_SECRET *s = secret_of(phrase);
    return ct_backup_key_new(p->key, s, CT_KDF_TEST, p->pk, &p->f->err);
}

static int up(void **state)
{
    struct pair *p = calloc(1, sizeof *p);
    void *f = NULL;
    if (p == NULL || fixture_up(&f) != 0)
        return -1;
    p->f = f;
    snprintf(p->key, sizeof p->key, "%s/off", p->f->dir);
    snprintf(p->pub, sizeof p->pub, "%s/off.pub", p->f->dir);
    *state = p;
    return new_pair(p, PHRASE) == CT_OK ? 0 : -1;
}

static int down(void **state)
{
    struct pair *p = *state;
    void *f = p->f;
    fixture_down(&f);
    free(p);
    return 0;
}

static enum ct_status open_pair(struct pair *p, const char *phrase, struct ct_secret **sk)
{
    CT_SECRET *s = secret_of(phrase);
    unsigned char pk[CT_BACKUP_KEY_LEN];
    enum ct_status st = ct_backup_key_open(p->key, s, sk, pk, &p->f->err);
    if (st == CT_OK)
        assert_memory_equal(pk, p->pk, sizeof pk);
    return st;
}

static size_t slurp(const char *path, unsigned char *out, size_t cap)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = read(fd, out, cap);
    close(fd);
    assert_true(n >= 0);
    return (size_t)n;
}

static void spill(const char *path, const void *p, size_t n)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    assert_int_equal(write(fd, p, n), n);
    close(fd);
}

static void test_the_pair(void **state)
{
    struct pair *p = *state;
    struct stat st;
    struct ct_secret *sk = NULL;
    unsigned char pk[CT_BACKUP_KEY_LEN], bytes[256];
    assert_int_equal(stat(p->key, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(ct_backup_key_public(p->pub, pk, &p->f->err), CT_OK);
    assert_memory_equal(pk, p->pk, sizeof pk);
    assert_int_equal(open_pair(p, WRONG_PASSWORD, &sk), CT_EPASSWORD);
    assert_null(sk);
    assert_int_equal(open_pair(p, PHRASE, &sk), CT_OK);
    size_t n = slurp(p->key, bytes, sizeof bytes);
    assert_null(memmem(bytes, n, sk->data, sk->len)); /* boxed */
    ct_secret_free(sk);
    /* nothing is overwritten, and a phrase that is too short makes nothing */
    assert_int_equal(new_pair(p, PHRASE), CT_EEXISTS);
    unlink(p->key);
    assert_int_equal(new_pair(p, PHRASE), CT_EEXISTS); /* the public half is there */
    assert_int_not_equal(access(p->key, F_OK), 0);
    unlink(p->pub);
    assert_int_equal(new_pair(p, "short"), CT_EINVAL);
    assert_int_not_equal(access(p->key, F_OK), 0);
    assert_int_not_equal(access(p->pub, F_OK), 0);
}

static void test_files_that_are_not_whole(void **state)
{
    struct pair *p = *state;
    unsigned char was[256], pk[CT_BACKUP_KEY_LEN];
    struct ct_secret *sk = NULL;
    size_t n = slurp(p->key, was, sizeof was);
    assert_int_equal(ct_backup_key_public(p->key, pk, &p->f->err), CT_EFOREIGN);
    assert_non_null(strstr(p->f->err.text, "secret half"));
    for (size_t i = 0; i < n; i++) {
        was[i] ^= 1;
        spill(p->key, was, n);
        assert_int_not_equal(open_pair(p, PHRASE, &sk), CT_OK);
        was[i] ^= 1;
    }
    for (size_t i = 0; i < n; i++) {
        spill(p->key, was, i);
        assert_int_equal(open_pair(p, PHRASE, &sk), i < 8 ? CT_EFOREIGN : CT_EDAMAGED);
    }
    /* a hostile cost, its checksum made to fit, is not tried */
    ct_le32_put(was + 20, 0x7fffffff);
    ct_hash(was + 144, was, 144);
    spill(p->key, was, n);
    assert_int_equal(open_pair(p, PHRASE, &sk), CT_EDAMAGED);
    n = slurp(p->pub, was, sizeof was);
    for (size_t i = 0; i + 1 < n; i++) {
        was[i] ^= 1;
        spill(p->pub, was, n);
        assert_int_not_equal(ct_backup_key_public(p->pub, pk, NULL), CT_OK);
        was[i] ^= 1;
    }
    spill(p->pub, was, n - 4);
    assert_int_equal(ct_backup_key_public(p->pub, pk, NULL), CT_EDAMAGED);
    unlink(p->pub);
    assert_int_equal(ct_backup_key_public(p->pub, pk, NULL), CT_ENOTFOUND);
}

/* A backup of one page, sealed to pk (NULL: to nobody). */
static int backup(struct pair *p, const unsigned char *pk)
{
    int fd = tmp_file();
    struct ct_backup_out *out = NULL;
    struct ct_backup_head h = {.epoch = p->f->ada->epoch, .pages = 1, .to_key = pk != NULL};
    struct ct_backup_end last = {.entries = 1};
    unsigned char *ring = NULL, page[CT_PAGE] = {7};
    size_t n = 0;
    memcpy(h.store_id, p->f->ada->store_id, CT_STORE_ID_LEN);
    if (pk != NULL)
        memcpy(h.recipient, pk, sizeof h.recipient);
    assert_int_equal(ct_keyring_image(p->f->dir, &ring, &n, NULL), CT_OK);
    assert_int_equal(ct_backup_out_new(fd, "b", &h, ring, n, p->f->ada, &out, NULL), CT_OK);
    assert_int_equal(ct_backup_out_pages(out, page, 1, NULL), CT_OK);
    assert_int_equal(ct_backup_out_end(out, &last, NULL), CT_OK);
    ct_backup_out_free(out);
    free(ring);
    return fd;
}

static enum ct_status unlock(struct pair *p, int fd, struct ct_unlocked **ret)
{
    CT_SECRET *sk = NULL;
    CT_CLEANUP(ct_backup_in_freep) struct ct_backup_in *in = NULL;
    assert_int_equal(open_pair(p, PHRASE, &sk), CT_OK);
    assert_int_equal(ct_backup_in_new(fd, "b", &in, &p->f->err), CT_OK);
    return ct_backup_key_unlock(in, sk, p->pk, ret, &p->f->err);
}

static void test_it_opens_what_was_sealed_to_it(void **state)
{
    struct pair *p = *state;
    struct ct_unlocked *keys = NULL;
    struct ct_slot slot;
    unsigned char other[CT_BACKUP_KEY_LEN], sk[32];
    int fd = backup(p, p->pk);
    assert_int_equal(unlock(p, fd, &keys), CT_OK);
    assert_memory_equal(keys->store_key, p->f->ada->store_key, CT_KEY_LEN);
    assert_memory_equal(keys->ring_key, p->f->ada->ring_key, CT_RING_KEY_LEN);
    /* with these keys a password can be set anew, and it opens the store */
    CT_SECRET *fresh = secret_of("twelve purple gateposts singing");
    assert_int_equal(
        ct_keyring_renew(p->f->dir, keys, "nobody", fresh, CT_KDF_TEST, &slot, NULL),
        CT_ENOTFOUND);
    assert_int_equal(ct_keyring_renew(p->f->dir, keys, "BEN", fresh, CT_KDF_TEST, &slot, NULL),
                     CT_OK);
    assert_int_equal(slot.user_id, 2);
    assert_false(slot.must_change);
    assert_int_equal(try_login(p->f, "ben", "twelve purple gateposts singing", 0), CT_OK);
    assert_int_equal(try_login(p->f, "ben", BEN_PASSWORD, 0), CT_EPASSWORD);
    ct_unlocked_free(keys);
    close(fd);
    crypto_box_keypair(other, sk);
    fd = backup(p, other);
    assert_int_equal(unlock(p, fd, &keys), CT_EFOREIGN);
    assert_non_null(strstr(p->f->err.text, "another offline key"));
    close(fd);
    fd = backup(p, NULL);
    assert_int_equal(unlock(p, fd, &keys), CT_EFOREIGN);
    close(fd);
}

/* Anybody can seal to a public key. Keys of a thief's choice do not fit the keyring. */
static void test_keys_of_a_thiefs_choice(void **state)
{
    struct pair *p = *state;
    struct ct_unlocked *keys = NULL;
    unsigned char both[CT_BACKUP_BOX_PLAIN], box[CT_BACKUP_BOX_LEN];
    int fd = backup(p, p->pk);
    memcpy(both, p->f->ada->store_key, CT_KEY_LEN);
    memset(both + CT_KEY_LEN, 3, CT_RING_KEY_LEN);
    crypto_box_seal(box, both, sizeof both, p->pk);
    assert_int_equal(pwrite(fd, box, sizeof box, CT_BACKUP_AT_BOX), sizeof box);
    assert_int_equal(unlock(p, fd, &keys), CT_EDAMAGED);
    box[40] ^= 1;
    assert_int_equal(pwrite(fd, box, sizeof box, CT_BACKUP_AT_BOX), sizeof box);
    assert_int_equal(unlock(p, fd, &keys), CT_EDAMAGED);
    assert_null(keys);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_pair, up, down),
        cmocka_unit_test_setup_teardown(test_files_that_are_not_whole, up, down),
        cmocka_unit_test_setup_teardown(test_it_opens_what_was_sealed_to_it, up, down),
        cmocka_unit_test_setup_teardown(test_keys_of_a_thiefs_choice, up, down),
    };
    return ct_harden(NULL) == CT_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
