/* calibration_template_point - reads one [point.ID] and refuses what could not be judged
 * or would be judged otherwise than its words say. */
#include "clinic/calibration_template_priv.h"

#include <string.h>
#include <strings.h>

#include "base/ascii.h"

enum { SOURCE_MAX = 300 };

const char *const CT_CALT_APPLIES_NAME[CT_CALT_APPLIES] = {"class-I", "class-II", "type-B",
                                                           "type-BF", "type-CF"};

static const char FORM[] = "it is a number and a unit (3 mmHg), a per cent (5 % of nominal, of "
                           "reading, of full scale), greater of ... and ..., or declared";

/* The point that is being read, and where it stands. */
struct reading {
    struct ct_calt_load *l;
    const char *section;
    struct ct_cal_point *p;
    bool in_unit; /* a part of its tolerance is in the unit of the nominal */
};
#define FAIL(r, key, ...)                                                                      \
    ct_ini_fail((r)->l->ini, (r)->section, key, (r)->l->reterr, __VA_ARGS__)

static const char *get(const struct reading *r, const char *key)
{
    return ct_ini_get(r->l->ini, r->section, key);
}

/* ---- values ------------------------------------------------------------------ */

/* The next word of *s and its length, 0 at the end; '%' is a word of its own. */
static size_t word(const char **s, const char **ret)
{
    *s += strspn(*s, " \t");
    *ret = *s;
    size_t n = **s == '%' ? 1 : strcspn(*s, " \t%");
    *s += n;
    return n;
}

static bool word_is(const char *w, size_t n, const char *is)
{
    return n == strlen(is) && strncasecmp(w, is, n) == 0;
}

/* Takes the words of `phrase` off *s if they are next. */
static bool skip(const char **s, const char *phrase)
{
    const char *at = *s, *have, *want;
    for (size_t n; (n = word(&phrase, &want)) > 0;)
        if (word(&at, &have) != n || strncasecmp(have, want, n) != 0)
            return false;
    *s = at;
    return true;
}

/* Whether these bytes can be a unit: no number, and nothing that a file cannot hold. */
static bool is_unit(const char *s, size_t n)
{
    if (n == 0 || n > CT_CALT_UNIT_MAX || ct_is_digit(s[0]))
        return false;
    for (size_t i = 0; i < n; i++)
        if (strchr("\"';#\\=,", s[i]) != NULL)
            return false;
    return true;
}

enum ct_status ct_calt_value(struct ct_calt_load *l, const char *section, const char *key,
                             bool may_be_declared, int64_t *ret, const char **ret_unit)
{
    const char *s = ct_ini_get(l->ini, section, key), *w;
    struct ct_error e;
    if (s == NULL)
        return ct_ini_fail(l->ini, section, key, l->reterr,
                           "is missing: the value and its unit, as 100 mmHg");
    size_t n = word(&s, &w);
    *ret = CT_UNSET;
    if ((!may_be_declared || !word_is(w, n, "declared")) &&
        ct_decimal_parse(key, w, n, CT_CAL_PLACES, CT_CAL_MAX, ret, &e) != CT_OK)
        return ct_ini_fail(l->ini, section, key, l->reterr, "%s", e.text);
    s += strspn(s, " \t");
    n = strlen(s);
    if (n == 0)
        return ct_ini_fail(l->ini, section, key, l->reterr,
                           "has no unit; it stands behind the value, as 100 mmHg");
    if (!is_unit(s, n) || strpbrk(s, " \t") != NULL)
        return ct_ini_fail(l->ini, section, key, l->reterr,
                           "\"%.40s\" is no unit: one word of at most %d bytes", s,
                           CT_CALT_UNIT_MAX);
    memcpy(l->free, s, n + 1);
    *ret_unit = l->free;
    l->free += n + 1;
    return CT_OK;
}

/* ---- divisions ------------------------------------------------------------------- */

