/* Opening a store while others write, checkpoint and come and go: never an
 * alarm out of nothing. CT_SOAK_OPENS sets how many opens each test makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/sealed.h"

static struct sealed_dir dir;
static struct ct_seal *seal;

static int setup(void **state)
{
    (void)state;
    if (!sealed_dir_make(&dir) || (seal = sealed_vfs(NULL)) == NULL)
        return -1;
    sqlite3 *db = sealed_create(ct_seal_vfs(seal), dir.db,
                                "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b);"
                                "INSERT INTO t(a) VALUES('first')");
    sqlite3_close(db);
    return db != NULL ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    sealed_vfs_free(seal);
    sealed_dir_remove(&dir);
    return 0;
}

static long opens(void)
{
    const char *soak = getenv("CT_SOAK_OPENS");
#if defined(__SANITIZE_ADDRESS__)
    enum { ORDINARY = 400 };
#else
    enum { ORDINARY = 1500 };
#endif
    return soak != NULL ? strtol(soak, NULL, 10) : ORDINARY;
}

/* Page 1 (the schema's) is written by every commit and every checkpoint. */
static const char BUSY[] = "BEGIN IMMEDIATE; INSERT INTO t(a,b) VALUES('more',randomblob(50));"
                           "CREATE TABLE x(a); DROP TABLE x; COMMIT;"
                           "DELETE FROM t WHERE id>1 AND id<(SELECT max(id)-20 FROM t)";

/* Forked before anything is open (a connection is not carried over a fork), it
 * waits for go_writer, then writes until the parent closes the pipe. With stay,
 * one connection that checkpoints each commit; else it closes, which folds the
 * log away, and opens again. */
static pid_t start_writer(bool stay, int ret_stop[2])
{
    int stop[2];
    assert_int_equal(pipe(stop), 0);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid != 0) {
        memcpy(ret_stop, stop, sizeof stop);
        return pid;
    }
    char c;
    struct ct_seal *s = sealed_vfs(NULL);
    sqlite3 *db = NULL;
    close(stop[1]);
    if (read(stop[0], &c, 1) != 1 || fcntl(stop[0], F_SETFL, O_NONBLOCK) != 0)
        _exit(4);
    while (read(stop[0], &c, 1) < 0) {
        if (db == NULL && (db = sealed_open(ct_seal_vfs(s), dir.db, NULL)) == NULL)
            _exit(1);
        /* no waiting for the disk: page 1 is to be written as often as can be */
        if (sealed_exec(db, "PRAGMA synchronous=OFF") != SQLITE_OK)
            _exit(1);
        if (sealed_exec(db, BUSY) != SQLITE_OK)
            _exit(2);
        if (stay) {
            const int rc = sealed_checkpoint(db);
            if (rc != SQLITE_OK && rc != SQLITE_BUSY)
                _exit(3);
        } else {
            sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
            sqlite3_close(db);
            db = NULL;
        }
    }
    sqlite3_close(db);
    ct_seal_free(s);
    _exit(0);
}

static void go_writer(const int stop[2])
{
    assert_int_equal(write(stop[1], "", 1), 1);
}

static void stop_writer(pid_t pid, const int stop[2])
{
    int status;
    close(stop[1]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    close(stop[0]);
}

static void open_many(bool stay)
{
    int stop[2];
    const pid_t pid = start_writer(stay, stop);
    const long n = opens();
    go_writer(stop);
    for (long i = 0; i < n; i++) {
        int rc = SQLITE_OK;
        sqlite3 *db = sealed_open(ct_seal_vfs(seal), dir.db, &rc);
        if (db == NULL)
            fail_msg("open %ld failed: %d", i, rc);
        if (sealed_int(db, "SELECT count(*) FROM t WHERE id=1 AND a='first'") != 1)
            fail_msg("read %ld failed: %d", i, sqlite3_extended_errcode(db));
        sqlite3_close(db);
        if (ct_seal_damage_take(seal).seen)
            fail_msg("open %ld raised an alarm", i);
    }
    stop_writer(pid, stop);
}

/* R2 */
static void test_opens_beside_checkpoints(void **state)
{
    (void)state;
    open_many(true);
}

/* R3: the log vanishes and comes back, so that page 1 is also read by those who
 * do not know of a log yet. */
static void test_opens_beside_a_log_that_comes_and_goes(void **state)
{
    (void)state;
    open_many(false);
}

/* R3: connections that read the store before it was switched to its log look at
 * page 1 without knowing of one; then they follow. */
static void test_old_connections_follow(void **state)
{
    (void)state;
    enum { OLD = 8 };
    int stop[2], rc = SQLITE_OK;
    sqlite3 *old[OLD], *db = NULL;
    for (int round = 0; round < 8; round++) {
        int reserve = CT_RESERVE; /* SQLite puts the one before into it */
        sealed_dir_clear(&dir);
        const pid_t pid = start_writer(true, stop);
        assert_int_equal(sqlite3_open_v2(dir.db, &db,
                                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                                         ct_seal_vfs(seal)),
                         SQLITE_OK);
        assert_int_equal(sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve),
                         SQLITE_OK);
        assert_int_equal(sealed_exec(db,
                                     "PRAGMA journal_mode=MEMORY; CREATE TABLE t(id INTEGER"
                                     " PRIMARY KEY, a TEXT, b); INSERT INTO t(a) VALUES(1)"),
                         SQLITE_OK);
        for (int i = 0; i < OLD; i++)
            assert_non_null(old[i] = sealed_open(ct_seal_vfs(seal), dir.db, NULL));
        assert_int_equal(sealed_exec(db, "PRAGMA journal_mode=WAL"), SQLITE_OK);
        sqlite3_close(db);
        go_writer(stop);
        for (long i = 0; i < opens() / 10 && rc == SQLITE_OK; i++)
            rc = sealed_exec(old[i % OLD],
                             "SELECT count(*), max(a) FROM t; PRAGMA data_version");
        assert_int_equal(rc, SQLITE_OK);
        stop_writer(pid, stop);
        for (int i = 0; i < OLD; i++) {
            assert_true(sealed_sound(old[i]));
            sqlite3_close(old[i]);
        }
        assert_false(ct_seal_damage_take(seal).seen);
    }
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_opens_beside_checkpoints),
        T(test_opens_beside_a_log_that_comes_and_goes),
        T(test_old_connections_follow),
    };
    return cmocka_run_group_tests_name("seal_open", tests, NULL, NULL);
}
