/* equipment_class - the classes of devices: data/equipment/classes.ini. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/embed.h"
#include "clinic/equipment_rows.h"
#include "clinic/programme.h"
#include "clinic/quantity.h"

#define FILE_NAME "equipment/classes.ini"

enum { TITLE, MEASURES, TEMPLATES, CHECK, GUIDE, METHOD };
static const char *const KEYS[] = {
    [TITLE] = "title", [MEASURES] = "measures", [TEMPLATES] = "templates", [CHECK] = "check",
    [GUIDE] = "guide", [METHOD] = "method"};

static bool known(const char *key)
{
    for (size_t i = 0; i < CT_LEN(KEYS); i++)
        if (strcmp(KEYS[i], key) == 0)
            return true;
    return false;
}

/* Whether a file of data/ is right is for those who load it; that it is there is ours. */
static bool data_there(const struct ct_config *c, const char *folder, const char *id)
{
    char name[96], path[700];
    snprintf(name, sizeof name, "%s/%s.ini", folder, id);
    if (ct_embed_find(name) != NULL)
        return true;
    if (c == NULL || c->data_dir[0] == '\0')
        return false;
    snprintf(path, sizeof path, "%s/%s", c->data_dir, name);
    return access(path, R_OK) == 0;
}

static enum ct_status file_read(const struct ct_config *c, const struct ct_ini *ini,
                                const char *section, const char *key, const char *folder,
                                const char *id, char out[41], struct ct_error *reterr)
{
    if (!ct_data_id_valid(id) || !data_there(c, folder, id))
        return ct_ini_fail(ini, section, key, reterr, "there is no %s/%.60s.ini", folder, id);
    memcpy(out, id, strlen(id) + 1); /* valid: at most 40 bytes */
    return CT_OK;
}

/* The next word of a list with blanks or commas between; NULL: no more. */
static const char *word(const char *s, char out[64], const char **ret_rest)
{
    s += strspn(s, ", \t");
    size_t n = strcspn(s, ", \t");
    if (n == 0)
        return NULL;
    snprintf(out, 64, "%.*s", (int)(n < 63 ? n : 63), s);
    *ret_rest = s + n;
    return out;
}

static enum ct_status measures_read(const struct ct_ini *ini, const char *section,
                                    const char *text, struct ct_equip_class *k,
                                    struct ct_error *reterr)
{
    char name[64];
    enum ct_q q;
    while (word(text, name, &text) != NULL) {
        if (!ct_quantity_find(name, &q))
            return ct_ini_fail(ini, section, KEYS[MEASURES], reterr,
                               "\"%s\" is no name of a vital sign", name);
        k->measures |= UINT32_C(1) << q;
    }
    return CT_OK;
}

static enum ct_status templates_read(const struct ct_config *c, const struct ct_ini *ini,
                                     const char *section, const char *text,
                                     struct ct_equip_class *k, struct ct_error *reterr)
{
    char id[64];
    while (word(text, id, &text) != NULL) {
        if (k->n_templates == CT_LEN(k->templates))
            return ct_ini_fail(ini, section, KEYS[TEMPLATES], reterr, "at most %zu templates",
                               CT_LEN(k->templates));
        for (size_t i = 0; i < k->n_templates; i++)
            if (strcmp(k->templates[i], id) == 0)
                return ct_ini_fail(ini, section, KEYS[TEMPLATES], reterr,
                                   "\"%s\" stands there twice", id);
        enum ct_status rc = file_read(c, ini, section, KEYS[TEMPLATES], "calibrations", id,
                                      k->templates[k->n_templates], reterr);
        if (rc != CT_OK)
            return rc;
        k->n_templates++;
    }
    return CT_OK;
}

static enum ct_status methods_read(const struct ct_ini *ini, const char *section,
                                   const char *text, struct ct_equip_class *k,
                                   struct ct_error *reterr)
{
    char name[64];
    while (word(text, name, &text) != NULL) {
        int m = 0;
        while (m < CT_METHODS && strcmp(CT_METHOD_NAME[m], name) != 0)
            m++;
        if (m == CT_METHODS)
            return ct_ini_fail(ini, section, KEYS[METHOD], reterr,
                               "\"%s\" is no method of reprocessing", name);
        k->methods |= UINT32_C(1) << m;
    }
    return CT_OK;
}

