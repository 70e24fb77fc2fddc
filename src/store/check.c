/* check - a row's canonical bytes, SQLite's own integrity checks, query plans. */
#include "store/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/le.h"

struct ct_row_reader {
    struct ct_row_reader *next;
    char *table;
    sqlite3_stmt *s;
};

/* ---- canonical rows ----------------------------------------------------- */

void ct_row_readers_free(struct ct_db *db)
{
    while (db->readers != NULL) {
        struct ct_row_reader *r = db->readers;
        db->readers = r->next;
        sqlite3_finalize(r->s);
        free(r->table);
        free(r);
    }
}

/* True for a table that has an INTEGER PRIMARY KEY among the columns read. */
static bool has_integer_key(struct ct_db *db, const char *table, sqlite3_stmt *s)
{
    for (int i = 0; i < sqlite3_column_count(s); i++) {
        const char *type = NULL;
        int key = 0;
        if (sqlite3_table_column_metadata(db->h, "main", table, sqlite3_column_name(s, i),
                                          &type, NULL, NULL, &key, NULL) == SQLITE_OK &&
            key != 0 && type != NULL && strcmp(type, "INTEGER") == 0)
            return true;
    }
    return false;
}

static enum ct_status no_such_table(const char *table, struct ct_error *reterr)
{
    return ct_fail(reterr, CT_ENOTFOUND, NULL, "the store has no table %s with a number as key",
                   table);
}

static enum ct_status make_reader(struct ct_db *db, const char *table,
                                  struct ct_row_reader **ret, struct ct_error *reterr)
{
    /* The one statement made from a name. It is the name of a table that
     * exists, and quoted. */
    if (sqlite3_table_column_metadata(db->h, "main", table, NULL, NULL, NULL, NULL, NULL,
                                      NULL) != SQLITE_OK)
        return no_such_table(table, reterr);
    char *text = sqlite3_mprintf("SELECT * FROM main.\"%w\" WHERE rowid = ?1", table);
    struct ct_row_reader *r = calloc(1, sizeof *r);
    char *name = strdup(table);
    enum ct_status s = CT_OK;
    if (text == NULL || r == NULL || name == NULL) {
        s = ct_fail(reterr, CT_ENOMEM, NULL, "out of memory, reading %s", table);
    } else {
        int rc = ct_db_prepare(db, text, SQLITE_PREPARE_PERSISTENT, &r->s, NULL);
        if ((rc & 0xff) == SQLITE_ERROR ||
            (rc == SQLITE_OK && !has_integer_key(db, table, r->s)))
            s = no_such_table(table, reterr);
        else if (rc != SQLITE_OK)
            s = ct_db_fail(db, rc, table, reterr);
    }
    sqlite3_free(text);
    if (s != CT_OK) {
        if (r != NULL)
            sqlite3_finalize(r->s);
        free(r);
        free(name);
        return s;
    }
    r->table = name;
    r->next = db->readers;
    db->readers = r;
    *ret = r;
    return CT_OK;
}

/* A column of eight bytes, or of none; a row has dozens, so each is written in place. */
static void add_i64(struct ct_buf *out, int type, int64_t v)
{
    unsigned char *b = ct_buf_grow(out, 1 + 4 + 8);
    if (b == NULL)
        return;
    b[0] = (unsigned char)type;
    ct_le32_put(b + 1, 8);
    ct_le64_put(b + 5, (uint64_t)v);
}

static void add_null(struct ct_buf *out)
{
    unsigned char *b = ct_buf_grow(out, 1 + 4);
    if (b == NULL)
        return;
    b[0] = SQLITE_NULL;
    ct_le32_put(b + 1, 0);
}

static void add_real(struct ct_buf *out, double v)
{
    int64_t bits;
    _Static_assert(sizeof bits == sizeof v, "a REAL is eight bytes");
    memcpy(&bits, &v, sizeof bits);
    add_i64(out, SQLITE_FLOAT, bits);
}

static bool add_column(struct ct_buf *out, sqlite3_stmt *s, int i)
{
    sqlite3_value *v = sqlite3_column_value(s, i);
    const int type = sqlite3_value_type(v);
    const void *p = NULL;
    switch (type) {
    case SQLITE_INTEGER:
        add_i64(out, type, sqlite3_value_int64(v));
        return true;
    case SQLITE_FLOAT:
        add_real(out, sqlite3_value_double(v));
        return true;
    case SQLITE_NULL:
        add_null(out);
        return true;
    case SQLITE_TEXT:
        p = sqlite3_column_text(s, i);
        break;
    default:
        p = sqlite3_column_blob(s, i);
        break;
    }
    int n = sqlite3_column_bytes(s, i);
    ct_buf_char(out, (char)type);
    ct_buf_field(out, p != NULL ? p : "", p != NULL ? (size_t)n : 0);
    return p != NULL || n == 0;
}

