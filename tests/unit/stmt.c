/* Named statements: what is bound is what is found, and a mistake of the
 * program is named with its statement. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <sqlite3.h>

#include "base/field.h"
#include "store/internal.h"
#include "tests/support/store_kit.h"

static const struct ct_sql ECHO = {"t.echo", "SELECT :i, :o, :t, :b"};
static const struct ct_sql SEVERAL = {"t.several", "VALUES(1),(2),(3)"};
static const struct ct_sql WRITE = {
    "t.write",
    "INSERT INTO draft(user_id, kind, saved_ms, body) VALUES(:user, :kind, 0, :body)"};
static const struct ct_sql USER = {
    "t.user", "INSERT INTO user_version(user_id, login, name, role, active, slot_version,"
              " slot_hash, sign_pk, at_ms, by_user) VALUES(1, 'a', :name, :role, 1, 1,"
              " zeroblob(32), zeroblob(32), :at, 1)"};
static const struct ct_sql REWRITE = {"t.rewrite", "UPDATE session SET tty = 'x' WHERE id = 1"};

static int setup(void **state)
{
    static struct kit k;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    *state = &k;
    return 0;
}

static int teardown(void **state)
{
    kit_done(*state);
    return 0;
}

#define DB (((struct kit *)*state)->db)

static void test_values_come_back(void **state)
{
    CT_STMT *st = NULL;
    bool row = false;
    size_t n = 9;
    assert_int_equal(ct_stmt_get(DB, &ECHO, &st, NULL), CT_OK);
    ct_bind_i64(st, ":i", INT64_MAX);
    ct_bind_opt(st, ":o", -40);
    ct_bind_text(st, ":t", "O'Brien; DROP TABLE session");
    ct_bind_blob(st, ":b", "\0x\0", 3);
    assert_int_equal(ct_stmt_step(st, &row, NULL), CT_OK);
    assert_true(row);
    assert_true(ct_col_i64(st, 0) == INT64_MAX);
    assert_int_equal(ct_col_i64(st, 1), -40);
    assert_string_equal(ct_col_text(st, 2), "O'Brien; DROP TABLE session");
    assert_memory_equal(ct_col_blob(st, 3, &n), "\0x\0", 3);
    assert_int_equal(n, 3);
    assert_int_equal(ct_stmt_step(st, &row, NULL), CT_OK);
    assert_false(row);
    assert_int_equal(ct_stmt_step(st, &row, NULL), CT_OK); /* the end stays the end */
    assert_false(row);
}

static void test_null_is_not_zero(void **state)
{
    CT_STMT *st = NULL;
    bool row = false;
    size_t n = 9;
    assert_int_equal(ct_stmt_get(DB, &ECHO, &st, NULL), CT_OK);
    ct_bind_i64(st, ":i", 0);
    ct_bind_opt(st, ":o", CT_UNSET);
    ct_bind_text(st, ":t", NULL);
    ct_bind_blob(st, ":b", NULL, 0);
    assert_int_equal(ct_stmt_step(st, &row, NULL), CT_OK);
    assert_false(ct_col_null(st, 0));
    assert_int_equal(ct_col_i64(st, 0), 0);
    assert_true(ct_col_null(st, 1));
    assert_true(ct_col_i64(st, 1) == CT_UNSET);
    assert_true(ct_col_null(st, 2));
    assert_string_equal(ct_col_text(st, 2), "");
    assert_null(ct_col_blob(st, 3, &n));
    assert_int_equal(n, 0);
}

static void bind_all(struct ct_stmt *st)
{
    ct_bind_i64(st, ":i", 1);
    ct_bind_i64(st, ":o", 2);
    ct_bind_text(st, ":t", "kept by mistake");
    ct_bind_i64(st, ":b", 4);
}

