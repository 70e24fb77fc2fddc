/* A torn log: cut or garbled at every single byte of its last frames, the store
 * opens, with exactly the commits before that place. CT_SOAK_S: every byte under the
 * sanitizers too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/sealed.h"
#include "vault/seal_internal.h"

enum { LAST = 4 }; /* frames that are torn */

static struct sealed_dir dir;
static struct ct_seal *seal;
static unsigned char *whole; /* the log before anything happened to it */
static size_t size, frames;

/* Eight commits; some of one frame, some of several. */
static int setup(void **state)
{
    (void)state;
    static const char *const commits[] = {
        "INSERT INTO t VALUES(1); INSERT INTO u VALUES(zeroblob(10))",
        "INSERT INTO t VALUES(2)",
        "INSERT INTO t VALUES(3); INSERT INTO u VALUES(randomblob(100))",
        "INSERT INTO t VALUES(4)",
        "INSERT INTO t VALUES(5); UPDATE u SET a=randomblob(90)",
        "INSERT INTO t VALUES(6)",
        "INSERT INTO t VALUES(7); UPDATE u SET a=randomblob(80)",
        "INSERT INTO t VALUES(8)",
    };
    /* the index of the log in the heap: tens of thousands of recoveries */
    if (!sealed_dir_make(&dir) || (seal = sealed_vfs("unix-excl")) == NULL)
        return -1;
    sqlite3 *db =
        sealed_create(ct_seal_vfs(seal), dir.db, "CREATE TABLE t(n); CREATE TABLE u(a)");
    bool ok = db != NULL;
    for (size_t i = 0; i < CT_LEN(commits); i++)
        ok = ok && sealed_exec(db, "BEGIN") == SQLITE_OK &&
             sealed_exec(db, commits[i]) == SQLITE_OK && sealed_exec(db, "COMMIT") == SQLITE_OK;
    sqlite3_close(db);
    whole = sealed_slurp(dir.wal, &size);
    frames = whole != NULL ? (size - SEAL_WAL_HDR) / SEAL_FRAME : 0;
    return ok && frames >= 8 ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    sealed_vfs_free(seal);
    sealed_dir_remove(&dir);
    free(whole);
    return 0;
}

/* Commits whose last frame ends before the offset. A frame's second word is
 * the store's size where it ends a commit, and can be read by anybody. */
static int64_t commits_before(size_t offset)
{
    int64_t n = 0;
    for (size_t i = 0; SEAL_WAL_HDR + (i + 1) * SEAL_FRAME <= offset && i < frames; i++)
        n += seal_be32(whole + SEAL_WAL_HDR + i * SEAL_FRAME + 4) != 0;
    return n;
}

static void put(size_t offset, const unsigned char *data, size_t n)
{
    const int fd = open(dir.wal, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, data, n, (off_t)offset), n);
    close(fd);
}

/* Rows seen after recovery, -1 when the store does not open. */
static int64_t rows(void)
{
    sqlite3 *db = NULL;
    int64_t n = -1;
    if (sqlite3_open_v2(dir.db, &db, SQLITE_OPEN_READWRITE, ct_seal_vfs(seal)) == SQLITE_OK &&
        sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL) == SQLITE_OK)
        n = sealed_int(db,
                       "SELECT CASE WHEN coalesce(max(n),0)=count(*) THEN count(*) ELSE -2 END"
                       " FROM t");
    sqlite3_close(db);
    return n;
}

static void test_the_log_is_whole_at_first(void **state)
{
    (void)state;
    assert_int_equal(commits_before(size), 8);
    assert_int_equal(rows(), 8);
    assert_false(ct_seal_damage_take(seal).seen);
}

/* Frame headers and the seams between frames: every byte. Inside pages, see there. */
static bool takes(size_t at)
{
    const size_t within = (at - SEAL_WAL_HDR) % SEAL_FRAME;
    return within <= SEAL_FRAME_HDR || within >= SEAL_FRAME - CT_RESERVE || sealed_takes(at);
}