bool ct_calt_times_e(const struct ct_caltemplate *t, int64_t v, int64_t *ret)
{
    const int64_t one = 1000000; /* millionths of a division and of its unit alike */
    int64_t whole = v / one, part = v % one, e = t->division; /* e < 2^40: see its limit */
    if (whole > CT_CAL_MAX / e || whole < -(CT_CAL_MAX / e) || part * e % one != 0)
        return false;
    *ret = whole * e + part * e / one;
    return *ret <= CT_CAL_MAX && *ret >= -CT_CAL_MAX;
}

static bool is_e(const struct reading *r, const char *unit)
{
    return r->l->t->division_unit[0] != '\0' && strcmp(unit, CT_CALT_E) == 0;
}

/* A value in e becomes one in the unit of the division, where that is a number. */
static enum ct_status divided(const struct reading *r, const char *key, int64_t *v)
{
    if (*v == CT_UNSET || r->l->t->division == CT_UNSET || ct_calt_times_e(r->l->t, *v, v))
        return CT_OK;
    return FAIL(r, key, "comes out finer than a millionth of %s, or too large",
                r->l->t->division_unit);
}

static enum ct_status read_nominal(const struct reading *r)
{
    struct ct_cal_point *p = r->p;
    enum ct_status st =
        ct_calt_value(r->l, r->section, "nominal", true, &p->nominal, &p->unit);
    if (st != CT_OK || !is_e(r, p->unit) || r->l->t->division == CT_UNSET)
        return st;
    p->unit = r->l->t->division_unit;
    return divided(r, "nominal", &p->nominal);
}

/* ---- tolerances ---------------------------------------------------------------- */

static enum ct_status read_basis(const struct reading *r, const char *key, const char **s,
                                 enum ct_cal_basis *ret)
{
    static const char *const OF[CT_CAL_BASES] = {"of nominal", "of reading", "of full scale"};
    for (int b = 0; b < CT_CAL_BASES; b++)
        if (skip(s, OF[b])) {
            *ret = (enum ct_cal_basis)b;
            return CT_OK;
        }
    return FAIL(r, key, "the per cent of what? Write of nominal, of reading or of full scale");
}

/* The unit of the point behind a number. A per cent that is not "of" something is the
 * unit of a point in per cent. */
static bool skip_unit(const char **s, const char *unit)
{
    const char *at = *s + strspn(*s, " \t");
    size_t n = strlen(unit);
    if (strncmp(at, unit, n) != 0 || (at[n] != '\0' && at[n] != ' ' && at[n] != '\t'))
        return false;
    at += n;
    if (strcmp(unit, "%") == 0 && skip(&(const char *){at}, "of"))
        return false;
    *s = at;
    return true;
}

static enum ct_status read_percent(const struct reading *r, const char *key, int64_t v,
                                   const char **s, struct ct_cal_side *side)
{
    if (side->percent != CT_UNSET)
        return FAIL(r, key, "has two parts in per cent");
    side->percent = v;
    return read_basis(r, key, s, &side->of);
}

