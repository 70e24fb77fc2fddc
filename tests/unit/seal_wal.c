/* The sealed write-ahead log: every way SQLite writes and reads a frame, what
 * recovery finds, and that frame checksums are never seen on the disk. */
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
#include "vault/seal_internal.h"

static struct sealed_dir dir, crash;
static struct faultvfs below;
static struct ct_seal *seal;
static const char *vfs;

static int setup(void **state)
{
    (void)state;
    if (!sealed_dir_make(&dir) || !sealed_dir_make(&crash) ||
        faultvfs_init(&below, "below", NULL) != SQLITE_OK)
        return -1;
    seal = sealed_vfs("below");
    vfs = seal != NULL ? ct_seal_vfs(seal) : NULL;
    return seal != NULL ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    sealed_vfs_free(seal);
    faultvfs_done(&below);
    sealed_dir_remove(&dir);
    sealed_dir_remove(&crash);
    return 0;
}

static sqlite3 *made(void)
{
    sqlite3 *db =
        sealed_create(vfs, dir.db, "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b TEXT)");
    assert_non_null(db);
    return db;
}

static void fill(sqlite3 *db, int rows)
{
    char sql[256];
    snprintf(sql, sizeof sql,
             "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<%d)"
             " INSERT INTO t(a,b) SELECT 'row '||i, hex(randomblob(400)) FROM n",
             rows);
    assert_int_equal(sealed_exec(db, sql), SQLITE_OK);
}

/* What a power cut at this moment would leave, synced or not: store and log,
 * no shared memory. */
static sqlite3 *recovered(void)
{
    unlink(crash.shm);
    assert_true(sealed_copy(dir.db, crash.db));
    assert_true(sealed_copy(dir.wal, crash.wal));
    sqlite3 *db = sealed_open(vfs, crash.db, NULL);
    assert_non_null(db);
    return db;
}

/* The log's file of an open connection, as SQLite holds it. */
static sqlite3_file *log_of(sqlite3 *db)
{
    sqlite3_file *f = NULL;
    assert_int_equal(sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &f),
                     SQLITE_OK);
    assert_true(f != NULL && f->pMethods == &seal_wal_methods);
    return f;
}

static int64_t frame_offset(int i) /* from 0 */
{
    return SEAL_WAL_HDR + (int64_t)i * SEAL_FRAME;
}

static size_t frames_in(const char *path, unsigned char **ret)
{
    size_t n;
    *ret = sealed_slurp(path, &n);
    assert_non_null(*ret);
    return n < SEAL_WAL_HDR ? 0 : (n - SEAL_WAL_HDR) / SEAL_FRAME;
}

/* ---- recovery ---- */

/* R12: the checksums hold, so recovery keeps every commit. */
static void test_commits_in_the_log_survive(void **state)
{
    (void)state;
    sqlite3 *db = made();
    for (int i = 0; i < 50; i++)
        assert_int_equal(sealed_exec(db, "INSERT INTO t(a) VALUES('one')"), SQLITE_OK);
    sqlite3 *after = recovered();
    assert_int_equal(sealed_int(after, "SELECT count(*) FROM t"), 50);
    assert_true(sealed_sound(after));
    /* and goes on from there */
    assert_int_equal(sealed_exec(after, "INSERT INTO t(a) VALUES('two')"), SQLITE_OK);
    assert_int_equal(sealed_checkpoint(after), SQLITE_OK);
    assert_int_equal(sealed_int(after, "SELECT count(*) FROM t"), 51);
    sqlite3_close(after);
    sqlite3_close(db);
}

static unsigned header_writes, page_writes, frame_writes, frames_written;

static void count_writes(const struct faultvfs_call *call, void *arg)
{
    (void)arg;
    if (call->op != FV_WRITE || (call->open_flags & SQLITE_OPEN_WAL) == 0)
        return;
    header_writes += call->amount == SEAL_FRAME_HDR;
    page_writes += call->amount == CT_PAGE;
    frame_writes += call->amount % SEAL_FRAME == 0;
    frames_written += call->amount % SEAL_FRAME == 0 ? (unsigned)call->amount / SEAL_FRAME : 0;
}

/* R13, R14, R18: a transaction that spills and comes back to its pages writes
 * pages without headers, then headers without pages. */
static void test_spilled_and_rewritten_frames(void **state)
{
    (void)state;
    sqlite3 *db = made();
    fill(db, 100);
    below.show = count_writes;
    for (int round = 0; round < 4; round++) {
        header_writes = page_writes = frames_written = 0;
        assert_int_equal(sealed_exec(db, "PRAGMA cache_size=5; BEGIN"), SQLITE_OK);
        for (int i = 0; i < 6; i++)
            assert_int_equal(sealed_exec(db, "UPDATE t SET a=a||'x', b=hex(randomblob(400))"),
                             SQLITE_OK);
        assert_int_equal(sealed_exec(db, "COMMIT"), SQLITE_OK);
        assert_true(header_writes > 5 && page_writes > 5 && frames_written > 5);
        /* with the writer still there, and without it */
        sqlite3 *second = sealed_open(vfs, dir.db, NULL);
        assert_non_null(second);
        char sql[96];
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM t WHERE length(a)-length(rtrim(a,'x'))=%d",
                 6 * (round + 1));
        assert_int_equal(sealed_int(second, sql), 100);
        sqlite3_close(second);
        second = recovered();
        assert_int_equal(sealed_int(second, sql), 100);
        assert_true(sealed_sound(second));
        sqlite3_close(second);
        if (round == 1)
            assert_int_equal(sealed_checkpoint(db), SQLITE_OK);
    }
    sqlite3_close(db);
    assert_false(ct_seal_damage_take(seal).seen);
}

