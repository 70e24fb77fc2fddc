/* score_load - reads data/scores/news2.ini and refuses a table that could leave
 * a figure without a score or give it two. */
#include "clinic/score.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clinic/score_table.h"

enum { SCORE_MAX = 3 };

static const char HEAD[] = "news2", INCOMPLETE[] = "call_incomplete", CALL[] = "call_";

static const char *const O2_WORDS[] = {"air", "oxygen", NULL};
static const char *const ACVPU_WORDS[] = {
    [CT_ALERT] = "A", [CT_CONFUSION] = "C",    [CT_VOICE] = "V",
    [CT_PAIN] = "P",  [CT_UNRESPONSIVE] = "U", NULL,
};

/* words: the values are these, by index, and not figures. */
static const struct {
    const char *section;
    int places;
    const char *const *words;
} PART[CT_NPS] = {
    [CT_NP_RESP] = {"resp", 0, NULL},
    [CT_NP_SPO2_1] = {"spo2_scale1", 0, NULL},
    [CT_NP_SPO2_2_AIR] = {"spo2_scale2_air", 0, NULL},
    [CT_NP_SPO2_2_OXYGEN] = {"spo2_scale2_oxygen", 0, NULL},
    [CT_NP_O2] = {"o2", 0, O2_WORDS},
    [CT_NP_SBP] = {"sbp", 0, NULL},
    [CT_NP_PULSE] = {"pulse", 0, NULL},
    [CT_NP_ACVPU] = {"acvpu", 0, ACVPU_WORDS},
    [CT_NP_TEMP] = {"temp", 1, NULL},
};

static bool in_list(const char *s, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strcmp(s, *list) == 0)
            return true;
    return false;
}

static bool is_call(const char *section)
{
    return strncmp(section, CALL, sizeof CALL - 1) == 0;
}

static enum ct_status check_names(const struct ct_ini *ini, struct ct_error *reterr)
{
    static const char *const HEAD_KEYS[] = {"version", "title", "source", NULL};
    static const char *const PART_KEYS[] = {"score_0", "score_1", "score_2", "score_3", NULL};
    static const char *const CALL_KEYS[] = {"total",         "single3",  "band",
                                            "every_min",     "every_max_min", "response",
                                            "escalate",      "attend_min",    NULL};
    static const char *const INCOMPLETE_KEYS[] = {"response", NULL};
    const char *s, *k;
    for (size_t i = 0; (s = ct_ini_section(ini, i)) != NULL; i++) {
        const char *const *keys = NULL;
        if (strcmp(s, HEAD) == 0)
            keys = HEAD_KEYS;
        else if (strcmp(s, INCOMPLETE) == 0)
            keys = INCOMPLETE_KEYS;
        else if (is_call(s))
            keys = CALL_KEYS;
        for (size_t p = 0; p < CT_NPS; p++)
            if (strcmp(s, PART[p].section) == 0)
                keys = PART_KEYS;
        if (keys == NULL)
            return ct_ini_fail(ini, s, NULL, reterr, "is no part of the score");
        for (size_t j = 0; (k = ct_ini_key(ini, s, j)) != NULL; j++)
            if (!in_list(k, keys))
                return ct_ini_fail(ini, s, k, reterr, "no such key here");
    }
    return CT_OK;
}

/* One item of a list: a range, or a word. */
static bool read_item(size_t p, const char *s, size_t n, struct ct_range *ret)
{
    if (PART[p].words == NULL)
        return ct_range_parse(s, n, PART[p].places, ret);
    while (n > 0 && (*s == ' ' || *s == '\t')) {
        s++;
        n--;
    }
    while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    for (int64_t w = 0; PART[p].words[w] != NULL; w++)
        if (strlen(PART[p].words[w]) == n && strncasecmp(PART[p].words[w], s, n) == 0) {
            *ret = (struct ct_range){w, w};
            return true;
        }
    return false;
}

