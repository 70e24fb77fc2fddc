/* programme_limit - reads one [limit.MEASURE], and refuses what could not be compared; how
 * limits are compared and shown. The contract is programme.h. */
#include "clinic/programme_priv.h"

#include <math.h>
#include <string.h>
#include <strings.h>

enum { SOURCE_MAX = 300, MICRO = 1000000, SECOND_MS = 1000 };

const char *const CT_MEASURE_NAME[CT_MEASURES] = {
    "temperature", "hold",
    "pressure",    "f0",
    "a0",          "superheat",
    "spread",      "equilibration",
    "drying",      "concentration",
    "humidity",    "exposure",
    "aeration",    "aeration-temperature",
    "leak-rate",   "reuse",
    "delay",       "storage",
};

static const char *const DEGC[] = {"degC", NULL}, *const KELVIN[] = {"K", NULL},
                         *const MINUTES[] = {"min", NULL}, *const SECONDS[] = {"s", NULL},
                         *const TIMES[] = {"s", "min", "h", "d", NULL},
                         *const PERCENT[] = {"%", NULL}, *const AGENT[] = {"mg/l", "%", NULL},
                         *const LEAKS[] = {"kPa/min", "mbar/min", "mmHg/min", NULL},
                         *const PRESSURES[] = {"kPa", "bar",  "mbar", "MPa",
                                               "psi", "mmHg", NULL};

static const struct {
    enum ct_dimension dimension;
    const char *const *unit;
} OF[CT_MEASURES] = {
    [CT_M_TEMPERATURE] = {CT_D_TEMPERATURE, DEGC},
    [CT_M_HOLD] = {CT_D_TIME, TIMES},
    [CT_M_PRESSURE] = {CT_D_PRESSURE, PRESSURES},
    [CT_M_F0] = {CT_D_OTHER, MINUTES},
    [CT_M_A0] = {CT_D_OTHER, SECONDS},
    [CT_M_SUPERHEAT] = {CT_D_OTHER, KELVIN},
    [CT_M_SPREAD] = {CT_D_OTHER, KELVIN},
    [CT_M_EQUILIBRATION] = {CT_D_TIME, TIMES},
    [CT_M_DRYING] = {CT_D_TIME, TIMES},
    [CT_M_CONCENTRATION] = {CT_D_OTHER, AGENT},
    [CT_M_HUMIDITY] = {CT_D_OTHER, PERCENT},
    [CT_M_EXPOSURE] = {CT_D_TIME, TIMES},
    [CT_M_AERATION] = {CT_D_TIME, TIMES},
    [CT_M_AERATION_TEMPERATURE] = {CT_D_TEMPERATURE, DEGC},
    [CT_M_LEAK_RATE] = {CT_D_OTHER, LEAKS},
    [CT_M_REUSE] = {CT_D_TIME, TIMES},
    [CT_M_DELAY] = {CT_D_TIME, TIMES},
    [CT_M_STORAGE] = {CT_D_TIME, TIMES},
};

enum ct_dimension ct_measure_dimension(enum ct_measure m)
{
    return OF[m].dimension;
}

/* ---- reading ------------------------------------------------------------------- */

struct reading {
    struct ct_prog_load *l;
    const char *section;
    struct ct_programme_limit *to;
};
#define FAIL(r, key, ...) CT_PROG_FAIL((r)->l, (r)->section, key, __VA_ARGS__)

static size_t word(const char **s, const char **ret)
{
    *s += strspn(*s, " \t");
    *ret = *s;
    size_t n = strcspn(*s, " \t");
    *s += n;
    return n;
}

static bool is(const char *s, size_t n, const char *what)
{
    return strlen(what) == n && strncasecmp(s, what, n) == 0;
}

/* The unit of the measure that is written so; NULL: none. */
static const char *unit_of(enum ct_measure m, const char *s, size_t n)
{
    for (const char *const *u = OF[m].unit; *u != NULL; u++)
        if (is(s, n, *u))
            return *u;
    return NULL;
}

