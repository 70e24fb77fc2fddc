/* programme - see programme.h: finds, reads and frees programmes. Limits are read in
 * programme_limit.c, tests and indicators in programme_check.c. */
#include "clinic/programme_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/data_kind.h"
#include "base/text.h"

#define HEAD   CT_PROG_HEAD
#define FOLDER "programmes/"

enum { VERSION_MAX = 23, SOURCE_MAX = 700, STEP_MAX = 500, RETURN_MAX = 9 };

const char *const CT_METHOD_NAME[CT_METHODS] = {
    "steam",
    "dry-heat",
    "hydrogen-peroxide",
    "ethylene-oxide",
    "chemical-vapour",
    "washer-disinfection",
    "high-level-disinfection",
    "endoscope",
};
const char *const CT_RECALL_NAME[CT_RECALLS] = {"none", "all", "repeat"};
const char *const CT_EARLY_NAME[CT_EARLIES] = {"never", "emergency"};

static const char *const SOURCE_KEY[CT_PROGRAMME_SOURCES_MAX] = {"source", "source_2",
                                                                 "source_3", "source_4"};
static const char *const STEP_KEY[CT_PROGRAMME_STEPS_MAX] = {
    "step_1", "step_2",  "step_3",  "step_4",  "step_5",  "step_6",  "step_7",  "step_8",
    "step_9", "step_10", "step_11", "step_12", "step_13", "step_14", "step_15", "step_16",
};

bool ct_method_sterilises(enum ct_method m)
{
    return m <= CT_METHOD_CHEMICAL_VAPOUR;
}

void ct_programme_free(struct ct_programme *p)
{
    if (p == NULL)
        return;
    free(p->pool);
    free(p);
}

void ct_programme_freep(struct ct_programme **p)
{
    ct_programme_free(*p);
    *p = NULL;
}

/* ---- values ------------------------------------------------------------------- */

enum ct_status ct_prog_text(struct ct_prog_load *l, const char *section, const char *key,
                            bool required, size_t max, const char **ret)
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
        return required ? CT_PROG_FAIL(l, section, key, "is missing") : CT_OK;
    if (n > max)
        return CT_PROG_FAIL(l, section, key, "has %zu bytes, more than %zu", n, max);
    /* Blanks beyond ASCII's were trimmed too: the rest must still be a value that can be
     * written as it is. */
    if (strchr(*ret, '"') != NULL &&
        ((*ret)[0] == '"' || (*ret)[0] == '\'' || (*ret)[n - 1] == '\\'))
        return CT_PROG_FAIL(l, section, key,
                            "begins or ends in a way that cannot be kept; take the quotation "
                            "marks out");
    l->free += n + 1;
    return CT_OK;
}

enum ct_status ct_prog_keys(const struct ct_prog_load *l, const char *section,
                            const char *const *allowed, const char *what)
{
    const char *key;
    for (size_t k = 0; (key = ct_ini_key(l->ini, section, k)) != NULL; k++) {
        size_t at = 0;
        while (allowed[at] != NULL && strcmp(allowed[at], key) != 0)
            at++;
        if (allowed[at] == NULL)
            return CT_PROG_FAIL(l, section, key, "%s has no such key", what);
    }
    return CT_OK;
}

/* "steam, dry-heat or endoscope" */
static void names(const char *const *name, int n, struct ct_buf *out)
{
    for (int i = 0; i < n; i++)
        ct_buf_printf(out, "%s%s", i == 0 ? "" : i == n - 1 ? " or " : ", ", name[i]);
}

static int find(const char *const *name, int n, const char *s, size_t len)
{
    for (int i = 0; i < n; i++)
        if (strlen(name[i]) == len && memcmp(name[i], s, len) == 0)
            return i;
    return -1;
}

enum ct_status ct_prog_word(const struct ct_prog_load *l, const char *section, const char *key,
                            const char *const *name, int n, int fallback, int *ret)
{
    const char *s = ct_ini_get(l->ini, section, key);
    CT_BUF all = {.max = 400};
    *ret = s == NULL ? fallback : find(name, n, s, strlen(s));
    if (*ret >= 0)
        return CT_OK;
    names(name, n, &all);
    return CT_PROG_FAIL(l, section, key, "%s %s", s == NULL ? "is missing: it is" : "must be",
                        ct_buf_str(&all));
}

enum ct_status ct_prog_bits(const struct ct_prog_load *l, const char *section, const char *key,
                            const char *const *name, int n, unsigned *ret)
{
    const char *s = ct_ini_get(l->ini, section, key);
    CT_BUF all = {.max = 400};
    *ret = 0;
    for (s = s != NULL ? s : ""; *(s += strspn(s, " \t")) != '\0';) {
        size_t len = strcspn(s, " \t");
        int at = find(name, n, s, len);
        if (at < 0) {
            names(name, n, &all);
            return CT_PROG_FAIL(l, section, key, "\"%.*s\" is none of %s", (int)len, s,
                                ct_buf_str(&all));
        }
        *ret |= 1u << at;
        s += len;
    }
    return CT_OK;
}

