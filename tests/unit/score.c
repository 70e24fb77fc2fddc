/* NEWS2: the table engine against the published boundaries and a second, plain
 * transcription of the chart; tables with faults are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/embed.h"
#include "clinic/score.h"

static struct ct_news2 *table;

static int load(void **state)
{
    (void)state;
    struct ct_config c;
    struct ct_error e = {0};
    ct_config_default(&c);
    if (ct_news2_load(&c, &table, &e) == CT_OK)
        return 0;
    fprintf(stderr, "%s\n", e.text);
    return 1;
}

static int unload(void **state)
{
    (void)state;
    ct_news2_free(table);
    return 0;
}

/* ---- the chart once more, in plain C, sharing nothing with the engine ---- */

static int chart_resp(int64_t v)
{
    if (v <= 8)
        return 3;
    if (v <= 11)
        return 1;
    if (v <= 20)
        return 0;
    return v <= 24 ? 2 : 3;
}

static int chart_spo2(int64_t v, int scale, int64_t oxygen)
{
    if (scale == 1) {
        if (v >= 96)
            return 0;
        if (v >= 94)
            return 1;
        return v >= 92 ? 2 : 3;
    }
    if (v >= 93) {
        if (oxygen == 0)
            return 0;
        if (v >= 97)
            return 3;
        return v >= 95 ? 2 : 1;
    }
    if (v >= 88)
        return 0;
    if (v >= 86)
        return 1;
    return v >= 84 ? 2 : 3;
}

static int chart_sbp(int64_t v)
{
    if (v >= 220)
        return 3;
    if (v >= 111)
        return 0;
    if (v >= 101)
        return 1;
    return v >= 91 ? 2 : 3;
}

static int chart_pulse(int64_t v)
{
    if (v >= 131)
        return 3;
    if (v >= 111)
        return 2;
    if (v >= 91)
        return 1;
    if (v >= 51)
        return 0;
    return v >= 41 ? 1 : 3;
}

static int chart_temp(int64_t tenths)
{
    if (tenths >= 391)
        return 2;
    if (tenths >= 381)
        return 1;
    if (tenths >= 361)
        return 0;
    return tenths >= 351 ? 1 : 3;
}

static void chart(const struct ct_news2_set *s, struct ct_news2_result *r)
{
    *r = (struct ct_news2_result){.complete = true};
    r->part[CT_N_RESP] = (int8_t)chart_resp(s->resp);
    r->part[CT_N_SPO2] = (int8_t)chart_spo2(s->spo2, s->scale, s->on_oxygen);
    r->part[CT_N_O2] = s->on_oxygen ? 2 : 0;
    r->part[CT_N_SBP] = (int8_t)chart_sbp(s->sbp);
    r->part[CT_N_PULSE] = (int8_t)chart_pulse(s->pulse);
    r->part[CT_N_ACVPU] = s->acvpu == CT_ALERT ? 0 : 3;
    r->part[CT_N_TEMP] = (int8_t)chart_temp(s->temp_c10);
    for (int i = 0; i < CT_N_INPUTS; i++) {
        r->total += r->part[i];
        if (r->part[i] == 3)
            r->single3 = true;
    }
    if (r->total >= 7) {
        r->band = CT_BAND_HIGH;
        r->frequency_min = 0;
    } else if (r->total >= 5) {
        r->band = CT_BAND_MEDIUM;
        r->frequency_min = 60;
    } else if (r->single3) {
        r->band = CT_BAND_LOW_MEDIUM;
        r->frequency_min = 60;
    } else {
        r->band = CT_BAND_LOW;
        r->frequency_min = r->total == 0 ? 720 : 240;
    }
}

static const struct ct_news2_set NORMAL = {.resp = 16, .spo2 = 97, .sbp = 120, .pulse = 70,
                                           .temp_c10 = 370, .on_oxygen = 0,
                                           .acvpu = CT_ALERT, .scale = 1};

