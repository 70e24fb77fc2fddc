/* The sealed store as SQLite and as a thief see it: what is opened, what is
 * refused, what lies on the disk. The log has its own tests (seal_wal). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/faultvfs.h"
#include "tests/support/sealed.h"
#include "vault/seal_internal.h"

static struct sealed_dir dir;
static struct faultvfs below;
static struct ct_seal *seal;
static const char *vfs;

static const char SECRET[] = "Wilhelmina Demo-Oakapple";
#define ROWS                                                                                   \
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);"                                          \
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<200)"                \
    " INSERT INTO t(a) SELECT 'Wilhelmina Demo-Oakapple '||i FROM n;"

static int setup(void **state)
{
    (void)state;
    if (!sealed_dir_make(&dir) || faultvfs_init(&below, "below", NULL) != SQLITE_OK)
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
    return 0;
}

static int files_in_dir(void)
{
    DIR *d = opendir(dir.path);
    int n = 0;
    for (const struct dirent *e; d != NULL && (e = readdir(d)) != NULL;)
        n += e->d_name[0] != '.';
    closedir(d);
    return n;
}

/* A file of the VFS, opened as SQLite opens it, without SQLite. */
struct bare {
    const char *name;
    sqlite3_file *file;
};

static int bare_open(struct bare *b, const char *path, int flags)
{
    sqlite3_vfs *v = sqlite3_vfs_find(vfs);
    b->name = path != NULL ? sqlite3_create_filename(path, "", "", 0, NULL) : NULL;
    b->file = calloc(1, (size_t)v->szOsFile);
    assert_non_null(b->file);
    return v->xOpen(v, b->name, b->file, flags, NULL);
}

static void bare_close(struct bare *b)
{
    if (b->file->pMethods != NULL)
        b->file->pMethods->xClose(b->file);
    free(b->file);
    if (b->name != NULL)
        sqlite3_free_filename(b->name);
}

static sqlite3 *filled(void)
{
    sqlite3 *db = sealed_create(vfs, dir.db, ROWS);
    assert_non_null(db);
    return db;
}

/* ---- what is opened (R1, R9) ---- */

static void test_only_stores_and_logs_are_opened(void **state)
{
    (void)state;
    static const int kinds[] = {SQLITE_OPEN_TEMP_DB,
                                SQLITE_OPEN_TRANSIENT_DB,
                                SQLITE_OPEN_MAIN_JOURNAL,
                                SQLITE_OPEN_TEMP_JOURNAL,
                                SQLITE_OPEN_SUBJOURNAL,
                                SQLITE_OPEN_SUPER_JOURNAL,
                                0,
                                SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL};
    const int rw = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    struct bare b;
    for (size_t i = 0; i < CT_LEN(kinds); i++) {
        assert_int_equal(bare_open(&b, dir.db, rw | kinds[i]), SQLITE_CANTOPEN);
        assert_null(b.file->pMethods);
        bare_close(&b);
    }
    assert_int_equal(bare_open(&b, NULL, rw | SQLITE_OPEN_MAIN_DB), SQLITE_CANTOPEN);
    bare_close(&b);
    assert_int_equal(
        bare_open(&b, dir.db, rw | SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_DELETEONCLOSE),
        SQLITE_CANTOPEN);
    bare_close(&b);
    assert_int_equal(files_in_dir(), 0);
}

static unsigned opened_else;

static void note_opens(const struct faultvfs_call *call, void *arg)
{
    (void)arg;
    if (call->op == FV_OPEN &&
        (call->open_flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) == 0)
        opened_else++;
}

/* With temporary files wanted on disk, the statement that needs one fails, and
 * the transaction can still be taken back. */
