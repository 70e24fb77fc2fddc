/* vitals_points - what the card that judged a set says of each of its values, and where
 * its lines are: for charts and for the full view of a set. */
#include "clinic/rows.h"

#include <string.h>

/* The card beside NEWS2 that judges v, NULL: none. */
static const struct ct_scorecard *card_of(const struct ct_vitals_rules *r,
                                          const struct ct_vitals *v)
{
    return v->card == CT_CARD_PEWS        ? r->pews
           : v->card == CT_CARD_MATERNITY ? r->maternity
                                          : NULL;
}

static void news2_points(const struct ct_vitals_rules *r, const struct ct_vitals *v,
                         int8_t ret[CT_QS])
{
    struct ct_news2_set set;
    struct ct_news2_result parts;
    ct_vitals_news2_set(v, &set);
    if (ct_news2_score(r->news2, &set, &parts, NULL) != CT_OK)
        return;
    for (size_t i = 0; i < CT_N_INPUTS; i++)
        ret[CT_NEWS2_INPUT[i]] = parts.part[i];
}

bool ct_vitals_points(const struct ct_vitals_rules *r, const struct ct_vitals *v,
                      int8_t ret[CT_QS])
{
    const struct ct_scorecard *card = card_of(r, v);
    struct ct_card_result parts;
    memset(ret, -1, CT_QS);
    if (v->voided || v->not_applied != CT_APPLIED)
        return false;
    const char *loaded = card != NULL ? ct_scorecard_version(card) : ct_news2_version(r->news2);
    if (strcmp(v->score_version, loaded) != 0)
        return false;
    if (card == NULL)
        news2_points(r, v, ret);
    else if (ct_scorecard_score(card, ct_scorecard_band_find(card, v->card_band), v->v, &parts,
                                NULL) == CT_OK)
        memcpy(ret, parts.part, CT_QS);
    return true;
}

size_t ct_vitals_bands(const struct ct_vitals_rules *r, const struct ct_vitals *v, enum ct_q q,
                       struct ct_score_band out[CT_SCORE_BANDS_MAX])
{
    const struct ct_scorecard *card = card_of(r, v);
    if (v->card == CT_CARD_NEWS2 && v->not_applied == CT_APPLIED)
        return ct_news2_bands(r->news2, q, v->scale,
                              v->v[CT_Q_O2].n != CT_UNSET && v->v[CT_Q_O2].n != CT_O2_AIR, out);
    return card != NULL
               ? ct_scorecard_bands(card, ct_scorecard_band_find(card, v->card_band), q, out)
               : 0;
}

size_t ct_vitals_edges(const struct ct_vitals_rules *r, const struct ct_vitals *v, enum ct_q q,
                       struct ct_score_edge ret[CT_SCORE_BANDS_MAX])
{
    struct ct_score_band band[CT_SCORE_BANDS_MAX];
    if (CT_QUANTITY[q].kind == CT_F_CODE)
        return 0;
    return ct_score_edges(band, ct_vitals_bands(r, v, q, band), ret);
}

size_t ct_vitals_band_edges(const struct ct_vitals_rules *r, const struct ct_vitals *v,
                            struct ct_score_band_edge ret[CT_BANDS])
{
    const struct ct_scorecard *card = card_of(r, v);
    if (v->not_applied != CT_APPLIED)
        return 0;
    return card != NULL ? ct_scorecard_band_edges(card, ret)
                        : ct_news2_band_edges(r->news2, ret);
}
