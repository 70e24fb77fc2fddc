/* seal - the sealing file layer: a SQLite VFS that encrypts and authenticates
 * every page of the store and of its write-ahead log, and does nothing else.
 *
 * Layer:  vault; over SQLite's public VFS interface and libsodium.
 * Format: docs/format.md. Page 4096 with 48 reserved bytes: nonce 24, tag 16
 *         (XChaCha20-Poly1305-IETF), key epoch u32 LE, zero u32. Associated
 *         data: page number, kind (database or WAL), store id, format version,
 *         epoch, byte offset of the page in its file. The constants are never
 *         sniffed from a file. The frame checksums of the log, which SQLite
 *         makes over plaintext, are masked.
 * Thread: one; an instance has no lock of its own.
 * MUST 1  there is no pass-through: only SQLITE_OPEN_MAIN_DB and
 *         SQLITE_OPEN_WAL are opened, everything else is SQLITE_CANTOPEN.
 * MUST 2  whatever fails (key, randomness, memory, lower layer) fails closed:
 *         no byte of plaintext is ever handed to the lower VFS.
 * MUST 3  SQLite sees the reserved bytes as zero, always.
 * The requirement numbers R1-R32 in seal.c are explained in docs/format.md.
 */
#ifndef CT_VAULT_SEAL_H
#define CT_VAULT_SEAL_H

#include "base/status.h"

enum {
    CT_PAGE = 4096,
    CT_RESERVE = 48,
    CT_NONCE_LEN = 24,
    CT_TAG_LEN = 16,
    CT_KEY_LEN = 32,
    CT_STORE_ID_LEN = 16,
    CT_SEAL_VERSION = 1,
};

struct ct_seal; /* one VFS instance bound to one store id and its keys */

/* Where damage was met, kept for the message and for verify. */
struct ct_seal_damage {
    bool seen;
    bool tail;        /* where recovery found the log's end, as a kill leaves it */
    bool wal;         /* in the write-ahead log, else in the database file */
    uint32_t page;    /* page number, 1.. */
    int64_t offset;   /* byte offset in that file */
};

/* Register a VFS of a unique name over the lower VFS `lower` (NULL: the
 * system's default). The key is copied into guarded memory. epoch is what new
 * pages are sealed under.
 * CT_ENOMEM, CT_EINTERNAL. */
CT_NODISCARD enum ct_status ct_seal_new(const unsigned char store_id[CT_STORE_ID_LEN],
                                        const unsigned char key[CT_KEY_LEN], uint32_t epoch,
                                        const char *lower, struct ct_seal **ret,
                                        struct ct_error *reterr);
/* Unregister and wipe. No connection may be open on it (asserted). */
void ct_seal_free(struct ct_seal *s);

/* A further key that pages of another epoch open under (re-keying). Two epochs are in use at
 * most: where there is no room, the oldest is forgotten. */
CT_NODISCARD enum ct_status ct_seal_add_key(struct ct_seal *s, uint32_t epoch,
                                            const unsigned char key[CT_KEY_LEN],
                                            struct ct_error *reterr);

/* New pages are sealed under this epoch from now on; its key was added. Not while a
 * transaction of this seal writes. */
CT_NODISCARD enum ct_status ct_seal_use(struct ct_seal *s, uint32_t epoch,
                                        struct ct_error *reterr);
uint32_t ct_seal_epoch(const struct ct_seal *s);

/* Where newer keys come from: `ask` adds them, if there are any. It is asked when a page of a
 * newer epoch is met, and by ct_seal_renew: whoever is about to write does that, with the
 * gate held, so that nothing is sealed under a key that is being given up. */
void ct_seal_source(struct ct_seal *s,
                    enum ct_status (*ask)(void *arg, struct ct_error *reterr), void *arg);
CT_NODISCARD enum ct_status ct_seal_renew(struct ct_seal *s, struct ct_error *reterr);
/* Why the last page of a newer epoch could not be opened; false: none such. Clears it. */
bool ct_seal_refusal_take(struct ct_seal *s, struct ct_error *ret);

