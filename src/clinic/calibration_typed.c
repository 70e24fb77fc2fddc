/* calibration_typed - readings as they are typed, judged at once; which of them may be left
 * out and which are missing. The contract is calibration.h. */
#include "clinic/calibration_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/text.h"

/* ---- numbers with and without units ----------------------------------------------- */

struct typed {
    int64_t v[CT_CAL_READINGS_MAX];
    int n, with_unit; /* numbers; those that had a unit of their own */
    bool last_bare;   /* the last number had none */
};

static size_t number_len(const char *s, size_t n)
{
    size_t i = n > 0 && (s[0] == '-' || s[0] == '+') ? 1 : 0;
    while (i < n && (ct_is_digit(s[i]) || s[i] == '.' || s[i] == ','))
        i++;
    return i;
}

static enum ct_status other_unit(const struct ct_cal_point *p, const char *s, size_t n,
                                 struct ct_error *reterr)
{
    CT_BUF copy = {.max = 128}, shown = {0};
    ct_buf_add(&copy, s, n < 60 ? n : 60);
    ct_text_clean(&shown, ct_buf_str(&copy), 20, false);
    return ct_fail(reterr, CT_EINVAL, p->id, "\"%s\": this is in %s, and in no other unit",
                   ct_buf_str(&shown), p->unit);
}

static enum ct_status add_number(const struct ct_cal_point *p, struct typed *t, const char *s,
                                 size_t n, struct ct_error *reterr)
{
    if (t->n == CT_CAL_READINGS_MAX)
        return ct_fail(reterr, CT_EINVAL, p->id, "a point has at most %d readings",
                       CT_CAL_READINGS_MAX);
    enum ct_status rc =
        ct_decimal_parse(p->id, s, n, CT_CAL_PLACES, CT_CAL_MAX, &t->v[t->n], reterr);
    t->n += rc == CT_OK;
    return rc;
}

/* One word: "120.1", "mmHg" behind a number, "120.1mmHg". */
static enum ct_status take_word(const struct ct_cal_point *p, struct typed *t, const char *s,
                                size_t n, struct ct_error *reterr)
{
    size_t digits = number_len(s, n);
    bool is_unit = ct_cal_unit_is(s, n, p->unit);
    if (is_unit && t->n == 0)
        return ct_fail(reterr, CT_EINVAL, p->id, "the number before %s is missing", p->unit);
    if (is_unit || (digits == 0 && t->n > 0)) {
        if (!is_unit || !t->last_bare)
            return other_unit(p, s, n, reterr);
        t->with_unit++;
        t->last_bare = false;
        return CT_OK;
    }
    enum ct_status rc = add_number(p, t, s, digits > 0 ? digits : n, reterr);
    t->last_bare = digits == n;
    if (rc != CT_OK || digits == n)
        return rc;
    if (!ct_cal_unit_is(s + digits, n - digits, p->unit))
        return other_unit(p, s + digits, n - digits, reterr);
    t->with_unit++;
    return CT_OK;
}

static enum ct_status take_line(const struct ct_cal_point *p, const char *line, struct typed *t,
                                struct ct_error *reterr)
{
    *t = (struct typed){.n = 0};
    enum ct_status rc = CT_OK;
    while (rc == CT_OK) {
        line += strspn(line, " \t;");
        size_t n = strcspn(line, " \t;");
        if (n == 0)
            break;
        rc = take_word(p, t, line, n, reterr);
        line += n;
    }
    /* Each with its unit, or one behind the last for all of them, or none. */
    if (rc == CT_OK && t->with_unit > 0 && t->with_unit < t->n &&
        (t->with_unit > 1 || t->last_bare))
        return ct_fail(reterr, CT_EINVAL, p->id,
                       "a reading without a unit among others with it: write %s behind each, or "
                       "once behind the last",
                       p->unit);
    return rc;
}

/* ---- verdicts ------------------------------------------------------------------------ */

