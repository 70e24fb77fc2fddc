/* Quantities: what is typed in any unit is shown as typed; conversion rounds
 * once; limits come from data and faulty ones are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/embed.h"
#include "clinic/quantity.h"

static struct ct_limits limits;

static int load(void **state)
{
    (void)state;
    struct ct_config c;
    struct ct_error e = {0};
    ct_config_default(&c);
    if (ct_limits_load(&c, &limits, &e) == CT_OK)
        return 0;
    fprintf(stderr, "%s\n", e.text);
    return 1;
}

static int64_t to(enum ct_q q, int64_t n, uint8_t from, uint8_t unit)
{
    return ct_quantity_convert(q, (struct ct_value){n, from}, unit);
}

static void test_known_conversions(void **state)
{
    (void)state;
    static const struct {
        enum ct_q q;
        int64_t n;
        uint8_t from, to;
        int64_t want;
    } V[] = {
        {CT_Q_TEMP, 979, 1, 0, 366},     {CT_Q_TEMP, 986, 1, 0, 370},
        {CT_Q_TEMP, 1004, 1, 0, 380},    {CT_Q_TEMP, 950, 1, 0, 350},
        {CT_Q_TEMP, 951, 1, 0, 351}, /* 35.06: scores 1 and not 3 */
        {CT_Q_TEMP, 320, 1, 0, 0},       {CT_Q_TEMP, 0, 1, 0, -178},
        {CT_Q_TEMP, -400, 1, 0, -400},   {CT_Q_TEMP, 370, 0, 1, 986},
        {CT_Q_TEMP, 380, 0, 1, 1004},    {CT_Q_WEIGHT, 1000, 0, 1, 2205},
        {CT_Q_WEIGHT, 1500, 1, 0, 680},  {CT_Q_WEIGHT, 10, 1, 0, 5},
        {CT_Q_HEIGHT, 720, 1, 0, 1829},  {CT_Q_HEIGHT, 1770, 0, 1, 697},
        {CT_Q_GLUCOSE, 90, 1, 0, 50},    {CT_Q_GLUCOSE, 100, 1, 0, 56},
        {CT_Q_GLUCOSE, 55, 0, 1, 99},    {CT_Q_GLUCOSE, 18, 1, 0, 10},
        {CT_Q_PULSE, 71, 0, 0, 71},
    };
    for (size_t i = 0; i < CT_LEN(V); i++) {
        int64_t got = to(V[i].q, V[i].n, V[i].from, V[i].to);
        if (got != V[i].want)
            fail_msg("%s %lld: %lld, not %lld", CT_QUANTITY[V[i].q].name, (long long)V[i].n,
                     (long long)got, (long long)V[i].want);
    }
}

/* Against floating point, over more than the whole possible range. */
static void test_conversion_rounds_half_away_from_zero(void **state)
{
    (void)state;
    for (int64_t n = -2000; n <= 20000; n++) {
        assert_int_equal(to(CT_Q_TEMP, n, 1, 0), llroundl((long double)(n - 320) * 5 / 9));
        assert_int_equal(to(CT_Q_TEMP, n, 0, 1), llroundl((long double)n * 9 / 5 + 320));
        assert_int_equal(to(CT_Q_WEIGHT, n, 1, 0), llroundl((long double)n * 0.45359237L));
        assert_int_equal(to(CT_Q_HEIGHT, n, 1, 0), llroundl((long double)n * 254 / 100));
    }
}

/* A tenth of a degree Celsius survives the way to Fahrenheit and back. */
static void test_celsius_survives_fahrenheit(void **state)
{
    (void)state;
    for (int64_t c = -400; c <= 500; c++)
        assert_int_equal(to(CT_Q_TEMP, to(CT_Q_TEMP, c, 0, 1), 1, 0), c);
}

static void test_what_does_not_convert(void **state)
{
    (void)state;
    assert_true(to(CT_Q_TEMP, CT_UNSET, 1, 0) == CT_UNSET);
    assert_true(to(CT_Q_O2_FLOW, 28, 1, 0) == CT_UNSET);
    assert_true(to(CT_Q_O2_FLOW, 20, 0, 1) == CT_UNSET);
    assert_int_equal(to(CT_Q_O2_FLOW, 28, 1, 1), 28);
    assert_true(to(CT_Q_PULSE, 70, 0, 1) == CT_UNSET);
    assert_true(to(CT_Q_PULSE, 70, 7, 0) == CT_UNSET);
    /* Beyond arithmetic is beyond every limit, on the right side of it. */
    assert_true(to(CT_Q_WEIGHT, INT64_MAX, 1, 0) == INT64_MAX);
    assert_true(to(CT_Q_TEMP, -INT64_MAX, 1, 0) == -INT64_MAX);
}

/* Every possible value of every quantity in every unit: shown, read back, the
 * same; and the text is what was typed. */
