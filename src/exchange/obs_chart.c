/* obs_chart - a patient's observations as one printable page: see obs_chart.h.
 *
 * A column a set, time from left to right; a row a band of each scored figure, so that
 * a value's row says what it scores, as on the paper chart. */
#include "exchange/obs_chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "exchange/obs_sets.h"
#include "record/user.h"

/* SETS columns of CELL behind LABEL make 80; TAIL: rows kept for what stands below. */
enum { COLS = 80, ROWS = 66, LABEL = 24, CELL = 7, SETS = 8, TAIL = 4, BANDS_MAX = 16 };

struct page {
    struct ct_app *app;
    const struct ct_vitals_rules *rules;
    const struct ct_config *c;
    struct ct_vitals set[SETS]; /* oldest first */
    size_t n;
    size_t left_out;   /* earlier ones that do not fit */
    int64_t in_error;
    bool banded;       /* NEWS2 judges the newest: rows are its bands */
    bool scale2;
    bool ascii;
    struct ct_buf *out;
    int rows;          /* written */
};

/* ---- rows --------------------------------------------------------------- */

static void pad(struct ct_buf *b, int cols)
{
    for (int i = 0; i < cols; i++)
        ct_buf_char(b, ' ');
}

static void line_end(struct page *p)
{
    while (p->out->len > 0 && p->out->data[p->out->len - 1] == ' ')
        p->out->data[--p->out->len] = '\0';
    ct_buf_char(p->out, '\n');
    p->rows++;
}

static void line(struct page *p, const char *text)
{
    if (p->rows >= ROWS - 1)
        return;
    ct_text_clean(p->out, text, COLS, p->ascii);
    line_end(p);
}

static void rule(struct page *p)
{
    char text[COLS + 1];
    memset(text, '-', COLS);
    text[COLS] = '\0';
    line(p, text);
}

/* A row of the grid: cell(p, i, arg, text) of each set, right-aligned. */
static void row(struct page *p, const char *label,
                bool (*cell)(const struct page *p, size_t i, const void *arg, char text[64]),
                const void *arg)
{
    if (p->rows >= ROWS - TAIL)
        return;
    pad(p->out, LABEL - ct_text_clean(p->out, label, LABEL - 1, p->ascii));
    for (size_t i = 0; i < p->n; i++) {
        char text[64] = "";
        if (!cell(p, i, arg, text))
            text[0] = '\0';
        CT_BUF clean = {.max = 256};
        pad(p->out, CELL - ct_text_clean(&clean, text, CELL - 1, p->ascii));
        ct_buf_add(p->out, ct_buf_str(&clean), clean.len);
    }
    line_end(p);
}

/* ---- cells -------------------------------------------------------------- */

static bool cell_day(const struct page *p, size_t i, const void *arg, char text[64])
{
    (void)arg;
    ct_date day = ct_date_at(p->set[i].taken_ms);
    if (i > 0 && ct_date_at(p->set[i - 1].taken_ms) == day)
        return false;
    char whole[16];
    ct_date_text(day, whole);
    snprintf(text, 64, "%.6s", whole);
    ct_text_trim(text);
    return true;
}

static bool cell_time(const struct page *p, size_t i, const void *arg, char text[64])
{
    (void)arg;
    char at[8];
    ct_time_text(p->set[i].taken_ms, at);
    snprintf(text, 64, "%s%s", at, p->set[i].replaces_id != 0 ? "*" : "");
    return true;
}

static bool cell_score(const struct page *p, size_t i, const void *arg, char text[64])
{
    (void)arg;
    if (p->set[i].score >= 0)
        snprintf(text, 64, "%d", p->set[i].score);
    else if (p->set[i].not_applied != CT_APPLIED)
        snprintf(text, 64, "none");
    return true;
}

static bool cell_at_least(const struct page *p, size_t i, const void *arg, char text[64])
{
    (void)arg;
    snprintf(text, 64, "%d", p->set[i].score_at_least);
    return p->set[i].score < 0 && p->set[i].score_at_least >= 0;
}

static bool cell_band(const struct page *p, size_t i, const void *arg, char text[64])
{
    (void)arg;
    enum ct_band band = p->set[i].band;
    snprintf(text, 64, "%s", band == CT_BAND_LOW_MEDIUM ? "low-m." : ct_band_name(band));
    return band != CT_BAND_NONE;
}

static bool cell_card(const struct page *p, size_t i, const void *arg, char text[64])
{
    (void)arg;
    snprintf(text, 64, "%s", ct_obs_card(&p->set[i]));
    return true;
}

