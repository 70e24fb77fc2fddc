/* The keyring as its users meet it: logging in, changing, being kept out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/keyring_help.h"

#define OK(f, call) assert_ok((f), (call), #call)

static void assert_ok(const struct fixture *f, enum ct_status st, const char *what)
{
    if (st != CT_OK)
        fail_msg("%s: %s: %s", what, ct_status_name(st), f->err.text);
}

/* ---- opening --------------------------------------------------------- */

static void test_each_user_opens_the_same_store(void **state)
{
    struct fixture *f = *state;
    struct ct_unlocked *ada = NULL, *ben = NULL;
    OK(f, login(f, "ada", ADA_PASSWORD, 0, &ada, &f->err));
    OK(f, login(f, "ben", BEN_PASSWORD, 0, &ben, &f->err));
    assert_memory_equal(ada->store_key, f->ada->store_key, CT_KEY_LEN);
    assert_memory_equal(ben->store_key, f->ada->store_key, CT_KEY_LEN);
    assert_memory_equal(ben->store_id, f->ada->store_id, CT_STORE_ID_LEN);
    assert_int_equal(ada->user_id, 1);
    assert_int_equal(ben->user_id, 2);
    assert_int_equal(ada->epoch, 1);
    assert_memory_equal(ada->sign_sk, f->ada->sign_sk, sizeof ada->sign_sk);
    assert_memory_not_equal(ada->sign_sk, ben->sign_sk, sizeof ada->sign_sk);
    assert_false(ada->slot.must_change);
    assert_true(ben->slot.must_change);
    ct_unlocked_free(ada);
    ct_unlocked_free(ben);
}

static void test_case_of_the_login_does_not_matter_that_of_the_password_does(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(try_login(f, "ADA", ADA_PASSWORD, 0), CT_OK);
    assert_int_equal(try_login(f, "ada", "Ferret lamp untidy canal", 0), CT_EPASSWORD);
    assert_int_equal(try_login(f, "ada ", ADA_PASSWORD, 0), CT_EPASSWORD);
    assert_int_equal(try_login(f, "", ADA_PASSWORD, 0), CT_EPASSWORD);
}

static void test_two_ways_to_type_an_accent_are_one_password(void **state)
{
    struct fixture *f = *state;
    struct ct_slot slot;
    OK(f, add_user(f, 3, "cleo", "caf\xc3\xa9 orchid mangle nine", &slot));
    OK(f, try_login(f, "cleo", "cafe\xcc\x81 orchid mangle nine", 0));
    assert_int_equal(try_login(f, "cleo", "cafe orchid mangle nine", 0), CT_EPASSWORD);
}

static void test_passwords_of_any_length_count_in_full(void **state)
{
    struct fixture *f = *state;
    struct ct_slot slot;
    char text[CT_SECRET_MAX + 1];
    uint32_t x = 7;
    for (size_t i = 0; i < CT_SECRET_MAX; i++) {
        x = x * 1103515245u + 12345u;
        text[i] = (char)('a' + (x >> 16) % 26);
    }
    text[CT_SECRET_MAX] = '\0';
    OK(f, add_user(f, 3, "cleo", text, &slot));
    OK(f, try_login(f, "cleo", text, 0));
    text[CT_SECRET_MAX - 1] = '!';
    assert_int_equal(try_login(f, "cleo", text, 0), CT_EPASSWORD);
    assert_int_equal(try_login(f, "cleo", "\xff\xfe is not text at all", 0), CT_EPASSWORD);
    assert_int_equal(try_login(f, "cleo", "", 0), CT_EPASSWORD);
}

static void test_who_is_unknown_wrong_or_disabled_cannot_be_told(void **state)
{
    struct fixture *f = *state;
    struct ct_slot slot;
    char text[3][sizeof f->err.text];
    OK(f, add_user(f, 3, "cleo", "orchid mangle nine kettle", &slot));
    OK(f, ct_keyring_disable(f->dir, f->ada, 3, &slot, &f->err));
    const char *who[3][2] = {{"nobody", ADA_PASSWORD},
                             {"ben", WRONG_PASSWORD},
                             {"cleo", "orchid mangle nine kettle"}};
    for (unsigned round = 0; round < 6; round++) /* the delays begin in between */
        for (unsigned i = 0; i < 3; i++) {
            uint64_t before = ct_kdf_runs();
            enum ct_status st = try_login(f, who[i][0], who[i][1], 0);
            assert_int_equal(st, round < 4 ? CT_EPASSWORD : CT_ELOCKED);
            assert_int_equal(ct_kdf_runs() - before, round < 4 ? 1 : 0);
            memcpy(text[i], f->err.text, sizeof text[i]);
            assert_string_equal(text[i], text[0]);
            assert_string_equal(f->err.field, "password");
        }
}

