/* quantity - see quantity.h: the table of what is measured, and its units. */
#include "clinic/quantity.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct ct_choice O2_CHOICES[] = {
    [CT_O2_AIR] = {"A", "air"},
    [CT_O2_NASAL] = {"NP", "nasal prongs"},
    [CT_O2_MASK] = {"FM", "simple face mask"},
    [CT_O2_VENTURI] = {"VM", "Venturi mask"},
    [CT_O2_RESERVOIR] = {"RM", "reservoir mask"},
    [CT_O2_HIGH_FLOW] = {"HF", "humidified high flow"},
    [CT_O2_CPAP] = {"CP", "CPAP"},
    [CT_O2_NIV] = {"NI", "non-invasive ventilation"},
    [CT_O2_OTHER] = {"OT", "other, or not stated"},
    {NULL, NULL},
};

static const struct ct_choice ACVPU_CHOICES[] = {
    [CT_ALERT] = {"A", "alert"},
    [CT_CONFUSION] = {"C", "new confusion"},
    [CT_VOICE] = {"V", "responds to voice"},
    [CT_PAIN] = {"P", "responds to pain"},
    [CT_UNRESPONSIVE] = {"U", "unresponsive"},
    {NULL, NULL},
};

static const struct ct_choice DISTRESS_CHOICES[] = {
    [CT_DISTRESS_NONE] = {"N", "none"},
    [CT_DISTRESS_MILD] = {"M", "mild"},
    [CT_DISTRESS_MODERATE] = {"O", "moderate"},
    [CT_DISTRESS_SEVERE] = {"S", "severe"},
    {NULL, NULL},
};

static const struct ct_choice CONCERN_CHOICES[] = {
    [CT_CONCERN_WORSE] = {"W", "worse"},
    [CT_CONCERN_SAME] = {"S", "the same"},
    [CT_CONCERN_BETTER] = {"B", "better"},
    [CT_CONCERN_ASLEEP] = {"A", "asleep"},
    [CT_CONCERN_UNAVAILABLE] = {"U", "unavailable"},
    {NULL, NULL},
};

/* Teasdale and Jennett; the wording of the HL7 FHIR example. Index is points. */
static const struct ct_choice EYE_CHOICES[] = {
    {"NT", "not testable"}, {"1", "none"},        {"2", "to pressure"},
    {"3", "to sound"},      {"4", "spontaneous"}, {NULL, NULL},
};
static const struct ct_choice VERBAL_CHOICES[] = {
    {"NT", "not testable"}, {"1", "none"},     {"2", "sounds"}, {"3", "words"},
    {"4", "confused"},      {"5", "oriented"}, {NULL, NULL},
};
static const struct ct_choice MOTOR_CHOICES[] = {
    {"NT", "not testable"},  {"1", "none"},       {"2", "extension"},
    {"3", "abnormal flexion"}, {"4", "normal flexion"}, {"5", "localising"},
    {"6", "obeys commands"}, {NULL, NULL},
};

/* Exact definitions: 1 lb is 0.45359237 kg, 1 in is 2.54 cm, C is (F - 32) * 5/9,
 * all between tenths. Glucose: 1 mmol/L is 18.016 mg/dL (its molar mass over
 * ten); rounded figures of 18 and 18.02 are also in use, so the converted value
 * is for display beside the typed one and never stored. */
#define UNIT_0 .num = 1, .den = 1

