/* The recovery code lets an administrator in again, and nobody else; it is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/verify.h"
#include "tests/support/recorded.h"

#define BOB_PASSWORD "Bob mends 14 copper kettles"

struct place {
    struct clinic c;
    struct ct_secret *code, *made;
    struct ct_error e;
};

/* ada and bob are administrators, tom is a technician; nobody is logged in. */
static int begin(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    struct clinic *c = &p->c;
    CT_SECRET *ada = secret_of(ADA_PASSWORD), *bob = secret_of(BOB_PASSWORD);
    CT_SECRET *tom = secret_of(TOM_PASSWORD);
    assert_int_equal(ct_secret_new(64, &p->code, NULL), CT_OK);
    assert_int_equal(ct_secret_new(CT_SECRET_MAX, &p->made, NULL), CT_OK);
    recorded_make(c);
    const struct ct_init init = {
        .login = "ada", .name = "Ada Demo-Lind", .password = ada, .cost = CT_KDF_TEST};
    if (ct_app_init(c->app, &init, p->code, &p->e) != CT_OK ||
        ct_user_add_with(c->app, "bob", "Bob Demo", CT_ADMINISTRATOR, bob, &p->e) != CT_OK ||
        ct_user_add_with(c->app, "tom", "Tom Demo", CT_TECHNICIAN, tom, &p->e) != CT_OK)
        fail_msg("%s", p->e.text);
    ct_logout(c->app);
    *state = p;
    return 0;
}

static int end(void **state)
{
    struct place *p = *state;
    ct_secret_free(p->code);
    ct_secret_free(p->made);
    clinic_end(&p->c);
    free(p);
    return 0;
}

static enum ct_status recover(struct place *p, const char *login)
{
    ct_secret_wipe(p->made);
    enum ct_status s = ct_user_recover(p->c.app, p->code, login, "all away", p->made, &p->e);
    assert_int_equal(p->made->len > 0, s == CT_OK);
    assert_int_equal(ct_app_state(p->c.app), CT_OUT);
    assert_null(ct_app_keys(p->c.app));
    return s;
}

static enum ct_status try_code(struct place *p, const char *text, const char *login)
{
    CT_SECRET *code = secret_of(text);
    ct_secret_wipe(p->made);
    enum ct_status s = ct_user_recover(p->c.app, code, login, NULL, p->made, &p->e);
    assert_int_equal(p->made->len, 0);
    return s;
}

static void expect_sound(struct place *p, const char *login, const char *password)
{
    struct ct_verify_report report;
    login_again(&p->c, login, password);
    assert_string_equal(ct_app_warning(p->c.app), "");
    if (ct_verify(p->c.app, NULL, NULL, &report, &p->e) != CT_OK)
        fail_msg("%s", p->e.text);
    assert_int_equal(report.problems, 0);
    ct_logout(p->c.app);
}

static void logged_in(struct place *p, const struct ct_secret *password)
{
    if (ct_login(p->c.app, "ada", password, &p->e) != CT_OK)
        fail_msg("%s", p->e.text);
}

/* The keyring without its counters, which tries may change. */
static void slots(struct place *p, unsigned char sum[CT_HASH_LEN])
{
    struct ct_slot *v = NULL;
    size_t n = 0;
    assert_int_equal(ct_keyring_list(p->c.dir, NULL, &v, &n, &p->e), CT_OK);
    memset(sum, 0, CT_HASH_LEN);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < CT_HASH_LEN; k++)
            sum[k] = (unsigned char)(sum[k] + (i + 1) * v[i].hash[k]);
    free(v);
}

/* The newest line of the witness names this entry. */
static void expect_witness(struct place *p, int64_t seq)
{
    char path[128], words[64];
    size_t n;
    clinic_path(&p->c, "witness", path);
    char *text = file_read(path, &n), *last = text;
    for (char *q = text; (q = strchr(q, '\n')) != NULL && q[1] != '\0';)
        last = ++q;
    snprintf(words, sizeof words, " %lld ", (long long)seq);
    assert_non_null(strstr(last, words));
    free(text);
}

/* ---- what it gives ------------------------------------------------------------ */

