/* backup_write - writing the container of a backup; its layout and its keys. */
#include "vault/backup_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

const unsigned char CT_BACKUP_MAGIC[CT_BACKUP_MAGIC_LEN] = {0x89, 'C', 'T',  'B',
                                                            'A',  'K', 0x0d, 0x0a};

struct ct_backup_out {
    int fd;
    const char *name; /* borrowed */
    uint32_t pages, written;
    crypto_secretstream_xchacha20poly1305_state stream;
    crypto_generichash_state checksum; /* of the file */
    crypto_generichash_state sealed;   /* of the pages */
    unsigned char message[CT_BACKUP_CHUNK_LEN + CT_BACKUP_EXTRA];
};

int64_t ct_backup_length(uint32_t pages, size_t keyring_len)
{
    int64_t messages = ((int64_t)pages + CT_BACKUP_CHUNK - 1) / CT_BACKUP_CHUNK;
    return CT_BACKUP_HEAD + (int64_t)keyring_len + CT_BACKUP_MAC_LEN + CT_BACKUP_STREAM_HEAD +
           (int64_t)pages * CT_PAGE + messages * CT_BACKUP_EXTRA + CT_BACKUP_END_LEN +
           CT_BACKUP_EXTRA + CT_HASH_LEN;
}

void ct_backup_keys(const unsigned char store_key[CT_KEY_LEN], const unsigned char *clear,
                    size_t n, unsigned char mac[CT_BACKUP_MAC_LEN],
                    unsigned char stream[CT_KEY_LEN])
{
    unsigned char k[CT_KEY_LEN];
    crypto_kdf_derive_from_key(k, sizeof k, 1, "ctbackup", store_key);
    crypto_generichash(mac, CT_BACKUP_MAC_LEN, clear, n, k, sizeof k);
    if (stream != NULL) {
        crypto_kdf_derive_from_key(k, sizeof k, 2, "ctbackup", store_key);
        crypto_generichash(stream, CT_KEY_LEN, mac, CT_BACKUP_MAC_LEN, k, sizeof k);
    }
    ct_wipe(k, sizeof k);
}

static enum ct_status put(struct ct_backup_out *o, const unsigned char *p, size_t n,
                          struct ct_error *reterr)
{
    crypto_generichash_update(&o->checksum, p, n);
    int err = ct_write_all(o->fd, p, n);
    if (err == 0)
        return CT_OK;
    enum ct_status s = ct_status_errno(err);
    return ct_fail(reterr, s, NULL,
                   s == CT_EFULL
                       ? "no space is left for the backup %s (%s): make room, or name "
                         "another place"
                       : "the backup %s cannot be written: %s",
                   o->name, strerror(err));
}

static void fill_head(unsigned char *h, const struct ct_backup_head *head, size_t keyring_len)
{
    memset(h, 0, CT_BACKUP_HEAD);
    memcpy(h, CT_BACKUP_MAGIC, CT_BACKUP_MAGIC_LEN);
    ct_le32_put(h + CT_BACKUP_AT_VERSION, CT_BACKUP_VERSION);
    ct_le32_put(h + CT_BACKUP_AT_KEYRING, (uint32_t)keyring_len);
    memcpy(h + CT_BACKUP_AT_STORE_ID, head->store_id, CT_STORE_ID_LEN);
    ct_le32_put(h + CT_BACKUP_AT_EPOCH, head->epoch);
    ct_le32_put(h + CT_BACKUP_AT_SCHEMA, head->schema);
    ct_le64_put(h + CT_BACKUP_AT_TIME, (uint64_t)head->at_ms);
    ct_le64_put(h + CT_BACKUP_AT_SEQ, (uint64_t)head->seq);
    memcpy(h + CT_BACKUP_AT_LINK, head->link, CT_HASH_LEN);
    ct_le32_put(h + CT_BACKUP_AT_PAGES, head->pages);
    ct_le32_put(h + CT_BACKUP_AT_FLAGS, head->to_key ? CT_BACKUP_TO_KEY : 0);
    ct_random(h + CT_BACKUP_AT_SALT, CT_BACKUP_SALT_LEN);
    size_t n = strnlen(head->program, CT_BACKUP_PROGRAM_LEN);
    memcpy(h + CT_BACKUP_AT_PROGRAM, head->program, n);
}

/* For whoever holds the offline key: both keys, as the keyring's MAC needs both. */
static bool seal_keys(unsigned char *h, const struct ct_backup_head *head,
                      const struct ct_unlocked *keys)
{
    unsigned char both[CT_BACKUP_BOX_PLAIN];
    memcpy(both, keys->store_key, CT_KEY_LEN);
    memcpy(both + CT_KEY_LEN, keys->ring_key, CT_RING_KEY_LEN);
    memcpy(h + CT_BACKUP_AT_RECIPIENT, head->recipient, CT_BACKUP_KEY_LEN);
    int rc = crypto_box_seal(h + CT_BACKUP_AT_BOX, both, sizeof both, head->recipient);
    ct_wipe(both, sizeof both);
    return rc == 0;
}

