/* store_fault - see store_fault.h. */
#include "tests/support/store_fault.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

struct fault_file {
    sqlite3_file base;
    const char *name;
    sqlite3_file *low; /* behind this struct, in the same allocation */
};

static struct {
    enum fault_op op;
    char suffix[16];
    int skip, times, rc, err, hits;
} plan;
static sqlite3_vfs *low_vfs;
static sqlite3_vfs vfs;

void fault_set(enum fault_op op, const char *suffix, int skip, int times, int rc, int err)
{
    plan.op = op;
    strncpy(plan.suffix, suffix, sizeof plan.suffix - 1);
    plan.skip = skip;
    plan.times = times;
    plan.rc = rc;
    plan.err = err;
    plan.hits = 0;
}

void fault_clear(void)
{
    plan.op = FAULT_NONE;
}

int fault_hits(void)
{
    return plan.hits;
}

static bool fails(const struct fault_file *f, enum fault_op op)
{
    size_t n = f->name != NULL ? strlen(f->name) : 0, m = strlen(plan.suffix);
    if (plan.op != op || n < m || strcmp(f->name + n - m, plan.suffix) != 0)
        return false;
    if (plan.skip > 0) {
        plan.skip--;
        return false;
    }
    if (plan.times == 0)
        return false;
    if (plan.times > 0)
        plan.times--;
    plan.hits++;
    errno = plan.err;
    return true;
}

#define LOW(file) (((struct fault_file *)(void *)(file))->low)
#define CALL(file, method, ...) LOW(file)->pMethods->method(LOW(file), __VA_ARGS__)

static int f_close(sqlite3_file *f)
{
    return LOW(f)->pMethods->xClose(LOW(f));
}
static int f_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
    return CALL(f, xRead, p, n, at);
}
static int f_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    return fails((struct fault_file *)(void *)f, FAULT_WRITE) ? plan.rc : CALL(f, xWrite, p, n, at);
}
static int f_truncate(sqlite3_file *f, sqlite3_int64 n)
{
    return fails((struct fault_file *)(void *)f, FAULT_TRUNCATE) ? plan.rc
                                                                 : CALL(f, xTruncate, n);
}
static int f_sync(sqlite3_file *f, int flags)
{
    return fails((struct fault_file *)(void *)f, FAULT_SYNC) ? plan.rc : CALL(f, xSync, flags);
}
static int f_size(sqlite3_file *f, sqlite3_int64 *ret)
{
    return CALL(f, xFileSize, ret);
}
static int f_lock(sqlite3_file *f, int level)
{
    return CALL(f, xLock, level);
}
static int f_unlock(sqlite3_file *f, int level)
{
    return CALL(f, xUnlock, level);
}
static int f_reserved(sqlite3_file *f, int *ret)
{
    return CALL(f, xCheckReservedLock, ret);
}
static int f_control(sqlite3_file *f, int op, void *arg)
{
    return CALL(f, xFileControl, op, arg);
}
static int f_sector(sqlite3_file *f)
{
    return LOW(f)->pMethods->xSectorSize(LOW(f));
}
static int f_device(sqlite3_file *f)
{
    return LOW(f)->pMethods->xDeviceCharacteristics(LOW(f));
}
static int f_shm_map(sqlite3_file *f, int region, int size, int extend, void volatile **ret)
{
    return CALL(f, xShmMap, region, size, extend, ret);
}
static int f_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return CALL(f, xShmLock, offset, n, flags);
}
static void f_shm_barrier(sqlite3_file *f)
{
    LOW(f)->pMethods->xShmBarrier(LOW(f));
}
static int f_shm_unmap(sqlite3_file *f, int remove)
{
    return CALL(f, xShmUnmap, remove);
}

static const sqlite3_io_methods METHODS = {
    .iVersion = 2,
    .xClose = f_close,
    .xRead = f_read,
    .xWrite = f_write,
    .xTruncate = f_truncate,
    .xSync = f_sync,
    .xFileSize = f_size,
    .xLock = f_lock,
    .xUnlock = f_unlock,
    .xCheckReservedLock = f_reserved,
    .xFileControl = f_control,
    .xSectorSize = f_sector,
    .xDeviceCharacteristics = f_device,
    .xShmMap = f_shm_map,
    .xShmLock = f_shm_lock,
    .xShmBarrier = f_shm_barrier,
    .xShmUnmap = f_shm_unmap,
};

static int v_open(sqlite3_vfs *v, const char *name, sqlite3_file *file, int flags, int *out)
{
    (void)v;
    struct fault_file *f = (struct fault_file *)(void *)file;
    f->name = name;
    f->low = (sqlite3_file *)(void *)(f + 1);
    f->base.pMethods = NULL;
    int rc = low_vfs->xOpen(low_vfs, name, f->low, flags, out);
    if (f->low->pMethods != NULL)
        f->base.pMethods = &METHODS;
    return rc;
}
static int v_delete(sqlite3_vfs *v, const char *name, int sync)
{
    (void)v;
    return low_vfs->xDelete(low_vfs, name, sync);
}
static int v_access(sqlite3_vfs *v, const char *name, int flags, int *ret)
{
    (void)v;
    return low_vfs->xAccess(low_vfs, name, flags, ret);
}
static int v_full(sqlite3_vfs *v, const char *name, int n, char *out)
{
    (void)v;
    return low_vfs->xFullPathname(low_vfs, name, n, out);
}
static int v_random(sqlite3_vfs *v, int n, char *out)
{
    (void)v;
    return low_vfs->xRandomness(low_vfs, n, out);
}
static int v_sleep(sqlite3_vfs *v, int us)
{
    (void)v;
    return low_vfs->xSleep(low_vfs, us);
}
static int v_time(sqlite3_vfs *v, sqlite3_int64 *ret)
{
    (void)v;
    return low_vfs->xCurrentTimeInt64(low_vfs, ret);
}
static int v_error(sqlite3_vfs *v, int n, char *out)
{
    (void)v;
    return low_vfs->xGetLastError(low_vfs, n, out);
}

void fault_start(void)
{
    if (low_vfs != NULL)
        return;
    sqlite3_initialize();
    low_vfs = sqlite3_vfs_find(NULL);
    if (low_vfs == NULL)
        abort();
    vfs = (sqlite3_vfs){
        .iVersion = 2,
        .szOsFile = (int)sizeof(struct fault_file) + low_vfs->szOsFile,
        .mxPathname = low_vfs->mxPathname,
        .zName = FAULT_VFS,
        .xOpen = v_open,
        .xDelete = v_delete,
        .xAccess = v_access,
        .xFullPathname = v_full,
        .xRandomness = v_random,
        .xSleep = v_sleep,
        .xCurrentTimeInt64 = v_time,
        .xGetLastError = v_error,
    };
    if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK)
        abort();
}
