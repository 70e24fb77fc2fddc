/* Any bytes as a quick line: refused with a place within the line and nothing
 * filled, or filled with possible values only. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/vitals.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool is)
{
    if (!is)
        abort();
}

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
    struct ct_vitals v = {0}, before;
    for (size_t q = 0; q < CT_QS; q++)
        v.v[q].n = CT_UNSET;
    before = v;
    struct ct_error err = {0};
    size_t at = SIZE_MAX;
    if (ct_quick_parse(line, &config, &limits, &v, &at, &err) == CT_OK) {
        check_filled(&v, &limits);
        return 0;
    }
    demand(at <= strlen(line) && err.text[0] != '\0');
    demand(memcmp(v.v, before.v, sizeof v.v) == 0);
    for (const char *s = err.text, *end = s + strlen(s); s < end;) {
        uint32_t cp;
        s += ct_utf8_next(s, end, &cp);
        demand(!ct_text_unsafe(cp));
    }
    return 0;
}
