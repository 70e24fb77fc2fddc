/* vitals_judge - what a set of observations is worth: possible or not, scored or
 * not, due when. Pure: no store. */
#include "clinic/rows.h"

#include <string.h>

/* ---- judging ----------------------------------------------------------- */

static const struct ct_alert *alert_of(const struct ct_patient *p, enum ct_alert_kind kind,
                                       const struct ct_vitals *v)
{
    for (size_t i = 0; i < p->n_alerts + p->n_past; i++) {
        const struct ct_alert *a = &p->alert[i];
        if (a->kind == kind && (v->recorded_ms == 0 || a->at_ms <= v->recorded_ms) &&
            (!a->ended || a->ended_ms > v->taken_ms))
            return a;
    }
    return NULL;
}

static bool alert_at(const struct ct_patient *p, enum ct_alert_kind kind,
                     const struct ct_vitals *v)
{
    return alert_of(p, kind, v) != NULL;
}

static bool any_value(const struct ct_vitals *v)
{
    for (int q = 0; q < CT_QS; q++)
        if (v->v[q].n != CT_UNSET)
            return true;
    return false;
}

/* Years at the set; -1 unknown. */
static int age_at(const struct ct_patient *p, const struct ct_vitals *v)
{
    return p->born == CT_NO_DATE ? -1 : ct_age_years(p->born, ct_date_at(v->taken_ms));
}

static uint32_t news2_bits(unsigned inputs)
{
    uint32_t bits = 0;
    for (unsigned i = 0; i < CT_N_INPUTS; i++)
        if ((inputs >> i & 1) != 0)
            bits |= UINT32_C(1) << CT_NEWS2_INPUT[i];
    return bits;
}

void ct_vitals_news2_set(const struct ct_vitals *v, struct ct_news2_set *ret)
{
    int64_t o2 = ct_quantity_convert(CT_Q_O2, v->v[CT_Q_O2], 0);
    *ret = (struct ct_news2_set){
        .resp = ct_quantity_convert(CT_Q_RESP, v->v[CT_Q_RESP], 0),
        .spo2 = ct_quantity_convert(CT_Q_SPO2, v->v[CT_Q_SPO2], 0),
        .sbp = ct_quantity_convert(CT_Q_SBP, v->v[CT_Q_SBP], 0),
        .pulse = ct_quantity_convert(CT_Q_PULSE, v->v[CT_Q_PULSE], 0),
        .temp_c10 = ct_quantity_convert(CT_Q_TEMP, v->v[CT_Q_TEMP], 0),
        .on_oxygen = o2 == CT_UNSET ? CT_UNSET : o2 != CT_O2_AIR,
        .acvpu = ct_quantity_convert(CT_Q_ACVPU, v->v[CT_Q_ACVPU], 0),
        .scale = v->scale,
    };
}

static void judge_news2(const struct ct_vitals_rules *r, const struct ct_vitals *v,
                        struct ct_assessment *a)
{
    struct ct_news2_set set;
    ct_vitals_news2_set(v, &set);
    struct ct_news2_result parts;
    a->inputs = news2_bits((1U << CT_N_INPUTS) - 1);
    if (ct_news2_score(r->news2, &set, &parts, NULL) != CT_OK)
        return;
    a->complete = parts.complete;
    a->total = parts.total;
    a->single3 = parts.single3;
    a->band = parts.band;
    a->frequency_min = parts.frequency_min;
    a->missing = news2_bits(parts.missing);
    a->call = parts.call;
    ct_text_copy(a->response, sizeof a->response, ct_news2_response(r->news2, &parts));
}

/* The maternity card tells before and after birth apart; who is pregnant is before. */
#define MATERNITY_BAND "antenatal"

/* The band of a card that has a table for this patient, -1: none has. */
static int card_band(const struct ct_vitals_rules *r, const struct ct_patient *p,
                     const struct ct_vitals *v, const struct ct_scorecard **ret)
{
    *ret = v->card == CT_CARD_PEWS        ? r->pews
           : v->card == CT_CARD_MATERNITY ? r->maternity
                                          : NULL;
    if (*ret == NULL || !ct_scorecard_filled(*ret))
        return -1;
    return v->card == CT_CARD_PEWS
               ? ct_scorecard_band(*ret, ct_age_months(p->born, ct_date_at(v->taken_ms)))
               : ct_scorecard_band_find(*ret, MATERNITY_BAND);
}

