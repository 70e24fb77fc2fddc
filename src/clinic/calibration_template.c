/* calibration_template - see calibration_template.h: finds, reads and frees templates.
 * What a point may hold is in calibration_template_point.c. */
#include "clinic/calibration_template_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/data_kind.h"
#include "base/text.h"

#define HEAD   CT_CALT_HEAD
#define POINT  CT_CALT_POINT
#define FOLDER "calibrations/"

enum { VERSION_MAX = 23, SOURCE_MAX = 700, STEP_MAX = 700 };

static const char *const SOURCE_KEY[CT_CALT_SOURCES_MAX] = {
    "source", "source_2", "source_3", "source_4", "source_5", "source_6",
};
static const char *const STEP_KEY[CT_CALT_STEPS_MAX] = {
    "step_1", "step_2", "step_3", "step_4",  "step_5",  "step_6",
    "step_7", "step_8", "step_9", "step_10", "step_11", "step_12",
};

bool ct_caltemplate_id_valid(const char *id)
{
    return ct_data_id_valid(id);
}

size_t ct_caltemplate_find(const struct ct_caltemplate *t, const char *point_id, size_t n)
{
    for (size_t i = 0; i < t->n_points; i++)
        if (strlen(t->point[i].id) == n && strncasecmp(t->point[i].id, point_id, n) == 0)
            return i;
    return CT_CALT_NONE;
}

size_t ct_caltemplate_declared(const struct ct_caltemplate *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n_points; i++)
        n += t->point[i].declared;
    return n;
}

void ct_caltemplate_free(struct ct_caltemplate *t)
{
    if (t == NULL)
        return;
    free(t->point);
    free(t->pool);
    free(t);
}

void ct_caltemplate_freep(struct ct_caltemplate **t)
{
    ct_caltemplate_free(*t);
    *t = NULL;
}

/* ---- reading ---------------------------------------------------------------- */

enum ct_status ct_calt_text(struct ct_calt_load *l, const char *section, const char *key,
                            bool required, size_t max, const char **ret)
{
    const char *s = ct_ini_get(l->ini, section, key);
    *ret = "";
    if (s != NULL) {
        memcpy(l->free, s, strlen(s) + 1);
        ct_text_trim(l->free);
        *ret = l->free;
    }
    size_t n = strlen(*ret);
    if (n == 0)
        return required ? ct_ini_fail(l->ini, section, key, l->reterr, "is missing") : CT_OK;
    if (n > max)
        return ct_ini_fail(l->ini, section, key, l->reterr, "has %zu bytes, more than %zu", n,
                           max);
    /* Blanks beyond ASCII's were trimmed too: the rest must still be a value that can be
     * written as it is. */
    if (strchr(*ret, '"') != NULL &&
        ((*ret)[0] == '"' || (*ret)[0] == '\'' || (*ret)[n - 1] == '\\'))
        return ct_ini_fail(l->ini, section, key, l->reterr,
                           "begins or ends in a way that cannot be kept; take the quotation "
                           "marks out");
    l->free += n + 1;
    return CT_OK;
}

enum ct_status ct_calt_keys(const struct ct_calt_load *l, const char *section,
                            const char *const *allowed, const char *what)
{
    const char *key;
    for (size_t k = 0; (key = ct_ini_key(l->ini, section, k)) != NULL; k++) {
        size_t at = 0;
        while (allowed[at] != NULL && strcmp(allowed[at], key) != 0)
            at++;
        if (allowed[at] == NULL)
            return ct_ini_fail(l->ini, section, key, l->reterr, "%s has no such key", what);
    }
    return CT_OK;
}

enum ct_status ct_calt_readings(const struct ct_calt_load *l, const char *section, int fallback,
                                int *ret)
{
    const char *s = ct_ini_get(l->ini, section, "readings");
    int64_t n = fallback;
    if (s != NULL && !ct_parse_int(s, 1, CT_CAL_READINGS_MAX, &n))
        return ct_ini_fail(l->ini, section, "readings", l->reterr,
                           "must be a whole number from 1 to %d", CT_CAL_READINGS_MAX);
    *ret = (int)n;
    return CT_OK;
}