static void test_a_spill_fails_and_leaves_no_file(void **state)
{
    (void)state;
    sqlite3 *db = filled();
    sqlite3_close(db);
    const int before = files_in_dir();
    below.show = note_opens;
    opened_else = 0;
    /* a bare connection: temp_store is what SQLite was built with, a file */
    assert_int_equal(sqlite3_open_v2(dir.db, &db, SQLITE_OPEN_READWRITE, vfs), SQLITE_OK);
    assert_int_equal(sealed_exec(db, "PRAGMA cache_size=5; BEGIN; SAVEPOINT a;"
                                     "UPDATE t SET a=a||hex(randomblob(900))"),
                     SQLITE_OK);
    const int rc = sealed_exec(db, "SAVEPOINT b; UPDATE t SET a=upper(a)");
    assert_int_equal(rc & 0xff, SQLITE_CANTOPEN);
    assert_int_equal(sealed_exec(db, "ROLLBACK TO a; COMMIT"), SQLITE_OK);
    assert_int_equal(sealed_int(db, "SELECT count(*) FROM t WHERE length(a)<30"), 200);
    assert_int_equal(sealed_exec(db,
                                 "CREATE TEMP TABLE x AS SELECT a, hex(randomblob(9000)) r "
                                 "FROM t; SELECT count(*) FROM (SELECT * FROM x ORDER BY r)") &
                         0xff,
                     SQLITE_CANTOPEN);
    sqlite3_close(db);
    assert_int_equal(opened_else, 0);
    assert_int_equal(files_in_dir(), before);
}

static void test_no_store_without_locks(void **state)
{
    (void)state;
    sqlite3_close(filled());
    static const char *const how[] = {"nolock=1", "immutable=1"};
    for (size_t i = 0; i < CT_LEN(how); i++) {
        char uri[128];
        sqlite3 *db = NULL;
        snprintf(uri, sizeof uri, "file:%s?%s", dir.db, how[i]);
        assert_int_equal(
            sqlite3_open_v2(uri, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, vfs),
            SQLITE_CANTOPEN);
        sqlite3_close(db);
    }
}

/* Another VFS stacked above: the log still finds its store; and everything
 * SQLite is given has its reserved bytes zero (R9, R12). */
static unsigned pages_seen, reserve_seen;

static void watch_above(const struct faultvfs_call *call, void *arg)
{
    (void)arg;
    const unsigned char *p = call->data;
    if (call->op != FV_READ || call->rc != SQLITE_OK ||
        (call->amount != CT_PAGE && call->amount != SEAL_FRAME))
        return;
    pages_seen++;
    for (int i = call->amount - CT_RESERVE; i < call->amount; i++)
        reserve_seen += p[i] != 0;
}

static void test_under_a_tracing_layer(void **state)
{
    (void)state;
    struct faultvfs above;
    assert_int_equal(faultvfs_init(&above, "above", vfs), SQLITE_OK);
    above.show = watch_above;
    pages_seen = reserve_seen = 0;
    sqlite3 *db = sealed_create("above", dir.db, ROWS);
    assert_non_null(db);
    assert_int_equal(sealed_exec(db, "UPDATE t SET a=a||'.'"), SQLITE_OK);
    assert_int_equal(sealed_checkpoint(db), SQLITE_OK);
    assert_int_equal(sealed_exec(db, "UPDATE t SET a=a||'!'"), SQLITE_OK);
    sqlite3_close(db);
    unlink(dir.shm); /* so that the next one recovers the log */
    db = sealed_open("above", dir.db, NULL);
    assert_non_null(db);
    assert_int_equal(sealed_int(db, "SELECT count(*) FROM t WHERE a LIKE '%.!'"), 200);
    assert_true(sealed_sound(db));
    sqlite3_close(db);
    assert_true(pages_seen > 10);
    assert_int_equal(reserve_seen, 0);
    faultvfs_done(&above);
}

/* ---- reading (R2, R3, R4, R7, R25) ---- */

