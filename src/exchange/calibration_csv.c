/* calibration_csv - see calibration_csv.h: the rows of a table. */
#include "exchange/calibration_csv.h"

#include <math.h>
#include <string.h>

const char *const CT_CALIBRATION_COLUMN[CT_CCS] = {
    "nominal", "tol_minus", "tol_plus", "as_found", "as_left", "U_k2", "rule", "point", "unit"};

static const struct ct_score_word RULES[] = {
    {"simple", CT_CAL_SIMPLE},
    {"guarded", CT_CAL_GUARDED},
    {"non-binary", CT_CAL_NON_BINARY},
    {NULL, 0},
};

/* A row as it is read; `why` takes what is wrong with it. */
struct row {
    const struct ct_calibration_csv *job;
    const struct ct_score_cell *cell;
    const struct ct_cal_point *point; /* NULL: none, or not found */
    struct ct_conformity_in in;
    struct ct_buf *why;
};

static bool refuse(struct row *r, const struct ct_error *e)
{
    ct_buf_printf(ct_score_reason(r->why), "%s: %s", e->field, e->text);
    return false;
}

static bool given(const struct row *r, enum ct_calibration_column c)
{
    return r->cell[c].n > 0;
}

/* ---- numbers ------------------------------------------------------------------ */

/* CT_UNSET for an empty cell. */
static bool number(struct row *r, enum ct_calibration_column c, int64_t *ret)
{
    struct ct_error e;
    *ret = CT_UNSET;
    return !given(r, c) ||
           ct_decimal_parse(CT_CALIBRATION_COLUMN[c], r->cell[c].s, r->cell[c].n, CT_CAL_PLACES,
                            CT_CAL_MAX, ret, &e) == CT_OK ||
           refuse(r, &e);
}

/* One reading, or several; *n is 0 for an empty cell. */
static bool readings(struct row *r, enum ct_calibration_column c, int64_t *sum, int *n)
{
    const char *s = r->cell[c].s, *end = s + r->cell[c].n;
    struct ct_error e;
    int64_t v;
    *sum = 0;
    *n = 0;
    for (; s < end; *sum += v, ++*n) {
        const char *stop = memchr(s, ';', (size_t)(end - s));
        stop = stop != NULL ? stop : end;
        struct ct_score_cell one = ct_score_cell(s, (size_t)(stop - s));
        if (ct_decimal_parse(CT_CALIBRATION_COLUMN[c], one.s, one.n, CT_CAL_PLACES, CT_CAL_MAX,
                             &v, &e) != CT_OK)
            return refuse(r, &e);
        if (*n == CT_CAL_READINGS_MAX) {
            ct_buf_printf(ct_score_reason(r->why), "%s: more than %d readings",
                          CT_CALIBRATION_COLUMN[c], CT_CAL_READINGS_MAX);
            return false;
        }
        s = stop + (stop < end);
    }
    return true;
}

/* ---- the point of a template ---------------------------------------------------- */

static bool unit_is(const struct row *r, const char *unit)
{
    const struct ct_score_cell *c = &r->cell[CT_CC_UNIT];
    return c->n == strlen(unit) && memcmp(c->s, unit, c->n) == 0;
}

static bool by_nominal(struct row *r)
{
    const struct ct_caltemplate *t = r->job->t;
    size_t found = 0;
    if (!given(r, CT_CC_NOMINAL)) {
        ct_buf_str_add(ct_score_reason(r->why), "point: is missing, and nominal, too");
        return false;
    }
    for (size_t i = 0; i < t->n_points; i++)
        if (t->point[i].nominal == r->in.nominal &&
            (!given(r, CT_CC_UNIT) || unit_is(r, t->point[i].unit))) {
            r->point = &t->point[i];
            found++;
        }
    if (found == 1)
        return true;
    r->point = NULL;
    char nominal[CT_DECIMAL_SIZE];
    ct_decimal_text(r->in.nominal, CT_CAL_PLACES, nominal);
    if (found == 0)
        ct_buf_printf(ct_score_reason(r->why), "nominal: the template %s has no point at %s",
                      t->id, nominal);
    else
        ct_buf_printf(
            ct_score_reason(r->why),
            "nominal: the template %s has %zu points at %s; name one in a column point", t->id,
            found, nominal);
    return false;
}

