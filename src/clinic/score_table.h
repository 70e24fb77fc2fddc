/* score_table - a loaded NEWS2 table; between score.c and score_load.c only.
 *
 * Layer:  clinic, private.
 */
#ifndef CT_CLINIC_SCORE_TABLE_H
#define CT_CLINIC_SCORE_TABLE_H

#include "clinic/escalation_rule.h"
#include "clinic/range.h"

/* One table of ranges a parameter; SpO2 has three. */
enum ct_news2_part {
    CT_NP_RESP, CT_NP_SPO2_1, CT_NP_SPO2_2_AIR, CT_NP_SPO2_2_OXYGEN, CT_NP_O2, CT_NP_SBP,
    CT_NP_PULSE, CT_NP_ACVPU, CT_NP_TEMP, CT_NPS
};
enum { CT_NEWS2_BANDS_MAX = 12, CT_NEWS2_CALLS_MAX = 12 };

struct ct_news2_table {
    size_t n;
    struct {
        struct ct_range range; /* ascending, without gaps, open at both ends */
        int8_t score;
    } row[CT_NEWS2_BANDS_MAX];
};

struct ct_news2_call {
    struct ct_range total;
    bool single3;
    enum ct_band band;
    int every_min, every_max_min;
    char response[400];
    struct ct_escalation_rule rule;
};

struct ct_news2 {
    char version[16];
    struct ct_news2_table part[CT_NPS];
    size_t n_calls;
    struct ct_news2_call call[CT_NEWS2_CALLS_MAX]; /* mildest first */
    char incomplete[400];
};

/* The call for a total, NULL when there is none (never, in a loaded table). */
const struct ct_news2_call *ct_news2_call_find(const struct ct_news2 *t, int total,
                                               bool single3);

#endif
