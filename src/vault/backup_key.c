/* backup_key - see backup_key.h.
 *
 * The secret file, 176 bytes: 0 8 magic, 8 4 format version 1, 12 4 derivation 2, 16 4
 * passes, 20 4 memory in KiB, 24 16 salt, 40 32 public key, 72 24 nonce, 96 48 secret box
 * (XChaCha20-Poly1305-IETF of the secret key under Argon2id of the passphrase; associated
 * data: bytes 0 .. 71), 144 32 BLAKE2b-256 of all before it.
 */
#include "vault/backup_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "vault/backup_internal.h"

#define PUBLIC_WORD "clintech-backup-key-1 "

enum {
    AT_VERSION = 8,
    AT_KDF = 12,
    AT_OPS = 16,
    AT_MEM = 20,
    AT_SALT = 24,
    AT_PK = 40,
    AT_NONCE = 72,
    AT_BOX = 96,
    AT_SUM = 144,
    FILE_LEN = 176,
    KEY_VERSION = 1,
    HEX_LEN = 2 * CT_BACKUP_KEY_LEN,
    CHECK_HEX = 8, /* of a hash over the key: a line that was typed over is noticed */
    PUBLIC_LEN = sizeof PUBLIC_WORD - 1 + HEX_LEN + 1 + CHECK_HEX + 1,
    PATH_BYTES = 1024,
};
static const unsigned char MAGIC[8] = {0x89, 'C', 'T', 'B', 'S', 'K', 0x0d, 0x0a};

/* ---- the public half -------------------------------------------------------------- */

static void public_line(const unsigned char pk[CT_BACKUP_KEY_LEN], char out[PUBLIC_LEN + 1])
{
    unsigned char hash[CT_HASH_LEN];
    char key[HEX_LEN + 1], check[CHECK_HEX + 1];
    ct_hash(hash, pk, CT_BACKUP_KEY_LEN);
    sodium_bin2hex(key, sizeof key, pk, CT_BACKUP_KEY_LEN);
    sodium_bin2hex(check, sizeof check, hash, CHECK_HEX / 2);
    snprintf(out, PUBLIC_LEN + 1, PUBLIC_WORD "%s %s\n", key, check);
}

/* At most n bytes; *ret_n how many there are. */
static enum ct_status read_file(const char *path, unsigned char *out, size_t n, size_t *ret_n,
                                struct ct_error *reterr)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return ct_fail(reterr, errno == ENOENT ? CT_ENOTFOUND : CT_EIO, "key",
                       "The key file %s cannot be opened: %s.", path, strerror(errno));
    ssize_t got = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? read(fd, out, n) : 0;
    int err = errno;
    close(fd);
    if (got < 0)
        return ct_fail(reterr, CT_EIO, "key", "The key file %s cannot be read: %s.", path,
                       strerror(err));
    *ret_n = (size_t)got;
    return CT_OK;
}

enum ct_status ct_backup_key_public(const char *path, unsigned char pk[CT_BACKUP_KEY_LEN],
                                    struct ct_error *reterr)
{
    char text[PUBLIC_LEN + 16] = "", right[PUBLIC_LEN + 1];
    size_t n = 0, len = 0;
    enum ct_status s = read_file(path, (unsigned char *)text, sizeof text - 1, &n, reterr);
    if (s != CT_OK)
        return s;
    if (n >= sizeof MAGIC && memcmp(text, MAGIC, sizeof MAGIC) == 0)
        return ct_fail(
            reterr, CT_EFOREIGN, "key",
            "%s is the secret half: name the file that ends in .pub, and put this one "
            "into the safe.",
            path);
    if (strncmp(text, PUBLIC_WORD, sizeof PUBLIC_WORD - 1) != 0)
        return ct_fail(reterr, CT_EFOREIGN, "key", "%s is no public backup key.", path);
    if (sodium_hex2bin(pk, CT_BACKUP_KEY_LEN, text + sizeof PUBLIC_WORD - 1, HEX_LEN, NULL,
                       &len, NULL) == 0 &&
        len == CT_BACKUP_KEY_LEN) {
        public_line(pk, right);
        if (strncmp(text, right, PUBLIC_LEN - 1) == 0 &&
            strspn(text + PUBLIC_LEN - 1, "\r\n") == strlen(text + PUBLIC_LEN - 1))
            return CT_OK;
    }
    return ct_fail(reterr, CT_EDAMAGED, "key",
                   "The public backup key %s is damaged: copy it again from where it was made.",
                   path);
}

