/* cycle_profile - see cycle_profile.h: finds and reads profiles, and bounds their patterns.
 * How they are written and shown is in cycle_profile_text.c. */
#include "exchange/cycle_profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/data_kind.h"
#include "base/text.h"

#define HEAD   "profile"
#define FIELD  "field."
#define FOLDER "profiles/"

enum { VERSION_MAX = 23, SOURCE_MAX = 700, WORD_MAX = 40, REPEATS_MAX = 1000 };

const char *const CT_PRINT_FIELD_NAME[CT_PRINT_FIELDS] = {
    "model",        "serial",
    "unit",         "programme",
    "setting",      "lid",
    "cycle",        "date",
    "time",         "operator",
    "water",        "min-temperature",
    "min-pressure", "max-temperature",
    "max-pressure", "duration",
    "leak-rate",    "humidity",
    "aeration",     "signature",
};
const char *const CT_DATE_ORDER_NAME[CT_DATE_ORDERS] = {"dmy", "mdy", "ymd"};

static const char *const SOURCE_KEY[CT_PROFILE_SOURCES_MAX] = {"source", "source_2", "source_3",
                                                               "source_4"};

struct load {
    const struct ct_ini *ini;
    struct ct_profile *p;
    char *free; /* the rest of the pool */
    struct ct_error *reterr;
};
#define FAIL(l, section, key, ...) ct_ini_fail((l)->ini, section, key, (l)->reterr, __VA_ARGS__)

static void drop(struct ct_pattern *p)
{
    if (p->set)
        regfree(&p->re);
    p->set = false;
}

void ct_profile_free(struct ct_profile *p)
{
    if (p == NULL)
        return;
    struct ct_pattern *const all[] = {&p->recognise, &p->begin,    &p->phase,
                                      &p->sample,    &p->complete, &p->aborted,
                                      &p->passed,    &p->failed,   &p->error};
    for (size_t i = 0; i < CT_LEN(all); i++)
        drop(all[i]);
    for (size_t i = 0; i < CT_PRINT_FIELDS; i++) {
        drop(&p->field[i].match);
        drop(&p->field[i].after);
    }
    free(p->pool);
    free(p);
}

void ct_profile_freep(struct ct_profile **p)
{
    ct_profile_free(*p);
    *p = NULL;
}

/* ---- values ------------------------------------------------------------------------- */

static enum ct_status text(struct load *l, const char *section, const char *key, bool required,
                           size_t max, const char **ret)
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
        return required ? FAIL(l, section, key, "is missing") : CT_OK;
    if (n > max)
        return FAIL(l, section, key, "has %zu bytes, more than %zu", n, max);
    if (strchr(*ret, '"') != NULL &&
        ((*ret)[0] == '"' || (*ret)[0] == '\'' || (*ret)[n - 1] == '\\'))
        return FAIL(l, section, key,
                    "begins or ends in a way that cannot be kept; take the "
                    "quotation marks out");
    l->free += n + 1;
    return CT_OK;
}

static enum ct_status keys(const struct load *l, const char *section,
                           const char *const *allowed, const char *what)
{
    const char *key;
    for (size_t k = 0; (key = ct_ini_key(l->ini, section, k)) != NULL; k++) {
        size_t at = 0;
        while (allowed[at] != NULL && strcmp(allowed[at], key) != 0)
            at++;
        if (allowed[at] == NULL)
            return FAIL(l, section, key, "%s has no such key", what);
    }
    return CT_OK;
}

static enum ct_status word(const struct load *l, const char *section, const char *key,
                           const char *const *name, int n, int fallback, int *ret)
{
    const char *s = ct_ini_get(l->ini, section, key);
    CT_BUF all = {.max = 200};
    *ret = s == NULL ? fallback : -1;
    for (int i = 0; i < n; i++) {
        if (s != NULL && strcmp(s, name[i]) == 0)
            *ret = i;
        ct_buf_printf(&all, "%s%s", i > 0 ? ", " : "", name[i]);
    }
    if (*ret >= 0)
        return CT_OK;
    return FAIL(l, section, key, "%s one of %s", s == NULL ? "is missing:" : "must be",
                ct_buf_str(&all));
}

