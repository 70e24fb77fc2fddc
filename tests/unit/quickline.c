/* The quick line: what it fills, and that what it does not understand is pointed
 * at and fills nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "clinic/vitals.h"

static struct ct_limits limits;
static struct ct_config config;

static int load(void **state)
{
    (void)state;
    struct ct_error e = {0};
    ct_config_default(&config);
    if (ct_limits_load(&config, &limits, &e) == CT_OK)
        return 0;
    fprintf(stderr, "%s\n", e.text);
    return 1;
}

static void empty(struct ct_vitals *v)
{
    *v = (struct ct_vitals){0};
    for (size_t q = 0; q < CT_QS; q++)
        v->v[q].n = CT_UNSET;
}

/* The set as "name=value" of what is there, to compare at a glance. */
static void listed(const struct ct_vitals *v, char *out, size_t size)
{
    size_t at = 0;
    out[0] = '\0';
    for (unsigned q = 0; q < CT_QS && at < size; q++) {
        char text[40];
        if (v->v[q].n == CT_UNSET)
            continue;
        ct_quantity_text((enum ct_q)q, v->v[q], v->v[q].unit == 1, text, sizeof text);
        at += (size_t)snprintf(out + at, size - at, "%s%s=%s", at > 0 ? " " : "",
                               CT_QUANTITY[q].name, text);
    }
}

static void test_lines_that_fill(void **state)
{
    (void)state;
    static const struct {
        const char *line, *set;
    } V[] = {
        {"120/80 72 16 98 36.6 A", "sbp=120 dbp=80 pulse=72 resp=16 spo2=98 temp=36.6 acvpu=A"},
        {"120/80 72 16 98 366 a", "sbp=120 dbp=80 pulse=72 resp=16 spo2=98 temp=36.6 acvpu=A"},
        {"120/80 72 16 98 37 v", "sbp=120 dbp=80 pulse=72 resp=16 spo2=98 temp=37.0 acvpu=V"},
        {"120/80 72 16 98 36,6 p", "sbp=120 dbp=80 pulse=72 resp=16 spo2=98 temp=36.6 acvpu=P"},
        {"120/80 72 16 98 36.6 C", "sbp=120 dbp=80 pulse=72 resp=16 spo2=98 temp=36.6 acvpu=C"},
        {"  120/80\t72  ", "sbp=120 dbp=80 pulse=72"},
        {"120/80", "sbp=120 dbp=80"},
        {"120/80 A", "sbp=120 dbp=80 acvpu=A"},
        {"120/80 U", "sbp=120 dbp=80 acvpu=U"},
        {"- 72", "pulse=72"},
        {"- - - 98", "spo2=98"},
        {"120/80 - 16 - 36.6 P", "sbp=120 dbp=80 resp=16 temp=36.6 acvpu=P"},
        {"bp 120/80 p 72 rr 16 s 98 o2 2 nc t 36.6 a",
         "sbp=120 dbp=80 pulse=72 resp=16 spo2=98 o2=NP o2_flow=2.0 temp=36.6 acvpu=A"},
        {"t 36.6 s 98 rr 16 p 72 bp 120/80",
         "sbp=120 dbp=80 pulse=72 resp=16 spo2=98 temp=36.6"},
        {"120/80 72 16 98 36.6 A air pain 3",
         "sbp=120 dbp=80 pulse=72 resp=16 spo2=98 o2=A temp=36.6 acvpu=A pain=3"},
        {"120/80 72 16 98 ra 36.6 A",
         "sbp=120 dbp=80 pulse=72 resp=16 spo2=98 o2=A temp=36.6 acvpu=A"},
        {"BP 122/76  P 71  RR 16  SpO2 97 air  T 36.8  A  pain 0",
         "sbp=122 dbp=76 pulse=71 resp=16 spo2=97 o2=A temp=36.8 acvpu=A pain=0"},
        {"120/80 hr 72", "sbp=120 dbp=80 pulse=72"},
        {"p72 t36.6 s98 rr16 bp120/80", "sbp=120 dbp=80 pulse=72 resp=16 spo2=98 temp=36.6"},
        {"t 97.9f", "temp=97.9 degF"},
        {"t 979F", "temp=97.9 degF"},
        {"t36.6c", "temp=36.6"},
        {"s 98%", "spo2=98"},
        {"o2 28%", "o2=OT o2_flow=28 %"},
        {"o2 2", "o2=OT o2_flow=2.0"},
        {"o2 0.5l np", "o2=NP o2_flow=0.5"},
        {"o2 nrb 15", "o2=RM o2_flow=15.0"},
        {"o2 venturi 28%", "o2=VM o2_flow=28 %"},
        {"o2 60l hf", "o2=HF o2_flow=60.0"},
        {"o2 cpap", "o2=CP"},
        {"o2 air", "o2=A"},
        {"o2 2 nc 15 l", NULL},
        {"a v", "acvpu=V"},
        {"acvpu p", "acvpu=P"},
        {"a p 72", "pulse=72 acvpu=A"},
        {"a", "acvpu=A"},
        {"C", "acvpu=C"},
        {"pain 10 bm 5.6 wt 72.5 ht 178", "pain=10 glucose=5.6 weight=72.5 height=178.0"},
        {"wt 72", "weight=72.0"},
        {"wt 158lb ht 70in", "weight=158.0 lb height=70.0 in"},
        {"gluc 100mg/dl", "glucose=100 mg/dL"},
        {"bm 56", NULL},
        {"p 0 rr 0", "pulse=0 resp=0"},
        {"300/299 300 100 100 45.0 u",
         "sbp=300 dbp=299 pulse=300 resp=100 spo2=100 temp=45.0 acvpu=U"},
    };
    for (size_t i = 0; i < CT_LEN(V); i++) {
        struct ct_vitals v;
        struct ct_error e = {0};
        size_t at = 999;
        char got[400];
        empty(&v);
        enum ct_status st = ct_quick_parse(V[i].line, &config, &limits, &v, &at, &e);
        if ((st == CT_OK) != (V[i].set != NULL))
            fail_msg("\"%s\": %s", V[i].line, e.text);
        listed(&v, got, sizeof got);
        if (V[i].set != NULL && strcmp(got, V[i].set) != 0)
            fail_msg("\"%s\" gave %s", V[i].line, got);
    }
}