/* The same under synchronous=NORMAL: nothing syncs after the last header, and
 * still it is in the file when the commit is acknowledged (R18). */
static void test_headers_do_not_wait_for_a_sync(void **state)
{
    (void)state;
    sqlite3 *db = made();
    fill(db, 100);
    assert_int_equal(sealed_exec(db, "PRAGMA synchronous=NORMAL; PRAGMA cache_size=5; BEGIN"),
                     SQLITE_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(sealed_exec(db, "UPDATE t SET a='again', b=hex(randomblob(400))"),
                         SQLITE_OK);
    assert_int_equal(sealed_exec(db, "COMMIT"), SQLITE_OK);
    sqlite3 *after = recovered();
    assert_int_equal(sealed_int(after, "SELECT count(*) FROM t WHERE a='again'"), 100);
    sqlite3_close(after);
    sqlite3_close(db);
}

static void test_savepoints_rolled_back(void **state)
{
    (void)state;
    sqlite3 *db = made();
    fill(db, 100);
    assert_int_equal(sealed_exec(db,
                                 "PRAGMA cache_size=5; BEGIN; UPDATE t SET a='keep';"
                                 "SAVEPOINT s; UPDATE t SET a='drop', b=hex(randomblob(400));"
                                 "DELETE FROM t WHERE id<50; ROLLBACK TO s;"
                                 "UPDATE t SET b='end'; COMMIT"),
                     SQLITE_OK);
    sqlite3 *after = recovered();
    assert_int_equal(sealed_int(after, "SELECT count(*) FROM t WHERE a='keep' AND b='end'"),
                     100);
    assert_true(sealed_sound(after));
    sqlite3_close(after);
    sqlite3_close(db);
}

/* R20: what a checkpoint moves is sealed anew for its new place. */
static void test_checkpoints_seal_anew(void **state)
{
    (void)state;
    sqlite3 *db = made();
    fill(db, 60);
    unsigned char *log;
    const size_t frames = frames_in(dir.wal, &log);
    assert_true(frames > 10);
    const uint64_t before = ct_seal_count(seal);
    assert_int_equal(
        sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL),
        SQLITE_OK);
    assert_true(ct_seal_count(seal) > before);
    for (size_t i = 0; i < frames; i++)
        for (size_t at = 0; at < CT_PAGE; at += 512)
            assert_false(
                sealed_grep(dir.db, log + frame_offset((int)i) + SEAL_FRAME_HDR + at, 24));
    assert_int_equal(sealed_int(db, "SELECT count(*) FROM t"), 60);
    sqlite3_close(db);
    unlink(dir.wal);
    unlink(dir.shm);
    db = sealed_open(vfs, dir.db, NULL);
    assert_int_equal(sealed_int(db, "SELECT count(*) FROM t"), 60);
    assert_true(sealed_sound(db));
    sqlite3_close(db);
    free(log);
}

/* ---- reading a frame (R16, R17, R21) ---- */

/* SQLite's frame checksum, over plaintext, from its description. */
static void frame_sum(const unsigned char *data, size_t n, bool big, uint32_t s[2])
{
    for (size_t i = 0; i < n; i += 8) {
        uint32_t x[2];
        for (int k = 0; k < 2; k++) {
            const unsigned char *p = data + i + 4 * k;
            x[k] =
                big ? seal_be32(p)
                    : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
        }
        s[0] += x[0] + s[1];
        s[1] += x[1] + s[0];
    }
}