static void test_an_administrator_comes_back(void **state)
{
    struct place *p = *state;
    CT_SECRET *old = secret_of(ADA_PASSWORD), *own = secret_of("Ada found 9 other lanterns");
    CT_SECRET *made = NULL;
    struct ct_error *e = &p->e;
    struct clinic *c = &p->c;
    int64_t signed_before;
    assert_int_equal(recover(p, "Ada"), CT_OK);
    assert_string_equal(ct_app_warning(c->app), "");
    assert_int_equal(ct_login(c->app, "ada", old, e), CT_EPASSWORD);
    logged_in(p, p->made);
    assert_true(ct_app_who(c->app)->must_change);
    assert_int_equal(ct_app_who(c->app)->role, CT_ADMINISTRATOR);
    expect_entry(c, "user.recover", CT_EXCEPTION, "ada (user 1, administrator); all away");
    assert_int_equal(app_int(c->app, "SELECT user_id FROM audit WHERE verb = 'user.recover'"),
                     0);
    assert_int_equal(app_int(c->app, "SELECT session_id FROM audit "
                                     "WHERE verb = 'user.recover'"),
                     0);
    assert_int_equal(app_int(c->app, "SELECT count(*) FROM user_version WHERE user_id = 1"), 2);
    signed_before = app_int(c->app, "SELECT count(*) FROM audit_signature WHERE user_id = 1");
    assert_int_equal(signed_before, 2); /* bob and tom, with the keys that are no more */
    assert_int_equal(ct_user_change_password(c->app, p->made, own, e), CT_OK);
    assert_int_equal(ct_reauthenticate(c->app, own, e), CT_OK);
    assert_int_equal(ct_secret_new(CT_SECRET_MAX, &made, e), CT_OK);
    assert_int_equal(ct_user_reset(c->app, 3, "new keys sign", made, e), CT_OK);
    ct_logout(c->app);
    expect_sound(p, "ada", "Ada found 9 other lanterns");
}

/* The head is witnessed at once: nobody needs to log in before it is. */
static void test_its_head_is_witnessed(void **state)
{
    struct place *p = *state;
    assert_int_equal(recover(p, "ada"), CT_OK);
    struct ct_app *other = clinic_app(&p->c);
    char path[128], was[160];
    clinic_path(&p->c, "witness", path);
    snprintf(was, sizeof was, "%s.was", path);
    file_copy(path, was);
    assert_int_equal(recorded_login(other, "bob", BOB_PASSWORD, &p->e), CT_OK);
    assert_int_equal(rename(was, path), 0);
    expect_witness(p, app_int(other, "SELECT max(seq) FROM audit WHERE verb = "
                                     "'user.recover'"));
    ct_app_free(other);
}

static void test_a_disabled_administrator(void **state)
{
    struct place *p = *state;
    struct clinic *c = &p->c;
    login_again(c, "bob", BOB_PASSWORD);
    assert_int_equal(clinic_again(c->app, BOB_PASSWORD), CT_OK);
    assert_int_equal(ct_user_disable(c->app, 1, "left", &p->e), CT_OK);
    ct_logout(c->app);
    assert_int_equal(recorded_login(c->app, "ada", ADA_PASSWORD, &p->e), CT_EPASSWORD);
    assert_int_equal(recover(p, "ada"), CT_OK);
    logged_in(p, p->made);
    expect_entry(c, "user.recover", CT_EXCEPTION, "was disabled");
    expect_sound(p, "bob", BOB_PASSWORD);
}

static void test_an_open_session_ends(void **state)
{
    struct place *p = *state;
    struct ct_app *open = clinic_app(&p->c), *other = clinic_app(&p->c);
    assert_int_equal(recorded_login(open, "ada", ADA_PASSWORD, &p->e), CT_OK);
    assert_int_equal(recorded_login(other, "tom", TOM_PASSWORD, &p->e), CT_OK);
    assert_int_equal(recover(p, "ada"), CT_OK);
    assert_int_equal(ct_session_check(open, &p->e), CT_EDENIED);
    assert_int_equal(ct_session_check(other, &p->e), CT_OK);
    ct_app_free(open);
    ct_app_free(other);
}

/* Twice, and after a machine that died between keyring and store. */
static void test_again(void **state)
{
    struct place *p = *state;
    CT_CLEANUP(ct_unlocked_freep) struct ct_unlocked *keys = NULL;
    CT_SECRET *lost = secret_of("nobody has 5 such words");
    struct ct_slot slot;
    assert_int_equal(recover(p, "ada"), CT_OK);
    assert_int_equal(ct_keyring_recover(p->c.dir, p->code, p->c.now, &keys, &p->e), CT_OK);
    assert_int_equal(
        ct_keyring_reset(p->c.dir, keys, 1, "ada", lost, CT_KDF_TEST, &slot, &p->e), CT_OK);
    assert_int_equal(recover(p, "ada"), CT_OK);
    logged_in(p, p->made);
    assert_int_equal(
        app_int(p->c.app, "SELECT count(*) FROM audit WHERE verb = 'user.recover'"), 2);
    expect_sound(p, "bob", BOB_PASSWORD);
}

