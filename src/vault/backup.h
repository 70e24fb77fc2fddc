/* backup - the container of a backup: one file with a store's sealed pages and
 * its keyring, written and read from front to end.
 *
 * Layer:  vault.
 * Format: docs/format.md, "The backup", byte by byte. A head and the keyring lie
 *         in clear, as the keyring must be read before a key is known; a MAC under
 *         a key that hangs on the store's key binds the two, and the key of the
 *         stream that follows hangs on that MAC. The stream is libsodium's
 *         secretstream (XChaCha20-Poly1305) over the pages as they lie in the
 *         store, sealed; its last message bears the FINAL tag. A checksum without
 *         a key ends the file.
 * MUST 1  a cut, altered, reordered or spliced file is refused: by its length and
 *         checksum before a password is known, by MAC and stream afterwards.
 * MUST 2  no plaintext page passes through here; what is written is ciphertext
 *         twice over.
 * Files:  descriptors are the caller's; the name given is for messages alone.
 */
#ifndef CT_VAULT_BACKUP_H
#define CT_VAULT_BACKUP_H

#include "vault/keyring.h"

enum {
    CT_BACKUP_VERSION = 1,
    CT_BACKUP_CHUNK = 16,   /* pages a message of the stream; the last may have fewer */
    CT_BACKUP_KEY_LEN = 32, /* an X25519 key */
    CT_BACKUP_PROGRAM_LEN = 16,
};

/* What the clear part says. */
struct ct_backup_head {
    unsigned char store_id[CT_STORE_ID_LEN];
    uint32_t epoch;  /* key epoch of the keyring */
    uint32_t schema; /* number of the store's last migration */
    uint32_t pages;
    int64_t at_ms; /* when it was begun, UTC */
    int64_t seq;   /* the chain's last entry */
    unsigned char link[CT_HASH_LEN];
    bool to_key; /* the keys are also sealed to: */
    unsigned char recipient[CT_BACKUP_KEY_LEN];
    char program[CT_BACKUP_PROGRAM_LEN + 1]; /* version that made it */
};

/* What the stream's last message says. */
struct ct_backup_end {
    bool chain_good; /* the chain was walked in the very state that was copied */
    int64_t entries; /* of it */
    unsigned char hash[CT_HASH_LEN]; /* BLAKE2b-256 of the sealed pages in order */
};

/* ---- writing ------------------------------------------------------------ */

struct ct_backup_out;
/* Head, keyring and the begin of the stream, at the descriptor's present place.
 * head->recipient counts when head->to_key. CT_ENOMEM, CT_EFULL, CT_EIO. */
CT_NODISCARD enum ct_status ct_backup_out_new(int fd, const char *name,
                                              const struct ct_backup_head *head,
                                              const unsigned char *keyring, size_t keyring_len,
                                              const struct ct_unlocked *keys,
                                              struct ct_backup_out **ret,
                                              struct ct_error *reterr);
/* The next n sealed pages: CT_BACKUP_CHUNK, or what is left of head->pages. */
CT_NODISCARD enum ct_status ct_backup_out_pages(struct ct_backup_out *out,
                                                const unsigned char *sealed, uint32_t n,
                                                struct ct_error *reterr);
/* Last message and checksum; end->hash is filled in. */
CT_NODISCARD enum ct_status ct_backup_out_end(struct ct_backup_out *out,
                                              struct ct_backup_end *end,
                                              struct ct_error *reterr);
void ct_backup_out_free(struct ct_backup_out *out); /* wipes; NULL is fine */

/* ---- reading ------------------------------------------------------------ */

/* Does this open file begin as a backup does? Looks at nothing else. */
bool ct_backup_begins(int fd);

struct ct_backup_in;
/* What can be checked without a key and without reading all of it: magic, version,
 * bounds, the file's length, the keyring's own checksum. CT_EFOREIGN, CT_ENEWER,
 * CT_EDAMAGED (says whether it was cut), CT_EIO, CT_ENOMEM. */
CT_NODISCARD enum ct_status
ct_backup_in_new(int fd, const char *name, struct ct_backup_in **ret, struct ct_error *reterr);
void ct_backup_in_free(struct ct_backup_in *in); /* wipes; NULL is fine */
void ct_backup_in_freep(struct ct_backup_in **in);
const struct ct_backup_head *ct_backup_in_head(const struct ct_backup_in *in);
const unsigned char *ct_backup_in_keyring(const struct ct_backup_in *in, size_t *ret_n);
int64_t ct_backup_in_size(const struct ct_backup_in *in); /* bytes of the whole file */

/* Read all of it against its checksum: what a bad disk or a careless copy did, told
 * without a password. progress (may be NULL) gets bytes done; false stops it (CT_EBUSY).
 * CT_EDAMAGED, CT_EIO. */
CT_NODISCARD enum ct_status ct_backup_in_whole(struct ct_backup_in *in,
                                               bool (*progress)(int64_t done, void *arg),
                                               void *arg, struct ct_error *reterr);
/* Check the MAC over head and keyring, and begin the stream. CT_EDAMAGED: altered, or
 * put together from two. */
CT_NODISCARD enum ct_status ct_backup_in_start(struct ct_backup_in *in,
                                               const unsigned char store_key[CT_KEY_LEN],
                                               struct ct_error *reterr);
/* The MAC alone, for whoever has to know whether a file is of this store. */
bool ct_backup_in_ours(const struct ct_backup_in *in,
                       const unsigned char store_key[CT_KEY_LEN]);
/* The next pages, at most CT_BACKUP_CHUNK; *ret_n 0: all were read, *end is filled
 * in, and the stream ended as it must. CT_EDAMAGED. */
CT_NODISCARD enum ct_status ct_backup_in_pages(struct ct_backup_in *in, unsigned char *sealed,
                                               uint32_t *ret_n, struct ct_backup_end *end,
                                               struct ct_error *reterr);

#endif
