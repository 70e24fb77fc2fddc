/* checklist - see checklist.h: finds, reads and frees templates. What an item may
 * hold is in checklist_item.c. */
#include "clinic/checklist_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/data_kind.h"
#include "base/text.h"

#define HEAD    "checklist"
#define SECTION "section."
#define ITEM    "item."
#define FOLDER  "checklists/"

enum { VERSION_MAX = 23, SOURCE_MAX = 700, BY_MAX = 40 };

const char *const CT_CHECK_KIND_NAME[CT_CHECK_KINDS] = {
    "yes-no", "choice", "text", "number", "date", "time", "since", "duration", "timer", "scan",
};
const char *const CT_CHECK_STAGE_NAME[CT_CHECK_STAGES] = {"ready", "start", "done"};
const char *const CT_CHECK_SCAN_NAME[CT_CHECK_SCANS] = {"wristband", "site", "set"};

static const char *const SOURCE_KEY[CT_CHECK_SOURCES_MAX] = {
    "source", "source_2", "source_3", "source_4", "source_5", "source_6",
};

bool ct_checklist_id_valid(const char *id)
{
    return ct_data_id_valid(id);
}

size_t ct_checklist_find(const struct ct_checklist *t, const char *item_id)
{
    for (size_t i = 0; i < t->n_items; i++)
        if (strcmp(t->item[i].id, item_id) == 0)
            return i;
    return CT_CHECK_NONE;
}

void ct_checklist_free(struct ct_checklist *t)
{
    if (t == NULL)
        return;
    free(t->section);
    free(t->item);
    free(t->choices);
    free(t->pool);
    free(t);
}

void ct_checklist_freep(struct ct_checklist **t)
{
    ct_checklist_free(*t);
    *t = NULL;
}

/* ---- reading ---------------------------------------------------------------- */

enum ct_status ct_check_load_text(struct ct_check_load *l, const char *section, const char *key,
                                  bool required, size_t max, const char **ret)
{
    const char *s = ct_ini_get(l->ini, section, key);
    *ret = "";
    if (s != NULL) {
        size_t n = strlen(s);
        memcpy(l->free, s, n + 1);
        ct_text_trim(l->free);
        *ret = l->free;
    }
    size_t n = strlen(*ret);
    if (n == 0)
        return required ? ct_ini_fail(l->ini, section, key, l->reterr, "is missing") : CT_OK;
    if (n > max)
        return ct_ini_fail(l->ini, section, key, l->reterr, "has %zu bytes, more than %zu", n,
                           max);
    /* What was trimmed away was more than ASCII's blanks: the rest must still be a
     * value that can be written as it is. */
    if (strchr(*ret, '"') != NULL &&
        ((*ret)[0] == '"' || (*ret)[0] == '\'' || (*ret)[n - 1] == '\\'))
        return ct_ini_fail(l->ini, section, key, l->reterr,
                           "begins or ends in a way that cannot be kept; take the quotation "
                           "marks out");
    l->free += n + 1;
    return CT_OK;
}

enum ct_status ct_check_load_bool(struct ct_check_load *l, const char *section, const char *key,
                                  bool fallback, bool *ret)
{
    const char *s = ct_ini_get(l->ini, section, key);
    *ret = s == NULL ? fallback : strcmp(s, "yes") == 0;
    if (s != NULL && !*ret && strcmp(s, "no") != 0)
        return ct_ini_fail(l->ini, section, key, l->reterr, "must be yes or no");
    return CT_OK;
}

static bool begins(const char *s, const char *with)
{
    return strncmp(s, with, strlen(with)) == 0;
}

static enum ct_status check_keys(const struct ct_check_load *l, const char *section,
                                 const char *const *allowed, const char *what)
{
    const char *key;
    for (size_t k = 0; (key = ct_ini_key(l->ini, section, k)) != NULL; k++) {
        size_t at = 0;
        while (allowed[at] != NULL && strcmp(allowed[at], key) != 0)
            at++;
        if (allowed[at] == NULL)
            return ct_ini_fail(l->ini, section, key, l->reterr, "%s has no such key", what);
    }
    return CT_OK;
}