/* Where it points, at which field, and with which word. */
static void test_lines_that_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        size_t at;
        const char *field, *says;
    } V[] = {
        {"", 0, "", "Type a set"},
        {"   ", 0, "", "Type a set"},
        {"72", 0, "sbp", "slash"},
        {"72 120/80", 0, "sbp", "slash"},
        {"120/ 72", 0, "sbp", "slash"},
        {"/80", 0, "", "not understood"},
        {"120/80/70", 6, "dbp", "unit"},
        {"120/80 72 16 98 36.6 A 5", 23, "", "name"},
        {"120/80 72 A 16", 12, "", "name"},
        {"120/80 p 72 16", 12, "", "name"},
        {"120/80 72 16 980", 13, "spo2", "not possible"},
        {"120/80 720", 7, "pulse", "not possible"},
        {"120/80 72 16 98 366.6", 16, "temp", "not possible"},
        {"120/80 72 16 98 97.9", 16, "temp", "not possible"},
        {"120/80 72 16 98 3", 16, "temp", ""},
        {"120/80 72 16 98 36.66", 16, "temp", "decimals"},
        {"120/80 72 16 98 36.", 16, "temp", ""},
        {"1200/80", 0, "sbp", "not possible"},
        {"80/120", 3, "dbp", "below"},
        {"80/80", 3, "dbp", "below"},
        {"bp 80/120", 6, "dbp", "below"},
        {"120/80 99999999999999999999999999", 7, "pulse", ""},
        {"120/80 9999999999999999999999999999999999", 7, "", "too long"},
        {"120/80 -5", 7, "", "not understood"},
        {"120/80 7x", 8, "pulse", "unit"},
        {"p 72 p 80", 7, "pulse", "twice"},
        {"120/80 72 p 80", 12, "pulse", "twice"},
        {"a bp 120/80 v", 12, "acvpu", "twice"},
        {"air o2 2 nc", 7, "o2_flow", "twice"},
        {"o2 2 nc air", 8, "o2", "twice"},
        {"t 36.6 f", 7, "", "not understood"},
        {"t 36.6 c", 7, "acvpu", "confusion"},
        {"120/80 p", 7, "pulse", "acvpu p"},
        {"120/80 72 16 98 36.6 p 80", 21, "acvpu", "pulse"},
        {"a p", 2, "acvpu", "two letters"},
        {"c v", 2, "acvpu", "two letters"},
        {"120/80 72 16 98 36.6 A C", 23, "acvpu", "two letters"},
        {"acvpu x", 6, "acvpu", "one of"},
        {"acvpu", 0, "acvpu", "wanting"},
        {"p", 0, "pulse", "figure"},
        {"p x", 0, "pulse", "figure"},
        {"rr", 0, "resp", "wanting"},
        {"rr p 72", 3, "resp", "figure"},
        {"xyz 5", 0, "", "not understood"},
        {"o2", 0, "o2", "how much"},
        {"o2 p 72", 0, "o2", "how much"},
        {"o2 28", 3, "o2_flow", "per cent"},
        {"o2 21", 3, "o2_flow", "per cent"},
        {"o2 2x", 4, "o2_flow", "unit"},
        {"o2 101%", 3, "o2_flow", "not possible"},
        {"o2 0%", 3, "o2_flow", ""},
        {"pain 11", 5, "pain", "not possible"},
        {"pain", 0, "pain", "wanting"},
        {"bm 56", 3, "glucose", "decimal point"},
        {"wt 560", 3, "weight", "decimal point"},
        {"wt 72cm", 5, "weight", "unit"},
        {"p 72 \x1b[31m", 5, "", "not understood"},
        {"p 72 \xff", 5, "", "not understood"},
        {"120\xC2\xB0/80", 3, "sbp", "unit"},
    };
    for (size_t i = 0; i < CT_LEN(V); i++) {
        struct ct_vitals v, before;
        struct ct_error e = {0};
        size_t at = 999;
        empty(&v);
        v.v[CT_Q_HEIGHT].n = 1700;
        before = v;
        if (ct_quick_parse(V[i].line, &config, &limits, &v, &at, &e) != CT_EINVAL)
            fail_msg("accepted: \"%s\"", V[i].line);
        if (at != V[i].at || strcmp(e.field, V[i].field) != 0 ||
            strstr(e.text, V[i].says) == NULL)
            fail_msg("\"%s\": at %zu, field \"%s\": %s", V[i].line, at, e.field, e.text);
        assert_null(strpbrk(e.text, "\x1b\xff"));
        for (size_t q = 0; q < CT_QS; q++)
            assert_true(v.v[q].n == before.v[q].n && v.v[q].unit == before.v[q].unit);
    }
}

