/* Score cards: the paediatric score against every row of the published table, in
 * every band and by age; files with faults are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/embed.h"
#include "clinic/scorecard.h"

static struct ct_scorecard *pews;

static int load(void **state)
{
    (void)state;
    struct ct_config c;
    struct ct_error e = {0};
    ct_config_default(&c);
    if (ct_scorecard_load(&c, "scores/pews.ini", &pews, &e) == CT_OK)
        return 0;
    fprintf(stderr, "%s\n", e.text);
    return 1;
}

static int unload(void **state)
{
    (void)state;
    ct_scorecard_free(pews);
    return 0;
}

/* ---- the published table once more: thousandths, sharing nothing with the file ---- */

enum { RR, HR, BP, SAT, PCT, LPM, CRT };
enum { END = 1000000 };
static const char *const BAND[] = {"0-11m", "1-4y", "5-12y", "13+y"};
static const struct row {
    int band, what, lo, hi, score;
} ROWS[] = {
    {0, RR, 0, 9990, 4}, {0, RR, 10000, 19990, 2}, {0, RR, 20000, 29990, 1},
    {0, RR, 30000, 49990, 0}, {0, RR, 50000, 59990, 1}, {0, RR, 60000, 69990, 2},
    {0, RR, 70000, END, 4}, {0, HR, 0, 79990, 4}, {0, HR, 80000, 89990, 2},
    {0, HR, 90000, 109990, 1}, {0, HR, 110000, 149990, 0}, {0, HR, 150000, 169990, 1},
    {0, HR, 170000, 179990, 2}, {0, HR, 180000, END, 4}, {0, BP, 0, 49990, 4},
    {0, BP, 50000, 59990, 2}, {0, BP, 60000, 69990, 1}, {0, BP, 70000, 89990, 0},
    {0, BP, 90000, 99990, 1}, {0, BP, 100000, 109990, 2}, {0, BP, 110000, END, 4},
    {0, SAT, 0, 91000, 4}, {0, SAT, 91010, 94990, 1}, {0, SAT, 95000, 100000, 0},
    {0, PCT, 0, 15990, 0}, {0, PCT, 16000, 29990, 1}, {0, PCT, 30000, 49990, 2},
    {0, PCT, 50000, 100000, 4}, {0, LPM, 0, 9, 0}, {0, LPM, 10, 1990, 1},
    {0, LPM, 2000, 5990, 2}, {0, LPM, 6000, 20000, 4}, {0, CRT, 0, 2000, 0},
    {0, CRT, 3000, END, 2}, {1, RR, 0, 9990, 4}, {1, RR, 10000, 19990, 2},
    {1, RR, 20000, 39990, 0}, {1, RR, 40000, 49990, 1}, {1, RR, 50000, 59990, 2},
    {1, RR, 60000, END, 4}, {1, HR, 0, 59990, 4}, {1, HR, 60000, 69990, 2},
    {1, HR, 70000, 89990, 1}, {1, HR, 90000, 139990, 0}, {1, HR, 140000, 149990, 1},
    {1, HR, 150000, 169990, 2}, {1, HR, 170000, END, 4}, {1, BP, 0, 49990, 4},
    {1, BP, 50000, 59990, 2}, {1, BP, 60000, 79990, 1}, {1, BP, 80000, 99990, 0},
    {1, BP, 100000, 119990, 1}, {1, BP, 120000, 129990, 2}, {1, BP, 130000, END, 4},
    {1, SAT, 0, 91000, 4}, {1, SAT, 91010, 94990, 1}, {1, SAT, 95000, 100000, 0},
    {1, PCT, 0, 15990, 0}, {1, PCT, 16000, 29990, 1}, {1, PCT, 30000, 49990, 2},
    {1, PCT, 50000, 100000, 4}, {1, LPM, 0, 9, 0}, {1, LPM, 10, 1990, 1},
    {1, LPM, 2000, 5990, 2}, {1, LPM, 6000, 20000, 4}, {1, CRT, 0, 2000, 0},
    {1, CRT, 3000, END, 2}, {2, RR, 0, 9990, 4}, {2, RR, 10000, 14990, 2},
    {2, RR, 15000, 19990, 1}, {2, RR, 20000, 24990, 0}, {2, RR, 25000, 39990, 1},
    {2, RR, 40000, 49990, 2}, {2, RR, 50000, END, 4}, {2, HR, 0, 59990, 4},
    {2, HR, 60000, 69990, 2}, {2, HR, 70000, 79990, 1}, {2, HR, 80000, 119990, 0},
    {2, HR, 120000, 139990, 1}, {2, HR, 140000, 159990, 2}, {2, HR, 160000, END, 4},
    {2, BP, 0, 69990, 4}, {2, BP, 70000, 79990, 2}, {2, BP, 80000, 89990, 1},
    {2, BP, 90000, 109990, 0}, {2, BP, 110000, 119990, 1}, {2, BP, 120000, 129990, 2},
    {2, BP, 130000, END, 4}, {2, SAT, 0, 91000, 4}, {2, SAT, 91010, 94990, 1},
    {2, SAT, 95000, 100000, 0}, {2, PCT, 0, 15990, 0}, {2, PCT, 16000, 29990, 1},
    {2, PCT, 30000, 49990, 2}, {2, PCT, 50000, 100000, 4}, {2, LPM, 0, 9, 0},
    {2, LPM, 10, 1990, 1}, {2, LPM, 2000, 5990, 2}, {2, LPM, 6000, 20000, 4},
    {2, CRT, 0, 2000, 0}, {2, CRT, 3000, END, 2}, {3, RR, 0, 9990, 4},
    {3, RR, 10000, 14990, 1}, {3, RR, 15000, 24990, 0}, {3, RR, 25000, 29990, 1},
    {3, RR, 30000, 39990, 2}, {3, RR, 40000, END, 4}, {3, HR, 0, 49990, 4},
    {3, HR, 50000, 59990, 2}, {3, HR, 60000, 69990, 1}, {3, HR, 70000, 99990, 0},
    {3, HR, 100000, 119990, 1}, {3, HR, 120000, 129990, 2}, {3, HR, 130000, END, 4},
    {3, BP, 0, 79990, 4}, {3, BP, 80000, 89990, 2}, {3, BP, 90000, 99990, 1},
    {3, BP, 100000, 119990, 0}, {3, BP, 120000, 129990, 1}, {3, BP, 130000, 139990, 2},
    {3, BP, 140000, END, 4}, {3, SAT, 0, 91000, 4}, {3, SAT, 91010, 94990, 1},
    {3, SAT, 95000, 100000, 0}, {3, PCT, 0, 15990, 0}, {3, PCT, 16000, 29990, 1},
    {3, PCT, 30000, 49990, 2}, {3, PCT, 50000, 100000, 4}, {3, LPM, 0, 9, 0},
    {3, LPM, 10, 1990, 1}, {3, LPM, 2000, 5990, 2}, {3, LPM, 6000, 20000, 4},
    {3, CRT, 0, 2000, 0}, {3, CRT, 3000, END, 2},
};

