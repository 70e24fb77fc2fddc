/* A new key for the whole store: who can read on and who cannot, sessions that are open
 * meanwhile, a run that was cut off, and what was signed before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/internal.h"
#include "record/rekey.h"
#include "record/user.h"
#include "tests/support/recorded.h"

static int begin(void **state)
{
    struct clinic *c = calloc(1, sizeof *c);
    clinic_staff(c);
    *state = c;
    return 0;
}

static int end(void **state)
{
    clinic_end(*state);
    free(*state);
    return 0;
}

static enum ct_status rekey(struct clinic *c, struct ct_rekey_report *r, struct ct_error *e)
{
    assert_int_equal(clinic_again(c->app, ADA_PASSWORD), CT_OK);
    return ct_rekey(c->app, 0, NULL, NULL, r, e);
}

static struct ct_rekey_report rekeyed(struct clinic *c)
{
    struct ct_rekey_report r;
    struct ct_error e = {0};
    if (rekey(c, &r, &e) != CT_OK)
        fail_msg("rekey: %s", e.text);
    return r;
}

static void count_bad(uint32_t page, int64_t offset, void *arg)
{
    (void)page, (void)offset;
    ++*(uint32_t *)arg;
}

/* Pages of the store's file that do not open under this key alone. Nobody may have it open. */
static uint32_t closed_pages(const struct clinic *c, const unsigned char *store_id,
                             const unsigned char *key, uint32_t epoch)
{
    struct ct_seal *seal = NULL;
    char path[128];
    uint32_t bad = 0, pages = 0;
    clinic_path(c, CT_STORE_FILE, path);
    assert_int_equal(ct_seal_new(store_id, key, epoch, NULL, &seal, NULL), CT_OK);
    assert_int_equal(ct_seal_walk(seal, path, count_bad, &bad, &pages, NULL), CT_OK);
    assert_true(pages > 10);
    ct_seal_free(seal);
    return bad;
}

static void problem(const char *sentence, void *arg)
{
    (void)arg;
    fail_msg("verify: %s", sentence);
}

static struct ct_verify_report sound(struct clinic *c)
{
    struct ct_verify_report v;
    struct ct_error e = {0};
    if (ct_verify(c->app, problem, NULL, &v, &e) != CT_OK)
        fail_msg("verify: %s", e.text);
    assert_int_equal(v.problems, 0);
    return v;
}

static void test_every_page_and_everybody(void **state)
{
    struct clinic *c = *state;
    struct ct_unlocked old = *ct_app_keys(c->app);
    CT_SECRET *code = NULL;
    struct ct_slot slot;
    assert_int_equal(ct_secret_new(64, &code, NULL), CT_OK);
    assert_int_equal(
        ct_keyring_renew_code(c->dir, ct_app_keys(c->app), CT_KDF_TEST, code, &slot, NULL),
        CT_OK);
    struct ct_rekey_report r = rekeyed(c);
    assert_int_equal(r.epoch, 2);
    assert_false(r.resumed);
    assert_int_equal(r.weak, 0);
    assert_true(r.pages > 10 && r.sealed > 10);
    expect_entry(c, "store.rekey", CT_NOTABLE, "key epoch 2 after 1");
    expect_entry(c, "store.rekeyed", CT_NOTABLE, "under key epoch 2");
    struct ct_unlocked now = *ct_app_keys(c->app);
    assert_memory_not_equal(now.store_key, old.store_key, CT_KEY_LEN);
    assert_int_equal(now.old_epoch, 0);
    struct ct_verify_report v = sound(c); /* with the signatures of the days before */
    assert_int_equal(v.epoch, 2);
    assert_int_equal(v.old_pages, 0);
    assert_true(v.signatures >= 3);
    ct_logout(c->app);
    assert_int_equal(closed_pages(c, old.store_id, now.store_key, 2), 0);
    assert_int_equal(closed_pages(c, old.store_id, old.store_key, 1), r.pages);
    login_again(c, "tom", TOM_PASSWORD);
    login_again(c, "sue", SUE_PASSWORD);
    struct ct_unlocked *recovered = NULL;
    assert_int_equal(ct_keyring_recover(c->dir, code, c->now, &recovered, NULL), CT_OK);
    assert_memory_equal(recovered->store_key, now.store_key, CT_KEY_LEN);
    ct_unlocked_free(recovered);
    ct_wipe(&old, sizeof old);
    ct_wipe(&now, sizeof now);
}

/* More than the seal holds keys of, with a session that sees all of them and one that
 * sleeps through them. */