static void test_the_header_is_synthetic(void **state)
{
    (void)state;
    static const int rw = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MAIN_DB;
    unsigned char header[100], page[CT_PAGE], zero[100] = {0};
    struct bare b;
    assert_int_equal(bare_open(&b, dir.db, rw), SQLITE_OK);
    memset(header, 0xee, sizeof header);
    assert_int_equal(b.file->pMethods->xRead(b.file, header, 100, 0), SQLITE_IOERR_SHORT_READ);
    assert_memory_equal(header, zero, sizeof zero);
    bare_close(&b);
    sqlite3_close(filled());
    /* page 1 is in ruins, as in the middle of a checkpoint: no matter here */
    assert_int_equal(bare_open(&b, dir.db, rw), SQLITE_OK);
    faultvfs_arm(&below, 1, FV_EIO, true);
    below.ops = FV_READ;
    assert_int_equal(b.file->pMethods->xRead(b.file, header, 100, 0), SQLITE_OK);
    faultvfs_arm(&below, 0, FV_EIO, false);
    assert_int_equal(header[16] << 8 | header[17], CT_PAGE);
    assert_int_equal(header[20], CT_RESERVE);
    /* and what SQLite uses of it is what the true one says */
    assert_int_equal(b.file->pMethods->xRead(b.file, page, CT_PAGE, 0), SQLITE_OK);
    assert_memory_equal(header, page, 24);
    assert_memory_equal(header + 52, page + 52, 4);
    assert_memory_equal(header + 64, page + 64, 4);
    bare_close(&b);
}

static void test_parts_of_pages(void **state)
{
    (void)state;
    sqlite3_close(filled());
    struct bare b;
    unsigned char page[CT_PAGE], part[CT_PAGE];
    assert_int_equal(bare_open(&b, dir.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB),
                     SQLITE_OK);
    const sqlite3_io_methods *m = b.file->pMethods;
    assert_int_equal(m->xRead(b.file, page, CT_PAGE, CT_PAGE), SQLITE_OK);
    for (int at = 0; at < CT_PAGE; at += 61)
        for (int n = 1; at + n <= CT_PAGE; n += 797) {
            memset(part, 0xee, sizeof part);
            assert_int_equal(m->xRead(b.file, part, n, CT_PAGE + at), SQLITE_OK);
            assert_memory_equal(part, page + at, (size_t)n);
            assert_true(n == CT_PAGE || part[n] == 0xee);
        }
    assert_int_equal(m->xRead(b.file, part, 16, 24), SQLITE_OK); /* R3 */
    assert_int_equal(m->xRead(b.file, page, CT_PAGE, 0), SQLITE_OK);
    assert_memory_equal(part, page + 24, 16);
    /* never over the edge of a page */
    assert_int_equal(m->xRead(b.file, part, 2, CT_PAGE - 1), SQLITE_IOERR_READ);
    assert_int_equal(m->xRead(b.file, part, 1, -1), SQLITE_IOERR_READ);
    bare_close(&b);
}

/* A page met half written is read again, a few times (R3); one that stays bad
 * is an error, and said where. */
static void test_a_torn_read_is_repeated(void **state)
{
    (void)state;
    sqlite3_close(filled());
    struct bare b;
    unsigned char buf[CT_PAGE];
    assert_int_equal(bare_open(&b, dir.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB),
                     SQLITE_OK);
    below.ops = FV_READ;
    faultvfs_arm(&below, 1, FV_GARBLE, false);
    assert_int_equal(b.file->pMethods->xRead(b.file, buf, 16, 24), SQLITE_OK);
    assert_true(below.hit);
    faultvfs_arm(&below, 1, FV_GARBLE, false);
    assert_int_equal(b.file->pMethods->xRead(b.file, buf, CT_PAGE, CT_PAGE), SQLITE_OK);
    assert_true(below.hit);
    assert_false(ct_seal_damage_take(seal).seen);
    faultvfs_arm(&below, 1, FV_GARBLE, true);
    assert_int_equal(b.file->pMethods->xRead(b.file, buf, CT_PAGE, CT_PAGE), SQLITE_IOERR_DATA);
    const struct ct_seal_damage d = ct_seal_damage_take(seal);
    assert_true(d.seen && !d.wal && d.page == 2 && d.offset == CT_PAGE);
    assert_false(ct_seal_damage_take(seal).seen);
    bare_close(&b);
}

