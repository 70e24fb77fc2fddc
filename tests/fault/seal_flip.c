/* Every single byte of a small store is changed in turn: whoever reads the page
 * is told, the session does not crash, and nothing wrong is ever shown. CT_SOAK_S:
 * every byte under the sanitizers too. */
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

static struct sealed_dir dir;
static struct ct_seal *seal;
static unsigned char *whole;
static size_t size;

static int setup(void **state)
{
    (void)state;
    if (!sealed_dir_make(&dir) || (seal = sealed_vfs("unix-excl")) == NULL)
        return -1;
    sqlite3 *db = sealed_create(ct_seal_vfs(seal), dir.db,
                                "CREATE TABLE t(a TEXT); INSERT INTO t VALUES('the one row');"
                                "CREATE TABLE gone(a); INSERT INTO gone VALUES(1);");
    const bool ok = db != NULL && sealed_exec(db, "DROP TABLE gone") == SQLITE_OK &&
                    sealed_checkpoint(db) == SQLITE_OK;
    sqlite3_close(db);
    unlink(dir.wal);
    whole = sealed_slurp(dir.db, &size);
    return ok && size == 3 * CT_PAGE ? 0 : -1; /* schema, a table, a free page */
}

static int teardown(void **state)
{
    (void)state;
    sealed_vfs_free(seal);
    sealed_dir_remove(&dir);
    free(whole);
    return 0;
}

static void put(size_t offset, unsigned char byte)
{
    const int fd = open(dir.db, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, &byte, 1, (off_t)offset), 1);
    close(fd);
}

static int read_all(void)
{
    sqlite3 *db = NULL;
    int rc = sqlite3_open_v2(dir.db, &db, SQLITE_OPEN_READWRITE, ct_seal_vfs(seal));
    if (rc == SQLITE_OK)
        rc = sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (rc == SQLITE_OK)
        rc = sealed_exec(db, "SELECT count(*), max(a) FROM t; PRAGMA integrity_check");
    sqlite3_close(db);
    return rc;
}

/* The reserve, where seal and nonce stand: every byte in every build. */
static bool takes(size_t at)
{
    return at % CT_PAGE >= CT_PAGE - CT_RESERVE || sealed_takes(at);
}

static void test_every_byte_of_the_pages_read(void **state)
{
    (void)state;
    assert_int_equal(read_all(), SQLITE_OK);
    for (size_t at = 0; at < size; at++) {
        if (!takes(at))
            continue;
        put(at, whole[at] ^ (unsigned char)(1 + at % 255));
        const int rc = read_all();
        const struct ct_seal_damage d = ct_seal_damage_take(seal);
        put(at, whole[at]);
        /* a free leaf is not read by SQLite; walking finds it */
        const bool found = rc == SQLITE_IOERR_DATA && d.seen && d.page == at / CT_PAGE + 1;
        if (!found && !(at >= 2 * CT_PAGE && rc == SQLITE_OK))
            fail_msg("byte %zu: %d, page %u", at, rc, d.page);
    }
    assert_int_equal(read_all(), SQLITE_OK);
}

struct found {
    unsigned n;
    uint32_t page;
};

static void bad(uint32_t page, int64_t offset, void *arg)
{
    struct found *f = arg;
    f->n++;
    f->page = page;
    assert_int_equal(offset, (int64_t)(page - 1) * CT_PAGE);
}

static void test_walking_finds_every_byte(void **state)
{
    (void)state;
    for (size_t at = 0; at < size; at++) {
        struct found f = {0};
        uint32_t pages = 0;
        if (!takes(at))
            continue;
        put(at, whole[at] ^ (unsigned char)(1 << at % 8));
        assert_int_equal(ct_seal_walk(seal, dir.db, bad, &f, &pages, NULL), CT_OK);
        put(at, whole[at]);
        if (f.n != 1 || f.page != at / CT_PAGE + 1 || pages != 3)
            fail_msg("byte %zu: %u bad, page %u", at, f.n, f.page);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_byte_of_the_pages_read),
        cmocka_unit_test(test_walking_finds_every_byte),
    };
    return cmocka_run_group_tests_name("seal_flip", tests, setup, teardown);
}
