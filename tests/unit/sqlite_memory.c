/* SQLite's memory: after a session nothing of it is left in this process.
 * Every case runs in a child: SQLite is configured once a process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/tmp.h"
#include "vault/secret.h"

enum { PAGES = 200, NEEDLE = 24 };

static char dir[TMP_PATH];

/* The planted string never stands in memory by itself: one byte of it is kept
 * apart from the others. */
static void plant(char out[NEEDLE + 1])
{
    static const char odd[] = "Agnes Demo-Qvortrup 1931";
    for (int i = 0; i < NEEDLE; i++)
        out[i] = (char)(odd[i] ^ 0x15);
    out[NEEDLE] = '\0';
}

static int count_in(const unsigned char *buf, size_t n)
{
    char needle[NEEDLE + 1];
    int hits = 0;
    plant(needle);
    for (const unsigned char *p = buf, *end = buf + n; end - p >= NEEDLE; p++) {
        p = memchr(p, needle[0], (size_t)(end - p) - NEEDLE + 1);
        if (p == NULL)
            break;
        if (memcmp(p, needle, NEEDLE) == 0)
            hits++;
    }
    ct_wipe(needle, sizeof needle);
    return hits;
}

/* Times the planted string stands in this process's writable memory (the
 * stacks aside, where this very search leaves its own). */
static int hits_in_memory(void)
{
    /* Nothing of ours is so large: it is what the sanitizer keeps its notes in. */
    enum { STEP = 1 << 16, NOT_OURS = 1 << 28 };
    static unsigned char window[STEP + NEEDLE];
    FILE *maps = fopen("/proc/self/maps", "re");
    const int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    char line[512], perms[8];
    unsigned long lo, hi;
    int hits = 0;
    if (maps == NULL || fd < 0)
        return -1;
    while (fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%lx-%lx %7s", &lo, &hi, perms) != 3 || strncmp(perms, "rw", 2) != 0 ||
            strstr(line, "[stack") != NULL || hi - lo >= NOT_OURS)
            continue;
        for (unsigned long at = lo; at < hi; at += STEP) {
            const size_t want = hi - at < sizeof window ? hi - at : sizeof window;
            if (at <= (unsigned long)(uintptr_t)window &&
                (unsigned long)(uintptr_t)window < at + want)
                continue;
            const ssize_t got = pread(fd, window, want, (off_t)at);
            if (got > 0)
                hits += count_in(window, (size_t)got);
        }
        ct_wipe(window, sizeof window);
    }
    fclose(maps);
    close(fd);
    return hits;
}

/* Work a clinic's session would do: rows, an index, a sort, a spill. The cache
 * is larger than the region, so both kinds of memory are used. */
static bool session(const char *name)
{
    char path[128], needle[NEEDLE + 1];
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    snprintf(path, sizeof path, "%s/%s", dir, name);
    bool ok = sqlite3_open(path, &db) == SQLITE_OK &&
              sqlite3_exec(db,
                           "PRAGMA temp_store=MEMORY; PRAGMA journal_mode=MEMORY;"
                           "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b BLOB);"
                           "CREATE INDEX i ON t(a); BEGIN",
                           NULL, NULL, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(db, "INSERT INTO t(a,b) VALUES(?1||random(),randomblob(900))",
                                 -1, &st, NULL) == SQLITE_OK;
    for (int i = 0; ok && i < 1500; i++) {
        plant(needle);
        ok = sqlite3_bind_text(st, 1, needle, NEEDLE, SQLITE_TRANSIENT) == SQLITE_OK &&
             sqlite3_step(st) == SQLITE_DONE && sqlite3_reset(st) == SQLITE_OK;
    }
    ct_wipe(needle, sizeof needle);
    sqlite3_finalize(st);
    ok = ok && sqlite3_exec(db,
                            "COMMIT; SELECT count(*) FROM (SELECT a,b FROM t ORDER BY b);"
                            "UPDATE t SET a=upper(a)||a; DELETE FROM t WHERE id%3=0",
                            NULL, NULL, NULL) == SQLITE_OK;
    if (hits_in_memory() <= 0)
        ok = false; /* while it is open there are some, or the search is blind */
    ok = sqlite3_close(db) == SQLITE_OK && ok;
    unlink(path);
    return ok;
}

static int in_child(int (*fn)(void))
{
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(fn());
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int without(void)
{
    return session("without") && hits_in_memory() > 0 ? 0 : 1;
}

static int with(void)
{
    if (ct_sqlite_memory(PAGES, NULL) != CT_OK)
        return 1;
    if (!session("with"))
        return 2;
    ct_sqlite_memory_wipe();
    const int hits = hits_in_memory();
    if (hits != 0)
        return 3;
    /* and the cache still works after it */
    if (!session("again"))
        return 4;
    ct_sqlite_memory_wipe();
    return hits_in_memory() == 0 ? 0 : 5;
}

static void test_nothing_of_a_session_is_left(void **state)
{
    (void)state;
    assert_int_equal(in_child(without), 0); /* plain SQLite leaves some */
    assert_int_equal(in_child(with), 0);
}

static int grown(void)
{
    enum { AT = 64, SMALL = AT + NEEDLE + 1, LARGE = 300000 };
    if (ct_sqlite_memory(PAGES, NULL) != CT_OK)
        return 1;
    char *p = sqlite3_malloc(SMALL);
    plant(p + AT);
    p = sqlite3_realloc(p, LARGE);
    if (p == NULL || hits_in_memory() != 1)
        return 2; /* moved, not copied */
    p = sqlite3_realloc(p, SMALL);
    if (p == NULL || hits_in_memory() != 1)
        return 3;
    sqlite3_free(p);
    return hits_in_memory() == 0 ? 0 : 4;
}

static void test_growing_leaves_no_copy_behind(void **state)
{
    (void)state;
    assert_int_equal(in_child(grown), 0);
}

static int late_and_twice(void)
{
    if (!session("early")) /* SQLite is already initialised */
        return 1;
    if (ct_sqlite_memory(PAGES, NULL) != CT_OK || ct_sqlite_memory(PAGES, NULL) != CT_OK)
        return 2;
    return session("late") ? 0 : 3;
}

static void test_sqlite_may_be_in_use_before(void **state)
{
    (void)state;
    assert_int_equal(in_child(late_and_twice), 0);
}

static int wiped_while_open(void)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    char path[128];
    snprintf(path, sizeof path, "%s/open", dir);
    if (ct_sqlite_memory(PAGES, NULL) != CT_OK || sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(
            db,
            "CREATE TABLE t(a); BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT "
            "i+1 FROM n WHERE i<900) INSERT INTO t SELECT i FROM n",
            NULL, NULL, NULL) != SQLITE_OK)
        return 1;
    ct_sqlite_memory_wipe(); /* not called for, and must not hurt */
    if (sqlite3_prepare_v2(db, "SELECT sum(a) FROM t", -1, &st, NULL) != SQLITE_OK ||
        sqlite3_step(st) != SQLITE_ROW || sqlite3_column_int(st, 0) != 405450)
        return 2;
    sqlite3_finalize(st);
    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(db);
    unlink(path);
    return 0;
}

static void test_wipe_leaves_open_stores_alone(void **state)
{
    (void)state;
    assert_int_equal(in_child(wiped_while_open), 0);
}

static int sane_limits(void)
{
    struct ct_error err;
    if (ct_sqlite_memory(1u << 30, &err) != CT_EINVAL)
        return 1;
    if (ct_sqlite_memory(0, &err) != CT_OK || ct_sqlite_memory_locked())
        return 2;
    return session("none") ? 0 : 3;
}

static void test_no_cache_region_is_fine(void **state)
{
    (void)state;
    assert_int_equal(in_child(sane_limits), 0);
}

static int no_locking_allowed(void)
{
    const struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_MEMLOCK, &none) != 0 || ct_sqlite_memory(PAGES, NULL) != CT_OK)
        return 1;
    if (ct_sqlite_memory_locked())
        return 2;
    if (!session("unlocked"))
        return 3;
    ct_sqlite_memory_wipe();
    return hits_in_memory() == 0 ? 0 : 4;
}