static enum ct_status judge(const struct ct_calibration *k, size_t point,
                            const struct ct_cal_value *v, const struct ct_repeat *r,
                            struct ct_conformity *ret, struct ct_error *reterr)
{
    const struct ct_cal_point *p = &k->t->point[point];
    struct ct_error e;
    if (v->nominal == CT_UNSET)
        return ct_fail(reterr, CT_EINVAL, p->id,
                       "the nominal value is the device's own: give it, with its limit, before "
                       "the reading");
    if (!v->limited)
        return ct_fail(reterr, CT_EINVAL, p->id,
                       "the limit is the device's own, and without it there is no verdict: give "
                       "it, with where it was taken from, or leave the point out (- and why)");
    const struct ct_conformity_in in = {.nominal = v->nominal,
                                        .tolerance = v->tolerance,
                                        .sum = r->sum,
                                        .n = r->n,
                                        .u = v->u,
                                        .rule = k->rule};
    if (ct_conformity_judge(&in, ret, &e) != CT_OK)
        return ct_fail(reterr, CT_EINVAL, p->id, "%s", e.text);
    return CT_OK;
}

enum ct_status ct_cal_judge(const struct ct_calibration *k, size_t point,
                            struct ct_cal_value *v, struct ct_error *reterr)
{
    struct typed t;
    v->measured = false;
    enum ct_status rc = take_line(&k->t->point[point], v->readings, &t, reterr);
    if (rc == CT_OK && t.n < k->t->point[point].readings)
        return ct_fail(reterr, CT_EINVAL, k->t->point[point].id,
                       "%d readings are wanted here, there %s %d; the mean is judged",
                       k->t->point[point].readings, t.n == 1 ? "is" : "are", t.n);
    if (rc == CT_OK)
        rc = ct_repeat(t.v, t.n, &v->repeat, reterr);
    if (rc == CT_OK)
        rc = judge(k, point, v, &v->repeat, &v->c, reterr);
    v->measured = rc == CT_OK;
    return rc;
}

enum ct_cal_verdict ct_cal_worst(const struct ct_calibration *k, enum ct_cal_phase phase)
{
    enum ct_cal_verdict worst = CT_CAL_PASS;
    for (size_t i = 0; i < k->t->n_points; i++) {
        const struct ct_cal_value *v = &k->value[phase][i];
        if (v->measured && v->c.verdict > worst)
            worst = v->c.verdict;
    }
    return worst;
}

/* ---- the order of points ---------------------------------------------------------------- */

static bool passed(const struct ct_cal_value *v)
{
    return v->c.verdict == CT_CAL_PASS || v->c.verdict == CT_CAL_CONDITIONAL_PASS;
}

size_t ct_cal_after_failed(const struct ct_calibration *k, size_t point,
                           enum ct_cal_phase phase)
{
    for (size_t i = 0; i < point; i++) {
        const struct ct_cal_value *v = &k->value[phase][i];
        if ((k->t->point[point].after & UINT64_C(1) << i) != 0 && v->measured && !passed(v))
            return i;
    }
    return CT_CALT_NONE;
}

/* The first point of those it waits for when none of them was measured though one applies. */
static size_t after_missing(const struct ct_calibration *k, size_t point,
                            enum ct_cal_phase phase)
{
    size_t first = CT_CALT_NONE;
    for (size_t i = 0; i < point; i++) {
        const struct ct_cal_value *v = &k->value[phase][i];
        if ((k->t->point[point].after & UINT64_C(1) << i) == 0 || !v->applies)
            continue;
        if (v->measured)
            return CT_CALT_NONE;
        if (first == CT_CALT_NONE)
            first = i;
    }
    return first;
}

static enum ct_status may_measure(const struct ct_calibration *k, size_t point,
                                  enum ct_cal_phase phase, struct ct_error *reterr)
{
    const struct ct_cal_point *p = &k->t->point[point];
    size_t failed = ct_cal_after_failed(k, point, phase);
    if (failed != CT_CALT_NONE)
        return ct_fail(reterr, CT_EINVAL, p->id,
                       "this is measured only after %s has passed, and it did not: repair that "
                       "first",
                       k->t->point[failed].id);
    size_t missing = after_missing(k, point, phase);
    if (missing != CT_CALT_NONE)
        return ct_fail(reterr, CT_EINVAL, p->id,
                       "this is measured only after %s has passed: measure that first",
                       k->t->point[missing].id);
    return CT_OK;
}