static struct ct_news2_result scored(const struct ct_news2_set *s)
{
    struct ct_news2_result r;
    struct ct_error e = {0};
    assert_int_equal(ct_news2_score(table, s, &r, &e), CT_OK);
    return r;
}

static void agrees(const struct ct_news2_set *s)
{
    struct ct_news2_result want, got = scored(s);
    chart(s, &want);
    bool same = got.complete && got.missing == 0 && got.total == want.total &&
                got.single3 == want.single3 && got.band == want.band &&
                got.frequency_min == want.frequency_min;
    for (int i = 0; i < CT_N_INPUTS; i++)
        same = same && got.part[i] == want.part[i];
    if (!same)
        fail_msg("resp %d spo2 %d scale %d o2 %d sbp %d pulse %d acvpu %d temp %d: %d, not %d",
                 (int)s->resp, (int)s->spo2, s->scale, (int)s->on_oxygen, (int)s->sbp,
                 (int)s->pulse, (int)s->acvpu, (int)s->temp_c10, got.total, want.total);
}

/* ---- tests ---------------------------------------------------------------- */

/* The boundaries as published, figure by figure. */
static void test_published_boundaries(void **state)
{
    (void)state;
    static const struct {
        enum ct_news2_input input;
        int scale, oxygen, value, score;
    } V[] = {
        {CT_N_RESP, 1, 0, 8, 3},    {CT_N_RESP, 1, 0, 9, 1},    {CT_N_RESP, 1, 0, 11, 1},
        {CT_N_RESP, 1, 0, 12, 0},   {CT_N_RESP, 1, 0, 20, 0},   {CT_N_RESP, 1, 0, 21, 2},
        {CT_N_RESP, 1, 0, 24, 2},   {CT_N_RESP, 1, 0, 25, 3},   {CT_N_SPO2, 1, 0, 91, 3},
        {CT_N_SPO2, 1, 0, 92, 2},   {CT_N_SPO2, 1, 0, 93, 2},   {CT_N_SPO2, 1, 0, 94, 1},
        {CT_N_SPO2, 1, 0, 95, 1},   {CT_N_SPO2, 1, 0, 96, 0},   {CT_N_SPO2, 2, 0, 83, 3},
        {CT_N_SPO2, 2, 0, 84, 2},   {CT_N_SPO2, 2, 0, 85, 2},   {CT_N_SPO2, 2, 0, 86, 1},
        {CT_N_SPO2, 2, 0, 87, 1},   {CT_N_SPO2, 2, 0, 88, 0},   {CT_N_SPO2, 2, 0, 92, 0},
        {CT_N_SPO2, 2, 0, 93, 0},   {CT_N_SPO2, 2, 0, 100, 0},  {CT_N_SPO2, 2, 1, 83, 3},
        {CT_N_SPO2, 2, 1, 85, 2},   {CT_N_SPO2, 2, 1, 87, 1},   {CT_N_SPO2, 2, 1, 88, 0},
        {CT_N_SPO2, 2, 1, 92, 0},   {CT_N_SPO2, 2, 1, 93, 1},   {CT_N_SPO2, 2, 1, 94, 1},
        {CT_N_SPO2, 2, 1, 95, 2},   {CT_N_SPO2, 2, 1, 96, 2},   {CT_N_SPO2, 2, 1, 97, 3},
        {CT_N_SBP, 1, 0, 90, 3},    {CT_N_SBP, 1, 0, 91, 2},    {CT_N_SBP, 1, 0, 100, 2},
        {CT_N_SBP, 1, 0, 101, 1},   {CT_N_SBP, 1, 0, 110, 1},   {CT_N_SBP, 1, 0, 111, 0},
        {CT_N_SBP, 1, 0, 219, 0},   {CT_N_SBP, 1, 0, 220, 3},   {CT_N_PULSE, 1, 0, 40, 3},
        {CT_N_PULSE, 1, 0, 41, 1},  {CT_N_PULSE, 1, 0, 50, 1},  {CT_N_PULSE, 1, 0, 51, 0},
        {CT_N_PULSE, 1, 0, 90, 0},  {CT_N_PULSE, 1, 0, 91, 1},  {CT_N_PULSE, 1, 0, 110, 1},
        {CT_N_PULSE, 1, 0, 111, 2}, {CT_N_PULSE, 1, 0, 130, 2}, {CT_N_PULSE, 1, 0, 131, 3},
        {CT_N_TEMP, 1, 0, 350, 3},  {CT_N_TEMP, 1, 0, 351, 1},  {CT_N_TEMP, 1, 0, 360, 1},
        {CT_N_TEMP, 1, 0, 361, 0},  {CT_N_TEMP, 1, 0, 380, 0},  {CT_N_TEMP, 1, 0, 381, 1},
        {CT_N_TEMP, 1, 0, 390, 1},  {CT_N_TEMP, 1, 0, 391, 2},
    };
    for (size_t i = 0; i < CT_LEN(V); i++) {
        struct ct_news2_set s = NORMAL;
        s.scale = V[i].scale;
        s.on_oxygen = V[i].oxygen;
        if (s.scale == 2)
            s.spo2 = 90;
        int64_t *to[CT_N_INPUTS] = {&s.resp,  &s.spo2,  &s.on_oxygen, &s.sbp,
                                    &s.pulse, &s.acvpu, &s.temp_c10};
        *to[V[i].input] = V[i].value;
        struct ct_news2_result r = scored(&s);
        if (r.part[V[i].input] != V[i].score)
            fail_msg("input %d value %d: %d, not %d", (int)V[i].input, V[i].value,
                     r.part[V[i].input], V[i].score);
        assert_int_equal(r.total, V[i].score + (V[i].oxygen ? 2 : 0));
    }
}

