/* The keyring's bytes: damage, tampering, exchange; and its format, byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/keyring_help.h"

/* What a login gets, refused before any password is tried. */
static enum ct_status opened(struct fixture *f)
{
    uint64_t runs = ct_kdf_runs();
    struct ct_unlocked *u = NULL;
    enum ct_status st = login(f, "ada", ADA_PASSWORD, 0, &u, &f->err);
    assert_null(u);
    assert_int_equal(ct_kdf_runs(), runs);
    return st;
}

/* The same, and the list gets it too. */
static enum ct_status refused(struct fixture *f)
{
    struct ct_slot *slots = NULL;
    size_t n;
    enum ct_status st = opened(f);
    assert_int_equal(ct_keyring_list(f->dir, NULL, &slots, &n, NULL), st);
    assert_null(slots);
    return st;
}

static void test_any_flipped_byte_is_refused_before_a_password_is_tried(void **state)
{
    struct fixture *f = *state;
    size_t n;
    unsigned char *p = ring_read(f->dir, &n);
    for (size_t i = 0; i < n; i++) {
        const enum ct_status want = i < CT_RING_MAGIC_LEN ? CT_EFOREIGN : CT_EDAMAGED;
        for (unsigned bit = 0; bit < 8; bit++) {
            struct ct_ring r = {.data = p, .len = n};
            p[i] ^= (unsigned char)(1u << bit);
            assert_int_equal(ct_ring_parse(f->dir, &r, &f->err), want);
            p[i] ^= (unsigned char)(1u << bit);
        }
        p[i] ^= 0xff;
        ring_write(f->dir, p, n);
        assert_int_equal(opened(f), want);
        p[i] ^= 0xff;
    }
    ring_write(f->dir, p, n);
    assert_int_equal(try_login(f, "ada", ADA_PASSWORD, 0), CT_OK);
    free(p);
}

static void test_any_cut_and_any_tail_is_refused(void **state)
{
    struct fixture *f = *state;
    size_t n;
    unsigned char *p = ring_read(f->dir, &n), *longer = calloc(1, n + 5000);
    for (size_t i = 0; i < n; i++) {
        struct ct_ring r = {.data = p, .len = i};
        assert_int_equal(ct_ring_parse(f->dir, &r, &f->err), CT_EDAMAGED);
        if (i % 16 > 1 && i + 80 < n) /* through the file system: enough of them */
            continue;
        ring_write(f->dir, p, i);
        assert_int_equal(opened(f), CT_EDAMAGED);
    }
    memcpy(longer, p, n);
    for (size_t i = n + 1; i < n + 5000; i += i < n + 40 ? 1 : 300) {
        ring_write(f->dir, longer, i);
        assert_int_equal(refused(f), CT_EDAMAGED);
        ring_fix_checksum(longer, i); /* even as if it belonged there */
        ring_write(f->dir, longer, i);
        assert_int_equal(refused(f), CT_EDAMAGED);
        memset(longer + n, 0, 5000);
        memcpy(longer, p, n);
    }
    free(longer);
    free(p);
}

/* A thief who knows the format fixes the checksum. In his own slot the box no
 * longer opens (as a wrong password), anywhere else the MAC does not fit. */
