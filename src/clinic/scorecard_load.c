/* scorecard_load - reads a score card (data/scores/pews.ini says how one is written)
 * and refuses one that could leave a figure or an age without a score. */
#include "clinic/scorecard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/scorecard_table.h"

static const char HEAD[] = "card", O2_PCT[] = "o2_flow_pct", BY_FLOW[] = "by_flow";
enum { DECIMALS_MAX = 3 };

/* What a section is about. */
struct section {
    enum { SEC_HEAD, SEC_CALL, SEC_BAND, SEC_PART } kind;
    char band[72]; /* SEC_PART: the section of its band */
    enum ct_q q;
    uint8_t unit;
};

/* "infant.o2_flow_pct" and the like; false: no such quantity. */
static bool classify(const char *s, struct section *ret)
{
    *ret = (struct section){.kind = SEC_BAND};
    const char *dot = strchr(s, '.');
    if (strcmp(s, HEAD) == 0)
        ret->kind = SEC_HEAD;
    else if (ct_score_is_call(s))
        ret->kind = SEC_CALL;
    else if (dot != NULL)
        ret->kind = SEC_PART;
    if (ret->kind != SEC_PART)
        return true;
    snprintf(ret->band, sizeof ret->band, "%.*s", (int)(dot - s), s);
    ret->unit = strcmp(dot + 1, O2_PCT) == 0;
    ret->q = CT_Q_O2_FLOW;
    return ret->unit == 1 || ct_quantity_find(dot + 1, &ret->q);
}

static bool has_section(const struct ct_ini *ini, const char *name)
{
    const char *s;
    for (size_t i = 0; (s = ct_ini_section(ini, i)) != NULL; i++)
        if (strcmp(s, name) == 0)
            return true;
    return false;
}

static enum ct_status check_names(const struct ct_ini *ini, struct ct_error *reterr)
{
    static const char *const HEAD_KEYS[] = {"version", "title", "source", "note", NULL};
    static const char *const CALL_KEYS[] = {"total",    "band",       "every_min", "response",
                                            "escalate", "attend_min", NULL};
    static const char *const BAND_KEYS[] = {"name", "months", NULL};
    static const char *const FIGURE_KEYS[] = {"decimals", "score_0", "score_1", "score_2",
                                              "score_3", "score_4", NULL};
    static const char *const *const CODE_KEYS = FIGURE_KEYS + 1;
    static const char *const O2_KEYS[] = {"score_0", "score_1", "score_2", "score_3",
                                          "score_4", BY_FLOW, NULL};
    const char *s;
    for (size_t i = 0; (s = ct_ini_section(ini, i)) != NULL; i++) {
        struct section sec;
        if (!classify(s, &sec))
            return ct_ini_fail(ini, s, NULL, reterr, "\"%s\" is nothing that is measured",
                               strchr(s, '.') + 1);
        const char *const *keys = sec.kind == SEC_HEAD   ? HEAD_KEYS
                                  : sec.kind == SEC_CALL ? CALL_KEYS
                                  : sec.kind == SEC_BAND ? BAND_KEYS
                                  : sec.q == CT_Q_O2     ? O2_KEYS
                                  : CT_QUANTITY[sec.q].kind == CT_F_CODE ? CODE_KEYS
                                                                         : FIGURE_KEYS;
        if (sec.kind == SEC_PART && !has_section(ini, sec.band))
            return ct_ini_fail(ini, s, NULL, reterr, "there is no band [%s]", sec.band);
        enum ct_status st = ct_score_keys_check(ini, s, keys, reterr);
        if (st != CT_OK)
            return st;
    }
    return CT_OK;
}

static enum ct_status read_decimals(const struct ct_ini *ini, const char *section,
                                    const struct ct_unit *u, int *ret,
                                    struct ct_error *reterr)
{
    const char *s = ct_ini_get(ini, section, "decimals");
    int64_t n = u->places;
    if (s != NULL &&
        (!ct_scaled_parse(s, strlen(s), 0, &n) || n < u->places || n > DECIMALS_MAX))
        return ct_ini_fail(ini, section, "decimals", reterr, "must be %d to %d", u->places,
                           DECIMALS_MAX);
    *ret = (int)n;
    return CT_OK;
}

/* Where the rows of figures must end: per cent at 100; oxygen is given up to a flow
 * the table names; anything else has no upper end. */
static int64_t end_of(const struct section *sec, const struct ct_card_part *p)
{
    if (strcmp(CT_QUANTITY[sec->q].unit[sec->unit].name, "%") == 0) {
        int64_t hundred = 100;
        for (int i = 0; i < p->places; i++)
            hundred *= 10;
        return hundred;
    }
    return sec->q == CT_Q_O2_FLOW && p->rows.n > 0 ? p->rows.row[p->rows.n - 1].range.hi
                                                   : CT_OPEN_HI;
}

