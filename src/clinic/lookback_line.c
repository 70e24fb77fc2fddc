/* lookback_line - what each record in doubt is, what it would have been without the error,
 * and whether a score or a verdict would change. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/calibration_priv.h"
#include "clinic/load_priv.h"
#include "clinic/lookback_priv.h"

struct lines {
    struct ct_app *app;
    struct ct_db *db;
    const struct ct_vitals_rules *rules;
    struct ct_lb_errors errors;
    /* the patient of the last line: most sets of one stand together */
    int64_t patient_id;
    bool hidden;
    struct ct_patient patient;
    /* the programme of the last load: most are alike */
    char *canonical; /* owned; NULL none yet */
    bool limited;
    int64_t limit;   /* millionths of a degree */
};

/* ---- whose -------------------------------------------------------------------------- */

static enum ct_status whose(struct lines *x, int64_t patient_id, struct ct_error *reterr)
{
    if (x->patient_id == patient_id)
        return CT_OK;
    x->patient_id = 0;
    enum ct_status rc = ct_access_hidden(x->app, patient_id, &x->hidden, reterr);
    if (rc == CT_OK && !x->hidden)
        rc = ct_patient_load(x->db, patient_id, &x->patient, reterr);
    if (rc == CT_OK)
        x->patient_id = patient_id;
    return rc;
}

/* ---- vitals -------------------------------------------------------------------------- */

/* The values in doubt, and nothing else of the set. */
static void doubtful(const struct ct_vitals *v, uint32_t quantities, struct ct_vitals *ret)
{
    ct_vitals_init(ret);
    ret->card = v->card;
    for (int q = 0; q < CT_QS; q++)
        if ((quantities & UINT32_C(1) << q) != 0)
            ret->v[q] = v->v[q];
}

static bool same_value(struct ct_value a, struct ct_value b)
{
    return a.n == b.n && a.unit == b.unit;
}

static bool judged_alike(const struct ct_assessment *a, const struct ct_assessment *b)
{
    return a->complete == b->complete && a->total == b->total && a->single3 == b->single3 &&
           a->band == b->band;
}

/* `by_unit`: the error is the reference's with which the device was calibrated. */
static void vitals_would(const struct lines *x, const struct ct_lb_key *key,
                         const struct ct_vitals *v, struct ct_lookback_line *l)
{
    struct ct_vitals was = *v, is = *v, part;
    struct ct_assessment before, after;
    bool moved = false;
    for (int q = 0; q < CT_QS; q++) {
        if ((key->quantities & UINT32_C(1) << q) == 0 ||
            !ct_lb_correct(&x->errors, (enum ct_q)q, key->via != 0, v->v[q], &is.v[q]))
            continue;
        l->corrected = true;
        moved = moved || !same_value(is.v[q], v->v[q]);
    }
    if (!l->corrected)
        return;
    char line[120], from[96], to[96];
    doubtful(&is, key->quantities, &part);
    ct_vitals_line(&part, line, sizeof line);
    if (!moved) {
        snprintf(l->would, sizeof l->would, "%s, as it was measured", line);
        return;
    }
    ct_vitals_assess(x->rules, &x->patient, &was, &before);
    ct_vitals_assess(x->rules, &x->patient, &is, &after);
    l->changes = !judged_alike(&before, &after);
    ct_vitals_score_text(&was, from, sizeof from);
    ct_vitals_score_text(&is, to, sizeof to);
    size_t title = strcspn(from, " "); /* "NEWS2", said once */
    const char *second = strncmp(from, to, title + 1) == 0 ? to + title + 1 : to;
    if (l->changes)
        snprintf(l->would, sizeof l->would, "%.50s -> %.50s, %s", from, second, line);
    else
        snprintf(l->would, sizeof l->would, "%s, score the same", line);
}

static enum ct_status vitals_line(struct lines *x, const struct ct_lb_key *key,
                                  struct ct_lookback_line *l, struct ct_error *reterr)
{
    struct ct_vitals v, part;
    enum ct_status rc = ct_vitals_load_values(x->db, key->ref_id, &v, reterr);
    if (rc != CT_OK)
        return rc;
    doubtful(&v, key->quantities, &part);
    ct_vitals_line(&part, l->value, sizeof l->value);
    vitals_would(x, key, &v, l);
    return CT_OK;
}

