/* guide - troubleshooting guides of data/guides: reading them, and walking one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "clinic/fault.h"

#define HEAD     "guide"
#define STEP     "step."
#define FOLDER   "guides"
#define RESOLVED "resolved"
#define FAULT    "fault"

static const char *const HEAD_KEYS[] = {"id", "version", "title", "source", "model"};
static const char *const STEP_KEYS[] = {"text", "yes", "no"};

/* ---- reading -------------------------------------------------------------------------- */

static enum ct_status keys_known(const struct ct_ini *ini, const char *section,
                                 const char *const *known, size_t n, struct ct_error *reterr)
{
    const char *key;
    for (size_t i = 0; (key = ct_ini_key(ini, section, i)) != NULL; i++) {
        bool found = false;
        for (size_t k = 0; k < n; k++)
            found = found || strcmp(known[k], key) == 0;
        if (!found)
            return ct_ini_fail(ini, section, key, reterr, "there is no such key");
    }
    return CT_OK;
}

static enum ct_status text(const struct ct_ini *ini, const char *section, const char *key,
                           bool required, char *out, size_t size, struct ct_error *reterr)
{
    const char *s = ct_ini_get(ini, section, key);
    if (s == NULL || s[0] == '\0') {
        out[0] = '\0';
        return required ? ct_ini_fail(ini, section, s != NULL ? key : NULL, reterr,
                                      "\"%s\" is missing", key)
                        : CT_OK;
    }
    if (strlen(s) >= size)
        return ct_ini_fail(ini, section, key, reterr, "it has at most %zu bytes", size - 1);
    memcpy(out, s, strlen(s) + 1);
    return CT_OK;
}

static enum ct_status head(const struct ct_ini *ini, const char *file, struct ct_guide *g,
                           struct ct_error *reterr)
{
    const char *first = ct_ini_section(ini, 0);
    if (first == NULL || strcmp(first, HEAD) != 0)
        return ct_fail(reterr, CT_ECONFIG, "", "%s: a guide begins with [" HEAD "]",
                       ct_ini_name(ini));
    enum ct_status rc = keys_known(ini, HEAD, HEAD_KEYS, CT_LEN(HEAD_KEYS), reterr);
    if (rc == CT_OK)
        rc = text(ini, HEAD, "id", true, g->id, sizeof g->id, reterr);
    if (rc == CT_OK && !ct_data_id_valid(g->id))
        rc = ct_ini_fail(ini, HEAD, "id", reterr, "an id has only a-z, 0-9, - and _");
    if (rc == CT_OK)
        rc = ct_data_named(ini, HEAD, g->id, file, reterr);
    if (rc == CT_OK)
        rc = text(ini, HEAD, "version", true, g->version, sizeof g->version, reterr);
    if (rc == CT_OK)
        rc = text(ini, HEAD, "title", true, g->title, sizeof g->title, reterr);
    if (rc == CT_OK)
        rc = text(ini, HEAD, "source", true, g->source, sizeof g->source, reterr);
    return rc == CT_OK ? text(ini, HEAD, "model", false, g->model, sizeof g->model, reterr) : rc;
}

static enum ct_status step(const struct ct_ini *ini, const char *section, struct ct_guide *g,
                           struct ct_error *reterr)
{
    if (strncmp(section, STEP, strlen(STEP)) != 0 ||
        !ct_data_id_valid(section + strlen(STEP)) ||
        strcmp(section + strlen(STEP), RESOLVED) == 0 ||
        strcmp(section + strlen(STEP), FAULT) == 0)
        return ct_ini_fail(ini, section, NULL, reterr,
                           "a step is [" STEP "NAME], of a-z, 0-9, - and _, and not \"" RESOLVED
                           "\" or \"" FAULT "\"");
    if (g->n == CT_GUIDE_STEPS_MAX)
        return ct_ini_fail(ini, section, NULL, reterr, "a guide has at most %d steps",
                           CT_GUIDE_STEPS_MAX);
    struct ct_guide_step *s = &g->step[g->n++];
    snprintf(s->id, sizeof s->id, "%s", section + strlen(STEP));
    enum ct_status rc = keys_known(ini, section, STEP_KEYS, CT_LEN(STEP_KEYS), reterr);
    if (rc == CT_OK)
        rc = text(ini, section, "text", true, s->text, sizeof s->text, reterr);
    if (rc == CT_OK)
        rc = text(ini, section, "yes", true, s->yes, sizeof s->yes, reterr);
    return rc == CT_OK ? text(ini, section, "no", true, s->no, sizeof s->no, reterr) : rc;
}

