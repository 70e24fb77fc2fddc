/* cycle_print - see cycle_print.h: splits a print into cycles and reads their lines. */
#include "exchange/cycle_print.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/text.h"
#include "clinic/conformity.h"

enum { DAY_MS = 24 * 3600 * 1000, HALF_DAY_MS = DAY_MS / 2 };

const char *const CT_PRINT_STATE_NAME[CT_PRINT_STATES] = {"complete", "aborted", "truncated",
                                                          "not stated"};
const char *const CT_PRINT_VERDICT_NAME[CT_PRINT_VERDICTS] = {"none", "passed", "failed"};

void ct_print_free(struct ct_print *p)
{
    if (p == NULL)
        return;
    for (size_t i = 0; i < p->n; i++) {
        free(p->cycle[i].phase);
        free(p->cycle[i].sample);
    }
    free(p->cycle);
    ct_curve_free(p->curve);
    free(p);
}

void ct_print_freep(struct ct_print **p)
{
    ct_print_free(*p);
    *p = NULL;
}

/* ---- lines --------------------------------------------------------------------------- */

/* One line of the bytes, and how patterns see it. */
struct line {
    const char *s;
    size_t n; /* without its end */
    uint64_t number;
    bool blank;
    char seen[CT_PRINT_LINE_MAX + 1]; /* "" for one that is too long */
};

static void see(struct line *l)
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

/* The next line at *at; false at the end. It ends at LF, CRLF or a lone CR. */
static bool next_line(const char *bytes, size_t n, size_t *at, struct line *l)
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

static bool matches(const struct ct_pattern *p, const struct line *l)
{
    return p->set && l->seen[0] != '\0' && regexec(&p->re, l->seen, 0, NULL, 0) == 0;
}

static bool match_groups(const struct ct_pattern *p, const struct line *l,
                         regmatch_t m[CT_PATTERN_GROUPS])
{
    return p->set && l->seen[0] != '\0' &&
           regexec(&p->re, l->seen, CT_PATTERN_GROUPS, m, 0) == 0;
}

/* What a group holds, without blanks around; offsets in what is seen are those in the
 * bytes. */
static struct ct_view group(const struct line *l, const regmatch_t *m, int g)
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

static void fault(struct ct_print_cycle *c, uint64_t line, const char *what,
                  struct ct_view v)
{
    CT_BUF copy = {.max = 128}, shown = {0};
    if (c->fault[0] != '\0')
        return;
    ct_buf_add(&copy, v.s != NULL ? v.s : "", v.s == NULL ? 0 : v.n < 60 ? v.n : 60);
    ct_text_clean(&shown, ct_buf_str(&copy), 30, false);
    snprintf(c->fault, sizeof c->fault, "line %" PRIu64 ": \"%s\" %s", line,
             ct_buf_str(&shown), what);
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
                      const struct line *l, struct ct_view v)
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
                      const struct line *l, size_t f, struct ct_view v)
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
                        const struct line *l, const struct line *before)
{
    regmatch_t m[CT_PATTERN_GROUPS];
    for (size_t f = 0; f < CT_PRINT_FIELDS; f++) {
        const struct ct_profile_field *of = &p->field[f];
        if (c->field[f].s != NULL || !of->match.set) /* the first one counts */
            continue;
        if (of->after.set && (before->number == 0 || !matches(&of->after, before)))
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

static bool grow(void **p, size_t n, size_t size)
{
    if ((n & (n - 1)) != 0) /* room for the next power of two is there */
        return true;
    void *more = reallocarray(*p, n == 0 ? 1 : 2 * n, size);
    *p = more != NULL ? more : *p;
    return more != NULL;
}

static bool read_phase(const struct ct_profile *p, struct ct_print_cycle *c,
                       const struct line *l)
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
    if (!grow((void **)&c->phase, c->n_phases, sizeof *c->phase))
        return false;
    c->phase[c->n_phases++] = ph;
    return true;
}

static bool read_sample(const struct ct_profile *p, struct ct_print_cycle *c,
                        const struct line *l)
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
    if (!grow((void **)&c->sample, c->n_samples, sizeof *c->sample))
        return false;
    c->sample[c->n_samples++] = s;
    return true;
}

struct seen {
    bool complete, aborted, passed, failed;
};

