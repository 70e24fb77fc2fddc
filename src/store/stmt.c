/* stmt - named statements: prepared at first use, cached by their row's
 * address, bound by name, given back by scope.
 *
 * MUST 1  a statement that changes the store runs inside ct_tx_begin only: so
 *         never without the gate, and never by itself after SQLite has rolled
 *         the transaction back.
 * MUST 2  values bound are forgotten when the statement is given back.
 */
#include "store/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/field.h"

enum { WHY = 120 };

struct ct_stmt {
    struct ct_db *db;
    const struct ct_sql *row;
    sqlite3_stmt *s;
    struct ct_stmt *next; /* in its bucket */
    bool borrowed, stepped, done;
    int columns; /* of the row it stands on, 0 without one */
    enum ct_status bad; /* the first failure of a bind or a column */
    char why[WHY];
    int n_params, last; /* the parameter bound last, 0: none */
    bool *bound;        /* by parameter, from 0; behind the names */
    /* Each parameter's, behind its colon, "" for one without: SQLite walks through all of
     * them to tell one, and tells them from memory of its own that a new schema takes away. */
    const char *name[];
};

static const char *bare(const char *name)
{
    return name != NULL ? name + (name[0] == ':') : "";
}

static size_t bucket_of(const struct ct_sql *row)
{
    return ((uintptr_t)row / sizeof *row) % CT_STMT_BUCKETS;
}

/* One piece of memory: the statement, its parameters' names, what is bound, and the text of
 * the names. NULL: no memory. */
static struct ct_stmt *make(sqlite3_stmt *s)
{
    const int n = sqlite3_bind_parameter_count(s);
    size_t text = 0;
    for (int i = 1; i <= n; i++)
        text += strlen(bare(sqlite3_bind_parameter_name(s, i))) + 1;
    struct ct_stmt *st = calloc(1, sizeof *st + (size_t)n * (sizeof st->name[0] + 1) + text);
    if (st == NULL)
        return NULL;
    st->s = s;
    st->n_params = n;
    st->bound = (bool *)&st->name[n];
    char *at = (char *)&st->bound[n];
    for (int i = 1; i <= n; i++) {
        const char *name = bare(sqlite3_bind_parameter_name(s, i));
        const size_t size = strlen(name) + 1;
        st->name[i - 1] = memcpy(at, name, size);
        at += size;
    }
    return st;
}

static enum ct_status prepare(struct ct_db *db, const struct ct_sql *row, struct ct_stmt **ret,
                              struct ct_error *reterr)
{
    sqlite3_stmt *s = NULL;
    const char *tail = NULL;
    int rc = ct_db_prepare(db, row->text, SQLITE_PREPARE_PERSISTENT, &s, &tail);
    if (rc != SQLITE_OK)
        return ct_db_fail(db, rc, row->name, reterr);
    if (s == NULL || tail[strspn(tail, " \t\n;")] != '\0') {
        sqlite3_finalize(s);
        return ct_fail(reterr, CT_EINTERNAL, NULL, "%s is not one statement", row->name);
    }
    struct ct_stmt *st = make(s);
    if (st == NULL) {
        sqlite3_finalize(s);
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory, %s", row->name);
    }
    st->db = db;
    st->row = row;
    st->next = db->bucket[bucket_of(row)];
    db->bucket[bucket_of(row)] = st;
    *ret = st;
    return CT_OK;
}

/* ct_stmt_get without the question whether the handle is dead. */
static enum ct_status borrow(struct ct_db *db, const struct ct_sql *row, struct ct_stmt **ret,
                             struct ct_error *reterr)
{
    struct ct_stmt *st = db->bucket[bucket_of(row)];
    while (st != NULL && st->row != row)
        st = st->next;
    if (st == NULL) {
        enum ct_status s = prepare(db, row, &st, reterr);
        if (s != CT_OK)
            return s;
    }
    if (st->borrowed)
        return ct_fail(reterr, CT_EINTERNAL, NULL,
                       "%s is in use already: it was not given back", row->name);
    st->borrowed = true;
    st->stepped = st->done = false;
    st->columns = 0;
    st->last = 0;
    st->bad = CT_OK;
    memset(st->bound, 0, (size_t)st->n_params * sizeof st->bound[0]);
    *ret = st;
    return CT_OK;
}

enum ct_status ct_stmt_get(struct ct_db *db, const struct ct_sql *row, struct ct_stmt **ret,
                           struct ct_error *reterr)
{
    enum ct_status s = ct_db_usable(db, reterr);
    return s != CT_OK ? s : borrow(db, row, ret, reterr);
}