static const struct {
    enum ct_q q;
    uint8_t unit;
    int places; /* of a form */
} WHAT[] = {
    [RR] = {CT_Q_RESP, 0, 0},    [HR] = {CT_Q_PULSE, 0, 0},   [BP] = {CT_Q_SBP, 0, 0},
    [SAT] = {CT_Q_SPO2, 0, 0},   [PCT] = {CT_Q_O2_FLOW, 1, 0}, [LPM] = {CT_Q_O2_FLOW, 0, 1},
    [CRT] = {CT_Q_CRT, 0, 0},
};

/* A value between two rows belongs to the lower one: a row holds to the next. -1: the
 * table has none. */
static int published(int band, int what, int thousandths)
{
    int score = -1;
    for (size_t i = 0; i < CT_LEN(ROWS); i++)
        if (ROWS[i].band == band && ROWS[i].what == what && thousandths >= ROWS[i].lo)
            score = ROWS[i].score;
    if ((what == SAT || what == PCT) && thousandths > 100000)
        return -1;
    return what == LPM && thousandths > 20000 ? -1 : score;
}

/* A child well in every band: nothing scores. */
static void well(int band, struct ct_value in[CT_QS])
{
    static const int R[] = {40, 30, 22, 18}, P[] = {130, 110, 100, 80},
                     B[] = {80, 90, 100, 110};
    for (size_t q = 0; q < CT_QS; q++)
        in[q] = (struct ct_value){CT_UNSET, 0};
    in[CT_Q_RESP].n = R[band];
    in[CT_Q_PULSE].n = P[band];
    in[CT_Q_SBP].n = B[band];
    in[CT_Q_SPO2].n = 98;
    in[CT_Q_O2].n = CT_O2_AIR;
    in[CT_Q_DISTRESS].n = CT_DISTRESS_NONE;
    in[CT_Q_CRT].n = 2;
}

static const enum ct_q INPUTS[] = {CT_Q_RESP,     CT_Q_PULSE, CT_Q_SBP, CT_Q_SPO2,
                                   CT_Q_DISTRESS, CT_Q_CRT,   CT_Q_O2};

static int band_of(int band)
{
    int i = ct_scorecard_band_find(pews, BAND[band]);
    assert_true(i >= 0);
    return i;
}