/* Everything before the stream's first message. */
static enum ct_status begin(struct ct_backup_out *o, const struct ct_backup_head *head,
                            const unsigned char *keyring, size_t keyring_len,
                            const struct ct_unlocked *keys, struct ct_error *reterr)
{
    unsigned char mac[CT_BACKUP_MAC_LEN], key[CT_KEY_LEN], first[CT_BACKUP_STREAM_HEAD];
    size_t n = CT_BACKUP_HEAD + keyring_len;
    unsigned char *clear = malloc(n);
    if (clear == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "no memory is left for the backup");
    fill_head(clear, head, keyring_len);
    memcpy(clear + CT_BACKUP_HEAD, keyring, keyring_len);
    enum ct_status s = CT_OK;
    if (head->to_key && !seal_keys(clear, head, keys))
        s = ct_fail(reterr, CT_EINVAL, "to-key", "the offline key is no usable key");
    if (s == CT_OK) {
        ct_backup_keys(keys->store_key, clear, n, mac, key);
        crypto_secretstream_xchacha20poly1305_init_push(&o->stream, first, key);
        ct_wipe(key, sizeof key);
        if ((s = put(o, clear, n, reterr)) == CT_OK &&
            (s = put(o, mac, sizeof mac, reterr)) == CT_OK)
            s = put(o, first, sizeof first, reterr);
    }
    free(clear);
    return s;
}

enum ct_status ct_backup_out_new(int fd, const char *name, const struct ct_backup_head *head,
                                 const unsigned char *keyring, size_t keyring_len,
                                 const struct ct_unlocked *keys, struct ct_backup_out **ret,
                                 struct ct_error *reterr)
{
    *ret = NULL;
    if (keyring_len > ct_ring_size_max() || head->pages > CT_BACKUP_PAGES_MAX)
        return ct_fail(reterr, CT_EINTERNAL, NULL, "the store is too large for a backup");
    struct ct_backup_out *o = malloc(sizeof *o);
    if (o == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "no memory is left for the backup");
    o->fd = fd;
    o->name = name;
    o->pages = head->pages;
    o->written = 0;
    crypto_generichash_init(&o->checksum, NULL, 0, CT_HASH_LEN);
    crypto_generichash_init(&o->sealed, NULL, 0, CT_HASH_LEN);
    enum ct_status s = begin(o, head, keyring, keyring_len, keys, reterr);
    if (s != CT_OK) {
        ct_backup_out_free(o);
        return s;
    }
    *ret = o;
    return CT_OK;
}

static enum ct_status push(struct ct_backup_out *o, const unsigned char *p, size_t n,
                           unsigned char tag, struct ct_error *reterr)
{
    crypto_secretstream_xchacha20poly1305_push(&o->stream, o->message, NULL, p, n, NULL, 0,
                                               tag);
    return put(o, o->message, n + CT_BACKUP_EXTRA, reterr);
}

enum ct_status ct_backup_out_pages(struct ct_backup_out *o, const unsigned char *sealed,
                                   uint32_t n, struct ct_error *reterr)
{
    uint32_t left = o->pages - o->written;
    if (n == 0 || n != (left < CT_BACKUP_CHUNK ? left : CT_BACKUP_CHUNK))
        return ct_fail(reterr, CT_EINTERNAL, NULL, "pages of a backup come in chunks");
    crypto_generichash_update(&o->sealed, sealed, (size_t)n * CT_PAGE);
    o->written += n;
    return push(o, sealed, (size_t)n * CT_PAGE,
                crypto_secretstream_xchacha20poly1305_TAG_MESSAGE, reterr);
}

enum ct_status ct_backup_out_end(struct ct_backup_out *o, struct ct_backup_end *end,
                                 struct ct_error *reterr)
{
    unsigned char last[CT_BACKUP_END_LEN] = {0}, sum[CT_HASH_LEN];
    if (o->written != o->pages)
        return ct_fail(reterr, CT_EINTERNAL, NULL, "a backup was ended early");
    crypto_generichash_final(&o->sealed, end->hash, CT_HASH_LEN);
    memcpy(last, "ctbkend1", 8);
    ct_le32_put(last + 8, end->chain_good ? CT_BACKUP_CHAIN_GOOD : 0);
    ct_le32_put(last + 12, o->pages);
    ct_le64_put(last + 16, (uint64_t)end->entries);
    memcpy(last + 32, end->hash, CT_HASH_LEN);
    enum ct_status s =
        push(o, last, sizeof last, crypto_secretstream_xchacha20poly1305_TAG_FINAL, reterr);
    if (s != CT_OK)
        return s;
    crypto_generichash_final(&o->checksum, sum, sizeof sum);
    crypto_generichash_init(&o->checksum, NULL, 0, CT_HASH_LEN);
    return put(o, sum, sizeof sum, reterr);
}

void ct_backup_out_free(struct ct_backup_out *o)
{
    if (o == NULL)
        return;
    ct_wipe(o, sizeof *o);
    free(o);
}
