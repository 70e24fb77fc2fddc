/* score_rows - see score_rows.h: reads rows and calls from a score's file, and
 * refuses a table that could leave a figure without a score or give it two. */
#include "clinic/score_rows.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

bool ct_score_lookup(const struct ct_score_rows *t, int64_t value, int8_t *ret)
{
    for (size_t i = 0; i < t->n; i++)
        if (value >= t->row[i].range.lo && value <= t->row[i].range.hi) {
            *ret = t->row[i].score;
            return true;
        }
    return false;
}

int ct_score_highest(const struct ct_score_rows *t)
{
    int max = 0;
    for (size_t i = 0; i < t->n; i++)
        max = t->row[i].score > max ? t->row[i].score : max;
    return max;
}

enum ct_status ct_score_keys_check(const struct ct_ini *ini, const char *section,
                                   const char *const *keys, struct ct_error *reterr)
{
    const char *k;
    for (size_t j = 0; (k = ct_ini_key(ini, section, j)) != NULL; j++) {
        const char *const *known = keys;
        while (*known != NULL && strcmp(k, *known) != 0)
            known++;
        if (*known == NULL)
            return ct_ini_fail(ini, section, k, reterr, "no such key here");
    }
    return CT_OK;
}

/* One item of a list: a range, or a word. */
static bool read_item(const struct ct_score_part *p, const char *s, size_t n,
                      struct ct_range *ret)
{
    if (p->words == NULL)
        return ct_range_parse(s, n, p->places, ret);
    while (n > 0 && (*s == ' ' || *s == '\t')) {
        s++;
        n--;
    }
    while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    for (int64_t w = 0; p->words[w].code != NULL; w++) {
        const char *both[] = {p->words[w].code, p->words[w].label};
        for (size_t i = 0; i < CT_LEN(both); i++)
            if (strlen(both[i]) == n && strncasecmp(both[i], s, n) == 0) {
                *ret = (struct ct_range){w, w};
                return true;
            }
    }
    return false;
}

