/* `clintech verify` on a clinic whose derived search keys are wrong: nothing binds
 * them, and a patient whom nobody finds is registered a second time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/support/tty.h"
#include "tests/support/ward.h"

static int verify(struct ward *w, const char *more, char *out, size_t size)
{
    const char *argv[] = {test_program(), "--dir", w->c.dir, "--as", "sue", "--password-file",
                          "-", "verify", more, NULL};
    return test_run(argv, SUE_PASSWORD "\n", out, size);
}

static void test_search_keys(void **state)
{
    struct ward *w = *state;
    char out[8192];
    ward_patient(w, "Demo", "Di", "", "1970-01-01");
    ward_patient(w, "Demo", "Do", "", "1971-01-01");
    assert_int_equal(verify(w, NULL, out, sizeof out), 0);
    assert_non_null(strstr(out, "nothing is wrong"));
    ward_raw(w, "DELETE FROM patient_find WHERE token = 'di'");
    assert_int_equal(verify(w, NULL, out, sizeof out), 1);
    assert_non_null(strstr(out, "PROBLEM  The search keys of 1 patients do not fit"));
    assert_int_equal(verify(w, "--json", out, sizeof out), 1);
    assert_non_null(strstr(out, "search keys of 1"));
    assert_non_null(strstr(out, "\"ok\": false"));
    assert_non_null(strstr(out, "\"problem_count\": 1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_search_keys, ward_setup, ward_teardown),
    };
    return cmocka_run_group_tests_name("cli_verify", tests, NULL, NULL);
}
