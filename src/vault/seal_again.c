/* seal_again - pages of an open store sealed anew under a later key; see seal.h.
 *
 * What the file holds is sealed anew as it is: a newer state of a page in the log stays
 * there and comes with a checkpoint, under the later key as well.
 */
#include "vault/seal_internal.h"

#include <string.h>

enum { READ_MARK_0 = 3 }; /* WAL_READ_LOCK(0) of SQLite's walformat: "no frame of the log" */

static struct seal_file *file_of(struct ct_seal *s, struct sqlite3 *db)
{
    struct seal_self self = {.seal = s, .file = NULL};
    return sqlite3_file_control(db, "main", SEAL_FCNTL_SELF, &self) == SQLITE_OK ? self.file
                                                                                : NULL;
}

static enum ct_status not_ours(struct ct_error *reterr)
{
    return ct_fail(reterr, CT_EINTERNAL, NULL, "that is no connection of this store");
}

static enum ct_status unreadable(uint32_t page, int rc, struct ct_error *reterr)
{
    return ct_fail(reterr, CT_EIO, NULL, "page %lu of the store cannot be read: %s",
                   (unsigned long)page, sqlite3_errstr(rc));
}

enum ct_status ct_seal_old_pages(struct ct_seal *s, struct sqlite3 *db, uint32_t *from,
                                 uint32_t look, uint32_t *pages, uint32_t max, uint32_t *ret_n,
                                 uint32_t *ret_pages, struct ct_error *reterr)
{
    struct seal_file *f = file_of(s, db);
    sqlite3_int64 size = 0;
    *ret_n = 0;
    if (f == NULL)
        return not_ours(reterr);
    sqlite3_file *low = seal_lower(f);
    int rc = low->pMethods->xFileSize(low, &size);
    if (rc != SQLITE_OK || size / CT_PAGE >= UINT32_MAX)
        return unreadable(1, rc != SQLITE_OK ? rc : SQLITE_TOOBIG, reterr);
    const uint32_t last = (uint32_t)(size / CT_PAGE);
    if (ret_pages != NULL)
        *ret_pages = last;
    uint32_t page = *from;
    for (; page <= last && look > 0 && *ret_n < max; page++, look--) {
        unsigned char epoch[4];
        if (page == SEAL_LOCK_PAGE)
            continue;
        rc = low->pMethods->xRead(low, epoch, sizeof epoch,
                                  (int64_t)(page - 1) * CT_PAGE + SEAL_AT_EPOCH);
        if (rc != SQLITE_OK)
            return unreadable(page, rc, reterr);
        const uint32_t is = (uint32_t)epoch[0] | (uint32_t)epoch[1] << 8 |
                            (uint32_t)epoch[2] << 16 | (uint32_t)epoch[3] << 24;
        if (is != s->epoch)
            pages[(*ret_n)++] = page;
    }
    *from = page > last ? 0 : page;
    return CT_OK;
}

bool ct_seal_page_good(struct ct_seal *s, struct sqlite3 *db, uint32_t page)
{
    struct seal_file *f = file_of(s, db);
    if (f == NULL || page == 0)
        return false;
    sqlite3_file *low = seal_lower(f);
    return low->pMethods->xRead(low, f->frame, CT_PAGE, (int64_t)(page - 1) * CT_PAGE) ==
               SQLITE_OK &&
           ct_seal_opens(s, page, f->frame);
}

enum ct_status ct_seal_anew(struct ct_seal *s, struct sqlite3 *db, uint32_t page,
                            unsigned char out[CT_PAGE], struct ct_error *reterr)
{
    struct seal_file *f = file_of(s, db);
    const int64_t at = (int64_t)(page - 1) * CT_PAGE;
    unsigned char plain[CT_PAGE];
    if (f == NULL)
        return not_ours(reterr);
    sqlite3_file *low = seal_lower(f);
    const int rc = low->pMethods->xRead(low, f->frame, CT_PAGE, at);
    if (rc != SQLITE_OK)
        return unreadable(page, rc, reterr);
    enum ct_status st = CT_OK;
    if (seal_page_open(s, SEAL_DB, page, at, f->frame, plain) != SEAL_GOOD)
        st = ct_fail(reterr, CT_EDAMAGED, NULL,
                     "page %lu of the store (at byte %lld) is damaged, and cannot be given a new "
                     "key: restore the last backup",
                     (unsigned long)page, (long long)at);
    else if (!seal_page_close(s, SEAL_DB, page, at, plain, out))
        st = ct_fail(reterr, CT_EINTERNAL, NULL, "page %lu of the store could not be sealed",
                     (unsigned long)page);
    ct_wipe(plain, sizeof plain);
    return st;
}

enum ct_status ct_seal_put(struct ct_seal *s, struct sqlite3 *db, uint32_t page,
                           const unsigned char sealed[CT_PAGE], struct ct_error *reterr)
{
    struct seal_file *f = file_of(s, db);
    sqlite3_int64 size = 0;
    if (f == NULL)
        return not_ours(reterr);
    sqlite3_file *low = seal_lower(f);
    const int64_t at = (int64_t)(page - 1) * CT_PAGE;
    int rc = low->pMethods->xFileSize(low, &size);
    if (page == 0 || page == SEAL_LOCK_PAGE || rc != SQLITE_OK || at + CT_PAGE > size ||
        !ct_seal_opens(s, page, sealed))
        return ct_fail(reterr, CT_EINTERNAL, NULL, "a page does not belong at %lu",
                       (unsigned long)page);
    rc = f->dead ? SQLITE_IOERR_WRITE : low->pMethods->xWrite(low, sealed, CT_PAGE, at);
    if (rc == SQLITE_OK)
        return CT_OK;
    return ct_fail(reterr, CT_EIO, NULL, "page %lu of the store could not be written: %s",
                   (unsigned long)page, sqlite3_errstr(rc));
}

enum ct_status ct_seal_put_sync(struct ct_seal *s, struct sqlite3 *db, struct ct_error *reterr)
{
    struct seal_file *f = file_of(s, db);
    if (f == NULL)
        return not_ours(reterr);
    if (seal_sync(f, SQLITE_SYNC_NORMAL) == SQLITE_OK)
        return CT_OK;
    return ct_fail(reterr, CT_EIO, NULL,
                   "the disk did not confirm that the store was written: look at the disk");
}

bool ct_seal_readers_off(struct ct_seal *s, struct sqlite3 *db)
{
    struct seal_file *f = file_of(s, db);
    return f != NULL && f->base.pMethods->xShmLock(&f->base, READ_MARK_0, 1,
                                                   SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE) ==
                            SQLITE_OK;
}

void ct_seal_readers_on(struct ct_seal *s, struct sqlite3 *db)
{
    struct seal_file *f = file_of(s, db);
    if (f != NULL)
        f->base.pMethods->xShmLock(&f->base, READ_MARK_0, 1,
                                   SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
}
