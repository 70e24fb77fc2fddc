/* quickline - a set of vitals typed on one line: ct_quick_parse of vitals.h.
 *
 * The line is read twice over a copy of the set, and the copy is handed back
 * only when all of it was understood. Rules, so that nothing is guessed:
 *   - figures without a name come first, in the order BP, pulse, respiration,
 *     SpO2, temperature, consciousness; "-" leaves one out;
 *   - a name is followed by its figure, or bears it ("p 72", "p72");
 *   - "air" and "ra" stand for themselves anywhere;
 *   - a, c, v, u alone are the consciousness; p alone is, in its place as the
 *     sixth, else it is a pulse whose figure is wanting;
 *   - one quantity twice is an error, and so is a figure with two readings.
 */
#include "clinic/vitals.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ascii.h"
#include "base/text.h"

enum { LINE_MAX_BYTES = 400, TOKENS_MAX = 48, TOKEN_MAX = 31 };

struct token {
    size_t at;
    char s[TOKEN_MAX + 1];
    bool bare_temperature; /* its unit could follow as a word of its own */
};

struct quick {
    const struct ct_config *config;
    const struct ct_limits *limits;
    struct ct_value v[CT_QS];
    bool given[CT_QS];
    size_t n, i; /* tokens, the next one */
    struct token t[TOKENS_MAX];
    size_t order; /* next quantity of a line without names; ORDER_N: over */
    size_t at;    /* byte offset of what was not understood */
    struct ct_error *reterr;
};

static const enum ct_q ORDER[] = {CT_Q_SBP,  CT_Q_PULSE, CT_Q_RESP,
                                  CT_Q_SPO2, CT_Q_TEMP,  CT_Q_ACVPU};
enum { ORDER_N = CT_LEN(ORDER) };

static const struct name {
    const char *word;
    enum ct_q q;
} NAMES[] = {
    {"bp", CT_Q_SBP},     {"p", CT_Q_PULSE},      {"hr", CT_Q_PULSE},   {"pulse", CT_Q_PULSE},
    {"rr", CT_Q_RESP},    {"r", CT_Q_RESP},       {"resp", CT_Q_RESP},  {"s", CT_Q_SPO2},
    {"sat", CT_Q_SPO2},   {"sats", CT_Q_SPO2},    {"spo2", CT_Q_SPO2},  {"t", CT_Q_TEMP},
    {"temp", CT_Q_TEMP},  {"acvpu", CT_Q_ACVPU},  {"pain", CT_Q_PAIN},
    {"gluc", CT_Q_GLUCOSE}, {"glucose", CT_Q_GLUCOSE}, {"bm", CT_Q_GLUCOSE},
    {"wt", CT_Q_WEIGHT},  {"weight", CT_Q_WEIGHT}, {"ht", CT_Q_HEIGHT}, {"height", CT_Q_HEIGHT},
    {"o2", CT_Q_O2},
};

/* Besides the codes of CT_QUANTITY[CT_Q_O2]. */
static const struct device {
    const char *word;
    enum ct_o2 o2;
} DEVICES[] = {
    {"nc", CT_O2_NASAL},      {"nasal", CT_O2_NASAL},      {"mask", CT_O2_MASK},
    {"sm", CT_O2_MASK},       {"venturi", CT_O2_VENTURI},  {"nrb", CT_O2_RESERVOIR},
    {"nrm", CT_O2_RESERVOIR}, {"hfnc", CT_O2_HIGH_FLOW},   {"hfno", CT_O2_HIGH_FLOW},
    {"cpap", CT_O2_CPAP},     {"niv", CT_O2_NIV},          {"bipap", CT_O2_NIV},
    {"other", CT_O2_OTHER},
};

/* What a unit is called when it hangs on a figure. */
static const struct suffix {
    enum ct_q q;
    const char *word;
    uint8_t unit;
} SUFFIXES[] = {
    {CT_Q_TEMP, "c", 0},         {CT_Q_TEMP, "f", 1},      {CT_Q_SPO2, "%", 0},
    {CT_Q_GLUCOSE, "mmol", 0},   {CT_Q_GLUCOSE, "mg", 1},  {CT_Q_GLUCOSE, "mmol/l", 0},
    {CT_Q_GLUCOSE, "mg/dl", 1},  {CT_Q_WEIGHT, "kg", 0},   {CT_Q_WEIGHT, "lb", 1},
    {CT_Q_HEIGHT, "cm", 0},      {CT_Q_HEIGHT, "in", 1},   {CT_Q_O2_FLOW, "l", 0},
    {CT_Q_O2_FLOW, "lpm", 0},    {CT_Q_O2_FLOW, "l/min", 0}, {CT_Q_O2_FLOW, "%", 1},
};

