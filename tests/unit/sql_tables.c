/* Every statement of the program prepares and finds its rows by an index, and
 * every table of the schema is strict, explained and append-only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/embed.h"
#include "tests/support/store_kit.h"

/* Tables that do not grow with the years: reading them whole is no mistake.
 * user_version grows by staff changes alone. */
static const char *const SMALL[] = {"store", "user_version", "u", "sqlite_schema"};
/* Tables that may be rewritten. Names ending in _find are derived from others
 * for searching, and may be too. */
static const char *const MUTABLE[] = {"draft"};

static bool among(const char *const *list, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
}

static bool ends(const char *s, const char *tail)
{
    return strlen(s) >= strlen(tail) && strcmp(s + strlen(s) - strlen(tail), tail) == 0;
}

/* ---- plans -------------------------------------------------------------- */

struct plan {
    char made[8][64]; /* sub-queries, by the name they are scanned under */
    size_t n_made;
    char scanned[64]; /* the first full scan of a table that grows */
};

static void word_after(const char *detail, const char *start, char out[64])
{
    size_t n = strlen(start);
    out[0] = '\0';
    if (strncmp(detail, start, n) == 0)
        snprintf(out, 64, "%.*s", (int)strcspn(detail + n, " "), detail + n);
}

static void look(const char *detail, void *arg)
{
    struct plan *p = arg;
    char name[64];
    word_after(detail, "MATERIALIZE ", name);
    if (name[0] == '\0')
        word_after(detail, "CO-ROUTINE ", name);
    if (name[0] != '\0' && p->n_made < CT_LEN(p->made))
        memcpy(p->made[p->n_made++], name, sizeof name);
    word_after(detail, "SCAN ", name);
    if (name[0] == '\0' || strstr(detail, " CONSTANT ROW") != NULL ||
        strncmp(name, "(subquery", 9) == 0 || strstr(detail, " USING ") != NULL ||
        strstr(detail, " VIRTUAL TABLE ") != NULL || among(SMALL, CT_LEN(SMALL), name))
        return;
    for (size_t i = 0; i < p->n_made; i++)
        if (strcmp(p->made[i], name) == 0)
            return;
    if (p->scanned[0] == '\0')
        memcpy(p->scanned, name, sizeof name);
}

static const char *full_scan(struct ct_db *db, const struct ct_sql *row, struct plan *p)
{
    struct ct_error e = {0};
    *p = (struct plan){0};
    if (ct_db_plan(db, row, look, p, &e) != CT_OK)
        fail_msg("%s does not prepare: %s", row->name, e.text);
    return p->scanned;
}

static void test_every_statement_prepares_without_a_full_scan(void **state)
{
    (void)state;
    struct kit k;
    struct plan p;
    size_t n = 0;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    for (const struct ct_sql_table *t = ct_sql_tables; t->rows != NULL; t++)
        for (size_t i = 0; i < t->n; i++, n++) {
            const struct ct_sql *row = &t->rows[i];
            if (row->name == NULL || row->text == NULL)
                fail_msg("row %zu of table %zu is empty", i, (size_t)(t - ct_sql_tables));
            /* verify reads everything: that is its work */
            if (full_scan(k.db, row, &p)[0] != '\0' && strncmp(row->name, "verify.", 7) != 0)
                fail_msg("%s reads all of %s", row->name, p.scanned);
        }
    assert_true(n > 0);
    kit_done(&k);
}

static void test_the_check_can_fail(void **state)
{
    (void)state;
    static const struct ct_sql SCANS[] = {
        {"t.scan", "SELECT tty FROM session WHERE remote = :r"},
        {"t.alias", "SELECT s.tty FROM session s WHERE s.remote = :r"},
        {"t.join", "SELECT a.seq FROM session s JOIN audit a ON a.seq = s.pid"},
        {"t.update", "UPDATE draft SET kind = 'x' WHERE saved_ms = :t"},
    };
    static const struct ct_sql FINE[] = {
        {"t.key", "SELECT tty FROM session WHERE id = :id"},
        {"t.index", "SELECT seq FROM audit WHERE at_ms > :t ORDER BY at_ms LIMIT 5"},
        {"t.max", "SELECT max(seq) FROM audit"},
        {"t.values", "SELECT 1"},
        {"t.users", "SELECT name FROM user_version"},
    };
    static const struct ct_sql BROKEN = {"t.broken", "SELECT nothing FROM session"};
    static const struct ct_sql TWO = {"t.two", "SELECT 1; SELECT 2"};
    struct kit k;
    struct plan p;
    struct ct_error e = {0};
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    for (size_t i = 0; i < CT_LEN(SCANS); i++)
        if (full_scan(k.db, &SCANS[i], &p)[0] == '\0')
            fail_msg("%s was not noticed", SCANS[i].name);
    for (size_t i = 0; i < CT_LEN(FINE); i++)
        if (full_scan(k.db, &FINE[i], &p)[0] != '\0')
            fail_msg("%s was accused of reading all of %s", FINE[i].name, p.scanned);
    assert_int_equal(ct_db_plan(k.db, &BROKEN, look, &p, &e), CT_EINTERNAL);
    assert_non_null(strstr(e.text, "t.broken"));
    assert_int_equal(ct_db_plan(k.db, &TWO, look, &p, &e), CT_EINTERNAL);
    kit_done(&k);
}