/* ---- patterns ----------------------------------------------------------------------- */

/* The number in {n}, {n,} and {n,m} that is larger; at s behind the brace. -1: none. */
static int repeats(const char *s)
{
    int most = -1;
    for (int v = -1;; s++) {
        if (ct_is_digit(*s)) {
            v = v < 0 ? *s - '0' : v * 10 + (*s - '0');
            if (v > REPEATS_MAX)
                return v;
            most = v > most ? v : most;
        } else if (*s == ',') {
            v = -1;
        } else {
            return most;
        }
    }
}

/* NULL, or why it is not taken. */
static const char *bounded(const char *s)
{
    int product = 1;
    for (const char *c = s; *c != '\0'; c++) {
        if (*c < ' ' || *c > '~')
            return "is not ASCII: what is not, counts as \"?\" in a print";
        if (*c == '\\' && c[1] == '\0')
            return "ends in a \"\\\"";
        if (*c == '\\' && ct_is_digit(c[1]))
            return "refers back to a group; that is not taken";
        if (*c == '\\') {
            c++;
            continue;
        }
        if (*c == '{') {
            int n = repeats(c + 1);
            product = n > 1 ? product * n : product;
            if (product > REPEATS_MAX)
                return "repeats too often";
        }
    }
    return NULL;
}

static enum ct_status pattern(struct load *l, const char *section, const char *key,
                              bool required, struct ct_pattern *ret)
{
    char why[160];
    enum ct_status st = text(l, section, key, required, CT_PATTERN_MAX, &ret->text);
    if (st != CT_OK || ret->text[0] == '\0')
        return st;
    const char *wrong = bounded(ret->text);
    if (wrong != NULL)
        return FAIL(l, section, key, "%s", wrong);
    int e = regcomp(&ret->re, ret->text, REG_EXTENDED);
    if (e != 0) {
        (void)regerror(e, &ret->re, why, sizeof why);
        return FAIL(l, section, key, "is no regular expression: %s", why);
    }
    ret->set = true;
    if (ret->re.re_nsub >= CT_PATTERN_GROUPS)
        return FAIL(l, section, key, "has more than %d groups", CT_PATTERN_GROUPS - 1);
    if (regexec(&ret->re, "", 0, NULL, 0) == 0)
        return FAIL(l, section, key, "matches an empty line: that says nothing");
    return CT_OK;
}

/* A group of the pattern; without the key `fallback`, 0 for none. */
static enum ct_status group(const struct load *l, const char *section, const char *key,
                            const struct ct_pattern *of, int fallback, int *ret)
{
    const char *s = ct_ini_get(l->ini, section, key);
    int64_t v = fallback;
    if (s != NULL && !ct_parse_int(s, 1, CT_PATTERN_GROUPS - 1, &v))
        return FAIL(l, section, key, "must be the number of a group, from 1 to %d",
                    CT_PATTERN_GROUPS - 1);
    if ((size_t)v > of->re.re_nsub)
        return FAIL(l, section, key, "there is no group %d in the pattern", (int)v);
    *ret = (int)v;
    return CT_OK;
}

/* ---- sections -------------------------------------------------------------------------- */

static enum ct_status load_pressure(struct load *l)
{
    const char *s = ct_ini_get(l->ini, HEAD, "pressure");
    struct ct_profile *p = l->p;
    if (s == NULL)
        return CT_OK;
    size_t n = strcspn(s, " ");
    const char *basis = s + n + strspn(s + n, " ");
    if (!ct_pressure_unit(s, n, &p->unit) || strlen(basis) < 2 ||
        !ct_pressure_basis(basis, strlen(basis), &p->basis))
        return FAIL(l, HEAD, "pressure",
                    "is a unit (kPa, bar, mbar, MPa, psi, mmHg) and absolute, gauge or "
                    "not-stated, as bar absolute");
    p->has_pressure = true;
    return CT_OK;
}