enum ct_status ct_db_row_canonical(struct ct_db *db, const char *table, int64_t id, int columns,
                                   struct ct_buf *out, int *ret_columns,
                                   struct ct_error *reterr)
{
    enum ct_status s = ct_db_usable(db, reterr);
    if (s != CT_OK)
        return s;
    struct ct_row_reader *r = db->readers;
    while (r != NULL && strcmp(r->table, table) != 0)
        r = r->next;
    if (r == NULL && (s = make_reader(db, table, &r, reterr)) != CT_OK)
        return s;
    sqlite3_bind_int64(r->s, 1, id);
    int rc = ct_db_step(r->s);
    if (rc == SQLITE_DONE) {
        s = ct_fail(reterr, CT_ENOTFOUND, NULL, "%s has no row %lld", table, (long long)id);
    } else if (rc != SQLITE_ROW) {
        s = ct_db_fail(db, rc, table, reterr);
    } else {
        int have = sqlite3_data_count(r->s);
        int n = columns > 0 ? columns : have;
        bool ok = true;
        if (n > have)
            s = ct_fail(reterr, CT_ENOTFOUND, NULL, "%s has %d columns, not %d", table, have,
                        n);
        for (int i = 0; i < n && s == CT_OK && ok; i++)
            ok = add_column(out, r->s, i);
        if (s == CT_OK && (!ok || out->bad))
            s = ct_fail(reterr, CT_ENOMEM, NULL, "row %lld of %s does not fit into memory",
                        (long long)id, table);
        if (s == CT_OK)
            *ret_columns = n;
    }
    sqlite3_reset(r->s);
    return s;
}

/* ---- integrity ---------------------------------------------------------- */

static enum ct_status
own_rows(struct ct_db *db, enum ct_store_sql_id id,
         void (*row)(struct ct_stmt *st, void (*line)(const char *, void *), void *arg),
         void (*line)(const char *, void *), void *arg, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool more = true;
    db->own = true;
    enum ct_status s = ct_stmt_get(db, &ct_store_sql[id], &st, reterr);
    while (s == CT_OK && more) {
        db->own = true; /* the callback may have run statements of the store's */
        s = ct_stmt_step(st, &more, reterr);
        db->own = false;
        if (s == CT_OK && more)
            row(st, line, arg);
    }
    db->own = false;
    return s;
}

static void integrity_row(struct ct_stmt *st, void (*line)(const char *, void *), void *arg)
{
    const char *text = ct_col_text(st, 0);
    if (strcmp(text, "ok") != 0)
        line(text, arg);
}

static void foreign_key_row(struct ct_stmt *st, void (*line)(const char *, void *), void *arg)
{
    char text[200];
    snprintf(text, sizeof text, "row %lld of %s points at a row of %s that does not exist",
             (long long)ct_col_i64(st, 1), ct_col_text(st, 0), ct_col_text(st, 2));
    line(text, arg);
}

enum ct_status ct_db_integrity(struct ct_db *db, void (*line)(const char *text, void *arg),
                               void *arg, struct ct_error *reterr)
{
    enum ct_status s = own_rows(db, CT_SQL_INTEGRITY, integrity_row, line, arg, reterr);
    if (s != CT_OK)
        return s;
    return own_rows(db, CT_SQL_FOREIGN_KEYS, foreign_key_row, line, arg, reterr);
}

/* ---- plans -------------------------------------------------------------- */

enum ct_status ct_db_plan(struct ct_db *db, const struct ct_sql *row,
                          void (*line)(const char *detail, void *arg), void *arg,
                          struct ct_error *reterr)
{
    enum ct_status s = ct_db_usable(db, reterr);
    if (s != CT_OK)
        return s;
    bool own = row >= ct_store_sql && row < ct_store_sql + CT_STORE_SQL_N;
    sqlite3_stmt *st = NULL;
    const char *tail = NULL;
    char *text = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", row->text);
    if (text == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory, %s", row->name);
    db->own = own;
    int rc = ct_db_prepare(db, text, 0, &st, &tail);
    db->own = false;
    if (rc != SQLITE_OK)
        s = ct_db_fail(db, rc, row->name, reterr);
    else if (tail[strspn(tail, " \t\n;")] != '\0')
        s = ct_fail(reterr, CT_EINTERNAL, NULL, "%s is not one statement", row->name);
    while (s == CT_OK && (rc = ct_db_step(st)) == SQLITE_ROW)
        line((const char *)sqlite3_column_text(st, 3), arg);
    if (s == CT_OK && rc != SQLITE_DONE)
        s = ct_db_fail(db, rc, row->name, reterr);
    sqlite3_finalize(st);
    sqlite3_free(text);
    return s;
}
