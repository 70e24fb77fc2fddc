/* scorecard - early-warning scores with a table for each age band: the national
 * paediatric score (PEWS), and room for the maternity score.
 *
 * Layer:  clinic.
 * Source: data/scores/pews.ini: the bands of NHS England's configuration for SPOT
 *         NPEWS, equal to the RCPCH specification. data/scores/maternity.ini is
 *         empty: its thresholds are to be filled from the official chart.
 * Rule:   undefined, never zero, while an input of the band's table is missing;
 *         the result then says which, and the sum so far is a lower bound.
 *         Escalation totals of PEWS are the site's to set (call_ sections): without
 *         any the score has no band and calls for nothing by itself.
 */
#ifndef CT_CLINIC_SCORECARD_H
#define CT_CLINIC_SCORECARD_H

#include "clinic/score.h"

enum ct_card_kind { CT_CARD_NEWS2, CT_CARD_PEWS, CT_CARD_MATERNITY, CT_CARDS }; /* stored */

struct ct_scorecard; /* one loaded file */
/* "scores/pews.ini": the site's copy or the one carried. CT_ECONFIG with file and
 * line: a gap or an overlap, an age that no band or two bands cover, a name it does
 * not know, no version. A file with no band at all is no error: see _filled. */
CT_NODISCARD enum ct_status ct_scorecard_load(const struct ct_config *c, const char *name,
                                              struct ct_scorecard **ret,
                                              struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_scorecard_from_ini(const struct ct_ini *ini,
                                                  struct ct_scorecard **ret,
                                                  struct ct_error *reterr);
void ct_scorecard_free(struct ct_scorecard *t);
bool ct_scorecard_filled(const struct ct_scorecard *t);
const char *ct_scorecard_title(const struct ct_scorecard *t);   /* "PEWS" */
const char *ct_scorecard_version(const struct ct_scorecard *t);
/* What the file says to the people at the screen: where to fill it from. */
const char *ct_scorecard_note(const struct ct_scorecard *t);

/* Age in whole months on a civil day; a birthday on the 31st falls on the last day
 * of a shorter month, the yearly one of 29 February on 1 March, so that whole years
 * are those of ct_age_years. -1: born unknown or later. */
int ct_age_months(ct_date born, ct_date on);
/* The band for an age, by index and name ("5-12y"); -1: none covers it, or the bands
 * of this card have no ages and are chosen by name. */
int ct_scorecard_band(const struct ct_scorecard *t, int age_months);
const char *ct_scorecard_band_name(const struct ct_scorecard *t, int band);
int ct_scorecard_band_find(const struct ct_scorecard *t, const char *name); /* -1 */

/* in[] as typed (any unit); score by quantity, oxygen's under CT_Q_O2: by the device
 * alone, or by its figure (CT_Q_O2_FLOW), where the table says so. */
struct ct_card_result {
    bool complete;
    int total;                /* complete: the score; else the sum so far ("at least") */
    int highest;              /* of any one parameter */
    int8_t part[CT_QS];       /* -1: missing or not part of the card */
    uint32_t missing;         /* bit a quantity; a device scored by its figure, which is
                               * not there: CT_Q_O2_FLOW */
    int call;                 /* index of the call it meets, -1: none. Incomplete: what the
                               * sum so far already calls for, if more than low */
    enum ct_band band;        /* of the call; CT_BAND_NONE without one */
    int frequency_min;        /* of the call; 0: continuously; -1: undefined */
};
/* CT_EINVAL naming the field: a value the table has no row for (SpO2 over 100). The
 * figure of a device that scores by itself is not looked at. */
CT_NODISCARD enum ct_status ct_scorecard_score(const struct ct_scorecard *t, int band,
                                               const struct ct_value in[CT_QS],
                                               struct ct_card_result *ret,
                                               struct ct_error *reterr);
/* The same with figures in the decimals of the card's own tables, which may be finer
 * than what forms take ("SpO2 91.01"): in[].n has ct_scorecard_places decimals, and
 * is in unit 0 but for the oxygen's figure. For tables of sets. */
CT_NODISCARD enum ct_status ct_scorecard_score_fine(const struct ct_scorecard *t, int band,
                                                    const struct ct_value in[CT_QS],
                                                    struct ct_card_result *ret,
                                                    struct ct_error *reterr);
/* -1: the band's table has no figures of that quantity and unit. */
int ct_scorecard_places(const struct ct_scorecard *t, int band, enum ct_q q, uint8_t unit);
/* What the call asks for; "" without one. */
const char *ct_scorecard_response(const struct ct_scorecard *t,
                                  const struct ct_card_result *r);
/* The rows of one quantity in a band, as ct_news2_bands; a table of finer figures is
 * rounded inwards. 0: not scored (and oxygen, whose rows depend on the device). */
size_t ct_scorecard_bands(const struct ct_scorecard *t, int band, enum ct_q q,
                          struct ct_score_band out[CT_SCORE_BANDS_MAX]);
/* From which total on each band begins; 0: the site has set no calls. */
size_t ct_scorecard_band_edges(const struct ct_scorecard *t,
                               struct ct_score_band_edge ret[CT_BANDS]);
/* Whom that call asks (clinic/escalation_rule.h); nobody for -1. */
struct ct_escalation_rule;
void ct_scorecard_escalation(const struct ct_scorecard *t, int call,
                             struct ct_escalation_rule *ret);
/* Which quantities the band's table scores, as bits; the oxygen's figure is one with
 * CT_Q_O2. */
uint32_t ct_scorecard_inputs(const struct ct_scorecard *t, int band);

#endif