/* ---- a new code ---------------------------------------------------------------- */

static void test_a_new_code(void **state)
{
    struct place *p = *state;
    unsigned char before[CT_HASH_LEN], after[CT_HASH_LEN];
    CT_SECRET *code = NULL;
    struct ct_secret *older = p->code;
    assert_int_equal(ct_secret_new(CT_SECRET_MAX, &code, &p->e), CT_OK);
    login_again(&p->c, "ada", ADA_PASSWORD);
    login_again(&p->c, "tom", TOM_PASSWORD);
    slots(p, before);
    assert_int_equal(clinic_again(p->c.app, TOM_PASSWORD), CT_OK);
    assert_int_equal(ct_user_renew_code(p->c.app, "mine", code, &p->e), CT_EDENIED);
    login_again(&p->c, "ada", ADA_PASSWORD);
    assert_int_equal(clinic_again(p->c.app, ADA_PASSWORD), CT_OK);
    assert_int_equal(ct_user_renew_code(p->c.app, "\xff", code, &p->e), CT_EINVAL);
    p->c.now += 3600 * 1000; /* the password was asked for long ago */
    assert_int_not_equal(ct_user_renew_code(p->c.app, "seen", code, &p->e), CT_OK);
    slots(p, after);
    assert_memory_equal(before, after, CT_HASH_LEN);
    assert_int_equal(code->len, 0);
    login_again(&p->c, "ada", ADA_PASSWORD);
    assert_int_equal(clinic_again(p->c.app, ADA_PASSWORD), CT_OK);
    assert_int_equal(ct_user_renew_code(p->c.app, "a photo of it was seen", code, &p->e), CT_OK);
    expect_entry(&p->c, "user.code", CT_NOTABLE, "a photo of it was seen");
    assert_int_equal(app_int(p->c.app, "SELECT count(*) FROM audit_signature s JOIN audit a "
                                  "ON a.seq = s.seq WHERE a.verb = 'user.code'"), 1);
    ct_logout(p->c.app);
    /* the older one opens nothing; the new one lets an administrator in */
    assert_int_equal(recover(p, "ada"), CT_EPASSWORD);
    p->code = code;
    assert_int_equal(recover(p, "ada"), CT_OK);
    logged_in(p, p->made);
    expect_sound(p, "bob", BOB_PASSWORD);
    p->code = older;
}

/* ---- what it refuses ---------------------------------------------------------- */

static void test_wrong_codes_wait(void **state)
{
    struct place *p = *state;
    unsigned char before[CT_HASH_LEN], after[CT_HASH_LEN];
    slots(p, before);
    for (int i = 0; i < 9; i++) { /* a slip is no try */
        assert_int_equal(try_code(p, "000-000-000-000-000-000-000-000-001", "ada"), CT_EINVAL);
        assert_string_equal(p->e.field, "recovery_code");
    }
    for (int i = 0; i < 4; i++)
        assert_int_equal(try_code(p, "000-000-000-000-000-000-000-000-000", "ada"),
                         CT_EPASSWORD);
    assert_int_equal(recover(p, "ada"), CT_ELOCKED); /* as a login after four failures */
    if (strstr(p->e.text, "recovery code: the next one is possible in 2 s") == NULL)
        fail_msg("%s", p->e.text);
    slots(p, after);
    assert_memory_equal(before, after, CT_HASH_LEN);
    p->c.now += 3 * 1000;
    assert_int_equal(recover(p, "ada"), CT_OK);
    logged_in(p, p->made);
    expect_entry(&p->c, "user.recover", CT_EXCEPTION, "4 failed tries since");
}

