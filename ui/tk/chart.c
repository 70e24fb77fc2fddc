/* chart - see chart.h. */
#include "ui/tk/chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

/* LARGEST: figures and instants beyond it (the year 33658) count as it, so that
 * no arithmetic here can overflow. */
enum { LABEL_LEAST = 6, PLOT_LEAST = 8, TIME_COLS = 7, TICKS_MAX = 32 };
static const int64_t LARGEST = INT64_C(1000000000000000);

static int64_t sane(int64_t v)
{
    return v > LARGEST ? LARGEST : v < -LARGEST ? -LARGEST : v;
}

void ct_chart_axis(int64_t lo, int64_t hi, int ticks_max, int64_t *ret_lo, int64_t *ret_step,
                   int *ret_n)
{
    if (ticks_max < 3)
        ticks_max = 3; /* a range on both sides of zero has no fewer */
    lo = sane(lo);
    hi = sane(hi);
    if (hi <= lo)
        hi = lo + 1;
    /* steps of 1, 2, 5 times a power of ten */
    int64_t step = 1;
    for (int i = 0;; i++) {
        int64_t first = lo >= 0 ? lo / step : (lo - step + 1) / step;
        int64_t last = hi >= 0 ? (hi + step - 1) / step : hi / step;
        if (last - first + 1 <= ticks_max) {
            *ret_lo = first * step;
            *ret_step = step;
            *ret_n = (int)(last - first + 1);
            return;
        }
        step = i % 3 == 1 ? step / 2 * 5 : step * 2;
    }
}

struct plot {
    const struct ct_chart *c;
    struct ct_grid *g;
    int row, col, rows, cols; /* the plotting area; the axis is the column before it */
    int marks;                /* 1: a row of marks below them */
    int left, right;          /* columns for figures before the axis, for band labels behind */
    int64_t lo, hi;           /* values at the lowest and the highest row */
    int64_t from, span;       /* ms */
};

static int row_of(const struct plot *p, int64_t value, int parts)
{
    int64_t span = p->hi - p->lo, steps = (int64_t)p->rows * parts - 1;
    int64_t up = span > 0 ? ((sane(value) - p->lo) * steps + span / 2) / span : 0;
    if (up < 0)
        up = 0;
    if (up > steps)
        up = steps;
    return (int)(steps - up);
}

static int col_of(const struct plot *p, int64_t at_ms, int parts)
{
    int64_t steps = (int64_t)p->cols * parts - 1;
    return p->span > 0 ? (int)((sane(at_ms) - p->from) * steps / p->span) : 0;
}

static bool in_time(const struct ct_chart *c, const struct ct_point *pt)
{
    return pt->at_ms >= c->from_ms && pt->at_ms <= c->to_ms;
}

static bool band_seen(const struct plot *p, const struct ct_chart_band *b)
{
    return b->value >= p->lo && b->value <= p->hi;
}

/* Whether an earlier band's line runs in the same row: that one bears the label. */
static bool band_shares(const struct plot *p, size_t i)
{
    const struct ct_chart_band *band = p->c->band;
    for (size_t k = 0; k < i; k++)
        if (band_seen(p, &band[k]) &&
            row_of(p, band[k].value, 1) == row_of(p, band[i].value, 1))
            return true;
    return false;
}

/* The labels of all bands in the row of band i. */
static void band_label(const struct plot *p, size_t i, char *out, size_t size)
{
    const struct ct_chart_band *band = p->c->band;
    int row = row_of(p, band[i].value, 1);
    CT_BUF b = {.max = 200};
    for (size_t k = i; k < p->c->n_bands; k++)
        if (band[k].label != NULL && band_seen(p, &band[k]) && row_of(p, band[k].value, 1) == row)
            ct_buf_printf(&b, "%s%s", b.len > 0 ? ", " : "", band[k].label);
    ct_text_copy(out, size, ct_buf_str(&b));
}

/* Lines through the plot, labels behind it, where no point can cover them. The blanks
 * between dashes wear their look: else it is put on and taken off at each, at 19 bytes. */