static void test_whole_sets(void **state)
{
    (void)state;
    struct ct_news2_set s = {.resp = 25, .spo2 = 91, .sbp = 90, .pulse = 131, .temp_c10 = 350,
                             .on_oxygen = 1, .acvpu = CT_UNRESPONSIVE, .scale = 1};
    struct ct_news2_result r = scored(&s);
    assert_int_equal(r.total, 20);
    assert_int_equal(r.band, CT_BAND_HIGH);
    assert_int_equal(r.frequency_min, 0);
    s = NORMAL;
    s.resp = 25;
    r = scored(&s);
    assert_int_equal(r.total, 3);
    assert_true(r.single3);
    assert_int_equal(r.band, CT_BAND_LOW_MEDIUM);
    assert_int_equal(r.frequency_min, 60);
    r = scored(&NORMAL);
    assert_int_equal(r.total, 0);
    assert_int_equal(r.band, CT_BAND_LOW);
    assert_int_equal(r.frequency_min, 720);
    assert_int_equal(ct_news2_longest_min(table, &r), 720);
}

/* Each is a fault that some program in use has or had. */
static void test_defects_of_others(void **state)
{
    (void)state;
    struct ct_news2_set s = NORMAL;
    struct ct_news2_result r;
    /* respiration 9-11 scored 2 and 21-24 scored 1 */
    s.resp = 10;
    assert_int_equal(scored(&s).total, 1);
    s.resp = 22;
    assert_int_equal(scored(&s).total, 2);
    /* zero taken for "not given" */
    s = NORMAL;
    s.resp = 0;
    r = scored(&s);
    assert_true(r.complete);
    assert_int_equal(r.part[CT_N_RESP], 3);
    s = NORMAL;
    s.pulse = 0;
    s.sbp = 0;
    assert_int_equal(scored(&s).total, 6);
    /* "not given" taken for zero, which scored 3 */
    s = NORMAL;
    s.spo2 = CT_UNSET;
    r = scored(&s);
    assert_false(r.complete);
    assert_int_equal(r.part[CT_N_SPO2], -1);
    assert_int_equal(r.total, 0);
    assert_false(r.single3);
    /* new confusion left out of the scale */
    s = NORMAL;
    s.acvpu = CT_CONFUSION;
    r = scored(&s);
    assert_int_equal(r.total, 3);
    assert_true(r.single3);
    /* a single 3 taken for an emergency */
    assert_int_equal(r.band, CT_BAND_LOW_MEDIUM);
    /* diastolic pressure and pain have no part in it: there is nowhere to put them */
    assert_int_equal(CT_N_INPUTS, 7);
}