static void test_many_in_a_row(void **state)
{
    struct clinic *c = *state;
    struct ct_app *tom = clinic_app(c), *sue = clinic_app(c);
    assert_int_equal(recorded_login(tom, "tom", TOM_PASSWORD, NULL), CT_OK);
    assert_int_equal(recorded_login(sue, "sue", SUE_PASSWORD, NULL), CT_OK);
    for (uint32_t i = 0; i < 18; i++) {
        assert_int_equal(rekeyed(c).epoch, i + 2);
        assert_int_equal(ct_record_event(tom, CT_VERB_LOST, 70 + i, CT_ROUTINE, "", NULL),
                         CT_OK);
    }
    assert_int_equal(ct_app_keys(tom)->epoch, 19);
    assert_int_equal(ct_app_keys(sue)->epoch, 1);
    struct ct_error e = {0};
    if (ct_record_event(sue, CT_VERB_LOST, 99, CT_ROUTINE, "", &e) != CT_OK)
        fail_msg("the sleeper: %s", e.text);
    assert_int_equal(ct_app_keys(sue)->epoch, 19);
    ct_logout(sue);
    ct_logout(tom);
    ct_app_free(sue);
    ct_app_free(tom);
    sound(c);
}

static void test_an_open_session_reads_on(void **state)
{
    struct clinic *c = *state;
    struct ct_app *tom = clinic_app(c);
    assert_int_equal(recorded_login(tom, "tom", TOM_PASSWORD, NULL), CT_OK);
    int64_t before = chain_end(tom);
    rekeyed(c);
    assert_true(chain_end(tom) > before); /* pages of a key it had not: fetched */
    assert_int_equal(ct_app_keys(tom)->epoch, 2);
    ct_logout(tom);
    ct_app_free(tom);
}

static size_t open_files(void)
{
    size_t n = 0;
    DIR *d = opendir("/proc/self/fd");
    assert_non_null(d);
    while (readdir(d) != NULL)
        n++;
    closedir(d);
    return n;
}

/* A session does not read the keyring again for each save; it does when it is another
 * file, though the one it knows still has a name, and when that one was written over. */
static void test_a_keyring_put_back_or_written_over(void **state)
{
    struct clinic *c = *state;
    char path[128], kept[128];
    size_t n = 0;
    struct ct_app *tom = clinic_app(c);
    clinic_path(c, CT_KEYRING_FILE, path);
    clinic_path(c, "kept", kept);
    assert_int_equal(recorded_login(tom, "tom", TOM_PASSWORD, NULL), CT_OK);
    struct ct_unlocked *keys = tom->keys;
    assert_int_equal(link(path, kept), 0);
    assert_int_equal(ct_keyring_follow(c->dir, keys, NULL), CT_OK);
    assert_int_equal(keys->epoch, 1);
    const size_t files = open_files();
    for (int i = 0; i < 20; i++)
        assert_int_equal(ct_record_event(tom, CT_VERB_LOST, 70, CT_ROUTINE, "", NULL), CT_OK);
    assert_int_equal(open_files(), files);
    rekeyed(c);
    char *is = file_read(path, &n);
    assert_int_equal(rename(kept, path), 0);
    assert_int_equal(ct_keyring_follow(c->dir, keys, NULL), CT_OK);
    assert_int_equal(keys->epoch, 1);
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0 && pwrite(fd, is, n, 0) == (ssize_t)n);
    close(fd);
    assert_int_equal(ct_keyring_follow(c->dir, keys, NULL), CT_OK);
    assert_int_equal(keys->epoch, 2);

    assert_int_equal(link(path, kept), 0);
    assert_int_equal(ct_keyring_follow(c->dir, keys, NULL), CT_OK);
    rekeyed(c);
    assert_int_equal(ct_record_event(tom, CT_VERB_LOST, 71, CT_ROUTINE, "", NULL), CT_OK);
    assert_int_equal(keys->epoch, 3);
    assert_int_equal(unlink(kept), 0);
    ct_logout(tom);
    ct_app_free(tom);
    free(is);
    sound(c);
}

