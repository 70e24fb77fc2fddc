/* CSV: every shape of row, whatever the portions the bytes come in; every byte
 * kept; what is written is read back the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/csv.h"

struct source {
    const char *data;
    size_t n, at, portion;
    bool fails;
};

static enum ct_status from_memory(void *arg, char *buf, size_t cap, size_t *ret_n,
                                  struct ct_error *reterr)
{
    struct source *s = arg;
    if (s->fails && s->at == s->n)
        return ct_fail(reterr, CT_EIO, NULL, "the cable is out");
    size_t n = s->n - s->at;
    n = n < cap ? n : cap;
    n = n < s->portion ? n : s->portion;
    memcpy(buf, s->data + s->at, n);
    s->at += n;
    *ret_n = n;
    return CT_OK;
}

/* All rows as one text: fields between bars, rows ended by their line end as n,
 * r, rn or $ (none), faulty ones marked "!". */
static enum ct_status rendered(const char *data, size_t n, size_t portion, struct ct_buf *out,
                               struct ct_error *e)
{
    struct source s = {data, n, 0, portion, false};
    CT_CSV *csv = NULL;
    struct ct_csv_row row;
    bool end = false;
    CT_BUF raw = {.max = n + 1};
    enum ct_status st = ct_csv_open(from_memory, &s, &csv, e);
    while (st == CT_OK && (st = ct_csv_next(csv, &row, &end, e)) == CT_OK && !end) {
        for (size_t i = 0; i < row.n; i++) {
            ct_buf_char(out, '|');
            ct_buf_add(out, row.field[i].s, row.field[i].n);
            assert_int_equal(row.field[i].s[row.field[i].n], '\0');
        }
        ct_buf_str_add(out, row.fault != NULL ? "!" : "");
        ct_buf_str_add(out, strcmp(row.eol, "\n") == 0     ? "n"
                            : strcmp(row.eol, "\r\n") == 0 ? "rn"
                            : strcmp(row.eol, "\r") == 0   ? "r"
                                                           : "$");
        ct_buf_add(&raw, row.raw, row.raw_n);
        ct_buf_str_add(&raw, row.eol);
    }
    if (st == CT_OK) { /* nothing is lost or changed */
        assert_int_equal(raw.len, n);
        assert_true(n == 0 || memcmp(raw.data, data, n) == 0);
    }
    return st;
}

static void test_shapes(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } V[] = {
        {"", ""},
        {"a", "|a$"},
        {"a,b\n", "|a|bn"},
        {"a,b\r\nc,d\r\n", "|a|brn|c|drn"},
        {"a,b\rc,d", "|a|br|c|d$"},
        {"a\r\r\nb", "|ar|rn|b$"},
        {",\n", "||n"},
        {",", "||$"},
        {"\n", "|n"},
        {"\n\na\n", "|n|n|an"},
        {"\"a\"\n", "|an"},
        {"\"\"", "|$"},
        {"\"\",\"\"\n", "||n"},
        {"\"a,b\",c\n", "|a,b|cn"},
        {"\"a\"\"b\"\n", "|a\"bn"},
        {"\"\"\"\"\n", "|\"n"},
        {"\"a\nb\",c\nd,e\n", "|a\nb|cn|d|en"},
        {"\"a\r\nb\",c\r\n", "|a\r\nb|crn"},
        {"a\"b,c\n", "|a\"b|cn"},
        {" \"a\" ,b\n", "| \"a\" |bn"},
        {"\"a\"b,c\n", "|ab|c!n"},
        {"\"a\" ,c\nd\n", "|a |c!n|dn"},
        {"x,\"open\nand on", "|x|open\nand on!$"},
        {"\"", "|!$"},
        {"\xEF\xBB\xBFresp,\"x\"\n1,2\n", "|resp|xn|1|2n"},
        {"\xEF\xBB\xBF\"resp\",x\n", "|resp|xn"},
        {"\xEF\xBB\xBF", "|$"},
        {"\xEF\xBB\xBF\n", "|n"},
        {"\xEF\xBB,x\n", "|\xEF\xBB|xn"},
        {"a\n\xEF\xBB\xBF" "b\n", "|an|\xEF\xBB\xBF" "bn"},
        {"J\xC3\xBCrgen,\xFF\n", "|J\xC3\xBCrgen|\xFFn"},
    };
    for (size_t i = 0; i < CT_LEN(V); i++)
        for (size_t portion = 1; portion <= 8; portion++) {
            CT_BUF out = {0};
            struct ct_error e = {0};
            assert_int_equal(rendered(V[i].in, strlen(V[i].in), portion, &out, &e), CT_OK);
            if (strcmp(ct_buf_str(&out), V[i].out) != 0)
                fail_msg("\"%s\" by %zu: %s", V[i].in, portion, ct_buf_str(&out));
        }
}

static void test_nul_bytes_pass(void **state)
{
    (void)state;
    CT_BUF out = {0};
    struct ct_error e = {0};
    assert_int_equal(rendered("a\0b,c\n", 6, 2, &out, &e), CT_OK);
    assert_int_equal(out.len, 7);
    assert_memory_equal(out.data, "|a\0b|cn", 7);
}

