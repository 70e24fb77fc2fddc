/* restore - a backup back into an empty place; see backup.h.
 *
 * MUST 1  until the last file has its place the directory has no store.db: a restore
 *         that was cut off leaves nothing that opens, and the next one begins anew.
 * MUST 2  whatever fails, what this restore made is removed, and nothing else.
 */
#include "record/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "record/internal.h"
#include "record/witness.h"

#define WORK "restoring.new"
#define COPY CT_STORE_FILE ".new"

enum { PATH_BYTES = 700 };

/* In the order in which they move up; the index of the log is made anew. */
static const char *const FILES[] = {
    "gate", "kdf", "witness-gate", CT_KEYRING_FILE, CT_STORE_FILE "-wal", CT_STORE_FILE};
static const char *const LEFT[] = {COPY, CT_STORE_FILE "-shm", CT_KEYRING_FILE ".new"};
/* What may stand in the directory before. */
static const char *const ALLOWED[] = {".", "..", "config.ini", "witness", "lost+found", WORK};

struct place {
    char dir[PATH_BYTES], work[PATH_BYTES];
    struct ct_config config; /* the caller's, with the witness by its full name */
    size_t depth;            /* directories made */
    bool witness_there, made_work;
    int lock; /* on work */
    int copy; /* store.db.new in it */
};

/* ---- the place ---------------------------------------------------------------- */

static enum ct_status fail_place(struct ct_error *reterr, const char *path, const char *what)
{
    int e = errno;
    return ct_fail(reterr, ct_status_errno(e), "dir", "%s cannot be %s: %s.", path, what,
                   strerror(e));
}

static bool in_list(const char *name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(name, list[i]) == 0)
            return true;
    return false;
}

/* A killed restore leaves its folder, and perhaps files that had moved up already; the
 * store moves last, so while there is none they are nobody's. */
static bool left_over(const char *name)
{
    return in_list(name, FILES, CT_LEN(FILES)) && strcmp(name, CT_STORE_FILE) != 0;
}

static enum ct_status look_at_dir(const char *dir, struct ct_error *reterr)
{
    DIR *d = opendir(dir);
    if (d == NULL)
        return errno == ENOENT ? CT_OK : fail_place(reterr, dir, "used");
    char other[256] = "", work[PATH_BYTES];
    struct stat st;
    snprintf(work, sizeof work, "%s/" WORK, dir);
    bool unfinished = lstat(work, &st) == 0 && S_ISDIR(st.st_mode);
    for (struct dirent *e; other[0] == '\0' && (e = readdir(d)) != NULL;)
        if (!in_list(e->d_name, ALLOWED, CT_LEN(ALLOWED)) &&
            !(unfinished && left_over(e->d_name)))
            snprintf(other, sizeof other, "%.200s", e->d_name);
    closedir(d);
    if (other[0] == '\0')
        return CT_OK;
    return ct_fail(
        reterr, CT_EEXISTS, "dir",
        "%s is not empty (%s): nothing was changed. Move away what is there, or name "
        "another directory.",
        dir, other);
}

enum ct_status ct_restore_place(const char *dir, struct ct_error *reterr)
{
    size_t n = strlen(dir);
    if (n == 0 || n > 400)
        return ct_fail(reterr, CT_EINVAL, "dir",
                       "The directory must have a name of 1 to 400 bytes.");
    return look_at_dir(dir, reterr);
}

static enum ct_status make_dirs(struct place *p, struct ct_error *reterr)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s", p->dir);
    size_t n = strlen(path);
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        char was = path[i];
        path[i] = '\0';
        if (mkdir(path, 0700) == 0)
            p->depth++;
        else if (errno != EEXIST)
            return fail_place(reterr, path, "made");
        path[i] = was;
    }
    struct stat st;
    if (stat(p->dir, &st) != 0)
        return fail_place(reterr, p->dir, "used");
    if (st.st_uid != geteuid())
        return ct_fail(reterr, CT_EREADONLY, "dir",
                       "The directory %s belongs to somebody else; choose another.", p->dir);
    if ((st.st_mode & 07) != 0 && chmod(p->dir, st.st_mode & 07770) != 0)
        return fail_place(reterr, p->dir, "closed to others");
    return CT_OK;
}

static void remove_files(const char *dir, bool the_store_too)
{
    char path[PATH_BYTES + 40];
    for (size_t i = 0; i < CT_LEN(FILES); i++)
        if (the_store_too || left_over(FILES[i])) {
            snprintf(path, sizeof path, "%s/%s", dir, FILES[i]);
            (void)unlink(path);
        }
}

static void empty_work(const struct place *p)
{
    char path[PATH_BYTES + 40];
    remove_files(p->work, true);
    for (size_t i = 0; i < CT_LEN(LEFT); i++) {
        snprintf(path, sizeof path, "%s/%s", p->work, LEFT[i]);
        (void)unlink(path);
    }
}

