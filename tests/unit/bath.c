/* Baths: a strip before each use, a failed strip ends the bath, nothing is done before its
 * time, nothing is used over its life. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/bath.h"
#include "tests/support/bench_of.h"

static int64_t basin(struct ward *w, const char *asset, const char *programme)
{
    int64_t id =
        bench_device(w, asset, "disinfectant-bath", CT_ELEC_UNSAID, CT_APPLIED_UNSAID);
    struct ct_machine_programme m = {.equipment_id = id};
    snprintf(m.programme, sizeof m.programme, "%s", programme);
    ok(ct_machine_programme_add(w->sue, &m, e));
    return id;
}

static struct ct_bath fresh(struct ward *w, int64_t basin_id)
{
    struct ct_bath b = {.equipment_id = basin_id, .expires = ct_date_at(w->c.now) + 200};
    snprintf(b.product, sizeof b.product, "OPA 0.55 %% (invented)");
    snprintf(b.lot, sizeof b.lot, "OP-1");
    return b;
}

static struct ct_bath poured(struct ward *w, const char *asset, const char *programme)
{
    struct ct_bath b = fresh(w, basin(w, asset, programme));
    ok(ct_bath_pour(w->tom, &b, e));
    return b;
}

static struct ct_bath_strip strip(struct ward *w, int64_t bath, enum ct_strip_result result)
{
    struct ct_bath_strip s = {.bath_id = bath, .expires = ct_date_at(w->c.now), .control = true,
                              .result = result};
    snprintf(s.lot, sizeof s.lot, "ST-4");
    return s;
}

static void tested(struct ward *w, int64_t bath, enum ct_strip_result result)
{
    struct ct_bath_strip s = strip(w, bath, result);
    w->c.now += CT_MINUTE_MS;
    ok(ct_bath_test(w->tom, &s, e));
}

static struct ct_bath_soak item(int64_t bath)
{
    struct ct_bath_soak s = {.bath_id = bath, .temp_c10 = 210};
    snprintf(s.item, sizeof s.item, "Laryngoscope blade");
    return s;
}

static struct ct_bath got(struct ward *w, int64_t id)
{
    struct ct_bath b;
    ok(ct_bath_get(w->tom, id, &b, e));
    return b;
}

static void test_a_strip_before_each_use(void **state)
{
    struct ward *w = *state;
    struct ct_bath b = poured(w, "BA-1", "ortho-phthalaldehyde");
    assert_int_equal(b.last_day, ct_date_at(w->c.now) + 14);
    struct ct_bath_soak s = item(b.id);
    refused(ct_bath_soak(w->tom, &s, e), CT_EINVAL, "strip", "test it first");
    struct ct_bath_strip old = strip(w, b.id, CT_STRIP_ENOUGH);
    old.expires--;
    refused(ct_bath_test(w->tom, &old, e), CT_EINVAL, "expires", "out of date");
    old.expires++;
    old.control = false;
    refused(ct_bath_test(w->tom, &old, e), CT_EINVAL, "result", "control");
    tested(w, b.id, CT_STRIP_INVALID);
    refused(ct_bath_soak(w->tom, &s, e), CT_EINVAL, "strip", "test it first");
    tested(w, b.id, CT_STRIP_ENOUGH);
    ok(ct_bath_soak(w->tom, &s, e));
    assert_int_equal(s.ready_ms - s.started_ms, 12 * CT_MINUTE_MS);
    struct ct_bath_soak second = item(b.id);
    refused(ct_bath_soak(w->tom, &second, e), CT_EINVAL, "bath_id", "is in it");
    w->c.now += 12 * CT_MINUTE_MS;
    s.done = s.rinsed = true;
    s.ended_ms = 0;
    ok(ct_bath_soak_end(w->tom, &s, e));
    second = item(b.id);
    refused(ct_bath_soak(w->tom, &second, e), CT_EINVAL, "strip", "test it first");
    tested(w, b.id, CT_STRIP_ENOUGH);
    w->c.now += CT_DAY_MS; /* yesterday's strip is none of today */
    second = item(b.id);
    refused(ct_bath_soak(w->tom, &second, e), CT_EINVAL, "strip", "test it first");
}

static void test_a_failed_strip_ends_the_bath(void **state)
{
    struct ward *w = *state;
    struct ct_bath b = poured(w, "BA-1", "ortho-phthalaldehyde");
    tested(w, b.id, CT_STRIP_ENOUGH);
    struct ct_bath_soak s = item(b.id);
    ok(ct_bath_soak(w->tom, &s, e));
    tested(w, b.id, CT_STRIP_WEAK); /* while something is in it */
    b = got(w, b.id);
    assert_true(b.ended);
    assert_int_equal(b.why, CT_BATH_WEAK);
    w->c.now += CT_HOUR_MS;
    s.done = s.rinsed = true;
    s.ended_ms = 0;
    refused(ct_bath_soak_end(w->tom, &s, e), CT_EINVAL, "bath_id", "too weak");
    s.done = false;
    refused(ct_bath_soak_end(w->tom, &s, e), CT_EINVAL, "text", "");
    snprintf(s.text, sizeof s.text, "the bath was too weak");
    ok(ct_bath_soak_end(w->tom, &s, e));
    struct ct_bath_strip again = strip(w, b.id, CT_STRIP_ENOUGH);
    refused(ct_bath_test(w->tom, &again, e), CT_EINVAL, "bath_id", "thrown away");
    struct ct_bath_soak more = item(b.id);
    refused(ct_bath_soak(w->tom, &more, e), CT_EINVAL, "bath_id", "thrown away");
    struct ct_bath new = fresh(w, b.equipment_id);
    ok(ct_bath_pour(w->tom, &new, e));
    assert_int_not_equal(new.id, b.id);
}