static enum ct_status read_part(const struct ct_ini *ini, const char *section,
                                const struct section *sec, struct ct_card_band *b,
                                struct ct_error *reterr)
{
    struct ct_card_part *p = sec->unit == 1 ? &b->o2_pct : &b->part[sec->q];
    const struct ct_quantity *q = &CT_QUANTITY[sec->q];
    bool code = q->kind == CT_F_CODE;
    enum ct_status st = CT_OK;
    if (!code)
        st = read_decimals(ini, section, &q->unit[sec->unit], &p->places, reterr);
    struct ct_score_part spec = {section, p->places, code ? q->choices : NULL};
    if (st == CT_OK)
        st = ct_score_rows_read(ini, &spec, CT_CARD_SCORE_MAX, &p->rows, reterr);
    if (st == CT_OK && sec->q == CT_Q_O2)
        st = ct_score_list_read(ini, &spec, BY_FLOW, CT_CARD_BY_FLOW, &p->rows, reterr);
    /* From 0 on; what is below is not measured, and ..9 covers it too. */
    if (st == CT_OK)
        st = ct_score_rows_check(ini, &spec, 0, end_of(sec, p), &p->rows, reterr);
    if (st == CT_OK && sec->q != CT_Q_O2_FLOW)
        b->inputs |= 1u << sec->q;
    return st;
}

/* The oxygen's figure is there in both units just when a device needs it. */
static enum ct_status check_oxygen(const struct ct_ini *ini, const char *section,
                                   const struct ct_card_band *b, struct ct_error *reterr)
{
    bool wanted = false;
    const struct ct_score_rows *o2 = &b->part[CT_Q_O2].rows;
    for (size_t i = 0; i < o2->n; i++)
        wanted = wanted || o2->row[i].score == CT_CARD_BY_FLOW;
    bool lpm = b->part[CT_Q_O2_FLOW].rows.n > 0, pct = b->o2_pct.rows.n > 0;
    if (wanted && !(lpm && pct))
        return ct_ini_fail(ini, section, NULL, reterr,
                           "devices score by their figure, and [%s.%s] is missing", section,
                           lpm ? O2_PCT : CT_QUANTITY[CT_Q_O2_FLOW].name);
    if (!wanted && (lpm || pct))
        return ct_ini_fail(ini, section, NULL, reterr,
                           "has scores for the oxygen's figure, and no device %s", BY_FLOW);
    return CT_OK;
}

static enum ct_status read_band(const struct ct_ini *ini, const char *section,
                                struct ct_scorecard *t, struct ct_error *reterr)
{
    if (t->n_bands == CT_CARD_BANDS_MAX)
        return ct_ini_fail(ini, section, NULL, reterr, "at most %d bands", CT_CARD_BANDS_MAX);
    struct ct_card_band *b = &t->band[t->n_bands];
    enum ct_status st = ct_score_text_read(ini, section, "name", b->name, sizeof b->name,
                                           reterr);
    if (st == CT_OK && ct_scorecard_band_find(t, b->name) >= 0)
        st = ct_ini_fail(ini, section, "name", reterr, "another band bears it");
    b->from_month = b->to_month = -1;
    const char *s = ct_ini_get(ini, section, "months");
    struct ct_range r;
    if (st == CT_OK && s != NULL) {
        if (!ct_range_parse(s, strlen(s), 0, &r))
            return ct_ini_fail(ini, section, "months", reterr,
                               "must be a range of whole months such as 12..59 or 156..");
        b->from_month = r.lo == CT_OPEN_LO ? 0 : (int)r.lo;
        b->to_month = r.hi == CT_OPEN_HI ? INT32_MAX : (int)r.hi;
    }
    const char *name;
    for (size_t i = 0; st == CT_OK && (name = ct_ini_section(ini, i)) != NULL; i++) {
        struct section sec;
        if (classify(name, &sec) && sec.kind == SEC_PART && strcmp(sec.band, section) == 0)
            st = read_part(ini, name, &sec, b, reterr);
    }
    if (st == CT_OK && b->inputs == 0)
        st = ct_ini_fail(ini, section, NULL, reterr, "scores nothing");
    if (st == CT_OK)
        st = check_oxygen(ini, section, b, reterr);
    /* A section left out would be a quantity that silently never scores. */
    uint32_t differ = t->n_bands > 0 ? b->inputs ^ t->band[0].inputs : 0;
    for (unsigned q = 0; st == CT_OK && q < CT_QS; q++)
        if (differ >> q & 1)
            st = ct_ini_fail(ini, section, NULL, reterr,
                             "%s is scored in one of %s and %s only", CT_QUANTITY[q].name,
                             t->band[0].name, b->name);
    t->n_bands += st == CT_OK;
    return st;
}

