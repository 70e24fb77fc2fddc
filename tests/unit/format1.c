/* A clinic whose keyring has format 1, as the program of that time wrote it, byte for byte
 * (tests/old/format1.txt): today's opens it, reads it, finds it sound, and gives it a new
 * key, after which it is one of format 2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clinic/patient.h"
#include "record/internal.h"
#include "record/rekey.h"
#include "record/user.h"
#include "tests/support/reader.h"
#include "tests/support/recorded.h"
#include "vault/keyring_internal.h"

#define KEPT           "tests/old/format1.txt"
#define CODE           "MA1-Z1P-MN3-FVE-JF3-QCV-DQD-0ZY-YRJ"
#define MAX_PASSWORD   "Max folds 17 paper ferries" /* who was disabled then */
#define A_NEW_PASSWORD "Tom mends 9 copper kettles"

enum {
    PAGE = 4096,
    PLAIN = 4048,
    PAGES_MOST = 64,
    SLOTS = 5, /* the recovery code's, ada, sue, tom, max */
    USERS = 4, /* the code's stands in no list */
    WEAK = 3,  /* ada, sue, tom: not max, not the code, which never had another */
    ENTRIES = 12,
    AFTER_S = 86400, /* a day after its last entry */
};

/* ---- the store as it was ------------------------------------------------------------------
 */

struct old_file {
    char name[32];
    bool sealed;
    size_t n;
    unsigned char hash[CT_HASH_LEN];
    unsigned char bytes[PAGES_MOST * PAGE]; /* the pages of a sealed one are not sealed yet */
    unsigned char nonce[PAGES_MOST][CT_NONCE_LEN];
};

static void unhex(const char *hex, unsigned char *out, size_t n)
{
    size_t got = 0;
    assert_int_equal(sodium_hex2bin(out, n, hex, strlen(hex), NULL, &got, NULL), 0);
    assert_int_equal(got, n);
}

static void unbase64(const char *text, struct old_file *f, size_t at)
{
    size_t got = 0;
    assert_true(at < sizeof f->bytes);
    assert_int_equal(sodium_base642bin(f->bytes + at, sizeof f->bytes - at, text, strlen(text),
                                       NULL, &got, NULL, sodium_base64_VARIANT_ORIGINAL),
                     0);
    assert_true(got > 0 && at + got <= f->n);
}

/* docs/format.md, 2, in a test's own words: what the program seals with is not asked. */
static void seal(struct old_file *f, const struct ct_unlocked *u)
{
    for (size_t i = 0; i < f->n / PAGE; i++) {
        unsigned char *page = f->bytes + i * PAGE, ad[40] = {0}, cipher[PLAIN + 16];
        ct_le32_put(ad, (uint32_t)i + 1);
        ad[4] = 1;
        ad[5] = 1;
        ct_le32_put(ad + 8, 1);
        ct_le32_put(ad + 16, (uint32_t)(i * PAGE));
        memcpy(ad + 24, u->store_id, CT_STORE_ID_LEN);
        crypto_aead_xchacha20poly1305_ietf_encrypt(cipher, NULL, page, PLAIN, ad, sizeof ad,
                                                   NULL, f->nonce[i], u->store_key);
        memcpy(page, cipher, PLAIN);
        memcpy(page + PLAIN, f->nonce[i], CT_NONCE_LEN);
        memcpy(page + PLAIN + CT_NONCE_LEN, cipher + PLAIN, 16);
        ct_le32_put(page + 4088, 1);
        ct_le32_put(page + 4092, 0);
    }
}

/* What the keyring, put down before, holds. */
static void seal_with_ring(const struct clinic *c, struct old_file *f)
{
    CT_SECRET *password = secret_of(ADA_PASSWORD);
    struct ct_unlocked *u = NULL;
    unsigned char *image = NULL;
    size_t n = 0;
    assert_int_equal(ct_keyring_image(c->dir, &image, &n, NULL), CT_OK);
    assert_int_equal(ct_keyring_image_open("it", image, n, "ada", password, &u, NULL), CT_OK);
    assert_int_equal(u->epoch, 1);
    seal(f, u);
    ct_unlocked_free(u);
    free(image);
}

/* Every byte as it was, or the test fails. */
static void put_down(const struct clinic *c, struct old_file *f)
{
    char path[128];
    unsigned char hash[CT_HASH_LEN];
    if (f->n == 0)
        return;
    if (f->sealed)
        seal_with_ring(c, f);
    ct_hash(hash, f->bytes, f->n);
    assert_memory_equal(hash, f->hash, CT_HASH_LEN);
    clinic_path(c, f->name, path);
    file_write(path, f->bytes, f->n);
    assert_int_equal(chmod(path, 0600), 0);
}

