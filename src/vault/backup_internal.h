/* backup_internal - layout and keys that writer and reader of a backup share.
 *
 * Layer:  vault; included by backup*.c and their tests only.
 */
#ifndef CT_VAULT_BACKUP_INTERNAL_H
#define CT_VAULT_BACKUP_INTERNAL_H

#include <sodium.h>

#include "base/le.h"
#include "vault/backup.h"
#include "vault/keyring_internal.h"

/* Offsets and sizes, in bytes. */
enum {
    CT_BACKUP_MAGIC_LEN = 8,
    CT_BACKUP_AT_VERSION = 8,
    CT_BACKUP_AT_KEYRING = 12,
    CT_BACKUP_AT_STORE_ID = 16,
    CT_BACKUP_AT_EPOCH = 32,
    CT_BACKUP_AT_SCHEMA = 36,
    CT_BACKUP_AT_TIME = 40,
    CT_BACKUP_AT_SEQ = 48,
    CT_BACKUP_AT_LINK = 56,
    CT_BACKUP_AT_PAGES = 88,
    CT_BACKUP_AT_FLAGS = 92,
    CT_BACKUP_AT_SALT = 96,
    CT_BACKUP_SALT_LEN = 32,
    CT_BACKUP_AT_RECIPIENT = 128,
    CT_BACKUP_AT_BOX = 160,
    CT_BACKUP_BOX_PLAIN = CT_KEY_LEN + CT_RING_KEY_LEN,
    CT_BACKUP_BOX_LEN = CT_BACKUP_BOX_PLAIN + 48, /* crypto_box_SEALBYTES */
    CT_BACKUP_AT_PROGRAM = CT_BACKUP_AT_BOX + CT_BACKUP_BOX_LEN,
    CT_BACKUP_HEAD = CT_BACKUP_AT_PROGRAM + CT_BACKUP_PROGRAM_LEN, /* 288 */
    CT_BACKUP_MAC_LEN = 32,
    CT_BACKUP_TO_KEY = 1, /* flag */
    /* the stream */
    CT_BACKUP_STREAM_HEAD = 24,
    CT_BACKUP_EXTRA = 17, /* bytes a message is longer than what it holds */
    CT_BACKUP_CHUNK_LEN = CT_BACKUP_CHUNK * CT_PAGE,
    CT_BACKUP_END_LEN = 64,
    CT_BACKUP_CHAIN_GOOD = 1, /* flag in the last message */
    CT_BACKUP_PAGES_MAX = 0x7fffffff,
};
_Static_assert(CT_BACKUP_EXTRA == crypto_secretstream_xchacha20poly1305_ABYTES, "stream");
_Static_assert(CT_BACKUP_STREAM_HEAD == crypto_secretstream_xchacha20poly1305_HEADERBYTES,
               "stream");
_Static_assert(CT_BACKUP_BOX_LEN == CT_BACKUP_BOX_PLAIN + crypto_box_SEALBYTES, "box");

extern const unsigned char CT_BACKUP_MAGIC[CT_BACKUP_MAGIC_LEN];

/* Length of the whole file. */
int64_t ct_backup_length(uint32_t pages, size_t keyring_len);
/* MAC over head and keyring, and from it the key of the stream (either may be NULL).
 * Wiped by the owner. */
void ct_backup_keys(const unsigned char store_key[CT_KEY_LEN], const unsigned char *clear,
                    size_t n, unsigned char mac[CT_BACKUP_MAC_LEN],
                    unsigned char stream[CT_KEY_LEN]);

#endif
