/* qualifier - how and where a value was measured: one choice of each category.
 *
 * Layer:  clinic.
 * Source: the categories of VistA's vitals qualifiers (files 120.52, 120.53), those
 *         that a clinic's technician uses. Abbreviations are printed after the value.
 * Value:  0 not said, else the number of the choice from 1. Stored: choices and
 *         categories are only ever added at their end.
 */
#ifndef CT_CLINIC_QUALIFIER_H
#define CT_CLINIC_QUALIFIER_H

#include "clinic/quantity.h"

enum ct_qualifier {
    CT_QL_BP_SITE, CT_QL_BP_POSITION, CT_QL_BP_METHOD, CT_QL_BP_CUFF,
    CT_QL_PULSE_SITE, CT_QL_PULSE_METHOD, CT_QL_PULSE_RHYTHM,
    CT_QL_RESP_METHOD, CT_QL_SPO2_SITE, CT_QL_TEMP_SITE, CT_QL_GLUCOSE_WHEN,
    CT_QL_WEIGHT_QUALITY, CT_QL_WEIGHT_METHOD, CT_QL_HEIGHT_QUALITY,
    CT_QLS
};
/* Postures of CT_QL_BP_POSITION that the postural fall is computed between. */
enum { CT_POSITION_SITTING = 1, CT_POSITION_STANDING = 2, CT_POSITION_LYING = 3 };
/* What the tap counter says about CT_QL_PULSE_RHYTHM. */
enum { CT_RHYTHM_REGULAR = 1, CT_RHYTHM_IRREGULAR = 2 };

struct ct_qualifier_row {
    const char *name;   /* SQL column and config word: "bp_site" */
    enum ct_q q;        /* the quantity it belongs to (CT_Q_SBP for blood pressure) */
    const char *label;  /* "site" */
    const struct ct_choice *choices; /* choice number is index + 1 */
};
extern const struct ct_qualifier_row CT_QUALIFIER[CT_QLS];

/* The code of a choice ("LA"), "" for 0 or a number of a newer program. */
const char *ct_qualifier_code(enum ct_qualifier ql, int choice);
const char *ct_qualifier_label(enum ct_qualifier ql, int choice); /* "left arm" */
bool ct_qualifier_valid(enum ct_qualifier ql, int choice);
/* Of a quantity, codes joined by commas ("LA,sit,ad"), "" when none is said. */
void ct_qualifier_text(enum ct_q q, const uint8_t ql[CT_QLS], char *out, size_t size);
/* The site's defaults: "bp_site:LA bp_position:SIT". CT_ECONFIG names the word that
 * is not understood. */
CT_NODISCARD enum ct_status ct_qualifier_defaults(const char *text, uint8_t ret[CT_QLS],
                                                  struct ct_error *reterr);

#endif