void ct_stmt_done(struct ct_stmt *st)
{
    if (st == NULL)
        return;
    sqlite3_reset(st->s);
    sqlite3_clear_bindings(st->s);
    st->borrowed = false;
    st->columns = 0;
}

void ct_stmt_donep(struct ct_stmt **st)
{
    ct_stmt_done(*st);
    *st = NULL;
}

void ct_stmt_forget_all(struct ct_db *db)
{
    for (size_t i = 0; i < CT_STMT_BUCKETS; i++) {
        while (db->bucket[i] != NULL) {
            struct ct_stmt *st = db->bucket[i];
            db->bucket[i] = st->next;
            sqlite3_finalize(st->s);
            free(st);
        }
    }
}

/* ---- binding ------------------------------------------------------------ */

static void remember(struct ct_stmt *st, enum ct_status status, const char *what,
                     const char *name)
{
    if (st->bad != CT_OK)
        return;
    st->bad = status;
    snprintf(st->why, sizeof st->why, "%s%s%s", what, name[0] != '\0' ? " " : "", name);
}

/* By name; most are bound in the order in which they stand, so the one after the
 * last is looked at first. */
static int find_param(const struct ct_stmt *st, const char *name)
{
    if (st->last < st->n_params && strcmp(st->name[st->last], name) == 0)
        return st->last + 1;
    for (int i = 0; i < st->n_params; i++)
        if (strcmp(st->name[i], name) == 0)
            return i + 1;
    return 0;
}

/* The parameter's number, 0 when there is none of that name. */
static int param(struct ct_stmt *st, const char *name)
{
    if (st->stepped) {
        remember(st, CT_EINTERNAL, "it was bound after its first step:", name);
        return 0;
    }
    int i = name[0] != '\0' ? find_param(st, bare(name)) : 0;
    if (i == 0) {
        remember(st, CT_EINTERNAL, "it has no parameter", name);
        return 0;
    }
    st->last = i;
    return i;
}

static void bind_result(struct ct_stmt *st, int i, const char *name, int rc)
{
    st->bound[i - 1] = true;
    if (rc == SQLITE_NOMEM)
        remember(st, CT_ENOMEM, "no memory for", name);
    else if (rc == SQLITE_TOOBIG)
        remember(st, CT_EINVAL, "the value is too long:", name);
    else if (rc != SQLITE_OK)
        remember(st, CT_EINTERNAL, "it cannot be bound:", name);
}

void ct_bind_i64(struct ct_stmt *st, const char *name, int64_t v)
{
    int i = param(st, name);
    if (i > 0)
        bind_result(st, i, name, sqlite3_bind_int64(st->s, i, v));
}

static void bind_null(struct ct_stmt *st, const char *name)
{
    int i = param(st, name);
    if (i > 0) /* NULL is what stands there until something is bound */
        bind_result(st, i, name, st->bound[i - 1] ? sqlite3_bind_null(st->s, i) : SQLITE_OK);
}

void ct_bind_opt(struct ct_stmt *st, const char *name, int64_t v)
{
    if (v == CT_UNSET)
        bind_null(st, name);
    else
        ct_bind_i64(st, name, v);
}