enum ct_status ct_prog_yes(const struct ct_prog_load *l, const char *section, const char *key,
                           bool fallback, bool *ret)
{
    static const char *const WORD[] = {"no", "yes"};
    int yes;
    enum ct_status st = ct_prog_word(l, section, key, WORD, 2, fallback, &yes);
    *ret = yes == 1;
    return st;
}

/* ---- the head ----------------------------------------------------------------- */

/* The numbered texts of a kind; those that are there, in order. */
static enum ct_status load_texts(struct ct_prog_load *l, const char *const *key, size_t n,
                                 bool required, size_t max, const char **ret, size_t *ret_n)
{
    enum ct_status st = CT_OK;
    for (size_t i = 0; st == CT_OK && i < n; i++) {
        st = ct_prog_text(l, HEAD, key[i], required && i == 0, max, &ret[*ret_n]);
        if (st == CT_OK && ret[*ret_n][0] != '\0')
            (*ret_n)++;
    }
    return st;
}

static enum ct_status load_names(struct ct_prog_load *l)
{
    struct ct_programme *p = l->p;
    enum ct_status st = ct_prog_text(l, HEAD, "id", true, CT_PROGRAMME_ID_MAX, &p->id);
    if (st == CT_OK && !ct_data_id_valid(p->id))
        st = CT_PROG_FAIL(l, HEAD, "id", "an id has 1 to %d small letters, digits, '-' and '_'",
                          CT_PROGRAMME_ID_MAX);
    if (st == CT_OK)
        st = ct_prog_text(l, HEAD, "version", true, VERSION_MAX, &p->version);
    if (st == CT_OK)
        st = ct_prog_text(l, HEAD, "title", true, CT_PROGRAMME_TITLE_MAX, &p->title);
    if (st == CT_OK)
        st = ct_prog_text(l, HEAD, "note", false, CT_PROGRAMME_NOTE_MAX, &p->note);
    if (st == CT_OK)
        st = ct_prog_text(l, HEAD, "agent", false, CT_PROGRAMME_TITLE_MAX, &p->agent);
    if (st == CT_OK)
        st = load_texts(l, SOURCE_KEY, CT_PROGRAMME_SOURCES_MAX, true, SOURCE_MAX, p->source,
                        &p->n_sources);
    return st == CT_OK ? load_texts(l, STEP_KEY, CT_PROGRAMME_STEPS_MAX, false, STEP_MAX,
                                    p->step, &p->n_steps)
                       : st;
}

static enum ct_status load_kind(struct ct_prog_load *l)
{
    static const char *const KIND[] = {"load", "test"};
    struct ct_programme *p = l->p;
    int word;
    enum ct_status st = ct_prog_word(l, HEAD, "method", CT_METHOD_NAME, CT_METHODS, -1, &word);
    p->method = (enum ct_method)word;
    if (st == CT_OK)
        st = ct_prog_word(l, HEAD, "kind", KIND, 2, 0, &word);
    p->is_test = word == 1;
    if (st == CT_OK)
        st = ct_prog_yes(l, HEAD, "vacuum", false, &p->vacuum);
    if (st == CT_OK)
        st = ct_prog_yes(l, HEAD, "strip", false, &p->strip);
    if (st == CT_OK)
        st = ct_prog_yes(l, HEAD, "single_use", false, &p->single_use);
    if (st == CT_OK && p->method == CT_METHOD_HIGH_LEVEL_DISINFECTION && p->agent[0] == '\0')
        return CT_PROG_FAIL(l, HEAD, "agent", "is missing: what the bath is made of");
    if (st == CT_OK && (p->strip || p->single_use) &&
        p->method != CT_METHOD_HIGH_LEVEL_DISINFECTION)
        return CT_PROG_FAIL(l, HEAD, p->strip ? "strip" : "single_use",
                            "is for baths, and this is %s", CT_METHOD_NAME[p->method]);
    return st;
}

static enum ct_status load_return(struct ct_prog_load *l)
{
    const char *s = ct_ini_get(l->ini, HEAD, "return_negatives");
    int64_t n = 0;
    if (s != NULL && strcmp(s, "declared") == 0)
        n = CT_PROGRAMME_DECLARED;
    else if (s != NULL && !ct_parse_int(s, 0, RETURN_MAX, &n))
        return CT_PROG_FAIL(l, HEAD, "return_negatives",
                            "must be a whole number from 0 to %d, or declared", RETURN_MAX);
    l->p->return_negatives = (int)n;
    return ct_prog_text(l, HEAD, "return_source", n > 0, SOURCE_MAX, &l->p->return_source);
}

