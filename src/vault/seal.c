/* seal - see seal.h: the instance, the files it opens, and walking a store. */
#include "vault/seal_internal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    KINDS = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_TEMP_DB | SQLITE_OPEN_TRANSIENT_DB |
            SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_TEMP_JOURNAL | SQLITE_OPEN_SUBJOURNAL |
            SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL,
};

/* ---- opening ---- */

static int refuse(const char *why)
{
    sqlite3_log(SQLITE_CANTOPEN, "the sealing layer refuses %s", why);
    return SQLITE_CANTOPEN;
}

static int open_lower(struct seal_file *f, const char *name, int flags, int *ret_flags)
{
    sqlite3_file *low = seal_lower(f);
    sqlite3_vfs *v = f->seal->lower;
    low->pMethods = NULL;
    const int rc = v->xOpen(v, name, low, flags, ret_flags);
    if (rc != SQLITE_OK && low->pMethods != NULL)
        low->pMethods->xClose(low);
    return rc;
}

static int open_db(struct seal_file *f, const char *name, int flags, int *ret_flags)
{
    if (sqlite3_uri_boolean(name, "nolock", 0) || sqlite3_uri_boolean(name, "immutable", 0))
        return refuse("to go without locks");
    int rc = open_lower(f, name, flags, ret_flags);
    if (rc != SQLITE_OK)
        return rc;
    sqlite3_file *low = seal_lower(f);
    sqlite3_int64 size = 0;
    rc = low->pMethods->xFileSize(low, &size);
    if (rc != SQLITE_OK) {
        low->pMethods->xClose(low);
        return rc;
    }
    f->main = f;
    f->fresh = size == 0;
    f->base.pMethods = &seal_db_methods;
    return SQLITE_OK;
}

/* A log is opened for a database file of ours only, found through whatever is
 * stacked above (R9). */
static int open_wal(struct seal_file *f, const char *name, int flags, int *ret_flags)
{
    sqlite3_file *db = sqlite3_database_file_object(name);
    struct seal_self self = {.seal = f->seal, .file = NULL};
    if (db == NULL || db->pMethods == NULL ||
        db->pMethods->xFileControl(db, SEAL_FCNTL_SELF, &self) != SQLITE_OK ||
        self.file == NULL)
        return refuse("a log without its store");
    f->run = sqlite3_malloc(SEAL_RUN * SEAL_FRAME);
    const int rc = f->run != NULL ? open_lower(f, name, flags, ret_flags) : SQLITE_NOMEM;
    if (rc != SQLITE_OK) {
        sqlite3_free(f->run);
        return rc;
    }
    f->main = self.file;
    f->main->fresh = false;
    f->main->log = f;
    f->base.pMethods = &seal_wal_methods;
    return SQLITE_OK;
}

/* Stores and their logs. All else would hold plaintext (R1). */
static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                    int *ret_flags)
{
    struct seal_file *f = seal_of(file);
    memset(f, 0, sizeof *f);
    f->seal = vfs->pAppData;
    if (name == NULL || (flags & SQLITE_OPEN_DELETEONCLOSE) != 0)
        return refuse("a temporary file");
    int rc;
    switch (flags & KINDS) {
    case SQLITE_OPEN_MAIN_DB:
        rc = open_db(f, name, flags, ret_flags);
        break;
    case SQLITE_OPEN_WAL:
        rc = open_wal(f, name, flags, ret_flags);
        break;
    default:
        return refuse("a file that is neither store nor log");
    }
    if (rc == SQLITE_OK)
        f->seal->open_files++;
    return rc;
}

/* ---- what passes through ---- */

static sqlite3_vfs *lower_of(sqlite3_vfs *vfs)
{
    const struct ct_seal *s = vfs->pAppData;
    return s->lower;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_dir)
{
    sqlite3_vfs *low = lower_of(vfs);
    return low->xDelete(low, name, sync_dir);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret)
{
    sqlite3_vfs *low = lower_of(vfs);
    return low->xAccess(low, name, flags, ret);
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *name, int n, char *out)
{
    sqlite3_vfs *low = lower_of(vfs);
    return low->xFullPathname(low, name, n, out);
}

/* No code is loaded into the process that holds the key. */
static void *vfs_dl_open(sqlite3_vfs *vfs, const char *name)
{
    (void)vfs, (void)name;
    return NULL;
}

static void vfs_dl_error(sqlite3_vfs *vfs, int n, char *out)
{
    (void)vfs;
    sqlite3_snprintf(n, out, "extensions are not loaded into a sealed store");
}