static void test_no_store_here_creates_nothing(void **state)
{
    struct fixture *f = *state;
    struct fixture other = {0};
    dir_make(other.dir);
    assert_int_equal(try_login(&other, "ada", ADA_PASSWORD, 0), CT_ENOTFOUND);
    assert_int_equal(rmdir(other.dir), 0); /* still empty */
    assert_int_equal(try_login(&other, "ada", ADA_PASSWORD, 0), CT_ENOTFOUND);
    (void)f;
}

static void test_created_once(void **state)
{
    struct fixture *f = *state;
    size_t n, m;
    CT_SECRET *s = secret_of("orchid mangle nine kettle");
    CT_SECRET *code = secret_of("");
    struct ct_unlocked *u = NULL;
    unsigned char *before = ring_read(f->dir, &n);
    assert_int_equal(ct_keyring_create(f->dir, 1, "eve", s, CT_KDF_TEST, 0, code, &u, &f->err),
                     CT_EEXISTS);
    assert_null(u);
    assert_int_equal(code->len, 0);
    unsigned char *after = ring_read(f->dir, &m);
    assert_int_equal(n, m);
    assert_memory_equal(before, after, n);
    free(before);
    free(after);
}

static void test_create_refuses_what_is_unfit_and_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    char dir[64];
    struct ct_unlocked *u = NULL;
    CT_SECRET *code = secret_of("");
    CT_SECRET *good = secret_of(ADA_PASSWORD);
    CT_SECRET *bad = secret_of("passwordpassword");
    const struct ct_kdf_cost much = {.ops = 3, .mem_kib = CT_KDF_MEM_KIB_MAX + 1};
    const struct ct_kdf_cost none = {0};
    dir_make(dir);
    assert_int_equal(ct_keyring_create(dir, 1, "ada", bad, CT_KDF_TEST, 0, code, &u, &f->err),
                     CT_EINVAL);
    assert_string_equal(f->err.field, "password");
    assert_int_equal(ct_keyring_create(dir, 1, "", good, CT_KDF_TEST, 0, code, &u, &f->err),
                     CT_EINVAL);
    assert_string_equal(f->err.field, "login");
    assert_int_equal(ct_keyring_create(dir, 0, "ada", good, CT_KDF_TEST, 0, code, &u, &f->err),
                     CT_EINVAL);
    assert_int_equal(ct_keyring_create(dir, 1, "ada", good, much, 0, code, &u, &f->err),
                     CT_EINVAL);
    assert_int_equal(ct_keyring_create(dir, 1, "ada", good, none, 0, code, &u, &f->err),
                     CT_EINVAL);
    assert_null(u);
    assert_int_equal(code->len, 0);
    assert_false(ct_ring_exists(dir));
    dir_remove(dir);
}

static void test_the_file_is_nobody_elses_to_read_and_holds_no_secret(void **state)
{
    struct fixture *f = *state;
    struct stat st;
    char path[128];
    size_t n;
    snprintf(path, sizeof path, "%s/keyring", f->dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    unsigned char *p = ring_read(f->dir, &n);
    assert_null(memmem(p, n, "ada", 3));
    assert_null(memmem(p, n, "ferret", 6));
    assert_null(memmem(p, n, f->code->data, 11));
    assert_null(memmem(p, n, f->ada->store_key, CT_KEY_LEN));
    assert_null(memmem(p, n, f->ada->ring_key, CT_RING_KEY_LEN));
    assert_null(memmem(p, n, f->ada->sign_sk, 32));
    free(p);
}

static void test_a_groups_right_to_the_file_outlives_a_change(void **state)
{
    struct fixture *f = *state;
    struct stat st;
    char path[128];
    snprintf(path, sizeof path, "%s/keyring", f->dir);
    assert_int_equal(chmod(path, 0664), 0);
    assert_int_equal(try_login(f, "ada", WRONG_PASSWORD, 0), CT_EPASSWORD);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0660); /* the world's right does not */
}

/* ---- delays ---------------------------------------------------------- */

