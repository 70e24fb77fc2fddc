/* db - opening, setting up and closing the store.
 *
 * MUST 1  the store's file is opened by SQLite alone: a second descriptor of
 *         this process would drop its locks when closed (R8).
 * MUST 2  nothing is written before the file has been recognised.
 * MUST 3  a connection never checkpoints by itself, nor when it is closed (R22).
 */
#include "store/internal.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BUSY_LIMIT_MS = 5000,
    CHECKPOINT_PAGES = 1000,
    PROBE_PAGES = 64, /* looked at to tell a foreign file from a damaged page */
};

char *ct_db_path(const char *dir, const char *name)
{
    size_t n = strlen(dir) + strlen(name) + 2;
    char *p = malloc(n);
    if (p != NULL)
        snprintf(p, n, "%s/%s", dir, name);
    return p;
}

enum ct_status ct_db_dir(const char *dir, char **ret, struct ct_error *reterr)
{
    /* Absolute, because Debian's SQLite would take "file:..." for a URI. */
    char *p = realpath(dir, NULL);
    if (p == NULL)
        return ct_db_errno(errno, "looking for the store's directory", dir, reterr);
    struct stat st;
    if (stat(p, &st) != 0 || !S_ISDIR(st.st_mode)) {
        free(p);
        return ct_fail(reterr, CT_ENOTFOUND, NULL, "%s is not a directory", dir);
    }
    *ret = p;
    return CT_OK;
}

enum ct_status ct_db_usable(const struct ct_db *db, struct ct_error *reterr)
{
    if (!db->dead)
        return CT_OK;
    return ct_fail(reterr, CT_EIO, NULL,
                   "the disk failed while %s was being saved: the store has to be closed and "
                   "opened again before anything else",
                   db->path);
}

/* ---- the authorizer ---------------------------------------------------- */

static bool changes_schema(int action)
{
    switch (action) {
    case SQLITE_CREATE_INDEX:
    case SQLITE_CREATE_TABLE:
    case SQLITE_CREATE_TRIGGER:
    case SQLITE_CREATE_VIEW:
    case SQLITE_CREATE_VTABLE:
    case SQLITE_DROP_INDEX:
    case SQLITE_DROP_TABLE:
    case SQLITE_DROP_TRIGGER:
    case SQLITE_DROP_VIEW:
    case SQLITE_DROP_VTABLE:
    case SQLITE_ALTER_TABLE:
    case SQLITE_REINDEX:
    case SQLITE_ANALYZE:
        return true;
    default:
        return false;
    }
}

/* Asked when a statement is prepared, and again if SQLite has to prepare it
 * anew: so it looks at what is running now and remembers nothing. */
static int authorize(void *arg, int action, const char *a, const char *b, const char *schema,
                     const char *trigger)
{
    const struct ct_db *db = arg;
    (void)b;
    (void)trigger;
    switch (action) {
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_CREATE_TEMP_INDEX:
    case SQLITE_CREATE_TEMP_TABLE:
    case SQLITE_CREATE_TEMP_TRIGGER:
    case SQLITE_CREATE_TEMP_VIEW:
    case SQLITE_DROP_TEMP_INDEX:
    case SQLITE_DROP_TEMP_TABLE:
    case SQLITE_DROP_TEMP_TRIGGER:
    case SQLITE_DROP_TEMP_VIEW:
        return SQLITE_DENY;
    case SQLITE_PRAGMA: /* adding a column with a CHECK asks for quick_check itself */
        if (db->migrating && a != NULL && strcmp(a, "quick_check") == 0)
            return SQLITE_OK;
        return db->own || (a != NULL && strcmp(a, "data_version") == 0) ? SQLITE_OK
                                                                        : SQLITE_DENY;
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
        return db->own ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_CREATE_VTABLE:
        return db->migrating && (schema == NULL || strcmp(schema, "temp") != 0) ? SQLITE_OK
                                                                                : SQLITE_DENY;
    default:
        return changes_schema(action) && !db->migrating ? SQLITE_DENY : SQLITE_OK;
    }
}

/* ---- connecting -------------------------------------------------------- */

