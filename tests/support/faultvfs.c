/* faultvfs - see faultvfs.h. */
#include "tests/support/faultvfs.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECTOR = 512 };

struct file {
    sqlite3_file base;
    struct faultvfs *f;
    const char *name; /* SQLite's, valid while the file is open */
    int flags;
};

/* What a write or a truncation replaced. */
struct faultvfs_undo {
    struct faultvfs_undo *next;
    char path[200];
    int64_t size; /* of the file before */
    int64_t offset;
    int amount; /* bytes of old */
    int length; /* of the write; 0 for a truncation */
    bool kept;
    unsigned char old[];
};

static struct file *file_of(sqlite3_file *p)
{
    return (struct file *)(void *)p;
}

static sqlite3_file *low_of(sqlite3_file *p)
{
    return (sqlite3_file *)(void *)(file_of(p) + 1);
}

/* Count the call; true when it is to fail. */
static bool fails(struct faultvfs *f, enum faultvfs_op op)
{
    if ((f->ops & op) == 0)
        return false;
    f->calls++;
    const bool now =
        f->fail_at > 0 && (f->calls == f->fail_at || (f->sticky && f->calls > f->fail_at));
    f->hit = f->hit || now;
    return now;
}

static void show(struct faultvfs *f, enum faultvfs_op op, int flags, const void *data,
                 int amount, int64_t offset, int rc)
{
    const struct faultvfs_call call = {op, flags, data, amount, offset, false, rc};
    if (f->show != NULL)
        f->show(&call, f->arg);
}

/* ---- undo ---- */

static void forget(struct faultvfs *f, const char *path)
{
    for (struct faultvfs_undo **at = &f->undo; *at != NULL;) {
        struct faultvfs_undo *u = *at;
        if (path == NULL || strcmp(u->path, path) == 0) {
            *at = u->next;
            free(u);
        } else {
            at = &u->next;
        }
    }
}

static void remember(sqlite3_file *p, int64_t offset, int64_t amount, int length)
{
    struct faultvfs *f = file_of(p)->f;
    sqlite3_int64 size = 0;
    if (!f->keep_undo || low_of(p)->pMethods->xFileSize(low_of(p), &size) != SQLITE_OK)
        return;
    if (offset + amount > size)
        amount = offset < size ? size - offset : 0;
    struct faultvfs_undo *u = calloc(1, sizeof *u + (size_t)amount);
    if (u == NULL)
        return;
    snprintf(u->path, sizeof u->path, "%s", file_of(p)->name);
    u->size = size;
    u->offset = offset;
    u->amount = (int)amount;
    u->length = length;
    if (amount > 0 &&
        low_of(p)->pMethods->xRead(low_of(p), u->old, (int)amount, offset) != SQLITE_OK)
        u->amount = 0;
    u->next = f->undo;
    f->undo = u;
}

/* The first bytes of the write that a torn one leaves: whole sectors of the disk. */
static int torn_at(const struct faultvfs_undo *u)
{
    const int64_t middle = (u->offset + u->length / 2) / SECTOR * SECTOR;
    return middle > u->offset ? (int)(middle - u->offset) : 0;
}

/* Take back the write from its byte `from` on. A write kept, though an older one of the
 * same file is lost: the file stays as long as that one made it, with zeros where the
 * older one was. */
