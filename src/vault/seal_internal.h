/* seal_internal - what the parts of the sealing layer share: the instance, one
 * open file, pages and frame checksums. For src/vault/seal*.c and their tests.
 *
 * seal.c       the instance: keys, registration, opening files, walking a store
 * seal_page.c  the cryptography of one page and of one frame checksum
 * seal_io.c    the database file
 * seal_wal.c   the write-ahead log
 * seal_again.c pages sealed anew under a later key
 */
#ifndef CT_VAULT_SEAL_INTERNAL_H
#define CT_VAULT_SEAL_INTERNAL_H

#include <sqlite3.h>

#include "vault/seal.h"
#include "vault/secret.h"

enum {
    SEAL_BODY = CT_PAGE - CT_RESERVE, /* bytes of a page that are sealed */
    SEAL_AT_NONCE = SEAL_BODY,        /* where the reserved bytes' parts begin */
    SEAL_AT_TAG = SEAL_AT_NONCE + CT_NONCE_LEN,
    SEAL_AT_EPOCH = SEAL_AT_TAG + CT_TAG_LEN,
    SEAL_AT_SPARE = SEAL_AT_EPOCH + 4,
    SEAL_WAL_HDR = 32,   /* SQLite's header of the log */
    SEAL_FRAME_HDR = 24, /* and of each frame in it */
    SEAL_FRAME = SEAL_FRAME_HDR + CT_PAGE,
    SEAL_AT_SALT = 8, /* in a frame's header */
    SEAL_AT_SUM = 16,
    SEAL_SUM_LEN = 8,
    SEAL_MASK_KEY_LEN = 16,
    SEAL_KEYS_MAX = 16,
    SEAL_RUN = 16,         /* frames written at once, at most: a commit has some ten */
    SEAL_NONCES = 64,      /* drawn from the kernel at once */
    SEAL_EPOCHS_AHEAD = 16 /* how much newer a key is believed to be (R15) */
};
_Static_assert(SEAL_AT_SPARE + 4 == CT_PAGE, "the reserved bytes are all spoken for");

/* Where SQLite keeps no page (its lock bytes are there): page 262,145. */
#define SEAL_LOCK_PAGE (0x40000000u / CT_PAGE + 1u)

enum seal_kind { SEAL_DB = 1, SEAL_WAL = 2 };

/* A key and what is derived from it, in one secret. */
struct seal_key {
    uint32_t epoch;
    struct ct_secret *bytes; /* CT_KEY_LEN + SEAL_MASK_KEY_LEN */
};

/* Drawn, not used yet. In a mapping that a forked child finds empty: it must not
 * use its parent's. */
struct seal_nonces {
    size_t left;
    unsigned char at[SEAL_NONCES][CT_NONCE_LEN];
};

struct ct_seal {
    sqlite3_vfs vfs; /* pAppData is this struct */
    sqlite3_vfs *lower;
    char name[40];
    unsigned char store_id[CT_STORE_ID_LEN];
    uint32_t epoch; /* of new pages */
    struct seal_key keys[SEAL_KEYS_MAX];
    size_t n_keys;
    bool (*random)(void *p, size_t n); /* false: none to be had; tests replace it */
    struct seal_nonces *nonces;
    struct ct_seal_damage damage;
    bool sync_failed;
    uint64_t count;
    unsigned open_files;
    enum ct_status (*ask)(void *arg, struct ct_error *reterr); /* for newer keys; NULL */
    void *ask_arg;
    struct ct_error refusal; /* its last */
    bool refused;
};

/* One open file. SQLite allocates vfs.szOsFile bytes for it: this struct, then
 * the lower VFS's own. */
