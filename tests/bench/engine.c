/* engine - one workload on one engine: plain SQLite, the sealed store, or SQLCipher. A program
 * of its own, since SQLCipher's library has the names of SQLite's: it is compiled once with each
 * (CT_BENCH_SQLCIPHER). Tables as old a SQLite knows them, pages of 4096, WAL, FULL.
 *   engine plain|sealed|sqlcipher PATH    prints milliseconds: scan bulk commit(p10) commit(p50)
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef CT_BENCH_SQLCIPHER
#include <sqlcipher/sqlite3.h>
#else
#include <sqlite3.h>

#include "vault/seal.h"
#include "vault/secret.h"
#endif

enum { ROWS = 60000, BATCH = 1000, COMMITS = 300, CHECKPOINT_PAGES = 1000, RESERVE = 48 };

static sqlite3 *db;
static int in_log;
static const char *kind, *path, *vfs;

static void must(int rc, const char *doing)
{
    if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW)
        return;
    fprintf(stderr, "%s: %s: %s\n", kind, doing, sqlite3_errmsg(db));
    exit(1);
}

static void exec(const char *sql)
{
    must(sqlite3_exec(db, sql, NULL, NULL, NULL), sql);
}

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int on_commit(void *arg, sqlite3 *h, const char *name, int pages)
{
    (void)arg;
    (void)h;
    (void)name;
    in_log = pages;
    return SQLITE_OK;
}

static void open_it(void)
{
    must(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                         vfs), "open");
#ifdef CT_BENCH_SQLCIPHER
    /* the key itself: nothing is derived, nobody is charged for it */
    exec("PRAGMA key = \"x'2b7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfe'\"");
    exec("PRAGMA cipher_page_size = 4096");
#endif
    sqlite3_wal_autocheckpoint(db, 0);
    sqlite3_wal_hook(db, on_commit, NULL);
    exec("PRAGMA temp_store=MEMORY");
    exec("PRAGMA synchronous=FULL");
}

static void checkpoint(int mode)
{
    must(sqlite3_wal_checkpoint_v2(db, "main", mode, NULL, NULL), "checkpoint");
    in_log = 0;
}

static void commit(void)
{
    exec("COMMIT");
    if (in_log >= CHECKPOINT_PAGES)
        checkpoint(SQLITE_CHECKPOINT_RESTART);
}

static sqlite3_stmt *prepared(const char *sql)
{
    sqlite3_stmt *st = NULL;
    must(sqlite3_prepare_v2(db, sql, -1, &st, NULL), sql);
    return st;
}

static uint64_t random_state = 7;

static unsigned next(unsigned below)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(random_state >> 33) % below;
}

/* A set and its entry. */
static void insert(sqlite3_stmt *set, sqlite3_stmt *entry, int i)
{
    unsigned char hash[32];
    for (size_t k = 0; k < sizeof hash; k++)
        hash[k] = (unsigned char)next(256);
    for (int c = 1; c <= 12; c++)
        sqlite3_bind_int64(set, c, c == 1 ? (int64_t)next(2000) : c == 2 ? i : (int64_t)next(200));
    must(sqlite3_step(set), "set");
    sqlite3_reset(set);
    sqlite3_bind_int64(entry, 1, i);
    sqlite3_bind_blob(entry, 2, hash, sizeof hash, SQLITE_STATIC);
    sqlite3_bind_blob(entry, 3, hash, sizeof hash, SQLITE_STATIC);
    must(sqlite3_step(entry), "entry");
    sqlite3_reset(entry);
}

static const char SET[] = "INSERT INTO vitals(patient_id, taken_ms, a, b, c, d, e, f, g, h, j, k, "
                          "note) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,'at rest, sitting')";
static const char ENTRY[] = "INSERT INTO audit(at_ms, verb, leaf, link) "
                            "VALUES(?1,'vitals.record',?2,?3)";

static double bulk(void)
{
    int reserve = RESERVE;
    open_it();
    if (vfs != NULL)
        sqlite3_file_control(db, "main", 38 /* SQLITE_FCNTL_RESERVE_BYTES */, &reserve);
    exec("PRAGMA journal_mode=MEMORY");
    exec("CREATE TABLE vitals(id INTEGER PRIMARY KEY, patient_id, taken_ms, a, b, c, d, e, f, g, h,"
         " j, k, note); CREATE INDEX vitals_of ON vitals(patient_id, taken_ms);"
         "CREATE TABLE audit(seq INTEGER PRIMARY KEY, at_ms, verb, leaf, link)");
    exec("PRAGMA journal_mode=WAL");
    sqlite3_stmt *set = prepared(SET), *entry = prepared(ENTRY);
    const double start = now_ms();
    for (int i = 0; i < ROWS; i++) {
        if (i % BATCH == 0)
            exec("BEGIN IMMEDIATE");
        insert(set, entry, i);
        if (i % BATCH == BATCH - 1)
            commit();
    }
    checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
    const double took = now_ms() - start;
    sqlite3_finalize(set);
    sqlite3_finalize(entry);
    sqlite3_close(db);
    return took;
}

/* A fresh connection: SQLite's cache is empty, the system's is not. */
static double scan(void)
{
    static const char *const SQL[] = {"SELECT * FROM vitals", "SELECT * FROM audit"};
    const double start = now_ms();
    open_it();
    for (size_t i = 0; i < sizeof SQL / sizeof SQL[0]; i++) {
        sqlite3_stmt *st = prepared(SQL[i]);
        int rc;
        while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
        }
        must(rc, SQL[i]);
        sqlite3_finalize(st);
    }
    sqlite3_close(db);
    return now_ms() - start;
}

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static void commits(double ms[COMMITS])
{
    open_it();
    sqlite3_stmt *set = prepared(SET), *entry = prepared(ENTRY);
    for (int i = 0; i < COMMITS; i++) {
        const double start = now_ms();
        exec("BEGIN IMMEDIATE");
        insert(set, entry, ROWS + i);
        commit();
        ms[i] = now_ms() - start;
    }
    sqlite3_finalize(set);
    sqlite3_finalize(entry);
    sqlite3_close(db);
    qsort(ms, COMMITS, sizeof ms[0], by_size);
}

int main(int argc, char **argv)
{
    static const char *const END[] = {"", "-wal", "-shm"};
    double ms[COMMITS], took, cold;
    char name[600];
    if (argc != 3)
        return 2;
    kind = argv[1];
    path = argv[2];
#ifndef CT_BENCH_SQLCIPHER
    struct ct_seal *seal = NULL;
    struct ct_error err = {0};
    if (strcmp(kind, "sealed") == 0) {
        static const unsigned char id[CT_STORE_ID_LEN] = {1}, key[CT_KEY_LEN] = {2};
        if (ct_harden(&err) != CT_OK || ct_seal_new(id, key, 1, NULL, &seal, &err) != CT_OK) {
            fprintf(stderr, "%s\n", err.text);
            return 1;
        }
        vfs = ct_seal_vfs(seal);
    }
#endif
    took = bulk();
    (void)scan();
    cold = scan();
    commits(ms);
    printf("%.2f %.2f %.3f %.3f\n", cold, took, ms[COMMITS / 10], ms[COMMITS / 2]);
    for (size_t i = 0; i < sizeof END / sizeof END[0]; i++) {
        snprintf(name, sizeof name, "%s%s", path, END[i]);
        (void)unlink(name);
    }
#ifndef CT_BENCH_SQLCIPHER
    if (seal != NULL)
        ct_seal_free(seal);
#endif
    return 0;
}