static enum ct_status class_read(const struct ct_config *c, const struct ct_ini *ini,
                                 const char *section, struct ct_equip_class *k,
                                 struct ct_error *reterr)
{
    const char *key, *value[CT_LEN(KEYS)];
    if (!ct_data_id_valid(section))
        return ct_ini_fail(ini, section, NULL, reterr,
                           "the name of a class has at most %d of a-z, 0-9, - and _",
                           CT_EQUIP_CLASS_MAX);
    for (size_t i = 0; (key = ct_ini_key(ini, section, i)) != NULL; i++)
        if (!known(key))
            return ct_ini_fail(ini, section, key, reterr,
                               "there is no such key: title, measures, templates, check, "
                               "guide, method");
    for (size_t i = 0; i < CT_LEN(KEYS); i++)
        if ((value[i] = ct_ini_get(ini, section, KEYS[i])) == NULL)
            value[i] = "";
    if (value[TITLE][0] == '\0' || strlen(value[TITLE]) >= sizeof k->title)
        return ct_ini_fail(ini, section, value[TITLE][0] != '\0' ? KEYS[TITLE] : NULL, reterr,
                           "a title of 1 to %zu bytes is needed", sizeof k->title - 1);
    snprintf(k->id, sizeof k->id, "%s", section);
    snprintf(k->title, sizeof k->title, "%s", value[TITLE]);
    enum ct_status rc = measures_read(ini, section, value[MEASURES], k, reterr);
    if (rc == CT_OK)
        rc = templates_read(c, ini, section, value[TEMPLATES], k, reterr);
    if (rc == CT_OK)
        rc = methods_read(ini, section, value[METHOD], k, reterr);
    if (rc == CT_OK && value[CHECK][0] != '\0')
        rc = file_read(c, ini, section, KEYS[CHECK], "checks", value[CHECK], k->check, reterr);
    if (rc == CT_OK && value[GUIDE][0] != '\0')
        rc = file_read(c, ini, section, KEYS[GUIDE], "guides", value[GUIDE], k->guide, reterr);
    return rc;
}

enum ct_status ct_equip_classes_parse(const struct ct_config *c, const struct ct_ini *ini,
                                      struct ct_equip_classes *ret, struct ct_error *reterr)
{
    const char *section;
    memset(ret, 0, sizeof *ret);
    for (size_t i = 0; (section = ct_ini_section(ini, i)) != NULL; i++) {
        if (ret->n == CT_EQUIP_CLASSES_MAX)
            return ct_ini_fail(ini, section, NULL, reterr, "at most %d classes",
                               CT_EQUIP_CLASSES_MAX);
        enum ct_status rc = class_read(c, ini, section, &ret->class[ret->n], reterr);
        if (rc != CT_OK)
            return rc;
        ret->n++;
    }
    if (ret->n == 0)
        return ct_fail(reterr, CT_ECONFIG, "", "%s: no class of devices is defined",
                       ct_ini_name(ini));
    return CT_OK;
}

static enum ct_status load(const struct ct_config *c, struct ct_equip_classes **ret,
                           struct ct_error *reterr)
{
    CT_INI *ini = NULL;
    enum ct_status rc = ct_data_ini(c, FILE_NAME, &ini, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_equip_classes *k = malloc(sizeof *k);
    if (k == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the classes of devices");
    rc = ct_equip_classes_parse(c, ini, k, reterr);
    if (rc != CT_OK) {
        free(k);
        return rc;
    }
    *ret = k;
    return CT_OK;
}

enum ct_status ct_equip_classes_of(struct ct_app *app, const struct ct_equip_classes **ret,
                                   struct ct_error *reterr)
{
    static const char KEY;
    struct ct_equip_classes *k = ct_app_kept(app, &KEY);
    if (k == NULL) {
        enum ct_status rc = load(ct_app_config(app), &k, reterr);
        if (rc != CT_OK)
            return rc;
        if (!ct_app_keep(app, &KEY, k)) {
            free(k);
            return ct_fail(reterr, CT_EINTERNAL, "", "there is no place for the classes");
        }
    }
    *ret = k;
    return CT_OK;
}

const struct ct_equip_class *ct_equip_class_find(const struct ct_equip_classes *c,
                                                 const char *id)
{
    for (size_t i = 0; i < c->n; i++)
        if (strcasecmp(c->class[i].id, id) == 0)
            return &c->class[i];
    return NULL;
}
