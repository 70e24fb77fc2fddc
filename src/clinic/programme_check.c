/* programme_check - reads one [test.ID] or [indicator.ID] of a programme; the contract is
 * programme.h. */
#include "clinic/programme_priv.h"

#include <string.h>
#include <strings.h>

enum { SOURCE_MAX = 300, RUNS_MAX = 9, HOURS_MAX = 14 * 24, MICRO = 1000000 };

const char *const CT_EACH_NAME[CT_EACHES] = {"load",    "day",  "week",     "month",
                                               "quarter", "year", "declared", "never"};
const char *const CT_AFTER_NAME[CT_AFTERS] = {"installation", "move", "repair", "failure"};
const char *const CT_PLACE_NAME[CT_PLACES] = {"outside", "inside", "test-pack"};
const char *const CT_WHEN_NAME[CT_WHENS] = {"every-pack", "every-load", "daily",
                                            "weekly",     "implant",    "return"};

/* The id behind the section's first word, in the pool. */
static enum ct_status take_id(struct ct_prog_load *l, const char *section, const char *prefix,
                              const char **ret)
{
    const char *id = section + strlen(prefix);
    size_t n = strlen(id);
    if (!ct_data_id_valid(id))
        return CT_PROG_FAIL(l, section, NULL,
                            "an id has 1 to %d small letters, digits, '-' and '_'",
                            CT_PROGRAMME_ID_MAX);
    memcpy(l->free, id, n + 1);
    *ret = l->free;
    l->free += n + 1;
    return CT_OK;
}

/* ---- tests ---------------------------------------------------------------------- */

static enum ct_status load_every(struct ct_prog_load *l, const char *section,
                                 struct ct_programme_test *t)
{
    const char *s = ct_ini_get(l->ini, section, "runs");
    int word;
    int64_t runs = 1;
    enum ct_status st = ct_prog_word(l, section, "every", CT_EACH_NAME, CT_EACHES, -1, &word);
    t->every = (enum ct_every)word;
    if (st == CT_OK)
        st = ct_prog_bits(l, section, "after", CT_AFTER_NAME, CT_AFTERS, &t->after);
    if (st == CT_OK && t->every == CT_EACH_NEVER && t->after == 0)
        return CT_PROG_FAIL(l, section, "every", "is never, and nothing makes it due");
    if (st == CT_OK && s != NULL && !ct_parse_int(s, 1, RUNS_MAX, &runs))
        return CT_PROG_FAIL(l, section, "runs", "must be a whole number from 1 to %d",
                            RUNS_MAX);
    if (st == CT_OK && runs > 1 && t->after == 0)
        return CT_PROG_FAIL(l, section, "runs", "is for a test that is due after something");
    t->runs = (int)runs;
    return st;
}

enum ct_status ct_prog_test(struct ct_prog_load *l, const char *section)
{
    static const char *const KEYS[] = {"text",  "every",    "after",  "runs", "load_before",
                                       "stops", "run_with", "source", "note", NULL};
    struct ct_programme *p = l->p;
    if (p->n_tests == CT_PROGRAMME_TESTS_MAX)
        return CT_PROG_FAIL(l, section, NULL, "more than %d tests", CT_PROGRAMME_TESTS_MAX);
    struct ct_programme_test *t = &p->test[p->n_tests];
    enum ct_status st = ct_prog_keys(l, section, KEYS, "a test");
    if (st == CT_OK)
        st = take_id(l, section, CT_PROG_TEST, &t->id);
    if (st == CT_OK)
        st = ct_prog_text(l, section, "text", true, CT_PROGRAMME_TEXT_MAX, &t->text);
    if (st == CT_OK)
        st = load_every(l, section, t);
    if (st == CT_OK)
        st = ct_prog_yes(l, section, "load_before", false, &t->load_before);
    if (st == CT_OK)
        st = ct_prog_yes(l, section, "stops", true, &t->stops);
    if (st == CT_OK)
        st = ct_prog_text(l, section, "run_with", false, CT_PROGRAMME_ID_MAX, &t->programme);
    if (st == CT_OK && t->programme[0] != '\0' && !ct_data_id_valid(t->programme))
        return CT_PROG_FAIL(l, section, "run_with", "is not the id of a programme");
    if (st == CT_OK)
        st = ct_prog_text(l, section, "note", t->every == CT_EACH_DECLARED,
                          CT_PROGRAMME_NOTE_MAX, &t->note);
    if (st == CT_OK)
        st = ct_prog_text(l, section, "source", t->every != CT_EACH_DECLARED, SOURCE_MAX,
                          &t->source);
    if (st == CT_OK)
        p->n_tests++;
    return st;
}

