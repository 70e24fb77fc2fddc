/* trend_series - see trend.h: figures of sets as points over time. */
#include "ui/screens/trend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ------------------------------------------------------------ */

static enum ct_status old_add(struct ct_app *app, size_t now, struct ct_trend_window *w,
                              struct ct_error *reterr)
{
    struct ct_vitals *all = NULL;
    size_t n = 0;
    enum ct_status st = ct_vitals_versions(app, w->set[now].id, &all, &n, reterr);
    for (size_t i = 1; st == CT_OK && i < n; i++) { /* behind the one that is true now */
        struct ct_trend_old *more = reallocarray(w->old, w->n_old + 1, sizeof *more);
        if (more == NULL) {
            st = ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the chart.");
            break;
        }
        w->old = more;
        w->old[w->n_old++] = (struct ct_trend_old){all[i], now};
    }
    free(all);
    return st;
}

enum ct_status ct_trend_read(struct ct_app *app, int64_t patient_id, int64_t from_ms,
                             int64_t to_ms, struct ct_trend_window *ret,
                             struct ct_error *reterr)
{
    struct ct_trend_window w = {.n = 0};
    size_t corrected = 0;
    int64_t in_error;
    enum ct_status st =
        ct_vitals_range(app, patient_id, from_ms, to_ms, CT_TREND_SETS_MAX + 1, &w.set, &w.n,
                        &in_error, reterr);
    w.more = w.n > CT_TREND_SETS_MAX;
    if (w.more)
        w.n = CT_TREND_SETS_MAX;
    for (size_t i = 0; st == CT_OK && i < w.n && corrected < CT_TREND_CORRECTED_MAX; i++)
        if (w.set[i].replaces_id != 0) {
            corrected++;
            st = old_add(app, i, &w, reterr);
        }
    if (st != CT_OK)
        ct_trend_done(&w);
    *ret = w;
    return st;
}

void ct_trend_done(struct ct_trend_window *w)
{
    free(w->set);
    free(w->old);
    *w = (struct ct_trend_window){.n = 0};
}

/* ---- series ------------------------------------------------------------- */

enum made { MADE_SCORE, MADE_FIGURE, MADE_GCS, MADE_BMI };
static const struct {
    enum made made;
    enum ct_q q;
    const char *title;
} SERIES[CT_TREND_SERIES] = {
    [CT_TREND_SCORE] = {MADE_SCORE, CT_QS, NULL},
    [CT_TREND_BP] = {MADE_FIGURE, CT_Q_SBP, "Blood pressure"},
    [CT_TREND_PULSE] = {MADE_FIGURE, CT_Q_PULSE, "Pulse"},
    {MADE_FIGURE, CT_Q_RESP, "Respiration"},
    {MADE_FIGURE, CT_Q_SPO2, "SpO2"},
    {MADE_FIGURE, CT_Q_TEMP, "Temperature"},
    {MADE_FIGURE, CT_Q_O2_FLOW, "Oxygen"},
    {MADE_FIGURE, CT_Q_PAIN, "Pain"},
    {MADE_FIGURE, CT_Q_GLUCOSE, "Blood glucose"},
    {MADE_GCS, CT_QS, "Glasgow coma scale"},
    {MADE_FIGURE, CT_Q_CRT, "Capillary refill"},
    {MADE_FIGURE, CT_Q_WEIGHT, "Weight"},
    {MADE_FIGURE, CT_Q_HEIGHT, "Height"},
    {MADE_BMI, CT_QS, "Body-mass index kg/m2"},
    {MADE_FIGURE, CT_Q_HEAD, "Head circumference"},
    {MADE_FIGURE, CT_Q_WAIST, "Waist"},
    {MADE_FIGURE, CT_Q_MUAC, "Mid-upper arm"},
    {MADE_FIGURE, CT_Q_ACVPU, "Consciousness, A 0 to U 4"},
};