/* Every age in exactly one band, or no band with ages. */
static enum ct_status check_ages(const struct ct_ini *ini, const struct ct_scorecard *t,
                                 struct ct_error *reterr)
{
    bool any = false;
    for (size_t i = 0; i < t->n_bands; i++)
        any = any || t->band[i].from_month >= 0;
    /* From each place where the answer could change to the next. */
    for (int64_t month = 0; any && month <= INT32_MAX;) {
        int64_t next = month;
        size_t n = 0;
        for (size_t i = 0; i < t->n_bands; i++) {
            if (t->band[i].from_month < 0)
                return ct_ini_fail(ini, HEAD, NULL, reterr,
                                   "the band %s has no months, and others have",
                                   t->band[i].name);
            if (month >= t->band[i].from_month && month <= t->band[i].to_month) {
                next = (int64_t)t->band[i].to_month + 1;
                n++;
            }
        }
        for (size_t i = 0; i < t->n_bands; i++)
            if (t->band[i].from_month > month && t->band[i].from_month < next)
                next = t->band[i].from_month;
        if (n != 1)
            return ct_ini_fail(ini, HEAD, NULL, reterr, "an age of %d months has %s band",
                               (int)month, n == 0 ? "no" : "more than one");
        month = next;
    }
    return CT_OK;
}

/* The highest total any band can give. */
static int total_max(const struct ct_scorecard *t)
{
    int max = 0;
    for (size_t i = 0; i < t->n_bands; i++) {
        const struct ct_card_band *b = &t->band[i];
        int sum = 0;
        for (size_t q = 0; q < CT_QS; q++)
            sum += q == CT_Q_O2 || q == CT_Q_O2_FLOW ? 0 : ct_score_highest(&b->part[q].rows);
        int oxygen = ct_score_highest(&b->part[CT_Q_O2].rows);
        int flow = ct_score_highest(&b->part[CT_Q_O2_FLOW].rows);
        int pct = ct_score_highest(&b->o2_pct.rows);
        flow = pct > flow ? pct : flow;
        sum += flow > oxygen ? flow : oxygen;
        max = sum > max ? sum : max;
    }
    return max;
}

static enum ct_status read_card(const struct ct_ini *ini, struct ct_scorecard *t,
                                struct ct_error *reterr)
{
    enum ct_status st = check_names(ini, reterr);
    if (st == CT_OK)
        st = ct_score_text_read(ini, HEAD, "version", t->version, sizeof t->version, reterr);
    if (st == CT_OK)
        st = ct_score_text_read(ini, HEAD, "title", t->title, sizeof t->title, reterr);
    if (st == CT_OK && ct_ini_get(ini, HEAD, "note") != NULL)
        st = ct_score_text_read(ini, HEAD, "note", t->note, sizeof t->note, reterr);
    const char *s;
    for (size_t i = 0; st == CT_OK && (s = ct_ini_section(ini, i)) != NULL; i++) {
        struct section sec;
        if (!classify(s, &sec))
            continue; /* refused above */
        if (sec.kind == SEC_BAND)
            st = read_band(ini, s, t, reterr);
        else if (sec.kind == SEC_CALL)
            st = ct_score_call_read(ini, s, &t->calls, reterr);
    }
    if (st == CT_OK)
        st = check_ages(ini, t, reterr);
    if (st == CT_OK && t->calls.n > 0 && t->n_bands > 0)
        st = ct_score_calls_check(ini, HEAD, &t->calls, total_max(t), reterr);
    return st;
}

enum ct_status ct_scorecard_from_ini(const struct ct_ini *ini, struct ct_scorecard **ret,
                                     struct ct_error *reterr)
{
    struct ct_scorecard *t = calloc(1, sizeof *t);
    if (t == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory while loading the score");
    enum ct_status st = read_card(ini, t, reterr);
    if (st != CT_OK) {
        ct_scorecard_free(t);
        return st;
    }
    *ret = t;
    return CT_OK;
}

enum ct_status ct_scorecard_load(const struct ct_config *c, const char *name,
                                 struct ct_scorecard **ret, struct ct_error *reterr)
{
    CT_INI *ini = NULL;
    enum ct_status st = ct_data_ini(c, name, &ini, reterr);
    return st == CT_OK ? ct_scorecard_from_ini(ini, ret, reterr) : st;
}