static enum ct_status load_failure(struct ct_prog_load *l)
{
    struct ct_programme *p = l->p;
    bool needs = ct_method_sterilises(p->method) && !p->is_test;
    int word;
    enum ct_status st = ct_prog_word(l, HEAD, "recall", CT_RECALL_NAME, CT_RECALLS,
                                     needs ? -1 : CT_RECALL_NONE, &word);
    p->recall = (enum ct_recall)word;
    if (st == CT_OK && needs && p->recall == CT_RECALL_NONE)
        return CT_PROG_FAIL(l, HEAD, "recall",
                            "what is not proven sterile is recalled: all or repeat");
    if (st == CT_OK && p->recall == CT_RECALL_REPEAT && p->method != CT_METHOD_STEAM)
        return CT_PROG_FAIL(l, HEAD, "recall",
                            "repeat is for steam alone; of any other method all is recalled "
                            "at the first positive");
    if (st == CT_OK)
        st = ct_prog_text(l, HEAD, "recall_source", p->recall != CT_RECALL_NONE, SOURCE_MAX,
                          &p->recall_source);
    if (st == CT_OK)
        st = load_return(l);
    if (st == CT_OK)
        st = ct_prog_word(l, HEAD, "early_release", CT_EARLY_NAME, CT_EARLIES, CT_EARLY_NEVER,
                          &word);
    p->early = (enum ct_early)word;
    return st == CT_OK ? ct_prog_text(l, HEAD, "early_source", p->early != CT_EARLY_NEVER,
                                      SOURCE_MAX, &p->early_source)
                       : st;
}

static enum ct_status load_head(struct ct_prog_load *l)
{
    static const char *const KEYS[] = {"id",
                                       "version",
                                       "title",
                                       "method",
                                       "kind",
                                       "vacuum",
                                       "agent",
                                       "strip",
                                       "single_use",
                                       "note",
                                       "source",
                                       "source_2",
                                       "source_3",
                                       "source_4",
                                       "steps",
                                       "step_1",
                                       "step_2",
                                       "step_3",
                                       "step_4",
                                       "step_5",
                                       "step_6",
                                       "step_7",
                                       "step_8",
                                       "step_9",
                                       "step_10",
                                       "step_11",
                                       "step_12",
                                       "step_13",
                                       "step_14",
                                       "step_15",
                                       "step_16",
                                       "recall",
                                       "recall_source",
                                       "return_negatives",
                                       "return_source",
                                       "early_release",
                                       "early_source",
                                       NULL};
    const char *first = ct_ini_section(l->ini, 0);
    if (first == NULL || strcmp(first, HEAD) != 0)
        return ct_ini_fail(l->ini, first, NULL, l->reterr,
                           "a programme begins with [" HEAD "]");
    enum ct_status st = ct_prog_keys(l, HEAD, KEYS, "[" HEAD "]");
    if (st == CT_OK)
        st = load_names(l);
    if (st == CT_OK)
        st = load_kind(l);
    if (st == CT_OK)
        st = ct_prog_steps(l);
    return st == CT_OK ? load_failure(l) : st;
}

/* ---- the whole ------------------------------------------------------------------ */

static bool begins(const char *s, const char *with)
{
    return strncmp(s, with, strlen(with)) == 0;
}

static enum ct_status load_sections(struct ct_prog_load *l)
{
    const char *section;
    enum ct_status st = CT_OK;
    for (size_t i = 1; st == CT_OK && (section = ct_ini_section(l->ini, i)) != NULL; i++) {
        if (begins(section, CT_PROG_LIMIT))
            st = ct_prog_limit(l, section);
        else if (begins(section, CT_PROG_TEST))
            st = ct_prog_test(l, section);
        else if (begins(section, CT_PROG_INDICATOR))
            st = ct_prog_indicator(l, section);
        else
            st = CT_PROG_FAIL(l, section, NULL,
                              "is no part of a programme; there are [" CT_PROG_LIMIT
                              "MEASURE], [" CT_PROG_TEST "ID] and [" CT_PROG_INDICATOR
                              "ID] besides [" HEAD "]");
    }
    return st;
}

#define BIT(m) (1u << (m))

