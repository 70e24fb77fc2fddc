/* checklist_priv - what the files of the checklist engine share.
 *
 * Layer:  clinic; private to checklist*.c.
 */
#ifndef CT_CLINIC_CHECKLIST_PRIV_H
#define CT_CLINIC_CHECKLIST_PRIV_H

#include "clinic/checklist.h"

/* The word of answer `value` (CT_CHECK_NA_VALUE included) of an item, NULL when the
 * item cannot have it. */
const char *ct_check_value_name(const struct ct_check_item *i, int value);
/* Every answer that it can have. */
uint16_t ct_check_values(const struct ct_check_item *i);

/* "m:ss" in ms; at most 99:59. False: not such a span. */
bool ct_check_minutes_parse(const char *s, int64_t *ret_ms);
void ct_check_minutes_text(int64_t ms, char *out, size_t size);

/* A file being read: the pool that its text is copied to has room for all of it. */
struct ct_check_load {
    const struct ct_ini *ini;
    struct ct_checklist *t;
    char *free; /* the rest of the pool */
    struct ct_error *reterr;
};

/* The value of a key, trimmed, in the pool; "" when there is none, which is an error
 * if it is required; longer than max bytes is one, too. */
CT_NODISCARD enum ct_status ct_check_load_text(struct ct_check_load *l, const char *section,
                                               const char *key, bool required, size_t max,
                                               const char **ret);
CT_NODISCARD enum ct_status ct_check_load_bool(struct ct_check_load *l, const char *section,
                                               const char *key, bool fallback, bool *ret);
/* Read [section] into the next item; t->n_items is not yet raised. */
CT_NODISCARD enum ct_status ct_check_load_item(struct ct_check_load *l, const char *section);

/* The item that is being read, and where it stands. */
struct ct_check_reading {
    struct ct_check_load *l;
    const char *section;
    struct ct_check_item *i;
};
#define CT_CHECK_FAIL(r, key, ...)                                                             \
    ct_ini_fail((r)->l->ini, (r)->section, key, (r)->l->reterr, __VA_ARGS__)

static inline const char *ct_check_get(const struct ct_check_reading *r, const char *key)
{
    return ct_ini_get(r->l->ini, r->section, key);
}

/* The item of that id if it stands before this one. */
CT_NODISCARD enum ct_status ct_check_load_earlier(const struct ct_check_reading *r,
                                                  const char *key, const char *asked,
                                                  size_t *ret);
CT_NODISCARD enum ct_status ct_check_load_number(const struct ct_check_reading *r);
CT_NODISCARD enum ct_status ct_check_load_spans(const struct ct_check_reading *r);

#endif
