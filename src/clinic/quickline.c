/* quickline - a set of vitals typed on one line: ct_quick_parse of vitals.h.
 *
 * The line is read over a copy of the set, and the copy is handed back only when
 * all of it was understood. Rules, so that nothing is guessed:
 *   - figures without a name come first, in the order BP, pulse, respiration,
 *     SpO2, temperature, consciousness; "-" leaves one out, "-r" says why;
 *   - a name is followed by its figure, or bears it ("p 72", "p72"); a unit that
 *     only one quantity has is a name ("70kg", "38.2c");
 *   - a qualifier stands directly behind its value; so does a further pressure;
 *   - "air" and "ra" stand for themselves, but behind a pressure "ra" is the right
 *     arm: taken for air, it would state what nobody said;
 *   - a, c, v, u alone are the consciousness; p alone is, in its place as the
 *     sixth, else it is a pulse whose figure is wanting;
 *   - one quantity twice is an error, and so is a figure with two readings.
 */
#include "clinic/quickwords.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ascii.h"
#include "base/text.h"

/* BARE_MINUTES: a higher figure behind a posture may be meant for something else. */
enum { LINE_MAX_BYTES = 400, TOKENS_MAX = 64, TOKEN_MAX = 31, BARE_MINUTES = 15 };

struct token {
    size_t at;
    char s[TOKEN_MAX + 1];
    bool bare_temperature; /* its unit could follow as a word of its own */
};

struct quick {
    const struct ct_config *config;
    const struct ct_limits *limits;
    struct ct_vitals v;
    bool given[CT_QS], qualified[CT_QLS];
    enum ct_q behind; /* what a qualifier here belongs to; CT_QS: nothing */
    bool posture;     /* ... and the posture of a further pressure stood just before */
    size_t n, i;      /* tokens, the next one */
    struct token t[TOKENS_MAX];
    size_t order; /* next quantity of a line without names; ORDER_N: over */
    size_t at;    /* byte offset of what was not understood */
    struct ct_error *reterr;
};

static const enum ct_q ORDER[] = {CT_Q_SBP,  CT_Q_PULSE, CT_Q_RESP,
                                  CT_Q_SPO2, CT_Q_TEMP,  CT_Q_ACVPU};
enum { ORDER_N = CT_LEN(ORDER) };

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
    return s[0] != '\0' && s[1] == '\0' ? ct_quick_choice(CT_Q_ACVPU, s) : -1;
}