static void bands_draw(const struct plot *p)
{
    for (size_t i = 0; i < p->c->n_bands; i++) {
        const struct ct_chart_band *b = &p->c->band[i];
        char label[80];
        if (!band_seen(p, b) || band_shares(p, i))
            continue;
        int row = p->row + row_of(p, b->value, 1);
        band_label(p, i, label, sizeof label);
        /* the gaps in the line's own role: to turn a colour off and on costs 30 bytes */
        ct_grid_fill(p->g, row, p->col, 1, p->cols, CT_R_LINE);
        for (int x = 0; x < p->cols; x += 2)
            ct_grid_text(p->g, row, p->col + x, 1, CT_R_LINE, "-");
        if (label[0] != '\0' && p->right > 1)
            ct_grid_text(p->g, row, p->col + p->cols + 1, p->right - 1, b->role, label);
    }
}

static void value_text(const struct ct_chart *c, int64_t v, char *out, size_t size)
{
    int64_t scale = 1;
    for (int i = 0; i < c->places && i < 15; i++)
        scale *= 10;
    if (scale == 1)
        snprintf(out, size, "%lld", (long long)v);
    else
        snprintf(out, size, "%s%lld.%0*lld", v < 0 ? "-" : "", (long long)(llabs(v) / scale),
                 c->places, (long long)(llabs(v) % scale));
}

/* "22 Nov"; where more than a year is seen "2026-11". */
static void day_text(int64_t at, bool years, char out[24])
{
    if (years) {
        char iso[16];
        ct_date_iso(ct_date_at(at), iso);
        snprintf(out, 24, "%.7s", iso);
        return;
    }
    ct_datetime_text(at, out); /* "22 Nov 09:42" */
    char *blank = strrchr(out, ' ');
    if (blank != NULL)
        *blank = '\0';
}

/* Times below: as many as fit, at round columns; the day where it changes. */
static void times_draw(const struct plot *p)
{
    bool days = p->span > 3 * (int64_t)CT_DAY_MS, years = p->span > 367 * (int64_t)CT_DAY_MS;
    int row = p->row + p->rows + p->marks, end = p->cols + p->right; /* of the text before */
    char last[24] = "";
    ct_date last_day = ct_date_at(p->from);
    for (int x = 0; x < p->cols; x += days ? 8 : 9) {
        int64_t at = p->from + p->span * x / (p->cols - 1);
        char text[24];
        ct_date day = ct_date_at(at);
        if (days || day != last_day)
            day_text(at, years, text);
        else
            ct_time_text(at, text);
        if (strcmp(text, last) == 0 || x + (int)strlen(text) > p->cols + p->right)
            continue;
        if (x > end) /* the gap has the look of what stands on its sides */
            ct_grid_printf(p->g, row, p->col + end, x - end, CT_R_DIM, "%*s", x - end, "");
        ct_grid_text(p->g, row, p->col + x, TIME_COLS, CT_R_DIM, text);
        end = x + (int)strlen(text);
        ct_text_copy(last, sizeof last, text);
        last_day = day;
    }
}

/* Dots in a cell of braille: eight bits, from U+2800 on. */
static uint8_t braille_dot(int y, int x)
{
    static const uint8_t DOT[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    return DOT[y % 4][x % 2];
}

/* Whether a line leads from the point before to this one: both seen, both true, and no
 * gap between them. */
static const struct ct_point *joined_to(const struct plot *p, const struct ct_point *point,
                                        size_t i)
{
    const struct ct_point *to = &point[i];
    if (p->c->gap_ms <= 0 || to->struck || !in_time(p->c, to))
        return NULL;
    while (i-- > 0)
        if (!point[i].struck)
            return in_time(p->c, &point[i]) && sane(to->at_ms) - sane(point[i].at_ms) <= p->c->gap_ms
                       ? &point[i]
                       : NULL;
    return NULL;
}

/* The cells, or the dots in them, between two points: at(arg, row, column) of each. */
static void line_walk(const struct plot *p, const struct ct_point *from,
                      const struct ct_point *to, int rows, int cols,
                      void (*at)(void *arg, int row, int col), void *arg)
{
    int x0 = col_of(p, from->at_ms, cols), x1 = col_of(p, to->at_ms, cols);
    int y0 = row_of(p, from->value, rows), y1 = row_of(p, to->value, rows);
    for (int x = x0 + 1; x < x1; x++) {
        int rise = 2 * (y1 - y0) * (x - x0) / (x1 - x0); /* in halves: rounded */
        at(arg, y0 + (rise + (rise >= 0 ? 1 : -1)) / 2, x);
    }
}

static void cell_at(void *arg, int row, int col)
{
    const struct plot *p = arg;
    ct_grid_text(p->g, p->row + row, p->col + col, 1, CT_R_TEXT, ".");
}

static void lines_plain(struct plot *p, const struct ct_point *point, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const struct ct_point *from = joined_to(p, point, i);
        if (from != NULL)
            line_walk(p, from, &point[i], 1, 1, cell_at, p);
    }
}