static struct ct_card_result scored(int band, const struct ct_value in[CT_QS])
{
    struct ct_card_result r;
    struct ct_error e = {0};
    if (ct_scorecard_score(pews, band_of(band), in, &r, &e) != CT_OK)
        fail_msg("%s", e.text);
    return r;
}

static void refused(int band, const struct ct_value in[CT_QS], const char *field,
                    const char *says)
{
    struct ct_card_result r;
    struct ct_error e = {0};
    assert_int_equal(ct_scorecard_score(pews, band_of(band), in, &r, &e), CT_EINVAL);
    assert_string_equal(e.field, field);
    if (strstr(e.text, says) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", e.text, says);
}

/* One value of one parameter, all else well: its part and the total, in a form's scale
 * or, `fine`, in the table's. */
static void check(int band, int what, int64_t n, bool fine, int want)
{
    struct ct_value in[CT_QS];
    struct ct_card_result r;
    struct ct_error e = {0};
    int b = band_of(band);
    enum ct_q q = WHAT[what].q;
    well(band, in);
    if (fine) /* whole figures so far */
        for (size_t i = 0; i < CT_LEN(INPUTS); i++)
            for (int k = ct_scorecard_places(pews, b, INPUTS[i], 0); k > 0; k--)
                in[INPUTS[i]].n *= 10;
    if (q == CT_Q_O2_FLOW)
        in[CT_Q_O2].n = CT_O2_MASK;
    in[q] = (struct ct_value){n, WHAT[what].unit};
    enum ct_status st = fine ? ct_scorecard_score_fine(pews, b, in, &r, &e)
                             : ct_scorecard_score(pews, b, in, &r, &e);
    if (want < 0) {
        assert_int_equal(st, CT_EINVAL);
        return;
    }
    enum ct_q under = q == CT_Q_O2_FLOW ? CT_Q_O2 : q;
    if (st != CT_OK || !r.complete || r.part[under] != want || r.total != want ||
        r.highest != want)
        fail_msg("%s, parameter %d, %lld (%s): part %d, total %d, not %d; %s", BAND[band], what,
                 (long long)n, fine ? "fine" : "as typed", r.part[under], r.total, want,
                 e.text);
}

/* ---- scores --------------------------------------------------------------- */

static void test_every_bound_of_every_row(void **state)
{
    (void)state;
    int n = 0;
    for (size_t i = 0; i < CT_LEN(ROWS); i++) {
        const struct row *r = &ROWS[i];
        int places = ct_scorecard_places(pews, band_of(r->band), WHAT[r->what].q,
                                         WHAT[r->what].unit);
        int step = places == 3 ? 1 : places == 2 ? 10 : 1000; /* the finest figure */
        assert_int_equal(places, r->what == LPM ? 3 : r->what == CRT ? 0 : 2);
        const int at[] = {r->lo, r->lo - step, r->lo + step, r->hi, r->hi - step, r->hi + step};
        for (size_t k = 0; k < CT_LEN(at); k++) {
            if (at[k] < 0 || at[k] >= END - 1000)
                continue;
            assert_int_equal(at[k] % step, 0);
            check(r->band, r->what, at[k] / step, true, published(r->band, r->what, at[k]));
            n++;
        }
        check(r->band, r->what, r->lo / step, true, r->score);
        if (r->hi != END)
            check(r->band, r->what, r->hi / step, true, r->score);
    }
    assert_int_equal(CT_LEN(ROWS), 134); /* and 28 of words: test_codes */
    assert_true(n > 700);
}

static void test_every_figure_a_form_takes(void **state)
{
    (void)state;
    for (int band = 0; band < 4; band++)
        for (int what = RR; what <= CRT; what++)
            for (int n = 0; n <= 320; n++) {
                int scale = WHAT[what].places == 1 ? 100 : 1000;
                check(band, what, n, false, published(band, what, n * scale));
            }
}

static void test_codes(void **state)
{
    (void)state;
    static const int DISTRESS[] = {0, 1, 2, 4};
    for (int band = 0; band < 4; band++) {
        struct ct_value in[CT_QS];
        for (int d = CT_DISTRESS_NONE; d <= CT_DISTRESS_SEVERE; d++) {
            well(band, in);
            in[CT_Q_DISTRESS].n = d;
            assert_int_equal(scored(band, in).total, DISTRESS[d]);
        }
        in[CT_Q_DISTRESS].n = 4;
        refused(band, in, "distress", "no such choice");
        for (int d = CT_O2_AIR; d <= CT_O2_OTHER; d++) {
            well(band, in);
            in[CT_Q_O2].n = d;
            struct ct_card_result r = scored(band, in);
            bool alone = d == CT_O2_HIGH_FLOW || d == CT_O2_CPAP || d == CT_O2_NIV;
            if (d == CT_O2_AIR || alone) {
                assert_true(r.complete);
                assert_int_equal(r.part[CT_Q_O2], alone ? 4 : 0);
                /* Whatever its figure: high flow runs at more than 20 litres. */
                in[CT_Q_O2_FLOW] = (struct ct_value){600, 0};
                assert_int_equal(scored(band, in).total, alone ? 4 : 0);
            } else {
                /* Given, and nobody says how much: missing, not zero. */
                assert_false(r.complete);
                assert_int_equal(r.missing, 1u << CT_Q_O2_FLOW);
                assert_int_equal(r.part[CT_Q_O2], -1);
                in[CT_Q_O2_FLOW] = (struct ct_value){20, 0};
                assert_int_equal(scored(band, in).part[CT_Q_O2], 2);
                in[CT_Q_O2_FLOW] = (struct ct_value){20, 1}; /* per cent */
                assert_int_equal(scored(band, in).part[CT_Q_O2], 1);
            }
        }
        in[CT_Q_O2].n = CT_O2_OTHER + 1;
        refused(band, in, "o2", "no such choice");
    }
}

static void test_values_no_row_has(void **state)
{
    (void)state;
    struct ct_value in[CT_QS];
    well(2, in);
    in[CT_Q_SPO2].n = 101;
    refused(2, in, "spo2", "SpO2 101 % has no score: the table ends at 100");
    in[CT_Q_SPO2].n = -1;
    refused(2, in, "spo2", "begins at 0");
    in[CT_Q_SPO2].n = INT64_MAX;
    refused(2, in, "spo2", "");
    well(2, in);
    in[CT_Q_O2].n = CT_O2_NASAL;
    in[CT_Q_O2_FLOW] = (struct ct_value){201, 0};
    refused(2, in, "o2_flow", "20.1 l/min has no score: the table ends at 20");
    in[CT_Q_O2_FLOW] = (struct ct_value){101, 1};
    refused(2, in, "o2_flow", "101 % has no score");
    struct ct_card_result r;
    struct ct_error e = {0};
    well(2, in);
    assert_int_equal(ct_scorecard_score(pews, -1, in, &r, &e), CT_EINVAL);
    assert_int_equal(ct_scorecard_score(pews, 4, in, &r, &e), CT_EINVAL);
    assert_string_equal(e.field, "band");
}

static void test_what_is_recorded_only(void **state)
{
    (void)state;
    struct ct_value in[CT_QS];
    for (int band = 0; band < 4; band++) {
        well(band, in);
        in[CT_Q_CONCERN].n = CT_CONCERN_WORSE;
        in[CT_Q_ACVPU].n = CT_UNRESPONSIVE;
        in[CT_Q_TEMP].n = 415;
        struct ct_card_result r = scored(band, in);
        assert_true(r.complete);
        assert_int_equal(r.total, 0);
        assert_int_equal(r.part[CT_Q_CONCERN], -1);
        uint32_t want = 0;
        for (size_t i = 0; i < CT_LEN(INPUTS); i++)
            want |= 1u << INPUTS[i];
        assert_int_equal(ct_scorecard_inputs(pews, band_of(band)), want);
    }
    assert_int_equal(ct_scorecard_inputs(pews, -1), 0);
}

/* With any of the 127 choices of missing inputs: undefined, a lower bound, exactly
 * those named. */
static void test_undefined_while_anything_is_missing(void **state)
{
    (void)state;
    struct ct_value full[CT_QS];
    well(1, full);
    full[CT_Q_RESP].n = 65;
    full[CT_Q_PULSE].n = 175;
    full[CT_Q_SBP].n = 45;
    full[CT_Q_SPO2].n = 85;
    full[CT_Q_DISTRESS].n = CT_DISTRESS_SEVERE;
    full[CT_Q_CRT].n = 5;
    full[CT_Q_O2].n = CT_O2_CPAP;
    struct ct_card_result whole = scored(1, full);
    assert_int_equal(whole.total, 26);
    assert_int_equal(whole.highest, 4);
    for (unsigned mask = 1; mask < 1u << CT_LEN(INPUTS); mask++) {
        struct ct_value in[CT_QS];
        memcpy(in, full, sizeof in);
        uint32_t want = 0;
        int rest = whole.total;
        for (size_t i = 0; i < CT_LEN(INPUTS); i++)
            if (mask >> i & 1) {
                in[INPUTS[i]].n = CT_UNSET;
                want |= 1u << INPUTS[i];
                rest -= whole.part[INPUTS[i]];
            }
        struct ct_card_result r = scored(1, in);
        assert_false(r.complete);
        assert_int_equal(r.missing, want);
        assert_int_equal(r.total, rest);
        assert_int_equal(r.call, -1);
        for (size_t i = 0; i < CT_LEN(INPUTS); i++)
            assert_int_equal(r.part[INPUTS[i]] == -1, mask >> i & 1);
    }
}

/* Zero is a figure. */
static void test_zero_is_no_gap(void **state)
{
    (void)state;
    struct ct_value in[CT_QS];
    well(3, in);
    in[CT_Q_RESP].n = in[CT_Q_PULSE].n = in[CT_Q_SBP].n = in[CT_Q_SPO2].n = 0;
    in[CT_Q_CRT].n = 0;
    struct ct_card_result r = scored(3, in);
    assert_true(r.complete);
    assert_int_equal(r.total, 16);
}

static void test_no_calls_are_shipped(void **state)
{
    (void)state;
    struct ct_value in[CT_QS];
    well(0, in);
    in[CT_Q_RESP].n = 5;
    struct ct_card_result r = scored(0, in);
    assert_int_equal(r.call, -1);
    assert_int_equal(r.band, CT_BAND_NONE);
    assert_int_equal(r.frequency_min, -1);
    assert_string_equal(ct_scorecard_response(pews, &r), "");
    assert_non_null(strstr(ct_scorecard_note(pews), "the site"));
    assert_string_equal(ct_scorecard_title(pews), "PEWS");
    assert_true(ct_scorecard_filled(pews));
    assert_true(ct_scorecard_version(pews)[0] != '\0');
}

/* ---- ages ----------------------------------------------------------------- */

static const char *band_at(ct_date born, ct_date on)
{
    int m = ct_age_months(born, on);
    return ct_scorecard_band_name(pews, ct_scorecard_band(pews, m));
}

static void test_band_boundaries(void **state)
{
    (void)state;
    static const struct {
        int y, m, d;
        const char *band;
    } V[] = {
        {2020, 6, 15, "0-11m"},  /* the day of birth */
        {2021, 5, 15, "0-11m"},  /* 11 months */
        {2021, 6, 14, "0-11m"},  {2021, 6, 15, "1-4y"},  /* 12 months */
        {2025, 6, 14, "1-4y"},   /* 4 years 364 days */
        {2025, 6, 15, "5-12y"},  {2032, 6, 15, "5-12y"}, /* 12 years */
        {2033, 6, 14, "5-12y"},  {2033, 6, 15, "13+y"},  {2090, 1, 1, "13+y"},
        {2020, 6, 14, ""},       /* not yet born */
    };
    ct_date born = ct_date_make(2020, 6, 15);
    for (size_t i = 0; i < CT_LEN(V); i++)
        assert_string_equal(band_at(born, ct_date_make(V[i].y, V[i].m, V[i].d)), V[i].band);
    assert_int_equal(ct_age_months(born, ct_date_make(2025, 6, 14)), 59);
    assert_string_equal(band_at(CT_NO_DATE, born), "");
    assert_string_equal(band_at(born, CT_NO_DATE), "");
    assert_int_equal(ct_scorecard_band(pews, -1), -1);
    assert_int_equal(ct_scorecard_band_find(pews, "5-12Y"), 2);
    assert_int_equal(ct_scorecard_band_find(pews, "6-12y"), -1);
    assert_string_equal(ct_scorecard_band_name(pews, 4), "");
}

static int months(int by, int bm, int bd, int y, int m, int d)
{
    return ct_age_months(ct_date_make(by, bm, bd), ct_date_make(y, m, d));
}

static void test_months_of_odd_length(void **state)
{
    (void)state;
    assert_int_equal(months(2024, 1, 31, 2024, 2, 28), 0);
    assert_int_equal(months(2024, 1, 31, 2024, 2, 29), 1); /* the last day will do */
    assert_int_equal(months(2023, 1, 31, 2023, 2, 28), 1);
    assert_int_equal(months(2023, 1, 31, 2023, 3, 30), 1);
    assert_int_equal(months(2023, 1, 31, 2023, 3, 31), 2);
    assert_int_equal(months(2023, 1, 31, 2023, 4, 30), 3);
    assert_int_equal(months(2023, 12, 31, 2024, 2, 29), 2);
    /* 29 February: a year older on 1 March, as ct_age_years has it. */
    assert_int_equal(months(2024, 2, 29, 2025, 2, 28), 11);
    assert_int_equal(months(2024, 2, 29, 2025, 3, 1), 12);
    assert_int_equal(months(2024, 2, 29, 2028, 2, 28), 47);
    assert_int_equal(months(2024, 2, 29, 2028, 2, 29), 48);
    assert_int_equal(months(2024, 2, 29, 2024, 3, 29), 1);
    assert_string_equal(band_at(ct_date_make(2020, 2, 29), ct_date_make(2025, 2, 28)), "1-4y");
    assert_string_equal(band_at(ct_date_make(2020, 2, 29), ct_date_make(2025, 3, 1)), "5-12y");
}

/* On every day of 14 years, for births on every day of four: months never fall, rise
 * by one at most, and are the years of the patient's banner. */
static void test_months_agree_with_years(void **state)
{
    (void)state;
    for (ct_date born = ct_date_make(2019, 1, 1); born < ct_date_make(2023, 1, 1); born += 3) {
        int last = 0;
        for (ct_date on = born; on < born + 14 * 366; on++) {
            int m = ct_age_months(born, on);
            if (m / 12 != ct_age_years(born, on) || m < last || m > last + 1)
                fail_msg("born %d, on %d: %d months after %d", born, on, m, last);
            last = m;
        }
        assert_true(last >= 167);
    }
}

/* A birthday begins at midnight of the clinic, not of Greenwich. */
static void test_birthday_in_the_clinics_day(void **state)
{
    (void)state;
    setenv("TZ", "Pacific/Auckland", 1);
    tzset();
    ct_date born = ct_date_make(2021, 3, 10);
    struct ct_civil c = {.year = 2026, .month = 3, .day = 9, .hour = 23, .minute = 59};
    int64_t before = ct_civil_ms(&c);
    assert_string_equal(band_at(born, ct_date_at(before)), "1-4y");
    assert_string_equal(band_at(born, ct_date_at(before + CT_MINUTE_MS)), "5-12y");
    char utc[32];
    ct_rfc3339(before + CT_MINUTE_MS, utc);
    assert_int_equal(strncmp(utc, "2026-03-09", 10), 0); /* still the day before there */
    setenv("TZ", "UTC", 1);
    tzset();
}

/* ---- files ---------------------------------------------------------------- */

static enum ct_status parsed(const char *text, size_t n, struct ct_scorecard **t,
                             struct ct_error *e)
{
    CT_INI *ini = NULL;
    enum ct_status st = ct_ini_parse("p.ini", text, n, &ini, e);
    return st == CT_OK ? ct_scorecard_from_ini(ini, t, e) : st;
}

/* The shipped file with the first such text replaced; NULL `from` appends. */
static enum ct_status load_with(const char *from, const char *to, struct ct_scorecard **t,
                                struct ct_error *e)
{
    const struct ct_embedded *file = ct_embed_find("scores/pews.ini");
    assert_non_null(file);
    CT_BUF b = {0};
    const char *at = from != NULL ? strstr(file->data, from) : file->data + file->size;
    assert_non_null(at);
    ct_buf_add(&b, file->data, (size_t)(at - file->data));
    ct_buf_str_add(&b, to);
    ct_buf_str_add(&b, at + (from != NULL ? strlen(from) : 0));
    return parsed(b.data, b.len, t, e);
}

static void test_faulty_files_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *says;
    } BAD[] = {
        {"score_0 = 30..49.99", "score_0 = 30..49.98", "[infant.resp]: 49.99 has no score"},
        {"score_0 = 30..49.99", "score_0 = 31..49.99", "30 has no score"},
        {"score_0 = 30..49.99", "score_0 = 29..49.99", "29 has two scores"},
        {"score_0 = 30..49.99", "score_0 = 30..49.995", "is not a range"},
        {"score_0 = 30..49.99", "score_5 = 30..49.99", "no such key"},
        {"score_4 = 0..9.99, 70..", "score_4 = 0..9.99, 70..90", "90.01 has no score"},
        {"score_4 = 0..9.99, 70..", "score_4 = 1..9.99, 70..", "0.99 has no score"},
        {"score_0 = 95..100", "score_0 = 95..", "must end at 100"},
        {"score_0 = 95..100", "score_0 = 95..99", "99.01 has no score"},
        {"score_4 = 50..100", "score_4 = 50..", "must end at 100"},
        {"decimals = 2", "decimals = 4", "must be 0 to 3"},
        {"decimals = 2", "decimals = two", "must be 0 to 3"},
        {"decimals = 3", "decimals = 0", "must be 1 to 3"},
        {"score_4 = severe", "score_3 = mild", "M has two scores"},
        {"score_4 = severe", "", "S has no score"},
        {"score_4 = severe", "score_4 = severe, M", "M has two scores"},
        {"score_4 = severe", "score_4 = worse", "not one of the words"},
        {"score_4 = HF, CP, NI", "score_4 = HF, CP", "NI has no score"},
        {"score_4 = HF, CP, NI", "score_4 = HF, CP, NI, BiP", "not one of the words"},
        {"by_flow = NP, FM, VM, RM, OT", "score_1 = NP, FM, VM, RM, OT", "no device by_flow"},
        {"by_flow = NP, FM, VM, RM, OT", "by_flow = NP, FM, VM, RM", "OT has no score"},
        {"[infant.resp]", "[infant.respiration]", "nothing that is measured"},
        {"[infant.resp]", "[baby.resp]", "there is no band [baby]"},
        {"[infant.resp]\ndecimals = 2", "[infant.dbp]\ndecimals = 2", "scored in"},
        {"[infant]", "[baby]", "there is no band [infant]"},
        {"months = 0..11", "months = 0..10", "11 months has no band"},
        {"months = 0..11", "months = 0..12", "12 months has more than one band"},
        {"months = 0..11", "months = 1..11", "0 months has no band"},
        {"months = 0..11", "", "has no months"},
        {"months = 0..11", "months = 0..11.5", "whole months"},
        {"months = 156..", "months = 156..191", "192 months has no band"},
        {"months = 60..155", "months = 59..155", "59 months has more than one band"},
        {"name = 0-11m", "", "is missing"},
        {"name = 0-11m", "name = 1-4y", "another band bears it"},
        {"name = 0-11m", "name = nought to eleven months", "may have 15 bytes"},
        {"version = 2026.1", "", "[card] version: is missing"},
        {"version = 2026.1", "revision = 1", "no such key"},
        {"title = PEWS", "", "is missing"},
        {"[infant]", "[infant]\nsex = any", "no such key"},
        {NULL, "[call_a]\ntotal = 1..\nband = low\nevery_min = 60\nresponse = x\n",
         "a total of 0 has no call"},
        {NULL, "[call_a]\ntotal = 0..25\nband = low\nevery_min = 60\nresponse = x\n",
         "a total of 26 has no call"},
        {NULL,
         "[call_a]\ntotal = 0..4\nband = high\nevery_min = 60\nresponse = x\n"
         "[call_b]\ntotal = 5..\nband = low\nevery_min = 60\nresponse = x\n",
         "calls for less"},
        {NULL,
         "[call_a]\ntotal = 0..\nband = low\nevery_min = 60\nresponse = x\nsingle3 = no\n",
         "no such key"},
        {NULL, "[call_a]\ntotal = 0..\nband = dire\nevery_min = 60\nresponse = x\n", "must be"},
    };
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        struct ct_error e = {0};
        struct ct_scorecard *t = NULL;
        if (load_with(BAD[i].from, BAD[i].to, &t, &e) != CT_ECONFIG)
            fail_msg("accepted: %s", BAD[i].to);
        assert_null(t);
        int line = 0;
        if (strstr(e.text, BAD[i].says) == NULL || sscanf(e.text, "p.ini:%d: ", &line) != 1 ||
            line < 1)
            fail_msg("\"%s\" for %s", e.text, BAD[i].to);
    }
}