const struct ct_quantity CT_QUANTITY[CT_QS] = {
    [CT_Q_SBP] = {"sbp", "Blood pressure", "BP", "8480-6", CT_F_INT,
                  {{"mmHg", "mm[Hg]", "sbp_mmhg", 0, UNIT_0}}, 1, NULL,
                  "Systolic pressure, the upper figure."},
    [CT_Q_DBP] = {"dbp", "Diastolic pressure", "DBP", "8462-4", CT_F_INT,
                  {{"mmHg", "mm[Hg]", "dbp_mmhg", 0, UNIT_0}}, 1, NULL,
                  "Diastolic pressure, the lower figure."},
    [CT_Q_PULSE] = {"pulse", "Pulse", "P", "8867-4", CT_F_INT,
                    {{"/min", "/min", "pulse_bpm", 0, UNIT_0}}, 1, NULL,
                    "Heart beats a minute."},
    [CT_Q_RESP] = {"resp", "Respiration", "RR", "9279-1", CT_F_INT,
                   {{"/min", "/min", "resp_bpm", 0, UNIT_0}}, 1, NULL,
                   "Breaths a minute, counted over a full minute if irregular."},
    [CT_Q_SPO2] = {"spo2", "SpO2", "SpO2", "59408-5", CT_F_INT,
                   {{"%", "%", "spo2_pct", 0, UNIT_0}}, 1, NULL,
                   "Oxygen saturation by pulse oximeter."},
    [CT_Q_O2] = {"o2", "Oxygen", "O2", NULL, CT_F_CODE,
                 {{"", NULL, "o2", 0, UNIT_0}}, 1, O2_CHOICES,
                 "How oxygen is given; A is air, a statement that none is."},
    [CT_Q_O2_FLOW] = {"o2_flow", "Oxygen flow", "flow", "3151-8", CT_F_DECIMAL,
                      {{"l/min", "L/min", "o2_flow_lpm10", 1, UNIT_0},
                       {"%", "%", "o2_pct", 0, .num = 0, .den = 1}}, 2, NULL,
                      "Litres a minute, or per cent inspired."},
    [CT_Q_TEMP] = {"temp", "Temperature", "T", "8310-5", CT_F_DECIMAL,
                   {{"degC", "Cel", "temp_c10", 1, UNIT_0},
                    {"degF", "[degF]", "temp_f10", 1, .num = 5, .den = 9, .add = -1600}},
                   2, NULL, "Body temperature; the decimal point may be left out."},
    [CT_Q_ACVPU] = {"acvpu", "Consciousness", "ACVPU", NULL, CT_F_CODE,
                    {{"", NULL, "acvpu", 0, UNIT_0}}, 1, ACVPU_CHOICES,
                    "C only for confusion that is new; lasting confusion is A."},
    [CT_Q_PAIN] = {"pain", "Pain", "pain", NULL, CT_F_INT,
                   {{"/10", "{score}", "pain", 0, UNIT_0}}, 1, NULL,
                   "0 none, 10 the worst imaginable, as the patient says."},
    [CT_Q_GLUCOSE] = {"glucose", "Blood glucose", "glucose", NULL, CT_F_DECIMAL,
                      {{"mmol/L", "mmol/L", "glucose_mmol10", 1, UNIT_0},
                       {"mg/dL", "mg/dL", "glucose_mgdl", 0, .num = 625, .den = 1126}},
                      2, NULL, "Capillary blood glucose; mind the unit."},
    [CT_Q_WEIGHT] = {"weight", "Weight", "wt", "29463-7", CT_F_DECIMAL,
                     {{"kg", "kg", "weight_kg10", 1, UNIT_0},
                      {"lb", "[lb_av]", "weight_lb10", 1, .num = 45359237,
                       .den = 100000000}}, 2, NULL, "Body weight, as measured."},
    [CT_Q_HEIGHT] = {"height", "Height", "ht", "8302-2", CT_F_DECIMAL,
                     {{"cm", "cm", "height_cm10", 1, UNIT_0},
                      {"in", "[in_i]", "height_in10", 1, .num = 254, .den = 100}},
                     2, NULL, "Body height, as measured."},
    [CT_Q_DISTRESS] = {"distress", "Resp. distress", "distress", NULL, CT_F_CODE,
                       {{"", NULL, "resp_distress", 0, UNIT_0}}, 1, DISTRESS_CHOICES,
                       "Work of breathing, as the paediatric chart describes it."},
    [CT_Q_CRT] = {"crt", "Cap. refill", "CRT", NULL, CT_F_INT,
                  {{"s", "s", "crt_s", 0, UNIT_0}}, 1, NULL,
                  "Capillary refill time in whole seconds, after pressing for five."},
    [CT_Q_CONCERN] = {"concern", "Carer says", "carer", NULL, CT_F_CODE,
                      {{"", NULL, "carer_concern", 0, UNIT_0}}, 1, CONCERN_CHOICES,
                      "How the carer finds the child compared with the last time."},
    [CT_Q_GCS_EYE] = {"gcs_eye", "GCS eye", "E", "9267-6", CT_F_CODE,
                      {{"", NULL, "gcs_eye", 0, UNIT_0}}, 1, EYE_CHOICES,
                      "Best eye opening; NT when swelling or the like prevents it."},
    [CT_Q_GCS_VERBAL] = {"gcs_verbal", "GCS verbal", "V", "9270-0", CT_F_CODE,
                         {{"", NULL, "gcs_verbal", 0, UNIT_0}}, 1, VERBAL_CHOICES,
                         "Best verbal response; NT with a tube or without a common language."},
    [CT_Q_GCS_MOTOR] = {"gcs_motor", "GCS motor", "M", "9268-4", CT_F_CODE,
                        {{"", NULL, "gcs_motor", 0, UNIT_0}}, 1, MOTOR_CHOICES,
                        "Best motor response; NT when paralysed by illness or medicines."},
    [CT_Q_HEAD] = {"head", "Head circumf.", "head", "9843-4", CT_F_DECIMAL,
                   {{"cm", "cm", "head_cm10", 1, UNIT_0},
                    {"in", "[in_i]", "head_in10", 1, .num = 254, .den = 100}},
                   2, NULL, "Largest circumference of the head, brow to back."},
    [CT_Q_WAIST] = {"waist", "Waist", "waist", NULL, CT_F_DECIMAL,
                    {{"cm", "cm", "waist_cm10", 1, UNIT_0},
                     {"in", "[in_i]", "waist_in10", 1, .num = 254, .den = 100}},
                    2, NULL, "Waist circumference, midway between lowest rib and hip bone."},
    [CT_Q_MUAC] = {"muac", "Arm circumf.", "MUAC", NULL, CT_F_DECIMAL,
                   {{"cm", "cm", "muac_cm10", 1, UNIT_0},
                    {"in", "[in_i]", "muac_in10", 1, .num = 254, .den = 100}},
                   2, NULL, "Mid-upper-arm circumference, left arm hanging."},
};

