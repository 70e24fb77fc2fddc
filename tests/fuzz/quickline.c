/* Any bytes as a quick line: refused with a place within the line and nothing
 * filled, or filled with possible values only. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/vitals.h"
#include "tests/fuzz/fuzz.h"

static void check_filled(const struct ct_vitals *v, const struct ct_limits *l)
{
    for (size_t q = 0; q < CT_QS; q++) {
        if (v->v[q].n == CT_UNSET)
            continue;
        demand(v->v[q].unit < CT_QUANTITY[q].n_units);
        struct ct_field f;
        char text[40];
        int64_t back;
        ct_quantity_field((enum ct_q)q, v->v[q].unit, l, &f);
        demand(v->v[q].n >= f.hard_lo && v->v[q].n <= f.hard_hi);
        ct_quantity_text((enum ct_q)q, v->v[q], false, text, sizeof text);
        enum ct_verdict is = ct_field_judge(&f, text, 0, &back, NULL);
        demand((is == CT_V_OK || is == CT_V_UNUSUAL) && back == v->v[q].n);
    }
    if (v->v[CT_Q_SBP].n != CT_UNSET)
        demand(v->v[CT_Q_DBP].n < v->v[CT_Q_SBP].n);
    for (int q = 0; q < CT_QS; q++)
        demand(v->not_taken[q] < CT_WHYS &&
               (v->not_taken[q] == CT_WHY_NONE || v->v[q].n == CT_UNSET));
    for (int i = 0; i < CT_QLS; i++)
        demand(ct_qualifier_valid((enum ct_qualifier)i, v->ql[i]));
    demand(v->n_bp <= CT_LEN(v->bp) && (v->n_bp == 0 || v->v[CT_Q_SBP].n != CT_UNSET));
    for (size_t i = 0; i < v->n_bp; i++) {
        const struct ct_bp *b = &v->bp[i];
        demand(b->sbp >= l->q[CT_Q_SBP].hard_lo && b->sbp <= l->q[CT_Q_SBP].hard_hi &&
               b->dbp >= l->q[CT_Q_DBP].hard_lo && b->dbp < b->sbp);
        demand(ct_qualifier_valid(CT_QL_BP_POSITION, b->position) && b->after_min >= -1 &&
               b->after_min <= 24 * 60);
    }
    /* A flow is never left beside air. */
    if (v->v[CT_Q_O2_FLOW].n != CT_UNSET)
        demand(v->v[CT_Q_O2].n != CT_UNSET && v->v[CT_Q_O2].n != CT_O2_AIR);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ct_limits limits;
    static struct ct_config config;
    if (limits.version[0] == '\0') {
        ct_config_default(&config);
        demand(ct_limits_load(&config, &limits, NULL) == CT_OK);
    }
    char line[1024];
    if (size >= sizeof line)
        return 0;
    if (size > 0)
        memcpy(line, data, size);
    line[size] = '\0';
    struct ct_vitals v, before;
    ct_vitals_init(&v);
    memcpy(&before, &v, sizeof v);
    struct ct_error err = {0};
    size_t at = SIZE_MAX;
    if (ct_quick_parse(line, &config, &limits, &v, &at, &err) == CT_OK) {
        check_filled(&v, &limits);
        return 0;
    }
    demand(at <= strlen(line) && err.text[0] != '\0');
    demand(memcmp(&v, &before, sizeof v) == 0);
    for (const char *s = err.text, *end = s + strlen(s); s < end;) {
        uint32_t cp;
        s += ct_utf8_next(s, end, &cp);
        demand(!ct_text_unsafe(cp));
    }
    return 0;
}
