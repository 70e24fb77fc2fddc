/* data_kind - what every kind of data file that is found by its id does alike: parsed from
 * bytes, loaded by id, loaded from a file of any place, listed.
 *
 * Layer:  base.
 * Use:    CT_DATA_KIND(checklist, FOLDER, HEAD, "checklist", "checklist") behind
 *         ct_checklist_from_ini and ct_checklist_free defines ct_checklist_parse, _load,
 *         _load_file and _ids, whose contracts stand in the kind's own header. `field` is the
 *         one that an error names, `what` the word for people (config.h).
 */
#ifndef CT_BASE_DATA_KIND_H
#define CT_BASE_DATA_KIND_H

#include "base/config.h"

#define CT_DATA_KIND(kind, folder, head, field, what)                                        \
    static enum ct_status from_named(const struct ct_ini *ini, const char *file,             \
                                     struct ct_##kind **ret, struct ct_error *reterr)        \
    {                                                                                        \
        struct ct_##kind *t = NULL;                                                          \
        enum ct_status st = ct_##kind##_from_ini(ini, &t, reterr);                           \
        if (st == CT_OK)                                                                     \
            st = ct_data_named(ini, head, t->id, file, reterr);                              \
        if (st == CT_OK)                                                                     \
            *ret = t;                                                                        \
        else                                                                                 \
            ct_##kind##_free(t);                                                             \
        return st;                                                                           \
    }                                                                                        \
    enum ct_status ct_##kind##_parse(const char *name, const char *data, size_t n,           \
                                     struct ct_##kind **ret, struct ct_error *reterr)        \
    {                                                                                        \
        CT_INI *ini = NULL;                                                                  \
        enum ct_status st = ct_ini_parse(name, data, n, &ini, reterr);                       \
        return st == CT_OK ? ct_##kind##_from_ini(ini, ret, reterr) : st;                    \
    }                                                                                        \
    enum ct_status ct_##kind##_load(const struct ct_config *c, const char *id,               \
                                    struct ct_##kind **ret, struct ct_error *reterr)         \
    {                                                                                        \
        CT_INI *ini = NULL;                                                                  \
        enum ct_status st = ct_data_load(c, folder, field, what, id, &ini, reterr);          \
        return st == CT_OK ? from_named(ini, id, ret, reterr) : st;                          \
    }                                                                                        \
    enum ct_status ct_##kind##_load_file(const char *path, struct ct_##kind **ret,           \
                                         struct ct_error *reterr)                            \
    {                                                                                        \
        CT_INI *ini = NULL;                                                                  \
        enum ct_status st = ct_ini_load(path, &ini, reterr);                                 \
        return st == CT_OK ? from_named(ini, path, ret, reterr) : st;                        \
    }                                                                                        \
    enum ct_status ct_##kind##_ids(const struct ct_config *c, struct ct_buf *ret,            \
                                   struct ct_error *reterr)                                  \
    {                                                                                        \
        return ct_data_ids(c, folder, ret, reterr);                                          \
    }

#endif