/* "3 mmHg" or "5 % of nominal", into a part that is still free. */
static enum ct_status read_part(struct reading *r, const char *key, const char **s,
                                struct ct_cal_side *side)
{
    const char *w, *unit, *rest;
    struct ct_error e;
    int64_t v;
    size_t n = word(s, &w);
    if (n == 0)
        return FAIL(r, key, "says nothing; %s", FORM);
    if (w[0] == '-' || w[0] == '+')
        return FAIL(r, key, "is how far off a reading may be, without a sign");
    const char *division = r->l->t->division_unit;
    bool absolute = skip_unit(s, r->p->unit);
    bool in_e = !absolute && division[0] != '\0' && skip_unit(s, CT_CALT_E);
    bool percent = !absolute && !in_e && skip(s, "%");
    if (ct_decimal_parse(key, w, n, percent ? CT_CAL_PERCENT_PLACES : CT_CAL_PLACES,
                         percent ? CT_CAL_PERCENT_MAX : CT_CAL_MAX, &v, &e) != CT_OK)
        return FAIL(r, key, "%s; %s", e.text, FORM);
    if (percent)
        return read_percent(r, key, v, s, side);
    rest = *s;
    size_t unit_n = word(&rest, &unit);
    if (in_e && strcmp(r->p->unit, division) != 0)
        return FAIL(r, key, "is in e, which is in %s, the nominal in %s", division, r->p->unit);
    if (!in_e && !absolute && (unit_n == 0 || word_is(unit, unit_n, "and")))
        return FAIL(r, key, "has no unit; write it behind the number, as %.*s %s",
                    (int)(n < 20 ? n : 20), w, r->p->unit);
    if (!in_e && !absolute)
        return FAIL(r, key, "is in %.*s, the nominal in %s", (int)(unit_n < 20 ? unit_n : 20),
                    unit, r->p->unit);
    if (side->absolute != CT_UNSET)
        return FAIL(r, key, "has two parts in %s", r->p->unit);
    side->absolute = v;
    r->p->in_e |= in_e;
    r->in_unit |= !in_e;
    return in_e ? divided(r, key, &side->absolute) : CT_OK;
}

/* One side, or both; *declared true when it is the device's own. */
static enum ct_status read_side(struct reading *r, const char *key,
                                struct ct_cal_side *ret, bool *declared)
{
    const char *s = get(r, key);
    *ret = CT_CAL_NO_SIDE;
    *declared = skip(&s, "declared");
    bool none = !*declared && strcmp(key, "tolerance") != 0 && skip(&s, "none");
    enum ct_status st = CT_OK;
    if (!*declared && !none) {
        bool two = skip(&s, "greater of");
        st = read_part(r, key, &s, ret);
        if (st == CT_OK && two && !skip(&s, "and"))
            return FAIL(r, key, "greater of what? Write greater of 3 J and 15 %% of nominal");
        if (st == CT_OK && two)
            st = read_part(r, key, &s, ret);
    }
    s += strspn(s, " \t");
    if (st == CT_OK && *s != '\0')
        return FAIL(r, key, "\"%.40s\" is too much; %s", s, FORM);
    return st;
}

static enum ct_status read_tolerance(struct reading *r)
{
    struct ct_cal_point *p = r->p;
    bool other = false;
    if (get(r, "tolerance") != NULL) {
        if (get(r, "tolerance_minus") != NULL || get(r, "tolerance_plus") != NULL)
            return FAIL(r, "tolerance",
                        "stands for both sides; tolerance_minus and "
                        "tolerance_plus go without it");
        enum ct_status st = read_side(r, "tolerance", &p->tolerance.plus, &p->declared);
        p->tolerance.minus = p->tolerance.plus;
        return st;
    }
    if (get(r, "tolerance_minus") == NULL && get(r, "tolerance_plus") == NULL)
        return FAIL(r, "tolerance", "is missing; %s", FORM);
    if (get(r, "tolerance_minus") == NULL || get(r, "tolerance_plus") == NULL)
        return FAIL(r, get(r, "tolerance_minus") == NULL ? "tolerance_minus" : "tolerance_plus",
                    "is missing; write none where there is no limit on that side");
    enum ct_status st = read_side(r, "tolerance_minus", &p->tolerance.minus, &p->declared);
    if (st == CT_OK)
        st = read_side(r, "tolerance_plus", &p->tolerance.plus, &other);
    if (st == CT_OK && (p->declared || other))
        return FAIL(r, p->declared ? "tolerance_minus" : "tolerance_plus",
                    "a device declares both sides or none: write tolerance = declared");
    return st;
}

static bool has_sides(const struct ct_tolerance *t)
{
    return t->minus.absolute != CT_UNSET || t->minus.percent != CT_UNSET ||
           t->plus.absolute != CT_UNSET || t->plus.percent != CT_UNSET;
}

