/* cycle_print_line - the lines of a print: how patterns see them, and what those of one cycle
 * say; the contract is cycle_print.h. */
#include "exchange/cycle_print_priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/text.h"
#include "clinic/conformity.h"

enum { DAY_MS = 24 * 3600 * 1000, HALF_DAY_MS = DAY_MS / 2 };

/* ---- lines --------------------------------------------------------------------------- */

static void see(struct ct_print_line *l)
{
    l->blank = true;
    bool fits = l->n <= CT_PRINT_LINE_MAX;
    for (size_t i = 0; i < l->n; i++) {
        char c = l->s[i] == '\t' ? ' ' : l->s[i] >= ' ' && l->s[i] <= '~' ? l->s[i] : '?';
        l->blank = l->blank && c == ' ';
        if (fits)
            l->seen[i] = c;
    }
    l->seen[fits ? l->n : 0] = '\0';
}

bool ct_print_next_line(const char *bytes, size_t n, size_t *at, struct ct_print_line *l)
{
    if (*at >= n)
        return false;
    size_t end = *at;
    while (end < n && bytes[end] != '\n' && bytes[end] != '\r')
        end++;
    l->s = bytes + *at;
    l->n = end - *at;
    l->number++;
    if (end < n)
        end += bytes[end] == '\r' && end + 1 < n && bytes[end + 1] == '\n' ? 2 : 1;
    *at = end;
    see(l);
    return true;
}

bool ct_print_matches(const struct ct_pattern *p, const struct ct_print_line *l)
{
    return p->set && l->seen[0] != '\0' && regexec(&p->re, l->seen, 0, NULL, 0) == 0;
}

static bool match_groups(const struct ct_pattern *p, const struct ct_print_line *l,
                         regmatch_t m[CT_PATTERN_GROUPS])
{
    return p->set && l->seen[0] != '\0' &&
           regexec(&p->re, l->seen, CT_PATTERN_GROUPS, m, 0) == 0;
}

/* What a group holds, without blanks around; offsets in what is seen are those in the
 * bytes. */
static struct ct_view group(const struct ct_print_line *l, const regmatch_t *m, int g)
{
    if (g <= 0 || m[g].rm_so < 0)
        return (struct ct_view){NULL, 0};
    struct ct_view v = {l->s + m[g].rm_so, (size_t)(m[g].rm_eo - m[g].rm_so)};
    while (v.n > 0 && (v.s[0] == ' ' || v.s[0] == '\t'))
        v = (struct ct_view){v.s + 1, v.n - 1};
    while (v.n > 0 && (v.s[v.n - 1] == ' ' || v.s[v.n - 1] == '\t'))
        v.n--;
    return v;
}

/* ---- values --------------------------------------------------------------------------- */

static void fault(struct ct_print_cycle *c, uint64_t line, const char *what, struct ct_view v)
{
    CT_BUF copy = {.max = 128}, shown = {0};
    if (c->fault[0] != '\0')
        return;
    ct_buf_add(&copy, v.s != NULL ? v.s : "", v.s == NULL ? 0 : v.n < 60 ? v.n : 60);
    ct_text_clean(&shown, ct_buf_str(&copy), 30, false);
    snprintf(c->fault, sizeof c->fault, "line %" PRIu64 ": \"%s\" %s", line, ct_buf_str(&shown),
             what);
}

/* Whole numbers parted by anything else; how many were found, at most `max`. */
static int numbers(struct ct_view v, int *out, int max)
{
    int n = 0;
    for (size_t i = 0; i < v.n;) {
        if (!ct_is_digit(v.s[i])) {
            i++;
            continue;
        }
        if (n == max)
            return max + 1;
        out[n] = 0;
        for (; i < v.n && ct_is_digit(v.s[i]); i++)
            out[n] = out[n] > 99999 ? 99999 : out[n] * 10 + (v.s[i] - '0');
        n++;
    }
    return n;
}

static void read_date(const struct ct_profile *p, struct ct_print_cycle *c,
                      const struct ct_print_line *l, struct ct_view v)
{
    int part[3];
    static const int AT[CT_DATE_ORDERS][3] = {/* of year, month, day */
                                              [CT_DATE_DMY] = {2, 1, 0},
                                              [CT_DATE_MDY] = {2, 0, 1},
                                              [CT_DATE_YMD] = {0, 1, 2}};
    const int *at = AT[p->date_order];
    if (numbers(v, part, 3) == 3) {
        int year = part[at[0]];
        year += year < 100 ? 2000 : 0; /* machines with two digits are of this century */
        c->date = ct_date_make(year, part[at[1]], part[at[2]]);
    }
    if (c->date == CT_NO_DATE)
        fault(c, l->number, "is no date in the order of the profile", v);
}