/* ---- typed ---------------------------------------------------------------------------------- */

static enum ct_status leave_out(const struct ct_cal_point *p, struct ct_cal_value *v,
                                const char *why, struct ct_error *reterr)
{
    char text[sizeof v->readings];
    ct_text_copy(text, sizeof text, why);
    enum ct_status rc =
        ct_text_check(text, p->id, "the reason", sizeof v->left_out - 1, false, reterr);
    if (rc != CT_OK)
        return rc;
    if (text[0] == '\0')
        return ct_fail(reterr, CT_EINVAL, p->id,
                       "why is this point left out? Write the reason behind the dash, as "
                       "\"- above the capacity\"");
    ct_text_copy(v->left_out, sizeof v->left_out, text);
    return CT_OK;
}

bool ct_calibration_lacks_division(const struct ct_calibration *k)
{
    return k->t->division_unit[0] != '\0' && k->t->division == CT_UNSET;
}

static enum ct_status divided(const struct ct_calibration *k, size_t point,
                              struct ct_error *reterr)
{
    return !ct_calibration_lacks_division(k)
               ? CT_OK
               : ct_fail(reterr, CT_EINVAL, k->t->point[point].id,
                         "the limits are in divisions: give e of this device, in %s, first",
                         k->t->division_unit);
}

enum ct_status ct_calibration_read(const struct ct_calibration *k, size_t point,
                                   enum ct_cal_phase phase, const char *typed,
                                   struct ct_error *reterr)
{
    if (point >= k->t->n_points || (unsigned)phase >= CT_CAL_PHASES)
        return ct_fail(reterr, CT_EINVAL, "", "the template has no such point");
    const struct ct_cal_point *p = &k->t->point[point];
    struct ct_cal_value *v = &k->value[phase][point];
    v->measured = false;
    v->left_out[0] = '\0';
    if (strlen(typed) >= sizeof v->readings)
        return ct_fail(reterr, CT_EINVAL, p->id, "that is too long: at most %zu characters",
                       sizeof v->readings - 1);
    ct_text_copy(v->readings, sizeof v->readings, typed);
    ct_text_trim(v->readings);
    if (!v->applies)
        return v->readings[0] == '\0'
                   ? CT_OK
                   : ct_fail(reterr, CT_EINVAL, p->id,
                             "this point is for other devices (electrical class, applied part)");
    if (v->readings[0] == '\0')
        return CT_OK;
    if (v->readings[0] == '-' && !ct_is_digit(v->readings[1]) && v->readings[1] != '.')
        return leave_out(p, v, v->readings + 1, reterr);
    enum ct_status rc = divided(k, point, reterr);
    if (rc == CT_OK)
        rc = may_measure(k, point, phase, reterr);
    return rc == CT_OK ? ct_cal_judge(k, point, v, reterr) : rc;
}

/* Again, what was measured: after a change of what it is judged by. */
static enum ct_status again(const struct ct_calibration *k, size_t point,
                            enum ct_cal_phase phase, struct ct_error *reterr)
{
    struct ct_cal_value *v = &k->value[phase][point];
    if (!v->applies || v->readings[0] == '\0' || v->left_out[0] != '\0')
        return CT_OK;
    return ct_cal_judge(k, point, v, reterr);
}

