/* The certificate: all that ISO/IEC 17025:2017 7.8.2 and 7.8.4 want of it stands there, its
 * number on every page, and a draft never looks like one. The label says what may be done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/bench_of.h"

static struct ct_calibration *measured(struct ward *w)
{
    int64_t fault, lookback;
    int64_t id = bench_device(w, "M-1", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    bench_standard(w, "R-1", "manometer", -100, 100);
    struct ct_calibration *k = bench_begin(w->tom, id, "nibp-static", "R-1");
    bench_nibp(k, CT_CAL_AS_FOUND, "204.5");
    bench_read(k, CT_CAL_AS_FOUND, "p250=-hose_leaks p100=100.1_100.3_mmHg");
    for (size_t i = 0; i < k->t->n_points; i++)
        for (int phase = 0; phase < CT_CAL_PHASES; phase++)
            ok(ct_calibration_u(k, i, (enum ct_cal_phase)phase, "0.5", e));
    ok(ct_calibration_rule(k, CT_CAL_NON_BINARY, "the insurer", e));
    k->temp_c10 = 215;
    k->rh_pct = 45;
    snprintf(k->item_state, sizeof k->item_state, "case cracked");
    ok(ct_calibration_found(w->tom, k, &fault, &lookback, e));
    ok(ct_calibration_adjusted(w->tom, k, "gain of the transducer", e));
    ok(ct_calibration_u(k, k->t->n_points - 1, CT_CAL_AS_LEFT, "0.5", e)); /* was left out */
    bench_nibp(k, CT_CAL_AS_LEFT, "200.1");
    ok(ct_calibration_left(w->tom, k, e));
    ok(ct_calibration_hand_in(w->tom, k, "hose replaced", "adults only", e));
    return k;
}

static void test_print(void **state)
{
    CT_CALIBRATION *k = measured(*state);
    struct ward *w = *state;
    CT_BUF b = {0};
    ok(ct_certificate_text(w->sue, k, 80, 60, &b, e));
    fputs(ct_buf_str(&b), stdout);
    int use;
    ct_buf_clear(&b);
    ok(ct_equipment_label(w->sue, k->equipment_id, &b, &use, e));
    fputs(ct_buf_str(&b), stdout);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, ward_setup, ward_teardown)
        T(test_print),
    };
    return cmocka_run_group_tests_name("certificate", tests, NULL, NULL);
}
