/* score_edge - where the points of NEWS2 change, for charts: found by asking the score
 * itself, so that there is no second copy of its table. */
#include "clinic/score.h"

/* Every figure that a form takes lies between these; tenths of a degree likewise. */
enum { SWEEP_LO = 0, SWEEP_HI = 500, POINTS_MAX = 3 }; /* points that are no 3: 0, 1, 2 */

static int64_t *figure_of(struct ct_news2_set *s, enum ct_news2_input in)
{
    switch (in) {
    case CT_N_RESP: return &s->resp;
    case CT_N_SPO2: return &s->spo2;
    case CT_N_SBP: return &s->sbp;
    case CT_N_PULSE: return &s->pulse;
    case CT_N_TEMP: return &s->temp_c10;
    case CT_N_O2: return &s->on_oxygen;
    case CT_N_ACVPU: return &s->acvpu;
    case CT_N_INPUTS: break;
    }
    return NULL;
}

static struct ct_news2_set nothing(int scale, bool on_oxygen)
{
    return (struct ct_news2_set){.resp = CT_UNSET,
                                 .spo2 = CT_UNSET,
                                 .sbp = CT_UNSET,
                                 .pulse = CT_UNSET,
                                 .temp_c10 = CT_UNSET,
                                 .on_oxygen = on_oxygen,
                                 .acvpu = CT_UNSET,
                                 .scale = scale};
}

/* The points of one figure; -1: none. */
static int points_at(const struct ct_news2 *t, enum ct_news2_input in,
                     const struct ct_news2_set *others, int64_t value)
{
    struct ct_news2_set s = *others;
    struct ct_news2_result r;
    *figure_of(&s, in) = value;
    return ct_news2_score(t, &s, &r, NULL) == CT_OK ? r.part[in] : -1;
}

size_t ct_news2_edges(const struct ct_news2 *t, enum ct_news2_input in, int scale,
                      bool on_oxygen, struct ct_news2_edge ret[CT_NEWS2_EDGES_MAX])
{
    const struct ct_news2_set others = nothing(scale, on_oxygen);
    size_t n = 0;
    if (in == CT_N_O2 || in == CT_N_ACVPU || in >= CT_N_INPUTS)
        return 0;
    int before = points_at(t, in, &others, SWEEP_LO);
    for (int64_t v = SWEEP_LO + 1; v <= SWEEP_HI && n < CT_NEWS2_EDGES_MAX; v++) {
        int now = points_at(t, in, &others, v);
        if (now > before)
            ret[n++] = (struct ct_news2_edge){v, now, true};
        else if (now < before)
            ret[n++] = (struct ct_news2_edge){v - 1, before, false};
        before = now;
    }
    return n;
}

/* Of each input a figure that scores 0, 1, 2: CT_UNSET where none does. */
struct figures {
    int64_t with[CT_N_INPUTS][POINTS_MAX];
};

static void figures_find(const struct ct_news2 *t, struct figures *ret)
{
    const struct ct_news2_set others = nothing(1, false);
    for (int in = 0; in < CT_N_INPUTS; in++) {
        int64_t hi = in == CT_N_O2 ? 1 : in == CT_N_ACVPU ? CT_UNRESPONSIVE : SWEEP_HI;
        for (int p = 0; p < POINTS_MAX; p++)
            ret->with[in][p] = CT_UNSET;
        for (int64_t v = hi; v >= SWEEP_LO; v--) {
            int points = points_at(t, (enum ct_news2_input)in, &others, v);
            if (points >= 0 && points < POINTS_MAX)
                ret->with[in][points] = v;
        }
    }
}

/* A whole set with that total and no 3 in it: a 3 calls for more than the total does. */
static bool set_with(const struct figures *f, int total, struct ct_news2_set *ret)
{
    *ret = nothing(1, false);
    for (int in = 0; in < CT_N_INPUTS; in++) {
        int points = total < POINTS_MAX - 1 ? total : POINTS_MAX - 1;
        while (points > 0 && f->with[in][points] == CT_UNSET)
            points--;
        if (f->with[in][points] == CT_UNSET)
            return false;
        *figure_of(ret, (enum ct_news2_input)in) = f->with[in][points];
        total -= points;
    }
    return total == 0;
}

size_t ct_news2_band_edges(const struct ct_news2 *t,
                           struct ct_news2_band_edge ret[CT_BANDS])
{
    enum ct_band before = CT_BAND_LOW;
    struct figures f;
    struct ct_news2_set s;
    struct ct_news2_result r;
    size_t n = 0;
    figures_find(t, &f);
    for (int total = 0; n < CT_BANDS && set_with(&f, total, &s); total++) {
        if (ct_news2_score(t, &s, &r, NULL) != CT_OK || !r.complete)
            break;
        if (r.band > before)
            ret[n++] = (struct ct_news2_band_edge){total, r.band};
        before = r.band > before ? r.band : before;
    }
    return n;
}
