/* seal_io - the database file of the sealing layer: every read opens a page,
 * every write seals one, and what SQLite must not change is refused. */
#include "vault/seal_internal.h"

#include <sched.h>
#include <string.h>

enum {
    HEADER = 100,   /* what SQLite reads of a store before it holds any lock */
    WRITE_LOCK = 0, /* WAL_WRITE_LOCK of SQLite's walformat */
    TRIES = 24,     /* of a page that may be being written at this moment (R3) */
};

static bool good(int rc)
{
    return rc == SQLITE_OK;
}

void seal_note_damage(struct ct_seal *s, bool wal, uint32_t page, int64_t offset)
{
    sqlite3_log(SQLITE_IOERR_DATA, "sealed page %u at byte %lld of the %s does not open", page,
                (long long)offset, wal ? "write-ahead log" : "store");
    if (s->damage.seen && !s->damage.tail)
        return;
    s->damage =
        (struct ct_seal_damage){.seen = true, .wal = wal, .page = page, .offset = offset};
}

void seal_note_tail(struct ct_seal *s, uint32_t page, int64_t offset)
{
    sqlite3_log(SQLITE_NOTICE, "the write-ahead log ends before byte %lld: torn",
                (long long)offset);
    if (!s->damage.seen)
        s->damage = (struct ct_seal_damage){
            .seen = true, .tail = true, .wal = true, .page = page, .offset = offset};
}

int seal_sync(struct seal_file *f, int flags)
{
    /* After a failed fsync the kernel calls the lost bytes clean: a second one
     * would succeed and mean nothing (R28). */
    if (f->main->dead)
        return SQLITE_IOERR_FSYNC;
    sqlite3_file *low = seal_lower(f);
    const int rc = low->pMethods->xSync(low, flags);
    if (!good(rc)) {
        f->main->dead = true;
        f->seal->sync_failed = true;
    }
    return rc;
}

int seal_sector_size(sqlite3_file *f)
{
    (void)f;
    return CT_PAGE;
}

/* That a write harms no neighbour, and nothing else: any other promise makes
 * SQLite write parts of pages, or without a log (R5). */