static bool figure(const char *s)
{
    return ct_is_digit(s[0]);
}

/* The token as it may be shown: no byte of it is trusted. */
static const char *show(struct ct_buf *b, const char *s)
{
    ct_text_clean(b, s, TOKEN_MAX, false);
    return ct_buf_str(b);
}

static bool refuse(struct quick *k, size_t at, enum ct_q q, const char *s, const char *why)
{
    CT_BUF b = {0};
    k->at = at;
    ct_fail(k->reterr, CT_EINVAL, q < CT_QS ? CT_QUANTITY[q].name : NULL, "\"%s\": %s.",
            show(&b, s), why);
    return false;
}

static bool split(struct quick *k, const char *line)
{
    for (size_t i = 0; line[i] != '\0';) {
        if (line[i] == ' ' || line[i] == '\t') {
            i++;
            continue;
        }
        size_t n = strcspn(line + i, " \t");
        struct token cut = {.at = i};
        memcpy(cut.s, line + i, n < TOKEN_MAX ? n : TOKEN_MAX);
        if (n > TOKEN_MAX || i + n > LINE_MAX_BYTES || k->n == TOKENS_MAX)
            return refuse(k, i, CT_QS, cut.s, "too long for a line of vitals");
        k->t[k->n++] = cut;
        i += n;
    }
    if (k->n > 0)
        return true;
    k->at = 0;
    ct_fail(k->reterr, CT_EINVAL, NULL,
            "Type a set, as 120/80 72 16 98 36.6 A, or with names: bp 120/80 p 72.");
    return false;
}

static struct token *peek(struct quick *k)
{
    return k->i < k->n ? &k->t[k->i] : NULL;
}

/* enum ct_acvpu of a token that is one letter, or -1. */
static int letter(const char *s)
{
    const struct ct_choice *c = CT_QUANTITY[CT_Q_ACVPU].choices;
    for (int i = 0; c[i].code != NULL; i++)
        if (strcasecmp(c[i].code, s) == 0)
            return i;
    return -1;
}

static bool put(struct quick *k, enum ct_q q, struct ct_value v, const struct token *t)
{
    if (k->given[q])
        return refuse(k, t->at, q, t->s, "is given twice on this line");
    k->given[q] = true;
    k->v[q] = v;
    return true;
}

/* "35" where 35.0 is possible but odd and 3.5 is ordinary: a tenfold error waits
 * there, so the decimal point must be typed. */
static bool two_readings(const struct ct_field *f, const char *s, int64_t v)
{
    if (f->kind != CT_F_DECIMAL || strpbrk(s, ".,") != NULL ||
        (v >= f->soft_lo && v <= f->soft_hi))
        return false;
    for (int i = 0; i < f->places; i++)
        v /= 10;
    return v >= f->soft_lo && v <= f->soft_hi;
}

/* A figure, with or without its unit, `s` within token `t`. */
static bool number(struct quick *k, enum ct_q q, struct token *t, const char *s)
{
    size_t at = t->at + (size_t)(s - t->s), n = strspn(s, "0123456789.,");
    char digits[TOKEN_MAX + 1];
    memcpy(digits, s, n);
    digits[n] = '\0';
    struct ct_value v = {CT_UNSET, ct_quantity_site_unit(q, k->config)};
    bool known = s[n] == '\0';
    for (size_t i = 0; !known && i < CT_LEN(SUFFIXES); i++)
        if (SUFFIXES[i].q == q && strcasecmp(SUFFIXES[i].word, s + n) == 0) {
            v.unit = SUFFIXES[i].unit;
            known = true;
        }
    if (n == 0)
        return refuse(k, at, q, s, "a figure is wanted here");
    if (!known)
        return refuse(k, at + n, q, s, "what follows the figure is no unit of it");
    struct ct_field f;
    struct ct_error e = {0};
    ct_quantity_field(q, v.unit, k->limits, &f);
    enum ct_verdict is = ct_field_judge(&f, digits, 0, &v.n, &e);
    if (is != CT_V_OK && is != CT_V_UNUSUAL) {
        k->at = at;
        ct_fail(k->reterr, CT_EINVAL, f.name, "%s", e.text);
        return false;
    }
    if (two_readings(&f, digits, v.n))
        return refuse(k, at, q, s, "has two readings; type the decimal point");
    t->bare_temperature = q == CT_Q_TEMP && s[n] == '\0';
    return put(k, q, v, t);
}

