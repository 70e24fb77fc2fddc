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
#include <sys/stat.h>

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

/* Blanks and line ends as one blank: where a line is broken does not matter. */
static void flat(const char *s, char *out, size_t size)
{
    size_t n = 0;
    for (; *s != '\0' && n + 1 < size; s++)
        if (*s != ' ' && *s != '\n' && *s != '\f')
            out[n++] = *s;
        else if (n > 0 && out[n - 1] != ' ')
            out[n++] = ' ';
    out[n] = '\0';
}

static char page[40000];

static const char *printed(struct ct_app *app, const struct ct_calibration *k, int lines)
{
    CT_BUF b = {.max = 1 << 20};
    ok(ct_certificate_text(app, k, 80, lines, &b, e));
    snprintf(page, sizeof page, "%s", ct_buf_str(&b));
    return page;
}

static void has(const char *text, const char *what)
{
    static char one[40000];
    flat(text, one, sizeof one);
    if (strstr(one, what) == NULL)
        fail_msg("lacks \"%s\":\n%s", what, text);
}

static size_t count(const char *s, const char *what)
{
    size_t n = 0;
    for (; (s = strstr(s, what)) != NULL; s++)
        n++;
    return n;
}

/* ISO/IEC 17025:2017, clause by clause. */
static void test_every_item_of_7_8_2_and_7_8_4_stands_there(void **state)
{
    struct ward *w = *state;
    CT_CALIBRATION *k = measured(w);
    const char *s = printed(w->sue, k, 0);
    has(s, "Calibration certificate K-1 ");                  /* 7.8.2.1 a, d */
    has(s, "Clinic");                                        /* b */
    has(s, "Measured at Workshop");                          /* c */
    has(s, "NIBP: static pressure (nibp-static, version 2026.1, text "); /* f */
    has(s, "Meridian nibp 13, asset number M-1 Serial number S-M-1");    /* g */
    has(s, "Condition case cracked");
    has(s, "Measured on 18 Nov 2026 (as found) 18 Nov 2026 (as left)");  /* i */
    has(s, "The results relate only to the item");           /* l */
    has(s, "p100 Pressure shown at 100 mmHg nominal 100 mmHg, tolerance +-3 mmHg, U 0.5 mmHg, "
           "TUR 6.0 as found 100.2 mmHg (mean of 2, s 0.141, u_A 0.1), error +0.2: pass");
    has(s, "p200 Pressure shown at 200 mmHg nominal 200 mmHg, tolerance +-3 mmHg, U 0.5 mmHg, "
           "TUR 6.0 as found 204.5 mmHg, error +4.5: fail"); /* m; 7.8.4.1 a, d */
    has(s, "as left 200.1 mmHg, error +0.1: pass");
    has(s, "as found not measured: hose leaks");             /* n: deviations */
    has(s, "temperature 21.5 degC, relative humidity 45 %"); /* 7.8.4.1 b */
    has(s, "R-1 (manometer): Certificate R-1-1, Metrolab, until"); /* c */
    has(s, "18 Nov 2026 gain of the transducer (Tom Demo-Vale)");
    has(s, "coverage factor k = 2");
    has(s, "non-binary, w = U");                             /* 7.8.6 */
    has(s, "asked for by the insurer");
    has(s, "As found fail, of all points measured");         /* 7.8.4.1 e */
    has(s, "As left pass");
    has(s, "Limits of use adults only");
    has(s, "Remarks hose replaced");                         /* f */
    assert_null(strstr(s, "interval"));                      /* 7.8.4.3 */
    assert_null(strstr(s, "due"));
}