/* ---- calibrations made with it ---------------------------------------------------------- */

/* The reference showed e too much: when it stood at the nominal, the nominal less e was
 * there, and what the device showed is e further from it. */
static enum ct_cal_verdict would_be(const struct lines *x, const struct ct_calibration *k,
                                    enum ct_cal_phase phase, char point[48])
{
    enum ct_cal_verdict worst = CT_CAL_PASS;
    point[0] = '\0';
    for (size_t i = 0; i < k->t->n_points; i++) {
        const struct ct_cal_value *v = &k->value[phase][i];
        struct ct_conformity c;
        if (!v->measured)
            continue;
        enum ct_cal_verdict verdict = v->c.verdict;
        double e = v->nominal != CT_UNSET ? ct_lb_error_at(&x->errors, k->t->point[i].unit,
                                                           (double)v->nominal / 1e6)
                                          : NAN;
        struct ct_conformity_in in = {.nominal = v->nominal, .n = v->repeat.n, .u = v->u,
                                      .rule = k->rule};
        if (!isnan(e)) {
            in.sum = v->repeat.sum + (int64_t)llround(e * 1e6 * v->repeat.n);
            if (ct_conformity_within(&in, v->c.tolerance_low, v->c.tolerance_high, &c, NULL) ==
                CT_OK)
                verdict = c.verdict;
        }
        if (verdict > worst) {
            worst = verdict;
            ct_text_copy(point, 48, k->t->point[i].id);
        }
    }
    return worst;
}

static bool any_error(const struct lines *x, const struct ct_calibration *k)
{
    for (size_t i = 0; i < k->t->n_points; i++)
        for (size_t j = 0; j < x->errors.n; j++)
            if (strcmp(x->errors.p[j].unit, k->t->point[i].unit) == 0)
                return true;
    return false;
}

static enum ct_status calibration_line(struct lines *x, const struct ct_lb_key *key,
                                       struct ct_lookback_line *l, struct ct_error *reterr)
{
    CT_CALIBRATION *k = NULL;
    char point[48];
    enum ct_status rc = ct_calibration_load(x->app, x->db, key->ref_id, &k, reterr);
    if (rc != CT_OK)
        return rc;
    bool left = k->has_left;
    enum ct_cal_verdict was = left ? k->left : k->found;
    snprintf(l->value, sizeof l->value, "K-%lld %.60s: %s%s", (long long)k->id, k->t->title,
             CT_CAL_VERDICT_NAME[was], left ? " as left" : "");
    l->corrected = any_error(x, k);
    if (!l->corrected)
        return CT_OK;
    enum ct_cal_verdict found = would_be(x, k, CT_CAL_AS_FOUND, point);
    bool found_moves = found != k->found;
    enum ct_cal_verdict now = left ? would_be(x, k, CT_CAL_AS_LEFT, point) : found;
    l->changes = now != was || found_moves;
    if (now != was)
        snprintf(l->would, sizeof l->would, "%s -> %s%s%s", CT_CAL_VERDICT_NAME[was],
                 CT_CAL_VERDICT_NAME[now], point[0] != '\0' ? " at " : "", point);
    else if (found_moves)
        snprintf(l->would, sizeof l->would, "as found %s -> %s", CT_CAL_VERDICT_NAME[k->found],
                 CT_CAL_VERDICT_NAME[found]);
    else
        snprintf(l->would, sizeof l->would, "%s all the same", CT_CAL_VERDICT_NAME[was]);
    return CT_OK;
}

/* ---- procedures --------------------------------------------------------------------------- */

static enum ct_status procedure_line(struct lines *x, const struct ct_lb_key *key,
                                     struct ct_lookback_line *l, struct ct_error *reterr)
{
    struct ct_procedure p;
    enum ct_status rc = ct_procedure_load(x->app, key->ref_id, &p, reterr);
    if (rc == CT_OK)
        snprintf(l->value, sizeof l->value, "P-%lld %.79s", (long long)p.id, p.title);
    return rc;
}

/* ---- loads ------------------------------------------------------------------------------- */