static int take_back(const struct faultvfs_undo *u, bool newer_kept, int from)
{
    const int fd = open(u->path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return 0; /* the file went as well */
    int bad = 0;
    if (u->amount > from)
        bad += pwrite(fd, u->old + from, (size_t)(u->amount - from), u->offset + from) !=
               u->amount - from;
    const int64_t stays = from > 0 && u->offset + from > u->size ? u->offset + from : u->size;
    const off_t end = lseek(fd, 0, SEEK_END);
    if (!newer_kept || end < stays) {
        bad += ftruncate(fd, stays) != 0;
    } else {
        static const unsigned char zero;
        for (int64_t at = u->offset + (u->amount > from ? u->amount : from);
             at < u->offset + u->length && at < end; at++)
            bad += pwrite(fd, &zero, 1, at) != 1;
    }
    close(fd);
    return bad;
}

int faultvfs_power_cut(struct faultvfs *f, enum faultvfs_fate (*fate)(int i, void *arg),
                       void *arg)
{
    int n = 0, bad = 0;
    for (struct faultvfs_undo *u = f->undo; u != NULL; u = u->next, n++) {
        bool newer_kept = false;
        const enum faultvfs_fate is = fate(n, arg);
        u->kept = is == FV_KEPT || (is == FV_TORN && u->length > 0 && torn_at(u) > 0);
        for (const struct faultvfs_undo *v = f->undo; v != u; v = v->next)
            newer_kept = newer_kept || (v->kept && strcmp(u->path, v->path) == 0);
        if (is != FV_KEPT)
            bad += take_back(u, newer_kept, is == FV_TORN && u->length > 0 ? torn_at(u) : 0);
    }
    forget(f, NULL);
    return bad == 0 ? n : -1;
}

/* ---- files ---- */

static int fv_close(sqlite3_file *p)
{
    show(file_of(p)->f, FV_CLOSE, file_of(p)->flags, NULL, 0, 0, 0);
    fails(file_of(p)->f, FV_CLOSE);
    return low_of(p)->pMethods->xClose(low_of(p));
}

static int fv_read(sqlite3_file *p, void *buf, int amount, sqlite3_int64 offset)
{
    struct faultvfs *f = file_of(p)->f;
    const bool failing = (f->how != FV_GARBLE || amount >= 4096) && fails(f, FV_READ);
    if (failing && f->how != FV_GARBLE) {
        memset(buf, 0xdb, (size_t)amount); /* whoever uses it all the same is found out */
        if (f->how != FV_SHORT)
            return SQLITE_IOERR_READ;
        memset(buf, 0, (size_t)amount);
        (void)low_of(p)->pMethods->xRead(low_of(p), buf, amount / 2, offset);
        return SQLITE_IOERR_SHORT_READ;
    }
    const int rc = low_of(p)->pMethods->xRead(low_of(p), buf, amount, offset);
    if (failing)
        ((unsigned char *)buf)[amount / 2] ^= 0x40;
    show(f, FV_READ, file_of(p)->flags, buf, amount, offset, rc);
    return rc;
}

static int fv_write(sqlite3_file *p, const void *buf, int amount, sqlite3_int64 offset)
{
    struct faultvfs *f = file_of(p)->f;
    show(f, FV_WRITE, file_of(p)->flags, buf, amount, offset, 0);
    const bool failing = fails(f, FV_WRITE);
    if (failing && f->how == FV_EIO)
        return SQLITE_IOERR_WRITE;
    remember(p, offset, amount, amount);
    const int rc =
        low_of(p)->pMethods->xWrite(low_of(p), buf, failing ? amount / 2 : amount, offset);
    if (failing)
        return f->how == FV_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    return rc;
}

static int fv_truncate(sqlite3_file *p, sqlite3_int64 size)
{
    show(file_of(p)->f, FV_TRUNCATE, file_of(p)->flags, NULL, 0, size, 0);
    if (fails(file_of(p)->f, FV_TRUNCATE))
        return SQLITE_IOERR_TRUNCATE;
    remember(p, size, INT32_MAX, 0);
    return low_of(p)->pMethods->xTruncate(low_of(p), size);
}

static int fv_sync(sqlite3_file *p, int flags)
{
    show(file_of(p)->f, FV_SYNC, file_of(p)->flags, NULL, 0, 0, 0);
    if (fails(file_of(p)->f, FV_SYNC))
        return SQLITE_IOERR_FSYNC;
    const int rc =
        file_of(p)->f->skip_sync ? SQLITE_OK : low_of(p)->pMethods->xSync(low_of(p), flags);
    if (rc == SQLITE_OK)
        forget(file_of(p)->f, file_of(p)->name);
    return rc;
}

static int fv_size(sqlite3_file *p, sqlite3_int64 *ret)
{
    show(file_of(p)->f, FV_SIZE, file_of(p)->flags, NULL, 0, 0, 0);
    if (fails(file_of(p)->f, FV_SIZE))
        return SQLITE_IOERR_FSTAT;
    return low_of(p)->pMethods->xFileSize(low_of(p), ret);
}

static int fv_lock(sqlite3_file *p, int level)
{
    show(file_of(p)->f, FV_LOCK, file_of(p)->flags, NULL, 0, level, 0);
    if (fails(file_of(p)->f, FV_LOCK))
        return SQLITE_IOERR_LOCK;
    return low_of(p)->pMethods->xLock(low_of(p), level);
}

static int fv_unlock(sqlite3_file *p, int level)
{
    return low_of(p)->pMethods->xUnlock(low_of(p), level);
}

static int fv_check_lock(sqlite3_file *p, int *ret)
{
    return low_of(p)->pMethods->xCheckReservedLock(low_of(p), ret);
}

static int fv_control(sqlite3_file *p, int op, void *arg)
{
    return low_of(p)->pMethods->xFileControl(low_of(p), op, arg);
}

static int fv_sector(sqlite3_file *p)
{
    return low_of(p)->pMethods->xSectorSize(low_of(p));
}

static int fv_device(sqlite3_file *p)
{
    return low_of(p)->pMethods->xDeviceCharacteristics(low_of(p));
}

static int fv_shm_map(sqlite3_file *p, int region, int size, int extend, void volatile **ret)
{
    show(file_of(p)->f, FV_SHM_MAP, file_of(p)->flags, NULL, 0, region, 0);
    if (fails(file_of(p)->f, FV_SHM_MAP))
        return SQLITE_IOERR_SHMMAP;
    return low_of(p)->pMethods->xShmMap(low_of(p), region, size, extend, ret);
}

static int fv_shm_lock(sqlite3_file *p, int offset, int n, int flags)
{
    struct faultvfs *f = file_of(p)->f;
    const bool locks = (flags & SQLITE_SHM_LOCK) != 0;
    if (fails(f, FV_SHM_LOCK) && locks)
        return SQLITE_IOERR_SHMLOCK;
    struct faultvfs_call call = {.op = locks ? FV_SHM_LOCK : FV_SHM_UNLOCK,
                                 .open_flags = file_of(p)->flags,
                                 .amount = n,
                                 .offset = offset,
                                 .shared = (flags & SQLITE_SHM_SHARED) != 0};
    if (!locks && f->show != NULL)
        f->show(&call, f->arg);
    call.rc = low_of(p)->pMethods->xShmLock(low_of(p), offset, n, flags);
    if (locks && f->show != NULL)
        f->show(&call, f->arg);
    return call.rc;
}

static void fv_shm_barrier(sqlite3_file *p)
{
    low_of(p)->pMethods->xShmBarrier(low_of(p));
}

static int fv_shm_unmap(sqlite3_file *p, int delete)
{
    return low_of(p)->pMethods->xShmUnmap(low_of(p), delete);
}

static int fv_fetch(sqlite3_file *p, sqlite3_int64 offset, int amount, void **ret)
{
    show(file_of(p)->f, FV_FETCH, file_of(p)->flags, NULL, amount, offset, 0);
    return low_of(p)->pMethods->xFetch(low_of(p), offset, amount, ret);
}

static int fv_unfetch(sqlite3_file *p, sqlite3_int64 offset, void *page)
{
    show(file_of(p)->f, FV_UNFETCH, file_of(p)->flags, page, 0, offset, 0);
    return low_of(p)->pMethods->xUnfetch(low_of(p), offset, page);
}

#define METHODS(version)                                                                       \
    {                                                                                          \
        .iVersion = version, .xClose = fv_close, .xRead = fv_read, .xWrite = fv_write,         \
        .xTruncate = fv_truncate, .xSync = fv_sync, .xFileSize = fv_size, .xLock = fv_lock,    \
        .xUnlock = fv_unlock, .xCheckReservedLock = fv_check_lock, .xFileControl = fv_control, \
        .xSectorSize = fv_sector, .xDeviceCharacteristics = fv_device, .xShmMap = fv_shm_map,  \
        .xShmLock = fv_shm_lock, .xShmBarrier = fv_shm_barrier, .xShmUnmap = fv_shm_unmap,     \
        .xFetch = fv_fetch, .xUnfetch = fv_unfetch,                                            \
    }
static const sqlite3_io_methods methods[] = {METHODS(1), METHODS(2), METHODS(3)};

/* ---- the VFS ---- */

static int fv_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *p, int flags,
                   int *ret_flags)
{
    struct faultvfs *f = vfs->pAppData;
    struct file *file = file_of(p);
    memset(file, 0, sizeof *file);
    low_of(p)->pMethods = NULL;
    show(f, FV_OPEN, flags, name, 0, 0, 0);
    if (fails(f, FV_OPEN))
        return SQLITE_CANTOPEN;
    const int rc = f->lower->xOpen(f->lower, name, low_of(p), flags, ret_flags);
    if (rc != SQLITE_OK) {
        if (low_of(p)->pMethods != NULL)
            low_of(p)->pMethods->xClose(low_of(p));
        return rc;
    }
    file->f = f;
    file->name = name != NULL ? name : "";
    file->flags = flags;
    const int version = low_of(p)->pMethods->iVersion;
    file->base.pMethods = &methods[version >= 3 ? 2 : version - 1];
    return SQLITE_OK;
}