/* Every header path gives the same true checksum; the disk holds another. */
static void test_checksums_are_masked_on_every_path(void **state)
{
    (void)state;
    sqlite3 *db = made();
    fill(db, 60);
    assert_int_equal(sealed_exec(db, "UPDATE t SET a='x' WHERE id=7"), SQLITE_OK);
    sqlite3_file *f = log_of(db);
    unsigned char *raw, whole[SEAL_FRAME], header[SEAL_FRAME_HDR], sum[8], page[CT_PAGE];
    unsigned char log_header[SEAL_WAL_HDR];
    const size_t frames = frames_in(dir.wal, &raw);
    assert_true(frames > 10);
    assert_int_equal(f->pMethods->xRead(f, log_header, SEAL_WAL_HDR, 0), SQLITE_OK);
    assert_memory_equal(log_header, raw, SEAL_WAL_HDR); /* nothing in it is masked */
    assert_int_equal(f->pMethods->xRead(f, sum, 8, 24), SQLITE_OK);
    assert_memory_equal(sum, raw + 24, 8);
    assert_int_equal(f->pMethods->xRead(f, log_header, SEAL_WAL_HDR, 0), SQLITE_OK);
    const bool big = (seal_be32(raw) & 1) != 0;
    uint32_t s[2] = {seal_be32(raw + 24), seal_be32(raw + 28)};
    for (size_t i = 0; i < frames; i++) {
        const int64_t at = frame_offset((int)i);
        const unsigned char *disk = raw + at;
        assert_int_equal(f->pMethods->xRead(f, whole, SEAL_FRAME, at), SQLITE_OK);
        assert_int_equal(f->pMethods->xRead(f, header, SEAL_FRAME_HDR, at), SQLITE_OK);
        assert_int_equal(f->pMethods->xRead(f, page, CT_PAGE, at + SEAL_FRAME_HDR), SQLITE_OK);
        assert_int_equal(f->pMethods->xRead(f, sum, 8, at + 16), SQLITE_OK);
        assert_memory_equal(header, whole, SEAL_FRAME_HDR);
        assert_memory_equal(sum, whole + 16, 8);
        assert_memory_equal(page, whole + SEAL_FRAME_HDR, CT_PAGE);
        assert_memory_equal(header, disk, SEAL_AT_SUM);
        assert_memory_not_equal(header + SEAL_AT_SUM, disk + SEAL_AT_SUM, SEAL_SUM_LEN);
        frame_sum(whole, 8, big, s);
        frame_sum(page, CT_PAGE, big, s);
        assert_int_equal(seal_be32(header + 16), s[0]);
        assert_int_equal(seal_be32(header + 20), s[1]);
    }
    free(raw);
    sqlite3_close(db);
}

/* R16: any first part of a page. */
static void test_parts_of_a_logged_page(void **state)
{
    (void)state;
    sqlite3 *db = made();
    fill(db, 20);
    sqlite3_file *f = log_of(db);
    unsigned char page[CT_PAGE], part[CT_PAGE];
    const int64_t at = frame_offset(3) + SEAL_FRAME_HDR;
    assert_int_equal(f->pMethods->xRead(f, page, CT_PAGE, at), SQLITE_OK);
    for (int n = 1; n < CT_PAGE; n += 101) {
        memset(part, 0xee, sizeof part);
        assert_int_equal(f->pMethods->xRead(f, part, n, at), SQLITE_OK);
        assert_memory_equal(part, page, (size_t)n);
        assert_int_equal(part[n], 0xee);
    }
    assert_int_equal(f->pMethods->xRead(f, part, 8, at + CT_PAGE - 4), SQLITE_IOERR_READ);
    assert_int_equal(f->pMethods->xRead(f, part, 20, frame_offset(3) + 8), SQLITE_IOERR_READ);
    assert_int_equal(f->pMethods->xRead(f, part, CT_PAGE, frame_offset(100000) + 24),
                     SQLITE_IOERR_SHORT_READ);
    sqlite3_close(db);
}

/* A connection that opened the file while it was empty. */
static void test_opened_before_it_was_created(void **state)
{
    (void)state;
    sqlite3 *early = sealed_open(vfs, dir.db, NULL);
    assert_non_null(early);
    sqlite3 *db = made();
    fill(db, 50);
    assert_int_equal(sealed_int(early, "SELECT count(*) FROM t"), 50);
    assert_int_equal(sealed_exec(early, "INSERT INTO t(a) VALUES('early')"), SQLITE_OK);
    assert_int_equal(sealed_int(db, "SELECT count(*) FROM t"), 51);
    sqlite3_close(db);
    assert_true(sealed_sound(early));
    sqlite3_close(early);
}

/* ---- writing a frame (R18) ---- */

struct asked {
    const char *what;
    int (*ask)(sqlite3_file *f);
};

static unsigned char scratch[SEAL_FRAME];

static int ask_read(sqlite3_file *f)
{
    return f->pMethods->xRead(f, scratch, SEAL_WAL_HDR, 0);
}
static int ask_sync(sqlite3_file *f)
{
    return f->pMethods->xSync(f, SQLITE_SYNC_NORMAL);
}
static int ask_size(sqlite3_file *f)
{
    sqlite3_int64 n;
    return f->pMethods->xFileSize(f, &n);
}
static int ask_control(sqlite3_file *f)
{
    int n = -1;
    return f->pMethods->xFileControl(f, SQLITE_FCNTL_PERSIST_WAL, &n);
}
static int ask_truncate(sqlite3_file *f)
{
    return f->pMethods->xTruncate(f, frame_offset(100) + SEAL_FRAME_HDR);
}
static int ask_other_header(sqlite3_file *f)
{
    static const unsigned char other[SEAL_FRAME_HDR] = {0, 0, 0, 3};
    return f->pMethods->xWrite(f, other, SEAL_FRAME_HDR, frame_offset(101));
}
static int ask_other_page(sqlite3_file *f)
{
    static const unsigned char page[CT_PAGE];
    return f->pMethods->xWrite(f, page, CT_PAGE, frame_offset(2) + SEAL_FRAME_HDR);
}

