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

/* What the further words say: as the set then reads. */
static void test_words(void **state)
{
    (void)state;
    static const struct {
        const char *line, *reads;
    } V[] = {
        {"bp 120/80 ra sit", "BP 120/80 (RA,SIT)"},
        {"bp 120/80 right", NULL},
        {"bp 120/80 sitting LA ad au", "BP 120/80 (LA,SIT,AU,AD)"},
        {"120/80 la 72 rad irr 16 98 fi 36.6 ty A",
         "BP 120/80 (LA)  P 72 (RAD,IRR)  RR 16  SpO2 98 (FI)  T 36.6 (TY)  A"},
        {"120/80 72 16 98 ra 36.6 A",
         "BP 120/80  P 72  RR 16  SpO2 98 air  T 36.6  A"}, /* behind SpO2 it is air */
        {"t 36.6 temp_site:or", "T 36.6 (OR)"},
        {"s 98 spo2_site:hf", "SpO2 98 (HF)"},
        {"wt 72 weight_method:sta weight_quality:act", "wt 72.0 kg (ACT,STA)"},
        {"wt 72 stated", "wt 72.0 kg (STA)"},
        {"bp 120/80 lie 98/60 sta 1",
         "BP 120/80 (LIE), 98/60 standing 1 min, falls 22 standing"},
        {"bp 120/80 lie 98/60 sta 1min 104/64 sta 3 min p 72",
         "BP 120/80 (LIE), 98/60 standing 1 min, 104/64 standing 3 min, falls 22 standing  "
         "P 72"},
        {"120/80 lie 98/60 sta 1m 72 16", /* in a line without names the unit says it */
         "BP 120/80 (LIE), 98/60 standing 1 min, falls 22 standing  P 72  RR 16"},
        {"120/80 118/78 72", "BP 120/80, 118/78  P 72"},
        {"bp 120/80 119/79 118/78 117/77 116/76 115/75",
         "BP 120/80, 119/79, 118/78, 117/77, 116/76, 115/75"},
        {"t - refused", "temperature not taken: refused"},
        {"t -r p 72", "P 72  temperature not taken: refused"},
        {"p -s", "pulse not taken: asleep"},
        {"120/80 -a 16 - unavailable 36.6 A",
         "BP 120/80  RR 16  T 36.6  A  pulse not taken: away  SpO2 not taken: unavailable"},
        {"bp -r o2 - unavailable", "blood pressure not taken: refused  "
                                   "air or oxygen not taken: unavailable"},
        {"120/80 - r 16", "BP 120/80  RR 16"}, /* left out; then a name */
        {"gcs 4 5 6", "GCS 15 (E4 V5 M6)"},
        {"gcs 4 nt 6", "GCS E4 VNT M6"},
        {"e4 v5 m6", "GCS 15 (E4 V5 M6)"},
        {"gcs e3 m5", "GCS E3 M5"},
        {"gcs E4 Vnt M6 v p 60", "P 60  V  GCS E4 VNT M6"},
        {"gcs - emergency",
         "GCS eye, GCS verbal, GCS motor not taken: emergency"},
        {"distress moderate crt 3 carer worse", "distress O  CRT 3 s  carer W"},
        {"distress n crt2s concern same", "distress N  CRT 2 s  carer S"},
        {"head 35.5 waist 92cm muac 13.5 glu 5.6 wt 70kg ht 178cm",
         "glucose 5.6 mmol/L  wt 70.0 kg  ht 178.0 cm  head 35.5 cm  waist 92.0 cm  "
         "MUAC 13.5 cm  BMI 22.1"},
        {"70kg 38.2c a", "T 38.2  A  wt 70.0 kg"},
        {"120/80 101f", "BP 120/80  T 101.0 degF"},
        {"120/80 72 16 98 101f A", "BP 120/80  P 72  RR 16  SpO2 98  T 101.0 degF  A"},
        {"p 72bpm rr 16/min bp 120/80mmHg", "BP 120/80  P 72  RR 16"},
        {"5.6mmol", "glucose 5.6 mmol/L"},
    };
    for (size_t i = 0; i < CT_LEN(V); i++) {
        struct ct_vitals v;
        struct ct_error e = {0};
        size_t at = 999;
        char got[400];
        ct_vitals_init(&v);
        enum ct_status st = ct_quick_parse(V[i].line, &config, &limits, &v, &at, &e);
        if ((st == CT_OK) != (V[i].reads != NULL))
            fail_msg("\"%s\": at %zu: %s", V[i].line, at, e.text);
        ct_vitals_line(&v, got, sizeof got);
        if (V[i].reads != NULL && strcmp(got, V[i].reads) != 0)
            fail_msg("\"%s\" reads %s", V[i].line, got);
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
        {"120/80 72 sit", 10, "sbp", "behind its value"},
        {"bp 120/80 sit sta", 14, "sbp", "twice"},
        {"bp 120/80 la ra", 13, "sbp", "twice"},
        {"bp 120/80 lie 98/60 la", 20, "sbp", "posture"},
        {"bp 120/80 lie 98/60 sta lie", 24, "sbp", "second posture"},
        {"wt 72 sta", 6, "weight", "two meanings"},
        {"s 98 hf", 5, "spo2", "high flow"},
        {"s 98 nc", 5, "o2", "behind o2"},
        {"120/80 lie 98/60 sta 72 16", 21, "sbp", "another figure"},
        {"120/80 lie 98/60 sta 1", 21, "sbp", "another figure"},
        {"bp 120/80 lie 98/60 sta 72", 24, "sbp", "another figure"},
        {"bp 120/80 lie 98/60 sta 9999min", 24, "sbp", "too long"},
        {"bp 120/80 lie 60/98", 17, "dbp", "below"},
        {"bp 120/80 119/79 118/78 117/77 116/76 115/75 114/74", 45, "sbp", "six"},
        {"bp 120/80 p 72 110/70", 15, "", "name"},
        {"t - r", 2, "temp", "why"},
        {"t -", 2, "temp", "why"},
        {"t -x", 2, "temp", "why"},
        {"t -r t 36.6", 7, "temp", "twice"},
        {"o2 2 nc o2 -r", 11, "o2", "twice"},
        {"gcs 15", 4, "gcs_eye", "total"},
        {"gcs 4 5", 0, "gcs_eye", "three parts"},
        {"gcs", 0, "gcs_eye", "three parts"},
        {"gcs15", 0, "gcs_eye", "three parts"},
        {"gcs 5 5 6", 4, "gcs_eye", "1 to 4"},
        {"gcs 4 0 6", 6, "gcs_verbal", "1 to 5"},
        {"m7", 0, "gcs_motor", "1 to 6"},
        {"e4 gcs 4 5 6", 7, "gcs_eye", "twice"},
        {"crt 31", 4, "crt", "not possible"},
        {"distress x", 9, "distress", "none, mild"},
        {"carer happy", 6, "concern", "worse"},
        {"head 9", 5, "head", "not possible"},
        {"120/80 70kg 16", 12, "", "name"},
        {"178cm", 0, "sbp", "slash"},
        {"2s", 0, "sbp", "slash"},
    };
    for (size_t i = 0; i < CT_LEN(V); i++) {
        struct ct_vitals v, before;
        struct ct_error e = {0};
        size_t at = 999;
        empty(&v);
        v.v[CT_Q_HEIGHT].n = 1700;
        v.ql[CT_QL_BP_SITE] = 1;
        v.not_taken[CT_Q_PAIN] = CT_WHY_ASLEEP;
        before = v;
        if (ct_quick_parse(V[i].line, &config, &limits, &v, &at, &e) != CT_EINVAL)
            fail_msg("accepted: \"%s\"", V[i].line);
        if (at != V[i].at || strcmp(e.field, V[i].field) != 0 ||
            strstr(e.text, V[i].says) == NULL)
            fail_msg("\"%s\": at %zu, field \"%s\": %s", V[i].line, at, e.field, e.text);
        assert_null(strpbrk(e.text, "\x1b\xff"));
        assert_memory_equal(&v, &before, sizeof v);
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

/* A new value takes the place of a reason, and a reason that of a value; what is said
 * of the pressure replaces all pressures that stood there. */
static void test_replaces(void **state)
{
    (void)state;
    struct ct_vitals v;
    size_t at;
    char got[200];
    ct_vitals_init(&v);
    assert_int_equal(ct_quick_parse("bp 120/80 lie 98/60 sta o2 2 nc t -r", &config, &limits, &v,
                                    &at, NULL), CT_OK);
    assert_int_equal(ct_quick_parse("bp 130/85 t 36.6 o2 -u", &config, &limits, &v, &at, NULL),
                     CT_OK);
    ct_vitals_line(&v, got, sizeof got);
    assert_string_equal(got, "BP 130/85 (LIE)  T 36.6  air or oxygen not taken: unavailable");
    assert_int_equal(ct_quick_parse("bp -r", &config, &limits, &v, &at, NULL), CT_OK);
    assert_true(v.v[CT_Q_SBP].n == CT_UNSET && v.v[CT_Q_DBP].n == CT_UNSET);
    assert_int_equal(v.n_bp, 0);
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
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_lines_that_are_refused),
        cmocka_unit_test(test_replaces),
        cmocka_unit_test(test_leaves_the_rest),
        cmocka_unit_test(test_site_units),
        cmocka_unit_test(test_long_lines_are_refused),
    };
    return cmocka_run_group_tests_name("quickline", tests, load, NULL);
}
