/* calibration_write - as found is recorded: the text, the readings, the references, and, out
 * of tolerance, the fault and the look-back, in one change. Later steps are in
 * calibration_step.c. */
#include "clinic/calibration_priv.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* ---- the text is kept once: by its hash, and compared whole ----------------------- */

static enum ct_status text_find(struct ct_db *db, const unsigned char hash[CT_HASH_LEN],
                                const char *text, int64_t *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_calibration_sql[CT_SQL_CAL_TEXT_FIND], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_blob(st, ":hash", hash, CT_HASH_LEN);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    *ret = row ? ct_col_i64(st, 0) : 0;
    if (row && strcmp(ct_col_text(st, 1), text) != 0)
        return ct_fail(reterr, CT_EDAMAGED, "",
                       "The kept template %lld is not the one it is listed as; run clintech "
                       "verify.",
                       (long long)*ret);
    return CT_OK;
}

static enum ct_status text_put(struct ct_db *db, const struct ct_calibration *k,
                               const char *text, int64_t *ret, struct ct_entry *entry,
                               struct ct_error *reterr)
{
    unsigned char hash[CT_HASH_LEN];
    ct_hash(hash, text, strlen(text));
    enum ct_status rc = text_find(db, hash, text, ret, reterr);
    if (rc != CT_OK || *ret != 0)
        return rc;
    CT_STMT *st = NULL;
    rc = ct_stmt_get(db, &ct_calibration_sql[CT_SQL_CAL_TEXT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_blob(st, ":hash", hash, sizeof hash);
    ct_bind_text(st, ":text", text);
    ct_bind_i64(st, ":at_ms", k->at_ms);
    ct_bind_i64(st, ":by_user", k->by_user);
    rc = ct_stmt_run(st, ret, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "calibration_text", *ret);
    return rc;
}

/* ---- rows ------------------------------------------------------------------------------ */

static void bind_id(struct ct_stmt *st, const char *name, int64_t id)
{
    ct_bind_opt(st, name, id != 0 ? id : CT_UNSET);
}

static enum ct_status insert(struct ct_db *db, struct ct_calibration *k, int64_t text_id,
                             struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_calibration_sql[CT_SQL_CAL_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", k->equipment_id);
    ct_bind_i64(st, ":detail_id", k->detail_id);
    bind_id(st, ":schedule_id", k->schedule_id);
    bind_id(st, ":fault_id", k->fault_id);
    ct_bind_i64(st, ":kind", k->kind);
    ct_bind_text(st, ":template", k->t->id);
    ct_bind_text(st, ":version", k->t->version);
    ct_bind_text(st, ":title", k->t->title);
    ct_bind_i64(st, ":text_id", text_id);
    ct_bind_i64(st, ":why", k->why);
    ct_bind_i64(st, ":rule", k->rule);
    ct_bind_text(st, ":rule_source", k->rule_source);
    ct_bind_text(st, ":place", k->place);
    ct_bind_text(st, ":item_state", k->item_state);
    ct_bind_opt(st, ":temp_c10", k->temp_c10);
    ct_bind_opt(st, ":rh_pct", k->rh_pct);
    ct_bind_opt(st, ":press_hpa", k->press_hpa);
    ct_bind_i64(st, ":done_ms", k->done_ms);
    ct_bind_i64(st, ":at_ms", k->at_ms);
    ct_bind_i64(st, ":by_user", k->by_user);
    rc = ct_stmt_run(st, &k->id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "calibration", k->id);
    return rc;
}

static enum ct_status reference_insert(struct ct_db *db, const struct ct_calibration *k,
                                       const struct ct_cal_reference *r, struct ct_entry *entry,
                                       struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc =
        ct_stmt_get(db, &ct_calibration_sql[CT_SQL_CAL_REFERENCE_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":calibration_id", k->id);
    ct_bind_i64(st, ":equipment_id", r->equipment_id);
    ct_bind_i64(st, ":detail_id", r->detail_id);
    ct_bind_i64(st, ":last_day", r->last_day);
    ct_bind_text(st, ":certificate", r->certificate);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "calibration_reference", id);
    return rc;
}

static enum ct_status left_out_insert(struct ct_db *db, const struct ct_calibration *k,
                                      size_t at, const struct ct_cal_value *v, int round,
                                      struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc =
        ct_stmt_get(db, &ct_calibration_sql[CT_SQL_CAL_LEFT_OUT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":calibration_id", k->id);
    ct_bind_i64(st, ":round", round);
    ct_bind_text(st, ":point", k->t->point[at].id);
    ct_bind_text(st, ":reason", v->left_out);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "calibration_left_out", id);
    return rc;
}

static enum ct_status point_insert(struct ct_db *db, const struct ct_calibration *k, size_t at,
                                   const struct ct_cal_value *v, int round,
                                   struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc = ct_stmt_get(db, &ct_calibration_sql[CT_SQL_CAL_POINT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":calibration_id", k->id);
    ct_bind_i64(st, ":phase", round > 0 ? CT_CAL_AS_LEFT : CT_CAL_AS_FOUND);
    ct_bind_i64(st, ":round", round);
    ct_bind_text(st, ":point", k->t->point[at].id);
    ct_bind_i64(st, ":nominal_e6", v->nominal);
    ct_bind_opt(st, ":low_e11", v->c.tolerance_low);
    ct_bind_opt(st, ":high_e11", v->c.tolerance_high);
    ct_bind_text(st, ":tolerance", v->limits);
    ct_bind_text(st, ":declared", v->declared);
    ct_bind_text(st, ":readings", v->readings);
    ct_bind_i64(st, ":sum_e6", v->repeat.sum);
    ct_bind_i64(st, ":n", v->repeat.n);
    ct_bind_opt(st, ":u_e6", v->u);
    ct_bind_i64(st, ":verdict", v->c.verdict);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "calibration_point", id);
    return rc;
}

enum ct_status ct_cal_points_insert(struct ct_db *db, const struct ct_calibration *k,
                                    enum ct_cal_phase phase, int round, struct ct_entry *entry,
                                    struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    for (size_t i = 0; rc == CT_OK && i < k->t->n_points; i++) {
        const struct ct_cal_value *v = &k->value[phase][i];
        if (v->measured)
            rc = point_insert(db, k, i, v, round, entry, reterr);
        else if (v->left_out[0] != '\0')
            rc = left_out_insert(db, k, i, v, round, entry, reterr);
    }
    return rc;
}

enum ct_status ct_cal_event_insert(struct ct_app *app, struct ct_db *db,
                                   const struct ct_calibration *k, enum ct_cal_step step,
                                   int verdict, const char *text, const char *limits,
                                   struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc = ct_stmt_get(db, &ct_calibration_sql[CT_SQL_CAL_EVENT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":calibration_id", k->id);
    ct_bind_i64(st, ":step", step);
    ct_bind_opt(st, ":verdict", verdict >= 0 ? verdict : CT_UNSET);
    ct_bind_text(st, ":text", text);
    ct_bind_text(st, ":limits", limits);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "calibration_event", id);
    return rc;
}

enum ct_status ct_cal_find_put(struct ct_db *db, const struct ct_calibration *k,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_calibration_sql[CT_SQL_CAL_FIND_PUT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":calibration_id", k->id);
    ct_bind_i64(st, ":equipment_id", k->equipment_id);
    ct_bind_i64(st, ":done_ms", k->done_ms);
    ct_bind_i64(st, ":step", k->step);
    ct_bind_i64(st, ":found", k->found);
    ct_bind_opt(st, ":left", k->has_left ? (int64_t)k->left : CT_UNSET);
    return ct_stmt_run(st, NULL, reterr);
}

/* ---- what is looked at before ------------------------------------------------------------ */

static enum ct_status texts_check(struct ct_calibration *k, struct ct_error *reterr)
{
    enum ct_status rc =
        ct_text_check(k->place, "place", "the place", sizeof k->place - 1, true, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(k->item_state, "item_state", "the condition of the device",
                           sizeof k->item_state - 1, false, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(k->rule_source, "rule_source", "who asks for this rule",
                           sizeof k->rule_source - 1, k->rule != k->t->rule, reterr);
    return rc;
}

/* An ambient condition in the unit of its limits. value CT_UNSET: not measured. */
static enum ct_status ambient_check(const struct ct_cal_ambient *a, int64_t e6,
                                    const char *field, const char *what,
                                    struct ct_error *reterr)
{
    char low[CT_DECIMAL_SIZE], high[CT_DECIMAL_SIZE], is[CT_DECIMAL_SIZE];
    if (!a->set)
        return CT_OK;
    ct_decimal_text(a->low, CT_CAL_PLACES, low);
    ct_decimal_text(a->high, CT_CAL_PLACES, high);
    ct_decimal_text(e6, CT_CAL_PLACES, is);
    if (e6 == CT_UNSET)
        return ct_fail(reterr, CT_EINVAL, field,
                       "the %s is missing: this calibration holds from %s to %s %s", what, low,
                       high, a->unit);
    return e6 >= a->low && e6 <= a->high
               ? CT_OK
               : ct_fail(reterr, CT_EINVAL, field,
                         "%s %s: this calibration holds from %s to %s %s; wait, or do it "
                         "elsewhere",
                         is, a->unit, low, high, a->unit);
}

static enum ct_status environment_check(const struct ct_calibration *k, struct ct_error *reterr)
{
    if (k->temp_c10 != CT_UNSET && (k->temp_c10 < -400 || k->temp_c10 > 1000))
        return ct_fail(reterr, CT_EINVAL, "temp_c10", "an ambient temperature is from -40 to 100 "
                                                      "degC");
    if (k->rh_pct != CT_UNSET && (k->rh_pct < 0 || k->rh_pct > 100))
        return ct_fail(reterr, CT_EINVAL, "rh_pct", "relative humidity is from 0 to 100 %%");
    if (k->press_hpa != CT_UNSET && (k->press_hpa < 300 || k->press_hpa > 1200))
        return ct_fail(reterr, CT_EINVAL, "press_hpa", "air pressure is from 300 to 1200 hPa");
    enum ct_status rc =
        ambient_check(&k->t->temperature, k->temp_c10 != CT_UNSET ? k->temp_c10 * 100000 : CT_UNSET,
                      "temp_c10", "ambient temperature", reterr);
    return rc == CT_OK ? ambient_check(&k->t->humidity,
                                       k->rh_pct != CT_UNSET ? k->rh_pct * 1000000 : CT_UNSET,
                                       "rh_pct", "relative humidity", reterr)
                       : rc;
}

/* As they stand now, on the day on which it was measured. */
static enum ct_status references_check(struct ct_app *app, struct ct_calibration *k,
                                       struct ct_error *reterr)
{
    char lacks[160];
    ct_calibration_lacks(k, lacks, sizeof lacks);
    if (lacks[0] != '\0')
        return ct_fail(reterr, CT_EINVAL, "reference",
                       "a reference is missing: %s; scan it, or type its asset number", lacks);
    for (size_t i = 0; i < k->n_refs; i++) {
        struct ct_equipment e;
        enum ct_status rc =
            ct_equipment_load(ct_app_db(app), k->ref[i].equipment_id, &e, reterr);
        if (rc == CT_OK)
            rc = ct_cal_reference_check(app, ct_app_db(app), &e, ct_date_at(k->done_ms),
                                        &k->ref[i], reterr);
        if (rc != CT_OK)
            return rc;
    }
    return CT_OK;
}

static enum ct_status when_check(struct ct_app *app, const struct ct_calibration *k,
                                 struct ct_error *reterr)
{
    char on[16];
    ct_date first = k->e.received != CT_NO_DATE ? k->e.received : k->e.made;
    ct_date_text(first, on);
    if (k->done_ms > ct_app_now(app) + CT_AHEAD_MS)
        return ct_fail(reterr, CT_EINVAL, "done_ms", "it cannot have been measured in the future");
    if (k->done_ms < 0 || (first != CT_NO_DATE && ct_date_at(k->done_ms) < first))
        return ct_fail(reterr, CT_EINVAL, "done_ms",
                       "%s was not here then (%s)", k->e.asset,
                       first != CT_NO_DATE ? on : "before 1970");
    return CT_OK;
}

static enum ct_status found_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct ct_calibration *k = arg;
    enum ct_status rc =
        k->event_id == 0 ? CT_OK
                         : ct_fail(reterr, CT_EINVAL, "", "as found is recorded already");
    if (rc == CT_OK)
        rc = ct_equipment_load(ct_app_db(app), k->equipment_id, &k->e, reterr);
    if (rc == CT_OK && k->e.condition == CT_COND_RETIRED)
        return ct_fail(reterr, CT_EINVAL, "", "%s is retired", k->e.asset);
    if (rc == CT_OK && k->e.detail_id != k->detail_id) /* the points may be others now */
        return ct_fail(reterr, CT_ECONFLICT, "",
                       "the record of %s was amended meanwhile; begin again, so that the points "
                       "fit it",
                       k->e.asset);
    if (rc == CT_OK)
        rc = texts_check(k, reterr);
    if (rc == CT_OK)
        rc = when_check(app, k, reterr);
    if (rc == CT_OK)
        rc = environment_check(k, reterr);
    if (rc == CT_OK)
        rc = ct_cal_complete(k, CT_CAL_AS_FOUND, reterr);
    return rc == CT_OK ? references_check(app, k, reterr) : rc;
}

/* ---- as found ------------------------------------------------------------------------------- */

struct finding {
    struct ct_calibration *k;
    const char *text;
    int64_t fault_id, lookback_id;
};

static enum ct_status finding_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    return found_check(app, ((struct finding *)arg)->k, reterr);
}

static enum ct_status still_none(struct ct_db *db, const struct ct_calibration *k,
                                 struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_calibration_sql[CT_SQL_CAL_OPEN], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", k->equipment_id);
    ct_bind_text(st, ":template", k->t->id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK || !row)
        return rc;
    return ct_fail(reterr, CT_ECONFLICT, "",
                   "K-%lld of this device was begun meanwhile; nothing was saved",
                   (long long)ct_col_i64(st, 0));
}

void ct_cal_worst_text(const struct ct_calibration *k, enum ct_cal_phase phase, char *out,
                       size_t size)
{
    double most = -1;
    size_t at = CT_CALT_NONE;
    for (size_t i = 0; i < k->t->n_points; i++) {
        const struct ct_cal_value *v = &k->value[phase][i];
        double share = v->measured ? ct_cal_share(v) : -1;
        if (v->measured && (at == CT_CALT_NONE || v->c.verdict > k->value[phase][at].c.verdict ||
                            (v->c.verdict == k->value[phase][at].c.verdict && share > most))) {
            most = share;
            at = i;
        }
    }
    if (size > 0)
        out[0] = '\0';
    if (at == CT_CALT_NONE)
        return;
    char error[CT_DECIMAL_SIZE + 2];
    const struct ct_cal_value *v = &k->value[phase][at];
    ct_cal_error_text(v, error, sizeof error);
    snprintf(out, size, "%s %s, %s %s (%s)", k->t->point[at].id,
             CT_CAL_VERDICT_NAME[v->c.verdict], error, k->t->point[at].unit, v->limits);
}

enum ct_status ct_cal_fault_in(struct ct_app *app, struct ct_db *db,
                               const struct ct_calibration *k, enum ct_cal_phase phase,
                               int64_t *ret_id, struct ct_entry *entry, struct ct_error *reterr)
{
    char worst[200], text[400];
    struct ct_fault f = {.equipment_id = k->equipment_id,
                         .cause = k->kind == CT_TASK_ELECTRICAL ? CT_FAULT_ELECTRICAL
                                                                : CT_FAULT_OUT_OF_TOLERANCE,
                         .calibration_id = k->id,
                         .happened_ms = k->done_ms,
                         .harm = CT_HARM_NOBODY};
    ct_cal_worst_text(k, phase, worst, sizeof worst);
    snprintf(text, sizeof text, "K-%lld %s, %s: %s", (long long)k->id, k->t->title,
             phase == CT_CAL_AS_LEFT ? "as left" : "as found", worst);
    ct_text_copy(f.text, sizeof f.text, text);
    enum ct_status rc = ct_fault_open_in(app, db, &f, true, entry, reterr);
    *ret_id = f.id;
    return rc;
}

static enum ct_status out_of_tolerance(struct ct_app *app, struct ct_db *db, struct finding *x,
                                       struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_calibration *k = x->k;
    entry->severity = CT_EXCEPTION;
    enum ct_status rc =
        ct_cal_fault_in(app, db, k, CT_CAL_AS_FOUND, &x->fault_id, entry, reterr);
    if (rc == CT_OK && k->kind == CT_TASK_CALIBRATION)
        rc = ct_lookback_open_in(app, db, k->equipment_id, k->id, k->t->id, k->done_ms, entry,
                                 &x->lookback_id, reterr);
    return rc;
}

static enum ct_status found_write(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct finding *x = arg;
    struct ct_calibration *k = x->k;
    char worst[200];
    int64_t text_id;
    enum ct_status rc = found_check(app, k, reterr); /* a reference may have lapsed meanwhile */
    if (rc == CT_OK)
        rc = still_none(db, k, reterr);
    if (rc != CT_OK)
        return rc;
    k->at_ms = ct_app_now(app);
    k->by_user = ct_app_who(app)->user_id;
    k->step = CT_CAL_FOUND;
    k->found = k->left = ct_cal_worst(k, CT_CAL_AS_FOUND);
    rc = text_put(db, k, x->text, &text_id, entry, reterr);
    if (rc == CT_OK)
        rc = insert(db, k, text_id, entry, reterr);
    for (size_t i = 0; rc == CT_OK && i < k->n_refs; i++)
        rc = reference_insert(db, k, &k->ref[i], entry, reterr);
    if (rc == CT_OK)
        rc = ct_cal_points_insert(db, k, CT_CAL_AS_FOUND, 0, entry, reterr);
    if (rc == CT_OK)
        rc = ct_cal_event_insert(app, db, k, CT_CAL_FOUND, (int)k->found, "", "", entry, reterr);
    if (rc == CT_OK)
        rc = ct_cal_find_put(db, k, reterr);
    if (rc != CT_OK)
        return rc;
    ct_cal_worst_text(k, CT_CAL_AS_FOUND, worst, sizeof worst);
    snprintf(entry->detail, sizeof entry->detail, "K-%lld %s %s: %s; %s", (long long)k->id,
             k->e.asset, k->t->title, CT_CAL_VERDICT_NAME[k->found], worst);
    entry->done_ms = k->done_ms;
    if (k->found >= CT_CAL_CONDITIONAL_FAIL)
        return out_of_tolerance(app, db, x, entry, reterr);
    entry->severity = k->found == CT_CAL_PASS ? CT_ROUTINE : CT_NOTABLE;
    return CT_OK;
}

enum ct_status ct_calibration_found(struct ct_app *app, struct ct_calibration *k,
                                    int64_t *ret_fault, int64_t *ret_lookback,
                                    struct ct_error *reterr)
{
    CT_BUF text = {.max = CT_CALT_CANONICAL_MAX};
    const struct ct_calibration was = *k;
    *ret_fault = *ret_lookback = 0;
    ct_caltemplate_canonical(k->t, &text);
    if (text.bad)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the template");
    struct finding x = {.k = k, .text = ct_buf_str(&text)};
    const struct ct_change change = {.verb = CT_VERB_CAL_FOUND,
                                     .check = finding_check,
                                     .write = found_write,
                                     .arg = &x,
                                     .entry = {.done_ms = k->done_ms}};
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    if (rc != CT_OK) { /* nothing is written: it is a new one still */
        k->id = was.id;
        k->step = was.step;
        k->event_id = was.event_id;
        return rc;
    }
    *ret_fault = x.fault_id;
    *ret_lookback = x.lookback_id;
    return ct_cal_reload(app, k, reterr);
}