/* "16:27:31", "16:27", "09-42-00": seconds; -1. */
static int clock_s(struct ct_view v)
{
    int part[3] = {0};
    int n = numbers(v, part, 3);
    if (n < 2 || n > 3 || part[0] > 23 || part[1] > 59 || part[2] > 59)
        return -1;
    return (part[0] * 60 + part[1]) * 60 + part[2];
}

/* The same, or minutes and seconds, from the beginning of the cycle. */
static int elapsed_s(struct ct_view v)
{
    int part[3] = {0};
    int n = numbers(v, part, 3);
    if (n == 1)
        return part[0];
    if (n == 2)
        return part[1] > 59 ? -1 : part[0] * 60 + part[1];
    if (n != 3 || part[1] > 59 || part[2] > 59)
        return -1;
    return part[0] > 999 ? -1 : (part[0] * 60 + part[1]) * 60 + part[2];
}

static bool decimal(const struct ct_profile *p, struct ct_view v, int64_t *ret)
{
    char text[40];
    if (v.s == NULL || v.n == 0 || v.n >= sizeof text)
        return false;
    memcpy(text, v.s, v.n);
    for (size_t i = 0; p->decimal_comma && i < v.n; i++)
        if (text[i] == ',' || text[i] == '.')
            text[i] = text[i] == ',' ? '.' : ',';
    return ct_cycle_number(text, v.n, CT_CAL_PLACES, CT_CAL_MAX, ret) == NULL;
}

/* ---- the parts of a cycle --------------------------------------------------------------- */

static void set_field(const struct ct_profile *p, struct ct_print_cycle *c,
                      const struct ct_print_line *l, size_t f, struct ct_view v)
{
    c->field[f] = v;
    if (f == CT_PF_CYCLE) {
        char text[24];
        int64_t n = -1;
        snprintf(text, sizeof text, "%.*s", v.n < 20 ? (int)v.n : 20, v.s);
        if (v.n >= 20 || !ct_parse_int(text, 0, INT64_C(999999999999), &n))
            fault(c, l->number, "is no number of a cycle", v);
        c->number = n;
    } else if (f == CT_PF_DATE) {
        read_date(p, c, l, v);
    } else if (f == CT_PF_TIME) {
        c->time_s = clock_s(v);
        if (c->time_s < 0)
            fault(c, l->number, "is no time of day", v);
    }
}

static void read_fields(const struct ct_profile *p, struct ct_print_cycle *c,
                        const struct ct_print_line *l, const struct ct_print_line *before)
{
    regmatch_t m[CT_PATTERN_GROUPS];
    for (size_t f = 0; f < CT_PRINT_FIELDS; f++) {
        const struct ct_profile_field *of = &p->field[f];
        if (c->field[f].s != NULL || !of->match.set) /* the first one counts */
            continue;
        if (of->after.set && (before->number == 0 || !ct_print_matches(&of->after, before)))
            continue;
        if (!match_groups(&of->match, l, m))
            continue;
        struct ct_view v = group(l, m, of->group);
        if (v.s != NULL && v.n > 0)
            set_field(p, c, l, f, v);
    }
}

static bool is(struct ct_view v, const char *word)
{
    return word[0] != '\0' && v.n == strlen(word) && memcmp(v.s, word, v.n) == 0;
}

bool ct_print_grow(void **p, size_t n, size_t size)
{
    if ((n & (n - 1)) != 0) /* room for the next power of two is there */
        return true;
    void *more = reallocarray(*p, n == 0 ? 1 : 2 * n, size);
    *p = more != NULL ? more : *p;
    return more != NULL;
}