static void test_failures_slow_down_and_a_success_forgives(void **state)
{
    struct fixture *f = *state;
    static const int64_t wait_s[] = {0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300};
    int64_t now = 1000000;
    for (unsigned i = 0; i < CT_LEN(wait_s); i++) {
        assert_int_equal(try_login(f, "ada", WRONG_PASSWORD, now), CT_EPASSWORD);
        if (wait_s[i] == 0)
            continue;
        uint64_t runs = ct_kdf_runs();
        char said[32];
        snprintf(said, sizeof said, "in %lld s", (long long)wait_s[i]);
        assert_int_equal(try_login(f, "ada", ADA_PASSWORD, now), CT_ELOCKED);
        assert_non_null(strstr(f->err.text, said));
        now += wait_s[i] * 1000 - 1;
        assert_int_equal(try_login(f, "ada", ADA_PASSWORD, now), CT_ELOCKED);
        assert_int_equal(ct_kdf_runs(), runs);
        assert_int_equal(try_login(f, "ben", BEN_PASSWORD, now), CT_OK); /* others go in */
        now += 1;
    }
    struct ct_unlocked *u = NULL;
    OK(f, login(f, "ada", ADA_PASSWORD, now, &u, &f->err));
    assert_int_equal(u->slot.failures, CT_LEN(wait_s)); /* for the audit log */
    ct_unlocked_free(u);
    OK(f, login(f, "ada", ADA_PASSWORD, now, &u, &f->err));
    assert_int_equal(u->slot.failures, 0);
    ct_unlocked_free(u);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(try_login(f, "ada", WRONG_PASSWORD, now), CT_EPASSWORD);
    OK(f, try_login(f, "ada", ADA_PASSWORD, now));
}

static void test_a_clock_that_was_wrong_locks_nobody_out(void **state)
{
    struct fixture *f = *state;
    const int64_t year = INT64_C(365) * 86400 * 1000;
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(try_login(f, "ada", WRONG_PASSWORD, 50 * year), CT_EPASSWORD);
    assert_int_equal(try_login(f, "ada", ADA_PASSWORD, 50 * year - 1000), CT_ELOCKED);
    OK(f, try_login(f, "ada", ADA_PASSWORD, year));
}

static void test_no_count_on_disk_can_wait_more_than_300_s(void **state)
{
    struct fixture *f = *state;
    static const int64_t times[] = {INT64_MIN, -1, 0, 1, 999999, INT64_MAX};
    unsigned char counter[CT_COUNTER_SIZE] = {0};
    ct_le32_put(counter + CT_COUNTER_AT_FAILURES, UINT32_MAX);
    for (unsigned i = 0; i < CT_LEN(times); i++)
        for (unsigned j = 0; j < CT_LEN(times); j++) {
            ct_le64_put(counter + CT_COUNTER_AT_LAST, (uint64_t)times[i]);
            int64_t wait = ct_counter_wait(counter, times[j]);
            assert_true(wait >= 0 && wait <= 600000);
        }
    ct_counter_add(counter, 7);
    assert_int_equal(ct_le32(counter + CT_COUNTER_AT_FAILURES), UINT32_MAX);
    (void)f;
}

static void test_a_password_typed_as_login_leaves_nothing_of_itself(void **state)
{
    struct fixture *f = *state;
    size_t n, m;
    assert_int_equal(try_login(f, "my-dog-eats-umbrellas", "x", 5), CT_EPASSWORD);
    unsigned char *a = ring_read(f->dir, &n);
    assert_int_equal(try_login(f, "another-long-secret", "x", 5), CT_EPASSWORD);
    unsigned char *b = ring_read(f->dir, &m);
    assert_int_equal(n, m);
    size_t differs = 0, macs = CT_RING_MAC_LEN + CT_HASH_LEN;
    for (size_t i = 0; i < n - macs; i++)
        differs += a[i] != b[i];
    assert_int_equal(differs, 1); /* the count, 1 -> 2, in the entry they share */
    free(a);
    free(b);
}

static void test_many_unknown_logins_neither_grow_the_file_nor_touch_users(void **state)
{
    struct fixture *f = *state;
    size_t n, m;
    char name[16];
    free(ring_read(f->dir, &n));
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(try_login(f, "ben", WRONG_PASSWORD, 10), CT_EPASSWORD);
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "guess%d", i);
        assert_int_equal(try_login(f, name, WRONG_PASSWORD, 1000 + i), CT_EPASSWORD);
    }
    free(ring_read(f->dir, &m));
    assert_int_equal(n, m);
    struct ct_unlocked *u = NULL;
    OK(f, login(f, "ben", BEN_PASSWORD, 2000, &u, &f->err));
    assert_int_equal(u->slot.failures, 3);
    ct_unlocked_free(u);
    struct ct_slot *slots;
    size_t count;
    OK(f, ct_keyring_list(f->dir, f->ada, &slots, &count, &f->err));
    assert_int_equal(count, 3);
    free(slots);
}

/* ---- changing -------------------------------------------------------- */