static void test_a_changed_byte_with_a_new_checksum_never_opens(void **state)
{
    struct fixture *f = *state;
    size_t n, tried = 0;
    unsigned char *p = ring_read(f->dir, &n);
    const size_t counters = ct_ring_counters(3), macs = n - CT_RING_MAC_LEN - CT_HASH_LEN;
    for (size_t i = 0; i < n - CT_HASH_LEN; i++) {
        if (i >= counters && i < macs)
            continue;
        p[i] ^= 0x01;
        ring_fix_checksum(p, n);
        ring_write(f->dir, p, n);
        enum ct_status st = try_login(f, "ada", ADA_PASSWORD, 0);
        if (st != CT_EPASSWORD && st != CT_EDAMAGED && st != CT_EFOREIGN && st != CT_ENEWER)
            fail_msg("byte %zu: %s", i, ct_status_name(st));
        bool own = i >= CT_RING_HEADER && i < CT_RING_HEADER + CT_SLOT_SIZE;
        bool store_id = i >= CT_RING_AT_STORE_ID && i < CT_RING_AT_EPOCH;
        if (st == CT_EPASSWORD)
            assert_true(own || store_id);
        struct ct_slot *slots = NULL;
        size_t count;
        ring_write(f->dir, p, n); /* without the failure that was counted */
        st = ct_keyring_list(f->dir, f->ada, &slots, &count, &f->err);
        assert_true(st == CT_EDAMAGED || st == CT_EFOREIGN || st == CT_ENEWER ||
                    st == CT_ECONFLICT);
        assert_null(slots);
        p[i] ^= 0x01;
        tried++;
    }
    assert_int_equal(tried, CT_RING_HEADER + 3 * CT_SLOT_SIZE + CT_RING_MAC_LEN);
    free(p);
}

static void test_a_changed_slot_is_named(void **state)
{
    struct fixture *f = *state;
    size_t n, count;
    struct ct_slot *slots;
    unsigned char *p = ring_read(f->dir, &n);
    p[CT_RING_HEADER + 2 * CT_SLOT_SIZE + CT_SLOT_AT_SIGN_PK] ^= 4;
    ring_fix_checksum(p, n);
    ring_write(f->dir, p, n);
    assert_int_equal(ct_keyring_list(f->dir, f->ada, &slots, &count, &f->err), CT_EDAMAGED);
    assert_non_null(strstr(f->err.text, "slot 3 (user 2)"));
    free(p);
}

/* Counters are not under the MAC: nothing but a delay may hang on them. */
static void test_any_changed_counter_does_no_more_than_delay(void **state)
{
    struct fixture *f = *state;
    size_t n;
    unsigned char *p = ring_read(f->dir, &n);
    for (size_t i = ct_ring_counters(3); i < n - CT_RING_MAC_LEN - CT_HASH_LEN; i++) {
        p[i] ^= 0xff;
        ring_fix_checksum(p, n);
        ring_write(f->dir, p, n);
        enum ct_status st = try_login(f, "ada", ADA_PASSWORD, 0);
        assert_true(st == CT_OK || st == CT_ELOCKED || st == CT_EDAMAGED);
        if (st == CT_ELOCKED)
            assert_int_equal(try_login(f, "ada", ADA_PASSWORD, 300000), CT_OK);
        p[i] ^= 0xff;
    }
    free(p);
}

static void test_exchanged_slots_are_refused(void **state)
{
    struct fixture *f = *state;
    size_t n;
    unsigned char *p = ring_read(f->dir, &n), kept[CT_SLOT_SIZE];
    unsigned char *ada = p + CT_RING_HEADER, *ben = ada + 2 * CT_SLOT_SIZE;
    memcpy(kept, ada, sizeof kept);
    memcpy(ada, ben, sizeof kept);
    memcpy(ben, kept, sizeof kept);
    ring_fix_checksum(p, n);
    ring_write(f->dir, p, n);
    assert_int_equal(try_login(f, "ada", ADA_PASSWORD, 0), CT_EDAMAGED);
    assert_int_equal(try_login(f, "ben", BEN_PASSWORD, 0), CT_EDAMAGED);
    /* Ben's secrets under Ada's login and number */
    memcpy(ben, ada, sizeof kept);
    memcpy(ada, kept, sizeof kept);
    memcpy(ada + CT_SLOT_AT_KDF, ben + CT_SLOT_AT_KDF, 28);
    memcpy(ada + CT_SLOT_AT_BOX_PK, ben + CT_SLOT_AT_BOX_PK, CT_SLOT_SIZE - CT_SLOT_AT_BOX_PK);
    ring_fix_checksum(p, n);
    ring_write(f->dir, p, n);
    assert_int_equal(try_login(f, "ada", BEN_PASSWORD, 0), CT_EPASSWORD);
    free(p);
}

