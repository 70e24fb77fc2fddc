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

#endif
