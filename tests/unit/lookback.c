/* A device was out of tolerance: the list of what it measured is the one that plain SQL
 * gives, values are corrected by the error as found, what would change stands first, each
 * line is disposed of, and a supervisor signs. */
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

#include "clinic/lookback_priv.h"
#include "tests/support/bench_of.h"

#define HOUR (60 * CT_MINUTE_MS)
#define BP   (UINT32_C(1) << CT_Q_SBP | UINT32_C(1) << CT_Q_DBP)

static int64_t fault, lookback;

/* ---- a small clinic ------------------------------------------------------------------- */

static int64_t measured(struct ward *w, int64_t patient, const char *line, const char *device,
                        uint32_t quantities)
{
    struct ct_vitals v = ward_set(w, patient, line, w->c.now);
    v.partial = ward_why(w, &v);
    snprintf(v.device[0].device, sizeof v.device[0].device, "%s", device);
    v.device[0].quantities = quantities;
    v.device[0].reason = "no other here";
    v.n_devices = 1;
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    return v.id;
}

static void approve(struct ward *w, struct ct_app *by, const char *password, int64_t id)
{
    CT_CALIBRATION *k = NULL;
    (void)w;
    ok(clinic_again(by, password));
    ok(ct_calibration_get(by, id, &k, e));
    ok(ct_calibration_approve(by, k, e));
}

/* Found and approved; all points show `over` too much but the lowest. */
static int64_t calibrated(struct ward *w, int64_t device, const char *reference, double over)
{
    CT_CALIBRATION *k = bench_begin(w->tom, device, "nibp-static", reference);
    char line[300];
    snprintf(line, sizeof line,
             "p0=0 p10=%.1f p50=%.1f p100=%.1f p150=%.1f p200=%.1f p250=%.1f", 10 + over,
             50 + over, 100 + over, 150 + over, 200 + over, 250 + over);
    bench_read(k, CT_CAL_AS_FOUND, line);
    k->done_ms = w->c.now;
    ok(ct_calibration_found(w->tom, k, &fault, &lookback, e));
    if (over > 3)
        return k->id;
    ok(ct_calibration_hand_in(w->tom, k, "", "", e));
    approve(w, w->sue, SUE_PASSWORD, k->id);
    return k->id;
}

struct scene {
    int64_t device, other, ann, ben, cid;
};

/* Before the good result, after it, by another device, temperature alone, corrected, in
 * error: of the monitor's pressures four sets are in doubt. */
