/* Migrations: in order, one transaction each, all or nothing, never backwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/internal.h"
#include "tests/support/store_kit.h"

enum { MAX = 16 };

/* What the program carries, and these after it. */
static void carry(struct ct_embedded table[MAX], char names[][48], const char *const *sql,
                  int n)
{
    int i = 0;
    for (const struct ct_embedded *e = ct_embedded; e->name != NULL; e++)
        if (ct_migration_number(e->name) > 0 && i < MAX - 1 - n)
            table[i++] = *e;
    for (int j = 0; j < n; j++) {
        snprintf(names[j], 48, "schema/%04d_test.sql", ct_db_schema_program() + 1 + j);
        table[i++] = (struct ct_embedded){names[j], sql[j], strlen(sql[j])};
    }
    table[i] = (struct ct_embedded){NULL, NULL, 0};
}

static int64_t version(struct ct_db *db)
{
    int64_t v = -1;
    assert_int_equal(ct_db_pragma(db, "PRAGMA user_version", &v, NULL), CT_OK);
    return v;
}

static bool has_table(struct ct_db *db, const char *name)
{
    return sqlite3_table_column_metadata(db->h, "main", name, NULL, NULL, NULL, NULL, NULL,
                                         NULL) == SQLITE_OK;
}

static void test_file_names(void **state)
{
    (void)state;
    assert_int_equal(ct_migration_number("schema/0001_core.sql"), 1);
    assert_int_equal(ct_migration_number("schema/0420_a.sql"), 420);
    static const char *const NO[] = {"",
                                     "schema/",
                                     "schema/1_core.sql",
                                     "schema/0001.sql",
                                     "schema/0001_core.txt",
                                     "schema/00x1_core.sql",
                                     "scores/0001_core.sql",
                                     "schema/00011_core.sql"};
    for (size_t i = 0; i < CT_LEN(NO); i++)
        if (ct_migration_number(NO[i]) != 0)
            fail_msg("%s was taken for a migration", NO[i]);
}

static void test_shipped_numbers_have_no_gap(void **state)
{
    (void)state;
    int last = 0;
    for (const struct ct_embedded *e = ct_embedded; e->name != NULL; e++) {
        if (strncmp(e->name, "schema/", 7) != 0)
            continue;
        int n = ct_migration_number(e->name);
        if (n != last + 1)
            fail_msg("%s does not follow %04d", e->name, last);
        last = n;
    }
    assert_true(last > 0);
    assert_int_equal(last, ct_db_schema_program());
}

static void test_newer_files_are_applied_once(void **state)
{
    (void)state;
    static const char *const SQL[] = {
        "CREATE TABLE one (id INTEGER PRIMARY KEY) STRICT; INSERT INTO one VALUES(7);",
        "CREATE TABLE two (id INTEGER PRIMARY KEY) STRICT; INSERT INTO two SELECT id FROM one;",
    };
    struct ct_embedded table[MAX];
    char names[2][48];
    struct kit k;
    int n = 0;
    CT_BUF row = {0};
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    assert_int_equal(kit_add(k.db, 1, NULL), CT_OK);
    carry(table, names, SQL, 2);
    assert_int_equal(ct_migrate(k.db, table, NULL), CT_OK);
    assert_int_equal(version(k.db), ct_db_schema_program() + 2);
    assert_int_equal(ct_db_schema(k.db), ct_db_schema_program() + 2);
    assert_int_equal(ct_db_row_canonical(k.db, "two", 7, 0, &row, &n, NULL), CT_OK);
    assert_int_equal(ct_migrate(k.db, table, NULL), CT_OK); /* nothing left to do */
    assert_true(kit_has(k.db, 1));
    kit_close(&k);
    /* The program of today meets it again: it is too new. */
    struct ct_error e = {0};
    uint64_t before = kit_hash(&k);
    assert_int_equal(ct_db_open(k.dir, k.seal, NULL, &k.db, &e), CT_ENEWER);
    assert_true(kit_hash(&k) == before);
    kit_done(&k);
}

static void test_a_failing_file_leaves_nothing(void **state)
{
    (void)state;
    static const char *const SQL[] = {
        "CREATE TABLE one (id INTEGER PRIMARY KEY) STRICT;",
        "CREATE TABLE two (id INTEGER PRIMARY KEY) STRICT; INSERT INTO two VALUES('x');",
        "CREATE TABLE three (id INTEGER PRIMARY KEY) STRICT;",
    };
    struct ct_embedded table[MAX];
    struct ct_error e = {0};
    char names[3][48];
    struct kit k;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    carry(table, names, SQL, 3);
    assert_int_not_equal(ct_migrate(k.db, table, &e), CT_OK);
    assert_non_null(strstr(e.text, names[1]));
    assert_int_equal(version(k.db), ct_db_schema_program() + 1);
    assert_true(has_table(k.db, "one"));
    assert_false(has_table(k.db, "two"));
    assert_false(has_table(k.db, "three"));
    assert_int_equal(kit_add(k.db, 1, NULL), CT_OK); /* no transaction, no gate left */
    kit_done(&k);
}

