/* chart - see chart.h. */
#include "ui/tk/chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

/* LARGEST: figures and instants beyond it (the year 33658) count as it, so that
 * no arithmetic here can overflow. */
enum { LABEL_LEAST = 6, PLOT_LEAST = 8, TIME_COLS = 6, TICKS_MAX = 32 };
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

/* Lines through the plot, labels behind it, where no point can cover them. */
static void bands_draw(const struct plot *p)
{
    for (size_t i = 0; i < p->c->n_bands; i++) {
        const struct ct_chart_band *b = &p->c->band[i];
        char label[80];
        if (!band_seen(p, b) || band_shares(p, i))
            continue;
        int row = p->row + row_of(p, b->value, 1);
        band_label(p, i, label, sizeof label);
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

/* "22 Nov" */
static void day_text(int64_t at, char out[24])
{
    ct_datetime_text(at, out); /* "22 Nov 09:42" */
    char *blank = strrchr(out, ' ');
    if (blank != NULL)
        *blank = '\0';
}

/* Times below: as many as fit, at round columns; the day where it changes. */
static void times_draw(const struct plot *p)
{
    bool days = p->span > 3 * (int64_t)CT_DAY_MS;
    char last[24] = "";
    ct_date last_day = ct_date_at(p->from);
    for (int x = 0; x < p->cols; x += days ? 8 : 9) {
        int64_t at = p->from + p->span * x / (p->cols - 1);
        char text[24];
        ct_date day = ct_date_at(at);
        if (days || day != last_day)
            day_text(at, text);
        else
            ct_time_text(at, text);
        if (strcmp(text, last) == 0 || x + TIME_COLS > p->cols + p->right)
            continue;
        ct_grid_text(p->g, p->row + p->rows, p->col + x, TIME_COLS, CT_R_DIM, text);
        ct_text_copy(last, sizeof last, text);
        last_day = day;
    }
}

/* Corrected values first: what is true now stays on top. */
static void points_plain(const struct plot *p)
{
    for (int struck = 1; struck >= 0; struck--)
        for (size_t i = 0; i < p->c->n_points; i++) {
            const struct ct_point *pt = &p->c->point[i];
            if (!in_time(p->c, pt) || pt->struck != (struck == 1))
                continue;
            int row = p->row + row_of(p, pt->value, 1), col = p->col + col_of(p, pt->at_ms, 1);
            if (pt->struck)
                ct_grid_text(p->g, row, col, 1, CT_R_DIM, "x");
            else
                ct_grid_glyph(p->g, row, col, CT_R_VALUE, CT_GLYPH_POINT);
        }
}

/* Braille: eight dots a cell; U+2800 and a bit a dot. */
static void points_braille(const struct plot *p)
{
    static const uint8_t DOT[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    uint8_t *dots = calloc((size_t)p->rows * (size_t)p->cols, 1);
    if (dots == NULL)
        return;
    for (size_t i = 0; i < p->c->n_points; i++) {
        const struct ct_point *pt = &p->c->point[i];
        if (!in_time(p->c, pt))
            continue;
        int y = row_of(p, pt->value, 4), x = col_of(p, pt->at_ms, 2);
        if (pt->struck)
            ct_grid_text(p->g, p->row + y / 4, p->col + x / 2, 1, CT_R_DIM, "x");
        else
            dots[(y / 4) * p->cols + x / 2] |= DOT[y % 4][x % 2];
    }
    for (int y = 0; y < p->rows; y++)
        for (int x = 0; x < p->cols; x++) {
            uint8_t d = dots[y * p->cols + x];
            if (d == 0)
                continue;
            const char utf8[] = {(char)0xe2, (char)(0xa0 | (d >> 6)), (char)(0x80 | (d & 0x3f)),
                                 0};
            ct_grid_text(p->g, p->row + y, p->col + x, 1, CT_R_VALUE, utf8);
        }
    free(dots);
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
            ct_grid_text(p->g, row, p->col - 2 - (int)strlen(text), -1, CT_R_DIM, text);
        ct_grid_glyph(p->g, row, p->col - 1, CT_R_LINE, CT_GLYPH_TEE);
    }
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
    int64_t lo = INT64_MAX, hi = INT64_MIN;
    for (size_t i = 0; i < c->n_points; i++) {
        if (!in_time(c, &c->point[i]))
            continue;
        lo = c->point[i].value < lo ? c->point[i].value : lo;
        hi = c->point[i].value > hi ? c->point[i].value : hi;
    }
    if (lo > hi) {
        ct_grid_text(g, row + 1, col + 2, cols - 2, CT_R_DIM, "nothing measured in this time");
        return;
    }
    if (c->reach > 0) {
        lo = lo < 0 ? lo : 0;
        hi = hi > c->reach ? hi : c->reach;
    }
    if (lo == hi) { /* all alike: in the middle, not on the ground, if there is one */
        int64_t below = rows >= 5 && lo != 0; /* a count has nothing below zero */
        lo = sane(lo) - below;
        hi = lo + 1 + below;
    }
    struct axis a = axis_fit(lo, hi, rows - 2);
    struct plot p = {.c = c,
                     .g = g,
                     .rows = a.gap * (a.n - 1) + 1,
                     .lo = a.first,
                     .hi = a.first + (a.n - 1) * a.step,
                     .from = sane(c->from_ms),
                     .span = sane(c->to_ms) - sane(c->from_ms)};
    sides(&p, cols, &a);
    p.row = row + rows - 1 - p.rows;
    p.col = col + p.left + 1;
    p.cols = cols - p.left - 1 - p.right;
    axis_draw(&p, &a);
    bands_draw(&p);
    if (c->style == CT_CHART_BRAILLE && !g->ascii)
        points_braille(&p);
    else
        points_plain(&p);
    times_draw(&p);
}
