/* cycle_printed - figures that a machine prints in words, where its programme has a limit
 * for them; the contract is cycle_print.h. */
#include <string.h>

#include "exchange/cycle_print.h"

enum { PLACES = 6 }; /* millionths */

static const int64_t MOST = INT64_C(1000000) * 1000000;

/* A decimal as the profile writes them, without its blanks. */
static bool figure(const struct ct_profile *of, struct ct_view v, int64_t *ret)
{
    char text[48];
    if (v.s == NULL)
        return false;
    while (v.n > 0 && v.s[0] == ' ')
        v.s++, v.n--;
    while (v.n > 0 && v.s[v.n - 1] == ' ')
        v.n--;
    if (v.n == 0 || v.n >= sizeof text)
        return false;
    memcpy(text, v.s, v.n);
    char *comma = of->decimal_comma ? memchr(text, ',', v.n) : NULL;
    if (comma != NULL)
        *comma = '.';
    return ct_cycle_number(text, v.n, PLACES, MOST, ret) == NULL;
}

/* A pressure counts in the limit's own unit and basis only: what is not stated is not
 * guessed. */
static bool comparable(const struct ct_profile *of, const struct ct_programme_limit *l)
{
    return l->measure != CT_M_PRESSURE ||
           (of->has_pressure && l->basis != CT_P_NOT_STATED && of->basis == l->basis &&
            strcmp(CT_PRESSURE_UNIT_NAME[of->unit], l->unit) == 0);
}

size_t ct_print_typed(const struct ct_print *p, size_t cycle, const struct ct_programme *g,
                      bool curve, struct ct_cycle_typed out[CT_MEASURES])
{
    static const struct {
        enum ct_measure measure;
        enum ct_print_field low, high;
    } FIGURE[] = {
        {CT_M_TEMPERATURE, CT_PF_MIN_TEMPERATURE, CT_PF_MAX_TEMPERATURE},
        {CT_M_PRESSURE, CT_PF_MIN_PRESSURE, CT_PF_MAX_PRESSURE},
        {CT_M_HUMIDITY, CT_PF_HUMIDITY, CT_PF_HUMIDITY},
    };
    const struct ct_print_cycle *c = &p->cycle[cycle];
    size_t n = 0;
    for (size_t i = 0; i < CT_LEN(FIGURE); i++) {
        enum ct_measure m = FIGURE[i].measure;
        struct ct_cycle_typed t = {.measure = m, .ranged = FIGURE[i].low != FIGURE[i].high};
        if (g->has[m] && !(curve && m < CT_M_FROM_CURVE) &&
            comparable(p->profile, &g->limit[m]) &&
            figure(p->profile, c->field[FIGURE[i].low], &t.value) &&
            figure(p->profile, c->field[FIGURE[i].high], &t.high) && t.value <= t.high)
            out[n++] = t;
    }
    return n;
}
