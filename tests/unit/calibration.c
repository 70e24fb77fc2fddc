/* Calibrations: readings as they are typed, references that are in date, as found before
 * anything is touched, adjusted, as left, approved by another person; a verdict that nothing
 * changes afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/bench_of.h"

enum { P0, P10, P50, P100, P150, P200, P250 };

static int64_t fault, lookback;

static struct ct_calibration *nibp(struct ward *w)
{
    int64_t id = bench_device(w, "M-1", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    bench_standard(w, "R-1", "manometer", -100, 100);
    return bench_begin(w->tom, id, "nibp-static", "R-1");
}

/* ---- readings as typed ------------------------------------------------------------ */

static void reads(const struct ct_calibration *k, size_t point, const char *typed, int64_t sum,
                  int n)
{
    ok(ct_calibration_read(k, point, CT_CAL_AS_FOUND, typed, e));
    const struct ct_cal_value *v = &k->value[CT_CAL_AS_FOUND][point];
    assert_true(v->measured);
    assert_int_equal(v->repeat.sum, sum);
    assert_int_equal(v->repeat.n, n);
}

static void not_read(const struct ct_calibration *k, size_t point, const char *typed,
                     const char *says)
{
    refused(ct_calibration_read(k, point, CT_CAL_AS_FOUND, typed, e), CT_EINVAL,
            k->t->point[point].id, says);
    assert_false(k->value[CT_CAL_AS_FOUND][point].measured);
    assert_string_equal(k->value[CT_CAL_AS_FOUND][point].readings, typed);
}

static void test_readings_take_the_unit_of_the_point_and_no_other(void **state)
{
    CT_CALIBRATION *k = nibp(*state);
    reads(k, P100, "100.1", 100100000, 1);
    reads(k, P100, "100.1 mmHg", 100100000, 1);
    reads(k, P100, "100.1mmHg", 100100000, 1);
    reads(k, P100, "100.1 100.3", 200400000, 2);
    reads(k, P100, "100.1; 100.3 mmHg", 200400000, 2);
    reads(k, P100, " 100.1 mmHg 100.3 mmHg ", 200400000, 2);
    reads(k, P0, "-0.5", -500000, 1);
    not_read(k, P100, "13.3 kPa", "in mmHg");
    not_read(k, P100, "100 mmhg", "in mmHg");
    not_read(k, P100, "100.1 mmHg 100.3", "a reading without a unit");
    not_read(k, P100, "100.1 mmHg 100.2 100.3 mmHg", "a reading without a unit");
    not_read(k, P100, "mmHg", "the number before mmHg is missing");
    not_read(k, P100, "high", "is not a number");
    not_read(k, P100, "100,1", "decimals stand behind a point");
    not_read(k, P100, "1e2", "in mmHg");
    not_read(k, P100, "100 mmHg mmHg", "in mmHg");
    not_read(k, P100, "99999999", "too large");
    not_read(k, P100, "-", "why is this point left out");
    refused(ct_calibration_read(k, 99, CT_CAL_AS_FOUND, "1", e), CT_EINVAL, "", "no such point");
}

static void test_the_verdict_and_the_margin_stand_at_once(void **state)
{
    CT_CALIBRATION *k = nibp(*state);
    char text[64];
    const struct ct_cal_value *v = &k->value[CT_CAL_AS_FOUND][P100];
    assert_string_equal(v->limits, "+-3 mmHg");
    reads(k, P100, "101.5", 101500000, 1);
    assert_int_equal(v->c.verdict, CT_CAL_PASS);
    ct_cal_margin_text(v, text, sizeof text);
    assert_string_equal(text, "50 %");
    ct_cal_error_text(v, text, sizeof text);
    assert_string_equal(text, "+1.5");
    reads(k, P100, "103", 103000000, 1); /* on the limit: simple acceptance passes it */
    assert_int_equal(v->c.verdict, CT_CAL_PASS);
    assert_true(fabs(ct_cal_share(v) - 1) < 1e-9);
    reads(k, P100, "96.999999", 96999999, 1);
    assert_int_equal(v->c.verdict, CT_CAL_FAIL);
    ct_cal_margin_text(v, text, sizeof text);
    assert_string_equal(text, "-1 %");
    ok(ct_calibration_u(k, P100, CT_CAL_AS_FOUND, "0.5 mmHg", e));
    reads(k, P100, "103", 103000000, 1);
    assert_true(fabs(v->c.tur - 6) < 1e-9);
    refused(ct_calibration_u(k, P100, CT_CAL_AS_FOUND, "-1", e), CT_EINVAL, "p100", "not below");
    refused(ct_calibration_rule(k, CT_CAL_GUARDED, " ", e), CT_EINVAL, "rule_source",
            "who asks");
    ok(ct_calibration_rule(k, CT_CAL_GUARDED, "the laboratory", e));
    assert_int_equal(v->c.verdict, CT_CAL_FAIL); /* judged again: 103 > 103 - 0.5 */
    /* A rule with a guard band, and no U. */
    refused(ct_calibration_read(k, P50, CT_CAL_AS_FOUND, "50", e), CT_EINVAL, "p50",
            "uncertainty U");
}