static void test_borrowed_twice(void **state)
{
    struct ct_error e = {0};
    CT_STMT *a = NULL, *b = NULL;
    assert_int_equal(ct_stmt_get(DB, &ECHO, &a, NULL), CT_OK);
    assert_int_equal(ct_stmt_get(DB, &ECHO, &b, &e), CT_EINTERNAL);
    assert_null(b);
    assert_non_null(strstr(e.text, "t.echo"));
    bool row = false;
    bind_all(a); /* the first borrower is not disturbed */
    assert_int_equal(ct_stmt_step(a, &row, NULL), CT_OK);
    assert_true(row);
}

static void test_scope_gives_back_and_forgets(void **state)
{
    struct ct_error e = {0};
    bool row = false;
    struct ct_stmt *first = NULL;
    {
        CT_STMT *st = NULL;
        assert_int_equal(ct_stmt_get(DB, &ECHO, &st, NULL), CT_OK);
        bind_all(st);
        assert_int_equal(ct_stmt_step(st, &row, NULL), CT_OK);
        first = st;
    }
    CT_STMT *st = NULL;
    assert_int_equal(ct_stmt_get(DB, &ECHO, &st, NULL), CT_OK);
    assert_ptr_equal(st, first); /* prepared once */
    ct_bind_i64(st, ":i", 1);
    assert_int_equal(ct_stmt_step(st, &row, &e),
                     CT_EINTERNAL); /* the text is not still there */
    assert_non_null(strstr(e.text, "t.echo: o was not bound"));
}

static void test_unknown_name(void **state)
{
    struct ct_error e = {0};
    CT_STMT *st = NULL;
    bool row = false;
    assert_int_equal(ct_stmt_get(DB, &ECHO, &st, NULL), CT_OK);
    bind_all(st);
    ct_bind_i64(st, ":pluse", 71);
    ct_bind_i64(st, ":another", 71); /* the first mistake is the one told */
    assert_int_equal(ct_stmt_step(st, &row, &e), CT_EINTERNAL);
    assert_non_null(strstr(e.text, "t.echo"));
    assert_non_null(strstr(e.text, ":pluse"));
    ct_stmt_donep(&st);
    assert_int_equal(ct_stmt_get(DB, &ECHO, &st, NULL), CT_OK); /* and is forgotten with it */
    bind_all(st);
    assert_int_equal(ct_stmt_step(st, &row, NULL), CT_OK);
}

static void test_bound_too_late(void **state)
{
    struct ct_error e = {0};
    CT_STMT *st = NULL;
    bool row = false;
    assert_int_equal(ct_stmt_get(DB, &ECHO, &st, NULL), CT_OK);
    bind_all(st);
    assert_int_equal(ct_stmt_step(st, &row, NULL), CT_OK);
    ct_bind_i64(st, ":i", 2);
    assert_int_equal(ct_stmt_step(st, &row, &e), CT_EINTERNAL);
    assert_non_null(strstr(e.text, "t.echo"));
}

/* One without a name cannot be bound, not even by no name. */
static void test_a_parameter_without_a_name(void **state)
{
    static const struct ct_sql BARE = {"t.bare", "SELECT ?, :i"};
    struct ct_error e = {0};
    CT_STMT *st = NULL;
    bool row = false;
    assert_int_equal(ct_stmt_get(DB, &BARE, &st, NULL), CT_OK);
    ct_bind_i64(st, ":i", 1);
    assert_int_equal(ct_stmt_step(st, &row, &e), CT_EINTERNAL);
    assert_non_null(strstr(e.text, "a parameter without a name"));
    ct_stmt_done(st);
    assert_int_equal(ct_stmt_get(DB, &BARE, &st, NULL), CT_OK);
    ct_bind_i64(st, "", 1);
    assert_int_equal(ct_stmt_step(st, &row, &e), CT_EINTERNAL);
    assert_non_null(strstr(e.text, "no parameter"));
}