enum ct_status ct_calt_quantities(const struct ct_calt_load *l, const char *section,
                                  uint32_t fallback, uint32_t *ret)
{
    const char *s = ct_ini_get(l->ini, section, "quantity");
    *ret = fallback;
    if (s == NULL)
        return CT_OK;
    *ret = 0;
    for (s += strspn(s, " \t"); *s != '\0'; s += strspn(s, " \t")) {
        char name[24];
        enum ct_q q;
        size_t n = strcspn(s, " \t");
        snprintf(name, sizeof name, "%.*s", (int)(n < sizeof name ? n : sizeof name), s);
        if (n == 4 && strcmp(name, "none") == 0)
            return *ret == 0 && s[n + strspn(s + n, " \t")] == '\0'
                       ? CT_OK
                       : ct_ini_fail(l->ini, section, "quantity", l->reterr,
                                     "none stands alone");
        if (!ct_quantity_find(name, &q))
            return ct_ini_fail(l->ini, section, "quantity", l->reterr,
                               "\"%.20s\" is no quantity of a set of vitals (as sbp, pulse, "
                               "temp, weight)", name);
        *ret |= UINT32_C(1) << q;
        s += n;
    }
    return *ret != 0 ? CT_OK
                     : ct_ini_fail(l->ini, section, "quantity", l->reterr, "names nothing");
}

/* "18 28 degC" */
static enum ct_status load_ambient(struct ct_calt_load *l, const char *key,
                                   struct ct_cal_ambient *ret)
{
    const char *s = ct_ini_get(l->ini, HEAD, key);
    struct ct_error e;
    int64_t *const to[] = {&ret->low, &ret->high};
    if (s == NULL)
        return CT_OK;
    for (size_t i = 0; i < 2; i++) {
        size_t n = strcspn(s, " ");
        if (ct_decimal_parse(key, s, n, CT_CAL_PLACES, CT_CAL_MAX, to[i], &e) != CT_OK)
            return ct_ini_fail(l->ini, HEAD, key, l->reterr,
                               "%s; it is: lowest, highest, unit, as 18 28 degC", e.text);
        s += n;
        s += strspn(s, " ");
    }
    size_t n = strlen(s);
    if (n == 0)
        return ct_ini_fail(l->ini, HEAD, key, l->reterr,
                           "has no unit; it is: lowest, highest, unit, as 18 28 degC");
    if (n > CT_CALT_UNIT_MAX || strpbrk(s, " \"';#\\") != NULL)
        return ct_ini_fail(l->ini, HEAD, key, l->reterr,
                           "the unit is one word of at most %d bytes", CT_CALT_UNIT_MAX);
    if (ret->low > ret->high)
        return ct_ini_fail(l->ini, HEAD, key, l->reterr, "is the wrong way round");
    memcpy(l->free, s, n + 1);
    ret->unit = l->free;
    l->free += n + 1;
    ret->set = true;
    return CT_OK;
}

static enum ct_status load_rule(const struct ct_calt_load *l)
{
    const char *s = ct_ini_get(l->ini, HEAD, "rule");
    for (int r = 0; s != NULL && r < CT_CAL_RULES; r++)
        if (strcmp(s, CT_CAL_RULE_NAME[r]) == 0) {
            l->t->rule = (enum ct_cal_rule)r;
            return CT_OK;
        }
    return ct_ini_fail(l->ini, HEAD, "rule", l->reterr,
                       "must be the decision rule: simple, guarded or non-binary");
}

/* The numbered texts of a kind: they are counted without a gap. */
static enum ct_status load_texts(struct ct_calt_load *l, const char *const *key, size_t n,
                                 bool required, size_t max, const char **ret, size_t *ret_n)
{
    enum ct_status st = CT_OK;
    for (size_t i = 0; st == CT_OK && i < n; i++) {
        st = ct_calt_text(l, HEAD, key[i], required && i == 0, max, &ret[*ret_n]);
        if (st == CT_OK && ret[*ret_n][0] != '\0')
            (*ret_n)++;
    }
    return st;
}