static void test_a_draft_says_so_on_every_page_and_pages_are_whole(void **state)
{
    struct ward *w = *state;
    CT_CALIBRATION *k = measured(w);
    const char *s = printed(w->sue, k, 60);
    size_t pages = count(s, "\f");
    assert_true(pages >= 2);
    assert_int_equal(count(s, "DRAFT, not a certificate\n"), pages);
    assert_int_equal(count(s, "Calibration certificate K-1 "), pages);
    for (size_t i = 1; i <= pages; i++) {
        char number[40];
        snprintf(number, sizeof number, "page %zu of %zu\n", i, pages);
        assert_int_equal(count(s, number), 1);
    }
    size_t lines = 0;
    for (const char *p = s; *p != '\0'; p++) {
        lines = *p == '\f' ? 0 : lines + (*p == '\n');
        assert_true(lines <= 60);
    }
    assert_non_null(strstr(s, "---- end of the draft K-1 ----\n\f"));
    assert_null(strstr(s, "Approved by"));
    ok(ct_calibration_void(w->tom, k->id, "wrong device", e));
    CT_CALIBRATION *now = NULL;
    ok(ct_calibration_get(w->tom, k->id, &now, e));
    assert_int_equal(count(printed(w->sue, now, 60), "ENTERED IN ERROR, not valid\n"), pages);
}

static void test_narrow_or_wide_nothing_passes_the_margin(void **state)
{
    struct ward *w = *state;
    CT_CALIBRATION *k = measured(w);
    static const int COLS[] = {1, 60, 80, 120, 5000};
    for (size_t i = 0; i < CT_LEN(COLS); i++) {
        CT_BUF b = {.max = 1 << 20};
        ok(ct_certificate_text(w->sue, k, COLS[i], 30, &b, e));
        size_t most = COLS[i] < 60 ? 60 : COLS[i] > 200 ? 200 : (size_t)COLS[i];
        for (const char *p = ct_buf_str(&b); *p != '\0';) {
            size_t n = strcspn(p, "\n\f");
            assert_true(n <= most);
            p += n + (p[n] != '\0');
        }
    }
}

