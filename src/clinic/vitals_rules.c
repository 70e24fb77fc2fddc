/* vitals_rules - what the program knows of vitals at start: limits, scores, and what
 * the site set in config.ini. */
#include "clinic/due_board.h"
#include "clinic/rows.h"

#include <string.h>

/* For a config that says nothing: tests and tools that have none. */
static const char FIELDS[] =
    "sbp dbp pulse resp spo2 o2 o2_flow temp acvpu pain glucose weight height";

static const char BUCKETS[] = "45 30 15 0 -15";

static enum ct_status refuse(const char *key, struct ct_error *reterr, const char *why,
                             const char *word, size_t len)
{
    return ct_fail(reterr, CT_ECONFIG, key, "config.ini: [vitals] %s: \"%.*s\" %s", key,
                   (int)len, word, why);
}

/* Names of quantities in their order. Those that are typed as one stay together. */
static enum ct_status names(const char *key, const char *text, enum ct_q order[CT_QS],
                            size_t *ret_n, struct ct_error *reterr)
{
    size_t n = 0;
    for (const char *p = text + strspn(text, " \t"); *p != '\0'; p += strspn(p, " \t")) {
        size_t len = strcspn(p, " \t");
        char name[24] = "";
        enum ct_q q;
        if (len < sizeof name)
            memcpy(name, p, len);
        if (name[0] == '\0' || !ct_quantity_find(name, &q))
            return refuse(key, reterr, "is nothing that is measured", p, len);
        for (size_t i = 0; i < n; i++)
            if (order[i] == q)
                return refuse(key, reterr, "stands there twice", p, len);
        if ((q == CT_Q_DBP && (n == 0 || order[n - 1] != CT_Q_SBP)) ||
            (q == CT_Q_O2_FLOW && (n == 0 || order[n - 1] != CT_Q_O2)))
            return refuse(key, reterr, q == CT_Q_DBP ? "belongs behind sbp" : "belongs behind o2",
                          p, len);
        order[n++] = q;
        p += len;
    }
    *ret_n = n;
    return CT_OK;
}

static enum ct_status site(const struct ct_config *c, struct ct_vitals_rules *r,
                           struct ct_error *reterr)
{
    enum ct_q measured[CT_QS];
    size_t n = 0;
    const char *adult = c != NULL && c->vitals_fields[0] != '\0' ? c->vitals_fields : FIELDS;
    const char *child =
        c != NULL && c->vitals_fields_child[0] != '\0' ? c->vitals_fields_child : FIELDS;
    r->pews_below = c != NULL && c->pews_below > 0 ? c->pews_below : 16;
    r->unscored_every_min = c != NULL ? c->unscored_every_min : 0;
    const char *buckets =
        c != NULL && c->due_buckets[0] != '\0' ? c->due_buckets : BUCKETS;
    enum ct_status rc = ct_due_buckets_parse(buckets, &r->buckets, reterr);
    if (rc == CT_OK)
        rc = names("fields", adult, r->order[0], &r->n_order[0], reterr);
    if (rc == CT_OK)
        rc = names("fields_child", child, r->order[1], &r->n_order[1], reterr);
    if (rc != CT_OK || c == NULL)
        return rc;
    rc = ct_qualifier_defaults(c->vitals_qualifiers, r->ql, reterr);
    if (rc == CT_OK)
        rc = names("device_measures", c->device_measures, measured, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        r->device_q |= UINT32_C(1) << measured[i];
    return rc;
}

enum ct_status ct_vitals_rules_load(const struct ct_config *c, struct ct_vitals_rules *ret,
                                    struct ct_error *reterr)
{
    *ret = (struct ct_vitals_rules){.news2 = NULL};
    enum ct_status rc = ct_limits_load(c, &ret->limits, reterr);
    if (rc == CT_OK)
        rc = site(c, ret, reterr);
    if (rc == CT_OK)
        rc = ct_news2_load(c, &ret->news2, reterr);
    if (rc == CT_OK)
        rc = ct_scorecard_load(c, "scores/pews.ini", &ret->pews, reterr);
    if (rc == CT_OK)
        rc = ct_scorecard_load(c, "scores/maternity.ini", &ret->maternity, reterr);
    return rc;
}

void ct_vitals_rules_done(struct ct_vitals_rules *r)
{
    ct_news2_free(r->news2);
    ct_scorecard_free(r->pews);
    ct_scorecard_free(r->maternity);
    r->news2 = NULL;
    r->pews = r->maternity = NULL;
}