static void test_for_administrators_alone(void **state)
{
    struct place *p = *state;
    unsigned char before[CT_HASH_LEN], after[CT_HASH_LEN];
    slots(p, before);
    assert_int_equal(recover(p, "tom"), CT_EINVAL);
    assert_string_equal(p->e.field, "login");
    assert_non_null(strstr(p->e.text, "technician"));
    assert_int_equal(recover(p, "eve"), CT_ENOTFOUND);
    assert_non_null(strstr(p->e.text, "eve"));
    assert_int_equal(recover(p, "no login"), CT_EINVAL);
    slots(p, after);
    assert_memory_equal(before, after, CT_HASH_LEN);
    expect_sound(p, "ada", ADA_PASSWORD);
    login_again(&p->c, "ada", ADA_PASSWORD); /* who has the code has opened the store */
    expect_entry(&p->c, "session.denied", CT_EXCEPTION,
                 "user.recover: There is no user with the login eve");
    assert_int_equal(app_int(p->c.app, "SELECT count(*) FROM audit WHERE verb = "
                                       "'session.denied' AND severity = 2 AND user_id = 0"),
                     2);
}

static void test_while_somebody_is_in(void **state)
{
    struct place *p = *state;
    login_again(&p->c, "ada", ADA_PASSWORD);
    ct_secret_wipe(p->made);
    assert_int_equal(ct_user_recover(p->c.app, p->code, "ada", NULL, p->made, &p->e),
                     CT_EINVAL);
    assert_int_equal(ct_app_state(p->c.app), CT_IN);
    assert_int_equal(p->made->len, 0);
}

/* Another process holds the gate: nothing is changed, and the old password is good. */
static void test_held_by_another(void **state)
{
    struct place *p = *state;
    unsigned char before[CT_HASH_LEN], after[CT_HASH_LEN];
    char path[128];
    ct_app_freep(&p->c.app);
    p->c.config.busy_limit_ms = 100;
    p->c.app = clinic_app(&p->c);
    slots(p, before);
    clinic_path(&p->c, "gate", path);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_int_equal(recover(p, "ada"), CT_EBUSY);
    close(fd);
    slots(p, after);
    assert_memory_equal(before, after, CT_HASH_LEN);
    expect_sound(p, "ada", ADA_PASSWORD);
    assert_int_equal(recover(p, "ada"), CT_OK);
}

static void test_a_keyring_that_cannot_be_written(void **state)
{
    struct place *p = *state;
    char path[128];
    clinic_path(&p->c, "keyring.new", path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(recover(p, "ada"), CT_EIO);
    assert_int_equal(rmdir(path), 0);
    expect_sound(p, "ada", ADA_PASSWORD);
}

/* ---- what it notices ---------------------------------------------------------- */

static void test_a_missing_witness_is_told(void **state)
{
    struct place *p = *state;
    char path[128];
    clinic_path(&p->c, "witness", path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(recover(p, "ada"), CT_OK);
    assert_non_null(strstr(ct_app_warning(p->c.app), "witness file is missing"));
    logged_in(p, p->made);
    expect_entry(&p->c, "user.recover", CT_EXCEPTION, "witness file is missing");
    expect_sound(p, "bob", BOB_PASSWORD); /* told once */
}

/* An older store put back, the witness as it is: told here, answered by this entry. */
static void test_an_older_store_is_told(void **state)
{
    struct place *p = *state;
    static const char *const NAME[] = {"store.db", "store.db-wal"};
    char path[128], old[160];
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 2; i++) {
            clinic_path(&p->c, NAME[i], path);
            snprintf(old, sizeof old, "%s.old", path);
            if (round == 0)
                file_copy(path, old);
            else
                assert_int_equal(rename(old, path), 0);
        }
        if (round == 0) {
            login_again(&p->c, "tom", TOM_PASSWORD);
            ct_logout(p->c.app);
        }
    }
    clinic_path(&p->c, "store.db-shm", path);
    (void)unlink(path);
    assert_int_equal(recover(p, "ada"), CT_OK);
    assert_non_null(strstr(ct_app_warning(p->c.app), "ENTRIES ARE MISSING"));
    logged_in(p, p->made);
    assert_string_equal(ct_app_warning(p->c.app), "");
    expect_entry(&p->c, "user.recover", CT_EXCEPTION, "witnessed entry");
    expect_sound(p, "bob", BOB_PASSWORD);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest tests[] = {
        T(test_an_administrator_comes_back),
        T(test_its_head_is_witnessed),
        T(test_a_disabled_administrator),
        T(test_an_open_session_ends),
        T(test_again),
        T(test_a_new_code),
        T(test_wrong_codes_wait),
        T(test_for_administrators_alone),
        T(test_while_somebody_is_in),
        T(test_held_by_another),
        T(test_a_keyring_that_cannot_be_written),
        T(test_a_missing_witness_is_told),
        T(test_an_older_store_is_told),
    };
    return cmocka_run_group_tests_name("recover", tests, NULL, NULL);
}