static void test_a_disabled_user_reads_nothing_new(void **state)
{
    struct clinic *c = *state;
    struct ct_app *tom = clinic_app(c);
    struct ct_error e = {0};
    assert_int_equal(recorded_login(tom, "tom", TOM_PASSWORD, NULL), CT_OK);
    struct ct_unlocked held = *ct_app_keys(tom);
    assert_int_equal(clinic_again(c->app, ADA_PASSWORD), CT_OK);
    assert_int_equal(ct_user_disable(c->app, 3, "left", NULL), CT_OK);
    struct ct_rekey_report r = rekeyed(c);
    assert_int_equal(ct_record_event(tom, CT_VERB_LOST, 1, CT_ROUTINE, "", &e), CT_EDENIED);
    assert_non_null(strstr(e.text, "was disabled"));
    /* with all that the session held, and the keyring of today */
    assert_int_equal(ct_keyring_follow(c->dir, &held, &e), CT_EDENIED);
    ct_app_free(tom);
    ct_logout(c->app);
    assert_int_equal(closed_pages(c, held.store_id, held.store_key, 1), r.pages);
    ct_wipe(&held, sizeof held);
}

/* A laptop was stolen with the keyring on it, and its owner's password on a note. */
static void test_an_old_keyring_and_its_password(void **state)
{
    struct clinic *c = *state;
    char path[128];
    size_t n = 0;
    struct ct_error e = {0};
    struct ct_unlocked *thief = NULL;
    clinic_path(c, CT_KEYRING_FILE, path);
    char *stolen = file_read(path, &n);
    CT_SECRET *was = secret_of(TOM_PASSWORD), *is = secret_of("Tom mends 9 copper kettles");
    login_again(c, "tom", TOM_PASSWORD);
    assert_int_equal(ct_user_change_password(c->app, was, is, NULL), CT_OK);
    struct ct_app *ada = clinic_app(c);
    assert_int_equal(recorded_login(ada, "ada", ADA_PASSWORD, NULL), CT_OK);
    assert_int_equal(clinic_again(ada, ADA_PASSWORD), CT_OK);
    struct ct_rekey_report r;
    assert_int_equal(ct_rekey(ada, 0, NULL, NULL, &r, &e), CT_OK);
    /* who changed the password here goes on */
    assert_int_equal(ct_record_event(c->app, CT_VERB_LOST, 1, CT_ROUTINE, "", &e), CT_OK);
    assert_int_equal(ct_keyring_image_open("stolen", (const unsigned char *)stolen, n, "tom",
                                           was, &thief, &e),
                     CT_OK);
    assert_int_equal(thief->epoch, 1);
    assert_int_equal(ct_keyring_follow(c->dir, thief, &e), CT_EDENIED);
    ct_logout(ada);
    ct_app_free(ada);
    ct_logout(c->app);
    assert_int_equal(closed_pages(c, thief->store_id, thief->store_key, 1), r.pages);
    ct_unlocked_free(thief);
    free(stolen);
}

static bool stop_at_once(int64_t done, int64_t total, void *arg)
{
    (void)done, (void)total, (void)arg;
    return false;
}

static void ignore(const char *sentence, void *arg)
{
    char *kept = arg;
    snprintf(kept, 400, "%s", sentence);
}

static void test_a_run_cut_off_is_gone_on_with(void **state)
{
    struct clinic *c = *state;
    struct ct_rekey_report r;
    struct ct_error e = {0};
    struct ct_verify_report v;
    char said[400] = "";
    bool begun = false;
    /* begun in the keyring, and no page sealed: as a kill leaves it at its earliest */
    struct ct_unlocked keys = *ct_app_keys(c->app);
    assert_int_equal(ct_keyring_epoch_begin(c->dir, &keys, &begun, &e), CT_OK);
    assert_true(begun);
    assert_int_equal(ct_keyring_epoch_begin(c->dir, &keys, &begun, &e), CT_OK);
    assert_false(begun); /* one at a time */
    ct_wipe(&keys, sizeof keys);
    assert_int_equal(ct_record_event(c->app, CT_VERB_LOST, 5, CT_ROUTINE, "", &e), CT_OK);
    login_again(c, "ada", ADA_PASSWORD);
    assert_int_equal(ct_app_keys(c->app)->old_epoch, 1);
    assert_int_equal(ct_verify(c->app, ignore, said, &v, &e), CT_OK);
    assert_int_equal(v.problems, 1);
    assert_true(v.old_pages > 10);
    assert_non_null(strstr(said, "Run clintech rekey"));
    assert_int_equal(clinic_again(c->app, ADA_PASSWORD), CT_OK);
    assert_int_equal(ct_rekey(c->app, 0, stop_at_once, NULL, &r, &e), CT_EBUSY);
    assert_non_null(strstr(e.text, "to go on"));
    login_again(c, "ada", ADA_PASSWORD);
    r = rekeyed(c);
    assert_true(r.resumed);
    assert_int_equal(r.epoch, 2);
    expect_entry(c, "store.rekey", CT_NOTABLE, "gone on with: key epoch 2");
    assert_int_equal(sound(c).old_pages, 0);
    assert_int_equal(rekeyed(c).epoch, 3);
}

