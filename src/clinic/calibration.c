/* calibration - a calibration that is begun: its template, the points that apply, what is
 * carried over from the last one. The contract is calibration.h. */
#include "clinic/calibration_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

const char *const CT_CAL_STEP_NAME[CT_CAL_STEPS] = {
    [CT_CAL_FOUND] = "as found",         [CT_CAL_ADJUSTED] = "adjusted",
    [CT_CAL_LEFT] = "as left",           [CT_CAL_HANDED_IN] = "waits for approval",
    [CT_CAL_SENT_BACK] = "sent back",    [CT_CAL_APPROVED] = "approved",
    [CT_CAL_IN_ERROR] = "entered in error",
};

void ct_calibration_free(struct ct_calibration *k)
{
    if (k == NULL)
        return;
    for (int phase = 0; phase < CT_CAL_PHASES; phase++)
        free(k->value[phase]);
    ct_caltemplate_free(k->t);
    ct_caltemplate_free(k->undivided);
    free(k);
}

void ct_calibration_freep(struct ct_calibration **k)
{
    ct_calibration_free(*k);
    *k = NULL;
}

/* ---- points ------------------------------------------------------------------- */

enum { CLASSES = 1u << CT_CALT_CLASS_I | 1u << CT_CALT_CLASS_II,
       TYPES = 1u << CT_CALT_TYPE_B | 1u << CT_CALT_TYPE_BF | 1u << CT_CALT_TYPE_CF };

static unsigned bits_of(const struct ct_equipment *e)
{
    unsigned bits = e->elec_class == CT_ELEC_I    ? 1u << CT_CALT_CLASS_I
                    : e->elec_class == CT_ELEC_II ? 1u << CT_CALT_CLASS_II
                                                  : 0;
    return bits | (e->applied == CT_APPLIED_B    ? 1u << CT_CALT_TYPE_B
                   : e->applied == CT_APPLIED_BF ? 1u << CT_CALT_TYPE_BF
                   : e->applied == CT_APPLIED_CF ? 1u << CT_CALT_TYPE_CF
                                                 : 0);
}

bool ct_cal_point_applies(const struct ct_cal_point *p, const struct ct_equipment *e)
{
    unsigned bits = bits_of(e);
    return ((p->applies & CLASSES) == 0 || (p->applies & CLASSES & bits) != 0) &&
           ((p->applies & TYPES) == 0 || (p->applies & TYPES & bits) != 0);
}

const char *ct_cal_reference_of(const struct ct_calibration *k, size_t point)
{
    return k->t->point[point].reference;
}

/* A point that depends on what nobody has said of the device. */
static enum ct_status classes_said(const struct ct_calibration *k, struct ct_error *reterr)
{
    unsigned all = 0;
    bool any = false;
    for (size_t i = 0; i < k->t->n_points; i++) {
        all |= k->t->point[i].applies;
        any |= ct_cal_point_applies(&k->t->point[i], &k->e);
    }
    if ((all & CLASSES) != 0 && k->e.elec_class == CT_ELEC_UNSAID)
        return ct_fail(reterr, CT_EINVAL, "elec_class",
                       "%s: its electrical class is not in its record, and the points depend on "
                       "it: amend the device first",
                       k->e.asset);
    if ((all & TYPES) != 0 && k->e.applied == CT_APPLIED_UNSAID)
        return ct_fail(reterr, CT_EINVAL, "applied",
                       "%s: its applied part (none, B, BF, CF) is not in its record, and the "
                       "points depend on it: amend the device first",
                       k->e.asset);
    return any ? CT_OK
               : ct_fail(reterr, CT_EINVAL, "template", "no point of %s applies to %s",
                         k->t->title, k->e.asset);
}

