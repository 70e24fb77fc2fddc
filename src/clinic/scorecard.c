/* scorecard - see scorecard.h: the engine. It knows no figure of any score: all are
 * in the table. */
#include "clinic/scorecard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "clinic/scorecard_table.h"

void ct_scorecard_free(struct ct_scorecard *t)
{
    free(t);
}

bool ct_scorecard_filled(const struct ct_scorecard *t)
{
    return t->n_bands > 0;
}

const char *ct_scorecard_title(const struct ct_scorecard *t)
{
    return t->title;
}

const char *ct_scorecard_version(const struct ct_scorecard *t)
{
    return t->version;
}

const char *ct_scorecard_note(const struct ct_scorecard *t)
{
    return t->note;
}

/* ---- bands ---------------------------------------------------------------- */

static int days_in(int year, int month)
{
    ct_date first = ct_date_make(year, month, 1);
    return month == 12 ? 31 : ct_date_make(year, month + 1, 1) - first;
}

int ct_age_months(ct_date born, ct_date on)
{
    if (born == CT_NO_DATE || on == CT_NO_DATE || born > on)
        return -1;
    int y, m, d, oy, om, od;
    ct_date_split(born, &y, &m, &d);
    ct_date_split(on, &oy, &om, &od);
    int last = days_in(oy, om), months = (oy - y) * 12 + om - m;
    bool year_day = m == om; /* 29 February turns a year older on 1 March */
    return months - (od < (d > last && !year_day ? last : d));
}

int ct_scorecard_band(const struct ct_scorecard *t, int age_months)
{
    for (size_t i = 0; age_months >= 0 && i < t->n_bands; i++)
        if (age_months >= t->band[i].from_month && age_months <= t->band[i].to_month)
            return (int)i;
    return -1;
}

const char *ct_scorecard_band_name(const struct ct_scorecard *t, int band)
{
    return band < 0 || (size_t)band >= t->n_bands ? "" : t->band[band].name;
}

int ct_scorecard_band_find(const struct ct_scorecard *t, const char *name)
{
    for (size_t i = 0; i < t->n_bands; i++)
        if (strcasecmp(t->band[i].name, name) == 0)
            return (int)i;
    return -1;
}

uint32_t ct_scorecard_inputs(const struct ct_scorecard *t, int band)
{
    return band < 0 || (size_t)band >= t->n_bands ? 0 : t->band[band].inputs;
}

static const struct ct_card_part *part_of(const struct ct_card_band *b, enum ct_q q,
                                          uint8_t unit)
{
    return q == CT_Q_O2_FLOW && unit == 1 ? &b->o2_pct : &b->part[q];
}

int ct_scorecard_places(const struct ct_scorecard *t, int band, enum ct_q q, uint8_t unit)
{
    if (band < 0 || (size_t)band >= t->n_bands || CT_QUANTITY[q].kind == CT_F_CODE)
        return -1;
    const struct ct_card_part *p = part_of(&t->band[band], q, unit);
    return p->rows.n > 0 ? p->places : -1;
}

/* ---- scoring -------------------------------------------------------------- */

static enum ct_status refuse(enum ct_q q, uint8_t unit, const struct ct_card_part *p,
                             int64_t n, struct ct_error *reterr)
{
    const struct ct_quantity *t = &CT_QUANTITY[q];
    if (t->kind == CT_F_CODE)
        return ct_fail(reterr, CT_EINVAL, t->name, "%s has no such choice", t->label);
    char value[32], end[32];
    bool above = n > p->rows.row[p->rows.n - 1].range.hi;
    ct_scaled_text(n, p->places, value, sizeof value);
    ct_scaled_text(above ? p->rows.row[p->rows.n - 1].range.hi : p->rows.row[0].range.lo,
                   p->places, end, sizeof end);
    return ct_fail(reterr, CT_EINVAL, t->name, "%s %s %s has no score: the table %s at %s",
                   t->label, value, t->unit[unit].name, above ? "ends" : "begins", end);
}

/* The score of one quantity into the result; the oxygen's figure is asked for by
 * the device. */
static enum ct_status score_part(const struct ct_card_band *b, enum ct_q q,
                                 const struct ct_value in[CT_QS], struct ct_card_result *r,
                                 struct ct_error *reterr)
{
    const struct ct_card_part *p = &b->part[q];
    struct ct_value v = in[q];
    enum ct_q from = q;
    int8_t score = CT_CARD_BY_FLOW;
    if (v.n != CT_UNSET && !ct_score_lookup(&p->rows, v.n, &score))
        return refuse(q, v.unit, p, v.n, reterr);
    if (v.n != CT_UNSET && score == CT_CARD_BY_FLOW) {
        from = CT_Q_O2_FLOW;
        v = in[from];
        p = part_of(b, from, v.unit);
        if (v.n != CT_UNSET && !ct_score_lookup(&p->rows, v.n, &score))
            return refuse(from, v.unit, p, v.n, reterr);
    }
    if (v.n == CT_UNSET) {
        r->missing |= 1u << from;
        return CT_OK;
    }
    r->part[q] = score;
    r->total += score;
    r->highest = score > r->highest ? score : r->highest;
    return CT_OK;
}

