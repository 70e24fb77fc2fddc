/* The sealed store as a thief finds it, and as verify and backup read it: no
 * word of it on the disk, and no page that can be changed, moved or dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/faultvfs.h"
#include "tests/support/sealed.h"
#include "tests/support/tmp.h"
#include "vault/seal_internal.h"

static struct sealed_dir dir;
static struct faultvfs below;
static struct ct_seal *seal;
static const char *vfs;

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

static unsigned opened_else;

static void note_opens(const struct faultvfs_call *call, void *arg)
{
    (void)arg;
    if (call->op == FV_OPEN &&
        (call->open_flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) == 0)
        opened_else++;
}

/* ---- what lies on the disk (R11, R26, R27) ---- */

static void test_the_disk_holds_no_word_of_it(void **state)
{
    (void)state;
    static const char *const words[] = {"Wilhelmina", "SQLite format 3", "CREATE TABLE",
                                        "INTEGER PRIMARY"};
    sqlite3 *db = filled();
    assert_int_equal(sealed_exec(db, "UPDATE t SET a='Wilhelmina again '||id"), SQLITE_OK);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < CT_LEN(words); i++) {
            assert_false(sealed_grep(dir.db, words[i], strlen(words[i])));
            assert_false(sealed_grep(dir.wal, words[i], strlen(words[i])));
            assert_false(sealed_grep(dir.shm, words[i], strlen(words[i])));
        }
        assert_int_equal(sealed_checkpoint(db), SQLITE_OK);
    }
    sqlite3_close(db);
    char plain[96]; /* the same search finds it where it is not sealed */
    snprintf(plain, sizeof plain, "%s/plain", dir.path);
    db = sealed_open("unix", plain, NULL);
    assert_int_equal(sealed_exec(db, ROWS), SQLITE_OK);
    sqlite3_close(db);
    assert_true(sealed_grep(plain, "Wilhelmina", 10));
}

static void edit(size_t page, void (*fn)(unsigned char *p, unsigned char *all))
{
    size_t n;
    unsigned char *all = sealed_slurp(dir.db, &n);
    assert_true(all != NULL && (page + 1) * CT_PAGE <= n);
    fn(all + page * CT_PAGE, all);
    assert_true(sealed_spill(dir.db, all, n));
    free(all);
}

static void zero(unsigned char *p, unsigned char *all)
{
    (void)all;
    memset(p, 0, CT_PAGE);
}

static void swap_with_second(unsigned char *p, unsigned char *all)
{
    unsigned char t[CT_PAGE];
    memcpy(t, p, CT_PAGE);
    memcpy(p, all + CT_PAGE, CT_PAGE);
    memcpy(all + CT_PAGE, t, CT_PAGE);
}

/* Everything is asked for: schema, rows, free pages. */
static int read_all(void)
{
    int rc = SQLITE_OK;
    sqlite3 *db = sealed_open(vfs, dir.db, &rc);
    if (db == NULL)
        return rc;
    rc = sealed_exec(db, "SELECT count(*), max(a) FROM t; PRAGMA integrity_check");
    sqlite3_close(db);
    return rc;
}

static void test_edited_pages_are_refused(void **state)
{
    (void)state;
    char safe[96];
    size_t n;
    sqlite3 *db = filled();
    sealed_checkpoint(db);
    sqlite3_close(db);
    free(sealed_slurp(dir.db, &n));
    const size_t pages = n / CT_PAGE;
    assert_true(pages >= 4);
    snprintf(safe, sizeof safe, "%s/safe", dir.path);
    assert_true(sealed_copy(dir.db, safe));
    assert_int_equal(read_all(), SQLITE_OK);
    for (size_t i = 0; i < 2 * pages; i++) {
        const size_t page = i % pages;
        if (i >= pages && page == 1)
            continue;
        edit(page, i < pages ? zero : swap_with_second);
        assert_int_equal(read_all(), SQLITE_IOERR_DATA);
        const struct ct_seal_damage d = ct_seal_damage_take(seal);
        assert_true(d.seen && !d.wal);
        assert_true(d.page == page + 1 || (i >= pages && d.page == 2));
        assert_true(sealed_copy(safe, dir.db));
        assert_int_equal(read_all(), SQLITE_OK);
    }
}

static void test_a_cut_store_is_refused(void **state)
{
    (void)state;
    size_t n;
    sqlite3 *db = filled();
    sealed_checkpoint(db);
    sqlite3_close(db);
    unsigned char *all = sealed_slurp(dir.db, &n);
    assert_non_null(all);
    for (size_t cut = 1; cut < n; cut += 997) {
        assert_true(sealed_spill(dir.db, all, n - cut));
        const int rc = read_all();
        if (rc != SQLITE_IOERR_DATA && rc != SQLITE_CORRUPT && rc != SQLITE_NOTADB)
            fail_msg("cut by %zu: %d", cut, rc);
    }
    free(all);
}