/* In the site's unit. */
static int64_t figure(const struct ct_vitals *v, enum ct_q q, const struct ct_config *c)
{
    return ct_quantity_convert(q, v->v[q], ct_quantity_site_unit(q, c));
}

static int64_t value(const struct ct_vitals *v, size_t series, const struct ct_config *c)
{
    switch (SERIES[series].made) {
    case MADE_SCORE: return v->score >= 0 ? v->score : CT_UNSET;
    case MADE_GCS: return ct_gcs_total(v->v);
    case MADE_BMI: return ct_bmi_x10(v->v);
    case MADE_FIGURE: break;
    }
    return figure(v, SERIES[series].q, c);
}

uint32_t ct_trend_has(const struct ct_vitals *v)
{
    uint32_t bits = v->v[CT_Q_DBP].n != CT_UNSET ? UINT32_C(1) << CT_TREND_BP : 0;
    for (size_t i = 0; i < CT_TREND_SERIES; i++)
        if (SERIES[i].made == MADE_FIGURE ? v->v[SERIES[i].q].n != CT_UNSET
                                          : value(v, i, NULL) != CT_UNSET)
            bits |= UINT32_C(1) << i;
    return bits;
}

static int by_time(const void *a, const void *b)
{
    const struct ct_point *x = a, *y = b;
    return x->at_ms < y->at_ms ? -1 : x->at_ms > y->at_ms;
}

static void put(struct ct_point *to, size_t *n, int64_t at_ms, int64_t v, bool struck)
{
    if (v != CT_UNSET)
        to[(*n)++] = (struct ct_point){.at_ms = at_ms, .value = v, .struck = struck};
}

/* An earlier figure is struck where it differs from what is true now. */
static void struck_put(const struct ct_trend_window *w, size_t series, const struct ct_config *c,
                       struct ct_trend_chart *t)
{
    for (size_t i = 0; i < w->n_old; i++) {
        const struct ct_vitals *old = &w->old[i].was, *now = &w->set[w->old[i].now];
        int64_t was = value(old, series, c);
        bool moved = now->taken_ms != old->taken_ms;
        size_t before = t->n_points + t->n_low;
        if (moved || was != value(now, series, c))
            put(t->point, &t->n_points, old->taken_ms, was, true);
        int64_t low = series == CT_TREND_BP ? figure(old, CT_Q_DBP, c) : CT_UNSET;
        if (moved || low != figure(now, CT_Q_DBP, c))
            put(t->low, &t->n_low, old->taken_ms, low, true);
        t->corrected = t->corrected || t->n_points + t->n_low > before;
    }
}