static void test_names_are_unique(void **state)
{
    (void)state;
    for (const struct ct_sql_table *t = ct_sql_tables; t->rows != NULL; t++)
        for (size_t i = 0; i < t->n; i++)
            for (const struct ct_sql_table *u = t; u->rows != NULL; u++)
                for (size_t j = u == t ? i + 1 : 0; j < u->n; j++)
                    if (strcmp(t->rows[i].name, u->rows[j].name) == 0)
                        fail_msg("two statements are named %s", t->rows[i].name);
}

/* ---- the schema --------------------------------------------------------- */

static const struct ct_sql TABLES = {
    "t.tables", "SELECT name, sql FROM sqlite_schema WHERE type = 'table'"
                " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"};
static const struct ct_sql TRIGGER = {
    "t.trigger", "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = :tbl"
                 " AND name = :name"};

static bool forbids(struct ct_db *db, const char *table, const char *verb)
{
    char name[96], head[160];
    CT_STMT *st = NULL;
    bool row = false;
    snprintf(name, sizeof name, "%s_no_%s", table, verb);
    snprintf(head, sizeof head, "BEFORE %s ON %s BEGIN SELECT raise(ABORT", verb, table);
    for (char *p = strstr(head, verb); *p != ' '; p++)
        *p = (char)toupper((unsigned char)*p);
    assert_int_equal(ct_stmt_get(db, &TRIGGER, &st, NULL), CT_OK);
    ct_bind_text(st, ":tbl", table);
    ct_bind_text(st, ":name", name);
    assert_int_equal(ct_stmt_step(st, &row, NULL), CT_OK);
    return row && strstr(ct_col_text(st, 0), head) != NULL;
}

static void test_tables_are_strict_and_append_only(void **state)
{
    (void)state;
    struct kit k;
    char names[160][64];
    size_t n = 0;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    {
        CT_STMT *st = NULL;
        bool row = true;
        assert_int_equal(ct_stmt_get(k.db, &TABLES, &st, NULL), CT_OK);
        while (ct_stmt_step(st, &row, NULL) == CT_OK && row) {
            const char *name = ct_col_text(st, 0), *sql = ct_col_text(st, 1);
            assert_true(n < CT_LEN(names));
            snprintf(names[n++], sizeof names[0], "%s", name);
            /* A virtual table and its shadows have no columns of ours. */
            if (strstr(name, "_find") == NULL && !ends(sql, "STRICT"))
                fail_msg("table %s is not STRICT", name);
        }
    }
    assert_true(n >= 7);
    for (size_t i = 0; i < n; i++) {
        if (among(MUTABLE, CT_LEN(MUTABLE), names[i]) || strstr(names[i], "_find") != NULL)
            continue;
        if (!forbids(k.db, names[i], "update") || !forbids(k.db, names[i], "delete"))
            fail_msg("table %s can be rewritten", names[i]);
    }
    assert_false(forbids(k.db, "draft", "update")); /* the check can fail */
    kit_done(&k);
}

/* Lines between "CREATE TABLE name (" and ") STRICT" each say what they are. */
static void test_every_column_is_explained(void **state)
{
    (void)state;
    int columns = 0;
    for (const struct ct_embedded *e = ct_embedded; e->name != NULL; e++) {
        if (strncmp(e->name, "schema/", 7) != 0)
            continue;
        bool inside = false;
        int number = 0;
        for (const char *p = e->data; *p != '\0';) {
            char line[512];
            size_t len = strcspn(p, "\n");
            snprintf(line, sizeof line, "%.*s", (int)len, p);
            p += len + (p[len] == '\n');
            number++;
            const char *text = line + strspn(line, " ");
            if (inside && text[0] == ')')
                inside = false;
            if (inside && text[0] != '\0' && strncmp(text, "--", 2) != 0) {
                const char *note = strstr(text, "--");
                if (note == NULL || strlen(note) < 6)
                    fail_msg("%s:%d: this column is not explained", e->name, number);
                columns++;
            }
            if (strncmp(text, "CREATE TABLE", 12) == 0)
                inside = true;
        }
    }
    assert_true(columns > 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_statement_prepares_without_a_full_scan),
        cmocka_unit_test(test_the_check_can_fail),
        cmocka_unit_test(test_names_are_unique),
        cmocka_unit_test(test_tables_are_strict_and_append_only),
        cmocka_unit_test(test_every_column_is_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