static bool find_point(struct row *r)
{
    const struct ct_caltemplate *t = r->job->t;
    const struct ct_score_cell *c = &r->cell[CT_CC_POINT];
    CT_BUF shown = {0};
    if (c->n == 0)
        return by_nominal(r);
    size_t at = ct_caltemplate_find(t, c->s, c->n);
    if (at != CT_CALT_NONE) {
        r->point = &t->point[at];
        return true;
    }
    ct_buf_printf(ct_score_reason(r->why), "point: the template %s has no point \"%s\"", t->id,
                  ct_score_shown(&shown, *c));
    return false;
}

/* What the row says besides must be what the template says. */
static bool check_point(struct row *r)
{
    const struct ct_cal_point *p = r->point;
    bool ok = true;
    CT_BUF shown = {0};
    if (r->cell[CT_CC_UNIT].s != NULL && !unit_is(r, p->unit)) {
        if (given(r, CT_CC_UNIT))
            ct_buf_printf(ct_score_reason(r->why), "unit: is %s, the point %s is in %s",
                          ct_score_shown(&shown, r->cell[CT_CC_UNIT]), p->id, p->unit);
        else
            ct_buf_printf(ct_score_reason(r->why), "unit: is missing; the point %s is in %s",
                          p->id, p->unit);
        ok = false;
    }
    if (p->nominal == CT_UNSET) {
        if (!given(r, CT_CC_NOMINAL))
            ct_buf_printf(ct_score_reason(r->why),
                          "nominal: is missing; that of the point %s is the device's own",
                          p->id);
        return ok && given(r, CT_CC_NOMINAL);
    }
    if (given(r, CT_CC_NOMINAL) && r->in.nominal != p->nominal) {
        char nominal[CT_DECIMAL_SIZE];
        ct_decimal_text(p->nominal, CT_CAL_PLACES, nominal);
        ct_buf_printf(ct_score_reason(r->why), "nominal: the point %s is at %s %s", p->id,
                      nominal, p->unit);
        ok = false;
    }
    r->in.nominal = p->nominal;
    return ok;
}

/* ---- tolerances ------------------------------------------------------------------ */

static bool row_tolerance(struct row *r, struct ct_tolerance *ret)
{
    int64_t minus, plus;
    bool ok = number(r, CT_CC_TOL_MINUS, &minus);
    ok = number(r, CT_CC_TOL_PLUS, &plus) && ok;
    if (plus < 0 && plus != CT_UNSET) {
        ct_buf_str_add(ct_score_reason(r->why),
                       "tol_plus: is how far above the nominal a reading may be; it cannot be "
                       "below zero");
        ok = false;
    }
    *ret = (struct ct_tolerance){CT_CAL_NO_SIDE, CT_CAL_NO_SIDE, CT_UNSET};
    ret->minus.absolute = minus < 0 && minus != CT_UNSET ? -minus : minus;
    ret->plus.absolute = plus;
    return ok;
}