static void test_every_value_of_every_parameter(void **state)
{
    (void)state;
    for (int scale = 1; scale <= 2; scale++)
        for (int oxygen = 0; oxygen <= 1; oxygen++) {
            struct ct_news2_set base = NORMAL;
            base.scale = scale;
            base.on_oxygen = oxygen;
            for (int64_t v = -5; v <= 1000; v++) {
                struct ct_news2_set s = base;
                s.resp = v;
                agrees(&s);
                s = base;
                s.spo2 = v;
                agrees(&s);
                s = base;
                s.sbp = v;
                agrees(&s);
                s = base;
                s.pulse = v;
                agrees(&s);
                s = base;
                s.temp_c10 = v;
                agrees(&s);
            }
            for (int64_t a = CT_ALERT; a <= CT_UNRESPONSIVE; a++) {
                struct ct_news2_set s = base;
                s.acvpu = a;
                agrees(&s);
            }
        }
    struct ct_news2_set far = NORMAL;
    far.pulse = INT64_MAX;
    far.sbp = INT64_MIN + 1;
    agrees(&far);
}

/* Every combination of part scores that exists, by one value each. */
static void test_every_combination_of_parts(void **state)
{
    (void)state;
    static const int RESP[] = {8, 9, 12, 21}, SPO2[] = {91, 92, 94, 96},
                     SBP[] = {90, 91, 101, 111}, PULSE[] = {40, 41, 51, 111},
                     TEMP[] = {350, 351, 361, 391};
    unsigned n = 0;
    for (unsigned i = 0; i < 1u << 13; i++) {
        struct ct_news2_set s = {
            .resp = RESP[i & 3], .spo2 = SPO2[i >> 2 & 3], .sbp = SBP[i >> 4 & 3],
            .pulse = PULSE[i >> 6 & 3], .temp_c10 = TEMP[i >> 8 & 3],
            .on_oxygen = i >> 10 & 1, .acvpu = i >> 11 & 1 ? CT_VOICE : CT_ALERT,
            .scale = i >> 12 & 1 ? 2 : 1};
        agrees(&s);
        n++;
    }
    assert_int_equal(n, 8192);
}

static uint64_t seed = 88172645463325252u;

static int64_t pick(int64_t lo, int64_t hi)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return lo + (int64_t)(seed % (uint64_t)(hi - lo + 1));
}

static void test_random_sets(void **state)
{
    (void)state;
    for (int i = 0; i < 500000; i++) {
        struct ct_news2_set s = {
            .resp = pick(0, 60), .spo2 = pick(70, 100), .sbp = pick(40, 300),
            .pulse = pick(0, 300), .temp_c10 = pick(250, 450), .on_oxygen = pick(0, 1),
            .acvpu = pick(CT_ALERT, CT_UNRESPONSIVE), .scale = (int)pick(1, 2)};
        agrees(&s);
    }
}

/* With any of the 127 choices of missing inputs: undefined, a lower bound, and
 * exactly those named. */