static void test_a_slot_put_back_from_an_older_keyring_is_refused(void **state)
{
    struct fixture *f = *state;
    size_t n;
    struct ct_slot slot;
    unsigned char *old = ring_read(f->dir, &n);
    assert_int_equal(ct_keyring_disable(f->dir, f->ada, 2, &slot, &f->err), CT_OK);
    unsigned char *p = ring_read(f->dir, &n);
    size_t at = CT_RING_HEADER + 2 * CT_SLOT_SIZE;
    memcpy(p + at, old + at, CT_SLOT_SIZE);
    ring_fix_checksum(p, n);
    ring_write(f->dir, p, n);
    assert_int_equal(try_login(f, "ben", BEN_PASSWORD, 0), CT_EDAMAGED);
    assert_int_equal(try_login(f, "ada", ADA_PASSWORD, 0), CT_EDAMAGED);
    free(old);
    free(p);
}

/* An old keyring put back whole opens (nothing outside it remembers); the store
 * compares the slot's version and hash: both must tell. */
static void test_an_older_keyring_put_back_shows_in_version_and_hash(void **state)
{
    struct fixture *f = *state;
    size_t n;
    struct ct_slot slot;
    struct ct_unlocked *u = NULL;
    unsigned char *old = ring_read(f->dir, &n);
    CT_SECRET *temp = secret_of("orchid mangle nine kettle");
    assert_int_equal(
        ct_keyring_reset(f->dir, f->ada, 2, "ben", temp, CT_KDF_TEST, &slot, &f->err), CT_OK);
    ring_write(f->dir, old, n);
    assert_int_equal(login(f, "ben", BEN_PASSWORD, 0, &u, &f->err), CT_OK);
    assert_int_not_equal(u->slot.version, slot.version);
    assert_memory_not_equal(u->slot.hash, slot.hash, CT_HASH_LEN);
    assert_memory_not_equal(u->slot.sign_pk, slot.sign_pk, CT_SIGN_PK_LEN);
    ct_unlocked_free(u);
    free(old);
}

static void test_slots_and_keyrings_of_another_store_are_refused(void **state)
{
    struct fixture *f = *state, *g;
    void *other;
    size_t n, m;
    struct ct_slot slot, *slots;
    assert_int_equal(fixture_up(&other), 0);
    g = other;
    unsigned char *mine = ring_read(f->dir, &n), *theirs = ring_read(g->dir, &m);
    assert_int_equal(n, m);
    /* their Ben in my file, under my store id, with his login's hash for my store */
    size_t at = CT_RING_HEADER + 2 * CT_SLOT_SIZE;
    unsigned char hash[CT_HASH_LEN];
    memcpy(hash, mine + at + CT_SLOT_AT_LOGIN, sizeof hash);
    unsigned char *p = malloc(n);
    memcpy(p, mine, n);
    memcpy(p + at, theirs + at, CT_SLOT_SIZE);
    memcpy(p + at + CT_SLOT_AT_LOGIN, hash, sizeof hash);
    ring_fix_checksum(p, n);
    ring_write(f->dir, p, n);
    assert_int_equal(try_login(f, "ben", BEN_PASSWORD, 0), CT_EPASSWORD);
    ring_write(f->dir, p, n);
    assert_int_equal(try_login(f, "ada", ADA_PASSWORD, 0), CT_EDAMAGED);
    /* their whole keyring: its own passwords open it, but for its own store */
    ring_write(f->dir, theirs, m);
    assert_int_equal(ct_keyring_list(f->dir, f->ada, &slots, &n, &f->err), CT_EFOREIGN);
    assert_int_equal(ct_keyring_disable(f->dir, f->ada, 2, &slot, &f->err), CT_EFOREIGN);
    struct ct_unlocked *u = NULL;
    assert_int_equal(login(f, "ada", ADA_PASSWORD, 0, &u, &f->err), CT_OK);
    assert_memory_not_equal(u->store_id, f->ada->store_id, CT_STORE_ID_LEN);
    ct_unlocked_free(u);
    free(mine);
    free(theirs);
    free(p);
    fixture_down(&other);
}