static int by_size(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* Twice the median of what lies between two figures; 0: there are no two. */
static int64_t usual_gap(const struct ct_point *point, size_t n)
{
    int64_t *apart = calloc(n + 1, sizeof *apart), before = CT_UNSET, gap = 0;
    size_t k = 0;
    for (size_t i = 0; apart != NULL && i < n; i++) {
        if (point[i].struck)
            continue;
        if (before != CT_UNSET)
            apart[k++] = point[i].at_ms - before;
        before = point[i].at_ms;
    }
    if (k > 0) {
        qsort(apart, k, sizeof *apart, by_size);
        gap = 2 * apart[(k - 1) / 2];
    }
    free(apart);
    return gap;
}

/* r: refused, the set or this figure; p: for another reason not complete. */
static void mark_put(const struct ct_vitals *v, enum ct_q q, struct ct_trend_chart *t)
{
    enum ct_why why = v->partial;
    if (why == CT_WHY_NONE && q != CT_QS)
        why = (enum ct_why)v->not_taken[q];
    if (why == CT_WHY_NONE)
        return;
    bool refused = why == CT_WHY_REFUSED;
    t->refused = t->refused || refused;
    t->partial = t->partial || !refused;
    t->mark[t->n_marks++] = (struct ct_chart_mark){v->taken_ms, refused ? 'r' : 'p'};
}

/* The edges of the table that judges the patient now, labelled with their points. */
static void edges_put(enum ct_q q, const struct ct_config *c,
                      const struct ct_vitals_rules *rules, const struct ct_vitals *judge,
                      struct ct_trend_chart *t)
{
    static const char *const POINTS[] = {"0", "1", "2", "3", "4"};
    struct ct_score_edge edge[CT_SCORE_BANDS_MAX];
    size_t n = ct_vitals_edges(rules, judge, q, edge);
    for (size_t i = 0; i < n; i++)
        t->band[t->n_bands++] = (struct ct_chart_band){
            ct_quantity_convert(q, (struct ct_value){edge[i].value, 0},
                                ct_quantity_site_unit(q, c)),
            (size_t)edge[i].points < CT_LEN(POINTS) ? POINTS[edge[i].points] : "", CT_R_TEXT};
}

static void lines_put(size_t series, const struct ct_config *c,
                      const struct ct_vitals_rules *rules, const struct ct_vitals *judge,
                      struct ct_trend_chart *t)
{
    if (judge == NULL || judge->not_applied != CT_APPLIED)
        return;
    if (series == CT_TREND_SCORE)
        t->n_bands = ct_total_bands(rules, judge, t->band);
    else if (SERIES[series].made == MADE_FIGURE)
        edges_put(SERIES[series].q, c, rules, judge, t);
}

static void title_make(size_t series, const struct ct_config *c, const struct ct_vitals *judge,
                       struct ct_trend_chart *t)
{
    enum ct_q q = SERIES[series].q;
    const char *unit = "";
    t->places = SERIES[series].made == MADE_BMI;
    if (q != CT_QS) {
        const struct ct_unit *u = &CT_QUANTITY[q].unit[ct_quantity_site_unit(q, c)];
        unit = u->name;
        t->places = u->places;
    }
    const char *title = SERIES[series].title;
    if (title == NULL)
        title = judge != NULL ? ct_card_title(judge->card) : "Score";
    snprintf(t->title, sizeof t->title, "%s%s%s", title, unit[0] != '\0' ? " " : "", unit);
}

enum ct_status ct_trend_chart(const struct ct_trend_window *w, size_t series,
                              const struct ct_config *c, const struct ct_vitals_rules *rules,
                              const struct ct_vitals *judge, struct ct_trend_chart *ret,
                              struct ct_error *reterr)
{
    struct ct_trend_chart t = {.score = series == CT_TREND_SCORE};
    size_t most = w->n + w->n_old + 1;
    t.point = calloc(most, sizeof *t.point);
    t.low = calloc(most, sizeof *t.low);
    t.mark = calloc(most, sizeof *t.mark);
    if (t.point == NULL || t.low == NULL || t.mark == NULL) {
        ct_trend_chart_done(&t);
        *ret = t;
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the chart.");
    }
    title_make(series, c, judge, &t);
    for (size_t i = w->n; i-- > 0;) {
        const struct ct_vitals *v = &w->set[i];
        bool other = series == CT_TREND_SCORE && judge != NULL && v->card != judge->card;
        put(t.point, &t.n_points, v->taken_ms, other ? CT_UNSET : value(v, series, c), false);
        if (series == CT_TREND_BP)
            put(t.low, &t.n_low, v->taken_ms, figure(v, CT_Q_DBP, c), false);
        mark_put(v, SERIES[series].q, &t);
    }
    t.gap_ms = usual_gap(t.point, t.n_points);
    struck_put(w, series, c, &t);
    qsort(t.point, t.n_points, sizeof *t.point, by_time);
    qsort(t.low, t.n_low, sizeof *t.low, by_time);
    lines_put(series, c, rules, judge, &t);
    *ret = t;
    return CT_OK;
}

void ct_trend_chart_done(struct ct_trend_chart *t)
{
    free(t->point);
    free(t->low);
    free(t->mark);
    *t = (struct ct_trend_chart){.n_points = 0};
}