void ct_bind_text(struct ct_stmt *st, const char *name, const char *v)
{
    if (v == NULL) {
        bind_null(st, name);
        return;
    }
    int i = param(st, name);
    if (i > 0)
        bind_result(st, i, name,
                    sqlite3_bind_text64(st->s, i, v, strlen(v), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void ct_bind_blob(struct ct_stmt *st, const char *name, const void *v, size_t n)
{
    if (v == NULL) {
        bind_null(st, name);
        return;
    }
    int i = param(st, name);
    if (i > 0)
        bind_result(st, i, name,
                    sqlite3_bind_blob64(st->s, i, v, n, SQLITE_TRANSIENT));
}

/* ---- stepping ----------------------------------------------------------- */

static enum ct_status before_first(struct ct_stmt *st, struct ct_error *reterr)
{
    struct ct_db *db = st->db;
    for (int i = 0; i < st->n_params; i++)
        if (!st->bound[i])
            return ct_fail(reterr, CT_EINTERNAL, NULL, "%s: %s was not bound", st->row->name,
                           st->name[i][0] != '\0' ? st->name[i] : "a parameter without a name");
    if (!sqlite3_stmt_readonly(st->s) && db->kind != CT_TX_WRITE)
        return ct_fail(reterr, CT_EINTERNAL, NULL,
                       "%s changes the store, and no transaction was begun", st->row->name);
    return CT_OK;
}

enum ct_status ct_stmt_step(struct ct_stmt *st, bool *ret_row, struct ct_error *reterr)
{
    struct ct_db *db = st->db;
    enum ct_status s = ct_db_usable(db, reterr);
    if (s != CT_OK)
        return s;
    if (st->bad != CT_OK)
        return ct_fail(reterr, st->bad, NULL, "%s: %s", st->row->name, st->why);
    if (st->done) {
        *ret_row = false;
        return CT_OK;
    }
    if (!st->stepped && (s = before_first(st, reterr)) != CT_OK)
        return s;
    /* Without this a later statement of a transaction that SQLite has given up
     * would be kept by itself. */
    if (db->kind == CT_TX_WRITE && sqlite3_get_autocommit(db->h))
        return ct_fail(reterr, CT_EIO, NULL,
                       "%s: the change was undone by an earlier failure: nothing was kept",
                       st->row->name);
    st->stepped = true;
    int rc = ct_db_step(st->s);
    st->columns = rc == SQLITE_ROW ? sqlite3_data_count(st->s) : 0;
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
        s = ct_db_fail(db, rc, st->row->name, reterr);
        remember(st, s, "it has failed already", ""); /* not to be taken for the end */
        sqlite3_reset(st->s);
        return s;
    }
    st->done = rc == SQLITE_DONE;
    *ret_row = rc == SQLITE_ROW;
    return CT_OK;
}

enum ct_status ct_stmt_run(struct ct_stmt *st, int64_t *ret_id, struct ct_error *reterr)
{
    bool row = false;
    enum ct_status s;
    do
        s = ct_stmt_step(st, &row, reterr);
    while (s == CT_OK && row);
    if (s == CT_OK && ret_id != NULL)
        *ret_id = sqlite3_last_insert_rowid(st->db->h);
    return s;
}

enum ct_status ct_db_own(struct ct_db *db, enum ct_store_sql_id id, int64_t *ret,
                         struct ct_error *reterr)
{
    const struct ct_sql *row = &ct_store_sql[id];
    CT_STMT *st = NULL;
    /* Set while it is prepared and while it runs: SQLite may prepare it anew. */
    db->own = true;
    enum ct_status s = borrow(db, row, &st, reterr);
    if (s == CT_OK) {
        int rc = ct_db_step(st->s);
        if (rc == SQLITE_ROW && ret != NULL)
            *ret = sqlite3_column_int64(st->s, 0);
        while (rc == SQLITE_ROW)
            rc = ct_db_step(st->s);
        if (rc != SQLITE_DONE)
            s = ct_db_fail(db, rc, row->name, reterr);
    }
    db->own = false;
    return s;
}

/* ---- columns ------------------------------------------------------------ */

static bool column(struct ct_stmt *st, int col)
{
    if (col >= 0 && col < st->columns)
        return true;
    remember(st, CT_EINTERNAL, "a column was read that is not there, or without a row", "");
    return false;
}

bool ct_col_null(struct ct_stmt *st, int col)
{
    return !column(st, col) || sqlite3_column_type(st->s, col) == SQLITE_NULL;
}

int64_t ct_col_i64(struct ct_stmt *st, int col)
{
    if (!column(st, col))
        return CT_UNSET;
    /* Asked for once: SQLite looks the column up for each question. */
    sqlite3_value *v = sqlite3_column_value(st->s, col);
    return sqlite3_value_type(v) == SQLITE_NULL ? CT_UNSET : sqlite3_value_int64(v);
}

const char *ct_col_text(struct ct_stmt *st, int col)
{
    if (ct_col_null(st, col))
        return "";
    const char *s = (const char *)sqlite3_column_text(st->s, col);
    if (s == NULL)
        remember(st, CT_ENOMEM, "no memory for a column", "");
    return s != NULL ? s : "";
}

const void *ct_col_blob(struct ct_stmt *st, int col, size_t *ret_n)
{
    *ret_n = 0;
    if (ct_col_null(st, col))
        return NULL;
    const void *p = sqlite3_column_blob(st->s, col);
    int n = sqlite3_column_bytes(st->s, col);
    if (p == NULL && n > 0)
        remember(st, CT_ENOMEM, "no memory for a column", "");
    else
        *ret_n = (size_t)n;
    return p;
}