/* Until e is known a limit in e of a point that is not in e is the device's own. */
static enum ct_status check_divisions(const struct reading *r)
{
    struct ct_cal_point *p = r->p;
    const char *unit = r->l->t->division_unit;
    if (unit[0] == '\0' || r->l->t->division != CT_UNSET) {
        p->in_e = false;
        return CT_OK;
    }
    if (p->in_e && r->in_unit)
        return FAIL(r, get(r, "tolerance") != NULL ? "tolerance" : "tolerance_plus",
                    "is in e on one side and in %s on the other: take one of them", unit);
    if (p->in_e)
        p->declared = true;
    p->in_e |= is_e(r, p->unit);
    return CT_OK;
}

/* What was read must be a tolerance of this point. */
static enum ct_status check_tolerance(struct reading *r)
{
    struct ct_cal_point *p = r->p;
    const char *key = get(r, "tolerance") != NULL ? "tolerance" : "tolerance_plus", *unit;
    bool scaled = false;
    const struct ct_cal_side *side[] = {&p->tolerance.minus, &p->tolerance.plus};
    p->tolerance.full_scale = CT_UNSET;
    for (size_t i = 0; i < CT_LEN(side); i++)
        scaled |= side[i]->percent != CT_UNSET && side[i]->of == CT_CAL_OF_FULL_SCALE;
    if (get(r, "full_scale") != NULL) {
        enum ct_status st =
            ct_calt_value(r->l, r->section, "full_scale", false, &p->tolerance.full_scale, &unit);
        if (st == CT_OK && is_e(r, unit) && r->l->t->division != CT_UNSET) {
            unit = r->l->t->division_unit;
            st = divided(r, "full_scale", &p->tolerance.full_scale);
        }
        if (st != CT_OK)
            return st;
        if (strcmp(unit, p->unit) != 0)
            return FAIL(r, "full_scale", "is in %s, the nominal in %s", unit, p->unit);
        if (!scaled)
            return FAIL(r, "full_scale", "no tolerance is in per cent of full scale");
    } else if (scaled) {
        return FAIL(r, key, "is in per cent of full scale: give full_scale");
    }
    if (p->declared && !has_sides(&p->tolerance))
        return CT_OK;
    bool known = p->nominal != CT_UNSET && !p->declared;
    int64_t low, high, nominal = known ? p->nominal : CT_CAL_MAX;
    struct ct_error e;
    if (ct_tolerance_limits(&p->tolerance, nominal, &low, &high, &e) != CT_OK)
        return FAIL(r, key, "%s", e.text);
    return CT_OK;
}

size_t ct_cal_unit_of(enum ct_q q, const char *unit)
{
    size_t n = CT_QUANTITY[q].n_units;
    for (size_t u = 0; u < n; u++)
        if (strcmp(CT_QUANTITY[q].unit[u].name, unit) == 0)
            return u;
    /* beats and breaths a minute have several names */
    return strcmp(CT_QUANTITY[q].unit[0].name, "/min") == 0 && strcmp(unit, "bpm") == 0 ? 0 : n;
}

/* ---- the rest -------------------------------------------------------------------- */

static enum ct_status read_applies(const struct reading *r)
{
    const char *s = get(r, "applies"), *w;
    for (size_t n; s != NULL && (n = word(&s, &w)) > 0;) {
        int v = 0;
        while (v < CT_CALT_APPLIES && !word_is(w, n, CT_CALT_APPLIES_NAME[v]))
            v++;
        if (v == CT_CALT_APPLIES)
            return FAIL(r, "applies",
                        "\"%.*s\" is none of class-I, class-II, type-B, type-BF, type-CF",
                        (int)(n < 40 ? n : 40), w);
        r->p->applies |= 1u << v;
    }
    if (s != NULL && r->p->applies == 0)
        return FAIL(r, "applies", "names nothing; leave it out for all devices");
    return CT_OK;
}

