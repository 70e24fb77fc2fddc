/* tx - transactions, the gate they queue at, and the checkpoints run under it.
 *
 * MUST 1  the order is gate, BEGIN IMMEDIATE ... COMMIT, checkpoint, gate: a
 *         checkpoint never overlaps a commit of anybody (R22).
 *         After a failed sync of anybody's, a checkpoint comes first as well.
 * MUST 2  whatever happens between, ct_tx_end leaves no transaction and no gate.
 */
#include "store/internal.h"

#include <errno.h>

enum {
    TRUNCATE_FACTOR = 4, /* a log this much too long is cut, not reused */
    TRY_MS = 50,         /* of a checkpoint behind the gate, */
    PAUSE_MS = 100,      /* and between two tries before it */
};

void ct_db_gate_give(struct ct_db *db)
{
    if (!db->gate_kept)
        ct_gate_give(&db->gate);
}

/* The gate, and SQLite's own wait for what is left of the same limit. */
enum ct_status ct_db_gate_take(struct ct_db *db, struct ct_error *reterr)
{
    if (db->gate_kept)
        return CT_OK;
    int64_t start = ct_monotonic(&CT_CLOCK_SYSTEM), limit = db->busy_limit_ms;
    if (db->hurry_until_ms != 0 && db->hurry_until_ms - start < limit)
        limit = db->hurry_until_ms > start ? db->hurry_until_ms - start : 1;
    enum ct_status s = ct_gate_take(&db->gate, (int)limit, reterr);
    if (s != CT_OK)
        return s;
    /* What is written from here on, by a checkpoint too, is sealed under the newest key:
     * nobody gives up a key that somebody still writes under. */
    if ((s = ct_seal_renew(db->seal, reterr)) != CT_OK) {
        ct_gate_give(&db->gate);
        return s;
    }
    int64_t left = limit - (ct_monotonic(&CT_CLOCK_SYSTEM) - start);
    sqlite3_busy_timeout(db->h, left > 1 ? (int)left : 1);
    return CT_OK;
}

void ct_db_hurry(struct ct_db *db, int within_ms)
{
    db->hurry_until_ms = ct_monotonic(&CT_CLOCK_SYSTEM) + within_ms;
}

/* Under the gate. A reader that stops the log from being reused is no error:
 * the next try comes when the log has grown by half the limit again. */
static int checkpoint(struct ct_db *db, int mode)
{
    int in_log = 0, done = 0;
    errno = 0;
    int rc = sqlite3_wal_checkpoint_v2(db->h, "main", mode, &in_log, &done);
    if (rc == SQLITE_OK) {
        db->wal_pages = 0;
        db->checkpoint_at = db->checkpoint_pages;
    } else if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED) {
        db->checkpoint_at = db->wal_pages + db->checkpoint_pages / 2;
    }
    return rc;
}

static enum ct_status log_not_emptied(struct ct_db *db, int rc, int waited_ms,
                                      struct ct_error *reterr)
{
    if (rc != SQLITE_BUSY && rc != SQLITE_LOCKED)
        return ct_db_fail(db, rc, "checkpointing", reterr);
    return ct_fail(reterr, CT_EBUSY, NULL,
                   "somebody has been reading for %d ms, so the log beside %s was not emptied: "
                   "try again in a moment",
                   waited_ms, db->path);
}

/* After a failed sync the system calls pages of the log clean that may never have
 * reached the disk: commits appended behind them would be lost with them by a
 * power cut, though their own sync succeeds. So the log is written into the store
 * and cut before anybody appends to it (R28). */
static enum ct_status settle(struct ct_db *db, struct ct_error *reterr)
{
    if (!ct_gate_doubted(&db->gate))
        return CT_OK;
    int rc = checkpoint(db, SQLITE_CHECKPOINT_TRUNCATE);
    if (rc != SQLITE_OK)
        return log_not_emptied(db, rc, db->busy_limit_ms, reterr);
    ct_gate_doubt(&db->gate, false);
    return CT_OK;
}

/* Outside a transaction only. Without the way back to FULL nothing more is written. */
static enum ct_status relax(struct ct_db *db, bool on, struct ct_error *reterr)
{
    if (db->relaxed == on)
        return CT_OK;
    enum ct_status s = ct_db_pragma(
        db, on ? "PRAGMA synchronous=NORMAL" : "PRAGMA synchronous=FULL", NULL, reterr);
    if (s == CT_OK)
        db->relaxed = on;
    else if (!on)
        db->dead = true;
    return s;
}