/* ---- where steps lead --------------------------------------------------------------------- */

enum { TO_RESOLVED = CT_GUIDE_STEPS_MAX, TO_FAULT, TO_NOWHERE };

static size_t leads_to(const struct ct_guide *g, const char *name)
{
    if (strcmp(name, RESOLVED) == 0)
        return TO_RESOLVED;
    if (strcmp(name, FAULT) == 0)
        return TO_FAULT;
    for (size_t i = 0; i < g->n; i++)
        if (strcmp(g->step[i].id, name) == 0)
            return i;
    return TO_NOWHERE;
}

static enum ct_status targets(const struct ct_ini *ini, const struct ct_guide *g, size_t i,
                              size_t ret[2], struct ct_error *reterr)
{
    char section[64];
    const struct ct_guide_step *s = &g->step[i];
    snprintf(section, sizeof section, STEP "%s", s->id);
    ret[0] = leads_to(g, s->yes);
    ret[1] = leads_to(g, s->no);
    if (ret[0] == TO_NOWHERE)
        return ct_ini_fail(ini, section, "yes", reterr, "it leads nowhere: no step \"%s\"",
                           s->yes);
    if (ret[1] == TO_NOWHERE)
        return ct_ini_fail(ini, section, "no", reterr, "it leads nowhere: no step \"%s\"", s->no);
    return CT_OK;
}

/* Each step can be come to from the first, and each leads to an end in the end. */
static enum ct_status paths(const struct ct_ini *ini, const struct ct_guide *g,
                            struct ct_error *reterr)
{
    size_t to[CT_GUIDE_STEPS_MAX][2];
    bool seen[CT_GUIDE_STEPS_MAX] = {true}, ends[CT_GUIDE_STEPS_MAX] = {false};
    char section[64];
    enum ct_status rc = CT_OK;
    for (size_t i = 0; rc == CT_OK && i < g->n; i++)
        rc = targets(ini, g, i, to[i], reterr);
    if (rc != CT_OK)
        return rc;
    for (size_t round = 0; round < g->n; round++)
        for (size_t i = 0; i < g->n; i++)
            for (size_t k = 0; k < 2; k++) {
                if (to[i][k] >= g->n || ends[to[i][k]])
                    ends[i] = true;
                if (to[i][k] < g->n && seen[i])
                    seen[to[i][k]] = true;
            }
    for (size_t i = 0; i < g->n; i++) {
        snprintf(section, sizeof section, STEP "%s", g->step[i].id);
        if (!seen[i])
            return ct_ini_fail(ini, section, NULL, reterr, "nothing leads to this step");
        if (!ends[i])
            return ct_ini_fail(ini, section, NULL, reterr,
                               "from here it goes in a circle: no way leads to \"" RESOLVED
                               "\" or \"" FAULT "\"");
    }
    return CT_OK;
}

static enum ct_status parse(const struct ct_ini *ini, const char *file, struct ct_guide *g,
                            struct ct_error *reterr)
{
    const char *section;
    enum ct_status rc = head(ini, file, g, reterr);
    for (size_t i = 1; rc == CT_OK && (section = ct_ini_section(ini, i)) != NULL; i++)
        rc = step(ini, section, g, reterr);
    if (rc == CT_OK && g->n == 0)
        rc = ct_ini_fail(ini, HEAD, NULL, reterr, "it has no step");
    return rc == CT_OK ? paths(ini, g, reterr) : rc;
}

void ct_guide_free(struct ct_guide *g)
{
    free(g);
}

