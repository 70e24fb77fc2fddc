/* chart - see chart.h. */
#include "ui/tk/chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum { LABEL_COLS = 6, TICKS_MAX = 32 };

void ct_chart_axis(int64_t lo, int64_t hi, int ticks_max, int64_t *ret_lo, int64_t *ret_step,
                   int *ret_n)
{
    if (ticks_max < 2)
        ticks_max = 2;
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
    int row, col, rows, cols; /* the plotting area */
    int64_t lo, hi;           /* values at the lowest and the highest row */
};

static int row_of(const struct plot *p, int64_t value, int parts)
{
    int64_t span = p->hi - p->lo, steps = (int64_t)p->rows * parts - 1;
    int64_t up = span > 0 ? ((value - p->lo) * steps + span / 2) / span : 0;
    if (up < 0)
        up = 0;
    if (up > steps)
        up = steps;
    return (int)(steps - up);
}

static int col_of(const struct plot *p, int64_t at_ms, int parts)
{
    int64_t span = p->c->to_ms - p->c->from_ms, steps = (int64_t)p->cols * parts - 1;
    return span > 0 ? (int)((at_ms - p->c->from_ms) * steps / span) : 0;
}

static bool in_time(const struct ct_chart *c, const struct ct_point *pt)
{
    return pt->at_ms >= c->from_ms && pt->at_ms <= c->to_ms;
}

static void bands_draw(const struct plot *p)
{
    for (size_t i = 0; i < p->c->n_bands; i++) {
        const struct ct_chart_band *b = &p->c->band[i];
        if (b->value < p->lo || b->value > p->hi)
            continue;
        int row = p->row + row_of(p, b->value, 1);
        int label = b->label != NULL ? (int)strlen(b->label) : 0;
        for (int x = 0; x < p->cols - label - 1; x += 2)
            ct_grid_text(p->g, row, p->col + x, 1, CT_R_LINE, "-");
        if (label > 0)
            ct_grid_right(p->g, row, p->col + p->cols, b->role, b->label);
    }
}

static void value_text(const struct ct_chart *c, int64_t v, char *out, size_t size)
{
    int64_t scale = 1;
    for (int i = 0; i < c->places; i++)
        scale *= 10;
    if (scale == 1)
        snprintf(out, size, "%lld", (long long)v);
    else
        snprintf(out, size, "%s%lld.%0*lld", v < 0 ? "-" : "", (long long)(llabs(v) / scale),
                 c->places, (long long)(llabs(v) % scale));
}

static void axis_draw(struct plot *p, int64_t first, int64_t step, int n)
{
    for (int y = 0; y < p->rows; y++)
        ct_grid_glyph(p->g, p->row + y, p->col - 1, CT_R_LINE, CT_GLYPH_VLINE);
    for (int i = 0; i < n; i++) {
        int64_t v = first + i * step;
        int row = p->row + row_of(p, v, 1);
        char text[24];
        value_text(p->c, v, text, sizeof text);
        ct_grid_right(p->g, row, p->col - 2, CT_R_DIM, text);
        ct_grid_glyph(p->g, row, p->col - 1, CT_R_LINE, CT_GLYPH_TEE);
    }
}

/* Times below: as many as fit, at round columns; the day where it changes. */
static void times_draw(const struct plot *p)
{
    int64_t span = p->c->to_ms - p->c->from_ms;
    bool days = span > 3 * (int64_t)CT_DAY_MS;
    int gap = days ? 8 : 9, last_end = -1;
    for (int x = 0; x < p->cols; x += gap) {
        int64_t at = p->c->from_ms + span * x / (p->cols > 1 ? p->cols - 1 : 1);
        char text[24];
        if (days) {
            char full[24];
            ct_datetime_text(at, full); /* "22 Nov 09:42" */
            snprintf(text, sizeof text, "%.6s", full);
        } else {
            char hm[8];
            ct_time_text(at, hm);
            snprintf(text, sizeof text, "%s", hm);
        }
        if (x <= last_end || x + (int)strlen(text) > p->cols)
            continue;
        ct_grid_text(p->g, p->row + p->rows, p->col + x, -1, CT_R_DIM, text);
        last_end = x + (int)strlen(text);
    }
}

static void points_plain(const struct plot *p)
{
    bool ascii = p->c->style == CT_CHART_ASCII || p->g->ascii;
    for (size_t i = 0; i < p->c->n_points; i++) {
        const struct ct_point *pt = &p->c->point[i];
        if (!in_time(p->c, pt))
            continue;
        int row = p->row + row_of(p, pt->value, 1), col = p->col + col_of(p, pt->at_ms, 1);
        if (pt->struck)
            ct_grid_text(p->g, row, col, 1, CT_R_DIM, "x");
        else if (ascii)
            ct_grid_text(p->g, row, col, 1, CT_R_VALUE, "*");
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
            const char utf8[] = {(char)0xe2, (char)(0xa0 | (d >> 6)), (char)(0x80 | (d & 0x3f)), 0};
            ct_grid_text(p->g, p->row + y, p->col + x, 1, CT_R_VALUE, utf8);
        }
    free(dots);
}

void ct_chart_draw(const struct ct_chart *c, struct ct_grid *g, int row, int col, int rows,
                   int cols)
{
    ct_grid_text(g, row, col, cols, CT_R_HEAD, c->title);
    if (rows < 4 || cols < LABEL_COLS + 8)
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
    struct plot p = {.c = c, .g = g, .row = row + 1, .col = col + LABEL_COLS,
                     .rows = rows - 2, .cols = cols - LABEL_COLS};
    int64_t first, step;
    int n;
    ct_chart_axis(lo, hi, p.rows < TICKS_MAX ? (p.rows + 1) / 2 + 1 : TICKS_MAX, &first, &step, &n);
    p.lo = first;
    p.hi = first + (n - 1) * step;
    axis_draw(&p, first, step, n);
    bands_draw(&p);
    if (c->style == CT_CHART_BRAILLE && !g->ascii)
        points_braille(&p);
    else
        points_plain(&p);
    times_draw(&p);
}