static int fv_delete(sqlite3_vfs *vfs, const char *name, int sync_dir)
{
    struct faultvfs *f = vfs->pAppData;
    show(f, FV_DELETE, 0, name, 0, 0, 0);
    if (fails(f, FV_DELETE))
        return SQLITE_IOERR_DELETE;
    return f->lower->xDelete(f->lower, name, sync_dir);
}

static int fv_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret)
{
    struct faultvfs *f = vfs->pAppData;
    show(f, FV_ACCESS, 0, name, 0, 0, 0);
    if (fails(f, FV_ACCESS))
        return SQLITE_IOERR_ACCESS;
    return f->lower->xAccess(f->lower, name, flags, ret);
}

static int fv_full_path(sqlite3_vfs *vfs, const char *name, int n, char *out)
{
    struct faultvfs *f = vfs->pAppData;
    return f->lower->xFullPathname(f->lower, name, n, out);
}

static int fv_randomness(sqlite3_vfs *vfs, int n, char *out)
{
    struct faultvfs *f = vfs->pAppData;
    return f->lower->xRandomness(f->lower, n, out);
}

static int fv_sleep(sqlite3_vfs *vfs, int us)
{
    struct faultvfs *f = vfs->pAppData;
    return f->lower->xSleep(f->lower, us);
}