/* In any order, and the last word counts, nothing too. */
static void test_bound_anew(void **state)
{
    CT_STMT *st = NULL;
    bool row = false;
    assert_int_equal(ct_stmt_get(DB, &ECHO, &st, NULL), CT_OK);
    ct_bind_text(st, ":t", "first");
    ct_bind_i64(st, ":b", 4);
    ct_bind_opt(st, ":o", CT_UNSET);
    ct_bind_i64(st, ":i", 7);
    ct_bind_text(st, ":t", NULL);
    ct_bind_opt(st, ":o", 5);
    assert_int_equal(ct_stmt_step(st, &row, NULL), CT_OK);
    assert_int_equal(ct_col_i64(st, 0), 7);
    assert_int_equal(ct_col_i64(st, 1), 5);
    assert_true(ct_col_null(st, 2));
    assert_int_equal(ct_col_i64(st, 3), 4);
}

/* SQLite prepares a statement anew when the schema has changed, and its names move. */
static void test_bound_after_the_schema_changed(void **state)
{
    CT_STMT *st = NULL;
    bool row = false;
    sqlite3_set_authorizer(DB->h, NULL, NULL);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(ct_stmt_get(DB, &ECHO, &st, NULL), CT_OK);
        if (i == 1)
            assert_int_equal(
                sqlite3_exec(DB->h, "CREATE TEMP TABLE anew(x)", NULL, NULL, NULL), SQLITE_OK);
        bind_all(st);
        assert_int_equal(ct_stmt_step(st, &row, NULL), CT_OK);
        assert_int_equal(ct_col_i64(st, 0), 1);
        assert_int_equal(ct_col_i64(st, 3), 4);
        ct_stmt_donep(&st);
    }
}

static void test_wrong_column(void **state)
{
    struct ct_error e = {0};
    CT_STMT *st = NULL;
    bool row = false;
    assert_int_equal(ct_stmt_get(DB, &SEVERAL, &st, NULL), CT_OK);
    assert_int_equal(ct_stmt_step(st, &row, NULL), CT_OK);
    assert_true(ct_col_i64(st, 1) == CT_UNSET);
    assert_int_equal(ct_stmt_step(st, &row, &e), CT_EINTERNAL);
    assert_non_null(strstr(e.text, "t.several"));
}

static void test_rows_in_order(void **state)
{
    CT_STMT *st = NULL;
    bool row = false;
    int64_t n = 0;
    assert_int_equal(ct_stmt_get(DB, &SEVERAL, &st, NULL), CT_OK);
    while (ct_stmt_step(st, &row, NULL) == CT_OK && row)
        assert_int_equal(ct_col_i64(st, 0), ++n);
    assert_int_equal(n, 3);
}

static void test_broken_text(void **state)
{
    static const struct ct_sql BAD[] = {
        {"t.typo", "SELEC 1"},
        {"t.table", "SELECT * FROM nowhere"},
        {"t.two", "SELECT 1; SELECT 2"},
        {"t.empty", "  -- nothing"},
        {"t.quotes", "SELECT \"not a column\""},
    };
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        struct ct_error e = {0};
        CT_STMT *st = NULL;
        assert_int_equal(ct_stmt_get(DB, &BAD[i], &st, &e), CT_EINTERNAL);
        assert_non_null(strstr(e.text, BAD[i].name));
        assert_null(st);
    }
}

/* Nothing is written past the gate: not outside a transaction, not in one that
 * was begun for reading. */
static void test_writing_needs_a_transaction(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct ct_error e = {0};
        CT_TX tx = {0};
        if (i == 1)
            assert_int_equal(ct_tx_read(DB, &tx, NULL), CT_OK);
        CT_STMT *st = NULL;
        assert_int_equal(ct_stmt_get(DB, &WRITE, &st, NULL), CT_OK);
        ct_bind_i64(st, ":user", 1);
        ct_bind_text(st, ":kind", "vitals");
        ct_bind_blob(st, ":body", "x", 1);
        assert_int_equal(ct_stmt_run(st, NULL, &e), CT_EINTERNAL);
        assert_non_null(strstr(e.text, "t.write"));
    }
}

