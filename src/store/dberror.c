/* dberror - SQLite's codes and errno become a status and a sentence. */
#include "store/internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *errno_text(int err)
{
    const char *s = err != 0 ? strerrordesc_np(err) : "the system gave no reason";
    return s != NULL ? s : "unknown error";
}

static enum ct_status errno_status(int err)
{
    switch (err) {
    case ENOENT:
    case ENOTDIR:
        return CT_ENOTFOUND;
    case EEXIST:
        return CT_EEXISTS;
    default:
        return ct_status_errno(err);
    }
}

enum ct_status ct_db_errno(int err, const char *doing, const char *path,
                           struct ct_error *reterr)
{
    enum ct_status s = errno_status(err);
    switch (s) {
    case CT_EFULL:
        return ct_fail(reterr, s, NULL,
                       "there is no room for %s (%s), %s: make room and try again", path,
                       errno_text(err), doing);
    case CT_EREADONLY:
        return ct_fail(reterr, s, NULL,
                       "%s may not be written (%s), %s: the directory and its files must "
                       "belong to this user, on a disk that is not read-only",
                       path, errno_text(err), doing);
    case CT_ENOTFOUND:
        return ct_fail(reterr, s, NULL, "%s does not exist, %s", path, doing);
    case CT_EEXISTS:
        return ct_fail(reterr, s, NULL, "%s exists already, %s", path, doing);
    case CT_ENOMEM:
        return ct_fail(reterr, s, NULL, "out of memory, %s", doing);
    default:
        return ct_fail(reterr, s, NULL, "%s failed: %s, %s", path, errno_text(err), doing);
    }
}

enum ct_status ct_db_read_only(const struct ct_db *db, const char *doing,
                               struct ct_error *reterr)
{
    return ct_fail(
        reterr, CT_EREADONLY, NULL,
        "%s may only be read, %s: it and its directory must belong to this user, on a "
        "disk that is not read-only",
        db->path, doing);
}

int ct_db_step(sqlite3_stmt *s)
{
    errno = 0;
    return sqlite3_step(s);
}

int ct_db_prepare(struct ct_db *db, const char *text, unsigned flags, sqlite3_stmt **ret,
                  const char **ret_tail)
{
    errno = 0;
    return sqlite3_prepare_v3(db->h, text, -1, flags, ret, ret_tail);
}

static bool sync_failed(int rc)
{
    return rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC;
}

static enum ct_status damaged(struct ct_db *db, const char *doing, struct ct_error *reterr)
{
    struct ct_seal_damage d = ct_seal_damage_take(db->seal);
    struct ct_error why;
    if (ct_seal_refusal_take(db->seal, &why)) /* sound, and not for this session */
        return ct_fail(reterr, why.status, why.field, "%s", why.text);
    if (!d.seen || d.tail) /* a torn tail that was met earlier is not what is wrong here */
        return ct_fail(reterr, CT_EDAMAGED, NULL,
                       "%s is damaged (%s), %s: restore the last backup", db->path,
                       sqlite3_errmsg(db->h), doing);
    return ct_fail(reterr, CT_EDAMAGED, NULL,
                   "page %lu of %s%s (at byte %lld) is damaged or was changed by something "
                   "else than clintech, %s: nothing was read from it; restore the last backup",
                   (unsigned long)d.page, db->path, d.wal ? "-wal" : "", (long long)d.offset,
                   doing);
}

static enum ct_status io_error(struct ct_db *db, int rc, int err, const char *doing,
                               struct ct_error *reterr)
{
    if (sync_failed(rc))
        return ct_fail(reterr, CT_EIO, NULL,
                       "the disk did not confirm that %s was written, %s: whether this last "
                       "change was kept shows when the store is opened again",
                       db->path, doing);
    /* SQLite says "disk I/O error" to a full quota or a file-size limit too:
     * the system's own number tells them apart. */
    if (ct_status_errno(err) != CT_EIO)
        return ct_db_errno(err, doing, db->path, reterr);
    return ct_fail(
        reterr, CT_EIO, NULL,
        "the disk failed to read or write %s (%s, code %d), %s: check the disk, then "
        "try again",
        db->path, sqlite3_errmsg(db->h), rc, doing);
}