static void judge_card(const struct ct_scorecard *t, int band, struct ct_vitals *v,
                       struct ct_assessment *a)
{
    struct ct_card_result parts;
    v->not_applied = CT_APPLIED;
    ct_text_copy(v->card_band, sizeof v->card_band, ct_scorecard_band_name(t, band));
    ct_text_copy(v->score_version, sizeof v->score_version, ct_scorecard_version(t));
    a->inputs = ct_scorecard_inputs(t, band);
    a->missing = a->inputs;
    if (ct_scorecard_score(t, band, v->v, &parts, NULL) != CT_OK)
        return;
    a->complete = parts.complete;
    a->total = parts.total;
    a->single3 = parts.highest >= CT_CARD_HIGHEST;
    a->band = parts.band;
    a->frequency_min = parts.frequency_min;
    a->missing = parts.missing;
    a->call = parts.call;
    ct_text_copy(a->response, sizeof a->response, ct_scorecard_response(t, &parts));
}

void ct_vitals_assess(const struct ct_vitals_rules *r, const struct ct_patient *p,
                      struct ct_vitals *v, struct ct_assessment *ret)
{
    struct ct_assessment a = {.frequency_min = -1, .call = -1};
    int age = age_at(p, v);
    bool pregnant = alert_at(p, CT_ALERT_PREGNANT, v);
    const struct ct_alert *scale2 = alert_of(p, CT_ALERT_SPO2_SCALE2, v);
    v->scale = scale2 != NULL ? 2 : 1;
    ct_text_copy(v->prescriber, sizeof v->prescriber, scale2 != NULL ? scale2->prescriber : "");
    v->score = v->score_at_least = -1;
    v->single3 = false;
    v->band = CT_BAND_NONE;
    v->next_due_ms = CT_UNSET;
    v->card_band[0] = '\0';
    ct_text_copy(v->score_version, sizeof v->score_version, ct_news2_version(r->news2));
    v->card = age >= 0 && age < r->pews_below ? CT_CARD_PEWS
              : pregnant                      ? CT_CARD_MATERNITY
                                              : CT_CARD_NEWS2;
    v->not_applied = v->card == CT_CARD_PEWS        ? CT_UNDER_16
                     : v->card == CT_CARD_MATERNITY ? CT_PREGNANT
                     : age < 0                      ? CT_AGE_UNKNOWN
                                                    : CT_APPLIED;
    const struct ct_scorecard *card;
    int band = card_band(r, p, v, &card);
    if (v->not_applied == CT_APPLIED)
        judge_news2(r, v, &a);
    else if (band >= 0)
        judge_card(card, band, v, &a);
    else if (card != NULL) /* the table is to be filled in: it says from where */
        ct_text_copy(a.response, sizeof a.response, ct_scorecard_note(card));
    v->single3 = a.single3;
    if (a.complete) {
        v->score = a.total;
        v->band = a.band;
    } else if (v->not_applied == CT_APPLIED) {
        v->score_at_least = a.total;
    }
    bool nothing = a.inputs != 0 ? a.missing == a.inputs : !any_value(v);
    if (a.frequency_min >= 0)
        v->next_due_ms = v->taken_ms + (int64_t)a.frequency_min * CT_MINUTE_MS;
    else if ((a.complete || (v->not_applied != CT_APPLIED && !nothing)) &&
             r->unscored_every_min > 0)
        v->next_due_ms = v->taken_ms + (int64_t)r->unscored_every_min * CT_MINUTE_MS;
    if (ret != NULL)
        *ret = a;
}

bool ct_vitals_needs_why(const struct ct_vitals *v, const struct ct_assessment *a)
{
    if (v->partial != CT_WHY_NONE)
        return false;
    bool any = any_value(v);
    if (any && (a->complete || a->missing == 0 || a->missing == a->inputs))
        return false; /* all of it; or it was no set of observations (a weight) */
    uint32_t said = 0;
    for (unsigned q = 0; q < CT_QS; q++)
        if (v->not_taken[q] != CT_WHY_NONE)
            said |= UINT32_C(1) << q;
    return any ? (a->missing & ~said) != 0 : said == 0;
}