static enum ct_status begin(struct ct_db *db, struct ct_tx *tx, bool synced,
                            struct ct_error *reterr)
{
    enum ct_status s = ct_db_usable(db, reterr);
    if (s != CT_OK)
        return s;
    if (db->kind != CT_TX_NONE || tx->db != NULL)
        return ct_fail(reterr, CT_EINTERNAL, NULL,
                       "a transaction was begun inside another transaction");
    if ((s = ct_db_gate_take(db, reterr)) != CT_OK)
        return s;
    s = settle(db, reterr);
    if (s == CT_OK)
        s = relax(db, !synced, reterr);
    if (s == CT_OK)
        s = ct_db_own(db, CT_SQL_BEGIN_WRITE, NULL, reterr);
    sqlite3_busy_timeout(db->h, db->busy_limit_ms);
    if (s != CT_OK) {
        (void)relax(db, false, NULL);
        ct_db_gate_give(db);
        return s;
    }
    db->kind = CT_TX_WRITE;
    db->lost = false;
    *tx = (struct ct_tx){.db = db, .write = true};
    return CT_OK;
}

enum ct_status ct_tx_begin(struct ct_db *db, struct ct_tx *tx, struct ct_error *reterr)
{
    return begin(db, tx, true, reterr);
}

enum ct_status ct_tx_begin_unsynced(struct ct_db *db, struct ct_tx *tx,
                                    struct ct_error *reterr)
{
    return begin(db, tx, false, reterr);
}

bool ct_db_unsynced(const struct ct_db *db)
{
    return db->unsynced;
}

/* Through the connection's own file, which knows that it is not to be used after a sync
 * that failed. The gate is held while that is noted for others (R28). */
