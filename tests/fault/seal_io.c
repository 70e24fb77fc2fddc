/* Every call to the disk fails in turn, in each way, once or for good; or the
 * power goes. Never wrong data, never plaintext, and what was acknowledged is
 * kept. The number of points tried is printed. */
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

enum { STEPS = 8, ROWS = 12 };

static struct sealed_dir dir;
static struct faultvfs below;
static struct ct_seal *seal;
static const char *vfs;
static bool plaintext; /* reached the lower layer */

static const char WORD[] = "Ottoline Demo-Brack";

static void watch(const struct faultvfs_call *call, void *arg)
{
    (void)arg;
    if (call->op == FV_WRITE &&
        memmem(call->data, (size_t)call->amount, WORD, sizeof WORD - 1) != NULL)
        plaintext = true;
}

static unsigned char *fresh; /* the store every run begins with */
static size_t fresh_size;

static int setup(void **state)
{
    (void)state;
    if (!sealed_dir_make(&dir) || faultvfs_init(&below, "below", NULL) != SQLITE_OK)
        return -1;
    seal = sealed_vfs("below");
    if (seal == NULL)
        return -1;
    vfs = ct_seal_vfs(seal);
    below.skip_sync = true;
    sqlite3 *db = sealed_create(
        vfs, dir.db,
        "CREATE TABLE t(step INT, i INT, a TEXT, b TEXT); CREATE TABLE u(step INT PRIMARY KEY);"
        "CREATE TABLE big(i INTEGER PRIMARY KEY, n INT, a TEXT);"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<40)"
        " INSERT INTO big SELECT i, 0, 'Ottoline Demo-Brack'||hex(zeroblob(300)) FROM n");
    sqlite3_close(db);
    fresh = sealed_slurp(dir.db, &fresh_size);
    below.show = watch;
    plaintext = false;
    return db != NULL && fresh != NULL ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    sealed_vfs_free(seal);
    faultvfs_done(&below);
    sealed_dir_remove(&dir);
    free(fresh);
    return 0;
}

static void create(void)
{
    sealed_dir_clear(&dir);
    faultvfs_arm(&below, 0, FV_EIO, false);
    assert_true(sealed_spill(dir.db, fresh, fresh_size));
    (void)ct_seal_sync_failed_take(seal);
    (void)ct_seal_damage_take(seal);
}

/* What a run was told: which steps were acknowledged. */
struct run {
    bool acked[STEPS];
    bool wrong; /* a read succeeded and was not what it must be */
    int big;    /* last acknowledged value of big.n */
};

/* Rows of step: either none or all of them, each what it was. */
static bool as_it_was(sqlite3 *db, int step, int64_t *ret_rows)
{
    char sql[400];
    snprintf(sql, sizeof sql,
             "SELECT CASE WHEN count(*)=sum(i=length(b) AND a='Ottoline Demo-Brack %d')"
             " AND count(*)=%d AND (SELECT count(*) FROM u WHERE step=%d)=1 THEN count(*)"
             " WHEN count(*)=0 AND (SELECT count(*) FROM u WHERE step=%d)=0 THEN 0 ELSE -2 END"
             " FROM t WHERE step=%d",
             step, ROWS, step, step, step);
    *ret_rows = sealed_int(db, sql);
    return *ret_rows != -2;
}

static int one_step(sqlite3 *db, int step)
{
    char sql[400];
    if (step == 3 || step == 6) { /* spills, and writes its pages again */
        snprintf(sql, sizeof sql,
                 "BEGIN IMMEDIATE; UPDATE big SET n=%d; UPDATE big SET a=a||'.', n=%d; COMMIT",
                 step, step);
    } else {
        snprintf(sql, sizeof sql,
                 "BEGIN IMMEDIATE; INSERT INTO u VALUES(%d); WITH RECURSIVE n(i) AS (SELECT 1 "
                 "UNION ALL SELECT i+1 FROM n WHERE i<%d) INSERT INTO t SELECT %d, i, "
                 "'Ottoline Demo-Brack %d', substr(hex(zeroblob(99)),1,i) FROM n; COMMIT",
                 step, ROWS, step, step);
    }
    const int rc = sealed_exec(db, sql);
    if (rc != SQLITE_OK && !sqlite3_get_autocommit(db))
        sealed_exec(db, "ROLLBACK");
    return rc;
}

/* One session: steps, a look back after each, a checkpoint now and then. A step
 * that fails is not tried again; a session whose sync failed is opened anew. */
static void work(struct run *r)
{
    sqlite3 *db = NULL;
    for (int step = 0; step < STEPS; step++) {
        if (db != NULL && ct_seal_sync_failed_take(seal)) {
            sqlite3_close(db);
            db = NULL;
        }
        if (db == NULL && (db = sealed_open(vfs, dir.db, NULL)) != NULL)
            sealed_exec(db, "PRAGMA cache_size=6");
        if (db == NULL)
            continue;
        if (one_step(db, step) == SQLITE_OK) {
            r->acked[step] = true;
            if (step == 3 || step == 6)
                r->big = step;
        }
        if (step % 3 == 2)
            (void)sealed_checkpoint(db);
        int64_t rows = 0;
        for (int k = 0; k <= step; k++)
            if (k != 3 && k != 6 && (!as_it_was(db, k, &rows) || (rows == 0 && r->acked[k])))
                r->wrong = true;
    }
    sqlite3_close(db);
}

