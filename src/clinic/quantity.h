/* quantity - each thing that is measured, described once.
 *
 * Layer:  clinic.
 * Source: codes: HL7 US-Core vital signs profiles (LOINC, UCUM); what could not
 *         be verified is NULL. Limits are data (data/limits/adult.ini), not
 *         code; possible limits are the wider figure of the systems compared in
 *         docs/clinical-safety.md, so that no true value is refused.
 * Value:  scaled integers in a unit of the row; stored as typed with that unit;
 *         ct_quantity_convert is for showing and scoring only.
 */
#ifndef CT_CLINIC_QUANTITY_H
#define CT_CLINIC_QUANTITY_H

#include "base/config.h"
#include "base/field.h"

enum ct_q {
    CT_Q_SBP,     /* systolic blood pressure */
    CT_Q_DBP,     /* diastolic */
    CT_Q_PULSE,
    CT_Q_RESP,
    CT_Q_SPO2,
    CT_Q_O2,      /* oxygen: a code, CT_O2_AIR .. */
    CT_Q_O2_FLOW, /* litres a minute, or per cent inspired: the unit says which */
    CT_Q_TEMP,
    CT_Q_ACVPU,   /* consciousness: a code */
    CT_Q_PAIN,
    CT_Q_GLUCOSE,
    CT_Q_WEIGHT,
    CT_Q_HEIGHT,
    CT_Q_DISTRESS,   /* respiratory distress: a code */
    CT_Q_CRT,        /* capillary refill time */
    CT_Q_CONCERN,    /* what the carer says: a code */
    CT_Q_GCS_EYE,    /* Glasgow coma scale: the code's index is its points, */
    CT_Q_GCS_VERBAL, /* and 0 is "not testable" */
    CT_Q_GCS_MOTOR,
    CT_Q_HEAD,       /* head circumference */
    CT_Q_WAIST,
    CT_Q_MUAC,       /* mid-upper-arm circumference */
    CT_QS
};
/* The order is stored (as bits of vitals_device and vitals_not_taken): new ones
 * go to the end. */
_Static_assert(CT_QS <= 32, "a bit each");
enum ct_acvpu { CT_ALERT, CT_CONFUSION, CT_VOICE, CT_PAIN, CT_UNRESPONSIVE };
enum ct_distress { CT_DISTRESS_NONE, CT_DISTRESS_MILD, CT_DISTRESS_MODERATE,
                   CT_DISTRESS_SEVERE };
enum ct_concern { CT_CONCERN_WORSE, CT_CONCERN_SAME, CT_CONCERN_BETTER, CT_CONCERN_ASLEEP,
                  CT_CONCERN_UNAVAILABLE };
enum { CT_GCS_NOT_TESTABLE = 0 };
/* Air first: zero is "no device", a statement, not a default. */
enum ct_o2 { CT_O2_AIR, CT_O2_NASAL, CT_O2_MASK, CT_O2_VENTURI, CT_O2_RESERVOIR,
             CT_O2_HIGH_FLOW, CT_O2_CPAP, CT_O2_NIV, CT_O2_OTHER };

/* A unit in which a quantity may be typed. In the scale of unit 0 it is
 * (n * num + add) / den, rounded half away from zero. num 0: it measures
 * something else than unit 0 and has no conversion (litres and per cent). */
struct ct_unit {
    const char *name;   /* "degC", "degF" */
    const char *ucum;   /* "Cel", "[degF]" */
    const char *column; /* SQL column of vitals: "temp_c10", "temp_f10" */
    int places;
    int32_t num, den, add;
};
enum { CT_UNITS_MAX = 2 };

struct ct_quantity {
    const char *name;   /* "temp": field name in forms, errors, limits files */
    const char *label;  /* "Temperature" */
    const char *brief;  /* "T", for one-line summaries */
    const char *loinc;  /* or NULL */
    enum ct_field_kind kind;
    struct ct_unit unit[CT_UNITS_MAX];
    size_t n_units;
    const struct ct_choice *choices;
    const char *help;
};
extern const struct ct_quantity CT_QUANTITY[CT_QS];

struct ct_value {
    int64_t n;    /* CT_UNSET: not taken */
    uint8_t unit; /* index into CT_QUANTITY[].unit */
};
/* In unit `to`, rounded once, straight from what was typed; CT_UNSET stays, and
 * is also what there is where no conversion exists. A figure too large to
 * convert gives INT64_MAX (or -INT64_MAX): beyond every limit, never wrapped. */
int64_t ct_quantity_convert(enum ct_q q, struct ct_value v, uint8_t to);
/* "36.8", "A", "2.0"; with_unit: "36.8 degC". "" when unset. */
void ct_quantity_text(enum ct_q q, struct ct_value v, bool with_unit, char *out, size_t size);
bool ct_quantity_find(const char *name, enum ct_q *ret);

/* ---- limits (data/limits/adult.ini) ----------------------------------- */

struct ct_limit {
    int64_t hard_lo, hard_hi, soft_lo, soft_hi; /* unit 0, its scale */
    int64_t jump; /* change from the last set worth asking about; CT_UNSET: none */
};
struct ct_limits {
    char version[32];
    struct ct_limit q[CT_QS];
    struct ct_limit o2_pct; /* CT_Q_O2_FLOW in its unit 1, per cent, which does not convert */
};
/* CT_ECONFIG with file and line. The second reads a file already parsed. */
CT_NODISCARD enum ct_status ct_limits_load(const struct ct_config *c, struct ct_limits *ret,
                                           struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_limits_from_ini(const struct ct_ini *ini, struct ct_limits *ret,
                                               struct ct_error *reterr);
/* The form's field for a quantity in the unit the site types (config), limits
 * converted to that unit (possible ones rounded outwards). A value is checked
 * against the field of its own unit, not converted first. */
void ct_quantity_field(enum ct_q q, uint8_t unit, const struct ct_limits *l,
                       struct ct_field *ret);
/* Eye, verbal and motor in points: their sum 3-15, CT_UNSET while one is missing or
 * not testable: a total would then say what nobody saw. */
int64_t ct_gcs_total(const struct ct_value v[CT_QS]);
/* Body-mass index in tenths of kg/m2 of weight and height, rounded once from what was
 * typed; CT_UNSET without both. Never typed. */
int64_t ct_bmi_x10(const struct ct_value v[CT_QS]);
/* By temperature_unit "C" or "F", weight_unit "kg" or "lb", height_unit "cm" or
 * "in", glucose_unit "mmol/L" or "mg/dL"; anything else, or no config: unit 0. */
uint8_t ct_quantity_site_unit(enum ct_q q, const struct ct_config *c);

#endif