/* Sealing to a public key needs no secret: a store key of the thief's choice,
 * with every MAC made under it, must still not be taken for the store's. */
static void test_a_store_key_of_the_thiefs_choice_is_refused(void **state)
{
    struct fixture *f = *state;
    struct ct_ring r;
    unsigned char key[CT_KEY_LEN] = {1}, ring_key[CT_RING_KEY_LEN] = {2};
    assert_int_equal(ct_ring_load(f->dir, &r, &f->err), CT_OK);
    unsigned char *slot = ct_ring_slot(&r, 0), forged[CT_SLOT_SIZE];
    /* ct_slot_write seals to the keys of a seed; Ada's is known here, not to a thief,
     * who would seal to her public key with the same result */
    struct ct_derived d = {.cost = CT_KDF_TEST};
    CT_SECRET *pw = secret_of(ADA_PASSWORD);
    struct ct_slot_secret secret;
    unsigned char k[CT_KEY_LEN];
    assert_int_equal(ct_kdf(k, pw, slot + CT_SLOT_AT_SALT, CT_KDF_TEST, &f->err), CT_OK);
    assert_true(ct_slot_open(slot, ct_ring_store_id(&r), k, &secret));
    memcpy(d.key, k, sizeof k);
    const struct ct_slot_new in = {.user_id = 1,
                                   .version = 1,
                                   .flags = CT_SLOT_OWN_BOX,
                                   .derived = &d,
                                   .seed = secret.seed,
                                   .login_hash = slot + CT_SLOT_AT_LOGIN,
                                   .ring_key = ring_key,
                                   .store_key = key};
    assert_int_equal(ct_slot_write(forged, ct_ring_store_id(&r), &in, &f->err), CT_OK);
    memcpy(slot + CT_SLOT_AT_SEALED, forged + CT_SLOT_AT_SEALED, CT_SLOT_SEALED_LEN);
    ct_ring_mac(&r, key, ring_key);
    assert_int_equal(ct_ring_save(f->dir, &r, &f->err), CT_OK);
    assert_int_equal(try_login(f, "ada", ADA_PASSWORD, 0), CT_EDAMAGED);
    /* the forgery itself is sound: under the true ring key it would open */
    ct_ring_mac(&r, key, secret.ring_key);
    assert_int_equal(ct_ring_save(f->dir, &r, &f->err), CT_OK);
    assert_int_equal(try_login(f, "ada", ADA_PASSWORD, 0), CT_OK);
    ct_ring_done(&r);
}

static void test_four_different_messages_and_none_changes_a_byte(void **state)
{
    struct fixture *f = *state;
    size_t n;
    char text[3][sizeof f->err.text];
    unsigned char *p = ring_read(f->dir, &n), *q = malloc(n);
    for (unsigned i = 0; i < 3; i++) {
        static const enum ct_status want[] = {CT_EDAMAGED, CT_EFOREIGN, CT_ENEWER};
        size_t m;
        memcpy(q, p, n);
        q[n / 2] ^= (unsigned char)(i == 0);
        if (i == 1)
            memcpy(q, "SQLite format 3", 16);
        if (i == 2) {
            ct_le32_put(q + CT_RING_AT_VERSION, CT_KEYRING_VERSION + 1);
            ring_fix_checksum(q, n);
        }
        ring_write(f->dir, q, n);
        assert_int_equal(refused(f), want[i]);
        memcpy(text[i], f->err.text, sizeof text[i]);
        assert_non_null(strstr(text[i], f->dir));
        unsigned char *after = ring_read(f->dir, &m);
        assert_int_equal(n, m);
        assert_memory_equal(after, q, n);
        free(after);
    }
    assert_string_not_equal(text[0], text[1]);
    assert_string_not_equal(text[1], text[2]);
    assert_string_not_equal(text[0], text[2]);
    ring_write(f->dir, p, n);
    assert_int_equal(try_login(f, "ada", WRONG_PASSWORD, 0), CT_EPASSWORD);
    free(p);
    free(q);
}