static void test_own_change_keeps_the_keys_and_ends_the_old_password(void **state)
{
    struct fixture *f = *state;
    struct ct_unlocked *ben = NULL, *again = NULL;
    struct ct_slot slot;
    CT_SECRET *lent = secret_of(BEN_PASSWORD);
    CT_SECRET *old = secret_of("lantern gravel seven spoons");
    CT_SECRET *new = secret_of("orchid mangle nine kettle");
    /* a temporary password takes its keys with it: somebody else knew it */
    OK(f, login(f, "ben", BEN_PASSWORD, 0, &ben, &f->err));
    OK(f, ct_keyring_change(f->dir, ben, "ben", lent, old, CT_KDF_TEST, 0, &slot, &f->err));
    assert_memory_not_equal(slot.sign_pk, ben->slot.sign_pk, CT_SIGN_PK_LEN);
    assert_memory_not_equal(slot.box_pk, ben->slot.box_pk, CT_BOX_PK_LEN);
    ct_unlocked_free(ben);
    ben = NULL;

    OK(f, login(f, "ben", "lantern gravel seven spoons", 0, &ben, &f->err));
    OK(f, ct_keyring_change(f->dir, ben, "ben", old, new, CT_KDF_TEST, 0, &slot, &f->err));
    assert_int_equal(slot.version, ben->slot.version + 1);
    assert_false(slot.must_change);
    assert_memory_equal(slot.sign_pk, ben->slot.sign_pk, CT_SIGN_PK_LEN);
    /* what is sealed later does not open with the old password */
    assert_memory_not_equal(slot.box_pk, ben->slot.box_pk, CT_BOX_PK_LEN);
    assert_memory_not_equal(slot.hash, ben->slot.hash, CT_HASH_LEN);
    assert_int_equal(try_login(f, "ben", BEN_PASSWORD, 0), CT_EPASSWORD);
    OK(f, login(f, "ben", "orchid mangle nine kettle", 0, &again, &f->err));
    assert_memory_equal(again->sign_sk, ben->sign_sk, sizeof ben->sign_sk);
    assert_memory_equal(again->slot.hash, slot.hash, CT_HASH_LEN);
    assert_int_equal(try_login(f, "ada", ADA_PASSWORD, 0), CT_OK);
    ct_unlocked_free(ben);
    ct_unlocked_free(again);
}

static void test_change_needs_the_old_password_and_counts_its_failures(void **state)
{
    struct fixture *f = *state;
    struct ct_slot slot;
    CT_SECRET *old = secret_of(ADA_PASSWORD);
    CT_SECRET *wrong = secret_of(WRONG_PASSWORD);
    CT_SECRET *new = secret_of("orchid mangle nine kettle");
    CT_SECRET *weak = secret_of("adaadaadaadaada");
    assert_int_equal(
        ct_keyring_change(f->dir, f->ada, "ada", old, weak, CT_KDF_TEST, 0, &slot, &f->err),
        CT_EINVAL);
    assert_int_equal(
        ct_keyring_change(f->dir, f->ada, "ada", old, old, CT_KDF_TEST, 0, &slot, &f->err),
        CT_EINVAL);
    assert_int_equal(
        ct_keyring_change(f->dir, f->ada, "ben", old, new, CT_KDF_TEST, 0, &slot, &f->err),
        CT_EINVAL);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(ct_keyring_change(f->dir, f->ada, "ada", wrong, new, CT_KDF_TEST, 0,
                                           &slot, &f->err),
                         CT_EPASSWORD);
    assert_int_equal(
        ct_keyring_change(f->dir, f->ada, "ada", old, new, CT_KDF_TEST, 0, &slot, &f->err),
        CT_ELOCKED);
    assert_int_equal(try_login(f, "ada", ADA_PASSWORD, 0), CT_ELOCKED);
    OK(f,
       ct_keyring_change(f->dir, f->ada, "ada", old, new, CT_KDF_TEST, 2000, &slot, &f->err));
    assert_int_equal(slot.failures, 0);
}

static void test_reset_makes_new_keys_and_a_password_to_change(void **state)
{
    struct fixture *f = *state;
    struct ct_unlocked *before = NULL, *after = NULL;
    struct ct_slot slot;
    CT_SECRET *temp = secret_of("");
    OK(f, login(f, "ben", BEN_PASSWORD, 0, &before, &f->err));
    for (unsigned i = 0; i < 5; i++)
        (void)try_login(f, "ben", WRONG_PASSWORD, 0);
    OK(f, ct_password_make(temp, &f->err));
    OK(f, ct_keyring_reset(f->dir, f->ada, 2, "ben", temp, CT_KDF_TEST, &slot, &f->err));
    assert_true(slot.must_change);
    assert_int_equal(slot.version, before->slot.version + 1);
    assert_memory_not_equal(slot.sign_pk, before->slot.sign_pk, CT_SIGN_PK_LEN);
    OK(f, ct_keyring_unlock(f->dir, "ben", temp, 0, &after, &f->err)); /* no wait is left */
    assert_memory_equal(after->store_key, before->store_key, CT_KEY_LEN);
    assert_memory_not_equal(after->sign_sk, before->sign_sk, 64);
    assert_int_equal(try_login(f, "ben", BEN_PASSWORD, 0), CT_EPASSWORD);
    ct_unlocked_free(before);
    ct_unlocked_free(after);
}

