/* Any bytes as edits of a store file. By the first byte: edits of what lies on the disk,
 * after which every row that is read is the one that was written, or reading is an error;
 * or edits of what the pages hold, sealed again with the key, as only somebody with the key
 * can make them: read, checked and written to without harm. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/sealed.h"
#include "vault/seal_internal.h"
#include "tests/fuzz/fuzz.h"

enum { ROWS = 60, PAGES_MAX = 24, EDIT = 5, STEPS_MAX = 200000 };

static struct sealed_dir dir;
static struct ct_seal *seal;
static unsigned char *whole; /* the store before anything happens to it */
static size_t whole_n;
static unsigned char image[PAGES_MAX * CT_PAGE];

static void ended(void)
{
    ct_seal_free(seal);
    sealed_dir_remove(&dir);
    free(whole);
}

static void begin(void)
{
    demand(sealed_dir_make(&dir) && (seal = sealed_vfs("unix-excl")) != NULL);
    sqlite3 *db = sealed_create(
        ct_seal_vfs(seal), dir.db,
        "CREATE TABLE t(i INTEGER PRIMARY KEY, a TEXT); CREATE INDEX at ON t(a);"
        "CREATE TABLE gone(a); INSERT INTO gone VALUES(randomblob(9000));"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<60)"
        " INSERT INTO t SELECT i, i||'-'||substr(hex(zeroblob(200)),1,i*4) FROM n;"
        "DROP TABLE gone");
    demand(db != NULL);
    sqlite3_close(db);
    whole = sealed_slurp(dir.db, &whole_n);
    demand(whole != NULL && whole_n % CT_PAGE == 0 && whole_n <= sizeof image - CT_PAGE);
    demand(atexit(ended) == 0);
}

/* Two bytes of place, one of what is done, two of how. */
static size_t edited(unsigned char *p, size_t n, const uint8_t *e, size_t k)
{
    for (; k >= EDIT; e += EDIT, k -= EDIT) {
        const size_t at = ((size_t)e[0] << 8 | e[1]) % (n > 0 ? n : 1);
        const size_t other = ((size_t)e[3] << 8 | e[4]) % (n > 0 ? n : 1);
        switch (e[2] % 6) {
        case 0: p[at] ^= e[3]; break;
        case 1: p[at] = e[3]; break;
        case 2: /* one page over another */
            if (n >= CT_PAGE)
                memmove(p + other / CT_PAGE * CT_PAGE, p + at / CT_PAGE * CT_PAGE,
                        other / CT_PAGE * CT_PAGE + CT_PAGE <= n &&
                                at / CT_PAGE * CT_PAGE + CT_PAGE <= n
                            ? CT_PAGE : 0);
            break;
        case 3: n = at; break;
        case 4: memset(p + at, e[3], n - at < e[4] ? n - at : e[4]); break;
        default: /* longer */
            if (n + e[4] <= whole_n + CT_PAGE) {
                memset(p + n, e[3], e[4]);
                n += e[4];
            }
        }
    }
    return n;
}

static int steps_left;

static int enough(void *arg)
{
    (void)arg;
    return --steps_left < 0;
}

/* Rows are what they were, as far as they are read; *ret_n is how many. */
static int read_rows(sqlite3 *db, const char *sql, bool *ret_right, int *ret_n)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);
    *ret_n = 0;
    *ret_right = true;
    while (rc == SQLITE_OK || rc == SQLITE_ROW) {
        if ((rc = sqlite3_step(st)) != SQLITE_ROW)
            break;
        char want[300] = "";
        const int64_t i = sqlite3_column_int64(st, 0);
        const unsigned char *a = sqlite3_column_text(st, 1);
        if (i >= 1 && i <= ROWS)
            snprintf(want, sizeof want, "%d-%0*d", (int)i, (int)i * 4, 0);
        *ret_right = *ret_right && want[0] != '\0' && a != NULL &&
                     strcmp((const char *)a, want) == 0;
        ++*ret_n;
    }
    sqlite3_finalize(st);
    return rc;
}

static void look(bool sealed_anew)
{
    int rc, n = 0;
    bool right = true;
    unlink(dir.wal);
    sqlite3 *db = NULL;
    rc = sqlite3_open_v2(dir.db, &db, SQLITE_OPEN_READWRITE, ct_seal_vfs(seal));
    demand(db != NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_exec(db, "PRAGMA cell_size_check=ON", NULL, NULL, NULL);
    sqlite3_progress_handler(db, 1000, enough, NULL);
    steps_left = STEPS_MAX / 1000;
    if (rc == SQLITE_OK)
        rc = read_rows(db, "SELECT i, a FROM t", &right, &n);
    if (!sealed_anew) {
        demand(rc != SQLITE_DONE || n == ROWS);
        demand(right);
    }
    (void)read_rows(db, "SELECT i, a FROM t ORDER BY a", &right, &n);
    demand(sealed_anew || right);
    (void)sealed_exec(db, "PRAGMA integrity_check");
    if (sealed_anew) {
        (void)sealed_exec(db, "BEGIN IMMEDIATE; INSERT INTO t VALUES(1000, 'x');"
                              "DELETE FROM t WHERE i < 30; UPDATE t SET a=a||'y'; COMMIT");
        (void)sealed_checkpoint(db);
    }
    sqlite3_close(db);
    (void)ct_seal_damage_take(seal);
}

static void walked(uint32_t page, int64_t offset, void *arg)
{
    (void)page;
    (void)offset;
    ++*(int *)arg;
}

/* Walking finds every page that is not as it was. */
static void walk(size_t n)
{
    int bad = 0;
    uint32_t pages = 0;
    bool changed = n != whole_n || memcmp(image, whole, n) != 0;
    enum ct_status s = ct_seal_walk(seal, dir.db, walked, &bad, &pages, NULL);
    demand(s != CT_OK || changed || bad == 0);
    demand(n != whole_n || !changed || s != CT_OK || bad > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned char plain[PAGES_MAX * CT_PAGE];
    if (size < 1)
        return 0;
    if (seal == NULL)
        begin();
    size_t n;
    const bool anew = data[0] & 1;
    if (!anew) {
        memcpy(image, whole, whole_n);
        n = edited(image, whole_n, data + 1, size - 1);
        demand(sealed_spill(dir.db, image, n));
        walk(n);
    } else {
        for (size_t at = 0; at < whole_n; at += CT_PAGE)
            demand(seal_page_open(seal, SEAL_DB, (uint32_t)(at / CT_PAGE) + 1, (int64_t)at,
                                  whole + at, plain + at) == SEAL_GOOD);
        n = edited(plain, whole_n, data + 1, size - 1) / CT_PAGE * CT_PAGE;
        for (size_t at = 0; at < n; at += CT_PAGE) {
            memset(plain + at + SEAL_BODY, 0, CT_RESERVE);
            demand(seal_page_close(seal, SEAL_DB, (uint32_t)(at / CT_PAGE) + 1, (int64_t)at,
                                   plain + at, image + at));
        }
        demand(sealed_spill(dir.db, image, n));
    }
    look(anew);
    return 0;
}
