/* Indicators: which results let a load go, and why the others do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "clinic/indicator.h"

enum { HOUR = 3600 * 1000 };

static const struct ct_bi_pair GOOD = {
    .lot = "L-17",
    .control_lot = " L-17 ",
    .test = CT_BI_NEGATIVE,
    .control = CT_BI_POSITIVE,
    .started_ms = 1000000,
    .read_ms = 1000000 + 24 * (int64_t)HOUR,
    .control_started_ms = 1000000,
    .control_read_ms = 1000000 + 24 * (int64_t)HOUR,
    .incubation_ms = 24 * (int64_t)HOUR,
    .processed = true,
};
static const int64_t NOW = 1000000 + 30 * (int64_t)HOUR;

static void means(const struct ct_bi_pair *p, enum ct_bi_meaning m, const char *says)
{
    CT_BUF why = {0};
    enum ct_bi_meaning is = ct_bi_means(p, NOW, &why);
    if (is != m || strstr(ct_buf_str(&why), says) == NULL)
        fail_msg("%s: %s", CT_BI_MEANING_NAME[is], ct_buf_str(&why));
    assert_int_equal(ct_bi_means(p, NOW, NULL), m);
    assert_int_equal(ct_bi_decides(m), m == CT_BI_VALID_NEGATIVE || m == CT_BI_IS_POSITIVE);
}
#define WITH(m, says, ...)                                                                     \
    do {                                                                                       \
        struct ct_bi_pair p = GOOD;                                                            \
        __VA_ARGS__;                                                                           \
        means(&p, m, says);                                                                    \
    } while (0)

static void test_valid(void **state)
{
    (void)state;
    means(&GOOD, CT_BI_VALID_NEGATIVE, "its control of the same lot did");
    assert_true(ct_bi_ready_ms(&GOOD) == 1000000 + 24 * (int64_t)HOUR);
}

static void test_positive(void **state)
{
    (void)state;
    /* Growth is growth: nothing about the control or the times takes it back. */
    WITH(CT_BI_IS_POSITIVE, "not sterile", p.test = CT_BI_POSITIVE);
    WITH(CT_BI_IS_POSITIVE, "", p.test = CT_BI_POSITIVE, p.control = CT_BI_NEGATIVE);
    WITH(CT_BI_IS_POSITIVE, "", p.test = CT_BI_POSITIVE, p.read_ms = p.started_ms + HOUR);
    WITH(CT_BI_IS_POSITIVE, "", p.test = CT_BI_POSITIVE, p.control_lot = "other");
    WITH(CT_BI_IS_POSITIVE, "", p.test = CT_BI_POSITIVE, p.product_expired = true);
}

static void test_invalid(void **state)
{
    (void)state;
    WITH(CT_BI_CONTROL_FAILED, "control did not grow", p.control = CT_BI_NEGATIVE);
    WITH(CT_BI_WAITING, "control is not read", p.control = CT_BI_NOT_READ);
    WITH(CT_BI_UNCLEAR, "control is inconclusive", p.control = CT_BI_INCONCLUSIVE);
    WITH(CT_BI_OTHER_LOT, "another lot", p.control_lot = "L-18");
    WITH(CT_BI_OTHER_LOT, "another lot", p.control_lot = "l-17");
    WITH(CT_BI_OTHER_LOT, "is not recorded", p.control_lot = NULL);
    WITH(CT_BI_OTHER_LOT, "is not recorded", p.lot = "  ");
    WITH(CT_BI_TOO_EARLY, "before the incubation was over",
         p.read_ms = p.started_ms + p.incubation_ms - 1);
    WITH(CT_BI_TOO_LATE, "later than the product states", p.latest_ms = 23 * (int64_t)HOUR);
    WITH(CT_BI_UNCLEAR, "is not set", p.incubation_ms = 0);
    WITH(CT_BI_UNCLEAR, "is not recorded", p.started_ms = 0);
    WITH(CT_BI_UNCLEAR, "is not recorded", p.read_ms = 0);
    WITH(CT_BI_UNCLEAR, "inconclusive", p.test = CT_BI_INCONCLUSIVE);
    WITH(CT_BI_UNCLEAR, "expiry", p.product_expired = true);
    WITH(CT_BI_UNCLEAR, "went through the cycle", p.processed = false);
    WITH(CT_BI_UNCLEAR, "one of the times is wrong", p.control_read_ms = 5);
    WITH(CT_BI_UNCLEAR, "is not recorded", p.incubation_ms = INT64_MAX);
}

static void test_waiting(void **state)
{
    (void)state;
    WITH(CT_BI_WAITING, "The incubation is over: read it", p.test = CT_BI_NOT_READ);
    WITH(CT_BI_WAITING, "not read yet", p.test = CT_BI_NOT_READ,
         p.incubation_ms = 48 * (int64_t)HOUR);
    WITH(CT_BI_TOO_LATE, "not read in the time", p.test = CT_BI_NOT_READ,
         p.latest_ms = 29 * (int64_t)HOUR);
    WITH(CT_BI_WAITING, "", p.test = CT_BI_NOT_READ, p.started_ms = 0);
}

static void test_chemical(void **state)
{
    (void)state;
    for (int r = 0; r < CT_CI_RESULTS; r++)
        assert_int_equal(ct_ci_accepts((enum ct_ci_result)r), r == CT_CI_PASS);
    assert_int_equal(CT_CI_EMULATING, 6);
    assert_string_equal(CT_CI_TYPE_NAME[5], "integrating");
    for (int t = 1; t < CT_CI_TYPES; t++)
        assert_true(CT_CI_TYPE_HELP[t][0] != '\0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid),    cmocka_unit_test(test_positive),
        cmocka_unit_test(test_invalid),  cmocka_unit_test(test_waiting),
        cmocka_unit_test(test_chemical),
    };
    return cmocka_run_group_tests_name("indicator", tests, NULL, NULL);
}