static enum ct_status wrong_unit(const struct reading *r, const char *key, const char *s,
                                 size_t n)
{
    CT_BUF all = {.max = 200};
    for (const char *const *u = OF[r->to->measure].unit; *u != NULL; u++)
        ct_buf_printf(&all, "%s%s", all.len > 0 ? ", " : "", *u);
    if (n == 0)
        return FAIL(r, key, "has no unit; it stands behind the value: %s", ct_buf_str(&all));
    return FAIL(r, key, "\"%.*s\" is no unit of it: %s", n < 40 ? (int)n : 40, s,
                ct_buf_str(&all));
}

/* The unit, and of a pressure its basis; both sides have the same. */
static enum ct_status read_unit(struct reading *r, const char *key, const char *s)
{
    const char *w;
    size_t n = word(&s, &w);
    struct ct_programme_limit *to = r->to;
    const char *unit = unit_of(to->measure, w, n);
    enum ct_pressure_basis basis = CT_P_NOT_STATED;
    if (unit == NULL)
        return wrong_unit(r, key, w, n);
    if (OF[to->measure].dimension == CT_D_PRESSURE) {
        n = word(&s, &w);
        if (n == 1 || !ct_pressure_basis(w, n, &basis))
            return FAIL(r, key,
                        "say behind the unit which pressure it is: absolute, gauge, or "
                        "not-stated where the source does not say");
    }
    if (*(s + strspn(s, " \t")) != '\0')
        return FAIL(r, key, "\"%.40s\" stands behind the value; it is a number and a unit",
                    s + strspn(s, " \t"));
    if (to->unit[0] != '\0' && (strcmp(to->unit, unit) != 0 || to->basis != basis))
        return FAIL(r, key, "is in another unit or basis than low");
    to->unit = unit;
    to->basis = basis;
    return CT_OK;
}

/* "121 degC", "1.1 bar gauge", "declared degC", "none" */
static enum ct_status read_bound(struct reading *r, const char *key, struct ct_bound *ret)
{
    const char *s = ct_ini_get(r->l->ini, r->section, key), *w;
    struct ct_error e;
    *ret = (struct ct_bound){CT_BOUND_NONE, CT_UNSET, ""};
    if (s == NULL)
        return CT_OK;
    size_t n = word(&s, &w);
    if (is(w, n, "none") && *(s + strspn(s, " \t")) == '\0')
        return CT_OK;
    if (is(w, n, "declared")) {
        ret->is = CT_BOUND_DECLARED;
        return read_unit(r, key, s);
    }
    if (ct_decimal_parse(key, w, n, CT_CAL_PLACES, CT_CAL_MAX, &ret->value, &e) != CT_OK)
        return FAIL(r, key, "%s; it is a number and a unit, none, or declared and a unit",
                    e.text);
    ret->is = CT_BOUND_SET;
    if (ret->value < 0 && OF[r->to->measure].dimension == CT_D_TIME)
        return FAIL(r, key, "a time is not below zero");
    return read_unit(r, key, s);
}

static enum ct_status read_source(struct reading *r, const char *key, const char *common,
                                  struct ct_bound *b)
{
    const char *own;
    enum ct_status st = ct_prog_text(r->l, r->section, key, false, SOURCE_MAX, &own);
    if (st != CT_OK)
        return st;
    if (b->is != CT_BOUND_SET)
        return own[0] == '\0' ? CT_OK
                              : FAIL(r, key, "is the source of a limit that is not set");
    b->source = own[0] != '\0' ? own : common;
    if (b->source[0] == '\0')
        return FAIL(r, "source",
                    "is missing: no limit without its source; one that nobody "
                    "checked is declared");
    return CT_OK;
}

static enum ct_status check(const struct reading *r)
{
    const struct ct_programme_limit *t = r->to;
    if (t->low.is == CT_BOUND_NONE && t->high.is == CT_BOUND_NONE)
        return FAIL(r, "low", "neither low nor high is given: that is no limit");
    if (t->low.is == CT_BOUND_SET && t->high.is == CT_BOUND_SET && t->low.value > t->high.value)
        return FAIL(r, "high", "is below low");
    if ((t->low.is == CT_BOUND_DECLARED || t->high.is == CT_BOUND_DECLARED) &&
        t->note[0] == '\0')
        return FAIL(r, "note", "is missing: say where a declared limit is to be taken from");
    return CT_OK;
}

