/* Any bytes as a calibration template: refused with a place, or a template that can be
 * kept and loaded again, and whose points give one verdict by two ways. */
#include <stdlib.h>
#include <string.h>

#include "clinic/calibration_template.h"
#include "tests/fuzz/fuzz.h"

static void check_kept(const struct ct_caltemplate *t)
{
    CT_BUF kept = {.max = CT_CALT_CANONICAL_MAX}, again = {.max = CT_CALT_CANONICAL_MAX};
    CT_BUF page = {.max = 16 * 1024 * 1024};
    CT_CALTEMPLATE *back = NULL;
    ct_caltemplate_canonical(t, &kept);
    demand(!kept.bad);
    demand(ct_caltemplate_parse("kept", ct_buf_str(&kept), kept.len, &back, NULL) == CT_OK);
    ct_caltemplate_canonical(back, &again);
    demand(kept.len == again.len && memcmp(kept.data, again.data, kept.len) == 0);
    for (size_t i = 0; i < t->n_points; i++)
        demand(memcmp(&t->point[i].tolerance, &back->point[i].tolerance,
                      sizeof t->point[i].tolerance) == 0 &&
               t->point[i].nominal == back->point[i].nominal &&
               strcmp(t->point[i].unit, back->point[i].unit) == 0);
    ct_caltemplate_text(t, 80, &page);
    demand(!page.bad);
}

/* Told what e is, nothing is left in it, and the rest holds of that template too. */
static void check_divided(const struct ct_caltemplate *t, int64_t e)
{
    CT_CALTEMPLATE *with = NULL;
    if (ct_caltemplate_divide(t, e, "plate", &with, NULL) != CT_OK) {
        demand(with == NULL);
        return;
    }
    demand(t->division == CT_UNSET && with->division == e && with->n_points == t->n_points);
    for (size_t i = 0; i < t->n_points; i++)
        demand(!with->point[i].in_e && (!t->point[i].in_e || strcmp(with->point[i].unit, "e") != 0));
    check_kept(with);
}

static int64_t bounded(int64_t v)
{
    return v % (CT_CAL_MAX + 1);
}

/* A stricter rule is never kinder, and a pass lies within the acceptance limits. */
static void check_point(const struct ct_cal_point *p, int64_t a, int64_t b)
{
    struct ct_conformity c[CT_CAL_RULES];
    struct ct_conformity_in in = {.nominal = p->nominal,
                                  .tolerance = p->tolerance,
                                  .n = 1,
                                  .sum = bounded(a),
                                  .u = bounded(b < 0 ? -(b + 1) : b)};
    if (p->nominal == CT_UNSET)
        in.nominal = bounded(a ^ b);
    for (int r = 0; r < CT_CAL_RULES; r++) {
        in.rule = (enum ct_cal_rule)r;
        if (ct_conformity_judge(&in, &c[r], NULL) != CT_OK) {
            demand(p->nominal == CT_UNSET || p->declared);
            return;
        }
        bool within = !c[r].no_zone &&
                      (c[r].accept_low == CT_UNSET || in.sum * 100000 >= c[r].accept_low) &&
                      (c[r].accept_high == CT_UNSET || in.sum * 100000 <= c[r].accept_high);
        demand(within == (c[r].verdict == CT_CAL_PASS));
    }
    demand(c[CT_CAL_GUARDED].verdict >= c[CT_CAL_NON_BINARY].verdict);
    demand((c[CT_CAL_NON_BINARY].verdict <= CT_CAL_CONDITIONAL_PASS) ==
           (c[CT_CAL_SIMPLE].verdict == CT_CAL_PASS));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ct_error err = {0};
    int64_t a = 0, b = 0;
    CT_CALTEMPLATE *t = NULL;
    enum ct_status st = ct_caltemplate_parse("f.ini", (const char *)data, size, &t, &err);
    if (st != CT_OK) {
        demand(st == CT_ECONFIG && t == NULL && strncmp(err.text, "f.ini:", 6) == 0);
        return 0;
    }
    check_kept(t);
    if (size >= sizeof a + sizeof b) {
        memcpy(&a, data + size - sizeof a, sizeof a);
        memcpy(&b, data + size - sizeof a - sizeof b, sizeof b);
    }
    check_divided(t, bounded(a));
    check_divided(t, 100000);
    for (size_t i = 0; i < t->n_points; i++)
        for (int k = 0; k < 40; k += 8)
            check_point(&t->point[i], a >> k, b >> k);
    return 0;
}
