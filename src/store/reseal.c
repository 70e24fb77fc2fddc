/* reseal - the store's pages, in place, under a new key; see db.h and docs/format.md.
 *
 * Why in place and not through the log: SQLite gives no way to write a page that it does not
 * change, and Debian's is built without sqlite_dbpage. A page sealed anew holds what it held,
 * so no reader's snapshot changes; only the bytes must never be half old and half new.
 * MUST 1  the gate is held: no commit and no checkpoint writes meanwhile.
 * MUST 2  the pages of a batch are on the disk in `reseal`, sealed, before the first of them
 *         is written into the store's file; it is emptied when the store's file was synced.
 * MUST 3  mending writes only pages that do not open: what a later checkpoint wrote opens,
 *         and is never put back by a `reseal` that was left behind.
 */
#include "base/file.h"
#include "base/le.h"
#include "store/internal.h"
#include "vault/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FILE_NAME "reseal"

enum {
    HEAD = 16, /* magic, version, number of pages */
    ENTRY = 8 + CT_PAGE,
    LARGEST = HEAD + CT_RESEAL_BATCH * ENTRY + CT_HASH_LEN,
    LOOK = 65536, /* pages looked at in one call */
    TRIES = 10,
    OFF_TRIES = 20,
    FOLD_MS = 250,
};
static const unsigned char MAGIC[8] = {0x89, 'C', 'T', 'R', 'S', 'L', '\r', '\n'};

/* ---- the file beside the store ------------------------------------------ */

static enum ct_status failed(const struct ct_db *db, int err, struct ct_error *reterr)
{
    char *path = ct_db_path(db->dir, FILE_NAME);
    enum ct_status s =
        ct_db_errno(err, "giving the store a new key", path != NULL ? path : db->dir, reterr);
    free(path);
    return s;
}

/* Who shares the store shares this. */
static int open_file(const struct ct_db *db)
{
    struct stat st;
    char *path = ct_db_path(db->dir, FILE_NAME);
    int fd = path != NULL
                 ? open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600)
                 : -1;
    free(path);
    if (fd >= 0 && stat(db->path, &st) == 0 && (st.st_mode & 0060) != 0 &&
        fchown(fd, (uid_t)-1, st.st_gid) == 0)
        (void)fchmod(fd, 0600 | (st.st_mode & 0060));
    return fd;
}

/* n pages of `image` are filled in; head and checksum here. 0 or errno. */
static int keep(const struct ct_db *db, int fd, unsigned char *image, uint32_t n)
{
    size_t len = HEAD + (size_t)n * ENTRY;
    memcpy(image, MAGIC, sizeof MAGIC);
    ct_le32_put(image + 8, 1);
    ct_le32_put(image + 12, n);
    ct_hash(image + len, image, len);
    if (ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0)
        return errno;
    int err = ct_write_all(fd, image, len + CT_HASH_LEN);
    if (err == 0 && fsync(fd) != 0)
        err = errno;
    if (err == 0)
        err = ct_sync_dir(db->dir);
    if (err != 0 && ftruncate(fd, 0) != 0)
        return err;
    return err;
}

/* ---- mending after a power cut -------------------------------------------- */

static ssize_t read_whole(int fd, unsigned char *image)
{
    size_t n = 0;
    ssize_t got;
    while (n < LARGEST && (got = pread(fd, image + n, LARGEST - n, (off_t)n)) > 0)
        n += (size_t)got;
    return (ssize_t)n;
}

static bool is_whole(const unsigned char *image, size_t len, uint32_t *n)
{
    unsigned char sum[CT_HASH_LEN];
    if (len < HEAD + CT_HASH_LEN || memcmp(image, MAGIC, sizeof MAGIC) != 0 ||
        ct_le32(image + 8) != 1)
        return false;
    *n = ct_le32(image + 12);
    if (*n > CT_RESEAL_BATCH || len != HEAD + (size_t)*n * ENTRY + CT_HASH_LEN)
        return false;
    ct_hash(sum, image, len - CT_HASH_LEN);
    return ct_equal(sum, image + len - CT_HASH_LEN, CT_HASH_LEN);
}