/* What a pass is worth: `calibration`, or `check` for what verifies no accuracy. */
static enum ct_status load_kind(struct ct_calt_load *l)
{
    const char *s = ct_ini_get(l->ini, HEAD, "kind");
    if (s == NULL || strcmp(s, "calibration") == 0)
        return CT_OK;
    l->t->check = strcmp(s, "check") == 0;
    return l->t->check ? CT_OK
                       : ct_ini_fail(l->ini, HEAD, "kind", l->reterr,
                                     "is calibration or check (which shows that a device works, "
                                     "and not how accurate it is)");
}

/* e of the scales: a number with where it is written, or each device's own. */
static enum ct_status load_division(struct ct_calt_load *l)
{
    struct ct_caltemplate *t = l->t;
    t->division_unit = "";
    t->division = CT_UNSET;
    enum ct_status st = ct_calt_text(l, HEAD, "division_source", false, CT_CALT_FROM_MAX,
                                     &t->division_source);
    if (st != CT_OK)
        return st;
    if (ct_ini_get(l->ini, HEAD, "division") == NULL)
        return t->division_source[0] == '\0'
                   ? CT_OK
                   : ct_ini_fail(l->ini, HEAD, "division_source", l->reterr,
                                 "there is no division");
    st = ct_calt_value(l, HEAD, "division", true, &t->division, &t->division_unit);
    if (st != CT_OK)
        return st;
    if (strcmp(t->division_unit, CT_CALT_E) == 0 || strcmp(t->division_unit, "%") == 0)
        return ct_ini_fail(l->ini, HEAD, "division", l->reterr,
                           "is how much e is: in the unit that is read, as 0.1 kg");
    if (t->division != CT_UNSET &&
        (t->division <= 0 || t->division > CT_CALT_DIVISION_MAX * INT64_C(1000000)))
        return ct_ini_fail(l->ini, HEAD, "division", l->reterr, "is above 0 and at most %d %s",
                           CT_CALT_DIVISION_MAX, t->division_unit);
    if ((t->division != CT_UNSET) != (t->division_source[0] != '\0'))
        return ct_ini_fail(l->ini, HEAD, "division_source", l->reterr,
                           t->division != CT_UNSET ? "is missing: where the division is written"
                                                   : "a declared division has its source with "
                                                     "each calibration");
    return CT_OK;
}

