/* scarce - see scarce.h. */
#include "tests/support/scarce.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static struct {
    unsigned kinds;
    long n, calls;
    bool sticky, hit;
    int err;
} now;

void scarce_arm(unsigned kinds, long n, bool sticky, int err)
{
    now.kinds = kinds;
    now.n = n;
    now.calls = 0;
    now.sticky = sticky;
    now.hit = false;
    now.err = err;
}

long scarce_calls(void)
{
    return now.calls;
}

bool scarce_hit(void)
{
    return now.hit;
}

static bool fails(enum scarce kind)
{
    if ((now.kinds & kind) == 0)
        return false;
    now.calls++;
    const bool is = now.n > 0 && (now.calls == now.n || (now.sticky && now.calls > now.n));
    now.hit = now.hit || is;
    if (is)
        errno = kind == SCARCE_MEMORY ? ENOMEM : now.err;
    return is;
}

/* ---- memory ---- */

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
char *__real_strdup(const char *s);
char *__real_strndup(const char *s, size_t n);
void *__real_sodium_malloc(size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);
void *__wrap_sodium_malloc(size_t n);

void *__wrap_malloc(size_t n)
{
    return fails(SCARCE_MEMORY) ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails(SCARCE_MEMORY) ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    return fails(SCARCE_MEMORY) ? NULL : __real_realloc(p, n);
}

char *__wrap_strdup(const char *s)
{
    return fails(SCARCE_MEMORY) ? NULL : __real_strdup(s);
}

char *__wrap_strndup(const char *s, size_t n)
{
    return fails(SCARCE_MEMORY) ? NULL : __real_strndup(s, n);
}

void *__wrap_sodium_malloc(size_t n)
{
    return fails(SCARCE_MEMORY) ? NULL : __real_sodium_malloc(n);
}

static sqlite3_mem_methods sqlite_system;

static void *sqlite_malloc(int n)
{
    return fails(SCARCE_MEMORY) ? NULL : sqlite_system.xMalloc(n);
}

static void *sqlite_realloc(void *p, int n)
{
    return fails(SCARCE_MEMORY) ? NULL : sqlite_system.xRealloc(p, n);
}

bool scarce_sqlite(void)
{
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_system) != SQLITE_OK)
        return false;
    sqlite3_mem_methods mine = sqlite_system;
    mine.xMalloc = sqlite_malloc;
    mine.xRealloc = sqlite_realloc;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &mine) == SQLITE_OK;
}

/* ---- the disk ---- */

int __real_open(const char *path, int flags, ...);
ssize_t __real_read(int fd, void *p, size_t n);
ssize_t __real_pread(int fd, void *p, size_t n, off_t at);
ssize_t __real_write(int fd, const void *p, size_t n);
ssize_t __real_pwrite(int fd, const void *p, size_t n, off_t at);
int __real_fsync(int fd);
int __real_ftruncate(int fd, off_t n);
int __real_rename(const char *from, const char *to);
int __wrap_open(const char *path, int flags, ...);
ssize_t __wrap_read(int fd, void *p, size_t n);
ssize_t __wrap_pread(int fd, void *p, size_t n, off_t at);
ssize_t __wrap_write(int fd, const void *p, size_t n);
ssize_t __wrap_pwrite(int fd, const void *p, size_t n, off_t at);
int __wrap_fsync(int fd);
int __wrap_ftruncate(int fd, off_t n);
int __wrap_rename(const char *from, const char *to);

int __wrap_open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    if ((flags & O_CREAT) != 0) {
        va_list ap;
        va_start(ap, flags);
        mode = va_arg(ap, mode_t);
        va_end(ap);
    }
    return fails(SCARCE_DISK) ? -1 : __real_open(path, flags, mode);
}

ssize_t __wrap_read(int fd, void *p, size_t n)
{
    return fails(SCARCE_DISK) ? -1 : __real_read(fd, p, n);
}

ssize_t __wrap_pread(int fd, void *p, size_t n, off_t at)
{
    return fails(SCARCE_DISK) ? -1 : __real_pread(fd, p, n, at);
}

/* On a full disk the first half still fits, and the call says so; otherwise nothing of it
 * is written. */
ssize_t __wrap_write(int fd, const void *p, size_t n)
{
    if (!fails(SCARCE_DISK))
        return __real_write(fd, p, n);
    return errno == ENOSPC && n > 1 ? __real_write(fd, p, n / 2) : -1;
}

ssize_t __wrap_pwrite(int fd, const void *p, size_t n, off_t at)
{
    if (!fails(SCARCE_DISK))
        return __real_pwrite(fd, p, n, at);
    return errno == ENOSPC && n > 1 ? __real_pwrite(fd, p, n / 2, at) : -1;
}

int __wrap_fsync(int fd)
{
    return fails(SCARCE_DISK) ? -1 : __real_fsync(fd);
}

int __wrap_ftruncate(int fd, off_t n)
{
    return fails(SCARCE_DISK) ? -1 : __real_ftruncate(fd, n);
}

int __wrap_rename(const char *from, const char *to)
{
    return fails(SCARCE_DISK) ? -1 : __real_rename(from, to);
}