static void test_reset_and_add_refuse_what_does_not_fit(void **state)
{
    struct fixture *f = *state;
    struct ct_slot slot;
    CT_SECRET *temp = secret_of("orchid mangle nine kettle");
    assert_int_equal(
        ct_keyring_reset(f->dir, f->ada, 9, "ben", temp, CT_KDF_TEST, &slot, &f->err),
        CT_ENOTFOUND);
    assert_int_equal(
        ct_keyring_reset(f->dir, f->ada, 2, "ada", temp, CT_KDF_TEST, &slot, &f->err),
        CT_EINVAL);
    assert_int_equal(
        ct_keyring_reset(f->dir, f->ada, 0, "ada", temp, CT_KDF_TEST, &slot, &f->err),
        CT_ENOTFOUND);
    assert_int_equal(add_user(f, 2, "new", "orchid mangle nine kettle", &slot), CT_EEXISTS);
    assert_string_equal(f->err.field, "user_id");
    assert_int_equal(add_user(f, 3, "BEN", "orchid mangle nine kettle", &slot), CT_EEXISTS);
    assert_string_equal(f->err.field, "login");
    assert_int_equal(add_user(f, 0, "new", "orchid mangle nine kettle", &slot), CT_EINVAL);
    assert_int_equal(add_user(f, 3, "new", "short", &slot), CT_EINVAL);
    char name[80];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(add_user(f, 3, name, "orchid mangle nine kettle", &slot), CT_EINVAL);
}

static void test_disabled_holds_no_key_until_reset(void **state)
{
    struct fixture *f = *state;
    struct ct_slot slot;
    struct ct_unlocked *ben = NULL;
    static const unsigned char zeros[CT_SLOT_SIZE];
    size_t n;
    OK(f, login(f, "ben", BEN_PASSWORD, 0, &ben, &f->err));
    OK(f, ct_keyring_disable(f->dir, f->ada, 2, &slot, &f->err));
    assert_true(slot.disabled);
    assert_int_equal(slot.version, ben->slot.version + 1);
    assert_memory_equal(slot.sign_pk, ben->slot.sign_pk, CT_SIGN_PK_LEN); /* old signatures */
    assert_int_equal(try_login(f, "ben", BEN_PASSWORD, 0), CT_EPASSWORD);
    unsigned char *p = ring_read(f->dir, &n);
    const unsigned char *on_disk = p + CT_RING_HEADER + 2 * CT_SLOT_SIZE;
    assert_int_equal(ct_le32(on_disk), 2);
    assert_memory_equal(on_disk + CT_SLOT_AT_NONCE, zeros, CT_SLOT_AT_MAC - CT_SLOT_AT_NONCE);
    free(p);
    /* what he still holds open changes nothing any more */
    struct ct_slot other;
    CT_SECRET *temp = secret_of("orchid mangle nine kettle");
    assert_int_equal(
        ct_keyring_add(f->dir, ben, 7, "eve", temp, false, CT_KDF_TEST, &other, &f->err),
        CT_EDENIED);
    assert_int_equal(
        ct_keyring_reset(f->dir, ben, 2, "ben", temp, CT_KDF_TEST, &other, &f->err),
        CT_EDENIED);
    OK(f, ct_keyring_disable(f->dir, f->ada, 2, &other, &f->err)); /* twice: as it was */
    assert_int_equal(other.version, slot.version);
    OK(f, ct_keyring_reset(f->dir, f->ada, 2, "ben", temp, CT_KDF_TEST, &slot, &f->err));
    assert_false(slot.disabled);
    OK(f, try_login(f, "ben", "orchid mangle nine kettle", 0));
    ct_unlocked_free(ben);
}

static void test_nobody_disables_themselves_the_code_or_a_stranger(void **state)
{
    struct fixture *f = *state;
    struct ct_slot slot;
    assert_int_equal(ct_keyring_disable(f->dir, f->ada, 1, &slot, &f->err), CT_EINVAL);
    assert_int_equal(ct_keyring_disable(f->dir, f->ada, 0, &slot, &f->err), CT_EINVAL);
    assert_int_equal(ct_keyring_disable(f->dir, f->ada, 9, &slot, &f->err), CT_ENOTFOUND);
}