static void test_typed_is_shown_is_typed(void **state)
{
    (void)state;
    unsigned long long checked = 0;
    for (unsigned q = 0; q < CT_QS; q++)
        for (uint8_t u = 0; u < CT_QUANTITY[q].n_units; u++) {
            struct ct_field f;
            ct_quantity_field((enum ct_q)q, u, &limits, &f);
            for (int64_t n = f.hard_lo; n <= f.hard_hi; n++) {
                char text[40];
                int64_t back;
                struct ct_value v = {n, u};
                ct_quantity_text((enum ct_q)q, v, false, text, sizeof text);
                enum ct_verdict is = ct_field_judge(&f, text, 0, &back, NULL);
                if ((is != CT_V_OK && is != CT_V_UNUSUAL) || back != n)
                    fail_msg("%s %s: %lld became %lld", f.name, text, (long long)n,
                             (long long)back);
                assert_true((int)strlen(text) <= f.width);
                assert_int_equal(ct_quantity_convert((enum ct_q)q, v, u), n);
                checked++;
            }
        }
    assert_true(checked > 30000);
}

static void test_texts(void **state)
{
    (void)state;
    static const struct {
        enum ct_q q;
        struct ct_value v;
        bool unit;
        const char *want;
    } V[] = {
        {CT_Q_TEMP, {368, 0}, false, "36.8"},     {CT_Q_TEMP, {368, 0}, true, "36.8 degC"},
        {CT_Q_TEMP, {979, 1}, true, "97.9 degF"}, {CT_Q_TEMP, {-5, 0}, false, "-0.5"},
        {CT_Q_HEIGHT, {1600, 0}, true, "160.0 cm"}, {CT_Q_PULSE, {0, 0}, false, "0"},
        {CT_Q_PULSE, {71, 0}, true, "71 /min"},   {CT_Q_O2_FLOW, {20, 0}, false, "2.0"},
        {CT_Q_O2_FLOW, {28, 1}, true, "28 %"},    {CT_Q_ACVPU, {CT_ALERT, 0}, true, "A"},
        {CT_Q_ACVPU, {9, 0}, false, ""},          {CT_Q_ACVPU, {-1, 0}, false, ""},
        {CT_Q_O2, {CT_O2_HIGH_FLOW, 0}, false, "HF"}, {CT_Q_TEMP, {CT_UNSET, 0}, true, ""},
        {CT_Q_TEMP, {368, 2}, true, ""},          {CT_Q_GLUCOSE, {99, 1}, true, "99 mg/dL"},
    };
    char out[40];
    for (size_t i = 0; i < CT_LEN(V); i++) {
        ct_quantity_text(V[i].q, V[i].v, V[i].unit, out, sizeof out);
        assert_string_equal(out, V[i].want);
    }
    ct_quantity_text(CT_Q_TEMP, (struct ct_value){368, 0}, true, out, 4);
    assert_string_equal(out, "36.");
}

/* Names are unique, and each unit's column is in the schema. */
static void test_table_is_consistent(void **state)
{
    (void)state;
    const struct ct_embedded *first = ct_embed_find("schema/0003_vitals.sql");
    const struct ct_embedded *more = ct_embed_find("schema/0004_vitals_more.sql");
    assert_true(first != NULL && more != NULL);
    for (unsigned q = 0; q < CT_QS; q++) {
        const struct ct_quantity *t = &CT_QUANTITY[q];
        enum ct_q found = CT_QS;
        assert_true(ct_quantity_find(t->name, &found));
        assert_int_equal(found, q);
        assert_true(t->n_units >= 1 && t->n_units <= CT_UNITS_MAX);
        assert_true(t->unit[0].num == 1 && t->unit[0].den == 1 && t->unit[0].add == 0);
        assert_int_equal(t->kind == CT_F_CODE, t->choices != NULL);
        for (size_t u = 0; u < t->n_units; u++) {
            char column[40], added[48];
            snprintf(column, sizeof column, "    %s ", t->unit[u].column);
            snprintf(added, sizeof added, "ADD COLUMN %s INTEGER", t->unit[u].column);
            if (strstr(first->data, column) == NULL && strstr(more->data, added) == NULL)
                fail_msg("no column %s", t->unit[u].column);
        }
    }
    enum ct_q q;
    assert_false(ct_quantity_find("tmp", &q));
}