/* A header whose page does not follow reaches the file before anything else
 * happens to it. */
static void test_a_lone_header_is_written_first(void **state)
{
    (void)state;
    static const struct asked ways[] = {
        {"read", ask_read},           {"sync", ask_sync},         {"size", ask_size},
        {"control", ask_control},     {"truncate", ask_truncate}, {"page", ask_other_page},
        {"header", ask_other_header}, /* last: it leaves one waiting itself */
    };
    unsigned char header[SEAL_FRAME_HDR] = {0, 0, 0, 9, 0, 0, 0, 5};
    sqlite3 *db = made();
    fill(db, 20);
    sqlite3_file *f = log_of(db);
    unsigned char *raw, *then;
    /* as SQLite appends: no recovery, no rewriting before it */
    assert_int_equal(ask_read(f), SQLITE_OK);
    for (size_t i = 0; i < CT_LEN(ways); i++) {
        header[23] = (unsigned char)(i + 1);
        size_t n;
        raw = sealed_slurp(dir.wal, &n);
        assert_int_equal(f->pMethods->xWrite(f, header, SEAL_FRAME_HDR, frame_offset(100)),
                         SQLITE_OK);
        size_t m;
        then = sealed_slurp(dir.wal, &m);
        assert_true(n == m && memcmp(raw, then, n) == 0); /* it waits */
        free(raw);
        free(then);
        if (ways[i].ask(f) != SQLITE_OK)
            fail_msg("%s failed", ways[i].what);
        then = sealed_slurp(dir.wal, &m);
        assert_true(m >= (size_t)frame_offset(100) + SEAL_FRAME_HDR);
        unsigned char on_disk[SEAL_FRAME_HDR];
        memcpy(on_disk, then + frame_offset(100), sizeof on_disk);
        free(then);
        assert_true(seal_sum_unmask(seal, 1, frame_offset(100), on_disk));
        if (memcmp(on_disk, header, sizeof header) != 0)
            fail_msg("not written before %s", ways[i].what);
    }
    sqlite3_close(db);
}

static void test_a_header_waits_for_no_close(void **state)
{
    (void)state;
    const unsigned char header[SEAL_FRAME_HDR] = {0, 0, 0, 9, 0, 0, 0, 5, [23] = 77};
    sqlite3 *db = made();
    fill(db, 20);
    sqlite3_file *f = log_of(db);
    assert_int_equal(ask_read(f), SQLITE_OK);
    assert_int_equal(f->pMethods->xWrite(f, header, SEAL_FRAME_HDR, frame_offset(100)),
                     SQLITE_OK);
    sqlite3_close(db);
    size_t n;
    unsigned char *raw = sealed_slurp(dir.wal, &n), on_disk[SEAL_FRAME_HDR];
    assert_int_equal(n, frame_offset(100) + SEAL_FRAME_HDR);
    memcpy(on_disk, raw + frame_offset(100), sizeof on_disk);
    assert_true(seal_sum_unmask(seal, 1, frame_offset(100), on_disk));
    assert_memory_equal(on_disk, header, sizeof header);
    free(raw);
}

/* The frames of a commit are one write, those of a long one a write for each SEAL_RUN. */
static void test_a_commit_is_one_write(void **state)
{
    (void)state;
    sqlite3 *db = made();
    below.show = count_writes;
    header_writes = page_writes = frame_writes = frames_written = 0;
    for (int i = 0; i < 10; i++)
        fill(db, 20);
    assert_int_equal(header_writes, 0);
    assert_int_equal(page_writes, 0);
    assert_true(frames_written > 20);
    assert_int_equal(frame_writes, 10);
    frame_writes = frames_written = 0;
    fill(db, 400);
    assert_true(frames_written > 3 * SEAL_RUN);
    assert_int_equal(frame_writes, (frames_written + SEAL_RUN - 1) / SEAL_RUN);
    sqlite3 *after = recovered();
    assert_int_equal(sealed_int(after, "SELECT count(*) FROM t"), 600);
    assert_true(sealed_sound(after));
    sqlite3_close(after);
    sqlite3_close(db);
}

static size_t log_size(void)
{
    unsigned char *raw;
    size_t n;
    raw = sealed_slurp(dir.wal, &n);
    free(raw);
    return n;
}

static void frame(sqlite3_file *f, int i, unsigned char commits)
{
    static const unsigned char page[CT_PAGE];
    const unsigned char header[SEAL_FRAME_HDR] = {0, 0, 0, 2, 0, 0, 0, commits};
    assert_int_equal(f->pMethods->xWrite(f, header, SEAL_FRAME_HDR, frame_offset(i)),
                     SQLITE_OK);
    assert_int_equal(f->pMethods->xWrite(f, page, CT_PAGE, frame_offset(i) + SEAL_FRAME_HDR),
                     SQLITE_OK);
}

/* Once SQLite has been told that the frame that commits is written, it is; no sync
 * need follow. Whatever else is asked writes as well, and a gap does. */