/* Without a look of its own: every change of look costs a slow line ten bytes. */
static void one_plain(const struct plot *p, const struct ct_point *pt, const char *sign)
{
    int row = p->row + row_of(p, pt->value, 1), col = p->col + col_of(p, pt->at_ms, 1);
    if (pt->struck)
        ct_grid_text(p->g, row, col, 1, CT_R_DIM, "x");
    else if (sign != NULL)
        ct_grid_text(p->g, row, col, 1, CT_R_TEXT, sign);
    else
        ct_grid_glyph(p->g, row, col, CT_R_TEXT, CT_GLYPH_POINT);
}

/* Corrected values first: what is true now stays on top. */
static void points_plain(const struct plot *p, const struct ct_point *point, size_t n,
                         const char *sign)
{
    for (int struck = 1; struck >= 0; struck--)
        for (size_t i = 0; i < n; i++)
            if (in_time(p->c, &point[i]) && point[i].struck == (struck == 1))
                one_plain(p, &point[i], sign);
}

/* From the upper figure of a pair down to the lower. */
static void pairs_join(const struct plot *p)
{
    const struct ct_chart *c = p->c;
    for (size_t i = 0, k = 0; i < c->n_points; i++) {
        while (k < c->n_low && c->low[k].at_ms < c->point[i].at_ms)
            k++;
        for (size_t m = k; m < c->n_low && c->low[m].at_ms == c->point[i].at_ms; m++) {
            if (c->point[i].struck || c->low[m].struck || !in_time(c, &c->point[i]))
                continue;
            int low = row_of(p, c->low[m].value, 1), col = p->col + col_of(p, c->low[m].at_ms, 1);
            for (int y = row_of(p, c->point[i].value, 1) + 1; y < low; y++)
                ct_grid_text(p->g, p->row + y, col, 1, CT_R_TEXT, "|");
        }
    }
}

static void pairs_plain(const struct plot *p)
{
    pairs_join(p);
    points_plain(p, p->c->low, p->c->n_low, "^");
    points_plain(p, p->c->point, p->c->n_points, "v");
}

struct braille {
    const struct plot *p;
    uint8_t *dots; /* a byte a cell */
};

static void dot_at(void *arg, int row, int col)
{
    const struct braille *b = arg;
    b->dots[(row / 4) * b->p->cols + col / 2] |= braille_dot(row, col);
}

/* Eight dots a cell; U+2800 and a bit a dot. */
static void points_braille(const struct plot *p, const struct ct_point *point, size_t n)
{
    struct braille b = {p, calloc((size_t)p->rows * (size_t)p->cols, 1)};
    if (b.dots == NULL)
        return;
    for (size_t i = 0; i < n; i++) {
        if (!in_time(p->c, &point[i]))
            continue;
        int y = row_of(p, point[i].value, 4), x = col_of(p, point[i].at_ms, 2);
        const struct ct_point *from = joined_to(p, point, i);
        if (from != NULL)
            line_walk(p, from, &point[i], 4, 2, dot_at, &b);
        if (point[i].struck)
            ct_grid_text(p->g, p->row + y / 4, p->col + x / 2, 1, CT_R_DIM, "x");
        else
            dot_at(&b, y, x);
    }
    for (int y = 0; y < p->rows; y++)
        for (int x = 0; x < p->cols; x++) {
            uint8_t d = b.dots[y * p->cols + x];
            if (d == 0)
                continue;
            const char utf8[] = {(char)0xe2, (char)(0xa0 | (d >> 6)), (char)(0x80 | (d & 0x3f)),
                                 0};
            ct_grid_text(p->g, p->row + y, p->col + x, 1, CT_R_VALUE, utf8);
        }
    free(b.dots);
}