static enum ct_status load_head(struct ct_check_load *l)
{
    static const char *const KEYS[] = {"id",       "version",  "title",    "note",
                                       "source",   "source_2", "source_3", "source_4",
                                       "source_5", "source_6", NULL};
    struct ct_checklist *t = l->t;
    const char *first = ct_ini_section(l->ini, 0);
    if (first == NULL || strcmp(first, HEAD) != 0)
        return ct_ini_fail(l->ini, first, NULL, l->reterr,
                           "a checklist begins with [" HEAD "]");
    enum ct_status st = check_keys(l, HEAD, KEYS, "[" HEAD "]");
    if (st == CT_OK)
        st = ct_check_load_text(l, HEAD, "id", true, CT_CHECK_ID_MAX, &t->id);
    if (st == CT_OK && !ct_checklist_id_valid(t->id))
        return ct_ini_fail(l->ini, HEAD, "id", l->reterr,
                           "an id has 1 to %d small letters, digits, '-' and '_'",
                           CT_CHECK_ID_MAX);
    if (st == CT_OK)
        st = ct_check_load_text(l, HEAD, "version", true, VERSION_MAX, &t->version);
    if (st == CT_OK)
        st = ct_check_load_text(l, HEAD, "title", true, CT_CHECK_TITLE_MAX, &t->title);
    if (st == CT_OK)
        st = ct_check_load_text(l, HEAD, "note", false, CT_CHECK_NOTE_MAX, &t->note);
    for (size_t s = 0; st == CT_OK && s < CT_CHECK_SOURCES_MAX; s++) {
        const char *text;
        st = ct_check_load_text(l, HEAD, SOURCE_KEY[s], s == 0, SOURCE_MAX, &text);
        if (st == CT_OK && text[0] != '\0')
            t->source[t->n_sources++] = text;
    }
    return st;
}

static enum ct_status load_section(struct ct_check_load *l, const char *name)
{
    static const char *const KEYS[] = {"title", "by", "before", "two_person", "note", NULL};
    struct ct_checklist *t = l->t;
    const char *id = name + sizeof SECTION - 1, *before;
    if (t->n_sections == CT_CHECK_SECTIONS_MAX)
        return ct_ini_fail(l->ini, name, NULL, l->reterr, "more than %d sections",
                           CT_CHECK_SECTIONS_MAX);
    if (!ct_checklist_id_valid(id))
        return ct_ini_fail(l->ini, name, NULL, l->reterr,
                           "an id has 1 to %d letters, digits, '-' and '_'", CT_CHECK_ID_MAX);
    struct ct_check_section *s = &t->section[t->n_sections];
    *s = (struct ct_check_section){.id = l->free, .first = t->n_items};
    l->free += snprintf(l->free, CT_CHECK_ID_MAX + 1, "%s", id) + 1;
    enum ct_status st = check_keys(l, name, KEYS, "a section");
    if (st == CT_OK)
        st = ct_check_load_text(l, name, "title", true, CT_CHECK_TITLE_MAX, &s->title);
    if (st == CT_OK)
        st = ct_check_load_text(l, name, "by", true, BY_MAX, &s->by);
    if (st == CT_OK)
        st = ct_check_load_text(l, name, "note", false, CT_CHECK_NOTE_MAX, &s->note);
    if (st == CT_OK)
        st = ct_check_load_bool(l, name, "two_person", false, &s->two_person);
    if (st != CT_OK)
        return st;
    before = ct_ini_get(l->ini, name, "before");
    size_t stage = 0;
    while (stage < CT_CHECK_STAGES &&
           (before == NULL || strcmp(before, CT_CHECK_STAGE_NAME[stage]) != 0))
        stage++;
    if (stage == CT_CHECK_STAGES)
        return ct_ini_fail(l->ini, name, "before", l->reterr,
                           "must say before which step it is answered: ready, start or done");
    s->before = (enum ct_check_stage)stage;
    t->n_sections++;
    return CT_OK;
}