int64_t ct_vitals_postural_fall(const struct ct_vitals *v)
{
    int64_t lying = CT_UNSET, sitting = CT_UNSET, standing = CT_UNSET;
    for (size_t i = 0; i <= v->n_bp; i++) {
        int64_t sbp = i == 0 ? v->v[CT_Q_SBP].n : v->bp[i - 1].sbp;
        int position = i == 0 ? v->ql[CT_QL_BP_POSITION] : v->bp[i - 1].position;
        if (sbp == CT_UNSET)
            continue;
        if (position == CT_POSITION_LYING && lying == CT_UNSET)
            lying = sbp;
        if (position == CT_POSITION_SITTING && sitting == CT_UNSET)
            sitting = sbp;
        if (position == CT_POSITION_STANDING && (standing == CT_UNSET || sbp < standing))
            standing = sbp;
    }
    int64_t from = lying != CT_UNSET ? lying : sitting;
    return from == CT_UNSET || standing == CT_UNSET ? CT_UNSET : from - standing;
}

static enum ct_status value_check(const struct ct_vitals_rules *r, enum ct_q q,
                                  struct ct_value v, struct ct_error *reterr)
{
    const struct ct_quantity *t = &CT_QUANTITY[q];
    if (v.unit >= t->n_units)
        return ct_fail(reterr, CT_EINVAL, t->name, "%s: no such unit", t->label);
    struct ct_field f;
    ct_quantity_field(q, v.unit, &r->limits, &f);
    if (v.n >= f.hard_lo && v.n <= f.hard_hi)
        return CT_OK;
    char text[40], limits[160];
    ct_field_text(&f, v.n, text, sizeof text);
    ct_field_limits_text(&f, limits, sizeof limits);
    return ct_fail(reterr, CT_EINVAL, t->name, "%s %s %s is not possible (%s)", t->label, text,
                   f.unit != NULL ? f.unit : "", limits);
}

static enum ct_status pairs_check(const struct ct_vitals *v, struct ct_error *reterr)
{
    int64_t sbp = v->v[CT_Q_SBP].n, dbp = v->v[CT_Q_DBP].n, o2 = v->v[CT_Q_O2].n;
    if (sbp != CT_UNSET && dbp != CT_UNSET && dbp >= sbp)
        return ct_fail(reterr, CT_EINVAL, "dbp",
                       "the diastolic pressure %lld is not below the systolic %lld",
                       (long long)dbp, (long long)sbp);
    if (v->v[CT_Q_O2_FLOW].n != CT_UNSET && (o2 == CT_UNSET || o2 == CT_O2_AIR))
        return ct_fail(reterr, CT_EINVAL, "o2_flow",
                       "an oxygen flow is given, but %s: name the device, or clear the flow",
                       o2 == CT_UNSET ? "no device" : "the patient breathes air");
    return CT_OK;
}

/* A further pressure is judged as the first is. */
static enum ct_status further_check(const struct ct_vitals_rules *r, const struct ct_vitals *v,
                                    struct ct_error *reterr)
{
    if (v->n_bp > CT_LEN(v->bp))
        return ct_fail(reterr, CT_EINVAL, "sbp", "a set has at most %d pressures", CT_BP_MAX);
    if (v->n_bp > 0 && v->v[CT_Q_SBP].n == CT_UNSET)
        return ct_fail(reterr, CT_EINVAL, "sbp", "the first of the pressures is missing");
    for (size_t i = 0; i < v->n_bp; i++) {
        const struct ct_bp *b = &v->bp[i];
        enum ct_status rc = b->sbp == CT_UNSET
                                ? ct_fail(reterr, CT_EINVAL, "sbp",
                                          "pressure %zu has no systolic figure", i + 2)
                                : value_check(r, CT_Q_SBP, (struct ct_value){b->sbp, 0}, reterr);
        if (rc == CT_OK && b->dbp != CT_UNSET)
            rc = value_check(r, CT_Q_DBP, (struct ct_value){b->dbp, 0}, reterr);
        if (rc != CT_OK)
            return rc;
        if (b->dbp != CT_UNSET && b->dbp >= b->sbp)
            return ct_fail(reterr, CT_EINVAL, "dbp",
                           "pressure %zu: the diastolic %lld is not below the systolic %lld",
                           i + 2, (long long)b->dbp, (long long)b->sbp);
        if (!ct_qualifier_valid(CT_QL_BP_POSITION, b->position) || b->after_min > 24 * 60)
            return ct_fail(reterr, CT_EINVAL, "sbp", "pressure %zu: no such posture or time",
                           i + 2);
    }
    return CT_OK;
}