/* n / d, rounded half away from zero. d > 0. */
static int64_t round_div(int64_t n, int64_t d)
{
    int64_t q = n / d, r = n % d;
    if (r >= 0)
        return r >= d - r ? q + 1 : q;
    return -r >= d + r ? q - 1 : q;
}

static int64_t floor_div(int64_t n, int64_t d)
{
    return n / d - (n % d < 0);
}

static int64_t ceil_div(int64_t n, int64_t d)
{
    return n / d + (n % d > 0);
}

/* n of unit a in the scale of unit b, by the division given. The two linear
 * maps are composed first, so that there is one rounding. */
static int64_t convert(const struct ct_unit *a, const struct ct_unit *b, int64_t n,
                       int64_t (*divide)(int64_t, int64_t))
{
    int64_t top, shift;
    if (__builtin_mul_overflow(n, (int64_t)a->num, &top) ||
        __builtin_add_overflow(top, (int64_t)a->add, &top) ||
        __builtin_mul_overflow(top, (int64_t)b->den, &top) ||
        __builtin_mul_overflow((int64_t)b->add, (int64_t)a->den, &shift) ||
        __builtin_sub_overflow(top, shift, &top))
        return n < 0 ? -INT64_MAX : INT64_MAX;
    return divide(top, (int64_t)a->den * b->num);
}

int64_t ct_quantity_convert(enum ct_q q, struct ct_value v, uint8_t to)
{
    const struct ct_quantity *t = &CT_QUANTITY[q];
    if (v.n == CT_UNSET || v.unit >= t->n_units || to >= t->n_units)
        return CT_UNSET;
    if (v.unit == to)
        return v.n;
    if (t->unit[v.unit].num == 0 || t->unit[to].num == 0)
        return CT_UNSET;
    return convert(&t->unit[v.unit], &t->unit[to], v.n, round_div);
}

static size_t choices_n(const struct ct_choice *c)
{
    size_t n = 0;
    while (c[n].code != NULL)
        n++;
    return n;
}

void ct_quantity_text(enum ct_q q, struct ct_value v, bool with_unit, char *out, size_t size)
{
    const struct ct_quantity *t = &CT_QUANTITY[q];
    if (size == 0)
        return;
    out[0] = '\0';
    if (v.n == CT_UNSET || v.unit >= t->n_units)
        return;
    if (t->kind == CT_F_CODE) {
        if (v.n >= 0 && (uint64_t)v.n < choices_n(t->choices))
            snprintf(out, size, "%s", t->choices[v.n].code);
        return;
    }
    const struct ct_unit *u = &t->unit[v.unit];
    const char *sign = v.n < 0 ? "-" : "";
    uint64_t n = v.n < 0 ? 0 - (uint64_t)v.n : (uint64_t)v.n;
    uint64_t scale = 1;
    for (int i = 0; i < u->places; i++)
        scale *= 10;
    const char *gap = with_unit && u->name[0] != '\0' ? " " : "";
    const char *unit = with_unit ? u->name : "";
    if (u->places > 0)
        snprintf(out, size, "%s%" PRIu64 ".%0*" PRIu64 "%s%s", sign, n / scale, u->places,
                 n % scale, gap, unit);
    else
        snprintf(out, size, "%s%" PRIu64 "%s%s", sign, n, gap, unit);
}

