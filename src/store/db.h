/* db - the store: one SQLite database under the sealing layer; how it is
 * created, opened, migrated, queried and changed.
 *
 * Layer:  store. Includes sqlite3.h in its .c files only.
 * SQL:    a statement is a named row of a table (struct ct_sql), prepared at
 *         first use, cached, bound by name. Nothing builds SQL from strings.
 *         Every module's table is listed in ct_sql_tables, which is defined above
 *         all of them (src/clinic/sql_tables.c) and read by tests alone: one
 *         prepares every row and rejects a full scan of a growing table.
 * Writes: ct_tx_begin takes the gate, then BEGIN IMMEDIATE; a struct ct_tx that
 *         goes out of scope without ct_tx_commit rolls back. The gate's wait
 *         and SQLite's busy handler share one limit (CT_EBUSY: "others are
 *         saving"); nothing is lost, the caller tries again.
 * Errors: SQLite's codes become CT_EFULL, CT_EREADONLY, CT_EBUSY, CT_EDAMAGED
 *         (with page and file, from seal.h), CT_EIO, CT_ENOMEM; constraint
 *         failures CT_EINVAL. Each text is a sentence that names the cause.
 *         After a failed sync the handle is dead: every call gives CT_EIO and
 *         the owner closes and opens it anew (R28). Whether the change whose
 *         sync failed was kept is known only then: it was written whole, and
 *         the disk did not say that it arrived. The text says so. Before the
 *         next change of anybody the log is written into the store and emptied.
 * Each connection: journal_mode=WAL checked, synchronous=FULL,
 *         temp_store=MEMORY, foreign_keys=ON, wal_autocheckpoint=0,
 *         trusted_schema=OFF, cell_size_check=ON, NO_CKPT_ON_CLOSE, an
 *         authorizer that denies ATTACH, DETACH, temp tables, every PRAGMA and
 *         BEGIN, COMMIT, SAVEPOINT but the store's own (data_version alone is
 *         free to all), and changes of the schema outside migrations.
 */
#ifndef CT_STORE_DB_H
#define CT_STORE_DB_H

#include "base/buf.h"
#include "base/clock.h"
#include "vault/seal.h"

/* Beside it: -wal, -shm, keyring, gate, kdf, witness, witness-gate. */
#define CT_STORE_FILE "store.db"
enum { CT_APPLICATION_ID = 0x436c5463 }; /* "ClTc" */

struct ct_db;
struct ct_stmt;

struct ct_sql {
    const char *name; /* "vitals.insert": unique, shown in errors and tests */
    const char *text;
};
/* One row a module; ended by {NULL, 0}. */
struct ct_sql_table {
    const struct ct_sql *rows;
    size_t n;
};
extern const struct ct_sql_table ct_sql_tables[];

struct ct_db_options {
    int busy_limit_ms;    /* 0: 5000 */
    int checkpoint_pages; /* 0: 1000 */
};

/* Create <dir>/store.db (dir exists, 0700) with every migration applied: made
 * under another name, synced, renamed. Afterwards the file is read back raw and
 * must hold no plaintext page (fails closed). CT_EEXISTS, CT_ENOTFOUND (no such
 * directory), CT_EREADONLY, CT_EFULL, CT_EIO, CT_EBUSY. */
CT_NODISCARD enum ct_status ct_db_create(const char *dir, struct ct_seal *seal,
                                         struct ct_error *reterr);
/* Open; applies migrations that are newer than the store (in one transaction
 * each, under the gate). seal is borrowed and outlives the db.
 * A refusal changes no byte of any file.
 * CT_ENOTFOUND, CT_EFOREIGN (no such application id, or not this store's key),
 * CT_ENEWER (schema newer than the program), CT_EDAMAGED, CT_EREADONLY, CT_EBUSY,
 * CT_EIO. */
CT_NODISCARD enum ct_status ct_db_open(const char *dir, struct ct_seal *seal,
                                       const struct ct_db_options *options, struct ct_db **ret,
                                       struct ct_error *reterr);
void ct_db_close(struct ct_db *db); /* finalises everything; NULL is fine */
void ct_db_closep(struct ct_db **db);

int ct_db_schema(const struct ct_db *db); /* schema number of the open store */
int ct_db_schema_program(void);           /* the program's own */
bool ct_db_dead(const struct ct_db *db);  /* a sync failed: close me */
/* Changes made by other connections since the last call (PRAGMA data_version). */
bool ct_db_changed(struct ct_db *db);

/* The process is about to end: waits for other writers are over, all of them
 * together, this long after the call. */
void ct_db_hurry(struct ct_db *db, int within_ms);

/* ---- statements ------------------------------------------------------- */