/* R25: an error of the lower layer comes up as it is, at once. */
static void test_lower_errors_come_up_unchanged(void **state)
{
    (void)state;
    sqlite3_close(filled());
    struct bare b;
    unsigned char buf[CT_PAGE], zero[CT_PAGE] = {0};
    sqlite3_int64 size;
    assert_int_equal(bare_open(&b, dir.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB),
                     SQLITE_OK);
    const sqlite3_io_methods *m = b.file->pMethods;
    below.ops = FV_ALL;
    faultvfs_arm(&below, 1, FV_EIO, true);
    memset(buf, 0xee, sizeof buf);
    assert_int_equal(m->xRead(b.file, buf, CT_PAGE, 0), SQLITE_IOERR_READ);
    assert_int_equal(below.calls, 1);
    assert_memory_equal(buf, zero, sizeof buf);
    assert_int_equal(m->xRead(b.file, buf, 100, 0), SQLITE_IOERR_FSTAT);
    assert_int_equal(m->xFileSize(b.file, &size), SQLITE_IOERR_FSTAT);
    assert_int_equal(m->xTruncate(b.file, CT_PAGE), SQLITE_IOERR_TRUNCATE);
    memset(buf, 0, sizeof buf);
    assert_int_equal(m->xWrite(b.file, buf, CT_PAGE, CT_PAGE), SQLITE_IOERR_WRITE);
    faultvfs_arm(&below, 1, FV_FULL, true);
    assert_int_equal(m->xWrite(b.file, buf, CT_PAGE, 4 * CT_PAGE), SQLITE_FULL);
    faultvfs_arm(&below, 0, FV_EIO, false);
    assert_false(ct_seal_damage_take(seal).seen);
    bare_close(&b);
}

static unsigned fetches;

static void note_fetch(const struct faultvfs_call *call, void *arg)
{
    (void)arg;
    fetches += call->op == FV_FETCH;
}

static void test_nothing_is_mapped(void **state)
{
    (void)state;
    sqlite3 *db = filled();
    sqlite3_int64 mmap = 100 << 20;
    fetches = 0;
    below.show = note_fetch;
    assert_int_equal(sqlite3_file_control(db, "main", SQLITE_FCNTL_MMAP_SIZE, &mmap),
                     SQLITE_OK);
    assert_int_equal(mmap, 0);
    sealed_checkpoint(db);
    sqlite3_db_release_memory(db);
    assert_true(sealed_sound(db));
    assert_int_equal(fetches, 0);
    sqlite3_close(db);
    struct bare b;
    void *p = &b;
    assert_int_equal(bare_open(&b, dir.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB),
                     SQLITE_OK);
    assert_int_equal(b.file->pMethods->xFetch(b.file, 0, CT_PAGE, &p), SQLITE_OK);
    assert_null(p);
    bare_close(&b);
}

/* ---- writing (R5, R6, R10, R11, R24) ---- */

static unsigned odd_writes, whole_writes;

static void note_writes(const struct faultvfs_call *call, void *arg)
{
    (void)arg;
    if (call->op != FV_WRITE)
        return;
    const bool wal = (call->open_flags & SQLITE_OPEN_WAL) != 0;
    const int n = call->amount;
    const bool fine =
        wal ? n == SEAL_WAL_HDR || n == SEAL_FRAME_HDR || n == CT_PAGE || n % SEAL_FRAME == 0
            : n == CT_PAGE && call->offset % CT_PAGE == 0;
    odd_writes += !fine;
    whole_writes += fine;
}

static void test_whole_pages_whatever_the_uri_says(void **state)
{
    (void)state;
    char uri[128];
    sqlite3_close(filled());
    snprintf(uri, sizeof uri, "file:%s?psow=0", dir.db);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open_v2(uri, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, vfs),
                     SQLITE_OK);
    below.show = note_writes;
    odd_writes = whole_writes = 0;
    assert_int_equal(sealed_exec(db,
                                 "PRAGMA synchronous=FULL; UPDATE t SET a=hex(randomblob(200));"
                                 "UPDATE t SET a=a||'.'"),
                     SQLITE_OK);
    assert_int_equal(sealed_checkpoint(db), SQLITE_OK);
    sqlite3_close(db);
    assert_true(whole_writes > 10);
    assert_int_equal(odd_writes, 0);
    struct bare b;
    assert_int_equal(bare_open(&b, dir.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB),
                     SQLITE_OK);
    assert_int_equal(b.file->pMethods->xDeviceCharacteristics(b.file),
                     SQLITE_IOCAP_POWERSAFE_OVERWRITE);
    bare_close(&b);
}