static void test_frames_wait_for_the_commit_only(void **state)
{
    (void)state;
    sqlite3 *db = made();
    fill(db, 20);
    sqlite3_file *f = log_of(db);
    assert_int_equal(ask_read(f), SQLITE_OK);
    const size_t before = log_size();
    assert_true(before < (size_t)frame_offset(50));
    frame(f, 50, 0);
    frame(f, 51, 0);
    assert_int_equal(log_size(), before);
    frame(f, 52, 9);
    assert_int_equal(log_size(), frame_offset(53));
    frame(f, 53, 0);
    assert_int_equal(log_size(), frame_offset(53));
    assert_int_equal(ask_size(f), SQLITE_OK);
    assert_int_equal(log_size(), frame_offset(54));
    frame(f, 54, 0);
    frame(f, 60, 0);
    assert_int_equal(log_size(), frame_offset(55));
    assert_int_equal(ask_sync(f), SQLITE_OK);
    assert_int_equal(log_size(), frame_offset(61));
    sqlite3_close(db);
}

/* The log of a store in which somebody writes: two frames of his wait, from `end` on. */
struct writing {
    sqlite3_file *file, *log;
    int end;
};

static void writers_lock(const struct writing *w, int what)
{
    assert_int_equal(w->file->pMethods->xShmLock(w->file, 0, 1, what | SQLITE_SHM_EXCLUSIVE),
                     SQLITE_OK);
}

static struct writing two_frames_wait(sqlite3 *db)
{
    struct writing w = {.log = log_of(db)};
    assert_int_equal(sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &w.file),
                     SQLITE_OK);
    assert_int_equal(ask_read(w.log), SQLITE_OK);
    writers_lock(&w, SQLITE_SHM_LOCK);
    const size_t before = log_size();
    w.end = (int)((before - SEAL_WAL_HDR) / SEAL_FRAME);
    frame(w.log, w.end, 0);
    frame(w.log, w.end + 1, 0);
    assert_int_equal(log_size(), before);
    return w;
}

/* Frames of a transaction that was taken back are not written over those of whoever
 * came next. */
static void test_frames_taken_back_are_forgotten(void **state)
{
    (void)state;
    sqlite3 *db = made(), *other;
    fill(db, 100);
    const struct writing w = two_frames_wait(db);
    sqlite3_file *f = w.log;
    writers_lock(&w, SQLITE_SHM_UNLOCK);
    assert_non_null(other = sealed_open(vfs, dir.db, NULL));
    assert_int_equal(sealed_exec(other, "UPDATE t SET a='the next one'"), SQLITE_OK);
    assert_int_equal(ask_sync(f), SQLITE_OK);

    /* the same by SQLite itself, which has written some of them when its cache was full */
    assert_int_equal(sealed_exec(db, "PRAGMA cache_size=5; BEGIN"), SQLITE_OK);
    assert_int_equal(sealed_exec(db, "UPDATE t SET a='never', b=hex(randomblob(400));"
                                     "ROLLBACK"),
                     SQLITE_OK);
    assert_int_equal(sealed_exec(other, "UPDATE t SET b='the one behind'"), SQLITE_OK);
    assert_int_equal(ask_sync(f), SQLITE_OK);
    sqlite3 *after = recovered();
    assert_int_equal(sealed_int(after, "SELECT count(*) FROM t WHERE a='the next one' AND "
                                       "b='the one behind'"),
                     100);
    assert_true(sealed_sound(after));
    sqlite3_close(after);
    sqlite3_close(other);
    sqlite3_close(db);
}

/* SQLite was told that frames are there which then could not be written. A transaction that
 * it goes on with all the same (a full disk may cost it one statement only) reads nothing
 * in their place and is never committed; the next one starts afresh. */
static void test_frames_that_could_not_be_written(void **state)
{
    (void)state;
    sqlite3 *db = made();
    static const unsigned char page[CT_PAGE];
    const unsigned char header[SEAL_FRAME_HDR] = {0, 0, 0, 2, 0, 0, 0, 9};
    fill(db, 40);
    const struct writing w = two_frames_wait(db);
    sqlite3_file *f = w.log;
    const int end = w.end;
    below.ops = FV_WRITE;
    faultvfs_arm(&below, 1, FV_FULL, false);
    assert_int_equal(ask_size(f), SQLITE_FULL);
    faultvfs_arm(&below, 0, FV_FULL, false);
    assert_int_equal(f->pMethods->xRead(f, scratch, CT_PAGE, frame_offset(end) + SEAL_FRAME_HDR),
                     SQLITE_IOERR_READ);
    assert_int_equal(f->pMethods->xRead(f, scratch, CT_PAGE, frame_offset(0) + SEAL_FRAME_HDR),
                     SQLITE_OK); /* what was committed is read on */
    assert_int_equal(f->pMethods->xWrite(f, header, SEAL_FRAME_HDR, frame_offset(end + 2)),
                     SQLITE_IOERR_WRITE);
    assert_int_equal(f->pMethods->xWrite(f, page, CT_PAGE, frame_offset(end) + SEAL_FRAME_HDR),
                     SQLITE_IOERR_WRITE);
    writers_lock(&w, SQLITE_SHM_UNLOCK);
    assert_int_equal(sealed_exec(db, "UPDATE t SET a='the next one'"), SQLITE_OK);
    sqlite3 *after = recovered();
    assert_int_equal(sealed_int(after, "SELECT count(*) FROM t WHERE a='the next one'"), 40);
    assert_true(sealed_sound(after));
    sqlite3_close(after);
    sqlite3_close(db);
}