/* SQLite takes a page that is not there for zeros. With commits in the log the
 * store's size is not compared, so a cut must be noticed by who reads. */
static void test_a_missing_page_is_no_page_of_zeros(void **state)
{
    (void)state;
    struct bare b;
    unsigned char buf[CT_PAGE];
    sqlite3 *db = filled();
    sealed_checkpoint(db);
    assert_int_equal(sealed_exec(db, "UPDATE t SET a='x' WHERE id=1"), SQLITE_OK);
    sqlite3_close(db);
    size_t n;
    free(sealed_slurp(dir.db, &n));
    const off_t pages = (off_t)(n / CT_PAGE);
    for (int partly = 0; partly < 2; partly++) {
        assert_int_equal(truncate(dir.db, (pages - 1) * CT_PAGE + partly * 1000), 0);
        assert_int_equal(bare_open(&b, dir.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB),
                         SQLITE_OK);
        assert_int_equal(b.file->pMethods->xRead(b.file, buf, CT_PAGE, (pages - 1) * CT_PAGE),
                         SQLITE_IOERR_DATA);
        bare_close(&b);
        const struct ct_seal_damage d = ct_seal_damage_take(seal);
        assert_true(d.seen && d.page == pages);
        unlink(dir.shm);
        assert_int_equal(read_all(), SQLITE_IOERR_DATA);
        (void)ct_seal_damage_take(seal);
    }
    /* only a store that is still empty has no first page */
    assert_int_equal(truncate(dir.db, 0), 0);
    assert_int_equal(bare_open(&b, dir.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB),
                     SQLITE_OK);
    assert_int_equal(b.file->pMethods->xRead(b.file, buf, CT_PAGE, 0), SQLITE_IOERR_SHORT_READ);
    assert_int_equal(b.file->pMethods->xRead(b.file, buf, CT_PAGE, CT_PAGE), SQLITE_IOERR_DATA);
    bare_close(&b);
}

static void test_another_key_opens_nothing(void **state)
{
    (void)state;
    static const unsigned char wrong[CT_KEY_LEN] = "32 bytes that are the wrong ones";
    sqlite3_close(filled());
    struct ct_seal *other = NULL;
    int rc;
    assert_int_equal(ct_seal_new(SEALED_ID, wrong, 1, NULL, &other, NULL), CT_OK);
    assert_null(sealed_open(ct_seal_vfs(other), dir.db, &rc));
    assert_int_equal(rc, SQLITE_IOERR_DATA);
    ct_seal_free(other);
    assert_int_equal(ct_seal_new(SEALED_ID, SEALED_KEY, 2, NULL, &other, NULL), CT_OK);
    assert_null(sealed_open(ct_seal_vfs(other), dir.db, &rc)); /* the epoch is part of it */
    ct_seal_free(other);
    assert_int_equal(read_all(), SQLITE_OK);
}

/* ---- walking ---- */

struct found {
    unsigned n;
    uint32_t last;
    int64_t offset;
};

static void found_bad(uint32_t page, int64_t offset, void *arg)
{
    struct found *f = arg;
    f->n++;
    f->last = page;
    f->offset = offset;
}

static void test_walking_names_every_bad_page(void **state)
{
    (void)state;
    struct found f = {0};
    struct ct_error err;
    uint32_t pages = 0;
    size_t n;
    assert_int_equal(ct_seal_walk(seal, dir.db, found_bad, &f, &pages, &err), CT_ENOTFOUND);
    sqlite3 *db = filled();
    sealed_checkpoint(db);
    sqlite3_close(db);
    assert_int_equal(ct_seal_walk(seal, dir.db, found_bad, &f, &pages, &err), CT_OK);
    unsigned char *all = sealed_slurp(dir.db, &n);
    assert_int_equal(pages, n / CT_PAGE);
    assert_int_equal(f.n, 0);
    edit(2, zero);
    assert_int_equal(ct_seal_walk(seal, dir.db, found_bad, &f, &pages, &err), CT_OK);
    assert_true(f.n == 1 && f.last == 3 && f.offset == 2 * CT_PAGE);
    assert_true(sealed_spill(dir.db, all, n - 5));
    f.n = 0;
    assert_int_equal(ct_seal_walk(seal, dir.db, found_bad, &f, &pages, &err), CT_OK);
    assert_true(f.n == 1 && f.last == n / CT_PAGE && pages == n / CT_PAGE);
    below.ops = FV_READ;
    faultvfs_arm(&below, 2, FV_EIO, false);
    assert_int_equal(ct_seal_walk(seal, dir.db, found_bad, &f, &pages, &err), CT_EIO);
    faultvfs_arm(&below, 0, FV_EIO, false);
    free(all);
}