/* ---- two at once ---------------------------------------------------------- */

struct second {
    struct clinic *c;
    int runs; /* of a second administrator's, in the middle of the first's */
    struct ct_rekey_report r;
};

static bool another_meanwhile(int64_t done, int64_t total, void *arg)
{
    struct second *s = arg;
    struct ct_error e = {0};
    (void)done, (void)total;
    for (; s->runs > 0; s->runs--) {
        struct ct_app *app = clinic_app(s->c);
        if (recorded_login(app, "ada", ADA_PASSWORD, &e) != CT_OK ||
            clinic_again(app, ADA_PASSWORD) != CT_OK ||
            ct_rekey(app, 0, NULL, NULL, &s->r, &e) != CT_OK)
            fail_msg("the second: %s", e.text);
        ct_logout(app);
        ct_app_free(app);
    }
    return true;
}

static void two_at_once(struct clinic *c, int runs, uint32_t epoch)
{
    struct second s = {.c = c, .runs = runs};
    struct ct_rekey_report r;
    struct ct_error e = {0};
    char detail[40];
    assert_int_equal(clinic_again(c->app, ADA_PASSWORD), CT_OK);
    if (ct_rekey(c->app, 0, another_meanwhile, &s, &r, &e) != CT_OK)
        fail_msg("the first: %s", e.text);
    assert_int_equal(s.r.epoch, epoch);
    assert_int_equal(s.r.resumed, runs == 1);
    assert_int_equal(r.epoch, epoch); /* what is true when it ends */
    snprintf(detail, sizeof detail, "under key epoch %u", epoch);
    expect_entry(c, "store.rekeyed", CT_NOTABLE, detail);
    struct ct_verify_report v = sound(c);
    assert_int_equal(v.epoch, epoch);
    assert_int_equal(v.old_pages, 0);
    assert_int_equal(ct_app_keys(c->app)->old_epoch, 0);
    login_again(c, "tom", TOM_PASSWORD);
}

static void test_a_second_helps_the_first(void **state)
{
    two_at_once(*state, 1, 2);
}

/* It ended the first's epoch and began and ended one more. */
static void test_a_second_overtakes_the_first(void **state)
{
    two_at_once(*state, 2, 3);
}

/* The new keyring cannot be written: nothing has begun, and nothing is told of an older key. */
static void test_a_keyring_that_cannot_be_replaced(void **state)
{
    struct clinic *c = *state;
    struct ct_rekey_report r;
    struct ct_error e = {0};
    char path[128];
    uint32_t epoch = 0;
    bool older = true;
    clinic_path(c, CT_KEYRING_FILE ".new", path);
    assert_int_equal(mkdir(path, 0700), 0); /* a file could be removed, as a left-over is */
    assert_int_not_equal(rekey(c, &r, &e), CT_OK);
    assert_string_not_equal(e.text, "");
    assert_int_equal(ct_keyring_epoch(c->dir, &epoch, &older, NULL), CT_OK);
    assert_int_equal(epoch, 1);
    assert_false(older);
    assert_int_equal(ct_record_event(c->app, CT_VERB_LOST, 1, CT_ROUTINE, "", &e), CT_OK);
    assert_int_equal(sound(c).epoch, 1);
    assert_int_equal(rmdir(path), 0);
    r = rekeyed(c);
    assert_int_equal(r.epoch, 2);
    assert_false(r.resumed);
}

/* Everybody else was disabled: the key is sealed to who is left, and to the code. */
static void test_nobody_else_is_left(void **state)
{
    struct clinic *c = *state;
    struct ct_app *app = clinic_app(c);
    assert_int_equal(clinic_again(c->app, ADA_PASSWORD), CT_OK);
    assert_int_equal(ct_user_disable(c->app, 2, "left", NULL), CT_OK);
    assert_int_equal(ct_user_disable(c->app, 3, "left", NULL), CT_OK);
    assert_int_equal(rekeyed(c).epoch, 2);
    assert_int_equal(recorded_login(app, "sue", SUE_PASSWORD, NULL), CT_EPASSWORD);
    assert_int_equal(recorded_login(app, "tom", TOM_PASSWORD, NULL), CT_EPASSWORD);
    login_again(c, "ada", ADA_PASSWORD);
    assert_int_equal(clinic_again(c->app, ADA_PASSWORD), CT_OK);
    sound(c);
    ct_app_free(app);
}