static void test_one_that_is_not_recorded_has_no_paper(void **state)
{
    struct ward *w = *state;
    CT_BUF b = {0};
    int64_t id = bench_device(w, "M-9", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    CT_CALIBRATION *k = bench_begin(w->tom, id, "nibp-static", NULL);
    refused(ct_certificate_text(w->tom, k, 80, 60, &b, e), CT_EINVAL, "", "nothing to certify");
    refused(ct_certificate_text(w->c.app, k, 80, 60, &b, e), CT_EDENIED, "", "");
}

static void test_approved_it_bears_the_signature_and_is_no_draft(void **state)
{
    struct ward *w = *state;
    CT_CALIBRATION *k = measured(w), *seen = NULL;
    ok(ct_calibration_get(w->sue, k->id, &seen, e));
    ok(clinic_again(w->sue, SUE_PASSWORD));
    ok(ct_calibration_approve(w->sue, seen, e));
    const char *s = printed(w->sue, seen, 60);
    assert_null(strstr(s, "DRAFT"));
    has(s, "Approved by Sue");
    has(s, "Issued on 18 Nov 2026");
    has(s, "Signature Ed25519: ");
    char want[200];
    app_text(w->sue, "SELECT lower(hex(substr(signature, 1, 8))) FROM audit_signature "
                     "ORDER BY seq DESC LIMIT 1", want, sizeof want);
    has(s, want);
    assert_non_null(strstr(s, "---- end of the paper K-1 ----\n\f"));
}

/* ---- the worked example of the administrator's guide ------------------------------- */

/* The first block behind `after` that stands between fences. */
static char *block(const char *guide, const char *after, const char *fence)
{
    const char *at = strstr(guide, after);
    assert_non_null(at);
    at = strstr(at, fence);
    assert_non_null(at);
    at = strchr(at, '\n') + 1;
    return strndup(at, (size_t)(strstr(at, "```") - at));
}

static void test_the_guides_example_comes_to_the_paper_that_it_shows(void **state)
{
    struct ward *w = *state;
    char dir[128], path[200];
    size_t size;
    int64_t fault, lookback;
    char *guide = file_read("docs/admin-guide.md", &size);
    char *ini = block(guide, "**A template of one's own.**", "```ini");
    char *shown = block(guide, "**From the template to the certificate.**", "```\n");
    snprintf(dir, sizeof dir, "%s/site", w->c.top);
    assert_int_equal(mkdir(dir, 0700), 0);
    snprintf(path, sizeof path, "%s/calibrations", dir);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/calibrations/cuff-monitor.ini", dir);
    file_write(path, ini, strlen(ini));
    snprintf(w->c.config.data_dir, sizeof w->c.config.data_dir, "%s", dir);
    struct ct_app *app = clinic_app(&w->c);
    ok(recorded_login(app, "tom", TOM_PASSWORD, e));
    int64_t id = bench_device(w, "M-0007", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    bench_standard(w, "R-1", "manometer", -100, 100);
    CT_CALIBRATION *k = bench_begin(app, id, "cuff-monitor", "R-1");
    for (size_t i = 0; i < k->t->n_points; i++)
        ok(ct_calibration_u(k, i, CT_CAL_AS_FOUND, "0.4", e));
    ok(ct_calibration_declare(k, 2, "180", "+-5", "its record, alarm set at 180", e));
    bench_read(k, CT_CAL_AS_FOUND, "zero=0.2 p200=204 alarm=183");
    k->temp_c10 = 215;
    ok(ct_calibration_found(app, k, &fault, &lookback, e));
    ok(ct_calibration_adjusted(app, k, "gain of the transducer", e));
    ok(ct_calibration_u(k, 3, CT_CAL_AS_LEFT, "0.4", e));
    bench_read(k, CT_CAL_AS_LEFT, "zero=0.1 p200=200 alarm=183 leak=2");
    ok(ct_calibration_left(app, k, e));
    const char *s = printed(app, k, 0);
    if (strstr(s, shown) == NULL) {
        fputs(s, stderr); /* longer than a message may be */
        fail_msg("the guide shows another paper");
    }
    free(guide);
    free(ini);
    free(shown);
    ct_app_free(app);
}

/* ---- the label ------------------------------------------------------------------------ */

static void label(struct ward *w, int64_t id, int use, const char *want)
{
    CT_BUF b = {0};
    int may = 9;
    ok(ct_equipment_label(w->tom, id, &b, &may, e));
    assert_int_equal(may, use);
    if (strncmp(ct_buf_str(&b), want, strlen(want)) != 0)
        fail_msg("%s", ct_buf_str(&b));
    assert_int_equal(count(ct_buf_str(&b), "\n"), 4);
}

static void condition(struct ward *w, int64_t id, int to)
{
    char sql[160];
    snprintf(sql, sizeof sql,
             "UPDATE equipment_find SET condition = %d WHERE equipment_id = %lld", to,
             (long long)id);
    ward_raw(w, sql);
}

static void test_one_label_at_a_time_and_it_says_what_may_be_done(void **state)
{
    struct ward *w = *state;
    CT_CALIBRATION *k = measured(w), *seen = NULL;
    int64_t id = k->equipment_id;
    condition(w, id, CT_COND_IN_SERVICE);
    label(w, id, 0, "INDICATIVE ONLY                  M-1\nnot calibrated\n");
    ok(ct_calibration_get(w->sue, k->id, &seen, e));
    ok(clinic_again(w->sue, SUE_PASSWORD));
    ok(ct_calibration_approve(w->sue, seen, e));
    condition(w, id, CT_COND_IN_SERVICE);
    label(w, id, 0, "LIMITED USE                      M-1\n18 Nov 2026\nadults only\n"
                    "K-1, Tom Demo-Vale\n");
    condition(w, id, CT_COND_QUARANTINED);
    label(w, id, -1, "DO NOT USE                       M-1\nQuarantined\nsince ");
    condition(w, id, CT_COND_RETIRED);
    label(w, id, -1, "DECOMMISSIONED                   M-1\nRetired\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, ward_setup, ward_teardown)
        T(test_every_item_of_7_8_2_and_7_8_4_stands_there),
        T(test_a_draft_says_so_on_every_page_and_pages_are_whole),
        T(test_narrow_or_wide_nothing_passes_the_margin),
        T(test_one_that_is_not_recorded_has_no_paper),
        T(test_approved_it_bears_the_signature_and_is_no_draft),
        T(test_the_guides_example_comes_to_the_paper_that_it_shows),
        T(test_one_label_at_a_time_and_it_says_what_may_be_done),
    };
    return cmocka_run_group_tests_name("certificate", tests, NULL, NULL);
}