enum ct_status ct_score_list_read(const struct ct_ini *ini, const struct ct_score_part *p,
                                  const char *key, int score, struct ct_score_rows *t,
                                  struct ct_error *reterr)
{
    const char *s = ct_ini_get(ini, p->section, key);
    for (bool more = s != NULL; more; s++) {
        size_t n = strcspn(s, ",");
        struct ct_range r;
        if (!read_item(p, s, n, &r))
            return ct_ini_fail(ini, p->section, key, reterr, "\"%.*s\" is not %s", (int)n, s,
                               p->words != NULL ? "one of the words expected"
                                                : "a range such as 9..11, ..8 or 25..");
        if (t->n == CT_SCORE_ROWS_MAX)
            return ct_ini_fail(ini, p->section, key, reterr, "at most %d ranges in a table",
                               CT_SCORE_ROWS_MAX);
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

enum ct_status ct_score_rows_read(const struct ct_ini *ini, const struct ct_score_part *p,
                                  int max, struct ct_score_rows *t, struct ct_error *reterr)
{
    enum ct_status st = CT_OK;
    for (int score = 0; st == CT_OK && score <= max; score++) {
        char key[16];
        snprintf(key, sizeof key, "score_%d", score);
        st = ct_score_list_read(ini, p, key, score, t, reterr);
    }
    return st;
}

/* A value for a message: its word, or the figure. */
static const char *shown(const struct ct_score_part *p, int64_t n, char out[32])
{
    if (p->words != NULL)
        return p->words[n].code;
    if (n == CT_OPEN_LO)
        snprintf(out, 32, "the lowest figure");
    else
        ct_scaled_text(n, p->places, out, 32);
    return out;
}

static enum ct_status unscored(const struct ct_ini *ini, const struct ct_score_part *p,
                               int64_t n, struct ct_error *reterr)
{
    char a[32];
    return ct_ini_fail(ini, p->section, NULL, reterr, "%s has no score", shown(p, n, a));
}

enum ct_status ct_score_rows_check(const struct ct_ini *ini, const struct ct_score_part *p,
                                   int64_t lowest, int64_t highest,
                                   const struct ct_score_rows *t, struct ct_error *reterr)
{
    char a[32];
    if (t->n == 0)
        return ct_ini_fail(ini, p->section, NULL, reterr, "has no ranges");
    if (p->words != NULL) {
        lowest = 0;
        for (highest = 0; p->words[highest + 1].code != NULL; highest++)
            ;
    }
    const struct ct_range *first = &t->row[0].range, *last = &t->row[t->n - 1].range;
    if (first->lo > lowest)
        return unscored(ini, p, first->lo - 1, reterr);
    for (size_t i = 0; i + 1 < t->n; i++) {
        int64_t hi = t->row[i].range.hi, next = t->row[i + 1].range.lo;
        if (next <= hi)
            return ct_ini_fail(ini, p->section, NULL, reterr, "%s has two scores",
                               shown(p, next, a));
        if (next != hi + 1)
            return unscored(ini, p, hi + 1, reterr);
    }
    if (last->hi < highest)
        return unscored(ini, p, last->hi + 1, reterr);
    if (last->hi > highest)
        return ct_ini_fail(ini, p->section, NULL, reterr, "must end at %s",
                           shown(p, highest, a));
    return CT_OK;
}

/* ---- calls ---------------------------------------------------------------- */

static const char CALL[] = "call_";

bool ct_score_is_call(const char *section)
{
    return strncmp(section, CALL, sizeof CALL - 1) == 0;
}

const struct ct_score_call *ct_score_call_find(const struct ct_score_calls *t, int total,
                                               bool single3)
{
    const struct ct_score_call *found = NULL;
    for (size_t i = 0; i < t->n; i++) {
        const struct ct_score_call *c = &t->call[i];
        if (total < c->total.lo || total > c->total.hi)
            continue;
        if (c->single3 && single3)
            return c;
        if (!c->single3)
            found = c;
    }
    return found;
}

static bool minutes(const char *s, int *ret)
{
    int64_t n;
    if (s == NULL || !ct_scaled_parse(s, strlen(s), 0, &n) || n > 7 * 24 * 60)
        return false;
    *ret = (int)n;
    return true;
}

enum ct_status ct_score_text_read(const struct ct_ini *ini, const char *section,
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

const char *const CT_SCORE_CALL_KEYS[] = {"total",         "single3",  "band",
                                          "every_min",     "every_max_min", "response",
                                          "escalate",      "attend_min",    NULL};

void ct_score_call_rule(const struct ct_score_calls *t, int call,
                        struct ct_escalation_rule *ret)
{
    *ret = (struct ct_escalation_rule){.n_levels = 0};
    if (call >= 0 && (size_t)call < t->n && t->call[call].rule.n_levels > 0)
        *ret = t->call[call].rule;
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

enum ct_status ct_score_call_read(const struct ct_ini *ini, const char *section,
                                  struct ct_score_calls *t, struct ct_error *reterr)
{
    struct ct_score_call c = {0};
    if (t->n == CT_SCORE_CALLS_MAX)
        return ct_ini_fail(ini, section, NULL, reterr, "at most %d calls",
                           CT_SCORE_CALLS_MAX);
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
    enum ct_status st = ct_score_text_read(ini, section, "response", c.response,
                                           sizeof c.response, reterr);
    if (st == CT_OK)
        st = read_escalation(ini, section, &c.rule, reterr);
    if (st == CT_OK)
        t->call[t->n++] = c;
    return st;
}

static bool milder(const struct ct_score_call *than, const struct ct_score_call *c)
{
    const struct ct_escalation_rule *a = &than->rule, *b = &c->rule;
    return c->band < than->band || c->every_min > than->every_min ||
           (a->n_levels > 0 && b->n_levels == 0) ||
           (a->attend_min > 0 && (b->attend_min == 0 || b->attend_min > a->attend_min));
}

enum ct_status ct_score_calls_check(const struct ct_ini *ini, const char *head,
                                    const struct ct_score_calls *t, int top,
                                    struct ct_error *reterr)
{
    const struct ct_score_call *last[2] = {NULL, NULL};
    for (int total = 0; total <= top; total++) {
        int n[2] = {0, 0};
        for (size_t i = 0; i < t->n; i++)
            if (total >= t->call[i].total.lo && total <= t->call[i].total.hi)
                n[t->call[i].single3]++;
        if (n[0] != 1 || n[1] > 1)
            return ct_ini_fail(ini, head, NULL, reterr, "a total of %d has %s call", total,
                               n[0] == 0 ? "no" : "more than one");
        const struct ct_score_call *now[2] = {ct_score_call_find(t, total, false),
                                              ct_score_call_find(t, total, true)};
        if (milder(now[0], now[1]))
            return ct_ini_fail(ini, head, NULL, reterr,
                               "a total of %d calls for less with a single 3 than without",
                               total);
        for (size_t s = 0; s < 2; s++) {
            if (last[s] != NULL && milder(last[s], now[s]))
                return ct_ini_fail(ini, head, NULL, reterr,
                                   "a total of %d calls for less than one of %d%s", total,
                                   total - 1, s == 1 ? " with a single 3" : "");
            last[s] = now[s];
        }
    }
    return CT_OK;
}

/* ---- for charts -------------------------------------------------------------- */

size_t ct_score_rows_bands(const struct ct_score_rows *t, int64_t finer,
                           struct ct_score_band out[CT_SCORE_BANDS_MAX])
{
    for (size_t i = 0; i < t->n; i++) {
        struct ct_range r = t->row[i].range;
        out[i] = (struct ct_score_band){
            .lo = r.lo == CT_OPEN_LO ? r.lo : (r.lo + finer - 1) / finer,
            .hi = r.hi == CT_OPEN_HI ? r.hi : r.hi / finer,
            .score = t->row[i].score};
    }
    return t->n;
}

size_t ct_score_edges(const struct ct_score_band *band, size_t n,
                      struct ct_score_edge ret[CT_SCORE_BANDS_MAX])
{
    size_t k = 0;
    for (size_t i = 1; i < n; i++) {
        const struct ct_score_band *before = &band[i - 1], *now = &band[i];
        if (now->score > before->score)
            ret[k++] = (struct ct_score_edge){now->lo, now->score, true};
        else if (now->score < before->score)
            ret[k++] = (struct ct_score_edge){before->hi, before->score, false};
    }
    return k;
}

size_t ct_score_calls_edges(const struct ct_score_calls *c,
                            struct ct_score_band_edge ret[CT_BANDS])
{
    enum { TOTAL_MAX = 100 }; /* more than any card can give */
    enum ct_band before = CT_BAND_LOW;
    size_t n = 0;
    for (int total = 0; total <= TOTAL_MAX; total++) {
        const struct ct_score_call *call = ct_score_call_find(c, total, false);
        if (call == NULL || call->band <= before)
            continue;
        before = call->band;
        ret[n++] = (struct ct_score_band_edge){total, before};
    }
    return n;
}