/* Add the ranges of one score, keeping the rows in ascending order. */
static enum ct_status read_score(const struct ct_ini *ini, size_t p, int score,
                                 struct ct_news2_table *t, struct ct_error *reterr)
{
    char key[16];
    snprintf(key, sizeof key, "score_%d", score);
    const char *section = PART[p].section, *s = ct_ini_get(ini, section, key);
    for (bool more = s != NULL; more; s++) {
        size_t n = strcspn(s, ",");
        struct ct_range r;
        if (!read_item(p, s, n, &r))
            return ct_ini_fail(ini, section, key, reterr, "\"%.*s\" is not %s", (int)n, s,
                               PART[p].words != NULL ? "one of the words expected"
                                                     : "a range such as 9..11, ..8 or 25..");
        if (t->n == CT_NEWS2_BANDS_MAX)
            return ct_ini_fail(ini, section, key, reterr, "at most %d ranges in a table",
                               CT_NEWS2_BANDS_MAX);
        size_t at = t->n++;
        for (; at > 0 && t->row[at - 1].range.lo > r.lo; at--)
            t->row[at] = t->row[at - 1];
        t->row[at].range = r;
        t->row[at].score = (int8_t)score;
        more = s[n] == ',';
        s += n;
    }
    return CT_OK;
}

/* A value for a message: its word, or the figure in the scale it is written in. */
static const char *shown(size_t p, int64_t n, char out[32])
{
    if (PART[p].words != NULL)
        return PART[p].words[n];
    if (n == CT_OPEN_LO)
        snprintf(out, 32, "the lowest figure");
    else if (PART[p].places == 0)
        snprintf(out, 32, "%lld", (long long)n);
    else
        snprintf(out, 32, "%lld.%lld", (long long)(n / 10), (long long)(n % 10));
    return out;
}

/* Every value in exactly one row: from the lowest (figures: no lower end) to
 * the highest there is, no gap, no overlap. */
static enum ct_status check_cover(const struct ct_ini *ini, size_t p,
                                  const struct ct_news2_table *t, struct ct_error *reterr)
{
    const char *section = PART[p].section;
    char a[32];
    if (t->n == 0)
        return ct_ini_fail(ini, section, NULL, reterr, "has no ranges");
    int64_t lowest = CT_OPEN_LO, highest = CT_OPEN_HI;
    if (PART[p].words != NULL) {
        lowest = 0;
        for (highest = 0; PART[p].words[highest + 1] != NULL; highest++)
            ;
    }
    const struct ct_range *first = &t->row[0].range, *last = &t->row[t->n - 1].range;
    if (first->lo != lowest)
        return ct_ini_fail(ini, section, NULL, reterr, "%s has no score",
                           shown(p, first->lo - 1, a));
    for (size_t i = 0; i + 1 < t->n; i++) {
        int64_t hi = t->row[i].range.hi, next = t->row[i + 1].range.lo;
        if (next <= hi)
            return ct_ini_fail(ini, section, NULL, reterr, "%s has two scores",
                               shown(p, next, a));
        if (next != hi + 1)
            return ct_ini_fail(ini, section, NULL, reterr, "%s has no score",
                               shown(p, hi + 1, a));
    }
    if (last->hi != highest)
        return ct_ini_fail(ini, section, NULL, reterr, "%s has no score",
                           shown(p, last->hi + 1, a));
    return CT_OK;
}

static bool minutes(const char *s, int *ret)
{
    int64_t n;
    if (s == NULL || !ct_scaled_parse(s, strlen(s), 0, &n) || n > 7 * 24 * 60)
        return false;
    *ret = (int)n;
    return true;
}

static enum ct_status read_text(const struct ct_ini *ini, const char *section,
                                const char *key, char *out, size_t size,
                                struct ct_error *reterr)
{
    const char *s = ct_ini_get(ini, section, key);
    if (s == NULL || s[0] == '\0')
        return ct_ini_fail(ini, section, key, reterr, "is missing");
    if (strlen(s) >= size)
        return ct_ini_fail(ini, section, key, reterr, "may have %zu bytes", size - 1);
    snprintf(out, size, "%s", s);
    return CT_OK;
}

