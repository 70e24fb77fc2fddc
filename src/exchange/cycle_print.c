/* cycle_print - see cycle_print.h: finds the profile of a print, splits it into cycles, and
 * makes curves of their samples. Its lines are read in cycle_print_line.c. */
#include "exchange/cycle_print_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

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

/* ---- the file -----------------------------------------------------------------------------
 */

static enum ct_status add_cycle(struct ct_print *p, const char *name, const char *at,
                                uint64_t line, struct ct_error *reterr)
{
    if (p->n == CT_PRINT_CYCLES_MAX)
        return ct_fail(reterr, CT_EINVAL, NULL, "%s: more than %d cycles; take the file apart",
                       name, CT_PRINT_CYCLES_MAX);
    if (!ct_print_grow((void **)&p->cycle, p->n, sizeof *p->cycle))
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory while reading %s", name);
    p->cycle[p->n++] = (struct ct_print_cycle){
        .bytes = {at, 0}, .line = line, .number = -1, .date = CT_NO_DATE, .time_s = -1};
    return CT_OK;
}

static enum ct_status split(struct ct_print *p, const char *name, const char *bytes, size_t n,
                            struct ct_error *reterr)
{
    struct ct_print_line l = {0};
    size_t at = 0;
    while (ct_print_next_line(bytes, n, &at, &l)) {
        if (ct_print_matches(&p->profile->begin, &l)) {
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
    struct ct_print_line l = {0};
    size_t at = 0;
    enum ct_status st = read_csv(p->profile, name, bytes, n, &p->curve, &p->curve_time, reterr);
    if (st == CT_OK)
        st = add_cycle(p, name, bytes, 1, reterr);
    if (st != CT_OK)
        return st;
    while (ct_print_next_line(bytes, n, &at, &l))
        continue;
    p->cycle[0].bytes.n = n;
    p->cycle[0].state = CT_PRINT_NOT_STATED;
    p->cycle[0].last_line = l.number;
    return CT_OK;
}

bool ct_print_known(const struct ct_profile *p, const char *bytes, size_t n)
{
    struct ct_print_line l = {0};
    size_t at = 0;
    bool begins = false, known = !p->recognise.set;
    if (p->csv) {
        CT_CURVE *c = NULL;
        struct ct_error e;
        enum ct_cycle_time time;
        enum ct_status st = read_csv(p, "", bytes, n, &c, &time, &e);
        return st == CT_OK || st == CT_EINVAL; /* its header is one */
    }
    while (!(begins && known) && ct_print_next_line(bytes, n, &at, &l)) {
        begins = begins || ct_print_matches(&p->begin, &l);
        known = known || ct_print_matches(&p->recognise, &l);
    }
    return begins && known;
}

static enum ct_status check_size(const char *name, size_t n, struct ct_error *reterr)
{
    if (n == 0)
        return ct_fail(reterr, CT_EFOREIGN, NULL, "%s: the record is empty", name);
    if (n > CT_PRINT_BYTES_MAX)
        return ct_fail(reterr, CT_EINVAL, NULL,
                       "%s: the record has %zu bytes, more than %d; "
                       "take it apart",
                       name, n, CT_PRINT_BYTES_MAX);
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
    st = profile->csv ? take_csv(p, name, bytes, n, reterr) : split(p, name, bytes, n, reterr);
    for (size_t i = 0; st == CT_OK && !profile->csv && i < p->n; i++)
        if (!ct_print_read_cycle(profile, &p->cycle[i]))
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
    struct ct_print_line l = {0};
    size_t at = 0;
    while (ct_print_next_line(bytes, n, &at, &l))
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
                             "one",
                             name, found->id, p->id);
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

/* ---- curves -------------------------------------------------------------------------------
 */

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
        curve->unit_known = csv != NULL ? csv->unit_known : of->has_pressure;
        curve->unit = csv != NULL ? csv->unit : of->unit;
        curve->basis = csv != NULL ? csv->basis : of->basis;
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