static void test_not_before_its_time(void **state)
{
    struct ward *w = *state;
    struct ct_bath b = poured(w, "BA-1", "ortho-phthalaldehyde");
    tested(w, b.id, CT_STRIP_ENOUGH);
    struct ct_bath_soak s = item(b.id);
    s.temp_c10 = 199;
    refused(ct_bath_soak(w->tom, &s, e), CT_EINVAL, "temp_c10", "20 degC");
    s.temp_c10 = 200;
    ok(ct_bath_soak(w->tom, &s, e));
    w->c.now += 12 * CT_MINUTE_MS - 1000;
    s.done = s.rinsed = true;
    s.ended_ms = 0;
    refused(ct_bath_soak_end(w->tom, &s, e), CT_EINVAL, "ended_ms", "stays in until");
    w->c.now += 1000;
    s.rinsed = false;
    refused(ct_bath_soak_end(w->tom, &s, e), CT_EINVAL, "rinsed", "rinsed");
    s.rinsed = true;
    ok(ct_bath_soak_end(w->tom, &s, e));
    refused(ct_bath_soak_end(w->tom, &s, e), CT_ECONFLICT, "", "over already");
    struct ct_bath_soak *list;
    size_t n;
    ok(ct_bath_soaks(w->tom, b.id, 10, &list, &n, e));
    assert_int_equal(n, 1);
    assert_true(list[0].done);
    free(list);
}

static void test_its_life(void **state)
{
    struct ward *w = *state;
    struct ct_bath b = poured(w, "BA-1", "ortho-phthalaldehyde"), second;
    second = fresh(w, b.equipment_id);
    refused(ct_bath_pour(w->tom, &second, e), CT_ECONFLICT, "equipment_id", "topped up");
    w->c.now += 14 * (int64_t)CT_DAY_MS; /* the last day is usable */
    tested(w, b.id, CT_STRIP_ENOUGH);
    struct ct_bath_soak s = item(b.id);
    ok(ct_bath_soak(w->tom, &s, e));
    refused(ct_bath_discard(w->tom, b.id, CT_BATH_OVER, "", e), CT_EINVAL, "bath_id", "in it");
    w->c.now += CT_DAY_MS;
    s.done = s.rinsed = true;
    s.ended_ms = 0;
    ok(ct_bath_soak_end(w->tom, &s, e));
    tested(w, b.id, CT_STRIP_ENOUGH);
    struct ct_bath_soak late = item(b.id);
    refused(ct_bath_soak(w->tom, &late, e), CT_EINVAL, "bath_id", "over its life");
    refused(ct_bath_discard(w->tom, b.id, CT_BATH_OTHER, "", e), CT_EINVAL, "text", "");
    ok(ct_bath_discard(w->tom, b.id, CT_BATH_OVER, "", e));
    struct ct_bath *list;
    size_t n;
    ok(ct_bath_list(w->tom, true, 10, &list, &n, e));
    assert_int_equal(n, 0);
    free(list);
    ok(ct_bath_list(w->tom, false, 10, &list, &n, e));
    assert_int_equal(n, 1);
    free(list);
    second.expires = ct_date_at(w->c.now) + 3; /* the product ends first */
    ok(ct_bath_pour(w->tom, &second, e));
    assert_int_equal(second.last_day, ct_date_at(w->c.now) + 3);
}

static void test_what_is_poured(void **state)
{
    struct ward *w = *state;
    int64_t id = basin(w, "BA-1", "ortho-phthalaldehyde");
    struct ct_bath b = fresh(w, id);
    b.expires = ct_date_at(w->c.now) - 1;
    refused(ct_bath_pour(w->tom, &b, e), CT_EINVAL, "expires", "out of date");
    b = fresh(w, id);
    b.reuse_days = 15;
    refused(ct_bath_pour(w->tom, &b, e), CT_EINVAL, "reuse_days", "14 days");
    b.reuse_days = 7;
    snprintf(b.programme, sizeof b.programme, "glutaraldehyde-2");
    refused(ct_bath_pour(w->tom, &b, e), CT_EINVAL, "programme", "does not run");
    b.programme[0] = '\0';
    b.lot[0] = '\0';
    refused(ct_bath_pour(w->tom, &b, e), CT_EINVAL, "lot", "");
    snprintf(b.lot, sizeof b.lot, "OP-1");
    ok(ct_bath_pour(w->tom, &b, e));
    assert_int_equal(b.last_day, ct_date_at(w->c.now) + 7);
    int64_t monitor = bench_device(w, "M-1", "monitor", CT_ELEC_UNSAID, CT_APPLIED_UNSAID);
    struct ct_bath none = fresh(w, monitor);
    refused(ct_bath_pour(w->tom, &none, e), CT_EINVAL, "programme", "no programme");
}

static void test_single_use(void **state)
{
    struct ward *w = *state;
    struct ct_bath b = poured(w, "BA-2", "peracetic-acid-0-2");
    assert_false(b.strips);
    struct ct_bath_soak s = item(b.id);
    s.temp_c10 = 520;
    ok(ct_bath_soak(w->tom, &s, e));
    w->c.now += CT_HOUR_MS;
    s.done = s.rinsed = true;
    s.ended_ms = 0;
    ok(ct_bath_soak_end(w->tom, &s, e));
    assert_int_equal(got(w, b.id).why, CT_BATH_ONE_USE);
    assert_true(got(w, b.id).ended);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
        T(test_a_strip_before_each_use),
        T(test_a_failed_strip_ends_the_bath),
        T(test_not_before_its_time),
        T(test_its_life),
        T(test_what_is_poured),
        T(test_single_use),
    };
    return cmocka_run_group_tests_name("bath", tests, NULL, NULL);
}
