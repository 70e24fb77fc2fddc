/* scorecard_table - a loaded score card; between scorecard.c and scorecard_load.c only.
 *
 * Layer:  clinic, private.
 */
#ifndef CT_CLINIC_SCORECARD_TABLE_H
#define CT_CLINIC_SCORECARD_TABLE_H

#include "clinic/score_rows.h"
#include "clinic/scorecard.h"

enum {
    CT_CARD_BANDS_MAX = 8,
    CT_CARD_SCORE_MAX = 4,
    CT_CARD_BY_FLOW = -1, /* in the rows of CT_Q_O2: this device scores by its figure */
};

struct ct_card_part {
    int places;                /* of the figures in its rows */
    struct ct_score_rows rows; /* n 0: not scored in this band */
};
struct ct_card_band {
    char name[16];
    int from_month, to_month; /* inclusive; -1, -1: found by name only */
    struct ct_card_part part[CT_QS];
    struct ct_card_part o2_pct; /* CT_Q_O2_FLOW in its unit 1, per cent */
    uint32_t inputs;            /* CT_Q_O2_FLOW is none */
};
struct ct_scorecard {
    char version[16], title[24], note[600];
    size_t n_bands;
    struct ct_card_band band[CT_CARD_BANDS_MAX];
    struct ct_score_calls calls;
};

#endif