void ct_cal_values_begin(const struct ct_calibration *k, enum ct_cal_phase phase)
{
    for (size_t i = 0; i < k->t->n_points; i++) {
        const struct ct_cal_point *p = &k->t->point[i];
        struct ct_cal_value *v = &k->value[phase][i];
        *v = (struct ct_cal_value){.applies = ct_cal_point_applies(p, &k->e),
                                   .nominal = p->nominal,
                                   .tolerance = p->tolerance,
                                   .limited = !p->declared,
                                   .u = CT_UNSET};
        if (!p->declared)
            ct_cal_limits_text(&p->tolerance, p->nominal, p->unit, v->limits,
                               sizeof v->limits);
    }
}

void ct_calibration_clear(const struct ct_calibration *k, enum ct_cal_phase phase)
{
    for (size_t i = 0; i < k->t->n_points; i++) {
        struct ct_cal_value *v = &k->value[phase][i];
        v->measured = false;
        v->left_out[0] = v->readings[0] = '\0';
    }
}

enum ct_status ct_cal_values_make(struct ct_calibration *k, struct ct_error *reterr)
{
    for (int phase = 0; phase < CT_CAL_PHASES; phase++) {
        k->value[phase] = calloc(k->t->n_points, sizeof *k->value[phase]);
        if (k->value[phase] == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the points");
        ct_cal_values_begin(k, (enum ct_cal_phase)phase);
    }
    return CT_OK;
}

/* ---- templates -------------------------------------------------------------------- */

static enum ct_status fits(struct ct_app *app, const struct ct_equipment *e,
                           const struct ct_caltemplate *t, bool *ret, struct ct_error *reterr)
{
    const struct ct_equip_classes *all;
    *ret = strcmp(t->device_class, e->class) == 0 ||
           strcmp(t->device_class, CT_CALT_ELECTRICAL) == 0;
    if (*ret)
        return CT_OK;
    enum ct_status rc = ct_equip_classes_of(app, &all, reterr);
    if (rc != CT_OK)
        return rc;
    const struct ct_equip_class *c = ct_equip_class_find(all, e->class);
    for (size_t i = 0; c != NULL && i < c->n_templates; i++)
        *ret |= strcmp(c->templates[i], t->id) == 0;
    return CT_OK;
}

enum ct_status ct_calibration_templates(struct ct_app *app, const struct ct_equipment *e,
                                        struct ct_buf *ret, struct ct_error *reterr)
{
    CT_BUF ids = {0};
    enum ct_status rc = ct_caltemplate_ids(ct_app_config(app), &ids, reterr);
    if (rc != CT_OK)
        return rc;
    for (const char *id = ct_buf_str(&ids); *id != '\0'; id += strlen(id) + 1) {
        CT_CALTEMPLATE *t = NULL;
        bool fit;
        if (ct_caltemplate_load(ct_app_config(app), id, &t, NULL) != CT_OK)
            continue; /* it is said when it is asked for; the others go on */
        rc = fits(app, e, t, &fit, reterr);
        if (rc != CT_OK)
            return rc;
        if (fit)
            ct_buf_add(ret, id, strlen(id) + 1);
    }
    ct_buf_char(ret, '\0');
    return ret->bad ? ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the templates")
                    : CT_OK;
}

/* ---- what it is done for ------------------------------------------------------------- */

static enum ct_status borrow(struct ct_db *db, unsigned sql, int64_t id, struct ct_stmt **ret,
                             struct ct_error *reterr)
{
    enum ct_status rc = ct_stmt_get(db, &ct_calibration_sql[sql], ret, reterr);
    if (rc == CT_OK)
        ct_bind_i64(*ret, ":equipment_id", id);
    return rc;
}

/* The schedule that asks for it, and the fault for whose end it is tested. */
static enum ct_status asked_for(struct ct_db *db, struct ct_calibration *k,
                                struct ct_error *reterr)
{
    bool row;
    {
        CT_STMT *st = NULL;
        enum ct_status rc = borrow(db, CT_SQL_CAL_SCHEDULE, k->equipment_id, &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":kind", k->kind);
        ct_bind_text(st, ":template", k->t->id);
        rc = ct_stmt_step(st, &row, reterr);
        if (rc != CT_OK)
            return rc;
        k->schedule_id = row ? ct_col_i64(st, 0) : 0;
        k->why = row ? CT_TASK_SCHEDULED : CT_TASK_OUT_OF_TURN;
    }
    CT_STMT *st = NULL;
    enum ct_status rc = borrow(db, CT_SQL_CAL_FAULT, k->equipment_id, &st, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK || !row)
        return rc;
    k->fault_id = ct_col_i64(st, 0);
    if (k->e.condition == CT_COND_TESTING)
        k->why = CT_TASK_AFTER_REPAIR;
    return CT_OK;
}

/* ---- carried over from the last one --------------------------------------------------- */

static void carry_values(struct ct_calibration *k, const struct ct_calibration *last)
{
    for (size_t i = 0; i < k->t->n_points; i++) {
        const struct ct_cal_point *p = &k->t->point[i];
        size_t at = ct_caltemplate_find(last->t, p->id, strlen(p->id));
        if (at == CT_CALT_NONE || strcmp(last->t->point[at].unit, p->unit) != 0)
            continue;
        const struct ct_cal_value *was = &last->value[CT_CAL_AS_FOUND][at];
        char nominal[CT_DECIMAL_SIZE];
        ct_decimal_text(was->nominal, CT_CAL_PLACES, nominal);
        for (int phase = 0; phase < CT_CAL_PHASES; phase++)
            k->value[phase][i].u = was->u;
        if ((p->declared || p->nominal == CT_UNSET) && was->declared[0] != '\0' &&
            ct_calibration_declare(k, i, nominal, was->limits, was->declared, NULL) != CT_OK)
            continue; /* its limits are typed anew */
    }
}

/* It stands on the device's plate. */
static void carry_division(struct ct_calibration *k, const struct ct_calibration *last)
{
    char e[CT_DECIMAL_SIZE];
    if (!ct_calibration_lacks_division(k) || last->t->division == CT_UNSET ||
        strcmp(last->t->division_unit, k->t->division_unit) != 0)
        return;
    ct_decimal_text(last->t->division, CT_CAL_PLACES, e);
    if (ct_calibration_division(k, e, last->t->division_source, NULL) != CT_OK)
        return; /* it is typed anew */
}

static enum ct_status carry_over(struct ct_app *app, struct ct_calibration *k,
                                 struct ct_error *reterr)
{
    CT_CALIBRATION *last = NULL;
    int64_t id = 0;
    bool row;
    {
        CT_STMT *st = NULL;
        enum ct_status rc = borrow(ct_app_db(app), CT_SQL_CAL_LAST, k->equipment_id, &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_text(st, ":template", k->t->id);
        rc = ct_stmt_step(st, &row, reterr);
        if (rc != CT_OK)
            return rc;
        id = row ? ct_col_i64(st, 0) : 0;
    }
    if (id == 0)
        return CT_OK;
    enum ct_status rc = ct_calibration_load(app, ct_app_db(app), id, &last, reterr);
    if (rc != CT_OK)
        return rc;
    carry_division(k, last);
    carry_values(k, last);
    ct_text_copy(k->place, sizeof k->place, last->place);
    for (size_t i = 0; i < last->n_refs; i++)
        if (ct_calibration_reference(app, k, last->ref[i].asset, NULL) != CT_OK)
            continue; /* it lapsed, or is not in service: another one is scanned */
    return CT_OK;
}

static enum ct_status none_open(struct ct_db *db, const struct ct_calibration *k,
                                int64_t *ret_open, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = borrow(db, CT_SQL_CAL_OPEN, k->equipment_id, &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_text(st, ":template", k->t->id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK || !row)
        return rc;
    *ret_open = ct_col_i64(st, 0);
    return ct_fail(reterr, CT_ECONFLICT, "", "K-%lld of this device is open: go on with it",
                   (long long)*ret_open);
}

static enum ct_status begin(struct ct_app *app, int64_t equipment_id, const char *template_id,
                            struct ct_calibration *k, int64_t *ret_open,
                            struct ct_error *reterr)
{
    bool fit = false;
    enum ct_status rc = ct_equipment_load(ct_app_db(app), equipment_id, &k->e, reterr);
    if (rc == CT_OK)
        rc = ct_caltemplate_load(ct_app_config(app), template_id, &k->t, reterr);
    if (rc == CT_OK && k->e.condition == CT_COND_RETIRED)
        return ct_fail(reterr, CT_EINVAL, "", "%s is retired", k->e.asset);
    if (rc == CT_OK)
        rc = fits(app, &k->e, k->t, &fit, reterr);
    if (rc != CT_OK)
        return rc;
    if (!fit)
        return ct_fail(reterr, CT_EINVAL, "template",
                       "%s is for devices of class %s, and %s is of class %s", k->t->title,
                       k->t->device_class, k->e.asset, k->e.class);
    k->equipment_id = equipment_id;
    k->detail_id = k->e.detail_id;
    k->kind = strcmp(k->t->device_class, CT_CALT_ELECTRICAL) == 0 ? CT_TASK_ELECTRICAL
                                                                  : CT_TASK_CALIBRATION;
    k->rule = k->t->rule;
    k->done_ms = ct_app_now(app);
    ct_text_copy(k->place, sizeof k->place, k->e.location);
    rc = classes_said(k, reterr);
    if (rc == CT_OK)
        rc = none_open(ct_app_db(app), k, ret_open, reterr);
    if (rc == CT_OK)
        rc = ct_cal_values_make(k, reterr);
    if (rc == CT_OK)
        rc = asked_for(ct_app_db(app), k, reterr);
    return rc == CT_OK ? carry_over(app, k, reterr) : rc;
}

enum ct_status ct_calibration_new(struct ct_app *app, int64_t equipment_id,
                                  const char *template_id, struct ct_calibration **ret,
                                  int64_t *ret_open, struct ct_error *reterr)
{
    CT_CALIBRATION *k = NULL;
    int64_t open = 0;
    *ret = NULL;
    if (ret_open != NULL)
        *ret_open = 0;
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc != CT_OK)
        return rc;
    k = calloc(1, sizeof *k);
    if (k == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the calibration");
    k->temp_c10 = k->rh_pct = k->press_hpa = CT_UNSET;
    k->left_ms = k->approved_ms = CT_UNSET;
    rc = begin(app, equipment_id, template_id, k, &open, reterr);
    if (ret_open != NULL)
        *ret_open = open;
    if (rc != CT_OK)
        return rc;
    *ret = k;
    k = NULL;
    return CT_OK;
}

/* ---- references -------------------------------------------------------------------------- */

static bool has_reference(const struct ct_calibration *k, const char *kind)
{
    for (size_t i = 0; i < k->n_refs; i++)
        if (strcasecmp(k->ref[i].of, kind) == 0)
            return true;
    return false;
}

void ct_calibration_lacks(const struct ct_calibration *k, char *out, size_t size)
{
    CT_BUF b = {.max = 1024};
    for (size_t i = 0; i < k->t->n_points; i++) {
        const char *kind = ct_cal_reference_of(k, i);
        bool said = false;
        if (kind[0] == '\0' || !k->value[CT_CAL_AS_FOUND][i].applies ||
            k->value[CT_CAL_AS_FOUND][i].left_out[0] != '\0' || has_reference(k, kind))
            continue;
        for (size_t j = 0; j < i; j++) /* each kind once */
            said |= k->value[CT_CAL_AS_FOUND][j].applies &&
                    k->value[CT_CAL_AS_FOUND][j].left_out[0] == '\0' &&
                    strcasecmp(ct_cal_reference_of(k, j), kind) == 0;
        if (!said)
            ct_buf_printf(&b, "%s%s", b.len > 0 ? ", " : "", kind);
    }
    ct_text_copy(out, size, ct_buf_str(&b));
}