/* Borrow the cached statement, reset and unbound; give back with the scope
 * macro. The same row borrowed twice at once is CT_EINTERNAL. */
CT_NODISCARD enum ct_status ct_stmt_get(struct ct_db *db, const struct ct_sql *row,
                                        struct ct_stmt **ret, struct ct_error *reterr);
void ct_stmt_done(struct ct_stmt *st); /* NULL is fine */
void ct_stmt_donep(struct ct_stmt **st);
#define CT_STMT CT_CLEANUP(ct_stmt_donep) struct ct_stmt

/* name: the parameter's, with or without its colon, so that the name of a column binds
 * the parameter called like it. Binds remember their first failure (an unknown name
 * among them); the step reports it. Text and blobs are copied. */
void ct_bind_i64(struct ct_stmt *st, const char *name, int64_t v);
void ct_bind_opt(struct ct_stmt *st, const char *name, int64_t v);      /* CT_UNSET: NULL */
void ct_bind_text(struct ct_stmt *st, const char *name, const char *v); /* NULL: NULL */
void ct_bind_blob(struct ct_stmt *st, const char *name, const void *v, size_t n);

/* Next row: *ret_row says whether there is one; after the last, none for ever.
 * CT_EINTERNAL, with the statement's name: a parameter was not bound, or the
 * statement changes the store and ct_tx_begin was not called. CT_EINVAL: a
 * constraint; the field is the column where SQLite names one. */
CT_NODISCARD enum ct_status ct_stmt_step(struct ct_stmt *st, bool *ret_row,
                                         struct ct_error *reterr);
/* To the end, for statements that give no rows. ret_id (may be NULL) is the
 * rowid inserted. */
CT_NODISCARD enum ct_status ct_stmt_run(struct ct_stmt *st, int64_t *ret_id,
                                        struct ct_error *reterr);

int64_t ct_col_i64(struct ct_stmt *st, int col);      /* NULL: CT_UNSET */
const char *ct_col_text(struct ct_stmt *st, int col); /* NULL: ""; valid until the next step */
const void *ct_col_blob(struct ct_stmt *st, int col, size_t *ret_n);
bool ct_col_null(struct ct_stmt *st, int col);

/* ---- transactions ----------------------------------------------------- */

struct ct_tx {
    struct ct_db *db; /* NULL: none open */
    bool write;
};
CT_NODISCARD enum ct_status ct_tx_begin(struct ct_db *db, struct ct_tx *tx,
                                        struct ct_error *reterr);
/* As ct_tx_begin, for what nobody should wait for: the commit is written whole and seen by
 * others at once, but returns before the disk has confirmed it (synchronous=NORMAL for this
 * one). ct_db_sync waits for that, and so do each ordinary commit, checkpoint and close. A
 * power cut before then may take it; what was committed in the ordinary way, never. */
CT_NODISCARD enum ct_status ct_tx_begin_unsynced(struct ct_db *db, struct ct_tx *tx,
                                                 struct ct_error *reterr);
bool ct_db_unsynced(const struct ct_db *db);
/* Nothing when nothing is owed. CT_EIO: the handle is dead, as after any failed sync. */
CT_NODISCARD enum ct_status ct_db_sync(struct ct_db *db, struct ct_error *reterr);
/* For a front end that shows first what was saved: a commit leaves the checkpoint that is
 * due to ct_db_tidy, until the log has grown to twice the length. Off until asked for. */
void ct_db_checkpoint_later(struct ct_db *db, bool on);
/* The checkpoint that was left, if nobody else is at the gate; nothing else. Not inside a
 * transaction. What fails is met, and told, by the next change. */
void ct_db_tidy(struct ct_db *db);
/* A consistent snapshot for several reads. Inside an open transaction (of either
 * kind) it is a scope of that one, and ends nothing. */
CT_NODISCARD enum ct_status ct_tx_read(struct ct_db *db, struct ct_tx *tx,
                                       struct ct_error *reterr);
/* Commits, gives the gate back, and checkpoints first when the WAL is long
 * (still under the gate). A failed commit leaves nothing changed (but see the
 * failed sync above); a failed checkpoint is not its failure. */
CT_NODISCARD enum ct_status ct_tx_commit(struct ct_tx *tx, struct ct_error *reterr);
void ct_tx_end(struct ct_tx *tx); /* rolls back what is still open */
#define CT_TX CT_CLEANUP(ct_tx_end) struct ct_tx

/* Checkpoint now and empty the log (under the gate): verify, backup, bench.
 * Waits for readers of older states in short stays behind the gate, so that others save
 * meanwhile. CT_EBUSY when they did not leave within the limit. */
CT_NODISCARD enum ct_status ct_db_checkpoint(struct ct_db *db, struct ct_error *reterr);