static void points_draw(struct plot *p)
{
    const struct ct_chart *c = p->c;
    if (c->line != NULL && in_time(c, &c->line[0]) && in_time(c, &c->line[1]))
        line_walk(p, &c->line[0], &c->line[1], 1, 1, cell_at, p);
    if (c->n_low > 0) {
        pairs_plain(p); /* a dot of braille has no up and down */
    } else if (c->style == CT_CHART_BRAILLE && !p->g->ascii) {
        points_braille(p, c->point, c->n_points);
    } else {
        lines_plain(p, c->point, c->n_points);
        points_plain(p, c->point, c->n_points, NULL);
    }
}

static bool mark_seen(const struct ct_chart *c, const struct ct_chart_mark *m)
{
    return m->at_ms >= c->from_ms && m->at_ms <= c->to_ms;
}

static void marks_draw(const struct plot *p)
{
    for (size_t i = 0; p->marks > 0 && i < p->c->n_marks; i++) {
        const struct ct_chart_mark *m = &p->c->mark[i];
        const char text[] = {m->what, '\0'};
        if (mark_seen(p->c, m))
            ct_grid_text(p->g, p->row + p->rows, p->col + col_of(p, m->at_ms, 1), 1, CT_R_TEXT,
                         text);
    }
}

struct axis {
    int64_t first, step;
    int n, gap; /* figures, and rows from one to the next */
};

/* The axis with the finest rows of those whose figures stand evenly, whole rows
 * apart: what stands beside a figure then has that value. */
static struct axis axis_fit(int64_t lo, int64_t hi, int rows)
{
    struct axis best = {.n = 0};
    for (int most = rows < TICKS_MAX ? rows : TICKS_MAX; most >= 3; most--) {
        struct axis a;
        ct_chart_axis(lo, hi, most, &a.first, &a.step, &a.n);
        a.gap = (rows - 1) / (a.n - 1);
        if (a.gap >= 1 && (best.n == 0 || a.gap * best.step >= best.gap * a.step))
            best = a;
    }
    if (best.n == 0) { /* two rows: the two ends */
        ct_chart_axis(lo, hi, 3, &best.first, &best.step, &best.n);
        best.step *= best.n - 1;
        best.n = 2;
        best.gap = rows - 1;
    }
    return best;
}

/* Columns of the widest figure at the axis, and of the widest band label. */
static void sides(struct plot *p, int cols, const struct axis *a)
{
    char text[48];
    p->left = LABEL_LEAST - 1;
    p->right = 0;
    for (int i = 0; i < a->n; i++) {
        value_text(p->c, a->first + i * a->step, text, sizeof text);
        int w = (int)strlen(text) + 1;
        if (w > p->left && w <= cols / 2)
            p->left = w;
    }
    for (size_t i = 0; i < p->c->n_bands; i++) {
        char label[80] = "";
        if (band_seen(p, &p->c->band[i]) && !band_shares(p, i))
            band_label(p, i, label, sizeof label);
        int w = label[0] != '\0' ? ct_text_cols(label) + 1 : 0;
        if (w > p->right)
            p->right = w;
    }
    if (p->right > cols / 4)
        p->right = cols / 4;
    if (cols - p->left - 1 - p->right < PLOT_LEAST)
        p->right = 0;
}

/* A figure that does not fit is left out: half of one would be another. */
static void axis_draw(const struct plot *p, const struct axis *a)
{
    for (int y = 0; y < p->rows; y++)
        ct_grid_glyph(p->g, p->row + y, p->col - 1, CT_R_LINE, CT_GLYPH_VLINE);
    for (int i = 0; i < a->n; i++) {
        int64_t v = a->first + i * a->step;
        int row = p->row + row_of(p, v, 1);
        char text[48];
        value_text(p->c, v, text, sizeof text);
        if ((int)strlen(text) <= p->left - 1)
            ct_grid_printf(p->g, row, p->col - 2 - (int)strlen(text), -1, CT_R_DIM, "%s ", text);
        ct_grid_glyph(p->g, row, p->col - 1, CT_R_LINE, CT_GLYPH_TEE);
    }
}