static void test_the_line_named_is_the_one(void **state)
{
    (void)state;
    static const char TEXT[] = "[card]\nversion = 1\ntitle = T\n\n[a]\nname = a\nmonths = 0..\n"
                               "[a.resp]\nscore_0 = ..9\nscore_1 = 10..x\n";
    struct ct_scorecard *t = NULL;
    struct ct_error e = {0};
    assert_int_equal(parsed(TEXT, sizeof TEXT - 1, &t, &e), CT_ECONFIG);
    assert_string_equal(e.text, "p.ini:10: [a.resp] score_1: \"10..x\" is not a range such as "
                                "9..11, ..8 or 25..");
}

static void test_calls_of_a_site(void **state)
{
    (void)state;
    static const char CALLS[] =
        "[call_a]\ntotal = 0\nband = low\nevery_min = 240\nresponse = Go on.\n"
        "[call_b]\ntotal = 1..5\nband = medium\nevery_min = 60\nresponse = Nurse in charge.\n"
        "[call_c]\ntotal = 6..\nband = high\nevery_min = 0\nresponse = Team now.\n";
    struct ct_scorecard *t = NULL;
    struct ct_error e = {0};
    struct ct_value in[CT_QS];
    struct ct_card_result r;
    assert_int_equal(load_with(NULL, CALLS, &t, &e), CT_OK);
    well(2, in);
    assert_int_equal(ct_scorecard_score(t, 2, in, &r, &e), CT_OK);
    assert_int_equal(r.call, 0);
    assert_int_equal(r.band, CT_BAND_LOW);
    assert_int_equal(r.frequency_min, 240);
    in[CT_Q_RESP].n = 60;
    assert_int_equal(ct_scorecard_score(t, 2, in, &r, &e), CT_OK);
    assert_int_equal(r.band, CT_BAND_MEDIUM);
    assert_string_equal(ct_scorecard_response(t, &r), "Nurse in charge.");
    in[CT_Q_DISTRESS].n = CT_DISTRESS_MODERATE;
    in[CT_Q_SBP].n = CT_UNSET; /* incomplete, and already enough to know */
    assert_int_equal(ct_scorecard_score(t, 2, in, &r, &e), CT_OK);
    assert_false(r.complete);
    assert_int_equal(r.call, 2);
    assert_int_equal(r.frequency_min, 0);
    assert_string_equal(ct_scorecard_response(t, &r), "Team now.");
    well(2, in);
    in[CT_Q_SBP].n = CT_UNSET; /* incomplete and low: no routine is called for */
    assert_int_equal(ct_scorecard_score(t, 2, in, &r, &e), CT_OK);
    assert_int_equal(r.call, -1);
    assert_int_equal(r.band, CT_BAND_NONE);
    assert_string_equal(ct_scorecard_response(t, &r), "");
    ct_scorecard_free(t);
}