static void test_lines_are_counted_through_quotes(void **state)
{
    (void)state;
    static const char IN[] = "a\n\"b\nb\nb\",c\r\n\nd";
    struct source s = {IN, sizeof IN - 1, 0, 3, false};
    CT_CSV *csv = NULL;
    struct ct_csv_row row;
    bool end;
    static const uint64_t WANT[] = {1, 2, 5, 6};
    assert_int_equal(ct_csv_open(from_memory, &s, &csv, NULL), CT_OK);
    for (size_t i = 0; i < CT_LEN(WANT); i++) {
        assert_int_equal(ct_csv_next(csv, &row, &end, NULL), CT_OK);
        assert_false(end);
        assert_int_equal(row.line, WANT[i]);
    }
    assert_int_equal(ct_csv_next(csv, &row, &end, NULL), CT_OK);
    assert_true(end);
    assert_int_equal(ct_csv_next(csv, &row, &end, NULL), CT_OK);
    assert_true(end);
}

static void test_rows_beyond_bounds(void **state)
{
    (void)state;
    size_t n = CT_CSV_ROW_MAX + 100;
    char *big = malloc(n);
    assert_non_null(big);
    struct ct_error e = {0};
    CT_BUF out = {.max = 4 * CT_CSV_ROW_MAX};
    memset(big, 'x', n);
    memcpy(big, "ok\n\"", 4);
    assert_int_equal(rendered(big, n, 4096, &out, &e), CT_EFOREIGN);
    assert_non_null(strstr(e.text, "line 2"));
    assert_non_null(strstr(e.text, "quote"));
    /* As long as it may be. */
    memset(big, 'x', n);
    big[CT_CSV_ROW_MAX] = '\n';
    ct_buf_clear(&out);
    assert_int_equal(rendered(big, CT_CSV_ROW_MAX + 1, 4096, &out, &e), CT_OK);
    big[CT_CSV_ROW_MAX] = 'x';
    big[CT_CSV_ROW_MAX + 1] = '\n';
    assert_int_equal(rendered(big, CT_CSV_ROW_MAX + 2, 4096, &out, &e), CT_EFOREIGN);
    /* Columns: one comma fewer than there may be columns. */
    memset(big, ',', n);
    ct_buf_clear(&out);
    assert_int_equal(rendered(big, CT_CSV_FIELDS_MAX - 1, 4096, &out, &e), CT_OK);
    assert_int_equal(out.len, CT_CSV_FIELDS_MAX + 1);
    assert_int_equal(rendered(big, CT_CSV_FIELDS_MAX, 4096, &out, &e), CT_EFOREIGN);
    free(big);
}

static void test_a_failing_source_is_reported(void **state)
{
    (void)state;
    struct source s = {"a\nb", 3, 0, 3, true};
    CT_CSV *csv = NULL;
    struct ct_csv_row row;
    struct ct_error e = {0};
    bool end;
    assert_int_equal(ct_csv_open(from_memory, &s, &csv, NULL), CT_OK);
    assert_int_equal(ct_csv_next(csv, &row, &end, &e), CT_OK);
    assert_int_equal(ct_csv_next(csv, &row, &end, &e), CT_EIO);
    assert_string_equal(e.text, "the cable is out");
}

/* Whatever bytes a field has, it comes back as it was. */
static void test_written_is_read_back(void **state)
{
    (void)state;
    static const char ALPHABET[] = "a\"\n\r, '=\xEF";
    unsigned seed = 1;
    for (int round = 0; round < 3000; round++) {
        char field[3][8];
        size_t len[3];
        CT_BUF out = {0};
        for (size_t f = 0; f < 3; f++) {
            seed = seed * 1103515245u + 12345u;
            len[f] = (seed >> 16) % sizeof field[f];
            for (size_t i = 0; i < len[f]; i++) {
                seed = seed * 1103515245u + 12345u;
                field[f][i] = ALPHABET[(seed >> 16) % (sizeof ALPHABET - 1)];
            }
            if (f > 0)
                ct_buf_char(&out, ',');
            ct_csv_put(&out, field[f], len[f]);
        }
        ct_buf_char(&out, '\n');
        struct source s = {out.data, out.len, 0, 5, false};
        CT_CSV *csv = NULL;
        struct ct_csv_row row;
        bool end;
        assert_int_equal(ct_csv_open(from_memory, &s, &csv, NULL), CT_OK);
        assert_int_equal(ct_csv_next(csv, &row, &end, NULL), CT_OK);
        assert_null(row.fault);
        assert_int_equal(row.n, 3);
        for (size_t f = 0; f < 3; f++) {
            assert_int_equal(row.field[f].n, len[f]);
            assert_memory_equal(row.field[f].s, field[f], len[f]);
        }
        assert_int_equal(ct_csv_next(csv, &row, &end, NULL), CT_OK);
        assert_true(end);
    }
}

static void test_formulas_are_defused_in_text(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } V[] = {
        {"=1+1", "'=1+1"}, {"+44", "'+44"}, {"-5", "'-5"},    {"@x", "'@x"},
        {"\tx", "'\tx"},   {"\rx", "\"'\rx\""}, {"=\"a\"", "\"'=\"\"a\"\"\""},
        {"a=1", "a=1"},    {"", ""},        {"plain", "plain"}, {"a,b", "\"a,b\""},
    };
    for (size_t i = 0; i < CT_LEN(V); i++) {
        CT_BUF out = {0};
        ct_csv_put_text(&out, V[i].in, strlen(V[i].in));
        assert_string_equal(ct_buf_str(&out), V[i].out);
    }
    CT_BUF out = {0};
    ct_csv_put(&out, "-5", 2);
    assert_string_equal(ct_buf_str(&out), "-5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_nul_bytes_pass),
        cmocka_unit_test(test_lines_are_counted_through_quotes),
        cmocka_unit_test(test_rows_beyond_bounds),
        cmocka_unit_test(test_a_failing_source_is_reported),
        cmocka_unit_test(test_written_is_read_back),
        cmocka_unit_test(test_formulas_are_defused_in_text),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