/* The lowest and the highest figure in sight; false: none is. */
static bool extent(const struct ct_chart *c, const struct ct_point *point, size_t n, int64_t *lo,
                   int64_t *hi)
{
    for (size_t i = 0; i < n; i++) {
        if (!in_time(c, &point[i]))
            continue;
        *lo = point[i].value < *lo ? point[i].value : *lo;
        *hi = point[i].value > *hi ? point[i].value : *hi;
    }
    return *lo <= *hi;
}

/* The next band's line above and below: how near the figures are to it is the point. One
 * further away than half of the figure would leave them no room. */
static void extent_to_bands(const struct ct_chart *c, int64_t *lo, int64_t *hi)
{
    int64_t below = INT64_MIN, above = INT64_MAX;
    for (size_t i = 0; i < c->n_bands; i++) {
        int64_t v = c->band[i].value;
        if (v <= *lo && v > below && *lo - v <= llabs(*lo) / 2)
            below = v;
        if (v >= *hi && v < above && v - *hi <= llabs(*hi) / 2)
            above = v;
    }
    *lo = below != INT64_MIN ? below : *lo;
    *hi = above != INT64_MAX ? above : *hi;
}

/* What the axis must hold; false: nothing is seen. */
static bool range_of(const struct ct_chart *c, int rows, int64_t *lo, int64_t *hi)
{
    *lo = INT64_MAX;
    *hi = INT64_MIN;
    bool upper = extent(c, c->point, c->n_points, lo, hi);
    if (!extent(c, c->low, c->n_low, lo, hi) && !upper)
        return false;
    if (c->reach_bands)
        extent_to_bands(c, lo, hi);
    if (c->reach > 0) {
        *lo = *lo < 0 ? *lo : 0;
        *hi = *hi > c->reach ? *hi : c->reach;
    }
    if (*lo == *hi) { /* all alike: in the middle, not on the ground, if there is one */
        int64_t below = rows >= 5 && *lo != 0; /* a count has nothing below zero */
        *lo = sane(*lo) - below;
        *hi = *lo + 1 + below;
    }
    return true;
}

static bool any_mark(const struct ct_chart *c)
{
    for (size_t i = 0; i < c->n_marks; i++)
        if (mark_seen(c, &c->mark[i]))
            return true;
    return false;
}

void ct_chart_draw(const struct ct_chart *c, struct ct_grid *whole, int row, int col, int rows,
                   int cols)
{
    if (rows < 1 || cols < 1)
        return;
    struct ct_grid grid = *whole, *g = &grid; /* the same cells; ASCII if the chart is */
    grid.ascii = whole->ascii || c->style == CT_CHART_ASCII;
    ct_grid_text(g, row, col, cols, CT_R_HEAD, c->title);
    if (rows < 4 || cols < LABEL_LEAST + PLOT_LEAST)
        return;
    int marks = rows >= 5 && any_mark(c);
    int64_t lo, hi;
    if (!range_of(c, rows - marks, &lo, &hi)) {
        ct_grid_text(g, row + 1, col + 2, cols - 2, CT_R_DIM, "nothing measured in this time");
        return;
    }
    struct axis a = axis_fit(lo, hi, rows - 2 - marks);
    struct plot p = {.c = c,
                     .g = g,
                     .rows = a.gap * (a.n - 1) + 1,
                     .marks = marks,
                     .lo = a.first,
                     .hi = a.first + (a.n - 1) * a.step,
                     .from = sane(c->from_ms),
                     .span = sane(c->to_ms) - sane(c->from_ms)};
    sides(&p, cols, &a);
    p.row = row + rows - 1 - marks - p.rows;
    p.col = col + p.left + 1;
    p.cols = cols - p.left - 1 - p.right;
    axis_draw(&p, &a);
    bands_draw(&p);
    points_draw(&p);
    marks_draw(&p);
    times_draw(&p);
}