static void read_outcome(const struct ct_profile *p, struct ct_print_cycle *c,
                         const struct line *l, struct seen *seen)
{
    regmatch_t m[CT_PATTERN_GROUPS];
    seen->complete |= matches(&p->complete, l);
    seen->aborted |= matches(&p->aborted, l);
    seen->passed |= matches(&p->passed, l);
    seen->failed |= matches(&p->failed, l);
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

/* All lines of a cycle. False: no memory. */
static bool read_cycle(const struct ct_profile *p, struct ct_print_cycle *c)
{
    struct line l = {.number = c->line - 1}, before = {0};
    struct seen seen = {0};
    size_t at = 0;
    bool ok = true;
    while (ok && next_line(c->bytes.s, c->bytes.n, &at, &l)) {
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

/* ---- the file ----------------------------------------------------------------------------- */

static enum ct_status add_cycle(struct ct_print *p, const char *name, const char *at,
                                uint64_t line, struct ct_error *reterr)
{
    if (p->n == CT_PRINT_CYCLES_MAX)
        return ct_fail(reterr, CT_EINVAL, NULL, "%s: more than %d cycles; take the file apart",
                       name, CT_PRINT_CYCLES_MAX);
    if (!grow((void **)&p->cycle, p->n, sizeof *p->cycle))
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory while reading %s", name);
    p->cycle[p->n++] = (struct ct_print_cycle){.bytes = {at, 0},
                                               .line = line,
                                               .number = -1,
                                               .date = CT_NO_DATE,
                                               .time_s = -1};
    return CT_OK;
}

static enum ct_status split(struct ct_print *p, const char *name, const char *bytes, size_t n,
                            struct ct_error *reterr)
{
    struct line l = {0};
    size_t at = 0;
    while (next_line(bytes, n, &at, &l)) {
        if (matches(&p->profile->begin, &l)) {
            enum ct_status st = add_cycle(p, name, l.s, l.number, reterr);
            if (st != CT_OK)
                return st;
        } else if (p->n == 0) {
            p->stray += !l.blank;
        }
        if (p->n > 0)
            p->cycle[p->n - 1].bytes.n = (size_t)(bytes + at - p->cycle[p->n - 1].bytes.s);
    }
    return CT_OK;
}

struct memory {
    const char *s;
    size_t n, at;
};

static enum ct_status read_memory(void *arg, char *buf, size_t cap, size_t *ret_n,
                                  struct ct_error *reterr)
{
    (void)reterr;
    struct memory *m = arg;
    *ret_n = m->n - m->at < cap ? m->n - m->at : cap;
    if (*ret_n > 0)
        memcpy(buf, m->s + m->at, *ret_n);
    m->at += *ret_n;
    return CT_OK;
}

static enum ct_status read_csv(const struct ct_profile *p, const char *name, const char *bytes,
                               size_t n, struct ct_curve **ret, enum ct_cycle_time *ret_time,
                               struct ct_error *reterr)
{
    struct memory m = {bytes, n, 0};
    struct ct_cycle_csv in = {.name = name,
                              .read = read_memory,
                              .read_arg = &m,
                              .time = p->column_time[0] != '\0' ? p->column_time : NULL,
                              .n_temps = p->n_temps,
                              .pressure =
                                  p->column_pressure[0] != '\0' ? p->column_pressure : NULL,
                              .unit_given = p->has_pressure,
                              .unit = p->unit,
                              .basis = p->basis};
    for (size_t i = 0; i < p->n_temps; i++)
        in.temp[i] = p->column_temp[i];
    return ct_cycle_csv_read(&in, ret, ret_time, reterr);
}

/* A table is one cycle; whether it is whole nobody can tell from it. */
static enum ct_status take_csv(struct ct_print *p, const char *name, const char *bytes,
                               size_t n, struct ct_error *reterr)
{
    struct line l = {0};
    size_t at = 0;
    enum ct_status st = read_csv(p->profile, name, bytes, n, &p->curve, &p->curve_time, reterr);
    if (st == CT_OK)
        st = add_cycle(p, name, bytes, 1, reterr);
    if (st != CT_OK)
        return st;
    while (next_line(bytes, n, &at, &l))
        continue;
    p->cycle[0].bytes.n = n;
    p->cycle[0].state = CT_PRINT_NOT_STATED;
    p->cycle[0].last_line = l.number;
    return CT_OK;
}

bool ct_print_known(const struct ct_profile *p, const char *bytes, size_t n)
{
    struct line l = {0};
    size_t at = 0;
    bool begins = false, known = !p->recognise.set;
    if (p->csv) {
        CT_CURVE *c = NULL;
        struct ct_error e;
        enum ct_cycle_time time;
        enum ct_status st = read_csv(p, "", bytes, n, &c, &time, &e);
        return st == CT_OK || st == CT_EINVAL; /* its header is one */
    }
    while (!(begins && known) && next_line(bytes, n, &at, &l)) {
        begins = begins || matches(&p->begin, &l);
        known = known || matches(&p->recognise, &l);
    }
    return begins && known;
}

static enum ct_status check_size(const char *name, size_t n, struct ct_error *reterr)
{
    if (n == 0)
        return ct_fail(reterr, CT_EFOREIGN, NULL, "%s: the record is empty", name);
    if (n > CT_PRINT_BYTES_MAX)
        return ct_fail(reterr, CT_EINVAL, NULL, "%s: the record has %zu bytes, more than %d; "
                                                "take it apart", name, n, CT_PRINT_BYTES_MAX);
    return CT_OK;
}

enum ct_status ct_print_read(const struct ct_profile *profile, const char *name,
                             const char *bytes, size_t n, struct ct_print **ret,
                             struct ct_error *reterr)
{
    enum ct_status st = check_size(name, n, reterr);
    if (st != CT_OK)
        return st;
    if (!profile->csv && !ct_print_known(profile, bytes, n))
        return ct_fail(reterr, CT_EFOREIGN, "profile",
                       "%s: the import profile %s does not know this record", name,
                       profile->id);
    CT_PRINT *p = calloc(1, sizeof *p);
    if (p == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory while reading %s", name);
    p->profile = profile;
    st = profile->csv ? take_csv(p, name, bytes, n, reterr)
                      : split(p, name, bytes, n, reterr);
    for (size_t i = 0; st == CT_OK && !profile->csv && i < p->n; i++)
        if (!read_cycle(profile, &p->cycle[i]))
            st = ct_fail(reterr, CT_ENOMEM, NULL, "out of memory while reading %s", name);
    if (st != CT_OK)
        return st;
    *ret = p;
    p = NULL;
    return CT_OK;
}

/* ---- which profile ---------------------------------------------------------------------- */

static enum ct_status unknown(const char *name, const char *bytes, size_t n,
                              struct ct_error *reterr)
{
    CT_BUF shown = {0}, copy = {.max = 128};
    struct line l = {0};
    size_t at = 0;
    while (next_line(bytes, n, &at, &l))
        if (!l.blank)
            break;
    ct_buf_add(&copy, l.s, l.n < 60 ? l.n : 60);
    ct_text_clean(&shown, ct_buf_str(&copy), 40, false);
    return ct_fail(reterr, CT_EFOREIGN, "profile",
                   "%s: no import profile knows this record, which begins with \"%s\". Name "
                   "one, or add one to the site's profiles.",
                   name, ct_buf_str(&shown));
}

enum ct_status ct_print_profile(const struct ct_config *c, const char *name, const char *bytes,
                                size_t n, struct ct_profile **ret, struct ct_error *reterr)
{
    CT_BUF ids = {0};
    CT_PROFILE *found = NULL;
    enum ct_status st = check_size(name, n, reterr);
    if (st == CT_OK)
        st = ct_profile_ids(c, &ids, reterr);
    for (int csv = 0; st == CT_OK && csv < 2 && found == NULL; csv++)
        for (const char *id = ct_buf_str(&ids); st == CT_OK && *id != '\0';
             id += strlen(id) + 1) {
            CT_PROFILE *p = NULL;
            st = ct_profile_load(c, id, &p, reterr);
            if (st != CT_OK || p->csv != (csv == 1) || !ct_print_known(p, bytes, n))
                continue;
            if (found != NULL) {
                st = ct_fail(reterr, CT_EFOREIGN, "profile",
                             "%s: the import profiles %s and %s both know this record: name "
                             "one", name, found->id, p->id);
                continue;
            }
            found = p;
            p = NULL;
        }
    if (st == CT_OK && found == NULL)
        st = unknown(name, bytes, n, reterr);
    if (st != CT_OK)
        return st;
    *ret = found;
    found = NULL;
    return CT_OK;
}

/* ---- curves ------------------------------------------------------------------------------- */

enum ct_status ct_print_curve(const struct ct_print *p, size_t cycle, const char *name,
                              struct ct_curve **ret, struct ct_error *reterr)
{
    const struct ct_print_cycle *c = &p->cycle[cycle];
    const struct ct_profile *of = p->profile;
    static const struct ct_curve_bounds WHOLE = {CT_UNSET, CT_UNSET, 0};
    CT_CURVE *curve = NULL;
    char column[32];
    enum ct_status st = ct_curve_new(name, &curve, reterr);
    if (st == CT_OK && c->n_samples == 0 && p->curve == NULL)
        return ct_curve_fail(curve, c->line, NULL, reterr,
                             "the cycle that begins here has no samples");
    const struct ct_curve *csv = p->curve;
    size_t n_temps = csv != NULL ? csv->n_temps : of->n_temps;
    for (size_t t = 0; st == CT_OK && t < n_temps; t++) {
        snprintf(column, sizeof column, t == 0 ? "temperature" : "temperature %zu", t + 1);
        st = ct_curve_temp(curve, csv != NULL ? csv->temp_name[t] : column, reterr);
    }
    if (st == CT_OK && (csv != NULL ? csv->has_pressure : of->sample_pressure > 0)) {
        ct_curve_pressure(curve, csv != NULL ? csv->pressure_name : "pressure");
        curve->unit_known = of->has_pressure;
        curve->unit = of->unit;
        curve->basis = of->basis;
    }
    for (size_t i = 0; st == CT_OK && csv != NULL && i < csv->n; i++)
        st = ct_curve_add(curve, csv->line[i], csv->t_ms[i], &csv->temp[i * csv->n_temps],
                          csv->has_pressure ? csv->pressure[i] : CT_UNSET, reterr);
    for (size_t i = 0; st == CT_OK && i < c->n_samples; i++)
        st = ct_curve_add(curve, c->sample[i].line, c->sample[i].t_ms, c->sample[i].temp,
                          c->sample[i].pressure, reterr);
    if (st == CT_OK)
        st = ct_curve_finish(curve, &WHOLE, reterr);
    if (st != CT_OK)
        return st;
    *ret = curve;
    curve = NULL;
    return CT_OK;
}