static void (*vfs_dl_sym(sqlite3_vfs *vfs, void *handle, const char *name))(void)
{
    (void)vfs, (void)handle, (void)name;
    return NULL;
}

static void vfs_dl_close(sqlite3_vfs *vfs, void *handle)
{
    (void)vfs, (void)handle;
}

static int vfs_randomness(sqlite3_vfs *vfs, int n, char *out)
{
    sqlite3_vfs *low = lower_of(vfs);
    return low->xRandomness(low, n, out);
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds)
{
    sqlite3_vfs *low = lower_of(vfs);
    return low->xSleep(low, microseconds);
}

static int vfs_time(sqlite3_vfs *vfs, double *ret)
{
    sqlite3_vfs *low = lower_of(vfs);
    return low->xCurrentTime(low, ret);
}

static int vfs_last_error(sqlite3_vfs *vfs, int n, char *out)
{
    sqlite3_vfs *low = lower_of(vfs);
    return low->xGetLastError != NULL ? low->xGetLastError(low, n, out) : 0;
}

static int vfs_time64(sqlite3_vfs *vfs, sqlite3_int64 *ret)
{
    sqlite3_vfs *low = lower_of(vfs);
    double days = 0;
    if (low->iVersion >= 2 && low->xCurrentTimeInt64 != NULL)
        return low->xCurrentTimeInt64(low, ret);
    const int rc = low->xCurrentTime(low, &days);
    *ret = (sqlite3_int64)(days * 86400000.0);
    return rc;
}

static void fill_vfs(struct ct_seal *s)
{
    s->vfs = (sqlite3_vfs){
        .iVersion = 2,
        .szOsFile = (int)sizeof(struct seal_file) + s->lower->szOsFile,
        .mxPathname = s->lower->mxPathname,
        .zName = s->name,
        .pAppData = s,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_path,
        .xDlOpen = vfs_dl_open,
        .xDlError = vfs_dl_error,
        .xDlSym = vfs_dl_sym,
        .xDlClose = vfs_dl_close,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
        .xGetLastError = vfs_last_error,
        .xCurrentTimeInt64 = vfs_time64,
    };
}

/* ---- the instance ---- */

enum ct_status ct_seal_new(const unsigned char store_id[CT_STORE_ID_LEN],
                           const unsigned char key[CT_KEY_LEN], uint32_t epoch,
                           const char *lower, struct ct_seal **ret, struct ct_error *reterr)
{
    unsigned char unique[8];
    *ret = NULL;
    if (sqlite3_initialize() != SQLITE_OK)
        return ct_fail(reterr, CT_EINTERNAL, NULL, "SQLite could not start");
    sqlite3_vfs *low = sqlite3_vfs_find(lower);
    if (low == NULL)
        return ct_fail(reterr, CT_EINTERNAL, NULL, "there is no file layer named %s",
                       lower != NULL ? lower : "(default)");
    if (!seal_kernel_random(unique, sizeof unique))
        return ct_fail(reterr, CT_EINTERNAL, NULL, "this system gives no randomness");
    struct ct_seal *s = calloc(1, sizeof *s);
    if (s == NULL || (s->nonces = seal_nonces_new()) == NULL) {
        free(s);
        return ct_fail(reterr, CT_ENOMEM, NULL, "no memory is left to open the store");
    }
    s->lower = low;
    s->epoch = epoch;
    s->random = seal_kernel_random;
    memcpy(s->store_id, store_id, CT_STORE_ID_LEN);
    memcpy(s->name, "ct-seal-", 9);
    for (size_t i = 0; i < sizeof unique; i++)
        snprintf(s->name + 8 + 2 * i, 3, "%02x", unique[i]);
    enum ct_status st = ct_seal_add_key(s, epoch, key, reterr);
    if (st == CT_OK) {
        fill_vfs(s);
        if (sqlite3_vfs_register(&s->vfs, 0) != SQLITE_OK)
            st = ct_fail(reterr, CT_ENOMEM, NULL, "SQLite does not take the sealing layer");
    }
    if (st != CT_OK) {
        ct_seal_free(s);
        return st;
    }
    *ret = s;
    return CT_OK;
}

void ct_seal_free(struct ct_seal *s)
{
    if (s == NULL)
        return;
    assert(s->open_files == 0);
    if (s->vfs.zName != NULL)
        sqlite3_vfs_unregister(&s->vfs);
    for (size_t i = 0; i < s->n_keys; i++)
        ct_secret_free(s->keys[i].bytes);
    seal_nonces_free(s->nonces);
    ct_wipe(s, sizeof *s);
    free(s);
}