enum ct_status ct_guide_parse(const struct ct_ini *ini, const char *file,
                              struct ct_guide **ret, struct ct_error *reterr)
{
    *ret = NULL;
    struct ct_guide *g = calloc(1, sizeof *g);
    if (g == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for a guide");
    enum ct_status rc = parse(ini, file, g, reterr);
    if (rc != CT_OK) {
        free(g);
        return rc;
    }
    *ret = g;
    return CT_OK;
}

enum ct_status ct_guide_load(const struct ct_config *c, const char *id, struct ct_guide **ret,
                             struct ct_error *reterr)
{
    CT_INI *ini = NULL;
    *ret = NULL;
    enum ct_status rc = ct_data_load(c, FOLDER "/", "guide", "guide", id, &ini, reterr);
    return rc == CT_OK ? ct_guide_parse(ini, id, ret, reterr) : rc;
}

/* ---- which one -------------------------------------------------------------------------- */

/* One that names the model, "" for none. */
static enum ct_status of_model(const struct ct_config *c, const struct ct_equipment *e,
                               char id[CT_DATA_ID_MAX + 1], struct ct_error *reterr)
{
    CT_BUF ids = {.max = 64 * 1024};
    char model[164];
    id[0] = '\0';
    snprintf(model, sizeof model, "%s %s", e->maker, e->model);
    enum ct_status rc = ct_data_ids(c, FOLDER "/", &ids, reterr);
    if (rc != CT_OK)
        return rc;
    for (const char *s = ct_buf_str(&ids); *s != '\0' && id[0] == '\0'; s += strlen(s) + 1) {
        CT_INI *ini = NULL;
        rc = ct_data_load(c, FOLDER "/", "guide", "guide", s, &ini, reterr);
        if (rc != CT_OK)
            return rc;
        const char *of = ct_ini_get(ini, HEAD, "model");
        if (of != NULL && strcasecmp(of, model) == 0)
            snprintf(id, CT_DATA_ID_MAX + 1, "%s", s);
    }
    return CT_OK;
}

enum ct_status ct_guide_for(struct ct_app *app, const struct ct_equipment *e,
                            struct ct_guide **ret, struct ct_error *reterr)
{
    const struct ct_config *c = ct_app_config(app);
    const struct ct_equip_classes *classes;
    char id[CT_DATA_ID_MAX + 1];
    *ret = NULL;
    enum ct_status rc = of_model(c, e, id, reterr);
    if (rc == CT_OK)
        rc = ct_equip_classes_of(app, &classes, reterr);
    if (rc != CT_OK)
        return rc;
    const struct ct_equip_class *k = ct_equip_class_find(classes, e->class);
    if (id[0] == '\0' && k != NULL)
        snprintf(id, sizeof id, "%s", k->guide);
    if (id[0] == '\0')
        return ct_fail(reterr, CT_ENOTFOUND, "",
                       "there is no troubleshooting guide for %s %s: see the maker's manual",
                       e->maker, e->model);
    return ct_guide_load(c, id, ret, reterr);
}

/* ---- walking one -------------------------------------------------------------------------- */

enum ct_guide_end ct_guide_at(const struct ct_guide *g, const struct ct_guide_walk *w,
                              size_t *ret_step)
{
    size_t at = 0;
    for (size_t i = 0; i < w->n && i < CT_GUIDE_STEPS_MAX; i++) {
        const struct ct_guide_step *s = &g->step[at];
        size_t next = leads_to(g, w->yes[i] ? s->yes : s->no);
        if (next == TO_RESOLVED)
            return CT_GUIDE_RESOLVED;
        if (next >= g->n)
            return CT_GUIDE_FAULT;
        at = next;
    }
    if (w->n >= CT_GUIDE_STEPS_MAX)
        return CT_GUIDE_FAULT;
    *ret_step = at;
    return CT_GUIDE_ASKS;
}

void ct_guide_text(const struct ct_guide *g, const struct ct_guide_walk *w, char *out,
                   size_t size)
{
    CT_BUF all = {.max = 64 * 1024};
    size_t at = 0;
    struct ct_guide_walk part = {.n = 0};
    for (size_t i = 0; i < w->n && i < CT_GUIDE_STEPS_MAX; i++) {
        if (ct_guide_at(g, &part, &at) != CT_GUIDE_ASKS)
            break;
        ct_buf_printf(&all, "%s%s %s", i > 0 ? "\n" : "", g->step[at].text,
                      w->yes[i] ? "yes" : "no");
        part.yes[part.n++] = w->yes[i];
    }
    enum ct_guide_end end = ct_guide_at(g, &part, &at);
    if (end != CT_GUIDE_ASKS)
        ct_buf_printf(&all, "\n-> %s", end == CT_GUIDE_RESOLVED ? "resolved" : "fault");
    const char *s = ct_buf_str(&all);
    static const char LEFT_OUT[] = "(earlier steps left out)\n";
    if (strlen(s) < size || size <= sizeof LEFT_OUT) {
        ct_text_copy(out, size, s);
        return;
    }
    size_t room = size - sizeof LEFT_OUT;
    const char *from = strchr(s + (strlen(s) - room), '\n');
    snprintf(out, size, "%s%s", LEFT_OUT, from != NULL ? from + 1 : "");
}