/* A tolerance that the row gives beside the template's must come to the same limits. */
static bool agrees(struct row *r, const struct ct_tolerance *row)
{
    const struct ct_tolerance *t = &r->point->tolerance;
    int64_t low, high, row_low, row_high;
    struct ct_error e;
    bool minus = given(r, CT_CC_TOL_MINUS), plus = given(r, CT_CC_TOL_PLUS);
    if ((!minus && !plus) || ct_tolerance_limits(t, r->in.nominal, &low, &high, &e) != CT_OK)
        return true; /* the template's own fault is said when it is judged */
    if (ct_tolerance_limits(row, r->in.nominal, &row_low, &row_high, &e) == CT_OK &&
        (!minus || low == row_low) && (!plus || high == row_high))
        return true;
    CT_BUF s = {.max = 512};
    ct_buf_str_add(&s, "-(");
    ct_cal_side_text(&t->minus, r->point->unit, &s);
    ct_buf_str_add(&s, ") +(");
    ct_cal_side_text(&t->plus, r->point->unit, &s);
    ct_buf_printf(ct_score_reason(r->why),
                  "%s: the template has another tolerance for the point %s: %s)",
                  CT_CALIBRATION_COLUMN[plus ? CT_CC_TOL_PLUS : CT_CC_TOL_MINUS], r->point->id,
                  ct_buf_str(&s));
    return false;
}

static bool tolerance(struct row *r)
{
    struct ct_tolerance row;
    bool ok = row_tolerance(r, &row);
    if (r->point != NULL && !r->point->declared) {
        r->in.tolerance = r->point->tolerance;
        return ok && agrees(r, &row);
    }
    r->in.tolerance = row;
    if (ok && !given(r, CT_CC_TOL_MINUS) && !given(r, CT_CC_TOL_PLUS)) {
        if (r->point != NULL)
            ct_buf_printf(ct_score_reason(r->why),
                          "tol_minus, tol_plus: both are missing; the tolerance of the point "
                          "%s is the device's own, and without it there is no verdict",
                          r->point->id);
        else
            ct_buf_str_add(ct_score_reason(r->why),
                           "tol_minus, tol_plus: both are missing; nothing can be judged");
        ok = false;
    }
    return ok;
}

/* ---- a row --------------------------------------------------------------------------- */

static bool rule(struct row *r)
{
    int64_t word;
    struct ct_error e;
    if (!given(r, CT_CC_RULE) && r->job->t != NULL) {
        r->in.rule = r->job->t->rule;
        return true;
    }
    if (!given(r, CT_CC_RULE)) {
        ct_buf_str_add(ct_score_reason(r->why),
                       "rule: is missing; it is simple, guarded or non-binary");
        return false;
    }
    if (ct_score_word("rule", RULES, r->cell[CT_CC_RULE], "simple, guarded, non-binary", &word,
                      &e) != CT_OK)
        return refuse(r, &e);
    r->in.rule = (enum ct_cal_rule)word;
    return true;
}

static bool nominal(struct row *r)
{
    if (!number(r, CT_CC_NOMINAL, &r->in.nominal))
        return false;
    if (r->job->t != NULL)
        return find_point(r) && check_point(r);
    if (!given(r, CT_CC_NOMINAL))
        ct_buf_str_add(ct_score_reason(r->why), "nominal: is missing");
    return given(r, CT_CC_NOMINAL);
}

static const char *column_of(const char *field)
{
    return strcmp(field, "u") == 0           ? "U_k2"
           : strcmp(field, "tolerance") == 0 ? "tol_minus, tol_plus"
                                             : field;
}

static bool judge(struct row *r, int64_t sum, int n, struct ct_conformity *ret)
{
    struct ct_error e;
    r->in.sum = sum;
    r->in.n = n;
    if (ct_conformity_judge(&r->in, ret, &e) == CT_OK)
        return true;
    ct_buf_printf(ct_score_reason(r->why), "%s: %s", column_of(e.field), e.text);
    return false;
}

static void put_limit(struct ct_buf *out, int64_t limit)
{
    char text[CT_DECIMAL_SIZE];
    ct_decimal_text(limit, CT_CAL_LIMIT_PLACES, text);
    ct_buf_printf(out, ",%s", text);
}

