/* What sealing may cost at most, counted and not timed: a frame of the log goes out as one
 * write, and reading, logging or checkpointing a page allocates nothing: as many allocations
 * as plain SQLite makes of the same work, whatever the number of pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/faultvfs.h"
#include "tests/support/scarce.h"
#include "tests/support/sealed.h"
#include "vault/seal_internal.h"

enum {
    FEW = 60,
    MANY = 600,
    ONCE = 12, /* allocations that do not depend on the number of pages */
};

struct counts {
    long frames, log_writes, other_log, pages, other_store;
};

static struct sealed_dir dir;
static bool sealing;
static struct faultvfs below;
static struct ct_seal *seal;
static struct counts n;

static void count(const struct faultvfs_call *call, void *arg)
{
    (void)arg;
    if (call->op != FV_WRITE)
        return;
    if ((call->open_flags & SQLITE_OPEN_WAL) != 0) {
        const bool whole = call->amount % SEAL_FRAME == 0 &&
                           (call->offset - SEAL_WAL_HDR) % SEAL_FRAME == 0;
        n.frames += whole ? call->amount / SEAL_FRAME : 0;
        n.log_writes += whole;
        n.other_log += !whole && call->offset != 0; /* the log's own header aside */
    } else {
        const bool page = call->amount == CT_PAGE && call->offset % CT_PAGE == 0;
        n.pages += page;
        n.other_store += !page;
    }
}

static int setup(void **state)
{
    (void)state;
    if (!scarce_sqlite() || !sealed_dir_make(&dir) ||
        faultvfs_init(&below, "below", NULL) != SQLITE_OK)
        return -1;
    below.show = count;
    below.skip_sync = true;
    seal = sealed_vfs("below");
    return seal != NULL ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    sealed_vfs_free(seal);
    faultvfs_done(&below);
    sealed_dir_remove(&dir);
    return 0;
}

/* Each row fills a page: insert, log, checkpoint and read that many. The allocations of it. */
static long allocations_of(sqlite3 *db, sqlite3_stmt *insert, sqlite3_stmt *read, int rows)
{
    const struct counts before = n;
    scarce_arm(SCARCE_MEMORY, 0, false, 0);
    assert_int_equal(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
    for (int i = 0; i < rows; i++) {
        assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
        sqlite3_reset(insert);
    }
    assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    const long frames = n.frames - before.frames;
    assert_true(!sealing || frames >= rows);
    assert_true(!sealing || n.log_writes - before.log_writes <= frames / SEAL_RUN + 1);
    assert_true(!sealing || n.other_log == 0); /* plain SQLite writes header and page */
    assert_int_equal(sealed_checkpoint(db), SQLITE_OK);
    assert_true(n.pages - before.pages >= rows);
    assert_int_equal(n.other_store, 0);
    int seen = 0;
    while (sqlite3_step(read) == SQLITE_ROW)
        seen++;
    assert_true(seen >= rows);
    sqlite3_reset(read);
    const long calls = scarce_calls();
    scarce_arm(0, 0, false, 0);
    return calls;
}

struct cost {
    long few, many;
};

static struct cost cost_of(const char *vfs, const char *path)
{
    sqlite3_stmt *insert = NULL, *read = NULL;
    sqlite3 *db = sealed_create(vfs, path, "CREATE TABLE t(i INTEGER PRIMARY KEY, a BLOB)");
    struct cost c;
    assert_non_null(db);
    assert_int_equal(sealed_exec(db, "PRAGMA cache_size=30"), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "INSERT INTO t(a) VALUES(zeroblob(3500))", -1,
                                        &insert, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT i FROM t", -1, &read, NULL), SQLITE_OK);
    n = (struct counts){0};
    (void)allocations_of(db, insert, read, FEW); /* the cache fills */
    c.few = allocations_of(db, insert, read, FEW);
    c.many = allocations_of(db, insert, read, MANY);
    sqlite3_finalize(insert);
    sqlite3_finalize(read);
    sqlite3_close(db);
    return c;
}

static void test_frames_go_out_together_and_no_allocation_a_page(void **state)
{
    (void)state;
    char plain_path[TMP_PATH + 16];
    snprintf(plain_path, sizeof plain_path, "%s/plain", dir.path);
    sealing = false;
    const struct cost plain = cost_of("below", plain_path);
    sealing = true;
    const struct cost sealed = cost_of(ct_seal_vfs(seal), dir.db);
    print_message("allocations: %d pages plain %ld, sealed %ld; %d pages plain %ld, sealed %ld\n",
                  FEW, plain.few, sealed.few, MANY, plain.many, sealed.many);
    assert_true(sealed.few <= plain.few + ONCE && sealed.many <= plain.many + ONCE);
    assert_true(plain.many > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_frames_go_out_together_and_no_allocation_a_page, setup,
                                        teardown),
    };
    return cmocka_run_group_tests_name("seal_cost", tests, NULL, NULL);
}