/* At most two epochs are in use at a time: an epoch begins when the last has ended. */
static void forget_oldest(struct ct_seal *s)
{
    size_t oldest = 0;
    for (size_t i = 1; i < s->n_keys; i++)
        if (s->keys[i].epoch < s->keys[oldest].epoch)
            oldest = i;
    ct_secret_free(s->keys[oldest].bytes);
    s->keys[oldest] = s->keys[--s->n_keys];
}

enum ct_status ct_seal_add_key(struct ct_seal *s, uint32_t epoch,
                               const unsigned char key[CT_KEY_LEN], struct ct_error *reterr)
{
    for (size_t i = 0; i < s->n_keys; i++)
        if (s->keys[i].epoch == epoch) {
            if (ct_equal(s->keys[i].bytes->data, key, CT_KEY_LEN))
                return CT_OK;
            return ct_fail(reterr, CT_EEXISTS, NULL, "there are two keys of epoch %u", epoch);
        }
    if (s->n_keys == SEAL_KEYS_MAX)
        forget_oldest(s);
    const enum ct_status st = seal_key_set(&s->keys[s->n_keys], epoch, key, reterr);
    if (st == CT_OK)
        s->n_keys++;
    return st;
}

enum ct_status ct_seal_use(struct ct_seal *s, uint32_t epoch, struct ct_error *reterr)
{
    for (size_t i = 0; i < s->n_keys; i++)
        if (s->keys[i].epoch == epoch) {
            s->epoch = epoch;
            return CT_OK;
        }
    return ct_fail(reterr, CT_EINTERNAL, NULL, "the key of epoch %u is not here", epoch);
}

uint32_t ct_seal_epoch(const struct ct_seal *s)
{
    return s->epoch;
}

void ct_seal_source(struct ct_seal *s, enum ct_status (*ask)(void *arg, struct ct_error *),
                    void *arg)
{
    s->ask = ask;
    s->ask_arg = arg;
}

enum ct_status ct_seal_renew(struct ct_seal *s, struct ct_error *reterr)
{
    return s->ask != NULL ? s->ask(s->ask_arg, reterr) : CT_OK;
}

bool ct_seal_refusal_take(struct ct_seal *s, struct ct_error *ret)
{
    const bool refused = s->refused;
    if (refused)
        *ret = s->refusal;
    s->refused = false;
    return refused;
}

const char *ct_seal_vfs(const struct ct_seal *s)
{
    return s->name;
}

struct ct_seal_damage ct_seal_damage_take(struct ct_seal *s)
{
    const struct ct_seal_damage d = s->damage;
    s->damage = (struct ct_seal_damage){.seen = false};
    return d;
}

bool ct_seal_sync_failed_take(struct ct_seal *s)
{
    const bool failed = s->sync_failed;
    s->sync_failed = false;
    return failed;
}

uint64_t ct_seal_count(const struct ct_seal *s)
{
    return s->count;
}

/* ---- walking ---- */

struct walk {
    struct ct_seal *seal;
    sqlite3_file *file;
    int64_t size;
    void (*bad)(uint32_t page, int64_t offset, void *arg);
    void *arg;
    uint32_t pages;
};

static int walk_pages(struct walk *w)
{
    unsigned char sealed[CT_PAGE], plain[CT_PAGE];
    int rc = SQLITE_OK;
    for (int64_t at = 0; at < w->size; at += CT_PAGE) {
        const uint32_t page = (uint32_t)(at / CT_PAGE) + 1;
        if (page == SEAL_LOCK_PAGE)
            continue;
        rc = w->file->pMethods->xRead(w->file, sealed, CT_PAGE, at);
        if (rc != SQLITE_OK && rc != SQLITE_IOERR_SHORT_READ)
            break;
        w->pages++;
        if (rc != SQLITE_OK ||
            seal_page_open(w->seal, SEAL_DB, page, at, sealed, plain) != SEAL_GOOD)
            w->bad(page, at, w->arg);
        rc = SQLITE_OK;
    }
    ct_wipe(plain, sizeof plain);
    return rc;
}