enum ct_status ct_prog_limit(struct ct_prog_load *l, const char *section)
{
    static const char *const KEYS[] = {"text",       "low",         "high", "source",
                                       "low_source", "high_source", "note", NULL};
    const char *name = section + strlen(CT_PROG_LIMIT), *source;
    int m = 0;
    while (m < CT_MEASURES && strcmp(CT_MEASURE_NAME[m], name) != 0)
        m++;
    if (m == CT_MEASURES)
        return CT_PROG_FAIL(l, section, NULL,
                            "there is no such measure; see the chapter "
                            "\"Sterilisation programmes\" of the guide");
    struct ct_programme_limit *to = &l->p->limit[m];
    struct reading r = {l, section, to};
    *to = (struct ct_programme_limit){.measure = (enum ct_measure)m, .unit = ""};
    enum ct_status st = ct_prog_keys(l, section, KEYS, "a limit");
    if (st == CT_OK)
        st = ct_prog_text(l, section, "text", false, CT_PROGRAMME_TEXT_MAX, &to->text);
    if (st == CT_OK)
        st = ct_prog_text(l, section, "note", false, CT_PROGRAMME_NOTE_MAX, &to->note);
    if (st == CT_OK)
        st = read_bound(&r, "low", &to->low);
    if (st == CT_OK)
        st = read_bound(&r, "high", &to->high);
    if (st == CT_OK)
        st = ct_prog_text(l, section, "source", false, SOURCE_MAX, &source);
    if (st == CT_OK)
        st = read_source(&r, "low_source", source, &to->low);
    if (st == CT_OK)
        st = read_source(&r, "high_source", source, &to->high);
    if (st == CT_OK)
        st = check(&r);
    l->p->has[m] = st == CT_OK;
    return st;
}

/* ---- comparing and showing ------------------------------------------------------- */

static int64_t unit_ms(const char *unit)
{
    return strcmp(unit, "d") == 0     ? INT64_C(86400) * SECOND_MS
           : strcmp(unit, "h") == 0   ? INT64_C(3600) * SECOND_MS
           : strcmp(unit, "min") == 0 ? INT64_C(60) * SECOND_MS
                                      : SECOND_MS;
}

int64_t ct_limit_scaled(const struct ct_programme_limit *l, int64_t value)
{
    __extension__ typedef __int128 wide;
    enum ct_pressure_unit unit = CT_P_KPA;
    switch (OF[l->measure].dimension) {
    case CT_D_TIME:
        return (int64_t)(((wide)value * unit_ms(l->unit) + MICRO / 2) / MICRO);
    case CT_D_PRESSURE:
        (void)ct_pressure_unit(l->unit, strlen(l->unit), &unit);
        return (int64_t)llround(ct_pressure_kpa(value, unit) * MICRO);
    case CT_D_TEMPERATURE:
    case CT_D_OTHER:
        break;
    }
    return value;
}

int64_t ct_bound_ms(const struct ct_programme_limit *l, const struct ct_bound *b)
{
    if (b->is != CT_BOUND_SET || OF[l->measure].dimension != CT_D_TIME)
        return -1;
    return ct_limit_scaled(l, b->value);
}

static void add_bound(const struct ct_programme_limit *l, const struct ct_bound *b,
                      struct ct_buf *out)
{
    char value[CT_DECIMAL_SIZE] = "declared";
    if (b->is == CT_BOUND_SET)
        ct_decimal_text(b->value, CT_CAL_PLACES, value);
    ct_buf_printf(out, "%s %s", value, l->unit);
    if (OF[l->measure].dimension == CT_D_PRESSURE)
        ct_buf_printf(out, " %s", CT_PRESSURE_BASIS_NAME[l->basis]);
}

void ct_limit_text(const struct ct_programme_limit *l, struct ct_buf *out)
{
    bool low = l->low.is != CT_BOUND_NONE, high = l->high.is != CT_BOUND_NONE;
    if (!low)
        ct_buf_str_add(out, "at most ");
    if (low)
        add_bound(l, &l->low, out);
    ct_buf_str_add(out, low && high ? " to " : low ? " or more" : "");
    if (high)
        add_bound(l, &l->high, out);
}
