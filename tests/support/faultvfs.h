/* faultvfs - a SQLite VFS over another one that counts calls, shows them to a
 * test, and makes a chosen one fail; it can also lose what was not synced.
 *
 * It may be stacked under the sealing layer (to fail or watch what reaches the
 * disk) and above it (to watch what SQLite sees).
 */
#ifndef CT_TESTS_FAULTVFS_H
#define CT_TESTS_FAULTVFS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

enum faultvfs_op {
    FV_OPEN = 1,
    FV_CLOSE = 1 << 1,
    FV_READ = 1 << 2,
    FV_WRITE = 1 << 3,
    FV_TRUNCATE = 1 << 4,
    FV_SYNC = 1 << 5,
    FV_SIZE = 1 << 6,
    FV_LOCK = 1 << 7,
    FV_SHM_MAP = 1 << 8,
    FV_SHM_LOCK = 1 << 9,
    FV_FETCH = 1 << 10,
    FV_DELETE = 1 << 11,
    FV_ACCESS = 1 << 12,
    FV_SHM_UNLOCK = 1 << 13,
    FV_UNFETCH = 1 << 14, /* shown only */
    FV_ALL = (1 << 15) - 1,
    /* closing and unlocking cannot fail usefully; locks are tried on purpose */
    FV_FAILING = FV_OPEN | FV_READ | FV_WRITE | FV_TRUNCATE | FV_SYNC | FV_SIZE | FV_SHM_MAP |
                 FV_DELETE | FV_ACCESS,
};

enum faultvfs_how {
    FV_EIO,    /* the call does nothing and returns its I/O error */
    FV_SHORT,  /* a write does its first half; a read too, and is SHORT_READ */
    FV_FULL,   /* a write does its first half and returns SQLITE_FULL */
    FV_GARBLE, /* a read of a page or more succeeds, with a byte in its middle changed */
};

struct faultvfs_call {
    enum faultvfs_op op;
    int open_flags;   /* of the file; SQLITE_OPEN_WAL or SQLITE_OPEN_MAIN_DB among them */
    const void *data; /* written, or what was read; NULL otherwise */
    int amount;
    int64_t offset; /* of a lock of shared memory: the first slot; amount: how many */
    bool shared;    /* a lock of that kind */
    int rc; /* of a read or a lock; other calls are shown before they are made */
};

struct faultvfs_undo; /* a write that no sync has followed yet */

struct faultvfs {
    sqlite3_vfs vfs, *lower;
    char name[32];
    /* what fails; all may be changed at any time */
    unsigned ops; /* set of enum faultvfs_op that count and may fail */
    enum faultvfs_how how;
    long fail_at; /* the n-th counted call, from 1; 0: none */
    bool sticky;  /* and all that follow */
    long calls;   /* counted so far */
    bool hit;     /* something failed */
    /* what is shown */
    void (*show)(const struct faultvfs_call *call, void *arg);
    void *arg;
    bool skip_sync; /* count syncs, but do not make the disk work */
    /* what is lost */
    bool keep_undo;
    struct faultvfs_undo *undo;
};

/* Register under `name` over `lower` (NULL: the system's). 0 or a SQLite code.
 * f must stay where it is until faultvfs_done. */
int faultvfs_init(struct faultvfs *f, const char *name, const char *lower);
void faultvfs_done(struct faultvfs *f);

/* Start counting anew; fail the n-th call (0: none). */
void faultvfs_arm(struct faultvfs *f, long n, enum faultvfs_how how, bool sticky);

/* With keep_undo, all files closed: take back a part of the writes that no
 * sync followed, as a power cut does. fate(i, arg) says what became of the i-th such
 * write (newest first): lost, on the disk, or torn: sectors of 512 bytes up to its middle
 * are there and the others are not. Returns how many there were, or -1. */
enum faultvfs_fate { FV_LOST, FV_KEPT, FV_TORN };
int faultvfs_power_cut(struct faultvfs *f, enum faultvfs_fate (*fate)(int i, void *arg),
                       void *arg);

#endif