enum ct_status ct_db_pragma(struct ct_db *db, const char *text, int64_t *ret,
                            struct ct_error *reterr)
{
    sqlite3_stmt *s = NULL;
    bool own = db->own;
    db->own = true;
    int rc = ct_db_prepare(db, text, 0, &s, NULL);
    if (rc == SQLITE_OK)
        rc = ct_db_step(s);
    if (rc == SQLITE_ROW && ret != NULL)
        *ret = sqlite3_column_int64(s, 0);
    while (rc == SQLITE_ROW)
        rc = ct_db_step(s);
    enum ct_status st = rc == SQLITE_DONE ? CT_OK : ct_db_fail(db, rc, text, reterr);
    sqlite3_finalize(s);
    db->own = own;
    return st;
}

static int on_commit_to_wal(void *arg, sqlite3 *h, const char *name, int pages)
{
    struct ct_db *db = arg;
    (void)h;
    (void)name;
    db->wal_pages = pages;
    return SQLITE_OK;
}

static enum ct_status set_up(struct ct_db *db, struct ct_error *reterr)
{
    static const struct {
        int op, value;
    } CONFIG[] = {
        {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1}, {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},   {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
        {SQLITE_DBCONFIG_DQS_DML, 0},          {SQLITE_DBCONFIG_DQS_DDL, 0},
    };
    int rc = SQLITE_OK;
    for (size_t i = 0; i < CT_LEN(CONFIG) && rc == SQLITE_OK; i++)
        rc = sqlite3_db_config(db->h, CONFIG[i].op, CONFIG[i].value, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_wal_autocheckpoint(db->h, 0);
    if (rc == SQLITE_OK)
        rc = sqlite3_busy_timeout(db->h, db->busy_limit_ms);
    if (rc == SQLITE_OK)
        rc = sqlite3_set_authorizer(db->h, authorize, db);
    if (rc != SQLITE_OK)
        return ct_db_fail(db, rc, "setting up the connection", reterr);
    sqlite3_wal_hook(db->h, on_commit_to_wal, db);
    return CT_OK;
}

/* The settings that SQLite keeps in PRAGMAs; these read the file. */
static enum ct_status set_pragmas(struct ct_db *db, struct ct_error *reterr)
{
    static const char *const TEXT[] = {
        "PRAGMA temp_store=MEMORY",
        "PRAGMA cell_size_check=ON",
        "PRAGMA synchronous=FULL",
    };
    enum ct_status s = CT_OK;
    for (size_t i = 0; i < CT_LEN(TEXT) && s == CT_OK; i++)
        s = ct_db_pragma(db, TEXT[i], NULL, reterr);
    return s;
}

enum ct_status ct_db_connect(const char *dir, const char *file, struct ct_seal *seal,
                             const struct ct_db_options *options, struct ct_db **ret,
                             struct ct_error *reterr)
{
    struct ct_db *db = calloc(1, sizeof *db);
    if (db == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory, opening the store");
    db->gate = (struct ct_gate)CT_GATE_INIT;
    db->seal = seal;
    db->busy_limit_ms = options != NULL ? options->busy_limit_ms : 0;
    db->checkpoint_pages = options != NULL ? options->checkpoint_pages : 0;
    if (db->busy_limit_ms <= 0)
        db->busy_limit_ms = BUSY_LIMIT_MS;
    if (db->checkpoint_pages <= 0)
        db->checkpoint_pages = CHECKPOINT_PAGES;
    db->checkpoint_at = db->checkpoint_pages;
    db->dir = strdup(dir);
    db->path = ct_db_path(dir, file);
    if (db->dir == NULL || db->path == NULL) {
        ct_db_close(db);
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory, opening the store");
    }
    /* What an earlier connection met is not this one's. */
    (void)ct_seal_damage_take(seal);
    (void)ct_seal_sync_failed_take(seal);
    errno = 0;
    int rc = sqlite3_open_v2(db->path, &db->h,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_PRIVATECACHE |
                                 SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                             ct_seal_vfs(seal));
    enum ct_status s;
    if (db->h == NULL)
        s = ct_fail(reterr, CT_ENOMEM, NULL, "out of memory, opening the store");
    else if (rc != SQLITE_OK)
        s = ct_db_fail(db, rc, "opening the store", reterr);
    else
        s = set_up(db, reterr);
    if (s != CT_OK) {
        ct_db_close(db);
        return s;
    }
    *ret = db;
    return CT_OK;
}

void ct_db_close(struct ct_db *db)
{
    if (db == NULL)
        return;
    if (db->h != NULL && ct_db_sync(db, NULL) != CT_OK)
        db->dead = true; /* noted for who comes next; nobody is here to be told */
    ct_stmt_forget_all(db);
    ct_row_readers_free(db);
    /* Rolls back what is open. The _v2 form would keep a store alive for a
     * statement that nobody gave back; there is none: all were finalised. */
    sqlite3_close(db->h);
    ct_gate_close(&db->gate);
    free(db->dir);
    free(db->path);
    free(db);
}

void ct_db_closep(struct ct_db **db)
{
    ct_db_close(*db);
    *db = NULL;
}

enum ct_status ct_db_gate(struct ct_db *db, struct ct_error *reterr)
{
    char *path = ct_db_path(db->dir, "gate");
    if (path == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory, opening the store");
    enum ct_status s = ct_gate_open(&db->gate, path, reterr);
    free(path);
    return s;
}

/* ---- recognising ------------------------------------------------------- */

/* Before SQLite sees it: an empty file would be taken for a new database, and
 * the log beside it thrown away. */
static enum ct_status look_at_file(const char *dir, struct ct_error *reterr)
{
    char *path = ct_db_path(dir, CT_STORE_FILE);
    if (path == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory, opening the store");
    struct stat st;
    enum ct_status s = CT_OK;
    if (lstat(path, &st) != 0 && errno == ENOENT)
        s = ct_fail(reterr, CT_ENOTFOUND, NULL,
                    "there is no store in %s: create one with clintech init, or name the "
                    "directory it lies in",
                    dir);
    else if (lstat(path, &st) != 0)
        s = ct_db_errno(errno, "opening the store", path, reterr);
    else if (!S_ISREG(st.st_mode))
        s = ct_fail(reterr, CT_EFOREIGN, NULL,
                    "%s is not a plain file, so not a clintech store", path);
    else if (st.st_size < CT_PAGE)
        s = ct_fail(reterr, CT_EFOREIGN, NULL,
                    "%s is not a clintech store: it is too short to be one (%lld bytes)", path,
                    (long long)st.st_size);
    free(path);
    return s;
}

/* Page 1 does not open. If no other page opens either, the key is not this
 * file's key: another program's file, or another keyring's store. Reads
 * through the connection's own file (MUST 1). */
static bool some_page_opens(struct ct_db *db)
{
    sqlite3_file *f = NULL;
    sqlite3_int64 size = 0;
    if (sqlite3_file_control(db->h, "main", SQLITE_FCNTL_FILE_POINTER, &f) != SQLITE_OK ||
        f == NULL || f->pMethods == NULL || f->pMethods->xFileSize(f, &size) != SQLITE_OK)
        return true;
    unsigned char *page = sqlite3_malloc(CT_PAGE);
    bool opens = page == NULL;
    for (int i = 1; i <= PROBE_PAGES && i < size / CT_PAGE && !opens; i++)
        opens = f->pMethods->xRead(f, page, CT_PAGE, (sqlite3_int64)i * CT_PAGE) == SQLITE_OK;
    sqlite3_free(page);
    return opens;
}

static enum ct_status foreign(const struct ct_db *db, struct ct_error *reterr)
{
    return ct_fail(reterr, CT_EFOREIGN, NULL,
                   "%s is not a clintech store, or not the store of the keyring beside it: put "
                   "back the file that belongs here; nothing was changed",
                   db->path);
}

/* The first read of the file: page 1 and the schema. */
static enum ct_status recognise(struct ct_db *db, struct ct_error *reterr)
{
    sqlite3_stmt *st = NULL;
    int rc = ct_db_prepare(db, "SELECT count(*) FROM sqlite_schema", 0, &st, NULL);
    if (rc == SQLITE_OK)
        rc = ct_db_step(st);
    sqlite3_finalize(st);
    if (rc != SQLITE_ROW) {
        if (rc == SQLITE_IOERR_DATA || (rc & 0xff) == SQLITE_CORRUPT || rc == SQLITE_NOTADB) {
            struct ct_seal_damage d = ct_seal_damage_take(db->seal);
            d.seen = d.seen && !d.tail;
            if (d.seen && !d.wal && d.page == 1 && !some_page_opens(db))
                return foreign(db, reterr);
            if (d.seen)
                return ct_fail(
                    reterr, CT_EDAMAGED, NULL,
                    "page %lu of %s%s (at byte %lld) is damaged: nothing was changed; "
                    "restore the last backup",
                    (unsigned long)d.page, db->path, d.wal ? "-wal" : "", (long long)d.offset);
        }
        return ct_db_fail(db, rc, "opening the store", reterr);
    }
    if (sqlite3_db_readonly(db->h, "main") == 1)
        return ct_db_read_only(db, "opening the store", reterr);
    int reserve = -1;
    int64_t id = 0;
    rc = sqlite3_file_control(db->h, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
    enum ct_status s = ct_db_pragma(db, "PRAGMA application_id", &id, reterr);
    if (s == CT_OK && (rc != SQLITE_OK || reserve != CT_RESERVE || id != CT_APPLICATION_ID))
        s = foreign(db, reterr);
    return s;
}

static enum ct_status check_wal(struct ct_db *db, struct ct_error *reterr)
{
    sqlite3_stmt *st = NULL;
    db->own = true;
    int rc = ct_db_prepare(db, "PRAGMA journal_mode", 0, &st, NULL);
    if (rc == SQLITE_OK)
        rc = ct_db_step(st);
    db->own = false;
    enum ct_status s = CT_OK;
    if (rc != SQLITE_ROW)
        s = ct_db_fail(db, rc, "opening the store", reterr);
    else if (strcmp((const char *)sqlite3_column_text(st, 0), "wal") != 0)
        s = foreign(db, reterr);
    sqlite3_finalize(st);
    return s;
}

enum ct_status ct_db_open(const char *dir, struct ct_seal *seal,
                          const struct ct_db_options *options, struct ct_db **ret,
                          struct ct_error *reterr)
{
    char *abs = NULL;
    struct ct_db *db = NULL;
    enum ct_status s = ct_db_dir(dir, &abs, reterr);
    if (s == CT_OK)
        s = look_at_file(abs, reterr);
    if (s == CT_OK)
        s = ct_db_connect(abs, CT_STORE_FILE, seal, options, &db, reterr);
    free(abs);
    if (s != CT_OK)
        return s;
    if ((s = ct_db_reseal_mend(db, reterr)) != CT_OK || (s = recognise(db, reterr)) != CT_OK ||
        (s = check_wal(db, reterr)) != CT_OK || (s = set_pragmas(db, reterr)) != CT_OK ||
        (s = ct_db_gate(db, reterr)) != CT_OK ||
        (s = ct_migrate(db, ct_db_schema_files, reterr)) != CT_OK ||
        (s = ct_db_own(db, CT_SQL_DATA_VERSION, &db->data_version, reterr)) != CT_OK) {
        ct_db_close(db);
        return s;
    }
    /* A torn tail of the log, met while recovering it, is no damage. */
    (void)ct_seal_damage_take(seal);
    *ret = db;
    return CT_OK;
}

int ct_db_schema(const struct ct_db *db)
{
    return db->schema;
}

bool ct_db_dead(const struct ct_db *db)
{
    return db->dead;
}

bool ct_db_changed(struct ct_db *db)
{
    int64_t now = db->data_version;
    if (db->dead || ct_db_own(db, CT_SQL_DATA_VERSION, &now, NULL) != CT_OK)
        return false;
    bool changed = now != db->data_version;
    db->data_version = now;
    return changed;
}