static enum ct_status reasons_check(const struct ct_vitals *v, struct ct_error *reterr)
{
    if ((unsigned)v->partial >= CT_WHYS)
        return ct_fail(reterr, CT_EINVAL, "partial", "no such reason");
    for (int q = 0; q < CT_QS; q++) {
        if (v->not_taken[q] >= CT_WHYS)
            return ct_fail(reterr, CT_EINVAL, CT_QUANTITY[q].name, "no such reason");
        if (v->not_taken[q] != CT_WHY_NONE && v->v[q].n != CT_UNSET)
            return ct_fail(reterr, CT_EINVAL, CT_QUANTITY[q].name,
                           "%s has a value and is said not to have been taken (%s)",
                           CT_QUANTITY[q].label, ct_why_text((enum ct_why)v->not_taken[q]));
    }
    for (int i = 0; i < CT_QLS; i++)
        if (!ct_qualifier_valid((enum ct_qualifier)i, v->ql[i]))
            return ct_fail(reterr, CT_EINVAL, CT_QUANTITY[CT_QUALIFIER[i].q].name,
                           "no such %s", CT_QUALIFIER[i].label);
    for (size_t i = 0; i < v->n_devices; i++) {
        char device[sizeof v->device[i].device];
        memcpy(device, v->device[i].device, sizeof device);
        enum ct_status rc = ct_text_check(device, "device", "the device's number",
                                          CT_DEVICE_BYTES, true, reterr);
        if (rc != CT_OK)
            return rc;
    }
    return CT_OK;
}

/* Not all of what the score asks for, and nobody says why. */
static enum ct_status partial_check(const struct ct_vitals *v, const struct ct_assessment *a,
                                    struct ct_error *reterr)
{
    if (!ct_vitals_needs_why(v, a))
        return CT_OK;
    char missing[160];
    ct_quantities_text(a->missing, missing, sizeof missing);
    return any_value(v) ? ct_fail(reterr, CT_EINVAL, "partial",
                                  "the set is not complete (%s missing): say why", missing)
                        : ct_fail(reterr, CT_EINVAL, "partial",
                                  "nothing was measured: say why, or there is nothing to "
                                  "record");
}

static enum ct_status entered_check(const struct ct_vitals_rules *r,
                                    const struct ct_patient *p, const struct ct_vitals *v,
                                    int64_t now_ms, struct ct_error *reterr)
{
    for (int q = 0; q < CT_QS; q++) {
        if (v->v[q].n == CT_UNSET)
            continue;
        enum ct_status rc = value_check(r, (enum ct_q)q, v->v[q], reterr);
        if (rc != CT_OK)
            return rc;
    }
    enum ct_status rc = pairs_check(v, reterr);
    if (rc == CT_OK)
        rc = further_check(r, v, reterr);
    if (rc == CT_OK)
        rc = reasons_check(v, reterr);
    if (rc != CT_OK)
        return rc;
    if (v->taken_ms == CT_UNSET || v->taken_ms <= 0)
        return ct_fail(reterr, CT_EINVAL, "taken_ms", "when the set was taken is missing");
    if (v->taken_ms > now_ms + CT_AHEAD_MS)
        return ct_fail(reterr, CT_EINVAL, "taken_ms",
                       "the set is said to be taken in the future");
    if (p->born != CT_NO_DATE && ct_date_at(v->taken_ms) < p->born)
        return ct_fail(reterr, CT_EINVAL, "taken_ms",
                       "the set is said to be taken before the patient's date of birth");
    char note[sizeof v->note];
    memcpy(note, v->note, sizeof note);
    return ct_text_check(note, "note", "the note", 200, false, reterr);
}

enum ct_status ct_vitals_check(const struct ct_vitals_rules *r, const struct ct_patient *p,
                               struct ct_vitals *v, int64_t now_ms, struct ct_assessment *ret,
                               struct ct_error *reterr)
{
    enum ct_status rc = entered_check(r, p, v, now_ms, reterr);
    if (rc != CT_OK)
        return rc;
    ct_vitals_assess(r, p, v, ret);
    return partial_check(v, ret, reterr);
}