/* First letters: who it is stands in full below. */
static bool cell_by(const struct page *p, size_t i, const void *arg, char text[64])
{
    (void)arg;
    char name[128];
    size_t n = 0;
    ct_user_name(p->app, p->set[i].recorded_by, name, sizeof name);
    const char *end = name + strlen(name);
    bool first = true;
    uint32_t cp;
    for (const char *s = name; s < end && n < 16;) {
        size_t len = ct_utf8_next(s, end, &cp);
        if (first && cp != '(' && cp != ' ') {
            memcpy(text + n, s, len);
            n += len;
        }
        first = cp == ' ' || cp == '-';
        s += len;
    }
    text[n] = '\0';
    return true;
}

/* a, b, c ...: of sets about which more is said below. */
static bool has_more(const struct ct_vitals *v)
{
    bool more = v->partial != CT_WHY_NONE || v->note[0] != '\0' || v->n_bp > 0 ||
                v->not_applied != CT_APPLIED;
    for (int q = 0; q < CT_QS; q++)
        more = more || v->not_taken[q] != CT_WHY_NONE;
    for (int i = 0; i < CT_QLS; i++)
        more = more || v->ql[i] != 0;
    return more;
}

static char letter(const struct page *p, size_t i)
{
    char at = 'a';
    for (size_t k = 0; k < i; k++)
        at = (char)(at + has_more(&p->set[k]));
    return at;
}

static bool cell_more(const struct page *p, size_t i, const void *arg, char text[64])
{
    (void)arg;
    snprintf(text, 64, "%c", letter(p, i));
    return has_more(&p->set[i]);
}

/* ---- figures ------------------------------------------------------------ */

/* One of the rows of a figure: from lo to hi in the scale of unit 0. */
struct band {
    enum ct_q q;
    int64_t lo, hi;
    int points;
};

static void value_text(const struct page *p, enum ct_q q, const struct ct_value *v, char text[64])
{
    uint8_t unit = ct_quantity_site_unit(q, p->c);
    struct ct_value shown = {ct_quantity_convert(q, *v, unit), unit};
    bool as_typed = shown.n == CT_UNSET; /* per cent of oxygen is no flow */
    ct_quantity_text(q, as_typed ? *v : shown, as_typed, text, 64);
}

static bool cell_band_value(const struct page *p, size_t i, const void *arg, char text[64])
{
    const struct band *b = arg;
    const struct ct_value *v = &p->set[i].v[b->q];
    int64_t n = ct_quantity_convert(b->q, *v, 0);
    value_text(p, b->q, v, text);
    return v->n != CT_UNSET && n >= b->lo && n <= b->hi;
}

static bool cell_value(const struct page *p, size_t i, const void *arg, char text[64])
{
    const enum ct_q *q = arg;
    value_text(p, *q, &p->set[i].v[*q], text);
    return p->set[i].v[*q].n != CT_UNSET;
}

static bool cell_points(const struct page *p, size_t i, const void *arg, char text[64])
{
    const enum ct_q *q = arg;
    int8_t points[CT_QS];
    bool known = ct_vitals_points(p->rules, &p->set[i], points);
    snprintf(text, 64, "%d", points[*q]);
    return known && points[*q] >= 0;
}

static bool any_of(const struct page *p, enum ct_q q)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->set[i].v[q].n != CT_UNSET)
            return true;
    return false;
}

static void bound(const struct page *p, enum ct_q q, int64_t n, char text[64])
{
    value_text(p, q, &(struct ct_value){n, 0}, text);
}

static const char *points_word(int points)
{
    static const char *const WORD[] = {"none", "1 point", "2 points", "3 points"};
    return WORD[points & 3];
}

/* The bands between the edges, the highest first. */
static size_t bands_of(const struct page *p, enum ct_news2_input in, enum ct_q q,
                       struct band band[BANDS_MAX])
{
    struct ct_news2_edge edge[CT_NEWS2_EDGES_MAX];
    size_t n = ct_news2_edges(p->rules->news2, in, 1, false, edge), made = 0;
    int64_t hi = INT64_MAX;
    for (size_t i = n; i-- > 0;) {
        const struct ct_news2_edge *e = &edge[i];
        int64_t lo = e->above ? e->value : e->value + 1; /* the band above this edge */
        int points = e->above ? e->points : i + 1 < n && !edge[i + 1].above ? edge[i + 1].points : 0;
        band[made++] = (struct band){q, lo, hi, points};
        hi = lo - 1;
    }
    int last = n > 0 && !edge[0].above ? edge[0].points : 0;
    band[made++] = (struct band){q, INT64_MIN + 1, hi, last};
    return made;
}