static void test_undefined_while_anything_is_missing(void **state)
{
    (void)state;
    struct ct_news2_set full = {.resp = 22, .spo2 = 93, .sbp = 95, .pulse = 115,
                                .temp_c10 = 395, .on_oxygen = 1, .acvpu = CT_ALERT,
                                .scale = 1};
    int whole = scored(&full).total;
    for (unsigned mask = 1; mask < 1u << CT_N_INPUTS; mask++) {
        struct ct_news2_set s = full;
        int64_t *in[CT_N_INPUTS] = {&s.resp,  &s.spo2,  &s.on_oxygen, &s.sbp,
                                    &s.pulse, &s.acvpu, &s.temp_c10};
        for (unsigned i = 0; i < CT_N_INPUTS; i++)
            if (mask >> i & 1)
                *in[i] = CT_UNSET;
        struct ct_news2_result r = scored(&s);
        assert_false(r.complete);
        assert_int_equal(r.missing, mask);
        assert_int_equal(r.band, CT_BAND_NONE);
        assert_int_equal(r.frequency_min, -1);
        assert_true(r.total <= whole);
        for (unsigned i = 0; i < CT_N_INPUTS; i++)
            assert_int_equal(r.part[i] == -1, mask >> i & 1);
    }
    struct ct_news2_set s = full;
    s.spo2 = s.temp_c10 = CT_UNSET;
    struct ct_news2_result r = scored(&s);
    char text[128];
    ct_news2_missing_text(&r, text, sizeof text);
    assert_string_equal(text, "SpO2, temperature");
    char small[6];
    ct_news2_missing_text(&r, small, sizeof small);
    assert_string_equal(small, "SpO2,");
    r = scored(&full);
    ct_news2_missing_text(&r, text, sizeof text);
    assert_string_equal(text, "");
}

/* Scale 2 above 92 depends on the oxygen: not decided, never guessed. */
static void test_scale_2_waits_for_oxygen(void **state)
{
    (void)state;
    struct ct_news2_set s = NORMAL;
    s.scale = 2;
    s.spo2 = 97;
    s.on_oxygen = CT_UNSET;
    struct ct_news2_result r = scored(&s);
    assert_int_equal(r.missing, 1u << CT_N_O2);
    assert_int_equal(r.part[CT_N_SPO2], -1);
    assert_int_equal(r.total, 0);
    s.spo2 = 85;
    assert_int_equal(scored(&s).part[CT_N_SPO2], 2);
}

static void test_bad_codes_are_refused(void **state)
{
    (void)state;
    struct ct_news2_result r;
    struct ct_error e = {0};
    for (int scale = -1; scale <= 3; scale++) {
        struct ct_news2_set s = NORMAL;
        s.scale = scale;
        assert_int_equal(ct_news2_score(table, &s, &r, &e),
                         scale == 1 || scale == 2 ? CT_OK : CT_EINVAL);
    }
    assert_string_equal(e.field, "scale");
    struct ct_news2_set s = NORMAL;
    s.on_oxygen = 2;
    assert_int_equal(ct_news2_score(table, &s, &r, &e), CT_EINVAL);
    assert_string_equal(e.field, "on_oxygen");
    s = NORMAL;
    s.acvpu = 5;
    assert_int_equal(ct_news2_score(table, &s, &r, &e), CT_EINVAL);
    assert_string_equal(e.field, "acvpu");
}

static void test_responses(void **state)
{
    (void)state;
    struct ct_news2_set s = NORMAL;
    struct ct_news2_result r = scored(&s);
    const char *routine = ct_news2_response(table, &r);
    assert_non_null(strstr(routine, "routine"));
    s.resp = 21; /* 2 */
    r = scored(&s);
    assert_non_null(strstr(ct_news2_response(table, &r), "registered nurse"));
    assert_int_equal(r.frequency_min, 240);
    assert_int_equal(ct_news2_longest_min(table, &r), 360);
    s.pulse = 111; /* 4 */
    s.temp_c10 = 381; /* 5 */
    r = scored(&s);
    assert_int_equal(r.band, CT_BAND_MEDIUM);
    assert_non_null(strstr(ct_news2_response(table, &r), "URGENT"));
    s.on_oxygen = 1; /* 7 */
    r = scored(&s);
    assert_non_null(strstr(ct_news2_response(table, &r), "EMERGENCY"));
    /* Incomplete, but what is there is enough to know. */
    s.sbp = CT_UNSET;
    r = scored(&s);
    assert_non_null(strstr(ct_news2_response(table, &r), "EMERGENCY"));
    s = NORMAL;
    s.sbp = CT_UNSET;
    r = scored(&s);
    assert_non_null(strstr(ct_news2_response(table, &r), "Complete the set"));
    s.acvpu = CT_VOICE;
    r = scored(&s);
    assert_non_null(strstr(ct_news2_response(table, &r), "one parameter alone"));
    assert_string_equal(ct_band_name(CT_BAND_LOW_MEDIUM), "low-medium");
    assert_string_equal(ct_band_name(CT_BAND_HIGH), "high");
    assert_string_equal(ct_news2_version(table), "2017.1");
}