enum ct_status ct_calibration_declare(const struct ct_calibration *k, size_t point,
                                      const char *nominal, const char *limit, const char *from,
                                      struct ct_error *reterr)
{
    if (point >= k->t->n_points)
        return ct_fail(reterr, CT_EINVAL, "", "the template has no such point");
    const struct ct_cal_point *p = &k->t->point[point];
    struct ct_cal_value w = k->value[CT_CAL_AS_FOUND][point];
    struct typed t;
    char source[sizeof w.declared + 80];
    enum ct_status rc = divided(k, point, reterr);
    if (rc != CT_OK)
        return rc;
    if (!p->declared && p->nominal != CT_UNSET)
        return ct_fail(reterr, CT_EINVAL, p->id,
                       "its limit is the template's: change it there, for all devices");
    if (p->nominal == CT_UNSET) {
        rc = take_line(p, nominal, &t, reterr);
        if (rc == CT_OK && t.n != 1)
            rc = ct_fail(reterr, CT_EINVAL, p->id, "the nominal value is one number, in %s",
                         p->unit);
        w.nominal = rc == CT_OK ? t.v[0] : CT_UNSET;
    }
    ct_text_copy(source, sizeof source, from);
    if (rc == CT_OK)
        rc = ct_text_check(source, p->id, "where it was taken from", sizeof w.declared - 1,
                           true, reterr);
    if (rc == CT_OK && p->declared)
        rc = ct_cal_limits_parse(p->id, limit, w.nominal, p->unit, &w.tolerance, reterr);
    if (rc != CT_OK)
        return rc;
    for (int phase = 0; phase < CT_CAL_PHASES; phase++) {
        struct ct_cal_value *v = &k->value[phase][point];
        v->nominal = w.nominal;
        v->tolerance = w.tolerance;
        v->limited = true;
        ct_text_copy(v->declared, sizeof v->declared, source);
        ct_cal_limits_text(&v->tolerance, v->nominal, p->unit, v->limits, sizeof v->limits);
        rc = rc == CT_OK ? again(k, point, (enum ct_cal_phase)phase, reterr) : rc;
    }
    return rc;
}

enum ct_status ct_calibration_u(const struct ct_calibration *k, size_t point,
                                enum ct_cal_phase phase, const char *typed,
                                struct ct_error *reterr)
{
    if (point >= k->t->n_points || (unsigned)phase >= CT_CAL_PHASES)
        return ct_fail(reterr, CT_EINVAL, "", "the template has no such point");
    const struct ct_cal_point *p = &k->t->point[point];
    struct ct_cal_value *v = &k->value[phase][point];
    struct typed t;
    enum ct_status rc = typed[0] != '\0' ? divided(k, point, reterr) : CT_OK;
    if (rc == CT_OK)
        rc = take_line(p, typed, &t, reterr);
    if (rc != CT_OK)
        return rc;
    if (t.n > 1 || (t.n == 1 && t.v[0] < 0))
        return ct_fail(reterr, CT_EINVAL, p->id,
                       "U (k = 2) is one number in %s, not below zero", p->unit);
    v->u = t.n == 1 ? t.v[0] : CT_UNSET;
    return again(k, point, phase, reterr);
}