/* Scales with e = 0.1 kg: 500 e are 50 kg, and 1 e is 0.1 kg. */
static void test_scales_are_judged_by_their_division(void **state)
{
    struct ward *w = *state;
    int64_t id = bench_device(w, "S-1", "scales", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    bench_standard(w, "R-1", "weights", -100, 100);
    CT_CALIBRATION *k = bench_begin(w->tom, id, "scales", "R-1");
    enum { L100, L500, L2000, L3000 };
    assert_true(ct_calibration_lacks_division(k));
    refused(ct_calibration_read(k, L500, CT_CAL_AS_FOUND, "50.1", e), CT_EINVAL, "load-500",
            "give e of this device, in kg, first");
    refused(ct_calibration_u(k, L500, CT_CAL_AS_FOUND, "0.01", e), CT_EINVAL, "load-500",
            "give e");
    refused(ct_calibration_found(w->tom, k, &fault, &lookback, e), CT_EINVAL, "load-100", "");
    refused(ct_calibration_division(k, "100 g", "plate", e), CT_EINVAL, "division", "in kg");
    refused(ct_calibration_division(k, "", "plate", e), CT_EINVAL, "division", "one number");
    refused(ct_calibration_division(k, "0", "plate", e), CT_EINVAL, "division", "above 0");
    refused(ct_calibration_division(k, "0.1", " ", e), CT_EINVAL, "division", "where");
    assert_true(ct_calibration_lacks_division(k)); /* nothing half-done */
    ok(ct_calibration_division(k, "0.2 kg", "plate", e));
    reads(k, L500, "100.1 kg", 100100000, 1);
    ok(ct_calibration_u(k, L500, CT_CAL_AS_FOUND, "0.01", e));
    ok(ct_calibration_division(k, "0.1", "plate, photo 3", e)); /* it was misread */
    const struct ct_cal_value *v = k->value[CT_CAL_AS_FOUND];
    assert_int_equal(v[L500].nominal, 50000000);
    assert_string_equal(v[L500].limits, "+-0.1 kg");
    assert_int_equal(v[L500].u, 10000);
    assert_int_equal(v[L500].c.verdict, CT_CAL_FAIL); /* 100.1 is judged again, by 50 */
    reads(k, L100, "10", 10000000, 1);
    reads(k, L500, "50.1", 50100000, 1);
    assert_int_equal(v[L500].c.verdict, CT_CAL_PASS); /* on the limit */
    reads(k, L500, "50.101", 50101000, 1);
    assert_int_equal(v[L500].c.verdict, CT_CAL_FAIL);
    reads(k, L500, "50.05", 50050000, 1);
    ok(ct_calibration_read(k, L2000, CT_CAL_AS_FOUND, "- above capacity", e));
    ok(ct_calibration_read(k, L3000, CT_CAL_AS_FOUND, "- above capacity", e));
    ok(ct_calibration_found(w->tom, k, &fault, &lookback, e));
    assert_int_equal(k->found, CT_CAL_PASS);
    refused(ct_calibration_division(k, "0.1", "plate", e), CT_EINVAL, "division", "no longer");
    ok(ct_calibration_hand_in(w->tom, k, "", "", e));
    CT_CALIBRATION *seen = NULL;
    ok(ct_calibration_get(w->sue, k->id, &seen, e)); /* as it is kept */
    assert_int_equal(seen->t->division, 100000);
    assert_string_equal(seen->t->division_source, "plate, photo 3");
    assert_string_equal(seen->value[CT_CAL_AS_FOUND][L500].limits, "+-0.1 kg");
    ok(clinic_again(w->sue, SUE_PASSWORD));
    ok(ct_calibration_approve(w->sue, seen, e));
    CT_BUF paper = {.max = 1 << 20};
    ok(ct_certificate_text(w->sue, seen, 80, 0, &paper, e));
    assert_non_null(strstr(ct_buf_str(&paper), "0.1 kg (plate, photo 3)"));
    CT_CALIBRATION *next = NULL; /* it stands on the plate: the next one has it */
    ok(ct_calibration_new(w->tom, id, "scales", &next, NULL, e));
    assert_int_equal(next->t->division, 100000);
}

static void test_a_template_may_want_several_readings_and_a_climate(void **state)
{
    struct ward *w = *state;
    char dir[128], path[200];
    snprintf(dir, sizeof dir, "%s/site", w->c.top);
    assert_int_equal(mkdir(dir, 0700), 0);
    snprintf(path, sizeof path, "%s/calibrations", dir);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/calibrations/room.ini", dir);
    static const char TEXT[] = "[calibration]\nid = room\nversion = 1\ntitle = Room\n"
                               "class = thermometer\nsource = site\nrule = simple\n"
                               "readings = 3\ntemperature = 18 28 degC\nhumidity = 20 80 %\n"
                               "points = t37\n\n[point.t37]\ntext = At 37\nnominal = 37 degC\n"
                               "tolerance = 0.3 degC\nsource = site\n";
    file_write(path, TEXT, sizeof TEXT - 1);
    snprintf(w->c.config.data_dir, sizeof w->c.config.data_dir, "%s", dir);
    struct ct_app *app = clinic_app(&w->c);
    ok(recorded_login(app, "tom", TOM_PASSWORD, e));
    int64_t id = bench_device(w, "T-1", "thermometer", CT_ELEC_UNSAID, CT_APPLIED_UNSAID);
    CT_CALIBRATION *k = bench_begin(app, id, "room", NULL);
    refused(ct_calibration_read(k, 0, CT_CAL_AS_FOUND, "37.1 37.2", e), CT_EINVAL, "t37",
            "3 readings are wanted");
    ok(ct_calibration_read(k, 0, CT_CAL_AS_FOUND, "37.1 37.2 37.3\xc2\xb0"
                                                  "C", e));
    assert_true(fabs(k->value[0][0].repeat.s - 0.1) < 1e-9);
    refused(ct_calibration_found(app, k, &fault, &lookback, e), CT_EINVAL, "temp_c10",
            "holds from 18 to 28 degC");
    k->temp_c10 = 285;
    refused(ct_calibration_found(app, k, &fault, &lookback, e), CT_EINVAL, "temp_c10", "28.5");
    k->temp_c10 = 280;
    refused(ct_calibration_found(app, k, &fault, &lookback, e), CT_EINVAL, "rh_pct", "missing");
    k->rh_pct = 45;
    ok(ct_calibration_found(app, k, &fault, &lookback, e));
    assert_int_equal(k->found, CT_CAL_PASS);
    ct_app_free(app);
}

/* ---- declared limits ------------------------------------------------------------------ */

static void limits(const char *typed, const char *nominal, const char *want)
{
    struct ct_tolerance t;
    int64_t n;
    char text[120];
    ok(ct_decimal_parse("n", nominal, strlen(nominal), 6, CT_CAL_MAX, &n, e));
    ok(ct_cal_limits_parse("x", typed, n, "uA", &t, e));
    ct_cal_limits_text(&t, n, "uA", text, sizeof text);
    assert_string_equal(text, want);
    struct ct_tolerance again; /* what is kept is read as the same */
    ok(ct_cal_limits_parse("x", text, n, "uA", &again, e));
    assert_true(t.minus.absolute == again.minus.absolute &&
                t.minus.percent == again.minus.percent &&
                t.plus.absolute == again.plus.absolute && t.plus.percent == again.plus.percent);
}

static void no_limits(const char *typed, const char *says)
{
    struct ct_tolerance t;
    refused(ct_cal_limits_parse("x", typed, 100000000, "uA", &t, e), CT_EINVAL, "x", says);
}

static void test_declared_limits_are_typed_as_people_write_them(void **state)
{
    (void)state;
    limits("+-3", "100", "+-3 uA");
    limits("+/- 3 uA", "100", "+-3 uA");
    limits("+-5 %", "100", "+-5 % of nominal");
    limits("<= 100", "0", "<= 100 uA");
    limits("<100 \xc2\xb5"
           "A",
           "0", "<= 100 uA");
    limits("at least 30 uA", "50", ">= 30 uA");
    limits("134 to 137", "135", "134 to 137 uA");
    limits("-2 to 3 uA", "0", "-2 to 3 uA");
    no_limits("", "is not a number");
    no_limits("3", "upper or the lower");
    no_limits("+-0", "zero");
    no_limits("<= 100", "zero");
    no_limits("+-3 mA", "too much");
    no_limits("<= 5 %", "not in per cent");
    no_limits("137 to 134", "lower to the higher");
    no_limits("1 to 2", "outside of this limit");
    no_limits("+- -3", "sign");
    no_limits("+-101 %", "too large");
}

/* ---- electrical safety: classes, order ---------------------------------------------------- */

static size_t point(const struct ct_calibration *k, const char *id)
{
    return ct_caltemplate_find(k->t, id, strlen(id));
}

static void test_points_apply_by_class_and_applied_part(void **state)
{
    struct ward *w = *state;
    static const struct {
        const char *asset;
        enum ct_elec_class elec;
        enum ct_applied_part applied;
        const char *points;
    } WANT[] = {
        {"E-1", CT_ELEC_I, CT_APPLIED_BF,
         "pe-fixed pe-inlet pe-cord pe-both equipment-direct equipment-alternative applied-bf "},
        {"E-2", CT_ELEC_II, CT_APPLIED_NONE, "equipment-direct-ii equipment-alternative-ii "},
        {"E-3", CT_ELEC_INTERNAL, CT_APPLIED_CF, "applied-cf "},
    };
    for (size_t i = 0; i < CT_LEN(WANT); i++) {
        char have[400] = "";
        int64_t id = bench_device(w, WANT[i].asset, "monitor", WANT[i].elec, WANT[i].applied);
        CT_CALIBRATION *k = bench_begin(w->tom, id, "electrical-safety-62353", NULL);
        assert_int_equal(k->kind, CT_TASK_ELECTRICAL);
        for (size_t p = 0; p < k->t->n_points; p++)
            if (k->value[CT_CAL_AS_FOUND][p].applies)
                snprintf(have + strlen(have), sizeof have - strlen(have), "%s ",
                         k->t->point[p].id);
        assert_string_equal(have, WANT[i].points);
    }
    struct ct_calibration *k = NULL;
    int64_t id = bench_device(w, "E-4", "monitor", CT_ELEC_UNSAID, CT_APPLIED_BF);
    refused(ct_calibration_new(w->tom, id, "electrical-safety-62353", &k, NULL, e), CT_EINVAL,
            "elec_class", "amend the device first");
    id = bench_device(w, "E-5", "monitor", CT_ELEC_II, CT_APPLIED_UNSAID);
    refused(ct_calibration_new(w->tom, id, "electrical-safety-62353", &k, NULL, e), CT_EINVAL,
            "applied", "amend the device first");
    id = bench_device(w, "E-6", "monitor", CT_ELEC_INTERNAL, CT_APPLIED_NONE);
    refused(ct_calibration_new(w->tom, id, "electrical-safety-62353", &k, NULL, e), CT_EINVAL,
            "template", "no point of");
    refused(ct_calibration_new(w->tom, id, "scales", &k, NULL, e), CT_EINVAL, "template",
            "for devices of class scales");
    refused(ct_calibration_new(w->tom, 999, "scales", &k, NULL, e), CT_ENOTFOUND, "", "");
}

static void test_leakage_only_after_protective_earth_passed(void **state)
{
    struct ward *w = *state;
    int64_t id = bench_device(w, "E-1", "monitor", CT_ELEC_I, CT_APPLIED_BF);
    bench_standard(w, "R-2", "electrical safety analyser", -1, 1);
    CT_CALIBRATION *k = bench_begin(w->tom, id, "electrical-safety-62353", "R-2");
    size_t direct = point(k, "equipment-direct"), bf = point(k, "applied-bf");
    refused(ct_calibration_read(k, direct, CT_CAL_AS_FOUND, "120", e), CT_EINVAL,
            "equipment-direct", "measure that first");
    bench_read(k, CT_CAL_AS_FOUND, "pe-fixed=-detachable_cord pe-inlet=210");
    refused(ct_calibration_read(k, direct, CT_CAL_AS_FOUND, "120", e), CT_EINVAL,
            "equipment-direct", "after pe-inlet has passed, and it did not");
    bench_read(k, CT_CAL_AS_FOUND, "pe-inlet=180 pe-cord=-built_in pe-both=-built_in");
    bench_read(k, CT_CAL_AS_FOUND, "equipment-direct=120 equipment-alternative=-direct_method");
    refused(ct_calibration_read(k, bf, CT_CAL_AS_FOUND, "40", e), CT_EINVAL, "applied-bf",
            "without it there is no verdict");
    refused(ct_calibration_declare(k, bf, "", "<= 5000", " ", e), CT_EINVAL, "applied-bf",
            "where it was taken from");
    refused(ct_calibration_declare(k, direct, "", "<= 900", "me", e), CT_EINVAL,
            "equipment-direct", "the template's");
    ok(ct_calibration_declare(k, bf, "", "<= 5000 uA", "maker's manual p. 12", e));
    bench_read(k, CT_CAL_AS_FOUND, "applied-bf=40");
    ok(ct_calibration_found(w->tom, k, &fault, &lookback, e));
    assert_int_equal(k->found, CT_CAL_PASS);
    assert_string_equal(k->value[0][bf].declared, "maker's manual p. 12");
    assert_string_equal(k->value[0][bf].limits, "<= 5000 uA");
    assert_string_equal(k->value[0][point(k, "pe-cord")].left_out, "built in");
    ok(ct_calibration_hand_in(w->tom, k, "", "", e));
    /* The next one begins with what the device declared then. */
    int64_t open = 0;
    struct ct_calibration *again = NULL;
    refused(ct_calibration_new(w->tom, id, "electrical-safety-62353", &again, &open, e),
            CT_ECONFLICT, "", "is open");
    assert_int_equal(open, k->id);
    ok(ct_calibration_void(w->tom, k->id, "wrong device", e));
    again = bench_begin(w->tom, id, "electrical-safety-62353", NULL);
    ct_calibration_free(again);
}

static void test_a_failed_earth_leaves_the_leakage_out(void **state)
{
    struct ward *w = *state;
    int64_t id = bench_device(w, "E-1", "monitor", CT_ELEC_I, CT_APPLIED_NONE);
    bench_standard(w, "R-2", "electrical safety analyser", -1, 1);
    CT_CALIBRATION *k = bench_begin(w->tom, id, "electrical-safety-62353", "R-2");
    bench_read(k, CT_CAL_AS_FOUND,
               "pe-fixed=-x pe-cord=-x pe-both=-x pe-inlet=150 equipment-direct=90");
    bench_read(k, CT_CAL_AS_FOUND, "pe-inlet=450"); /* measured again, after the leakage */
    ok(ct_calibration_found(w->tom, k, &fault, &lookback, e));
    const struct ct_cal_value *v = &k->value[0][point(k, "equipment-direct")];
    assert_false(v->measured);
    assert_string_equal(v->left_out, "pe-inlet did not pass");
    assert_int_equal(k->found, CT_CAL_FAIL);
    assert_int_equal(lookback, 0); /* no figure of a patient is wrong by it */
}

/* ---- references ------------------------------------------------------------------------------ */

static void no_reference(struct ward *w, struct ct_calibration *k, const char *asset,
                         const char *says)
{
    refused(ct_calibration_reference(w->tom, k, asset, e), CT_EINVAL, "reference", says);
    assert_int_equal(k->n_refs, 0);
}

static void test_a_reference_is_registered_of_the_kind_and_covered(void **state)
{
    struct ward *w = *state;
    int64_t id = bench_device(w, "M-1", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    ct_date today = ct_date_at(w->c.now);
    CT_CALIBRATION *k = bench_begin(w->tom, id, "nibp-static", NULL);
    no_reference(w, k, "R-9", "there is no device R-9");
    no_reference(w, k, "M-1", "no reference for itself");
    bench_device(w, "M-2", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    no_reference(w, k, "m-2", "this template asks for: manometer");
    bench_standard(w, "R-1", "thermometer", -1, 1);
    no_reference(w, k, "R-1", "reference for \"thermometer\"");
    bench_standard(w, "R-2", "manometer", -400, -1);
    no_reference(w, k, "R-2", "no certificate that counts on");
    bench_standard(w, "R-3", "manometer", 1, 10);
    no_reference(w, k, "R-3", "no certificate that counts on");
    int64_t r4 = bench_standard(w, "R-4", "Manometer", -10, 0); /* today is its last day */
    ok(ct_calibration_reference(w->tom, k, "r-4", e));
    assert_int_equal(k->ref[0].last_day, today);
    assert_non_null(strstr(k->ref[0].certificate, "Certificate R-4-1, Metrolab, until"));
    ok(ct_calibration_reference(w->tom, k, "R-4", e)); /* scanned twice */
    assert_int_equal(k->n_refs, 1);
    /* Tomorrow it is none: asked again when it is recorded. */
    bench_nibp(k, CT_CAL_AS_FOUND, "200");
    w->c.now += CT_DAY_MS;
    k->done_ms = w->c.now;
    refused(ct_calibration_found(w->tom, k, &fault, &lookback, e), CT_EINVAL, "reference",
            "no certificate");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM calibration"), 0);
    k->done_ms -= CT_DAY_MS; /* it was measured yesterday, when it was in date */
    ok(ct_calibration_found(w->tom, k, &fault, &lookback, e));
    (void)r4;
}

static void test_a_quarantined_reference_is_none(void **state)
{
    struct ward *w = *state;
    int64_t id = bench_device(w, "M-1", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    int64_t r = bench_standard(w, "R-1", "manometer", -10, 10);
    CT_CALIBRATION *k = bench_begin(w->tom, id, "nibp-static", NULL);
    char sql[200];
    snprintf(sql, sizeof sql,
             "UPDATE equipment_find SET condition = 2 WHERE equipment_id = %lld", (long long)r);
    ward_raw(w, sql);
    no_reference(w, k, "R-1", "is quarantined: it cannot be reference");
    snprintf(sql, sizeof sql,
             "UPDATE equipment_find SET condition = 0 WHERE equipment_id = %lld", (long long)r);
    ward_raw(w, sql);
    ok(ct_calibration_reference(w->tom, k, "R-1", e));
    /* One without a schedule whose certificate does not say until when. */
    int64_t r2 = bench_standard(w, "R-2", "manometer", -400, -300);
    bench_certificate(w, r2, "Open end", CT_NO_DATE, CT_NO_DATE);
    refused(ct_calibration_reference(w->tom, k, "R-2", e), CT_EINVAL, "reference",
            "nobody would notice");
}

/* ---- as found ------------------------------------------------------------------------------------ */

static void test_what_is_missing_is_named_and_nothing_is_saved(void **state)
{
    struct ward *w = *state;
    int64_t id = bench_device(w, "M-1", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    bench_standard(w, "R-1", "manometer", -10, 10);
    CT_CALIBRATION *k = bench_begin(w->tom, id, "nibp-static", NULL);
    int64_t end = chain_end(w->tom);
    char lacks[80];
    bench_read(k, CT_CAL_AS_FOUND, "p0=0 p10=10 p50=50 p100=100 p200=200 p250=250");
    refused(ct_calibration_found(w->tom, k, &fault, &lookback, e), CT_EINVAL, "p150",
            "the reading of p150 is missing");
    bench_read(k, CT_CAL_AS_FOUND, "p150=150");
    ct_calibration_lacks(k, lacks, sizeof lacks);
    assert_string_equal(lacks, "manometer");
    refused(ct_calibration_found(w->tom, k, &fault, &lookback, e), CT_EINVAL, "reference",
            "manometer");
    ok(ct_calibration_reference(w->tom, k, "R-1", e));
    k->done_ms = w->c.now + CT_DAY_MS;
    refused(ct_calibration_found(w->tom, k, &fault, &lookback, e), CT_EINVAL, "done_ms",
            "future");
    k->done_ms = w->c.now;
    k->place[0] = '\0';
    refused(ct_calibration_found(w->tom, k, &fault, &lookback, e), CT_EINVAL, "place",
            "missing");
    snprintf(k->place, sizeof k->place, "Workshop");
    refused(ct_calibration_adjusted(w->tom, k, "zero", e), CT_EINVAL, "",
            "as found is recorded first");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM calibration_text"), 0);
    assert_int_equal(chain_end(w->tom), end);
    ok(ct_calibration_found(w->tom, k, &fault, &lookback, e));
    refused(ct_calibration_found(w->tom, k, &fault, &lookback, e), CT_EINVAL, "",
            "recorded already");
    refused(ct_calibration_reference(w->tom, k, "R-1", e), CT_EINVAL, "reference", "recorded");
    refused(ct_calibration_rule(k, CT_CAL_GUARDED, "x", e), CT_EINVAL, "rule", "before");
}

static void test_all_points_left_out_is_no_calibration(void **state)
{
    CT_CALIBRATION *k = nibp(*state);
    struct ward *w = *state;
    bench_read(k, CT_CAL_AS_FOUND,
               "p0=-broken p10=-broken p50=-broken p100=-broken p150=-broken p200=-broken "
               "p250=-broken");
    refused(ct_calibration_found(w->tom, k, &fault, &lookback, e), CT_EINVAL, "p0",
            "not one point was measured");
}

/* ---- from as found to approved ------------------------------------------------------------------- */

/* Sue approves it. */
static void approve(struct ward *w, int64_t id)
{
    CT_CALIBRATION *k = NULL;
    ok(clinic_again(w->sue, SUE_PASSWORD));
    ok(ct_calibration_get(w->sue, id, &k, e));
    ok(ct_calibration_approve(w->sue, k, e));
    assert_int_equal(k->step, CT_CAL_APPROVED);
    assert_string_equal(k->approved_name, "Sue Demo-Okoro");
}

/* Measured, handed in and approved; as what its result counts. */
static int64_t result_of(struct ward *w, int64_t device, const char *p200, const char *limits)
{
    CT_CALIBRATION *k = bench_begin(w->tom, device, "nibp-static", "R-1");
    char sql[160];
    bench_nibp(k, CT_CAL_AS_FOUND, p200);
    ok(ct_calibration_found(w->tom, k, &fault, &lookback, e));
    ok(ct_calibration_hand_in(w->tom, k, "", limits, e));
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM equipment_result "
                                     "WHERE calibration_id = (SELECT max(id) FROM calibration)"),
                     0);
    approve(w, k->id);
    snprintf(sql, sizeof sql, "SELECT verdict FROM equipment_result WHERE calibration_id = %lld",
             (long long)k->id);
    return app_int(w->tom, sql);
}

static void test_approval_writes_the_result_and_only_it_moves_what_is_due(void **state)
{
    struct ward *w = *state;
    int64_t id = bench_device(w, "M-1", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    ct_date today = ct_date_at(w->c.now);
    bench_standard(w, "R-1", "manometer", -100, 1000);
    struct ct_schedule c = {.equipment_id = id,
                            .kind = CT_TASK_CALIBRATION,
                            .every = 12,
                            .unit = CT_EVERY_MONTH,
                            .amber_days = -1,
                            .starts = today - 1};
    snprintf(c.template_id, sizeof c.template_id, "nibp-static");
    ok(ct_schedule_add(w->sue, &c, e));
    assert_int_equal(app_int(w->tom, "SELECT due FROM schedule_find"), today - 1);
    assert_int_equal(result_of(w, id, "201", ""), CT_TASK_PASSED);
    ct_date next = ct_interval_after(today, 12, CT_EVERY_MONTH);
    assert_int_equal(app_int(w->tom, "SELECT due FROM schedule_find"), next);
    assert_int_equal(result_of(w, id, "201", "adults only"), CT_TASK_LIMITED);
    assert_int_equal(result_of(w, id, "206", ""), CT_TASK_FAILED); /* a failed one moves nothing */
    assert_int_equal(app_int(w->tom, "SELECT due FROM schedule_find"), next);
    assert_true(fault > 0);
    expect_entry(&w->c, "calibration.approve", CT_EXCEPTION, "approved");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM audit_signature s JOIN audit a "
                                     "ON a.seq = s.seq WHERE a.verb = 'calibration.approve'"),
                     3);
}

static void test_an_approved_one_in_error_takes_its_result_with_it(void **state)
{
    struct ward *w = *state;
    int64_t id = bench_device(w, "M-1", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    ct_date today = ct_date_at(w->c.now), last;
    bench_standard(w, "R-1", "manometer", -100, 1000);
    struct ct_schedule c = {.equipment_id = id,
                            .kind = CT_TASK_CALIBRATION,
                            .every = 12,
                            .unit = CT_EVERY_MONTH,
                            .amber_days = -1,
                            .starts = today - 1};
    snprintf(c.template_id, sizeof c.template_id, "nibp-static");
    ok(ct_schedule_add(w->sue, &c, e));
    result_of(w, id, "201", "");
    int64_t k = app_int(w->tom, "SELECT max(id) FROM calibration");
    refused(ct_calibration_void(w->tom, k, "wrong device", e), CT_EDENIED, "", "a supervisor");
    refused(ct_calibration_void(w->sue, k, " ", e), CT_EINVAL, "reason", "missing");
    ok(ct_calibration_void(w->sue, k, "wrong device", e));
    refused(ct_calibration_void(w->sue, k, "again", e), CT_EINVAL, "", "not done now");
    assert_int_equal(app_int(w->tom, "SELECT due FROM schedule_find"), today - 1);
    refused(ct_equipment_in_date(ct_app_db(w->tom), id, today, &last, e), CT_EINVAL, "due",
            "overdue");
    struct ct_task_result *v = NULL;
    size_t n;
    ok(ct_result_list(w->tom, id, -1, 10, &v, &n, e));
    assert_int_equal(n, 1);
    assert_true(v[0].voided);
    assert_string_equal(v[0].reason, "wrong device");
    free(v);
}

/* Out of tolerance: set apart; adjusting it moves its fault on; approving tests it. */
static void test_out_of_tolerance_opens_a_fault_that_the_adjustment_moves_on(void **state)
{
    struct ward *w = *state;
    CT_CALIBRATION *k = nibp(w);
    struct ct_fault f;
    struct ct_equipment x;
    bench_nibp(k, CT_CAL_AS_FOUND, "204.5");
    ok(ct_calibration_found(w->tom, k, &fault, &lookback, e));
    ok(ct_fault_get(w->tom, fault, &f, e));
    assert_int_equal(f.cause, CT_FAULT_OUT_OF_TOLERANCE);
    assert_int_equal(f.calibration_id, k->id);
    assert_non_null(strstr(f.text, "p200 fail, +4.5 mmHg"));
    ok(ct_equipment_get(w->tom, k->equipment_id, &x, e));
    assert_int_equal(x.condition, CT_COND_QUARANTINED);
    ok(ct_calibration_adjusted(w->tom, k, "gain", e));
    ok(ct_fault_get(w->tom, fault, &f, e));
    assert_int_equal(f.step, CT_FAULT_REPAIRED);
    bench_nibp(k, CT_CAL_AS_LEFT, "200.1");
    ok(ct_calibration_left(w->tom, k, e));
    ok(ct_calibration_hand_in(w->tom, k, "", "", e));
    w->c.now += CT_MINUTE_MS;
    approve(w, k->id);
    ok(ct_fault_get(w->tom, fault, &f, e));
    assert_int_equal(f.step, CT_FAULT_TESTED);
    assert_int_equal(app_int(w->tom, "SELECT fault_id FROM equipment_result"), fault);
}

static void test_adjusted_as_left_handed_in_sent_back_approved(void **state)
{
    struct ward *w = *state;
    CT_CALIBRATION *k = nibp(w);
    bench_nibp(k, CT_CAL_AS_FOUND, "204.5");
    ok(ct_calibration_found(w->tom, k, &fault, &lookback, e));
    assert_int_equal(k->found, CT_CAL_FAIL);
    expect_entry(&w->c, "calibration.found", CT_EXCEPTION, "p200 fail, +4.5 mmHg (+-3 mmHg)");
    refused(ct_calibration_left(w->tom, k, e), CT_EINVAL, "", "there was none");
    refused(ct_calibration_adjusted(w->tom, k, "  ", e), CT_EINVAL, "adjusted", "missing");
    ok(ct_calibration_adjusted(w->tom, k, "gain of the transducer", e));
    refused(ct_calibration_hand_in(w->tom, k, "", "", e), CT_EINVAL, "", "as left first");
    bench_nibp(k, CT_CAL_AS_LEFT, "203.5");
    ok(ct_calibration_left(w->tom, k, e));
    assert_int_equal(k->left, CT_CAL_FAIL);
    /* Adjusted once more: a further round, which counts. */
    ok(ct_calibration_adjusted(w->tom, k, "and its zero", e));
    assert_false(k->value[CT_CAL_AS_LEFT][P200].measured);
    refused(ct_calibration_left(w->tom, k, e), CT_EINVAL, "p0", "is missing");
    bench_nibp(k, CT_CAL_AS_LEFT, "200.1");
    ok(ct_calibration_left(w->tom, k, e));
    assert_int_equal(k->left, CT_CAL_PASS);
    assert_int_equal(k->rounds, 2);
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM calibration_point"), 21);
    CT_CALIBRATION *old = NULL;
    ok(ct_calibration_get(w->sue, k->id, &old, e));
    ok(ct_calibration_hand_in(w->tom, k, "hose replaced", "", e));
    refused(ct_calibration_hand_in(w->sue, old, "", "", e), CT_ECONFLICT, "", "meanwhile");
    ok(clinic_again(w->tom, TOM_PASSWORD));
    refused(ct_calibration_approve(w->tom, k, e), CT_EDENIED, "", "another person approves");
    CT_CALIBRATION *his = NULL;
    ok(ct_calibration_get(w->sue, k->id, &his, e));
    refused(ct_calibration_approve(w->sue, his, e), CT_EDENIED, "password", "signature");
    ok(ct_calibration_send_back(w->sue, his, "p250 looks copied", e));
    ct_calibration_freep(&k);
    ok(ct_calibration_get(w->tom, his->id, &k, e));
    assert_string_equal(k->sent_back, "p250 looks copied");
    assert_string_equal(k->remarks, "hose replaced");
    refused(ct_calibration_approve(w->sue, his, e), CT_EINVAL, "", "does not wait");
    ok(ct_calibration_hand_in(w->tom, k, "hose replaced; p250 is right", "", e));
}

static void test_the_verdict_stays_whatever_the_template_becomes(void **state)
{
    struct ward *w = *state;
    char path[200], dir[128];
    CT_CALIBRATION *k = nibp(w);
    bench_nibp(k, CT_CAL_AS_FOUND, "202.5");
    ok(ct_calibration_found(w->tom, k, &fault, &lookback, e));
    int64_t id = k->id;
    /* The site tightens the tolerance: +-1 instead of +-3. */
    CT_BUF text = {.max = CT_CALT_CANONICAL_MAX};
    ct_caltemplate_canonical(k->t, &text);
    char *edited = strdup(ct_buf_str(&text));
    assert_non_null(edited);
    for (char *p = edited; (p = strstr(p, "tolerance = 3 mmHg")) != NULL; p++)
        p[12] = '1';
    snprintf(dir, sizeof dir, "%s/site", w->c.top);
    assert_int_equal(mkdir(dir, 0700), 0);
    snprintf(path, sizeof path, "%s/calibrations", dir);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/calibrations/nibp-static.ini", dir);
    file_write(path, edited, strlen(edited));
    free(edited);
    snprintf(w->c.config.data_dir, sizeof w->c.config.data_dir, "%s", dir);
    struct ct_app *app = clinic_app(&w->c);
    ok(recorded_login(app, "sue", SUE_PASSWORD, e));
    CT_CALIBRATION *now = NULL;
    ok(ct_calibration_get(app, id, &now, e));
    assert_int_equal(now->found, CT_CAL_PASS);
    assert_int_equal(now->value[0][P200].c.verdict, CT_CAL_PASS);
    assert_string_equal(now->value[0][P200].limits, "+-3 mmHg");
    assert_int_equal(now->value[0][P200].c.tolerance_high, INT64_C(203) * 100000000000);
    /* A device measured today is judged by the new one, and both texts are kept. */
    int64_t other = bench_device(w, "M-2", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    CT_CALIBRATION *fresh = bench_begin(app, other, "nibp-static", "R-1");
    bench_nibp(fresh, CT_CAL_AS_FOUND, "202.5");
    ok(ct_calibration_found(app, fresh, &fault, &lookback, e));
    assert_int_equal(fresh->found, CT_CAL_FAIL);
    assert_int_equal(app_int(app, "SELECT count(*) FROM calibration_text"), 2);
    /* And a third of the first text adds none. */
    int64_t third = bench_device(w, "M-3", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    CT_CALIBRATION *same = bench_begin(w->tom, third, "nibp-static", "R-1");
    bench_nibp(same, CT_CAL_AS_FOUND, "200");
    ok(ct_calibration_found(w->tom, same, &fault, &lookback, e));
    assert_int_equal(app_int(app, "SELECT count(*) FROM calibration_text"), 2);
    ct_app_free(app);
}

static void test_lists_and_permissions(void **state)
{
    struct ward *w = *state;
    CT_CALIBRATION *k = nibp(w);
    struct ct_cal_line *v = NULL;
    size_t n;
    bench_nibp(k, CT_CAL_AS_FOUND, "202");
    ok(ct_calibration_found(w->tom, k, &fault, &lookback, e));
    ok(ct_calibration_list(w->sue, 0, true, 50, &v, &n, e));
    assert_int_equal(n, 0);
    free(v);
    ok(ct_calibration_hand_in(w->tom, k, "", "adults only", e));
    ok(ct_calibration_list(w->sue, 0, true, 50, &v, &n, e));
    assert_int_equal(n, 1);
    assert_string_equal(v[0].asset, "M-1");
    assert_string_equal(v[0].title, "NIBP: static pressure");
    free(v);
    ok(ct_calibration_list(w->sue, k->equipment_id, false, 50, &v, &n, e));
    assert_int_equal(n, 1);
    free(v);
    ok(ct_calibration_list(w->sue, k->equipment_id + 1, false, 50, &v, &n, e));
    assert_int_equal(n, 0);
    free(v);
    assert_string_equal(k->limits, "adults only");
    refused(ct_calibration_list(w->c.app, 0, false, 50, &v, &n, e), CT_EDENIED, "", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, ward_setup, ward_teardown)
        T(test_readings_take_the_unit_of_the_point_and_no_other),
        T(test_the_verdict_and_the_margin_stand_at_once),
        T(test_scales_are_judged_by_their_division),
        T(test_a_template_may_want_several_readings_and_a_climate),
        cmocka_unit_test(test_declared_limits_are_typed_as_people_write_them),
        T(test_points_apply_by_class_and_applied_part),
        T(test_leakage_only_after_protective_earth_passed),
        T(test_a_failed_earth_leaves_the_leakage_out),
        T(test_a_reference_is_registered_of_the_kind_and_covered),
        T(test_a_quarantined_reference_is_none),
        T(test_what_is_missing_is_named_and_nothing_is_saved),
        T(test_all_points_left_out_is_no_calibration),
        T(test_adjusted_as_left_handed_in_sent_back_approved),
        T(test_the_verdict_stays_whatever_the_template_becomes),
        T(test_approval_writes_the_result_and_only_it_moves_what_is_due),
        T(test_an_approved_one_in_error_takes_its_result_with_it),
        T(test_out_of_tolerance_opens_a_fault_that_the_adjustment_moves_on),
        T(test_lists_and_permissions),
    };
    return cmocka_run_group_tests_name("calibration", tests, NULL, NULL);
}
