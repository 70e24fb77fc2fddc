/* score_table - a loaded NEWS2 table; between score.c and score_load.c only.
 *
 * Layer:  clinic, private.
 */
#ifndef CT_CLINIC_SCORE_TABLE_H
#define CT_CLINIC_SCORE_TABLE_H

#include "clinic/score_rows.h"

/* One table of ranges a parameter; SpO2 has three. */
enum ct_news2_part {
    CT_NP_RESP, CT_NP_SPO2_1, CT_NP_SPO2_2_AIR, CT_NP_SPO2_2_OXYGEN, CT_NP_O2, CT_NP_SBP,
    CT_NP_PULSE, CT_NP_ACVPU, CT_NP_TEMP, CT_NPS
};

struct ct_news2 {
    char version[16];
    struct ct_score_rows part[CT_NPS]; /* figures: open at both ends */
    struct ct_score_calls calls;
    char incomplete[400];
};

#endif
