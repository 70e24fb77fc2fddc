/* demo_model - how invented people fare: a level of illness that rises and falls,
 * and readings that follow it with the scatter of real ones. Only sums and
 * products, so that every machine computes the same clinic. */
#include "clinic/demo_model.h"

#include <stdio.h>
#include <string.h>

/* ---- chance ------------------------------------------------------------ */

/* A Weyl sequence through two xor-multiply rounds: short, and even enough to
 * invent people with. */
uint64_t ct_demo_next(struct ct_demo_rng *r)
{
    uint64_t z = r->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

double ct_demo_unit(struct ct_demo_rng *r)
{
    return (double)(ct_demo_next(r) >> 11) / 9007199254740992.0; /* 2^53 */
}

int ct_demo_below(struct ct_demo_rng *r, int n)
{
    return (int)(ct_demo_unit(r) * n);
}

bool ct_demo_chance(struct ct_demo_rng *r, double p)
{
    return ct_demo_unit(r) < p;
}

/* Four uniform numbers: near enough to a bell, and never further than 3.5 sd. */
double ct_demo_normal(struct ct_demo_rng *r, double sd)
{
    double sum = 0;
    for (int i = 0; i < 4; i++)
        sum += ct_demo_unit(r);
    return (sum - 2.0) * 1.7320508 * sd;
}

/* ---- who --------------------------------------------------------------- */

static void pick_age(struct ct_demo_person *p)
{
    int years;
    if (ct_demo_chance(&p->rng, 0.08))
        years = ct_demo_below(&p->rng, 16);
    else if (ct_demo_chance(&p->rng, 0.35))
        years = 18 + ct_demo_below(&p->rng, 32);
    else
        years = 50 + ct_demo_below(&p->rng, 45);
    p->age_days = years * 365 + years / 4 + 1 + ct_demo_below(&p->rng, 364);
    p->child = years < 16;
}

static void pick_health(struct ct_demo_person *p)
{
    int years = p->age_days / 366;
    p->copd = years >= 50 && ct_demo_chance(&p->rng, 0.09);
    p->diabetic = !p->child && ct_demo_chance(&p->rng, 0.15);
    p->pregnant = !p->male && years >= 18 && years <= 42 && ct_demo_chance(&p->rng, 0.12);
    if (p->child) {
        p->sbp = 80 + 2 * years + ct_demo_normal(&p->rng, 5);
        p->pulse = 130 - 3.6 * years + ct_demo_normal(&p->rng, 8);
        p->resp = 34 - 1.1 * years + ct_demo_normal(&p->rng, 2);
    } else {
        p->sbp = 114 + 0.35 * years + ct_demo_normal(&p->rng, 9);
        p->pulse = 71 + ct_demo_normal(&p->rng, 7);
        p->resp = 15.5 + ct_demo_normal(&p->rng, 1.2);
    }
    p->spo2 = p->copd ? 90.4 : 97.6;
}

int64_t ct_demo_person_last_stay(struct ct_demo_person *p, int64_t after_ms, int64_t now_ms)
{
    int64_t most = now_ms - after_ms - 3 * CT_HOUR_MS;
    if (most > 117 * (int64_t)CT_HOUR_MS)
        most = 117 * (int64_t)CT_HOUR_MS;
    return now_ms - 2 * CT_HOUR_MS - (int64_t)(ct_demo_unit(&p->rng) * (double)most);
}

void ct_demo_person_make(struct ct_demo_person *p, uint64_t seed, int index, bool inhouse,
                         int64_t start_ms, int64_t now_ms)
{
    memset(p, 0, sizeof *p);
    /* a stream of its own for each: one more patient changes nobody else */
    p->rng.state = seed * UINT64_C(0xD1342543DE82EF95) + (uint64_t)index;
    p->rng.state = ct_demo_next(&p->rng);
    p->inhouse = inhouse;
    p->straggler = inhouse && index % 3 == 1;
    p->male = ct_demo_chance(&p->rng, 0.48);
    pick_age(p);
    pick_health(p);
    p->born_unknown = !p->child && index % 31 == 7; /* some in the smallest clinic */
    int64_t span = now_ms - start_ms;
    int days = (int)(span / CT_DAY_MS);
    p->stays_left = 1 + days / 1100 + (ct_demo_chance(&p->rng, (days % 1100) / 1100.0) ? 1 : 0);
    double share = 1.0 / p->stays_left;
    p->at_ms = start_ms + (int64_t)(ct_demo_unit(&p->rng) * share * (double)span);
    if (inhouse && p->stays_left == 1)
        p->at_ms = ct_demo_person_last_stay(p, start_ms, now_ms);
    p->event = p->at_ms < now_ms ? CT_DEMO_ARRIVE : CT_DEMO_GONE;
}

void ct_demo_person_identity(struct ct_demo_person *p, int index, struct ct_patient *ret)
{
    *ret = (struct ct_patient){.sex = p->male ? CT_SEX_MALE : CT_SEX_FEMALE};
    ct_demo_name(&p->rng, p->male, ret->family, sizeof ret->family, ret->given,
                 sizeof ret->given);
    if (ct_demo_chance(&p->rng, 0.01))
        ret->sex = CT_SEX_UNKNOWN;
    ret->born = p->born_unknown ? CT_NO_DATE : ct_date_at(p->at_ms) - p->age_days;
    ret->born_estimated = !p->born_unknown && !p->child && index % 29 == 3;
    if (ct_demo_chance(&p->rng, 0.08))
        return; /* came without papers */
    /* 999 and six digits, spread so that neighbours do not look alike: 337,349
     * shares no factor with 10^6, so each index has four of its own; a body in
     * eleven has no check digit. */
    for (uint64_t i = (uint64_t)index * 4; i < (uint64_t)index * 4 + 4; i++) {
        unsigned body = (unsigned)((i * 337349U + 271828U) % 1000000U);
        for (int check = 0; check < 10; check++) {
            snprintf(ret->number, sizeof ret->number, "999%06u%d", body, check);
            if (ct_nhs_number_ok(ret->number))
                return;
        }
    }
    ret->number[0] = '\0';
}

/* ---- a stay ------------------------------------------------------------ */

void ct_demo_person_stay(struct ct_demo_person *p, int64_t now_ms)
{
    double days = 0.5 + 5.0 * ct_demo_unit(&p->rng);
    p->stay_end_ms = p->at_ms + (int64_t)(days * CT_DAY_MS);
    p->stays_left--;
    /* Who left in the last two days would still stand in the due list: they left
     * before that, or are still here. */
    int64_t recent_ms = now_ms - 50 * (int64_t)CT_HOUR_MS;
    if (p->inhouse && p->stays_left == 0 && p->stay_end_ms < now_ms)
        p->stay_end_ms = now_ms + CT_DAY_MS;
    else if (p->stay_end_ms > recent_ms)
        p->stay_end_ms = p->at_ms < recent_ms - CT_HOUR_MS ? recent_ms : now_ms + CT_DAY_MS;
    p->first_set = true;
    p->o2 = CT_O2_AIR;
    p->drift = 0;
    p->fever = ct_demo_chance(&p->rng, 0.5);
    bool last = p->stay_end_ms > now_ms;
    p->level = 0.03 + (last ? 0.25 : 0.12) * ct_demo_unit(&p->rng);
    p->peak = p->level;
    p->sick_from_ms = p->sick_to_ms = p->at_ms;
    if (!ct_demo_chance(&p->rng, last ? 0.5 : 0.25))
        return;
    p->peak = 0.4 + 0.6 * ct_demo_unit(&p->rng);
    int64_t stay = p->stay_end_ms - p->at_ms;
    p->sick_from_ms = p->at_ms + (int64_t)(ct_demo_unit(&p->rng) * 0.6 * (double)stay);
    if (last && ct_demo_chance(&p->rng, 0.6)) /* there is always somebody to worry about */
        p->sick_from_ms = now_ms - (2 + ct_demo_below(&p->rng, 18)) * (int64_t)CT_HOUR_MS;
    p->sick_to_ms = p->sick_from_ms + (8 + ct_demo_below(&p->rng, 20)) * (int64_t)CT_HOUR_MS;
}

/* 0 well .. 1 as ill as can be: up quickly, down slowly, and never still. */
static double illness(struct ct_demo_person *p)
{
    double level = p->level;
    int64_t t = p->taken_ms;
    if (t > p->sick_from_ms && t < p->sick_to_ms) {
        double x = (double)(t - p->sick_from_ms) / (double)(p->sick_to_ms - p->sick_from_ms);
        level += (p->peak - level) * (x < 0.3 ? x / 0.3 : (1 - x) / 0.7);
    }
    p->drift = 0.7 * p->drift + ct_demo_normal(&p->rng, 0.04);
    level += p->drift;
    return level < 0 ? 0 : level > 1 ? 1 : level;
}

/* -1 in the small hours .. 1 in the late afternoon. */
static double day_night(int64_t ms)
{
    struct ct_civil c;
    ct_civil_at(ms, &c);
    double h = c.hour + c.minute / 60.0 - 5.0; /* lowest at five */
    if (h < 0)
        h += 24;
    return h < 12 ? h / 6 - 1 : 3 - h / 6;
}

static int64_t whole(double x, int lo, int hi)
{
    int64_t n = (int64_t)(x + 0.5);
    return n < lo ? lo : n > hi ? hi : n;
}

static void put(struct ct_vitals *v, enum ct_q q, int64_t n)
{
    v->v[q] = (struct ct_value){.n = n, .unit = 0};
}

/* In the unit the site types. */
static void put_site(struct ct_vitals *v, const struct ct_config *c, enum ct_q q, int64_t n)
{
    struct ct_value metric = {.n = n, .unit = 0};
    uint8_t unit = ct_quantity_site_unit(q, c);
    v->v[q] = (struct ct_value){.n = ct_quantity_convert(q, metric, unit), .unit = unit};
}

static void breathing(struct ct_demo_person *p, double ill, struct ct_vitals *v)
{
    double spo2 = p->spo2 - (p->copd ? 5.5 : 9.0) * ill + ct_demo_normal(&p->rng, 0.7);
    if (p->o2 != CT_O2_AIR)
        spo2 += p->copd ? 1.5 : 3.0;
    put(v, CT_Q_RESP, whole(p->resp + 12 * ill + ct_demo_normal(&p->rng, 1), 6, 60));
    put(v, CT_Q_SPO2, whole(spo2, 70, 100));
    put(v, CT_Q_O2, p->o2);
    if (p->o2 != CT_O2_AIR)
        put(v, CT_Q_O2_FLOW, p->flow10);
    /* what they will be given before the next set */
    if (spo2 < (p->copd ? 86.5 : 92.5)) {
        bool worse = ill > 0.75;
        p->o2 = worse ? (p->copd ? CT_O2_VENTURI : CT_O2_RESERVOIR) : CT_O2_NASAL;
        p->flow10 = worse ? (p->copd ? 40 : 150) : (p->copd ? 10 : 20);
    } else if (spo2 > (p->copd ? 91.0 : 96.5)) {
        p->o2 = CT_O2_AIR;
    }
}

/* What the paediatric score asks for besides. */
static void childs(struct ct_demo_person *p, double ill, struct ct_vitals *v)
{
    put(v, CT_Q_DISTRESS, ill > 0.8    ? CT_DISTRESS_SEVERE
                          : ill > 0.55 ? CT_DISTRESS_MODERATE
                          : ill > 0.3  ? CT_DISTRESS_MILD
                                       : CT_DISTRESS_NONE);
    put(v, CT_Q_CRT, whole(1.2 + 2.4 * ill + ct_demo_normal(&p->rng, 0.3), 1, 6));
    if (ct_demo_chance(&p->rng, 0.7))
        put(v, CT_Q_CONCERN, ill > 0.6 ? CT_CONCERN_WORSE : CT_CONCERN_SAME);
}

static void circulation(struct ct_demo_person *p, double ill, double clock,
                        struct ct_vitals *v)
{
    int64_t sbp = whole(p->sbp - 42 * ill + 4 * clock + ct_demo_normal(&p->rng, 5), 55, 230);
    int64_t dbp = whole(0.6 * (double)sbp + ct_demo_normal(&p->rng, 3.5), 25, 130);
    put(v, CT_Q_SBP, sbp);
    put(v, CT_Q_DBP, dbp < sbp - 8 ? dbp : sbp - 8);
    put(v, CT_Q_PULSE,
        whole(p->pulse + 52 * ill + 4 * clock + ct_demo_normal(&p->rng, 3.5), 36, 210));
}

static void rest(struct ct_demo_person *p, const struct ct_config *c, double ill, double clock,
                 struct ct_vitals *v)
{
    double temp = 366 + 2.5 * clock + (p->fever ? 26 * ill : -8 * ill) +
                  ct_demo_normal(&p->rng, 1.5);
    put_site(v, c, CT_Q_TEMP, whole(temp, 345, 410));
    int acvpu = CT_ALERT;
    if (ill > 0.85)
        acvpu = ct_demo_chance(&p->rng, 0.5) ? CT_VOICE : CT_CONFUSION;
    else if (ill > 0.65)
        acvpu = ct_demo_chance(&p->rng, 0.3) ? CT_CONFUSION : CT_ALERT;
    put(v, CT_Q_ACVPU, acvpu);
    if (ct_demo_chance(&p->rng, 0.7))
        put(v, CT_Q_PAIN, whole(ct_demo_unit(&p->rng) * 3 + 4 * ill - 0.5, 0, 10));
    if (p->diabetic && ct_demo_chance(&p->rng, 0.6))
        put_site(v, c, CT_Q_GLUCOSE,
                 whole(78 + 30 * ill + ct_demo_normal(&p->rng, 18), 35, 240));
    if (!p->first_set)
        return;
    double years = p->age_days / 365.25;
    double kg = p->child ? 4 + 2.9 * years : (p->male ? 81 : 68) + ct_demo_normal(&p->rng, 12);
    double cm = p->child ? 52 + 7 * years : (p->male ? 176 : 163) + ct_demo_normal(&p->rng, 7);
    put_site(v, c, CT_Q_WEIGHT, whole(kg * 10, 25, 1800));
    put_site(v, c, CT_Q_HEIGHT, whole(cm * 10, 450, 2050));
}

void ct_demo_person_set(struct ct_demo_person *p, const struct ct_config *c,
                        struct ct_vitals *v)
{
    static const char *const NOTE[] = {"eating and drinking", "back from the scan", "asleep",
                                       "walked to the day room", "family visiting"};
    ct_vitals_init(v);
    double ill = illness(p), clock = day_night(p->taken_ms);
    v->taken_ms = p->taken_ms;
    breathing(p, ill, v);
    circulation(p, ill, clock, v);
    if (p->child)
        childs(p, ill, v);
    rest(p, c, ill, clock, v);
    if (ct_demo_chance(&p->rng, 0.05))
        snprintf(v->note, sizeof v->note, "%s", NOTE[ct_demo_below(&p->rng, CT_LEN(NOTE))]);
    if (ct_demo_chance(&p->rng, 0.04)) { /* the thermometer was away */
        v->v[CT_Q_TEMP].n = CT_UNSET;
        v->not_taken[CT_Q_TEMP] = CT_WHY_UNAVAILABLE;
    }
    p->first_set = false;
}