static void test_works_where_nothing_may_be_locked(void **state)
{
    (void)state;
    assert_int_equal(in_child(no_locking_allowed), 0);
}

#if !defined(__SANITIZE_ADDRESS__) /* the sanitizer makes mlock do nothing */
static long locked_kib(void)
{
    FILE *f = fopen("/proc/self/status", "re");
    char line[256];
    long kib = -1;
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        if (sscanf(line, "VmLck: %ld", &kib) == 1)
            break;
    if (f != NULL)
        fclose(f);
    return kib;
}

static int half_is_left_for_secrets(void)
{
    enum { LIMIT_KIB = 512 };
    const struct rlimit lim = {LIMIT_KIB * 1024, LIMIT_KIB * 1024};
    struct ct_secret *s = NULL;
    if (setrlimit(RLIMIT_MEMLOCK, &lim) != 0 || ct_sqlite_memory(100000, NULL) != CT_OK)
        return 1;
    if (geteuid() == 0 && setuid(65534) != 0) /* root may lock regardless */
        return 2;
    if (!ct_sqlite_memory_locked())
        return 3;
    const long kib = locked_kib();
    if (kib < LIMIT_KIB / 4 || kib > LIMIT_KIB / 2 + 4)
        return 4;
    return ct_secret_new(32, &s, NULL) == CT_OK ? 0 : 5;
}

static void test_at_most_half_of_the_limit_is_locked(void **state)
{
    (void)state;
    assert_int_equal(in_child(half_is_left_for_secrets), 0);
}

static int locked_part_is_not_dumped(void)
{
    char line[512];
    bool found = false;
    if (ct_sqlite_memory(PAGES, NULL) != CT_OK || !ct_sqlite_memory_locked())
        return 1;
    FILE *f = fopen("/proc/self/smaps", "re");
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        if (strncmp(line, "VmFlags:", 8) == 0 && strstr(line, " lo") != NULL) {
            found = true;
            if (strstr(line, " dd") == NULL)
                return 2;
        }
    if (f != NULL)
        fclose(f);
    return found ? 0 : 3;
}

static void test_the_region_is_locked_and_not_dumped(void **state)
{
    (void)state;
    assert_int_equal(in_child(locked_part_is_not_dumped), 0);
}
#endif

static int setup(void **state)
{
    (void)state;
    tmp_dir(dir, "mem");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    return rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_of_a_session_is_left),
        cmocka_unit_test(test_growing_leaves_no_copy_behind),
        cmocka_unit_test(test_sqlite_may_be_in_use_before),
        cmocka_unit_test(test_wipe_leaves_open_stores_alone),
        cmocka_unit_test(test_no_cache_region_is_fine),
        cmocka_unit_test(test_works_where_nothing_may_be_locked),
#if !defined(__SANITIZE_ADDRESS__)
        cmocka_unit_test(test_at_most_half_of_the_limit_is_locked),
        cmocka_unit_test(test_the_region_is_locked_and_not_dumped),
#endif
    };
    return cmocka_run_group_tests_name("sqlite_memory", tests, setup, teardown);
}