/* ---- indicators -------------------------------------------------------------------- */

static size_t word(const char **s, const char **ret)
{
    *s += strspn(*s, " \t");
    *ret = *s;
    size_t n = strcspn(*s, " \t");
    *s += n;
    return n;
}

static bool is(const char *w, size_t n, const char *what)
{
    return strlen(what) == n && strncasecmp(w, what, n) == 0;
}

/* "24 h" or "declared" */
static enum ct_status load_incubation(struct ct_prog_load *l, const char *section,
                                      struct ct_programme_indicator *i)
{
    const char *s = ct_ini_get(l->ini, section, "incubation"), *w, *unit;
    struct ct_error e;
    i->incubation = (struct ct_bound){CT_BOUND_DECLARED, CT_UNSET, ""};
    if (s == NULL)
        return CT_PROG_FAIL(l, section, "incubation",
                            "is missing: how long the product is incubated, as 24 h, or "
                            "declared");
    size_t n = word(&s, &w), m = word(&s, &unit);
    if (is(w, n, "declared") && (m == 0 || is(unit, m, "h")))
        return CT_OK;
    if (ct_decimal_parse("incubation", w, n, CT_CAL_PLACES, (int64_t)HOURS_MAX * MICRO,
                         &i->incubation.value, &e) != CT_OK)
        return CT_PROG_FAIL(l, section, "incubation", "%s", e.text);
    if (!is(unit, m, "h") || i->incubation.value <= 0)
        return CT_PROG_FAIL(l, section, "incubation", "is in hours, as 24 h, or declared");
    i->incubation.is = CT_BOUND_SET;
    return CT_OK;
}

/* "55 60 degC", or nothing */
static enum ct_status load_incubator(struct ct_prog_load *l, const char *section,
                                     struct ct_programme_indicator *i)
{
    static const char KEY[] = "incubation_temperature";
    const char *s = ct_ini_get(l->ini, section, KEY), *w;
    struct ct_bound *const to[] = {&i->incubate_low, &i->incubate_high};
    struct ct_error e;
    i->incubate_low = i->incubate_high = (struct ct_bound){CT_BOUND_NONE, CT_UNSET, ""};
    if (s == NULL)
        return CT_OK;
    if (strcasecmp(s, "declared") == 0) {
        i->incubate_low.is = i->incubate_high.is = CT_BOUND_DECLARED;
        return CT_OK;
    }
    for (size_t k = 0; k < 2; k++) {
        size_t n = word(&s, &w);
        if (ct_decimal_parse(KEY, w, n, CT_CAL_PLACES, CT_CAL_MAX, &to[k]->value, &e) != CT_OK)
            return CT_PROG_FAIL(l, section, KEY,
                                "%s; it is: lowest, highest, unit, as 55 60 degC, or declared",
                                e.text);
        to[k]->is = CT_BOUND_SET;
    }
    size_t n = word(&s, &w);
    if (!is(w, n, "degC") || *(s + strspn(s, " \t")) != '\0')
        return CT_PROG_FAIL(l, section, KEY, "is in degC, as 55 60 degC");
    if (to[0]->value > to[1]->value)
        return CT_PROG_FAIL(l, section, KEY, "is the wrong way round");
    return CT_OK;
}

