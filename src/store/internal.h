/* internal - what the files of the store share. Included by src/store and its
 * tests only.
 *
 * MUST 1  every call that reaches SQLite begins with ct_db_usable.
 * MUST 2  after a failed call ct_db_fail is asked before anything else is done
 *         with the connection: it reads SQLite's last error and where the
 *         sealing layer met damage.
 */
#ifndef CT_STORE_INTERNAL_H
#define CT_STORE_INTERNAL_H

#include <sqlite3.h>

#include "base/embed.h"
#include "store/sql.h"
#include "vault/gate.h"

enum { CT_STMT_BUCKETS = 64 };

enum ct_tx_kind { CT_TX_NONE, CT_TX_READ, CT_TX_WRITE };

struct ct_row_reader; /* check.c */

struct ct_db {
    sqlite3 *h;
    struct ct_seal *seal; /* borrowed */
    struct ct_gate gate;
    bool gate_kept;   /* creation: whoever creates holds the gate throughout */
    char *dir, *path; /* absolute */
    int busy_limit_ms;
    int64_t hurry_until_ms; /* monotonic; 0: in no hurry */
    int checkpoint_pages;
    int checkpoint_at; /* WAL pages that start the next try */
    int wal_pages;     /* in the WAL after this connection's last commit */
    bool checkpoint_later; /* ct_db_checkpoint_later */
    int schema;
    int64_t data_version;
    bool dead;      /* a sync failed, or a rollback */
    bool own;       /* the authorizer: the store's own statement is running */
    bool migrating; /* the authorizer: the schema may change */
    enum ct_tx_kind kind;
    int nested; /* reading scopes inside the open transaction */
    bool lost;  /* SQLite has rolled the transaction back by itself */
    bool relaxed;  /* synchronous=NORMAL, for the transaction that is open */
    bool unsynced; /* a commit of that kind is not known to be on the disk */
    struct ct_stmt *bucket[CT_STMT_BUCKETS];
    struct ct_row_reader *readers;
};

/* CT_EIO when the handle is dead. */
CT_NODISCARD enum ct_status ct_db_usable(const struct ct_db *db, struct ct_error *reterr);

/* ---- db.c */

/* A handle on <dir>/<file>, connected and set up, without gate, schema checks
 * or authorizer duties; on failure everything is given back. */
CT_NODISCARD enum ct_status ct_db_connect(const char *dir, const char *file,
                                          struct ct_seal *seal,
                                          const struct ct_db_options *options,
                                          struct ct_db **ret, struct ct_error *reterr);
/* The directory's absolute name (free()). CT_ENOTFOUND, CT_EREADONLY, CT_EIO. */
CT_NODISCARD enum ct_status ct_db_dir(const char *dir, char **ret, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_db_gate(struct ct_db *db, struct ct_error *reterr);
/* <dir>/<name>, free(); NULL when out of memory. */
char *ct_db_path(const char *dir, const char *name);
/* PRAGMAs, for set-up and migrations: `text` is a constant of the program, or a
 * number the program counted. */
CT_NODISCARD enum ct_status ct_db_pragma(struct ct_db *db, const char *text, int64_t *ret,
                                         struct ct_error *reterr);

/* ---- create.c */

/* Sync a new store's file and read it back as a thief would: CT_EINTERNAL names
 * the first page that is not sealed. Only for a file that SQLite has closed. */
CT_NODISCARD enum ct_status ct_db_prove_sealed(const char *path, struct ct_error *reterr);

/* ---- migrate.c */

/* What a store is created with and migrated to: the files that the program carries. Tests
 * of the store's own work, which open thousands, give it the first of them alone. */
extern const struct ct_embedded *ct_db_schema_files;

/* Apply what of `table` (names "schema/NNNN_*.sql", sorted) is newer than the
 * store. CT_ENEWER when the store is ahead of the table. */
CT_NODISCARD enum ct_status ct_migrate(struct ct_db *db, const struct ct_embedded *table,
                                       struct ct_error *reterr);
/* The number of a migration's file, 0 for every other file. */
int ct_migration_number(const char *name);

/* ---- tx.c */

/* With the gate held: the log folded into the store and emptied. busy_ms: how long
 * readers of older states are waited for. CT_EBUSY. */
CT_NODISCARD enum ct_status ct_db_fold(struct ct_db *db, int busy_ms, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_db_gate_take(struct ct_db *db, struct ct_error *reterr);
void ct_db_gate_give(struct ct_db *db);

/* ---- reseal.c */

/* Put right what a power cut left of pages that were being sealed anew. Before anything is
 * read. CT_EIO, CT_ENOMEM; a store without such a file costs one look. */
CT_NODISCARD enum ct_status ct_db_reseal_mend(struct ct_db *db, struct ct_error *reterr);

/* ---- stmt.c */

/* Run one of the store's own rows; its first column to *ret (may be NULL). */
CT_NODISCARD enum ct_status ct_db_own(struct ct_db *db, enum ct_store_sql_id id, int64_t *ret,
                                      struct ct_error *reterr);
/* Finalise every cached statement, borrowed or not. */
void ct_stmt_forget_all(struct ct_db *db);

/* ---- check.c */
void ct_row_readers_free(struct ct_db *db);

/* ---- dberror.c */

/* sqlite3_step and sqlite3_prepare_v3; ct_db_fail afterwards knows the system's own
 * error number, and none of an earlier call. ret_tail may be NULL. */
int ct_db_step(sqlite3_stmt *s);
int ct_db_prepare(struct ct_db *db, const char *text, unsigned flags, sqlite3_stmt **ret,
                  const char **ret_tail);

/* SQLite's code as a status and a sentence. `doing` completes "... failed while
 * <doing>"; it names a statement or a step, never a value. Marks the handle
 * dead after a failed sync, and the transaction lost after a rollback. */
enum ct_status ct_db_fail(struct ct_db *db, int rc, const char *doing, struct ct_error *reterr);
enum ct_status ct_db_read_only(const struct ct_db *db, const char *doing,
                               struct ct_error *reterr);
/* errno as a status and a sentence. `doing` is "creating the store". */
enum ct_status ct_db_errno(int err, const char *doing, const char *path,
                           struct ct_error *reterr);

#endif