/* What the line does not name stays; what it names is replaced. */
static void test_leaves_the_rest(void **state)
{
    (void)state;
    struct ct_vitals v;
    size_t at;
    empty(&v);
    v.v[CT_Q_TEMP] = (struct ct_value){979, 1};
    v.v[CT_Q_PULSE].n = 60;
    v.v[CT_Q_O2].n = CT_O2_VENTURI;
    assert_int_equal(ct_quick_parse("p 72 o2 28%", &config, &limits, &v, &at, NULL), CT_OK);
    assert_int_equal(v.v[CT_Q_PULSE].n, 72);
    assert_int_equal(v.v[CT_Q_TEMP].n, 979);
    assert_int_equal(v.v[CT_Q_TEMP].unit, 1);
    assert_int_equal(v.v[CT_Q_O2].n, CT_O2_VENTURI); /* the device is known from before */
    assert_int_equal(v.v[CT_Q_O2_FLOW].n, 28);
    assert_int_equal(v.v[CT_Q_O2_FLOW].unit, 1);
    /* Air says that there is no flow. */
    assert_int_equal(ct_quick_parse("air", &config, &limits, &v, &at, NULL), CT_OK);
    assert_int_equal(v.v[CT_Q_O2].n, CT_O2_AIR);
    assert_true(v.v[CT_Q_O2_FLOW].n == CT_UNSET);
    /* Oxygen that flows is not air, whatever stood there. */
    assert_int_equal(ct_quick_parse("o2 2", &config, &limits, &v, &at, NULL), CT_OK);
    assert_int_equal(v.v[CT_Q_O2].n, CT_O2_OTHER);
}

static void test_site_units(void **state)
{
    (void)state;
    struct ct_config c = config;
    struct ct_vitals v;
    size_t at;
    c.temperature_unit[0] = 'F';
    empty(&v);
    assert_int_equal(ct_quick_parse("120/80 72 16 98 979 A", &c, &limits, &v, &at, NULL),
                     CT_OK);
    assert_int_equal(v.v[CT_Q_TEMP].n, 979);
    assert_int_equal(v.v[CT_Q_TEMP].unit, 1);
    /* Celsius is not inferred from the figure, but may be said. */
    assert_int_equal(ct_quick_parse("t 36.6", &c, &limits, &v, &at, NULL), CT_EINVAL);
    assert_int_equal(ct_quick_parse("t 36.6c", &c, &limits, &v, &at, NULL), CT_OK);
    assert_int_equal(v.v[CT_Q_TEMP].n, 366);
    assert_int_equal(v.v[CT_Q_TEMP].unit, 0);
}

static void test_long_lines_are_refused(void **state)
{
    (void)state;
    char line[4096];
    struct ct_vitals v;
    size_t at;
    empty(&v);
    memset(line, ' ', sizeof line);
    memcpy(line + 3000, "120/80", 7);
    assert_int_equal(ct_quick_parse(line, &config, &limits, &v, &at, NULL), CT_EINVAL);
    assert_int_equal(at, 3000);
    for (size_t i = 0; i + 2 < sizeof line; i += 2)
        memcpy(line + i, "- ", 3);
    assert_int_equal(ct_quick_parse(line, &config, &limits, &v, &at, NULL), CT_EINVAL);
    assert_true(v.v[CT_Q_SBP].n == CT_UNSET);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_that_fill),
        cmocka_unit_test(test_lines_that_are_refused),
        cmocka_unit_test(test_leaves_the_rest),
        cmocka_unit_test(test_site_units),
        cmocka_unit_test(test_long_lines_are_refused),
    };
    return cmocka_run_group_tests_name("quickline", tests, load, NULL);
}