/* ---- a frozen store, for backups ---------------------------------------- */

/* Fold the log into the store and begin a snapshot in one stay behind the gate. As
 * the snapshot needs no frame of the log, no checkpoint of anybody touches store.db
 * until it ends (ct_tx_end): the file is the snapshot, byte by byte. Others read and
 * write on; what they write stays in the log meanwhile. at_gate (may be NULL) runs
 * inside the snapshot with the gate still held, for what must be of the same moment;
 * its failure is this function's. CT_EBUSY when readers of older states did not
 * leave in twenty tries (50 ms behind the gate, 100 ms before it). */
CT_NODISCARD enum ct_status ct_db_freeze(struct ct_db *db, struct ct_tx *tx,
                                         enum ct_status (*at_gate)(void *arg,
                                                                   struct ct_error *reterr),
                                         void *arg, uint32_t *ret_pages,
                                         struct ct_error *reterr);
/* Sealed pages of the frozen store as they lie in the file; each was opened.
 * CT_EDAMAGED names the page that does not open. */
CT_NODISCARD enum ct_status ct_db_frozen_pages(struct ct_db *db, uint32_t first, uint32_t n,
                                               unsigned char *out, struct ct_error *reterr);

/* ---- a new key ------------------------------------------------------------- */

enum { CT_RESEAL_BATCH = 256 }; /* pages sealed anew in one stay behind the gate */

/* Seal the next pages of store.db under the seal's newest key, from *from on (1 at first);
 * *from: where to go on, 0 at the end. Others read and write between the calls. A process
 * that is killed leaves each page whole, old or new; after a power cut the next opening mends
 * the pages of one call from `reseal`, a file beside the store. *ret_done: pages sealed now;
 * *ret_pages: of the store. CT_EBUSY: a backup is being made or others save, nothing was
 * done; CT_EDAMAGED, CT_EFULL, CT_EIO. */
CT_NODISCARD enum ct_status ct_db_reseal(struct ct_db *db, uint32_t *from, uint32_t *ret_done,
                                         uint32_t *ret_pages, struct ct_error *reterr);
/* Fold the log, see that no page is left under an older key, and run at_gate with the gate
 * held. CT_EBUSY as ct_db_freeze; CT_ECONFLICT: pages are left, seal on. */
CT_NODISCARD enum ct_status ct_db_resealed(struct ct_db *db,
                                           enum ct_status (*at_gate)(void *arg,
                                                                     struct ct_error *reterr),
                                           void *arg, struct ct_error *reterr);
/* Pages of store.db under another key than the newest, counted in the file as it is. */
CT_NODISCARD enum ct_status ct_db_reseal_left(struct ct_db *db, uint32_t *ret, uint32_t *first,
                                              struct ct_error *reterr);

/* ---- checks ----------------------------------------------------------- */

/* Canonical bytes of one row, for the audit chain: for each of the first
 * `columns` columns (0: all) a type byte and the length-prefixed value, in the
 * table's order. Types are SQLite's: 1 integer (8 bytes, little-endian two's
 * complement), 2 real (8 bytes, IEEE 754, little-endian), 3 text (UTF-8), 4 blob,
 * 5 NULL (no bytes). *ret_columns is the number used. table must be a table of
 * the schema with an integer primary key. Appends to out. CT_ENOTFOUND (also
 * when the row has fewer columns). */
CT_NODISCARD enum ct_status ct_db_row_canonical(struct ct_db *db, const char *table, int64_t id,
                                                int columns, struct ct_buf *out,
                                                int *ret_columns, struct ct_error *reterr);

/* The ids of a table in order, for verify: it walks whole tables, later modules'
 * too. Close it before the db. CT_ENOTFOUND: no such table with an integer key
 * named id. */
struct ct_ids;
CT_NODISCARD enum ct_status ct_ids_open(struct ct_db *db, const char *table,
                                        struct ct_ids **ret, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_ids_next(struct ct_ids *ids, int64_t *ret_id, bool *ret_more,
                                        struct ct_error *reterr);
void ct_ids_free(struct ct_ids *ids);
void ct_ids_freep(struct ct_ids **ids);

/* PRAGMA integrity_check and foreign_key_check through a callback, a line a
 * problem; reads the WAL too. */
CT_NODISCARD enum ct_status ct_db_integrity(struct ct_db *db,
                                            void (*line)(const char *text, void *arg),
                                            void *arg, struct ct_error *reterr);

/* For lint: prepare a row, and its EXPLAIN QUERY PLAN through the callback. */
CT_NODISCARD enum ct_status ct_db_plan(struct ct_db *db, const struct ct_sql *row,
                                       void (*line)(const char *detail, void *arg), void *arg,
                                       struct ct_error *reterr);

#endif
