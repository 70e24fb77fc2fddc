/* drift - what a point of a device has shown over the years, the line through it, and what
 * that says of the interval. The contract is calibration.h. */
#include "clinic/calibration_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define YEAR_DAYS 365.25
enum { BEYOND_YEARS = 50 };

/* ---- the line: pure -------------------------------------------------------------- */

/* The first point of the present run: the last one that was left after an adjustment. */
static size_t run_begin(const struct ct_drift *d)
{
    for (size_t i = d->n; i-- > 0;)
        if (d->p[i].after_adjust)
            return i;
    return 0;
}

/* The day on which the line passes a limit, from the last point on. */
static ct_date passes(const struct ct_drift *d)
{
    double limit = d->per_year > 0 ? d->high : d->low;
    if (d->per_year == 0 || isnan(limit))
        return CT_NO_DATE;
    double years = (limit - d->at_last) / d->per_year;
    ct_date last = d->p[d->n - 1].day;
    if (years > BEYOND_YEARS)
        return CT_NO_DATE;
    years = years < -BEYOND_YEARS ? -BEYOND_YEARS : years;
    return last + (ct_date)floor(years * YEAR_DAYS);
}

void ct_drift_fit(struct ct_drift *d)
{
    d->fitted = false;
    d->per_year = d->at_last = d->s = NAN;
    d->leaves = CT_NO_DATE;
    if (d->n == 0)
        return;
    size_t from = run_begin(d), n = d->n - from, found = 0;
    double mean_x = 0, mean_y = 0, sxx = 0, sxy = 0, rest = 0;
    for (size_t i = from; i < d->n; i++) {
        found += !d->p[i].after_adjust;
        mean_x += (d->p[i].day - d->p[from].day) / YEAR_DAYS / (double)n;
        mean_y += d->p[i].error / (double)n;
    }
    for (size_t i = from; i < d->n; i++) {
        double x = (d->p[i].day - d->p[from].day) / YEAR_DAYS - mean_x;
        sxx += x * x;
        sxy += x * (d->p[i].error - mean_y);
    }
    if (found < 3 || sxx <= 0)
        return;
    d->fitted = true;
    d->per_year = sxy / sxx;
    d->at_last =
        mean_y + d->per_year * ((d->p[d->n - 1].day - d->p[from].day) / YEAR_DAYS - mean_x);
    for (size_t i = from; i < d->n; i++) {
        double x = (d->p[i].day - d->p[from].day) / YEAR_DAYS - mean_x;
        double r = d->p[i].error - mean_y - d->per_year * x;
        rest += r * r;
    }
    d->s = n > 2 ? sqrt(rest / (double)(n - 2)) : NAN;
    d->leaves = passes(d);
}

/* ---- the interval: pure ------------------------------------------------------------ */

static const int STAIR[] = {1, 2, 3, 6, 9, 12, 18, 24, 36, 48, 60};

static int stair_up(int months)
{
    for (size_t i = 0; i < CT_LEN(STAIR); i++)
        if (STAIR[i] > months)
            return STAIR[i];
    return months;
}

static int stair_down(int months)
{
    for (size_t i = CT_LEN(STAIR); i-- > 0;)
        if (STAIR[i] < months)
            return STAIR[i];
    return months;
}

void ct_interval_advice(int months_now, const double *share, size_t n, double within,
                        struct ct_interval_advice *ret)
{
    size_t good = 0;
    *ret = (struct ct_interval_advice){
        .step = CT_STAIR_KEEP, .months_now = months_now, .months = months_now};
    while (good < n && !isnan(share[good]) && share[good] <= within)
        good++;
    if (n == 0 || isnan(share[0])) {
        snprintf(ret->why, sizeof ret->why, "nothing was found yet to judge by");
    } else if (share[0] > 1) {
        ret->step = CT_STAIR_SHORTEN;
        ret->months = stair_down(months_now);
        snprintf(ret->why, sizeof ret->why, "the last time it was found out of tolerance");
    } else if (good >= 3) {
        ret->step = CT_STAIR_EXTEND;
        ret->months = stair_up(months_now);
        snprintf(ret->why, sizeof ret->why,
                 "the last three times it was found within %.0f %% of the tolerance",
                 within * 100);
    } else if (share[0] <= within) {
        snprintf(ret->why, sizeof ret->why,
                 "within %.0f %% of the tolerance %zu time%s in a row; three are wanted",
                 within * 100, good, good == 1 ? "" : "s");
    } else {
        snprintf(ret->why, sizeof ret->why,
                 "in tolerance, but beyond %.0f %% of it the last time", within * 100);
    }
    if (ret->months == months_now && ret->step != CT_STAIR_KEEP)
        ret->step = CT_STAIR_KEEP;
}

/* ---- from the store ------------------------------------------------------------------ */

static double about(int64_t limit, int64_t nominal)
{
    return limit == CT_UNSET ? NAN : (double)limit / 1e11 - (double)nominal / 1e6;
}

/* One of so many is too many: the oldest goes. */
static void add(struct ct_drift *d, const struct ct_drift_point *p)
{
    if (d->n == CT_DRIFT_MAX) {
        memmove(&d->p[0], &d->p[1], (CT_DRIFT_MAX - 1) * sizeof d->p[0]);
        d->n--;
    }
    d->p[d->n++] = *p;
}

static void take(struct ct_drift *d, struct ct_stmt *st)
{
    int64_t nominal = ct_col_i64(st, 5), left_ms = ct_col_i64(st, 9), id = ct_col_i64(st, 0);
    bool left = ct_col_i64(st, 2) == CT_CAL_AS_LEFT;
    struct ct_drift_point p = {
        .day = ct_date_at(left && left_ms != CT_UNSET ? left_ms : ct_col_i64(st, 1)),
        .error = ((double)ct_col_i64(st, 3) / (double)ct_col_i64(st, 4) - (double)nominal) / 1e6,
        .after_adjust = left,
        .calibration_id = id};
    d->low = about(ct_col_i64(st, 6), nominal);
    d->high = about(ct_col_i64(st, 7), nominal);
    /* Of several rounds the last one counts. */
    if (left && d->n > 0 && d->p[d->n - 1].calibration_id == id && d->p[d->n - 1].after_adjust)
        d->n--;
    add(d, &p);
}

enum ct_status ct_drift_of(struct ct_app *app, int64_t equipment_id, const char *template_id,
                           const char *point, struct ct_drift *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    *ret = (struct ct_drift){.low = NAN, .high = NAN};
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_calibration_sql[CT_SQL_CAL_DRIFT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    ct_bind_text(st, ":template", template_id);
    ct_bind_text(st, ":point", point);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row)
        take(ret, st);
    if (rc == CT_OK)
        ct_drift_fit(ret);
    return rc;
}

double ct_drift_share(const struct ct_drift *d, const struct ct_drift_point *p)
{
    double limit = p->error < 0 ? d->low : d->high;
    return isnan(limit)      ? NAN
           : limit == 0      ? (p->error == 0 ? 0 : INFINITY)
                             : fabs(p->error / limit);
}
