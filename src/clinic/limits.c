/* limits - what is possible and what is usual, read from data/limits/adult.ini. */
#include "clinic/quantity.h"

#include <stdio.h>
#include <string.h>

#include "clinic/range.h"

static const char HEAD[] = "limits", O2_PCT[] = "o2_flow_pct";

static bool known_key(const char *key)
{
    return strcmp(key, "hard") == 0 || strcmp(key, "usual") == 0 || strcmp(key, "jump") == 0;
}

/* Nothing that would be silently without effect: a misspelt name is an error. */
static enum ct_status check_names(const struct ct_ini *ini, struct ct_error *reterr)
{
    const char *s, *k;
    for (size_t i = 0; (s = ct_ini_section(ini, i)) != NULL; i++) {
        enum ct_q q;
        bool head = strcmp(s, HEAD) == 0;
        bool measured = strcmp(s, O2_PCT) == 0 ||
                        (ct_quantity_find(s, &q) && CT_QUANTITY[q].kind != CT_F_CODE);
        if (!head && !measured)
            return ct_ini_fail(ini, s, NULL, reterr, "nothing that is measured has this name");
        for (size_t j = 0; (k = ct_ini_key(ini, s, j)) != NULL; j++)
            if (head ? strcmp(k, "version") != 0 && strcmp(k, "source") != 0 : !known_key(k))
                return ct_ini_fail(ini, s, k, reterr, "no such key here; it takes %s",
                                   head ? "version and source" : "hard, usual and jump");
    }
    return CT_OK;
}

static enum ct_status read_range(const struct ct_ini *ini, const char *section,
                                 const char *key, int places, struct ct_range *ret,
                                 struct ct_error *reterr)
{
    const char *s = ct_ini_get(ini, section, key);
    if (s == NULL)
        return ct_ini_fail(ini, section, key, reterr, "is missing");
    if (!ct_range_parse(s, strlen(s), places, ret) || ret->lo == CT_OPEN_LO ||
        ret->hi == CT_OPEN_HI)
        return ct_ini_fail(ini, section, key, reterr,
                           "must be a range such as 25..45 with at most %d decimals, lower "
                           "figure first", places);
    return CT_OK;
}

static enum ct_status read_limit(const struct ct_ini *ini, const char *section, int places,
                                 struct ct_limit *ret, struct ct_error *reterr)
{
    struct ct_range hard, usual;
    enum ct_status st = read_range(ini, section, "hard", places, &hard, reterr);
    if (st == CT_OK)
        st = read_range(ini, section, "usual", places, &usual, reterr);
    if (st != CT_OK)
        return st;
    if (usual.lo < hard.lo || usual.hi > hard.hi)
        return ct_ini_fail(ini, section, "usual", reterr, "must lie within hard");
    *ret = (struct ct_limit){hard.lo, hard.hi, usual.lo, usual.hi, CT_UNSET};
    const char *jump = ct_ini_get(ini, section, "jump");
    if (jump != NULL &&
        (!ct_scaled_parse(jump, strlen(jump), places, &ret->jump) || ret->jump == 0))
        return ct_ini_fail(ini, section, "jump", reterr,
                           "must be a figure above 0 with at most %d decimals; leave it out "
                           "for none", places);
    return CT_OK;
}

enum ct_status ct_limits_from_ini(const struct ct_ini *ini, struct ct_limits *ret,
                                  struct ct_error *reterr)
{
    struct ct_limits l = {0};
    enum ct_status st = check_names(ini, reterr);
    if (st != CT_OK)
        return st;
    const char *version = ct_ini_get(ini, HEAD, "version");
    if (version == NULL || version[0] == '\0')
        return ct_ini_fail(ini, HEAD, "version", reterr, "is missing");
    if (strlen(version) >= sizeof l.version)
        return ct_ini_fail(ini, HEAD, "version", reterr, "may have %zu characters",
                           sizeof l.version - 1);
    snprintf(l.version, sizeof l.version, "%s", version);
    for (size_t q = 0; q < CT_QS; q++) {
        const struct ct_quantity *t = &CT_QUANTITY[q];
        if (t->kind == CT_F_CODE) {
            int64_t n = 0;
            while (t->choices[n].code != NULL)
                n++;
            l.q[q] = (struct ct_limit){0, n - 1, 0, n - 1, CT_UNSET};
            continue;
        }
        st = read_limit(ini, t->name, t->unit[0].places, &l.q[q], reterr);
        if (st != CT_OK)
            return st;
    }
    st = read_limit(ini, O2_PCT, CT_QUANTITY[CT_Q_O2_FLOW].unit[1].places, &l.o2_pct, reterr);
    if (st == CT_OK)
        *ret = l;
    return st;
}

enum ct_status ct_limits_load(const struct ct_config *c, struct ct_limits *ret,
                              struct ct_error *reterr)
{
    CT_INI *ini = NULL;
    enum ct_status st = ct_data_ini(c, "limits/adult.ini", &ini, reterr);
    return st == CT_OK ? ct_limits_from_ini(ini, ret, reterr) : st;
}
