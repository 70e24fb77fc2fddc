/* sealed - see sealed.h. */
#include "tests/support/sealed.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/tmp.h"
#include "vault/seal_internal.h"

const unsigned char SEALED_ID[CT_STORE_ID_LEN] = "an invented shop";
const unsigned char SEALED_KEY[CT_KEY_LEN] = "32 bytes no clinic will ever use";

bool sealed_dir_make(struct sealed_dir *d)
{
    tmp_dir(d->path, "seal");
    snprintf(d->db, sizeof d->db, "%s/store", d->path);
    snprintf(d->wal, sizeof d->wal, "%s/store-wal", d->path);
    snprintf(d->shm, sizeof d->shm, "%s/store-shm", d->path);
    snprintf(d->gate, sizeof d->gate, "%s/gate", d->path);
    return true;
}

void sealed_dir_clear(const struct sealed_dir *d)
{
    char name[320];
    DIR *dir = opendir(d->path);
    const struct dirent *e;
    while (dir != NULL && (e = readdir(dir)) != NULL)
        if (e->d_name[0] != '.') {
            snprintf(name, sizeof name, "%s/%s", d->path, e->d_name);
            unlink(name);
        }
    if (dir != NULL)
        closedir(dir);
}

void sealed_dir_remove(const struct sealed_dir *d)
{
    sealed_dir_clear(d);
    rmdir(d->path);
}

struct ct_seal *sealed_vfs(const char *lower)
{
    struct ct_seal *s = NULL;
    return ct_seal_new(SEALED_ID, SEALED_KEY, 1, lower, &s, NULL) == CT_OK ? s : NULL;
}

void sealed_vfs_free(struct ct_seal *s)
{
    if (s != NULL && s->open_files == 0)
        ct_seal_free(s);
}

static sqlite3 *open_raw(const char *vfs, const char *path, int *ret_rc)
{
    sqlite3 *db = NULL;
    int rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs);
    if (rc == SQLITE_OK)
        rc = sqlite3_wal_autocheckpoint(db, 0);
    if (rc == SQLITE_OK)
        rc = sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_busy_timeout(db, 20000);
    if (ret_rc != NULL)
        *ret_rc = rc;
    if (rc == SQLITE_OK)
        return db;
    sqlite3_close(db);
    return NULL;
}

sqlite3 *sealed_open(const char *vfs, const char *path, int *ret_rc)
{
    sqlite3 *db = open_raw(vfs, path, ret_rc);
    const int rc = db == NULL ? SQLITE_OK
                              : sealed_exec(db, "PRAGMA temp_store=MEMORY;"
                                                "PRAGMA synchronous=FULL;"
                                                "SELECT count(*) FROM sqlite_schema");
    if (rc == SQLITE_OK)
        return db;
    if (ret_rc != NULL)
        *ret_rc = sqlite3_extended_errcode(db);
    sqlite3_close(db);
    return NULL;
}

sqlite3 *sealed_create(const char *vfs, const char *path, const char *sql)
{
    int reserve = CT_RESERVE;
    sqlite3 *db = open_raw(vfs, path, NULL);
    if (db != NULL &&
        sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve) == 0 &&
        sealed_exec(db, "PRAGMA journal_mode=MEMORY; PRAGMA temp_store=MEMORY;"
                        "PRAGMA synchronous=FULL") == SQLITE_OK &&
        sealed_exec(db, sql) == SQLITE_OK &&
        sealed_exec(db, "PRAGMA journal_mode=WAL") == SQLITE_OK)
        return db;
    sqlite3_close(db);
    return NULL;
}

int sealed_exec(sqlite3 *db, const char *sql)
{
    const int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? rc : sqlite3_extended_errcode(db);
}

int64_t sealed_int(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st = NULL;
    int64_t v = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW)
        v = sqlite3_column_int64(st, 0);
    return sqlite3_finalize(st) == SQLITE_OK ? v : -1;
}

bool sealed_sound(sqlite3 *db)
{
    sqlite3_stmt *st = NULL;
    bool ok = false;
    if (sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &st, NULL) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW) {
        const unsigned char *text = sqlite3_column_text(st, 0);
        ok = text != NULL && strcmp((const char *)text, "ok") == 0;
    }
    sqlite3_finalize(st);
    return ok;
}

int sealed_checkpoint(sqlite3 *db)
{
    return sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

unsigned char *sealed_slurp(const char *path, size_t *ret_n)
{
    FILE *f = fopen(path, "rbe");
    unsigned char *data = NULL;
    *ret_n = 0;
    if (f == NULL)
        return NULL;
    if (fseek(f, 0, SEEK_END) == 0) {
        const long n = ftell(f);
        rewind(f);
        data = n >= 0 ? malloc((size_t)n + 1) : NULL;
        if (data != NULL)
            *ret_n = fread(data, 1, (size_t)n, f);
    }
    fclose(f);
    return data;
}

bool sealed_spill(const char *path, const void *data, size_t n)
{
    FILE *f = fopen(path, "wbe");
    if (f == NULL)
        return false;
    const bool ok = n == 0 || fwrite(data, 1, n, f) == n;
    return fclose(f) == 0 && ok;
}

bool sealed_copy(const char *from, const char *to)
{
    size_t n;
    unsigned char *data = sealed_slurp(from, &n);
    const bool ok = data != NULL && sealed_spill(to, data, n);
    free(data);
    return ok;
}

bool sealed_grep(const char *path, const void *needle, size_t n)
{
    size_t size;
    unsigned char *data = sealed_slurp(path, &size);
    const bool found = data != NULL && memmem(data, size, needle, n) != NULL;
    free(data);
    return found;
}

bool sealed_takes(size_t at)
{
#if defined(__SANITIZE_ADDRESS__)
    return at % 5 == 0 || getenv("CT_SOAK_S") != NULL;
#else
    (void)at;
    return true;
#endif
}
