/* score - see score.h: the engine. It knows no figure of the score: all are in
 * the table. */
#include "clinic/score.h"

#include <stdio.h>
#include <stdlib.h>

#include "clinic/score_table.h"

static const char *const INPUT_NAME[CT_N_INPUTS] = {
    [CT_N_RESP] = "respiration", [CT_N_SPO2] = "SpO2",
    [CT_N_O2] = "air or oxygen", [CT_N_SBP] = "systolic pressure",
    [CT_N_PULSE] = "pulse",      [CT_N_ACVPU] = "consciousness",
    [CT_N_TEMP] = "temperature",
};

void ct_news2_free(struct ct_news2 *t)
{
    free(t);
}

const char *ct_news2_version(const struct ct_news2 *t)
{
    return t->version;
}

const enum ct_q CT_NEWS2_INPUT[CT_N_INPUTS] = {
    [CT_N_RESP] = CT_Q_RESP,   [CT_N_SPO2] = CT_Q_SPO2,   [CT_N_O2] = CT_Q_O2,
    [CT_N_SBP] = CT_Q_SBP,     [CT_N_PULSE] = CT_Q_PULSE, [CT_N_ACVPU] = CT_Q_ACVPU,
    [CT_N_TEMP] = CT_Q_TEMP,
};

/* Codes are checked and figures open-ended: there always is a row. */
static int8_t lookup(const struct ct_news2 *t, enum ct_news2_part part, int64_t value)
{
    int8_t score = -1;
    ct_score_lookup(&t->part[part], value, &score);
    return score;
}

static int8_t spo2_part(const struct ct_news2 *t, const struct ct_news2_set *s)
{
    if (s->scale == 1)
        return lookup(t, CT_NP_SPO2_1, s->spo2);
    int8_t air = lookup(t, CT_NP_SPO2_2_AIR, s->spo2);
    int8_t oxygen = lookup(t, CT_NP_SPO2_2_OXYGEN, s->spo2);
    if (s->on_oxygen == CT_UNSET)
        return air == oxygen ? air : -1;
    return s->on_oxygen == 1 ? oxygen : air;
}

static enum ct_status check_codes(const struct ct_news2_set *s, struct ct_error *reterr)
{
    if (s->scale != 1 && s->scale != 2)
        return ct_fail(reterr, CT_EINVAL, "scale", "SpO2 scale is 1 or 2, not %d", s->scale);
    if (s->on_oxygen != CT_UNSET && s->on_oxygen != 0 && s->on_oxygen != 1)
        return ct_fail(reterr, CT_EINVAL, "on_oxygen", "on oxygen is 0 (air) or 1 (oxygen)");
    if (s->acvpu != CT_UNSET && (s->acvpu < CT_ALERT || s->acvpu > CT_UNRESPONSIVE))
        return ct_fail(reterr, CT_EINVAL, "acvpu", "consciousness is one of A, C, V, P, U");
    return CT_OK;
}