bool ct_quantity_find(const char *name, enum ct_q *ret)
{
    for (size_t q = 0; q < CT_QS; q++)
        if (strcmp(CT_QUANTITY[q].name, name) == 0) {
            *ret = (enum ct_q)q;
            return true;
        }
    return false;
}

static int digits(int64_t n)
{
    int d = 1;
    for (; n > 9; n /= 10)
        d++;
    return d;
}

/* Columns of the widest possible value. */
static int field_width(const struct ct_field *f)
{
    int w = 1;
    if (f->kind == CT_F_CODE) {
        for (const struct ct_choice *c = f->choices; c->code != NULL; c++)
            if ((int)strlen(c->code) > w)
                w = (int)strlen(c->code);
        return w;
    }
    w = digits(f->hard_hi);
    if (f->places == 0)
        return w;
    return (w > f->places ? w : f->places + 1) + 1;
}

void ct_quantity_field(enum ct_q q, uint8_t unit, const struct ct_limits *l,
                       struct ct_field *ret)
{
    const struct ct_quantity *t = &CT_QUANTITY[q];
    const struct ct_unit *u = &t->unit[unit < t->n_units ? unit : 0];
    *ret = (struct ct_field){
        .name = t->name, .label = t->label, .unit = u->name, .places = u->places,
        .kind = t->kind == CT_F_DECIMAL && u->places == 0 ? CT_F_INT : t->kind,
        .joined = q == CT_Q_DBP, .choices = t->choices, .help = t->help,
    };
    const struct ct_limit *m = &l->q[q];
    if (u == &t->unit[0] || u->num == 0) {
        m = u->num == 0 ? &l->o2_pct : m;
        ret->hard_lo = m->hard_lo;
        ret->hard_hi = m->hard_hi;
        ret->soft_lo = m->soft_lo;
        ret->soft_hi = m->soft_hi;
    } else {
        ret->hard_lo = convert(&t->unit[0], u, m->hard_lo, floor_div);
        ret->hard_hi = convert(&t->unit[0], u, m->hard_hi, ceil_div);
        ret->soft_lo = convert(&t->unit[0], u, m->soft_lo, round_div);
        ret->soft_hi = convert(&t->unit[0], u, m->soft_hi, round_div);
    }
    ret->width = field_width(ret);
}

uint8_t ct_quantity_site_unit(enum ct_q q, const struct ct_config *c)
{
    if (c == NULL)
        return 0;
    switch (q) {
    case CT_Q_TEMP:
        return toupper((unsigned char)c->temperature_unit[0]) == 'F';
    case CT_Q_GLUCOSE:
        return strncasecmp(c->glucose_unit, "mg", 2) == 0;
    case CT_Q_WEIGHT:
        return strcasecmp(c->weight_unit, "lb") == 0;
    case CT_Q_HEIGHT:
    case CT_Q_HEAD:
    case CT_Q_WAIST:
    case CT_Q_MUAC:
        return strcasecmp(c->height_unit, "in") == 0;
    default:
        return 0;
    }
}

int64_t ct_gcs_total(const struct ct_value v[CT_QS])
{
    int64_t sum = 0;
    for (int q = CT_Q_GCS_EYE; q <= CT_Q_GCS_MOTOR; q++) {
        if (v[q].n == CT_UNSET || v[q].n == CT_GCS_NOT_TESTABLE)
            return CT_UNSET;
        sum += v[q].n;
    }
    return sum;
}

/* kg/m2: both quantities as ratios of whole numbers to kg and cm, so that there is
 * one rounding. weight w/10 kg (or lb), height h/10 cm (or in). */
int64_t ct_bmi_x10(const struct ct_value v[CT_QS])
{
    const struct ct_value w = v[CT_Q_WEIGHT], h = v[CT_Q_HEIGHT];
    enum { MOST = 100000 }; /* no weight or height is larger; the products stay in range */
    if (w.n == CT_UNSET || h.n == CT_UNSET || w.n < 0 || h.n <= 0 || w.n > MOST || h.n > MOST)
        return CT_UNSET;
    const struct ct_unit *wu = &CT_QUANTITY[CT_Q_WEIGHT].unit[w.unit];
    const struct ct_unit *hu = &CT_QUANTITY[CT_Q_HEIGHT].unit[h.unit];
    /* 10 * (w wn / 10 wd) / (h hn / 1000 hd)^2 */
    __extension__ typedef __int128 wide;
    wide top = (wide)w.n * wu->num * 1000000 * hu->den * hu->den;
    wide bottom = (wide)h.n * h.n * hu->num * hu->num * wu->den;
    return (int64_t)((top + bottom / 2) / bottom);
}
