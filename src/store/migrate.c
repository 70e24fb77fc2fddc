/* migrate - the schema grows by numbered files, one transaction each.
 *
 * The number of the last one applied is SQLite's user_version, changed by the
 * same transaction: a store is at one schema or at the next, never between.
 */
#include "store/internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { DIGITS = 4 };

int ct_migration_number(const char *name)
{
    static const char PREFIX[] = "schema/";
    size_t len = strlen(name);
    if (strncmp(name, PREFIX, sizeof PREFIX - 1) != 0 || len < sizeof PREFIX - 1 + DIGITS + 6 ||
        strcmp(name + len - 4, ".sql") != 0)
        return 0;
    const char *p = name + sizeof PREFIX - 1;
    int n = 0;
    for (int i = 0; i < DIGITS; i++) {
        if (p[i] < '0' || p[i] > '9')
            return 0;
        n = n * 10 + (p[i] - '0');
    }
    return p[DIGITS] == '_' ? n : 0;
}

static int last_number(const struct ct_embedded *table)
{
    int last = 0;
    for (const struct ct_embedded *e = table; e->name != NULL; e++) {
        int n = ct_migration_number(e->name);
        if (n > last)
            last = n;
    }
    return last;
}

const struct ct_embedded *ct_db_schema_files = ct_embedded;

int ct_db_schema_program(void)
{
    return last_number(ct_db_schema_files);
}

static enum ct_status run_file(struct ct_db *db, const struct ct_embedded *e,
                               struct ct_error *reterr)
{
    db->migrating = true;
    errno = 0;
    int rc = sqlite3_exec(db->h, e->data, NULL, NULL, NULL);
    db->migrating = false;
    if (rc != SQLITE_OK)
        return ct_db_fail(db, rc, e->name, reterr);
    return CT_OK;
}

/* One step, unless another process was quicker. */
static enum ct_status step(struct ct_db *db, const struct ct_embedded *e, int number,
                           struct ct_error *reterr)
{
    CT_TX tx = {0};
    int64_t now = 0;
    char text[48];
    enum ct_status s;
    if ((s = ct_tx_begin(db, &tx, reterr)) != CT_OK ||
        (s = ct_db_pragma(db, "PRAGMA user_version", &now, reterr)) != CT_OK)
        return s;
    if (now >= number)
        return CT_OK;
    if (now != number - 1)
        return ct_fail(reterr, CT_EINTERNAL, NULL, "%s cannot follow schema %d", e->name,
                       (int)now);
    /* PRAGMAs take no bound values. */
    snprintf(text, sizeof text, "PRAGMA user_version=%d", number);
    if ((s = run_file(db, e, reterr)) != CT_OK ||
        (s = ct_db_pragma(db, text, NULL, reterr)) != CT_OK)
        return s;
    return ct_tx_commit(&tx, reterr);
}

enum ct_status ct_migrate(struct ct_db *db, const struct ct_embedded *table,
                          struct ct_error *reterr)
{
    int64_t now = 0;
    const int program = last_number(table);
    enum ct_status s = ct_db_pragma(db, "PRAGMA user_version", &now, reterr);
    if (s != CT_OK)
        return s;
    for (const struct ct_embedded *e = table; e->name != NULL && now <= program; e++) {
        int number = ct_migration_number(e->name);
        if (number <= now)
            continue;
        if ((s = step(db, e, number, reterr)) != CT_OK ||
            (s = ct_db_pragma(db, "PRAGMA user_version", &now, reterr)) != CT_OK)
            return s;
    }
    /* Also when a newer program has migrated it between two steps. */
    if (now > program)
        return ct_fail(
            reterr, CT_ENEWER, NULL,
            "%s was written by a newer clintech (schema %lld, this program knows %d): "
            "nothing was changed; use the newer program",
            db->path, (long long)now, program);
    db->schema = (int)now;
    return CT_OK;
}