/* The same by SQLite itself, at each write: whoever goes on after a full disk commits what
 * was not refused, or nothing. */
static void test_going_on_after_a_full_disk(void **state)
{
    (void)state;
    sqlite3 *db = made();
    int went_on = 0, points = 0;
    fill(db, 100);
    assert_int_equal(sealed_exec(db, "PRAGMA cache_size=5"), SQLITE_OK);
    below.ops = FV_WRITE;
    for (int n = 1; n < 1000; n++) {
        assert_int_equal(sealed_exec(db, "UPDATE t SET a='before'"), SQLITE_OK);
        assert_int_equal(sealed_exec(db, "BEGIN; UPDATE t SET a='one', b=hex(randomblob(400))"),
                         SQLITE_OK);
        faultvfs_arm(&below, n, FV_FULL, false);
        const bool two = sealed_exec(db, "UPDATE t SET a='two', b=hex(randomblob(400))") ==
                         SQLITE_OK;
        const bool hit = below.hit;
        faultvfs_arm(&below, 0, FV_FULL, false);
        const bool open = !sqlite3_get_autocommit(db);
        const bool kept = open && sealed_exec(db, "COMMIT") == SQLITE_OK;
        if (!sqlite3_get_autocommit(db))
            assert_int_equal(sealed_exec(db, "ROLLBACK"), SQLITE_OK);
        sqlite3 *after = recovered();
        char sql[96];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM t WHERE a='%s'",
                 !kept ? "before" : two ? "two" : "one");
        if (sealed_int(after, sql) != 100 || !sealed_sound(after))
            fail_msg("write %d: %s", n, sql);
        sqlite3_close(after);
        went_on += open && !two;
        points++;
        if (!hit)
            break;
    }
    print_message("a full disk at %d writes, gone on after %d\n", points - 1, went_on);
    assert_true(points > 3 && went_on > 0);
    sqlite3_close(db);
}

static void test_other_writes_are_refused(void **state)
{
    (void)state;
    static const unsigned char page[SEAL_FRAME];
    unsigned char header[SEAL_WAL_HDR] = {0x37, 0x7f, 0x06,
                                          0x82, [10] = 0x20}; /* pages of 8192 */
    sqlite3 *db = made();
    fill(db, 20);
    sqlite3_file *f = log_of(db);
    const sqlite3_io_methods *m = f->pMethods;
    assert_int_equal(m->xWrite(f, page, 512, frame_offset(0) + 24), SQLITE_IOERR_WRITE);
    assert_int_equal(m->xWrite(f, page, CT_PAGE, frame_offset(0)), SQLITE_IOERR_WRITE);
    assert_int_equal(m->xWrite(f, page, SEAL_FRAME, frame_offset(0)), SQLITE_IOERR_WRITE);
    assert_int_equal(m->xWrite(f, page, 24, 0), SQLITE_IOERR_WRITE);
    assert_int_equal(m->xWrite(f, header, SEAL_WAL_HDR, 0), SQLITE_IOERR_WRITE);
    /* a page whose frame has no header anywhere */
    assert_int_equal(m->xWrite(f, page, CT_PAGE, frame_offset(500) + 24), SQLITE_IOERR_WRITE);
    sqlite3_close(db);
    db = sealed_open(vfs, dir.db, NULL);
    assert_int_equal(sealed_int(db, "SELECT count(*) FROM t"), 20);
    sqlite3_close(db);
}

/* R19: a frame written again has another nonce. */
static void test_overwritten_frames_have_new_nonces(void **state)
{
    (void)state;
    sqlite3 *db = made();
    fill(db, 20);
    unsigned char *one, *two;
    frames_in(dir.wal, &one);
    sqlite3_file *f = log_of(db);
    unsigned char page[CT_PAGE];
    const int64_t at = frame_offset(2) + SEAL_FRAME_HDR;
    assert_int_equal(f->pMethods->xRead(f, page, CT_PAGE, at), SQLITE_OK);
    assert_int_equal(f->pMethods->xWrite(f, page, CT_PAGE, at), SQLITE_OK);
    frames_in(dir.wal, &two);
    assert_memory_not_equal(one + at + SEAL_AT_NONCE, two + at + SEAL_AT_NONCE, CT_NONCE_LEN);
    assert_memory_not_equal(one + at, two + at, 64);
    assert_memory_equal(one, two, (size_t)at);
    sqlite3_close(db);
    free(one);
    free(two);
}

/* ---- damage (R15) ---- */

