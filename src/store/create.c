/* create - a new store: made under another name, synced, read back, renamed.
 *
 * MUST 1  nobody sees a store that is not whole.
 * MUST 2  a store of which one page is not sealed is never given its name (R11).
 */
#include "base/file.h"
#include "store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEW_FILE CT_STORE_FILE ".new"

enum {
    /* Zero bytes in one page. Sealed bytes are as random: 16 are expected in
     * 4096, and more than 80 come about once in 10^30 pages. Plain pages are
     * mostly zeros, or text. */
    MAX_ZEROS = 80,
};

/* SQLite made nothing yet: an empty file of the right mode. What an earlier try
 * left behind is ours to remove, as we hold the gate. */
static enum ct_status make_empty(const char *dir, const char *path, struct ct_error *reterr)
{
    static const char *const LEFT[] = {NEW_FILE, NEW_FILE "-wal", NEW_FILE "-shm"};
    for (size_t i = 0; i < CT_LEN(LEFT); i++) {
        char *p = ct_db_path(dir, LEFT[i]);
        if (p == NULL)
            return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory, creating the store");
        int rc = unlink(p);
        int err = errno;
        free(p);
        if (rc != 0 && err != ENOENT)
            return ct_db_errno(err, "creating the store", path, reterr);
    }
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return ct_db_errno(errno, "creating the store", path, reterr);
    /* A umask may only take bits away; the store's owner needs both. */
    int rc = fchmod(fd, 0600);
    int err = errno;
    close(fd);
    return rc == 0 ? CT_OK : ct_db_errno(err, "creating the store", path, reterr);
}

static enum ct_status fill(struct ct_db *db, struct ct_error *reterr)
{
    char text[64];
    int reserve = CT_RESERVE;
    enum ct_status s;
    snprintf(text, sizeof text, "PRAGMA application_id=%d", (int)CT_APPLICATION_ID);
    int rc = sqlite3_file_control(db->h, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
    if (rc != SQLITE_OK)
        return ct_db_fail(db, rc, "creating the store", reterr);
    if ((s = ct_db_pragma(db, "PRAGMA temp_store=MEMORY", NULL, reterr)) != CT_OK ||
        (s = ct_db_pragma(db, "PRAGMA journal_mode=MEMORY", NULL, reterr)) != CT_OK ||
        (s = ct_db_pragma(db, text, NULL, reterr)) != CT_OK ||
        (s = ct_migrate(db, ct_db_schema_files, reterr)) != CT_OK)
        return s;
    return ct_db_pragma(db, "PRAGMA journal_mode=WAL", NULL, reterr);
}

static bool page_is_plain(const unsigned char *page)
{
    static const char *const TEXT[] = {"SQLite format", "CREATE ", "sqlite_", "INTEGER"};
    int zeros = 0;
    for (size_t i = 0; i < CT_PAGE; i++)
        zeros += page[i] == 0;
    bool plain = zeros > MAX_ZEROS;
    for (size_t i = 0; i < CT_LEN(TEXT); i++)
        plain |= memmem(page, CT_PAGE, TEXT[i], strlen(TEXT[i])) != NULL;
    return plain;
}

enum ct_status ct_db_prove_sealed(const char *path, struct ct_error *reterr)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return ct_db_errno(errno, "reading the new store back", path, reterr);
    if (fsync(fd) != 0) {
        int err = errno;
        close(fd);
        return ct_db_errno(err, "creating the store", path, reterr);
    }
    unsigned char page[CT_PAGE];
    unsigned long n = 0;
    ssize_t got;
    bool plain = false;
    while (!plain && (got = pread(fd, page, sizeof page, (off_t)n * CT_PAGE)) == CT_PAGE) {
        plain = page_is_plain(page);
        n++;
    }
    close(fd);
    if (plain)
        return ct_fail(reterr, CT_EINTERNAL, NULL,
                       "page %lu of the new store %s was not sealed: the store was not created",
                       n, path);
    if (n == 0 || got != 0)
        return ct_fail(reterr, CT_EIO, NULL, "the new store %s could not be read back", path);
    return CT_OK;
}

static void note_bad(uint32_t page, int64_t offset, void *arg)
{
    uint32_t *first = arg;
    (void)offset;
    if (*first == 0)
        *first = page;
}

static enum ct_status prove_readable(struct ct_seal *seal, const char *path,
                                     struct ct_error *reterr)
{
    uint32_t pages = 0, bad = 0;
    enum ct_status s = ct_seal_walk(seal, path, note_bad, &bad, &pages, reterr);
    if (s == CT_OK && (bad != 0 || pages == 0))
        s = ct_fail(
            reterr, CT_EIO, NULL,
            "page %lu of the new store %s does not read back: the store was not created",
            (unsigned long)bad, path);
    return s;
}

static enum ct_status publish(const char *dir, const char *made, const char *path,
                              struct ct_error *reterr)
{
    if (rename(made, path) != 0)
        return ct_db_errno(errno, "creating the store", path, reterr);
    int err = ct_sync_dir(dir);
    return err == 0 ? CT_OK : ct_db_errno(err, "creating the store", dir, reterr);
}

/* With the gate held. */
static enum ct_status create(const char *dir, const char *path, struct ct_seal *seal,
                             struct ct_error *reterr)
{
    struct stat st;
    if (lstat(path, &st) == 0)
        return ct_fail(reterr, CT_EEXISTS, NULL, "there is a store already: %s", path);
    char *made = ct_db_path(dir, NEW_FILE);
    if (made == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory, creating the store");
    struct ct_db *db = NULL;
    enum ct_status s = make_empty(dir, made, reterr);
    if (s == CT_OK)
        s = ct_db_connect(dir, NEW_FILE, seal, NULL, &db, reterr);
    if (s == CT_OK) {
        db->gate_kept = true;
        s = fill(db, reterr);
        /* Nobody else has this file: closing may fold the log in and remove it. */
        (void)sqlite3_db_config(db->h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
        ct_db_close(db);
    }
    if (s == CT_OK)
        s = ct_db_prove_sealed(made, reterr);
    if (s == CT_OK)
        s = prove_readable(seal, made, reterr);
    if (s == CT_OK)
        s = publish(dir, made, path, reterr);
    if (s != CT_OK)
        (void)unlink(made);
    free(made);
    return s;
}

enum ct_status ct_db_create(const char *dir, struct ct_seal *seal, struct ct_error *reterr)
{
    char *abs = NULL, *path = NULL, *gate_path = NULL;
    struct ct_gate gate = CT_GATE_INIT;
    enum ct_status s = ct_db_dir(dir, &abs, reterr);
    if (s != CT_OK)
        return s;
    path = ct_db_path(abs, CT_STORE_FILE);
    gate_path = ct_db_path(abs, "gate");
    if (path == NULL || gate_path == NULL)
        s = ct_fail(reterr, CT_ENOMEM, NULL, "out of memory, creating the store");
    else if (faccessat(AT_FDCWD, abs, W_OK | X_OK, AT_EACCESS) != 0)
        s = ct_db_errno(errno, "creating the store", abs, reterr);
    else if ((s = ct_gate_open(&gate, gate_path, reterr)) == CT_OK &&
             (s = ct_gate_take(&gate, 5000, reterr)) == CT_OK)
        s = create(abs, path, seal, reterr);
    ct_gate_close(&gate);
    free(gate_path);
    free(path);
    free(abs);
    return s;
}