/* Whom the call asks, and how soon somebody is there. */
static enum ct_status read_escalation(const struct ct_ini *ini, const char *section,
                                      struct ct_escalation_rule *r, struct ct_error *reterr)
{
    struct ct_error why;
    const char *s = ct_ini_get(ini, section, "escalate");
    if (s != NULL && ct_escalation_levels_parse(s, r, &why) != CT_OK)
        return ct_ini_fail(ini, section, "escalate", reterr, "%s", why.text);
    s = ct_ini_get(ini, section, "attend_min");
    if (s == NULL)
        return CT_OK;
    if (!minutes(s, &r->attend_min) || r->attend_min < 1 || r->attend_min > CT_LEVEL_MIN_MAX)
        return ct_ini_fail(ini, section, "attend_min", reterr, "must be minutes, 1 to %d",
                           CT_LEVEL_MIN_MAX);
    if (r->n_levels == 0)
        return ct_ini_fail(ini, section, "attend_min", reterr,
                           "says how soon somebody comes, and escalate names nobody");
    int accept = ct_escalation_accept_min(r);
    if (accept > r->attend_min)
        return ct_ini_fail(ini, section, "escalate", reterr,
                           "the minutes to accept add up to %d, more than attend_min", accept);
    return CT_OK;
}

static enum ct_status read_call(const struct ct_ini *ini, const char *section,
                                struct ct_news2_call *ret, struct ct_error *reterr)
{
    struct ct_news2_call c = {0};
    const char *s = ct_ini_get(ini, section, "total");
    if (s == NULL || !ct_range_parse(s, strlen(s), 0, &c.total))
        return ct_ini_fail(ini, section, "total", reterr, "must be a range such as 1..4");
    s = ct_ini_get(ini, section, "single3");
    if (s != NULL && strcmp(s, "yes") != 0 && strcmp(s, "no") != 0)
        return ct_ini_fail(ini, section, "single3", reterr, "must be yes or no");
    c.single3 = s != NULL && strcmp(s, "yes") == 0;
    s = ct_ini_get(ini, section, "band");
    for (unsigned b = CT_BAND_LOW; s != NULL && b < CT_BANDS; b++)
        if (strcmp(s, ct_band_name((enum ct_band)b)) == 0)
            c.band = (enum ct_band)b;
    if (c.band == CT_BAND_NONE)
        return ct_ini_fail(ini, section, "band", reterr,
                           "must be low, low-medium, medium or high");
    if (!minutes(ct_ini_get(ini, section, "every_min"), &c.every_min))
        return ct_ini_fail(ini, section, "every_min", reterr,
                           "must be minutes, 0 (continuous) to %d", 7 * 24 * 60);
    c.every_max_min = c.every_min;
    s = ct_ini_get(ini, section, "every_max_min");
    if (s != NULL && (!minutes(s, &c.every_max_min) || c.every_max_min < c.every_min))
        return ct_ini_fail(ini, section, "every_max_min", reterr,
                           "must be minutes, no fewer than every_min");
    c.rule.band = c.band;
    enum ct_status st = read_text(ini, section, "response", c.response, sizeof c.response,
                                  reterr);
    if (st == CT_OK)
        st = read_escalation(ini, section, &c.rule, reterr);
    if (st == CT_OK)
        *ret = c;
    return st;
}

/* The highest total the tables can give. */
static int total_max(const struct ct_news2 *t)
{
    int max[CT_NPS] = {0};
    for (size_t p = 0; p < CT_NPS; p++)
        for (size_t i = 0; i < t->part[p].n; i++)
            if (t->part[p].row[i].score > max[p])
                max[p] = t->part[p].row[i].score;
    int spo2 = max[CT_NP_SPO2_1];
    for (size_t p = CT_NP_SPO2_2_AIR; p <= CT_NP_SPO2_2_OXYGEN; p++)
        spo2 = max[p] > spo2 ? max[p] : spo2;
    return max[CT_NP_RESP] + spo2 + max[CT_NP_O2] + max[CT_NP_SBP] + max[CT_NP_PULSE] +
           max[CT_NP_ACVPU] + max[CT_NP_TEMP];
}

