/* score - early-warning scores from tables: NEWS2.
 *
 * Layer:  clinic.
 * Source: Royal College of Physicians, National Early Warning Score (NEWS) 2,
 *         2017, charts 1 and 4; data/scores/news2.ini carries the table, its
 *         version and what each band calls for. Adults of 16 and over, not in
 *         pregnancy.
 * Rule:   undefined, never zero, while any of the seven inputs is missing; the
 *         result then says which, and the sum so far is a lower bound.
 */
#ifndef CT_CLINIC_SCORE_H
#define CT_CLINIC_SCORE_H

#include "clinic/quantity.h"

enum ct_news2_input {
    CT_N_RESP, CT_N_SPO2, CT_N_O2, CT_N_SBP, CT_N_PULSE, CT_N_ACVPU, CT_N_TEMP, CT_N_INPUTS
};
/* The quantity that each input is. */
extern const enum ct_q CT_NEWS2_INPUT[CT_N_INPUTS];
enum ct_band { CT_BAND_NONE, CT_BAND_LOW, CT_BAND_LOW_MEDIUM, CT_BAND_MEDIUM, CT_BAND_HIGH,
               CT_BANDS };

struct ct_news2; /* the loaded table */
CT_NODISCARD enum ct_status ct_news2_load(const struct ct_config *c, struct ct_news2 **ret,
                                          struct ct_error *reterr);
/* From a file already parsed. Refused, with file and line (CT_ECONFIG): a gap or
 * an overlap between ranges, an end that is not open, a name it does not know,
 * no version, totals that no call covers, bands out of order. */
CT_NODISCARD enum ct_status ct_news2_from_ini(const struct ct_ini *ini, struct ct_news2 **ret,
                                              struct ct_error *reterr);
void ct_news2_free(struct ct_news2 *t);
const char *ct_news2_version(const struct ct_news2 *t); /* "2017.1" */

/* Inputs in the scale of unit 0 (temperature in tenths of a degree Celsius),
 * CT_UNSET when missing. on_oxygen 0 or 1. scale 1 or 2. */
struct ct_news2_set {
    int64_t resp, spo2, sbp, pulse, temp_c10;
    int64_t on_oxygen, acvpu;
    int scale;
};
enum ct_not_applied { CT_APPLIED, CT_UNDER_16, CT_PREGNANT, CT_AGE_UNKNOWN };

struct ct_news2_result {
    bool complete;
    int total;                 /* complete: the score; else the sum so far ("at least") */
    bool single3;              /* a 3 in any one parameter */
    enum ct_band band;         /* CT_BAND_NONE unless complete */
    int frequency_min;         /* monitor at least this often; 0: continuously; -1: undefined */
    int8_t part[CT_N_INPUTS];  /* -1: missing, or (SpO2 on scale 2, air or oxygen not
                                * known) not decided yet */
    unsigned missing;          /* bit a ct_news2_input */
    int call;                  /* which call of the table it meets; incomplete: what the sum
                                * so far already meets if that is more than routine care,
                                * else -1 */
};
/* Values outside the table cannot occur: its bands are open-ended (checked at
 * load). A scale other than 1, 2, on_oxygen other than 0, 1, or acvpu that is no
 * enum ct_acvpu: CT_EINVAL naming it. */
CT_NODISCARD enum ct_status ct_news2_score(const struct ct_news2 *t,
                                           const struct ct_news2_set *set,
                                           struct ct_news2_result *ret,
                                           struct ct_error *reterr);
const char *ct_band_name(enum ct_band b);                       /* "low-medium" */
/* What to do. Incomplete: what the sum so far already calls for if that is more
 * than routine care (a 3, or 5 and over), else that the set wants completing. */
const char *ct_news2_response(const struct ct_news2 *t, const struct ct_news2_result *r);
/* Where the chart gives a span ("4-6 hourly"), its longer end in minutes; else
 * frequency_min. */
int ct_news2_longest_min(const struct ct_news2 *t, const struct ct_news2_result *r);
/* Whom that call asks (clinic/escalation_rule.h); nobody for -1. */
struct ct_escalation_rule;
void ct_news2_escalation(const struct ct_news2 *t, int call, struct ct_escalation_rule *ret);
/* The rows of one parameter, ascending, for charts: lo and hi inclusive in unit 0 and
 * its scale, CT_OPEN_LO and CT_OPEN_HI of range.h where there is no end. */
struct ct_score_band {
    int64_t lo, hi;
    int score;
};
enum { CT_SCORE_BANDS_MAX = 12 };
/* 0: not a parameter of NEWS2. scale and on_oxygen matter for SpO2 alone. */
size_t ct_news2_bands(const struct ct_news2 *t, enum ct_q q, int scale, bool on_oxygen,
                      struct ct_score_band out[CT_SCORE_BANDS_MAX]);
/* "SpO2, temperature": what is missing, for people. */
void ct_news2_missing_text(const struct ct_news2_result *r, char *out, size_t size);

/* Where the points change from one row to the next: from `value` on, away from what
 * scores least, it is `points`. Rising by value. Returns how many. */
struct ct_score_edge {
    int64_t value;
    int points;
    bool above; /* from value upwards; else from value downwards */
};
size_t ct_score_edges(const struct ct_score_band *band, size_t n,
                      struct ct_score_edge ret[CT_SCORE_BANDS_MAX]);
/* From which total on each band above "low" begins. */
struct ct_score_band_edge {
    int total;
    enum ct_band band;
};
size_t ct_news2_band_edges(const struct ct_news2 *t, struct ct_score_band_edge ret[CT_BANDS]);

#endif