static void test_the_list_shows_every_slot_as_it_lies(void **state)
{
    struct fixture *f = *state;
    struct ct_slot *slots, *unproved;
    size_t n, m;
    assert_int_equal(try_login(f, "ben", WRONG_PASSWORD, 77), CT_EPASSWORD);
    OK(f, ct_keyring_list(f->dir, f->ada, &slots, &n, &f->err));
    OK(f, ct_keyring_list(f->dir, NULL, &unproved, &m, &f->err));
    assert_int_equal(n, 3);
    assert_int_equal(m, 3);
    assert_int_equal(slots[0].user_id, 1);
    assert_int_equal(slots[1].user_id, CT_USER_RECOVERY);
    assert_int_equal(slots[2].user_id, 2);
    assert_memory_equal(slots[0].hash, f->ada->slot.hash, CT_HASH_LEN);
    assert_int_equal(slots[2].failures, 1);
    assert_int_equal(slots[2].last_failure_ms, 77);
    assert_int_equal(slots[2].cost.ops, CT_KDF_TEST.ops);
    for (size_t i = 0; i < n; i++)
        assert_memory_equal(slots[i].hash, unproved[i].hash, CT_HASH_LEN);
    free(slots);
    free(unproved);
}

/* ---- recovery code --------------------------------------------------- */

static void test_the_code_opens_in_whatever_way_it_is_typed(void **state)
{
    struct fixture *f = *state;
    struct ct_unlocked *u = NULL;
    char text[64] = {0}, typed[128];
    memcpy(text, f->code->data, f->code->len);
    assert_int_equal(f->code->len, CT_CODE_PRINTED);
    OK(f, ct_keyring_recover(f->dir, f->code, 0, &u, &f->err));
    assert_int_equal(u->user_id, CT_USER_RECOVERY);
    assert_memory_equal(u->store_key, f->ada->store_key, CT_KEY_LEN);
    ct_unlocked_free(u);
    size_t n = 0;
    for (const char *p = text; *p != '\0'; p++) {
        char c = (char)(*p >= 'A' && *p <= 'Z' ? *p - 'A' + 'a' : *p);
        if (c == '-')
            continue;
        typed[n++] = c == '0' ? 'o' : c == '1' ? 'l' : c;
        if (n % 5 == 0)
            typed[n++] = ' ';
    }
    typed[n] = '\0';
    CT_SECRET *s = secret_of(typed);
    OK(f, ct_keyring_recover(f->dir, s, 0, &u, &f->err));
    /* and lets somebody in again */
    struct ct_slot slot;
    CT_SECRET *temp = secret_of("orchid mangle nine kettle");
    OK(f, ct_keyring_reset(f->dir, u, 1, "ada", temp, CT_KDF_TEST, &slot, &f->err));
    OK(f, try_login(f, "ada", "orchid mangle nine kettle", 0));
    ct_unlocked_free(u);
}

static enum ct_status read_code(struct fixture *f, const char *text)
{
    CT_SECRET *typed = secret_of(text);
    CT_SECRET *plain = secret_of("");
    return ct_code_read(typed, plain, &f->err);
}

static void test_a_mistyped_code_is_told_before_anything_is_counted(void **state)
{
    struct fixture *f = *state;
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    char text[64] = {0};
    memcpy(text, f->code->data, f->code->len);
    assert_int_equal(read_code(f, text), CT_OK);
    for (size_t i = 0; text[i] != '\0'; i++) {
        char kept = text[i];
        if (kept == '-')
            continue;
        for (const char *a = alphabet; *a != '\0'; a++) {
            text[i] = *a;
            assert_int_equal(read_code(f, text), *a == kept ? CT_OK : CT_EINVAL);
        }
        text[i] = kept;
        for (size_t j = i + 1; text[j] != '\0'; j++) { /* any two exchanged */
            if (text[j] == '-' || text[j] == kept)
                continue;
            text[i] = text[j];
            text[j] = kept;
            assert_int_equal(read_code(f, text), CT_EINVAL);
            text[j] = text[i];
            text[i] = kept;
        }
    }
    static const char *const bad[] = {
        "", "---", "000", "hello", "U", "\xff\xff", "000-000-000-000-000-000-000-000-000-000"};
    for (unsigned i = 0; i < CT_LEN(bad); i++)
        assert_int_equal(read_code(f, bad[i]), CT_EINVAL);
    uint64_t runs = ct_kdf_runs();
    text[0] = text[0] == '2' ? '3' : '2';
    CT_SECRET *s = secret_of(text);
    struct ct_unlocked *u = NULL;
    assert_int_equal(ct_keyring_recover(f->dir, s, 0, &u, &f->err), CT_EINVAL);
    assert_string_equal(f->err.field, "recovery_code");
    assert_null(u);
    assert_int_equal(ct_kdf_runs(), runs);
}

