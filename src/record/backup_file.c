/* backup_file - an existing backup: opened, unlocked, read through. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/backup.h"
#include "vault/backup_key.h"

struct ct_backup_file {
    int fd;
    char *path;
    struct ct_backup_in *in;
};

enum ct_status ct_backup_file_open(const char *path, struct ct_backup_file **ret,
                                   struct ct_error *reterr)
{
    *ret = NULL;
    struct ct_backup_file *f = calloc(1, sizeof *f);
    if (f == NULL || (f->path = strdup(path)) == NULL) {
        free(f);
        return ct_fail(reterr, CT_ENOMEM, NULL, "Out of memory.");
    }
    enum ct_status s = CT_OK;
    f->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (f->fd < 0)
        s = ct_fail(reterr, errno == ENOENT || errno == ENOTDIR ? CT_ENOTFOUND : CT_EIO, "file",
                    "The backup %s cannot be opened: %s.", path, strerror(errno));
    if (s == CT_OK)
        s = ct_backup_in_new(f->fd, f->path, &f->in, reterr);
    if (s == CT_OK && ct_backup_in_head(f->in)->schema > (uint32_t)ct_db_schema_program())
        s = ct_fail(
            reterr, CT_ENEWER, NULL,
            "The backup %s is of a store that clintech %s made (schema %lu; this program "
            "knows up to %d): install that version and try again.",
            path, ct_backup_in_head(f->in)->program,
            (unsigned long)ct_backup_in_head(f->in)->schema, ct_db_schema_program());
    if (s != CT_OK) {
        ct_backup_file_free(f);
        return s;
    }
    *ret = f;
    return CT_OK;
}

void ct_backup_file_free(struct ct_backup_file *f)
{
    if (f == NULL)
        return;
    ct_backup_in_free(f->in);
    if (f->fd >= 0)
        close(f->fd);
    free(f->path);
    free(f);
}

void ct_backup_file_freep(struct ct_backup_file **f)
{
    ct_backup_file_free(*f);
    *f = NULL;
}

struct ct_backup_in *ct_backup_file_in(struct ct_backup_file *f)
{
    return f->in;
}

int ct_backup_file_slots(const struct ct_backup_file *f)
{
    size_t n = 0;
    const unsigned char *image = ct_backup_in_keyring(f->in, &n);
    return ct_keyring_image_slots(image, n);
}

struct meter {
    ct_backup_progress *progress;
    void *arg;
    int64_t total;
};

static bool meter_step(int64_t done, void *arg)
{
    const struct meter *m = arg;
    return m->progress == NULL || m->progress(CT_BACKUP_READING, done, m->total, m->arg);
}

enum ct_status ct_backup_file_whole(struct ct_backup_file *f, ct_backup_progress *progress,
                                    void *arg, struct ct_error *reterr)
{
    struct meter m = {.progress = progress, .arg = arg, .total = ct_backup_in_size(f->in)};
    return ct_backup_in_whole(f->in, meter_step, &m, reterr);
}

enum ct_status ct_backup_file_unlock(struct ct_backup_file *f, const char *login,
                                     const struct ct_secret *password, struct ct_unlocked **ret,
                                     struct ct_error *reterr)
{
    size_t n = 0;
    const unsigned char *image = ct_backup_in_keyring(f->in, &n);
    enum ct_status s = ct_keyring_image_open(f->path, image, n, login, password, ret, reterr);
    if (s != CT_EPASSWORD)
        return s;
    return ct_fail(
        reterr, s, "password",
        "The login or the password is wrong. A backup opens with the passwords of the "
        "day it was made; nothing was changed.");
}

enum ct_status ct_backup_file_recover(struct ct_backup_file *f, const struct ct_secret *code,
                                      struct ct_unlocked **ret, struct ct_error *reterr)
{
    size_t n = 0;
    const unsigned char *image = ct_backup_in_keyring(f->in, &n);
    return ct_keyring_image_open(f->path, image, n, NULL, code, ret, reterr);
}

enum ct_status ct_backup_file_unseal(struct ct_backup_file *f, const char *key_path,
                                     const struct ct_secret *passphrase,
                                     struct ct_unlocked **ret, struct ct_error *reterr)
{
    CT_SECRET *sk = NULL;
    unsigned char pk[CT_BACKUP_KEY_LEN];
    enum ct_status s = ct_backup_key_open(key_path, passphrase, &sk, pk, reterr);
    return s == CT_OK ? ct_backup_key_unlock(f->in, sk, pk, ret, reterr) : s;
}

/* The seal that opens the pages within. */
static enum ct_status seal_of(const struct ct_unlocked *keys, struct ct_seal **ret,
                              struct ct_error *reterr)
{
    enum ct_status s =
        ct_seal_new(keys->store_id, keys->store_key, keys->epoch, NULL, ret, reterr);
    if (s != CT_OK || keys->old_epoch == 0)
        return s;
    if ((s = ct_seal_add_key(*ret, keys->old_epoch, keys->old_key, reterr)) != CT_OK) {
        ct_seal_free(*ret);
        *ret = NULL;
    }
    return s;
}

static enum ct_status read_pages(struct ct_backup_file *f, struct ct_seal *seal,
                                 enum ct_status (*page)(const unsigned char *, uint32_t, void *,
                                                        struct ct_error *),
                                 void *page_arg, const struct meter *m, unsigned char *chunk,
                                 struct ct_backup_end *end, struct ct_error *reterr)
{
    uint32_t n = 0, at = 0;
    enum ct_status s;
    while ((s = ct_backup_in_pages(f->in, chunk, &n, end, reterr)) == CT_OK && n > 0) {
        for (uint32_t i = 0; i < n; i++)
            if (!ct_seal_opens(seal, at + i + 1, chunk + (size_t)i * CT_PAGE))
                return ct_fail(
                    reterr, CT_EDAMAGED, NULL,
                    "The backup %s holds a page (%lu) that does not open: it was not "
                    "made by this clinic's program.",
                    f->path, (unsigned long)(at + i + 1));
        if (page != NULL && (s = page(chunk, n, page_arg, reterr)) != CT_OK)
            return s;
        at += n;
        if (m->progress != NULL &&
            !m->progress(page != NULL ? CT_BACKUP_COPYING : CT_BACKUP_READING, at, m->total,
                         m->arg))
            return ct_fail(reterr, CT_EBUSY, NULL, "Stopped; nothing was changed.");
    }
    return s;
}

enum ct_status ct_backup_file_read(struct ct_backup_file *f, const struct ct_unlocked *keys,
                                   enum ct_status (*page)(const unsigned char *sealed,
                                                          uint32_t n, void *arg,
                                                          struct ct_error *reterr),
                                   void *page_arg, ct_backup_progress *progress, void *arg,
                                   struct ct_backup_end *ret, struct ct_error *reterr)
{
    struct ct_seal *seal = NULL;
    struct meter m = {
        .progress = progress, .arg = arg, .total = ct_backup_in_head(f->in)->pages};
    unsigned char *chunk = malloc((size_t)CT_BACKUP_CHUNK * CT_PAGE);
    if (chunk == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "Out of memory.");
    enum ct_status s = ct_backup_in_start(f->in, keys->store_key, reterr);
    if (s == CT_OK)
        s = seal_of(keys, &seal, reterr);
    if (s == CT_OK)
        s = read_pages(f, seal, page, page_arg, &m, chunk, ret, reterr);
    ct_seal_free(seal);
    free(chunk);
    return s;
}