/* Everything behind [checklist], in the order of the file. */
static enum ct_status load_body(struct ct_check_load *l)
{
    struct ct_checklist *t = l->t;
    const char *s;
    enum ct_status st = CT_OK;
    for (size_t i = 1; st == CT_OK && (s = ct_ini_section(l->ini, i)) != NULL; i++) {
        if (begins(s, SECTION)) {
            st = load_section(l, s);
        } else if (!begins(s, ITEM)) {
            st = ct_ini_fail(l->ini, s, NULL, l->reterr,
                             "is no part of a checklist; there are [" SECTION "NAME] and "
                             "[" ITEM "NAME]");
        } else if (t->n_items == CT_CHECK_ITEMS_MAX) {
            st = ct_ini_fail(l->ini, s, NULL, l->reterr, "more than %d items",
                             CT_CHECK_ITEMS_MAX);
        } else {
            st = ct_check_load_item(l, s);
            if (st == CT_OK) {
                t->n_items++;
                t->section[t->n_sections - 1].n++;
            }
        }
    }
    return st;
}

static enum ct_status check_whole(const struct ct_check_load *l)
{
    const struct ct_checklist *t = l->t;
    char name[sizeof SECTION + CT_CHECK_ID_MAX];
    if (t->n_items == 0)
        return ct_ini_fail(l->ini, HEAD, NULL, l->reterr, "the checklist has no items");
    for (size_t s = 0; s < t->n_sections; s++) {
        snprintf(name, sizeof name, SECTION "%s", t->section[s].id);
        if (t->section[s].n == 0)
            return ct_ini_fail(l->ini, name, NULL, l->reterr, "the section has no items");
    }
    CT_BUF canonical = {.max = CT_INI_MAX_BYTES * 2};
    ct_checklist_canonical(t, &canonical);
    if (canonical.bad)
        return ct_fail(l->reterr, CT_ENOMEM, NULL, "out of memory while loading a checklist");
    if (canonical.len > CT_CHECK_CANONICAL_MAX)
        return ct_ini_fail(l->ini, HEAD, NULL, l->reterr,
                           "the checklist has %zu bytes of text, more than %d", canonical.len,
                           CT_CHECK_CANONICAL_MAX);
    return CT_OK;
}

/* Room for all text and all choices of the file, so that pointers stay. */
static bool allocate(const struct ct_ini *ini, struct ct_checklist *t)
{
    size_t bytes = 1, choices = 0;
    const char *s, *k;
    for (size_t i = 0; (s = ct_ini_section(ini, i)) != NULL; i++) {
        bytes += strlen(s) + 1;
        for (size_t j = 0; (k = ct_ini_key(ini, s, j)) != NULL; j++) {
            const char *v = ct_ini_get(ini, s, k);
            bytes += strlen(v) + 1;
            if (strcmp(k, "choices") != 0)
                continue;
            choices += 3; /* one more than commas, n/a, the end */
            for (; *v != '\0'; v++)
                choices += *v == ',';
        }
    }
    t->pool = calloc(bytes, 1);
    t->choices = calloc(choices + 1, sizeof *t->choices);
    t->section = calloc(CT_CHECK_SECTIONS_MAX, sizeof *t->section);
    t->item = calloc(CT_CHECK_ITEMS_MAX, sizeof *t->item);
    return t->pool != NULL && t->choices != NULL && t->section != NULL && t->item != NULL;
}

/* Templates stay in memory while they are worked with: give back what is not used. */
static void shrink(struct ct_checklist *t)
{
    void *fewer = realloc(t->item, t->n_items * sizeof *t->item);
    if (fewer != NULL)
        t->item = fewer;
    fewer = realloc(t->section, t->n_sections * sizeof *t->section);
    if (fewer != NULL)
        t->section = fewer;
}

enum ct_status ct_checklist_from_ini(const struct ct_ini *ini, struct ct_checklist **ret,
                                     struct ct_error *reterr)
{
    struct ct_checklist *t = calloc(1, sizeof *t);
    if (t == NULL || !allocate(ini, t)) {
        ct_checklist_free(t);
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory while loading a checklist");
    }
    struct ct_check_load l = {.ini = ini, .t = t, .free = t->pool, .reterr = reterr};
    enum ct_status st = load_head(&l);
    if (st == CT_OK)
        st = load_body(&l);
    if (st == CT_OK)
        st = check_whole(&l);
    if (st != CT_OK) {
        ct_checklist_free(t);
        return st;
    }
    shrink(t);
    *ret = t;
    return CT_OK;
}

/* ---- finding ---------------------------------------------------------------- */

CT_DATA_KIND(checklist, FOLDER, HEAD, "checklist", "checklist")