/* A file can neither commit half of itself nor reach out of the store. */
static void test_files_are_confined(void **state)
{
    (void)state;
    static const char *const SQL[] = {
        "CREATE TABLE one (id INTEGER PRIMARY KEY) STRICT; COMMIT;",
        "ATTACH '/tmp/ct-never.db' AS other;",
        "CREATE TEMP TABLE one (id INTEGER PRIMARY KEY);",
        "PRAGMA user_version=77;",
        "CREATE TABLE one (id INTEGER PRIMARY KEY) STRICT; SELECT nothing;",
    };
    struct kit k;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    for (size_t i = 0; i < CT_LEN(SQL); i++) {
        struct ct_embedded table[MAX];
        char names[1][48];
        carry(table, names, &SQL[i], 1);
        assert_int_equal(ct_migrate(k.db, table, NULL), CT_EINTERNAL);
        assert_int_equal(version(k.db), ct_db_schema_program());
        assert_false(has_table(k.db, "one"));
        assert_true(sqlite3_get_autocommit(k.db->h));
    }
    kit_done(&k);
}

static void test_a_gap_is_refused(void **state)
{
    (void)state;
    static const char *const SQL[] = {"SELECT 1;",
                                      "CREATE TABLE two (id INTEGER PRIMARY KEY) STRICT;"};
    struct ct_embedded table[MAX];
    char names[2][48];
    struct kit k;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    carry(table, names, SQL, 2);
    for (struct ct_embedded *e = table; e->name != NULL; e++)
        if (e->name == names[0])
            *e = (struct ct_embedded){"other/file.txt", "", 0};
    assert_int_equal(ct_migrate(k.db, table, NULL), CT_EINTERNAL);
    assert_int_equal(version(k.db), ct_db_schema_program());
    assert_false(has_table(k.db, "two"));
    kit_done(&k);
}

/* Two sessions of the new program open an old store: one migrates, the other
 * finds it done, and a session that was open goes on. */
static void test_two_at_once(void **state)
{
    (void)state;
    static const char *const SQL[] = {
        "CREATE TABLE one (id INTEGER PRIMARY KEY) STRICT; INSERT INTO one VALUES(1);",
    };
    struct ct_embedded table[MAX];
    char names[1][48];
    struct kit k;
    struct ct_db *other = NULL;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    assert_int_equal(ct_db_open(k.dir, k.seal, NULL, &other, NULL), CT_OK);
    assert_int_equal(kit_add(other, 1, NULL), CT_OK); /* its statements are cached */
    carry(table, names, SQL, 1);
    assert_int_equal(ct_migrate(k.db, table, NULL), CT_OK);
    assert_int_equal(ct_migrate(other, table, NULL), CT_OK);
    assert_int_equal(ct_db_schema(other), ct_db_schema_program() + 1);
    assert_int_equal(kit_add(other, 2, NULL), CT_OK);
    assert_true(ct_db_changed(k.db));
    assert_int_equal(kit_count(k.db), 2);
    ct_db_close(other);
    kit_done(&k);
}

struct racer {
    const char *dir;
    int gun[2]; /* a pipe: its end is the signal to start */
};

static void migrate_at_the_signal(int out, void *arg)
{
    static const char *const SQL[] = {
        "CREATE TABLE one (id INTEGER PRIMARY KEY) STRICT; INSERT INTO one VALUES(1);",
        "CREATE TABLE two (id INTEGER PRIMARY KEY) STRICT; INSERT INTO two VALUES(1);",
    };
    struct ct_embedded table[MAX];
    char names[2][48], byte;
    const struct racer *r = arg;
    struct ct_error e = {0};
    struct kit k;
    close(r->gun[1]);
    kit_join(&k, r->dir, NULL);
    carry(table, names, SQL, 2);
    kit_tell(out, 1);
    (void)!read(r->gun[0], &byte, 1);
    kit_tell(out, ct_migrate(k.db, table, &e) == CT_OK ? 2 : 0);
    kit_leave(&k);
}

/* Four processes find the same old schema at the same moment. */
static void test_processes_race(void **state)
{
    (void)state;
    enum { RACERS = 4, ROUNDS = 4 };
    for (int round = 0; round < ROUNDS; round++) {
        struct kit k;
        struct racer r;
        pid_t pid[RACERS];
        int in[RACERS];
        int64_t said = 0;
        kit_create(&k, NULL);
        r.dir = k.dir;
        assert_int_equal(pipe2(r.gun, O_CLOEXEC), 0);
        for (int i = 0; i < RACERS; i++)
            pid[i] = kit_child(migrate_at_the_signal, &r, &in[i]);
        for (int i = 0; i < RACERS; i++)
            assert_true(kit_read(in[i], &said));
        close(r.gun[1]);
        for (int i = 0; i < RACERS; i++) {
            assert_true(kit_read(in[i], &said));
            assert_int_equal(said, 2);
            assert_int_equal(kit_wait(pid[i]), 0);
            close(in[i]);
        }
        close(r.gun[0]);
        kit_done(&k);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file_names),
        cmocka_unit_test(test_shipped_numbers_have_no_gap),
        cmocka_unit_test(test_newer_files_are_applied_once),
        cmocka_unit_test(test_a_failing_file_leaves_nothing),
        cmocka_unit_test(test_files_are_confined),
        cmocka_unit_test(test_a_gap_is_refused),
        cmocka_unit_test(test_two_at_once),
        cmocka_unit_test(test_processes_race),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