static enum ct_status load_head(struct load *l)
{
    static const char *const KEYS[] = {"id",       "version",   "title",      "note",
                                       "source",   "source_2",  "source_3",   "source_4",
                                       "kind",     "decimal",   "date_order", "sample_time",
                                       "pressure", "recognise", "begin",      NULL};
    static const char *const KIND[] = {"text", "csv"}, *const POINT[] = {"point", "comma"},
                             *const TIMES[] = {"clock", "elapsed"};
    struct ct_profile *p = l->p;
    const char *first = ct_ini_section(l->ini, 0);
    int at = 0;
    if (first == NULL || strcmp(first, HEAD) != 0)
        return FAIL(l, first, NULL, "an import profile begins with [" HEAD "]");
    enum ct_status st = keys(l, HEAD, KEYS, "[" HEAD "]");
    if (st == CT_OK)
        st = text(l, HEAD, "id", true, CT_DATA_ID_MAX, &p->id);
    if (st == CT_OK && !ct_data_id_valid(p->id))
        st = FAIL(l, HEAD, "id", "an id has 1 to %d small letters, digits, '-' and '_'",
                  CT_DATA_ID_MAX);
    if (st == CT_OK)
        st = text(l, HEAD, "version", true, VERSION_MAX, &p->version);
    if (st == CT_OK)
        st = text(l, HEAD, "title", true, CT_PROFILE_TITLE_MAX, &p->title);
    if (st == CT_OK)
        st = text(l, HEAD, "note", false, CT_PROFILE_NOTE_MAX, &p->note);
    for (size_t i = 0; st == CT_OK && i < CT_PROFILE_SOURCES_MAX; i++) {
        st = text(l, HEAD, SOURCE_KEY[i], i == 0, SOURCE_MAX, &p->source[p->n_sources]);
        p->n_sources += st == CT_OK && p->source[p->n_sources][0] != '\0';
    }
    if (st == CT_OK)
        st = word(l, HEAD, "kind", KIND, 2, -1, &at);
    p->csv = at == 1;
    if (st == CT_OK)
        st = word(l, HEAD, "decimal", POINT, 2, 0, &at);
    p->decimal_comma = at == 1;
    if (st == CT_OK)
        st = word(l, HEAD, "sample_time", TIMES, 2, 0, &at);
    p->elapsed = at == 1;
    if (st == CT_OK)
        st = load_pressure(l);
    if (st == CT_OK)
        st = pattern(l, HEAD, "recognise", false, &p->recognise);
    return st == CT_OK ? pattern(l, HEAD, "begin", !p->csv, &p->begin) : st;
}

static enum ct_status load_field(struct load *l, const char *section)
{
    static const char *const KEYS[] = {"match", "after", "group", NULL};
    const char *name = section + strlen(FIELD);
    size_t f = 0;
    while (f < CT_PRINT_FIELDS && strcmp(CT_PRINT_FIELD_NAME[f], name) != 0)
        f++;
    if (f == CT_PRINT_FIELDS)
        return FAIL(l, section, NULL,
                    "there is no such field; see the chapter \"Machine "
                    "records\" of the guide");
    struct ct_profile_field *to = &l->p->field[f];
    enum ct_status st = keys(l, section, KEYS, "a field");
    if (st == CT_OK)
        st = pattern(l, section, "match", true, &to->match);
    if (st == CT_OK)
        st = pattern(l, section, "after", false, &to->after);
    if (st == CT_OK)
        st = group(l, section, "group", &to->match, 1, &to->group);
    return st;
}