/* The lowest temperature of its readings, less the error that the machine had there; CT_UNSET
 * in `ret_is`: none was read, or nothing is known of the error. A reading that was typed again
 * replaces the one before, and so does a record; of what was typed and what the machine wrote
 * the worse counts. */
static enum ct_status coldest(const struct lines *x, int64_t load_id, int64_t *ret_low,
                              int64_t *ret_is, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t last[2] = {CT_UNSET, CT_UNSET}; /* typed, recorded */
    bool there;
    *ret_low = *ret_is = CT_UNSET;
    if (x->errors.n == 0)
        return CT_OK;
    enum ct_status rc =
        ct_stmt_get(x->db, &ct_lookback_sql[CT_SQL_LOOKBACK_COLDEST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":load_id", load_id);
    ct_bind_i64(st, ":measure", CT_M_TEMPERATURE);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there)
        last[!ct_col_null(st, 0)] = ct_col_i64(st, 1);
    for (int i = 0; i < 2; i++)
        if (last[i] != CT_UNSET && (*ret_low == CT_UNSET || last[i] < *ret_low))
            *ret_low = last[i];
    if (rc != CT_OK || *ret_low == CT_UNSET)
        return rc;
    double e = ct_lb_error_at(&x->errors, "degC", (double)*ret_low / 1e6);
    if (!isnan(e))
        *ret_is = *ret_low - (int64_t)llround(e * 1e6);
    return CT_OK;
}

/* The lower limit of the temperature by the load's own programme. Most loads of a machine have
 * the same text: it is understood once. */
