/* freeze - a snapshot that is the store's file itself, for backups.
 *
 * Why not SQLite's backup interface: it would open every page and seal it anew into
 * a second store file, which then had to be read once more to be wrapped. Here the
 * sealed pages are read once, as they lie; none is ever open outside the check.
 * MUST 1  the log is empty and the gate held when the snapshot begins. SQLite then
 *         gives the reader the mark that says "no frames": while it is held, no
 *         checkpoint writes to the store's file.
 */
#include "store/internal.h"

#include <stdio.h>

enum {
    TRIES = 20,
    TRY_MS = 50,    /* behind the gate, */
    PAUSE_MS = 100, /* and before it: a gate taken again at once is nobody else's */
};

/* Bytes of the log; -1: not to be had. */
static sqlite3_int64 log_bytes(struct ct_db *db)
{
    sqlite3_file *f = NULL;
    sqlite3_int64 size = -1;
    if (sqlite3_file_control(db->h, "main", SQLITE_FCNTL_JOURNAL_POINTER, &f) != SQLITE_OK ||
        f == NULL || f->pMethods == NULL || f->pMethods->xFileSize(f, &size) != SQLITE_OK)
        return -1;
    return size;
}

/* With the gate held. */
static enum ct_status freeze(struct ct_db *db, struct ct_tx *tx, uint32_t *ret_pages,
                             struct ct_error *reterr)
{
    int64_t pages = 0;
    enum ct_status s = ct_db_fold(db, TRY_MS, reterr);
    if (s == CT_OK)
        s = ct_tx_read(db, tx, reterr);
    if (s == CT_OK) /* BEGIN alone reads nothing: the snapshot is that of the first read */
        s = ct_db_pragma(db, "PRAGMA page_count", &pages, reterr);
    if (s == CT_OK && log_bytes(db) != 0)
        s = ct_fail(reterr, CT_EBUSY, NULL,
                    "the log beside %s was not emptied: try again in a moment", db->path);
    if (s == CT_OK && (pages < 1 || pages > UINT32_MAX))
        s = ct_fail(reterr, CT_EDAMAGED, NULL, "%s has no usable number of pages", db->path);
    if (s == CT_OK)
        *ret_pages = (uint32_t)pages;
    else
        ct_tx_end(tx);
    return s;
}

enum ct_status ct_db_freeze(struct ct_db *db, struct ct_tx *tx,
                            enum ct_status (*at_gate)(void *arg, struct ct_error *reterr),
                            void *arg, uint32_t *ret_pages, struct ct_error *reterr)
{
    enum ct_status s = ct_db_usable(db, reterr);
    if (s != CT_OK)
        return s;
    if (db->kind != CT_TX_NONE)
        return ct_fail(reterr, CT_EINTERNAL, NULL, "a backup was begun inside a transaction");
    for (int i = 0; i < TRIES && (i == 0 || s == CT_EBUSY); i++) {
        if (i > 0)
            sqlite3_sleep(PAUSE_MS);
        if ((s = ct_db_gate_take(db, reterr)) != CT_OK)
            return s;
        if ((s = freeze(db, tx, ret_pages, reterr)) == CT_OK && at_gate != NULL &&
            (s = at_gate(arg, reterr)) != CT_OK)
            ct_tx_end(tx);
        ct_db_gate_give(db);
    }
    if (s == CT_EBUSY)
        return ct_fail(
            reterr, s, NULL,
            "somebody has been reading for %d ms, or another backup is being made, so "
            "the log beside %s was not emptied: try again in a moment",
            TRIES * (TRY_MS + PAUSE_MS), db->path);
    return s;
}

enum ct_status ct_db_frozen_pages(struct ct_db *db, uint32_t first, uint32_t n,
                                  unsigned char *out, struct ct_error *reterr)
{
    uint32_t bad = 0;
    enum ct_status s = ct_seal_copy(db->seal, db->h, first, n, out, &bad, reterr);
    if (s == CT_OK && bad != 0)
        s = ct_fail(reterr, CT_EDAMAGED, NULL,
                    "page %lu of %s (at byte %lld) is damaged: such a store is not backed up; "
                    "keep the older backups, and run clintech verify",
                    (unsigned long)bad, db->path, (long long)(bad - 1) * CT_PAGE);
    return s;
}