static int fv_time(sqlite3_vfs *vfs, double *ret)
{
    struct faultvfs *f = vfs->pAppData;
    return f->lower->xCurrentTime(f->lower, ret);
}

int faultvfs_init(struct faultvfs *f, const char *name, const char *lower)
{
    memset(f, 0, sizeof *f);
    if (sqlite3_initialize() != SQLITE_OK || (f->lower = sqlite3_vfs_find(lower)) == NULL)
        return SQLITE_ERROR;
    snprintf(f->name, sizeof f->name, "%s", name);
    f->ops = FV_FAILING;
    f->vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = (int)sizeof(struct file) + f->lower->szOsFile,
        .mxPathname = f->lower->mxPathname,
        .zName = f->name,
        .pAppData = f,
        .xOpen = fv_open,
        .xDelete = fv_delete,
        .xAccess = fv_access,
        .xFullPathname = fv_full_path,
        .xRandomness = fv_randomness,
        .xSleep = fv_sleep,
        .xCurrentTime = fv_time,
    };
    return sqlite3_vfs_register(&f->vfs, 0);
}

void faultvfs_done(struct faultvfs *f)
{
    forget(f, NULL);
    sqlite3_vfs_unregister(&f->vfs);
}

void faultvfs_arm(struct faultvfs *f, long n, enum faultvfs_how how, bool sticky)
{
    f->calls = 0;
    f->hit = false;
    f->fail_at = n;
    f->how = how;
    f->sticky = sticky;
}
