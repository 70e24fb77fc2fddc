/* Any bytes as edits of a write-ahead log: changed, cut, moved, doubled or put in the place
 * of it. The store opens with a beginning of the commits that the log had, whole ones only,
 * and goes on from there; or it says that the log is damaged. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/sealed.h"
#include "vault/seal_internal.h"
#include "tests/fuzz/fuzz.h"

enum { COMMITS = 6, EDIT = 6, LOG_MAX = 40 * SEAL_FRAME };

static struct sealed_dir dir;
static struct ct_seal *seal;
static unsigned char *store, *whole, log_now[LOG_MAX];
static size_t store_n, whole_n;

static void ended(void)
{
    ct_seal_free(seal);
    sealed_dir_remove(&dir);
    free(store);
    free(whole);
}

static void begin(void)
{
    static const char *const SQL[COMMITS] = {
        "INSERT INTO t VALUES(1); INSERT INTO u VALUES(1, randomblob(1800))",
        "INSERT INTO t VALUES(2); INSERT INTO u VALUES(2, 'b')",
        "INSERT INTO t VALUES(3); INSERT INTO u VALUES(3, randomblob(1500)); "
        "UPDATE u SET a = a || 'x'",
        "INSERT INTO t VALUES(4); INSERT INTO u VALUES(4, 'd')",
        "INSERT INTO t VALUES(5); INSERT INTO u VALUES(5, 'e')",
        "INSERT INTO t VALUES(6); INSERT INTO u VALUES(6, randomblob(1200))",
    };
    demand(sealed_dir_make(&dir) && (seal = sealed_vfs("unix-excl")) != NULL);
    sqlite3 *db = sealed_create(ct_seal_vfs(seal), dir.db,
                                "CREATE TABLE t(n); CREATE TABLE u(n, a)");
    demand(db != NULL && sealed_checkpoint(db) == SQLITE_OK);
    for (size_t i = 0; i < COMMITS; i++)
        demand(sealed_exec(db, "BEGIN") == SQLITE_OK && sealed_exec(db, SQL[i]) == SQLITE_OK &&
               sealed_exec(db, "COMMIT") == SQLITE_OK);
    sqlite3_close(db);
    store = sealed_slurp(dir.db, &store_n);
    whole = sealed_slurp(dir.wal, &whole_n);
    demand(store != NULL && whole != NULL && whole_n > 6 * SEAL_FRAME && whole_n < LOG_MAX - 8 * SEAL_FRAME);
    demand(atexit(ended) == 0);
}

static size_t frame_of(size_t at)
{
    return at < SEAL_WAL_HDR ? SEAL_WAL_HDR : at - (at - SEAL_WAL_HDR) % SEAL_FRAME;
}

/* Two bytes of place, one of what is done, three of how. */
static size_t edited(size_t n, const uint8_t *e, size_t k)
{
    for (; k >= EDIT && n > 0; e += EDIT, k -= EDIT) {
        const size_t at = ((size_t)e[0] << 8 | e[1]) % n;
        const size_t from = frame_of(at), to = frame_of(((size_t)e[3] << 8 | e[4]) % n);
        switch (e[2] % 7) {
        case 0: log_now[at] ^= e[5]; break;
        case 1: log_now[at % SEAL_WAL_HDR] = e[5]; break; /* the log's own header */
        case 2: log_now[from + e[3] % SEAL_FRAME_HDR < n ? from + e[3] % SEAL_FRAME_HDR : at] = e[5]; break;
        case 3: n = at; break;
        case 4: /* a frame over another */
            if (from + SEAL_FRAME <= n && to + SEAL_FRAME <= n)
                memmove(log_now + to, log_now + from, SEAL_FRAME);
            break;
        case 5: /* its header alone */
            if (from + SEAL_FRAME_HDR <= n && to + SEAL_FRAME_HDR <= n)
                memmove(log_now + to, log_now + from, SEAL_FRAME_HDR);
            break;
        default: /* a frame once more at the end */
            if (from + SEAL_FRAME <= n && n + SEAL_FRAME <= LOG_MAX) {
                memcpy(log_now + n, log_now + from, SEAL_FRAME);
                n += SEAL_FRAME;
            }
        }
    }
    return n;
}

/* -1: cannot be read; -2: no beginning of what was committed. */
static int64_t commits(sqlite3 *db)
{
    return sealed_int(db, "SELECT CASE WHEN coalesce(max(n),0)=count(*) AND count(*)="
                          "(SELECT count(*) FROM u) AND coalesce(max(n),0)="
                          "(SELECT coalesce(max(n),0) FROM u) THEN count(*) ELSE -2 END FROM t");
}

/* A frame that says it was sealed under a key of the near future ends no log: it is
 * refused until that key is there (R15), also when it lies behind a shortened log. */
static bool claims_a_newer_key(size_t n)
{
    for (size_t at = SEAL_WAL_HDR; at + SEAL_FRAME <= n; at += SEAL_FRAME) {
        const uint32_t epoch = seal_epoch_of(log_now + at + SEAL_FRAME_HDR);
        if (epoch > 1 && epoch <= 1 + SEAL_EPOCHS_AHEAD)
            return true;
    }
    return false;
}

static void look(size_t n_log)
{
    int rc = SQLITE_OK;
    demand(sealed_spill(dir.db, store, store_n));
    sqlite3 *db = sealed_open(ct_seal_vfs(seal), dir.db, &rc);
    if (db == NULL)
        return; /* told */
    int64_t n = commits(db);
    demand(n >= -1 && n <= COMMITS);
    if (n < 0) {
        sqlite3_close(db);
        return;
    }
    demand(sealed_sound(db));
    demand(sealed_exec(db, "BEGIN; INSERT INTO t SELECT count(*)+1 FROM t;"
                           "INSERT INTO u SELECT count(*)+1, 'more' FROM u; COMMIT") == SQLITE_OK);
    sqlite3_close(db);
    db = sealed_open(ct_seal_vfs(seal), dir.db, &rc);
    if (db == NULL) {
        demand(rc == SQLITE_IOERR_DATA && claims_a_newer_key(n_log));
        return;
    }
    demand(commits(db) == n + 1);
    demand(sealed_checkpoint(db) == SQLITE_OK && commits(db) == n + 1 && sealed_sound(db));
    sqlite3_close(db);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    if (seal == NULL)
        begin();
    size_t n = whole_n;
    memcpy(log_now, whole, whole_n);
    if (data[0] & 1) { /* all of it */
        n = size - 1 < LOG_MAX ? size - 1 : LOG_MAX;
        memcpy(log_now, data + 1, n);
        if (data[0] & 2 && n < SEAL_WAL_HDR) /* behind the header that there was */
            n = 0;
        else if (data[0] & 2)
            memcpy(log_now, whole, SEAL_WAL_HDR);
    } else {
        n = edited(n, data + 1, size - 1);
    }
    demand(sealed_spill(dir.wal, log_now, n));
    look(n);
    (void)ct_seal_damage_take(seal);
    return 0;
}