enum ct_status ct_db_sync(struct ct_db *db, struct ct_error *reterr)
{
    sqlite3_file *log = NULL;
    if (!db->unsynced || db->dead)
        return CT_OK;
    db->unsynced = false;
    errno = 0;
    int rc = sqlite3_file_control(db->h, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (rc == SQLITE_OK && log != NULL && log->pMethods != NULL)
        rc = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
    if (rc == SQLITE_OK)
        return CT_OK;
    int err = errno;
    bool gate = ct_db_gate_take(db, NULL) == CT_OK;
    sqlite3_busy_timeout(db->h, db->busy_limit_ms);
    errno = err;
    enum ct_status s = ct_db_fail(db, rc, "noting what was opened", reterr);
    if (gate)
        ct_db_gate_give(db);
    return s;
}

enum ct_status ct_tx_read(struct ct_db *db, struct ct_tx *tx, struct ct_error *reterr)
{
    enum ct_status s = ct_db_usable(db, reterr);
    if (s != CT_OK)
        return s;
    if (tx->db != NULL)
        return ct_fail(reterr, CT_EINTERNAL, NULL, "a transaction was begun twice");
    if (db->kind != CT_TX_NONE) {
        db->nested++;
    } else {
        if ((s = ct_db_own(db, CT_SQL_BEGIN_READ, NULL, reterr)) != CT_OK)
            return s;
        db->kind = CT_TX_READ;
    }
    *tx = (struct ct_tx){.db = db, .write = false};
    return CT_OK;
}

/* Leave SQLite without a transaction, or the handle dead. */
static void roll_back(struct ct_db *db)
{
    if (!sqlite3_get_autocommit(db->h) && ct_db_own(db, CT_SQL_ROLLBACK, NULL, NULL) != CT_OK &&
        !sqlite3_get_autocommit(db->h))
        db->dead = true;
}

void ct_tx_end(struct ct_tx *tx)
{
    struct ct_db *db = tx->db;
    if (db == NULL)
        return;
    *tx = (struct ct_tx){0};
    if (db->nested > 0) {
        db->nested--;
        return;
    }
    bool write = db->kind == CT_TX_WRITE;
    roll_back(db);
    (void)relax(db, false, NULL);
    db->kind = CT_TX_NONE;
    db->lost = false;
    if (write)
        ct_db_gate_give(db);
}

static void checkpoint_when_long(struct ct_db *db)
{
    /* Somebody else has begun the log anew since. */
    if (db->wal_pages < db->checkpoint_pages)
        db->checkpoint_at = db->checkpoint_pages;
    if (db->wal_pages < db->checkpoint_at)
        return;
    bool cut = db->wal_pages / TRUNCATE_FACTOR >= db->checkpoint_pages;
    sqlite3_busy_timeout(db->h, 0);
    int rc = checkpoint(db, cut ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_RESTART);
    sqlite3_busy_timeout(db->h, db->busy_limit_ms);
    /* What was saved is saved. A disk that is full or failing will be met, and
     * told, by the next change; ct_db_fail notes whether the handle is dead. */
    if (rc != SQLITE_OK && rc != SQLITE_BUSY && rc != SQLITE_LOCKED)
        (void)ct_db_fail(db, rc, "checkpointing", NULL);
}

enum ct_status ct_tx_commit(struct ct_tx *tx, struct ct_error *reterr)
{
    struct ct_db *db = tx->db;
    if (db == NULL)
        return ct_fail(reterr, CT_EINTERNAL, NULL, "there is no transaction to commit");
    enum ct_status s = ct_db_usable(db, reterr);
    if (s != CT_OK || !tx->write) {
        ct_tx_end(tx);
        return s;
    }
    if (db->nested > 0)
        s = ct_fail(reterr, CT_EINTERNAL, NULL,
                    "a reading scope is open inside the transaction");
    else if (db->lost || sqlite3_get_autocommit(db->h))
        s = ct_fail(reterr, CT_EIO, NULL,
                    "the change was undone by an earlier failure: nothing was kept");
    else
        s = ct_db_own(db, CT_SQL_COMMIT, NULL, reterr);
    if (s == CT_OK)
        db->unsynced = db->relaxed;
    if (s == CT_OK && !db->gate_kept &&
        (!db->checkpoint_later || db->wal_pages / 2 >= db->checkpoint_pages))
        checkpoint_when_long(db);
    db->nested = 0;
    ct_tx_end(tx);
    return s;
}

void ct_db_checkpoint_later(struct ct_db *db, bool on)
{
    db->checkpoint_later = on;
}

void ct_db_tidy(struct ct_db *db)
{
    if (!db->checkpoint_later || db->dead || db->kind != CT_TX_NONE || db->gate_kept ||
        db->wal_pages < db->checkpoint_pages || db->wal_pages < db->checkpoint_at)
        return;
    const int limit = db->busy_limit_ms;
    db->busy_limit_ms = 1; /* whoever is at the gate leaves a log that is looked at again */
    if (ct_db_gate_take(db, NULL) == CT_OK) {
        checkpoint_when_long(db);
        ct_db_gate_give(db);
    }
    db->busy_limit_ms = limit;
    sqlite3_busy_timeout(db->h, limit);
}

enum ct_status ct_db_fold(struct ct_db *db, int busy_ms, struct ct_error *reterr)
{
    if (busy_ms > 0)
        sqlite3_busy_timeout(db->h, busy_ms);
    int rc = checkpoint(db, SQLITE_CHECKPOINT_TRUNCATE);
    enum ct_status s = CT_OK;
    if (rc != SQLITE_OK)
        s = log_not_emptied(db, rc, busy_ms > 0 ? busy_ms : db->busy_limit_ms, reterr);
    else
        ct_gate_doubt(&db->gate, false);
    sqlite3_busy_timeout(db->h, db->busy_limit_ms);
    return s;
}

enum ct_status ct_db_checkpoint(struct ct_db *db, struct ct_error *reterr)
{
    enum ct_status s = ct_db_usable(db, reterr);
    if (s != CT_OK)
        return s;
    if (db->kind != CT_TX_NONE)
        return ct_fail(reterr, CT_EINTERNAL, NULL,
                       "a checkpoint was asked for in a transaction");
    /* An old state that somebody reads for long (a backup, another verify) is waited for
     * in short stays behind the gate: meanwhile others save. */
    const int64_t until = ct_monotonic(&CT_CLOCK_SYSTEM) + db->busy_limit_ms;
    for (;;) {
        if ((s = ct_db_gate_take(db, reterr)) != CT_OK)
            return s;
        s = ct_db_fold(db, TRY_MS, reterr);
        ct_db_gate_give(db);
        if (s != CT_EBUSY)
            return s;
        if (ct_monotonic(&CT_CLOCK_SYSTEM) + PAUSE_MS >= until)
            return log_not_emptied(db, SQLITE_BUSY, db->busy_limit_ms, reterr);
        sqlite3_sleep(PAUSE_MS);
    }
}
