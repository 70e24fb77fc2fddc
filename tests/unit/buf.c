/* Growing buffers: limits stick, canonical fields are length-prefixed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/buf.h"

static void test_appends_and_terminates(void **state)
{
    (void)state;
    CT_BUF b = {0};
    assert_string_equal(ct_buf_str(&b), "");
    ct_buf_str_add(&b, "pulse ");
    ct_buf_printf(&b, "%d", 71);
    ct_buf_char(&b, '\n');
    assert_string_equal(ct_buf_str(&b), "pulse 71\n");
    assert_int_equal(b.len, 9);
    assert_false(b.bad);
}

static void test_limit_sticks(void **state)
{
    (void)state;
    CT_BUF b = {.max = 4};
    ct_buf_str_add(&b, "abcd");
    assert_false(b.bad);
    ct_buf_str_add(&b, "e");
    assert_true(b.bad);
    ct_buf_str_add(&b, "");
    assert_string_equal(ct_buf_str(&b), "abcd");
    ct_buf_clear(&b);
    ct_buf_printf(&b, "%s", "xy");
    assert_string_equal(ct_buf_str(&b), "xy");
}

static void test_fields_are_little_endian_and_prefixed(void **state)
{
    (void)state;
    CT_BUF b = {0};
    ct_buf_field(&b, "ab", 2);
    ct_buf_u64(&b, 0x0102030405060708u);
    const unsigned char want[] = {2, 0, 0, 0, 'a', 'b', 8, 7, 6, 5, 4, 3, 2, 1};
    assert_int_equal(b.len, sizeof want);
    assert_memory_equal(b.data, want, sizeof want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_appends_and_terminates),
        cmocka_unit_test(test_limit_sticks),
        cmocka_unit_test(test_fields_are_little_endian_and_prefixed),
    };
    return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