/* ---- tables with faults ---------------------------------------------------- */

/* The shipped table with one text replaced; NULL `from` appends. */
static enum ct_status load_with(const char *from, const char *to, struct ct_error *e)
{
    const struct ct_embedded *file = ct_embed_find("scores/news2.ini");
    assert_non_null(file);
    CT_BUF b = {0};
    const char *at = from != NULL ? strstr(file->data, from) : file->data + file->size;
    assert_non_null(at);
    ct_buf_add(&b, file->data, (size_t)(at - file->data));
    ct_buf_str_add(&b, to);
    ct_buf_str_add(&b, at + (from != NULL ? strlen(from) : 0));
    CT_INI *ini = NULL;
    struct ct_news2 *t = NULL;
    enum ct_status st = ct_ini_parse("n.ini", b.data, b.len, &ini, e);
    if (st == CT_OK)
        st = ct_news2_from_ini(ini, &t, e);
    if (st == CT_OK)
        ct_news2_free(t);
    else
        assert_null(t);
    return st;
}

static void test_faulty_tables_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *says;
    } BAD[] = {
        {"score_0 = 12..20", "score_0 = 13..20", "12 has no score"},
        {"score_0 = 12..20", "score_0 = 11..20", "11 has two scores"},
        {"score_0 = 12..20", "score_0 = 12..20, 12..20", "12 has two scores"},
        {"score_3 = ..8, 25..", "score_3 = 0..8, 25..", "-1 has no score"},
        {"score_3 = ..8, 25..", "score_3 = ..8, 25..60", "61 has no score"},
        {"score_3 = ..8, 25..", "score_3 = ..8, ..9, 25..", "two scores"},
        {"score_0 = 36.1..38.0", "score_0 = 36.2..38.0", "36.1 has no score"},
        {"score_0 = 36.1..38.0", "score_0 = 36.15..38.0", "is not a range"},
        {"score_0 = 51..90", "score_0 = 90..51", "is not a range"},
        {"score_0 = 51..90", "score_0 = 51-90", "is not a range"},
        {"score_0 = 51..90", "score_0 =", ""},
        {"score_0 = 51..90", "score_4 = 51..90", "no such key"},
        {"score_3 = C, V, P, U", "score_3 = C, V, P", "U has no score"},
        {"score_3 = C, V, P, U", "score_3 = C, P, U", "V has no score"},
        {"score_3 = C, V, P, U", "score_3 = A, C, V, P, U", "A has two scores"},
        {"score_3 = C, V, P, U", "score_3 = C, V, P, U, X", "\" X\" is not"},
        {"score_2 = oxygen", "score_2 = water", "is not"},
        {"[pulse]", "[heart]", "no part of the score"},
        {"version = 2017.1", "source2 = x", "no such key"},
        {"version = 2017.1\n", "", "version"},
        {"version = 2017.1", "version = a very long version indeed", "bytes"},
        {"total = 7..", "total = 8..", "7 has no call"},
        {"total = 7..", "total = 6..", "6 has more than one call"},
        {"total = 7..", "total = 7..19", "20 has no call"},
        {"total = 7..", "total = seven", "must be a range"},
        {"band = high", "band = low", "calls for less"},
        {"band = high", "band = severe", "must be low"},
        {"every_min = 0", "every_min = 61", "calls for less"},
        {"every_min = 0", "every_min = -1", "must be minutes"},
        {"every_min = 0", "every_min = 99999999", "must be minutes"},
        {"every_max_min = 360", "every_max_min = 200", "no fewer"},
        {"single3 = yes\nband = low-medium", "single3 = yes\nband = high", "calls for less"},
        {"single3 = yes", "single3 = maybe", "yes or no"},
        {"escalate = registered nurse 15", "escalate = registered nurse", "is not somebody"},
        {"escalate = registered nurse 15", "escalate = 15", "is not somebody"},
        {"escalate = registered nurse 15", "escalate = nurse15", "is not somebody"},
        {"escalate = registered nurse 15", "escalate = nurse 0", "is not somebody"},
        {"escalate = registered nurse 15", "escalate = nurse -5", "is not somebody"},
        {"escalate = registered nurse 15", "escalate = nurse 1441", "is not somebody"},
        {"escalate = registered nurse 15", "escalate = , nurse 15", "is not somebody"},
        {"escalate = registered nurse 15", "escalate = medical  team 15", "twice"},
        {"escalate = registered nurse 15", "escalate = a 1, b 1, c 1, d 1", "at most 4"},
        {"escalate = registered nurse 15",
         "escalate = a nurse of a name that is longer than any name of a nurse 15", "47 bytes"},
        {"escalate = registered nurse 15", "escalate = registered nurse 31", "add up to 61"},
        {"escalate = registered nurse 15, medical team 30", "", "names nobody"},
        {"attend_min = 30", "attend_min = 0", "must be minutes"},
        {"attend_min = 30", "attend_min = soon", "must be minutes"},
        {"attend_min = 30", "attend_min = 61", "calls for less"},
        {"attend_min = 30\n", "", "calls for less"},
        {"attend_min = 30\nescalate = medical registrar 10, critical care team 10, nurse in "
         "charge 10\n", "", "calls for less"},
    };
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        struct ct_error e = {0};
        if (load_with(BAD[i].from, BAD[i].to, &e) != CT_ECONFIG)
            fail_msg("accepted: %s", BAD[i].to);
        if (strstr(e.text, BAD[i].says) == NULL || strncmp(e.text, "n.ini:", 6) != 0)
            fail_msg("\"%s\" for %s", e.text, BAD[i].to);
    }
}