static void unpack(const struct clinic *c)
{
    FILE *in = fopen(KEPT, "r");
    struct old_file *f = calloc(1, sizeof *f);
    char line[256], kind[8], name[32], rest[80];
    size_t from = 0, n, page, files = 0;
    assert_non_null(in);
    assert_non_null(f);
    while (fgets(line, sizeof line, in) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#')
            continue;
        if (sscanf(line, "page %zu %79s", &page, rest) == 2) {
            assert_in_range(page, 1, f->n / PAGE);
            unhex(rest, f->nonce[page - 1], CT_NONCE_LEN);
            from = (page - 1) * PAGE;
        } else if (sscanf(line, "%7[a-z] %31s %zu %79s", kind, name, &n, rest) == 4) {
            put_down(c, f);
            memset(f, 0, sizeof *f);
            assert_in_range(n, 1, sizeof f->bytes);
            memcpy(f->name, name, sizeof f->name);
            f->sealed = strcmp(kind, "sealed") == 0;
            f->n = n;
            unhex(rest, f->hash, CT_HASH_LEN);
            from = 0;
            files++;
        } else {
            unbase64(strchr(line, ' ') + 1, f, from + strtoul(line, NULL, 10));
        }
    }
    put_down(c, f);
    assert_int_equal(files, 4);
    fclose(in);
    free(f);
}

static int begin(void **state)
{
    struct clinic *c = calloc(1, sizeof *c);
    assert_non_null(c);
    recorded_make(c);
    if (access(c->dir, F_OK) != 0)
        assert_int_equal(mkdir(c->dir, 0700), 0);
    unpack(c);
    c->now += INT64_C(1000) * AFTER_S;
    *state = c;
    return 0;
}

static int end(void **state)
{
    clinic_end(*state);
    free(*state);
    return 0;
}

/* ---- looks at it ----------------------------------------------------------------------------
 */

static uint32_t ring_version(const struct clinic *c)
{
    unsigned char *image = NULL;
    size_t n = 0;
    assert_int_equal(ct_keyring_image(c->dir, &image, &n, NULL), CT_OK);
    uint32_t version = ct_le32(image + CT_RING_AT_VERSION);
    free(image);
    return version;
}

static size_t own_boxes(const struct clinic *c)
{
    struct ct_slot *slots = NULL;
    size_t n = 0, own = 0;
    assert_int_equal(ct_keyring_list(c->dir, NULL, &slots, &n, NULL), CT_OK);
    assert_int_equal(n, SLOTS);
    for (size_t i = 0; i < n; i++)
        own += slots[i].own_box;
    free(slots);
    return own;
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
    return v;
}

static void paula_is_there(struct clinic *c)
{
    struct ct_patient p;
    assert_int_equal(ct_patient_get(c->app, 1, &p, NULL), CT_OK);
    assert_string_equal(p.family, "Testcase");
    assert_string_equal(p.given, "Paula");
    assert_int_equal(p.born, ct_date_make(1950, 2, 3));
}

static void max_stays_out(struct clinic *c)
{
    struct ct_app *app = clinic_app(c);
    assert_int_equal(recorded_login(app, "max", MAX_PASSWORD, NULL), CT_EPASSWORD);
    ct_app_free(app);
}

static void code_opens(const struct clinic *c, uint32_t epoch)
{
    CT_SECRET *code = secret_of(CODE);
    struct ct_unlocked *u = NULL;
    assert_int_equal(ct_keyring_recover(c->dir, code, c->now, &u, NULL), CT_OK);
    assert_int_equal(u->epoch, epoch);
    ct_unlocked_free(u);
}

static struct ct_rekey_report rekeyed(struct clinic *c)
{
    struct ct_rekey_report r;
    struct ct_error e = {0};
    login_again(c, "ada", ADA_PASSWORD);
    assert_int_equal(clinic_again(c->app, ADA_PASSWORD), CT_OK);
    if (ct_rekey(c->app, 0, NULL, NULL, &r, &e) != CT_OK)
        fail_msg("rekey: %s", e.text);
    return r;
}

/* ---- the tests ------------------------------------------------------------------------------
 */

static void test_opens_and_is_sound(void **state)
{
    struct clinic *c = *state;
    assert_int_equal(ring_version(c), 1);
    assert_int_equal(own_boxes(c), 0);
    code_opens(c, 1);
    max_stays_out(c);
    login_again(c, "tom", TOM_PASSWORD);
    paula_is_there(c);
    assert_int_equal(ct_db_schema(ct_app_db(c->app)), ct_db_schema_program());
    assert_int_equal(app_int(c->app, "SELECT count(*) FROM session WHERE user_id = 3"), 2);
    login_again(c, "ada", ADA_PASSWORD);
    assert_int_equal(clinic_again(c->app, ADA_PASSWORD), CT_OK);
    struct ct_verify_report v = sound(c);
    assert_true(v.entries > ENTRIES);
    assert_true(v.signatures >= 4); /* of its days */
    assert_int_equal(v.epoch, 1);
    assert_int_equal(ring_version(c), 1); /* to read it changes nothing */
}