/* Somebody exchanges two frames of a log in use: their pages are not taken for
 * one another. */
static void test_frames_do_not_open_elsewhere(void **state)
{
    (void)state;
    sqlite3 *db = made();
    fill(db, 20);
    size_t n;
    unsigned char *raw = sealed_slurp(dir.wal, &n), buf[CT_PAGE], t[SEAL_FRAME];
    const int64_t a = frame_offset(2), b = frame_offset(3);
    memcpy(t, raw + a, SEAL_FRAME);
    memcpy(raw + a, raw + b, SEAL_FRAME);
    memcpy(raw + b, t, SEAL_FRAME);
    assert_true(sealed_spill(dir.wal, raw, n));
    sqlite3_file *f = log_of(db);
    assert_int_equal(f->pMethods->xRead(f, buf, CT_PAGE, a + SEAL_FRAME_HDR),
                     SQLITE_IOERR_DATA);
    assert_int_equal(f->pMethods->xRead(f, buf, CT_PAGE, b + SEAL_FRAME_HDR),
                     SQLITE_IOERR_DATA);
    const struct ct_seal_damage d = ct_seal_damage_take(seal);
    assert_true(d.seen && d.wal && d.offset == a + SEAL_FRAME_HDR);
    sqlite3_close(db);
    free(raw);
}

/* A bad frame ends recovery; the same read while SQLite rewrites checksums is
 * an error, for it would be the loss of a commit about to be acknowledged. */
static void test_bad_frames_end_recovery_but_not_rewriting(void **state)
{
    (void)state;
    sqlite3 *db = made();
    fill(db, 20);
    size_t n;
    unsigned char *raw = sealed_slurp(dir.wal, &n), buf[SEAL_FRAME], zero[SEAL_FRAME] = {0};
    raw[frame_offset(3) + 100] ^= 1;
    assert_true(sealed_spill(dir.wal, raw, n));
    sqlite3_file *f = log_of(db);
    assert_int_equal(f->pMethods->xRead(f, buf, SEAL_WAL_HDR, 0), SQLITE_OK);
    assert_int_equal(f->pMethods->xRead(f, buf, SEAL_FRAME, frame_offset(3)), SQLITE_OK);
    assert_memory_equal(buf, zero, SEAL_FRAME);
    assert_int_equal(f->pMethods->xRead(f, buf, 8, frame_offset(2) + 16), SQLITE_OK);
    assert_int_equal(f->pMethods->xRead(f, buf, SEAL_FRAME, frame_offset(3)),
                     SQLITE_IOERR_DATA);
    assert_memory_equal(buf, zero, SEAL_FRAME);
    sqlite3_close(db);
    free(raw);
}

/* Frames of the log's earlier round behind its end are no damage. */
static void test_left_over_frames_are_no_damage(void **state)
{
    (void)state;
    sqlite3 *db = made();
    fill(db, 60);
    assert_int_equal(
        sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_RESTART, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sealed_exec(db, "UPDATE t SET a='new' WHERE id=1"), SQLITE_OK);
    unsigned char *log;
    const size_t frames = frames_in(dir.wal, &log);
    size_t left_over = 0;
    for (size_t i = 0; i < frames; i++) {
        unsigned char *frame = log + frame_offset((int)i);
        if (memcmp(frame + SEAL_AT_SALT, log + 16, 8) != 0) {
            frame[1000] ^= 1; /* nobody owes it anything */
            left_over++;
        }
    }
    assert_true(left_over > 0 && left_over < frames);
    assert_true(sealed_spill(dir.wal, log, SEAL_WAL_HDR + frames * SEAL_FRAME));
    free(log);
    sqlite3 *after = recovered();
    assert_int_equal(sealed_int(after, "SELECT count(*) FROM t WHERE a='new'"), 1);
    assert_false(ct_seal_damage_take(seal).seen);
    sqlite3_close(after);
    sqlite3_close(db);
}

/* Where recovery found the log's end, as after any kill, is forgotten for real
 * damage met later: that is the place to be named. */
static void test_a_torn_tail_hides_no_damage(void **state)
{
    (void)state;
    sqlite3 *db = made();
    fill(db, 20);
    size_t n;
    unsigned char *raw = sealed_slurp(dir.wal, &n), buf[CT_PAGE];
    raw[n - 100] ^= 1; /* the last frame */
    raw[frame_offset(2) + 100] ^= 1;
    sqlite3_file *f = log_of(db);
    unsigned char frame[SEAL_FRAME];
    assert_true(sealed_spill(dir.wal, raw, n));
    assert_int_equal(f->pMethods->xRead(f, frame, SEAL_FRAME, (int64_t)n - SEAL_FRAME), SQLITE_OK);
    assert_int_equal(f->pMethods->xRead(f, buf, CT_PAGE, frame_offset(2) + SEAL_FRAME_HDR),
                     SQLITE_IOERR_DATA);
    const struct ct_seal_damage d = ct_seal_damage_take(seal);
    assert_true(d.seen && d.wal && !d.tail);
    assert_int_equal(d.offset, frame_offset(2) + SEAL_FRAME_HDR);
    assert_int_equal(f->pMethods->xRead(f, frame, SEAL_FRAME, (int64_t)n - SEAL_FRAME), SQLITE_OK);
    assert_true(ct_seal_damage_take(seal).tail);
    sqlite3_close(db);
    free(raw);
}