static bool read_phase(const struct ct_profile *p, struct ct_print_cycle *c,
                       const struct ct_print_line *l)
{
    regmatch_t m[CT_PATTERN_GROUPS];
    if (!match_groups(&p->phase, l, m))
        return true;
    struct ct_print_phase ph = {.name = group(l, m, p->phase_name),
                                .time = group(l, m, p->phase_time),
                                .result = group(l, m, p->phase_result),
                                .line = l->number};
    if (ph.result.s != NULL)
        ph.verdict = is(ph.result, p->phase_good) ? 1 : is(ph.result, p->phase_bad) ? -1 : 0;
    if (ph.verdict < 0)
        c->verdict = CT_PRINT_FAILED;
    if (c->n_phases == CT_PRINT_PHASES_MAX) {
        fault(c, l->number, "is a phase too many", ph.name);
        return true;
    }
    if (!ct_print_grow((void **)&c->phase, c->n_phases, sizeof *c->phase))
        return false;
    c->phase[c->n_phases++] = ph;
    return true;
}

static bool read_sample(const struct ct_profile *p, struct ct_print_cycle *c,
                        const struct ct_print_line *l)
{
    regmatch_t m[CT_PATTERN_GROUPS];
    if (!match_groups(&p->sample, l, m))
        return true;
    struct ct_print_sample s = {.pressure = CT_UNSET, .line = l->number};
    struct ct_view time = group(l, m, p->sample_time);
    int seconds = time.s == NULL ? -1 : p->elapsed ? elapsed_s(time) : clock_s(time);
    if (seconds < 0) {
        fault(c, l->number, "is no time of a sample", time);
        return true;
    }
    s.t_ms = (int64_t)seconds * 1000;
    if (!p->elapsed && c->n_samples > 0) { /* past midnight */
        int64_t before = c->sample[c->n_samples - 1].t_ms;
        s.t_ms += before / DAY_MS * DAY_MS;
        if (before - s.t_ms > HALF_DAY_MS)
            s.t_ms += DAY_MS;
    }
    for (size_t t = 0; t < p->n_temps; t++) {
        struct ct_view v = group(l, m, p->sample_temp[t]);
        if (!decimal(p, v, &s.temp[t])) {
            fault(c, l->number, "is no temperature", v);
            return true;
        }
    }
    struct ct_view v = group(l, m, p->sample_pressure);
    if (p->sample_pressure > 0 && !decimal(p, v, &s.pressure)) {
        fault(c, l->number, "is no pressure", v);
        return true;
    }
    if (!ct_print_grow((void **)&c->sample, c->n_samples, sizeof *c->sample))
        return false;
    c->sample[c->n_samples++] = s;
    return true;
}

struct seen {
    bool complete, aborted, passed, failed;
};

static void read_outcome(const struct ct_profile *p, struct ct_print_cycle *c,
                         const struct ct_print_line *l, struct seen *seen)
{
    regmatch_t m[CT_PATTERN_GROUPS];
    seen->complete |= ct_print_matches(&p->complete, l);
    seen->aborted |= ct_print_matches(&p->aborted, l);
    seen->passed |= ct_print_matches(&p->passed, l);
    seen->failed |= ct_print_matches(&p->failed, l);
    if (!match_groups(&p->error, l, m))
        return;
    struct ct_view v = group(l, m, 1);
    seen->failed = true;
    for (size_t i = 0; v.s != NULL && i < c->n_errors; i++)
        if (c->error[i].n == v.n && memcmp(c->error[i].s, v.s, v.n) == 0)
            return;
    if (v.s != NULL && v.n > 0 && c->n_errors < CT_PRINT_ERRORS_MAX)
        c->error[c->n_errors++] = v;
}

bool ct_print_read_cycle(const struct ct_profile *p, struct ct_print_cycle *c)
{
    struct ct_print_line l = {.number = c->line - 1}, before = {0};
    struct seen seen = {0};
    size_t at = 0;
    bool ok = true;
    while (ok && ct_print_next_line(c->bytes.s, c->bytes.n, &at, &l)) {
        if (l.blank)
            continue;
        read_fields(p, c, &l, &before);
        read_outcome(p, c, &l, &seen);
        ok = read_phase(p, c, &l) && read_sample(p, c, &l);
        before = l;
    }
    c->last_line = l.number;
    c->state = seen.aborted    ? CT_PRINT_ABORTED
               : seen.complete ? CT_PRINT_COMPLETE
                               : CT_PRINT_TRUNCATED;
    if (seen.failed || seen.aborted)
        c->verdict = CT_PRINT_FAILED;
    else if (seen.passed && c->verdict == CT_PRINT_NONE)
        c->verdict = CT_PRINT_PASSED;
    if (c->state == CT_PRINT_TRUNCATED && c->verdict == CT_PRINT_PASSED)
        c->verdict = CT_PRINT_NONE; /* its end is not there */
    return ok;
}