struct seal_file {
    sqlite3_file base;
    struct ct_seal *seal;
    struct seal_file *main; /* the database file; of a log, the one it belongs to */
    bool fresh;             /* it was empty when opened, and no log was opened yet */
    bool dead;              /* main only: a sync failed, nothing is written any more (R28) */
    struct seal_file *log;  /* main only: its log while that is open */
    /* the log only */
    unsigned char *run; /* SEAL_RUN frames: sealed, not written yet (R18) */
    int n_run;          /* of them, one behind the other from run_at on */
    int64_t run_at;
    int64_t lost_from; /* frames from here on were not to be written, though SQLite was told
                        * that they are: nothing more of this transaction is; 0: none */
    bool pending;   /* header was written by SQLite, but not by us; behind the run (R18) */
    bool rewriting; /* SQLite is rewriting checksums, not recovering */
    bool have_salt;
    unsigned char salt[8];                /* of the log's header as last seen */
    unsigned char header[SEAL_FRAME_HDR]; /* the pending one, unmasked */
    int64_t header_at;
    /* sealed bytes only, never plaintext */
    unsigned char frame[SEAL_FRAME];
};

/* The opcode by which a log finds its database file through whatever VFS is
 * stacked above (R9). seal is set by the asker, file by the answer. */
enum { SEAL_FCNTL_SELF = 0x63740001 };
struct seal_self {
    const struct ct_seal *seal;
    struct seal_file *file;
};

static inline struct seal_file *seal_of(sqlite3_file *f)
{
    return (struct seal_file *)(void *)f;
}
/* The lower VFS's part of the same allocation. */
static inline sqlite3_file *seal_lower(struct seal_file *f)
{
    return (sqlite3_file *)(void *)(f + 1);
}

static inline uint32_t seal_be32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

extern const sqlite3_io_methods seal_db_methods, seal_wal_methods;

/* The writer's lock of this database file is being given up: what its log has not been
 * given yet was never committed, and somebody else may write there from now on. */
void seal_wal_forget(struct seal_file *db);

/* ---- seal_page.c ---- */

bool seal_kernel_random(void *p, size_t n);
struct seal_nonces *seal_nonces_new(void); /* NULL: no such memory */
void seal_nonces_free(struct seal_nonces *n);

/* Fill keys[i] for an epoch; key is copied, the mask key derived. */
enum ct_status seal_key_set(struct seal_key *k, uint32_t epoch,
                            const unsigned char key[CT_KEY_LEN], struct ct_error *reterr);

/* Seal plain (CT_PAGE bytes whose reserved bytes are zero) into out, under a
 * fresh nonce. offset: of the page's first byte in its file. False: nothing to
 * write, out holds no plaintext. */
bool seal_page_close(struct ct_seal *s, enum seal_kind kind, uint32_t page, int64_t offset,
                     const unsigned char *plain, unsigned char *out);

enum seal_verdict {
    SEAL_GOOD,
    SEAL_BAD,   /* no key fits: changed, moved, or never sealed */
    SEAL_NEWER, /* sealed under a key this session was not given yet */
};
/* Open sealed (CT_PAGE bytes) into plain, reserved bytes zero. When it does not
 * open, plain is zeroed. The buffers must not overlap. */
enum seal_verdict seal_page_open(struct ct_seal *s, enum seal_kind kind, uint32_t page,
                                 int64_t offset, const unsigned char *sealed,
                                 unsigned char *plain);

/* Mask or unmask, in place, the 8 checksum bytes of a frame header (R21). The
 * mask key is that of the epoch given; false: there is none. */
bool seal_sum_mask(const struct ct_seal *s, uint32_t epoch, int64_t frame_at,
                   unsigned char header[SEAL_FRAME_HDR]);
bool seal_sum_unmask(const struct ct_seal *s, uint32_t epoch, int64_t frame_at,
                     unsigned char header[SEAL_FRAME_HDR]);
uint32_t seal_epoch_of(const unsigned char *sealed_page);
/* This page needs a key that is not held: ask for it. True: it is held now. */
bool seal_learn(struct ct_seal *s, const unsigned char *sealed_page);

/* ---- seal_io.c ---- */

/* Keep the first damage for the message, and log it (never the content). */
void seal_note_damage(struct ct_seal *s, bool wal, uint32_t page, int64_t offset);
/* A frame at which recovery ends: noted, and forgotten for any damage. */
void seal_note_tail(struct ct_seal *s, uint32_t page, int64_t offset);
/* xSync of either file; failure is final for the connection. */
int seal_sync(struct seal_file *f, int flags);
int seal_sector_size(sqlite3_file *f);
int seal_device(sqlite3_file *f);

#endif