static void test_a_hostile_file_gets_no_terabyte(void **state)
{
    struct fixture *f = *state;
    size_t n;
    unsigned char *p = ring_read(f->dir, &n), *slot = p + CT_RING_HEADER;
    static const struct ct_kdf_cost costs[] = {
        {1, UINT32_MAX}, {UINT32_MAX, 8},     {0, 8}, {1, 0}, {1, 7},
        {11, 8},         {1, 1024 * 1024 + 1}};
    for (unsigned i = 0; i < CT_LEN(costs); i++) {
        ct_le32_put(slot + CT_SLOT_AT_OPS, costs[i].ops);
        ct_le32_put(slot + CT_SLOT_AT_MEM, costs[i].mem_kib);
        ring_fix_checksum(p, n);
        ring_write(f->dir, p, n);
        assert_int_equal(refused(f), CT_EDAMAGED);
    }
    static const uint32_t counts[] = {0, 4, 4097, UINT32_MAX, UINT32_MAX / 352};
    ct_le32_put(slot + CT_SLOT_AT_OPS, 1);
    ct_le32_put(slot + CT_SLOT_AT_MEM, 8);
    for (unsigned i = 0; i < CT_LEN(counts); i++) {
        ct_le32_put(p + CT_RING_AT_COUNT, counts[i]);
        ring_fix_checksum(p, n);
        ring_write(f->dir, p, n);
        assert_int_equal(refused(f), CT_EDAMAGED);
    }
    free(p);
}

static void test_what_is_no_plain_file_is_foreign(void **state)
{
    struct fixture *f = *state;
    char path[128], away[128];
    snprintf(path, sizeof path, "%s/keyring", f->dir);
    snprintf(away, sizeof away, "%s/elsewhere", f->dir);
    assert_int_equal(rename(path, away), 0);
    assert_int_equal(symlink("elsewhere", path), 0);
    assert_int_equal(refused(f), CT_EFOREIGN);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0); /* does not hang either */
    assert_int_equal(refused(f), CT_EFOREIGN);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(refused(f), CT_EFOREIGN);
}

static void test_a_full_keyring_says_so_and_the_largest_still_works(void **state)
{
    struct fixture *f = *state;
    struct ct_ring small, r;
    struct ct_slot slot;
    assert_int_equal(ct_ring_load(f->dir, &small, &f->err), CT_OK);
    assert_int_equal(ct_ring_new(&r, CT_RING_SLOTS_MAX, 1, ct_ring_store_id(&small), &f->err),
                     CT_OK);
    for (uint32_t i = 0; i < r.n; i++) {
        memcpy(ct_ring_slot(&r, i), ct_ring_slot(&small, i < 3 ? i : 2), CT_SLOT_SIZE);
        if (i < 3)
            continue;
        ct_le32_put(ct_ring_slot(&r, i) + CT_SLOT_AT_USER, 1000 + i);
        ct_random(ct_ring_slot(&r, i) + CT_SLOT_AT_LOGIN, CT_HASH_LEN);
    }
    ct_ring_done(&small);
    ct_ring_mac(&r, f->ada->store_key, f->ada->ring_key);
    assert_int_equal(ct_ring_save(f->dir, &r, &f->err), CT_OK);
    ct_ring_done(&r);
    assert_int_equal(try_login(f, "ada", ADA_PASSWORD, 0), CT_OK);
    assert_int_equal(try_login(f, "ada", WRONG_PASSWORD, 0), CT_EPASSWORD);
    assert_int_equal(add_user(f, 3, "cleo", "orchid mangle nine kettle", &slot), CT_EINVAL);
    assert_non_null(strstr(f->err.text, "4096"));
}