static bool milder(const struct ct_news2_call *than, const struct ct_news2_call *c)
{
    const struct ct_escalation_rule *a = &than->rule, *b = &c->rule;
    return c->band < than->band || c->every_min > than->every_min ||
           (a->n_levels > 0 && b->n_levels == 0) ||
           (a->attend_min > 0 && (b->attend_min == 0 || b->attend_min > a->attend_min));
}

/* Each total has exactly one call without single3; a higher total, or a single
 * 3, never calls for less. */
static enum ct_status check_calls(const struct ct_ini *ini, const struct ct_news2 *t,
                                  struct ct_error *reterr)
{
    const struct ct_news2_call *last[2] = {NULL, NULL};
    for (int total = 0, top = total_max(t); total <= top; total++) {
        int n[2] = {0, 0};
        for (size_t i = 0; i < t->n_calls; i++)
            if (total >= t->call[i].total.lo && total <= t->call[i].total.hi)
                n[t->call[i].single3]++;
        if (n[0] != 1 || n[1] > 1)
            return ct_ini_fail(ini, HEAD, NULL, reterr, "a total of %d has %s call", total,
                               n[0] == 0 ? "no" : "more than one");
        const struct ct_news2_call *now[2] = {ct_news2_call_find(t, total, false),
                                              ct_news2_call_find(t, total, true)};
        if (milder(now[0], now[1]))
            return ct_ini_fail(ini, HEAD, NULL, reterr,
                               "a total of %d calls for less with a single 3 than without",
                               total);
        for (size_t s = 0; s < 2; s++) {
            if (last[s] != NULL && milder(last[s], now[s]))
                return ct_ini_fail(ini, HEAD, NULL, reterr,
                                   "a total of %d calls for less than one of %d%s", total,
                                   total - 1, s == 1 ? " with a single 3" : "");
            last[s] = now[s];
        }
    }
    return CT_OK;
}

static enum ct_status read_table(const struct ct_ini *ini, struct ct_news2 *t,
                                 struct ct_error *reterr)
{
    enum ct_status st = check_names(ini, reterr);
    if (st == CT_OK)
        st = read_text(ini, HEAD, "version", t->version, sizeof t->version, reterr);
    for (size_t p = 0; st == CT_OK && p < CT_NPS; p++) {
        for (int score = 0; st == CT_OK && score <= SCORE_MAX; score++)
            st = read_score(ini, p, score, &t->part[p], reterr);
        if (st == CT_OK)
            st = check_cover(ini, p, &t->part[p], reterr);
    }
    if (st == CT_OK)
        st = read_text(ini, INCOMPLETE, "response", t->incomplete, sizeof t->incomplete,
                       reterr);
    const char *s;
    for (size_t i = 0; st == CT_OK && (s = ct_ini_section(ini, i)) != NULL; i++) {
        if (!is_call(s) || strcmp(s, INCOMPLETE) == 0)
            continue;
        if (t->n_calls == CT_NEWS2_CALLS_MAX)
            return ct_ini_fail(ini, s, NULL, reterr, "at most %d calls", CT_NEWS2_CALLS_MAX);
        st = read_call(ini, s, &t->call[t->n_calls], reterr);
        t->n_calls += st == CT_OK;
    }
    return st == CT_OK ? check_calls(ini, t, reterr) : st;
}

enum ct_status ct_news2_from_ini(const struct ct_ini *ini, struct ct_news2 **ret,
                                 struct ct_error *reterr)
{
    struct ct_news2 *t = calloc(1, sizeof *t);
    if (t == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory while loading the score");
    enum ct_status st = read_table(ini, t, reterr);
    if (st != CT_OK) {
        ct_news2_free(t);
        return st;
    }
    *ret = t;
    return CT_OK;
}

enum ct_status ct_news2_load(const struct ct_config *c, struct ct_news2 **ret,
                             struct ct_error *reterr)
{
    CT_INI *ini = NULL;
    enum ct_status st = ct_data_ini(c, "scores/news2.ini", &ini, reterr);
    return st == CT_OK ? ct_news2_from_ini(ini, ret, reterr) : st;
}