/* ---- making ------------------------------------------------------------------------- */

static enum ct_status fill(unsigned char *p, const struct ct_secret *passphrase,
                           struct ct_kdf_cost cost, struct ct_error *reterr)
{
    unsigned char key[CT_KEY_LEN], sk[crypto_box_SECRETKEYBYTES];
    CT_SECRET *norm = NULL;
    memcpy(p, MAGIC, sizeof MAGIC);
    ct_le32_put(p + AT_VERSION, KEY_VERSION);
    ct_le32_put(p + AT_KDF, CT_KDF_ARGON2ID13);
    ct_le32_put(p + AT_OPS, cost.ops);
    ct_le32_put(p + AT_MEM, cost.mem_kib);
    ct_random(p + AT_SALT, CT_SALT_LEN);
    ct_random(p + AT_NONCE, CT_NONCE_LEN);
    enum ct_status s = ct_password_norm(passphrase, &norm, reterr);
    if (s == CT_OK)
        s = ct_kdf(key, norm, p + AT_SALT, cost, reterr);
    if (s != CT_OK)
        return s;
    crypto_box_keypair(p + AT_PK, sk);
    crypto_aead_xchacha20poly1305_ietf_encrypt(p + AT_BOX, NULL, sk, sizeof sk, p, AT_NONCE,
                                               NULL, p + AT_NONCE, key);
    ct_wipe(sk, sizeof sk);
    ct_wipe(key, sizeof key);
    ct_hash(p + AT_SUM, p, AT_SUM);
    return CT_OK;
}

static enum ct_status write_new(const char *path, const void *data, size_t n, mode_t mode,
                                struct ct_error *reterr)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0 && errno == EEXIST)
        return ct_fail(reterr, CT_EEXISTS, "key", "%s exists; name a file that does not.",
                       path);
    int err = fd < 0 ? errno : ct_write_all(fd, data, n);
    if (err == 0 && fsync(fd) != 0)
        err = errno;
    if (fd >= 0)
        close(fd);
    if (err == 0)
        return CT_OK;
    if (fd >= 0)
        (void)unlink(path);
    return ct_fail(reterr, ct_status_errno(err), "key",
                   "The key file %s cannot be written: %s.", path, strerror(err));
}

enum ct_status ct_backup_key_new(const char *path, const struct ct_secret *passphrase,
                                 struct ct_kdf_cost cost, unsigned char pk[CT_BACKUP_KEY_LEN],
                                 struct ct_error *reterr)
{
    unsigned char p[FILE_LEN] = {0};
    char line[PUBLIC_LEN + 1], pub[PATH_BYTES];
    if (path[0] == '\0' || snprintf(pub, sizeof pub, "%s.pub", path) >= (int)sizeof pub)
        return ct_fail(reterr, CT_EINVAL, "key", "The key file needs a shorter name.");
    if (!ct_kdf_bounded(cost))
        return ct_fail(reterr, CT_EINVAL, "cost", "That is no usable cost of a derivation.");
    enum ct_status s = ct_password_check(passphrase, NULL, NULL, reterr);
    if (s == CT_OK)
        s = fill(p, passphrase, cost, reterr);
    if (s == CT_OK)
        s = write_new(path, p, sizeof p, 0600, reterr);
    if (s != CT_OK)
        return s;
    memcpy(pk, p + AT_PK, CT_BACKUP_KEY_LEN);
    public_line(pk, line);
    if ((s = write_new(pub, line, PUBLIC_LEN, 0644, reterr)) != CT_OK)
        (void)unlink(path);
    return s;
}

/* ---- opening ------------------------------------------------------------------------- */