static bool log_in_meanwhile(int64_t done, int64_t total, void *arg)
{
    (void)done, (void)total;
    if (ct_app_keys(arg) == NULL)
        assert_int_equal(recorded_login(arg, "ada", ADA_PASSWORD, NULL), CT_OK);
    return true;
}

/* A session that began with two keys, of which the older is gone since: its own run is a
 * new one, and no end of one that was cut off. */
static void test_a_session_from_the_middle_of_one(void **state)
{
    struct clinic *c = *state;
    struct ct_app *other = clinic_app(c);
    struct ct_rekey_report r;
    struct ct_error e = {0};
    assert_int_equal(clinic_again(c->app, ADA_PASSWORD), CT_OK);
    assert_int_equal(ct_rekey(c->app, 0, log_in_meanwhile, other, &r, &e), CT_OK);
    assert_int_equal(ct_app_keys(other)->old_epoch, 1);
    assert_int_equal(clinic_again(other, ADA_PASSWORD), CT_OK);
    assert_int_equal(ct_rekey(other, 0, NULL, NULL, &r, &e), CT_OK);
    assert_false(r.resumed);
    assert_int_equal(r.epoch, 3);
    ct_logout(other);
    ct_app_free(other);
    expect_entry(c, "store.rekey", CT_NOTABLE, "key epoch 3 after 2");
    assert_int_equal(sound(c).epoch, 3);
}

static void test_who_may(void **state)
{
    struct clinic *c = *state;
    struct ct_rekey_report r;
    struct ct_error e = {0};
    login_again(c, "ada", ADA_PASSWORD);
    assert_int_equal(ct_rekey(c->app, 0, NULL, NULL, &r, &e), CT_EDENIED);
    assert_string_equal(e.field, "password"); /* asked again first */
    login_again(c, "sue", SUE_PASSWORD);
    assert_int_equal(clinic_again(c->app, SUE_PASSWORD), CT_OK);
    assert_int_equal(ct_rekey(c->app, 0, NULL, NULL, &r, &e), CT_EDENIED);
    assert_int_equal(ct_app_keys(c->app)->epoch, 1);
}

/* Every byte of a keyring with two keys, with a checksum that fits. */
static void test_a_keyring_of_two_keys_is_not_altered(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    char path[128];
    bool begun = false;
    size_t n = 0;
    struct ct_unlocked keys = *ct_app_keys(c->app), *u = NULL;
    CT_SECRET *password = secret_of(ADA_PASSWORD);
    assert_int_equal(ct_keyring_epoch_begin(c->dir, &keys, &begun, &e), CT_OK);
    clinic_path(c, CT_KEYRING_FILE, path);
    unsigned char *p = (unsigned char *)file_read(path, &n);
    const size_t slots = (n - 40 - 80 - 1088) / 368, old = 40 + slots * 352;
    for (size_t i = old; i < old + 80; i++) {
        p[i] ^= 1;
        ct_hash(p + n - CT_HASH_LEN, p, n - CT_HASH_LEN);
        assert_int_equal(ct_keyring_image_open("it", p, n, "ada", password, &u, &e),
                         CT_EDAMAGED);
        p[i] ^= 1;
    }
    for (size_t i = 32; i < 40; i++) { /* the epoch, the counts */
        p[i] ^= 1;
        ct_hash(p + n - CT_HASH_LEN, p, n - CT_HASH_LEN);
        assert_int_equal(ct_keyring_image_open("it", p, n, "ada", password, &u, &e),
                         CT_EDAMAGED);
        p[i] ^= 1;
    }
    ct_hash(p + n - CT_HASH_LEN, p, n - CT_HASH_LEN);
    assert_int_equal(ct_keyring_image_open("it", p, n, "ada", password, &u, &e), CT_OK);
    assert_int_equal(u->epoch, 2);
    assert_int_equal(u->old_epoch, 1);
    ct_unlocked_free(u);
    free(p);
    ct_wipe(&keys, sizeof keys);
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_every_page_and_everybody),
        T(test_many_in_a_row),
        T(test_an_open_session_reads_on),
        T(test_a_keyring_put_back_or_written_over),
        T(test_a_disabled_user_reads_nothing_new),
        T(test_an_old_keyring_and_its_password),
        T(test_a_run_cut_off_is_gone_on_with),
        T(test_a_second_helps_the_first),
        T(test_a_second_overtakes_the_first),
        T(test_a_keyring_that_cannot_be_replaced),
        T(test_nobody_else_is_left),
        T(test_a_session_from_the_middle_of_one),
        T(test_who_may),
        T(test_a_keyring_of_two_keys_is_not_altered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