/* The store after the fault has gone. */
static void check(const struct run *r, const char *what, long n)
{
    int rc = SQLITE_OK;
    sqlite3 *db = sealed_open(vfs, dir.db, &rc);
    if (db == NULL)
        fail_msg("%s %ld: does not open: %d", what, n, rc);
    if (!sealed_sound(db))
        fail_msg("%s %ld: not sound", what, n);
    for (int step = 0; step < STEPS; step++) {
        int64_t rows = 0;
        if (step == 3 || step == 6)
            continue;
        if (!as_it_was(db, step, &rows) || rows < 0 || (r->acked[step] && rows != ROWS))
            fail_msg("%s %ld: step %d, acknowledged %d, has %lld rows", what, n, step,
                     r->acked[step], (long long)rows);
    }
    const int64_t big = sealed_int(
        db, "SELECT CASE WHEN min(n)=max(n) AND count(*)=40 THEN min(n) ELSE -2 END FROM big");
    if (big < r->big)
        fail_msg("%s %ld: acknowledged %d, found %lld", what, n, r->big, (long long)big);
    sqlite3_close(db);
    if (r->wrong)
        fail_msg("%s %ld: wrong data was read", what, n);
    if (plaintext || sealed_grep(dir.db, WORD, sizeof WORD - 1) ||
        sealed_grep(dir.wal, WORD, sizeof WORD - 1))
        fail_msg("%s %ld: plaintext", what, n);
}

static void every_call(const char *what, unsigned ops, enum faultvfs_how how, bool sticky)
{
    long n = 1;
    for (bool hit = true; hit; n++) {
        struct run r = {.big = 0};
        create();
        below.ops = ops;
        faultvfs_arm(&below, n, how, sticky);
        work(&r);
        hit = below.hit;
        faultvfs_arm(&below, 0, how, false);
        check(&r, what, n);
        if (!hit)
            for (int step = 0; step < STEPS; step++)
                assert_true(r.acked[step]); /* the untouched run does all of it */
    }
    print_message("%s%s: %ld points\n", what, sticky ? ", for good" : "", n - 2);
}

static void test_a_call_fails_once(void **state)
{
    (void)state;
    every_call("error", FV_FAILING, FV_EIO, false);
}

static void test_calls_fail_for_good(void **state)
{
    (void)state;
    every_call("error", FV_FAILING, FV_EIO, true);
}

static void test_short_reads_and_writes(void **state)
{
    (void)state;
    every_call("short", FV_READ | FV_WRITE, FV_SHORT, false);
    every_call("short", FV_READ | FV_WRITE, FV_SHORT, true);
}

static void test_a_full_disk(void **state)
{
    (void)state;
    every_call("full", FV_WRITE, FV_FULL, false);
    every_call("full", FV_WRITE, FV_FULL, true);
}

static void test_garbled_reads(void **state)
{
    (void)state;
    every_call("garbled", FV_READ, FV_GARBLE, false);
}

/* R28 */
static void test_a_sync_fails(void **state)
{
    (void)state;
    every_call("sync", FV_SYNC, FV_EIO, false);
}

/* ---- the power goes ---- */

struct luck {
    unsigned state, percent;
    bool torn; /* of those that did not reach it whole, half have reached it in part */
};

static unsigned toss(struct luck *l)
{
    l->state = l->state * 1103515245u + 12345u;
    return (l->state >> 16) % 100;
}

static enum faultvfs_fate reached_the_disk(int i, void *arg)
{
    struct luck *l = arg;
    (void)i;
    if (toss(l) < l->percent)
        return FV_KEPT;
    return l->torn && toss(l) < 50 ? FV_TORN : FV_LOST;
}

/* Under the sanitizers every third, for each luck another one; CT_SOAK_S: every one. */
static long power_step(void)
{
#if defined(__SANITIZE_ADDRESS__)
    return getenv("CT_SOAK_S") != NULL ? 1 : 3;
#else
    return 1;
#endif
}

/* At each call that changes a file the machine stops; of the writes that no
 * sync followed none, some or all are on the disk, and some in part. */
static void test_the_power_goes(void **state)
{
    (void)state;
    static const struct luck LUCK[] = {{.percent = 0},
                                       {.percent = 0, .torn = true},
                                       {.percent = 50, .torn = true},
                                       {.percent = 90},
                                       {.percent = 100}};
    const long step = power_step();
    long points = 0, lost = 0;
    below.keep_undo = true;
    for (size_t p = 0; p < CT_LEN(LUCK); p++) {
        long n = 1 + (long)p % step;
        for (bool hit = true; hit; n += step, points++) {
            struct run r = {.big = 0};
            struct luck luck = LUCK[p];
            luck.state = (unsigned)n;
            create();
            below.ops = FV_WRITE | FV_SYNC | FV_TRUNCATE | FV_DELETE;
            faultvfs_arm(&below, n, FV_SHORT, true);
            work(&r);
            hit = below.hit;
            faultvfs_arm(&below, 0, FV_EIO, false);
            const int undone = faultvfs_power_cut(&below, reached_the_disk, &luck);
            assert_true(undone >= 0);
            lost += undone;
            unlink(dir.shm);
            check(&r, "power", n);
        }
    }
    print_message("power: %ld points, %ld writes not synced\n", points, lost);
    assert_true(lost > points);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_a_call_fails_once), T(test_calls_fail_for_good), T(test_short_reads_and_writes),
        T(test_a_full_disk),       T(test_garbled_reads),       T(test_a_sync_fails),
        T(test_the_power_goes),
    };
    return cmocka_run_group_tests_name("seal_io", tests, NULL, NULL);
}