/* What a site may change. */
static void test_other_tables_are_accepted(void **state)
{
    (void)state;
    struct ct_error e = {0};
    assert_int_equal(load_with("version = 2017.1", "version = site 3", &e), CT_OK);
    assert_int_equal(load_with("every_min = 720", "every_min = 480", &e), CT_OK);
    assert_int_equal(load_with("score_0 = 12..20", "score_0 = 12 .. 15 , 16 .. 20", &e),
                     CT_OK);
    assert_int_equal(load_with("score_0 = 12..20", "score_0=12..15,16..20", &e), CT_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_boundaries),
        cmocka_unit_test(test_whole_sets),
        cmocka_unit_test(test_defects_of_others),
        cmocka_unit_test(test_every_value_of_every_parameter),
        cmocka_unit_test(test_every_combination_of_parts),
        cmocka_unit_test(test_random_sets),
        cmocka_unit_test(test_undefined_while_anything_is_missing),
        cmocka_unit_test(test_scale_2_waits_for_oxygen),
        cmocka_unit_test(test_bad_codes_are_refused),
        cmocka_unit_test(test_responses),
        cmocka_unit_test(test_faulty_tables_are_refused),
        cmocka_unit_test(test_other_tables_are_accepted),
    };
    return cmocka_run_group_tests_name("score", tests, load, unload);
}