/* Without these a cycle of the method could not be judged at all. */
static unsigned needed(const struct ct_programme *p)
{
    static const unsigned OF[CT_METHODS] = {
        [CT_METHOD_STEAM] = BIT(CT_M_TEMPERATURE) | BIT(CT_M_HOLD),
        [CT_METHOD_DRY_HEAT] = BIT(CT_M_TEMPERATURE) | BIT(CT_M_HOLD),
        [CT_METHOD_CHEMICAL_VAPOUR] = BIT(CT_M_TEMPERATURE) | BIT(CT_M_HOLD),
        [CT_METHOD_HYDROGEN_PEROXIDE] = BIT(CT_M_CONCENTRATION) | BIT(CT_M_EXPOSURE),
        [CT_METHOD_ETHYLENE_OXIDE] = BIT(CT_M_TEMPERATURE) | BIT(CT_M_HUMIDITY) |
                                     BIT(CT_M_CONCENTRATION) | BIT(CT_M_EXPOSURE) |
                                     BIT(CT_M_AERATION),
        [CT_METHOD_WASHER_DISINFECTION] = BIT(CT_M_A0),
        [CT_METHOD_HIGH_LEVEL_DISINFECTION] = BIT(CT_M_TEMPERATURE) | BIT(CT_M_HOLD),
    };
    if (p->is_test)
        return p->has[CT_M_LEAK_RATE] ? 0 : BIT(CT_M_TEMPERATURE) | BIT(CT_M_HOLD);
    return OF[p->method] | (p->strip ? BIT(CT_M_CONCENTRATION) : 0);
}

static enum ct_status check_whole(const struct ct_prog_load *l)
{
    const struct ct_programme *p = l->p;
    unsigned needs = needed(p);
    for (int m = 0; m < CT_MEASURES; m++)
        if ((needs & BIT(m)) != 0 && !p->has[m])
            return CT_PROG_FAIL(l, HEAD, "method",
                                "a programme of %s needs [" CT_PROG_LIMIT
                                "%s]; if no source is known, it is declared",
                                CT_METHOD_NAME[p->method], CT_MEASURE_NAME[m]);
    if (p->has[CT_M_HOLD] && !p->has[CT_M_TEMPERATURE])
        return CT_PROG_FAIL(l, CT_PROG_LIMIT "hold", NULL,
                            "a holding time needs [" CT_PROG_LIMIT
                            "temperature], within which it is held");
    if (p->has[CT_M_HOLD] && p->limit[CT_M_HOLD].low.is == CT_BOUND_NONE)
        return CT_PROG_FAIL(l, CT_PROG_LIMIT "hold", "low",
                            "a holding time has a shortest; if no source is known, it is "
                            "declared");
    if (p->has[CT_M_TEMPERATURE] && p->limit[CT_M_TEMPERATURE].low.is == CT_BOUND_NONE)
        return CT_PROG_FAIL(l, CT_PROG_LIMIT "temperature", "low",
                            "a process has a lowest temperature; if no source is known, it is "
                            "declared");
    return CT_OK;
}

static enum ct_status check_size(const struct ct_prog_load *l)
{
    CT_BUF canonical = {.max = CT_INI_MAX_BYTES * 2};
    ct_programme_canonical(l->p, &canonical);
    if (canonical.bad)
        return ct_fail(l->reterr, CT_ENOMEM, NULL, "out of memory while loading a programme");
    if (canonical.len > CT_PROGRAMME_CANONICAL_MAX)
        return CT_PROG_FAIL(l, HEAD, NULL, "the programme has %zu bytes of text, more than %d",
                            canonical.len, CT_PROGRAMME_CANONICAL_MAX);
    return CT_OK;
}

/* Room for every value of the file twice (units), and for every name of a section. */
static bool allocate(const struct ct_ini *ini, struct ct_programme *p)
{
    size_t bytes = 1;
    const char *s, *k;
    for (size_t i = 0; (s = ct_ini_section(ini, i)) != NULL; i++) {
        bytes += strlen(s) + 1;
        for (size_t j = 0; (k = ct_ini_key(ini, s, j)) != NULL; j++)
            bytes += 2 * (strlen(ct_ini_get(ini, s, k)) + 1);
    }
    p->pool = calloc(bytes, 1);
    return p->pool != NULL;
}

enum ct_status ct_programme_from_ini(const struct ct_ini *ini, struct ct_programme **ret,
                                     struct ct_error *reterr)
{
    struct ct_programme *p = calloc(1, sizeof *p);
    if (p == NULL || !allocate(ini, p)) {
        ct_programme_free(p);
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory while loading a programme");
    }
    struct ct_prog_load l = {.ini = ini, .p = p, .free = p->pool, .reterr = reterr};
    enum ct_status st = load_head(&l);
    if (st == CT_OK)
        st = load_sections(&l);
    if (st == CT_OK)
        st = check_whole(&l);
    if (st == CT_OK)
        st = check_size(&l);
    if (st != CT_OK) {
        ct_programme_free(p);
        return st;
    }
    *ret = p;
    return CT_OK;
}

/* ---- finding ---------------------------------------------------------------- */

CT_DATA_KIND(programme, FOLDER, HEAD, "programme", "programme")