static enum ct_status judge_row(const void *arg, const struct ct_score_cell *cell,
                                struct ct_buf *out, struct ct_buf *why, struct ct_error *reterr)
{
    struct row r = {.job = arg, .cell = cell, .why = why};
    struct ct_conformity found, left;
    int64_t sum_found, sum_left;
    int n_found, n_left;
    (void)reterr;
    bool ok = nominal(&r);
    if (r.job->t == NULL || r.point != NULL) /* else there is nothing to compare with */
        ok = tolerance(&r) && ok;
    ok = readings(&r, CT_CC_AS_FOUND, &sum_found, &n_found) && ok;
    ok = readings(&r, CT_CC_AS_LEFT, &sum_left, &n_left) && ok;
    ok = number(&r, CT_CC_U, &r.in.u) && ok;
    ok = rule(&r) && ok;
    if (!given(&r, CT_CC_AS_FOUND)) {
        ct_buf_str_add(ct_score_reason(why),
                       "as_found: is missing; it is taken before anything is adjusted");
        ok = false;
    }
    if (!ok || !judge(&r, sum_found, n_found, &found))
        return CT_OK;
    left = found;
    if (n_left > 0 && !judge(&r, sum_left, n_left, &left))
        return CT_OK;
    if (r.point != NULL && r.job->seen != NULL)
        r.job->seen[r.point - r.job->t->point] = true;
    ct_buf_printf(out, ",%s,%s", CT_CAL_VERDICT_NAME[found.verdict],
                  n_left > 0 ? CT_CAL_VERDICT_NAME[left.verdict] : "");
    if (isnan(left.tur))
        ct_buf_char(out, ',');
    else
        ct_buf_printf(out, ",%.2f", left.tur);
    put_limit(out, left.accept_low);
    put_limit(out, left.accept_high);
    if (found.no_zone || left.no_zone)
        ct_buf_printf(ct_score_reason(why), "U_k2: %s",
                      ct_conformity_note(left.no_zone ? &left : &found, r.in.rule));
    return CT_OK;
}

/* ---- tables ---------------------------------------------------------------------------- */

static void lacks_any(const bool *have, const enum ct_calibration_column *of, size_t n,
                      struct ct_buf *missing)
{
    for (size_t i = 0; i < n; i++)
        if (!have[of[i]])
            ct_buf_printf(missing, "%s%s", missing->len > 0 ? ", " : "",
                          CT_CALIBRATION_COLUMN[of[i]]);
}

static void lacks(const bool *have, struct ct_buf *missing)
{
    static const enum ct_calibration_column OF[] = {
        CT_CC_NOMINAL, CT_CC_TOL_MINUS, CT_CC_TOL_PLUS, CT_CC_AS_FOUND, CT_CC_U, CT_CC_RULE};
    lacks_any(have, OF, CT_LEN(OF), missing);
}

static void lacks_with_template(const bool *have, struct ct_buf *missing)
{
    static const enum ct_calibration_column OF[] = {CT_CC_AS_FOUND};
    if (!have[CT_CC_POINT] && !have[CT_CC_NOMINAL])
        ct_buf_str_add(missing, "point (or nominal)");
    lacks_any(have, OF, CT_LEN(OF), missing);
}

#define KIND(of)                                                                               \
    {                                                                                          \
        .column = CT_CALIBRATION_COLUMN, .n_columns = CT_CCS, .lacks = (of), .row = judge_row, \
        .added = ",verdict_as_found,verdict_as_left,tur,accept_low,accept_high,error",         \
        .n_added = 6,                                                                          \
    }
static const struct ct_score_kind PLAIN = KIND(lacks), TEMPLATE = KIND(lacks_with_template);

enum ct_status ct_calibration_csv_run(const struct ct_calibration_csv *job,
                                      struct ct_score_csv_count *ret, struct ct_error *reterr)
{
    const struct ct_score_csv run = {
        .kind = job->t != NULL ? &TEMPLATE : &PLAIN,
        .arg = job,
        .read = job->read,
        .read_arg = job->read_arg,
        .write = job->write,
        .write_arg = job->write_arg,
    };
    return ct_score_csv_run(&run, ret, reterr);
}