static enum ct_status load_head(struct ct_calt_load *l)
{
    static const char *const KEYS[] = {
        "id",       "version",   "title",       "class",    "note",     "source",
        "source_2", "source_3",  "source_4",    "source_5", "source_6", "step_1",
        "step_2",   "step_3",    "step_4",      "step_5",   "step_6",   "step_7",
        "step_8",   "step_9",    "step_10",     "step_11",  "step_12",  "rule",
        "readings", "reference", "temperature", "humidity", "points",   "kind",
        "quantity", "division", "division_source", NULL};
    struct ct_caltemplate *t = l->t;
    const char *first = ct_ini_section(l->ini, 0);
    if (first == NULL || strcmp(first, HEAD) != 0)
        return ct_ini_fail(l->ini, first, NULL, l->reterr,
                           "a calibration template begins with [" HEAD "]");
    enum ct_status st = ct_calt_keys(l, HEAD, KEYS, "[" HEAD "]");
    if (st == CT_OK)
        st = ct_calt_text(l, HEAD, "id", true, CT_CALT_ID_MAX, &t->id);
    if (st == CT_OK && !ct_caltemplate_id_valid(t->id))
        return ct_ini_fail(l->ini, HEAD, "id", l->reterr,
                           "an id has 1 to %d small letters, digits, '-' and '_'",
                           CT_CALT_ID_MAX);
    if (st == CT_OK)
        st = ct_calt_text(l, HEAD, "version", true, VERSION_MAX, &t->version);
    if (st == CT_OK)
        st = ct_calt_text(l, HEAD, "title", true, CT_CALT_TITLE_MAX, &t->title);
    if (st == CT_OK)
        st = ct_calt_text(l, HEAD, "class", true, CT_CALT_ID_MAX, &t->device_class);
    if (st == CT_OK && !ct_caltemplate_id_valid(t->device_class))
        return ct_ini_fail(l->ini, HEAD, "class", l->reterr,
                           "a class of devices has 1 to %d small letters, digits, '-' and '_'",
                           CT_CALT_ID_MAX);
    if (st == CT_OK)
        st = ct_calt_text(l, HEAD, "note", false, CT_CALT_NOTE_MAX, &t->note);
    if (st == CT_OK)
        st = ct_calt_text(l, HEAD, "reference", false, CT_CALT_TEXT_MAX, &t->reference);
    if (st == CT_OK)
        st = load_texts(l, SOURCE_KEY, CT_CALT_SOURCES_MAX, true, SOURCE_MAX, t->source,
                        &t->n_sources);
    if (st == CT_OK)
        st = load_texts(l, STEP_KEY, CT_CALT_STEPS_MAX, false, STEP_MAX, t->step, &t->n_steps);
    if (st == CT_OK)
        st = load_kind(l);
    if (st == CT_OK)
        st = load_rule(l);
    if (st == CT_OK)
        st = ct_calt_readings(l, HEAD, 1, &t->readings);
    if (st == CT_OK)
        st = ct_calt_quantities(l, HEAD, 0, &t->quantities);
    if (st == CT_OK)
        st = load_ambient(l, "temperature", &t->temperature);
    if (st == CT_OK)
        st = load_ambient(l, "humidity", &t->humidity);
    return st == CT_OK ? load_division(l) : st;
}

/* The next id of `points` into the pool, NULL at the end. */
static enum ct_status next_id(struct ct_calt_load *l, const char **list, const char **ret)
{
    const char *s = *list + strspn(*list, " \t");
    size_t n = strcspn(s, " \t");
    *list = s + n;
    *ret = NULL;
    if (n == 0)
        return CT_OK;
    memcpy(l->free, s, n);
    l->free[n] = '\0';
    if (!ct_caltemplate_id_valid(l->free))
        return ct_ini_fail(l->ini, HEAD, "points", l->reterr,
                           "\"%.40s\" is no id: 1 to %d small letters, digits, '-' and '_'; "
                           "ids are parted by blanks",
                           l->free, CT_CALT_ID_MAX);
    if (ct_caltemplate_find(l->t, l->free, n) != CT_CALT_NONE)
        return ct_ini_fail(l->ini, HEAD, "points", l->reterr, "the point %s is listed twice",
                           l->free);
    *ret = l->free;
    l->free += n + 1;
    return CT_OK;
}

static enum ct_status load_points(struct ct_calt_load *l)
{
    struct ct_caltemplate *t = l->t;
    const char *list = ct_ini_get(l->ini, HEAD, "points"), *id, *section;
    if (list == NULL)
        return ct_ini_fail(l->ini, HEAD, "points", l->reterr,
                           "is missing: the ids of all points, in their order");
    for (size_t at = 1;; at++) {
        char name[sizeof POINT + CT_CALT_ID_MAX];
        enum ct_status st = next_id(l, &list, &id);
        if (st != CT_OK)
            return st;
        section = ct_ini_section(l->ini, at);
        if (id == NULL && section == NULL)
            break;
        if (id == NULL)
            return ct_ini_fail(l->ini, section, NULL, l->reterr,
                               strncmp(section, POINT, sizeof POINT - 1) == 0
                                   ? "the point is not among the `points` of [" HEAD "]"
                                   : "is no part of a calibration template; there are "
                                     "[" POINT "ID] besides [" HEAD "]");
        snprintf(name, sizeof name, POINT "%s", id);
        if (ct_ini_line(l->ini, name, NULL) == 0)
            return ct_ini_fail(l->ini, HEAD, "points", l->reterr,
                               "the point %s is missing: there is no [%s]", id, name);
        if (strcmp(section, name) != 0)
            return ct_ini_fail(l->ini, section, NULL, l->reterr,
                               "[%s] should stand here: points stand in the order in which "
                               "`points` lists them",
                               name);
        if (t->n_points == CT_CALT_POINTS_MAX)
            return ct_ini_fail(l->ini, section, NULL, l->reterr, "more than %d points",
                               CT_CALT_POINTS_MAX);
        t->point[t->n_points] = (struct ct_cal_point){.id = id};
        st = ct_calt_load_point(l, section);
        if (st != CT_OK)
            return st;
        t->n_points++;
    }
    return t->n_points > 0 ? CT_OK
                           : ct_ini_fail(l->ini, HEAD, "points", l->reterr,
                                         "names no point: there is nothing to calibrate");
}