static void test_cut_at_every_byte(void **state)
{
    (void)state;
    const size_t first = size - LAST * SEAL_FRAME;
    for (size_t at = size; at-- > first;) {
        if (!takes(at))
            continue;
        assert_int_equal(truncate(dir.wal, (off_t)at), 0);
        const int64_t got = rows();
        if (got != commits_before(at))
            fail_msg("cut at %zu: %lld rows", at, (long long)got);
    }
    put(first, whole + first, size - first);
    assert_int_equal(rows(), 8);
    (void)ct_seal_damage_take(seal);
}

static void garble(unsigned char change)
{
    for (size_t at = size - LAST * SEAL_FRAME; at < size; at++) {
        if (!takes(at))
            continue;
        const unsigned char bad = whole[at] ^ change;
        put(at, &bad, 1);
        const int64_t got = rows();
        if (got != commits_before(at))
            fail_msg("changed at %zu: %lld rows", at, (long long)got);
        put(at, whole + at, 1);
        /* where a frame was damaged it is noted, unless its header now looks
         * like one of an earlier round */
        const struct ct_seal_damage noted = ct_seal_damage_take(seal);
        if ((at - SEAL_WAL_HDR) % SEAL_FRAME >= SEAL_FRAME_HDR)
            assert_true(noted.seen);
        assert_int_equal(noted.tail, noted.seen); /* no alarm */
    }
}

static void test_garbled_at_every_byte(void **state)
{
    (void)state;
    garble(0xff);
}

/* The rest of the log lost from a place on: zeros, as some file systems leave,
 * or noise. Every 16th byte. */
static void test_the_rest_is_gone(void **state)
{
    (void)state;
    unsigned char *rest = calloc(1, size);
    assert_non_null(rest);
    for (int noise = 0; noise < 2; noise++) {
        if (noise)
            ct_random(rest, size);
        for (size_t at = size - LAST * SEAL_FRAME; at < size; at += 16) {
            put(at, rest, size - at);
            const int64_t got = rows();
            if (got != commits_before(at))
                fail_msg("lost from %zu on: %lld rows", at, (long long)got);
            put(at, whole + at, size - at);
        }
    }
    free(rest);
    assert_int_equal(rows(), 8);
}

/* The log's own header: without it there is no log, and the store is the one
 * before it. */
static void test_the_log_header(void **state)
{
    (void)state;
    for (size_t at = 0; at < SEAL_WAL_HDR; at++) {
        const unsigned char bad = whole[at] ^ 0x55;
        put(at, &bad, 1);
        assert_int_equal(rows(), 0);
        put(at, whole + at, 1);
    }
    assert_int_equal(rows(), 8);
}

/* After a torn tail the store is written to again, and that is kept too. */
static void test_life_goes_on(void **state)
{
    (void)state;
    (void)ct_seal_damage_take(seal);
    for (size_t cut = 1; cut < 3 * SEAL_FRAME; cut += 1717) {
        put(0, whole, size);
        assert_int_equal(truncate(dir.wal, (off_t)(size - cut)), 0);
        const int64_t before = commits_before(size - cut);
        assert_int_equal(rows(), before);
        for (int i = 1; i <= 3; i++) {
            sqlite3 *db = sealed_open(ct_seal_vfs(seal), dir.db, NULL);
            assert_non_null(db);
            assert_int_equal(sealed_exec(db, "INSERT INTO t SELECT count(*)+1 FROM t"),
                             SQLITE_OK);
            assert_true(sealed_sound(db));
            sqlite3_close(db);
            assert_int_equal(rows(), before + i);
        }
    }
    put(0, whole, size);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_log_is_whole_at_first),
        cmocka_unit_test(test_cut_at_every_byte),
        cmocka_unit_test(test_garbled_at_every_byte),
        cmocka_unit_test(test_the_rest_is_gone),
        cmocka_unit_test(test_the_log_header),
        cmocka_unit_test(test_life_goes_on),
    };
    return cmocka_run_group_tests_name("seal_torn", tests, setup, teardown);
}