/* All points anew under the template that t is now; what was typed is judged again. */
static enum ct_status begin_again(const struct ct_calibration *k, struct ct_error *reterr)
{
    size_t n = k->t->n_points;
    struct ct_cal_value *was = calloc(n, sizeof *was);
    enum ct_status rc = CT_OK;
    if (was == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the points");
    memcpy(was, k->value[CT_CAL_AS_FOUND], n * sizeof *was);
    ct_cal_values_begin(k, CT_CAL_AS_FOUND);
    ct_cal_values_begin(k, CT_CAL_AS_LEFT);
    for (size_t i = 0; i < n; i++) {
        struct ct_cal_value *v = &k->value[CT_CAL_AS_FOUND][i];
        v->u = was[i].u;
        ct_text_copy(v->readings, sizeof v->readings, was[i].readings);
        ct_text_copy(v->left_out, sizeof v->left_out, was[i].left_out);
        enum ct_status one = again(k, i, CT_CAL_AS_FOUND, rc == CT_OK ? reterr : NULL);
        rc = rc == CT_OK ? one : rc;
    }
    free(was);
    return rc;
}

enum ct_status ct_calibration_division(struct ct_calibration *k, const char *typed,
                                       const char *from, struct ct_error *reterr)
{
    const struct ct_caltemplate *plain = k->undivided != NULL ? k->undivided : k->t;
    const struct ct_cal_point e = {.id = "division", .unit = plain->division_unit};
    struct ct_caltemplate *with = NULL;
    char source[CT_CALT_FROM_MAX + 80];
    struct typed t;
    if (k->event_id != 0)
        return ct_fail(reterr, CT_EINVAL, "division",
                       "the division is what as found was judged by: it is no longer changed");
    enum ct_status rc = take_line(&e, typed, &t, reterr);
    if (rc == CT_OK && t.n != 1)
        rc = ct_fail(reterr, CT_EINVAL, "division", "the division e is one number, in %s",
                     e.unit);
    ct_text_copy(source, sizeof source, from);
    if (rc == CT_OK)
        rc = ct_text_check(source, "division", "where the division is written", CT_CALT_FROM_MAX,
                           true, reterr);
    if (rc == CT_OK)
        rc = ct_caltemplate_divide(plain, t.v[0], source, &with, reterr);
    if (rc != CT_OK)
        return rc;
    if (k->undivided == NULL)
        k->undivided = k->t;
    else
        ct_caltemplate_free(k->t);
    k->t = with;
    return begin_again(k, reterr);
}

enum ct_status ct_calibration_rule(struct ct_calibration *k, enum ct_cal_rule rule,
                                   const char *source, struct ct_error *reterr)
{
    char text[sizeof k->rule_source + 80];
    if (k->event_id != 0)
        return ct_fail(reterr, CT_EINVAL, "rule",
                       "the rule is agreed before measuring: it is no longer changed");
    if ((unsigned)rule >= CT_CAL_RULES)
        return ct_fail(reterr, CT_EINVAL, "rule", "There is no such decision rule.");
    ct_text_copy(text, sizeof text, rule == k->t->rule ? "" : source);
    enum ct_status rc = ct_text_check(text, "rule_source", "who asks for this rule",
                                      sizeof k->rule_source - 1, rule != k->t->rule, reterr);
    if (rc != CT_OK)
        return rc;
    k->rule = rule;
    ct_text_copy(k->rule_source, sizeof k->rule_source, text);
    for (size_t i = 0; i < k->t->n_points; i++) {
        enum ct_status one = again(k, i, CT_CAL_AS_FOUND, rc == CT_OK ? reterr : NULL);
        rc = rc == CT_OK ? one : rc;
    }
    return rc;
}

/* ---- is it whole? --------------------------------------------------------------------------- */

enum ct_status ct_cal_complete(const struct ct_calibration *k, enum ct_cal_phase phase,
                               struct ct_error *reterr)
{
    size_t measured = 0;
    for (size_t i = 0; i < k->t->n_points; i++) {
        const struct ct_cal_point *p = &k->t->point[i];
        struct ct_cal_value *v = &k->value[phase][i];
        size_t failed = ct_cal_after_failed(k, i, phase);
        enum ct_status rc = CT_OK;
        if (!v->applies)
            continue;
        if (failed != CT_CALT_NONE) { /* it may have been read before that was */
            v->measured = false;
            v->readings[0] = '\0';
            snprintf(v->left_out, sizeof v->left_out, "%s did not pass",
                     k->t->point[failed].id);
        } else if (v->left_out[0] == '\0' && v->readings[0] == '\0') {
            return ct_fail(reterr, CT_EINVAL, p->id,
                           "the reading of %s is missing (%s); a point that is left out has a "
                           "dash and the reason",
                           p->id, p->text);
        } else if (v->left_out[0] == '\0') {
            rc = may_measure(k, i, phase, reterr);
            if (rc == CT_OK)
                rc = ct_cal_judge(k, i, v, reterr);
        }
        if (rc != CT_OK)
            return rc;
        measured += v->measured;
    }
    return measured > 0 ? CT_OK
                        : ct_fail(reterr, CT_EINVAL, k->t->point[0].id,
                                  "not one point was measured: there is nothing to judge");
}