static bool pressure(struct quick *k, const struct token *t, const char *s)
{
    struct token upper = *t, lower = *t;
    const char *slash = strchr(s, '/');
    if (slash == NULL || slash == s || slash[1] == '\0')
        return refuse(k, t->at + (size_t)(s - t->s), CT_Q_SBP, s,
                      "blood pressure is two figures with a slash, as 120/80");
    upper.s[slash - t->s] = '\0';
    if (!number(k, CT_Q_SBP, &upper, upper.s + (s - t->s)) ||
        !number(k, CT_Q_DBP, &lower, lower.s + (slash + 1 - t->s)))
        return false;
    if (k->v[CT_Q_DBP].n < k->v[CT_Q_SBP].n)
        return true;
    return refuse(k, t->at + (size_t)(slash + 1 - t->s), CT_Q_DBP, s,
                  "the lower pressure must be below the upper");
}

static bool conscious(struct quick *k, const struct token *t, const char *s)
{
    int is = letter(s);
    if (is < 0)
        return refuse(k, t->at + (size_t)(s - t->s), CT_Q_ACVPU, s,
                      "consciousness is one of A, C, V, P, U");
    return put(k, CT_Q_ACVPU, (struct ct_value){is, 0}, t);
}

static bool value_of(struct quick *k, enum ct_q q, struct token *t, const char *s)
{
    if (q == CT_Q_SBP)
        return pressure(k, t, s);
    if (q == CT_Q_ACVPU)
        return conscious(k, t, s);
    return number(k, q, t, s);
}

/* ---- oxygen ------------------------------------------------------------ */

static bool is_air(const char *s)
{
    return strcasecmp(s, "air") == 0 || strcasecmp(s, "ra") == 0;
}

static bool air(struct quick *k, const struct token *t)
{
    /* Air is also a statement on the flow: there is none. */
    return put(k, CT_Q_O2, (struct ct_value){CT_O2_AIR, 0}, t) &&
           put(k, CT_Q_O2_FLOW, (struct ct_value){CT_UNSET, 0}, t);
}

/* enum ct_o2 of a device's word, or -1. Air is none. */
static int device(const char *s)
{
    const struct ct_choice *c = CT_QUANTITY[CT_Q_O2].choices;
    for (int i = CT_O2_AIR + 1; c[i].code != NULL; i++)
        if (strcasecmp(c[i].code, s) == 0)
            return i;
    for (size_t i = 0; i < CT_LEN(DEVICES); i++)
        if (strcasecmp(DEVICES[i].word, s) == 0)
            return (int)DEVICES[i].o2;
    return -1;
}

/* A flow from 21 up without a unit may be litres or per cent. */
static bool flow(struct quick *k, struct token *t)
{
    size_t n = strspn(t->s, "0123456789");
    if (t->s[n] == '\0' && n < 6 && strtol(t->s, NULL, 10) >= k->limits->o2_pct.soft_lo)
        return refuse(k, t->at, CT_Q_O2_FLOW, t->s,
                      "litres or per cent? Add l or %, as 28%");
    return number(k, CT_Q_O2_FLOW, t, t->s);
}

/* After "o2": a flow and a device, in either order, or one of them. */
static bool oxygen(struct quick *k, const struct token *name)
{
    const struct token *last = name;
    struct token *t;
    bool any = false, has_device = false, has_flow = false;
    while ((t = peek(k)) != NULL) {
        if (!any && is_air(t->s)) {
            k->i++;
            return air(k, t);
        }
        int is = device(t->s);
        if (is >= 0 && !has_device) {
            if (!put(k, CT_Q_O2, (struct ct_value){is, 0}, t))
                return false;
            has_device = true;
        } else if (figure(t->s) && !has_flow) {
            if (!flow(k, t))
                return false;
            has_flow = true;
        } else {
            break;
        }
        any = true;
        last = t;
        k->i++;
    }
    if (!any)
        return refuse(k, name->at, CT_Q_O2, name->s,
                      "say how much or by what: o2 2 nc, o2 28%, or air");
    if (has_device)
        return true;
    /* Oxygen is given, that is stated; by what may be known from the form. */
    struct ct_value before = k->v[CT_Q_O2];
    if (before.n == CT_UNSET || before.n == CT_O2_AIR)
        before = (struct ct_value){CT_O2_OTHER, 0};
    return put(k, CT_Q_O2, before, last);
}

/* ---- the line ---------------------------------------------------------- */