int seal_device(sqlite3_file *f)
{
    (void)f;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int db_close(sqlite3_file *file)
{
    struct seal_file *f = seal_of(file);
    sqlite3_file *low = seal_lower(f);
    const int rc = low->pMethods != NULL ? low->pMethods->xClose(low) : SQLITE_OK;
    f->seal->open_files--;
    file->pMethods = NULL;
    return rc;
}

/* A lower read came back short: what does the file hold at that place? A store
 * that is still empty is no damage; a page that is missing or cut is, for
 * SQLite would take zeros for it. */
static int short_page(struct seal_file *f, uint32_t page, int64_t offset)
{
    sqlite3_file *low = seal_lower(f);
    sqlite3_int64 size = 0;
    const int rc = low->pMethods->xFileSize(low, &size);
    if (!good(rc))
        return rc;
    if (size == 0 && page == 1)
        return SQLITE_IOERR_SHORT_READ;
    if (size >= offset + CT_PAGE)
        return SQLITE_OK; /* it has grown meanwhile */
    seal_note_damage(f->seal, false, page, offset);
    return SQLITE_IOERR_DATA;
}

/* Read and open the page at offset. Without SQLite's locks (a connection that
 * does not know yet that the store has a log) a page may be met half written
 * by a checkpoint: then it is read again. */
static int read_page(struct seal_file *f, uint32_t page, int64_t offset, unsigned char *plain)
{
    sqlite3_file *low = seal_lower(f);
    for (int i = 0; i < TRIES; i++) {
        int rc = low->pMethods->xRead(low, f->frame, CT_PAGE, offset);
        if (rc == SQLITE_IOERR_SHORT_READ) {
            rc = short_page(f, page, offset);
            if (good(rc))
                continue;
        }
        if (!good(rc))
            return rc; /* unchanged, and the buffer is not used (R25) */
        if (seal_page_open(f->seal, SEAL_DB, page, offset, f->frame, plain) == SEAL_GOOD)
            return SQLITE_OK;
        sched_yield();
    }
    seal_note_damage(f->seal, false, page, offset);
    return SQLITE_IOERR_DATA;
}

/* The first 100 bytes are asked for without a lock, to learn page size and
 * reserve. Those are constants: no page is opened for it (R2). */
static int read_header(struct seal_file *f, unsigned char *buf)
{
    static const char magic[] = "SQLite format 3"; /* with its NUL: 16 bytes */
    sqlite3_file *low = seal_lower(f);
    sqlite3_int64 size = 0;
    memset(buf, 0, HEADER);
    const int rc = low->pMethods->xFileSize(low, &size);
    if (!good(rc))
        return rc;
    if (size < HEADER)
        return SQLITE_IOERR_SHORT_READ;
    memcpy(buf, magic, sizeof magic);
    buf[16] = CT_PAGE >> 8;
    buf[18] = buf[19] = 2; /* with a write-ahead log */
    buf[20] = CT_RESERVE;
    buf[21] = 64;
    buf[22] = buf[23] = 32;
    return SQLITE_OK;
}

static int db_read(sqlite3_file *file, void *buf, int amount, sqlite3_int64 offset)
{
    struct seal_file *f = seal_of(file);
    if (offset == 0 && amount == HEADER)
        return read_header(f, buf);
    if (offset < 0 || amount <= 0 || offset / CT_PAGE >= UINT32_MAX ||
        offset % CT_PAGE + amount > CT_PAGE)
        return SQLITE_IOERR_READ;
    const uint32_t page = (uint32_t)(offset / CT_PAGE) + 1;
    const size_t within = (size_t)(offset % CT_PAGE);
    if (amount == CT_PAGE) {
        const int rc = read_page(f, page, offset, buf);
        if (!good(rc))
            memset(buf, 0, CT_PAGE);
        return rc;
    }
    unsigned char plain[CT_PAGE]; /* a part of a page (R3, R4) */
    const int rc = read_page(f, page, offset - (int64_t)within, plain);
    if (good(rc))
        memcpy(buf, plain + within, (size_t)amount);
    else
        memset(buf, 0, (size_t)amount);
    ct_wipe(plain, sizeof plain);
    return rc;
}

/* A store without room to seal into, or of another page size, never begins. */
static bool first_page_fits(const unsigned char *plain)
{
    return plain[16] == CT_PAGE >> 8 && plain[17] == 0 && plain[20] == CT_RESERVE;
}

static int db_write(sqlite3_file *file, const void *buf, int amount, sqlite3_int64 offset)
{
    struct seal_file *f = seal_of(file);
    sqlite3_file *low = seal_lower(f);
    if (f->dead || amount != CT_PAGE || offset < 0 || offset % CT_PAGE != 0 ||
        offset / CT_PAGE >= UINT32_MAX)
        return SQLITE_IOERR_WRITE;
    if (offset == 0 && !first_page_fits(buf)) {
        sqlite3_log(SQLITE_IOERR_WRITE, "a store has pages of %d bytes with %d reserved",
                    CT_PAGE, CT_RESERVE);
        return SQLITE_IOERR_WRITE;
    }
    /* Into a buffer of our own: SQLite's is its live cache page (R24). */
    if (!seal_page_close(f->seal, SEAL_DB, (uint32_t)(offset / CT_PAGE) + 1, offset, buf,
                         f->frame))
        return SQLITE_IOERR_WRITE;
    return low->pMethods->xWrite(low, f->frame, CT_PAGE, offset);
}

static int db_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct seal_file *f = seal_of(file);
    sqlite3_file *low = seal_lower(f);
    if (f->dead || size % CT_PAGE != 0)
        return SQLITE_IOERR_TRUNCATE;
    return low->pMethods->xTruncate(low, size);
}

static int db_sync(sqlite3_file *file, int flags)
{
    return seal_sync(seal_of(file), flags);
}

static int db_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    sqlite3_file *low = seal_lower(seal_of(file));
    return low->pMethods->xFileSize(low, ret);
}

static int db_lock(sqlite3_file *file, int level)
{
    sqlite3_file *low = seal_lower(seal_of(file));
    return low->pMethods->xLock(low, level);
}

static int db_unlock(sqlite3_file *file, int level)
{
    sqlite3_file *low = seal_lower(seal_of(file));
    return low->pMethods->xUnlock(low, level);
}

static int db_check_lock(sqlite3_file *file, int *ret)
{
    sqlite3_file *low = seal_lower(seal_of(file));
    return low->pMethods->xCheckReservedLock(low, ret);
}

/* What a connection may not change, and the one value that is what it is
 * anyway (R6). A file that was empty when opened may be filled under a journal
 * in memory, or (a backup) under none. */
static const struct {
    const char *name;
    const char *same[2];
    const char *fresh[2];
} PRAGMAS[] = {
    {"page_size", {"4096", NULL}, {NULL, NULL}},
    {"journal_mode", {"wal", NULL}, {"memory", "off"}},
    {"locking_mode", {"normal", NULL}, {NULL, NULL}},
    {"mmap_size", {"0", NULL}, {NULL, NULL}},
    {"auto_vacuum", {"0", "none"}, {NULL, NULL}},
    {"temp_store", {"2", "memory"}, {NULL, NULL}},
    {"wal_autocheckpoint", {"0", NULL}, {NULL, NULL}}, /* R22 */
    {"temp_store_directory", {NULL, NULL}, {NULL, NULL}},
    {"data_store_directory", {NULL, NULL}, {NULL, NULL}},
};