/* Where SQLite keeps its lock bytes there is never a page (R26). */
static void test_walking_skips_the_lock_page(void **state)
{
    (void)state;
    struct found f = {0};
    uint32_t pages = 0;
    const int fd = open(dir.db, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(ftruncate(fd, ((off_t)SEAL_LOCK_PAGE + 1) * CT_PAGE), 0);
    close(fd);
    assert_int_equal(ct_seal_walk(seal, dir.db, found_bad, &f, &pages, NULL), CT_OK);
    assert_int_equal(SEAL_LOCK_PAGE, 262145);
    assert_int_equal(pages, SEAL_LOCK_PAGE); /* one more than that, less the one skipped */
    assert_int_equal(f.n, SEAL_LOCK_PAGE);
    assert_int_equal(f.last, SEAL_LOCK_PAGE + 1);
}

/* ---- backup and VACUUM (R30, R31) ---- */

static int backup(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    if (b == NULL)
        return sqlite3_extended_errcode(to);
    int rc = sqlite3_backup_step(b, -1);
    const int end = sqlite3_backup_finish(b);
    return rc == SQLITE_DONE ? end : rc;
}

static void test_backup_is_sealed_and_whole(void **state)
{
    (void)state;
    char copy[96];
    sqlite3 *db = filled(), *to = NULL;
    const int rw = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    snprintf(copy, sizeof copy, "%s/copy", dir.path);
    assert_int_equal(sqlite3_open_v2(copy, &to, rw, vfs), SQLITE_OK);
    assert_int_equal(backup(db, to) & 0xff, SQLITE_CANTOPEN); /* it would need a journal */
    sqlite3_close(to);
    unlink(copy);
    assert_int_equal(sqlite3_open_v2(copy, &to, rw, vfs), SQLITE_OK);
    assert_int_equal(sealed_exec(to, "PRAGMA journal_mode=OFF"), SQLITE_OK);
    assert_int_equal(backup(db, to), SQLITE_OK);
    sqlite3_close(to);
    sqlite3_close(db);
    assert_false(sealed_grep(copy, "Wilhelmina", 10));
    struct found f = {0};
    uint32_t pages = 0;
    assert_int_equal(ct_seal_walk(seal, copy, found_bad, &f, &pages, NULL), CT_OK);
    assert_true(pages >= 4 && f.n == 0);
    to = sealed_open(vfs, copy, NULL);
    assert_non_null(to);
    assert_int_equal(sealed_int(to, "SELECT count(*) FROM t WHERE a LIKE 'Wilhelmina%'"), 200);
    assert_true(sealed_sound(to));
    sqlite3_close(to);
}

static void test_vacuum_works_in_place_only(void **state)
{
    (void)state;
    char sql[128];
    sqlite3 *db = filled();
    sqlite3_close(db);
    db = sealed_open(vfs, dir.db, NULL);
    assert_int_equal(sealed_exec(db, "DELETE FROM t WHERE id%2"), SQLITE_OK);
    below.show = note_opens;
    opened_else = 0;
    assert_int_equal(sealed_exec(db, "VACUUM"), SQLITE_OK);
    snprintf(sql, sizeof sql, "VACUUM INTO '%s/into'", dir.path);
    assert_int_equal(sealed_exec(db, sql) & 0xff, SQLITE_CANTOPEN);
    assert_int_equal(opened_else, 0);
    assert_int_equal(sealed_checkpoint(db), SQLITE_OK);
    assert_int_equal(sealed_int(db, "SELECT count(*) FROM t"), 100);
    assert_true(sealed_sound(db));
    sqlite3_close(db);
    assert_int_equal(read_all(), SQLITE_OK);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_the_disk_holds_no_word_of_it), T(test_edited_pages_are_refused),
        T(test_a_cut_store_is_refused),       T(test_a_missing_page_is_no_page_of_zeros),
        T(test_another_key_opens_nothing),    T(test_walking_names_every_bad_page),
        T(test_walking_skips_the_lock_page),  T(test_backup_is_sealed_and_whole),
        T(test_vacuum_works_in_place_only),
    };
    tmp_on_disk();
    return cmocka_run_group_tests_name("seal_disk", tests, NULL, NULL);
}