enum ct_status ct_news2_score(const struct ct_news2 *t, const struct ct_news2_set *set,
                              struct ct_news2_result *ret, struct ct_error *reterr)
{
    enum ct_status st = check_codes(set, reterr);
    if (st != CT_OK)
        return st;
    const struct {
        int64_t value;
        enum ct_news2_part part;
    } in[CT_N_INPUTS] = {
        [CT_N_RESP] = {set->resp, CT_NP_RESP},     [CT_N_SPO2] = {set->spo2, CT_NP_SPO2_1},
        [CT_N_O2] = {set->on_oxygen, CT_NP_O2},    [CT_N_SBP] = {set->sbp, CT_NP_SBP},
        [CT_N_PULSE] = {set->pulse, CT_NP_PULSE},  [CT_N_ACVPU] = {set->acvpu, CT_NP_ACVPU},
        [CT_N_TEMP] = {set->temp_c10, CT_NP_TEMP},
    };
    struct ct_news2_result r = {.band = CT_BAND_NONE, .frequency_min = -1};
    for (size_t i = 0; i < CT_N_INPUTS; i++) {
        r.part[i] = -1;
        if (in[i].value == CT_UNSET)
            r.missing |= 1u << i;
        else
            r.part[i] = i == CT_N_SPO2 ? spo2_part(t, set) : lookup(t, in[i].part, in[i].value);
        if (r.part[i] > 0)
            r.total += r.part[i];
        r.single3 = r.single3 || r.part[i] == 3;
    }
    r.complete = r.missing == 0;
    const struct ct_score_call *c = ct_score_call_find(&t->calls, r.total, r.single3);
    if (c == NULL)
        return ct_fail(reterr, CT_EINTERNAL, NULL, "no call covers a total of %d", r.total);
    r.call = r.complete || c->band > CT_BAND_LOW || c->rule.n_levels > 0
                 ? (int)(c - t->calls.call)
                 : -1;
    if (r.complete) {
        r.band = c->band;
        r.frequency_min = c->every_min;
    }
    *ret = r;
    return CT_OK;
}

const char *ct_band_name(enum ct_band b)
{
    static const char *const NAME[CT_BANDS] = {
        [CT_BAND_NONE] = "none",     [CT_BAND_LOW] = "low", [CT_BAND_LOW_MEDIUM] = "low-medium",
        [CT_BAND_MEDIUM] = "medium", [CT_BAND_HIGH] = "high",
    };
    return (unsigned)b < CT_BANDS ? NAME[b] : "none";
}

const char *ct_news2_response(const struct ct_news2 *t, const struct ct_news2_result *r)
{
    const struct ct_score_call *c = ct_score_call_find(&t->calls, r->total, r->single3);
    if (c == NULL || (!r->complete && c->band <= CT_BAND_LOW))
        return t->incomplete;
    return c->response;
}

void ct_news2_escalation(const struct ct_news2 *t, int call, struct ct_escalation_rule *ret)
{
    ct_score_call_rule(&t->calls, call, ret);
}

size_t ct_news2_bands(const struct ct_news2 *t, enum ct_q q, int scale, bool on_oxygen,
                      struct ct_score_band out[CT_SCORE_BANDS_MAX])
{
    enum ct_news2_part part;
    switch (q) {
    case CT_Q_RESP: part = CT_NP_RESP; break;
    case CT_Q_SPO2:
        part = scale == 1 ? CT_NP_SPO2_1 : on_oxygen ? CT_NP_SPO2_2_OXYGEN : CT_NP_SPO2_2_AIR;
        break;
    case CT_Q_SBP: part = CT_NP_SBP; break;
    case CT_Q_PULSE: part = CT_NP_PULSE; break;
    case CT_Q_ACVPU: part = CT_NP_ACVPU; break;
    case CT_Q_TEMP: part = CT_NP_TEMP; break;
    default: return 0;
    }
    return ct_score_rows_bands(&t->part[part], 1, out);
}

size_t ct_news2_band_edges(const struct ct_news2 *t, struct ct_score_band_edge ret[CT_BANDS])
{
    return ct_score_calls_edges(&t->calls, ret);
}

int ct_news2_longest_min(const struct ct_news2 *t, const struct ct_news2_result *r)
{
    const struct ct_score_call *c = ct_score_call_find(&t->calls, r->total, r->single3);
    return r->complete && c != NULL ? c->every_max_min : r->frequency_min;
}

void ct_news2_missing_text(const struct ct_news2_result *r, char *out, size_t size)
{
    size_t at = 0;
    if (size > 0)
        out[0] = '\0';
    for (size_t i = 0; i < CT_N_INPUTS && at < size; i++) {
        if (!(r->missing & 1u << i))
            continue;
        int n = snprintf(out + at, size - at, "%s%s", at > 0 ? ", " : "", INPUT_NAME[i]);
        if (n < 0)
            return;
        at += (size_t)n;
    }
}