/* With the gate held. A page that does not open here either stays what it is: damaged. */
static enum ct_status mend(struct ct_db *db, int fd, unsigned char *image,
                           struct ct_error *reterr)
{
    uint32_t n = 0;
    enum ct_status s = CT_OK;
    bool wrote = false;
    ssize_t len = read_whole(fd, image);
    if (len <= 0 || !is_whole(image, (size_t)len, &n))
        n = 0; /* cut off before a page of it was written */
    for (uint32_t i = 0; s == CT_OK && i < n; i++) {
        const unsigned char *e = image + HEAD + (size_t)i * ENTRY;
        uint32_t page = ct_le32(e);
        if (ct_seal_page_good(db->seal, db->h, page) ||
            !ct_seal_opens(db->seal, page, e + 8))
            continue;
        s = ct_seal_put(db->seal, db->h, page, e + 8, reterr);
        wrote = true;
    }
    if (s == CT_OK && wrote)
        s = ct_seal_put_sync(db->seal, db->h, reterr);
    if (s == CT_OK && ftruncate(fd, 0) != 0)
        s = failed(db, errno, reterr);
    return s;
}

enum ct_status ct_db_reseal_mend(struct ct_db *db, struct ct_error *reterr)
{
    struct stat st;
    char *path = ct_db_path(db->dir, FILE_NAME);
    struct ct_gate gate = CT_GATE_INIT;
    char *gate_path = ct_db_path(db->dir, "gate");
    unsigned char *image = NULL;
    enum ct_status s = CT_OK;
    if (path == NULL || gate_path == NULL) {
        s = ct_fail(reterr, CT_ENOMEM, NULL, "out of memory, opening the store");
    } else if (lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
        int fd = -1;
        if ((image = malloc(LARGEST)) == NULL)
            s = ct_fail(reterr, CT_ENOMEM, NULL, "out of memory, opening the store");
        else if ((s = ct_gate_open(&gate, gate_path, reterr)) == CT_OK &&
                 (s = ct_gate_take(&gate, db->busy_limit_ms, reterr)) == CT_OK &&
                 (fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)) >= 0)
            s = mend(db, fd, image, reterr);
        if (fd >= 0)
            close(fd);
    }
    ct_gate_close(&gate);
    free(image);
    free(gate_path);
    free(path);
    (void)ct_seal_damage_take(db->seal);
    return s;
}

/* ---- a batch ---------------------------------------------------------------- */

/* Numbers in, the batch's image out. */
static enum ct_status seal_batch(struct ct_db *db, const uint32_t *pages, uint32_t n,
                                 unsigned char *image, struct ct_error *reterr)
{
    enum ct_status s = CT_OK;
    for (uint32_t i = 0; s == CT_OK && i < n; i++) {
        unsigned char *e = image + HEAD + (size_t)i * ENTRY;
        ct_le32_put(e, pages[i]);
        ct_le32_put(e + 4, 0);
        s = ct_seal_anew(db->seal, db->h, pages[i], e + 8, reterr);
    }
    return s;
}

static enum ct_status write_batch(struct ct_db *db, int fd, uint32_t n, unsigned char *image,
                                  struct ct_error *reterr)
{
    int err = keep(db, fd, image, n);
    if (err != 0)
        return failed(db, err, reterr);
    enum ct_status s = CT_OK;
    for (uint32_t i = 0; s == CT_OK && i < n; i++) {
        const unsigned char *e = image + HEAD + (size_t)i * ENTRY;
        s = ct_seal_put(db->seal, db->h, ct_le32(e), e + 8, reterr);
    }
    if (s == CT_OK)
        s = ct_seal_put_sync(db->seal, db->h, reterr);
    if (s == CT_OK && ftruncate(fd, 0) != 0)
        s = failed(db, errno, reterr);
    if (ct_seal_sync_failed_take(db->seal))
        db->dead = true;
    return s;
}

/* Readers come and go; a backup stays. */
static bool readers_off(struct ct_db *db)
{
    const struct timespec moment = {.tv_nsec = 2000000};
    for (int i = 0; i < OFF_TRIES; i++) {
        if (ct_seal_readers_off(db->seal, db->h))
            return true;
        nanosleep(&moment, NULL);
    }
    return false;
}