static void test_the_second_implementation_reads_it(void **state)
{
    struct clinic *c = *state;
    reader_need();
    json_t *j = reader_sound(c->dir, "tom", TOM_PASSWORD);
    assert_int_equal(reader_number(j, "verify", "entries"), ENTRIES);
    assert_int_equal(reader_number(j, "tables", "patient"), 1);
    assert_int_equal(reader_number(j, "log", "frames"), 3);
    json_decref(j);
    json_decref(reader_sound(c->dir, NULL, CODE));
    reader_expect(c->dir, "max", MAX_PASSWORD, 1, "disabled");
}

/* With a keyring of before, does that password get at the key of today? */
static enum ct_status thief(const struct clinic *c, const unsigned char *ring, size_t n,
                            const char *login, const char *password)
{
    CT_SECRET *p = secret_of(password);
    struct ct_unlocked *u = NULL;
    assert_int_equal(ct_keyring_image_open("stolen", ring, n, login, p, &u, NULL), CT_OK);
    assert_int_equal(u->epoch, 1);
    enum ct_status s = ct_keyring_follow(c->dir, u, NULL);
    ct_unlocked_free(u);
    return s;
}

/* A new password alone: that slot is of format 2, the others open as they did. */
static void test_a_new_password(void **state)
{
    struct clinic *c = *state;
    CT_SECRET *was = secret_of(TOM_PASSWORD), *is = secret_of(A_NEW_PASSWORD);
    unsigned char *stolen = NULL;
    size_t n = 0;
    assert_int_equal(ct_keyring_image(c->dir, &stolen, &n, NULL), CT_OK);
    login_again(c, "tom", TOM_PASSWORD);
    assert_int_equal(ct_user_change_password(c->app, was, is, NULL), CT_OK);
    assert_int_equal(ring_version(c), CT_KEYRING_VERSION);
    assert_int_equal(own_boxes(c), 1);
    login_again(c, "sue", SUE_PASSWORD);
    login_again(c, "tom", A_NEW_PASSWORD);
    assert_int_equal(rekeyed(c).weak, WEAK - 1);
    login_again(c, "tom", A_NEW_PASSWORD);
    paula_is_there(c);
    ct_logout(c->app);
    /* what is counted, and what is not any more */
    assert_int_equal(thief(c, stolen, n, "sue", SUE_PASSWORD), CT_OK);
    assert_int_equal(thief(c, stolen, n, "tom", TOM_PASSWORD), CT_EDENIED);
    free(stolen);
}

static void test_a_new_key(void **state)
{
    struct clinic *c = *state;
    struct ct_rekey_report r = rekeyed(c);
    assert_int_equal(r.epoch, 2);
    assert_false(r.resumed);
    assert_int_equal(r.weak, WEAK); /* slots whose password is as old as they */
    assert_int_equal(ring_version(c), CT_KEYRING_VERSION);
    expect_entry(c, "store.rekey", CT_NOTABLE, "key epoch 2 after 1");
    /* the users' rows of then hash what the new key changed: they are listed anew */
    assert_int_equal(app_int(c->app, "SELECT count(*) FROM audit_row r JOIN audit a "
                                     "ON a.seq = r.seq WHERE a.verb = 'store.rekey' "
                                     "AND r.tbl = 'user_version'"),
                     USERS);
    struct ct_verify_report v = sound(c);
    assert_int_equal(v.epoch, 2);
    assert_int_equal(v.old_pages, 0);
    assert_true(v.signatures >= 4);
    code_opens(c, 2);
    max_stays_out(c);
    login_again(c, "sue", SUE_PASSWORD);
    login_again(c, "tom", TOM_PASSWORD);
    paula_is_there(c);
    ct_logout(c->app);
    reader_need();
    json_decref(reader_sound(c->dir, "tom", TOM_PASSWORD));
    assert_int_equal(rekeyed(c).epoch, 3);
}

static bool stop(int64_t done, int64_t total, void *arg)
{
    (void)done, (void)total, (void)arg;
    return false;
}

static void test_a_new_key_cut_off(void **state)
{
    struct clinic *c = *state;
    struct ct_rekey_report r;
    login_again(c, "ada", ADA_PASSWORD);
    assert_int_equal(clinic_again(c->app, ADA_PASSWORD), CT_OK);
    assert_int_equal(ct_rekey(c->app, 0, stop, NULL, &r, NULL), CT_EBUSY);
    assert_int_equal(ring_version(c), CT_KEYRING_VERSION);
    login_again(c, "tom", TOM_PASSWORD);
    paula_is_there(c);
    code_opens(c, 2);
    r = rekeyed(c);
    assert_true(r.resumed);
    assert_int_equal(r.epoch, 2);
    assert_int_equal(sound(c).old_pages, 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_opens_and_is_sound), T(test_the_second_implementation_reads_it),
        T(test_a_new_password),     T(test_a_new_key),
        T(test_a_new_key_cut_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