/* The zVfs argument for sqlite3_open_v2; borrowed. */
const char *ct_seal_vfs(const struct ct_seal *s);

/* The first damage met since the last call; clears it. A torn tail is told only
 * where there is no real one. */
struct ct_seal_damage ct_seal_damage_take(struct ct_seal *s);

/* True after an xSync of any connection on this VFS failed: that connection
 * must be closed and the store read anew (R28). Clears it. */
bool ct_seal_sync_failed_take(struct ct_seal *s);

/* Walk a store file page by page without SQLite, read-only, and open every
 * page: calls bad(page, offset, arg) for each that does not. Skips the
 * lock-byte page. Only for a file no connection of this process has open (R8).
 * *ret_pages is the number walked. A file of a length that is no multiple of
 * CT_PAGE is damaged at its last page. */
CT_NODISCARD enum ct_status ct_seal_walk(struct ct_seal *s, const char *path,
                                         void (*bad)(uint32_t page, int64_t offset, void *arg),
                                         void *arg, uint32_t *ret_pages,
                                         struct ct_error *reterr);

/* For backups: n pages of the open store of `db`, from page `first`, as they lie in
 * its file, each opened to prove it. Read through the connection's own descriptor
 * (R8); the caller sees to it that nobody writes the file meanwhile. The lock-byte
 * page is given as zeros. *ret_bad is the first page that does not open, 0 for none.
 * CT_EIO (the file ends earlier, the disk fails). */
struct sqlite3;
CT_NODISCARD enum ct_status ct_seal_copy(struct ct_seal *s, struct sqlite3 *db, uint32_t first,
                                         uint32_t n, unsigned char *out, uint32_t *ret_bad,
                                         struct ct_error *reterr);
/* Does this page of a store file open in this place? */
bool ct_seal_opens(struct ct_seal *s, uint32_t page, const unsigned char sealed[CT_PAGE]);

/* ---- re-keying: pages of the open store of `db`, through its own descriptor (R8) ---- */

/* Pages of the file, from *from on, that are sealed under another epoch than today's: at most
 * max, their numbers into pages. *from: where to look next, 0 at the file's end. Looks at at
 * most `look` pages. *ret_pages (may be NULL): pages of the file. CT_EIO, CT_EDAMAGED. */
CT_NODISCARD enum ct_status ct_seal_old_pages(struct ct_seal *s, struct sqlite3 *db,
                                              uint32_t *from, uint32_t look, uint32_t *pages,
                                              uint32_t max, uint32_t *ret_n,
                                              uint32_t *ret_pages, struct ct_error *reterr);
/* Does the page, as it lies in the file, open? */
bool ct_seal_page_good(struct ct_seal *s, struct sqlite3 *db, uint32_t page);
/* Open a page of the file and seal it under today's key into out; nothing is written.
 * CT_EDAMAGED names the page. */
CT_NODISCARD enum ct_status ct_seal_anew(struct ct_seal *s, struct sqlite3 *db, uint32_t page,
                                         unsigned char out[CT_PAGE], struct ct_error *reterr);
/* Write a sealed page where it belongs; refuses one that does not open there. */
CT_NODISCARD enum ct_status ct_seal_put(struct ct_seal *s, struct sqlite3 *db, uint32_t page,
                                        const unsigned char sealed[CT_PAGE],
                                        struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_seal_put_sync(struct ct_seal *s, struct sqlite3 *db,
                                             struct ct_error *reterr);
/* Keep away those who read the file without looking into the log, backups among them, as a
 * checkpoint does while it writes. False: somebody does. */
bool ct_seal_readers_off(struct ct_seal *s, struct sqlite3 *db);
void ct_seal_readers_on(struct ct_seal *s, struct sqlite3 *db);

/* Pages sealed since the start, for the nonce tests and bench. */
uint64_t ct_seal_count(const struct ct_seal *s);

#endif