static void test_refused_values_name_the_field(void **state)
{
    struct ct_error e = {0};
    CT_TX tx = {0};
    CT_STMT *st = NULL;
    assert_int_equal(ct_tx_begin(DB, &tx, NULL), CT_OK);
    assert_int_equal(ct_stmt_get(DB, &USER, &st, NULL), CT_OK);
    ct_bind_text(st, ":name", NULL);
    ct_bind_text(st, ":role", "technician");
    ct_bind_i64(st, ":at", 1);
    assert_int_equal(ct_stmt_run(st, NULL, &e), CT_EINVAL);
    assert_string_equal(e.field, "name");
    ct_stmt_donep(&st);
    assert_int_equal(ct_stmt_get(DB, &USER, &st, NULL), CT_OK);
    ct_bind_text(st, ":name", "Test");
    ct_bind_text(st, ":role", "technician");
    ct_bind_text(st, ":at", "yesterday"); /* the tables are strict */
    assert_int_equal(ct_stmt_run(st, NULL, &e), CT_EINVAL);
    assert_string_equal(e.field, "at_ms");
    ct_stmt_donep(&st);
    assert_int_equal(ct_stmt_get(DB, &USER, &st, NULL), CT_OK);
    ct_bind_text(st, ":name", "Test");
    ct_bind_text(st, ":role", "king");
    ct_bind_i64(st, ":at", 1);
    assert_int_equal(ct_stmt_run(st, NULL, &e), CT_EINVAL);
    assert_non_null(strstr(e.text, "t.user"));
}

static void test_records_are_not_rewritten(void **state)
{
    struct ct_error e = {0};
    assert_int_equal(kit_add(DB, 1, NULL), CT_OK);
    CT_TX tx = {0};
    CT_STMT *st = NULL;
    assert_int_equal(ct_tx_begin(DB, &tx, NULL), CT_OK);
    assert_int_equal(ct_stmt_get(DB, &REWRITE, &st, NULL), CT_OK);
    assert_int_equal(ct_stmt_run(st, NULL, &e), CT_EINVAL);
    assert_non_null(strstr(e.text, "session is append-only"));
    assert_int_equal(ct_stmt_run(st, NULL, &e), CT_EINVAL); /* asked again, it is no success */
    assert_non_null(strstr(e.text, "t.rewrite"));
}

static void test_row_number_of_an_insert(void **state)
{
    CT_TX tx = {0};
    CT_STMT *st = NULL;
    int64_t id = 0;
    assert_int_equal(ct_tx_begin(DB, &tx, NULL), CT_OK);
    for (int i = 1; i <= 2; i++) {
        assert_int_equal(ct_stmt_get(DB, &WRITE, &st, NULL), CT_OK);
        ct_bind_i64(st, ":user", i);
        ct_bind_text(st, ":kind", "vitals");
        ct_bind_blob(st, ":body", "", 0); /* empty, not NULL */
        assert_int_equal(ct_stmt_run(st, &id, NULL), CT_OK);
        assert_int_equal(id, i);
        ct_stmt_donep(&st);
    }
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_values_come_back),
        T(test_null_is_not_zero),
        T(test_borrowed_twice),
        T(test_scope_gives_back_and_forgets),
        T(test_unknown_name),
        T(test_bound_too_late),
        T(test_a_parameter_without_a_name),
        T(test_bound_anew),
        T(test_bound_after_the_schema_changed),
        T(test_wrong_column),
        T(test_rows_in_order),
        T(test_broken_text),
        T(test_writing_needs_a_transaction),
        T(test_refused_values_name_the_field),
        T(test_records_are_not_rewritten),
        T(test_row_number_of_an_insert),
    };
    kit_schema(1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