static bool among(const char *const values[2], const char *value)
{
    for (int i = 0; i < 2; i++)
        if (values[i] != NULL && sqlite3_stricmp(values[i], value) == 0)
            return true;
    return false;
}

static int pragma(const struct seal_file *f, char **arg)
{
    const char *name = arg[1], *value = arg[2];
    if (name == NULL || value == NULL)
        return SQLITE_NOTFOUND; /* asking is free */
    for (size_t i = 0; i < CT_LEN(PRAGMAS); i++) {
        if (sqlite3_stricmp(PRAGMAS[i].name, name) != 0)
            continue;
        if (among(PRAGMAS[i].same, value) || (f->fresh && among(PRAGMAS[i].fresh, value)))
            return SQLITE_NOTFOUND;
        arg[0] = sqlite3_mprintf("%s of a sealed store is fixed", PRAGMAS[i].name);
        return SQLITE_ERROR;
    }
    return SQLITE_NOTFOUND;
}

static int db_control(sqlite3_file *file, int op, void *arg)
{
    struct seal_file *f = seal_of(file);
    sqlite3_file *low = seal_lower(f);
    switch (op) {
    case SEAL_FCNTL_SELF: {
        struct seal_self *self = arg;
        if (self->seal != f->seal)
            return SQLITE_NOTFOUND;
        self->file = f;
        return SQLITE_OK;
    }
    case SQLITE_FCNTL_PRAGMA:
        return pragma(f, arg);
    case SQLITE_FCNTL_MMAP_SIZE:
        *(sqlite3_int64 *)arg = 0;
        return SQLITE_OK;
    case SQLITE_FCNTL_POWERSAFE_OVERWRITE:
        *(int *)arg = 1;
        return SQLITE_OK;
    case SQLITE_FCNTL_SIZE_HINT: /* would grow the file by pages of zeros */
    case SQLITE_FCNTL_CHUNK_SIZE:
        return SQLITE_OK;
    case SQLITE_FCNTL_BEGIN_ATOMIC_WRITE:
    case SQLITE_FCNTL_COMMIT_ATOMIC_WRITE:
    case SQLITE_FCNTL_ROLLBACK_ATOMIC_WRITE:
        return SQLITE_NOTFOUND;
    default: {
        const int rc = low->pMethods->xFileControl(low, op, arg);
        if (op == SQLITE_FCNTL_VFSNAME && good(rc))
            *(char **)arg = sqlite3_mprintf("seal/%z", *(char **)arg);
        return rc;
    }
    }
}

static int db_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **ret)
{
    sqlite3_file *low = seal_lower(seal_of(file));
    if (low->pMethods->iVersion < 2)
        return SQLITE_IOERR_SHMMAP;
    return low->pMethods->xShmMap(low, region, size, extend, ret);
}

static int db_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    sqlite3_file *low = seal_lower(seal_of(file));
    if (offset == WRITE_LOCK && (flags & SQLITE_SHM_UNLOCK) != 0)
        seal_wal_forget(seal_of(file));
    return low->pMethods->xShmLock(low, offset, n, flags);
}

static void db_shm_barrier(sqlite3_file *file)
{
    sqlite3_file *low = seal_lower(seal_of(file));
    low->pMethods->xShmBarrier(low);
}

static int db_shm_unmap(sqlite3_file *file, int delete)
{
    sqlite3_file *low = seal_lower(seal_of(file));
    if (low->pMethods->iVersion < 2)
        return SQLITE_OK;
    return low->pMethods->xShmUnmap(low, delete);
}

/* Mapped pages would be sealed ones: there are none (R7). */
static int db_fetch(sqlite3_file *file, sqlite3_int64 offset, int amount, void **ret)
{
    (void)file, (void)offset, (void)amount;
    *ret = NULL;
    return SQLITE_OK;
}

static int db_unfetch(sqlite3_file *file, sqlite3_int64 offset, void *page)
{
    (void)file, (void)offset, (void)page;
    return SQLITE_OK;
}

const sqlite3_io_methods seal_db_methods = {
    .iVersion = 3,
    .xClose = db_close,
    .xRead = db_read,
    .xWrite = db_write,
    .xTruncate = db_truncate,
    .xSync = db_sync,
    .xFileSize = db_size,
    .xLock = db_lock,
    .xUnlock = db_unlock,
    .xCheckReservedLock = db_check_lock,
    .xFileControl = db_control,
    .xSectorSize = seal_sector_size,
    .xDeviceCharacteristics = seal_device,
    .xShmMap = db_shm_map,
    .xShmLock = db_shm_lock,
    .xShmBarrier = db_shm_barrier,
    .xShmUnmap = db_shm_unmap,
    .xFetch = db_fetch,
    .xUnfetch = db_unfetch,
};
