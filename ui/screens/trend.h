/* trend - what a chart of a patient is made of: the sets of a window of time, what they
 * said before they were corrected, and the series that can be drawn of them.
 *
 * Layer:  ui; screens/trend*.c only.
 */
#ifndef CT_UI_TREND_H
#define CT_UI_TREND_H

#include "ui/screens/screens.h"
#include "ui/tk/chart.h"

/* Limits of one window: more sets than a screen has columns for; earlier versions are
 * looked up of the newest corrected ones only. */
enum { CT_TREND_SETS_MAX = 1000, CT_TREND_CORRECTED_MAX = 100 };

struct ct_trend_old {
    struct ct_vitals was;
    size_t now; /* index of the set that took its place */
};
struct ct_trend_window {
    struct ct_vitals *set; /* current ones, newest first */
    size_t n;
    struct ct_trend_old *old; /* earlier versions of those that were corrected */
    size_t n_old;
    bool more;             /* there were more than CT_TREND_SETS_MAX */
};
CT_NODISCARD enum ct_status ct_trend_read(struct ct_app *app, int64_t patient_id,
                                          int64_t from_ms, int64_t to_ms,
                                          struct ct_trend_window *ret, struct ct_error *reterr);
void ct_trend_done(struct ct_trend_window *w);

/* ---- series ------------------------------------------------------------- */

enum { CT_TREND_SCORE, CT_TREND_BP, CT_TREND_PULSE, CT_TREND_SERIES = 18 };
/* Which series a set has a figure of, as bits. */
uint32_t ct_trend_has(const struct ct_vitals *v);

struct ct_trend_chart {
    char title[48];     /* "Pulse /min" */
    int places;
    struct ct_point *point, *low; /* owned; ct_trend_chart_done */
    size_t n_points, n_low;
    struct ct_chart_mark *mark;
    size_t n_marks;
    struct ct_chart_band band[CT_SCORE_BANDS_MAX];
    size_t n_bands;
    int64_t gap_ms;     /* twice the usual interval of the figures */
    bool corrected, refused, partial; /* there is one of these: the legend */
    bool score;
};
/* `judge` is the set whose score, scale and oxygen say where the lines are: the
 * patient's newest; NULL: no lines. CT_ENOMEM. */
CT_NODISCARD enum ct_status ct_trend_chart(const struct ct_trend_window *w, size_t series,
                                           const struct ct_config *c,
                                           const struct ct_vitals_rules *rules,
                                           const struct ct_vitals *judge,
                                           struct ct_trend_chart *ret, struct ct_error *reterr);
void ct_trend_chart_done(struct ct_trend_chart *t);

#endif
