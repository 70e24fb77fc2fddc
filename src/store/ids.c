/* ids - walking the ids of a table whose name is known at run time only. */
#include "store/internal.h"

#include <stdlib.h>
#include <string.h>

struct ct_ids {
    struct ct_db *db;
    sqlite3_stmt *s;
};

enum ct_status ct_ids_open(struct ct_db *db, const char *table, struct ct_ids **ret,
                           struct ct_error *reterr)
{
    const char *type = NULL;
    int key = 0;
    enum ct_status s = ct_db_usable(db, reterr);
    if (s != CT_OK)
        return s;
    if (sqlite3_table_column_metadata(db->h, "main", table, "id", &type, NULL, NULL, &key,
                                      NULL) != SQLITE_OK ||
        key == 0 || strcmp(type, "INTEGER") != 0)
        return ct_fail(reterr, CT_ENOTFOUND, NULL,
                       "the store has no table %s with a number named id as key", table);
    /* As in check.c: the quoted name of a table that exists, nothing else. */
    struct ct_ids *ids = calloc(1, sizeof *ids);
    char *text = sqlite3_mprintf("SELECT id FROM main.\"%w\" ORDER BY id", table);
    if (ids == NULL || text == NULL)
        s = ct_fail(reterr, CT_ENOMEM, NULL, "out of memory, reading %s", table);
    else {
        ids->db = db;
        int rc = ct_db_prepare(db, text, 0, &ids->s, NULL);
        if (rc != SQLITE_OK)
            s = ct_db_fail(db, rc, table, reterr);
    }
    sqlite3_free(text);
    if (s != CT_OK) {
        free(ids);
        return s;
    }
    *ret = ids;
    return CT_OK;
}

enum ct_status ct_ids_next(struct ct_ids *ids, int64_t *ret_id, bool *ret_more,
                           struct ct_error *reterr)
{
    enum ct_status s = ct_db_usable(ids->db, reterr);
    if (s != CT_OK)
        return s;
    int rc = ct_db_step(ids->s);
    *ret_more = rc == SQLITE_ROW;
    if (rc == SQLITE_ROW)
        *ret_id = sqlite3_column_int64(ids->s, 0);
    return rc == SQLITE_ROW || rc == SQLITE_DONE
               ? CT_OK
               : ct_db_fail(ids->db, rc, "walking a table", reterr);
}

void ct_ids_free(struct ct_ids *ids)
{
    if (ids == NULL)
        return;
    sqlite3_finalize(ids->s);
    free(ids);
}

void ct_ids_freep(struct ct_ids **ids)
{
    ct_ids_free(*ids);
    *ids = NULL;
}