static void band_label(const struct page *p, const struct band *b, char text[64])
{
    char lo[64], hi[64], span[40];
    bound(p, b->q, b->lo, lo);
    bound(p, b->q, b->hi, hi);
    if (b->hi == INT64_MAX)
        snprintf(span, sizeof span, "%.12s and more", lo);
    else if (b->lo < 0)
        snprintf(span, sizeof span, "%.12s and less", hi);
    else
        snprintf(span, sizeof span, "%.12s to %.12s", lo, hi);
    snprintf(text, 64, " %-13s %s", span, points_word(b->points));
}

static void head_label(const struct page *p, enum ct_q q, char text[64])
{
    const char *unit = CT_QUANTITY[q].unit[ct_quantity_site_unit(q, p->c)].name;
    snprintf(text, 64, "%s%s%s", CT_QUANTITY[q].label, unit[0] != '\0' ? " " : "", unit);
}

static bool cell_none(const struct page *p, size_t i, const void *arg, char text[64])
{
    (void)p, (void)i, (void)arg, (void)text;
    return false;
}

static void flat_row(struct page *p, enum ct_q q)
{
    char label[64];
    if (!any_of(p, q))
        return;
    head_label(p, q, label);
    row(p, label, cell_value, &q);
}

static void banded_rows(struct page *p, enum ct_news2_input in, enum ct_q q)
{
    struct band band[BANDS_MAX];
    char label[64];
    head_label(p, q, label);
    row(p, label, cell_none, NULL);
    size_t n = bands_of(p, in, q, band);
    for (size_t i = 0; i < n; i++) {
        band_label(p, &band[i], label);
        row(p, label, cell_band_value, &band[i]);
    }
}

/* With the bands of NEWS2, and what it does not score below; or all of it plain. */
static void figures(struct page *p)
{
    static const enum ct_q SPO2 = CT_Q_SPO2, O2 = CT_Q_O2, ACVPU = CT_Q_ACVPU;
    uint32_t done = 0;
    if (p->banded) {
        banded_rows(p, CT_N_RESP, CT_Q_RESP);
        if (p->scale2) { /* its bands hang on the oxygen of each set */
            row(p, "SpO2 %, scale 2", cell_value, &SPO2);
            row(p, "  points", cell_points, &SPO2);
        } else {
            banded_rows(p, CT_N_SPO2, CT_Q_SPO2);
        }
        row(p, "Air or oxygen", cell_value, &O2);
        row(p, "  points", cell_points, &O2);
        flat_row(p, CT_Q_O2_FLOW);
        banded_rows(p, CT_N_SBP, CT_Q_SBP);
        flat_row(p, CT_Q_DBP);
        banded_rows(p, CT_N_PULSE, CT_Q_PULSE);
        row(p, "Consciousness", cell_value, &ACVPU);
        row(p, "  points", cell_points, &ACVPU);
        banded_rows(p, CT_N_TEMP, CT_Q_TEMP);
        static const enum ct_q DONE[] = {CT_Q_RESP, CT_Q_SPO2, CT_Q_O2,    CT_Q_O2_FLOW, CT_Q_SBP,
                                         CT_Q_DBP,  CT_Q_PULSE, CT_Q_ACVPU, CT_Q_TEMP};
        for (size_t i = 0; i < CT_LEN(DONE); i++)
            done |= UINT32_C(1) << DONE[i];
    }
    for (unsigned q = 0; q < CT_QS; q++)
        if ((done >> q & 1) == 0)
            flat_row(p, (enum ct_q)q);
}

/* ---- what stands above and below ---------------------------------------- */