/* What the total calls for; of an incomplete set, what its least total does. */
static void find_call(const struct ct_scorecard *t, struct ct_card_result *r)
{
    const struct ct_score_call *c = ct_score_call_find(&t->calls, r->total, false);
    if (c == NULL || (!r->complete && c->band <= CT_BAND_LOW))
        return;
    r->call = (int)(c - t->calls.call);
    r->band = c->band;
    r->frequency_min = c->every_min;
}

enum ct_status ct_scorecard_score_fine(const struct ct_scorecard *t, int band,
                                       const struct ct_value in[CT_QS],
                                       struct ct_card_result *ret, struct ct_error *reterr)
{
    if (band < 0 || (size_t)band >= t->n_bands)
        return ct_fail(reterr, CT_EINVAL, "band", "%s has no such band", t->title);
    const struct ct_card_band *b = &t->band[band];
    struct ct_card_result r = {.call = -1, .band = CT_BAND_NONE, .frequency_min = -1};
    memset(r.part, -1, sizeof r.part);
    for (unsigned q = 0; q < CT_QS; q++) {
        enum ct_status st = CT_OK;
        if (b->inputs >> q & 1)
            st = score_part(b, (enum ct_q)q, in, &r, reterr);
        if (st != CT_OK)
            return st;
    }
    r.complete = r.missing == 0;
    find_call(t, &r);
    *ret = r;
    return CT_OK;
}

/* A value as typed in the scale of the band's table, which is never coarser. Too
 * large for it: beyond every closed end, not wrapped. */
static struct ct_value in_table(const struct ct_card_band *b, enum ct_q q, struct ct_value v)
{
    bool flow = q == CT_Q_O2_FLOW;
    uint8_t unit = flow && v.unit == 1 ? 1 : 0;
    int64_t n = flow ? v.n : ct_quantity_convert(q, v, 0);
    int places = CT_QUANTITY[q].unit[unit].places, to = part_of(b, q, unit)->places;
    if (n == CT_UNSET || CT_QUANTITY[q].kind == CT_F_CODE)
        return (struct ct_value){n, unit};
    for (; places < to; places++)
        if (__builtin_mul_overflow(n, (int64_t)10, &n))
            return (struct ct_value){v.n < 0 ? -INT64_MAX : INT64_MAX, unit};
    return (struct ct_value){n, unit};
}

enum ct_status ct_scorecard_score(const struct ct_scorecard *t, int band,
                                  const struct ct_value in[CT_QS], struct ct_card_result *ret,
                                  struct ct_error *reterr)
{
    struct ct_value fine[CT_QS] = {0};
    for (unsigned q = 0; band >= 0 && (size_t)band < t->n_bands && q < CT_QS; q++)
        fine[q] = in_table(&t->band[band], (enum ct_q)q, in[q]);
    return ct_scorecard_score_fine(t, band, fine, ret, reterr);
}

const char *ct_scorecard_response(const struct ct_scorecard *t, const struct ct_card_result *r)
{
    return r->call < 0 || (size_t)r->call >= t->calls.n ? "" : t->calls.call[r->call].response;
}

void ct_scorecard_escalation(const struct ct_scorecard *t, int call,
                             struct ct_escalation_rule *ret)
{
    ct_score_call_rule(&t->calls, call, ret);
}

size_t ct_scorecard_bands(const struct ct_scorecard *t, int band, enum ct_q q,
                          struct ct_score_band out[CT_SCORE_BANDS_MAX])
{
    if (band < 0 || (size_t)band >= t->n_bands || q == CT_Q_O2 || q == CT_Q_O2_FLOW)
        return 0;
    const struct ct_card_part *p = &t->band[band].part[q];
    int64_t scale = 1;
    for (int i = CT_QUANTITY[q].unit[0].places; i < p->places; i++)
        scale *= 10;
    return ct_score_rows_bands(&p->rows, scale, out);
}

size_t ct_scorecard_band_edges(const struct ct_scorecard *t,
                               struct ct_score_band_edge ret[CT_BANDS])
{
    return ct_score_calls_edges(&t->calls, ret);
}