static void test_maternity_is_empty_and_can_be_filled(void **state)
{
    (void)state;
    struct ct_config c;
    struct ct_error e = {0};
    struct ct_scorecard *t = NULL;
    ct_config_default(&c);
    assert_int_equal(ct_scorecard_load(&c, "scores/maternity.ini", &t, &e), CT_OK);
    assert_false(ct_scorecard_filled(t));
    assert_non_null(strstr(ct_scorecard_note(t), "national Maternity Early Warning Score"));
    assert_int_equal(ct_scorecard_band(t, 360), -1);
    assert_int_equal(ct_scorecard_band_find(t, "antenatal"), -1);
    struct ct_value in[CT_QS];
    struct ct_card_result r;
    well(3, in);
    assert_int_equal(ct_scorecard_score(t, 0, in, &r, &e), CT_EINVAL);
    ct_scorecard_free(t);
    t = NULL;
    /* Invented figures. */
    static const char FILLED[] =
        "[card]\nversion = x1\ntitle = Maternity\n"
        "[call_low]\ntotal = 0..1\nband = low\nevery_min = 60\nresponse = a\n"
        "[call_high]\ntotal = 2..\nband = high\nevery_min = 15\nresponse = b\n"
        "[antenatal]\nname = antenatal\n"
        "[antenatal.temp]\nscore_0 = 35.5..37.4\nscore_1 = ..35.4, 37.5..\n"
        "[antenatal.acvpu]\nscore_0 = A\nscore_2 = C, V, P, U\n"
        "[antenatal.o2]\nscore_0 = air\nscore_1 = NP, FM, VM, RM, HF, CP, NI, OT\n"
        "[postnatal]\nname = postnatal\n"
        "[postnatal.temp]\nscore_0 = 35.0..37.9\nscore_1 = ..34.9, 38.0..\n"
        "[postnatal.acvpu]\nscore_0 = A\nscore_2 = C, V, P, U\n"
        "[postnatal.o2]\nscore_0 = air\nscore_1 = NP, FM, VM, RM, HF, CP, NI, OT\n";
    if (parsed(FILLED, sizeof FILLED - 1, &t, &e) != CT_OK)
        fail_msg("%s", e.text);
    assert_int_equal(ct_scorecard_band(t, 360), -1);
    int ante = ct_scorecard_band_find(t, "antenatal");
    int post = ct_scorecard_band_find(t, "postnatal");
    assert_true(ante >= 0 && post >= 0 && ante != post);
    in[CT_Q_ACVPU].n = CT_ALERT;
    in[CT_Q_O2].n = CT_O2_NASAL;
    in[CT_Q_TEMP] = (struct ct_value){998, 1}; /* 99.8 degF is 37.7 degC */
    assert_int_equal(ct_scorecard_score(t, ante, in, &r, &e), CT_OK);
    assert_true(r.complete);
    assert_int_equal(r.total, 2);
    assert_int_equal(r.band, CT_BAND_HIGH);
    assert_int_equal(ct_scorecard_score(t, post, in, &r, &e), CT_OK);
    assert_int_equal(r.total, 1);
    assert_string_equal(ct_scorecard_response(t, &r), "a");
    ct_scorecard_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_bound_of_every_row),
        cmocka_unit_test(test_every_figure_a_form_takes),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_values_no_row_has),
        cmocka_unit_test(test_what_is_recorded_only),
        cmocka_unit_test(test_undefined_while_anything_is_missing),
        cmocka_unit_test(test_zero_is_no_gap),
        cmocka_unit_test(test_no_calls_are_shipped),
        cmocka_unit_test(test_band_boundaries),
        cmocka_unit_test(test_months_of_odd_length),
        cmocka_unit_test(test_months_agree_with_years),
        cmocka_unit_test(test_birthday_in_the_clinics_day),
        cmocka_unit_test(test_faulty_files_are_refused),
        cmocka_unit_test(test_the_line_named_is_the_one),
        cmocka_unit_test(test_calls_of_a_site),
        cmocka_unit_test(test_maternity_is_empty_and_can_be_filled),
    };
    return cmocka_run_group_tests_name("scorecard", tests, load, unload);
}