static void test_another_code_is_wrong_and_slows_down(void **state)
{
    struct fixture *f = *state;
    struct ct_unlocked *u = NULL;
    CT_SECRET *other = secret_of("");
    for (unsigned i = 0; i < 4; i++) {
        OK(f, ct_code_make(other, &f->err));
        assert_int_equal(ct_keyring_recover(f->dir, other, 0, &u, &f->err), CT_EPASSWORD);
        assert_null(u);
    }
    assert_int_equal(ct_keyring_recover(f->dir, f->code, 1999, &u, &f->err), CT_ELOCKED);
    OK(f, ct_keyring_recover(f->dir, f->code, 2000, &u, &f->err));
    ct_unlocked_free(u);
}

static void test_a_renewed_code_ends_the_old_one(void **state)
{
    struct fixture *f = *state;
    struct ct_unlocked *u = NULL;
    struct ct_slot slot;
    CT_SECRET *fresh = secret_of("");
    OK(f, ct_keyring_renew_code(f->dir, f->ada, CT_KDF_TEST, fresh, &slot, &f->err));
    assert_int_equal(slot.user_id, CT_USER_RECOVERY);
    assert_int_equal(slot.version, 2);
    assert_int_equal(ct_keyring_recover(f->dir, f->code, 0, &u, &f->err), CT_EPASSWORD);
    OK(f, ct_keyring_recover(f->dir, fresh, 0, &u, &f->err));
    assert_memory_equal(u->store_key, f->ada->store_key, CT_KEY_LEN);
    ct_unlocked_free(u);
}

static void test_codes_differ_and_use_every_character(void **state)
{
    struct fixture *f = *state;
    CT_SECRET *code = secret_of("");
    bool seen[256] = {false};
    unsigned char last[CT_CODE_PRINTED] = {0};
    for (unsigned i = 0; i < 200; i++) {
        OK(f, ct_code_make(code, &f->err));
        assert_memory_not_equal(code->data, last, sizeof last);
        memcpy(last, code->data, sizeof last);
        for (size_t j = 0; j < code->len; j++)
            seen[code->data[j]] = true;
    }
    unsigned n = 0;
    for (unsigned i = 0; i < 256; i++)
        n += seen[i];
    assert_int_equal(n, 33); /* 32 and the hyphen */
}

/* ---- signatures ------------------------------------------------------ */

static void test_a_signature_is_its_signers_over_these_bytes(void **state)
{
    struct fixture *f = *state;
    struct ct_unlocked *ben = NULL;
    unsigned char sig[CT_SIGNATURE_LEN];
    char msg[] = "load 41 released";
    OK(f, login(f, "ben", BEN_PASSWORD, 0, &ben, &f->err));
    ct_sign(f->ada, msg, sizeof msg, sig);
    assert_true(ct_sign_check(f->ada->slot.sign_pk, msg, sizeof msg, sig));
    assert_false(ct_sign_check(ben->slot.sign_pk, msg, sizeof msg, sig));
    msg[5] = '5';
    assert_false(ct_sign_check(f->ada->slot.sign_pk, msg, sizeof msg, sig));
    msg[5] = '4';
    for (size_t i = 0; i < sizeof sig; i++) {
        sig[i] ^= 1;
        assert_false(ct_sign_check(f->ada->slot.sign_pk, msg, sizeof msg, sig));
        sig[i] ^= 1;
    }
    ct_unlocked_free(ben);
}

/* ---- raising the cost ------------------------------------------------ */

static enum ct_status raise_to(struct fixture *f, struct ct_unlocked *own,
                               const char *name, const char *password, uint32_t ops,
                               uint32_t mem_kib, bool *raised, struct ct_slot *slot)
{
    CT_SECRET *s = secret_of(password);
    const struct ct_kdf_cost cost = {.ops = ops, .mem_kib = mem_kib};
    return ct_keyring_raise(f->dir, own, name, s, cost, 0, raised, slot, &f->err);
}

static void test_a_raised_slot_is_the_same_user_at_a_higher_cost(void **state)
{
    struct fixture *f = *state;
    struct ct_unlocked *again = NULL;
    struct ct_slot slot;
    bool raised = false;
    OK(f, raise_to(f, f->ada, "ada", ADA_PASSWORD, 2, 16, &raised, &slot));
    assert_true(raised);
    assert_int_equal(slot.cost.ops, 2);
    assert_int_equal(slot.cost.mem_kib, 16);
    assert_int_equal(slot.version, f->ada->slot.version + 1);
    OK(f, login(f, "ada", ADA_PASSWORD, 0, &again, &f->err));
    assert_int_equal(again->slot.cost.ops, 2);
    assert_int_equal(again->slot.cost.mem_kib, 16);
    assert_memory_equal(again->store_key, f->ada->store_key, CT_KEY_LEN);
    assert_memory_equal(again->sign_sk, f->ada->sign_sk, sizeof again->sign_sk);
    ct_unlocked_free(again);
    assert_int_equal(try_login(f, "ada", WRONG_PASSWORD, 0), CT_EPASSWORD);
    assert_int_equal(try_login(f, "ben", BEN_PASSWORD, 0), CT_OK);
}

