/* The store's file: created sealed and whole, refused in four plain ways with
 * no byte changed, and nothing of the outside let in by a statement. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/internal.h"
#include "tests/support/store_kit.h"

#define NOTE "Zebedee-Quillfeather"

static enum ct_status try_open(struct kit *k, struct ct_seal *seal, struct ct_error *e)
{
    struct ct_db *db = NULL;
    enum ct_status s = ct_db_open(k->dir, seal, NULL, &db, e);
    ct_db_close(db);
    return s;
}

/* Refused with this status and these words, and every file as it was. */
static void refused(struct kit *k, struct ct_seal *seal, enum ct_status want, const char *words)
{
    struct ct_error e = {0};
    uint64_t before = kit_hash(k);
    assert_int_equal(try_open(k, seal, &e), want);
    assert_int_equal(e.status, want);
    if (strstr(e.text, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", e.text, words);
    assert_true(kit_hash(k) == before);
}

static void test_created_sealed_and_private(void **state)
{
    (void)state;
    struct kit k;
    struct stat st;
    char path[128];
    kit_dir(&k, NULL);
    assert_int_equal(ct_db_create(k.dir, k.seal, NULL), CT_OK);
    kit_path(&k, CT_STORE_FILE, path);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(st.st_size % CT_PAGE, 0);
    assert_int_equal(kit_size(&k, CT_STORE_FILE ".new"), -1);
    assert_int_equal(kit_size(&k, CT_STORE_FILE ".new-wal"), -1);
    assert_false(kit_holds(&k, "SQLite format"));
    assert_false(kit_holds(&k, "CREATE TABLE"));
    assert_false(kit_holds(&k, "user_version"));
    kit_open(&k, NULL);
    assert_int_equal(ct_db_schema(k.db), ct_db_schema_program());
    assert_int_equal(kit_problems(k.db), 0);
    assert_int_equal(kit_add(k.db, 5, NULL), CT_OK);
    kit_close(&k);
    kit_open(&k, NULL);
    assert_true(kit_has(k.db, 5));
    kit_done(&k);
}

static void test_nothing_plain_in_any_file(void **state)
{
    (void)state;
    struct kit k;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    for (int i = 0; i < 60; i++) {
        CT_TX tx = {0};
        assert_int_equal(ct_tx_begin(k.db, &tx, NULL), CT_OK);
        for (int j = 0; j < 20; j++)
            assert_int_equal(kit_add_in(k.db, i, NOTE, NULL), CT_OK);
        assert_int_equal(ct_tx_commit(&tx, NULL), CT_OK);
        if (i == 30) {
            assert_true(kit_size(&k, CT_STORE_FILE "-wal") > CT_PAGE);
            assert_int_equal(ct_db_checkpoint(k.db, NULL), CT_OK);
        }
    }
    assert_false(kit_holds(&k, NOTE));
    assert_false(kit_holds(&k, "Zebedee"));
    kit_close(&k);
    assert_false(kit_holds(&k, NOTE));
    kit_write(&k, "probe", NOTE, strlen(NOTE)); /* the search can find it */
    assert_true(kit_holds(&k, NOTE));
    kit_done(&k);
}

/* The proof at the end of creation can fail: one plain page among sealed ones. */
static void test_a_plain_page_is_noticed(void **state)
{
    (void)state;
    static unsigned char page[CT_PAGE], noise[CT_PAGE];
    struct kit k;
    struct ct_error e = {0};
    char path[128];
    kit_create(&k, NULL);
    kit_path(&k, CT_STORE_FILE, path);
    assert_int_equal(ct_db_prove_sealed(path, &e), CT_OK);
    kit_path(&k, "plain", path);
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (unsigned char)(i * 167 + (i >> 8) * 31);
    kit_write(&k, "plain", noise, sizeof noise);
    assert_int_equal(ct_db_prove_sealed(path, &e), CT_OK); /* it looks sealed */
    memcpy(noise + 1000, "CREATE TABLE patient", 20);
    kit_write(&k, "plain", noise, sizeof noise);
    assert_int_equal(ct_db_prove_sealed(path, &e), CT_EINTERNAL);
    assert_non_null(strstr(e.text, "page 1 of "));
    kit_write(&k, "plain", page, sizeof page); /* zeros */
    assert_int_equal(ct_db_prove_sealed(path, &e), CT_EINTERNAL);
    kit_write(&k, "plain", noise, 100);
    assert_int_equal(ct_db_prove_sealed(path, &e), CT_EIO);
    kit_write(&k, "plain", "", 0);
    assert_int_equal(ct_db_prove_sealed(path, &e), CT_EIO);
    kit_done(&k);
}

static void test_created_once(void **state)
{
    (void)state;
    struct kit k;
    struct ct_error e = {0};
    kit_create(&k, NULL);
    uint64_t before = kit_hash(&k);
    assert_int_equal(ct_db_create(k.dir, k.seal, &e), CT_EEXISTS);
    assert_non_null(strstr(e.text, CT_STORE_FILE));
    assert_true(kit_hash(&k) == before);
    kit_done(&k);
}

static void test_left_over_half_store_is_replaced(void **state)
{
    (void)state;
    struct kit k;
    kit_dir(&k, NULL);
    kit_write(&k, CT_STORE_FILE ".new", "half a store", 12);
    kit_write(&k, CT_STORE_FILE ".new-wal", "half a log", 10);
    assert_int_equal(ct_db_create(k.dir, k.seal, NULL), CT_OK);
    assert_int_equal(kit_size(&k, CT_STORE_FILE ".new"), -1);
    assert_int_equal(kit_size(&k, CT_STORE_FILE ".new-wal"), -1);
    kit_open(&k, NULL);
    kit_done(&k);
}

static void test_no_store(void **state)
{
    (void)state;
    struct kit k;
    struct ct_error e = {0};
    struct ct_db *db = NULL;
    kit_dir(&k, NULL);
    refused(&k, k.seal, CT_ENOTFOUND, "there is no store in ");
    assert_int_equal(kit_size(&k, CT_STORE_FILE), -1);
    assert_int_equal(kit_size(&k, "gate"), -1);
    char nowhere[128];
    kit_path(&k, "nowhere", nowhere);
    assert_int_equal(ct_db_open(nowhere, k.seal, NULL, &db, &e), CT_ENOTFOUND);
    assert_non_null(strstr(e.text, "nowhere does not exist"));
    assert_int_equal(ct_db_create(nowhere, k.seal, &e), CT_ENOTFOUND);
    assert_non_null(strstr(e.text, "nowhere does not exist"));
    kit_done(&k);
}

static void make_plain_database(const struct kit *k)
{
    sqlite3 *h = NULL;
    char path[128];
    kit_path(k, CT_STORE_FILE, path);
    assert_int_equal(sqlite3_open(path, &h), SQLITE_OK);
    assert_int_equal(sqlite3_exec(h,
                                  "PRAGMA application_id=0x436c5463; CREATE TABLE t(a);"
                                  "CREATE TABLE u(a); PRAGMA user_version=1;",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(h);
}

static void test_foreign_files(void **state)
{
    (void)state;
    static const char words[] = "is not a clintech store";
    struct kit k;
    kit_dir(&k, NULL);
    make_plain_database(&k);
    refused(&k, k.seal, CT_EFOREIGN, words);

    static unsigned char data[3 * CT_PAGE];
    kit_write(&k, CT_STORE_FILE, "", 0);
    refused(&k, k.seal, CT_EFOREIGN, words);
    kit_write(&k, CT_STORE_FILE, "Dear diary,\n", 12);
    refused(&k, k.seal, CT_EFOREIGN, words);
    memset(data, 'x', sizeof data);
    kit_write(&k, CT_STORE_FILE, data, sizeof data);
    refused(&k, k.seal, CT_EFOREIGN, words);
    kit_write(&k, CT_STORE_FILE, data, CT_PAGE);
    refused(&k, k.seal, CT_EFOREIGN, words);
    memset(data, 0, sizeof data);
    kit_write(&k, CT_STORE_FILE, data, sizeof data);
    refused(&k, k.seal, CT_EFOREIGN, words);
    /* A log that is nobody's stays what it is, too. */
    kit_write(&k, CT_STORE_FILE "-wal", "Dear log,\n", 10);
    refused(&k, k.seal, CT_EFOREIGN, words);
    kit_done(&k);
}

/* A store cut to nothing: SQLite would take it for new and drop its log. */
static void test_empty_store_keeps_its_log(void **state)
{
    (void)state;
    struct kit k;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    assert_int_equal(kit_add(k.db, 1, NULL), CT_OK);
    kit_close(&k);
    long log = kit_size(&k, CT_STORE_FILE "-wal");
    assert_true(log > 0);
    kit_write(&k, CT_STORE_FILE, "", 0);
    refused(&k, k.seal, CT_EFOREIGN, "too short");
    assert_int_equal(kit_size(&k, CT_STORE_FILE "-wal"), log);
    kit_done(&k);
}

static void test_directory_in_place_of_store(void **state)
{
    (void)state;
    struct kit k;
    char path[128];
    kit_dir(&k, NULL);
    kit_path(&k, CT_STORE_FILE, path);
    assert_int_equal(mkdir(path, 0700), 0);
    struct ct_error e = {0};
    assert_int_equal(try_open(&k, k.seal, &e), CT_EFOREIGN);
    assert_int_equal(rmdir(path), 0);
    kit_done(&k);
}

static void test_another_keyrings_store(void **state)
{
    (void)state;
    struct kit k;
    kit_create(&k, NULL);
    struct ct_seal *other_key = kit_seal(8, 9, NULL), *other_id = kit_seal(7, 10, NULL);
    refused(&k, other_key, CT_EFOREIGN, "not the store of the keyring");
    refused(&k, other_id, CT_EFOREIGN, "not the store of the keyring");
    kit_open(&k, NULL); /* its own still opens */
    kit_close(&k);
    ct_seal_free(other_key);
    ct_seal_free(other_id);
    kit_done(&k);
}

static void test_damaged_first_page(void **state)
{
    (void)state;
    struct kit k;
    kit_create(&k, NULL);
    for (long at = 0; at < CT_PAGE; at += 500) {
        kit_flip(&k, CT_STORE_FILE, at);
        refused(&k, k.seal, CT_EDAMAGED, "page 1 of ");
        kit_flip(&k, CT_STORE_FILE, at);
    }
    kit_open(&k, NULL);
    kit_done(&k);
}

struct lines {
    int n;
    char all[4000];
};

static void keep_line(const char *text, void *arg)
{
    struct lines *l = arg;
    l->n++;
    strncat(l->all, text, sizeof l->all - strlen(l->all) - 2);
    strcat(l->all, "\n"); /* room kept above */
}

/* Each page but the first: refused at once with its number where the schema
 * lies on it, else found by the check. */
static void test_damage_anywhere_is_found(void **state)
{
    (void)state;
    struct kit k;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    for (int i = 0; i < 200; i++)
        assert_int_equal(kit_add(k.db, i, NULL), CT_OK);
    assert_int_equal(ct_db_checkpoint(k.db, NULL), CT_OK);
    kit_close(&k);
    long pages = kit_size(&k, CT_STORE_FILE) / CT_PAGE;
    assert_true(pages > 10);
    int at_open = 0;
    for (long p = 2; p <= pages; p++) {
        struct ct_error e = {0};
        char words[40];
        long at = (p - 1) * CT_PAGE + p * 37 % CT_PAGE;
        snprintf(words, sizeof words, "page %ld of ", p);
        kit_flip(&k, CT_STORE_FILE, at);
        uint64_t before = kit_hash(&k);
        enum ct_status s = ct_db_open(k.dir, k.seal, NULL, &k.db, &e);
        if (s == CT_OK) {
            struct lines l = {0};
            s = ct_db_integrity(k.db, keep_line, &l, &e);
            assert_true(s == CT_EDAMAGED || l.n > 0);
            kit_close(&k);
        } else {
            at_open++;
            assert_int_equal(s, CT_EDAMAGED);
            assert_non_null(strstr(e.text, words));
        }
        assert_true(kit_hash(&k) == before);
        kit_flip(&k, CT_STORE_FILE, at);
    }
    assert_true(at_open > 0);
    kit_open(&k, NULL);
    assert_int_equal(kit_problems(k.db), 0);
    kit_done(&k);
}

static void test_damaged_page_is_named_when_read(void **state)
{
    (void)state;
    static const struct ct_sql ALL = {"test.all", "SELECT sum(length(tty)) FROM session"};
    struct kit k;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    for (int i = 0; i < 400; i++)
        assert_int_equal(kit_add(k.db, i, NULL), CT_OK);
    assert_int_equal(ct_db_checkpoint(k.db, NULL), CT_OK);
    kit_close(&k);
    long last = kit_size(&k, CT_STORE_FILE) / CT_PAGE;
    kit_flip(&k, CT_STORE_FILE, (last - 1) * CT_PAGE + 100);
    kit_open(&k, NULL);
    {
        CT_STMT *st = NULL;
        struct ct_error e = {0};
        bool row = false;
        char words[40];
        assert_int_equal(ct_stmt_get(k.db, &ALL, &st, &e), CT_OK);
        assert_int_equal(ct_stmt_step(st, &row, &e), CT_EDAMAGED);
        snprintf(words, sizeof words, "page %ld of ", last);
        assert_non_null(strstr(e.text, words));
    }
    assert_false(ct_db_dead(k.db));
    kit_done(&k);
}

static void test_newer_store(void **state)
{
    (void)state;
    struct kit k;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    assert_int_equal(ct_db_pragma(k.db, "PRAGMA user_version=9998", NULL, NULL), CT_OK);
    kit_close(&k);
    refused(&k, k.seal, CT_ENEWER, "schema 9998");
    kit_done(&k);
}

/* ---- what a statement may not do ---------------------------------------- */

static void test_the_outside_stays_outside(void **state)
{
    (void)state;
    static const struct ct_sql BAD[] = {
        {"bad.attach", "ATTACH '/tmp/ct-never.db' AS other"},
        {"bad.detach", "DETACH main"},
        {"bad.temp", "CREATE TEMP TABLE t(a)"},
        {"bad.temp_view", "CREATE TEMP VIEW v AS SELECT 1"},
        {"bad.temp_trigger",
         "CREATE TEMP TRIGGER t AFTER INSERT ON session BEGIN SELECT 1; END"},
        {"bad.table", "CREATE TABLE t(a) STRICT"},
        {"bad.drop", "DROP TABLE session"},
        {"bad.drop_trigger", "DROP TRIGGER session_no_update"},
        {"bad.alter", "ALTER TABLE session ADD COLUMN x TEXT"},
        {"bad.schema", "UPDATE sqlite_schema SET sql = ''"},
        {"bad.vacuum_into", "VACUUM INTO '/tmp/ct-never.db'"},
        {"bad.journal", "PRAGMA journal_mode=DELETE"},
        {"bad.sync", "PRAGMA synchronous=OFF"},
        {"bad.version", "PRAGMA user_version=7"},
        {"bad.temp_store", "PRAGMA temp_store=FILE"},
        {"bad.checkpoint", "PRAGMA wal_checkpoint(PASSIVE)"},
        {"bad.foreign_keys", "PRAGMA foreign_keys=OFF"},
        {"bad.writable", "PRAGMA writable_schema=ON"},
        {"bad.begin", "BEGIN"},
        {"bad.commit", "COMMIT"},
        {"bad.savepoint", "SAVEPOINT s"},
        {"bad.extension", "SELECT load_extension('x')"},
    };
    struct kit k;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        CT_TX tx = {0};
        CT_STMT *st = NULL;
        struct ct_error e = {0};
        bool row = false;
        if (strcmp(BAD[i].name, "bad.commit") != 0 && strncmp(BAD[i].name, "bad.vac", 7) != 0)
            assert_int_equal(ct_tx_begin(k.db, &tx, NULL), CT_OK);
        enum ct_status s = ct_stmt_get(k.db, &BAD[i], &st, &e);
        if (s == CT_OK)
            s = ct_stmt_step(st, &row, &e);
        if (s != CT_EINTERNAL)
            fail_msg("%s was let through: %d %s", BAD[i].name, (int)s, e.text);
        assert_non_null(strstr(e.text, BAD[i].name));
    }
    assert_int_equal(access("/tmp/ct-never.db", F_OK), -1);
    assert_int_equal(kit_add(k.db, 1, NULL), CT_OK);
    kit_done(&k);
}

static void test_settings_are_in_force(void **state)
{
    (void)state;
    static const struct {
        const char *pragma;
        int64_t value;
    } WANT[] = {
        {"PRAGMA synchronous", 2},        {"PRAGMA temp_store", 2},
        {"PRAGMA foreign_keys", 1},       {"PRAGMA cell_size_check", 1},
        {"PRAGMA trusted_schema", 0},     {"PRAGMA auto_vacuum", 0},
        {"PRAGMA page_size", CT_PAGE},    {"PRAGMA application_id", CT_APPLICATION_ID},
        {"PRAGMA wal_autocheckpoint", 0},
    };
    struct kit k;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    for (size_t i = 0; i < CT_LEN(WANT); i++) {
        int64_t v = -1;
        assert_int_equal(ct_db_pragma(k.db, WANT[i].pragma, &v, NULL), CT_OK);
        if (v != WANT[i].value)
            fail_msg("%s is %lld", WANT[i].pragma, (long long)v);
    }
    int on = 0;
    sqlite3_db_config(k.db->h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, -1, &on);
    assert_int_equal(on, 1);
    int reserve = -1;
    sqlite3_file_control(k.db->h, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
    assert_int_equal(reserve, CT_RESERVE);
    assert_int_equal(kit_add(k.db, 1, NULL), CT_OK);
    kit_close(&k);
    assert_true(kit_size(&k, CT_STORE_FILE "-wal") > 0); /* closing does not checkpoint */
    kit_done(&k);
}

static void test_notices_others(void **state)
{
    (void)state;
    struct kit k;
    struct ct_db *other = NULL;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    assert_int_equal(ct_db_open(k.dir, k.seal, NULL, &other, NULL), CT_OK);
    assert_false(ct_db_changed(k.db));
    assert_int_equal(kit_add(k.db, 1, NULL), CT_OK);
    assert_false(ct_db_changed(k.db)); /* one's own change is no news */
    assert_true(ct_db_changed(other));
    assert_false(ct_db_changed(other));
    assert_int_equal(kit_add(other, 2, NULL), CT_OK);
    assert_true(ct_db_changed(k.db));
    assert_true(kit_has(k.db, 2));
    assert_false(ct_db_changed(k.db));
    ct_db_close(other);
    kit_done(&k);
}

/* ---- checks ------------------------------------------------------------- */

static void test_canonical_row(void **state)
{
    (void)state;
    static const unsigned char want[] = {
        1, 8, 0, 0, 0, 1,    0,    0,    0,    0,    0,    0,    0,    /* id 1 */
        1, 8, 0, 0, 0, 1,    0,    0,    0,    0,    0,    0,    0,    /* user_id 1 */
        1, 8, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, /* at_ms -2 */
        3, 4, 0, 0, 0, 't',  't',  'y',  '7',                          /* tty */
        3, 0, 0, 0, 0,                                                 /* remote '' */
    };
    struct kit k;
    struct ct_error e = {0};
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    CT_TX tx = {0};
    assert_int_equal(ct_tx_begin(k.db, &tx, NULL), CT_OK);
    assert_int_equal(kit_add_in(k.db, -2, "tty7", NULL), CT_OK);
    CT_BUF five = {0}, all = {0}, again = {0};
    int n = 0;
    assert_int_equal(ct_db_row_canonical(k.db, "session", 1, 5, &five, &n, &e), CT_OK);
    assert_int_equal(n, 5);
    assert_int_equal(five.len, sizeof want);
    assert_memory_equal(five.data, want, sizeof want);
    assert_int_equal(ct_db_row_canonical(k.db, "session", 1, 0, &all, &n, &e), CT_OK);
    assert_int_equal(n, 7);
    assert_memory_equal(all.data, want, sizeof want);
    assert_int_equal(ct_db_row_canonical(k.db, "session", 1, 7, &again, &n, &e), CT_OK);
    assert_int_equal(again.len, all.len);
    assert_memory_equal(again.data, all.data, all.len);

    static const char *const NO[] = {
        "nothing",      "user_now", "session_no_update", "sqlite_schema", "session\" --",
        "main.session", ""};
    for (size_t i = 0; i < CT_LEN(NO); i++)
        assert_int_equal(ct_db_row_canonical(k.db, NO[i], 1, 0, &again, &n, &e), CT_ENOTFOUND);
    assert_int_equal(ct_db_row_canonical(k.db, "session", 2, 0, &again, &n, &e), CT_ENOTFOUND);
    assert_non_null(strstr(e.text, "session has no row 2"));
    assert_int_equal(ct_db_row_canonical(k.db, "session", 1, 8, &again, &n, &e), CT_ENOTFOUND);
    ct_tx_end(&tx);
    kit_done(&k);
}

/* NULL, a zero and an empty text are three different things to the chain. */
static void test_canonical_null_is_not_empty(void **state)
{
    (void)state;
    static const struct ct_sql DRAFT = {
        "test.draft",
        "INSERT INTO draft(user_id, kind, patient_id, saved_ms, body)"
        " VALUES(:user, 'vitals', :patient, 0, :body)",
    };
    static const unsigned char null_then_zero[] = {5, 0, 0, 0, 0, 1, 8, 0, 0, 0};
    struct kit k;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    struct ct_buf rows[2] = {{0}, {0}};
    CT_TX tx = {0};
    assert_int_equal(ct_tx_begin(k.db, &tx, NULL), CT_OK);
    for (int i = 0; i < 2; i++) {
        CT_STMT *st = NULL;
        int64_t id = 0;
        int n = 0;
        assert_int_equal(ct_stmt_get(k.db, &DRAFT, &st, NULL), CT_OK);
        ct_bind_i64(st, ":user", i);
        ct_bind_opt(st, ":patient", i == 0 ? INT64_MIN : 0);
        ct_bind_blob(st, ":body", "\0\1", 2);
        assert_int_equal(ct_stmt_run(st, &id, NULL), CT_OK);
        assert_int_equal(ct_db_row_canonical(k.db, "draft", id, 0, &rows[i], &n, NULL), CT_OK);
    }
    assert_non_null(memmem(rows[0].data, rows[0].len, null_then_zero, sizeof null_then_zero));
    assert_int_equal(rows[1].len, rows[0].len + 8);
    static const unsigned char blob[] = {4, 2, 0, 0, 0, 0, 1};
    assert_memory_equal(rows[1].data + rows[1].len - sizeof blob, blob, sizeof blob);
    ct_buf_done(&rows[0]);
    ct_buf_done(&rows[1]);
    ct_tx_end(&tx);
    kit_done(&k);
}

static void test_integrity_finds_a_lost_parent(void **state)
{
    (void)state;
    struct kit k;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    assert_int_equal(sqlite3_db_config(k.db->h, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL), 0);
    assert_int_equal(sqlite3_exec(k.db->h,
                                  "INSERT INTO audit_row(seq, tbl, row_id, columns, hash)"
                                  " VALUES(77, 'session', 1, 7, zeroblob(32))",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    struct lines l = {0};
    assert_int_equal(ct_db_integrity(k.db, keep_line, &l, NULL), CT_OK);
    assert_int_equal(l.n, 1);
    assert_non_null(strstr(l.all, "row 1 of audit_row points at a row of audit"));
    kit_done(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_created_sealed_and_private),
        cmocka_unit_test(test_nothing_plain_in_any_file),
        cmocka_unit_test(test_a_plain_page_is_noticed),
        cmocka_unit_test(test_created_once),
        cmocka_unit_test(test_left_over_half_store_is_replaced),
        cmocka_unit_test(test_no_store),
        cmocka_unit_test(test_foreign_files),
        cmocka_unit_test(test_empty_store_keeps_its_log),
        cmocka_unit_test(test_directory_in_place_of_store),
        cmocka_unit_test(test_another_keyrings_store),
        cmocka_unit_test(test_damaged_first_page),
        cmocka_unit_test(test_damage_anywhere_is_found),
        cmocka_unit_test(test_damaged_page_is_named_when_read),
        cmocka_unit_test(test_newer_store),
        cmocka_unit_test(test_the_outside_stays_outside),
        cmocka_unit_test(test_settings_are_in_force),
        cmocka_unit_test(test_notices_others),
        cmocka_unit_test(test_canonical_row),
        cmocka_unit_test(test_canonical_null_is_not_empty),
        cmocka_unit_test(test_integrity_finds_a_lost_parent),
    };
    kit_schema(1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
