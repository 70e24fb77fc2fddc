/* vitals_points - what each value of a recorded set scored. */
#include "clinic/rows.h"

#include <string.h>

bool ct_vitals_points(const struct ct_vitals_rules *r, const struct ct_vitals *v,
                      int8_t ret[CT_QS])
{
    static const enum ct_q INPUT[CT_N_INPUTS] = {
        [CT_N_RESP] = CT_Q_RESP,   [CT_N_SPO2] = CT_Q_SPO2,   [CT_N_O2] = CT_Q_O2,
        [CT_N_SBP] = CT_Q_SBP,     [CT_N_PULSE] = CT_Q_PULSE, [CT_N_ACVPU] = CT_Q_ACVPU,
        [CT_N_TEMP] = CT_Q_TEMP,
    };
    memset(ret, -1, CT_QS);
    if (v->voided || v->card != CT_CARD_NEWS2 || v->not_applied != CT_APPLIED ||
        strcmp(v->score_version, ct_news2_version(r->news2)) != 0)
        return false;
    int64_t in[CT_N_INPUTS];
    for (size_t i = 0; i < CT_N_INPUTS; i++)
        in[i] = ct_quantity_convert(INPUT[i], v->v[INPUT[i]], 0);
    struct ct_news2_set set = {
        .resp = in[CT_N_RESP],
        .spo2 = in[CT_N_SPO2],
        .sbp = in[CT_N_SBP],
        .pulse = in[CT_N_PULSE],
        .temp_c10 = in[CT_N_TEMP],
        .on_oxygen = in[CT_N_O2] == CT_UNSET ? CT_UNSET : in[CT_N_O2] != CT_O2_AIR,
        .acvpu = in[CT_N_ACVPU],
        .scale = v->scale,
    };
    struct ct_news2_result parts;
    if (ct_news2_score(r->news2, &set, &parts, NULL) != CT_OK)
        return false;
    for (size_t i = 0; i < CT_N_INPUTS; i++)
        ret[INPUT[i]] = parts.part[i];
    return true;
}