static enum ct_status read_after(const struct reading *r)
{
    const char *s = get(r, "after"), *w;
    for (size_t n; s != NULL && (n = word(&s, &w)) > 0;) {
        size_t at = ct_caltemplate_find(r->l->t, w, n);
        if (at == CT_CALT_NONE)
            return FAIL(r, "after", "there is no point \"%.*s\" before this one",
                        (int)(n < CT_CALT_ID_MAX ? n : CT_CALT_ID_MAX), w);
        r->p->after |= UINT64_C(1) << at;
    }
    if (s != NULL && r->p->after == 0)
        return FAIL(r, "after", "names no point");
    return CT_OK;
}

static enum ct_status read_quantities(const struct reading *r)
{
    enum ct_status st =
        ct_calt_quantities(r->l, r->section, r->l->t->quantities, &r->p->quantities);
    const char *unit = r->p->in_e ? r->l->t->division_unit : r->p->unit;
    for (int q = 0; st == CT_OK && q < CT_QS; q++)
        if ((r->p->quantities & UINT32_C(1) << q) != 0 &&
            ct_cal_unit_of((enum ct_q)q, unit) >= CT_QUANTITY[q].n_units)
            return FAIL(r, get(r, "quantity") != NULL ? "quantity" : "nominal",
                        "%s is not measured in %s; write quantity = none for a point that says "
                        "nothing of it", CT_QUANTITY[q].name, r->p->unit);
    return st;
}

static enum ct_status check_texts(const struct reading *r)
{
    const struct ct_caltemplate *t = r->l->t;
    for (size_t i = 0; i < t->n_points; i++)
        if (strcasecmp(t->point[i].text, r->p->text) == 0)
            return FAIL(r, "text",
                        "the point %s has the same text: one of the two is a "
                        "duplicate",
                        t->point[i].id);
    bool own = r->p->declared && !has_sides(&r->p->tolerance);
    if (!own && r->p->source[0] == '\0')
        return FAIL(r, "source", "is missing: where the limit is from");
    if ((own || r->p->nominal == CT_UNSET) && r->p->note[0] == '\0')
        return FAIL(r, "note", "is missing: where the declared value is to be taken from");
    return CT_OK;
}

enum ct_status ct_calt_load_point(struct ct_calt_load *l, const char *section)
{
    static const char *const KEYS[] = {
        "text",      "nominal", "tolerance", "tolerance_minus", "tolerance_plus", "full_scale",
        "reference", "source",  "note",      "readings",        "applies",        "after",
        "quantity", NULL};
    struct ct_cal_point *p = &l->t->point[l->t->n_points];
    struct reading r = {.l = l, .section = section, .p = p};
    enum ct_status st = ct_calt_keys(l, section, KEYS, "a point");
    if (st == CT_OK)
        st = ct_calt_text(l, section, "text", true, CT_CALT_TEXT_MAX, &p->text);
    if (st == CT_OK)
        st = read_nominal(&r);
    if (st == CT_OK)
        st = ct_calt_text(l, section, "reference", false, CT_CALT_TEXT_MAX, &p->reference);
    if (st == CT_OK)
        st = ct_calt_text(l, section, "source", false, SOURCE_MAX, &p->source);
    if (st == CT_OK)
        st = ct_calt_text(l, section, "note", false, CT_CALT_NOTE_MAX, &p->note);
    if (st == CT_OK && p->reference[0] == '\0')
        p->reference = l->t->reference;
    if (st == CT_OK)
        st = ct_calt_readings(l, section, l->t->readings, &p->readings);
    if (st == CT_OK)
        st = read_tolerance(&r);
    if (st == CT_OK)
        st = check_divisions(&r);
    if (st == CT_OK)
        st = check_tolerance(&r);
    if (st == CT_OK)
        st = read_applies(&r);
    if (st == CT_OK)
        st = read_quantities(&r);
    if (st == CT_OK)
        st = read_after(&r);
    return st == CT_OK ? check_texts(&r) : st;
}
