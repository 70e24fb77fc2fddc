/* vitals_judge - what a set of observations is worth: possible or not, scored or
 * not, due when. Pure: no store. */
#include "clinic/rows.h"

#include <string.h>

enum ct_status ct_vitals_rules_load(const struct ct_config *c, struct ct_vitals_rules *ret,
                                    struct ct_error *reterr)
{
    *ret = (struct ct_vitals_rules){.news2 = NULL};
    enum ct_status rc = ct_limits_load(c, &ret->limits, reterr);
    if (rc == CT_OK)
        rc = ct_news2_load(c, &ret->news2, reterr);
    return rc;
}

void ct_vitals_rules_done(struct ct_vitals_rules *r)
{
    ct_news2_free(r->news2);
    r->news2 = NULL;
}

/* ---- judging ----------------------------------------------------------- */

static bool alert_at(const struct ct_patient *p, enum ct_alert_kind kind,
                     const struct ct_vitals *v)
{
    for (size_t i = 0; i < p->n_alerts + p->n_past; i++) {
        const struct ct_alert *a = &p->alert[i];
        if (a->kind == kind && (v->recorded_ms == 0 || a->at_ms <= v->recorded_ms) &&
            (!a->ended || a->ended_ms > v->taken_ms))
            return true;
    }
    return false;
}

static enum ct_not_applied applies(const struct ct_patient *p, const struct ct_vitals *v)
{
    int age = p->born == CT_NO_DATE ? -1 : ct_age_years(p->born, ct_date_at(v->taken_ms));
    if (age >= 0 && age < 16)
        return CT_UNDER_16;
    if (alert_at(p, CT_ALERT_PREGNANT, v))
        return CT_PREGNANT;
    return age < 0 ? CT_AGE_UNKNOWN : CT_APPLIED;
}

void ct_vitals_assess(const struct ct_vitals_rules *r, const struct ct_patient *p,
                      struct ct_vitals *v, struct ct_news2_result *ret_parts)
{
    struct ct_news2_result parts = {.frequency_min = -1};
    memset(parts.part, -1, sizeof parts.part);
    v->scale = alert_at(p, CT_ALERT_SPO2_SCALE2, v) ? 2 : 1;
    v->score = v->score_at_least = -1;
    v->single3 = false;
    v->band = CT_BAND_NONE;
    v->next_due_ms = CT_UNSET;
    ct_text_copy(v->score_version, sizeof v->score_version, ct_news2_version(r->news2));
    v->not_applied = applies(p, v);
    int64_t o2 = ct_quantity_convert(CT_Q_O2, v->v[CT_Q_O2], 0);
    struct ct_news2_set set = {
        .resp = ct_quantity_convert(CT_Q_RESP, v->v[CT_Q_RESP], 0),
        .spo2 = ct_quantity_convert(CT_Q_SPO2, v->v[CT_Q_SPO2], 0),
        .sbp = ct_quantity_convert(CT_Q_SBP, v->v[CT_Q_SBP], 0),
        .pulse = ct_quantity_convert(CT_Q_PULSE, v->v[CT_Q_PULSE], 0),
        .temp_c10 = ct_quantity_convert(CT_Q_TEMP, v->v[CT_Q_TEMP], 0),
        .on_oxygen = o2 == CT_UNSET ? CT_UNSET : o2 != CT_O2_AIR,
        .acvpu = ct_quantity_convert(CT_Q_ACVPU, v->v[CT_Q_ACVPU], 0),
        .scale = v->scale,
    };
    if (v->not_applied == CT_APPLIED && ct_news2_score(r->news2, &set, &parts, NULL) == CT_OK) {
        v->single3 = parts.single3;
        if (parts.complete) {
            v->score = parts.total;
            v->band = parts.band;
            if (parts.frequency_min >= 0)
                v->next_due_ms = v->taken_ms + (int64_t)parts.frequency_min * CT_MINUTE_MS;
        } else {
            v->score_at_least = parts.total;
        }
    }
    if (ret_parts != NULL)
        *ret_parts = parts;
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

enum ct_status ct_vitals_check(const struct ct_vitals_rules *r, const struct ct_patient *p,
                               const struct ct_vitals *v, int64_t now_ms,
                               struct ct_error *reterr)
{
    bool any = false;
    for (int q = 0; q < CT_QS; q++) {
        if (v->v[q].n == CT_UNSET)
            continue;
        any = true;
        enum ct_status rc = value_check(r, (enum ct_q)q, v->v[q], reterr);
        if (rc != CT_OK)
            return rc;
    }
    if (!any)
        return ct_fail(reterr, CT_EINVAL, CT_QUANTITY[0].name,
                       "nothing was measured: there is nothing to record");
    enum ct_status rc = pairs_check(v, reterr);
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