static enum ct_status limit_of(struct lines *x, int64_t load_id, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    CT_PROGRAMME *p = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(x->db, &ct_load_sql[CT_SQL_LOAD_CANONICAL], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", load_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && !there)
        rc = ct_fail(reterr, CT_ENOTFOUND, "load_id", "there is no such load");
    if (rc != CT_OK)
        return rc;
    const char *text = ct_col_text(st, 1);
    if (x->canonical != NULL && strcmp(x->canonical, text) == 0)
        return CT_OK;
    rc = ct_programme_parse(ct_col_text(st, 0), text, strlen(text), &p, reterr);
    char *copy = rc == CT_OK ? strdup(text) : NULL;
    if (rc == CT_OK && copy == NULL)
        rc = ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list of a look-back");
    if (rc != CT_OK)
        return rc;
    free(x->canonical);
    x->canonical = copy;
    const struct ct_programme_limit *t = &p->limit[CT_M_TEMPERATURE];
    x->limited = p->has[CT_M_TEMPERATURE] && t->low.is == CT_BOUND_SET;
    x->limit = x->limited ? t->low.value : 0;
    return CT_OK;
}

static enum ct_status load_value(struct lines *x, int64_t load_id, struct ct_lookback_line *l,
                                 struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    char number[40], cycle[32] = "";
    bool there;
    enum ct_status rc = ct_stmt_get(x->db, &ct_lookback_sql[CT_SQL_LOOKBACK_LOAD], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":load_id", load_id);
    rc = ct_stmt_step(st, &there, reterr);
    ct_load_number(x->app, load_id, number);
    if (rc == CT_OK && !there)
        rc = ct_fail(reterr, CT_ENOTFOUND, "load_id", "there is no load %s", number);
    if (rc != CT_OK)
        return rc;
    if (!ct_col_null(st, 0))
        snprintf(cycle, sizeof cycle, " cycle %lld", (long long)ct_col_i64(st, 0));
    snprintf(l->value, sizeof l->value, "%s%s %.40s, %d packs, %s", number, cycle,
             ct_col_text(st, 1), (int)ct_col_i64(st, 2), CT_LOAD_STATE_NAME[ct_col_i64(st, 3)]);
    return CT_OK;
}

static enum ct_status load_line(struct lines *x, const struct ct_lb_key *key,
                                struct ct_lookback_line *l, struct ct_error *reterr)
{
    char was[CT_DECIMAL_SIZE], is[CT_DECIMAL_SIZE];
    int64_t low, corrected;
    enum ct_status rc = load_value(x, key->ref_id, l, reterr);
    if (rc == CT_OK)
        rc = coldest(x, key->ref_id, &low, &corrected, reterr);
    if (rc != CT_OK || corrected == CT_UNSET)
        return rc;
    rc = limit_of(x, key->ref_id, reterr);
    if (rc != CT_OK)
        return rc;
    l->corrected = true;
    l->changes = x->limited && low >= x->limit && corrected < x->limit;
    ct_decimal_text(low, 6, was);
    ct_decimal_text(corrected, 6, is);
    snprintf(l->would, sizeof l->would, "lowest %s -> %s degC%s", was, is,
             l->changes ? ": BELOW the limit" : x->limited ? ", within the limit" : "");
    return CT_OK;
}

/* ---- all ------------------------------------------------------------------------------------ */

static enum ct_status line_of(struct lines *x, const struct ct_lb_key *key,
                              struct ct_lookback_line *l, struct ct_error *reterr)
{
    *l = (struct ct_lookback_line){.what = key->what,
                                   .ref_id = key->ref_id,
                                   .at_ms = key->at_ms,
                                   .patient_id = key->patient_id,
                                   .equipment_id = key->equipment_id,
                                   .via = key->via,
                                   .disposition = -1,
                                   .decided_ms = CT_UNSET};
    ct_text_copy(l->asset, sizeof l->asset, key->asset);
    if (key->patient_id != 0) {
        enum ct_status rc = whose(x, key->patient_id, reterr);
        if (rc != CT_OK)
            return rc;
        if (x->hidden) { /* neither who, nor the way to who */
            l->restricted = true;
            l->patient_id = 0;
            return CT_OK;
        }
        ct_patient_name(&x->patient, l->patient, sizeof l->patient);
    }
    switch (key->what) {
    case CT_LB_VITALS: return vitals_line(x, key, l, reterr);
    case CT_LB_CALIBRATION: return calibration_line(x, key, l, reterr);
    case CT_LB_PROCEDURE: return procedure_line(x, key, l, reterr);
    case CT_LB_LOAD: return load_line(x, key, l, reterr);
    case CT_LB_WHATS: break;
    }
    return CT_OK;
}

static int by_patient(const void *a, const void *b)
{
    const struct ct_lb_key *const *x = a, *const *y = b;
    if ((*x)->patient_id != (*y)->patient_id)
        return (*x)->patient_id < (*y)->patient_id ? -1 : 1;
    return (*x > *y) - (*x < *y);
}

/* Patient by patient, each read once, into the places of their keys. */
static enum ct_status fill(struct lines *x, const struct ct_lb_key *key, size_t n,
                           struct ct_lookback_line *line, struct ct_error *reterr)
{
    const struct ct_lb_key **order = calloc(n, sizeof *order);
    if (order == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list of a look-back");
    for (size_t i = 0; i < n; i++)
        order[i] = &key[i];
    qsort(order, n, sizeof *order, by_patient);
    enum ct_status rc = CT_OK;
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        rc = line_of(x, order[i], &line[order[i] - key], reterr);
    free(order);
    return rc;
}

enum ct_status ct_lb_lines(struct ct_app *app, const struct ct_vitals_rules *r,
                           int64_t calibration_id, const struct ct_lb_key *key, size_t n,
                           struct ct_lookback_line **ret, struct ct_error *reterr)
{
    struct lines x = {.app = app, .db = ct_app_db(app), .rules = r};
    CT_CALIBRATION *k = NULL;
    enum ct_status rc = CT_OK;
    *ret = NULL;
    if (n == 0)
        return CT_OK;
    if (calibration_id != 0)
        rc = ct_calibration_load(app, x.db, calibration_id, &k, reterr);
    if (rc == CT_OK && k != NULL)
        ct_lb_errors_of(k, &x.errors);
    struct ct_lookback_line *line = rc == CT_OK ? calloc(n, sizeof *line) : NULL;
    if (rc == CT_OK && line == NULL)
        rc = ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list of a look-back");
    if (rc == CT_OK)
        rc = fill(&x, key, n, line, reterr);
    free(x.canonical);
    if (rc != CT_OK) {
        free(line);
        return rc;
    }
    *ret = line;
    return CT_OK;
}