static void scene_make(struct ward *w, struct scene *s)
{
    s->device = bench_device(w, "M-1", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    s->other = bench_device(w, "M-2", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    bench_standard(w, "R-1", "manometer", -100, 400);
    s->ann = ward_patient(w, "Ash", "Ann", "", "1950-02-01");
    s->ben = ward_patient(w, "Birch", "Ben", "", "1960-02-01");
    s->cid = ward_patient(w, "Cedar", "Cid", "", "1970-02-01");
    measured(w, s->ann, "120/80 72 16 98 36.6 A air", "M-1", BP);
    w->c.now += HOUR;
    calibrated(w, s->device, "R-1", 0);
    w->c.now += HOUR;
    measured(w, s->ann, "117/80 72 16 98 36.6 A air", "M-1", BP); /* 109: one point more */
    w->c.now += HOUR;
    measured(w, s->ben, "130/84 72 16 98 36.6 A air", "m-1", BP);
    measured(w, s->ben, "131/84 73 16 98 36.6 A air", "M-2", BP);
    w->c.now += HOUR;
    int64_t id = measured(w, s->cid, "190/99 72 16 98 36.6 A air", "M-1", BP);
    struct ct_vitals v;
    ok(ct_vitals_get(w->tom, id, &v, e));
    struct ct_vitals to = ward_set(w, s->cid, "118/79 72 16 98 36.6 A air", v.taken_ms);
    to.replaces_id = id;
    to.n_devices = 1;
    to.device[0] = v.device[0];
    snprintf(to.reason, sizeof to.reason, "wrong reading");
    ok(ct_vitals_correct(w->tom, &w->rules, &to, e));
    w->c.now += HOUR;
    measured(w, s->cid, "121/81 70 16 98 37.6 A air", "M-1", UINT32_C(1) << CT_Q_TEMP);
    id = measured(w, s->ann, "140/90 99 16 98 36.6 A air", "M-1", BP);
    ok(ct_vitals_void(w->tom, id, "wrong patient", e));
    w->c.now += HOUR;
    measured(w, s->ann, "150/95 75 16 98 36.6 A air", "M-1", BP);
    w->c.now += HOUR;
}

/* The good result, counted without the program. */
static int64_t plain_count(struct ward *w)
{
    return app_int(
        w->tom,
        "SELECT count(DISTINCT v.id) FROM vitals v, vitals_device d WHERE d.vitals_id = v.id "
        "AND lower(d.device) = 'm-1' AND d.quantities & 3 AND v.voided = 0 "
        "AND NOT EXISTS (SELECT 1 FROM vitals r WHERE r.replaces_id = v.id) "
        "AND v.taken_ms >= (SELECT done_ms FROM calibration WHERE id = 1) "
        "AND v.taken_ms <= (SELECT done_ms FROM calibration WHERE id = 2)");
}

static struct ct_lookback_line *lines(struct ward *w, int64_t id, size_t *n)
{
    struct ct_lookback_line *l = NULL;
    ok(ct_lookback_lines(w->tom, &w->rules, id, &l, n, e));
    return l;
}

/* ---- the list ---------------------------------------------------------------------------- */

static void test_the_list_is_what_plain_sql_counts(void **state)
{
    struct ward *w = *state;
    struct scene s;
    struct ct_lookback b;
    size_t n;
    scene_make(w, &s);
    calibrated(w, s.device, "R-1", 8);
    assert_true(lookback != 0 && fault != 0);
    struct ct_lookback_line *l = lines(w, lookback, &n);
    assert_int_equal(n, plain_count(w));
    assert_int_equal(n, 4);
    ok(ct_lookback_get(w->tom, lookback, &b, e));
    assert_string_equal(b.asset, "M-1");
    assert_int_equal(b.lines, 4);
    assert_int_equal(b.open, 4);
    assert_int_equal(b.from_ms, app_int(w->tom, "SELECT done_ms FROM calibration WHERE id = 1"));
    assert_false(b.closed);
    /* what would change stands first: 117 less 8 is 109, a point of NEWS2 more, and so is 118 */
    assert_true(l[0].changes && l[1].changes && !l[2].changes && !l[3].changes);
    assert_string_equal(l[0].patient, "ASH, Ann");
    assert_string_equal(l[0].value, "BP 117/80");
    assert_string_equal(l[0].would, "NEWS2 0 LOW -> 1 LOW, BP 109/72");
    assert_string_equal(l[1].patient, "CEDAR, Cid"); /* the corrected set, once */
    assert_string_equal(l[1].value, "BP 118/79");
    assert_string_equal(l[2].would, "BP 122/76, score the same");
    assert_int_equal(l[2].disposition, -1);
    free(l);
    /* entered later, taken then: it is on the list too */
    int64_t now = w->c.now;
    struct ct_vitals late = ward_set(w, s.ben, "144/90 72 16 98 36.6 A air", now - 2 * HOUR);
    late.n_devices = 1;
    snprintf(late.device[0].device, sizeof late.device[0].device, "M-1");
    late.device[0].quantities = BP;
    late.device[0].reason = "no other here";
    ok(ct_vitals_record(w->tom, &w->rules, &late, e));
    free(lines(w, lookback, &n));
    assert_int_equal(n, 5);
    assert_int_equal(n, plain_count(w));
}

static void test_the_same_list_without_a_look_back(void **state)
{
    struct ward *w = *state;
    struct scene s;
    struct ct_impact i;
    scene_make(w, &s);
    /* nothing is wrong: all quantities, no error known */
    ok(ct_impact(w->tom, &w->rules, s.device, CT_UNSET, CT_UNSET, &i, e));
    assert_int_equal(i.n, 5);
    assert_int_equal(i.calibration_id, 0);
    assert_true(!i.line[0].corrected && i.line[0].would[0] == '\0');
    free(i.line);
    int64_t from = app_int(w->tom, "SELECT done_ms FROM calibration WHERE id = 1");
    int64_t k = calibrated(w, s.device, "R-1", 8);
    ok(ct_impact(w->tom, &w->rules, s.device, from, CT_UNSET, &i, e));
    assert_int_equal(i.n, 4);
    assert_int_equal(i.calibration_id, k);
    assert_true(i.line[0].changes);
    free(i.line);
    ok(ct_impact(w->tom, &w->rules, s.other, 0, CT_UNSET, &i, e));
    assert_int_equal(i.n, 1);
    free(i.line);
    refused(ct_impact(w->tom, &w->rules, s.device, w->c.now + HOUR, CT_UNSET, &i, e), CT_EINVAL,
            "from_ms", "after its end");
    refused(ct_impact(w->tom, &w->rules, 99, CT_UNSET, CT_UNSET, &i, e), CT_ENOTFOUND, "", "");
}

/* The template of a gauge, of this site, and a technician who sees it. */
static struct ct_app *with_gauge(struct ward *w)
{
    char dir[128], path[200];
    static const char TEXT[] = "[calibration]\nid = gauge\nversion = 1\ntitle = Gauge\n"
                               "class = reference\nsource = site\nrule = simple\n"
                               "points = g0 g300\n\n"
                               "[point.g0]\ntext = At 0\nnominal = 0 mmHg\n"
                               "tolerance = 1 mmHg\nsource = site\n\n"
                               "[point.g300]\ntext = At 300\nnominal = 300 mmHg\n"
                               "tolerance = 1 mmHg\nsource = site\n";
    snprintf(dir, sizeof dir, "%s/site", w->c.top);
    assert_int_equal(mkdir(dir, 0700), 0);
    snprintf(path, sizeof path, "%s/calibrations", dir);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/calibrations/gauge.ini", dir);
    file_write(path, TEXT, sizeof TEXT - 1);
    snprintf(w->c.config.data_dir, sizeof w->c.config.data_dir, "%s", dir);
    struct ct_app *app = clinic_app(&w->c);
    ok(recorded_login(app, "tom", TOM_PASSWORD, e));
    return app;
}

static void test_a_reference_takes_what_it_calibrated_with_it(void **state)
{
    struct ward *w = *state;
    struct scene s;
    size_t n;
    scene_make(w, &s);
    struct ct_app *app = with_gauge(w);
    int64_t r = app_int(w->tom, "SELECT equipment_id FROM equipment_find WHERE asset = 'R-1'");
    bench_standard(w, "R-2", "manometer", -100, 400);
    int64_t k2 = calibrated(w, s.other, "R-1", 2); /* pass: 2 of 3 mmHg */
    w->c.now += HOUR;
    measured(w, s.ann, "112/80 72 16 98 36.6 A air", "M-2", BP);
    w->c.now += HOUR;
    CT_CALIBRATION *k = bench_begin(app, r, "gauge", NULL);
    bench_read(k, CT_CAL_AS_FOUND, "g0=0 g300=306"); /* two in a hundred too much */
    k->done_ms = w->c.now;
    ok(ct_calibration_found(app, k, &fault, &lookback, e));
    ct_app_free(app);
    int64_t id = lookback;
    /* two calibrations; of M-1 four sets after its own, of M-2 one after its own */
    struct ct_lookback_line *l = lines(w, id, &n);
    assert_int_equal(n, 7);
    size_t calibrations = 0, changed = 0;
    for (size_t i = 0; i < n; i++) {
        calibrations += l[i].what == CT_LB_CALIBRATION;
        changed += l[i].changes;
        assert_int_equal(l[i].via == 0, l[i].what == CT_LB_CALIBRATION);
        if (l[i].what == CT_LB_CALIBRATION && l[i].ref_id == k2) {
            /* what read 252 at 250 stood at 245.1: 6.9 too much */
            assert_non_null(strstr(l[i].would, "pass -> fail at p"));
            assert_true(l[i].changes);
        } else if (l[i].what == CT_LB_VITALS && strcmp(l[i].asset, "M-2") == 0) {
            assert_string_equal(l[i].value, "BP 112/80");
            assert_string_equal(l[i].would, "NEWS2 0 LOW -> 1 LOW, BP 110/78");
            assert_int_equal(l[i].via, k2);
        }
    }
    assert_int_equal(calibrations, 2);
    assert_true(changed >= 2);
    free(l);
    /* M-2 is calibrated with another reference: what it measures from then on is no more
     * in doubt */
    w->c.now += HOUR;
    measured(w, s.ben, "140/80 72 16 98 36.6 A air", "M-2", BP);
    free(lines(w, id, &n));
    assert_int_equal(n, 8);
    w->c.now += HOUR;
    calibrated(w, s.other, "R-2", 0);
    w->c.now += HOUR;
    measured(w, s.ben, "141/80 72 16 98 36.6 A air", "M-2", BP);
    free(lines(w, id, &n));
    assert_int_equal(n, 8);
}

/* ---- the error ---------------------------------------------------------------------------- */

static double corrected(const struct ct_lb_errors *err, enum ct_q q, bool by_unit, int64_t n,
                        uint8_t unit)
{
    struct ct_value v;
    return ct_lb_correct(err, q, by_unit, (struct ct_value){n, unit}, &v) ? (double)v.n : NAN;
}

static void test_a_value_is_corrected_between_the_points_and_in_its_unit(void **state)
{
    (void)state;
    struct ct_lb_errors t = {.n = 2,
                             .p = {{"degC", UINT32_C(1) << CT_Q_TEMP, 35.2, 0.2},
                                   {"degC", UINT32_C(1) << CT_Q_TEMP, 41.6, 0.6}}};
    assert_true(corrected(&t, CT_Q_TEMP, false, 352, 0) == 350); /* 35.2 -> 35.0 */
    assert_true(corrected(&t, CT_Q_TEMP, false, 384, 0) == 380); /* half way: 0.4 */
    assert_true(corrected(&t, CT_Q_TEMP, false, 300, 0) == 298); /* below: the nearest */
    assert_true(corrected(&t, CT_Q_TEMP, false, 430, 0) == 424);
    /* 101.1 F is 38.4 C: 0.4 K is 0.7 F */
    assert_true(corrected(&t, CT_Q_TEMP, false, 1011, 1) == 1004);
    assert_true(isnan(corrected(&t, CT_Q_PULSE, false, 80, 0)));
    assert_true(isnan(corrected(&t, CT_Q_TEMP, false, CT_UNSET, 0)));
    struct ct_lb_errors g = {.n = 1, .p = {{"mmHg", 0, 100, 5}}};
    assert_true(isnan(corrected(&g, CT_Q_SBP, false, 120, 0))); /* the point names no quantity */
    assert_true(corrected(&g, CT_Q_SBP, true, 120, 0) == 115);
    assert_true(isnan(corrected(&g, CT_Q_TEMP, true, 366, 0)));
    struct ct_lb_errors kg = {.n = 1, .p = {{"kg", UINT32_C(1) << CT_Q_WEIGHT, 50, 1}}};
    assert_true(corrected(&kg, CT_Q_WEIGHT, false, 1500, 1) == 1478); /* 150.0 lb less 2.2 */
    assert_true(ct_lb_error_at(&g, "mmHg", 3) == 5);
    assert_true(isnan(ct_lb_error_at(&g, "kPa", 3)));
    struct ct_lb_errors none = {.n = 0};
    assert_true(isnan(corrected(&none, CT_Q_SBP, true, 120, 0)));
}

static void test_a_leak_is_no_error_of_a_reading(void **state)
{
    struct ward *w = *state;
    struct ct_lb_errors err;
    int64_t id = bench_device(w, "M-1", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    bench_standard(w, "R-1", "manometer", -100, 400);
    CT_CALIBRATION *leak = bench_begin(w->tom, id, "nibp-leak", "R-1");
    bench_read(leak, CT_CAL_AS_FOUND, "fall=9");
    ct_lb_errors_of(leak, &err);
    assert_int_equal(err.n, 0);
    CT_CALIBRATION *k = bench_begin(w->tom, id, "nibp-static", "R-1");
    bench_read(k, CT_CAL_AS_FOUND, "p0=0 p10=10 p50=50 p100=-broken p150=158");
    ct_lb_errors_of(k, &err);
    assert_int_equal(err.n, 4); /* measured ones alone */
    assert_true(err.p[3].shown == 158 && err.p[3].error == 8);
}

/* ---- dispositions --------------------------------------------------------------------------- */

static void test_each_line_is_disposed_of_and_a_supervisor_signs(void **state)
{
    struct ward *w = *state;
    struct scene s;
    struct ct_lookback b;
    size_t n;
    scene_make(w, &s);
    calibrated(w, s.device, "R-1", 8);
    int64_t id = lookback;
    struct ct_lookback_line *l = lines(w, id, &n);
    refused(ct_lookback_dispose(w->tom, id, l, 0, CT_DISP_NO_EFFECT, "", e), CT_EINVAL, "line",
            "no line");
    refused(ct_lookback_dispose(w->tom, id, l, 1, CT_DISP_NO_EFFECT, " ", e), CT_EINVAL, "text",
            "why it has no effect");
    refused(ct_lookback_dispose(w->tom, id, &l[2], 1, CT_DISP_REVIEWED, "", e), CT_EINVAL,
            "text", "who reviewed");
    refused(ct_lookback_dispose(w->tom, id, &l[2], 1, CT_DISPS, "x", e), CT_EINVAL,
            "disposition", "no such");
    struct ct_lookback_line wrong = l[0];
    wrong.ref_id = 1; /* before the period */
    refused(ct_lookback_dispose(w->tom, id, &wrong, 1, CT_DISP_REVIEWED, "x", e), CT_EINVAL,
            "line", "not on the list");
    ok(clinic_again(w->sue, SUE_PASSWORD));
    refused(ct_lookback_close(w->sue, id, "dropped", e), CT_EINVAL, "line", "4 of 4 lines");
    ok(ct_lookback_dispose(w->tom, id, &l[2], 2, CT_DISP_NO_EFFECT, "", e));
    expect_entry(&w->c, "lookback.line", CT_ROUTINE, "2 lines: no effect");
    ok(ct_lookback_dispose(w->tom, id, &l[0], 1, CT_DISP_CONTACT, "Dr Demo rings her", e));
    expect_entry(&w->c, "lookback.line", CT_NOTABLE, "patient to be contacted: Dr Demo rings");
    assert_int_equal(app_int(w->tom, "SELECT patient_id FROM audit ORDER BY seq DESC LIMIT 1"),
                     s.ann);
    ok(ct_lookback_get(w->tom, id, &b, e));
    assert_int_equal(b.open, 1);
    assert_int_equal(b.contact, 1);
    refused(ct_lookback_close(w->sue, id, "dropped", e), CT_EINVAL, "line", "1 of 4 lines");
    ok(ct_lookback_dispose(w->tom, id, &l[1], 1, CT_DISP_REVIEWED, "Dr Demo: nothing to do", e));
    refused(ct_lookback_close(w->sue, id, " ", e), CT_EINVAL, "text", "cause");
    refused(ct_lookback_close(w->tom, id, "dropped", e), CT_EDENIED, "", "");
    ok(clinic_again(w->sue, SUE_PASSWORD));
    ok(ct_lookback_close(w->sue, id, "Dropped on 3 Mar; padded case ordered", e));
    expect_entry(&w->c, "lookback.close", CT_NOTABLE, "4 lines, patients to be contacted");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM audit_signature s JOIN audit a "
                                     "ON a.seq = s.seq WHERE a.verb = 'lookback.close'"), 1);
    ok(ct_lookback_get(w->tom, id, &b, e));
    assert_true(b.closed && b.closed_lines == 4 && b.lines == 4 && b.open == 0);
    assert_string_equal(b.closed_by, "Sue Demo-Okoro");
    refused(ct_lookback_dispose(w->tom, id, l, 1, CT_DISP_REVIEWED, "x", e), CT_ECONFLICT, "",
            "is closed");
    free(l);
    l = lines(w, id, &n);
    assert_int_equal(l[0].disposition, CT_DISP_CONTACT);
    assert_string_equal(l[0].text, "Dr Demo rings her");
    assert_string_equal(l[0].by, "Tom Demo-Vale");
    free(l);
    int64_t open;
    ok(ct_lookback_count(w->tom, &open, e));
    assert_int_equal(open, 0);
    /* A set is corrected: what was decided was of other figures. */
    struct ct_vitals v, to;
    int64_t set = app_int(w->tom, "SELECT max(vitals_id) FROM vitals_device WHERE device = 'M-1'");
    ok(ct_vitals_get(w->tom, set, &v, e));
    to = ward_set(w, v.patient_id, "155/95 75 16 98 36.6 A air", v.taken_ms);
    to.replaces_id = set;
    to.n_devices = 1;
    to.device[0] = v.device[0];
    snprintf(to.reason, sizeof to.reason, "wrong reading");
    ok(ct_vitals_correct(w->tom, &w->rules, &to, e));
    ok(ct_lookback_get(w->tom, id, &b, e));
    assert_true(b.closed && b.open == 1 && b.lines == 4);
    refused(ct_lookback_reopen(w->sue, id, "", e), CT_EINVAL, "text", "reason");
    refused(ct_lookback_reopen(w->tom, id, "a set was corrected", e), CT_EDENIED, "", "");
    ok(ct_lookback_reopen(w->sue, id, "a set was corrected", e));
    refused(ct_lookback_reopen(w->sue, id, "again", e), CT_ECONFLICT, "", "is open");
    ok(ct_lookback_count(w->tom, &open, e));
    assert_int_equal(open, 1);
}

static void test_a_cause_with_a_date_shortens_the_period(void **state)
{
    struct ward *w = *state;
    struct scene s;
    struct ct_lookback b, *list = NULL;
    size_t n;
    scene_make(w, &s);
    calibrated(w, s.device, "R-1", 8);
    int64_t id = lookback;
    ok(ct_lookback_get(w->tom, id, &b, e));
    int64_t first = b.from_ms, cause = b.to_ms - 4 * HOUR + 1;
    refused(ct_lookback_period(w->tom, id, cause, "dropped", e), CT_EDENIED, "", "");
    refused(ct_lookback_period(w->sue, id, cause, "", e), CT_EINVAL, "text", "reason");
    refused(ct_lookback_period(w->sue, id, first - 1, "x", e), CT_EINVAL, "from_ms", "within");
    refused(ct_lookback_period(w->sue, id, b.to_ms + 1, "x", e), CT_EINVAL, "from_ms", "within");
    refused(ct_lookback_period(w->sue, id, first, "x", e), CT_EINVAL, "from_ms", "already");
    ok(ct_lookback_period(w->sue, id, cause, "fell from the trolley then", e));
    expect_entry(&w->c, "lookback.period", CT_NOTABLE, "fell from the trolley");
    free(lines(w, id, &n));
    assert_int_equal(n, 2);
    ok(ct_lookback_get(w->tom, id, &b, e));
    assert_int_equal(b.from_ms, cause);
    assert_int_equal(b.first_from_ms, first);
    assert_string_equal(b.shortened, "fell from the trolley then");
    ok(ct_lookback_period(w->sue, id, first, "it was another one", e));
    ok(ct_lookback_list(w->tom, s.device, true, 10, &list, &n, e));
    assert_int_equal(n, 1);
    assert_true(list[0].lines == 4 && list[0].shortened[0] == '\0');
    free(list);
    /* by a person, with no failure */
    int64_t own;
    refused(ct_lookback_open(w->tom, s.other, CT_UNSET, "", &own, e), CT_EINVAL, "text", "why");
    refused(ct_lookback_open(w->tom, s.other, w->c.now + HOUR, "x", &own, e), CT_EINVAL,
            "from_ms", "after now");
    ok(ct_lookback_open(w->tom, s.other, CT_UNSET, "found with a cracked hose", &own, e));
    ok(ct_lookback_get(w->tom, own, &b, e));
    assert_int_equal(b.lines, 1);
    assert_int_equal(b.calibration_id, 0);
    ok(ct_lookback_list(w->tom, 0, false, 10, &list, &n, e));
    assert_true(n == 2 && list[0].id == own);
    free(list);
    refused(ct_lookback_get(w->tom, 77, &b, e), CT_ENOTFOUND, "", "B-77");
}

static void test_a_restricted_record_shows_neither_name_nor_value(void **state)
{
    struct ward *w = *state;
    struct scene s;
    size_t n;
    scene_make(w, &s);
    calibrated(w, s.device, "R-1", 8);
    ok(ct_access_restrict(w->sue, s.ann, CT_RESTRICTED_SET, "asked for it in writing", e));
    struct ct_lookback_line *l = lines(w, lookback, &n);
    size_t hidden = 0;
    for (size_t i = 0; i < n; i++) {
        if (!l[i].restricted)
            continue;
        hidden++;
        assert_true(l[i].patient[0] == '\0' && l[i].value[0] == '\0' && l[i].would[0] == '\0');
        assert_int_equal(l[i].patient_id, 0);
        refused(ct_lookback_dispose(w->tom, lookback, &l[i], 1, CT_DISP_NO_EFFECT, "", e),
                CT_EDENIED, "restricted", "");
    }
    assert_int_equal(n, 4); /* they are counted all the same */
    assert_int_equal(hidden, 2);
    free(l);
}

static void test_procedures_with_the_device_are_in_doubt_too(void **state)
{
    struct ward *w = *state;
    struct scene s;
    size_t n;
    struct ct_procedure p = {.patient_id = 0, .minutes = 20, .planned_ms = w->c.now + HOUR};
    scene_make(w, &s);
    p.patient_id = s.ben;
    p.planned_ms = w->c.now;
    snprintf(p.kind, sizeof p.kind, "ecg-12-lead");
    snprintf(p.title, sizeof p.title, "ECG 12-lead");
    ok(ct_procedure_add(w->tom, &p, NULL, e));
    struct ct_proc_use u = {.kind = CT_PROC_EQUIPMENT};
    snprintf(u.what, sizeof u.what, "m-1");
    ok(ct_procedure_use_add(w->tom, p.id, &u, e));
    w->c.now += HOUR;
    calibrated(w, s.device, "R-1", 8);
    struct ct_lookback_line *l = lines(w, lookback, &n);
    assert_int_equal(n, 5);
    bool there = false;
    for (size_t i = 0; i < n; i++)
        if (l[i].what == CT_LB_PROCEDURE) {
            there = true;
            assert_int_equal(l[i].ref_id, p.id);
            assert_string_equal(l[i].value, "P-1 ECG 12-lead");
            assert_string_equal(l[i].patient, "BIRCH, Ben");
        }
    assert_true(there);
    free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
        T(test_the_list_is_what_plain_sql_counts),
        T(test_the_same_list_without_a_look_back),
        T(test_a_reference_takes_what_it_calibrated_with_it),
        cmocka_unit_test(test_a_value_is_corrected_between_the_points_and_in_its_unit),
        T(test_a_leak_is_no_error_of_a_reading),
        T(test_each_line_is_disposed_of_and_a_supervisor_signs),
        T(test_a_cause_with_a_date_shortens_the_period),
        T(test_a_restricted_record_shows_neither_name_nor_value),
        T(test_procedures_with_the_device_are_in_doubt_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