static bool put(struct quick *k, enum ct_q q, struct ct_value v, const struct token *t)
{
    if (k->given[q])
        return refuse(k, t->at, q, t->s, "is given twice on this line");
    k->given[q] = true;
    k->v.v[q] = v;
    k->v.not_taken[q] = CT_WHY_NONE;
    k->behind = q;
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
static bool judge(struct quick *k, enum ct_q q, const struct token *t, const char *s,
                  struct ct_value *ret)
{
    size_t at = t->at + (size_t)(s - t->s), n = strspn(s, "0123456789.,");
    char digits[TOKEN_MAX + 1];
    memcpy(digits, s, n);
    digits[n] = '\0';
    struct ct_value v = {CT_UNSET, ct_quantity_site_unit(q, k->config)};
    if (n == 0)
        return refuse(k, at, q, s, "a figure is wanted here");
    if (s[n] != '\0' && !ct_quick_unit(q, s + n, &v.unit))
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
    *ret = v;
    return true;
}

static bool number(struct quick *k, enum ct_q q, struct token *t, const char *s)
{
    struct ct_value v;
    t->bare_temperature = q == CT_Q_TEMP && ct_is_digit(s[strlen(s) - 1]);
    return judge(k, q, t, s, &v) && put(k, q, v, t);
}

/* ---- pressures --------------------------------------------------------- */

/* "120/80" into two figures. */
static bool two_figures(struct quick *k, const struct token *t, const char *s,
                        struct ct_value *sbp, struct ct_value *dbp)
{
    struct token upper = *t;
    const char *slash = strchr(s, '/');
    if (slash == NULL || slash == s || slash[1] == '\0')
        return refuse(k, t->at + (size_t)(s - t->s), CT_Q_SBP, s,
                      "blood pressure is two figures with a slash, as 120/80");
    upper.s[slash - t->s] = '\0';
    if (!judge(k, CT_Q_SBP, &upper, upper.s + (s - t->s), sbp) ||
        !judge(k, CT_Q_DBP, t, slash + 1, dbp))
        return false;
    if (dbp->n < sbp->n)
        return true;
    return refuse(k, t->at + (size_t)(slash + 1 - t->s), CT_Q_DBP, s,
                  "the lower pressure must be below the upper");
}

/* The first pressure of the line; with it those that stood there before are gone. */
static bool pressure(struct quick *k, const struct token *t, const char *s)
{
    struct ct_value sbp, dbp;
    if (!two_figures(k, t, s, &sbp, &dbp) || !put(k, CT_Q_SBP, sbp, t) ||
        !put(k, CT_Q_DBP, dbp, t))
        return false;
    k->v.n_bp = 0;
    k->behind = CT_Q_SBP;
    return true;
}

static bool further(struct quick *k, const struct token *t)
{
    struct ct_value sbp, dbp;
    if (!two_figures(k, t, t->s, &sbp, &dbp))
        return false;
    if (k->v.n_bp == CT_LEN(k->v.bp))
        return refuse(k, t->at, CT_Q_SBP, t->s, "a set has at most six pressures");
    k->v.bp[k->v.n_bp++] =
        (struct ct_bp){.sbp = sbp.n, .dbp = dbp.n, .position = 0, .after_min = -1};
    return true;
}

/* How long after taking up a posture: "1" where no other figure can stand, "1min". */
static bool minutes(struct quick *k, const struct token *t)
{
    size_t n = strspn(t->s, "0123456789");
    struct token *next = peek(k);
    bool unit = strcasecmp(t->s + n, "min") == 0 || strcasecmp(t->s + n, "m") == 0;
    if (t->s[n] == '\0' && next != NULL && strcasecmp(next->s, "min") == 0) {
        unit = true;
        k->i++;
    }
    if (t->s[n] != '\0' && !unit)
        return refuse(k, t->at, CT_Q_SBP, t->s, "minutes in the posture are wanted, as 1min");
    long min = n < 5 ? strtol(t->s, NULL, 10) : 9999;
    if (!unit && (k->order < ORDER_N || min > BARE_MINUTES))
        return refuse(k, t->at, CT_Q_SBP, t->s,
                      "minutes in the posture, or another figure? Type 1min, or p 72");
    if (min > 24 * 60)
        return refuse(k, t->at, CT_Q_SBP, t->s, "is too long in one posture");
    k->v.bp[k->v.n_bp - 1].after_min = (int)min;
    return true;
}

/* ---- qualifiers, reasons ------------------------------------------------ */

/* A qualifier of the value just before it. */
static bool qualifier(struct quick *k, const struct token *t, int meanings,
                      enum ct_qualifier ql, int choice)
{
    enum ct_q q = k->behind;
    if (meanings > 1)
        return refuse(k, t->at, q, t->s,
                      "has two meanings; say which, as weight_quality:sta or "
                      "weight_method:sta");
    if (q == CT_Q_SPO2 && ct_quick_device(t->s) >= 0)
        return refuse(k, t->at, q, t->s,
                      "high flow, or hand or foot? Type o2 hf, or spo2_site:hf");
    if (q == CT_Q_SBP && k->v.n_bp > 0) {
        struct ct_bp *b = &k->v.bp[k->v.n_bp - 1];
        if (ql != CT_QL_BP_POSITION)
            return refuse(k, t->at, q, t->s, "only a posture is kept with a further pressure");
        if (b->position != 0)
            return refuse(k, t->at, q, t->s, "a second posture of the same pressure");
        b->position = (uint8_t)choice;
        k->posture = true;
        return true;
    }
    if (k->qualified[ql])
        return refuse(k, t->at, q, t->s, "is said twice of the same value");
    k->qualified[ql] = true;
    k->v.ql[ql] = (uint8_t)choice;
    return true;
}

/* Nothing was measured, and why. */
static bool absent(struct quick *k, enum ct_q q, const struct token *t, enum ct_why why)
{
    const struct ct_value none = {CT_UNSET, 0};
    enum ct_q last = q == CT_Q_GCS_EYE ? CT_Q_GCS_MOTOR : q;
    for (int i = q; i <= (int)last; i++) {
        if (!put(k, (enum ct_q)i, none, t))
            return false;
        k->v.not_taken[i] = (uint8_t)why;
    }
    if (q == CT_Q_SBP)
        k->v.n_bp = 0;
    if ((q == CT_Q_SBP && !put(k, CT_Q_DBP, none, t)) ||
        (q == CT_Q_O2 && !put(k, CT_Q_O2_FLOW, none, t)))
        return false;
    k->behind = CT_QS;
    return true;
}

/* "-r", "- refused" behind a name, or in the place of a figure; t is the dash, and
 * what follows it is next. A letter alone is a word of its own, so it is no reason. */
static bool reason(struct quick *k, enum ct_q q, const struct token *t)
{
    struct token *next = peek(k);
    enum ct_why why = CT_WHY_NONE;
    if (t->s[1] != '\0')
        why = ct_quick_why(t->s + 1, true);
    else if (next != NULL && (why = ct_quick_why(next->s, false)) != CT_WHY_NONE)
        k->i++;
    if (why == CT_WHY_NONE)
        return refuse(k, t->at, q, t->s,
                      "why was it not taken? Type -r or - refused, away, asleep, unavailable, "
                      "unable, emergency, request, unneeded");
    return absent(k, q, t, why);
}

/* ---- values of one name ------------------------------------------------- */

static bool code(struct quick *k, enum ct_q q, const struct token *t, const char *s)
{
    static const char *const WANTED[CT_QS] = {
        [CT_Q_ACVPU] = "consciousness is one of A, C, V, P, U",
        [CT_Q_DISTRESS] = "distress is one of none, mild, moderate, severe",
        [CT_Q_CONCERN] = "the carer says one of worse, same, better, asleep, unavailable",
    };
    int is = ct_quick_choice(q, s);
    if (is < 0 && q == CT_Q_CONCERN && strcasecmp(s, "same") == 0)
        is = CT_CONCERN_SAME;
    if (is < 0)
        return refuse(k, t->at + (size_t)(s - t->s), q, s, WANTED[q]);
    return put(k, q, (struct ct_value){is, 0}, t);
}

static bool value_of(struct quick *k, enum ct_q q, struct token *t, const char *s)
{
    if (q == CT_Q_SBP)
        return pressure(k, t, s);
    if (CT_QUANTITY[q].kind == CT_F_CODE)
        return code(k, q, t, s);
    return number(k, q, t, s);
}

/* ---- coma scale --------------------------------------------------------- */

/* "4" or "nt" as points of a part of the scale; -1 it is none. */
static int points(enum ct_q q, const char *s)
{
    return strlen(s) <= 2 ? ct_quick_choice(q, s) : -1;
}

/* "e4", "vnt": which part, or CT_QS. */
static enum ct_q gcs_part(const char *s)
{
    static const char LETTERS[] = "evm";
    const char *l = s[0] != '\0' ? strchr(LETTERS, tolower((unsigned char)s[0])) : NULL;
    if (l == NULL || (!figure(s + 1) && strcasecmp(s + 1, "nt") != 0))
        return CT_QS;
    return (enum ct_q)(CT_Q_GCS_EYE + (l - LETTERS));
}

static bool gcs_put(struct quick *k, enum ct_q q, const struct token *t, const char *s)
{
    static const char *const WANTED[] = {"eyes open with 1 to 4 points, or nt",
                                         "the verbal response has 1 to 5 points, or nt",
                                         "the motor response has 1 to 6 points, or nt"};
    int is = points(q, s);
    if (is < 0)
        return refuse(k, t->at, q, t->s, WANTED[q - CT_Q_GCS_EYE]);
    bool ok = put(k, q, (struct ct_value){is, 0}, t);
    k->behind = CT_QS;
    return ok;
}

/* Behind "gcs": its parts with their letters, or all three without. A total says less
 * than its parts and is not taken. */
static bool gcs(struct quick *k, const struct token *name)
{
    struct token *t = peek(k);
    bool any = false;
    while (t != NULL && gcs_part(t->s) != CT_QS) {
        if (!gcs_put(k, gcs_part(t->s), t, t->s + 1))
            return false;
        any = true;
        k->i++;
        t = peek(k);
    }
    if (any)
        return true;
    for (int q = CT_Q_GCS_EYE; q <= CT_Q_GCS_MOTOR; q++) {
        t = peek(k);
        if (t == NULL || (!figure(t->s) && strcasecmp(t->s, "nt") != 0))
            return refuse(k, name->at, CT_Q_GCS_EYE, name->s,
                          "type its three parts: gcs 4 5 6, or e4 v5 m6; nt is not testable");
        if (strlen(t->s) > 1 && figure(t->s))
            return refuse(k, t->at, (enum ct_q)q, t->s,
                          "a total is not taken; type the three parts, as gcs 4 5 6");
        k->i++;
        if (!gcs_put(k, (enum ct_q)q, t, t->s))
            return false;
    }
    return true;
}

/* ---- oxygen ------------------------------------------------------------ */

static bool air(struct quick *k, const struct token *t)
{
    /* Air is also a statement on the flow: there is none. */
    bool ok = put(k, CT_Q_O2, (struct ct_value){CT_O2_AIR, 0}, t) &&
              put(k, CT_Q_O2_FLOW, (struct ct_value){CT_UNSET, 0}, t);
    k->behind = CT_QS;
    return ok;
}

/* A flow from 21 up without a unit may be litres or per cent. */
static bool flow(struct quick *k, struct token *t)
{
    size_t n = strspn(t->s, "0123456789");
    if (t->s[n] == '\0' && n < 6 && strtol(t->s, NULL, 10) >= k->limits->o2_pct.soft_lo)
        return refuse(k, t->at, CT_Q_O2_FLOW, t->s, "litres or per cent? Add l or %, as 28%");
    return number(k, CT_Q_O2_FLOW, t, t->s);
}

/* After "o2": a flow and a device, in either order, or one of them. */
static bool oxygen(struct quick *k, const struct token *name)
{
    const struct token *last = name;
    struct token *t;
    bool any = false, has_device = false, has_flow = false;
    while ((t = peek(k)) != NULL) {
        if (!any && ct_quick_air(t->s)) {
            k->i++;
            return air(k, t);
        }
        int is = ct_quick_device(t->s);
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
    k->behind = CT_QS;
    if (!any)
        return refuse(k, name->at, CT_Q_O2, name->s,
                      "say how much or by what: o2 2 nc, o2 28%, or air");
    if (has_device)
        return true;
    /* Oxygen is given, that is stated; by what may be known from the form. */
    struct ct_value before = k->v.v[CT_Q_O2];
    if (before.n == CT_UNSET || before.n == CT_O2_AIR)
        before = (struct ct_value){CT_O2_OTHER, 0};
    bool ok = put(k, CT_Q_O2, before, last);
    k->behind = CT_QS;
    return ok;
}

/* ---- the line ---------------------------------------------------------- */

/* A single letter: the consciousness, or the name of something? */
static bool single_letter(struct quick *k, const struct token *t, int is)
{
    struct token *next = peek(k);
    bool in_place = k->order == ORDER_N - 1; /* the five before it were there */
    if (is == CT_PAIN && !in_place) {
        if (next != NULL && (figure(next->s) || next->s[0] == '-')) {
            k->i++;
            return next->s[0] == '-' ? reason(k, CT_Q_PULSE, next)
                                     : number(k, CT_Q_PULSE, next, next->s);
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
        return code(k, CT_Q_ACVPU, next, next->s);
    }
    /* "a p" with a figure behind is A and a pulse; any other pair is unclear. */
    const struct token *third = k->i + 1 < k->n ? &k->t[k->i + 1] : NULL;
    bool pulse = second == CT_PAIN && third != NULL && (figure(third->s) || third->s[0] == '-');
    if (second >= 0 && !pulse)
        return refuse(k, next->at, CT_Q_ACVPU, next->s,
                      "two letters for consciousness; type acvpu and one of them");
    if (is == CT_PAIN && next != NULL && (figure(next->s) || next->s[0] == '-'))
        return refuse(k, t->at, CT_Q_ACVPU, t->s,
                      "pulse, or response to pain? Type pulse or acvpu in full");
    return put(k, CT_Q_ACVPU, (struct ct_value){is, 0}, t);
}

/* A figure, or the dash in its place, without a name. */
static bool bare(struct quick *k, struct token *t)
{
    if (k->behind == CT_Q_SBP && strchr(t->s, '/') != NULL)
        return further(k, t);
    enum ct_q unit = ct_quick_unit_of(t->s + strspn(t->s, "0123456789.,"));
    bool in_place = k->order < ORDER_N && (unit == CT_QS || unit == ORDER[k->order]);
    if (unit != CT_QS && !in_place) {
        k->order = ORDER_N; /* it named itself, so names have begun */
        return number(k, unit, t, t->s);
    }
    if (k->order >= ORDER_N)
        return refuse(k, t->at, CT_QS, t->s, "what is this figure? Give it a name, as p 72");
    enum ct_q q = ORDER[k->order++];
    struct token *next = peek(k);
    if (strcmp(t->s, "-") == 0 && (next == NULL || !ct_quick_why(next->s, false))) {
        k->behind = CT_QS;
        return true; /* left out: what stands in the form stays */
    }
    return t->s[0] == '-' ? reason(k, q, t) : value_of(k, q, t, t->s);
}

/* A name and what follows it. */
static bool named(struct quick *k, struct token *t, enum ct_q q, const char *value)
{
    struct token *next = peek(k);
    k->order = ORDER_N;
    if (value == NULL && next != NULL && next->s[0] == '-') {
        k->i++;
        return reason(k, q, next);
    }
    if (q == CT_Q_O2)
        return oxygen(k, t);
    if (q == CT_Q_GCS_EYE && value == NULL)
        return gcs(k, t);
    if (q == CT_Q_GCS_EYE)
        return refuse(k, t->at, q, t->s, "type its three parts behind a blank: gcs 4 5 6");
    if (value != NULL)
        return value_of(k, q, t, value);
    if (next == NULL)
        return refuse(k, t->at, q, t->s, "its figure is wanting");
    k->i++;
    return value_of(k, q, next, next->s);
}

/* A word that is neither a figure nor a letter. */
static bool word(struct quick *k, struct token *t)
{
    const char *value = NULL;
    enum ct_q q, part = gcs_part(t->s);
    enum ct_qualifier ql = CT_QLS;
    int choice = 0,
        n = k->behind < CT_QS ? ct_quick_qualifier(k->behind, t->s, &ql, &choice) : 0;
    if (n > 0)
        return qualifier(k, t, n, ql, choice);
    if (ct_quick_air(t->s))
        return air(k, t);
    if (part != CT_QS) {
        k->order = ORDER_N;
        return gcs_put(k, part, t, t->s + 1);
    }
    if (ct_quick_name(t->s, &q) || ct_quick_named(t->s, &q, &value))
        return named(k, t, q, value);
    q = ct_quick_qualified(t->s);
    if (q != CT_QS)
        return refuse(k, t->at, q, t->s, "belongs directly behind its value");
    if (ct_quick_device(t->s) >= 0)
        return refuse(k, t->at, CT_Q_O2, t->s, "a device stands behind o2, as o2 2 nc");
    return refuse(k, t->at, CT_QS, t->s,
                  "not understood; names are bp p rr s o2 t a pain glu wt ht crt distress "
                  "carer gcs head waist muac");
}

static bool item(struct quick *k)
{
    struct token *t = &k->t[k->i++];
    bool posture = k->posture;
    k->posture = false;
    if (posture && figure(t->s) && strchr(t->s, '/') == NULL)
        return minutes(k, t);
    int is = letter(t->s);
    if (is >= 0) {
        bool ok = single_letter(k, t, is);
        k->order = ORDER_N;
        return ok;
    }
    bool dash =
        t->s[0] == '-' && (t->s[1] == '\0' || ct_quick_why(t->s + 1, true) != CT_WHY_NONE);
    return figure(t->s) || dash ? bare(k, t) : word(k, t);
}

enum ct_status ct_quick_parse(const char *line, const struct ct_config *c,
                              const struct ct_limits *l, struct ct_vitals *v, size_t *ret_at,
                              struct ct_error *reterr)
{
    struct quick k = {.config = c, .limits = l, .v = *v, .behind = CT_QS, .reterr = reterr};
    bool ok = split(&k, line);
    while (ok && k.i < k.n)
        ok = item(&k);
    *ret_at = k.at;
    if (!ok)
        return CT_EINVAL;
    *v = k.v;
    return CT_OK;
}
