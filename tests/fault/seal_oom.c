/* Every allocation SQLite makes fails in turn, once or from there on: no crash,
 * no plaintext, no acknowledged commit lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/faultvfs.h"
#include "tests/support/sealed.h"

static struct sealed_dir dir;
static struct faultvfs below;
static unsigned char *fresh;
static size_t fresh_size;
static bool plaintext;

static const char WORD[] = "Peregrine Demo-Lamb";

/* ---- an allocator that runs dry ---- */

static sqlite3_mem_methods system_methods;
static long allocations, fail_at;
static bool for_good;

static bool dry(void)
{
    allocations++;
    return fail_at > 0 && (allocations == fail_at || (for_good && allocations > fail_at));
}

static void *dry_malloc(int n)
{
    return dry() ? NULL : system_methods.xMalloc(n);
}

static void *dry_realloc(void *p, int n)
{
    return dry() ? NULL : system_methods.xRealloc(p, n);
}

static void arm(long n, bool sticky)
{
    allocations = 0;
    fail_at = n;
    for_good = sticky;
}

static void watch(const struct faultvfs_call *call, void *arg)
{
    (void)arg;
    if (call->op == FV_WRITE &&
        memmem(call->data, (size_t)call->amount, WORD, sizeof WORD - 1) != NULL)
        plaintext = true;
}

static int setup(void **state)
{
    (void)state;
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &system_methods);
    sqlite3_mem_methods mine = system_methods;
    mine.xMalloc = dry_malloc;
    mine.xRealloc = dry_realloc;
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &mine) != SQLITE_OK || !sealed_dir_make(&dir) ||
        faultvfs_init(&below, "below", NULL) != SQLITE_OK)
        return -1;
    struct ct_seal *s = sealed_vfs("below");
    below.skip_sync = true;
    below.show = watch;
    sqlite3 *db = sealed_create(ct_seal_vfs(s), dir.db,
                                "CREATE TABLE t(i INTEGER PRIMARY KEY, a TEXT);"
                                "INSERT INTO t VALUES(0,'Peregrine Demo-Lamb')");
    sqlite3_close(db);
    ct_seal_free(s);
    fresh = sealed_slurp(dir.db, &fresh_size);
    return db != NULL && fresh != NULL ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    faultvfs_done(&below);
    sealed_dir_remove(&dir);
    free(fresh);
    return 0;
}

/* The whole life of a session, keys included. Returns the commits that were
 * acknowledged: row 1, 2, ... */
static int session(void)
{
    struct ct_seal *s = sealed_vfs("below");
    int acked = 0;
    if (s == NULL)
        return 0;
    sqlite3 *db = sealed_open(ct_seal_vfs(s), dir.db, NULL);
    for (int i = 1; db != NULL && i <= 3; i++) {
        char sql[200];
        snprintf(sql, sizeof sql,
                 "INSERT INTO t SELECT max(i)+1, 'Peregrine Demo-Lamb'||hex(zeroblob(1500))"
                 " FROM t WHERE (SELECT max(i) FROM t)=%d",
                 acked);
        if (sealed_exec(db, sql) != SQLITE_OK)
            break;
        if (sqlite3_changes(db) == 1)
            acked = i;
        if (i == 2)
            (void)sealed_checkpoint(db);
        sealed_int(db, "SELECT count(*) FROM t WHERE a LIKE 'Peregrine%'");
    }
    sqlite3_close(db);
    ct_seal_free(s);
    return acked;
}

static void every_allocation(bool sticky)
{
    long n = 1, points = 0;
    for (bool hit = true; hit; n++) {
        sealed_dir_clear(&dir);
        assert_true(sealed_spill(dir.db, fresh, fresh_size));
        arm(n, sticky);
        const int acked = session();
        hit = allocations >= n;
        points += hit;
        arm(0, false);
        assert_true(hit || acked == 3);
        struct ct_seal *s = sealed_vfs("below");
        sqlite3 *db = sealed_open(ct_seal_vfs(s), dir.db, NULL);
        if (db == NULL)
            fail_msg("allocation %ld: the store does not open", n);
        const int64_t rows = sealed_int(
            db, "SELECT CASE WHEN max(i)+1=count(*) AND"
                " sum(a LIKE 'Peregrine Demo-Lamb%')=count(*) THEN max(i) ELSE -2 END"
                " FROM t");
        if (rows < acked || rows > acked + 1)
            fail_msg("allocation %ld: %d acknowledged, %lld there", n, acked, (long long)rows);
        assert_true(sealed_sound(db));
        sqlite3_close(db);
        ct_seal_free(s);
        assert_false(plaintext);
        assert_false(sealed_grep(dir.db, WORD, sizeof WORD - 1));
        assert_false(sealed_grep(dir.wal, WORD, sizeof WORD - 1));
    }
    assert_true(points > 100);
    print_message("%ld points%s\n", points, sticky ? ", for good" : "");
}

static void test_an_allocation_fails(void **state)
{
    (void)state;
    every_allocation(false);
}

static void test_memory_runs_out(void **state)
{
    (void)state;
    every_allocation(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_allocation_fails),
        cmocka_unit_test(test_memory_runs_out),
    };
    return cmocka_run_group_tests_name("seal_oom", tests, setup, teardown);
}
