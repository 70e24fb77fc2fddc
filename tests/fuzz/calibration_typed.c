/* Any bytes as a reading, a declared limit, an uncertainty: refused with a sentence, or
 * judged, kept as typed, and judged the same when read again. */
#include <stdlib.h>
#include <string.h>

#include "clinic/calibration_priv.h"
#include "tests/fuzz/fuzz.h"

static struct ct_calibration *made(const char *id)
{
    struct ct_config c;
    struct ct_calibration *k = calloc(1, sizeof *k);
    ct_config_default(&c);
    demand(k != NULL && ct_caltemplate_load(&c, id, &k->t, NULL) == CT_OK);
    k->e.elec_class = CT_ELEC_I;
    k->e.applied = CT_APPLIED_BF;
    demand(ct_cal_values_make(k, NULL) == CT_OK);
    return k;
}

/* What was declared is kept in words that mean the same. */
static void limits(const char *text, int64_t nominal)
{
    struct ct_tolerance t, again;
    struct ct_error e = {0};
    char words[121];
    if (ct_cal_limits_parse("x", text, nominal, "mmHg", &t, &e) != CT_OK) {
        demand(e.text[0] != '\0' && strcmp(e.field, "x") == 0);
        return;
    }
    ct_cal_limits_text(&t, nominal, "mmHg", words, sizeof words);
    demand(ct_cal_limits_parse("x", words, nominal, "mmHg", &again, NULL) == CT_OK);
    demand(t.minus.absolute == again.minus.absolute && t.minus.percent == again.minus.percent &&
           t.plus.absolute == again.plus.absolute && t.plus.percent == again.plus.percent);
}

static void reads(const struct ct_calibration *k, size_t point, const char *text)
{
    struct ct_error e = {0};
    const struct ct_cal_value *v = &k->value[CT_CAL_AS_FOUND][point];
    enum ct_status st = ct_calibration_read(k, point, CT_CAL_AS_FOUND, text, &e);
    demand(st == CT_OK || (e.text[0] != '\0' && !v->measured));
    if (st != CT_OK || !v->measured)
        return;
    struct ct_cal_value was = *v;
    demand(ct_calibration_read(k, point, CT_CAL_AS_FOUND, was.readings, NULL) == CT_OK);
    demand(v->repeat.sum == was.repeat.sum && v->repeat.n == was.repeat.n &&
           v->c.verdict == was.c.verdict);
    const struct ct_conformity_in in = {
        .sum = v->repeat.sum, .n = v->repeat.n, .u = v->u, .rule = k->rule};
    struct ct_conformity c; /* from the limits alone, as they are kept */
    demand(ct_conformity_within(&in, v->c.tolerance_low, v->c.tolerance_high, &c, NULL) == CT_OK);
    demand(c.verdict == v->c.verdict && c.accept_low == v->c.accept_low &&
           c.accept_high == v->c.accept_high);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ct_calibration *nibp, *electrical;
    char text[1400], shown[64];
    if (nibp == NULL) {
        nibp = made("nibp-static");
        electrical = made("electrical-safety-62353");
    }
    size = size < sizeof text ? size : sizeof text - 1;
    memcpy(text, data, size);
    text[size] = '\0';
    limits(text, 0);
    limits(text, INT64_C(100000000));
    if (ct_calibration_u(nibp, 3, CT_CAL_AS_FOUND, text, NULL) != CT_OK)
        demand(ct_calibration_u(nibp, 3, CT_CAL_AS_FOUND, "", NULL) == CT_OK ||
               nibp->value[CT_CAL_AS_FOUND][3].u == CT_UNSET);
    for (size_t i = 0; i < nibp->t->n_points; i++)
        reads(nibp, i, text);
    for (size_t i = 0; i < electrical->t->n_points; i++) {
        if (electrical->t->point[i].declared)
            (void)!ct_calibration_declare(electrical, i, "", text, text, NULL);
        reads(electrical, i, text);
        ct_cal_margin_text(&electrical->value[CT_CAL_AS_FOUND][i], shown, sizeof shown);
        ct_cal_error_text(&electrical->value[CT_CAL_AS_FOUND][i], shown, sizeof shown);
    }
    return 0;
}