static void test_site_units(void **state)
{
    (void)state;
    struct ct_config c;
    ct_config_default(&c);
    c.temperature_unit[0] = 'F';
    snprintf(c.weight_unit, sizeof c.weight_unit, "%s", "lb");
    snprintf(c.height_unit, sizeof c.height_unit, "%s", "in");
    snprintf(c.glucose_unit, sizeof c.glucose_unit, "%s", "mg");
    assert_int_equal(ct_quantity_site_unit(CT_Q_TEMP, &c), 1);
    assert_int_equal(ct_quantity_site_unit(CT_Q_WEIGHT, &c), 1);
    assert_int_equal(ct_quantity_site_unit(CT_Q_HEIGHT, &c), 1);
    assert_int_equal(ct_quantity_site_unit(CT_Q_GLUCOSE, &c), 1);
    assert_int_equal(ct_quantity_site_unit(CT_Q_PULSE, &c), 0);
    ct_config_default(&c);
    for (unsigned q = 0; q < CT_QS; q++) {
        assert_int_equal(ct_quantity_site_unit((enum ct_q)q, &c), 0);
        assert_int_equal(ct_quantity_site_unit((enum ct_q)q, NULL), 0);
    }
}

static void test_shipped_limits(void **state)
{
    (void)state;
    assert_true(limits.version[0] != '\0');
    for (unsigned q = 0; q < CT_QS; q++) {
        const struct ct_limit *m = &limits.q[q];
        assert_true(m->hard_lo <= m->soft_lo && m->soft_lo <= m->soft_hi &&
                    m->soft_hi <= m->hard_hi);
    }
    assert_int_equal(limits.q[CT_Q_SBP].hard_hi, 300);
    assert_int_equal(limits.q[CT_Q_TEMP].hard_lo, 250);
    assert_int_equal(limits.q[CT_Q_TEMP].hard_hi, 450);
    assert_int_equal(limits.q[CT_Q_TEMP].jump, 20);
    assert_int_equal(limits.q[CT_Q_RESP].hard_hi, 100);
    assert_true(limits.q[CT_Q_PAIN].jump == CT_UNSET);
    assert_int_equal(limits.q[CT_Q_ACVPU].hard_hi, CT_UNRESPONSIVE);
    assert_int_equal(limits.q[CT_Q_O2].hard_hi, CT_O2_OTHER);
    assert_int_equal(limits.o2_pct.hard_hi, 100);
}

static void test_fields_in_other_units(void **state)
{
    (void)state;
    struct ct_field f;
    ct_quantity_field(CT_Q_TEMP, 1, &limits, &f);
    assert_string_equal(f.unit, "degF");
    assert_int_equal(f.hard_lo, 770);
    assert_int_equal(f.hard_hi, 1130);
    assert_int_equal(f.soft_lo, 950);
    assert_int_equal(f.width, 5);
    ct_quantity_field(CT_Q_WEIGHT, 1, &limits, &f);
    assert_int_equal(f.hard_hi, 15001); /* 1500.03 lb, outwards */
    assert_int_equal(f.hard_lo, 2);     /* 0.22 lb, outwards */
    ct_quantity_field(CT_Q_O2_FLOW, 1, &limits, &f);
    assert_int_equal(f.hard_hi, 100);
    assert_int_equal(f.soft_lo, 21);
    assert_int_equal(f.places, 0);
    ct_quantity_field(CT_Q_GLUCOSE, 1, &limits, &f);
    assert_int_equal(f.kind, CT_F_INT);
    assert_int_equal(f.hard_hi, 3604); /* 3603.2 mg/dL */
    ct_quantity_field(CT_Q_DBP, 0, &limits, &f);
    assert_true(f.joined);
    ct_quantity_field(CT_Q_O2, 0, &limits, &f);
    assert_int_equal(f.width, 2);
    ct_quantity_field(CT_Q_GCS_EYE, 0, &limits, &f);
    assert_int_equal(f.hard_hi, 4);
    ct_quantity_field(CT_Q_PULSE, 9, &limits, &f);
    assert_string_equal(f.unit, "/min");
}

/* A part that is not testable has no total: 3 + NT + 6 is not 9. */
static void test_gcs_total(void **state)
{
    (void)state;
    struct ct_value v[CT_QS] = {0};
    v[CT_Q_GCS_EYE].n = 4, v[CT_Q_GCS_VERBAL].n = 5, v[CT_Q_GCS_MOTOR].n = 6;
    assert_int_equal(ct_gcs_total(v), 15);
    v[CT_Q_GCS_EYE].n = 1, v[CT_Q_GCS_VERBAL].n = 1, v[CT_Q_GCS_MOTOR].n = 1;
    assert_int_equal(ct_gcs_total(v), 3);
    v[CT_Q_GCS_VERBAL].n = CT_GCS_NOT_TESTABLE;
    assert_true(ct_gcs_total(v) == CT_UNSET);
    v[CT_Q_GCS_VERBAL].n = CT_UNSET;
    assert_true(ct_gcs_total(v) == CT_UNSET);
}