static enum ct_status load_phase(struct load *l)
{
    static const char *const KEYS[] = {"match", "name", "time", "result", "good", "bad", NULL};
    static const char S[] = "phase";
    struct ct_profile *p = l->p;
    enum ct_status st = keys(l, S, KEYS, "[phase]");
    if (st == CT_OK)
        st = pattern(l, S, "match", true, &p->phase);
    if (st == CT_OK)
        st = group(l, S, "name", &p->phase, 1, &p->phase_name);
    if (st == CT_OK)
        st = group(l, S, "time", &p->phase, 0, &p->phase_time);
    if (st == CT_OK)
        st = group(l, S, "result", &p->phase, 0, &p->phase_result);
    if (st == CT_OK)
        st = text(l, S, "good", false, WORD_MAX, &p->phase_good);
    return st == CT_OK ? text(l, S, "bad", false, WORD_MAX, &p->phase_bad) : st;
}

static enum ct_status load_sample(struct load *l)
{
    static const char *const KEYS[] = {"match", "time", "temperature", "pressure", NULL};
    static const char S[] = "sample";
    struct ct_profile *p = l->p;
    enum ct_status st = keys(l, S, KEYS, "[sample]");
    if (st == CT_OK)
        st = pattern(l, S, "match", true, &p->sample);
    if (st == CT_OK)
        st = group(l, S, "time", &p->sample, 0, &p->sample_time);
    if (st == CT_OK)
        st = group(l, S, "pressure", &p->sample, 0, &p->sample_pressure);
    if (st != CT_OK)
        return st;
    const char *s = ct_ini_get(l->ini, S, "temperature");
    for (s = s != NULL ? s : ""; *(s += strspn(s, " \t")) != '\0';) {
        size_t n = strcspn(s, " \t");
        int g = n == 1 && ct_is_digit(s[0]) ? s[0] - '0' : 0;
        if (g < 1 || (size_t)g > p->sample.re.re_nsub || p->n_temps == CT_CURVE_TEMPS_MAX)
            return FAIL(l, S, "temperature", "are the numbers of groups of the pattern");
        p->sample_temp[p->n_temps++] = g;
        s += n;
    }
    if (p->sample_time == 0 || p->n_temps == 0)
        return FAIL(l, S, p->sample_time == 0 ? "time" : "temperature",
                    "is missing: the number of its group");
    if (p->sample_pressure > 0 && !p->has_pressure)
        return FAIL(l, HEAD, "pressure", "is missing: unit and basis of the pressures");
    return CT_OK;
}

static enum ct_status load_outcome(struct load *l)
{
    static const char *const KEYS[] = {"complete", "aborted", "passed",
                                       "failed",   "error",   NULL};
    static const char S[] = "outcome";
    struct ct_profile *p = l->p;
    enum ct_status st = keys(l, S, KEYS, "[outcome]");
    if (st == CT_OK)
        st = pattern(l, S, "complete", true, &p->complete);
    if (st == CT_OK)
        st = pattern(l, S, "aborted", false, &p->aborted);
    if (st == CT_OK)
        st = pattern(l, S, "passed", false, &p->passed);
    if (st == CT_OK)
        st = pattern(l, S, "failed", false, &p->failed);
    if (st == CT_OK)
        st = pattern(l, S, "error", false, &p->error);
    if (st == CT_OK && p->error.set && p->error.re.re_nsub < 1)
        return FAIL(l, S, "error", "needs a group: the number of the error");
    return st;
}

static enum ct_status load_columns(struct load *l)
{
    static const char *const KEYS[] = {
        "time",     "temperature", "temperature_2", "temperature_3", "temperature_4",
        "pressure", NULL};
    static const char S[] = "columns";
    struct ct_profile *p = l->p;
    enum ct_status st = keys(l, S, KEYS, "[columns]");
    if (st == CT_OK)
        st = text(l, S, "time", false, CT_PROFILE_TITLE_MAX, &p->column_time);
    for (size_t i = 1; st == CT_OK && i < 5; i++) {
        st = text(l, S, KEYS[i], false, CT_PROFILE_TITLE_MAX, &p->column_temp[p->n_temps]);
        p->n_temps += st == CT_OK && p->column_temp[p->n_temps][0] != '\0';
    }
    if (st == CT_OK)
        st = text(l, S, "pressure", false, CT_PROFILE_TITLE_MAX, &p->column_pressure);
    if (st == CT_OK && p->column_pressure[0] != '\0' && !p->has_pressure)
        return FAIL(l, HEAD, "pressure", "is missing: unit and basis of the pressures");
    return st;
}

