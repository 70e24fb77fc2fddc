/* chart - a trend drawn with characters: points over time, band lines.
 *
 * Layer:  ui toolkit; no curses. Styles: plain (glyphs every console font has),
 *         braille (on request), ASCII.
 * Signs:  a point, x a struck one, v and ^ the two of a pair with | between, dots from
 *         point to point where there is no gap, - a band's line.
 */
#ifndef CT_UI_CHART_H
#define CT_UI_CHART_H

#include "ui/tk/grid.h"

enum ct_chart_style { CT_CHART_PLAIN, CT_CHART_BRAILLE, CT_CHART_ASCII };
struct ct_point {
    int64_t at_ms, value; /* scaled by places */
    bool struck;          /* corrected: drawn as x */
};
struct ct_chart_band {
    int64_t value;     /* a dashed line at this value, if the axis has it ... */
    const char *label; /* ... labelled behind its right end; NULL none. Lines of one
                        * row share it: "medium, high" */
    enum ct_role_ui role;
};
struct ct_chart_mark {
    int64_t at_ms;
    char what; /* a letter on a row of its own below the points */
};
struct ct_chart {
    const char *title; /* "Pulse /min" */
    int places;
    int64_t from_ms, to_ms;
    const struct ct_point *point; /* by time */
    size_t n_points;
    const struct ct_chart_band *band;
    size_t n_bands;
    enum ct_chart_style style;
    int64_t reach; /* the axis goes from 0 up to this at least; 0: as the points have it */
    bool reach_bands; /* the axis goes as far as the next band above and below the points */
    const struct ct_point *low; /* the lower figures of pairs; then `point` has the upper ones */
    size_t n_low;
    int64_t gap_ms; /* points further apart than this are not joined; 0: none are */
    const struct ct_chart_mark *mark;
    size_t n_marks;
    const struct ct_point *line; /* two: a straight line of dots from the one to the other,
                                  * under the points; NULL none. The axis does not reach for it */
};
/* Axis labels left, times below (civil; the day where it changes). Points in one
 * cell: the last wins, and any over a struck one. Never fails, never draws
 * outside of its place; too small a place draws the title only. Struck points are never
 * joined. */
void ct_chart_draw(const struct ct_chart *c, struct ct_grid *g, int row, int col, int rows,
                   int cols);
/* Round axis: lowest, step and number of ticks for a range of values; at most
 * ticks_max of them, or three. Figures beyond 10^15 count as that. */
void ct_chart_axis(int64_t lo, int64_t hi, int ticks_max, int64_t *ret_lo, int64_t *ret_step,
                   int *ret_n);

#endif