static enum ct_status load_chemical(struct ct_prog_load *l, const char *section,
                                    struct ct_programme_indicator *i)
{
    const char *s = ct_ini_get(l->ini, section, "type");
    int64_t type = CT_CI_ANY;
    if (ct_ini_get(l->ini, section, "incubation") != NULL ||
        ct_ini_get(l->ini, section, "organism") != NULL ||
        ct_ini_get(l->ini, section, "incubation_temperature") != NULL)
        return CT_PROG_FAIL(l, section, NULL, "a chemical indicator is not incubated");
    if (s != NULL && !ct_parse_int(s, CT_CI_PROCESS, CT_CI_EMULATING, &type))
        return CT_PROG_FAIL(l, section, "type", "must be a type of ISO 11140-1, from 1 to 6");
    i->type = (enum ct_ci_type)type;
    i->organism = "";
    i->incubation = (struct ct_bound){CT_BOUND_NONE, CT_UNSET, ""};
    i->incubate_low = i->incubate_high = i->incubation;
    return CT_OK;
}

static enum ct_status load_biological(struct ct_prog_load *l, const char *section,
                                      struct ct_programme_indicator *i)
{
    if (ct_ini_get(l->ini, section, "type") != NULL)
        return CT_PROG_FAIL(l, section, "type", "is of chemical indicators");
    enum ct_status st =
        ct_prog_text(l, section, "organism", false, CT_PROGRAMME_TITLE_MAX, &i->organism);
    if (st == CT_OK)
        st = load_incubation(l, section, i);
    return st == CT_OK ? load_incubator(l, section, i) : st;
}

static enum ct_status load_texts(struct ct_prog_load *l, const char *section,
                                 struct ct_programme_indicator *i)
{
    bool open =
        i->incubation.is == CT_BOUND_DECLARED || i->incubate_low.is == CT_BOUND_DECLARED;
    enum ct_status st = ct_prog_text(l, section, "note", open, CT_PROGRAMME_NOTE_MAX, &i->note);
    if (st == CT_OK)
        st = ct_prog_text(l, section, "source", true, SOURCE_MAX, &i->source);
    struct ct_bound *const b[] = {&i->incubation, &i->incubate_low, &i->incubate_high};
    for (size_t k = 0; k < CT_LEN(b); k++)
        if (b[k]->is == CT_BOUND_SET)
            b[k]->source = i->source;
    return st;
}

enum ct_status ct_prog_indicator(struct ct_prog_load *l, const char *section)
{
    static const char *const KEYS[] = {
        "text",   "kind",     "type",       "place",
        "when",   "organism", "incubation", "incubation_temperature",
        "source", "note",     NULL};
    static const char *const KIND[] = {"chemical", "biological"};
    struct ct_programme *p = l->p;
    if (p->n_indicators == CT_PROGRAMME_INDICATORS_MAX)
        return CT_PROG_FAIL(l, section, NULL, "more than %d indicators",
                            CT_PROGRAMME_INDICATORS_MAX);
    struct ct_programme_indicator *i = &p->indicator[p->n_indicators];
    int word_at = 0;
    enum ct_status st = ct_prog_keys(l, section, KEYS, "an indicator");
    if (st == CT_OK)
        st = take_id(l, section, CT_PROG_INDICATOR, &i->id);
    if (st == CT_OK)
        st = ct_prog_text(l, section, "text", true, CT_PROGRAMME_TEXT_MAX, &i->text);
    if (st == CT_OK)
        st = ct_prog_word(l, section, "kind", KIND, 2, -1, &word_at);
    i->kind = (enum ct_indicator_kind)word_at;
    if (st == CT_OK)
        st = ct_prog_word(l, section, "place", CT_PLACE_NAME, CT_PLACES, -1, &word_at);
    i->place = (enum ct_place)word_at;
    if (st == CT_OK)
        st = ct_prog_bits(l, section, "when", CT_WHEN_NAME, CT_WHENS, &i->when);
    if (st == CT_OK && i->when == 0)
        return CT_PROG_FAIL(l, section, "when", "is missing: when it has to be there");
    if (st == CT_OK)
        st = i->kind == CT_CHEMICAL ? load_chemical(l, section, i)
                                    : load_biological(l, section, i);
    if (st == CT_OK)
        st = load_texts(l, section, i);
    if (st == CT_OK)
        p->n_indicators++;
    return st;
}