static enum ct_status load_sections(struct load *l)
{
    const char *s;
    enum ct_status st = CT_OK;
    for (size_t i = 1; st == CT_OK && (s = ct_ini_section(l->ini, i)) != NULL; i++) {
        bool columns = strcmp(s, "columns") == 0;
        if (columns != l->p->csv)
            st = FAIL(l, s, NULL,
                      columns ? "is of kind csv"
                              : "is not of kind csv, which has "
                                "[columns] alone");
        else if (columns)
            st = load_columns(l);
        else if (strncmp(s, FIELD, strlen(FIELD)) == 0)
            st = load_field(l, s);
        else if (strcmp(s, "phase") == 0)
            st = load_phase(l);
        else if (strcmp(s, "sample") == 0)
            st = load_sample(l);
        else if (strcmp(s, "outcome") == 0)
            st = load_outcome(l);
        else
            st = FAIL(l, s, NULL,
                      "is no part of an import profile; there are [" FIELD
                      "NAME], [phase], [sample], [outcome] and [columns]");
    }
    return st;
}

static enum ct_status check_whole(struct load *l)
{
    struct ct_profile *p = l->p;
    int at = CT_DATE_DMY;
    bool date = p->field[CT_PF_DATE].match.set;
    if (!p->csv && !p->complete.set)
        return FAIL(l, HEAD, NULL,
                    "there is no [outcome] with complete: which line a whole "
                    "cycle ends with");
    if (!p->csv && !p->field[CT_PF_CYCLE].match.set)
        return FAIL(l, HEAD, NULL,
                    "there is no [" FIELD "cycle]: without the machine's number "
                    "no cycle can be missed");
    enum ct_status st = word(l, HEAD, "date_order", CT_DATE_ORDER_NAME, CT_DATE_ORDERS,
                             date ? -1 : CT_DATE_DMY, &at);
    p->date_order = (enum ct_date_order)at;
    return st;
}

static bool allocate(const struct ct_ini *ini, struct ct_profile *p)
{
    size_t bytes = 1;
    const char *s, *k;
    for (size_t i = 0; (s = ct_ini_section(ini, i)) != NULL; i++)
        for (size_t j = 0; (k = ct_ini_key(ini, s, j)) != NULL; j++)
            bytes += strlen(ct_ini_get(ini, s, k)) + 1;
    p->pool = calloc(bytes, 1);
    return p->pool != NULL;
}

/* What no section sets. */
static void blank(struct ct_profile *p)
{
    struct ct_pattern *const all[] = {&p->recognise, &p->begin,    &p->phase,
                                      &p->sample,    &p->complete, &p->aborted,
                                      &p->passed,    &p->failed,   &p->error};
    for (size_t i = 0; i < CT_LEN(all); i++)
        all[i]->text = "";
    for (size_t i = 0; i < CT_PRINT_FIELDS; i++)
        p->field[i].match.text = p->field[i].after.text = "";
    p->phase_good = p->phase_bad = p->column_time = p->column_pressure = "";
}

enum ct_status ct_profile_from_ini(const struct ct_ini *ini, struct ct_profile **ret,
                                   struct ct_error *reterr)
{
    CT_PROFILE *p = calloc(1, sizeof *p);
    if (p == NULL || !allocate(ini, p))
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory while loading a profile");
    blank(p);
    struct load l = {.ini = ini, .p = p, .free = p->pool, .reterr = reterr};
    enum ct_status st = load_head(&l);
    if (st == CT_OK)
        st = load_sections(&l);
    if (st == CT_OK)
        st = check_whole(&l);
    if (st != CT_OK)
        return st;
    *ret = p;
    p = NULL;
    return CT_OK;
}

/* ---- finding ---------------------------------------------------------------------------- */

CT_DATA_KIND(profile, FOLDER, HEAD, "profile", "import profile")
