/* procedure_kind - the kinds of procedures: data/procedures/procedures.ini. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/embed.h"
#include "clinic/procedure.h"

const char *const CT_PROC_CONSENT_NAME[] = {"none", "verbal", "written"};

static const char *const KEYS[] = {"title", "minutes", "checklists", "consent"};

static bool known(const char *key)
{
    for (size_t i = 0; i < CT_LEN(KEYS); i++)
        if (strcmp(KEYS[i], key) == 0)
            return true;
    return false;
}

static bool id_ok(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_");
    return n > 0 && n <= CT_PROC_ID_MAX && s[n] == '\0';
}

/* Whether it is right is for those who load it; that it is there is ours to see. */
static bool checklist_there(const struct ct_config *c, const char *id)
{
    char name[96], path[700];
    snprintf(name, sizeof name, "checklists/%s.ini", id);
    if (ct_embed_find(name) != NULL)
        return true;
    if (c == NULL || c->data_dir[0] == '\0')
        return false;
    snprintf(path, sizeof path, "%s/%s", c->data_dir, name);
    return access(path, R_OK) == 0;
}

static enum ct_status lists_read(const struct ct_config *c, const struct ct_ini *ini,
                                 const char *section, const char *text,
                                 struct ct_proc_kind *k, struct ct_error *reterr)
{
    for (const char *s = text; *s != '\0';) {
        s += strspn(s, ", \t");
        size_t n = strcspn(s, ", \t");
        if (n == 0)
            break;
        if (k->n_checklists == CT_PROC_LISTS_MAX)
            return ct_ini_fail(ini, section, "checklists", reterr, "at most %d lists",
                               CT_PROC_LISTS_MAX);
        char id[CT_PROC_ID_MAX + 2];
        snprintf(id, sizeof id, "%.*s", (int)(n < sizeof id ? n : sizeof id - 1), s);
        if (!id_ok(id) || !checklist_there(c, id))
            return ct_ini_fail(ini, section, "checklists", reterr,
                               "there is no checklist \"%.*s\": checklists/%.*s.ini",
                               (int)(n < 60 ? n : 60), s, (int)(n < 60 ? n : 60), s);
        for (size_t i = 0; i < k->n_checklists; i++)
            if (strcmp(k->checklist[i], id) == 0)
                return ct_ini_fail(ini, section, "checklists", reterr,
                                   "\"%s\" stands there twice", id);
        memcpy(k->checklist[k->n_checklists++], id, CT_PROC_ID_MAX + 1);
        s += n;
    }
    return CT_OK;
}

static enum ct_status consent_read(const struct ct_ini *ini, const char *section,
                                   const char *text, struct ct_proc_kind *k,
                                   struct ct_error *reterr)
{
    for (size_t i = 0; i < CT_LEN(CT_PROC_CONSENT_NAME); i++)
        if (strcasecmp(CT_PROC_CONSENT_NAME[i], text) == 0) {
            k->consent = (enum ct_proc_consent)i;
            return CT_OK;
        }
    return ct_ini_fail(ini, section, "consent", reterr,
                       "\"%s\" is not none, verbal or written", text);
}

static enum ct_status kind_read(const struct ct_config *c, const struct ct_ini *ini,
                                const char *section, struct ct_proc_kind *k,
                                struct ct_error *reterr)
{
    const char *key, *value[CT_LEN(KEYS)];
    int64_t minutes = 0;
    if (!id_ok(section))
        return ct_ini_fail(ini, section, NULL, reterr,
                           "a kind's name has at most %d of a-z, 0-9, - and _", CT_PROC_ID_MAX);
    for (size_t i = 0; (key = ct_ini_key(ini, section, i)) != NULL; i++)
        if (!known(key))
            return ct_ini_fail(ini, section, key, reterr,
                               "there is no such key: title, minutes, checklists, consent");
    for (size_t i = 0; i < CT_LEN(KEYS); i++)
        if ((value[i] = ct_ini_get(ini, section, KEYS[i])) == NULL)
            return ct_ini_fail(ini, section, NULL, reterr, "the key %s is missing", KEYS[i]);
    if (value[0][0] == '\0' || strlen(value[0]) >= sizeof k->title)
        return ct_ini_fail(ini, section, "title", reterr, "a title has 1 to %zu bytes",
                           sizeof k->title - 1);
    if (!ct_parse_int(value[1], 1, 1440, &minutes))
        return ct_ini_fail(ini, section, "minutes", reterr,
                           "\"%s\" is not a whole number from 1 to 1440", value[1]);
    snprintf(k->id, sizeof k->id, "%s", section);
    snprintf(k->title, sizeof k->title, "%s", value[0]);
    k->minutes = (int)minutes;
    enum ct_status rc = lists_read(c, ini, section, value[2], k, reterr);
    return rc == CT_OK ? consent_read(ini, section, value[3], k, reterr) : rc;
}

enum ct_status ct_proc_kinds_parse(const struct ct_config *c, const struct ct_ini *ini,
                                   struct ct_proc_kinds *ret, struct ct_error *reterr)
{
    const char *section;
    memset(ret, 0, sizeof *ret);
    for (size_t i = 0; (section = ct_ini_section(ini, i)) != NULL; i++) {
        if (ret->n == CT_PROC_KINDS_MAX)
            return ct_ini_fail(ini, section, NULL, reterr, "at most %d kinds",
                               CT_PROC_KINDS_MAX);
        enum ct_status rc = kind_read(c, ini, section, &ret->kind[ret->n], reterr);
        if (rc != CT_OK)
            return rc;
        ret->n++;
    }
    if (ret->n == 0)
        return ct_fail(reterr, CT_ECONFIG, "", "%s: no kind of procedure is defined",
                       ct_ini_name(ini));
    return CT_OK;
}

enum ct_status ct_proc_kinds_load(const struct ct_config *c, struct ct_proc_kinds **ret,
                                  struct ct_error *reterr)
{
    CT_INI *ini = NULL;
    enum ct_status rc = ct_data_ini(c, "procedures/procedures.ini", &ini, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_proc_kinds *k = malloc(sizeof *k);
    if (k == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the kinds of procedures");
    rc = ct_proc_kinds_parse(c, ini, k, reterr);
    if (rc != CT_OK) {
        free(k);
        return rc;
    }
    *ret = k;
    return CT_OK;
}

enum ct_status ct_proc_kinds_of(struct ct_app *app, const struct ct_proc_kinds **ret,
                                struct ct_error *reterr)
{
    static const char KEY;
    struct ct_proc_kinds *k = ct_app_kept(app, &KEY);
    if (k == NULL) {
        enum ct_status rc = ct_proc_kinds_load(ct_app_config(app), &k, reterr);
        if (rc != CT_OK)
            return rc;
        if (!ct_app_keep(app, &KEY, k)) {
            free(k);
            return ct_fail(reterr, CT_EINTERNAL, "", "there is no place for the kinds");
        }
    }
    *ret = k;
    return CT_OK;
}

const struct ct_proc_kind *ct_proc_kind_find(const struct ct_proc_kinds *kinds, const char *id)
{
    for (size_t i = 0; i < kinds->n; i++)
        if (strcasecmp(kinds->kind[i].id, id) == 0)
            return &kinds->kind[i];
    return NULL;
}