static int walk_file(struct walk *w, const char *name)
{
    sqlite3_vfs *low = w->seal->lower;
    int exists = 0, flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
    int rc = low->xAccess(low, name, SQLITE_ACCESS_EXISTS, &exists);
    if (rc == SQLITE_OK && !exists)
        return SQLITE_NOTFOUND;
    w->file->pMethods = NULL;
    if (rc == SQLITE_OK)
        rc = low->xOpen(low, name, w->file, flags, &flags);
    sqlite3_int64 size = 0;
    if (rc == SQLITE_OK)
        rc = w->file->pMethods->xFileSize(w->file, &size);
    w->size = size;
    if (rc == SQLITE_OK && size > (int64_t)CT_PAGE * UINT32_MAX)
        rc = SQLITE_TOOBIG;
    if (rc == SQLITE_OK)
        rc = walk_pages(w);
    if (w->file->pMethods != NULL)
        w->file->pMethods->xClose(w->file);
    return rc;
}

/* The lower VFS wants an absolute name in the form SQLite gives names. */
static const char *lower_name(sqlite3_vfs *low, const char *path)
{
    const char *name = NULL;
    char *full = sqlite3_malloc(low->mxPathname + 1);
    /* the primary code: SQLITE_OK_SYMLINK is as good */
    if (full != NULL &&
        (low->xFullPathname(low, path, low->mxPathname + 1, full) & 0xff) == SQLITE_OK)
        name = sqlite3_create_filename(full, "", "", 0, NULL);
    sqlite3_free(full);
    return name;
}

enum ct_status ct_seal_walk(struct ct_seal *s, const char *path,
                            void (*bad)(uint32_t page, int64_t offset, void *arg), void *arg,
                            uint32_t *ret_pages, struct ct_error *reterr)
{
    struct walk w = {.seal = s, .bad = bad, .arg = arg};
    *ret_pages = 0;
    const char *name = lower_name(s->lower, path);
    w.file = calloc(1, (size_t)s->lower->szOsFile);
    int rc = name == NULL || w.file == NULL ? SQLITE_NOMEM : walk_file(&w, name);
    free(w.file);
    sqlite3_free_filename(name);
    *ret_pages = w.pages;
    switch (rc) {
    case SQLITE_OK:
        return CT_OK;
    case SQLITE_NOMEM:
        return ct_fail(reterr, CT_ENOMEM, NULL, "no memory is left to read %s", path);
    case SQLITE_NOTFOUND:
        return ct_fail(reterr, CT_ENOTFOUND, NULL, "there is no store at %s", path);
    default:
        return ct_fail(reterr, CT_EIO, NULL, "the store %s cannot be read: %s", path,
                       sqlite3_errstr(rc));
    }
}

/* ---- copying ---- */

bool ct_seal_opens(struct ct_seal *s, uint32_t page, const unsigned char sealed[CT_PAGE])
{
    static const unsigned char none[CT_PAGE];
    unsigned char plain[CT_PAGE];
    if (page == SEAL_LOCK_PAGE)
        return memcmp(sealed, none, CT_PAGE) == 0;
    bool good = seal_page_open(s, SEAL_DB, page, (int64_t)(page - 1) * CT_PAGE, sealed,
                               plain) == SEAL_GOOD;
    ct_wipe(plain, sizeof plain);
    return good;
}

enum ct_status ct_seal_copy(struct ct_seal *s, struct sqlite3 *db, uint32_t first, uint32_t n,
                            unsigned char *out, uint32_t *ret_bad, struct ct_error *reterr)
{
    struct seal_self self = {.seal = s, .file = NULL};
    *ret_bad = 0;
    if (sqlite3_file_control(db, "main", SEAL_FCNTL_SELF, &self) != SQLITE_OK ||
        self.file == NULL)
        return ct_fail(reterr, CT_EINTERNAL, NULL, "that is no connection of this store");
    sqlite3_file *low = seal_lower(self.file);
    for (uint32_t i = 0; i < n; i++) {
        unsigned char *at = out + (size_t)i * CT_PAGE;
        uint32_t page = first + i;
        if (page == SEAL_LOCK_PAGE) {
            memset(at, 0, CT_PAGE);
            continue;
        }
        int rc = low->pMethods->xRead(low, at, CT_PAGE, (int64_t)(page - 1) * CT_PAGE);
        if (rc != SQLITE_OK)
            return ct_fail(reterr, CT_EIO, NULL, "page %lu of the store cannot be read: %s",
                           (unsigned long)page, sqlite3_errstr(rc));
        if (*ret_bad == 0 && !ct_seal_opens(s, page, at))
            *ret_bad = page;
    }
    return CT_OK;
}