static enum ct_status check(const char *path, const unsigned char *p, size_t n,
                            struct ct_error *reterr)
{
    unsigned char sum[CT_HASH_LEN];
    if (n < sizeof MAGIC || memcmp(p, MAGIC, sizeof MAGIC) != 0)
        return ct_fail(reterr, CT_EFOREIGN, "key", "%s is no secret backup key.", path);
    if (n >= AT_KDF && ct_le32(p + AT_VERSION) > KEY_VERSION)
        return ct_fail(reterr, CT_ENEWER, "key", "The key file %s is of a newer program.",
                       path);
    struct ct_kdf_cost cost = {.ops = ct_le32(p + AT_OPS), .mem_kib = ct_le32(p + AT_MEM)};
    ct_hash(sum, p, AT_SUM);
    if (n != FILE_LEN || memcmp(sum, p + AT_SUM, sizeof sum) != 0 ||
        ct_le32(p + AT_KDF) != CT_KDF_ARGON2ID13 || !ct_kdf_bounded(cost))
        return ct_fail(reterr, CT_EDAMAGED, "key",
                       "The key file %s is damaged: take another copy of it.", path);
    return CT_OK;
}

enum ct_status ct_backup_key_open(const char *path, const struct ct_secret *passphrase,
                                  struct ct_secret **ret, unsigned char pk[CT_BACKUP_KEY_LEN],
                                  struct ct_error *reterr)
{
    unsigned char p[FILE_LEN + 1] = {0}, key[CT_KEY_LEN];
    CT_SECRET *norm = NULL, *sk = NULL;
    size_t n = 0;
    enum ct_status s;
    if ((s = read_file(path, p, sizeof p, &n, reterr)) != CT_OK ||
        (s = check(path, p, n, reterr)) != CT_OK ||
        (s = ct_password_norm(passphrase, &norm, reterr)) != CT_OK ||
        (s = ct_secret_new(CT_BACKUP_KEY_LEN, &sk, reterr)) != CT_OK)
        return s;
    const struct ct_kdf_cost cost = {.ops = ct_le32(p + AT_OPS),
                                     .mem_kib = ct_le32(p + AT_MEM)};
    if ((s = ct_kdf(key, norm, p + AT_SALT, cost, reterr)) != CT_OK)
        return s;
    int rc = crypto_aead_xchacha20poly1305_ietf_decrypt(
        sk->data, NULL, NULL, p + AT_BOX, AT_SUM - AT_BOX, p, AT_NONCE, p + AT_NONCE, key);
    ct_wipe(key, sizeof key);
    if (rc != 0)
        return ct_fail(reterr, CT_EPASSWORD, "passphrase", "The passphrase of %s is wrong.",
                       path);
    sk->len = CT_BACKUP_KEY_LEN;
    memcpy(pk, p + AT_PK, CT_BACKUP_KEY_LEN);
    *ret = sk;
    sk = NULL;
    return CT_OK;
}

enum ct_status ct_backup_key_unlock(const struct ct_backup_in *in, const struct ct_secret *sk,
                                    const unsigned char pk[CT_BACKUP_KEY_LEN],
                                    struct ct_unlocked **ret, struct ct_error *reterr)
{
    const struct ct_backup_head *h = ct_backup_in_head(in);
    unsigned char both[CT_BACKUP_BOX_PLAIN];
    size_t n = 0;
    const unsigned char *ring = ct_backup_in_keyring(in, &n);
    *ret = NULL;
    if (!h->to_key || memcmp(h->recipient, pk, CT_BACKUP_KEY_LEN) != 0)
        return ct_fail(
            reterr, CT_EFOREIGN, "key",
            h->to_key ? "This backup was sealed to another offline key."
                      : "This backup was sealed to no offline key: it opens with a password "
                        "or the recovery code of its day.");
    if (crypto_box_seal_open(both, ring - CT_BACKUP_HEAD + CT_BACKUP_AT_BOX, CT_BACKUP_BOX_LEN,
                             pk, sk->data) != 0)
        return ct_fail(
            reterr, CT_EDAMAGED, NULL,
            "The backup was altered: what it holds for the offline key does not open.");
    enum ct_status s =
        ct_keyring_image_keys("the backup", ring, n, both, both + CT_KEY_LEN, ret, reterr);
    ct_wipe(both, sizeof both);
    return s;
}