/* The folder everything happens in, held by a lock. */
static enum ct_status make_work(struct place *p, struct ct_error *reterr)
{
    if (mkdir(p->work, 0700) != 0 && errno != EEXIST)
        return fail_place(reterr, p->work, "made");
    p->lock = open(p->work, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (p->lock < 0)
        return fail_place(reterr, p->work, "used");
    if (flock(p->lock, LOCK_EX | LOCK_NB) != 0)
        return ct_fail(reterr, CT_EBUSY, "dir", "Another restore is at work in %s.", p->dir);
    p->made_work = true;
    enum ct_status s = look_at_dir(p->dir, reterr); /* again, now that we hold it */
    if (s == CT_OK) {
        empty_work(p);
        remove_files(p->dir, false);
    }
    return s;
}

static void undo(const struct place *p)
{
    char path[PATH_BYTES];
    if (p->made_work) {
        empty_work(p);
        remove_files(p->dir, false);
        (void)rmdir(p->work);
    }
    snprintf(path, sizeof path, "%s/witness", p->dir);
    if (p->made_work && !p->witness_there)
        (void)unlink(path);
    snprintf(path, sizeof path, "%s", p->dir);
    for (size_t i = 0; i < p->depth; i++) {
        char *slash = strrchr(path, '/');
        if (rmdir(path) != 0 || slash == NULL || slash == path)
            return;
        *slash = '\0';
    }
}

/* ---- filling it ------------------------------------------------------------------ */

static enum ct_status put_pages(const unsigned char *sealed, uint32_t n, void *arg,
                                struct ct_error *reterr)
{
    const struct place *p = arg;
    int err = ct_write_all(p->copy, sealed, (size_t)n * CT_PAGE);
    if (err == 0)
        return CT_OK;
    return ct_fail(reterr, ct_status_errno(err), "dir",
                   "The store cannot be written to %s: %s. Nothing was changed.", p->dir,
                   strerror(err));
}

static enum ct_status put_store(struct ct_backup_file *f, const struct ct_unlocked *keys,
                                struct place *p, const struct ct_restore_request *req,
                                struct ct_backup_end *end, struct ct_error *reterr)
{
    char copy[PATH_BYTES + 40], path[PATH_BYTES + 40];
    snprintf(copy, sizeof copy, "%s/" COPY, p->work);
    snprintf(path, sizeof path, "%s/" CT_STORE_FILE, p->work);
    p->copy = open(copy, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (p->copy < 0)
        return fail_place(reterr, copy, "made");
    enum ct_status s =
        ct_backup_file_read(f, keys, put_pages, p, req->progress, req->arg, end, reterr);
    if (s == CT_OK && (fsync(p->copy) != 0 || rename(copy, path) != 0))
        s = fail_place(reterr, path, "written");
    close(p->copy);
    p->copy = -1;
    return s;
}

static void describe(struct ct_backup_file *f, const struct ct_restore_request *req,
                     char out[300])
{
    const struct ct_backup_head *h = ct_backup_in_head(ct_backup_file_in(f));
    char utc[32];
    ct_rfc3339(h->at_ms, utc);
    int n = snprintf(out, 300,
                     "from the backup of %s, which ends with entry %lld [%02x%02x%02x%02x...]",
                     utc, (long long)h->seq, h->link[0], h->link[1], h->link[2], h->link[3]);
    if (req->keys != NULL && n > 0)
        snprintf(out + n, 300 - (size_t)n,
                 "; opened with %.40s, which set the password of %.63s anew", req->how,
                 req->login);
}

/* The login that follows meets a keyring newer than the store's list, and lists it. */
static enum ct_status new_password(const struct place *p, const struct ct_restore_request *req,
                                   struct ct_error *reterr)
{
    struct ct_slot slot;
    const struct ct_kdf_cost cost = {.ops = (uint32_t)p->config.kdf_ops,
                                     .mem_kib = (uint32_t)p->config.kdf_mem_mib * 1024};
    if (req->keys == NULL)
        return CT_OK;
    return ct_keyring_renew(p->work, req->keys, req->login, req->password, cost, &slot, reterr);
}

/* The backup ends where its clear head says; the MAC vouches for the head, and this for the
 * two. (A head that lies was made by somebody with the store's key.) */
static enum ct_status check_head(struct ct_app *app, const struct ct_backup_head *h,
                                 struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = false;
    size_t n = 0;
    enum ct_status s = ct_app_row(app, CT_SQL_CHAIN_AT, &st, reterr);
    if (s != CT_OK)
        return s;
    ct_bind_i64(st, ":seq", h->seq);
    if ((s = ct_stmt_step(st, &row, reterr)) != CT_OK)
        return s;
    const void *link = row ? ct_col_blob(st, 0, &n) : NULL;
    if (n != CT_HASH_LEN || memcmp(link, h->link, CT_HASH_LEN) != 0)
        return ct_fail(reterr, CT_EDAMAGED, NULL,
                       "The store in the backup does not end with the entry the backup names; "
                       "nothing was changed.");
    return CT_OK;
}

/* Log in, tell the chain, verify, and leave with the log folded in. */
static enum ct_status begin_life(struct ct_backup_file *f, const struct place *p,
                                 const struct ct_restore_request *req,
                                 struct ct_restore_report *ret, struct ct_error *reterr)
{
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    char from[300];
    describe(f, req, from);
    enum ct_status s = ct_app_new(p->work, &p->config, req->clock, &app, reterr);
    if (s == CT_OK)
        s = ct_login_restored(app, req->login, req->password, from, reterr);
    if (s != CT_OK)
        return s;
    ct_text_copy(ret->warning, sizeof ret->warning, ct_app_warning(app));
    if ((s = check_head(app, ct_backup_in_head(ct_backup_file_in(f)), reterr)) != CT_OK)
        return s;
    if (req->progress != NULL && !req->progress(CT_BACKUP_CHAIN, 0, 1, req->arg))
        return ct_fail(reterr, CT_EBUSY, NULL, "Stopped; nothing was changed.");
    s = ct_verify(app, req->problem, req->arg, &ret->verify, reterr);
    if (s == CT_OK)
        ct_logout(app);
    return s;
}

static enum ct_status sync_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? CT_OK : CT_EIO;
    int rc = fsync(fd);
    close(fd);
    return rc == 0 ? CT_OK : CT_EIO;
}

static enum ct_status move_up(struct place *p, struct ct_error *reterr)
{
    char from[PATH_BYTES + 40], to[PATH_BYTES + 40];
    for (size_t i = 0; i < CT_LEN(FILES); i++) {
        snprintf(from, sizeof from, "%s/%s", p->work, FILES[i]);
        snprintf(to, sizeof to, "%s/%s", p->dir, FILES[i]);
        if (sync_file(from) != CT_OK)
            return fail_place(reterr, from, "synced");
        /* the names before it must be on the disk before the store's is */
        if (strcmp(FILES[i], CT_STORE_FILE) == 0 && (errno = ct_sync_dir(p->dir)) != 0)
            return fail_place(reterr, p->dir, "synced");
        if (rename(from, to) != 0 && errno != ENOENT)
            return fail_place(reterr, to, "put in its place");
    }
    p->made_work = false; /* it is a store now: nothing of it is taken back */
    if ((errno = ct_sync_dir(p->dir)) != 0)
        return fail_place(reterr, p->dir, "synced");
    return CT_OK;
}

static enum ct_status fill(struct ct_backup_file *f, const struct ct_unlocked *keys,
                           struct place *p, const struct ct_restore_request *req,
                           struct ct_restore_report *ret, struct ct_error *reterr)
{
    size_t n = 0;
    const unsigned char *image = ct_backup_in_keyring(ct_backup_file_in(f), &n);
    enum ct_status s;
    if ((s = make_dirs(p, reterr)) != CT_OK || (s = make_work(p, reterr)) != CT_OK ||
        (s = ct_keyring_image_put(p->work, image, n, reterr)) != CT_OK ||
        (s = put_store(f, keys, p, req, &ret->end, reterr)) != CT_OK ||
        (s = new_password(p, req, reterr)) != CT_OK ||
        (s = begin_life(f, p, req, ret, reterr)) != CT_OK)
        return s;
    return move_up(p, reterr);
}

static enum ct_status prepare(struct place *p, const struct ct_restore_request *req,
                              struct ct_error *reterr)
{
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    struct stat st;
    size_t n = strlen(req->dir);
    enum ct_status s = ct_restore_place(req->dir, reterr);
    if (s == CT_OK) /* its checks of the settings for that directory */
        s = ct_app_new(req->dir, req->config, req->clock, &app, reterr);
    if (s != CT_OK)
        return s;
    while (n > 1 && req->dir[n - 1] == '/')
        n--;
    snprintf(p->dir, sizeof p->dir, "%.*s", (int)n, req->dir);
    snprintf(p->work, sizeof p->work, "%s/" WORK, p->dir);
    p->config = *req->config;
    if (p->config.witness[0] == '\0' &&
        snprintf(p->config.witness, sizeof p->config.witness, "%s/witness", p->dir) >=
            (int)sizeof p->config.witness)
        return ct_fail(reterr, CT_EINVAL, "dir", "The directory's name is too long.");
    char own[PATH_BYTES];
    snprintf(own, sizeof own, "%s/witness", p->dir);
    p->witness_there = lstat(own, &st) == 0;
    return CT_OK;
}

enum ct_status ct_restore(struct ct_backup_file *f, const struct ct_restore_request *req,
                          struct ct_restore_report *ret, struct ct_error *reterr)
{
    CT_CLEANUP(ct_unlocked_freep) struct ct_unlocked *keys = NULL;
    const struct ct_unlocked *use = req->keys;
    struct place p = {.lock = -1, .copy = -1};
    *ret = (struct ct_restore_report){.warning = ""};
    enum ct_status s;
    if ((s = prepare(&p, req, reterr)) != CT_OK)
        return s;
    if (use == NULL) {
        s = ct_backup_file_unlock(f, req->login, req->password, &keys, reterr);
        use = keys;
    }
    if (s != CT_OK)
        return s;
    s = fill(f, use, &p, req, ret, reterr);
    if (s != CT_OK) {
        undo(&p);
    } else {
        empty_work(&p);
        (void)rmdir(p.work);
    }
    if (p.lock >= 0)
        close(p.lock);
    return s;
}