static void test_bmi(void **state)
{
    (void)state;
    struct ct_value v[CT_QS] = {0};
    v[CT_Q_WEIGHT].n = 700, v[CT_Q_HEIGHT].n = 1750;
    assert_int_equal(ct_bmi_x10(v), 229); /* 22.857 */
    v[CT_Q_WEIGHT].n = 1000, v[CT_Q_HEIGHT].n = 2000;
    assert_int_equal(ct_bmi_x10(v), 250);
    /* 154.3 lb and 68.9 in are 69.989 kg and 175.006 cm; 703 * 154.3 / 68.9^2 is 22.85 */
    v[CT_Q_WEIGHT] = (struct ct_value){1543, 1};
    v[CT_Q_HEIGHT] = (struct ct_value){689, 1};
    assert_int_equal(ct_bmi_x10(v), 229);
    v[CT_Q_HEIGHT].n = 0;
    assert_true(ct_bmi_x10(v) == CT_UNSET);
    v[CT_Q_HEIGHT].n = CT_UNSET;
    assert_true(ct_bmi_x10(v) == CT_UNSET);
    v[CT_Q_HEIGHT].n = 1750, v[CT_Q_WEIGHT].n = INT64_MAX;
    assert_true(ct_bmi_x10(v) == CT_UNSET);
}

/* The shipped limits with one text replaced. */
static enum ct_status load_with(const char *from, const char *with, struct ct_limits *l,
                                struct ct_error *e)
{
    const struct ct_embedded *file = ct_embed_find("limits/adult.ini");
    assert_non_null(file);
    CT_BUF b = {0};
    const char *at = strstr(file->data, from);
    assert_non_null(at);
    ct_buf_add(&b, file->data, (size_t)(at - file->data));
    ct_buf_str_add(&b, with);
    ct_buf_str_add(&b, at + strlen(from));
    CT_INI *ini = NULL;
    enum ct_status st = ct_ini_parse("l.ini", b.data, b.len, &ini, e);
    return st == CT_OK ? ct_limits_from_ini(ini, l, e) : st;
}

static void test_faulty_limits_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *says;
    } BAD[] = {
        {"hard = 25.0..45.0", "hard = 45.0..25.0", "lower figure first"},
        {"hard = 25.0..45.0", "hard = 25.0..", "range"},
        {"hard = 25.0..45.0", "hard = 25.05..45.0", "decimals"},
        {"hard = 25.0..45.0", "hard = 36.0..45.0", "within hard"},
        {"hard = 25.0..45.0", "hard = warm..hot", "range"},
        {"hard = 25.0..45.0", "hard = -5..45", "range"},
        {"hard = 25.0..45.0", "hard = 25..99999999999999999999", "range"},
        {"hard = 25.0..45.0", "", "missing"},
        {"usual = 35.0..39.0", "usual = 35.0..46.0", "within hard"},
        {"usual = 35.0..39.0", "usaul = 35.0..39.0", "no such key"},
        {"jump = 2.0", "jump = 0", "above 0"},
        {"jump = 2.0", "jump = some", "above 0"},
        {"[temp]", "[temperature]", "nothing that is measured"},
        {"[pain]\n", "[acvpu]\n", "nothing that is measured"},
        {"version = 2026.2\n", "", "version"},
        {"version = 2026.2", "version = 1234567890123456789012345678901234567890", "31"},
    };
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        struct ct_error e = {0};
        struct ct_limits l = {.version = "untouched"};
        if (load_with(BAD[i].from, BAD[i].to, &l, &e) != CT_ECONFIG)
            fail_msg("accepted: %s", BAD[i].to);
        if (strstr(e.text, BAD[i].says) == NULL || strncmp(e.text, "l.ini:", 6) != 0)
            fail_msg("\"%s\" for %s", e.text, BAD[i].to);
        assert_string_equal(l.version, "untouched");
    }
    struct ct_error e = {0};
    struct ct_limits l;
    assert_int_equal(load_with("hard = 25.0..45.0", "hard = 20 .. 46", &l, &e), CT_OK);
    assert_int_equal(l.q[CT_Q_TEMP].hard_lo, 200);
    assert_int_equal(load_with("jump = 2.0\n", "", &l, &e), CT_OK);
    assert_true(l.q[CT_Q_TEMP].jump == CT_UNSET);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_conversions),
        cmocka_unit_test(test_conversion_rounds_half_away_from_zero),
        cmocka_unit_test(test_celsius_survives_fahrenheit),
        cmocka_unit_test(test_what_does_not_convert),
        cmocka_unit_test(test_typed_is_shown_is_typed),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_table_is_consistent),
        cmocka_unit_test(test_gcs_total),
        cmocka_unit_test(test_bmi),
        cmocka_unit_test(test_site_units),
        cmocka_unit_test(test_shipped_limits),
        cmocka_unit_test(test_fields_in_other_units),
        cmocka_unit_test(test_faulty_limits_are_refused),
    };
    return cmocka_run_group_tests_name("quantity", tests, load, NULL);
}