/* A session that was not given the newest key must not recover the log: it
 * would take commits under that key for a torn tail and write over them. */
static void test_commits_under_a_newer_key_are_not_dropped(void **state)
{
    (void)state;
    static const unsigned char next[CT_KEY_LEN] = "another 32 byte key nobody uses";
    struct ct_seal *newer = NULL;
    int rc;
    sqlite3 *db = made();
    fill(db, 20);
    sqlite3_close(db);
    assert_int_equal(ct_seal_new(SEALED_ID, next, 2, "below", &newer, NULL), CT_OK);
    assert_int_equal(ct_seal_add_key(newer, 1, SEALED_KEY, NULL), CT_OK);
    db = sealed_open(ct_seal_vfs(newer), dir.db, NULL);
    assert_non_null(db);
    assert_int_equal(sealed_exec(db, "INSERT INTO t(a) VALUES('under the new key')"),
                     SQLITE_OK);
    sqlite3_close(db);
    unlink(dir.shm);
    assert_null(sealed_open(vfs, dir.db, &rc));
    assert_int_equal(rc, SQLITE_IOERR_DATA);
    assert_true(ct_seal_damage_take(seal).seen);
    unlink(dir.shm);
    db = sealed_open(ct_seal_vfs(newer), dir.db, NULL);
    assert_non_null(db);
    assert_int_equal(sealed_int(db, "SELECT count(*) FROM t"), 21);
    /* and once everything is rewritten, the old key is not needed (R32) */
    assert_int_equal(sealed_exec(db, "VACUUM"), SQLITE_OK);
    assert_int_equal(sealed_checkpoint(db), SQLITE_OK);
    sqlite3_close(db);
    ct_seal_free(newer);
    assert_int_equal(ct_seal_new(SEALED_ID, next, 2, "below", &newer, NULL), CT_OK);
    db = sealed_open(ct_seal_vfs(newer), dir.db, NULL);
    assert_non_null(db);
    assert_true(sealed_sound(db));
    sqlite3_close(db);
    ct_seal_free(newer);
    assert_null(sealed_open(vfs, dir.db, &rc));
}

/* R28: after a failed sync this connection writes no more, retried or not;
 * opened again, it goes on. */
static void test_a_failed_sync_is_final(void **state)
{
    (void)state;
    sqlite3 *db = made();
    fill(db, 20);
    assert_false(ct_seal_sync_failed_take(seal));
    below.ops = FV_SYNC;
    faultvfs_arm(&below, 1, FV_EIO, false);
    assert_int_equal(sealed_exec(db, "UPDATE t SET a='unsynced'"), SQLITE_IOERR_FSYNC);
    assert_true(ct_seal_sync_failed_take(seal));
    assert_false(ct_seal_sync_failed_take(seal));
    for (int i = 0; i < 3; i++)
        assert_int_not_equal(sealed_exec(db, "UPDATE t SET a='retried'"), SQLITE_OK);
    assert_int_not_equal(sealed_checkpoint(db), SQLITE_OK);
    sqlite3_close(db);
    db = sealed_open(vfs, dir.db, NULL);
    assert_non_null(db);
    assert_int_equal(sealed_int(db, "SELECT count(*) FROM t"), 20);
    assert_int_equal(sealed_int(db, "SELECT count(*) FROM t WHERE a='retried'"), 0);
    assert_int_equal(sealed_exec(db, "UPDATE t SET a='later'"), SQLITE_OK);
    assert_int_equal(sealed_checkpoint(db), SQLITE_OK);
    sqlite3_close(db);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_commits_in_the_log_survive),
        T(test_spilled_and_rewritten_frames),
        T(test_headers_do_not_wait_for_a_sync),
        T(test_savepoints_rolled_back),
        T(test_checkpoints_seal_anew),
        T(test_checksums_are_masked_on_every_path),
        T(test_parts_of_a_logged_page),
        T(test_opened_before_it_was_created),
        T(test_a_lone_header_is_written_first),
        T(test_a_header_waits_for_no_close),
        T(test_a_commit_is_one_write),
        T(test_frames_wait_for_the_commit_only),
        T(test_frames_taken_back_are_forgotten),
        T(test_frames_that_could_not_be_written),
        T(test_going_on_after_a_full_disk),
        T(test_other_writes_are_refused),
        T(test_overwritten_frames_have_new_nonces),
        T(test_frames_do_not_open_elsewhere),
        T(test_bad_frames_end_recovery_but_not_rewriting),
        T(test_left_over_frames_are_no_damage),
        T(test_a_torn_tail_hides_no_damage),
        T(test_commits_under_a_newer_key_are_not_dropped),
        T(test_a_failed_sync_is_final),
    };
    return cmocka_run_group_tests_name("seal_wal", tests, NULL, NULL);
}