static void test_a_cost_is_never_lowered(void **state)
{
    struct fixture *f = *state;
    struct ct_slot slot;
    bool raised = false;
    size_t n, m;
    OK(f, raise_to(f, f->ada, "ada", ADA_PASSWORD, 2, 16, &raised, &slot));
    unsigned char *before = ring_read(f->dir, &n);
    OK(f, raise_to(f, f->ada, "ada", ADA_PASSWORD, 1, 8, &raised, &slot));
    assert_false(raised); /* the session still believes in 1 x 8 */
    OK(f, raise_to(f, f->ada, "ada", ADA_PASSWORD, 2, 16, &raised, &slot));
    assert_false(raised); /* somebody else's login did it */
    assert_int_equal(slot.cost.ops, 2);
    unsigned char *after = ring_read(f->dir, &m);
    assert_int_equal(n, m);
    assert_memory_equal(before, after, n);
    free(before);
    free(after);
    OK(f, raise_to(f, f->ada, "ada", ADA_PASSWORD, 1, 32, &raised, &slot));
    assert_true(raised); /* the one figure goes up, the other stays */
    assert_int_equal(slot.cost.ops, 2);
    assert_int_equal(slot.cost.mem_kib, 32);
}

static void test_what_is_not_raised(void **state)
{
    struct fixture *f = *state;
    struct ct_unlocked *ben = NULL;
    struct ct_slot slot;
    bool raised = true;
    OK(f, login(f, "ben", BEN_PASSWORD, 0, &ben, &f->err));
    OK(f, raise_to(f, ben, "ben", BEN_PASSWORD, 2, 16, &raised, &slot));
    assert_false(raised); /* a temporary password stays one, and says so */
    assert_true(slot.must_change);
    ct_unlocked_free(ben);
    assert_int_equal(raise_to(f, f->ada, "ada", WRONG_PASSWORD, 2, 16, &raised, &slot),
                     CT_EPASSWORD);
    assert_false(raised);
    assert_int_equal(raise_to(f, f->ada, "ada", ADA_PASSWORD, 11, 16, &raised, &slot),
                     CT_EINVAL);
    assert_false(raised);
    assert_int_equal(try_login(f, "ada", ADA_PASSWORD, 0), CT_OK);
}

#define T(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_each_user_opens_the_same_store),
        T(test_case_of_the_login_does_not_matter_that_of_the_password_does),
        T(test_two_ways_to_type_an_accent_are_one_password),
        T(test_passwords_of_any_length_count_in_full),
        T(test_who_is_unknown_wrong_or_disabled_cannot_be_told),
        T(test_no_store_here_creates_nothing),
        T(test_created_once),
        T(test_create_refuses_what_is_unfit_and_leaves_nothing),
        T(test_the_file_is_nobody_elses_to_read_and_holds_no_secret),
        T(test_a_groups_right_to_the_file_outlives_a_change),
        T(test_failures_slow_down_and_a_success_forgives),
        T(test_a_clock_that_was_wrong_locks_nobody_out),
        T(test_no_count_on_disk_can_wait_more_than_300_s),
        T(test_a_password_typed_as_login_leaves_nothing_of_itself),
        T(test_many_unknown_logins_neither_grow_the_file_nor_touch_users),
        T(test_own_change_keeps_the_keys_and_ends_the_old_password),
        T(test_change_needs_the_old_password_and_counts_its_failures),
        T(test_reset_makes_new_keys_and_a_password_to_change),
        T(test_reset_and_add_refuse_what_does_not_fit),
        T(test_disabled_holds_no_key_until_reset),
        T(test_nobody_disables_themselves_the_code_or_a_stranger),
        T(test_the_list_shows_every_slot_as_it_lies),
        T(test_the_code_opens_in_whatever_way_it_is_typed),
        T(test_a_mistyped_code_is_told_before_anything_is_counted),
        T(test_another_code_is_wrong_and_slows_down),
        T(test_a_renewed_code_ends_the_old_one),
        T(test_codes_differ_and_use_every_character),
        T(test_a_signature_is_its_signers_over_these_bytes),
        T(test_a_raised_slot_is_the_same_user_at_a_higher_cost),
        T(test_a_cost_is_never_lowered),
        T(test_what_is_not_raised),
    };
    return cmocka_run_group_tests_name("keyring", tests, NULL, NULL);
}
