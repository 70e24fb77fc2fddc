/* sqlite_memory - what SQLite allocates: zeroed when freed, its page cache in
 * one region that is locked and left out of dumps. See secret.h. (R34)
 *
 * SQLite clears nothing it frees, and its freed pages hold plaintext.
 */
#include "vault/secret.h"

#include <sodium.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    PAGE = 4096, /* CT_PAGE, what the cache holds */
    LINK = 16,   /* the head of a free slot, where SQLite links the next one */
};

/* SQLite's configuration is one for the process, and so is this. */
static struct {
    bool done, locked;
    sqlite3_mem_methods system;
    unsigned char *region; /* slots * slot bytes */
    size_t slot, slots, mapped;
} mem;

static void free_zeroed(void *p)
{
    if (p == NULL)
        return;
    sodium_memzero(p, (size_t)mem.system.xSize(p));
    mem.system.xFree(p);
}

/* The C library's realloc may leave the old copy behind. */
static void *realloc_zeroed(void *p, int n)
{
    const int old = mem.system.xSize(p);
    if (n <= old && n >= old / 2)
        return p;
    void *q = mem.system.xMalloc(n);
    if (q == NULL)
        return NULL;
    memcpy(q, p, (size_t)(old < n ? old : n));
    free_zeroed(p);
    return q;
}

/* Bytes this process may lock for SQLite: half of the limit, the other half is
 * for secrets and their guards. */
static size_t lockable(void)
{
    struct rlimit lim;
    if (getrlimit(RLIMIT_MEMLOCK, &lim) != 0)
        return 0;
    if (lim.rlim_cur != lim.rlim_max) {
        const struct rlimit more = {lim.rlim_max, lim.rlim_max};
        if (setrlimit(RLIMIT_MEMLOCK, &more) == 0)
            lim.rlim_cur = lim.rlim_max;
    }
    return lim.rlim_cur == RLIM_INFINITY ? SIZE_MAX : (size_t)(lim.rlim_cur / 2);
}

/* Map and lock; mem.slots ends as what there is. Nothing locked is no error:
 * the pages then still live in zeroed memory, and ct_sqlite_memory_locked
 * tells the doctor. */
static bool map_region(unsigned cache_pages)
{
    const size_t system_page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t may = lockable();
    mem.slots = cache_pages;
    if (mem.slots > may / mem.slot)
        mem.slots = may / mem.slot;
    const bool lock = mem.slots > 0;
    if (!lock)
        mem.slots = cache_pages;
    if (mem.slots == 0)
        return true;
    mem.mapped = (mem.slots * mem.slot + system_page - 1) / system_page * system_page;
    void *p =
        mmap(NULL, mem.mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return false;
    mem.region = p;
    madvise(p, mem.mapped, MADV_DONTDUMP);
    mem.locked = lock && mlock(p, mem.mapped) == 0;
    return true;
}

static int configure(void)
{
    int rc = SQLITE_OK;
    if (mem.system.xFree == NULL) /* once: the second time it would be ours */
        rc = sqlite3_config(SQLITE_CONFIG_GETMALLOC, &mem.system);
    if (rc != SQLITE_OK)
        return rc;
    sqlite3_mem_methods zeroing = mem.system;
    zeroing.xFree = free_zeroed;
    zeroing.xRealloc = realloc_zeroed;
    rc = sqlite3_config(SQLITE_CONFIG_MALLOC, &zeroing);
    /* The program has one thread, and asks for no statistics of small allocations: a
     * tenth of what a statement costs goes into locks and counts otherwise. */
    if (rc == SQLITE_OK)
        rc = sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    if (rc == SQLITE_OK)
        rc = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (rc == SQLITE_OK && mem.region != NULL)
        rc = sqlite3_config(SQLITE_CONFIG_PAGECACHE, mem.region, (int)mem.slot, (int)mem.slots);
    return rc == SQLITE_OK ? sqlite3_initialize() : rc;
}

enum ct_status ct_sqlite_memory(unsigned cache_pages, struct ct_error *reterr)
{
    enum { MOST = 1 << 18 }; /* 1 GiB of pages: a wish beyond it is a mistake */
    int header = 0;
    if (mem.done)
        return CT_OK;
    if (cache_pages > MOST)
        return ct_fail(reterr, CT_EINVAL, NULL, "a page cache of %u pages is too large",
                       cache_pages);
    if (sqlite3_shutdown() != SQLITE_OK ||
        sqlite3_config(SQLITE_CONFIG_PCACHE_HDRSZ, &header) != SQLITE_OK || header <= 0)
        return ct_fail(reterr, CT_EINTERNAL, NULL, "SQLite does not tell how it keeps pages");
    mem.slot = ((size_t)header + PAGE + 7) & ~(size_t)7;
    if (mem.region == NULL && !map_region(cache_pages))
        return ct_fail(reterr, CT_ENOMEM, NULL, "no memory for a page cache of %u pages",
                       cache_pages);
    const int rc = configure();
    if (rc != SQLITE_OK)
        return ct_fail(reterr, CT_EINTERNAL, NULL, "SQLite does not take its memory: %s",
                       sqlite3_errstr(rc));
    mem.done = true;
    return CT_OK;
}

bool ct_sqlite_memory_locked(void)
{
    return mem.locked;
}

void ct_sqlite_memory_wipe(void)
{
    int used = 0, most = 0;
    if (!mem.done)
        return;
    sqlite3_release_memory(0x7fffffff);
    if (mem.region == NULL ||
        sqlite3_status(SQLITE_STATUS_PAGECACHE_USED, &used, &most, 0) != SQLITE_OK || used != 0)
        return; /* pages in use belong to an open connection */
    /* Every slot is free now; the first bytes link the free ones. */
    for (size_t i = 0; i < mem.slots; i++)
        sodium_memzero(mem.region + i * mem.slot + LINK, mem.slot - LINK);
}