static enum ct_status check_size(const struct ct_calt_load *l)
{
    CT_BUF canonical = {.max = CT_INI_MAX_BYTES * 2};
    ct_caltemplate_canonical(l->t, &canonical);
    if (canonical.bad)
        return ct_fail(l->reterr, CT_ENOMEM, NULL, "out of memory while loading a template");
    if (canonical.len > CT_CALT_CANONICAL_MAX)
        return ct_ini_fail(l->ini, HEAD, NULL, l->reterr,
                           "the template has %zu bytes of text, more than %d", canonical.len,
                           CT_CALT_CANONICAL_MAX);
    return CT_OK;
}

/* Room for every value of the file twice (units, ids), so that pointers stay. */
static bool allocate(const struct ct_ini *ini, struct ct_caltemplate *t)
{
    size_t bytes = 1;
    const char *s, *k;
    for (size_t i = 0; (s = ct_ini_section(ini, i)) != NULL; i++)
        for (size_t j = 0; (k = ct_ini_key(ini, s, j)) != NULL; j++)
            bytes += 2 * (strlen(ct_ini_get(ini, s, k)) + 1);
    t->pool = calloc(bytes, 1);
    t->point = calloc(CT_CALT_POINTS_MAX, sizeof *t->point);
    return t->pool != NULL && t->point != NULL;
}

enum ct_status ct_caltemplate_from_ini(const struct ct_ini *ini, struct ct_caltemplate **ret,
                                       struct ct_error *reterr)
{
    struct ct_caltemplate *t = calloc(1, sizeof *t);
    if (t == NULL || !allocate(ini, t)) {
        ct_caltemplate_free(t);
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory while loading a template");
    }
    struct ct_calt_load l = {.ini = ini, .t = t, .free = t->pool, .reterr = reterr};
    enum ct_status st = load_head(&l);
    if (st == CT_OK)
        st = load_points(&l);
    if (st == CT_OK)
        st = check_size(&l);
    if (st != CT_OK) {
        ct_caltemplate_free(t);
        return st;
    }
    *ret = t;
    return CT_OK;
}

enum ct_status ct_caltemplate_divide(const struct ct_caltemplate *t, int64_t division,
                                     const char *from, struct ct_caltemplate **ret,
                                     struct ct_error *reterr)
{
    struct ct_caltemplate with = *t; /* the same points: borrowed for the length of this */
    CT_BUF text = {.max = CT_INI_MAX_BYTES * 2};
    struct ct_error e;
    if (t->division_unit[0] == '\0' || t->division != CT_UNSET)
        return ct_fail(reterr, CT_EINVAL, "division",
                       "the limits of this template are not in divisions of the device");
    if (division <= 0)
        return ct_fail(reterr, CT_EINVAL, "division", "a division is above 0");
    with.division = division;
    with.division_source = from;
    ct_caltemplate_canonical(&with, &text);
    if (text.bad)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the template");
    if (ct_caltemplate_parse(t->id, ct_buf_str(&text), text.len, ret, &e) != CT_OK)
        return ct_fail(reterr, CT_EINVAL, "division", "%s", e.text);
    return CT_OK;
}

/* ---- finding ---------------------------------------------------------------- */

CT_DATA_KIND(caltemplate, FOLDER, HEAD, "template", "calibration template")