static void test_constants_are_not_for_pragmas(void **state)
{
    (void)state;
    static const char *const refused[] = {"PRAGMA page_size=8192",
                                          "PRAGMA main.page_size=512",
                                          "PRAGMA journal_mode=DELETE",
                                          "PRAGMA journal_mode=TRUNCATE",
                                          "PRAGMA journal_mode=PERSIST",
                                          "PRAGMA journal_mode=MEMORY",
                                          "PRAGMA journal_mode=OFF",
                                          "PRAGMA locking_mode=EXCLUSIVE",
                                          "PRAGMA mmap_size=1000000",
                                          "PRAGMA auto_vacuum=FULL",
                                          "PRAGMA auto_vacuum=2",
                                          "PRAGMA temp_store=FILE",
                                          "PRAGMA temp_store=1",
                                          "PRAGMA temp_store=DEFAULT",
                                          "PRAGMA Temp_Store='file'",
                                          "PRAGMA wal_autocheckpoint=1000",
                                          "PRAGMA temp_store_directory='/tmp'"};
    static const char *const allowed[] = {
        "PRAGMA page_size",        "PRAGMA page_size=4096",    "PRAGMA journal_mode",
        "PRAGMA journal_mode=wal", "PRAGMA temp_store=MEMORY", "PRAGMA temp_store=2",
        "PRAGMA mmap_size=0",      "PRAGMA synchronous=FULL",  "PRAGMA wal_autocheckpoint=0",
        "PRAGMA locking_mode",     "PRAGMA foreign_keys=ON",   "PRAGMA cache_size=100",
        "PRAGMA integrity_check",  "PRAGMA auto_vacuum=NONE",  "PRAGMA data_version"};
    sqlite3_close(filled());
    sqlite3 *db = sealed_open(vfs, dir.db, NULL);
    assert_non_null(db);
    for (size_t i = 0; i < CT_LEN(refused); i++)
        if (sealed_exec(db, refused[i]) != SQLITE_ERROR)
            fail_msg("not refused: %s", refused[i]);
    for (size_t i = 0; i < CT_LEN(allowed); i++)
        if (sealed_exec(db, allowed[i]) != SQLITE_OK)
            fail_msg("refused: %s", allowed[i]);
    assert_int_equal(sealed_int(db, "PRAGMA page_size"), CT_PAGE);
    sqlite3_close(db);
}

static void test_a_store_without_room_is_never_written(void **state)
{
    (void)state;
    static const int reserves[] = {0, 40, 47, 49, 64};
    for (size_t i = 0; i < CT_LEN(reserves); i++) {
        sqlite3 *db = NULL;
        int reserve = reserves[i];
        assert_int_equal(
            sqlite3_open_v2(dir.db, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs),
            SQLITE_OK);
        assert_int_equal(sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve),
                         SQLITE_OK);
        assert_int_equal(sealed_exec(db, "PRAGMA journal_mode=MEMORY"), SQLITE_OK);
        assert_int_not_equal(sealed_exec(db, ROWS), SQLITE_OK);
        sqlite3_close(db);
        size_t n;
        free(sealed_slurp(dir.db, &n));
        assert_false(sealed_grep(dir.db, SECRET, strlen(SECRET)));
        sealed_dir_clear(&dir);
    }
    sqlite3 *db = filled();
    int reserve = -1;
    assert_int_equal(sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve),
                     SQLITE_OK);
    assert_int_equal(reserve, CT_RESERVE);
    sqlite3_close(db);
}