static enum ct_status cannot_open(struct ct_db *db, int err, const char *doing,
                                  struct ct_error *reterr)
{
    if (ct_status_errno(err) != CT_EIO)
        return ct_db_errno(err, doing, db->path, reterr);
    return ct_fail(reterr, CT_EIO, NULL, "%s or a file beside it cannot be opened (%s), %s",
                   db->path, errno_text(err), doing);
}

/* "NOT NULL constraint failed: vitals.temp_c10" names a field: "temp_c10". */
static void constraint_field(int rc, const char *msg, char *out, size_t size)
{
    out[0] = '\0';
    if (rc != SQLITE_CONSTRAINT_NOTNULL && rc != SQLITE_CONSTRAINT_UNIQUE &&
        rc != SQLITE_CONSTRAINT_DATATYPE)
        return;
    const char *dot = strrchr(msg, '.');
    if (dot != NULL && dot[1] != '\0' && strcspn(dot + 1, " ,:'\"") == strlen(dot + 1))
        snprintf(out, size, "%s", dot + 1);
}

static enum ct_status constraint(struct ct_db *db, int rc, const char *doing,
                                 struct ct_error *reterr)
{
    char field[sizeof reterr->field];
    const char *msg = sqlite3_errmsg(db->h);
    constraint_field(rc, msg, field, sizeof field);
    return ct_fail(reterr, CT_EINVAL, field,
                   "the store refused this (%s), %s: nothing was kept", msg, doing);
}

static enum ct_status by_code(struct ct_db *db, int rc, int err, const char *doing,
                              struct ct_error *reterr)
{
    if (rc == SQLITE_IOERR_NOMEM)
        rc = SQLITE_NOMEM;
    switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return ct_fail(reterr, CT_EBUSY, NULL,
                       "others have been saving for more than %d ms, %s: nothing was lost; "
                       "try again in a moment",
                       db->busy_limit_ms, doing);
    case SQLITE_FULL:
        return ct_db_errno(ENOSPC, doing, db->path, reterr);
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return ct_db_read_only(db, doing, reterr);
    case SQLITE_CANTOPEN:
        return cannot_open(db, err, doing, reterr);
    case SQLITE_NOTADB:
        return ct_fail(reterr, CT_EFOREIGN, NULL, "%s is not a clintech store", db->path);
    case SQLITE_CORRUPT:
        return damaged(db, doing, reterr);
    case SQLITE_IOERR:
        return rc == SQLITE_IOERR_DATA ? damaged(db, doing, reterr)
                                       : io_error(db, rc, err, doing, reterr);
    case SQLITE_NOMEM:
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory, %s", doing);
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
        return constraint(db, rc, doing, reterr);
    default:
        return ct_fail(reterr, CT_EINTERNAL, NULL,
                       "the program made a mistake, %s: %s (code %d)", doing,
                       sqlite3_errmsg(db->h), rc);
    }
}

enum ct_status ct_db_fail(struct ct_db *db, int rc, const char *doing, struct ct_error *reterr)
{
    /* SQLite keeps the number of a failed statement, but not of a failed COMMIT:
     * there it is still in errno, as what succeeds leaves errno alone. */
    int err = errno != 0 ? errno : sqlite3_system_errno(db->h);
    enum ct_status s = by_code(db, rc, err, doing, reterr);
    if (sync_failed(rc) || ct_seal_sync_failed_take(db->seal)) {
        db->dead = true;
        ct_gate_doubt(&db->gate, true);
    }
    if (db->kind == CT_TX_WRITE && db->h != NULL && sqlite3_get_autocommit(db->h))
        db->lost = true;
    return s;
}
