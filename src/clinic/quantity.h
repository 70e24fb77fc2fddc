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
    CT_QS
};
enum ct_acvpu { CT_ALERT, CT_CONFUSION, CT_VOICE, CT_PAIN, CT_UNRESPONSIVE };
/* Air first: zero is "no device", a statement, not a default. */
enum ct_o2 { CT_O2_AIR, CT_O2_NASAL, CT_O2_MASK, CT_O2_VENTURI, CT_O2_RESERVOIR,
             CT_O2_HIGH_FLOW, CT_O2_CPAP, CT_O2_NIV, CT_O2_OTHER };

/* A unit in which a quantity may be typed. base = (n * num / den) + add, in the
 * scale of unit 0, rounded half away from zero. */
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
/* In unit `to`, rounded; CT_UNSET stays. */
int64_t ct_quantity_convert(enum ct_q q, struct ct_value v, uint8_t to);
/* "36.8", "A", "2.0"; with_unit: "36.8 degC". "" when unset. */
void ct_quantity_text(enum ct_q q, struct ct_value v, bool with_unit, char *out, size_t size);
bool ct_quantity_find(const char *name, enum ct_q *ret);

/* ---- limits (data/limits/adult.ini) ----------------------------------- */

struct ct_limits {
    char version[32];
    struct {
        int64_t hard_lo, hard_hi, soft_lo, soft_hi; /* unit 0, its scale */
        int64_t jump; /* change from the last set worth asking about; CT_UNSET: none */
    } q[CT_QS];
};
/* CT_ECONFIG with file and line. */
CT_NODISCARD enum ct_status ct_limits_load(const struct ct_config *c, struct ct_limits *ret,
                                           struct ct_error *reterr);
/* The form's field for a quantity in the unit the site types (config), limits
 * converted to that unit (possible ones rounded outwards). */
void ct_quantity_field(enum ct_q q, uint8_t unit, const struct ct_limits *l,
                       struct ct_field *ret);
uint8_t ct_quantity_site_unit(enum ct_q q, const struct ct_config *c);

#endif
