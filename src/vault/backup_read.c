/* backup_read - reading the container of a backup; see backup.h.
 *
 * MUST 1  nothing of the file is believed before it was checked: numbers against
 *         bounds and the file's length, the rest against MAC, stream and checksum.
 */
#include "vault/backup_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct ct_backup_in {
    int fd;
    const char *name; /* borrowed */
    struct ct_backup_head head;
    int64_t size, at;     /* bytes of the file; where the next message begins */
    unsigned char *clear; /* head and keyring */
    size_t keyring_len;
    unsigned char mac[CT_BACKUP_MAC_LEN], first[CT_BACKUP_STREAM_HEAD];
    bool started, ended;
    uint32_t done; /* pages */
    crypto_secretstream_xchacha20poly1305_state stream;
    crypto_generichash_state sealed, sum; /* of the pages; of the file, as far as read */
    unsigned char message[CT_BACKUP_CHUNK_LEN + CT_BACKUP_EXTRA];
};

static enum ct_status read_at(const struct ct_backup_in *in, void *out, size_t n, int64_t at,
                              struct ct_error *reterr)
{
    unsigned char *p = out;
    while (n > 0) {
        ssize_t got = pread(in->fd, p, n, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ct_fail(reterr, CT_EIO, NULL, "the backup %s cannot be read: %s", in->name,
                           strerror(errno));
        if (got == 0)
            return ct_fail(reterr, CT_EDAMAGED, NULL,
                           "the backup %s became shorter while it was read", in->name);
        p += got;
        n -= (size_t)got;
        at += got;
    }
    return CT_OK;
}

static enum ct_status damaged(const struct ct_backup_in *in, const char *what,
                              struct ct_error *reterr)
{
    return ct_fail(reterr, CT_EDAMAGED, NULL, "the backup %s %s; use another copy of it",
                   in->name, what);
}

static void view(struct ct_backup_head *h, const unsigned char *p)
{
    memcpy(h->store_id, p + CT_BACKUP_AT_STORE_ID, CT_STORE_ID_LEN);
    h->epoch = ct_le32(p + CT_BACKUP_AT_EPOCH);
    h->schema = ct_le32(p + CT_BACKUP_AT_SCHEMA);
    h->pages = ct_le32(p + CT_BACKUP_AT_PAGES);
    h->at_ms = (int64_t)ct_le64(p + CT_BACKUP_AT_TIME);
    h->seq = (int64_t)ct_le64(p + CT_BACKUP_AT_SEQ);
    memcpy(h->link, p + CT_BACKUP_AT_LINK, CT_HASH_LEN);
    h->to_key = (ct_le32(p + CT_BACKUP_AT_FLAGS) & CT_BACKUP_TO_KEY) != 0;
    memcpy(h->recipient, p + CT_BACKUP_AT_RECIPIENT, CT_BACKUP_KEY_LEN);
    memcpy(h->program, p + CT_BACKUP_AT_PROGRAM, CT_BACKUP_PROGRAM_LEN);
    h->program[CT_BACKUP_PROGRAM_LEN] = '\0';
    for (char *c = h->program; *c != '\0'; c++) /* it is shown before it is believed */
        *c = *c > ' ' && *c <= '~' ? *c : '?';
}

bool ct_backup_begins(int fd)
{
    unsigned char is[CT_BACKUP_MAGIC_LEN];
    return pread(fd, is, sizeof is, 0) == (ssize_t)sizeof is &&
           memcmp(is, CT_BACKUP_MAGIC, sizeof is) == 0;
}

/* The head, as far as it makes sense at all. */
static enum ct_status look(struct ct_backup_in *in, unsigned char *h, struct ct_error *reterr)
{
    struct stat st;
    if (fstat(in->fd, &st) != 0)
        return ct_fail(reterr, CT_EIO, NULL, "the backup %s cannot be read: %s", in->name,
                       strerror(errno));
    in->size = st.st_size;
    size_t n = in->size < CT_BACKUP_HEAD ? (size_t)in->size : CT_BACKUP_HEAD;
    enum ct_status s = CT_OK;
    if (!S_ISREG(st.st_mode) || n < CT_BACKUP_MAGIC_LEN)
        s = CT_EFOREIGN;
    else if ((s = read_at(in, h, n, 0, reterr)) == CT_OK &&
             memcmp(h, CT_BACKUP_MAGIC, CT_BACKUP_MAGIC_LEN) != 0)
        s = CT_EFOREIGN;
    if (s == CT_EFOREIGN)
        return ct_fail(reterr, s, NULL, "%s is not a backup made by clintech", in->name);
    if (s != CT_OK)
        return s;
    if (n < CT_BACKUP_HEAD)
        return damaged(in, "is cut off: not even its head is whole", reterr);
    uint32_t version = ct_le32(h + CT_BACKUP_AT_VERSION);
    if (version > CT_BACKUP_VERSION)
        return ct_fail(reterr, CT_ENEWER, NULL,
                       "the backup %s has format %lu, made by a newer program (this one knows "
                       "%d): install that version and try again",
                       in->name, (unsigned long)version, CT_BACKUP_VERSION);
    uint32_t len = ct_le32(h + CT_BACKUP_AT_KEYRING), flags = ct_le32(h + CT_BACKUP_AT_FLAGS);
    view(&in->head, h);
    in->keyring_len = len;
    if (version == 0 || len > ct_ring_size_max() || in->head.pages == 0 ||
        in->head.pages > CT_BACKUP_PAGES_MAX || in->head.seq < 0 ||
        (flags & ~(uint32_t)CT_BACKUP_TO_KEY) != 0)
        return damaged(in, "has a damaged head", reterr);
    return CT_OK;
}

static enum ct_status check_length(const struct ct_backup_in *in, struct ct_error *reterr)
{
    int64_t want = ct_backup_length(in->head.pages, in->keyring_len);
    if (in->size < want)
        return ct_fail(
            reterr, CT_EDAMAGED, NULL,
            "the backup %s is cut off: %lld of its %lld bytes are there; use another "
            "copy of it",
            in->name, (long long)in->size, (long long)want);
    if (in->size > want)
        return ct_fail(reterr, CT_EDAMAGED, NULL,
                       "the backup %s is damaged: it has %lld bytes more than its %lld; use "
                       "another copy of it",
                       in->name, (long long)(in->size - want), (long long)want);
    return CT_OK;
}

/* The clear part. The keyring has a checksum of its own. */
static enum ct_status load(struct ct_backup_in *in, struct ct_error *reterr)
{
    unsigned char h[CT_BACKUP_HEAD];
    enum ct_status s = look(in, h, reterr);
    if (s == CT_OK)
        s = check_length(in, reterr);
    if (s != CT_OK)
        return s;
    in->clear = malloc(CT_BACKUP_HEAD + in->keyring_len);
    if (in->clear == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "no memory is left to read %s", in->name);
    int64_t at = CT_BACKUP_HEAD + (int64_t)in->keyring_len;
    if ((s = read_at(in, in->clear, (size_t)at, 0, reterr)) != CT_OK ||
        (s = read_at(in, in->mac, sizeof in->mac, at, reterr)) != CT_OK ||
        (s = read_at(in, in->first, sizeof in->first, at + CT_BACKUP_MAC_LEN, reterr)) != CT_OK)
        return s;
    in->at = at + CT_BACKUP_MAC_LEN + CT_BACKUP_STREAM_HEAD;
    view(&in->head, in->clear);
    struct ct_ring ring = {.data = in->clear + CT_BACKUP_HEAD, .len = in->keyring_len};
    s = ct_ring_parse(in->name, &ring, reterr);
    if (s == CT_EDAMAGED || s == CT_EFOREIGN)
        return damaged(in, "is damaged where its keyring lies", reterr);
    if (s == CT_OK &&
        (memcmp(ct_ring_store_id(&ring), in->head.store_id, CT_STORE_ID_LEN) != 0 ||
         ct_le32(ring.data + CT_RING_AT_EPOCH) != in->head.epoch))
        return damaged(in, "holds the keyring of another store, or of another time", reterr);
    return s;
}

enum ct_status ct_backup_in_new(int fd, const char *name, struct ct_backup_in **ret,
                                struct ct_error *reterr)
{
    *ret = NULL;
    struct ct_backup_in *in = calloc(1, sizeof *in);
    if (in == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "no memory is left to read %s", name);
    in->fd = fd;
    in->name = name;
    enum ct_status s = load(in, reterr);
    if (s != CT_OK) {
        ct_backup_in_free(in);
        return s;
    }
    *ret = in;
    return CT_OK;
}

void ct_backup_in_free(struct ct_backup_in *in)
{
    if (in == NULL)
        return;
    free(in->clear);
    ct_wipe(in, sizeof *in);
    free(in);
}

void ct_backup_in_freep(struct ct_backup_in **in)
{
    ct_backup_in_free(*in);
    *in = NULL;
}

const struct ct_backup_head *ct_backup_in_head(const struct ct_backup_in *in)
{
    return &in->head;
}

const unsigned char *ct_backup_in_keyring(const struct ct_backup_in *in, size_t *ret_n)
{
    *ret_n = in->keyring_len;
    return in->clear + CT_BACKUP_HEAD;
}

int64_t ct_backup_in_size(const struct ct_backup_in *in)
{
    return in->size;
}

enum ct_status ct_backup_in_whole(struct ct_backup_in *in,
                                  bool (*progress)(int64_t done, void *arg), void *arg,
                                  struct ct_error *reterr)
{
    crypto_generichash_state sum;
    unsigned char is[CT_HASH_LEN], said[CT_HASH_LEN];
    int64_t end = in->size - CT_HASH_LEN;
    crypto_generichash_init(&sum, NULL, 0, sizeof is);
    enum ct_status s = CT_OK;
    for (int64_t at = 0; at < end && s == CT_OK;) {
        size_t n = end - at < CT_BACKUP_CHUNK_LEN ? (size_t)(end - at) : CT_BACKUP_CHUNK_LEN;
        if ((s = read_at(in, in->message, n, at, reterr)) != CT_OK)
            return s;
        crypto_generichash_update(&sum, in->message, n);
        at += (int64_t)n;
        if (progress != NULL && !progress(at, arg))
            return ct_fail(reterr, CT_EBUSY, NULL, "stopped; nothing was changed");
    }
    crypto_generichash_final(&sum, is, sizeof is);
    if ((s = read_at(in, said, sizeof said, end, reterr)) == CT_OK &&
        memcmp(is, said, sizeof is) != 0)
        s = damaged(in, "is damaged: its checksum is wrong", reterr);
    return s;
}

bool ct_backup_in_ours(const struct ct_backup_in *in, const unsigned char store_key[CT_KEY_LEN])
{
    unsigned char mac[CT_BACKUP_MAC_LEN];
    ct_backup_keys(store_key, in->clear, CT_BACKUP_HEAD + in->keyring_len, mac, NULL);
    bool ours = ct_equal(mac, in->mac, sizeof mac);
    ct_wipe(mac, sizeof mac);
    return ours;
}

enum ct_status ct_backup_in_start(struct ct_backup_in *in,
                                  const unsigned char store_key[CT_KEY_LEN],
                                  struct ct_error *reterr)
{
    unsigned char mac[CT_BACKUP_MAC_LEN], key[CT_KEY_LEN];
    if (!ct_backup_in_ours(in, store_key))
        return damaged(
            in,
            "was altered: its head and its keyring are not those that were backed up "
            "together",
            reterr);
    ct_backup_keys(store_key, in->clear, CT_BACKUP_HEAD + in->keyring_len, mac, key);
    int rc = crypto_secretstream_xchacha20poly1305_init_pull(&in->stream, in->first, key);
    ct_wipe(key, sizeof key);
    if (rc != 0)
        return damaged(in, "was altered: its stream does not begin", reterr);
    crypto_generichash_init(&in->sealed, NULL, 0, CT_HASH_LEN);
    crypto_generichash_init(&in->sum, NULL, 0, CT_HASH_LEN);
    crypto_generichash_update(&in->sum, in->clear, CT_BACKUP_HEAD + in->keyring_len);
    crypto_generichash_update(&in->sum, in->mac, sizeof in->mac);
    crypto_generichash_update(&in->sum, in->first, sizeof in->first);
    in->started = true;
    in->ended = false;
    in->done = 0;
    in->at =
        CT_BACKUP_HEAD + (int64_t)in->keyring_len + CT_BACKUP_MAC_LEN + CT_BACKUP_STREAM_HEAD;
    return CT_OK;
}

/* The next message, of n bytes within, which must bear the tag. */
static enum ct_status pull(struct ct_backup_in *in, unsigned char *out, size_t n,
                           unsigned char want, struct ct_error *reterr)
{
    unsigned char tag = 0xff;
    enum ct_status s = read_at(in, in->message, n + CT_BACKUP_EXTRA, in->at, reterr);
    if (s != CT_OK)
        return s;
    if (crypto_secretstream_xchacha20poly1305_pull(&in->stream, out, NULL, &tag, in->message,
                                                   n + CT_BACKUP_EXTRA, NULL, 0) != 0 ||
        tag != want) {
        in->started = false;
        return ct_fail(
            reterr, CT_EDAMAGED, NULL,
            "the backup %s was altered at or before byte %lld: the part there is not "
            "the one that was written; use another copy of it",
            in->name, (long long)in->at);
    }
    crypto_generichash_update(&in->sum, in->message, n + CT_BACKUP_EXTRA);
    in->at += (int64_t)n + CT_BACKUP_EXTRA;
    return CT_OK;
}

static enum ct_status pull_end(struct ct_backup_in *in, struct ct_backup_end *end,
                               struct ct_error *reterr)
{
    unsigned char last[CT_BACKUP_END_LEN], hash[CT_HASH_LEN], sum[CT_HASH_LEN],
        said[CT_HASH_LEN];
    enum ct_status s =
        pull(in, last, sizeof last, crypto_secretstream_xchacha20poly1305_TAG_FINAL, reterr);
    if (s != CT_OK)
        return s;
    in->ended = true;
    crypto_generichash_final(&in->sealed, hash, sizeof hash);
    if (memcmp(last, "ctbkend1", 8) != 0 || ct_le32(last + 12) != in->head.pages ||
        memcmp(last + 32, hash, sizeof hash) != 0)
        return damaged(in, "does not hold what it says at its end", reterr);
    crypto_generichash_final(&in->sum, sum, sizeof sum);
    if ((s = read_at(in, said, sizeof said, in->at, reterr)) != CT_OK)
        return s;
    if (memcmp(sum, said, sizeof sum) != 0)
        return damaged(in, "is damaged: its checksum is wrong", reterr);
    end->chain_good = (ct_le32(last + 8) & CT_BACKUP_CHAIN_GOOD) != 0;
    end->entries = (int64_t)ct_le64(last + 16);
    memcpy(end->hash, hash, sizeof hash);
    return CT_OK;
}

enum ct_status ct_backup_in_pages(struct ct_backup_in *in, unsigned char *sealed,
                                  uint32_t *ret_n, struct ct_backup_end *end,
                                  struct ct_error *reterr)
{
    *ret_n = 0;
    if (!in->started || in->ended)
        return ct_fail(reterr, CT_EINTERNAL, NULL,
                       "a backup is read from its begin to its end");
    uint32_t left = in->head.pages - in->done;
    if (left == 0)
        return pull_end(in, end, reterr);
    uint32_t n = left < CT_BACKUP_CHUNK ? left : CT_BACKUP_CHUNK;
    enum ct_status s = pull(in, sealed, (size_t)n * CT_PAGE,
                            crypto_secretstream_xchacha20poly1305_TAG_MESSAGE, reterr);
    if (s != CT_OK)
        return s;
    crypto_generichash_update(&in->sealed, sealed, (size_t)n * CT_PAGE);
    in->done += n;
    *ret_n = n;
    return CT_OK;
}