/* The name a token is ("p"), or begins with ("p72", "t36.6f"); *ret_value is
 * what follows it, "" if nothing. */
static const struct name *name_of(const char *s, const char **ret_value)
{
    for (size_t i = 0; i < CT_LEN(NAMES); i++)
        if (strcasecmp(NAMES[i].word, s) == 0) {
            *ret_value = s + strlen(s);
            return &NAMES[i];
        }
    for (size_t i = 0; i < CT_LEN(NAMES); i++) {
        size_t n = strlen(NAMES[i].word);
        /* A name that ends in a digit does not show where its figure begins. */
        if (strncasecmp(NAMES[i].word, s, n) == 0 && ct_is_digit(s[n]) &&
            !ct_is_digit(NAMES[i].word[n - 1])) {
            *ret_value = s + n;
            return &NAMES[i];
        }
    }
    return NULL;
}

/* A single letter: the consciousness, or the name of something? */
static bool single_letter(struct quick *k, const struct token *t, int is)
{
    struct token *next = peek(k);
    bool in_place = k->order == ORDER_N - 1; /* the five before it were there */
    if (is == CT_PAIN && !in_place) {
        if (next != NULL && figure(next->s)) {
            k->i++;
            return number(k, CT_Q_PULSE, next, next->s);
        }
        return refuse(k, t->at, CT_Q_PULSE, t->s,
                      "pulse wants a figure; for response to pain type acvpu p");
    }
    if (is == CT_CONFUSION && !in_place && k->i >= 2 && k->t[k->i - 2].bare_temperature)
        return refuse(k, t->at, CT_Q_ACVPU, t->s,
                      "degrees, or new confusion? Type 36.6c or acvpu c");
    int second = next != NULL ? letter(next->s) : -1;
    if (is == CT_ALERT && !in_place && second >= 0 && second != CT_PAIN) {
        k->i++; /* "a v": the name a, and V */
        return conscious(k, next, next->s);
    }
    /* "a p" with a figure behind is A and a pulse; any other pair is unclear. */
    bool pulse = second == CT_PAIN && k->i + 1 < k->n && figure(k->t[k->i + 1].s);
    if (second >= 0 && !pulse)
        return refuse(k, next->at, CT_Q_ACVPU, next->s,
                      "two letters for consciousness; type acvpu and one of them");
    if (is == CT_PAIN && next != NULL && figure(next->s))
        return refuse(k, t->at, CT_Q_ACVPU, t->s,
                      "pulse, or response to pain? Type pulse or acvpu in full");
    return put(k, CT_Q_ACVPU, (struct ct_value){is, 0}, t);
}

static bool bare(struct quick *k, struct token *t)
{
    bool skip = strcmp(t->s, "-") == 0;
    if (k->order >= ORDER_N)
        return refuse(k, t->at, CT_QS, t->s, "what is this figure? Give it a name, as p 72");
    enum ct_q q = ORDER[k->order++];
    return skip || value_of(k, q, t, t->s);
}

static bool item(struct quick *k)
{
    struct token *t = &k->t[k->i++];
    const char *value;
    int is = letter(t->s);
    if (is >= 0) {
        bool ok = single_letter(k, t, is);
        k->order = ORDER_N;
        return ok;
    }
    if (is_air(t->s))
        return air(k, t);
    if (figure(t->s) || strcmp(t->s, "-") == 0)
        return bare(k, t);
    const struct name *name = name_of(t->s, &value);
    if (name == NULL)
        return refuse(k, t->at, CT_QS, t->s,
                      "not understood; names are bp p rr s o2 t a pain bm wt ht");
    k->order = ORDER_N;
    if (name->q == CT_Q_O2)
        return oxygen(k, t);
    if (value[0] != '\0')
        return value_of(k, name->q, t, value);
    struct token *next = peek(k);
    if (next == NULL)
        return refuse(k, t->at, name->q, t->s, "its figure is wanting");
    k->i++;
    return value_of(k, name->q, next, next->s);
}

enum ct_status ct_quick_parse(const char *line, const struct ct_config *c,
                              const struct ct_limits *l, struct ct_vitals *v, size_t *ret_at,
                              struct ct_error *reterr)
{
    struct quick k = {.config = c, .limits = l, .reterr = reterr};
    memcpy(k.v, v->v, sizeof k.v);
    bool ok = split(&k, line);
    while (ok && k.i < k.n)
        ok = item(&k);
    *ret_at = k.at;
    if (!ok)
        return CT_EINVAL;
    memcpy(v->v, k.v, sizeof k.v);
    return CT_OK;
}