/* With the gate held. */
static enum ct_status batch(struct ct_db *db, const uint32_t *pages, uint32_t n,
                            unsigned char *image, struct ct_error *reterr)
{
    if (!readers_off(db))
        return ct_fail(reterr, CT_EBUSY, NULL,
                       "a backup is being made, or somebody has been reading for long: the new "
                       "key waits; try again in a moment");
    int fd = open_file(db);
    enum ct_status s = fd >= 0 ? CT_OK : failed(db, errno, reterr);
    if (s == CT_OK)
        s = seal_batch(db, pages, n, image, reterr);
    if (s == CT_OK)
        s = write_batch(db, fd, n, image, reterr);
    if (fd >= 0)
        close(fd);
    ct_seal_readers_on(db->seal, db->h);
    return s;
}

static enum ct_status idle(const struct ct_db *db, struct ct_error *reterr)
{
    enum ct_status s = ct_db_usable(db, reterr);
    if (s == CT_OK && db->kind != CT_TX_NONE)
        s = ct_fail(reterr, CT_EINTERNAL, NULL, "a new key was asked for in a transaction");
    return s;
}

enum ct_status ct_db_reseal(struct ct_db *db, uint32_t *from, uint32_t *ret_done,
                            uint32_t *ret_pages, struct ct_error *reterr)
{
    uint32_t pages[CT_RESEAL_BATCH], n = 0, next = *from;
    *ret_done = 0;
    enum ct_status s = idle(db, reterr);
    if (s != CT_OK || (s = ct_db_gate_take(db, reterr)) != CT_OK)
        return s;
    unsigned char *image = malloc(LARGEST);
    if (image == NULL)
        s = ct_fail(reterr, CT_ENOMEM, NULL, "out of memory, giving the store a new key");
    else
        s = ct_seal_old_pages(db->seal, db->h, &next, LOOK, pages, CT_RESEAL_BATCH, &n,
                              ret_pages, reterr);
    if (s == CT_OK && n > 0)
        s = batch(db, pages, n, image, reterr);
    ct_db_gate_give(db);
    sqlite3_busy_timeout(db->h, db->busy_limit_ms);
    free(image);
    if (s == CT_OK) {
        *from = next;
        *ret_done = n;
    }
    return s;
}

/* ---- the end ------------------------------------------------------------------ */

enum ct_status ct_db_reseal_left(struct ct_db *db, uint32_t *ret, uint32_t *first,
                                 struct ct_error *reterr)
{
    uint32_t pages[CT_RESEAL_BATCH], n = 0, from = 1;
    enum ct_status s = ct_db_usable(db, reterr);
    *ret = *first = 0;
    while (s == CT_OK && from != 0) {
        s = ct_seal_old_pages(db->seal, db->h, &from, LOOK, pages, CT_RESEAL_BATCH, &n, NULL,
                              reterr);
        if (s == CT_OK && n > 0 && *ret == 0)
            *first = pages[0];
        *ret += n;
    }
    return s;
}

/* With the gate held: nothing is in the log, and no page is old. */
static enum ct_status nothing_left(struct ct_db *db, struct ct_error *reterr)
{
    uint32_t left = 0, first = 0;
    enum ct_status s = ct_db_fold(db, FOLD_MS, reterr);
    if (s == CT_OK)
        s = ct_db_reseal_left(db, &left, &first, reterr);
    if (s == CT_OK && left > 0)
        s = ct_fail(reterr, CT_ECONFLICT, NULL,
                    "%lu pages are left under the older key, the first is page %lu",
                    (unsigned long)left, (unsigned long)first);
    return s;
}

enum ct_status ct_db_resealed(struct ct_db *db,
                              enum ct_status (*at_gate)(void *arg, struct ct_error *reterr),
                              void *arg, struct ct_error *reterr)
{
    enum ct_status s = idle(db, reterr);
    for (int i = 0; i < TRIES && (i == 0 ? s == CT_OK : s == CT_EBUSY); i++) {
        if ((s = ct_db_gate_take(db, reterr)) != CT_OK)
            return s;
        if ((s = nothing_left(db, reterr)) == CT_OK)
            s = at_gate(arg, reterr);
        ct_db_gate_give(db);
        sqlite3_busy_timeout(db->h, db->busy_limit_ms);
    }
    char *path = s == CT_OK ? ct_db_path(db->dir, FILE_NAME) : NULL;
    if (path != NULL)
        (void)unlink(path);
    free(path);
    return s;
}