static void test_writes_are_whole_pages_or_nothing(void **state)
{
    (void)state;
    sqlite3_close(filled());
    struct bare b;
    unsigned char page[CT_PAGE], keep[CT_PAGE], back[CT_PAGE];
    assert_int_equal(bare_open(&b, dir.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB),
                     SQLITE_OK);
    const sqlite3_io_methods *m = b.file->pMethods;
    assert_int_equal(m->xRead(b.file, page, CT_PAGE, CT_PAGE), SQLITE_OK);
    memcpy(keep, page, sizeof keep);
    assert_int_equal(m->xWrite(b.file, page, 512, 0), SQLITE_IOERR_WRITE);
    assert_int_equal(m->xWrite(b.file, page, CT_PAGE, 512), SQLITE_IOERR_WRITE);
    assert_int_equal(m->xWrite(b.file, page, 2 * CT_PAGE, 0), SQLITE_IOERR_WRITE);
    assert_int_equal(m->xWrite(b.file, page, CT_PAGE, 0), SQLITE_IOERR_WRITE); /* no page 1 */
    assert_int_equal(m->xTruncate(b.file, 100), SQLITE_IOERR_TRUNCATE);
    assert_int_equal(m->xWrite(b.file, page, CT_PAGE, CT_PAGE), SQLITE_OK);
    assert_memory_equal(page, keep, sizeof page); /* R24 */
    assert_int_equal(m->xRead(b.file, back, CT_PAGE, CT_PAGE), SQLITE_OK);
    assert_memory_equal(back, keep, sizeof page);
    page[CT_PAGE - 1] = 1; /* R12 */
    assert_int_equal(m->xWrite(b.file, page, CT_PAGE, CT_PAGE), SQLITE_IOERR_WRITE);
    assert_int_equal(m->xRead(b.file, back, CT_PAGE, CT_PAGE), SQLITE_OK);
    bare_close(&b);
}

static bool no_random(void *p, size_t n)
{
    (void)p, (void)n;
    return false;
}

/* R11: without randomness nothing changes on the disk, and it is not taken for
 * a commit. */
static void test_without_randomness_nothing_is_written(void **state)
{
    (void)state;
    sqlite3 *db = filled();
    size_t n, m;
    unsigned char *before = sealed_slurp(dir.db, &n);
    seal->random = no_random;
    seal->nonces->left = 0;
    assert_int_equal(sealed_exec(db, "UPDATE t SET a='lost'") & 0xff, SQLITE_IOERR);
    assert_int_equal(sealed_int(db, "SELECT count(*) FROM t WHERE a='lost'"), 0);
    unsigned char *after = sealed_slurp(dir.db, &m);
    assert_int_equal(n, m);
    assert_memory_equal(before, after, n);
    seal->random = seal_kernel_random;
    assert_int_equal(sealed_exec(db, "UPDATE t SET a='kept'"), SQLITE_OK);
    sqlite3_close(db);
    free(before);
    free(after);
    sealed_dir_clear(&dir);
    seal->random = no_random; /* a new store */
    seal->nonces->left = 0;
    assert_null(sealed_create(vfs, dir.db, ROWS));
    before = sealed_slurp(dir.db, &n);
    assert_int_equal(n, 0);
    free(before);
}

/* ---- the instance ---- */

static void test_instances_are_told_apart(void **state)
{
    (void)state;
    struct ct_seal *other = sealed_vfs(NULL), *none = NULL;
    struct ct_error err;
    assert_non_null(other);
    assert_string_not_equal(ct_seal_vfs(other), vfs);
    assert_ptr_equal(sqlite3_vfs_find(ct_seal_vfs(other)), &other->vfs);
    char name[64];
    snprintf(name, sizeof name, "%s", ct_seal_vfs(other));
    ct_seal_free(other);
    assert_null(sqlite3_vfs_find(name));
    assert_int_equal(ct_seal_new(SEALED_ID, SEALED_KEY, 1, "no such", &none, &err),
                     CT_EINTERNAL);
    assert_null(none);
    ct_seal_free(NULL);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_only_stores_and_logs_are_opened),
        T(test_a_spill_fails_and_leaves_no_file),
        T(test_no_store_without_locks),
        T(test_under_a_tracing_layer),
        T(test_the_header_is_synthetic),
        T(test_parts_of_pages),
        T(test_a_torn_read_is_repeated),
        T(test_lower_errors_come_up_unchanged),
        T(test_nothing_is_mapped),
        T(test_whole_pages_whatever_the_uri_says),
        T(test_constants_are_not_for_pragmas),
        T(test_a_store_without_room_is_never_written),
        T(test_writes_are_whole_pages_or_nothing),
        T(test_without_randomness_nothing_is_written),
        T(test_instances_are_told_apart),
    };
    return cmocka_run_group_tests_name("seal", tests, NULL, NULL);
}