static void head(struct page *p, const struct ct_patient *patient, const struct ct_obs_range *r)
{
    char text[640], now[24], day[16], from[16], to[16];
    ct_time_text(ct_app_now(p->app), now);
    ct_date_text(ct_date_at(ct_app_now(p->app)), day);
    snprintf(text, sizeof text, "OBSERVATION CHART   %s", p->c->site_name);
    line(p, text);
    snprintf(text, sizeof text, "Printed %s %s by %s   page 1 of 1", day, now,
             ct_app_who(p->app)->login);
    line(p, text);
    ct_patient_line(p->app, patient, text, sizeof text);
    line(p, text);
    ct_date_text(patient->born, day);
    snprintf(text, sizeof text, "Born %s%s", day[0] != '\0' ? day : "unknown",
             patient->born_estimated ? " (estimated)" : "");
    for (size_t i = 0; i < patient->n_alerts; i++) {
        size_t n = strlen(text);
        snprintf(text + n, sizeof text - n, "   ! %s%s%s", CT_ALERT_NAME[patient->alert[i].kind],
                 patient->alert[i].text[0] != '\0' ? ": " : "", patient->alert[i].text);
    }
    line(p, text);
    ct_date_text(ct_date_at(r->from_ms), from);
    ct_date_text(ct_date_at(r->to_ms), to);
    snprintf(text, sizeof text, "%s to %s   %zu of %zu sets", from, to, p->n,
             p->n + p->left_out);
    line(p, text);
    rule(p);
}

/* One line a set: what was not taken, how it was measured, what was written. */
static void more_lines(struct page *p)
{
    for (size_t i = 0; i < p->n; i++) {
        if (!has_more(&p->set[i]))
            continue;
        if (p->rows >= ROWS - TAIL) {
            line(p, "More is to say about these sets than fits: see the record.");
            return;
        }
        char values[640], score[160], text[1200];
        ct_vitals_line(&p->set[i], values, sizeof values);
        ct_vitals_score_text(&p->set[i], score, sizeof score);
        snprintf(text, sizeof text, "%c  %s%s%s%s%s", letter(p, i),
                 p->set[i].note[0] != '\0' ? "\"" : "", p->set[i].note,
                 p->set[i].note[0] != '\0' ? "\"  " : "",
                 p->set[i].score < 0 ? score : "", p->set[i].score < 0 ? "  " : "");
        size_t n = strlen(text);
        snprintf(text + n, sizeof text - n, "%s", values);
        line(p, text);
    }
}

static void tail(struct page *p)
{
    char text[200];
    snprintf(text, sizeof text, "* corrected since.   %zu earlier set%s of this time %s not fit.", p->left_out, p->left_out == 1 ? "" : "s",
             p->left_out == 1 ? "does" : "do");
    line(p, text);
    snprintf(text, sizeof text, "%lld set%s of this time %s entered in error and left out.",
             (long long)p->in_error, p->in_error == 1 ? "" : "s", p->in_error == 1 ? "was" : "were");
    line(p, text);
    line(p, "A copy of the record as it stood then; the record itself is in the store.");
    ct_buf_char(p->out, '\f');
}

static void page_write(struct page *p, const struct ct_patient *patient,
                       const struct ct_obs_range *range)
{
    head(p, patient, range);
    row(p, "", cell_day, NULL);
    row(p, "Taken at", cell_time, NULL);
    rule(p);
    if (p->n == 0)
        line(p, "No set was recorded in this time.");
    figures(p);
    if (p->n > 0) {
        rule(p);
        row(p, "Score", cell_score, NULL);
        row(p, "  at least (partial)", cell_at_least, NULL);
        row(p, "  band", cell_band, NULL);
        row(p, "  by", cell_card, NULL);
        row(p, "Recorded by", cell_by, NULL);
        row(p, "See below", cell_more, NULL);
        rule(p);
    }
    more_lines(p);
    tail(p);
}

enum ct_status ct_obs_chart(struct ct_app *app, const struct ct_vitals_rules *r,
                            const struct ct_obs_range *range, bool ascii, struct ct_buf *out,
                            struct ct_error *reterr)
{
    struct page p = {.app = app, .rules = r, .c = ct_app_config(app), .ascii = ascii, .out = out};
    struct ct_patient patient;
    struct ct_vitals *set = NULL;
    size_t n = 0;
    enum ct_status st = ct_obs_sets(app, range, &set, &n, &p.in_error, reterr);
    if (st == CT_OK)
        st = ct_patient_get(app, range->patient_id, &patient, reterr);
    if (st == CT_OK) {
        p.n = n < SETS ? n : SETS;
        p.left_out = n - p.n;
        for (size_t i = 0; i < p.n; i++) {
            p.set[i] = set[p.n - 1 - i];
            p.scale2 = p.scale2 || p.set[i].scale == 2;
        }
        p.banded = p.n > 0 && set[0].card == CT_CARD_NEWS2 && set[0].not_applied == CT_APPLIED;
        page_write(&p, &patient, range);
        if (out->bad)
            st = ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the page.");
    }
    free(set);
    return st;
}