/* The layout that docs/format.md promises, read here without the library. */
static void test_the_format_is_what_its_page_says(void **state)
{
    struct fixture *f = *state;
    size_t n;
    unsigned char *p = ring_read(f->dir, &n);
    static const unsigned char head[16] = {0x89, 'C', 'T', 'K', 'E', 'Y', '\r', '\n',
                                           2,    0,   0,   0,   3,   0,   0,    0};
    static const unsigned char epoch_guests[8] = {1, 0, 0, 0, 64, 0, 0, 0};
    assert_int_equal(n, 40 + 368 * 3 + 1088);
    assert_memory_equal(p, head, sizeof head);
    assert_memory_equal(p + 16, f->ada->store_id, 16);
    assert_memory_equal(p + 32, epoch_guests, sizeof epoch_guests);
    static const unsigned char ada[24] = {1, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0,
                                          2, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0};
    static const unsigned char ben[12] = {2, 0, 0, 0, 1, 0, 0, 0, 6, 0, 0, 0};
    assert_memory_equal(p + 40, ada, sizeof ada);
    assert_memory_equal(p + 40 + 2 * 352, ben, sizeof ben);
    assert_memory_equal(p + 40 + 72, f->ada->slot.box_pk, 32);
    assert_memory_equal(p + 40 + 104, f->ada->slot.sign_pk, 32);
    unsigned char hash[32], text[27];
    memcpy(text, "ctlogin1", 8);
    memcpy(text + 8, f->ada->store_id, 16);
    memcpy(text + 24, "ada", 3);
    ct_hash(hash, text, sizeof text);
    assert_memory_equal(p + 40 + 40, hash, 32);
    ct_hash(hash, p, n - 32);
    assert_memory_equal(p + n - 32, hash, 32);
    ct_hash(hash, p + 40, 240);
    assert_memory_equal(f->ada->slot.hash, hash, 32);
    assert_int_equal(try_login(f, "ben", WRONG_PASSWORD, 0x0102030405), CT_EPASSWORD);
    unsigned char *q = ring_read(f->dir, &n);
    static const unsigned char failed[16] = {0, 0, 0, 0, 1, 0, 0, 0, 5, 4, 3, 2, 1, 0, 0, 0};
    assert_memory_equal(q + 40 + 3 * 352 + 2 * 16, failed, 16);
    assert_memory_equal(p, q, 40 + 3 * 352 + 2 * 16); /* nothing else before it moved */
    free(p);
    free(q);
}

#define T(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_any_flipped_byte_is_refused_before_a_password_is_tried),
        T(test_any_cut_and_any_tail_is_refused),
        T(test_a_changed_byte_with_a_new_checksum_never_opens),
        T(test_a_changed_slot_is_named),
        T(test_any_changed_counter_does_no_more_than_delay),
        T(test_exchanged_slots_are_refused),
        T(test_a_slot_put_back_from_an_older_keyring_is_refused),
        T(test_an_older_keyring_put_back_shows_in_version_and_hash),
        T(test_slots_and_keyrings_of_another_store_are_refused),
        T(test_a_store_key_of_the_thiefs_choice_is_refused),
        T(test_four_different_messages_and_none_changes_a_byte),
        T(test_a_hostile_file_gets_no_terabyte),
        T(test_what_is_no_plain_file_is_foreign),
        T(test_a_full_keyring_says_so_and_the_largest_still_works),
        T(test_the_format_is_what_its_page_says),
    };
    return cmocka_run_group_tests_name("keyring_tamper", tests, NULL, NULL);
}
